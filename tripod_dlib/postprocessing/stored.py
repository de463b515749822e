"""A representation as it lies in a folder: the model, and what is made of its posterior.

Beside `model.keras` stands `representation.json`, which names a `Transform` or holds `Components`;
a function of the user's own is kept as TensorFlow's SavedModel in `transform/`.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tripod_dlib.backend import require_backend
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.postprocessing.independent_components import Components
from tripod_dlib.postprocessing.methods import GaussianEncoder, Transform
from tripod_dlib.results.stored_bindings import POSTPROCESSED
from tripod_dlib.storage import one_line, write_json

if TYPE_CHECKING:
    from tripod_dlib.training.trained_model import TrainedModel

MODEL = "model.keras"
DESCRIPTION = "representation.json"
OWN = "transform"
LONGEST_REASON = 200


def save_representation(
    folder: Path,
    run: Path,
    transform: Callable[..., object],
    random_seed: int,
    num_latents: int,
) -> None:
    """Writes a representation.

    Args:
      folder: Where to.
      run: The run whose model it takes.
      transform: Takes `mean` and `logvar`, (num, num_latents), by name; gives the representation.
        `Components` take the representation itself.
      random_seed: Seed of what it draws.
      num_latents: Number of the model's latents.

    Raises:
      InputError: If a function of the user's own cannot be kept.
    """
    name = transform.name if isinstance(transform, Transform | Components) else OWN
    if name == OWN:
        _save_own(folder / OWN, transform, num_latents)
    shutil.copyfile(run / MODEL, folder / MODEL)
    learned = transform.described() if isinstance(transform, Components) else {}
    write_json(folder / DESCRIPTION, {"transform": name, "random_seed": random_seed, **learned})


def load_representation(folder: Path) -> Representation:
    """The representation of a folder, or of a finished run that model's own latents.

    Raises:
      InputError: If the folder holds neither, or its description is none.
    """
    require_backend()
    from tripod_dlib.training.trained_model import load

    if not (folder / DESCRIPTION).is_file():
        if (folder / POSTPROCESSED).is_file():
            raise InputError(
                f"{folder} holds a postprocessed representation, and its {DESCRIPTION} is missing, "
                "without which it would be another: extract the representation anew."
            )
        return load(folder).representation
    model = load(folder)
    name, transform = _described(folder / DESCRIPTION)
    of_model = model.representation
    if name == "mean":
        return of_model
    if name == Components.name:
        return Representation(of_model.encode, None, of_model.images_at_once, transform)
    transform = _of_posterior(transform or _load_own(folder / OWN))
    return Representation(_posterior_of(model), None, of_model.images_at_once, transform)


def require_own_latents(folder: str | os.PathLike) -> None:
    """Refuses the folder of a representation other than its model's own latents.

    Raises:
      InputError: With what gives that representation.
    """
    path = Path(folder) / DESCRIPTION
    if path.is_file() and _described(path)[0] != "mean":
        raise InputError(
            f"{folder} holds a postprocessed representation, and its model alone would give "
            "others: tripod_dlib.postprocessing.stored.load_representation gives it, of images; "
            "the model is that of the run it was made of."
        )


def _posterior_of(model: "TrainedModel") -> Callable[[np.ndarray], np.ndarray]:
    """Images to mean and logarithm of the variance side by side, (num, 2 * num_latents)."""
    encode = GaussianEncoder(model)
    return lambda images: np.concatenate(list(encode(images).values()), axis=1)


def _of_posterior(transform: Callable[..., object]) -> Callable[[np.ndarray], np.ndarray]:
    """`transform`, which takes `mean` and `logvar` by name, of both side by side."""

    def of_codes(codes: np.ndarray) -> np.ndarray:
        mean, logvar = np.split(codes, 2, axis=1)
        return np.asarray(transform(mean=mean, logvar=logvar))

    return of_codes


def _described(path: Path) -> tuple[str, Transform | Components | None]:
    """The transform's name, and itself unless it is the user's own."""
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        name, random_seed = description["transform"], int(description["random_seed"])
        components = Components.from_description(description) if name == Components.name else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: {error}. Extract the representation anew.") from error
    if name in ("mean", "sampled"):
        return name, Transform(name, np.random.RandomState(random_seed))
    if name in (OWN, Components.name):
        return name, components
    raise InputError(f"{path} names a transform {name!r}, which this version does not know.")


def _tensorflow(what: str):
    try:
        import tensorflow as tf
    except ImportError as error:
        raise InputError(
            f"{what} of your own is kept as TensorFlow's SavedModel, and TensorFlow is not "
            "installed. Take @mean_representation or @sampled_representation, or install it."
        ) from error
    return tf


def _save_own(path: Path, transform: Callable[..., object], num_latents: int) -> None:
    tf = _tensorflow("A postprocessing")
    module = tf.Module()
    posterior = tf.TensorSpec([None, num_latents], tf.float32)
    module.transform = tf.function(
        lambda mean, logvar: transform(mean=mean, logvar=logvar),
        input_signature=[posterior, posterior],
    )
    try:
        tf.saved_model.save(module, str(path))
    except Exception as error:  # the user's own code can raise anything
        raise InputError(
            "The function that postprocess.postprocess_fn gave cannot be kept: it takes `mean` and "
            "`logvar` by name and is made of TensorFlow's functions (tf.exp in place of np.exp). "
            f"{type(error).__name__}: {str(error).strip()}"
        ) from error


def _load_own(path: Path) -> Callable[..., object]:
    tf = _tensorflow("A postprocessing")
    try:
        loaded = tf.saved_model.load(str(path))
    except Exception as error:  # of whatever is wrong with its files
        raise InputError(
            f"{path} is damaged ({one_line(str(error), LONGEST_REASON)}). Extract the "
            "representation anew."
        ) from error
    return lambda mean, logvar: loaded.transform(mean, logvar).numpy()
