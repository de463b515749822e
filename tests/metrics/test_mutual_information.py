"""Mutual information is scikit-learn's."""

import numpy as np
import pytest
from sklearn.feature_selection import mutual_info_classif
from sklearn.metrics import mutual_info_score

from tripod_dlib.metrics.mutual_information import (
    continuous_mutual_information,
    discrete_mutual_information,
)


def test_discrete_information_is_scikit_learn_s():
    generator = np.random.RandomState(0)
    sources, latents = generator.randint(5, size=(500, 3)), generator.randint(7, size=(500, 4))
    latents[:, 0] = sources[:, 1]
    expected = [[mutual_info_score(s, z) for z in latents.T] for s in sources.T]
    found = discrete_mutual_information(sources, latents)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_continuous_information_is_scikit_learn_s_at_the_same_seed():
    generator = np.random.RandomState(1)
    sources = np.stack([generator.randint(k, size=800) for k in (2, 5, 20)], axis=1)
    latents = generator.normal(size=(800, 4)) + sources[:, [0, 1, 1, 2]] * [1, 0.5, 3, 0.1]
    latents[:, 3] = np.round(latents[:, 3], 1)  # many ties
    sources[0, 2] = 20  # a class of one
    expected = np.stack(
        [
            mutual_info_classif(
                latents, source, discrete_features=False, n_neighbors=10, random_state=5
            )
            for source in sources.T
        ]
    )
    found = continuous_mutual_information(sources, latents, num_neighbors=10, seed=5)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.filterwarnings(
    "ignore:The number of unique classes"
)  # scikit-learn's, of the plain form
@pytest.mark.parametrize("num, num_neighbors", [(12, 10), (30, 1), (60, 3), (100, 10)])
def test_the_estimate_is_scikit_learn_s_for_small_classes_and_ties(num, num_neighbors):
    """Classes of at most twice the neighbours have scikit-learn's rounded distances."""
    generator = np.random.RandomState(num)
    sources = np.stack([generator.randint(size, size=num) for size in (2, 7, 20)], axis=1)
    sources = np.stack([np.unique(c, return_inverse=True)[1] for c in sources.T], axis=1)
    normal = generator.normal(size=(num, 3))
    ties = generator.randint(3, size=num)
    latents = np.column_stack(
        [normal[:, 0], np.round(normal[:, 1], 1), ties, 1e6 + normal[:, 2], np.zeros(num)]
    )
    found = continuous_mutual_information(sources, latents, num_neighbors, seed=num)
    expected = [
        mutual_info_classif(
            latents, source, discrete_features=False, n_neighbors=num_neighbors, random_state=num
        )
        for source in sources.T
    ]
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_labels_that_are_all_different_have_no_neighbours():
    found = continuous_mutual_information(np.arange(5)[:, None], np.arange(5.0)[:, None])
    np.testing.assert_array_equal(found, [[0.0]])
