"""Decide whether a host name may replace a read in Python code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    import libcst as cst

Place = tuple[int, int]


def statement_of(
    node: cst.CSTNode, parents: Mapping[cst.CSTNode, object], places: Mapping[cst.CSTNode, Place], text: str
) -> str:
    """Return the text of the simple statement around a node; empty for a compound statement."""
    import libcst as cst

    around: object = node
    while isinstance(around, cst.CSTNode) and not isinstance(
        around, (cst.BaseSmallStatement, cst.BaseCompoundStatement)
    ):
        around = parents.get(around)
    return text[slice(*places[around])] if isinstance(around, cst.BaseSmallStatement) else ""


def asks(node: cst.CSTNode, parents: Mapping[cst.CSTNode, object]) -> bool:
    """Return whether the read is tested, compared, split, deleted or assigned to: a host name would change the
    meaning.
    """
    import libcst as cst

    if isinstance(parents[node], (cst.Expr, cst.Del, cst.AssignTarget, cst.AugAssign, cst.Attribute, cst.Subscript)):
        return True
    child: object = node
    passed_on = False  # an argument or a part of another value: a test of that is not a test of the read
    while isinstance(child, cst.CSTNode) and not isinstance(child, cst.BaseStatement):
        parent = parents.get(child)
        passed_on = passed_on or isinstance(child, cst.Arg)
        if not passed_on and isinstance(parent, (cst.Comparison, cst.ComparisonTarget, cst.UnaryOperation)):
            return True
        if isinstance(parent, cst.CompFor) and parent.ifs:
            return True
        if getattr(parent, "test", None) is child or isinstance(
            parent, cst.Match
        ):  # if, while, assert, x if … else y, [… if …]
            return True
        if isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, cst.And):
            return True
        if (
            isinstance(parent, cst.BooleanOperation)
            and parent.left is child
            and not passed_on
            and not (
                isinstance(parent.right, (cst.SimpleString, cst.Integer))
                or getattr(parent.right, "value", "") == "None"
            )
        ):
            return True  # otherwise another setting is used
        if (
            isinstance(parent, cst.Call)
            and isinstance(child, cst.Arg)
            and QUESTION.search(cst.Module([]).code_for_node(parent.func))
        ):
            return True
        child = parent
    return False


def is_caught(node: cst.CSTNode, parents: Mapping[cst.CSTNode, object]) -> bool:
    """Return whether a KeyError tests if the variable is set, except `try: host = … except KeyError: host =
    "localhost"`.
    """
    import libcst as cst

    if not isinstance(node, cst.Subscript):
        return False
    child: object = node
    while isinstance(child, cst.CSTNode) and not isinstance(child, (cst.FunctionDef, cst.ClassDef)):
        parent = parents.get(child)
        if isinstance(parent, (cst.Try, cst.TryStar)) and parent.body is child:
            code = cst.Module([]).code_for_node
            handlers = [
                handler for handler in parent.handlers if handler.type is None or CAUGHT.search(code(handler.type))
            ]
            targets = {_only_target(body) for body in (parent.body, *(handler.body for handler in handlers))}
            return bool(handlers) and (len(targets) > 1 or None in targets)
        child = parent
    return False


def _only_target(body: cst.BaseSuite) -> str | None:
    """Return the name that a block assigns, if it does nothing else."""
    import libcst as cst

    if len(body.body) != 1 or not isinstance(body.body[0], cst.SimpleStatementLine) or len(body.body[0].body) != 1:
        return None
    statement = body.body[0].body[0]
    return cst.Module([]).code_for_node(statement.targets[0].target) if isinstance(statement, cst.Assign) else None


def is_asked_later(node: cst.CSTNode, parents: Mapping[cst.CSTNode, object], text: str, names: Set[str]) -> bool:
    """Return whether the name that gets the read (without a default), or the function that returns it, is tested later,
    or used where an address is required.
    """
    import libcst as cst

    parent = parents[node]
    if isinstance(node, cst.Call) and len(node.args) > 1:
        return False
    if isinstance(parent, (cst.Assign, cst.AnnAssign)):
        written = cst.Module([]).code_for_node(
            parent.targets[0].target if isinstance(parent, cst.Assign) else parent.target
        )
    elif isinstance(parent, cst.Return) and isinstance(node, cst.Call):
        around: object = parent
        while isinstance(around, cst.CSTNode) and not isinstance(around, cst.FunctionDef):
            around = parents.get(around)
        if not isinstance(around, cst.FunctionDef):
            return False
        written = around.name.value
    else:
        return False
    last = written.rpartition(".")[2]
    if last in names:
        return True
    name = rf"(?<!\w)(?:\w+\.)*{re.escape(last)}(?![\w.\[])(?:\(\))?"
    asked = (
        rf"\b(?:if|elif|while|assert|not|and|or)[ \t]+\(?{name}|{name}[ \t]+(?:is|if|and|or|==|!=|in)\b"
        rf"|{name}[ \t]*[!=]=|\bbool\({name}"
    )
    return re.search(asked, text) is not None or any(
        ADDRESS.search(line) for line in text.splitlines() if re.search(name, line)
    )


CAUGHT = lazy_compile(r"\b(?:KeyError|LookupError|Exception|BaseException)\b")
READ = lazy_compile(  # `pop` also removes the variable; with another setting as the default it is not a plain read
    r"[\w.]*\[|[\w.]*?(?:\.get|\bgetenv)\s*\(\s*[^,()]*(?:,\s*(?:default\s*=\s*)?(?:[bru]?[\"'][^\"']*[\"']|None"
    r"|\d+|False)?\s*)?,?\s*\)\Z"
)
ADDRESS = lazy_compile(
    r"extra_hosts|add_host|nameserver|iptables|resolv\.conf|[\"']/(?:[89]|[12]\d|3[0-2])[\"']|%s/(?:[89]|[12]\d"
    r"|3[0-2])(?!\d)"
)
QUESTION = lazy_compile(
    r"\bip_|IPv[46]|inet_|IPAddress|IPNetwork|netaddr|\b(?:bool|any|all|len|isinstance|filter)\Z|\bassert\w*\Z"
)
