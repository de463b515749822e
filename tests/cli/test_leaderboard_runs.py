"""Boards of run folders of which some are damaged."""

import shutil

import numpy as np
import pytest
from page_runs import write_run

from tripod_dlib.board.runs import run_folders
from tripod_dlib.cli.leaderboard import main

pytest.importorskip("statsmodels")
pytest.importorskip("itables")


def test_damaged_runs_are_left_out_of_a_board_and_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    levels = np.random.RandomState(0).randint(3, size=(60, 2))
    for seed, name in enumerate(["whole", "cut", "mute"]):
        run = write_run(tmp_path / "runs" / name, seed=seed)
        arrays = {"sources": levels, "latents": levels, "num_values_per_latent": 3}
        np.savez(run / "representation.npz", **arrays)
    (tmp_path / "runs" / "cut" / "representation.npz").write_bytes(b"PK")
    (tmp_path / "runs" / "mute" / "run.json").write_text("{")
    assert main(["--runs=runs/*", "--output=board", "--permutations=2"]) == 0
    said = capsys.readouterr().err
    table = (tmp_path / "board" / "board.md").read_text()
    for fault in ("cut/representation.npz is damaged", "mute/run.json cannot be read as JSON"):
        assert f"note: left out: runs/{fault}" in said and fault in table
    shutil.copytree(tmp_path / "runs" / "whole", tmp_path / "runs" / "x_copy_of_it")
    assert main(["--runs=runs/*", "--output=board", "--permutations=2"]) == 0
    shown = capsys.readouterr()
    fault = "x_copy_of_it is of the same method, revision, dataset and seed as runs/whole, or a"
    assert f"note: left out: runs/{fault}" in shown.err and f"- runs/{fault}" in shown.out
    shutil.rmtree(tmp_path / "runs" / "x_copy_of_it")
    (tmp_path / "runs" / "whole" / "run.json").write_text("[]")
    assert main(["--runs=runs/*", "--output=other"]) == 2
    assert "None of the runs can be used:" in capsys.readouterr().err


def test_a_folder_that_is_there_is_no_pattern(tmp_path):
    run = tmp_path / "100% [1] {x}"
    run.mkdir()
    (run / "run.json").write_text("{}")
    assert run_folders(str(run)) == [run]
    assert run_folders(f"{tmp_path}/100*") == [run]
