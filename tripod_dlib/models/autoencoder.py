"""What all models share: images to latents and back, a weighted sum of named loss terms."""

from collections.abc import Mapping

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional.execution import updates_wait_for_reads
from tripod_dlib.models import declared, slots
from tripod_dlib.models.draws import StepSeeds
from tripod_dlib.models.family import Family
from tripod_dlib.models.precision import PRECISION, require_precision
from tripod_dlib.models.saving import model_arguments, model_config


class Autoencoder(keras.Model):
    """An encoder, latents and a decoder, trained on a weighted sum of terms, one value per example.

    A step reads from `call` to `compute_loss`. A family overrides `loss_terms` and, as far as it
    differs, `prepare`, `encode`, `draw`, `sample`, `decode_for_loss` and `optimizer_groups`; what
    it is told stands in its record, `self.parameters`. Training is `keras.Model.fit`.

    Random draws depend on the seed and on `step` alone; `step`, the number of updates, is saved.
    """

    def __init_subclass__(cls, **kwargs):
        """Registers the class with Keras, so that a saved model is found by its name."""
        super().__init_subclass__(**kwargs)
        package = cls.__module__.partition(".")[0]
        known = keras.saving.get_registered_object(f"{package}>{cls.__name__}")
        if known is not None and known.__module__ != cls.__module__:
            raise TypeError(
                f"{cls.__module__}.{cls.__name__}: {known.__module__} has a model of this name, "
                "and a saved model is found by its package and name; name one of them otherwise."
            )
        keras.saving.register_keras_serializable(package=package)(cls)

    def __init__(
        self,
        networks: dict[str, keras.layers.Layer],
        parameters: Family,
        *,
        image_shape: tuple[int, int, int],
        num_latents: int,
        dataset_size: int = 1,
        seed: int = 0,
        **kwargs,
    ):
        """Takes the networks and builds them.

        Args:
          networks: "encoder", images in [-1, 1] to vectors; "decoder", to logits; and those that
            the family has beside them.
          parameters: The family's record.
          image_shape: (height, width, channels).
          num_latents: Number of latents.
          dataset_size: Images in the dataset.
          seed: Seed of all draws.
          **kwargs: Keras' own, such as `name`.
        """
        require_precision()
        updates_wait_for_reads()
        super().__init__(**{"dtype": PRECISION, **kwargs})
        declared.require_networks(f"{parameters.name}.networks", networks)
        self.encoder = networks["encoder"]
        self.decoder = networks["decoder"]
        self.networks = dict(networks)
        self.parameters = parameters
        self.image_shape = tuple(image_shape)
        self.num_latents = num_latents
        self.dataset_size = dataset_size
        self.seed = seed
        self.step = self.add_weight(
            shape=(), initializer="zeros", dtype="int32", trainable=False, name="step"
        )
        self.seed_of_step = StepSeeds(seed, self.step)
        latents = declared.latents_of(parameters.latents)
        self.latents = latents(parameters, num_latents)
        num_outputs = num_latents * latents.outputs_per_latent(parameters)
        self.latents.build((None, num_outputs))
        of_latents = f"num_outputs, for {num_latents} {parameters.latents} latents"
        num_inputs = num_latents * latents.inputs_per_latent(parameters)
        vectors = self.encoder(ops.zeros((1, *self.image_shape)))
        declared.require_shape("encoder", vectors, (1, num_outputs), of_latents)
        logits = self.decoder(ops.zeros((1, num_inputs)))
        declared.require_shape("decoder", logits, (1, *self.image_shape), "logits of the image")
        self.built = True
        self._term_means = {
            name: keras.metrics.Mean(name=name) for name in parameters.weights_at(0, False)
        }

    @property
    def num_values_per_latent(self) -> int | None:
        """Values that each latent can take; None for continuous latents."""
        return self.latents.num_values_per_latent

    @property
    def has_prior(self) -> bool:
        """Whether `divergence` is defined."""
        return self.latents.has_prior

    def latent_values(self) -> np.ndarray | None:
        """What a traversal shows: (num_latents, num_values), or None for continuous latents."""
        return self.latents.values()

    def prepare(self, batch: keras.KerasTensor | Mapping) -> dict[str, keras.KerasTensor]:
        """The batch by name.

        Args:
          batch: Images (batch, height, width, channels), uint8 or floats in [0, 1]; or, for a
            family whose record's `batches` asks for more, a dictionary of which "images" is one.

        Returns:
          batch: "images", which are encoded and reconstructed, as floats in [0, 1]; all else.
        """
        named = dict(batch) if isinstance(batch, Mapping) else {"images": batch}
        return {**named, "images": self.to_unit(named["images"])}

    def encode(self, images: keras.KerasTensor) -> dict[str, keras.KerasTensor]:
        """Encodes images.

        Args:
          images: (batch, height, width, channels), uint8 or floats in [0, 1].

        Returns:
          outputs: Named tensors (batch, num_latents); "representation" is what is evaluated.
        """
        return self.latents.encode(self.encoder(self.to_unit(images) * 2.0 - 1.0))

    def divergence(self, outputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
        """How far each latent's posterior is from its prior; see `Latents.divergence`."""
        return self.latents.divergence(outputs)

    def decode(self, representation: keras.KerasTensor) -> keras.KerasTensor:
        """A representation (batch, num_latents) to logits (batch, height, width, channels)."""
        return self.decoder(self.latents.embed(representation))

    def decode_for_loss(self, latents: keras.KerasTensor) -> dict[str, object]:
        """ "logits", and what else of the decoding `loss_terms` needs, by name."""
        return {"logits": self.decoder(latents)}

    def draw(self, batch_size: int) -> dict[str, keras.KerasTensor]:
        """The random draws of the present step, by name: those of the latents."""
        return self.latents.draws(batch_size, self.seed_of_step)

    def sample(
        self, outputs: dict[str, keras.KerasTensor], draws: dict[str, keras.KerasTensor]
    ) -> keras.KerasTensor:
        """The latents that are decoded in training."""
        return self.latents.sample(outputs, draws)

    def call(self, batch, training: bool = False, draws: dict | None = None):
        """Encodes and decodes.

        Args:
          batch: As `prepare` takes it.
          training: Whether to sample as in training.
          draws: In place of `draw`'s, for tests.

        Returns:
          outputs: `encode`'s, "latents", the decoded ones, "draws", and `decode_for_loss`'s.
        """
        batch = self.prepare(batch)
        outputs = self.encode(batch["images"])
        if training:
            draws = self.draw(ops.shape(batch["images"])[0]) if draws is None else draws
            latents = self.sample({**batch, **outputs}, draws)
        else:
            draws, latents = {}, self.latents.embed(outputs["representation"])
        return {**outputs, "draws": draws, "latents": latents, **self.decode_for_loss(latents)}

    def loss_terms(
        self, batch: dict[str, keras.KerasTensor], outputs: dict
    ) -> dict[str, keras.KerasTensor]:
        """The loss terms, unweighted.

        Args:
          batch: What `prepare` made of it.
          outputs: Those of `call`.

        Returns:
          terms: {name: float (batch,)}; the record's `term_weights` names them all.
        """
        loss = slots.reconstructions.load(self.parameters.reconstruction)
        return {"reconstruction": loss(outputs["logits"], batch["images"])}

    def term_weights(self) -> dict[str, keras.KerasTensor | float]:
        """Name to weight of every term at the present step; those of weight 0 are only logged."""
        return self.parameters.weights_at(self.step)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training: bool = True
    ) -> keras.KerasTensor:
        """The weighted sum of the terms' means: the one hook through which Keras trains."""
        terms = self.loss_terms(self.prepare(x), y_pred)
        declared.require_terms(type(self).__name__, terms, self._term_means)
        means = {name: ops.mean(ops.cast(t, self.variable_dtype)) for name, t in terms.items()}
        for name, mean in means.items():
            self._term_means[name].update_state(mean)
        if training:
            self.step.assign_add(1)
        weights = self.term_weights()  # those of the first update are of step 1
        logged_only = {name for name, w in weights.items() if isinstance(w, int | float) and w == 0}
        return sum(w * means[name] for name, w in weights.items() if name not in logged_only)

    def held(self, network: str, *inputs: keras.KerasTensor) -> keras.KerasTensor:
        """What a network gives, with its weights held: gradients reach the inputs alone.

        So a term can be minimized against an adversary that another term trains, within one loss:
        the adversary's own term takes its inputs through `ops.stop_gradient`.

        Args:
          network: One of `networks`.
          *inputs: What it is called with.
        """
        layer = self.networks[network]
        weights = [(v, ops.stop_gradient(v.value)) for v in layer.trainable_variables]
        with keras.StatelessScope(state_mapping=weights):
            return layer(*inputs)

    def to_unit(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Images as floats in [0, 1]: uint8 is divided by 255."""
        if keras.backend.standardize_dtype(images.dtype) == "uint8":
            return ops.cast(images, self.compute_dtype) / 255.0
        return ops.cast(images, self.compute_dtype)

    def optimizer_groups(self) -> dict[str, tuple[list[keras.Variable], dict]]:
        """Variables whose optimizer differs: {group: (variables, settings)}.

        The settings are those of `models.optimizers.build_optimizer`, such as {"weight_decay":
        0.0}; what is not named is as for all others. gin binds them as `group/optimizer.NAME`.
        """
        return {}

    def get_compile_config(self):
        return None  # saved models encode and decode; training goes on from checkpoints

    def get_config(self):
        return {**super().get_config(), **model_config(self)}

    @classmethod
    def from_config(cls, config):
        return cls(**model_arguments(config))


keras.saving.register_keras_serializable(package="tripod_dlib")(Autoencoder)
