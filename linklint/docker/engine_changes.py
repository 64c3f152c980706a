"""What differs between Docker Engines 26 to 30 and their command lines: the one table of changes.

A change holds from one release to another; refusals, uses and rules name its code. The command line (CLI) is taken to
have the version of the engine. docs/engines.md is generated from this table, and each row has its source. Answers of
command lines 26.1.5 to 29.7.2 are recorded in tests/docker/cli_answers.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

Version = tuple[int, int]
OLDEST, ASKED_FROM = (26, 0), (27, 0)  # of all engines; of the engines that `any` means
ALL, SOME, NONE = "all", "some", "none"


class EngineChange(NamedTuple):
    """What holds for the versions from `since` up to `until`, which is the first one without it; empty: no limit.

    `code` is how rules name it, `component` whose version it is, `what` a sentence, and `source` where it can be read:
    files of moby and docker/cli, with a commit or a release. `seen` is what reports or uses it: a rule, `linklint env`,
    or the model of the engine; empty if a repository does not show it.
    """

    code: str
    component: str
    since: str
    until: str
    what: str
    source: str
    seen: str = ""

    @property
    def engines(self) -> str:
        """The engines for which it holds, in words: `up to Engine 27`, `Engine 29.0 to 29.2`, `Engine 29 and newer`."""
        last = _before(self.until) if self.until else ""
        if not self.since:
            return f"up to Engine {last}" if last else "all engines"
        first = _short(self.since)
        return f"Engine {first}" + (" and newer" if not last else f" to {last}" if last != first else "")

    def holds(self, engine: str) -> str:
        """Return whether it holds for `all`, `some` or `none` of the engines of a target (`any`, `29`, `29.2`)."""
        since = version(self.since) if self.since else OLDEST
        until = version(self.until) if self.until else None
        if engine == "any":
            if until is not None and until <= ASKED_FROM:
                return NONE
            return ALL if since <= ASKED_FROM and until is None else SOME
        asked = version(engine)
        return ALL if since <= asked and (until is None or asked < until) else NONE

    @property
    def breaks(self) -> bool:
        """Whether an upgrade from Engine 27 to the newest release runs into it."""
        return self.holds("27") == NONE and self.holds("29") == ALL


NEWEST = {26: 1, 27: 5, 28: 5, 29: 7, 30: 0}  # the newest minor release of each engine that these tables know


def version(written: str) -> Version:
    """Return a version; a major alone is its newest release."""
    major, _, minor = written.partition("+")[0].partition(".")
    return int(major), int(minor) if minor else NEWEST[int(major)]


def _short(written: str) -> str:
    return written.removesuffix(".0")


def _before(written: str) -> str:
    """Return the last version before a release: 27 before 28.0, 29.2 before 29.3."""
    major, minor = version(written)
    return f"{major}.{minor - 1}" if minor else str(major - 1)


TABLE = """
## Links

link-variables | engine | - | 29.0 | link-env-address, link-env-read, env
  links on the default bridge set variables; later only if the daemon has the setting that keeps them (until 30)
  moby docker-v29.0.0, daemon/container_operations_unix.go; docker/cli docs/deprecated.md

ipv6-variables | engine | 28.0 | 29.0 | env
  links set variables for the IPv6 address of a source, too
  moby v28.0.0, daemon/links/links.go

links | engine | - | 30.0 | legacy-link
  links on the default bridge work; their removal is announced for 30.0
  docker/cli 28f756087e, docs/deprecated.md; docker/docs pull request 25994 (2026-09-03)

link-warning | engine | 29.6 | - | -
  `docker run` and `docker create` warn of a link on the default bridge
  moby docker-v29.6.0, daemon/create.go

bridge-link | command line | - | 28.0 | link-with-network
  `--link` beside `--network bridge` is refused; since then it is a link on the default bridge
  docker/cli 2c35778a63, cli/command/container/opts.go

