"""Malformed and dishonest result files: each is refused by its field, none harms the board."""

import copy
import datetime
import json
import re

import numpy as np
import pytest
from board_results import content, record, variant, verified

from tripod_dlib.board.checks import check_files
from tripod_dlib.board.page import board_page
from tripod_dlib.board.record import read_record, write_record
from tripod_dlib.board.standing import board_of
from tripod_dlib.board.texts import as_markdown

pytest.importorskip("statsmodels")
KEY = variant("infom").key
MIG = variant("mig").key
BASELINE = {"mean": 0.2, "q95": 0.3, "permutations": 20}
GENERATOR = np.random.RandomState(0)
HONEST = [
    record(
        method=method,
        dataset=dataset,
        seed=seed,
        scores={"infom": level + GENERATOR.normal() / 30, "mig": level - GENERATOR.random() / 10},
    )
    for method, level in (("Tripod", 0.8), ("QLAE", 0.5))
    for dataset in ("shapes3d", "mpi3d_toy")
    for seed in range(4)
]
COPIED = HONEST[0].content["figures"]
# A seed that no honest file has: were the file taken, Tripod's row would change.
SEED = 77


def changed(**fields):
    """The valid file with other fields."""
    return {**content(seed=SEED, scores={"infom": 0.123}), **fields}


def figure(key=KEY, **entry):
    """The valid file with one figure changed."""
    return changed(figures={key: {"value": 0.5, "baseline": dict(BASELINE), **entry}})


def written(content, old, new):
    """Its text with something that `json.dumps` does not write."""
    text = json.dumps(content)
    assert old in text
    return text.replace(old, new, 1)


def method(**fields):
    return changed(method={"name": "Tripod", **fields})


