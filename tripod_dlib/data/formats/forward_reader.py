"""Streams that are opened when first read, kept open while that goes forward, and closed."""

import threading
import weakref
from collections.abc import Callable
from typing import BinaryIO

SKIPPED = 65536
AT_A_TIME = 1 << 24  # so that no more memory is taken than there are bytes


class ForwardReader:
    """Reads at positions that mostly grow, as a compressed stream likes it."""

    def __init__(self, open_stream: Callable[[], BinaryIO]):
        """Keeps how to open the stream; it must be seekable.

        Args:
          open_stream: Opens it.
        """
        self._open = open_stream
        self._stream: BinaryIO | None = None
        self._lock = threading.Lock()

    def read_at(self, position: int, num_bytes: int) -> bytes:
        """Bytes from a position on; fewer where the stream ends."""
        with self._lock:
            if self._stream is None:
                self._stream = self._open()
                weakref.finalize(self, self._stream.close)
            ahead = position - self._stream.tell()
            if 0 < ahead <= SKIPPED:
                self._stream.read(ahead)  # a jump would turn an archive's checksum off
            else:
                self._stream.seek(position)
            parts = []
            while num_bytes > 0 and (part := self._stream.read(min(num_bytes, AT_A_TIME))):
                parts.append(part)
                num_bytes -= len(part)
            return b"".join(parts)
