import signal
import subprocess
import sys
from functools import partial

import pytest
from absl import flags

import tripod_dlib
from tripod_dlib.cli.aggregate import COMMAND as AGGREGATE
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.evaluate import COMMAND as EVALUATE
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.cli.train import COMMAND as TRAIN
from tripod_dlib.cli.udr import COMMAND as UDR
from tripod_dlib.errors import DivergedError, InputError, Interrupted

FLAGS = (
    partial(DEFINE_path, "model_dir", None, "a folder"),
    partial(flags.DEFINE_bool, "overwrite", None, "a switch"),
)


def command(action):
    return Command("tripod_test", "Does nothing.", FLAGS, action)


def fail_with(error):
    def action(values):
        raise error

    return action


@pytest.mark.parametrize(
    "error, code, message",
    [
        (InputError("bad\n  In call to configurable 'model' (<f>)"), 2, "tripod_test: bad\n"),
        (DivergedError("klm is nan"), 3, "tripod_test: klm is nan\n"),
        (Interrupted(signal.SIGINT), 130, "stopped by SIGINT; what was done is kept"),
        (Interrupted(signal.SIGTERM), 143, "stopped by SIGTERM; what was done is kept"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError("Unable to allocate 9 GiB"), 2, "not enough memory. Unable to allocate 9 GiB"),
        (OSError(28, "No space left on device", "/a/b"), 2, "/a/b: No space left on device. Free"),
        (OSError(27, "File too large", "/from", None, "/to"), 2, "/to: File too large. Free some"),
        (OSError(21, "Is a directory", "/a/b"), 2, "/a/b: Is a directory. Choose another folder"),
        (PermissionError(13, "Permission denied"), 2, "tripod_test: Permission denied. Choose"),
    ],
)
def test_errors_become_one_message_and_an_exit_code(error, code, message, capsys):
    assert command(fail_with(error)).run([]) == code
    shown = capsys.readouterr().err
    assert message in shown and "Traceback" not in shown and "configurable" not in shown


@pytest.mark.parametrize("error", [ZeroDivisionError(), FileNotFoundError(2, "No such file")])
def test_a_programming_error_keeps_its_traceback(error):
    with pytest.raises(type(error)):
        command(fail_with(error)).run([])


