"""`Can this tree go to Docker Engine 30?`: the end of an audit, in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from linklint.docker.engines import ANNOUNCED, HATCH, removal
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.upgrade import KINDS, Upgrade, ask

NAMES = {"links": "link", "reads": "read", "secrets": "secret", "hatches": "escape hatch"}


def render(report: ScanResult) -> list[Line]:
    """The answer, line by line."""
    found = ask(report.store)
    head, style = _verdict(report, found)
    lines: list[Line] = [[("Can this tree go to Docker Engine 30?  ", "bold"), (head, style)]]
    lines += [[(f"  {name:<19}", "bold"), (words, "")] for name, words in _counts(found)]
    worst = ", ".join(f"{escape(report.tree.display(path))} ({_listed(counts)})" for path, counts in found.worst())
    if worst:
        lines.append([(f"  {'worst places':<19}", "bold"), (worst, "")])
    steps = _steps(report, found)
    lines += [
        [(f"  {'what to do first' if not number else '':<19}", "bold"), (f"{number + 1}. {words}", "")]
        for number, words in enumerate(steps)
    ]
    return [*lines, []]


def as_dict(report: ScanResult) -> dict[str, Any]:
    """The same for programs."""
    found = ask(report.store)
    return {
        "ready": found.ready and not report.unread and report.files > 0,
        **{kind: dict(sorted(getattr(found, kind).items())) for kind in KINDS},
        "links_that_stay": found.other_links,
        "possible_reads": found.possible_reads,
        "first": _steps(report, found),
    }


def _verdict(report: ScanResult, found: Upgrade) -> tuple[str, str]:
    if not report.files and not report.unread:
        return "There is nothing here that linklint reads.", "bold yellow"
    if found.ready and report.unread:
        return f"As far as it could be read: {plural(len(report.unread), 'place')} could not.", "bold yellow"
    if found.ready:
        return "Yes: nothing that was found needs links on the default bridge, or their variables.", "bold green"
    if found.links:
        return f"No: {plural(found.links.total(), 'link')} on the default bridge would be gone{ANNOUNCED}.", "bold red"
    if found.reads:
        return (
            f"Yes, unless it is run with links: none is made here, but {plural(found.reads.total(), 'read')} of "
            f"link variables would find nothing.",
            "bold yellow",
        )
    return f"Not as it is: the daemon is told to keep link variables, which {removal('drop', 'drops')}.", "bold red"


def _counts(found: Upgrade) -> list[tuple[str, str]]:
    stay = f"; {found.other_links} on networks of their own stay" if found.other_links else ""
    likely = f"; {found.possible_reads} more are only possible" if found.possible_reads else ""
    return [
        ("links", _in_files(found.links, "on the default bridge") + stay),
        (
            "readers",
            _in_files(found.reads, "of link variables", f" ({found.addresses} of an address): empty since Engine 29")
            + likely,
        ),
        (
            "secrets handed on",
            _in_files(found.secrets, "by links", f", to {plural(found.recipients, 'container')}, up to Engine 28"),
        ),
        ("escape hatches", _in_files(found.hatches, "", f": {HATCH}=1")),
    ]


def _in_files(counts: Counter[str], what: str, more: str = "") -> str:
    """`3 of link variables in 2 files …`, or `none …`."""
    if not counts:
        return "none"
    return " ".join(filter(None, (str(counts.total()), what, "in", plural(len(counts), "file")))) + more


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(
        f"{count} {NAMES[kind] + ('' if count == 1 else 'es' if kind == 'hatches' else 's')}"
        for kind, count in counts.items()
    )


def _steps(report: ScanResult, found: Upgrade) -> list[str]:
    """What to do, in an order in which nothing breaks on the way."""
    steps: list[str] = []
    if report.unread:
        steps.append(
            f"Look at the {plural(len(report.unread), 'place')} that could not be read: linklint scan --audit "
            f"--select unread"
        )
    if found.links:
        steps.append(
            "Give linked containers a network of their own, beside the link at first: linklint explain legacy-link "
            "has the recipe"
        )
    if found.reads:
        mended = sum(bool(f.edits) for f in report.findings if f.rule == "link-env-address")
        some = f"; linklint scan --diff --unsafe shows {plural(mended, 'mend')}" if mended else ""
        names = "Let readers of addresses use host names" if found.addresses else ""
        others = (
            "give readers of ports and variables what they need in variables of your own"
            if found.addresses < found.reads.total()
            else ""
        )
        steps.append(f"{', and '.join(filter(None, (names, others)))}{some}".replace("give", "Give", 0 if names else 1))
    if found.hatches:
        steps.append(
            f"{'Then take' if steps else 'Take'} the escape hatch out of the daemon's environment: linklint "
            f"explain kept-link-variables"
        )
    if found.links:
        steps.append("Then take the links out; linklint graph shows who links to whom")
    if found.secrets:
        steps.append("Hand secrets on by files, and change those that were handed on: linklint explain secret-in-env")
    return steps
