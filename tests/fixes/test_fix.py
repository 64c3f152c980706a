"""Fixes are correct and atomic, and change nothing when applied twice."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from machine import in_time
from program import linklint

from linklint.cli import main
from linklint.config.model import Config
from linklint.findings.finding import Edit
from linklint.findings.rule_file import Example, Rule, built_in
from linklint.fixes.edits import changes
from linklint.fixes.verify_shell import verified
from linklint.scanning import scan
from linklint.text.source import Source

BIND = next(rule for rule in built_in() if rule.slug == "all-interfaces-bind")


FORMS = (
        ("80", "127.0.0.1::80"), (":80", "127.0.0.1::80"), ("::80", "127.0.0.1::80"), ("80/udp", "127.0.0.1::80/udp"),
        ("8080:80", "127.0.0.1:8080:80"),
        ("8000-8002:80-82", "127.0.0.1:8000-8002:80-82"), ("0.0.0.0:80:80", "127.0.0.1:80:80"),
        ("0.0.0.0::80", "127.0.0.1::80"),
        ("[::]:80:80", "[::1]:80:80"), ("[::]::80", "[::1]::80"), ("target=80,published=8080",
        "target=80,published=127.0.0.1:8080"), ("0:80", "127.0.0.1:0:80"),
)  # fmt: skip


def test_each_form(tmp_path: Path) -> None:
    def texts(spec: str) -> str:
        return f"docker run -p {spec} nginx\ndocker run -p'{spec}' nginx\ndocker run --publish=\"{spec}\" \\\n  nginx\n"

    for number, (spec, _) in enumerate(FORMS):
        (tmp_path / f"{number}.sh").write_text(texts(spec))
    done = linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
    assert [(tmp_path / f"{number}.sh").read_text() for number in range(len(FORMS))] == [
        texts(fixed) for _, fixed in FORMS
    ]
    assert done.stderr == f"Fixed {3 * len(FORMS)} findings in {len(FORMS)} files.\n"
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == f"No findings in {len(FORMS)} files"
    assert linklint("scan", "--fix=all", "--audit", cwd=tmp_path).stderr == "Fixed 0 findings in 0 files.\n"


def test_compose_forms(tmp_path: Path) -> None:
    text = (
        "services:\n  web:\n    image: nginx\n    ports:\n      - 80\n      - \"81:81\"\n      - '82:82'\n      - "
        "target: 83\n        published: 83\n"
        "      - published: 84\n        host_ip: 0.0.0.0\n        target: 84\n      - {target: 85}\n"
    )
    fixed = (
        'services:\n  web:\n    image: nginx\n    ports:\n      - 127.0.0.1::80\n      - "127.0.0.1:81:81"\n     '
        " - '127.0.0.1:82:82'\n"
        "      - host_ip: 127.0.0.1\n        target: 83\n        published: 83\n"
        "      - published: 84\n        host_ip: 127.0.0.1\n        target: 84\n      - {target: 85}\n"
    )
    for newline in ("\n", "\r\n"):
        (tmp_path / "compose.yaml").write_bytes(text.replace("\n", newline).encode())
        linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
        assert (tmp_path / "compose.yaml").read_bytes() == fixed.replace("\n", newline).encode()
        linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
        assert (tmp_path / "compose.yaml").read_bytes() == fixed.replace("\n", newline).encode()


def test_plain_fix_changes_nothing_unsafe(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("docker run -p 80:6379 redis\n")
    done = linklint("scan", "--fix", cwd=tmp_path)
    assert (tmp_path / "a.sh").read_text() == "docker run -p 80:6379 redis\n"
    assert done.stderr == "Fixed 0 findings in 0 files (1 more with --fix=ports, which may change behaviour).\n"


def test_diff_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("docker run -p 80:80 nginx")
    done = linklint("scan", "--diff=all", "--audit", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "--- a/a.sh", "+++ b/a.sh", "@@ -1 +1 @@", "-docker run -p 80:80 nginx", "\\ No newline at end of file",
        "+docker run -p 127.0.0.1:80:80 nginx", "\\ No newline at end of file",
    ]  # fmt: skip
    assert (tmp_path / "a.sh").read_text() == "docker run -p 80:80 nginx"


def test_mode_line_ends_and_mark_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.sh"
    path.write_bytes(b"\xef\xbb\xbf# \xe9\r\ndocker run -p 80:80 nginx\r\n\xff")
    path.chmod(0o751)
    linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
    assert path.read_bytes() == b"\xef\xbb\xbf# \xe9\r\ndocker run -p 127.0.0.1:80:80 nginx\r\n\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert os.listdir(tmp_path) == ["a.sh"]


def test_ignored_and_possible_findings_are_never_edited(tmp_path: Path) -> None:
    text = (
        "docker run -p 80:80 nginx  # linklint: ignore[all-interfaces-bind] public\nP=81:81\ndocker run -p $P nginx\n"
    )
    (tmp_path / "a.sh").write_text(text)
    linklint("scan", "--fix=all", "--audit", cwd=tmp_path)
    assert (tmp_path / "a.sh").read_text() == text


def test_a_file_that_has_changed_is_left_alone(tmp_path: Path) -> None:
    from linklint.fixes.edits import write

    path = tmp_path / "a.sh"
    path.write_text("docker run -p 80:80 nginx\n")
    report = scan([str(tmp_path)])
    path.write_text("# other\n")
    (change,) = changes(report.findings)
    assert write(report.tree.disk, change) == ("the file has changed since it was read", "")
    assert path.read_text() == "# other\n"


def test_the_second_reader_stops_an_edit_that_breaks_the_statement() -> None:
    source = Source("a.sh", "docker run -p 80:80 nginx\n")
    span = source.whole().span(14, 19)
    for text, good in (
        ("127.0.0.1:80:80", True),
        ("127.0.0.1:80:80 -p 81:81", False),
        ("127.0.0.1:80:80;", False),
        ("127.0.0.1:80:80'", False),
    ):
        assert bool(verified(source, [Edit(span, text)])) is good, text


@pytest.mark.parametrize(
    "line",
    ["ip=`docker inspect -f {} db` &&", "if ip=$(docker inspect -f {} db); then", "docker inspect -f {} <the ID> |"],
)
def test_the_second_reader_reads_a_line_that_goes_on(line: str) -> None:
    old, new = "{{.NetworkSettings.IPAddress}}", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    source = Source("a.sh", line.replace("{}", old) + "\n  echo $ip\n")
    span = source.whole().span(line.index("{}"), line.index("{}") + len(old))
    assert verified(source, [Edit(span, f"'{new}'")])
    assert not verified(source, [Edit(span, new)])  # two words


def test_one_edit_that_breaks_a_line_leaves_the_others() -> None:
    source = Source("a.sh", "docker run -p 80:80 -p 81:81 -p 82:82 nginx\n")
    spans = [source.whole().span(start, start + 5) for start in (14, 23, 32)]
    edits = [Edit(spans[0], "127.0.0.1:80:80"), Edit(spans[1], "'"), Edit(spans[2], "127.0.0.1:82:82")]
    assert verified(source, edits) == [edits[0], edits[2]]
    assert verified(source, edits[::2]) == edits[::2]


def _bad(rule: Rule) -> list[Example]:
    return rule.bad


@pytest.mark.parametrize("example", _bad(BIND), ids=lambda example: str(example.line))
def test_fixed_bad_is_silent(example: Example, tmp_path: Path) -> None:
    """After a fix, only findings without a fix are left: -P, a flow mapping, a value from a variable."""
    for name, text in example.files.items():
        (tmp_path / name).write_text(text)
    config = Config(select=("all-interfaces-bind",))
    before = scan([str(tmp_path)], config=config, audit=True).findings
    assert before
    fixable = sum(bool(finding.edits) and finding.confidence != "possible" for finding in before)
    linklint("scan", "--fix=all", "--audit", "--docs", "--select", "all-interfaces-bind", cwd=tmp_path)
    after = scan([str(tmp_path)], config=config, audit=True).findings
    assert len(after) == len(before) - fixable
    assert not any(finding.edits for finding in after if finding.confidence != "possible")


def test_files_that_were_not_meant_are_left_alone(tmp_path: Path) -> None:
    """A finding in another file that involves a changed one is reported, not fixed."""
    (tmp_path / "run.sh").write_text("docker run -d --name db x\ndocker run -d --name web --link db:db y\n")
    (tmp_path / "read.sh").write_text('psql -h "$DB_PORT_5432_TCP_ADDR"  # docker\n')
    for arguments in (["--diff=all"], ["--fix=all"]):
        done = linklint("scan", "--context", ".", *arguments, "run.sh", cwd=tmp_path)
        assert "DB_PORT" in (tmp_path / "read.sh").read_text() and "+psql" not in done.stdout
    linklint("scan", "--fix=all", "--audit", "--context", ".", "read.sh", cwd=tmp_path)
    assert 'psql -h "db"' in (tmp_path / "read.sh").read_text()


def test_a_swarm_takes_no_address(tmp_path: Path) -> None:
    """`docker stack deploy` ignores the host address: where `deploy:` or a `mode` speaks of one, there is no fix."""
    text = (
        "services:\n  web:\n    image: x\n    deploy: {replicas: 2}\n    ports: ['80:80']\n"
        "  api:\n    image: x\n    ports:\n      - target: 80\n        published: 8080\n        mode: host\n"
    )
    (tmp_path / "compose.yaml").write_text(text)
    assert linklint("scan", "--diff=all", "--audit", cwd=tmp_path).stdout == ""
    assert linklint("scan", "--audit", "-q", "--select", "all-interfaces-bind", cwd=tmp_path).stdout.count("\n") == 2
    plain = "services:\n  web:\n    image: x\n    ports: ['80:80']\n"
    (tmp_path / "docker-stack.yml").write_text(plain)
    placed = plain.replace("x\n", "x\n    deploy:\n      placement: {constraints: [node.role == worker]}\n")
    (tmp_path / "placed.yaml").write_text(placed)
    assert linklint("scan", "--diff=all", "--audit", cwd=tmp_path).stdout == ""
    (tmp_path / "monitoring-stack.yaml").write_text(plain)
    assert "+++ b/monitoring-stack.yaml" in linklint("scan", "--diff=all", "--audit", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "text",
    [
        "x-p: &p\n  target: 80\n  published: 8080\nservices:\n  a: {image: x, ports: [*p]}\n",
        "services:\n  a:\n    image: x\n    ports:\n      - &p\n        target: 80\n        published: 8080\n      "
        "- *p\n",
        "services:\n  a: &a\n    image: x\n    ports:\n      - target: 80\n        published: 81\n  b:\n    <<: "
        "*a\n    container_name: bb\n",
        "services:\n  a:\n    image: x\n    ports:\n      - target: 80\n        published: 81\n  b: {extends: a}\n "
        " c: {extends: {service: a}}\n",
    ],
)
def test_a_port_of_several_services_is_fixed_once_or_not(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    linklint("scan", "--fix=all", "--audit", "--select", "all-interfaces-bind", cwd=tmp_path)
    after = (tmp_path / "compose.yaml").read_text()
    yaml.safe_load(after)
    assert after.count("host_ip") == (0 if "&p" in text else 1)


@pytest.mark.parametrize("where", [".", "..", "absolute"])
def test_a_diff_is_a_patch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Wherever the scan starts, with the line ends of the file, and with characters that end lines elsewhere."""
    text = "# a\x0cb\u2028c\r\ndocker run -d -name w1 nginx\r\n"
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.sh").write_bytes(text.encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path / "sub" if where == ".." else tmp_path)
    with pytest.raises(SystemExit):
        main(["scan", "--diff", "--show-secrets", str(tmp_path) if where == "absolute" else where])
    out = capsys.readouterr().out
    patch = out.replace("\\x0c", "\x0c").replace("\\u2028", "\u2028")  # control characters are never printed
    done = subprocess.run(["git", "apply"], cwd=tmp_path, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr, out)
    assert (tmp_path / "a.sh").read_bytes() == text.replace(" -name", " --name").encode()


