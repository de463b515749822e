"""Aggregations of any matrix that relates latents to sources."""

import numpy as np
import pytest

from tripod_dlib.metrics.unified import aggregate, largest_gaps, precision_curve


def test_aggregations_of_a_small_matrix_by_hand():
    """Rows (2, 0), (1, 1), (0, 0). Gaps 1 and 1, over entropies 2 and 4: 1/2 and 1/4.

    Modularity: 1, 1 - 1/1 = 0 and 0. Row entropies 0 and log 2: D = (2 * 1 + 2 * 0) / 4.
    """
    matrix = np.array([[2, 0], [1, 1], [0, 0.0]])
    found = aggregate(matrix, np.array([2.0, 4.0]))
    assert found["mig.factor_0"] == 0.5 and found["mig.factor_1"] == 0.25 and found["mig"] == 0.375
    assert found["sap"] == 1.0 and found["dci"] == pytest.approx(0.5, abs=1e-9)
    assert found["modularity.code_0"] == 1.0 and found["modularity"] == pytest.approx(1 / 3)
    np.testing.assert_array_equal(largest_gaps(matrix), [1, 1])


def test_groups_are_counted_at_every_threshold():
    """Entries 3 and 2 on the diagonal, 1 beside: one group up to 1, two up to 2, one up to 3.

    Trapezoids over (0, 1, 2, 3) of (1, 1, 2, 1): 1 + 1.5 + 1.5.
    """
    found = precision_curve(np.array([[3.0, 1.0], [0.0, 2.0]]))
    assert found == {"area_precision": pytest.approx(4.0), "max_precision": 2}
    assert precision_curve(np.zeros((2, 2))) == {"area_precision": 0.0, "max_precision": 0}
    assert precision_curve(np.eye(3))["max_precision"] == 3
