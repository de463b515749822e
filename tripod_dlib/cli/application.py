"""What all commands share: absl's flags in argparse's parser, exit codes, clear messages."""

import argparse
import contextlib
import dataclasses
import errno
import importlib
import os
import re
import signal
import sys
import textwrap
from collections.abc import Callable, Sequence

from absl import flags
from absl.flags import FlagValues, argparse_flags

import tripod_dlib
from tripod_dlib.backend import take_process
from tripod_dlib.cli.streams import failed_output, lasting_streams
from tripod_dlib.errors import (
    DivergedError,
    InputError,
    Interrupted,
    did_you_mean,
    without_call_places,
)
from tripod_dlib.training.signals import stopping_at_once

WIDTH = 78
OWN_MODULES = "TRIPOD_DLIB_IMPORT"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What a disk, a quota or missing rights refuse: the user's to mend, not a fault of the program.
REFUSALS = {
    *(*FULL, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM),
    *(errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP),
}


@dataclasses.dataclass(frozen=True)
class Command:
    """A console command, or a tool whose first word says which of its commands is meant.

    Attributes:
      name: What is typed.
      summary: What it does, a sentence or two.
      flags: What defines its flags: functions that take `flag_values`, such as
        `partial(flags.DEFINE_string, "name", None, "its name")`.
      main: Does it; gets the parsed flags, then the words that stand beside them, and may return
        an exit code. None for a tool.
      commands: A tool's; each is named after the tool and its own word.
      argument: How the help calls the words beside the flags; empty where there are none.
      nargs: How many of them, as argparse says it.
      examples: Command lines for the help.
      closing: A paragraph at the end of the help.
      stops_at_once: Whether signals end it wherever it is, because nothing done is lost by that.
    """

    name: str
    summary: str
    flags: Sequence[Callable[..., object]] = ()
    main: Callable[..., int | None] | None = None
    commands: Sequence["Command"] = ()
    argument: str = ""
    nargs: int | str = 1
    examples: Sequence[str] = ()
    closing: str = ""
    stops_at_once: bool = False

    def run(self, argv: Sequence[str] | None = None) -> int:
        """Runs the command and turns errors into messages and exit codes.

        Args:
          argv: Arguments without the command's name; None for the process's.

        Returns:
          code: 0 done, 2 wrong input or data, 3 diverged, 128 + signal when stopped.
        """
        with lasting_streams():
            try:
                arguments = _parse(self, sys.argv[1:] if argv is None else argv)
            except SystemExit as end:  # after --help or --version
                return end.code
            except InputError as error:
                return fail(self.name, str(error), 2)
            command = arguments.command
            code = command.run_parsed(arguments.values, *getattr(arguments, "words", ()))
            if code == 0 and failed_output():
                return fail(command.name, failed_output(), 2)
            return code

    def run_parsed(self, values: FlagValues, *words: str) -> int:
        """Does what is asked for; codes are those of `run`."""
        take_process()
        try:
            _require_working_folder()
            _import_own_modules()
            with stopping_at_once() if self.stops_at_once else contextlib.nullcontext():
                return self.main(values, *words) or 0
        except InputError as error:
            return fail(self.name, str(error), 2)
        except DivergedError as error:
            return fail(self.name, str(error), 3)
        except Interrupted as error:
            name = signal.Signals(error.signum).name
            text = f"stopped by {name}; what was done is kept. Run the same command to go on."
            return fail(self.name, text, 128 + error.signum)
        except KeyboardInterrupt:
            return fail(self.name, "interrupted", 130)
        except MemoryError as error:
            return fail(self.name, f"There is not enough memory. {error}".strip(), 2)
        except OSError as raised:
            error = raised
            while error.errno is None and isinstance(error.__context__, OSError):
                error = error.__context__  # gin raises a copy, which has no number
            if error.errno not in REFUSALS:
                raise
            at = error.filename2 or error.filename  # of a copy the file that is written
            where = f"{at}: " if at else ""
            room = "Free some space, or choose" if error.errno in FULL else "Choose"
            text = f"{where}{error.strerror}. {room} another folder or file."
            return fail(self.name, text, 2)


