"""Run linklint of this checkout as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def linklint(
    *arguments: str, cwd: Path, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {
        **{k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "GITHUB_ACTIONS")},
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-m", "linklint", *arguments],
        cwd=cwd,
        input=stdin or b"",
        capture_output=True,
        env=env,
        check=False,
        timeout=60,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
