import numpy as np
import pytest
from scipy import optimize, special

from tripod_dlib.metrics import explicitness
from tripod_dlib.metrics.explicitness import Design, Regression, cross_entropies

NUM_VALUES = np.array([2, 4, 7, 2])
EACH = pytest.mark.parametrize("i", range(len(NUM_VALUES)), ids=map(str, NUM_VALUES))


def sample(discrete, num_samples=300):
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(k, size=num_samples) for k in NUM_VALUES], axis=1)
    latents = sources[:, [0, 1, 2, 2, 3]] + generator.randint(3, size=(num_samples, 5))
    return sources, Design.one_hot(latents) if discrete else Design.dense(latents * 1.0)


def regression(discrete, i):
    """One source's labels, the design, its regression and how many parameters that has."""
    sources, design = sample(discrete)
    size = design.size * (1 if NUM_VALUES[i] == 2 else NUM_VALUES[i])
    return sources[:, i], design, Regression(design, sources[:, i], NUM_VALUES[i]), size


def all_logits(design, num_values, parameters):
    logits = design.logits(parameters.reshape(design.size, -1))
    if num_values == 2:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
    return logits


def plain_objective(design, labels, num_values, parameters):
    """Balanced mean of each sample's cross-entropy, in logarithms throughout."""
    logits = all_logits(design, num_values, parameters)
    counts = np.bincount(labels)
    weights = 1.0 / counts[labels] / np.count_nonzero(counts)
    chosen = logits[np.arange(len(labels)), labels]
    return weights @ (special.logsumexp(logits, axis=1) - chosen)


@pytest.mark.parametrize("at_once", [1, 2**20], ids=["one by one", "at once"])
@pytest.mark.parametrize("scale", [0.1, 30.0, 1000.0])  # within the products' range; beyond; inf
def test_exponentials_are_those_of_the_logits(scale, at_once, monkeypatch):
    monkeypatch.setattr(explicitness, "FACTORS_AT_ONCE", at_once)
    for num_samples in (300, 20):  # more samples than columns, and fewer
        _, design = sample(True, num_samples)
        weights = random_point((design.size, 3), scale)
        with np.errstate(over="ignore"):
            expected = np.exp(design.logits(weights))
            exponentials = design.exponentials(weights, *design.room(3))
        np.testing.assert_allclose(exponentials, expected, rtol=1e-11 * max(1.0, scale))


def random_point(size, scale):
    return np.random.RandomState(1).normal(scale=scale, size=size)


@EACH
@pytest.mark.parametrize("discrete", [True, False])
@pytest.mark.parametrize("scale", [0.1, 1000.0])  # of which the second overflows exponentials
def test_values_are_balanced_cross_entropies(discrete, scale, i):
    labels, design, objective, size = regression(discrete, i)
    point = random_point(size, scale)
    expected = plain_objective(design, labels, NUM_VALUES[i], point)
    assert objective.value_and_gradient(point)[0] == pytest.approx(expected, rel=1e-12)


@EACH
@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_gradients_are_those_of_the_values(scale, i):
    _, _, objective, size = regression(True, i)
    point = random_point(size, scale)
    numeric = optimize.approx_fprime(point, lambda x: objective.value_and_gradient(x)[0], 1e-6)
    np.testing.assert_allclose(objective.value_and_gradient(point)[1], numeric, atol=2e-6)


@EACH
def test_gradients_stay_numbers_where_exponentials_overflow(i):
    labels, design, objective, size = regression(True, i)
    point = random_point(size, 1000.0)
    residuals = special.softmax(all_logits(design, NUM_VALUES[i], point), axis=1)
    residuals -= np.eye(NUM_VALUES[i])[labels]
    residuals /= np.bincount(labels)[labels][:, None] * NUM_VALUES[i]
    expected = design.pull_back(residuals[:, -size // design.size :])
    found = objective.value_and_gradient(point)[1]
    np.testing.assert_allclose(found.reshape(expected.shape), expected, atol=1e-12)


@pytest.mark.parametrize("discrete", [True, False])
def test_sources_are_fitted_alike_alone_and_together(discrete):
    sources, design = sample(discrete)
    together = cross_entropies(sources, design)
    alone = [cross_entropies(sources[:, [i]], design)[0] for i in range(4)]
    np.testing.assert_allclose(together, alone, atol=1e-7)


def test_held_out_rows_are_scored_and_not_fitted_on():
    sources, design = sample(discrete=True)
    fit_rows = np.arange(len(sources)) % 5 > 0
    held_out = cross_entropies(sources, design, fit_rows)
    changed = np.where(fit_rows[:, None], sources, sources[::-1])
    assert (held_out > cross_entropies(sources, design)).all()
    for i, size in enumerate(NUM_VALUES):
        fits = [
            Regression(design.rows(fit_rows), of[fit_rows, i], size).fit()
            for of in (sources, changed)
        ]
        np.testing.assert_array_equal(*fits)
    assert (cross_entropies(changed, design, fit_rows) != held_out).all()


def test_a_fit_whose_exponentials_overflow_is_that_of_shifted_logits():
    """Multiplying an input by c divides its weight by c, and a step of the fit is c times as long:
    the first line search leaves the range of exp, and the fit still ends near certainty."""
    labels = np.repeat([0, 1, 2], 40)
    numbers = (labels[:, None] - 1.0) * [1.0, 3.0] + np.array([0.0, 1e-3])
    design = Design(np.column_stack([numbers * 1e3, np.ones(len(labels))]), None)
    found = cross_entropies(labels[:, None], design)
    assert np.isfinite(found).all() and 0 <= found[0] < 0.3
