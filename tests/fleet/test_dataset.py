"""The data set of a fleet: exports are added once, the newest commit counts, a hostile export costs only itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from program import linklint

pytest.importorskip("pyarrow", reason="pip install docker-linklint[fleet]")
pytest.importorskip("duckdb", reason="pip install docker-linklint[fleet]")

import pyarrow
import pyarrow.parquet

from linklint.config.model import Config
from linklint.errors import QueryError, UsageError
from linklint.fleet import dataset as dataset_module
from linklint.fleet.dataset import Dataset
from linklint.fleet.export import Export, to_parquet, to_sqlite
from linklint.fleet.identity import Identity
from linklint.fleet.questions import Fleet
from linklint.fleet.reading import Refused, read
from linklint.fleet.relations import relations
from linklint.scanning import scan

RUN = "docker run --name db -e DB_PASSWORD=Kw7-ruby-lane redis\ndocker run --link db:db -p 6379:6379 redis\n"
Make = Callable[..., Path]


@lru_cache(maxsize=64)
def built(name: str, commit: str, day: str, text: str, sign: str) -> dict[str, bytes]:
    """Return the files of an export of a script; an SQLite file has no name."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory) / name
        tree.mkdir()
        (tree / "run.sh").write_text(text)
        made = Export(scan([str(tree)], config=Config(), audit=True), Identity(name, commit, f"{day}T10:00:00Z"))
        row = next(made._scan())
        made._scan = lambda: iter([(*row[:5], f"{day}T11:00:00Z", *row[6:])])  # type: ignore[method-assign]
        return to_parquet(made) if sign else {"": to_sqlite(made)}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that writes an export of a script."""

    def export(
        name: str = "shop", commit: str = "c1", day: str = "2026-11-01", text: str = RUN, sign: str = ""
    ) -> Path:
        out = tmp_path / "exports" / f"{name}-{commit}-{day}{'' if sign else '.sqlite'}"
        out.parent.mkdir(exist_ok=True)
        if sign:
            out.mkdir()
        for table, data in built(name, commit, day, text, sign).items():
            (out / f"{table}.parquet" if table else out).write_bytes(data)
        return out

    return export


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return Dataset(str(tmp_path / "fleet"), make=True)


def asked(data: Dataset, sql: str, day: str | None = None) -> list[tuple[Any, ...]]:
    with Fleet(data, day=day) as fleet:
        return fleet.ask(sql)[1]


def test_an_export_is_added_once(make: Make, data: Dataset) -> None:
    both = [str(make("a")), str(make("b", sign="/"))]
    assert data.add(both)[:2] == (2, 0)
    assert data.add([*both, str(Path(both[0]).parent)])[:2] == (0, 4)
    assert asked(data, "SELECT repository, upgrade_30 FROM scan ORDER BY 1") == [("a", "no"), ("b", "no")]
    assert asked(data, "SELECT count(*), count(DISTINCT id) FROM link") == [(2, 2)]
    assert asked(data, "SELECT path, line FROM links") == [("run.sh", 2), ("run.sh", 2)]


def test_the_newest_commit_counts(make: Make, data: Dataset) -> None:
    new = make("shop", "c2", "2026-11-03", "docker run redis\n")
    data.add([str(new)])
    data.add([str(make("shop", "c1", "2026-11-01"))])  # an older one, later
    assert asked(data, "SELECT commit_id, upgrade_30 FROM scan") == [("c2", "yes")]
    assert asked(data, "SELECT count(*) FROM link") == [(0,)] and asked(data, "SELECT count(*) FROM all_link") == [(1,)]
    assert asked(data, "SELECT commit_id FROM scan", "2026-11-02") == [("c1",)]
    assert data.prune("2026-11-03") == 1 and data.prune("2026-11-03") == 0
    assert asked(data, "SELECT count(*) FROM all_link") == [(0,)]
    assert asked(data, "SELECT commit_id FROM scan") == [("c2",)]


def test_prune_keeps_what_is_current(make: Make, data: Dataset) -> None:
    data.add([str(make("old")), str(make("shop", "c1")), str(make("shop", "c2", "2026-11-01"))])
    assert data.prune("2026-12-01") == 1
    assert asked(data, "SELECT repository FROM scan ORDER BY 1") == [("old",), ("shop",)]
    assert asked(data, "SELECT count(*) FROM all_container") == [(4,)]


def test_a_kill_while_adding_loses_and_doubles_nothing(
    make: Make, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = [str(make(name)) for name in "abc"]
    data.add(exports[:1])
    for after in range(0, 40, 7):
        count = 0

        def write(path: str, content: bytes, limit: int = after) -> None:
            nonlocal count
            count += 1
            if count > limit:
                Path(f"{path}.tmp").write_bytes(content[:10])
                raise KeyboardInterrupt
            Path(path).write_bytes(content)

        with monkeypatch.context() as patch:
            patch.setattr(dataset_module, "_write", write)
            with pytest.raises(KeyboardInterrupt):
                data.add(exports)
        assert len(data.scans()) == 1, after
    assert data.add(exports)[:2] == (2, 1)
    assert asked(data, "SELECT count(*), count(DISTINCT id) FROM link") == [(3, 3)]
    assert not list(Path(data.root).rglob("*.tmp"))


def test_a_kill_while_pruning(make: Make, data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next command finishes it, and no number is given twice."""
    data.add([str(make("shop", "c2")), str(make("shop", "c3", "2026-11-02")), str(make("old"))])
    data.add([str(make("shop", "c1"))])
    take_out = Dataset._take_out

    def killed(self: Dataset, path: str, relation: Any, gone: set[int]) -> None:
        if relation.name != "scan":
            raise KeyboardInterrupt
        take_out(self, path, relation, gone)

    with monkeypatch.context() as patch:
        patch.setattr(Dataset, "_take_out", killed)
        with pytest.raises(KeyboardInterrupt):
            data.prune("2026-11-02")
    data.add([str(make("new"))])
    assert asked(data, "SELECT repository FROM all_scan ORDER BY 1") == [("new",), ("old",), ("shop",)]
    assert asked(data, "SELECT count(*), count(DISTINCT id), count(DISTINCT id >> 32) FROM all_link") == [(3, 3, 3)]


