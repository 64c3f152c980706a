"""The child process that runs SQL from outside: custom rules, and `linklint query`.

It gets an image of the database, and then queries. The system limits its memory, CPU time and files where it can
(`setrlimit`), SQLite its heap, and the parent kills it when it is late. See `linklint.files.child` for the protocol.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from typing import Any

from linklint.database import sandbox
from linklint.errors import QueryError

MEMORY = 300_000_000  # bytes beside the database
ADDRESSES = 1_500_000_000  # bytes of address space beside the database: libraries, allocator


def main() -> None:
    """Answer requests until there are no more."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "size" in request:
            _limit(request["size"], request["seconds"])
            connection.deserialize(sys.stdin.buffer.read(request["size"]))
            connection.execute(f"PRAGMA hard_heap_limit = {MEMORY + 3 * request['size']}")
            connection.execute("PRAGMA temp_store = MEMORY")
            sandbox.lock(connection)
            answer: dict[str, Any] = {}
        else:
            answer = _answer(connection, request["sql"], request["seconds"])
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _answer(connection: sqlite3.Connection, sql: str, seconds: float) -> dict[str, Any]:
    try:
        columns, rows = sandbox.ask(connection, sql, seconds)
    except QueryError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": sandbox.TOO_MUCH_MEMORY}
    return {"columns": columns, "rows": [[_cell(cell) for cell in row] for row in rows]}


def _cell(cell: object) -> object:
    """Return a cell for JSON: bytes as a list with their hexadecimal digits."""
    return [cell.hex()] if isinstance(cell, bytes) else cell


def _limit(size: int, seconds: float) -> None:
    """Limit what this process can take from the system."""
    try:
        import resource
    except ImportError:
        return  # Windows: the limits of SQLite, and the parent
    limits = {"AS": ADDRESSES + 6 * size, "CPU": int(seconds) + 2, "FSIZE": 0, "CORE": 0}
    for name, limit in limits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
