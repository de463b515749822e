"""Tables for a terminal."""

from collections.abc import Sequence


def format_number(value: float | None) -> str:
    """Three decimals, two for numbers of 10 and more; a dash for None."""
    if value is None:
        return "-"
    return f"{value:.2f}" if abs(value) >= 10 else f"{value:.3f}"


def format_table(
    rows: Sequence[tuple[str, float | None, float | None]], notes: Sequence[str] = ()
) -> str:
    """Scores beside their baselines.

    Args:
      rows: (heading, score, baseline).
      notes: Sentences below, such as why a score is undefined.

    Returns:
      text: At most 80 columns, without a line end at the end.
    """
    lines = [f"{'score':<12}{'value':>10}{'baseline':>12}", "-" * 34]
    for heading, value, baseline in rows:
        lines.append(f"{heading:<12}{format_number(value):>10}{format_number(baseline):>12}")
    return "\n".join([*lines, *(f"Note: {note}" for note in notes)])
