"""Tokens of Groovy, and the values of its strings, as far as a Jenkinsfile needs them.

Source: groovy-lang.org, lexical structure. Single quotes have only escapes; in double quotes `${…}` and `$name.name`
are expanded, which is a hole. Three quotes of either kind span lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.word import VARIABLE, Hole, Word

TOKEN = lazy_compile(
    r"(?P<blank>[ \t\r]+|//[^\n]*|/\*.*?(?:\*/|\Z)|#![^\n]*)|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<quote>'''|\"\"\"|'|\")|(?P<line>\n)"
    r"|(?P<op>->|[=!<>]=|&&|\|\||\?\.|.)",
    re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
MAX_TOKENS = 200_000


class Token(NamedTuple):
    """A name, a number, a string (with its value), an operator or the end of a line.

    `start` and `end` are offsets in the text.
    """

    kind: str
    string: str
    start: int
    end: int
    word: Word | None = None


def tokens(text: MappedText) -> Iterator[Token]:
    """Yield the tokens of a text, without comments and blanks."""
    string, at, count = text.string, 0, 0
    while at < len(string) and count < MAX_TOKENS:
        match = TOKEN.match(string, at)
        if match is None:
            return
        kind, at = str(match.lastgroup), match.end()
        if kind == "blank":
            continue
        count += 1
        if kind == "quote":
            word, at = _string(text, match.end(), match["quote"])
            yield Token("string", word.string, match.start(), at, word)
        else:
            yield Token(kind, match[0], match.start(), at)


def _string(text: MappedText, at: int, quote: str) -> tuple[Word, int]:
    """Return (the value of the string at an offset, the offset after its closing quote)."""
    string, pieces, holes, length = text.string, [], [], 0
    special = re.compile(r"\\|\n|" + re.escape(quote) + (r"|\$(?=[{A-Za-z_])" if quote[0] == '"' else ""))

    def put(piece: MappedText, hole: bool = False) -> None:
        nonlocal length
        if hole:
            holes.append((length, length + len(piece), VARIABLE))
        if piece.string:
            pieces.append(piece)
        length += len(piece)

    while at < len(string):
        match = special.search(string, at)
        end = match.start() if match else len(string)
        put(text.slice(at, end))
        if match is None or match[0] == quote or match[0] == "\n" and len(quote) == 1:
            at = end + (len(quote) if match is not None and match[0] == quote else 0)
            break
        if match[0] == "\n":
            put(text.slice(end, end + 1))
            at = end + 1
        elif match[0] == "\\":
            put(
                text.replaced(
                    end, min(end + 2, len(string)), ESCAPES.get(string[end + 1 : end + 2], string[end + 1 : end + 2])
                )
            )
            at = end + 2
        else:
            at = _expression_end(string, end + 1)
            put(text.slice(end, at), hole=True)
    word_text = concat(text.source, pieces) if pieces else text.slice(at, at)
    found: tuple[Hole, ...] = tuple(holes)
    return Word(word_text, found, quoted=True), min(at, len(string))


def _expression_end(string: str, at: int) -> int:
    """Return the offset after `{…}` or `name.name`."""
    if string[at : at + 1] != "{":
        match = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*").match(string, at)
        return match.end() if match else at
    level = 0
    pattern = re.compile(r"[{}]|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|\n")
    while (match := pattern.search(string, at)) is not None:
        at = match.end()
        level += {"{": 1, "}": -1}.get(match[0], 0)
        if level == 0 or match[0] == "\n":
            return at if level == 0 else match.start()
    return len(string)
