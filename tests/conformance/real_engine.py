"""A temporary Docker Engine: dockerd in network and mount namespaces of its own, with one small image and no network.

It needs root, and the programs in PROGRAMS. Commands run in a directory of the caller.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PROGRAMS = ("dockerd", "docker", "containerd", "runc", "unshare", "busybox", "ip", "setsid")
APPLETS = (
    *("sh", "env", "sleep", "cat", "true", "false", "nc", "nslookup", "grep", "timeout", "mkdir"),
    *("wget", "httpd", "hostname", "echo", "wc"),
)
IMAGE = "small"
MARK = "LINKLINT_REAL_ENGINE"


class NoEngine(Exception):
    """No engine can be started here. The message has the reason."""


class Engine:
    """A running engine; with `environment`, a docker command uses this engine only."""

    def __init__(self) -> None:
        missing = [
            program
            for program in PROGRAMS
            if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None
        ]
        if missing:
            raise NoEngine(f"{', '.join(missing)} is not installed")
        if os.geteuid() != 0:
            raise NoEngine("it needs root")
        self.home = Path(tempfile.mkdtemp(prefix="engine"))
        self.environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "HOME": str(self.home),
            "DOCKER_HOST": f"unix://{self.home}/d.sock",
            "DOCKER_CONFIG": str(self.home / "config"), "DOCKER_CLI_HINTS": "false", "DOCKER_BUILDKIT": "0",
            "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        self._start()

    def _start(self) -> None:
        script = (
            "mount --make-rprivate /; ip link set lo up; echo 1 >/proc/sys/net/ipv4/ip_forward; exec dockerd"
            f" --data-root {self.home}/data --exec-root {self.home}/exec -H unix://{self.home}/d.sock -p "
            f"{self.home}/d.pid"
            " --storage-driver vfs --iptables=false --ip6tables=false --ip-masq=false"
        )
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["setsid", "unshare", "--net", "--mount", "sh", "-c", script],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self.environment,
            )
        for _ in range(200):
            if self.docker("version", "--format", "{{.Server.Version}}").returncode == 0:
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            self.process.kill()
        version = self.docker("version", "--format", "{{.Server.Version}}")
        if version.returncode != 0:
            tail = (self.home / "log").read_text(errors="replace").splitlines()[-3:]
            self.stop()
            raise NoEngine(f"dockerd does not start: {' / '.join(tail)}")
        self.version = version.stdout.strip()
        self._import()

    def _import(self) -> None:
        root = self.home / "root"
        (root / "bin").mkdir(parents=True)
        (root / "etc").mkdir()
        shutil.copy(shutil.which("busybox") or "", root / "bin" / "busybox")
        for applet in APPLETS:
            (root / "bin" / applet).symlink_to("busybox")
        with tarfile.open(self.home / "root.tar", "w") as archive:
            archive.add(root, ".")
        changes = [word for change in ("ENV PATH=/bin", 'CMD ["sleep","1000000"]') for word in ("-c", change)]
        made = self.docker("import", *changes, str(self.home / "root.tar"), IMAGE)
        if made.returncode:
            raise NoEngine(made.stderr)

    def docker(self, *words: str, directory: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a docker command."""
        return subprocess.run(
            ["docker", *words],
            env=self.environment,
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def script(self, text: str, directory: Path) -> subprocess.CompletedProcess[str]:
        """Run a bash script in which docker is this engine's client."""
        return subprocess.run(
            ["bash", "-c", text],
            env=self.environment,
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def lines(self, lines: Sequence[str], directory: Path, seconds: int) -> list[str | None]:
        """Run the lines of a script one by one in one shell. Return what each refused line said, and None for others.

        A line that takes longer than `seconds` fails the test: it would wait for ever.
        """
        begin = f'exec 3>&1\ndocker() {{ command timeout {seconds} docker "$@"; }}\n'
        script = begin + "".join(
            f"said=$(mktemp); {{ {line}\n}} >/dev/null 2>$said </dev/null; rc=$?;"
            ' printf "%s\\0%s\\0" $rc "$(cat $said)" >&3; rm $said\n'
            for line in lines
        )
        done = subprocess.run(
            ["bash", "-c", script],
            env=self.environment,
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=seconds * len(lines),
            check=False,
        )
        answers = done.stdout.split("\0")[:-1]
        assert len(answers) == 2 * len(lines), (lines, done.stdout, done.stderr)
        pairs = list(zip(answers[::2], answers[1::2]))
        assert all(status != "124" for status, _ in pairs), f"a step waits for ever: {lines}"
        return [said.strip() or "refused" if status != "0" else None for status, said in pairs]

    def clear(self) -> None:
        """Remove all containers and networks."""
        ids = self.docker("ps", "-aq").stdout.split()
        if ids:
            self.docker("rm", "-fv", *ids)
        self.docker("network", "prune", "-f")

    def stop(self) -> None:
        """Stop it, and remove everything."""
        if self.process.poll() is None:
            self.clear()
            pid = self.home / "d.pid"
            target = int(pid.read_text()) if pid.exists() else self.process.pid
            os.kill(target, signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.home, ignore_errors=True)
