"""A study without gin, its folder, and runs that train nothing."""

import json
from pathlib import Path

from tripod_dlib.storage import write_json
from tripod_dlib.studies.manifest import plan, write_plan
from tripod_dlib.studies.results import RESULTS
from tripod_dlib.studies.state import note_path, run_path
from tripod_dlib.studies.study import Study

STEPS = 100


def study_of(**fields):
    """A study of one dataset and two models, of which one has a grid of two values."""
    given = {
        "name": "small",
        "datasets": {"boxes": ["gin/boxes.gin"]},
        "models": {"plain": [], "weighted": ["gin/weighted.gin"]},
        "grids": {"weighted": {"weighted.weight": [1.0, 4.0]}},
        "seeds": [0, 1],
        **fields,
    }
    return Study(**given)


def resolve(configs, bindings):
    """Bindings as they are, and the configurations' names."""
    bound = {"model.training_steps": str(STEPS), "configs": repr(list(configs))}
    bound |= dict(binding.split(" = ", 1) for binding in bindings)
    return bound, "".join(f"{name} = {value}\n" for name, value in bound.items())


def planned(folder, study, chosen=None):
    """The runs of a study, written to its folder."""
    found = plan(study, resolve, chosen)
    write_plan(folder, found)
    return found.runs


def finish(folder, run, **scores):
    """Leaves a run as training does at its end."""
    path = run_path(Path(folder), run.name)
    write_json(path / "run.json", {"bound": {}, "finished_steps": run.steps})
    write_json(path / RESULTS, {"elapsed_time": 50.0, **scores})
    note(folder, run, 0)


def note(folder, run, code, message=""):
    """Notes an exit code."""
    write_json(note_path(Path(folder), run.name), {"code": code, "message": message})


def log_step(folder, run, step):
    """Leaves a run as it is after a step."""
    path = run_path(Path(folder), run.name)
    path.mkdir(parents=True, exist_ok=True)
    (path / "metrics.jsonl").write_text(json.dumps({"step": step, "loss": 1.0}) + '\n{"step": 9')
