"""The languages of programs and templates: how each writes comments and strings, and reads and sets its environment.

A language is a row of `LANGUAGES`, and its suffixes a row of `SUFFIXES`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from linklint.text.regex import lazy_compile

SHEBANG = lazy_compile(rb"#![^\n]*\b(?:ba|da|z|k|a)?sh\b|#![^\n]*\bbats\b")
PYTHON_SHEBANG = lazy_compile(rb"#![^\n]*\bpython[0-9.]*\b")
PROGRAM_SHEBANG = lazy_compile(
    rb"#![^\n]*\b(?:node(?:js)?|deno|bun|coffee|ruby|php|perl|lua|elixir|pwsh)[0-9.]*(?![\w.])"
)
RUN_COMMAND = r"(?:sudo[ \t]+)?(?:docker|podman)[ \t]+(?:container[ \t]+)?(?:run|create)[ \t]"
RUN_LINE = rf"^[ \t]*(?:[-$>]+[ \t]+|[\w.-]+:[ \t]+)?[\"']?(?P<command>{RUN_COMMAND})"  # in a text of any kind
# How the name of a function that runs its argument begins; in a test, others take a command as data.
RUNNER = (
    r"_*(?:run|exec|system|shell|sh(?:_|\b)|bash|cmd|command|popen|spawn|sudo|ssh|call|check_(?:call|output)|output"
    r"|get(?:status)?output|process|invoke|launch|start|do_|docker|podman|local|remote|create_subprocess)"
)
PROSE_NAMES = lazy_compile(
    r"(?:^|/)(?:change(?:s|log)|history|news|release[_-]?notes?|licen[cs]e|copying|authors|contributors|notice|todo"
    r"|security|search_?index)(?:[._-][^/]*)?\Z",
    re.IGNORECASE,
)


class Language(NamedTuple):
    """How a language writes comments and reads its environment.

    `comments` matches comments (group `c`) and the strings that may hide them; `before` matches the text before a name
    that is read, `after` the text that may follow; `sets` matches the text around a name that is set.
    """

    name: str
    comments: re.Pattern[str]
    before: re.Pattern[str]
    sets: re.Pattern[str]


RUBY_NAMES = frozenset("rakefile gemfile capfile guardfile vagrantfile brewfile".split())
LONG = r"\"\"\".*?(?:\"\"\"|\Z)"
STRINGS = rf"{LONG}|" r"\"(?:[^\"\\\n]|\\.){0,4000}+\"|'(?:[^'\\\n]|\\.){0,4000}+'"
# a regular expression: quotes in it open nothing
PATTERN = r"(?:[=(,:\[!&|?~]|\breturn)\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n]){0,200}+\]|[^/\\\n\[]){1,1000}+/"
PROGRAM = rf"(?P<c>//[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z))|{STRINGS}|`(?:[^`\\]|\\.)*`"
SLASHES = lazy_compile(rf"r#+\".*?\"#+|@\"(?:[^\"]|\"\")*\"|{PROGRAM}", re.DOTALL)
SCRIPT = lazy_compile(rf"{PATTERN}|{PROGRAM}", re.DOTALL)
COFFEE = lazy_compile(rf"(?P<c>###.*?(?:###|\Z)|(?<![^\s;])#(?!\{{)[^\n]*)|{PATTERN}|{STRINGS}", re.DOTALL)
HASH = lazy_compile(
    rf"{PATTERN}|(?P<c>(?<![^\s;])#(?!\{{)[^\n]*|^=(?:begin|pod|head\d|item|over|encoding|for)\b.*?(?:^=(?:end"
    rf"|cut)\b|\Z))|{STRINGS}",
    re.DOTALL | re.MULTILINE,
)
BOTH = lazy_compile(rf"(?P<c>//[^\n]*|(?<![^\s;])#(?![\[{{])[^\n]*|/\*.*?(?:\*/|\Z))|{STRINGS}", re.DOTALL)
HASH_BLOCK = lazy_compile(rf"(?P<c><#.*?(?:#>|\Z)|(?<![^\s;])#[^\n]*)|{STRINGS}", re.DOTALL)
WHOLE = r"^[ \t]*(?:#|;|//|!)[^\n]*|<!--.*?(?:-->|\Z)|\{\{-?[ \t]*/\*.*?(?:\*/|\Z)|\{#.*?(?:#\}|\Z)|<%#.*?(?:%>|\Z)"
LINES = lazy_compile(rf"(?P<c>{WHOLE})", re.DOTALL | re.MULTILINE)
TRAILING = lazy_compile(
    rf"(?P<c>{WHOLE}|(?<=[\s;])#[ \t][^\n]*)", re.DOTALL | re.MULTILINE
)  # where a # after a value starts a comment
WITH_HASHES = (".properties", ".ini", ".env")  # where it is part of the value
Q = r"\s*[\[({]?\s*(?:b|f|r|u|@|:)?[\"'`]?$"
NOTHING = lazy_compile(r"(?!)")

# the text before a name that is read; it ends where the name starts
JS = (
    r"(?:\(process\.env\s+as\s+\w+\)|process\.env|\benv|\bENV|Deno\.env|Bun\.env|import\.meta\.env|environment"
    r"|\w*[eE]nv(?:ironment)?)(?:\.get|\?)?(?:\.|\??\.?\[\s*[\"'`]|\(\s*[\"'`])$"
)
GETTERS = (
    r"(?:[gG]et_?[eE]nv|LookupEnv|lookupEnv|MustGetenv|mustGetEnv|envOr\w*|\w*[eE]nv(?:Or|With|String|Default"
    r"|Var)\w*|GetEnvironmentVariable|\w*[eE]nv\w*|\bvar|var_os|ENV|\$_ENV|\$_SERVER|\$ENV|environ|sys\.env"
    r"|propOrNone|propOrElse|viper\.\w+|getProperty)"
)
CALL = (
    rf"{GETTERS}(?:\(\))?(?:\.(?:get|fetch|values_at|fetch_values|getOrElse|getOrDefault|get_or_else|apply|at"
    rf"|dig|key\?|has_key\?|contains|containsKey|hasOwnProperty)!?|!)?{Q}"
)
GO = r"`[^`\n]*\benv(?:config)?:\"$|\bEnvVars?:\s*(?:\[\]string\{[^}\n]*)?\"$|BindEnv\([^)\n]*\"$"
NODE = r"\benv:\s*[\"']$|\b(?:config|nconf|convict)(?:Service)?\.get(?:OrThrow)?(?:<[^>\n]*>)?\(\s*[\"']$"
EXPANSION = (
    r"%\{ENV:$|\.Env\s+[\"']$|\{\{[^}\n]*\b(?:environ|env)\[[\"']$|systemEnvironment\[[\"']$"
    r"|\$\{?(?:env[:.]|ENV[:.]|\?)?$|\{\{-?\s*(?:\.Env\.|env\.|getenv\s+|env\s+|getv\s+|default\s+\.Env\.|\.|\$?"
    r"|ENV\.)?[\"'`]?$|\{\{[^}\n]*(?:\.Env\.|[gG]etenv|env|environ)\s*\(?[\"'`]?$|%\(ENV_$|\bPassEnv\s+(?:\S+\s+)*$"
    r"|^\s*env\s+$|#\{ENV\[[\"']$|env\((?:\w+:)*[\"']?$|<%=?[^%\n]*ENV[\[.](?:fetch\()?[\"']?$"
    r"|lookup\(\s*[\"']env[\"'],\s*[\"']$|os\.getenv\([\"']$"
)

JAVA = rf"{CALL}|@Value\([^)\n]*\$\{{$|\$\{{\??(?:env[:.])?$|systemEnvironment\[[\"']$"

SET_BEFORE = lazy_compile(  # setenv("X, container.withEnv("X, delete process.env.X, Remove-Item Env:X
    r"(?:(?:set|put|add|with|stub|mock|patch|override|delete|del|remove|unset|clear|update)_?env\w*|env_remove"
    r"|set_var|delete|unset|remove_var|export|(?<!is)setx?|define)\s*\(?\s*(?:process\.env\.?\[?|\$?(?:_?ENV"
    r"|_SERVER)[\[{]|ENV\.delete\()?[\"'`]?$"
    r"|\b(?:set|new|remove|clear)-item(?:property)?\s+(?:-\w+\s+)*[\"']?env:\\?$",
    re.IGNORECASE,
)
VERBS = (
    "set put add with stub mock patch override del remove clear update export define new-item".split()
)  # each of these contains one of them
LANGUAGES = {
    "js": Language("javascript", SCRIPT, lazy_compile(rf"{JS}|{CALL}|{NODE}|\$\{{?$"), SET_BEFORE),
    "coffee": Language("javascript", COFFEE, lazy_compile(rf"{JS}|{CALL}|\$\{{$"), SET_BEFORE),
    "go": Language("go", SLASHES, lazy_compile(rf"{CALL}|{GO}|\$\{{?$"), SET_BEFORE),
    "rb": Language("ruby", HASH, lazy_compile(rf"{CALL}|\$\{{?$"), SET_BEFORE),
    "php": Language("php", BOTH, lazy_compile(rf"{CALL}"), SET_BEFORE),
    "java": Language("java", SLASHES, lazy_compile(JAVA), SET_BEFORE),
    "kt": Language(
        "kotlin", SLASHES, lazy_compile(rf"{CALL}|\\?\$\{{(?:env[:.])?$|systemEnvironment\[[\"']$"), SET_BEFORE
    ),
    "scala": Language("scala", SLASHES, lazy_compile(rf"{CALL}|\$\{{\??$"), SET_BEFORE),
    "cs": Language(
        "csharp",
        SLASHES,
        lazy_compile(rf"{CALL}|[cC]onfig(?:uration)?(?:\[|\.Get(?:Value)?(?:<[^>\n]*>)?\()\s*[\"']$"),
        SET_BEFORE,
    ),
    "ex": Language("elixir", HASH, lazy_compile(rf"{CALL}|\{{:system,\s*[\"']$|\$\{{$"), SET_BEFORE),
    "rs": Language("rust", SLASHES, lazy_compile(rf"{CALL}|\benv\s*=\s*\"$"), SET_BEFORE),
    "pl": Language("perl", HASH, lazy_compile(rf"{CALL}"), SET_BEFORE),
    "ps1": Language("powershell", HASH_BLOCK, lazy_compile(rf"\$\{{?env:$|{CALL}|Env:\\?$", re.IGNORECASE), SET_BEFORE),
    "bat": Language(
        "batch",
        lazy_compile(r"(?P<c>^[ \t]*@?(?:rem\b|::)[^\n]*)", re.IGNORECASE | re.MULTILINE),
        lazy_compile(r"[%!]$"),
        SET_BEFORE,
    ),
    "lua": Language(
        "lua",
        lazy_compile(rf"(?P<c>--\[\[.*?(?:\]\]|\Z)|--[^\n]*)|{STRINGS}", re.DOTALL),
        lazy_compile(rf"{CALL}"),
        SET_BEFORE,
    ),
    "": Language("template", LINES, lazy_compile(EXPANSION, re.MULTILINE), NOTHING),
}
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
    **dict.fromkeys("bat cmd".split(), "bat"),
    "coffee": "coffee",
    "go": "go",
    "rs": "rs",
    "lua": "lua",
}
SHEBANGS = lazy_compile(r"#![^\n]*\b(?P<program>node|nodejs|deno|bun|coffee|ruby|php|perl|lua|elixir|pwsh)[0-9.]*\b")
PROGRAMS = {
    **dict.fromkeys("node nodejs deno bun".split(), "js"),
    "coffee": "coffee",
    "ruby": "rb",
    "php": "php",
    "perl": "pl",
    "lua": "lua",
    "elixir": "ex",
    "pwsh": "ps1",
}
FILLED = {  # strings in which a language expands expressions, and how these start
    "javascript": ("`", ("${",)),
    "ruby": ('"`', ("#{",)),
    "elixir": ('"', ("#{",)),
    "kotlin": ('"', ("${", "#{")),
    "scala": ('"', ("${",)),
    "java": ('"', ("${", "#{")),  # Groovy, expressions of Spring
    "csharp": ('"', ("{",)),
    "php": ('"', ("{$",)),
}


def language_of(path: str, text: str) -> Language:
    """Return the language of a file, by its suffix, its name or its first line; otherwise it is a template or a
    configuration file.
    """
    name = path.rpartition("/")[2].lower()
    known = SUFFIXES.get(name.rpartition(".")[2]) if "." in name else "rb" if name in RUBY_NAMES else None
    if known is None and (shebang := SHEBANGS.match(text)):
        known = PROGRAMS[shebang["program"]]
    return LANGUAGES[known or ""]


VALUE = r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|[\w.-]+)"
BEHIND = lazy_compile(  # process.env.X || 'a', getenv('X', 'a'), getenv "X" "a", ${X:a}, … ? ENV['X'] : 'a'
    r"(?:[\"'`]?\s*[\])}]?\s*(?:\|\||\?\?|\?:)\s*|[\"'`],\s*|[\"'`][ \t]+(?=[\"'`])|[\"'`]\s*[\])}]\s*:\s*"
    rf"|[ \t]+:[ \t]+|:-?){VALUE}"
)
ASSIGNED = lazy_compile(
    r"(?<![\w.])(?:(?:var|let|const|my)[ \t]+)?(?P<name>[$@]?[A-Za-z_][\w.]{0,60})[ \t]*:?=[ \t]*(?:\w+\.)?\Z"
)
NEAR = 400  # characters between a read and another assignment to the same variable of the program
# Where `x` has what was read: a default that follows, the other arm of the condition, and a default before it.
LATER = (
    r"{x}\s*(?:\|\||\?\?|//)=\s*{value}",
    r"{x}\s*:?=\s*{x}\s*(?:\|\||\?\?|\?:|//)\s*{value}",
    r"(?:!\s*|\b(?:not|unless)\s+|\b(?:empty|is_null)\(\s*){x}\b[^\n]{{0,10}}\n?\s*\{{?\s*{x}\s*:?=\s*{value}",
    r"{x}\s*===?\s*(?:\"\"|''|nil|null|undefined)[^\n]{{0,10}}\n?\s*\{{?\s*{x}\s*:?=\s*{value}",
    r"\belse\b[\s:{{]*{x}\s*:?=\s*{value}",
    r"{x}\s*=\s*{value}\s+(?:if|unless)\s+{x}",
)
EARLIER = r"{x}\s*:?=\s*{value}\s*;?[ \t]*\n\s*if\b[^\n]*\n?[\s{{]*\Z"


def default_of(string: str, start: int, end: int, at: int) -> str | None:
    """Return what is used if the variable of a read is not set. The read is from `start` to `end`, its name ends at
    `at`.
    """
    found = BEHIND.match(string, at, at + 200)
    return found["value"] if found is not None else other_value(string, start, end)


def other_value(string: str, start: int, end: int) -> str | None:
    """Return the other value of a program's variable to which a read is assigned."""
    assigned = ASSIGNED.search(string, max(0, start - 80, string.rfind("\n", 0, start) + 1), start)
    if assigned is None:
        return None
    x = rf"(?<![\w$@.]){re.escape(assigned['name'])}"
    behind, before = string[end : end + NEAR], string[max(0, assigned.start() - NEAR) : assigned.start()]
    for pattern, text in (*((pattern, behind) for pattern in LATER), (EARLIER, before)):
        if found := re.search(pattern.format(x=x, value=VALUE), text):
            return found["value"]
    return None
