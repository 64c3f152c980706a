"""What a mention is if no fact covers it: code, a comment, prose, or something else that is called link.

Written rules decide, in this order; the page of `linklint upgrade` in docs/upgrade.md lists them.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from linklint.files.paths import VENDORED
from linklint.kinds.kind import kind_named
from linklint.lexer.signs import PROSE_NAMES
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text_search.texts import TextFacts

COMPLETIONS = lazy_compile(
    r"(?:^|[/_.-])completions?(?:[/_.-]|\Z)|(?:^|/)_docker\b|\.[0-9]\Z|(?:^|/)man/", re.IGNORECASE
)
TEST_DATA = lazy_compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testdata|test_data|testing|mocks?|unit|features|cassettes)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*(?:_test|_spec|[.-](?:test|spec)|Tests?|Spec))\.\w+\Z"
)
OPTION_TABLE = lazy_compile(
    r"(?:[ \t]{2,}|=|[ \t]+)(?:\[\]|list\b(?!:)|value\b(?!:)|strings?\b(?!:)|stringSlice\b|\"?\(?\[\]|Add link\b|<\w+>"
    r"|\[\w+)|[ \t]{2,}[A-Z][a-z]+ "
)
OTHER_COMMAND = lazy_compile(
    r"(?:^|[\s;&|(\"'`])(?:COPY|ADD|cp|ln|rsync|npm|yarn|pnpm|lerna|bower|jspm|git|hg|g?cc|[gc]\+\+|clang|ld"
    r"|cargo|rustc|go"
    r"|composer|pip|brew|stow|unlink|mklink|pg_upgrade\S*|borg|duplicity|rclone|nix|bazel|cmake|meson|webpack|jekyll"
    r"|hugo|tar|rm|curl|wget|dotnet|swift|conda)\b[^\n|;&]*\Z"
)
VALUE_AHEAD = lazy_compile(r"--?[a-z][\w-]*[\"']?(?:[=,]|[ \t])[ \t]*[\"']?\Z")  # --name git
EXPECTS = lazy_compile(r"\b(?:expect|assert\w*|should\w*|toEqual|toBe|to[Mm]atch|match\w*)\b")
DOCKER_RUN = lazy_compile(r"\b(?:docker|podman|nerdctl)\b[^\n|;&]*\b(?:run|create)\b[^\n]*\Z")
PRINTED = lazy_compile(
    r"^[ \t]*(?:(?:\$?std(?:out|err)|STD(?:OUT|ERR)|\w*[lL]og(?:ger)?|[cC]onsole|fmt|sys|System|out|err|self|this)\.)*"
    r"(?:[pP](?i:rint(?:f|ln|err)?)(?![ \t]+-v)|[lL]og(?:f|ger|s)?|echo|puts|say|die|[wW]arn(?:f|ing)?|[iI]nfo(?:f)?"
    r"|[eE]rror(?:f|s)?|[dD]ebug(?:f)?|[fF]atal(?:f|ln)?|usage|help|[wW]rite(?:Line|-\w+))\b(?![_-])(?:>&[12]|[^\n>|;&`])*\Z"
)
SHOWN_TEXT = lazy_compile(  # cat <<EOF, to nobody but the reader
    r"^[ \t]*cat[ \t]*(?:>&2[ \t]*)?<<-?[ \t]*([\"']?)(?P<end>\w+)\1[ \t]*(?:>&2)?[ \t]*\n"
    r"(?P<text>.{0,20000}?)^[ \t]*(?P=end)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
WRAPS = lazy_compile(
    r"[ \t]*(?!(?:echo|printf?|puts|say|die|usage|help)\b)\w+[ \t]+(?:sudo[ \t]+)?(?:docker|podman)[ \t]"
)
DEFINES = lazy_compile(r"\b(?:void|public|private|protected|def|func|fun|function)\b[^\n(;=]*\Z")
STYLES = (".css", ".scss", ".less", ".sass", ".styl")
RUN_INSIDE = lazy_compile(
    r"\$\(|\[exec\b|\b(?:system|exec|popen|shell_exec|spawn)\w*\(|Write-Host[ \t]+\(", re.IGNORECASE
)
RUN_BEHIND = lazy_compile(r"[^\n]*(?:\.execute\(|\bfile=(?!sys\.std))")
OPTIONS_ONLY = lazy_compile(  # echo "--rm --link …
    r"^[ \t]*(?:\w+\.)*\w+[ \t(]+(?:-[en]+[ \t]+)?[\"']?(?:--?[\w-]+(?:[= ][^\s-]\S*)?[ \t]+)*\Z"
)
PROSE_KEY = lazy_compile(  # whose value goes on to the end
    r"(?:\A|[\s{,(])[\"']?(?:desc(?:ription)?|msg|message|summary|help|usage|title|text|note|example|comment"
    r"|label|tooltip)[\"']?"
    r"[ \t]*(?::|=>?)[ \t]*(?:f?(?P<quote>[\"'])(?:(?!(?P=quote)).)*|[|>][-+]?[ \t]*)\Z",
    re.IGNORECASE,
)
TRAILING_COMMENT = lazy_compile(r"[ \t;](?:#|//|--|;|%%)[ \t][^\n]*\Z")
PRINTED_ELSEWHERE = lazy_compile(r"[^\n]*(?:>[^&\n]|\|)")
PROSE_WORDS = lazy_compile(
    r"(?:\b(?:the|a|an|is|are|to|of|with|and|or|you|your|this|that|use|using|via|will|be|for|not|no"
    r"|longer)\b[^\n]*){3}",
    re.IGNORECASE,
)
HOSTS_MODULE = lazy_compile(r"(?:line|block)infile")
HOSTS_WRITTEN = lazy_compile(
    r"\b(?:dest|path)[:=][ \t]*/etc/hosts"
    r"|>>?[ \t]*\S*/etc/hosts|tee\b[^\n]*/etc/hosts"
    r"|sed\b[^\n]*[ \t]-i[^\n$]*/etc/hosts"
    r"|(?:COPY|ADD|mount)\b[^\n]*/etc/hosts|(?:-v|--volume|--mount)[ =][^\s;&|]*/etc/hosts|/etc/hosts:"
    r"|\b[wW]rite\w*\([^\n]*/etc/hosts"
    r"|/etc/hosts[\"'][^\n]{0,40}[\"'][wa]\+?[\"']"
)
HOSTS_LOOKUP = lazy_compile(
    r"\b(?:e?grep|awk|sed|look|perl)\b[^|;&\n]*/etc/hosts|\bcat[ \t]+/etc/hosts[ \t]*\|[ \t]*(?:e?grep|awk"
    r"|sed|cut|perl)\b"
    r"|<[ \t]*/etc/hosts"
)
READS_LINES = lazy_compile(
    r"\b(?:line|lines|split|readline\w*|match\w*|search|scan\w*|index|find|grep|regex\w*)\b", re.IGNORECASE
)
LEFT_OUT = lazy_compile(r"\bgrep[ \t]+-v[ \t]+\S+")
OWN_NAME = lazy_compile(
    r"localhost|hostname|HOSTNAME|127\.0\.0\.1|::1|\b(?:tail|head)\b[^|\n]*/etc/hosts|\bEND[ \t]*\{[ \t]*print"
    r"|host\.docker\.internal|ip6-"
)
CONTINUES = ("\\", "`", "^", ",", "(", "[", "+")  # the end of a line whose statement goes on
MAX_STATEMENT = 800  # characters before an offset
MAX_BEHIND = 2000
MAX_LINES = 30
MAX_OPTIONS = 8  # of a line that is not a list of options


class Reader:
    """Says what the mentions in one source are."""

    def __init__(self, source: Source, kind: str, text: TextFacts) -> None:
        self.source = source
        self.kind = kind_named(kind)
        self.is_document = self.kind.is_example
        self.code = text.code
        self.comments = text.comments
        self.printed_texts = (
            [match.span("text") for match in SHOWN_TEXT.finditer(source.text)] if self.kind.syntax == "shell" else []
        )
        self.starts = [start for start, _ in self.comments]
        self.is_prose = PROSE_NAMES.search(source.path) is not None
        self.is_vendored = VENDORED.search(source.path) is not None
        self.is_test = TEST_DATA.search(source.path) is not None

    def is_comment(self, at: int) -> bool:
        number = bisect_right(self.starts, at) - 1
        return number >= 0 and at < self.comments[number][1]

    def is_in_code(self, at: int) -> bool:
        """Return whether an offset of a document is in a code block."""
        return any(start <= at < end for start, end in self.code)

    def line(self, at: int) -> tuple[str, str]:
        """Return the line before and behind an offset, at most 600 characters on each side."""
        text = self.source.text
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        return text[max(start, at - 600) : at], text[at : min(end if end >= 0 else len(text), at + 600)]

    def read(self, kind: str, start: int, end: int) -> tuple[str, str]:
        """Return (code, comment, prose or other; the rule that says so)."""
        if self.is_comment(start):
            return "comment", "a comment"
        if self.is_prose:
            return "prose", "a page of history or of the licence"
        if self.is_document and not self.is_in_code(start):
            return "prose", "outside of the code blocks of a document"
        if self.is_vendored and kind != "variable":
            return "vendored", "the code of another project"
        if kind == "option" and any(first <= start < last for first, last in self.printed_texts):
            return "prose", "printed"
        before, behind = self.line(start)
        if kind == "key" and self.source.path.endswith(STYLES):
            return "other", "a style"
        if kind == "key" and behind[end - start - 1 : end - start] == "(" and DEFINES.search(before):
            return "other", "the definition of a function"
        if kind == "key":
            return "code", ""
        judge = {"option": self.option, "variable": self.variable, "hosts": self.hosts}[kind]
        return judge(before, behind, start, end)

    def not_a_link(self, what: str, line: str) -> str:
        """Return why the end of a line is no mention of a link in this kind of file; empty if it may be one."""
        found = (reason for kind, pattern, reason in self.kind.not_links if kind == what and re.search(pattern, line))
        return next(found, "")

    def option(self, before: str, behind: str, start: int, end: int) -> tuple[str, str]:
        rest = behind[end - start :]
        if rest[:1] == "-":
            return "other", "another option, --link-…"
        if start and self.source.text[start - 1] in "-<!":
            return "other", "not an option"
        if not DOCKER_RUN.search(before):
            is_list = (before + behind).count(" --") > MAX_OPTIONS and ":" not in rest[:80].split(" --")[0]
            if COMPLETIONS.search(self.source.path) or is_list:
                return "other", "a list of options"
            if OPTION_TABLE.match(rest):
                return "other", "a table of options"
        if before.endswith("var("):
            return "other", "a style"
        if rest.lstrip("'\"` ").startswith((":", "rel=")) and self.source.path.endswith(
            (".css", ".scss", ".less", ".html", ".vue")
        ):
            return "other", "a style"
        command = self.statement(start)
        if reason := self.not_a_link("option", before):
            return "other", reason
        if self.is_test and EXPECTS.search(command):
            return "other", "the expectation of a test"
        others = [
            match for match in OTHER_COMMAND.finditer(command) if not VALUE_AHEAD.search(command, 0, match.start() + 1)
        ]
        if others and not DOCKER_RUN.search(command):
            return "other", "an option of another command"
        return self.printed(before, behind)

    def statement(self, at: int) -> str:
        """Return the text of the statement before an offset, over continued lines."""
        text = self.source.text
        start = text.rfind("\n", 0, at) + 1
        for _ in range(MAX_LINES):
            previous = text.rfind("\n", 0, max(start - 1, 0)) + 1
            if start == 0 or not text[previous : start - 1].rstrip().endswith(CONTINUES):
                break
            start = previous
        return text[max(start, at - MAX_STATEMENT) : at].replace("\\\n", " ").replace("\n", " ")

    def statement_behind(self, at: int) -> str:
        """Return the text of the statement after an offset, over continued lines."""
        lines = []
        for line in self.source.text[at : at + MAX_BEHIND].partition("\n\n")[0].split("\n")[:MAX_LINES]:
            lines.append(line)
            if not line.rstrip().endswith(CONTINUES):
                break
        return " ".join(lines)

    def printed(self, before: str, behind: str) -> tuple[str, str]:
        if PROSE_KEY.search(before):
            return "prose", "a description"
        printed = PRINTED.match(before) and not (
            WRAPS.match(before)
            or PRINTED_ELSEWHERE.match(behind)
            or RUN_BEHIND.match(behind)
            or RUN_INSIDE.search(before)
        )
        if printed and not OPTIONS_ONLY.search(before):
            return "prose", "printed"
        near = TRAILING_COMMENT.sub("", before[-300:] + behind[:300])
        if PROSE_WORDS.search(near) and "docker run" not in before:
            return "prose", "a sentence"
        return "code", ""

    def variable(self, before: str, behind: str, start: int, end: int) -> tuple[str, str]:
        name = self.source.text[start:end]
        if name.startswith("KUBERNETES_"):
            return "other", "a variable of Kubernetes"
        if self.is_test:
            return "other", "test data"
        return self.printed(before, behind)

    def hosts(self, before: str, behind: str, start: int, end: int) -> tuple[str, str]:
        around = self.source.text[max(0, start - 400) : end + 400]
        line = before + behind
        written = any(found.start() <= len(before) < found.end() for found in HOSTS_WRITTEN.finditer(line))
        if written or HOSTS_MODULE.search(around):
            return "other", "a line is added to /etc/hosts"
        if self.is_document or self.is_test:
            return "other", "an example, or a test"
        looks_up = HOSTS_LOOKUP.search(before[-200:] + behind[:200])
        if not looks_up and not (self.kind.is_program and READS_LINES.search(around)):
            return "other", "no look-up"
        if OWN_NAME.search(LEFT_OUT.sub("", before[-200:] + behind[:200])):
            return "other", "the own name, or the own address"
        return self.printed(before, behind)
