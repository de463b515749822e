"""Which evaluation of a run counts: best InfoM among those that reconstruct well enough."""

from collections.abc import Sequence

INFOM, PSNR = "infomec.infom", "psnr.psnr"


def reaches(evaluation: dict, psnr_threshold: float | None) -> bool:
    """Whether an evaluation's mean PSNR (dB) reaches the threshold; None asks for nothing."""
    return psnr_threshold is None or evaluation[PSNR] >= psnr_threshold


def select(evaluations: Sequence[dict], psnr_threshold: float | None) -> tuple[dict, str]:
    """Chooses the evaluation whose weights are the run's result.

    Args:
      evaluations: In the order of their steps, each with "step", "psnr.psnr" (dB) and
        "infomec.infom" (None or absent where it is undefined).
      psnr_threshold: The dataset's threshold in dB, None for none.

    Returns:
      The chosen evaluation, the earliest of equals, and a sentence that says why it was chosen.

    Reference: Hsu et al., 2024, section 4.1.
    """
    candidates = [
        evaluation
        for evaluation in evaluations
        if reaches(evaluation, psnr_threshold) and evaluation.get(INFOM) is not None
    ]
    if candidates:
        best = max(candidates, key=lambda evaluation: evaluation[INFOM])
        among = (
            "all"
            if psnr_threshold is None
            else f"those of at least {_decibels(psnr_threshold)} PSNR"
        )
        return best, f"best InfoM among {among} ({len(candidates)} of {len(evaluations)})"
    best = max(evaluations, key=lambda evaluation: evaluation[PSNR])
    if any(reaches(evaluation, psnr_threshold) for evaluation in evaluations):
        return best, "best PSNR, since InfoM is undefined for this dataset"
    return best, (
        f"best PSNR, since none of {len(evaluations)} evaluations reached the threshold of "
        f"{_decibels(psnr_threshold)}: train longer, or read the scores as those of an "
        "unfinished model"
    )


def _decibels(psnr: float) -> str:
    return f"{round(psnr, 1):g} dB"
