"""What the engine has at a moment: containers by ID and by name, networks, links and ports.

The citations in docstrings are sections of `docs/engine.md`. A command whose answer is not known, or that is not sure
to be reached, changes the state with less confidence, so that nothing certain follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from linklint.docker.engine_changes import NONE
from linklint.engine.history import History, Moment, Reading
from linklint.engine.objects import (
    CREATED,
    EXITED,
    PREDEFINED,
    REMOVED,
    RUNNING,
    UNKNOWN,
    Command,
    Container,
    ContainerSpec,
    Endpoint,
    LinkObject,
    Network,
    State,
    Target,
)
from linklint.engine.ports import PortTable
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest

Thing = TypeVar("Thing")
MAX_AT_ONCE = 500  # containers that a command like prune changes; beyond, their state is unknown


class Engine:
    """The containers and networks of one host, as far as the commands of a scope tell.

    `first_made` has, for each container name that the scope creates before it uses it otherwise, the moment of that
    creation: until then the name is free. `first_networks` is the same for networks. `made_elsewhere` tells
    whether another scope creates a name. `holds` tells of each change (`docker/engine_changes.py`) whether it holds for
    all, some or none of the engines that the code must work on.
    """

    def __init__(
        self,
        first_made: dict[str, Moment] | None = None,
        first_networks: dict[str, Moment] | None = None,
        made_elsewhere: Callable[[str], bool] = lambda name: False,
        holds: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.first_made = first_made or {}
        self.first_networks = first_networks or {}
        self.made_elsewhere = made_elsewhere
        self.holds = holds
        self.containers: dict[int, Container] = {}
        self.names: dict[str, History[Container | None]] = {}
        self.networks: dict[str, History[Network | None]] = {name: History() for name in PREDEFINED}
        self.members: dict[Network, dict[Container, None]] = {}
        self.ports = PortTable(self.state_at, holds.get("ranges-skip", NONE))
        self.running: dict[Container, None] = {}
        self.idle: dict[Container, None] = {}
        self.unsure: dict[Container, None] = {}
        self.swept = {"rm": -1, "stop": -1, "start": -1}
        self.links: list[tuple[Container, LinkObject]] = []
        beginning = Moment(-1)
        for name, history in self.networks.items():
            history.set(beginning, network := Network(name))
            network.alive.set(beginning, True)

    def holder(self, name: str, moment: Moment) -> Reading[Container | None] | None:
        """Return who has a name: a container, nobody (a reading of None), or None if that is not known.

        Source: Names. A name belongs to one container in every state until it is removed or renamed.
        """
        reading = _known(self.names, self.first_made, name, moment)
        swept = reading is not None and reading.value is not None and self.swept["rm"] > reading.moment.number
        return None if swept else reading

    def state_at(self, container: Container, moment: Moment) -> Reading[State] | None:
        """Return the state of a container, or None if it is not known."""
        reading = container.state.read(moment)
        if reading is None or reading.value.kind == UNKNOWN:
            return None
        kind, since = reading.value.kind, reading.moment.number
        if kind != REMOVED and self.swept["rm"] > since:
            return None
        other = "stop" if reading.value.runs else "start"  # a sweep that may have changed it
        return None if kind != REMOVED and self.swept[other] > since else reading

    def network_at(self, name: str, moment: Moment) -> Reading[Network | None] | None:
        """Return the network of that name: one, none (a reading of None), or None if that is not known."""
        name = "bridge" if name == "default" else name
        if name in PREDEFINED:
            return self.networks[name].entries[0]
        return _known(self.networks, self.first_networks, name, moment)

    def find(self, target: Target, moment: Moment) -> Reading[Container | None] | None:
        """Return the container that a command applies to.

        Source: Names. A link path (`web/db`) stands for the source of the link.
        """
        if target.key is not None:
            container = self.containers.get(target.key)
            state = self.state_at(container, moment) if container is not None else None
            if container is None or state is None:
                return None
            gone = state.value.kind == REMOVED
            return Reading(None if gone else container, state.moment, state.confidence)
        if target.name is None:
            return None
        if "/" in target.name:
            found = self.link_at(target.name, moment)
            return Reading(found[0].source, found[1].moment, found[1].confidence) if found is not None else None
        return self.holder(target.name, moment)

    def link_at(self, path: str, moment: Moment) -> tuple[LinkObject, Reading[bool]] | None:
        """Return the link at a path like `web/db`. Return None if no link has it, or if its source is unknown."""
        name, _, alias = path.partition("/")
        recipient = self.holder(name, moment)
        if recipient is None or recipient.value is None:
            return None
        for link in recipient.value.links:
            alive = link.alive.read(moment)
            if link.spec.alias == alias and alive is not None and alive.value and link.source is not None:
                return link, alive._replace(confidence=weakest(alive.confidence, recipient.confidence))
        return None

    def weaken(self, container: Container, moment: Moment) -> None:
        """Note that a container may be gone since a moment."""
        self.unsure.pop(container, None)
        container.unsure = True
        name, state = container.name.read(moment), container.state.read(moment)
        if name is not None and name.value is not None:
            self.names[name.value].set(moment, container, weakest(LIKELY, name.confidence))
        if state is not None:
            container.state.set(moment, state.value, weakest(LIKELY, state.confidence))

    def set_state(self, container: Container, moment: Moment, state: State, confidence: str) -> None:
        """Change the state of a container."""
        container.state.set(moment, state, confidence)
        self.running.pop(container, None)
        self.idle.pop(container, None)
        self.unsure.pop(container, None)
        if confidence != CERTAIN:
            self.unsure[container] = None
        if state.kind != REMOVED:
            (self.running if state.runs else self.idle)[container] = None

    def take_away(self, container: Container, moment: Moment, confidence: str, freed: str | None = None) -> None:
        """Remove a container, and free its name; `freed` is how certain that is, if it is not the same."""
        self.set_state(container, moment, State(REMOVED), confidence)
        name = container.name.read(moment)
        if name is not None and name.value is not None:
            self.names[name.value].set(moment, None, freed or weakest(confidence, name.confidence))
        for other in container.spec.takes_names:
            self.names[other].set(moment, None, POSSIBLE)

    def leave_nothing(self, name: str | None, moment: Moment) -> None:
        """Note that a name is free after a refused create. Source: What a refusal leaves."""
        held = self.holder(name, moment) if name is not None else None
        if name is not None and (held is None or held.value is None):
            self.names.setdefault(name, History()).set(moment, None)

    def meet(self, name: str, command: Command) -> None:
        """Add a container that existed before the scope: a command that names it would be refused otherwise."""
        moment, verb = command.moment, command.verb
        history = self.names.setdefault(name, History())
        if verb == "rm":
            history.set(moment, None)
            return
        stranger = Container(ContainerSpec(-1 - len(self.names), name), stranger=True)
        stranger.name.set(moment, name)
        self.containers[stranger.key] = stranger
        if verb == "rename":
            history.set(moment, None)
            if command.new_name is not None:
                self.names.setdefault(command.new_name, History()).set(moment, stranger, LIKELY)
                stranger.name.set(moment, command.new_name)
        else:
            history.set(moment, stranger, LIKELY)
        if verb in ("stop", "kill"):
            self.set_state(stranger, moment, State(EXITED, None, verb), LIKELY)
        elif verb in ("start", "restart", "unpause", "exec"):
            self.set_state(stranger, moment, State(RUNNING, moment), LIKELY)
        else:
            stranger.state.set(moment, State(UNKNOWN))

    def add(self, container: Container, moment: Moment, confidence: str, held: str) -> None:
        """Add a created container; `held` is the confidence that somebody has its name now."""
        spec = container.spec
        self.containers[spec.key] = container
        container.state.set(moment, State(CREATED), confidence)
        container.name.set(moment, spec.name, confidence)
        for name in (spec.name, *spec.takes_names):
            if name is not None:
                self.names.setdefault(name, History()).set(moment, container, held if name == spec.name else POSSIBLE)
        if spec.joins is not None:
            joined = self.find(Target(spec.joins), moment)
            container.joined = joined.value if joined is not None else None
        elif spec.network_known:
            names = ["bridge" if name == "default" else name for name in spec.networks or ("bridge",)]
            container.endpoints.set(moment, {name: Endpoint(name) for name in names}, confidence)
        for link in container.links:
            link.alive.set(moment, True, confidence)
            self.links.append((container, link))
        self.idle[container] = None


def _known(
    histories: Mapping[str, History[Thing | None]], first: Mapping[str, Moment], name: str, moment: Moment
) -> Reading[Thing | None] | None:
    """Return what has a name: the last change of it, or nothing if the first change comes later and creates it."""
    history = histories.get(name)
    reading = history.read(moment) if history is not None else None
    later = first.get(name) if reading is None else None
    if later is None or later.number < moment.number or later.excludes(moment):
        return reading
    return Reading(None, later, CERTAIN if later.depends_alike(moment) else POSSIBLE)
