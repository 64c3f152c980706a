"""Documents: the code blocks of Markdown and other markup, each read by the extractor of its language.

Of Markdown it reads fences (also in lists and quotes) and indented code; `markup.py` has the other formats. In a shell
block with prompts, the lines after a prompt are commands and the others output; without prompts, the whole block is a
script. A document is one scope; its blocks are examples, which need not run one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import EmbeddedText, Kind, NetworkLines, Surroundings, extract_blocks_of, kinds
from linklint.lexer.languages import PROSE_NAMES
from linklint.lexer.markup import MENTION, code_blocks
from linklint.lexer.markup import Block as CodeBlock
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, concat

KIND = Kind(
    rank=70,
    name="markdown",
    example="README.md",
    files="Markdown, reStructuredText, AsciiDoc, Org, HTML, `*.txt`, and a `README` without a suffix",
    takes="code blocks and code spans: commands, Compose files, Dockerfiles, units",
    suffixes="md markdown mdown mkd mkdn mdx rst rest adoc asciidoc asc org html htm txt text",
    names=r"readme|install|hacking|contributing|usage",
    comments=("#", "<!--", "//"),
    is_example=True,
    mentions_settings=True,
    matters=contents.matters_as_document,
    syntax="markdown",
    comment_style="html",
    searched="",
    network=NetworkLines(in_order=True),
)

FROM = lazy_compile(r"^[ \t]*(FROM|ENV|EXPOSE|ARG|CMD|RUN) ", re.MULTILINE)
POWERSHELL = frozenset("powershell ps ps1 pwsh posh batch bat dos cmd".split())
SESSION = frozenset("console shell-session shellsession terminal sh-session bash-session".split())
WHERE = (
    r"(?:\[[^\]\n]{1,60}\]|[\w.-]+@[\w.-]+(?:[: ][^\s$#%>]*)?|[\w.~/-]{1,40}(?::[^\s$#%>]{0,40})?|(?:PS "
    r")?[A-Z]:[^>\n]{0,60}|PS)"
)
PROMPT = lazy_compile(
    rf"(?P<indent>[ \t]*)(?:\([\w.-]+\)[ \t]*)?(?P<prompt>(?:{WHERE}[ \t]?)?[$%❯➜➸»][ \t]+(?:\$[ \t]+)?"
    rf"|{WHERE}?\$?>(?!>)[ \t]+|[$](?=docker |sudo |podman ))"
)
ROOT_PROMPT = lazy_compile(
    r"(?P<indent>[ \t]*)(?P<prompt>(?:\[[^\]\n]{1,60}\]|[\w.-]+(?:@[\w.-]+)?(?:[: ][^\s$#%>]*)?)?[ \t]?#[ \t]+)(?=\S)"
)
COMMENT_COMMAND = lazy_compile(r"[ \t]*#[ \t]+(?:sudo )?(?:docker|podman|nerdctl) (?:run|create|container|-)")
UNIT = lazy_compile(r"^\[(?:Service|Container)\][ \t]*\r?$", re.MULTILINE)
COMPOSE_KEYS = lazy_compile(r"^[ \t]*(image|build|links|ports|environment|services|container_name):", re.MULTILINE)
CONTINUED = lazy_compile(r"[\\`^][ \t]*\Z")
OR_LINE = lazy_compile(  # alone on its line, or the first word of a comment
    r"^[ \t]*(?:(?:OR|ALTERNATIVELY|ODER|OU|ИЛИ|或|或者|または|또는)[ \t]*[:,.…-]{0,3}[ \t]*"
    r"|(?:#|//)[ \t]*(?:or|alternatively|oder|或|或者)\b[^\n]*)$\n?",
    re.IGNORECASE | re.MULTILINE,
)
HEADED = lazy_compile(r"^[ \t]*\n[ \t]*#(?![ \t]*(?:sudo |docker |podman |nerdctl ))[^\n]*$", re.MULTILINE)
NAMED = lazy_compile(r"--name[= ][ \t]*([^\s\\]+)")


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the code blocks of documents."""
    for source in sources:
        if not PROSE_NAMES.search(source.path):  # a change log is prose
            _Document(source, context).read()


