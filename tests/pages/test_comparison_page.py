import shutil

import numpy as np
from page_runs import write_run
from PIL import Image

from tripod_dlib.pages.comparison_page import comparison_page, unique_names, write_comparison_page
from tripod_dlib.pages.run_record import read_run


def records(tmp_path, num=3):
    return [read_run(write_run(tmp_path / f"seed{seed}", seed=seed)) for seed in range(num)]


def test_scores_stand_side_by_side_and_only_what_differs_is_shown(tmp_path):
    text = comparison_page(records(tmp_path), tmp_path)
    for expected in ("seed0", "seed2", "0.800", "0.820", "model.random_seed", "3 runs compared"):
        assert expected in text
    assert "tripod.klm_weight" not in text  # the same in all
    assert "<th>InfoC</th>" not in text  # undefined in all


def test_curves_are_laid_over_each_other(tmp_path):
    text = comparison_page(records(tmp_path), tmp_path)
    titles = [part.partition("<")[0] for part in text.split("<figure><h3>")[1:]]
    assert titles == ["InfoM", "PSNR (dB)", "loss", "klm", "nhp"]


def test_links_lead_to_the_runs_own_pages_where_they_are(tmp_path):
    (tmp_path / "a b#c").mkdir()
    run = write_run(tmp_path / "a b#c" / "run")
    (run / "report.html").write_text("")
    found = [read_run(run), *records(tmp_path, 1)]
    write_comparison_page(found, tmp_path / "pages" / "all.html")
    text = (tmp_path / "pages" / "all.html").read_text()
    assert 'href="../a%20b%23c/run/report.html"' in text and text.count("<td><a ") == 1


def test_the_same_configuration_is_said(tmp_path):
    (one,) = records(tmp_path, 1)
    assert "Nothing: the runs have the same configuration." in comparison_page([one, one], tmp_path)


def test_runs_of_the_same_name_are_told_apart_by_their_folders(tmp_path):
    write_run(tmp_path / "a" / "run")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    found = [read_run(tmp_path / name / "run") for name in "ab"]
    assert unique_names(found) == ["a/run", "b/run"]
    assert unique_names([found[0], found[0]])  # the same twice: no end of looking


def test_traversals_are_embedded_as_large_as_fit(tmp_path):
    found = records(tmp_path, 12)
    noise = np.random.RandomState(0).randint(256, size=(900, 1200, 3)).astype(np.uint8)
    for record in found:
        (record.path / "pictures").mkdir()
        Image.fromarray(noise).save(record.path / "pictures" / "traversals.png")
    text = comparison_page(found, tmp_path)
    assert len(text) < 5_000_000
    (found[0].path / "pictures" / "traversals.png").write_bytes(b"damaged")
    assert comparison_page(found[:2], tmp_path).count('alt="traversals of') == 1
