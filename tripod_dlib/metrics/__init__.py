"""Metrics as pure functions of (sources, latents); no framework and no gin is needed.

Arrays are (num_samples, num_sources) and (num_samples, num_latents).
"""

from tripod_dlib.metrics.baselines import permutation_baselines
from tripod_dlib.metrics.beta_vae import compute_beta_vae
from tripod_dlib.metrics.dci_boosting import compute_dci_boosting
from tripod_dlib.metrics.dci_random_forest import compute_dci_random_forest
from tripod_dlib.metrics.downstream import compute_downstream_task, compute_reduced_downstream_task
from tripod_dlib.metrics.factor_vae import compute_factor_vae
from tripod_dlib.metrics.fairness import compute_fairness
from tripod_dlib.metrics.gaps import (
    compute_dcimig,
    compute_jemmig,
    compute_mig_sup,
    compute_rmig,
)
from tripod_dlib.metrics.infomec import compute_infomec
from tripod_dlib.metrics.irs import compute_irs
from tripod_dlib.metrics.mcc import compute_mcc
from tripod_dlib.metrics.mig import compute_mig
from tripod_dlib.metrics.modularity_explicitness import compute_modularity_explicitness
from tripod_dlib.metrics.psnr import psnr
from tripod_dlib.metrics.sap import compute_sap
from tripod_dlib.metrics.strong_downstream import compute_strong_downstream_task
from tripod_dlib.metrics.sufficiency import compute_minimality, compute_sufficiency
from tripod_dlib.metrics.udr import compute_udr
from tripod_dlib.metrics.unified import compute_unified_scores
from tripod_dlib.metrics.unsupervised import compute_unsupervised

__all__ = [
    "compute_beta_vae",
    "compute_dci_boosting",
    "compute_dci_random_forest",
    "compute_dcimig",
    "compute_downstream_task",
    "compute_factor_vae",
    "compute_fairness",
    "compute_infomec",
    "compute_irs",
    "compute_jemmig",
    "compute_mcc",
    "compute_mig",
    "compute_mig_sup",
    "compute_minimality",
    "compute_modularity_explicitness",
    "compute_reduced_downstream_task",
    "compute_rmig",
    "compute_sap",
    "compute_strong_downstream_task",
    "compute_sufficiency",
    "compute_udr",
    "compute_unified_scores",
    "compute_unsupervised",
    "permutation_baselines",
    "psnr",
]
