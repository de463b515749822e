"""What to bind here for gin names of disentanglement_lib that this package does not have."""

import re

import gin

from tripod_dlib import registry

MODEL = "this model is not here"
CORRESPONDING = {
    **dict.fromkeys(("dip_vae_i", "dip_vae_ii", "s1_dip_vae", "s2_dip_vae"), MODEL),
    **dict.fromkeys(("s1_vae", "s1_factor_vae", "s1_beta_tc_vae"), MODEL),
    **dict.fromkeys(("s2_vae", "s2_factor_vae", "s2_beta_tc_vae"), MODEL),
    **dict.fromkeys(("group_vae_labels", "group_vae_argmax"), MODEL),
    **dict.fromkeys(("mlvae_labels", "mlvae_argmax"), MODEL),
    "supervised_regulariser": MODEL,
    "validation": "there is no step of validation: `evaluation` takes its metrics",
    "export_as_tf_hub": "weights are Keras files; tripod_dlib.load(RUN) reads them",
}


def hints(text: str) -> list[str]:
    """What corresponds to the names of disentanglement_lib that a configuration uses.

    Returns:
      lines: A heading, then one for all names of which the same is to say; none where gin knows
        all names.
    """
    used = re.findall(r"^[ \t]*(?:\w+/)*(\w+)\.\w+[ \t]*=|@(?:\w+/)*(\w+)", text, re.MULTILINE)
    names = dict.fromkeys(bound or referred for bound, referred in used)
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
