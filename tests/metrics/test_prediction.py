"""Classifiers of several sources, downstream tasks and fairness."""

import numpy as np
import pytest
from metric_samples import METRICS, grid, noisy
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

from tripod_dlib import metrics
from tripod_dlib.metrics.boosting import importance_and_accuracy
from tripod_dlib.metrics.fairness import inter_group_fairness, scores_by_name
from tripod_dlib.metrics.prediction import fit_sources, logistic_regression_cv, resolve


def test_boosting_is_that_of_a_plain_loop_and_leaves_the_generator_where_the_loop_leaves_it():
    sources, latents = noisy(150, noise=0.4)
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


def test_other_classifiers_are_fitted_in_their_turn():
    """A seeded or subsampled one draws otherwise than is known ahead, and is left alone."""
    sources, latents = noisy(60, noise=0.4)
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


def test_a_number_of_samples_that_is_not_there_and_an_unknown_predictor_are_refused():
    sources, latents = noisy(60)
    with pytest.raises(ValueError, match="at most the 40 samples to fit on; got 41"):
        metrics.compute_downstream_task(sources, latents, num_train=[41])
    for wrong in (20, [10.0], [0], "10"):
        with pytest.raises(ValueError, match="num_train is .*; allowed is Sequence of int from 1"):
            metrics.compute_downstream_task(sources, latents, num_train=wrong)
    found = metrics.compute_downstream_task(sources, latents, num_train=np.array([20]))
    assert "20:mean_test_accuracy" in found
    with pytest.raises(ValueError, match="Unknown predictor 'forest'; known are"):
        metrics.compute_downstream_task(sources, latents, predictor="forest")
    with pytest.raises(ValueError, match="to_remove is 3; of 3 latents 3 vary .* one at least is"):
        metrics.compute_reduced_downstream_task(sources, latents, num_latents_to_remove=3)
    latents[:, 1:] = 0.5
    with pytest.raises(ValueError, match="to_remove is 2; of 3 latents 1 vary"):
        metrics.compute_reduced_downstream_task(sources, latents)
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
    mixed_scores = METRICS["strong_downstream_task"].compute(sources, mixed)
    apart_scores = METRICS["strong_downstream_task"].compute(sources, sources)
    assert apart_scores["120:strong_generalization_gap"] == 0.0
    assert mixed_scores["120:strong_generalization_gap"] > 0.25


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


@pytest.mark.parametrize(
    "predictor, message",
    [
        (LinearRegression, "a regressor; labels are classes"),
        (lambda: None, "gives None; it gives an unfitted classifier"),
        (lambda: LogisticRegression, "it gives an unfitted classifier, which has fit and predict"),
        (lambda depth: LogisticRegression(), "cannot be called without arguments"),
    ],
    ids=["regressor", "nothing", "class", "argument"],
)
def test_a_function_that_gives_no_classifier_is_refused(predictor, message):
    with pytest.raises(ValueError, match=message):
        resolve(predictor)


@pytest.mark.parametrize("num_train", [1, 2])
def test_points_of_one_source_are_told_apart_by_nobody(num_train):
    sources, latents = noisy(60)
    refused = 0
    for seed in range(20):
        try:
            metrics.compute_beta_vae(sources, latents, num_train=num_train, num_eval=2, seed=seed)
        except ValueError as error:
            assert f"of {num_train} points to fit on (num_train) all share source" in str(error)
            refused += 1
    assert refused == 20 if num_train == 1 else 0 < refused < 20
