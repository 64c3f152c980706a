"""Walks a module in the order in which it would run, side by side on all paths, and takes what its calls say.

The module's statements come first, then each function as an alternative to the others.  A text or a list that begins with a docker command counts where it is
passed to a call; what only prints, logs, compares or raises does not run it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from linklint.docker.run import tool_of
from linklint.extract.python.reads import Reads
from linklint.extract.python.sdk import Sdk
from linklint.extract.python.values import UNKNOWN, Known, Places, Values
from linklint.extract.reading import Branch, Order, Reading, directory_of
from linklint.extract.shell.interpreter import Interpreter
from linklint.extract.shell.variables import Value
from linklint.extract.template import as_script
from linklint.source import CERTAIN, POSSIBLE, Source
from linklint.word import CAPTURED, DEFAULT, VARIABLE, Word

COMMAND = re.compile(
    r"\s*(?:(?:sudo|exec|time|nohup|env)\s+(?:-\S+\s+)*|\w+=\S*\s+|cd\s+\S+\s*(?:&&|;)\s*)*(?:(?:/\S*/)?(?:docker|podman|nerdctl)\s+(?:-\S+\s+(?:\S+\s+)?)?(?:container\s+)?"
    r"(?:run|create|start|stop|restart|kill|rm|rename|wait|network|build|compose|system|pull|exec|volume|inspect|ps|logs)\b|(?:ssh|bash|sh|su)\s[^\n]*\b(?:docker|podman)\s)"
)
RUNS = re.compile(
    r"run|exec|call|cmd|command|shell|system|popen|spawn|sudo|local|output|ssh|bash|invoke|process|docker|podman|launch|start|open|remote|do_|(?:^|_)(?:sh|do)(?:$|_)",
    re.IGNORECASE,
)
QUIET = re.compile(
    r"print|pprint|p?log\w*|debug|info|warn(?:ing)?s?|error|critical|exception|fail\w*|skip\w*|xfail|assert\w*|\w*(?:Error|Exception|Warning|Exit|Failed)|add_argument|ArgumentParser|echo|secho"
    r"|compile|search|match|fullmatch|findall|sub|startswith|endswith|find|index|count|replace|startwith|append|extend|insert|add|write\w*|format|join|split|strip|len|isinstance|parametrize"
    r"|getattr|hasattr|setattr|option|argument|help|describe|title|message|notify|Mock|patch|set_defaults|add_parser|hint|comment|step|exit|puts|abort|die|fastprint|set_description|setdefault|get"
)
MUTATORS = frozenset({"append", "extend", "insert"})
MAX_STATEMENTS = 20_000
MAX_FUNCTIONS = 2000


class Module:
    """A source with its tree; `take` leaves its facts in the ledger."""

    def __init__(self, source: Source, tree: ast.Module, order: Order, reading: Reading) -> None:
        self.source = source
        self.tree = tree
        self.reading = reading
        self.places = Places(source)
        self.values = Values(self.places)
        self.shell = Interpreter(reading, order, directory_of(source.path))
        self.reads = Reads(self.places, self.values, self.shell.scope, reading)
        self.sdk = Sdk(self.values, self.shell)
        self.functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.statements = 0

    def take(self) -> None:
        self.body(self.tree.body)
        names = {name: _likely(known) for name, known in self.values.names.items()}
        written = [name for function in self.functions for name in _globals(function)]
        names.update(dict.fromkeys(written, UNKNOWN))
        fork = self.reading.fork()
        for arm, function in enumerate(self.functions):
            if arm >= MAX_FUNCTIONS:
                self.reading.unread(self.places.slice(function).span(0, 1), f"more than {MAX_FUNCTIONS} functions: the rest is not read")
                break
            self.values.names = dict(names)
            arguments = function.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
                if argument is not None:
                    self.values.names[argument.arg] = UNKNOWN
            with self.branch(fork, arm, "function"):
                self.body(function.body)
        if self.statements > MAX_STATEMENTS:
            self.reading.unread(self.places.text.span(0, 0), f"more than {MAX_STATEMENTS} statements: the rest of the file is not read")
        self.shell.finish()

    # Statements

    @contextmanager
    def branch(self, fork: int, arm: int, kind: str) -> Iterator[None]:
        length = len(self.shell.branches)
        self.shell.branches.append(Branch(fork, arm, kind))
        try:
            yield
        finally:
            del self.shell.branches[length:]

    def body(self, statements: Iterable[ast.stmt]) -> bool:
        """Walk statements; whether the path ends in them."""
        for statement in statements:
            self.statements += 1
            if self.statements > MAX_STATEMENTS or self.shell.exhausted:
                return True
            method = getattr(self, "do_" + type(statement).__name__.lower(), None)
            if method is not None:
                method(statement)
            else:
                self.expressions(statement)
            if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
                return True
        return False

    def expressions(self, *nodes: ast.AST | None) -> None:
        """The calls and reads of some expressions, the inner ones first."""
        for node in nodes:
            if node is None:
                continue
            for inner in ast.iter_child_nodes(node):
                if not isinstance(inner, ast.Lambda):
                    self.expressions(inner)
            if isinstance(node, ast.Call):
                self.call(node)
            self.reads.look(node)

    def do_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.functions.append(node)
        self.values.names[node.name] = UNKNOWN

    do_asyncfunctiondef = do_functiondef

    def do_classdef(self, node: ast.ClassDef) -> None:
        outside = dict(self.values.names)
        self.body(node.body)
        own = {name: known for name, known in self.values.names.items() if outside.get(name) is not known}
        self.values.names = {**outside, **{f"self.{name}": known for name, known in own.items()}}

    def do_assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        if node.value is None:
            return
        self.expressions(node.value)
        known = self.values.of(node.value)
        if not isinstance(node.value, (ast.Constant, ast.Name, ast.Attribute)):
            known = Known(known.word, known.words, known.container, node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self.assign(target, known)

    do_annassign = do_assign

    def assign(self, target: ast.expr, known: Known) -> None:
        if isinstance(target, ast.Name):
            self.values.names[target.id] = known
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in ("self", "cls"):
            self.values.names[f"self.{target.attr}"] = known
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.assign(item, UNKNOWN)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self.changed(target.value.id, target.slice, known.word or self.values.hole(target))

    def changed(self, name: str, index: ast.expr, word: Word | None) -> None:
        """`words[2] = x`, `del words[2]`: where the place cannot be known, what the list begins with is."""
        known = self.values.names.get(name, UNKNOWN)
        if known.words is None:
            self.values.names[name] = UNKNOWN
            return
        at = index.value if isinstance(index, ast.Constant) and isinstance(index.value, int) else None
        words = list(known.words)
        if at is not None and -len(words) <= at < len(words):
            words[at : at + 1 or None] = [word] if word is not None else []
        else:
            words = [*words[:2], _open(words[-1])] if words else []
        self.change(known, Known(words=words))

    def change(self, known: Known, new: Known) -> None:
        """A list changes for all the names that it has."""
        for name, other in self.values.names.items():
            if other is known:
                self.values.names[name] = new

    def do_augassign(self, node: ast.AugAssign) -> None:
        self.expressions(node.value)
        if isinstance(node.op, ast.Add) and isinstance(node.target, (ast.Name, ast.Attribute)):
            total = ast.copy_location(ast.BinOp(_loaded(node.target), ast.Add(), node.value), node)
            self.assign(node.target, self.values.of(total))
        else:
            self.assign(node.target, UNKNOWN)

    def do_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                self.changed(target.value.id, target.slice, None)
            else:
                self.assign(target, UNKNOWN)

    def do_if(self, node: ast.If) -> None:
        self.expressions(node.test)
        if isinstance(node.test, ast.Compare) and isinstance(node.test.left, ast.Name) and node.test.left.id == "__name__":
            self.body(node.body)
        else:
            self.arms([node.body, node.orelse])

    def do_match(self, node: ast.Match) -> None:
        self.expressions(node.subject)
        self.arms([*(case.body for case in node.cases), []])

    def arms(self, bodies: list[list[ast.stmt]]) -> None:
        fork, before, after = self.reading.fork(), dict(self.values.names), []
        ended = False
        for arm, body in enumerate(bodies):
            self.values.names = dict(before)
            steps = self.shell.order.seq
            with self.branch(fork, arm, "if"):
                over = self.body(body)
            ended = ended or over and self.shell.order.seq > steps
            if not over:
                after.append(self.values.names)
        self.values.names = _meet(after) if after else before
        if ended:
            self.shell.branches.append(Branch(fork, 1000, "if"))

    def do_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expressions(node.iter)
        self.loop(node, node.target)

    do_asyncfor = do_for

    def do_while(self, node: ast.While) -> None:
        self.expressions(node.test)
        self.loop(node, None)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, target: ast.expr | None) -> None:
        for name in _assigned(node):
            self.values.names[name] = UNKNOWN
        if target is not None:
            self.assign(target, UNKNOWN)
        leaves = any(isinstance(inner, (ast.Break, ast.Return)) for inner in ast.walk(node))
        with self.branch(self.reading.fork(), 0, "retry" if leaves else "loop"):
            self.body(node.body)
        for name in _assigned(node):
            self.values.names[name] = UNKNOWN
        self.body(node.orelse)

    def do_with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expressions(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.values.of(item.context_expr))
        self.body(node.body)

    do_asyncwith = do_with

    def do_try(self, node: ast.Try) -> None:
        self.body(node.body)
        for handler in node.handlers:
            self.arms([handler.body, []])
        self.body(node.orelse)
        self.body(node.finalbody)

    do_trystar = do_try

    # Calls

    def call(self, node: ast.Call) -> None:
        name = _last(node.func)
        if name in MUTATORS and isinstance(node.func, ast.Attribute):
            self.mutate(node.func.value, name, node)
        made = self.sdk.call(node, name)
        if made is not None:
            self.values.made[id(node)] = made
            return
        if self.sdk.taken or QUIET.fullmatch(name):
            return
        given = [self.values.of(argument) for argument in node.args if not isinstance(argument, ast.Starred)]
        given += [
            self.values.of(keyword.value) for keyword in node.keywords if keyword.arg in ("args", "cmd", "command", "commands", "script")
        ]
        confidence = CERTAIN if RUNS.search(name) else POSSIBLE
        for known in given:
            made = self.ran(known, confidence)
            if made is not None:
                self.values.made[id(node)] = made
        texts = self.values.on_list(ast.copy_location(ast.List(node.args, ast.Load()), node)).words or []
        if len(texts) > 1 and tool_of(texts[0].string) and not texts[0].open:
            self.argv(node, texts)
        elif name in ("docker", "podman") and texts and texts[0].string in ("run", "create"):  # sh.docker("run", …)
            text = self.places.slice(node.func)
            self.argv(node, [Word(text.replaced(0, len(text), name)), *texts])

    def ran(self, known: Known, confidence: str) -> int | None:
        """Take a text or a list that a call is given, where it is a command; the container that it leaves."""
        if known.words is not None and known.words:
            return self.words(known.words, confidence)
        if known.word is not None and known.container is None and COMMAND.match(known.word.string):
            shell = self.shell.another(confidence)
            shell.pieces = True
            shell.run(as_script(known.word, lambda written: self.variable(written, known.word, shell)))
            shell.finish()
            return shell.made.container if shell.made is not None else None
        return None

    def variable(self, _: str, word: Word | None, shell: Interpreter) -> str | None:
        """The shell's variable for what the text has from a container that was made."""
        if word is None or word.captured is None or not any(kind == CAPTURED for _, _, kind in word.holes):
            return None
        shell.variables[f"container_{word.captured}"] = Value(None, kind=CAPTURED, captured=word.captured)
        return f"${{container_{word.captured}}}"

    def argv(self, node: ast.Call, words: list[Word]) -> None:
        made = self.words(words)
        if made is not None:
            self.values.made[id(node)] = made

    def words(self, words: list[Word], confidence: str = CERTAIN) -> int | None:
        strings = [word.string.rsplit("/", 1)[-1] for word in words[:12] if not word.open]
        if not any(tool_of(string) or string in ("ssh", "bash", "sh", "su") for string in strings):
            return None
        if len(words) > 1 and tool_of(words[0].string) and tool_of(words[1].string) == tool_of(words[0].string):
            words = words[1:]  # os.execlp("docker", "docker", "run", …)
        shell = self.shell.another(confidence)
        shell.pieces = True
        shell.argv(words)
        shell.finish()
        return shell.made.container if shell.made is not None else None

    def mutate(self, target: ast.expr, name: str, node: ast.Call) -> None:
        """`words.append(x)`, `words.extend([…])`."""
        key = target.id if isinstance(target, ast.Name) else f"self.{target.attr}" if isinstance(target, ast.Attribute) else ""
        known = self.values.names.get(key)
        if known is None or known.words is None or not node.args:
            return
        words = list(known.words)
        first = node.args[0]
        if name == "append":
            words.append(self.values.word(first))
        elif name == "extend":
            words += self.values.of(first).words or [_open(self.values.hole(first))]
        elif isinstance(first, ast.Constant) and isinstance(first.value, int) and len(node.args) > 1:
            words.insert(first.value, self.values.word(node.args[1]))
        else:
            words = [*words[:2], _open(self.values.hole(first))]
        self.change(known, Known(words=words))


