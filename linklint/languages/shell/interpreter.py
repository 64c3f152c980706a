"""Walks a scanned script in the order in which a shell would run it, and takes the facts of its docker commands.

Nothing is run: paths are followed side by side. A function's steps stand where it is called (those never called, behind
the script, as alternatives), a trap's at the end; a loop over literal words is walked word by word; what `exit`,
`return` or `exec` cuts off becomes the other arm. Scripts inside strings (`bash -c`, `eval`, `ssh host '…'`, heredocs
into a shell) are scanned in place.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager

from linklint.docker.cli.command import VERBS, invocation, tool_of
from linklint.docker.link_variables import mentions
from linklint.facts.schema import Container
from linklint.languages.context import BranchArm, BudgetExceeded, ExtractionContext, StepRecorder
from linklint.languages.shell import script_paths as calls
from linklint.languages.shell.arithmetic import calculated_in
from linklint.languages.shell.called_scripts import follow
from linklint.languages.shell.command import (
    TOOL_NAME,
    compose_step,
    elsewhere,
    find_tool,
    placeholder,
    skip_wrappers,
    skip_wrapping,
)
from linklint.languages.shell.scanner import MAX_DEPTH, scan
from linklint.languages.shell.script_paths import SHELLS, Here
from linklint.languages.shell.statements import MAX_WORDS, CreatedContainer, record, record_elsewhere
from linklint.languages.shell.tree import (
    AndOr,
    Assignment,
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Part,
    Pipeline,
    Redirect,
    Simple,
    Test,
    children,
    descendants,
)  # fmt: skip
from linklint.languages.shell.variables import (
    UNKNOWN,
    UNSET,
    Expander,
    ShellValue,
    Variables,
    assigned_in,
    is_pattern,
    meet,
    numbered,
)
from linklint.text.source import CERTAIN, LIKELY, MappedText, Span, concat, weakest
from linklint.text.templates import to_shell
from linklint.text.word import CAPTURED, COMMAND, KNOWN, VARIABLE, Word

MAX_COMMANDS = 200_000
MAX_UNROLLED = 16
MAX_VALUE = 50_000
MAX_CALLS = 8
HOSTS = frozenset({"DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST"})

CONDITIONS = frozenset("[ test grep egrep fgrep pgrep which command type hash true false ! diff cmp id getent".split())
ENDS = frozenset({"exit", "return", "break", "continue"})
BUILTINS = frozenset(
    "read printf unset eval export declare local typeset readonly let mapfile readarray getopts cd".split()
)
LOCALS = frozenset({"local", "declare", "typeset"})
DECLARES = frozenset("export local declare readonly typeset".split())
SSH_VALUES = frozenset("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w".split())


class Interpreter:
    """One shell's worth of state; `run` may be called for several pieces of one document, in order."""

    def __init__(
        self,
        context: ExtractionContext,
        order: StepRecorder,
        directory: str,
        *,
        document: bool = False,
        host: str = "",
        depth: int = 0,
    ) -> None:
        self.context = context
        self.order = order
        self.directory = self.own = directory
        self.call_id: int | None = None
        self.files: tuple[str, ...] = (order.span.source.path,)
        self.document = document
        self.host = host
        self.depth = depth
        self.branches: list[BranchArm] = []
        self.background = False
        self.pieces = self.alone = False
        self.variables: Variables = {}
        self.exported: set[str] = set()
        self.functions: dict[str, tuple[MappedText, Node]] = {}
        self.read_in: dict[str, int | None] = {}
        self.called: set[str] = set()
        self.calls: list[str] = []
        self.locals: list[dict[str, ShellValue | None]] = []
        self.returns: list[list[Variables]] = []
        self.settled: frozenset[str] = frozenset()
        self.builds = False
        self.positional: list[Word] | None = None
        self.traps: list[tuple[MappedText, str]] = []
        self.text = MappedText(order.span.source, "", ())
        self.budget = context.budget(order.span.source)
        self.steps = 0
        self.made: CreatedContainer | None = None
        self.seen: dict[tuple[object, ...], int] = {}

    def another(self, confidence: str = CERTAIN) -> Interpreter:
        """A shell of its own on the same way and host: each `subprocess.run`, each step of a pipeline has one."""
        context = self.context if confidence == CERTAIN else self.context.with_max_confidence(confidence)
        found = Interpreter(
            context, self.order, self.directory, document=self.document, host=self.host, depth=self.depth
        )
        found.branches, found.seen, found.alone = list(self.branches), self.seen, self.alone
        found.own, found.files, found.call_id, found.background = self.own, self.files, self.call_id, self.background
        return found

    # What a statement asks of its place

    def scope(self, host: str) -> int:
        """The scope of a host; the script's own is where DOCKER_HOST or ssh has led."""
        return self.order.scope(host or self.host)

    def next(self) -> int:
        self.steps += 1
        return self.order.next()

    def paths(self, word: Word) -> list[str]:
        """The paths of the tree that a word may name, the likeliest first."""
        return [
            posixpath.normpath(path) for path in calls.candidates(word, Here(self.directory, self.own), self.variables)
        ]

    # Scripts

    def run(self, text: MappedText) -> None:
        """Walk a script.  What cannot be read is said, and the rest is kept."""
        if self.exhausted:
            return
        try:
            self.walk(text)
        except BudgetExceeded:
            self.too_much(self.text.span(0, 0))

    @property
    def exhausted(self) -> bool:
        """Whether no more is taken of the file."""
        return self.budget.exhausted

    def too_much(self, place: Span) -> None:
        """Say once what there is too much of."""
        self.context.exhaust(self.order.span.source, place)

    def finish(self) -> None:
        """What stands at the end: traps, and the functions that nobody called."""
        if self.exhausted:
            return
        try:
            for text, name in self.traps:
                self.nested(text) if text.string != name else self.call(name, [])
            fork = self.context.fork()
            for arm, name in enumerate(sorted(set(self.functions) - self.called)):
                if name in self.called or self.functions[name][0].source.path != self.files[-1] and self.reads_in(name):
                    continue
                saved = dict(self.variables)
                with self.branch(fork, arm, "function"):
                    self.call(name, None)
                self.variables = saved
        except BudgetExceeded:
            if len(self.files) > 1:  # the script that runs this one goes on
                raise
            self.too_much(self.order.span._replace(end=self.order.span.start))

    def walk(self, text: MappedText) -> None:
        script = (
            self.context.scanned(text, self.depth)
            if self.is_file(text)
            else scan(text.string, document=self.document, depth=self.depth)
        )
        if not self.document and (self.depth == 0 and text.source.text is text.string or of_interest(text.string)):
            for at, words in script.problems[:1]:
                self.context.unread(text.span(at, at + 1), f"shell: {words}")
        if mentions(text.string):
            from linklint.languages.shell.reads import find_reads

            find_reads(
                self.context,
                self.scope(""),
                text,
                script,
                document=self.document,
                settled=self.settled,
                builds=self.builds,
            )
        with self.reading_from(text):
            self.items(script.items)

    def is_file(self, text: MappedText) -> bool:
        """Whether the text is all of a file: one that is called often is scanned once."""
        return self.depth == 0 and not self.document and text.source.text is text.string

    def reads_in(self, name: str) -> bool:
        """Whether a function comes from a file that is read in: where nobody calls it, the file's own turn says so."""
        return "source" in self.context.called.get(self.functions[name][0].source.path, ())

    @contextmanager
    def reading_from(self, text: MappedText) -> Iterator[None]:
        saved, self.text = self.text, text
        try:
            yield
        finally:
            self.text = saved

    def nested(self, text: MappedText) -> None:
        """A script inside a string of this one."""
        if self.depth >= MAX_DEPTH // 8:
            self.context.unread(text.span(0, 1), "shell: scripts nested too deep")
            return
        self.depth += 1
        self.walk(text)
        self.depth -= 1

    @contextmanager
    def branch(self, node: int, arm: int, kind: str) -> Iterator[None]:
        self.budget.spend(5 * len(self.variables))
        self.branches.append(BranchArm(node, arm, kind))
        depth = len(self.branches)
        try:
            yield
        finally:
            del self.branches[depth - 1 :]

    @contextmanager
    def subshell(self) -> Iterator[None]:
        saved = (
            self.variables,
            self.exported,
            self.host,
            len(self.branches),
            self.directory,
            self.positional,
            self.functions,
        )
        self.variables, self.exported, self.functions = dict(self.variables), set(self.exported), dict(self.functions)
        try:
            yield
        finally:
            self.variables, self.exported, self.host, length, self.directory, self.positional, self.functions = saved
            del self.branches[length:]

    # Nodes: each answers with the word that ends the path, or None

    def items(self, items: list[Item]) -> str | None:
        ended = None
        for item in items:
            if item.background:
                background, self.background = self.background, True
                with self.subshell():
                    self.node(item.node)
                self.background = background
            else:
                ended = self.node(item.node) or ended
                if ended and isinstance(item.node, Simple) and not self.document:
                    break  # nothing behind it is ever run
        return ended

    def node(self, node: Node) -> str | None:
        if isinstance(node, Simple):
            return self.simple(node)
        ended: str | None = None
        if isinstance(node, AndOr):
            ended = self.and_or(node)
        elif isinstance(node, Pipeline):
            self.pipeline(node)
        elif isinstance(node, If):
            ended = self.condition(node)
        elif isinstance(node, Case):
            ended = self.case(node)
        elif isinstance(node, Loop):
            self.loop(node)
        elif isinstance(node, Function):
            self.functions[node.name] = (self.text, node.body)
            self.read_in[node.name] = self.call_id
        elif isinstance(node, Group) and node.subshell:
            with self.subshell(), self.branch(self.context.fork(), 0, "subshell"):
                self.items(node.body)
        elif isinstance(node, Group):
            ended = self.items(node.body)
        elif isinstance(node, Test):
            self.expander().words(node.words)
            if self.text.string.startswith("((", node.start):
                self.calculate(self.text.string[node.start : node.end])
        self.redirects(node)
        return ended

    def and_or(self, node: AndOr) -> str | None:
        fork, previous, arm = self.context.fork(), "", 0
        ended: str | None = None
        asks = False
        for op, command in node.items:
            if not op:
                self.node(command)
            else:
                if op == "&&" and previous == "||":
                    fork = self.context.fork()
                arm = 1 if op == "&&" else 2
                kind = "or" if op == "||" else "if" if asks else "and"
                steps = self.steps
                before, positional = dict(self.variables), self.positional
                with self.branch(fork, arm, kind):
                    ended = self.node(command)
                if kind != "and" and self.positional is not positional:
                    self.positional = None
                if kind != "and":
                    self.variables = meet(before, [before, self.variables])
                if ended and self.steps > steps and kind != "and":
                    self.branches.append(BranchArm(fork, 3, "if"))
            asks = (asks and op == "&&") or _asks(command)
            previous = op
        return ended if len(node.items) == 2 and not asks and node.items[1][0] == "&&" else None

    def pipeline(self, node: Pipeline) -> None:
        lists_all = any(isinstance(c, Simple) and _is_listing(c) for c in node.commands[:-1])
        for number, command in enumerate(node.commands):
            with self.subshell():
                if number and isinstance(command, Simple) and command.words and command.words[0].literal == "xargs":
                    self.simple(
                        command, xargs=self.listed(node.commands[number - 1], COMMAND if lists_all else VARIABLE)
                    )
                else:
                    self.node(command)
                if number and isinstance(command, Simple):
                    self.piped(node.commands[number - 1], command)

    def listed(self, source: Node, kind: str) -> Word:
        """What `xargs` puts behind a command: the output of the command before."""
        text = self.text.slice(source.start, source.end)
        return Word(text, ((0, len(text), kind),), many=True)

    def piped(self, source: Node, command: Simple) -> None:
        """`cat <<EOF | bash`: the heredoc is the script."""
        if not isinstance(source, Simple) or not source.words:
            return
        sink = command.words[0].literal if command.words else None
        if source.words[0].literal == "echo" and len(source.words) == 2 and sink in SHELLS and len(command.words) == 1:
            script = self.expander().one(source.words[1].parts)
            self.in_other_shell(script)
        if source.words[0].literal == "cat":
            for redirect in source.redirects:
                if redirect.body_start >= 0:
                    self.fed(command, redirect)

    def condition(self, node: If) -> str | None:
        fork = self.context.fork()
        arms: list[Variables] = []
        endings: list[str | None] = []
        acted = shifted = False
        for number, (condition, body) in enumerate(node.arms):
            if condition is not None:
                self.items(condition)
            before, positional = dict(self.variables), self.positional
            steps, exported = self.steps, set(self.exported)
            with self.branch(fork, number, "if"):
                ending = self.items(body)
            self.exported &= exported
            if self.positional is not positional:
                shifted, self.positional = True, positional
            endings.append(ending)
            acted = acted or bool(ending) and self.steps > steps
            if not ending:
                arms.append(self.variables)
            self.variables = before
        if node.arms and node.arms[-1][0] is not None:
            endings.append(None)
            arms.append(dict(self.variables))
        if shifted:
            self.positional = None
        return self.after(fork, arms, endings, acted)

    def after(self, fork: int, arms: list[Variables], endings: list[str | None], acted: bool) -> str | None:
        """Where the arms of a fork come together: what follows an arm that ended the path is the other way."""
        if arms:
            self.variables = meet(self.variables, arms)
        if acted:
            self.branches.append(BranchArm(fork, 1000, "if"))
        return endings[0] if endings and all(endings) else None

    def case(self, node: Case) -> str | None:
        fork = self.context.fork()
        arms: list[Variables] = []
        endings: list[str | None] = []
        acted = False
        if node.word:
            self.expander().fields(node.word)
        before = self.variables
        for number, (_, body) in enumerate(node.arms):
            self.variables = dict(before)
            steps, exported = self.steps, set(self.exported)
            with self.branch(fork, number, "case"):
                ending = self.items(body)
            self.exported &= exported
            acted = acted or bool(ending) and self.steps > steps
            if not ending:
                arms.append(self.variables)
        self.variables = before
        if not any(word.literal == "*" for patterns, _ in node.arms for word in patterns):
            arms.append(before)
        return self.after(fork, arms, endings, acted)

    def loop(self, node: Loop) -> None:
        words = self.expander().words(node.words) if node.words is not None else None
        if (
            words is not None
            and 0 < len(words) <= MAX_UNROLLED
            and not any(word.open or word.many for word in words)
            and self.budget.commands < 20_000
        ):
            fork, ends = self.context.fork(), _breaks(node.body)
            before = dict(self.variables)
            for number, word in enumerate(words):
                self.variables[node.variable] = ShellValue(word.string, sure=not word.holes)
                with self.branch(fork, number if ends else 0, "retry" if ends else "and"):
                    self.items(node.body)
            if ends or _skips(node.body) or any(word.holes for word in words):
                self.variables = meet(before, [before, self.variables])
            return
        functions = {name: body for name, (_, body) in self.functions.items()}
        changed = assigned_in([*node.condition, *node.body], functions) | {node.variable}
        for name in changed:
            self.variables[name] = UNKNOWN
        if "@" in changed:
            self.positional = None
        kind = (
            "retry"
            if _breaks(node.body)
            or node.keyword == "until"
            or node.keyword == "while"
            and any(_runs(i) for i in node.condition)
            else "loop"
        )
        with self.branch(self.context.fork(), 0, kind):
            self.items(node.condition)
            self.items(node.body)
        for name in changed:
            self.variables[name] = UNKNOWN

    # Simple commands

    def expander(self) -> Expander:
        return Expander(self.text, self.variables, self.positional, self.substitute, self.budget)

    def substitute(self, part: Part) -> ShellValue:
        """Run the commands of `$(…)`: what is known of their output."""
        made, self.made = self.made, None
        with self.subshell(), self.branch(self.context.fork(), 0, "subshell"):
            self.items(part.body)
        found, self.made = self.made, made
        if found is not None and found.container is not None:
            return ShellValue(None, kind=CAPTURED, captured=found.container)
        written = self.text.string[part.start : part.end]
        if len(part.body) == 1 and isinstance(part.body[0].node, Simple):
            words = part.body[0].node.words
            if len(words) > 1 and words[0].literal == "echo" and not part.body[0].node.redirects:
                said = [word.literal for word in words[1:]]
                if None not in said and not any(
                    word[:1] == "-" or "\\" in word or is_pattern(word) or "{" in word for word in said if word
                ):
                    return ShellValue(" ".join(word for word in said if word is not None).rstrip("\n"))
        if (
            TOOL_NAME.search(written)
            and re.search(r"\bps\b|\{\{\s*\.Id", written)
            and "Names" not in written
            and ".Name" not in written
        ):
            return ShellValue(None, kind=COMMAND)
        return ShellValue(None, kind=COMMAND if re.search(r"cat\s+\S*\.?cid\b", written) else VARIABLE)

    def assign(self, expander: Expander, assignment: Assignment, *, temporary: bool = False) -> None:
        name = assignment.name
        self.made = None
        if assignment.array is not None:
            words = expander.words(assignment.array)
            known = not assignment.index and not any(word.open or word.many for word in words)
            old = self.variables.get(name)
            items, sure = [word.string for word in words], not any(word.holes for word in words)
            if assignment.append:
                items = (old.items if old and old.items is not None else []) + items
                known = known and old is not None and old.items is not None
                sure = sure and old is not None and old.sure
            self.variables[name] = (
                ShellValue(items=items, sure=sure) if known and sum(map(len, items)) <= MAX_VALUE else UNKNOWN
            )
            return
        word = expander.one(assignment.word.parts, True) if assignment.word else None
        captured = (
            word.captured if word is not None and word.holes and word.holes[0][:2] == (0, len(word.string)) else None
        )
        value = _value_of(word)
        if word is not None and word.open:
            value.place = calls.place_of(word, Here(self.directory, self.own), self.variables)
        if captured is not None:
            value = ShellValue(None, kind=CAPTURED, captured=captured)
            self.context.collector.change(Container, captured, captured_in=name)
        if assignment.append:
            old = self.variables.get(name)
            both = old is not None and old.string is not None and value.string is not None
            value = ShellValue(f"{old.string}{value.string}", sure=old.sure and value.sure) if both and old else UNKNOWN
        was = self.variables.get(name)
        if (
            assignment.index
            or was is not None
            and was.items is not None
            or value.string is not None
            and len(value.string) > MAX_VALUE
        ):
            value = UNKNOWN
        self.variables[name] = value

    def simple(self, node: Simple, xargs: Word | None = None) -> str | None:
        self.budget.commands += 1
        if self.budget.commands > MAX_COMMANDS:
            raise BudgetExceeded
        expander = self.expander()
        first = node.words[0].literal if node.words else None
        prefix: dict[str, ShellValue | None] | None = None
        if node.assignments and node.words and first not in DECLARES:
            prefix = {assignment.name: self.variables.get(assignment.name) for assignment in node.assignments}
        host, made = self.host, self.made
        words = (
            expander.words(node.words) if prefix is not None else []
        )  # before the assignments that hold for the command only
        if first in DECLARES:  # a command: its words are expanded before it assigns the first
            expander = Expander(self.text, dict(self.variables), self.positional, self.substitute, self.budget)
        exports = (
            first == "export"
            or first in LOCALS
            and any(re.match("-[a-zA-Z]*x", word.literal or "") for word in node.words[1:])
        )
        changes = first in LOCALS and any(re.match("-[a-zA-Z]*[niul]", word.literal or "") for word in node.words[1:])
        for assignment in node.assignments:
            if first in LOCALS and not any(re.match("-[a-zA-Z]*g", word.literal or "") for word in node.words[1:]):
                self.declare(assignment.name)
            self.assign(expander, assignment)
            if changes:
                self.variables[assignment.name] = UNKNOWN
            if exports:
                self.exported.add(assignment.name)
            if assignment.name in HOSTS and (first is None or first in DECLARES or prefix is not None):
                value = self.variables.get(assignment.name, UNKNOWN)
                written = self.text.string[assignment.word.start : assignment.word.end] if assignment.word else ""
                self.host = value.string if value.string is not None else written
        ended = None
        if node.words and first not in DECLARES:
            words = words if prefix is not None else expander.words(node.words)
            self.made = made if not words else None
            if xargs is not None:
                words.append(xargs)
            ended = self.command(node, words, first)
        elif node.words:
            for word in node.words[1:]:
                if "=" in (word.literal or "=") and (word.literal or "")[:1] != "-":
                    self.assign_words(expander.fields(word), exports=exports)
                elif word.literal and exports:
                    self.exported.add(word.literal)
                elif word.literal and first in LOCALS and not word.literal.startswith("-"):
                    self.declare(word.literal)
                    if self.locals:
                        self.variables[word.literal] = UNSET
                else:
                    expander.fields(word)
        if prefix is not None:
            self.restore(prefix)
            self.host = host
        self.redirects(node)
        return ended

    def assign_words(self, words: list[Word], *, exports: bool) -> None:
        """`export "N=b"`, `declare "$V=c"`: assignments that the scanner cannot tell."""
        for word in words:
            name, equals, value = word.string.partition("=")
            if equals and re.fullmatch(r"[A-Za-z_]\w*", name):
                self.variables[name] = UNKNOWN if word.open else ShellValue(value, sure=not word.holes)
            if exports:
                self.exported.add(name)

    def redirects(self, node: Node) -> None:
        for redirect in node.redirects:
            if redirect.target is not None and redirect.body_start < 0:
                self.expander().fields(redirect.target)
            for part in redirect.parts:
                if part.kind == "command":
                    self.substitute(part)
        heredocs = [redirect for redirect in node.redirects if redirect.body_start >= 0]
        fed = [redirect for redirect in node.redirects if redirect.op == "<<<" and redirect.target is not None]
        if (
            fed
            and isinstance(node, Simple)
            and len(node.words) == 1
            and node.words[0].literal in SHELLS
            and fed[-1].target is not None
        ):
            self.in_other_shell(self.expander().one(fed[-1].target.parts))
        if heredocs and isinstance(node, Simple):
            self.fed(node, heredocs[-1])  # the last one is what the command reads

    def command(self, node: Simple, words: list[Word], first: str | None) -> str | None:
        """One command with its words expanded."""
        if not words:
            return None
        name = words[0].string if not words[0].open else ""
        if first in self.functions and first is not None:
            self.call(first, words[1:])
            return None
        if name in ENDS:
            if name == "return" and self.returns:
                self.budget.spend(len(self.variables))
                self.returns[-1].append(dict(self.variables))
            return name
        if name in ("command", "builtin") and len(words) > 1 and words[1].string in BUILTINS:
            return self.command(node, words[1:], words[1].string)
        if name in DECLARES:
            self.assign_words(words[1:], exports=name == "export")
        if name == "set":
            self.set_positional(words)
        elif name == "shift":
            count = int(words[1].string) if len(words) > 1 and words[1].string.isdigit() else 1
            self.positional = self.positional[count:] if self.positional is not None else None
        elif name == "unset":
            for word in words[1:]:
                name, bracket, _ = word.string.partition("[")
                self.variables[name] = UNKNOWN if bracket else UNSET
                if words[1].string == "-f":
                    self.functions.pop(name, None)
        elif follow(self, words) is not None:
            return "exit" if name == "exec" and len(words) > 1 else None
        elif name in (".", "source"):  # whatever it sets, what was known is likely only
            self.variables = {
                key: ShellValue(v.string, items=v.items, kind=v.kind, captured=v.captured, sure=False)
                for key, v in self.variables.items()
            }
        elif name == "let":
            self.calculate("\n".join(word.string for word in words[1:]))
        elif name == "read" or name in ("mapfile", "readarray", "getopts"):
            for word in words[1:]:
                self.variables[word.string] = UNKNOWN
        elif name == "printf" and len(words) > 2 and words[1].string == "-v":
            self.variables[words[2].string] = UNKNOWN
        elif name == "trap" and len(words) > 2 and words[1].string not in ("", "-"):
            self.traps.append((words[1].text, words[1].string if words[1].string in self.functions else ""))
        elif name == "cd" and len(words) == 2 and not words[1].open and not words[1].string.startswith(("/", "~", "-")):
            self.directory = posixpath.normpath(f"{self.directory}/{words[1].string}".lstrip("/"))
        elif (
            name == "cd"
            and len(words) == 2
            and (place := calls.place_of(words[1], Here(self.directory, self.own), self.variables)) is not None
        ):
            self.directory = place
        elif [word.string for word in words[:3]] == ["docker", "context", "use"] and len(words) > 3:
            self.host = f"context {words[3].string}"
        elif not self.script_in_string(words):
            self.docker(node, words)
        return "exit" if name == "exec" and len(words) > 1 else None

    def calculate(self, expression: str) -> None:
        """Arithmetic is not worked out: what it assigns is unknown."""
        for name in calculated_in(expression[:MAX_VALUE]):
            self.variables[name] = UNKNOWN

    def declare(self, name: str) -> None:
        """`local NAME`: the function's own, gone at its end."""
        if self.locals and name not in self.locals[-1]:
            self.locals[-1][name] = self.variables.get(name)

    def restore(self, values: dict[str, ShellValue | None]) -> None:
        """Give variables the values back that they had before; None: they had none."""
        for name, value in values.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def set_positional(self, words: list[Word]) -> None:
        if len(words) > 1 and words[1].string == "--":
            self.positional = None if any(word.many for word in words) else words[2:]

    def call(self, name: str, arguments: list[Word] | None) -> None:
        """The steps of a function stand where it is called."""
        self.called.add(name)
        text, body = self.functions[name]
        self.context.walked.add((text.source.path, body.start))
        if name in self.calls or len(self.calls) >= MAX_CALLS:
            return
        known = arguments is not None and not any(word.many for word in arguments)
        positional, self.positional = self.positional, numbered(arguments) if known and arguments is not None else None
        self.calls.append(name)
        self.locals.append({})
        self.returns.append([])
        length, call_id = len(self.branches), self.call_id
        self.call_id = self.read_in.get(name, call_id)
        with self.reading_from(text):
            self.node(body)
        self.call_id = call_id
        del self.branches[length:]
        self.calls.pop()
        early = self.returns.pop()
        if early:
            self.variables = meet(self.variables, [*early, self.variables])
        self.restore(self.locals.pop())
        self.positional = positional

    # Scripts in strings

    def script_in_string(self, words: list[Word]) -> bool:
        """`bash -c '…'`, `eval "…"`, `ssh host '…'`, `su -c '…'`; whether the words were such a command."""
        if words[0].string == "eval":
            return self.evaluate(words[1:])
        index = skip_wrappers(words)
        if index >= len(words):
            return False
        name = words[index].string.rsplit("/", 1)[-1]
        rest = words[index + 1 :]
        if name in SHELLS or name == "su":
            return self.shell_command(rest, any_place=name == "su")
        if name == "ssh" or name == "docker-machine" and rest and rest[0].string == "ssh":
            return self.remote(rest if name == "ssh" else rest[1:])
        if name == "vagrant" and len(rest) > 1 and rest[0].string == "ssh":
            machine = next((word.string for word in rest[1:] if re.fullmatch(r"[A-Za-z][\w.-]*", word.string)), "")
            return self.shell_command(rest, host=f"vagrant {machine}".strip())
        return False

    def evaluate(self, words: list[Word]) -> bool:
        string = " ".join(word.string for word in words)
        if "docker-env" in string:  # minikube docker-env
            self.host = string.strip("$()` ")[:80]
            return True
        machine = re.search(r"docker-machine\s+env\s+(?:--?\S+\s+)*([^\s)`\"']+)", string)
        if machine:
            number = int(machine[1][1:]) if re.fullmatch(r"\$[1-9]", machine[1]) else 0
            given = (
                self.positional[number - 1].string
                if number and self.positional and len(self.positional) >= number
                else machine[1]
            )
            self.host = f"docker-machine {given}"
        elif words and not any(word.captured or word.open for word in words):
            blank = MappedText(words[0].text.source, " ", ())
            texts = [text for word in words for text in (blank, word.text)][1:]
            self.nested(texts[0] if len(texts) == 1 else concat(blank.source, texts))
        return True

    def shell_command(self, words: list[Word], host: str = "", *, any_place: bool = False) -> bool:
        for number, word in enumerate(words):
            if re.fullmatch(r"-[a-z]*c|--command", word.string) and number + 1 < len(words):
                self.in_other_shell(words[number + 1], host)
                return True
            if not word.string.startswith(("-", "+")) and host == "" and number and not any_place:
                break
        return False

    def in_other_shell(self, script: Word, host: str = "") -> None:
        """A script that another shell reads: of our variables it has the exported ones, over ssh none."""
        with self.subshell():
            self.variables = {k: v for k, v in self.variables.items() if k in self.exported and not host}
            positional, self.positional = self.positional, None
            if host:
                self.host = host
            holes = tuple(hole for hole in script.holes if script.string[hole[0] : hole[0] + 1] not in ("$", "`"))
            context = self.context
            if any(hole[:2] == (0, len(script.string)) for hole in holes):  # all of it may be another's
                self.context = context.with_max_confidence(weakest(context.doubt, LIKELY))
            self.nested(to_shell(Word(script.text, holes), self.filled_in if self.context is context else None))
            self.context = context
            self.positional = positional

    def filled_in(self, written: str, kind: str) -> str | None:
        """A variable that holds what is likely filled in at a place of a script."""
        if kind not in KNOWN:
            return None
        name = f"filled_{len(self.variables)}"
        self.variables[name] = ShellValue(written, sure=False)
        return f"${{{name}}}"

    def remote(self, words: list[Word]) -> bool:
        """`ssh [options] host command…`."""
        index = 0
        while index < len(words) and words[index].string.startswith("-"):
            index += 2 if words[index].string in SSH_VALUES else 1
        if index >= len(words):
            return True
        host, command = "ssh " + words[index].string, words[index + 1 :]
        if len(command) == 1:
            self.in_other_shell(command[0], host)
        elif command:
            saved, self.host = self.host, host
            if not self.script_in_string(command):
                self.docker(None, command)
            self.host = saved
        return True

    def fed(self, node: Simple, redirect: Redirect) -> None:
        """A heredoc into a shell, into ssh, or into a file that is a script."""
        words = [word.literal or "" for word in node.words]
        index = skip_wrapping(words)
        name = words[index].rsplit("/", 1)[-1] if index < len(words) else ""
        body = self.text.slice(redirect.body_start, redirect.body_end)
        if not redirect.quoted and redirect.parts and name in SHELLS | {"ssh", "cat", "tee"}:
            body = self.expander().one(redirect.parts).text  # the outer shell fills in its variables
        if name in SHELLS and not any(re.fullmatch(r"-[a-z]*c", w) for w in words):
            self.in_other_shell(Word(body))
        elif (
            name == "ssh"
            or (name == "docker-machine" and "ssh" in words)
            or any("SSH" in p.value for w in node.words[:1] for p in w.parts)
        ):
            hosts = [
                self.text.string[w.start : w.end]
                for w in node.words[1:]
                if not self.text.string[w.start : w.end].startswith("-")
            ]
            self.in_other_shell(Word(body), "ssh " + (hosts[-1] if hosts else ""))
        elif name in ("cat", "tee") and self.writes_script(node, body.string):
            written = StepRecorder(self.context, body.span(), "heredoc", self.order.name)
            inner = Interpreter(self.context, written, self.directory, host=self.host, depth=self.depth + 1)
            if self.depth < MAX_DEPTH // 8:
                inner.run(body)
                inner.finish()

    def writes_script(self, node: Simple, body: str) -> bool:
        if re.match(r"#!\s*/\S*(ba|da|z|k|a)?sh\b|#!\s*/usr/bin/env (ba|z)?sh", body):
            return True
        targets = [r.target.literal for r in node.redirects if r.target and r.body_start < 0] + [
            w.literal for w in node.words[1:]
        ]
        return any(target and target.endswith(".sh") for target in targets)

    # docker

    def argv(self, words: list[Word]) -> None:
        """A command that is a list of words already."""
        if self.exhausted:
            return
        try:
            if words and not self.script_in_string(words) and follow(self, words) is None:
                self.docker(None, words)
        except BudgetExceeded:
            self.too_much(words[0].span)

    def docker(self, node: Simple | None, words: list[Word]) -> None:
        """Find the docker command among the words, and take its facts."""
        step = compose_step(words)
        if step is not None:
            record_elsewhere(self, self.host, _whole(words, 0), step)
            return
        found = find_tool(words, self.document)
        if found is None:
            return
        host = elsewhere(words[: found[0]])
        if self.document:
            words = [placeholder(word) for word in words]
        index, tool = found
        call = invocation(words[index:], tool)
        if (
            call is None
            or call.verb not in VERBS
            and not (call.group and call.verb in ("prune", "connect", "disconnect", "create"))
        ):
            return
        if len(words) > MAX_WORDS:
            self.context.unread(
                words[MAX_WORDS].span, f"more than {MAX_WORDS} words: the rest of the command is not read"
            )
            call.arguments, self.pieces = call.arguments[:MAX_WORDS], True
        self.budget.admit()
        if call.verb == "exec":
            record_elsewhere(self, host or self.host, _whole(words, index), "exec")
        if call.verb == "exec" or call.group == "compose":
            return
        if node is not None:
            end = max((word.end for word in node.words), default=node.end)
            span = self.text.span(self._start_of(node, words[index]), end)
        else:
            span = _whole(words, index)
        if self.alone:  # a template has arms: any statement may be left out
            with self.branch(self.context.fork(), 0, "example"):
                self.made = record(self, call, host or self.host, span._replace(confidence=CERTAIN))
        else:
            self.made = record(self, call, host or self.host, span._replace(confidence=CERTAIN))

    def _start_of(self, node: Simple, head: Word) -> int:
        """Where the word docker stands in the scanned text."""
        origin = head.span.start
        for word in node.words:
            if (
                self.text.origin(word.start)
                <= origin
                < max(self.text.origin(word.end - 1) + 1, self.text.origin(word.start) + 1)
            ):
                return word.start
        return node.start


