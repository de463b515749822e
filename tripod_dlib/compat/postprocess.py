"""disentanglement_lib's postprocessing step, called from Python."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import gin

from tripod_dlib.cli.postprocess import MARKER, extract
from tripod_dlib.compat.evaluate import bind_dataset_of
from tripod_dlib.compat.named_data import get_named_ground_truth_data
from tripod_dlib.postprocessing import postprocess as postprocessing
from tripod_dlib.results.output_folder import output_folder

Place = str | os.PathLike


def postprocess_with_gin(
    model_dir: Place,
    output_dir: Place,
    overwrite: bool = False,
    gin_config_files: Sequence[str] | None = None,
    gin_bindings: Sequence[str] | None = None,
) -> None:
    """Extracts a representation as configurations say; gin is clear again afterwards.

    Args:
      model_dir: Folder of a finished run.
      output_dir: Folder to write.
      overwrite: Whether a representation that is there is replaced.
      gin_config_files: Configurations; later ones win.
      gin_bindings: Bindings, which win over them.

    Raises:
      InputError: If a configuration or a folder cannot be used; it is a `ValueError`.
    """
    configs, bindings = gin_config_files or [], gin_bindings or []
    extract(Path(model_dir), os.fspath(output_dir), overwrite, configs, bindings)


def postprocess(
    model_dir: Place,
    output_dir: Place,
    overwrite: bool = False,
    postprocess_fn: Callable[..., tuple] | None = None,
    random_seed: int | None = None,
    name: str | None = None,
) -> None:
    """Extracts a representation; what is not given is gin's.

    Args:
      model_dir: As in `postprocess_with_gin`.
      output_dir: As in `postprocess_with_gin`.
      overwrite: As in `postprocess_with_gin`.
      postprocess_fn: See `postprocessing.postprocess.postprocess`.
      random_seed: Seed of what it draws.
      name: For the user's own use.

    Raises:
      InputError: If the postprocessing or a folder cannot be used; it is a `ValueError`.
    """
    given = {"postprocess_fn": postprocess_fn, "random_seed": random_seed, "name": name}
    chosen = {key: value for key, value in given.items() if value is not None}
    run = Path(model_dir)
    with output_folder(output_dir, overwrite, MARKER) as folder, gin.unlock_config():
        bind_dataset_of(run)
        postprocessing.postprocess(get_named_ground_truth_data(), run, folder, **chosen)
