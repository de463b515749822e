"""Tables for a terminal and for files, of one run and of many."""

import difflib
import textwrap
from collections.abc import Sequence

from tripod_dlib.errors import InputError
from tripod_dlib.results.groups import EVALUATION, Group, mean_and_spread
from tripod_dlib.results.scores import TABLE, metric_rows
from tripod_dlib.storage import one_line

WIDTH = 80
ALL = "all"
Columns = list[tuple[str, str]]  # heading, and the score's name in the groups


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
    rows = [(one_line(heading), value, baseline) for heading, value, baseline in rows]
    width = max([12, *(len(heading) + 2 for heading, _, _ in rows)])
    lines = [f"{'score':<{width}}{'value':>10}{'baseline':>12}", "-" * (width + 22)]
    for heading, value, baseline in rows:
        lines.append(f"{heading:<{width}}{format_number(value):>10}{format_number(baseline):>12}")
    for note in notes:
        lines += textwrap.wrap(f"Note: {one_line(note)}", WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def choose_columns(groups: Sequence[Group], chosen: Sequence[str] = ()) -> tuple[Columns, int]:
    """Which scores a table over seeds shows, in which order.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.
      chosen: Headings ("InfoM") or names of scores, in the wanted order, or "all"; none for the
        usual ones: InfoM, InfoC, InfoE, D, C, I, MIG, PSNR, then those of evaluations' metrics.

    Returns:
      columns: (heading, name of the score).
      num_further: Number of scores that are not shown.

    Raises:
      InputError: If a chosen one is not there.
    """
    scores = list(dict.fromkeys(key for group in groups for key in group.scores))
    headings = {name: heading.removesuffix(" (dB)") for heading, name in TABLE}
    short = {key: key.partition("_results.")[2] for key in scores}
    counts = {name: list(short.values()).count(name) for name in set(short.values())}
    known = {}
    for key in sorted(scores, key=lambda key: _place(short[key])):
        heading = headings.get(short[key], short[key])
        step = key.partition("_results.")[0]
        known[heading if counts[short[key]] == 1 else f"{heading} ({step})"] = key
    if list(chosen) == [ALL]:
        return list(known.items()), 0
    if chosen:
        return [_chosen(name, known) for name in chosen], 0
    usual = [(heading, key) for heading, key in known.items() if short[key] in headings]
    evaluated = {short[key]: 0.0 for key in scores if key.startswith(EVALUATION)}
    rows, _ = metric_rows({k: v for k, v in evaluated.items() if k not in headings}, {})
    usual += [(heading, known[heading]) for heading, _, _ in rows if heading in known]
    usual = usual or list(known.items())
    return usual, len(scores) - len(usual)


def format_groups(groups: Sequence[Group], columns: Columns) -> str:
    """Scores of several settings, each as mean and spread over its runs.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.
      columns: What `choose_columns` gave.

    Returns:
      text: At most 80 columns unless a key is longer, without a line end at the end.
    """
    blocks = []
    for group in groups:
        lines = [one_line(f"{name} = {value}") for name, value in group.setting.items()]
        lines = [part for line in lines for part in textwrap.wrap(line, WIDTH)]
        shown = [(one_line(heading), group.scores.get(key, [])) for heading, key in columns]
        width = max([12, *(len(heading) + 2 for heading, _ in shown)])
        lines += [f"{'score':<{width}}{'mean':>10}{'std':>9}{'n':>4}", "-" * (width + 23)]
        for heading, values in shown:
            mean, spread = mean_and_spread(values) if values else (None, None)
            numbers = f"{format_number(mean):>10}{format_number(spread):>9}{len(values):>4}"
            lines.append(f"{heading:<{width}}{numbers}")
        for note in group.notes:
            lines += textwrap.wrap(f"Note: {one_line(note)}", WIDTH, subsequent_indent="  ")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def group_rows(groups: Sequence[Group], columns: Columns) -> tuple[list[str], list[list[str]]]:
    """The same as one wide table for people: a row a setting, its bindings first.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.
      columns: What `choose_columns` gave.

    Returns:
      header and rows, all texts; a score's cell is "mean ± std (n)".
    """
    bindings = _bindings(groups)
    rows = [
        [group.setting.get(name, "-") for name in bindings]
        + [score_cell(group.scores.get(key, [])) for _, key in columns]
        for group in groups
    ]
    return [*bindings, *(heading for heading, _ in columns)], rows


def number_rows(groups: Sequence[Group], columns: Columns) -> tuple[list[str], list[list[str]]]:
    """The same for programs: mean, standard deviation and number of runs in columns of their own.

    Args:
      groups: Runs that differ in their seeds only, setting by setting.
      columns: What `choose_columns` gave.

    Returns:
      header and rows, all texts; numbers in full precision, empty where there is none.
    """
    bindings = _bindings(groups)
    header = [f"{heading} {part}" for heading, _ in columns for part in ("mean", "std", "n")]
    rows = []
    for group in groups:
        row = [group.setting.get(name, "") for name in bindings]
        for _, key in columns:
            values = group.scores.get(key, [])
            numbers = mean_and_spread(values) if values else (None, None)
            row += ["" if number is None else repr(number) for number in numbers]
            row.append(str(len(values)))
        rows.append(row)
    return [*bindings, *header], rows


def score_cell(values: Sequence[float]) -> str:
    """Several runs' values as "mean ± std (n)"; a dash where there is none."""
    if not values:
        return "-"
    mean, spread = mean_and_spread(values)
    return f"{format_number(mean)} ± {format_number(spread)} ({len(values)})"


def _bindings(groups: Sequence[Group]) -> list[str]:
    return list(dict.fromkeys(name for group in groups for name in group.setting))


def _place(name: str) -> int:
    """The usual scores stand first, in their order; the others as they come."""
    usual = [key for _, key in TABLE]
    return usual.index(name) if name in usual else len(usual)


def _chosen(name: str, known: dict[str, str]) -> tuple[str, str]:
    for heading, key in known.items():
        if name in (heading, key) or name.lower() == heading.lower():
            return heading, key
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise InputError(
        f"There is no score {name!r} in these results.{hint} Known: {', '.join(known)}."
    )
