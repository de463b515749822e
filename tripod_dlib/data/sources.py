"""What a dataset's declaration says of its official files, and where they may lie."""

import dataclasses
import os
from pathlib import Path

from tripod_dlib.errors import InputError

ENVIRONMENT_VARIABLE = "DISENTANGLEMENT_LIB_DATA"
GOOGLE_DRIVE = "https://drive.google.com/uc?export=download&id="


@dataclasses.dataclass(frozen=True)
class OfficialFile:
    """One file as its authors publish it.

    Attributes:
      folder: Sub-folder of $DISENTANGLEMENT_LIB_DATA in which it lies (disentanglement_lib's).
      name: Name of the file.
      mirrors: Addresses, the first choice first. An address at drive.google.com has a step of
        confirmation.
      size: In bytes; None where it is not published.
      sha256: In hexadecimal; None where it is not published.
      md5: In hexadecimal; None where it is not published.
    """

    folder: str
    name: str
    mirrors: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None

    @property
    def path(self) -> Path:
        """Below the folder of all datasets."""
        return Path(self.folder) / self.name


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where a dataset comes from: for messages, for downloads and for citations.

    Attributes:
      files: What to download; any file that an adapter reads besides is named in `expected`.
      expected: What is looked for, for people.
      size: How large it is, for people.
      licence: Under which licence.
      home_page: Where its authors describe it.
      citation: Whom to cite.
    """

    files: tuple[OfficialFile, ...]
    expected: str
    size: str
    licence: str
    home_page: str
    citation: str

    @property
    def folders(self) -> list[str]:
        """The sub-folders of its files, each once."""
        return list(dict.fromkeys(file.folder for file in self.files))

    @property
    def address(self) -> str:
        """The first mirror, for messages."""
        return self.files[0].mirrors[0] if self.files else self.home_page


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


def missing(name: str, origin: Origin, folders: list[Path]) -> InputError:
    """The error for a dataset whose files are not there."""
    places = " or ".join(str(folder.absolute()) for folder in folders)
    how = f"Get it with `tripod_data download {name}`, or download" if origin.files else "Download"
    return InputError(
        f"The dataset {name} is not there: {origin.expected} was looked for in {places}.\n"
        f"  size:    {origin.size}\n"
        f"  source:  {origin.address}\n"
        f"  licence: {origin.licence}\n"
        f"{how} it and bind dataset.data_dir to its folder, or set {ENVIRONMENT_VARIABLE} to the "
        f"folder that holds {name}/."
    )
