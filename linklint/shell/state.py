"""The state of one shell while a script is interpreted.

The interpreter is spread over several modules; each function gets the `ShellState`. Functions that would need an import
against the direction are in `Walker`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.cli.command import Invocation
from linklint.flow.branches import Flow
from linklint.flow.steps import CreatedContainer, StatementContext, StepRecorder
from linklint.shell import script_paths
from linklint.shell.expansion import Expander
from linklint.shell.scanner import MAX_DEPTH
from linklint.shell.script_paths import Here
from linklint.shell.tree import Item, Node, Part
from linklint.shell.variables import ShellValue, Variables
from linklint.text.confidence import CERTAIN
from linklint.text.source import MappedText, Span
from linklint.text.word import Word

Record = Callable[[StatementContext, Invocation, str, Span], CreatedContainer | None]


class Walker(NamedTuple):
    """Functions of the interpreter for other modules: run a script, walk a text, items, a node or `$(…)`, and finish a
    shell.
    """

    run: Callable[[ShellState, MappedText], None]
    text: Callable[[ShellState, MappedText], None]
    items: Callable[[ShellState, list[Item]], str | None]
    node: Callable[[ShellState, Node], str | None]
    substitute: Callable[[ShellState, Part], ShellValue]
    finish: Callable[[ShellState], None]


Sinks = tuple[Walker, Record]


class ShellState:
    """What one shell knows, and where it is.

    `record` gets the facts of one docker command. `directory` is the shell's working directory, `script_dir` that of
    the interpreted file, both as paths in the tree. `files` are the scripts that led here, `call_id` the call of the
    last of them. In a `document`, words may be placeholders. `is_fragment`: a program builds the commands from parts.
    `has_template_arms`: a template may leave statements out. `container_sets` are the variables that the container sets
    itself. `at_build_time`: the script runs while an image is built.
    """

    def __init__(self, sinks: Sinks, context: ExtractionContext, steps: StepRecorder, directory: str) -> None:
        walker, record = sinks
        self.walker = walker
        self.record = record
        self.context = context
        self.recorder = steps
        self.directory = self.script_dir = directory
        self.document = False
        self.host = ""
        self.depth = 0
        self.budget = context.budget(steps.span.source)
        self.text = MappedText(steps.span.source, "", ())
        self.files: tuple[str, ...] = (steps.span.source.path,)
        self.call_id: int | None = None
        self.flow = Flow(context)
        self.background = self.guarded = False
        self.is_fragment = self.has_template_arms = self.at_build_time = False
        self.container_sets: frozenset[str] = frozenset()
        self.variables: Variables = {}
        self.exported: set[str] = set()
        self.positional: list[Word] | None = None
        self.functions: dict[str, tuple[MappedText, Node]] = {}
        self.defined_by: dict[str, int | None] = {}
        self.called: set[str] = set()
        self.calls: list[str] = []
        self.locals: list[dict[str, ShellValue | None]] = []
        self.returns: list[list[Variables]] = []
        self.aliases: dict[str, MappedText] = {}
        self.traps: list[tuple[MappedText, str]] = []
        self.steps = 0
        self.created: CreatedContainer | None = None
        self.seen: dict[tuple[object, ...], int] = {}

    def another(self, confidence: str = CERTAIN, *, is_fragment: bool = False) -> ShellState:
        """Return a new shell on the same branches and host, as for each `subprocess.run` and each step of a
        pipeline.
        """
        context = self.context if confidence == CERTAIN else self.context.with_max_confidence(confidence)
        found = ShellState((self.walker, self.record), context, self.recorder, self.directory)
        found.document, found.host, found.depth = self.document, self.host, self.depth
        found.is_fragment = is_fragment
        found.flow, found.seen, found.has_template_arms = self.flow.copy(), self.seen, self.has_template_arms
        found.script_dir, found.files, found.call_id = self.script_dir, self.files, self.call_id
        found.background, found.guarded = self.background, self.guarded
        return found

    # What a statement needs of its context

    def scope(self, host: str) -> int:
        """Return the scope of a host; without one, of the host that DOCKER_HOST or ssh selected."""
        return self.recorder.scope(host or self.host)

    def next(self) -> int:
        """Return the number of the next step."""
        self.steps += 1
        return self.recorder.next()

    @property
    def here(self) -> Here:
        """Return the working directory and the directory of the script: paths are relative to one of them."""
        return Here(self.directory, self.script_dir)

    def paths(self, word: Word) -> list[str]:
        """Return the paths in the tree that a word may name, the likeliest first."""
        return [posixpath.normpath(path) for path in script_paths.candidates(word, self.here, self.variables)]

    # Limits

    @property
    def exhausted(self) -> bool:
        """Whether the work limit of the file is exceeded."""
        return self.budget.exhausted

    def exhaust(self, span: Span) -> None:
        """Report once that the work limit is exceeded."""
        self.context.exhaust(self.recorder.span.source, span)

    # Parts of a script

    def expander(self, variables: Variables | None = None) -> Expander:
        """Return the expander of the current state."""
        known = self.variables if variables is None else variables
        return Expander(self.text, known, self.positional, lambda part: self.walker.substitute(self, part), self.budget)

    def nested(self, text: MappedText) -> None:
        """Interpret a script embedded in a string (`bash -c '…'`)."""
        if self.depth >= MAX_DEPTH // 8:
            self.context.unread(text.span(0, 1), "shell: scripts nested too deeply")
            return
        self.depth += 1
        self.walker.text(self, text)
        self.depth -= 1

    @contextmanager
    def reading_from(self, text: MappedText) -> Iterator[None]:
        """Interpret nodes of another text."""
        saved, self.text = self.text, text
        try:
            yield
        finally:
            self.text = saved

    @contextmanager
    def branch(self, node: int, arm: int, kind: str) -> Iterator[None]:
        """Take an arm of a fork."""
        self.budget.spend(5 * len(self.variables))
        with self.flow.arm(node, arm, kind):
            yield

    @contextmanager
    def expecting_failure(self, expected: bool) -> Iterator[None]:
        """Interpret commands that may fail without an effect on the rest: before `||`, or as a condition."""
        before, self.guarded = self.guarded, expected
        try:
            yield
        finally:
            self.guarded = before

    @contextmanager
    def subshell(self) -> Iterator[None]:
        """Interpret in a subshell: its variables are lost at its end."""
        saved = self.variables, self.exported, self.functions, self.host, self.directory, self.positional
        depth = self.flow.depth
        self.variables, self.exported, self.functions = dict(self.variables), set(self.exported), dict(self.functions)
        try:
            yield
        finally:
            self.variables, self.exported, self.functions, self.host, self.directory, self.positional = saved
            self.flow.leave(depth)

    # Variables

    def declare(self, name: str) -> None:
        """Apply `local NAME`: the variable belongs to the function."""
        if self.locals and name not in self.locals[-1]:
            self.locals[-1][name] = self.variables.get(name)

    def restore(self, values: dict[str, ShellValue | None]) -> None:
        """Restore the former values of variables; None means that they were not set."""
        for name, value in values.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value
