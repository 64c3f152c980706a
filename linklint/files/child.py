"""Run untrusted work in a child Python process: it may crash, hang or take too much memory.

The child imports nothing from the current directory. Requests and answers are lines of JSON; raw bytes may follow a
request.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from threading import Timer

from linklint.files.ending import actions

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAX_ANSWER = 200_000_000
CODE = "import sys; sys.path.append(sys.argv[1]); from {} import main; main()"


class ChildFailed(Exception):
    """The child gave no answer: it took too long (`late`), it could not start (`reason`), or it exited early."""

    def __init__(self, *, late: bool = False, reason: str = "") -> None:
        super().__init__("late" if late else reason or "it exited early")
        self.late = late
        self.reason = reason


class Child:
    """A child that runs the function `main` of a module. It starts when first needed, and again after a failure."""

    def __init__(self, module: str, *options: str) -> None:
        self._command = [sys.executable, "-I", *options, "-c", CODE.format(module), HOME]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def ask(self, request: Mapping[str, object], seconds: float, data: bytes = b"") -> dict[str, object]:
        """Return the answer to a request. Raises ChildFailed."""
        if self._process is None:
            pipe = subprocess.PIPE
            try:
                self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
            except OSError as error:  # too many processes, or a browser, which has none
                raise ChildFailed(reason=f"no process could start: {error.strerror or error}") from error
            actions[self._process] = self._process.kill
        process, late = self._process, False

        def stop() -> None:
            nonlocal late
            late = True
            process.kill()

        timer = Timer(max(seconds, 0), stop)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.write(data)
            process.stdin.flush()
            line = process.stdout.readline(MAX_ANSWER)
        except OSError:
            pass  # it crashed
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self.end()
            raise ChildFailed(late=late)
        answer: dict[str, object] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
            actions.pop(process, None)
