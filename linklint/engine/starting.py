"""What the engine checks when it starts a container: networks, links and ports, in this order."""

from __future__ import annotations

from collections.abc import Iterator

from linklint.docker.engine_changes import ALL, NONE
from linklint.engine.answers import HOW, doubts, missing, network_missing, port_taken, state_refusal
from linklint.engine.engine import Engine
from linklint.engine.history import Moment
from linklint.engine.objects import (
    CREATED,
    EXITED,
    PAUSED,
    REFUSED,
    REMOVED,
    RUNNING,
    UNKNOWN,
    UNSURE,
    Cause,
    Command,
    Container,
    Endpoint,
    Outcome,
    Outcomes,
    State,
    Target,
)
from linklint.engine.ports import Taken
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

MAX_STARTS = 12  # of a container: of hundreds, a few say everything


def start(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker start` and `restart`. Source: States."""
    state = engine.state_at(container, command.moment)
    if state is not None and state.value.kind == PAUSED and command.verb == "start":
        return [state_refusal(container, state, "paused", "cannot start a paused container", confidence)]
    if state is not None and state.value.kind == RUNNING and command.verb == "start":
        problems = [*_networks_missing(engine, container, command.moment)] if state.confidence != CERTAIN else []
        return [outcome for outcome in problems if outcome.outcome == UNSURE]
    container.starts += 1
    if container.starts > MAX_STARTS:
        container.state.set(command.moment, State(UNKNOWN))
        return []
    return begin(engine, container, command, confidence)


def begin(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Start a container: its network first, then its links, then its ports.

    Source: What a refusal leaves. After a refused start a container does not run and holds no port.
    """
    moment = command.moment
    outcomes = [*_networks_missing(engine, container, moment), *links_broken(engine, container, moment, "start")]
    unseen = [LIKELY for outcome in outcomes if outcome.outcome == UNSURE]
    if unseen:
        container.doubt = container.doubt or next(o.subject for o in outcomes if o.outcome == UNSURE)
    confidence = weakest(confidence, *(o.confidence for o in outcomes if o.outcome == REFUSED), *unseen)
    sure = any(outcome.outcome == REFUSED and outcome.confidence == CERTAIN for outcome in outcomes)
    if not sure:
        taken = _take_ports(engine, container, moment, confidence)
        outcomes += [port_taken(one, container) for one in taken]
        confidence = weakest(confidence, *(one.confidence for one in taken))
        sure = any(one.confidence == CERTAIN for one in taken)
    if not sure and any(outcome.outcome == REFUSED and outcome.confidence == LIKELY for outcome in outcomes):
        container.unsure = True
    if sure:
        if container.spec.auto_remove:
            engine.take_away(container, moment, CERTAIN)
        elif command.verb == "restart":
            engine.set_state(container, moment, State(EXITED, None, "restart"), CERTAIN)
        return outcomes
    _set_running(engine, container, command, confidence)
    return outcomes


def _take_ports(engine: Engine, container: Container, moment: Moment, confidence: str) -> list[Taken]:
    """Take the ports of a container that starts. Source: Ports; Engine 29 publishes none after a failed start."""
    holds = engine.holds.get("failed-start", NONE) if container.without_ports else NONE
    if holds == ALL and container.without_ports == CERTAIN:
        return []
    if holds != NONE:
        return [one._replace(confidence=POSSIBLE) for one in engine.ports.take(container, moment, POSSIBLE)]
    taken = engine.ports.take(container, moment, confidence)
    if taken:
        container.without_ports = CERTAIN if any(one.confidence == CERTAIN for one in taken) else LIKELY
    return taken


def _set_running(engine: Engine, container: Container, command: Command, confidence: str) -> None:
    """Set the state after a start that works."""
    moment, spec = command.moment, container.spec
    endpoints = container.endpoints.read(moment)
    if endpoints is not None:
        bound = {name: _bound(engine, endpoint, moment) for name, endpoint in endpoints.value.items()}
        if bound != endpoints.value:
            container.endpoints.set(moment, bound, weakest(confidence, endpoints.confidence))
        for endpoint in bound.values():
            if endpoint.bound is not None:
                engine.members.setdefault(endpoint.bound, {})[container] = None
    waits = command.verb == "run" and not spec.detached and not spec.background
    if waits or spec.program == "ends":
        confidence = POSSIBLE if waits and spec.shown else confidence
        if spec.restarts:
            engine.set_state(container, moment, State(UNKNOWN), confidence)
        elif spec.auto_remove and waits:
            engine.take_away(container, moment, confidence)
        else:
            engine.set_state(container, moment, State(EXITED, moment, "end"), confidence)
        return
    confidence = weakest(confidence, CERTAIN if spec.program == "runs" else LIKELY)
    engine.set_state(container, moment, State(RUNNING, moment), confidence)


def _bound(engine: Engine, endpoint: Endpoint, moment: Moment) -> Endpoint:
    if endpoint.bound is not None:
        return endpoint
    network = engine.network_at(endpoint.name, moment)
    return endpoint if network is None or network.value is None else endpoint._replace(bound=network.value)


def _networks_missing(engine: Engine, container: Container, moment: Moment) -> Iterator[Outcome]:
    """Yield what is wrong with the networks of a container that starts.

    Source: Networks. A container is bound to its networks by ID once it has run; before that, by name. One that
    joins another needs that one to run.
    """
    if container.spec.joins is not None:
        yield from join_broken(engine, container, moment)
        return
    endpoints = container.endpoints.read(moment)
    if endpoints is None:
        return
    for name, endpoint in endpoints.value.items():
        alive = endpoint.bound.alive.read(moment) if endpoint.bound is not None else None
        if endpoint.bound is not None and alive is not None:
            if not alive.value:
                cause = Cause(alive.moment, f"the network {name} is removed here")
                reason = f"network {name} not found: the container is bound to the one that was removed"
                confidence = weakest(alive.confidence, endpoints.confidence)
                yield Outcome(REFUSED, "start", "network-gone", reason, name, confidence, None, cause, container)
            continue
        network = engine.network_at(name, moment)
        if network is None:
            yield Outcome(UNSURE, "start", "network-unseen", "", name, container=container)
        elif network.value is None:
            missing_now = network_missing(name, network, moment, "start", container)
            yield missing_now._replace(confidence=weakest(missing_now.confidence, endpoints.confidence))


def join_broken(engine: Engine, container: Container, moment: Moment) -> Iterator[Outcome]:
    """Yield why a container cannot join the network of another one. Source: Networks, `container:`."""
    name = container.spec.joins or ""
    joined = container.joined
    if joined is None:
        found = engine.find(Target(name), moment)
        if found is None:
            yield Outcome(UNSURE, "start", "join-unseen", "", name, container=container)
            return
        if found.value is None:
            outcome = missing(name, found, "join-missing", "start")
            yield outcome._replace(container=container)
            return
        joined = found.value
    state = engine.state_at(joined, moment)
    yield from doubts(joined)
    if state is None or state.value.runs:
        return
    if state.value.kind == REMOVED:
        words, reason = f"{name} is removed here", f"No such container: {name}"
    else:
        words, reason = f"{name} does not run from here on", "cannot join network of a non running container"
    cause = Cause(state.moment, words, joined)
    code = "join-missing" if state.value.kind == REMOVED else "join-stopped"
    yield Outcome(REFUSED, "start", code, reason, name, state.confidence, None, cause, container)


def links_broken(
    engine: Engine, container: Container, moment: Moment, stage: str, *, always: bool = False
) -> Iterator[Outcome]:
    """Yield the legacy links whose source does not run, or is not on the default bridge.

    Source: Links on the default bridge. They are looked at whenever the recipient is started, and at every exec;
    `always`: also if the recipient is not on the default bridge.
    """
    own = container.endpoints.read(moment)
    if own is not None and "bridge" not in own.value and not always:
        return  # without the default bridge, the engine passes over them
    for link in container.links:
        alive = link.alive.read(moment)
        source = link.source
        if alive is None or not alive.value or source is None:
            continue
        if source.spec.joins is not None:  # it has the network of another container, and stands for that one
            source = source.joined or source
        state = engine.state_at(source, moment)
        if state is None:
            continue
        confidence = weakest(alive.confidence, state.confidence, link.confidence)
        name = link.spec.target
        cause = Cause(state.moment, f"{name} {HOW[state.value.kind]} here", source)
        if not state.value.runs:
            code = {CREATED: "source-created", REMOVED: "source-gone"}.get(state.value.kind, "source-stopped")
            if state.value.ending == "end":
                code, cause = "source-ended", cause._replace(words=f"{name} is ended here")
            holder = engine.holder(name, moment) if code == "source-gone" else None
            if holder is not None and holder.value is not None and holder.value is not source:
                code = "source-anew"
                words = f"{name} is created again here: the link is bound to the old one"
                cause = Cause(holder.moment, words, holder.value)
                confidence = weakest(confidence, holder.confidence)
            reason = f"Cannot link to a non running container: /{name}"
            yield Outcome(REFUSED, stage, code, reason, name, confidence, link.spec.number, cause, container)
            continue
        endpoints = source.endpoints.read(moment)
        if endpoints is not None and "bridge" not in endpoints.value:
            confidence = weakest(confidence, endpoints.confidence)
            reason = f"Cannot link to /{name}, as it does not belong to the default network"
            cause = Cause(endpoints.moment, f"{name} is not on the default bridge from here on", source)
            yield Outcome(REFUSED, stage, "source-apart", reason, name, confidence, link.spec.number, cause, container)
