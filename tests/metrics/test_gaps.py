"""Gaps of information, minimality and sufficiency: closed forms and edges.

a has 4 values and b has 2, on a full grid: H(a) = 2 bits, H(b) = 1 bit. Latents are half of a
(1 bit of a), the pair (3 bits: 2 of a, 1 of b) and b (1 bit).
"""

import numpy as np
import pytest

from tripod_dlib import metrics

A, B = np.tile(np.unravel_index(np.arange(8), (4, 2)), (1, 20))
SOURCES = np.column_stack([A, B])
LATENTS = np.column_stack([A // 2, 2 * A + B, B]) / 10.0
BIT = np.log(2)
NAMES = ("dcimig", "jemmig", "mig_sup", "minimality", "rmig", "sufficiency")
EACH = pytest.mark.parametrize("name", NAMES)


def compute(name, *arrays, discrete=True, **more):
    return getattr(metrics, f"compute_{name}")(*arrays, discrete=discrete, **more)


@pytest.mark.parametrize("discrete", [True, False], ids=["values", "histogram"])
def test_rmig_is_the_gap_over_the_entropy(discrete):
    """a: (2 - 1) / 2, of the pair over the half; b is told by two latents alike: 0."""
    found = compute("rmig", SOURCES, LATENTS, discrete=discrete)
    np.testing.assert_allclose(found["gaps"], [0.5, 0.0], atol=1e-12)
    assert found["rmig"] == pytest.approx(0.25)


def test_jemmig_also_counts_what_else_the_latent_tells():
    """a: H(pair, a) - 2 + 1 = 2 bits; b, of the two latents that know it the simpler: 1 - 1 + 1.

    Relative to H(f) + log2 8 they are 2 / 5 and 1 / 4, to H(f) + log2 16 they are 2 / 6 and 1 / 5.
    """
    found = compute("jemmig", SOURCES, LATENTS)
    np.testing.assert_allclose(found["per_source"], [2 * BIT, BIT])
    assert found["jemmig"] == pytest.approx(1.5 * BIT)
    assert found["jemmig_normalized"] == pytest.approx((3 / 5 + 3 / 4) / 2)
    in_bins = compute("jemmig", SOURCES, LATENTS, discrete=False, num_bins=16)
    assert in_bins["jemmig"] == pytest.approx(1.5 * BIT)
    assert in_bins["jemmig_normalized"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_dcimig_credits_each_latent_s_gap_to_the_source_it_tells_most_of():
    """Gaps of the half 1 - 0 and of the pair 2 - 1 are a's, that of b 1 - 0 is b's: 2 of 3 bits."""
    found = compute("dcimig", SOURCES, LATENTS)
    np.testing.assert_allclose(found["gaps"], [BIT, BIT])
    assert found["dcimig"] == pytest.approx(2 / 3)
    assert compute("dcimig", SOURCES, LATENTS[:, :2])["gaps"][1] == 0.0


def test_mig_sup_is_the_gap_of_latents_in_shares_of_sources():
    """Half: 1/2 of a and nothing of b. Pair: all of both. b: all of b alone."""
    found = compute("mig_sup", SOURCES, LATENTS)
    np.testing.assert_allclose(found["gaps"], [0.5, 0.0, 1.0], atol=1e-12)
    assert found["mig_sup"] == pytest.approx(0.5)


def test_minimality_is_the_share_of_a_latent_that_is_one_source():
    """The half and b are one source's alone, and of the pair's 3 bits 2 are a's."""
    found = compute("minimality", SOURCES, LATENTS)
    np.testing.assert_allclose(found["per_latent"], [1.0, 2 / 3, 1.0])
    assert found["minimality"] == pytest.approx(8 / 9)


def test_sufficiency_is_the_share_of_a_source_that_one_latent_knows():
    """The pair knows all of both; without it, half of a is known."""
    assert compute("sufficiency", SOURCES, LATENTS)["sufficiency"] == pytest.approx(1.0)
    found = compute("sufficiency", SOURCES, LATENTS[:, [0, 2]])
    np.testing.assert_allclose(found["per_source"], [0.5, 1.0])
    assert found["sufficiency"] == pytest.approx(0.75)


@EACH
def test_sources_as_latents_are_perfect(name):
    found = compute(name, SOURCES, SOURCES)
    assert found[name] == pytest.approx(0.0 if name == "jemmig" else 1.0, abs=1e-12)
    assert name != "jemmig" or found["jemmig_normalized"] == pytest.approx(1.0)


def test_rmig_of_as_many_bins_is_mig():
    noisy = LATENTS + 0.05 * np.random.RandomState(0).normal(size=LATENTS.shape)
    found = compute("rmig", SOURCES, noisy, discrete=False, num_bins=20)
    assert found["rmig"] == metrics.compute_mig(SOURCES, noisy)["discrete_mig"]


@EACH
def test_latents_that_never_vary_score_nothing(name):
    """JEMMIG is then the sources' entropies, all that there is to lose: normalized, 0."""
    found = compute(name, SOURCES, np.ones((160, 3)))
    assert found[name] == pytest.approx(1.5 * BIT if name == "jemmig" else 0.0)
    assert found.get("jemmig_normalized", 0.0) == pytest.approx(0.0, abs=1e-12)


@EACH
def test_what_has_nothing_beside_it_is_undefined_with_a_reason(name):
    compares = {"rmig": "latent", "jemmig": "latent", "dcimig": "source", "mig_sup": "source"}
    for kind, arrays in (
        ("latent", (SOURCES, LATENTS[:, :1])),
        ("source", (SOURCES[:, :1], LATENTS)),
    ):
        found = compute(name, *arrays)
        if compares.get(name) == kind:
            assert found[name] is None and "is undefined: " in found["notes"][-1]
        else:
            assert found[name] is not None and not found["notes"]
