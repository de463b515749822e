"""Names of disentanglement_lib that need what this package does not have: what to do without them.

Once something of it is here, its row moves to the table of names.
"""

_MODELS = (
    "The weakly and semi-supervised models are not here under disentanglement_lib's paths; they "
    "train by name, such as tripod_train --gin_config=gin/quickstart.gin "
    "--gin_config=gin/models/group_vae.gin (or mlvae, s2_vae and others; docs/models.md)."
)
_REASONING = "Abstract reasoning is not here: train and evaluate such models with other software."
_STUDIES = "A study of tests is not here; tests of this package are run by scripts/test."


def _all(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


NAMES = {
    "config.tests.sweep": _all(_STUDIES, "TestStudy"),
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
    "methods.weak.train_weak_lib": _all(_MODELS, "train train_with_gin"),
    "methods.weak.weak_vae": _all(
        _MODELS,
        "BaseVAE GroupVAEBase GroupVAE GroupVAELabels GroupVAEArgmax MLVae MLVaeLabels MLVaeArgmax",
    ),
    "validation.validate": _all(_MODELS, "validate validate_with_gin"),
}
