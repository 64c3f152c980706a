"""The action, the recipes of the README and the image, as others run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import copy_to
from real_engine import Engine, NoEngine

pytestmark = pytest.mark.conformance
ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
YAML, FLEET = (
    re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for text in (README, (ROOT / "docs" / "fleet.md").read_text())
)
URL = "git+https://github.com/docker-linklint/linklint@v0.1.0"


def sh(command: str, directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a GitHub runner does."""
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]
    return subprocess.run(
        words, cwd=directory, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clean copy of the sources, like a checkout."""
    return copy_to(tmp_path_factory.mktemp("source") / "linklint")


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("github-actions", (ROOT / "action.yml").read_text()),
        ("github-workflows", next(block for block in YAML if "runs-on" in block)),
        ("gitlab-ci", next(block for block in YAML if "codequality" in block)),
        ("github-workflows", (ROOT / ".github" / "workflows" / "export.yml").read_text()),
        ("github-workflows", next(block for block in FLEET if "uses:" in block)),
        ("gitlab-ci", (ROOT / "templates" / "linklint-export.yml").read_text().split("---\n")[1]),
    ],
    ids=["action", "workflow", "gitlab", "export", "fleet workflow", "fleet gitlab"],
)
def test_by_the_schema_of_the_forge(schema: str, text: str, tmp_path: Path) -> None:
    pytest.importorskip(
        "check_jsonschema", reason="NOT COMPARED with the real thing: check-jsonschema is not installed"
    )
    path = tmp_path / "file.yml"
    for content, valid in ((text, True), (re.sub("runs|script:|uses: docker", "wrong: ", text), False)):
        path.write_text(content)
        done = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is valid, done.stdout


def test_the_inputs_in_the_readme_are_those_of_the_action() -> None:
    workflow = yaml.safe_load(next(block for block in YAML if "runs-on" in block))
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert set(workflow["jobs"]["linklint"]["steps"][1]["with"]) <= set(action["inputs"])


@pytest.fixture(scope="module")
def runner(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a runner after the first step of the action."""
    temporary = tmp_path_factory.mktemp("runner")
    environment = {
        "RUNNER_TEMP": str(temporary), "GITHUB_ACTION_PATH": str(source), "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(temporary / "summary"), "LINKLINT_PATHS": "", "LINKLINT_ARGS": "",
        "LINKLINT_SARIF": "linklint.sarif",
    }  # fmt: skip
    done = sh(steps()["install"]["run"], temporary, **environment)
    assert done.returncode == 0, done.stderr
    return environment


def steps() -> dict[str, Any]:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    return {step["name"]: step for step in action["runs"]["steps"]}


@pytest.mark.parametrize(
    ("paths", "options", "code"),
    [
        ("", "", 1),
        ("good", "", 0),
        ("good bad", "--fail-on error", 0),
        ("", "--exit-zero --audit", 0),
        ("", "--nonsense", 2),
    ],
)
def test_the_steps_of_the_action(runner: dict[str, str], tmp_path: Path, paths: str, options: str, code: int) -> None:
    for name, text in (
        ("good/a.sh", "docker run -d --name aa img\n"),
        ("bad/b.sh", "docker run -d --name bb -p 80:6379 img\n"),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    summary = Path(runner["GITHUB_STEP_SUMMARY"])
    summary.unlink(missing_ok=True)
    Path(runner["RUNNER_TEMP"], "linklint.md").unlink(missing_ok=True)
    done = sh(steps()["scan"]["run"], tmp_path, **{**runner, "LINKLINT_PATHS": paths, "LINKLINT_ARGS": options})
    assert done.returncode == code, done.stdout + done.stderr
    if code == 2:
        return
    found = "bad" in paths or not paths
    assert ("::warning file=bad/b.sh,line=1,endLine=1,col=28,endColumn=35," in done.stdout) is found
    assert summary.read_text().startswith("## linklint\n")
    results = json.loads((tmp_path / "linklint.sarif").read_text())["runs"][0]["results"]
    assert bool(results) is found


def test_the_recipe_for_gitlab(source: Path, tmp_path: Path) -> None:
    job = yaml.safe_load(next(block for block in YAML if "codequality" in block))["linklint"]
    (tmp_path / "a.sh").write_text("docker run -d --name aa -p 80:6379 img\n")
    done = sh("python3 -m venv v", tmp_path)
    assert done.returncode == 0
    path = f"{tmp_path}/v/bin:{os.environ['PATH']}"
    install, scan = job["script"]
    assert URL in install and sh(install.replace(URL, str(source)), tmp_path, PATH=path).returncode == 0
    assert sh(scan, tmp_path, PATH=path).returncode == 1
    reports = job["artifacts"]["reports"]
    assert json.loads((tmp_path / reports["codequality"]).read_text())[0]["check_name"] == "all-interfaces-bind"
    assert "<failure" in (tmp_path / reports["junit"]).read_text()


COMPLETED = (
    ("linklint sc", "scan"),
    ("linklint scan --since x --gro", "--group-by"),
    ("linklint scan --format sa", "sarif"),
    ("linklint scan --select link-e", "link-env-read"),
    ("linklint explain unk", "unknown-link-target"),
    ("linklint scan --engine 29", "29+env"),
    ("linklint scan c", "completion"),
    ("linklint scan --context dir", "directory"),
)

# What zsh would offer: the arguments of compadd.
IN_ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; autoload -Uz compinit && compinit -u -D; eval "$(<completion)"'
zpty -w z 'compadd () { local -a offered; \
builtin compadd -A offered "$@"; print -l "<"${^offered}">"; builtin compadd "$@" }'
zpty -w z 'bindkey "^I" complete-word; echo REA""DY'
zpty -r z started '*READY*'
zpty -w -n z "$1"$'\t'
for _ in {1..100}; do
    while zpty -r -t z part; do print -r -- "$part"; [[ $part == *"<$2>"* ]] && exit; done
    sleep 0.1
done
"""


def completed_by(shell: str, words: str, wanted: str, directory: Path) -> str:
    """Return what a shell with the `completion` script offers after some words."""
    if shell == "zsh":
        script = IN_ZSH
    else:
        listed = words.split()
        script = (
            f'eval "$(<completion)"; COMP_WORDS=({words}); COMP_CWORD={len(listed) - 1}; _shtab_linklint '
            f"linklint {listed[-1]} {listed[-2]}; printf '<%s>\\n' \"${{COMPREPLY[@]}}\""
        )
    done = subprocess.run(
        [shell, "-c", script, shell, words, wanted],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_completes_with_what_is_printed_for_it(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "linklint", "completion", shell], capture_output=True, text=True, check=True
    )
    (tmp_path / "completion").write_text(done.stdout)
    (tmp_path / "directory").mkdir()
    for words, wanted in COMPLETED:
        offered = completed_by(shell, words, wanted, tmp_path)
        assert f"<{wanted}" in offered, (words, offered)


LIBRARIES = re.compile(r"(/\S+\.so\S*)")


def with_libraries(program: str) -> set[str]:
    """Return a program or a library, with all libraries that it needs."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return {program, *LIBRARIES.findall(listed)}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    try:
        started = Engine()
    except NoEngine as reason:
        pytest.skip(f"NOT COMPARED with the real thing: {reason}")
    yield started
    started.stop()


def stand_in(engine: Engine, wheels: Path) -> None:
    """Build a replacement for python:3.13-slim, which cannot be pulled here: this machine's Python and git, and the
    packages for pip.

    Its apt-get does nothing, because git is there.
    """
    python = Path(os.path.realpath(sys.executable))
    prefix = Path(sys.base_prefix)
    files = {str(python)}
    for program in (
        python,
        shutil.which("git"),
        shutil.which("bash"),
        shutil.which("id"),
        shutil.which("rm"),
        *prefix.rglob("lib-dynload/*.so"),
    ):
        files |= with_libraries(str(program))
    root = engine.home / "python"
    for name in files:
        (root / name[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, root / name[1:])
    library = prefix / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    left_out = shutil.ignore_patterns(
        "test",
        "tests",
        "idlelib",
        "lib2to3",
        "ensurepip",
        "tkinter",
        "turtledemo",
        "__pycache__",
        "*.a",
        "config-*",
        "site-packages",
    )
    shutil.copytree(library, root / str(library)[1:], ignore=left_out, dirs_exist_ok=True)
    shutil.copytree(
        library / "site-packages" / "pip", root / str(library)[1:] / "site-packages" / "pip", ignore=left_out
    )
    shutil.copytree(wheels, root / "wheels-of-the-machine")
    for name, text in (
        ("bin/apt-get", "#!/bin/sh\n"),
        ("bin/python3", f'#!/bin/sh\nexec {python} "$@"\n'),
        ("bin/pip", f'#!/bin/sh\nexec {python} -m pip "$@"\n'),
        ("etc/pip.conf", "[global]\nno-index = true\nfind-links = /wheels-of-the-machine\nroot-user-action = ignore\n"),
        ("etc/passwd", "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o755)
    (root / "tmp").mkdir()
    shutil.copy(shutil.which("bash") or "", root / "bin" / "sh")
    archive = engine.home / "python.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(root, ".")
    changes = ["-c", f"ENV PATH=/usr/local/bin:/usr/bin:/bin:{prefix}/bin"]
    done = engine.docker("import", *changes, str(archive), "python:3.13-slim")
    assert done.returncode == 0, done.stderr


@pytest.mark.needs("dockerd", "docker")
def test_the_image(engine: Engine, source: Path, tmp_path: Path) -> None:
    """Build the Dockerfile with a real engine, and run it as in the README: unprivileged, on a read-only tree, without
    a network.
    """
    requires = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--wheel-dir",
        str(tmp_path),
        "hatchling",
        "bashlex",
        "libcst",
        "pyyaml",
        "rich",
        "shtab",
        "setuptools",
    ]
    assert subprocess.run(requires, check=False).returncode == 0
    stand_in(engine, tmp_path)
    built = engine.script("docker build -t linklint .", source)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    options = ["run", "--rm", "--network", "none", "-v", f"{source}:/src:ro", "linklint"]
    done = engine.docker(*options, "scan", "--exit-zero", "fixtures/quickstart")
    assert done.returncode == 0 and "[secret-in-env]" in done.stdout, done.stderr
    assert engine.docker(*options, "scan", "fixtures/quickstart").returncode == 1
    assert engine.docker(*options, "--version").stdout.startswith("linklint ")
    user = engine.docker("run", "--rm", "--network", "none", "--entrypoint", "id", "linklint", "-u")
    assert user.stdout.strip() == "65534"
    subprocess.run(["git", "init", "-q"], cwd=source, check=True)
    (source / ".gitignore").write_text("left-out.sh\n")
    (source / "left-out.sh").write_text("docker run -p 1:1 img\n")
    listed = engine.docker(*options, "scan", "--quiet", "--exit-zero", "--select", "all-interfaces-bind").stdout
    assert "fixtures/quickstart/run.sh" in listed and "left-out.sh" not in listed, "git is in it, whoever owns the tree"
