"""Operators of parameter expansion: `${X#pattern}`, `${X/a/b}`, `${X:1:2}`, `${X^^}`."""

from __future__ import annotations

import re
from typing import Protocol

from linklint.budget import Budget
from linklint.shell.tree import Part
from linklint.shell.variables import UNKNOWN, ShellValue, Variables, is_pattern
from linklint.text.regex import lazy_compile
from linklint.text.word import CAPTURED, COMMAND, KNOWN, VARIABLE, Word


class Expander(Protocol):
    """What an operator needs of the expander: its variables, and a word without splitting."""

    budget: Budget
    variables: Variables

    def one(self, parts: list[Part], quoted: bool = True) -> Word:
        """Return the word that the parts become."""


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


GLOB = lazy_compile(r"[*?\[\]\\()]")
CLASS = lazy_compile(r"\[[!^]?\]?[^\]\[]*\]")


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


OPTION = lazy_compile(r"(?:\A|[ \t\n])--?[A-Za-z]")


def has_options(string: str) -> bool:
    """Return whether a value has options, so that it was made to be split into words."""
    return OPTION.search(string) is not None


def _masked(word: Word) -> str:
    """Return the text with holes, which are not split, as crosses."""
    pieces, at = [], 0
    for start, end, kind in sorted(word.holes):
        if start >= at and kind not in KNOWN:
            pieces += [word.string[at:start], "x" * (end - start)]
            at = end
    return "".join((*pieces, word.string[at:]))


def split_unquoted(word: Word) -> list[Word]:
    """Return the parts of a word between blanks. Holes are not split, and only options have known text around them."""
    if word.string and not word.open and not any(c in " \t\n*?" for c in word.string):
        return [word]
    if word.holes and has_options(word.string):
        blanks = [match.span() for match in re.finditer(r"[ \t\n]+", _masked(word))]
        starts, ends = [0, *(end for _, end in blanks)], [*(start for start, _ in blanks), len(word.string)]
        found = [word.slice(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
        return [
            Word(p.text, p.holes, many=p.holes[:1] == ((0, len(p.string), VARIABLE),))
            if p.open and not p.captured
            else p
            for p in found
        ]
    if word.open:
        kind = word.holes[0][2] if len(word.holes) == 1 and word.holes[0][:2] == (0, len(word.string)) else VARIABLE
        return [Word(word.text, ((0, len(word.string), kind),), many=True, captured=word.captured, quoted=word.quoted)]
    pieces = [word.slice(*match.span()) for match in re.finditer(r"[^ \t\n]+", word.string)]
    return [Word(p.text, ((0, len(p.string), VARIABLE),), many=True) if is_pattern(p.string) else p for p in pieces]


def operate_on_items(expander: Expander, part: Part, value: ShellValue) -> list[str] | None:
    """Return the items of `${A[@]}`, `${A[@]:1}`, `${A[@]%x}`; None if unknown."""
    items = (
        value.items
        if value.items is not None
        else []
        if value.kind == "unset"
        else [value.string]
        if value.string is not None
        else None
    )
    if items is None or part.op in ("length", "!") or part.op.strip(":") in ("-", "+", "=", "?"):
        return None
    argument = expander.one(part.args)
    if not part.op:
        return items
    if part.op == ":":
        match = re.fullmatch(r" ?(\d{1,6})(?::(\d{1,6}))?", argument.string)
        if not match or argument.open:
            return None
        return items[int(match[1]) :][: int(match[2]) if match[2] else None]
    changed = [operate(expander, part, ShellValue(item))[0] for item in items]
    return [item for item in changed if item is not None] if None not in changed else None


Operated = tuple[str | None, bool, Word | None]


def operate(expander: Expander, part: Part, value: ShellValue) -> Operated:
    """Return (value or None, sure, default) of a parameter with its operator."""
    op, known = part.op, value.string
    if op == "":
        return known, value.sure, None
    if op in (":-", "-", ":=", "=", ":?", "?"):
        return _or_default(expander, part, value)
    if op in (":+", "+"):
        inside = expander.one(part.args)
        if value.kind == "unset" or known == "" and op == ":+":
            return "", True, None
        return (inside.string, value.sure, None) if known is not None and not inside.open else (None, False, None)
    if known is None:
        return None, False, None
    expander.budget.spend(min(len(known), MAX_WORKED_OUT))
    argument = expander.one(part.args)
    if op.startswith("/") and any(arg.quoted for arg in part.args):
        return None, False, None
    if argument.open or any(arg.quoted and GLOB.search(arg.value) for arg in part.args if arg.kind == "text"):
        return None, False, None
    return apply_operator(op, known, argument.string), value.sure, None


def _or_default(expander: Expander, part: Part, value: ShellValue) -> Operated:
    """Apply `${X:-default}`, `${X:=default}`, `${X:?message}`, and the same without the colon."""
    op, known = part.op, value.string
    if known is not None and (known or not op.startswith(":")) and value.kind != "unset":
        if not value.sure:
            expander.one(part.args)  # its commands may run anyway
        return known, value.sure, None
    if op in (":?", "?") or value.kind in (CAPTURED, COMMAND):
        return None, False, None
    default = expander.one(part.args)
    if op in (":=", "=") and not part.index:
        assigned = UNKNOWN if default.open else ShellValue(default.string, sure=known is not None)
        expander.variables[part.value] = assigned
    if known is not None:
        return (default.string, True, None) if not default.holes else (None, False, default)
    return None, False, default
