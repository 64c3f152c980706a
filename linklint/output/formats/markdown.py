"""Markdown for a job summary or a comment: counts, a table of findings, help. Text from the tree is never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.summary import TextOptions, folded_lines, summary
from linklint.output.terminal import Line, plain
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from linklint.queries.upgrade import Step, Upgrade

FOR = "a job summary, or a comment"  # in the README

MARKUP = lazy_compile(r"[#*<>\[\]\\`{}|~^@&\"$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=www)\.|:(?=/|[A-Za-z_+-])")
MAX_ROWS = 200
SIGN_OF = {"yes": "✅", "no": "❌", "unknown": "❔"}
SIGNS = {"error": "🔴", "warning": "🟠", "note": "🔵"}


def render(result: ScanResult, _: TextOptions = TextOptions()) -> str:
    """The report as Markdown."""
    lines = ["## linklint", "", _text("".join(text for text, _ in summary(result))), ""]
    lines += [f"{_text(plain(line))}  " for line in folded_lines(result)] + [""]
    if result.shown:
        lines += ["| | location | finding | rule |", "|---|---|---|---|"]
        worst_first = sorted(result.shown, key=lambda finding: list(SIGNS).index(finding.severity))
        lines += [_row(result, finding) for finding in worst_first[:MAX_ROWS]]
        if len(result.shown) > MAX_ROWS:
            lines.append(f"| | | … and {len(result.shown) - MAX_ROWS} more | |")
        lines += ["", *_help_lines(result)]
    whole = [(path, reason) for path, line, reason in result.unread if not line]
    if whole:
        lines += [f"<details><summary>{plural(len(whole), 'file')} could not be read</summary>", ""]
        lines += [f"- {_text(result.tree.from_home(path))}: {_text(reason)}" for path, reason in whole[:MAX_ROWS]]
        lines += ["", "</details>", ""]
    if result.baseline is not None and result.baseline.fixed:
        lines += [
            f"{plural(len(result.baseline.fixed), 'finding')} of the baseline "
            f"{'is' if len(result.baseline.fixed) == 1 else 'are'} fixed.",
            "",
        ]
    if result.audit:
        from linklint.output.answers.upgrade import answer_for, one_line

        first = one_line(answer_for(result))
        lines += [*(f"{_text(''.join(text for text, _ in line).strip())}  " for line in first), ""]
    return "\n".join(lines)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a table."""
    lines = [f"| {' | '.join(map(_text, columns))} |", f"|{'---|' * len(columns)}"]
    return lines + [
        f"| {' | '.join('' if cell is None else _text(escape(str(cell))) for cell in row)} |" for row in rows
    ]


def as_list(title: str, lines: Iterable[Line]) -> str:
    """Return lines of an answer as a section of Markdown."""
    words = ["".join(text for text, _ in line).strip() for line in lines]
    return "\n".join(
        [
            f"## {title}",
            "",
            *(f"- {_text(line)}" if n else f"**{_text(line)}**\n" for n, line in enumerate(words) if line),
            "",
        ]
    )


def answer(result: ScanResult, found: Upgrade, left: Mapping[str, int], to: str) -> str:
    """Return the answer to the upgrade question as a comment for a pull request: the answer, a table of the engines,
    what to do first, and all places.
    """
    from linklint.output.answers import upgrade
    from linklint.queries.upgrade import steps

    lines = ["## Docker Engine 29 and 30", "", f"**{_text(upgrade.headline(found, to))}**", ""]
    rows = [
        (
            f"Engine {one.engine}",
            f"{SIGN_OF[one.verdict]} {one.verdict}{' (documents only)' if one.documents else ''}",
            "; ".join(words for words, _ in upgrade.reasons(one)) or "nothing that was found breaks",
        )
        for one in found.answers.values()
    ]
    lines += [*table(("engine", "answer", "because of"), rows), ""]
    if first := steps(result.store, found, result.tree, to).steps:
        items = (line for number, step in enumerate(first, 1) for line in _step(number, step))
        lines += ["### Do first", "", *items, ""]
    asked = found.answers[to]
    if places := [*asked.breaks, *asked.unsure]:
        lines += [f"<details><summary>{plural(len(places), 'place')}</summary>", ""]
        shown = [(place.kind, upgrade.at(place), place.words) for place in places[:MAX_ROWS]]
        lines += [*table(("what", "location", "words"), shown), "", "</details>", ""]
    words = ", ".join(f"{number} {suffix}" for suffix, number in left.items())
    lines.append(_text(f"{plural(sum(found.kinds.values()), 'file')} read" + (f"; not read: {words}" if words else "")))
    return "\n".join([*lines, ""])


def _step(number: int, step: Step) -> Iterator[str]:
    """Yield a step as an item of a list; the places of each alternative are a list in it."""
    for count, (words, items) in enumerate(step.alternatives):
        yield from ("", f"   {_text(words)}") if count else (f"{number}. {_text(words)}",)
        yield from (f"   - {_text(item)}" for item in items)


def _row(result: ScanResult, finding: Finding) -> str:
    place = "linklint"
    if finding.span is not None:
        place = f"{result.tree.from_home(finding.path)}:{finding.line}"
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    return (
        f"| {SIGNS[finding.severity]} {finding.severity}{sure} | {_text(place)} | {_text(finding.message)} | "
        f"{finding.rule} |"
    )


def _help_lines(result: ScanResult) -> list[str]:
    """Return the help lines, one per message and rule."""
    found = {finding.rule: finding.help for finding in result.shown if finding.help}
    if not found:
        return []
    return [
        "<details><summary>How to fix it</summary>",
        "",
        *(f"- {rule}: {_text(help_line.replace('`', ''))}" for rule, help_line in sorted(found.items())),
        "",
        "</details>",
        "",
    ]


def _text(words: str) -> str:
    """Return text with every character escaped that could be markup, a link or a mention."""
    return MARKUP.sub(lambda match: f"&#{ord(match[0])};", escape(words))
