"""The plan of a migration as text, as Markdown and as plain values; and its changes as a diff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from linklint.fixes.edits import Change, diff
from linklint.migration.plan import Plan
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.components import Changes, Component
from linklint.queries.members import Member

MAX_NAMES = 8


def summary(plan: Plan) -> str:
    """Return the plan in one line: how many links move."""
    places = {use.span[:3] for one in plan.components for _, use in one.uses}
    moving = {use.span[:3] for one in plan.components if not one.refusals for _, use in one.uses}
    if not plan.components:
        return "Nothing to do: no link on the default bridge was found."
    networks = sum(not one.refusals for one in plan.components)
    words = f"{len(moving)} of {plural(len(places), 'link')} can move to {plural(networks, 'network')}"
    return f"{words}: {plural(len(plan.texts), 'file')} would change."


def render(plan: Plan) -> list[Line]:
    """Return the lines of the plan."""
    lines: list[Line] = [[(escape(summary(plan)), "bold")], []]
    for component in plan.components:
        lines += [*_component(plan, component), []]
    for edit in plan.reader_edits:
        place = f"{edit.source.path}:{edit.source.line_of(edit.start)}"
        words = f"{edit.text} instead of {edit.source.text[edit.start : edit.end]}"
        lines.append(_row("reader", f"{_shown(plan, place)}: {words}"))
    return lines if plan.reader_edits else lines[:-1]


def _component(plan: Plan, component: Component) -> Iterator[Line]:
    names = list(dict.fromkeys(member.words for member in component.members))
    shown = ", ".join(names[:MAX_NAMES]) + (f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else "")
    refused = component.refusals
    verdict = ("not migrated", "bold yellow") if refused else ("moves", "bold green")
    yield [(escape(component.network), "bold"), (f"  {escape(shown)}  ", ""), verdict]
    for note in refused:
        yield _row("refused", f"{_shown(plan, note.place)}: {note.words}")
    if not refused:
        rows = [(member.place, "; ".join(_words(component, member))) for member in component.movers]
        for place, words in dict.fromkeys(rows):  # one definition may be run from several scripts
            yield _row("change", f"{_shown(plan, place)}: {words}")
        network = plan.creations(component)
        if network:
            yield _row(
                "make", f"the network {component.network} in {', '.join(_shown(plan, path) for path in network)}"
            )
        again = [name for name in names if name not in component.strangers]
        yield _row("then", f"create again {', '.join(again[:MAX_NAMES])}: sources first; a restart changes nothing")
    for note in component.notes:
        if not note.refusal:
            yield _row("note", f"{_shown(plan, note.place)}: {note.words}")


def _words(component: Component, member: Member) -> Iterator[str]:
    """Yield what changes for one container, in words."""
    changes = component.changes.get(member.number, Changes())
    yield f"{member.words} joins {component.network}"
    if changes.aliases:
        yield f"it answers to {', '.join(changes.aliases)}"
    if changes.dropped:
        several = len(changes.dropped) > 1
        sources = ", ".join(use.target for use in changes.dropped)
        yield f"its {'links' if several else 'link'} to {sources} {'go' if several else 'goes'}"
    if changes.kept:
        yield f"it keeps {', '.join(f'{use.target} as {use.name}' for use, _ in changes.kept)}, seen by it alone"
    if changes.variables:
        yield f"it gets {', '.join(changes.variables)} with -e"


def _row(title: str, words: str) -> Line:
    return [(f"  {title:<9}", "bold"), (escape(words), "")]


def _shown(plan: Plan, place: str) -> str:
    path, colon, line = place.rpartition(":")
    return f"{plan.before.tree.display(path)}:{line}" if colon and line.isdigit() else plan.before.tree.display(place)


def changes_of(plan: Plan) -> list[Change]:
    """Return the change of each file."""
    return [Change(source, text, plan.pieces[path], (), "") for path, (source, text) in sorted(plan.texts.items())]


def as_diff(plan: Plan, *, masked: bool) -> list[str]:
    """Return the lines of the diff: masked for people, or as `git apply` takes it."""
    redactor, tree = plan.before.store.redactor, plan.before.tree
    lines: list[str] = []
    for change in changes_of(plan):
        if masked:
            lines += diff(change, tree.display(change.source.path), redactor.ranges(change.source), redactor.cell)
        else:
            lines += diff(change, tree.from_home(change.source.path))
    return lines


def as_dict(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain values."""
    display: Callable[[str], str] = plan.before.tree.display
    return {
        "summary": summary(plan),
        "components": [
            {
                "network": component.network,
                "moves": not component.refusals,
                "containers": [
                    {"name": member.words, "path": display(member.path), "line": member.line, "tool": member.tool}
                    for member in component.members
                ],
                "links": [
                    {"recipient": member.words, "source": use.target, "alias": use.name, "line": use.line}
                    for member, use in component.uses
                ],
                "changes": [
                    {"container": member.words, "words": list(_words(component, member))}
                    for member in component.movers
                    if not component.refusals
                ],
                "notes": [
                    {"place": _shown(plan, note.place), "words": note.words, "refused": bool(note.refusal)}
                    for note in component.notes
                ],
            }
            for component in plan.components
        ],
        "files": [display(path) for path in sorted(plan.texts)],
    }
