"""A judge of images: one logit each."""

import keras
from keras import layers, ops

from tripod_dlib.networks.dlib import CONV_ENCODER, LAST, STRIDES
from tripod_dlib.networks.plain import instance_norm


@keras.saving.register_keras_serializable(package="tripod_dlib")
class ImageDiscriminator(layers.Layer):
    """disentanglement_lib's convolutional encoder with instance norms, and one logit.

    Reference: Estermann and Wattenhofer, 2023.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        name: str = "discriminator",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers for images of `image_shape`, (height, width, channels)."""
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.image_shape = tuple(image_shape)
        policy = {"dtype": self.dtype_policy.name}
        self.convolutions = [
            layers.Conv2D(channels, size, STRIDES, "same", LAST, name=f"e{i}", **policy)
            for i, (channels, size) in enumerate(CONV_ENCODER)
        ]
        self.hidden = layers.Dense(256, activation="relu", name="hidden", **policy)
        self.logit = layers.Dense(1, name="logit", **policy)
        shape = (None, *self.image_shape)
        for layer in self.convolutions:  # now: an optimizer of its own is told its variables
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.hidden.build((None, shape[1] * shape[2] * shape[3]))
        self.logit.build((None, 256))

    def call(self, images):
        """Judges (batch, height, width, channels) in [0, 1]; returns logits (batch,)."""
        x = images
        for convolve in self.convolutions:
            x = ops.relu(instance_norm(convolve(x)))
        x = ops.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
        return self.logit(self.hidden(x))[:, 0]

    def get_build_config(self):
        return None  # the model that owns it builds it
