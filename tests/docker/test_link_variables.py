"""The variables of a link by the rules of each engine: as seen on 26.1 and 29.0 with one set of ports, and in the
source of 28.0.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.docker.engines import ENGINES
from linklint.docker.link_variables import Port, variables_of
from linklint.queries.env import recipients
from linklint.scanning import gather

Tree = Callable[[dict[str, str]], object]


def names(ports: list[Port], since_28: bool) -> dict[str, str]:
    return {v.name: v.value for v in variables_of("DB", "/web/db", "IP", ports, [], since_28=since_28)}


@pytest.mark.parametrize(
    ("ports", "until_27", "since_28"),
    [
        ([(53, "udp"), (60, "tcp")], "udp://IP:53", "tcp://IP:60"),
        ([(53, "udp"), (53, "tcp")], "tcp://IP:53", "tcp://IP:53"),
        ([(9000, "sctp"), (9001, "udp")], "sctp://IP:9000", "sctp://IP:9000"),
        ([(9001, "sctp"), (9000, "udp")], "udp://IP:9000", "sctp://IP:9001"),
        ([(443, "tcp"), (80, "tcp")], "tcp://IP:80", "tcp://IP:80"),
    ],
)
def test_first_port(ports: list[Port], until_27: str, since_28: str) -> None:
    assert names(ports, False)["DB_PORT"] == until_27
    assert names(ports, True)["DB_PORT"] == since_28


@pytest.mark.parametrize(
    ("ports", "until_27", "since_28"),
    [
        ([(80, "tcp"), (81, "tcp")], None, "tcp://IP:81"),
        ([(80, "tcp"), (81, "tcp"), (82, "tcp")], "tcp://IP:82", "tcp://IP:82"),
        ([(80, "tcp"), (80, "udp"), (81, "tcp")], "tcp://IP:81", "tcp://IP:81"),
        ([(80, "tcp"), (82, "tcp"), (84, "tcp")], None, None),
        ([(80, "tcp"), (81, "udp")], None, None),
    ],
)
def test_ranges(ports: list[Port], until_27: str | None, since_28: str | None) -> None:
    assert names(ports, False).get("DB_PORT_80_TCP_END") == until_27
    assert names(ports, True).get("DB_PORT_80_TCP_END") == since_28


def test_no_port_no_variable_of_a_port() -> None:
    assert names([], True) == names([], False) == {"DB_NAME": "/web/db"}


SCRIPT = """docker run -d --name db -e POSTGRES_PASSWORD=geheim42x --expose 53/udp --expose 60 postgres
docker run -d --name web --link db:db nginx
"""


@pytest.mark.parametrize(
    ("engine", "url"),
    [
        ("27", "udp://<address of db>:53"),
        ("28", "tcp://<address of db>:60"),
        ("29", None),
        ("29+env", "tcp://<address of db>:60"),
        ("30", None),
    ],
)
def test_engines(tree: Tree, engine: str, url: str | None) -> None:
    assert engine in ENGINES
    facts = gather([str(tree({"run.sh": SCRIPT}))], Config())
    (web,) = recipients(Store(facts.collector, facts.sources, engine), "web", engine)
    assert next((v.value for v in web.variables if v.name == "DB_PORT"), None) == url
    assert bool(web.variables) == (url is not None)
    assert any("db" in host.names for host in web.hosts) == (engine != "30")
    assert all("geheim42x" not in v.value for v in web.variables)
