"""The decoder's curvature and interactions of a model in training, on a sample of latents."""

import keras
import numpy as np

from tripod_dlib.functional.diagnostics import decoder_diagnostics
from tripod_dlib.functional.quantization import STD_FLOOR
from tripod_dlib.models.function import ModelFunction
from tripod_dlib.models.latents.base import Latents

LAYERS = ("cond", "block0", "block1", "block2")
NUM_SAMPLES = 256
CHUNK = 64
NUM_PROBES = 2


def decoder_figures(model: keras.Model) -> ModelFunction | None:
    """What `measure` applies to a chunk.

    None for a decoder that does not name its activations, as another package's may not, or has no
    hidden ones, and for latents of which something else is decoded than the representation.
    """
    if not hasattr(model.decoder, "activations") or type(model.latents).embed is not Latents.embed:
        return None
    named = getattr(model.decoder, "names", LAYERS)
    layers = tuple(layer for layer in LAYERS if layer in named)
    if not layers:
        return None

    def of_chunk(inputs):
        return decoder_diagnostics(
            lambda latents: model.decoder.activations(latents, layers),
            inputs["z"],
            inputs["z_std"][0],
            inputs["uniform"],
            inputs["gaussian"],
        )

    return ModelFunction(model, of_chunk, "diagnostics")


def measure(figures: ModelFunction, z: np.ndarray, seed: int) -> dict[str, dict]:
    """Two figures of each layer of the decoder, with its present weights.

    Args:
      figures: Those of `decoder_figures`.
      z: float32 (NUM_SAMPLES, num_latents), the representation of images.
      seed: Seed of the draws.

    Returns:
      {"interaction_share": {layer: float}, "curvature": {layer: float}}; see
      `functional.diagnostics`.
    """
    generator = np.random.RandomState(seed)
    latents = z.shape[1]
    z_std = (z.std(axis=0) + STD_FLOOR).astype(np.float32)
    sums: dict[str, dict[str, float]] = {}
    for start in range(0, NUM_SAMPLES, CHUNK):
        of_chunk = figures.predict_on_batch(
            {
                "z": z[start : start + CHUNK],
                "z_std": np.broadcast_to(z_std, (CHUNK, latents)),
                "uniform": generator.random_sample((CHUNK // 2, latents)).astype(np.float32),
                "gaussian": generator.normal(size=(CHUNK, NUM_PROBES, latents)).astype(np.float32),
            }
        )
        for layer in filter(of_chunk.__contains__, LAYERS):
            for part, values in of_chunk[layer].items():
                of_layer = sums.setdefault(layer, {})
                of_layer[part] = of_layer.get(part, 0.0) + float(np.mean(values))
    return {
        "interaction_share": {
            layer: _ratio(parts["interaction"], parts["difference"])
            for layer, parts in sums.items()
        },
        "curvature": {
            layer: _ratio(2.0 * parts["curvature"], parts["difference"])
            for layer, parts in sums.items()
        },
    }


def _ratio(numerator: float, denominator: float) -> float | None:
    """None where the layer is the same for all images."""
    return numerator / denominator if denominator > 0 else None
