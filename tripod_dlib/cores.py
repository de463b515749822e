"""How many processor cores there are to use: counted here alone."""

import os


def num_cores() -> int:
    """Cores that this process may use; where it is bound to some of them, those alone."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
