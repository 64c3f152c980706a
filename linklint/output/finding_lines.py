"""A finding as lines of (text, style): location and message, the source line with a caret, related locations, the fix.

Styles become colours on a terminal and nothing in a pipe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linklint.about import page_of
from linklint.findings.rule_file import built_in_slugs
from linklint.output.escape import escape, pad
from linklint.output.terminal import LINK, Line

if TYPE_CHECKING:
    from linklint.findings.finding import Finding
    from linklint.findings.result import ScanResult
    from linklint.secrets.redaction import Redactor
    from linklint.text.source import Span

COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def head(result: ScanResult, finding: Finding) -> Line:
    """Return the location, severity, confidence, message and rule."""
    line: Line = []
    if finding.span is not None:
        place = finding.span.source.place(finding.span.start, finding.span.end)
        line.append((f"{escape(result.tree.display(finding.path))}:{place.line}:{place.column}", "bold"))
        line.append(("  ", ""))
    line.append((finding.severity, COLOURS[finding.severity]))
    if finding.confidence != "certain":
        line.append((f" ({finding.confidence})", "dim"))
    line.append(("  " + escape(finding.message) + "  ", ""))
    page = f" {LINK}{page_of(finding.rule)}" if finding.rule in built_in_slugs() else ""
    line.append((f"[{finding.rule}]", f"dim{page}"))
    return line


def body(
    result: ScanResult, finding: Finding, redactor: Redactor, width: int, shown: set[tuple[str, str]]
) -> list[Line]:
    """Return what follows the head of a finding: its source line, related locations, and how to fix it.

    `shown` has the (help line or related location, path of the finding) that the report has already: a help line is not
    repeated, a related location is repeated without its source line.
    """
    lines: list[Line] = []
    if finding.span is not None:
        lines.extend(_source(finding.span, redactor, width, COLOURS[finding.severity], "^"))
    for span, words in finding.related[:8]:
        place = f"{result.tree.display(span.source.path)}:{span.source.line_of(span.start)}"
        lines.append([("      ", ""), (escape(place), "bold"), (": " + escape(words or "see here"), "")])
        if (place, finding.path) not in shown:
            lines.extend(_source(span, redactor, width, "cyan", "-"))
        shown.add((place, finding.path))
    if len(finding.related) > 8:
        lines.append([(f"      … and {plural(len(finding.related) - 8, 'more place')}", "dim")])
    return lines + _help(finding, redactor, shown) + _stands_for(result, finding)


def _stands_for(result: ScanResult, finding: Finding) -> list[Line]:
    """Return where else it was found: lines of the same document, or copies."""
    others = [other for other in result.stands_for.get(finding.fingerprint, ()) if other.rule == finding.rule]
    if not others:
        return []
    lines = [str(other.line) for other in others if other.path == finding.path]
    places = [f"line{'s' if len(lines) > 1 else ''} {', '.join(lines[:12])}"] if lines else []
    more = len(lines) - 12
    places += [f"{more} more"] if more > 0 else []
    places += sorted({escape(result.tree.display(f.path)) for f in others if f.path != finding.path})[:3]
    return [[("      = also: ", "dim"), (", ".join(places), "dim")]]


def _source(span: Span, redactor: Redactor, width: int, colour: str, mark: str) -> list[Line]:
    """Return the line of a span and the mark below it. A long line is cut around the span."""
    source = span.source
    place = source.place(span.start, span.end)
    start = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(source.line_text(place.line).rstrip())
    excerpt = redactor.excerpt(source, place.line, start, end)
    text = excerpt.text
    start, end = start - excerpt.cut, min(end - excerpt.cut, len(text))
    shown, start, end = _hidden(text, excerpt.hidden, start, end)
    gutter = f"{place.line:>5}"
    room = max(width - 10, 30)
    cut = 0
    if len(shown) > room:
        cut = max(0, min(start - room // 4, len(shown) - room))
        shown = ("…" if cut else "") + shown[cut : cut + room] + ("…" if cut + room < len(shown) else "")
        start, end = start - cut + bool(cut), min(end - cut + bool(cut), len(shown))
    shown = shown.replace("\t", " ")
    before, marked, after = escape(shown[:start]), escape(shown[start:end]), escape(shown[end:])
    return [
        [(f"{gutter} | ", "dim"), (before, ""), (marked, colour), (after, "")],
        [("      | ", "dim"), (pad(before) + mark * max(len(pad(marked)), 1), colour)],
    ]


def _hidden(text: str, hidden: list[tuple[int, int, str]], start: int, end: int) -> tuple[str, int, int]:
    """Return the line with secrets masked, and the new position of the marked part."""
    out, at = "", 0
    new_start, new_end = -1, -1
    for first, last, shown in [*hidden, (len(text), len(text), "")]:
        for wanted in (start, end):
            if at <= wanted < first or wanted == len(text) == first:
                position = len(out) + wanted - at
                new_start, new_end = (
                    (position if wanted == start and new_start < 0 else new_start),
                    position if wanted == end else new_end,
                )
        out += text[at:first]
        if first <= start < last:
            new_start = len(out)
        out += shown
        if first < end <= last:
            new_end = len(out)
        at = last
    return out, max(new_start, 0), new_end if new_end > new_start else max(new_start, 0) + 1


def _help(finding: Finding, redactor: Redactor, shown: set[tuple[str, str]]) -> list[Line]:
    """Return how to fix it: the edit if there is one, and the help line, once per file."""
    lines: list[Line] = []
    if finding.edits and "\n" not in finding.edits[0].text:
        group = "" if finding.fix_group == "safe" else f"={finding.fix_group}"
        lines.append(
            [
                ("      = fix: ", "green"),
                (escape(redactor.cell(finding.edits[0].text)), "bold green"),
                (f"   (linklint scan --fix{group})", "dim"),
            ]
        )
    if finding.help and (finding.help, finding.path) not in shown:
        shown.add((finding.help, finding.path))
        lines.append([("      = help: ", "green"), (escape(finding.help.replace("`", "")), "")])
    return lines


def as_text(result: ScanResult, finding: Finding, width: int = 100) -> str:
    """Return a finding as text."""
    lines = [head(result, finding), *body(result, finding, result.store.redactor, width, set())]
    return "\n".join("".join(text for text, _ in line) for line in lines)


def plural(count: int, word: str) -> str:
    """Return `1 file` or `2 files`, `1 repository` or `2 repositories`."""
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{count} {word if count == 1 else many}"
