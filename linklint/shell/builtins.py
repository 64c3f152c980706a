"""The shell's builtins that change variables or paths: a table of functions by name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from linklint.shell import script_paths
from linklint.shell.called_scripts import follow
from linklint.shell.state import ShellState
from linklint.shell.variables import UNKNOWN, UNSET, ShellValue, calculated_in
from linklint.text.regex import lazy_compile
from linklint.text.word import Word

MAX_EXPRESSION = 50_000
MAX_ALIASES = 200
ERREXIT = lazy_compile(r"[-+](?:[a-zA-Z]*e[a-zA-Z]*\b.*|o errexit)")
LOCALS = frozenset({"local", "declare", "typeset"})
DECLARES = frozenset("export local declare readonly typeset".split())


def assign_words(shell: ShellState, words: list[Word], *, exports: bool) -> None:
    """Apply `export "N=b"`, `declare "$V=c"`: assignments that the scanner does not see."""
    for word in words:
        name, equals, value = word.string.partition("=")
        if equals and re.fullmatch(r"[A-Za-z_]\w*", name):
            shell.variables[name] = UNKNOWN if word.open else ShellValue(value, sure=not word.holes)
        if exports:
            shell.exported.add(name)


def calculate(shell: ShellState, expression: str) -> None:
    """Mark what arithmetic assigns as unknown."""
    for name in calculated_in(expression[:MAX_EXPRESSION]):
        shell.variables[name] = UNKNOWN


def _export(shell: ShellState, words: list[Word]) -> None:
    assign_words(shell, words[1:], exports=True)


def _declare(shell: ShellState, words: list[Word]) -> None:
    assign_words(shell, words[1:], exports=False)


def _set(shell: ShellState, words: list[Word]) -> None:
    if len(words) > 1 and words[1].string == "--":
        shell.positional = None if any(word.many for word in words) else words[2:]
    elif len(words) > 1 and ERREXIT.fullmatch(option := " ".join(word.string for word in words[1:3])):
        shell.guarded = option.startswith("+")


def _shift(shell: ShellState, words: list[Word]) -> None:
    count = int(words[1].string) if len(words) > 1 and words[1].string.isdigit() else 1
    shell.positional = shell.positional[count:] if shell.positional is not None else None


def _unset(shell: ShellState, words: list[Word]) -> None:
    for word in words[1:]:
        name, bracket, _ = word.string.partition("[")
        shell.variables[name] = UNKNOWN if bracket else UNSET
        if words[1].string == "-f":
            shell.functions.pop(name, None)


def _source(shell: ShellState, words: list[Word]) -> None:
    """Interpret a sourced script of the tree. A script outside of the tree may set anything, so all known values become
    unsure.
    """
    if follow(shell, words) is None:
        shell.variables = {name: value.unsure() for name, value in shell.variables.items()}


def _let(shell: ShellState, words: list[Word]) -> None:
    calculate(shell, "\n".join(word.string for word in words[1:]))


def _read(shell: ShellState, words: list[Word]) -> None:
    for word in words[1:]:
        shell.variables[word.string] = UNKNOWN


def _printf(shell: ShellState, words: list[Word]) -> None:
    if len(words) > 2 and words[1].string == "-v":
        shell.variables[words[2].string] = UNKNOWN


def _trap(shell: ShellState, words: list[Word]) -> None:
    if len(words) > 2 and words[1].string not in ("", "-"):
        name = words[1].string
        shell.traps.append((words[1].text, name if name in shell.functions else ""))


def _alias(shell: ShellState, words: list[Word]) -> None:
    for word in words[1:]:
        equals = word.find("=")
        if equals > 0 and not word.open and len(shell.aliases) < MAX_ALIASES:
            shell.aliases[word.string[:equals]] = word.slice(equals + 1).text


def _cd(shell: ShellState, words: list[Word]) -> None:
    if len(words) != 2:
        return
    if not words[1].open and not words[1].string.startswith(("/", "~", "-")):
        shell.directory = posixpath.normpath(f"{shell.directory}/{words[1].string}".lstrip("/"))
    elif (place := script_paths.place_of(words[1], shell.here, shell.variables)) is not None:
        shell.directory = place


BUILTINS: dict[str, Callable[[ShellState, list[Word]], None]] = {
    "export": _export,
    **dict.fromkeys(("local", "declare", "readonly", "typeset"), _declare),
    "set": _set,
    "shift": _shift,
    "unset": _unset,
    **dict.fromkeys((".", "source"), _source),
    "let": _let,
    **dict.fromkeys(("read", "mapfile", "readarray", "getopts"), _read),
    "printf": _printf,
    "trap": _trap,
    "alias": _alias,
    "cd": _cd,
}
