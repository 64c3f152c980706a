"""The command line that people expect from a linter: short forms, suggestions, filters, and where the report goes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import linklint

from linklint.cli.parser import parse
from linklint.output.formats import FORMATS

RUN = (
    "docker run -d --name pg -p 5432:5432 postgres\ndocker run -d --name db x\n"
    "docker run -d --name web --link db:db example/web\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "run.sh").write_text(RUN)
    return tmp_path


def found(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the rules of the findings in the output of --format concise."""
    return [line.partition("[")[2].partition("]")[0] for line in done.stdout.splitlines()]


def rules(project: Path, *arguments: str) -> list[str]:
    return found(linklint("scan", "--format", "concise", *arguments, cwd=project))


BOTH = ["all-interfaces-bind", "legacy-link"]


@pytest.mark.parametrize("short", [["."], ["run.sh"], ["check"], ["--quiet", "."], ["-q", "run.sh"]])
def test_a_path_alone_and_check_mean_scan(project: Path, short: list[str]) -> None:
    done = linklint(*short, cwd=project)
    assert done.returncode == 1 and "[legacy-link]" in done.stdout


def test_a_command_wins_over_a_path_of_its_name(project: Path) -> None:
    (project / "rules").mkdir()
    assert "all-interfaces-bind" in linklint("rules", cwd=project).stdout
    assert "No findings in 0 files" in linklint("./rules", cwd=project).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scna"], "there is no command or path scna: did you mean scan?"),
        (["scan", "--exlude", "x"], "there is no option --exlude: did you mean --exclude?"),
        (["scan", "--output-format", "json"], "there is no option --output-format: did you mean --format?"),
        (["scan", "--fix", "readers"], "a group follows an equals sign: --fix=readers"),
        (["scan", "--no-color"], "did you mean --color never?"),
        (["scan", "--formt=json"], "there is no option --formt: did you mean --format?"),
        (["--formt=json", "."], "there is no option --formt=json"),
        (["scan", "--format", "jsn"], "did you mean json?"),
        (["upgrade", "--too", "29"], "there is no option --too: did you mean --to?"),
        (["scan", "--select", "legacy-lnk"], "unknown rule legacy-lnk: did you mean legacy-link?"),
        (["scan", "--select", "linkz"], "unknown rule linkz: did you mean links?"),
        (["scan", "--config", "engin=30"], "no key engin: did you mean engine?"),
        (["explain", "legacy-lnk"], "did you mean legacy-link?"),
        (["graph", "--around", "wep"], "did you mean web?"),
    ],
)
def test_a_mistake_is_answered_with_what_was_meant(project: Path, arguments: list[str], words: str) -> None:
    done = linklint(*arguments, cwd=project)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    if arguments[0] in ("scan", "upgrade") and "usage:" in done.stderr:
        assert f"usage: linklint {arguments[0]} " in done.stderr


def test_version_and_help(project: Path) -> None:
    assert linklint("-V", cwd=project).stdout == linklint("--version", cwd=project).stdout
    assert linklint("help", "graph", cwd=project).stdout == linklint("graph", "--help", cwd=project).stdout
    assert "COMMAND" in linklint("help", cwd=project).stdout
    assert "did you mean scan" in linklint("help", "scna", cwd=project).stderr


def test_fix_takes_its_groups_after_an_equals_sign_only(project: Path) -> None:
    """`--fix run.sh` fixes the file run.sh."""
    options = parse(["scan", "--fix", "run.sh"])
    assert (options.fix, options.paths) == ("safe", ["run.sh"])
    options = parse(["scan", "--fix=ports,readers", "run.sh", "--diff", "a"])
    assert (options.fix, options.diff, options.paths) == ("ports,readers", "safe", ["run.sh", "a"])
    assert parse(["scan", "--", "--fix"]).paths == ["--fix"]
    (project / "run.sh").write_text("docker run -name db img\n")
    done = linklint("scan", "--fix", "run.sh", cwd=project)
    assert done.stderr == "Fixed 1 finding in 1 file.\n"
    assert (project / "run.sh").read_text() == "docker run --name db img\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], BOTH),
        (["--select", "links"], ["legacy-link"]),
        (["--select", "ports,readers"], ["all-interfaces-bind"]),
        (["--select", "legacy"], ["legacy-link"]),
        (["--select", "ALL", "--ignore", "links"], ["all-interfaces-bind"]),
        (["--select", "readers", "--extend-select", "legacy-link"], ["legacy-link"]),
        (["--min-severity", "error"], []),
        (["--min-severity", "warning", "--min-confidence", "certain"], BOTH),
        (["--exclude", "*.sh"], []),
        (["--exclude", "/other/"], BOTH),
        (["--per-file-ignores", "run.sh:legacy-link"], ["all-interfaces-bind"]),
        (["--per-file-ignores", "*.sh:links,ports"], []),
        (["--per-file-ignores", "other/:ports"], BOTH),
        (["--config", "ignore=['legacy-link']"], ["all-interfaces-bind"]),
        (["--config", "ignore=legacy-link,all-interfaces-bind"], []),
    ],
)
def test_filters(project: Path, arguments: list[str], expected: list[str]) -> None:
    assert rules(project, *arguments) == expected


