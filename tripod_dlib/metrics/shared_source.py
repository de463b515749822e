"""Rows of a sample that agree in one source, for scores of points with something in common."""

from collections.abc import Iterator

import numpy as np


class SharedSource:
    """Draws rows, with replacement, among those that have the same label of a source."""

    def __init__(self, sources: np.ndarray):
        """Sorts the rows by the labels of each source.

        Args:
          sources: int64 (num_samples, num_sources), labels from 0.
        """
        self._sources = sources
        self._order = np.argsort(sources, axis=0, kind="stable")
        self._counts = [np.bincount(source) for source in sources.T]
        self._starts = [np.concatenate([[0], np.cumsum(c)[:-1]]) for c in self._counts]

    def draw_sources(self, num: int, generator: np.random.RandomState) -> np.ndarray:
        """The source that each of `num` points shares, int64 (num,)."""
        return generator.randint(self._sources.shape[1], size=num)

    def groups(
        self, shared: np.ndarray, batch_size: int, generator: np.random.RandomState
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Per source: which points share it, and rows (num_points, batch_size) of one label."""
        for source in range(self._sources.shape[1]):
            chosen = np.flatnonzero(shared == source)
            labels = self._sources[generator.randint(len(self._sources), size=len(chosen)), source]
            wanted = np.repeat(labels[:, None], batch_size, axis=1)
            yield chosen, self._rows(source, wanted, generator)

    def pairs(
        self, shared: np.ndarray, batch_size: int, generator: np.random.RandomState
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Per source: which points share it, and rows (num_points, batch_size, 2) of pairs."""
        for source in range(self._sources.shape[1]):
            chosen = np.flatnonzero(shared == source)
            first = generator.randint(len(self._sources), size=(len(chosen), batch_size))
            second = self._rows(source, self._sources[first, source], generator)
            yield chosen, np.stack([first, second], axis=-1)

    def _rows(
        self, source: int, labels: np.ndarray, generator: np.random.RandomState
    ) -> np.ndarray:
        position = generator.random_sample(labels.shape) * self._counts[source][labels]
        ranks = self._starts[source][labels] + position.astype(np.int64)
        return self._order[ranks, source]
