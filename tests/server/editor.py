"""A small editor: it speaks the Language Server Protocol with `linklint server`, and keeps what it gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


class Editor:
    """One server process, with a folder or without."""

    def __init__(self, folder: Path | None, **capabilities: Any) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "linklint", "server", "--stdio"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, cwd="/")
        self.messages: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.received: list[dict[str, Any]] = []  # everything
        self.number = 0
        self.errors = b""
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        root = folder.as_uri() if folder is not None else None
        folders = [{"uri": root, "name": "tree"}] if root else None
        self.capabilities = self.ask(
            "initialize",
            {"processId": None, "rootUri": root, "workspaceFolders": folders, "capabilities": capabilities},
        )
        self.tell("initialized", {})

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stream.readline()
            body = stream.read(length)
            if len(body) == length:
                self.messages.put(json.loads(body))
        self.messages.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        return self.answer(self.begin(method, params))

    def begin(self, method: str, params: Any) -> int:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.number

    def answer(self, number: int) -> Any:
        """Wait for the answer to a request."""
        message = self.until(lambda message: message.get("id") == number and "method" not in message)
        return message["result"] if "result" in message else message["error"]

    def until(self, is_wanted: Callable[[dict[str, Any]], bool], seconds: float = SECONDS) -> dict[str, Any]:
        """Take messages until one is as wanted. Requests of the server are answered."""
        while True:
            try:
                message = self.messages.get(timeout=seconds)
            except Empty:
                raise TimeoutError(f"no message; stderr: {self.errors.decode()}") from None
            if message is None:
                raise EOFError(f"the server has ended; stderr: {self.errors.decode()}")
            self.received.append(message)
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                self.send({"id": message["id"], "result": self.grant(message["method"], message["params"])})
            if is_wanted(message):
                return message

    def grant(self, method: str, params: Any) -> Any:
        """Answer a request of the server."""
        return {"applied": True} if method == "workspace/applyEdit" else None

    # What a user does

    def open(self, path: Path, text: str | None = None) -> str:
        address = path.as_uri()
        text = path.read_text() if text is None else text
        document = {"uri": address, "languageId": "shellscript", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return address

    def type(self, address: str, text: str, version: int = 2) -> None:
        document = {"uri": address, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def save(self, path: Path, text: str) -> None:
        path.write_text(text)
        self.tell("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def found(self, address: str) -> list[dict[str, Any]]:
        """Wait for the next diagnostics of a file."""
        message = self.until(
            lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == address
        )
        diagnostics: list[dict[str, Any]] = message["params"]["diagnostics"]
        return diagnostics

    def at(self, method: str, address: str, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": address}, "position": position})

    def actions(self, address: str, line: int, character: int, **context: Any) -> list[dict[str, Any]]:
        place = {"line": line, "character": character}
        params = {"textDocument": {"uri": address}, "range": {"start": place, "end": place}}
        actions: list[dict[str, Any]] = self.ask(
            "textDocument/codeAction", {**params, "context": {"diagnostics": [], **context}}
        )
        return actions


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """Return an ASCII text with the edits of an action, as an editor applies them."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(place: dict[str, int]) -> int:
        return starts[place["line"]] + place["character"]

    in_order = sorted(edits, key=lambda edit: offset(edit["range"]["start"]))  # at one place, as they are given
    for edit in reversed(in_order):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
