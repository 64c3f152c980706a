"""Makefiles: recipes as scripts, with the variables that have one literal value.

Source: GNU make 4.4. Each line of a recipe has a shell of its own, unless there is `.ONESHELL`; `$$` is the shell's
dollar; `@`, `-` and `+` before a line belong to make. `$(NAME)` is replaced if the file sets it once to a plain value;
otherwise it becomes a variable of the shell. Targets are alternatives, unless one needs another or calls it with
`$(MAKE)`: then its steps are where they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind
from linklint.shell.interpreter import finish_script, new_shell, of_interest, run_script
from linklint.shell.networks import SSH, Route, line_start, prefix_of
from linklint.shell.state import ShellState
from linklint.text.edits import Caller, Refused, TextEdit
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat
from linklint.text.templates import Quotes

KIND = Kind(
    rank=130,
    name="makefile",
    example="Makefile",
    files="`Makefile*`, `GNUmakefile`, `*.mk`",
    takes="recipes, with plain variables; targets are alternatives unless one needs the other",
    suffixes="mk mak make makefile",
    names=r"(?:gnu|bsd)?makefile(?:[._-][^/]*)?",
    unless="am in lock md py",
    on_host=True,
    calls_scripts=True,
    matters=contents.matters_as_script,
    syntax="makefile",
    weight=20,
    expands=True,
    not_links=(("key", r"\A(?i:links)[ \t]*[:=]", "a target or a variable of make"),),
)

ASSIGN = lazy_compile(r"(?:(?:export|override|unexport)\s++)*+(?P<name>[^\s:#=+?!]+)\s*+(?P<op>:{0,3}=|\?=|\+=|!=)\s*+")
DEFINE = lazy_compile(r"(?:export\s+|override\s+)*define\s+(?P<name>[^\s=:]+)\s*(?P<op>:{0,2}=|\?=|\+=)?\s*\Z")
RULE = lazy_compile(
    r"(?P<targets>[^\t#=:][^#=:]*+)(?P<colons>::?)(?!=)(?P<needs>[^=;#]*+)(?:;(?P<recipe>.*)|#.*)?\Z", re.DOTALL
)
CONDITION = lazy_compile(r"\s*(?P<word>ifeq|ifneq|ifdef|ifndef|else|endif)\b")
REFERENCE = lazy_compile(r"\$(?:\$|(?P<one>[\w@<^?*%+|])|\((?P<round>[^()]*)\)|\{(?P<curly>[^{}]*)\}|(?P<deep>[({]))")
PREFIX = lazy_compile(r"[ \t]*[@+-][ \t@+-]*")
FUNCTION = lazy_compile(r"\$[({][a-z]+[ \t]")
FUNCTION_CALL = lazy_compile(r"\$[({](?P<name>shell|eval)[ \t]+")
CALL = lazy_compile(r"\$[({]MAKE[)}]\s+(?P<rest>(?![^;&|\n]*\s?(?:-C|-f|--directory|--file)\b)[^;&|\n]*)")
MAX_EXPANSION = 20_000
MAX_DEPTH = 10
MAX_WORK = 30_000
MAX_TARGETS = 5000
TARGETS = lazy_compile(r"^(?P<targets>[^\s#:=][^#:=\n]*?)(?P<colon>::?)(?!=)(?P<needs>[^=;#\n|]*)", re.MULTILINE)
IN_RECIPE = lazy_compile(r"[\t#]|[ ]*(?:if(?:n?def|n?eq)|else|endif)\b")


class Target(Record):
    """A target: its prerequisites, and the logical lines of its recipe, each with its `ifeq` branches."""

    name: str
    needs: list[str] = new(factory=list)
    lines: list[MappedText] = new(factory=list)
    ways: list[tuple[tuple[int, int], ...]] = new(factory=list)


class Variable(Record):
    """The value of a variable; None if it has several values, or one that make computes."""

    value: str | None
    lines: list[MappedText] = new(factory=list)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of Makefiles: each is a scope."""
    for source in sources:
        _Makefile(source, context).take()


