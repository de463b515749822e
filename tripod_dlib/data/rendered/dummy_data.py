"""Two small datasets for tests, as in disentanglement_lib."""

import numpy as np

from tripod_dlib.data.factor_space import require_draws
from tripod_dlib.data.ground_truth import GroundTruthData


class DummyData(GroundTruthData):
    """Ten factors of five values and images of uniform noise that know nothing of them."""

    name = "dummy_data"
    factor_names = [f"Factor {i}" for i in range(10)]
    factors_num_values = [5] * 10
    observation_shape = (64, 64, 1)

    def sample_factors(self, num, random_state):
        require_draws(num, random_state)
        return random_state.randint(5, size=(num, self.num_factors))

    def sample_observations_from_factors(self, factors, random_state):
        return random_state.random_sample((len(factors), *self.observation_shape)).astype(
            np.float32
        )


class IdentityObservationsData(GroundTruthData):
    """Ten factors with values 1 to 10 that are their own observations, int64 (num, 10).

    `factors_num_values` says 1 each and `observation_shape` 10, as disentanglement_lib's does.
    """

    name = "identity_observations"
    factor_names = [f"Factor {i}" for i in range(10)]
    factors_num_values = [1] * 10
    observation_shape = 10
    num_images = 10**10

    def sample_factors(self, num, random_state):
        require_draws(num, random_state)
        return random_state.randint(1, 11, size=(num, self.num_factors))

    def sample_observations_from_factors(self, factors, random_state):
        return factors
