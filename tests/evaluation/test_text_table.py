"""Tables of text, as pandas, NumPy, R and spreadsheets write them."""

import numpy as np
import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import read_pair
from tripod_dlib.evaluation.text_table import read_text_table

NUMBERS = [[0.5, -1.25], [2.0, 3e-4], [0.25, 1.0]]
WHOLE = [[0, 1], [2, 1], [1, 0]]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("0.5,-1.25\n2.0,3e-4\n.25,1\n", NUMBERS),
        ("\ufeffx,y\n0.5,-1.25\n\n2,3e-4\n0.25,1\n", NUMBERS),
        ('"x","y"\r\n"0.5","-1.25"\r\n"2","3E-4"\r\n"0.25","1"\r\n', NUMBERS),
        (",x,y\n0,0.5,-1.25\n1,2,3e-4\n2,0.25,1\n", NUMBERS),
        ("Unnamed: 0,x,y\n7,0.5,-1.25\n8,2,3e-4\n9,0.25,1\n", NUMBERS),
        (",0,1\n0,0.5,-1.25\n1,2.0,3e-4\n2,0.25,1\n", NUMBERS),
        ("0,1\n0.5,-1.25\n2.0,3e-4\n0.25,1.0\n", NUMBERS),
        ("1\t2\n0.5\t-1.25\n2.0\t3e-4\n0.25\t1.0\n", NUMBERS),
        ("3,7\n0.5,-1.25\n2.0,3e-4\n0.25,1.0\n", NUMBERS),
        ("0.0,1.0\n0.5,-1.25\n2.0,3e-4\n0.25,1.0\n", NUMBERS),
        ("0.0,1.0\n2.0,1.0\n1.0,0.0\n", [[0.0, 1.0], [2.0, 1.0], [1.0, 0.0]]),
        ('"x" "y"\n"1" 0.5 -1.25\n"2" 2 3e-4\n"3" 0.25 1\n', NUMBERS),
        ("# x y\n5.0e-01 -1.25e+00\n2.0e+00 3.0e-04\n2.5e-01 1.0e+00\n", NUMBERS),
        ("x;y\n0,5;-1,25\n2;3e-4\n0,25;1\n", NUMBERS),
        ("sep=;\nx;y;\n0,5;-1,25;\n2;3e-4;\n0,25;1;\n", NUMBERS),
        ("  0.5   -1.25\n  2.0    3e-4\n  0.25   1\n", NUMBERS),
        ("0,1\n2,1\n1,0\n3,1\n", [*WHOLE, [3, 1]]),
        ("hue,shape\n0,1\n2,1\n1,0\n", WHOLE),
        ("5\n6\n5\n", [[5], [6], [5]]),
    ],
    ids=lambda value: None if isinstance(value, list) else repr(value[:18]),
)
def test_numbers_are_those_that_were_saved(tmp_path, text, expected):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    found = read_text_table(tmp_path / "a.csv").decided(len(expected)).numbers()
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.array(expected).dtype


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_words_are_labels_of_sources(tmp_path, encoding):
    text = "größe,shape\n1,cube\n2,Würfel\n1.0,cube\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    table = read_text_table(tmp_path / "a.csv")
    assert table.names == ("größe", "shape")
    assert table.labels().tolist() == [[1, "cube"], [2, "Würfel"], [1, "cube"]]
    with pytest.raises(InputError, match=r"column 1 \(shape\) holds 'cube' in row 0"):
        table.numbers()


def test_a_first_line_of_words_that_come_again_is_a_sample(tmp_path):
    (tmp_path / "a.csv").write_text("cube,red\nball,blue\ncube,blue\n")
    assert len(read_text_table(tmp_path / "a.csv").labels()) == 3
    (tmp_path / "a.csv").write_text("shape,hue\nball,blue\ncube,blue\n")
    assert len(read_text_table(tmp_path / "a.csv").labels()) == 2


def test_empty_cells_are_missing(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n,4\n5,NA\n")
    table = read_text_table(tmp_path / "a.csv")
    np.testing.assert_array_equal(table.numbers(), [[1, 2], [np.nan, 4], [5, np.nan]])
    (tmp_path / "a.csv").write_text("x,y\ncube,2\n,4\ncube,5\n")
    assert read_text_table(tmp_path / "a.csv").labels()[1].tolist() == [None, 4]


def test_digits_beyond_a_float_stay_apart(tmp_path):
    (tmp_path / "a.csv").write_text("id\n9007199254740992\n9007199254740993\n")
    assert len(set(read_text_table(tmp_path / "a.csv").labels()[:, 0].tolist())) == 2


@pytest.mark.parametrize("head", [True, False], ids=["names", "a sample"])
def test_a_first_line_0_1_2_of_labels_is_decided_by_the_other_file(tmp_path, head):
    rows = [[2, 0, 1], [1, 1, 0], [0, 1, 2], [2, 2, 2]]
    np.savetxt(tmp_path / "s.csv", [[0, 1, 2], *rows], "%d", ",")
    np.save(tmp_path / "z.npy", np.ones((4 + (not head), 2)))
    found = read_pair(tmp_path / "z.npy", tmp_path / "s.csv")
    assert found.sources.tolist() == ([] if head else [[0, 1, 2]]) + rows
    assert [("taken for names" in note) for note in found.notes] == [True] * head


def test_a_first_line_that_nothing_decides_is_refused(tmp_path):
    np.savetxt(tmp_path / "s.csv", [[0, 1], [1, 1], [0, 2]], "%d", ",")
    with pytest.raises(InputError, match="may be the names that pandas gives .*header=False"):
        read_pair(tmp_path / "s.csv", tmp_path / "s.csv")


def test_what_is_left_out_is_said(tmp_path):
    (tmp_path / "z.csv").write_text(",x,y\n0,0.5,-1.25\n1,2,3e-4\n2,0.25,1\n")
    (tmp_path / "s.csv").write_text("hue\n0\n1\n0\n")
    found = read_pair(tmp_path / "z.csv", tmp_path / "s.csv")
    assert found.notes == (
        "The first column of z.csv, which has no name, is left out as an index.",
    )


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "it is empty"),
        ("\n  \n", "it is empty"),
        ("a,b\n", "only names of columns"),
        ("a,b\n1,2\n3\n4,5\n", "row 1, '3', has 1 cells where others have 2"),
        ("a,b,c\n1,2\n3,4\n5,6\n1,2\n", "the line of names.* has 3 cells"),
        ("a,b\n1,red\n2,red\n", r"column 1 \(b\) holds 'red' in row 0"),
        ("x,,y\n1,2,3\n4,5,6\n", "column 1 has no name"),
        ("a\n1_000\n2\n", "holds '1_000'"),
        ("a,b\n1,2\x00\n", "is no text"),
        ("id,x\n" + "".join(f"{i},0.5\n" for i in range(12)), r"column 0 \(id\) counts the rows"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_text_table(tmp_path / "a.csv").numbers()
