"""The plan of a migration as text, as Markdown and as plain values; and its changes as a diff."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from linklint.fixes.edits import Change, diff
from linklint.kinds.kind import kind_named
from linklint.migration.plan import Plan
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.components import COMMANDS, Changes, Component
from linklint.queries.members import Key, Member
from linklint.text.edits import TextEdit

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
    """Return the lines of the plan: for each network what changes, and what is left to do by hand."""
    lines: list[Line] = [[(escape(summary(plan)), "bold")]]
    readers = {}
    for component in plan.components:
        lines += [[], _head(component)]
        if not component.refusals:
            readers[component.network] = _reader_edits(plan, component)
            lines += _changes(plan, component, readers[component.network])
        lines += by_hand(plan, component)
    claimed = [edit for edits in readers.values() for edit in edits]
    others = [edit for edit in plan.reader_edits if edit not in claimed]
    return [*lines, *([[]] if others else []), *(_reader_row(plan, edit) for edit in others)]


def by_hand(plan: Plan, component: Component) -> list[Line]:
    """Return the lines of what a person has to do for a component, or why it does not move."""
    if component.refusals:
        return [_row(plan, "left", note.words, note.place) for note in component.refusals]
    rows = [_row(plan, "by hand", note.words, note.place) for note in component.left]
    return rows + [_row(plan, "then", words) for words in again(component, plan.kinds, plan.before.tree.display)]


def head_and_rest(plan: Plan, component: Component) -> list[Line]:
    """Return the name of a component, and what is left to do for it."""
    return [_head(component), *by_hand(plan, component)]


def _head(component: Component) -> Line:
    names = list(dict.fromkeys(member.words for member in component.members))
    shown = ", ".join(names[:MAX_NAMES]) + (f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else "")
    verdict = ("not migrated", "bold yellow") if component.refusals else ("moves", "bold green")
    return [(escape(component.network), "bold"), (f"  {escape(shown)}  ", ""), verdict]


def _changes(plan: Plan, component: Component, readers: list[TextEdit]) -> Iterator[Line]:
    rows = [(member.place, "; ".join(_words(component, member))) for member in component.movers]
    for place, words in dict.fromkeys(rows):  # one definition may be run from several scripts
        yield _row(plan, "change", words, place)
    network = plan.creations(component)
    if network:
        made = ", ".join(_shown(plan, path) for path in network)
        yield _row(plan, "make", f"the network {component.network} in {made}")
    yield from (_reader_row(plan, edit) for edit in readers)
    for note in component.notes:
        if not note.by_hand:
            yield _row(plan, "note", note.words, note.place)


def _reader_edits(plan: Plan, component: Component) -> list[TextEdit]:
    own = plan.readers.places_of(component) if plan.readers is not None else set()
    return [edit for edit in plan.reader_edits if (edit.source.path, edit.start) in own]


def _reader_row(plan: Plan, edit: TextEdit) -> Line:
    place = f"{edit.source.path}:{edit.source.line_of(edit.start)}"
    return _row(plan, "reader", f"{edit.text} instead of {edit.source.text[edit.start : edit.end]}", place)


def again(component: Component, kinds: Mapping[str, str], display: Callable[[str], str]) -> Iterator[str]:
    """Yield the commands that create the containers of a component again: recipients are removed first, and sources
    are created first, because options belong to the creation.
    """
    kind_of = {one.path: kind_named(kinds.get(one.path, "")) for one in component.members}
    builds = {path for path, kind in kind_of.items() if kind.is_pipeline or kind.makes_image}  # made each time
    lasting = [one for one in component.members if not one.is_example and one.path not in builds]
    order = _sources_first([one for one in lasting if one.name not in component.strangers])
    named = dict.fromkeys(one.constant for one in reversed(order) if one.constant and one.tool in COMMANDS)
    units = [one for one in order if kind_of[one.path].network.by_setting]
    gone = [name for name in named if name is not None and name not in {one.constant for one in units}]
    if gone:
        yield f"docker rm -f {' '.join(gone)} (first save data that is in no volume)"
    for path in dict.fromkeys(one.path for one in order if one not in units):
        own = [one for one in order if one.path == path]
        if own[0].tool == "compose":
            yield f"docker compose -f {quote(display(path))} up -d"
        else:
            yield f"create {', '.join(dict.fromkeys(one.words for one in own))} again with {display(path)}"
    if units:
        services = " ".join(dict.fromkeys(quote(one.path.rpartition("/")[2]) for one in units))
        yield f"systemctl daemon-reload && systemctl restart {services}"


def _sources_first(members: Sequence[Member]) -> list[Member]:
    """Return members in an order in which each source comes before its recipients."""
    order: dict[int, Member] = {}
    todo = list(reversed(members))
    opened: set[int] = set()
    by_key: dict[Key, list[Member]] = {}
    for one in members:
        by_key.setdefault(one.key, []).append(one)
    while todo:
        one = todo[-1]
        if one.number in opened or one.number in order:
            order.setdefault(todo.pop().number, one)
            continue
        opened.add(one.number)
        sources = [source for use in one.uses if use.source is not None for source in by_key.get(use.source.key, ())]
        todo += [source for source in sources if source.number not in opened]
    return list(order.values())


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


def _row(plan: Plan, title: str, words: str, place: str = "") -> Line:
    """Return a line with a title; secrets of the tree are masked in it."""
    shown = f"{_shown(plan, place)}: {words}" if place else words
    return [(f"  {title:<9}", "bold"), (escape(plan.before.store.redactor.cell(shown)), "")]


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
    """Return the plan as plain values; secrets of the tree are masked in them."""
    display: Callable[[str], str] = plan.before.tree.display
    values = {
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
                    {
                        "place": _shown(plan, note.place),
                        "words": note.words,
                        "refused": bool(note.refusal),
                        "by_hand": note.by_hand,
                    }
                    for note in component.notes
                ],
                "then": [] if component.refusals else list(again(component, plan.kinds, display)),
            }
            for component in plan.components
        ],
        "files": [display(path) for path in sorted(plan.texts)],
    }
    return {name: _masked(value, plan.before.store.redactor.cell) for name, value in values.items()}


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    return {name: _masked(one, mask) for name, one in value.items()} if isinstance(value, dict) else value
