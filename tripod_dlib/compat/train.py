"""disentanglement_lib's training step, called from Python."""

import os
from collections.abc import Sequence
from pathlib import Path

import gin

from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.errors import InputError
from tripod_dlib.models.family import Family
from tripod_dlib.results.dlib_results import bindings_of
from tripod_dlib.training import train as training

Place = str | os.PathLike


def train_with_gin(
    model_dir: Place,
    overwrite: bool = False,
    gin_config_files: Sequence[str] | None = None,
    gin_bindings: Sequence[str] | None = None,
) -> None:
    """Trains a model as configurations say; gin is clear again afterwards, come what may.

    Args:
      model_dir: Folder of the run.
      overwrite: Whether a run that is there is moved aside.
      gin_config_files: Configurations; later ones win.
      gin_bindings: Bindings, which win over them.

    Raises:
      InputError: If a configuration or the folder cannot be used; it is a `ValueError`.
    """
    with parsed(gin_config_files or [], gin_bindings or []) as configuration:
        _train(model_dir, overwrite, configuration.bound, {})


def train(
    model_dir: Place,
    overwrite: bool = False,
    model: Family | None = None,
    training_steps: int | None = None,
    random_seed: int | None = None,
    batch_size: int | None = None,
    eval_steps: int | None = None,
    name: str | None = None,
    model_num: int | None = None,
) -> None:
    """Trains a model; what is not given is gin's.

    Args:
      model_dir: Folder of the run.
      overwrite: Whether a run that is there is moved aside.
      model: Such as `BetaVAE(4.0)`.
      training_steps: Updates in all.
      random_seed: Seed of initial weights, draws and batches.
      batch_size: Images per update.
      eval_steps: Updates between evaluations.
      name: For the user's own use.
      model_num: For the user's own use.

    Raises:
      InputError: If something given cannot be used; it is a `ValueError`.
    """
    given = {
        "model": model,
        "training_steps": training_steps,
        "random_seed": random_seed,
        "batch_size": batch_size,
        "eval_steps": eval_steps,
        "name": name,
        "model_num": model_num,
    }
    chosen = {key: value for key, value in given.items() if value is not None}
    bound = bindings_of(gin.config_str(max_line_length=10_000))
    bound |= {f"model.{key}": repr(value) for key, value in chosen.items()}
    _train(model_dir, overwrite, bound, chosen)


def _train(model_dir: Place, overwrite: bool, bound: dict[str, str], chosen: dict) -> None:
    path = Path(model_dir)
    if path.is_dir() and any(path.iterdir()) and not overwrite:
        raise InputError(
            f"Directory already exists and overwrite is False: {path}. Choose another, or set "
            "overwrite; tripod_train goes on with a run that is there."
        )
    with missing_bindings_named():
        training.train(model_dir=os.fspath(path), overwrite=overwrite, bound=bound, **chosen)
