"""A model family is one record: parameters, declared once, that build the model when called.

Importing this loads no framework.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, dataclass_transform

import gin

from tripod_dlib.allowed import require_allowed
from tripod_dlib.errors import InputError
from tripod_dlib.models import slots
from tripod_dlib.models.architectures import build_networks
from tripod_dlib.models.declared import class_of, latents_of, require_family, require_weights
from tripod_dlib.models.schedules import Constant, schedule_of
from tripod_dlib.registry import is_defined_again

if TYPE_CHECKING:
    import keras

    from tripod_dlib.models.autoencoder import Autoencoder


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """What every family has. A subclass adds its parameters as fields, and is a `family("name")`.

    Attributes:
      reconstruction: "bce" (binary cross-entropy) or "ssim" ((1 - SSIM) / 2), means over pixels; or
        another of `slots.reconstructions`.
      schedules: Term to schedule of its weight, such as {'klm': ('ramp', 1200)}: "constant",
        "ramp", "cosine", "cyclic" or "steps"; see `models.schedules`. None: constant weights.
    """

    name: ClassVar[str]
    # the Keras class, or where it is, so that no framework is imported with the record
    builds: ClassVar[str | type] = "tripod_dlib.models.autoencoder:Autoencoder"
    latents: ClassVar[str] = "continuous"  # one of `slots.latents`; a family may make it a field
    # of `slots.latents` those that the family's terms can read, where users choose; None for all
    readable_latents: ClassVar[tuple[str, ...] | None] = None
    optimizer: ClassVar[dict] = {}  # settings of `optimizer` where gin binds none
    batches: ClassVar[str] = "images"  # what a training batch holds; see `Autoencoder.prepare`

    reconstruction: str = "bce"
    schedules: dict | None = None

    def __post_init__(self):
        require_allowed(self.name, self)
        self._require_readable_latents()
        slots.reconstructions.target(self.reconstruction)
        require_weights(self.name, self.term_weights())
        self._schedules()

    def _require_readable_latents(self):
        """Refuses latents of this package that the family's terms cannot read."""
        slots.latents.target(self.latents)
        readable = self.readable_latents
        if readable and self.latents in set(slots.latents.builtin_names) - set(readable):
            raise InputError(
                f"{self.name}.latents is {self.latents!r}, and the loss of {self.name} is defined "
                f"for {' or '.join(map(repr, readable))}: bind one of those, or train another "
                "family."
            )

    def term_weights(self) -> dict[str, float]:
        """Every loss term that the family computes, with its weight; of weight 0 it is only logged.

        "reconstruction" has weight 1 and need not be named.
        """
        return {}

    def default_schedules(self) -> dict[str, tuple]:
        """Schedules of terms that `schedules` does not name."""
        return {}

    def weights_at(self, step: "int | keras.KerasTensor", scheduled: bool = True) -> dict:
        """Every term's weight at a step.

        Args:
          step: Number of the update, from 1 on; an int or an integer tensor.
          scheduled: Whether schedules are applied.

        Returns:
          {term: a float, or a float32 scalar where a schedule changes it}.
        """
        weights = {"reconstruction": 1.0, **self.term_weights()}
        if scheduled:
            for term, schedule in self._schedules().items():
                from keras import ops

                weights[term] = weights[term] * schedule(ops.cast(step, "float32"))
        return weights

    def scheduled_weights(self, step: int) -> dict[str, float]:
        """The weights that a schedule changes, as of one update: {"klm_weight": 1e-4, ...}."""
        weights = self.weights_at(step)
        return {f"{term}_weight": float(weights[term]) for term in self._schedules()}

    def _schedules(self) -> dict[str, Callable]:
        """The schedules that change a weight, by term.

        Raises:
          InputError: If a schedule is not one, or is of no term of this family.
        """
        written = {**self.default_schedules(), **(self.schedules or {})}
        weights = self.weights_at(0, scheduled=False)
        unknown = [term for term in written if term not in weights]
        if unknown:
            raise InputError(
                f"{self.name}.schedules names {', '.join(map(repr, unknown))}; the loss terms "
                f"with these weights are {', '.join(weights)}."
            )
        schedules = {term: schedule_of(form) for term, form in written.items()}
        return {term: s for term, s in schedules.items() if not isinstance(s, Constant)}

    def networks(
        self, image_shape: tuple[int, int, int], num_inputs: int, num_outputs: int
    ) -> "dict[str, keras.layers.Layer]":
        """The networks by name; a family with more than an encoder and a decoder adds them.

        Args:
          image_shape: (height, width, channels).
          num_inputs: Numbers that the decoder takes.
          num_outputs: Numbers that the encoder gives.
        """
        return build_networks(image_shape, num_inputs, num_outputs)

    def __call__(
        self, *, image_shape: tuple[int, int, int], num_latents: int, dataset_size: int, seed: int
    ) -> "Autoencoder":
        """Builds the model.

        Args:
          image_shape: (height, width, channels).
          num_latents: Number of latents.
          dataset_size: Number of images in the dataset.
          seed: Seed of the model's draws.

        Raises:
          InputError: If `builds` is no autoencoder's class.
        """
        model_class = class_of(self.name, self.builds)
        latents = latents_of(self.latents)
        return model_class(
            self.networks(
                image_shape,
                num_inputs=num_latents * latents.inputs_per_latent(self),
                num_outputs=num_latents * latents.outputs_per_latent(self),
            ),
            self,
            image_shape=image_shape,
            num_latents=num_latents,
            dataset_size=dataset_size,
            seed=seed,
            name=self.name,
        )


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=())
def family(name: str) -> Callable[[type], type]:
    """Makes a subclass of `Family` a frozen dataclass whose fields gin binds as `name.field`.

    A field without a default is required; `field = value` alone gives a parent's field another
    default. The name must also stand in `registry.models`, or be declared there by another package.

    Args:
      name: The family's name.

    Raises:
      InputError: If it is no name, or taken in gin, or the class is none of a family.
    """
    if isinstance(name, type):
        require_family(name, name, Family)  # a decorator without its name

    def decorate(cls: type) -> type:
        require_family(name, cls, Family)
        cls.name = name
        inherited = {f.name: f.type for base in cls.__bases__ for f in dataclasses.fields(base)}
        changed = {field: kind for field, kind in inherited.items() if field in vars(cls)}
        cls.__annotations__ = {**changed, **cls.__annotations__}
        for field in cls.__annotations__:
            if not hasattr(cls, field):
                setattr(cls, field, gin.REQUIRED)
        record = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        with _taking_the_place_of_itself(name, record):
            return gin.configurable(name, module="tripod_dlib")(record)

    return decorate


@contextlib.contextmanager
def _taking_the_place_of_itself(name: str, record: type) -> Iterator[None]:
    """Lets gin know a class anew that is defined again, as a notebook's cell is that runs twice."""
    try:
        known = gin.get_configurable(f"tripod_dlib.{name}")
    except ValueError:  # gin knows none of the name
        known, again = None, False
    else:
        again = is_defined_again(known, record)
    if known is not None and not again:
        raise InputError(
            f"The name {name!r} is taken in gin by {known.__module__}.{known.__qualname__}; choose "
            "another name for the family."
        )
    with gin.config.interactive_mode() if again else contextlib.nullcontext():
        yield
