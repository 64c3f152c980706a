"""The engine's answers that several commands share."""

from __future__ import annotations

from linklint.engine.engine import Engine
from linklint.engine.history import Moment, Reading
from linklint.engine.objects import (
    CREATED,
    EXITED,
    PAUSED,
    REFUSED,
    REMOVED,
    RUNNING,
    UNSURE,
    Cause,
    Container,
    Network,
    Outcome,
    Outcomes,
    State,
)
from linklint.engine.ports import Taken
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

HOW = {CREATED: "is created", RUNNING: "is started", PAUSED: "is paused", EXITED: "is stopped", REMOVED: "is removed"}
READS = {"paused": "paused", "not-running": "not running"}


def missing(name: str, found: Reading[Container | None], code: str, stage: str) -> Outcome:
    """Return the refusal of a name that nobody has. If it is only possible, it is no refusal."""
    if found.confidence == POSSIBLE:
        return Outcome(UNSURE, stage, "container-gone", "", name)
    cause = Cause(found.moment, f"{name} loses its name here")
    return Outcome(REFUSED, stage, code, f"No such container: {name}", name, found.confidence, None, cause)


def doubts(container: Container) -> Outcomes:
    """Return the outcome of a step on a container that may not exist or not run."""
    if container.stranger:
        return [Outcome(UNSURE, "create", "container-unseen", "", container.spec.name or "")]
    if container.doubt:
        return [doubted(container.doubt)]
    name = container.spec.name or ""
    return [Outcome(UNSURE, "create", "container-doubtful", "", name)] if container.unsure else []


def state_refusal(container: Container, state: Reading[State], code: str, reason: str, confidence: str) -> Outcome:
    """Return the refusal of a command that the state of a container does not allow. Source: States."""
    name = container.spec.name or ""
    cause = Cause(state.moment, f"{name} {HOW[state.value.kind]} here", container)
    weak = weakest(confidence, state.confidence, LIKELY if state.value.kind == REMOVED else CERTAIN)
    return Outcome(REFUSED, "start", code, reason, name, weak, None, cause, container)


def name_taken(
    engine: Engine, name: str, held: Reading[Container | None], moment: Moment, *, removed_at_end: bool = False
) -> Outcome:
    """Return the refusal of a name that is in use.

    Source: Names. With `--rm`, a stopped container loses its name a moment later: the next `run` is a race. Who stops a
    container and creates the next one with `--rm` (`removed_at_end`) has created the stopped one like that, too.
    """
    container = held.value
    assert container is not None
    state = engine.state_at(container, moment)
    ending = state.value.ending if state is not None else ""
    code, confidence = "name-taken", held.confidence
    cause = Cause(held.moment, f"{name} is used here", container)
    if (
        ending in ("stop", "kill", "signal")
        and (container.stranger or container.spec.auto_remove)
        and state is not None
    ):
        sure = POSSIBLE if removed_at_end or container.spec.auto_remove else LIKELY
        code, confidence = "name-held", weakest(sure, state.confidence, confidence)
        cause = Cause(state.moment, f"{name} is stopped here, not removed", container)
    elif container.stranger:
        confidence = weakest(LIKELY, confidence)
    elif container.spec.auto_remove:  # it may have ended
        runs = ending == "" and container.spec.program == "runs" and state is not None and state.value.kind == RUNNING
        confidence = weakest(LIKELY if runs else POSSIBLE, confidence)
    reason = f'Conflict. The container name "/{name}" is already in use'
    return Outcome(REFUSED, "create", code, reason, name, confidence, None, cause, container)


def network_missing(
    name: str,
    reading: Reading[Network | None],
    moment: Moment,
    stage: str,
    container: Container | None = None,
) -> Outcome:
    """Return the refusal of a network that does not exist. Source: Networks."""
    later = reading.moment.number > moment.number
    cause = Cause(reading.moment, f"the network {name} is {'created' if later else 'removed'} here")
    return Outcome(
        REFUSED,
        stage,
        "network-missing",
        f"network {name} not found",
        name,
        reading.confidence,
        None,
        cause,
        container,
    )


def doubted(subject: str) -> Outcome:
    """Return the outcome of a step on a container that may not exist, because nothing creates what it needs."""
    return Outcome(UNSURE, "create", "container-unsure", "", subject)


def port_taken(one: Taken, container: Container) -> Outcome:
    """Return the refusal of a port. Source: Ports."""
    cause = Cause(one.holder.moment, "it is published here", one.holder.container, one.holder.port.number)
    reason = f"Bind for {one.port.address or '0.0.0.0'}:{one.number} failed: port is already allocated"
    subject = f"{one.number}/{one.port.protocol}"
    return Outcome(REFUSED, "start", "port-taken", reason, subject, one.confidence, one.port.number, cause, container)
