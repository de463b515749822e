"""How well a linear model predicts a source: the logistic regression of InfoE.

The published score is the value after at most 100 iterations of L-BFGS-B from zero, not the
optimum; so the objective, its parameters and the stopping rule are scikit-learn's.
"""

from collections.abc import Callable

import numpy as np
from scipy import optimize, sparse, special
from threadpoolctl import threadpool_limits

from tripod_dlib.metrics.parallel import map_largest_first

MAX_ITERATIONS = 100
OPTIONS = {
    "maxiter": MAX_ITERATIONS,
    "maxls": 50,
    "gtol": 1e-4,
    "ftol": 64 * np.finfo(np.float64).eps,
}
SAFE_TOTAL = 1e-200, 1e200  # of exponentials: beyond, the largest logit is taken off first
FEW_OUTPUTS = range(2, 9)  # so many are summed faster column by column, others row by row


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
    fitted = design if fit_rows is None else design.rows(fit_rows)
    scored = design if fit_rows is None else design.rows(~fit_rows)

    def one(index: int) -> float:
        labels = sources[:, index]
        fit_labels = labels if fit_rows is None else labels[fit_rows]
        score_labels = labels if fit_rows is None else labels[~fit_rows]
        return _score(_fit(fitted, fit_labels, int(labels.max()) + 1), scored, score_labels)

    with threadpool_limits(1):
        return np.array(map_largest_first(one, sources.max(axis=0, initial=0)))


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
        self._by_column = matrix.tocsc() if sparse.issparse(matrix) else matrix
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
        return Design(self._matrix[chosen], self._spread)

    def logits(self, weights: np.ndarray) -> np.ndarray:
        """Inputs times weights (size, num_outputs), the last row being the intercept."""
        columns = weights if self._spread is None else self._spread @ weights
        few = columns.shape[1] in FEW_OUTPUTS
        return (self._by_column if few else self._matrix) @ columns

    def pull_back(self, residuals: np.ndarray) -> np.ndarray:
        """The transpose of `logits`: (num_samples, num_outputs) to (size, num_outputs)."""
        columns = self._transposed @ residuals
        return columns if self._spread is None else self._spread.T @ columns


def _fit(design: Design, labels: np.ndarray, num_values: int) -> np.ndarray:
    """Weights (size, num_values), or (size, 1) for two values."""
    counts = np.bincount(labels, minlength=num_values)
    present = np.maximum(counts, 1)
    weights = (1.0 / present)[labels]
    weights /= weights.sum()
    targets = np.zeros((len(labels), num_values))
    targets[np.arange(len(labels)), labels] = weights
    if num_values == 2:
        num_outputs, objective = 1, _binary(design, weights, targets[:, 1:])
    else:
        num_outputs, objective = num_values, _multinomial(design, weights, targets)
    start = np.zeros(design.size * num_outputs)
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", options=OPTIONS)
    return found.x.reshape(-1, num_outputs)


def _multinomial(design: Design, weights: np.ndarray, targets: np.ndarray) -> Callable:
    label_term = design.pull_back(targets)
    ones = np.ones(targets.shape[1])

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = flat.reshape(label_term.shape)
        logits, shift = design.logits(parameters), 0.0
        with np.errstate(over="ignore"):
            np.exp(logits, out=logits)
        total = logits @ ones
        if not SAFE_TOTAL[0] < total.min() <= total.max() < SAFE_TOTAL[1]:
            logits = design.logits(parameters)
            shift = logits.max(axis=1)
            logits = np.exp(logits - shift[:, None])
            total = logits @ ones
        loss = weights @ (np.log(total) + shift) - np.vdot(parameters, label_term)
        logits *= (weights / total)[:, None]
        return loss, (design.pull_back(logits) - label_term).ravel()

    return objective


def _binary(design: Design, weights: np.ndarray, targets: np.ndarray) -> Callable:
    label_term = design.pull_back(targets)

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = flat.reshape(label_term.shape)
        logits = design.logits(parameters)
        loss = weights @ np.logaddexp(0.0, logits)[:, 0] - (parameters * label_term).sum()
        residuals = weights[:, None] * special.expit(logits)
        return loss, (design.pull_back(residuals) - label_term).ravel()

    return objective


def _score(parameters: np.ndarray, design: Design, labels: np.ndarray) -> float:
    logits = design.logits(parameters)
    if logits.shape[1] == 1:
        signs = 2.0 * labels - 1.0
        return float(np.logaddexp(0.0, -signs * logits[:, 0]).mean())
    chosen = logits[np.arange(len(labels)), labels]
    return float((special.logsumexp(logits, axis=1) - chosen).mean())
