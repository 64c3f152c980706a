"""Reads of link variables in programs of many languages, and in templates and configuration files.

A name of such a variable is looked for as text; what stands around it says what it is: an accessor of the language (`process.env.X`, `ENV['X']`,
`os.Getenv("X")`, `${X}`) makes it a read, an assignment behind it a definition; in a comment, or in a string that nobody reads it with, it is
prose.  No grammar is needed for that, only where comments are: each language is a row of `LANGUAGES`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from linklint.docker.link_variable import Reads, link_variable
from linklint.extract.reading import Order, Reading
from linklint.facts.tables import EnvRead
from linklint.source import CERTAIN, LIKELY, Source, Text

NAME = re.compile(
    r"(?:(?<=%\(ENV_)|(?<![A-Za-z0-9_])(?<!%\())(?:[A-Za-z_][A-Za-z0-9_]*)?_(?:PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_[A-Z]+)*)?|ENV_[A-Za-z0-9_]+|NAME)(?![A-Za-z0-9_])"
)
MADE = re.compile(
    r"(?:(?<=%s)|(?<=%v)|(?<![A-Za-z0-9]))_(?:PORT_[^\s'\"`]{0,40}?_)?(?P<protocol>TCP|UDP)(?:_(?P<part>ADDR|PORT))?(?![A-Za-z0-9_])"
)
ENVIRONMENT = re.compile(
    r"process\.env|\bENV\b|[gG]et_?[eE]nv|os\.Environ|environ\b|env::vars?|sys\.env|\$_ENV|\$_SERVER|\bEnvironment\b|\$ENV|\$env:|LookupEnv|:= \.Env\b"
)
PARSED = re.compile(  # url.parse(process.env.X, str_replace('tcp://', '', getenv('X
    r"(?:\b[uU][rR][lLiI](?:\.[pP]arse|\.create)?|parse_url|ParseRequestURI|urlparse|urlsplit)\(\s*(?:\w+\()?\s*(?:\w+\.)*$|(?:[rR]eplace|[tT]rim|[sS]plit|gsub|sub)\w*\([^()]*//[^()]*,\s*(?:\w+\.)*$"
)
TAKEN_APART = re.compile(r"[\"'`]?\s*[\])}]?\)?\s*(?:\.|->|::|\|>)\s*\w*(?:[rR]eplace|[tT]rim|[sS]plit|gsub|sub|match)\w*\(?[^\n]{0,12}?//")
MAX_NAMES = 5_000


class Language(NamedTuple):
    """How a language comments and how it reads its environment.

    `comments` is a pattern of comments and of the strings that hide them (group `c` is a comment); `before` what stands before a name that is
    read, `after` what may stand behind it; `sets` what stands behind or before a name that is set.
    """

    name: str
    comments: re.Pattern[str]
    before: re.Pattern[str]
    sets: re.Pattern[str]


LONG = r"\"\"\".*?(?:\"\"\"|\Z)"
STRINGS = rf"{LONG}|" r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
PATTERN = (
    r"(?:[=(,:\[!&|?~]|\breturn)\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"  # a regular expression: quotes in it open nothing
)
PROGRAM = rf"(?P<c>//[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z))|{STRINGS}|`(?:[^`\\]|\\.)*`"
SLASHES = re.compile(rf"r#+\".*?\"#+|@\"(?:[^\"]|\"\")*\"|{PROGRAM}", re.DOTALL)
SCRIPT = re.compile(rf"{PATTERN}|{PROGRAM}", re.DOTALL)
COFFEE = re.compile(rf"(?P<c>###.*?(?:###|\Z)|(?<![^\s;])#(?!\{{)[^\n]*)|{PATTERN}|{STRINGS}", re.DOTALL)
HASH = re.compile(
    rf"{PATTERN}|(?P<c>(?<![^\s;])#(?!\{{)[^\n]*|^=(?:begin|pod|head\d|item|over|encoding|for)\b.*?(?:^=(?:end|cut)\b|\Z))|{STRINGS}",
    re.DOTALL | re.MULTILINE,
)
BOTH = re.compile(rf"(?P<c>//[^\n]*|(?<![^\s;])#(?![\[{{])[^\n]*|/\*.*?(?:\*/|\Z))|{STRINGS}", re.DOTALL)
HASH_BLOCK = re.compile(rf"(?P<c><#.*?(?:#>|\Z)|(?<![^\s;])#[^\n]*)|{STRINGS}", re.DOTALL)
WHOLE = r"^[ \t]*(?:#|;|//|!)[^\n]*|<!--.*?(?:-->|\Z)|\{\{-?[ \t]*/\*.*?(?:\*/|\Z)|\{#.*?(?:#\}|\Z)|<%#.*?(?:%>|\Z)"
LINES = re.compile(rf"(?P<c>{WHOLE})", re.DOTALL | re.MULTILINE)
TRAILING = re.compile(rf"(?P<c>{WHOLE}|(?<=[\s;])#[ \t][^\n]*)", re.DOTALL | re.MULTILINE)  # where a # behind a value begins a comment
WITH_HASHES = (".properties", ".ini", ".env")  # where it is a part of the value
Q = r"\s*[\[({]?\s*(?:b|f|r|u|@|:)?[\"'`]?$"
NOTHING = re.compile(r"(?!)")

# what stands before a name that is read: the end of these is the beginning of the name
JS = r"(?:\(process\.env\s+as\s+\w+\)|process\.env|\benv|\bENV|Deno\.env|Bun\.env|import\.meta\.env|environment|\w*[eE]nv(?:ironment)?)(?:\.get|\?)?(?:\.|\??\.?\[\s*[\"'`]|\(\s*[\"'`])$"
GETTERS = r"(?:[gG]et_?[eE]nv|LookupEnv|lookupEnv|MustGetenv|mustGetEnv|envOr\w*|\w*[eE]nv(?:Or|With|String|Default|Var)\w*|GetEnvironmentVariable|\w*[eE]nv\w*|\bvar|var_os|ENV|\$_ENV|\$_SERVER|\$ENV|environ|sys\.env|propOrNone|propOrElse|viper\.\w+|getProperty)"
CALL = rf"{GETTERS}(?:\(\))?(?:\.(?:get|fetch|values_at|fetch_values|getOrElse|getOrDefault|get_or_else|apply|at|dig|key\?|has_key\?|contains|containsKey)!?|!)?{Q}"
GO = r"`[^`\n]*\benv(?:config)?:\"$|\bEnvVars?:\s*(?:\[\]string\{[^}\n]*)?\"$|BindEnv\([^)\n]*\"$"
NODE = r"\benv:\s*[\"']$|\bconfig(?:Service)?\.get(?:OrThrow)?(?:<[^>\n]*>)?\(\s*[\"']$"
EXPANSION = r"%\{ENV:$|\.Env\s+[\"']$|\{\{[^}\n]*\b(?:environ|env)\[[\"']$|systemEnvironment\[[\"']$|\$\{?(?:env[:.]|ENV[:.]|\?)?$|\{\{-?\s*(?:\.Env\.|env\.|getenv\s+|env\s+|getv\s+|default\s+\.Env\.|\.|\$?|ENV\.)?[\"'`]?$|\{\{[^}\n]*(?:\.Env\.|[gG]etenv|env|environ)\s*\(?[\"'`]?$|%\(ENV_$|\bPassEnv\s+(?:\S+\s+)*$|^\s*env\s+$|env\([\"']?$|<%=?[^%\n]*ENV[\[.](?:fetch\()?[\"']?$|lookup\(\s*[\"']env[\"'],\s*[\"']$|os\.getenv\([\"']$"

SET_BEFORE = re.compile(
    r"(?:[sS]et_?[eE]nv(?:ironmentVariable)?|set_var|put_?env|Setenv|delete|unset|remove_var|export|setx?|define)\s*\(?\s*(?:process\.env\.?\[?|\$?ENV[\[{]|ENV\.delete\()?[\"'`]?$",
    re.IGNORECASE,
)
LANGUAGES = {
    "js": Language("javascript", SCRIPT, re.compile(rf"{JS}|{CALL}|{NODE}|\$\{{?$"), SET_BEFORE),
    "coffee": Language("javascript", COFFEE, re.compile(rf"{JS}|{CALL}|\$\{{$"), SET_BEFORE),
    "go": Language("go", SLASHES, re.compile(rf"{CALL}|{GO}|\$\{{?$"), SET_BEFORE),
    "rb": Language("ruby", HASH, re.compile(rf"{CALL}|\$\{{?$"), SET_BEFORE),
    "php": Language("php", BOTH, re.compile(rf"{CALL}"), SET_BEFORE),
    "java": Language("java", SLASHES, re.compile(rf"{CALL}|@Value\([^)\n]*\$\{{$|\$\{{\??(?:env[:.])?$"), SET_BEFORE),
    "kt": Language("kotlin", SLASHES, re.compile(rf"{CALL}|\\?\$\{{(?:env[:.])?$"), SET_BEFORE),
    "scala": Language("scala", SLASHES, re.compile(rf"{CALL}|\$\{{\??$"), SET_BEFORE),
    "cs": Language("csharp", SLASHES, re.compile(rf"{CALL}|[cC]onfig(?:uration)?(?:\[|\.Get(?:Value)?(?:<[^>\n]*>)?\()\s*[\"']$"), SET_BEFORE),
    "ex": Language("elixir", HASH, re.compile(rf"{CALL}|\{{:system,\s*[\"']$|\$\{{$"), SET_BEFORE),
    "rs": Language("rust", SLASHES, re.compile(rf"{CALL}|\benv\s*=\s*\"$"), SET_BEFORE),
    "pl": Language("perl", HASH, re.compile(rf"{CALL}"), SET_BEFORE),
    "ps1": Language("powershell", HASH_BLOCK, re.compile(rf"\$\{{?env:$|{CALL}|Env:\\?$", re.IGNORECASE), SET_BEFORE),
    "lua": Language("lua", re.compile(rf"(?P<c>--\[\[.*?(?:\]\]|\Z)|--[^\n]*)|{STRINGS}", re.DOTALL), re.compile(rf"{CALL}"), SET_BEFORE),
    "": Language("template", LINES, re.compile(EXPANSION, re.MULTILINE), NOTHING),
}  # fmt: skip
SUFFIXES = {
    **dict.fromkeys("js mjs cjs jsx ts tsx mts cts vue".split(), "js"),
    **dict.fromkeys("rb rake ru gemspec".split(), "rb"),
    **dict.fromkeys("php phtml inc".split(), "php"),
    **dict.fromkeys("java groovy clj".split(), "java"),
    **dict.fromkeys("kt kts".split(), "kt"),
    **dict.fromkeys("scala sbt".split(), "scala"),
    **dict.fromkeys("cs fs vb cshtml".split(), "cs"),
    **dict.fromkeys("ex exs eex".split(), "ex"),
    **dict.fromkeys("pl pm t".split(), "pl"),
    **dict.fromkeys("ps1 psm1".split(), "ps1"),
    "coffee": "coffee",
    "go": "go",
    "rs": "rs",
    "lua": "lua",
}


def extract(sources: list[Source], reading: Reading) -> None:
    """Take the reads of files: each is a scope."""
    for source in sources:
        suffix = source.path.rpartition(".")[2].lower()
        language = LANGUAGES[SUFFIXES.get(suffix, "")]
        find(source.whole(), language, reading, Order(reading, source.whole().span(), "code", source.path))


def find(text: Text, language: Language, reading: Reading, order: Order) -> None:
    """Take the reads in a text of a language; only where there are any it is a scope."""
    string = text.string
    comments: list[tuple[int, int]] = []
    strings: list[tuple[int, int]] = []
    hiding = TRAILING if language is LANGUAGES[""] and not text.source.path.endswith(WITH_HASHES) else language.comments
    for hidden in hiding.finditer(string):
        (strings if hidden["c"] is None else comments).append(hidden.span())
    starts = [start for start, _ in comments]
    count, source_is_typed = 0, text.source.path.endswith(("ts", "tsx"))
    if language is not LANGUAGES[""] or ".Env" in string:
        _find_made(text, language, reading, order, starts, comments)
    for match in NAME.finditer(string):
        count += 1
        if count > MAX_NAMES:
            reading.unread(text.span(match.start(), match.end()), f"more than {MAX_NAMES} names of variables: the rest is not read")
            return
        at = bisect_right(starts, match.start()) - 1
        if at >= 0 and match.start() < comments[at][1]:
            continue
        found = _read(string, match, language)
        if found is None:
            continue
        shape, weak, start, end = found
        if _is_said(string, start, strings, language):
            continue
        confidence = LIKELY if weak or shape.part == "env" else CERTAIN
        fallback = _fallback(string, match.end())
        reading.add(
            EnvRead(
                text.span(start, end, confidence),
                order.scope(),
                match[0],
                shape.prefix,
                shape.part,
                shape.port,
                shape.protocol,
                fallback,
                language.name,
                None
                if _stays(string, start, end, language, source_is_typed, shape.part) or match[0] in _set_in(string)
                else string[start:end],
                weak=int(weak),
                tested=int(_is_tested(string, start, end)),
            )
        )


def _find_made(text: Text, language: Language, reading: Reading, order: Order, starts: list[int], comments: list[tuple[int, int]]) -> None:
    """Names that are put together, and searches through the environment: whose address they find stands nowhere."""
    for count, match in enumerate(MADE.finditer(text.string)):
        at = bisect_right(starts, match.start()) - 1
        around = text.string[max(0, match.start() - 200) : match.end() + 200]
        if at >= 0 and match.start() < comments[at][1] or not ENVIRONMENT.search(around) or count > MAX_NAMES:
            continue
        part = {"ADDR": "address", "PORT": "port", None: "url"}[match["part"]]
        span = text.span(match.start(), match.end(), LIKELY)
        order.reading.add(EnvRead(span, order.scope(), match[0], "", part, None, match["protocol"].lower(), None, language.name, match[0]))


def _read(string: str, match: re.Match[str], language: Language) -> tuple[Reads, bool, int, int] | None:
    """(what is read, whether that needs a link to make such a name, start, end); None where the name is set, or only said."""
    line_start = string.rfind("\n", 0, match.start()) + 1
    before = string[max(line_start, match.start() - 160) : match.start()]
    line_end = string.find("\n", match.end())
    behind = string[match.end() : line_end if line_end >= 0 else len(string)][:200]
    accessor = language.before.search(before, max(0, len(before) - NEAR)) if language is not LANGUAGES[""] else None
    accessor = accessor or language.before.search(before)
    if accessor is not None and accessor[0].strip() == "env" and behind.startswith("="):
        return None  # a directive of nginx that sets it
    if accessor is None and not _reads_elsewhere(string, match, before, language) or language.sets.search(before):
        return None
    if accessor is not None and language is not LANGUAGES[""] and _is_set(behind):
        return None
    name = match[0]
    shape, weak = link_variable(name), False
    if shape is None and accessor is not None and accessor[0].startswith("{{") and "env" not in accessor[0].lower():
        return None  # {{ db_port }} is a variable of the template's own
    if shape is None:
        opened = before[: accessor.start()] if accessor is not None else ""
        shape, weak = _bare(name, opened, behind if language is not LANGUAGES[""] else "")
        if shape is None:
            return None
    if accessor is None:
        quoted = before[-1:] in QUOTES  # a constant
        return shape, weak, match.start() - quoted, match.end() + quoted
    return shape, weak, match.start() - (len(before) - accessor.start()), match.end() + len(_closing(accessor[0], behind))


QUOTES = ("'", '"', "`")
SETTING = re.compile(
    r"(?:process\.env|\benviron|\bENV)(?:\.|\[\s*[\"'])(?P<name>\w+_(?:TCP|UDP|SCTP|PORT|ADDR))(?:[\"']\s*\])?\s*(?:\|\||\?\?)?=(?![=~>])"
)
OTHERWISE = re.compile(r"\s*\)*\s*(?:\|\||\?\?)\s*(?![\s\"'`\d]|null\b|undefined\b|false\b)")  # what is used else is another setting
BRACES = re.compile(r"[{}]")
BRACKETS = re.compile(r"[()\[\]{};]")
IN_EXPRESSION = re.compile(r"(?:[(,:=\[?|&$]|\breturn)\s*\Z")
TESTED_CALL = re.compile(
    r"(?:!|&&|\b(?:if|while|switch|typeof|Boolean|expect|\w*[aA]ssert\w*|ok|equal|strictEqual|deepEqual|isIP\w*|includes|(?:lastI|i)ndexOf|replace\w*"
    r"|startsWith|endsWith|search|match\w*|test|setServers|reverse|lookup|filter|some|every|find))\s*\(\Z"
)
SAYING = re.compile(r"[ \t-]*[\"']?(?:description|help|comment|summary|title|note|about|message)[\"']?\s*[:=]", re.IGNORECASE)
ADDRESS_BEFORE = re.compile(
    r"(?:\b(?:src|dst|saddr|daddr|nameserver|[bB]ind|[lL]isten|[rR]equire\s+(?:not\s+)?ip|(?:[aA]llow|[dD]eny)\s+[fF]rom)\b|\baddress=/)[^\n]*\Z"
)
ADDRESS = re.compile(r"\s*(?:if|elsif|geo|map|set\w*|split_clients|allow|deny|set_real_ip_from|server_name|listen|resolver)\b")
NEAR = 48  # in which most accessors stand
AROUND = 160  # characters of its line that are looked at before a read
BETWEEN = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
FOLLOWS = re.compile(r"[,;)}\]]|\+(?![+=])|\|\||\?\?(?!=)|:")
TAKES = re.compile(r"(?:(?<![=!<>+*/-])=|[:,+\[]|\$\{|\|\||\?\?|\breturn|(?<![\w.])[\w.$]*\w\()\s*\Z|^\s*\Z")
TESTS = re.compile(
    r"\b(?:if|while|switch|assert\w*|unless|until|typeof|expect|Boolean|isIP\w*|is_?ip\w*|ok|equal|strictEqual|deepEqual|require\w*|console\.assert)\b\W?[^;{}]*\Z|[!?]\s*\(?\s*\Z|&&[^;{}]*\Z"
)
KEYED = re.compile(r"\b(?:(?:has_)?key\?|include\?|contains(?:Key|_key)?|has)!?[(\s]\s*[\"']\w+[\"']\)?\Z")
ASKS = re.compile(r"(?:\b(?:if|elsif|unless|isset|empty|defined)\b\s*\(?|!)\s*\Z")
COMPARED = re.compile(r"\s*(?:[!=]==?\s*(?:undefined\b|null\b|nil\b|''|\"\")|\?(?![.?:])|\.(?:nil|empty|blank|present)\?)")
ANSWERED = re.compile(r"[ \t]*(?:\)|&&|\|\||\r?\n|\Z|\bthen\b|\{|;)")
FILLED = {  # the strings in which a language fills in expressions, and how these begin
    "javascript": ("`", "${"),
    "ruby": ('"`', "#{"),
    "elixir": ('"', "#{"),
    "kotlin": ('"', "${"),
    "scala": ('"', "${"),
    "java": ('"', "${"),  # Groovy
    "csharp": ('"', "{"),
    "php": ('"', "{$"),
}
MAX_FILLED = 2_000
EXPANDS = re.compile(r"[eE]xpand|exec|spawn|[sS]ystem|popen|\b(?:ba)?sh\b|Command|\brun\w*\(")


def _is_said(string: str, start: int, strings: list[tuple[int, int]], language: Language) -> bool:
    """Whether an accessor stands inside of a text: then it is only said, but for what a language fills in there (`${…}`, `#{…}`)."""
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
    opened = string.rfind(filled[1], max(strings[at][0], start - MAX_FILLED), start)
    return opened < 0 or "}" in string[opened:start]


def _stays(string: str, start: int, end: int, language: Language, typed: bool, part: str) -> bool:
    """Whether a host name in the place of a read could mean something else; in a program only what surely takes a text is no such place."""
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
        )
    if language.name != "javascript":
        return False  # nothing is written there
    behind = BETWEEN.match(string, end, end + AROUND)
    at = behind.end() if behind else end
    over = "\n" in string[end:at]
    follows = FOLLOWS.match(string, at) is not None or over and re.match(r"[\w}$@]|\Z", string[at : at + 1]) is not None
    if not follows or not TAKES.search(before) or TESTS.search(before) or typed and re.match(r"\s*(?:\|\||!)", string[end : end + 20]):
        return True
    if OTHERWISE.match(string, end) or string[max(0, start - 40) : start].rstrip().endswith("&&") or "trust proxy" in before:
        return True
    return _names_hosts(string) or any(TESTED_CALL.search(opener) for opener in _around(string, start))


def _block(string: str, start: int) -> str:
    """The line that opens the block around a place of a template, as far as it is near."""
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
    """What stands before each bracket that is open at a place of a program, from within, up to the beginning of its statement."""
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


@lru_cache(maxsize=1)
def _names_hosts(string: str) -> bool:
    return "/etc/hosts" in string


@lru_cache(maxsize=1)
def _set_in(string: str) -> frozenset[str]:
    """The variables of links that a program sets itself somewhere: then a read may mean what it has set."""
    return frozenset(match["name"] for match in SETTING.finditer(string))


def _is_tested(string: str, start: int, end: int) -> bool:
    """Whether it is only asked if the variable is set: `if (process.env.X)`, `isset($_ENV['X'])`, `ENV.key?('X')`."""
    before = string[max(0, start - 20, string.rfind("\n", 0, start) + 1) : start]
    return bool(KEYED.search(string, start, end) or COMPARED.match(string, end) or ASKS.search(before) and ANSWERED.match(string, end))


def _is_set(behind: str) -> bool:
    return re.match(r"[\"'`]?\s*[\])}]?\s*(?:=(?![=~>])|\|\|=|\?\?=|:=|\+=)", behind) is not None


def _bare(name: str, before: str, behind: str) -> tuple[Reads | None, bool]:
    """`DB_PORT` counts where a URL is taken apart; else it and `DB_NAME` are weak: only a link with that prefix makes them one."""
    prefix, _, last = name.rpartition("_")
    if not prefix or last not in ("PORT", "NAME") or name.startswith("KUBERNETES_"):
        return None, False
    if last == "NAME":
        return Reads(prefix, "name", None, None), True
    return Reads(prefix, "url", None, None), not ("(" in before and PARSED.search(before) or TAKEN_APART.match(behind))


def _closing(opened: str, behind: str) -> str:
    """What closes the accessor that is opened so: quotes, brackets."""
    if opened.endswith("%(ENV_"):
        found = re.match(r"\)s", behind)
    elif opened[-1:] in "\"'`":
        bracket = {"[": r"\s*\]", "(": r"\s*\)", "{": r"\s*\}"}.get(opened[:-1].rstrip()[-1:], "")
        found = re.match(rf"[\"'`](?:{bracket})?", behind)
    else:
        found = re.match(r"\s*\}", behind) if opened.endswith("{") else None
    return found[0] if found else ""


def _reads_elsewhere(string: str, match: re.Match[str], before: str, language: Language) -> bool:
    """Whether the accessor does not stand before the name: a pattern takes it out of the environment, or a constant holds it."""
    return language.name == "javascript" and _destructured(string, match) or language.name != "template" and _is_constant(string, before)


def _destructured(string: str, match: re.Match[str]) -> bool:
    """`const { DB_PORT_5432_TCP_ADDR: host } = process.env`"""
    closing = string.find("}", match.end(), match.end() + 2000)
    opening = string.rfind("{", max(0, match.start() - 2000), match.start())
    if closing < 0 or opening < 0 or ";" in string[opening : match.start()]:
        return False
    head = string[max(0, opening - 12) : opening].rstrip()
    taken = re.match(r"\}\s*(?::[^=]*)?=\s*process\.env\b", string[closing : closing + 80])
    return taken is not None and head.endswith(("const", "let", "var", "("))


def _is_constant(string: str, before: str) -> bool:
    """`const dbHost = "DB_PORT_5432_TCP_ADDR"`, where the file reads the environment by `dbHost`."""
    constant = CONSTANT.search(before)
    return constant is not None and (constant["name"] or constant["defined"]) in _read_by_constant(string)


CONSTANT = re.compile(
    r"(?P<name>[A-Za-z_]\w*)(?:\s*:?\s*&?(?:'static\s+)?(?:string|String|str))?\s*(?::?=|=>)\s*[\"'`]$|\bdefine\([\"'](?P<defined>\w+)[\"'],\s*[\"']$"
)
SETTERS = re.compile(r"(?:set|put|delete|remove)_?(?:env|var)", re.IGNORECASE)
BY_CONSTANT = re.compile(
    rf"(?<!\w){GETTERS}(?:\(\))?(?:\.(?:get|fetch|getOrElse|getOrDefault)|!)?\s*[\[({{]\s*(?:\w+\.|\w+::)*\$?(?P<name>[A-Za-z_]\w*)\s*[\])}},]"
)


@lru_cache(maxsize=1)
def _read_by_constant(string: str) -> frozenset[str]:
    """The names by which a program reads its environment: `os.Getenv(dbHost)`, `process.env[DB_HOST]`."""
    return frozenset(match["name"] for match in BY_CONSTANT.finditer(string) if not SETTERS.search(match[0]))


FALLBACK = re.compile(  # process.env.X || 'a', getenv('X', 'a'), getenv "X" "a", ${X:a}
    r"(?:[\"'`]?\s*[\])}]?\s*(?:\|\||\?\?|\?:)\s*|[\"'`],\s*|[\"'`][ \t]+(?=[\"'`])|:-?)(?P<value>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|[\w.-]+)"
)


def _fallback(string: str, at: int) -> str | None:
    found = FALLBACK.match(string, at, at + 200)
    return found["value"] if found else None
