"""Interpret a scanned script in the order in which a shell would run it, and record the facts of its docker commands.

Nothing is run: all paths are followed side by side. The steps of a function are where it is called (uncalled functions
come after the script, as alternatives), those of a trap at the end. A loop over literal words is interpreted word by
word. What `exit`, `return` or `exec` cuts off becomes the other arm. Scripts inside strings (`bash -c`, `eval`, `ssh
host '…'`, heredocs into a shell) are scanned in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import Any

from linklint.context import BudgetExceeded, ExtractionContext
from linklint.docker.cli.command import tool_of
from linklint.docker.link_variables import mentions
from linklint.flow.steps import StepRecorder
from linklint.shell.builtins import calculate
from linklint.shell.called_scripts import follow
from linklint.shell.command import TOOL_NAME
from linklint.shell.docker_commands import docker_command
from linklint.shell.embedded import run_embedded, run_heredoc, run_in_other_shell
from linklint.shell.scanner import scan, scan_file
from linklint.shell.script_paths import SHELLS
from linklint.shell.simple_commands import call_function, redirects, simple, substitute
from linklint.shell.state import Record, ShellState, Walker
from linklint.shell.statements import record as record_statement
from linklint.shell.tree import (
    AndOr,
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Pipeline,
    Simple,
    Test,
    children,
    descendants,
)
from linklint.shell.variables import UNKNOWN, ShellValue, Variables, assigned_in, meeting
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText
from linklint.text.word import COMMAND, VARIABLE, Word

CONDITIONS = frozenset("[ test grep egrep fgrep pgrep which command type hash true false ! diff cmp id getent".split())

GIVES_UP = lazy_compile(
    r"(?<![\w-])(?:exit(?![ \t]+0)|return[ \t]+(?!0)|\w*(?:die|fatal|abort|fail|error|bail|panic)\w*|unable|cannot)\b",
    re.IGNORECASE,
)


def is_question(node: Node) -> bool:
    """Return whether a command is a test, so that `&&` after it is a condition and not a sequence."""
    if isinstance(node, Test):
        return True
    if isinstance(node, Pipeline):
        return node.negated or is_question(node.commands[-1])
    if isinstance(node, Simple) and node.words:
        words = [word.literal for word in node.words]
        return words[0] in CONDITIONS or words[0] == "docker" and words[1:2] in (["inspect"], ["ps"], ["images"])
    return False


def is_xargs(node: Simple) -> bool:
    return bool(node.words) and node.words[0].literal == "xargs"


def is_listing(node: Simple) -> bool:
    words = [word.literal for word in node.words]
    lists = "ps" in words[1:3] or "ls" in words[1:4]
    return len(words) > 1 and words[0] is not None and lists and TOOL_NAME.search(words[0]) is not None


def leaves(items: list[Item]) -> bool:
    """Return whether a loop's body leaves the loop: then it is a search or a retry, not a repetition."""
    waiting = [item.node for item in items]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Simple) and node.words and node.words[0].literal in ("break", "exit", "return", "exec"):
            return True
        if not isinstance(node, (Loop, Function)):
            waiting.extend(children(node))
    return False


def skips(items: list[Item]) -> bool:
    return any(
        isinstance(node, Simple) and node.words and node.words[0].literal == "continue" for node in descendants(items)
    )


def runs_docker(item: Item) -> bool:
    node = item.node.commands[-1] if isinstance(item.node, Pipeline) else item.node
    return isinstance(node, Simple) and bool(node.words) and tool_of(node.words[0].literal or "") is not None


MAX_UNROLLED = 16
MAX_UNROLLED_COMMANDS = 20_000


def new_shell(
    context: ExtractionContext,
    steps: StepRecorder,
    directory: str,
    *,
    document: bool = False,
    host: str = "",
    record: Record | None = None,
) -> ShellState:
    """Return a new shell. `record` receives each docker command."""
    sink = record or context.record or record_statement
    shell = ShellState((WALKER, sink), context, steps, directory)
    shell.document, shell.host = document, host
    return shell