@pytest.mark.slow
def test_a_killed_process(make: Make, tmp_path: Path) -> None:
    exports = Path(make("x0")).parent
    for number in range(1, 60):
        make(f"x{number}")
    code = (
        "from linklint.fleet.dataset import Dataset\n"
        f"Dataset({str(tmp_path / 'fleet')!r}, make=True).add([{str(exports)!r}])"
    )
    for wait in (0.4, 0.6, 0.8, 1.0, 1.2):
        process = subprocess.Popen([sys.executable, "-c", code])
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([sys.executable, "-c", code], check=True)
    data = Dataset(str(tmp_path / "fleet"))
    assert asked(data, "SELECT count(*), count(DISTINCT repository) FROM all_scan") == [(60, 60)]
    assert asked(data, "SELECT count(*), count(DISTINCT id) FROM all_link") == [(60, 60)]


def test_another_process_is_told(make: Make, data: Dataset) -> None:
    fcntl = pytest.importorskip("fcntl")
    with open(os.path.join(data.root, "linklint-fleet.json"), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another process"):
            data.add([str(make())])


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "linklint-fleet.json").write_text('{"format": 99}')
    for name, words in (("x", "is not a data set"), ("z", "is not a data set"), ("y", "has the format 99")):
        with pytest.raises(UsageError, match=words):
            Dataset(str(tmp_path / name))


# Hostile exports


