"""The options of `docker run` and `docker create`, and how the CLI splits a command line into options and arguments.

Source: docker CLI 26.1, every option tested for arity, shorthand and type, plus options added up to 29 and those of
podman and nerdctl. The CLI uses pflag: a boolean takes a value only with `=`, a cluster of shorthands ends at the first
one that takes a value, the first `=` after a shorthand is dropped, and parsing stops at the first argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from linklint.text.records import Record, new
from linklint.text.word import Word

BOOLEANS = frozenset(
    "detach disable-content-trust help init interactive no-healthcheck oom-kill-disable privileged publish-all quiet"
    " read-only rm sig-proxy tty use-api-socket".split()
)

VALUED = frozenset(
    """add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile
    cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems
    detach-keys device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops dns
    dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval
    health-retries health-start-interval health-start-period health-timeout hostname io-maxbandwidth io-maxiops ip
    ip6 ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory
    memory-reservation memory-swap memory-swappiness mount name network network-alias oom-score-adj pid pids-limit
    platform publish pull restart runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs
    ulimit user userns uts volume volume-driver volumes-from workdir""".split()
)

SHORTHANDS = {
    "a": "attach",
    "c": "cpu-shares",
    "d": "detach",
    "e": "env",
    "h": "hostname",
    "i": "interactive",
    "l": "label",
    "m": "memory",
    "p": "publish",
    "P": "publish-all",
    "q": "quiet",
    "t": "tty",
    "u": "user",
    "v": "volume",
    "w": "workdir",
}

ALIASES = {"net": "network", "net-alias": "network-alias", "dns-opt": "dns-option"}

RUN_ONLY = frozenset({"detach", "detach-keys", "sig-proxy"})

GLOBAL_BOOLEANS = frozenset({"debug", "tls", "tlsverify", "version", "help"})
GLOBAL_VALUES = frozenset({"config", "context", "host", "log-level", "tlscacert", "tlscert", "tlskey"})
GLOBAL_SHORTHANDS = {"c": "context", "D": "debug", "H": "host", "l": "log-level", "v": "version"}

PODMAN_GLOBAL_BOOLEANS = frozenset("noout remote syslog transient-store".split())
PODMAN_GLOBAL_VALUES = frozenset(
    """cgroup-manager cdi-spec-dir connection conmon events-backend hooks-dir identity imagestore log-level module
    network-cmd-path network-config-dir out root registries-conf runroot runtime runtime-flag ssh storage-driver
    storage-opt tmpdir url volumepath""".split()
)

PODMAN_REFUSES = frozenset(
    "link net-alias link-local-ip volume-driver isolation domainname kernel-memory cpu-count cpu-percent "
    "io-maxbandwidth"
    " io-maxiops health-start-interval use-api-socket".split()
)
PODMAN_BOOLEANS = frozenset(
    "env-host http-proxy no-hostname no-hosts passwd read-only-tmpfs replace rmi rootfs tls-verify unsetenv-all".split()
)
PODMAN_VALUES = frozenset(
    "pod pod-id-file requires secret systemd umask tz uidmap gidmap subuidname subgidname arch os variant authfile "
    "creds"
    " conmon-pidfile pidfile env-merge unsetenv hooks-dir hostuser chrootdirs cgroup-conf decryption-key group-entry"
    " passwd-entry image-volume init-ctr init-path log-level personality preserve-fd preserve-fds rdt-class retry"
    " retry-delay sdnotify seccomp-policy shm-size-systemd timeout health-log-destination health-max-log-count"
    " health-max-log-size health-on-failure health-startup-cmd health-startup-interval health-startup-retries"
    " health-startup-success health-startup-timeout hosts-file cert-dir blkio-weight cgroups".split()
)

OLD_SINGLE_DASH = frozenset(
    "name link expose rm cidfile volumes-from dns entrypoint privileged sig-proxy lxc-conf icc net volume publish env"
    " hostname detach workdir user memory".split()
)

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


# Names of `docker run` options in other interfaces: Compose, the SDKs, Ansible, ECS.
LONG_NAMES = {
    "capabilities": "cap-add",
    "command": None,
    "container_name": "name",
    "cpu": "cpu-shares",
    "docker_labels": "label",
    "docker_security_options": "security-opt",
    "exposed_ports": "expose",
    "external_links": "link",
    "extra_hosts": "add-host",
    "environment": "env",
    "mem_limit": "memory",
    "mem_reservation": "memory-reservation",
    "memswap_limit": "memory-swap",
    "mount_points": "volume",
    "net": "network",
    "network_mode": "network",
    "port_mappings": "publish",
    "ports": "publish",
    "publish_all_ports": "publish-all",
    "published_ports": "publish",
    "readonly_root_filesystem": "read-only",
    "remove": "rm",
    "auto_remove": "rm",
    "restart_policy": "restart",
    "stdin_open": "interactive",
    "stop_grace_period": "stop-timeout",
    "userns_mode": "userns",
    "working_dir": "workdir",
    "working_directory": "workdir",
}


@lru_cache(maxsize=1000)
def long_name(key: str) -> str | None:
    """Return the long name in `docker run` of a key of another interface, or None."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower().replace("-", "_")
    if snake in LONG_NAMES:
        return LONG_NAMES[snake]
    name = snake.replace("_", "-")
    return next((known for known in (name, name.removesuffix("s")) if known in BOOLEANS or known in VALUED), None)


