import json
import re

import numpy as np
import pytest
from html_tags import Tags
from page_runs import visuals, write_run

from tripod_dlib.errors import InputError
from tripod_dlib.pages import render, run_page
from tripod_dlib.pages.run_record import read_run

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "a\x1b[2J\x00b",
    "$$\\frac{",
    "\u202egnp",
    "x" * 3000,
]


@pytest.fixture
def page(tmp_path):
    def make(shown=None, **changes):
        record = read_run(write_run(tmp_path / "run", **changes))
        return run_page.run_page(record, shown)

    return make


def test_a_page_has_all_that_is_known_of_a_run(page):
    text = "".join(Tags(page(visuals())).text)
    for expected in (
        *("tripod on shapes3d_procedural", "step 200 of 400", "6.9 min", "a processor, 2 cores"),
        *("0.800", "0.066", "30.27", "Left out, since their labels never vary."),
        *("gin/quickstart.gin", "tripod.klm_weight", "0.01", "model.random_seed"),
        *("1.50 GB", "2.5 Wh", "1.3 steps per second", "3.15.1", "wall_hue", "cond", "0.0120"),
        *("Loss and its terms", "Scores", "Reconstruction", "Interaction share", "selected"),
    ):
        assert expected in text, expected


def test_every_latent_has_a_slider_that_begins_at_the_image_s_own_value(page):
    shown = visuals()
    text = page(shown)
    values = re.findall(r'<input type="range" min="0" max="5" step="1" value="(\d)"', text)
    assert values == [str(slider.starts[0]) for slider in shown.sliders]
    assert len(re.findall(r'type="radio" name="start"', text)) == len(shown.starts)


def test_inactive_latents_are_marked(page):
    assert page().count('<th scope="col" class="inactive" title="inactive">z4</th>') == 1


def test_a_page_asks_nothing_of_a_network(page):
    text = page(visuals())
    found = Tags(text)
    assert "default-src 'none'" in text
    assert found.addresses and all(a.startswith(("data:", "#")) for a in found.addresses)
    assert not re.search(r"url\((?!data:|#)", text)
    assert not {"link", "iframe", "object", "base", "form"} & set(found.tags)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_any_kind_are_shown_and_do_nothing(tmp_path, name):
    record = read_run(
        write_run(
            tmp_path / "run",
            name=name,
            dataset=name,
            factor_names=[name] * 3,
            notes=[name],
            processor=name,
            selected_because=name,
            versions={name: name},
        )
    )
    record.bound[name] = name
    record.given["differences"][name] = [name, name]
    record.losses.append({"step": 500, name: 1.0})
    shown = visuals()
    for slider in shown.sliders:
        object.__setattr__(slider, "name", name)
    harmless = Tags(run_page.run_page(read_run(write_run(tmp_path / "other")), visuals()))
    found = Tags(run_page.run_page(record, shown))
    assert found.tags.count("script") == harmless.tags.count("script")
    assert found.tags.count("img") == harmless.tags.count("img")
    assert set(found.handlers) == set(harmless.handlers)
    assert "49" not in "".join(found.text).split()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", "".join(found.text))


def test_what_is_missing_or_damaged_is_left_out(tmp_path):
    folder = write_run(tmp_path / "run")
    for name in ("run.json", "metrics.jsonl", "representation.npz"):
        (folder / name).write_bytes(b"\x80{")
    path = folder / "results" / "json" / "train_results.json"
    path.write_text(json.dumps({"psnr.psnr": 20.0}))
    text = run_page.run_page(read_run(folder), None)
    assert "20.00" in text and "Curves" not in text and "<input" not in text


def test_a_part_that_fails_costs_no_other_and_is_said(page, monkeypatch, capsys):
    def fail(*_):
        raise ValueError("<none>")

    for name in ("curves_of", "_sliders", "_resources"):
        monkeypatch.setattr(run_page, name, fail)
    text = page(visuals())
    assert "report.html: curves could not be made (ValueError: &lt;none&gt;)." in text
    assert 'id="sources"' in text and 'id="reconstructions"' in text
    assert 'id="curves"' not in text and 'id="latents"' not in text
    assert capsys.readouterr().err.count("could not be made") == 3


def test_undefined_scores_and_matrices_are_dashes(page):
    nmi = [[None] * 5, [0.2] * 5, [0.0] * 5]
    text = page(**{"infomec.nmi": nmi, "infomec.infom": None})
    assert text.count('<td class="undefined"') == 5


def test_a_folder_that_is_no_finished_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="not the folder of a finished run"):
        read_run(tmp_path)


def test_without_jinja_the_extra_is_named(page, monkeypatch):
    render._environment.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(InputError, match=r"tripod_dlib\[report\]"):
        page()
    render._environment.cache_clear()


@pytest.mark.parametrize("side", [64, 512])
def test_a_page_of_a_large_model_is_under_five_megabytes(page, side):
    shown = visuals(num_latents=20, num_values=12, side=64)
    noise = np.random.RandomState(0).randint(256, size=(4, 12, side, side, 3)).astype(np.uint8)
    for slider in shown.sliders:  # noise is what no file makes small
        object.__setattr__(slider, "tiles", noise)
    assert len(page(shown).encode()) < 5_000_000


def test_very_long_trainings_have_small_plots(tmp_path):
    folder = write_run(tmp_path / "run")
    noise = np.random.RandomState(0).random_sample((20_000, 6))
    rows = [
        json.dumps({"step": i, **{f"term{k}": float(v) for k, v in enumerate(row)}}) + "\n"
        for i, row in enumerate(noise)
    ]
    (folder / "metrics.jsonl").write_text("".join(rows))
    assert len(run_page.run_page(read_run(folder), None)) < 600_000
