"""The board's page in headless Chromium: sorting, filters, keyboard, widths; nothing acts."""

import pytest
from browser import in_browser, needs_browser
from large_board import HOSTILE, write_results

pytest.importorskip("itables")
pytest.importorskip("statsmodels")

from tripod_dlib.board.checks import check_files
from tripod_dlib.board.page import board_page
from tripod_dlib.board.standing import board_of

pytestmark = needs_browser
READY = """
  const pause = () => new Promise((done) => setTimeout(done, 100));
  while (!document.documentElement.classList.contains('scripted')) await pause();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (id) => all(`#${id} tbody tr td:first-child`).map(
    (cell) => cell.firstChild.textContent.trim());
  const pick = (element) => { element.click(); };
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("board")
    write_results(folder / "in", len(HOSTILE) + 2, 2, 3, metrics=("infom", "psnr"))
    found = check_files([folder / "in"])
    assert not found.faults
    return board_page(board_of(found.records), {}, folder)


def test_a_table_is_sorted_and_filtered_by_hand_and_by_keyboard(page, tmp_path):
    script = """
      const before = shown('table0');
      const heading = document.querySelector('#table0 thead th[data-metric=infom]');
      const sorter = heading.matches('[tabindex]') ? heading : heading.querySelector('[tabindex]');
      const press = { key: 'Enter', keyCode: 13, charCode: 13, bubbles: true };
      sorter.focus();
      sorter.dispatchEvent(new KeyboardEvent('keypress', press));
      await pause();
      const first = shown('table0');
      sorter.dispatchEvent(new KeyboardEvent('keypress', press));
      await pause();
      const second = shown('table0');
      const field = document.getElementById('methods');
      field.value = 'a method 1'; field.dispatchEvent(new Event('input'));
      const filtered = shown('table0');
      field.value = ''; field.dispatchEvent(new Event('input'));
      pick(document.getElementById('verified'));
      return [before, first, second, filtered, shown('table0').length, window.ran || 0];
    """
    before, first, second, filtered, verified, ran = in_browser(page, tmp_path, READY + script)
    assert len(before) == len(HOSTILE) + 2 and first == before and second == before[::-1]
    assert filtered == ["a method 1"] and 0 < verified < len(before)
    assert ran == 0


def test_datasets_and_metrics_are_chosen_and_whole_rows_stay(page, tmp_path):
    script = """
      const visible = () => all('section.dataset:not([hidden])').map((section) => section.id);
      const states = [visible()];
      pick(document.querySelector('input[name=dataset][value=table0]')); states.push(visible());
      const columns = () => all('#table0 thead th').map((cell) => cell.textContent.trim());
      const plots = () => all('#table0 figure:not([hidden])').length;
      states.push(columns(), plots(), shown('table0').length);
      pick(document.querySelector('input[name=metric][value=infom]'));
      states.push(columns(), plots(), shown('table0').length);
      pick(document.querySelector('input[name=dataset][value=all]')); states.push(visible().length);
      location.hash = '#show=dataset_0'; await pause(); states.push(visible());
      return states;
    """
    states = in_browser(page, tmp_path, READY + script)
    assert states[:2] == [["table2"], ["table0"]]
    assert {"InfoM", "PSNR (dB)"} <= set(states[2]) and states[3:5] == [2, len(HOSTILE) + 2]
    assert "InfoM" not in states[5] and "PSNR (dB)" in states[5]
    assert states[6:] == [1, len(HOSTILE) + 2, 3, ["table1"]]


@pytest.mark.parametrize("size", ["1200,900", "500,900"])
def test_the_page_is_never_wider_than_its_window(page, tmp_path, size):
    script = """
      pick(document.querySelector('input[name=dataset][value=all]'));
      return [document.documentElement.scrollWidth, window.innerWidth, window.ran || 0];
    """
    width, window, ran = in_browser(page, tmp_path, READY + script, size)
    assert width <= window and ran == 0
