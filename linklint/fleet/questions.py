"""Ask a data set: SQL in SQLite's dialect, which a child process answers with DuckDB."""

from __future__ import annotations

import os
import time
from typing import Any

from linklint.database.layout import views_for_people
from linklint.docker.engines import engine_named
from linklint.errors import QueryError
from linklint.files.child import Child, ChildFailed
from linklint.fleet.dataset import FACTS, Dataset
from linklint.fleet.dialects import DUCKDB, translated
from linklint.fleet.relations import CONSTANT, columns_of, constants, identifiers, kept
from linklint.text.regex import lazy_compile

WORD = lazy_compile(r"\w+")
SECONDS = 60.0  # for all queries of a command together
Row = tuple[Any, ...]


class Fleet:
    """A data set that can be asked: the current scan of each repository, or that of an earlier day."""

    def __init__(self, dataset: Dataset, engine: str = "any", day: str | None = None, seconds: float = SECONDS) -> None:
        """`day`: count only scans until this day. Raises UsageError for an unknown engine."""
        engine_named(engine)  # or it is a UsageError
        self.dataset = dataset
        self.engine = engine
        self.day = day
        self.tables = {*kept(), *CONSTANT, *views_for_people(), *(f"all_{name}" for name in kept())}
        self._left = seconds
        self._seconds = seconds
        self._child = Child("linklint.fleet.duck_child")
        self._is_open = False
        self._made: set[str] = set()  # the tables that the child has

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.end()

    def ask(self, sql: str) -> tuple[list[str], list[Row]]:
        """Return (columns, rows) of a query in the dialect of SQLite. Raises QueryError, UsageError."""
        query = translated(sql, DUCKDB, self.tables)
        if not self._is_open:
            self._request(self._opening())
            self._is_open = True
        answer = self._request({"sql": query, **self._missing(sql)})
        columns, rows = answer["columns"], answer["rows"]
        assert isinstance(columns, list) and isinstance(rows, list)
        return columns, [tuple(row) for row in rows]

    def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        late = f"queries may take {self._seconds:g} s together"
        if self._left <= 0:
            raise QueryError(f"no time is left: {late}")
        begun = time.monotonic()
        try:
            answer = self._child.ask(request, self._left)
        except ChildFailed as error:
            self._is_open = False
            raise QueryError(f"it takes too long: {late}" if error.late else f"DuckDB: {error}") from error
        finally:
            self._left -= time.monotonic() - begun
        if "error" in answer:
            raise QueryError(str(answer["error"]))
        return answer

    def _opening(self) -> dict[str, Any]:
        self._made = set()
        root = os.path.join(self.dataset.root, FACTS) + os.sep
        return {"root": root, "numbers": self.dataset.current(self.day)}

    def _missing(self, sql: str) -> dict[str, Any]:
        """Return the tables and views that a query may need, and that are not made yet."""
        words = {word.lower().removeprefix("all_") for word in WORD.findall(sql)} - self._made
        views = {name: query for name, query in views_for_people().items() if name in words}
        words |= {word for query in views.values() for word in WORD.findall(query)} - self._made
        known = constants(self.engine) if words & CONSTANT else []
        found: dict[str, dict[str, Any]] = {
            "constants": {
                relation.name: (columns_of(relation, "BIGINT", "TEXT"), rows)
                for relation, rows in known
                if relation.name in words
            },
            "tables": {
                name: (columns_of(relation, "BIGINT", "TEXT"), self.dataset.files(name), identifiers(relation))
                for name, relation in kept().items()
                if name in words
            },
            "views": {name: translated(query, DUCKDB) for name, query in views.items()},
        }
        self._made.update(*found.values())
        return found
