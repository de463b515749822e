"""Gaps between the largest mutual informations: RMIG, JEMMIG, DCIMIG and MIG-sup.

All count latents in histograms or by their own values, and are of points: where the published form
averages over a latent's posterior, this is the form for posteriors that are sharp.
"""

import numpy as np

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.counts import Counts, count, two_largest
from tripod_dlib.metrics.mutual_information import ROUNDING


@checks_settings
def compute_rmig(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 100, discrete: bool = False
) -> dict[str, object]:
    """Robust mutual information gap: MIG with as many bins as Do & Tran took.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "rmig": float in [0, 1], mean over sources of the gap between the two latents that tell most
        of a source, over the source's entropy; None where undefined (see "notes").
      "gaps": float64 (num_sources,); NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Do & Tran, 2020, section 4.3.
    """
    return gap_of_sources("rmig", "RMIG", count(sources, latents, num_bins, discrete))


@checks_settings
def compute_jemmig(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 100, discrete: bool = False
) -> dict[str, object]:
    """Joint entropy minus mutual information gap: large also where a latent tells of other things.

    With z* the latent that tells most of a source f, and I1 and I2 the two largest informations on
    f, it is H(z*, f) - I1 + I2: 0 where z* tells f and nothing else, and no other latent tells f.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "jemmig": float >= 0 in nats, mean over sources; lower is better. None where undefined
        (see "notes").
      "jemmig_normalized": float in [0, 1], mean of 1 - JEMMIG / (H(f) + log(number of bins)), of
        which higher is better. Of discrete latents it is the largest number of values.
      "per_source": float64 (num_sources,), in nats; NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Do & Tran, 2020, section 4.4.
    """
    counts = count(sources, latents, num_bins, discrete)
    why = counts.why_undefined("JEMMIG", beside="latents")
    largest, second = two_largest(counts.information)
    joint = counts.source_entropies[:, None] + counts.latent_entropies - counts.information
    tells_most = counts.information >= largest[:, None] - ROUNDING  # of equal ones, the simplest
    values = np.where(tells_most, joint, np.inf).min(axis=1) - largest + second
    most = counts.source_entropies + np.log(counts.levels.max() + 1 if discrete else num_bins)
    return {
        **_of_sources("jemmig", counts, values, why, entries="per_source"),
        "jemmig_normalized": None if why else float(np.clip(1.0 - values / most, 0.0, 1.0).mean()),
    }


@checks_settings
def compute_dcimig(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 20, discrete: bool = False
) -> dict[str, object]:
    """Gap of each latent between the two sources that it tells most of, credited to the first one.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "dcimig": float in [0, 1], the largest gap of each source, summed, over the sum of entropies;
        None where undefined (see "notes").
      "gaps": float64 (num_sources,), in nats, 0 for a source that is no latent's first; NaN for a
        constant source.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Sepliarskaia et al., 2019 (3CharM).
    """
    counts = count(sources, latents, num_bins, discrete)
    why = counts.why_undefined("DCIMIG", beside="sources")
    gaps = np.zeros(len(counts.information))
    if why is None:
        largest, second = two_largest(counts.information.T)
        np.maximum.at(gaps, counts.information.argmax(axis=0), largest - second)
    results = _of_sources("dcimig", counts, gaps, why)
    score = None if why else float(gaps.sum() / counts.source_entropies.sum())
    return {**results, "dcimig": score}


@checks_settings
def compute_mig_sup(
    sources: np.ndarray, latents: np.ndarray, *, num_bins: BinCount = 20, discrete: bool = False
) -> dict[str, object]:
    """MIG-sup: the gap of each latent between the two sources that it tells the largest shares of.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "mig_sup": float in [0, 1], mean of the gaps in information over the source's entropy, over
        latents that vary; 0 if none does, None where undefined (see "notes").
      "gaps": float64 (num_latents,); NaN for a latent that never varies.
      "notes": list of str.

    Raises:
      ValueError: See `inputs.check`.

    Reference: Li et al., 2020, Progressive learning and disentanglement of hierarchical
      representations.
    """
    counts = count(sources, latents, num_bins, discrete)
    notes = list(counts.sample.notes)
    gaps = np.full(len(counts.latent_entropies), np.nan)
    why = counts.why_undefined("MIG-sup", beside="sources")
    if why:
        return {"mig_sup": None, "gaps": gaps, "notes": [*notes, why]}
    largest, second = two_largest((counts.information / counts.source_entropies[:, None]).T)
    varies = counts.latent_entropies > 0
    gaps[varies] = (largest - second)[varies]
    score = float(np.clip(gaps[varies].mean(), 0.0, 1.0)) if varies.any() else 0.0
    return {"mig_sup": score, "gaps": gaps, "notes": notes}


def gap_of_sources(key: str, what: str, counts: Counts) -> dict[str, object]:
    """MIG's result under a key: the mean of gaps over entropies, and "gaps" of each source.

    Args:
      key: Name of the mean.
      what: Name of the score, for notes.
      counts: What latents tell of sources.
    """
    largest, second = two_largest(counts.information)
    gaps = (largest - second) / counts.source_entropies
    return _of_sources(key, counts, gaps, counts.why_undefined(what, beside="latents"))


def _of_sources(
    key: str, counts: Counts, values: np.ndarray, why: str | None, entries: str = "gaps"
) -> dict[str, object]:
    """The mean over sources and each source's value; None and NaN with the reason why."""
    return {
        key: None if why else float(np.clip(values.mean(), 0.0, None)),
        entries: counts.sample.spread(np.where(why is None, values, np.nan)),
        "notes": [*counts.sample.notes, *([why] if why else [])],
    }
