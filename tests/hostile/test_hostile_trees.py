"""Trees of many small files, and files that others use many times: time and memory grow linearly, nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from machine import in_time
from test_hostile import measured

SECRETS = "".join(f"A{i}_PASSWORD=hunter{i}x\n" for i in range(3000))
THOUSAND = "".join(f"V{i}=x{i}\n" for i in range(1000))
CHAIN = "A0=aaaaaaaaaa\n" + "".join(f"A{i}=${{A{i - 1}}}x\n" for i in range(1, 2000))
Tree = dict[str, str]

TREES: dict[str, Tree] = {
    "an env file of secrets, many times": {"big.env": SECRETS, "run.sh": "docker run --env-file big.env x\n" * 90},
    "an env file of secrets, on one line": {"big.env": SECRETS,
    "run.sh": "docker run " + "--env-file big.env " * 900 + "x\n"},
    "an env file, on one line": {"v.env": THOUSAND, "run.sh": "docker run " + "--env-file v.env " * 200 + "x\n"},
    "values that grow in an env file": {"big.env": CHAIN, "compose.yaml": "services:\n" + "".join(
        f"  s{i}:\n    image: x\n    env_file: [big.env, big.env, big.env]\n" for i in range(20))},
    "links times exposed ports": {"run.sh": "docker run --name db " + " ".join(f"--expose {i}" for i in range(1, 301))
        + " x\n" + ("docker run " + " ".join(f"--link db:a{i}" for i in range(50)) + " y\n") * 300},
    "extends of a thousand variables": {"compose.yaml": "services:\n  b:\n    image: x\n    environment:\n"
        + "".join(f"      V{i}: x\n" for i in range(1000)) + "".join(f"  s{i}:\n    extends: b\n" for i in range(900))},
    "projects that extend each other": {f"c{i}/compose.yaml": "services:\n" + "".join(
        f"  s{j}:\n    extends: {{file: ../c{j}/compose.yaml, service: s{(j + 1) % 30}}}\n" for j in range(30))
        for i in range(30)},
    "a library that many scripts source": {"lib.sh": "docker run -d --name a x\n" * 900, **{
        f"r{i}.sh": ". ./lib.sh\n# docker\n" for i in range(60)}},
    "scripts that call each other": {f"r{i}.sh": "docker run x\n" + "".join(f"./r{j}.sh\n" for j in range(80))
    for i in range(80)},
    "links to everybody": {f"r{i}.sh": f"docker run -d --name n{i} " + " ".join(f"--link n{j}:n{j}" for j in range(100))
        + " x\n" for i in range(100)},
    "a chain of services, and Compose commands": {"run.sh": "docker compose up -d\ndocker compose down\n" * 100,
        "compose.yaml": "services:\n" + "".join(
            f"  a{i}:\n    image: x\n    links: [a{i + 1}]\n" for i in range(1500)) + "  a1500:\n    image: x\n"},
    "many replicas": {"run.sh": "docker compose up -d --scale a=" + "9" * 9000 + "\ndocker compose restart\n" * 900,
        "compose.yaml": "services:\n" + "".join(f"  a{i or ''}:\n    image: x\n" for i in range(60))},
    "prunes of networks": {"run.sh": "".join(
        f"docker network create n{i}\ndocker run -d --name c{i} --network n{i} x\n" for i in range(300))
        + "docker network prune -f\n" * 390},
    "restarts of all containers": {"run.sh": "".join(f"docker run -d --name c{i} x\n" for i in range(500))
        + "docker restart $(docker ps -q)\n" * 490},
    "exec with many links": {"run.sh": "docker run -d --name a1 x\ndocker run -d --name w1 " + " ".join(
        f"--link a1:b{i}" for i in range(2500)) + " x\ndocker stop a1\n" + "docker exec w1 true\n" * 900},
    "one name, and links to it": {"run.sh": "docker run -d --name a --link a:b x\n" * 900},
    "starts of a container with many ports": {"run.sh": "docker run -d --name web " + " ".join(
        f"-p {1000 + 100 * i}-{1099 + 100 * i}:{1000 + 100 * i}-{1099 + 100 * i}" for i in range(60)) + " x\n"
        + "docker restart web\n" * 900},
    "containers that get one name": {"run.sh": "".join(f"docker run -d --name c{i} x\ndocker rename c{i} X\n"
    for i in range(200))
        + "".join("docker run " + " ".join(f"--link X:a{j}" for j in range(20)) + " y\n" for i in range(200))},
    "links under conditions": {"run.sh": "".join(f"if x{i}; then docker run --name n{i} " + " ".join(
        f"--link q{j}:a{j}" for j in range(10)) + " x; fi\n" for i in range(900))},
    "builds of one image": {"Dockerfile": "FROM x\n",
    **{f"r{i}.sh": "docker build -t a .\ndocker run a\n" * 200 for i in range(20)}},
    "links and restarts": {"run.sh": "docker run -d --name s x\ndocker run -d --name web " + " ".join(
        f"--link=s:a{i}" for i in range(900)) + " x\n" + "docker restart web\n" * 900},
    "readers and containers that set": {"Dockerfile": "FROM x\n", "compose.yaml": "services:\n" + "".join(
        f"  s{i}: {{build: ., environment: {{DB_PORT_1_TCP_ADDR: x}}}}\n" for i in range(600)),
        "a.py": "import os\n" + "os.environ['DB_PORT_1_TCP_ADDR']\n" * 100},
    "aliases that collide": {"compose.yaml": "a:\n  image: x\n  links:\n" + "".join(
        f"    - t{i}:" + "".join("a" + "-_"[i >> b & 1] for b in range(11)) + "z\n" for i in range(1500))},
    "tasks with one name": {"task.json": '{"family": "f", "containerDefinitions": [' + ",".join(
        '{"name": "a", "image": "x", "links": [' + ",".join(f'"a:b{j}"' for j in range(20)) + "]}"
        for _ in range(200)) + "]}"},
    "a long alias and many ports": {"run.sh": "docker run -d --name db --expose 1-500 x\ndocker run --link db:"
    + "a" * 200_000 + " y\n"},
    "reads on long lines": {"run.sh": ("echo " + "$DB_PORT_5432_TCP_ADDR " * 4900 + "\n") * 4,
    "db.sh": "docker run --name db x\ndocker run --link db:db y\n"},
    "ports of many files": {f"r{i}.sh": "docker run -p 1000-3000:1000-3000 x\n" * 50 for i in range(60)},
    "comments of many files": {f"r{i}.sh": "docker run -p 1:1 x\n"
        + "# linklint: ignore[all-interfaces-bind] why\ndocker run -p 2:2 x\n" * 50 for i in range(100)},
    "stages of one name": {"Dockerfile": "# docker\n" + "FROM a AS a\nENV A=1\n" * 1000},
    "targets that need each other": {"Makefile": (names := " ".join(f"t{i}" for i in range(500)))
    + f": {names}\n\tdocker run x\n"},
    "comments of a Compose file": {"compose.yaml": "services:\n  a:\n    image: x\n"
    + "# linklint: ignore[legacy-link] why\n" * 4000},
    "loops in loops": {"run.sh": "for i in 1 2 3; do\n" * 14 + "docker run x\n" + "done\n" * 14},
    **{f"Python: {line}": {"a.py": "import subprocess\nx = 'docker run '\ny = ['docker', 'run']\n" + f"{line}\n" * 60
        + "subprocess.run(x, shell=True)\nsubprocess.run(y)\n"} for line in
        ('x = f"{x}{x}"', 'x = "".join([x, x])', 'x = "%s%s" % (x, x)', 'x = "{}{}".format(x, x)', "y = [*y, *y]",
        "y = y + y")},
}  # fmt: skip
ALL_DAY = ("stages of one name", "an env file of secrets, many times", 'Python: x = f"{x}{x}"')


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in ALL_DAY else [pytest.mark.slow]) for n in TREES])
def test_time_memory_and_the_findings_of_others(name: str, tmp_path: Path, record_property: Any) -> None:
    for path, text in TREES[name].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "zz_good.sh").write_text("docker run -p 81:81 -e ZZ_PASSWORD=hunter22 good\n")
    size = sum(map(len, TREES[name].values()))
    result = measured(tmp_path)
    record_property("seconds", result["seconds"])
    print(f"{result['seconds']:.2f} s, {result['megabytes']:.0f} MB, {size / 1000:.1f} kB in {len(TREES[name])} files")
    assert in_time(result["seconds"], 3 + 0.06 * len(TREES[name]) + size * 10e-6)
    assert result["megabytes"] < 250
    rules = {place[1] for place in result["findings"] if place[0] == "zz_good.sh"}
    assert {"all-interfaces-bind", "secret-in-env"} <= rules
    assert "failed-rule" not in {place[1] for place in result["findings"]}
    assert not any("internal error" in place[3] for place in result["findings"])


def test_a_scan_says_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "lib.sh").write_text("docker run -d --name a x\n" * 900)
    for number in range(60):
        (tmp_path / f"r{number}.sh").write_text(". ./lib.sh\n# docker\n")
    from linklint.scanning import scan

    stopped = {
        part.path for part in scan([str(tmp_path)]).unread if "the work limit of the scan is reached" in part.reason
    }
    assert 10 < len(stopped) < 60 and "lib.sh" not in stopped


def test_the_texts_of_files_are_limited_in_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from linklint.scanning import scan

    monkeypatch.setattr("linklint.files.tree.MAX_HELD", 100_000)
    for number in range(10):
        (tmp_path / f"{number}.sh").write_text("docker run -p 80:80 x\n# " + "x" * 20_000)
    result = scan([str(tmp_path)])
    assert len(result.findings) == 4 and len(result.unread) == 6
    assert sqlite3.sqlite_version_info > (3, 31), "the limit of the heap"