def test_flags_reach_the_function_and_a_command_runs_again(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    seen = []
    run = command(lambda values: seen.append((values.model_dir, values.overwrite)))
    for arguments in (
        ["--model_dir=a"],
        [],
        ["--model_dir=~/a", "--overwrite"],
        ["--model_dir", "-b", "--overwrite=true"],
        ["--model_dir=c=d", "--nooverwrite"],
        ["--overwrite=False"],
    ):
        assert run.run(arguments) == (2 if "-b" in arguments else 0)
    assert seen == [
        ("a", None),
        (None, None),
        ("/home/somebody/a", True),
        ("c=d", False),
        (None, False),
    ]


def test_words_beside_flags_reach_the_function_wherever_they_stand():
    seen = []
    run = Command("tripod_test", "", FLAGS, lambda values, *words: seen.append(words), nargs="*")
    run = Command(**{**vars(run), "argument": "NAME"})
    assert run.run(["--overwrite", "a", "b"]) == run.run(["a", "b", "--overwrite"]) == 0
    assert run.run([]) == 0
    assert seen == [("a", "b"), ("a", "b"), ()]


@pytest.mark.parametrize(
    "argument, message",
    [
        ("--model_dri=a", "Unknown flag --model_dri. Did you mean --model_dir?"),
        ("--model=a", "Unknown flag --model. Did you mean --model_dir?"),
        ("--model_dir=", "flag --model_dir=: a path is empty"),
        ("--model_dir", "argument --model_dir: expected one argument"),
        ("--overwrite=perhaps", "--overwrite is 'perhaps'; a switch is true or false."),
        ("-x", "Unknown flag -x. See tripod_test --help."),
        ("extra", "Unexpected argument 'extra'"),
    ],
)
def test_wrong_flags_are_refused(argument, message, capsys):
    assert command(lambda values: None).run([argument]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, message",
    [
        (["do", "--overwrite=perhaps"], "a switch is true or false."),
        (["do", "--model_dir="], "a path is empty; leave the flag out, or name a file or folder."),
        (["do"], "tripod_test: Missing: NAME."),
        (["do", "a", "--model_dri=a"], "Did you mean --model_dir?"),
    ],
)
def test_what_is_wrong_with_the_flags_of_a_word_leads_to_the_help_of_that_word(
    words, message, capsys
):
    inner = Command("tripod_test do", "Does it.", FLAGS, argument="NAME", nargs="+")
    assert Command("tripod_test", "A tool.", commands=[inner]).run(words) == 2
    shown = capsys.readouterr().err.replace("tripod_test do:", "tripod_test:")
    assert message in shown
    assert "switch" in message or "See tripod_test do --help." in shown


@pytest.mark.parametrize(
    "define, text, kind",
    [
        (flags.DEFINE_integer, "1.5", "a whole number"),
        (flags.DEFINE_integer, "", "a whole number"),
        (flags.DEFINE_float, "x", "a number"),
    ],
)
def test_what_is_no_number_is_refused_with_what_is_wanted(define, text, kind, capsys):
    size = (partial(define, "size", None, "a size"),)
    assert Command("tripod_test", "A test.", size, lambda values: None).run([f"--size={text}"]) == 2
    assert f"flag --size={text}: it is {kind}. See" in capsys.readouterr().err


def test_modules_that_the_environment_names_are_imported_first(monkeypatch, tmp_path, capsys):
    (tmp_path / "of_my_own.py").write_text("import of_my_own_too")
    (tmp_path / "of_my_own_too.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("TRIPOD_DLIB_IMPORT", "of_my_own, of_my_own_too")
    seen = []
    assert command(lambda values: seen.append("of_my_own_too" in sys.modules)).run([]) == 0
    assert seen == [True]
    monkeypatch.setenv("TRIPOD_DLIB_IMPORT", "nowhere_at_all")
    assert command(lambda values: seen.append(None)).run([]) == 2 and len(seen) == 1
    assert "TRIPOD_DLIB_IMPORT names 'nowhere_at_all': No module" in capsys.readouterr().err


SHIPPED = [TRAIN, AGGREGATE, EVALUATE, UDR]


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda command: command.name)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_fits_a_screen_and_names_every_flag(shipped, flag, capsys):
    assert shipped.run([flag]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    for define in shipped.flags:
        assert any(line.startswith(f"  --{define.args[-3]}") for line in lines)


def test_help_shows_defaults(capsys):
    AGGREGATE.run(["--help"])
    assert "(default 'results.json')" in " ".join(capsys.readouterr().out.split())


def test_the_version_is_printed(capsys):
    assert TRAIN.run(["--version"]) == 0
    assert capsys.readouterr().out == f"tripod_train {tripod_dlib.__version__}\n"


def test_without_a_configuration_the_shipped_ones_are_listed(capsys):
    assert TRAIN.run([]) == 2
    shown = capsys.readouterr().err
    assert "--gin_config is missing" in shown and "gin/quickstart.gin" in shown


def test_a_missing_required_binding_is_named(capsys):
    assert TRAIN.run(["--gin_config=gin/models/beta_tcvae_mws.gin"]) == 2
    assert "does not bind ['tc_weight'] of beta_tcvae_mws" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["aggregate", "data", "evaluate", "train", "udr"])
def test_a_command_runs_as_a_module(name):
    run = [sys.executable, "-m", f"tripod_dlib.cli.{name}", "--version"]
    found = subprocess.run(run, capture_output=True, text=True)
    assert found.returncode == 0 and found.stdout.startswith("tripod_")
