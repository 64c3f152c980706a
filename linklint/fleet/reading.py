"""Read an export that somebody else wrote: an SQLite file, or a directory of Parquet files.

It is as hostile as a scanned tree. Columns have the declared types, sizes have limits, and what looks like a secret in
full is masked again. What does not fit is refused, and costs nothing but itself.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from linklint.about import __version__
from linklint.config.model import SEVERITIES
from linklint.database.store import REFERENCES
from linklint.files.root import Root, UnreadableFile
from linklint.fleet.export import FORMAT, KEYS, schema_of
from linklint.fleet.relations import BITS, IDENTIFIER, TEXT, Relation, kept, relations
from linklint.secrets.patterns import redact
from linklint.secrets.redaction import Redactor
from linklint.text.confidence import CONFIDENCES
from linklint.text.source import Source

OLDEST = max(3, FORMAT - 2)  # before 3 nothing was released
MAX_FILE = 1 << 30  # bytes of a file
MAX_ROWS = 5_000_000  # of a table
REQUIRED = {"span": ("file", "line", "column", "confidence"), "file": ("path",)}
MAX_TEXT = 20_000  # characters of a cell
MAX_BYTES = 1 << 29  # of the texts of an export
SECONDS = 60.0  # for an SQLite file
PIECE = 50_000  # rows
Tables = dict[str, pyarrow.Table]


class Refused(Exception):
    """An export cannot be taken. The message has the reason."""


class Incoming(NamedTuple):
    """An export: the row of its scan, and its tables by name."""

    scan: Mapping[str, Any]
    tables: Tables


def exports_in(path: str) -> Iterator[str]:
    """Yield the exports at a path and below it, in order: files that end with .sqlite, directories of Parquet."""
    if not os.path.isdir(path) or os.path.isfile(os.path.join(path, "scan.parquet")):
        yield path
        return
    for directory, names, files in os.walk(path):
        names.sort()
        if "scan.parquet" in files:
            names.clear()
            yield directory
            continue
        yield from (os.path.join(directory, name) for name in sorted(files) if name.endswith(".sqlite"))


def read(path: str, is_known: Callable[[Mapping[str, Any]], bool] = lambda _: False) -> Incoming | None:
    """Return an export whose types and sizes are checked, without secrets; None if its scan is known.

    Raises Refused.
    """
    with _opened(path) as source:
        scan = _checked_scan(source.table(relations()["scan"]))
        if is_known(scan):
            return None
        tables = {name: source.table(relation) for name, relation in kept().items()}
    for name, table in tables.items():
        _check(relations()[name], table)
    return Incoming(scan, _masked(tables))


def _checked_scan(table: pyarrow.Table) -> Mapping[str, Any]:
    rows = table.to_pylist()
    if len(rows) != 1:
        raise Refused(f"the table scan has {len(rows)} rows")
    scan: dict[str, Any] = rows[0]
    form = scan["format"]
    if form is None or form < OLDEST:
        raise Refused(f"format {form} is too old for linklint {__version__}: export it again")
    if form > FORMAT:
        raise Refused(
            f"format {form} is newer than linklint {__version__}: install linklint {scan['linklint']} or newer"
        )
    if not scan["repository"] or scan["id"] != 1:
        raise Refused("the scan has no repository")
    for column in ("scanned_at", "committed_at"):
        try:
            if scan[column] or column == "scanned_at":
                datetime.strptime(str(scan[column]), "%Y-%m-%dT%H:%M:%SZ")
                if len(scan[column]) != 20:
                    raise ValueError
        except ValueError:
            raise Refused(f"{scan[column]!r} in {column} is not a time like 2026-11-27T10:00:00Z") from None
    return {**scan, "repository": Redactor().cell(scan["repository"])}  # as the data set will have it


def _check(relation: Relation, table: pyarrow.Table) -> None:
    """Check what queries rely on: identifiers, confidences, places. Raises Refused."""
    for column, kind in relation.columns:
        if kind == IDENTIFIER and table.num_rows:
            found = pyarrow.compute.min_max(table[column]).as_py()
            if found["min"] is not None and (found["min"] < 0 or found["max"] >= 1 << BITS):
                raise Refused(f"{relation.name}.{column} has an identifier out of range")
    if relation.name in KEYS and pyarrow.compute.count_distinct(table["id"]).as_py() != table.num_rows:
        raise Refused(f"{relation.name} has an identifier twice")
    for column in REQUIRED.get(relation.name, ()):
        if table[column].null_count:
            raise Refused(f"{relation.name}.{column} is empty")
    for column, allowed in (("confidence", CONFIDENCES), ("severity", SEVERITIES)):
        if column in table.schema.names:
            found = set(pyarrow.compute.unique(table[column]).to_pylist()) - {None, *allowed}
            if found:
                raise Refused(f"{relation.name}.{column} is {min(found)[:50]!r}")


def _opened(path: str) -> _Parquet | _Sqlite:
    return _Parquet(path) if os.path.isdir(path) else _Sqlite(path)


class _Parquet:
    """A directory of Parquet files."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.left = MAX_BYTES

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, *_: object) -> None: ...

    def table(self, relation: Relation) -> pyarrow.Table:
        """Return a table. Raises Refused."""
        schema = schema_of(pyarrow, relation)
        path = os.path.join(self.path, f"{relation.name}.parquet")
        try:
            if os.path.islink(path) or not os.path.isfile(path):
                raise Refused(f"there is no table {relation.name}")
            return self._read(path, relation, schema)
        except KeyError as error:
            raise Refused(f"{relation.name} lacks a column") from error
        except (pyarrow.ArrowException, OSError, MemoryError, ValueError) as error:  # some in the names of columns
            raise Refused(f"{relation.name}.parquet: {str(error).partition(chr(10))[0][:200]}") from error

    def _read(self, path: str, relation: Relation, schema: pyarrow.Schema) -> pyarrow.Table:
        if os.path.getsize(path) > MAX_FILE:
            raise Refused(f"{relation.name}.parquet is larger than {MAX_FILE} bytes")
        texts = [column for column, kind in relation.columns if kind == TEXT]
        # texts stay dictionaries until their sizes are known: few bytes can stand for many rows
        with pyarrow.parquet.ParquetFile(path, read_dictionary=texts) as file:
            if file.metadata.num_rows > MAX_ROWS:
                raise Refused(f"{relation.name} has more than {MAX_ROWS} rows")
            groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
            if sum(group.total_byte_size for group in groups) > MAX_BYTES:
                raise Refused(f"{relation.name} is larger than {MAX_BYTES} bytes")
            found = {field.name: getattr(field.type, "value_type", field.type) for field in file.schema_arrow}
            for name, wanted in zip(schema.names, schema.types):
                if found.get(name) != wanted:
                    raise Refused(f"{relation.name}.{name} is {found.get(name, 'missing')}, not {wanted}")
            pieces = [self._piece(batch, relation, schema) for batch in file.iter_batches(PIECE, columns=schema.names)]
        return pyarrow.Table.from_batches(pieces, schema)

    def _piece(self, batch: pyarrow.RecordBatch, relation: Relation, schema: pyarrow.Schema) -> pyarrow.RecordBatch:
        columns = []
        self.left -= 8 * batch.num_rows * len(schema)
        if self.left < 0:
            raise Refused(f"{relation.name} has too many rows")
        for field in schema:
            column = batch.column(field.name)
            if pyarrow.types.is_dictionary(column.type):
                lengths = pyarrow.compute.binary_length(column.dictionary)
                self.left -= pyarrow.compute.sum(lengths.take(column.indices)).as_py() or 0
                if (pyarrow.compute.max(lengths).as_py() or 0) > 4 * MAX_TEXT or self.left < 0:
                    raise Refused(f"{relation.name}.{field.name} has too much text")
            columns.append(column.cast(field.type))
        piece = pyarrow.RecordBatch.from_arrays(columns, schema=schema)
        piece.validate(full=True)  # also that texts are UTF-8
        return piece


