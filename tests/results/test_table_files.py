import csv
import io
import re

import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.results import table_files

FORMULAS = ["=1+1", "+A1", "@SUM(A1)", "-cmd|' /C calc'!A0", "\t=1", "\n=1", " =1+1", "＝1+1"]
MARKDOWN = ["![x](http://e.org/a.png)", "[a](javascript:alert)", "`c`", "*b*", "_b_", "~~s~~"]
MARKDOWN += [
    "<img src=x onerror=a>",
    "https://e.org",
    "www.e.org",
    "a|b",
    "$x$",
    "\\",
    "@you",
    "#1",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_spreadsheet_gets_no_formula(cell):
    text = table_files.as_csv(["name", "value"], [[cell, "-0.5"]])
    (_, (name, value)) = csv.reader(io.StringIO(text, newline=""))
    assert name.startswith("'") and name.endswith(cell.lstrip()) and value == "-0.5"


def test_a_dash_for_nothing_and_control_characters_are_no_formula():
    assert table_files.as_csv(["a"], [["-"], ["\x1b[2J"], ["\r=1"]]) == "a\n-\n\\x1b[2J\n\\r=1\n"


@pytest.mark.parametrize("cell", MARKDOWN)
def test_markdown_gets_text_alone(cell):
    text = table_files.as_markdown(["a"], [[cell]])
    escaped = text.splitlines()[2].removeprefix("| ").removesuffix(" |")
    bare = re.sub(r"\\.|&#?\w+;", "", escaped)  # what is left acts
    assert not re.search(r"[\\`*_\[\]!~$|<>@#:&]|www\.", bare), escaped


def test_markdown_keeps_one_row_and_its_columns():
    text = table_files.as_markdown(["a|b"], [["<script>&\n\x07"]])
    assert text == "| a\\|b |\n|---|\n| &lt;script&gt;&amp; \\\\x07 |\n"


def test_latex_gets_no_commands():
    text = table_files.as_latex(["a_b", "c"], [["\\input{x}", "5 %"], ["0.1 ± 0.2 (3)", "<"]])
    assert r"a\_b & c \\" in text
    assert r"\textbackslash{}input\{x\} & 5 \% \\" in text
    assert r"0.1 $\pm$ 0.2 (3) & \textless{} \\" in text


@pytest.mark.parametrize("cell", ["[3, 3]", "*", "[", "]"])
def test_a_cell_is_no_argument_of_the_row_s_end_before_it(cell):
    rows = table_files.as_latex(["a"], [["x"], [cell]]).splitlines()
    assert rows[5].startswith("{") and rows[4].endswith("\\\\")


@pytest.mark.parametrize("name", ["a.xlsx", "a", ".csv"])
def test_an_unknown_form_of_table_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"\.csv, \.md, \.tex"):
        table_files.write_table(tmp_path / name, ["a"], [])
