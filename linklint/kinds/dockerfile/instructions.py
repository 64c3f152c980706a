"""Instructions of a Dockerfile, and their words, as BuildKit reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.word import DEFAULT, VARIABLE, Word, WordBuilder, literal

if TYPE_CHECKING:
    pass

DIRECTIVE = lazy_compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*")
INSTRUCTION = lazy_compile(r"\s*(\S+)(?:\s+|\Z)")
HEREDOC = lazy_compile(r"\d*<<(-?)([^<]+)")
QUOTED = lazy_compile(r"""(?:[^'"\\\s]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|\s|\\\Z)*""", re.DOTALL)
VARIABLE_REF = lazy_compile(r"\$(?:\{(?P<braced>\w+)(?P<rest>:?[-+?][^}]*|[#%/][^}]*)?\}|(?P<bare>\w+))")
MAX_VALUE = 4000
MAX_LINES = 10_000
MAX_PAIRS = 2000
MAX_INSTRUCTIONS = 10_000
MAX_HEREDOCS = 100
TABS = r"\t*"


class Instruction(NamedTuple):
    """One instruction: its keyword in upper case, its value with joined lines, and the bodies of its heredocs.

    `problem` says what could not be read, `problem_at` where.
    """

    keyword: str
    value: MappedText
    heredocs: list[MappedText]
    whole: MappedText
    problem: str = ""
    problem_at: int = -1


def instructions(text: MappedText) -> list[Instruction]:
    """Yield the instructions of a Dockerfile, in order."""
    return _Instructions(text).read()


class _Instructions:
    def __init__(self, text: MappedText) -> None:
        self.text = text
        self.string = text.string
        self.at = 0
        self.escape = escape_of(text.string)
        self.continued = re.compile(
            rf"(?:[ \t]*+(?:\#[^\n]*+)?\r?\n|[^\n]*(?:(?<!{re.escape(self.escape)})|^){re.escape(self.escape)}[ "
            rf"\t]*\r?\n)*+",
            re.MULTILINE,
        )
        self.missing: set[tuple[bool, str]] = set()

    def read(self) -> list[Instruction]:
        found: list[Instruction] = []
        while self.at < len(self.string):
            instruction = self.instruction()
            if instruction is not None:
                found.append(instruction)
            if len(found) == MAX_INSTRUCTIONS and self.at < len(self.string):
                found[-1] = found[-1]._replace(
                    problem=f"more than {MAX_INSTRUCTIONS} instructions: the rest is not read", problem_at=self.at
                )
                break
        return found

    def line(self) -> tuple[int, int]:
        """Return (start, end) of the next line, and skip it."""
        start, end = self.at, self.string.find("\n", self.at)
        end = len(self.string) if end < 0 else end
        self.at = end + 1
        return start, end - 1 if end > start and self.string[end - 1] == "\r" else end

    def instruction(self) -> Instruction | None:
        first, last, cut = self.at, self.at, -1
        pieces: list[MappedText] = []
        while self.at < len(self.string):
            start, end = self.line()
            last = end
            stripped = self.string[start:end].strip()
            if not stripped or stripped.startswith("#"):
                if pieces:
                    continue
                return None
            body = start + len(self.string[start:end].rstrip(" \t"))
            if self.string[body - 1] != self.escape or self.string[start : body - 1].endswith(self.escape):
                pieces.append(self.text.slice(start, end))
                break
            pieces.append(self.text.slice(start, body - 1))
            if len(pieces) >= MAX_LINES:
                cut = self.at
                skipped = self.continued.match(self.string, self.at)
                self.at = skipped.end() if skipped else self.at
                last = self.line()[1] if self.at < len(self.string) else len(self.string)
                break
        if not pieces:
            return None
        joined = pieces[0] if len(pieces) == 1 else concat(self.text.source, pieces)
        match = INSTRUCTION.match(joined.string)
        if not match:
            return None
        keyword, value = match[1].upper(), joined.slice(match.end(), len(joined.string.rstrip()))
        heredocs: list[MappedText] = []
        problem, at = "", cut
        if cut >= 0:
            problem = f"more than {MAX_LINES} lines: the rest of the instruction is not read"
        inner = INSTRUCTION.match(value.string) if keyword == "ONBUILD" else None
        if (inner[1].upper() if inner else keyword) in ("RUN", "COPY", "ADD"):
            unended = self.read_heredocs(value.string, heredocs)
            if unended:
                problem, at = f"the heredoc has no end line {unended}", max(self.string.find("<<", first), first)
            if heredocs:
                last = self.at - 1 if self.at <= len(self.string) else len(self.string)
        return Instruction(keyword, value, heredocs, self.text.slice(first, last), problem, at)

    def read_heredocs(self, value: str, heredocs: list[MappedText]) -> str:
        """Read the heredocs that `value` opens. Return the name of one without an end line; then it is not read as a
        heredoc.
        """
        if "<<" not in value or not QUOTED.fullmatch(value):
            return ""
        for word in split_words(literal(value).text, limit=MAX_HEREDOCS):
            match = HEREDOC.fullmatch(word.string)
            name = unquote(word.slice(match.start(2), match.end(2)), {}).string if match else ""
            if not match or not name:
                continue
            if (bool(match[1]), name) in self.missing:
                return ""  # reported once
            end = re.compile(rf"^{TABS if match[1] else ''}{re.escape(name)}\r?$", re.MULTILINE).search(
                self.string, self.at
            )
            if end is None:
                self.missing.add((bool(match[1]), name))
                return name
            heredocs.append(self.text.slice(self.at, max(self.at, end.start())))
            self.at = end.end() + 1
        return ""


def escape_of(string: str) -> str:
    """Return the escape character that a parser directive at the top selects."""
    for line in string[:2000].split("\n")[:10]:
        match = DIRECTIVE.fullmatch(line.strip())
        if not match:
            break
        if match[1].lower() == "escape":
            return match[2][0]
    return "\\"


def arguments(instruction: Instruction) -> MappedText:
    """Return the value without leading flags (`--mount=…`)."""
    value = instruction.value
    return value.slice(_flags_end(value.string), len(value))


def _flags_end(string: str) -> int:
    match = re.match(r"(?:--[a-z-]+(?:=\S*)?(?:\s+|\Z))*", string)
    return match.end() if match else 0


def split_words(text: MappedText, escape: str = "\\", limit: int = MAX_PAIRS + 1) -> list[MappedText]:
    """Split words at blanks outside of quotes, at most `limit`; the escape character protects the next blank."""
    words: list[MappedText] = []
    string, start, quote, i = text.string, -1, "", 0
    while i < len(string):
        c = string[i]
        if not quote and c.isspace():
            if start >= 0:
                words.append(text.slice(start, i))
                if len(words) >= limit:
                    return words
            start = -1
        else:
            start = i if start < 0 else start
            if c == escape and quote != "'":
                i += 1
            elif c == quote:
                quote = ""
            elif not quote and c in "'\"":
                quote = c
        i += 1
    if start >= 0:
        words.append(text.slice(start, len(string)))
    return words


def unquote(text: MappedText, known: Mapping[str, Word | None], escape: str = "\\") -> Word:
    """Return the value of a raw word: without quotes and backslashes, `$NAME` replaced from `ARG` and `ENV`."""
    string = text.string
    special = f"'\"{escape}$"
    if not any(c in string for c in special):
        return Word(text)
    made, quote, i = WordBuilder(text), "", 0
    while i < len(string):
        c = string[i]
        if c == quote or not quote and c in "'\"":
            quote = "" if quote else c
            i += 1
        elif c == escape and quote != "'" and i + 1 < len(string):
            keep = quote == '"' and string[i + 1] not in f'"{escape}$'
            made.put(text.slice(i if keep else i + 1, i + 2))
            i += 2
        elif c == "$" and quote != "'" and (match := VARIABLE_REF.match(string, i)):
            _put_variable(made, match, known)
            i = match.end()
        else:
            end = i + 1
            while end < len(string) and string[end] not in special:
                end += 1
            made.put(text.slice(i, end))
            i = end
    return made.word(quoted=True)


def _put_variable(made: WordBuilder, match: re.Match[str], known: Mapping[str, Word | None]) -> None:
    text, rest = made.text, match["rest"] or ""
    value = known.get(match["braced"] or match["bare"])
    is_default = rest.startswith((":-", "-"))
    if value is not None and not value.open and (not rest or is_default and value.string):
        if made.length + len(value.string) < MAX_VALUE:
            made.put(text.replaced(match.start(), match.end(), value.string), DEFAULT)
            return
    if is_default:
        start = match.start("rest") + len(rest) - len(rest.lstrip(":-"))
        made.put(text.slice(start, match.end("rest")), DEFAULT)
    else:
        made.put(text.slice(match.start(), match.end()), VARIABLE)
