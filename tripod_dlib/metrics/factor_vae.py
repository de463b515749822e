"""The FactorVAE score: which latent varies least where one source is fixed."""

import numpy as np

from tripod_dlib.allowed import NonNegativeFloat, PositiveInt
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.scale import normalised
from tripod_dlib.metrics.seeds import generator_of
from tripod_dlib.metrics.shared_source import SharedSource

CONSTANT = 1e-12


@checks_settings
def compute_factor_vae(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_train: PositiveInt = 10_000,
    num_eval: PositiveInt = 5_000,
    batch_size: PositiveInt = 64,
    threshold: NonNegativeFloat = 0.05,
    seed: int = 0,
) -> dict[str, object]:
    """Accuracy of a majority vote that tells which source a batch of samples has in common.

    A batch votes for the latent whose variance is smallest relative to that over all samples.
    Batches are drawn from the given samples, with replacement, among those of one label. A constant
    latent never votes.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      num_train, num_eval: Votes to count and votes to score.
      batch_size: Samples per vote, at least 2.
      threshold: Latents of a smaller standard deviation take no part.
      seed: Seed of the draws.

    Returns:
      "train_accuracy", "eval_accuracy": float in [0, 1], None where undefined (see "notes"); 0 if
        no latent takes part.
      "num_active_dims": int, latents that take part.
      "notes": list of str.

    Raises:
      ValueError: If batch_size is less than 2; see also `inputs.check`.

    Reference: Kim & Mnih, 2018, section 4.
    """
    sample = check(sources, latents)
    if batch_size < 2:
        raise ValueError(f"A vote is a variance and needs a batch of at least 2; got {batch_size}.")
    notes = list(sample.notes)
    latents, exponents = normalised(sample.latents)
    variances = latents.var(axis=0, ddof=1)
    active = np.ldexp(np.sqrt(variances), exponents) >= threshold
    active &= ~constant_latents(latents)
    scores = {"train_accuracy": None, "eval_accuracy": None, "num_active_dims": int(active.sum())}
    if not len(sample.varying):
        notes.append("No source varies: there is nothing to score.")
        return {**scores, "notes": notes}
    if not active.any():
        largest = np.ldexp(np.sqrt(variances), exponents).max()
        notes.append(
            f"No latent varies enough to take part: the largest deviation is {largest:.3g}, the "
            f"threshold {threshold:g}."
        )
        return {**scores, "train_accuracy": 0.0, "eval_accuracy": 0.0, "notes": notes}
    generator = generator_of(seed)
    drawn = SharedSource(sample.sources)
    votes = []
    for num in (num_train, num_eval):
        shared = drawn.draw_sources(num, generator)
        counts = np.zeros((sample.sources.shape[1], int(active.sum())), np.int64)
        for chosen, rows in drawn.groups(shared, batch_size, generator):
            local = latents[:, active][rows].var(axis=1, ddof=1)
            np.add.at(counts, (shared[chosen], np.argmin(local / variances[active], axis=1)), 1)
        votes.append(counts)
    scores["train_accuracy"], scores["eval_accuracy"] = majority_accuracies(*votes)
    return {**scores, "notes": notes}


def active_dimensions(variances: np.ndarray, threshold: float = 0.0) -> np.ndarray:
    """Whether each latent's standard deviation is at least the threshold, bool (num_latents,)."""
    return np.sqrt(variances) >= threshold


def constant_latents(latents: np.ndarray) -> np.ndarray:
    """Whether each latent's range is rounding alone, bool (num_latents,)."""
    return np.ptp(latents, axis=0) <= CONSTANT * np.abs(latents).max(axis=0)


def vote(latents: np.ndarray, variances: np.ndarray) -> int:
    """The latent that varies least in a batch, relative to its variance over all.

    Args:
      latents: (batch_size, num_latents), of points that have one source in common.
      variances: float64 (num_latents,). Where one is 0 the ratio is 0 / 0, and that latent gets the
        vote, as in disentanglement_lib: leave such latents out to avoid it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return int(np.argmin(np.var(latents, axis=0, ddof=1) / variances))


def majority_accuracies(train_votes: np.ndarray, eval_votes: np.ndarray) -> tuple[float, float]:
    """How often each latent's most frequent source, by the training votes, is the shared one.

    Args:
      train_votes, eval_votes: int64 (num_sources, num_latents), counts.

    Returns:
      train_accuracy, eval_accuracy: float in [0, 1].
    """
    winner = np.argmax(train_votes, axis=0), np.arange(train_votes.shape[1])
    return tuple(float(votes[winner].sum() / votes.sum()) for votes in (train_votes, eval_votes))
