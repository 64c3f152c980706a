"""The host ports that containers hold.

Source: docs/engine.md, Ports: moby's port allocator and the listeners of docker-proxy, engines 26.1 and 29.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from weakref import WeakMethod

from linklint.docker.engine_changes import ALL, NONE
from linklint.engine.history import Moment, Reading
from linklint.engine.objects import Container, PortSpec, State
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

MAX_PORTS = 500  # of a container
MAX_RANGE = 100
LOOK_BACK = 8  # claims of a port: those before are hardly alive
StateAt = Callable[[Container, Moment], "Reading[State] | None"]


class Claim(NamedTuple):
    """A host port that a container takes at a start. `chosen`: the engine chose it from a range."""

    container: Container
    port: PortSpec
    number: int
    moment: Moment
    confidence: str
    chosen: bool = False


Claims = dict[tuple[str, int], list[Claim]]  # by protocol and number


class Taken(NamedTuple):
    """A host port that is not free, and who has it."""

    port: PortSpec
    number: int
    holder: Claim
    confidence: str


def overlap(one: str, other: str) -> bool:
    """Return whether two host addresses overlap: none is all of IPv4 and IPv6, 0.0.0.0 all IPv4, [::] all IPv6."""
    if one == other or "" in (one, other):
        return True
    versions = {":" in one, ":" in other}
    return len(versions) == 1 and ("::" if True in versions else "0.0.0.0") in (one, other)


class PortTable:
    """The claims on host ports, by protocol and number."""

    def __init__(self, state_at: StateAt, skips: str = NONE) -> None:
        """`skips`: whether a range skips ports that are taken on other addresses (the change `ranges-skip`)."""
        self._skips = skips
        self._state_at = WeakMethod(state_at)  # no cycle: the engine of a scope is freed at once
        self._claims: Claims = {}
        self._given: dict[tuple[str, str, int, int], int] = {}

    def claims(self) -> Iterator[Claim]:
        """Yield all claims."""
        for claims in self._claims.values():
            yield from claims

    def taken(self, container: Container, moment: Moment) -> list[Taken]:
        """Return the ports of a container that are not free, without taking any."""
        given = dict(self._given)
        _, taken = self._wanted(container, moment, CERTAIN)
        self._given = given
        return taken

    def take(self, container: Container, moment: Moment, confidence: str, *, lenient: bool = False) -> list[Taken]:
        """Take the ports of a container that starts, and return those that are not free.

        If one of them certainly is not, the container takes none, unless `lenient`.
        """
        claims, taken = self._wanted(container, moment, confidence)
        if lenient or not any(one.confidence == CERTAIN for one in taken):
            for key, more in claims.items():
                self._claims.setdefault(key, []).extend(more)
        return taken

    def _wanted(self, container: Container, moment: Moment, confidence: str) -> tuple[Claims, list[Taken]]:
        """Return the claims of a container, and which of its ports are not free."""
        claims: Claims = {}
        taken: list[Taken] = []
        count = 0
        for port in container.spec.ports:
            is_chosen = port.first < port.last and not port.paired
            if is_chosen:
                number, blocked = self._choose(container, port, moment, claims)
                taken += blocked
                numbers = range(0) if number is None else range(number, number + 1)
            else:
                numbers = range(port.first, min(port.last, port.first + MAX_RANGE - 1) + 1)
                numbers = numbers[: MAX_PORTS - count]
                held = (self._holder(container, port, number, moment, claims) for number in numbers)
                taken += [holder for holder in held if holder is not None]
            count += len(numbers)
            for number in numbers:
                claim = Claim(container, port, number, moment, confidence, is_chosen)
                claims.setdefault((port.protocol, number), []).append(claim)
        return claims, taken

    def _choose(
        self,
        container: Container,
        port: PortSpec,
        moment: Moment,
        mine: Claims,
    ) -> tuple[int | None, list[Taken]]:
        """Return the port of a range that the engine chooses, and who has it: the next after the one that it gave last.

        Engine 26 looks only at ports of the same address: if the port is taken on another one, the start is refused.
        What it gave before the scope is not known, so the choice is only likely.
        """
        address = port.address or "0.0.0.0"
        key = (address, port.protocol, port.first, port.last)
        size = min(port.last - port.first + 1, MAX_RANGE)
        offset = self._given.get(key, port.first - 1) + 1 - port.first
        blocked: list[Taken] = []
        number: int | None = None
        for step in range(size):
            candidate = port.first + (offset + step) % size
            holder = self._holder(container, port, candidate, moment, mine, exhausted=True)
            if holder is None or holder.confidence == POSSIBLE:
                number = candidate if number is None else number
            else:
                blocked.append(holder)
                elsewhere = (holder.holder.port.address or "0.0.0.0") != address
                if number is None and elsewhere and self._skips != ALL:
                    number = candidate
        if number is not None:
            self._given[key] = number
        if len(blocked) == size:  # whichever the engine chooses
            return number, blocked[:1]
        confidence = LIKELY if self._skips == NONE else POSSIBLE
        return number, [one._replace(confidence=confidence) for one in blocked if one.number == number]

    def _holder(
        self,
        container: Container,
        port: PortSpec,
        number: int,
        moment: Moment,
        mine: Claims,
        *,
        exhausted: bool = False,
    ) -> Taken | None:
        """Return who has a port. Which port of a range the engine chose is likely; a used-up range is certain."""
        for claim in mine.get((port.protocol, number), ()):
            if overlap(claim.port.address, port.address):
                return Taken(port, number, claim, LIKELY if claim.chosen else CERTAIN)
        for claim in reversed(self._claims.get((port.protocol, number), [])[-LOOK_BACK:]):
            if claim.container is container or claim.moment.excludes(moment):
                continue
            if not overlap(claim.port.address, port.address) or not are_compared(container, claim.container):
                continue
            state_at = self._state_at()
            state = state_at(claim.container, moment) if state_at is not None else None
            if state is None or not state.value.runs or state.value.run is not claim.moment:
                continue
            confidence = weakest(
                claim.confidence, state.confidence, LIKELY if claim.chosen and not exhausted else CERTAIN
            )
            one, other = container.spec, claim.container.spec
            if one.profiles != other.profiles or not claim.moment.depends_alike(moment):
                confidence = POSSIBLE
            return Taken(port, number, claim, confidence)
        return None


def are_compared(one: Container, other: Container) -> bool:
    """Return whether two containers are compared: not if they have one name, or both have it in variables, or they are
    replicas.
    """
    if one.spec.name is not None and one.spec.name == other.spec.name:
        return False
    if one.spec.variable_name and other.spec.variable_name:
        return False
    if one.spec.service is not None and one.spec.service == other.spec.service:
        return one.spec.project != other.spec.project
    return True
