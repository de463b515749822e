"""Rows in the forms of others."""

import importlib.util
import json

import pytest
from board_results import record

from tripod_dlib.board.exports import every_eval_ever, write_exports
from tripod_dlib.board.standing import board_of

pytest.importorskip("statsmodels")
yaml = pytest.importorskip("yaml")
URL = "https://example.org/board"


@pytest.fixture
def board():
    scores = {"infom": 0.7, "infoe": -0.1, "psnr": 31.0}
    records = [
        record(method=method, dataset=dataset, seed=seed, scores=scores)
        for method in ("Tripod", "<b>x</b>: {y}")
        for dataset in ("shapes3d", "mpi3d_toy")
        for seed in range(3)
    ]
    return board_of(records)


def parts_of(board, method):
    return [(t, row) for t in board.tables[:2] for row in t.rows if row.method == method]


def test_every_eval_ever_has_every_score_with_its_seeds_interval_and_baseline(board):
    found = every_eval_ever(parts_of(board, "Tripod"), organization="org", url=URL, date=board.date)
    assert found["schema_version"] == "0.3.0" and len(found["evaluation_results"]) == 6
    infom = found["evaluation_results"][0]
    assert infom["score_details"]["score"] == pytest.approx(0.7)
    assert json.loads(infom["score_details"]["details"]["per_seed"]) == {
        "0": 0.7,
        "1": 0.7,
        "2": 0.7,
    }
    assert infom["score_details"]["details"]["baseline_mean"] == "0.2"
    assert infom["metric_config"]["metric_parameters"]["pruning"] == "iqr"


@pytest.mark.skipif(
    importlib.util.find_spec("every_eval_ever") is None,
    reason="every-eval-ever is not installed; it needs Python 3.12",
)
def test_every_eval_ever_is_valid_by_its_published_package(board, tmp_path):
    import importlib.resources

    import jsonschema

    folder = importlib.resources.files("every_eval_ever") / "schemas"
    schema = json.loads((folder / "eval.schema.json").read_text("utf-8"))
    written = write_exports(tmp_path, board, organization="org", url=URL)
    of_schema = [path for path in written if path.suffix == ".json"]
    assert of_schema
    for path in of_schema:
        errors = jsonschema.Draft7Validator(schema).iter_errors(json.loads(path.read_text()))
        assert [error.message for error in errors] == []


def test_files_stay_in_their_folder_and_yaml_says_what_was_measured(board, tmp_path):
    paths = write_exports(tmp_path, board, organization="org", url=URL)
    assert len(paths) == 6 and all(p.resolve().is_relative_to(tmp_path) for p in paths)
    again = write_exports(tmp_path, board, organization="org", url=URL)
    assert again == paths
    card = next(p for p in paths if p.name == "model-index.yaml" and "Tripod" in str(p))
    (model,) = yaml.safe_load(card.read_text())["model-index"]
    assert model["name"] == "Tripod" and len(model["results"]) == 2
    metric = model["results"][0]["metrics"][0]
    assert metric["type"] == "infom" and metric["args"]["seeds"] == 3
    entries = yaml.safe_load(next(p for p in paths if p.parent.name == ".eval_results").read_text())
    assert {"dataset", "value", "source", "notes"} == set(entries[0])
    assert len({entry["dataset"]["task_id"] for entry in entries}) == len(entries) == 6
