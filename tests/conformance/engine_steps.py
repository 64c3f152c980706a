"""Random sequences of docker commands about names, links, networks and ports; the engine refuses a step in about half
of them.

They contain only what a reader of the script can know: every name that is stopped, removed or linked to was created
before.
"""

from __future__ import annotations

import random

LENGTHS = (4, 6, 8, 10, 14)


class Sequence:
    """The state so far, so that the next step makes sense."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.lines: list[str] = [f"docker network create n{seed}"]
        self.names: list[str] = []
        self.running: list[str] = []
        self.count = 0

    def name(self) -> str:
        """Return a name: mostly a new one, sometimes a known one."""
        if self.names and self.chance.random() < 0.12:
            return self.chance.choice(self.names)
        self.count += 1
        return f"c{self.seed}-{self.count}"

    def known(self) -> str:
        """Return a known name, mostly of a running container."""
        return self.chance.choice(self.running if self.running and self.chance.random() < 0.93 else self.names)

    def options(self, name: str) -> str:
        chance = self.chance
        words = [f"--name {name}"]
        if chance.random() < 0.15:
            words.append(f"--network n{self.seed}")
        elif chance.random() < 0.05:
            words.append(f"--net {chance.choice(('host', 'none', 'bridge'))}")
        for _ in range(chance.choice((0, 0, 1, 1, 2)) if self.names else 0):
            words.append(f"--link {self.known()}:{chance.choice(('db', 'cache', 'a-b', 'x'))}")
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            words.append(self.port())
        if chance.random() < 0.1:
            words.append(f"--restart {chance.choice(('no', 'always'))}")
        chance.shuffle(words)
        return " ".join(words)

    def port(self) -> str:
        base = 20_000 + self.seed * 12
        number = base + self.chance.randint(0, 9)
        form = self.chance.random()
        if form < 0.15:
            return "-p 127.0.0.1::80"
        if form < 0.3:
            return f"-p {number}:80/udp"
        if form < 0.4:
            return f"-p {base}-{base + 1}:8000-8001"
        if form < 0.43:
            return f"-p {self.chance.choice(('80:', 'localhost:80:80', '127.0.0.1:80', '70000:80', '8080:80/http'))}"
        return (
            f"-p {self.chance.choice(('', '127.0.0.1:', '127.0.0.2:', '0.0.0.0:'))}{number}:"
            f"{self.chance.choice((80, 81))}"
        )

    def step(self) -> str:
        kind = self.chance.random()
        if not self.names or kind < 0.5:
            name = self.name()
            line = f"docker run -d {'--rm ' if self.chance.random() < 0.1 else ''}{self.options(name)} small"
            self.names.append(name)
            self.running.append(name)
            return line
        if kind < 0.56:
            name = self.name()
            line = f"docker create {self.options(name)} small"
            self.names.append(name)
            return line
        if kind < 0.6:
            name = self.name()
            self.names.append(name)
            rm = self.chance.random() < 0.5
            return f"docker run {'--rm ' if rm else ''}--name {name} small true"
        if kind < 0.68 and self.running:
            name = self.running.pop(self.chance.randrange(len(self.running)))
            return f"docker stop -t 0 {name}"
        if kind < 0.8:
            name = self.known()
            self.running = [other for other in self.running if other != name]
            self.names = [other for other in self.names if other != name] or [name]
            return f"docker rm -f {name}"
        if kind < 0.88:
            old, new = self.known(), self.name()
            self.names.append(new)
            self.running = [new if other == old else other for other in self.running]
            return f"docker rename {old} {new}"
        if kind < 0.94:
            return f"docker start {self.chance.choice(self.names)}"
        return f"docker network connect bridge {self.known()} 2>/dev/null || true"


def make(seed: int) -> list[str]:
    """Return the lines of a sequence."""
    sequence = Sequence(seed)
    length = sequence.chance.choice(LENGTHS)
    while len(sequence.lines) < length:
        sequence.lines.append(sequence.step())
    return sequence.lines
