import io
import pickle
import zipfile

import h5py
import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import read_pair, read_representation

SOURCES = np.random.RandomState(0).randint(3, size=(20, 2))
LATENTS = np.random.RandomState(1).normal(size=(20, 4)).astype(np.float32)
LEVELS = np.random.RandomState(2).randint(6, size=(20, 4)).astype(np.float32) / 6


def read(path):
    """Latents of a file, whose sources lie beside it."""
    np.save(path.parent / "sources of.npy", SOURCES)
    return read_pair(path, path.parent / "sources of.npy").latents


@pytest.mark.parametrize(
    "stored, discrete",
    [
        ({}, None),
        ({"num_values_per_latent": 0}, False),
        ({"num_values_per_latent": 12}, True),
        ({"num_values_per_latent": [12, 12, 6, 12]}, True),
        ({"num_values_per_latent": [12, 0, 6, 12]}, None),
    ],
    ids=["silent", "continuous", "quantized", "quantized, by latent", "some quantized"],
)
def test_a_file_of_both_arrays_may_say_whether_latents_are_discrete(tmp_path, stored, discrete):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LEVELS, **stored)
    found = read_representation(tmp_path / "a.npz")
    np.testing.assert_array_equal(found.sources, SOURCES)
    np.testing.assert_array_equal(found.latents, LEVELS)
    assert found.latents.dtype == np.float32 and found.discrete is discrete


@pytest.mark.parametrize("count", [-1, 2.5, "12", [12] * 9])
def test_a_number_of_values_that_is_none_is_refused(tmp_path, count):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS, num_values_per_latent=count)
    with pytest.raises(InputError, match="num_values_per_latent is"):
        read_representation(tmp_path / "a.npz")


@pytest.mark.parametrize("count, latent", [(12, 0), ([20, 20, 12, 20], 2)])
def test_latents_of_more_values_than_are_said_are_refused(tmp_path, count, latent):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS, num_values_per_latent=count)
    message = f"says 12 for latent {latent}, which has 20 different values"
    with pytest.raises(InputError, match=message):
        read_representation(tmp_path / "a.npz")


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"z": LATENTS}, r"no array 'sources' and no array 'latents'; it holds 'z'"),
        ({"latents": LATENTS}, "no array 'sources'; it holds 'latents'"),
        ({"sources": SOURCES[:9], "latents": LATENTS}, r"are \(9, 2\) and latents \(20, 4\)"),
        ({"sources": SOURCES, "latents": LATENTS.T}, r"look transposed: give the transpose"),
        ({"sources": SOURCES[:, 0], "latents": LATENTS}, r"is \(20,\); .* array\[:, None\]"),
        ({"sources": SOURCES, "latents": LATENTS[None]}, r"latents.* is \(1, 20, 4\)"),
        ({"sources": 3, "latents": LATENTS}, r"sources.* is \(\)"),
    ],
)
def test_missing_arrays_and_rows_that_do_not_fit_are_named(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=message):
        read_representation(tmp_path / "a.npz")


class Trap:
    """Unpickling it fails the test."""

    def __reduce__(self):
        return pytest.fail, ("unpickled",)


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "pickle.npy", "pickle.npz", "pickle.csv"])
def test_nothing_is_ever_unpickled(tmp_path, name):
    path = tmp_path / name
    array = np.array([Trap()], dtype=object)
    if name.startswith("pickle"):
        path.write_bytes(pickle.dumps(Trap()))
    elif name == "a.npy":
        np.save(path, array, allow_pickle=True)
    else:
        np.savez(path, latents=array)
    with pytest.raises(InputError, match=r"Python objects [\s\S]* never loaded"):
        read(path)


