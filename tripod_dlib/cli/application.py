"""What all commands share: flags of their own, help that fits a screen, exit codes."""

import contextlib
import dataclasses
import difflib
import re
import signal
import sys
import textwrap
from collections.abc import Callable, Sequence

from absl import flags

import tripod_dlib
from tripod_dlib.backend import take_process
from tripod_dlib.errors import DivergedError, InputError, Interrupted
from tripod_dlib.training.signals import stopping_at_once

WIDTH = 88


@dataclasses.dataclass(frozen=True)
class Command:
    """A console command.

    Attributes:
      name: What is typed.
      summary: What it does, a sentence or two.
      define_flags: Defines its flags on the given `FlagValues`.
      main: Does it; gets the parsed flags and may return an exit code.
      examples: Command lines for the help.
      closing: A paragraph at the end of the help.
      arguments: What is typed besides flags, for the help: "NAME" is one word, "[NAME ...]" any
        number of them. `main` gets them after the flags.
      stops_at_once: Whether signals end it wherever it is, because nothing done is lost by that.
    """

    name: str
    summary: str
    define_flags: Callable[[flags.FlagValues], None]
    main: Callable[..., int | None]
    examples: Sequence[str] = ()
    closing: str = ""
    arguments: str = ""
    stops_at_once: bool = False

    def run(self, argv: Sequence[str] | None = None) -> int:
        """Runs the command and turns errors into messages and exit codes.

        Args:
          argv: Arguments without the command's name; None for the process's.

        Returns:
          code: 0 done, 2 wrong input or data, 3 diverged, 128 + signal when stopped.
        """
        arguments = list(sys.argv[1:] if argv is None else argv)
        values = flags.FlagValues()
        self.define_flags(values)
        if {"--help", "-h", "-help"} & set(arguments):
            print(self.help(values))
            return 0
        if "--version" in arguments:
            print(f"{self.name} {tripod_dlib.__version__}")
            return 0
        take_process()
        try:
            words = self._parse(values, arguments)
            with stopping_at_once() if self.stops_at_once else contextlib.nullcontext():
                return self.main(values, *words) or 0
        except InputError as error:
            return fail(self.name, str(error), 2)
        except DivergedError as error:
            return fail(self.name, str(error), 3)
        except Interrupted as error:
            name = signal.Signals(error.signum).name
            return fail(
                self.name,
                f"stopped by {name}; everything is saved. Run the same command to go on.",
                128 + error.signum,
            )
        except KeyboardInterrupt:
            return fail(self.name, "interrupted", 130)

    def help(self, values: flags.FlagValues) -> str:
        """The help text."""
        usage = " ".join(filter(None, ["usage:", self.name, self.arguments, "[flags]"]))
        lines = [usage, "", *textwrap.wrap(self.summary, WIDTH)]
        lines += ["", "flags:"]
        own = values.flags_by_module_dict()
        shown = sorted({flag.name: flag for group in own.values() for flag in group}.items())
        texts = {name: _text_of(flag) for name, flag in shown}
        texts |= {"help": "print this", "version": "print the version"}
        for name, text in texts.items():
            lines += textwrap.wrap(
                text,
                WIDTH,
                initial_indent=f"  --{name} ".ljust(24),
                subsequent_indent=" " * 24,
            )
        if self.examples:
            lines += ["", "examples:", *(f"  {example}" for example in self.examples)]
        if self.closing:
            lines += ["", *textwrap.wrap(self.closing, WIDTH)]
        return "\n".join(lines)

    def _parse(self, values: flags.FlagValues, arguments: list[str]) -> list[str]:
        values.set_gnu_getopt(bool(self.arguments))  # flags may stand after the words
        try:
            rest = values([self.name, *arguments])[1:]
        except flags.UnrecognizedFlagError as error:
            nearest = difflib.get_close_matches(error.flagname, list(values), n=1, cutoff=0.5)
            hint = f" Did you mean --{nearest[0]}?" if nearest else ""
            raise InputError(
                f"Unknown flag --{error.flagname}.{hint} See {self.name} --help."
            ) from error
        except flags.Error as error:
            raise InputError(f"{error}. See {self.name} --help.") from error
        wanted = self.arguments.split()
        any_number = "...]" in wanted
        if len(rest) > len(wanted) and not any_number:
            takes = f"{self.arguments} and flags" if wanted else "flags"
            raise InputError(
                f"Unexpected argument {rest[len(wanted)]!r}: {self.name} takes {takes} only. "
                f"See {self.name} --help."
            )
        if len(rest) < len(wanted) and not any_number:
            raise InputError(f"{wanted[len(rest)]} is missing. See {self.name} --help.")
        return rest


@dataclasses.dataclass(frozen=True)
class Tool:
    """A console command whose first word says which of its commands is meant.

    Attributes:
      name: What is typed.
      summary: What it is for, a sentence or two.
      commands: Each is named after the tool and its own word.
      closing: A paragraph at the end of the help.
    """

    name: str
    summary: str
    commands: Sequence[Command]
    closing: str = ""

    def run(self, argv: Sequence[str] | None = None) -> int:
        """Runs the command that is meant; codes are a `Command`'s.

        Args:
          argv: Arguments without the tool's name; None for the process's.
        """
        arguments = list(sys.argv[1:] if argv is None else argv)
        by_word = {command.name.split()[-1]: command for command in self.commands}
        word = arguments[0] if arguments else ""
        if word in by_word:
            return by_word[word].run(arguments[1:])
        if word in ("--help", "-h", "-help", "help"):
            print(self.help())
            return 0
        if word == "--version":
            print(f"{self.name} {tripod_dlib.__version__}")
            return 0
        nearest = difflib.get_close_matches(word, by_word, n=1, cutoff=0.5)
        hint = f" Did you mean {nearest[0]}?" if nearest else ""
        what = f"Unknown command {word!r}.{hint}" if word else "A command is missing."
        known = ", ".join(by_word)
        return fail(self.name, f"{what} Commands: {known}. See {self.name} --help.", 2)

    def help(self) -> str:
        """The help text: every command with its words and what it does."""
        lines = [f"usage: {self.name} COMMAND [flags]", "", *textwrap.wrap(self.summary, WIDTH)]
        lines += ["", "commands:"]
        for command in self.commands:
            typed = f"{command.name.split()[-1]} {command.arguments}".rstrip()
            lines += textwrap.wrap(
                command.summary,
                WIDTH,
                initial_indent=f"  {typed}".ljust(24),
                subsequent_indent=" " * 24,
            )
        lines += ["", f"`{self.name} COMMAND --help` lists a command's flags."]
        if self.closing:
            lines += ["", *textwrap.wrap(self.closing, WIDTH)]
        return "\n".join(lines)


def fail(name: str, message: str, code: int) -> int:
    """Prints why a command ends, and returns its exit code."""
    message = message.partition("\n  In call to configurable")[0]  # gin adds where it was
    print(f"{name}: {message}", file=sys.stderr)
    return code


def _text_of(flag: flags.Flag) -> str:
    """A flag's help with its default, without what absl adds to flags that may be repeated."""
    text = re.sub(r";\s+repeat this option to specify a list of values$", "", flag.help)
    return f"{text} (default {flag.default!r})" if flag.default else text
