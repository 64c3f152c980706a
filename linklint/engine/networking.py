"""`docker network create`, `rm`, `prune`, `connect` and `disconnect`."""

from __future__ import annotations

from collections.abc import Mapping

from linklint.docker.engine_changes import ALL, NONE
from linklint.engine.answers import doubts, missing, network_missing
from linklint.engine.engine import Engine
from linklint.engine.history import History, Moment, Reading
from linklint.engine.objects import (
    PREDEFINED,
    REFUSED,
    REMOVED,
    UNSURE,
    Cause,
    Command,
    Container,
    Endpoint,
    Network,
    Outcome,
    Outcomes,
    State,
)
from linklint.engine.starting import links_broken
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

MAX_MEMBERS = 100


def create_network(engine: Engine, command: Command) -> Outcomes:
    """Play `docker network create`. Source: Networks. A name that exists is refused."""
    name, moment = command.network or "", command.moment
    if name in PREDEFINED:
        return _predefined(name, f"operation is not permitted on predefined {name} network")
    known = engine.network_at(name, moment)
    outcomes = []
    if known is not None and known.value is not None:
        cause = Cause(known.moment, f"the network {name} is created here")
        reason = f"network with name {name} already exists"
        outcomes = [Outcome(REFUSED, "create", "network-exists", reason, name, known.confidence, None, cause)]
        if known.confidence == CERTAIN:
            return outcomes
    network = Network(name)
    engine.networks.setdefault(name, History()).set(moment, network, CERTAIN if not outcomes else LIKELY)
    network.alive.set(moment, True)
    return outcomes


def remove_network(engine: Engine, command: Command) -> Outcomes:
    """Play `docker network rm`. Source: Networks. It is refused while a container on it runs."""
    name, moment = command.network or "", command.moment
    if name in PREDEFINED:
        return _predefined(name, f"{name} is a pre-defined network and cannot be removed")
    known = engine.network_at(name, moment)
    if known is None:
        engine.networks.setdefault(name, History()).set(moment, None)
        return [Outcome(UNSURE, "create", "network-unseen", "", name)]
    if known.value is None:
        return [network_missing(name, known, moment, "create")]
    user = _user_of(engine, known.value, moment)
    if user is not None and command.force:
        return []  # Compose passes over it
    if user is not None:
        cause = Cause(user.moment, "a container on it runs from here on")
        reason = f"error while removing network: network {name} has active endpoints"
        confidence = weakest(known.confidence, user.confidence)
        refusal = Outcome(REFUSED, "create", "network-in-use", reason, name, confidence, None, cause)
        if confidence == POSSIBLE:
            _take_network_away(engine, known.value, moment, confidence)
        elif confidence == LIKELY:
            engine.networks[name].set(moment, known.value, LIKELY)
            known.value.alive.set(moment, True, LIKELY)
        return [refusal]
    _take_network_away(engine, known.value, moment, known.confidence)
    return []


def _predefined(name: str, reason: str) -> Outcomes:
    return [Outcome(REFUSED, "create", "network-predefined", reason, name)]


def _take_network_away(engine: Engine, network: Network, moment: Moment, confidence: str) -> None:
    network.alive.set(moment, False, confidence)
    engine.networks[network.name].set(moment, None, confidence)


def _user_of(engine: Engine, network: Network, moment: Moment) -> Reading[State] | None:
    """Return the state of a container that runs on a network, the most certain one."""
    best: Reading[State] | None = None
    for container in list(engine.members.get(network, {}))[:MAX_MEMBERS]:
        endpoints = container.endpoints.read(moment)
        state = engine.state_at(container, moment)
        if state is None or not state.value.runs or endpoints is None:
            continue
        if any(endpoint.bound is network for endpoint in endpoints.value.values()):
            confidence = weakest(state.confidence, endpoints.confidence)
            if best is None or confidence < best.confidence:
                best = state._replace(confidence=confidence)
    return best


def prune_networks(engine: Engine, command: Command) -> Outcomes:
    """Play `docker network prune`: networks without running containers go. Source: Prune."""
    moment = command.moment
    for name, history in engine.networks.items():
        reading = history.read(moment)
        if name in PREDEFINED or reading is None or reading.value is None:
            continue
        user = _user_of(engine, reading.value, moment)
        if user is not None and user.confidence != CERTAIN:
            history.set(moment, reading.value, user.confidence)  # removed, if that container does not run
        elif user is None:
            confidence = CERTAIN if command.force and command.target.everything else POSSIBLE
            _take_network_away(engine, reading.value, moment, weakest(confidence, reading.confidence))
    return []


