"""Scores of how independent latents are of each other, without sources."""

import warnings

import numpy as np
from scipy.linalg import LinAlgWarning, sqrtm

from tripod_dlib.allowed import BinCount
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.doubts import look_outlying, look_quantized, require_discrete
from tripod_dlib.metrics.levels import count_levels
from tripod_dlib.metrics.mutual_information import discrete_mutual_information
from tripod_dlib.metrics.scale import normalised, which_vary
from tripod_dlib.metrics.tables import as_floats, as_numbers, require_finite

KEYS = (
    "gaussian_total_correlation",
    "gaussian_wasserstein_correlation",
    "gaussian_wasserstein_correlation_norm",
    "mutual_info_score",
)


@checks_settings
def compute_unsupervised(
    sources: np.ndarray | None,
    latents: np.ndarray,
    *,
    num_bins: BinCount = 20,
    discrete: bool = False,
) -> dict[str, object]:
    """How much latents tell of each other; latents that never vary take no part.

    Args:
      sources: Not read; here so that metrics are called alike. May be None.
      latents: (num_samples, num_latents) numbers.
      num_bins: Bins of the histogram in which latents are counted.
      discrete: Count the latents' own values instead.

    Returns:
      "gaussian_total_correlation": float >= 0, of a Gaussian with the latents' covariance, in nats;
        None if no latent varies, or if it is infinite because latents determine each other.
      "gaussian_wasserstein_correlation": float >= 0, the squared Wasserstein distance of that
        Gaussian from the one with independent latents; None if float64 has no such number.
      "gaussian_wasserstein_correlation_norm": The same over the sum of variances; None if that is
        0.
      "mutual_info_score": float >= 0, mean over pairs of different latents, in nats.
      "notes": list of str. With a single latent all scores are None.

    Raises:
      ValueError: If latents are not a matrix of at least 2 finite samples.

    Reference: Locatello et al., 2019.
    """
    del sources
    latents = _check(latents)
    if latents.shape[1] == 1:
        notes = ["Unsupervised scores are undefined: there is only one latent."]
        return {**dict.fromkeys(KEYS), "notes": notes}
    if discrete:
        require_discrete(latents)
    notes = [*look_outlying(latents), *([] if discrete else look_quantized(latents))]
    if latents.shape[1] > len(latents):
        notes.append(
            f"More latents ({latents.shape[1]}) than samples ({len(latents)}): arrays are "
            "(num_samples, num_latents)."
        )
    varies = which_vary(latents)
    values = latents[:, varies]
    scores = dict.fromkeys(KEYS, 0.0)
    if len(values.T) > 1:
        scores = dict(zip(KEYS, _of_values(values, num_bins, discrete, notes), strict=True))
    if not varies.any():
        notes.append("Gaussian total correlation and the norm are undefined: no latent varies.")
        scores.update({KEYS[0]: None, KEYS[2]: None})
    return {**scores, "notes": notes}


def _of_values(
    values: np.ndarray, num_bins: int, discrete: bool, notes: list[str]
) -> tuple[float | None, ...]:
    """The scores of latents that vary, in the order of `KEYS`."""
    numbers = values.astype(np.float64)
    covariance = np.cov(normalised(numbers)[0].T)  # to which a latent's unit does not matter
    total_correlation = gaussian_total_correlation(covariance)
    total_correlation = _finite_or_none(total_correlation, covariance, notes)
    scaled, exponents = normalised(numbers, together=True)
    covariance = np.cov(scaled.T)
    distance = max(0.0, gaussian_wasserstein_correlation(covariance))
    with np.errstate(over="ignore"):
        in_unit = float(np.ldexp(distance, 2 * int(exponents[0])))
    in_range = np.isfinite(in_unit) and (in_unit > 0 or distance == 0)
    if not in_range:
        end = "below the smallest" if in_unit == 0 else "beyond the largest"
        notes.append(f"The Wasserstein correlation is {end} number: rescale latents.")
    levels = count_levels(values, num_bins, discrete)
    return (
        total_correlation,
        in_unit if in_range else None,
        float(distance / np.trace(covariance)),
        mean_pairwise_information(levels),
    )


def gaussian_total_correlation(covariance: np.ndarray) -> float:
    """Total correlation of a Gaussian, in nats; NaN or infinite if the covariance is singular."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.diag(covariance)).sum()
        return float(0.5 * (logs - np.linalg.slogdet(covariance)[1]))


def gaussian_wasserstein_correlation(covariance: np.ndarray) -> float:
    """Squared Wasserstein distance of a centred Gaussian from that with its diagonal only.

    With C the covariance and D its diagonal, 2 tr C - 2 tr (D C)^1/2. The root is SciPy's, as in
    disentanglement_lib: of a singular covariance it is good to 1e-6.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LinAlgWarning)
        root = sqrtm(np.diag(covariance)[:, None] * covariance)
    return float(2.0 * np.trace(covariance) - 2.0 * np.trace(root).real)


def gaussian_kl(
    mean_0: np.ndarray,
    covariance_0: np.ndarray,
    mean_1: np.ndarray,
    covariance_1: np.ndarray,
    num_dimensions: int,
) -> float:
    """Kullback-Leibler divergence of one Gaussian from another, from determinants and inverses.

    Args:
      mean_0, mean_1: (num_dimensions,).
      covariance_0, covariance_1: (num_dimensions, num_dimensions).
      num_dimensions: Number of dimensions.
    """
    inverse = np.linalg.inv(covariance_1)
    difference = np.ravel(mean_1) - np.ravel(mean_0)
    logs = np.log(np.linalg.det(covariance_1) / np.linalg.det(covariance_0))
    square = difference @ inverse @ difference
    return float(0.5 * (np.trace(inverse @ covariance_0) + square - num_dimensions + logs))


def mean_pairwise_information(levels: np.ndarray) -> float:
    """Mean mutual information over pairs of different latents, int64 levels (num, num_latents)."""
    information = discrete_mutual_information(levels, levels)
    num = len(information)
    return float((information.sum() - np.trace(information)) / (num * (num - 1)))


def _finite_or_none(score: float, covariance: np.ndarray, notes: list[str]) -> float | None:
    if np.isfinite(score) and np.linalg.matrix_rank(covariance, hermitian=True) == len(covariance):
        return max(0.0, score)
    notes.append("Gaussian total correlation is infinite: some latents determine another.")
    return None


def _check(latents: np.ndarray) -> np.ndarray:
    latents = as_numbers(latents, "latents")
    latents = latents if latents.dtype.kind == "f" else as_floats(latents)
    if len(latents) < 2 or not latents.shape[1]:
        raise ValueError(
            f"latents are (num_samples, num_latents), at least 2 samples; got {latents.shape}."
        )
    require_finite("latents", latents)
    return latents
