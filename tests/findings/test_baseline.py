"""The baseline: old findings are hidden, new ones are reported, fixed ones are removed; and suppression of blocks and
files.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.cli import main
from linklint.files.root import Root
from linklint.findings.result import ScanResult

Tree = Callable[[dict[str, str]], Path]
OPEN = "docker run -d --name aa -p 80:6379 img\n"
NAME = ".linklint-baseline.json"


@pytest.fixture
def old(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree(
        {
            "run.sh": OPEN + "docker run -d --name bb -e DB_PASSWORD=Tr0ub4dorTr0 img\n",
            "sub/more.sh": "docker run -d --name cc -p 81:6379 img\n",
        }
    )
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    return root


def linklint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as status:
        main(list(arguments))
    told = capsys.readouterr()
    return int(str(status.value.code)), told.out, told.err


def test_a_baseline_from_its_birth_to_its_end(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert linklint(capsys, "scan", "--quiet")[0] == 1
    code, out, err = linklint(capsys, "scan", "--write-baseline")
    assert (code, out) == (0, "") and err == (
        f"Wrote 3 findings to {NAME}. Commit it: from now on only new findings are reported, also with --audit.\n"
    )
    entries = json.loads((old / NAME).read_text())["baseline"]
    assert [(entry["path"], entry["rule"]) for entry in entries] == [
        ("run.sh", "all-interfaces-bind"), ("run.sh", "secret-in-env"), ("sub/more.sh", "all-interfaces-bind"),
    ]  # fmt: skip
    assert len((old / NAME).read_text().splitlines()) == 5

    code, out, _ = linklint(capsys, "scan")
    assert code == 0 and out == "No findings in 2 files; baseline: 3 left\n"

    (old / "run.sh").write_text(
        "# moved\n\n" + (old / "run.sh").read_text() + "docker run -d --name dd -p 82:6379 img\n"
    )
    code, out, _ = linklint(capsys, "scan", "--quiet")
    assert code == 1 and [line.split("  ")[0] for line in out.splitlines()] == ["run.sh:5:28"]

    (old / "run.sh").write_text("docker run -d --name bb img\n")
    (old / "sub/more.sh").unlink()
    code, out, _ = linklint(capsys, "scan")
    assert "3 findings of the baseline are fixed (--prune-baseline removes them from .linklint-baseline.json)" in out
    assert "run.sh: 80:6379 is published" in out and "baseline: 0 left, 3 fixed" in out
    code, out, err = linklint(capsys, "scan", "--prune-baseline")
    assert err == "Removed 3 fixed findings from .linklint-baseline.json.\n" and "are fixed" not in out
    assert json.loads((old / NAME).read_text()) == {"version": 1, "baseline": []}


def test_what_was_not_looked_at_is_not_fixed(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    for arguments in (
        ["scan", "sub"],
        ["scan", "sub/more.sh"],
        ["scan", "--select", "secret-in-env"],
        ["scan", "--context", ".", "run.sh"],
        ["scan", "run.sh"],
    ):
        code, out, _ = linklint(capsys, *arguments)
        assert code == 0 and "fixed" not in out, arguments
    (old / "sub/more.sh").write_text("docker run -d --name cc img\n")
    code, out, _ = linklint(capsys, "scan", "--select", "secret-in-env")
    assert "fixed" not in out
    code, out, _ = linklint(capsys, "scan", "--context", ".", "sub/more.sh")
    assert "1 finding of the baseline is fixed" in out


def test_writing_a_part_keeps_the_rest(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    (old / "sub/more.sh").write_text("docker run -d --name cc -p 83:6379 img\n")
    code, _, err = linklint(capsys, "scan", "--write-baseline", "sub")
    assert code == 0 and err.startswith(f"Wrote 4 findings to {NAME} (3 in files that were not scanned). ")
    assert linklint(capsys, "scan")[0] == 0
    linklint(capsys, "scan", "--write-baseline", "--select", "secret-in-env")
    assert linklint(capsys, "scan")[0] == 0
    (old / NAME).write_text("broken")
    assert linklint(capsys, "scan", "--write-baseline", "sub")[0] == 2
    assert (old / NAME).read_text() == "broken"


def test_fixes_that_wait_in_the_baseline_are_reported(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    assert linklint(capsys, "scan", "--diff=all", "--audit")[2] == "2 more in the baseline: use --no-baseline\n"
    assert "Fixed 0 findings in 0 files (2 more in the baseline" in linklint(capsys, "scan", "--fix=all", "--audit")[2]


def test_an_audit_and_an_ignore_fix_nothing(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline", "--audit")
    text = (old / "run.sh").read_text()
    (old / "run.sh").write_text(text.replace("img\n", "img  # linklint: ignore[all-interfaces-bind] ours\n", 1))
    _, out, _ = linklint(capsys, "scan", "--audit")
    assert "fixed" not in out


def test_entries_fall_out_with_the_last_docker_command(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    for path in old.rglob("*.sh"):
        path.write_text("echo nothing to see\n")
    assert "3 findings of the baseline are fixed" in linklint(capsys, "scan")[1]
    assert "Removed 3 fixed findings" in linklint(capsys, "scan", "--prune-baseline")[2]


def test_what_the_configuration_says_is_scanned_is_the_whole(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / ".linklint.toml").write_text("paths = ['sub', 'run.sh']\n")
    linklint(capsys, "scan", "--write-baseline")
    (old / ".linklint.toml").write_text("paths = ['sub']\n")
    (old / "sub/more.sh").write_text("echo\n")
    assert "1 finding of the baseline is fixed" in linklint(capsys, "scan")[1]
    (old / "other").mkdir()
    (old / "other" / "x.sh").write_text("")
    (old / ".linklint.toml").write_text("paths = ['sub', 'other']\n")
    assert "1 finding of the baseline is fixed" in linklint(capsys, "scan")[1]
    assert "fixed" not in linklint(capsys, "scan", "other")[1]


def test_a_context_takes_directories_below_it(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = linklint(capsys, "scan", "--quiet", "--context", ".", "sub")
    assert code == 1 and [line.split(":")[0] for line in out.splitlines()] == ["sub/more.sh"]
    assert (
        linklint(capsys, "scan", "--quiet", "--context", ".")[0]
        == linklint(capsys, "scan", "--context", ".", ".")[0]
        == 1
    )
    for arguments in (["--context", "sub", "run.sh"], ["--context", "run.sh", "run.sh"], ["--context", "sub", "."]):
        assert linklint(capsys, "scan", *arguments)[0] == 2, arguments


def test_a_part_of_the_tree_fixes_nothing(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link in one directory sets what a program in another directory reads."""
    files = {
        "deploy/run.sh": "docker run -d --name db x\ndocker run -d --name web --link db:mydb y\n",
        "app/x.py": "import os\nhost = os.environ['MYDB_ENV_USER']\n",
    }
    root = tree(files)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    linklint(capsys, "scan", "--write-baseline", "--audit")
    assert "MYDB_ENV_USER" in (root / NAME).read_text()
    assert "fixed" not in linklint(capsys, "scan", "app", "--audit")[1]
    linklint(capsys, "scan", "app", "--prune-baseline")
    assert "MYDB_ENV_USER" in (root / NAME).read_text()


