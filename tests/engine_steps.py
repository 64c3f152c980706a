"""Random sequences of docker commands about names, links, networks and ports, with Compose projects beside them.

A sequence mixes one or two motifs, each of which shows a way in which the engine surprises, with random commands on the
same few names. Nothing of linklint is asked for it, so the engine alone decides what is refused. Names are common to
all sequences: an engine plays one sequence at a time. No name has only hexadecimal digits: `db` can also be the
beginning of an ID.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

NAMES = ("sql", "web", "app", "pg", "old", "pod")
NETWORKS = ("front", "back", "shop")
LENGTHS = (5, 8, 11, 14, 17, 21, 25)
JOBS = ("job1", "job2")  # containers that end by themselves, so that `wait` returns
SERVICES = ("store", "site")
Chance = random.Random


class Sequence:
    """The lines of a script, and the Compose file beside it, if it has one."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = Chance(f"sequence {seed}")
        self.length = self.chance.choice(LENGTHS)
        self.names = self.chance.sample(NAMES, self.chance.randint(2, 6))
        self.networks = self.chance.sample(NETWORKS, self.chance.randint(1, 2))
        self.known: list[str] = ["nosuch"]
        self.known_networks: list[str] = ["nowhere"]
        self.jobs: list[str] = []
        self.compose, self.is_up = "", False
        self.families: list[str] = []
        self.lines = self._make()

    def _make(self) -> list[str]:
        lines: list[str] = []
        families = self.chance.sample(list(MOTIFS), 2 if self.length > 12 else 1)
        for family in families:
            motif = MOTIFS[family](self)
            if len(lines) + len(motif) > self.length and lines:
                break
            self.families.append(family)
            lines += motif
        while len(lines) < self.length:
            place = self.chance.randint(0, len(lines))
            self.look_back(lines[:place])
            lines.insert(place, self.step())
        return lines

    def look_back(self, lines: list[str]) -> None:
        """Note which names and networks the lines before create, so that a reader can know what a command means."""
        text = "\n".join(lines)
        made = [*re.findall(r"--name (\S+)", text), *re.findall(r"rename \S+ (\S+)", text)]
        self.known = list(dict.fromkeys(made)) or ["nosuch"]
        self.known_networks = list(dict.fromkeys(re.findall(r"network create (\S+)", text))) or ["nowhere"]
        self.is_up = "compose up" in text
        self.jobs = [name for name in JOBS if f"--name {name} small true" in text]

    def pick(self, *weighted: tuple[int, str]) -> str:
        """Return one of the words, by weight."""
        return self.chance.choices([word for _, word in weighted], [weight for weight, _ in weighted])[0]

    def name(self) -> str:
        return self.chance.choice(self.names)

    def two(self) -> tuple[str, str]:
        """Return two different names."""
        one, other = self.chance.sample(self.names, 2)
        return one, other

    def network(self) -> str:
        return self.chance.choice(self.networks)

    def port(self) -> str:
        """Return a published port, sometimes a range."""
        number = 20_000 + self.chance.randint(1, 4)
        address = self.pick((3, "127.0.0.1:"), (1, "127.0.0.2:"), (1, "0.0.0.0:"), (2, ""))
        host = f"{number}-{number + 1}" if self.chance.random() < 0.25 else str(number)
        return f"-p {address}{host}:{self.chance.choice((80, 81))}{self.pick((5, ''), (1, '/udp'))}"

    def options(self, name: str) -> str:
        """Return the options of `run` or `create`."""
        chance, words = self.chance, [f"--name {name}"]
        kind = self.pick((60, "bridge"), (22, "user"), (4, "two"), (9, "join"), (3, "host"), (2, "none"))
        if kind == "user":
            words.append(f"--network {self.network()}")
        elif kind == "two":
            words.append(f"--network {NETWORKS[0]} --network {NETWORKS[1]}")
        elif kind == "join":
            other = self.chance.choice(self.known)
            if other != name:  # engine 26.1 waits for ever for a link to a container that joins itself
                return f"--name {name} --network container:{other}"
        elif kind in ("host", "none"):
            return f"--name {name} --network {kind}"
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            words.append(f"--link {self.chance.choice(self.known)}:{chance.choice(('db', 'pg', 'a-b'))}")
        for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
            words.append(self.port())
        if chance.random() < 0.08:
            words.append(f"--restart {chance.choice(('always', 'no', 'sometimes'))}")
        chance.shuffle(words)
        return " ".join(words)

    def run(self, name: str) -> str:
        if self.chance.random() < 0.08:
            return f"docker run {self.pick((2, '-d '), (1, ''))}--name {self.chance.choice(JOBS)} small true"
        rm = "--rm " if self.chance.random() < 0.05 else ""
        return f"docker run -d {rm}{self.options(name)} small"

    def step(self) -> str:
        """Return a random command."""
        if self.compose and self.chance.random() < 0.15:
            return f"docker compose {self.chance.choice(COMPOSE) if self.is_up else 'up -d'}"
        kind = self.pick(*((weight, verb) for verb, weight in WEIGHTS.items()))
        new, fresh = self.name(), self.network()
        name = self.chance.choice(self.known) if self.chance.random() < 0.97 else "nosuch"
        network = self.chance.choice(self.known_networks) if self.chance.random() < 0.97 else "nowhere"
        if kind == "wait":
            return (
                f"docker wait {self.chance.choice(self.jobs)}"
                if self.jobs
                else f"docker run -d --name {JOBS[0]} small true"
            )
        if kind == "kill":
            return f"docker kill {self.pick((3, ''), (1, '-s KILL '), (1, '-s HUP '))}{name}"
        plain = {
            "run": self.run(new),
            "create": f"docker create {self.options(new)} small",
            "start": f"docker start {name}",
            "stop": f"docker stop -t 0 {name}",
            "restart": f"docker restart -t 0 {name}",
            "rm": f"docker rm {self.pick((2, '-f '), (1, ''))}{name}",
            "rm-link": f"docker rm --link {name}/{self.chance.choice(('db', 'pg'))}",
            "rename": f"docker rename {name} {new}",
            "exec": f"docker exec {name} true",
            "pause": f"docker pause {name}",
            "unpause": f"docker unpause {name}",
            "network-create": f"docker network create {fresh}",
            "network-rm": f"docker network rm {network}",
            "network-connect": f"docker network connect {self.pick((4, network), (1, 'bridge'))} {name}",
            "network-disconnect": f"docker network disconnect {self.pick((2, network), (1, 'bridge'))} {name}",
            "network-prune": "docker network prune -f",
            "container-prune": "docker container prune -f",
            "system-prune": "docker system prune -f",
        }
        return plain[kind]

    def project(self, *, legacy: bool, named: str | None = None) -> None:
        """Give the sequence a Compose project of two services, the second of which links to the first."""
        mode = "    network_mode: bridge\n" if legacy else ""
        name = f"    container_name: {named}\n" if named else ""
        store, site = SERVICES
        self.compose = (
            f"services:\n  {store}:\n    image: small\n    stop_grace_period: 0s\n{mode}{name}"
            f"  {site}:\n    image: small\n    stop_grace_period: 0s\n{mode}    links:\n      - {store}:pg\n"
        )


