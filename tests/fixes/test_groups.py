"""Fixes by group: what each group changes, what is said about the others, and the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import linklint

RUN = (
    "docker run -d -name pg -p 5432:5432 postgres\ndocker run -d --name db x\n"
    'docker run -d --name web --link db:db img\necho "$DB_PORT_5432_TCP_ADDR"  # docker\n'
)
FIXED = {
    "safe": ("-name pg", "--name pg"),
    "ports": ("-p 5432:5432", "-p 127.0.0.1:5432:5432"),
    "readers": ('"$DB_PORT_5432_TCP_ADDR"', '"db"'),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "run.sh").write_text(RUN)
    return tmp_path


def after(project: Path, *arguments: str) -> str:
    linklint("scan", *arguments, cwd=project)
    return (project / "run.sh").read_text()


def fixed(*groups: str) -> str:
    text = RUN
    for group in groups:
        text = text.replace(*FIXED[group])
    return text


@pytest.mark.parametrize(
    ("argument", "groups"),
    [
        ("--fix", ("safe",)),
        ("--fix=safe", ("safe",)),
        ("--fix=ports", ("ports",)),
        ("--fix=readers", ("readers",)),
        ("--fix=readers,ports", ("ports", "readers")),
        ("--fix=all", ("safe", "ports", "readers")),
    ],
)
def test_a_group_changes_what_is_in_it(project: Path, argument: str, groups: tuple[str, ...]) -> None:
    assert after(project, argument) == fixed(*groups)


def test_a_diff_has_the_same_groups(project: Path) -> None:
    shown = linklint("scan", "--diff=readers", cwd=project)
    assert '+echo "db"' in shown.stdout and "--name pg" not in shown.stdout and shown.returncode == 0
    assert (project / "run.sh").read_text() == RUN


def test_a_diff_of_a_fix_has_the_groups_of_both(project: Path) -> None:
    shown = linklint("scan", "--fix=readers", "--diff", cwd=project).stdout
    assert '+echo "db"' in shown and "+docker run -d --name pg" in shown and "127.0.0.1" not in shown
    assert (project / "run.sh").read_text() == RUN


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--fix=links", "use linklint migrate"),
        ("--diff=links,ports", "use linklint migrate"),
        ("--fix=prots", "there is no group prots of fixes: use safe, readers, ports, engine or all"),
    ],
)
def test_what_is_no_group(project: Path, argument: str, words: str) -> None:
    done = linklint("scan", argument, cwd=project)
    assert done.returncode == 2 and words in done.stderr and (project / "run.sh").read_text() == RUN


def test_unsafe_is_deprecated_and_means_all(project: Path) -> None:
    done = linklint("scan", "--fix", "--unsafe", cwd=project)
    assert "--unsafe is deprecated: use --fix=all" in done.stderr
    assert '"db"' in (project / "run.sh").read_text()


def test_a_finding_advertises_its_own_group(project: Path) -> None:
    done = linklint("scan", cwd=project).stdout
    assert "(linklint scan --fix)" in done and "(linklint scan --fix=readers)" in done and "unsafe" not in done
    (project / "run.sh").write_text("docker run -d --name pg -p 5432:5432 postgres\n")
    assert "(linklint scan --fix=ports)" in linklint("scan", cwd=project).stdout


def test_what_was_fixed_and_what_waits_is_said(project: Path) -> None:
    done = linklint("scan", "--fix=readers", "--show-fixes", cwd=project)
    assert "Fixed 1 finding in 1 file (1 more with --fix; 1 more with --fix=ports, " in done.stderr
    assert "  run.sh: 1 × link-env-address" in done.stderr


def test_why_there_is_no_fix_is_said(project: Path) -> None:
    (project / "run.sh").write_text(
        "docker run -d --name pg -P postgres\ndocker run -d --name p2 -p $X:5432 postgres\n"
    )
    done = linklint("scan", "--fix=ports", "--audit", cwd=project)
    assert "no fix for all-interfaces-bind at run.sh:1" in done.stderr, done.stderr


def test_fix_only_and_the_status_of_a_fix(project: Path) -> None:
    done = linklint("scan", "--fix=readers", "--fix-only", cwd=project)
    assert done.returncode == 0 and done.stdout == ""
    (project / "run.sh").write_text(RUN)
    assert linklint("scan", "--fix-only", "--exit-non-zero-on-fix", cwd=project).returncode == 1
    assert linklint("scan", "--fix-only", "--exit-non-zero-on-fix", cwd=project).returncode == 0
    assert linklint("scan", "--fix-only", "--diff", cwd=project).returncode == 2


def test_what_is_folded_is_not_changed(project: Path) -> None:
    text = "docker run -d --name web -p 80:80 nginx\n"
    (project / "run.sh").write_text(text)
    done = linklint("scan", "--fix=ports", cwd=project)
    assert (project / "run.sh").read_text() == text and "1 more in what is folded" in done.stderr
    linklint("scan", "--fix=ports", "--audit", cwd=project)
    assert "127.0.0.1:80:80" in (project / "run.sh").read_text()
