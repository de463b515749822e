"""What a board shows, as plain data: everything that is printed or drawn is made from these.

`dataclasses.asdict(board)` is JSON; NaN never occurs, None stands for what is not there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A metric in one variant.

    Attributes:
      key: The variant's key, by which cells are found.
      metric: Such as "infom".
      heading: Such as "InfoM"; with the settings in which it differs from other columns of its
        metric, such as "InfoM (continuous)".
      settings: Setting to value: the whole variant.
      ranked: Whether there is a baseline, and methods are ranked by what lies above it.
    """

    key: str
    metric: str
    heading: str
    settings: dict[str, str]
    ranked: bool


@dataclass(frozen=True)
class Comparison:
    """The difference of a method to the one that all are compared with.

    Attributes:
      difference: Of the means (of scores above baseline where the column is ranked).
      p_value: After Holm's correction; None if nothing can be decided.
      verdict: "better", "worse", "not significant", or "cannot be decided with this many seeds".
      test: "permutation, unpaired", "permutation, paired by seed", or "bootstrap of seeds within
        datasets".
    """

    difference: float
    p_value: float | None
    verdict: str
    test: str


@dataclass(frozen=True)
class Cell:
    """A method's score.

    Attributes:
      values: (seed, score) of each seed that has one; in the aggregate (dataset, mean).
      num_seeds: How many seeds stand behind it; in the aggregate the fewest of a dataset.
      mean: Of the values; in the aggregate of scores above the baseline.
      interval: 95 % interval of the mean; None for a single seed.
      baseline_mean, baseline_q95: Means over seeds of the permutation baseline; None without one.
      above_baseline: Mean of (s - b) / (1 - b), by which methods are ranked; None without baseline.
      above_values: The same of each value, in their order; empty without baseline.
      group: 1 for the best method and all that the data cannot tell apart from it, 2 for the best
        of the others and so on; None where nothing is ranked.
      group_decided: Whether the seeds suffice to tell this method from the first of its group.
      comparison: With the chosen method; None for itself, or where none is chosen.
    """

    values: tuple[tuple[int | str, float], ...]
    num_seeds: int
    mean: float
    interval: tuple[float, float] | None
    baseline_mean: float | None = None
    baseline_q95: float | None = None
    above_baseline: float | None = None
    above_values: tuple[float, ...] = ()
    group: int | None = None
    group_decided: bool = True
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Selection:
    """InfoM of the one model that a method would hand out, chosen with labels and without.

    Attributes:
      oracle: Of the best seed among those above the PSNR threshold: it sees labels.
      oracle_seed: Which that is.
      label_free: Of the seed with the highest UDR among those; None where no UDR is given.
      label_free_seed: Which that is.
      regret: oracle - label_free.
      num_candidates: Seeds above the threshold.
      checkpoint_saw_labels: Whether the label-free seed's checkpoint was itself chosen by InfoM.
      key: The column's variant.
    """

    oracle: float
    oracle_seed: int
    label_free: float | None
    label_free_seed: int | None
    regret: float | None
    num_candidates: int
    checkpoint_saw_labels: bool
    key: str


@dataclass(frozen=True)
class Row:
    """A method at one revision.

    Attributes:
      method, revision: Which one.
      developer, url, framework: Empty where not given.
      measured_by: "verified", "partly verified" or "reported".
      made_from: "run", "arrays", "hand", joined by " and ".
      num_claimed: Seeds that it claims or is known to have tried.
      num_finished, num_diverged, num_failed, num_missing: How many of them; they add up.
      cells: Column's key to cell; columns without a figure are not there.
      selection: With labels and without; None without InfoM, and in the aggregate.
      notes: Sentences on what the row lacks.
    """

    method: str
    revision: str
    developer: str
    url: str
    framework: str
    measured_by: str
    made_from: str
    num_claimed: int
    num_finished: int
    num_diverged: int
    num_failed: int
    num_missing: int
    cells: dict[str, Cell]
    selection: Selection | None
    notes: tuple[str, ...]

    @property
    def label(self) -> str:
        """Method and revision in one line."""
        return f"{self.method} ({self.revision})"


@dataclass(frozen=True)
class Table:
    """One dataset, or the aggregate of several.

    Attributes:
      name: The dataset's name, or "aggregate".
      datasets: The datasets behind it.
      rendered: Whether it is rendered by a program and no published data.
      resembles: The published dataset that it looks like, whose scores these are not; or empty.
      columns: In the order in which they are shown.
      rows: Best first by the first ranked column, then by name.
      notes: Sentences below the table.
    """

    name: str
    datasets: tuple[str, ...]
    rendered: bool
    resembles: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """All tables.

    Attributes:
      tables: One a dataset, and the aggregate last if there are several.
      compared_with: "method (revision)" that all are compared with; empty for none.
      level: Of the tests.
      date: Of the newest result.
      num_results: Result files behind it.
      left_out: Sentences on files that were given and are not behind it, file and field first.
    """

    tables: tuple[Table, ...]
    compared_with: str
    level: float
    date: str
    num_results: int
    left_out: tuple[str, ...] = ()