def test_what_is_reported_behind_a_fix_is_where_it_is_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sh").write_text("docker run -d -name w1 nginx; docker run -d --name w2 -p 80:80 nginx\n")
    with pytest.raises(SystemExit):
        main(["scan", "--fix", "--audit", "--quiet", str(tmp_path)])
    (line,) = capsys.readouterr().out.splitlines()
    text = (tmp_path / "a.sh").read_text()
    assert line.split("  ")[0].endswith(f"a.sh:1:{text.index('80:80') + 1}")


def test_many_fixes_of_one_line_are_read_again_together(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(
        "docker run -d --name db postgres\ndocker run -d --name web --link db:pg example/web\n"
    )
    (tmp_path / "a.sh").write_text("# docker\n" + "echo ${PG_PORT_5432_TCP_ADDR} " * 500 + "\n")
    report = scan([str(tmp_path)], config=Config(select=("link-env-address",)))
    begun = time.process_time()
    (change,) = changes(report.findings)
    assert in_time(time.process_time() - begun, 2)
    assert change.after == "# docker\n" + "echo pg " * 500 + "\n"


def test_a_diff_is_a_patch_also_behind_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "bom.sh").write_bytes(b"\xef\xbb\xbf#!/bin/sh\ndocker run -d -name web nginx\n")
    (tmp_path / "latin.sh").write_bytes(b"# caf\xe9\ndocker run -d -name db nginx\n")
    done = linklint("scan", "--diff", "bom.sh", cwd=tmp_path)
    (tmp_path / "patch").write_text(done.stdout)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "patch"], cwd=tmp_path, check=True)
    assert (tmp_path / "bom.sh").read_bytes() == b"\xef\xbb\xbf#!/bin/sh\ndocker run -d --name web nginx\n"
    done = linklint("scan", "--diff", "latin.sh", cwd=tmp_path)
    assert " # caf\\xe9\n" in done.stdout and "it cannot be applied" in done.stderr
