"""What any family may exchange by one name: networks, latents, estimators. Loads no framework."""

from tripod_dlib.registry import Registry

# build(image_shape, num_latents, num_outputs) to {"encoder": ..., "decoder": ...}
networks = Registry(
    "kind of networks",
    "tripod_dlib.networks",
    {
        "disentanglement_lib": "tripod_dlib.models.dlib_names:dlib_networks",
        "structural": "tripod_dlib.models.architectures:structural_networks",
        "tripod": "tripod_dlib.models.architectures:tripod_networks",
    },
)

latents = Registry(
    "kind of latents",
    "tripod_dlib.latents",
    {
        "categorical": "tripod_dlib.models.latents.categorical:Categorical",
        "codebook": "tripod_dlib.models.latents.codebook:Codebook",
        "continuous": "tripod_dlib.models.latents.continuous:Continuous",
        "gaussian": "tripod_dlib.models.latents.gaussian:Gaussian",
        "gaussian_logvar": "tripod_dlib.models.latents.gaussian_logvar:GaussianLogvar",
        "grid": "tripod_dlib.models.latents.grid:Grid",
        "soft_codebook": "tripod_dlib.models.latents.categorical:SoftCodebook",
        "vector_codebook": "tripod_dlib.models.latents.vector_codebook:VectorCodebook",
    },
)

penalties = Registry(
    "NHP estimator",
    "tripod_dlib.penalties",
    {
        "hessian_penalty": "tripod_dlib.models.penalties.hessian_penalty:HessianPenalty",
        "hessian_penalty_scaled": (
            "tripod_dlib.models.penalties.hessian_penalty:ScaledHessianPenalty"
        ),
        "ima_contrast": "tripod_dlib.models.penalties.mechanism_contrast:MechanismContrast",
        "orthogonal_jacobian": (
            "tripod_dlib.models.penalties.orthogonal_jacobian:OrthogonalJacobian"
        ),
        "orthogonal_jacobian_normalized": (
            "tripod_dlib.models.penalties.orthogonal_jacobian:NormalizedOrthogonalJacobian"
        ),
        "interaction_share": "tripod_dlib.models.penalties.interaction_share:InteractionShare",
        "published": "tripod_dlib.models.penalties.published:Published",
    },
)

# (logits, targets in [0, 1]), both (batch, height, width, channels), to (batch,)
reconstructions = Registry(
    "reconstruction",
    "tripod_dlib.reconstructions",
    {
        "bce": "tripod_dlib.functional.reconstruction:binary_cross_entropy",
        "bernoulli": "tripod_dlib.functional.reconstruction:bernoulli_loss",
        "bernoulli_minus_entropy": (
            "tripod_dlib.functional.reconstruction:bernoulli_loss_minus_entropy"
        ),
        "l2": "tripod_dlib.functional.reconstruction:l2_loss",
        "ssim": "tripod_dlib.functional.reconstruction:structural_dissimilarity",
    },
)
