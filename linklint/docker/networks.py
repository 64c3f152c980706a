"""`--network NETWORK`, and its long form `name=NETWORK,alias=…,ip=…`; what the CLI says of several, and beside
`--link`.

Source: docker CLI 26.1. The first network takes `--link`, `--network-alias` and `--ip`; links and aliases need a
user-defined network, the default one apart, which takes links (they are legacy links there).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from linklint.docker.cli.options import Problem
from linklint.docker.cli.values import csv_fields, refused_value
from linklint.text.word import Word

LONG = re.compile(r"\w+=\w+(?:,\w+=\w+)*")
KEYS = frozenset({"name", "alias", "driver-opt", "ip", "ip6", "mac-address", "link-local-ip"})


class BadNetwork(ValueError):
    """A value that the CLI refuses, with the reason for people."""


@dataclass(slots=True)
class NetworkOption:
    """One `--network`: the network's name, and the aliases of the container there."""

    name: str
    aliases: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def user_defined(self) -> bool:
        """Whether it is none of the networks that are always there."""
        return self.name not in ("default", "bridge", "host", "none") and not self.name.startswith("container:")


def parse_network(value: str) -> NetworkOption:
    """Read the value of `--network`.  Raises BadNetwork."""
    if not LONG.search(value):
        if not value.strip():
            raise BadNetwork("takes the name of a network, not nothing")
        return NetworkOption(value)
    found = NetworkOption("")
    for part in csv_fields(value) or [value]:
        key, equals, given = part.lower().partition("=")
        key, given = key.strip(), given.strip()
        if not equals or key not in KEYS:
            raise BadNetwork(
                f"takes name=, alias=, ip=, ip6=, mac-address=, link-local-ip= and driver-opt=, not {part or 'nothing'}"
            )
        if key == "driver-opt" and "=" not in given:
            raise BadNetwork(f"takes driver-opt=NAME=VALUE, not {part}")
        if key == "mac-address" and (reason := refused_value("mac-address", given)):
            raise BadNetwork(reason)
        if key == "name":
            found.name = given
        elif key == "alias":
            found.aliases.append(given)
        else:
            found.settings[key] = given
    if not found.name:
        raise BadNetwork("takes name=NETWORK in its long form: it is missing")
    return found


def network_name(value: str) -> str:
    """The network that a value names, whether the CLI takes it or not."""
    try:
        return parse_network(value).name
    except BadNetwork:
        return value


def check_networks(
    words: Sequence[Word], links: Sequence[Word], aliases: Sequence[Word], singles: dict[str, Word]
) -> list[Problem]:
    """What the CLI refuses of all `--network`, `--link`, `--network-alias` together;

    `singles` are `ip`, `ip6` and `mac-address`.
    """
    networks: list[NetworkOption] = []
    for word in words:
        if word.open:
            return []
        try:
            networks.append(parse_network(word.string))
        except BadNetwork as error:
            return [Problem(word, "--network", f"--network {error}")]
    first = networks[0] if networks else NetworkOption("default")
    if (aliases or first.aliases) and not first.user_defined:
        word = aliases[0] if aliases else words[0]
        return [
            Problem(
                word,
                "--network-alias",
                f"an alias works only on a user-defined network: make one and name it with --network ({first.name} "
                f"is none)",
            )
        ]
    if links and not first.user_defined and first.name != "default":
        reason = f"--link goes with user-defined networks: docker refuses it beside --network {first.name}"
        return [Problem(links[0], "--link", reason, None, "link-network")]
    if aliases and first.aliases:
        return [
            Problem(
                aliases[0], "--network-alias", "--network-alias and alias= in --network exclude each other: keep one"
            )
        ]
    for key, word in singles.items():
        if word.string and key in first.settings:
            return [Problem(word, "--" + key, f"--{key} and {key}= in --network exclude each other: keep one")]
    names = [network.name for network in networks]
    for number, network in enumerate(networks):
        if network.aliases and not network.user_defined:
            return [
                Problem(
                    words[number], "--network", f"an alias works only on a user-defined network, {network.name} is none"
                )
            ]
        if network.name in names[:number]:
            return [Problem(words[number], "--network", f"--network {network.name} is given twice")]
    if len({network.user_defined for network in networks}) > 1:
        return [
            Problem(
                words[-1],
                "--network",
                f"{', '.join(names)}: a user-defined network does not go together with bridge, host or none",
            )
        ]
    return []
