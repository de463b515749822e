"""Where the official files of a dataset may lie."""

import os
from collections.abc import Sequence
from pathlib import Path

from tripod_dlib.data.formats.members import Members
from tripod_dlib.data.official.origin import Origin
from tripod_dlib.errors import InputError

ENVIRONMENT_VARIABLE = "DISENTANGLEMENT_LIB_DATA"


def data_folder() -> Path:
    """The folder of all datasets: $DISENTANGLEMENT_LIB_DATA, else the working directory."""
    return Path(os.environ.get(ENVIRONMENT_VARIABLE, ".")).expanduser()


def search_folders(name: str, origin: Origin, data_dir: str | None) -> list[Path]:
    """The folders (or a file of the user's choice) in which a dataset is looked for, in order.

    Args:
      name: Registered name, which may be a sub-folder's.
      origin: Its files' sub-folders are looked into as well.
      data_dir: The user's choice; nothing else is searched then.
    """
    if data_dir is not None:
        chosen = Path(data_dir).expanduser()
        if chosen.is_file():
            return [chosen]
        below = [chosen / folder for folder in (name, *origin.folders)]
        return list(dict.fromkeys([chosen, *(folder for folder in below if folder.is_dir())]))
    return list(dict.fromkeys(data_folder() / folder for folder in (name, *origin.folders)))


def missing(
    name: str, origin: Origin, folders: list[Path], wanted: Sequence[str] = ()
) -> InputError:
    """The error for a dataset whose files are not there.

    Args:
      name: Registered name.
      origin: Where they come from.
      folders: Where they were looked for.
      wanted: Names of files or folders that would do, the official files' aside.
    """
    places = " or ".join(str(folder.absolute()) for folder in folders)
    how = f"Get it with `tripod_data download {name}`, or download" if origin.files else "Download"
    return InputError(
        f"The dataset {name} is not there: {origin.expected} was looked for in {places}.\n"
        f"  size:    {origin.size}\n"
        f"  source:  {origin.address}\n"
        f"  licence: {origin.licence}\n"
        f"{''.join(_near_misses(folders, [*wanted, *(file.name for file in origin.files)]))}"
        f"{how} it and bind dataset.data_dir to its folder, or set {ENVIRONMENT_VARIABLE} to the "
        f"folder that holds {name}/."
    )


def _near_misses(folders: list[Path], wanted: Sequence[str]) -> list[str]:
    """A line for each thing that has a wanted name but for its case, or is of another kind."""
    lines = []
    by_lower = {name.lower(): name for name in wanted}
    for folder in (folder for folder in folders if folder.is_dir()):
        for path in sorted(folder.iterdir()):
            name = by_lower.get(path.name.lower())
            if name is not None:
                kind = "a file" if path.is_file() else "a folder" if path.is_dir() else "no file"
                kind = "a link that leads nowhere" if not path.exists() else kind
                renamed = "" if path.name == name else f": its name has to be {name}"
                lines.append(f"  there:   {path.absolute()}, {kind}{renamed}\n")
    return lines


def find_members(
    name: str, folders: list[Path], roots: Sequence[str], origin: Origin
) -> tuple[Members, str]:
    """Finds a dataset that is a folder, or an archive that holds it.

    Args:
      name: Registered name.
      folders: Where to look.
      roots: Names that the folder at the top of the official archive may have.
      origin: For the message if it is not there.

    Returns:
      members: The folder that holds the root, or the archive.
      root: Which of the roots it is.

    Raises:
      InputError: If it is nowhere.
    """
    for folder in folders:
        if folder.is_file():
            members = Members(folder)
            for root in roots:
                if members.exists(root):
                    return members, root
            raise InputError(f"{folder} does not hold {' or '.join(roots)}: it is another archive.")
        for root in roots:
            if (folder / root).is_dir() and any((folder / root).iterdir()):
                return Members(folder), root
            if folder.name == root.split("/")[-1] and folder.is_dir() and any(folder.iterdir()):
                return Members(folder.parent), folder.name
        archives = [*folder.glob("*.zip"), *folder.glob("*.tar.gz")] if folder.is_dir() else []
        official = {file.name for file in origin.files}
        for archive in sorted(archives, key=lambda path: (path.name not in official, path)):
            members = Members(archive)
            for root in roots:
                if members.exists(root):
                    return members, root
    raise missing(name, origin, folders, roots)
