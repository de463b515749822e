import matplotlib
import numpy as np
import pytest
from PIL import Image

from tripod_dlib.results import plots

NAMES = ["floor_hue", "wall_hue", "shape"]
HOSTILE = ["$$", r"$\frac{$", "a\nb\x1b[2J", "形", "x" * 500, r"\notacommand", "_", ""]


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_the_heat_map_marks_inactive_latents_and_takes_undefined_sources(tmp_path):
    nmi = np.zeros((3, 6))
    nmi[1] = np.nan
    hatched = {}
    for name, active in (("all", np.ones(6, bool)), ("some", np.arange(6) > 2)):
        plots.save_nmi_heat_map(tmp_path / f"{name}.png", nmi, NAMES, active)
        inside = read(tmp_path / f"{name}.png")[60:-60, 150:510]
        hatched[name] = (inside == 128).all(axis=-1)  # gray
    assert not hatched["all"].any()
    columns = np.flatnonzero(hatched["some"].any(axis=0))
    assert len(columns) > 100
    assert columns.max() < 250  # the three inactive ones stand left


def test_the_title_of_a_heat_map_has_the_scores(tmp_path, monkeypatch):
    titles = []
    monkeypatch.setattr(plots, "_save", lambda figure, path: titles.append(figure.axes))
    nmi, active = np.eye(3), np.array([True, True, False])
    scores = {"infom": 0.8394, "infoc": None, "infoe": 1.0}
    plots.save_nmi_heat_map(tmp_path, nmi, NAMES, active, scores)
    matrix, colours = titles[0]
    expected = "InfoM 0.839   InfoC -   InfoE 1.000   (2 of 3 latents active)"
    assert matrix.get_title() == expected
    assert colours.get_ylabel() == "I(source; latent) / H(source)"
    dci = {"disentanglement": 0.5, "completeness": None}
    plots.save_importance_matrix(tmp_path, np.eye(3), NAMES, dci)
    assert titles[1][0].get_title() == "D 0.500   C -"


def test_the_importance_matrix_has_latents_as_columns(tmp_path):
    plots.save_importance_matrix(tmp_path / "long.png", np.eye(20, 3), NAMES)
    height, width, _ = read(tmp_path / "long.png").shape
    assert width > 3 * height


def test_names_are_shown_as_they_are_and_never_typeset(tmp_path):
    matrix = np.zeros((len(HOSTILE), 2))
    plots.save_nmi_heat_map(tmp_path / "a.png", matrix, HOSTILE, np.array([True, False]))
    plots.save_importance_matrix(tmp_path / "b.png", matrix.T, HOSTILE)
    rows = [{"step": 1, **{name: 1.0 for name in HOSTILE}}]
    plots.save_curves(tmp_path / "c.png", rows)
    assert len(list(tmp_path.glob("*.png"))) == 3


def test_a_matrix_of_very_many_latents_is_still_drawn(tmp_path):
    plots.save_nmi_heat_map(tmp_path / "a.png", np.zeros((2, 700)), NAMES[:2], np.ones(700, bool))
    assert read(tmp_path / "a.png").shape[1] <= plots.MOST_PIXELS


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"step": 1, "loss": 0.5, "klm": None}],
        [{"step": 2, "evaluation": {"step": 2, "psnr.psnr": 12.0}}],
        [{"step": 1, "loss": -0.5}, {"step": 2, "evaluation": {"step": 2, "infomec.infom": 0.5}}],
    ],
    ids=["nothing", "losses", "no sources", "both"],
)
def test_curves_are_drawn_of_what_was_logged(tmp_path, rows):
    plots.save_curves(tmp_path / "curves.png", rows, selected_step=2)
    assert read(tmp_path / "curves.png").std() > 1


def test_what_a_users_matplotlibrc_says_changes_no_picture_and_stays_the_users(tmp_path):
    active = np.ones(3, bool)
    plots.save_nmi_heat_map(tmp_path / "plain.png", np.eye(3), NAMES, active)
    users = {
        "text.usetex": True,
        "figure.constrained_layout.use": True,
        "axes.facecolor": "red",
        "savefig.dpi": 20,
        "savefig.transparent": True,
    }
    with matplotlib.rc_context(users):
        plots.save_nmi_heat_map(tmp_path / "users.png", np.eye(3), NAMES, active)
        assert {key: matplotlib.rcParams[key] for key in users} == users
    np.testing.assert_array_equal(read(tmp_path / "users.png"), read(tmp_path / "plain.png"))