def changed(export: Path, *statements: str) -> Path:
    connection = sqlite3.connect(export)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return export


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["UPDATE scan SET format = 4"], "format 4 is newer than linklint .*: install linklint 0.1.0 or newer"),
        (["UPDATE scan SET format = 2"], "format 2 is too old"),
        (["UPDATE scan SET repository = ''"], "no repository"),
        (["DELETE FROM scan"], "scan has 0 rows"),
        (["INSERT INTO scan SELECT 2, 1, 'x', '', '', '2026-11-01', '', '', 1, 0, 'no', 'no'"], "scan has 2 rows"),
        (["UPDATE scan SET scanned_at = '../../x'"], "in scanned_at is not a time"),
        (["UPDATE container SET name = x'00'"], "container.name has a value of the type bytes"),
        (["UPDATE container SET scope = 'text'"], "container.scope has a value of the type str"),
        (["UPDATE container SET scope = 1 << 40"], "identifier out of range"),
        (["UPDATE scan SET committed_at = 'zzzz'"], "in committed_at is not a time"),
        (["UPDATE span SET confidence = 'xyz'"], "span.confidence is 'xyz'"),
        (["UPDATE span SET confidence = NULL"], "span.confidence is empty"),
        (["UPDATE file SET path = NULL"], "file.path is empty"),
        (["DROP TABLE leak", "CREATE TABLE leak AS SELECT 1 AS env, 1 AS link, 1 AS span, 1 AS recipient, 1 AS source, "
          "'X' AS variable, 'sure' AS confidence"], "leak.confidence is 'sure'"),
        (["UPDATE container SET scope = -1"], "identifier out of range"),
        (["UPDATE container SET name = printf('%.*c', 30000, 'x')"], "container.name has too much text"),
        (["DROP TABLE link"], "there is no table link"),
        (["DROP TABLE link", "CREATE TABLE link (id)"], "link: no such column"),
        (["DROP VIEW links", "ALTER TABLE link ADD COLUMN x AS (upper(alias))"], "link computes a column"),
        (
            ["DROP TABLE link", "CREATE VIEW link AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
             "SELECT * FROM r"],
            "there is no table link",
        ),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_refused(make: Make, data: Dataset, statements: list[str], words: str) -> None:
    bad, good = changed(make("bad"), *statements), make("good")
    added = data.add([str(bad), str(good)])
    assert (added.new, list(added.refused)) == (1, [str(bad)])
    with pytest.raises(Refused, match=words):
        read(str(bad))
    assert [row["repository"] for row in data.scans()] == ["good"]


@pytest.mark.slow
def test_a_table_that_takes_too_long(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linklint.fleet.reading.SECONDS", 0.5)
    many = (
        "WITH RECURSIVE r(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM r LIMIT 3000000) "
        "INSERT INTO related SELECT n, 1, 1, 'x' FROM r"
    )
    begun = time.monotonic()
    with pytest.raises(Refused, match="related: interrupted"):
        read(str(changed(make("bad"), many)))
    assert time.monotonic() - begun < 20


def parquet(make: Make, table: str, change: Callable[[pyarrow.Table], pyarrow.Table]) -> Path:
    export = make("bad", sign="/")
    path = export / f"{table}.parquet"
    pyarrow.parquet.write_table(change(pyarrow.parquet.read_table(path)), path, compression="zstd")
    return export


def bomb(table: pyarrow.Table) -> pyarrow.Table:
    """Return a table whose texts are one text of 19 kB, four million times: a few kB in the file."""
    count = 4_000_000
    text = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * count, pyarrow.int32()), ["x" * 19_000])
    columns = [text if field.type == pyarrow.string() else pyarrow.nulls(count, field.type) for field in table.schema]
    return pyarrow.table(columns, names=table.schema.names)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(bomb, "too much text", marks=pytest.mark.slow),
        (lambda table: table.drop_columns("name"), "container lacks a column"),
        (lambda table: table.set_column(5, "name", pyarrow.array([1, 2])), "container.name is int64, not string"),
        (lambda table: table.set_column(0, "id", pyarrow.array([1 << 40, 2])), "identifier out of range"),
        (lambda table: pyarrow.concat_tables([table, table]), "container has an identifier twice"),
        (lambda table: pyarrow.table({"id": pyarrow.nulls(5_000_001, pyarrow.int64())}), "container lacks a column"),
    ],
    ids=["a bomb", "no column", "another type", "an identifier", "the same rows", "many rows"],
)
def test_parquet_that_is_refused(make: Make, data: Dataset, change: Callable[..., Any], words: str) -> None:
    bad = parquet(make, "container", change)
    with pytest.raises(Refused, match=words):
        read(str(bad))
    assert data.add([str(bad), str(make("good"))])[0] == 1


