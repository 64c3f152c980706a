"""Jenkinsfiles and pipeline libraries: `sh`, and the steps of the Docker Pipeline plugin.

Source: docker-workflow 1.30. `docker.image(I).run(ARGS, COMMAND)` is `docker run -d ARGS I COMMAND`; `withRun` removes
the container after its block; `inside(ARGS)` and `agent { docker { image; args } }` run the block in a container, which
is removed after it. In single quotes the shell expands variables, in double quotes Groovy does: such a variable is a
hole, unless the file sets it to one plain value.
"""

from __future__ import annotations

import re

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder, add_step
from linklint.kinds import contents
from linklint.kinds.jenkins.expressions import REFERENCE, Expressions, Token, joined
from linklint.kinds.kind import NO_DOCKERFILE, Kind, NetworkLines
from linklint.shell.interpreter import finish_script, new_shell, run_script
from linklint.shell.variables import ShellValue
from linklint.text.records import Record, new
from linklint.text.source import MappedText, Source
from linklint.text.templates import to_shell
from linklint.text.word import CAPTURED, VARIABLE, Word

KIND = Kind(
    rank=80,
    name="jenkinsfile",
    example="Jenkinsfile",
    files="`Jenkinsfile*`, `*.jenkinsfile`, `*.groovy`",
    takes="`sh`, `docker.image(…).run`, `withRun`, `inside`, `agent { docker { … } }`, `docker.build`",
    suffixes="groovy jenkinsfile",
    names=r"jenkinsfile(?:[._-].*)?",
    unless=NO_DOCKERFILE,
    comments=("#", "//"),
    is_pipeline=True,
    is_program=True,
    calls_scripts=True,
    matters=contents.matters_as_script,
    syntax="program",
    comment_style="java",
    knows_reads=True,
    network=NetworkLines(in_order=True, condition=r"\bwhen[ \t]*\{", step="sh '{}'"),
)

LOOPS = frozenset({"for", "while", "each", "eachWithIndex", "times", "collect", "collectEntries"})
CONDITIONS = frozenset(
    {
        "if",
        "catch",
        "case",
        "failure",
        "success",
        "unstable",
        "changed",
        "aborted",
        "fixed",
        "regression",
        "unsuccessful",
    }
)
RUNS = frozenset({"run", "withRun", "inside"})
MAX_BLOCKS = 200


