"""Run folders as finished runs leave them."""

import json
import random
from pathlib import Path

SCORES = (
    *("infomec.infom", "infomec.infoc", "infomec.infoe", "mig.discrete_mig"),
    *("dci_random_forest.disentanglement", "dci_random_forest.completeness"),
    "dci_random_forest.informativeness_test",
)


def write_finished(folder: Path) -> int:
    """Fills a study's folder with finished runs of made-up scores; returns how many there are."""
    lines = (folder / "manifest.jsonl").read_text().splitlines()
    for number, run in enumerate(map(json.loads, lines)):
        draw = random.Random(number)
        results = {
            **{key: draw.random() for key in SCORES},
            **{"psnr.psnr": 30 + draw.random(), "psnr_threshold": 30.0, "elapsed_time": 3600.0},
            "infomec.nmi": [[draw.random() for _ in range(10)] for _ in range(7)],
            "dci_random_forest.importance_matrix": [[draw.random()] * 7 for _ in range(10)],
            "dataset": run["dataset"],
            "global_step": run["steps"],
            "random_seed": run["seed"],
        }
        path = folder / "runs" / run["name"]
        bound = {
            "dataset.name": repr(run["dataset"]),
            "model.model": f"@{run['model']}()",
            "model.random_seed": str(run["seed"]),
            **{name: repr(value) for name, value in run["hyperparameters"].items()},
        }
        _write(path / "run.json", {"bound": bound, "finished_steps": run["steps"]})
        _write(path / "results" / "json" / "train_results.json", results)
        flat = {f"train_results.{key}": value for key, value in results.items()}
        flat |= {f"train_config.{key}": value for key, value in bound.items()}
        _write(path / "results" / "aggregate" / "train.json", flat)
        _write(folder / "state" / f"{run['name']}.json", {"code": 0, "message": ""})
    return len(lines)


def _write(path: Path, value: object) -> None:
    """Without waiting for the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
