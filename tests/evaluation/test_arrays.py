import inspect
import re

import numpy as np
import pytest

from tripod_dlib import metrics, registry
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.arrays import (
    DEFAULT_METRICS,
    evaluate_arrays,
    metric_of_arrays,
    names_of_arrays,
)
from tripod_dlib.metrics.baselines import BASELINES

SOURCES = np.random.RandomState(0).randint(4, size=(300, 3))
LATENTS = SOURCES[:, [0, 1, 2, 0]] + np.random.RandomState(1).normal(size=(300, 4)) / 5


def scores_sources_and_latents(function) -> bool:
    """Whether two arrays, and whether the latents are discrete, are all that it asks for."""
    parameters = inspect.signature(function).parameters
    required = {name for name, p in parameters.items() if p.default is p.empty}
    return {"sources", "latents"} <= required <= {"sources", "latents", "discrete"}


def test_every_metric_of_two_arrays_has_a_name():
    functions = [getattr(metrics, name) for name in metrics.__all__ if name.startswith("compute_")]
    expected = {function for function in functions if scores_sources_and_latents(function)}
    assert len(expected) >= 3
    named = [metric_of_arrays(name) for name in names_of_arrays()]
    assert set(named) == expected and len(named) == len(expected)


def test_each_score_is_that_of_the_metric_called_alone():
    found = evaluate_arrays(SOURCES, LATENTS, discrete=False, seed=3)
    assert list(found) == [*DEFAULT_METRICS, "baselines"]
    alone = metrics.compute_infomec(SOURCES, LATENTS, discrete=False, seed=3)
    np.testing.assert_equal(found["infomec"], alone)
    alone = metrics.compute_dci_random_forest(SOURCES, LATENTS, seed=3)
    np.testing.assert_equal(found["dci_random_forest"], alone)
    np.testing.assert_equal(found["mig"], metrics.compute_mig(SOURCES, LATENTS))
    alone = metrics.permutation_baselines(SOURCES, LATENTS, discrete=False, seed=3)
    np.testing.assert_equal(found["baselines"], alone)


def test_whether_latents_are_discrete_reaches_the_metrics():
    levels = np.round(LATENTS)
    found = evaluate_arrays(SOURCES, levels, discrete=True, metrics=["mig"], baselines=False)
    expected = metrics.compute_mig(SOURCES, levels, discrete=True)["discrete_mig"]
    assert found["mig"]["discrete_mig"] == expected
    assert expected != metrics.compute_mig(SOURCES, levels, num_bins=3)["discrete_mig"]


@pytest.mark.parametrize("name", names_of_arrays())
def test_every_name_alone(name):
    found = evaluate_arrays(SOURCES[:60, :2], LATENTS[:60], discrete=False, metrics=[name])
    assert list(found) == [name, "baselines"] and found[name]
    assert set(found["baselines"]) == {name} & set(BASELINES)


def test_an_unknown_name_is_refused_with_the_nearest_before_anything_is_computed():
    with pytest.raises(InputError, match="Did you mean 'infomec'.*Known ones: .*mig"):
        evaluate_arrays(None, None, discrete=False, metrics=["infomecc"])


def test_a_metric_of_another_package_is_called_the_same_way():
    seen = {}

    def spread(sources, latents, *, seed):
        seen.update(seed=seed)
        return {"spread": float(np.ptp(latents))}

    registry.metrics.register("spread", spread)
    try:
        found = evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=["spread"], seed=5)
    finally:
        registry.metrics.unregister("spread")
    assert found == {"spread": {"spread": np.ptp(LATENTS)}, "baselines": {}} and seen == {"seed": 5}


def test_what_would_be_warned_of_stands_in_the_notes():
    constant = np.column_stack([SOURCES, np.zeros(len(SOURCES))])
    found = evaluate_arrays(constant, LATENTS, discrete=False, metrics=["mig"])
    assert found["mig"]["notes"] == ["Left out, since their labels never vary: sources [3]."]


@pytest.mark.parametrize("discrete", [None, 12, "no"])
def test_whether_latents_are_discrete_must_be_said(discrete):
    with pytest.raises(InputError, match="discrete=True or discrete=False, .* --nodiscrete"):
        evaluate_arrays(SOURCES, LATENTS, discrete=discrete)


@pytest.mark.parametrize("discrete", [False, True])
@pytest.mark.parametrize("shapes", [((9, 0), (9, 2)), ((9, 2), (9, 0)), ((0, 2), (0, 2))])
def test_tables_without_entries_are_refused_by_their_shapes(shapes, discrete):
    with pytest.raises(ValueError, match="At least one source and one latent; got|At least 2 sam"):
        evaluate_arrays(*map(np.zeros, shapes), discrete=discrete)


def test_a_single_name_is_no_list_of_names():
    with pytest.raises(InputError, match=r"\['mig'\]"):
        evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics="mig")


def test_a_metric_that_needs_more_samples_is_named_and_the_others_are_as_their_functions():
    few = SOURCES[:5], LATENTS[:5]
    with pytest.raises(ValueError, match="dci_random_forest: At least 10 samples are needed"):
        evaluate_arrays(*few, discrete=False)
    found = evaluate_arrays(*few, discrete=False, metrics=["mig"], baselines=False)["mig"]
    with pytest.warns(UserWarning, match="twice the classes"):
        np.testing.assert_equal(found, metrics.compute_mig(*few))


@pytest.mark.parametrize(
    "sources, latents, discrete, note, concerned",
    [
        (
            SOURCES,
            np.round(LATENTS),
            False,
            "look quantized, but are scored as continuous",
            ["mig"],
        ),
        (np.eye(4)[SOURCES[:, 0]], LATENTS, False, "Sources 0 to 3 are one label in one-hot", None),
        (
            np.tile(SOURCES[:75], (4, 1)),
            np.tile(LATENTS[:75], (4, 1)),
            False,
            "75% of the rows",
            None,
        ),
        (SOURCES, np.c_[LATENTS, np.arange(300)], False, r"Latents \[4\] count the rows", None),
        (np.round(LATENTS), SOURCES, True, "more sources than latents.*exchanged", None),
        (np.c_[SOURCES, np.arange(300)], LATENTS, False, "Source 3 counts the rows", "refused"),
        (LATENTS, SOURCES, True, "looks continuous.*perhaps sources and latents were", "refused"),
        (
            SOURCES.T,
            LATENTS.T[:3],
            False,
            "more sources .300. than samples .3.*sources.T",
            "refused",
        ),
        (SOURCES.T, LATENTS, False, "They look transposed", "refused"),
        (
            SOURCES,
            LATENTS,
            True,
            "Latent 0 has 300 distinct values .* Say discrete=False",
            "refused",
        ),
    ],
)
def test_arrays_that_look_mistaken_are_noticed(sources, latents, discrete, note, concerned):
    names = ["mig", "mcc"] if concerned != "refused" else ["mig"]
    try:
        found = evaluate_arrays(sources, latents, discrete=discrete, metrics=names, baselines=False)
    except ValueError as error:
        assert concerned == "refused" and re.search(note, str(error))
        return
    noted = [name for name in names if any(re.search(note, n) for n in found[name]["notes"])]
    assert noted == (concerned or names)


@pytest.mark.parametrize(
    "names",
    [None, 3, [], [metrics.compute_mig]],
    ids=["None", "a number", "no name", "a function"],
)
def test_what_names_no_metric_is_refused(names):
    with pytest.raises(InputError, match="metrics is a list of one name or more"):
        evaluate_arrays(SOURCES, LATENTS, discrete=False, metrics=names)
