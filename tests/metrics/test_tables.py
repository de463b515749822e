"""Sources and latents as people hold them."""

import warnings

import numpy as np
import pandas
import pytest
from scipy import sparse

from tripod_dlib.metrics import compute_mig
from tripod_dlib.metrics.tables import as_numbers, as_table

NUMBERS = np.array([[0.5, 1.0], [2.0, 3.0], [4.0, 5.0]])
SOURCES = np.random.RandomState(0).randint(3, size=(60, 2))
LATENTS = SOURCES + np.random.RandomState(1).normal(size=(60, 2)) / 10


class Tensor:
    """What PyTorch's tensors do: no array before gradients are left behind, on the processor."""

    def __init__(self, array, on_device=True, has_gradient=True):
        self.array, self.on_device, self.has_gradient = array, on_device, has_gradient

    def detach(self):
        return Tensor(self.array, self.on_device, False)

    def cpu(self):
        return Tensor(self.array, False, self.has_gradient)

    def __array__(self, dtype=None, copy=None):
        if self.on_device or self.has_gradient:
            raise TypeError("can't convert")
        return self.array


@pytest.mark.parametrize(
    "values",
    [
        NUMBERS.tolist(),
        [list(map(np.float32, row)) for row in NUMBERS],
        pandas.DataFrame(NUMBERS, columns=["x", "y"]),
        pandas.DataFrame(NUMBERS).convert_dtypes(),
        pandas.DataFrame(NUMBERS, dtype=object),
        np.ma.masked_array(NUMBERS, False),
        sparse.csr_array(NUMBERS),
        NUMBERS.astype(np.longdouble),
        NUMBERS.astype(object),
        np.array(list(map(tuple, NUMBERS)), [("x", "f8"), ("y", "f4")]),
        Tensor(NUMBERS),
        [Tensor(row) for row in NUMBERS],
        tuple(Tensor(row) for row in NUMBERS),
    ],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_numbers_are_read_from_whatever_holds_them(values):
    found = as_numbers(values, "latents")
    np.testing.assert_array_equal(found, NUMBERS)
    assert found.dtype.kind == "f" and found.dtype.itemsize <= 8


def test_an_archive_of_arrays_is_no_array(tmp_path):
    np.savez(tmp_path / "x.npz", z=NUMBERS)
    with pytest.raises(ValueError, match=r"got a NpzFile of \['z'\]. Give one of its arrays"):
        as_table(np.load(tmp_path / "x.npz"), "latents")


def test_bfloat16_is_read():
    dtypes = pytest.importorskip("ml_dtypes")
    found = as_numbers(NUMBERS.astype(dtypes.bfloat16), "latents")
    np.testing.assert_array_equal(found, NUMBERS)


@pytest.mark.parametrize(
    "values, message",
    [
        (np.zeros(3), r"got \(3,\)\. One column is numpy.reshape\(latents"),
        (
            np.zeros((3, 2, 2)),
            r"got \(3, 2, 2\)\. Flatten .* latents.reshape\(len\(latents\), -1\)",
        ),
        ({"x": [1]}, r"got a dict of \['x'\]. Give one of its arrays, such as FILE\['x'\]"),
        (None, "got a NoneType"),
        ([[1, 2], [3]], "no table of rows and columns.* All rows have the same number"),
        ([[Tensor(1.0)]], "no table of rows and columns: .*can't convert Give a NumPy array"),
        (np.ma.masked_array(NUMBERS, NUMBERS > 3), "masked in 2 places"),
        (NUMBERS.astype(str), r"got dtype <U32, such as '0.5'\. Convert texts"),
        (NUMBERS.astype(complex), "got dtype complex128"),
        (np.array([[1, "x"]], object), "row 0, column 1 holds 'x'"),
        (np.array([[1, "2"]], object), "row 0, column 1 holds '2'"),
        (np.array([["2024-01-01"]], "datetime64[D]"), "got dtype datetime64"),
        (np.array([[np.longdouble("1e4000")]]), "too large for float64"),
        (pandas.DataFrame({"Unnamed: 0": [0, 1], "x": [2, 3]}), "'Unnamed: 0': the index"),
        (pandas.DataFrame({"": [0, 1], "x": [2, 3]}), "index_col=0"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(values, message):
    with pytest.raises(ValueError, match=f"latents.*{message}"):
        as_numbers(values, "latents")


@pytest.mark.parametrize(
    "sources",
    [
        SOURCES.tolist(),
        pandas.DataFrame(SOURCES),
        SOURCES.astype(float),
        SOURCES.astype(str),
        SOURCES / 10,
        np.where(np.arange(60)[:, None] % 2, SOURCES * 0.1, SOURCES / 10).astype(object),
        pandas.DataFrame({"x": np.array(["a", "b", "c"])[SOURCES[:, 0]], "y": SOURCES[:, 1]}),
        pandas.DataFrame(SOURCES).astype("category"),
    ],
)
def test_labels_of_any_kind_give_the_same_scores(sources):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Source . has 3 classes: labels that differ by rounding")
        found = compute_mig(sources, LATENTS.tolist())
    np.testing.assert_array_equal(found["gaps"], compute_mig(SOURCES, LATENTS)["gaps"])


def test_an_array_is_taken_as_it_is():
    assert as_table(SOURCES, "sources") is SOURCES


def test_classes_that_rounding_makes_are_one_and_it_is_said():
    tenths = SOURCES.astype(float)
    tenths[:, 0] = np.where(np.arange(60) % 2, tenths[:, 0] * 0.1 * 3, tenths[:, 0] * 0.3)
    with pytest.warns(UserWarning, match="Source 0 has 3 classes: .* rounding are one .5 differ"):
        found = compute_mig(tenths, LATENTS)
    assert found["discrete_mig"] == compute_mig(SOURCES, LATENTS)["discrete_mig"]


@pytest.mark.parametrize(
    "column, message",
    [
        (np.arange(60), r"Source 2 counts the rows \(0, 1, 2, \.\.\.\)"),
        (np.arange(60.0) + 1, "Source 2 counts the rows"),
        (np.random.RandomState(0).permutation(60), "Source 2 has 60 classes in 60 samples"),
        (np.array([f"{i}.png" for i in range(60)], object), "numbers of rows, names of files"),
    ],
)
def test_what_no_metric_can_use_is_refused(column, message):
    table = np.concatenate([SOURCES.astype(object), column[:, None]], axis=1)
    with pytest.raises(ValueError, match=message):
        compute_mig(table, LATENTS)


def test_frames_of_one_index_in_another_order_are_refused_and_other_indices_are_not():
    sources, latents = pandas.DataFrame(SOURCES), pandas.DataFrame(LATENTS)
    with pytest.raises(ValueError, match=r"another order.*give latents.loc\[sources.index\]"):
        compute_mig(sources, latents.sample(frac=1.0, random_state=0))
    renamed = latents.set_axis([f"image {row}" for row in range(60)])
    score = compute_mig(SOURCES, LATENTS)["discrete_mig"]
    for table in (latents, renamed, LATENTS.tolist()):
        assert compute_mig(sources, table)["discrete_mig"] == score
