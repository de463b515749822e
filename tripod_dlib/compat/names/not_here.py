"""Names of disentanglement_lib that need what this package does not have: what to do without them.

Once something of it is here, its row moves to the table of names.
"""

_MODELS = (
    "disentanglement_lib's models are not here yet. A model of this package trains by "
    "`tripod_train --gin_config=gin/quickstart.gin`; an own one subclasses "
    "`tripod_dlib.models.autoencoder.Autoencoder`."
)
_REASONING = "Abstract reasoning is not here: train and evaluate such models with other software."
_HUB = (
    "TensorFlow Hub modules are not here: a trained model is a file `model.keras`, which "
    "`tripod_dlib.load(run)` opens."
)
_STUDIES = (
    "disentanglement_lib's studies are not here yet; its metrics' settings are gin/evaluation."
)


def _all(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


NAMES = {
    "config.study": _all(_STUDIES, "Study"),
    "config.reproduce": _all(_STUDIES, "STUDIES"),
    "config.tests.sweep": _all(_STUDIES, "TestStudy"),
    "config.fairness_study_v1.sweep": _all(_STUDIES, "get_config UnsupervisedStudyV1"),
    "config.unsupervised_study_v1.sweep": _all(
        _STUDIES,
        "get_config get_datasets get_default_models get_num_latent get_seeds UnsupervisedStudyV1",
    ),
    "config.abstract_reasoning_study_v1.stage1.sweep": _all(
        _REASONING, "get_config UnsupervisedStudyV1"
    ),
    "evaluation.abstract_reasoning.models": _all(
        _REASONING, "TwoStageModel BaselineCNNEmbedder HubEmbedding OptimizedWildRelNet"
    ),
    "evaluation.abstract_reasoning.pgm_data": _all(
        _REASONING, "get_pgm_dataset PGMDataset Quantizer"
    ),
    "evaluation.abstract_reasoning.pgm_utils": _all(_REASONING, "PGM"),
    "evaluation.abstract_reasoning.reason": _all(_REASONING, "reason reason_with_gin"),
    "evaluation.abstract_reasoning.relational_layers": _all(
        _REASONING, "RelationalLayer AddPositionalEncoding StackAnswers MultiDimBatchApply"
    ),
    "methods.semi_supervised.semi_supervised_utils": _all(
        _MODELS,
        "sample_supervised_data train_test_split make_labeller perfect_labeller bin_labeller "
        "noisy_labeller permuted_labeller permute filter_factors partial_labeller",
    ),
    "methods.semi_supervised.semi_supervised_vae": _all(
        _MODELS,
        "BaseS2VAE S2BetaVAE SupervisedVAE MineVAE S2FactorVAE S2DIPVAE S2BetaTCVAE "
        "make_annealer fixed_annealer annealed_annealer fine_tune_annealer "
        "make_supervised_loss supervised_regularizer_l2 supervised_regularizer_xent "
        "supervised_regularizer_cov supervised_regularizer_embed",
    ),
    "methods.semi_supervised.train_semi_supervised_lib": _all(_MODELS, "train train_with_gin"),
    "methods.shared.architectures": _all(
        _MODELS,
        "make_gaussian_encoder make_decoder make_discriminator fc_encoder conv_encoder fc_decoder "
        "deconv_decoder fc_discriminator test_encoder test_decoder",
    ),
    "methods.shared.losses": _all(_MODELS, "bernoulli_loss l2_loss make_reconstruction_loss"),
    "methods.shared.optimizers": _all(
        _MODELS, "make_optimizer make_vae_optimizer make_discriminator_optimizer"
    ),
    "methods.unsupervised.gaussian_encoder_model": {
        **_all(_MODELS, "GaussianEncoderModel"),
        **_all(_HUB, "export_as_tf_hub"),
    },
    "methods.unsupervised.train": _all(_MODELS, "train train_with_gin"),
    "methods.unsupervised.vae": _all(
        _MODELS,
        "BaseVAE BetaVAE AnnealedVAE FactorVAE DIPVAE BetaTCVAE shuffle_codes compute_gaussian_kl "
        "make_metric_fn anneal compute_covariance_z_mean regularize_diag_off_diag_dip "
        "gaussian_log_density total_correlation",
    ),
    "methods.weak.train_weak_lib": _all(_MODELS, "train train_with_gin"),
    "methods.weak.weak_vae": _all(
        _MODELS,
        "BaseVAE GroupVAEBase GroupVAE GroupVAELabels GroupVAEArgmax MLVae MLVaeLabels MLVaeArgmax",
    ),
    "utils.convolute_hub": _all(_HUB, "convolute_and_save save_numpy_arrays_to_checkpoint"),
    "validation.validate": _all(_MODELS, "validate validate_with_gin"),
}
