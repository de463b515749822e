"""Variants of a training step, compiled and timed, and the sizes at which they are."""

import itertools
import sys
import time

from step_work import NUM_LATENTS, PROBE_POINTS

SIZES = {
    "full": {"image": 64, "batch": 64, "widths": (32, 64, 128, 256, 512), "steps": 3},
    "tiny": {"image": 32, "batch": 4, "widths": (2, 3, 4, 5, 6), "steps": 1},
    "quickstart": {"image": 32, "batch": 32, "widths": (16, 24, 32, 48, 64), "steps": 20},
}
TRIPOD = {"klm_weight": 1e-3, "nhp_weight": 2e-3}
VARIANTS = {
    "fused": ("tripod", "fused", TRIPOD),
    "plain": ("tripod", "plain", TRIPOD),
    "separate": ("tripod", "plain", TRIPOD),
    "no_nhp": ("tripod", "fused", {**TRIPOD, "nhp_weight": 0.0}),
    "no_klm": ("tripod", "fused", {**TRIPOD, "klm_weight": 0.0}),
    "quantization": ("tripod", "fused", {"klm_weight": 0.0, "nhp_weight": 0.0}),
    "interaction_share": (
        "tripod",
        "fused",
        {"klm_weight": 1e-3, "nhp_weight": 1e-2, "nhp_estimator": "interaction_share"},
    ),
    "beta_tcvae_mws": ("beta_tcvae_mws", "fused", {"tc_weight": 1.0}),
}


class Timed:
    """One variant, compiled, whose steps can be timed."""

    def __init__(self, name: str, size: dict):
        import gin
        import keras
        import numpy as np

        from tripod_dlib import registry
        from tripod_dlib.models.optimizers import build_optimizer

        family, implementation, parameters = VARIANTS[name]
        recipe = registry.models.load(family)(**parameters)
        gin.bind_parameter("networks.widths", size["widths"])
        gin.bind_parameter("networks.implementation", implementation)
        keras.utils.set_random_seed(0)
        shape = (size["image"], size["image"], 3)
        self.model = recipe(
            image_shape=shape, num_latents=NUM_LATENTS, dataset_size=480_000, seed=0
        )
        if name == "separate":
            self.model.decoder.activations = _separately(self.model.decoder)
        optimizer = build_optimizer(1_000, self.model)
        self.model.compile(optimizer, jit_compile=keras.backend.backend() == "jax")
        optimizer.build(self.model.trainable_variables)
        images = np.random.default_rng(0).integers(0, 256, (size["batch"], *shape), np.uint8)
        self._batches = for_ever(images)

    def steps(self, num: int) -> list[tuple[float, float]]:
        """Wall and processor seconds of each step."""
        import keras

        times = [(time.perf_counter(), time.process_time())]

        class Clock(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                float(logs["loss"])  # waits for the step
                times.append((time.perf_counter(), time.process_time()))

        self.model.fit(
            self._batches, steps_per_epoch=num, verbose=0, shuffle=False, callbacks=[Clock()]
        )
        return [(b[0] - a[0], b[1] - a[1]) for a, b in zip(times, times[1:])]


def for_ever(images):
    """The same batch again and again, of a shape that is known beforehand, as in training."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return ((images,) for _ in itertools.count())
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_tensors((images,)).repeat().with_options(options)


def _separately(decoder):
    """Decodes the perturbed points in eight calls, each to the end."""
    from keras import ops

    together = decoder.activations

    def activations(latents, names):
        if names[-1] == "block3":
            return together(latents, names)
        points = ops.reshape(latents, (-1, PROBE_POINTS, latents.shape[-1]))
        calls = [together(points[:, i], (*names, "block3")) for i in range(PROBE_POINTS)]
        # what is not used would be left out of the graph, and with it the rest of the decoding
        used = [sum(0.0 * ops.mean(call["block3"]) for call in calls)]
        stacked = {
            name: ops.stack([call[name] for call in calls], axis=1) + used[0] for name in names
        }
        return {name: ops.reshape(value, (-1, *value.shape[2:])) for name, value in stacked.items()}

    return activations


def say(what: str) -> None:
    """A line of progress on standard error."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def versions() -> dict[str, str]:
    import keras

    backend = keras.backend.backend()
    framework = __import__(backend)
    return {"keras": keras.__version__, backend: framework.__version__}
