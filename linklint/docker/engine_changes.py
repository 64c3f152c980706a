"""What newer Docker Engines refuse, or no longer have, beside links: fields of inspect, old clients, API versions.

Sources: moby, docs of API 1.52 (`NetworkSettings` of a container has no address of its own any more; engine 29.0),
`daemon/config` (minimum API version 1.44 in 29.0 to 29.2, 1.40 since 29.3); docker-compose 1.29, `compose/const.py`
(API_VERSIONS). An engine and CLI 29.7.2 were asked: the template fails, clients of API 1.39 and older are refused.
"""

from __future__ import annotations

from typing import NamedTuple

# Fields of `docker inspect` under NetworkSettings that are gone, and whether each network has them.
NETWORK_FIELDS = {
    "IPAddress": True,
    "Gateway": True,
    "MacAddress": True,
    "IPPrefixLen": True,
    "IPv6Gateway": True,
    "GlobalIPv6Address": True,
    "GlobalIPv6PrefixLen": True,
    "EndpointID": True,
    "Bridge": False,
    "HairpinMode": False,
    "LinkLocalIPv6Address": False,
    "LinkLocalIPv6PrefixLen": False,
    "SecondaryIPAddresses": False,
    "SecondaryIPv6Addresses": False,
}
OTHER_FIELDS = {"Config.MacAddress": "MacAddress", "HostConfig.KernelMemory": None, "HostConfig.KernelMemoryTCP": None}
FLOOR, FIRST_FLOOR = (1, 40), (1, 44)  # of the API: since 29.3, and in 29.0 to 29.2
SINCE, LAST_WITH_FIRST_FLOOR = "29.0", "29.2"


class EngineRange(NamedTuple):
    """The engines that refuse something: since which, and the last one if later ones accept it again."""

    since: str
    until: str | None = None


def instead_of(field: str) -> str | None:
    """Return the template that works on all engines for a field of inspect, `NetworkSettings.IPAddress`."""
    owner, _, name = field.rpartition(".")
    inner = OTHER_FIELDS.get(field) if owner != "NetworkSettings" else name if NETWORK_FIELDS.get(name) else None
    return f"{{{{range .NetworkSettings.Networks}}}}{{{{.{inner}}}}}{{{{end}}}}" if inner else None


def refused_api(version: str) -> EngineRange | None:
    """Return which engines refuse a client that asks for an API version, such as 1.38; None if none does, or if it is
    no version.
    """
    major, _, minor = version.removeprefix("v").partition(".")
    if not (major.isdecimal() and minor.isdecimal()) or len(minor) > 3 or major != "1":
        return None
    asked = (1, int(minor))
    if asked >= FIRST_FLOOR:
        return None
    return EngineRange(SINCE, None if asked < FLOOR else LAST_WITH_FIRST_FLOOR)
