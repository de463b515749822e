"""Tables for a terminal."""

import textwrap
from collections.abc import Sequence

from tripod_dlib.results.aggregate import Group, mean_and_spread

WIDTH = 80


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
      text: At most 80 columns unless a heading is longer than 56, without a line end at the end.
    """
    width = max([12, *(len(heading) + 2 for heading, _, _ in rows)])
    lines = [f"{'score':<{width}}{'value':>10}{'baseline':>12}", "-" * (width + 22)]
    for heading, value, baseline in rows:
        lines.append(f"{heading:<{width}}{format_number(value):>10}{format_number(baseline):>12}")
    for note in notes:
        lines += textwrap.wrap(f"Note: {note}", WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def format_groups(groups: Sequence[Group]) -> str:
    """Scores of several settings, each as mean and spread over its runs.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.

    Returns:
      text: At most 80 columns unless a key is longer, without a line end at the end.
    """
    blocks = []
    for group in groups:
        lines = [f"{name} = {value}" for name, value in group.setting.items()]
        lines = [part for line in lines for part in textwrap.wrap(line, WIDTH)]
        width = max(map(len, group.scores), default=5)
        lines += [f"{'score':<{width}}{'mean':>10}{'std':>9}{'n':>4}", "-" * (width + 23)]
        for key, values in group.scores.items():
            mean, spread = mean_and_spread(values)
            numbers = f"{format_number(mean):>10}{format_number(spread):>9}{len(values):>4}"
            lines.append(f"{key:<{width}}{numbers}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def group_rows(groups: Sequence[Group]) -> tuple[list[str], list[list[str]]]:
    """The same as one wide table: a row a setting, its bindings first.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.

    Returns:
      header and rows, all texts; a score's cell is "mean ± std (n)".
    """
    bindings = list(dict.fromkeys(name for group in groups for name in group.setting))
    scores = list(dict.fromkeys(key for group in groups for key in group.scores))
    rows = [
        [group.setting.get(name, "-") for name in bindings]
        + [score_cell(group.scores.get(key, [])) for key in scores]
        for group in groups
    ]
    return [*bindings, *scores], rows


def score_cell(values: Sequence[float]) -> str:
    """Several runs' values as "mean ± std (n)"; a dash where there is none."""
    if not values:
        return "-"
    mean, spread = mean_and_spread(values)
    return f"{format_number(mean)} ± {format_number(spread)} ({len(values)})"
