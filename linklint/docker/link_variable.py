"""The variables that a link makes, known by their names.

Source: engine 26.1 and 29.0: `<ALIAS>_PORT`, `<ALIAS>_NAME`, `<ALIAS>_ENV_<NAME>`, and for each exposed port
`<ALIAS>_PORT_<n>_<PROTO>`, `…_ADDR`, `…_PORT`, `…_PROTO`, of ranges also `…_START`, `…_PORT_START`, `…_END`, `…_PORT_END`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NAME = r"[A-Za-z_][A-Za-z0-9_]*_PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_ADDR|_PROTO|_PORT(?:_START|_END)?|_START|_END)?|[A-Za-z_][A-Za-z0-9_]*?_ENV_[A-Za-z0-9_]+"
SHAPE = re.compile(
    r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*?)_PORT_(?P<port>[0-9]+)_(?P<protocol>TCP|UDP|SCTP)(?:_(?P<part>ADDR|PROTO|PORT|START|END|PORT_START|PORT_END))?"
)
ENV_SHAPE = re.compile(r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*?)_ENV_(?P<name>[A-Za-z0-9_]+)")
PORT_SHAPE = re.compile(r"(?P<prefix>[A-Za-z_][A-Za-z0-9_]*)_PORT")
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
    """What a link variable holds: `prefix` is the alias's part of its name."""

    prefix: str
    part: str
    port: int | None
    protocol: str | None


def link_variable(name: str) -> Reads | None:
    """What the variable holds if a link made it; None where the name alone does not say so (`DB_PORT`), or says Kubernetes."""
    if name.startswith("KUBERNETES_"):
        return None
    match = SHAPE.fullmatch(name)
    if match:
        return Reads(match["prefix"], PARTS[match["part"]], int(match["port"][:9]), match["protocol"].lower())
    match = ENV_SHAPE.fullmatch(name)
    return Reads(match["prefix"], "env", None, None) if match else None


def mentions(string: str) -> bool:
    """Whether a text can hold a read at all: a cheap test before anything is parsed."""
    return "_PORT" in string and ("_TCP" in string or "_UDP" in string or "//" in string) or "_ENV_" in string
