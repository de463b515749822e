"""Results of metrics that may be anybody's."""

import json

import gin
import numpy as np
import pytest

from tripod_dlib import registry
from tripod_dlib.cli.evaluate import main
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.arrays import evaluate_arrays, metric_of_arrays
from tripod_dlib.evaluation.evaluate import evaluate
from tripod_dlib.evaluation.metric_results import checked_results, finite_scores, require_storable
from tripod_dlib.results.dlib_results import save_dict

SOURCES = np.random.RandomState(0).randint(3, size=(60, 2))
LATENTS = SOURCES + np.random.RandomState(1).normal(size=(60, 2)) / 10


@pytest.fixture
def own():
    """Registers a function as the metric `own`."""

    def register(function):
        registry.metrics.register("own", function)
        return function

    yield register
    registry.metrics.unregister("own")


@pytest.mark.parametrize(
    "results, message",
    [
        (None, "own gives NoneType None; a metric gives a dictionary"),
        (0.5, "own gives float 0.5; a metric gives a dictionary of scores by name"),
        ({3: 0.5}, "own gives dict {3: 0.5}"),
        ({"s": "high"}, "own.s is 'high'; a score is a number"),
        ({"s": np.array(["high"])}, r"own.s is array\(\['high'\]"),
        ({"s": [1, [2, 3]]}, r"own.s is \[1, \[2, 3\]\]"),
        ({"s": 1 + 2j}, r"own.s is \(1\+2j\)"),
        ({"s": {"t": print}}, "own.s.t is <built-in function print>"),
        ({"s": 1.0, "notes": "a text"}, "own gives 'a text' as 'notes'; they are a list of texts"),
        ({"s": 1.0, "notes": None}, "own gives None as 'notes'"),
    ],
    ids=str,
)
def test_what_is_no_result_is_refused_by_its_name(own, results, message):
    own(lambda sources, latents: results)
    with pytest.raises(ValueError, match=message):
        evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=["own"])


def test_numbers_of_any_kind_are_taken_and_others_are_undefined():
    given = {"a": np.float32(0.5), "b": np.array(2), "c": True, "d": None, "e": [1, 2], "f": {}}
    checked = checked_results("own", given)
    assert (checked["a"], checked["b"], checked["c"], checked["d"]) == (0.5, 2.0, 1.0, None)
    np.testing.assert_array_equal(checked["e"], [1, 2])
    checked = checked_results("own", {"s": float("nan"), "notes": ["First."]})
    assert checked == {"s": None, "notes": ["First.", "own.s is nan, which is no score."]}


def test_what_the_metric_of_another_package_warns_of_is_noted(own):
    @own
    def metric(sources, latents, *, seed):
        import warnings

        warnings.warn("few samples", stacklevel=1)
        return {"s": float(seed)}

    scores = evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=["own"], seed=3)
    assert scores["own"] == {"s": 3.0, "notes": ["few samples"]}


def test_its_own_error_names_the_metric(own):
    @own
    def metric(sources, latents):
        raise KeyError("missing")

    with pytest.raises(KeyError, match="missing") as raised:
        evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=["mig", "own"])
    assert raised.value.__notes__ == ["in the metric own"]


def test_its_error_costs_no_other_metric_of_the_command(own, tmp_path, capsys):
    @own
    def metric(sources, latents):
        raise KeyError("missing")

    np.savez(tmp_path / "arrays.npz", sources=SOURCES, latents=LATENTS)
    flags = [f"--representation={tmp_path / 'arrays.npz'}", "--nodiscrete"]
    output = tmp_path / "scores"
    assert main([*flags, "--metrics=own,mig", f"--output_dir={output}"]) == 2
    shown = capsys.readouterr()
    assert "the metric own failed: KeyError: 'missing'" in shown.err and "line" in shown.err
    assert "own: Not computed: KeyError: 'missing'" in shown.out and "no row" not in shown.out
    results = json.loads((output / "results" / "json" / "evaluation_results.json").read_text())
    alone = evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=["mig"])
    assert results["mig.discrete_mig"] == alone["mig"]["discrete_mig"]
    assert main([*flags, "--metrics=own", f"--output_dir={tmp_path / 'none'}"]) == 2
    assert "KeyError" in capsys.readouterr().err and not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "metric, message",
    [
        (lambda latents, sources: {}, r"no metric of two arrays: .* it takes \(latents, sources\)"),
        (lambda: {}, r"it takes \(nothing\)"),
        (dict, r"it takes \(nothing\)"),
        (lambda sources, latents, num: {}, "own takes num, which nothing gives"),
    ],
)
def test_what_cannot_be_called_on_two_arrays_is_refused(own, metric, message):
    own(metric)
    with pytest.raises(InputError, match=message):
        metric_of_arrays("own")


def test_a_metric_of_arrays_alone_is_said_to_have_no_row(own, tmp_path, capsys):
    own(lambda sources, latents: {"nmi": [0.1, 0.2]})
    np.savez(tmp_path / "arrays.npz", sources=SOURCES, latents=LATENTS)
    flags = [f"--representation={tmp_path / 'arrays.npz'}", "--nodiscrete", "--metrics=own"]
    assert main([*flags, f"--output_dir={tmp_path / 'scores'}"]) == 0
    assert "own has no row: none of its scores is a number." in capsys.readouterr().out


def test_a_wrapper_that_gives_no_dictionary_is_refused(tmp_path):
    gin.parse_config("evaluation.random_seed = 0")
    with pytest.raises(InputError, match="evaluation_fn: the metric gives float 0.5; a metric"):
        evaluate(None, None, tmp_path, evaluation_fn=lambda *drawn: 0.5)


def test_scores_that_are_not_finite_are_none_with_a_note_and_all_else_stays():
    scores = {"a": 1, "b": float("nan"), "c": {"d": np.float32(np.inf), "e": "text"}, "f": [np.nan]}
    found, notes = finite_scores("mine", scores)
    assert found == {"a": 1, "b": None, "c": {"d": None, "e": "text"}, "f": scores["f"]}
    assert notes == ["mine.b is nan, which is no score.", "mine.c.d is inf, which is no score."]


@pytest.mark.parametrize("value", [object(), {1, 2}, [1, object()], {"b": b"x"}, np.array([None])])
def test_what_no_file_takes_is_refused_by_its_name(value):
    with pytest.raises(ValueError, match="mine.a is .*; a score is a number"):
        require_storable("mine", {"a": value})


def test_numbers_texts_lists_and_none_are_taken_and_stored(tmp_path):
    lists = {"a": [1, None, [2.0, "x"]], "b": {"c": np.ones(3), "d": np.float32(1)}, "e": True}
    results = {**lists, "f": "good", "g": None}
    require_storable("mine", results)
    save_dict(tmp_path / "results.json", results)
    stored = json.loads((tmp_path / "results.json").read_text())
    assert stored == {**results, "b": {"c": [1.0, 1.0, 1.0], "d": 1.0}}
