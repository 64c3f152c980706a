"""Hides secrets in source lines: the store has none, but a line of a file is shown as it stands."""

from __future__ import annotations

from linklint.docker.secret import redact
from linklint.facts.store import Store
from linklint.source import Source, Span


class Curtain:
    """Knows where secrets stand; `line` gives a line with only their first characters."""

    def __init__(self, store: Store) -> None:
        self._spans: dict[int, list[Span]] = {}
        self._values: dict[int, set[str]] = {}
        if store.show_secrets:
            return
        _, rows = store.ask("SELECT value_span FROM env WHERE secret IS NOT NULL AND form <> 'variable' AND value_span IS NOT NULL")
        for (number,) in rows:
            span = store.places[number]
            self._spans.setdefault(id(span.source), []).append(span)
            value = span.source.text[span.start : span.end]
            if len(value) >= 4 and "$" not in value:
                self._values.setdefault(id(span.source), set()).add(value)

    def line(self, source: Source, number: int) -> list[tuple[int, int, str]]:
        """What is to be hidden in a line: (start, end, what is shown), as columns from 0."""
        begin = source.lines[number - 1]
        text = source.line_text(number)
        hidden: list[tuple[int, int, str]] = []
        for span in self._spans.get(id(source), ()):
            start, end = max(span.start - begin, 0), min(span.end - begin, len(text))
            if start < end:
                hidden.append((start, end, redact(text[start:end])))
        for value in self._values.get(id(source), ()):
            at = text.find(value)
            while at >= 0:
                hidden.append((at, at + len(value), redact(value)))
                at = text.find(value, at + len(value))
        return _apart(hidden)

    def hide(self, source: Source, number: int) -> str:
        """The line with its secrets hidden."""
        text = source.line_text(number)
        for start, end, shown in reversed(self.line(source, number)):
            text = text[:start] + shown + text[end:]
        return text


def _apart(hidden: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In order, without those that lie in another."""
    found: list[tuple[int, int, str]] = []
    for entry in sorted(hidden, key=lambda e: (e[0], -e[1])):
        if not found or entry[0] >= found[-1][1]:
            found.append(entry)
    return found
