"""`linklint graph` and `linklint env`: their answers about small trees, in each format, and that no text is read as
syntax.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.cli import main

Tree = Callable[[dict[str, str]], Path]

SCRIPT = """docker network create back
docker run -d --name db -e DB_PASSWORD=geheim42x -p 5432:5432 postgres
docker run -d --name web --link db:pg --link queue -p 127.0.0.1:80:80 nginx
docker run -d --name job --network back example/job
docker run -d --name mail --network back --link job:worker example/mail
docker run -d --name alone redis
"""


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_tree(tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree({"run.sh": SCRIPT}))
    assert (
        said(capsys, "graph")
        == """run.sh
├─ db  postgres  publishes 5432:5432  run.sh:2
├─ web  nginx  publishes 127.0.0.1:80:80  run.sh:3
│  ├─ → db as pg  passes on DB_PASSWORD
│  └─ → queue  nothing here creates it
├─ job  example/job  on back  run.sh:4
├─ mail  example/mail  on back  run.sh:5
│  └─ → job as worker  a private name
└─ alone  redis  run.sh:6

5 containers, 3 links, 1 link with secrets, 1 published beyond the host
"""
    )


def test_no_engine_no_secret(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tree({"run.sh": SCRIPT}))
    assert "DB_PASSWORD" in said(capsys, "graph", path, "--engine", "28")
    assert "DB_PASSWORD" not in said(capsys, "graph", path, "--engine", "29")


def test_mermaid(tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree({"run.sh": SCRIPT}))
    assert (
        said(capsys, "graph", "--format", "mermaid")
        == """flowchart LR
  subgraph g1["run.sh"]
    c1["db<br>postgres<br>publishes 5432:5432"]
    c2["web<br>nginx<br>publishes 127.0.0.1:80:80"]
    c3["job<br>example/job"]
    c4["mail<br>example/mail"]
    c5["alone<br>redis"]
    c6(["queue<br>created elsewhere"])
    g1n1{{"back"}}
    c3 -.- g1n1
    c4 -.- g1n1
  end
  c2 ==>|"pg: gets DB_PASSWORD"| c1
  c2 -->|"queue"| c6
  c4 -.->|"worker"| c3
  linkStyle 2 stroke:#c00
  classDef open stroke-width:3px,stroke:#c60
  class c1 open
"""
    )


HOSTILE = r"""docker run -d --name 'end"]--><script>' -p '1:1' example/b
docker run --name end --link 'end"]--><script>:x"|y[31m' -e A_PASSWORD=geheim42x class
docker run -d --name 'a\"b#]|;' --network '{{"]}}' example/c
docker run -d --name subgraph --network '{{"]}}' --link end:graph example/c
"""


@pytest.mark.parametrize("form", ["tree", "mermaid", "dot"])
def test_names_are_no_syntax(tree: Tree, capsys: pytest.CaptureFixture[str], form: str) -> None:
    out = said(capsys, "graph", "--format", form, str(tree({"run.sh": HOSTILE})))
    assert "\x1b" not in out
    if form == "mermaid":
        assert all(
            re.sub(r'"[^"]*"', '""', line).count('"') % 2 == 0 and "script>" not in line for line in out.splitlines()
        )


@pytest.mark.conformance
@pytest.mark.needs("dot")
@pytest.mark.parametrize("text", [SCRIPT, HOSTILE])
def test_graphviz_draws_it(tree: Tree, capsys: pytest.CaptureFixture[str], text: str) -> None:
    out = said(capsys, "graph", "--format", "dot", str(tree({"run.sh": text})))
    drawn = subprocess.run(
        [shutil.which("dot") or "dot", "-Tplain"], input=out, capture_output=True, text=True, check=True
    ).stdout
    assert len([line for line in drawn.splitlines() if line.startswith("node ")]) == len(
        re.findall(r"^    \w+ \[label", out, re.MULTILINE)
    )


def test_nothing(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tree({"a.txt": ""}))
    assert (
        said(capsys, "graph", path).strip()
        == "0 containers, 0 links, 0 links with secrets, 0 published beyond the host"
    )
    assert said(capsys, "graph", "--format", "mermaid", path) == "flowchart LR\n"


def test_env(tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree({"run.sh": SCRIPT}))
    out = said(capsys, "env", "web")
    assert "PG_PORT_5432_TCP_ADDR=<address of db>" in out and "PG_ENV_DB_PASSWORD=ge…" in out and "geheim42x" not in out
    assert "<address of db>     pg <id of db> db  link" in out and "nothing here creates queue" in out
    assert "geheim42x" in said(capsys, "env", "web", "--show-secrets")
    (found,) = json.loads(said(capsys, "env", "web", "--format", "json", "--engine", "28"))
    assert {v["name"]: v["value"] for v in found["variables"]}["PG_PORT"] == "tcp://<address of db>:5432"
    assert all(v["engines"] == ["28"] for v in found["variables"])
    (mail,) = json.loads(said(capsys, "env", "mail", "--format", "json"))
    assert mail["variables"] == [] and "is a name that only mail can resolve" in mail["notes"][0]
    assert mail["hosts"] == [{"address": "<address of mail>", "names": ["<id of mail>"], "from": "own"}]


def test_env_of_nobody(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["env", "wbe", str(tree({"run.sh": SCRIPT}))])
    assert ended.value.code == 2 and "unknown container wbe: did you mean web?" in capsys.readouterr().err


@pytest.mark.parametrize(("groups", "pairs"), [(1, 495), (600, 600)])
def test_mermaid_stays_below_its_limits(
    tree: Tree, capsys: pytest.CaptureFixture[str], groups: int, pairs: int
) -> None:
    """Of too many containers, those without links are left out first; what is left out is said."""
    pair = "docker run -d --name db{0} postgres\ndocker run -d --name web{0} --link db{0}:db example/web\n"
    texts = {
        f"{group}/run.sh": "".join(pair.format(f"{group}x{number}") for number in range(pairs // groups))
        for group in range(groups)
    }
    out = said(capsys, "graph", "--format", "mermaid", str(tree(texts)))
    assert 40_000 < len(out) <= 50_000 and out.count("-->") <= 500
    left_out = re.match(r"%% (\d+) containers left out, too many for Mermaid: use --around NAME\nflowchart LR\n", out)
    assert left_out and int(left_out[1]) + out.count('["db') + out.count('["web') == 2 * pairs
    small = said(capsys, "graph", "--format", "mermaid", "--around", "web0x0", str(tree({})))
    assert small.count("-->") == 1 and "%%" not in small


def test_around_and_linked(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    text = "docker run -d --name a x\n" + "".join(
        f"docker run -d --name {new} --link {old}:{old} x\n" for old, new in ("ab", "bc", "cd")
    ) + "docker run -d --name alone x\n"  # fmt: skip
    text = text.replace("--name ", "--name c").replace("--link ", "--link c").replace(":", ":c")
    path = str(tree({"run.sh": text}))
    for arguments, names in (
        (["--linked"], {"ca", "cb", "cc", "cd"}),
        (["--around", "cb", "--depth", "1"], {"ca", "cb", "cc"}),
        (["--around", "cd", "--depth", "2"], {"cb", "cc", "cd"}),
        (["--around", "ca"], {"ca", "cb", "cc", "cd"}),
        (["--around", "calone"], {"calone"}),
    ):
        out = said(capsys, "graph", "--format", "dot", *arguments, path)
        assert set(re.findall(r'label="(c\w+)\\n', out)) == names, arguments
