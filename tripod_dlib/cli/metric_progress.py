"""How far slow metrics have come, on standard error."""

import contextlib
from collections.abc import Callable, Iterator

from tripod_dlib.metrics.progress import told_to
from tripod_dlib.storage.progress import progress


@contextlib.contextmanager
def metric_progress() -> Iterator[None]:
    """Shows a bar for each slow metric computed inside; in a log, lines on one of 10 s or more."""
    with told_to(_shown):
        yield


@contextlib.contextmanager
def _shown(what: str, total: int) -> Iterator[Callable[[], object]]:
    with progress(total, what, said_when_short=False) as bar:
        yield bar.update
