"""Lines of disentanglement_lib's configurations that this package says in other words."""

import re
from collections.abc import Sequence

from tripod_dlib import registry

SEED = "model.model_seed"
UNREAD = ("model.unsupervised_data_seed", "weak_loss.loss_fn")  # batches are drawn by random_seed
OF_LABELS = {
    "model.supervised_data_seed": "supervised_seed",
    "model.num_labelled_samples": "num_labelled_samples",
    "model.train_percentage": "train_percentage",
}
IMPORT = re.compile(r"^(\s*)((?:import|from)\s+(?:disentanglement_lib|gin\.tf)\b.*)$", re.MULTILINE)


def in_own_words(texts: Sequence[str]) -> list[str]:
    """Configurations, line by line as they were, with this package's names.

    `model.model_seed` is `model.random_seed`, and what `model` says of labels is said of the model,
    where it is one with labels. Lines that have no effect here become comments: imports of that
    library and of `gin.tf`, whose names are known without, a seed and a loss that are not read.

    Args:
      texts: Configurations, later ones winning.
    """
    family = _family_with_labels("\n".join(texts))
    names = {SEED: "model.random_seed"}
    if family is not None:
        names |= {old: f"{family}.{field}" for old, field in OF_LABELS.items()}
    return [_translated(text, names) for text in texts]


def _translated(text: str, names: dict[str, str]) -> str:
    text = IMPORT.sub(r"\1# \2", text)
    for old in UNREAD:
        text = re.sub(rf"^(\s*)({re.escape(old)}\s*=)", r"\1# \2", text, flags=re.MULTILINE)
    for old, new in names.items():
        text = re.sub(rf"^(\s*){re.escape(old)}(\s*=)", rf"\1{new}\2", text, flags=re.MULTILINE)
    return text


def _family_with_labels(text: str) -> str | None:
    """The name of the model, if it is one that is trained with labels."""
    models = re.findall(r"^\s*model\.model\s*=\s*@(?:\w+/)*(\w+)", text, re.MULTILINE)
    if not models or models[-1] not in registry.models.names():
        return None
    batches = getattr(registry.models.load(models[-1]), "batches", None)
    return models[-1] if batches == "labelled" else None
