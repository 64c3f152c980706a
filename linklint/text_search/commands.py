"""Docker commands in programs: in strings that a shell gets, in lists of arguments, and in scripts for Windows.

`exec.Command("docker", "run", …)`, `execSync("docker run …")`, backticks, `Process.Start("docker", "run …")`,
provisioners of Vagrant. The text around a string decides, as for reads: a string that starts with a docker command
counts, unless it is printed. What is put into it, by `+` or by interpolation, is a hole. Nothing says for certain that
a program runs the command, so it is at most likely.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from linklint.context import ExtractionContext, directory_of
from linklint.docker.cli.command import tool_of
from linklint.files.paths import TEST_DATA
from linklint.flow.steps import StepRecorder
from linklint.lexer.languages import RUNNER, Language
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.templates import to_shell
from linklint.text.word import VARIABLE, Word, WordBuilder

if TYPE_CHECKING:
    from linklint.shell.state import ShellState

TOOL = lazy_compile(r"docker|podman|nerdctl")
COMMAND = lazy_compile(
    r"\s*(?:(?:sudo|exec|time|nohup)\s+(?:-\S+\s+)*|\w+=\S*\s+|cd\s+\S+\s*(?:&&|;)\s*|docker\s+(?:build|pull)\b[^;&|\n]{0,200}(?:&&|;)\s*)*(?:/\S*/)?(?:docker|podman"
    r"|nerdctl)(?:\.exe)?\s+(?:-\S+\s+(?:\S+\s+)?)?(?:container\s+)?(?:run|create|start|stop|rm|network|kill|restart)\b"
)
ARGUMENTS = lazy_compile(r"\s*(?:container\s+)?(?:run|create)\s+-")
PRINTED = lazy_compile(
    r"(?:\b(?:\w*print\w*|puts|echo|\w*log\w*|warn\w*|\w*error\w*|info|debug|fatal\w*|panic|die|fail\w*|raise|throw"
    r"|usage|help|desc(?:ription)?|message|expect\w*|assert\w*|match\w*|contains?|describe|it|title|example)[\"']?\s*"
    r"(?:[:=(]\s*|\s)\(?\s*[$@frbu]?)\Z",
    re.IGNORECASE,
)
RUN_BY = lazy_compile(rf"(?<![A-Za-z0-9]){RUNNER}\w*[!?]?(?:[ \t]*\(|[ \t]+[$@frbu]?\Z)[^;)]*\Z", re.IGNORECASE)
JOINED = lazy_compile(r"\s*(?:\+|<>|\.\.|&|\.(?![\w.]))\s*(?:[$@frbu](?=[\"'`]))?")
SEPARATOR = lazy_compile(r"\s*(?:\)?\s*\.args?\(|,)\s*")
OPENING = lazy_compile(  # of a list in the list, a named argument, an interpolated string
    r"(?:\w+[ \t]*[=:][ \t]*)?(?:new\b[^\n\"'({\[]{0,30})?(?:&|@|\.\.\.)?(?:(?:Arrays\.asList"
    r"|(?:Immutable)?List\.of|listOf"
    r"|mutableListOf|arrayOf|vec!|\w*\[\]\w*)(?=[\[({ ]))?(?:\[\])?[ \t]*[\[({]?\s*[$@frbu]?"
)
EXPRESSION = lazy_compile(r"[^\n\"'`;,)\]}+]{1,200}?(?=\s*(?:\+|<>|\.\.|&|\.\s|[;,)\]}\n\"'`]|\Z))")
FILLED = lazy_compile(
    r"\$\{[^{}\n]{0,200}\}|#\{[^{}\n]{0,200}\}|\{\{[^{}\n]{0,200}\}\}|\{[\w.$\[\]()-]{0,60}\}"
    r"|\$[A-Za-z_][\w.]*|%[sdvq]\b"
    r"|%\w+%|!\w+!"
)
ESCAPE = lazy_compile(r"\\(?:\r?\n|.)", re.DOTALL)
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": " ", "\\0": " "}
HEREDOC = lazy_compile(r"<<[-~]?[ \t]*([\"'`]?)(?P<end>[A-Za-z_]\w*)\1")
RUBY_WORDS = lazy_compile(r"%[wW](?P<open>[\[({])(?P<words>\s*(?:docker|podman)\s[^\])}]{0,2000})[\])}]")
VAGRANT_RUN = lazy_compile(r"\.run[ \t(]+(?P<quote>[\"'])(?P<name>[^\"'\n]{1,100})(?P=quote)")
VAGRANT_KEY = lazy_compile(
    r"(?:\b(?P<key>args|image|cmd):|:(?P<old>args|image|cmd)[ \t]*=>)[ \t]*(?P<quote>[\"'])"
    r"(?P<value>[^\"'\n]{0,1000})(?P=quote)"
)
_WORD = r"(?:\"[^\"\n]{0,200}\"|[^\s\"=]{1,200})"
LINE = lazy_compile(
    r"^[ \t]*(?:\$\w+[ \t]*=[ \t]*|&[ \t]*|@|call[ \t]+|start[ \t]+(?:\"[^\"\n]{0,200}\"[ \t]+)?(?:/\w+[ \t]+)*"
    r"|cmd(?:\.exe)?[ \t]+/[ck][ \t]+|(?:\)[ \t]*)?else[ \t]+"  # batch from here: if "%1"=="x" docker run
    rf"|if[ \t]+(?:/i[ \t]+)?(?:not[ \t]+)?(?:(?:exist|defined|errorlevel)[ \t]+{_WORD}"
    rf"|{_WORD}[ \t]*(?:==|[ \t](?:equ|neq|lss|leq|gtr|geq)[ \t])[ \t]*{_WORD})[ \t]+"
    r"|for[ \t]+(?:/\w[ \t]+(?:\"[^\"\n]{0,200}\"[ \t]+)?)?%%?\w[ \t]+in[ \t]*\([^)\n]{0,200}\)[ \t]*do[ \t]+){0,5}"
    r"\"?(?P<tool>(?:docker|podman)(?:\.exe)?)\"?[ \t]+(?:-\S+[ \t]+)*\w[^\n]*(?:\n|\Z)",
    re.MULTILINE | re.IGNORECASE,
)
BACKTICKS = lazy_compile(r"`\s*(?:sudo\s+)?(?:docker|podman)\s[^`]{0,2000}`")
CONTINUES = lazy_compile(r"[`^][ \t]*\r?\n\Z")
WITH_BACKTICKS = ("ruby", "perl", "php")  # and with heredocs
MAX_HEREDOCS = 100
ON_WINDOWS = ("powershell", "batch")
MAX_COMMANDS = 500
MAX_WORDS = 500
MAX_JOINED = 200
NEAR = 300

Strings = Sequence[tuple[int, int]]


def find_commands(
    text: MappedText, language: Language, strings: Strings, context: ExtractionContext, order: StepRecorder
) -> None:
    """Record the containers of docker commands in a program; `strings` are its string literals, in order."""
    if TOOL.search(text.string):
        _Commands(text, language, strings, context, order).find()


class _Commands:
    def __init__(
        self, text: MappedText, language: Language, strings: Strings, context: ExtractionContext, order: StepRecorder
    ) -> None:
        from linklint.shell.interpreter import new_shell

        self.context = context
        self.text = text
        self.language = language
        self.strings = [span for span in strings if text.string[span[0]] in "\"'`"]
        self.starts = [start for start, _ in self.strings]
        self.shell = new_shell(context.with_max_confidence(LIKELY), order, directory_of(text.source.path))
        self.fork, self.arms = context.fork(), 0
        self.done = 0
        self.in_test = TEST_DATA.search(text.source.path) is not None

    def find(self) -> None:
        string = self.text.string
        for start, end in self.strings:
            if start >= self.done and TOOL.search(string, start, end):
                self.literal(start, end)
        if self.language.name == "ruby":
            self.ruby()
        if self.language.name in WITH_BACKTICKS:
            for match in BACKTICKS.finditer(string):
                self.literal(*match.span())
            self.heredocs()
        if self.language.name in ON_WINDOWS:
            for script in _windows_commands(self.text):
                self.script(script)

    def heredocs(self) -> None:
        """Read the heredocs of a program that mention docker."""
        string = self.text.string
        for match in islice(HEREDOC.finditer(string), MAX_HEREDOCS):
            closed = re.compile(rf"^[ \t]*{match['end']}\b", re.MULTILINE).search(string, match.end())
            body = self.text.slice(string.find("\n", match.end()) + 1, closed.start() if closed else len(string))
            if closed and TOOL.search(body.string) and not self.printed(match.start()):
                self.script(Word(body, _filled(body.string)))

    def printed(self, start: int) -> bool:
        """Return whether a string is printed, compared or explained, so that nothing runs it."""
        line = self.text.string.rfind("\n", 0, start)
        return PRINTED.search(self.text.string, max(0, start - 60, line), start) is not None

    def is_run(self, start: int) -> bool:
        """Return whether the call around a string runs it, by its name, or the language does."""
        string = self.text.string
        is_quoted_command = string[start] == "`" and self.language.name in WITH_BACKTICKS
        return is_quoted_command or RUN_BY.search(string, max(0, start - NEAR), start) is not None

    def literal(self, start: int, end: int) -> None:
        """Read a string literal that mentions docker: a whole command, or the first of a list of words."""
        value = self.value(start, end)
        confidence = POSSIBLE if self.in_test and not self.is_run(start) else CERTAIN
        if tool_of(value.string) is not None:
            self.arguments(value, end, confidence)
        elif COMMAND.match(value.string) and not self.printed(start):
            word, self.done = self.joined(value, end)
            self.script(word, confidence)

    def value(self, start: int, end: int) -> Word:
        """Return a string literal without its quotes, with what is filled in as holes."""
        string = self.text.string
        width = 3 if string.startswith(('"""', "'''"), start) and end - start >= 6 else 1
        inside = self.text.slice(start + width, max(end - width, start + width))
        if "\\" not in inside.string:
            return Word(inside, _filled(inside.string))
        pieces, at = [], 0
        for match in ESCAPE.finditer(inside.string):
            pieces.append(inside.slice(at, match.start()))
            kept = ESCAPES.get(match[0], match[0] if match[0].endswith("\n") else match[0][1:])
            pieces.append(inside.replaced(match.start(), match.end(), kept))
            at = match.end()
        pieces.append(inside.slice(at, len(inside)))
        whole = concat(inside.source, [piece for piece in pieces if piece.string])
        return Word(whole, _filled(whole.string))

    def joined(self, first: Word, end: int) -> tuple[Word, int]:
        """Return (the word, where it ends) of a literal and what `+` and the like append to it."""
        string, built = self.text.string, WordBuilder(self.text)
        built.put_word(first.text, first.holes)
        for _ in range(MAX_JOINED):
            operator = JOINED.match(string, end)
            if operator is None:
                break
            at = operator.end()
            number = bisect_left(self.starts, at)
            if number < len(self.starts) and self.starts[number] == at:
                value = self.value(*self.strings[number])
                built.put_word(value.text, value.holes)
                end = self.strings[number][1]
            elif expression := EXPRESSION.match(string, at):
                written = expression[0].rstrip()
                built.put(self.text.slice(at, at + len(written)), VARIABLE)
                end = at + len(written)
            else:
                break
        return built.word(), end

    def arguments(self, tool: Word, end: int, confidence: str) -> None:
        """Read `"docker", "run", …` up to the bracket that closes the list, and `"docker", "run --rm …"`."""
        words, self.done = self.list_words(end)
        if words and ARGUMENTS.match(words[0].string) and len(words) <= 2:
            built = WordBuilder(self.text)
            built.put_word(tool.text, tool.holes)
            built.put(tool.text.replaced(0, len(tool.string), " "))
            built.put_word(words[0].text, words[0].holes)
            self.script(built.word(), confidence)
        elif words:
            self.run([tool, *words], confidence)

    def list_words(self, at: int) -> tuple[list[Word], int]:
        """Return (the words, where they end) of the items after a string, up to the bracket that closes the list."""
        string, found = self.text.string, list[Word]()
        while len(found) < MAX_WORDS and (separator := SEPARATOR.match(string, at)) is not None:
            start = at = separator.end()
            opening = OPENING.match(string, at)
            number = bisect_left(self.starts, opening.end() if opening is not None else at)
            if opening is not None and number < len(self.starts) and self.starts[number] == opening.end():
                value, at = self.joined(self.value(*self.strings[number]), self.strings[number][1])
                found.append(Word(value.text, value.holes, quoted=True))
                continue
            at = self.expression(at)
            written = string[start:at].strip()
            if written:
                many = written.startswith(("*", "...", "@")) or written.endswith("...")
                text = self.text.slice(start, start + len(written))
                found.append(Word(text, ((0, len(text), VARIABLE),), many=many))
        return found, at

    def expression(self, at: int) -> int:
        """Return where an expression ends: at a comma, or at the bracket that closes the list around it."""
        depth, end = 0, min(at + NEAR, len(self.text.string))
        while at < end:
            char = self.text.string[at]
            number = bisect_left(self.starts, at)
            if number < len(self.starts) and self.starts[number] == at:
                at = self.strings[number][1]
                continue
            if char in "([{":
                depth += 1
            elif char in ")]};" or char == "\n" and not depth:
                if not depth:
                    break
                depth -= 1
            elif char == "," and not depth:
                break
            at += 1
        return at

    def ruby(self) -> None:
        """Read `%w[docker run …]`, and the containers of Vagrant's docker provisioner."""
        string = self.text.string
        for match in RUBY_WORDS.finditer(string):
            self.script(Word(self.text.slice(*match.span("words")), _filled(match["words"])))
        if "provision" not in string and "provider" not in string:
            return
        written = set(self.starts)  # not in a comment
        for match in VAGRANT_RUN.finditer(string):
            if match.start("quote") not in written:
                continue
            stop = string.find(".run", match.end())
            stop = min(stop if stop > 0 else len(string), match.end() + 2 * NEAR)
            found = VAGRANT_KEY.finditer(string, match.end(), stop)
            keys = {m["key"] or m["old"]: m.span("value") for m in found if m.start("quote") in written}
            made = WordBuilder(self.text)
            head = self.text.slice(match.start() + 1, match.start() + 4)
            made.put(head.replaced(0, 3, "docker run -d --name "))
            made.put(self.text.slice(*match.span("name")))
            for key in ("args", "image", "cmd"):
                if key in keys or key == "image":
                    made.put(head.replaced(0, 3, " "))
                    made.put(self.text.slice(*keys.get(key, match.span("name"))))
            self.script(made.word())

    def script(self, word: Word, confidence: str = CERTAIN) -> None:
        from linklint.shell.interpreter import finish_script, run_script

        with self.path_of_its_own(word, confidence) as shell:
            if shell is not None:
                run_script(shell, to_shell(word))
                finish_script(shell)

    def run(self, words: list[Word], confidence: str) -> None:
        from linklint.shell.interpreter import run_words

        with self.path_of_its_own(words[0], confidence) as shell:
            if shell is not None:
                run_words(shell, words)

    @contextmanager
    def path_of_its_own(self, first: Word, confidence: str) -> Iterator[ShellState | None]:
        """Yield a shell on a path of its own: nothing says which commands of a program run, or in which order.

        Yield None if there are too many commands, and report that once.
        """
        self.arms += 1
        if self.arms == MAX_COMMANDS + 1:
            self.context.unread(first.span, f"more than {MAX_COMMANDS} commands: the rest is not read")
        if self.arms > MAX_COMMANDS:
            yield None
            return
        with self.shell.branch(self.fork, self.arms, "example"):
            yield self.shell.another(confidence, is_fragment=True)


def _filled(string: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((match.start(), match.end(), VARIABLE) for match in FILLED.finditer(string))


def _windows_commands(text: MappedText) -> Iterator[Word]:
    """Yield the lines of a script for Windows that start with docker, with their continuations as a shell has them."""
    string, at = text.string, 0
    while match := LINE.search(string, at):
        at = match.end()
        while CONTINUES.search(string, match.start(), at) and at < len(string):
            following = string.find("\n", at)
            at = following + 1 if following >= 0 else len(string)
        script = text.slice(match.start("tool"), at)
        same_length = re.sub(r"[`^](?=[ \t]*\r?\n)", r"\\", script.string).replace("\\\r\n", " \\\n")
        same_length = re.sub(r"(?<=[ \t])@(?=[A-Za-z_])", "$", same_length)  # docker run @options app
        yield Word(MappedText(text.source, same_length, script.segments), _filled(same_length))
