"""Flags of tripod_leaderboard that are checked beyond their types."""

from absl.flags import FlagValues

from tripod_dlib.errors import InputError

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