@pytest.mark.parametrize("where", ["../outside.json", "/outside.json", "link/outside.json"])
def test_the_configuration_writes_nothing_elsewhere(
    old: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory, where: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (old / "link").symlink_to(outside)
    (old / ".linklint.toml").write_text(f"baseline = {where!r}\n".replace("'/", f"'{outside}/"))
    for option in ("--write-baseline", "--prune-baseline", "--quiet"):
        code, _, err = linklint(capsys, "scan", option)
        assert code == 2 and ".linklint.toml:1:" in err and "is outside" in err
    assert not list(outside.iterdir())
    (old / ".linklint.toml").write_text("paths = ['..']\n")
    assert linklint(capsys, "scan")[0] == 2


def test_without_git_paths_are_those_of_the_configuration_or_of_here(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree({"run.sh": OPEN, "sub/more.sh": OPEN.replace("aa", "cc").replace("80:6379", "81:6379")})
    monkeypatch.chdir(root)
    linklint(capsys, "scan", "--write-baseline")
    assert linklint(capsys, "scan", "sub")[0] == 0
    (root / ".linklint.toml").write_text("")
    monkeypatch.chdir(root / "sub")
    assert linklint(capsys, "scan")[0] == 0


def test_a_baseline_elsewhere_and_none(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert linklint(capsys, "scan", "--write-baseline", "--baseline", "old.json")[0] == 0
    assert linklint(capsys, "scan")[0] == 1
    assert linklint(capsys, "scan", "--baseline", "old.json")[0] == 0
    (old / ".linklint.toml").write_text("baseline = 'old.json'\n")
    assert linklint(capsys, "scan")[0] == 0
    assert linklint(capsys, "scan", "sub")[0] == 0
    assert linklint(capsys, "scan", "--no-baseline")[0] == 1
    _, out, _ = linklint(capsys, "scan", "--show-ignored")
    assert out.count("suppressed by the baseline: listed in old.json") == 3


def test_a_secret_is_in_no_baseline(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree({"a.sh": "docker run -e DB_PASSWORD=verysecret99 img\n"})
    linklint(capsys, "scan", "--write-baseline", "--show-secrets", str(root))
    text = (root / NAME).read_text()
    assert "DB_PASSWORD" in text and "verysecret99" not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"version": 2, "baseline": []}', "the baseline has version 2"),
        ('{"version": 1, "baseline": [{}]}', "not a baseline"),
        ('{"version": 1}', "not a baseline"),
        ("[" * 100_000, "not a baseline"),
        ("\x00\x01", "not a baseline"),
        ('{"version": 1, "baseline": [\n<<<<<<< HEAD\n', "the file has merge conflict markers"),
    ],
)
def test_a_broken_baseline_is_reported(old: Path, capsys: pytest.CaptureFixture[str], text: str, words: str) -> None:
    (old / NAME).write_text(text)
    code, _, err = linklint(capsys, "scan")
    assert code == 2 and NAME in err and words in err and "Traceback" not in err


def test_a_baseline_that_is_named_must_be_there(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--baseline", "x.json"], ["--prune-baseline"]):
        code, _, err = linklint(capsys, "scan", *arguments)
        assert code == 2 and "create it with linklint scan --write-baseline" in err


def test_a_baseline_that_is_a_link_is_none(
    old: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    linklint(capsys, "scan", "--write-baseline")
    outside = tmp_path_factory.mktemp("outside") / "b.json"
    (old / NAME).rename(outside)
    (old / NAME).symlink_to(outside)
    assert linklint(capsys, "scan")[0] == 1
    before = outside.read_text()
    code, _, err = linklint(capsys, "scan", "--write-baseline", "sub")
    assert code == 2 and "is a symbolic link" in err and outside.read_text() == before


IGNORED: dict[str, dict[str, str]] = {
    "an apostrophe in double quotes": {"a.sh": 'docker run --rm -e MSG="don\'t" -p 80:6379 img  # linklint: '
        'ignore[all-interfaces-bind] ours\n'},
    "a statement that goes on": {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\ndocker network create x "
        "&&\ndocker run --rm -p 80:6379 img |\ntee log\n"},
    "a backslash in single quotes": {"a.sh": "echo '\\'; docker run --rm -p 80:6379 img  # linklint: "
        "ignore[all-interfaces-bind] ours\n"},
    "a call over lines": {"a.py": "import subprocess\n# linklint: ignore[all-interfaces-bind] "
        "ours\nsubprocess.run([\n    'docker', 'run',\n    '-p', '80:6379', 'img',\n])\n"},
    "behind a call over lines": {"a.py": "import subprocess\nsubprocess.run([\n    'docker', 'run',\n    '-p', "
        "'80:6379', 'img',\n])  # linklint: ignore[all-interfaces-bind] ours\n"},
    "a quote over lines": {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\nbash -c '\ndocker run --rm -p "
        "80:6379 img\n'\n"},
    "a heredoc": {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\nssh host <<EOF\ndocker run --rm -p 80:6379 "
        "img\nEOF\n"},
    "behind the beginning of a heredoc": {"a.sh": "ssh host <<EOF  # linklint: ignore[all-interfaces-bind] "
        "ours\ndocker run --rm -p 80:6379 img\nEOF\n"},
    "within a quote": {"a.sh": "ssh host '\n  docker run --rm \\\n    -p 80:6379 img  # linklint: "
        "ignore[all-interfaces-bind] ours\n'\n"},
    "behind a loop": {"a.sh": "for i in 1 2; do\ndocker run --rm -p 80:6379 img\ndone  # linklint: "
        "ignore[all-interfaces-bind] ours\n"},
    "behind continued lines": {"a.sh": "docker run --rm \\\n  -p 80:6379 \\\n  img || # a comment\n  exit  # "
        "linklint: ignore[all-interfaces-bind] ours\n"},
    "behind a quote over lines": {"a.sh": "docker run --rm -e X='a\nb' -p 80:6379 img  # linklint: "
        "ignore[all-interfaces-bind] ours\n"},
    "an apostrophe in YAML": {"compose.yaml": "services:\n  a:\n    image: x\n    ports:\n      - 80:6379  # it's "
        "ours # linklint: ignore[all-interfaces-bind] ours\n"},
    "a substitution": {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\nX=$(\ndocker run --rm -p 80:6379 img"
        "\n)\n"},
    "a group behind a test": {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\n[ -f x ] && {\ndocker run "
        "--rm -p 80:6379 img\n}\n"},
    "a comma behind a date": {"a.sh": f"# linklint: ignore[all-interfaces-bind] ours until=2999-01-01, then no "
        f"more\n{OPEN}"},
    "a block of a script": {"a.sh": f"# linklint: ignore-begin[all-interfaces-bind] a "
        f"demonstration\n{OPEN}\n{OPEN.replace('--name aa', '--rm').replace('80:6379', '8:6379')}"
        "# linklint: ignore-end\n"},
    "two hashes": {"a.sh": f"## linklint: ignore[all-interfaces-bind] ours\n{OPEN}"},
    "a branch of a case": {"a.sh": "case $1 in\n  # linklint: ignore[all-interfaces-bind] ours\n  c)\n    docker "
        "run --rm -p 80:6379 img ;;\nesac\n"},
    "a Dockerfile with comments between": {"Dockerfile": "FROM a\n# linklint: ignore[secret-in-env] ours\nENV A=1 "
        "\\\n# a comment\n  DB_PASSWORD=hunter2hunter9\n"},
    "a heredoc of a Dockerfile": {"Dockerfile": "FROM a\n# linklint: ignore[all-interfaces-bind] ours\nRUN "
        "<<EOF\ndocker run --rm -p 80:6379 img\nEOF\n"},
    "a string over lines in a Jenkinsfile": {"Jenkinsfile": "node {\n  // linklint: ignore[all-interfaces-bind] "
        "ours\n  sh \'\'\'\n    docker run --rm -p 80:6379 img\n  \'\'\'\n}\n"},
    "behind a string over lines": {"a.py": 'import subprocess\nsubprocess.run("""\ndocker run --rm -p 80:6379 '
        'img\n""", shell=True)  # linklint: ignore[all-interfaces-bind] ours\n'},
    "an expression over lines": {"a.js": "// linklint: ignore[link-env-address] ours\nconst f = cond\n  ? "
        "process.env.DB_PORT_5432_TCP_ADDR\n  : 'x';\n// linklint: ignore[link-env-address] ours\nconst g =\n  "
        "process.env.DB_PORT_1_TCP_ADDR;\n"},
    "behind an expression over lines": {"a.js": "const h = process.env.DB_PORT_5432_TCP_ADDR\n  || 'localhost'; // "
        "linklint: ignore[link-env-address] ours\n"},
    "a comment in the way of C": {"a.js": "const c = process.env.DB_PORT_5432_TCP_ADDR; /* linklint: "
        "ignore[link-env-address] ours */\n"},
    "Lua": {"a.lua": "-- linklint: ignore[link-env-address] ours\nlocal a = os.getenv('DB_PORT_5432_TCP_ADDR')\n"},
    "a unit": {"a.service": "[Service]\n; linklint: ignore[all-interfaces-bind] ours\nExecStart=/usr/bin/docker "
        "run --name u2 -p 62:6379 nginx\n"},
    "a template": {"web.conf.j2": "{# linklint: ignore[link-env-address] ours #}\nhost {{ "
        "env.DB_PORT_5432_TCP_ADDR }}\n"},
    "a key of YAML": {"compose.yaml": "services:\n  a:\n    image: x\n    ports: # linklint: "
        "ignore[all-interfaces-bind] ours\n      - 80:6379\n"},
    "a key of a template": {"docker-compose.yml.j2": "services:\n  web: # linklint: ignore[all-interfaces-bind] "
        "ours\n    image: {{ image }}\n    ports: ['80:6379']\n"},
    "above a service of a template": {"docker-compose.yml.j2": "services:\n  {# linklint: "
        "ignore[all-interfaces-bind] ours #}\n  web:\n    image: {{ image }}\n    ports: ['80:6379']\n"},
    "a key of cloud-init": {"user-data": "#cloud-config\nruncmd: # linklint: ignore[all-interfaces-bind] ours\n  - "
        "docker run --rm -p 80:6379 x\n"},
    "a document of MDX": {"a.mdx": f"<!-- linklint: ignore[all-interfaces-bind] ours -->\n```sh\n{OPEN}```\n"},
    "a template of a unit": {"web.service.j2": "[Service]\n; linklint: ignore[all-interfaces-bind] "
        "ours\nExecStart=/usr/bin/docker run --name u2 -p 62:6379 nginx\n"},
    "a block of Lua": {"a.lua": "--[[ linklint: ignore[link-env-address] ours ]]\nlocal a = "
        "os.getenv('DB_PORT_5432_TCP_ADDR')\n"},
    "an element of JSX": {"a.jsx": "const a = (<p>\n  {/* linklint: ignore[link-env-address] ours */}\n  "
        "{process.env.DB_PORT_5432_TCP_ADDR}\n</p>)\n"},
    "a file of Go that shifts": {"a.go": "// linklint: ignore-file[link-env-address] ours\nx := 1 << n\nh := "
        "os.Getenv(\"DB_PORT_5432_TCP_ADDR\")\n"},
    "a file of Ruby that appends": {"a.rb": "list << item\nh = ENV['DB_PORT_5432_TCP_ADDR']\n# linklint: "
        "ignore-file[link-env-address] ours\n"},
    "a key with an anchor": {"compose.yaml": "services:\n  a: &a # linklint: ignore[all-interfaces-bind] ours\n    "
        "image: x\n    ports: !!seq &p\n      - 80:6379\n"},
    "a comment of Jinja": {"docker-compose.yml.j2": '{# managed #}\nservices:\n  a:\n    image: {{ image }}\n    '
        'ports:\n      - "80:6379" {# linklint: ignore[all-interfaces-bind] ours #}\n'},
    "a comment of Helm": {"a.yaml.tpl": "{{/* linklint: ignore[link-env-address] ours */}}\nhost: "
        "${DB_PORT_5432_TCP_ADDR}\n"},
    "a service": {"compose.yaml": "services:\n  a: # linklint: ignore[all-interfaces-bind] ours\n    image: x\n    "
        "ports:\n      - 80:6379\n"},
    "an item of YAML": {"compose.yaml": "services:\n  a:\n    image: x\n    ports:\n      - target: 80 # linklint: "
        "ignore[all-interfaces-bind] ours\n        published: 80\n"},
    "a step": {".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: | # "
        "linklint: ignore[all-interfaces-bind] ours\n          docker run --rm -p 80:6379 img\n"},
    "a heredoc of a step": {".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - "
        "run: |\n          # linklint: ignore[all-interfaces-bind] ours\n          ssh host <<EOF\n          "
        "docker run --rm -p 80:6379 img\n          EOF\n"},
    "YAML in a document": {"a.md": "```yaml\nservices:\n  # linklint: ignore[all-interfaces-bind] ours\n  web:\n   "
        " image: nginx\n    ports:\n      - '53:6379'\n```\n"},
    "an indented block": {"a.md": "<!-- linklint: ignore[all-interfaces-bind] ours -->\n\n    docker run --rm -p "
        "80:6379 img\n    docker run --rm -p 81:6379 img\n\ntext\n"},
    "a paragraph": {"a.md": "<!-- linklint: ignore[all-interfaces-bind] ours -->\nThen run\n`docker run --rm -p "
        "80:6379 img` now.\n"},
    "a target": {"Makefile": "# linklint: ignore[all-interfaces-bind] ours\nrun:\n\techo\n\tdocker run --rm -p "
        "80:6379 img\n"},
    "behind a target": {"Makefile": "run: # linklint: ignore[all-interfaces-bind] ours\n\tdocker run --rm -p 80:6379 "
        "img\n"},
    "in a recipe": {"Makefile": "run:\n\t@# linklint: ignore[all-interfaces-bind] ours\n\t@docker run --rm -p "
        "80:6379 img\n"},
    "two on a line": {"a.sh": "docker run --name q -p 80:6379 img # linklint: ignore[invalid-name] ours # linklint: "
        "ignore[all-interfaces-bind] ours\n"},
    "a file": {"a.sh": f"#!/bin/sh\n# linklint: ignore-file[all-interfaces-bind] a demonstration\nset -e\n{OPEN}"},
    "a file, said at its end": {"a.sh": f"{OPEN}# linklint: ignore-file[all-interfaces-bind] a demonstration\n"},
    "blocks within blocks": {"a.sh": f"# linklint: ignore-begin[all-interfaces-bind] outer\n# linklint: "
        f"ignore-begin[refused-command] inner\ndocker run --nme x y\n# linklint: ignore-end\n{OPEN}# linklint: "
        f"ignore-end\n"},
    "a document": {"a.md": f"<!-- linklint: ignore-begin[all-interfaces-bind] not for use "
        f"-->\n\n```sh\n{OPEN}```\n\ntext\n\n```sh\n{OPEN.replace('80:6379', '81:6379').replace('name aa', 'name bb')}`"
        f"``\n\n<!-- linklint: ignore-end -->\n"},
    "Compose": {"compose.yaml": "# linklint: ignore-file[all-interfaces-bind] a public server\nservices:\n  a:\n   "
        " image: x\n    ports: ['80:6379']\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", IGNORED)
def test_ignores_of_blocks_and_files(report: Callable[..., ScanResult], name: str) -> None:
    found = report(IGNORED[name])
    assert [(f.rule, f.message) for f in found.findings] == []
    assert found.suppressed and all(
        f.suppression is not None and f.suppression.by == "comment" and f.suppression.reason for f in found.suppressed
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# linklint: ignore-file[all-interfaces-bind]\n", "ignore-file needs a reason"),
        ("# linklint: ignore-file[all-interfaces-bind] until=2999-01-01\n", "ignore-file needs a reason"),
        ("# linklint: ignore-begin[all-interfaces-bind]\n", "ignore-begin needs a reason"),
        ("# linklint: ignore[all-interfaces-bind] until=2999-02-30\n", "until= needs a date"),
        ("# linklint: ignore-end\n", "ignore-end without ignore-begin"),
        ("# linklint: ignore-file\n", "write ignore[RULE] reason"),
        ("# linklint: ignore-begin[all-interfaces-bind] why\n", "ignore-end is missing"),
    ],
)
def test_a_wrong_ignore_is_reported(report: Callable[..., ScanResult], text: str, words: str) -> None:
    found = report({"a.sh": text + OPEN})
    assert any(words in f.message for f in found.findings if f.rule == "unread")


LEFT: dict[str, tuple[dict[str, str],
list[int]]] = {  # a file with a comment that covers one statement, and the lines of the remaining findings
    "a bracket in a string of Python": (
        {"a.py": "import os\na = os.environ['X_PORT_1_TCP_ADDR']\nprint('bye :)', os.environ['Y_PORT_1_TCP_ADDR']) "
            " # linklint: ignore[link-env-address] ours\n"}, [2]),
    "a bracket in a regular expression": (
        {"a.js": "const a = process.env.X_PORT_1_TCP_ADDR;\nconst c = /\\)/.test(process.env.Y_PORT_1_TCP_ADDR); "
            "// linklint: ignore[link-env-address] ours\n"}, [1]),
    "brackets in strings of Go": (
        {"a.go": "a := os.Getenv(\"X_PORT_1_TCP_ADDR\")\nb := f(os.Getenv(\"Y_PORT_1_TCP_ADDR\"), \")\") // "
            "linklint: ignore[link-env-address] ours\n"
                 "// linklint: ignore[link-env-address] ours\nc := f(os.Getenv(\"Z_PORT_1_TCP_ADDR\"), \"(\")\nd "
                 ":= os.Getenv(\"W_PORT_1_TCP_ADDR\")\n"}, [1, 5]),
    "a smile": (
        {"a.sh": "# linklint: ignore[all-interfaces-bind] ours\ndocker run --name s1 -e 'SMILE=:(' -p 51:6379 "
            "nginx\ndocker run --name s2 -p 52:6379 nginx\n"}, [3]),
    "a heredoc that is written to a file": ({"a.sh": f"{OPEN}cat > b.sh <<EOF\n# linklint: "
        f"ignore-file[all-interfaces-bind] this is generated\nEOF\n# linklint: ignore[secret-in-env] ours\ndocker "
        f"run -e DB_PASSWORD=hunter2hunter2 x\n"}, [1]),
    "a text that is said": ({"a.sh": f"{OPEN}echo \"// linklint: ignore-file[all-interfaces-bind] why\" > "
        f"x.js\ncurl http://host//linklint:ignore-file[all-interfaces-bind]/x\n# linklint: ignore[secret-in-env] "
        f"ours\ndocker run -e DB_PASSWORD=hunter2hunter2 x\n"}, [1]),
    "a string of Python": ({"a.py": 'import os\nX = """\n# linklint: ignore-file[link-env-address] in a '
        'template\n"""\na = os.environ["X_PORT_1_TCP_ADDR"]\nb = os.environ["Y_PORT_1_TCP_ADDR"]  # linklint: '
        'ignore[link-env-address] ours\n'}, [5]),
    "a block of YAML": ({"compose.yaml": "services:\n  a:\n    image: x\n    ports: ['80:6379']\n    command: |\n    "
        "  # linklint: ignore-file[all-interfaces-bind] in a script\n      true\n  b:\n    image: x\n    ports: "
        "['81:6379'] # linklint: ignore[all-interfaces-bind] ours\n"}, [4]),
    "a heredoc of a Dockerfile": ({"Dockerfile": "FROM a\nENV DB_PASSWORD=hunter2hunter2\nRUN <<EOF\n# linklint: "
        "ignore-file[secret-in-env] in a text\nEOF\n# linklint: ignore[secret-in-env] ours\nENV "
        "B_PASSWORD=hunter2hunter4\n"}, [2]),
    "a definition of a Makefile": ({"Makefile": "a:\n\tdocker run --rm -p 80:6379 x\ndefine TEXT\n# linklint: "
        "ignore-file[all-interfaces-bind] in a text\nendef\nb:\n\tdocker run --rm -p 81:6379 x # linklint: "
        "ignore[all-interfaces-bind] ours\n"}, [2]),
    "a heredoc of Ruby": ({"a.rb": "h = ENV['X_PORT_1_TCP_ADDR']\nt = <<~EOT\n  # linklint: "
        "ignore-file[link-env-address] in a text\nEOT\ni = ENV['Y_PORT_1_TCP_ADDR'] # linklint: "
        "ignore[link-env-address] ours\n"}, [1]),
    "a question of Ruby": ({"a.rb": "# linklint: ignore[link-env-address] ours\nabort 'no' if "
        "ENV['X_PORT_1_TCP_ADDR'].empty?\nc = ENV['Y_PORT_1_TCP_ADDR']\n"}, [3]),
    "a step of Go": ({"a.go": "// linklint: ignore[link-env-address] ours\nf(os.Getenv(\"X_PORT_1_TCP_ADDR\")); "
        "n++\nc := os.Getenv(\"Y_PORT_1_TCP_ADDR\")\n"}, [3]),
    "a fence of another document": ({"a.mdown": f"```sh\n{OPEN}# linklint: ignore-file[all-interfaces-bind] in a "
        f"fence\n```\n\n<!-- linklint: ignore[all-interfaces-bind] ours -->\n    docker run -p 81:6379 x\n"}, [2]),
    "a code span": ({"a.md": f"```sh\n{OPEN}```\n\nWrite `<!-- linklint: ignore-file[all-interfaces-bind] why -->` "
        f"there.\n\n<!-- linklint: ignore[all-interfaces-bind] ours -->\n    docker run -p 81:6379 x\n"}, [2]),
    "a recipe": ({"Makefile": "a:\n\tdocker run --name m1 -p 61:6379 x\nb:\n\techo 'done :)'; docker run --name m2 "
        "-p 62:6379 x # linklint: ignore[all-interfaces-bind] ours\n"}, [2]),
    "an instruction": ({"Dockerfile": "FROM x\nENV DB_PASSWORD=hunter2hunter2\n# linklint: ignore[secret-in-env] "
        "ours\nENV B_PASSWORD='hun:)ter2hunter4'\n"}, [2]),
    "a service": ({"compose.yaml": "services:\n  a: # linklint: ignore[all-interfaces-bind] ours\n    image: x\n   "
        " ports: ['80:6379']\n  b:\n    image: x\n    ports: ['81:6379']\n"}, [7]),
    "a target": ({"Makefile": "a: # linklint: ignore[all-interfaces-bind] ours\n\tdocker run --name m1 -p 61:6379 "
        "x\nb:\n\tdocker run --name m2 -p 62:6379 x\n"}, [4]),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_an_ignore_covers_its_statement_alone(report: Callable[..., ScanResult], name: str) -> None:
    files, lines = LEFT[name]
    found = report(files)
    assert [finding.line for finding in found.findings] == lines
    assert found.suppressed


def test_of_several_rules_those_that_are_not_asked_are_of_use(report: Callable[..., ScanResult]) -> None:
    text = (
        "docker run -d --name db x\ndocker run -d --link db:db img # linklint: ignore[legacy-link, "
        "all-interfaces-bind] both\n"
    )
    assert "unused-ignore" not in [f.rule for f in report({"a.sh": text}, ignore=("legacy-link",)).findings]


def test_a_comment_at_the_end_of_a_block_ignores_nothing(report: Callable[..., ScanResult]) -> None:
    text = (
        "services:\n  a:\n    image: x\n    ports:\n      - 80:6379\n      # linklint: "
        "ignore[all-interfaces-bind] ours\n  b:\n    image: x\n    ports: ['81:6379']\n"
    )
    assert [(f.rule, f.line) for f in report({"compose.yaml": text}).findings] == [
        ("all-interfaces-bind", 5), ("unused-ignore", 6), ("all-interfaces-bind", 9),
    ]  # fmt: skip


def test_what_follows_a_block_is_not_ignored(report: Callable[..., ScanResult]) -> None:
    found = report(
        {
            "a.sh": f"# linklint: ignore-begin[all-interfaces-bind] why\n{OPEN}# linklint: "
            f"ignore-end\n{OPEN.replace('80:6379', '81:6379')}"
        },
        select=("all-interfaces-bind",),
    )
    assert [f.message[:7] for f in found.findings] == ["81:6379"]


def git(root: Path, *arguments: str) -> str:
    names = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *names, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree(
        {
            "db.sh": "docker run -d --name db postgres\n",
            "web.sh": "docker run -d --name web -p 80:6379 img\n",
            "old.sh": "docker run -d --name old -p 81:6379 img\n",
        }
    )
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")
    git(root, "checkout", "-qb", "topic")
    monkeypatch.chdir(root)
    return root


def test_since_reports_what_concerns_the_changed_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = linklint(capsys, "scan", "--since", "main", "--quiet")
    assert (code, out) == (0, "")
    git(repository, "checkout", "-q", "main")
    (repository / "old.sh").write_text("docker run -d --name old -p 82:6379 img\n")
    git(repository, "commit", "-qam", "meanwhile")
    git(repository, "checkout", "-q", "topic")
    (repository / "web.sh").write_text("docker run -d --name web -p 80:6379 --link db:db img\n")
    (repository / "new.sh").write_text("docker run -d --name db mysql\n")
    for _ in range(2):
        code, out, _ = linklint(capsys, "scan", "--since", "main", "--quiet", "--audit")
        assert code == 1
        found = {(line.split(":")[0], line.rpartition("[")[2].rstrip("]")) for line in out.splitlines()}
        assert {("web.sh", "all-interfaces-bind"), ("web.sh", "legacy-link")} <= found
        assert "duplicate-name" in {rule for _, rule in found}, (
            "its place is in a file that did not change, the other one is new"
        )
        assert "old.sh" not in {path for path, _ in found}
        git(repository, "add", "-A")
        git(repository, "commit", "-qm", "y", "--allow-empty")
    assert linklint(capsys, "scan", "--since", "HEAD", "--quiet")[:2] == (0, "")


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-x", "HEAD:web.sh", "main..topic"])
def test_since_a_revision_that_is_none(repository: Path, capsys: pytest.CaptureFixture[str], revision: str) -> None:
    code, _, err = linklint(capsys, "scan", f"--since={revision}")
    assert code == 2 and "--since" in err and not (repository / "x").exists()


def test_since_with_no_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "all", "--allow-empty")
    code, out, _ = linklint(capsys, "scan", "--since", "HEAD")
    assert code == 0 and out == "No findings in 0 files: no file that linklint reads has changed since HEAD\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / ".gitignore").write_text("gen/\n")
    (repository / "gen").mkdir()
    (repository / "gen" / "x.sh").write_text("docker run -p 1:6379 nginx\n")
    for directory, _, names in os.walk(repository):
        for name in [".", *names]:
            os.chown(os.path.join(directory, name), 12345, 12345)
    assert "gen/x.sh" not in linklint(capsys, "scan", "--quiet")[1]
    assert linklint(capsys, "scan", "--since", "HEAD")[0] in (0, 1)


def test_since_takes_line_ends_and_submodules_as_they_were(
    repository: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = tmp_path_factory.mktemp("inner")
    (inner / "q.sh").write_text(OPEN)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        git(inner, *arguments)
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "module")
    git(repository, "commit", "-qam", "module")
    (repository / "web.sh").write_bytes((repository / "web.sh").read_bytes().replace(b"\n", b"\r\n"))
    assert linklint(capsys, "scan", "--since", "HEAD", "--quiet")[:2] == (0, "")
    (repository / "module" / "q.sh").write_text(OPEN + OPEN)
    assert linklint(capsys, "scan", "--since", "HEAD", "--quiet")[0] == 1, "not committed yet"
    git(repository / "module", "commit", "-qam", "y")
    code, out, _ = linklint(capsys, "scan", "--since", "HEAD", "--quiet")
    assert code == 1 and out.startswith("module/q.sh:1:")


def test_a_file_that_is_gone_is_nothing_unread(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "old.sh").unlink()
    (repository / "web.sh").unlink()
    assert linklint(capsys, "scan", "--strict")[:2] == (0, "No findings in 1 file\n")


def test_since_without_a_repository(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = linklint(capsys, "scan", "--since", "HEAD", str(tree({"a.sh": OPEN})))
    assert code == 2 and "not a git repository" in err


def test_since_runs_nothing_of_the_repository(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A filter, a diff driver, a textconv or fsmonitor of the repository would be a foreign program."""
    trap = repository.parent / "trap"
    for key in (
        "filter.x.clean",
        "filter.x.smudge",
        "diff.external",
        "diff.x.textconv",
        "diff.x.command",
        "core.fsmonitor",
        "core.sshCommand",
        "uploadpack.packObjectsHook",
    ):
        git(repository, "config", key, f"touch {trap}; cat")
    (repository / ".gitattributes").write_text("*.sh filter=x diff=x\n")
    (repository / "web.sh").write_text("docker run -d --name web -p 90:6379 img\n")
    code, out, _ = linklint(capsys, "scan", "--since", "main", "--quiet")
    assert code == 1 and out.startswith("web.sh:")
    assert not trap.exists()


def test_a_context_alone_is_scanned(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = linklint(capsys, "scan", "--quiet", "--context", "sub")
    assert code == 1 and out.startswith("sub/more.sh:")


TWINS = "docker run --rm -p 80:6379 img  # linklint: ignore[all-interfaces-bind] ours\ndocker run --rm -p 80:6379 img\n"


def test_of_those_that_are_alike_as_many_are_known_as_were(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / "run.sh").write_text(TWINS)
    linklint(capsys, "scan", "--write-baseline")
    (old / "run.sh").write_text(TWINS.splitlines()[1] + "\n")
    assert linklint(capsys, "scan")[1] == "No findings in 2 files; baseline: 2 left\n"
    (old / "run.sh").write_text("docker run --rm -p 80:6379 img\n" * 3)
    code, out, _ = linklint(capsys, "scan")
    assert code == 1 and "2 findings (2 warnings) in 1 of 2 scanned files; baseline: 2 left" in out
    linklint(capsys, "scan", "--write-baseline")
    (old / "run.sh").write_text("docker run --rm -p 80:6379 img\n")
    assert "baseline: 2 left, 2 fixed" in linklint(capsys, "scan")[1]
    linklint(capsys, "scan", "--prune-baseline")
    assert linklint(capsys, "scan")[1] == "No findings in 2 files; baseline: 2 left\n"


def test_what_cannot_be_read_or_is_left_out_is_not_fixed(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    before = (old / NAME).read_text()
    text = (old / "run.sh").read_text()
    for path, content in (
        ("run.sh", text + "\0" * 100),
        ("run.sh", "docker ps\nif then fi ((\n"),
        (".linklint.toml", "exclude = ['run.sh']\n"),
    ):
        (old / path).write_text(content)
        assert "fixed" not in linklint(capsys, "scan", "--prune-baseline")[1], path
        assert (old / NAME).read_text() == before
        (old / "run.sh").write_text(text)


def test_a_rule_that_fails_fixes_nothing(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = (
        "---\nseverity: warning\nmessage: 'x {name}'\n---\n\n# Own\n\nAbout.\n\n## Good\n\nDo.\n\n## Rule\n\n"
        "```sql\nSELECT name_span AS at, name, name AS subject FROM container WHERE name IS NOT NULL\n```\n"
    )
    (old / "own.md").write_text(rule)
    (old / ".linklint.toml").write_text("rules = ['own.md']\n")
    linklint(capsys, "scan", "--write-baseline")
    before = (old / NAME).read_text()
    assert '"rule": "own"' in before
    (old / "own.md").write_text(rule.replace("FROM container ", "FROM nothing "))
    assert linklint(capsys, "scan", "--prune-baseline")[0] == 2
    assert (old / NAME).read_text() == before


def test_what_becomes_worse_is_new(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    (old / ".linklint.toml").write_text("[severity]\nall-interfaces-bind = 'error'\n")
    assert linklint(capsys, "scan")[0] == 0  # by the configuration
    (old / "run.sh").write_text((old / "run.sh").read_text() + "docker run -d --name ee --link bb img\n")
    code, out, _ = linklint(capsys, "scan", "--quiet", "--fail-on", "error")
    assert code == 1 and "DB_PASSWORD is a secret that a link passes on" in out


def test_a_file_that_is_renamed_reopens_nothing(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    (old / "deploy").mkdir()
    (old / "run.sh").rename(old / "deploy" / "run.sh")
    (old / "sub/more.sh").rename(old / "sub/other.sh")
    assert linklint(capsys, "scan")[1] == "No findings in 2 files; baseline: 3 left\n"
    (old / "sub/other.sh").write_text("docker run -d --name cc -p 91:6379 img\n")
    code, out, _ = linklint(capsys, "scan")
    assert code == 1 and "91:6379" in out and "baseline: 2 left, 1 fixed" in out


@pytest.mark.parametrize(
    "arguments", [("--context", ".", "--", "start.sh"), ("start.sh",), ("--context", ".", "--", "start.sh", "sub")]
)
def test_a_file_that_is_renamed_reopens_nothing_in_a_part(
    old: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    linklint(capsys, "scan", "--write-baseline")
    (old / "run.sh").rename(old / "start.sh")
    code, out, _ = linklint(capsys, "scan", *arguments)
    assert code == 0 and "No findings" in out
    with (old / "start.sh").open("a") as file:
        file.write("docker run -d -p 99:6379 img\n")
    code, out, _ = linklint(capsys, "scan", "--quiet", *arguments)
    assert code == 1 and "start.sh:3:" in out and "start.sh:1:" not in out and "start.sh:2:" not in out


def test_directories_that_are_renamed_reopen_nothing(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"svc/{name}/run.sh": f"docker run -d --name {name} -p 80:6379 img\n" for name in "abcd"}
    files["svc/c/run.sh"] += "docker run -d -p 9090:6379 img\n"
    root = tree(files)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    linklint(capsys, "scan", "--write-baseline")
    (root / "svc").rename(root / "services")
    code, out, _ = linklint(capsys, "scan")
    assert code == 0 and "fixed" not in out


def test_a_deleted_file_hides_nothing_elsewhere(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / "many.sh").write_text("".join(f"docker run -d -p {90 + n}:{6379 + n} img\n" for n in range(6)))
    linklint(capsys, "scan", "--write-baseline")
    (old / "many.sh").unlink()
    (old / "new.sh").write_text("docker run --rm -p 90:6379 nginx\n")
    assert linklint(capsys, "scan", "--quiet")[0] == 1


def test_what_is_possible_takes_no_entry(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = "docker run -d --name db a\ndocker run -d --name db b\n"
    root = tree(
        {
            "a.sh": f'if [ -n "$1" ]; then\n{twice}fi\n',
            "README.md": f"```sh\nif x; then\n{twice}fi\n```\n\n```sh\n{twice}```\n",
        }
    )
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    linklint(capsys, "scan", "--write-baseline")
    assert linklint(capsys, "scan")[0] == 0


@pytest.mark.parametrize("closes", ["git", "another"])
def test_what_git_cannot_list_is_unread(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, closes: str
) -> None:
    (repository / "closed").mkdir()
    (repository / "closed" / "a.sh").write_text(OPEN)
    if closes == "git":
        git(repository, "add", "closed")
        real = os.lstat

        def lstat(path: Any, **options: Any) -> Any:
            if str(path).endswith("closed/a.sh"):
                raise PermissionError(13, "Permission denied")
            return real(path, **options)

        monkeypatch.setattr(os, "lstat", lstat)
    else:
        from linklint.files import listing

        asked = listing.Git.ask

        def answers(*arguments: Any) -> tuple[bytes, list[bytes]]:
            output = asked(*arguments)[0].replace(b"closed/a.sh\0", b"")
            return output, [b"warning: could not open directory 'closed/': Permission denied"]

        monkeypatch.setattr(listing.Git, "ask", answers)
    _code, out, _ = linklint(capsys, "scan", "--strict", "--exit-zero")
    assert "closed  unread  cannot read the file: Permission denied\n" in out and "closed/a.sh:" not in out


def test_another_file_is_no_renamed_one(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    (old / "run.sh").unlink()
    (old / "new.sh").write_text(OPEN + "".join(f"docker run -d --name n{n} -p {90 + n}:6379 img\n" for n in range(4)))
    code, out, _ = linklint(capsys, "scan", "--quiet")
    assert code == 1 and "new.sh:1:" in out and out.count("all-interfaces-bind") == 5


def test_a_closed_directory_is_unread_and_fixes_nothing(
    old: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (old / ".git").rmdir()
    linklint(capsys, "scan", "--write-baseline")
    before, real = (old / NAME).read_text(), Root.entries

    def entries(root: Root, directory: str) -> Any:
        if directory.endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return real(root, directory)

    monkeypatch.setattr(Root, "entries", entries)
    code, out, _ = linklint(capsys, "scan", "--strict", "--prune-baseline")
    assert code == 1 and out.startswith("sub  unread  cannot read the file: Permission denied\n")
    assert "baseline: 2 left, 1 not scanned; 1 part not understood" in out and (old / NAME).read_text() == before
    code, out, _ = linklint(capsys, "scan", "--strict", "--quiet")
    assert (code, out) == (1, "sub  unread  cannot read the file: Permission denied\n")
    code, out, _ = linklint(capsys, "scan", "--format", "gitlab")
    assert [(issue["check_name"], issue["location"]["path"]) for issue in json.loads(out)] == [("unread", "sub")]


def test_what_is_excluded_is_said(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / ".linklint.toml").write_text("exclude = ['sub/']\n")
    for arguments in (["sub"], ["--context", ".", "--", "sub/more.sh"]):
        code, out, _ = linklint(capsys, "scan", *arguments)
        assert code == 0 and out == "No findings in 0 files: the configuration excludes all files\n"


def test_outside_of_a_repository_the_baseline_says_from_where(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree({"run.sh": OPEN, "sub/more.sh": OPEN.replace("aa", "cc").replace("80:6379", "81:6379")})
    monkeypatch.chdir(root)
    linklint(capsys, "scan", "--write-baseline")
    before = (root / NAME).read_text()
    monkeypatch.chdir(root / "sub")
    assert (
        linklint(capsys, "scan", "--baseline", f"../{NAME}", "--prune-baseline")[1]
        == "No findings in 1 file; baseline: 1 left, 1 not scanned\n"
    )
    monkeypatch.chdir("/")
    assert linklint(capsys, "scan", str(root)[1:])[1] == "No findings in 2 files; baseline: 2 left\n"
    assert (root / NAME).read_text() == before


def test_a_merge_of_two_sides(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linklint(capsys, "scan", "--write-baseline")
    head, *lines, tail = (old / NAME).read_text().splitlines()
    (old / NAME).write_text("\n".join([head, lines[0].rstrip(","), lines[1].rstrip(","), lines[2], tail]))
    assert linklint(capsys, "scan")[1] == "No findings in 2 files; baseline: 3 left\n"


def test_a_report_is_no_baseline_and_overwrites_none(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / NAME).write_text(linklint(capsys, "scan", "--format", "json")[1])
    code, _, err = linklint(capsys, "scan")
    assert code == 2 and "not a baseline" in err
    (old / NAME).unlink()
    linklint(capsys, "scan", "--write-baseline")
    before = (old / NAME).read_text()
    assert linklint(capsys, "scan", "--output", f"json:{NAME}")[0] == 2
    assert (old / NAME).read_text() == before
    assert "2 files" in linklint(capsys, "scan")[1], "the baseline is none of the files that are read"


def test_a_context_reads_what_is_named(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that git ignores, links, and unsaved files of an editor."""
    root = tree({".gitignore": "own.sh\n", "own.sh": OPEN, "good.sh": "docker run -d --name bb img\n"})
    git(root, "init", "-q")
    (root / "link.sh").symlink_to("own.sh")
    monkeypatch.chdir(root)
    for name in ("own.sh", "link.sh"):
        code, out, _ = linklint(capsys, "scan", "-q", "--context", ".", name)
        assert code == 1 and out.startswith(f"{name}:1:28")
    assert linklint(capsys, "scan", "--context", ".", "good.sh")[0] == 0


def test_unread_that_is_known_satisfies_strict(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old / "run.sh").write_text("docker ps\nif then fi fi ((\n")
    (old / "sub/more.sh").unlink()
    assert linklint(capsys, "scan", "--strict", "--fail-on", "error")[0] == 1
    linklint(capsys, "scan", "--write-baseline")
    assert linklint(capsys, "scan", "--strict", "--fail-on", "error")[0] == 0


def test_what_is_selected_here_is_meant_whatever_the_configuration_ignores(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (old / ".linklint.toml").write_text("ignore = ['all-interfaces-bind', 'secret-in-env']\n")
    assert linklint(capsys, "scan")[0] == 0
    code, out, _ = linklint(capsys, "scan", "-q", "--select", "all-interfaces-bind, legacy-link")
    assert code == 1 and out.count("all-interfaces-bind") == 2 and "secret-in-env" not in out


def test_of_several_paths_the_configuration_above_all_of_them_holds(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (old / "sub" / ".linklint.toml").write_text("ignore = ['all-interfaces-bind']\n")
    (old / "run.sh").write_text("docker run -d --name aa img\n")
    assert linklint(capsys, "scan", "sub")[0] == 0
    assert linklint(capsys, "scan", "sub", "run.sh")[0] == linklint(capsys, "scan", "run.sh", "sub")[0] == 1
