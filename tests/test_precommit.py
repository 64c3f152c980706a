"""The hook, run by the real pre-commit in a repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import copy_to

pytestmark = pytest.mark.slow
GOOD = "docker run -d --name web -p 127.0.0.1:80:80 nginx\n"
BAD = "docker run -d --name web -p 80:6379 nginx\n"


def run(directory: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
           "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", **environment}  # fmt: skip
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, env=env, check=False, timeout=600)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    pre_commit = shutil.which("pre-commit", path=str(Path(sys.executable).parent)) or shutil.which("pre-commit")
    if pre_commit is None:
        pytest.skip("pre-commit is not installed: pip install -e '.[dev]'")
    base = tmp_path_factory.mktemp("precommit")
    hooks, project = base / "hooks", base / "project"
    copy_to(hooks)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        assert run(hooks, "git", *command).returncode == 0
    revision = run(hooks, "git", "rev-parse", "HEAD").stdout.strip()
    project.mkdir()
    run(project, "git", "init", "-q")
    (project / ".pre-commit-config.yaml").write_text(
        f"exclude: ^excluded/\nrepos:\n  - repo: {hooks}\n    rev: {revision}\n    hooks:\n      - id: linklint\n"
    )
    done = run(project, pre_commit, "install", PRE_COMMIT_HOME=str(base / "cache"))
    assert done.returncode == 0, done.stderr
    os.environ["PRE_COMMIT_HOME"] = str(base / "cache")
    yield project
    del os.environ["PRE_COMMIT_HOME"]


def commit(project: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    run(project, "git", "add", "-A")
    done = run(project, "git", "commit", "-m", "x")
    if done.returncode:
        run(project, "git", "reset", "-q", "--hard") if run(
            project, "git", "rev-parse", "HEAD"
        ).returncode == 0 else None
    return done


def hooks(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    pre_commit = shutil.which("pre-commit", path=str(Path(sys.executable).parent)) or "pre-commit"
    return run(project, pre_commit, *arguments)


def test_all_files_and_one(project: Path) -> None:
    (project / "one.sh").write_text(BAD.replace("web", "one"))
    (project / "two.sh").write_text(BAD.replace("web", "two").replace("80:6379", "81:6379"))
    (project / "three.sh").write_text("docker run -d -name three nginx\n")
    run(project, "git", "add", "-A")
    done = hooks(project, "run", "linklint", "--all-files")
    assert done.returncode == 1 and all(f"{name}.sh:1:" in done.stdout for name in ("one", "two", "three"))
    done = hooks(project, "run", "linklint", "--files", "two.sh")
    assert done.returncode == 1 and "two.sh:1:" in done.stdout and "one.sh" not in done.stdout
    run(project, "git", "rm", "-qf", "one.sh", "two.sh", "three.sh")


def test_the_hook_that_fixes(project: Path) -> None:
    config = project / ".pre-commit-config.yaml"
    before = config.read_text()
    config.write_text(before.replace("- id: linklint", "- id: linklint-fix"))
    (project / "old.sh").write_text("docker run -d -name four nginx\n")
    run(project, "git", "add", "-A")
    done = hooks(project, "run", "linklint-fix", "--files", "old.sh")
    assert (
        done.returncode == 1
        and "Fixed 1 finding in 1 file" in done.stdout
        and "files were modified by this hook" in done.stdout
    )
    assert (project / "old.sh").read_text() == "docker run -d --name four nginx\n"
    assert hooks(project, "run", "linklint-fix", "--files", "old.sh").returncode == 0
    config.write_text(before)
    run(project, "git", "rm", "-qf", "old.sh")


def test_the_hook_takes_options(project: Path) -> None:
    config = project / ".pre-commit-config.yaml"
    before = config.read_text()
    (project / "old.sh").write_text(BAD)
    run(project, "git", "add", "-A")
    for options, code in (
        ("[--fail-on, error, --]", 0),
        ("[--engine, '28']", 1),
        ("[--ignore, all-interfaces-bind, --]", 0),
    ):
        config.write_text(before + f"        args: {options}\n")
        run(project, "git", "add", "-A")
        done = hooks(project, "run", "linklint", "--files", "old.sh")
        assert done.returncode == code, done.stdout
    config.write_text(before)
    run(project, "git", "rm", "-qf", "old.sh")


def test_the_hook(project: Path) -> None:
    good = commit(project, {"run.sh": GOOD})
    assert good.returncode == 0, good.stdout + good.stderr

    bad = commit(project, {"other.sh": BAD.replace("web", "other")})
    assert bad.returncode == 1
    assert "[all-interfaces-bind]" in bad.stderr + bad.stdout

    assert commit(project, {"excluded/bad.sh": BAD.replace("web", "third")}).returncode == 0, (
        "excluded files stay excluded"
    )

    base = "services:\n  a:\n    image: x\n    container_name: front\n"
    assert commit(project, {"compose.yaml": base}).returncode == 0
    twin = commit(project, {"compose.override.yaml": base.replace("  a:", "  b:")})
    assert twin.returncode == 1, "the same name in a file that was not changed is seen"
    assert "container name front is already in use" in twin.stderr + twin.stdout

    (project / "old.sh").write_text(BAD.replace("web", "fourth"))
    run(project, "git", "add", "-A")
    assert run(project, "git", "commit", "-qnm", "without the hook").returncode == 0
    quiet = commit(project, {"run.sh": GOOD + "docker stop web\n"})
    assert quiet.returncode == 0, "a finding that concerns no changed file is not reported"
