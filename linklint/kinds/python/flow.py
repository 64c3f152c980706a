"""Questions about Python code: what it assigns, what is certain after a branch, what is a command."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from linklint.flow.branches import meet
from linklint.kinds.python.values import UNKNOWN, AbstractValue
from linklint.text.regex import lazy_compile
from linklint.text.word import DEFAULT, VARIABLE, Word

QUIET = lazy_compile(
    r"print|pprint|p?log\w*|debug|info|warn(?:ing)?s?|error|critical|exception|fail\w*|skip\w*|xfail|assert\w*"
    r"|\w*(?:Error|Exception|Warning|Exit|Failed)|add_argument|ArgumentParser|echo|secho"
    r"|compile|search|match|fullmatch|findall|sub|startswith|endswith|find|index|count|replace|startwith|append"
    r"|extend|insert|add|write\w*|format|join|split|strip|len|isinstance|parametrize"
    r"|addCleanup|register|callback|addfinalizer|finalize|partial|list2cmdline|\w*(?:print|echo|log|debug|quote"
    r"|repr|dump|show)\w*|getattr|hasattr|setattr|option|argument|help|describe|title|message|notify|Mock|patch"
    r"|set_defaults|add_parser|hint|comment|step|exit|puts|abort|die|fastprint|set_description|setdefault|get"
)
LINE_END = lazy_compile(r"\r\n?|\n")  # as Python counts lines
CLEANS = lazy_compile(r"\b(?:rm|prune|remove)\b")
REMOVES = lazy_compile(r"remove|clean|tear_?down|destroy|delete|prune|kill|(?:^|_)rm(?:$|_)", re.IGNORECASE)
COMMAND = lazy_compile(
    r"\s*(?:(?:sudo|exec|time|nohup|env)\s+(?:-\S+\s+)*|\w+=\S*\s+|cd\s+\S+\s*(?:&&|;)\s*)*(?:(?:/\S*/)?(?:docker"
    r"|podman|nerdctl)\s+(?:-\S+\s+(?:\S+\s+)?)?(?:container\s+)?"
    r"(?:run|create|start|stop|restart|kill|rm|rename|wait|network|build|compose|system|pull|exec|volume|inspect|ps"
    r"|logs)\b|(?:ssh|bash|sh|su)\s[^\n]*\b(?:docker|podman)\s)"
)

MUTATORS = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "reverse", "sort"})

MAX_TEXT = 2000

MAX_SCRIPT = 50_000


def is_command(string: str, by_shell: bool) -> bool:
    """Return whether a text is a command. A text that a shell gets for certain may start with anything."""
    return (
        COMMAND.match(string) is not None
        or by_shell
        and len(string) < MAX_SCRIPT
        and re.search(r"(?<![\w./-])(?:docker|podman)\s", string) is not None
    )


def is_mock(node: ast.expr) -> bool:
    """Match `mock.call(…)`: a call that a test expects."""
    while isinstance(node, ast.Attribute):
        if node.attr == "mock":
            return True
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("mock", "call")


def cleaners_of(tree: ast.Module, text: str) -> set[str]:
    """Return the functions of a module that remove containers. Only those whose lines have such a word are searched."""
    lines = [number for number, line in enumerate(LINE_END.split(text), 1) if CLEANS.search(line)]
    found = set()
    for node in _functions(tree.body) if lines else ():
        first = bisect_left(lines, node.lineno)
        if first < len(lines) and lines[first] <= (node.end_lineno or node.lineno) and _cleans(node):
            found.add(node.name)
    return found


def _functions(body: Iterable[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions in statements, also the inner ones."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _functions(getattr(statement, part, ()))


def _cleans(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        text = (
            inner.value if isinstance(inner, ast.Constant) else inner.attr if isinstance(inner, ast.Attribute) else ""
        )
        if isinstance(text, str) and len(text) < MAX_TEXT and CLEANS.search(text):
            return True
    return False


def last_name(node: ast.expr) -> str:
    """Return the last name of a function: `call` of `subprocess.call`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def loaded(node: ast.Name | ast.Attribute) -> ast.expr:
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    return ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)


def assigned(node: ast.AST) -> set[str]:
    """Return the names that a piece of code may change."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del)):
            found.add(inner.id)
        elif (
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and inner.func.attr in MUTATORS
            and isinstance(inner.func.value, ast.Name)
        ):
            found.add(inner.func.value.id)
    return found


def reassigned(node: ast.AST) -> set[str]:
    """Return the names that a piece of code assigns, and does not only extend."""
    longer = {inner.target for inner in ast.walk(node) if isinstance(inner, ast.AugAssign)}
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del)) and inner not in longer
    }


def globals_of(function: ast.AST) -> set[str]:
    return {name for inner in ast.walk(function) if isinstance(inner, ast.Global) for name in inner.names}


def only_likely(known: AbstractValue) -> AbstractValue:
    """Return the module's names as a function sees them: likely, because they may have changed."""
    return AbstractValue(
        doubted(known.word) if known.word is not None else None,
        [doubted(word) for word in known.words] if known.words is not None else None,
        known.container,
        known.node,
    )


def doubted(word: Word) -> Word:
    return (
        word
        if word.holes or not word.string
        else Word(word.text, ((0, len(word.string), DEFAULT),), quoted=word.quoted)
    )


def opened(word: Word) -> Word:
    return Word(word.text, word.holes or ((0, len(word.string), VARIABLE),), many=True)


def meeting(arms: Sequence[dict[str, AbstractValue]]) -> dict[str, AbstractValue]:
    """Return what is true where paths meet."""
    return meet(arms, _joined)


def _joined(values: list[AbstractValue | None]) -> AbstractValue | None:
    """Return what is known of values that differ. A list that one path extends may be longer."""
    if values[0] is None:
        return None
    each = [value if value is not None else UNKNOWN for value in values]
    dicts = [value.node for value in each if isinstance(value.node, ast.Dict)]
    if len(dicts) == len(each):
        return AbstractValue(node=max(dicts, key=lambda node: len(node.keys)))
    lists = [value.words for value in each if value.words is not None]
    short = min(lists, key=len, default=None)
    if short and len(lists) == len(each) and all(words[: len(short)] == short for words in lists):
        longest = max(lists, key=len)
        return AbstractValue(words=[*short, *map(doubted, longest[len(short) :])])
    return UNKNOWN
