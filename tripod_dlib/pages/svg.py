"""Figures of matplotlib as SVG inside a page, in the page's own colours and letters."""

import contextlib
import io
import re
import warnings
from collections.abc import Iterator

from matplotlib.figure import Figure

from tripod_dlib.results.figures import LITERAL, figure_style

INK = "#010203"  # stands for the page's text colour
# Legible on white and on black, told apart by those who confuse red and green (Okabe and Ito).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#8f6fd6", "#56b4e9", "#b8860b", "#cc79a7")
SETTINGS = {
    **LITERAL,
    "svg.fonttype": "none",
    "svg.hashsalt": "tripod_dlib",  # the same figure is the same text
    "path.simplify": False,
    "font.family": "sans-serif",
    **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
    **{"axes.edgecolor": INK, "axes.labelcolor": INK, "axes.titlecolor": INK},
    **{"axes.spines.top": False, "axes.spines.right": False, "font.size": 10},
}


@contextlib.contextmanager
def page_style() -> Iterator[None]:
    """What a figure for a page is drawn in."""
    with figure_style(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # browsers have others
        yield


def as_element(figure: Figure, name: str, **savefig: object) -> str:
    """A figure as an SVG element; its text may be put into a page as it is.

    Args:
      figure: Drawn within `page_style`, which still holds.
      name: Another for each figure of a page: letters and digits.
      **savefig: Further arguments of `Figure.savefig`.
    """
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None}, **savefig)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;]*;", "font-family: inherit;", svg)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)  # two figures of a page share no name of a part
    svg = re.sub(r'(xlink:href|href)="#', rf'\1="#{name}-', svg)
    return re.sub(r"url\(#", f"url(#{name}-", svg)
