"""disentanglement_lib's evaluation step, called from Python."""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import gin

from tripod_dlib.backend import require_backend
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.compat.named_data import get_named_ground_truth_data
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation import evaluate as evaluation
from tripod_dlib.postprocessing.stored import load_representation
from tripod_dlib.results.dlib_results import copydir
from tripod_dlib.results.output_folder import output_folder
from tripod_dlib.results.stored_bindings import bind_dataset, run_bindings

Place = str | os.PathLike


def evaluate_with_gin(
    model_dir: Place,
    output_dir: Place,
    overwrite: bool = False,
    gin_config_files: Sequence[str] | None = None,
    gin_bindings: Sequence[str] | None = None,
) -> None:
    """`evaluate` as configurations say; gin is clear again afterwards, come what may.

    Args:
      model_dir: As in `evaluate`.
      output_dir: As in `evaluate`.
      overwrite: As in `evaluate`.
      gin_config_files: Configurations; later ones win.
      gin_bindings: Bindings, which win over them.

    Raises:
      InputError: If a configuration or a folder cannot be used; it is a `ValueError`.
    """
    with parsed(gin_config_files or [], gin_bindings or []):
        evaluate(model_dir, output_dir, overwrite)


def evaluate(
    model_dir: Place,
    output_dir: Place,
    overwrite: bool = False,
    evaluation_fn: Callable[..., dict] | None = None,
    random_seed: int | None = None,
    name: str | None = None,
) -> None:
    """Applies a metric to the representation of a folder and writes results/ beside a copy of its.

    Args:
      model_dir: Folder of a representation or of a finished run.
      output_dir: Folder to write.
      overwrite: Whether an evaluation that is there is replaced.
      evaluation_fn: The metric; None for gin's `evaluation.evaluation_fn`.
      random_seed: Seed of its draws; None for gin's `evaluation.random_seed`.
      name: For the user's own use; None for gin's `evaluation.name`.

    Raises:
      InputError: If the metric or a folder cannot be used; it is a `ValueError`.
    """
    run = Path(model_dir)
    with _written(run, output_dir, overwrite) as (data, folder):
        _evaluate(data, load_representation(run), folder, evaluation_fn, random_seed, name)


def rank(
    model_dirs: Sequence[Place],
    output_dir: Place,
    evaluation_fn: Callable[..., dict] | None = None,
    random_seed: int | None = None,
    name: str | None = None,
) -> None:
    """Compares the models of several finished runs; an evaluation that is there is replaced.

    Args:
      model_dirs: Folders of the runs, all of one dataset.
      output_dir: As in `evaluate`.
      evaluation_fn: As in `evaluate`.
      random_seed: As in `evaluate`.
      name: As in `evaluate`.

    Raises:
      InputError: If the metric or a folder cannot be used; it is a `ValueError`.
    """
    runs = [Path(folder) for folder in model_dirs]
    with _written(runs[0], output_dir, overwrite=True) as (data, folder):
        functions = [_load(run).encode_with_divergence for run in runs]
        _evaluate(data, functions, folder, evaluation_fn, random_seed, name)


@contextlib.contextmanager
def _written(run: Path, output_dir: Place, overwrite: bool) -> Iterator[tuple]:
    """The dataset, and a folder with the results so far, which is there once all is done."""
    with output_folder(output_dir, overwrite) as folder, gin.unlock_config():
        bind_dataset_of(run)
        copydir(run / "results", folder / "results")
        yield get_named_ground_truth_data(), folder


def bind_dataset_of(run: Path) -> None:
    """Binds the dataset of an earlier step where gin has "auto" or none."""
    try:
        bound = {"dataset.name": repr(gin.query_parameter("dataset.name"))}
    except ValueError:
        bound = {}
    bind_dataset(bound, run_bindings(run))


def _evaluate(data: GroundTruthData, representation: object, folder: Path, *given: object) -> None:
    names = ("evaluation_fn", "random_seed", "name")
    chosen = {key: value for key, value in zip(names, given, strict=True) if value is not None}
    evaluation.evaluate(data, representation, folder / "results", **chosen)


def _load(run: Path):
    require_backend()
    from tripod_dlib.training.trained_model import load

    return load(run)