@pytest.mark.parametrize(
    "content", [b"", b"PAR1" + b"\0" * 100 + b"PAR1", b"SQLite format 3\0" + b"\xff" * 5000, b"\x7fELF"]
)
def test_broken_files(make: Make, data: Dataset, tmp_path: Path, content: bytes) -> None:
    export = make("bad", sign="/")
    (export / "link.parquet").write_bytes(content)
    (tmp_path / "exports" / "bad.sqlite").write_bytes(content)
    added = data.add([str(tmp_path / "exports")])
    assert added.new == 0 and len(added.refused) == 2 and all(added.refused.values())


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_pipes_devices_and_links(make: Make, data: Dataset, tmp_path: Path) -> None:
    good = make("good")
    os.mkfifo(good.with_name("pipe.sqlite"))
    good.with_name("link.sqlite").symlink_to(good)
    good.with_name("zero.sqlite").symlink_to("/dev/zero")
    added = data.add([str(good.parent), "/dev/zero", "/dev/tty"])
    assert added.new == 1 and len(added.refused) == 5


def test_a_link_out_of_an_export_is_not_followed(make: Make, tmp_path: Path) -> None:
    export, other = make("bad", sign="/"), make("other", sign="/")
    shutil.move(export / "link.parquet", tmp_path / "x")
    (export / "link.parquet").symlink_to(other / "link.parquet")
    with pytest.raises(Refused, match="there is no table link"):
        read(str(export))


def test_a_planted_secret_is_masked_everywhere(make: Make, data: Dataset) -> None:
    planted = "Zq9-violet-harbor-77"
    export = changed(
        make("bad"),
        f"UPDATE env SET value = '{planted}' WHERE secret IS NOT NULL",
        f"UPDATE finding SET message = 'it is {planted}!'",
        f"UPDATE container SET name = '{planted}', image = 'https://u:{planted}@h/x'",
        "UPDATE step SET name = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'",
    )
    assert data.add([str(export)]).new == 1
    stored = b"".join(
        json.dumps(pyarrow.parquet.read_table(path, partitioning=None).to_pylist()).encode()
        for path in Path(data.root).rglob("*.parquet")
    )
    assert planted.encode() not in stored and b"ghp_0123456789" not in stored and b"it is Zq9" in stored


def test_a_name_with_a_token_is_masked_and_known(make: Make, data: Dataset) -> None:
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    export = str(changed(make("bad"), f"UPDATE scan SET repository = 'h/{token}'"))
    assert data.add([export])[:2] == (1, 0) and data.add([export])[:2] == (0, 1)
    assert token not in str(data.scans())


def test_names_are_data(make: Make, data: Dataset) -> None:
    name = "'); DROP TABLE scan; --/../$(touch x)"
    data.add([str(changed(make("bad"), "UPDATE scan SET repository = '" + name.replace("'", "''") + "'"))])
    assert asked(data, "SELECT repository FROM scan") == [(name,)]


# Queries


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')", "COPY scan TO '/tmp/x'",
        "ATTACH '/tmp/x' AS y", "INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list", "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'http://127.0.0.1/x.parquet'", "SET threads = 1", "DROP VIEW scan", "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_settings()", "SELECT * FROM information_schema.tables", "EXPORT DATABASE '/tmp/x'",
        "SELECT current_setting('memory_limit')", "CALL pragma_version()", "SELECT getenv('HOME')", "VACUUM",
        "SELECT 1; SELECT 2", "WITH x AS (SELECT 1) INSERT INTO scan SELECT * FROM x",
    ],
)  # fmt: skip
def test_sql_that_is_refused(data: Dataset, sql: str) -> None:
    with Fleet(data) as fleet, pytest.raises(QueryError):
        fleet.ask(sql)


def test_duckdb_itself_is_closed(make: Make, data: Dataset) -> None:
    """Also what the translation would let through: it reads the data set, and nothing else."""
    data.add([str(make())])
    with Fleet(data) as fleet:
        fleet.ask("SELECT 1")
        for sql in (
            *("SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')", "SET threads = 1"),
            *("ATTACH '/tmp/linklint-x' AS y", "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM glob('/etc/*')"),
            *("COPY scan TO '/tmp/linklint-x'", "SELECT * FROM 'http://127.0.0.1:1/x.parquet'"),
            f"SELECT * FROM read_text('{data.root}/linklint-fleet.json')",
        ):
            with pytest.raises(QueryError):
                fleet._request({"sql": sql})
        assert fleet.ask("SELECT count(*) FROM scan")[1] == [(1,)]


def test_a_query_that_never_ends(data: Dataset) -> None:
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    begun = time.monotonic()
    with Fleet(data, seconds=1.0) as fleet:
        with pytest.raises(QueryError, match="it takes too long: queries may take 1 s together"):
            fleet.ask(endless)
        with pytest.raises(QueryError, match="no time is left"):
            fleet.ask("SELECT 1")
    assert time.monotonic() - begun < 15


