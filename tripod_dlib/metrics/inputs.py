"""What every metric asks of its two arrays, said once."""

import dataclasses
import warnings

import numpy as np


@dataclasses.dataclass(frozen=True)
class Sample:
    """Sources and latents that passed the checks.

    Attributes:
      sources: int64 (num_samples, num_varying): ranks of the labels of the sources that vary.
      latents: float64 (num_samples, num_latents).
      varying: int64 (num_varying,): columns of the given sources that vary.
      num_sources: Number of the given sources, constant ones too.
      notes: What a reader of the scores must know.
    """

    sources: np.ndarray
    latents: np.ndarray
    varying: np.ndarray
    num_sources: int
    notes: list[str]

    @property
    def num_values(self) -> np.ndarray:
        """Number of distinct labels of each varying source, int64 (num_varying,)."""
        return self.sources.max(axis=0, initial=0) + 1


def check(sources: np.ndarray, latents: np.ndarray, min_samples: int = 2) -> Sample:
    """Checks sources and latents and encodes the labels.

    Args:
      sources: (num_samples, num_sources) labels: integers, strings or floats.
      latents: (num_samples, num_latents) numbers.
      min_samples: Samples that the metric needs.

    Returns:
      sample: Constant sources are left out of `sample.sources`, with a warning.

    Raises:
      ValueError: If shapes do not fit, there are too few samples, a value is NaN or infinite, or a
        column of float labels has more than num_samples / 2 distinct values.
    """
    sources, latents = np.asarray(sources), np.asarray(latents)
    if sources.ndim != 2 or latents.ndim != 2 or len(sources) != len(latents):
        raise ValueError(
            "sources and latents are (num_samples, num_sources) and (num_samples, num_latents); "
            f"got {sources.shape} and {latents.shape}."
        )
    if latents.shape[1] == 0 or sources.shape[1] == 0:
        raise ValueError(
            f"At least one source and one latent; got {sources.shape} and {latents.shape}."
        )
    if len(sources) < min_samples:
        raise ValueError(f"At least {min_samples} samples are needed; got {len(sources)}.")
    if latents.dtype.kind not in "fiub":
        raise ValueError(f"latents are numbers; got dtype {latents.dtype}.")
    require_finite("latents", latents)
    columns = [encode_labels(column, index) for index, column in enumerate(sources.T)]
    varying = np.array([i for i, column in enumerate(columns) if column.max() > 0], np.int64)
    encoded = np.stack(columns, axis=1)[:, varying]
    notes = _notes(encoded, latents, sources.shape[1], varying)
    return Sample(encoded, latents.astype(np.float64), varying, sources.shape[1], notes)


def check_numbers(sources: np.ndarray, latents: np.ndarray) -> tuple[Sample, np.ndarray]:
    """`check` for sources that are numbers with an order, all of which may differ.

    Returns:
      sample: As in `check`, but of its `sources` only `varying` can be used.
      numbers: float64 (num_samples, num_varying): the sources that vary.

    Raises:
      ValueError: If sources are not finite numbers; see also `check`.
    """
    sources = np.asarray(sources)
    if sources.dtype.kind not in "fiub":
        raise ValueError(
            f"Continuous sources are numbers; got dtype {sources.dtype}. Labels without an order "
            "need continuous=False where a metric has it, or another metric."
        )
    if sources.ndim == 2:
        require_finite("sources", sources)
    sample = check((sources != sources[:1]).astype(np.int64), latents)
    return sample, sources[:, sample.varying].astype(np.float64)


def require_finite(name: str, array: np.ndarray) -> None:
    """Refuses NaN and infinities.

    Raises:
      ValueError: With their count and where the first one is.
    """
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    row, column = np.argwhere(~np.isfinite(array))[0]
    count = int((~np.isfinite(array)).sum())
    raise ValueError(
        f"{name} hold {count} NaN or infinite values, the first in row {row}, column {column}. "
        "Leave those rows out, or find out where they come from."
    )


def encode_labels(labels: np.ndarray, column: int) -> np.ndarray:
    """Labels of one source as their ranks.

    Args:
      labels: (num_samples,) integers, strings, booleans or floats.
      column: Number of the source, for messages.

    Returns:
      ranks: int64 (num_samples,), 0 for the least label.

    Raises:
      ValueError: If a float label is not finite, or floats look like measurements.
    """
    if labels.dtype.kind == "O":
        labels = labels.astype(str)
    if labels.dtype.kind == "f":
        require_finite(f"the labels of source {column}", labels[:, None])
    values, ranks = np.unique(labels, return_inverse=True)
    if labels.dtype.kind == "f" and len(values) > max(len(labels) / 2, 2):
        raise ValueError(
            f"Source {column} has {len(values)} distinct float labels in {len(labels)} samples: it "
            "looks continuous. Sources are discrete; bin it first."
        )
    return ranks.astype(np.int64)


def _notes(
    encoded: np.ndarray, latents: np.ndarray, num_sources: int, varying: np.ndarray
) -> list[str]:
    notes = []
    constant = sorted(set(range(num_sources)) - set(varying.tolist()))
    if constant:
        notes.append(f"Left out, since their labels never vary: sources {constant}.")
    if latents.shape[1] > len(latents):
        notes.append("More latents than samples: read the held-out InfoE, not the fitted one.")
    rare = [
        int(varying[i]) for i, ranks in enumerate(encoded.T) if len(ranks) < 2 * (ranks.max() + 1)
    ]
    if rare:
        notes.append(f"Fewer samples than twice the classes of sources {rare}.")
    for note in notes:
        warnings.warn(note, stacklevel=3)
    return notes
