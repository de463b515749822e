"""Labels of any kind as ranks."""

import datetime
from decimal import Decimal

import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.labels import rank_labels

TENTHS = [i / 10 for i in range(10)] + [i * 0.1 for i in range(10)]
DAYS = np.array(["2024-01-02", "2024-01-01", "2024-01-02"], "datetime64[D]")


@pytest.mark.parametrize(
    "labels, ranks",
    [
        (np.array([7, -1, 7]), [1, 0, 1]),
        (np.array([True, False, True]), [1, 0, 1]),
        (np.array([2.0, 1.0, 2.0, 10.0]), [1, 0, 1, 2]),
        (np.array([1.5, 0.5, 1.5, 0.5]), [1, 0, 1, 0]),
        (np.array(["b", "a ", "a", "b"]), [1, 0, 0, 1]),
        (np.array([b"b", b"a", b"b"]), [1, 0, 1]),
        (np.array(["10", "9", "9.0", "1e1"]), [1, 0, 0, 1]),
        (np.array([1, 1.0, True, 2], object), [0, 0, 0, 1]),
        (np.array([Decimal("1.5"), 1.5, 2, Decimal(2)], object), [0, 0, 1, 1]),
        (np.array(["cube", "ball", b"cube"], object), [1, 0, 1]),
        (np.array([2**70, 1, 2**70], object), [1, 0, 1]),
        (DAYS, [1, 0, 1]),
        (np.array([datetime.date(2024, 1, day) for day in (2, 1, 2)], object), [1, 0, 1]),
        (np.array([2**53, 2**53 + 1, 2**53]), [0, 1, 0]),
        (np.array([1, 2, 1], np.longdouble), [0, 1, 0]),
        (np.array([1, 2, 1], np.float16), [0, 1, 0]),
        (np.array([], np.int64), []),
    ],
    ids=lambda value: getattr(value, "dtype", None) and f"{value.dtype} {value[:2].tolist()}",
)
def test_equal_labels_are_one_class_in_their_order(labels, ranks):
    found = rank_labels(labels, "Source 0")
    assert found.ranks.tolist() == ranks and found.ranks.dtype == np.int64
    assert found.num_values == len(set(ranks)) and found.num_merged == 0


@pytest.mark.parametrize(
    "labels, texts",
    [
        (["1.10", "2.5", "1.1", "2.5"], ("1.1", "1.10")),
        (["01", "1", "2"], ("01", "1")),
        (["a", "b", "a "], ("a", "a ")),
        ([b"a", "b", " a"], (" a", "a")),
        (["a", "b", "a"], ()),
        ([b"a", "a", "b"], ()),
        ([1, 1.0, 2], ()),
    ],
    ids=str,
)
def test_texts_that_are_one_label_are_named(labels, texts):
    assert rank_labels(np.array(labels, object), "Source 0").same_texts == texts
    if all(isinstance(label, str) for label in labels):
        assert rank_labels(np.array(labels), "Source 0").same_texts == texts


@pytest.mark.parametrize(
    "labels, num_values",
    [
        (np.array(TENTHS * 3), 10),
        (np.array([str(label) for label in TENTHS] * 3), 10),
        (np.array(TENTHS * 3, object), 10),
        (np.float16(np.array(TENTHS * 3) + 1), 10),
        (np.array([np.float32(i / 40) for i in range(40)] * 2 + [i / 40 for i in range(40)]), 40),
        (np.array([0.3 - 3 * 0.1, 0.0, 1.0, 0.5] * 5), 3),
        (np.array([0.3, 0.1 + 0.2] * 5), 1),
        (np.array([1e-9, 1e-8, 1.0] * 5), 3),
        (1e9 + np.array([0.25, 0.5, 0.75] * 5), 3),
        (np.array([0.5, 0.5 + 2e-6, 0.5 + 4e-6, 1.0] * 5), 4),
    ],
)
def test_labels_that_differ_by_rounding_are_one_class_and_no_others(labels, num_values):
    found = rank_labels(labels, "Source 0")
    assert found.num_values == num_values == found.ranks.max() + 1
    assert found.num_merged == len(set(labels.tolist())) - num_values


@pytest.mark.parametrize(
    "labels, message",
    [
        (np.array([1.0, np.nan, np.nan]), "2 labels of 3 missing.* 'nan' in row 1"),
        (np.array(["a", None], object), "1 label of 2 missing.* 'None' in row 1"),
        (np.array([1, float("nan")], object), "missing"),
        (np.array([1, complex("nan")], object), "missing"),
        (np.array(["a", np.nan]), "missing.* 'nan' in row 1"),
        (np.array(["a", " "]), "missing"),
        (np.array(["a", "NA", "<NA>"]), "2 labels"),
        (np.array(["2024-01-01", "NaT"], "datetime64[D]"), "missing.* 'NaT'"),
        (np.array([Decimal("nan"), 1], object), "missing"),
        (np.array([1.0, np.inf]), "1 NaN or infinite labels, the first in row 1"),
        (np.array([1 + 2j]), "dtype complex128"),
        (np.array([1, 2j], object), "holds a complex in row 1"),
        (np.array([[1], {}], object), "holds a list in row 0"),
        (np.array([1, 2, "cube"], object), "mixes numbers and texts: row 0 holds 1, row 2 'cube'"),
        (np.linspace(0.1, 1.1, 50), "50 distinct float labels in 50 samples: it looks continuous"),
        (np.linspace(0.1, 1.1, 50).astype(object), "looks continuous"),
        (np.linspace(0.1, 1.1, 50).astype(str), "looks continuous"),
    ],
)
def test_what_is_no_label_is_refused(labels, message):
    with pytest.raises(InputError, match=f"Source 4.*{message}"):
        rank_labels(labels, "Source 4")