def test_what_a_minimum_leaves_out_is_counted(project: Path) -> None:
    done = linklint("scan", "--min-severity", "error", cwd=project)
    assert done.returncode == 0 and "2 below --min-severity or --min-confidence" in done.stdout


def test_isolated_and_a_key_of_the_configuration(project: Path) -> None:
    (project / ".linklint.toml").write_text('ignore = ["legacy-link"]\n')
    assert rules(project) == ["all-interfaces-bind"]
    assert rules(project, "--isolated") == BOTH
    assert rules(project, "--config", "ignore=[]") == BOTH
    assert rules(project, "--isolated", "--config", 'select="links"') == ["legacy-link"]
    (project / "other.toml").write_text('ignore = ["all-interfaces-bind"]\n')
    assert rules(project, "--config", "other.toml") == ["legacy-link"]
    shown = linklint("config", "--config", "fail-on=error", cwd=project).stdout
    assert 'fail-on = "error"' in shown and "--config fail-on" in shown
    (project / "engine=30").write_text('ignore = ["ports"]\n')
    assert rules(project, "--config", "engine=30") == ["all-interfaces-bind"], "a known key before = is a setting"


def test_no_ignores_shows_what_comments_and_sections_hide(project: Path) -> None:
    (project / "run.sh").write_text(RUN.replace("\n", "  # linklint: ignore[all-interfaces-bind] public\n", 1))
    (project / ".linklint.toml").write_text(
        "[[per-path]]\npaths = ['run.sh']\nignore = ['legacy-link']\nreason = 'old'\n"
    )
    assert rules(project) == []
    assert rules(project, "--no-ignores") == BOTH


def test_the_report_goes_into_a_file(project: Path) -> None:
    done = linklint("scan", "-o", "out.txt", cwd=project)
    assert done.stdout == "" and "[legacy-link]" in (project / "out.txt").read_text()
    for form in FORMATS:
        done = linklint("scan", "--format", form, "-o", f"out.{form}", cwd=project)
        assert done.stdout == "" and "legacy-link" in (project / f"out.{form}").read_text(), form
    (project / "out.txt").unlink()
    refused = linklint("scan", "-o", "run.sh", cwd=project)
    assert refused.returncode == 2 and (project / "run.sh").read_text() == RUN


def test_the_files_that_would_be_read(project: Path) -> None:
    (project / "notes.bin").write_bytes(b"\x00\x01docker run --link a:b c")
    (project / "compose.yaml").write_text("services: {}\n")
    done = linklint("scan", "--show-files", cwd=project)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["run.sh", "shell"] in lines and ["compose.yaml", "compose"] in lines and done.returncode == 0
    assert "run.sh" not in linklint("scan", "--show-files", "--exclude", "*.sh", cwd=project).stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RUN, ["all-interfaces-bind", "legacy-link"]),
        ("FROM x\nCMD exec web --db $DB_PORT_5432_TCP_ADDR\n", ["link-env-address"]),
        ("services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n", ["all-interfaces-bind"]),
        ("web:\n  image: x\n  links: [db]\ndb:\n  image: y\n", ["legacy-link"]),
        ("#!/usr/bin/env python3\nimport os\nos.system('docker run -p 5432:5432 postgres')\n", ["all-interfaces-bind"]),
        ("# Notes\n\n```sh\ndocker run --link db:db --name web x\n```\n", ["legacy-link"]),
        ("nothing of ours\n", []),
        ("", []),
        ("\x00\x01\x02", []),
    ],
)
def test_stdin_without_a_name_is_told_by_its_content(project: Path, text: str, expected: list[str]) -> None:
    done = linklint("scan", "--select", "all-interfaces-bind,legacy-link,link-env-address", "--format", "concise", "-",
        cwd=project, stdin=text.encode())  # fmt: skip
    assert done.returncode in (0, 1) and found(done) == expected


def test_color(project: Path) -> None:
    assert "\x1b[" not in linklint("scan", cwd=project).stdout
    assert "\x1b[" in linklint("scan", "--color", "always", cwd=project, NO_COLOR="1").stdout
    assert "\x1b[" not in linklint("scan", "--color", "never", cwd=project, FORCE_COLOR="1").stdout


