"""How well a linear model predicts a source: the logistic regression of InfoE.

The published score is the value after at most 100 iterations of L-BFGS-B from zero, not the
optimum; so the objective, its parameters and the stopping rule are scikit-learn's.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import optimize, sparse, special
from threadpoolctl import threadpool_limits

MAX_ITERATIONS = 100
OPTIONS = {
    "maxiter": MAX_ITERATIONS,
    "maxls": 50,
    "gtol": 1e-4,
    "ftol": 64 * np.finfo(np.float64).eps,
}
SAFE_LOGIT = 500.0


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

    def one(labels: np.ndarray) -> float:
        fit_labels = labels if fit_rows is None else labels[fit_rows]
        score_labels = labels if fit_rows is None else labels[~fit_rows]
        return _score(_fit(fitted, fit_labels, int(labels.max()) + 1), scored, score_labels)

    with threadpool_limits(1), ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        return np.array(list(pool.map(one, sources.T)))


class Design:
    """The regression's inputs: one-hot levels or standardised numbers, and an intercept."""

    def __init__(
        self, matrix: sparse.csr_array | np.ndarray, spread: sparse.csr_array | None, size: int
    ):
        """Holds the inputs; see `one_hot` and `dense`.

        Args:
          matrix: (num_samples, num_columns).
          spread: (num_columns, size), which maps weights of the inputs to weights of the columns.
          size: Number of inputs without the intercept.
        """
        self._matrix = matrix
        self._transposed = matrix.T.tocsr() if sparse.issparse(matrix) else matrix.T
        self._spread = spread
        self.size = size

    @classmethod
    def one_hot(cls, levels: np.ndarray) -> "Design":
        """Discrete latents (num_samples, num_latents), levels from 0, as one column per level.

        Two latents at a time share a column per pair of levels, so that a row has half as many
        nonzeros; the parameters stay those of the single levels.
        """
        sizes = levels.max(axis=0) + 1
        starts = np.concatenate([[0], np.cumsum(sizes)])
        columns, cells_of, inputs_of, num_columns = [], [], [], 0
        for first in range(0, levels.shape[1], 2):
            pair = slice(first, first + 2)
            code = np.ravel_multi_index(tuple(levels[:, pair].T), tuple(sizes[pair]))
            cells, code = np.unique(code, return_inverse=True)
            inputs = (
                np.stack(np.unravel_index(cells, tuple(sizes[pair])), axis=1) + starts[:-1][pair]
            )
            columns.append(num_columns + code)
            cells_of.append(np.repeat(num_columns + np.arange(len(cells)), inputs.shape[1]))
            inputs_of.append(inputs.ravel())
            num_columns += len(cells)
        indices = np.stack(columns, axis=1)
        pointers = np.arange(0, indices.size + 1, indices.shape[1])
        matrix = sparse.csr_array(
            (np.ones(indices.size), indices.ravel(), pointers), shape=(len(levels), num_columns)
        )
        ones = np.ones(sum(map(len, cells_of)))
        spread = sparse.csr_array(
            (ones, (np.concatenate(cells_of), np.concatenate(inputs_of))),
            shape=(num_columns, starts[-1]),
        )
        return cls(matrix, spread, int(starts[-1]))

    @classmethod
    def dense(cls, numbers: np.ndarray) -> "Design":
        """Continuous latents (num_samples, num_latents), standardised; constant ones give 0."""
        std = numbers.std(axis=0)
        centered = numbers - numbers.mean(axis=0)
        varying = std > 1e-12 * np.maximum(1.0, np.abs(numbers).max(axis=0))
        scaled = np.where(varying, centered, 0.0) / np.where(varying, std, 1.0)
        return cls(scaled, None, numbers.shape[1])

    def rows(self, chosen: np.ndarray) -> "Design":
        """The same inputs, some of the samples."""
        return Design(self._matrix[chosen], self._spread, self.size)

    def logits(self, weights: np.ndarray) -> np.ndarray:
        """Inputs times weights (size + 1, num_outputs), the last row being the intercept."""
        columns = weights[:-1] if self._spread is None else self._spread @ weights[:-1]
        return self._matrix @ columns + weights[-1]

    def pull_back(self, residuals: np.ndarray) -> np.ndarray:
        """The transpose of `logits`: (num_samples, num_outputs) to (size + 1, num_outputs)."""
        columns = self._transposed @ residuals
        inputs = columns if self._spread is None else self._spread.T @ columns
        return np.concatenate([inputs, residuals.sum(axis=0, keepdims=True)])


def _fit(design: Design, labels: np.ndarray, num_values: int) -> np.ndarray:
    """Weights (size + 1, num_values), or (size + 1, 1) for two values."""
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
    start = np.zeros((design.size + 1) * num_outputs)
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", options=OPTIONS)
    return found.x.reshape(-1, num_outputs)


def _multinomial(design: Design, weights: np.ndarray, targets: np.ndarray) -> Callable:
    label_term = design.pull_back(targets)

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = flat.reshape(label_term.shape)
        logits = design.logits(parameters)
        shift = 0.0
        if np.abs(logits).max() > SAFE_LOGIT:
            shift = logits.max(axis=1, keepdims=True)
            logits = logits - shift
        np.exp(logits, out=logits)
        total = logits.sum(axis=1, keepdims=True)
        loss = weights @ (np.log(total) + shift)[:, 0] - (parameters * label_term).sum()
        logits *= weights[:, None] / total
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
