"""What two arrays look like that would make their scores mean something else."""

import numpy as np

from tripod_dlib.metrics.scale import normalised
from tripod_dlib.metrics.tables import FEW_VALUES, as_floats, counts_rows, say_if_exchanged
from tripod_dlib.one_hot import one_hot_columns

MANY_CLASSES = 500  # from which on a forest or a regression takes minutes
FEWEST_SAMPLES = 50  # with fewer, few distinct values mean nothing
ORDINARY_SHARE = 0.9  # of the samples, whose distances from the median are the measure
FAR_AWAY = 20  # times that: of a histogram's 20 bins one is left to the others
OUTLIERS = 0.01  # share of samples; more of them are no outliers but values
MANY_REPEATED = 0.1  # share of rows
FEWEST_ROWS = 10  # different ones, before it is told from levels that go together
KIND_UNKNOWN = (
    "Whether the latents are quantized or continuous is not known, and scores differ: say "
    "discrete=True or discrete=False, on the command line --discrete or --nodiscrete; or save "
    "num_values_per_latent (above 0 for all latents, or 0 for all: continuous ones) beside the "
    "arrays in an .npz file."
)


def doubts_about(sources: np.ndarray, latents: np.ndarray) -> list[str]:
    """Sentences on arrays that can be scored but look mistaken.

    Args:
      sources: (num_samples, num_sources) of any dtype; see `tables.as_table`.
      latents: (num_samples, num_latents) numbers.

    Returns:
      doubts: On labels that are one-hot, on an index among the latents, on outliers, on arrays that
        look exchanged, on rows that are there twice, and on classes so many that scoring takes
        long.
    """
    doubts = [*look_mistaken(sources, latents), *_repeated(latents)]
    if sources.shape[1] > latents.shape[1] and (exchanged := say_if_exchanged(latents)):
        doubts.append(f"There are more sources than latents.{exchanged}")
    for index, column in enumerate(sources.T):
        num_classes = len(np.unique(column.astype(str) if column.dtype.kind == "O" else column))
        if num_classes > MANY_CLASSES:
            doubts.append(
                f"Source {index} has {num_classes} classes: scoring takes minutes, and each class "
                f"has {len(column) / num_classes:.1f} samples. Leave it out if it is no label."
            )
    return doubts


def look_mistaken(sources: np.ndarray, latents: np.ndarray) -> list[str]:
    """The doubts that every metric has, as its own check says them; see `doubts_about`."""
    doubts = look_one_hot(sources)
    indices = [index for index, column in enumerate(latents.T) if counts_rows(column)]
    if indices:
        doubts.append(f"Latents {indices} count the rows, as an index does: leave them out.")
    return doubts + look_outlying(latents)


def look_one_hot(sources: np.ndarray) -> list[str]:
    """A sentence on labels in one-hot form; else none."""
    one_hot = one_hot_columns(sources)
    if not one_hot:
        return []
    return [
        f"Sources {one_hot[0]} to {one_hot[-1]} are one label in one-hot form, scored as "
        f"{len(one_hot)} sources: give one column of class numbers (argmax) instead."
    ]


def look_outlying(latents: np.ndarray) -> list[str]:
    """A sentence on latents of which a few samples are so far away that the others look equal."""
    if len(latents) < FEWEST_SAMPLES or not np.isfinite(latents).all():
        return []
    values = normalised(as_floats(latents))[0] / 2  # whose differences are in range
    distances = np.abs(values - np.median(values, axis=0))
    near = np.percentile(distances, 100 * ORDINARY_SHARE, axis=0)
    num_far = (distances > FAR_AWAY * near).sum(axis=0)
    few = (near > 0) & (num_far > 0) & (num_far <= max(1, len(latents) * OUTLIERS))
    if not few.any():
        return []
    return [
        f"Latents {np.flatnonzero(few).tolist()} have outliers ({num_far[few].max()} samples at "
        f"most), over {FAR_AWAY} times farther from the median than {ORDINARY_SHARE:.0%} of the "
        "samples: histograms, correlations and ranges see little beside them. Find out where they "
        "come from, or leave those rows out."
    ]


def _repeated(latents: np.ndarray) -> list[str]:
    """A sentence on continuous latents whose rows are there several times; else none."""
    if len(latents) < FEWEST_SAMPLES or latents.shape[1] < 2:
        return []
    num_rows = len(np.unique(latents, axis=0))
    num_values = np.median([len(np.unique(column)) for column in latents.T])
    share = 1.0 - num_rows / len(latents)
    if share <= MANY_REPEATED or num_rows < FEWEST_ROWS or num_values < 0.9 * num_rows:
        return []  # quantized latents have rows of many combinations of few values
    return [
        f"{share:.0%} of the rows have the latents of another row to the last bit, as draws with "
        "replacement have, or an encoder that gives one point for different images. Of the former "
        "rows that a metric holds out are rows that it was fitted on: give each image once."
    ]


def look_quantized(latents: np.ndarray) -> list[str]:
    """A sentence if each of the latents takes few values and one several; else none."""
    if len(latents) < FEWEST_SAMPLES:
        return []
    most = max(len(np.unique(column)) for column in latents.T)
    if not 1 < most <= min(FEW_VALUES, len(latents) / 10):
        return []
    return [
        f"The latents take at most {most} values each and look quantized, but are scored as "
        "continuous: say discrete=True (--discrete) to count their values."
    ]


def require_kind(discrete: bool | None) -> None:
    """Refuses to go on where nobody said whether latents are quantized.

    Raises:
      ValueError: With all the ways to say it.
    """
    if not isinstance(discrete, bool | np.bool_):
        raise ValueError(KIND_UNKNOWN)


def require_discrete(latents: np.ndarray) -> None:
    """Refuses latents (num_samples, num_latents) of which one cannot be quantized.

    Raises:
      ValueError: If one takes a value of its own in most samples.
    """
    for index, column in enumerate(latents.T):
        num_values = len(np.unique(column))
        if num_values > max(len(column) / 2, 2):
            raise ValueError(
                f"Latent {index} has {num_values} distinct values in {len(column)} samples: it is "
                "not discrete. Say discrete=False (--nodiscrete)."
            )
