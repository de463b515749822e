import pickle
import zipfile

import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import read_arrays, read_pair, read_representation

SOURCES = np.random.RandomState(0).randint(3, size=(20, 2))
LATENTS = np.random.RandomState(1).normal(size=(20, 4)).astype(np.float32)


@pytest.mark.parametrize(
    "stored, discrete",
    [
        ({}, None),
        ({"num_values_per_latent": 0}, False),
        ({"num_values_per_latent": 12}, True),
        ({"num_values_per_latent": [12, 12, 6, 12]}, True),
    ],
    ids=["silent", "continuous", "quantized", "quantized, by latent"],
)
def test_a_file_of_both_arrays_may_say_whether_latents_are_discrete(tmp_path, stored, discrete):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS, **stored)
    found = read_representation(tmp_path / "a.npz")
    np.testing.assert_array_equal(found.sources, SOURCES)
    np.testing.assert_array_equal(found.latents, LATENTS)
    assert found.latents.dtype == np.float32 and found.discrete is discrete


@pytest.mark.parametrize("count", [-1, 2.5, "12"])
def test_a_number_of_values_that_is_none_is_refused(tmp_path, count):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS, num_values_per_latent=count)
    with pytest.raises(InputError, match="num_values_per_latent is"):
        read_representation(tmp_path / "a.npz")


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"z": LATENTS}, r"no array 'sources' and no array 'latents'; it holds 'z'"),
        ({"latents": LATENTS}, "no array 'sources'; it holds 'latents'"),
        ({"sources": SOURCES[:9], "latents": LATENTS}, r"are \(9, 2\) and latents \(20, 4\)"),
        ({"sources": SOURCES[:, 0], "latents": LATENTS}, r"sources are \(20,\)"),
        ({"sources": SOURCES, "latents": LATENTS[None]}, r"latents \(1, 20, 4\)"),
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


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "pickle.npy", "pickle.npz"])
def test_nothing_is_ever_unpickled(tmp_path, name):
    path = tmp_path / name
    array = np.array([Trap()], dtype=object)
    if name.startswith("pickle"):
        path.write_bytes(pickle.dumps(Trap()))
    elif name == "a.npy":
        np.save(path, array, allow_pickle=True)
    else:
        np.savez(path, sources=array, latents=LATENTS)
    with pytest.raises(InputError, match="Python objects .* never loaded"):
        read_arrays(path)


def test_damaged_files_are_refused(tmp_path):
    np.savez_compressed(tmp_path / "whole.npz", sources=SOURCES, latents=LATENTS)
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
            read_arrays(tmp_path / name)


@pytest.mark.parametrize("name", ["a.pkl", "a.mat", "a"])
def test_other_kinds_of_files_are_refused_with_the_known_ones(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=r"not one of \.npz, \.npy, \.csv"):
        read_arrays(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="There is no file .*a.npz"):
        read_arrays(tmp_path / "a.npz")


def test_a_pair_of_files_of_any_kind(tmp_path):
    np.save(tmp_path / "z.npy", LATENTS)
    np.savez(tmp_path / "one.npz", whatever=LATENTS)
    np.savez(tmp_path / "many.npz", latents=LATENTS, sources=SOURCES)
    np.savetxt(tmp_path / "s.csv", SOURCES, "%d", ",", header="hue,shape", comments="")
    for latents in ("z.npy", "one.npz", "many.npz"):
        for sources in ("s.csv", "many.npz"):
            found = read_pair(tmp_path / latents, tmp_path / sources)
            np.testing.assert_array_equal(found.sources, SOURCES)
            np.testing.assert_array_equal(found.latents, LATENTS)
            assert found.discrete is None and found.sources.dtype == np.int64


def test_several_arrays_where_one_is_expected_are_named(tmp_path):
    np.savez(tmp_path / "a.npz", x=LATENTS, y=SOURCES)
    with pytest.raises(InputError, match="holds the arrays 'x', 'y'; .* or one named 'sources'"):
        read_pair(tmp_path / "a.npz", tmp_path / "a.npz")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("\ufeffa,b\n1,2.5\n\n3,4\n", [[1, 2.5], [3, 4]]),
        ("a\n-1e2\nnan\n", [[-100], [np.nan]]),
    ],
    ids=["integers", "a head and an empty line", "not finite"],
)
def test_numbers_from_a_table_of_commas(tmp_path, text, expected):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    found = read_arrays(tmp_path / "a.csv")["a"]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.array(expected).dtype


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "holds no numbers"),
        ("a,b\n", "holds no numbers"),
        ("a,b\n1,2\n3\n", "row 1 below the head, '3', is not 2 numbers"),
        ("a,b\n1,red\n", "row 0 below the head, '1,red'"),
    ],
)
def test_a_table_that_holds_something_else_is_refused(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_arrays(tmp_path / "a.csv")


def test_an_archive_with_something_else_in_it_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("sources.npy", b"no array")
    with pytest.raises(InputError, match="sources in .*a.npz is no array"):
        read_representation(tmp_path / "a.npz")
