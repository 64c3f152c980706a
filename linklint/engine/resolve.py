"""Which container a host name leads to, as seen from another container: /etc/hosts first, then Docker's DNS.

Source: docs/engine.md, Names that resolve.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from linklint.engine.engine import Engine
from linklint.engine.history import Moment
from linklint.engine.objects import Container, Target
from linklint.text.confidence import CERTAIN
from linklint.text.regex import lazy_compile

NOBODY, ONE, SEVERAL, UNKNOWN, ADDRESS = "nobody", "one", "several", "unknown", "address"
SHORT_ID = lazy_compile(r":0:12\}")  # ${ID:0:12}; the full ID does not resolve
LOCAL = ("localhost", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix")


class Answer(NamedTuple):
    """What a name leads to: `one` container, `several`, `nobody`, an `address` (of --add-host), or `unknown`."""

    kind: str
    containers: tuple[Container, ...] = ()
    address: str = ""


def resolve(engine: Engine, recipient: Container, name: str, moment: Moment) -> Answer:
    """Return what a name means inside a container at a moment."""
    shared = recipient.joined or recipient
    if recipient.spec.joins is not None and recipient.joined is None:
        return Answer(UNKNOWN)
    state, endpoints = engine.state_at(shared, moment), shared.endpoints.read(moment)
    if state is None or endpoints is None or "host" in endpoints.value:
        return Answer(UNKNOWN)
    return _in_hosts(engine, shared, name, moment) or _by_dns(engine, shared, name, moment)


def _in_hosts(engine: Engine, container: Container, name: str, moment: Moment) -> Answer | None:
    """Look in /etc/hosts: --add-host, then legacy links, then the container itself. Case does not matter."""
    wanted = name.lower()
    if wanted in LOCAL:
        return Answer(ONE, (container,))
    for host, address in container.spec.extra_hosts:
        if host.lower() == wanted:
            return Answer(ADDRESS, (), address)
    endpoints, state = container.endpoints.read(moment), container.state.read(moment)
    written = state.value.run if state is not None and state.value.run is not None else moment  # the lines of links
    if endpoints is not None and "bridge" in endpoints.value:
        for link in container.links:
            alive = link.alive.read(moment)
            if alive is None or not alive.value:
                continue
            source = link.source.joined or link.source if link.source is not None else None
            names = {link.spec.alias.rpartition("/")[2].lower()}
            if source is not None:
                names |= {host.lower() for host in _own_hosts(source, written)}
            if wanted in names:
                return Answer(UNKNOWN) if source is None else Answer(ONE, (source,))
    if container.spec.hostname is not None and wanted == container.spec.hostname.lower():
        return Answer(ONE, (container,))
    return None


def _own_hosts(source: Container, moment: Moment) -> Iterator[str]:
    name = source.name.read(moment)
    if name is not None and name.value is not None:
        yield name.value
    if source.spec.hostname is not None:
        yield source.spec.hostname


def _by_dns(engine: Engine, container: Container, name: str, moment: Moment) -> Answer:
    """Ask Docker's DNS, which the default bridge does not have."""
    endpoints = container.endpoints.read(moment)
    networks = [key for key in endpoints.value if key not in ("bridge", "none")] if endpoints is not None else []
    if not networks:
        return Answer(NOBODY)
    if not container.spec.on_bridge:
        bare = name.removesuffix(f".{container.spec.networks[0]}") if container.spec.networks else name
        for link in reversed(container.spec.links):  # of two with one alias, the last wins
            if link.alias in (name, bare) and "/" not in link.alias:
                if link.source is not None and SHORT_ID.search(link.target) is None:
                    return Answer(NOBODY)
                return _of_link(engine, container, Target(link.target, link.source), moment)
    found: dict[Container, None] = {}
    certain = True
    for other in engine.containers.values():
        state, place = engine.state_at(other, moment), other.endpoints.read(moment)
        if other.joined is not None or place is None:
            continue
        if any(name.lower() in _dns_names(other, network, moment) for network in networks if network in place.value):
            if state is None or CERTAIN not in (state.confidence, place.confidence):
                certain = False
            elif state.value.runs:
                found[other] = None
    if not certain:
        return Answer(UNKNOWN)
    return Answer((NOBODY, ONE)[len(found)] if len(found) < 2 else SEVERAL, tuple(found))


def _dns_names(container: Container, network: str, moment: Moment) -> set[str]:
    own = container.name.read(moment)
    names = {own.value.lower()} if own is not None and own.value is not None else set()
    if container.spec.hostname is not None:
        names.add(container.spec.hostname.lower())
    if container.spec.networks and network == container.spec.networks[0]:
        names |= {alias.lower() for alias in container.spec.aliases}
    return names | {f"{name}.{network}" for name in names}


def _of_link(engine: Engine, container: Container, target: Target, moment: Moment) -> Answer:
    """Resolve a link on a user-defined network: by name or short ID, on the network that the recipient was created with
    first.
    """
    source = engine.find(target, moment)
    if source is None:
        return Answer(UNKNOWN)
    if source.value is None or source.value.spec.joins is not None:
        return Answer(NOBODY)
    state, place = engine.state_at(source.value, moment), source.value.endpoints.read(moment)
    first = container.spec.networks[0] if container.spec.networks else ""
    if state is None or place is None:
        return Answer(UNKNOWN)
    there = state.value.runs and first in place.value
    return Answer(ONE, (source.value,)) if there else Answer(NOBODY)
