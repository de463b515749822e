import numpy as np
import pytest
from scipy import optimize, special

from tripod_dlib.metrics import explicitness
from tripod_dlib.metrics.explicitness import Design, Regressions, cross_entropies

NUM_VALUES = np.array([2, 4, 7, 2])


def sample(discrete, num_samples=300):
    generator = np.random.RandomState(0)
    sources = np.stack([generator.randint(k, size=num_samples) for k in NUM_VALUES], axis=1)
    latents = sources[:, [0, 1, 2, 2, 3]] + generator.randint(3, size=(num_samples, 5))
    return sources, Design.one_hot(latents) if discrete else Design.dense(latents * 1.0)


def regressions(sources, design):
    return Regressions(design, list(sources.T), NUM_VALUES)


def plain_objective(design, labels, num_values, parameters):
    """Balanced mean of each sample's cross-entropy, in logarithms throughout."""
    logits = design.logits(parameters)
    if num_values == 2:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
    counts = np.bincount(labels)
    weights = 1.0 / counts[labels] / np.count_nonzero(counts)
    chosen = logits[np.arange(len(labels)), labels]
    return weights @ (special.logsumexp(logits, axis=1) - chosen)


def random_points(design, scale):
    generator = np.random.RandomState(1)
    sizes = [design.size * (1 if k == 2 else k) for k in NUM_VALUES]
    return [generator.normal(scale=scale, size=size) for size in sizes]


@pytest.mark.parametrize("discrete", [True, False])
@pytest.mark.parametrize("scale", [0.1, 1000.0])  # of which the second overflows exponentials
def test_values_are_balanced_cross_entropies(discrete, scale):
    sources, design = sample(discrete)
    points = random_points(design, scale)
    answers = regressions(sources, design).evaluate(range(4), points)
    for labels, size, point, (value, _) in zip(sources.T, NUM_VALUES, points, answers, strict=True):
        expected = plain_objective(design, labels, size, point.reshape(design.size, -1))
        assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_gradients_are_those_of_the_values(scale):
    sources, design = sample(discrete=True)
    objectives, points = regressions(sources, design), random_points(design, scale)
    answers = objectives.evaluate(range(4), points)
    for i, (point, (_, gradient)) in enumerate(zip(points, answers, strict=True)):
        numeric = optimize.approx_fprime(
            point, lambda x, i=i: objectives.evaluate([i], [x])[0][0], 1e-6
        )
        np.testing.assert_allclose(gradient, numeric, atol=2e-6)


def test_gradients_stay_numbers_where_exponentials_overflow():
    sources, design = sample(discrete=True)
    points = random_points(design, 1000.0)
    together = regressions(sources, design).evaluate(range(4), points)
    for labels, size, point, (_, gradient) in zip(
        sources.T, NUM_VALUES, points, together, strict=True
    ):
        logits = design.logits(point.reshape(design.size, -1))
        if size == 2:
            logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
        residuals = special.softmax(logits, axis=1) - np.eye(size)[labels]
        residuals /= np.bincount(labels)[labels][:, None] * size
        expected = design.pull_back(residuals[:, -point.size // design.size :])
        np.testing.assert_allclose(gradient.reshape(expected.shape), expected, atol=1e-12)


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
    fits = [regressions(s[fit_rows], design.rows(fit_rows)).fit() for s in (sources, changed)]
    for first, second in zip(*fits, strict=True):
        np.testing.assert_array_equal(first, second)
    assert (cross_entropies(changed, design, fit_rows) != held_out).all()


@pytest.mark.parametrize(
    "num_values, sizes",
    [
        ([5, 6, 6, 6, 6, 6, 6], [18, 23]),
        ([10, 10, 10, 8, 4, 15], [28, 29]),
        ([4, 24, 183], [4, 24, 183]),
        ([3], [3]),
        ([], []),
    ],
)
def test_groups_share_the_work_evenly(num_values, sizes):
    num_values = np.array(num_values, int)
    groups = explicitness._groups(num_values)
    assert sorted(i for group in groups for i in group) == list(range(len(num_values)))
    assert sorted(num_values[group].sum() for group in groups) == sizes
