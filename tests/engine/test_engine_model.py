"""The model of the engine, command by command: what each leaves behind, and what a refusal leaves."""

from __future__ import annotations

from linklint.engine.engine import Engine
from linklint.engine.history import History, Moment
from linklint.engine.objects import Command, ContainerSpec, LinkSpec, Outcome, PortSpec, Target
from linklint.engine.play import play
from linklint.engine.resolve import resolve


class Host:
    """An engine, and a counter of moments and containers."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.number = 0

    def moment(self, arms: frozenset[tuple[int, int]] = frozenset()) -> Moment:
        self.number += 1
        return Moment(self.number, self.number, arms, arms)

    def do(self, verb: str, name: str | None = None, **more: object) -> list[Outcome]:
        """Play a command on a name."""
        return play(self.engine, Command(self.moment(), verb, Target(name), **more))  # type: ignore[arg-type]

    def run(self, name: str, *links: str, verb: str = "run", **more: object) -> list[Outcome]:
        """Play a run, with links like db:pg."""
        specs = tuple(
            LinkSpec(number, target, alias)
            for number, (target, _, alias) in enumerate(link.partition(":") for link in links)
        )
        spec = ContainerSpec(self.number + 1, name, links=specs, **more)  # type: ignore[arg-type]
        return play(self.engine, Command(self.moment(), verb, Target(name), spec))


def codes(outcomes: list[Outcome]) -> list[str]:
    return [outcome.code or outcome.outcome for outcome in outcomes]


def test_a_name_is_in_use_in_every_state() -> None:
    host = Host()
    assert codes(host.run("db")) == ["done"]
    assert codes(host.run("db")) == ["name-taken"]
    host.do("stop", "db")
    assert codes(host.run("db")) == ["name-taken"]
    assert codes(host.do("rm", "db")) == ["done"]
    assert codes(host.run("db")) == ["done"]
    assert codes(host.do("rm", "db")) == ["still-running"]
    assert codes(host.run("db")) == ["name-taken"]
    host.do("rename", "db", new_name="old")
    assert codes(host.run("db")) == ["done"]
    assert codes(host.do("rename", "db", new_name="old")) == ["name-taken"]
    assert codes(host.do("rename", "db", new_name="db")) == ["same-name"]


def test_what_a_refusal_leaves() -> None:
    host = Host()
    host.run("db")
    host.do("rm", "db", force=True)
    assert codes(host.run("web", "db:db")) == ["source-missing"]
    assert codes(host.do("start", "web")) == ["container-missing"]  # refused at create: nothing is left
    assert codes(host.run("web", ports=(PortSpec(1, 80, 80, False),))) == ["done"]
    assert codes(host.run("pub", ports=(PortSpec(2, 80, 80, False),))) == ["port-taken"]
    assert codes(host.run("pub")) == ["name-taken"]  # refused at start: the name is in use
    assert codes(host.do("restart", "web")) == ["done"]  # and the port is not


def test_links_go_by_object() -> None:
    host = Host()
    host.run("db")
    host.run("web", "db:pg")
    host.do("rename", "db", new_name="old")
    host.run("db")
    assert codes(host.do("restart", "web")) == ["done"]
    host.do("stop", "old")
    assert codes(host.do("exec", "web")) == ["source-stopped"]
    assert codes(host.do("restart", "web")) == ["source-stopped"]
    host.do("rm-link", "web/pg")
    assert codes(host.do("restart", "web")) == ["done"]


def test_a_source_with_the_network_of_another_one() -> None:
    host = Host()
    host.run("pod")
    host.run("side", joins="pod")
    host.run("web", "side:s")
    host.do("stop", "pod")
    assert codes(host.do("restart", "web")) == ["source-stopped"]
    assert codes(host.do("restart", "side")) == ["join-stopped"]
    host.do("rm", "pod")
    host.run("pod")
    assert codes(host.do("restart", "side")) == ["join-missing"]


def test_networks_are_bound_by_id_once_a_container_has_run() -> None:
    host = Host()
    host.do("network-create", network="app")
    assert codes(host.do("network-create", network="app")) == ["network-exists"]
    host.run("db", networks=("app",))
    assert codes(host.do("network-rm", network="app")) == ["network-in-use"]
    host.do("stop", "db")
    host.run("new", networks=("app",), verb="create")
    assert codes(host.do("network-rm", network="app")) == ["done"]
    host.do("network-create", network="app")
    assert codes(host.do("start", "db")) == ["network-gone"]
    assert codes(host.do("start", "new")) == ["done"]


def test_a_range_is_used_up() -> None:
    host = Host()
    ports = (PortSpec(1, 8000, 8001, False),)
    assert [codes(host.run(name, ports=ports)) for name in ("one", "two", "three")] == [
        ["done"],
        ["done"],
        ["port-taken"],
    ]
    host.do("stop", "one")
    assert codes(host.do("start", "three")) == ["done"]


def test_nothing_certain_follows_from_a_condition() -> None:
    host = Host()
    host.run("db")
    arm = frozenset({(1, 0)})
    play(host.engine, Command(host.moment(arm), "rm", Target("db"), force=True))
    assert codes(host.run("db")) == ["done"]
    assert {outcome.confidence for outcome in host.run("db")} == {"certain"}  # one or the other has the name


def test_branches_that_exclude_each_other() -> None:
    history: History[str] = History()
    then, other = (
        Moment(1, 1, frozenset({(1, 0)}), frozenset({(1, 0)})),
        Moment(2, 2, frozenset({(1, 1)}), frozenset({(1, 1)})),
    )
    history.set(then, "then")
    assert history.read(other) is None
    history.set(other, "else")
    last = history.read(
        then._replace(number=3) if hasattr(then, "_replace") else Moment(3, 3, then.arms, then.conditions)
    )
    assert last is not None and last.value == "then" and last.confidence == "certain"
    after = history.read(Moment(4))
    assert after is not None and after.confidence == "possible"


def test_a_stopped_container_with_rm_keeps_its_name_for_a_moment() -> None:
    host = Host()
    host.run("db", auto_remove=True)
    host.do("stop", "db")
    [outcome] = host.run("db")
    assert (outcome.code, outcome.confidence) == ("name-held", "possible")


def test_resolve() -> None:
    host = Host()
    host.run("db", hostname="store")
    host.run("web", "db:pg", extra_hosts=(("mail", "10.0.0.1"),))
    web, db = host.engine.containers[2], host.engine.containers[1]
    now = host.moment()
    assert [resolve(host.engine, web, name, now).kind for name in ("PG", "STORE", "db", "mail", "web2")] == [
        "one", "one", "one", "address", "nobody",
    ]  # fmt: skip
    assert resolve(host.engine, web, "pg", now).containers == (db,)
    host.do("network-create", network="app")
    host.run("one", networks=("app",), aliases=("shared",))
    host.run("two", networks=("app",), aliases=("shared",))
    host.run("api", "one:Up", networks=("app",))
    api, later = host.engine.containers[7], host.moment()
    answers = {name: resolve(host.engine, api, name, later).kind for name in ("SHARED", "Up", "UP", "one.app", "db")}
    assert answers == {"SHARED": "several", "Up": "one", "UP": "nobody", "one.app": "one", "db": "nobody"}
    host.do("rename", "one", new_name="uno")
    assert resolve(host.engine, api, "Up", host.moment()).kind == "nobody"


def test_only_a_container_that_runs_cannot_leave_the_network_of_another() -> None:
    """An engine connects a container that does not run to any network. Whether one starts on that of a container that
    nobody has seen is unknown.
    """
    host = Host()
    host.run("db")
    host.run("one", joins="db")
    (refused,) = host.do("network-connect", "one", network="bridge")
    assert (refused.code, refused.confidence) == ("shared-network", "certain")
    host.run("two", joins="db", verb="create")
    assert codes(host.do("network-connect", "two", network="bridge")) == ["done"]
    host.run("three", joins="elsewhere")
    (refused,) = host.do("network-connect", "three", network="bridge")
    assert (refused.code, refused.confidence) == ("shared-network", "likely")


def test_after_a_removal_of_somebody_a_name_may_be_that_of_the_one_before() -> None:
    host = Host()
    host.run("pg")
    host.do("rm", "app/pg", force=True)  # the path of a link that nobody knows: it may be pg
    host.run("pg")
    (taken,) = host.run("pg")
    assert (taken.code, taken.confidence) == ("name-taken", "likely")
