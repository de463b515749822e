"""Seeds: which numbers are one, said once."""

import numpy as np

LARGEST = 2**32 - 1  # NumPy's


def require_seed(seed: object) -> int:
    """A seed as Python's integer.

    Raises:
      ValueError: If it is no integer, or none that NumPy's generators take.
    """
    is_whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not is_whole or not 0 <= seed <= LARGEST:
        raise ValueError(
            f"seed is {seed!r}, a {type(seed).__name__}; it is an integer from 0 to {LARGEST}."
        )
    return int(seed)


def generator_of(seed: object) -> np.random.RandomState:
    """The generator of a seed.

    Raises:
      ValueError: See `require_seed`.
    """
    return np.random.RandomState(require_seed(seed))
