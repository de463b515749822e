"""Checks of what a family declares and its model gives, in words for those who write their own.

Importing this loads no framework.
"""

import importlib
import math
import numbers
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tripod_dlib.errors import InputError
from tripod_dlib.models import slots

if TYPE_CHECKING:
    import keras

    from tripod_dlib.models.autoencoder import Autoencoder
    from tripod_dlib.models.family import Family
    from tripod_dlib.models.latents.base import Latents
    from tripod_dlib.models.penalties.base import Penalty


def require_family(name: object, record: object, parent: type) -> None:
    """Refuses what cannot be a family: a name that gin cannot bind, a class that is no record.

    Args:
      name: What `family` was given.
      record: What it decorates.
      parent: The class of all families.

    Raises:
      InputError: With what came.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise InputError(
            f"@family was given {name!r}; it needs the family's name, of letters, digits and _ "
            "alone: @family('my_vae')."
        )
    if not isinstance(record, type) or not issubclass(record, parent):
        raise InputError(
            f"{name}: @family makes a subclass of tripod_dlib.models.family.Family a model's "
            f"record; {record!r} is none."
        )
    known = {*record.__annotations__, *(key for base in record.__bases__ for key in dir(base))}
    for field, value in vars(record).items():
        is_value = value is None or isinstance(value, bool | int | float | str | tuple | list)
        if is_value and field.islower() and not field.startswith("_") and field not in known:
            kind = "object" if value is None else type(value).__name__
            raise InputError(
                f"{name}: {field} = {value!r} in {record.__name__} has no annotation, and no "
                f"configuration could bind it. Write {field}: {kind} = {value!r}; a constant is "
                f"{field}: ClassVar = {value!r}."
            )


def require_weights(family: str, weights: object) -> None:
    """Refuses what is no dictionary of terms and their weights.

    Args:
      family: Name of the family.
      weights: What its record's `term_weights` gives.

    Raises:
      InputError: With what came.
    """
    if not isinstance(weights, dict):
        raise InputError(
            f"{family}.term_weights gives {weights!r}; it gives a dictionary of every loss term "
            "and its weight, such as {'sparsity': self.weight}."
        )
    for term, weight in weights.items():
        is_number = isinstance(weight, numbers.Real) and not isinstance(weight, bool)
        if not is_number or not math.isfinite(weight):
            raise InputError(
                f"{family}.term_weights gives {weight!r} for {term!r}; a weight is a finite number."
            )


def class_of(family: str, builds: str | type) -> "type[Autoencoder]":
    """The Keras class that a family builds.

    Args:
      family: Name of the family.
      builds: The class, or "module:class".

    Raises:
      InputError: If it leads nowhere, or to something else than an autoencoder's class.
    """
    from tripod_dlib.models.autoencoder import Autoencoder

    model_class: object = builds
    if isinstance(builds, str):
        module, _, attribute = builds.partition(":")
        try:
            model_class = getattr(importlib.import_module(module), attribute)
        except (ModuleNotFoundError, AttributeError) as error:
            if isinstance(error, ModuleNotFoundError) and not module.startswith(str(error.name)):
                raise  # a dependency of the module is missing: its own message is the clear one
            raise InputError(
                f"{family} builds {builds!r}, which leads nowhere: {error}. It is a class, or "
                "'module:class'."
            ) from error
    if not isinstance(model_class, type) or not issubclass(model_class, Autoencoder):
        raise InputError(
            f"{family} builds {model_class!r}; a family builds a subclass of "
            "tripod_dlib.models.autoencoder.Autoencoder."
        )
    return model_class


def require_terms(model: str, terms: object, declared: Collection[str]) -> None:
    """Refuses loss terms that are not those that the record declares, or not a value per image.

    Args:
      model: Name of the model's class.
      terms: What its `loss_terms` gives.
      declared: The names in the record's `term_weights`, and "reconstruction".

    Raises:
      InputError: With what came.
    """
    if not isinstance(terms, dict):
        raise InputError(
            f"{model}.loss_terms gives {type(terms).__name__}; it returns a dictionary, such as "
            "{**super().loss_terms(batch, outputs), 'sparsity': ...}."
        )
    if set(terms) != set(declared):
        raise InputError(
            f"{model}.loss_terms gives {', '.join(terms)}, but the record's "
            f"term_weights names {', '.join(declared)}: both must name the same terms "
            "(of weight 0.0 a term is only logged)."
        )
    for name, term in terms.items():
        shape = getattr(term, "shape", ())
        if len(shape) > 1:
            raise InputError(
                f"{model}.loss_terms gives {name!r} of shape {tuple(shape)}; it is one value per "
                "image, (batch,): sum or average it over the other axes."
            )


def latents_of(name: str) -> "type[Latents]":
    """The class of a kind of latents.

    Args:
      name: One of `slots.latents`.

    Raises:
      InputError: If what stands there is no class of latents.
    """
    from tripod_dlib.models.latents.base import Latents

    kind = slots.latents.load(name)
    if not isinstance(kind, type) or not issubclass(kind, Latents):
        raise InputError(
            f"The kind of latents {name!r} is {kind!r}; it is a subclass of "
            "tripod_dlib.models.latents.base.Latents."
        )
    return kind


def penalty_of(parameters: "Family", decoder: "keras.layers.Layer") -> "Penalty":
    """The penalty on the decoder that `nhp_estimator` names.

    Args:
      parameters: The family's record.
      decoder: Of the model.

    Raises:
      InputError: If what stands there makes no penalty.
    """
    from tripod_dlib.models.penalties.base import Penalty

    name = parameters.nhp_estimator
    penalty = slots.penalties.load(name)(parameters, decoder)
    if not isinstance(penalty, Penalty):
        raise InputError(
            f"The NHP estimator {name!r}, called with the record and the decoder, gives "
            f"{penalty!r}; it gives an object of a subclass of "
            "tripod_dlib.models.penalties.base.Penalty (the class itself can stand there)."
        )
    return penalty


def require_networks(source: str, networks: object) -> None:
    """Refuses what is no dictionary of an encoder and a decoder.

    Args:
      source: What gave them, for the message.
      networks: What it gave.

    Raises:
      InputError: With what came.
    """
    import keras

    form = '{"encoder": a Keras layer, "decoder": a Keras layer}'
    if not isinstance(networks, Mapping):
        raise InputError(f"{source} gives {networks!r:.200}; it gives {form}.")
    missing = [name for name in ("encoder", "decoder") if name not in networks]
    if missing:
        given = ", ".join(map(repr, networks)) or "nothing"
        raise InputError(f"{source} gives {given} and no {' or '.join(missing)}; it gives {form}.")
    for name, network in networks.items():
        if not isinstance(network, keras.layers.Layer):
            raise InputError(f"{source} gives {network!r:.200} as {name!r}; it gives {form}.")


def require_shape(network: str, given: object, expected: tuple[int, ...], meaning: str) -> None:
    """Refuses a network that gives what the model has no use for.

    Args:
      network: Its name.
      given: What it gave for one image.
      expected: The shape that is wanted.
      meaning: What the numbers are, for the message.

    Raises:
      InputError: With both shapes.
    """
    shape = getattr(given, "shape", None)
    if shape is None or tuple(shape) != expected:
        came = f"{given!r:.200}" if shape is None else f"the shape {tuple(shape)}"
        raise InputError(
            f"The {network} gives {came} for one image; it gives {expected}, {meaning}."
        )