class _Document:
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        from linklint.shell.interpreter import new_shell

        self.source = source
        self.context = context
        self.order = StepRecorder(context, source.whole().span(), KIND, source.path)
        self.shell = new_shell(context, self.order, directory_of(source.path), document=True)

    def read(self) -> None:
        fork, arm = self.context.fork(), 0
        for block in code_blocks(self.source):
            string = block.text.string
            if self.shell.exhausted and block.language not in ("yaml", "yml", "dockerfile"):
                continue
            if (
                not MENTION.search(string)
                and not COMPOSE_KEYS.search(string)
                and block.language not in ("dockerfile", "docker")
            ):
                continue
            if block.language in ("yaml", "yml", "docker-compose", "compose") and COMPOSE_KEYS.search(string):
                self.compose(block)
            elif block.language in ("dockerfile", "docker", "containerfile") and FROM.search(string):
                self.dockerfile(block)
            elif UNIT.search(string):
                self.unit(block)
            else:
                for part in _alternatives(block):
                    arm += 1
                    self.script(part, fork, arm)
        from linklint.shell.interpreter import finish_script

        finish_script(self.shell)

    def script(self, block: CodeBlock, fork: int, arm: int) -> None:
        if block.language in POWERSHELL:
            block = block._replace(text=_backslashed(block.text))
        if not block.language and _looks_like_yaml(block.text.string):
            return self.compose(block)
        if (
            not block.language
            and re.search(r"^FROM \S+", block.text.string, re.MULTILINE)
            and re.search(r"^(RUN|CMD|ENV|EXPOSE|COPY|ADD) ", block.text.string, re.MULTILINE)
        ):
            return self.dockerfile(block)
        from linklint.shell.interpreter import run_script

        self.shell.is_fragment = block.language == "code"
        with self.shell.flow.part(), self.shell.branch(fork, arm, "example"):
            for text in [block.text] if block.language == "code" else commands(block):
                run_script(self.shell, text)
                if self.shell.exhausted:
                    break

    def unit(self, block: CodeBlock) -> None:
        """Read a unit of systemd, or a Quadlet, as if it were a file of its own."""
        is_unit = re.search(r"^\[Service\]", block.text.string, re.MULTILINE) is not None
        self.embedded("unit" if is_unit else "quadlet", block)

    def compose(self, block: CodeBlock) -> None:
        if COMPOSE_KEYS.search(block.text.string):
            self.embedded("compose", block)

    def dockerfile(self, block: CodeBlock) -> None:
        """Read a Dockerfile in a document like a file of its own, with locations in the document."""
        self.embedded("dockerfile", block)

    def embedded(self, kind: str, block: CodeBlock) -> None:
        """Let the extractor of another kind read a block."""
        place = Surroundings(self.source, self.context, self.order, shell=self.shell)
        extract_blocks_of(kind, [EmbeddedText(kinds()[kind].example, block.text)], place)


def _alternatives(block: CodeBlock) -> Iterator[CodeBlock]:
    """Yield the parts of a block of which a reader runs one: between lines that say "or", and under comments of which
    the later one creates a container that an earlier one has created.
    """
    start, text = 0, block.text
    for cut, end in sorted([*(match.span() for match in OR_LINE.finditer(text.string)), *_created_again(text.string)]):
        yield block._replace(text=text.slice(start, cut))
        start = end
    yield block._replace(text=text.slice(start, len(text))) if start else block


def _created_again(string: str) -> Iterator[tuple[int, int]]:
    starts = [match.start() for match in HEADED.finditer(string)]
    seen: set[str] = set(NAMED.findall(string, 0, starts[0])) if starts else set()
    for start, end in pairwise([*starts, len(string)]):
        named = set(NAMED.findall(string, start, end))
        if named & seen:
            seen = set()
            yield start, start
        seen |= named


def _looks_like_yaml(string: str) -> bool:
    return len(COMPOSE_KEYS.findall(string)) >= 2 and not re.search(
        r"^\s*(\$ )?(sudo )?docker run", string, re.MULTILINE
    )