class _Sqlite:
    """An SQLite file, read as data: its views, triggers and virtual tables are not used."""

    def __init__(self, path: str) -> None:
        self.left = MAX_BYTES
        self._deadline = time.monotonic() + SECONDS
        try:
            image = Root(os.path.dirname(path) or ".").read(os.path.basename(path), MAX_FILE, follow=False)
            self._connection = sqlite3.connect(":memory:")
            self._connection.deserialize(image)
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
            self._connection.text_factory = lambda text: text.decode("utf-8", "replace")
            self._connection.set_progress_handler(lambda: time.monotonic() > self._deadline, 10_000)
            rows = self._connection.execute("SELECT name, type, sql FROM sqlite_master")
            self._kinds = {str(name): (str(kind), str(sql)) for name, kind, sql in rows}
        except (sqlite3.Error, UnreadableFile, OSError, ValueError, MemoryError) as error:
            raise Refused(str(error) or "it is not an SQLite file") from error

    def __enter__(self) -> _Sqlite:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def table(self, relation: Relation) -> pyarrow.Table:
        """Return a table. Raises Refused."""
        kind, sql = self._kinds.get(relation.name, ("", ""))
        if kind != "table" or not sql.upper().startswith("CREATE TABLE"):
            raise Refused(f"there is no table {relation.name}")
        if any(row[6] for row in self._connection.execute(f"PRAGMA table_xinfo({relation.name})")):
            raise Refused(f"{relation.name} computes a column")  # one step of that can take hours
        schema = schema_of(pyarrow, relation)
        # with its table: alone, a name in quotes that is no column would be a text
        columns = ", ".join(f'"{relation.name}"."{column}"' for column, _ in relation.columns)
        rows: list[tuple[Any, ...]] = []
        try:
            for row in self._connection.execute(f'SELECT {columns} FROM "{relation.name}"'):
                self._check(relation, row)
                rows.append(row)
                if len(rows) > MAX_ROWS:
                    raise Refused(f"{relation.name} has more than {MAX_ROWS} rows")
        except (sqlite3.Error, ValueError) as error:
            raise Refused(f"{relation.name}: {error}") from error
        values = list(zip(*rows)) or [()] * len(schema)
        return pyarrow.table([pyarrow.array(cells, field.type) for cells, field in zip(values, schema)], schema)

    def _check(self, relation: Relation, row: Iterable[Any]) -> None:
        for (column, kind), cell in zip(relation.columns, row):
            if cell is None:
                continue
            if not isinstance(cell, str if kind == TEXT else int):
                raise Refused(f"{relation.name}.{column} has a value of the type {type(cell).__name__}")
            if isinstance(cell, str):
                self.left -= len(cell)
                if len(cell) > MAX_TEXT or self.left < 0:
                    raise Refused(f"{relation.name}.{column} has too much text")


