"""Load facts into SQLite: the tables of `facts/schema.py`, the views, and a plural view of each table for people.

Values of secret variables are masked before they are stored. All other text is stored as it is, because rules compare
it, and is redacted on the way out: in answers, messages, and the images for exports and for SQL from outside.
"""

from __future__ import annotations

import posixpath
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from linklint.database import sandbox as guard
from linklint.database.layout import SPAN_COLUMNS, layout
from linklint.database.link_variables import fill_link_variables
from linklint.docker.engines import fill_target
from linklint.engine.tables import fill_engine_tables
from linklint.errors import UsageError
from linklint.facts.collector import FactCollector
from linklint.facts.schema import TABLES, Container, ContainerOption, Env, EnvRead, Link, Row
from linklint.secrets.patterns import Hidden, redact
from linklint.secrets.redaction import Redactor
from linklint.secrets.variables import classify_secret
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span

FILLERS = {"step_outcome": fill_engine_tables, "link_variable": fill_link_variables}
NAMES = {table: name for name, table in TABLES.items()}
REFERENCES = lazy_compile(
    r"(?:\$[A-Za-z_]\w*|\$\d|\$\{\w+\}|\$\([^)]*\)|`[^`]*`|<[^>]*>)+"
)  # a value that is elsewhere
VERBATIM = SPAN_COLUMNS.split(", ").index("verbatim")
MAX_CELL = 1000  # characters: names are shorter, and rules put texts together
SECONDS = 10.0  # of a query of ours, and of all queries from outside together


