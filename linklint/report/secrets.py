"""Hides secrets in source lines: the store has none, but a line of a file is shown as it stands.

A secret is hidden where a variable takes it, wherever else its value stands in the same file, and, where it can be nothing else, in
any other file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from linklint.docker.secret import USERINFO, redact
from linklint.facts.store import Store
from linklint.source import Source, Span

Hidden = tuple[int, int, str]


class Curtain:
    """Knows where secrets stand and what they are; nothing else in a report does."""

    def __init__(self, store: Store) -> None:
        self._spans: dict[int, list[Span]] = {}
        self._patterns: dict[int, re.Pattern[str]] = {}
        self._everywhere = None
        if store.show_secrets:
            return
        values: dict[int, set[str]] = {}
        short: dict[int, set[tuple[str, str]]] = {}
        for span, name, value in store.secrets:
            self._spans.setdefault(id(span.source), []).append(span)
            parts = _parts(value)
            values.setdefault(id(span.source), set()).update(parts)
            short.setdefault(id(span.source), set()).update((name, part) for part in parts if 0 < len(part) < 4)
        self._patterns = {key: pattern for key, strings in values.items() if (pattern := _pattern(strings, 4, short[key]))}
        long = {value for strings in values.values() for value in strings if len(value) >= 12 or any(c.isdigit() for c in value)}
        self._everywhere = _pattern(long, 8)

    def line(self, source: Source, number: int) -> list[Hidden]:
        """What is to be hidden in a line: (start, end, what is shown), as columns from 0."""
        begin = source.lines[number - 1]
        text = source.line_text(number)
        hidden = self._values(source, text)
        for span in self._spans.get(id(source), ()):
            start, end = max(span.start - begin, 0), min(span.end - begin, len(text))
            if start < end and not text[start:end].startswith("$"):
                hidden.append((start, end, redact(text[start:end])))
        return _apart(hidden)

    def _values(self, source: Source, text: str) -> list[Hidden]:
        hidden: list[Hidden] = []
        for pattern in (self._patterns.get(id(source)), self._everywhere):
            if pattern is not None:
                hidden += [(match.start(), match.end(), redact(match[0])) for match in pattern.finditer(text)]
        return hidden

    def text(self, source: Source, text: str) -> str:
        """Any text of a file, an edited line too, with the secrets in it hidden."""
        for start, end, shown in reversed(_apart(self._values(source, text))):
            text = text[:start] + shown + text[end:]
        return text


def _parts(value: str) -> list[str]:
    """A value as it may stand elsewhere: whole, its lines, and of a URL the password."""
    url = USERINFO.search(value)
    return [value, *(value.splitlines() if "\n" in value else []), *([url["password"]] if url else [])]


def _pattern(values: set[str], least: int, short: Iterable[tuple[str, str]] = ()) -> re.Pattern[str] | None:
    """Finds the values as words of their own, short ones behind their names."""
    known = sorted((value for value in values if len(value) >= least), key=len, reverse=True)
    found = [rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])" for value in known]
    found += [rf"(?<={re.escape(name)}{mark}){re.escape(value)}" for name, value in sorted(short) for mark in ("=", ": ", "='", '="')]
    return re.compile("|".join(found)) if found else None


def _apart(hidden: list[Hidden]) -> list[Hidden]:
    """In order, without those that lie in another."""
    found: list[Hidden] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
    return found
