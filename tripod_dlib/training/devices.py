"""All devices of a machine in one run."""

import contextlib
from collections.abc import Iterator

import keras

from tripod_dlib.errors import InputError


@contextlib.contextmanager
def all_devices(batch_size: int) -> Iterator[None]:
    """Models made within have their weights on every device, and a batch is divided among them.

    What a loss takes from a whole batch, such as densities over its latents, is taken from all of
    it still: a step is that of one device but for rounding.

    Args:
      batch_size: Images per update, over all devices.

    Raises:
      InputError: If Keras cannot do so on its backend, or the devices' parts would be unequal.
    """
    backend = keras.backend.backend()
    if backend != "jax":
        raise InputError(
            "model.data_parallel needs Keras' distribution of variables, which only JAX has; the "
            f"backend is {backend}. Set KERAS_BACKEND=jax, or leave the binding out."
        )
    devices = keras.distribution.list_devices()
    if batch_size % len(devices):
        raise InputError(
            f"model.batch_size is {batch_size}, and this machine has {len(devices)} devices; with "
            "model.data_parallel it is a multiple of their number."
        )
    with keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False).scope():
        yield
