"""Markdown: the code blocks of a document, each read by the extractor of its language.

Fences (in lists and quotes too) and indented code.  In a shell block with prompts the lines behind a prompt are commands and
the others output; without, all of it is a script.  A document is one scope; its blocks are examples, which nobody has to run one after
the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linklint.extract.reading import Order, Reading, directory_of
from linklint.source import Source, Text, join

FENCE = re.compile(r"(?P<prefix>(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)")
FROM = re.compile(r"^[ \t]*(FROM|ENV|EXPOSE|ARG|CMD|RUN) ", re.MULTILINE)
POWERSHELL = frozenset("powershell ps ps1 pwsh posh batch bat dos cmd".split())
SESSION = frozenset("console shell-session shellsession terminal sh-session bash-session".split())
WHERE = r"(?:\[[^\]\n]{1,60}\]|[\w.-]+@[\w.-]+(?:[: ][^\s$#%>]*)?|[\w.~/-]{1,40}(?::[^\s$#%>]{0,40})?|(?:PS )?[A-Z]:[^>\n]{0,60}|PS)"
PROMPT = re.compile(
    rf"(?P<indent>[ \t]*)(?:\([\w.-]+\)[ \t]*)?(?P<prompt>(?:{WHERE}[ \t]?)?[$%❯➜➸»][ \t]+(?:\$[ \t]+)?|{WHERE}?\$?>(?!>)[ \t]+|[$](?=docker |sudo |podman ))"
)
ROOT_PROMPT = re.compile(r"(?P<indent>[ \t]*)(?P<prompt>(?:\[[^\]\n]{1,60}\]|[\w.-]+(?:@[\w.-]+)?(?:[: ][^\s$#%>]*)?)?[ \t]?#[ \t]+)(?=\S)")
COMMENT_COMMAND = re.compile(r"[ \t]*#[ \t]+(?:sudo )?(?:docker|podman|nerdctl) (?:run|create|container|-)")
ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d{1,9}[.)])(?P<space>[ \t]+)\S")
INLINE = re.compile(r"(?P<ticks>`{1,3})(?P<code>(?:sudo )?(?:docker|podman) [^`\n]*)(?P=ticks)(?!`)")
MENTION = re.compile(r"docker|podman|nerdctl|_PORT|_ENV_")
COMPOSE_KEYS = re.compile(r"^[ \t]*(image|build|links|ports|environment|services|container_name):", re.MULTILINE)
CONTINUED = re.compile(r"[\\`^][ \t]*\Z")


class Block(NamedTuple):
    """A code block: the first word of its info string in lower case, its text, whether it is fenced; `code` for a span inside of a line."""

    language: str
    text: Text
    fenced: bool


def blocks(source: Source) -> Iterator[Block]:
    """The code blocks of a document, in order."""
    number, count = 1, len(source.lines)
    while number <= count:
        line = source.line_text(number)
        match = FENCE.match(line) if "```" in line or "~~~" in line else None
        if match and not (match["mark"][0] == "`" and "`" in match["info"]):
            number, block = _fence(source, number, match)
            yield block
        elif _is_indented(line) and _code_may_begin(source, number):
            number, block = _indented(source, number)
            yield block
        else:
            if "`" in line and ("docker " in line or "podman " in line):
                yield from _inline(source, number, line)
            number += 1


def _inline(source: Source, number: int, line: str) -> Iterator[Block]:
    """The commands in code spans of a line of prose."""
    start = source.lines[number - 1]
    for match in INLINE.finditer(line):
        yield Block("code", source.whole().slice(start + match.start("code"), start + match.end("code")), True)


def _fence(source: Source, number: int, match: re.Match[str]) -> tuple[int, Block]:
    mark, quoted = match["mark"], match["prefix"].count(">")
    column = len(match["prefix"].expandtabs(4))
    info = match["info"].strip().strip("{}").lstrip(".").split()
    language = info[0].lower().split(",")[0] if info else ""
    pieces: list[Text] = []
    number += 1
    text = source.whole()
    close = re.compile(rf"{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\Z")
    while number <= len(source.lines):
        line, start = source.line_text(number), source.lines[number - 1]
        skip = _prefix(line, quoted, column)
        if skip is None:
            break
        number += 1
        if close.match(line[skip:].lstrip(" \t") if len(line[skip:]) - len(line[skip:].lstrip()) < 4 else line[skip:]):
            break
        pieces.append(text.slice(start + skip, _next_line(source, number - 1)))
    return number, Block(language, join(source, pieces), True)


def _next_line(source: Source, number: int) -> int:
    """The offset behind a line and its end."""
    return source.lines[number] if number < len(source.lines) else len(source.text)


def _prefix(line: str, quoted: int, column: int) -> int | None:
    """How much of a line belongs to the quote and list that the fence stands in; None where that has ended."""
    at = 0
    for _ in range(quoted):
        marker = re.compile(r"[ \t]{0,3}>[ \t]?").match(line, at)
        if not marker:
            return None
        at = marker.end()
    limit = column - at if not quoted else column
    while at < len(line) and line[at] in " \t" and limit > 0 and (not quoted or at < column):
        limit -= 4 if line[at] == "\t" else 1
        at += 1
    return at


def _is_indented(line: str) -> bool:
    return (line.startswith(("    ", "\t"))) and bool(line.strip())


def _code_may_begin(source: Source, number: int) -> bool:
    """Indented code cannot interrupt a paragraph."""
    if number == 1:
        return True
    before = source.line_text(number - 1)
    return not before.strip() or before.lstrip().startswith(("#", "```", "~~~")) or _is_indented(before)


def _indented(source: Source, number: int) -> tuple[int, Block]:
    """Indented code, also the one inside of a list item, whose own indentation is deeper."""
    pieces: list[Text] = []
    first = source.line_text(number)
    text = source.whole()
    width = len(first) - len(first.lstrip())
    is_item = ITEM.match(first)
    while number <= len(source.lines):
        line, start = source.line_text(number), source.lines[number - 1]
        if line.strip() and not _is_indented(line):
            break
        if pieces and FENCE.match(line):
            break
        skip = min(width, len(line) - len(line.lstrip()))
        pieces.append(text.slice(start + skip, _next_line(source, number)))
        number += 1
    block = join(source, pieces)
    return number, Block("item" if is_item else "", block, False)


def extract(sources: list[Source], reading: Reading) -> None:
    """Take the facts of the code blocks of documents."""
    for source in sources:
        _Document(source, reading).read()


class _Document:
    def __init__(self, source: Source, reading: Reading) -> None:
        from linklint.extract.shell.interpreter import Interpreter

        self.source = source
        self.reading = reading
        self.order = Order(reading, source.whole().span(), "markdown", source.path)
        self.shell = Interpreter(reading, self.order, directory_of(source.path), document=True)

    def read(self) -> None:
        fork, arm = self.reading.fork(), 0
        for block in blocks(self.source):
            string = block.text.string
            if not MENTION.search(string) and not COMPOSE_KEYS.search(string) and block.language not in ("dockerfile", "docker"):
                continue
            arm += 1
            if block.language in ("yaml", "yml", "docker-compose", "compose"):
                self.compose(block)
            elif block.language in ("dockerfile", "docker", "containerfile") and FROM.search(string):
                self.dockerfile(block)
            else:
                self.script(block, fork, arm)
        self.shell.finish()

    def script(self, block: Block, fork: int, arm: int) -> None:
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
        length = len(self.shell.branches)
        with self.shell.branch(fork, arm, "example"):
            for text in [block.text] if block.language == "code" else commands(block):
                self.shell.run(text)
        del self.shell.branches[length:]

    def compose(self, block: Block) -> None:
        from linklint.extract.compose import extract_block

        if COMPOSE_KEYS.search(block.text.string):
            extract_block(block.text, self.source, self.reading)

    def dockerfile(self, block: Block) -> None:
        """A Dockerfile in a document: read as a file of its own whose places are the document's."""
        from linklint.extract.dockerfile import extract_text

        extract_text(block.text, self.source, self.reading)


