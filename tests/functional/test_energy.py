import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from tripod_dlib.functional.energy import activity_energy, negativity

Z = np.array([[-0.3, 0.5], [0.2, -0.1]])


def test_energies_have_their_closed_forms():
    """Means over both images: (.3 + .1) / 4 and (.09 + .25 + .04 + .01) / 4."""
    assert float(np.mean(negativity(Z))) == pytest.approx(0.1)
    assert float(np.mean(activity_energy(Z))) == pytest.approx(0.0975)


def test_negativity_has_gradient_where_latents_are_negative_alone():
    z = np.array([[-0.3, 0.5, 0.0]])
    _, gradient = value_and_gradient(lambda z: ops.sum(negativity(z)), z)
    np.testing.assert_allclose(gradient, [[-1 / 3, 0.0, 0.0]])
