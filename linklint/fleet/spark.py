"""Ask a data set with Spark, if it outgrows one machine: spark-submit spark.py DATA SQL

    spark-submit "$(python -c 'import linklint.fleet.spark as s; print(s.__file__)')" s3a://bucket/fleet "SELECT …"

DATA is a directory or any address that Spark reads. The tables and their SQL are those of `linklint fleet query`. Spark
is not closed as DuckDB is: a rule of somebody else is asked only with --trust.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from linklint.database.layout import views_for_people
from linklint.errors import QueryError, UsageError
from linklint.findings.rule_file import BadRule, is_built_in, parse
from linklint.fleet.dialects import SPARK, translated
from linklint.fleet.relations import columns_of, constants, identifiers, kept

CURRENT = """
SELECT id >> 32 AS number FROM (SELECT id, row_number() OVER (PARTITION BY repository
    ORDER BY committed_at DESC, scanned_at DESC, id DESC) AS nth FROM all_scan) AS scan WHERE nth = 1
"""


def prepared(spark: Any, data: str, engine: str = "any") -> None:
    """Make the tables of a data set: the current scan of each repository, and `all_` of every scan."""
    from pyspark.errors import AnalysisException

    def view(name: str, query: str) -> None:
        spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}")

    for name, relation in sorted(kept().items(), key=lambda item: item[0] != "scan"):
        schema = columns_of(relation, "BIGINT", "STRING", "`")
        reader = spark.read.schema(schema).option("recursiveFileLookup", "true")
        try:
            rows = reader.parquet(f"{data.rstrip('/')}/facts/{name}/")
        except AnalysisException:  # no scan has a row of it
            rows = spark.createDataFrame([], schema)
        rows.createOrReplaceTempView(f"all_{name}")
        if name == "scan":
            view("current_number", translated(CURRENT, SPARK))
        number = "coalesce({})".format(", ".join(f"`{column}`" for column in identifiers(relation)))
        view(name, f"SELECT * FROM all_{name} WHERE shiftright({number}, 32) IN (SELECT number FROM current_number)")
    for relation, fixed in constants(engine):
        schema = columns_of(relation, "BIGINT", "STRING", "`")
        spark.createDataFrame(fixed, schema).createOrReplaceTempView(relation.name)
    for name, query in views_for_people().items():
        view(name, translated(query, SPARK))


def main(arguments: list[str]) -> int:
    """Run a query, and write its rows as JSON, a line for each."""
    parser = argparse.ArgumentParser(prog="spark.py", description="Ask a data set of linklint with Spark.")
    parser.add_argument("data", metavar="DATA", help="the data set")
    parser.add_argument("sql", metavar="SQL", nargs="?", help="one SELECT")
    parser.add_argument("--rule", metavar="FILE", help="a rule file instead of SQL")
    parser.add_argument("--trust", action="store_true", help="run the SQL of a custom rule: Spark does not limit it")
    options = parser.parse_args(arguments)
    try:
        sql = options.sql if options.rule is None else _sql_of(options.rule, trust=options.trust)
        if sql is None:
            raise UsageError("give one SELECT, or --rule FILE")
        query = translated(sql, SPARK)
    except (UsageError, QueryError, BadRule, OSError) as error:
        parser.error(str(error))
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("linklint").getOrCreate()
    prepared(spark, options.data)
    for row in spark.sql(query).toLocalIterator():
        sys.stdout.write(json.dumps(row.asDict(), default=str) + "\n")
    spark.stop()
    return 0


def _sql_of(path: str, *, trust: bool) -> str:
    with open(path, encoding="utf-8") as file:
        rule = parse(file.read(), "rule", path)
    if not trust and not is_built_in(rule):
        raise UsageError(f"{path} is a custom rule: Spark does not limit it; --trust runs it")
    return rule.sql.strip().rstrip(";")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