# What is wrong, the file, and what must be said of it.
FAULTS = {
    "an empty file": ("", "cannot be read as JSON"),
    "half a file": (json.dumps(changed())[:200], "cannot be read as JSON"),
    "UTF-16": (json.dumps(changed()).encode("utf-16"), "cannot be read as JSON"),
    "Latin-1": (b'{"method": {"name": "caf\xe9"}}', "cannot be read as JSON"),
    "nested 100 000 deep": ("[" * 100_000 + "]" * 100_000, "cannot be read as JSON|nested"),
    "nested in a field": (
        written(changed(claims={"seeds": "X"}), '"X"', "[" * 90 + "]" * 90),
        "claims.seeds.*: nested deeper than 6 levels",
    ),
    "a list": ([changed()], "the file: .* is not of type 'object'"),
    "over a megabyte": (changed(message="x" * 1_000_001), "more than 1 MB"),
    "a field twice": (written(changed(), '"seed": 77', '"seed": 77, "seed": 0'), "'seed' is there"),
    "a field that is not": (changed(score=1), "the file: .*'score' was unexpected"),
    "a version of the future": (changed(schema_version="2.0"), "schema_version: '1.0' was"),
    "no seed": ({k: v for k, v in changed().items() if k != "seed"}, "'seed' is a required"),
    "a seed as text": (changed(seed="0"), "seed: '0' is not of type 'integer'"),
    "a seed as a float": (changed(seed=77.0), "seed: 77.0 is not of type 'integer'"),
    "a negative seed": (changed(seed=-1), "seed: -1 is less"),
    "a huge seed": (changed(seed=10**400), "the file|seed: is huge"),
    "its own seed not claimed": (changed(claims={"seeds": [0, 1]}), "claims.seeds: does not hold"),
    "very many seeds claimed": (
        changed(claims={"seeds": [*range(2000)]}),
        "claims.seeds: has 2000",
    ),
    "seeds claimed as text": (changed(claims={"seeds": [77, "x"]}), "claims.seeds.1: 'x' is not"),
    "NaN": (figure(value=float("nan")), "NaN is no number of JSON"),
    "Infinity": (figure(value=float("inf")), "Infinity is no number of JSON"),
    "infinite by its exponent": (
        written(figure(value=0.5), '"value": 0.5', '"value": 1e999'),
        f"figures.{re.escape(KEY)}: value is not finite",
    ),
    "an infinite threshold": (
        written(changed(selection={"psnr": 5.5}), "5.5", "-1e999"),
        "selection: psnr is not finite",
    ),
    "a whole number of 400 digits": (figure(value=10**400), "figures.infom.*: value is huge"),
    "a score above 1": (figure(value=1.2), "figures.infom.*: value is 1.2"),
    "a negative score": (figure(value=-0.1), "figures.infom.*: value is -0.1"),
    "a score as text": (figure(value="0.7"), "figures.infom.*.value: '0.7' is not of type"),
    "a score as truth": (figure(value=True), "figures.infom.*.value: True is not of type"),
    "InfoE without bottom": (figure(variant("infoe").key, value=-1e300), "value is huge"),
    "a PSNR of no image": (figure(variant("psnr").key, value=1e9), "value is 1e[+]09; psnr is"),
    "no baseline": (changed(figures={KEY: {"value": 0.5}}), "figures.infom.*: baseline is missing"),
    "a baseline above 1": (
        figure(baseline={**BASELINE, "mean": 1.5, "q95": 1.6}),
        "figures.infom.*: mean is 1.5",
    ),
    "a baseline far below 0": (
        figure(variant("infoe").key, baseline={**BASELINE, "mean": -1000.0}),
        "figures.infoe.*: mean is -1000; infoe is from -1 to 1",
    ),
    "a quantile below its mean": (figure(baseline={**BASELINE, "q95": 0.1}), "q95 is below"),
    "no permutations": (
        figure(baseline={**BASELINE, "permutations": 0}),
        "permutations: 0 is less",
    ),
    "a key without its variant": (figure("infom[samples=10]"), "does not say estimator, latents"),
    "no samples": (figure(KEY.replace("10000", "0")), "samples is a whole number from 1; not '0'"),
    "samples in other digits": (figure(KEY.replace("10000", "010000")), "not '010000'"),
    "one figure in two orders": (
        changed(
            figures={
                MIG: {"value": 0.1, "baseline": BASELINE},
                f"mig[{','.join(reversed(MIG[4:-1].split(',')))}]": {
                    "value": 0.9,
                    "baseline": BASELINE,
                },
            }
        ),
        "figures.mig.*: is the same figure as mig",
    ),
    "a key of markup": (figure(KEY.replace("iqr", "<b>")), "is no key of a figure"),
    "an endless key": (figure(KEY.replace("iqr", "x" * 5000)), "is no key of a figure"),
    "a terminal's command in a key": (figure("\x1b[2J"), r"figures.\\x1b\[2J: "),
    "half a character": (written(method(url="X"), '"X"', '"\\ud800"'), "method.url: .*U[+]D800"),
    "a name that is not seen": (method(developer="\u200b"), "method.developer: .*U[+]200B"),
    "a name that runs backwards": (changed(method={"name": "Tri\u202epod"}), "method.name: .*202E"),
    "a name of several lines": (changed(method={"name": "Tripod\nbest"}), "method.name: .*000A"),
    "a name with space behind it": (changed(method={"name": "Tripod "}), "method.name: .*space"),
    "a name in another form": (changed(method={"name": "Tripe\u0301"}), "method.name: .*form C"),
    "an address that acts": (method(url="javascript:alert(1)"), "method.url: "),
    "a revision that closes a bracket": (changed(revision="r1) (best"), "revision: "),
    "another's name": (method(developer="Mallory"), "method.developer: is 'Mallory', and ''"),
    "a dataset in other letters": (
        changed(dataset={"name": "Shapes3D"}),
        "dataset.name: .*shapes3d",
    ),
    "a look-alike that does not say so": (
        changed(dataset={"name": "shapes3d_procedural"}),
        "dataset.rendered: shapes3d_procedural is rendered to look like shapes3d",
    ),
    "a look-alike under the official name": (
        changed(dataset={"name": "shapes3d", "rendered": True, "resembles": "shapes3d"}),
        "dataset.name: shapes3d is published data",
    ),
    "a dataset called as a part of the board": (
        changed(dataset={"name": "aggregate"}),
        "dataset.name: 'aggregate' is what a board calls",
    ),
    "a day that is none": (changed(date="2026-02-30"), "date: day is out of range"),
    "a day to come": (
        changed(date=(datetime.date.today() + datetime.timedelta(days=30)).isoformat()),
        "date: .* is in the future",
    ),
    "figures of what diverged": (changed(status="diverged"), "figures: a result that is diverged"),
    "finished without figures": (changed(figures={}), "figures: a finished result has some"),
    "arrays called verified": (changed(measured_by="verified"), "measured_by: only a finished run"),
    "a run called verified without proof": (
        changed(measured_by="verified", made_from="run"),
        "measured_by: is verified without digests.configuration",
    ),
    "an honest seed once more": (content(scores={"infom": 0.99}), "seed: the same method"),
    "an honest seed with a changed figure": (
        {**HONEST[0].content, "figures": figure(value=0.999)["figures"]},
        "seed: the same method, revision, dataset and seed as",
    ),
    "another's figures": (
        changed(method={"name": "Copy"}, figures=COPIED),
        "figures: are exactly those of",
    ),
    "one seed's figures as another's": (
        changed(seed=78, figures=COPIED),
        "figures: are exactly those of",
    ),
}