none-link | command line | - | 28.0 | link-with-network
  `--link` beside `--network none` is refused; since then it has no effect
  docker/cli 2c35778a63, cli/command/container/opts.go

connect-bridge | engine | 28.0 | - | link-across-networks
  `docker network connect bridge web` is refused if web has a link to a container that is not on the default bridge
  moby v28.0.0, daemon/container_operations.go (addLegacyLinks)

## Options of docker run

gw-priority | command line | - | 28.0 | refused-command
  the key gw-priority of `--network` is refused
  docker/cli d4db289eb5, opts/network.go

image-mount | command line | - | 28.0 | refused-command
  the key image-subpath of `--mount` is refused
  docker/cli 04b1b4e08a, opts/mount.go

size-exponent | command line | - | 27.0 | refused-command
  sizes like `--memory 1e3` are refused
  answers of the command lines 26.1.5 and 27.0.3

parent-volume | command line | - | 28.2 | refused-command
  `-v ../x:/y` and `-v .x:/y` are refused: only `./x` is relative to the working directory
  docker/cli v28.2.0, cli/command/container/opts.go

api-socket | command line | - | 28.1 | refused-command
  the option --use-api-socket is unknown
  docker/cli v28.1.0, cli/command/container/create.go

bind-nonrecursive | command line | 29.0 | - | refused-command
  the key bind-nonrecursive of `--mount` is refused
  docker/cli abfe4d4629, opts/mount.go

mount-values | command line | 29.2 | - | refused-command
  `--mount` refuses blanks around keys and values, empty values, and switches like TRUE and t (since 29.2.1)
  docker/cli 5de99e6726 and fe1af9206c, opts/mount.go

bind-create-src | command line | - | 29.3 | refused-command
  the key bind-create-src of `--mount` is refused
  docker/cli c747cff9ab, opts/mount.go

detach-keys | command line | 29.2 | - | refused-command
  `--detach-keys` with an unknown key is refused before the container is made
  docker/cli fe3157419c, cli/command/container/run.go

fluentd-async-connect | engine | 28.0 | - | removed-setting
  the log option fluentd-async-connect is refused
  moby v28.0.0, daemon/logger/fluentd/fluentd.go

host-name | engine | 29.7 | - | refused-command
  `--hostname` of more than 64 bytes is refused at create; before, the start fails and leaves the container
  moby docker-v29.7.0, daemon/daemon_unix.go (maxHostnameLen)

## Ports

port-sign | command line | - | 29.4 | invalid-port
  `-p +80:80` is refused (up to 29.4.0)
  docker/cli b9a052a987, go-connections 0.7.0

bare-ipv6 | command line | - | 27.0 | invalid-port
  `-p ::1:80:80` is refused: an IPv6 address needs brackets
  answers of the command lines 26.1.5 and 27.5.1

protocol-slash | command line | 28.5 | - | invalid-port
  `-p 80:80/tcp/udp` is refused; before, all behind tcp was ignored
  docker/cli d52de77ef4, go-connections 0.6.0

expose-range | command line | 29.0 | - | invalid-port
  `--expose 1-2-3` is refused; before, the third number was ignored
  docker/cli f937e62c89, cli/command/container/opts.go

port-range | command line | 29.4 | - | invalid-port
  `-p 8080-8090-9000:80` is refused (since 29.4.1); before, the third number was ignored
  docker/cli b9a052a987, go-connections 0.7.0

port-zero | engine | 29.2 | - | invalid-port
  the container port 0 is refused
  moby docker-v29.2.0, daemon/container.go (validatePortBindings)

ranges-skip | engine | 27.0 | - | duplicate-host-port
  a range of host ports skips ports that are taken on other addresses; before, such a start was refused
  answers of the engines 26.1.5, 27.5.1 and 29.7.2

loopback | engine | - | 28.0 | -
  neighbours on the same network can reach a port that is published on 127.0.0.1
  moby pull request 45610, release notes of 28.0

