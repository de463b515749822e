import json

import pytest

from tripod_dlib.cli import profile

ROW = {
    "step_seconds": 0.125,
    "images_per_second": 256.0,
    "compile_seconds": 21.34,
    "peak_bytes": 1_470_000_000,
    "batch_size": 32,
    "device": "the processor",
}


def test_the_table_has_a_row_a_model_beside_the_paper_s_seconds():
    lines = profile.table_of({"tripod": ROW, "tripod_interaction_share": ROW})
    assert lines[0].startswith("on the processor; the paper's seconds are of its own hardware")
    assert lines[1].split("  ")[0] == "model" and len({len(line) for line in lines[1:]}) == 1
    assert lines[2].split() == ["tripod", "0.1250", "256", "21.3", "1.5", "GB", "0.106"]
    assert lines[3].split()[-1] == "-"


@pytest.mark.parametrize(
    "flag, message",
    [
        ("--models=vae", "vae"),
        ("--gin_bindings=model.batch = 1", "batch"),
        ("--seconds=0", "seconds"),
    ],
)
def test_what_cannot_be_timed_is_refused_before_anything_is(flag, message, capsys):
    assert profile.main([flag]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_a_model_is_timed_in_a_process_of_its_own(tmp_path, capfd):
    bindings = [
        "dataset.factor_sizes = (2, 2, 2, 1, 2, 1)",
        "networks.architecture = 'disentanglement_lib'",
    ]
    output = tmp_path / "here.json"
    flags = [f"--gin_bindings={binding}" for binding in bindings]
    assert profile.main(["--models=qlae_klm", "--seconds=0.1", f"--output={output}", *flags]) == 0
    written = json.loads(output.read_text())
    (row,) = written["rows"].values()
    assert row["step_seconds"] > 0 and row["compile_seconds"] > row["step_seconds"]
    assert row["images_per_second"] == pytest.approx(row["batch_size"] / row["step_seconds"])
    assert 1e8 < row["peak_bytes"] < 1e10 and written["provenance"]["versions"]["keras"]
    assert "qlae_klm" in capfd.readouterr().out