def write(path, what):
    text = what if isinstance(what, (str, bytes)) else json.dumps(what)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Honest files in their places, and the others before them in the order of names."""
    folder = tmp_path_factory.mktemp("submissions")
    for honest in HONEST:
        write_record(folder, honest)
    for place, (what, _) in enumerate(FAULTS.values()):
        write(folder / "0" / f"{place}.json", what)
    (folder / "0" / "folder.json").mkdir()
    (folder / "0" / "nowhere.json").symlink_to(folder / "0" / "none")
    return folder


@pytest.fixture(scope="module")
def found(folder):
    return check_files([folder])


def test_the_unchanged_file_is_valid(tmp_path):
    write(tmp_path / "a.json", changed())
    write(tmp_path / "b.json", {**figure(), "seed": 78})
    assert not check_files([tmp_path]).faults


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_file_and_field(name, found, folder):
    path = folder / "0" / f"{list(FAULTS).index(name)}.json"
    said = [fault for fault in found.faults if fault.startswith(f"{path}")]
    assert len(said) == 1 and re.search(FAULTS[name][1], said[0].removeprefix(f"{path}"), re.DOTALL)
    assert said[0].isprintable() and len(said[0]) < 2000


def test_what_is_no_file_is_named(found, folder):
    said = [fault for fault in found.faults if "nowhere.json cannot be read" in fault]
    assert len(said) == 1 and len(found.faults) == len(FAULTS) + 1


def test_none_of_them_harms_the_board(found):
    """Every row, cell, group and note is that of the honest files alone."""
    board = board_of(found.records, left_out=found.faults)
    assert board.tables == board_of(HONEST).tables and len(board.tables) == 3
    assert board.left_out == tuple(found.faults) and not found.lacks


def test_what_is_left_out_stands_on_the_board(found, tmp_path):
    pytest.importorskip("itables")
    board = board_of(found.records, left_out=found.faults)
    assert "Left out:" in as_markdown(board) and "<b>" not in as_markdown(board)
    page = board_page(board, {}, tmp_path)
    assert f"Left out: {len(found.faults)} files" in page and "pruning=&lt;b&gt;" in page


def test_a_duplicate_does_not_replace_the_file_in_its_place(found, folder):
    (kept,) = [r for r in found.records if r.identity == HONEST[0].identity]
    assert kept.path == folder / HONEST[0].file_name and kept.content == HONEST[0].content


def test_another_variant_gets_a_column_of_its_own(found):
    other = record(seed=SEED, scores={"infom": 1.0}, variants={"infom": {"pruning": "none"}})
    table = board_of([*HONEST, other]).tables[1]
    plain = board_of(HONEST).tables[1]
    row, honest = (next(r for r in t.rows if r.method == "Tripod") for t in (table, plain))
    assert row.cells[KEY] == honest.cells[KEY] and len(row.cells) == len(honest.cells) + 1


def test_a_claimed_seed_that_is_missing_is_said_in_the_row():
    claiming = copy.deepcopy(HONEST[0].content) | {"claims": {"seeds": [0, 1, 2, 3, 4]}}
    records = [record(**{**claiming, "method": "Tripod", "dataset": "shapes3d"}), *HONEST[1:]]
    rows = {row.method: row for row in board_of(records).tables[1].rows}
    assert rows["Tripod"].num_missing == 1 and rows["Tripod"].notes == ("4 of 5 seeds: 1 missing.",)
    assert rows["QLAE"].notes == ()


def test_an_unknown_dataset_is_marked_and_changes_no_aggregate():
    stray = record(method="Tripod", dataset="my_shapes", scores={"infom": 0.9})
    board = board_of([*HONEST, stray])
    assert board.tables[-1] == board_of(HONEST).tables[-1]
    (table,) = [table for table in board.tables if table.name == "my_shapes"]
    assert "none that tripod_dlib knows" in table.notes[0]
    asked = board_of([*HONEST, stray], datasets=["my_shapes", "shapes3d"]).tables[-1]
    assert asked.datasets == ("my_shapes", "shapes3d")


def test_names_that_lead_elsewhere_or_meet_get_files_of_their_own(tmp_path):
    names = ["../../etc/passwd", "a/b", "a_b", "a b", "=HYPERLINK(1)", "\\input{x}", "x" * 200]
    records = [record(method=name, revision="../..") for name in names]
    paths = {write_record(tmp_path, found).resolve() for found in records}
    assert len(paths) == len(names) and all(path.is_relative_to(tmp_path) for path in paths)
    assert {read_record(path).method for path in paths} == set(names)


def test_a_verified_run_with_its_proof_is_valid():
    assert record(**verified("a")).content["measured_by"] == "verified"
