"""How a run ends when it is interrupted, and when memory is short."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MARK = (
    "import sys, linklint; sys.stdout.write('.\\n'); sys.stdout.flush(); sys.argv[0] = 'linklint'; import "
    "linklint.__main__ as m; m.main()"
)


def begin(tree: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begin a run that says when it imports the program, which takes over Ctrl-C first of all."""
    process = subprocess.Popen(
        [sys.executable, "-c", MARK, *arguments], cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == ".\n"
    return process


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("runs", [8, pytest.param(80, marks=pytest.mark.slow)])
def test_ctrl_c_at_any_moment(tmp_path: Path, runs: int) -> None:
    for number in range(12):
        (tmp_path / f"{number}.sh").write_text(f"docker run -d --name n{number} -p {number}:80 -e A=1 x\n" * 20)
    (tmp_path / "app.py").write_text("import os\nx = os.environ['DB_PORT_5432_TCP_ADDR']\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    started = time.monotonic()
    begin(tmp_path, "scan").communicate()
    whole = time.monotonic() - started
    chance = random.Random(9)
    ends = []
    for number in range(3 * runs):
        process = begin(tmp_path, "scan", *(["--diff=all", "--audit"] if number % 3 == 0 else []))
        time.sleep(0.01 + chance.random() * whole)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors and "KeyboardInterrupt" not in errors, errors
        ends.append(process.returncode)
        if process.returncode != 130:
            whole *= 0.8  # it had ended before: the machine has less to do than at the beginning
        elif ends.count(130) == runs:
            break
    assert set(ends) <= {130, 1, 0}, ends
    assert ends.count(130) > runs // 2, "the others had ended before"


def test_a_memory_error_is_no_finding(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    (tmp_path / "run.sh").write_text("docker run -p 80:80 x\n# \U0001f600" + "x" * 9_000_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (70_000_000, 70_000_000))

    done = subprocess.run(
        [sys.executable, "-m", "linklint", "scan"], cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "linklint: out of memory\n")
