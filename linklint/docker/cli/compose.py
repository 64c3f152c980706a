"""The command line of Compose: which project a command is about, and which of its services.

Source: Compose 2.26 and docker-compose 1.29.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linklint.docker.cli.options import Option, option_table, split_options
from linklint.text.word import Word

PROGRAMS = frozenset({"docker-compose", "compose", "fig", "podman-compose"})
GLOBAL = option_table(
    "file project-name project-directory env-file profile ansi parallel context host log-level progress tlscacert "
    "tlscert tlskey",
    f="file", p="project-name", c="context", H="host", D="debug", v="version",
)  # fmt: skip
LIFETIME = option_table("timeout", t="timeout")
VERBS = {
    "up": option_table(
        "scale timeout attach no-attach exit-code-from pull wait-timeout",
        d="detach",
        t="timeout",
        V="renew-anon-volumes",
    ),
    "create": option_table("scale pull"),
    "down": option_table("rmi timeout", t="timeout", v="volumes"),
    "start": option_table("wait-timeout"),
    "stop": LIFETIME,
    "restart": LIFETIME,
    "kill": option_table("signal", s="signal"),
    "rm": option_table("", f="force", s="stop", v="volumes", a="all"),
    "run": option_table(
        "env env-from-file volume publish name user workdir entrypoint label cap-add cap-drop pull",
        d="detach",
        T="no-TTY",
        i="interactive",
        e="env",
        v="volume",
        p="publish",
        u="user",
        w="workdir",
        l="label",
        P="service-ports",
    ),
    "exec": option_table(
        "env user workdir index", d="detach", T="no-TTY", i="interactive", t="tty", e="env", u="user", w="workdir"
    ),
}


class ComposeCommand(NamedTuple):
    """A command of Compose.

    `services` are empty for all; `scales` are those of `--scale`; `switches` are long names; `podman` runs it.
    """

    verb: str
    files: list[Word]
    project: Word | None
    directory: Word | None
    services: list[str]
    scales: dict[str, str]
    switches: frozenset[str]
    podman: bool = False


def compose_command(words: Sequence[Word]) -> ComposeCommand | None:
    """Read `docker compose …` or `docker-compose …`; None for other commands, and for verbs that change nothing."""
    strings = [word.string for word in words[:2]]
    podman = bool(strings) and "podman" in strings[0]
    if strings in (["docker", "compose"], ["podman", "compose"]):
        words = words[1:]
    elif not strings or strings[0].rsplit("/", 1)[-1] not in PROGRAMS:
        return None
    given, index, _ = split_options(words[1:], GLOBAL)
    rest = words[1 + index :]
    verb = rest[0].string if rest else ""
    if verb not in VERBS:
        return None
    options, services = _mixed(rest[1:], verb)
    scales = (option.value.string.partition("=") for option in options if option.name == "scale" and option.value)
    projects, directories = _values(given, "project-name"), _values(given, "project-directory")
    return ComposeCommand(
        verb,
        _values(given, "file"),
        projects[-1] if projects else None,
        directories[-1] if directories else None,
        services,
        {service: count for service, _, count in scales},
        frozenset(option.name for option in options if option.value is None and option.on),
        podman,
    )


def _mixed(words: Sequence[Word], verb: str) -> tuple[list[Option], list[str]]:
    """Return the options and the services, which may stand in any order; after that of run and exec comes a command."""
    options: list[Option] = []
    services: list[str] = []
    while words:
        more, index, problem = split_options(words, VERBS[verb])
        options += more
        if index < len(words) and problem is None:
            services.append(words[index].string)
            if verb in ("run", "exec"):
                break
        words = words[index + 1 :]
    return options, services


def _values(options: Sequence[Option], name: str) -> list[Word]:
    return [option.value for option in options if option.name == name and option.value is not None]
