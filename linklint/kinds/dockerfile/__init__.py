r"""Dockerfiles: what an image sets, exposes and runs.

Source: BuildKit's parser. It joins lines at the escape character (`\`, or a backtick after `# escape=`), drops comment
lines and empty lines inside a continuation, and knows heredocs, `ENV k=v …`, `ENV k v` and `ONBUILD`.
"""

from __future__ import annotations

import posixpath
import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from linklint.context import ExtractionContext, directory_of
from linklint.definition.containers import port_of, variable_of
from linklint.docker.cli.command import tool_of
from linklint.docker.environment import EnvAssignment, form_of
from linklint.docker.ports import BadPort, parse_expose
from linklint.facts.schema import Image
from linklint.flow.steps import StepRecorder
from linklint.kinds.dockerfile.instructions import (
    INSTRUCTION,
    MAX_PAIRS,
    Instruction,
    _flags_end,
    arguments,
    escape_of,
    instructions,
    split_words,
    unquote,
)
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat
from linklint.text.word import Word

if TYPE_CHECKING:
    from linklint.shell.state import ShellState
from linklint.kinds import contents
from linklint.kinds.kind import NO_DOCKERFILE, EmbeddedText, Kind, NetworkLines, Surroundings

KIND = Kind(
    rank=20,
    name="dockerfile",
    example="Dockerfile",
    files="`Dockerfile*`, `Containerfile*`, `*.dockerfile`",
    takes="`FROM`, `ENV`, `ARG`, `EXPOSE`, and the scripts of `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`",
    suffixes="dockerfile containerfile",
    names=r"(?:docker|container)file(?:[._-].*)?",
    unless=NO_DOCKERFILE,
    by_content={"named": contents.is_dockerfile},
    expands=True,
    is_about_docker=True,
    makes_image=True,
    stdin="Dockerfile",
    network=NetworkLines(by_program=True),
)

OTHER_PROGRAM = lazy_compile(r"\s*(?:\S*/)?(?:python|perl|ruby|node|php|cat|tee|psql|mysql|sed|awk)[\w.]*\b")
JSON_STRING = lazy_compile(r'"((?:[^"\\]|\\.)*)"')


MAX_JSON = 200_000


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of Dockerfiles: one image per stage."""
    for source in sources:
        extract_text(source.whole(), source, context)


def extract_text(text: MappedText, source: Source, context: ExtractionContext) -> None:
    """Extract the facts of a Dockerfile that is a file, or a code block of a document."""
    _Dockerfile(text, source, context).read()


def extract_blocks(blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Extract the facts of Dockerfiles inside another file."""
    for block in blocks:
        extract_text(block.text, place.source, place.context)


