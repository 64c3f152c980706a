"""Which tables a query needs: it returns no row if one of them is empty.

Preparing a query takes longer than running it over the facts of one file, and most queries have nothing to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from linklint.text.regex import lazy_compile

TOKEN = lazy_compile(r"'(?:[^']|'')*'|--[^\n]*|\w+|[^\w\s]")
COMPOUND = ("UNION", "EXCEPT", "INTERSECT")
ENDS_FROM = ("WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT")
AGGREGATES = ("AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SUM", "TOTAL")
NONE: frozenset[str] = frozenset()


class Node:
    """A token, its word in upper case, or a group in parentheses."""

    def __init__(self, text: str, inner: list[Node] | None = None) -> None:
        self.word = text.upper()
        self.text = text
        self.inner = inner


Relations = Mapping[str, list[Node]]


def needs_of(query: str, relations: Mapping[str, str]) -> frozenset[str]:
    """Return tables that a SELECT needs, perhaps not all.

    `relations` are the queries of views, and of the tables that have the rows of a query, by name.
    """
    return _of_query(_parse(query), {name: _parse(text) for name, text in relations.items()})


def _parse(query: str) -> list[Node]:
    return _group(token for token in TOKEN.findall(query) if not token.startswith("--"))


def _group(tokens: Iterator[str]) -> list[Node]:
    found: list[Node] = []
    for token in tokens:
        if token == ")":
            return found
        found.append(Node("(", _group(tokens)) if token == "(" else Node(token))
    return found


def _of_query(nodes: list[Node], relations: Relations) -> frozenset[str]:
    """Return what every part of a compound SELECT needs."""
    if nodes and nodes[0].word == "WITH":
        nodes, relations = _without_with(nodes, dict(relations))
    if not nodes or nodes[0].word != "SELECT":
        return NONE
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.word in COMPOUND:
            parts.append([])
        elif node.word != "ALL":
            parts[-1].append(node)
    return frozenset.intersection(*(_of_select(part, relations) for part in parts))


def _without_with(nodes: list[Node], relations: dict[str, list[Node]]) -> tuple[list[Node], Relations]:
    """Return the query after WITH, and the relations with those that WITH names."""
    start = next((index for index, node in enumerate(nodes) if node.word == "SELECT"), len(nodes))
    name = ""
    for before, node in pairwise(nodes[:start]):
        if before.word in ("WITH", "RECURSIVE", ",") and node.word != "RECURSIVE":
            name = node.text
        elif node.inner and before.word in ("AS", "MATERIALIZED"):
            relations[name] = node.inner
    return nodes[start:], relations


def _of_select(nodes: list[Node], relations: Relations) -> frozenset[str]:
    words = [node.word for node in nodes]
    start = next((index for index, word in enumerate(words) if word == "FROM" and words[index - 1] != "DISTINCT"), -1)
    if start < 0:
        return NONE
    end = next((index for index in range(start, len(words)) if words[index] in ENDS_FROM), len(words))
    if "GROUP" not in words and _aggregates(nodes[:start]):
        return NONE  # one row, also of nothing
    return _of_tables(nodes[start + 1 : end], relations)


def _aggregates(nodes: list[Node]) -> bool:
    """Return whether an aggregate is called, outside of subqueries."""
    return any(
        node.word in AGGREGATES
        or node.inner is not None
        and not (node.inner and node.inner[0].word == "SELECT")
        and _aggregates(node.inner)
        for node in nodes
    )


def _of_tables(nodes: list[Node], relations: Relations) -> frozenset[str]:
    """Return what the FROM clause needs: all tables but those after LEFT JOIN."""
    found: set[str] = set()
    is_next, is_needed = True, True
    for node in nodes:
        if node.word in ("RIGHT", "FULL"):
            return NONE
        if is_next:
            if is_needed and node.inner is not None:
                found |= _of_query(node.inner, relations)
            elif is_needed:
                others = {name: query for name, query in relations.items() if name != node.text}  # it may be recursive
                found |= {node.text} | _of_query(relations.get(node.text, []), others)
            is_next = False
        if node.word == "LEFT":
            is_needed = False
        elif node.word in (",", "JOIN"):
            is_next = True
            is_needed = node.word == "," or is_needed
        elif node.word in ("ON", "AS"):
            is_needed = True
    return frozenset(found)
