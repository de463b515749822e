"""A trained model as three functions on NumPy arrays: encode, decode, reconstruct."""

import functools
import importlib
import json
import math
import os
import re
import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import ops
from scipy import stats

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.models import slots
from tripod_dlib.models.function import CHUNK, ModelFunction
from tripod_dlib.registry import models
from tripod_dlib.training.archive import damage_of
from tripod_dlib.training.given_arrays import checked_images, checked_latents

RESULT = "model.keras"
IMAGES_AT_ONCE = 4 * CHUNK  # fewer are filled up to whole chunks
BYTES_AT_ONCE = 100_000_000  # of large images there are fewer at once


class TrainedModel:
    """Encodes and decodes arrays of any length with a model's present weights."""

    def __init__(self, model: keras.Model):
        """Wraps `model`; later changes of its weights are seen.

        Args:
          model: An `Autoencoder`.
        """
        self.model = model
        self.image_shape: tuple[int, int, int] = tuple(model.image_shape)
        self.num_latents: int = model.num_latents
        self.num_values_per_latent: int | None = model.num_values_per_latent
        self._encode = ModelFunction(model, self._represent, "encode")
        self._decode = ModelFunction(model, lambda z: ops.sigmoid(model.decode(z)), "decode")
        self._encode_with_divergence = ModelFunction(model, self._represent_and_tell, "divergence")
        self._posterior = ModelFunction(model, self._mean_and_std, "posterior")

    def _represent(self, images):
        return self.model.encode(images)["representation"]

    def _represent_and_tell(self, images):
        outputs = self.model.encode(images)
        both = [outputs["representation"], self.model.divergence(outputs)]
        return ops.concatenate(both, axis=-1)

    def _mean_and_std(self, images):
        outputs = self.model.encode(images)
        return ops.concatenate([outputs["z_mean"], outputs["z_std"]], axis=-1)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The latents of images.

        Args:
          images: (num, height, width, channels), uint8 or floats in [0, 1].

        Returns:
          latents: float32 (num, num_latents).

        Raises:
          ValueError: If the images have another shape, type or range, or hold NaN.
        """
        return self._encode.on_chunks(checked_images(images, self.image_shape))

    def encode_with_divergence(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The latents of images, and how much each latent tells of them, as UDR needs it.

        Args:
          images: As `encode` takes them.

        Returns:
          latents: float32 (num, num_latents).
          divergence: float64 (num_latents,), in nats, the mean over the images of the posterior's
            divergence from the prior; of quantized latents, which have no such prior, from their
            distribution over these images, which is the entropy of their values.

        Raises:
          ValueError: If the images have another shape, type or range, or hold NaN.
          InputError: If the latents are continuous and have no prior.
        """
        if self.num_values_per_latent is not None:
            latents = self.encode(images)
            counts = [np.unique(latent, return_counts=True)[1] for latent in latents.T]
            return latents, np.array([stats.entropy(count) for count in counts])
        if not self.model.has_prior:
            raise InputError(
                f"{type(self.model).__name__} has continuous latents without a prior: how much "
                "each tells of an image is not known, and UDR is not defined."
            )
        both = self._encode_with_divergence.on_chunks(checked_images(images, self.image_shape))
        latents, divergence = np.split(both, 2, axis=1)
        return latents, divergence.mean(axis=0, dtype=np.float64)

    @functools.cached_property
    def has_posterior(self) -> bool:
        """Whether `posterior` is defined."""
        encoded = self.model.encode(np.zeros((1, *self.image_shape), np.float32))
        return {"z_mean", "z_std"} <= set(encoded)

    def posterior(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The Gaussian posterior of images.

        Args:
          images: As `encode` takes them.

        Returns:
          mean: float32 (num, num_latents).
          std: float32 (num, num_latents).

        Raises:
          ValueError: If the images have another shape, type or range, or hold NaN.
          InputError: If the model has no such posterior.
        """
        images = checked_images(images, self.image_shape)
        if not self.has_posterior:
            raise InputError(
                f"{type(self.model).__name__} has no Gaussian posterior: its latents are a "
                "function of the image. Take them as they are, by gin/postprocessing/mean.gin."
            )
        mean, std = np.split(self._posterior.on_chunks(images), 2, axis=1)
        return mean, std

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """The images of latents.

        Args:
          latents: (num, num_latents); for a quantized model, values on its grid.

        Returns:
          reconstructions: float32 (num, height, width, channels) in [0, 1].

        Raises:
          ValueError: If the latents have another shape, or hold NaN.
        """
        return self._decode.on_chunks(checked_latents(latents, self.num_latents))

    def latent_values(self, latent: int) -> np.ndarray | None:
        """The values that a latent can take, in the order of a traversal; None if continuous."""
        values = self.model.latent_values()
        return None if values is None else np.asarray(values[latent])

    @property
    def representation(self) -> Representation:
        """`encode` as metrics take it."""
        bytes_of_one = 4 * math.prod(self.image_shape)
        at_once = max(1, min(IMAGES_AT_ONCE, BYTES_AT_ONCE // bytes_of_one))
        return Representation(self.encode, self.num_values_per_latent, at_once)

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """`decode(encode(images))`: float32 (num, height, width, channels) in [0, 1]."""
        return self.decode(self.encode(images))


def load(run: str | Path) -> TrainedModel:
    """The model that a run selected.

    Args:
      run: The run's folder.

    Returns:
      The model; its `encode` and `decode` take and give arrays.

    Raises:
      InputError: If the folder holds no finished run, or its model cannot be loaded.
    """
    if not isinstance(run, str | os.PathLike):
        raise InputError(f"A run is the path of its folder; got {run!r}.")
    path = Path(run).expanduser() / RESULT
    if not path.is_file():
        raise InputError(
            f"{path} is not there: {run} is not the folder of a finished run. Give --model_dir's "
            "folder, or let the run finish."
        )
    return load_file(path)


def load_file(path: Path) -> TrainedModel:
    """A model that was saved as a .keras file, after a look at the file's checksums.

    Raises:
      InputError: If the file is damaged, or what it holds cannot be made again.
    """
    damage = damage_of(path)
    if damage is not None:
        raise InputError(f"{path} is damaged ({damage}). Take it from a backup, or train again.")
    _import_family(path)
    try:
        return TrainedModel(keras.saving.load_model(path, compile=False, safe_mode=True))
    except Exception as error:  # of a class that may be anybody's
        raise InputError(
            f"The model in {path} cannot be made again ({type(error).__name__}: {error}). Load it "
            "with the versions that wrote it, of this package and of the one that brings its class."
        ) from error


def _import_family(path: Path) -> None:
    """Imports the modules of a saved model's classes, if they are of packages that bring models.

    Keras finds a class once it is defined; a file must not have anything else imported.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            modules = _modules(json.loads(archive.read("config.json")))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no model of this package ({error!r}).") from error
    kinds = models, slots.networks, slots.latents, slots.penalties
    targets = [kind.target(name) for kind in kinds for name in kind.names()]
    packages = {re.split(r"[.:]", target)[0] for target in targets}
    for module in modules:
        package = module.partition(".")[0]
        if package not in (*packages, "keras", "builtins"):
            raise InputError(
                f"The model in {path} is of {module}, which no installed package registers: "
                f"install the package that brings it, or, if it is a file of your own, import it "
                f"first (import {package}; for a command TRIPOD_DLIB_IMPORT={package} PYTHONPATH=. "
                f"in front of it). Installed are {', '.join(sorted(packages))}."
            )
        if package in packages:
            try:
                importlib.import_module(module)
            except ImportError as error:
                raise InputError(f"The model in {path} is of {module}, but: {error}.") from error


def _modules(config: object) -> list[str]:
    """The modules that a configuration names, each once."""
    modules = []
    if isinstance(config, dict):
        named = config.get("module")
        modules += [named] if isinstance(named, str) and "class_name" in config else []
        config = list(config.values())
    if isinstance(config, list):
        modules += [module for entry in config for module in _modules(entry)]
    return list(dict.fromkeys(modules))
