"""Commands of Compose in scripts: what they do on the engine, for the projects of the tree.

Source: docs/engine.md, Compose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from linklint.engine.engine import Engine
from linklint.engine.facts import ContainerFact, EngineFacts, StepFact
from linklint.engine.history import Moment
from linklint.engine.objects import REMOVED, Command, Container, ContainerSpec, Target

MAX_REPLICAS = 20


class Project(NamedTuple):
    """A Compose project: its services, sources of links first, and what the engine is told about each (by row)."""

    services: list[ContainerFact]
    specs: dict[int, ContainerSpec]


class ComposeProjects:
    """The Compose projects of a store, by their file and directory."""

    def __init__(self, facts: EngineFacts) -> None:
        self._facts = facts
        self._at: dict[str, list[int]] = defaultdict(list)
        self._services: dict[int, list[ContainerFact]] = defaultdict(list)
        self._projects: dict[int, Project] = {}
        rows = facts.connection.execute(
            "SELECT scope.id, file.inside FROM scope JOIN span ON span.id = scope.span"
            " JOIN file ON file.id = span.file WHERE scope.is_project ORDER BY scope.id"
        )
        for scope, path in rows:
            self._at[path].append(scope)
            self._at[path.rpartition("/")[0] or "."].append(scope)
        for fact in facts.containers.values():
            if fact.service is not None:
                self._services[fact.scope].append(fact)

    def project(self, path: str | None) -> Project | None:
        """Return the project of a file, or the only one of a directory; None for several with one service, too."""
        scopes = self._at.get(path, []) if path is not None else []
        services = self._services[scopes[0]] if len(scopes) == 1 else []
        if not services or len({fact.service for fact in services}) < len(services):
            return None
        project = self._projects.get(scopes[0])
        if project is None:
            specs = {fact.id: self._facts.spec(fact) for fact in services}
            project = self._projects[scopes[0]] = Project(_ordered(services, specs), specs)
        return project

    def commands(self, engine: Engine, step: StepFact, moment: Moment) -> Iterator[Command]:
        """Yield what a command of Compose does, as commands to the engine."""
        project = self.project(step.compose)
        if project is None:
            return
        named, scales = set[str](), dict[str, int]()
        for word in (step.name or "").split():
            service, equals, count = word.partition("=")
            if equals:
                scales[service] = int(count[:4]) if count.isdecimal() else 1
            else:
                named.add(service)
        run = _ProjectRun(engine, project, step, moment, scales)
        yield from run.commands(step.verb.removeprefix("compose-"), named)


def _ordered(services: list[ContainerFact], specs: dict[int, ContainerSpec]) -> list[ContainerFact]:
    """Return services with the sources of their links first; as they are if links form a cycle, which Compose
    refuses.
    """
    by_name = {fact.service: fact for fact in services}
    needs = {
        fact: [by_name[link.target] for link in specs[fact.id].links if link.target in by_name] for fact in services
    }
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return services


def _key(fact: ContainerFact, number: int) -> int:
    """Return the key of a replica: for the first one, the row of the container."""
    return fact.id if number == 1 else 1_000_000_000 + fact.id * 100 + number


class _ProjectRun:
    """One command on one project."""

    def __init__(
        self, engine: Engine, project: Project, step: StepFact, moment: Moment, scales: dict[str, int]
    ) -> None:
        self.engine = engine
        self.facts, self.specs = project
        self.step = step
        self.moment = moment
        self.scales = scales
        self.project = step.new_name or (self.facts[0].project or "")
        self.names = {fact.service: self._name(fact, 1) for fact in self.facts}

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
                wanted |= {link.target for link in self.specs[fact.id].links}
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
            again = self.step.force or container is not None and container.key != _key(fact, number)
            if container is not None and again:
                yield Command(self.moment, "rm", Target(key=container.key), force=True)
            if container is None or again:
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
        container = self.engine.containers.get(_key(fact, number)) or self._of_other_file(fact, number)
        state = self.engine.state_at(container, self.moment) if container is not None else None
        gone = state is not None and state.value.kind == REMOVED
        return None if gone else container

    def _of_other_file(self, fact: ContainerFact, number: int) -> Container | None:
        """Return the container of a service of that name in another file of the same project."""
        held = self.engine.holder(self._name(fact, number), self.moment)
        holder = held.value if held is not None else None
        same = holder is not None and (holder.spec.project, holder.spec.service) == (self.project, fact.service)
        return holder if same else None

    def _name(self, fact: ContainerFact, number: int) -> str:
        return fact.known_name or f"{self.project}-{fact.service}-{number}"

    def _spec(self, fact: ContainerFact, number: int) -> ContainerSpec:
        spec = self.specs[fact.id]
        links = tuple(link._replace(target=self.names.get(link.target, link.target)) for link in spec.links)
        networks = spec.networks
        if fact.project is not None and fact.project != self.project:
            own = f"{fact.project}_"
            networks = tuple(
                f"{self.project}_{name.removeprefix(own)}" if name.startswith(own) else name for name in networks
            )
        return spec.changed(
            key=_key(fact, number),
            name=self._name(fact, number),
            links=links,
            networks=networks,
            aliases=(*spec.aliases, *([fact.service] if fact.service is not None else [])),
            project=self.project,
            takes_names=() if fact.known_name else (f"{self.project}_{fact.service}_{number}",),
        )
