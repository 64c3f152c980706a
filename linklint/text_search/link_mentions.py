"""Links that only the text shows: `--link db:db` in a string of options, `Links: […]` in a call that nobody follows.

The value decides: it has the form of a link, `SOURCE[:ALIAS]`. Parts that something else fills in are holes. Nothing
says which container gets the link, so it is at most likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.word import VARIABLE, Word, WordBuilder
from linklint.text_search import reasons
from linklint.text_search.reasons import Reason

HOLE = (
    r"\{\{[^{}\n]{0,200}\}\}|\$\{[^{}\n]{0,200}\}|#\{[^{}\n]{0,200}\}|\$\([^()\n]{0,200}\)|<[\w .-]{1,60}>"
    r"|%[sdv]\b|\{[\w.]{0,60}\}"
    r"|\\\([^()\n]{0,200}\)|%\w+%|!\w+!|@\w+@|\$[A-Za-z_@1-9][\w:.]*?(?=:|[^\w:.]|\Z)"
)
NAME = rf"(?:{HOLE}|[A-Za-z0-9_.~-])"
# As written, db:pg, or as docker inspect prints it, /db:/web/pg.
LINK = (
    rf"(?:/?{NAME}{{1,200}}(?::{NAME}{{1,200}}(?:/{NAME}{{1,200}}){{0,3}})?(?![:/]|[A-Za-z0-9_.~-]+:/)"
    rf"|/{NAME}{{1,200}}:/{NAME}{{1,200}}(?:/{NAME}{{1,200}}){{1,3}})"
)
OPTION_VALUE = lazy_compile(
    r"(?:[ \t]?[\"'`]?[ \t]*(?:,|\+\+?|<>|\.\.?|&|=>|\)\s*\.args?\()\s*(?P<quote>[\"'`]?)|</\w+>\s*<\w+>"
    r"|(?:=(?!\s)|[ \t]+)\\?[\"'`]?|[ \t]*\\\r?\n[ \t]*)"
    rf"(?P<value>{LINK})(?P<after>[\"'`]?\s*[+.]\s*)?"
)
KEYWORD = lazy_compile(r"[ \t]*=(?![=>])")
URL_VALUE = lazy_compile(r"[\"'`]?[,=\s]\s*[\"'`]?https?://")
NO_VALUE = lazy_compile(r"=(?:\"\"|'')?(?=\s|\Z)|[\"']?,?[ \t]+(?:\"\"|'')(?=[\s,)\]]|\Z)")  # --link=, --link ""
ARGUMENT = lazy_compile(r"[\"'`][\s,]*(?P<words>[(\w$@][^\s,\])]{0,80})")
RUNS_DOCKER = lazy_compile(r"[\"'`](?:\S*/)?docker[\"'`]")
WHOLE_LINK = lazy_compile(LINK)
HOLES = lazy_compile(HOLE)
USER_NETWORK = lazy_compile(
    r"--net(?:work)?[\"'`]?[ =,\t]+[\"'`]?(?!bridge\b|default\b|host\b|none\b|container:)[\w$\{<@%]"
)
PICTURE_BESIDE = lazy_compile(
    r"\bimage[\"']?[ \t]*[:=][ \t]*[\"']?[^\s\"',]*\.(?:png|jpe?g|svg|gif|webp|ico)\b", re.IGNORECASE
)
MAPS = lazy_compile(r"\s*\[\s*\{(?!\s*[\"']?alias)")
OPENS_ITEM = lazy_compile(r"s(?:[\"']\])?\[\Z")  # links["next"], which reads, or sets an item
BLOCK_MAP = lazy_compile(r"[ \t]*\r?\n\s*[\"']?[\w.-]+[\"']?:(?:[ \t]|\r?$)", re.MULTILINE)
MAP_OF_NAMES = lazy_compile(
    r"[ \t]*\r?\n(?:[ \t]+[\"']?[\w-]+[\"']?:[ \t]*[\"']?[\w-]+[\"']?[ \t]*(?:\r?\n|\Z)|\s*\n)+"
)
INLINE_MAP_OF_NAMES = lazy_compile(r"\s*\{\s*(?:[\"']?[\w-]+[\"']?[ \t]*[:=][ \t]*[\"']?[\w-]+[\"']?\s*,?\s*)+\}")
OBJECT = lazy_compile(r"\s*\{\s*[\"']?[\w.-]+[\"']?\s*(?::|=>)")
KEY_NETWORK = lazy_compile(
    r"networks_advanced|\bnetworks[\"']?[ \t]*[:=]|[nN]etwork_?[mM]ode[\"']?[ \t]*(?::"
    r"|=>?)[ \t]*(?:[\w.]+\()?+[\"']?(?!(?:[\w.]+\.)?(?:bridge|default|BRIDGE|Bridge)\b|[\"'\s])\w"
    r"|EndpointsConfig|<mode>\s*custom\b"
)
BRIDGE = lazy_compile(r"network_mode[\"']?[ \t]*:[ \t]*[\"']?(?:bridge|default)\b")
CONTAINER_AROUND = lazy_compile(
    r"docker[_-]container\b|[hH]ost_?[cC]onfig|containers?\.(?:run|create)\b|create_?[cC]ontainer"
    r"|CreateContainer|withLinks?\b"
    r"|\bdriver[\"']?\s*[=:]\s*[\"']docker[\"']|oci-containers|docker-maven-plugin|docker_image\b|docker::run|dockerng"
    r"|driver:\s+name:\s*[\"']?docker\b|\bDocker\w*Container|Docker::Container|[dD]ockertest|\bRunOptions\b"
    r"|\bprovider[ (]+[\"':]docker|docker\.service|GenericContainer|class=\"docker"
    r"|[cC]ontainerDefinition|\b(?:addC|AddC|add_c)ontainer\b|TaskDefinition\b|\btestcontainers\b|^accessories:"
    r"|\bContainer\w*(?:Options|Args|Config|Request|Builder|Settings)\b|\bDockerRun\b|\bUseContainer\b",
    re.MULTILINE,
)
KEY_BESIDE = lazy_compile(
    r"(?:^|[\s{,;.])[\"']?(?:image|build(?:_dir)?|container_name|volumes_from|dockerfile|publish|ports"
    r"|expose)[\"']?\]?[ \t]*(?::|=>?|[ \t])"
    r"|<(?:image|name|run)>",
    re.MULTILINE,
)
STRING = lazy_compile(r"\"([^\"\n]{0,400})\"|'([^'\n]{0,400})'|`([^`\n]{0,400})`")
ITEM = lazy_compile(r"^[ \t]*-[ \t]+([^\n#]*?)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
MAP = lazy_compile(r"\s*(?:\{|[\"']?[\w.-]+[\"']?:(?:[ \t]|$))", re.MULTILINE)
ELEMENT = lazy_compile(r"<(?:link|item|value|param)>\s*([^<>\n]{1,400}?)\s*</")
TYPE = lazy_compile(
    r"[ \t]*(?:%w|new\s*\[\]|(?:new\s+)?)(?:\[\]\*?[\w.]+|[A-Za-z_][\w.]*(?:<[\w<>, ]*>)?(?:\[\])?)?[ \t]*(?=[\[({])"
)
SCHEMA = lazy_compile(  # {"type": "array", …}, dict(type='list'), of a schema or an argument specification
    r"\s*(?:\{|\(|dict\(|new\s+\w+\()?\s*[\"']?(?:type|\$ref|target|operationId|elements|required)[\"']?"
    r"[ \t]*[:=][ \t]*(?:[\"']?(?:array|list|object|string|str|dict|#/|[\w.]+#)|True|False|true|false|\[)"
)
ITEM_SET = lazy_compile(r"[^\]\n]*\][ \t]*(?:=(?![=~>])|\+=|<<)[ \t]*[\"'][\w.-]+:[\w.-]+[\"']")
ANY_ITEM_SET = lazy_compile(r"[^\]\n]*\][ \t]*(?:=(?![=~>])|\+=|<<|\.(?:append|extend|push)\()")
SUBSCRIPT = lazy_compile(r"[ \t]*(?:[a-z_][\w.]*\[[\"'\w]|[\w.]*\w\.get\()")  # config["links"]
EXPRESSION_BEFORE = lazy_compile(r"(?P<words>[\w$@][\w.$@\[\]]*(?:\([^()\n]*\))?)\s*(?:\+\+?|<>|\.\.?|&)\s*[\"']\Z")
EXPRESSION_BEHIND = lazy_compile(r"[\"']\s*(?:\+\+?|<>|\.\.?|&)\s*(?P<words>[\w.$@\[\]]+)")
NEW_LINK = lazy_compile(  # new Link("db", "pg"), ContainerLink(db, "pg")
    r"Link\(\s*(?:[\"'](?P<name>[\w.-]+)[\"']|(?P<object>[A-Za-z_][\w.]*))\s*,\s*[\"'](?P<alias>[\w.-]+)[\"']"
)
WEB_LINK = lazy_compile(r"\bLink\(\s*[\"'][^\"'\n]*[\"']\s*,\s*[\"'](?:/|https?:)")  # new Link("self", "/orders")
PAIR = lazy_compile(  # ("db", "pg") and "db": "pg"
    r"(?:(?<=\()|(?<=[{,\s]))\s*([\"'])(/?[\w.$#{}-]+)\1\s*(?:,|:|=>)\s*([\"'])([\w.$#{}-]+)\3\s*(?=[)},])"
)
PAIRED = lazy_compile(r"\s*\[?\s*\(|\s*\{")
IN_PATH = lazy_compile(r"/\Z|[\"'][\w@.-]{1,60}/[\w@./-]{0,100}-\Z")  # /links, "node_modules/addon-web-links"
LONGER_KEY = lazy_compile(r"\w-\Z")  # bin-links
DICTIONARY = lazy_compile(r"\bget\([\"']\Z")
ABOUT_DOCKER = lazy_compile(
    r"^[ \t]*(?:package|import|from|use|using|require)\b[^\n]*docker", re.MULTILINE | re.IGNORECASE
)
SOURCE_AND_ALIAS = lazy_compile(r"\(?\s*([\w.]+)\s*(?:,\s*(?:[\w.]+\()?[\"']([^\"'\n]+)[\"'])?")
CALL_WITH_SOURCE = lazy_compile(r"(?:[aA]dd_?[lL]ink|withLinkToContainer)\(?\Z")  # whose first argument is a container
QUOTED_WITHOUT_END = lazy_compile(r"links?[ \t]+(?P<quote>[\"'])[\w.-]+:")
LINK_LINE = lazy_compile(r"link:[ \t]+(?P<value>[\w.-]+:[\w.-]+)[ \t]*")
SUBSCRIPTED = lazy_compile(r"(?<!%)[\w)]\[\Z")  # but not in %w[db:db]
CLOSERS = {"[": "]", "(": ")", "{": "}"}
BRACKET = lazy_compile(r"[\[({\])}]")
SERVICES = lazy_compile(r"^(?:services:|version:[ \t]*[\"']?[23])", re.MULTILINE)
ALIAS_KEY = lazy_compile(r"^[ \t-]*alias[\"']?:", re.MULTILINE)
BARE_ITEM = lazy_compile(r"[^\s,\[\]()]+")
PARAMETER = lazy_compile(r"[\"']?\s*,\s*[\"']value[\"']\s*:\s*[\"']([^\"'\n]+)[\"']")  # of Marathon
SALT_ENTRY = lazy_compile(r"^[ \t]+([\w.-]+:[ \t]+[\w.-]+)[ \t]*$", re.MULTILINE)
SPACED = lazy_compile(r"([\w.-]+):[ \t]+[\"']?([\w.-]+)[\"']?")
COMMAS = lazy_compile(r"[^,\s]+")
NOT_NAMES = frozenset("and or is in to the option options flag flags".split())
NULL = lazy_compile(  # in any language: [], new Link[0], List.of(), Some(vec![]), make([]string, 0), undef, {{ omit }}
    r"(?:[ \t]*=)?>?\s*(?:Some\(|\(\w+\[\]\)\s*)?(?:null|nil|None|undef(?:ined)?|\[\s*\]|\{\s*\}|\"\"|''"
    r"|[\"']?\{\{\s*omit\s*\}\}[\"']?"
    r"|new\s+[\w.]+(?:<[\w<>. ]*>)?\s*(?:\[0?\]\s*(?:\{\s*\})?|\(\s*\)(?:\s*\{\s*\})?|\{\s*\})|new\s*\[\]\s*\{\s*\}"
    r"|(?:[\w.]+\.)?(?:of|emptyList|asList|listOf|arrayOf|Empty)(?:<\w+>)?\(\s*\)|vec!\[\s*\]|Vec::new\(\)"
    r"|make\(\[\][\w.*]+,\s*0\)|\[\][\w.*]+\{\s*\})\)?\s*(?:[,;)}\]]|$)",
    re.MULTILINE,
)
FILLED_BEHIND = lazy_compile(
    r"\s*(?:<%|\{[%{]|<#|#(?:foreach|for|if)\b)|\n[A-Z_]+\n[^\n]*\bfor\b"
)  # by a loop of a template
ADDED_TO = lazy_compile(  # later, in a program
    r"\b[lL]inks[\"']?[\]}]*(?:\.(?:append|push|add|extend|insert|concat)\w*[ (]|[ \t]*(?:<<|\+=))"
    r"|\bpush[ (]+@\{?[^\n;]{0,40}[lL]inks"
)
WORDS_OF_OTHERS = lazy_compile(  # of Puppet's file, of Ansible's synchronize
    r">?\s*[\"']?(?:true|false|yes|no|on|off|follow|manage|ignore)[\"']?[ \t]*(?:[,;)}#]|$)", re.MULTILINE
)
VARIABLE_VALUE = lazy_compile(  # links=links, and "{{ links }}": a list from elsewhere
    r"[ \t]*(?:[A-Za-z_$][\w.]*[ \t]*[,)]|[\"']?\{\{[^{}\n]{0,200}\}\}[\"']?[ \t]*(?:#.*)?$)", re.MULTILINE
)
COMPUTED = lazy_compile(r"\bfor[ \t]+\w+[ \t]+in\b")  # [a.href for a in page]
OTHER_OBJECT = lazy_compile(r"\b(?:os|fs|File|Files|FileUtils|path|syscall|unix|shutil)\.\Z|#\[\Z")  # os.link("a", "b")
EMPTY = frozenset({"", "null", "~", "nil", "None"})
SEEN_BEFORE = 20_000
MAX_EXTENT = 2000
AROUND = 1000
BESIDE = 500


class FoundLinks(NamedTuple):
    """Links that a text shows: their words, and whether they are on the default bridge.

    Without words, `reason` says why the mention means something else; it is None if nothing can be said.
    """

    words: list[Word]
    legacy: bool
    reason: Reason | None = None


def option_links(source: Source, end: int, statement: str) -> FoundLinks:
    """Return the link of a `--link` that ends at an offset; `statement` is the text around it."""
    if NO_VALUE.match(source.text, end):
        return FoundLinks([], True, reasons.EMPTY)
    if URL_VALUE.match(source.text, end):
        return FoundLinks([], True, reasons.NO_NAMES)
    match = OPTION_VALUE.match(source.text, end, end + 1000)
    if match is None:
        return _argument(source, end, statement)
    value = match["value"].rstrip(".")
    if match["quote"] == "" and KEYWORD.match(source.text, match.end("value")):
        return FoundLinks([], True)  # add_argument("--link", help="…")
    is_list = match["quote"] is not None
    if is_list and not match["quote"] or match["after"] and not value.endswith(":"):
        holes: tuple[tuple[int, int, str], ...] = ((0, len(value), VARIABLE),)  # a variable of the program
    else:
        holes = tuple((*hole.span(), VARIABLE) for hole in HOLES.finditer(value))
    if value.startswith("-") or value in NOT_NAMES or not any(map(str.isalnum, value)):
        return FoundLinks([], True)
    start = match.start("value")
    word = Word(source.whole().slice(start, start + len(value)), holes)
    return FoundLinks([word], USER_NETWORK.search(statement) is None)


def _argument(source: Source, end: int, statement: str) -> FoundLinks:
    """Return the link of `"docker", "run", "--link", EXPRESSION` in any language."""
    match = ARGUMENT.match(source.text, end)
    if match is None or not RUNS_DOCKER.search(source.text, max(0, end - 400), end):
        return FoundLinks([], True)
    text = source.whole().slice(*match.span("words"))
    return FoundLinks([Word(text, ((0, len(text), VARIABLE),))], USER_NETWORK.search(statement) is None)


def extent_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the value of a key that starts and ends at these offsets."""
    if (known := _known_extent(text, start, end)) is not None:
        return known
    at = end
    if (bare := LINK_LINE.fullmatch(text, start, end)) is not None:
        return bare.start("value"), bare.end("value")
    if text[end - 1] in "\"'":  # link "db:db", "link": ["db:db"]
        return text.rfind(text[end - 1], start, end - 1), end
    if text[end - 1] in CLOSERS:
        at = end - 1
    elif text[end - 1] == "=" and text[end : end + 1] == ">":
        at = end + 1
    if (typed := TYPE.match(text, at)) is not None and not SUBSCRIPT.match(text, at):
        at = typed.end()
    if text[at : at + 1] in CLOSERS:
        return at, _closing(text, at)
    line_end = text.find("\n", at)
    line_end = line_end if line_end >= 0 else len(text)
    rest = text[at:line_end].strip()
    if rest and not rest.startswith("#"):
        return at, min(line_end, at + MAX_EXTENT)
    line = text.rfind("\n", 0, start) + 1
    indent = len(text[line:start]) - len(text[line:start].lstrip(" \t-"))
    stop = line_end
    while stop < len(text) and stop - at < MAX_EXTENT:
        following = text.find("\n", stop + 1)
        following = following if following >= 0 else len(text)
        inner = text[stop + 1 : following]
        depth = len(inner) - len(inner.lstrip(" \t"))
        if inner.strip() and not inner.lstrip().startswith("#"):
            if depth < indent or depth == indent and not inner.lstrip().startswith("- "):
                break
        stop = following
    return at, stop