class Option(NamedTuple):
    """An option as given: its long name, its value (None for a boolean), and the whole word."""

    name: str
    value: Word | None
    whole: Word
    on: bool = True


class Problem(NamedTuple):
    """Something that the CLI refuses or misreads: the word, the reason, and how it is read instead (None: it is
    refused).

    `code` marks problems with a rule of their own: old-option, port, link-network, link-tool. `change` is the row of
    `docker/engine_changes.py` that says which engines refuse it, if not all do. `instead` replaces the word.
    """

    word: Word
    option: str
    reason: str
    misread_as: str | None = None
    code: str = ""
    instead: str | None = None
    change: str = ""


class Run(Record):
    """A `run` or `create` as the CLI reads it."""

    tool: str
    verb: str
    options: list[Option]
    image: Word | None
    command: list[Word]
    problems: list[Problem] = new(factory=list)

    @property
    def refused(self) -> bool:
        """Whether all CLIs refuse the command, so that it creates no container."""
        return any(problem.misread_as is None and not problem.change for problem in self.problems)

    def last(self, name: str) -> Word | None:
        """Return the value of a scalar option: the last one wins, and an empty value counts as none."""
        found = None
        for option in self.options:
            if option.name == name:
                found = option.value
        return found if found is not None and found.string else None

    def every(self, name: str) -> list[Word]:
        """Return all values of a repeatable option, in order."""
        return [option.value for option in self.options if option.name == name and option.value is not None]

    def switch(self, name: str) -> bool:
        """Return whether a boolean is on: the last one wins."""
        on = False
        for option in self.options:
            if option.name == name:
                on = option.on
        return on


class OptionTable(NamedTuple):
    """The options of a command: long name to `"bool"`, `"value"` or None, and its shorthands."""

    kind: Callable[[str], str | None]
    shorthands: dict[str, str]


def option_table(values: str, **shorthands: str) -> OptionTable:
    """Return the table of a command by its options with a value; all other options are switches."""
    valued = frozenset(values.split())
    return OptionTable(lambda name: "value" if name in valued else "bool", shorthands)


def run_options(tool: str, verb: str) -> OptionTable:
    """Return the options of `TOOL run` and `TOOL create`."""
    podman = tool == "podman"

    def kind(name: str) -> str | None:
        if podman and name in PODMAN_BOOLEANS:
            return "bool"
        if podman and name in PODMAN_VALUES:
            return "value"
        if podman and name in PODMAN_REFUSES and name != "link":
            return None
        if verb == "create" and name in RUN_ONLY and not podman:
            return None
        name = ALIASES.get(name, name)
        return "bool" if name in BOOLEANS else "value" if name in VALUED else None

    shorts = SHORTHANDS if verb == "run" else {k: v for k, v in SHORTHANDS.items() if v not in RUN_ONLY}
    return OptionTable(kind, shorts)


def global_options(tool: str) -> OptionTable:
    """Return the options between `TOOL` and the command."""
    booleans, values = GLOBAL_BOOLEANS, GLOBAL_VALUES
    if tool == "podman":
        booleans, values = booleans | PODMAN_GLOBAL_BOOLEANS, values | PODMAN_GLOBAL_VALUES

    def kind(name: str) -> str | None:
        return "bool" if name in booleans else "value" if name in values else None

    return OptionTable(kind, GLOBAL_SHORTHANDS if tool != "podman" else {**GLOBAL_SHORTHANDS, "r": "remote"})


