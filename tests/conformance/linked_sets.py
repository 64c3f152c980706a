"""Random scripts that start a set of linked containers: names, ports, variables, images and links of every form."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

PORTS = (
    "80",
    "443",
    "53/udp",
    "53/tcp",
    "5432",
    "8000-8002",
    "8000-8001/udp",
    "8080-8090",
    "9000/sctp",
    "9000-9001",
    "9001/udp",
    "1-3",
    "27017-27019/tcp",
    "65535",
    "81",
    "82",
)
NAMES = (
    "A",
    "FOO",
    "PASSWORD",
    "lower",
    "MIX_ed",
    "EMPTY",
    "HOME",
    "PATH_X",
    "DOT.TED",
    "WITH-DASH",
    "TERM",
    "LANG",
    "N1",
)
VALUES = ("1", "", "two words", "a=b=c", "x;y", "geheim42x", "tcp://10.0.0.1:1", "über")
IMAGE_VALUES = ("image", "7", '"quoted word"')
ALIASES = ("db", "my-db", "My-Db2", "a.b", "x_y", "web-db-1", "é", "UPPER", "d-b", "localhost", "n")


@dataclass(slots=True)
class Set:
    """A script, the files beside it, and its recipient."""

    seed: int
    script: str
    recipient: str
    files: dict[str, str] = field(default_factory=dict)
    host_port: int = 0


def make(seed: int) -> Set:
    """Return the set of a seed. Every name starts with the seed, so that several sets can run on one engine."""
    chance = random.Random(seed)
    made = Set(seed, "", f"s{seed}-web", host_port=20_000 + 200 * seed)
    lines: list[str] = []
    sources = [
        f"s{seed}{chance.choice(('-db', '_cache', '.mq', '-x-y'))}{number}" for number in range(chance.randint(1, 3))
    ]
    image = _image(chance, made, lines, "src")
    for name in sources:
        lines.append(
            _run(
                chance,
                made,
                name,
                image if chance.random() < 0.7 else "small",
                chance.choice(("docker run -d", "docker run --detach", "docker container run -d")),
            )
        )
    web = _image(chance, made, lines, "web") if chance.random() < 0.4 else "small"
    lines.append(_recipient(chance, made, sources, web))
    made.script = "\n".join(lines) + "\n"
    return made


def _image(chance: random.Random, made: Set, lines: list[str], name: str) -> str:
    if chance.random() < 0.3:
        return "small"
    stages = ["FROM small AS base"]
    for stage in ("base", "last")[: chance.randint(1, 2)]:
        if stage == "last":
            stages.append("FROM base")
        for _ in range(chance.randint(0, 2)):
            stages.append(f"ENV {chance.choice(NAMES[:6])}={chance.choice(IMAGE_VALUES)}")
        if chance.random() < 0.7:
            stages.append("EXPOSE " + " ".join(sorted({chance.choice(PORTS) for _ in range(chance.randint(1, 3))})))
    if name == "web" and chance.random() < 0.5:
        stages.append("ENV DB_NAME=from-the-image MY_DB_PORT=4")
    tag = f"s{made.seed}-{name}"
    made.files[f"{name}/Dockerfile"] = "\n".join(stages) + "\n"
    lines.append(f"docker build -q -t {tag} ./{name}")
    return tag


def _options(chance: random.Random, made: Set, name: str) -> list[str]:
    words: list[str] = []
    for _ in range(chance.randint(0, 3)):
        words.append(
            f"--expose {chance.choice(PORTS)}" if chance.random() < 0.7 else f"--expose={chance.choice(PORTS)}"
        )
    for _ in range(chance.randint(0, 2)):
        port = chance.choice(PORTS)
        inside, _, protocol = port.partition("/")
        if protocol == "sctp":  # the engine's proxy needs the kernel's module
            continue
        first, _, last = inside.partition("-")
        made.host_port += 20  # no other container of any set has them
        host = f"{made.host_port}-{made.host_port + int(last) - int(first)}" if last else ""
        words.append(f"-p 127.0.0.1:{host}:{inside}" + (f"/{protocol}" if protocol else ""))
    for _ in range(chance.randint(0, 4)):
        words.append(f"-e '{chance.choice(NAMES)}={chance.choice(VALUES)}'")
    if chance.random() < 0.3:
        words.append(f"-e {chance.choice(('NOT_SET_HERE', 'FOO', 'A'))}")
    if chance.random() < 0.4:
        lines = [f"{chance.choice(NAMES)}={chance.choice(VALUES)}" for _ in range(chance.randint(1, 3))] + [
            "# a comment",
            "UNSET_IN_FILE",
            "LAST=' kept '",
        ]
        made.files[f"{name}.env"] = "\n".join(lines) + "\n"
        words.append(f"--env-file {name}.env")
    if chance.random() < 0.3:
        words.append(f"-h {chance.choice(('dbhost', 'db.example.org', 'h-1'))}")
    chance.shuffle(words)
    return words


def _run(chance: random.Random, made: Set, name: str, image: str, verb: str) -> str:
    words = [f"--name {name}", *_options(chance, made, name)]
    return f"{verb} {' '.join(words)} {image} sleep 1000000"


def _recipient(chance: random.Random, made: Set, sources: list[str], image: str) -> str:
    words = [
        f"--name {made.recipient}",
        *(word for word in _options(chance, made, made.recipient) if not word.startswith("-p")),
    ]
    aliases = []
    for source in sources * chance.randint(1, 2):
        alias = chance.choice(ALIASES)
        aliases.append(alias)
        form = chance.random()
        words.append(
            f"--link {source}" if form < 0.15 else f"--link {source}:" if form < 0.2 else f"--link=/{source}:{alias}"
            if form < 0.3 else f"--link {source}:x/{alias}"
            if form < 0.35 else f"--link {source}:{alias}"
        )  # fmt: skip
    prefix = chance.choice(aliases).upper().replace("-", "_")
    for _ in range(chance.randint(0, 3)):
        words.append(
            chance.choice(
                (
                    f"-e {prefix}_NAME",
                    f"-e {prefix}_NAME=mine",
                    f"-e {prefix}_PORT=5",
                    f"-e {prefix}_ENV_A=own",
                    f"-e {prefix}_ENV_FOO",
                )
            )
        )
    if chance.random() < 0.4:
        words.append(f"--add-host {chance.choice(aliases)}:10.9.8.7")
    if chance.random() < 0.3:
        words.append(f"--domainname {chance.choice(('example.net', 'lan'))}")
    chance.shuffle(words)
    return f"docker run -d {' '.join(words)} {image} sleep 1000000"
