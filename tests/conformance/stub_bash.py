"""Real bash with a stub docker that records its arguments. Only for scripts that the tests generate."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

DOCKER = r"""#!/bin/sh
{ printf '%s\0' "$@"; printf '\001\0'; } >> "$STUB_LOG"
case "$1" in run|create) echo 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ;; esac
"""
SUDO = """#!/bin/sh
exec "$@"
"""
PROGRAMS = "bash sh cat date hostname true false timeout env printf test sleep".split()


class Bash:
    """A directory with a stub docker, in which scripts run one after the other."""

    def __init__(self) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="bash.")
        self.root = Path(self.home.name)
        self.programs = self.root / "bin"
        self.programs.mkdir()
        for name, text in (("docker", DOCKER), ("sudo", SUDO)):
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)
        for name in PROGRAMS:
            path = shutil.which(name)
            if path:
                (self.programs / name).symlink_to(path)

    def close(self) -> None:
        self.home.cleanup()

    def calls(self, script: str, environment: dict[str, str]) -> list[list[str]]:
        """Return the arguments of each call of docker, in order."""
        work = self.root / "work"
        work.mkdir()
        log = self.root / "log"
        log.write_bytes(b"")
        settings = {
            "PATH": str(self.programs),
            "HOME": "/root",
            "STUB_LOG": str(log),
            "LC_ALL": "C.UTF-8",
            **environment,
        }
        try:
            subprocess.run(
                ["bash", "--norc", "--noprofile", "-c", script], env=settings, cwd=work, stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20, check=False,
            )  # fmt: skip
        finally:
            shutil.rmtree(work)
        records = log.read_bytes().split(b"\1\0")[:-1]
        return [[os.fsdecode(word) for word in record.split(b"\0")[:-1]] for record in records]
