"""Metrics as pure functions of (sources, latents); no framework and no gin is needed.

Arrays are (num_samples, num_sources) and (num_samples, num_latents).
"""

from tripod_dlib.metrics.baselines import permutation_baselines
from tripod_dlib.metrics.dci_random_forest import compute_dci_random_forest
from tripod_dlib.metrics.infomec import compute_infomec
from tripod_dlib.metrics.mig import compute_mig
from tripod_dlib.metrics.psnr import psnr

__all__ = [
    "compute_dci_random_forest",
    "compute_infomec",
    "compute_mig",
    "permutation_baselines",
    "psnr",
]