def _last(node: ast.expr) -> str:
    """The last name of a function: `call` of `subprocess.call`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _loaded(node: ast.Name | ast.Attribute) -> ast.expr:
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    return ast.copy_location(ast.Attribute(node.value, node.attr, ast.Load()), node)


def _assigned(node: ast.AST) -> set[str]:
    """The names that a piece of code may change."""
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


def _globals(function: ast.AST) -> set[str]:
    return {name for inner in ast.walk(function) if isinstance(inner, ast.Global) for name in inner.names}


def _likely(known: Known) -> Known:
    """What a function sees of the module's names: it holds unless somebody has changed it meanwhile."""
    return Known(
        _doubted(known.word) if known.word is not None else None,
        [_doubted(word) for word in known.words] if known.words is not None else None,
        known.container,
        known.node,
    )


def _doubted(word: Word) -> Word:
    return word if word.holes or not word.string else Word(word.text, ((0, len(word.string), DEFAULT),), quoted=word.quoted)


def _open(word: Word) -> Word:
    return Word(word.text, word.holes or ((0, len(word.string), VARIABLE),), many=True)


def _meet(arms: list[dict[str, Known]]) -> dict[str, Known]:
    """What holds where paths come together; a list that one of them has made longer may go on."""
    first = arms[0]
    found = {}
    for name, known in first.items():
        others = [arm.get(name, UNKNOWN) for arm in arms[1:]]
        if all(other is known for other in others):
            found[name] = known
            continue
        lists = [known.words, *(other.words for other in others)]
        short = min((words for words in lists if words is not None), key=len, default=None)
        if short and all(words is not None and words[: len(short)] == short for words in lists):
            longest = max((words for words in lists if words is not None), key=len)
            found[name] = Known(words=[*short, *map(_doubted, longest[len(short) :])])
        else:
            found[name] = UNKNOWN
    return found
