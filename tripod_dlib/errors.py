"""The exceptions that a command turns into an exit code and one clear message."""


class InputError(ValueError):
    """A flag, binding, file or folder that the user gave cannot be used; exit code 2.

    The message says what came, what is allowed and what to do.
    """


class DivergedError(RuntimeError):
    """A loss term became NaN or infinite; exit code 3.

    The message names the term and the checkpoint that was kept.
    """


class Interrupted(Exception):
    """A signal asked the run to stop, and it stopped after saving; exit code 128 + signal."""

    def __init__(self, signum: int):
        """Keeps the number of the signal."""
        super().__init__(f"stopped by signal {signum}")
        self.signum = signum
