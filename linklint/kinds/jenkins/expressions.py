"""Expressions of Groovy: strings, names and calls, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat
from linklint.text.word import CAPTURED, DEFAULT, VARIABLE, Hole, Word

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


REFERENCE = lazy_compile(r"\$\{?\s*(?P<name>[A-Za-z_]\w*)(?P<rest>(?:\.\w+(?:\(\))?)*)\s*\}?")
MAX_LENGTH = 50_000


class Expressions:
    """The tokens of a pipeline, and the values of its expressions.

    `words` are the variables that hold a text, `containers` those that hold a container.
    """

    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.context = context
        self.text = source.whole()
        self.tokens = [token for token in tokens(self.text) if token.kind != "line"]
        self.words: dict[str, Word] = {}
        self.containers: dict[str, int] = {}

    def string_at(self, at: int) -> str:
        return self.tokens[at].string if at < len(self.tokens) else ""

    def kind_at(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def expression(self, at: int) -> tuple[Word | None, int]:
        """Return (the text at a token, the index after it): strings and names joined by `+`.

        None if it is not a text.
        """
        words: list[Word] = []
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "string" and token.word is not None:
                words.append(self.filled(token.word))
                at += 1
            elif token.kind == "name" and words:
                start = at
                at = self.chain(at)
                text = self.text.slice(self.tokens[start].start, self.tokens[at - 1].end)
                known = self.words.get(token.string) if at == start + 1 else None
                words.append(
                    self.filled(Word(text, ((0, len(text), VARIABLE),))) if known is None else likely(known, text)
                )
            elif (
                token.kind == "name"
                and token.string in self.words
                and not words
                and self.string_at(at + 1) not in (".", "(")
            ):
                words.append(likely(self.words[token.string], self.text.slice(token.start, token.end)))
                at += 1
            else:
                break
            while (
                self.string_at(at) == "."
                and self.string_at(at + 1) in ("stripIndent", "trim", "toString", "stripMargin")
                and self.string_at(at + 2) == "("
            ):
                at = self.closing(at + 2) + 1
            if self.string_at(at) != "+":
                break
            at += 1
        if sum(len(word.string) for word in words) > MAX_LENGTH:
            self.context.unread(words[0].text.span(0, 1), f"text longer than {MAX_LENGTH} characters: it is not read")
            return None, at
        return (joined(words), at) if words else (None, at)

    def chain(self, at: int) -> int:
        """Return the index after `name.name(…).name[…]`."""
        at += 1
        while at < len(self.tokens):
            if self.string_at(at) in (".", "?.") and self.kind_at(at + 1) == "name":
                at += 2
            elif self.string_at(at) in ("(", "["):
                at = self.closing(at) + 1
            else:
                break
        return at

    def filled(self, word: Word) -> Word:
        """Return a GString as a word: holes that are IDs of containers are captured."""
        captured = None
        holes: list[Hole] = []
        for start, end, kind in word.holes:
            match = REFERENCE.fullmatch(word.string[start:end])
            if match and match["name"] in self.containers and match["rest"] in ("", ".id", ".trim()"):
                captured, kind = self.containers[match["name"]], CAPTURED
            elif match and match["rest"] == ".id":
                kind = CAPTURED
            holes.append((start, end, kind))
        return Word(word.text, tuple(holes), captured=captured, quoted=True) if holes else word

    def closing(self, at: int) -> int:
        """Return the index of the bracket that closes the one at an index, or the last token."""
        level = 0
        for index in range(at, len(self.tokens)):
            if self.tokens[index].kind == "op":
                level += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(self.tokens[index].string, 0)
            if level == 0:
                return index
        return len(self.tokens) - 1

    def opening(self, at: int) -> int:
        level = 0
        for index in range(at, max(at - 2000, -1), -1):
            if self.tokens[index].kind == "op":
                level += {")": 1, "]": 1, "}": 1, "(": -1, "[": -1, "{": -1}.get(self.tokens[index].string, 0)
            if level == 0:
                return index
        return 0

    def arguments(self, at: int) -> tuple[list[Word | None], dict[str, Word], int]:
        """Return (arguments in order, named ones, the index after them) of a call with parentheses, or of one word
        without.
        """
        if self.string_at(at) != "(":
            word, end = self.expression(at)
            named: dict[str, Word] = {}
            while word is None and self.kind_at(at) == "name" and self.string_at(at + 1) == ":":
                value, end = self.expression(at + 2)
                if value is not None:
                    named[self.string_at(at)] = value
                end = max(end, at + 2)
                if value is None:
                    end += 1
                if self.string_at(end) != ",":
                    break
                at = end + 1
            return ([word] if word is not None else []), named, end
        close, at = self.closing(at), at + 1
        found: list[Word | None] = []
        named = {}
        while at < close:
            key = self.string_at(at) if self.kind_at(at) == "name" and self.string_at(at + 1) == ":" else ""
            word, end = self.expression(at + 2 if key else at)
            if key and word is not None:
                named[key] = word
            elif not key:
                found.append(word)
            at = end
            while at < close and self.string_at(at) != ",":
                at = self.closing(at) + 1 if self.string_at(at) in ("(", "[", "{") else at + 1
            at += 1
        return found, named, close + 1


def likely(word: Word, text: MappedText) -> Word:
    """Return the value of a variable where it is used."""
    if word.open or not word.string:
        return Word(text, ((0, len(text), VARIABLE),))
    return Word(text.replaced(0, len(text), word.string), ((0, len(word.string), DEFAULT),))


def joined(words: list[Word]) -> Word:
    if len(words) == 1:
        return words[0]
    holes: list[Hole] = []
    at, captured = 0, None
    for word in words:
        holes += [(at + start, at + end, kind) for start, end, kind in word.holes]
        captured = word.captured if word.captured is not None else captured
        at += len(word.string)
    return Word(
        concat(words[0].text.source, [word.text for word in words]), tuple(holes), captured=captured, quoted=True
    )
