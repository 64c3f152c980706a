"""`--network NETWORK`, and its long form `name=NETWORK,alias=…,ip=…`.

Source: docker CLI 29.7; what older ones refuse is in `docker/cli/changed_values.py`.
"""

from __future__ import annotations

import re

from linklint.docker.go_syntax import csv_fields, is_mac
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile

LONG = lazy_compile(r"\w+=\w+(?:,\w+=\w+)*")
KEYS = frozenset({"name", "alias", "driver-opt", "ip", "ip6", "mac-address", "link-local-ip", "gw-priority"})


class BadNetwork(ValueError):
    """The CLI refuses the value. The message has the reason."""


class NetworkOption(Record):
    """One `--network`: the name of the network, and the container's aliases on it."""

    name: str
    aliases: list[str] = new(factory=list)
    settings: dict[str, str] = new(factory=dict)

    @property
    def user_defined(self) -> bool:
        """Whether it is not one of the predefined networks."""
        return self.name not in ("default", "bridge", "host", "none") and not self.name.startswith("container:")


def parse_network(value: str) -> NetworkOption:
    """Parse the value of `--network`. Raises BadNetwork."""
    if not LONG.search(value):
        if not value.strip():
            raise BadNetwork("takes a network name; it is empty")
        return NetworkOption(value)
    found = NetworkOption("")
    for part in csv_fields(value) or [value]:
        key, equals, given = part.lower().partition("=")
        key, given = key.strip(), given.strip()
        if not equals or key not in KEYS:
            known = "name=, alias=, ip=, ip6=, mac-address=, link-local-ip=, gw-priority= and driver-opt="
            raise BadNetwork(f"takes {known}, not {part or 'nothing'}")
        if key == "driver-opt" and "=" not in given:
            raise BadNetwork(f"takes driver-opt=NAME=VALUE, not {part}")
        if key == "mac-address" and given and not is_mac(given):
            raise BadNetwork(f"takes an address like 92:d0:c6:0a:29:33, not {given}")
        if key == "gw-priority" and not re.fullmatch(r"[+-]?[0-9]{1,18}", given):
            raise BadNetwork(f"takes gw-priority=NUMBER, not {part}")
        if key == "name":
            found.name = given
        elif key == "alias":
            found.aliases.append(given)
        else:
            found.settings[key] = given
    if not found.name:
        raise BadNetwork("needs name=NETWORK in the long form")
    return found


def network_name(value: str) -> str:
    """Return the network that a value names, even if the CLI refuses the value."""
    try:
        return parse_network(value).name
    except BadNetwork:
        return value


RESERVED = frozenset({"bridge", "default", "host", "none"})  # networks of Docker itself


def network_to_make(base: str) -> str:
    """Return a name for the network that replaces links, from that of the Compose project or the repository."""
    base = re.sub(r"[^a-z0-9_.-]+", "-", base.lower()).strip("-._") or "links"
    return f"{base}-links" if base in RESERVED else base
