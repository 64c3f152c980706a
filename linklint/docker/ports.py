"""`-p` and `ports:`: `[[IP:][HOST[-HOST]]:]CONTAINER[-CONTAINER][/PROTOCOL]`, and the undocumented `key=value` form.

Source: go-connections `nat.ParsePortSpec` as used by docker CLI 27 to 29 and Compose 2.26. Without a host address,
Docker listens on 0.0.0.0 and [::]; `0.0.0.0` is IPv4 only and `[::]` IPv6 only. The `key=value` form knows `published`,
`target` and `protocol`, and ignores all other keys, including `host_ip`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from linklint.docker.go_syntax import is_address
from linklint.text.regex import lazy_compile
from linklint.text.word import Word, literal

PROTOCOLS = ("tcp", "udp", "sctp")
PORTISH = lazy_compile(r"port", re.IGNORECASE)
ADDRESSISH = lazy_compile(r"addr|(^|[^a-z])ip([^a-z]|$)|host_?ip|bind|iface|interface|listen|ports\b", re.IGNORECASE)


class BadPort(ValueError):
    """The CLI refuses the port. The message has the reason."""


class Binding(NamedTuple):
    """A port as Docker reads it. Fields are None if not given, 0, or in a variable."""

    form: str
    host_ip: str | None
    host: tuple[int, int] | None
    container: tuple[int, int] | None
    protocol: str
    host_known: bool


def parse_publish(word: Word) -> Binding:
    """Parse the value of `-p`, or the short syntax of Compose. Raises BadPort."""
    if word.find("=") >= 0:
        return _parse_pairs(word)
    return _parse_short(word, "short")


def parse_expose(word: Word) -> Binding:
    """Parse the value of `--expose`, `PORT[-PORT][/PROTOCOL]`. The CLI does not check the protocol. Raises BadPort."""
    if word.find(":") >= 0:
        raise BadPort("--expose takes a container port without a colon")
    protocol, ports = _split_protocol(word)
    if not ports.string:
        raise BadPort("the container port is missing")
    return Binding("expose", None, None, _range(ports, "container port"), protocol, True)


def _parse_pairs(word: Word) -> Binding:
    pairs: dict[str, Word] = {}
    for part in word.split(","):
        equals = part.find("=")
        if equals <= 0:
            raise BadPort(f"{part.string or 'an empty field'} is not key=value")
        pairs[part.string[:equals]] = part.slice(equals + 1)
    empty = literal("")
    fields = pairs.get("published", empty).split(":") + [pairs.get("target", empty)]
    protocol = pairs.get("protocol", empty)
    inside, target = _split_protocol(fields[-1])
    if len(fields[-1].split("/")) > 1:
        protocol, fields[-1] = literal(inside), target
    protocol = protocol if protocol.string else literal("tcp")
    return _read_fields(fields, protocol, "pairs")


def _parse_short(word: Word, form: str) -> Binding:
    fields = word.split(":")
    protocol, fields[-1] = _split_protocol(fields[-1])
    return _read_fields(fields, literal(protocol), form)


def _read_fields(fields: list[Word], protocol: Word, form: str) -> Binding:
    container = fields[-1]
    if not container.string:
        raise BadPort("the container port is missing")
    host = fields[-2] if len(fields) > 1 else None
    address = ":".join(field.string for field in fields[:-2])
    address_open = any(field.open for field in fields[:-2])
    if address and not address_open:
        address = _address(address)
    if not protocol.open and protocol.string.lower() not in PROTOCOLS:
        raise BadPort(f"unknown protocol {protocol.string}: use tcp, udp or sctp")
    container_range = _range(container, "container port")
    host_range = _range(host, "host port") if host is not None and host.string else None
    _check_ranges(host_range, container_range)
    known = not address_open and not (len(fields) == 1 and container.open)
    if len(fields) == 2 and host is not None and host.open:
        known = names_a_port(host.string)
    return Binding(
        form,
        address or None,
        host_range if host_range != (0, 0) else None,
        container_range,
        protocol.string.lower(),
        known,
    )


def names_a_port(hole: str) -> bool:
    """Return whether a variable before the container port can only be a port. A host address in it would change
    everything.
    """
    return bool(PORTISH.search(hole)) and not ADDRESSISH.search(hole)


def _split_protocol(word: Word) -> tuple[str, Word]:
    parts = word.split("/")
    if len(parts) == 1 or not parts[1].string:
        return "tcp", parts[0]
    return ("tcp" if parts[1].open else parts[1].string), parts[0]


def _address(string: str) -> str:
    if string == "[]":
        return ""
    if string.startswith("["):
        if not string.endswith("]") or not is_address(string[1:-1]):
            raise BadPort(f"invalid IP address {string}")
        return string[1:-1]
    if not is_address(string):
        raise BadPort(f"invalid IP address {string}" + (": IPv6 needs brackets" if ":" in string else ""))
    return string


def _range(word: Word, what: str) -> tuple[int, int] | None:
    if word.open:
        return None
    ends = word.string.split("-")[:2]  # a third one: docker/cli/changed_values.py
    if not all(re.fullmatch(r"\+?[0-9]+", end) and int(end) <= 65535 for end in ends):
        hint = f": for a random port write {word.string}::PORT" if is_address(word.string) else ""
        raise BadPort(f"invalid {what} {word.string or '(empty)'}{hint}")
    first, last = int(ends[0]), int(ends[-1])
    if last < first:
        raise BadPort(f"the range {word.string} is reversed")
    return first, last


def _check_ranges(host: tuple[int, int] | None, container: tuple[int, int] | None) -> None:
    if host is None or container is None or container[0] == container[1]:
        return
    if host[1] - host[0] != container[1] - container[0]:
        raise BadPort("the host range and the container range differ in length")
