"""Many exports in one database: SQLite, DuckDB or Spark."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from linklint.config.model import Config
from linklint.database.layout import views_for_people
from linklint.findings.rule_file import Rule, built_in
from linklint.fleet.dialects import DUCKDB, SPARK, translated
from linklint.fleet.export import TYPES, Export, schema_of
from linklint.fleet.identity import Identity
from linklint.fleet.relations import CONSTANT, numbered, relations
from linklint.scanning import scan

ROOT = Path(__file__).parents[2]
FIXTURES = sorted(path for path in (ROOT / "fixtures").iterdir() if path.is_dir())
QUESTIONS = [
    part.split("\n", 1)
    for part in (ROOT / "linklint" / "database" / "questions.sql").read_text().split("\n-- ")[1:]
    if part.count("\n") > 1
]
QUERIES = {rule.slug: rule.sql for rule in built_in() if rule.sql.strip()} | {
    title: sql.strip().rstrip(";") for title, sql in QUESTIONS
}
Rows = list[tuple[Any, ...]]
Part = Mapping[str, Rows]


def part(tree: Path) -> Part:
    """Return the tables of a tree."""
    export = Export(scan([str(tree)], config=Config(), audit=True), Identity(tree.name))
    return {name: list(export.rows(relation)) for name, relation in relations().items()}


def examples(rules: Iterable[Rule], root: Path) -> Iterator[Path]:
    """Write the examples of rules as trees."""
    for rule in rules:
        for number, example in enumerate([*rule.bad, *rule.good]):
            for name, text in example.files.items():
                path = root / f"{rule.slug}-{number}" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            yield root / f"{rule.slug}-{number}"


def together(parts: Iterable[Part]) -> sqlite3.Connection:
    """Return a database with several trees, each under its number."""
    made = sqlite3.connect(":memory:")
    for relation in relations().values():
        columns = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in relation.columns)
        made.execute(f"CREATE TABLE {relation.name} ({columns})")
        if "id" in dict(relation.columns):
            made.execute(f"CREATE INDEX {relation.name}_id ON {relation.name} (id)")
    for number, one in enumerate(parts, 1):
        for relation in relations().values():
            if number > 1 and relation.name in CONSTANT:
                continue
            marks = ", ".join("?" * len(relation.columns))
            rows = numbered(relation, one[relation.name], number)
            made.executemany(f"INSERT INTO {relation.name} VALUES ({marks})", rows)
    for name, query in views_for_people().items():
        made.execute(f"CREATE VIEW {name} AS {query}")
    return made


def tables(database: sqlite3.Connection) -> Iterator[tuple[str, Any]]:
    """Yield the tables of a database as tables of Arrow."""
    import pyarrow

    for relation in relations().values():
        schema = schema_of(pyarrow, relation)
        columns = list(zip(*database.execute(f"SELECT * FROM {relation.name}"))) or [()] * len(relation.columns)
        arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema)]
        yield relation.name, pyarrow.table(arrays, schema)


def in_duckdb(database: sqlite3.Connection) -> Any:
    import duckdb

    made = duckdb.connect()
    for name, table in tables(database):
        made.register("given", table)
        made.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    for name, query in views_for_people().items():
        made.execute(f"CREATE VIEW {name} AS {translated(query, DUCKDB)}")
    return made


def in_spark(database: sqlite3.Connection, directory: Path) -> Any:
    import pyarrow.parquet
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for name, table in tables(database):
        pyarrow.parquet.write_table(table, directory / f"{name}.parquet")
        spark.read.parquet(str(directory / f"{name}.parquet")).createOrReplaceTempView(name)
    for name, query in views_for_people().items():
        spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {translated(query, SPARK)}")
    return spark


def in_order(rows: Iterable[Iterable[Any]]) -> Rows:
    """Return rows sorted, with true as 1: databases differ in both."""
    found = [tuple(int(cell) if isinstance(cell, bool) else cell for cell in row) for row in rows]
    return sorted(found, key=lambda row: tuple((cell is None, str(cell)) for cell in row))
