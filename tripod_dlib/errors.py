"""The exceptions that a command turns into an exit code and one clear message."""

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """A flag, binding, file or folder that the user gave cannot be used; exit code 2.

    The message says what came, what is allowed and what to do.
    """


class DivergedError(RuntimeError):
    """A loss term became NaN or infinite; exit code 3.

    The message names the term and the checkpoint that was kept.
    """


class Interrupted(BaseException):
    """A signal asked the work to stop, and it stopped after saving; exit code 128 + signal.

    As `KeyboardInterrupt` it is no `Exception`: who forgives failures does not forgive this.
    """

    def __init__(self, signum: int):
        """Keeps the number of the signal."""
        super().__init__(f"stopped by signal {signum}")
        self.signum = signum


def without_call_places(message: str) -> str:
    """A message without what gin adds to it: in the call of which configurables it was."""
    return message.partition("\n  In call to configurable")[0]


def did_you_mean(name: str, known: Iterable[str], form: str = "{!r}") -> str:
    """A question after the nearest known name, with a space before it; empty if none is near.

    Args:
      name: What came.
      known: What there is.
      form: How a name is written in the question.
    """
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f" Did you mean {form.format(nearest[0])}?" if nearest else ""


def counted(number: int, noun: str) -> str:
    """A number beside what it counts, such as "1 image" and "2 images".

    Args:
      number: How many.
      noun: One of them, whose plural ends in -s.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
