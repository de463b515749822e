"""The one model that a method would hand out: chosen with labels, and without."""

from collections.abc import Sequence

from tripod_dlib.board.record import Record
from tripod_dlib.board.table import Selection


def selection_of(records: Sequence[Record]) -> Selection | None:
    """InfoM of the best seed, and of the seed that UDR prefers, among those above the threshold.

    Where a seed has InfoM of a checkpoint that was chosen without labels (its variant says
    `selection=label_free`), that is what the label-free choice scores.

    Args:
      records: One method's on one dataset, a seed each.

    Returns:
      selection: None if no seed has InfoM, or none reaches its threshold.
    """
    seeds = [record for record in records if _infom(record) is not None and _reaches(record)]
    if not seeds:
        return None
    best = max(seeds, key=lambda record: _infom(record)[1])
    variant, oracle = _infom(best)
    with_udr = [record for record in seeds if "udr" in record.content.get("selection", {})]
    label_free, chosen, saw_labels = None, None, False
    if len(with_udr) > 1:
        chosen = max(with_udr, key=lambda record: record.content["selection"]["udr"])
        own = _infom(chosen, "label_free")
        saw_labels = own is None
        label_free = (own or _infom(chosen))[1]
    return Selection(
        oracle=oracle,
        oracle_seed=best.seed,
        label_free=label_free,
        label_free_seed=None if chosen is None else chosen.seed,
        regret=None if label_free is None else oracle - label_free,
        num_candidates=len(seeds),
        checkpoint_saw_labels=saw_labels,
        key=variant.key,
    )


def _infom(record: Record, selection: str | None = None):
    """(variant, value) of InfoM: of a given selection, or of the first that there is."""
    wanted = (selection,) if selection else ("oracle", "stated", "label_free")
    for name in wanted:
        for variant, figure in sorted(record.figures.items()):
            is_it = variant.metric == "infom" and variant.get("selection") == name
            if is_it and figure.value is not None:
                return variant, figure.value
    return None


def _reaches(record: Record) -> bool:
    said = record.content.get("selection", {})
    threshold = said.get("psnr_threshold")
    return threshold is None or said.get("psnr", float("-inf")) >= threshold