def run_script(shell: ShellState, text: MappedText) -> None:
    """Interpret a script; may be called for several parts of one document, in order.

    What cannot be read is reported, and the rest is still interpreted.
    """
    if shell.exhausted:
        return
    try:
        _walk(shell, text)
    except BudgetExceeded:
        shell.exhaust(shell.text.span(0, 0))


def run_words(shell: ShellState, words: list[Word]) -> None:
    """Interpret a command that is already a list of words."""
    if shell.exhausted or not words:
        return
    try:
        if not run_embedded(shell, words) and follow(shell, words) is None:
            docker_command(shell, None, words)
    except BudgetExceeded:
        shell.exhaust(words[0].span)


def finish_script(shell: ShellState) -> None:
    """Interpret what runs at the end: traps, and uncalled functions."""
    if shell.exhausted:
        return
    try:
        for text, name in shell.traps:
            shell.nested(text) if text.string != name else call_function(shell, name, [])
        fork = shell.context.fork()
        for arm, name in enumerate(sorted(set(shell.functions) - shell.called)):
            if name in shell.called or _comes_from_sourced_file(shell, name):
                continue
            saved = dict(shell.variables)
            with shell.branch(fork, arm, "function"):
                call_function(shell, name, None)
            shell.variables = saved
    except BudgetExceeded:
        if len(shell.files) > 1:  # the script that runs this one continues
            raise
        shell.exhaust(shell.recorder.span._replace(end=shell.recorder.span.start))


def define(shell: ShellState, text: MappedText, called: Set[tuple[str, int]]) -> None:
    """Define the functions of a file that is sourced elsewhere; `called` are the called ones."""
    for item in scan_file(shell.context, text, 0).items:
        if isinstance(item.node, Function):
            shell.functions[item.node.name] = (text, item.node.body)
            if (text.source.path, item.node.body.start) in called:
                shell.called.add(item.node.name)


def _comes_from_sourced_file(shell: ShellState, name: str) -> bool:
    """Return whether a function comes from a sourced file, which reports it itself if it is not called."""
    path = shell.functions[name][0].source.path
    return path != shell.files[-1] and "source" in shell.context.calls.called.get(path, ())


def _walk(shell: ShellState, text: MappedText) -> None:
    """Scan and interpret a text: a whole file (`text.string` is its text itself), or a string inside one."""
    is_file = shell.depth == 0 and not shell.document and text.source.text is text.string
    script = (
        scan_file(shell.context, text, shell.depth)
        if is_file
        else scan(text.string, document=shell.document, depth=shell.depth)
    )
    if not shell.document and (is_file or of_interest(text.string)):
        for at, words in script.problems[:1]:
            shell.context.unread(text.span(at, at + 1), f"shell: {words}")
    if mentions(text.string):
        from linklint.shell.reads import ReadContext, find_reads

        place = ReadContext(
            shell.context,
            shell.scope(""),
            document=shell.document,
            container_sets=shell.container_sets,
            at_build_time=shell.at_build_time,
        )
        find_reads(place, text, script)
    with shell.reading_from(text):
        _items(shell, script.items)


def of_interest(string: str) -> bool:
    """Return whether a text can contain a docker command or a read, so that parts that are not understood matter."""
    return TOOL_NAME.search(string) is not None or mentions(string)


# Nodes: each function returns the word that ends the path (`exit`, `return`, …), or None


def _items(shell: ShellState, items: list[Item]) -> str | None:
    ended = None
    for item in items:
        if item.background:
            background, shell.background = shell.background, True
            with shell.subshell():
                _node(shell, item.node)
            shell.background = background
        else:
            ending = _node(shell, item.node)
            ended = ending or ended
            if ending and isinstance(item.node, Simple) and not shell.document:
                break  # nothing after it runs
    return ended


def _node(shell: ShellState, node: Node) -> str | None:
    if isinstance(node, Simple):
        return simple(shell, node)
    ended = NODES[type(node)](shell, node)
    redirects(shell, node)
    return ended


def _function(shell: ShellState, node: Function) -> None:
    shell.functions[node.name] = (shell.text, node.body)
    shell.defined_by[node.name] = shell.call_id


def _group(shell: ShellState, node: Group) -> str | None:
    if not node.subshell:
        return _items(shell, node.body)
    with shell.subshell(), shell.branch(shell.context.fork(), 0, "subshell"):
        _items(shell, node.body)
    return None


