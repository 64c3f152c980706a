"""Compare with the docker CLI: thousands of command lines are read alike."""

from __future__ import annotations

import os
import queue
import re
import shlex
import subprocess
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker_lines
import pytest
from fake_engine import FakeEngine, Outcome

from linklint.config.model import Config
from linklint.docker.cli.command import invocation, read_run
from linklint.docker.engine_changes import ALL, CHANGES
from linklint.docker.names import canonical
from linklint.facts.schema import Attachment, Container, Env, Link, Port, Refusal, Unread
from linklint.scanning import gather
from linklint.text.source import Span
from linklint.text.word import literal

pytestmark = [pytest.mark.conformance, pytest.mark.needs("docker")]

COUNT = int(os.environ.get("LINKLINT_LINES", "4000"))
SEED = int(os.environ.get("LINKLINT_SEED", "20"))
WORKERS = 3
FILES = {"app.env": "# c\nFILE_A=1\nFILE_B=two words\n\nHOST_VALUE\nABSENT\n", "bad.env": "A B=1\n", "labels": "l=1\n"}
HOST = {"HOST_VALUE": "from host"}


@dataclass
class CommandLine:
    """What a reader understood of a line: None if it creates no container."""

    fields: dict[str, Any] | None
    reason: str


# The reference: the CLI


