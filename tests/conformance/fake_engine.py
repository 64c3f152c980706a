"""A fake Docker engine on a Unix socket, which records how the real docker CLI reads a command line.

It answers just enough for `docker run` and `docker create`; nothing is started. A command takes about 20 ms.
"""

from __future__ import annotations

import json
import os
import pty
import re
import socketserver
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

API = "1.45"


@dataclass
class Outcome:
    """The result of a command line: the create request of the CLI, or its error message."""

    code: int
    error: str
    name: str = ""
    body: dict[str, Any] | None = None
    attached: bool = False
    platform: str = ""
    paths: list[str] = field(default_factory=list)

    @property
    def host(self) -> dict[str, Any]:
        return (self.body or {}).get("HostConfig") or {}

    @property
    def endpoints(self) -> dict[str, Any]:
        return ((self.body or {}).get("NetworkingConfig") or {}).get("EndpointsConfig") or {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, code: int, content: Any = None) -> None:
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(code)
        for header, value in (
            ("Api-Version", API),
            ("Ostype", "linux"),
            ("Docker-Experimental", "false"),
            ("Content-Type", "application/json"),
        ):
            self.send_header(header, value)
        if code != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and code != 204:
            self.wfile.write(data)

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        path = re.sub(r"^/v\d+\.\d+", "", url.path)
        query = {key: values[-1] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        engine: FakeEngine = self.server.engine  # type: ignore[attr-defined]
        engine.requests.append((path, query, json.loads(raw) if raw else None))
        if path == "/containers/create":
            return self.answer(201, {"Id": "c" * 64, "Warnings": []})
        if path.endswith("/wait"):
            return self.answer(200, {"StatusCode": 0})
        if path.endswith("/attach"):
            self.send_response(101, "UPGRADED")
            self.send_header("Connection", "Upgrade")
            self.send_header("Upgrade", "tcp")
            self.end_headers()
            self.close_connection = True
            return None
        return self.answer(204)

    def do_GET(self) -> None:
        path = re.sub(r"^/v\d+\.\d+", "", urlsplit(self.path).path)
        if path == "/_ping":
            return self.answer(200, "OK")
        if path == "/info":
            return self.answer(200, {"OSType": "linux", "Architecture": "x86_64"})
        if path == "/version":
            return self.answer(
                200, {"Version": "26.1.5", "ApiVersion": API, "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}
            )
        if path.startswith("/containers/") and path.endswith("/json"):
            return self.answer(
                200, {"Id": "c" * 64, "State": {"Running": True}, "Config": {"Tty": False}, "HostConfig": {}}
            )
        return self.answer(404, {"message": "the fake engine has no such thing"})

    do_HEAD = do_GET  # noqa: N815


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Ignore that the CLI closes `wait` early."""


class FakeEngine:
    """`with FakeEngine() as engine: engine.docker(["run", "-d", "--name", "x", "image"], cwd)`."""

    def __init__(self) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="engine.")
        self.socket = os.path.join(self.home.name, "d.sock")
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.server = _Server(self.socket, _Handler)
        self.server.engine = self  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self) -> FakeEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.home.cleanup()

    def docker(self, arguments: list[str], cwd: Path, environment: dict[str, str]) -> Outcome:
        """Run the real CLI once; only `environment` is passed."""
        self.requests.clear()
        settings = {
            "PATH": os.environ["PATH"], "HOME": "/nonexistent", "DOCKER_CONFIG": self.home.name,
            "DOCKER_HOST": f"unix://{self.socket}", "DOCKER_CLI_HINTS": "false", **environment,
        }  # fmt: skip
        master, terminal = pty.openpty()  # `run -it` needs one
        try:
            done = subprocess.run(
                ["docker", *arguments],
                env=settings,
                cwd=cwd,
                stdin=terminal,
                capture_output=True,
                timeout=5,
                check=False,
            )
            outcome = Outcome(done.returncode, done.stderr.decode("utf-8", "replace"))
        except subprocess.TimeoutExpired:
            outcome = Outcome(0, "")  # `--attach stdin` waits for input; the request was sent before
        finally:
            os.close(master)
            os.close(terminal)
        for path, query, body in self.requests:
            outcome.paths.append(path)
            if path == "/containers/create":
                outcome.name, outcome.platform, outcome.body = query.get("name", ""), query.get("platform", ""), body
            outcome.attached = outcome.attached or path.endswith("/attach")
        return outcome
