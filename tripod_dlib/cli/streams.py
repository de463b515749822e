"""Standard streams that outlast their reader, and through which no control character passes."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from tripod_dlib.storage import printable


@contextlib.contextmanager
def lasting_streams() -> Iterator[None]:
    """While open, what is printed is printable, and losing a standard stream ends nothing.

    A stream that was closed when the process began leads nowhere: the next file that is opened
    would else get its number, and with it whatever a library prints.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_Lasting, before)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


def failed_output() -> str:
    """What to say where standard output could not be written; empty where it could.

    A reader that has gone (`| head`) wanted no more: nothing is said of that.
    """
    sys.stdout.flush()
    lost = getattr(sys.stdout, "lost", None)
    if lost is None or lost.errno == errno.EPIPE:
        return ""
    return f"standard output could not be written ({lost.strerror}); all else was done."


class _Lasting:
    """A standard stream; after its first failure what is written leads nowhere."""

    def __init__(self, stream: TextIO | None):
        self.lost: OSError | None = None
        self._stream = open(os.devnull, "w") if stream is None else stream
        if hasattr(self._stream, "reconfigure"):
            self._stream.reconfigure(errors="backslashreplace")  # for terminals of ASCII alone

    def write(self, text: str) -> int:
        with self._keeping():
            self._stream.write(_shown(text))
        return len(text)

    def flush(self) -> None:
        with self._keeping():
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    @contextlib.contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.lost = self.lost or error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # what waits in the buffer goes there too
            os.close(nowhere)


def _shown(text: str) -> str:
    """Control characters as escapes, but the carriage return by which a bar begins anew."""
    start = "\r" if text.startswith("\r") else ""
    return start + printable(text[len(start) :], keep="\n\t")
