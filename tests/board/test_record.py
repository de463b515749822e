"""Result files: what is valid, and which field is at fault."""

import json

import pytest
from board_results import content, record, variant

from tripod_dlib.board.faults import schema
from tripod_dlib.board.record import read_record, record_of, write_record
from tripod_dlib.board.variant import Variant, parse_key
from tripod_dlib.errors import InputError

KEY = variant("infom").key


def test_a_key_and_its_variant_say_the_same():
    key = "mig[bins=20,library=tripod_dlib-0.1.0,samples=10000,selection=oracle]"
    assert parse_key(key).key == key
    assert parse_key(key) == Variant.of(
        "mig", samples=10000, bins=20, selection="oracle", library="tripod_dlib-0.1.0"
    )
    assert parse_key(key).get("bins") == "20" and parse_key(key).heading == "MIG"


@pytest.mark.parametrize(
    "key, message",
    [
        ("infom", "is no key of a figure"),
        ("infom[]", "is no key"),
        ("Info M[samples=1]", "is no key"),
        ("mig[bins=20,samples=5]", "does not say library, selection"),
        (KEY.replace("pruning=iqr,", ""), "does not say pruning, on which infom depends"),
        (KEY.replace("=iqr", "=best"), "pruning is one of iqr, range, none; not 'best'"),
        (KEY.replace("pruning=iqr", "pruning=iqr,pruning=none"), "says one of its settings twice"),
        (KEY.replace("iqr", "<b>"), "is no key"),
    ],
)
def test_a_key_that_says_too_little_is_refused(key, message):
    with pytest.raises(InputError, match=message):
        parse_key(key)


def test_a_valid_file_is_read_as_it_was_written(tmp_path):
    found = record(
        method="../<b>Ours</b>",
        scores={"infom": 0.7, "psnr": 31.5, "infoe": -0.1, "disentanglement": None},
        claims={"seeds": [0, 1], "datasets": ["shapes3d"]},
        selection={"psnr": 31.5, "psnr_threshold": 28.0, "udr": 0.3},
    )
    path = write_record(tmp_path, found)
    assert path.resolve().is_relative_to(tmp_path.resolve())
    assert read_record(path).content == found.content and read_record(path).path == path
    figure = read_record(path).figures[variant("infom")]
    assert figure.above_baseline == pytest.approx((0.7 - 0.2) / 0.8)


def with_figure(key=KEY, **entry):
    baseline = {"mean": 0.2, "q95": 0.3, "permutations": 20}
    return content(figures={key: {"value": 0.5, "baseline": baseline, **entry}})


@pytest.mark.parametrize(
    "wrong, message",
    [
        ([], "the file: .* is not of type 'object'"),
        ({}, "the file: 'schema_version' is a required property"),
        (content(surprise=1), "the file: .*'surprise' was unexpected"),
        (content(schema_version="9"), "schema_version: '1.0' was expected"),
        (content(method="  "), "method.name: "),
        (content(method="x" * 201), "method.name: .* is too long"),
        ({**content(), "method": {"name": "a", "url": "javascript:alert(1)"}}, "method.url: "),
        (content(seed="0"), "seed: '0' is not of type 'integer'"),
        (content(seed=-1), "seed: -1 is less than the minimum"),
        (content(seed=True), "seed: True is not of type 'integer'"),
        (content(date="2026-13-01"), "date: month must be in 1..12"),
        (content(date="2099-01-01"), "date: 2099-01-01 is in the future"),
        (content(status="fine"), "status: 'fine' is not one of"),
        (content(status="diverged"), "figures: a result that is diverged has none"),
        (content(scores={}), "figures: a finished result has some"),
        (content(measured_by="me"), "measured_by: "),
        (content(claims={"seeds": [1, 2]}), "claims.seeds: does not hold its own 0"),
        (content(claims={"datasets": ["dsprites_full"]}), "claims.datasets: .* 'shapes3d'"),
        (content(claims={"seeds": [0, 0]}), "claims.seeds: .* non-unique"),
        (content(selection={"udr": 2}), "selection.udr: 2 is greater than the maximum"),
        (content(digests={"weights": "abc"}), "digests.weights: 'abc' does not match"),
        (content(scores={"infom": 1.2}), r"figures.infom\[.*: value is 1.2; infom is from 0 to 1"),
        (content(scores={"infom": -0.1}), "value is -0.1"),
        (content(scores={"infom": float("nan")}), "value is not finite"),
        (content(scores={"psnr": float("inf")}), "value is not finite"),
        (content(scores={"infom": "0.7"}), "figures.infom.*value: '0.7' is not of type"),
        (with_figure(baseline={"mean": 0.2}), "figures.infom.*baseline: 'q95' is a required"),
        (with_figure(baseline={"mean": 0.4, "q95": 0.3, "permutations": 9}), "q95 is below"),
        (content(figures={KEY: {"value": 0.5}}), "baseline is missing"),
        (with_figure("infom[samples=10]"), r"does not say estimator, latents, pruning, library"),
    ],
)
def test_a_field_at_fault_is_named(wrong, message):
    with pytest.raises(InputError, match=message):
        record_of(wrong)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "cannot be read as JSON"),
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"seed": NaN}', "NaN is no number of JSON"),
        ('{"seed": -Infinity}', "Infinity is no number"),
        ('{"seed": ' + "9" * 5000 + "}", "cannot be read as JSON|Exceeds"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
    ],
)
def test_a_file_that_is_no_json_is_named(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=f"a.json.*({message})"):
        read_record(path)


def test_several_faults_are_said_together():
    with pytest.raises(InputError, match="date: .*; status: "):
        record_of(content(date="x", status="y"))


def test_the_schema_is_one_and_says_what_its_fields_mean():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.dumps(schema()).count("description") > 20
