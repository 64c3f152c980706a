"""Translate the SQL of rules and questions, which is SQLite's, for DuckDB and Spark.

sqlglot knows the dialects. What it does not know is here: SQLite's LIKE ignores the case of letters, its GLOB is not
theirs, whole numbers are divided to whole numbers, and the order of group_concat is made the same everywhere.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from linklint.database.sandbox import FUNCTIONS, check_question, check_quotes
from linklint.errors import QueryError, UsageError
from linklint.text.regex import lazy_compile

DUCKDB, SPARK = "duckdb", "spark"
ALLOWED = FUNCTIONS - {"typeof", "unicode", "total"}  # which others do not have, or answer otherwise
NEVER = "$x"  # a set without an end matches nothing
GLOB = lazy_compile(r"\[\^?\]?[^\]]*\]|.", re.DOTALL)


def translated(sql: str, dialect: str, tables: Collection[str] | None = None) -> str:
    """Return a SELECT of SQLite in another dialect; `tables` are all that it may read.

    It calls only the functions that a query from outside may call. Raises QueryError, UsageError without sqlglot.
    """
    check_question(sql)
    check_quotes(sql)
    try:
        from sqlglot import errors, exp, parse
    except ImportError as error:
        raise UsageError("this needs sqlglot: pip install 'docker-linklint[fleet]'") from error
    try:
        statements = [statement for statement in parse(sql, read="sqlite") if statement is not None]
    except (errors.SqlglotError, RecursionError) as error:
        raise QueryError(f"the query cannot be translated for {dialect}: {_first(error)}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise QueryError("only SELECT statements are allowed")
    _check_functions(statements[0])
    if tables is not None:
        _check_tables(statements[0], tables)
    tree = _rewritten(statements[0], lambda node: _own(node, dialect))
    if dialect == SPARK:
        _name_tables(tree)
        tree = _rewritten(tree, _compared)
    return str(tree.sql(dialect=dialect))


def _rewritten(tree: Any, rule: Callable[[Any], Any]) -> Any:
    """Return a tree with each node replaced by what a rule makes of it, children before their parents."""
    for node in reversed(list(tree.walk())):
        made = rule(node)
        if made is not node:
            if node is tree:
                tree = made
            else:
                node.replace(made)
    return tree


def _check_tables(tree: Any, tables: Collection[str]) -> None:
    """Check each table that is not the name of a WITH in its scope. Raises QueryError."""
    from sqlglot import errors, exp
    from sqlglot.optimizer.scope import traverse_scope

    known = {name.lower() for name in tables}
    try:
        scopes = traverse_scope(tree)
    except errors.SqlglotError as error:
        raise QueryError(f"the query cannot be understood: {_first(error)}") from error
    asked = [source for scope in scopes for source in scope.sources.values() if isinstance(source, exp.Table)]
    seen = [*asked, *(table for scope in scopes for table in scope.tables)]
    for table in tree.find_all(exp.Table):  # equal tables at two places are two
        if not any(table is one for one in seen):
            asked.append(table)
    for table in asked:
        if not isinstance(table.this, exp.Identifier) or table.db or table.name.lower() not in known:
            raise QueryError(f"there is no table {table.sql('sqlite')[:100]}: linklint query --tables lists them")


def _check_functions(tree: Any) -> None:
    from sqlglot import exp

    for call in tree.find_all(exp.Func):
        name = call.name if isinstance(call, exp.Anonymous) else ""
        if name.lower() not in ALLOWED and type(call) not in _kinds():
            raise QueryError(f"the function {(name or call.sql_name()).lower()} is not allowed")


@lru_cache(maxsize=1)
def _kinds() -> frozenset[Any]:
    """Return the classes of sqlglot for what a query may call, and for what else it takes for functions."""
    from sqlglot import errors, exp, parse_one

    kinds = {exp.Case, exp.If, exp.Cast, exp.Exists, exp.And, exp.Or}
    for name in sorted(ALLOWED):
        for arguments in ("x", "x, y", "x, y, z"):
            with contextlib.suppress(errors.SqlglotError):  # it takes another number of arguments
                found = parse_one(f"SELECT {name}({arguments})", read="sqlite").expressions[0]
                kinds |= {type(node) for node in found.find_all(exp.Func)} - {exp.Anonymous}
    return frozenset(kinds)


def _first(error: Exception) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", str(error)).partition("\n")[0] or type(error).__name__


def _own(node: Any, dialect: str) -> Any:
    """Return the replacement of one node of a query."""
    from sqlglot import exp

    if type(node) is exp.Like:
        return exp.ILike(**node.args)
    if (
        isinstance(node, (exp.EQ, exp.NEQ))
        and isinstance(node.this, exp.Tuple)
        and isinstance(node.expression, exp.Tuple)
    ):
        return _one_by_one(node)
    if isinstance(node, exp.Cast) and node.is_type(*exp.DataType.TEXT_TYPES):
        return exp.Cast(**{**node.args, "this": _as_number(node.this)})
    if isinstance(node, exp.DPipe):
        return exp.DPipe(**{**node.args, "this": _as_number(node.this), "expression": _as_number(node.expression)})
    if type(node) is exp.Div and not any(map(_is_real, node.walk())):
        divided = exp.func("nullif", node.expression, exp.Literal.number(0))
        return exp.IntDiv(this=node.this, expression=divided)
    if isinstance(node, exp.Glob):
        if not node.expression.is_string:
            raise QueryError("GLOB needs a pattern that is written as text")
        matches = exp.RegexpLike(this=node.this, expression=exp.Literal.string(regex_of(node.expression.this)))
        return exp.Not(this=matches) if node.args.get("negate") else matches
    if isinstance(node, exp.GroupConcat) and not isinstance(node.this, exp.Order):
        return _sorted_concat(node, dialect)
    return node


def _name_tables(tree: Any) -> None:
    """Give each table an alias of its own: in Spark, the column `link` of a table hides the table `link`."""
    from sqlglot import exp

    for table in list(tree.find_all(exp.Table)):
        table.set("alias", exp.TableAlias(this=exp.to_identifier(f"{table.alias_or_name}_row")))
    for query in list(tree.find_all(exp.Subquery)):
        if query.alias:
            query.set("alias", exp.TableAlias(this=exp.to_identifier(f"{query.alias}_row")))
    for column in list(tree.find_all(exp.Column)):
        if column.table:
            column.set("table", exp.to_identifier(f"{column.table}_row"))


def _compared(node: Any) -> Any:
    """Return a condition that compares: Spark takes no number for one."""
    from sqlglot import exp

    compares = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean, exp.Escape, exp.Paren, exp.Null)
    if isinstance(node, compares):
        return node
    inner, outer = node, node.parent
    while isinstance(outer, exp.Paren):
        inner, outer = outer, outer.parent
    is_condition = (
        isinstance(outer, (exp.Where, exp.Having, exp.And, exp.Or, exp.Not))
        or isinstance(outer, exp.Join)
        and outer.args.get("on") is inner
        or isinstance(outer, exp.If)
        and outer.this is inner
        and not _has_subject(outer)
    )
    return exp.NEQ(this=exp.paren(node.copy()), expression=exp.Literal.number(0)) if is_condition else node


def _has_subject(branch: Any) -> bool:
    """Return whether a branch is one of CASE x WHEN y, which compares already."""
    from sqlglot import exp

    return isinstance(branch.parent, exp.Case) and branch.parent.args.get("this") is not None


def _is_real(node: Any) -> bool:
    """Return whether a part of a division makes it one of real numbers."""
    from sqlglot import exp

    if isinstance(node, exp.Literal):
        return not (node.is_string or node.is_int)
    return isinstance(node, (exp.Avg, exp.Round)) or isinstance(node, exp.Cast) and not node.is_type(
        *exp.DataType.INTEGER_TYPES
    )  # fmt: skip


def _as_number(node: Any) -> Any:
    """Return a condition as 1 or 0, as a text of SQLite has it."""
    from sqlglot import exp

    bare = node.unnest()
    is_condition = isinstance(bare, (exp.Predicate, exp.Connector, exp.Not)) and not isinstance(bare, exp.Case)
    return exp.cast(node.copy(), "INT") if is_condition else node


def _one_by_one(node: Any) -> Any:
    """Return a comparison of row values as one of each pair: for SQLite, null is not equal to null there."""
    from sqlglot import exp

    pairs = list(zip(node.this.expressions, node.expression.expressions))
    if not len(pairs) == len(node.this.expressions) == len(node.expression.expressions):
        raise QueryError("row values of different sizes are compared")
    same = exp.and_(*(exp.EQ(this=one.copy(), expression=other.copy()) for one, other in pairs))
    return exp.paren(same) if isinstance(node, exp.EQ) else exp.Not(this=exp.paren(same))


def _sorted_concat(node: Any, dialect: str) -> Any:
    """Return group_concat in the order of its texts."""
    from sqlglot import exp

    separator = node.args.get("separator") or exp.Literal.string(",")
    distinct = isinstance(node.this, exp.Distinct)
    text = node.this.expressions[0] if distinct else node.this
    if dialect == SPARK:
        collected = exp.func("collect_set" if distinct else "collect_list", text)
        return exp.func("array_join", exp.func("array_sort", collected), separator)
    order = exp.Order(this=exp.Distinct(expressions=[text]) if distinct else text, expressions=[exp.Ordered(this=text)])
    return exp.GroupConcat(this=order, separator=separator)


def regex_of(glob: str) -> str:
    """Return the regular expression of a pattern of GLOB, for the whole text."""
    parts = []
    for match in GLOB.finditer(glob):
        part = match[0]
        if len(part) > 1:
            negated = part.startswith("[^")
            inside = re.sub(r"([\\\[\]^])", r"\\\1", part[2 if negated else 1 : -1])
            parts.append(f"[{'^' if negated else ''}{inside}]")
        elif part == "[":
            return NEVER
        else:
            parts.append({"*": ".*", "?": "."}.get(part) or re.escape(part))
    return f"^(?s:{''.join(parts)})$"
