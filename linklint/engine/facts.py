"""The facts that the model of the engine needs: containers with all that belongs to them, steps and branches."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from linklint.engine.history import Moment
from linklint.engine.objects import ContainerSpec, LinkSpec, PortSpec

JOINS = "container:"
KNOWN = ("literal", "generated", "id")
EXCLUDING = frozenset({"if", "case", "and", "or", "retry", "target"})
CONDITIONS = frozenset({"if", "case", "or", "loop", "retry", "function", "example", "target", "unit"})
ENDS_AT_ONCE = frozenset("true false echo ls env id date uname hostname whoami pwd printenv printf".split())
SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
RUNS_ON = frozenset("sleep tail top cat nc httpd".split())
SQL_OF_CONTAINERS = (
    "SELECT container.id, container.scope, step, name, name_how, name_span, head_span, detached, auto_remove, network,"
    " network_how, legacy, program, profiles, service, project, hostname, tool, complete, place.on_host,"
    " place.is_example"
    " FROM container JOIN place ON place.scope = container.scope ORDER BY container.id"
)
SQL_OF_STEPS = (
    "SELECT id, scope, verb, name, name_how, name_span, span, new_name, new_name_span, network, compose, everything,"
    " force, guarded, background, container FROM step ORDER BY scope, seq, id"
)
SQL_OF_REFUSED = (
    "SELECT container FROM refused_option WHERE container IS NOT NULL AND misread_as IS NULL"
    " AND (code = 'engine' OR change <> '') AND severity = 'error'"
)
SQL_OF_ALTERNATIVES = (
    "SELECT 1 FROM container AS one JOIN container AS other ON other.image = one.image"
    " JOIN scope ON scope.id = one.scope WHERE one.id = ? AND other.id = ? AND scope.is_example"
)
SQL_OF_JOINED = (
    "SELECT 1 FROM scope JOIN span AS own ON own.id = scope.span JOIN span ON span.id = ?2 WHERE scope.id = ?1 AND CASE"
    " WHEN span.file <> own.file THEN NOT scope.complete ELSE EXISTS (SELECT 1 FROM port JOIN container ON"
    " container.id = port.container JOIN scope AS other ON other.id = container.scope WHERE port.span = ?2"
    " AND other.id <> ?1 AND other.complete) END"
)
SQL_OF_NAMES = (
    "SELECT name, scope FROM container WHERE name_how IN ('literal', 'generated', 'id') AND name IS NOT NULL"
    " ORDER BY container.id"
)


class ContainerFact(NamedTuple):
    """A row of `container`, as far as the engine cares."""

    id: int
    scope: int
    step: int | None
    name: str | None
    name_how: str
    name_span: int | None
    head_span: int | None
    detached: int
    auto_remove: int
    network: str | None
    network_how: str
    legacy: int
    program: str | None
    profiles: str
    service: str | None
    project: str | None
    hostname: str | None
    tool: str
    complete: int
    on_host: int
    is_example: int

    @property
    def known_name(self) -> str | None:
        """Its name, if it is known."""
        return self.name if self.name_how in KNOWN else None

    @property
    def look_at(self) -> int | None:
        """The span to look at for the whole container."""
        return self.name_span or self.head_span


class StepFact(NamedTuple):
    """A row of `step`."""

    id: int
    scope: int
    verb: str
    name: str | None
    name_how: str
    name_span: int | None
    span: int
    new_name: str | None
    new_name_span: int | None
    network: str | None
    compose: str | None
    everything: int
    force: int
    guarded: int
    background: int
    container: int | None


def grouped(connection: sqlite3.Connection, sql: str) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of a query by their first column."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *columns in connection.execute(sql):
        found[key].append(tuple(columns))
    return found


class EngineFacts:
    """The facts of a store that the model needs, and what the engine is told about each container."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        containers = map(ContainerFact._make, connection.execute(SQL_OF_CONTAINERS))
        self.containers = {fact.id: fact for fact in containers}
        self.links = grouped(
            connection,
            "SELECT container, id, target, alias_path, target_container, target_how IN ('literal', 'generated', 'id'),"
            " target_span FROM link WHERE alias <> '' AND kind <> 'endpoint' ORDER BY id",
        )
        self.ports = grouped(
            connection,
            "SELECT container, id, host_first, host_last, container_first < container_last, protocol,"
            " coalesce(host_ip, ''), span, spec FROM port WHERE container IS NOT NULL AND published"
            " AND host_first IS NOT NULL AND host_known ORDER BY id",
        )
        self.options = grouped(
            connection,
            "SELECT container, name, value FROM container_option WHERE name IN ('restart', 'volumes-from',"
            " 'network-alias', 'tty', 'interactive') ORDER BY id",
        )
        self.hosts = grouped(connection, "SELECT container, name, address FROM extra_host ORDER BY id")
        self.networks = grouped(
            connection,
            "SELECT container, network, alias FROM attachment WHERE container IS NOT NULL AND step IS NULL ORDER BY id",
        )
        self.link_spans = {row[0]: row[5] for rows in self.links.values() for row in rows}
        self.port_spans = {row[0]: row[6] for rows in self.ports.values() for row in rows}
        self.branches = grouped(connection, "SELECT step, node, arm, kind FROM in_branch")
        self.scope_of_name: dict[str, int] = {}  # -1 for several
        for name, scope in connection.execute(SQL_OF_NAMES):
            if self.scope_of_name.setdefault(name, scope) != scope:
                self.scope_of_name[name] = -1
        self.steps: dict[int, list[StepFact]] = defaultdict(list)
        for row in connection.execute(SQL_OF_STEPS):
            self.steps[row[1]].append(StepFact._make(row))
        self.refused = {key for (key,) in connection.execute(SQL_OF_REFUSED)}
        self.holds = dict(connection.execute("SELECT code, holds FROM engine_change"))
        self.host_of = dict(connection.execute("SELECT scope, host FROM place"))
        self.projects: Any = None  # the Compose projects of all scopes, if a step asks for them
        self.moments: dict[tuple[frozenset[Any], frozenset[Any]], tuple[frozenset[Any], frozenset[Any]]] = {}

    def made_elsewhere(self, scope: int) -> Callable[[str], bool]:
        """Return a function that tells whether another scope creates a name."""
        return lambda name: self.scope_of_name.get(name, scope) != scope

    def are_alternatives(self, container: int | None, other: int | None) -> bool:
        """Return whether a document shows two ways to start one image: a reader takes one of them."""
        return self.connection.execute(SQL_OF_ALTERNATIVES, (container, other)).fetchone() is not None

    def may_run_apart(self, scope: int, *ports: int | None) -> bool:
        """Return whether the services with some ports may never run together.

        Another project has one of them by `extends` (such a file is seldom run itself), or one is in a file that is
        perhaps the base of this one.
        """
        return any(self.connection.execute(SQL_OF_JOINED, (scope, port)).fetchone() is not None for port in ports)

    def moment(self, number: int, step: int) -> Moment:
        """Return the moment of a step, with the arms and conditions of its branches."""
        rows = self.branches.get(step, ())
        arms = frozenset((node, arm) for node, arm, kind in rows if kind in EXCLUDING)
        conditions = frozenset((node, arm) for node, arm, kind in rows if kind in CONDITIONS)
        arms, conditions = self.moments.setdefault((arms, conditions), (arms, conditions))
        return Moment(number, step, arms, conditions)

    def spec(self, fact: ContainerFact, verb: str = "run", background: int = 0) -> ContainerSpec:
        """Return what the engine is told about a container."""
        options: dict[str, list[str]] = defaultdict(list)
        for name, value in self.options.get(fact.id, ()):
            options[name].append(value or "")
        named = [network for network, _ in self.networks.get(fact.id, ())]
        first = fact.network
        known_network = fact.network_how in ("none", *KNOWN)
        joins = first.partition(":")[2] if known_network and first is not None and first.startswith(JOINS) else None
        networks = tuple(dict.fromkeys(named or ([first] if first is not None else [])))
        words = (fact.program or "").split()
        restart = (options["restart"] or ["no"])[-1]
        detached = bool(fact.detached) or not (fact.on_host or fact.auto_remove) or verb == "create"
        return ContainerSpec(
            fact.id,
            fact.known_name,
            detached=detached,
            auto_remove=bool(fact.auto_remove),
            restarts=restart.partition(":")[0] not in ("no", ""),
            background=bool(background),
            shown=bool(fact.is_example),
            variable_name=fact.name_how in ("variable", "command"),
            networks=() if joins is not None else networks,
            network_known=known_network and (bool(fact.legacy) or bool(networks)),
            aliases=tuple(options["network-alias"]) + tuple(a for _, a in self.networks.get(fact.id, ()) if a),
            joins=joins,
            volumes_from=tuple(value.partition(":")[0] for value in options["volumes-from"] if "$" not in value),
            links=tuple(LinkSpec(i, t, a, c, bool(k)) for i, t, a, c, k, _ in self.links.get(fact.id, ())),
            ports=self._ports(fact, first),
            hostname=fact.hostname,
            extra_hosts=tuple(self.hosts.get(fact.id, ())),
            program=_how_long(words, open_input="tty" in options or "interactive" in options),
            profiles=fact.profiles,
            service=fact.service,
            project=fact.project,
        )

    def _ports(self, fact: ContainerFact, network: str | None) -> tuple[PortSpec, ...]:
        if network is not None and (network in ("host", "none") or network.startswith(JOINS)):
            return ()
        rows, seen = [], set()
        for number, first, last, paired, protocol, address, _, written in self.ports.get(fact.id, ()):
            if fact.service is not None and written in seen:
                continue  # Compose drops exact repetitions
            seen.add(written)
            rows.append(PortSpec(number, first, last, bool(paired), protocol, address))
        return tuple(rows)


def _how_long(words: list[str], *, open_input: bool) -> str:
    """Return whether the program of a container runs on, ends at once, or is not known. A shell without input ends."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program in SHELLS and len(words) == 1:
        return "runs" if open_input else "ends"
    return "ends" if program in ENDS_AT_ONCE else "runs" if not program or program in RUNS_ON else "unknown"
