"""Names of disentanglement_lib's models and of what trains them."""

from tripod_dlib.compat.names.entries import same

_CLASSES = "compat.vae"
_FUNCTIONS = "compat.vae_functions"
_GRAPH = "compat.graph_code"

NAMES = {
    "methods.shared.architectures": {
        **same(_GRAPH, "make_gaussian_encoder make_decoder make_discriminator"),
        **same(_GRAPH, "fc_encoder conv_encoder fc_decoder deconv_decoder fc_discriminator"),
        **same(_GRAPH, "test_encoder test_decoder"),
    },
    "methods.shared.losses": same(_FUNCTIONS, "bernoulli_loss l2_loss make_reconstruction_loss"),
    "methods.shared.optimizers": same(
        "models.dlib_optimizers",
        "make_optimizer make_vae_optimizer make_discriminator_optimizer",
    ),
    "methods.unsupervised.gaussian_encoder_model": {
        **same(_CLASSES, "GaussianEncoderModel"),
        **same(_GRAPH, "export_as_tf_hub"),
    },
    "methods.unsupervised.train": same("compat.train", "train train_with_gin"),
    "methods.unsupervised.vae": {
        **same(_CLASSES, "BaseVAE BetaVAE AnnealedVAE FactorVAE DIPVAE BetaTCVAE"),
        **same(_FUNCTIONS, "shuffle_codes compute_gaussian_kl anneal compute_covariance_z_mean"),
        **same(_FUNCTIONS, "regularize_diag_off_diag_dip gaussian_log_density total_correlation"),
        **same(_GRAPH, "make_metric_fn"),
    },
    "utils.convolute_hub": same(_GRAPH, "convolute_and_save save_numpy_arrays_to_checkpoint"),
}
