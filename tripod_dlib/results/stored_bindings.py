"""What the configuration of an earlier step says, read from its folder."""

import ast
import warnings
from collections.abc import Mapping
from pathlib import Path

import gin

from tripod_dlib.errors import InputError
from tripod_dlib.results.dlib_results import gin_dict
from tripod_dlib.results.result_files import read_result
from tripod_dlib.results.run_folder import RESULTS

POSTPROCESSED = Path("results", "gin", "postprocess.gin")
TRAINED = Path("results", "gin", "train.gin")


def run_bindings(run: Path) -> dict[str, str]:
    """The configuration that a run or a representation was made with, binding to value.

    Raises:
      InputError: If the folder holds none.
    """
    for path in (POSTPROCESSED, TRAINED):  # the first that is there says what "auto" is
        if (run / path).is_file():
            return gin_dict(run / path)
    if not run.is_dir():
        raise InputError(f"There is no folder {run}: give that of a finished run.")
    raise InputError(
        f"{run} holds neither {POSTPROCESSED} nor {TRAINED}: it is not the folder of a "
        "finished run (to tripod_evaluate arrays can be given, by --latents and --sources)."
    )


def train_results(run: Path) -> dict[str, object]:
    """What training wrote of a run; {} where that is not there.

    Raises:
      InputError: If the file is damaged.
    """
    path = run / RESULTS
    return read_result(path) if path.is_file() else {}


def note_other_data(run: Path, name: str, fingerprint: str | None) -> None:
    """Warns where images or labels are not those that a run, or a representation of it, is of.

    Args:
      run: Its folder.
      name: Of the dataset.
      fingerprint: Of its images and labels; None where it has none.
    """
    trained_on = train_results(run).get("data_fingerprint")
    if None not in (trained_on, fingerprint) and trained_on != fingerprint:
        warnings.warn(
            f"The images or labels of {name} are not those on which {run} was trained.",
            stacklevel=2,
        )


def bind_dataset(bound: Mapping[str, str], stored: Mapping[str, str]) -> None:
    """Binds the run's dataset where the configuration says "auto" or none.

    Args:
      bound: The configuration.
      stored: The run's.

    Raises:
      InputError: If what the run binds cannot be read.
    """
    if bound.get("dataset.name", "'auto'").strip("'\"") != "auto":
        return
    for binding, value in stored.items():
        is_name = binding == "dataset.name"
        if is_name or (binding.startswith("dataset.") and binding not in bound):
            try:
                gin.parse_config(f"{binding} = {value}")
            except (ValueError, SyntaxError) as error:
                raise InputError(
                    f"The run's configuration, in its results/gin, binds {binding} to {value!r}, "
                    "which gin cannot read: it is damaged. Take it from a backup."
                ) from error


def dataset_arguments(stored: Mapping[str, str]) -> dict[str, object]:
    """The arguments of `get_named_ground_truth_data` that a run had.

    Args:
      stored: The run's configuration.

    Raises:
      InputError: If one is no plain value, or the name is missing.
    """
    arguments = {}
    for binding, value in stored.items():
        scope, _, name = binding.rpartition(".")
        if scope != "dataset":
            continue
        try:
            arguments[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError) as error:
            raise InputError(f"The run binds {binding} to {value!r}, which is no value.") from error
    if "name" not in arguments:
        raise InputError(
            "The run's configuration, results/gin/train.gin in its folder, binds no dataset.name: "
            "it is damaged or another's. Take it from a backup."
        )
    return arguments