def _looks_like_yaml(string: str) -> bool:
    return len(COMPOSE_KEYS.findall(string)) >= 2 and not re.search(r"^\s*(\$ )?(sudo )?docker run", string, re.MULTILINE)


def commands(block: Block) -> list[Text]:
    """The commands of a shell block: all of it, or what stands behind prompts."""
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
    return list(_prompted(lines, prompts))


def _root_prompt(line: str) -> re.Match[str] | None:
    """`host# ` and `[root@host ~]# `; a bare `# ` may be a comment."""
    match = ROOT_PROMPT.match(line)
    return match if match and len(match["prompt"].strip()) > 1 else None


def _backslashed(text: Text) -> Text:
    """The continuations of PowerShell and cmd written as a shell's, the same length."""
    return Text(text.source, re.sub(r"[`^](?=[ \t]*\r?\n)", r"\\", text.string), text.pieces)


def _is_script(block: Block) -> bool:
    """Whether a block without prompts is a script as a whole, and not a mixture of commands and output."""
    return (
        block.language in ("sh", "bash", "shell", "zsh", "ksh", "console", "shell-session", "terminal")
        or not block.fenced
        or not block.language
    )


def _command_lines(lines: list[Text]) -> list[Text]:
    """The lines, with their continuations, that begin with a docker command: for blocks that may be anything."""
    found: list[Text] = []
    index = 0
    while index < len(lines):
        if re.match(r"\s*(sudo\s+)?(docker|podman)\s", lines[index].string):
            start = index
            while CONTINUED.search(lines[index].string.rstrip("\r\n")) and index + 1 < len(lines):
                index += 1
            found.append(join(lines[start].source, lines[start : index + 1]))
        index += 1
    return found


def _prompted(lines: list[Text], prompts: list[re.Match[str] | None]) -> Iterator[Text]:
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
        yield join(lines[0].source, pieces)
        index += 1


def _goes_on(pieces: list[Text]) -> bool:
    """Whether a command is not complete: a continuation, an open quote, a heredoc."""
    if CONTINUED.search(pieces[-1].string.rstrip("\r\n")) and not pieces[-1].string.rstrip().endswith("^"):
        return pieces[-1].string.rstrip().endswith("\\") or pieces[-1].string.count("`") % 2 == 1
    string = "".join(piece.string for piece in pieces)
    heredoc = re.search(r"<<-?\s*['\"]?(\w+)", string)
    if heredoc:
        return not re.search(rf"^\s*{heredoc[1]}\s*$", string, re.MULTILINE) and len(pieces) < 200
    return (
        len(pieces) < 60
        and (string.count("'") % 2 == 1 and string.count('"') % 2 == 0 or string.count('"') % 2 == 1 and string.count("'") % 2 == 0)
        and "\n" in pieces[-1].string
    )


def _with_ends(text: Text) -> list[tuple[int, int]]:
    starts = [start for start, _ in text.lines()]
    return list(zip(starts, [*starts[1:], len(text.string)]))
