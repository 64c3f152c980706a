"""The end of an audit: `Can this tree move to Docker Engine 30?`"""

from __future__ import annotations

from collections import Counter
from typing import Any

from linklint.docker.engines import ANNOUNCED, HATCH, removal
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.upgrade import KINDS, Upgrade, ask

NAMES = {"links": "link", "reads": "read", "secrets": "secret", "hatches": "daemon setting"}


def render(result: ScanResult) -> list[Line]:
    """Return the lines of the answer."""
    found = ask(result.store)
    head, style = _verdict(result, found)
    lines: list[Line] = [[("Can this tree move to Docker Engine 30?  ", "bold"), (head, style)]]
    lines += [[(f"  {name:<19}", "bold"), (words, "")] for name, words in _counts(found)]
    worst = ", ".join(f"{escape(result.tree.display(path))} ({_listed(counts)})" for path, counts in found.worst())
    if worst:
        lines.append([(f"  {'most affected':<19}", "bold"), (worst, "")])
    steps = _steps(result, found)
    lines += [
        [(f"  {'next steps' if not number else '':<19}", "bold"), (f"{number + 1}. {words}", "")]
        for number, words in enumerate(steps)
    ]
    return [*lines, []]


def as_dict(result: ScanResult) -> dict[str, Any]:
    """Return the answer as plain values."""
    found = ask(result.store)
    return {
        "ready": found.ready and not result.unread and result.files > 0,
        **{kind: dict(sorted(getattr(found, kind).items())) for kind in KINDS},
        "links_that_stay": found.other_links,
        "possible_reads": found.possible_reads,
        "first": _steps(result, found),
    }


def _verdict(result: ScanResult, found: Upgrade) -> tuple[str, str]:
    if not result.files and not result.unread:
        return "linklint found no file that it reads.", "bold yellow"
    if found.ready and result.unread:
        return (
            f"Unknown: {plural(len(result.unread), 'part')} could not be read. In the rest, nothing needs links or "
            f"link variables.",
            "bold yellow",
        )
    if found.ready:
        return "Yes: nothing here needs links on the default bridge or link variables.", "bold green"
    if found.links:
        return (
            f"No: {plural(found.links.total(), 'link')} on the default bridge would no longer work{ANNOUNCED}.",
            "bold red",
        )
    if found.reads:
        return (
            f"Yes, unless it runs with links: nothing here creates one, but {plural(found.reads.total(), 'read')} "
            f"of link variables would find nothing.",
            "bold yellow",
        )
    return f"Not yet: the daemon is configured to keep link variables, which {removal('drop', 'drops')}.", "bold red"


def _counts(found: Upgrade) -> list[tuple[str, str]]:
    stay = f"; {found.other_links} on user-defined networks keep working" if found.other_links else ""
    likely = f"; {found.possible_reads} more are possible" if found.possible_reads else ""
    return [
        ("links", _in_files(found.links, "on the default bridge") + stay),
        (
            "readers",
            _in_files(found.reads, "of link variables", f" ({found.addresses} of an address): not set since Engine 29")
            + likely,
        ),
        (
            "secrets passed on",
            _in_files(
                found.secrets,
                "by links",
                f", to {plural(found.recipients, 'container')}, on engines up to 28 and 29+env",
            ),
        ),
        ("daemon settings", _in_files(found.hatches, "", f": {HATCH}=1")),
    ]


def _in_files(counts: Counter[str], what: str, more: str = "") -> str:
    """Return `3 of link variables in 2 files …`, or `none`."""
    if not counts:
        return "none"
    return " ".join(filter(None, (str(counts.total()), what, "in", plural(len(counts), "file")))) + more


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {NAMES[kind]}{'' if count == 1 else 's'}" for kind, count in counts.items())


def _steps(result: ScanResult, found: Upgrade) -> list[str]:
    """Return what to do, in an order in which nothing breaks."""
    steps: list[str] = []
    if result.unread:
        steps.append(
            f"Check the {plural(len(result.unread), 'part')} that could not be read: linklint scan --audit "
            f"--select unread"
        )
    if found.links:
        steps.append(
            "Put linked containers on a user-defined network, and keep the links for now: linklint explain legacy-link"
        )
    if found.reads:
        fixable = sum(bool(f.edits) for f in result.findings if f.rule == "link-env-address")
        some = (
            f"; linklint scan --diff --unsafe shows {'1 fix' if fixable == 1 else f'{fixable} fixes'}"
            if fixable
            else ""
        )
        names = "Use host names instead of addresses" if found.addresses else ""
        others = "pass ports and other values in variables of your own" if found.addresses < found.reads.total() else ""
        steps.append(f"{', and '.join(filter(None, (names, others)))}{some}".replace("pass", "Pass", 0 if names else 1))
    if found.hatches:
        steps.append(
            f"{'Then remove' if steps else 'Remove'} {HATCH} from the daemon: linklint explain kept-link-variables"
        )
    if found.links:
        steps.append("Then remove the links; linklint graph shows who links to whom")
    if found.secrets:
        steps.append("Pass secrets in files, and replace those that were passed on: linklint explain secret-in-env")
    return steps
