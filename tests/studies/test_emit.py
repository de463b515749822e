import subprocess

import pytest
from study_folders import planned, study_of

from tripod_dlib.errors import InputError
from tripod_dlib.studies.emit import require_options, write_commands, write_slurm


def command(run):
    return ["echo", f"--run={run.name}", "a 'quoted' $word"]


def test_commands_are_one_a_line_quoted_for_a_shell(tmp_path):
    runs = planned(tmp_path, study_of())
    path = write_commands(tmp_path, runs, command)
    said = subprocess.run(["bash", path], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [f"--run={run.name} a 'quoted' $word" for run in runs]


def test_array_scripts_hold_at_most_as_many_tasks_as_the_site_allows_each_run_once(tmp_path):
    folder = tmp_path / "my study"
    runs = planned(folder, study_of(seeds=[0, 1, 2, 3, 4]))
    settings = {"cores_per_run": 2, "at_a_time": 3, "options": ["--partition=gpu"]}
    write_slurm(folder, runs, command, most=2, **settings)
    scripts = write_slurm(folder, runs, command, most=6, **settings)
    assert sorted(folder.glob("slurm/*.sbatch")) == scripts and len(scripts) == 3
    texts = [script.read_text() for script in scripts]
    pairs = zip((5, 5, 2), texts, strict=True)
    assert all(f"#SBATCH --array=0-{last}%3\n" in text for last, text in pairs)
    said = []
    for script, tasks in zip(scripts, (6, 6, 3), strict=True):
        for task in range(tasks):
            environment = {"SLURM_ARRAY_TASK_ID": str(task), "PATH": "/usr/bin:/bin"}
            call = ["bash", script]
            done = subprocess.run(call, capture_output=True, text=True, env=environment, check=True)
            said += done.stdout.splitlines()
    assert said == [f"--run={run.name} a 'quoted' $word" for run in runs]
    assert f'#SBATCH --output="{folder}/logs/slurm-%A_%a.out"\n' in texts[0]
    assert (folder / "logs").is_dir(), "Slurm fails tasks whose output has no folder"
    assert "#SBATCH --cpus-per-task=2\n" in texts[0] and "#SBATCH --partition=gpu\n" in texts[0]


@pytest.mark.parametrize("option", ["partition=gpu", "", "--a\n#SBATCH --b"])
def test_what_is_no_option_of_sbatch_is_refused(option):
    with pytest.raises(InputError, match="is no option of sbatch"):
        require_options([option])
