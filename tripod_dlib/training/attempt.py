"""What may fail without costing a run: pictures, TensorBoard's files, pages."""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def attempt(what: str) -> Iterator[None]:
    """Lets something be made; if it fails, says so on standard error, and all else goes on.

    Args:
      what: What is made, to begin a sentence with: "pictures/nmi.png".
    """
    try:
        yield
    except Exception as error:  # whatever it is, what was trained and scored is worth more
        reason = f"{type(error).__name__}: {error}".rstrip(".")
        print(f"{what} could not be made ({reason}); all else goes on.", file=sys.stderr)
