"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

import contextlib
import sys
import time
from collections.abc import Iterator

from tqdm import tqdm

from tripod_dlib.storage.terminal import one_line

SECONDS_BETWEEN_LINES = 10.0
UNTIMED_FORM = "{desc}: {percentage:3.0f}%|{bar:8}| {n_fmt}/{total_fmt}"


@contextlib.contextmanager
def progress(
    total: int | None,
    description: str,
    unit: str = "it",
    initial: int = 0,
    said_when_short: bool = True,
) -> "Iterator[tqdm | _Lines]":
    """Shows how far a long piece of work has come.

    Args:
      total: Number of units of the whole work; None where it is not known.
      description: What is being done.
      unit: Name of one unit.
      initial: Units that were done before (a resumed work).
      said_when_short: Whether a log gets a line on work that ends before one is due.

    Yields:
      An object with `update(n=1)`, `set_postfix(**values)`, `say(line)`, which prints a line on
      standard output without breaking a bar, and `unpause()`, after which the time that has passed
      since the last `update` no longer counts.
    """
    description = one_line(description)
    if sys.stderr.isatty():
        shown = _Bar(total, description, unit, initial)
    else:
        shown = _Lines(total, description, unit, initial, said_when_short)
    try:
        yield shown
    finally:
        shown.close()


class _Bar(tqdm):
    """A bar, above which lines may be said; a narrow terminal shows the figures of it."""

    def __init__(self, total: int | None, description: str, unit: str, initial: int):
        form = UNTIMED_FORM + " {remaining} {rate_fmt}{postfix}"
        super().__init__(
            total=total,
            desc=description,
            unit=unit,
            initial=initial,
            unit_scale=total is None or total > 1e5,
            bar_format=None if total is None else form,
            dynamic_ncols=True,
        )

    @property
    def format_dict(self) -> dict[str, object]:
        """What is shown; before the first unit is done, nothing of a rate or of time."""
        figures = super().format_dict
        if self.n == self.initial and self.total is not None:
            figures["bar_format"] = UNTIMED_FORM + "{postfix}"
        return figures

    def say(self, line: str) -> None:
        with self.external_write_mode(file=self.fp):
            print(line, flush=True)


class _Lines:
    """The same as lines for a log."""

    def __init__(
        self, total: int | None, description: str, unit: str, initial: int, said_when_short: bool
    ):
        self.n = initial
        self._said_when_short = said_when_short
        self._total = total
        self._description = description
        self._unit = unit
        self._initial = initial
        self._postfix = ""
        self._start = self._last = self._updated = time.monotonic()
        self._shown = -1

    def update(self, n: int = 1) -> None:
        self.n += n
        self._updated = time.monotonic()
        if self._updated - self._last >= SECONDS_BETWEEN_LINES:
            self._print()

    def say(self, line: str) -> None:
        print(line, flush=True)

    def unpause(self) -> None:
        now = time.monotonic()
        self._start += now - self._updated
        self._updated = self._last = now

    def set_postfix(self, **values: object) -> None:
        self._postfix = "".join(
            f", {key} {value:.4g}" if isinstance(value, float) else f", {key} {value}"
            for key, value in values.items()
        )

    def close(self) -> None:
        if self.n != self._shown and (self._said_when_short or self._shown >= 0):
            self._print()

    def _print(self) -> None:
        self._last = time.monotonic()
        self._shown = self.n
        elapsed = self._last - self._start
        rate = (self.n - self._initial) / max(elapsed, 1e-9)
        known = self._total is not None and rate > 0
        left = (self._total - self.n) / rate if known else 0.0
        total = "?" if self._total is None else self._total
        remaining = f"{tqdm.format_interval(left)} left" if known else "time left unknown"
        print(
            f"{self._description}: {self.n}/{total} {self._unit}, {rate:.4g} {self._unit}/s, "
            f"{remaining}{self._postfix}",
            file=sys.stderr,
            flush=True,
        )
