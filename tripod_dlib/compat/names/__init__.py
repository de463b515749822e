"""Which of this package's objects stands behind each of disentanglement_lib's names."""

import importlib

from tripod_dlib.compat.names import data, evaluation, methods, not_here, tools

# Module below disentanglement_lib -> name there -> "module:attribute" below this package.
NAMES: dict[str, dict[str, str]] = {
    **data.NAMES,
    **evaluation.NAMES,
    **methods.NAMES,
    **tools.NAMES,
}

# Module below disentanglement_lib -> name there -> what to do without it.
NOT_HERE: dict[str, dict[str, str]] = not_here.NAMES


def resolve(module: str, name: str) -> object:
    """This package's object behind a name of the table, in a module below disentanglement_lib."""
    target, _, attribute = NAMES[module][name].partition(":")
    return getattr(importlib.import_module(f"tripod_dlib.{target}"), attribute)


def modules() -> set[str]:
    """The modules below disentanglement_lib that can be imported."""
    return {*NAMES, *NOT_HERE}


def packages() -> set[str]:
    """The packages below disentanglement_lib that hold them."""
    parts = [module.split(".")[:-1] for module in modules()]
    return {".".join(part[: i + 1]) for part in parts for i in range(len(part))}
