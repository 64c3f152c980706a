"""The tables `step_outcome` and `engine_state`: what the model of the engine answers to the steps of each scope.

The facts of a scope become commands for `engine/play.py`, which plays them in order. A Compose project has no
order: its containers only claim their ports, all at once.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from linklint.docker.names import refused_name
from linklint.engine.answers import port_taken
from linklint.engine.engine import Engine
from linklint.engine.facts import KNOWN, ContainerFact, EngineFacts, StepFact
from linklint.engine.history import Moment
from linklint.engine.objects import DONE, REFUSED, RUNNING, Command, Container, Outcome, State, Target
from linklint.engine.play import play
from linklint.text.confidence import CERTAIN, POSSIBLE

if TYPE_CHECKING:
    from linklint.engine.compose_steps import ComposeProjects

OUTCOME_COLUMNS = {
    "scope": "the scope",
    "step": "the step; null for the containers of a Compose project",
    "container": "the container that it is about, if it is known",
    "outcome": "done, refused or unknown; a step with several problems has a row for each",
    "stage": "where it is refused: create, start or exec; command for all other commands",
    "code": "the reason in one word: name-taken, source-missing, port-taken, …",
    "subject": "the name, port or network that the reason is about",
    "reason": "the reason in the engine's words",
    "confidence": "certain, likely or possible",
    "link": "the link that it is about",
    "port": "the port that it is about",
    "span": "the span to look at",
    "cause": "the step that led to it",
    "cause_container": "the container that has the name or the port",
    "cause_span": "the span of that step or container",
    "way": "what happens there",
    "guarded": "1 if the script expects that the step may fail",
}
STATE_COLUMNS = {
    "scope": "the scope",
    "kind": "name, port, link or state",
    "what": "the name, the host port (8080/tcp), the alias, or the state: created, running, paused or exited",
    "container": "the container that has it; for a link, the recipient",
    "link": "the link, for the kind link",
    "source": "the source that a link is bound to",
    "since": "the step that begins it",
    "until": "the step that ends it, or null",
    "confidence": "certain, likely or possible",
}
ROWS = frozenset("scope step container link port span cause cause_container cause_span source since until".split())
TEXTS = frozenset("outcome stage code subject reason confidence way kind what".split())


def _typed(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} {'TEXT' if column in TEXTS else 'INTEGER'}" for column in columns)


def _declared(columns: Iterable[str]) -> str:
    rows = [column for column in columns if column in ROWS]
    numbers = [column for column in columns if column not in ROWS | TEXTS]
    return f"-- rows: id {' '.join(rows)}" + (f"\n-- numbers: {' '.join(numbers)}" if numbers else "")


ENGINE_TABLES = f"""\
{_declared(OUTCOME_COLUMNS)}
CREATE TABLE step_outcome (id INTEGER PRIMARY KEY, {_typed(OUTCOME_COLUMNS)});
{_declared(STATE_COLUMNS)}
CREATE TABLE engine_state (id INTEGER PRIMARY KEY, {_typed(STATE_COLUMNS)});
CREATE INDEX step_outcome_code ON step_outcome (code);
CREATE INDEX step_outcome_step ON step_outcome (step, code);
CREATE INDEX engine_state_what ON engine_state (kind, what);
"""


MAX_COMMANDS = 20_000  # of a scope; of a file, the budget of its statements is smaller
ONLY_IF_SURE = frozenset(
    "not-running paused not-paused still-running network-exists network-missing network-gone network-in-use "
    "already-connected not-connected shared-network join-missing join-stopped".split()
)
NAMES = ("name-taken", "same-name")


def fill_engine_tables(connection: sqlite3.Connection) -> None:
    """Play all scopes of a store, and fill both tables."""
    played = list(play_scopes(EngineFacts(connection)))
    for name, columns, rows in (
        ("step_outcome", OUTCOME_COLUMNS, chain.from_iterable(scope.outcomes for scope in played)),
        ("engine_state", STATE_COLUMNS, chain.from_iterable(scope.states for scope in played)),
    ):
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows)


class ScopePlay:
    """Plays one scope."""

    def __init__(
        self,
        facts: EngineFacts,
        scope: int,
        containers: list[ContainerFact],
        steps: list[StepFact],
    ) -> None:
        self.facts = facts
        self.outcomes: list[tuple[Any, ...]] = []
        self.states: list[tuple[Any, ...]] = []
        self.scope = scope
        self.commands = 0
        self.containers = containers
        self.steps = steps
        self.moments = [facts.moment(number, step.id) for number, step in enumerate(steps, 1)]
        self.by_number = {moment.number: step for moment, step in zip(self.moments, steps)}
        self.engine = Engine(*self._first_made(), facts.made_elsewhere(scope), facts.holds)
        self.has_variable_host = "$" in (facts.host_of.get(scope) or "")

    def _first_made(self) -> tuple[dict[str, Moment], dict[str, Moment]]:
        """Return the names and networks whose first step in the scope makes them."""
        names: dict[str, Moment | None] = {}
        networks: dict[str, Moment | None] = {}
        for step, moment in zip(self.steps, self.moments):
            if step.verb.startswith("network-"):
                name = step.name if step.verb in ("network-create", "network-rm") else step.network
                if name is not None:
                    networks.setdefault(name, moment if step.verb == "network-create" else None)
                continue
            if step.name is not None and step.name_how in KNOWN:
                names.setdefault(step.name, moment if step.verb in ("run", "create") else None)
            if step.verb == "rename" and step.new_name is not None:
                names.setdefault(step.new_name, moment)
        return (
            {name: moment for name, moment in names.items() if moment is not None},
            {name: moment for name, moment in networks.items() if moment is not None},
        )

    def play(self) -> None:
        """Play the containers without a step, then all steps."""
        beginning = Moment(0)
        for fact in self.containers:
            if fact.step is None:
                self._claim(fact, beginning)
        for step, moment in zip(self.steps, self.moments):
            played = False
            for command in self._commands(step, moment):
                played = True
                self.commands += 1
                if self.commands > MAX_COMMANDS:  # a Compose command is one for each replica
                    break
                outcomes = play(self.engine, command)
                for outcome in outcomes:
                    self._answer(outcome, step)
                if any(outcome.outcome == REFUSED and outcome.confidence == CERTAIN for outcome in outcomes):
                    break  # Compose stops at the first refusal
            if (
                not played
                and step.verb.startswith("compose-")
                and self.facts.projects.project(step.compose) is not None
            ):
                self._answer(Outcome(DONE), step)
        self._record_states()

    def _projects(self) -> ComposeProjects:
        """Return the Compose projects of all scopes, made when they are asked for first."""
        from linklint.engine.compose_steps import ComposeProjects

        if self.facts.projects is None:
            self.facts.projects = ComposeProjects(self.facts)
        found: ComposeProjects = self.facts.projects
        return found

    def _claim(self, fact: ContainerFact, moment: Moment) -> None:
        """Let a container of a Compose project, or of another file without an order, take its ports."""
        if fact.id not in self.facts.ports:
            return  # most containers
        spec = self.facts.spec(fact)
        if not spec.ports:
            return
        container = Container(spec)
        container.state.set(moment, State(RUNNING, moment))
        self.engine.containers[spec.key] = container
        for one in self.engine.ports.take(container, moment, CERTAIN, lenient=True):
            span, other = self._span_of_port(one.port.number), self._span_of_port(one.holder.port.number)
            outcome = port_taken(one, container)
            is_between = one.holder.container is not container
            if is_between and (span == other or self.facts.may_run_apart(self.scope, span, other)):
                outcome = outcome._replace(confidence=POSSIBLE)
            self._record(outcome, span, other)

    def _span_of_port(self, number: int | None) -> int | None:
        return self.facts.port_spans.get(number) if number is not None else None

    def _commands(self, step: StepFact, moment: Moment) -> Iterable[Command]:
        """Return the commands of a step: one, or those of Compose."""
        if step.verb.startswith("compose-"):
            return self._projects().commands(self.engine, step, moment)
        target = Target(step.name if step.name_how in KNOWN else None, None, bool(step.everything))
        spec = fact = None
        if step.verb in ("run", "create"):
            fact = self.facts.containers.get(step.container or 0)
            if fact is None:
                return ()
            spec = self.facts.spec(fact, step.verb, step.background)
        elif step.container is not None:
            target = target._replace(key=step.container)
        network = step.network
        if step.verb in ("network-create", "network-rm"):
            network = step.name if step.name_how != "variable" else None
        if step.verb.startswith("network-") and step.verb != "network-prune" and (network is None or "$" in network):
            return ()
        command = Command(
            moment,
            step.verb,
            target,
            spec,
            new_name=step.new_name,
            network=network,
            force=bool(step.force),
            background=bool(step.background),
            refused=fact is not None and self._refused(fact),
        )
        return (command,)

    def _refused(self, fact: ContainerFact) -> bool:
        """Return whether the engine refuses to create the container, for a reason that has a rule of its own."""
        joins = fact.network is not None and fact.network.startswith("container:")
        invalid = fact.name_how in KNOWN and refused_name(fact.name or "", fact.tool) is not None
        return invalid or fact.id in self.facts.refused or joins and bool(self.facts.ports.get(fact.id))

    def _answer(self, outcome: Outcome, step: StepFact) -> None:
        if outcome.code in ONLY_IF_SURE and outcome.confidence == POSSIBLE:
            return  # it depends on a condition, as most such steps do
        cause = self.by_number.get(outcome.cause.moment.number) if outcome.cause is not None else None
        if outcome.code in ("name-taken", "port-taken") and cause is not None:
            if self.facts.are_alternatives(step.container, cause.container):
                outcome = outcome._replace(confidence=POSSIBLE)
        span, cause_span = self._span(outcome, step), self._cause_span(outcome, cause)
        if not (self.has_variable_host and span == cause_span):  # the same command, perhaps on another host
            self._record(outcome, span, cause_span, step, cause)

    def _record(
        self,
        outcome: Outcome,
        span: int | None,
        cause_span: int | None,
        step: StepFact | None = None,
        cause: StepFact | None = None,
    ) -> None:
        about, caused = outcome.container, outcome.cause
        other = caused.container if caused is not None else None
        is_port = outcome.code == "port-taken"
        own = step.container if step is not None else None
        self.outcomes.append(
            (
                self.scope,
                step.id if step is not None else None,
                about.key if about is not None and about.key > 0 else own,
                outcome.outcome,
                outcome.stage,
                outcome.code,
                outcome.subject,
                outcome.reason,
                outcome.confidence,
                outcome.part if not is_port else None,
                outcome.part if is_port else None,
                span,
                cause.id if cause is not None else None,
                other.key if other is not None and other.key > 0 else None,
                cause_span,
                caused.words if caused is not None else None,
                step.guarded if step is not None else 0,
            )
        )

    def _span(self, outcome: Outcome, step: StepFact) -> int | None:
        """Return the span of the word that is refused."""
        created = self.facts.containers.get(step.container or 0) if step.verb in ("run", "create") else None
        if created is not None:
            if outcome.code == "port-taken":
                return self._span_of_port(outcome.part)
            if outcome.part is not None and outcome.part in self.facts.link_spans:
                return int(self.facts.link_spans[outcome.part])
            return created.look_at
        if outcome.code in ("name-held", *NAMES) and step.new_name_span is not None:
            return step.new_name_span
        return step.name_span or step.span

    def _cause_span(self, outcome: Outcome, step: StepFact | None) -> int | None:
        cause = outcome.cause
        if cause is None:
            return None
        if step is None:
            return self._span_of_port(cause.part)
        created = self.facts.containers.get(step.container or 0) if step.verb in ("run", "create") else None
        if created is not None:
            if cause.part is not None and outcome.code == "port-taken":
                return self._span_of_port(cause.part)
            return created.look_at
        if step.verb == "rename" and outcome.code in NAMES:
            return step.new_name_span or step.name_span
        return step.name_span or step.span

    # What holds when

    def _record_states(self) -> None:
        rows = self.states
        for name, history in self.engine.names.items():
            for entry, after in _intervals(history.entries):
                if entry.value is not None and entry.value.key > 0:
                    rows.append(self._state("name", name, entry.value, entry, after))
        for container in self.engine.containers.values():
            if container.key < 0:
                continue
            for entry, after in _intervals(container.state.entries):
                if after is not None and after.moment is entry.moment:
                    continue
                if entry.value.kind not in ("removed", "unknown"):
                    rows.append(self._state("state", entry.value.kind, container, entry, after))
        self._record_links()
        self._record_ports()

    def _record_links(self) -> None:
        for container, link in self.engine.links:
            source = link.source.joined or link.source if link.source is not None else None
            bound = source.key if source is not None and source.key > 0 else None
            for entry, after in _intervals(link.alive.entries):
                if entry.value:
                    numbers = (link.spec.number, bound)
                    self.states.append(self._state("link", link.spec.alias, container, entry, after, numbers))

    def _record_ports(self) -> None:
        for claim in self.engine.ports.claims():
            changes = [entry for entry in claim.container.state.entries if entry.moment.number > claim.moment.number]
            ended = next((entry.moment.step for entry in changes if entry.value.run is not claim.moment), None)
            what, begun = f"{claim.number}/{claim.port.protocol}", claim.moment.step
            self.states.append(
                (self.scope, "port", what, claim.container.key, None, None, begun, ended, claim.confidence)
            )

    def _state(
        self,
        kind: str,
        what: str,
        container: Container,
        entry: Any,
        after: Any,
        link: tuple[int | None, int | None] = (None, None),
    ) -> tuple[Any, ...]:
        until = after.moment.step if after is not None else None
        return (self.scope, kind, what, container.key, *link, entry.moment.step, until, entry.confidence)


def _intervals(entries: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each change with the next one."""
    return zip(entries, [*entries[1:], None])


def _scopes(facts: EngineFacts) -> Iterator[tuple[int, list[ContainerFact], list[StepFact]]]:
    """Yield each scope of a store, with its containers and steps."""
    containers: dict[int, list[ContainerFact]] = defaultdict(list)
    for fact in facts.containers.values():
        containers[fact.scope].append(fact)
    for scope in sorted(facts.steps.keys() | containers.keys()):
        yield scope, containers[scope], facts.steps.get(scope, [])


def play_scopes(facts: EngineFacts) -> Iterator[ScopePlay]:
    """Play each scope of a store on an engine of its own."""
    for scope in _scopes(facts):
        played = ScopePlay(facts, *scope)
        played.play()
        yield played
