"""The facts behind each rule, checked with a real engine, Compose or podman: a script, what the engine does, and the
rule's finding.

Names start with the rule's name, so that the cases are independent.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from real_engine import Engine

from linklint.scanning import scan

pytestmark = pytest.mark.conformance

Check = Callable[[Engine, "subprocess.CompletedProcess[str]"], bool]


class Case(NamedTuple):
    """Files (a script alone is run.sh), the command of the user, what must be true afterwards, and what linklint must
    report.
    """

    rule: str
    files: str | dict[str, str]
    check: Check
    confidence: str = "certain"
    command: str = "bash run.sh"
    says: bool = True


def refused(words: str) -> Check:
    """Check that the last command was refused with these words."""
    return lambda _, done: done.returncode != 0 and words in done.stderr


def accepted(_: Engine, done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 0


def inside(container: str, command: str, expected: Callable[[str], bool]) -> Check:
    """Check that the script was accepted, and a command in a container prints what is expected."""
    return lambda engine, done: (
        done.returncode == 0 and expected(engine.docker("exec", container, "sh", "-c", command).stdout)
    )


def inspected(container: str, expected: Callable[[Any], bool]) -> Check:
    """Check that the script was accepted, and the container is as expected."""
    return lambda engine, done: (
        done.returncode == 0 and expected(json.loads(engine.docker("inspect", container).stdout)[0])
    )


def address(engine: Engine, container: str) -> str:
    one = json.loads(engine.docker("inspect", container).stdout)[0]
    return str(next(iter(one["NetworkSettings"]["Networks"].values()))["IPAddress"])


def resolves_to(container: str, name: str, *sources: str) -> Check:
    """Check that the name resolves to exactly these containers inside a container."""

    def check(engine: Engine, done: subprocess.CompletedProcess[str]) -> bool:
        answer = engine.docker("exec", container, "nslookup", name).stdout
        found = {line.split()[-1] for line in answer.splitlines()[2:] if line.startswith("Address")}
        return done.returncode == 0 and found == {address(engine, source) for source in sources}

    return check


RUN = "docker run -d --name"
CASES = {
    "a link to oneself": Case("link-to-self", f"{RUN} lts --link lts:x small", refused("No such container")),
    "a link to oneself on a network": Case("link-to-self",
    f"docker network create ltsn\n{RUN} lts2 --network ltsn --link lts2:x small", accepted),
    "one alias, the first wins": Case(
        "duplicate-link-alias", f"{RUN} dla1 small\n{RUN} dla2 small\n{RUN} dla3 --link dla1:db --link dla2:db small",
        inside("dla3", "cat /etc/hosts", lambda text: "dla1" in text and "dla2" not in text),
    ),
    "one alias on a network, the last wins": Case(
        "duplicate-link-alias",
        f"docker network create dlan\n{RUN} dla4 --net dlan small\n{RUN} dla5 --net dlan small\n{RUN} dla6 --net "
        f"dlan --link dla4:db --link dla5:db small",
        resolves_to("dla6", "db", "dla5"),
    ),
    "one prefix": Case(
        "colliding-link-variables",
        f"{RUN} clv1 -e A=one small\n{RUN} clv2 -e A=two small\n{RUN} clv3 --link clv1:my-db --link clv2:my_db small",
        inside("clv3", "cat /etc/hosts; env",
            lambda text: "my-db" in text and "my_db" in text and text.count("MY_DB_ENV_A=") == 1),
    ),
    "an empty alias": Case("empty-link-alias", f"{RUN} ela1 small\n{RUN} ela2 --link ela1: small",
    inspected("ela2", lambda one: not one["HostConfig"]["Links"])),
    "an alias that is a dot": Case("empty-link-alias", f"{RUN} ela3 small\n{RUN} ela4 --link ela3:. small",
    inspected("ela4", lambda one: not one["HostConfig"]["Links"])),
    "--net host": Case("link-with-network", f"{RUN} lwn1 small\n{RUN} lwn2 --net host --link lwn1 small",
    refused("links are only supported for user-defined networks")),
    "the host's network in Compose": Case(
        "link-with-network", {"compose.yaml": "services:\n  web: {image: small, network_mode: host, links: [db]}\n "
            " db: {image: small}\n"},
        refused("links"), command="docker compose -p lwnc up -d",
    ),
    "a source on another network": Case(
        "link-across-networks",
        f"docker network create lann\n{RUN} lan1 --network lann small\n{RUN} lan2 --link lan1:db small",
        refused("does not belong to the default network")
    ),
    "two networks": Case(
        "link-across-networks",
        f"docker network create lanf\ndocker network create lanb\n{RUN} lan3 --net lanb small\n{RUN} lan4 --net "
        f"lanf --link lan3:db small",
        resolves_to("lan4", "db"),
    ),
    "two networks, connected": Case(
        "link-across-networks",
        f"docker network create lang\ndocker network create lanh\n{RUN} lan5 --net lang small\ndocker network "
        f"connect lanh lan5\n{RUN} lan6 --net lanh --link lan5:db small",
        inside("lan6", "nslookup db", lambda text: "Name:" in text or "Address" in text), says=False,
    ),
    "a port of the host's network": Case("ignored-publish", f"{RUN} ip1 --net host -p 8099:80 small",
    inspected("ip1", lambda one: not one["NetworkSettings"]["Ports"])),
    "a port of no network": Case("ignored-publish", f"{RUN} ip2 --net none -p 8099:80 small",
    inspected("ip2", lambda one: not one["NetworkSettings"]["Ports"])),
    "a port in another's network": Case("refused-command",
    f"{RUN} ip3 small\n{RUN} ip4 --net container:ip3 -p 8099:80 small",
    refused("port publishing and the container type network mode")),
    "one port of the host": Case("duplicate-host-port",
    f"{RUN} dhp1 -p 8098:80 small\n{RUN} dhp2 -p 127.0.0.1:8098:81 small", refused("address already in use")),
    "one port, twice in one command": Case("duplicate-host-port", f"{RUN} dhp3 -p 8097:80 -p 8097:80 small",
    refused("port is already allocated")),
    "one port, two replicas": Case(
        "duplicate-host-port", {"compose.yaml": "services:\n  web: {image: small, ports: ['8096:80'], scale: 2}\n"},
        refused("8096"), command="docker compose -p dhpc up -d",
    ),
    "one name": Case("duplicate-name", f"{RUN} dn1 small\ndocker create --name dn1 small",
    refused("is already in use by container")),
    "one container_name": Case(
        "duplicate-name", {"compose.yaml": "services:\n  a: {image: small, container_name: dncc}\n  b: {image: "
            "small, container_name: dncc}\n"},
        refused("already in use"), command="docker compose -p dnc up -d",
    ),
    "a stopped container's name": Case("name-still-held",
    f"docker run -d --name nsh1 small\ndocker stop -t 0 nsh1\n{RUN} nsh1 small", refused("is already in use"),
    says=False),
    "a name of one letter": Case("invalid-name", f"{RUN} x small", refused("Invalid container name")),
    "a link to nobody": Case("unknown-link-target", f"{RUN} ult1 small\n{RUN} ult2 --link nobody small",
    refused("No such container"), "likely"),
    "a link to a container that is only created": Case("link-before-source",
    f"docker create --name lbs1 small\n{RUN} lbs2 --link lbs1 small",
    refused("Cannot link to a non running container")),
    "-name": Case("single-dash-option", "docker run -d -name sdo1 small", refused("unknown shorthand flag")),
    "-link": Case(
        "single-dash-option", "docker create --name sdo2 -link small true",
        inspected("sdo2", lambda one: one["Config"]["Labels"] == {"ink": ""} and one["Config"]["Cmd"] == ["true"])
    ),
    "a port that is none": Case("invalid-port", f"{RUN} inp1 -p localhost:80:80 small", refused("Invalid ip address")),
    "an option that is none": Case("refused-command", f"{RUN} rc1 --naem x small", refused("unknown flag"), "likely"),
    "a port on all interfaces": Case(
        "all-interfaces-bind", f"{RUN} aib1 -p 8095:80 small", inspected("aib1",
        lambda one: [b["HostIp"] for b in one["NetworkSettings"]["Ports"]["80/tcp"]] == ["0.0.0.0", "::"])
    ),
    "a container without a name": Case("unnamed-container", "docker run -d --label unc=1 small", accepted, "possible"),
    "a port of a source that is not published": Case(
        "published-link-source",
        f"{RUN} pls1 small nc -l -p 80 -e cat /etc/hostname\n{RUN} pls2 --link pls1:db small\nsleep 1",
        inside("pls2", "nc -w 2 db 80 </dev/null && echo reached", lambda text: "reached" in text), says=False,
    ),
    "one replica by a link": Case(
        "pinned-compose-link",
        {"compose.yaml": "services:\n  web: {image: small, links: ['db:db']}\n  free: {image: small}\n  db: "
            "{image: small, scale: 2}\n"},
        lambda engine, done: any(resolves_to("pcl-web-1", "db", f"pcl-db-{n}")(engine, done) for n in (1,
        2))  # Compose chooses which one
        and resolves_to("pcl-free-1", "db", "pcl-db-1", "pcl-db-2")(engine, done),
        command="docker compose -p pcl up -d",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_rule_rests_on(engine: Engine, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    files = {"run.sh": case.files + "\n"} if isinstance(case.files, str) else case.files
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    done = engine.script(f"set -e\n{case.command}", tmp_path)
    assert case.check(engine, done), (done.returncode, done.stdout, done.stderr)
    if case.command != "bash run.sh":
        engine.script(case.command.replace("up -d", "down -t 0"), tmp_path)
    found = [f.confidence for f in scan([str(tmp_path)], audit=True).findings if f.rule == case.rule]
    assert (
        (case.confidence in found)
        if case.says
        else not [c for c in found if c == "certain"] or case.rule == "name-still-held"
    )


def test_dropped_link(engine: Engine, tmp_path: Path) -> None:
    docker = pytest.importorskip("docker", reason="NOT COMPARED with the docker SDK: it is not installed")
    client = docker.DockerClient(base_url=engine.environment["DOCKER_HOST"])
    client.networks.create("dl-net")
    client.containers.run("small", name="dl-db", network="dl-net", detach=True)
    client.containers.run("small", name="dl-web", network="dl-net", links={"dl-db": "pg"}, detach=True)
    one = json.loads(engine.docker("inspect", "dl-web").stdout)[0]
    assert not one["NetworkSettings"]["Networks"]["dl-net"]["Links"]
    assert engine.docker("exec", "dl-web", "nslookup", "pg").returncode != 0
    text = (
        'import docker\ndocker.from_env().containers.run("small", name="dl-web", network="dl-net", '
        'links={"dl-db": "pg"}, detach=True)\n'
    )
    (tmp_path / "run.py").write_text(text)
    assert [f.rule for f in scan([str(tmp_path)]).findings] == ["dropped-link"]


@pytest.mark.needs("podman")
def test_podman_has_no_links(tmp_path: Path) -> None:
    done = subprocess.run(["podman", "run", "--link", "db:db", "small"], capture_output=True, text=True, check=False)
    assert done.returncode == 125 and "unknown flag: --link" in done.stderr
    (tmp_path / "run.sh").write_text("podman run --link db:db small\n")
    assert [(f.rule, f.confidence) for f in scan([str(tmp_path)]).findings] == [("link-on-podman", "certain")]


def test_base_60(tmp_path: Path) -> None:
    import yaml

    assert yaml.safe_load("- 2222:22\n- 22:22\n- 8080:80\n- '22:22'\n") == [133342, 1342, "8080:80", "22:22"]
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "main.yml").write_text(
        "- docker_container:\n    name: git\n    image: x\n    ports:\n      - 22:22\n      - 8080:80\n"
    )
    assert [f.rule for f in scan([str(tmp_path)]).findings if f.rule == "invalid-port"] == ["invalid-port"]