def _known_extent(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of the value in the forms that are read in one step."""
    if text.startswith("<links>", start) or text.startswith("<docker.links.", start):
        close = text.find("</links>" if text[start + 1] == "l" else "</", end, end + MAX_EXTENT)
        return end, close if close >= 0 else end
    if (parameter := PARAMETER.match(text, end)) is not None:
        return end, parameter.end()
    if (opened := QUOTED_WITHOUT_END.fullmatch(text, start, end)) is not None:  # link "db:
        close = text.find(opened["quote"], end, end + MAX_EXTENT)
        return opened.start("quote"), close + 1 if close >= 0 else end
    return (end, _closing(text, end)) if text[end - 2 : end] == "%w" else None


def _closing(text: str, start: int) -> int:
    waiting: list[str] = []
    for match in BRACKET.finditer(text, start, start + MAX_EXTENT):
        if match[0] in CLOSERS:
            waiting.append(CLOSERS[match[0]])
        elif not waiting or waiting.pop() != match[0] or not waiting:
            return match.end()
    return min(start + MAX_EXTENT, len(text))


@lru_cache(maxsize=2)
def _speaks_of_docker(text: str) -> bool:
    """Return whether a file speaks of Docker: asked once for all its mentions."""
    return ABOUT_DOCKER.search(text) is not None


@lru_cache(maxsize=2)
def _last_addition(text: str) -> int:
    """Return where a program last adds something to its `links`; -1 if nowhere."""
    return max((match.start() for match in ADDED_TO.finditer(text)), default=-1)


def key_links(source: Source, start: int, end: int, *, signed: bool) -> FoundLinks:
    """Return the links in the value of a key `links`, or of a call `withLinks(…)`, of a file that may be about
    Docker (`signed`).
    """
    text = source.text
    end -= 3 if text.endswith("new", start, end) else 0  # Link = new [] {"db:db"}
    first, last = extent_of(text, start, end)
    around = text[max(0, start - AROUND) : last + AROUND]
    beside = text[max(0, start - BESIDE) : last + BESIDE]
    has_container = (
        text.startswith("<docker.", start)
        or CONTAINER_AROUND.search(around) is not None
        or KEY_BESIDE.search(beside) is not None
    )
    value = text[first:last]
    if (nothing := _no_names(text, start, end, (first, last))) is not None:
        return nothing
    if VARIABLE_VALUE.match(text, end) and (text[end - 1] == "=" or "{{" in value):
        return FoundLinks([], True, None if has_container or signed else reasons.NO_NAMES)
    if DICTIONARY.search(text, max(0, start - 10), start):
        return FoundLinks([], True, None if has_container or signed else reasons.NO_NAMES)
    if value.strip(" \t\r\n[](){}\"',;") in EMPTY:
        is_filled = FILLED_BEHIND.match(text, last) or _last_addition(text) >= last
        return FoundLinks([], False, None if is_filled else reasons.EMPTY)
    if ALIAS_KEY.search(value):
        return FoundLinks([], True)  # a list of maps, of a format that nobody knows
    is_about_docker = not has_container and _speaks_of_docker(text)
    if is_about_docker and text[end - 1] == "(":
        return FoundLinks([], True)
    found = _values(source, first, last)
    is_api_name = "Links" in text[start:end]
    is_pairs = signed and bool(found) and all(map(_is_pair, found))
    if not has_container and not is_pairs:
        may_be = _may_be_names(text, start, end, value) and bool(found) and all(map(_is_name, found))
        return FoundLinks([], False, None if may_be else reasons.NO_NAMES)
    if not has_container and not is_about_docker and not is_api_name:
        return FoundLinks([], True)
    if PICTURE_BESIDE.search(beside) and not is_pairs or MAPS.match(value):
        return FoundLinks([], False, reasons.OTHER_LINK)
    is_map = BLOCK_MAP.match(value) is not None and not source.path.endswith(".sls")
    if is_map or not is_pairs and (not found and MAP.match(value) or OBJECT.match(value)):
        is_names = MAP_OF_NAMES.fullmatch(value) or INLINE_MAP_OF_NAMES.match(value)
        return FoundLinks([], False, None if is_names else reasons.MAP)
    if not all(map(_is_name, found)):
        return FoundLinks([], False, reasons.NO_NAMES)
    in_services = SERVICES.search(text, max(0, start - SEEN_BEFORE), start) is not None
    on_bridge = BRIDGE.search(beside) is not None
    return FoundLinks(found, on_bridge or not in_services and KEY_NETWORK.search(beside) is None)


def _is_name(word: Word) -> bool:
    return WHOLE_LINK.fullmatch(word.string) is not None


def _is_pair(word: Word) -> bool:
    return ":" in word.string and _is_name(word)


def _may_be_names(text: str, start: int, end: int, value: str) -> bool:
    """Return whether the value of a key with nothing of a container around it may name containers: it is written
    there, no map, no argument of another call (`links = svg.append("g")`), and the key is not longer (`bin-links`).
    """
    is_map = MAPS.match(value) or OBJECT.match(value) or BLOCK_MAP.match(value)
    is_argument = value.startswith("(") and text[end - 1] != "("
    return not is_map and not is_argument and LONGER_KEY.search(text, max(0, start - 2), start) is None


def _no_names(text: str, start: int, end: int, extent: tuple[int, int]) -> FoundLinks | None:
    """Return what a value is that surely names no container here: nothing, a schema, a value from elsewhere, or the
    value of something else that is called link.
    """
    first, last = extent
    if NULL.match(text, first) or NULL.match(text, end):
        return FoundLinks([], False, None if _last_addition(text) >= last else reasons.EMPTY)
    if SCHEMA.match(text, first):
        return FoundLinks([], False, reasons.SCHEMA)
    is_path = IN_PATH.search(text, max(0, start - 160), start) or text[end - 1] == ":" and text[end : end + 1] == "/"
    if is_path or WORDS_OF_OTHERS.match(text, end):
        return FoundLinks([], False, reasons.NO_NAMES)
    if OTHER_OBJECT.search(text, max(0, start - 20), start) or WEB_LINK.search(text, start, last):
        return FoundLinks([], False, reasons.OTHER_LINK)
    if CALL_WITH_SOURCE.search(text, start, end) and SOURCE_AND_ALIAS.match(text, end - 1) is None:
        return FoundLinks([], False, reasons.OTHER_LINK)
    is_item = OPENS_ITEM.search(text, max(0, end - 4), end)  # Links[0] = "db:db" is a link
    if is_item and not (ANY_ITEM_SET if text[end - 2] == "]" else ITEM_SET).match(text, end):
        return FoundLinks([], False, reasons.NO_NAMES)
    return FoundLinks([], True) if SUBSCRIPT.match(text, first) or text[start:end].endswith("node[") else None


def _values(source: Source, start: int, end: int) -> list[Word]:
    """Return the texts in the value of a key."""
    text, whole = source.text, source.whole()
    if (parameter := PARAMETER.match(text, start)) is not None:
        return [_word(source, parameter.start(1), parameter[1])]
    if COMPUTED.search(text, start, end):
        return []
    if (pairs := _pairs(source, start, end)) is not None:
        return pairs
    patterns = [ELEMENT, STRING]
    if text[start:end].lstrip().startswith("- "):
        patterns.insert(1, ITEM)
    if text.startswith("[", start) or text[start - 2 : start] == "%w":
        patterns.append(BARE_ITEM)
    if source.path.endswith(".sls"):
        patterns.append(SALT_ENTRY)
    found = next(filter(None, (_texts(pattern.finditer(text, start, end)) for pattern in patterns)), [])
    if not found and "\n" not in (bare := text[start:end].strip().rstrip(",;")) and ":" in bare:
        found = [(start + text[start:end].find(bare), bare)]
    words = []
    lines = text[start:end].strip().split("\n")
    is_salt = source.path.endswith(".sls") or all(line.lstrip().startswith("- ") for line in lines)  # maps of one entry
    for at, value in found:
        spaced = SPACED.fullmatch(value) if is_salt else None
        if spaced is not None:
            words.append(Word(whole.replaced(at, at + len(value), f"{spaced[1]}:{spaced[2]}")))
            continue
        for part in COMMAS.finditer(value) if "," in value and ":" in value else [None]:
            word = _word(source, at + part.start(), part[0]) if part else _word(source, at, value)
            words.append(word)
    return [word for word in words if word.string]


def _pairs(source: Source, start: int, end: int) -> list[Word] | None:
    """Return the links of a value that has source and alias apart; None for another form."""
    text, whole = source.text, source.whole()
    if created := list(NEW_LINK.finditer(text, start, end)):
        strings = [match for match in STRING.finditer(text, start, end) if ":" in match[0]]
        written = [_word(source, at, value) for at, value in _texts(strings)]
        return [*written, *(_created(source, match) for match in created)]
    if PAIRED.match(text, start) and (pairs := list(PAIR.finditer(text, start, end))):
        return [Word(whole.replaced(pair.start(2), pair.end(4), f"{pair[2]}:{pair[4]}")) for pair in pairs]
    return _of_call(source, start) if CALL_WITH_SOURCE.search(text, max(0, start - 20), start) else None


def _of_call(source: Source, start: int) -> list[Word]:
    """Return the link of `addLink(db, "pg")`, whose source is a variable of the program."""
    pair = SOURCE_AND_ALIAS.match(source.text, start)
    if pair is None or pair[2] is None:
        return []
    text = source.whole().replaced(pair.start(1), pair.end(2), f"{pair[1]}:{pair[2]}")
    return [Word(text, ((0, len(pair[1]), VARIABLE),))]


def _created(source: Source, match: re.Match[str]) -> Word:
    """Return the link that an object is created for."""
    name = match["name"] or match["object"]
    first = match.start("name") if match["name"] else match.start("object")
    text = source.whole().replaced(first, match.end("alias"), f"{name}:{match['alias']}")
    return Word(text, () if match["name"] else ((0, len(name), VARIABLE),))


def _texts(matches: Iterable[re.Match[str]]) -> list[tuple[int, str]]:
    """Return (offset, text) of each match, or of its group if one has matched; not of subscripts, `a["href"]`."""
    return [
        (match.start(match.lastindex or 0), match[match.lastindex or 0])
        for match in matches
        if not SUBSCRIPTED.search(match.string, max(0, match.start() - 2), match.start())
    ]


def _word(source: Source, at: int, value: str) -> Word:
    """Return a text of the program as a word: what is put into it, or before and behind it, is a hole."""
    whole, bare = source.whole(), value.strip("\"'\\")
    at += len(value) - len(value.lstrip("\"'\\"))
    made = WordBuilder(whole)
    if bare.startswith(":") and (before := EXPRESSION_BEFORE.search(source.text, max(0, at - 200), at)):
        made.put(whole.slice(*before.span("words")), VARIABLE)
    holes = tuple((*hole.span(), VARIABLE) for hole in HOLES.finditer(bare))
    made.put_word(whole.slice(at, at + len(bare)), holes)
    if bare.endswith(":") and (behind := EXPRESSION_BEHIND.match(source.text, at + len(bare))):
        made.put(whole.slice(*behind.span("words")), VARIABLE)
    return made.word()
