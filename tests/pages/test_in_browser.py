"""Pages in headless Chromium: sliders follow, nothing runs that a name brought, no errors."""

import pytest
from browser import in_browser, needs_browser
from page_runs import visuals, write_run

from tripod_dlib.pages.comparison_page import comparison_page
from tripod_dlib.pages.run_page import run_page
from tripod_dlib.pages.run_record import read_run

pytestmark = needs_browser


@pytest.fixture
def page(tmp_path):
    return run_page(read_run(write_run(tmp_path / "run")), visuals())


def test_a_tile_follows_its_slider_while_it_is_dragged_and_the_image_that_is_chosen(page, tmp_path):
    script = """
      const figure = document.querySelectorAll('.slider')[1];
      const sprite = figure.querySelector('.sprite');
      const slider = figure.querySelector('input'), output = figure.querySelector('output');
      const states = [[sprite.style.backgroundPosition, output.textContent]];
      for (const value of [0, 3, 5]) {  // as while dragging: input events, and no change event
        slider.value = value; slider.dispatchEvent(new Event('input'));
        states.push([sprite.style.backgroundPosition, output.textContent]);
      }
      document.querySelectorAll('input[name=start]')[2].click();
      states.push([sprite.style.backgroundPosition, output.textContent, slider.value]);
      slider.value = 0; slider.dispatchEvent(new Event('input'));
      document.getElementById('reset').click();
      states.push([sprite.style.backgroundPosition, output.textContent, slider.value]);
      return states;
    """
    states = in_browser(page, tmp_path, script)
    own = visuals().sliders[1].starts
    assert states[0] == [f"{20 * own[0]}% 0%", "-0.60"]
    assert states[1:4] == [["0% 0%", "-1.00"], ["60% 0%", "+0.20"], ["100% 0%", "+1.00"]]
    x, y = states[4][0].split()
    assert (x, states[4][1:]) == (f"{20 * own[2]}%", ["+0.20", str(own[2])])
    assert float(y.rstrip("%")) == pytest.approx(200 / 3, abs=0.01)
    assert states[5] == states[4]


@pytest.mark.parametrize("size", ["1200,900", "390,800"])
def test_a_page_is_never_wider_than_its_window(page, tmp_path, size):
    script = "return [document.documentElement.scrollWidth, window.innerWidth];"
    width, window = in_browser(page, tmp_path, script, size)
    assert width <= window


def test_every_section_has_what_its_link_names(page, tmp_path):
    script = """
      return [...document.querySelectorAll('nav a')].map(
        (link) => document.querySelector(link.getAttribute('href')) !== null);
    """
    found = in_browser(page, tmp_path, script)
    assert len(found) == 7 and all(found)


def test_names_that_are_programs_do_not_run(tmp_path):
    name = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"
    record = read_run(write_run(tmp_path / "run", name=name, dataset=name, factor_names=[name] * 3))
    record.bound[name] = name
    for text in (run_page(record, visuals()), comparison_page([record, record], tmp_path)):
        assert in_browser(text, tmp_path, "return window.ran || 0;") == 0
