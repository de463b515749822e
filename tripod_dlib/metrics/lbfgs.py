"""L-BFGS that waits for its values: several problems can be evaluated in one go.

The iterates are those of L-BFGS-B without bounds (`scipy.optimize.minimize`), whose truncation
defines published scores; each problem is a generator, so its caller may evaluate many at once.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence

import numpy as np

NUM_PAIRS = 10  # of steps and changes of the gradient, which stand for the Hessian
MAX_SEARCH = 50  # evaluations along one direction
DECREASE, CURVATURE = 1e-3, 0.9  # of a search along a direction: what is enough
NARROW = 0.1  # an interval of steps, relative to its upper end, that is not searched further
LARGEST_STEP = 1e10
EPSILON = np.finfo(np.float64).eps

Evaluation = tuple[float, np.ndarray]
Search = Generator[np.ndarray, Evaluation, "tuple[float, float, np.ndarray] | None"]


def minimize_together(
    evaluate: Callable[[Sequence[int], Sequence[np.ndarray]], Sequence[Evaluation]],
    starts: Sequence[np.ndarray],
    **stopping: float,
) -> list[np.ndarray]:
    """Minimizes several functions, all that are not done yet being evaluated in one call.

    Args:
      evaluate: Takes the numbers of the functions and a point of each; gives their values and
        gradients.
      starts: Where each begins, float64 (size,), sizes may differ.
      **stopping: As `minimize` takes it.

    Returns:
      points: Where each ended.
    """
    runs = [minimize(start, **stopping) for start in starts]
    points = [next(run) for run in runs]
    active = list(range(len(runs)))
    while active:
        answers = evaluate(active, [points[i] for i in active])
        still_active = []
        for i, answer in zip(active, answers, strict=True):
            try:
                points[i] = runs[i].send(answer)
                still_active.append(i)
            except StopIteration as end:
                points[i] = end.value
        active = still_active
    return points


def minimize(
    start: np.ndarray, max_iterations: int, gradient_tolerance: float, value_tolerance: float
) -> Generator[np.ndarray, Evaluation, np.ndarray]:
    """Minimizes a smooth function, which the caller evaluates.

    Args:
      start: float64 (size,).
      max_iterations: At most so many directions are searched.
      gradient_tolerance: Ends where no entry of the gradient is larger.
      value_tolerance: Ends where an iteration gains no more, relative to the larger of the values
        before and after and 1.

    Yields:
      point: float64 (size,), to be answered with the function's value there and its gradient, an
        array that is not changed afterwards.

    Returns:
      point: float64 (size,), the last that was accepted.

    Reference: Byrd, Lu, Nocedal & Zhu, 1995, without bounds.
    """
    point = start
    value, gradient = yield point
    pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=NUM_PAIRS)
    num_iterations = 0
    while num_iterations < max_iterations and np.abs(gradient).max() > gradient_tolerance:
        direction = _descent(gradient, pairs)
        slope = gradient @ direction
        first = 1.0 if num_iterations else min(1.0 / np.sqrt(-slope), LARGEST_STEP)
        found = None
        if slope < 0:
            found = yield from _search(point, direction, value, slope, first)
        if found is None:  # neither a step nor a direction: the pairs mislead
            if not pairs:
                break
            pairs.clear()
            continue
        num_iterations += 1
        step, new_value, new_gradient = found
        moved, change = step * direction, new_gradient - gradient
        point = point + moved
        curvature = (new_gradient @ direction - slope) * step
        if curvature > EPSILON * -slope * step:
            pairs.append((moved, change, curvature))
        gained = value - new_value
        scale = max(abs(value), abs(new_value), 1.0)
        value, gradient = new_value, new_gradient
        if gained <= value_tolerance * scale:
            break
    return point


def _descent(gradient: np.ndarray, pairs: deque) -> np.ndarray:
    """Minus the product of the inverse Hessian, as far as known, and the gradient."""
    direction = -gradient
    shares = []
    for moved, change, curvature in reversed(pairs):
        share = (moved @ direction) / curvature
        direction -= share * change
        shares.append(share)
    if pairs:
        _, change, curvature = pairs[-1]
        direction *= curvature / (change @ change)
    for (moved, change, curvature), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - (change @ direction) / curvature) * moved
    return direction


def _search(
    origin: np.ndarray, direction: np.ndarray, value: float, slope: float, step: float
) -> Search:
    """A step that decreases the value enough and the slope too; None where none was found.

    Reference: Moré & Thuente, 1994: Line search algorithms with guaranteed sufficient decrease.
    """
    start, enough = value, DECREASE * slope
    best, other = (0.0, value, slope), (0.0, value, slope)  # step, value and slope of two ends
    bracketed, auxiliary = False, True
    width, previous_width = LARGEST_STEP, 2 * LARGEST_STEP
    low, high = 0.0, 5 * step
    for _ in range(MAX_SEARCH):
        new_value, new_gradient = yield origin + step * direction
        if not np.isfinite(new_value):
            return None
        new_slope = new_gradient @ direction
        line = start + step * enough
        auxiliary = auxiliary and not (new_value <= line and new_slope >= 0)
        stuck = bracketed and (not low < step < high or high - low <= NARROW * high)
        stuck = stuck or (step == LARGEST_STEP and new_value <= line and new_slope <= enough)
        if stuck or (new_value <= line and abs(new_slope) <= CURVATURE * -slope):
            return step, new_value, new_gradient
        trial = (step, new_value, new_slope)
        if auxiliary and line < new_value <= best[1]:
            lowered = (_below_line(end, enough) for end in (best, other, trial))
            *ends, step, bracketed = _next_step(*lowered, bracketed, low, high)
            best, other = (_below_line(end, -enough) for end in ends)
        else:
            best, other, step, bracketed = _next_step(best, other, trial, bracketed, low, high)
        if bracketed:
            if abs(other[0] - best[0]) >= 0.66 * previous_width:
                step = best[0] + 0.5 * (other[0] - best[0])
            previous_width, width = width, abs(other[0] - best[0])
            low, high = sorted((best[0], other[0]))
        else:
            low, high = step + 1.1 * (step - best[0]), step + 4.0 * (step - best[0])
        step = min(max(step, 0.0), LARGEST_STEP)
        if bracketed and (not low < step < high or high - low <= NARROW * high):
            step = best[0]
    return None


def _below_line(end: tuple[float, float, float], slope: float) -> tuple[float, float, float]:
    step, value, own_slope = end
    return step, value - step * slope, own_slope - slope


def _next_step(
    best: tuple[float, float, float],
    other: tuple[float, float, float],
    trial: tuple[float, float, float],
    bracketed: bool,
    low: float,
    high: float,
) -> tuple[tuple[float, float, float], tuple[float, float, float], float, bool]:
    """The ends of the interval after a trial, the next step, and whether a minimum is between.

    Each end is a step with its value and slope; `best` has the lowest value so far. The four cases
    are those of section 4 of the paper.
    """
    (best_step, best_value, best_slope), (at, value, slope) = best, trial
    opposite = slope * best_slope < 0
    if value > best_value:
        bracketed = True
        cubic = _cubic_minimum(best, trial)
        bend = (best_value - value) / (at - best_step) + best_slope
        quadratic = best_step + best_slope / bend / 2.0 * (at - best_step)
        near = abs(cubic - best_step) < abs(quadratic - best_step)
        step = cubic if near else cubic + (quadratic - cubic) / 2.0
    elif opposite:
        bracketed = True
        cubic = _cubic_minimum(trial, best)
        secant = at + slope / (slope - best_slope) * (best_step - at)
        step = cubic if abs(cubic - at) > abs(secant - at) else secant
    elif abs(slope) < abs(best_slope):
        cubic = _cubic_minimum(trial, best, low if at < best_step else high)
        secant = at + slope / (slope - best_slope) * (best_step - at)
        nearer = abs(cubic - at) < abs(secant - at)
        if bracketed:
            step = cubic if nearer else secant
            limit = at + 0.66 * (other[0] - at)
            step = min(limit, step) if at > best_step else max(limit, step)
        else:
            step = min(max(secant if nearer else cubic, low), high)
    elif bracketed:
        step = _cubic_minimum(trial, other)
    else:
        step = high if at > best_step else low
    if value > best_value:
        other = trial
    else:
        other = best if opposite else other
        best = trial
    return best, other, step, bracketed


def _cubic_minimum(
    near: tuple[float, float, float],
    far: tuple[float, float, float],
    unbounded: float | None = None,
) -> float:
    """Where the cubic through two ends and their slopes is least; `unbounded` where nowhere."""
    (at, value, slope), (far_at, far_value, far_slope) = near, far
    theta = 3.0 * (value - far_value) / (far_at - at) + slope + far_slope
    scale = max(abs(theta), abs(slope), abs(far_slope))
    under = (theta / scale) ** 2 - (slope / scale) * (far_slope / scale)
    root = scale * np.sqrt(max(under, 0.0)) * (1.0 if far_at > at else -1.0)
    top, bottom = root - slope + theta, 2.0 * root - slope + far_slope
    share = top / bottom if bottom else 0.0
    if unbounded is not None and not (share < 0 and root != 0):
        return unbounded
    return at + share * (far_at - at)