def _whole(words: list[Word], index: int) -> Span:
    """The place of some words, from one of them on."""
    first = words[index].span
    return first._replace(end=max(first.end, words[-1].span.end))


def of_interest(string: str) -> bool:
    """Whether a piece of text can hold a docker command or a read, so that what is not understood of it matters."""
    return TOOL_NAME.search(string) is not None or mentions(string)


def _value_of(word: Word | None) -> ShellValue:
    if word is None:
        return ShellValue("")
    if word.open:
        return ShellValue(None, kind=word.how if word.holes[0][:2] == (0, len(word.string)) else VARIABLE)
    return ShellValue(word.string, sure=not word.holes)


def _asks(node: Node) -> bool:
    """Whether a command is a question, so that `&&` behind it is a condition and no sequence."""
    if isinstance(node, Test):
        return True
    if isinstance(node, Pipeline):
        return node.negated or _asks(node.commands[-1])
    if isinstance(node, Simple) and node.words:
        words = [word.literal for word in node.words]
        return words[0] in CONDITIONS or words[0] == "docker" and words[1:2] in (["inspect"], ["ps"], ["images"])
    return False


def _is_listing(node: Simple) -> bool:
    words = [word.literal for word in node.words]
    return (
        len(words) > 1
        and words[0] is not None
        and ("ps" in words[1:3] or "ls" in words[1:4])
        and TOOL_NAME.search(words[0]) is not None
    )


def _breaks(items: list[Item]) -> bool:
    """Whether a loop's body leaves the loop somewhere: then it is a search or a retry, no repetition."""
    waiting = [item.node for item in items]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Simple) and node.words and node.words[0].literal in ("break", "exit", "return", "exec"):
            return True
        if not isinstance(node, (Loop, Function)):
            waiting.extend(children(node))
    return False


def _skips(items: list[Item]) -> bool:
    return any(
        isinstance(node, Simple) and node.words and node.words[0].literal == "continue" for node in descendants(items)
    )


def _runs(item: Item) -> bool:
    node = item.node.commands[-1] if isinstance(item.node, Pipeline) else item.node
    return isinstance(node, Simple) and bool(node.words) and tool_of(node.words[0].literal or "") is not None
