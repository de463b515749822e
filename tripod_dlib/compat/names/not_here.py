"""Names of disentanglement_lib that need what this package does not have: what to do without them.

Once something of it is here, its row moves to the table of names.
"""

_VALIDATION = (
    "Validation on the labelled images of a run is not here; tripod_evaluate computes the metrics "
    "on the dataset (gin/evaluation)."
)
_PAIRS = "Streams of pairs are not here; `tripod_dlib.data.supervision.pair_batch` makes a batch."
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
    "methods.weak.train_weak_lib": _all(
        _PAIRS, "weak_dataset_from_ground_truth_data visualize_weakly_supervised_dataset"
    ),
    "validation.validate": _all(_VALIDATION, "validate validate_with_gin"),
}