COMPOSE = (
    "up -d", "up -d", f"up -d {SERVICES[0]}", f"up -d --scale {SERVICES[1]}=2", "stop -t 0", f"stop -t 0 {SERVICES[0]}",
    "start", f"restart -t 0 {SERVICES[1]}", "down -t 0", "rm -f -s", f"run -T {SERVICES[1]} true",
)  # fmt: skip
WEIGHTS = {
    "run": 26, "create": 5, "start": 6, "stop": 7, "restart": 6, "rm": 9, "rm-link": 2, "rename": 5, "exec": 6,
    "pause": 2,
    "unpause": 2, "kill": 3, "wait": 6, "network-create": 6, "network-rm": 3, "network-connect": 5,
    "network-disconnect": 3, "network-prune": 2, "container-prune": 2, "system-prune": 1,
}  # fmt: skip


def renamed_source(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name web1 --link {one}:db small",
            f"docker rename {one} {other}", "docker restart -t 0 web1"]  # fmt: skip


def blue_green(s: Sequence) -> list[str]:
    one = s.name()
    return [f"docker run -d --name {one} small", f"docker run -d --name web1 --link {one}:app small",
            f"docker rename {one} spare", f"docker run -d --name {one} small", "docker restart -t 0 web1"]  # fmt: skip


