"""Forms of calls of the Docker SDK."""

from __future__ import annotations

import ast


def as_dict(node: ast.Call) -> ast.expr:
    """Return `dict(a=b)` as `{"a": b}`, each key at the location of its name."""
    keys: list[ast.expr | None] = []
    for keyword in node.keywords:
        if keyword.arg is not None:
            key = ast.copy_location(ast.Constant(keyword.arg), keyword)
            key.end_lineno, key.end_col_offset = keyword.lineno, keyword.col_offset + len(keyword.arg.encode())
            keys.append(key)
    values = [keyword.value for keyword in node.keywords if keyword.arg is not None]
    return ast.copy_location(ast.Dict(keys, values), node)


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_get(node: ast.expr | None) -> bool:
    """Match `client.containers.get(NAME)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and last_name(node.func.value) == "containers"
        and bool(node.args)
    )


def first_argument(node: ast.Call, name: str) -> ast.expr | None:
    return next(
        (keyword.value for keyword in node.keywords if keyword.arg == name), node.args[0] if node.args else None
    )
