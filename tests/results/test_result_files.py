import json

import pytest

from tripod_dlib.cli.aggregate import COMMAND
from tripod_dlib.errors import InputError
from tripod_dlib.results.aggregate import (
    aggregate_results_to_json,
    group_over_seeds,
    mean_and_spread,
    read_results,
)
from tripod_dlib.results.result_files import find_results
from tripod_dlib.results.table import choose_columns

MIG, SAP = "evaluation_results.mig.discrete_mig", "evaluation_results.sap_score.SAP_score"


def write(folder, step="train", **content):
    path = folder / "results" / "aggregate" / f"{step}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def run(seed, infom=0.5, uuid=None, **more):
    return {
        "train_config.dataset.name": "'d'",
        "train_config.model.random_seed": str(seed),
        "train_results.infomec.infom": infom,
        "train_results.random_seed": seed,
        "train_results.uuid": uuid or f"run {seed}",
        **more,
    }


def evaluation(seed, metric, score, value, number=0, **bindings):
    return {
        **run(seed),
        "evaluation_config.evaluation.evaluation_fn": f"@{metric}",
        "evaluation_config.evaluation.random_seed": str(number),
        **{f"evaluation_config.{name}": str(bound) for name, bound in bindings.items()},
        f"evaluation_results.{score}": value,
        "evaluation_results.uuid": f"{metric} of {seed} {number} {bindings}",
    }


