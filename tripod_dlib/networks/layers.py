"""The building blocks of encoder and decoder; images are (batch, height, width, channels).

Weights and biases of convolutions and dense layers start uniform in +-1/sqrt(fan_in), every norm
has epsilon 1e-5, GELU is the tanh approximation.

Reference: Hsu et al., 2024, appendix B.
"""

from types import ModuleType

import keras
from keras import layers, ops

from tripod_dlib.networks import fused, plain
from tripod_dlib.networks.plain import EPSILON, gelu, instance_norm

IMPLEMENTATIONS = {"fused": fused, "plain": plain}


def implementation_named(name: str) -> ModuleType:
    """The module that computes the heavy steps: `fused`, or `plain`, its oracle.

    Raises:
      ValueError: If there is none of that name.
    """
    if name not in IMPLEMENTATIONS:
        known = ", ".join(IMPLEMENTATIONS)
        raise ValueError(f"Unknown networks.implementation {name!r}; choose one of {known}.")
    return IMPLEMENTATIONS[name]


def convolution(
    in_channels: int, out_channels: int, size: int, strides: int = 1, **kwargs
) -> layers.Conv2D:
    """A convolution with bias and zero padding, built; `kwargs` are its name and dtype."""
    fan_in = size * size * in_channels
    convolve = layers.Conv2D(
        out_channels,
        size,
        strides=strides,
        padding="same",
        data_format="channels_last",
        kernel_initializer=_uniform(fan_in),
        bias_initializer=_uniform(fan_in),
        **kwargs,
    )
    convolve.build((None, None, None, in_channels))
    return convolve


def dense(in_units: int, out_units: int, **kwargs) -> layers.Dense:
    """A dense layer with bias; `kwargs` are its name and dtype."""
    return layers.Dense(
        out_units,
        kernel_initializer=_uniform(in_units),
        bias_initializer=_uniform(in_units),
        **kwargs,
    )


def downsampling(in_channels: int, out_channels: int, **kwargs) -> layers.Conv2D:
    """Space-to-depth by 2 and a 1x1 convolution, which is a 2x2 convolution of stride 2."""
    return convolution(in_channels, out_channels, 2, strides=2, **kwargs)


@keras.saving.register_keras_serializable(package="tripod_dlib")
class DenseBlock(layers.Layer):
    """Dense, layer norm, GELU: (batch, in_units) to (batch, out_units)."""

    def __init__(self, in_units: int, out_units: int, **kwargs):
        super().__init__(**kwargs)
        dtype = self.dtype_policy.name
        self.dense = dense(in_units, out_units, name="dense", dtype=dtype)
        self.norm = layers.LayerNormalization(epsilon=EPSILON, name="norm", dtype=dtype)

    def call(self, x):
        return gelu(self.norm(self.dense(x)))


@keras.saving.register_keras_serializable(package="tripod_dlib")
class InstanceNormalization(layers.Layer):
    """Instance norm with a scale and a shift per channel."""

    def __init__(self, channels: int, **kwargs):
        super().__init__(**kwargs)
        self.gamma = self.add_weight(shape=(channels,), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(channels,), initializer="zeros", name="beta")
        self.built = True

    def call(self, x):
        return instance_norm(x) * self.gamma + self.beta


@keras.saving.register_keras_serializable(package="tripod_dlib")
class ResidualBlock(layers.Layer):
    """{3x3 convolution, instance norm, GELU} twice plus the input (a 1x1 convolution of it where
    the number of channels changes)."""

    def __init__(
        self, in_channels: int, out_channels: int, implementation: str = "fused", **kwargs
    ):
        super().__init__(**kwargs)
        dtype = self.dtype_policy.name
        self._steps = implementation_named(implementation)
        with keras.name_scope(self.name):
            self.convolutions = _two_convolutions(in_channels, out_channels, dtype)
            self.norms = [
                InstanceNormalization(out_channels, name=f"norm{i}", dtype=dtype) for i in range(2)
            ]
            self.skip = _skip(in_channels, out_channels, dtype)

    def call(self, x):
        residuals = ((), (x if self.skip is None else self.skip(x),))
        for convolve, norm, residual in zip(self.convolutions, self.norms, residuals, strict=True):
            scale, shift = (ops.reshape(v, (1, 1, 1, -1)) for v in (norm.gamma, norm.beta))
            x = self._steps.convolve_normalize_gelu(
                x, convolve.kernel, convolve.bias, scale, shift, *residual
            )
        return x


@keras.saving.register_keras_serializable(package="tripod_dlib")
class ConditionalBlock(layers.Layer):
    """{3x3 convolution, instance norm, x (1 + scale) + shift, GELU} twice plus the input.

    Scale and shift are the halves of a dense projection of the condition. The images may have
    batch 1 where the condition has more: what does not depend on the condition is then computed
    once.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        cond_units: int,
        implementation: str = "fused",
        **kwargs,
    ):
        super().__init__(**kwargs)
        dtype = self.dtype_policy.name
        self._steps = implementation_named(implementation)
        with keras.name_scope(self.name):
            self.convolutions = _two_convolutions(in_channels, out_channels, dtype)
            self.projections = [
                dense(cond_units, 2 * out_channels, name=f"projection{i}", dtype=dtype)
                for i in range(2)
            ]
            self.skip = _skip(in_channels, out_channels, dtype)

    def call(self, x, cond):
        residuals = ((), (x if self.skip is None else self.skip(x),))
        for convolve, project, residual in zip(
            self.convolutions, self.projections, residuals, strict=True
        ):
            of_channels = ops.expand_dims(project(cond), axis=(1, 2))
            scale, shift = ops.split(of_channels, 2, axis=-1)
            x = self._steps.convolve_normalize_gelu(
                x, convolve.kernel, convolve.bias, 1.0 + scale, shift, *residual
            )
        return x


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Upsampling(layers.Layer):
    """Nearest-neighbour upsampling by 2, then a 3x3 convolution."""

    def __init__(
        self, in_channels: int, out_channels: int, implementation: str = "fused", **kwargs
    ):
        super().__init__(**kwargs)
        dtype = self.dtype_policy.name
        self._steps = implementation_named(implementation)
        with keras.name_scope(self.name):
            self.convolution = convolution(
                in_channels, out_channels, 3, name="convolution", dtype=dtype
            )

    def call(self, x):
        return self._steps.upsample_convolve(x, self.convolution.kernel, self.convolution.bias)


def _two_convolutions(in_channels: int, out_channels: int, dtype: str) -> list[layers.Conv2D]:
    return [
        convolution(channels, out_channels, 3, name=f"convolution{i}", dtype=dtype)
        for i, channels in enumerate((in_channels, out_channels))
    ]


def _skip(in_channels: int, out_channels: int, dtype: str) -> layers.Conv2D | None:
    if in_channels == out_channels:
        return None
    return convolution(in_channels, out_channels, 1, name="skip", dtype=dtype)


def _uniform(fan_in: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomUniform(-(fan_in**-0.5), fan_in**-0.5)
