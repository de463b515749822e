"""Runs the reference cases of disentanglement_lib's metrics on this package's.

A case names a dataset, a representation, gin bindings and two seeds; its result was printed by that
library. See fixtures/parity/README.md for the origin.
"""

import json
from collections.abc import Callable

import gin
import numpy as np
import pytest
from parity import FOLDER, load_parity

from tripod_dlib import registry
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.rendered.dummy_data import IdentityObservationsData

# Of a collapsed latent the covariance is singular: its root is the square root of rounding off, and
# moves by 3e-9 with the processor.
ROOT_OF_A_COVARIANCE = ("gaussian_wasserstein_correlation", "gaussian_wasserstein_correlation_norm")
# Boosted trees whose splits tie to the last bit: a processor without AVX-512 takes others, in plain
# scikit-learn too, to these values to the last digit: D 0.9900700204 for 0.9900701476, and 0.201480
# for 0.201538 (over the global generator's seeds they move by 7e-4 and 7e-3).
OF_TIED_SPLITS = {"24_dci_identity10_identity": 1e-6, "26_dci_table_3425_mix_4_to_5": 1e-3}
REFERENCE = json.loads((FOLDER / "dlib_metrics.json").read_text())


def cases(*metrics: str, slow: set[int] = frozenset()) -> list:
    """The cases of some metrics by gin name, as parameters of a test.

    Args:
      *metrics: gin names; a name without a case is a mistake.
      slow: Indices of cases, over the whole file, that take long.
    """
    found = [(i, case) for i, case in enumerate(REFERENCE["cases"]) if case["metric"] in metrics]
    assert {case["metric"] for _, case in found} == set(metrics)
    return [
        pytest.param(
            case,
            id=f"{i}-{case['metric']}-{case['dataset']}",
            marks=[pytest.mark.slow] if i in slow else [],
        )
        for i, case in found
    ]


def array_cases(*quantities: str) -> list:
    """The cases on stored arrays, as parameters of a test."""
    found = [case for case in REFERENCE["array_cases"] if case["quantity"] in quantities]
    assert {case["quantity"] for case in found} == set(quantities)
    return [pytest.param(case, id=case["id"]) for case in found]


def arrays(case: dict) -> dict[str, np.ndarray]:
    """The stored arrays of an array case: mus_train, mus_test, ys_train, ys_test, transposed."""
    return {
        key: value
        for key, value in load_parity("dlib_arrays", case["arrays"]).items()
        if key in ("mus_train", "mus_test", "ys_train", "ys_test")
    }


class FactorTable(GroundTruthData):
    """Observations are the factors, those that are not reported drawn when they are made."""

    name = "factor_table"

    def __init__(self, all_factor_sizes: list[int], latent_factor_indices: list[int]):
        self._sizes = all_factor_sizes
        self._latent = latent_factor_indices

    @property
    def factor_names(self):
        return [f"Factor {i}" for i in range(len(self._latent))]

    @property
    def factors_num_values(self):
        return [self._sizes[i] for i in self._latent]

    @property
    def observation_shape(self):
        return (len(self._sizes),)

    def sample_factors(self, num, random_state):
        columns = [random_state.randint(self._sizes[i], size=num) for i in self._latent]
        return np.stack(columns, axis=1)

    def sample_observations_from_factors(self, factors, random_state):
        table = np.zeros((len(factors), len(self._sizes)))
        table[:, self._latent] = factors
        for i, size in enumerate(self._sizes):
            if i not in self._latent:
                table[:, i] = random_state.randint(size, size=len(factors))
        return table


class DummyImages(GroundTruthData):
    """Ten factors of five values and float64 noise that knows nothing of them."""

    name = "dummy_images"
    factor_names = [f"Factor {i}" for i in range(10)]
    factors_num_values = [5] * 10
    observation_shape = (64, 64, 1)

    def sample_factors(self, num, random_state):
        return random_state.randint(5, size=(num, 10))

    def sample_observations_from_factors(self, factors, random_state):
        return random_state.random_sample((len(factors), 64, 64, 1))


def dataset(name: str) -> GroundTruthData:
    """A dataset of the reference cases."""
    definition = REFERENCE["datasets"][name]
    if definition["kind"] == "identity_observations":
        return IdentityObservationsData()
    if definition["kind"] == "dummy_images":
        return DummyImages()
    return FactorTable(definition["all_factor_sizes"], definition["latent_factor_indices"])


def representation(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """A representation of the reference cases, fresh: some carry state from call to call."""
    definition = REFERENCE["representations"][name]
    scope = {"np": np}
    exec("\n".join(definition["setup"]), scope)  # lines of our own fixture
    return eval(f"lambda x: {definition['expression']}", scope)


def bind(case: dict) -> None:
    """Binds what a case binds."""
    for name in registry.metrics.builtin_names:
        registry.metrics.load(name)
    gin.parse_config([f"{name} = {value}" for name, value in case["gin_bindings"].items()])


def run(case: dict) -> tuple[dict, float, float]:
    """Runs a case: its result, then one draw from its `RandomState` and from the global generator.

    The metric is the one registered under the case's gin name.
    """
    bind(case)
    data = dataset(case["dataset"])
    metric = registry.metrics.load(case["metric"])
    np.random.seed(case["global_seed"])
    random_state = np.random.RandomState(case["seed"])
    style = case.get("style")
    if style == "fixed_data":
        factors, observations = data.sample(case["num_points"], random_state)
        result = metric(observations, factors.T, representation(case["representation"]))
    elif style == "udr":
        result = metric(data, _with_kl(case), random_state)
    else:
        result = metric(
            data, representation(case["representation"]), random_state, artifact_dir=None
        )
    return result, random_state.random_sample(), np.random.random_sample()


def _with_kl(case: dict) -> list[Callable]:
    pairs = zip(case["representation"], case["kl"], strict=True)
    return [
        lambda x, function=representation(name), kl=np.array(kl): (function(x), kl)
        for name, kl in pairs
    ]


def assert_reproduced(case: dict, rtol: float = 1e-9) -> None:
    """Runs a case and compares keys, every number and both probes.

    Args:
      case: A case.
      rtol: Relative tolerance; 1e-9 is the reference's own for the same versions of libraries.
    """
    result, random_state_probe, global_probe = run(case)
    rtol = OF_TIED_SPLITS.get(case["id"], rtol)
    assert_same(result, case["result"], rtol)
    assert random_state_probe == case["random_state_probe"]
    assert global_probe == case["global_probe"]


def assert_same(found: object, expected: object, rtol: float = 1e-9, where: str = "") -> None:
    """Compares nested results; "nan", "inf", "-inf" are strings in the reference.

    Numbers that are 0 but for rounding are compared with 1e-12 absolute.
    """
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, value in expected.items():
            assert_same(found[key], value, rtol, f"{where}/{key}")
        return
    if where.endswith(ROOT_OF_A_COVARIANCE):
        rtol = max(rtol, 1e-7)
    expected, found = np.array(expected, np.float64), np.array(found, np.float64)
    assert found.shape == expected.shape, where
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-12, err_msg=where)
