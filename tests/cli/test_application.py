import signal

import pytest
from absl import flags

import tripod_dlib
from tripod_dlib.cli.aggregate import COMMAND as AGGREGATE
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.evaluate import COMMAND as EVALUATE
from tripod_dlib.cli.train import COMMAND as TRAIN
from tripod_dlib.errors import DivergedError, InputError, Interrupted


def define(values):
    flags.DEFINE_string("model_dir", None, "a folder", flag_values=values)


def command(action):
    return Command("tripod_test", "Does nothing.", define, action)


def fail_with(error):
    def action(values):
        raise error

    return action


@pytest.mark.parametrize(
    "error, code, message",
    [
        (InputError("bad\n  In call to configurable 'model' (<f>)"), 2, "tripod_test: bad\n"),
        (DivergedError("klm is nan"), 3, "tripod_test: klm is nan\n"),
        (Interrupted(signal.SIGINT), 130, "stopped by SIGINT; everything is saved"),
        (Interrupted(signal.SIGTERM), 143, "stopped by SIGTERM; everything is saved"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_become_one_message_and_an_exit_code(error, code, message, capsys):
    assert command(fail_with(error)).run([]) == code
    shown = capsys.readouterr().err
    assert message in shown and "Traceback" not in shown and "configurable" not in shown


def test_a_programming_error_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        command(fail_with(ZeroDivisionError())).run([])


def test_flags_reach_the_function_and_a_command_runs_again():
    seen = []
    run = command(lambda values: seen.append(values.model_dir))
    assert run.run(["--model_dir=a"]) == 0 and run.run([]) == 0
    assert seen == ["a", None]


@pytest.mark.parametrize(
    "argument, message",
    [
        ("--model_dri=a", "Unknown flag --model_dri. Did you mean --model_dir?"),
        ("extra", "Unexpected argument 'extra'"),
    ],
)
def test_wrong_flags_are_refused(argument, message, capsys):
    assert command(lambda values: None).run([argument]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("shipped", [TRAIN, AGGREGATE, EVALUATE], ids=lambda command: command.name)
def test_help_fits_a_screen_and_names_every_flag(shipped, capsys):
    assert shipped.run(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    values = flags.FlagValues()
    shipped.define_flags(values)
    for name in values:
        assert any(f"--{name}" in line for line in lines)


def test_help_shows_defaults():
    values = flags.FlagValues()
    AGGREGATE.define_flags(values)
    assert "(default 'results.json')" in AGGREGATE.help(values)


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