def split_options(words: Sequence[Word], table: OptionTable) -> tuple[list[Option], int, Problem | None]:
    """Return (options, index of the first argument, problem that stopped the CLI or None).

    A word that may become several (`$OPTS`) before the first argument is skipped: it probably contains options.
    """
    options: list[Option] = []
    index = 0
    while index < len(words):
        word = words[index]
        string = word.string
        if word.many and _may_be_options(words, index):
            index += 1
            continue
        if string == "--" and not word.holes:
            return options, index + 1, None
        if len(string) < 2 or string[0] != "-":
            return options, index, None
        following = words[index + 1] if index + 1 < len(words) else None
        taken, problem = (_long if string.startswith("--") else _cluster)(word, following, table, options)
        if problem:
            return options, index, problem
        index += taken
    return options, index, None


def _may_be_options(words: Sequence[Word], index: int) -> bool:
    """Return whether an unquoted variable probably contains options; otherwise it is the first argument."""
    name = words[index].string.upper()
    if any(hint in name for hint in ("IMAGE", "IMG", "_TAG", "REPO", "CONTAINER_NAME")):
        return False
    rest = list(words[index + 1 :])
    if not rest:
        return "@" in name or any(hint in name for hint in ("OPT", "ARG", "FLAG", "PARAM", "*"))
    if any(
        hint in name
        for hint in ("OPT", "ARG", "FLAG", "PARAM", "LINK", "PORT", "VOL", "ENV", "MOUNT", "NET", "@", "RUN")
    ):
        return True
    return rest[0].string.startswith("-") or rest[0].many


def _suggestion(name: str, table: OptionTable) -> str:
    """Return the hint for an unknown option."""
    from difflib import get_close_matches

    known = [option for option in sorted(BOOLEANS | VALUED | GLOBAL_BOOLEANS | GLOBAL_VALUES) if table.kind(option)]
    near = get_close_matches(name.lower(), known, 1, 0.75)
    return f": did you mean --{near[0]}?" if near else ""


def _long(word: Word, following: Word | None, table: OptionTable, options: list[Option]) -> tuple[int, Problem | None]:
    equals = word.find("=")
    written = word.string[:equals] if equals >= 0 else word.string
    name = written[2:]
    kind = table.kind(name)
    if kind is None:
        return 0, Problem(word, written, f"unknown option {written}" + _suggestion(name, table))
    name = ALIASES.get(name, name)
    if kind == "bool":
        value = word.slice(equals + 1) if equals >= 0 else None
        if value is not None and not value.open and value.string not in TRUE | FALSE:
            return 0, Problem(
                word, written, f"{written} is a switch: it takes =true or =false, not {value.string or 'nothing'}"
            )
        options.append(Option(name, None, word, value is None or value.string not in FALSE))
        return 1, None
    if equals >= 0:
        options.append(Option(name, word.slice(equals + 1), word))
        return 1, None
    if following is None:
        return 0, Problem(word, written, f"{written} needs a value")
    options.append(Option(name, following, word))
    return 2, None


def _cluster(
    word: Word, following: Word | None, table: OptionTable, options: list[Option]
) -> tuple[int, Problem | None]:
    string = word.string
    old = string[1:].split("=")[0]
    if old in OLD_SINGLE_DASH and len(old) > 1 and old[0] not in table.shorthands:
        return 0, Problem(
            word, "-" + old, f"-{old} was removed in Docker 1.10: write --{old}", None, "old-option", "-" + string
        )
    at = 1
    while at < len(string):
        letter = string[at]
        name = table.shorthands.get(letter)
        if name is None and old in OLD_SINGLE_DASH:
            return 0, Problem(
                word, "-" + old, f"-{old} was removed in Docker 1.10: write --{old}", None, "old-option", "-" + string
            )
        if name is None:
            suggestion = _suggestion(old, table) if at == 1 and len(old) > 1 else ""
            return 0, Problem(word, "-" + letter, f"unknown shorthand -{letter} in {string}{suggestion}")
        rest = word.slice(at + 1)
        if table.kind(name) == "bool":
            if rest.string.startswith("="):
                value = rest.slice(1)
                if not value.open and value.string not in TRUE | FALSE:
                    return 0, Problem(
                        word,
                        "-" + letter,
                        f"-{letter} is a switch: it takes =true or =false, not {value.string or 'nothing'}",
                    )
                options.append(Option(name, None, word, value.string not in FALSE))
                return 1, None
            options.append(Option(name, None, word))
            at += 1
            continue
        if rest.string:
            options.append(
                Option(name, rest.slice(1) if rest.string.startswith("=") and len(rest.string) > 1 else rest, word)
            )
            return 1, None
        if following is None:
            return 0, Problem(word, "-" + letter, f"-{letter} needs a value")
        options.append(Option(name, following, word))
        return 2, None
    return 1, None
