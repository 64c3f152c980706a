"""Simple commands: assignments, words, redirects, and what the command does."""

from __future__ import annotations

import re

from linklint.facts.schema import Container
from linklint.shell import script_paths
from linklint.shell.builtins import BUILTINS, DECLARES, LOCALS, assign_words
from linklint.shell.called_scripts import follow
from linklint.shell.command import MENTIONING_COMMANDS, TOOL_NAME
from linklint.shell.docker_commands import docker_command
from linklint.shell.embedded import run_embedded, run_heredoc, run_in_other_shell
from linklint.shell.expansion import Expander, has_options
from linklint.shell.script_paths import SHELLS
from linklint.shell.state import ShellState
from linklint.shell.tree import Assignment, Node, Part, ShellWord, Simple
from linklint.shell.variables import UNKNOWN, UNSET, ShellValue, is_pattern, meeting, positional_parameters
from linklint.text.source import concat
from linklint.text.word import CAPTURED, COMMAND, VARIABLE, Word, WordBuilder

MAX_VALUE = 50_000
MAX_CALLS = 8
HOSTS = frozenset({"DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST"})
WRAPPED = frozenset(
    "read printf unset eval export declare local typeset readonly let mapfile readarray getopts cd".split()
)  # after `command` and `builtin`
# Commands that change nothing of the shell and run no other command: most of a script. Their words need no expansion.
INERT = MENTIONING_COMMANDS - BUILTINS.keys() - {"hash", "pushd", "popd"} | {":"}
ENDS = frozenset({"exit", "return", "break", "continue"})


def simple(shell: ShellState, node: Simple, xargs: Word | None = None) -> str | None:
    """Interpret a simple command; return the word that ends the path (`exit`, `return`, …), or None."""
    shell.budget.run_command(shell.flow.depth)
    first = node.words[0].literal if node.words else None
    if (
        first in INERT
        and xargs is None
        and node.is_plain
        and first not in shell.functions
        and first not in shell.aliases
    ):
        shell.created = None
        return None
    prefix: dict[str, ShellValue | None] | None = None
    if node.assignments and node.words and first not in DECLARES:
        prefix = {assignment.name: shell.variables.get(assignment.name) for assignment in node.assignments}
    host, created = shell.host, shell.created
    # Words are expanded before assignments that apply only to the command. A declaration is a command itself.
    words = shell.expander().words(node.words) if prefix is not None else None
    expander = shell.expander(dict(shell.variables)) if first in DECLARES else shell.expander()
    _assignments(shell, expander, node, first, temporary=prefix is not None)
    ended = None
    if first in DECLARES:
        _declared_words(shell, expander, node.words)
    elif node.words:
        words = words if words is not None else expander.words(node.words)
        shell.created = created if not words else None
        if xargs is not None:
            words = _with_input(words, xargs)
        ended = _command(shell, node, words, first)
    if prefix is not None:
        shell.restore(prefix)
        shell.host = host
    redirects(shell, node)
    return ended


def _with_input(words: list[Word], given: Word) -> list[Word]:
    """Return the words of `xargs COMMAND` with what it gets: at the end, or in place of the text of `-I`."""
    at = next((number for number, word in enumerate(words) if word.string.startswith("-I")), None)
    mark = words[at].string[2:] or next((word.string for word in words[at + 1 : at + 2]), "") if at is not None else ""
    if not mark:
        return [*words, given]
    found = []
    for number, word in enumerate(words):
        start = word.string.find(mark) if at is not None and number > at + 1 else -1
        hole = (start, start + len(mark), VARIABLE)
        found.append(Word(word.text, (*word.holes, hole), quoted=word.quoted) if start >= 0 else word)
    return found


def _has_option(words: list[ShellWord], letters: str) -> bool:
    return any(re.match(f"-[a-zA-Z]*[{letters}]", word.literal or "") for word in words[1:])


def _assignments(shell: ShellState, expander: Expander, node: Simple, first: str | None, *, temporary: bool) -> None:
    exports = _exports(node, first)
    is_local = first in LOCALS and not _has_option(node.words, "g")
    changes = first in LOCALS and _has_option(node.words, "niul")
    for assignment in node.assignments:
        name = assignment.name
        if is_local:
            shell.declare(name)
        _assign(shell, expander, assignment)
        if changes:
            shell.variables[name] = UNKNOWN
        if exports:
            shell.exported.add(name)
        if name in HOSTS and (first is None or first in DECLARES or temporary):
            value = shell.variables.get(name, UNKNOWN)
            word = assignment.word
            written = shell.text.string[word.start : word.end] if word else ""
            shell.host = value.string if value.string is not None else written