class _Makefile:
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.source = source
        self.context = context
        self.text = source.whole()
        self.variables: dict[str, Variable] = {}
        self.targets: dict[str, Target] = {}
        self.one_shell = False
        self.asked: list[MappedText] = []
        self.work = 0
        self.order = StepRecorder(context, self.text.span(), KIND, source.path)

    def take(self) -> None:
        self.parse()
        self.ask()
        called = {need for target in self.targets.values() for need in self.after(target) if need != target.name}
        fork = self.context.fork()
        if len(self.targets) > MAX_TARGETS:
            self.context.unread(self.text.span(0, 0), f"more than {MAX_TARGETS} targets: the rest is not read")
        entries = [target for target in self.targets.values() if target.name not in called] or list(
            self.targets.values()
        )
        for arm, target in enumerate(entries):
            self.walk(target, fork, arm, set())
        if self.work >= MAX_WORK:
            self.context.unread(self.text.span(0, 0), "too many variables: the rest is not resolved")

    # From the file to variables and targets

    def parse(self) -> None:
        open_targets: list[Target] = []
        ways: list[tuple[int, int]] = []
        lines = iter(_logical(self.text))
        for line in lines:
            string = line.string
            if string.startswith("\t") and open_targets:
                for target in open_targets:
                    target.lines.append(line.slice(1, len(line)))
                    target.ways.append(tuple(ways))
                continue
            condition = CONDITION.match(string)
            if condition:
                self.condition(condition["word"], ways)
            stripped = string.strip()
            if not stripped or stripped.startswith(("#", "$(")) or CONDITION.match(string):
                continue
            if "shell" in string and of_interest(string):
                self.asked.append(line)
            define, assign = DEFINE.match(stripped), ASSIGN.match(stripped)
            if define:
                self.define(define["name"], lines)
            elif assign and not stripped.startswith("\t"):
                self.assign(assign, stripped[assign.end() :])
            else:
                open_targets = self.rule(line)

    def condition(self, word: str, ways: list[tuple[int, int]]) -> None:
        """Read `ifeq`, `else`, `endif`: the branch of the next lines."""
        if word.startswith("if"):
            ways.append((self.context.fork(), 0))
        elif ways:
            fork, arm = ways.pop()
            if word == "else":
                ways.append((fork, arm + 1))

    def ask(self) -> None:
        """Read `$(shell …)` outside of recipes: make runs it when it reads the file, or when the variable is needed."""
        fork = self.context.fork()
        for arm, line in enumerate(self.asked):
            shell = new_shell(self.context, self.order, directory_of(self.source.path))
            simple = re.match(r"\s*(?:export\s+|override\s+)*[\w.-]+\s*::?:?=", line.string) is not None
            with shell.branch(fork, arm, "and" if simple else "target"):
                at = 0
                while (match := FUNCTION_CALL.search(line.string, at)) is not None:
                    at = _closing(line.string, match.start() + 1)
                    if match["name"] == "shell":
                        run_script(shell, self.filled(line.slice(match.end(), max(at - 1, match.end())), ""))
                    else:
                        at = match.end()
            finish_script(shell)

    def define(self, name: str, lines: object) -> None:
        body: list[MappedText] = []
        for line in lines:  # type: ignore[attr-defined]
            if line.string.strip() == "endef":
                break
            body.append(line)
        self.variables[name] = Variable(None, body)

    def assign(self, match: re.Match[str], raw: str) -> None:
        name, value = (
            match["name"],
            re.sub(r"(?<!\\)#.*", "", re.sub(r"[ \t]*\\\r?\n[ \t]*", " ", raw), flags=re.DOTALL).strip(),
        )
        old = self.variables.get(name)
        if match["op"] == "!=" or old is not None and old.value is None:
            self.variables[name] = Variable(None)
        elif match["op"] == "+=" and old is not None:
            self.context.spend(10 + len(old.value or "") // 8)
            self.variables[name] = Variable(f"{old.value} {value}")
        elif old is None or match["op"] == "?=" or old.value == value:
            self.variables[name] = old if old is not None else Variable(value)
        else:
            self.variables[name] = Variable(None)

    def rule(self, line: MappedText) -> list[Target]:
        match = RULE.match(line.string)
        if not match or len(self.targets) > MAX_TARGETS:
            return []
        names, needs = match["targets"].split(), self.expand(match["needs"]).replace("|", " ").split()
        if ".ONESHELL" in names:
            self.one_shell = True
        if not names or names[0].startswith("."):
            return []
        found = []
        self.context.spend(len(names) * (10 + len(needs)))
        for name in names:
            target = self.targets.setdefault(name, Target(name))
            target.needs += needs
            if match["recipe"] is not None:
                target.lines.append(line.slice(match.start("recipe"), match.end("recipe")))
                target.ways.append(())
            found.append(target)
        return found

    def expand(self, string: str, depth: int = 0) -> str:
        """Return a text with known variables replaced and unknown ones removed, for names of targets."""

        def fill(match: re.Match[str]) -> str:
            name = match["round"] or match["curly"] or match["one"] or ""
            known = self.variables.get(name)
            self.work += 1
            self.context.spend(10 + len(known.value or "") // 8 if known is not None else 10)
            return (
                self.expand(known.value, depth + 1)
                if known is not None and known.value is not None and self.may(depth)
                else ""
            )

        return REFERENCE.sub(fill, string[:MAX_EXPANSION])[:MAX_EXPANSION]

    def may(self, depth: int) -> bool:
        """Return whether one more variable is replaced: variables that contain themselves have no end."""
        return depth < MAX_DEPTH and self.work < MAX_WORK

    # From targets to steps

    def after(self, target: Target) -> list[str]:
        """Return the prerequisites of a target, and the targets that it calls, in order."""
        self.context.spend(len(target.needs))
        found = [need for need in target.needs if need in self.targets]
        for line in target.lines:
            self.context.spend(10 + len(line) // 8)
            for call in CALL.finditer(line.string):
                found += [word for word in self.expand(call["rest"]).split() if word in self.targets]
        return found

    def walk(self, target: Target, fork: int, arm: int, done: set[str]) -> None:
        """Read the steps of a target, after those of its prerequisites, each once."""
        if target.name in done or len(done) > 200:
            return
        done.add(target.name)
        self.context.spend(20 + 3 * len(target.needs))
        for need in target.needs:
            if need in self.targets:
                self.walk(self.targets[need], fork, arm, done)
        shell: ShellState | None = None
        for line, ways in zip(target.lines, target.ways, strict=True):
            if shell is None or not self.one_shell:
                self.finish(shell)
                shell = new_shell(self.context, self.order, directory_of(self.source.path))
            depth = shell.flow.depth
            with ExitStack() as paths:
                for way in ((fork, arm, "target"), *((*pair, "if") for pair in ways)):
                    paths.enter_context(shell.branch(*way))
                for script in self.scripts(line, target):
                    run_script(shell, script)
            if not self.one_shell:
                shell.flow.leave(depth)
            for call in CALL.finditer(line.string):
                for word in self.expand(call["rest"]).split():
                    if word in self.targets:
                        self.walk(self.targets[word], fork, arm, done)
        self.finish(shell)

    def finish(self, shell: ShellState | None) -> None:
        if shell is not None:
            finish_script(shell)

    def scripts(self, line: MappedText, target: Target) -> list[MappedText]:
        """Return what the shell gets of a line of a recipe; for `$(NAME)` with a `define`, its lines."""
        prefix = PREFIX.match(line.string)
        line = line.slice(prefix.end(), len(line)) if prefix else line
        whole = REFERENCE.fullmatch(line.string.strip())
        known = self.variables.get((whole["round"] or whole["curly"] or "") if whole else "")
        if known is not None and known.lines:
            return [
                script
                for inner in known.lines
                for script in self.scripts(inner, target)
                if inner.string.strip() != line.string.strip()
            ]
        return [self.filled(line, target.name)]

    def filled(self, line: MappedText, target: str, depth: int = 0, quotes: Quotes | None = None) -> MappedText:
        """Return the line with make's variables replaced: an unknown one becomes a variable of the shell, `$$` a
        dollar.
        """
        quotes = quotes or Quotes()
        pieces: list[MappedText] = []
        at = length = 0
        for match in REFERENCE.finditer(line.string):
            if match.start() < at:
                continue
            pieces.append(line.slice(at, match.start()))
            quotes.feed(line.string[at : match.start()])
            at = _closing(line.string, match.start() + 1) if match["deep"] else match.end()
            function = FUNCTION_CALL.match(line.string, match.start(), at)
            if function and depth < MAX_DEPTH:  # the shell runs it instead of make
                inner = self.filled(line.slice(function.end(), at - 1), target, depth + 1)
                opened, closed = ("$(", ")") if function["name"] == "shell" else (": ", "")
                pieces += [
                    line.replaced(match.start(), function.end(), opened),
                    inner,
                    line.replaced(at - 1, at, closed),
                ]
                length += len(inner)
                continue
            value = self.value(match, target, depth, quotes)
            self.context.spend(10 + len(value) // 8)
            pieces.append(line.replaced(match.start(), at, value))
            length += len(value)
            if length > MAX_EXPANSION:
                break
        pieces.append(line.slice(at, len(line)))
        quotes.feed(line.string[at:])
        return concat(line.source, [piece for piece in pieces if piece.string]) if pieces else line

    def value(self, match: re.Match[str], target: str, depth: int, quotes: Quotes) -> str:
        if match[0] == "$$":
            return "$"
        name = match["one"] or match["round"] or match["curly"] or ""
        if name == "@":
            return target if "%" not in target else quotes.around("${TARGET}")
        known = self.variables.get(name)
        self.work += 1
        if known is not None and known.value and self.may(depth) and not FUNCTION.search(known.value):
            inner = Source("", known.value).whole()
            return self.filled(inner, target, depth + 1, quotes).string
        plain = re.fullmatch(r"[A-Za-z_]\w*", name)
        variable = name if plain else "MAKE_" + (re.sub(r"\W.*", "", name, flags=re.DOTALL) or "VALUE")
        return quotes.around("${" + variable + "}")


def _logical(text: MappedText) -> list[MappedText]:
    """Yield the logical lines of a Makefile, joined at backslashes."""
    found: list[MappedText] = []
    start, string = 0, text.string
    for match in re.finditer(r"\n|\Z", string):
        end = match.start()
        before = string[start:end].rstrip("\r")
        if before.endswith("\\") and (len(before) - len(before.rstrip("\\"))) % 2 and match[0]:
            continue
        if end > start:
            found.append(text.slice(start, start + len(before)))
        start = match.end()
    return found


def _closing(string: str, start: int) -> int:
    """Return the offset after the parenthesis that closes the one at `start`, which may contain others."""
    opener = string[start]
    closer = {"(": ")", "{": "}"}[opener]
    level = 0
    for match in re.compile(rf"[\{opener}\{closer}]").finditer(string, start):
        level += 1 if match[0] == opener else -1
        if level == 0:
            return match.end()
    return len(string)


def make_network(source: Source, callers: Sequence[Caller], target: str) -> Iterator[TextEdit]:
    """Yield a target that makes the network, and make it a prerequisite of each target that runs a member."""
    text = source.text
    rules = list(TARGETS.finditer(text))
    targets = {word for rule in rules for word in rule["targets"].split()}
    name = next(name for name in (target, *(f"docker-{target}-{n}" for n in range(100))) if name not in targets)
    lines: list[str] = []
    for rule in dict.fromkeys(_rule_of(text, rules, caller) for caller in callers):
        needs = rule["needs"].rstrip()
        at = rule.start("needs") + len(needs)
        yield TextEdit(source, at, at, f" {name}")
    for caller in callers:
        start = line_start(text, caller.head.start)
        route = Route(prefix_of(text, start, caller) + caller.docker)
        if "$$" in route.docker or SSH.search(text, start, caller.head.start):
            words = f"the daemon of {caller.words} is decided in its recipe: make the network there; not migrated"
            raise Refused("route", caller.place, words)
        lines += [route.command(line).replace("$n", "$$n").replace("$_", "$$_") for line in caller.commands]
    newline = "\r\n" if "\r\n" in text else "\n"
    body = "".join(f"\t@{line}{newline}" for line in dict.fromkeys(lines))
    gap = newline if text.endswith("\n") else newline * 2
    yield TextEdit(source, len(text), len(text), f"{gap}.PHONY: {name}{newline}{name}:{newline}{body}")


def _rule_of(text: str, rules: Sequence[re.Match[str]], caller: Caller) -> re.Match[str]:
    before = [rule for rule in rules if rule.start() < caller.head.start]
    if not before:
        raise Refused("construct", caller.place, f"no target runs {caller.words}: not migrated")
    rule = before[-1]
    between = text[rule.end() : caller.head.start]
    if any(line.strip() and not IN_RECIPE.match(line) for line in between.split("\n")[1:-1]):
        raise Refused("construct", caller.place, f"{caller.words} is run in a definition of make: not migrated")
    return rule
