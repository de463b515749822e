"""What every metric asks of its two arrays, said once."""

import dataclasses
import warnings

import numpy as np

from tripod_dlib.labels import merge_rounding, rank_labels
from tripod_dlib.metrics.doubts import look_mistaken, look_one_hot
from tripod_dlib.metrics.tables import (
    FEWEST_COUNTED,
    as_floats,
    as_numbers,
    as_tables,
    counts_rows,
    require_finite,
    say_if_exchanged,
    say_if_transposed,
)

# Integers and texts with more classes than this, of which most have one sample, are no labels.
MAX_RARE_CLASSES = 200


@dataclasses.dataclass(frozen=True)
class Sample:
    """Sources and latents that passed the checks.

    Attributes:
      sources: int64 (num_samples, num_varying): ranks of the labels of the sources that vary.
      latents: float64 (num_samples, num_latents).
      varying: int64 (num_varying,): columns of the given sources that vary.
      num_sources: Number of the given sources, constant ones too.
      notes: What a reader of the scores must know.
      given: (num_samples, num_latents), the latents in their own type: edges of histograms have it.
    """

    sources: np.ndarray
    latents: np.ndarray
    varying: np.ndarray
    num_sources: int
    notes: list[str]
    given: np.ndarray

    @property
    def num_values(self) -> np.ndarray:
        """Number of distinct labels of each varying source, int64 (num_varying,)."""
        return self.sources.max(axis=0, initial=0) + 1

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values whose last axis is the varying sources, over all sources, NaN for the others."""
        return spread_out(values, self.varying, self.num_sources)


def check(sources: np.ndarray, latents: np.ndarray, min_samples: int = 2) -> Sample:
    """Checks sources and latents and encodes the labels.

    Args:
      sources: (num_samples, num_sources) labels: integers, texts or floats; see `as_table` for what
        is taken besides arrays.
      latents: (num_samples, num_latents) numbers.
      min_samples: Samples that the metric needs.

    Returns:
      sample: Constant sources are left out of `sample.sources`, with a warning.

    Raises:
      ValueError: If shapes do not fit, there are too few samples, a value is missing, NaN or
        infinite, or a source is no label: more than num_samples / 2 distinct fractions, or more
        than that and 200 of anything, or the numbers of the rows.
    """
    sources, latents = as_tables(sources, latents)
    require_shapes(sources, latents, min_samples)
    require_finite("latents", latents)
    notes: list[str] = []
    columns = [_ranks(column, index, latents, notes) for index, column in enumerate(sources.T)]
    varying = np.array([i for i, column in enumerate(columns) if column.max() > 0], np.int64)
    encoded = np.stack(columns, axis=1)[:, varying]
    notes += _notes(encoded, latents, sources.shape[1], varying)
    notes += look_mistaken(sources, latents)
    for note in notes:
        warnings.warn(note, stacklevel=3)
    return Sample(encoded, as_floats(latents), varying, sources.shape[1], notes, latents)


def require_shapes(sources: np.ndarray, latents: np.ndarray, min_samples: int = 2) -> None:
    """Refuses tables that are not of the same samples, or have too few rows or no columns.

    Args:
      sources: (num_samples, num_sources).
      latents: (num_samples, num_latents).
      min_samples: Samples that are needed.

    Raises:
      ValueError: With both shapes, and what to do.
    """
    if len(sources) != len(latents):
        raise ValueError(
            "sources and latents are (num_samples, num_sources) and (num_samples, num_latents), "
            f"row by row the same samples; got {sources.shape} and {latents.shape}."
            f"{say_if_transposed(sources.shape, latents.shape)}"
        )
    if latents.shape[1] == 0 or sources.shape[1] == 0:
        without = " Without labels there is nothing to compare latents with."
        raise ValueError(
            f"At least one source and one latent; got {sources.shape} and {latents.shape}."
            f"{'' if sources.shape[1] else without}"
        )
    if len(sources) < min_samples:
        raise ValueError(f"At least {min_samples} samples are needed; got {len(sources)}.")
    if sources.shape[1] > max(len(sources), FEWEST_COUNTED):
        raise ValueError(
            f"There are more sources ({sources.shape[1]}) than samples ({len(sources)}): "
            "arrays are (num_samples, num_sources) and (num_samples, num_latents). "
            "disentanglement_lib's functions took the transpose: give sources.T and latents.T."
        )


def spread_out(values: np.ndarray, columns: np.ndarray, num_columns: int) -> np.ndarray:
    """Values whose last axis is some columns, over all columns, float64 with NaN for the others."""
    full = np.full((*np.shape(values)[:-1], num_columns), np.nan)
    full[..., columns] = values
    return full


def check_numbers(sources: np.ndarray, latents: np.ndarray) -> tuple[Sample, np.ndarray]:
    """`check` for sources that are numbers with an order, all of which may differ.

    Returns:
      sample: As in `check`, but of its `sources` only `varying` can be used.
      numbers: float64 (num_samples, num_varying): the sources that vary.

    Raises:
      ValueError: If sources are not finite numbers; see also `check`.
    """
    table, latents = as_tables(sources, latents)
    if table.dtype.kind not in "fiubO":
        raise ValueError(
            f"Continuous sources are numbers; got dtype {table.dtype}. Labels without an order "
            "need continuous=False where a metric has it, or another metric."
        )
    sources = as_numbers(table, "sources")
    require_finite("sources", sources)
    require_shapes(sources, latents)
    numbers = np.stack([merge_rounding(column) for column in as_floats(sources).T], axis=1)
    sample = check((numbers != numbers[:1]).astype(np.int64), latents)
    notes = look_one_hot(sources)
    indices = [index for index, column in enumerate(sources.T) if counts_rows(column)]
    if indices:
        notes.append(f"Sources {indices} count the rows: if that is an index, leave them out.")
    for note in notes:
        warnings.warn(note, stacklevel=3)
    sample = dataclasses.replace(sample, notes=[*sample.notes, *notes])
    return sample, numbers[:, sample.varying]


def _ranks(column: np.ndarray, index: int, latents: np.ndarray, notes: list[str]) -> np.ndarray:
    """Ranks of the labels of one source; refuses a column that no metric can make sense of."""
    where = f"Source {index}"
    hint = "" if column.dtype.kind in "biu" else say_if_exchanged(latents)
    ranked = rank_labels(column, where, hint)
    if counts_rows(column):
        raise ValueError(
            f"{where} counts the rows ({column[0]}, {column[1]}, {column[2]}, ...): it is an "
            "index, no label. Leave it out."
        )
    all_differ = ranked.num_values == len(column) >= FEWEST_COUNTED
    if all_differ or ranked.num_values > max(len(column) / 2, MAX_RARE_CLASSES):
        raise ValueError(
            f"{where} has {ranked.num_values} classes in {len(column)} samples: it looks like "
            "numbers of rows, names of files or measurements, which no metric can use. Leave it "
            "out, or bin it first."
        )
    if ranked.num_merged:
        notes.append(
            f"{where} has {ranked.num_values} classes: labels that differ by rounding are one "
            f"({ranked.num_values + ranked.num_merged} differ to the last bit)."
        )
    if ranked.same_texts:
        one, other = ranked.same_texts
        notes.append(f"{where} has the texts {one!r} and {other!r}, which are one class.")
    return ranked.ranks


def _notes(
    encoded: np.ndarray, latents: np.ndarray, num_sources: int, varying: np.ndarray
) -> list[str]:
    notes = []
    constant = sorted(set(range(num_sources)) - set(varying.tolist()))
    if constant:
        notes.append(f"Left out, since their labels never vary: sources {constant}.")
    if latents.shape[1] > len(latents):
        notes.append(
            "More latents than samples: what is fitted to them can be perfect by chance, as InfoE "
            "is (its held-out form is not)."
        )
    rare = [
        int(varying[i]) for i, ranks in enumerate(encoded.T) if len(ranks) < 2 * (ranks.max() + 1)
    ]
    if rare:
        notes.append(f"Fewer samples than twice the classes of sources {rare}.")
    return notes
