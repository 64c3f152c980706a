"""Random sets of linked containers, as a shell script, a Compose file on the default bridge, or a Makefile."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

NAMES = ("db", "cache", "api", "web", "queue", "mail", "auth", "proxy")
ALIASES = ("store", "backend", "DB2", "q-1", "my_mail", "node")
SHELL, COMPOSE, MAKE = "shell", "compose", "make"


@dataclass(slots=True)
class Topology:
    """The files, how to start them, and names that are lost or ambiguous."""

    seed: int
    form: str
    files: dict[str, str]
    start: str
    lost: set[str] = field(default_factory=set)
    times: int = 1


def make(seed: int, form: str | None = None) -> Topology:
    """Return the topology of a seed."""
    chance = random.Random(seed)
    form = form or chance.choice((SHELL, SHELL, COMPOSE, MAKE))
    names = list(NAMES)
    chance.shuffle(names)
    names = names[: chance.randint(2, 8)]
    links = _links(chance, names)
    if form == COMPOSE:
        return _compose(chance, seed, names, links)
    return _make(chance, seed, names, links) if form == MAKE else _shell(chance, seed, names, links)


def _links(chance: random.Random, names: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Return (source, alias) of each recipient. A source is started before its recipients."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    common = chance.choice(ALIASES)
    for number, name in enumerate(names[1:], 1):
        for source in chance.sample(names[:number], k=min(number, chance.choice((0, 1, 1, 2, 3)))):
            alias = chance.choice(
                (source, source, common, chance.choice(ALIASES), f"{source}-1a", chance.choice(names))
            )
            if alias not in {known for _, known in found[name]} and alias != name:
                found[name].append((source, alias))
    if not any(found.values()):
        found[names[1]].append((names[0], common))
    return found


def _value(source: str, alias: str) -> str:
    return source if source == alias else f"{source}:{alias}"


def _ambiguous(links: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Return the names of sources that are also aliases of other sources: both lines are in /etc/hosts."""
    return {alias for pairs in links.values() for source, alias in pairs if alias != source and alias in NAMES}


def _shell(chance: random.Random, seed: int, names: list[str], links: dict[str, list[tuple[str, str]]]) -> Topology:
    docker = chance.choice(("docker", "docker", "$DOCKER", "command docker"))
    lines = {name: _run(chance, docker, name, links[name]) for name in names}
    head = (
        "#!/bin/bash\n" + ("set -e\n" if chance.random() < 0.5 else "") + ("DOCKER=docker\n" if "$" in docker else "")
    )
    times = 1
    if chance.random() < 0.3:
        head += f"docker rm -f {' '.join(names)} >/dev/null 2>&1 || true\n"
        times = 2
    kind = chance.choice(("flat", "functions", "scripts", "condition"))
    lost = _ambiguous(links)
    if kind == "scripts":
        cut = chance.randint(1, len(names) - 1) if len(names) > 1 else 1
        rest = head.replace("docker rm -f", "true")
        files = {
            "run.sh": head + "bash ./first.sh\nbash ./second.sh\n",
            "first.sh": rest + "".join(lines[name] for name in names[:cut]),
            "second.sh": rest + "".join(lines[name] for name in names[cut:]),
        }
        return Topology(seed, SHELL, files, "bash run.sh", lost, times)
    if kind == "functions":
        body = "".join(f"start_{name}() {{\n  {lines[name]}}}\n" for name in names)
        body += "".join(f"start_{name}\n" for name in names)
    elif kind == "condition":
        first, rest_of = names[0], names[1:]
        body = f"if true; then\n  {lines[first]}fi\n" + "".join(lines[name] for name in rest_of)
    else:
        body = "".join(lines[name] for name in names)
    if chance.random() < 0.25:
        body += f"docker network create front{seed} >/dev/null\ndocker network connect front{seed} {names[-1]}\n"
        times = 1
        head = head.replace("set -e\n", "")
    elif chance.random() < 0.1:
        body += f"docker rename {names[0]} {names[0]}-old\n"
        lost |= {names[0], f"{names[0]}-old"} - {alias for pairs in links.values() for _, alias in pairs}
        times = 1
    return Topology(seed, SHELL, {"run.sh": head + body}, "bash run.sh", lost, times)


def _run(chance: random.Random, docker: str, name: str, links: list[tuple[str, str]]) -> str:
    option = chance.choice(("--link {}", "--link={}", '--link "{}"'))
    words = ["-d", chance.choice((f"--name {name}", f"--name={name}"))]
    words += [option.format(_value(*link)) for link in links]
    words += chance.sample(
        ("--restart always", "-e A=1", "-h host-" + name, "--expose 80"), k=chance.choice((0, 0, 1, 2))
    )
    gap = " " if chance.random() < 0.7 else " \\\n    "
    return f"{docker} run {gap.join(words)}{gap}srv\n"


def _compose(chance: random.Random, seed: int, names: list[str], links: dict[str, list[tuple[str, str]]]) -> Topology:
    lines = [f"name: p{seed}", "services:"]
    for name in names:
        values = [f'"{_value(*link)}"' for link in links[name]]
        if chance.random() < 0.4:
            listed = f", links: [{', '.join(values)}]" if values else ""
            lines.append(f"  {name}: {{image: srv, network_mode: bridge{listed}}}")
            continue
        lines += [f"  {name}:", "    image: srv", "    network_mode: bridge  # the default one"]
        if values:
            lines += ["    links:", *(f"      - {value}" for value in values)]
        if chance.random() < 0.3:
            lines += ["    environment:", "      A: b"]
    lost = {f"{prefix}{name}-1" for name in names for prefix in ("", f"p{seed}-")} | _ambiguous(links)
    return Topology(seed, COMPOSE, {"compose.yaml": "\n".join(lines) + "\n"}, "docker compose up -d", lost)


def _make(chance: random.Random, seed: int, names: list[str], links: dict[str, list[tuple[str, str]]]) -> Topology:
    docker = chance.choice(("docker", "$(DOCKER)"))
    head = "DOCKER ?= docker\n\n" if "$" in docker else ""
    text = f"{head}up: {' '.join(names)}\n\n"
    for number, name in enumerate(names):
        needs = f" {names[number - 1]}" if number else ""
        recipe = _run(chance, docker, name, links[name]).replace("\n    ", "\n\t\t")
        text += f"{name}:{needs}\n\t{chance.choice(('', '@'))}{recipe}\n"
    return Topology(seed, MAKE, {"Makefile": text}, "make -s up", _ambiguous(links))
