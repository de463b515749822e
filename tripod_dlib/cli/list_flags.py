"""Flags whose values are lists, as `a,b`: what is empty, as after a last comma, is left out."""

from functools import partial

from absl import flags


class _ListParser(flags.ListParser):
    """Texts between commas."""

    def parse(self, argument: str | list[str]) -> list[str]:
        return [entry for entry in super().parse(argument) if entry]


DEFINE_list = partial(flags.DEFINE, _ListParser(), serializer=flags.CsvListSerializer(","))
