"""Flags whose values are files or folders: `~` is the home folder, as the shell has it."""

import os.path
from functools import partial

from absl import flags


class _PathParser(flags.ArgumentParser[str]):
    """Paths as text."""

    def parse(self, argument: str) -> str:
        if not argument.strip():
            raise ValueError("a path is empty; leave the flag out, or name a file or folder")
        return os.path.expanduser(argument)

    def flag_type(self) -> str:
        return "path"


DEFINE_path = partial(flags.DEFINE, _PathParser(), serializer=flags.ArgumentSerializer())
DEFINE_multi_path = partial(flags.DEFINE_multi, _PathParser(), flags.ArgumentSerializer())