def _exports(node: Simple, first: str | None) -> bool:
    return first == "export" or first in LOCALS and _has_option(node.words, "x")


def _declared_words(shell: ShellState, expander: Expander, words: list[ShellWord]) -> None:
    """Interpret the words of `export`, `local`, `declare` that are not assignments."""
    first = words[0].literal
    exports = first == "export" or first in LOCALS and _has_option(words, "x")
    for word in words[1:]:
        if "=" in (word.literal or "=") and (word.literal or "")[:1] != "-":
            assign_words(shell, expander.fields(word), exports=exports)
        elif word.literal and exports:
            shell.exported.add(word.literal)
        elif word.literal and first in LOCALS and not word.literal.startswith("-"):
            shell.declare(word.literal)
            if shell.locals:
                shell.variables[word.literal] = UNSET
        else:
            expander.fields(word)


def _assign(shell: ShellState, expander: Expander, assignment: Assignment) -> None:
    shell.created = None
    if assignment.array is not None:
        _assign_array(shell, expander, assignment, assignment.array)
        return
    name = assignment.name
    word = expander.one(assignment.word.parts, True) if assignment.word else None
    value = _value_of(word)
    if word is not None and word.open:
        value.place = script_paths.place_of(word, shell.here, shell.variables)
    captured = word.captured if word is not None and word.holes and word.holes[0][:2] == (0, len(word.string)) else None
    if captured is not None:
        value = ShellValue(None, kind=CAPTURED, captured=captured)
        shell.context.collector.change(Container, captured, captured_in=name)
    old = shell.variables.get(name)
    if assignment.append and word is not None:
        value = _appended(shell, assignment, old or UNKNOWN, word)
    too_long = value.string is not None and len(value.string) > MAX_VALUE
    if assignment.index or old is not None and old.items is not None or too_long:
        value = UNKNOWN
    shell.variables[name] = value


def _appended(shell: ShellState, assignment: Assignment, old: ShellValue, word: Word) -> ShellValue:
    """Return the value after `X+=word`."""
    if old.string is not None and not word.open:
        return ShellValue(f"{old.string}{word.string}", sure=old.sure and not word.holes)
    both = WordBuilder(shell.text)
    end = assignment.start + len(assignment.name)
    if old.string is not None:
        both.put(shell.text.replaced(assignment.start, end, old.string))
    elif old.words is not None and old.words[0].text.source is shell.text.source:
        both.put_word(old.words[0].text, old.words[0].holes)
    else:
        both.put(shell.text.slice(assignment.start, end), VARIABLE)
    both.put_word(word.text, word.holes)
    found = both.word()
    found.captured = word.captured or (old.words[0].captured if old.words else None)
    return _value_of(found)


def _assign_array(shell: ShellState, expander: Expander, assignment: Assignment, array: list[ShellWord]) -> None:
    words = expander.words(array)
    known = not assignment.index and not any(word.open or word.many for word in words)
    items, sure = [word.string for word in words], not any(word.holes for word in words)
    old = shell.variables.get(assignment.name)
    if assignment.append:
        items = (old.items if old and old.items is not None else []) + items
        known = known and old is not None and old.items is not None
        sure = sure and old is not None and old.sure
    known = known and sum(map(len, items)) <= MAX_VALUE
    shell.variables[assignment.name] = ShellValue(items=items, sure=sure) if known else UNKNOWN
    if not known and not assignment.index and any(has_options(word.string) for word in words):
        before = _items_before(shell, assignment, old) if assignment.append else []
        if sum(len(word.string) for word in (*before, *words)) <= MAX_VALUE:
            shell.variables[assignment.name] = ShellValue(None, kind=VARIABLE, words=(*before, *words))


def _items_before(shell: ShellState, assignment: Assignment, old: ShellValue | None) -> list[Word]:
    """Return the items that `X+=(…)` adds to; an unknown array may have any."""
    if old is not None and old.words is not None:
        return list(old.words)
    if old is not None and old.items is not None:
        return [Word(shell.text.replaced(assignment.start, assignment.start, item)) for item in old.items]
    name = shell.text.slice(assignment.start, assignment.start + len(assignment.name))
    return [Word(name, ((0, len(name), VARIABLE),), many=True)]


def _value_of(word: Word | None) -> ShellValue:
    if word is None:
        return ShellValue("")
    if word.open:
        kind = word.how if word.holes[0][:2] == (0, len(word.string)) else VARIABLE
        return ShellValue(None, kind=kind, words=(word,) if has_options(word.string) else None)
    return ShellValue(word.string, sure=not word.holes)


