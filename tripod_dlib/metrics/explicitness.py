"""How well a linear model predicts a source: the logistic regression of InfoE.

The published score is the value after at most 100 iterations of L-BFGS-B from zero, not the
optimum; so the objective, its parameters and the stopping rule are scikit-learn's.
"""

import numpy as np
from scipy import optimize, sparse
from threadpoolctl import threadpool_limits

from tripod_dlib.metrics.parallel import map_largest_first
from tripod_dlib.metrics.scale import standardised

OPTIONS = {
    "maxiter": 100,
    "gtol": 1e-4,
    "ftol": 64 * np.finfo(np.float64).eps,
    "maxls": 50,
    "maxcor": 10,
}
SAFE_EXPONENT = 600.0  # of partial products of exponentials: beyond, logits are summed instead
FACTORS_AT_ONCE = 2**20  # of samples, for all outputs: 8 MB
SAFE_TOTAL = 1e-200, 1e200  # of exponentials: beyond, the largest logit is taken off first


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

    def of_source(i: int) -> float:
        weights = Regression(fitted, sources[fit_rows, i], num_values[i]).fit()
        return _score(weights, scored, sources[score_rows, i])

    with threadpool_limits(1):
        return np.array(map_largest_first(of_source, num_values), np.float64)


class Design:
    """The regression's inputs: one-hot levels or standardised numbers, and an intercept."""

    def __init__(self, matrix: sparse.csr_array | np.ndarray, spread: sparse.csr_array | None):
        """Holds the inputs; see `one_hot` and `dense`.

        Args:
          matrix: (num_samples, num_columns).
          spread: (num_columns, size), which maps weights of the inputs to weights of the columns;
            None where the columns are the inputs. Rows of the matrix then have equally many ones.
        """
        self._matrix, self._transposed = matrix, matrix.T
        self._spread = spread
        if spread is None:
            self.size = matrix.shape[1]
            self._chosen = np.empty((0, len(matrix)), np.intp)
        else:
            self.size = spread.shape[1]
            self._gather = spread.T.tocsr()
            chosen = matrix.indices.reshape(matrix.shape[0], -1).T
            self._chosen = np.ascontiguousarray(chosen, np.intp)  # columns of each sample's ones

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
        return cls(np.column_stack([standardised(numbers), np.ones(len(numbers))]), None)

    def rows(self, chosen: np.ndarray) -> "Design":
        """The same inputs, some of the samples."""
        if chosen.all():
            return self
        return Design(self._matrix[chosen], self._spread)

    def logits(self, weights: np.ndarray) -> np.ndarray:
        """Inputs times weights (size, num_outputs), the last row being the intercept."""
        return self._matrix @ (weights if self._spread is None else self._spread @ weights)

    def room(self, num_outputs: int) -> tuple[np.ndarray, np.ndarray]:
        """Where `exponentials` writes and works: made once a fit, as new memory takes time.

        Args:
          num_outputs: As `logits` knows it.

        Returns:
          exponentials: float64 (num_samples, num_outputs).
          factors: float64 (num_factors, num_samples, num_outputs), one factor or all.
        """
        shape = self._matrix.shape[0], num_outputs
        all_fit = len(self._chosen) * np.prod(shape) <= FACTORS_AT_ONCE
        return np.empty(shape), np.empty((len(self._chosen) if all_fit else 1, *shape))

    def exponentials(self, weights: np.ndarray, out: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """Of the logits, infinite where too large; written to `out` (see `room`) and returned.

        Where there are fewer columns than samples, exponentials are taken of the columns' weights
        and multiplied for each sample. Small factors are gathered in one call, as threads wait for
        each other at every call; large ones one by one, which spares memory.
        """
        if self._spread is None:
            return np.exp(np.matmul(self._matrix, weights, out=out), out=out)
        columns = self._spread @ weights
        largest = len(self._chosen) * np.abs(columns).max()
        if len(columns) > len(out) or largest > SAFE_EXPONENT:
            return np.exp(self._matrix @ columns, out=out)
        np.exp(columns, out=columns)
        if len(factors) == len(self._chosen):
            columns.take(self._chosen, axis=0, out=factors, mode="clip")
            return np.multiply.reduce(factors, axis=0, out=out)
        columns.take(self._chosen[0], axis=0, out=out, mode="clip")
        for chosen in self._chosen[1:]:
            out *= columns.take(chosen, axis=0, out=factors[0], mode="clip")
        return out

    def pull_back(self, residuals: np.ndarray) -> np.ndarray:
        """The transpose of `logits`: (num_samples, num_outputs) to (size, num_outputs)."""
        columns = self._transposed @ residuals
        return columns if self._spread is None else self._gather @ columns


class Regression:
    """The objective of one source: a class-balanced logistic regression.

    Its parameters are one column a value, or a single one for two values, whose other value has the
    logit 0.
    """

    def __init__(self, design: Design, labels: np.ndarray, num_values: int):
        """Counts the labels.

        Args:
          design: The inputs of n samples.
          labels: int64 (n,), from 0.
          num_values: At least two.
        """
        self._design = design
        weights = (1.0 / np.maximum(np.bincount(labels, minlength=num_values), 1))[labels]
        self._weights = weights / weights.sum()
        targets = np.zeros((len(labels), num_values))
        targets[np.arange(len(labels)), labels] = self._weights
        self._reference = float(num_values == 2)
        self._label_term = design.pull_back(targets[:, int(num_values == 2) :])
        self._ones = np.ones(self._label_term.shape[1])  # a product with it sums faster than `sum`
        self._room = design.room(len(self._ones))

    def fit(self) -> np.ndarray:
        """Weights, float64 (design.size, num_outputs)."""
        start = np.zeros(self._label_term.size)
        fitted = optimize.minimize(
            self.value_and_gradient, start, jac=True, method="L-BFGS-B", options=OPTIONS
        )
        return fitted.x.reshape(self._label_term.shape)

    def value_and_gradient(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Balanced mean of the cross-entropy, and its gradient, of flat parameters."""
        weights = parameters.reshape(self._label_term.shape)
        with np.errstate(over="ignore"):  # seen by the totals
            shares, shifts = self._design.exponentials(weights, *self._room), 0.0
            totals = shares @ self._ones + self._reference
        if not SAFE_TOTAL[0] < totals.min() <= totals.max() < SAFE_TOTAL[1]:
            logits = self._design.logits(weights)
            shifts = logits.max(axis=1, initial=0.0 if self._reference else -np.inf)
            shares = np.exp(logits - shifts[:, None], out=shares)
            totals = shares @ self._ones + self._reference * np.exp(-shifts)
        loss = self._weights @ (np.log(totals) + shifts) - np.vdot(weights, self._label_term)
        shares *= (self._weights / totals)[:, None]
        return loss, (self._design.pull_back(shares) - self._label_term).ravel()


def _score(parameters: np.ndarray, design: Design, labels: np.ndarray) -> float:
    logits = design.logits(parameters)
    if logits.shape[1] == 1:
        signs = 2.0 * labels - 1.0
        return float(np.logaddexp(0.0, -signs * logits[:, 0]).mean())
    logits -= logits.max(axis=1, keepdims=True)
    chosen = logits[np.arange(len(labels)), labels]
    return float((np.log(np.exp(logits).sum(axis=1)) - chosen).mean())
