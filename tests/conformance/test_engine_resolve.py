"""What names resolve to inside containers: the model against a real engine.

A script makes containers; then every name is looked up in every running one, in /etc/hosts and in Docker's DNS.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from real_engine import Engine

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.engine.facts import EngineFacts
from linklint.engine.history import Moment
from linklint.engine.resolve import resolve
from linklint.engine.tables import play_scopes
from linklint.scanning import gather

pytestmark = pytest.mark.conformance

SCRIPTS = {
    "legacy links": """docker run -d --name db -h store small
docker run -d --name web --link db:pg --link db:PG-2 --add-host mail:10.9.8.7 small
docker run -d --name other small
""",
    "a renamed source": """docker run -d --name db small
docker run -d --name web --link db:pg small
docker rename db old
""",
    "add-host before a link": """docker run -d --name db small
docker run -d --name web --link db:pg --add-host pg:10.9.8.7 small
""",
    "aliases on a network": """docker network create app
docker run -d --name db --network app --network-alias pg --network-alias shared small
docker run -d --name two --network app --network-alias shared small
docker run -d --name web --network app small
docker rename db old
""",
    "links on a network": """docker network create app
docker run -d --name db --network app small
docker run -d --name two --network app small
docker run -d --name web --network app --link db:pg --link two:pg --link db:Up --link gone:gone --link web:me small
docker run -d --name api --network app --link db:pg small
""",
    "a link belongs to the first network": """docker network create front
docker network create back
docker run -d --name db --network back small
docker run -d --name web --network front --network back --link db:pg small
docker run -d --name api --network back --network front --link db:pg small
""",
    "a renamed source on a network": """docker network create app
docker run -d --name db --network app small
docker run -d --name web --network app --link db:pg small
docker rename db old
""",
    "pods": """docker network create app
docker run -d --name pod --network app small
docker run -d --name side --network container:pod small
docker run -d --name web --network app --link side:s --link pod:p small
docker run -d --name db small
docker run -d --name legs --network container:db small
docker run -d --name two --link legs:s small
""",
    "a captured source": """docker network create app
CID=$(docker run -d --name db --network app small)
docker run -d --name web --network app --link $CID:pg small
""",
    "services of Compose": """docker compose up -d
docker run -d --name web --network services_default small
""",
    "stopped and connected": """docker network create app
docker run -d --name db --network app small
docker run -d --name web --network app small
docker run -d --name late small
docker network connect app late
docker stop -t 0 db
docker run -d --name none --network none small
""",
}
COMPOSE = """services:
  db:
    image: small
    stop_grace_period: 0s
  api:
    image: small
    stop_grace_period: 0s
    links: ["db:pg"]
"""
NAME = re.compile(r"--name (\S+)|rename \S+ (\S+)|:(\S+)|-alias (\S+)|-h (\S+)|--add-host ([^:\s]+)")


@pytest.mark.parametrize("title", SCRIPTS)
def test_resolve(engine: Engine, tmp_path: Path, title: str) -> None:
    script, tmp_path = SCRIPTS[title], tmp_path / "services"
    tmp_path.mkdir()
    engine.clear()
    if "compose" in script:
        (tmp_path / "compose.yaml").write_text(COMPOSE)
    done = engine.script(f"set -e\n{script}", tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "run.sh").write_text(script)
    names = {word for match in NAME.finditer(script) for word in match.groups() if word}
    names |= {"db", "api", "pg", "services-db-1"} if "compose" in script else set()
    names |= {name.upper() for name in names} | {f"{name}.app" for name in names}
    scopes = play_scopes(EngineFacts(store_of(tmp_path).connection))
    played = next(scope for scope in scopes if scope.engine.containers)
    moment = Moment(10_000)
    addresses = addresses_of(engine)
    joining = {name for name in addresses if _joins(engine, name)}
    checked = 0
    for container in played.engine.containers.values():
        own = container.name.read(moment)
        if own is None or own.value is None or own.value not in addresses:
            continue
        real = live(engine, own.value, sorted(names))
        for name in sorted(names):
            found = real[name]
            owners = {owner for owner, other in addresses.items() if other & set(found) and owner not in joining}
            expected = owners or {address for address in found if not address.startswith("127.")}
            answer = resolve(played.engine, container, name, moment)
            if answer.kind == "unknown":
                continue
            got = {one.name.read(moment).value for one in answer.containers if one.name.read(moment)}
            got |= {answer.address} - {""}
            assert got == expected, (own.value, name, answer.kind, got, expected)
            checked += 1
    assert checked > 10


def store_of(directory: Path) -> Store:
    """Return the facts of a directory."""
    extraction = gather([str(directory)], Config())
    return Store(extraction.collector, extraction.sources, "any")


def addresses_of(engine: Engine) -> dict[str, set[str]]:
    """Return the addresses of the running containers, by name; those of the container that one joins."""
    found: dict[str, set[str]] = {}
    modes: dict[str, str] = {}
    ids = engine.docker("ps", "-q", "--no-trunc").stdout.split()
    inspected = json.loads(engine.docker("inspect", *ids).stdout)
    for one in inspected:
        networks = one["NetworkSettings"]["Networks"].values()
        found[one["Name"][1:]] = {network["IPAddress"] for network in networks if network["IPAddress"]}
        modes[one["Name"][1:]] = one["HostConfig"]["NetworkMode"]
    by_id = {one["Id"]: one["Name"][1:] for one in inspected}
    return {
        name: found[by_id[modes[name].partition(":")[2]]] if modes[name].startswith("container:") else own
        for name, own in found.items()
    }


def live(engine: Engine, container: str, names: list[str]) -> dict[str, list[str]]:
    """Return the addresses that names have in a container."""
    each = f"for name in {' '.join(names)}; do"
    ask = (
        f"cat /etc/hosts; mkdir -p /r; {each} timeout 2 nslookup $name >/r/$name 2>&1 & done; wait; "
        f'{each} echo "@ $name"; cat /r/$name; done'
    )
    hosts, *answers = re.split(r"^@ ", engine.docker("exec", container, "sh", "-c", ask).stdout, flags=re.MULTILINE)
    found: dict[str, list[str]] = {}
    for answer in answers:
        name, _, said = answer.partition("\n")
        lines = [line.split() for line in hosts.splitlines()]
        in_hosts = [words[0] for words in lines if name.lower() in map(str.lower, words[1:])]
        found[name] = in_hosts[:1] or re.findall(r"Address(?: \d)?: *([\d.]+)", said.partition("Name:")[2])
    return found


def _joins(engine: Engine, name: str) -> bool:
    mode = engine.docker("inspect", "-f", "{{.HostConfig.NetworkMode}}", name).stdout
    return mode.startswith("container:")
