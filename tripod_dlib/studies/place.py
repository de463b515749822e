"""The folder of a study: which folders can be one's."""

from pathlib import Path

from tripod_dlib.errors import InputError
from tripod_dlib.results.run_folder import MARKER
from tripod_dlib.studies.manifest import MANIFEST
from tripod_dlib.studies.state import read_json

STUDY = "study.json"
MOST_NAMED = 3


def require_place(folder: Path, name: str) -> None:
    """Refuses a folder in which a study would write over what is not its own.

    Args:
      folder: That of the study; it need not be there.
      name: The study's.

    Raises:
      InputError: If it is another study's or a run's, or holds files and is no study's.
    """
    before = read_json(folder / STUDY).get("name", name)
    if before != name:
        raise InputError(
            f"The folder {folder} holds the study {before!r}, not {name!r}. Choose another "
            "--output_dir."
        )
    if (folder / MARKER).is_file():
        raise InputError(
            f"The folder {folder} is that of a run (it holds {MARKER}). Choose another "
            "--output_dir."
        )
    if not folder.is_dir() or (folder / STUDY).exists() or (folder / MANIFEST).exists():
        return
    others = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if others:
        shown = ", ".join(others[:MOST_NAMED]) + (", ..." if len(others) > MOST_NAMED else "")
        raise InputError(
            f"The folder {folder} holds {shown} and is no study's (it has no {STUDY}). Choose "
            "another --output_dir, or an empty folder."
        )
