"""The inputs of docker/cli's own option tests, as thirteen versions of the CLI answered them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from linklint.docker.cli.command import invocation, read_run
from linklint.docker.cli.conflicts import engine_problems
from linklint.docker.cli.options import Problem, Run
from linklint.docker.engine_changes import ALL, CHANGES
from linklint.docker.ports import Binding, parse_expose, parse_publish
from linklint.text.word import literal

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "cli_answers.json").read_text())
# What newer versions of the CLI leave to the engine, which refuses it, too.
LEFT_TO_THE_ENGINE = ("needs target=PATH", "docker refuses it with --network", "takes an IP address", "=ADDRESS")
BY_THE_ENGINE = {change.code for change in CHANGES.values() if change.component == "engine"} | {"parent-volume"}


def read(line: str) -> Run:
    call = invocation([literal(word) for word in ["docker", *shlex.split(line)]], "docker")
    assert call is not None
    return read_run(call)


def problems(line: str) -> list[Problem]:
    """Return what the CLI and the engine refuse."""
    run = read(line)
    return [*run.problems, *engine_problems(run)]


def refuses(run: Run, version: str) -> bool:
    """Return whether the command line of a version refuses it."""
    release = ".".join(version.split(".")[:2])
    return any(
        not problem.change or CHANGES[problem.change].holds(release) == ALL
        for problem in run.problems
        if problem.misread_as is None and problem.change not in BY_THE_ENGINE
    )


def bindings(port: Binding) -> list[list[str]]:
    """Return (container port, host address, host port) for each binding, as the CLI sends them."""
    assert port.container is not None
    first, last = port.container
    found = []
    for offset, inside in enumerate(range(first, last + 1)):
        outside = ""
        if port.host is not None:
            alone = first == last and port.host[0] != port.host[1]
            outside = f"{port.host[0]}-{port.host[1]}" if alone else str(port.host[0] + offset)
        found.append([f"{inside}/{port.protocol}", port.host_ip or "", outside])
    return found


@pytest.mark.parametrize("version", RECORDED["versions"])
def test_each_version_of_the_cli_refuses_what_linklint_says(version: str) -> None:
    wrong = [
        row["line"]
        for row in RECORDED["answers"]
        if refuses(read(row["line"]), version) != (version in row["refused"].split())
        and not any(words in problem.reason for problem in problems(row["line"]) for words in LEFT_TO_THE_ENGINE)
    ]
    assert not wrong, wrong


def test_links_and_ports_are_what_the_newest_cli_sends() -> None:
    newest, compared = RECORDED["versions"][-1], 0
    for row in RECORDED["answers"]:
        if newest in row["refused"].split() or "--expose=80/tcp/udp" in row["line"]:  # the engine refuses that one
            continue
        run = read(row["line"])
        published = [triple for word in run.every("publish") for triple in bindings(parse_publish(word))]
        exposed = {triple[0] for word in run.every("expose") for triple in bindings(parse_expose(word))}
        sent = sorted([inside, address, "" if outside == "0" else outside] for inside, address, outside in published)
        assert sorted({word.string for word in run.every("link")}) == row.get("links", []), row
        assert sent == row.get("published", []), row
        assert sorted(exposed | {triple[0] for triple in published}) == row.get("exposed", []), row
        compared += bool(row.keys() - {"line", "refused"})
    assert compared >= 50


def test_the_table_names_what_differs() -> None:
    """Each recorded difference between versions is a row of the table of changes, and each row of the CLI is seen."""
    seen = {problem.change for row in RECORDED["answers"] for problem in read(row["line"]).problems if problem.change}
    of_the_cli = {change.code for change in CHANGES.values() if change.component == "command line"}
    without_a_line = {"content-trust", "forced-removal", "kernel-memory"}  # no refusal of `docker run`
    assert of_the_cli - without_a_line <= seen
