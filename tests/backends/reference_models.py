"""Models whose weights, images and draws come from NumPy: the same on every backend.

`KERAS_BACKEND=tensorflow python tests/backends/reference_models.py` writes what TensorFlow computes
with them to `tests/fixtures/backends.npz`, against which every backend is tested.
"""

from pathlib import Path

import gin
import numpy as np
from keras import ops

from tripod_dlib import registry

FIXTURE = Path(__file__).parents[1] / "fixtures" / "backends.npz"
IMAGE_SHAPE, BATCH, NUM_LATENTS = (32, 32, 3), 6, 4
TRIPOD = {"klm_weight": 1e-3, "nhp_weight": 1e-2}
MODELS = {
    "published": ("tripod", TRIPOD),
    "interaction_share": ("tripod", {**TRIPOD, "nhp_estimator": "interaction_share"}),
    "beta_tcvae_mws": ("beta_tcvae_mws", {"tc_weight": 2.0}),
}


def build(name: str, implementation: str):
    """One of `MODELS`, small, with weights of a fixed generator."""
    family, parameters = MODELS[name]
    recipe = registry.models.load(family)(**parameters)
    gin.bind_parameter("networks.widths", (4, 6, 8, 8, 8))
    gin.bind_parameter("networks.hidden_units", 16)
    gin.bind_parameter("networks.cond_units", 16)
    gin.bind_parameter("networks.implementation", implementation)
    model = recipe(image_shape=IMAGE_SHAPE, num_latents=NUM_LATENTS, dataset_size=1000, seed=0)
    generator = np.random.default_rng(1)
    for variable in model.trainable_variables:
        fan_in = np.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 1.0
        spread = 0.7 / np.sqrt(fan_in) if len(variable.shape) > 1 else 0.1
        offset = 1.0 if variable.name == "gamma" else 0.0
        variable.assign(offset + spread * generator.normal(size=variable.shape))
    return model


def images() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (BATCH, *IMAGE_SHAPE), dtype=np.uint8)


def draws_of(model) -> dict[str, np.ndarray]:
    """What the model would draw, from NumPy."""
    generator = np.random.default_rng(3)
    found = {}
    for name, own in model.draw(BATCH).items():
        shape = tuple(own.shape)
        if name == "exchange":
            found[name] = generator.uniform(size=shape).astype(np.float32)
        elif name == "rademacher":
            found[name] = generator.choice([-1.0, 1.0], size=shape).astype(np.float32)
        else:
            found[name] = generator.normal(size=shape).astype(np.float32)
    return found


def outputs_of(name: str, implementation: str) -> dict[str, np.ndarray]:
    """Representation, logits and loss terms by name."""
    model = build(name, implementation)
    draws = draws_of(model)
    outputs = model(images(), training=True, draws=draws)
    terms = model.loss_terms(model.prepare(images()), outputs)
    found = {key: outputs[key] for key in ("representation", "logits")} | terms
    return {key: np.asarray(ops.convert_to_numpy(value)) for key, value in found.items()}


def write() -> None:
    arrays = {}
    for name in MODELS:
        gin.clear_config()
        for key, value in outputs_of(name, "plain").items():
            arrays[f"{name}/{key}"] = value
    np.savez(FIXTURE, **arrays)


if __name__ == "__main__":
    write()
