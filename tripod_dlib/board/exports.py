"""Rows in the forms that others read: Every Eval Ever, model cards, .eval_results."""

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from tripod_dlib.board.table import Board, Cell, Column, Row, Table
from tripod_dlib.errors import InputError
from tripod_dlib.storage import write_text

EVERY_EVAL_EVER = "0.3.0"
BOARD = "tripod_dlib_board"


def write_exports(folder: str | Path, board: Board, *, organization: str, url: str) -> list[Path]:
    """Writes a file a method for Every Eval Ever, and one each for the model's own repository.

    Args:
      folder: Gets data/<board>/<developer>/<method>/<uuid>.json and
        models/<method>/{model-index.yaml,.eval_results/tripod_dlib.yaml}.
      board: The tables; the aggregate is no measurement and is left out.
      organization: Who publishes the board.
      url: Where the board stands.

    Returns:
      paths: What was written.
    """
    texts: dict[Path, str] = {}
    for label, parts in _by_method(board).items():
        row = parts[0][1]
        developer, name = _plain(row.developer or "unknown"), _plain(label)
        content = every_eval_ever(parts, organization=organization, url=url, date=board.date)
        identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{url}#{content['evaluation_id']}")
        path = Path("data", BOARD, developer, name, f"{identity}.json")
        texts[path] = json.dumps(content, indent=2, allow_nan=False) + "\n"
        card = {"model-index": [model_index(row.method, parts, url=url)]}
        texts[Path("models", name, "model-index.yaml")] = _yaml(card)
        results = eval_results(parts, dataset_id=f"{organization}/disentanglement", url=url)
        texts[Path("models", name, ".eval_results", "tripod_dlib.yaml")] = _yaml(results)
    for path, text in texts.items():
        write_text(Path(folder) / path, text)
    return [Path(folder) / path for path in texts]


def every_eval_ever(
    parts: Sequence[tuple[Table, Row]], *, organization: str, url: str, date: str
) -> dict:
    """One method's scores on all datasets in Every Eval Ever's schema 0.3.0.

    Args:
      parts: The method's row in every dataset's table.
      organization: Who publishes the board.
      url: Where the board stands.
      date: Of the newest result, which makes the file the same each time.
    """
    row = parts[0][1]
    developer = row.developer or "unknown"
    model = f"{_plain(developer)}/{_plain(row.label)}"
    start = datetime.datetime.fromisoformat(f"{date}T00:00:00+00:00")
    stamp = str(int(start.timestamp()))
    columns = [column for table, _ in parts for column in table.columns]
    library = next(column.settings["library"] for column in columns)
    return {
        "schema_version": EVERY_EVAL_EVER,
        "evaluation_id": f"{BOARD}/{model}/{stamp}",
        "evaluation_timestamp": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": "tripod_dlib leaderboard",
            "source_type": "evaluation_run",
            "source_organization_name": organization,
            "source_organization_url": url,
            "evaluator_relationship": "third_party" if row.developer else "other",
            "additional_details": {"measured_by": row.measured_by, "made_from": row.made_from},
        },
        "eval_library": {"name": library.partition("-")[0], "version": library.partition("-")[2]},
        "model_info": {
            "name": row.method,
            "id": model,
            "developer": developer,
            "additional_details": {
                "deployment_type": "unknown",
                "model_availability": "unknown",
                "revision": row.revision,
            },
        },
        "evaluation_results": [
            _result(table, own, column, own.cells[column.key])
            for table, own in parts
            for column in table.columns
            if column.key in own.cells
        ],
    }


def _result(table: Table, row: Row, column: Column, cell: Cell) -> dict:
    unbounded = column.metric == "psnr"
    details = {
        "per_seed": json.dumps(dict(cell.values)),
        "data_kind": _kind(table),
        "seeds": f"{row.num_finished} of {row.num_claimed}",
    }
    if cell.baseline_mean is not None:
        details |= {
            "baseline_mean": f"{cell.baseline_mean:.6g}",
            "baseline_q95": f"{cell.baseline_q95:.6g}",
            "above_baseline": f"{cell.above_baseline:.6g}",
        }
    score = {"score": cell.mean, "details": details}
    if cell.interval is not None:
        low, high = cell.interval
        score["uncertainty"] = {
            "num_samples": cell.num_seeds,
            "confidence_interval": {
                "lower": low,
                "upper": high,
                "confidence_level": 0.95,
                "method": "Student's t over seeds",
            },
        }
    return {
        "evaluation_result_id": f"{table.name}/{column.key}",
        "evaluation_name": table.name,
        "source_data": {"dataset_name": table.name, "source_type": "other"},
        "metric_config": {
            "metric_id": f"tripod_dlib.{column.key}",
            "metric_name": column.heading,
            "metric_kind": column.metric,
            "metric_unit": "dB" if unbounded else "proportion",
            "metric_parameters": dict(column.settings),
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": "-Infinity" if unbounded or column.metric.startswith("infoe") else 0.0,
            "max_score": "Infinity" if unbounded else 1.0,
        },
        "score_details": score,
    }


def model_index(name: str, parts: Sequence[tuple[Table, Row]], *, url: str) -> dict:
    """An entry of `model-index` in a model card's metadata."""
    return {
        "name": name,
        "results": [
            {
                "task": {"type": "disentanglement", "name": "Disentanglement"},
                "dataset": {"type": table.name, "name": table.name},
                "metrics": [
                    {
                        "type": column.metric,
                        "name": column.heading,
                        "value": row.cells[column.key].mean,
                        "args": {**column.settings, "seeds": row.cells[column.key].num_seeds},
                    }
                    for column in table.columns
                    if column.key in row.cells
                ],
                "source": {"name": "tripod_dlib leaderboard", "url": url},
            }
            for table, row in parts
        ],
    }


def eval_results(parts: Sequence[tuple[Table, Row]], *, dataset_id: str, url: str) -> list[dict]:
    """Entries of a model repository's `.eval_results/*.yaml`."""
    entries = []
    for table, row in parts:
        for column in table.columns:
            cell = row.cells.get(column.key)
            if cell is None:
                continue
            interval = ""
            if cell.interval is not None:
                interval = f", 95 % interval {cell.interval[0]:.3f} to {cell.interval[1]:.3f}"
            entries.append(
                {
                    "dataset": {"id": dataset_id, "task_id": _task(table.name, column)},
                    "value": cell.mean,
                    "source": {"url": url, "name": "tripod_dlib leaderboard"},
                    "notes": f"{cell.num_seeds} seeds{interval}; {column.key}; {row.measured_by}",
                }
            )
    return entries


def _by_method(board: Board) -> Mapping[str, list[tuple[Table, Row]]]:
    rows_of: dict[str, list] = {}
    for table in board.tables:
        for row in table.rows if table.name != "aggregate" else ():
            if row.cells:
                rows_of.setdefault(row.label, []).append((table, row))
    return rows_of


def _kind(table: Table) -> str:
    if table.resembles:
        return f"look-alike of {table.resembles}"
    return "rendered" if table.rendered else "published"


def _task(dataset: str, column: Column) -> str:
    parts = [dataset, column.metric, *(f"{k}-{v}" for k, v in sorted(column.settings.items()))]
    return "_".join(_plain(part) for part in parts)


def _plain(text: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in text).strip("-.") or "unnamed"


def _yaml(content: object) -> str:
    try:
        import yaml
    except ImportError as error:
        raise InputError(
            "Model cards are YAML, and PyYAML is not installed: pip install 'tripod_dlib[report]'."
        ) from error
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
