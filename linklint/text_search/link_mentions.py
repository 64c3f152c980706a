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
LINK = rf"/?{NAME}{{1,200}}(?::/?{NAME}{{1,200}}(?:/{NAME}{{1,200}}){{0,3}})?"
OPTION_VALUE = lazy_compile(
    r"(?:[ \t]?[\"'`]?[ \t]*(?:,|\+\+?|<>|\.\.?|&|=>|\)\s*\.args?\()\s*(?P<quote>[\"'`]?)|</\w+>\s*<\w+>"
    r"|[= \t]+\\?[\"'`]?|[ \t]*\\\r?\n[ \t]*)"
    rf"(?P<value>{LINK})(?P<after>[\"'`]?\s*[+.]\s*)?"
)
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
BLOCK_MAP = lazy_compile(r"[ \t]*\r?\n\s*[\"']?[\w.-]+[\"']?:(?:[ \t]|\r?$)", re.MULTILINE)
MAP_OF_NAMES = lazy_compile(
    r"[ \t]*\r?\n(?:[ \t]+[\"']?[\w-]+[\"']?:[ \t]*[\"']?[\w-]+[\"']?[ \t]*(?:\r?\n|\Z)|\s*\n)+"
)
INLINE_MAP_OF_NAMES = lazy_compile(r"\s*\{\s*(?:[\"']?[\w-]+[\"']?[ \t]*[:=][ \t]*[\"']?[\w-]+[\"']?\s*,?\s*)+\}")
OBJECT = lazy_compile(r"\s*\{\s*[\"']?[\w.-]+[\"']?\s*:")
LINK_WITH_ALIAS = lazy_compile(rf"/?{NAME}{{1,200}}:/?{NAME}{{1,200}}(?:/{NAME}{{1,200}}){{0,3}}")
KEY_NETWORK = lazy_compile(
    r"networks_advanced|\bnetworks[\"']?[ \t]*[:=]|[nN]etwork_?[mM]ode[\"']?[ \t]*(?::"
    r"|=>?)[ \t]*(?:[\w.]+\()?+[\"']?(?!bridge\b|default\b|[\"'\s])\w"
    r"|EndpointsConfig"
)
BRIDGE = lazy_compile(r"network_mode[\"']?[ \t]*:[ \t]*[\"']?(?:bridge|default)\b")
CONTAINER_AROUND = lazy_compile(
    r"docker[_-]container\b|[hH]ost_?[cC]onfig|containers?\.(?:run|create)\b|create_?[cC]ontainer"
    r"|CreateContainer|withLinks?\b"
    r"|\bdriver[\"']?\s*[=:]\s*[\"']docker[\"']|oci-containers|docker-maven-plugin|docker_image\b|docker::run|dockerng"
    r"|driver:\s+name:\s*[\"']?docker\b|\bDocker\w*Container|Docker::Container|[dD]ockertest|\bRunOptions\b"
    r"|\bprovider[ (]+[\"':]docker|docker\.service|GenericContainer|class=\"docker"
    r"|containerDefinitions|\baddContainer\b|TaskDefinition\b|\btestcontainers\b|^accessories:",
    re.MULTILINE,
)
KEY_BESIDE = lazy_compile(
    r"(?:^|[\s{,;.])[\"']?(?:image|build(?:_dir)?|container_name|volumes_from|dockerfile|publish|ports"
    r"|expose)[\"']?[ \t]*(?::|=>?|[ \t])"
    r"|<(?:image|name|run)>",
    re.MULTILINE,
)
STRING = lazy_compile(r"\"([^\"\n]{0,400})\"|'([^'\n]{0,400})'|`([^`\n]{0,400})`")
ITEM = lazy_compile(r"^[ \t]*-[ \t]+([^\n#]*?)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
MAP = lazy_compile(r"\s*(?:\{|[\"']?[\w.-]+[\"']?:(?:[ \t]|$))", re.MULTILINE)
ELEMENT = lazy_compile(r"<(?:link|item|value|param)>\s*([^<>\n]{1,400}?)\s*</")
TYPE = lazy_compile(r"[ \t]*(?:new\s+)?(?:\[\][\w.]+|[A-Za-z_][\w.]*(?:<[\w<>, ]*>)?(?:\[\])?)?[ \t]*(?=[\[({])")
SCHEMA = lazy_compile(  # {"type": "array", …}, dict(type='list'), of a schema or an argument specification
    r"\s*(?:\{|\(|dict\(|new\s+\w+\()?\s*[\"']?(?:type|\$ref|target|operationId|elements|required)[\"']?"
    r"[ \t]*[:=][ \t]*(?:[\"']?(?:array|list|object|string|str|dict|#/|[\w.]+#)|True|False|true|false|\[)"
)
SUBSCRIPT = lazy_compile(r"[ \t]*(?:[a-z_][\w.]*\[[\"'\w]|[\w.]*\w\.get\()")  # config["links"]
EXPRESSION_BEFORE = lazy_compile(r"(?P<words>[\w$@][\w.$@\[\]]*(?:\([^()\n]*\))?)\s*(?:\+\+?|<>|\.\.?|&)\s*[\"']\Z")
EXPRESSION_BEHIND = lazy_compile(r"[\"']\s*(?:\+\+?|<>|\.\.?|&)\s*(?P<words>[\w.$@\[\]]+)")
NEW_LINK = lazy_compile(r"new\s+Link\(\s*([\"'])([^\"'\n]*)\1\s*,\s*([\"'])([^\"'\n]*)\3")
PAIR = lazy_compile(  # ("db", "pg") and "db": "pg"
    r"(?:(?<=\()|(?<=[{,\s]))\s*([\"'])(/?[\w.$#{}-]+)\1\s*(?:,|:|=>)\s*([\"'])([\w.$#{}-]+)\3\s*(?=[)},])"
)
PAIRED = lazy_compile(r"\s*\[?\s*\(|\s*\{")
DICTIONARY = lazy_compile(r"\bget\([\"']\Z")
ABOUT_DOCKER = lazy_compile(
    r"^[ \t]*(?:package|import|from|use|using|require)\b[^\n]*docker", re.MULTILINE | re.IGNORECASE
)
SOURCE_AND_ALIAS = lazy_compile(r"\(?\s*([\w.]+)\s*,\s*\"([^\"\n]+)\"")
LINK_LINE = lazy_compile(r"link:[ \t]+(?P<value>[\w.-]+:[\w.-]+)[ \t]*")
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
NULL = lazy_compile(r"\s*(?:null|nil|None|\[\s*\]|\{\s*\}|\"\"|'')\s*(?:[,;)}\]]|$)", re.MULTILINE)
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
    match = OPTION_VALUE.match(source.text, end, end + 1000)
    if match is None:
        return _argument(source, end, statement)
    value = match["value"].rstrip(".")
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
    if text.startswith("<links>", start):
        close = text.find("</links>", end, end + MAX_EXTENT)
        return end, close if close >= 0 else end
    if (parameter := PARAMETER.match(text, end)) is not None:
        return end, parameter.end()
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


def key_links(source: Source, start: int, end: int, *, signed: bool) -> FoundLinks:
    """Return the links in the value of a key `links`, or of a call `withLinks(…)`, of a file that may be about
    Docker (`signed`).
    """
    text = source.text
    first, last = extent_of(text, start, end)
    around = text[max(0, start - AROUND) : last + AROUND]
    beside = text[max(0, start - BESIDE) : last + BESIDE]
    has_container = CONTAINER_AROUND.search(around) is not None or KEY_BESIDE.search(beside) is not None
    value = text[first:last]
    if (nothing := _no_names(text, first)) is not None:
        return nothing
    if DICTIONARY.search(text, max(0, start - 10), start):
        return FoundLinks([], True, None if has_container else reasons.NO_CONTAINER)
    if value.strip(" \t\r\n[](){}\"',;") in EMPTY:
        return FoundLinks([], False, reasons.EMPTY)
    if ALIAS_KEY.search(value):
        return FoundLinks([], True)  # a list of maps, of a format that nobody knows
    is_about_docker = not has_container and _speaks_of_docker(text)
    if is_about_docker and text[end - 1] == "(":
        return FoundLinks([], True)
    found = _values(source, first, last)
    is_api_name = "Links" in text[start:end]
    is_pairs = signed and bool(found) and all(LINK_WITH_ALIAS.fullmatch(word.string) for word in found)
    if not has_container and not is_pairs:
        return FoundLinks([], False, reasons.NO_CONTAINER)
    if not has_container and not is_about_docker and not is_api_name:
        return FoundLinks([], True)
    if PICTURE_BESIDE.search(beside) and not is_pairs or MAPS.match(value):
        return FoundLinks([], False, reasons.OTHER_LINK)
    is_map = BLOCK_MAP.match(value) is not None and not source.path.endswith(".sls")
    if is_map or not is_pairs and (not found and MAP.match(value) or OBJECT.match(value)):
        is_names = MAP_OF_NAMES.fullmatch(value) or INLINE_MAP_OF_NAMES.match(value)
        return FoundLinks([], False, None if is_names else reasons.MAP)
    if found and not all(WHOLE_LINK.fullmatch(word.string) for word in found):
        return FoundLinks([], False, reasons.NO_NAMES)
    in_services = SERVICES.search(text, max(0, start - SEEN_BEFORE), start) is not None
    on_bridge = BRIDGE.search(beside) is not None
    return FoundLinks(found, on_bridge or not in_services and KEY_NETWORK.search(beside) is None)


def _no_names(text: str, first: int) -> FoundLinks | None:
    """Return what a value is that surely names no container here: nothing, a schema, or a value from elsewhere."""
    if NULL.match(text, first):
        return FoundLinks([], False, reasons.EMPTY)
    if SCHEMA.match(text, first):
        return FoundLinks([], False, reasons.SCHEMA)
    return FoundLinks([], True) if SUBSCRIPT.match(text, first) else None


def _values(source: Source, start: int, end: int) -> list[Word]:
    """Return the texts in the value of a key."""
    text, whole = source.text, source.whole()
    if (parameter := PARAMETER.match(text, start)) is not None:
        return [_word(source, parameter.start(1), parameter[1])]
    if NEW_LINK.search(text, start, end):
        return [
            Word(whole.replaced(match.start(2), match.end(4), f"{match[2]}:{match[4]}"))
            for match in NEW_LINK.finditer(text, start, end)
        ]
    if PAIRED.match(text, start) and (pairs := list(PAIR.finditer(text, start, end))):
        return [Word(whole.replaced(pair.start(2), pair.end(4), f"{pair[2]}:{pair[4]}")) for pair in pairs]
    if text[start - 19 : start] == "withLinkToContainer" or text[start - 7 : start] == "addLink":
        pair = SOURCE_AND_ALIAS.match(text, start)
        holes = ((0, len(pair[1]), VARIABLE),) if pair else ()
        return [Word(whole.replaced(pair.start(1), pair.end(2), f"{pair[1]}:{pair[2]}"), holes)] if pair else []
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


def _texts(matches: Iterable[re.Match[str]]) -> list[tuple[int, str]]:
    """Return (offset, text) of each match, or of its group if one has matched."""
    return [(match.start(match.lastindex or 0), match[match.lastindex or 0]) for match in matches]


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
