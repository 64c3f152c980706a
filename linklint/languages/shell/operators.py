"""Operators of parameter expansion: `${X#pattern}`, `${X/a/b}`, `${X:1:2}`, `${X^^}`."""

from __future__ import annotations

import re

from linklint.languages.shell.variables import is_pattern
from linklint.text.word import VARIABLE, Word

MAX_WORKED_OUT = 2000


def apply_operator(op: str, value: str, argument: str) -> str | None:
    """Return `${value op argument}`; None for long values, and for patterns that could be slow."""
    if len(value) > MAX_WORKED_OUT or argument.count("*") > 2 or argument.count("*") == 2 and len(value) > 200:
        return None
    if op == "length":
        return str(len(value))
    if op in ("^^", ",,", "^", ",") and not argument:
        changed = value.upper() if op[0] == "^" else value.lower()
        return changed if len(op) == 2 else changed[:1] + value[1:]
    if op in ("#", "##", "%", "%%"):
        return _strip(op, value, argument)
    if op in ("/", "//", "/#", "/%"):
        pattern, _, new = argument.partition("/")
        found = _glob(pattern)
        anchored = {"/#": r"\A" + found, "/%": found + r"\Z"}.get(op, found)
        if not pattern or "&" in new:
            return value if not pattern and op in ("/", "//") else None
        return re.sub(anchored, lambda _: new, value, count=0 if op == "//" else 1)
    if op == ":" and re.fullmatch(r" +-[0-9]{1,6}", argument):
        return value[int(argument) :] if -int(argument) <= len(value) else ""
    if op == ":" and re.fullmatch(r"[0-9]{1,6}(:[0-9]{1,6})?", argument):
        first, _, count = argument.partition(":")
        return value[int(first) :][: int(count)] if count else value[int(first) :]
    return None


def _strip(op: str, value: str, pattern: str) -> str:
    glob = re.compile(_glob(pattern))
    ends = range(len(value) + 1) if len(op) == 1 else range(len(value), -1, -1)
    for length in ends:
        piece = value[:length] if op[0] == "#" else value[len(value) - length :]
        if glob.fullmatch(piece):
            return value[length:] if op[0] == "#" else value[: len(value) - length]
    return value


GLOB = re.compile(r"[*?\[\]\\()]")
CLASS = re.compile(r"\[[!^]?\]?[^\]\[]*\]")


def _glob(pattern: str) -> str:
    """Return a shell pattern as a regular expression."""
    pattern = re.sub(r"\*+", "*", pattern)
    found, at = "", 0
    while at < len(pattern):
        match = CLASS.match(pattern, at)
        if match:
            inside = match[0][1:-1]
            found += (
                f"[{'^' if inside[0] in '!^' else ''}"
                f"{re.sub(r'([^ -~]|[&~|])', lambda m: re.escape(m[1]), inside.lstrip('!^'))}]"
            )
            at = match.end()
        else:
            found += {"*": "(?s:.*)", "?": "(?s:.)"}.get(pattern[at], re.escape(pattern[at]))
            at += 1
    return found


def split_unquoted(word: Word) -> list[Word]:
    """Return the parts of a word between blanks. Holes are not split."""
    if word.string and not word.open and not any(c in " \t\n*?" for c in word.string):
        return [word]
    if word.open:
        kind = word.holes[0][2] if len(word.holes) == 1 and word.holes[0][:2] == (0, len(word.string)) else VARIABLE
        return [Word(word.text, ((0, len(word.string), kind),), many=True, captured=word.captured, quoted=word.quoted)]
    pieces = [word.slice(*match.span()) for match in re.finditer(r"[^ \t\n]+", word.string)]
    return [Word(p.text, ((0, len(p.string), VARIABLE),), many=True) if is_pattern(p.string) else p for p in pieces]
