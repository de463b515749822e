"""Unsupervised disentanglement ranking: models that agree on their latents are trusted."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import Lasso

from tripod_dlib.allowed import NonNegativeFloat
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.mcc import absolute_correlations
from tripod_dlib.metrics.scale import standardised
from tripod_dlib.metrics.tables import as_floats, as_numbers, require_finite

LASSO_ALPHA = 0.1
INFORMATIVE_KL = 0.01


@checks_settings
def compute_udr(
    latents: Sequence[np.ndarray],
    kl: Sequence[np.ndarray],
    *,
    correlation: str = "lasso",
    filter_low_kl: bool = True,
    kl_filter_threshold: NonNegativeFloat = INFORMATIVE_KL,
    random_state: np.random.RandomState | None = None,
) -> dict[str, object]:
    """How well each model's latents match those of the others, on the same samples.

    Args:
      latents: For each model float (num_samples, num_latents), the same shape for all.
      kl: For each model float (num_latents,), the latents' divergence from their prior, in nats.
        Latents of at most 0.01 are set to 0.
      correlation: "lasso" (coefficients of a regression) or "spearman" (rank correlations).
      filter_low_kl: Whether only latents beyond the threshold enter the scores.
      kl_filter_threshold: That threshold, in nats.
      random_state: Handed to the regression, which does not draw from it.

    Returns:
      "raw_correlations": float64 (num_models, num_models, num_latents, num_latents), 0 of a model
        with itself.
      "pairwise_scores": float64 (num_models, num_models) in [0, 1], the same.
      "model_scores": list of each model's median over the others; None for a single model.
      "notes": list of str.

    Raises:
      ValueError: If shapes differ, a value is not finite or the correlation is unknown.

    Reference: Duan et al., 2020.
    """
    if correlation not in CORRELATIONS:
        raise ValueError(
            f"Unknown correlation {correlation!r}; choose one of {', '.join(CORRELATIONS)}."
        )
    arrays, divergences = _check(latents, kl)
    inputs = [
        standardised(array) * (divergence > INFORMATIVE_KL)
        for array, divergence in zip(arrays, divergences, strict=True)
    ]
    kept = [
        divergence > kl_filter_threshold if filter_low_kl else np.ones(len(divergence), bool)
        for divergence in divergences
    ]
    num_models, num_latents = len(inputs), inputs[0].shape[1]
    raw = np.zeros((num_models, num_models, num_latents, num_latents))
    pairwise = np.zeros((num_models, num_models))
    for i, j in np.argwhere(~np.eye(num_models, dtype=bool)):
        if correlation == "lasso":
            raw[i, j] = lasso_correlations(inputs[i], inputs[j], random_state)
        else:
            raw[i, j] = spearman_correlations(inputs[i], inputs[j])
        pairwise[i, j] = relative_strength(raw[i, j][np.ix_(kept[i], kept[j])])
    scores = [
        float(np.median(np.delete(pairwise[:, i], i))) if num_models > 1 else None
        for i in range(num_models)
    ]
    notes = [] if num_models > 1 else ["UDR is undefined: there is only one model."]
    return {
        "raw_correlations": raw,
        "pairwise_scores": pairwise,
        "model_scores": scores,
        "notes": notes,
    }


CORRELATIONS = ("lasso", "spearman")


def lasso_correlations(
    inputs: np.ndarray, targets: np.ndarray, random_state: np.random.RandomState | int | None = None
) -> np.ndarray:
    """Absolute coefficients of a Lasso regression, alpha 0.1.

    Args:
      inputs: (num_samples, num_inputs).
      targets: (num_samples, num_targets).
      random_state: Handed to the regression, which does not draw from it.

    Returns:
      coefficients: float64 (num_inputs, num_targets).
    """
    model = Lasso(alpha=LASSO_ALPHA, random_state=random_state).fit(inputs, targets)
    return np.abs(model.coef_.reshape(targets.shape[1], inputs.shape[1]).T)


def spearman_correlations(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Absolute rank correlations (num_one, num_other), 0 where a latent does not vary."""
    return absolute_correlations(rankdata(one, axis=0), rankdata(other, axis=0))


def relative_strength(correlations: np.ndarray) -> float:
    """How far each latent is related to one latent of the other model only.

    Args:
      correlations: float64 (num_latents, num_other), not negative.

    Returns:
      score: float in [0, 1]: the square of the largest entry over the sum, averaged over columns
        and over rows, and the mean of both averages.
    """
    if not correlations.size:
        return 0.0
    return float(np.mean([_strength(correlations, 0), _strength(correlations, 1)]))


def _strength(correlations: np.ndarray, axis: int) -> float:
    totals = correlations.sum(axis=axis)
    squares = np.square(correlations.max(axis=axis))
    return float(np.mean(np.where(totals > 0, squares / np.where(totals > 0, totals, 1.0), 0.0)))


def _check(
    latents: Sequence[np.ndarray], kl: Sequence[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    arrays = [
        as_floats(as_numbers(array, f"the latents of model {index}"))
        for index, array in enumerate(latents)
    ]
    divergences = [np.asarray(divergence, np.float64) for divergence in kl]
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or len(arrays[0]) < 2 or not arrays[0].shape[1]:
        raise ValueError(
            "All models give (num_samples, num_latents) of one shape, at least 2 samples and a "
            "latent; got "
            f"{sorted(shapes)}."
        )
    expected = [arrays[0].shape[1:]] * len(arrays)
    if [divergence.shape for divergence in divergences] != expected:
        raise ValueError(
            f"Each model has one divergence a latent, {expected[0]}; got "
            f"{[divergence.shape for divergence in divergences]}."
        )
    for index, array in enumerate(arrays):
        require_finite(f"the latents of model {index}", array)
    for index, divergence in enumerate(divergences):
        if np.isnan(divergence).any():
            raise ValueError(f"The divergences of model {index} hold NaN: {divergence}.")
    return arrays, divergences
