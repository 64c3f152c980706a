"""Reads of link variables in programs of many languages, and in templates and configuration files.

The names of such variables are searched for as text, and the text around a name decides what it is: an accessor of the
language (`process.env.X`, `ENV['X']`, `os.Getenv("X")`, `${X}`) makes it a read, an assignment after it a definition;
in a comment, or in a string that no accessor reads, it is prose. This needs no grammar, only the positions of comments:
each language is a row of `LANGUAGES`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from linklint.context import ExtractionContext
from linklint.docker.link_variables import Reads, link_variable, short_variable
from linklint.facts.schema import EnvRead
from linklint.flow.steps import StepRecorder
from linklint.kinds.kind import kind_named
from linklint.lexer.languages import (
    FILLED,
    GETTERS,
    LANGUAGES,
    TRAILING,
    VERBS,
    WITH_HASHES,
    Language,
    default_of,
    language_of,
)
from linklint.lexer.url_uses import is_taken_apart
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, Source, is_within
from linklint.text_search.commands import find_commands

AROUND = 160  # the number of characters before a read that are examined
NAME_AROUND = 60
QUOTES = ("'", '"', "`")
OTHERWISE = lazy_compile(
    r"\s*\)*\s*(?:\|\||\?\?)\s*(?![\s\"'`\d]|null\b|undefined\b|false\b)"
)  # otherwise another setting is used
BRACES = lazy_compile(r"[{}]")
BRACKETS = lazy_compile(r"[()\[\]{};]")
IN_EXPRESSION = lazy_compile(r"(?:[(,:=\[?|&$]|\breturn)\s*\Z")
TESTED_CALL = lazy_compile(
    r"(?:!|&&|\b(?:if|while|switch|typeof|Boolean|expect|\w*[aA]ssert\w*|ok|equal|strictEqual|deepEqual|isIP\w*"
    r"|includes|(?:lastI|i)ndexOf|replace\w*"
    r"|startsWith|endsWith|search|match\w*|test|setServers|reverse|lookup|filter|some|every|find))\s*\(\Z"
)
SAYING = lazy_compile(
    r"[ \t-]*[\"']?(?:description|help|comment|summary|title|note|about|message)[\"']?\s*[:=]", re.IGNORECASE
)
ADDRESS_BEFORE = lazy_compile(
    r"(?:\b(?:src|dst|saddr|daddr|nameserver|forward-addr:|forwarders|[bB]ind|[lL]isten|[rR]equire\s+(?:not\s+)?ip"
    r"|(?:[aA]llow|[dD]eny)\s+[fF]rom)(?:\b|(?<=:))|\baddress=/|^\s*server=)[^\n]*\Z"
)
ADDRESS = lazy_compile(
    r"\s*(?:if|elsif|geo|map|set\w*|split_clients|allow|deny|set_real_ip_from|server_name|listen|resolver)\b"
)
CIDR = lazy_compile(r"[\"']?/(?:[89]|[12]\d|3[0-2])(?!\d)")
HOSTS_LINE = lazy_compile(r"[ \t]+[\w. \t-]+(?:\n|\Z)")  # ${X} db
PARENTHESIS = lazy_compile(r"[=+,:(\[]\s*\(\s*\Z")
WITH_DEFAULT = lazy_compile(r"\s*(?:\|\||\?\?)\s*([\"'`])[^\"'`\n]*\1\s*\)\s*(?:\+|[,;)\]}]|\Z|\n)")
HELD = lazy_compile(r"(?:^|[\s;{(,])(?:(?:var|let|const)\s+)?(?P<name>[A-Za-z_$][\w$.]*)\s*=\s*\Z")
BETWEEN = lazy_compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
FOLLOWS = lazy_compile(r"[,;)}\]]|\+(?![+=])|\|\||\?\?(?!=)|:")
TAKES = lazy_compile(r"(?:(?<![=!<>+*/-])=|[:,+\[]|\$\{|\|\||\?\?|\breturn|(?<![\w.])[\w.$]*\w\()\s*\Z|^\s*\Z")
TESTS = lazy_compile(
    r"\b(?:if|while|switch|assert\w*|unless|until|typeof|expect|Boolean|isIP\w*|is_?ip\w*|ok|equal|strictEqual"
    r"|deepEqual|require\w*|console\.assert)\b\W?[^;{}]*\Z|[!?]\s*\(?\s*\Z|&&[^;{}]*\Z"
)


def stays(string: str, start: int, end: int, language: Language, typed: bool, part: str) -> bool:
    """Return whether the read must stay as it is. In a program, only an expression that surely becomes text is
    replaced.
    """
    if string[start] in QUOTES:
        return True  # a constant that holds the name
    first = max(0, start - AROUND)
    before = string[max(first, string.rfind("\n", first, start) + 1) : start]
    if language is LANGUAGES[""]:
        statement = re.split(r"[;}]|(?<!\$)\{", string[max(0, start - 2 * AROUND) : start])[-1]
        return (
            before.endswith(("\\", "$"))
            or part == "url"
            and before[-1:] not in QUOTES
            or ADDRESS.match(statement) is not None
            or ADDRESS.match(before) is not None
            or ADDRESS_BEFORE.search(before) is not None
            or SAYING.match(before) is not None
            or ADDRESS.match(_block(string, start)) is not None
            or CIDR.match(string, end) is not None
            or not before.strip()
            and HOSTS_LINE.match(string, end) is not None
        )
    if language.name != "javascript":
        return False  # nothing can be written there
    behind = BETWEEN.match(string, end, end + AROUND)
    at = behind.end() if behind else end
    over = "\n" in string[end:at]
    follows = FOLLOWS.match(string, at) is not None or over and re.match(r"[\w}$@]|\Z", string[at : at + 1]) is not None
    near = max(0, len(before) - NAME_AROUND)
    taken = (
        TAKES.search(before, near)
        or not before.strip()
        or before.endswith("(")
        and PARENTHESIS.search(before)
        and WITH_DEFAULT.match(string, end)
    )
    if not follows or not taken or TESTS.search(before) or typed and re.match(r"\s*(?:\|\||!)", string[end : end + 20]):
        return True
    if (
        OTHERWISE.match(string, end)
        or string[max(0, start - 40) : start].rstrip().endswith("&&")
        or "trust proxy" in before
    ):
        return True
    held = HELD.search(before, near)
    if held and (at >= len(string) or string[at] not in "|?") and _is_asked(string, held["name"]):
        return True
    return _names_hosts(string) or any(TESTED_CALL.search(opener) for opener in _around(string, start))


def _block(string: str, start: int) -> str:
    """Return the line that opens the block around an offset of a template, if it is near."""
    depth = 0
    for match in reversed(list(BRACES.finditer(string, max(0, start - 5 * AROUND), start))):
        at = match.start()
        if string[at] == "}" and string.rfind("${", string.rfind("\n", 0, at) + 1, at) < 0:
            depth += 1
        elif string[at] == "{" and string[at - 1 : at] != "$":
            if not depth:
                return string[string.rfind("\n", 0, at) + 1 : at]
            depth -= 1
    return ""


def _around(string: str, start: int) -> list[str]:
    """Return the text before each open bracket around an offset, from the inside out, up to the start of the
    statement.
    """
    found: list[str] = []
    depth = 0
    for match in reversed(list(BRACKETS.finditer(string, max(0, start - 3 * AROUND), start))):
        at, char = match.start(), match[0]
        if char in ")]}":
            depth += 1
        elif char in "([{" and depth:
            depth -= 1
        elif char in "([":
            found.append(string[max(0, at - 40) : at].rstrip() + char)
        elif char == ";" and not depth or char == "{" and IN_EXPRESSION.search(string, max(0, at - 40), at) is None:
            break
    return found


@lru_cache(maxsize=16)
def _is_asked(string: str, name: str) -> bool:
    """Return whether the name that holds an address is tested, or taken apart."""
    name = re.escape(name)
    return (
        re.search(
            rf"(?:\b(?:if|while)\s*\(\s*|!\s*|&&\s*|\btypeof\s+|\bBoolean\(\s*)(?<![\w$.]){name}(?![\w$.(\[])"
            rf"|(?<![\w$.]){name}\s*(?:\?(?!\.)|&&|\|\||[!=]==?)|(?<![\w$.]){name}\.(?:split|match|replace|test"
            rf"|trim)\w*\(",
            string,
        )
        is not None
    )


@lru_cache(maxsize=1)
def _names_hosts(string: str) -> bool:
    return "/etc/hosts" in string


NAME = lazy_compile(
    r"(?:(?<=%\(ENV_)|(?<![A-Za-z0-9_])(?<!%\())(?:[A-Za-z_][A-Za-z0-9_]*)?_(?:PORT(?:_[0-9]+_(?:TCP|UDP"
    r"|SCTP)(?:_[A-Z]+)*)?|ENV_[A-Za-z0-9_]+|NAME)(?![A-Za-z0-9_])"
)
MADE = lazy_compile(
    r"(?:(?<=%s)|(?<=%v)|(?<![A-Za-z0-9]))_(?:PORT_[^\s'\"`]{0,40}?_)?(?P<protocol>TCP|UDP)(?:_(?P<part>ADDR"
    r"|PORT))?(?![A-Za-z0-9_])"
)
ENVIRONMENT = lazy_compile(
    r"process\.env|\bENV\b|[gG]et_?[eE]nv|os\.Environ|environ\b|env::vars?|sys\.env|\$_ENV|\$_SERVER"
    r"|\bEnvironment\b|\$ENV|\$env:|LookupEnv|:= \.Env\b"
)
IN_ENVIRONMENT = lazy_compile(r"[\"'`]\s+in\s+process\.env\b")
DECLARED = lazy_compile(r"[\"'`]?\??\s*:")
ALIAS = lazy_compile(r"\b(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*=\s*process\.env\s*(?:;|$)", re.MULTILINE)
BY_ALIAS = lazy_compile(r"(?<![\w.$])(?P<name>[A-Za-z_$][\w$]*)(?:\??\.|\[\s*[\"'`])$")
SETTING = lazy_compile(r"\s*(?:=(?![=~>])|\|\|=|\?\?=|:=|\+=)")
NGINX_SET = lazy_compile(r"^[ \t]*(?:set(?:_by_lua\w*)?|map[ \t]+\S+)[ \t]+\$(\w+)", re.MULTILINE)
MAX_NAMES = 5_000
NEAR = 48  # the distance that contains most accessors
MAX_FILLED = 2_000
EXPANDS = lazy_compile(r"[eE]xpand|exec|spawn|[sS]ystem|popen|\b(?:ba)?sh\b|Command|\brun\w*\(")
KEYED = lazy_compile(
    r"\b(?:(?:has_)?key\?|hasOwnProperty|include\?|contains(?:Key|_key)?|has)!?[(\s]\s*[\"']\w+[\"']\)?\Z"
)
ASKS = lazy_compile(r"(?:\b(?:if|elsif|unless|isset|empty|defined)\b\s*\(?|!)\s*\Z")
COMPARED = lazy_compile(
    r"\s*(?:[!=]==?\s*(?:undefined\b|null\b|nil\b|''|\"\")|\?(?![.?:])|\.(?:nil|empty|blank|present)\?)"
)
ANSWERED = lazy_compile(r"[ \t]*(?:\)|&&|\|\||\r?\n|\Z|\bthen\b|\{|;)")


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the reads of files: each is a scope."""
    for source in sources:
        language = language_of(source.path, source.text)
        find(
            source.whole(),
            language,
            context,
            StepRecorder(context, source.whole().span(), kind_named("code"), source.path),
        )


