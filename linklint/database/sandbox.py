"""Make untrusted SQL read-only and limited.

The authorizer of SQLite allows only reading facts and calling listed functions. Limits bound the length of strings and
statements; a progress handler stops long queries; the rows and bytes of a result are counted.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from linklint.errors import QueryError

FUNCTIONS = frozenset(
    """abs avg coalesce count cume_dist dense_rank first_value format glob group_concat iif ifnull instr lag
    last_value lead length like lower ltrim max min nth_value ntile nullif percent_rank rank replace round row_number
    rtrim sign substr substring sum total trim typeof unicode upper""".split()
) - {"format"}

MAX_ROWS = 200_000
MAX_BYTES = 64_000_000
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|[\"`\[]", re.DOTALL)


def lock(connection: sqlite3.Connection) -> None:
    """Allow only queries on the connection from now on."""
    for limit, value in LIMITS.items():
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
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL).lstrip()
    if not re.match(r"(select|with|values)\b", bare, re.IGNORECASE):
        raise QueryError("only SELECT statements are allowed")


def ask(connection: sqlite3.Connection, sql: str, seconds: float) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
    """Return (columns, rows) of one SELECT. Raises QueryError."""
    check_question(sql)
    check_quotes(sql)
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
        return [column[0] for column in cursor.description], _fetch(cursor, deadline)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise QueryError(f"the query took longer than {seconds:g} s" if late else _reason(error)) from error
    finally:
        connection.set_progress_handler(None, 0)


def _reason(error: Exception) -> str:
    words = str(error)
    if words.startswith(("not authorized", "access to")) or "prohibited" in words:
        return f"{words}: only SELECT statements on the facts are allowed"
    return words


def _fetch(cursor: sqlite3.Cursor, deadline: float) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        size += sum(len(cell) for cell in row if isinstance(cell, (str, bytes))) + 16 * len(row)
        rows.append(row)
        if len(rows) > MAX_ROWS or size > MAX_BYTES:
            raise QueryError("the result is too large: select fewer rows")
        if len(rows) % 1000 == 0 and time.monotonic() > deadline:
            raise QueryError("the query took too long")
    return rows
