"""How every figure of this package is drawn, whatever the user's matplotlibrc says."""

import contextlib
from collections.abc import Iterator, Mapping

import matplotlib

LITERAL = {"text.parse_math": False, "axes.formatter.use_mathtext": False}


@contextlib.contextmanager
def figure_style(settings: Mapping[str, object] = LITERAL) -> Iterator[None]:
    """Draws within in matplotlib's own defaults and some settings; the user's come back after.

    Args:
      settings: Names are shown as they are, never typeset, unless these say otherwise.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        yield
