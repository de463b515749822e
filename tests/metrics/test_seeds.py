"""What is no seed is refused by every function that draws, and what is one is taken."""

import inspect

import numpy as np
import pytest

from tripod_dlib import metrics
from tripod_dlib.evaluation.arrays import evaluate_arrays

SOURCES = np.random.RandomState(0).randint(3, size=(60, 2))
LATENTS = np.random.RandomState(1).normal(size=(60, 3))
CONTINUOUS = {"discrete": False}


def functions_with_a_seed():
    functions = {name: getattr(metrics, name) for name in metrics.__all__}
    functions["evaluate_arrays"] = evaluate_arrays
    return {
        name: (function, CONTINUOUS if "discrete" in parameters else {})
        for name, function in functions.items()
        if callable(function) and "seed" in (parameters := inspect.signature(function).parameters)
    }


WITH_A_SEED = functions_with_a_seed()
NO_SEEDS = [1.5, "0", -1, 2**32, True, np.array([3]), np.random.default_rng(0)]


@pytest.mark.parametrize("name", WITH_A_SEED)
def test_what_is_no_seed_is_refused_in_words(name):
    function, settings = WITH_A_SEED[name]
    for seed in NO_SEEDS:
        with pytest.raises(ValueError, match=r"seed is .*; it is an integer from 0 to 4294967295"):
            function(SOURCES, LATENTS, **settings, seed=seed)


def test_an_integer_of_numpy_is_a_seed():
    chosen = {"discrete": False, "metrics": ["dci_random_forest"]}
    given = [evaluate_arrays(SOURCES, LATENTS, **chosen, seed=seed) for seed in (3, np.int64(3))]
    assert given[0]["baselines"] == given[1]["baselines"]