def find(text: MappedText, language: Language, context: ExtractionContext, order: StepRecorder) -> None:
    """Extract the reads in a text of a language. A text without any is not a scope."""
    string = text.string
    hidden: dict[bool, list[tuple[int, int]]] = {True: [], False: []}  # comments, strings
    hiding = TRAILING if language is LANGUAGES[""] and not text.source.path.endswith(WITH_HASHES) else language.comments
    for match in hiding.finditer(string):
        hidden[match["c"] is not None].append(match.span())
    comments = hidden[True]
    find_commands(text, language, hidden[False], context, order)
    if language is not LANGUAGES[""] or ".Env" in string or "ENV" in string or "environ" in string:
        _find_made(text, language, order, comments)
    given: dict[str, int] = {}  # what the program sets itself, from where it first does so
    reads: list[tuple[re.Match[str], Reads, bool, int, int]] = []
    for count, match in enumerate(NAME.finditer(string)):
        if count >= MAX_NAMES:
            reason = f"more than {MAX_NAMES} variable names: the rest is not read"
            context.unread(text.span(match.start(), match.end()), reason)
            break
        if is_within(comments, match.start()):
            continue
        found = _read(string, match, language)
        if found is not None and not _is_said(string, found[2], hidden[False], language):
            reads.append((match, *found))
        elif found is None and _sets(string, match, language):
            given.setdefault(match[0], match.end())
    for read in reads:
        _record(text, language, context, order, given, read)


