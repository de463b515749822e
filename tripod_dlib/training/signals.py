"""Ctrl-C and termination as a wish to stop after the present step."""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from tripod_dlib.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequests:
    """Whether a signal came.

    Attributes:
      requested: Number of the first signal, or None.
    """

    def __init__(self):
        """Starts without a request."""
        self.requested: int | None = None

    def receive(self, signum: int, frame: object) -> None:
        """Notes the first signal; a second one interrupts at once."""
        if self.requested is not None:
            raise KeyboardInterrupt
        self.requested = signum
        name = signal.Signals(signum).name
        print(f"\n{name}: saving after this step (again: stop at once)", file=sys.stderr)


@contextlib.contextmanager
def stop_requests() -> Iterator[StopRequests]:
    """Catches SIGINT and SIGTERM while open; does nothing outside the main thread."""
    requests = StopRequests()
    with handled_by(requests.receive):
        yield requests


@contextlib.contextmanager
def stopping_at_once() -> Iterator[None]:
    """Turns SIGINT and SIGTERM into `Interrupted` while open, for work that loses nothing by it."""

    def stop(signum: int, frame: object) -> None:
        raise Interrupted(signum)

    with handled_by(stop):
        yield


@contextlib.contextmanager
def handled_by(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Hands both signals to a function while open; does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, handler) for signum in SIGNALS}
    try:
        yield
    finally:
        for signum, earlier in before.items():
            signal.signal(signum, earlier)
