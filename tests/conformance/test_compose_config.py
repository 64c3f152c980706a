"""Compare with `docker compose config`: services, names, links, ports and environment, and what is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from compose_projects import BROKEN, GOOD, Files

from linklint.config.model import Config
from linklint.facts.schema import Container, Env, Link, Port, Refusal, Scope, Unread
from linklint.scanning import gather

pytestmark = [pytest.mark.conformance, pytest.mark.needs("docker")]


@pytest.fixture(scope="module", autouse=True)
def has_compose() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("NOT COMPARED with Compose: docker has no compose command here")


UNKNOWN = re.compile(r"\$\{\w+(:?[-+?][^}]*)?\}|\$\w+")


def write(files: Files, directory: Path) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return directory


def compose(directory: Path, *options: str) -> tuple[dict[str, Any] | None, str]:
    """Return what Compose reads; None and the reason if it refuses the project."""
    done = subprocess.run(
        ["docker", "compose", *options, "config", "--format", "json"], cwd=directory, capture_output=True, text=True,
        timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip
    error = [line for line in done.stderr.strip().split("\n") if "level=warning" not in line]
    return (json.loads(done.stdout) if done.returncode == 0 else None), "\n".join(error)


def theirs(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "container_name": service.get("container_name"),
            "image": service.get("image"),
            "links": sorted(_pair(link) for link in service.get("links") or []),
            "external": sorted(_pair(link) for link in service.get("external_links") or []),
            "ports": sorted(
                {
                    (
                        port.get("host_ip", ""),
                        port.get("published", ""),
                        str(port["target"]),
                        port.get("protocol", "tcp"),
                    )
                    for port in service.get("ports") or []
                }
            ),
            "expose": sorted(expose.removesuffix("/tcp") for expose in service.get("expose") or []),
            "environment": {
                key: value and value.replace("$$", "$") for key, value in (service.get("environment") or {}).items()
            },  # config writes a file: its dollars are doubled
        }
        for name, service in (config.get("services") or {}).items()
    }


def _pair(link: str) -> tuple[str, str]:
    target, _, alias = link.partition(":")
    return target, alias or target


def ours(directory: Path) -> tuple[str, dict[str, dict[str, Any]], list[str]]:
    """Return (project, services, reasons of what is refused or not understood)."""
    facts = gather([str(directory)], Config())
    rows = facts.collector.rows
    by_container: dict[type, dict[int, list[Any]]] = {table: defaultdict(list) for table in (Link, Port, Env)}
    for table, found in by_container.items():
        for row in rows(table):
            found[row.container].append(row)  # type: ignore[attr-defined]
    services: dict[str, dict[str, Any]] = {}
    project = ""
    for number, row in enumerate(rows(Container), 1):
        assert isinstance(row, Container) and row.service is not None
        scope = rows(Scope)[row.scope - 1]
        if (
            Path(scope.span.source.path).name not in ("compose.yaml", "compose.yml", "docker-compose.yml")
            or row.service in services
        ):
            continue  # a file that others extend or include is also read by itself
        project = row.project or ""
        links, ports = by_container[Link][number], by_container[Port][number]
        services[row.service] = {
            "container_name": row.name,
            "image": row.image,
            "links": sorted({(link.target, link.alias) for link in links if link.kind == "link"}),
            "external": sorted({(link.target, link.alias) for link in links if link.kind == "external"}),
            "ports": sorted({one for port in ports if port.published for one in _expand(port)}),
            "expose": sorted({_exposed(port) for port in ports if not port.published}),
            "environment": _environment(by_container[Env][number]),
        }
    reasons = [row.reason for row in (*rows(Refusal), *rows(Unread))]  # type: ignore[attr-defined]
    return project, services, reasons + [words for _, _, words in getattr(facts, "unread", [])]


def _expand(port: Port) -> list[tuple[str, str, str, str]]:
    if port.container_first is None or port.container_last is None:
        return []
    count = port.container_last - port.container_first
    found = []
    for offset in range(count + 1):
        published = ""
        if port.host_first is not None:
            alone = count == 0 and port.host_last != port.host_first
            published = f"{port.host_first}-{port.host_last}" if alone else str(port.host_first + offset)
        found.append((port.host_ip or "", published, str(port.container_first + offset), port.protocol))
    return found


def _exposed(port: Port) -> str:
    last = f"-{port.container_last}" if port.container_last != port.container_first else ""
    return f"{port.container_first}{last}" + ("" if port.protocol == "tcp" else "/" + port.protocol)


def _environment(rows: list[Env]) -> dict[str, str | None]:
    """Return the environment: the last value wins, and `environment` overrides an env file."""
    found: dict[str, str | None] = {}
    for row in sorted(rows, key=lambda row: row.origin != "env-file"):
        found[row.name] = None if row.form == "passthrough" else row.value or ""
    return found


def filled(mine: Any, real: Any) -> Any:
    """Return a value with variables of the shell empty, as Compose has them here."""
    if isinstance(mine, dict) and isinstance(real, dict):
        return {
            key: UNKNOWN.sub("", value) if value and value != real.get(key) else value for key, value in mine.items()
        }
    return UNKNOWN.sub("", mine) if isinstance(mine, str) and mine != real else mine


def differences(mine: dict[str, dict[str, Any]], real: dict[str, dict[str, Any]]) -> list[str]:
    found = [f"services: linklint {sorted(mine)}, Compose {sorted(real)}"] if sorted(mine) != sorted(real) else []
    for name in mine.keys() & real.keys():
        for key, value in real[name].items():
            if filled(mine[name][key], value) != value:
                found.append(f"{name} {key}: linklint {mine[name][key]!r}, Compose {value!r}")
    return found


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, Any] | None, str]]:
    """Yield every project with the result of Compose."""
    trees = {}
    for number, (name, files) in enumerate([*GOOD.items(), *BROKEN.items()]):
        trees[name] = write(files, tmp_path_factory.mktemp("all", numbered=True) / f"project{number}")
    with ThreadPoolExecutor(4) as pool:
        options = {name: () if name in BROKEN else ("--profile", "*") for name in trees}
        said = list(pool.map(lambda name: compose(trees[name], *options[name]), trees))
    return {name: (trees[name], *answer) for name, answer in zip(trees, said, strict=True)}


@pytest.mark.parametrize("name", GOOD)
def test_what_compose_takes(name: str, judged: dict[str, tuple[Path, dict[str, Any] | None, str]]) -> None:
    directory, config, error = judged[name]
    assert config is not None, error
    project, services, reasons = ours(directory)
    found = differences(services, theirs(config))
    assert not found, "\n".join(found)
    assert project == config["name"]
    assert reasons == []


# Refused because of something outside of the tree, or something that is not a fact.
LEFT_OUT = {
    "a missing variable": "the shell may set it",
    "an env file that is missing": "it may be made on the machine, and be ignored by git",
    "nothing at all": "an empty file has no facts",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_compose_refuses(name: str, judged: dict[str, tuple[Path, dict[str, Any] | None, str]]) -> None:
    directory, config, error = judged[name]
    reasons = ours(directory)[2]
    if name in LEFT_OUT:
        assert config is None and not reasons, "no longer an exception"
        return
    assert (config is None) == bool(reasons), f"Compose: {error or 'takes it'}\nlinklint: {reasons}"