def _test(shell: ShellState, node: Test) -> None:
    shell.expander().words(node.words)
    if shell.text.string.startswith("((", node.start):
        calculate(shell, shell.text.string[node.start : node.end])


def _and_or(shell: ShellState, node: AndOr) -> str | None:
    fork, previous = shell.context.fork(), ""
    ended: str | None = None
    asks = False
    last_or = max((number for number, (op, _) in enumerate(node.items) if op == "||"), default=0)
    gives_up = any(op == "||" and _gives_up(shell, command) for op, command in node.items)
    for number, (op, command) in enumerate(node.items):
        with shell.expecting_failure(shell.guarded or number < last_or and not gives_up):
            if not op:
                _node(shell, command)
            else:
                if op == "&&" and previous == "||":
                    fork = shell.context.fork()
                kind = "or" if op == "||" else "if" if asks else "and"
                ended = _conditional(shell, command, fork, 1 if op == "&&" else 2, kind)
        asks = (asks and op == "&&") or is_question(command)
        previous = op
    return ended if len(node.items) == 2 and not asks and node.items[1][0] == "&&" else None


def _conditional(shell: ShellState, command: Node, fork: int, arm: int, kind: str) -> str | None:
    """Interpret the right side of `&&` or `||`."""
    steps, before, positional = shell.steps, dict(shell.variables), shell.positional
    with shell.branch(fork, arm, kind):
        ended = _node(shell, command)
    if kind != "and":
        if shell.positional is not positional:
            shell.positional = None
        shell.variables = meeting([before, shell.variables])
        if ended and shell.steps > steps:
            shell.flow.enter("if", 3, fork)
    return ended


def _pipeline(shell: ShellState, node: Pipeline) -> None:
    lists_all = any(isinstance(c, Simple) and is_listing(c) for c in node.commands[:-1])
    for number, command in enumerate(node.commands):
        with shell.subshell():
            before = node.commands[number - 1] if number else None
            if before is not None and isinstance(command, Simple) and is_xargs(command):
                simple(shell, command, xargs=_listed(shell, before, lists_all=lists_all))
            else:
                _node(shell, command)
            if before is not None and isinstance(command, Simple):
                _piped(shell, before, command)


def _listed(shell: ShellState, source: Node, *, lists_all: bool) -> Word:
    """Return what `xargs` gets: the word after `echo`, or a word for the output of any other command."""
    if isinstance(source, Simple) and len(source.words) == 2 and source.words[0].literal == "echo":
        return shell.expander().one(source.words[1].parts)
    text = shell.text.slice(source.start, source.end)
    return Word(text, ((0, len(text), COMMAND if lists_all else VARIABLE),), many=True)


def _piped(shell: ShellState, source: Node, command: Simple) -> None:
    """`cat <<EOF | bash`: the heredoc is the script."""
    if not isinstance(source, Simple) or not source.words:
        return
    sink = command.words[0].literal if command.words else None
    if source.words[0].literal == "echo" and len(source.words) == 2 and sink in SHELLS and len(command.words) == 1:
        run_in_other_shell(shell, shell.expander().one(source.words[1].parts))
    if source.words[0].literal == "cat":
        for redirect in source.redirects:
            if redirect.body_start >= 0:
                run_heredoc(shell, command, redirect)


class _Arms:
    """The arms of a fork: the state after each, and which of them end the path."""

    def __init__(self, shell: ShellState, kind: str) -> None:
        self.shell = shell
        self.kind = kind
        self.fork = shell.context.fork()
        self.left: list[Variables] = []
        self.endings: list[str | None] = []
        self.acted = self.shifted = False

    def walk(self, number: int, body: list[Item]) -> None:
        """Interpret an arm, starting from the state before the fork."""
        shell = self.shell
        before, positional = shell.variables, shell.positional
        shell.variables = dict(before)
        steps, exported = shell.steps, set(shell.exported)
        with shell.branch(self.fork, number, self.kind):
            ending = _items(shell, body)
        shell.exported &= exported
        if shell.positional is not positional and self.kind == "if":
            self.shifted, shell.positional = True, positional
        self.endings.append(ending)
        self.acted = self.acted or bool(ending) and shell.steps > steps
        if not ending:
            self.left.append(shell.variables)
        shell.variables = before

    def close(self) -> str | None:
        """Join the arms. What follows an arm that ended the path belongs to the other arm."""
        if self.shifted:
            self.shell.positional = None
        if self.left:
            self.shell.variables = meeting(self.left)
        if self.acted:
            self.shell.flow.enter("if", 1000, self.fork)
        return self.endings[0] if self.endings and all(self.endings) else None


