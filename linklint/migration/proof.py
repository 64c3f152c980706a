"""Prove a migration on the facts of the edited files, before anything is written.

The same containers, with the same names, images and published ports; no link of the component on the default bridge;
every alias leads to the same container, by the model of the engine (docs/engine.md); no new finding for Engine 30.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from typing import Any

from linklint.database.store import Store
from linklint.engine.facts import EngineFacts
from linklint.engine.history import Moment
from linklint.engine.resolve import NOBODY, ONE, SEVERAL, resolve
from linklint.engine.tables import ScopePlay, play_scopes
from linklint.findings.finding import Finding
from linklint.queries.components import Component
from linklint.queries.members import Member, Members, load
from linklint.text.confidence import CERTAIN

CONTAINERS = """
SELECT container.id, file.inside AS path, container.tool, container.name, container.service, container.image,
    (SELECT group_concat(port.spec || ' ' || coalesce(port.host_ip, '') || port.published) FROM port
        WHERE port.container = container.id) AS ports
FROM container JOIN span ON span.id = container.span JOIN file ON file.id = span.file ORDER BY container.id
"""
REFUSED_BY_COMPOSE = """
SELECT file.inside AS path, refused.reason FROM refused_option AS refused
JOIN span ON span.id = refused.span JOIN file ON file.id = span.file JOIN container ON container.scope = refused.scope
WHERE refused.confidence = 'certain' AND container.tool = 'compose'
"""
BRIDGE = "bridge"
MAX_ASKED = 3000  # names that the model resolves: each looks at all containers of its scope
BESIDE_THE_POINT = frozenset({"unread", "unused-ignore"})


class Proof:
    """Compares the facts before and after. `problems` yields what does not hold for a component."""

    def __init__(self, before: Store, after: Store, members: Members) -> None:
        self.members = members
        self.containers = list(before.iterate(CONTAINERS))
        self.edited = list(after.iterate(CONTAINERS))
        self.after = load(after)
        self.before_plays = _Plays(before)
        self.after_plays = _Plays(after)
        known = {(row["path"], row["reason"]) for row in before.iterate(REFUSED_BY_COMPOSE)}
        refused = {(row["path"], row["reason"]) for row in after.iterate(REFUSED_BY_COMPOSE)}
        self.refused = sorted(refused - known)  # by Compose
        self.pairs: dict[int, int] = {}
        self.broken: set[str] = set()  # files whose containers do not correspond
        self._pair()

    def _pair(self) -> None:
        """Find the container after the edits for each one before: the same place in the order of its file."""
        old, new = _by_path(self.containers), _by_path(self.edited)
        for path in {*old, *new}:
            if len(old.get(path, ())) != len(new.get(path, ())):
                self.broken.add(path)
            else:
                self.pairs.update(zip(old[path], new[path], strict=True))

    def refused_by_compose(self, component: Component) -> Iterator[tuple[str, str]]:
        """Yield the files of a component that Compose would refuse after its edits, each with all reasons."""
        for path in component.paths:
            if reasons := [reason for refused, reason in self.refused if refused == path]:
                yield path, "; ".join(reasons)

    def problems(self, component: Component) -> Iterator[str]:
        """Yield what does not hold for a component after its edits."""
        broken = self.broken.intersection(member.path for member in component.members)
        if broken:
            yield f"{min(broken)} would have other containers"
            return
        rows, edited = {row["id"]: row for row in self.containers}, {row["id"]: row for row in self.edited}
        for member in component.members:
            number = self.pairs[member.number]
            for column in ("name", "image", "service", "ports"):
                if rows[member.number][column] != edited[number][column]:
                    yield f"{member.words} would have another {column}: {edited[number][column]}"
            if self.after.all[number].uses:
                yield f"{member.words} would still link on the default bridge"
            first = {
                use.name.lower(): use for use in reversed(member.uses)
            }  # of two with one alias only the first worked
            for use in first.values():
                source = use.source.joins or use.source if use.source is not None else None
                if source is not None and not component.held & {member.number, source.number}:
                    yield from self._alias(member, use.name, source)

    def _alias(self, member: Member, alias: str, source: Member) -> Iterator[str]:
        """Yield that an alias does not lead to its source any more."""
        if alias in ("", ".") or alias.lower() == "localhost":
            return
        number = self.pairs[member.number]
        wanted = {self.pairs[one.number] for one in self.members.definitions(source)}
        before = self.before_plays.leads_to(member.number, alias)
        after = self.after_plays.leads_to(number, alias)
        was_found = before is not None and before[0] == ONE
        is_lost = after is not None and after[0] in (NOBODY, SEVERAL) and self.after_plays.runs(number, wanted)
        if was_found and is_lost or not self.after_plays.shares_name(number, wanted, alias):
            yield f"{member.words} would not find {source.words} as {alias}"
        elif was_found and after is not None and after[0] == ONE and not wanted & after[1]:
            yield f"{member.words} would find another container as {alias}"


def _by_path(rows: list[dict[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["path"], []).append(row["id"])
    return found


class _Plays:
    """The model of the engine for the scopes of a store."""

    def __init__(self, store: Store) -> None:
        self.facts = EngineFacts(store.connection)
        self.asked = 0
        self.plays: dict[int, ScopePlay] = {play.scope: play for play in play_scopes(self.facts)}

    def leads_to(self, number: int, name: str) -> tuple[str, set[int]] | None:
        """Return what a name means in a container when its scope has ended; None if the scope does not say that."""
        fact = self.facts.containers[number]
        play = self.plays.get(fact.scope)
        container = play.engine.containers.get(number) if play is not None else None
        self.asked += 1
        if play is None or container is None or self.asked > MAX_ASKED:
            return None
        last = Moment(len(play.steps) + 1, None, *self._path(fact.step))
        state = play.engine.state_at(container, last)
        if state is None or not state.value.runs:
            return None
        answer = resolve(play.engine, container, name, last)
        return answer.kind, {one.key for one in answer.containers}

    def runs(self, number: int, others: set[int]) -> bool:
        """Return whether one of other containers certainly runs when the scope of a container has ended. The model does
        not know on which network a service has an alias.
        """
        fact = self.facts.containers[number]
        play = self.plays[fact.scope]
        last = Moment(len(play.steps) + 1, None, *self._path(fact.step))
        known = [other for other in others if self.facts.containers[other].service is None]
        found = [play.engine.containers[other] for other in known if other in play.engine.containers]
        states = [play.engine.state_at(container, last) for container in found]
        return any(state is not None and state.value.runs and state.confidence == CERTAIN for state in states)

    def _path(self, step: int | None) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
        if step is None:
            return frozenset(), frozenset()
        moment = self.facts.moment(0, step)
        return moment.arms, moment.conditions

    def shares_name(self, number: int, sources: set[int], name: str) -> bool:
        """Return whether one of the sources is on the first network of a container, and answers there to a name."""
        own = self.facts.spec(self.facts.containers[number])
        if own.joins is not None:
            return True
        networks = set(own.networks) or {BRIDGE}
        for source in sources:
            fact = self.facts.containers[source]
            spec = self.facts.spec(fact)
            there = set(spec.networks) or {BRIDGE}
            if not networks & there:
                continue
            own_names = (spec.name, fact.name, spec.hostname, fact.service)
            names = {one.lower() for one in (*spec.aliases, *own_names) if one}
            linked = any(link.alias == name for link in own.links)
            if name.lower() in names or linked and (own.networks or ("",))[0] in (spec.networks or ("",)):
                return True
        return False


def new_findings(
    before: list[Finding], after: list[Finding], paths: Set[str], strangers: Set[str] = frozenset()
) -> list[Finding]:
    """Return the findings in some files that were not there before, by rule and file. That nothing here creates the
    strangers was known.
    """
    known = Counter((_family(finding), finding.path) for finding in before)
    found = []
    for finding in after:
        key = (_family(finding), finding.path)
        known[key] -= 1
        is_known = finding.rule == "missing-container" and finding.subject in strangers
        if known[key] < 0 and finding.path in paths and finding.rule not in BESIDE_THE_POINT and not is_known:
            found.append(finding)
    return found


def _family(finding: Finding) -> str:
    """Return the rule of a finding; a read of a link variable may have another one without the link."""
    return "link-env" if finding.rule.startswith("link-env-") else finding.rule
