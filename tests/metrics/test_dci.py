"""DCI: forests, boosted trees, and scores of an importance matrix."""

import warnings

import numpy as np
import pytest
from metric_samples import grid, noisy
from parity import load_parity
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from tripod_dlib import metrics
from tripod_dlib.metrics import (
    compute_dci_random_forest,
    compute_mig,
)
from tripod_dlib.metrics.importance import (
    completeness,
    completeness_per_source,
    disentanglement,
    disentanglement_per_latent,
)


@pytest.mark.parametrize("prefix", ["discrete_", "continuous_"])
def test_forest_scores_agree_with_the_published_implementation(prefix):
    reference = load_parity("dci_random_forest", prefix)
    found = compute_dci_random_forest(reference["sources"], reference["latents"])
    mean = reference["dci_mean"]
    assert found["disentanglement"] == pytest.approx(mean[0], abs=0.015)
    assert found["completeness"] == pytest.approx(mean[1], abs=0.015)
    assert found["informativeness_test"] == pytest.approx(mean[2], abs=0.03)
    np.testing.assert_allclose(found["importance_matrix"], reference["importance_mean"], atol=0.06)


@pytest.mark.parametrize("prefix", ["discrete_", "continuous_"])
def test_scores_follow_from_the_importance_matrix(prefix):
    reference = load_parity("dci_random_forest", prefix)
    matrix = reference["importance_run0"].astype(np.float64)
    assert disentanglement(matrix) == pytest.approx(float(reference["dci_run0"][0]), abs=1e-5)
    assert completeness(matrix) == pytest.approx(float(reference["dci_run0"][1]), abs=1e-5)
    np.testing.assert_allclose(
        disentanglement_per_latent(matrix), reference["D_per_latent_run0"], atol=1e-5
    )
    np.testing.assert_allclose(
        completeness_per_source(matrix), reference["C_per_source_run0"], atol=1e-5
    )


def test_importance_scores_have_their_closed_forms():
    """A diagonal is 1; uniform rows are 0; a row (1/2, 1/2, 0) is 1 - log 2 / log 3."""
    assert disentanglement(np.eye(3)) == completeness(np.eye(3)) == pytest.approx(1.0)
    assert disentanglement(np.ones((4, 3))) == pytest.approx(0.0, abs=1e-9)
    half = np.array([[0.5, 0.5, 0.0]])
    assert disentanglement_per_latent(half)[0] == pytest.approx(1 - np.log(2) / np.log(3))
    assert disentanglement(np.zeros((2, 3))) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("num_cores", [1, 2, 3, 16])
def test_forests_are_scikit_learn_s_at_their_seed_on_any_number_of_cores(num_cores, monkeypatch):
    for module in ("dci_random_forest", "parallel"):
        monkeypatch.setattr(f"tripod_dlib.metrics.{module}.num_cores", lambda: num_cores)
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(k, size=200) for k in (3, 2, 5, 2, 4)], axis=1)
    latents = generator.normal(size=(200, 4)) + sources[:, [0, 2, 2, 4]]
    found = compute_dci_random_forest(sources, latents, num_trees=5, seed=3)
    inputs, _, targets, _ = train_test_split(
        (latents - latents.mean(axis=0)) / latents.std(axis=0),
        sources,
        test_size=0.1,
        random_state=42,
    )
    for labels, importance in zip(targets.T, found["importance_matrix"].T, strict=True):
        forest = RandomForestClassifier(5, criterion="entropy", max_depth=10, random_state=3)
        np.testing.assert_array_equal(importance, forest.fit(inputs, labels).feature_importances_)


def test_forests_leave_the_filters_of_warnings_as_they_were():
    cells = grid(4, 3, 2, repeats=5)
    before = list(warnings.filters)
    for seed in range(3):
        compute_dci_random_forest(cells, cells, num_trees=20, seed=seed)
    assert list(warnings.filters) == before


def test_latents_that_are_the_sources_are_disentangled_complete_and_informative():
    cells = grid(4, 3, repeats=30)
    found = compute_dci_random_forest(cells, cells)
    importance = found["importance_matrix"]
    np.testing.assert_allclose(importance, np.eye(2), atol=0.02)
    assert found["disentanglement"] == disentanglement(importance)
    assert found["completeness"] == completeness(importance)
    assert found["informativeness_test"] == 1.0


def test_latents_that_never_vary_score_zero():
    found = compute_dci_random_forest(grid(4, 5, repeats=10), np.zeros((200, 3)))
    assert (found["disentanglement"], found["completeness"]) == (0.0, 0.0)
    assert 0 < found["informativeness_test"] < 0.5


def test_undefined_scores_are_none():
    cells = grid(4, 5, repeats=10)
    one_latent = compute_dci_random_forest(cells, cells[:, :1])
    assert one_latent["completeness"] is None and one_latent["disentanglement"] is not None
    one_source = compute_dci_random_forest(cells[:, :1], cells)
    assert one_source["disentanglement"] is None and one_source["completeness"] is not None
    assert compute_mig(cells, cells[:, :1])["discrete_mig"] is None
    with pytest.raises(ValueError, match="At least 10 samples"):
        compute_dci_random_forest(cells[:9], cells[:9])


def test_dci_is_seeded_unless_the_global_generator_is_asked_for():
    sources, latents = noisy(120, noise=0.4)
    np.random.seed(1)
    first = metrics.compute_dci_boosting(sources, latents)
    assert np.random.random_sample() == np.random.RandomState(1).random_sample()
    np.random.seed(0)
    from_global = metrics.compute_dci_boosting(sources, latents, seed=None)
    np.testing.assert_array_equal(from_global["importance_matrix"], first["importance_matrix"])
    assert np.random.random_sample() != np.random.RandomState(0).random_sample()
