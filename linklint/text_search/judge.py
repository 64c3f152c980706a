"""The judge: what a mention of a link or of a link variable is that no extractor has read.

A mention is code that counts, a comment, prose, or something else that is called link. Written rules decide, in this
order: the text around it (`TextAround`), what extractors have read (`Said`), and the value behind it (`link_mentions`).
Each answer is a value of `reasons`; docs/upgrade.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, cached_property
from typing import NamedTuple

from linklint.docker.link_variables import Reads, link_variable, of_known_image, short_variable
from linklint.files.paths import TEST_DATA, VENDORED
from linklint.kinds.kind import kind_named
from linklint.lexer.languages import PROSE_NAMES, RUN_COMMAND
from linklint.lexer.url_uses import is_taken_apart
from linklint.shell.reads import is_own, own_variables, set_in
from linklint.shell.tree import Script, used_outputs
from linklint.text.names import NAME
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, is_within
from linklint.text_search import reasons
from linklint.text_search.link_mentions import FoundLinks, extent_of, key_links, option_links
from linklint.text_search.reasons import Reason
from linklint.text_search.said import Said
from linklint.text_search.texts import TextFacts

COMPLETIONS = lazy_compile(
    r"(?:^|[/_.-])completions?(?:[/_.-]|\Z)|(?:^|/)_docker\b|\.[0-9]\Z|(?:^|/)man/", re.IGNORECASE
)
OPTION_TABLE = lazy_compile(
    r"(?:[ \t]{2,}|=|[ \t]+)(?:\[\]|list\b(?!:)|value\b(?!:)|strings?\b(?!:)|stringSlice\b|\"?\(?\[\]|Add link\b|<\w+>"
    r"|\[\w+)|[ \t]{2,}[A-Z][a-z]+ "
)
OTHER_COMMAND = lazy_compile(
    r"(?:^|[\s;&|(\"'`])(?:COPY|ADD|cp|ln|rsync|npm|yarn|pnpm|lerna|bower|jspm|git|hg|g?cc|[gc]\+\+|clang|ld"
    r"|cargo|rustc|go"
    r"|composer|pip|brew|stow|unlink|mklink|pg_(?:\w+_)?upgrade\S*|borg|duplicity|rclone|nix"
    r"|bazel|cmake|meson|webpack|jekyll|hugo|tar|rm|curl|wget|dotnet|swift|conda)\b[^\n|;&]*\Z"
)
VALUE_AHEAD = lazy_compile(r"--?[a-z][\w-]*[\"']?(?:[=,]|[ \t])[ \t]*[\"']?\Z")  # --name git
RUN_FROM_START = lazy_compile(rf"[ \t]*(?:[$>][ \t]+)?{RUN_COMMAND}")
COMMENT_IN_CODE = lazy_compile(r"[ \t]*#[ \t]")  # in a block of a document; behind the prompt of root is a command
DOCKER_RUN = lazy_compile(r"\b(?:docker|podman|nerdctl)\b[^\n|;&]*\b(?:run|create)\b[^\n]*\Z")
PRINTED = lazy_compile(
    r"^[ \t]*(?:(?:\$?std(?:out|err)|STD(?:OUT|ERR)|\w*[lL]og(?:ger)?|[cC]onsole|fmt|sys|System|out|err|self|this)\.)*"
    r"(?:[pP](?i:rint(?:f|ln|err)?)(?![ \t]+-v)|[lL]og(?:f|ger|s)?|echo|puts|say|die|[wW]arn(?:f|ing)?|[iI]nfo(?:f)?"
    r"|[eE]rror(?:f|s)?|[dD]ebug(?:f)?|[fF]atal(?:f|ln)?|usage|help|[wW]rite(?:Line|-\w+)|exit(?=\()|panic"
    r"|(?:raise|throw(?:[ \t]+new)?)[ \t]+[\w.]+(?=\())\b(?![_-])(?:>&[12]|[^\n>|;&`])*\Z"
)
PRINTS_BEHIND = lazy_compile(r"^.*(?:&&|\|\||[;{]|\b(?:then|do|else))[ \t]+(?=(?:echo|printf)[ \t])")
SEARCHED_FOR = lazy_compile(  # grep -rq -- '--link' scripts
    r"(?:^|[;&|({!@]|\b(?:if|elif|while|until|then|do|git|xargs|sudo|run:))[ \t]*"
    r"(?:[ef]?grep|rg|ag|ack|findstr|Select-String)"
    r"(?:[ \t]+-[\w-]*(?:=[^\s|;&]+)?)*[ \t]+(?:'[^'\n]*|\"[^\"\n$`]*|[^\s|;&'\"$`]*)\Z"
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
ANNOTATED = (".py", ".pyi", ".ts", ".tsx", ".kt", ".rs", ".scala", ".swift", ".smithy")
ANNOTATION = lazy_compile(  # links: Optional[Collection[Link]] = None, links: Vec<Link>, links?: string[]
    r"[lL]inks\??[ \t]*:[ \t]*(?:typing\.|t\.)?(?:[A-Z]\w*|list|dict|tuple|set|str|string|any|unknown)\b"
    r"(?:\[\]|[\[<|][^=\n]*)?[ \t]*(?:=|[,;)]|\Z|\n)"
)
STYLES = (".css", ".scss", ".less", ".sass", ".styl")
RUN_INSIDE = lazy_compile(
    r"\$\(|\[exec\b|\b(?:system|exec|popen|shell_exec|spawn)\w*\(|Write-Host[ \t]+\(", re.IGNORECASE
)
RUN_BEHIND = lazy_compile(r"[^\n]*(?:\.execute\(|\bfile=(?!sys\.std))")
OPTIONS_ONLY = lazy_compile(  # echo "--rm --link …
    r"^[ \t]*(?:\w+\.)*\w+[ \t(]+(?:-[en]+[ \t]+)?[\"']?(?:--?[\w-]+(?:[= ][^\s-]\S*)?[ \t]+)*\Z"
)
SAID_OF_OPTION = lazy_compile(r"--link[ \t]+(?:is|are|was|has|option|flag|found|should|must|will|can(?:not)?)\b")
PROSE_KEY = lazy_compile(  # whose value goes on to the end
    r"(?:\A|[\s{,(.])[\"']?(?:long_help|about|desc(?:ription)?|msg|message|summary|help|usage|title|text|note|example|comment"
    r"|label|tooltip)[\"']?"
    r"[ \t]*(?::|=>?|\((?=[\"']))[ \t]*(?:f?(?P<quote>[\"'])(?:(?!(?P=quote)).)*|[|>][-+]?[ \t]*)\Z",
    re.IGNORECASE,
)
TRAILING_COMMENT = lazy_compile(r"[ \t;](?:#|//|--|;|%%)[ \t][^\n]*\Z")
PRINTED_ELSEWHERE = lazy_compile(r"[^\n]*(?:>[^&\n]|\|)")
PROSE_WORDS = lazy_compile(
    r"(?:\b(?:the|a|an|is|are|to|of|with|and|or|you|your|this|that|use|using|via|will|be|for|not|no"
    r"|longer)\b[^\n]*){3}",
    re.IGNORECASE,
)
PAIR_BEHIND = lazy_compile(r"--link[= \t]+[\"']?[\w.${}-]+:[\w$]")  # a link is written there, whatever is around it
HOSTS_MODULE = lazy_compile(r"(?:line|block)infile")
HOSTS_WRITTEN = lazy_compile(
    r"\b(?:dest|path)[:=][ \t]*/etc/hosts"
    r"|>>?[ \t]*\S*/etc/hosts|tee\b[^\n]*/etc/hosts"
    r"|sed\b[^\n]*[ \t](?:-i|--in-place)(?:(?!\$\()[^\n`])*/etc/hosts"
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
LITERAL = lazy_compile(r"\\\$\{?\Z|'[^'\n]*\$\{?\Z|\[[^\n]*\$\{?\Z")  # what is written for another program
QUOTES = ("'", '"', "`")
DEFINED = lazy_compile(r"[\"']?\]?[ \t]*(?::?=(?![=~])|:(?!-)[ \t]*\S|=>)")
ITEM_SET = lazy_compile(r"[\"'`]?[\]}][ \t]*=(?![=~>])")
SETS = (  # anywhere in the file
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|my[ \t]+\$|set[ \t]+)?NAME[ \t]*=[^=~]"
    r"|[\[{][\"']?NAME[\"']?[\]}][ \t]*=[^=~>]"
    r"|^[ \t]*(?:set(?:_by_lua\w*)?|map[ \t]+\S+)[ \t]+\$NAME\b"  # nginx
    r"|^[ \t]*(?:while[ \t]+)?(?:read|for|local|printf[ \t]+-v)\b[^\n;&|$]{0,200}\bNAME\b"
)
DEFINED_BY_WORD = lazy_compile(r"^[ \t]*(?:ENV|ARG|export|setenv|set)[ \t]+\Z")
LISTED = lazy_compile(r"[ \t]*\$?\{?[\w]+\}?[ \t]*\Z")
EXPANDED = lazy_compile(
    r"(?:\A[ \t]*env[ \t]+|\$\$?\{?|\\\$\{?|\b(?i:env)[.:\[]|(?<!\{)%\{?|(?i:getenv|environ)(?:\(\))?"
    r"|\benv[ ]+:|#\{|\{\{|\bdefined[ \t]|\bisset\()"
    r"[\"'(\[: ]*(?:env[.:])?[\"']?\Z"
)
GETTER = lazy_compile(r"\b(?:(?i:getenv|environ|env|printenv|envsubst)|\w+_env|\w*Env)\b[^\n;]{0,80}\Z")
CUT = lazy_compile(  # cuts the name off what grep found
    r"(?P<searched>\|[^\n;&]{0,120})\|[ \t]*(?:awk|cut|sed|tr)\b[^\n;&]{0,120}\Z"
)
ASKED = lazy_compile(r"[\"'`]\]?\)?\s+(?:not\s+)?in\s+(?:os\.environ|process\.env)\b")
MADE_NAME_SET = lazy_compile(r"[^\s\]=()\"'`]*[\"'`][^\n\]=()]{0,80}\][ \t]*=(?![=~>])")  # env['%s_PORT' % name] = 5432
SEARCHED = lazy_compile(r"[\"'`]\s+(?:not\s+)?in\s+\w")  # "DB_PORT" in name
IN_TEST = lazy_compile(  # startswith("DB_PORT"), =~ m{^tcp:
    r"(?:\b(?:\w*(?:(?:[sS]tarts?|[eE]nds?)_?[wW]ith|[pP]refix|[cC]ontains|[iI]ncludes?)\??|match)[( ][^()\n]{0,60}"
    r"|[=!]~[ \t]*(?:m|qr)?.{0,2}|\[\[?[^\]\n]{0,60}==?[ \t]*\*?)[\"'`/]?\^?\Z"
)
HOST_COMMAND = lazy_compile(r"(?:^|[\s;&|(])(?:docker|podman)[ \t]+[a-z][^'\n;&|]*\Z")
RUN_STEP = lazy_compile(r"\s*RUN\b", re.IGNORECASE)
CASE_ARM = lazy_compile(r"=?\*?[\"']?[ \t]*(?:\||\))")  # --link) or --link|-l)
PAIR = lazy_compile(r"[\"'][\w.-]+:[\w.-]+[\"']")
DECLARES = lazy_compile(
    r"\b(?:add_argument|add_option|addOption|opts?\.on|parser\.\w+|\w*[oO]ption|\w*[fF]lags?(?:\.\w+)?)"
    r"\(?[ \t]*(?:[\"'][^\"'\n]*[\"'],[ \t]*)?[\"']\Z"
)
RUNS_DOCKER = lazy_compile(r"docker(?!file|\.io/|hub\b)|podman|nerdctl", re.IGNORECASE)
IMAGE_COMMAND = lazy_compile(r"\s*(?:CMD|ENTRYPOINT)\b", re.IGNORECASE)
KEY_LINE = lazy_compile(r"^[ \t-]*[\"']?(?P<name>[A-Za-z_][\w-]*)[\"']?:", re.MULTILINE)
IMAGE_KEY = lazy_compile(r"^[ \t-]*[\"']?image[\"']?:", re.MULTILINE)
SEPARATORS = str.maketrans("-./", "___")
AROUND_CALL = 800  # characters on either side of a link in a test
RUN_BY_TEST = lazy_compile(  # what starts containers in tests; without it, a link there may be data
    r"\bGenericContainer\b|\bContainerRequest\b|\bContainerBuilder\b|[cC]reateContainerCmd|\bwith_kwargs\b"
    r"|\bRunOptions\b|\bDockerContainer\(|\bcreateContainer(?:Cmd)?\(|[hH]ost_?[cC]onfig_?[mM]odifier|\bdockertest\b"
)
INSPECTED = lazy_compile(r"HostConfig(?:[./]Links|[\"']?\]\[[\"']Links[\"']\])\Z")
REMOVED = lazy_compile(r"\bRemoveLinks\Z|\blink=True\Z")
AROUND_LOOP = 400  # characters on either side of `_PORT`
TAKEN_APART = lazy_compile(  # the value of a variable of a link, as an address
    r"\b(?:tcp|udp)\b|\bUR[IL]\(|\b[uU]rl\b|://|\b(?:slice|substr\w*)\(6\b|\[6(?::|\.\.)"
)
READS_ENVIRONMENT = lazy_compile(
    r"process\.env|\bENV\b|[gG]et_?[eE]nv|[eE]nviron|env::vars?|sys\.env|\$_ENV|"
    r"%ENV|\$_SERVER\b(?!\[)|\$env:|\b(?:env|printenv)[ \t]*\|"
    r"|\bcompgen[ \t]+-|\$\{!\w|\.env\(\{"
)
VALUE_GIVEN = lazy_compile(r"(?<![=!<>])(?:=>?|:)[ \t]*\Z")
SEARCHES_ENVIRONMENT = lazy_compile(  # all of it
    r"environ(?:\.copy\(\))?(?:\.(?:items|values)\(\)|\)|:)|(?:\(|\bin[ \t]+)process\.env\)"
    r"|os\.Environ\(\)|%ENV|[gG]etenv\(\)(?!\.(?:get|contains))|\$_(?:ENV|SERVER)\b(?!\[)"
    r"|\bENV\.(?!(?:fetch|key\?|has_key|include)\b)\w+|env::vars\(|\bEnvironmentVariables\(\)|sys\.env\b(?![(.]\w)"
)
UNSET = lazy_compile(r"\b(?:unset|unsetenv|delete|export[ \t]+-n|env[ \t]+-u)\b[^\n;|]*\Z")
PLAIN_COMMAND = lazy_compile(
    r"[ \t]*@?(?!.*(?:docker|podman|compose))(?:\$\(\w+\)|[\w./-]+)(?:[ \t]+[\w./:-]+)*[ \t]+\Z", re.IGNORECASE
)
OPTIONS_OF = lazy_compile(r"[ \t]*(?:(?:export[ \t]+)?\w+\+?=[\"']?(?:[-$][^\n]*)?|-[ \t]+[\"']?)\Z")
PRINTED_WORDS = lazy_compile(r"\becho[ \t]+[\"'][^\"'\n]*\Z")
HOLE = lazy_compile(r"\$[\w({]|%[sv]|\{\w*\}|\bgetenv\b|\bargv\b")
QUIET = lazy_compile(r"\bgrep[ \t]+(?:-\w+[ \t]+)*(?:-\w*q\w*|--quiet)[ \t]")
MAX_SEARCHED = 100_000  # characters of a file that may set a variable
Span = tuple[int, int]


class TextAround:
    """The text around the mentions in one source, and what it says of them."""

    def __init__(self, source: Source, kind: str, text: TextFacts) -> None:
        self.source = source
        self.kind = kind_named(kind)
        self.is_document = self.kind.is_example
        self.code = text.code
        self.comments = text.comments
        self.printed_texts = (
            [match.span("text") for match in SHOWN_TEXT.finditer(source.text)] if self.kind.syntax == "shell" else []
        )
        self.is_prose = PROSE_NAMES.search(source.path) is not None
        self.is_vendored = VENDORED.search(source.path) is not None
        self.is_test = TEST_DATA.search(source.path) is not None

    def is_comment(self, at: int) -> bool:
        return is_within(self.comments, at)

    def is_in_code(self, at: int) -> bool:
        """Return whether an offset of a document is in a code block."""
        return any(start <= at < end for start, end in self.code)

    def line(self, at: int) -> tuple[str, str]:
        """Return the line before and behind an offset, at most 600 characters on each side."""
        text = self.source.text
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        return text[max(start, at - 600) : at], text[at : min(end if end >= 0 else len(text), at + 600)]

    def read(self, kind: str, start: int, end: int) -> Reason | None:
        """Return what the text around a mention says; None if it may be code that counts."""
        if self.is_comment(start):
            return reasons.COMMENT
        if self.is_prose:
            return reasons.HISTORY
        is_command = kind == "option" and RUN_FROM_START.match(self.statement(start)) is not None
        if self.is_document and not is_command and not self.is_in_code(start):
            return reasons.OUTSIDE_OF_CODE
        if self.is_vendored and kind != "variable":
            return reasons.VENDORED
        if kind == "option" and any(first <= start < last for first, last in self.printed_texts):
            return reasons.PRINTED
        before, behind = self.line(start)
        if self.is_document and COMMENT_IN_CODE.match(before) and not RUN_FROM_START.match(before.lstrip(" \t#")):
            return reasons.COMMENT
        if kind == "key" and self.source.path.endswith(STYLES):
            return reasons.STYLE
        if kind == "key" and behind[end - start - 1 : end - start] == "(" and DEFINES.search(before):
            return reasons.DEFINITION
        if kind == "key" and self.source.path.endswith(ANNOTATED) and ANNOTATION.match(behind):
            return reasons.DEFINITION
        if kind == "key":
            return None
        by_kind = {"option": self.option, "variable": self.variable, "hosts": self.hosts}
        return by_kind[kind](before, behind, start, end)

    def not_a_link(self, what: str, line: str) -> Reason | None:
        """Return why the end of a line is no mention of a link in this kind of file; None if it may be one."""
        rows = self.kind.not_links
        return next(
            (Reason("other", why) for kind, pattern, why in rows if kind == what and re.search(pattern, line)), None
        )

    def option(self, before: str, behind: str, start: int, end: int) -> Reason | None:
        rest = behind[end - start :]
        if rest[:1] == "-":
            return reasons.OTHER_OPTION
        if start and self.source.text[start - 1] in "-<!":
            return reasons.NO_OPTION
        if not DOCKER_RUN.search(before):
            is_list = (before + behind).count(" --") > MAX_OPTIONS and ":" not in rest[:80].split(" --")[0]
            if COMPLETIONS.search(self.source.path) or is_list:
                return reasons.LIST_OF_OPTIONS
            if OPTION_TABLE.match(rest):
                return reasons.TABLE_OF_OPTIONS
        if before.endswith("var("):
            return reasons.STYLE
        if SEARCHED_FOR.search(before):
            return reasons.SEARCHED
        if rest.lstrip("'\"` ").startswith((":", "rel=")) and self.source.path.endswith(
            (".css", ".scss", ".less", ".html", ".vue")
        ):
            return reasons.STYLE
        command = self.statement(start)
        if reason := self.not_a_link("option", before):
            return reason
        others = [
            match for match in OTHER_COMMAND.finditer(command) if not VALUE_AHEAD.search(command, 0, match.start() + 1)
        ]
        if others and not DOCKER_RUN.search(command):
            return reasons.OTHER_COMMAND
        return self.printed(before, behind, start)

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

    @cached_property
    def script(self) -> Script | None:
        """The commands of a script of a shell; None in other files."""
        from linklint.shell.scanner import scan  # most trees have no such mention

        text = self.source.text
        return scan(text) if self.kind.is_script and len(text) <= MAX_SEARCHED else None

    @cached_property
    def used(self) -> list[Span]:
        """The ranges in which a script puts what it prints into a file, or gives it to another command."""
        return used_outputs(self.script) if self.script is not None else []

    def printed(self, before: str, behind: str, at: int) -> Reason | None:
        if PROSE_KEY.search(before):
            return reasons.DESCRIPTION
        command = PRINTS_BEHIND.sub("", before)
        printed = PRINTED.match(command) and not (
            WRAPS.match(before)
            or PRINTED_ELSEWHERE.match(behind)
            or RUN_BEHIND.match(behind)
            or RUN_INSIDE.search(before)
        )
        is_options = OPTIONS_ONLY.search(command) and not SAID_OF_OPTION.match(behind)
        if printed and not is_options and not any(first <= at < last for first, last in self.used):
            return reasons.PRINTED
        near = TRAILING_COMMENT.sub("", before[-300:] + behind[:300])
        if PROSE_WORDS.search(near) and "docker run" not in before and not PAIR_BEHIND.match(behind):
            return reasons.SENTENCE
        return None

    def variable(self, before: str, behind: str, start: int, end: int) -> Reason | None:
        name = self.source.text[start:end]
        if name.startswith("KUBERNETES_"):
            return reasons.KUBERNETES
        is_read = EXPANDED.search(before) and not LITERAL.search(before)
        return None if is_read or IN_TEST.search(before) else self.printed(before, behind, start)

    def hosts(self, before: str, behind: str, start: int, end: int) -> Reason | None:
        around = self.source.text[max(0, start - 400) : end + 400]
        line = before + behind
        is_added = HOSTS_WRITTEN.search(line) is not None  # here, or after a look-up for the same line
        if is_added or HOSTS_MODULE.search(around):
            return reasons.ADDED_TO_HOSTS
        if self.is_document:
            return reasons.EXAMPLE_OF_HOSTS
        looks_up = HOSTS_LOOKUP.search(before[-200:] + behind[:200])
        if not looks_up and (self.is_test or not self.kind.is_program or not READS_LINES.search(around)):
            return reasons.NO_LOOK_UP
        if OWN_NAME.search(LEFT_OUT.sub("", before[-200:] + behind[:200])):
            return reasons.OWN_NAME
        return self.printed(before, behind, start)


def is_set_here(before: str, rest: str) -> bool:
    """Return whether a name between two parts of a line is set or removed there."""
    is_defined = DEFINED.match(rest) or DEFINED_BY_WORD.match(before) or UNSET.search(before)
    return ITEM_SET.match(rest) is not None or bool(is_defined) and EXPANDED.search(before) is None


class Judgement(NamedTuple):
    """What a mention is: the reason, and the links or the read of a variable (with its name) that its text shows."""

    reason: Reason
    links: FoundLinks | None = None
    read: Reads | None = None
    name: str = ""


class Judge:
    """Judges the mentions in one source.

    `speaks_of_docker` says whether the file has another sign of Docker, or names a file with one. `is_signed`: it has
    such a sign, or a file with one names it. `may_be_read`: it is signed, or may be in an image. `set_by_callers`:
    what the scripts set that name this one.
    """

    def __init__(
        self,
        around: TextAround,
        said: Said,
        set_by_callers: Callable[[], Set[str]],
        speaks_of_docker: Callable[[], bool],
        *,
        is_signed: bool,
        is_in_image: bool,
    ) -> None:
        self.around = around
        self.said = said
        self.is_signed = is_signed
        self.speaks_of_docker = cache(speaks_of_docker)
        self.may_be_read = is_signed or is_in_image
        self.set_in: dict[str, bool] = {}
        self.set_by_callers = set_by_callers

    def judge(self, what: str, start: int, end: int) -> Judgement:
        """Return what a mention (option, key, variable or hosts) is that no extractor has read."""
        reason = self.around.read(what, start, end)
        if reason is not None:
            return Judgement(reason)
        if what == "variable":
            return self.variable(start, end)
        if what == "hosts":
            return Judgement(self.hosts(start))
        return self.link(what, start, end)

    def link(self, what: str, start: int, end: int) -> Judgement:
        """Judge an option or a key: a link, if its value is one."""
        reader, source, signed = self.around, self.around.source, self.is_signed
        if what == "option" and is_within(self.said.programs.get(source, ()), start):
            return Judgement(reasons.PROGRAM_IN_CONTAINER)
        if what == "option":
            found = option_links(source, end, reader.statement(start) + reader.statement_behind(end))
            before = reader.line(start)[0]
            if found.reason is None and self.is_of_program(start):
                return Judgement(reasons.PROGRAM_IN_CONTAINER)
            command = before.rpartition('"')[2]  # of a text
            if not any(":" in word.string for word in found.words) and PLAIN_COMMAND.match(command):
                return Judgement(reasons.NOT_FOLLOWED)  # of a command that may run docker
            signed = signed or any(":" in word.string for word in found.words) or OPTIONS_OF.match(before) is not None
        elif reader.kind.is_project and source in self.said.defining:
            first, last = extent_of(source.text, start, end)
            is_list = source.text[first:last].lstrip(" \t\r\n:=\"'").startswith(("- ", "["))
            is_made = "{{" in reader.line(start)[1]
            return Judgement(reasons.NOT_USED if is_list and not is_made else reasons.NOT_FOLLOWED)
        else:
            if reason := reader.not_a_link("key", reader.line(start)[0] + source.text[start:end]):
                return Judgement(reason)
            is_inspected = INSPECTED.search(source.text, start, end) and not DEFINED.match(source.text, end)
            if is_inspected or REMOVED.search(source.text, start, end):
                return Judgement(reasons.NOT_FOLLOWED)  # who reads or removes links
            found = key_links(source, start, end, signed=signed)
            signed = signed or bool(found.words) and all(":" in word.string for word in found.words)
        if found.reason is not None:
            return Judgement(found.reason)
        if what == "option" and not any(":" in word.string for word in found.words):
            is_declared = DECLARES.search(reader.line(start)[0]) and PAIR.search(reader.line(start)[1]) is None
            if (is_declared or not signed and CASE_ARM.match(source.text, end)) and not self.speaks_of_docker():
                return Judgement(reasons.DECLARED_OPTION)
        is_data = reader.is_test and not (
            all(":" in word.string for word in found.words)
            and RUN_BY_TEST.search(source.text, max(0, start - AROUND_CALL), end + AROUND_CALL)
        )
        if not signed or not found.words or is_data:
            return Judgement(reasons.NOT_FOLLOWED)
        return Judgement(reasons.LINK, found)

    @cached_property
    def runs_docker(self) -> bool:
        """Whether the file may run docker, or an image with it."""
        return RUNS_DOCKER.search(self.around.source.text) is not None

    def is_of_program(self, at: int) -> bool:
        """Return whether an option stands in the command of an image, or of a container that a file describes, and
        neither runs docker.
        """
        reader = self.around
        text = reader.source.text
        if self.runs_docker:
            return False
        if reader.kind.makes_image:
            return IMAGE_COMMAND.match(reader.statement(at)) is not None
        keys = KEY_LINE.findall(text, max(0, at - MAX_STATEMENT), at)
        return keys[-1:] in (["args"], ["command"], ["entrypoint"]) and IMAGE_KEY.search(text) is not None

    def variable(self, start: int, end: int) -> Judgement:
        """Judge the name of a link variable: a read, unless it is set or removed there."""
        reader = self.around
        written = reader.source.text[start:end]
        name = written.upper().translate(SEPARATORS) if written == written.lower() else written
        shape = link_variable(name)
        if shape is None and written[1:].startswith("docker"):
            return Judgement(reasons.NOT_FOLLOWED)  # a library that reads the variables of links
        if shape is None:
            short = short_variable(written)
            return self.fragment(start, end) if short is None else self.short(written, short, start, end)
        prefix = shape.prefix.upper()
        if prefix not in self.said.prefixes and (reason := self.unlinked(name, prefix, shape)) is not None:
            return Judgement(reason)
        before, behind = reader.line(start)
        rest = behind[end - start :]
        expanded = EXPANDED.search(before) is not None
        if written != name and prefix in self.said.aliases and not expanded:
            return Judgement(reasons.NOT_FOLLOWED)  # a field that a library fills from the environment
        if is_set_here(before, rest):
            return Judgement(reasons.SET_HERE)
        if self.is_set(written, start):
            return Judgement(reasons.SET_IN_FILE)
        if reader.is_document and (not expanded or LISTED.match(before + behind)):
            return Judgement(reasons.LISTED)
        is_item = before.strip() in QUOTES and rest.rstrip(" \t,") in QUOTES  # a list of names, one on each line
        if reader.kind.expands and (reader.kind.is_project or not LITERAL.search(before)):
            return Judgement(self.expanded(written, start, before))
        if (reader.kind.knows_reads or shape.part == "env") and not is_item:
            return Judgement(reasons.NOT_FOLLOWED)
        if written != name and not (self.is_signed or expanded):
            return Judgement(reasons.NOT_FOLLOWED)
        return Judgement(reasons.READ, read=shape, name=name)

    def unlinked(self, name: str, prefix: str, shape: Reads) -> Reason | None:
        """Return why a name is no link's although no link has its prefix; None if a link from elsewhere may set it."""
        if shape.part != "env":
            return reasons.SERVICE if prefix in self.said.services else None
        if not of_known_image(name):
            return reasons.NO_SUCH_PREFIX
        is_set = name in self.said.set_for_containers.get(self.around.source, ())
        return reasons.SET_IN_FILE if is_set else None

    def expanded(self, name: str, start: int, before: str) -> Reason:
        """Judge a name in a shell's text that is no read by its order."""
        reader = self.around
        is_set = self.own is None and name in set_in(reader.source.text)
        if is_set or name in self.said.set_for_containers.get(reader.source, ()):
            return reasons.SET_IN_FILE
        if reader.kind.makes_image and RUN_STEP.match(reader.statement(start)):
            return reasons.BUILD_TIME
        if reader.kind.is_project and before.endswith(("$", "${")) and not before.endswith(("$$", "$${")):
            return reasons.FILLED
        return reasons.NOT_FOLLOWED

    def short(self, name: str, shape: Reads, start: int, end: int) -> Judgement:
        """Judge `DB_PORT` or `DB_NAME` where a link of the tree has the alias `db`."""
        before, behind = self.around.line(start)
        rest = behind[end - start :]
        expanded = EXPANDED.search(before)
        if is_set_here(before, rest):
            return Judgement(reasons.SET_HERE)
        if before.endswith("${!"):
            return Judgement(reasons.NOT_FOLLOWED)  # the names of all variables that start with it
        if name in self.said.aliases.get(shape.prefix, ()):
            return Judgement(reasons.SET_FOR_RECIPIENT)
        if self.is_set(name, start):
            return Judgement(reasons.SET_IN_FILE)
        if not expanded and not GETTER.search(before) and not ASKED.match(rest):
            is_searched = SEARCHED.match(rest) or IN_TEST.search(before)
            return Judgement(reasons.NOT_FOLLOWED if is_searched and self.searches(start) else reasons.NO_READ)
        if self.around.kind.expands and (reason := self.expanded(name, start, before)) is not reasons.NOT_FOLLOWED:
            return Judgement(reason)
        if self.around.kind.expands and HOST_COMMAND.search(self.around.statement(start)):
            return Judgement(reasons.HOST_COMMAND)
        if name in self.set_by_callers():
            return Judgement(reasons.SET_BY_CALLER)
        opened = start - len(expanded[0]) if expanded else start
        if shape.part == "url" and is_taken_apart(self.around.source.text, opened, end):
            return Judgement(reasons.READ, read=shape, name=name)
        return Judgement(reasons.NOT_FOLLOWED)

    def fragment(self, start: int, end: int) -> Judgement:
        """Judge a part of a name, as in `getenv($prefix . '_PORT_' . $port . '_TCP')`."""
        before, behind = self.around.line(start)
        text = self.around.source.text
        if MADE_NAME_SET.match(behind):
            return Judgement(reasons.SET_HERE)
        written, around = text[start:end], text[max(0, start - AROUND_LOOP) : end + AROUND_LOOP]
        if written.endswith("_PORT") and not self.said.aliases and "|" not in written:
            if not (TAKEN_APART.search(around) and READS_ENVIRONMENT.search(text)):
                return Judgement(reasons.NO_ALIAS)
        if written.endswith(("tcp:", "udp:")) and "|" not in written:
            is_tested = VALUE_GIVEN.search(before) is None and self.searches(start)
            return Judgement(reasons.NOT_FOLLOWED if is_tested else reasons.NO_READ)
        if written.endswith("_") and READS_ENVIRONMENT.search(around) is None:
            return Judgement(reasons.NO_READ)
        if written[0] in QUOTES and "|" not in written and (reason := self.part(written, before, behind)) is not None:
            return Judgement(reason)
        if GETTER.search(before) is None or written.endswith(("_PORT", "_", *QUOTES)):
            return Judgement(reasons.NOT_FOLLOWED)
        if (cut := CUT.search(before)) and written in cut["searched"]:
            return Judgement(reasons.FACT)
        part = "address" if "ADDR" in behind[:60] else "url"
        return Judgement(reasons.READ, read=Reads("", part, None, None), name=self.around.source.text[start:end])

    def searches(self, at: int) -> bool:
        """Return whether something looks through the whole environment near an offset."""
        near = self.around.source.text[max(0, at - AROUND_LOOP) : at + AROUND_LOOP]
        return SEARCHES_ENVIRONMENT.search(near) is not None

    @cached_property
    def own(self) -> Mapping[str, Sequence[Span]] | None:
        """The variables that a script of a shell sets itself; None in other files."""
        script = self.around.script
        return own_variables(self.around.source.text, script) if script is not None else None

    def part(self, written: str, before: str, behind: str) -> Reason | None:
        """Judge the last part of a name in quotes; None if it may be one of a link."""
        is_read = GETTER.search(before) is not None
        if is_read and behind[len(written) : len(written) + 1] in QUOTES and before.rstrip().endswith(("(", "[", "{")):
            return reasons.NO_READ  # getenv("TCP_ADDR")
        is_known = is_read or bool(self.said.aliases) or any(map(str.isdigit, written)) or "," in written
        return None if is_known else reasons.NO_ALIAS

    def is_set(self, name: str, at: int) -> bool:
        """Return whether the file sets a variable: a script before it reads it, others anywhere but in a comment."""
        if self.own is not None:
            is_word = self.around.source.text[at - 1 : at] not in ("$", "{")  # read NAME
            return is_own(self.own, name, at) or is_word and name in self.own
        if name not in self.set_in:
            pattern = SETS.replace("NAME", re.escape(name))
            settings = re.finditer(pattern, self.around.source.text[:MAX_SEARCHED], re.MULTILINE)
            self.set_in[name] = any(not self.around.is_comment(match.end() - 1) for match in settings)
        return self.set_in[name]

    def hosts(self, start: int) -> Reason:
        """Judge a look-up in `/etc/hosts`: where it looks for the alias of a link, the link is the fact."""
        before, behind = self.around.line(start)
        words = {word.upper().replace("-", "_") for word in NAME.findall(before + behind)}
        if words & self.said.prefixes:
            return reasons.LOOK_UP
        if QUIET.search(before) or PRINTED_WORDS.search(before):
            return reasons.TEST_FOR_A_LINE
        if self.may_be_read or self.said.prefixes and HOLE.search(before + behind):
            return reasons.NOT_FOLLOWED
        return reasons.NO_SUCH_NAME
