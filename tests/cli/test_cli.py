"""The command line: what is printed, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from program import linklint, linklint_process

RUN = (
    "docker run -d --name db -e POSTGRES_PASSWORD=correct-horse-battery postgres\ndocker run -d --name web "
    "--link db:db -p 8080:6379 nginx\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "run.sh").write_text(RUN)
    return tmp_path


def test_linklint_alone_says_what_to_type(tmp_path: Path) -> None:
    done = linklint(cwd=tmp_path)
    assert done.returncode == 0
    assert "linklint scan ." in done.stdout


def test_version_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.argv = ['linklint', '--version']\nfrom linklint.cli import main\ntry:\n    "
        "main()\nexcept SystemExit:\n    pass\nprint(len([m for m in ('argparse', 'dataclasses', 'sqlite3', 're', "
        "'yaml', 'rich', 'bashlex', 'libcst') if m in sys.modules and m != 're']))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["linklint 0.1.0", "0"]


def test_a_scan_of_shell_text_imports_nothing_that_it_does_not_need(project: Path) -> None:
    code = (
        "import sys\nfrom linklint.scanning import scan\nscan(['.'])\nprint([m for m in ('yaml', 'rich', "
        "'bashlex', 'libcst', 'argparse') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_text(project: Path) -> None:
    done = linklint("scan", ".", cwd=project)
    assert done.returncode == 1
    assert done.stdout == (
        "run.sh:1:28  error  POSTGRES_PASSWORD is a secret that a link passes on to web, on engines up to 28 and "
        "29+env  [secret-in-env]\n"
        "    1 | docker run -d --name db -e POSTGRES_PASSWORD=cor… postgres\n"
        "      |                            ^^^^^^^^^^^^^^^^^^^^^^\n"
        "      run.sh:2: web gets it as DB_ENV_POSTGRES_PASSWORD\n"
        "    2 | docker run -d --name web --link db:db -p 8080:6379 nginx\n"
        "      |                                 -----\n"
        "      = help: mount POSTGRES_PASSWORD as a file (many official images read POSTGRES_PASSWORD_FILE), and keep "
        "the value out of the repository\n"
        "\n"
        "run.sh:2:33  warning  web links to db on the default bridge: deprecated, removal announced for Engine "
        "30  [legacy-link]\n"
        "    2 | docker run -d --name web --link db:db -p 8080:6379 nginx\n"
        "      |                                 ^^^^^\n"
        "      = help: put web and db on one user-defined network: linklint migrate shows the change\n"
        "\n"
        "run.sh:2:42  warning  8080:6379 is published on all interfaces (0.0.0.0 and [::]), unless the daemon has "
        "--ip  [all-interfaces-bind]\n"
        "    2 | docker run -d --name web --link db:db -p 8080:6379 nginx\n"
        "      |                                          ^^^^^^^^^\n"
        "      = fix: 127.0.0.1:8080:6379   (linklint scan --fix=ports)\n"
        "      = help: bind 8080:6379 to one host address, such as 127.0.0.1, or do not publish it\n"
        "\n"
        "3 findings (1 error, 2 warnings) in 1 file\n"
        "Exit status 1 because of 1 error and 2 warnings: run.sh:1, run.sh:2\n"
    )


def test_json(project: Path) -> None:
    done = linklint("scan", "--format", "json", cwd=project)
    report = json.loads(done.stdout)
    assert list(report) == ["version", "engine", "files", "unread", "findings", "ignored", "summary"]
    assert report["version"] == 1 and report["files"] == 1
    assert report["summary"] == {"error": 1, "warning": 2, "note": 0, "folded": 0, "ignored": 0}
    first = report["findings"][0]
    assert list(first) == [
        "rule", "severity", "confidence", "message", "path", "line", "column", "end_line", "end_column", "related",
        "fixable", "folded", "folded_by", "fingerprint",
    ]  # fmt: skip
    assert first["related"] == [
        {"path": "run.sh", "line": 2, "column": 33, "message": "web gets it as DB_ENV_POSTGRES_PASSWORD"}
    ]


def test_fingerprints_survive_moved_lines_and_tell_twins_apart(project: Path) -> None:
    def prints() -> list[str]:
        return [
            finding["fingerprint"]
            for finding in json.loads(linklint("scan", "--format", "json", cwd=project).stdout)["findings"]
        ]

    before = prints()
    (project / "run.sh").write_text("\n# moved\n\n" + RUN.replace("correct-horse-battery", "another-value"))
    assert prints() == before
    (project / "run.sh").write_text("docker run -p 80:6379 a\ndocker run -p 80:6379 a\n")
    assert len(set(prints())) == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["scan"], 1),
        (["scan", "--exit-zero"], 0),
        (["scan", "--fail-on", "error"], 1),
        (["scan", "--ignore", "secret-in-env", "--fail-on", "error"], 0),
        (["scan", "--select", "duplicate-name"], 0),
        (["scan", "--select", "duplicate-name,legacy-link"], 1),
        (["scan", "--engine", "29"], 1),
        (["scan", "--engine", "31"], 2),
        (["scan", "--select", "no-such-rule"], 2),
        (["scan", "nowhere"], 2),
        (["scan", "nowhere", "run.sh"], 2),
        (["scan", "--context", "nowhere", "run.sh"], 2),
        (["scan", "--unsafe"], 2),
        (["scan", "--stdin-filename", "a.sh"], 2),
        (["scan", "--no-such-option"], 2),
        (["scan", "--config", "nowhere.toml"], 2),
        (["no-such-command"], 2),
        (["scan", "run.sh", "--quiet", "--no-such-option"], 2),
        (["rules", "extra"], 2),
        (["explain", "duplicate-name"], 0),
        (["explain", "duplicate-nmae"], 2),
        (["rules"], 0),
        (["query", "select 1"], 0),
        (["query", "drop table container"], 2),
        (["query", "select 1", "nowhere"], 2),
    ],
)
def test_status(project: Path, arguments: list[str], status: int) -> None:
    done = linklint(*arguments, cwd=project)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) == (status == 2)


def test_strict_fails_over_what_is_unread(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("docker run 'nginx\n")
    assert linklint("scan", cwd=tmp_path).returncode == 0
    assert linklint("scan", "--strict", cwd=tmp_path).returncode == 1


def test_a_named_file_of_unknown_kind(tmp_path: Path) -> None:
    (tmp_path / "thing.xyz").write_text("hello\n")
    (tmp_path / "build.xyz").write_text("FROM a\nENV PASSWORD=hunter22\n")
    (tmp_path / "start.xyz").write_text("#!/bin/sh\ndocker run -p 80:6379 nginx\n")
    assert "unknown kind of file" in linklint("scan", "thing.xyz", cwd=tmp_path).stdout
    assert "[secret-in-env]" in linklint("scan", "build.xyz", cwd=tmp_path).stdout
    assert "[all-interfaces-bind]" in linklint("scan", "start.xyz", cwd=tmp_path).stdout


def test_stdin(tmp_path: Path) -> None:
    done = linklint("scan", "--stdin-filename", "app/run.sh", "-", cwd=tmp_path, stdin=RUN.encode())
    assert done.returncode == 1
    assert done.stdout.startswith("app/run.sh:1:28  error")


def test_context_reports_what_concerns_the_files(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a:\n    image: x\n    container_name: web\n    ports: ['80:6379']\n"
    )
    (tmp_path / "compose.override.yaml").write_text("services:\n  b:\n    image: x\n    container_name: web\n")
    done = linklint("scan", "--quiet", "--context", ".", "compose.override.yaml", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "compose.override.yaml:4:21  error  container name web is already in use  [duplicate-name]"
    ]
    done = linklint("scan", "--quiet", "--context", ".", "compose.yaml", cwd=tmp_path)
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["[duplicate-name]", "[all-interfaces-bind]"], (
        "a related place counts"
    )


def test_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.linklint]\nselect = ['legacy-link']\nfail-on = 'error'\n")
    (project / "other").mkdir()
    (project / "other" / "a.sh").write_text(RUN)
    done = linklint("scan", "--quiet", cwd=project)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    (project / ".linklint.toml").write_text("exclude = ['other']\nengine = '30'\nselect = ['legacy-link']\n")
    done = linklint("scan", "--quiet", "run.sh", "other", cwd=project)
    assert done.stdout.splitlines() == [
        "run.sh:2:33  error  web links to db on the default bridge: removal announced for Engine 30  [legacy-link]"
    ]
    (project / ".linklint.toml").write_text("engin = '30'\n")
    done = linklint("scan", cwd=project)
    assert done.returncode == 2 and ".linklint.toml:1: unknown key engin: did you mean engine?" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan"],
        ["scan", "--format", "json"],
        ["scan", "--diff=all", "--audit"],
        ["query", "select * from envs"],
        ["query", "select * from envs", "--format", "csv"],
    ],
)
def test_no_secret_is_printed(tmp_path: Path, arguments: list[str]) -> None:
    secret = "correct-horse-battery"
    (tmp_path / "run.sh").write_text(
        f"PW={secret}\ndocker run -e POSTGRES_PASSWORD={secret} -p 80:6379 a\nA=(-e API_KEY={secret}); docker run "
        f'"${{A[@]}}" -p 81:6379 a\n'
        f"docker run -e URL=http://u:{secret}@h -e DB_PASSWORD=$PW -p 82:6379 a\n"
    )
    (tmp_path / "compose.yaml").write_text(
        f"services:\n  db:\n    image: a\n    ports: ['1:1']\n    env_file: a.env\n    environment: {{DB_PASSWORD: "
        f"{secret}, X_TOKEN: '${{TOKEN}}'}}\n"
    )
    (tmp_path / ".env").write_text(f"TOKEN={secret}\n")
    (tmp_path / "a.env").write_text(f"SECRET={secret}\n")
    (tmp_path / "Dockerfile").write_text(f"FROM a\nARG PW={secret}\nENV PASSWORD=$PW SECRET {secret}\n")
    done = linklint(*arguments, cwd=tmp_path)
    assert done.stdout and secret not in done.stdout and secret not in done.stderr


def test_show_secrets_is_the_door(project: Path) -> None:
    assert "correct-horse-battery" in linklint("scan", "--show-secrets", cwd=project).stdout
    assert "correct-horse-battery" in linklint("query", "select value from env", "--show-secrets", cwd=project).stdout


def test_nothing_is_printed_raw(tmp_path: Path) -> None:
    hostile = "a\x1b[31mb\u202ec\x07"
    (tmp_path / f"{hostile}.sh").write_text(
        f"docker run -d --name '{hostile}' -p 80:6379 nginx\ndocker run -d --name '{hostile}' nginx\ndocker run "
        f"--link '{hostile}':x nginx\n"
    )
    for arguments in (
        ["scan", "--audit"],
        ["scan", "--format", "json"],
        ["query", "select * from containers"],
        ["scan", "--diff=all", "--audit"],
    ):
        done = linklint(*arguments, cwd=tmp_path)
        assert done.stdout
        for character in "\x1b\u202e\x07":
            assert character not in done.stdout + done.stderr


def test_colour_follows_the_environment(project: Path) -> None:
    assert "\x1b[" not in linklint("scan", cwd=project).stdout
    assert "\x1b[" in linklint("scan", cwd=project, FORCE_COLOR="1").stdout
    assert "\x1b[" not in linklint("scan", cwd=project, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_output_on_a_pipe_is_complete(tmp_path: Path) -> None:
    for part in (1000, 1800, 2600):
        (tmp_path / f"a{part}.sh").write_text("".join(f"docker run -p {n}:80 nginx\n" for n in range(part, part + 800)))
    assert len(json.loads(linklint_process("scan", "--format", "json", cwd=tmp_path).stdout)["findings"]) == 2400


def test_an_ascii_terminal_gets_escapes(project: Path) -> None:
    done = linklint_process("scan", cwd=project, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "\\u2026" in done.stdout and done.returncode == 1


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    for part in (1000, 1800, 2600):
        (tmp_path / f"a{part}.sh").write_text("".join(f"docker run -p {n}:80 nginx\n" for n in range(part, part + 800)))
    done = subprocess.run(
        f"{sys.executable} -m linklint scan . | head -1", shell=True, cwd=tmp_path, capture_output=True, text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.count("\n") == 1 and "Traceback" not in done.stderr


def test_paths_may_stand_behind_options(project: Path) -> None:
    (project / "other.sh").write_text("docker run -p 81:6379 nginx\n")
    assert len(linklint("scan", "run.sh", "--quiet", "other.sh", cwd=project).stdout.splitlines()) == 4
    assert (
        linklint("query", "select count(*) as n from containers", "--format", "csv", "run.sh", cwd=project).stdout
        == "n\n2\n"
    )
    assert len(linklint("scan", "--quiet", "--context", ".", "--", "other.sh", cwd=project).stdout.splitlines()) == 1


def test_query_formats(project: Path) -> None:
    sql = "select line, name from containers order by line"
    assert linklint("query", sql, cwd=project).stdout == "line  name\n----  ----\n1     db\n2     web\n(2 rows)\n"
    assert json.loads(linklint("query", sql, "--format", "json", cwd=project).stdout) == [
        {"line": 1, "name": "db"},
        {"line": 2, "name": "web"},
    ]
    assert linklint("query", sql, "--format", "csv", cwd=project).stdout == "line,name\n1,db\n2,web\n"


def test_python(project: Path) -> None:
    import linklint as package

    for _ in range(2):
        report = package.scan([str(project)])
        assert [finding.rule for finding in report.findings] == ["secret-in-env", "legacy-link", "all-interfaces-bind"]


@pytest.mark.parametrize("rules", ["/etc/*.md", "", ".", "../*.md"])
def test_rules_of_a_configuration_lie_beside_it(project: Path, rules: str) -> None:
    (project.parent / "outside.md").write_text("x")
    (project / ".linklint.toml").write_text(f'rules = ["{rules}"]\n')
    done = linklint("scan", cwd=project)
    assert done.returncode == 2 and "below the configuration" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        'tool = "linklint"\n',
        "linklint = " + "[" * 3000,
        '[tool.linklint]\nengine = "\n',
        "linklint = " + "x" * 2_000_000,
    ],
)
def test_a_broken_configuration_is_no_traceback(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    assert "Traceback" not in linklint("scan", cwd=project).stderr


def test_a_configuration_that_is_a_link_out_of_the_tree_is_none(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "config.toml"
    outside.write_text("nonsense = 1\n")
    (project / ".linklint.toml").symlink_to(outside)
    assert "nonsense" not in linklint("scan", cwd=project).stderr


@pytest.mark.parametrize("command", ["scan", "rules", "explain facts", "query 'select path from files'", "config"])
def test_a_full_disk_is_no_traceback(project: Path, command: str) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m linklint {command} >/dev/full"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and done.stderr == "linklint: No space left on device\n"


def test_closed_streams_and_odd_widths(project: Path) -> None:
    for command in ("scan >&-", "scan 2>&-", "scan >&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m linklint {command}"],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    for columns in ("abc", "-1", "0", "99999999"):
        done = linklint("scan", cwd=project, COLUMNS=columns)
        assert done.returncode == 1 and "Traceback" not in done.stderr


def test_a_directory_that_is_gone_is_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"mkdir gone; cd gone; rmdir ../gone; {sys.executable} -m linklint scan"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and done.stderr == "linklint: No such file or directory\n"


def test_an_answer_in_json_is_json(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("docker run x\n")
    done = linklint("query", "select x'ff' as a, 9e999 as b, 1 as c_d, 2 as c_d", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout) == [{"a": "ff", "b": None, "c_d": 1, "c_d_2": 2}]


def test_output_is_a_file(tmp_path: Path) -> None:
    done = linklint("scan", "--output", "json:-", cwd=tmp_path)
    assert (
        done.returncode == 2
        and "use --format json for standard output" in done.stderr
        and not (tmp_path / "-").exists()
    )


def test_stdin_is_no_directory_and_may_be_closed(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    done = linklint("scan", "-", "--stdin-filename", "sub", cwd=tmp_path)
    assert done.returncode == 2 and "--stdin-filename sub names a directory" in done.stderr
    command = (
        f"{sys.executable} -m linklint scan - --stdin-filename x.sh <&-; {sys.executable} -m linklint "
        f"--version >/dev/full"
    )
    shell = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert shell.returncode == 2 and "Traceback" not in shell.stderr and "No space left" in shell.stderr


def test_a_configuration_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".linklint.toml")
    done = linklint("scan", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr == "linklint: .linklint.toml: not a regular file\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "import os\nx = os.environ.get('DB_ENV_MYSQL_PASSWORD', 'Zq9xTopSecret')\n"),
        ("a.js", "const x = process.env.DB_ENV_MYSQL_PASSWORD || 'Zq9xTopSecret'\n"),
        ("a.sh", "echo ${DB_ENV_MYSQL_PASSWORD:-Zq9xTopSecret} $DB_PORT_3306_TCP_ADDR\n"),
    ],
)
def test_a_secret_that_is_a_default_is_in_no_table(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    done = linklint("query", "select name, fallback, written from env_reads", "--format", "json", cwd=tmp_path)
    assert "DB_ENV_MYSQL_PASSWORD" in done.stdout and "TopSecret" not in done.stdout and "Zq9" in done.stdout
    done = linklint("query", "--export", "facts.sqlite", cwd=tmp_path)
    assert b"TopSecret" not in (tmp_path / "facts.sqlite").read_bytes()
