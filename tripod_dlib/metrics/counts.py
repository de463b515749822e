"""Mutual information of sources and counted latents: what scores of information are made of."""

import dataclasses

import numpy as np

from tripod_dlib.metrics.doubts import look_quantized, require_discrete
from tripod_dlib.metrics.inputs import Sample, check
from tripod_dlib.metrics.levels import count_levels
from tripod_dlib.metrics.mutual_information import discrete_mutual_information, entropy


@dataclasses.dataclass(frozen=True)
class Counts:
    """Plug-in information of a sample, in nats.

    Attributes:
      sample: The checked sample.
      levels: int64 (num_samples, num_latents), from 0.
      information: float64 (num_varying, num_latents), of the sources that vary.
      source_entropies: float64 (num_varying,), positive.
      latent_entropies: float64 (num_latents,).
    """

    sample: Sample
    levels: np.ndarray
    information: np.ndarray
    source_entropies: np.ndarray
    latent_entropies: np.ndarray

    def why_undefined(self, what: str, beside: str | None = None) -> str | None:
        """Why a score of these counts is undefined; None where it is defined.

        Args:
          what: The score, for the sentence.
          beside: "latents" if it compares several of them, "sources" if it compares those.
        """
        if not self.information.shape[0]:
            return "No source varies: there is nothing to score."
        if beside == "latents" and self.information.shape[1] == 1:
            return f"{what} is undefined: there is only one latent."
        if beside == "sources" and self.information.shape[0] == 1:
            return f"{what} is undefined: only one source varies."
        return None


def count(sources: np.ndarray, latents: np.ndarray, num_bins: int, discrete: bool) -> Counts:
    """Checks and counts.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Raises:
      ValueError: If discrete latents have too many values to be; see also `inputs.check`.
    """
    sample = check(sources, latents)
    if discrete:
        require_discrete(sample.given)
    else:
        notes = [*sample.notes, *look_quantized(sample.given)]
        sample = dataclasses.replace(sample, notes=notes)
    return counts_of(sample, count_levels(sample.given, num_bins, discrete))


def counts_of(sample: Sample, levels: np.ndarray) -> Counts:
    """The counts of levels, int64 (num_samples, num_latents) from 0, of a checked sample."""
    return Counts(
        sample,
        levels,
        discrete_mutual_information(sample.sources, levels),
        np.array([entropy(source) for source in sample.sources.T]),
        np.array([entropy(column) for column in levels.T]),
    )


def two_largest(information: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The largest and the second largest of each row, a row of one entry having 0 beside it."""
    padded = np.pad(information, ((0, 0), (1, 0)))  # information is not negative
    ordered = np.sort(padded, axis=1)
    return ordered[:, -1], ordered[:, -2]