def _record(
    text: MappedText,
    language: Language,
    context: ExtractionContext,
    order: StepRecorder,
    given: dict[str, int],
    read: tuple[re.Match[str], Reads, bool, int, int],
) -> None:
    match, shape, weak, start, end = read
    string, is_typed = text.string, text.source.path.endswith(("ts", "tsx"))
    is_own = given.get(match[0], len(string)) < string.rfind("\n", 0, start) + 1
    keeps = match[0] in given or stays(string, start, end, language, is_typed, shape.part)
    context.add(
        EnvRead(
            text.span(start, end, POSSIBLE if is_own else LIKELY if weak or shape.part == "env" else CERTAIN),
            scope=order.scope(),
            name=match[0],
            prefix=shape.prefix,
            part=shape.part,
            port=shape.port,
            protocol=shape.protocol,
            fallback=default_of(string, start, end, match.end()),
            language=language.name,
            written=None if keeps else string[start:end],
            weak=int(weak),
            tested=int(_is_tested(string, start, end)),
        )
    )


def _find_made(
    text: MappedText,
    language: Language,
    order: StepRecorder,
    comments: list[tuple[int, int]],
) -> None:
    """Find names that are built from parts, and searches through the environment: the address they find is unknown."""
    for count, match in enumerate(MADE.finditer(text.string)):
        around = text.string[max(0, match.start() - 200) : match.end() + 200]
        if is_within(comments, match.start()) or not ENVIRONMENT.search(around) or count > MAX_NAMES:
            continue
        part = {"ADDR": "address", "PORT": "port", None: "url"}[match["part"]]
        span = text.span(match.start(), match.end(), LIKELY)
        order.context.add(
            EnvRead(
                span,
                scope=order.scope(),
                name=match[0],
                prefix="",
                part=part,
                protocol=match["protocol"].lower(),
                language=language.name,
                written=match[0],
            )
        )