class PipelineBlock(Record):
    """An open block: its name, the depth of the flow before it, and what happens at its end."""

    name: str
    depth: int
    host: str
    removes: int | None = None
    fork: int = 0
    arms: int = 0
    agent: dict[str, Word] = new(factory=dict)
    place: Token | None = None


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of pipelines: each is a scope."""
    for source in sources:
        _Pipeline(source, context).take()


class _Pipeline(Expressions):
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        super().__init__(source, context)
        self.source = source
        self.order = StepRecorder(context, self.text.span(0, 0), KIND, source.path)
        self.place = new_shell(context, self.order, directory_of(source.path), host=f"agent of {source.path}")
        self.blocks: list[PipelineBlock] = []
        self.images: dict[str, Word] = {}
        self.environment: dict[str, ShellValue] = {}
        self.pending: tuple[str, int | None, str] = ("", None, "")
        self.assigned = ""
        self.single = -1
        self.last_if = 0
        names = [
            a.string for a, b in zip(self.tokens, self.tokens[1:], strict=False) if a.kind == "name" and b.string == "="
        ]
        self.once = {name for name in names if names.count(name) == 1} if len(names) < 2000 else set()

    def take(self) -> None:
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.string == "{" and token.kind == "op":
                self.open(at)
            elif token.string == "}" and token.kind == "op":
                self.close()
            elif token.kind == "name":
                at = self.name(at)
                continue
            at += 1
        while self.blocks:
            self.close()
        finish_script(self.place)

    # Blocks

    def open(self, at: int) -> None:
        """Open a block. Its name is before it, perhaps with arguments."""
        kind, container, host = self.pending
        self.pending = ("", None, "")
        name = kind or self.called(at)
        block = PipelineBlock(name, self.place.flow.depth, self.place.host, container, place=self.tokens[at])
        parent = self.blocks[-1].name if self.blocks else ""
        if len(self.blocks) < MAX_BLOCKS:
            self.branch(name, parent, block)
        if host:
            self.place.host = host
        self.blocks.append(block)
        if container is not None and at + 2 < len(self.tokens) and self.tokens[at + 2].string == "->":
            self.containers[self.tokens[at + 1].string] = container

    def branch(self, name: str, parent: str, block: PipelineBlock) -> None:
        if name in CONDITIONS:
            block.fork = self.place.flow.enter("if")
        elif name == "else":
            self.place.flow.enter("if", 1, self.last_if or None)
        elif name in LOOPS:
            self.place.flow.enter("loop")
        elif parent == "parallel" or name.startswith("def "):
            self.place.flow.enter("unit")

    def called(self, at: int) -> str:
        """Return the name before a block: a call with or without arguments, a keyword, a function."""
        index = at - 1
        if index >= 0 and self.tokens[index].string == ")":
            index = self.opening(index) - 1
        while index > 0 and self.tokens[index].kind == "string":
            index -= 1
        if index < 0 or self.tokens[index].kind != "name":
            return ""
        if (
            index
            and self.tokens[index - 1].string in ("def", "void", "String")
            and self.tokens[index + 1].string == "("
        ):
            return f"def {self.tokens[index].string}"
        return self.tokens[index].string

    def close(self) -> None:
        if not self.blocks:
            return
        block = self.blocks.pop()
        if block.agent and block.place is not None:
            self.agent(block)
        if block.removes is not None:
            self.step("rm", block.removes, block.place)
        self.place.flow.leave(block.depth)
        self.place.host = block.host
        if block.name == "if":
            self.last_if = block.fork
        if block.name == "when" and self.blocks:
            self.place.flow.enter("if")

    def step(self, verb: str, container: int, token: Token | None) -> None:
        span = self.text.span(token.start, token.end) if token is not None else self.order.span
        add_step(self.place, span, verb, scope=self.place.scope(""), name_how="captured", force=1, container=container)

    def agent(self, block: PipelineBlock) -> None:
        image = block.agent.get("image")
        if block.place is None:
            return
        written = self.text.replaced(block.place.start, block.place.end, "Dockerfile")
        word = image or Word(written, ((0, len(written), VARIABLE),))
        self.run(block.place, word, block.agent.get("args"), None)

    # Names

    def name(self, at: int) -> int:
        """Read what starts with a name. Return the index of the next token."""
        token = self.tokens[at]
        following = self.string_at(at + 1)
        block = self.blocks[-1] if self.blocks else None
        if self.way(at, token.string, block):
            return self.closing(at + 1) + 1 if following == "(" and token.string == "if" else at + 1
        if token.string == "docker" and following == ".":  # also script.docker, steps.docker
            return self.docker(at)
        is_member = at > 0 and self.tokens[at - 1].string in (".", "?.")
        if token.string == "sh" and (not is_member or self.string_at(at - 2) in ("steps", "script", "this")):
            return self.shell(at)
        end = None if is_member else self.variable_or_node(at)
        if end is None and block is not None:
            end = self.agent_setting(at, block)
        return at + 1 if end is None else end

    def variable_or_node(self, at: int) -> int | None:
        """Read `image.run(…)`, `container.stop()`, `x = …`, `node('label') { … }`; None for anything else."""
        token, following, method = self.tokens[at], self.string_at(at + 1), self.string_at(at + 2)
        if following == "." and token.string in self.images and method in RUNS:
            return self.image_method(at + 2, self.images[token.string])
        if following == "." and token.string in self.containers and method in ("stop", "remove"):
            self.step("rm", self.containers[token.string], token)
            return at + 3
        if following == "=":
            return self.assignment(at)
        label = self.tokens[min(at + 2, len(self.tokens) - 1)]
        if token.string == "node" and following == "(" and label.kind == "string":
            self.pending = ("node", None, f"node {method}")
            return self.closing(at + 1) + 1
        return None

    def agent_setting(self, at: int, block: PipelineBlock) -> int | None:
        """Read `agent { docker 'image' }`, `agent { docker { image '…'; args '…' } }`; None for anything else."""
        token = self.tokens[at]
        is_nested = block.name in ("docker", "dockerfile") and any(outer.name == "agent" for outer in self.blocks)
        if is_nested and token.string in ("image", "args", "filename") and at + 1 < len(self.tokens):
            word, end = self.expression(at + 1)
            if word is not None:
                block.agent[token.string] = word
                block.place = token if token.string == "image" or block.place is None else block.place
                return end
        if block.name == "agent" and token.string == "docker" and self.kind_at(at + 1) == "string":
            word, end = self.expression(at + 1)
            if word is not None:
                block.agent["image"], block.place = word, token
            return end
        return None

    def way(self, at: int, name: str, block: PipelineBlock | None) -> bool:
        """Read branches without braces: `case x:` of a `switch`, `if (x) step`, `else step`."""
        if name in ("case", "default") and block is not None and block.name == "switch":
            block.fork, block.arms = block.fork or self.context.fork(), block.arms + 1
            self.place.flow.leave(block.depth)
            self.place.flow.enter("case", block.arms, block.fork)
            return True
        if name == "if" and self.string_at(at + 1) == "(" and self.string_at(self.closing(at + 1) + 1) != "{":
            self.single = self.place.flow.depth
            self.last_if = self.place.flow.enter("if")
            return True
        if name == "else" and self.string_at(at + 1) not in ("{", "if"):
            self.single = self.place.flow.depth
            self.place.flow.enter("if", 1, self.last_if or None)
            return True
        if (
            name == "label"
            and block is not None
            and self.kind_at(at + 1) == "string"
            and any(outer.name == "agent" for outer in self.blocks)
        ):
            host = f"node {self.string_at(at + 1)}"
            for outer in reversed(self.blocks):
                if outer.name in ("stage", "pipeline"):
                    break
                outer.host = host
            self.place.host = host
            return True
        return False

    def assignment(self, at: int) -> int:
        """Read `name = value`: a text, an image, a container."""
        name = self.tokens[at].string
        word, end = self.expression(at + 2)
        in_environment = bool(self.blocks) and self.blocks[-1].name == "environment" or self.string_at(at - 2) == "env"
        if word is not None:
            if in_environment:
                self.environment[name] = ShellValue(None if word.open else word.string, sure=False)
            if name in self.once:
                self.words[name] = word
            return end
        self.assigned = name
        return at + 2

    # Steps

    def shell(self, at: int) -> int:
        words, named, end = self.arguments(at + 1)
        script = named.get("script") or (words[0] if words else None)
        if script is not None:
            made = self.script(script)
            if made is not None and self.assigned:
                self.containers[self.assigned] = made
        self.assigned = ""
        return max(end, at + 1)

    def script(self, word: Word) -> int | None:
        """Run a text in a shell of its own. Return the container that it creates."""
        shell = self.place.another()
        for name, value in self.environment.items():
            shell.variables[name] = value
            shell.exported.add(name)

        def variable(written: str, _: str) -> str | None:
            match = REFERENCE.fullmatch(written)
            if match is None:
                return None
            name, rest = match["name"], match["rest"]
            if name in self.containers and rest in ("", ".id", ".trim()"):
                shell.variables[f"{name}_id"] = ShellValue(None, kind=CAPTURED, captured=self.containers[name])
                return f"${{{name}_id}}"
            if rest == ".id":
                shell.variables[f"{name}_id"] = ShellValue(None, kind=CAPTURED)
                return f"${{{name}_id}}"
            if name in ("env", "params") and re.fullmatch(r"\.\w+", rest):
                return f"${{{rest[1:]}}}"
            known = self.words.get(name)
            if known is not None and not known.open and not rest:
                shell.variables[f"{name}_"] = ShellValue(known.string, sure=False)
                return f"${{{name}_}}"
            return None

        run_script(shell, to_shell(word, variable))
        finish_script(shell)
        if self.single >= 0:  # the step of an `if` without braces
            self.place.flow.leave(self.single)
            self.single = -1
        return shell.created.container if shell.created is not None else None

    def docker(self, at: int) -> int:
        """Read `docker.image(…)…`, `docker.build(…)`, `docker.withServer(…) {`."""
        method = self.string_at(at + 2)
        if self.string_at(at + 3) != "(" or method not in ("image", "build", "withServer"):
            return at + 3
        words, _, end = self.arguments(at + 3)
        name = self.assigned
        self.assigned = ""
        image = words[0] if words and words[0] is not None else None
        if image is None:
            last = max(min(end - 2, len(self.tokens) - 1), at + 2)
            text = self.text.slice(self.tokens[min(at + 4, last)].start, self.tokens[last].end)
            image = Word(text, ((0, len(text), VARIABLE),))
        if method == "withServer":
            self.pending = ("withServer", None, image.string)
            return end
        if method == "build":
            self.built(at, image, words[1] if len(words) > 1 else None)
        if name:
            self.images[name] = image
        if self.string_at(end) == "." and self.string_at(end + 1) in RUNS:
            self.assigned = name
            return self.image_method(end + 1, image)
        return end

    def built(self, at: int, image: Word, arguments: Word | None) -> None:
        text = self.text
        head = text.replaced(self.tokens[at].start, self.tokens[at + 2].end, "docker build -t ")
        blank = text.replaced(self.tokens[at + 2].start, self.tokens[at + 2].end, " ")
        dot = text.replaced(self.tokens[at + 2].start, self.tokens[at + 2].end, ".")
        words = [Word(head), image, Word(blank), *([arguments] if arguments is not None else [Word(dot)])]
        self.script(joined(words))

    def image_method(self, at: int, image: Word) -> int:
        method = self.tokens[at]
        if self.string_at(at + 1) == "(" or self.kind_at(at + 1) == "string":
            words, _, end = self.arguments(at + 1)
        else:
            words, end = [], at + 1
        name, self.assigned = self.assigned, ""
        arguments = words[0] if words else None
        if words and arguments is None:
            text = self.text.slice(method.end, self.tokens[end - 1].end)
            arguments = Word(text, ((0, len(text), VARIABLE),))
        made = self.run(method, image, arguments, words[1] if len(words) > 1 else None)
        if name and method.string == "run" and made is not None:
            self.containers[name] = made
        if method.string in ("withRun", "inside"):
            self.pending = (method.string, made, "")
        return end

    def run(self, place: Token, image: Word, arguments: Word | None, command: Word | None) -> int | None:
        """Read `docker run -d ARGUMENTS IMAGE COMMAND`; the span of its first words is that of the method."""
        head = Word(self.text.replaced(place.start, place.end, "docker run -d "))
        blank = Word(self.text.replaced(place.start, place.end, " "))
        if arguments is not None and "\n" in arguments.string:  # Jenkins splits them at any blank
            text = arguments.text
            arguments = Word(MappedText(text.source, text.string.replace("\n", " "), text.segments), arguments.holes)
        words = [
            head,
            *([arguments, blank] if arguments is not None else []),
            image,
            *([blank, command] if command is not None else []),
        ]
        return self.script(joined(words))
