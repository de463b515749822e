"""What a decoder makes of its latents together: measured in every run, whatever it is trained by.

The published penalty can be met by bending the decoder between the grid's points while interactions
on the grid stay; the two figures tell these apart.
"""

from collections.abc import Callable

import keras

from tripod_dlib.functional import hessian
from tripod_dlib.functional.interaction import exchange, pair_differences


def decoder_diagnostics(
    decode: Callable[[keras.KerasTensor], dict[str, keras.KerasTensor]],
    z: keras.KerasTensor,
    z_std: keras.KerasTensor,
    uniform_draws: keras.KerasTensor,
    gaussian_draws: keras.KerasTensor,
    step_size: float = hessian.STEP_SIZE,
) -> dict[str, dict[str, keras.KerasTensor]]:
    """Curvature, interaction and difference of each layer, to be averaged and then divided.

    Args:
      decode: Maps latents (n, num_latents) to {layer: activations (n, ...)}.
      z: float (batch, num_latents), an even batch.
      z_std: float (num_latents,), the scale of the curvature's steps.
      uniform_draws: float (batch // 2, num_latents); see `interaction.exchange`.
      gaussian_draws: float (batch, num_probes, num_latents).
      step_size: Step of the finite difference, in units of z_std.

    Returns:
      {layer: {"curvature": float (batch,), "interaction": float (batch // 2,), "difference": float
      (batch // 2,)}}. mean(interaction) / mean(difference) is the interaction share;
      2 mean(curvature) / mean(difference) is the total curvature relative to the activations'
      variance, since a pair's squared difference is twice the variance on average.
    """
    num_probes = gaussian_draws.shape[1]
    here = decode(z)
    exchanged = decode(exchange(z, uniform_draws))
    around = decode(hessian.perturb(z, z_std * gaussian_draws, step_size))
    figures = {}
    for layer in here:
        interaction, difference = pair_differences(here[layer], exchanged[layer])
        curvature = hessian.curvature_variance(
            hessian.directional_curvature(around[layer], num_probes, step_size)
        )
        figures[layer] = {
            "curvature": curvature,
            "interaction": interaction,
            "difference": difference,
        }
    return figures
