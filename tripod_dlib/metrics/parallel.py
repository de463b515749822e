"""Independent fits on all cores, with the result of fitting one after the other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from tripod_dlib.cores import num_cores

Result = TypeVar("Result")


def map_largest_first(
    function: Callable[[int], Result], costs: Sequence[float], num_threads: int | None = None
) -> list[Result]:
    """Calls a function on 0, 1, ..., in threads, the most expensive first.

    scikit-learn's trees leave the interpreter's lock while they grow, so threads suffice; they end
    with the process.

    Args:
      function: Takes an index; must not depend on the order of calls.
      costs: What each call costs, in any unit.
      num_threads: At most this many at once; None for one a core.

    Returns:
      results: In the order of the indices.
    """
    order = np.argsort(-np.asarray(costs, np.float64), kind="stable")
    num_threads = min(num_threads or num_cores(), max(len(order), 1))
    if num_threads == 1:
        return [function(i) for i in range(len(order))]
    with ThreadPoolExecutor(num_threads) as pool:
        results = dict(zip(order, pool.map(function, order.tolist()), strict=True))
    return [results[i] for i in range(len(order))]
