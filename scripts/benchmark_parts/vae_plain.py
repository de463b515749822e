"""beta-VAE with disentanglement_lib's networks, as one would write it in Keras."""

import keras
from keras import layers, ops


class PlainVAE(keras.Model):
    """The loss is a sum over pixels and latents, a mean over the batch."""

    def __init__(self, image_shape: tuple[int, int, int], num_latents: int, beta: float):
        super().__init__()
        self.encoder = encoder(image_shape, num_latents)
        self.decoder = decoder(image_shape, num_latents)
        self.beta = beta
        self.seeds = keras.random.SeedGenerator(0)
        self.built = True

    def call(self, images, training=False):
        mean, logvar = ops.split(self.encoder(scaled(images)), 2, axis=-1)
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        z = mean + ops.exp(0.5 * logvar) * noise
        return mean, logvar, self.decoder(z)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        mean, logvar, logits = y_pred
        entropy = keras.losses.binary_crossentropy(scaled(x), logits, from_logits=True)
        reconstruction = ops.mean(ops.sum(entropy, axis=(1, 2))) * x.shape[-1]
        kl = 0.5 * ops.sum(ops.square(mean) + ops.exp(logvar) - logvar - 1.0, axis=-1)
        return reconstruction + self.beta * ops.mean(kl)


def encoder(image_shape: tuple[int, int, int], num_latents: int) -> keras.Sequential:
    """Images in [0, 1] to means and logarithms of variances."""
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *(
                layers.Conv2D(channels, size, 2, "same", activation="relu")
                for channels, size in ((32, 4), (32, 4), (64, 2), (64, 2))
            ),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(2 * num_latents),
        ]
    )


def decoder(image_shape: tuple[int, int, int], num_latents: int) -> keras.Sequential:
    """Latents to logits."""
    height, width, channels = image_shape
    bottom = (height // 16, width // 16, 64)
    return keras.Sequential(
        [
            keras.Input((num_latents,)),
            layers.Dense(256, activation="relu"),
            layers.Dense(bottom[0] * bottom[1] * bottom[2], activation="relu"),
            layers.Reshape(bottom),
            *(
                layers.Conv2DTranspose(wide, 4, 2, "same", activation="relu")
                for wide in (64, 32, 32)
            ),
            layers.Conv2DTranspose(channels, 4, 2, "same"),
        ]
    )


def scaled(images):
    """uint8 as floats in [0, 1]."""
    return ops.cast(images, "float32") / 255.0
