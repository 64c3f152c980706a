"""The command line of Compose: which project a command is about, and which of its services.

Source: Compose 2.26 and docker-compose 1.29.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linklint.text.word import Word

PROGRAMS = frozenset({"docker-compose", "compose", "fig"})
VERBS = frozenset("up down stop start restart rm run create kill exec".split())
GLOBAL_VALUES = frozenset(
    "-f --file -p --project-name --project-directory --env-file --profile --ansi --parallel --context -c -H --host "
    "--log-level --progress --tlscacert --tlscert --tlskey".split()
)
VALUES = frozenset(
    "-t --timeout --scale --attach --no-attach --exit-code-from --pull --wait-timeout --rmi -s --signal -e --env -v "
    "--volume -p --publish --name -u --user -w --workdir --entrypoint -l --label --index --cap-add --cap-drop".split()
)


class ComposeCommand(NamedTuple):
    """A command of Compose. `services` are empty for all; `scales` are those of `--scale`."""

    verb: str
    files: list[Word]
    project: Word | None
    directory: Word | None
    services: list[str]
    scales: dict[str, str]
    switches: frozenset[str]


def compose_command(words: Sequence[Word]) -> ComposeCommand | None:
    """Read `docker compose …` or `docker-compose …`; None for other commands, and for verbs that change nothing."""
    strings = [word.string for word in words]
    if strings[:2] == ["docker", "compose"]:
        words = words[1:]
    elif not strings or strings[0].rsplit("/", 1)[-1] not in PROGRAMS:
        return None
    rest = iter(words[1:])
    options: dict[str, list[Word]] = {}
    verb = ""
    for name, value, word in _options(rest, GLOBAL_VALUES):
        if name is not None:
            options.setdefault(name, []).extend([value] if value is not None else [])
        else:
            verb = word.string
            break
    if verb not in VERBS:
        return None
    values = VALUES - {"-s"} if verb == "rm" else VALUES
    services: list[str] = []
    switches, scales = set(), dict[str, str]()
    for name, value, word in _options(rest, values):
        if name is None:
            services.append(word.string)
            if verb in ("run", "exec"):
                break
        elif name == "--scale" and value is not None:
            service, _, count = value.string.partition("=")
            scales[service] = count
        elif value is None:
            switches.update({name} if name.startswith("--") else {f"-{letter}" for letter in name[1:]})
    projects = options.get("-p", []) + options.get("--project-name", [])
    files = options.get("-f", []) + options.get("--file", [])
    directories = options.get("--project-directory", [])
    return ComposeCommand(
        verb,
        files,
        projects[-1] if projects else None,
        directories[-1] if directories else None,
        services,
        scales,
        frozenset(switches),
    )


def _options(words: Iterator[Word], values: frozenset[str]) -> Iterator[tuple[str | None, Word | None, Word]]:
    """Yield (option, value, word) of each option, and (None, None, word) of each argument."""
    for word in words:
        string = word.string
        equals = word.find("=")
        if not string.startswith("-") or string == "-":
            yield None, None, word
        elif string.startswith("--") and equals > 0:
            yield string[:equals], word.slice(equals + 1), word
        elif string in values:
            yield string, next(words, None), word
        else:
            yield string, None, word