def commands(block: CodeBlock) -> Iterable[MappedText]:
    """Return the commands of a shell block: the whole block, or the text after prompts."""
    lines = [block.text.slice(start, end) for start, end in _with_ends(block.text)]
    prompts = [PROMPT.match(line.string) or _root_prompt(line.string) for line in lines]
    if not any(prompts):
        bare = [line for line in lines if line.string.strip() and not line.string.lstrip().startswith("#")]
        roots = [ROOT_PROMPT.match(line.string) for line in lines]
        session = block.language in SESSION or not any("docker" in line.string for line in bare)
        if session and any(COMMENT_COMMAND.match(line.string) for line in lines):
            prompts = roots
        else:
            return [block.text] if _is_script(block) else _command_lines(lines)
    return _prompted(lines, prompts)


def _root_prompt(line: str) -> re.Match[str] | None:
    """Match `host# ` and `[root@host ~]# `; a bare `# ` may be a comment."""
    match = ROOT_PROMPT.match(line)
    return match if match and len(match["prompt"].strip()) > 1 else None


def _backslashed(text: MappedText) -> MappedText:
    """Return the text with continuations of PowerShell and cmd written as a shell's, in the same length."""
    return MappedText(text.source, re.sub(r"[`^](?=[ \t]*\r?\n)", r"\\", text.string), text.segments)


def _is_script(block: CodeBlock) -> bool:
    """Return whether a block without prompts is a script, and not a mixture of commands and output."""
    return (
        block.language in ("sh", "bash", "shell", "zsh", "ksh", "console", "shell-session", "terminal")
        or not block.fenced
        or not block.language
    )


def _command_lines(lines: list[MappedText]) -> list[MappedText]:
    """Return the lines that start with a docker command, with their continuations, for blocks that may be anything."""
    found: list[MappedText] = []
    index = 0
    while index < len(lines):
        if match := re.match(r"\s*(?:-\s+)?(?=(?:sudo\s+)?(?:docker|podman)\s)", lines[index].string):
            start = index
            while CONTINUED.search(lines[index].string.rstrip("\r\n")) and index + 1 < len(lines):
                index += 1
            first = lines[start].slice(match.end(), len(lines[start]))
            found.append(concat(first.source, [first, *lines[start + 1 : index + 1]]))
        index += 1
    return found


def _prompted(lines: list[MappedText], prompts: list[re.Match[str] | None]) -> Iterator[MappedText]:
    index = 0
    while index < len(lines):
        match = prompts[index]
        if match is None:
            index += 1
            continue
        pieces = [lines[index].slice(match.end(), len(lines[index]))]
        while _goes_on(pieces) and index + 1 < len(lines):
            index += 1
            line = lines[index]
            again = re.match(r"[ \t]*>[ \t]?", line.string)
            pieces.append(line.slice(again.end(), len(line)) if again else line)
        yield concat(lines[0].source, pieces)
        index += 1


def _goes_on(pieces: list[MappedText]) -> bool:
    """Return whether a command is incomplete: a continuation, an open quote, a heredoc."""
    if CONTINUED.search(pieces[-1].string.rstrip("\r\n")) and not pieces[-1].string.rstrip().endswith("^"):
        return pieces[-1].string.rstrip().endswith("\\") or pieces[-1].string.count("`") % 2 == 1
    string = "".join(piece.string for piece in pieces)
    heredoc = re.search(r"<<-?\s*['\"]?(\w+)", string)
    if heredoc:
        return not re.search(rf"^\s*{heredoc[1]}\s*$", string, re.MULTILINE) and len(pieces) < 200
    return (
        len(pieces) < 60
        and (
            string.count("'") % 2 == 1
            and string.count('"') % 2 == 0
            or string.count('"') % 2 == 1
            and string.count("'") % 2 == 0
        )
        and "\n" in pieces[-1].string
    )


def _with_ends(text: MappedText) -> list[tuple[int, int]]:
    starts = [start for start, _ in text.lines()]
    return list(zip(starts, [*starts[1:], len(text.string)]))
