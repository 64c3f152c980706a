"""Interpret a module in the order in which it would run, on all paths side by side, and extract facts from its calls.

The module's statements come first, then each function as an alternative to the others. A text or a list that starts
with a docker command counts where it is passed to a call, but not where it is printed, logged, compared or raised.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import pairwise

from linklint.kinds.python.calls import Calls
from linklint.kinds.python.flow import assigned, globals_of, last_name, loaded, meeting, only_likely, opened, reassigned
from linklint.kinds.python.reads import takes_out
from linklint.kinds.python.values import UNKNOWN, AbstractValue
from linklint.shell.interpreter import finish_script
from linklint.text.word import Word

MAX_STATEMENTS = 20_000
MAX_FUNCTIONS = 2000
MAX_KEYS = 200
EXPECTS = frozenset({"raises", "assertRaises", "assertRaisesRegex", "suppress"})
ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class PythonModule(Calls):
    """A source with its tree; `take` adds its facts to the context."""

    def take(self) -> None:
        self.body(self.tree.body)
        names = {name: only_likely(known) for name, known in self.values.names.items()}
        functions = self.functions if "global" in self.source.text else []
        written = [name for function, _ in functions for name in globals_of(function)]
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
            with self.shell.flow.arm(fork, arm, "function"):
                self.body(function.body)
        if self.statements > MAX_STATEMENTS:
            self.context.unread(
                self.places.text.span(0, 0), f"more than {MAX_STATEMENTS} statements: the rest of the file is not read"
            )
        finish_script(self.shell)

    # Statements

    def body(self, statements: Iterable[ast.stmt]) -> bool:
        """Interpret statements. Return whether the path ends in them."""
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
        """Read the calls and reads of expressions, the inner ones first."""
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
        """Record only the reads of code that runs elsewhere or later: defaults, decorators, lambdas."""
        for node in nodes:
            for inner in ast.walk(node) if node is not None else ():
                self.reads.look(inner)

    def choices(self, node: ast.expr) -> None:
        """Read expressions with parts that may be skipped or repeated."""
        fork = self.context.fork()
        if isinstance(node, ast.IfExp):
            self.reads.otherwise[node.body] = node.orelse
            self.reads.tests.add(node.test)
            self.expressions(node.test)
            for arm, part in enumerate((node.body, node.orelse)):
                with self.shell.flow.arm(fork, arm, "if"):
                    self.expressions(part)
        elif isinstance(node, ast.BoolOp):
            if isinstance(node.op, ast.Or):
                self.reads.otherwise.update((value, following) for value, following in pairwise(node.values))
            else:
                self.reads.tests.update(node.values[:-1])
            self.expressions(node.values[0])
            for part in node.values[1:]:
                with self.shell.flow.arm(self.context.fork(), 0, "if"):
                    self.expressions(part)
        else:
            with self.shell.flow.arm(fork, 0, "loop"):
                self.expressions(*ast.iter_child_nodes(node))

    def do_expr(self, node: ast.Expr) -> None:
        if not takes_out(node.value):
            self.expressions(node.value)

    def do_importfrom(self, node: ast.ImportFrom) -> None:
        """Read `from fabric.api import run`: it runs on the hosts that fabric is given."""
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
            names.update({f"self.{name}": only_likely(known) for name, known in own.items()})

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
        """Apply `words[2] = x`, `del words[2]`. If the index is unknown, so is the rest of the list."""
        known = self.values.names.get(name, UNKNOWN)
        if known.words is None:
            self.values.names[name] = UNKNOWN
            return
        at = index.value if isinstance(index, ast.Constant) and isinstance(index.value, int) else None
        words = list(known.words)
        if at is not None and -len(words) <= at < len(words):
            words[at : at + 1 or None] = [word] if word is not None else []
        else:
            words = [*words[:2], opened(words[-1])] if words else []
        self.change(known, AbstractValue(words=words))

    def do_augassign(self, node: ast.AugAssign) -> None:
        self.expressions(node.value)
        if isinstance(node.op, ast.Add) and isinstance(node.target, (ast.Name, ast.Attribute)):
            total = ast.copy_location(ast.BinOp(loaded(node.target), ast.Add(), node.value), node)
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
        self.reads.tests.add(node.test)
        self.expressions(node.test)
        self.reads.otherwise |= dict(_of_other_arm(node))
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
        """Interpret arms that exclude each other. Return whether the path ends on all of them."""
        fork, before, after = self.context.fork(), dict(self.values.names), []
        ended = False
        for arm, body in enumerate(bodies):
            self.values.names = dict(before)
            steps = self.shell.recorder.seq
            with self.shell.flow.arm(fork, arm, "if"):
                over = self.body(body)
            ended = ended or over and self.shell.recorder.seq > steps
            if not over:
                after.append(self.values.names)
        self.values.names = meeting(after) if after else before
        if ended and after:
            self.shell.flow.enter("if", 1000, fork)
        return not after

    def do_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expressions(node.iter)
        self.loop(node, node.target)

    do_asyncfor = do_for

    def do_while(self, node: ast.While) -> None:
        self.expressions(node.test)
        self.loop(node, None)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, target: ast.expr | None) -> None:
        outside, changed = dict(self.values.names), assigned(node)
        for name in changed:
            self.values.names[name] = UNKNOWN
        if target is not None:
            self.assign(target, UNKNOWN)
        lasting = changed - reassigned(node)
        leaves = any(isinstance(inner, (ast.Break, ast.Return)) for inner in ast.walk(node))
        with self.shell.flow.arm(self.context.fork(), 0, "retry" if leaves else "loop"):
            self.body(node.body)
        for name in changed:
            words = outside.get(name, UNKNOWN).words if name in lasting else None
            self.values.names[name] = AbstractValue(words=[*words, opened(words[-1])]) if words else UNKNOWN
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
            expects = (
                expects or isinstance(item.context_expr, ast.Call) and last_name(item.context_expr.func) in EXPECTS
            )
            given = [k.value for k in getattr(item.context_expr, "keywords", []) if k.arg in ("host_string", "hosts")]
            if given:
                self.shell.host = self.host_text(given[0])
        if expects:  # an error in it is expected
            fails, self.fails = self.fails, True
            with self.shell.flow.arm(self.context.fork(), 0, "if"):
                self.body(node.body)
            self.fails = fails
            return False
        ended = self.body(node.body)
        self.shell.host = host
        return ended

    do_asyncwith = do_with

    def do_try(self, node: ast.Try) -> bool:
        over = bool(node.body) and isinstance(node.body[-1], ENDS) and bool(node.handlers)
        fork = self.context.fork()
        with self.shell.flow.arm(fork, 0, "if" if over else "subshell"):
            ended = self.body(node.body)
        for handler in node.handlers:
            self.arms([handler.body, []])
        if over:
            self.shell.flow.enter("if", 1, fork)  # what follows runs if the body did not finish
        self.body(node.orelse)
        return self.body(node.finalbody) or ended and not node.handlers

    do_trystar = do_try


def _of_other_arm(node: ast.If) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is assigned in one arm of an `if`, by id, with what the other arm assigns to the same variable."""
    given = {ast.dump(target): statement.value for target, statement in _assigned(node.orelse)}
    for target, statement in _assigned(node.body):
        if (other := given.get(ast.dump(target))) is not None:
            yield statement.value, other


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[ast.expr, ast.Assign]]:
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            yield statement.targets[0], statement
