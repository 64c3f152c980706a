"""Hides secrets in source lines: the store has none, but a line of a file is shown as it stands.

A secret is hidden where a variable takes it, wherever else its value stands in the same file, and, where it can be
nothing else, in any other file. What is no fact is hidden where it looks like one: behind `PASSWORD=` and its like, in
URLs, and behind the options that take one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linklint.database.store import Store
from linklint.docker.secrets import USERINFO, Hidden, looks_secret, redact
from linklint.text.source import Source, Span

STARTS = re.compile(r"(?<![A-Za-z0-9])\S")
TAKES = re.compile(r"(?P<name>[\w.-]+)(?:[ \t]*[=:][ \t]*|[ \t]+)['\"]?\Z")
SECRETISH = re.compile(r"pass|pw|secret|token|key", re.IGNORECASE)

MAX_KEPT = 100


class Redactor:
    """Knows where secrets stand and what they are; nothing else in a report does."""

    def __init__(self, store: Store) -> None:
        self._spans: dict[tuple[int, int], list[Span]] = {}
        self._here: dict[int, _Values] = {}
        self._everywhere = _Values()
        self._lines: dict[tuple[int, int], list[Hidden]] = {}  # of the lines that were asked for last
        self._shown = store.show_secrets
        if store.show_secrets:
            return
        for span, name, value in store.secrets:
            for number in range(
                span.source.line_of(span.start), span.source.line_of(max(span.start, span.end - 1)) + 1
            ):
                self._spans.setdefault((id(span.source), number), []).append(span)
            for part in _parts(value):
                self._here.setdefault(id(span.source), _Values()).add(name, part)
                if _is_telling(part):
                    self._everywhere.add(name, part)

    def line(self, source: Source, number: int) -> list[Hidden]:
        """What is to be hidden in a line: (start, end, what is shown), as columns from 0."""
        key = (id(source), number)
        if key not in self._lines:
            if len(self._lines) >= MAX_KEPT:
                self._lines.clear()
            self._lines[key] = self._line(source, number)
        return self._lines[key]

    def _line(self, source: Source, number: int) -> list[Hidden]:
        begin = source.lines[number - 1]
        text = source.line_text(number)
        hidden = self._values(source, text)
        for span in self._spans.get((id(source), number), ()):
            start, end = max(span.start - begin, 0), min(span.end - begin, len(text))
            if start < end and not text[start:end].startswith("$"):
                hidden.append((start, end, redact(text[start:end])))
        return _apart(hidden)

    def _values(self, source: Source, text: str) -> list[Hidden]:
        here = self._here.get(id(source))
        return [
            *(here.find(text) if here else ()),
            *self._everywhere.find(text),
            *(() if self._shown else looks_secret(text)),
        ]

    def text(self, source: Source, text: str) -> str:
        """Any text of a file, an edited line too, with the secrets in it hidden."""
        for start, end, shown in reversed(_apart(self._values(source, text))):
            text = text[:start] + shown + text[end:]
        return text


class _Values:
    """The values of secrets by their length, so that a line is looked through once however many there are."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._by_length: dict[int, set[str]] = {}

    def add(self, name: str, value: str) -> None:
        if value:
            self._names.add(name)
            self._by_length.setdefault(len(value), set()).add(value)

    def find(self, text: str) -> Iterator[Hidden]:
        """Telling values as words of their own, others only behind a name that takes a secret."""
        if not self._by_length:
            return
        for match in STARTS.finditer(text):
            at = match.start()
            for length, values in self._by_length.items():
                value, end = text[at : at + length], at + length
                if (
                    value in values
                    and not text[end : end + 1].isalnum()
                    and (_is_telling(value) or self._is_taken(text[:at]))
                ):
                    yield at, end, redact(value)

    def _is_taken(self, before: str) -> bool:
        """Whether what stands before a value is a name that takes a secret."""
        match = TAKES.search(before)
        return match is not None and (match["name"] in self._names or SECRETISH.search(match["name"]) is not None)


def _parts(value: str) -> list[str]:
    """A value as it may stand elsewhere: whole, its lines, and of a URL the password."""
    url = USERINFO.search(value)
    return [value, *(value.splitlines() if "\n" in value else []), *([url["password"]] if url else [])]


def _is_telling(value: str) -> bool:
    """Whether the value can be nothing but the secret; `postgres` and `secret` are words that stand anywhere."""
    return len(value) >= 8 and not value.isalpha()


def _apart(hidden: list[Hidden]) -> list[Hidden]:
    """In order, without those that lie in another."""
    found: list[Hidden] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
    return found
