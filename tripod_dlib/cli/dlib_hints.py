"""What to bind here for gin names of disentanglement_lib that this package does not have."""

import re

import gin

from tripod_dlib import registry

MODEL = "this model is not here"
REASONING = "abstract reasoning is not here: train such models with other software"
WITH_LABELS = (
    "models with labels are s2_vae, s2_factor_vae, s2_dip_vae, s2_beta_tc_vae, s2_mine_vae and "
    "supervised, the loss is supervised_loss.loss_fn, and annealer.anneal_fn changes its weight"
)
OPTIMIZER = (
    "optimizers are AdamOptimizer, GradientDescentOptimizer and MomentumOptimizer; "
    "gin/quickstart.gin shows `optimizer`, this package's own"
)
SCHEDULE = "schedules are piecewise_constant and exponential_decay"


def _all(hint: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), hint)


LABELS = r"^\s*model\.(supervised_data_seed|num_labelled_samples|train_percentage)\s*="
CORRESPONDING = {
    **_all(WITH_LABELS, "supervised_data_seed num_labelled_samples train_percentage"),
    **_all(MODEL, "dip_vae_i dip_vae_ii s1_dip_vae s1_vae s1_factor_vae s1_beta_tc_vae"),
    **_all(
        WITH_LABELS,
        "s2_independent_vae mine mine_vae annealed_s2_vae annealed_s2_factor_vae "
        "annealed_s2_dip_vae annealed_s2_beta_tc_vae supervised_regulariser",
    ),
    "filter_factors_labeller": "it is @partial_labeller (partial_labeller.num_observed_factors)",
    "semi_supervised_train": "the training function is `model`, for all models",
    "validation": "there is no step of validation: `evaluation` takes its metrics",
    "export_as_tf_hub": "weights are Keras files; tripod_dlib.load(RUN) reads them",
    **_all(REASONING, "abstract_reasoning TwoStageModel BaselineCNNEmbedder HubEmbedding pgm"),
    **_all(REASONING, "OptimizedWildRelNet activation kernel_initializer"),
    **_all(OPTIMIZER, "RMSPropOptimizer AdagradOptimizer AdadeltaOptimizer FtrlOptimizer"),
    **_all(OPTIMIZER, "AdagradDAOptimizer ProximalAdagradOptimizer SyncReplicasOptimizer"),
    **_all(OPTIMIZER, "ProximalGradientDescentOptimizer"),
    **_all(SCHEDULE, "polynomial_decay natural_exp_decay inverse_time_decay cosine_decay"),
    **_all(SCHEDULE, "cosine_decay_restarts linear_cosine_decay noisy_linear_cosine_decay"),
}


def hints(text: str) -> list[str]:
    """What corresponds to the names of disentanglement_lib that a configuration uses.

    Returns:
      lines: A heading, then one for all names of which the same is to say; none where gin knows
        all names.
    """
    used = re.findall(r"^[ \t]*(?:\w+/)*(\w+)\.\w+[ \t]*=|@(?:\w+/)*(\w+)", text, re.MULTILINE)
    names = dict.fromkeys(bound or referred for bound, referred in used)
    names |= dict.fromkeys(re.findall(LABELS, text, re.MULTILINE))
    by_hint: dict[str, list[str]] = {}
    for name in names:
        if name in CORRESPONDING and not _is_known(name):
            by_hint.setdefault(CORRESPONDING[name], []).append(name)
    lines = [f"  {', '.join(names)}: {_text_of(hint)}." for hint, names in by_hint.items()]
    return ["What corresponds here to names of disentanglement_lib:", *lines] if lines else []


def _text_of(hint: str) -> str:
    if hint != MODEL:
        return hint
    here = ", ".join(f"@{name}()" for name in registry.models.names())
    return f"{hint}; model.model is one of {here}"


def _is_known(name: str) -> bool:
    try:
        gin.get_configurable(name)
    except ValueError:
        return False
    return True
