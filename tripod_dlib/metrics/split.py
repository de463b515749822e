"""Rows to fit on and rows to score on, for metrics that predict sources from latents."""

import dataclasses
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.model_selection import train_test_split

from tripod_dlib.metrics.inputs import Sample, check, spread_out
from tripod_dlib.metrics.prediction import grows_trees
from tripod_dlib.metrics.scale import (
    HIDDEN,
    in_ordinary_unit,
    read_by_trees,
    relative_to_range,
    which_vary,
)

TEST_FRACTION = 1 / 3
SPLIT_SEED = 42
MIN_SAMPLES = 10


@dataclasses.dataclass(frozen=True)
class TrainTest:
    """Sources and latents in two parts.

    Attributes:
      sources, test_sources: int64 (num, num_varying): labels numbered in order of first appearance,
        so that no name of a class matters.
      latents, test_latents: float64 (num, num_latents).
      varying: int64 (num_varying,): columns of the given sources that vary in the rows to fit on.
      num_sources: Number of the given sources.
      notes: What a reader of the scores must know.
    """

    sources: np.ndarray
    latents: np.ndarray
    test_sources: np.ndarray
    test_latents: np.ndarray
    varying: np.ndarray
    num_sources: int
    notes: list[str]

    def varying_latents(self) -> np.ndarray:
        """Latents that vary in the rows to fit on, bool (num_latents,); one at least is chosen."""
        varies = which_vary(self.latents)
        varies[0] |= not varies.any()
        return varies

    def for_predictors(self, *make_classifiers: Callable[[], ClassifierMixin]) -> "TrainTest":
        """The same parts less constant latents, which would move the trees' draws.

        Latents of a unit or place that these predictors cannot bear are changed, with a note; all
        others stay as they are to the last bit.

        Args:
          *make_classifiers: Those that read the latents.
        """
        varies, notes, said = self.varying_latents(), list(self.notes), []
        trees = [grows_trees(make()) for make in make_classifiers]
        arrays = self.latents, self.test_latents
        if not all(trees):
            arrays, said = in_ordinary_unit(*arrays, what="Prediction")
        latents, test_latents = (array[:, varies] for array in arrays)
        hidden = ~read_by_trees(latents)
        if any(trees) and hidden.any():
            places = relative_to_range(latents[:, hidden], test_latents[:, hidden])
            latents[:, hidden], test_latents[:, hidden] = places
            which = np.flatnonzero(varies)[hidden].tolist()
            said.append(f"{HIDDEN.format(which)}: they are read relative to their range.")
        for text in said:
            note(notes, text)
        return dataclasses.replace(self, latents=latents, test_latents=test_latents, notes=notes)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values whose last axis is the varying sources, over all sources, NaN for the others."""
        return spread_out(values, self.varying, self.num_sources)


def split(
    sources: np.ndarray,
    latents: np.ndarray,
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
) -> TrainTest:
    """Checks and splits; without rows to score on, a third of the given rows is held out.

    Which third is scikit-learn's `train_test_split(test_size=1/3, random_state=42)`, unstratified.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers.
      test_sources, test_latents: Rows to score on; both or none.

    Returns:
      parts: Sources that do not vary are left out, with a warning; so is one that is constant in
        the rows to fit on. A class that only one part has is warned about.

    Raises:
      ValueError: If one of the test arrays is missing, if the columns of train and test differ, if
        there are fewer than 10 samples to split; see also `inputs.check`.
    """
    given = test_sources is not None, test_latents is not None
    if given[0] != given[1]:
        raise ValueError("test_sources and test_latents belong together: give both or none.")
    if not all(given):
        sample = check(sources, latents, min_samples=MIN_SAMPLES)
        rows, test_rows = train_test_split(
            np.arange(len(sample.latents)), test_size=TEST_FRACTION, random_state=SPLIT_SEED
        )
    else:
        sample = check(_stack(sources, test_sources), _stack(latents, test_latents))
        rows, test_rows = np.split(np.arange(len(sample.latents)), [len(np.asarray(sources))])
        if len(rows) < 2 or not len(test_rows):
            raise ValueError(
                "At least 2 samples to fit on and 1 to score on are needed; got "
                f"{len(rows)} and {len(test_rows)}."
            )
    return _parts(sample, rows, test_rows)


def note(notes: list[str], text: str) -> None:
    """Adds to the notes and warns the caller's caller."""
    notes.append(text)
    warnings.warn(text, stacklevel=4)


def note_missing_classes(notes: list[str], column: int, train: np.ndarray, test: np.ndarray):
    """Notes a class that only one of two label arrays (num,) has; `column` is for the message."""
    if set(np.unique(train)) != set(np.unique(test)):
        note(notes, f"Some labels of source {column} are missing in the train or test rows.")


def _parts(sample: Sample, rows: np.ndarray, test_rows: np.ndarray) -> TrainTest:
    notes = list(sample.notes)
    varies = np.array([len(np.unique(c)) > 1 for c in sample.sources[rows].T], bool)
    if not varies.all():
        lost = sample.varying[~varies].tolist()
        note(notes, f"Left out, since their labels never vary in the train rows: sources {lost}.")
    order = np.concatenate([rows, test_rows])
    columns = [_renumber(column) for column in sample.sources[order][:, varies].T]
    labels = np.array(columns, np.int64).reshape(len(columns), len(order)).T
    train, test = np.split(labels, [len(rows)])
    for i, column in enumerate(sample.varying[varies]):
        note_missing_classes(notes, int(column), train[:, i], test[:, i])
    return TrainTest(
        train,
        sample.latents[rows],
        test,
        sample.latents[test_rows],
        sample.varying[varies],
        sample.num_sources,
        notes,
    )


def _renumber(ranks: np.ndarray) -> np.ndarray:
    """Labels in order of first appearance."""
    _, first, inverse = np.unique(ranks, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _stack(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    train, test = np.asarray(train), np.asarray(test)
    if train.ndim != 2 or test.ndim != 2 or train.shape[1] != test.shape[1]:
        raise ValueError(
            "Rows to score on have the columns of those to fit on; got "
            f"{test.shape} and {train.shape}."
        )
    return np.concatenate([train, test])
