"""Results of disentanglement_lib, aggregated into one file, as records of a board.

The file is an object of columns: a binding ("train_config.vae.beta") or a score
("evaluation_results.discrete_mig") to {row number -> value}, a row being one metric of one
representation of one run (`dlib_aggregate_results`).
"""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tripod_dlib.board.datasets import dataset_field
from tripod_dlib.board.record import Record
from tripod_dlib.board.submission import submission
from tripod_dlib.board.variant import NO_BASELINES, Variant
from tripod_dlib.errors import InputError
from tripod_dlib.results.groups import EVALUATION, METRIC, REPETITION

# Metric's gin name to what its results are called on a board; other results are not shown.
SCORES = {
    "beta_vae_sklearn": {"eval_accuracy": "beta_vae_metric"},
    "factor_vae_metric": {"eval_accuracy": "factor_vae_metric"},
    "mig": {"discrete_mig": "mig"},
    "dci": {
        name: name
        for name in (
            *("disentanglement", "completeness"),
            *("informativeness_train", "informativeness_test"),
        )
    },
    "sap_score": {"SAP_score": "sap_score"},
    "modularity_explicitness": {
        "modularity_score": "modularity_score",
        "explicitness_score_test": "explicitness_score_test",
    },
    "irs": {"IRS": "irs"},
}
BINNED = ("mig", "modularity_explicitness", "irs")
TRAIN, EVALUATED = "train_config.", "evaluation_config."
MODEL, SEED, DATASET = f"{TRAIN}model.model", f"{TRAIN}model.random_seed", f"{TRAIN}dataset.name"
REPRESENTATION = "postprocess_config.postprocess.postprocess_fn"


def is_aggregate(content: object) -> bool:
    """Whether it is such a file and no result file."""
    return isinstance(content, dict) and METRIC in content


def records_of_aggregate(content: Mapping, path: Path) -> tuple[list[Record], list[str]]:
    """One record a model, setting, representation, dataset and seed.

    Args:
      content: Column to {row number -> value}.
      path: Of the file; the day of its last change stands for the day of the measurement.

    Returns:
      records: All that hold a score that boards show.
      faults: Sentences on rows that cannot be used, file, row and field first.
    """
    date = datetime.date.fromtimestamp(path.stat().st_mtime).isoformat()
    faults: list[str] = []
    runs: dict[tuple, dict] = {}
    for place, row in _rows(content, path).items():
        try:
            fields, figures = _fields(row), _figures(row)
        except InputError as error:
            faults.append(f"{path}: row {place}: {error}")
            continue
        earlier = runs.setdefault(_identity(row), {**fields, "figures": {}, "row": place})
        twice = sorted(earlier["figures"].keys() & figures.keys())
        if twice:
            faults.append(f"{path}: row {place}: {twice[0]} is also in row {earlier['row']}")
        else:
            earlier["figures"] |= figures
    records = []
    varying = _varying([identity[0] for identity in runs])
    for (settings, *_), run in runs.items():
        place = run.pop("row")
        if not run["figures"]:
            continue
        revision = _revision(json.loads(settings), varying)
        try:
            record = submission(
                **run, revision=revision, made_from="disentanglement_lib", date=date
            )
            records.append(Record(record.content, record.figures, path))
        except InputError as error:
            faults.append(f"{path}: row {place}: {error}")
    return records, faults


def _rows(content: Mapping, path: Path) -> dict[str, dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for column, values in content.items():
        if not isinstance(values, dict):
            raise InputError(f"{path}: {column[:200]!r} is no column of {{row number: value}}")
        for place, value in values.items():
            if value is not None:
                rows.setdefault(place, {})[column] = value
    return rows


def _identity(row: Mapping[str, object]) -> tuple[str, object, object]:
    """Settings as JSON, dataset and seed: what tells a run's representation from others."""
    kept = {
        column: _bare(value)
        for column, value in row.items()
        if (column.startswith(TRAIN) or column == REPRESENTATION)
        and not column.endswith(REPETITION)
        and column != DATASET
    }
    return json.dumps(kept, sort_keys=True), row[DATASET], row[SEED]


def _varying(settings: Sequence[str]) -> set[str]:
    """Columns in which the settings of one model differ."""
    values: dict[tuple, set] = {}
    for text in set(settings):
        own = json.loads(text)
        for column, value in own.items():
            values.setdefault((own[MODEL], column), set()).add(value)
    return {column for (_, column), distinct in values.items() if len(distinct) > 1}


def _revision(settings: Mapping[str, str], varying: set[str]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
    told = [
        f"{column.removeprefix(TRAIN)}={value}"
        for column, value in sorted(settings.items())
        if column in varying and column not in (MODEL, REPRESENTATION)
    ]
    told = [*told, settings[REPRESENTATION], digest]
    return " ".join(told) if sum(map(len, told)) < 150 else f"{told[-2]} {digest}"


def _fields(row: Mapping[str, object]) -> dict[str, object]:
    missing = [name for name in (MODEL, SEED, DATASET, REPRESENTATION, METRIC) if name not in row]
    if missing:
        raise InputError(f"{missing[0]} is missing.")
    return {
        "method": {"name": _bare(row[MODEL])},
        "dataset": dataset_field(_bare(row[DATASET])),
        "seed": _whole(row, SEED),
    }


def _figures(row: Mapping[str, object]) -> dict[str, dict]:
    metric = _bare(row[METRIC])
    figures = {}
    for name, shown in SCORES.get(metric, {}).items():
        value = row.get(f"{EVALUATION}{name}")
        if value is None:
            continue
        if type(value) not in (int, float):
            raise InputError(f"{EVALUATION}{name}: {value!r:.60} is no number.")
        settings = {
            "library": NO_BASELINES,
            "samples": _whole(row, f"{EVALUATED}{metric}.num_train"),
            "selection": "stated",
        }
        if metric == "dci":
            settings["trees"] = "boosted"
        if metric in BINNED:
            settings["bins"] = _whole(row, f"{EVALUATED}discretizer.num_bins")
        figures[Variant.of(shown, **settings).key] = {"value": value}
    return figures


def _whole(row: Mapping[str, object], column: str) -> int:
    if column not in row:
        raise InputError(f"{column} is missing: without it nobody knows what the score means.")
    text = str(row[column])
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise InputError(f"{column}: {text[:60]!r} is no whole number from 0.")
    return int(text)


def _bare(value: object) -> str:
    """A binding without its quotes, or a reference without its sign and scope: '@vae()' is vae."""
    text = str(value).strip("'\"")
    if not text.startswith("@"):
        return text
    return text[1:].removesuffix("()").rpartition("/")[2].rpartition(".")[2]
