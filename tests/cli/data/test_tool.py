"""tripod_data: help, and what cannot be done."""

import pytest

from tripod_dlib.cli.data import TOOL


@pytest.mark.parametrize("shown", [TOOL, *TOOL.commands], ids=lambda shown: shown.name)
def test_help_fits_a_screen_and_names_every_flag(shown, capsys):
    assert shown.run(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    for command in shown.commands:
        assert any(line.split()[:1] == [command.name.split()[1]] for line in lines)
    for define in shown.flags:
        assert any(line.startswith(f"  --{define.args[-3]}") for line in lines)


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "Missing: COMMAND"),
        (["lst"], "Unknown command 'lst'. Did you mean 'list'?"),
        (["--yes", "list"], "Unknown flag --yes"),
        (["download"], "Missing: NAME"),
        (["download", "a", "b"], "Unexpected argument 'b'. See tripod_data download --help"),
        (["list", "a"], "Unexpected argument 'a'. See tripod_data list --help"),
        (["download", "shapes3"], "Unknown dataset 'shapes3'. Did you mean 'shapes3d'"),
        (["verify", "nothing"], "Unknown dataset 'nothing'"),
        (["prepare", "shapes3d", "--factor_size=2"], "Did you mean --factor_sizes"),
        (["prepare", "shapes3d", "--factor_sizes=2,x"], "allowed are integers"),
        (["prepare", "shapes3d", "--image_size=big"], "image_size"),
        (["prepare", "dummy_data", "--image_size=8"], "dummy_data has no dataset.image_size"),
        (["import", "mine.npz"], "--name is missing"),
        (["import", "mine.npz", "--name=mine"], "mine.npz is not there"),
        (["show", "dummy_data", "--output=x.jpg"], "the picture is a .png file"),
        (["show", "identity_observations"], "are no images: their shape is 10"),
        (["download", "own_file"], "own_file is for data of your own"),
        (["prepare", "own_file"], "Bind dataset.data_dir"),
        (["clean", "--imports"], "--imports needs the NAMEs"),
        (["clean", "shapes3d"], "no cache of 'shapes3d'; there are caches of: none at all"),
        (["verify", "shapes3d"], "tripod_data download shapes3d"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(typed, words, message):
    code, out, err = typed(*words)
    assert code == 2 and not out and message in err and err.startswith("tripod_data")


def test_the_version_is_the_package_s(typed):
    assert typed("--version")[1] == typed("list", "--version")[1].replace(" list", "")