def redirects(shell: ShellState, node: Node) -> None:
    """Interpret the redirects of a node: their words, and a heredoc for another shell."""
    for redirect in node.redirects:
        if redirect.target is not None and redirect.body_start < 0:
            shell.expander().fields(redirect.target)
        for part in redirect.parts:
            if part.kind == "command":
                shell.walker.substitute(shell, part)
    if not isinstance(node, Simple):
        return
    strings = [r.target for r in node.redirects if r.op == "<<<" and r.target is not None]
    if strings and len(node.words) == 1 and node.words[0].literal in SHELLS:
        run_in_other_shell(shell, shell.expander().one(strings[-1].parts))
    heredocs = [redirect for redirect in node.redirects if redirect.body_start >= 0]
    if heredocs:
        run_heredoc(shell, node, heredocs[-1])  # the command reads the last one


def substitute(shell: ShellState, part: Part) -> ShellValue:
    """Interpret the commands of `$(…)`. Return what is known of their output."""
    outer, shell.created = shell.created, None
    with shell.subshell(), shell.branch(shell.context.fork(), 0, "subshell"):
        shell.walker.items(shell, part.body)
    found, shell.created = shell.created, outer
    if found is not None and found.container is not None:
        return ShellValue(None, kind=CAPTURED, captured=found.container)
    echoed = _echoed(part)
    if echoed is not None:
        return ShellValue(echoed)
    written = shell.text.string[part.start : part.end]
    if TOOL_NAME.search(written) and re.search(r"\bps\b|\{\{\s*\.Id", written):
        if "Names" not in written and ".Name" not in written:
            return ShellValue(None, kind=COMMAND)
    return ShellValue(None, kind=COMMAND if re.search(r"cat\s+\S*\.?cid\b", written) else VARIABLE)


def _echoed(part: Part) -> str | None:
    """Return the output of `$(echo …)`, if it is certain."""
    node = part.body[0].node if len(part.body) == 1 else None
    if not isinstance(node, Simple) or len(node.words) < 2 or node.words[0].literal != "echo" or node.redirects:
        return None
    said = [word.literal for word in node.words[1:]]
    if None in said or any(w[:1] == "-" or "\\" in w or is_pattern(w) or "{" in w for w in said if w):
        return None
    return " ".join(word for word in said if word is not None).rstrip("\n")


def _command(shell: ShellState, node: Simple, words: list[Word], first: str | None) -> str | None:
    """Interpret one command with its words expanded."""
    if not words:
        return None
    name = words[0].string if not words[0].open else ""
    if first is not None and first in shell.functions:
        call_function(shell, first, words[1:])
        return None
    if name in ENDS:
        if name == "return" and shell.returns:
            shell.budget.spend(len(shell.variables))
            shell.returns[-1].append(dict(shell.variables))
        return name
    if name in ("command", "builtin") and len(words) > 1 and words[1].string in WRAPPED:
        return _command(shell, node, words[1:], words[1].string)
    if name in shell.aliases:
        _run_alias(shell, node, name)
        return None
    builtin = BUILTINS.get(name)
    if builtin is not None:
        builtin(shell, words)
    elif follow(shell, words) is None:
        if [word.string for word in words[:3]] == ["docker", "context", "use"] and len(words) > 3:
            shell.host = f"context {words[3].string}"
        elif not run_embedded(shell, words):
            docker_command(shell, node, words)
    return "exit" if name == "exec" and len(words) > 1 else None


def _run_alias(shell: ShellState, node: Simple, name: str) -> None:
    """Interpret `alias d='docker run'; d --link db:db app`: the text of the alias replaces the first word."""
    text = shell.aliases.pop(name)  # an alias is not expanded in itself
    if text.source is shell.text.source:
        shell.nested(concat(text.source, [text, shell.text.slice(node.words[0].end, node.end)]))
    shell.aliases[name] = text


def call_function(shell: ShellState, name: str, arguments: list[Word] | None) -> None:
    """Interpret a function where it is called; `arguments` is None if nothing calls it."""
    shell.called.add(name)
    text, body = shell.functions[name]
    shell.context.calls.functions.add((text.source.path, body.start))
    if name in shell.calls or len(shell.calls) >= MAX_CALLS:
        return
    known = arguments is not None and not any(word.many for word in arguments)
    positional, shell.positional = shell.positional, positional_parameters(arguments or []) if known else None
    shell.calls.append(name)
    shell.locals.append({})
    shell.returns.append([])
    depth, call_id = shell.flow.depth, shell.call_id
    shell.call_id = shell.defined_by.get(name, call_id)
    with shell.reading_from(text):
        shell.walker.node(shell, body)
    shell.call_id = call_id
    shell.flow.leave(depth)
    shell.calls.pop()
    early = shell.returns.pop()
    if early:
        shell.variables = meeting([*early, shell.variables])
    shell.restore(shell.locals.pop())
    shell.positional = positional
