"""`docker stop`, `kill`, `wait`, `pause`, `unpause` and `exec`."""

from __future__ import annotations

from linklint.engine.answers import READS, state_refusal
from linklint.engine.engine import Engine
from linklint.engine.history import Moment
from linklint.engine.objects import EXITED, PAUSED, REMOVED, RUNNING, UNKNOWN, Command, Container, Outcomes, State
from linklint.engine.starting import links_broken
from linklint.text.confidence import CERTAIN, LIKELY, weakest


def stop(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker stop`. Source: States. It succeeds for a container that does not run."""
    state = engine.state_at(container, command.moment)
    if command.background:
        container.state.set(command.moment, State(UNKNOWN))
    elif state is None or state.value.runs:
        _end(engine, container, command.moment, confidence, command.verb)
    return []


def kill(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker kill`. Source: States. Only SIGKILL ends a container for certain."""
    state = engine.state_at(container, command.moment)
    if state is not None and not state.value.runs:
        return [state_refusal(container, state, "not-running", "the container is not running", confidence)]
    if command.verb == "kill":
        sure, ending = (CERTAIN, "kill") if command.force else (LIKELY, "signal")
        _end(engine, container, command.moment, weakest(confidence, sure), ending)
    return []


def wait(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker wait`, and `logs -f` and `attach`: they return when the container has ended. Source: States."""
    state = engine.state_at(container, command.moment)
    if command.background or command.verb == "follow":
        container.state.set(command.moment, State(UNKNOWN))
    elif state is None or state.value.runs:
        _end(engine, container, command.moment, confidence, "end")
    return []


def _end(engine: Engine, container: Container, moment: Moment, confidence: str, verb: str) -> None:
    """End a container. With `--rm` it is removed a moment later, so its name stays in use for now."""
    kind = REMOVED if container.spec.auto_remove else EXITED
    engine.set_state(container, moment, State(kind, None, verb), confidence)


def pause(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker pause` and `unpause`. Source: States."""
    state = engine.state_at(container, command.moment)
    if state is None:
        return []
    paused = command.verb == "pause"
    if state.value.kind == (RUNNING if paused else PAUSED):
        engine.set_state(
            container,
            command.moment,
            State(PAUSED if paused else RUNNING, state.value.run),
            weakest(confidence, state.confidence),
        )
        return []
    if paused:
        code = "paused" if state.value.kind == PAUSED else "not-running"
        return [state_refusal(container, state, code, f"the container is {READS[code]}", confidence)]
    return [state_refusal(container, state, "not-paused", "the container is not paused", confidence)]


def execute(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker exec`. Source: Links on the default bridge. All sources of the container have to run."""
    state = engine.state_at(container, command.moment)
    if state is not None and state.value.kind != RUNNING:
        code = "paused" if state.value.kind == PAUSED else "not-running"
        return [state_refusal(container, state, code, f"the container is {READS[code]}", confidence)]
    return list(links_broken(engine, container, command.moment, "exec"))
