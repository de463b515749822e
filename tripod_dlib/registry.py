"""Names to models, datasets and metrics, from this package and from others.

A name resolves to an import path of the form "module:attribute"; nothing is imported before `load`.
Other packages add names through the entry-point groups `tripod_dlib.models`,
`tripod_dlib.datasets` and `tripod_dlib.metrics`. A metric is a pure function of (sources, latents),
which arrays and gin know by its name, or a wrapper that draws points of its own.
"""

import functools
import importlib
import importlib.metadata
import re
import sys

from tripod_dlib import builtin_names
from tripod_dlib.errors import InputError, did_you_mean

NAME = re.compile(r"\w[\w.+-]*")


def is_defined_again(one: object, other: object) -> bool:
    """Whether two classes or functions are of one name in one module."""
    names = [
        (getattr(target, "__module__", None), getattr(target, "__qualname__", None))
        for target in (one, other)
    ]
    return names[0] == names[1] and None not in names[0]


class Registry:
    """Names of one kind of object and where each is defined."""

    def __init__(self, kind: str, group: str, builtin: dict[str, str], adapter: str | None = None):
        """Creates a registry.

        Args:
          kind: What the objects are, in the singular, for messages ("model").
          group: Entry-point group in which other packages declare theirs.
          builtin: Name to "module:attribute".
          adapter: "module:function" that takes a name and what is declared under it, and gives what
            `load` returns; None for what is declared.
        """
        self.kind = kind
        self.group = group
        self._adapter = adapter
        self._builtin = dict(builtin)
        self._registered: dict[str, str | object] = {}

    @property
    def builtin_names(self) -> list[str]:
        """The names that this package itself brings, sorted."""
        return sorted(self._builtin)

    def names(self) -> list[str]:
        """All known names, sorted: built in, registered at run time, declared by other packages."""
        return sorted({*self._builtin, *self._registered, *self._entry_points()})

    def target(self, name: str) -> str:
        """The import path behind a name, without importing it.

        Raises:
          InputError: If the name is unknown; the message lists the known ones and the nearest.
        """
        if name in self._registered:
            target = self._registered[name]
            if isinstance(target, str):
                return target
            named = target if hasattr(target, "__name__") else type(target)  # of an instance
            return f"{named.__module__}:{named.__name__}"
        if name in self._builtin:
            return self._builtin[name]
        entry_points = self._entry_points()
        if name in entry_points:
            return entry_points[name]
        known = self.names()
        raise InputError(
            f"Unknown {self.kind} {name!r}.{did_you_mean(name, known)} Known ones: "
            f"{', '.join(known)}."
        )

    def load(self, name: str) -> object:
        """Imports and returns the object behind a name, adapted where the registry has an adapter.

        Raises:
          InputError: If the name is unknown or its import path leads nowhere.
        """
        declared = self.declared(name)
        if self._adapter is None:
            return declared
        module_name, _, attribute = self._adapter.partition(":")
        return getattr(importlib.import_module(module_name), attribute)(name, declared)

    def declared(self, name: str) -> object:
        """Imports and returns the object behind a name as it was declared.

        Raises:
          InputError: If the name is unknown or its import path leads nowhere.
        """
        registered = self._registered.get(name)
        if registered is not None and not isinstance(registered, str):
            return registered
        target = self.target(name)
        module_name, _, attribute = target.partition(":")
        try:
            return getattr(importlib.import_module(module_name), attribute)
        except (ModuleNotFoundError, AttributeError) as error:
            if isinstance(error, ModuleNotFoundError) and not module_name.startswith(error.name):
                raise  # a dependency of the module is missing: its own message is the clear one
            raise InputError(
                f"The {self.kind} {name!r} is declared as {target!r}, which leads nowhere: {error}."
            ) from error

    def register(self, name: str, target: str | object) -> None:
        """Adds a name at run time.

        Args:
          name: The new name.
          target: The object itself or its import path "module:attribute".

        Raises:
          InputError: If it is no name, is taken by something else, or the target cannot be called.
            A class or function that is defined again, as a notebook's cell is that runs twice,
            takes its own place.
        """
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise InputError(
                f"A {self.kind} needs a name of letters, digits, _, -, + and . alone; got {name!r}."
            )
        if not (":" in target if isinstance(target, str) else callable(target)):
            raise InputError(
                f"The {self.kind} {name!r} is to be a class, a function or a text module:attribute "
                f"that leads to one; got {target!r}."
            )
        known = self._registered.get(name)
        if name in self.names() and known != target and not is_defined_again(known, target):
            raise InputError(
                f"The {self.kind} name {name!r} is already taken by {self.target(name)}; "
                "choose another name."
            )
        self._registered[name] = target

    def unregister(self, name: str) -> None:
        """Removes a name that was added at run time."""
        self._registered.pop(name, None)

    def _entry_points(self) -> dict[str, str]:
        return _declared_by_packages(self.group, tuple(sys.path))


@functools.cache
def _declared_by_packages(group: str, path: tuple[str, ...]) -> dict[str, str]:
    """Name to target, of the packages on a search path; they are looked through once."""
    return {point.name: point.value for point in importlib.metadata.entry_points(group=group)}


models = Registry("model", "tripod_dlib.models", builtin_names.MODELS)
datasets = Registry("dataset", "tripod_dlib.datasets", builtin_names.DATASETS)
metrics = Registry(
    "metric",
    "tripod_dlib.metrics",
    builtin_names.METRICS,
    adapter="tripod_dlib.evaluation.wrappers.of_arrays:under_gin_name",
)
