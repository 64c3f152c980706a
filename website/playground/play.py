"""What the page asks of Python: the texts in it are written to a directory and scanned, and the answer is JSON.

The page is as hostile as a scanned tree: a link can bring any names and texts. Python runs in WebAssembly, in a worker
that the page ends when it takes too long; its disk is in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

from linklint.config.load import find, paths_of
from linklint.database import sandbox
from linklint.errors import ConfigError, QueryError, UsageError
from linklint.facts.schema import PLURALS, TABLES
from linklint.migration.plan import Options, Plan, plan
from linklint.migration.report import as_diff, render, summary
from linklint.output.answers import tables
from linklint.output.escape import escape
from linklint.output.page.report import page
from linklint.output.terminal import Line
from linklint.scanning import known_baseline, scan

MAX_FILES = 50
MAX_TEXT = 1_000_000  # characters of all files
MAX_NAME = 200
MAX_ROWS = 500
SECONDS = 5.0  # for a query


class Session:
    """A directory with the texts of the page, and the facts of the last scan."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.facts: sqlite3.Connection | None = None

    def answer(self, message: str) -> str:
        """Return the answer to a message, as JSON: {"files": [[name, text], …]} or {"sql": "SELECT …"}.

        What the user can change is under `error`.
        """
        asked = json.loads(message)
        try:
            found = self.rows(str(asked["sql"])) if "sql" in asked else self.look(asked["files"])
        except (UsageError, ConfigError, QueryError, OSError) as error:
            found = {"error": escape(str(error))}
        except (RecursionError, MemoryError) as error:
            found = {"error": f"This is too much for linklint in a browser: {type(error).__name__}"}
        return json.dumps(found)

    def look(self, files: list[list[str]]) -> dict[str, Any]:
        """Return the report, the migration and the tables of some files. Raises UsageError, ConfigError."""
        begun = time.monotonic()
        self.facts = None
        self.write(files)
        with contextlib.chdir(self.root):  # so that paths are shown as in the page
            config = find(".")
            paths = paths_of(config) or ["."]
            result = scan(paths, config=config, baseline=known_baseline(paths, config), jobs=1)
            report, moved = page(result), migration(plan(paths, config, Options()))
        self.facts = sqlite3.connect(":memory:", isolation_level=None)
        self.facts.deserialize(result.store.export())
        sandbox.lock(self.facts)
        return {
            "report": report,
            "findings": len(result.shown),
            "migration": moved,
            "tables": self.filled_tables(),
            "seconds": time.monotonic() - begun,
        }

    def write(self, files: list[list[str]]) -> None:
        """Write the texts below an empty directory. Raises UsageError for a name that cannot be a file there."""
        if len(files) > MAX_FILES:
            raise UsageError(f"{len(files)} files: the playground takes {MAX_FILES}")
        if sum(len(text) for _, text in files) > MAX_TEXT:
            raise UsageError(f"more than {MAX_TEXT} characters: scan them with linklint on your machine")
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        for name, text in files:
            parts = name.split("/")
            if len(name) > MAX_NAME or not name.isprintable() or any(part.strip() in ("", ".", "..") for part in parts):
                raise UsageError(f"{name[:MAX_NAME]!r} is not the name of a file: write something like bin/run.sh")
            path = self.root.joinpath(*parts)
            if os.path.lexists(path):
                raise UsageError(f"two files are called {name}")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode("utf-8", "surrogatepass"))
            except OSError as error:
                raise UsageError(f"{name} cannot be written: {error.strerror}") from error

    def filled_tables(self) -> list[tuple[str, int]]:
        """Return the views of facts that have rows, and how many."""
        assert self.facts is not None
        views = [PLURALS.get(name, f"{name}s") for name in TABLES]
        counts = [(view, sandbox.ask(self.facts, f"SELECT count(*) FROM {view}", SECONDS)[1][0][0]) for view in views]
        return [(view, count) for view, count in counts if count]

    def rows(self, sql: str) -> dict[str, Any]:
        """Return the columns and the first rows of a query. Raises QueryError."""
        if self.facts is None:
            raise QueryError("there are no facts yet")
        try:
            columns, rows = sandbox.ask(self.facts, sql, SECONDS)
        except QueryError as error:
            raise QueryError(f"{error}{tables.hint(str(error), sql)}") from error
        shown = [["" if cell is None else escape(str(cell)) for cell in row] for row in rows[:MAX_ROWS]]
        return {"columns": [escape(column) for column in columns], "rows": shown, "count": len(rows)}


def migration(moved: Plan) -> dict[str, Any]:
    """Return a plan in words, its diff without secrets, and the new texts, which have them."""
    lines: list[Line] = render(moved)
    return {
        "summary": summary(moved),
        "lines": ["".join(words for words, _ in line) for line in lines[2:]],
        "diff": [escape(line) for line in as_diff(moved, masked=True)],
        "files": {path: text for path, (_, text) in moved.texts.items()},
    }
