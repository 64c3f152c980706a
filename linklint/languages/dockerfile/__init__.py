"""Dockerfiles: what an image sets, exposes and runs.

Source: BuildKit's parser. Lines joined by the escape character (`\\`, or a backtick after `# escape=`), comment lines
and empty lines inside of a continuation dropped, heredocs, `ENV k=v …` and `ENV k v`, `ONBUILD`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from linklint.docker.cli.command import tool_of
from linklint.docker.environment import EnvAssignment, form_of
from linklint.docker.ports import BadPort, parse_expose
from linklint.facts.schema import Image
from linklint.languages.container_facts import add_env, add_port
from linklint.languages.context import ExtractionContext, directory_of
from linklint.languages.control_flow import StepRecorder
from linklint.text.source import MappedText, Source, concat
from linklint.text.word import DEFAULT, VARIABLE, Word, WordBuilder, literal

if TYPE_CHECKING:
    from linklint.languages.shell.state import ShellState

OTHER_PROGRAM = re.compile(r"\s*(?:\S*/)?(?:python|perl|ruby|node|php|cat|tee|psql|mysql|sed|awk)[\w.]*\b")
DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*")
INSTRUCTION = re.compile(r"\s*(\S+)(?:\s+|\Z)")
HEREDOC = re.compile(r"\d*<<(-?)([^<]+)")
QUOTED = re.compile(r"""(?:[^'"\\\s]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|\s|\\\Z)*""", re.DOTALL)
VARIABLE_REF = re.compile(r"\$(?:\{(?P<braced>\w+)(?P<rest>:?[-+?][^}]*|[#%/][^}]*)?\}|(?P<bare>\w+))")
JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


MAX_VALUE = 4000
MAX_LINES = 10_000
MAX_PAIRS = 2000
MAX_INSTRUCTIONS = 10_000
MAX_HEREDOCS = 100
MAX_JSON = 200_000
TABS = r"\t*"


class Instruction(NamedTuple):
    """One instruction: its keyword in upper case, its value with continuations joined, and the bodies of its heredocs.

    `problem` says what could not be read of it, `problem_at` where.
    """

    keyword: str
    value: MappedText
    heredocs: list[MappedText]
    whole: MappedText
    problem: str = ""
    problem_at: int = -1


def instructions(text: MappedText) -> list[Instruction]:
    """The instructions of a Dockerfile, in order."""
    return _Instructions(text).read()


class _Instructions:
    def __init__(self, text: MappedText) -> None:
        self.text = text
        self.string = text.string
        self.at = 0
        self.escape = escape_of(text.string)
        self.continued = re.compile(
            rf"(?:[ \t]*+(?:\#[^\n]*+)?\r?\n|[^\n]*(?:(?<!{re.escape(self.escape)})|^){re.escape(self.escape)}[ "
            rf"\t]*\r?\n)*+",
            re.MULTILINE,
        )
        self.missing: set[tuple[bool, str]] = set()

    def read(self) -> list[Instruction]:
        found: list[Instruction] = []
        while self.at < len(self.string):
            instruction = self.instruction()
            if instruction is not None:
                found.append(instruction)
            if len(found) == MAX_INSTRUCTIONS and self.at < len(self.string):
                found[-1] = found[-1]._replace(
                    problem=f"more than {MAX_INSTRUCTIONS} instructions: the rest is not read", problem_at=self.at
                )
                break
        return found

    def line(self) -> tuple[int, int]:
        """(start, end) of the next line, which is passed over."""
        start, end = self.at, self.string.find("\n", self.at)
        end = len(self.string) if end < 0 else end
        self.at = end + 1
        return start, end - 1 if end > start and self.string[end - 1] == "\r" else end

    def instruction(self) -> Instruction | None:
        first, last, cut = self.at, self.at, -1
        pieces: list[MappedText] = []
        while self.at < len(self.string):
            start, end = self.line()
            last = end
            stripped = self.string[start:end].strip()
            if not stripped or stripped.startswith("#"):
                if pieces:
                    continue
                return None
            body = start + len(self.string[start:end].rstrip(" \t"))
            if self.string[body - 1] != self.escape or self.string[start : body - 1].endswith(self.escape):
                pieces.append(self.text.slice(start, end))
                break
            pieces.append(self.text.slice(start, body - 1))
            if len(pieces) >= MAX_LINES:
                cut = self.at
                skipped = self.continued.match(self.string, self.at)
                self.at = skipped.end() if skipped else self.at
                last = self.line()[1] if self.at < len(self.string) else len(self.string)
                break
        if not pieces:
            return None
        joined = pieces[0] if len(pieces) == 1 else concat(self.text.source, pieces)
        match = INSTRUCTION.match(joined.string)
        if not match:
            return None
        keyword, value = match[1].upper(), joined.slice(match.end(), len(joined.string.rstrip()))
        heredocs: list[MappedText] = []
        problem, at = "", cut
        if cut >= 0:
            problem = f"more than {MAX_LINES} lines: the rest of the instruction is not read"
        inner = INSTRUCTION.match(value.string) if keyword == "ONBUILD" else None
        if (inner[1].upper() if inner else keyword) in ("RUN", "COPY", "ADD"):
            unended = self.read_heredocs(value.string, heredocs)
            if unended:
                problem, at = f"no line ends the heredoc {unended}", max(self.string.find("<<", first), first)
            if heredocs:
                last = self.at - 1 if self.at <= len(self.string) else len(self.string)
        return Instruction(keyword, value, heredocs, self.text.slice(first, last), problem, at)

    def read_heredocs(self, value: str, heredocs: list[MappedText]) -> str:
        """Read the heredocs that `value` opens: the name of one that no line ends; it is read as none then."""
        if "<<" not in value or not QUOTED.fullmatch(value):
            return ""
        for word in split_words(literal(value).text, limit=MAX_HEREDOCS):
            match = HEREDOC.fullmatch(word.string)
            name = unquote(word.slice(match.start(2), match.end(2)), {}).string if match else ""
            if not match or not name:
                continue
            if (bool(match[1]), name) in self.missing:
                return ""  # it is said once
            end = re.compile(rf"^{TABS if match[1] else ''}{re.escape(name)}\r?$", re.MULTILINE).search(
                self.string, self.at
            )
            if end is None:
                self.missing.add((bool(match[1]), name))
                return name
            heredocs.append(self.text.slice(self.at, max(self.at, end.start())))
            self.at = end.end() + 1
        return ""


def escape_of(string: str) -> str:
    """The escape character that a parser directive at the top chooses."""
    for line in string[:2000].split("\n")[:10]:
        match = DIRECTIVE.fullmatch(line.strip())
        if not match:
            break
        if match[1].lower() == "escape":
            return match[2][0]
    return "\\"


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Take the facts of Dockerfiles: an image a stage."""
    for source in sources:
        extract_text(source.whole(), source, context)


def extract_text(text: MappedText, source: Source, context: ExtractionContext) -> None:
    """Take the facts of a Dockerfile that is a file, or a block of a document."""
    _Dockerfile(text, source, context).read()


class _Dockerfile:
    def __init__(self, text: MappedText, source: Source, context: ExtractionContext) -> None:
        self.text = text
        self.source = source
        self.context = context
        self.order = StepRecorder(context, text.span(), "dockerfile", source.path)
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
            self.before = self.arguments  # an ARG before FROM is in a stage only where the stage says ARG again
        self.arguments = {}
        self.image = self.context.add(
            Image(
                instruction.whole.span(),
                self.scope,
                None,
                directory_of(self.source.path) or ".",
                posixpath.normpath(self.source.path),
                stage,
                base,
            )
        )

    def on_arg(self, instruction: Instruction) -> None:
        for word in split_words(_arguments(instruction), self.escape):
            equals = word.string.find("=")
            if equals > 0:
                raw = word.slice(equals + 1, len(word))
                self.fill(raw, self.arguments)
                self.arguments[word.string[:equals]] = unquote(raw, {}, self.escape)
            else:
                self.arguments.setdefault(word.string, self.before.get(word.string))

    def on_env(self, instruction: Instruction) -> None:
        if self.image is None:
            return
        value = _arguments(instruction)
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
        known = {**dict(self.arguments.items()), **self.set}
        if len(pairs) > MAX_PAIRS:
            self.context.unread(
                pairs[MAX_PAIRS][0].span(), f"more than {MAX_PAIRS} variables: the rest of the instruction is not read"
            )
            del pairs[MAX_PAIRS:]
        for whole, name, raw in pairs:
            value_word = unquote(raw, known, self.escape)
            self.fill(raw, known)
            self.set[name] = value_word
            add_env(
                self.context,
                EnvAssignment(name, value_word, form_of(value_word)),
                whole.span(),
                "dockerfile",
                image=self.image,
            )

    def fill(self, value: MappedText, known: Mapping[str, Word | None]) -> None:
        """What the build fills in; no link exists then."""
        if "$" in value.string and ("_TCP" in value.string or "_UDP" in value.string):
            from linklint.languages.shell.reads import ReadContext, find_reads

            place = ReadContext(self.context, self.scope, "dockerfile", container_sets=frozenset(known), filled="build")
            find_reads(place, value, None)

    def on_expose(self, instruction: Instruction) -> None:
        for text in split_words(_arguments(instruction), self.escape):
            word = unquote(text, {**self.arguments, **self.set}, self.escape)
            try:
                binding = parse_expose(word)
            except BadPort:
                continue
            add_port(self.context, binding, word, word.span, image=self.image)

    def on_run(self, instruction: Instruction) -> None:
        """While an image is built no link exists: what is read is read by what the command writes."""
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
        """The shell form is a script; of the exec form, what follows `sh -c`."""
        value = _arguments(instruction)
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
            from linklint.languages.shell.interpreter import run_words

            run_words(self.new_shell(), [Word(json_text(value, item), quoted=True) for item in items])

    def new_shell(self) -> ShellState:
        from linklint.languages.shell.interpreter import new_shell

        in_document = len(self.text) < len(self.source.text)
        inner = new_shell(self.context, self.order, directory_of(self.source.path), document=in_document)
        inner.container_sets = frozenset(self.set)
        inner.at_build_time = self.builds
        return inner

    def shell(self, text: MappedText) -> None:
        if not self.is_sh:
            return
        if "docker" in text.string or "podman" in text.string or "_PORT" in text.string or "_ENV_" in text.string:
            from linklint.languages.shell.interpreter import finish_script, run_script

            inner = self.new_shell()
            run_script(inner, text)
            finish_script(inner)


def json_text(value: MappedText, match: re.Match[str]) -> MappedText:
    """The string of a JSON literal, its escapes undone, in place."""
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


def _arguments(instruction: Instruction) -> MappedText:
    """The value without the flags (`--mount=…`) that it may begin with."""
    value = instruction.value
    return value.slice(_flags_end(value.string), len(value))


def _flags_end(string: str) -> int:
    match = re.match(r"(?:--[a-z-]+(?:=\S*)?(?:\s+|\Z))*", string)
    return match.end() if match else 0


def split_words(text: MappedText, escape: str = "\\", limit: int = MAX_PAIRS + 1) -> list[MappedText]:
    """Words at blanks outside of quotes, `limit` at most; the escape character keeps the blank behind it."""
    words: list[MappedText] = []
    string, start, quote, i = text.string, -1, "", 0
    while i < len(string):
        c = string[i]
        if not quote and c.isspace():
            if start >= 0:
                words.append(text.slice(start, i))
                if len(words) >= limit:
                    return words
            start = -1
        else:
            start = i if start < 0 else start
            if c == escape and quote != "'":
                i += 1
            elif c == quote:
                quote = ""
            elif not quote and c in "'\"":
                quote = c
        i += 1
    if start >= 0:
        words.append(text.slice(start, len(string)))
    return words


def unquote(text: MappedText, known: dict[str, Word | None], escape: str = "\\") -> Word:
    """Return the value of a raw word: without quotes and backslashes, `$NAME` filled in from `ARG` and `ENV`."""
    string = text.string
    special = f"'\"{escape}$"
    if not any(c in string for c in special):
        return Word(text)
    made, quote, i = WordBuilder(text), "", 0
    while i < len(string):
        c = string[i]
        if c == quote or not quote and c in "'\"":
            quote = "" if quote else c
            i += 1
        elif c == escape and quote != "'" and i + 1 < len(string):
            keep = quote == '"' and string[i + 1] not in f'"{escape}$'
            made.put(text.slice(i if keep else i + 1, i + 2))
            i += 2
        elif c == "$" and quote != "'" and (match := VARIABLE_REF.match(string, i)):
            _put_variable(made, match, known)
            i = match.end()
        else:
            end = i + 1
            while end < len(string) and string[end] not in special:
                end += 1
            made.put(text.slice(i, end))
            i = end
    return made.word(quoted=True)


def _put_variable(made: WordBuilder, match: re.Match[str], known: dict[str, Word | None]) -> None:
    text, rest = made.text, match["rest"] or ""
    value = known.get(match["braced"] or match["bare"])
    is_default = rest.startswith((":-", "-"))
    if value is not None and not value.open and (not rest or is_default and value.string):
        if made.length + len(value.string) < MAX_VALUE:
            made.put(text.replaced(match.start(), match.end(), value.string), DEFAULT)
            return
    if is_default:
        start = match.start("rest") + len(rest) - len(rest.lstrip(":-"))
        made.put(text.slice(start, match.end("rest")), DEFAULT)
    else:
        made.put(text.slice(match.start(), match.end()), VARIABLE)
