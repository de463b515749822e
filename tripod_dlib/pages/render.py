"""Templates to whole pages. Everything that is filled in is escaped.

Templates stand in `pages/templates`; `base.html` has what all pages share: their style, light and
dark, on paper and on a phone, and a policy that forbids them the network. A page extends it:

    {% extends "base.html" %}
    {% block main %}...{% endblock %}
"""

import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tripod_dlib.errors import InputError
from tripod_dlib.storage import one_line

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).parent / "templates"
NOT_THERE = "–"


def render(template: str, context: Mapping[str, object]) -> str:
    """A page as text.

    Args:
      template: Name of a file in `pages/templates`.
      context: Name to value. Texts are escaped; what is `markupsafe.Markup` is taken as it is.

    Returns:
      html: A whole document.

    Raises:
      InputError: If Jinja2 is not installed.
    """
    return _environment().get_template(template).render(context)


def number(value: float | None, digits: int = 3) -> str:
    """A figure for people: so many decimals, two for 10 and more; a dash for none."""
    if value is None or not math.isfinite(value):
        return NOT_THERE
    return f"{value:.2f}" if abs(value) >= 10 else f"{value:.{digits}f}"


def duration(seconds: float | None) -> str:
    """A time for people: "45 s", "6.9 min", "3 h 20 min"."""
    if seconds is None or not math.isfinite(seconds):
        return NOT_THERE
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.1f} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min"


@functools.cache
def _environment() -> "jinja2.Environment":
    try:
        import jinja2
    except ImportError as error:
        raise InputError(
            "Pages need Jinja2, which is not installed: pip install 'tripod_dlib[report]'."
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"number": number, "duration": duration, "one_line": one_line}
    environment.filters.update(filters)
    return environment
