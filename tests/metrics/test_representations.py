"""Representations whose scores are known: the sources, constants, copies, rotations."""

import numpy as np
import pytest
from metric_samples import METRICS, SIZES, grid, noisy, quietly

from tripod_dlib import metrics
from tripod_dlib.metrics.mutual_information import (
    discrete_mutual_information,
)
from tripod_dlib.metrics.unsupervised import (
    KEYS,
)


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
    assert METRICS["sap_continuous"].compute(sources, sources)["SAP_score"] == pytest.approx(1.0)
    explicit = metrics.compute_modularity_explicitness(
        sources, sources, test_sources=sources, test_latents=sources
    )
    assert explicit["modularity_score"] == pytest.approx(1.0)
    assert explicit["explicitness_score_train"] == explicit["explicitness_score_test"]
    np.testing.assert_allclose(explicit["explicitness_test_per_source"], 1.0)
    assert METRICS["factor_vae"].compute(sources, sources)["eval_accuracy"] == 1.0
    assert METRICS["beta_vae"].compute(sources, sources)["eval_accuracy"] == 1.0
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
        assert METRICS[name].compute(sources, latents)["SAP_score"] == 0.0
    explicit = metrics.compute_modularity_explicitness(sources, latents)
    assert explicit["modularity_score"] == 0.0
    assert explicit["explicitness_score_train"] == explicit["explicitness_score_test"] == 0.5
    votes = METRICS["factor_vae"].compute(sources, latents)
    assert (votes["train_accuracy"], votes["eval_accuracy"], votes["num_active_dims"]) == (0, 0, 0)
    guessed = METRICS["beta_vae"].compute(sources, latents)["eval_accuracy"]
    assert guessed == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / 100))


def test_latents_that_never_vary_score_zero_or_nothing():
    sources, flat = grid(3, 4, repeats=4), np.zeros((48, 2))
    assert METRICS["infomec"].compute(sources, flat)["infoe"] == 0.0
    assert metrics.compute_mig(sources, flat)["discrete_mig"] == 0.0
    found = metrics.compute_irs(sources, flat)
    assert (found["IRS"], found["num_active_dims"]) == (0.0, 0)
    np.testing.assert_array_equal(found["irs_matrix"], np.zeros((2, 2)))
    unsupervised = metrics.compute_unsupervised(sources, flat)
    assert [unsupervised[key] for key in KEYS] == [None, 0.0, None, 0.0]
    assert any("no latent varies" in note for note in unsupervised["notes"])
    assert metrics.compute_mcc(sources, flat)["mcc_pearson"] == 0.0
    unified = metrics.compute_unified_scores(sources, flat)
    assert unified["mig"] == unified["sap"] == unified["modularity"] == 0.0


def test_latents_that_are_there_twice_leave_no_gap():
    """The two best latents of a source are its two copies: SAP 0, D 1, C 1 - log 2 / log 6.

    Boosted trees split on either copy alike, by chance, so that C is only near that.
    """
    sources = grid(*SIZES, repeats=10)
    latents = np.hstack([sources, sources])
    for name in ("sap", "sap_continuous"):
        assert METRICS[name].compute(sources, latents)["SAP_score"] == pytest.approx(0.0, abs=1e-12)
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
    found = METRICS["sap_continuous"].compute(sources, latents)
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


def test_one_latent_has_nothing_beside_it():
    sources = grid(3, 4, repeats=4)
    latent = sources[:, :1] * 1.0
    assert metrics.compute_mig(sources, latent)["discrete_mig"] is None
    found = metrics.compute_unsupervised(sources, latent)
    assert [found[key] for key in KEYS] == [None] * 4 and "only one latent" in found["notes"][0]
    unified = metrics.compute_unified_scores(sources, latent, discrete=True)
    for key in ("mig", "sap", "dci_completeness", "mig.factor_0", "dci_completeness.code_1"):
        assert unified[key] is None
    assert unified["dci"] == pytest.approx(1.0) and unified["modularity"] == 1.0
    infomec = METRICS["infomec"].compute(sources, latent)
    assert infomec["infoc"] is None and infomec["infom"] == pytest.approx(1.0)
    assert metrics.compute_irs(sources, latent)["IRS"] == 1.0
    assert metrics.compute_mcc(sources, latent)["mcc_pearson"] == pytest.approx(0.5)


def test_one_source_that_varies_leaves_modularity_undefined():
    sources = np.column_stack([grid(4, repeats=12), np.full(48, 3)])
    latents = grid(4, 12) * 1.0
    for name, none, others in (
        ("unified_scores", ["dci", "modularity"], ["mig", "sap", "dci_completeness"]),
        ("infomec", ["infom"], ["infoc", "infoe"]),
        ("irs", [], ["IRS"]),
        ("mig", [], ["discrete_mig"]),
        ("mcc", [], ["mcc_pearson"]),
    ):
        found = quietly(METRICS[name].compute, sources, latents)
        assert [found[key] for key in none] == [None] * len(none), name
        assert None not in [found[key] for key in others], name


@pytest.mark.parametrize("name", METRICS)
def test_one_source_and_one_latent_give_none_where_there_is_nothing_to_compare(name):
    sources, latents = noisy(120)
    one_source, one_latent = (
        METRICS[name].compute(sources[:, :1], latents),
        METRICS[name].compute(sources, latents[:, :1]),
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


def test_rounding_never_leaves_a_range():
    """A full grid: latents are independent of each other, and two know nothing of the sources."""
    cells = grid(3, 4, 5, 3)
    sources, latents = cells[:, :2], cells * 0.1
    information = discrete_mutual_information(sources, cells)
    np.testing.assert_array_equal(information[:, 2:], 0.0)
    found = metrics.compute_unsupervised(sources, latents, discrete=True)
    assert found[KEYS[3]] == 0.0 and 0.0 <= found[KEYS[0]] < 1e-9 and 0.0 <= found[KEYS[1]] < 1e-9
    nothing = metrics.compute_unified_scores(sources, latents[:, 2:], discrete=True)
    assert nothing["modularity"] == nothing["mig"] == nothing["dci"] == 0.0
    assert METRICS["infomec"].compute(sources, latents[:, 2:])["infom"] == 0.0
    assert METRICS["infomec"].compute(sources, latents[:, 2:])["infoe"] == pytest.approx(
        0.0, abs=1e-9
    )
