"""Ctrl-C and termination as a wish to stop after the present step."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from tripod_dlib.errors import Interrupted

# Ctrl-C, a wish to terminate, a terminal that was closed or a connection that was lost.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_OF_ECHO = 0.5


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
        with contextlib.suppress(OSError):  # the terminal may be what has gone
            print(f"\n{name}: saving after this step (again: stop at once)", file=sys.stderr)


@contextlib.contextmanager
def stop_requests() -> Iterator[StopRequests]:
    """Catches the signals while open; does nothing outside the main thread."""
    requests = StopRequests()
    with handled_by(requests.receive):
        yield requests


@contextlib.contextmanager
def stopping_at_once() -> Iterator[None]:
    """Turns the signals into `Interrupted` while open, for work that loses nothing by it."""

    def stop(signum: int, frame: object) -> None:
        raise Interrupted(signum)

    with handled_by(stop):
        yield


@contextlib.contextmanager
def handled_by(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Hands the signals to a function while open; does nothing outside the main thread.

    A signal that is ignored stays so: `nohup` has a run outlive its terminal. What comes within
    half a second of the one before is its echo: `timeout` sends to the process and to its group,
    and a parent that is killed tells of it once for each of its threads.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heeded = [signum for signum in SIGNALS if signal.getsignal(signum) != signal.SIG_IGN]
    last = float("-inf")

    def receive(signum: int, frame: object) -> None:
        nonlocal last
        earlier, last = last, time.monotonic()
        if last - earlier >= SECONDS_OF_ECHO:
            handler(signum, frame)

    before = {signum: signal.signal(signum, receive) for signum in heeded}
    try:
        yield
    finally:
        for signum, earlier in before.items():
            signal.signal(signum, earlier)