def judge(lines: list[list[str]], directory: Path) -> list[Outcome]:
    waiting: queue.Queue[int] = queue.Queue()
    for number in range(len(lines)):
        waiting.put(number)
    outcomes: list[Outcome | None] = [None] * len(lines)

    def work(folder: Path) -> None:
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text)
        with FakeEngine() as engine:
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                (folder / "id").unlink(missing_ok=True)
                outcomes[number] = engine.docker(lines[number], folder, HOST)

    threads = [threading.Thread(target=work, args=(directory / str(number),)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(outcome is not None for outcome in outcomes)
    return [outcome for outcome in outcomes if outcome is not None]


def as_the_cli(line: list[str], outcome: Outcome) -> CommandLine:
    if outcome.body is None:
        return CommandLine(None, outcome.error.strip().split("\n")[0])
    body, host = outcome.body, outcome.host
    mode = host.get("NetworkMode") or ""
    endpoints = {name for name in outcome.endpoints if name not in ("default", "")}
    links = list(host.get("Links") or [])
    for endpoint in outcome.endpoints.values():
        links += [link for link in (endpoint or {}).get("Links") or [] if link not in links]
    published = {
        (
            container,
            binding["HostIp"],
            binding["HostPort"].replace("0", "") and binding["HostPort"],
        )  # 0 asks for any port, like no port
        for container, bindings in (host.get("PortBindings") or {}).items()
        for binding in bindings
    }
    is_run = "run" in line[: line.index("nginx") if "nginx" in line else len(line)]
    return CommandLine(
        {
            "name": canonical(outcome.name),
            "image": body["Image"],
            "command": list(body.get("Cmd") or []),
            "links": sorted(set(links)),
            "published": published,
            "exposed": set(body.get("ExposedPorts") or {}),
            "all": bool(host.get("PublishAllPorts")),
            "env": last_wins(body.get("Env") or []),
            "network": None if mode in ("default", "") else mode,
            "attachments": endpoints - {mode} if mode not in ("default",) else endpoints,
            "detached": not is_run or not outcome.attached,
            "auto_remove": bool(host.get("AutoRemove")),
        },
        "",
    )


# Linklint: the same lines as a script


def as_linklint(lines: list[list[str]], directory: Path, release: str) -> list[CommandLine]:
    directory.mkdir()
    for name, text in FILES.items():
        (directory / name).write_text(text)
    where: dict[tuple[str, int], int] = {}
    for part in range(0, len(lines), 1000):
        text = ""
        for number in range(part, min(part + 1000, len(lines))):
            where[(f"part{part}.sh", len(text))] = number
            text += "docker " + shlex.join(lines[number]) + "\n"
        (directory / f"part{part}.sh").write_text(text)
    facts = gather([str(directory)], Config())
    rows = facts.collector.rows
    assert not facts.files.unread and not rows(Unread), (facts.files.unread, rows(Unread))
    starts = {name: sorted(at for path, at in where if path == name) for name in {path for path, _ in where}}

    def line_of(span: Span) -> int:
        name = Path(span.source.path).name
        return where[(name, max(at for at in starts[name] if at <= span.start))]

    found = [CommandLine(None, "") for _ in lines]
    refused = set()
    for refusal in rows(Refusal):
        assert isinstance(refusal, Refusal)
        change = CHANGES.get(refusal.change)
        if change is not None and (change.component == "engine" or change.code == "parent-volume"):
            continue  # the CLI accepts it
        if refusal.misread_as is None and (change is None or change.holds(release) == ALL):
            found[line_of(refusal.span)].reason = refusal.reason
            refused |= {line_of(refusal.span)} if change is not None else set()
    parts: dict[type, dict[int, list[Any]]] = {table: defaultdict(list) for table in (Link, Port, Env, Attachment)}
    for table, by_container in parts.items():
        for row in rows(table):
            if table is Link and row.span.confidence != "certain":
                continue  # what an old option means
            by_container[row.container].append(row)  # type: ignore[attr-defined]
    for number, container in enumerate(rows(Container), 1):
        assert isinstance(container, Container)
        if container.step is None:
            continue  # refused: only what was meant is recorded
        index = line_of(container.span)
        assert found[index].fields is None, "one line, one container"
        ports = parts[Port][number]
        call = invocation([literal(word) for word in ["docker", *lines[index]]], "docker")
        assert call is not None
        run = read_run(call)
        raw_links = sorted({word.string for word in run.every("link")})
        assert len(parts[Link][number]) == len(run.every("link"))
        found[index].fields = {
            "name": container.name or "",
            "image": container.image,
            "command": [word.string for word in run.command],
            "links": raw_links,
            "published": {triple for port in ports if port.published and port.form != "all" for triple in expand(port)},
            "exposed": {triple[0] for port in ports if port.form != "all" for triple in expand(port)},
            "all": bool(container.publish_all),
            "env": last_wins([pair for env in env_files_first(parts[Env][number]) for pair in assignment(env)]),
            "network": None if container.network in ("default", "") else container.network,
            "attachments": {row.network for row in parts[Attachment][number]} - {container.network, "default"},
            "detached": bool(container.detached),
            "auto_remove": bool(container.auto_remove),
        }
    for index in refused:
        found[index].fields = None
    return found


def expand(port: Port) -> list[tuple[str, str, str]]:
    """Return a row as (container port, host address, host port), one per binding, as the CLI sends them."""
    first, last = port.container_first, port.container_last
    assert first is not None and last is not None
    found = []
    for offset, inside in enumerate(range(first, last + 1)):
        outside = ""
        if port.host_first is not None and port.host_last is not None:
            alone = first == last and port.host_first != port.host_last
            outside = f"{port.host_first}-{port.host_last}" if alone else str(port.host_first + offset)
        found.append((f"{inside}/{port.protocol}", port.host_ip or "", outside))
    return found


def env_files_first(rows: list[Env]) -> list[Env]:
    """Sort into the order in which Docker applies them."""
    return sorted(rows, key=lambda env: env.origin != "env-file")


def assignment(env: Env) -> list[str]:
    if env.form != "passthrough":
        return [f"{env.name}={env.value}"]
    if env.name in HOST:
        return [f"{env.name}={HOST[env.name]}"]
    return [] if env.origin == "env-file" else [env.name]


def last_wins(pairs: list[str]) -> dict[str, str | None]:
    """Return what the container gets: a bare name removes the variable.

    The CLI sends repeated variables in any order, and may leave some out.
    """
    return {name: value if equals else None for name, equals, value in (pair.partition("=") for pair in pairs)}


# Reasons of the CLI that no command line shows; such a line is not compared.

LEFT_OUT = {
    "a file of the machine is missing": re.compile(r"no such file or directory|opening seccomp profile"),
    "the content of an env file": re.compile(r"poorly formatted environment|invalid env file"),
    "options for Windows: the system of the daemon is not known": re.compile(
        r"is only supported on a Docker daemon running on windows"
    ),
    "content trust asks a server, or has none": re.compile(r"contacting notary server"),
}


def installed() -> str:
    """Return the release of the CLI that is compared, such as 26.1."""
    words = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=True).stdout
    return ".".join(re.findall(r"\d+", words)[:2])


def reason_to_leave_out(outcome: Outcome) -> str | None:
    return next((why for why, words in LEFT_OUT.items() if outcome.body is None and words.search(outcome.error)), None)


def disagreements(lines: list[list[str]], outcomes: list[Outcome], readings: list[CommandLine]) -> list[str]:
    found = []
    for line, outcome, ours in zip(lines, outcomes, readings, strict=True):
        theirs = as_the_cli(line, outcome)
        words = "docker " + shlex.join(line)
        if theirs.fields is None and ours.fields is not None:
            found.append(f"accepted: {words}\n    the CLI: {theirs.reason}")
        elif theirs.fields is None and not ours.reason and "--help" not in words:  # help is printed, nothing is refused
            found.append(f"no refusal: {words}\n    the CLI: {theirs.reason}")
        elif theirs.fields is not None and ours.fields is None:
            found.append(f"refused: {words}\n    linklint: {ours.reason}")
        elif theirs.fields is not None and ours.fields is not None:
            for key, value in theirs.fields.items():
                if ours.fields[key] != value:
                    found.append(f"{key}: {words}\n    the CLI: {value}\n    linklint: {ours.fields[key]}")
    return found


def test_the_cli_and_linklint_agree(tmp_path: Path) -> None:
    lines = docker_lines.lines(COUNT, SEED)
    (tmp_path / "cli").mkdir()
    outcomes = judge(lines, tmp_path / "cli")
    readings = as_linklint(lines, tmp_path / "linklint", installed())
    kept = [number for number, outcome in enumerate(outcomes) if reason_to_leave_out(outcome) is None]
    found = disagreements([lines[n] for n in kept], [outcomes[n] for n in kept], [readings[n] for n in kept])
    accepted = sum(outcomes[number].body is not None for number in kept)
    assert len(kept) >= 2000 and accepted > len(kept) / 3 and len(kept) - accepted > len(kept) / 5
    assert not found, f"{len(found)} disagreements of {len(kept)} lines:\n" + "\n".join(found[:60])
