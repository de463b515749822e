import base64
import csv
import io
import re

import pytest
from board_results import record
from html_tags import Tags
from large_board import HOSTILE

pytest.importorskip("itables")
pytest.importorskip("statsmodels")

from tripod_dlib.board import page
from tripod_dlib.board.dot_plot import dot_plot
from tripod_dlib.board.record import record_of
from tripod_dlib.board.standing import board_of


def results(*methods):
    return [
        record(method=method, dataset=dataset, seed=seed, scores={"infom": 0.5, "mig": 0.4})
        for method in methods
        for dataset in ("shapes3d", "mpi3d_toy")
        for seed in range(3)
    ]


@pytest.fixture(scope="module")
def board():
    return board_of(results("Tripod", "other"))


@pytest.fixture(scope="module")
def text(board, tmp_path_factory):
    return page.board_page(board, {}, tmp_path_factory.mktemp("board"))


def test_a_page_has_every_table_plot_and_figure(text):
    assert text.count('<table class="board">') == 3  # two datasets and the aggregate
    assert text.count("<figure data-metric=") == 6
    found = "".join(Tags(text).text)
    for expected in ("Tripod", "2 methods, 2 datasets, 12 results", "b 0.20; 0.25", "above 0.375"):
        assert expected in found, expected


def test_ranked_scores_are_sorted_by_what_lies_above_the_baseline(text):
    assert 'data-order="0.375"' in text and 'data-order="0.5"' not in text.split("oracle")[0]


def test_a_page_asks_nothing_of_a_network(text):
    outside = text.replace(text[text.index('id="bundle"') : text.rindex("<script>")], "")
    addresses = Tags(outside).addresses
    near = ("data:", "#", "board.json", "board.md")
    assert addresses and all(address.startswith(near) for address in addresses)
    assert "default-src 'none'" in text


@pytest.mark.parametrize("name", HOSTILE[:9])
def test_names_that_would_act_do_nothing(name, text, tmp_path):
    found = Tags(page.board_page(board_of(results(name[:200], "other")), {}, tmp_path))
    harmless = Tags(text)
    for tag in ("script", "img", "svg", "b", "a"):
        assert found.tags.count(tag) == harmless.tags.count(tag), tag
    assert found.handlers == harmless.handlers
    assert "49" not in "".join(found.text).split()


def test_figures_of_every_seed_can_be_taken_home(board, text):
    address = re.search(r'download="seeds.csv" href="data:text/csv;base64,([^"]*)"', text)[1]
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(address).decode())))
    assert len(rows) == 12 and {row["dataset"] for row in rows} == {"shapes3d", "mpi3d_toy"}
    key = next(key for key in rows[0] if key.startswith("infom[") and key.endswith("]"))
    assert [row[key] for row in rows] == ["0.5"] * 12
    assert float(rows[0][f"{key} above baseline"]) == pytest.approx((0.5 - 0.2) / 0.8)


def test_a_spreadsheet_takes_no_name_for_a_formula():
    lines = page.seeds_as_csv(board_of(results("=1+1", "@SUM(1)"))).splitlines()
    assert lines[1].startswith(("'=1+1,", "'@SUM(1),"))


def test_reports_are_linked_by_their_places_beside_the_board(board, tmp_path):
    report = tmp_path / "a b#c" / "report.html"
    reports = {("Tripod", "r1", "shapes3d", 2): report}
    found = page.board_page(board, reports, tmp_path / "board")
    assert found.count('href="../a%20b%23c/report.html" aria-label="report of seed 2"') == 1


def test_a_method_s_address_is_a_link_only_if_it_is_of_the_web(tmp_path):
    method = {"name": "Tripod", "url": "https://example.org/a?b=1&c=2"}
    (one,) = [{**results("x")[0].content, "method": method}]
    found = page.board_page(board_of([record_of(one)]), {}, tmp_path)
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">' in found


def test_a_plot_that_fails_costs_nothing_else_and_is_said(board, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise ValueError("no ink <left>")

    monkeypatch.setattr(page, "dot_plot", fail)
    found = page.board_page(board, {}, tmp_path)
    assert "<figure data-metric" not in found and found.count('<table class="board">') == 3
    assert "InfoM on shapes3d could not be made (ValueError: no ink &lt;left&gt;)." in found
    assert "no ink" in capsys.readouterr().err


def test_a_plot_has_a_dot_a_seed_and_leaves_out_who_has_no_figure(board):
    table = board.tables[0]
    svg = dot_plot("p", table.columns[0], table.rows)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"Tripod (r1)", "other (r1)", "InfoM"} <= set(texts)
    without = [row for row in table.rows if row.method != "other"]
    assert "other" not in dot_plot("p", table.columns[0], without)
    assert dot_plot("p", table.columns[0], []) is None


def test_without_the_bundle_the_extra_is_named(board, tmp_path, monkeypatch):
    monkeypatch.setattr(page.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(page.InputError, match=r"tripod_dlib\[report\]"):
        page.board_page(board, {}, tmp_path)
