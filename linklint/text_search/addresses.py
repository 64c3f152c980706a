"""Addresses of containers that are hard-coded, or stored from `docker inspect`, in any text.

172.17.0.0/16 is Docker's default pool: addresses depend on the order in which containers start, from 172.17.0.2 up.
172.17.0.1 is the host on the bridge, and a network in CIDR form is not the address of a container.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from linklint.context import ExtractionContext
from linklint.facts.schema import Address
from linklint.flow.steps import PlainScope, StepRecorder
from linklint.kinds.kind import kind_named
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span

POOL = "172.17."
ADDRESS = lazy_compile(r"(?<![\d.])172\.17\.(?P<third>\d{1,3})\.(?P<fourth>\d{1,3})(?![\d.]*/\d)(?![\d.]*\d)(?![\w-])")
CHOSEN = lazy_compile(
    r"(?:--ip6?|--gateway|--subnet|--ip-range|--label|--dns|ipv4_address|gateway|subnet|labels?|allow|deny"
    r"|set_real_ip_from|server_name|no_proxy|allowed_hosts|insecure-registr\w*)\b[^\n]{0,60}$",
    re.IGNORECASE,
)
COMMENT = lazy_compile(r"[ \t]*(?:#|//|;|--|\*|<!--|echo\b|printf\b|log)")
BEHIND = lazy_compile(r"[ \t]#=>|(?:[;{}\s]#[ \t=]|[;,{}()\s]//[ \t])(?!.*[\"'])")  # a comment after code
INSPECT = lazy_compile(
    r"(?:(?<!\w)(?P<name>[A-Za-z_]\w*)=[\"']?)?(?P<open>\$\(|`)[ \t]*(?:sudo[ \t]+)?docker[ \t]+(?:container[ "
    r"\t]+)?inspect\b[^\n`]{0,200}?IPAddress[^\n`)]{0,100}[)`]?"
)
IN_URL = lazy_compile(r"://(?:[^/@\s\"']*@)?$")
# A value of a link variable that is written down: a recorded or replaced environment.
RECORDED = lazy_compile(
    r"_(?:PORT(?:_\d+_(?:TCP|UDP)(?:_ADDR)?)?|ENV_\w+)[\"']?\]?\s*(?:=>|[:=,])\s*[\"'`]?(?:\w+://)?\Z"
)
TEST_DATA = frozenset("fixtures testdata test-data cassettes recordings snapshots __snapshots__ golden".split())
MAX_FOUND = 100
NEAR = 300  # characters of a line that are looked at
CONFIGURATION = (".conf", ".cfg", ".ini", ".properties", ".toml", ".yml", ".yaml")
Found = tuple[Span, str | None, str]


def extract_addresses(source: Source, kind: str, context: ExtractionContext) -> None:
    """Extract the addresses in a file. Programs count only in URLs, documents not at all."""
    declared = kind_named(kind)
    if declared.is_example or not declared.name or TEST_DATA.intersection(source.path.split("/")[:-1]):
        return
    recorder = StepRecorder(context, source.whole().span(), PlainScope("text"), source.path)
    is_code = declared.is_program and not source.path.endswith(CONFIGURATION)
    found = chain(_written(source, is_code), () if is_code else _inspected(source))
    for span, ip, where in islice(found, MAX_FOUND):
        context.add(Address(span, scope=recorder.scope(), ip=ip, context=where))


def _line_before(source: Source, at: int) -> tuple[str, str]:
    """Return the beginning of the line, and what is just before an offset in it."""
    start = source.lines[source.line_of(at) - 1]
    return source.text[start : min(at, start + NEAR)], source.text[max(start, at - NEAR) : at]


def _written(source: Source, is_code: bool) -> Iterator[Found]:
    """Yield the hard-coded addresses."""
    for match in ADDRESS.finditer(source.text):
        line, before = _line_before(source, match.start())
        in_url = IN_URL.search(before[-80:]) is not None
        if COMMENT.match(line) or BEHIND.search(before) or CHOSEN.search(before[-100:]):
            continue
        if RECORDED.search(before[-100:]):
            continue
        if is_code and not in_url or not _is_container(match):
            continue
        is_host = "--add-host" in before or "extra_hosts" in before
        where = "added host" if is_host else "URL" if in_url else "value"
        yield source.whole().span(match.start(), match.end(), LIKELY if is_code else CERTAIN), match[0], where


def _inspected(source: Source) -> Iterator[Found]:
    """Yield the places where `docker inspect` gives an address."""
    for match in chain.from_iterable(INSPECT.finditer(source.text, *line) for line in _lines_with_addresses(source)):
        line, before = _line_before(source, match.start())
        if not COMMENT.match(line + source.text[match.start()]):
            confidence = LIKELY if _is_kept(source.text, match, before) else POSSIBLE
            yield source.whole().span(match.start("open"), match.end(), confidence), None, "docker inspect"


def _lines_with_addresses(source: Source) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines with the field of `docker inspect`: the pattern is slow, and most have none."""
    at = source.text.find("IPAddress")
    while at >= 0:
        end = source.text.find("\n", at)
        end = end if end >= 0 else len(source.text)
        yield source.text.rfind("\n", 0, at) + 1, end
        at = source.text.find("IPAddress", end)


def _is_container(match: re.Match[str]) -> bool:
    third, fourth = int(match["third"]), int(match["fourth"])
    return third == 0 and 1 < fourth < 255


def _is_kept(text: str, match: re.Match[str], before: str) -> bool:
    """Return whether the output of `docker inspect` is passed to another container, or written to a file."""
    handed = (
        r"(?:(?:-e|--env)[ =]?\S{0,100}|--add-host[ =]\S{0,100}|sed\b[^\n]{0,200}|>>?[^\n]{0,200}"
        r"|cat\b[^\n]{0,200}|tee\b[^\n]{0,200}|echo\b[^\n]{0,200})"
    )
    if re.search(rf"{handed}$", before[-300:]):
        return True
    if match["name"] is None:
        return False
    variable = rf"\$\{{?{match['name']}\b"
    later = rf"(?:(?:-e|--env)[ =]?\S{{0,100}}|--add-host[ =]\S{{0,100}}|sed\b[^\n]{{0,200}}){variable}"
    return re.search(rf"{later}|{variable}[^\n]{{0,200}}>", text) is not None
