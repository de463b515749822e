"""Nearest-neighbour mutual information of one continuous latent with discrete sources, in nats.

On a line the nearest neighbours are a window of the sorted points, so no tree is needed. Distances
and counts are exactly scikit-learn's, also where it rounds, which decides ties.
"""

import numpy as np
from scipy.special import digamma

FEW = 32  # positions: only the points that look farther than this take larger steps


class SortedLatent:
    """A latent's points in order, of which the mutual information with many labels is asked."""

    def __init__(self, points: np.ndarray, num_neighbors: int):
        """Sorts the points.

        Args:
          points: float64 (num_samples,), finite.
          num_neighbors: Neighbours within a class.
        """
        self.order = np.argsort(points, kind="stable")
        self._points = points[self.order]
        self._num_neighbors = num_neighbors
        self._digamma = digamma(np.arange(1, len(points) + 1))

    def information(self, labels: np.ndarray) -> np.ndarray:
        """The estimates for discrete sources, all in one pass.

        Args:
          labels: int (num_sources, num_samples) from 0, in the order of the sorted points.

        Returns:
          information: float64 (num_sources,), in nats; a negative estimate is 0. Classes of one
            point are left out.

        Reference: Ross, 2014.
        """
        estimates = np.empty(len(labels))
        lonely = np.array([(np.bincount(own) == 1).any() for own in labels], bool)
        estimates[~lonely] = self._estimates(self._points, labels[~lonely])
        for i in np.flatnonzero(lonely):
            kept = np.bincount(labels[i])[labels[i]] > 1
            estimates[i] = self._estimates(self._points[kept], labels[i : i + 1, kept])[0]
        return np.maximum(estimates, 0.0)

    def _estimates(self, points: np.ndarray, labels: np.ndarray) -> np.ndarray:
        if not labels.size:
            return np.zeros(len(labels))
        where = [np.argsort(_narrow(own), kind="stable") for own in labels]
        counts = [np.bincount(own) for own in labels]
        sizes = [count[count > 0] for count in counts]
        within = _counts(points, np.concatenate(where), np.concatenate(sizes), self._num_neighbors)
        nearer = self._digamma[within - 1].reshape(labels.shape).mean(axis=1)
        of_classes = np.empty(len(labels))
        for i, own in enumerate(sizes):
            neighbors = np.minimum(self._num_neighbors, own - 1)
            differences = self._digamma[neighbors - 1] - self._digamma[own - 1]
            of_classes[i] = own @ differences / len(points)
        return self._digamma[len(points) - 1] + of_classes - nearer


def _narrow(labels: np.ndarray) -> np.ndarray:
    """Labels in a type that NumPy sorts in one pass, where they fit."""
    return labels.astype(np.uint16) if labels.max() < 2**16 else labels


def _counts(points: np.ndarray, where: np.ndarray, sizes: np.ndarray, k: int) -> np.ndarray:
    """For each point the number of points nearer than its last neighbour in its class, itself too.

    Args:
      points: float64 (num_points,), sorted.
      where: int64 (num,): positions in `points`, class after class, ascending in each; classes of
        several sources may follow each other.
      sizes: Sizes of the classes, each at least 2.
      k: Neighbours asked for; smaller classes have fewer.

    Returns:
      counts: int64 (num,), in the order of `where`.
    """
    large = sizes > 2 * k + 1
    if large.all():
        return _counts_in_windows(points, where, sizes, k)
    counts = np.empty(len(where), np.int64)
    members = np.repeat(large, sizes)
    if large.any():
        counts[members] = _counts_in_windows(points, where[members], sizes[large], k)
    ends = np.cumsum(sizes)
    for index in np.flatnonzero(~large):
        rows = slice(ends[index] - sizes[index], ends[index])
        counts[rows] = _counts_in_small_class(points, where[rows], min(k, sizes[index] - 1))
    return counts


