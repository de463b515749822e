"""Bars of slow metrics on a terminal."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from tripod_dlib.metrics.progress import told_to
from tripod_dlib.storage.progress import progress


@contextlib.contextmanager
def metric_progress() -> Iterator[None]:
    """Shows a bar on standard error for each slow metric computed inside; none off a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with told_to(_bar):
        yield


@contextlib.contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], object]]:
    with progress(total, what) as bar:
        yield bar.update
