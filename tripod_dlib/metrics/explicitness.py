"""How well a linear model predicts a source: the logistic regression of InfoE.

The published score is the value after at most 100 iterations of L-BFGS-B from zero, not the
optimum; so the objective, its parameters and the stopping rule are scikit-learn's. Sources are
fitted side by side: one product with the latents serves several, each with iterates of its own.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse, special
from threadpoolctl import threadpool_limits

from tripod_dlib.metrics import lbfgs
from tripod_dlib.metrics.lbfgs import Evaluation
from tripod_dlib.metrics.parallel import map_largest_first

STOPPING = {
    "max_iterations": 100,
    "gradient_tolerance": 1e-4,
    "value_tolerance": 64 * np.finfo(np.float64).eps,
}
SAFE_TOTAL = 1e-200, 1e200  # of exponentials: beyond, the largest logit is taken off first
VALUES_TOGETHER = 64  # about, of several sources in one product: memory grows with them


def cross_entropies(
    sources: np.ndarray, design: "Design", fit_rows: np.ndarray | None = None
) -> np.ndarray:
    """Cross-entropy of each source given the latents.

    Args:
      sources: int64 (num_samples, num_sources), labels from 0, each of at least two values.
      design: The latents.
      fit_rows: bool (num_samples,), rows to fit on; the others are scored. None fits and scores on
        all.

    Returns:
      cross_entropies: float64 (num_sources,), unweighted means in nats. Fits are class-balanced.
    """
    num_values = sources.max(axis=0, initial=0) + 1
    every = np.ones(len(sources), bool)
    fit_rows, score_rows = (every, every) if fit_rows is None else (fit_rows, ~fit_rows)
    fitted, scored = design.rows(fit_rows), design.rows(score_rows)
    groups = _groups(num_values)

    def of_group(number: int) -> list[float]:
        columns = [sources[:, i] for i in groups[number]]
        fits = Regressions(
            fitted, [labels[fit_rows] for labels in columns], num_values[groups[number]]
        ).fit()
        return [
            _score(weights, scored, labels[score_rows])
            for weights, labels in zip(fits, columns, strict=True)
        ]

    with threadpool_limits(1):
        scores = map_largest_first(of_group, [num_values[group].sum() for group in groups])
    found = np.empty(len(num_values))
    for group, group_scores in zip(groups, scores, strict=True):
        found[group] = group_scores
    return found


def _groups(num_values: np.ndarray) -> list[list[int]]:
    """Sources that are fitted together, alike in the sum of values; the same on any machine."""
    pairs = -(-int(num_values.sum()) // (2 * VALUES_TOGETHER))
    groups: list[list[int]] = [[] for _ in range(min(2 * pairs, len(num_values)))]
    for i in np.argsort(-num_values, kind="stable"):
        min(groups, key=lambda group: num_values[group].sum()).append(int(i))
    return groups


class Design:
    """The regression's inputs: one-hot levels or standardised numbers, and an intercept."""

    def __init__(self, matrix: sparse.csr_array | np.ndarray, spread: sparse.csr_array | None):
        """Holds the inputs; see `one_hot` and `dense`.

        Args:
          matrix: (num_samples, num_columns).
          spread: (num_columns, size), which maps weights of the inputs to weights of the columns;
            None where the columns are the inputs.
        """
        self._matrix, self._transposed = matrix, matrix.T
        self._spread = spread
        self.size = matrix.shape[1] if spread is None else spread.shape[1]

    @classmethod
    def one_hot(cls, levels: np.ndarray) -> "Design":
        """Discrete latents (num_samples, num_latents), levels from 0, as one input per level.

        Two latents at a time share a column per pair of levels, so that a row has half as many
        nonzeros; the parameters stay those of the single levels. The last input is the intercept,
        which the columns of the first pair carry.
        """
        sizes = levels.max(axis=0) + 1
        starts = np.concatenate([[0], np.cumsum(sizes)])
        columns, cells_of, inputs_of, num_columns = [], [], [], 0
        for first in range(0, levels.shape[1], 2):
            pair = slice(first, first + 2)
            code = np.ravel_multi_index(tuple(levels[:, pair].T), tuple(sizes[pair]))
            cells, code = np.unique(code, return_inverse=True)
            inputs = np.stack(np.unravel_index(cells, tuple(sizes[pair])), axis=1)
            inputs = inputs + starts[:-1][pair]
            if first == 0:
                inputs = np.column_stack([inputs, np.full(len(cells), starts[-1])])
            columns.append(num_columns + code)
            cells_of.append(np.repeat(num_columns + np.arange(len(cells)), inputs.shape[1]))
            inputs_of.append(inputs.ravel())
            num_columns += len(cells)
        indices = np.stack(columns, axis=1).astype(np.int32)
        pointers = np.arange(0, indices.size + 1, indices.shape[1], dtype=np.int32)
        matrix = sparse.csr_array(
            (np.ones(indices.size), indices.ravel(), pointers), shape=(len(levels), num_columns)
        )
        ones = np.ones(sum(map(len, cells_of)))
        spread = sparse.csr_array(
            (ones, (np.concatenate(cells_of), np.concatenate(inputs_of))),
            shape=(num_columns, starts[-1] + 1),
        )
        return cls(matrix, spread)

    @classmethod
    def dense(cls, numbers: np.ndarray) -> "Design":
        """Continuous latents (num_samples, num_latents), standardised; constant ones give 0."""
        std = numbers.std(axis=0)
        centered = numbers - numbers.mean(axis=0)
        varying = std > 1e-12 * np.maximum(1.0, np.abs(numbers).max(axis=0))
        scaled = np.where(varying, centered, 0.0) / np.where(varying, std, 1.0)
        return cls(np.column_stack([scaled, np.ones(len(numbers))]), None)

    def rows(self, chosen: np.ndarray) -> "Design":
        """The same inputs, some of the samples."""
        if chosen.all():
            return self
        return Design(self._matrix[chosen], self._spread)

    def logits(self, weights: np.ndarray) -> np.ndarray:
        """Inputs times weights (size, num_outputs), the last row being the intercept."""
        return self._matrix @ (weights if self._spread is None else self._spread @ weights)

    def pull_back(self, residuals: np.ndarray) -> np.ndarray:
        """The transpose of `logits`: (num_samples, num_outputs) to (size, num_outputs)."""
        columns = self._transposed @ residuals
        return columns if self._spread is None else self._spread.T @ columns


