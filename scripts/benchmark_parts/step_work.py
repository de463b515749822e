"""What a training step has to compute, and how fast this machine computes such convolutions."""

import time

NUM_LATENTS = 12
PROBE_POINTS = 8


def convolutions(size: dict) -> dict[str, list[tuple[int, ...]]]:
    """(map size, in_channels, out_channels, kernel size) of every convolution, by part."""
    side, widths = size["image"], size["widths"]
    encoder, channels = [], 3
    for width, after in zip(widths, widths[1:]):
        if channels != width:
            encoder.append((side, channels, width, 1))
        encoder += [(side, channels, width, 3)] + 3 * [(side, width, width, 3)]
        side //= 2
        encoder.append((side, width, after, 2))
        channels = after
    stages = []
    for width, after in zip((*reversed(widths[1:]),), (*reversed(widths[1:-1]), 3)):
        stages.append(4 * [(side, width, width, 3)] + [(2 * side, width, after, 3)])
        side *= 2
    once, first = stages[0][:1], stages[0][1:]
    return {
        "encoder": encoder,
        "once": once,
        "to_block2": first + stages[1] + stages[2],
        "block3": stages[3],
    }


def counted_gflop(name: str, size: dict) -> float:
    """Convolutions and dense layers of a step, forward times three, in GFLOP."""
    parts = {
        part: sum(2 * side * side * a * b * k * k for side, a, b, k in shapes) / 1e9
        for part, shapes in convolutions(size).items()
    }
    batch, conditioned = size["batch"], 256
    projected = sum(4 * 2 * conditioned * 2 * width for width in size["widths"][1:]) / 1e9
    condition = 2 * (NUM_LATENTS * conditioned + conditioned**2) / 1e9
    decoding = condition + projected + parts["to_block2"] + parts["block3"]
    total = batch * (parts["encoder"] + decoding) + parts["once"]
    if name == "separate":
        total += PROBE_POINTS * (batch * decoding + parts["once"])
    elif name in ("fused", "plain", "no_klm"):
        less = 4 * 2 * conditioned * 2 * size["widths"][1] / 1e9
        total += PROBE_POINTS * batch * (decoding - parts["block3"] - less) + parts["once"]
    elif name == "interaction_share":
        less = 4 * 2 * conditioned * 2 * size["widths"][1] / 1e9
        total += batch * (decoding - parts["block3"] - less) + parts["once"]
    return 3 * total


def convolution_gflops(size: dict) -> float:
    """The machine's rate on the step's convolutions alone, forward and backward, in GFLOP/s.

    Each batch is divided over the cores as the step divides it.
    """
    import keras
    import numpy as np

    parts = convolutions(size)
    batches = {"encoder": size["batch"], "to_block2": PROBE_POINTS * size["batch"]}
    work = seconds = 0.0
    for part, batch in batches.items():
        for side, a, b, k in sorted(set(parts[part])):
            if k != 3:
                continue
            many = parts[part].count((side, a, b, k))
            generator = np.random.default_rng(0)
            images = generator.normal(size=(batch, side, side, a)).astype(np.float32)
            kernel = generator.normal(size=(k, k, a, b)).astype(np.float32)
            seconds += many * _time_of(keras.ops.conv, images, kernel)
            work += many * 3 * 2 * batch * side * side * a * b * k * k / 1e9
    return work / seconds


def _time_of(convolve, images, kernel) -> float:
    import keras
    import numpy as np

    from tripod_dlib.functional.execution import num_parts

    def forward(images, kernel):
        return convolve(images, kernel, padding="same")

    if keras.backend.backend() == "jax":
        import jax

        @jax.jit
        def both(images, kernel):
            value, pull = jax.vjp(forward, images, kernel)
            return pull(value)

        run = lambda: jax.block_until_ready(both(images, kernel))  # noqa: E731
    else:
        import tensorflow as tf

        kernel = tf.constant(kernel)
        parts = [tf.constant(part) for part in np.array_split(images, num_parts(len(images)))]

        def both(images):
            with tf.GradientTape() as tape:
                tape.watch((images, kernel))
                value = forward(images, kernel)
            return tape.gradient(value, (images, kernel), output_gradients=value)

        run = tf.function(lambda: [both(part) for part in parts])
    run()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)