def groups(tmp_path):
    return group_over_seeds(read_results(f"{tmp_path}/**/aggregate/*.json"))


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[1]",
        "3",
        "",
        "\xff",
        "{}",
        '{"loss": 3}',
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ]
    + ['{"a": ' + "[" * 60 + "]" * 60 + "}", '{"a": ' + "9" * 400 + "}"]
    + ['{"a": ' + "9" * 5000 + "}", '{"a": [[-' + "9" * 400 + "]]}"],
    ids=[
        "half",
        "list",
        "number",
        "empty",
        "no text",
        "no key",
        "other",
        "deep",
        "nested",
        "digits",
        "many",
        "inner",
    ],
)
def test_a_file_that_is_no_result_is_named(tmp_path, content):
    (tmp_path / "train.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=r"train\.json .*xclude"):
        find_results(str(tmp_path / "*.json"))


def test_a_folder_of_that_name_is_named(tmp_path):
    (tmp_path / "train.json").mkdir()
    with pytest.raises(InputError, match=r"train\.json cannot be read"):
        find_results(str(tmp_path / "*.json"))


def test_a_copy_of_a_run_counts_once(tmp_path):
    for place, seed, infom in (("a", 0, 0.9), ("b", 1, 0.5), ("scores/mig", 0, 0.9), ("c", 0, 0.9)):
        write(tmp_path / place, **run(seed, infom))
    found = find_results(f"{tmp_path}/**/train.json")
    assert len(found.results) == 2
    assert found.notes == ["2 files of results found elsewhere left out."]


def test_a_link_to_a_file_without_a_name_of_its_own_counts_once(tmp_path):
    (tmp_path / "a.json").write_text('{"train_results.x": 1.0}')
    (tmp_path / "b.json").symlink_to(tmp_path / "a.json")
    assert len(read_results(f"{tmp_path}/*.json")) == 1


def test_runs_that_overwrite_moved_aside_stay_out_unless_they_are_asked_for(tmp_path):
    write(tmp_path / "run", **run(0))
    write(tmp_path / "run.old-20260102-030405", **run(0, uuid="first"))
    write(tmp_path / "run.old-20260102-030405-2", **run(0, uuid="second"))
    found = find_results(f"{tmp_path}/**/train.json")
    assert len(found.results) == 1 and "2 files of runs that --overwrite" in found.notes[0]
    assert len(read_results(f"{tmp_path}/*.old-*/**/train.json")) == 2
    with pytest.raises(InputError, match="but 1 of runs that --overwrite moved aside"):
        find_results(f"{tmp_path}/run?old?20260102-030405/**/train.json")


def test_results_that_were_gathered_before_are_left_out_and_said(tmp_path):
    write(tmp_path, "a", **run(0))
    write(tmp_path, "b", **run(1))
    everything = f"{tmp_path}/**/*.json"
    for _ in range(2):  # the second time the first one's output is there
        aggregate_results_to_json(everything, tmp_path / "all.json")
    found = find_results(everything)
    assert len(found.results) == 2
    assert found.notes == ["1 file into which results were gathered before left out."]
    with pytest.raises(InputError, match="matches only .*all.json, into which results were gath"):
        find_results(f"{tmp_path}/all.json")


def test_a_result_file_is_not_written_over_by_what_is_gathered_from_it(tmp_path, capsys):
    for place in ("a", "copy"):
        write(tmp_path / place, **run(0))
    pattern = f"{tmp_path}/*/results/aggregate/*.json"
    before = {path: path.read_bytes() for path in tmp_path.glob("*/results/aggregate/*.json")}
    for path in before:
        message = "train.json is one of the result files that the pattern matches"
        with pytest.raises(InputError, match=message):
            aggregate_results_to_json(pattern, path)
        assert COMMAND.run([f"--result_file_pattern={pattern}", f"--output_path={path}"]) == 2
        assert message in capsys.readouterr().err
    flags = [f"--{name}={tmp_path / 'x.md'}" for name in ("output_path", "table_path")]
    assert COMMAND.run([f"--result_file_pattern={pattern}", *flags]) == 2
    assert "results and table are two files" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


def test_a_text_in_place_of_a_number_is_said(tmp_path):
    write(tmp_path / "a", **run(0, 0.5))
    write(tmp_path / "b", **run(1, "0.7"))
    (group,) = groups(tmp_path)
    assert group.scores["train_results.infomec.infom"] == [0.5]
    (note,) = group.notes
    assert note.startswith("train_results.infomec.infom is a text, such as '0.7', in 1 run, which")


def test_the_same_seed_thrice_is_one_run_and_is_said(tmp_path):
    for place in "abc":
        write(tmp_path / place, **run(0, 0.5, uuid=place))
    (group,) = groups(tmp_path)
    assert (group.num_runs, group.scores["train_results.infomec.infom"]) == (1, [0.5])
    assert mean_and_spread([0.5]) == (0.5, None)
    assert "2 runs have a seed that was there already" in group.notes[0]


def test_several_metrics_of_a_run_are_one_run(tmp_path):
    for seed in (0, 1):
        write(tmp_path / f"mig{seed}", "evaluation", **evaluation(seed, "mig", "discrete_mig", 0.2))
        write(
            tmp_path / f"sap{seed}", "evaluation", **evaluation(seed, "sap_score", "SAP_score", 0.1)
        )
        write(tmp_path / f"run{seed}", **run(seed))
    (group,) = groups(tmp_path)
    assert group.num_runs == 2 and group.setting == {}
    assert group.scores[MIG] == [0.2, 0.2] and group.scores[SAP] == [0.1, 0.1]
    assert group.scores["train_results.infomec.infom"] == [0.5, 0.5]


def test_several_draws_of_one_evaluation_are_one_repetition(tmp_path):
    for number, value in ((0, 0.2), (1, 0.4)):
        result = evaluation(0, "mig", "discrete_mig", value, number)
        write(tmp_path / str(number), "evaluation", **result)
    (group,) = groups(tmp_path)
    assert group.scores[MIG] == pytest.approx([0.3])


def test_a_metric_that_was_bound_in_two_ways_has_two_columns(tmp_path):
    for bins in (20, 30):
        result = evaluation(0, "mig", "discrete_mig", bins / 100, **{"discretizer.num_bins": bins})
        write(tmp_path / str(bins), "evaluation", **result)
    (group,) = groups(tmp_path)
    names = {key.removeprefix("evaluation_results.") for key in group.scores if "mig" in key}
    assert names == {f"mig[discretizer.num_bins={bins}].discrete_mig" for bins in (20, 30)}


def test_scores_of_arrays_stand_each_alone(tmp_path):
    for name in ("good", "noise"):
        content = {MIG: 0.5, "evaluation_results.uuid": name, "evaluation_results.discrete": True}
        write(tmp_path / name, "evaluation", **content, **{"evaluation_results.num_samples": 500})
    first, second = groups(tmp_path)
    assert first.num_runs == second.num_runs == 1
    assert "good" in first.setting["path"] and first.scores == {MIG: [0.5]}


def test_other_data_under_the_same_name_are_another_setting_and_another_place_is_not(tmp_path):
    of = "train_results.data_fingerprint"
    for seed, (content, place) in enumerate((("aa", "/x"), ("aa", "/y"), ("bb", "/x"))):
        bound = {"train_config.dataset.data_dir": f"'{place}'"}
        bound["train_config.dataset.cache_dir"] = f"'{seed}'"
        write(tmp_path / str(seed), **run(seed), **{of: content}, **bound)
    assert [(group.num_runs, group.setting) for group in groups(tmp_path)] == [
        (2, {of: "aa"}),
        (1, {of: "bb"}),
    ]


def test_a_score_that_is_undefined_in_every_run_is_a_column_without_values(tmp_path):
    for seed in range(2):
        write(tmp_path / str(seed), **run(seed, infom=None))
    (group,) = groups(tmp_path)
    columns, _ = choose_columns([group], ["InfoM"])
    assert group.scores[columns[0][1]] == []