def _failure_of(node: If, number: int) -> list[Node]:
    """Return what runs if the condition of an arm fails."""
    condition, body = node.arms[number]
    last = condition[-1].node if condition else None
    is_negated = isinstance(last, Pipeline) and last.negated
    arms = [body] if is_negated else [later for _, later in node.arms[number + 1 :]]
    return [item.node for arm in arms for item in arm]


def _gives_up(shell: ShellState, *nodes: Node) -> bool:
    """Return whether commands end the script or report an error, so that nothing expects what failed before them."""
    return any(GIVES_UP.search(shell.text.string, node.start, node.end) for node in nodes)


def _if(shell: ShellState, node: If) -> str | None:
    arms = _Arms(shell, "if")
    for number, (condition, body) in enumerate(node.arms):
        if condition is not None:
            with shell.expecting_failure(not _gives_up(shell, *_failure_of(node, number))):
                _items(shell, condition)
        arms.walk(number, body)
    if node.arms and node.arms[-1][0] is not None:  # no else
        arms.endings.append(None)
        arms.left.append(dict(shell.variables))
    return arms.close()


def _case(shell: ShellState, node: Case) -> str | None:
    arms = _Arms(shell, "case")
    if node.word:
        shell.expander().fields(node.word)
    for number, (_, body) in enumerate(node.arms):
        arms.walk(number, body)
    if not any(word.literal == "*" for patterns, _ in node.arms for word in patterns):
        arms.left.append(shell.variables)
    return arms.close()


def _loop(shell: ShellState, node: Loop) -> None:
    words = shell.expander().words(node.words) if node.words is not None else []
    is_known = 0 < len(words) <= MAX_UNROLLED and not any(word.open or word.many for word in words)
    if is_known and shell.budget.commands < MAX_UNROLLED_COMMANDS:
        _unroll(shell, node, words)
        return
    functions = {name: body for name, (_, body) in shell.functions.items()}
    changed = assigned_in([*node.condition, *node.body], functions, shell.budget) | {node.variable}
    for name in changed:
        shell.variables[name] = UNKNOWN
    if "@" in changed:
        shell.positional = None
    waits = node.keyword == "until" or node.keyword == "while" and any(runs_docker(item) for item in node.condition)
    with shell.branch(shell.context.fork(), 0, "retry" if waits or leaves(node.body) else "loop"):
        with shell.expecting_failure(True):
            _items(shell, node.condition)
        _items(shell, node.body)
    for name in changed:
        value = shell.variables.get(name, UNKNOWN)
        shell.variables[name] = value.unsure() if value.words is not None else UNKNOWN


def _unroll(shell: ShellState, node: Loop, words: list[Word]) -> None:
    """Interpret a loop over known words, word by word."""
    fork, is_search = shell.context.fork(), leaves(node.body)
    before = dict(shell.variables)
    for number, word in enumerate(words):
        shell.budget.run_command(shell.flow.depth)
        shell.variables[node.variable] = ShellValue(word.string, sure=not word.holes)
        with shell.branch(fork, number if is_search else 0, "retry" if is_search else "and"):
            _items(shell, node.body)
    if is_search or skips(node.body) or any(word.holes for word in words):
        shell.variables = meeting([before, shell.variables])


NODES: dict[type[Node], Callable[[ShellState, Any], str | None]] = {
    AndOr: _and_or,
    Pipeline: _pipeline,
    If: _if,
    Case: _case,
    Loop: _loop,
    Function: _function,
    Group: _group,
    Test: _test,
}
WALKER = Walker(run_script, _walk, _items, _node, substitute, finish_script)
