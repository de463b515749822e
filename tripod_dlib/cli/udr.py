"""tripod_udr: which of several trained models to trust, without labels."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import FlagValues

from tripod_dlib.backend import require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.evaluate import GIN_FLAGS
from tripod_dlib.cli.evaluate_run import Evaluation, evaluate_all, evaluations_of
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.evaluate import evaluate
from tripod_dlib.results.stored_bindings import run_bindings, train_results
from tripod_dlib.storage import write_json

CONFIG = "gin/udr/udr_sklearn.gin"
METRIC = "@udr_sklearn"


FLAGS = (
    partial(DEFINE_list, "model_dirs", [], "folders of finished runs on one dataset, by commas"),
    partial(DEFINE_path, "output_dir", None, "folder that gets the results"),
    *GIN_FLAGS,
)


def rank(values: FlagValues) -> None:
    """Compares every run's latents with those of the others, and orders the runs by it.

    Raises:
      InputError: If the runs or the configuration cannot be used.
    """
    runs = _runs(values.model_dirs)
    stored = _of_one_dataset(runs)
    if not values.gin_config and values.gin_evaluation_config_glob is None:
        values.gin_config = [CONFIG]

    def compute(data: GroundTruthData, folder: Path) -> tuple[dict[str, object], str]:
        results = evaluate(data, _functions(runs), folder / "results")
        scores = results["model_scores"]
        order = sorted(zip(scores, map(str, runs), strict=True), key=lambda pair: -pair[0])
        ranking = [{"model_dir": run, "udr": score} for score, run in order]
        write_json(folder / "ranking.json", ranking)
        heading = f"Unsupervised disentanglement ranking of {len(runs)} models on {data.name}"
        return {run: score for score, run in order}, heading

    evaluate_all(evaluations_of(values), values.overwrite, stored, _require_udr, compute)


def _runs(folders: Sequence[str]) -> list[Path]:
    """The runs, each as it was given; one that is given by two paths, or copied, is one run."""
    runs = [Path(folder).expanduser() for folder in folders if folder]
    places: dict[object, list[str]] = {}
    for run in runs:
        place = train_results(run).get("uuid") or run.resolve()
        places.setdefault(place, []).append(str(run))
    twice = [" and ".join(dict.fromkeys(names)) for names in places.values() if len(names) > 1]
    if len(runs) < 2 or twice:
        came = f"given twice: {', '.join(twice)}" if twice else f"given: {len(runs)}"
        raise InputError(
            "--model_dirs takes the folders of at least two different runs, by commas, such as "
            f"--model_dirs=runs/seed0,runs/seed1,runs/seed2; {came}."
        )
    return runs


def _of_one_dataset(runs: Sequence[Path]) -> Mapping[str, str]:
    """The configuration of the first run, of whose dataset all must be.

    Where the data lie changes no image where their content is known to be the same.
    """
    stored = [run_bindings(run) for run in runs]
    contents = [train_results(run).get("data_fingerprint") for run in runs]
    ignored = {"dataset.cache_dir", *(() if None in contents else ("dataset.data_dir",))}
    datasets = [
        {
            name: value
            for name, value in {**bindings, "content": content}.items()
            if name == "content" or (name.startswith("dataset.") and name not in ignored)
        }
        for bindings, content in zip(stored, contents, strict=True)
    ]
    for run, dataset in zip(runs, datasets, strict=True):
        if dataset != datasets[0]:
            other = " and ".join(
                f"{name} {dataset.get(name)} in place of {datasets[0].get(name)}"
                for name in sorted({*dataset, *datasets[0]})
                if dataset.get(name) != datasets[0].get(name)
            )
            raise InputError(
                f"{run} is not of the dataset of {runs[0]}: {other}. Models are ranked on one "
                "dataset."
            )
    return stored[0]


def _require_udr(bound: Mapping[str, str], evaluation: Evaluation) -> None:
    metric = bound.get("evaluation.evaluation_fn", "not bound")
    if metric != METRIC:
        raise InputError(
            f"evaluation.evaluation_fn is {metric} in {', '.join(evaluation.configs)}; several "
            f"models are compared by {METRIC}, as in {CONFIG}. One model is scored by "
            "tripod_evaluate."
        )


def _functions(runs: Sequence[Path]) -> list[Callable]:
    require_backend()
    from tripod_dlib.training.trained_model import load

    models = [load(run) for run in runs]
    sizes = {str(run): model.num_latents for run, model in zip(runs, models, strict=True)}
    if len(set(sizes.values())) > 1:
        raise InputError(f"The models must have equally many latents; they have {sizes}.")
    return [model.encode_with_divergence for model in models]


COMMAND = Command(
    name="tripod_udr",
    summary=(
        "Ranks several trained models of one dataset without labels: a model whose latents are "
        "found again in the others is likely disentangled (Duan et al., 2020)."
    ),
    flags=FLAGS,
    main=rank,
    examples=(
        "tripod_udr --model_dirs=runs/seed0,runs/seed1,runs/seed2 --output_dir=scores/udr",
        "tripod_udr --model_dirs=A,B,C --output_dir=X "
        "--gin_bindings='udr_sklearn.num_data_points = 1000'",
    ),
    closing=f"Without a configuration it is {CONFIG}.",
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
