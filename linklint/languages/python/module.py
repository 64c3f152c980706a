"""Walks a module in the order in which it would run, side by side on all paths, and takes what its calls say.

The module's statements come first, then each function as an alternative to the others. A text or a list that begins
with a docker command counts where it is passed to a call; what only prints, logs, compares or raises does not run it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

from linklint.docker.cli.command import VERBS, tool_of
from linklint.facts.schema import Step
from linklint.languages.context import ExtractionContext, directory_of
from linklint.languages.control_flow import BranchArm, StepRecorder, add_step
from linklint.languages.python.reads import Reads, takes_out
from linklint.languages.python.sdk import Sdk
from linklint.languages.python.values import UNKNOWN, AbstractValue, Places, Values
from linklint.languages.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.languages.shell.state import ShellState
from linklint.languages.shell.variables import ShellValue
from linklint.text.source import CERTAIN, LIKELY, POSSIBLE, Source, weakest
from linklint.text.templates import to_shell
from linklint.text.word import CAPTURED, DEFAULT, KNOWN, VARIABLE, Word

COMMAND = re.compile(
    r"\s*(?:(?:sudo|exec|time|nohup|env)\s+(?:-\S+\s+)*|\w+=\S*\s+|cd\s+\S+\s*(?:&&|;)\s*)*(?:(?:/\S*/)?(?:docker"
    r"|podman|nerdctl)\s+(?:-\S+\s+(?:\S+\s+)?)?(?:container\s+)?"
    r"(?:run|create|start|stop|restart|kill|rm|rename|wait|network|build|compose|system|pull|exec|volume|inspect|ps"
    r"|logs)\b|(?:ssh|bash|sh|su)\s[^\n]*\b(?:docker|podman)\s)"
)
RUNS = re.compile(
    r"run|exec|call|cmd|command|shell|system|popen|spawn|sudo|local|output|ssh|bash|invoke|process|docker|podman"
    r"|launch|start|open|remote|do_|(?:^|_)(?:sh|do)(?:$|_)",
    re.IGNORECASE,
)
QUIET = re.compile(
    r"print|pprint|p?log\w*|debug|info|warn(?:ing)?s?|error|critical|exception|fail\w*|skip\w*|xfail|assert\w*"
    r"|\w*(?:Error|Exception|Warning|Exit|Failed)|add_argument|ArgumentParser|echo|secho"
    r"|compile|search|match|fullmatch|findall|sub|startswith|endswith|find|index|count|replace|startwith|append"
    r"|extend|insert|add|write\w*|format|join|split|strip|len|isinstance|parametrize"
    r"|addCleanup|register|callback|addfinalizer|finalize|partial|list2cmdline|\w*(?:print|echo|log|debug|quote"
    r"|repr|dump|show)\w*|getattr|hasattr|setattr|option|argument|help|describe|title|message|notify|Mock|patch"
    r"|set_defaults|add_parser|hint|comment|step|exit|puts|abort|die|fastprint|set_description|setdefault|get"
)
MUTATORS = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "reverse", "sort"})
CLEANS = re.compile(r"\b(?:rm|prune|remove)\b")
REMOVES = re.compile(r"remove|clean|tear_?down|destroy|delete|prune|kill|(?:^|_)rm(?:$|_)", re.IGNORECASE)
REMOTE = re.compile(r"conn|ssh|host|node|server|remote|machine|guest|vm\b", re.IGNORECASE)
TAKES_HOST = re.compile(r"Connection|SSH\w*|Remote\w*|\w*Client", re.IGNORECASE)
MAX_STATEMENTS = 20_000
MAX_FUNCTIONS = 2000
MAX_TEXT = 2000
MAX_SCRIPT = 50_000
MAX_KEYS = 200
EXPECTS = frozenset({"raises", "assertRaises", "assertRaisesRegex", "suppress"})
SHELLS = frozenset(
    "system popen getoutput getstatusoutput run sudo local exec_command create_subprocess_shell call check_call "
    "check_output Popen".split()
)
ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class PythonModule:
    """A source with its tree; `take` leaves its facts in the ledger."""

    def __init__(self, source: Source, tree: ast.Module, order: StepRecorder, context: ExtractionContext) -> None:
        self.source = source
        self.tree = tree
        self.context = context
        self.places = Places(source)
        self.values = Values(self.places)
        self.shell = new_shell(context, order, directory_of(source.path))
        self.reads = Reads(self.places, self.values, self.shell.scope, context)
        self.sdk = Sdk(self.values, self.shell)
        self.cleaners = _cleaners(tree)
        self.remote: set[str] = set()
        self.ran_already: set[tuple[int, int]] = set()
        self.functions: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, dict[str, AbstractValue]]] = []
        self.statements = 0
        self.fails = False

    def take(self) -> None:
        self.body(self.tree.body)
        names = {name: _likely(known) for name, known in self.values.names.items()}
        written = [name for function, _ in self.functions for name in _globals(function)]
        names.update(dict.fromkeys(written, UNKNOWN))
        fork = self.context.fork()
        for arm, (function, own) in enumerate(self.functions):
            if arm >= MAX_FUNCTIONS:
                self.context.unread(
                    self.places.slice(function).span(0, 1), f"more than {MAX_FUNCTIONS} functions: the rest is not read"
                )
                break
            self.values.names = {**names, **own}
            arguments = function.args
            for argument in (
                *arguments.posonlyargs,
                *arguments.args,
                *arguments.kwonlyargs,
                arguments.vararg,
                arguments.kwarg,
            ):
                if argument is not None:
                    self.values.names[argument.arg] = UNKNOWN
            self.ran_already = set()
            with self.branch(fork, arm, "function"):
                self.body(function.body)
        if self.statements > MAX_STATEMENTS:
            self.context.unread(
                self.places.text.span(0, 0), f"more than {MAX_STATEMENTS} statements: the rest of the file is not read"
            )
        finish_script(self.shell)

    # Statements

    @contextmanager
    def branch(self, fork: int, arm: int, kind: str) -> Iterator[None]:
        length = len(self.shell.branches)
        self.shell.branches.append(BranchArm(fork, arm, kind))
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
            if method is None:
                self.expressions(statement)
            if method is not None and method(statement) or isinstance(statement, ENDS):
                return True
        return False

    def expressions(self, *nodes: ast.AST | None) -> None:
        """The calls and reads of some expressions, the inner ones first."""
        for node in nodes:
            if node is None:
                continue
            if isinstance(node, (ast.IfExp, ast.BoolOp, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
                self.choices(node)
                continue
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.Lambda):
                    self.read(inner)
                else:
                    self.expressions(inner)
            if isinstance(node, ast.Call):
                self.call(node)
            self.reads.look(node)

    def read(self, *nodes: ast.AST | None) -> None:
        """The reads alone of what runs elsewhere or later: defaults, decorators, lambdas."""
        for node in nodes:
            for inner in ast.walk(node) if node is not None else ():
                self.reads.look(inner)

    def choices(self, node: ast.expr) -> None:
        """Expressions of which a part may be left out, or come again."""
        fork = self.context.fork()
        if isinstance(node, ast.IfExp):
            self.expressions(node.test)
            for arm, part in enumerate((node.body, node.orelse)):
                with self.branch(fork, arm, "if"):
                    self.expressions(part)
        elif isinstance(node, ast.BoolOp):
            if isinstance(node.op, ast.Or):
                self.reads.otherwise.update((id(value), following) for value, following in pairwise(node.values))
            self.expressions(node.values[0])
            for part in node.values[1:]:
                with self.branch(self.context.fork(), 0, "if"):
                    self.expressions(part)
        else:
            with self.branch(fork, 0, "loop"):
                self.expressions(*ast.iter_child_nodes(node))

    def do_expr(self, node: ast.Expr) -> None:
        if not takes_out(node.value):
            self.expressions(node.value)

    def do_importfrom(self, node: ast.ImportFrom) -> None:
        """`from fabric.api import run`: it runs on the hosts that fabric is told."""
        if (node.module or "").startswith("fabric"):
            self.remote |= {alias.asname or alias.name for alias in node.names if alias.name in ("run", "sudo")}

    def do_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.read(*node.decorator_list, *node.args.defaults, *node.args.kw_defaults)
        self.functions.append((node, {}))
        self.values.names[node.name] = UNKNOWN

    do_asyncfunctiondef = do_functiondef

    def do_classdef(self, node: ast.ClassDef) -> None:
        self.read(*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords))
        outside, first = dict(self.values.names), len(self.functions)
        self.body(node.body)
        own = {name: known for name, known in self.values.names.items() if outside.get(name) is not known}
        self.values.names = outside
        for _, names in self.functions[first:]:
            names.update({f"self.{name}": _likely(known) for name, known in own.items()})

    def do_assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        if isinstance(node, ast.AnnAssign):
            self.reads.look(node)
        if node.value is None:
            return
        self.expressions(node.value)
        known = self.values.of(node.value)
        if not isinstance(node.value, (ast.Constant, ast.Name, ast.Attribute)):
            known = AbstractValue(known.word, known.words, known.container, node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript):
                self.read(target.slice)
            self.assign(target, known)

    do_annassign = do_assign

    def assign(self, target: ast.expr, known: AbstractValue) -> None:
        if isinstance(target, ast.Name):
            self.values.names[target.id] = known
        elif (
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id in ("self", "cls")
        ):
            self.values.names[f"self.{target.attr}"] = known
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.assign(item, UNKNOWN)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            held = self.values.names.get(target.value.id, UNKNOWN)
            if isinstance(held.node, ast.Dict) and held.words is None:
                if known.node is not None and len(held.node.keys) < MAX_KEYS:
                    more = ast.Dict([*held.node.keys, target.slice], [*held.node.values, known.node])
                    self.change(held, AbstractValue(held.word, node=ast.copy_location(more, held.node)))
            else:
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
        self.change(known, AbstractValue(words=words))

    def change(self, known: AbstractValue, new: AbstractValue) -> None:
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

    def do_if(self, node: ast.If) -> bool:
        self.expressions(node.test)
        if (
            isinstance(node.test, ast.Compare)
            and isinstance(node.test.left, ast.Name)
            and node.test.left.id == "__name__"
        ):
            return self.body(node.body)
        return self.arms([node.body, node.orelse])

    def do_match(self, node: ast.Match) -> None:
        self.expressions(node.subject)
        self.arms([*(case.body for case in node.cases), []])

    def arms(self, bodies: list[list[ast.stmt]]) -> bool:
        """Walk ways that exclude each other; whether the path ends on all of them."""
        fork, before, after = self.context.fork(), dict(self.values.names), []
        ended = False
        for arm, body in enumerate(bodies):
            self.values.names = dict(before)
            steps = self.shell.recorder.seq
            with self.branch(fork, arm, "if"):
                over = self.body(body)
            ended = ended or over and self.shell.recorder.seq > steps
            if not over:
                after.append(self.values.names)
        self.values.names = _meet(after) if after else before
        if ended and after:
            self.shell.branches.append(BranchArm(fork, 1000, "if"))
        return not after

    def do_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expressions(node.iter)
        self.loop(node, node.target)

    do_asyncfor = do_for

    def do_while(self, node: ast.While) -> None:
        self.expressions(node.test)
        self.loop(node, None)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, target: ast.expr | None) -> None:
        outside = dict(self.values.names)
        for name in _assigned(node):
            self.values.names[name] = UNKNOWN
        if target is not None:
            self.assign(target, UNKNOWN)
        lasting = _assigned(node) - _reassigned(node)
        leaves = any(isinstance(inner, (ast.Break, ast.Return)) for inner in ast.walk(node))
        with self.branch(self.context.fork(), 0, "retry" if leaves else "loop"):
            self.body(node.body)
        for name in _assigned(node):
            words = outside.get(name, UNKNOWN).words if name in lasting else None
            self.values.names[name] = AbstractValue(words=[*words, _open(words[-1])]) if words else UNKNOWN
        self.body(node.orelse)

    def do_with(self, node: ast.With | ast.AsyncWith) -> bool:
        host, expects = self.shell.host, False
        for item in node.items:
            self.expressions(item.context_expr)
            if item.optional_vars is not None:
                known = self.values.of(item.context_expr)
                self.assign(
                    item.optional_vars, AbstractValue(known.word, known.words, known.container, item.context_expr)
                )
            expects = expects or isinstance(item.context_expr, ast.Call) and _last(item.context_expr.func) in EXPECTS
            given = [k.value for k in getattr(item.context_expr, "keywords", []) if k.arg in ("host_string", "hosts")]
            if given:
                self.shell.host = self.host_text(given[0])
        if expects:  # what fails there is meant to
            fails, self.fails = self.fails, True
            with self.branch(self.context.fork(), 0, "if"):
                self.body(node.body)
            self.fails = fails
            return False
        ended = self.body(node.body)
        self.shell.host = host
        return ended

    def host_text(self, node: ast.expr) -> str:
        """A host as it is given; one that cannot be known is marked by a `$`."""
        word = self.values.word(node)
        return f"${word.string}" if word.open else word.string

    do_asyncwith = do_with

    def do_try(self, node: ast.Try) -> bool:
        over = bool(node.body) and isinstance(node.body[-1], ENDS) and bool(node.handlers)
        fork = self.context.fork()
        with self.branch(fork, 0, "if" if over else "subshell"):
            ended = self.body(node.body)
        for handler in node.handlers:
            self.arms([handler.body, []])
        if over:
            self.shell.branches.append(
                BranchArm(fork, 1, "if")
            )  # what follows happens where the body did not come to its end
        self.body(node.orelse)
        return self.body(node.finalbody) or ended and not node.handlers

    do_trystar = do_try

    # Calls

    def call(self, node: ast.Call) -> None:
        name = _last(node.func)
        if name in MUTATORS and isinstance(node.func, ast.Attribute):
            self.mutate(node.func.value, name, node)
        host, self.shell.host = self.shell.host, self.host_of(node, name) or self.shell.host
        try:
            self.called(node, name)
        finally:
            self.shell.host = host

    def called(self, node: ast.Call, name: str) -> None:
        made = self.sdk.call(node, name)
        if made is not None:
            self.values.made[id(node)] = made
            return
        if self.sdk.taken or QUIET.fullmatch(name) or _is_mock(node.func):
            return
        if name in self.cleaners or REMOVES.search(name):
            self.sweep(node.func)
        given = [self.values.of(argument) for argument in node.args if not isinstance(argument, ast.Starred)]
        given += [
            self.values.of(keyword.value)
            for keyword in node.keywords
            if keyword.arg in ("args", "cmd", "command", "commands", "script")
        ]
        confidence = CERTAIN if RUNS.search(name) and not self.fails else POSSIBLE
        by_shell = name in SHELLS
        for known in given:
            made = self.ran(known, confidence, by_shell=by_shell)
            if made is not None:
                self.values.made[id(node)] = made
        for argument, known in zip(node.args, given):
            if known.words and len(known.words) > 1 and tool_of(known.words[0].string) and known.words[1].open:
                self.sweep(argument)  # ["docker", action, name]
        texts = self.values.on_list(ast.copy_location(ast.List(node.args, ast.Load()), node)).words or []
        if len(texts) > 1 and tool_of(texts[0].string) and not texts[0].open:
            self.argv(node, texts)
        elif name in ("docker", "podman") and texts and texts[0].string in VERBS:  # sh.docker("run", …)
            text = self.places.slice(node.func)
            self.argv(node, [Word(text.replaced(0, len(text), name)), *texts])

    def ran(self, known: AbstractValue, confidence: str, *, by_shell: bool = False) -> int | None:
        """Take a text or a list that a call is given, where it is a command; the container that it leaves."""
        if known.words is not None and known.words:
            return self.words(known.words, confidence)
        if known.word is not None and known.container is None and _is_command(known.word.string, by_shell):
            likely = any(kind in KNOWN for _, _, kind in known.word.holes)
            shell = self.shell.another(weakest(confidence, LIKELY) if likely else confidence)
            shell.is_fragment = True
            run_script(shell, to_shell(known.word, lambda _, kind: self.variable(kind, known.word, shell)))
            finish_script(shell)
            return shell.created.container if shell.created is not None else None
        return None

    def variable(self, kind: str, word: Word | None, shell: ShellState) -> str | None:
        """The shell's variable for what the text has from a container that was made."""
        if word is None or word.captured is None or kind != CAPTURED:
            return None
        shell.variables[f"container_{word.captured}"] = ShellValue(None, kind=CAPTURED, captured=word.captured)
        return f"${{container_{word.captured}}}"

    def argv(self, node: ast.Call, words: list[Word]) -> None:
        made = self.words(words)
        if made is not None:
            self.values.made[id(node)] = made

    def sweep(self, node: ast.expr) -> None:
        """Containers are removed: which, nobody knows."""
        span = self.places.slice(node).span()
        add_step(self.shell, Step(span, self.shell.scope(""), self.shell.next(), "rm", None, None, "variable", force=1))

    def host_of(self, node: ast.Call, name: str) -> str:
        """The host on which a call runs: fabric's, that of a connection, that of a client; empty where it is this
        one.
        """
        function = node.func
        if isinstance(function, ast.Name):
            return "fabric's hosts" if function.id in self.remote and not self.shell.host else ""
        root = function
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        given = self.values.of(root).node if isinstance(root, ast.Name) else root
        if isinstance(given, ast.Call) and TAKES_HOST.fullmatch(_last(given.func)):
            hosts = [k.value for k in given.keywords if k.arg in ("base_url", "host", "hostname")] or given.args[:1]
            return self.host_text(hosts[0]) if hosts else ""
        named = (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and name in ("run", "sudo", "exec_command", "execute")
        )
        return f"${root.id}" if named and isinstance(root, ast.Name) and REMOTE.search(root.id) else ""

    def words(self, words: list[Word], confidence: str = CERTAIN) -> int | None:
        strings = [word.string.rsplit("/", 1)[-1] for word in words[:12] if not word.open]
        if not any(tool_of(string) or string in ("ssh", "bash", "sh", "su") for string in strings):
            return None
        place = words[0].span.start, words[-1].span.start
        if place in self.ran_already and confidence != CERTAIN:
            return None
        self.ran_already.add(place)
        if len(words) > 1 and tool_of(words[0].string) and tool_of(words[1].string) == tool_of(words[0].string):
            words = words[1:]  # os.execlp("docker", "docker", "run", …)
        shell = self.shell.another(confidence)
        shell.is_fragment = True
        run_words(shell, words)
        finish_script(shell)
        return shell.created.container if shell.created is not None else None

    def mutate(self, target: ast.expr, name: str, node: ast.Call) -> None:
        """`words.append(x)`, `words.extend([…])`."""
        key = (
            target.id
            if isinstance(target, ast.Name)
            else f"self.{target.attr}"
            if isinstance(target, ast.Attribute)
            else ""
        )
        known = self.values.names.get(key)
        if known is None or known.words is None:
            return None
        words = list(known.words)
        if name in ("pop", "remove", "clear", "reverse", "sort"):
            return self.change(known, AbstractValue(words=self.less(words, name, node.args)))
        if not node.args:
            return None
        first = node.args[0]
        if name == "append":
            words.append(self.values.word(first))
        elif name == "extend":
            words += self.values.of(first).words or [_open(self.values.hole(first))]
        elif isinstance(first, ast.Constant) and isinstance(first.value, int) and len(node.args) > 1:
            words.insert(first.value, self.values.word(node.args[1]))
        else:
            words = [*words[:2], _open(self.values.hole(first))]
        self.change(known, AbstractValue(words=words))

    def less(self, words: list[Word], name: str, arguments: list[ast.expr]) -> list[Word]:
        """What `pop`, `remove` and their like leave of a list."""
        given = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
        if name == "pop" and (not arguments or isinstance(given, int)):
            at = given if isinstance(given, int) else -1
            return words[:at] + words[at:][1:] if -len(words) <= at < len(words) else words
        strings = [word.string for word in words]
        if name == "remove" and isinstance(given, str) and given in strings:
            at = strings.index(given)
            return words[:at] + words[at + 1 :]
        return [*words[:2], _open(words[-1])] if words and name != "clear" else []


