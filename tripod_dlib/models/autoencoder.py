"""What all models share: images to latents and back, a weighted sum of named loss terms."""

import keras
from keras import ops

from tripod_dlib import networks  # noqa: F401  (a saved model is loaded from their classes too)
from tripod_dlib.functional.reconstruction import LOSSES


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Autoencoder(keras.Model):
    """An encoder and a decoder, trained on a weighted sum of terms with one value per example.

    A model family overrides `encode`, `divergence`, `decode_for_loss`, `draw`, `sample`,
    `loss_terms` and `term_weights` as far as it differs; training is `keras.Model.fit` on batches
    of images alone.

    Random draws are a pure function of the seed and of `step`, the number of updates made, which
    is saved with the weights.
    """

    num_values_per_latent: int | None = None
    has_prior = False  # whether a family defines `divergence`

    def __init__(
        self,
        encoder: keras.layers.Layer,
        decoder: keras.layers.Layer,
        seed: int = 0,
        reconstruction: str = "bce",
        terms: tuple[str, ...] = (),
        **kwargs,
    ):
        """Takes the networks and builds them.

        Args:
          encoder: Images in [-1, 1] to vectors; has `image_shape`.
          decoder: Latents to logits; has `num_latents`.
          seed: Seed of all draws.
          reconstruction: "bce" (binary cross-entropy) or "ssim" ((1 - SSIM) / 2).
          terms: Names of the family's own loss terms, for the log.
          **kwargs: Keras' own, such as `name`.

        Raises:
          ValueError: If `reconstruction` is unknown.
        """
        super().__init__(**kwargs)
        if reconstruction not in LOSSES:
            known = ", ".join(LOSSES)
            raise ValueError(
                f"Unknown reconstruction loss {reconstruction!r}; choose one of {known}."
            )
        self.encoder = encoder
        self.decoder = decoder
        self.seed = seed
        self.reconstruction = reconstruction
        self.image_shape = tuple(encoder.image_shape)
        self.num_latents = decoder.num_latents
        self.step = self.add_weight(
            shape=(), initializer="zeros", dtype="int32", trainable=False, name="step"
        )
        self.encoder(ops.zeros((1, *self.image_shape)))
        self.decoder(ops.zeros((1, self.num_latents)))
        self.built = True
        self._number_layers()
        self._term_means = {
            name: keras.metrics.Mean(name=name) for name in ("reconstruction", *terms)
        }

    def _number_layers(self) -> None:
        """Numbers the layers within the model, where Keras numbers them through the process.

        TensorFlow rewrites graphs in an order that depends on names, and sums round by order: the
        same training would end a little elsewhere after other models in the same process.
        """
        for number, layer in enumerate(self._flatten_layers(include_self=False)):
            layer.name = f"{type(layer).__name__.lower()}_{number}"

    def encode(self, images: keras.KerasTensor) -> dict[str, keras.KerasTensor]:
        """Encodes images.

        Args:
          images: (batch, height, width, channels), uint8 or floats in [0, 1].

        Returns:
          outputs: Named tensors (batch, num_latents); "representation" is what is evaluated.
        """
        return {"representation": self.encoder(self.to_unit(images) * 2.0 - 1.0)}

    def divergence(self, outputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
        """How far each latent's posterior is from its prior.

        Args:
          outputs: Those of `encode`.

        Returns:
          divergence: float (batch, num_latents), KL(q(z|x) || p(z)) in nats.

        Raises:
          NotImplementedError: If the family has no prior.
        """
        raise NotImplementedError(f"{type(self).__name__} has no prior.")

    def decode(self, latents: keras.KerasTensor) -> keras.KerasTensor:
        """Decodes latents (batch, num_latents) to logits (batch, height, width, channels)."""
        return self.decoder(latents)

    def decode_for_loss(self, latents: keras.KerasTensor) -> dict[str, object]:
        """ "logits", and what else of the decoding `loss_terms` needs, by name."""
        return {"logits": self.decode(latents)}

    def draw(self, batch_size: int) -> dict[str, keras.KerasTensor]:
        """The random draws of the present step, by name; none here."""
        return {}

    def sample(
        self, outputs: dict[str, keras.KerasTensor], draws: dict[str, keras.KerasTensor]
    ) -> keras.KerasTensor:
        """The latents that are decoded in training."""
        return outputs["representation"]

    def call(self, images, training: bool = False, draws: dict | None = None):
        """Encodes and decodes.

        Args:
          images: (batch, height, width, channels), uint8 or floats in [0, 1].
          training: Whether to sample as in training.
          draws: In place of `draw`'s, for tests.

        Returns:
          outputs: `encode`'s, "latents", the decoded ones, and `decode_for_loss`'s.
        """
        outputs = self.encode(images)
        latents = outputs["representation"]
        if training:
            draws = self.draw(ops.shape(latents)[0]) if draws is None else draws
            latents = self.sample(outputs, draws)
        return {**outputs, "latents": latents, **self.decode_for_loss(latents)}

    def loss_terms(
        self,
        images: keras.KerasTensor,
        outputs: dict[str, keras.KerasTensor],
        draws: dict[str, keras.KerasTensor],
    ) -> dict[str, keras.KerasTensor]:
        """The loss terms, unweighted.

        Args:
          images: float (batch, height, width, channels) in [0, 1].
          outputs: Those of `call`.
          draws: Those of `draw`.

        Returns:
          terms: {name: float (batch,)}; all are logged, those in `term_weights` are minimized.
        """
        return {"reconstruction": LOSSES[self.reconstruction](outputs["logits"], images)}

    def term_weights(self) -> dict[str, keras.KerasTensor | float]:
        """Name to weight of the terms that are minimized, at the present step."""
        return {"reconstruction": 1.0}

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training: bool = True
    ) -> keras.KerasTensor:
        """The weighted sum of the terms' means: the one hook through which Keras trains."""
        draws = self.draw(ops.shape(x)[0])
        terms = self.loss_terms(self.to_unit(x), y_pred, draws)
        means = {name: ops.mean(term) for name, term in terms.items()}
        for name, mean in means.items():
            self._term_means[name].update_state(mean)
        if training:
            self.step.assign_add(1)
        return sum(weight * means[name] for name, weight in self.term_weights().items())

    def seed_of_step(self, stream: int) -> keras.random.SeedGenerator:
        """A seed for one draw of the present step.

        Args:
          stream: Number of the draw within the step.
        """
        return _StepSeed(self.seed, stream, self.step)

    def to_unit(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Images as floats in [0, 1]: uint8 is divided by 255."""
        if keras.backend.standardize_dtype(images.dtype) == "uint8":
            return ops.cast(images, self.compute_dtype) / 255.0
        return ops.cast(images, self.compute_dtype)

    def variables_without_weight_decay(self) -> list[keras.Variable]:
        """Variables that an optimizer's weight decay leaves alone."""
        return []

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "seed": self.seed,
            "reconstruction": self.reconstruction,
        }

    @classmethod
    def from_config(cls, config):
        for name in ("encoder", "decoder"):
            config[name] = keras.saving.deserialize_keras_object(config[name])
        return cls(**config)


class _StepSeed(keras.random.SeedGenerator):
    """Hands out one seed made from (seed, stream, step); has no state of its own."""

    def __init__(self, seed: int, stream: int, step: keras.Variable):
        self._first = (seed * 16 + stream) % 2**32
        self._step = step

    def next(self, ordered: bool = True) -> keras.KerasTensor:
        first = ops.convert_to_tensor(self._first, dtype="uint32")
        return ops.stack([first, ops.cast(self._step, "uint32")])
