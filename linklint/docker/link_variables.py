"""The variables that a link sets, and how to recognise them by name.

Source: engine 26.1 and 29.0. `<ALIAS>_PORT`, `<ALIAS>_NAME`, `<ALIAS>_ENV_<NAME>`; for each exposed port
`<ALIAS>_PORT_<n>_<PROTO>`, `…_ADDR`, `…_PORT`, `…_PROTO`; for ranges also `…_START`, `…_PORT_START`, `…_END`,
`…_PORT_END`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linklint.text.regex import lazy_compile

NAME = (
    r"[A-Za-z_][A-Za-z0-9_]*_PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_ADDR|_PROTO|_PORT(?:_START|_END)?|_START|_END)?"
    r"|[A-Za-z_][A-Za-z0-9_]*?_ENV_[A-Za-z0-9_]+"
)
SHAPE = lazy_compile(
    r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*?)_PORT_(?P<port>[0-9]+)_(?P<protocol>TCP|UDP|SCTP)(?:_(?P<part>ADDR|PROTO"
    r"|PORT|START|END|PORT_START|PORT_END))?"
)
ENV_SHAPE = lazy_compile(r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*?)_ENV_(?P<name>[A-Za-z0-9_]+)")
KNOWN_IMAGE = lazy_compile(
    r"(?:POSTGRES|PG|MYSQL|MARIADB|MONGO|MONGODB|REDIS|RABBITMQ|MEMCACHED|COUCHDB|ELASTICSEARCH|INFLUXDB|CASSANDRA|DB)_"
)
PORT_SHAPE = lazy_compile(r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*)_PORT")
PARTS = {
    None: "url",
    "ADDR": "address",
    "PROTO": "proto",
    "PORT": "port",
    "START": "url",
    "END": "url",
    "PORT_START": "port",
    "PORT_END": "port",
}


class Reads(NamedTuple):
    """The parts of a link variable's name: `prefix` is the part from the alias."""

    prefix: str
    part: str
    port: int | None
    protocol: str | None


def link_variable(name: str) -> Reads | None:
    """Return the parts of the name, if a link sets such variables.

    None if the name alone is ambiguous (`DB_PORT`), or if Kubernetes sets it.
    """
    if name.startswith("KUBERNETES_"):
        return None
    match = SHAPE.fullmatch(name)
    if match:
        return Reads(match["prefix"], PARTS[match["part"]], int(match["port"][:9]), match["protocol"].lower())
    match = ENV_SHAPE.fullmatch(name)
    return Reads(match["prefix"], "env", None, None) if match else None


def short_variable(name: str) -> Reads | None:
    """Return the parts of `<X>_PORT` or `<X>_NAME`, which a link sets, and many a program for itself."""
    prefix, _, last = name.rpartition("_")
    if not prefix or last not in ("PORT", "NAME") or not name.isidentifier() or name.startswith("KUBERNETES_"):
        return None
    return Reads(prefix, "url" if last == "PORT" else "name", None, None)


def of_known_image(name: str) -> bool:
    """Return whether `<X>_ENV_<Y>` copies a variable that a well-known image has: `DB_ENV_MYSQL_USER`."""
    return KNOWN_IMAGE.match(name.partition("_ENV_")[2]) is not None


def mentions(string: str) -> bool:
    """Return whether a text can contain a read: a cheap test before anything is parsed."""
    return (
        "_PORT" in string
        and ("_TCP" in string or "_UDP" in string or "//" in string or "_PORT:0:" in string)
        or "_ENV_" in string
        or "_TCP_ADDR" in string
    )


class Variable(NamedTuple):
    """A variable that a link sets.

    `port` is the exposed port it describes; `copied` is the index of the source's variable that it copies.
    """

    name: str
    value: str
    part: str
    port: Port | None = None
    copied: int | None = None


Port = tuple[int, str]
NOT_COPIED = frozenset({"HOME", "PATH"})


def variables_of(
    prefix: str,
    path: str,
    address: str,
    ports: Iterable[Port],
    environment: Sequence[tuple[str, str]],
    *,
    since_28: bool,
) -> list[Variable]:
    """Return all variables of one link, for engines up to 27 or since 28.

    `path` is /RECIPIENT/ALIAS; `environment` is that of the source. Source: moby `daemon/links`, 26.1 and 28.0. Up to
    27, ports are sorted by number, then tcp first, and a range has at least three ports of any protocol. Since 28, tcp
    comes first, and a range has at least two ports of one protocol.
    """
    made: list[Variable] = []
    order = sorted(set(ports), key=_since_28 if since_28 else _until_27)
    if order:
        number, protocol = order[0]
        made.append(Variable(f"{prefix}_PORT", f"{protocol}://{address}:{number}", "url", order[0]))
    for first, last in _runs(order, since_28):
        (number, protocol), (end, end_protocol) = order[first], order[last]
        head = f"{prefix}_PORT_{number}_{protocol.upper()}"
        tail = f"{prefix}_PORT_{number}_{end_protocol.upper()}"
        made.append(Variable(f"{head}_START", f"{protocol}://{address}:{number}", "url", order[first]))
        made.append(Variable(f"{head}_PORT_START", str(number), "port", order[first]))
        made.append(Variable(f"{tail}_END", f"{end_protocol}://{address}:{end}", "url", order[last]))
        made.append(Variable(f"{tail}_PORT_END", str(end), "port", order[last]))
    for port in order:
        number, protocol = port
        head = f"{prefix}_PORT_{number}_{protocol.upper()}"
        made.append(Variable(head, f"{protocol}://{address}:{number}", "url", port))
        made.append(Variable(f"{head}_ADDR", address, "address", port))
        made.append(Variable(f"{head}_PORT", str(number), "port", port))
        made.append(Variable(f"{head}_PROTO", protocol, "proto", port))
    made.append(Variable(f"{prefix}_NAME", path, "name"))
    for index, (name, value) in enumerate(environment):
        if name not in NOT_COPIED:
            made.append(Variable(f"{prefix}_ENV_{name}", value, "env", None, index))
    return made


def _until_27(port: Port) -> tuple[int, bool, str]:
    return port[0], port[1] != "tcp", port[1]


def _since_28(port: Port) -> tuple[bool, str, int]:
    return port[1] != "tcp", port[1], port[0]


def _runs(order: Sequence[Port], since_28: bool) -> Iterator[tuple[int, int]]:
    """Return (first, last) of consecutive ports that get the variables of a range."""
    index = 0
    while index < len(order):
        last = index
        if since_28:
            while last + 1 < len(order) and order[last + 1] == (order[last][0] + 1, order[last][1]):
                last += 1
        else:
            expected = order[index][0]
            while last + 1 < len(order) and order[last + 1][0] <= expected + 1:
                last, expected = last + 1, expected + 1
        if last > index + (0 if since_28 else 1):
            yield index, last
            index = last + 1
        else:
            index += 1
