"""disentanglement_lib's networks: convolutional, dense and linear ones, under its names.

Kernels start Glorot-uniform, biases at 0. Images come in [-1, 1], as all encoders here get them,
and are taken back to [0, 1] first. Encoders give `num_outputs` numbers by two heads of half as many
(means, then logarithms of variances) where that is whole.

Reference: Locatello et al., 2019.
"""

import math

import keras
from keras import layers, ops

from tripod_dlib.networks.named_activations import NamedActivations

CONV_ENCODER = ((32, 4), (32, 4), (64, 2), (64, 2))  # channels and kernel of each convolution
DECONV_DECODER = (64, 32, 32)
STRIDES = 2
LAST = "channels_last"  # whatever Keras is told elsewhere
HALVINGS = len(CONV_ENCODER)


@keras.saving.register_keras_serializable(package="tripod_dlib")
class SequentialEncoder(layers.Layer):
    """One of disentanglement_lib's encoders."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_outputs: int,
        kind: str,
        name: str = "encoder",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers.

        Args:
          image_shape: (height, width, channels).
          num_outputs: Size of the vector.
          kind: "conv_encoder" (four convolutions, a dense layer of 256), "fc_encoder" (two dense
            layers of 1200) or "test_encoder" (none).

        Raises:
          ValueError: If the image does not fit the convolutions.
        """
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.image_shape = tuple(image_shape)
        self.num_outputs = num_outputs
        policy = {"dtype": self.dtype_policy.name}
        if kind == "conv_encoder":
            _require_halvings(image_shape, kind)
        kinds = {"conv_encoder": _convolutions, "fc_encoder": _dense_layers}
        self.hidden = (
            kinds[kind](policy) if kind in kinds else [layers.Flatten(LAST, name="flatten")]
        )
        num_heads = 2 if num_outputs % 2 == 0 else 1
        self.heads = [
            layers.Dense(num_outputs // num_heads, name=f"head{i}", **policy)
            for i in range(num_heads)
        ]

    def call(self, images):
        """Encodes (batch, height, width, channels) in [-1, 1] to (batch, num_outputs)."""
        x = (images + 1.0) / 2.0
        for layer in self.hidden:
            x = layer(x)
        return ops.concatenate([head(x) for head in self.heads], axis=-1)

    def get_build_config(self):
        return None  # the model that owns it builds it


@keras.saving.register_keras_serializable(package="tripod_dlib")
class SequentialDecoder(NamedActivations):
    """One of disentanglement_lib's decoders, with its activations by name.

    "cond" names the first hidden layer's, "block0", "block1", ... the next ones', "block3" the raw
    outputs (logits), as in Tripod's decoder; a decoder with fewer layers has fewer names.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_latents: int,
        kind: str,
        name: str = "decoder",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers.

        Args:
          image_shape: (height, width, channels).
          num_latents: Size of the latent vector.
          kind: "deconv_decoder" (dense layers of 256 and 4x4x64, four transposed convolutions),
            "fc_decoder" (three dense layers of 1200) or "test_decoder" (none).

        Raises:
          ValueError: If the image does not fit the transposed convolutions.
        """
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.image_shape = tuple(image_shape)
        self.num_latents = num_latents
        policy = {"dtype": self.dtype_policy.name}
        pixels = layers.Dense(math.prod(image_shape), name="pixels", **policy)
        if kind == "deconv_decoder":
            _require_halvings(image_shape, kind)
            self.stages = _transposed_convolutions(self.image_shape, policy)
        elif kind == "fc_decoder":
            named = [{"name": f"d{i}", **policy} for i in range(3)]
            tanh = [layers.Dense(1200, activation="tanh", **of_layer) for of_layer in named]
            self.stages = [[layer] for layer in (*tanh, pixels)]
        else:
            self.stages = [[pixels]]
        hidden = ("cond", "block0", "block1", "block2")[: len(self.stages) - 1]
        self.names = (*hidden, "block3")

    def _activations(self, latents, names):
        x, by_name = latents, {}
        for name, stage in zip(self.names[: 1 + max(map(self.names.index, names))], self.stages):
            for layer in stage:
                x = layer(x)
            by_name[name] = x
        if self.names[-1] in by_name:
            by_name[self.names[-1]] = ops.reshape(x, (-1, *self.image_shape))
        return {name: by_name[name] for name in self.names if name in names}


@keras.saving.register_keras_serializable(package="tripod_dlib")
class FCDiscriminator(layers.Layer):
    """Six dense layers of 1000 with leaky ReLU, and two logits.

    Reference: Kim & Mnih, 2018; Locatello et al., 2019.
    """

    def __init__(
        self,
        num_latents: int,
        units: int = 1000,
        num_hidden: int = 6,
        name: str = "discriminator",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers: `num_hidden` of `units` for vectors of `num_latents`."""
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.num_latents = num_latents
        policy = {"dtype": self.dtype_policy.name}
        self.hidden = [
            layers.Dense(units, activation=_leaky_relu, name=f"d{i}", **policy)
            for i in range(num_hidden)
        ]
        self.logits = layers.Dense(2, name="logits", **policy)
        sizes = [num_latents, *(units for _ in self.hidden)]
        for layer, size in zip([*self.hidden, self.logits], sizes, strict=True):
            layer.build((None, size))  # now: an optimizer of its own is told its variables

    def call(self, latents):
        """Judges (batch, num_latents); returns logits (batch, 2), those of real samples first."""
        x = latents
        for layer in self.hidden:
            x = layer(x)
        return self.logits(x)

    def get_build_config(self):
        return None  # the model that owns it builds it


def _leaky_relu(x):
    return ops.leaky_relu(x, negative_slope=0.2)


def _convolutions(policy):
    convolutions = [
        layers.Conv2D(
            channels, size, STRIDES, "same", LAST, activation="relu", name=f"e{i + 1}", **policy
        )
        for i, (channels, size) in enumerate(CONV_ENCODER)
    ]
    dense = layers.Dense(256, activation="relu", name="e5", **policy)
    return [*convolutions, layers.Flatten(LAST, name="flatten"), dense]


def _dense_layers(policy):
    dense = [layers.Dense(1200, activation="relu", name=f"e{i + 1}", **policy) for i in range(2)]
    return [layers.Flatten(LAST, name="flatten"), *dense]


def _transposed_convolutions(image_shape, policy):
    height, width, channels = image_shape
    bottom = (height // 2**HALVINGS, width // 2**HALVINGS, CONV_ENCODER[-1][0])

    def upsampling(number, filters, activation):
        named = {"activation": activation, "name": f"up{number}", **policy}
        return layers.Conv2DTranspose(filters, 4, STRIDES, "same", data_format=LAST, **named)

    first = [
        layers.Dense(256, activation="relu", name="d1", **policy),
        layers.Dense(math.prod(bottom), activation="relu", name="d2", **policy),
        layers.Reshape(bottom, name="map"),
    ]
    hidden = [[upsampling(i, filters, "relu")] for i, filters in enumerate(DECONV_DECODER)]
    return [first, *hidden, [upsampling(len(hidden), channels, None)]]


def _require_halvings(image_shape, kind):
    factor = 2**HALVINGS
    if len(image_shape) != 3 or image_shape[0] % factor or image_shape[1] % factor:
        raise ValueError(
            f"{kind} halves images {HALVINGS} times: height and width must be multiples of "
            f"{factor} (64 as published, or 32); got image_shape={tuple(image_shape)}."
        )
