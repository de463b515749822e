"""disentanglement_lib's files by their paths there: the configurations that are shipped here."""

from collections.abc import Iterator

from tripod_dlib.cli.config_files import shipped_folder
from tripod_dlib.errors import InputError
from tripod_dlib.studies.unsupervised_study_v1 import STUDIES

# Folder there -> folder of the shipped configurations, names in it.
FOLDERS: dict[str, tuple[str, tuple[str, ...]]] = {"config/sample/irs": ("evaluation", ("irs",))}
for _study in STUDIES.values():
    FOLDERS[f"config/{_study.name}/metric_configs"] = ("evaluation", _study.metrics)
    FOLDERS[f"config/{_study.name}/postprocess_configs"] = (
        "postprocessing",
        _study.postprocessings,
    )


def get_file(path: str) -> str:
    """Where a file of disentanglement_lib is here.

    Args:
      path: Such as "config/unsupervised_study_v1/metric_configs/mig.gin".

    Returns:
      path: Absolute.

    Raises:
      InputError: If there is none.
    """
    folder, _, name = path.strip("/").rpartition("/")
    if folder in FOLDERS and name.removesuffix(".gin") in FOLDERS[folder][1]:
        return str(shipped_folder() / FOLDERS[folder][0] / name)
    raise InputError(f"{path} is not here. {_known()}")


def get_files_in_folder(path: str) -> Iterator[str]:
    """Where the files of a folder of disentanglement_lib are here.

    Args:
      path: Such as "config/unsupervised_study_v1/metric_configs/".

    Yields:
      path: Absolute.

    Raises:
      InputError: If there is none.
    """
    folder = path.strip("/")
    if folder not in FOLDERS:
        raise InputError(f"{path} is not here. {_known()}")
    for name in FOLDERS[folder][1]:
        yield get_file(f"{folder}/{name}.gin")


def _known() -> str:
    return f"There are .gin files of {', '.join(FOLDERS)}."