def test_damaged_files_are_refused(tmp_path):
    np.savez_compressed(tmp_path / "whole.npz", latents=LATENTS)
    data = (tmp_path / "whole.npz").read_bytes()
    np.save(tmp_path / "whole.npy", LATENTS)
    damaged = {
        "cut.npz": data[: len(data) // 2],
        "cut.npy": (tmp_path / "whole.npy").read_bytes()[:-8],
        "empty.npz": b"",
        "text.npy": b"1,2,3",
        "flipped.npz": data.replace(data[60:64], bytes(255 - byte for byte in data[60:64])),
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=name):
            read(tmp_path / name)


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_a_header_that_promises_more_than_is_there_is_refused_before_it_is_believed(tmp_path, kind):
    header = np.lib.format.header_data_from_array_1_0(LATENTS) | {"shape": (20, 10**12)}
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(content, header)
    path = tmp_path / f"a.{kind}"
    if kind == "npy":
        path.write_bytes(content.getvalue() + bytes(80))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("latents.npy", content.getvalue() + bytes(80))
    with pytest.raises(InputError, match="is not whole: its header promises"):
        read(path)


@pytest.mark.parametrize(
    "name, message",
    [
        ("a", r"not one of \.npz, \.npy, \.h5"),
        ("a.pth", "is a pickle by its name.*numpy.savez"),
        ("a.xlsx", "is a spreadsheet: save the sheet as .csv"),
        ("a.mat", "is MATLAB's"),
        ("a.RDS", "is R's"),
        ("a.parquet", "pandas.read_parquet"),
        ("none.npz", "There is no file .*none.npz"),
        ("folder.npy", "is a folder"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(tmp_path, name, message):
    (tmp_path / "folder.npy").mkdir()
    if "." not in name or name.startswith("a"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)


def test_a_structured_array_is_a_table(tmp_path):
    records = np.array([tuple(row) for row in SOURCES], [("hue", "i4"), ("shape", "i8")])
    np.savez(tmp_path / "a.npz", sources=records, latents=LATENTS)
    assert len(read_representation(tmp_path / "a.npz").sources) == 20


def test_a_file_whose_name_and_bytes_disagree_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", LATENTS)
    (tmp_path / "a.npy").rename(tmp_path / "a.csv")
    with pytest.raises(InputError, match="a table of text by its name, but it is an .npy array"):
        read(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="one table, and two are needed"):
        read_representation(tmp_path / "a.csv")


def test_a_path_may_begin_with_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS)
    np.testing.assert_array_equal(read_representation("~/a.npz").latents, LATENTS)


def test_a_pair_of_files_of_any_kind(tmp_path):
    np.save(tmp_path / "z.npy", LATENTS)
    np.savez(tmp_path / "one.npz", whatever=LATENTS)
    np.savez(tmp_path / "many.npz", latents=LATENTS, sources=SOURCES)
    np.savetxt(tmp_path / "s.csv", SOURCES, "%d", ",", header="hue,shape", comments="")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["model/latents"] = LATENTS
        file["sources"], file["latents"], file["num_values_per_latent"] = SOURCES, LATENTS, 0
    assert read_representation(tmp_path / "a.h5").discrete is False
    for latents in ("z.npy", "one.npz", "many.npz", "a.h5"):
        for sources in ("s.csv", "many.npz", "a.h5"):
            found = read_pair(tmp_path / latents, tmp_path / sources)
            np.testing.assert_array_equal(found.sources, SOURCES)
            np.testing.assert_array_equal(found.latents, LATENTS)
            assert found.discrete is None and found.sources.dtype == np.int64


def test_tables_whose_indices_are_in_another_order_are_refused(tmp_path):
    (tmp_path / "z.csv").write_text(",z\na,.5\nb,.25\nc,.125\n")
    (tmp_path / "s.csv").write_text(",hue\na,1\nc,1\nb,2\n")
    with pytest.raises(InputError, match="another order .row 1: 'c' and 'b'.*sort both"):
        read_pair(tmp_path / "z.csv", tmp_path / "s.csv")
    (tmp_path / "s.csv").write_text(",hue\na,1\nb,1\nc,2\n")
    assert read_pair(tmp_path / "z.csv", tmp_path / "s.csv").latents.shape == (3, 1)


def test_commas_at_the_ends_of_lines_are_no_column(tmp_path):
    (tmp_path / "z.csv").write_text(".5,1.5,\n.25,2.5,\n")
    (tmp_path / "s.csv").write_text("hue,\n1,\n2,\n")
    found = read_pair(tmp_path / "z.csv", tmp_path / "s.csv")
    np.testing.assert_array_equal(found.latents, [[0.5, 1.5], [0.25, 2.5]])
    assert found.sources.shape == (2, 1)


def test_several_arrays_where_one_is_expected_are_named(tmp_path):
    np.savez(tmp_path / "a.npz", x=LATENTS, y=SOURCES)
    with pytest.raises(InputError, match="holds the arrays 'x', 'y'; .* or one named 'sources'"):
        read_pair(tmp_path / "a.npz", tmp_path / "a.npz")


def test_an_archive_with_something_else_in_it_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("sources.npy", b"no array")
        archive.writestr("latents.npy", b"no array")
    with pytest.raises(InputError, match="a.npz is damaged"):
        read_representation(tmp_path / "a.npz")


def test_a_cell_that_is_no_number_is_named_though_its_table_seems_to_have_names(tmp_path):
    rows = [[f"{cell:.3f}%" for cell in row] for row in LATENTS]
    (tmp_path / "z.csv").write_text("".join(f"{','.join(row)}\n" for row in rows))
    with pytest.raises(InputError, match="z.csv: column 0 .* holds '.*%' in row 0"):
        read(tmp_path / "z.csv")


def test_of_texts_and_numbers_in_a_column_the_text_is_named(tmp_path):
    rows = [[str(cell) for cell in row] for row in LATENTS]
    rows[7][2] = "\u22120.5"  # a minus sign that is no hyphen
    (tmp_path / "z.csv").write_text("".join(f"{','.join(row)}\n" for row in rows))
    with pytest.raises(InputError, match="column 2 holds '\u22120.5' in row 7, counted from 0"):
        read(tmp_path / "z.csv")


def test_a_single_array_under_another_suffix_is_called_one_table(tmp_path):
    np.save(tmp_path / "z.npy", LATENTS)
    (tmp_path / "z.npy").rename(tmp_path / "z.npz")
    with pytest.raises(InputError, match="z.npz is one table, and two are needed"):
        read_representation(tmp_path / "z.npz")
