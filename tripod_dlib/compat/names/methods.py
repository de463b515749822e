"""Names of disentanglement_lib's models and of what trains them."""

from tripod_dlib.compat.names.entries import same

_CLASSES = "compat.vae"
_FUNCTIONS = "compat.vae_functions"
_GRAPH = "compat.graph_code"
_PAIRS = "compat.pairs"
_LABELS = "compat.semi_supervised"
_LABELLERS = "compat.labellers"

NAMES = {
    "methods.semi_supervised.semi_supervised_utils": {
        **same(_LABELLERS, "sample_supervised_data train_test_split make_labeller permute"),
        **same(_LABELLERS, "perfect_labeller bin_labeller noisy_labeller permuted_labeller"),
        **same(_LABELLERS, "filter_factors partial_labeller"),
    },
    "methods.semi_supervised.semi_supervised_vae": {
        **same(_LABELS, "BaseS2VAE S2BetaVAE SupervisedVAE MineVAE S2FactorVAE S2DIPVAE"),
        **same(_LABELS, "S2BetaTCVAE make_annealer fixed_annealer annealed_annealer"),
        **same(_LABELS, "fine_tune_annealer make_supervised_loss supervised_regularizer_l2"),
        **same(_LABELS, "supervised_regularizer_xent supervised_regularizer_cov"),
        **same(_LABELS, "supervised_regularizer_embed"),
        **same(_FUNCTIONS, "compute_gaussian_kl"),
        **same(_GRAPH, "make_metric_fn"),
    },
    "methods.semi_supervised.train_semi_supervised_lib": {
        **same(_LABELS, "train"),
        **same("compat.train", "train_with_gin"),
    },
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
    "methods.weak.train_weak_lib": {
        **same("compat.train", "train train_with_gin"),
        **same(_PAIRS, "simple_dynamics"),
    },
    "methods.weak.weak_vae": {
        **same(_PAIRS, "make_weak_loss GroupVAEBase GroupVAELabels GroupVAEArgmax"),
        **same(_PAIRS, "MLVae MLVaeLabels MLVaeArgmax compute_kl discretize_in_bins"),
        **same(_PAIRS, "aggregate_labels aggregate_argmax"),
        **same(_GRAPH, "make_metric_fn"),
    },
    "utils.convolute_hub": same(_GRAPH, "convolute_and_save save_numpy_arrays_to_checkpoint"),
}
