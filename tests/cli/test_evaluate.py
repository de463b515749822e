import json
import re
import subprocess
import sys

import gin
import numpy as np
import pytest
from run_folders import encode, run_bindings

from tripod_dlib.cli.evaluate import COMMAND
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.evaluation.arrays import names_of_arrays
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.metrics import compute_infomec, compute_mig

SOURCES = np.random.RandomState(0).randint(4, size=(300, 3))
LATENTS = SOURCES[:, [0, 1, 2, 0]] + np.random.RandomState(1).normal(size=(300, 4)) / 5
FACTOR_SIZES = (2, 3, 2, 1, 2, 2)
MIG = """
evaluation.evaluation_fn = @mig
evaluation.random_seed = 4
dataset.name = 'auto'
mig.num_train = 60
discretizer.discretizer_fn = @histogram_discretizer
discretizer.num_bins = 20
"""
INFOMEC = """
evaluation.evaluation_fn = @infomec
evaluation.random_seed = 4
dataset.name = 'auto'
infomec.num_train = 60
"""


@pytest.fixture
def run_folder(build_run):
    arrays = {"sources": SOURCES, "latents": np.round(LATENTS), "num_values_per_latent": 6}
    return build_run(FACTOR_SIZES, arrays)


def call(*arguments):
    return COMMAND.run([str(argument) for argument in arguments])


@pytest.fixture
def files(tmp_path):
    np.savez(tmp_path / "a.npz", sources=SOURCES, latents=LATENTS)
    np.save(tmp_path / "z.npy", LATENTS)
    np.save(tmp_path / "s.npy", SOURCES)
    return tmp_path


def result_of(folder, kind="results"):
    return json.loads((folder / "results" / "json" / f"evaluation_{kind}.json").read_text())


def test_a_file_of_arrays_is_scored_and_its_results_kept(files, capsys):
    assert (
        call(f"--representation={files / 'a.npz'}", "--nodiscrete", f"--output_dir={files}/o") == 0
    )
    shown = capsys.readouterr().out
    found = result_of(files / "o")
    expected = compute_infomec(SOURCES, LATENTS, discrete=False)
    assert found["infomec.infom"] == expected["infom"]
    np.testing.assert_allclose(found["infomec.nmi"], expected["nmi"], rtol=1e-12)
    assert f"InfoM{expected['infom']:>17.3f}{found['baselines.infomec.infom']:>12.3f}" in shown
    assert (files / "o" / "table.txt").read_text() in shown
    assert found["discrete"] is False and found["num_samples"] == 300 and found["versions"]
    pictures = {path.name for path in (files / "o" / "pictures").iterdir()}
    assert pictures == {"nmi.png", "importance_dci_random_forest.png"}
    aggregate = json.loads((files / "o" / "results" / "aggregate" / "evaluation.json").read_text())
    assert aggregate["evaluation_results.infomec.infom"] == expected["infom"]


def test_two_files_are_scored_by_the_metrics_asked_for(files, capsys):
    pair = f"--latents={files / 'z.npy'}", f"--sources={files / 's.npy'}"
    assert call(*pair, "--nodiscrete", "--metrics=mig") == 0
    shown = capsys.readouterr().out
    assert f"MIG{compute_mig(SOURCES, LATENTS)['discrete_mig']:>19.3f}" in shown
    assert "InfoM" not in shown and "nothing is kept" in shown


def test_a_run_is_scored_without_a_configuration_beside_its_own_results(run_folder, capsys):
    out = run_folder.parent / "o"
    assert call(f"--input_dir={run_folder}", "--metrics=infomec", f"--output_dir={out}") == 0
    expected = compute_infomec(SOURCES, np.round(LATENTS), discrete=True)
    assert result_of(out)["infomec.infoe"] == expected["infoe"]
    aggregate = json.loads((out / "results" / "aggregate" / "evaluation.json").read_text())
    assert aggregate["train_results.random_seed"] == 7
    assert "300 samples, 3 sources, 4 discrete latents" in capsys.readouterr().out


def test_undefined_scores_are_null_with_a_reason_and_a_dash(files, capsys):
    np.savez(files / "one.npz", sources=SOURCES, latents=LATENTS[:, :1], num_values_per_latent=0)
    assert call(f"--representation={files / 'one.npz'}", f"--output_dir={files / 'o'}") == 0
    found = result_of(files / "o")
    for key in ("infomec.infoc", "mig.discrete_mig", "dci_random_forest.completeness"):
        assert found[key] is None and "one latent" in found["undefined"][key]
    assert set(found["undefined"]) == {key for key, value in found.items() if value is None}
    assert "MIG                  -           -" in capsys.readouterr().out