def test_every_table_can_be_asked(make: Make, data: Dataset) -> None:
    with Fleet(data) as fleet:  # also of a data set without any scan
        assert {name for name in fleet.tables if fleet.ask(f"SELECT * FROM {name} LIMIT 1")} == fleet.tables
    data.add([str(make())])
    with Fleet(data) as fleet:
        for name in fleet.tables:
            fleet.ask(f"SELECT * FROM {name} LIMIT 1")
    assert {"link", "links", "all_link", "target_engine", "scan", "finding"} <= fleet.tables < {
        *relations(), *fleet.tables
    }  # fmt: skip


# The commands


def command(tmp_path: Path, *arguments: str) -> tuple[int, str, str]:
    done = linklint("fleet", *arguments, cwd=tmp_path)
    return done.returncode, done.stdout, done.stderr


def test_the_commands(make: Make, tmp_path: Path) -> None:
    make("a", "c1", "2026-10-01")
    make("a", "c2", "2026-11-01", "docker run redis\n")
    make("b")
    assert command(tmp_path, "add", "exports") == (0, "", "Added 3 exports, refused 0.\n")
    assert command(tmp_path, "add", "exports") == (0, "", "Added 0 exports, 3 known already, refused 0.\n")
    status, out, _ = command(
        tmp_path, "query", "select repository, upgrade_30 from scan order by 1", "--format", "json"
    )
    assert status == 0 and json.loads(out) == [
        {"repository": "a", "upgrade_30": "yes"}, {"repository": "b", "upgrade_30": "no"}
    ]  # fmt: skip
    (tmp_path / "teams.csv").write_text("repository,team\na,red\n")
    status, out, _ = command(tmp_path, "report", "--teams", "teams.csv", "--since", "2026-10-15")
    assert status == 0 and out.startswith("1 of 2 repositories can move to Docker Engine 30: 1 no, 0 unknown.\n")
    assert [line.split()[:4] for line in out.splitlines() if line.startswith(("2026", "now", "red", "(no"))] == [
        ["2026-10-15", "1", "1", "0"], ["now", "2", "2", "1"], ["(no", "team)", "1", "1"], ["red", "1", "1", "1"]
    ]  # fmt: skip
    for form in ("markdown", "html"):
        status, out, _ = command(tmp_path, "report", "--format", form)
        assert status == 0 and "DB_PASSWORD" in out and "Kw7-ruby" not in out
    assert command(tmp_path, "prune", "--before", "2026-10-20") == (0, "", "Removed 1 scan.\n")
    for wrong in (["report", "--since", "yesterday"], ["query", "select x from link"], ["rule", "no.md"], ["add", "no"],
                  ["query", "select 1", "--data", "no"], ["prune", "--before", "x"]):  # fmt: skip
        status, out, err = command(tmp_path, *wrong)
        assert status == 2 and out == "" and err.startswith("linklint: "), wrong


def test_a_rule_is_asked_of_everybody(make: Make, tmp_path: Path) -> None:
    for name in ("a", "b"):
        make(name)
    make("c", text="docker run nginx\n")
    command(tmp_path, "add", "exports")
    (tmp_path / "old-redis.md").write_text(
        '---\nseverity: error\nmessage: "{image} has no tag"\nhelp: "write one"\nsince: 1\n---\n\n# T\n\nA.\n\n'
        "## Why it matters\n\nB.\n\n## How to fix\n\nC.\n\n## Rule\n\n```sql\n"
        "SELECT head_span AS at, image, image AS subject FROM container WHERE image LIKE 'REDIS'\n```\n"
    )
    status, out, err = command(tmp_path, "rule", "old-redis.md", "--format", "json")
    found = json.loads(out)
    assert status == 1 and err == ""
    assert {(one["repository"], one["path"], one["line"], one["message"]) for one in found} == {
        (name, "run.sh", line, "redis has no tag") for name in ("a", "b") for line in (1, 2)
    }
    assert command(tmp_path, "rule", "old-redis.md")[1].startswith(
        "a: run.sh:1:1  error  redis has no tag  [old-redis]\n"
    )