def refused_create(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} --link {s.chance.choice(('nosuch', other))}:db small",
            f"docker run -d --name {one} small"]  # fmt: skip


def refused_port(s: Sequence) -> list[str]:
    one, other = s.two()
    port = s.port()
    return [f"docker run -d --name {one} {port} small", f"docker run -d --name {other} {port} small",
            f"docker restart -t 0 {one}"]  # fmt: skip


def removed_link(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name {other} --link {one}:db small",
            f"docker rm --link {other}/db", f"docker stop -t 0 {one}", f"docker restart -t 0 {other}"]  # fmt: skip


def refused_option(s: Sequence) -> list[str]:
    one = s.name()
    bad = s.chance.choice(("--restart sometimes", "-v rel/path:/x", "-w rel", "--ip 172.17.0.99"))
    return [f"docker run -d --name {one} {bad} small", f"docker run -d --name {one} small"]


def link_to_self(s: Sequence) -> list[str]:
    network, one = s.network(), s.name()
    return [f"docker network create {network}", f"docker run -d --name {one} --network {network} --link {one}:me small",
            f"docker exec {one} true"]  # fmt: skip


def soft_kill(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small sleep 1000", f"docker kill -s TERM {one}",
            f"docker run -d --name {other} --link {one}:db small"]  # fmt: skip


def stop_of_nothing(s: Sequence) -> list[str]:
    one = s.name()
    return [f"docker run -d --name {one} small", f"docker rm -f {one}", f"docker stop -t 0 {one}",
            f"docker run -d --name {one} small"]  # fmt: skip


def removal_race(s: Sequence) -> list[str]:
    one = s.name()
    return [f"docker run -d --rm --name {one} small", f"docker stop -t 0 {one}", "sleep 1",
            f"docker run -d --name {one} small"]  # fmt: skip


def path_name(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name {other} --link {one}:pg small",
            f"docker {s.chance.choice(('rm -f', 'stop -t 0'))} {other}/pg",
            f"docker run -d --name {one} small"]  # fmt: skip


def compose_name(s: Sequence) -> list[str]:
    one = s.name()
    s.project(legacy=False, named=one)
    return ["docker compose up -d", f"docker run -d --name {one} small", "docker compose down -t 0",
            f"docker run -d --name {one} small"]  # fmt: skip


def create_before(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker create --name {other} --link {one}:db small", f"docker run -d --name {one} small",
            f"docker start {other}"]  # fmt: skip


def exec_without_source(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name {other} --link {one}:db small",
            f"docker stop -t 0 {one}", f"docker exec {other} true"]  # fmt: skip


def second_network(s: Sequence) -> list[str]:
    one, other = s.two()
    return ["docker network create front", "docker network create back",
            f"docker run -d --name {one} --network back small",
            f"docker run -d --name {other} --network front --network back --link {one}:pg small"]  # fmt: skip


def source_moved(s: Sequence) -> list[str]:
    one, other = s.two()
    network = s.network()
    return [f"docker network create {network}", f"docker run -d --name {one} small",
            f"docker run -d --name {other} --link {one}:db small", f"docker network connect {network} {one}",
            f"docker network disconnect bridge {one}",
            s.chance.choice((f"docker restart -t 0 {other}", f"docker exec {other} true"))]  # fmt: skip