def _is_command(string: str, by_shell: bool) -> bool:
    """Whether a text is a command; what a shell is given for certain may begin with anything."""
    return (
        COMMAND.match(string) is not None
        or by_shell
        and len(string) < MAX_SCRIPT
        and re.search(r"(?<![\w./-])(?:docker|podman)\s", string) is not None
    )


def _is_mock(node: ast.expr) -> bool:
    """`mock.call(…)`: what a test expects to be called."""
    while isinstance(node, ast.Attribute):
        if node.attr == "mock":
            return True
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("mock", "call")


def _cleaners(tree: ast.Module) -> set[str]:
    """The functions of a module that remove containers."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for inner in ast.walk(node):
                text = (
                    inner.value
                    if isinstance(inner, ast.Constant)
                    else inner.attr
                    if isinstance(inner, ast.Attribute)
                    else ""
                )
                if isinstance(text, str) and len(text) < MAX_TEXT and CLEANS.search(text):
                    found.add(node.name)
                    break
    return found


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


def _reassigned(node: ast.AST) -> set[str]:
    """The names that a piece of code gives a new value, and does not only make longer."""
    longer = {id(inner.target) for inner in ast.walk(node) if isinstance(inner, ast.AugAssign)}
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del)) and id(inner) not in longer
    }


def _globals(function: ast.AST) -> set[str]:
    return {name for inner in ast.walk(function) if isinstance(inner, ast.Global) for name in inner.names}


def _likely(known: AbstractValue) -> AbstractValue:
    """What a function sees of the module's names: it holds unless somebody has changed it meanwhile."""
    return AbstractValue(
        _doubted(known.word) if known.word is not None else None,
        [_doubted(word) for word in known.words] if known.words is not None else None,
        known.container,
        known.node,
    )


