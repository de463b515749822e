"""disentanglement_lib's gin names of networks, reconstruction losses and optimizers.

Configurations of 2019 bind these; what they bind takes the place of `networks` and `optimizer`.
Importing this loads no framework.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import gin

from tripod_dlib.allowed import PositiveInt, Range
from tripod_dlib.errors import InputError

if TYPE_CHECKING:
    import keras

SIZES = ["image_shape", "num_latents", "num_outputs"]


def is_bound(binding: str) -> bool:
    """Whether the configuration binds a parameter, given as [scope/]name.parameter."""
    try:
        gin.query_parameter(binding)
    except ValueError:
        return False
    return True


def _encoder_named(kind: str) -> Callable[..., "keras.layers.Layer"]:
    def build(image_shape: tuple[int, int, int], num_outputs: int) -> "keras.layers.Layer":
        from tripod_dlib.networks.dlib import SequentialEncoder

        return SequentialEncoder(image_shape, num_outputs, kind)

    return _registered(kind, f"disentanglement_lib's {kind}, images to a vector.", build)


def _decoder_named(kind: str) -> Callable[..., "keras.layers.Layer"]:
    def build(image_shape: tuple[int, int, int], num_latents: int) -> "keras.layers.Layer":
        from tripod_dlib.networks.dlib import SequentialDecoder

        return SequentialDecoder(image_shape, num_latents, kind)

    return _registered(kind, f"disentanglement_lib's {kind}, latents to logits.", build)


def _registered(name: str, doc: str, build: Callable) -> Callable:
    build.__name__ = build.__qualname__ = name
    build.__doc__ = doc
    sizes = [size for size in SIZES if size in build.__annotations__]
    return gin.configurable(name, module="tripod_dlib", denylist=sizes)(build)


conv_encoder = _encoder_named("conv_encoder")
fc_encoder = _encoder_named("fc_encoder")
test_encoder = _encoder_named("test_encoder")
deconv_decoder = _decoder_named("deconv_decoder")
fc_decoder = _decoder_named("fc_decoder")
test_decoder = _decoder_named("test_decoder")


@gin.configurable("fc_discriminator", module="tripod_dlib", denylist=["num_latents"])
def fc_discriminator(
    num_latents: int, units: PositiveInt = 1000, num_hidden: PositiveInt = 6
) -> "keras.layers.Layer":
    """disentanglement_lib's fc_discriminator, latents to two logits.

    Args:
      num_latents: Number of latents.
      units: Units of each hidden layer.
      num_hidden: Number of hidden layers.
    """
    from tripod_dlib.networks.dlib import FCDiscriminator

    return FCDiscriminator(num_latents, units, num_hidden)


@gin.configurable("encoder", module="tripod_dlib", denylist=["image_shape", "num_outputs"])
def build_encoder(
    image_shape: tuple[int, int, int],
    num_outputs: int,
    encoder_fn: Callable = conv_encoder,
    num_latent: PositiveInt | None = None,
) -> "keras.layers.Layer":
    """The encoder of `networks.architecture = 'disentanglement_lib'`.

    Args:
      image_shape: (height, width, channels).
      num_outputs: Size of its vector.
      encoder_fn: @conv_encoder, @fc_encoder, @test_encoder or a function
        (image_shape, num_outputs) to a Keras layer.
      num_latent: Number of latents, where `model.num_latents` is not bound.
    """
    return encoder_fn(image_shape, num_outputs)


@gin.configurable("decoder", module="tripod_dlib", denylist=["image_shape", "num_latents"])
def build_decoder(
    image_shape: tuple[int, int, int], num_latents: int, decoder_fn: Callable = deconv_decoder
) -> "keras.layers.Layer":
    """The decoder of `networks.architecture = 'disentanglement_lib'`.

    Args:
      image_shape: (height, width, channels).
      num_latents: Numbers that it takes.
      decoder_fn: @deconv_decoder, @fc_decoder, @test_decoder or a function
        (image_shape, num_latents) to a Keras layer.
    """
    return decoder_fn(image_shape, num_latents)


@gin.configurable("discriminator", module="tripod_dlib", denylist=["num_latents"])
def build_discriminator(
    num_latents: int, discriminator_fn: Callable = fc_discriminator
) -> "keras.layers.Layer":
    """The discriminator of `factor_vae`.

    Args:
      num_latents: Number of latents.
      discriminator_fn: @fc_discriminator or a function of num_latents to a Keras layer.
    """
    return discriminator_fn(num_latents)


def dlib_networks(
    image_shape: tuple[int, int, int], num_latents: int, num_outputs: int
) -> "dict[str, keras.layers.Layer]":
    """Encoder and decoder as `encoder` and `decoder` say; see `architectures.build_networks`."""
    return {
        "encoder": build_encoder(image_shape, num_outputs),
        "decoder": build_decoder(image_shape, num_latents),
    }


def bound_num_latents() -> int | None:
    """`encoder.num_latent`, if the configuration binds it."""
    return gin.query_parameter("encoder.num_latent") if is_bound("encoder.num_latent") else None


@gin.configurable("bernoulli_loss", module="tripod_dlib")
def bernoulli_loss(subtract_true_image_entropy: bool = False) -> dict[str, object]:
    """Cross-entropy, summed over an image.

    Args:
      subtract_true_image_entropy: Whether the images' own entropy is taken off.
    """
    entropy = "_minus_entropy" if subtract_true_image_entropy else ""
    return {"reconstruction": f"bernoulli{entropy}"}


@gin.configurable("l2_loss", module="tripod_dlib")
def l2_loss() -> dict[str, object]:
    """Squared difference, summed over an image."""
    return {"reconstruction": "l2"}


@gin.configurable("reconstruction_loss", module="tripod_dlib")
def reconstruction_loss(
    loss_fn: Callable = bernoulli_loss, activation: str = "logits"
) -> dict[str, object]:
    """What disentanglement_lib's families compare images by, where their record does not say it.

    Args:
      loss_fn: @bernoulli_loss or @l2_loss.
      activation: What the decoder gives: "logits", or "tanh" (a / 2 + 1 / 2 of its tanh).

    Raises:
      InputError: If the activation is unknown.
    """
    if activation not in ("logits", "tanh"):
        raise InputError(
            f"reconstruction_loss.activation is {activation!r}; choose logits or tanh."
        )
    return {**loss_fn(), "activation": activation}


@gin.configurable("dynamics", module="tripod_dlib")
def dynamics(k: Annotated[int, Range(low=-1, excluded=(0,))] = -1) -> int:
    """How many factors of a pair differ, where the family's record does not say it.

    Args:
      k: 1 or k; of -1, k is drawn anew for each pair.
    """
    return k