def pod_source(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name side --network container:{one} small",
            f"docker run -d --name {other} --link side:s small", f"docker stop -t 0 {one}",
            f"docker restart -t 0 {other}"]  # fmt: skip


def source_not_started(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} -p 127.0.0.1:20009:80 -p 127.0.0.1:20009:81 small",
            f"docker run -d --name {other} --link {one}:db small"]  # fmt: skip


def captured_source(s: Sequence) -> list[str]:
    how = s.chance.choice(("run -d", "create"))
    return [f"CID=$(docker {how} small)", f"docker {s.chance.choice(('rm -f', 'stop -t 0'))} $CID",
            f"docker run -d --name {s.name()} --link $CID:db small"]  # fmt: skip


def used_up_range(s: Sequence) -> list[str]:
    return [f"docker run -d --name r{number} -p 127.0.0.1:20011-20012:80 small" for number in (1, 2, 3)]


def compose_legacy(s: Sequence) -> list[str]:
    s.project(legacy=True)
    store, site = SERVICES
    return ["docker compose up -d", f"docker compose stop -t 0 {store}", f"docker compose restart -t 0 {site}",
            s.chance.choice(("docker compose start", "docker compose up -d",
            f"docker compose rm -f -s {store}"))]  # fmt: skip


def compose_conflict(s: Sequence) -> list[str]:
    one = s.name()
    s.project(legacy=s.chance.random() < 0.5, named=one)
    return [f"docker run -d --name {one} small", "docker compose up -d", f"docker rm -f {one}",
            f"docker compose up -d --scale {SERVICES[1]}=2"]  # fmt: skip


def renamed_and_removed(s: Sequence) -> list[str]:
    one, other = s.two()
    return [f"docker run -d --name {one} small", f"docker run -d --name web1 --link {one}:db small",
            f"docker rename {one} {other}", f"docker rm -f {other}", "docker restart -t 0 web1"]  # fmt: skip


def remove_running(s: Sequence) -> list[str]:
    one = s.name()
    return [f"docker run -d --name {one} small", f"docker rm {one}", f"docker run -d --name {one} small"]


def missing_network(s: Sequence) -> list[str]:
    one, network = s.name(), s.network()
    return [f"docker run -d --name {one} --network {network} small", f"docker network create {network}",
            f"docker start {one}", f"docker network create {network}"]  # fmt: skip


def pruned_network(s: Sequence) -> list[str]:
    one, network = s.name(), s.network()
    return [f"docker network create {network}", f"docker run -d --name {one} --network {network} small",
            f"docker stop -t 0 {one}", f"docker {s.chance.choice(('network', 'system'))} prune -f",
            f"docker start {one}"]  # fmt: skip


def pod_gone(s: Sequence) -> list[str]:
    one = s.name()
    return [f"docker run -d --name {one} small", f"docker run -d --name side --network container:{one} small",
            f"docker rm -f {one}", f"docker run -d --name {one} small", "docker restart -t 0 side"]  # fmt: skip


MOTIFS: dict[str, Callable[[Sequence], list[str]]] = {
    "A1": renamed_source,
    "A2": blue_green,
    "A3": refused_create,
    "A4": refused_port,
    "A5": removed_link,
    "A6": refused_option,
    "A7": link_to_self,
    "A8": soft_kill,
    "A9": stop_of_nothing,
    "A10": removal_race,
    "A11": path_name,
    "A12": compose_name,
    "B1": create_before,
    "B2": exec_without_source,
    "B3": second_network,
    "B4": source_moved,
    "B5": pod_source,
    "B6": source_not_started,
    "B7": captured_source,
    "B8": used_up_range,
    "B9": compose_legacy,
    "B10": compose_conflict,
    "B11": renamed_and_removed,
    "B12": remove_running,
    "networks": missing_network,
    "prune": pruned_network,
    "pods": pod_gone,
}
