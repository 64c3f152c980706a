"""Addresses of containers that are written down, or asked of the engine once and kept, in any text.

172.17.0.0/16 is Docker's default pool: who has which address there is a matter of who came up first, and the first 253
have 172.17.0.2 and up. 172.17.0.1 is the host's own end of the bridge, and a network in CIDR form is no address of a
container.
"""

from __future__ import annotations

import re

from linklint.facts.schema import Address
from linklint.languages.context import ExtractionContext
from linklint.languages.control_flow import StepRecorder
from linklint.languages.file_types import file_type
from linklint.text.source import CERTAIN, LIKELY, POSSIBLE, Source

POOL = "172.17."
ADDRESS = re.compile(r"(?<![\d.])172\.17\.(?P<third>\d{1,3})\.(?P<fourth>\d{1,3})(?![\d.]*/\d)(?![\d.]*\d)(?![\w-])")
CHOSEN = re.compile(
    r"(?:--ip6?|--gateway|--subnet|--ip-range|--label|--dns|ipv4_address|gateway|subnet|labels?|allow|deny"
    r"|set_real_ip_from|server_name|no_proxy|allowed_hosts|insecure-registr\w*)\b[^\n]{0,60}$",
    re.IGNORECASE,
)
COMMENT = re.compile(r"[ \t]*(?:#|//|;|--|\*|<!--|echo\b|printf\b|log)")
BEHIND = re.compile(r"[ \t]#=>|(?:[;{}\s]#[ \t=]|[;,{}()\s]//[ \t])(?!.*[\"'])")  # a comment behind code
INSPECT = re.compile(
    r"(?:(?<!\w)(?P<name>[A-Za-z_]\w*)=[\"']?)?(?P<open>\$\(|`)[ \t]*(?:sudo[ \t]+)?docker[ \t]+(?:container[ "
    r"\t]+)?inspect\b[^\n`]{0,200}?IPAddress[^\n`)]{0,100}[)`]?"
)
IN_URL = re.compile(r"://(?:[^/@\s\"']*@)?$")
MAX_FOUND = 100


def extract_addresses(source: Source, kind: str, context: ExtractionContext) -> None:
    """Take the addresses in a file; of programs only those in URLs, of documents none."""
    known = file_type(kind)
    if known.is_example or not known.name:
        return
    order = StepRecorder(context, source.whole().span(), "text", source.path)
    text, found = source.whole(), 0
    is_code = known.is_program and not source.path.endswith(
        (".conf", ".cfg", ".ini", ".properties", ".toml", ".yml", ".yaml")
    )
    for match in ADDRESS.finditer(source.text):
        start = source.text.rfind("\n", 0, match.start()) + 1
        before = source.text[start : match.start()]
        if (
            COMMENT.match(before)
            or BEHIND.search(before)
            or CHOSEN.search(before[-100:])
            or is_code
            and not IN_URL.search(before[-80:])
            or not _is_container(match)
        ):
            continue
        found += 1
        if found > MAX_FOUND:
            return
        where_found = (
            "added host"
            if "--add-host" in before or "extra_hosts" in before
            else "URL"
            if IN_URL.search(before[-80:])
            else "value"
        )
        context.add(
            Address(
                text.span(match.start(), match.end(), CERTAIN if not is_code else LIKELY),
                order.scope(),
                match[0],
                where_found,
            )
        )
    for match in INSPECT.finditer(source.text) if not is_code else ():
        found += 1
        if found > MAX_FOUND:
            return
        start = source.text.rfind("\n", 0, match.start()) + 1
        if COMMENT.match(source.text[start : match.start() + 1]):
            continue
        kept = _is_kept(source.text, match, source.text[start : match.start()])
        context.add(
            Address(
                text.span(match.start("open"), match.end(), LIKELY if kept else POSSIBLE),
                order.scope(),
                None,
                "docker inspect",
            )
        )


def _is_container(match: re.Match[str]) -> bool:
    third, fourth = int(match["third"]), int(match["fourth"])
    return third == 0 and 1 < fourth < 255


def _is_kept(text: str, match: re.Match[str], before: str) -> bool:
    """Whether what `docker inspect` says is handed to another container, or to a file."""
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