def test_the_end_says_which_findings_failed_the_run(project: Path) -> None:
    done = linklint("scan", cwd=project)
    assert done.stdout.splitlines()[-1] == "Exit status 1 because of 2 warnings: run.sh:1, run.sh:3"
    assert "Exit status" not in linklint("scan", "--exit-zero", cwd=project).stdout
    assert "Exit status" not in linklint("scan", "--fail-on", "error", cwd=project).stdout


def test_watch_scans_again_after_a_change(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "linklint", "scan", "--watch", "--quiet", "."],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        first = _until(process, "Watching")
        assert "[legacy-link]" in first and "duplicate-name" not in first
        time.sleep(0.05)
        (project / "run.sh").write_text(RUN + "docker run --name db x\n")
        assert "[duplicate-name]" in _until(process, "Watching")
        (project / ".linklint.toml").write_text("engine = 'x'\n")
        assert "engine must be one of" in _until(process, "Watching"), "a mistake does not end it"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def _until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if word in line:
            break
    return "".join(lines)


def test_explain(project: Path) -> None:
    page = linklint("explain", "legacy-link", cwd=project).stdout
    assert len(page.splitlines()) < 40 and "docker run" not in page.split("## Bad")[0][:200]
    for part in ("A link", "warning, group links, no automatic fix, since 0.1", "https://", "Why it", "How to"):
        assert part in page
    more = linklint("explain", "legacy-link", "--examples", "--query", cwd=project).stdout
    assert "SELECT" in more and "docker run" in more and len(more) > len(page)
    one = json.loads(linklint("explain", "legacy-link", "--format", "json", cwd=project).stdout)
    assert (
        isinstance(one, dict)
        and one["rule"] == "legacy-link"
        and one["group"] == "links"
        and one["severity"] == "warning"
    )
    every = json.loads(linklint("explain", "--all", "--format", "json", cwd=project).stdout)
    assert {entry["rule"] for entry in every} >= {"legacy-link", "secret-in-env", "unread"}
    assert linklint("explain", "legacy-link", "--format", "markdown", cwd=project).stdout.startswith("# ")
    assert linklint("explain", cwd=project).returncode == 2


def test_every_page_is_short(project: Path) -> None:
    every = json.loads(linklint("explain", "--all", "--format", "json", cwd=project).stdout)
    for entry in every:
        page = linklint("explain", entry["rule"], cwd=project).stdout if entry["rule"][0] in "lsu" else ""
        assert len(page.splitlines()) < 40, entry["rule"]


def test_rules_are_filtered(project: Path) -> None:
    listed = json.loads(linklint("rules", "ports", "--format", "json", cwd=project).stdout)
    assert {rule["group"] for rule in listed} == {"ports"} and len(listed) > 3
    errors = linklint("rules", "--severity", "error", cwd=project).stdout
    assert "duplicate-name" in errors and "legacy-link" not in errors
    fixable = linklint("rules", "--fixable", cwd=project).stdout
    assert "link-env-address" in fixable and "legacy-link" not in fixable


def test_the_tables_of_queries(project: Path) -> None:
    tables = linklint("query", "--tables", cwd=project).stdout
    assert "container" in tables and "name_span" in tables
    wrong = linklint("query", "select path from link", cwd=project)
    assert wrong.returncode == 2 and "links" in wrong.stderr, "the view has the column"
    wide = linklint("query", "select * from containers", cwd=project, COLUMNS="60").stdout
    assert wide.count("\n") > 2


def test_a_program_in_a_container_that_asks_for_a_variable_breaks(project: Path) -> None:
    """`docker exec web printenv NAME` is no variable of the host's shell."""
    (project / "run.sh").write_text(RUN + "docker exec web printenv DB_PORT_5432_TCP_ADDR\n")
    done = linklint("upgrade", "--to", "29", cwd=project)
    words = "No: 1 read of a link variable in 1 file breaks with Engine 29, first at run.sh:4.\n"
    assert done.returncode == 1 and done.stdout.startswith(words)
    assert "link-env-never-set" not in rules(project)
    (project / "run.sh").write_text(RUN + "docker exec web sh -c '[ -v DB_PORT_5432_TCP_ADDR ] && run'\n")
    assert linklint("upgrade", "--to", "29", cwd=project).returncode in (1, 3)


def test_what_the_configuration_names_is_what_every_command_reads(project: Path) -> None:
    (project / "deploy").mkdir()
    (project / "run.sh").rename(project / "deploy" / "run.sh")
    (project / "other.sh").write_text("docker run -d --name other x\n")
    (project / ".linklint.toml").write_text('paths = ["deploy"]\n')
    for command in (["scan", "--show-files"], ["query", "select path from containers"], ["graph"], ["scan", "-q"]):
        done = linklint(*command, cwd=project)
        assert "run.sh" in done.stdout and "other" not in done.stdout, command
    done = linklint("scan", "--config", "extend=base.toml", cwd=project)
    assert done.returncode == 2 and "this key belongs into a file" in done.stderr
