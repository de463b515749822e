"""One array in a file, and what is said where it cannot be read."""

import abc

import numpy as np

from tripod_dlib.errors import InputError


class StoredArray(abc.ABC):
    """One array in a file: its shape and dtype at once, its rows when asked for.

    Attributes:
      where: Name and file, for messages.
      shape: Of the whole array.
      dtype: Of its entries.
      remedy: What to do if it is damaged, a sentence.
    """

    where: str
    shape: tuple[int, ...]
    dtype: np.dtype
    remedy: str

    @abc.abstractmethod
    def rows(self, start: int, stop: int) -> np.ndarray:
        """Rows start to stop. Going forward is quick.

        Raises:
          InputError: If the file is damaged.
        """

    @abc.abstractmethod
    def mapped(self) -> np.ndarray | None:
        """The array as a read-only memory map, if it lies uncompressed in the file."""

    def as_rows(self, row_shape: tuple[int, ...]) -> "StoredArray":
        """The same array with all axes before those of a row as one; itself if that cannot be.

        Args:
          row_shape: Of a row.
        """
        return self

    @property
    def refusal(self) -> str | None:
        """Why it is never read, a sentence; None if it is."""
        if self.dtype.hasobject:
            return (
                f"{self.where} holds Python objects (a pickle, or strings of any length). They are "
                "never loaded, since that can run code: save numbers, or texts (array.astype(str))."
            )
        return None

    def read(self) -> np.ndarray:
        """The whole array, of no axes too."""
        return self.rows(0, self.shape[0] if self.shape else 1)


def unreadable(where: str, error: Exception, remedy: str) -> InputError:
    """The error for a file that cannot be read to its end, with what is known of the cause."""
    text = str(error)
    if isinstance(error, InputError):
        return error
    if isinstance(error, PermissionError):
        return InputError(f"{where} cannot be read: {error.strerror or text}.")
    if isinstance(error, MemoryError):
        return InputError(f"{where} needs more memory than there is ({text}).")
    if "unable to lock file" in text:
        return InputError(
            f"{where} is open in another program that writes to it: close it there first."
        )
    if "is encrypted" in text:
        return InputError(f"{where} is encrypted: save it without a password.")
    if "already open for write" in text or "SWMR" in text:
        return InputError(
            f"{where} was left open by the program that wrote it, or is open there still: close it "
            "there, or run h5clear -s on it."
        )
    reason = text if len(text) < 200 else f"{text[:200]}..."
    return InputError(f"{where} is damaged or cut off ({reason}): {remedy[0].lower()}{remedy[1:]}")
