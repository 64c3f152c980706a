"""Hides secrets in source lines: the store has none, but a line of a file is shown as it stands.

A secret is hidden where a variable takes it, wherever else its value stands in the same file, and, where it can be nothing else, in
any other file.
"""

from __future__ import annotations

import re

from linklint.docker.secret import USERINFO, redact
from linklint.facts.store import Store
from linklint.source import Source, Span

Hidden = tuple[int, int, str]


class Curtain:
    """Knows where secrets stand and what they are; nothing else in a report does."""

    def __init__(self, store: Store) -> None:
        self._spans: dict[int, list[Span]] = {}
        self._patterns: dict[int, re.Pattern[str] | None] = {}
        self._everywhere: re.Pattern[str] | None = None
        if store.show_secrets:
            return
        values: dict[int, set[tuple[str, str]]] = {}
        for span, name, value in store.secrets:
            self._spans.setdefault(id(span.source), []).append(span)
            values.setdefault(id(span.source), set()).update((name, part) for part in _parts(value) if part)
        self._patterns = {key: _pattern(pairs) for key, pairs in values.items()}
        self._everywhere = _pattern({pair for pairs in values.values() for pair in pairs if _is_telling(pair[1])})

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
            for match in pattern.finditer(text) if pattern is not None else ():
                group = "word" if match["word"] is not None else "behind"
                hidden.append((*match.span(group), redact(match[group])))
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


def _is_telling(value: str) -> bool:
    """Whether the value can be nothing but the secret; `postgres` and `secret` are words that stand anywhere."""
    return len(value) >= 8 and not value.isalpha()


def _pattern(pairs: set[tuple[str, str]]) -> re.Pattern[str] | None:
    """Finds telling values as words of their own (`word`), others only behind a name that takes a secret (`behind`)."""
    telling = sorted({value for _, value in pairs if _is_telling(value)}, key=len, reverse=True)
    others = sorted({value for _, value in pairs if not _is_telling(value)}, key=len, reverse=True)
    names = "|".join([*sorted({re.escape(name) for name, _ in pairs}), r"(?i:\w*(?:pass|pw|secret|token|key)\w*)"])
    if not pairs:
        return None
    word = "|".join(map(re.escape, telling)) or r"(?!)"
    behind = "|".join(map(re.escape, others)) or r"(?!)"
    return re.compile(
        rf"(?<![A-Za-z0-9])(?P<word>{word})(?![A-Za-z0-9])|(?<!\w)(?:{names})(?:[ \t]*[=:][ \t]*|[ \t]+)['\"]?(?P<behind>{behind})(?![A-Za-z0-9])"
    )


def _apart(hidden: list[Hidden]) -> list[Hidden]:
    """In order, without those that lie in another."""
    found: list[Hidden] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
    return found
