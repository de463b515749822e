"""How a run went: plots over its steps, and its decoder's figures."""

from collections.abc import Sequence

import numpy as np

from tripod_dlib.pages.curves import Curve, draw_curves
from tripod_dlib.pages.render import number
from tripod_dlib.pages.run_record import RunRecord

FROM_ZERO_TO_ONE = (
    *(("InfoM", "infomec.infom"), ("InfoC", "infomec.infoc"), ("InfoE", "infomec.infoe")),
    *(("D", "dci_random_forest.disentanglement"), ("C", "dci_random_forest.completeness")),
    *(("I", "dci_random_forest.informativeness_test"), ("MIG", "mig.discrete_mig")),
)


def curves_of(record: RunRecord) -> list[tuple[str, str]]:
    """Plots of every loss term, the scores, PSNR and the decoder's figures, as far as they are."""
    selected = record.results.get("selected_step")
    marks = [] if selected is None else [("selected", selected)]
    names = dict.fromkeys(name for row in record.losses for name in row if name != "step")
    losses = [curve(name, record.losses, name) for name in names]
    scores = [curve(name, record.evaluations, key) for name, key in FROM_ZERO_TO_ONE]
    shares, curvature = (
        [curve(key.removeprefix(prefix), record.evaluations, key) for key in _keys(record, prefix)]
        for prefix in ("decoder.interaction_share.", "decoder.curvature.")
    )
    psnr = [curve("PSNR", record.evaluations, "psnr.psnr")]
    latents = record.results.get("num_latents") or 1
    varying = [curve("latents", record.evaluations, "num_varying_latents")]
    plots = (
        ("Loss and its terms, unweighted", "losses", losses, "loss", {"logarithmic": True}),
        ("Scores", "scores", scores, "score", {"limits": (-0.02, 1.02)}),
        ("Reconstruction", "psnr", psnr, "PSNR (dB)", {}),
        ("Latents that vary", "varying", varying, "number", {"limits": (0, latents + 0.5)}),
        ("Interaction share of the decoder's layers", "shares", shares, "share", {}),
        ("Relative curvature of the decoder's layers", "curvature", curvature, "curvature", {}),
    )
    curves = []
    for title, name, lines, label, settings in plots:
        lines = [line for line in lines if len(line.steps)]
        if lines:
            svg = draw_curves(name, lines, label, marks=marks, **settings)
            curves.append((title, svg))
    return curves


def curve(name: str, rows: Sequence[dict], key: str) -> Curve:
    """What was logged under one key, where it is a finite number."""
    points = [(row["step"], row[key]) for row in rows if isinstance(row.get(key), int | float)]
    points = [(step, value) for step, value in points if np.isfinite(value)]
    return Curve(name, [step for step, _ in points], [value for _, value in points])


def _keys(record: RunRecord, prefix: str) -> list[str]:
    keys = dict.fromkeys(key for row in record.evaluations for key in row)
    return [key for key in keys if key.startswith(prefix)]


def layers_of(record: RunRecord) -> list[tuple[str, str, str]]:
    """Layer, interaction share and curvature at the selected step."""
    share, curvature = "decoder.interaction_share.", "decoder.curvature."
    return [
        (
            key.removeprefix(share),
            number(record.results.get(key), 4),
            number(record.results.get(curvature + key.removeprefix(share))),
        )
        for key in _keys(record, share)
    ]