## Clients and daemons

api-floor | engine | 29.0 | - | old-client
  clients of API versions below 1.40 are refused
  moby docker-v29.7.2, daemon/config/config.go (defaultMinAPIVersion)

first-api-floor | engine | 29.0 | 29.3 | old-client
  clients of API versions below 1.44 are refused
  moby docker-v29.0.0, daemon/config/config.go (defaultMinAPIVersion)

inspect-fields | engine | 29.0 | - | removed-inspect-field
  `docker inspect` has no `.NetworkSettings.IPAddress` and its like, `.Config.MacAddress`, `.HostConfig.KernelMemory`
  moby docker-v29.0.0, API 1.52; answers of engine and command line 29.7.2

content-trust | command line | 29.0 | - | removed-setting
  `docker trust` is unknown, and DOCKER_CONTENT_TRUST has no effect: signatures are not checked
  release notes of 29.0.0

cors-header | engine | 28.0 | - | removed-setting
  the daemon does not start with the setting api-cors-header
  docker/cli docs/deprecated.md, API CORS headers

## What no rule looks at

forced-removal | command line | 29.7 | - | -
  `docker rm -f` of a missing name prints nothing; before, an error
  docker/cli v29.7.0, cli/command/container/rm.go

kernel-memory | command line | 29.0 | - | -
  `--kernel-memory` is accepted with a note, and has no effect
  docker/cli f4a433f841, cli/command/container/opts.go

failed-start | engine | 29.0 | - | the model of the engine
  `docker start` of a container whose last start failed because a port was taken publishes nothing
  answers of the engines 28.5.2 and 29.7.2
"""


def _read(table: str) -> Iterator[EngineChange]:
    """Yield the changes of the table: `code | component | since | until | seen`, then `what`, then `source`."""
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    for head, what, source in zip(lines[::3], lines[1::3], lines[2::3]):
        code, component, since, until, seen = (part.strip(" -") for part in head.split("|"))
        yield EngineChange(code, component, since, until, what.strip(), source.strip(), seen)


CHANGES = {change.code: change for change in _read(TABLE)}

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
# One of these is in each text with a use of what newer engines do not have (`text_search/engine_uses.py`); the first
# ones matter in files of any type.
GONE_WORDS = ("NetworkSettings", "fluentd-async-connect", "api-cors-header", "CONTENT_TRUST")
USE_WORDS = (
    *(*GONE_WORDS, "MacAddress", "KernelMemory", "docker trust", "api-enable-cors"),
    *("API_VERSION", "ApiVersion(", "WithVersion(", "NewVersioned", "from_env(", "new Docker(", "docker.sock"),
    *("DockerClient(", "APIClient(", "VersionClient(", "docker.Client("),
    *("docker/compose", "compose==", "compose<", "compose~", "compose =", "ompose_version", "OMPOSE_VERSION"),
)
FLOOR, FIRST_FLOOR = (1, 40), (1, 44)  # of the API


def instead_of(field: str) -> str | None:
    """Return the template that works on all engines for a field of inspect, `NetworkSettings.IPAddress`."""
    owner, _, name = field.rpartition(".")
    inner = OTHER_FIELDS.get(field) if owner != "NetworkSettings" else name if NETWORK_FIELDS.get(name) else None
    return f"{{{{range .NetworkSettings.Networks}}}}{{{{.{inner}}}}}{{{{end}}}}" if inner else None


def refused_api(written: str) -> EngineChange | None:
    """Return the change that refuses a client of an API version, such as 1.38; None if none does, or if it is no
    version.
    """
    major, _, minor = written.removeprefix("v").partition(".")
    if not (major.isdecimal() and minor.isdecimal()) or len(minor) > 3 or major != "1":
        return None
    asked = (1, int(minor))
    if asked >= FIRST_FLOOR:
        return None
    return CHANGES["api-floor" if asked < FLOOR else "first-api-floor"]