def _masked(tables: Tables) -> Tables:
    """Return tables in which a secret in full is masked, wherever it stands."""
    redactor, nowhere = Redactor(), Source("", "")
    env, values = tables["env"], []
    for name, value, secret in zip(*(env[column].to_pylist() for column in ("name", "value", "secret"))):
        if secret is None or not value or "…" in value or REFERENCES.fullmatch(value):
            values.append(value)
        else:
            redactor.learn(nowhere, name or "", value)
            values.append(redact(value))
    redactor.settle()
    place = env.schema.get_field_index("value")
    tables["env"] = env.set_column(place, env.schema.field(place), pyarrow.array(values, pyarrow.string()))
    return {name: _clean(table, redactor) for name, table in tables.items()}


def _clean(table: pyarrow.Table, redactor: Redactor) -> pyarrow.Table:
    for number, field in enumerate(table.schema):
        if field.type != pyarrow.string() or not table.num_rows:
            continue
        coded = table[number].combine_chunks().dictionary_encode()
        known = coded.dictionary.to_pylist()
        clean = [redactor.cell(text) for text in known]
        if clean != known:
            table = table.set_column(number, field, pyarrow.array(clean, pyarrow.string()).take(coded.indices))
    return table


def renumbered(relation: Relation, table: pyarrow.Table, number: int) -> pyarrow.Table:
    """Return a table with the identifiers of a scan: its number times 2³² is added."""
    for place, (_, kind) in enumerate(relation.columns):
        if kind == IDENTIFIER:
            more = pyarrow.scalar(number << BITS, pyarrow.int64())
            table = table.set_column(place, table.schema.field(place), pyarrow.compute.add(table[place], more))
    return table
