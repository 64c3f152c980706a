"""Walks the scripts of the tree that a script runs or reads in, at the place where it does so.

A script that is run has what is exported, and its arguments; one that is read in shares all with its reader. How deep,
how often and at what cost is bounded: `Budget.follow`, `Budget.half`, MAX_FILES.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from linklint.facts.schema import Call
from linklint.languages.shell import script_paths as calls
from linklint.languages.shell.script_paths import Here
from linklint.languages.shell.tree import Function
from linklint.languages.shell.variables import numbered
from linklint.text.source import CERTAIN, MappedText
from linklint.text.word import Word

if TYPE_CHECKING:
    from linklint.languages.shell.interpreter import Interpreter

MAX_FILES = 8


def follow(reader: Interpreter, words: list[Word]) -> str | None:
    """Walk the script of the tree that the words run or read in: `run` or `source`; None where there is none."""
    if reader.document or reader.context.doubt != CERTAIN or reader.host.startswith("ssh "):
        return None
    found = calls.find(words, Here(reader.directory, reader.own), reader.variables, reader.context)
    if found is None or found.source.path in reader.files or len(reader.files) > MAX_FILES:
        return None
    if found.how == "run" and found.source.path not in reader.context.scripts:
        return None  # it makes nothing, and what it sets it keeps
    if not reader.budget.follow(found.source.path, [word.string for word in found.arguments]):
        return None
    path, text = found.source.path, found.source.whole()
    number = reader.context.add(
        Call(found.word.span._replace(confidence=CERTAIN), reader.scope(""), path, found.how, reader.call_id)
    )
    shell = reader if found.how == "source" else child(reader, found.arguments)
    saved = shell.own, shell.files, shell.call_id, shell.positional
    depths = len(shell.branches), len(shell.calls), len(shell.locals), len(shell.returns), shell.depth
    shell.own, shell.files, shell.call_id = posixpath.dirname(path), (*reader.files, path), number
    if found.how == "source" and found.arguments:
        shell.positional = numbered(found.arguments) if not any(word.many for word in found.arguments) else None
    with reader.budget.half() as enough:
        reader.budget.spend(len(text.string) // 8)
        shell.walk(text)
        if shell is not reader:
            shell.finish()
    if enough():
        reader.context.called.setdefault(path, set()).add(found.how)
    shell.own, shell.files, shell.call_id, shell.positional = saved
    shell.depth = depths[-1]
    for stack, depth in zip((shell.branches, shell.calls, shell.locals, shell.returns), depths, strict=False):
        del stack[depth:]  # type: ignore[attr-defined]
    return found.how


def child(reader: Interpreter, arguments: list[Word]) -> Interpreter:
    """The shell of a script that this one runs: it has what is exported, and its arguments."""
    shell = reader.another()
    shell.directory = reader.directory
    shell.variables = {name: value for name, value in reader.variables.items() if name in reader.exported}
    shell.exported = set(reader.exported)
    shell.positional = numbered(arguments) if not any(word.many for word in arguments) else None
    shell.steps = reader.steps
    return shell


def define(reader: Interpreter, text: MappedText) -> None:
    """Know the functions of a file whose commands others have read in; those that were called are done."""
    for item in reader.context.scanned(text, 0).items:
        if isinstance(item.node, Function):
            reader.functions[item.node.name] = (text, item.node.body)
            if (text.source.path, item.node.body.start) in reader.context.walked:
                reader.called.add(item.node.name)
