import pytest
from study_folders import finish, note, planned, study_of

from tripod_dlib.errors import InputError
from tripod_dlib.studies.results import choose, read_results, seconds_per_step, table_of
from tripod_dlib.studies.state import State, states_of

KIND = ("boxes", "weighted")
INFOM = "infomec.infom"


def looked_at(folder, study, runs):
    states = states_of(folder, runs)
    return runs, states, read_results(folder, runs, states, study.selection_score)


def chosen(folder, study, outcomes):
    """What is chosen; outcomes are weight and seed to InfoM and PSNR, or to an exit code."""
    runs = [run for run in planned(folder, study) if run.phase == "tuning"]
    for run in runs:
        outcome = outcomes.get((run.hyperparameters["weighted.weight"], run.seed))
        if isinstance(outcome, int):
            note(folder, run, outcome)
        elif outcome is not None:
            infom, psnr = outcome
            scores = {INFOM: infom, "psnr.psnr": psnr, "psnr_threshold": 30.0}
            finish(folder, run, **scores)
    return choose(study, *looked_at(folder, study, runs))


@pytest.mark.parametrize(
    "outcomes, weight",
    [
        ([(0.5, 31), (0.7, 31), (0.5, 31), (0.6, 31)], 1.0),  # the higher mean
        ([(0.5, 31), (0.5, 31), (0.4, 31), (0.7, 31)], 4.0),
        ([(0.5, 31), (0.5, 31), (0.5, 31), (0.5, 31)], 1.0),  # the first of equal ones
        ([(0.9, 28), (0.9, 31), (0.4, 30), (0.4, 30)], 4.0),  # the threshold comes first
        ([(0.9, 25), (0.9, 25), (0.4, 29), (0.4, 29)], 4.0),  # the higher PSNR below it
        ([(0.9, 31), 3, (0.4, 31), (0.4, 31)], 4.0),  # diverged runs count against it
        ([3, 2, (0.4, 31), (0.4, 31)], 4.0),
        ([(None, 31), (None, 31), (0.1, 31), (0.1, 31)], 4.0),  # an undefined score
    ],
)
def test_tuning_chooses_by_threshold_then_by_the_mean_score(outcomes, weight, tmp_path):
    pairs = [(1.0, 0), (1.0, 1), (4.0, 0), (4.0, 1)]
    study = study_of(tuning_seeds=[0, 1])
    found = chosen(tmp_path, study, dict(zip(pairs, outcomes, strict=True)))
    assert found == {KIND: {"weighted.weight": weight}}


def test_nothing_is_chosen_before_all_tuning_runs_have_ended_or_where_none_was_finished(tmp_path):
    study = study_of(tuning_seeds=[0])
    assert chosen(tmp_path / "a", study, {(1.0, 0): (0.5, 31)}) == {}
    assert chosen(tmp_path / "b", study, {(1.0, 0): (0.5, 31), (4.0, 0): 143}) == {}
    assert chosen(tmp_path / "c", study, {(1.0, 0): 2, (4.0, 0): 3}) == {}


def test_a_selection_score_that_no_tuning_run_has_is_refused_with_those_that_they_have(tmp_path):
    study = study_of(tuning_seeds=[0], selection_score="infomec.infomm")
    outcomes = {(1.0, 0): (0.5, 31), (4.0, 0): (0.6, 31)}
    expected = r"is 'infomec.infomm', and no tuning run of weighted on boxes has it. Did you mean "
    with pytest.raises(InputError, match=f"{expected}'infomec.infom'.*infomec.infom, psnr.psnr"):
        chosen(tmp_path, study, outcomes)
    failed = {(1.0, 0): 2, (4.0, 0): 3}  # of which nothing is known
    assert chosen(tmp_path / "failed", study, failed) == {}


def test_seconds_of_a_step_are_those_of_a_kind_s_first_finished_run_else_of_a_running_one(tmp_path):
    study = study_of(grids=None)
    runs = planned(tmp_path, study)
    finish(tmp_path, runs[0], elapsed_time=50.0)
    finish(tmp_path, runs[2], elapsed_time=70.0)
    runs, states, results = looked_at(tmp_path, study, runs)
    states[runs[1].name] = State("running", step=3, seconds_per_step=2.5)
    found = seconds_per_step(runs, states, results)
    assert found == {("boxes", "plain"): 0.5, ("boxes", "weighted"): 2.5}


def test_the_table_has_mean_and_deviation_and_says_which_runs_are_missing(tmp_path):
    study = study_of(seeds=[0, 1, 2], grids=None, least_seeds=2)
    runs = planned(tmp_path, study)
    plain = [run for run in runs if run.model == "plain"]
    weighted = [run for run in runs if run.model == "weighted"]
    for run, value in zip(plain, (0.1, 0.2, 0.6), strict=True):
        finish(tmp_path, run, **{INFOM: value, "psnr.psnr": 31.0})
    finish(tmp_path, weighted[0], **{INFOM: 0.4})
    note(tmp_path, weighted[1], 3)
    header, rows = table_of(study, *looked_at(tmp_path, study, runs))
    assert header[:5] == ["dataset", "model", "hyperparameters", "runs", "InfoM"]
    assert rows[0][:5] == ["boxes", "plain", "", "3 of 3", "0.300 ± 0.265"]
    assert rows[1][:4] == ["boxes", "weighted", "", "1 of 3, 1 diverged, fewer than 2"]
    assert rows[1][4] == "0.400" and rows[0][-1] == "31.00 ± 0.000" and rows[1][-1] == "-"
