"""Mutual information gap."""

import numpy as np

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.counts import count
from tripod_dlib.metrics.gaps import gap_of_sources


@checks_settings
def compute_mig(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 20, discrete: bool = False
) -> dict[str, object]:
    """Gap between the two latents that tell most of a source, over the source's entropy.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "discrete_mig": float in [0, 1], the mean over sources, None where undefined (see "notes").
      "gaps": float64 (num_sources,); NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Chen et al., 2018, Eq. 6.
    """
    return gap_of_sources("discrete_mig", "MIG", count(sources, latents, num_bins, discrete))
