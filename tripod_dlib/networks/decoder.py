"""Latents to the logits of images, with the activations on the way by name."""

from collections.abc import Callable, Sequence

import keras

from tripod_dlib.networks.encoder import NUM_STAGES, require_sizes
from tripod_dlib.networks.layers import (
    ConditionalBlock,
    DenseBlock,
    Upsampling,
    implementation_named,
)
from tripod_dlib.networks.named_activations import NamedActivations
from tripod_dlib.networks.plain import instance_norm

ACTIVATIONS = ("cond", *(f"block{stage}" for stage in range(NUM_STAGES)))


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Decoder(NamedActivations):
    """A trained constant through four stages of {two conditional blocks, upsampling}.

    The latents enter as the condition of every block. `cond` names the conditioning vector,
    `block0` to `block3` the stages' outputs, `block3` being the logits.

    Reference: Hsu et al., 2024, appendix B.
    """

    names = ACTIVATIONS

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_latents: int,
        widths: tuple[int, ...] = (32, 64, 128, 256, 512),
        cond_units: int = 256,
        implementation: str = "fused",
        normalize_activations: bool = False,
        name: str = "decoder",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers.

        Args:
          image_shape: (height, width, channels); both sides multiples of 16.
          num_latents: Size of the latent vector.
          widths: As in `Encoder`; the decoder uses all but the first, backwards.
          cond_units: Size of the conditioning vector.
          implementation: As in `Encoder`.
          normalize_activations: Whether the outputs of all stages but the last are normalized, each
            sample's and channel's by itself, so that a penalty on them cannot be met by shrinking.
          name: Of the layer.
          dtype: As in `Encoder`.
          **kwargs: Keras' own.

        Raises:
          ValueError: If the sizes do not fit or the implementation is unknown.
        """
        super().__init__(name=name, dtype=dtype, **kwargs)
        require_sizes(image_shape, widths)
        self.image_shape = tuple(image_shape)
        self.num_latents = num_latents
        self.widths = tuple(widths)
        self.implementation = implementation
        self.normalize_activations = normalize_activations
        policy = {"dtype": self.dtype_policy.name}
        self.condition = [
            DenseBlock(units, cond_units, name=f"condition{i}", **policy)
            for i, units in enumerate((num_latents, cond_units))
        ]
        self.blocks, self.upsamplings = [], []
        channels = [*reversed(self.widths[1:]), image_shape[-1]]
        with keras.name_scope(self.name):
            for stage, (width, next_width) in enumerate(zip(channels, channels[1:])):
                for i in range(2):
                    named = {"name": f"stage{stage}_block{i}", **policy}
                    block = ConditionalBlock(width, width, cond_units, implementation, **named)
                    self.blocks.append(block)
                named = {"name": f"stage{stage}_upsampling", **policy}
                self.upsamplings.append(Upsampling(width, next_width, implementation, **named))

    def build(self, latents_shape):
        height, width, _ = self.image_shape
        factor = 2**NUM_STAGES
        self.constant = self.add_weight(
            shape=(1, height // factor, width // factor, self.widths[-1]),
            initializer="ones",
            name="constant",
        )

    def _activations(self, latents, names):
        return implementation_named(self.implementation).over_batch(
            lambda latents: self._of_part(latents, names), latents
        )

    def _of_part(self, latents, names):
        cond = latents
        for layer in self.condition:
            cond = layer(cond)
        activations = {"cond": cond}
        x = 1.0 * self.constant  # a tensor: functions with a gradient of their own take no variable
        last = max(ACTIVATIONS.index(name) for name in names)
        for stage in range(last):
            for block in self.blocks[2 * stage : 2 * stage + 2]:
                x = block(x, cond)
            x = self.upsamplings[stage](x)
            if self.normalize_activations and stage < NUM_STAGES - 1:
                x = instance_norm(x)
            activations[f"block{stage}"] = x
        return {name: value for name, value in activations.items() if name in names}

    def activations_with(
        self,
        parameters: Sequence[keras.KerasTensor],
        latents: keras.KerasTensor,
        names: tuple[str, ...],
    ) -> dict[str, keras.KerasTensor]:
        """`activations` with other values in place of `trainable_variables`, in their order.

        Meant for parts of a batch: it is not divided further.
        """
        mapping = list(zip(self.trainable_variables, parameters, strict=True))
        with keras.StatelessScope(state_mapping=mapping):
            return self._of_part(latents, names)

    @property
    def normalized_ratio(self) -> Callable:
        """`functional.hessian.stepwise_ratio`, or the same in one pass."""
        return implementation_named(self.implementation).normalized_ratio

    def over_samples(
        self,
        penalty: Callable[..., dict[str, keras.KerasTensor]],
        names: tuple[str, ...],
        per_sample: Sequence[keras.KerasTensor],
        shared: Sequence[keras.KerasTensor] = (),
        points_per_sample: int = 1,
    ) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
        """A penalty on named activations, one value per sample.

        "fused" takes so many samples at a time as fit into memory, and makes the gradient with the
        value; that of the mean (see `functional.chunks.penalty_in_chunks`).

        Args:
          penalty: Maps (decode, *per_sample, *shared) to {name: float (n,)}, where `decode` maps
            latents to {name: activations}, and n rows of each of `per_sample` are given.
          names: The activations.
          per_sample: Tensors (batch, ...), such as latents and draws.
          shared: Tensors that all samples have in common.
          points_per_sample: How many latents `penalty` decodes for each.

        Returns:
          total: float (batch,), the sum over the activations.
          of_layers: {name: float (batch,)}.
        """
        return implementation_named(self.implementation).over_samples(
            self, penalty, tuple(names), per_sample, shared, points_per_sample
        )
