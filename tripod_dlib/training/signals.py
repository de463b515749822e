"""Ctrl-C and termination as a wish to stop after the present step."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator

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
    if threading.current_thread() is not threading.main_thread():
        yield requests
        return
    before = {signum: signal.signal(signum, requests.receive) for signum in SIGNALS}
    try:
        yield requests
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