def _counts_in_windows(
    points: np.ndarray, where: np.ndarray, sizes: np.ndarray, k: int
) -> np.ndarray:
    """`_counts` for classes of more than 2 k + 1 points."""
    gap, size = k + 1, len(where) + 2 * (k + 1) * len(sizes)
    rows = np.arange(len(where)) + np.repeat(gap * np.arange(1, 2 * len(sizes), 2), sizes)
    position = np.full(size, len(points))  # with room for a window on both sides of each class
    before = np.cumsum(sizes) - sizes + 2 * gap * np.arange(len(sizes))
    position[(before[:, None] + np.arange(gap)).ravel()] = -1
    position[rows] = where
    members = np.concatenate([[-np.inf], points, [np.inf]])[position + 1]
    centers = points[where]
    first, to_first, to_last = _windows(members, rows, centers, k)
    radius = np.nextafter(np.maximum(to_first, to_last), 0)
    begins = to_first >= to_last  # which end of the window is the last neighbour
    far = np.where(begins, position[first], position[first + k])
    near = np.where(begins, position[first + k], position[first])
    near = np.where(to_first == to_last, where, near)
    limit = np.where(begins, position[first + gap], position[first - 1])
    outwards = np.where(begins, 1, -1)
    far += outwards
    while (beyond := np.abs(points[far] - centers) > radius).any():  # rounded to the same distance
        far += outwards * beyond
    near = _last_within(points, centers, radius, near, outwards, np.abs(limit - near))
    return np.abs(near - far) + 1


def _last_within(
    points: np.ndarray,
    centers: np.ndarray,
    radius: np.ndarray,
    start: np.ndarray,
    outwards: np.ndarray,
    reach: np.ndarray,
) -> np.ndarray:
    """Last position within a radius, by halved steps away from a position that is within it.

    Args:
      points: float64 (num_points,), sorted.
      centers, radius: float64 (num,).
      start: int64 (num,): positions in `points` within the radius.
      outwards: int64 (num,): 1 or -1, the direction of the search.
      reach: int64 (num,): how far away a position is beyond the radius.
    """
    step = 1 << int(reach.max()).bit_length()
    fence = np.full(step, np.inf)
    fenced = np.concatenate([-fence, points, fence])
    last = start + step
    wide = np.flatnonzero(reach > FEW)
    while (step := step // 2) >= FEW:
        ahead = last[wide] + step * outwards[wide]
        within = np.abs(fenced[ahead] - centers[wide]) <= radius[wide]
        last[wide] = np.where(within, ahead, last[wide])
    while step:
        ahead = step * outwards
        last += ahead * (np.abs(fenced[last + ahead] - centers) <= radius)
        step //= 2
    return last - len(fence)


def _windows(
    members: np.ndarray, rows: np.ndarray, centers: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First of each point's k nearest and itself, with the distances to the first and the last.

    The k nearest are the m before it and the k - m behind it. The point m before is among them if
    it is nearer than the point k + 1 - m behind, that is if their sum is at least twice the point.

    Args:
      members: float64 (size,): sorted classes, infinities between them.
      rows: Where in `members` the points are.
      centers: float64 (num_points,): the points.
      k: Number of neighbours.
    """
    gap = k + 1
    with np.errstate(invalid="ignore"):  # between two classes, of which nothing is read
        sums = members[:-gap] + members[gap:]
    twice = 2.0 * members[gap:-gap]
    before = np.zeros(len(twice), np.min_scalar_type(k))
    nearer = np.empty(len(twice), bool)
    for m in range(1, gap):
        np.greater_equal(sums[gap - m : len(sums) - m], twice, out=nearer)
        before += nearer
    first = rows - before[rows - gap]
    while True:  # once, unless rounded sums misjudged a tie
        to_first, to_last = centers - members[first], members[first + k] - centers
        distances = np.maximum(to_first, to_last)
        later = members[first + gap] - centers < distances
        earlier = centers - members[first - 1] < distances
        if not (later.any() or earlier.any()):
            return first, to_first, to_last
        first = first + later - earlier


def _counts_in_small_class(points: np.ndarray, where: np.ndarray, k: int) -> np.ndarray:
    """`_counts` for one class of few points; scikit-learn rounds: x * x - 2 x * y + y * y."""
    centers = points[where]
    squares = np.square(centers)
    rounded = squares[:, None] - 2.0 * np.outer(centers, centers) + squares
    distances = np.sqrt(np.maximum(np.partition(rounded, k, axis=1)[:, k], 0.0))
    radius = np.nextafter(distances, 0)[:, None]
    return (np.abs(points - centers[:, None]) <= radius).sum(axis=1)
