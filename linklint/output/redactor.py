"""Mask secrets in source lines: the store has none, but source lines are shown.

A secret is masked where a variable is set to it, at other places in the same file, and, if it cannot be anything else,
in other files. Text that is not a fact is masked if it looks like a secret: after `PASSWORD=` and similar names, in
URLs, and after options that take one.
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
    """Knows the secrets and their locations; nothing else in a report does."""

    def __init__(self, store: Store) -> None:
        self._spans: dict[tuple[int, int], list[Span]] = {}
        self._here: dict[int, _Values] = {}
        self._everywhere = _Values()
        self._lines: dict[tuple[int, int], list[Hidden]] = {}  # of the last requested lines
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
        """Return what to mask in a line: (start, end, replacement), as columns from 0."""
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
        """Return any text of a file, also an edited line, with its secrets masked."""
        for start, end, shown in reversed(_apart(self._values(source, text))):
            text = text[:start] + shown + text[end:]
        return text


class _Values:
    """The values of secrets by length, so that a line is searched once however many there are."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._by_length: dict[int, set[str]] = {}

    def add(self, name: str, value: str) -> None:
        if value:
            self._names.add(name)
            self._by_length.setdefault(len(value), set()).add(value)

    def find(self, text: str) -> Iterator[Hidden]:
        """Yield distinctive values anywhere, and others only after a name that takes a secret."""
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
        """Return whether the text before a value is a name that takes a secret."""
        match = TAKES.search(before)
        return match is not None and (match["name"] in self._names or SECRETISH.search(match["name"]) is not None)


def _parts(value: str) -> list[str]:
    """Return the forms in which a value may occur elsewhere: whole, its lines, and the password of a URL."""
    url = USERINFO.search(value)
    return [value, *(value.splitlines() if "\n" in value else []), *([url["password"]] if url else [])]


def _is_telling(value: str) -> bool:
    """Return whether a value can only be the secret; `postgres` and `secret` are common words."""
    return len(value) >= 8 and not value.isalpha()


def _apart(hidden: list[Hidden]) -> list[Hidden]:
    """Return the ranges in order, without those inside another."""
    found: list[Hidden] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
    return found
