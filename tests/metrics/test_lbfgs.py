import numpy as np
import pytest
from scipy import optimize

from tripod_dlib.metrics.lbfgs import minimize, minimize_together

STOPPING = {"max_iterations": 60, "gradient_tolerance": 1e-8, "value_tolerance": 1e-13}


def quadratic(x):
    curvature = np.geomspace(1e-2, 1e3, len(x))
    return float((x * curvature) @ x / 2), x * curvature


def quartic_well(x):  # two minima along each axis, a maximum between them
    return float(((x**2 - 1) ** 2).sum() + 0.1 * x.sum()), 4 * x * (x**2 - 1) + 0.1


def waves(x):  # a line search meets maxima, minima and flat places
    value = float((0.05 * x**2 + np.sin(2 * x)).sum())
    return value, 0.1 * x + 2 * np.cos(2 * x)


def log_distance(x):  # concave far away, so that the first steps are too short
    return float(np.log1p(x @ x)), 2 * x / (1 + x @ x)


def rosenbrock(x):
    return optimize.rosen(x), optimize.rosen_der(x)


def powers(x):  # steep, then nearly flat
    return float((x**4).sum() + np.exp(-x).sum() * 1e-3), 4 * x**3 - np.exp(-x) * 1e-3


FUNCTIONS = [quadratic, quartic_well, waves, log_distance, rosenbrock, powers]


def run(function, start, **changes):
    """The points that were asked for, and where it ended."""
    asked, steps = [], minimize(np.array(start), **{**STOPPING, **changes})
    point = next(steps)
    while True:
        asked.append(point)
        try:
            point = steps.send(function(point))
        except StopIteration as end:
            return asked, end.value


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("seed", range(4))
def test_the_points_asked_for_are_scipy_s(function, seed):
    start = np.random.RandomState(seed).normal(scale=10.0 ** (seed - 1), size=6)
    expected = []

    def recorded(x):
        expected.append(x.copy())
        return function(x)

    found = optimize.minimize(
        recorded,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 60, "gtol": 1e-8, "ftol": 1e-13, "maxls": 50},
    )
    asked, end = run(function, start)
    # SciPy remembers a value it is asked for twice in a row.
    asked = [x for i, x in enumerate(asked) if i == 0 or (x != asked[i - 1]).any()]
    early = min(len(asked), len(expected), 10)  # rounding grows with every step
    np.testing.assert_allclose(asked[:early], expected[:early], rtol=1e-6, atol=1e-9)
    assert function(end)[0] == pytest.approx(found.fun, rel=1e-6, abs=1e-8)
    assert abs(len(asked) - len(expected)) <= 3


def test_it_stops_after_so_many_iterations():
    start = np.full(6, -1.2)
    _, whole = run(rosenbrock, start)
    _, early = run(rosenbrock, start, max_iterations=5)
    assert rosenbrock(whole)[0] < 1e-10 < 1e-2 < rosenbrock(early)[0] < rosenbrock(start)[0]


def test_a_flat_start_is_the_end():
    asked, end = run(quadratic, np.zeros(6))
    assert len(asked) == 1
    np.testing.assert_array_equal(end, np.zeros(6))


def test_no_iterations_leave_the_start():
    asked, end = run(quadratic, np.ones(6), max_iterations=0)
    assert len(asked) == 1
    np.testing.assert_array_equal(end, np.ones(6))


def test_a_small_gain_ends_it():
    asked, _ = run(quadratic, np.ones(6), value_tolerance=0.9)
    assert len(asked) < 6 < len(run(quadratic, np.ones(6))[0])


def test_a_function_that_leaves_the_numbers_ends_at_a_number():
    def cliff(x):
        return (np.inf, x) if x[0] < -0.5 else (float(x[0]), np.eye(len(x))[0])

    _, end = run(cliff, np.zeros(3))
    assert np.isfinite(end).all() and cliff(end)[0] <= 0.0


def test_a_gradient_that_lies_ends_where_nothing_is_gained():
    def wrong(x):
        return float(x @ x), -2 * x

    _, end = run(wrong, np.ones(3))
    np.testing.assert_array_equal(end, np.ones(3))


def test_several_functions_end_where_each_ends_alone():
    generator = np.random.RandomState(0)
    starts = [generator.normal(size=size) for size in (6, 3, 9, 6, 2, 4)]
    together = []

    def evaluate(which, points):
        together.append(list(which))
        return [FUNCTIONS[i](point) for i, point in zip(which, points, strict=True)]

    ends = minimize_together(evaluate, starts, **STOPPING)
    alone = [run(function, start) for function, start in zip(FUNCTIONS, starts, strict=True)]
    for end, (_, expected) in zip(ends, alone, strict=True):
        np.testing.assert_array_equal(end, expected)
    assert together[0] == list(range(6))
    assert len(together) == max(len(asked) for asked, _ in alone)
    assert sum(map(len, together)) == sum(len(asked) for asked, _ in alone)
