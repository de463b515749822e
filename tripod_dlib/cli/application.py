"""What all commands share: flags of their own, help that fits a screen, exit codes."""

import dataclasses
import difflib
import re
import signal
import sys
import textwrap
from collections.abc import Callable, Sequence

from absl import flags

import tripod_dlib
from tripod_dlib.errors import DivergedError, InputError, Interrupted

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
    """

    name: str
    summary: str
    define_flags: Callable[[flags.FlagValues], None]
    main: Callable[[flags.FlagValues], int | None]
    examples: Sequence[str] = ()
    closing: str = ""

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
        try:
            self._parse(values, arguments)
            return self.main(values) or 0
        except InputError as error:
            return self._fail(str(error), 2)
        except DivergedError as error:
            return self._fail(str(error), 3)
        except Interrupted as error:
            name = signal.Signals(error.signum).name
            return self._fail(
                f"stopped by {name}; everything is saved. Run the same command to go on.",
                128 + error.signum,
            )
        except KeyboardInterrupt:
            return self._fail("interrupted", 130)

    def help(self, values: flags.FlagValues) -> str:
        """The help text."""
        lines = [f"usage: {self.name} [flags]", "", *textwrap.wrap(self.summary, WIDTH)]
        lines += ["", "flags:"]
        own = values.flags_by_module_dict()
        shown = sorted({flag.name: flag for group in own.values() for flag in group}.items())
        texts = {name: _text_of(flag) for name, flag in shown}
        texts |= {"help": "print this", "version": "print the version"}
        for name, text in texts.items():
            lines += textwrap.wrap(
                text,
                WIDTH,
                initial_indent=f"  --{name}".ljust(24),
                subsequent_indent=" " * 24,
            )
        if self.examples:
            lines += ["", "examples:", *(f"  {example}" for example in self.examples)]
        if self.closing:
            lines += ["", *textwrap.wrap(self.closing, WIDTH)]
        return "\n".join(lines)

    def _parse(self, values: flags.FlagValues, arguments: list[str]) -> None:
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
        if rest:
            raise InputError(
                f"Unexpected argument {rest[0]!r}: {self.name} takes flags only. "
                f"See {self.name} --help."
            )

    def _fail(self, message: str, code: int) -> int:
        message = message.partition("\n  In call to configurable")[0]  # gin adds where it was
        print(f"{self.name}: {message}", file=sys.stderr)
        return code


def _text_of(flag: flags.Flag) -> str:
    """A flag's help with its default, without what absl adds to flags that may be repeated."""
    text = re.sub(r";\s+repeat this option to specify a list of values$", "", flag.help)
    return f"{text} (default {flag.default!r})" if flag.default else text
