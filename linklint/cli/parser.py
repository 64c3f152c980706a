"""The parser of the command line, and what it says about a mistake."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import NoReturn

from linklint import __version__
from linklint.cli.arguments import PREFIX, add_commands

EXIT_FINDINGS, EXIT_USAGE = 1, 2
ALIASES = {"check": "scan"}
OF_OTHERS = {  # options of other linters, and what they are called here
    "--output-format": "--format",
    "--extend-exclude": "--exclude",
    "--no-color": "--color never",
    "--no-colour": "--color never",
    "--add-noqa": "--add-ignore",
    "--disable": "--ignore",
}
OPTIONAL = {"--fix": "safe", "--diff": "safe", "--add-ignore": ""}  # of scan: an option alone means this value


class Parser(argparse.ArgumentParser):
    """A parser whose errors suggest what was meant, below the usage of the command itself."""

    def __init__(self, **options: object) -> None:
        # while arguments are added, the width is not looked up: that imports for milliseconds
        formatter = partial(argparse.HelpFormatter, width=80)
        super().__init__(allow_abbrev=False, formatter_class=formatter, **options)  # type: ignore[arg-type]

    def format_help(self) -> str:
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()

    def options(self) -> list[str]:
        """Return all options of this parser."""
        return [name for action in self._actions for name in action.option_strings]

    def error(self, message: str) -> NoReturn:
        choice = PREFIX.match(message)
        near = _meant(choice["given"], [c.strip("' ") for c in choice["choices"].split(",")]) if choice else ""
        super().error(f"{message}{near}")


def _meant(given: str, known: list[str]) -> str:
    """Return the question for what is like a word, to end a message with; empty if nothing is."""
    from difflib import get_close_matches

    near = get_close_matches(given, known, 1)
    return f": did you mean {near[0]}?" if near else ""


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments. Paths may come before and after options, which argparse alone does not support."""
    top, commands = parser(arguments[0] if arguments else "")
    arguments = _with_command(arguments, top, commands)
    command = commands.get(arguments[0]) if arguments else None
    if arguments[:1] == ["scan"]:
        arguments = _with_values(arguments)
    options, rest = top.parse_known_args(arguments)
    behind = [path for path in rest if path != "--"]
    unknown = [word for word in behind if word.startswith("-") and word != "-"]
    if command is not None and unknown:
        word = unknown[0].partition("=")[0]
        here = f": did you mean {OF_OTHERS[word]}?" if word in OF_OTHERS else _meant(word, command.options())
        command.error(f"there is no option {word}{here}")
    if behind and not hasattr(options, "paths"):
        (command or top).error(f"unexpected argument {behind[0]}")
    if behind:
        options.paths = [*options.paths, *behind]
    return options


def _with_command(arguments: list[str], top: Parser, commands: dict[str, Parser]) -> list[str]:
    """Return the arguments with their command: `check` and a path alone mean `scan`; a command's name wins over a
    path.
    """
    first = arguments[0] if arguments else ""
    if first == "help":
        name = ALIASES.get(arguments[1], arguments[1]) if len(arguments) > 1 else ""
        return [name, "--help"] if name in commands else [*arguments[1:], "--help"] if name else ["--help"]
    if first in ALIASES:
        return [ALIASES[first], *arguments[1:]]
    if first in commands or first in top.options():
        return arguments
    if first.startswith("-") and first.partition("=")[0] in commands["scan"].options() or first == "-":
        return ["scan", *arguments]
    if _is_path(first):
        return ["scan", *arguments]
    kind = "option" if first.startswith("-") else "command or path"
    top.error(f"there is no {kind} {first}{_meant(first, [*commands, *ALIASES, *top.options()])}")


def _is_path(word: str) -> bool:
    return not word.startswith("-") and os.path.lexists(word)


def _with_values(arguments: list[str]) -> list[str]:
    """Return the arguments, where an option whose value is optional and needs `=` has one: `--fix run.sh` is not
    `--fix=run.sh`.
    """
    found: list[str] = []
    for number, word in enumerate(arguments):
        if word == "--":
            return [*found, *arguments[number:]]
        found.append(f"{word}={OPTIONAL[word]}" if word in OPTIONAL else word)
    return found


def parser(wanted: str = "") -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of all commands, and those of each by name; if one is wanted, without most of the others."""
    top = Parser(
        prog="linklint",
        description="A linter, auditor and migrator for Docker container links. A PATH alone is scanned.",
        epilog="linklint help COMMAND, or COMMAND --help, shows the options of a command.",
    )
    top.add_argument("-V", "--version", action="version", version=f"linklint {__version__}")
    commands = top.add_subparsers(
        prog="linklint", dest="command", required=True, metavar="COMMAND", parser_class=Parser
    )
    if not wanted or not add_commands(commands, wanted):
        add_commands(commands, "scan" if _is_path(wanted) else "")
    for action in commands._choices_actions:
        words = str(action.help)
        commands.choices[action.dest].description = (
            commands.choices[action.dest].description or f"{words[:1].upper()}{words[1:]}."
        )
    return top, dict(commands.choices)
