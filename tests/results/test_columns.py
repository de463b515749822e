import pytest

from tripod_dlib.errors import InputError
from tripod_dlib.results.groups import Group
from tripod_dlib.results.table import choose_columns, format_groups, group_rows, number_rows

SCORES = {
    "train_results.psnr.psnr": [30.0, 31.0],
    "train_results.loss": [1.0],
    "train_results.baselines.infomec.infom": [0.1],
    "train_results.infomec.infoc": [0.5],
    "train_results.infomec.infom": [0.8, 0.6],
    "evaluation_results.sap_score.SAP_score": [0.2],
}
GROUPS = [Group({"a.b": "1"}, SCORES, 2), Group({"a.b": "2"}, {}, 1)]


def headings(*chosen):
    return [heading for heading, _ in choose_columns(GROUPS, chosen)[0]]


def test_the_usual_scores_come_first_in_their_order_then_those_of_evaluations():
    columns, num_further = choose_columns(GROUPS)
    assert [name for name, _ in columns] == ["InfoM", "InfoC", "PSNR", "sap_score.SAP_score"]
    assert num_further == 2


def test_columns_are_chosen_by_heading_or_name_in_the_wanted_order():
    assert headings("psnr", "train_results.loss", "InfoM") == ["PSNR", "loss", "InfoM"]
    assert set(headings("all")) >= {"loss", "baselines.infomec.infom", "InfoM"}
    with pytest.raises(InputError, match="no score 'InfoN'.*Did you mean 'InfoM'.*Known: InfoM"):
        headings("InfoN")


def test_the_same_score_of_two_steps_has_two_headings():
    both = {"train_results.infomec.infom": [0.5], "evaluation_results.infomec.infom": [0.4]}
    columns, _ = choose_columns([Group({}, both, 1)])
    assert {heading for heading, _ in columns} == {"InfoM (train)", "InfoM (evaluation)"}


def test_results_without_any_usual_score_are_shown_whole():
    columns, num_further = choose_columns([Group({}, {"train_results.reward": [1.0]}, 1)])
    assert columns == [("reward", "train_results.reward")] and num_further == 0


def test_tables_for_people_and_for_programs_have_the_same_columns():
    columns, _ = choose_columns(GROUPS, ["InfoM"])
    assert group_rows(GROUPS, columns) == (
        ["a.b", "InfoM"],
        [["1", "0.700 ± 0.141 (2)"], ["2", "-"]],
    )
    header, (first, second) = number_rows(GROUPS, columns)
    assert header == ["a.b", "InfoM mean", "InfoM std", "InfoM n"]
    assert [float(cell) for cell in first[1:]] == pytest.approx([0.7, 0.02**0.5, 2])
    assert second == ["2", "", "", "0"]


def test_names_that_would_act_on_a_terminal_are_escaped():
    group = Group({"a\x1b[2J": "x\ny"}, {"train_results.\x07": [1.0]}, 1, ("n\x1b",))
    text = format_groups([group], choose_columns([group])[0])
    assert text.splitlines()[0] == r"a\x1b[2J = x\ny"
    assert "\x1b" not in text and "\x07" not in text