class _Parser(argparse_flags.ArgumentParser):
    """A command's parser; what is wrong with a command line raises `InputError`."""

    def __init__(self, command: Command, **settings: object):
        values = FlagValues()
        for define in command.flags:
            define(flag_values=values)
        for name in values:
            values.register_key_flag_for_module(sys.argv[0], values[name])  # the help shows these
            if values[name].default:
                values[name].help += f" (default {values[name].default!r})"
        settings = {"prog": command.name, **settings}
        super().__init__(
            usage=_usage(command),
            description=textwrap.fill(command.summary, WIDTH),
            epilog=_epilog(command),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            inherited_absl_flags=values,
            allow_abbrev=False,
            add_help=False,
            **settings,
        )
        self.set_defaults(command=command, values=values)
        version = f"{command.name} {tripod_dlib.__version__}"
        self.add_argument("-h", "--help", action="help", help="show this help")
        self.add_argument("--version", action="version", version=version, help="show the version")
        if command.argument:
            self.add_argument("words", metavar=command.argument, nargs=command.nargs)
        if command.commands:
            self._add_commands(command.commands)

    def _add_commands(self, commands: Sequence[Command]) -> None:
        parsers = self.add_subparsers(
            title="commands", metavar="COMMAND", required=True, parser_class=_Parser
        )
        for command in commands:
            parsers.add_parser(command.name.split()[-1], command=command, help=command.summary)

    def parse_known_args(
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parses, and takes `--flag=true` for switches as absl does, which argparse does not."""
        words = [_switch(word, self.get_default("values")) for word in args]
        try:
            return super().parse_known_args(words, namespace)
        except flags.Error as error:
            message = re.sub(r"invalid literal for int\(\).*", "it is a whole number", str(error))
            self.error(re.sub(r"could not convert string to float.*", "it is a number", message))

    def error(self, message: str) -> None:
        """Raises what argparse would print."""
        wrong = re.match(r"argument COMMAND: invalid choice: '(.*)' \(choose from (.*)\)", message)
        if wrong:
            known = [word.strip("' ") for word in wrong[2].split(",")]
            hint = did_you_mean(wrong[1], known)
            message = f"Unknown command {wrong[1]!r}.{hint} Commands: {', '.join(known)}"
        message = message.replace("the following arguments are required:", "Missing:")
        name = self.get_default("command").name
        raise InputError(f"{message.removesuffix('.')}. See {name} --help.")


def _import_own_modules() -> None:
    """Imports what the user names in $TRIPOD_DLIB_IMPORT, for models and metrics in files.

    Raises:
      InputError: If there is none of the name.
    """
    names = os.environ.get(OWN_MODULES, "").replace(",", " ").split()
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise InputError(
                f"{OWN_MODULES} names {name!r}: {error}. A module is looked for where Python looks "
                "(PYTHONPATH=FOLDER)."
            ) from error


def _parse(command: Command, argv: Sequence[str]) -> argparse.Namespace:
    arguments, rest = _Parser(command).parse_known_args(argv)
    if not rest:
        return arguments
    name = arguments.command.name
    if not rest[0].startswith("-"):
        binding = " Each binding needs a --gin_bindings of its own." if "=" in rest[0] else ""
        raise InputError(f"Unexpected argument {rest[0]!r}.{binding} See {name} --help.")
    given = rest[0].partition("=")[0]
    hint = did_you_mean(given.lstrip("-"), list(arguments.values), "--{}")
    raise InputError(f"Unknown flag {given}.{hint} See {name} --help.")


def _switch(word: str, values: FlagValues) -> str:
    name, equals, value = word.removeprefix("--").partition("=")
    if not (equals and word.startswith("--") and name in values and values[name].boolean):
        return word
    try:
        return f"--{name}" if values[name].parser.parse(value) else f"--no{name}"
    except ValueError as error:
        raise InputError(f"--{name} is {value!r}; a switch is true or false.") from error


def _usage(command: Command) -> str:
    words = command.argument if command.nargs == 1 else f"[{command.argument} ...]"
    middle = "COMMAND" if command.commands else words if command.argument else ""
    return " ".join(filter(None, [command.name, middle, "[flags]"]))


def _epilog(command: Command) -> str:
    examples = "\n".join(["examples:", *(f"  {example}" for example in command.examples)])
    parts = [examples if command.examples else "", textwrap.fill(command.closing, WIDTH)]
    return "\n\n".join(filter(None, parts))


def _require_working_folder() -> None:
    try:
        os.getcwd()
    except FileNotFoundError as error:
        raise InputError(
            "The working folder is gone: it was deleted or moved. Change to one that is there (cd)."
        ) from error


def fail(name: str, message: str, code: int) -> int:
    """Prints why a command ends, and returns its exit code."""
    print(f"{name}: {without_call_places(message)}", file=sys.stderr)
    return code