def _doubted(word: Word) -> Word:
    return (
        word
        if word.holes or not word.string
        else Word(word.text, ((0, len(word.string), DEFAULT),), quoted=word.quoted)
    )


def _open(word: Word) -> Word:
    return Word(word.text, word.holes or ((0, len(word.string), VARIABLE),), many=True)


def _meet(arms: list[dict[str, AbstractValue]]) -> dict[str, AbstractValue]:
    """What holds where paths come together; a list that one of them has made longer may go on."""
    first = arms[0]
    found = {}
    for name, known in first.items():
        others = [arm.get(name, UNKNOWN) for arm in arms[1:]]
        if all(other is known for other in others):
            found[name] = known
            continue
        dicts = [other.node for other in (known, *others) if isinstance(other.node, ast.Dict)]
        if len(dicts) == len(arms):
            found[name] = AbstractValue(node=max(dicts, key=lambda node: len(node.keys)))
            continue
        lists = [known.words, *(other.words for other in others)]
        short = min((words for words in lists if words is not None), key=len, default=None)
        if short and all(words is not None and words[: len(short)] == short for words in lists):
            longest = max((words for words in lists if words is not None), key=len)
            found[name] = AbstractValue(words=[*short, *map(_doubted, longest[len(short) :])])
        else:
            found[name] = UNKNOWN
    return found
