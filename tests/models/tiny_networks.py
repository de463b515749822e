"""Networks that compile in a moment, for what does not depend on networks: architecture "tiny"."""

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="tests")
class TinyEncoder(layers.Layer):
    """A convolution and a dense layer: images in [-1, 1] to vectors."""

    def __init__(self, num_outputs: int, **kwargs):
        super().__init__(**{"name": "encoder", "dtype": "float32", **kwargs})
        self.convolution = layers.Conv2D(4, 4, strides=4, activation="gelu", name="convolution")
        self.flatten = layers.Flatten(name="flatten")
        self.projection = layers.Dense(num_outputs, name="projection")

    def call(self, images):
        return self.projection(self.flatten(self.convolution(images)))

    def get_build_config(self):
        return None  # the model that owns it builds it


@keras.saving.register_keras_serializable(package="tests")
class TinyDecoder(layers.Layer):
    """A dense layer and a transposed convolution: latents to logits of images."""

    def __init__(self, image_shape: tuple[int, int, int], **kwargs):
        super().__init__(**{"name": "decoder", "dtype": "float32", **kwargs})
        height, width, channels = image_shape
        self.dense = layers.Dense(height * width // 4, activation="gelu", name="dense")
        self.reshape = layers.Reshape((height // 4, width // 4, 4), name="reshape")
        self.convolution = layers.Conv2DTranspose(channels, 4, strides=4, name="convolution")

    def call(self, latents):
        return self.convolution(self.reshape(self.dense(latents)))

    def get_build_config(self):
        return None


def tiny_networks(image_shape, num_latents, num_outputs):
    """Both, as `models.slots.networks` wants them."""
    return {"encoder": TinyEncoder(num_outputs), "decoder": TinyDecoder(image_shape)}
