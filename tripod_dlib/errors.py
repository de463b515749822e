"""The exceptions that a command turns into an exit code and one clear message."""


class InputError(ValueError):
    """A flag, binding, file or folder that the user gave cannot be used; exit code 2.

    The message says what came, what is allowed and what to do.
    """


class DivergedError(RuntimeError):
    """A loss term became NaN or infinite; exit code 3.

    The message names the term and the checkpoint that was kept.
    """
