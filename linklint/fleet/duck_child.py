"""The child process that asks DuckDB about a data set.

DuckDB is closed before it sees a query: it reads the files of the data set and nothing else, loads nothing, and its
settings are locked. Memory, threads and time have limits. See `linklint.files.child` for the protocol.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

MAX_ROWS = 200_000
MAX_BYTES = 64_000_000
MEMORY = "2GB"
THREADS = 4


def main() -> None:
    """Answer requests until there are no more: first one that opens a data set, then queries."""
    connection = None
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            if connection is None:
                connection, answer = opened(request["root"], request["numbers"]), dict[str, Any]()
            else:
                prepare(connection, request)
                answer = ask(connection, request["sql"])
        except Exception as error:  # of DuckDB, in any form
            answer = {"error": str(error).partition("\n")[0] or type(error).__name__}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def opened(root: str, numbers: Sequence[int]) -> Any:
    """Return a closed connection, which reads only files below a root. `numbers` are the scans that count."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {min(THREADS, os.cpu_count() or 1)}")
    connection.execute("SET temp_directory = ''")
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    connection.execute("CREATE TABLE current_number (number BIGINT)")
    connection.execute("INSERT INTO current_number SELECT unnest(?::BIGINT[])", [numbers])
    connection.execute("SET allowed_directories = [?]", [root])
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def prepare(connection: Any, request: Mapping[str, Any]) -> None:
    """Make the tables of a query. `tables` has their columns, their files, and the columns that tell the scan;
    `constants` the rows of tables that are the same for all; `views` queries.
    """
    for name, (columns, rows) in request.get("constants", {}).items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    for name, (columns, files, anchors) in request.get("tables", {}).items():
        if not files:
            connection.execute(f"CREATE TABLE {name} ({columns}); CREATE TABLE all_{name} ({columns})")
            continue
        listed = ", ".join("'{}'".format(path.replace("'", "''")) for path in files)
        number = "coalesce({})".format(", ".join(f'"{column}"' for column in anchors))
        connection.execute(
            f"CREATE VIEW all_{name} AS SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
        )
        connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM all_{name} "
            f"WHERE {number} >> 32 IN (SELECT number FROM current_number)"
        )
    for name, query in request.get("views", {}).items():
        connection.execute(f"CREATE VIEW {name} AS {query}")


def ask(connection: Any, sql: str) -> dict[str, Any]:
    """Return the columns and rows of a query."""
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description]
    rows: list[list[Any]] = []
    size = 0
    while found := cursor.fetchmany(1000):
        rows += [[_cell(cell) for cell in row] for row in found]
        size += sum(len(cell) for row in found for cell in row if isinstance(cell, (str, bytes))) + 16 * len(found)
        if len(rows) > MAX_ROWS or size > MAX_BYTES:
            return {"error": "the result is too large: select fewer rows"}
    return {"columns": columns, "rows": rows}


def _cell(cell: Any) -> Any:
    """Return a cell for JSON."""
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if cell is None or isinstance(cell, (str, int, float)) else str(cell)