class _Dockerfile:
    def __init__(self, text: MappedText, source: Source, context: ExtractionContext) -> None:
        self.text = text
        self.source = source
        self.context = context
        self.order = StepRecorder(context, text.span(), KIND, source.path)
        self.scope = self.order.scope()
        self.arguments: dict[str, Word | None] = {}
        self.before: dict[str, Word | None] = {}
        self.set: dict[str, Word] = {}
        self.image: int | None = None
        self.builds = False
        self.escape = escape_of(text.string)
        self.is_sh = self.escape == "\\"

    def read(self) -> None:
        for instruction in instructions(self.text):
            if instruction.problem and len(self.text) == len(self.source.text):
                self.context.unread(
                    self.text.span(instruction.problem_at, instruction.problem_at + 1), instruction.problem
                )
            if instruction.keyword == "ONBUILD":
                inner = INSTRUCTION.match(instruction.value.string)
                if inner:
                    instruction = Instruction(
                        inner[1].upper(),
                        instruction.value.slice(inner.end(), len(instruction.value)),
                        instruction.heredocs,
                        instruction.whole,
                    )
            handler = getattr(self, "on_" + instruction.keyword.lower(), None)
            if handler:
                handler(instruction)
        if self.image is not None:
            self.context.collector.change(Image, self.image, last=1)

    def on_from(self, instruction: Instruction) -> None:
        words = [word for word in instruction.value.string.split() if not word.startswith("--")]
        base = words[0] if words else None
        stage = words[2] if len(words) > 2 and words[1].lower() == "as" else None
        self.set = {}
        if self.image is None:
            self.before = self.arguments  # an ARG before FROM is visible in a stage only if the stage repeats ARG
        self.arguments = {}
        self.image = self.context.add(
            Image(
                instruction.whole.span(),
                scope=self.scope,
                context=directory_of(self.source.path) or ".",
                dockerfile=posixpath.normpath(self.source.path),
                stage=stage,
                base=base,
            )
        )

    def on_arg(self, instruction: Instruction) -> None:
        for word in split_words(arguments(instruction), self.escape):
            equals = word.string.find("=")
            if equals > 0:
                raw = word.slice(equals + 1, len(word))
                self.fill(raw, self.arguments)
                self.context.spend(10 + len(raw))
                self.arguments[word.string[:equals]] = unquote(raw, {}, self.escape)
            else:
                self.arguments.setdefault(word.string, self.before.get(word.string))

    def on_env(self, instruction: Instruction) -> None:
        if self.image is None:
            return
        value = arguments(instruction)
        words = split_words(value, self.escape)
        pairs: list[tuple[MappedText, str, MappedText]] = []
        if words and "=" in words[0].string:
            for word in words:
                equals = word.string.find("=")
                if equals > 0:
                    pairs.append((word, word.string[:equals], word.slice(equals + 1, len(word))))
        elif words:
            name = value.string.split(None, 1)[0]
            after = len(name)
            rest = value.slice(after + len(value.string[after:]) - len(value.string[after:].lstrip()), len(value))
            pairs.append((value, name, rest))
        known = self.known()
        if len(pairs) > MAX_PAIRS:
            self.context.unread(
                pairs[MAX_PAIRS][0].span(), f"more than {MAX_PAIRS} variables: the rest of the instruction is not read"
            )
            del pairs[MAX_PAIRS:]
        fresh: dict[str, Word] = {}  # an instruction sees the values before it
        for whole, name, raw in pairs:
            value_word = unquote(raw, known, self.escape)
            self.fill(raw, known)
            fresh[name] = value_word
            self.context.spend(len(value_word.string) // 8 + len(value_word.text.segments))
            setting = EnvAssignment(name, value_word, form_of(value_word))
            self.context.add(variable_of(setting, whole.span(), "dockerfile", image=self.image))
        self.set |= fresh

    def known(self) -> Mapping[str, Word | None]:
        """Return the variables of `ARG` and `ENV`."""
        return ChainMap[str, Word | None](cast("dict[str, Word | None]", self.set), self.arguments)

    def fill(self, value: MappedText, known: Mapping[str, Word | None]) -> None:
        """Record reads that the build replaces: no link exists then."""
        if "$" in value.string and ("_TCP" in value.string or "_UDP" in value.string):
            from linklint.shell.reads import ReadContext, find_reads

            place = ReadContext(self.context, self.scope, "dockerfile", container_sets=frozenset(known), filled="build")
            self.context.spend(len(known))
            find_reads(place, value, None)

    def on_expose(self, instruction: Instruction) -> None:
        for text in split_words(arguments(instruction), self.escape):
            word = unquote(text, self.known(), self.escape)
            try:
                binding = parse_expose(word)
            except BadPort:
                continue
            self.context.add(port_of(binding, word, word.span, image=self.image))

    def on_run(self, instruction: Instruction) -> None:
        """Read a RUN instruction. No link exists during a build, so reads in its output files count, not its own."""
        self.builds = True
        self.run(instruction)
        self.builds = False

    def run(self, instruction: Instruction) -> None:
        if instruction.heredocs:
            if OTHER_PROGRAM.match(
                instruction.value.slice(_flags_end(instruction.value.string), len(instruction.value)).string
            ):
                return
            for body in instruction.heredocs:
                if not body.string.startswith("#!") or re.match(r"#![^\n]*sh\b", body.string):
                    self.shell(body)
        else:
            self.program(instruction)

    def on_cmd(self, instruction: Instruction) -> None:
        self.program(instruction)

    on_entrypoint = on_cmd

    def on_healthcheck(self, instruction: Instruction) -> None:
        at = instruction.value.string.find("CMD ")
        if at >= 0:
            self.program(instruction._replace(value=instruction.value.slice(at + 4, len(instruction.value))))

    def on_shell(self, instruction: Instruction) -> None:
        self.is_sh = re.search(r"powershell|pwsh|cmd", instruction.value.string, re.IGNORECASE) is None

    def on_copy(self, instruction: Instruction) -> None:
        for body in instruction.heredocs:
            if body.string.startswith("#!"):
                self.shell(body)

    def program(self, instruction: Instruction) -> None:
        """Read a program: the shell form is a script; in the exec form, the word after `sh -c` is one."""
        value = arguments(instruction)
        if not value.string.lstrip().startswith("["):
            return self.shell(value)
        if len(value) > MAX_JSON:
            return self.context.unread(
                value.span(0, 1), f"longer than {MAX_JSON} characters: the instruction is not read"
            )
        items = list(JSON_STRING.finditer(value.string))
        strings = [match[1] for match in items]
        if (
            len(items) > 2
            and strings[0].rsplit("/", 1)[-1] in ("sh", "bash", "ash", "dash")
            and strings[1] in ("-c", "-lc", "-ec", "-exc", "-xec")
        ):
            self.shell(json_text(value, items[2]))
        elif strings and tool_of(strings[0]):
            from linklint.shell.interpreter import run_words

            run_words(self.new_shell(), [Word(json_text(value, item), quoted=True) for item in items])

    def new_shell(self) -> ShellState:
        from linklint.shell.interpreter import new_shell

        in_document = len(self.text) < len(self.source.text)
        self.context.spend(len(self.set))
        inner = new_shell(self.context, self.order, directory_of(self.source.path), document=in_document)
        inner.container_sets = frozenset(self.set)
        inner.at_build_time = self.builds
        return inner

    def shell(self, text: MappedText) -> None:
        if not self.is_sh:
            return
        if "docker" in text.string or "podman" in text.string or "_PORT" in text.string or "_ENV_" in text.string:
            from linklint.shell.interpreter import finish_script, run_script

            inner = self.new_shell()
            run_script(inner, text)
            finish_script(inner)


def json_text(value: MappedText, match: re.Match[str]) -> MappedText:
    """Return the string of a JSON literal without escapes, each character at its location."""
    if "\\" not in match[1]:
        return value.slice(match.start(1), match.end(1))
    pieces: list[MappedText] = []
    at = match.start(1)
    for escape in re.finditer(r"\\(u[0-9a-fA-F]{4}|.)", match[1]):
        start = match.start(1) + escape.start()
        pieces.append(value.slice(at, start))
        code = escape[1]
        plain = chr(int(code[1:], 16)) if len(code) == 5 else {"n": "\n", "t": "\t", "r": "\r"}.get(code, code)
        at = match.start(1) + escape.end()
        pieces.append(value.replaced(start, at, plain))
    pieces.append(value.slice(at, match.end(1)))
    return concat(value.source, pieces)