def test_the_seed_reaches_what_is_drawn(files, capsys):
    for seed in (0, 1):
        arguments = f"--representation={files / 'a.npz'}", "--nodiscrete", f"--seed={seed}"
        assert call(*arguments, "--metrics=mig", f"--output_dir={files / str(seed)}") == 0
        assert capsys.readouterr().out.endswith(f"\nresults: {files / str(seed)}\n")  # no pictures
    found = [result_of(files / str(seed)) for seed in (0, 1)]
    assert found[0]["mig.discrete_mig"] == found[1]["mig.discrete_mig"]
    key = "baselines.mig.discrete_mig"
    assert found[0][key] != found[1][key] and found[1]["random_seed"] == 1


@pytest.mark.parametrize("name", names_of_arrays())
def test_every_metric_can_be_chosen(files, name, capsys):
    np.savez(files / "a.npz", sources=SOURCES[:60, :2], latents=LATENTS[:60])
    arguments = f"--representation={files / 'a.npz'}", "--nodiscrete", f"--metrics={name}"
    assert call(*arguments, f"--output_dir={files / 'o'}") == 0
    assert [key for key in result_of(files / "o") if key.startswith(f"{name}.")]
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:-1])) <= 90 and len(lines) <= 30  # the last is a path


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "Give exactly one input: .* Given: none"),
        (["--input_dir=a", "--representation=a.npz"], "--input_dir, --representation"),
        (["--latents=z.npy", "--representation=a.npz"], "Give exactly one input"),
        (["--latents=z.npy"], "--latents needs --sources"),
        (["--sources=s.npy"], "--sources needs --latents"),
        (["--representation=a.npz"], "--discrete or --nodiscrete"),
        (["--representation=none.npz", "--discrete"], "There is no file none.npz"),
        (["--representation=z.npy", "--discrete"], "one table, and two are needed"),
        (["--latents=z.npy", "--sources=short.npy", "--discrete"], r"sources are \(9, 3\)"),
        (["--representation=a.npz", "--discrete"], "Say discrete=False|--nodiscrete"),
        (["--representation=nan.npz", "--nodiscrete"], "1 NaN .* row 4, column 2"),
        (["--representation=a.npz", "--nodiscrete", "--metrics=migg"], "Did you mean 'mig'"),
        (["--representation=a.npz", "--nodiscrete", "--metrics="], "--metrics is empty"),
        (["--representation=a.npz", "--nodiscrete", "--seed=-1"], "--seed is -1"),
        (["--representation=a.npz", "--gin_config=gin/evaluation/mig.gin"], "give --input_dir"),
        (["--input_dir=none"], "none is no folder"),
        (["--input_dir=."], "holds no representation.npz"),
        (["--input_dir=.", "--output_dir=o", "--gin_bindings=a = 1"], "neither results/gin"),
        (["--input_dir=.", "--gin_bindings=a = 1", "--metrics=mig"], "are for arrays"),
    ],
)
def test_wrong_input_is_refused_with_exit_code_2(files, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(files)
    holed = LATENTS.copy()
    holed[4, 2] = np.nan
    np.savez("nan.npz", sources=SOURCES, latents=holed)
    np.save("short.npy", SOURCES[:9])
    before = set(files.iterdir())
    assert call(*arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("tripod_evaluate: ") and "Traceback" not in shown
    assert re.search(message, shown, re.DOTALL), shown
    assert set(files.iterdir()) == before


def test_an_output_folder_is_replaced_only_if_asked(files, capsys):
    command = f"--representation={files / 'a.npz'}", "--nodiscrete", "--metrics=mig"
    command = *command, f"--output_dir={files / 'o'}"
    assert call(*command) == 0
    before = result_of(files / "o")["uuid"]
    assert call(*command) == 2
    assert "Directory already exists and overwrite is False" in capsys.readouterr().err
    assert call(*command, "--overwrite") == 0
    assert result_of(files / "o")["uuid"] != before
    assert call(*command[:-1], f"--output_dir={files}", "--overwrite") == 2
    assert (files / "a.npz").exists()


def test_a_run_is_evaluated_on_its_own_dataset_by_a_configuration(run_folder, capsys):
    config, out = run_folder.parent / "m.gin", run_folder.parent / "o"
    config.write_text(MIG)
    assert call(f"--input_dir={run_folder}", f"--gin_config={config}", f"--output_dir={out}") == 0
    found, bound = result_of(out), result_of(out, "config")
    gin.parse_config([*run_bindings(FACTOR_SIZES), *MIG.strip().splitlines()[3:]])
    data = get_named_ground_truth_data()
    latents, factors = generate_batch_factor_code(data, encode, 60, np.random.RandomState(4), 16)
    with pytest.warns(UserWarning, match="never vary"):
        expected = compute_mig(factors.T, latents.T)["discrete_mig"]
    assert found["discrete_mig"] == pytest.approx(expected, rel=1e-12)
    assert set(found) == {"discrete_mig", "elapsed_time", "uuid"}
    assert bound["dataset.name"] == "'shapes3d_procedural'"
    assert bound["dataset.factor_sizes"] == str(FACTOR_SIZES)
    aggregate = json.loads((out / "results" / "aggregate" / "evaluation.json").read_text())
    assert aggregate["train_results.loss"] == 1.0
    shown = capsys.readouterr().out
    assert "@mig on shapes3d_procedural" in shown and "Note: Left out" in shown


def test_a_glob_of_configurations_gives_a_folder_each(run_folder):
    folder, out = run_folder.parent / "configs", run_folder.parent / "o"
    folder.mkdir()
    (folder / "b.gin").write_text(MIG)
    (folder / "a.gin").write_text(INFOMEC)
    command = f"--input_dir={run_folder}", f"--output_dir={out}", "--seed=9"
    command = *command, f"--gin_evaluation_config_glob={folder}/*.gin"
    assert call(*command, "--gin_bindings=infomec.batch_size = 10") == 0
    assert {path.name for path in out.iterdir()} == {"a", "b"}
    for name in ("a", "b"):
        bound = result_of(out / name, "config")
        assert bound["evaluation.name"] == f"'{name}'"
        assert bound["evaluation.random_seed"] == "9"
    assert result_of(out / "a", "config")["infomec.batch_size"] == "10"
    assert result_of(out / "a")["infom"] is not None and result_of(out / "b")["discrete_mig"] >= 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--gin_config=m.gin"], "--output_dir is missing"),
        (["--gin_bindings=mig.num_train = 10", "--output_dir=o"], "No metric is bound"),
        (["--gin_config=typo.gin", "--output_dir=o"], "migg"),
        (["--gin_config=less.gin", "--output_dir=o"], r"does not bind \['num_train'\] of mig"),
        (["--gin_evaluation_config_glob=x/*.gin", "--output_dir=o"], "No configuration matches"),
        (["--gin_config=other.gin", "--output_dir=o"], "The dataset mpi3d_toy is not there"),
    ],
)
def test_a_configuration_that_cannot_be_used_leaves_nothing(
    run_folder, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(run_folder.parent)
    monkeypatch.setenv("DISENTANGLEMENT_LIB_DATA", str(run_folder.parent / "none"))
    (run_folder.parent / "m.gin").write_text(MIG)
    (run_folder.parent / "typo.gin").write_text(MIG.replace("@mig", "@migg"))
    (run_folder.parent / "less.gin").write_text(MIG.replace("mig.num_train = 60", ""))
    (run_folder.parent / "other.gin").write_text(MIG.replace("'auto'", "'mpi3d_toy'"))
    assert call(f"--input_dir={run_folder}", *arguments) == 2
    shown = capsys.readouterr().err
    assert re.search(message, shown, re.DOTALL), shown
    assert not (run_folder.parent / "o").exists()
    assert not list(run_folder.parent.glob(".*.partial"))


def test_scoring_arrays_loads_no_framework(files):
    code = (
        "import sys\n"
        "from tripod_dlib.cli.evaluate import main\n"
        f"code = main(['--representation={files / 'a.npz'}', '--nodiscrete', '--metrics=mig', "
        f"'--output_dir={files / 'o'}'])\n"
        "print(code, *{'tensorflow', 'keras', 'jax', 'torch'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "0" and not found.stderr


def test_notes_name_the_metrics_that_they_concern(files, capsys):
    np.savez(
        files / "q.npz", sources=np.eye(4, dtype=int)[SOURCES[:, 0]], latents=np.round(LATENTS)
    )
    out = files / "o"
    command = f"--representation={files / 'q.npz'}", "--nodiscrete", "--metrics=mig,,mcc,"
    assert call(*command, f"--output_dir={out}") == 0
    captured = capsys.readouterr()
    notes = result_of(out)["notes"]
    assert [note.partition(" ")[0] for note in notes] == ["mig:", "Sources"]
    assert "mig: The latents take at most" in captured.out
    assert captured.err.startswith("Note: Sources 0 to 3 are one label in one-hot form")


def test_a_table_with_an_index_and_numbers_for_names_scores_as_its_array(files, capsys):
    np.savetxt(files / "s.csv", SOURCES, "%d", ",", header="0,1,2", comments="")
    rows = [",".join(map(repr, map(float, row))) for row in LATENTS]
    text = "\n".join([",0,1,2,3", *(f"{i},{row}" for i, row in enumerate(rows))])
    (files / "z.csv").write_text(text)
    tables = []
    for kind in ("npy", "csv"):
        pair = f"--latents={files / 'z'}.{kind}", f"--sources={files / 's'}.{kind}"
        assert call(*pair, "--nodiscrete", "--metrics=mig") == 0
        tables.append(capsys.readouterr())
    assert tables[0].out == tables[1].out
    assert "z.csv, which has no name, is left out" in tables[1].err
    assert "s.csv, 0,1,2, is taken for names" in tables[1].err
