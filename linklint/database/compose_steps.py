"""Commands of Compose in scripts: what they do on the engine, for the projects of the tree.

Source: docs/engine.md, Compose.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from linklint.database.engine_facts import ContainerFact, StepFact
from linklint.docker.engine.history import Moment
from linklint.docker.engine.objects import REMOVED, Command, Container, ContainerSpec, Target
from linklint.docker.engine.state import Engine

Specs = Callable[[ContainerFact], ContainerSpec]
MAX_REPLICAS = 20


class ComposeProjects:
    """The Compose projects of a store, by their file and directory."""

    def __init__(self, connection: sqlite3.Connection, facts: Iterable[ContainerFact]) -> None:
        self.at: dict[str, list[int]] = defaultdict(list)
        self.services: dict[int, list[ContainerFact]] = defaultdict(list)
        rows = connection.execute(
            "SELECT scope.id, file.inside FROM scope JOIN span ON span.id = scope.span"
            " JOIN file ON file.id = span.file WHERE scope.is_project ORDER BY scope.id"
        )
        for scope, path in rows:
            self.at[path].append(scope)
            self.at[path.rpartition("/")[0] or "."].append(scope)
        for fact in facts:
            if fact.service is not None:
                self.services[fact.scope].append(fact)

    def project(self, path: str | None) -> list[ContainerFact]:
        """Return the services of the project at a path, a file or a directory; of several, of the only one."""
        scopes = self.at.get(path, []) if path is not None else []
        return self.services[scopes[0]] if len(scopes) == 1 else []

    def commands(self, engine: Engine, specs: Specs, step: StepFact, moment: Moment) -> Iterator[Command]:
        """Yield what a command of Compose does, as commands to the engine."""
        facts = self.project(step.compose)
        named, scales = set[str](), dict[str, int]()
        for word in (step.name or "").split():
            service, equals, count = word.partition("=")
            if equals:
                scales[service] = int(count) if count.isdecimal() else 1
            else:
                named.add(service)
        if not facts or len({fact.service for fact in facts}) < len(facts):
            return
        verb = step.verb.removeprefix("compose-")
        run = _ProjectRun(engine, specs, step, moment, _ordered(facts, specs), scales)
        yield from run.commands(verb, named)


def _ordered(facts: list[ContainerFact], specs: Specs) -> list[ContainerFact]:
    """Return services with the sources of their links first."""
    by_name = {fact.service: fact for fact in facts}
    ordered: dict[int, ContainerFact] = {}

    def visit(fact: ContainerFact, above: frozenset[int]) -> None:
        if fact.id in ordered or fact.id in above:
            return
        for link in specs(fact).links:
            source = by_name.get(link.target)
            if source is not None:
                visit(source, above | {fact.id})
        ordered[fact.id] = fact

    for fact in facts:
        visit(fact, frozenset())
    return list(ordered.values())


def _key(fact: ContainerFact, number: int) -> int:
    """Return the key of a replica: for the first one, the row of the container."""
    return fact.id if number == 1 else 1_000_000_000 + fact.id * 100 + number


class _ProjectRun:
    """One command on one project."""

    def __init__(
        self,
        engine: Engine,
        specs: Specs,
        step: StepFact,
        moment: Moment,
        facts: list[ContainerFact],
        scales: dict[str, int],
    ) -> None:
        self.engine = engine
        self.specs = specs
        self.step = step
        self.moment = moment
        self.facts = facts
        self.scales = scales
        self.project = step.new_name or (facts[0].project or "")

    def commands(self, verb: str, named: set[str]) -> Iterator[Command]:
        chosen = [fact for fact in self.facts if not named or fact.service in named]
        if verb in ("up", "create", "run"):
            needed = self._with_sources(chosen)
            if verb == "run":  # the sources; the container of the run itself has a random name
                needed = [fact for fact in needed if fact.service not in named]
            yield from self._make_networks(needed or chosen)
            yield from self._up(needed, verb)
        elif verb == "down":
            for fact in reversed(self.facts):
                yield from self._each(fact, "rm", force=True)
            for name in self._own_networks(self.facts):
                known = self.engine.network_at(name, self.moment)
                if known is not None and known.value is not None:
                    yield Command(self.moment, "network-rm", network=name, force=True)
        elif verb in ("start", "stop", "restart", "kill"):
            for fact in chosen:
                yield from self._each(fact, verb, force=verb == "kill")
        elif verb == "rm":
            for fact in chosen:
                yield from self._each(fact, "rm", force=bool(self.step.force), idle=not self.step.force)

    def _with_sources(self, chosen: list[ContainerFact]) -> list[ContainerFact]:
        wanted = {fact.service for fact in chosen}
        for fact in reversed(self.facts):
            if fact.service in wanted:
                wanted |= {link.target for link in self.specs(fact).links}
        return [fact for fact in self.facts if fact.service in wanted and not fact.profiles]

    def _own_networks(self, facts: list[ContainerFact]) -> list[str]:
        names = {network: None for fact in facts for network in self._spec(fact, 1).networks}
        return [name for name in names if name.startswith(f"{self.project}_")]

    def _make_networks(self, facts: list[ContainerFact]) -> Iterator[Command]:
        for name in self._own_networks(facts):
            known = self.engine.network_at(name, self.moment)
            if known is None or known.value is None:
                yield Command(self.moment, "network-create", network=name)

    def _replicas(self, fact: ContainerFact) -> int:
        return min(self.scales.get(fact.service or "", 1), MAX_REPLICAS)

    def _up(self, facts: list[ContainerFact], verb: str) -> Iterator[Command]:
        """Create what is missing, then start everything."""
        replicas = [(fact, number) for fact in facts for number in range(1, self._replicas(fact) + 1)]
        for fact, number in replicas:
            container = self._container(fact, number)
            if container is not None and self.step.force:
                yield Command(self.moment, "rm", Target(key=container.key), force=True)
            if container is None or self.step.force:
                made = self._spec(fact, number)
                yield Command(self.moment, "create", Target(made.name), made)
        for fact, number in replicas if verb != "create" else ():
            container = self._container(fact, number)
            if container is not None:
                yield Command(self.moment, "start", Target(key=container.key))

    def _each(self, fact: ContainerFact, verb: str, *, force: bool = False, idle: bool = False) -> Iterator[Command]:
        for number in range(1, MAX_REPLICAS + 1):
            container = self._container(fact, number)
            if container is None:
                break
            state = self.engine.state_at(container, self.moment)
            if idle and state is not None and state.value.runs:
                continue
            yield Command(self.moment, verb, Target(key=container.key), force=force)

    def _container(self, fact: ContainerFact, number: int) -> Container | None:
        """Return the container of a service, if this engine has it now.

        Compose knows it by its labels, not its name.
        """
        container = self.engine.containers.get(_key(fact, number))
        state = self.engine.state_at(container, self.moment) if container is not None else None
        gone = state is not None and state.value.kind == REMOVED
        return None if gone else container

    def _name(self, fact: ContainerFact, number: int) -> str:
        return fact.known_name or f"{self.project}-{fact.service}-{number}"

    def _spec(self, fact: ContainerFact, number: int) -> ContainerSpec:
        spec = self.specs(fact)
        by_service = {other.service: other for other in self.facts}
        names = {service: self._name(other, 1) for service, other in by_service.items() if service is not None}
        links = tuple(link._replace(target=names.get(link.target, link.target)) for link in spec.links)
        networks = spec.networks
        if fact.project is not None and fact.project != self.project:
            own = f"{fact.project}_"
            networks = tuple(
                f"{self.project}_{name.removeprefix(own)}" if name.startswith(own) else name for name in networks
            )
        return replace(
            spec,
            key=_key(fact, number),
            name=self._name(fact, number),
            links=links,
            networks=networks,
            aliases=(*spec.aliases, *([fact.service] if fact.service is not None else [])),
            service=fact.service,
            project=self.project,
            detached=True,
            takes_names=() if fact.known_name else (f"{self.project}_{fact.service}_{number}",),
        )
