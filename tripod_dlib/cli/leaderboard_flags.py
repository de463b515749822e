"""Flags of tripod_leaderboard that are checked beyond their types."""

import re

from absl.flags import FlagValues

from tripod_dlib.errors import InputError

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
OF_ARRAYS = ("dataset", "seed", "claimed_seeds", "url", "framework", "discrete", "selection")
OF_RUN = ("udr",)


def require_flags_of_the_input(values: FlagValues) -> None:
    """Refuses flags of `submit` that say nothing of its input: a run says most of itself.

    Raises:
      InputError: If there are such flags; all are named.
    """
    given, others = ("--run", OF_ARRAYS) if values.run is not None else ("--representation", OF_RUN)
    without_effect = [f"--{name}" for name in others if values[name].present]
    if without_effect:
        raise InputError(f"{', '.join(without_effect)} has no effect beside {given}: leave it out.")


def require_address(values: FlagValues) -> None:
    """Refuses a `--url` that no export would have, or that is no address.

    Raises:
      InputError: With what is allowed.
    """
    if values.url is None:
        return
    if values.organization is None:
        raise InputError("--url is for the exports, which --organization asks for.")
    if not ADDRESS.fullmatch(values.url):
        raise InputError(f"--url is {values.url!r}; an address begins with https:// or http://.")


def permutations_of(values: FlagValues) -> int:
    """`--permutations`.

    Raises:
      InputError: If they are too few.
    """
    if values.permutations < 2:
        raise InputError(f"--permutations is {values.permutations}; a quantile needs 2 at least.")
    return values.permutations


def whole_number(text: str) -> int:
    """One of `--claimed_seeds`.

    Raises:
      InputError: If it is none.
    """
    if not text.strip().isdigit():
        raise InputError(f"--claimed_seeds are whole numbers by commas; got {text!r}.")
    return int(text)