def _read(string: str, match: re.Match[str], language: Language) -> tuple[Reads, bool, int, int] | None:
    """Return (what is read, whether that needs a link to set such a name, start, end).

    None if the name is set, or only mentioned.
    """
    line_start = string.rfind("\n", 0, match.start()) + 1
    if match.start() - NEAR < line_start > 0 and not string[line_start : match.start()].strip("\"' \t"):
        line_start = string.rfind("\n", 0, line_start - 1) + 1  # System.getenv(↵ "X")
    before = string[max(line_start, match.start() - 160) : match.start()]
    line_end = string.find("\n", match.end())
    behind = string[match.end() : line_end if line_end >= 0 else len(string)][:200]
    accessor = language.before.search(before, max(0, len(before) - NEAR)) if language is not LANGUAGES[""] else None
    accessor = accessor or language.before.search(before)
    if accessor is not None and accessor[0].strip() == "env" and behind.startswith("="):
        return None  # a directive of nginx that sets it
    if accessor is None and not _reads_elsewhere(string, match, before, language) or _is_given(before, language):
        return None
    if _is_no_read(string, match[0], (before, accessor and accessor[0], behind), language):
        return None
    name = match[0]
    shape, weak = link_variable(name), False
    if shape is None and accessor is not None and accessor[0].startswith("{{") and "env" not in accessor[0].lower():
        return None  # {{ db_port }} is a variable of the template itself
    if shape is None:
        opened, closed = match.span()
        if accessor is not None:
            opened -= len(before) - accessor.start()
            closed += len(_closing(accessor[0], behind))
        shape, weak = _bare(string, name, opened, closed)
        if shape is None or weak and _is_own(accessor, language):
            return None
    if accessor is None:
        quoted = before[-1:] in QUOTES  # a constant
        return shape, weak, match.start() - quoted, match.end() + quoted
    return (
        shape,
        weak,
        match.start() - (len(before) - accessor.start()),
        match.end() + len(_closing(accessor[0], behind)),
    )


