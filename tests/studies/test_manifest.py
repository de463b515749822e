import pytest
from study_folders import STEPS, planned, resolve, study_of

from tripod_dlib.errors import InputError
from tripod_dlib.studies.manifest import plan, read_manifest, setting_path, write_plan


def names(runs):
    return [(run.phase, run.model, run.seed) for run in runs]


def test_without_tuning_every_setting_runs_over_all_seeds_of_each_kind_one_first():
    runs = plan(study_of(), resolve).runs
    assert names(runs) == [
        ("final", "plain", 0),
        ("final", "weighted", 0),
        ("final", "plain", 1),
        *([("final", "weighted", 1), ("final", "weighted", 0), ("final", "weighted", 1)]),
    ]
    assert [run.hyperparameters for run in runs[3:]] == [
        {"weighted.weight": weight} for weight in (1.0, 4.0, 4.0)
    ]
    assert all(run.steps == STEPS for run in runs)


def test_tuning_chooses_among_several_settings_before_the_reported_runs_are_named():
    study = study_of(tuning_seeds=[7], final_bindings=["protocol.report_seed = 9"])
    found = plan(study, resolve)
    assert names(found.runs) == [
        *([("tuning", "weighted", 7)] * 2),
        *[("final", "plain", 0), ("final", "plain", 1)],
    ]
    assert names(found.to_come) == [("final", "weighted", 0), ("final", "weighted", 1)]
    chosen = plan(study, resolve, {("boxes", "weighted"): {"weighted.weight": 4.0}})
    assert chosen.to_come == []
    assert {run.name for run in found.runs} < {run.name for run in chosen.runs}
    final = [run for run in chosen.runs if run.model == "weighted" and run.phase == "final"]
    assert [run.hyperparameters["weighted.weight"] for run in final] == [4.0, 4.0]


def test_a_run_is_named_by_the_content_of_its_configuration():
    before = {run.name for run in plan(study_of(), resolve).runs}
    assert before == {run.name for run in plan(study_of(name="other"), resolve).runs}
    for change in ({"bindings": ["a = 1"]}, {"final_bindings": ["a = 1"]}):
        assert not before & {run.name for run in plan(study_of(**change), resolve).runs}
    more = {run.name for run in plan(study_of(seeds=[0, 1, 2]), resolve).runs}
    assert before < more and len(more) == 9
    assert all(name.startswith("boxes-") for name in before)


def test_runs_that_are_the_same_are_refused():
    with pytest.raises(InputError, match="Two runs of the study are the same, boxes-weighted-0-"):
        plan(study_of(grids={"weighted": {"a": [1, 1]}}), resolve)


def test_the_plan_is_read_as_it_was_written(tmp_path):
    runs = planned(tmp_path, study_of())
    assert read_manifest(tmp_path) == runs
    text = setting_path(tmp_path, runs[1].setting).read_text()
    assert "weighted.weight = 1.0\n" in text and "model.random_seed = 0\n" in text
    next((tmp_path / "settings").iterdir()).write_bytes(b"\xff")
    write_plan(tmp_path, plan(study_of(), resolve))
    assert read_manifest(tmp_path) == runs
    assert all(path.read_text() for path in (tmp_path / "settings").iterdir())


@pytest.mark.parametrize(
    "content, message",
    [(None, "not the folder of a study")]
    + [(content, "is damaged") for content in ('{"name": 3}\n', "", "[]", "\x80")],
)
def test_a_folder_without_a_plan_is_named(content, message, tmp_path):
    if content is not None:
        (tmp_path / "manifest.jsonl").write_text(content)
    with pytest.raises(InputError, match=message):
        read_manifest(tmp_path)
