"""What a dataset's declaration says of its official files."""

import dataclasses
from pathlib import Path

MOST_BYTES = 40_000_000_000
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
      most: How many bytes it has at most, for where no size is published.
    """

    folder: str
    name: str
    mirrors: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None
    most: int = MOST_BYTES

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
