"""Calls in a Python program: those that run a command, and those that change a list of words."""

from __future__ import annotations

import ast
import re

from linklint.context import ExtractionContext, directory_of
from linklint.docker.cli.command import VERBS, tool_of
from linklint.files.paths import TEST_DATA
from linklint.flow.steps import StepRecorder, add_step
from linklint.kinds.python.flow import MUTATORS, QUIET, REMOVES, cleaners_of, is_command, is_mock, last_name, opened
from linklint.kinds.python.reads import Reads
from linklint.kinds.python.sdk import Sdk
from linklint.kinds.python.values import AbstractValue, Places, Values
from linklint.lexer.languages import RUNNER
from linklint.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.shell.state import ShellState
from linklint.shell.variables import ShellValue
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE, weakest
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.templates import to_shell
from linklint.text.word import CAPTURED, KNOWN, Word

RUNS = lazy_compile(
    r"run|exec|call|cmd|command|shell|system|popen|spawn|sudo|local|output|ssh|bash|invoke|process|docker|podman"
    r"|launch|start|open|remote|do_|(?:^|_)(?:sh|do)(?:$|_)",
    re.IGNORECASE,
)
RUNS_IN_TEST = lazy_compile(rf"\A{RUNNER}", re.IGNORECASE)
REMOTE = lazy_compile(r"conn|ssh|host|node|server|remote|machine|guest|vm\b", re.IGNORECASE)
TAKES_HOST = lazy_compile(r"Connection|SSH\w*|Remote\w*|\w*Client", re.IGNORECASE)
SHELLS = frozenset(
    "system popen getoutput getstatusoutput run sudo local exec_command create_subprocess_shell call check_call "
    "check_output Popen".split()
)


class Calls:
    """Extracts the facts of calls; `module` has the statements around them."""

    def __init__(self, source: Source, tree: ast.Module, order: StepRecorder, context: ExtractionContext) -> None:
        self.source = source
        self.tree = tree
        self.context = context
        self.places = Places(source)
        self.values = Values(self.places, context.budget(source))
        self.shell = new_shell(context, order, directory_of(source.path))
        self.reads = Reads(self.places, self.values, self.shell.scope, context)
        self.sdk = Sdk(self.values, self.shell)
        self.cleaners = cleaners_of(tree, source.text)
        self.remote: set[str] = set()
        self.ran_already: set[tuple[int, int]] = set()
        self.functions: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, dict[str, AbstractValue]]] = []
        self.statements = 0
        self.fails = False
        self.runs = RUNS if TEST_DATA.search(source.path) is None else RUNS_IN_TEST

    def call(self, node: ast.Call) -> None:
        name = last_name(node.func)
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
            self.values.made[node] = made
            return
        if self.sdk.taken or QUIET.fullmatch(name) or is_mock(node.func):
            return
        if name in self.cleaners or REMOVES.search(name):
            self.sweep(node.func)
        given = [self.values.of(argument) for argument in node.args if not isinstance(argument, ast.Starred)]
        given += [
            self.values.of(keyword.value)
            for keyword in node.keywords
            if keyword.arg in ("args", "cmd", "command", "commands", "script")
        ]
        confidence = CERTAIN if self.runs.search(name) and not self.fails else POSSIBLE
        by_shell = name in SHELLS
        for known in given:
            made = self.ran(known, confidence, by_shell=by_shell)
            if made is not None:
                self.values.made[node] = made
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
        """Read a text or a list passed to a call, if it is a command. Return the container that it creates."""
        if known.words is not None and known.words:
            return self.words(known.words, confidence)
        if known.word is not None and known.container is None and is_command(known.word.string, by_shell):
            likely = any(kind in KNOWN for _, _, kind in known.word.holes)
            shell = self.shell.another(weakest(confidence, LIKELY) if likely else confidence, is_fragment=True)
            run_script(shell, to_shell(known.word, lambda _, kind: self.variable(kind, known.word, shell)))
            finish_script(shell)
            return shell.created.container if shell.created is not None else None
        return None

    def variable(self, kind: str, word: Word | None, shell: ShellState) -> str | None:
        """Return the shell variable for the ID of a created container in the text."""
        if word is None or word.captured is None or kind != CAPTURED:
            return None
        shell.variables[f"container_{word.captured}"] = ShellValue(None, kind=CAPTURED, captured=word.captured)
        return f"${{container_{word.captured}}}"

    def argv(self, node: ast.Call, words: list[Word]) -> None:
        made = self.words(words)
        if made is not None:
            self.values.made[node] = made

    def sweep(self, node: ast.expr) -> None:
        """Record that containers are removed; which ones is unknown."""
        span = self.places.slice(node).span()
        add_step(self.shell, span, "rm", scope=self.shell.scope(""), name_how="variable", force=1)

    def host_of(self, node: ast.Call, name: str) -> str:
        """Return the host on which a call runs: fabric's, that of a connection or a client; empty for the local one."""
        function = node.func
        if isinstance(function, ast.Name):
            return "fabric's hosts" if function.id in self.remote and not self.shell.host else ""
        root = function
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        given = self.values.of(root).node if isinstance(root, ast.Name) else root
        if isinstance(given, ast.Call) and TAKES_HOST.fullmatch(last_name(given.func)):
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
        shell = self.shell.another(confidence, is_fragment=True)
        run_words(shell, words)
        finish_script(shell)
        return shell.created.container if shell.created is not None else None

    def mutate(self, target: ast.expr, name: str, node: ast.Call) -> None:
        """Apply `words.append(x)`, `words.extend([…])`."""
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
            words += self.values.of(first).words or [opened(self.values.hole(first))]
        elif isinstance(first, ast.Constant) and isinstance(first.value, int) and len(node.args) > 1:
            words.insert(first.value, self.values.word(node.args[1]))
        else:
            words = [*words[:2], opened(self.values.hole(first))]
        self.change(known, AbstractValue(words=words))

    def less(self, words: list[Word], name: str, arguments: list[ast.expr]) -> list[Word]:
        """Return what `pop`, `remove` and similar methods leave of a list."""
        given = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
        if name == "pop" and (not arguments or isinstance(given, int)):
            at = given if isinstance(given, int) else -1
            return words[:at] + words[at:][1:] if -len(words) <= at < len(words) else words
        strings = [word.string for word in words]
        if name == "remove" and isinstance(given, str) and given in strings:
            at = strings.index(given)
            return words[:at] + words[at + 1 :]
        return [*words[:2], opened(words[-1])] if words and name != "clear" else []

    def change(self, known: AbstractValue, new: AbstractValue) -> None:
        """Change a list for all names that refer to it."""
        for name, other in self.values.names.items():
            if other is known:
                self.values.names[name] = new

    def host_text(self, node: ast.expr) -> str:
        """Return a host as given; an unknown one is marked by a `$`."""
        word = self.values.word(node)
        return f"${word.string}" if word.open else word.string
