"""disentanglement_lib's gin names, known from the import on, and gin's old keywords."""

import functools
import importlib
from collections.abc import Callable

import gin

from tripod_dlib import registry
from tripod_dlib.cli.configuration import CORE

OLD_KEYWORDS = {"blacklist": "denylist", "whitelist": "allowlist"}  # until gin-config 0.4


def register_all() -> None:
    """Makes every name known to gin that a configuration of a metric or a model may use."""
    for module in CORE:
        importlib.import_module(module)
    for kind in (registry.models, registry.metrics):
        for name in kind.builtin_names:
            kind.load(name)


def take_old_keywords() -> None:
    """Lets `gin.configurable` and its kin take `blacklist` and `whitelist` again."""
    for name in ("configurable", "external_configurable", "register"):
        function = getattr(gin, name)
        if not hasattr(function, "takes_old_keywords"):
            setattr(gin, name, _with_old_keywords(function))


def _with_old_keywords(function: Callable) -> Callable:
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **{OLD_KEYWORDS.get(k, k): v for k, v in kwargs.items()})

    call.takes_old_keywords = True
    return call
