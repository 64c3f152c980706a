"""Findings as diagnostics of the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from linklint.about import page_of
from linklint.findings.rule_file import built_in_slugs
from linklint.output.escape import escape
from linklint.server.folder import Folder, Mistake
from linklint.server.positions import Positions, address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pygls.workspace import PositionCodec

    from linklint.findings.finding import Finding
    from linklint.text.source import Source, Span

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
NAME = "linklint"
MAX_IN_FILE = 1000
MAX_RELATED = 8


class Places:
    """The places of spans for the editor: its address of each file, and positions in its units."""

    def __init__(self, folder: Folder, codec: PositionCodec, address_of: Callable[[str], str]) -> None:
        self._folder = folder
        self._codec = codec
        self._address_of = address_of
        self._positions: dict[Source, Positions] = {}

    def positions(self, source: Source) -> Positions:
        """Return the positions of a source."""
        found = self._positions.get(source)
        if found is None:
            found = self._positions[source] = Positions(source.text, self._codec)
        return found

    def address(self, source: Source) -> str:
        """Return the address of a file."""
        return self._address_of(self._folder.path_of(source))

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return self.positions(span.source).range(span.start, span.end)

    def location(self, span: Span) -> types.Location:
        """Return the location of a span."""
        return types.Location(self.address(span.source), self.range(span))


class Diagnostics:
    """The diagnostics of a folder by address of the file. Those of files whose findings are as before stay."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[Finding], list[types.Diagnostic]]] = {}

    def of(self, folder: Folder, places: Places) -> dict[str, list[types.Diagnostic]]:
        """Return the diagnostics of the last scan."""
        known, self._known = self._known, {}
        for findings in folder.listed().values():
            span = findings[0].span
            assert span is not None
            address = places.address(span.source)
            before = known.get(address)
            is_same = before is not None and before[0] == findings
            self._known[address] = before if before and is_same else (findings, _of_file(findings, places))
        found = {address: made for address, (_, made) in self._known.items()}
        return found | _of_configuration(folder, found)


def _of_file(findings: list[Finding], places: Places) -> list[types.Diagnostic]:
    found = [_diagnostic(finding, places) for finding in findings[:MAX_IN_FILE]]
    if len(findings) > MAX_IN_FILE:
        words = f"{len(findings) - MAX_IN_FILE} more findings: linklint scan lists all"
        top = types.Range(types.Position(0, 0), types.Position(0, 0))
        found.append(types.Diagnostic(top, words, types.DiagnosticSeverity.Information, source=NAME))
    return found


def _of_configuration(folder: Folder, found: dict[str, list[types.Diagnostic]]) -> dict[str, list[types.Diagnostic]]:
    """Return the mistake in the configuration and the rules that failed, with what else their files have."""
    mistakes = [(folder.mistake, "configuration")] if folder.mistake is not None else []
    for finding in folder.result.findings if folder.result is not None else ():
        if finding.span is None:
            mistakes.append((Mistake(folder.configuration, 1, finding.message), finding.rule))
    changed: dict[str, list[types.Diagnostic]] = {}
    for mistake, code in mistakes:
        address = address_of(mistake.path)
        where = types.Range(types.Position(mistake.line - 1, 0), types.Position(mistake.line - 1, 1000))
        made = types.Diagnostic(where, escape(mistake.words), types.DiagnosticSeverity.Error, source=NAME, code=code)
        changed[address] = [*changed.get(address, found.get(address, ())), made]
    return changed


def _diagnostic(finding: Finding, places: Places) -> types.Diagnostic:
    assert finding.span is not None
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    is_built_in = finding.rule in built_in_slugs()
    return types.Diagnostic(
        places.range(finding.span),
        escape(finding.message) + sure,
        SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(page_of(finding.rule)) if is_built_in else None,
        source=NAME,
        related_information=list(_related(finding, places)) or None,
    )


def _related(finding: Finding, places: Places) -> Iterator[types.DiagnosticRelatedInformation]:
    for span, words in finding.related[:MAX_RELATED]:
        yield types.DiagnosticRelatedInformation(places.location(span), escape(words or "see here"))
