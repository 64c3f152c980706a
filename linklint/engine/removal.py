"""`docker rm`, `rename`, `rm --link` and the prunes of containers."""

from __future__ import annotations

from linklint.engine.answers import doubts, missing, name_taken, state_refusal
from linklint.engine.engine import MAX_AT_ONCE, Engine
from linklint.engine.history import History
from linklint.engine.networking import prune_networks
from linklint.engine.objects import (
    CREATED,
    EXITED,
    REFUSED,
    REMOVED,
    UNSURE,
    Cause,
    Command,
    Container,
    Outcome,
    Outcomes,
)
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest


def remove(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker rm`. Source: Names. Without `-f` it is refused for a container that runs."""
    state = engine.state_at(container, command.moment)
    if state is not None and state.value.runs and not command.force:
        reason = "cannot remove container: container is running: stop the container before removing or force remove"
        refusal = state_refusal(container, state, "still-running", reason, confidence)
        if refusal.confidence == POSSIBLE:
            engine.take_away(container, command.moment, refusal.confidence)
        elif refusal.confidence == LIKELY:
            engine.weaken(container, command.moment)
        return [refusal]
    if state is not None and state.confidence == LIKELY and state.value.ending == "signal" and not command.force:
        engine.take_away(container, command.moment, LIKELY)
        return [state_refusal(container, state, "may-still-run", "the container may run on", POSSIBLE)]
    if container.spec.auto_remove and state is not None and state.value.kind == REMOVED:
        return []  # it is being removed
    is_stopped = container.stranger and state is not None and state.value.ending in ("stop", "kill")
    if command.force or is_stopped:  # whichever container has the name, it is free now
        engine.take_away(container, command.moment, confidence, CERTAIN)
    else:  # it may still run
        confidence = weakest(confidence, state.confidence if state is not None else LIKELY)
        engine.take_away(container, command.moment, confidence)
    return []


def rename(engine: Engine, container: Container, command: Command, confidence: str) -> Outcomes:
    """Play `docker rename`. Source: Names. The old name is free at once; links stay bound."""
    moment, new = command.moment, command.new_name
    old = container.name.read(moment)
    outcomes: Outcomes = []
    if new is not None:
        if old is not None and old.value == new:
            reason = "Renaming a container with the same name as its current name"
            cause = Cause(old.moment, "the container has this name", container)
            return [Outcome(REFUSED, "create", "same-name", reason, new, old.confidence, None, cause, container)]
        held = engine.holder(new, moment)
        if held is not None and held.value is not None:
            outcomes = [name_taken(engine, new, held, moment)]
            if outcomes[0].confidence == CERTAIN:
                return outcomes
            confidence = weakest(confidence, outcomes[0].confidence)
    if old is not None and old.value is not None:
        engine.names[old.value].set(moment, None, weakest(confidence, old.confidence))
    container.name.set(moment, new, confidence)
    if new is not None:
        engine.names.setdefault(new, History()).set(moment, container, confidence)
    return outcomes


def remove_link(engine: Engine, command: Command) -> Outcomes:
    """Play `docker rm --link web/db`. Source: Links on the default bridge.

    The path of a link is a name: it is gone with the link, and with its source.
    """
    path, moment = command.target.name or "", command.moment
    found = engine.link_at(path, moment)
    if found is not None and found[0].source is not None:
        link, alive = found
        source = engine.state_at(found[0].source, moment)
        if source is None or source.value.kind != REMOVED:
            link.alive.set(moment, False, alive.confidence)
            return []
    recipient = engine.holder(path.partition("/")[0], moment)
    if recipient is None or recipient.value is not None and recipient.value.stranger:
        return [Outcome(UNSURE, "create", "container-unseen", "", path.partition("/")[0])]
    if recipient.value is not None and recipient.value.doubt:
        return doubts(recipient.value)
    if recipient.value is not None and any(
        link.source is None and link.spec.alias == path.partition("/")[2] for link in recipient.value.links
    ):
        return []
    return [missing(path, recipient, "container-missing", "create")]


def prune(engine: Engine, command: Command) -> Outcomes:
    """Play `docker container prune`, and the containers of `docker system prune`. Source: Prune."""
    confidence = CERTAIN if command.force else POSSIBLE
    if len(engine.idle) > MAX_AT_ONCE or not command.target.everything:
        engine.swept["rm"] = command.moment.number
    else:
        for container in list(engine.idle):
            state = engine.state_at(container, command.moment)
            if state is not None and state.value.kind in (CREATED, EXITED):
                engine.take_away(container, command.moment, weakest(confidence, state.confidence))
        for container in list(engine.unsure):  # of those that are not sure to run
            state = engine.state_at(container, command.moment)
            if state is not None and state.value.runs:
                engine.weaken(container, command.moment)
    if command.verb == "system-prune":
        prune_networks(engine, command)
    return []
