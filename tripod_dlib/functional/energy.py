"""Penalties of the biologically inspired autoencoder: non-negative, sparing latents."""

import keras
from keras import ops


def negativity(z: keras.KerasTensor) -> keras.KerasTensor:
    """How far latents are below 0; where they are not, the gradient is 0.

    Args:
      z: float (batch, num_latents).

    Returns:
      penalty: float (batch,), mean over latents of max(-z, 0).

    Reference: Whittington et al., 2023; Hsu et al., 2023, appendix.
    """
    return ops.mean(ops.relu(-z), axis=-1)


def activity_energy(z: keras.KerasTensor) -> keras.KerasTensor:
    """The energy of latents.

    Args:
      z: float (batch, num_latents).

    Returns:
      penalty: float (batch,), mean over latents of z^2.

    Reference: Whittington et al., 2023; Hsu et al., 2023, appendix.
    """
    return ops.mean(ops.square(z), axis=-1)
