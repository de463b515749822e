"""What a run folder says of its run; whatever is missing or damaged is left out."""

import contextlib
import dataclasses
import json
from pathlib import Path

import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.results.metrics_log import MetricsLog
from tripod_dlib.results.result_files import read_result
from tripod_dlib.results.run_folder import MARKER, RESULTS
from tripod_dlib.storage.damage import DAMAGES

REPRESENTATION = "representation.npz"


@dataclasses.dataclass(frozen=True)
class RunRecord:
    """A run that was finished.

    Attributes:
      path: Its folder.
      results: Flat results, as in results/json/train_results.json.
      bound: The bound configuration, binding to value.
      given: {"configs": names of the configurations, "differences": {binding: [value there, value
        bound]}}; {} where the run does not say it.
      losses: Rows of metrics.jsonl: "step" and each term.
      evaluations: The evaluations, in the order of their steps.
      sources: int (num_samples, num_sources) of the reported sample, or None.
      latents: float (num_samples, num_latents) of the reported sample, or None.
    """

    path: Path
    results: dict[str, object]
    bound: dict[str, str]
    given: dict[str, object]
    losses: list[dict]
    evaluations: list[dict]
    sources: np.ndarray | None
    latents: np.ndarray | None

    @property
    def name(self) -> str:
        """How pages call it: its folder's name."""
        return self.path.resolve().name

    @property
    def heading(self) -> str:
        """What was trained on what."""
        return (
            f"{self.results.get('model', 'a model')} on {self.results.get('dataset', 'a dataset')}"
        )


def read_run(path: Path) -> RunRecord:
    """Reads a run folder.

    Raises:
      InputError: If it holds no finished run, or its results are damaged.
    """
    if not (path / RESULTS).is_file():
        raise InputError(
            f"{path} holds no {RESULTS}: it is not the folder of a finished run. Give the folder "
            "of --model_dir, or let the run finish."
        )
    state = _state(path)
    rows = MetricsLog(path).read()
    sources, latents = _arrays(path)
    return RunRecord(
        path=path,
        results=read_result(path / RESULTS),
        bound=state.get("bound", {}),
        given=state.get("given", {}),
        losses=[row for row in rows if "evaluation" not in row],
        evaluations=[row["evaluation"] for row in rows if isinstance(row.get("evaluation"), dict)],
        sources=sources,
        latents=latents,
    )


def _state(path: Path) -> dict:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        state = json.loads((path / MARKER).read_text(encoding="utf-8"))
        if isinstance(state, dict) and isinstance(state.get("bound"), dict):
            return state
    return {}


def _arrays(path: Path) -> tuple[np.ndarray | None, np.ndarray | None]:
    with contextlib.suppress(*DAMAGES):
        opened = (path / REPRESENTATION).open("rb")
        with opened, np.load(opened, allow_pickle=False) as file:
            return file["sources"], file["latents"]
    return None, None
