"""Images to a vector."""

import keras
from keras import layers, ops

from tripod_dlib.networks.layers import (
    DenseBlock,
    ResidualBlock,
    dense,
    downsampling,
    implementation_named,
)

NUM_STAGES = 4


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Encoder(layers.Layer):
    """Four stages of {two residual blocks, downsampling}, global mean, hidden layer, projection.

    Reference: Hsu et al., 2024, appendix B.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_outputs: int,
        widths: tuple[int, ...] = (32, 64, 128, 256, 512),
        hidden_units: int = 512,
        implementation: str = "fused",
        name: str = "encoder",
        dtype: str = "float32",
        **kwargs,
    ):
        """Creates the layers.

        Args:
          image_shape: (height, width, channels); both sides multiples of 16.
          num_outputs: Size of the vector.
          widths: Channels of the four stages' blocks, then of the last map.
          hidden_units: Units of the hidden layer.
          implementation: "fused", or "plain", its oracle.
          name: Of the layer.
          dtype: Keras' policy of precision for all layers, whatever the global one is.
          **kwargs: Keras' own.

        Raises:
          ValueError: If the sizes do not fit or the implementation is unknown.
        """
        super().__init__(name=name, dtype=dtype, **kwargs)
        require_sizes(image_shape, widths)
        self.image_shape = tuple(image_shape)
        self.implementation = implementation
        self.stages = []
        in_channels = image_shape[-1]
        policy = {"dtype": self.dtype_policy.name}
        with keras.name_scope(self.name):
            for stage, (width, next_width) in enumerate(zip(widths, widths[1:])):
                for i, channels in enumerate((in_channels, width)):
                    named = {"name": f"stage{stage}_block{i}", **policy}
                    self.stages.append(ResidualBlock(channels, width, implementation, **named))
                named = {"name": f"stage{stage}_downsampling", **policy}
                self.stages.append(downsampling(width, next_width, **named))
                in_channels = next_width
        self.hidden = DenseBlock(in_channels, hidden_units, name="hidden", **policy)
        self.projection = dense(hidden_units, num_outputs, name="projection", **policy)

    def call(self, images):
        """Encodes.

        Args:
          images: float (batch, height, width, channels) in [-1, 1].

        Returns:
          vectors: float (batch, num_outputs).
        """
        return implementation_named(self.implementation).over_batch(self._encode, images)

    def _encode(self, x):
        for layer in self.stages:
            x = layer(x)
        return self.projection(self.hidden(ops.mean(x, axis=(1, 2))))

    def get_build_config(self):
        return None  # the model that owns it builds it


def require_sizes(image_shape: tuple[int, ...], widths: tuple[int, ...]) -> None:
    """Checks that four halvings fit the image and that there are widths for them.

    Raises:
      ValueError: If they do not.
    """
    factor = 2**NUM_STAGES
    if len(image_shape) != 3 or image_shape[0] % factor or image_shape[1] % factor:
        raise ValueError(
            f"The networks halve images {NUM_STAGES} times: height and width must be multiples of "
            f"{factor} (32 or 64, say); got image_shape={tuple(image_shape)}."
        )
    if len(widths) != NUM_STAGES + 1:
        raise ValueError(
            f"networks.widths are {NUM_STAGES + 1} numbers, such as (32, 64, 128, 256, 512); "
            f"got {tuple(widths)}."
        )
