"""Make untrusted SQL read-only and limited.

The authorizer of SQLite allows only reading facts and calling listed functions. Limits bound the length of strings and
statements; a progress handler stops long queries; the rows and bytes of a result are counted. But one step of a query
can take minutes, and preparing one can take all memory. So SQL from outside runs in a child process (`Sandbox`).
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from linklint.errors import QueryError
from linklint.text.regex import lazy_compile

FUNCTIONS = frozenset(
    """abs avg coalesce count cume_dist dense_rank first_value format glob group_concat iif ifnull instr lag
    last_value lead length like lower ltrim max min nth_value ntile nullif percent_rank rank replace round row_number
    rtrim sign substr substring sum total trim typeof unicode upper""".split()
) - {"format"}

TOO_MUCH_MEMORY = "the query needs too much memory"
MAX_SQL = 100_000  # characters
MAX_ROWS = 200_000
MAX_BYTES = 64_000_000
GRACE = 0.5  # seconds that the child gets to say that it is late
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 4 * MAX_SQL,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
TOKEN = lazy_compile(r"'(?:[^']|'')*+'?|--[^\n]*|/\*(?:.*?\*/|.*)|[\"`\[]", re.DOTALL)
COMMENT = lazy_compile(r"--[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)


def lock(connection: sqlite3.Connection, *, limits: bool = True) -> None:
    """Allow only queries on the connection from now on; `limits` bound what queries from outside may do."""
    for limit, value in LIMITS.items() if limits else ():
        connection.setlimit(limit, value)
    connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and not (first or "").lower().startswith(("sqlite_", "pragma_")):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def check_quotes(sql: str) -> None:
    """Refuse double quotes: SQLite turns a mistyped column in them into a string. Raises QueryError."""
    for match in TOKEN.finditer(sql):
        if match[0] in '"`[':
            raise QueryError(f"use single quotes for text and no quotes for names: {match[0]} is not allowed")


def check_question(sql: str) -> None:
    """Refuse everything but a SELECT, before SQLite sees it. Raises QueryError."""
    if len(sql) > MAX_SQL:
        raise QueryError(f"the query is longer than {MAX_SQL} characters")
    bare = COMMENT.sub(" ", sql).lstrip()
    if not re.match(r"(select|with|values)\b", bare, re.IGNORECASE):
        raise QueryError("only SELECT statements are allowed")


def ask(connection: sqlite3.Connection, sql: str, seconds: float) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return (columns, rows) of one SELECT. Raises QueryError."""
    check_question(sql)
    check_quotes(sql)
    columns: list[str] = []
    rows: list[tuple[Any, ...]] = []
    size = 0
    for names, row in iterate(connection, sql, seconds):
        if row is None:
            columns = names
            continue
        size += sum(len(cell) for cell in row if isinstance(cell, (str, bytes))) + 16 * len(row)
        rows.append(row)
        if len(rows) > MAX_ROWS or size > MAX_BYTES:
            raise QueryError("the result is too large: select fewer rows")
    return columns, rows


def iterate(
    connection: sqlite3.Connection, sql: str, seconds: float
) -> Iterator[tuple[list[str], tuple[Any, ...] | None]]:
    """Yield the columns with no row, and then with each row of one SELECT, which is ours. Raises QueryError."""
    deadline = time.monotonic() + seconds
    late = False

    def tick() -> int:
        nonlocal late
        late = time.monotonic() > deadline
        return int(late)

    connection.set_progress_handler(tick, 10_000)
    try:
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise QueryError("only SELECT statements are allowed")
        columns = [column[0] for column in cursor.description]
        yield columns, None
        for row in cursor:
            yield columns, row
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise QueryError(f"the query took longer than {seconds:g} s" if late else _reason(error)) from error
    finally:
        connection.set_progress_handler(None, 0)


def _reason(error: Exception) -> str:
    words = str(error)
    if words == "out of memory":
        return TOO_MUCH_MEMORY
    if words.startswith(("not authorized", "access to")) or "prohibited" in words:
        return f"{words}: only SELECT statements on the facts are allowed"
    return words


class Sandbox:
    """Runs untrusted SQL on an image of the database. All queries together have one deadline."""

    def __init__(self, image: bytes, seconds: float) -> None:
        from linklint.files.child import Child

        self.child = Child("linklint.database.sandbox_child", "-S")
        self.image = image
        self.seconds = self.left = seconds

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return (columns, rows) of one SELECT. Raises QueryError."""
        from linklint.files.child import ChildFailed

        check_question(sql)
        check_quotes(sql)
        late = f"queries from outside may take {self.seconds:g} s together"
        if self.left <= 0:
            raise QueryError(f"no time is left: {late}")
        begun = time.monotonic()
        try:
            if not self.child.is_running:
                self.child.ask({"size": len(self.image), "seconds": self.left}, self.left, self.image)
            answer = self.child.ask({"sql": sql, "seconds": self.left}, self.left + GRACE)
        except ChildFailed as error:
            raise QueryError(f"it takes too long: {late}" if error.late else error.reason or TOO_MUCH_MEMORY) from error
        finally:
            self.left -= time.monotonic() - begun
        if "error" in answer:
            raise QueryError(str(answer["error"]))
        columns, rows = answer["columns"], answer["rows"]
        assert isinstance(columns, list) and isinstance(rows, list)
        return columns, [tuple(bytes.fromhex(c[0]) if isinstance(c, list) else c for c in row) for row in rows]
