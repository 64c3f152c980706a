"""What the engine keeps: containers, networks, links and ports, and what a command says about them."""

from __future__ import annotations

from typing import NamedTuple

from linklint.engine.history import History, Moment
from linklint.text.confidence import CERTAIN
from linklint.text.records import Record, new

PREDEFINED = ("bridge", "host", "none")


class LinkSpec(NamedTuple):
    """A link as written. `source` is the key of the container whose captured ID is the target; `number` is for the
    caller. `known` is false if the target is in a variable.
    """

    number: int
    target: str
    alias: str
    source: int | None = None
    known: bool = True


class PortSpec(NamedTuple):
    """A published port with a given host port or range. `paired`: each host port of the range belongs to a container
    port; if not, the engine takes the first free one. `address` is empty if none is given.
    """

    number: int
    first: int
    last: int
    paired: bool
    protocol: str = "tcp"
    address: str = ""


class ContainerSpec(Record):
    """A container as its command defines it.

    `key` is for the caller, and unique in an engine. `name` is None if it is not known or generated. `networks` are
    empty for the default bridge; `network_known` is false if they are in a variable. `joins` is the target of
    `--network container:…`. `program`: whether the program goes on running, ends at once, or is not known. `profiles`
    and `service` are those of Compose. `shown`: in a document, whose reader may have several terminals.
    """

    key: int
    name: str | None = None
    detached: bool = True
    auto_remove: bool = False
    restarts: bool = False
    background: bool = False
    shown: bool = False
    variable_name: bool = False
    networks: tuple[str, ...] = ()
    network_known: bool = True
    aliases: tuple[str, ...] = ()
    joins: str | None = None
    volumes_from: tuple[str, ...] = ()
    links: tuple[LinkSpec, ...] = ()
    ports: tuple[PortSpec, ...] = ()
    hostname: str | None = None
    extra_hosts: tuple[tuple[str, str], ...] = ()
    program: str = "runs"
    profiles: str = ""
    service: str | None = None
    project: str | None = None
    takes_names: tuple[str, ...] = ()

    @property
    def on_bridge(self) -> bool:
        """Whether its first network is the default bridge, so that its links are legacy links."""
        return self.joins is None and self.network_known and self.networks in ((), ("bridge",), ("default",))


CREATED, RUNNING, PAUSED, EXITED, REMOVED, UNKNOWN = "created", "running", "paused", "exited", "removed", "unknown"


class State(NamedTuple):
    """A state of a container. `run` is the moment of its last start, `ending` the verb that ended it."""

    kind: str
    run: Moment | None = None
    ending: str = ""

    @property
    def runs(self) -> bool:
        """Whether its program runs. The engine counts a paused container as running."""
        return self.kind in (RUNNING, PAUSED)


class Network:
    """A network by ID. A new one with the same name is another one."""

    __slots__ = ("alive", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive: History[bool] = History()


class Endpoint(NamedTuple):
    """A container's place on a network: by ID once it has been started there, before that by name."""

    name: str
    bound: Network | None = None


class LinkObject(Record):
    """A legacy link: it is bound to a container, not to a name."""

    spec: LinkSpec
    source: Container | None
    confidence: str
    alive: History[bool] = new(factory=History)


class Container(Record):
    """A container by ID.

    A `stranger` existed before the scope. `doubt` is the name of something that its command needs and that nothing
    creates, so that the command may have been refused. It is `unsure` if it may have been refused for a known reason.
    `without_ports`: how sure it is that a start failed because a port was taken; Engine 29 then publishes nothing.
    """

    spec: ContainerSpec
    name: History[str | None] = new(factory=History)
    state: History[State] = new(factory=History)
    endpoints: History[dict[str, Endpoint]] = new(factory=History)
    links: list[LinkObject] = new(factory=list)
    joined: Container | None = None
    stranger: bool = False
    doubt: str = ""
    unsure: bool = False
    without_ports: str = ""
    starts: int = 0

    @property
    def key(self) -> int:
        """The key that the caller gave."""
        return self.spec.key


class Target(NamedTuple):
    """What a command applies to: a name, or the key of a container whose captured ID it uses; `everything` is all
    containers, and a target with neither is not known.
    """

    name: str | None = None
    key: int | None = None
    everything: bool = False


class Command(Record):
    """A command of a scope. `force`: `-f`, and for `kill` a signal that always ends a container. `refused`: the engine
    refuses to create the container for a reason that the model does not know.
    """

    moment: Moment
    verb: str
    target: Target = Target()
    spec: ContainerSpec | None = None
    new_name: str | None = None
    network: str | None = None
    force: bool = False
    background: bool = False
    refused: bool = False


DONE, REFUSED, UNSURE = "done", "refused", "unknown"


class Cause(NamedTuple):
    """What led to a refusal: the moment, the container if the moment has several, and words for it."""

    moment: Moment
    words: str
    container: Container | None = None
    part: int | None = None


class Outcome(NamedTuple):
    """The engine's answer to a command.

    `stage` is create, start or exec, or command for all other commands; `code` names the reason for rules; `subject` is
    the name, port or network that it is about; `part` is the number of the link or port.
    """

    outcome: str
    stage: str = ""
    code: str = ""
    reason: str = ""
    subject: str = ""
    confidence: str = CERTAIN
    part: int | None = None
    cause: Cause | None = None
    container: Container | None = None


Outcomes = list[Outcome]
