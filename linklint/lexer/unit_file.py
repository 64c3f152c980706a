"""Unit files: sections of `Key=value`, and the words of their command lines.

Source: systemd.syntax(7), systemd.service(5), systemd.unit(5), as systemd 257 reads them. A backslash at the end of a
line joins it to the next; comment lines between are skipped. Words are split at blanks; quotes of both kinds keep
blanks; escapes are those of C. Then specifiers (`%i`) are replaced, and when the command runs, `${NAME}` in a word,
`$NAME` as a word of its own (which is split), and `$$`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.templates import CONTROL, JINJA
from linklint.text.word import DEFAULT, VARIABLE, Hole, Word

SECTION = lazy_compile(r"\[([^\]]*)\]")
ESCAPE = lazy_compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{2})|u(?P<u4>[0-9a-fA-F]{4})|U(?P<u8>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})"
    r"|(?P<one>.))",
    re.DOTALL,
)
ESCAPED = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "s": " ",
}
SPECIFIER = lazy_compile(r"%([a-zA-Z%])")
BRACED = lazy_compile(r"\$\{([A-Za-z_]\w*)\}")
BARE = lazy_compile(r"\$([A-Za-z_]\w*)")
SEMICOLON = lazy_compile(r"\\;(?=\s|\Z)")
PLAIN = lazy_compile(r"[^\s'\"\\%${<]+")
STATEMENT = lazy_compile(r"\s*(?:\{%.*%\}|\{#.*#\}|<%[^=].*%>)\s*\Z")
MAX_LINES = 10_000
MAX_VALUE = 100_000
MAX_WORDS = 50_000


class UnitEntry(NamedTuple):
    """A line of a unit file, with its continuation lines."""

    section: str
    key: str
    value: MappedText


def entries(text: MappedText, context: ExtractionContext) -> Iterator[UnitEntry]:
    """Return the settings of a unit file, in order. Lines with control statements of a template are skipped."""
    section = ""
    pieces: list[MappedText] = []
    lines = text.lines()
    if len(lines) > MAX_LINES:
        context.unread(text.span(*lines[MAX_LINES]), f"more than {MAX_LINES} lines: the rest of the file is not read")
    for start, end in lines[:MAX_LINES]:
        line = text.slice(start, end)
        stripped = line.string.strip()
        if stripped.startswith(("#", ";")) or STATEMENT.match(line.string) or not stripped and not pieces:
            continue
        if line.string.rstrip().endswith("\\"):
            body = line.string.rstrip()
            pieces += [line.slice(0, len(body) - 1), line.replaced(len(body) - 1, len(body), " ")]
            continue
        whole = concat(text.source, [*pieces, line])
        pieces = []
        found = SECTION.fullmatch(whole.string.strip())
        if found:
            section = found[1]
            continue
        key, equals, value = whole.string.partition("=")
        if equals:
            if len(value) > MAX_VALUE:
                context.unread(whole.span(0, 1), f"longer than {MAX_VALUE} characters: the setting is not read")
                continue
            first = len(key) + 1 + len(value) - len(value.lstrip())
            yield UnitEntry(section, key.strip(), whole.slice(first, len(whole.string.rstrip())))


def split(
    value: MappedText, specifiers: dict[str, str], known: Callable[[str], str | None], *, strict: bool = False
) -> list[Word]:
    """Return the words of a command line. If `strict`, none when a quote is not closed, as systemd reads a command;
    Podman takes the words as if it were closed.

    `known` returns the value of a variable of the environment, or None if it is unknown.
    """
    splitter = _Splitter(value, specifiers, known)
    words = splitter.words()
    return [] if strict and splitter.open else words


class _Splitter:
    def __init__(self, value: MappedText, specifiers: dict[str, str], known: Callable[[str], str | None]) -> None:
        self.value = value
        self.specifiers = specifiers
        self.known = known
        self.found: list[Word] = []
        self.pieces: list[MappedText] = []
        self.holes: list[Hole] = []
        self.length = 0
        self.begun = self.quoted = self.open = False

    def words(self) -> list[Word]:
        string, at, quote = self.value.string, 0, ""
        while at < len(string) and len(self.found) < MAX_WORDS:
            c = string[at]
            if c == quote or not quote and c in "'\"":
                quote = "" if quote else c
                self.begun = self.quoted = True
                at += 1
            elif not quote and c.isspace():
                self.end()
                at += 1
            else:
                at = self.special(at, c, is_quoted=bool(quote)) or self.plain(at)
        self.end()
        self.open = bool(quote)
        return self.found

    def plain(self, at: int) -> int:
        plain = PLAIN.match(self.value.string, at)
        end = plain.end() if plain else at + 1
        self.put(at, end, self.value.string[at:end])
        return end

    def special(self, at: int, c: str, *, is_quoted: bool) -> int:
        """Read a template expression, an escape, a specifier or a variable. Return where it ends, or 0."""
        string = self.value.string
        if c in "{<" and (template := JINJA.match(string, at)):
            if not CONTROL.match(template[0]):
                self.put(at, template.end(), template[0], VARIABLE)
            return template.end()
        if not is_quoted and not self.begun and (semicolon := SEMICOLON.match(string, at)):
            self.put(at, semicolon.end(), ";")
            self.quoted = True
            return semicolon.end()
        if c == "\\" and (escape := ESCAPE.match(string, at)):
            self.put(at, escape.end(), _unescaped(escape))
            return escape.end()
        if c == "%" and (specifier := SPECIFIER.match(string, at)):
            filled = "%" if specifier[1] == "%" else self.specifiers.get(specifier[1])
            self.put(at, at + 2, specifier[0] if filled is None else filled, VARIABLE if filled is None else None)
            return at + 2
        return self.reference(at, is_quoted=is_quoted) if c == "$" else 0

    def reference(self, at: int, *, is_quoted: bool) -> int:
        """Read `$$`, `${NAME}`, or `$NAME` as a word of its own. Return where it ends, or 0."""
        string = self.value.string
        if string.startswith("$$", at):
            self.put(at, at + 2, "$")
            return at + 2
        if braced := BRACED.match(string, at):
            self.fill(at, braced.end(), braced[1], braced[0])
            return braced.end()
        bare = BARE.match(string, at) if is_quoted and not self.length or not self.begun else None
        if bare is None:
            return 0
        if is_quoted and re.fullmatch(r"(['\"])\1\s?", string[at - 1] + string[bare.end() : bare.end() + 2]):
            self.fill(at, bare.end(), bare[1], bare[0])
            return bare.end()
        if not is_quoted and string[bare.end() : bare.end() + 1].strip() == "":
            self.variable(at, bare)
            return bare.end()
        return 0

    def put(self, start: int, end: int, string: str, hole: str | None = None) -> None:
        self.begun = True
        raw = self.value.string[start:end]
        if hole:
            self.holes.append((self.length, self.length + len(string), hole))
        if string:
            self.pieces.append(
                self.value.slice(start, end) if raw == string else self.value.replaced(start, end, string)
            )
        self.length += len(string)

    def fill(self, start: int, end: int, name: str, written: str) -> None:
        value = self.known(name)
        self.put(start, end, written if value is None else value, VARIABLE if value is None else DEFAULT)

    def variable(self, at: int, match: re.Match[str]) -> None:
        """Append `$NAME` as a word: as many words as its value has."""
        value = self.known(match[1])
        if value is None:
            text = self.value.slice(at, match.end())
            self.found.append(Word(text, ((0, len(text), VARIABLE),), many=True))
            return
        for part in value.split():
            self.found.append(Word(self.value.replaced(at, match.end(), part), ((0, len(part), DEFAULT),)))

    def end(self) -> None:
        if self.begun:
            text = concat(self.value.source, self.pieces) if self.pieces else self.value.slice(0, 0)
            self.found.append(Word(text, tuple(self.holes), quoted=self.quoted))
        self.pieces, self.holes, self.length = [], [], 0
        self.begun = self.quoted = False


def _unescaped(escape: re.Match[str]) -> str:
    for group, base in (("hex", 16), ("u4", 16), ("u8", 16), ("octal", 8)):
        if escape[group]:
            code = int(escape[group], base)
            return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else escape[0]
    return ESCAPED.get(escape["one"], escape[0])


def prefix_of(path: str) -> str:
    """Return the name of a unit without its type.

    For example `web` for `units/web.service` and `web.service.d/x.conf`, `web@` for a template.
    """
    name = path.rpartition("/")[2]
    if name.endswith(".conf") and ".d/" in path:
        name = path.rpartition("/")[0].rpartition("/")[2].removesuffix(".d")
    found = re.match(r"(.*?)\.(?:service|container)\b", name)
    return found[1] if found else name


def specifiers_of(unit: str, suffix: str) -> dict[str, str]:
    """Return the specifiers known from a unit's name alone; for a template only `%p`."""
    prefix, at, instance = unit.partition("@")
    if at and not instance:
        return {"p": prefix, "P": prefix}
    return {"n": f"{unit}.{suffix}", "N": unit, "p": prefix, "P": prefix, "i": instance, "I": instance}
