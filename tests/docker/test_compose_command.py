"""The command line of Compose, as docker-compose and docker compose read it."""

from __future__ import annotations

import pytest

from linklint.docker.cli.compose import compose_command
from linklint.text.word import literal

Read = tuple[str, list[str], dict[str, str], list[str]]


def read(line: str) -> Read | None:
    """Return (verb, services, scales, switches)."""
    found = compose_command([literal(word) for word in line.split()])
    return None if found is None else (found.verb, found.services, found.scales, sorted(found.switches))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker compose up", ("up", [], {}, [])),
        ("docker-compose up -d web db", ("up", ["web", "db"], {}, ["detach"])),
        ("/usr/local/bin/docker-compose up web -d", ("up", ["web"], {}, ["detach"])),
        ("docker compose up --scale web=3 --scale=db=2 -d", ("up", [], {"web": "3", "db": "2"}, ["detach"])),
        ("docker compose up --unknown=x -t 5 web", ("up", ["web"], {}, [])),
        ("docker-compose rm -fsv web", ("rm", ["web"], {}, ["force", "stop", "volumes"])),
        ("docker-compose rm -v web", ("rm", ["web"], {}, ["volumes"])),
        ("docker-compose down -v --remove-orphans", ("down", [], {}, ["remove-orphans", "volumes"])),
        ("docker compose stop -t 0 web", ("stop", ["web"], {}, [])),
        ("docker compose kill -s HUP web", ("kill", ["web"], {}, [])),
        ("docker compose run -T --rm -e A=1 web rm -f -s", ("run", ["web"], {}, ["no-TTY", "rm"])),
        ("docker compose --profile dev -f a.yml -p shop up", ("up", [], {}, [])),
        ("docker compose ps", None),
        ("docker compose", None),
        ("docker run compose up", None),
        ("docker-compose -f", None),
    ],
)
def test_verbs_services_and_options(line: str, expected: Read | None) -> None:
    assert read(line) == expected


def test_the_project() -> None:
    words = "docker compose -f a.yml --file=b.yml -pshop --project-directory app down".split()
    found = compose_command([literal(word) for word in words])
    assert found is not None and found.project is not None and found.directory is not None
    assert [word.string for word in found.files] == ["a.yml", "b.yml"]
    assert (found.project.string, found.directory.string) == ("shop", "app")
