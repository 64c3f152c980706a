"""Random messages of an editor, for LINKLINT_FUZZ_SECONDS: the server answers each request, and goes on."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from editor import Editor

pytestmark = pytest.mark.fuzz
SECONDS = float(os.environ.get("LINKLINT_FUZZ_SECONDS", "30"))
PART = os.environ.get("LINKLINT_FUZZ_PART", "0/1").partition("/")[0]
SEED = int(os.environ.get("LINKLINT_FUZZ_SEED", PART))  # each part has its own
RUN = "docker run -d --name db -p 6379:6379 x\ndocker run --name web --link db:pg x\ncurl $PG_PORT_80_TCP_ADDR\n"
TEXTS = (
    "",
    RUN,
    "é😀" + RUN,
    "\ud800\udc00\ud800",
    "\0",
    RUN.replace("\n", "\r"),
    "\u2028" + RUN,
    "x" * 100_000,
    "(" * 9000,
)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1 << 31, 1 << 70, 1.5, "", "x", "\0", "é" * 999),
    *("../../etc/passwd", "file:///", [], {}, [[]], {"uri": 1}),
)


def message(chance: random.Random, root: Path) -> tuple[str, Any]:
    """Return a method with parameters that are right."""
    addresses = [(root / name).as_uri() for name in ("run.sh", "new.sh", "sub/x.sh", ".linklint.toml", "")]
    document = {"uri": chance.choice([*addresses, "untitled:1", "file://h/x", "http://x/", "file:///%00", "::"])}
    place = {"line": chance.choice([0, 1, 2, 999, 1 << 30]), "character": chance.choice([0, 30, 1 << 30])}
    at = {"textDocument": document, "position": place}
    text = chance.choice(TEXTS)
    event = {"added": [{**document, "name": "x"}], "removed": [{**document, "name": "y"}] * chance.randrange(2)}
    return chance.choice(
        [
            ("textDocument/didOpen", {"textDocument": {**document, "languageId": "sh", "version": 1, "text": text}}),
            ("textDocument/didChange", {"textDocument": {**document, "version": 2},
                                        "contentChanges": [{"text": text}]}),
            ("textDocument/didChange", {
                "textDocument": {**document, "version": 2},
                "contentChanges": [{"range": {"start": place, "end": place}, "text": text}],
            }),
            ("textDocument/didClose", {"textDocument": document}),
            ("textDocument/didSave", {"textDocument": document}),
            ("textDocument/hover", at),
            ("textDocument/definition", at),
            ("textDocument/codeAction", {
                "textDocument": document, "range": {"start": place, "end": place},
                "context": {"diagnostics": [], "only": [chance.choice(["quickfix", "source", "", "x" * 999])]},
            }),
            ("workspace/executeCommand", {"command": chance.choice(["linklint.migrate", "x"]), "arguments": [
                document["uri"], chance.choice(ODD), chance.choice([0, 1 << 40])
            ]}),
            ("workspace/didChangeWatchedFiles", {"changes": [{**document, "type": 2}]}),
            ("workspace/didChangeWorkspaceFolders", {"event": event}),
            ("$/cancelRequest", {"id": chance.choice([1, 2, "x", 1 << 40])}),
            ("$/setTrace", {"value": "verbose"}),
            ("window/workDoneProgress/cancel", {"token": "x"}),
            ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}),
            ("no/such/method", {}),
        ]
    )  # fmt: skip


def damaged(chance: random.Random, value: Any) -> Any:
    """Return a value with one part replaced, taken out, or wrapped."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        if chance.random() < 0.2:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, key: damaged(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], damaged(chance, value[at]), *value[at + 1 :]]
    return chance.choice(ODD)


def body(chance: random.Random, root: Path, number: int) -> bytes:
    """Return the bytes of a message: mostly a right one, or one with a damaged part, or broken JSON."""
    method, params = message(chance, root)
    kind = chance.random()
    if kind < 0.4:
        params = damaged(chance, params)
    sent = {"jsonrpc": "2.0", "method": method, "params": params}
    if method.startswith("textDocument/") and "/did" not in method or method.startswith("workspace/exec"):
        sent["id"] = f"r{number}"
    if kind > 0.97:
        sent = damaged(chance, sent)
    data = json.dumps(sent).encode("utf-8", "surrogatepass")
    if kind > 0.985:
        at = chance.randrange(len(data))
        data = chance.choice([data[:at], data[:at] + b"\xff" + data[at:], b"[" * 100_000, b"", b"{}", b"null", b"[1]"])
    return data


def test_the_server_survives_any_message(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(RUN)
    (tmp_path / ".linklint.toml").write_text('select = ["ALL"]\n')
    chance, number = random.Random(SEED), 0
    with Editor(tmp_path) as editor:
        address = (tmp_path / "run.sh").as_uri()
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            for _ in range(40):
                number += 1
                editor.send_bytes(body(chance, tmp_path, number))
            folder = {"uri": tmp_path.as_uri(), "name": "tree"}
            editor.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
            editor.open(tmp_path / "run.sh", RUN)
            hover = editor.at("hover", address, 1, 30)
            assert hover and "Link `db:pg`" in hover["contents"]["value"], (SEED, number)
            editor.received.clear()
        editor.process.stdin.close()  # type: ignore[union-attr]
        editor.process.wait(timeout=20)
    ours = [part for part in editor.errors.decode().split("Traceback")[1:] if "linklint/" in part]
    assert ours == [], (SEED, ours[0][-2000:])
    print(f"messages: {number} inputs")
    assert number > 100
