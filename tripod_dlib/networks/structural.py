"""The structural decoder: one group of latents after another changes an image in the making."""

import keras
from keras import layers, ops

from tripod_dlib.networks.layers import convolution, dense
from tripod_dlib.networks.named_activations import NamedActivations
from tripod_dlib.networks.plain import EPSILON

DOUBLINGS = 5  # from the root to the image
MOST_GROUPS = 18
NAMES = ("cond", "block0", "block1", "block2")


@keras.saving.register_keras_serializable(package="tripod_dlib")
class StructuralTransform(layers.Layer):
    """x scale + shift for each channel, both from a group of latents; scales are positive.

    Reference: Leeb et al., 2023, section 3.
    """

    def __init__(self, num_latents: int, channels: int, hidden_units: tuple[int, ...], **kwargs):
        super().__init__(**kwargs)
        policy = {"dtype": self.dtype_policy.name}
        sizes = [num_latents, *hidden_units]
        self.hidden = [
            dense(size, units, activation="elu", name=f"hidden{i}", **policy)
            for i, (size, units) in enumerate(zip(sizes, sizes[1:]))
        ]
        self.projection = dense(sizes[-1], 2 * channels, name="projection", **policy)

    def call(self, x, latents):
        """Changes x, (batch or 1, height, width, channels), by latents, (batch, num_latents)."""
        for layer in self.hidden:
            latents = layer(latents)
        of_channels = ops.expand_dims(self.projection(latents), axis=(1, 2))
        scale, shift = ops.split(of_channels, 2, axis=-1)
        return x * ops.softplus(scale) + shift


@keras.saving.register_keras_serializable(package="tripod_dlib")
class StructuralDecoder(NamedActivations):
    """A trained root, then by turns a structural transform and a 3x3 convolution.

    The latents are divided, in order, into equal groups, one for each transform: what comes later
    is closer to the pixels. A convolution is followed by group norm and ELU; five bilinear
    doublings are spread evenly over them and the last one, which gives the logits. Where the paper
    leaves it open, doublings come before their convolution and positive means softplus.

    "cond", "block0", "block1", "block2" name the last maps of each size below the image's,
    "block3" the logits; of few groups there are fewer.

    Reference: Leeb et al., 2023.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_latents: int,
        num_groups: int | None = None,
        channels: int = 64,
        hidden_units: tuple[int, ...] = (64, 128),
        norm_groups: int = 8,
        name: str = "decoder",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers.

        Args:
          image_shape: (height, width, channels); both sides multiples of 32.
          num_latents: Size of the latent vector.
          num_groups: Groups of latents, a divisor of their number. None: the most up to 18, which
            is one for each latent where that divides them.
          channels: Of the root and all convolutions.
          hidden_units: Of each transform's hidden layers.
          norm_groups: Groups of channels that are normalized together.
          name: Of the layer.
          dtype: Keras' policy of precision for all layers, whatever the global one is.
          **kwargs: Keras' own.

        Raises:
          ValueError: If the sizes do not fit.
        """
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.num_groups = _groups_of(num_latents, num_groups)
        _require_sizes(image_shape, channels, norm_groups)
        self.image_shape, self.num_latents = tuple(image_shape), num_latents
        self.channels, self.hidden_units = channels, tuple(hidden_units)
        self.norm_groups = norm_groups
        policy = {"dtype": self.dtype_policy.name}
        self.transforms, self.convolutions, self.norms = [], [], []
        size = num_latents // self.num_groups
        with keras.name_scope(self.name):
            for i in range(self.num_groups):
                transform = {"name": f"transform{i}", **policy}
                self.transforms.append(
                    StructuralTransform(size, channels, self.hidden_units, **transform)
                )
                named = {"name": f"convolution{i}", **policy}
                self.convolutions.append(convolution(channels, channels, 3, **named))
                named = {"name": f"norm{i}", "epsilon": EPSILON, **policy}
                self.norms.append(layers.GroupNormalization(norm_groups, **named))
            self.pixels = convolution(channels, image_shape[-1], 3, name="pixels", **policy)
        self._doublings = doublings(self.num_groups)
        sizes = sorted(set(self._doublings[:-1]) - {0})
        self.names = (*NAMES[: len(sizes)], "block3")
        self._named = dict(zip(sizes, self.names))  # of several maps of a size the last one

    def build(self, latents_shape):
        height, width, _ = self.image_shape
        factor = 2**DOUBLINGS
        self.root = self.add_weight(
            shape=(1, height // factor, width // factor, self.channels),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            name="root",
        )

    def _activations(self, latents, names):
        last = self.names[max(map(self.names.index, names))]
        x, by_name, done = 1.0 * self.root, {}, 0
        groups = ops.split(latents, self.num_groups, axis=-1)
        for i, wanted in enumerate(self._doublings[:-1]):
            if last in by_name and wanted != done:
                break
            x = _enlarged(self.transforms[i](x, groups[i]), wanted - done)
            x, done = ops.elu(self.norms[i](self.convolutions[i](x))), wanted
            if done in self._named:
                by_name[self._named[done]] = x
        if last == self.names[-1]:
            by_name[last] = self.pixels(_enlarged(x, DOUBLINGS - done))
        return {name: by_name[name] for name in self.names if name in names}


def doublings(num_groups: int) -> list[int]:
    """Doublings made before each convolution and the last one, from the root on.

    With 12 groups they are made at convolutions 2, 4, 7, 10 and the last, as published.
    """
    spread = [round(DOUBLINGS * (i + 1) / (num_groups + 1)) for i in range(num_groups)]
    return [*(min(DOUBLINGS - 1, number) for number in spread), DOUBLINGS]


def _enlarged(x, times):
    for _ in range(times):
        x = _doubled(_doubled(x, 1), 2)
    return x


def _doubled(x, axis):
    """Bilinear, of half pixels: 3/4 of the nearest and 1/4 of the next neighbour on either side."""
    first, rest = ops.split(x, [1], axis=axis)
    front, last = ops.split(x, [x.shape[axis] - 1], axis=axis)
    before = ops.concatenate([first, front], axis=axis)
    after = ops.concatenate([rest, last], axis=axis)
    pairs = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
    shape = list(x.shape)
    shape[axis] *= 2
    return ops.reshape(pairs, (-1, *shape[1:]))


def _groups_of(num_latents: int, num_groups: int | None) -> int:
    if num_groups is None:
        return max(i for i in range(1, MOST_GROUPS + 1) if num_latents % i == 0)
    if num_groups < 1 or num_latents % num_groups:
        raise ValueError(
            f"structural_decoder.num_groups = {num_groups} does not divide {num_latents} latents "
            "into equal groups; choose a divisor."
        )
    return num_groups


def _require_sizes(image_shape, channels, norm_groups):
    factor = 2**DOUBLINGS
    if len(image_shape) != 3 or image_shape[0] % factor or image_shape[1] % factor:
        raise ValueError(
            f"The structural decoder doubles its root {DOUBLINGS} times: height and width must be "
            f"multiples of {factor} (32 or 64, say); got image_shape={tuple(image_shape)}."
        )
    if channels % norm_groups:
        raise ValueError(
            f"structural_decoder.norm_groups = {norm_groups} does not divide {channels} channels."
        )
