"""Result files among each other, and boards of two dates."""

import json

import pytest
from board_results import content, record

from tripod_dlib.board.checks import changed_figures, check_files, files_below
from tripod_dlib.board.record import record_of, write_record
from tripod_dlib.board.snapshot import changes, keep_snapshot, read_board
from tripod_dlib.board.standing import board_of
from tripod_dlib.board.texts import as_json
from tripod_dlib.errors import InputError


def test_valid_files_that_are_complete_have_nothing_wrong(tmp_path):
    claims = {"seeds": [0, 1], "datasets": ["shapes3d"]}
    for seed in (0, 1):
        write_record(tmp_path, record(seed=seed, claims=claims))
    found = check_files([tmp_path])
    assert len(found.records) == 2 and not found.faults and not found.lacks


def test_what_is_claimed_and_not_there_is_said(tmp_path):
    claims = {"seeds": [0, 1], "datasets": ["shapes3d", "mpi3d_toy"]}
    write_record(tmp_path, record(claims=claims))
    lacks = check_files([tmp_path]).lacks
    assert len(lacks) == 3 and "Tripod (r1) on mpi3d_toy: seed 0 is claimed" in lacks[0]


def test_duplicates_and_damaged_files_are_faults_and_the_others_stay(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(content()))
    (tmp_path / "b.json").write_text(json.dumps(content()))
    (tmp_path / "c.json").write_text(json.dumps(content(seed="x")))
    found = check_files([tmp_path])
    assert len(found.records) == 1 and len(found.faults) == 2
    assert (
        "c.json: seed: " in found.faults[0] and "b.json: seed: the same method" in found.faults[1]
    )


def test_one_representation_under_two_names_is_a_fault(tmp_path):
    digests = {"representation": "0" * 64}
    for seed in (0, 1):
        write_record(tmp_path, record(seed=seed, digests=digests))
    assert "digests.representation: is that of" in check_files([tmp_path]).faults[0]


def test_missing_files_are_named(tmp_path):
    with pytest.raises(InputError, match="holds no .json file"):
        files_below([tmp_path])
    with pytest.raises(InputError, match="a.json is not there"):
        files_below([tmp_path / "a.json"])


@pytest.mark.parametrize(
    "after, message",
    [
        ([], "the file is gone"),
        ([record(scores={"infom": 0.7005})], None),
        ([record(scores={"infom": 0.72})], "value was 0.7 and is 0.72"),
        ([record(scores={"infom": None})], "value was 0.7 and is None"),
        ([record(baseline=0.3)], "baseline.mean was 0.2 and is 0.3"),
        ([record(scores={"mig": 0.7})], r"infom\[.*\] is gone"),
    ],
)
def test_a_figure_that_changed_beyond_the_tolerance_is_said(after, message):
    import re

    found = changed_figures([record()], after)
    assert len(found) == (message is not None)
    assert message is None or re.search(message, found[0])


def test_boards_of_two_dates_are_compared(tmp_path):
    pytest.importorskip("statsmodels")
    before = board_of([record(seed=seed, scores={"infom": 0.5}) for seed in range(3)])
    after = [record(seed=seed, scores={"infom": 0.55}) for seed in range(4)]
    after = board_of([*after, record(method="New", scores={"infom": 0.7})])
    path = keep_snapshot(tmp_path, before, as_json(before))
    assert path.name == "2026-01-02.json" and keep_snapshot(tmp_path, before, as_json(before))
    with pytest.raises(InputError, match="of this date with other content"):
        keep_snapshot(tmp_path, after, as_json(after))
    sentences = changes(read_board(path), json.loads(as_json(after)))
    assert any("New (r1)" in s and "is new: 0.700" in s for s in sentences)
    assert any("0.500 to 0.550 (+0.050)" in s for s in sentences)
    assert any("3 seeds, now 4" in s for s in sentences)
    (tmp_path / "x.json").write_text('{"tables": 3}')
    with pytest.raises(InputError, match="x.json is no board"):
        read_board(tmp_path / "x.json")
    with pytest.raises(InputError, match="There is no board .*board.json: give board.json, its"):
        read_board(tmp_path)
    (tmp_path / "board.json").write_text(as_json(before))
    assert read_board(tmp_path) == read_board(tmp_path / "board.json")


def test_a_record_is_what_its_content_says():
    assert record_of(content()).identity == ("Tripod", "r1", "shapes3d", 0)
