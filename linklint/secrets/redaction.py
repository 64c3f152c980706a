"""Mask secrets in everything that leaves linklint: source lines, messages, facts, diffs, errors.

Two sources know what a secret is: facts (a variable with the name or the value of a secret), and patterns
(`secrets/patterns.py`). A value that is found once is masked everywhere if it can only be the secret.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linklint.secrets.patterns import TRIGGERS, Hidden, Named, apart, looks_secret, may_hold, redact, urls, without
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span

MAX_LINE = 2000  # characters: of a longer line, only the part around a finding is shown
AROUND = 1000  # characters of a longer line before and after the finding
MAX_SHOWN_LINES = 100
MAX_BEGINS = 100  # the number of beginnings of secrets for one pattern
TELLING = 8  # a value of at least this length is masked everywhere
LEARNED = lazy_compile(r"(?=[^\d\n]*\d)[A-Za-z0-9_.+=/~!@#%^&-]+")  # not `config.password` and other words of code
TELLING_WORD = 12  # the same, for a value of letters


class Excerpt(NamedTuple):
    """A part of a line, what to mask in it, and the column at which it begins."""

    text: str
    hidden: list[Hidden]
    cut: int


class Redactor:
    """Knows the secrets of a scan and their locations. With `show` it masks nothing.

    Secrets are learned first (`learn`, `learn_text`); then `cell`, `excerpt` and `ranges` mask them.
    """

    def __init__(self, *, show: bool = False, named: Named | None = None) -> None:
        self.show = show
        self._named = named
        self.public: set[str] = set()  # names that a secret of letters may equal: of containers and images
        self._telling: dict[str, list[str]] = {}  # by the first characters
        self._begins: re.Pattern[str] | None = None
        self._here: dict[Source, _Values] = {}
        self._ranges: dict[Source, list[Hidden]] = {}
        self._cells: dict[str, str] = {}
        self._lines: dict[tuple[Source, int, int], list[Hidden]] = {}  # of the last requested lines

    def learn(self, source: Source, name: str, value: str) -> None:
        """Learn the secret value of a variable."""
        for part in _parts(value):
            self._here.setdefault(source, _Values()).add(name, part)
            self._learn_value(part)

    def learn_span(self, span: Span) -> None:
        """Learn where a secret is written."""
        self._ranges.setdefault(span.source, []).append(
            (span.start, span.end, redact(span.source.text[span.start : span.end]))
        )

    def _learn_value(self, value: str) -> None:
        if is_telling(value) and not (value.isalpha() and value in self.public):
            known = self._telling.setdefault(value[:TELLING], [])
            if value not in known:
                known.append(value)

    def learn_text(self, source: Source, secrets: Iterable[Hidden] | None = None) -> None:
        """Learn the secrets in a file that is not a fact; `secrets` are those of its text, if they are known."""
        for start, end, shown in secrets_in(source.text, self._named) if secrets is None else secrets:
            self._ranges.setdefault(source, []).append((start, end, shown))
            value = source.text[start:end]
            if LEARNED.fullmatch(value) and value not in self.public:
                self._learn_value(value)

    def settle(self) -> None:
        """Make the ranges ready for queries: call it after everything is learned."""
        self._ranges = {source: apart(ranges) for source, ranges in self._ranges.items()}
        for known in self._telling.values():
            known.sort(key=len, reverse=True)
        if self._telling:
            begins = {value[:4] for value in self._telling}
            pattern = "|".join(map(re.escape, sorted(begins))) if len(begins) <= MAX_BEGINS else "[!-~]"
            self._begins = re.compile(pattern)

    def cell(self, text: str) -> str:
        """Return a fact or a message without secrets."""
        if self.show:
            return text
        known = self._cells.get(text)
        if known is None:
            known = text
            if may_hold(text) or self._begins is not None and len(text) >= TELLING:
                known = without(text, [*looks_secret(text, self._named), *self._copies(text)])
            self._cells[text] = known
        return known

    def _copies(self, text: str) -> Iterator[Hidden]:
        """Yield the copies of known secrets, also inside of words."""
        if self._begins is None:
            return
        at = 0
        while (match := self._begins.search(text, at)) is not None:
            at = match.start() + 1
            for value in self._telling.get(text[match.start() : match.start() + TELLING], ()):
                if text.startswith(value, match.start()):
                    at = match.start() + len(value)
                    yield match.start(), at, redact(value)
                    break

    def excerpt(self, source: Source, number: int, start: int, end: int) -> Excerpt:
        """Return a line of a file, or of a long line the part around a finding, with what to mask in it.

        `start` and `end` are columns from 0 of the finding.
        """
        text, cut = source.line_text(number), 0
        if len(text) > MAX_LINE:
            cut = max(start - AROUND, 0)
            text = text[cut : min(end, start + AROUND) + AROUND]
        key = (source, number, cut)
        if key not in self._lines:
            if len(self._lines) >= MAX_SHOWN_LINES:
                self._lines.clear()
            self._lines[key] = [] if self.show else self._hidden(source, text, source.lines[number - 1] + cut)
        return Excerpt(text, self._lines[key], cut)

    def _hidden(self, source: Source, text: str, begin: int) -> list[Hidden]:
        """Return what to mask in a part of a file that begins at an offset."""
        here = self._here.get(source)
        hidden = [*(here.find(text) if here else ()), *self._copies(text)]
        ranges = self._ranges.get(source, [])
        first = bisect_left(ranges, begin, key=lambda hidden: hidden[1])
        last = bisect_right(ranges, begin + len(text), key=lambda hidden: hidden[0])
        for start, end, shown in ranges[first:last]:
            start, end = max(start - begin, 0), min(end - begin, len(text))
            if start < end:
                hidden.append((start, end, shown))
        return apart(hidden)

    def ranges(self, source: Source) -> list[Hidden]:
        """Return what to mask in a whole file."""
        return [] if self.show else self._hidden(source, source.text, 0)

    def whole_line(self, source: Source, number: int) -> str:
        """Return a line of a file with its secrets masked."""
        text = source.line_text(number)
        return text if self.show else without(text, self._hidden(source, text, source.lines[number - 1]))


def secrets_in(text: str, named: Named | None, lowered: str | None = None) -> Iterator[Hidden]:
    """Yield the secrets in a text, from the lines that may hold one; `named` is what `secret-names` says, and `lowered`
    the text in lower case, if it is known.
    """
    lowered = text.lower() if lowered is None else lowered
    for start, end in _blocks(text, lowered) if named is None else [(0, len(text))]:
        for first, last, shown in looks_secret(text[start:end], named):
            yield start + first, start + last, shown


def _blocks(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that may hold a secret: lines with a trigger, with those that continue them."""
    if len(lowered) != len(text):  # a few letters become two
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    starts: set[int] = set()
    for word in TRIGGERS:
        at = lowered.find(word)
        while at >= 0:
            starts.add(lowered.rfind("\n", 0, at) + 1)
            following = lowered.find("\n", at)
            at = lowered.find(word, following) if following >= 0 else -1
    done = 0
    for start in sorted(starts):
        if start < done:
            continue
        while start > done and text[max(start - 3, 0) : start - 1].rstrip("\r").endswith("\\"):
            start = text.rfind("\n", 0, start - 1) + 1
        end = text.find("\n", start)
        while end >= 0 and text[max(end - 2, 0) : end].rstrip("\r").endswith("\\"):
            end = text.find("\n", end + 1)
        following = text.find("\n", end + 1) if end >= 0 else -1
        if "-----begin" in lowered[start : end if end >= 0 else None]:
            following = lowered.find("-----end", start)
        end = following if following >= 0 else len(text)
        yield max(start, done), end
        done = max(end, start + 1)


