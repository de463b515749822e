"""The building blocks of encoder and decoder; images are (batch, height, width, channels).

Weights and biases of convolutions and dense layers start uniform in +-1/sqrt(fan_in), every norm
has epsilon 1e-5, GELU is the tanh approximation.

Reference: Hsu et al., 2024, appendix B.
"""

import keras
from keras import layers, ops

EPSILON = 1e-5


def gelu(x: keras.KerasTensor) -> keras.KerasTensor:
    """GELU, tanh approximation."""
    return ops.gelu(x, approximate=True)


def instance_norm(x: keras.KerasTensor) -> keras.KerasTensor:
    """Zero mean, unit variance per sample and channel, without parameters."""
    mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
    return (x - mean) * ops.rsqrt(variance + EPSILON)


def convolution(in_channels: int, out_channels: int, size: int, strides: int = 1) -> layers.Conv2D:
    """A convolution with bias and zero padding."""
    fan_in = size * size * in_channels
    return layers.Conv2D(
        out_channels,
        size,
        strides=strides,
        padding="same",
        kernel_initializer=_uniform(fan_in),
        bias_initializer=_uniform(fan_in),
    )


def dense(in_units: int, out_units: int) -> layers.Dense:
    """A dense layer with bias."""
    return layers.Dense(
        out_units, kernel_initializer=_uniform(in_units), bias_initializer=_uniform(in_units)
    )


def downsampling(in_channels: int, out_channels: int) -> layers.Conv2D:
    """Space-to-depth by 2 and a 1x1 convolution, which is a 2x2 convolution of stride 2."""
    return convolution(in_channels, out_channels, 2, strides=2)


@keras.saving.register_keras_serializable(package="tripod_dlib")
class DenseBlock(layers.Layer):
    """Dense, layer norm, GELU: (batch, in_units) to (batch, out_units)."""

    def __init__(self, in_units: int, out_units: int, **kwargs):
        super().__init__(**kwargs)
        self.in_units = in_units
        self.out_units = out_units
        self.dense = dense(in_units, out_units)
        self.norm = layers.LayerNormalization(epsilon=EPSILON)

    def call(self, x):
        return gelu(self.norm(self.dense(x)))

    def get_config(self):
        return {**super().get_config(), "in_units": self.in_units, "out_units": self.out_units}


@keras.saving.register_keras_serializable(package="tripod_dlib")
class InstanceNormalization(layers.Layer):
    """Instance norm with a scale and a shift per channel."""

    def build(self, input_shape):
        channels = input_shape[-1]
        self.gamma = self.add_weight(shape=(channels,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(channels,), initializer="zeros", name="beta")

    def call(self, x):
        return instance_norm(x) * self.gamma + self.beta


@keras.saving.register_keras_serializable(package="tripod_dlib")
class ResidualBlock(layers.Layer):
    """{3x3 convolution, instance norm, GELU} twice plus the input (a 1x1 convolution of it where
    the number of channels changes)."""

    def __init__(self, in_channels: int, out_channels: int, **kwargs):
        super().__init__(**kwargs)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.convolutions = [
            convolution(in_channels, out_channels, 3),
            convolution(out_channels, out_channels, 3),
        ]
        self.norms = [InstanceNormalization(), InstanceNormalization()]
        self.skip = None
        if in_channels != out_channels:
            self.skip = convolution(in_channels, out_channels, 1)

    def call(self, x):
        inner = x
        for convolve, normalize in zip(self.convolutions, self.norms, strict=True):
            inner = gelu(normalize(convolve(inner)))
        return (x if self.skip is None else self.skip(x)) + inner

    def get_config(self):
        sizes = {"in_channels": self.in_channels, "out_channels": self.out_channels}
        return {**super().get_config(), **sizes}


@keras.saving.register_keras_serializable(package="tripod_dlib")
class ConditionalBlock(layers.Layer):
    """{3x3 convolution, instance norm, x (1 + scale) + shift, GELU} twice plus the input.

    Scale and shift are the halves of a dense projection of the condition. The images may have
    batch 1 where the condition has more: what does not depend on the condition is then computed
    once.
    """

    def __init__(self, in_channels: int, out_channels: int, cond_units: int, **kwargs):
        super().__init__(**kwargs)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.cond_units = cond_units
        self.convolutions = [
            convolution(in_channels, out_channels, 3),
            convolution(out_channels, out_channels, 3),
        ]
        self.projections = [dense(cond_units, 2 * out_channels) for _ in range(2)]
        self.skip = None
        if in_channels != out_channels:
            self.skip = convolution(in_channels, out_channels, 1)

    def call(self, x, cond):
        inner = x
        for convolve, project in zip(self.convolutions, self.projections, strict=True):
            scale, shift = ops.split(project(cond)[:, None, None, :], 2, axis=-1)
            inner = gelu(instance_norm(convolve(inner)) * (1.0 + scale) + shift)
        return (x if self.skip is None else self.skip(x)) + inner

    def get_config(self):
        sizes = {"in_channels": self.in_channels, "out_channels": self.out_channels}
        return {**super().get_config(), **sizes, "cond_units": self.cond_units}


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Upsampling(layers.Layer):
    """Nearest-neighbour upsampling by 2, then a 3x3 convolution."""

    def __init__(self, in_channels: int, out_channels: int, **kwargs):
        super().__init__(**kwargs)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.resize = layers.UpSampling2D(2, interpolation="nearest")
        self.convolution = convolution(in_channels, out_channels, 3)

    def call(self, x):
        return self.convolution(self.resize(x))

    def get_config(self):
        sizes = {"in_channels": self.in_channels, "out_channels": self.out_channels}
        return {**super().get_config(), **sizes}


def _uniform(fan_in: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomUniform(-(fan_in**-0.5), fan_in**-0.5)
