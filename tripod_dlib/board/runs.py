"""Result files of run folders: finished ones, and those that diverged or never finished."""

import contextlib
import glob
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tripod_dlib.board.datasets import dataset_field
from tripod_dlib.board.record import Record, read_record
from tripod_dlib.board.submission import (
    digest_of_arrays,
    measured_figures,
    submission,
    variant_of,
)
from tripod_dlib.board.variant import Variant
from tripod_dlib.errors import InputError
from tripod_dlib.results.run_folder import CHANGEABLE, MARKER
from tripod_dlib.storage.damage import DAMAGES

REPRESENTATION, WEIGHTS = "representation.npz", "model.keras"
RESULTS = Path("results", "json", "train_results.json")
NO_SETTING = (*CHANGEABLE, "dataset.", "model.random_seed", "model.name", "model.model_num")


def run_folders(pattern: str) -> list[Path]:
    """The folders of runs that a pattern matches, sorted; none that were moved aside.

    Raises:
      InputError: If there is none.
    """
    place = Path(pattern).expanduser()
    is_one = (place / MARKER).is_file()  # whatever glob would make of its name
    paths = [place] if is_one else [Path(p) for p in glob.glob(str(place), recursive=True)]
    folders = {path.parent if path.name == MARKER else path for path in paths}
    runs = sorted(p for p in folders if (p / MARKER).is_file() and ".old-" not in p.name)
    if not runs:
        raise InputError(
            f"{pattern!r} matches no run folder (with a {MARKER}), such as 'results/*'; quote the "
            "pattern for the shell."
        )
    return runs


def record_of_run(
    run: Path,
    *,
    revision: str = "",
    method: str = "",
    developer: str = "",
    udr: float | None = None,
    num_permutations: int,
    stored: Sequence[Record] = (),
    progress: Callable[[str], None] = lambda text: None,
) -> Record:
    """What a run scored, measured from its representation.

    Args:
      run: The folder.
      revision: Of the method; empty for this library's version.
      method: Its name; empty for that of the model family.
      developer: Who made it.
      udr: Agreement with other seeds, where `tripod_udr` ranked them.
      num_permutations: Of the baselines.
      stored: Earlier results; one of the same arrays, weights, configuration, version of this
        library and number of permutations is not measured again.
      progress: Told what is under way.

    Raises:
      InputError: If the folder is damaged.
    """
    state = _json(run / MARKER)
    bound = state.get("bound", {})
    common = {
        "method": {
            "name": method or _family(bound),
            "developer": developer,
            "framework": "Keras",
        },
        "revision": revision or f"tripod_dlib-{version('tripod_dlib')}",
        "dataset": dataset_field(bound.get("dataset.name", "'unknown'").strip("'\"")),
        "seed": int(bound.get("model.random_seed", "0")),
        "made_from": "run",
    }
    if "diverged" in state or not (run / RESULTS).is_file():
        diverged = state.get("diverged", {}).get("reason", "")
        return submission(
            **common,
            status="diverged" if diverged else "failed",
            message=(diverged or "The run has not finished.")[:2000],
            figures={},
            digests={"configuration": _digest_of_bindings(bound)},
        )
    results = _json(run / RESULTS)
    sources, latents, discrete = arrays_of_run(run)
    common["dataset"]["fingerprint"] = results.get("data_fingerprint") or ""
    digests = digests_of_run(run)
    wanted = variant_of("mig", len(latents), discrete, "oracle")
    figures = _stored_figures(stored, digests, wanted, num_permutations)
    if figures is None:
        figures = measured_figures(
            sources,
            latents,
            discrete=discrete,
            selection="oracle",
            num_permutations=num_permutations,
            progress=progress,
        )
    else:
        progress("its figures are stored")
    said = {"psnr": results.get("psnr.psnr"), "psnr_threshold": results.get("psnr_threshold")}
    return submission(
        **common,
        figures=figures,
        selection={k: v for k, v in {**said, "udr": udr}.items() if v is not None},
        digests=digests,
    )


def stored_records(folder: Path) -> list[Record]:
    """The valid result files below a folder; [] where there are none."""
    records = []
    for path in sorted(folder.rglob("*.json")):
        with contextlib.suppress(InputError):  # one that is damaged is measured again
            records.append(read_record(path))
    return records


def _stored_figures(
    stored: Sequence[Record], digests: dict[str, str], wanted: Variant, num_permutations: int
) -> dict[str, dict] | None:
    for record in stored:
        figure = record.figures.get(wanted)
        same = record.content.get("digests") == digests
        if same and figure is not None and figure.num_permutations == num_permutations:
            return record.content["figures"]
    return None


def digests_of_run(run: Path) -> dict[str, str]:
    """What proves a finished run's result: SHA-256 of its configuration, arrays and weights.

    Raises:
      InputError: If the folder is damaged.
    """
    sources, latents, _ = arrays_of_run(run)
    digests = {
        "configuration": _digest_of_bindings(_json(run / MARKER).get("bound", {})),
        "representation": digest_of_arrays(sources, latents),
    }
    if (run / WEIGHTS).is_file():
        digests["weights"] = hashlib.sha256((run / WEIGHTS).read_bytes()).hexdigest()
    return digests


def _digest_of_bindings(bound: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(bound, sort_keys=True).encode()).hexdigest()


def arrays_of_run(run: Path) -> tuple[np.ndarray, np.ndarray, bool]:
    """Sources, latents and whether these are quantized, of a finished run.

    Raises:
      InputError: If the file is missing or damaged.
    """
    try:
        opened = (run / REPRESENTATION).open("rb")
        with opened, np.load(opened, allow_pickle=False) as file:
            quantized = bool(np.all(file["num_values_per_latent"] > 0))
            return file["sources"], file["latents"], quantized
    except DAMAGES as error:
        raise InputError(
            f"{run / REPRESENTATION} is damaged or not there: {error}. Let the run finish, take it "
            "from a backup, or leave the run out."
        ) from error


def udr_of_runs(path: str | None, runs: Sequence[Path]) -> dict[Path, float]:
    """The UDR of each run in a ranking.json of `tripod_udr`; {} without a file.

    Raises:
      InputError: If it is no ranking.
    """
    if not path:
        return {}
    content = _json(Path(path), list)
    try:
        ranks = {Path(entry["model_dir"]).resolve(): float(entry["udr"]) for entry in content}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is no ranking.json of tripod_udr: {error!r}.") from error
    return {run: ranks[run.resolve()] for run in runs if run.resolve() in ranks}


def setting_of_run(run: Path) -> tuple[str, str, str]:
    """Model, dataset, and a hash of what else is bound and no seed: a method's setting."""
    bound = _json(run / MARKER).get("bound", {})
    kept = {key: value for key, value in bound.items() if not key.startswith(NO_SETTING)}
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:8]
    return _family(bound), bound.get("dataset.name", ""), digest


def _family(bound: dict[str, str]) -> str:
    model = re.search(r"@([\w.]+)", bound.get("model.model", ""))
    return model[1].rpartition(".")[2] if model else "unknown"


def _json(path: Path, kind: type = dict):
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error or 'nested too deep'}.") from error
    if not isinstance(content, kind):
        raise InputError(f"{path} holds something else than expected of this file.")
    return content
