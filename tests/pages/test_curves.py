import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from tripod_dlib.pages.curves import MOST_POINTS, Curve, _thinned, draw_curves


def parsed(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return [element.text for element in parsed(svg).iter() if element.tag.endswith("}text")]


def test_a_plot_is_whole_xml_in_the_page_s_own_colour_and_size():
    svg = draw_curves("a", [Curve("loss", [1, 2], [0.5, 0.25])], "loss", marks=[("selected", 1)])
    root = parsed(svg)
    assert root.get("width") is None and root.get("viewBox")
    assert "currentColor" in svg and "#010203" not in svg
    assert {"loss", "step", "selected"} <= set(texts(svg))


def test_the_same_curves_are_the_same_text_and_two_plots_share_no_names():
    curves = [Curve("loss", [1, 2], [0.5, 0.25])]
    first, again = (draw_curves("a", curves, "loss") for _ in range(2))
    assert first == again
    second = draw_curves("b", curves, "loss")
    names = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert names[0] and not names[0] & names[1]
    for svg, known in zip((first, second), names, strict=True):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= known


@pytest.mark.parametrize("name", ["<b>&", "$$x", "_hidden", "a\x1b\x00", "]]>", "形"])
def test_names_are_shown_as_they_are(name):
    shown = [text.strip("\u200b") for text in texts(draw_curves("a", [Curve(name, [1], [1])], "y"))]
    assert name.replace("\x1b", r"\x1b").replace("\x00", r"\x00") in shown


@pytest.mark.parametrize("values", [[4.0, 6.5], [0.05, 0.4], [-2.0, 3.0], [1e-4, 1e3]])
def test_ticks_of_magnitudes_are_numbers(values):
    shown = texts(draw_curves("a", [Curve("a", [1, 2], values)], "y", logarithmic=True))
    ticks = [text for text in shown if text and any(character.isdigit() for character in text)]
    assert len([float(text.replace("\u2212", "-")) for text in ticks]) > 3


@pytest.mark.parametrize("values", [[0.0, 0.0], [1e-30, 1.0], [-1.0, 0.0, 5.0], [0.0, 1e-9], []])
def test_magnitudes_of_any_kind_are_drawn(values):
    curve = Curve("a", range(len(values)), values)
    svg = parsed(draw_curves("a", [curve], "y", logarithmic=True))
    assert svg.tag.endswith("}svg") and "y" in texts(ElementTree.tostring(svg))


def test_very_many_points_become_the_means_of_neighbours():
    steps = np.arange(10 * MOST_POINTS)
    thin_steps, thin_values = _thinned(Curve("a", steps, 2.0 * steps))
    assert len(thin_steps) == MOST_POINTS
    assert thin_steps[0] == pytest.approx(4.5)
    np.testing.assert_allclose(thin_values, 2.0 * thin_steps)
