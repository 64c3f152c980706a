"""Write the facts of a scan for other programs: an SQLite file, or a directory with a Parquet file for each table.

All text is masked as in every output. The version of the format is in the table `scan`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from linklint.about import __version__
from linklint.errors import UsageError
from linklint.facts.schema import TABLES
from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.fleet.identity import Identity, as_date
from linklint.fleet.relations import IDENTIFIER, NUMBER, OWN_TABLES, TEXT, Relation, relations
from linklint.output.answers.upgrade import answer_for

if TYPE_CHECKING:
    import pyarrow

FORMAT = 3  # since 3: uses of what newer engines do not have
TYPES = {TEXT: "TEXT", NUMBER: "INTEGER", IDENTIFIER: "INTEGER"}
KEYS = frozenset(TABLES) | {"file", "span", "step_outcome", "engine_state", "link_variable", *OWN_TABLES}
ROWS = 50_000  # of a table, in one piece
Row = tuple[Any, ...]


class Export:
    """The tables of a scan, without secrets."""

    def __init__(self, result: ScanResult, identity: Identity) -> None:
        self.result = result
        self.identity = identity
        self.image = sqlite3.connect(":memory:", isolation_level=None)
        self.image.deserialize(result.store.export())
        self._clean: Callable[[str], str] = result.store.redactor.cell
        self._spans = {span: number for number, span in result.store.spans.items()}
        self._name_files()

    def rows(self, relation: Relation) -> Iterator[Row]:
        """Yield the rows of a table."""
        of_the_scan = {"scan": self._scan, "finding": self._findings, "related": self._related}
        if relation.name in of_the_scan:
            yield from of_the_scan[relation.name]()
        else:
            columns = ", ".join(f'"{column}"' for column, _ in relation.columns)
            yield from self.image.execute(f"SELECT {columns} FROM {relation.name}")

    def _name_files(self) -> None:
        """Name files by their paths in the repository, wherever it lies here."""
        paths = [(self._path(source.path), number) for number, source in self.result.store.sources.items()]
        self.image.executemany("UPDATE file SET path = ? WHERE id = ?", paths)

    def _path(self, path: str) -> str:
        return self._clean(self.result.tree.from_home(path))

    def _scan(self) -> Iterator[Row]:
        result, answers = self.result, answer_for(self.result).answers
        repository, commit, committed = self.identity
        yield (1, FORMAT, self._clean(repository), commit, committed, as_date(time.time()), __version__, result.engine,
               result.files, len(result.unread), answers["29"].verdict, answers["30"].verdict)  # fmt: skip

    def _findings(self) -> Iterator[Row]:
        for number, (finding, state) in enumerate(self._all(), 1):
            place: tuple[Any, ...] = (None,) * 6
            if finding.span is not None:
                region = finding.span.source.place(finding.span.start, finding.span.end)
                place = (self._spans.get(finding.span), self._path(finding.path), *region)
            by = finding.suppression.by if finding.suppression else finding.folded or None
            reason = self._clean(finding.suppression.reason) if finding.suppression else None
            yield (number, finding.rule, finding.severity, finding.confidence, self._clean(finding.message),
                   self._clean(finding.subject), *place, finding.fingerprint, finding.identity, state, by,
                   reason)  # fmt: skip

    def _related(self) -> Iterator[Row]:
        related = (
            (number, span, words)
            for number, (finding, _) in enumerate(self._all(), 1)
            for span, words in finding.related
        )
        for row, (number, span, words) in enumerate(related, 1):
            yield row, number, self._spans.get(span), self._clean(words)

    def _all(self) -> Iterator[tuple[Finding, str]]:
        """Yield all findings, and whether they are shown, folded or suppressed."""
        yield from ((finding, "folded" if finding.folded else "shown") for finding in self.result.findings)
        yield from ((finding, "suppressed") for finding in self.result.suppressed)


def to_sqlite(export: Export) -> bytes:
    """Return an SQLite file: the tables with their types, and the views that join a fact with its place."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    for relation in relations().values():
        columns = ", ".join(
            f'"{column}" {TYPES[kind]}{" PRIMARY KEY" if column == "id" and relation.name in KEYS else ""}'
            for column, kind in relation.columns
        )
        made.execute(f"CREATE TABLE {relation.name} ({columns})")
        marks = ", ".join("?" * len(relation.columns))
        made.executemany(f"INSERT INTO {relation.name} VALUES ({marks})", export.rows(relation))
    for name, kind, sql in export.image.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('view', 'index') AND sql IS NOT NULL"
    ):
        if kind == "index" or name not in relations():
            made.execute(sql)
    return made.serialize()


def to_parquet(export: Export) -> dict[str, bytes]:
    """Return a Parquet file for each table, by name. Raises UsageError without pyarrow."""
    arrow, parquet = _arrow()
    files = {}
    for relation in relations().values():
        schema = schema_of(arrow, relation)
        out = arrow.BufferOutputStream()
        with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
            for rows in _pieces(export.rows(relation)):
                columns = list(zip(*rows))
                writer.write_table(arrow.table([arrow.array(c, t.type) for c, t in zip(columns, schema)], schema))
        files[relation.name] = out.getvalue().to_pybytes()
    return files


def schema_of(arrow: Any, relation: Relation) -> pyarrow.Schema:
    """Return the schema of a table: 64-bit integers, and text."""
    types = {TEXT: arrow.string(), NUMBER: arrow.int64(), IDENTIFIER: arrow.int64()}
    return arrow.schema([(column, types[kind]) for column, kind in relation.columns])


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'docker-linklint[fleet]'") from error
    return pyarrow, pyarrow.parquet


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    piece: list[Row] = []
    for row in rows:
        piece.append(row)
        if len(piece) == ROWS:
            yield piece
            piece = []
    if piece:
        yield piece
