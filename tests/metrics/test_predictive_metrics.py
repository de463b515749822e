"""Pure metrics that predict sources: representation oracles, the edge policy, invariances."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split

from tripod_dlib import metrics
from tripod_dlib.metrics.boosting import importance_and_accuracy
from tripod_dlib.metrics.fairness import inter_group_fairness, scores_by_name
from tripod_dlib.metrics.modularity_explicitness import modularity, modularity_per_latent
from tripod_dlib.metrics.prediction import fit_sources, logistic_regression_cv
from tripod_dlib.metrics.sap import mean_gap
from tripod_dlib.metrics.split import split

SIZES = (3, 4, 2)
QUICK = {"num_train": 200, "num_eval": 100, "batch_size": 16}


def few_trees():
    return GradientBoostingClassifier(n_estimators=4)


METRICS = {
    "beta_vae": lambda *arrays: metrics.compute_beta_vae(*arrays, **QUICK),
    "dci_boosting": metrics.compute_dci_boosting,
    "downstream_task": metrics.compute_downstream_task,
    "factor_vae": lambda *arrays: metrics.compute_factor_vae(*arrays, **QUICK),
    "fairness": lambda *arrays: metrics.compute_fairness(*arrays, predictor=few_trees),
    "modularity_explicitness": metrics.compute_modularity_explicitness,
    "sap": metrics.compute_sap,
    "sap_continuous": lambda *arrays: metrics.compute_sap(*arrays, continuous=True),
    "strong_downstream_task": lambda *arrays: metrics.compute_strong_downstream_task(
        *arrays, predictor=few_trees
    ),
}
NOMINAL = sorted(set(METRICS) - {"sap_continuous"})
SPLIT = sorted(set(NOMINAL) - {"beta_vae", "factor_vae"})


def grid(*sizes, repeats=1):
    cells = np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)
    return np.tile(cells, (repeats, 1))


def sample(num=240, noise=0.0, seed=0):
    """Independent uniform sources, and latents that are the sources plus noise."""
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in SIZES], axis=1)
    return sources, sources + noise * generator.normal(size=sources.shape)


def scalars(found):
    return {key: value for key, value in found.items() if isinstance(value, float | int)}


def quietly(function, *arguments, **named):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return function(*arguments, **named)


# Representation oracles


def test_sources_as_latents_are_perfect():
    """Each latent tells its source and nothing else; only SAP's support vector machine falls short.

    Continuous SAP on a full grid, where sources are uncorrelated, is 1 - 0. So are modularity and
    the ROC areas, since a logistic regression orders the ends of a line and, by its intercepts, its
    middle.
    """
    sources = grid(*SIZES, repeats=10)
    boosted = metrics.compute_dci_boosting(sources, sources)
    assert boosted["disentanglement"] == pytest.approx(1.0, abs=1e-6)
    assert boosted["completeness"] == pytest.approx(1.0, abs=1e-6)
    assert boosted["informativeness_test"] == boosted["informativeness_train"] == 1.0
    np.testing.assert_allclose(boosted["importance_matrix"], np.eye(3), atol=1e-9)
    assert METRICS["sap_continuous"](sources, sources)["SAP_score"] == pytest.approx(1.0)
    explicit = metrics.compute_modularity_explicitness(
        sources, sources, test_sources=sources, test_latents=sources
    )
    assert explicit["modularity_score"] == pytest.approx(1.0)
    assert explicit["explicitness_score_train"] == explicit["explicitness_score_test"]
    np.testing.assert_allclose(explicit["explicitness_test_per_source"], 1.0)
    assert METRICS["factor_vae"](sources, sources)["eval_accuracy"] == 1.0
    assert METRICS["beta_vae"](sources, sources)["eval_accuracy"] == 1.0
    tasks = metrics.compute_downstream_task(sources, sources)
    assert tasks["160:min_test_accuracy"] == 1.0


def test_latents_that_never_vary_tell_nothing():
    """D, C, SAP and modularity are 0, the ROC area 1/2, the votes 0, the accuracies at chance."""
    sources, latents = grid(*SIZES, repeats=10), np.full((240, 3), 0.1)
    boosted = metrics.compute_dci_boosting(sources, latents)
    assert (boosted["disentanglement"], boosted["completeness"]) == (0.0, 0.0)
    assert 0.2 < boosted["informativeness_test"] < 0.5
    assert not boosted["importance_matrix"].any()
    for name in ("sap", "sap_continuous"):
        assert METRICS[name](sources, latents)["SAP_score"] == 0.0
    explicit = metrics.compute_modularity_explicitness(sources, latents)
    assert explicit["modularity_score"] == 0.0
    assert explicit["explicitness_score_train"] == explicit["explicitness_score_test"] == 0.5
    votes = METRICS["factor_vae"](sources, latents)
    assert (votes["train_accuracy"], votes["eval_accuracy"], votes["num_active_dims"]) == (0, 0, 0)
    guessed = METRICS["beta_vae"](sources, latents)["eval_accuracy"]
    assert guessed == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / 100))


def test_latents_that_are_there_twice_leave_no_gap():
    """The two best latents of a source are its two copies: SAP 0, D 1, C 1 - log 2 / log 6.

    Boosted trees split on either copy alike, by chance, so that C is only near that.
    """
    sources = grid(*SIZES, repeats=10)
    latents = np.hstack([sources, sources])
    for name in ("sap", "sap_continuous"):
        assert METRICS[name](sources, latents)["SAP_score"] == pytest.approx(0.0, abs=1e-12)
    boosted = metrics.compute_dci_boosting(sources, latents)
    assert boosted["disentanglement"] == pytest.approx(1.0, abs=1e-6)
    assert boosted["completeness"] >= 1 - np.log(2) / np.log(6) - 1e-6
    assert metrics.compute_modularity_explicitness(sources, latents)["modularity_score"] == (
        pytest.approx(1.0, abs=0.01)
    )


def test_a_rotation_by_an_eighth_of_a_turn_halves_each_correlation():
    """Two uncorrelated sources of equal variance, mixed to a + b and a - b: each R^2 is 1/2."""
    sources = grid(4, 4, repeats=5)
    latents = sources @ np.array([[1, 1], [1, -1]])
    found = METRICS["sap_continuous"](sources, latents)
    np.testing.assert_allclose(found["score_matrix"], 0.5)
    assert found["SAP_score"] == pytest.approx(0.0, abs=1e-12)


def test_one_latent_of_two_sources_is_not_modular():
    """It tells as much of both, the worst case: 0; the two others, of one source each, are 1."""
    sources = grid(4, 4, repeats=5)
    latents = np.column_stack([4 * sources[:, 0] + sources[:, 1], sources])
    found = metrics.compute_modularity_explicitness(
        sources, latents, test_sources=sources, test_latents=latents
    )
    np.testing.assert_allclose(found["modularity_per_latent"], [0, 1, 1], atol=1e-12)


def test_modularity_has_its_closed_form():
    """1 - (1 + 1) / (4 * 2) for (2, 1, 1); all alike is 0; nothing told is 0 and counts."""
    information = np.array([[2.0, 1.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    np.testing.assert_allclose(modularity_per_latent(information), [0.75, 0, 0, 1])
    assert modularity(information) == pytest.approx(1.75 / 4)


def test_the_gap_is_between_the_two_largest():
    assert mean_gap(np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.2]])) == pytest.approx(
        (0.4 + 0.6) / 2
    )


def test_unfairness_is_total_variation():
    """Two groups predicted apart are each 1/2 from the whole; unequal ones weigh by their size."""
    assert inter_group_fairness(np.array([[10, 0], [0, 10]])) == (0.5, 0.5)
    assert inter_group_fairness(np.array([[3, 3], [5, 5]])) == (0.0, 0.0)
    mean, largest = inter_group_fairness(np.array([[30, 0], [0, 10], [0, 0]]))
    assert mean == pytest.approx(0.75 * 0.25 + 0.25 * 0.75) and largest == pytest.approx(0.75)


def test_summaries_of_unfairness_are_over_one_axis_and_then_the_other():
    scores = scores_by_name(np.array([[9.0, 1.0, 2.0], [3.0, 9.0, 4.0], [5.0, 8.0, 9.0]]), "x")
    assert scores["x:pred0:sens2"] == 2.0 and "x:pred1:sens1" not in scores
    assert scores["x:pred2:max_sens"] == 8.0 and scores["x:sens0:mean_pred"] == 4.0
    assert scores["x:mean_pred:max_sens"] == pytest.approx((2 + 4 + 8) / 3)
    assert scores["x:max_sens:mean_pred"] == 4.5


def test_a_constant_latent_never_votes():
    """disentanglement_lib gives it every vote: 0 / 0 counts as the least."""
    sources = grid(*SIZES, repeats=10)
    latents = np.column_stack([np.full(len(sources), 0.3), sources])
    found = metrics.compute_factor_vae(sources, latents, threshold=0.0, **QUICK)
    assert found["eval_accuracy"] == 1.0 and found["num_active_dims"] == 3


# Boosted trees in threads


def test_boosting_is_that_of_a_plain_loop_and_leaves_the_generator_where_the_loop_leaves_it():
    sources, latents = sample(150, noise=0.4)
    np.random.seed(5)
    plain = [GradientBoostingClassifier().fit(latents, source) for source in sources.T]
    after = np.random.random_sample()
    np.random.seed(5)
    importance, train, test = importance_and_accuracy(latents, sources, latents, sources)
    assert np.random.random_sample() == after
    np.testing.assert_array_equal(
        importance, np.stack([model.feature_importances_ for model in plain], axis=1)
    )
    expected = [
        model.score(latents, source) for model, source in zip(plain, sources.T, strict=True)
    ]
    np.testing.assert_array_equal(train, expected)
    np.testing.assert_array_equal(test, expected)


def test_dci_is_seeded_unless_the_global_generator_is_asked_for():
    sources, latents = sample(120, noise=0.4)
    np.random.seed(1)
    first = metrics.compute_dci_boosting(sources, latents)
    assert np.random.random_sample() == np.random.RandomState(1).random_sample()
    np.random.seed(0)
    from_global = metrics.compute_dci_boosting(sources, latents, seed=None)
    np.testing.assert_array_equal(from_global["importance_matrix"], first["importance_matrix"])
    assert np.random.random_sample() != np.random.RandomState(0).random_sample()


def test_other_classifiers_are_fitted_in_their_turn():
    """A seeded or subsampled one draws otherwise than is known ahead, and is left alone."""
    sources, latents = sample(60, noise=0.4)
    turns = []
    fit_sources(
        lambda: GradientBoostingClassifier(n_estimators=2, subsample=0.5),
        latents,
        sources,
        lambda model, i: turns.append((i, np.random.get_state()[2])),
    )
    assert [i for i, _ in turns] == [0, 1, 2]
    assert len({position for _, position in turns}) == 3


def test_a_source_of_one_label_is_predicted_by_it_and_a_rare_one_without_folds():
    latents = np.arange(10.0)[:, None]
    sources = np.column_stack([np.zeros(10, int), np.arange(10) == 9])
    found = fit_sources(
        logistic_regression_cv, latents, sources, lambda model, _: model.predict_proba(latents)
    )
    np.testing.assert_array_equal(found[0], 1.0)
    assert found[1][:, 1].argmax() == 9


# Edge policy


@pytest.mark.parametrize("name", METRICS)
def test_nan_and_infinite_latents_are_refused(name):
    sources, latents = sample(60)
    latents = latents.astype(float)
    latents[7, 1], latents[9, 0] = np.nan, np.inf
    with pytest.raises(ValueError, match="2 NaN or infinite values, the first in row 7, column 1"):
        METRICS[name](sources, latents)


@pytest.mark.parametrize("name", METRICS)
def test_one_sample_is_refused_and_nine_are_where_they_are_split(name):
    sources, latents = sample(60)
    with pytest.raises(ValueError, match=r"At least (2|10) samples"):
        METRICS[name](sources[:1], latents[:1])
    if name in SPLIT:
        with pytest.raises(ValueError, match="At least 10 samples are needed; got 9"):
            METRICS[name](sources[:9], latents[:9])


@pytest.mark.parametrize("name", METRICS)
def test_a_constant_source_is_left_out_and_said(name):
    sources, latents = sample(90)
    constant = np.column_stack([sources[:, 0], np.full(90, 7), sources[:, 1:]])
    with pytest.warns(UserWarning, match=r"never vary: sources \[1\]"):
        found = METRICS[name](constant, latents)
    expected = METRICS[name](sources, latents)
    assert list(scalars(found).values()) == list(scalars(expected).values())
    assert any("[1]" in note for note in found["notes"])


@pytest.mark.parametrize("name", METRICS)
def test_without_a_source_that_varies_nothing_is_scored(name):
    _, latents = sample(60)
    found = quietly(METRICS[name], np.zeros((60, 2), int), latents)
    assert not {k: v for k, v in scalars(found).items() if k != "num_active_dims"}
    assert len(found["notes"]) >= 1


@pytest.mark.parametrize("name", METRICS)
def test_one_source_and_one_latent_give_none_where_there_is_nothing_to_compare(name):
    sources, latents = sample(120)
    one_source, one_latent = (
        METRICS[name](sources[:, :1], latents),
        METRICS[name](sources, latents[:, :1]),
    )
    if name.startswith("sap"):
        assert one_latent["SAP_score"] is None and one_source["SAP_score"] is not None
        assert one_latent["notes"] == ["SAP is undefined: there is only one latent."]
    if name == "dci_boosting":
        assert one_source["disentanglement"] is None and one_source["completeness"] is not None
        assert one_latent["completeness"] is None and one_latent["disentanglement"] is not None
    if name == "modularity_explicitness":
        assert one_source["modularity_score"] is None
        assert one_source["explicitness_score_test"] == 1.0
        assert one_latent["modularity_score"] is not None
    if name == "beta_vae":
        assert one_source["train_accuracy"] is None


@pytest.mark.parametrize("name", SPLIT)
def test_a_class_that_the_train_rows_lack_is_warned_about_and_computed(name):
    sources, latents = sample(120)
    _, test = train_test_split(np.arange(120), test_size=1 / 3, random_state=42)
    sources[test[0], 0] = 9
    with pytest.warns(UserWarning, match="Some labels of source 0 are missing"):
        found = METRICS[name](sources, latents)
    assert all(np.isfinite(value) for value in scalars(found).values())


def test_a_class_that_one_part_lacks_is_left_out_of_the_roc_mean():
    """Without class 2 in the test rows, 0 and 1 are told apart: 1.

    Fitted on 0 and 1 alone, the probability of 1 grows along the line: 0 is told from 1 and 2, area
    1, and 1 is above 0 and below 2, area 1/2.
    """
    sources = grid(3, 2, repeats=10)
    kept = sources[:, 0] != 2
    for train, test, area in ((slice(None), kept, 1.0), (kept, slice(None), 0.75)):
        found = quietly(
            metrics.compute_modularity_explicitness,
            sources[train],
            sources[train],
            test_sources=sources[test],
            test_latents=sources[test],
        )
        assert found["explicitness_test_per_source"][0] == pytest.approx(area)


@pytest.mark.parametrize("name", SPLIT)
def test_a_source_constant_in_the_train_rows_is_left_out(name):
    sources, latents = sample(60)
    _, test = train_test_split(np.arange(60), test_size=1 / 3, random_state=42)
    sources[:, 2] = 0
    sources[test[:3], 2] = 1
    with pytest.warns(UserWarning, match=r"never vary in the train rows: sources \[2\]"):
        METRICS[name](sources, latents)


def test_rows_to_score_on_come_whole_and_with_the_same_columns():
    sources, latents = sample(30)
    with pytest.raises(ValueError, match="belong together"):
        metrics.compute_sap(sources, latents, test_sources=sources)
    with pytest.raises(ValueError, match=r"got \(30, 2\) and \(30, 3\)"):
        metrics.compute_sap(sources, latents, test_sources=sources, test_latents=latents[:, :2])
    with pytest.raises(ValueError, match="1 to score on are needed; got 30 and 0"):
        metrics.compute_sap(sources, latents, test_sources=sources[:0], test_latents=latents[:0])


def test_continuous_sap_takes_numbers_of_any_kind_and_no_strings():
    generator = np.random.RandomState(0)
    sources = generator.normal(size=(50, 2))
    found = METRICS["sap_continuous"](sources, sources)
    r = np.corrcoef(sources.T)[0, 1]
    assert found["SAP_score"] == pytest.approx(1 - r**2)
    with pytest.raises(ValueError, match="need continuous=False"):
        METRICS["sap_continuous"](sources.astype(str), sources)


def test_the_split_is_a_third_by_a_fixed_seed():
    sources, latents = sample(31)
    parts = split(sources, latents)
    expected = train_test_split(latents, test_size=1 / 3, random_state=42)
    np.testing.assert_array_equal(parts.latents, expected[0])
    np.testing.assert_array_equal(parts.test_latents, expected[1])


def test_a_number_of_samples_that_is_not_there_and_an_unknown_predictor_are_refused():
    sources, latents = sample(60)
    with pytest.raises(ValueError, match="at most the 40 samples to fit on; got 41"):
        metrics.compute_downstream_task(sources, latents, num_train=[41])
    with pytest.raises(ValueError, match="Unknown predictor 'forest'; known are"):
        metrics.compute_downstream_task(sources, latents, predictor="forest")
    with pytest.raises(ValueError, match="Of 3 latents at most 2 can be removed"):
        metrics.compute_reduced_downstream_task(sources, latents, num_latents_to_remove=3)
    with pytest.raises(ValueError, match="a batch of at least 2; got 1"):
        metrics.compute_factor_vae(sources, latents, batch_size=1)


def test_removing_the_latent_of_a_source_leaves_it_at_chance_and_the_others_perfect():
    sources = grid(3, 2, repeats=20)
    found = metrics.compute_reduced_downstream_task(sources, sources, num_latents_to_remove=1)
    assert found["80:mean_test_accuracy_other_factors"] == 1.0
    assert found["80:reduced_factor_0:mean_test_accuracy_reduced_factor"] < 0.6


def test_a_predictor_that_used_another_source_loses_when_it_changes():
    """Source 0 is read off z = a + 10 b only together with b; one value of b is not enough."""
    sources = grid(3, 4, repeats=15)
    mixed = (sources[:, :1] + 10 * sources[:, 1:]) @ np.ones((1, 2))
    mixed_scores = METRICS["strong_downstream_task"](sources, mixed)
    apart_scores = METRICS["strong_downstream_task"](sources, sources)
    assert apart_scores["120:strong_generalization_gap"] == 0.0
    assert mixed_scores["120:strong_generalization_gap"] > 0.25


# Invariances


@pytest.mark.parametrize("name", NOMINAL)
def test_renaming_the_classes_of_a_source_changes_nothing(name):
    sources, latents = sample(120, noise=0.5)
    names = np.array([["lime", "fig"], ["elm", "ash"], ["oak", "yew"], ["bay", "box"]])
    renamed = np.column_stack(
        [names[sources[:, 0], 0], names[(sources[:, 1] + 2) % 4, 1], 5 - sources[:, 2]]
    )
    found, expected = METRICS[name](renamed, latents), METRICS[name](sources, latents)
    assert scalars(found) == scalars(expected)


@pytest.mark.parametrize("name", METRICS)
def test_a_constant_latent_changes_no_score_but_completeness(name):
    """Completeness counts it in the base of its logarithm, as published."""
    sources, latents = sample(120, noise=0.5)
    with_constant = np.column_stack([latents[:, :1], np.full(120, 0.1), latents[:, 1:]])
    found, expected = METRICS[name](sources, with_constant), METRICS[name](sources, latents)
    found, expected = scalars(found), scalars(expected)
    if name == "dci_boosting":
        assert found.pop("completeness") > expected.pop("completeness")
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, abs=1e-12), key


@pytest.mark.parametrize("name", ["sap", "sap_continuous", "modularity_explicitness"])
def test_permuting_latents_changes_nothing(name):
    sources, latents = sample(120, noise=0.5)
    found = scalars(METRICS[name](sources, latents[:, [2, 0, 1]]))
    for key, value in scalars(METRICS[name](sources, latents)).items():
        assert found[key] == pytest.approx(value, abs=5e-3), key  # the order of a sum moves a fit


def test_duplicating_the_sample_changes_no_score_of_all_rows():
    sources, latents = sample(60, noise=0.5)
    twice = np.tile(sources, (2, 1)), np.tile(latents, (2, 1))
    found = METRICS["sap_continuous"](*twice)["SAP_score"]
    assert found == pytest.approx(METRICS["sap_continuous"](sources, latents)["SAP_score"])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    num=st.integers(12, 40),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    num_latents=st.integers(1, 3),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    levels=st.sampled_from([None, 1, 2]),
)
@pytest.mark.parametrize("name", ["sap", "sap_continuous", "modularity_explicitness", "factor_vae"])
def test_scores_stay_in_their_ranges_for_any_input(
    name, seed, num, sizes, num_latents, scale, levels
):
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in sizes], axis=1)
    latents = generator.normal(size=(num, num_latents))
    if levels is not None:
        latents = generator.randint(levels, size=(num, num_latents))
    found = quietly(METRICS[name], sources, latents * scale)
    for key, value in scalars(found).items():
        assert 0.0 <= value <= (num_latents if key == "num_active_dims" else 1.0), key