def connect(engine: Engine, command: Command) -> Outcomes:
    """Play `docker network connect` and `disconnect`. Source: Networks.

    The engine looks for the container first. Of one that does not run, it notes the name of any network.
    """
    name, moment = command.network or "", command.moment
    found = engine.find(command.target, moment)
    if found is None:
        return [Outcome(UNSURE, "create", "container-unseen", "", command.target.name or "")]
    if found.value is None:
        return [missing(command.target.name or "", found, "container-missing", "create")]
    network, state = engine.network_at(name, moment), engine.state_at(found.value, moment)
    idle = state is not None and not state.value.runs
    if state is not None and state.value.kind == REMOVED:  # it is being removed
        return [Outcome(UNSURE, "create", "container-doubtful", "", command.target.name or "")]
    if network is not None and network.value is None and not idle:
        refusal = network_missing(name, network, moment, "create")
        return [refusal._replace(confidence=weakest(refusal.confidence, state.confidence if state else LIKELY))]
    if network is None and not idle:
        _attach(engine, found.value, command, None, POSSIBLE)
        return [Outcome(UNSURE, "create", "network-unseen", "", name)]
    confidence = weakest(found.confidence, network.confidence if network is not None and not idle else CERTAIN)
    value = network.value if network is not None else None
    return _attach(engine, found.value, command, value, confidence) or doubts(found.value)


def _attach(
    engine: Engine, container: Container, command: Command, network: Network | None, confidence: str
) -> Outcomes:
    """Add or remove an endpoint."""
    moment = command.moment
    name = "bridge" if command.network == "default" else command.network or ""
    endpoints, state = container.endpoints.read(moment), engine.state_at(container, moment)
    idle = state is not None and not state.value.runs
    if endpoints is None and container.spec.joins is None:
        return []
    now = endpoints.value if endpoints is not None else {}
    refusal = _no_endpoint(container, command.verb == "network-connect", name, now, idle=idle)
    if refusal is not None:
        confidence = weakest(confidence, *(known.confidence for known in (endpoints, state) if known is not None))
        if idle and {"host", "none"} & set(now):
            confidence = weakest(confidence, LIKELY)
        cause = Cause(endpoints.moment, "its networks are set here", container) if endpoints is not None else None
        return [Outcome(REFUSED, "create", *refusal, name, confidence, None, cause, container)]
    if endpoints is None or state is None:
        return []
    if command.verb == "network-connect" and name == "bridge" and not idle:
        broken = _links_at_connect(engine, container, moment)
        if any(outcome.confidence != POSSIBLE for outcome in broken):
            return broken
    after = {other: endpoint for other, endpoint in now.items() if other != name}
    if command.verb == "network-connect":
        after[name] = Endpoint(name, network if state.value.runs else None)
        if network is not None and state.value.runs:
            engine.members.setdefault(network, {})[container] = None
    container.endpoints.set(moment, after, weakest(confidence, endpoints.confidence, state.confidence))
    return []


def _links_at_connect(engine: Engine, container: Container, moment: Moment) -> Outcomes:
    """Return why the engine refuses to connect a container with links to the default bridge: since 28.0 it looks at
    them then. Source: Links on the default bridge.
    """
    holds = engine.holds.get("connect-bridge", NONE)
    if holds == NONE:
        return []
    broken = links_broken(engine, container, moment, "create", always=True)
    apart = [outcome for outcome in broken if outcome.code == "source-apart"]
    return apart if holds == ALL else [outcome._replace(confidence=POSSIBLE) for outcome in apart]


def _no_endpoint(
    container: Container, connects: bool, name: str, now: Mapping[str, Endpoint], *, idle: bool
) -> tuple[str, str] | None:
    """Return (code, reason) if a container cannot be connected to a network, or disconnected from it, or None."""
    shared = (
        "container sharing network namespace with another container or host cannot be connected to any other network"
    )
    if container.spec.joins is not None:
        return None if idle else ("shared-network", shared if connects else f"container is not connected to {name}")
    if connects and "host" in now and name != "host":
        return "shared-network", shared
    if "host" in now or name == "host":
        return "shared-network", "container cannot be disconnected from host network or connected to host network"
    if connects and now and ("none" in now) != (name == "none"):
        return "shared-network", "container cannot be connected to multiple networks with one of them in private mode"
    if connects and not idle and name in now:
        return "already-connected", f"endpoint with name {container.spec.name or ''} already exists in network {name}"
    if not connects and name not in now:
        return "not-connected", f"container is not connected to network {name}"
    return None