def _is_no_read(string: str, name: str, around: tuple[str, str | None, str], language: Language) -> bool:
    """Return whether a name with an accessor is set or declared there, or a variable of the file itself. `around` is
    the text before, the accessor, and the text behind.
    """
    before, opened, behind = around
    if language is LANGUAGES[""] and before.endswith("$") and name in _set_by_nginx(string):
        return True
    if opened is not None and (
        language is not LANGUAGES[""] and _is_set(opened, behind) or _is_declared(opened, behind)
    ):
        return True
    # passed to a Command; clap's `.env("X")` reads
    return language.name == "rust" and before.endswith('.env("') and behind.startswith('",')


@lru_cache(maxsize=2)
def _set_by_nginx(string: str) -> frozenset[str]:
    """Return the variables that the directives `set`, `set_by_lua` and `map` of nginx set in a text."""
    return frozenset(NGINX_SET.findall(string)) if "$" in string else frozenset()


def _is_own(accessor: re.Match[str] | None, language: Language) -> bool:
    """Return whether `${DB_PORT}` in a string of a program is a variable of the program itself."""
    return accessor is not None and accessor[0] in ("${", "$", "#{") and language is not LANGUAGES[""]


def _sets(string: str, match: re.Match[str], language: Language) -> bool:
    """Return whether a name that is not a read gets a value there."""
    start = max(string.rfind("\n", 0, match.start()) + 1, match.start() - AROUND)
    before, behind = string[start : match.start()], string[match.end() : match.end() + NEAR]
    accessor = language.before.search(before, max(0, len(before) - NEAR))
    return _is_given(before, language) or accessor is not None and _is_set(accessor[0], behind)


def _is_given(before: str, language: Language) -> bool:
    """Return whether the text before a name sets or removes it."""
    near = before[-2 * NEAR :]
    capped = near.lower()
    return any(verb in capped for verb in VERBS) and language.sets.search(near) is not None


def _is_said(string: str, start: int, strings: list[tuple[int, int]], language: Language) -> bool:
    """Return whether an accessor is inside a text, so only mentioned, except where the language expands it (`${…}`,
    `#{…}`).
    """
    at = bisect_right(strings, (start, start)) - 1
    if at < 0 or not strings[at][0] < start < strings[at][1]:
        return False
    opening = string[strings[at][0]]
    if string[start - 1] == "\\" and start - 1 > strings[at][0]:
        return True
    if string[start] in "$\\":  # an expansion
        if language.name in ("php", "perl"):
            return opening != '"'
        if language.name == "powershell":
            return opening == "'" or string[start - 1] == "`" and start - 1 > strings[at][0]
        if (
            language.name in ("go", "ruby")
            and opening != "`"
            or language.name == "javascript"
            and (opening != "`" or string[start + 1] != "{")
        ):
            line = string[max(string.rfind("\n", 0, start) + 1, start - AROUND) : start]
            return EXPANDS.search(line) is None
        return False
    filled = FILLED.get(language.name)
    if filled is None or opening not in filled[0]:
        return True
    opened = max(string.rfind(opener, max(strings[at][0], start - MAX_FILLED), start) for opener in filled[1])
    return opened < 0 or "}" in string[opened:start]


def _is_tested(string: str, start: int, end: int) -> bool:
    """Return whether it only tests if the variable is set:

    `if (process.env.X)`, `isset($_ENV['X'])`, `ENV.key?('X')`.
    """
    before = string[max(0, start - 20, string.rfind("\n", 0, start) + 1) : start]
    return bool(
        KEYED.search(string, start, end)
        or IN_ENVIRONMENT.match(string, end - 1)
        or COMPARED.match(string, end)
        or ASKS.search(before)
        and ANSWERED.match(string, end)
    )


def _is_declared(opened: str, behind: str) -> bool:
    """Return whether a type has a field of this name: `interface ProcessEnv { X: string }`."""
    is_block = opened.rstrip("\"'` \t\r\n").endswith("{") and "$" not in opened
    return is_block and DECLARED.match(behind) is not None


