"""Latents that have stopped varying: how many have not, and what to change when none is left."""

import itertools
from collections.abc import Sequence

import numpy as np

KEY = "num_varying_latents"
LEAST_DEVIATION = 1e-3  # of a continuous latent; a prior's is 1
CHANGES = (
    "Lower optimizer.learning_rate, or the weights of the loss terms beside the reconstruction"
)
NHP = (
    ". With the published NHP optimizer.learning_rate = 2e-4 and tripod.nhp_weight = 1e-2 held, "
    "where 1e-3 and 2e-3 collapsed in 3 of 6 runs; tripod.nhp_estimator = 'interaction_share' is "
    "another way"
)


def num_varying(latents: np.ndarray, discrete: bool) -> int:
    """How many latents tell images apart.

    Args:
      latents: (num_samples, num_latents).
      discrete: Whether they are quantized: then one that takes two values varies.
    """
    if discrete:
        return int((latents != latents[0]).any(axis=0).sum())
    return int((latents.std(axis=0) > LEAST_DEVIATION).sum())


def collapse_note(evaluations: Sequence[dict], terms: Sequence[str]) -> str | None:
    """A sentence on a run whose latents all stopped varying, and what to change; None for others.

    Args:
      evaluations: In the order of their steps, each with "step" and `KEY`.
      terms: Names of the loss terms.
    """
    collapsed = [row["step"] for row in evaluations if row.get(KEY) == 0]
    if not collapsed:
        return None
    lasting = itertools.takewhile(lambda row: row.get(KEY) == 0, reversed(evaluations))
    since = [row["step"] for row in lasting][-1:]
    when = f"from step {since[0]} on" if since else f"at step {', '.join(map(str, collapsed))}"
    named = [term for term in terms if term not in ("loss", "reconstruction")]
    parts = {f"{term}_" for term in named}  # "nhp_cond" is a part of "nhp"
    others = ", ".join(term for term in named if not term.startswith(tuple(parts)))
    return (
        f"Collapsed: {when} no latent varied any more, so that every image was encoded alike. "
        f"{CHANGES}{f' ({others})' if others else ''}{NHP if 'nhp' in terms else ''}."
    )