class Regressions:
    """The objectives of several sources: class-balanced logistic regressions on one design.

    Their parameters stand side by side, a block of columns a source: one column a value, or a
    single one for two values, whose other value has the logit 0.
    """

    def __init__(self, design: Design, sources: Sequence[np.ndarray], num_values: Sequence[int]):
        """Counts the labels.

        Args:
          design: The inputs of n samples.
          sources: int64 (n,) each, labels from 0.
          num_values: Of each source, at least two.
        """
        self._design = design
        self._num_outputs = [1 if size == 2 else size for size in num_values]
        self._weights = np.empty((len(sources[0]), len(sources)))
        self._label_terms = []
        for i, (labels, size) in enumerate(zip(sources, num_values, strict=True)):
            weights = (1.0 / np.maximum(np.bincount(labels, minlength=size), 1))[labels]
            self._weights[:, i] = weights / weights.sum()
            targets = np.zeros((len(labels), size))
            targets[np.arange(len(labels)), labels] = self._weights[:, i]
            self._label_terms.append(design.pull_back(targets[:, -self._num_outputs[i] :]))
        self._chosen: list[int] = []

    def fit(self) -> list[np.ndarray]:
        """Weights of each source: float64 (design.size, num_outputs)."""
        starts = [np.zeros(term.size) for term in self._label_terms]
        found = lbfgs.minimize_together(self.evaluate, starts, **STOPPING)
        return [x.reshape(term.shape) for x, term in zip(found, self._label_terms, strict=True)]

    def evaluate(self, which: Sequence[int], points: Sequence[np.ndarray]) -> list[Evaluation]:
        """Value and gradient of the objectives numbered `which`, flat parameters of each given."""
        self._choose(which)
        size = self._design.size
        parameters = np.concatenate([x.reshape(size, -1) for x in points], axis=1)
        logits, shifts = self._design.logits(parameters), 0.0
        with np.errstate(over="ignore", invalid="ignore"):  # seen by the totals
            np.exp(logits, out=logits)
            totals = logits @ self._blocks.T + self._reference
        if not SAFE_TOTAL[0] < totals.min() <= totals.max() < SAFE_TOTAL[1]:
            logits = self._design.logits(parameters)
            shifts = np.maximum.reduceat(logits, self._starts, axis=1)
            shifts = np.where(self._reference > 0, np.maximum(shifts, 0.0), shifts)
            logits = np.exp(logits - shifts @ self._blocks)
            totals = logits @ self._blocks.T + self._reference * np.exp(-shifts)
        losses = np.einsum("ij,ij->j", self._chosen_weights, np.log(totals) + shifts)
        np.matmul(self._chosen_weights / totals, self._blocks, out=self._factors)
        logits *= self._factors
        pulled = np.split(self._design.pull_back(logits), self._starts[1:], axis=1)
        terms = [self._label_terms[i] for i in which]
        return [
            (loss - np.vdot(point, term), (expected - term).ravel())
            for loss, point, expected, term in zip(losses, points, pulled, terms, strict=True)
        ]

    def _choose(self, which: Sequence[int]) -> None:
        if which == self._chosen:
            return
        self._chosen = list(which)
        sizes = [self._num_outputs[i] for i in which]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._blocks = np.repeat(np.eye(len(sizes)), sizes, axis=1)  # (sources, all columns)
        self._chosen_weights = np.ascontiguousarray(self._weights[:, which])
        self._factors = np.empty((len(self._weights), sum(sizes)))
        self._reference = (np.array(sizes) == 1).astype(np.float64)


def _score(parameters: np.ndarray, design: Design, labels: np.ndarray) -> float:
    logits = design.logits(parameters)
    if logits.shape[1] == 1:
        signs = 2.0 * labels - 1.0
        return float(np.logaddexp(0.0, -signs * logits[:, 0]).mean())
    chosen = logits[np.arange(len(labels)), labels]
    return float((special.logsumexp(logits, axis=1) - chosen).mean())