def _is_set(opened: str, behind: str) -> bool:
    """Return whether the expression that the accessor opens is assigned to."""
    return SETTING.match(behind, len(_closing(opened, behind))) is not None


def _bare(string: str, name: str, start: int, end: int) -> tuple[Reads | None, bool]:
    """Read a bare `DB_PORT`: it counts where it is taken apart as a URL. Otherwise it and `DB_NAME` count only if a
    link has that prefix.
    """
    shape = short_variable(name)
    return shape, shape is not None and (shape.part == "name" or not is_taken_apart(string, start, end))


def _closing(opened: str, behind: str) -> str:
    """Return the quotes and brackets that close the accessor."""
    if opened.endswith("%(ENV_"):
        found = re.match(r"\)s", behind)
    elif opened[-1:] in "\"'`":
        bracket = {"[": r"\s*\]", "(": r"\s*\)", "{": r"\s*\}"}.get(opened[:-1].rstrip()[-1:], "")
        found = re.match(rf"[\"'`](?:{bracket})?", behind)
    else:
        found = re.match(r"\s*\}", behind) if opened.endswith("{") else None
    return found[0] if found else ""


def _reads_elsewhere(string: str, match: re.Match[str], before: str, language: Language) -> bool:
    """Return whether the accessor is not before the name: a pattern takes it from the environment, or a constant holds
    it.
    """
    if language.name == "javascript" and IN_ENVIRONMENT.match(string, match.end(), match.end() + NEAR):
        return True
    if language.name == "javascript" and (alias := BY_ALIAS.search(before, max(0, len(before) - NEAR))):
        return alias["name"] in _aliases(string)
    return (
        language.name == "javascript"
        and _destructured(string, match)
        or language.name != "template"
        and _is_constant(string, before)
    )


@lru_cache(maxsize=1)
def _aliases(string: str) -> frozenset[str]:
    """Return other names of the environment: `const e = process.env`."""
    return frozenset(match["name"] for match in ALIAS.finditer(string))


def _destructured(string: str, match: re.Match[str]) -> bool:
    """Match `const { DB_PORT_5432_TCP_ADDR: host } = process.env`."""
    closing = string.find("}", match.end(), match.end() + 2000)
    opening = string.rfind("{", max(0, match.start() - 2000), match.start())
    if closing < 0 or opening < 0 or ";" in string[opening : match.start()]:
        return False
    head = string[max(0, opening - 12) : opening].rstrip()
    taken = re.match(r"\}\s*(?::[^=]*)?=\s*process\.env\b", string[closing : closing + 80])
    return taken is not None and head.endswith(("const", "let", "var", "("))


def _is_constant(string: str, before: str) -> bool:
    """Match `const dbHost = "DB_PORT_5432_TCP_ADDR"`, if the file reads the environment with `dbHost`."""
    constant = CONSTANT.search(before) if before.endswith(('"', "'", "`")) else None
    return constant is not None and (constant["name"] or constant["defined"]) in _read_by_constant(string)


CONSTANT = lazy_compile(
    r"(?P<name>[A-Za-z_]\w*)(?:\s*:?\s*&?(?:'static\s+)?(?:string|String|str))?\s*(?::?=|=>)\s*[\"'`]$"
    r"|\bdefine\([\"'](?P<defined>\w+)[\"'],\s*[\"']$"
)
SETTERS = lazy_compile(r"(?:set|put|delete|remove)_?(?:env|var)", re.IGNORECASE)
BY_CONSTANT = lazy_compile(
    rf"(?<!\w){GETTERS}(?:\(\))?(?:\.(?:get|fetch|getOrElse|getOrDefault)|!)?\s*[\[({{]\s*(?:\w+\."
    rf"|\w+::)*\$?(?P<name>[A-Za-z_]\w*)\s*[\])}},]"
)


@lru_cache(maxsize=1)
def _read_by_constant(string: str) -> frozenset[str]:
    """Return the names with which a program reads its environment: `os.Getenv(dbHost)`, `process.env[DB_HOST]`."""
    return frozenset(match["name"] for match in BY_CONSTANT.finditer(string) if not SETTERS.search(match[0]))
