"""`docker create` and `docker run`: what the engine checks before a container exists."""

from __future__ import annotations

from linklint.engine.answers import doubted, doubts, missing, name_taken, port_taken
from linklint.engine.engine import Engine
from linklint.engine.history import Moment, Reading
from linklint.engine.objects import (
    REFUSED,
    REMOVED,
    UNSURE,
    Cause,
    Command,
    Container,
    ContainerSpec,
    LinkObject,
    LinkSpec,
    Outcome,
    Outcomes,
    Target,
)
from linklint.engine.starting import begin, join_broken
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

MAX_LINKS = 200  # of a container


def create(engine: Engine, command: Command) -> Outcomes:
    """Play `docker create`."""
    return _create(engine, command)[1]


def run(engine: Engine, command: Command) -> Outcomes:
    """Play `docker run`: create, start, and, without `-d`, wait for the end.

    Source: What a refusal leaves. A container that is refused at start stays, created, and keeps its name.
    """
    container, outcomes, confidence = _create(engine, command)
    if container is None:
        if any(outcome.code == "name-taken" for outcome in outcomes) or command.spec is None:
            return outcomes
        refused = Container(command.spec)  # what would be refused next
        return outcomes + [port_taken(one, refused) for one in engine.ports.taken(refused, command.moment)]
    return outcomes + begin(engine, container, command, confidence)


def _create(engine: Engine, command: Command) -> tuple[Container | None, Outcomes, str]:
    spec, moment = command.spec, command.moment
    assert spec is not None
    container = Container(spec)
    before = engine.holder(spec.name, moment) if spec.name is not None else None
    outcomes, confidence = _name_refused(engine, spec, before, moment), CERTAIN
    if spec.on_bridge:
        for link in spec.links[:MAX_LINKS]:
            confidence = weakest(confidence, _bind_link(engine, container, link, moment, outcomes))
    for name in spec.volumes_from:
        held = engine.holder(name, moment)
        if held is not None and held.value is None:
            outcomes.append(missing(name, held, "volumes-missing", "create"))
    if command.refused:
        outcomes.append(Outcome(REFUSED, "create", "other", "", spec.name or ""))
    if any(outcome.outcome == REFUSED and outcome.confidence == CERTAIN for outcome in outcomes):
        engine.leave_nothing(spec.name, moment)
        return None, outcomes, confidence
    if outcomes and outcomes[0].code == "name-taken" and outcomes[0].confidence == LIKELY:
        assert outcomes[0].container is not None
        engine.weaken(outcomes[0].container, moment)
        return None, outcomes, LIKELY
    if before is not None and before.value is None and before.confidence == LIKELY:
        outcomes.append(Outcome(UNSURE, "create", "name-doubtful", "", spec.name or ""))
    refused = [outcome for outcome in outcomes if outcome.outcome == REFUSED]
    others = [outcome.confidence for outcome in refused if outcome.code != "name-taken"]
    swept = before is None and spec.name in engine.names and engine.swept["rm"] >= 0  # somebody may have the name
    # By this container or another one, whose end would free it.
    name_held = weakest(confidence, *others, LIKELY if swept else CERTAIN)
    unsure = before.confidence if before is not None else LIKELY if swept else CERTAIN
    confidence = weakest(confidence, unsure, *(outcome.confidence for outcome in refused))
    container.unsure = confidence == LIKELY  # what depends on a condition is no doubt
    engine.add(container, moment, confidence, name_held)
    return container, outcomes, confidence


def _name_refused(
    engine: Engine, spec: ContainerSpec, held: Reading[Container | None] | None, moment: Moment
) -> Outcomes:
    """Return the refusal of the name of a new container, if somebody has it."""
    if spec.name is None or held is None or held.value is None:
        return []
    state = engine.state_at(held.value, moment)
    stopped = state is not None and state.value.ending
    if held.value.stranger and held.confidence == POSSIBLE and not stopped:
        return []  # docker start db || docker run --name db
    return [name_taken(engine, spec.name, held, moment, removed_at_end=spec.auto_remove)]


def _bind_link(engine: Engine, container: Container, link: LinkSpec, moment: Moment, outcomes: Outcomes) -> str:
    """Bind a legacy link to its source, and return the confidence of what follows.

    Source: Links on the default bridge. The source has to exist when the recipient is created.
    """
    if not link.known and link.source is None:
        return CERTAIN
    found = engine.find(Target(link.target, link.source), moment)
    source = found.value if found is not None else None
    refusal = _source_refused(engine, link, found, moment)
    if refusal is not None:
        outcomes.append(refusal)
        return CERTAIN
    if not any(one.spec.alias == link.alias for one in container.links):  # of two, the engine keeps the first
        container.links.append(LinkObject(link, source, found.confidence if found is not None else POSSIBLE))
    if found is None or source is None:
        outcomes.append(Outcome(UNSURE, "create", "source-unseen", "", link.target, part=link.number))
        if engine.made_elsewhere(link.target):
            return CERTAIN
        container.doubt = link.target
        return LIKELY
    unseen_join = source.spec.joins if source.joined is None else None
    if source.stranger or source.doubt or unseen_join:
        container.doubt = source.doubt or unseen_join or link.target
        outcomes.append(doubted(container.doubt))
        return weakest(LIKELY, found.confidence)
    if source.unsure:
        container.unsure = True
        outcomes += doubts(source)
    return CERTAIN if found.confidence == CERTAIN else LIKELY


def _source_refused(
    engine: Engine, link: LinkSpec, found: Reading[Container | None] | None, moment: Moment
) -> Outcome | None:
    """Return why the engine refuses the source of a link when the recipient is created, or None."""
    if found is None:
        return None
    name, source = link.target, found.value
    cause = Cause(found.moment, f"{name} is created here", source)
    endpoints = source.endpoints.read(moment) if source is not None else None
    if source is None:
        later = found.moment.number > moment.number
        code, reason = "source-later" if later else "source-missing", f"could not get container for {name}"
        cause = cause._replace(words=f"{name} is started here" if later else f"{name} loses its name here")
    elif source.spec.joins is not None:
        missing_join = next((o for o in join_broken(engine, source, moment) if o.code == "join-missing"), None)
        return missing_join._replace(stage="create", code="source-missing", part=link.number) if missing_join else None
    elif endpoints is not None and "host" in endpoints.value:
        code, reason = "source-apart", "conflicting options: host type networking can't be used with links"
    else:
        state = engine.state_at(source, moment)
        if state is None or state.value.kind != REMOVED:
            return None
        code, reason = "source-gone", f"could not get container for {name}"  # it is being removed
        found = found._replace(confidence=weakest(LIKELY, found.confidence))
        cause = Cause(state.moment, f"{name} is stopped here", source)
    return Outcome(REFUSED, "create", code, reason, name, found.confidence, link.number, cause)
