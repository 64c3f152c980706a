"""Compare with Python and the Docker SDK: what a snippet passes to docker when it runs is what linklint reads.

A word that linklint considers certain must be equal; an unknown one must be marked.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import Any

import pytest
from python_snippets import COMMANDS, SDK

from linklint.context import ExtractionContext
from linklint.database.store import Store
from linklint.facts.collector import FactCollector
from linklint.flow.steps import CreatedContainer
from linklint.kinds import python as extractor
from linklint.text.source import Source
from linklint.text.word import DEFAULT, Word

pytestmark = pytest.mark.conformance

HARNESS = """
import io, json, os, subprocess, sys
LOG = []
def record(command, *_, **__):
    LOG.append(command if isinstance(command, str) else [os.fsdecode(word) for word in command])
class Popen:
    returncode = 0
    def __init__(self, command, *_, **__): record(command)
    def __enter__(self): return self
    def __exit__(self, *_): pass
def output(command, *_, **__):
    record(command)
    return b"0123456789ab"
def said(command, *_, **__):
    record(command)
    return 0
subprocess.run = subprocess.call = subprocess.check_call = os.system = said
subprocess.Popen, subprocess.check_output, subprocess.getoutput, os.popen = Popen, output, output, said
os.execvp = lambda _, words: record(words)
sys.stdout, real = io.StringIO(), sys.stdout
exec(compile(sys.stdin.read(), "snippet", "exec"), {"os": os, "subprocess": subprocess})
real.write(json.dumps(LOG))
"""


def as_python(snippet: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", HARNESS], input=snippet, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return [shlex.split(command) if isinstance(command, str) else command for command in json.loads(done.stdout)]


def as_linklint(snippet: str) -> list[list[Word]]:
    found: list[list[Word]] = []

    def record(_place: Any, call: Any, _host: str, _span: Any) -> CreatedContainer:
        found.append([call.verb_word, *call.arguments])
        return CreatedContainer(None, None)

    extractor.extract(
        [Source("a.py", "import os, subprocess  # docker\n" + snippet)],
        ExtractionContext(FactCollector(), lambda _: None, record=record),
    )
    return found


def certain(word: Word) -> bool:
    return not word.holes


def agrees(word: Word, value: str) -> bool:
    return word.open or not certain(word) and all(kind == DEFAULT for _, _, kind in word.holes) or word.string == value


OPEN = {"a loop", "comprehension"}  # how often and with what is known only when it runs


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    real = [argv[argv.index("docker") + 1 :] for argv in as_python(COMMANDS[name])]
    mine = as_linklint(COMMANDS[name])
    assert mine or name in ("bytes",), "linklint finds the command"
    if len(mine) != len(real):
        assert name in OPEN | {"late import of a name", "format"}
        real = real[:1] * len(mine)
    for words, argv in zip(mine, real):
        if any(word.many for word in words):
            continue
        if len(words) != len(argv):
            assert any(word.holes for word in words), (name, words, argv)
            continue
        for word, value in zip(words, argv, strict=True):
            assert agrees(word, value), (name, word, value)


@pytest.mark.parametrize("name", SDK)
def test_the_sdk(name: str) -> None:
    real = as_sdk(SDK[name])
    context = ExtractionContext(FactCollector(), lambda _: None)
    source = Source("a.py", f"import docker\n{SDK[name]}\n")
    extractor.extract([source], context)
    store = Store(context.collector, [(source, "python")])
    numbers = [row[0] for row in store.ask("SELECT id FROM container ORDER BY id")[1]]
    assert len(numbers) == len(real)
    for number, (config, given) in zip(numbers, real, strict=True):
        assert facts_of(store, number) == expected_of(config, given)


def as_sdk(snippet: str) -> list[tuple[dict[str, Any], str | None]]:
    """Return (what is sent, the name) of each container that the real SDK would create."""
    docker = pytest.importorskip(
        "docker", reason="NOT COMPARED with the docker SDK: pip install docker-linklint[conformance]"
    )
    sent: list[tuple[dict[str, Any], str | None]] = []

    class Client(docker.APIClient):  # type: ignore[misc, name-defined]
        def create_container_from_config(
            self, config: Any, name: str | None = None, platform: Any = None
        ) -> dict[str, str]:
            sent.append((json.loads(json.dumps(config)), name))
            return {"Id": "0123456789ab"}

        def inspect_container(self, container: str) -> dict[str, Any]:
            return {"Id": "0123456789ab", "Name": "/x", "HostConfig": {"LogConfig": {"Type": "none"}}}

        def start(self, *_: Any, **__: Any) -> None: ...

    api = Client(version="1.44")
    client = docker.DockerClient(version="1.44")
    client.api = api
    exec(snippet, {"client": client, "api": api})
    return sent


def facts_of(store: Store, number: int) -> dict[str, Any]:
    def rows(sql: str) -> list[Any]:
        return sorted(row[0] if len(row) == 1 else row for row in store.ask(sql.replace("?", str(number)))[1])

    (container,) = store.ask(
        f"SELECT name, image, network, auto_remove, publish_all FROM container WHERE id = {number}"
    )[1]
    return {
        "container": (container[0], container[1], container[2] or "default", bool(container[3]), bool(container[4])),
        "links": rows("SELECT target || ':' || alias FROM link WHERE container = ? AND kind = 'link'"),
        "endpoint": rows("SELECT target || ':' || alias FROM link WHERE container = ? AND kind = 'endpoint'"),
        "ports": rows("SELECT container_first || '/' || protocol, coalesce(host_ip, ''), coalesce(host_first, 0) "
            "FROM port WHERE container = ? AND form = 'api'"),
        "env": rows("SELECT name || '=' || value FROM env WHERE container = ?"),
    }  # fmt: skip


def expected_of(config: dict[str, Any], name: str | None) -> dict[str, Any]:
    host = config.get("HostConfig") or {}
    endpoints = (config.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    network = next(iter(endpoints), None) or host.get("NetworkMode") or "default"
    bindings = {key if "/" in key else f"{key}/tcp": value for key, value in (host.get("PortBindings") or {}).items()}
    return {
        "container": (name, config["Image"], network, bool(host.get("AutoRemove")), bool(host.get("PublishAllPorts"))),
        "links": sorted(link if ":" in link else f"{link}:{link}" for link in host.get("Links") or []),
        "endpoint": sorted(link for endpoint in endpoints.values() if endpoint for link in endpoint.get("Links") or []),
        "ports": sorted((key, b["HostIp"], int(b["HostPort"] or 0)) for key, value in bindings.items() for b in value),
        "env": sorted(config.get("Env") or []),
    }
