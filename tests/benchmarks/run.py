"""Measure the time budgets and print ratios; nothing fails. python tests/benchmarks/run.py [runs]

Times are the minimum of several runs of a whole process: start-up, one small file, 300 files, 2,000 Compose files and
Dockerfiles, two trees without Docker (a generated one, and the standard library of Python) beside `rg -c docker` on the
same tree, and 250, 500 and 1,000 scripts that start ten containers each, link them, call each other and run each
other's images.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LINKLINT = [sys.executable, "-m", "linklint"]
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}

COMPOSE = """\
services:
  web{n}:
    image: example/web:{n}
    container_name: web{n}
    ports:
      - "127.0.0.1:{port}:80"
    environment:
      DB_HOST: db
      LEVEL: "{n}"
    depends_on: [db{n}]
    links: [db{n}]
  db{n}:
    image: postgres:16
    environment:
      - POSTGRES_USER=app
      - POSTGRES_PASSWORD_FILE=/run/secrets/db
    volumes:
      - data:/var/lib/postgresql/data
volumes:
  data:
""" + "".join(f"# a comment as they stand in such files, line {n}\n" for n in range(12))
DOCKERFILE = """\
FROM debian:stable AS build
ARG VERSION={n}
RUN apt-get update && apt-get install -y build-essential \\
    curl \\
    git && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make VERSION=$VERSION
FROM debian:stable
ENV APP_HOME=/app LEVEL={n}
EXPOSE 80 443
COPY --from=build /src/app /app
CMD ["/app/start", "--level", "{n}"]
"""
SHELL = (
    "#!/bin/sh\ndocker network create app{n}\ndocker run -d --name db{n} --network app{n} postgres\ndocker run "
    "-d --name web{n} --network app{n} -p 127.0.0.1:{port}:80 example/web\n"
)
NOTHING = {
    ".py": "def f(x):\n    return x + {n}\n" * 40,
    ".js": "export function f(x) {{ return x + {n} }}\n" * 40,
    ".go": "func f(x int) int {{ return x + {n} }}\n" * 40,
    ".md": "A paragraph about nothing in particular, number {n}.\n\n" * 20,
    ".sh": "echo {n}\n" * 30,
}


def measure(command: list[str], cwd: Path, runs: int) -> float:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, cwd=cwd, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    base = Path(tempfile.mkdtemp(prefix="linklint-benchmark-"))
    try:
        report(base, runs)
    finally:
        shutil.rmtree(base)


def report(base: Path, runs: int) -> None:
    small = base / "small"
    small.mkdir()
    (small / "run.sh").write_text(SHELL.format(n=1, port=8001))
    (small / "compose.yaml").write_text(COMPOSE.format(n=1, port=8001))
    few, many, nothing = base / "few", base / "many", base / "nothing"
    for n in range(1000):
        for target, limit in ((few, 100), (many, 1000)):
            if n < limit:
                folder = target / f"d{n}"
                folder.mkdir(parents=True)
                (folder / "docker-compose.yml").write_text(COMPOSE.format(n=n, port=8000 + n))
                (folder / "Dockerfile").write_text(DOCKERFILE.format(n=n))
        if n < 100:
            (few / f"d{n}" / "run.sh").write_text(SHELL.format(n=n, port=8000 + n))
    for n in range(3000):
        for suffix, text in NOTHING.items():
            folder = nothing / f"d{n % 100}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{n}{suffix}").write_text(text.format(n=n))
    floor = measure([sys.executable, "-c", "pass"], base, runs * 2)
    version = measure([*LINKLINT, "--version"], base, runs * 2)
    row("python -c pass", floor)
    row("linklint --version", version, f"{version / floor:.1f} x the floor (budget 3)")
    row("one shell file", measure([*LINKLINT, "scan", "run.sh"], small, runs), "budget 0.120")
    row("one Compose file", measure([*LINKLINT, "scan", "compose.yaml"], small, runs), "budget 0.120")
    row("300 relevant files", measure([*LINKLINT, "scan", "."], few, max(runs // 2, 1)), "budget 1.000")
    row(
        "2,000 Compose files and Dockerfiles",
        measure([*LINKLINT, "scan", "."], many, max(runs // 2, 1)),
        f"{megabytes(many):.1f} MB",
    )
    beside_rg("15,000 files that mention nothing", nothing, runs, " (budget 4)")
    library = base / "library"
    ignored = shutil.ignore_patterns("site-packages", "__pycache__", "config-*")
    shutil.copytree(Path(os.__file__).parent, library, ignore=ignored, ignore_dangling_symlinks=True)
    beside_rg("the standard library of Python", library, runs)

    for scripts in (250, 500, 1000):
        tree = base / f"linked{scripts}"
        linked(tree, scripts)
        row(
            f"{scripts} scripts of 10 linked containers",
            measure([*LINKLINT, "scan", "--quiet", "."], tree, 1),
            "budget 15 for the 1,000" if scripts == 1000 else "",
        )


def linked(tree: Path, scripts: int) -> None:
    """Write scripts, fifty per directory: links within a script and to the one before, every fifth runs its neighbour,
    every tenth builds the image of ten.
    """
    chance = random.Random(7)
    for n in range(scripts):
        folder = tree / f"d{n // 50}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["#!/bin/bash", "set -e"]
        if n % 10 == 9:
            (folder / f"app{n}").mkdir()
            (folder / f"app{n}" / "Dockerfile").write_text(
                f"FROM alpine\nENV SECRET_TOKEN=abc{n}def9876\nEXPOSE 80 443\n"
            )
            lines.append(f"docker build -t img{n} ./app{n}")
        for m in range(10):
            links = f"--link s{n}-c{chance.randrange(m)}:l{m}" if m else ""
            links += f" --link s{max(0, n - 1)}-c{chance.randrange(10)}:x-{m}" if m > 5 else ""
            image = f"img{n // 10 * 10 + 9}"
            lines.append(
                f"docker run -d --name s{n}-c{m} -e PASSWORD_{m}=geheim{n}x{m} -e A={m} -p {8000 + m}:80 --expose "
                f"{m + 1000} {links} {image}"
            )
        if n % 5 == 0 and (n + 1) // 50 == n // 50:
            lines.append(f"./run{n + 1}.sh")
        if n % 7 == 0:
            lines.append("echo $L1_PORT_80_TCP_ADDR")
        (folder / f"run{n}.sh").write_text("\n".join(lines) + "\n")


def beside_rg(name: str, tree: Path, runs: int, budget: str = "") -> None:
    scan = measure([*LINKLINT, "scan", str(tree)], tree.parent, max(runs // 2, 1))
    row(name, scan, f"{megabytes(tree):.1f} MB")
    if shutil.which("rg"):
        rg = measure(["rg", "-c", "docker", "."], tree, runs)
        row("rg -c docker on them", rg, f"linklint takes {scan / rg:.1f} x{budget}")


def megabytes(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def row(name: str, seconds: float, words: str = "") -> None:
    print(f"{name:40} {seconds:7.3f} s  {words}", flush=True)


if __name__ == "__main__":
    main()
