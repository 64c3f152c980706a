"""`${NAME:-default}` in Compose files.

Source: Compose 2.26: `$NAME`, `${NAME}`, `-` `:-` `?` `:?` `+` `:+`, nested defaults, `$$` for a dollar. The shell's
environment comes before `.env`, so what `.env` says holds as long as nobody sets the variable: a default.
"""

from __future__ import annotations

import re

from linklint.text.source import MappedText, concat
from linklint.text.word import DEFAULT, FILLED, VARIABLE, Hole, Word

REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<op>:?[-?+])?)"
)
MAX_REFERENCES = 1000
BRACE = re.compile(r"\$(?:\$|\{(?P<good>[A-Za-z_][A-Za-z0-9_]*(?=[}:?+-]))?)")


def is_broken(string: str) -> bool:
    """Whether a `${` stands there that begins no variable, or is left open: Compose refuses it."""
    return any(
        match[0] != "$$" and (match["good"] is None or _closing(string, match.end()) < 0)
        for match in BRACE.finditer(string)
    )


def interpolate(word: Word, variables: dict[str, str]) -> Word:
    """The word with what is known filled in; what is not is a hole."""
    if "$" not in word.string:
        return word
    if word.string.count("$") > MAX_REFERENCES:
        return Word(word.text, ((0, len(word.string), VARIABLE),), quoted=word.quoted)
    return _interpolate(word.text, variables, 0) or word


def _interpolate(text: MappedText, variables: dict[str, str], depth: int) -> Word | None:
    pieces: list[MappedText] = []
    holes: list[Hole] = []
    length, at = 0, 0

    def put(piece: MappedText, hole: str | None = None) -> None:
        nonlocal length
        if hole and piece.string:
            holes.append((length, length + len(piece), hole))
        pieces.append(piece)
        length += len(piece)

    for match in REFERENCE.finditer(text.string):
        if match.start() < at:
            continue
        put(text.slice(at, match.start()))
        at = match.end()
        if match["escaped"]:
            put(text.replaced(match.start(), at, "$"))
            continue
        name = match["name"] or match["braced"]
        end = at if match["name"] else _closing(text.string, at)
        if end < 0:
            return None
        at = end
        argument = text.slice(match.end(), max(match.end(), end - 1))
        value = variables.get(name)
        op = match["op"] or ""
        if value is not None and (value or not op.startswith(":")) and not op.endswith("+"):
            put(text.replaced(match.start(), end, value), FILLED)
        elif value is not None and op.endswith("+") and depth < 16:
            inner = _interpolate(argument, variables, depth + 1)
            taken = argument.string if inner is None else inner.string
            put(
                text.replaced(match.start(), end, taken if value or op == "+" else ""),
                FILLED if inner is None or not inner.open else VARIABLE,
            )
        elif op.endswith("-") and depth < 16:
            inner = _interpolate(argument, variables, depth + 1)
            base = length
            put(
                text.replaced(match.start(), end, argument.string if inner is None else inner.string),
                DEFAULT if inner is None or not inner.open else None,
            )
            if inner is not None and inner.open:
                holes.extend((base + a, base + b, kind) for a, b, kind in inner.holes)
        else:
            put(text.slice(match.start(), end), VARIABLE)
    put(text.slice(at, len(text)))
    return Word(
        concat(text.source, [piece for piece in pieces if piece.string]) if length else text.replaced(0, len(text), ""),
        tuple(holes),
    )


def _closing(string: str, at: int) -> int:
    """The offset behind the brace that closes a reference; -1 where none does."""
    level = 1
    for match in re.compile(r"\$\{|\}").finditer(string, at):
        level += 1 if match[0] == "${" else -1
        if level == 0:
            return match.end()
    return -1