class _Values:
    """The values of secrets by length, so that a line is searched once however many there are."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._by_length: dict[int, set[str]] = {}

    def add(self, name: str, value: str) -> None:
        if value and not is_telling(value):
            self._names.add(name)
            self._by_length.setdefault(len(value), set()).add(value)

    def find(self, text: str) -> Iterator[Hidden]:
        """Yield the values that follow a name that takes a secret: by themselves they may be any word."""
        if not self._by_length:
            return
        for match in STARTS.finditer(text):
            at = match.start()
            for length, values in self._by_length.items():
                value, end = text[at : at + length], at + length
                if (
                    value in values
                    and not text[end : end + 1].isalnum()
                    and self._is_taken(text[max(at - 300, 0) : at])
                ):
                    yield at, end, redact(value)

    def _is_taken(self, before: str) -> bool:
        """Return whether the text before a value is a name that takes a secret."""
        match = TAKES.search(before)
        return match is not None and (match["name"] in self._names or SECRETISH.search(match["name"]) is not None)


STARTS = lazy_compile(r"(?<![A-Za-z0-9])\S")
TAKES = lazy_compile(r"(?<![\w.-])(?P<name>[\w.-]{1,200})(?:[ \t]{0,20}[=:][ \t]{0,20}|[ \t]{1,20})['\"]?\Z")
SECRETISH = lazy_compile(r"pass|pw|secret|token|key", re.IGNORECASE)


def _parts(value: str) -> list[str]:
    """Return the forms in which a value may occur elsewhere: whole, its lines, and the passwords of URLs."""
    passwords = [value[start:end] for start, end, _ in urls(value, every=True)]
    return [value, *(value.splitlines() if "\n" in value else []), *passwords]


def is_telling(value: str) -> bool:
    """Return whether a value can only be the secret; `postgres` and `secret` are common words."""
    return len(value) >= (TELLING_WORD if value.isalpha() else TELLING)
