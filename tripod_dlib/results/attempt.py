"""What may fail without costing a run: pictures, TensorBoard's files, parts of pages."""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def attempt(what: str, failures: list[str] | None = None) -> Iterator[None]:
    """Lets something be made; if it fails, says so on standard error, and all else goes on.

    Args:
      what: What is made, to begin a sentence with: "pictures/nmi.png".
      failures: Gets the sentence too, for a page that says what it lacks.
    """
    try:
        yield
    except Exception as error:  # whatever it is, what was trained and scored is worth more
        reason = f"{type(error).__name__}: {error}".rstrip(".")
        print(f"{what} could not be made ({reason}); all else goes on.", file=sys.stderr)
        if failures is not None:
            failures.append(f"{what} could not be made ({reason}).")
