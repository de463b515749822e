"""Lists of bindings as disentanglement_lib writes its studies: each entry is {binding: value}."""

import itertools
from collections.abc import Sequence

Items = list[dict[str, object]]


def sweep(name: str, values: Sequence[object]) -> Items:
    """One entry a value of a binding."""
    return [{name: value} for value in values]


def categorical(items: Sequence[object]) -> Sequence[object]:
    """The same values; says that they have no order."""
    return items


def discrete(items: Sequence[object]) -> Sequence[object]:
    """The same values; says that they have one."""
    return items


def fixed(name: str, value: object, length: int = 1) -> Items:
    """The same entry, `length` times."""
    return sweep(name, [value] * length)


def zipit(list_of_items: Sequence[Items]) -> Items:
    """Entries of several lists side by side; a list of one entry goes with all.

    Raises:
      ValueError: If the lists differ in length otherwise.
    """
    length = max(map(len, list_of_items))
    if any(len(items) not in (1, length) for items in list_of_items):
        lengths = [len(items) for items in list_of_items]
        raise ValueError(
            f"Lists of {lengths} entries cannot stand side by side: give each {length} or 1."
        )
    columns = [items * length if len(items) == 1 else items for items in list_of_items]
    return [_merged(row) for row in zip(*columns, strict=True)]


def chainit(list_of_items: Sequence[Items]) -> Items:
    """Entries of several lists one after the other."""
    return list(itertools.chain.from_iterable(list_of_items))


def product(list_of_items: Sequence[Items]) -> Items:
    """Every combination; the last list varies fastest."""
    return [_merged(row) for row in itertools.product(*list_of_items)]


def to_bindings(items: dict[str, object]) -> list[str]:
    """Lines of gin; texts stand in quotes unless they are references."""
    return [f"{name} = {_value(value)}" for name, value in items.items()]


def _merged(row: Sequence[dict[str, object]]) -> dict[str, object]:
    return {name: value for entry in row for name, value in entry.items()}


def _value(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) and not value.startswith("@") else str(value)
