"""Interpret the scripts of the tree that a script runs or sources, at the place where it does so.

A script that is run gets the exported variables and its arguments; a sourced one shares everything with its caller.
Depth, number and cost are limited: `Budget.follow`, `Budget.half`, MAX_FILES.
"""

from __future__ import annotations

import posixpath
from typing import Any

from linklint.facts.schema import Call
from linklint.shell import script_paths
from linklint.shell.state import ShellState
from linklint.shell.variables import positional_parameters
from linklint.text.confidence import CERTAIN
from linklint.text.word import Word

MAX_FILES = 8


def follow(shell: ShellState, words: list[Word]) -> str | None:
    """Interpret the script that the words run or source. Return `run` or `source`, or None if no script is found."""
    if shell.document or shell.context.max_confidence != CERTAIN or shell.host.startswith("ssh "):
        return None
    found = script_paths.find(words, shell.here, shell.variables, shell.context)
    if found is None or found.source.path in shell.files or len(shell.files) > MAX_FILES:
        return None
    if found.how == "run" and found.source.path not in shell.context.scripts:
        return None  # it creates no container, and its variables are lost
    if not shell.budget.follow(found.source.path, [word.string for word in found.arguments]):
        return None
    span = found.word.span._replace(confidence=CERTAIN)
    row = Call(span, scope=shell.scope(""), script=found.source.path, how=found.how, parent=shell.call_id)
    _walk(shell, found, shell.context.add(row))
    return found.how


def _walk(shell: ShellState, found: script_paths.Called, number: int) -> None:
    """Interpret a called script, in this shell if it is sourced; `number` is the row of the call."""
    path, text = found.source.path, found.source.whole()
    inner = shell if found.how == "source" else child(shell, found.arguments)
    saved = inner.script_dir, inner.files, inner.call_id, inner.positional, inner.depth
    stacks: list[list[Any]] = [inner.calls, inner.locals, inner.returns]
    depths, flow_depth = [len(stack) for stack in stacks], inner.flow.depth
    inner.script_dir, inner.files, inner.call_id = posixpath.dirname(path), (*shell.files, path), number
    if found.how == "source" and found.arguments:
        inner.positional = _parameters(found.arguments)
    with shell.budget.half() as exceeded:
        shell.budget.spend(len(text.string) // 8)
        inner.walker.text(inner, text)
        if inner is not shell:
            inner.walker.finish(inner)
    if exceeded:
        shell.context.unread(found.word.span, f"{shell.budget.why}: the rest of {path} is not followed here")
    else:
        shell.context.calls.called.setdefault(path, set()).add(found.how)
    inner.script_dir, inner.files, inner.call_id, inner.positional, inner.depth = saved
    inner.flow.leave(flow_depth)
    for stack, depth in zip(stacks, depths, strict=True):
        del stack[depth:]


def child(shell: ShellState, arguments: list[Word]) -> ShellState:
    """Return the shell of a script that this one runs, with the exported variables and its arguments."""
    found = shell.another()
    found.directory = shell.directory
    found.variables = {name: value for name, value in shell.variables.items() if name in shell.exported}
    found.exported = set(shell.exported)
    found.positional = _parameters(arguments)
    found.steps = shell.steps
    return found


def _parameters(arguments: list[Word]) -> list[Word] | None:
    return positional_parameters(arguments) if not any(word.many for word in arguments) else None