class Store:
    """The facts of one scan, ready for queries.

    `display` turns a path in the tree into the path that a user would type. `secrets` are those that are known to be
    written in sources.
    """

    def __init__(
        self,
        collector: FactCollector,
        sources: Iterable[tuple[Source, str]],
        engine: str = "any",
        *,
        show_secrets: bool = False,
        display: Callable[[str], str] = str,
        secrets: Mapping[Source, Iterable[Hidden]] | None = None,
    ) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        self.engine = engine
        self.display = display
        self.sources: dict[int, Source] = {}
        self.spans: dict[int, Span] = {}
        self._sandbox: guard.Sandbox | None = None
        self._spans: dict[Span, int] = {}
        self._span_rows: list[list[Any]] = []  # not stored yet
        self._files: dict[Source, int] = {}
        self._open(layout().image)
        self.connection.execute("BEGIN")
        sources = list(sources)
        self._load_files(enumerate(sources, 1))
        self.redactor = self._learn(collector, secrets or {}, show=show_secrets)
        for table in TABLES.values():
            self._insert(table, self._rows_of(table, collector))
        self._insert_spans()
        fill_target(self.connection, engine)
        self._fill()
        self.connection.execute("COMMIT")  # only queries from now on
        guard.lock(self.connection, limits=False)

    def _open(self, image: bytes) -> None:
        """Start as a copy of an image, in memory of its own, which is not limited in size."""
        made = sqlite3.connect(":memory:")
        made.deserialize(image)
        made.backup(self.connection)
        made.close()
        self.connection.execute("PRAGMA journal_mode = OFF")

    def _fill(self) -> None:
        """Fill the tables that are not facts, in order."""
        for table, query in layout().fills:
            if query:
                self.connection.execute(f"INSERT INTO {table} {query}")
            else:
                FILLERS[table](self.connection)

    def is_empty(self, table: str) -> bool:
        """Return whether a table has no rows."""
        return self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None

    def _load_files(self, sources: Iterable[tuple[int, tuple[Source, str]]]) -> None:
        rows = []
        for number, (source, kind) in sources:
            self._files[source] = number
            self.sources[number] = source
            path = printable(self.display(source.path))
            rows.append((number, path, kind, posixpath.dirname(path), source.digest, printable(source.path)))
        self.connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _rows_of(self, table: type[Row], collector: FactCollector) -> Iterator[list[Any]]:
        """Yield rows of a table as they are stored: with numbers for spans, and masked."""
        columns = table.spans
        names = list(columns)
        spans = [index for index, is_span in enumerate(columns.values(), 1) if is_span]
        texts = [at for at, known in enumerate(table.columns.values(), 1) if not (known.is_span or known.is_number)]
        cells_of = attrgetter(*names)
        has_values = table is not ContainerOption  # it repeats what another row has
        may_be_masked = table in (Env, EnvRead)
        for number, row in collector.numbered(table):
            cells: list[Any] = [number, *cells_of(row)]
            if may_be_masked:
                for column, masked in self._masked(number, row, collector).items():
                    cells[names.index(column) + 1] = masked
            values = []
            for index in texts:
                cell = cells[index]
                if cell.__class__ is str:
                    if len(cell) > MAX_CELL or not cell.isascii():
                        cell = cells[index] = printable(cell[:MAX_CELL])
                    values.append(cell)
            for index in spans:
                if (span := cells[index]) is not None:
                    cells[index] = self._span(span, values if has_values else ())
            yield cells

    def _insert(self, table: type[Row], rows: Iterable[list[Any]]) -> None:
        marks = ", ".join("?" * (len(table.columns) + 1))
        self.connection.executemany(f"INSERT INTO {NAMES[table]} VALUES ({marks})", rows)

    def _insert_spans(self) -> None:
        marks = ", ".join("?" * 10)
        self.connection.executemany(f"INSERT INTO span ({SPAN_COLUMNS}) VALUES ({marks})", self._span_rows)
        self._span_rows = []

    def _learn(
        self, collector: FactCollector, secrets: Mapping[Source, Iterable[Hidden]], *, show: bool = False
    ) -> Redactor:
        """Learn all secrets of the scan before the first fact is stored."""
        redactor = Redactor(show=show, named=collector.is_named)
        if show:
            return redactor
        for container in collector.rows(Container):
            image = (container.image or "").rpartition("/")[2].partition(":")[0]
            redactor.public.update(name for name in (container.name, container.service, image) if name)
        redactor.public.update(link.target for link in collector.rows(Link))
        redactor.public.update(row.name for row in collector.rows(Env))
        for source in self.sources.values():
            redactor.learn_text(source, secrets.get(source))
        for number, row in collector.numbered(Env):
            if row.value and is_masked(number, row, collector):
                span = row.value_span or row.span
                if not row.placeholder:
                    redactor.learn(span.source, row.name, row.value)
                written = span.source.text[span.start : span.end]
                if row.value == written or not REFERENCES.fullmatch(written):
                    redactor.learn_span(span)
        for read in collector.rows(EnvRead):
            if (default := secret_default(read)) is not None:
                redactor.learn(read.span.source, read.name, default)
        redactor.settle()
        return redactor

    def _masked(self, number: int, row: Row, collector: FactCollector) -> dict[str, str | None]:
        """Return the columns of a row in which a secret is masked because of the name of the variable."""
        if self.redactor.show:
            return {}
        if isinstance(row, Env) and row.value and is_masked(number, row, collector):
            return {"value": redact(row.value)}
        if isinstance(row, EnvRead) and (default := secret_default(row)) is not None:
            written = row.written.replace(default, redact(default)) if row.written else None
            return {"fallback": redact(default), "written": written}
        return {}

    def _span(self, span: Span, values: Sequence[str]) -> int:
        """Return the number of a span; `values` are the texts of its row, one of which may be its own (`verbatim`)."""
        source, start, end, confidence = span
        number = self._spans.get(span)
        if number is None:
            number = self._spans[span] = len(self._spans) + 1
            ends, place = (source.byte(start), source.byte(end)), source.place(start, end)
            self._span_rows.append([number, self._files[source], *ends, *place, 0, confidence])
            self.spans[number] = span
        if values and end - start <= MAX_CELL and source.exact and source.text[start:end] in values:
            self._span_rows[number - 1][VERBATIM] = 1
        return number

    def ask(self, sql: str, seconds: float = SECONDS) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return (columns, rows) of a query, without secrets. Raises QueryError."""
        columns, rows = guard.ask(self.connection, sql, seconds)
        redacted = self.redactor.cell
        return columns, [tuple(redacted(c) if isinstance(c, str) else c for c in row) for row in rows]

    def iterate(self, sql: str, seconds: float = SECONDS) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query by column, as they are, without a limit on their number. Raises QueryError."""
        for columns, row in guard.iterate(self.connection, sql, seconds):
            if row is not None:
                yield dict(zip(columns, row))

    def ask_untrusted(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return (columns, rows) of a query from outside, which runs in a child process. Raises QueryError."""
        if self._sandbox is None:
            self._sandbox = guard.Sandbox(self.export(), SECONDS)
        return self._sandbox.ask(sql)

    def export(self) -> bytes:
        """Return an SQLite file with all tables and views, without secrets. Raises UsageError."""
        self.connection.set_authorizer(None)
        try:
            image = self.connection.serialize()
            return image if self.redactor.show else self._masked_image(image)
        except sqlite3.Error as error:
            raise UsageError(f"cannot export the facts: {error}") from error
        finally:
            guard.lock(self.connection, limits=False)

    def _masked_image(self, image: bytes) -> bytes:
        """Return a copy of the database in which every text is redacted."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        copy.deserialize(image)
        copy.create_function("redact", 1, self.redactor.cell, deterministic=True)
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for column in [row[1] for row in copy.execute(f"PRAGMA table_info({table})")]:
                text = f"typeof({column}) = 'text'"
                copy.execute(
                    f"UPDATE {table} SET {column} = redact({column}) WHERE {text} AND {column} <> redact({column})"
                )
        masked = copy.serialize()
        copy.close()
        return masked

    def note_unread(self, span: int, reason: str) -> None:
        """Record that something of a file is left out."""
        self.connection.set_authorizer(None)
        self.connection.execute("INSERT INTO unread (span, reason) VALUES (?, ?)", (span, reason))
        guard.lock(self.connection, limits=False)

    def note_ignores(self, states: Iterable[tuple[int, str]]) -> None:
        """Record which suppression comments matched a finding (`used`) and why others cannot, for the rule
        unused-ignore.
        """
        self.connection.set_authorizer(None)
        self.connection.executemany("INSERT INTO ignore_state VALUES (?, ?)", states)
        guard.lock(self.connection, limits=False)


def is_masked(number: int, row: Env, collector: FactCollector) -> bool:
    """Return whether the value of a variable is masked. `secret-names` cannot turn masking off."""
    secret = row.secret is not None or number in collector.unflagged
    return secret and row.value is not None and (row.form != "variable" or not REFERENCES.fullmatch(row.value))


def secret_default(read: EnvRead) -> str | None:
    """Return the default of a read if it is a secret."""
    if read.part != "env" or not read.fallback:
        return None
    bare = read.fallback.strip("\"'` ")
    return bare if bare and classify_secret(read.name, bare) is not None else None


def printable(string: str) -> str:
    """Return text that SQLite accepts: invalid UTF-8 becomes the replacement character."""
    if string.isascii():
        return string
    return (
        string.encode("utf-8", "replace").decode("utf-8") if any("\ud800" <= c <= "\udfff" for c in string) else string
    )
