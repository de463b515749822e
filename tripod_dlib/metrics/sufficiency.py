"""Minimality and sufficiency: whether latents tell of one source alone, and of all of it."""

import numpy as np

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.counts import count

NUM_BINS = 15


@checks_settings
def compute_minimality(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_bins: BinCount = NUM_BINS,
    discrete: bool = False,
) -> dict[str, object]:
    """How much of each latent's entropy is information on the source that it tells most of.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "minimality": float in [0, 1], mean over latents that vary; 0 if none does, None if no source
        does (see "notes").
      "per_latent": float64 (num_latents,); NaN for a latent that never varies.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Almudevar et al., 2024, Defining and measuring disentanglement for non-independent
      factors of variation.
    """
    counts = count(sources, latents, num_bins, discrete)
    shares = np.full(len(counts.latent_entropies), np.nan)
    why = counts.why_undefined("Minimality")
    if why:
        return {"minimality": None, "per_latent": shares, "notes": [*counts.sample.notes, why]}
    varies = counts.latent_entropies > 0
    largest = counts.information.max(axis=0)[varies]
    shares[varies] = np.minimum(largest / counts.latent_entropies[varies], 1.0)
    score = float(shares[varies].mean()) if varies.any() else 0.0
    return {"minimality": score, "per_latent": shares, "notes": list(counts.sample.notes)}


@checks_settings
def compute_sufficiency(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_bins: BinCount = NUM_BINS,
    discrete: bool = False,
) -> dict[str, object]:
    """How much of each source's entropy the latent that tells most of it knows.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "sufficiency": float in [0, 1], mean over sources; None if none varies (see "notes").
      "per_source": float64 (num_sources,); NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: As of `compute_minimality`.
    """
    counts = count(sources, latents, num_bins, discrete)
    why = counts.why_undefined("Sufficiency")
    shares = np.minimum(counts.information.max(axis=1) / counts.source_entropies, 1.0)
    return {
        "sufficiency": None if why else float(shares.mean()),
        "per_source": counts.sample.spread(shares),
        "notes": [*counts.sample.notes, *([why] if why else [])],
    }
