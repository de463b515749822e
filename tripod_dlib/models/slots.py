"""What any family may exchange by one name: networks, latents, estimators. Loads no framework."""

from tripod_dlib.registry import Registry

# build(image_shape, num_latents, num_outputs) to {"encoder": ..., "decoder": ...}
networks = Registry(
    "kind of networks",
    "tripod_dlib.networks",
    {"tripod": "tripod_dlib.models.architectures:tripod_networks"},
)

latents = Registry(
    "kind of latents",
    "tripod_dlib.latents",
    {
        "continuous": "tripod_dlib.models.latents.continuous:Continuous",
        "gaussian": "tripod_dlib.models.latents.gaussian:Gaussian",
        "grid": "tripod_dlib.models.latents.grid:Grid",
    },
)

penalties = Registry(
    "NHP estimator",
    "tripod_dlib.penalties",
    {
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
        "ssim": "tripod_dlib.functional.reconstruction:structural_dissimilarity",
    },
)
