"""Uses of what newer engines refuse or no longer have, in any text: fields of inspect, API versions, docker-compose 1.

A version counts where it is written. A field counts in a template or in `jq`: the CLI and the API of the same release
give it no longer. In a program it is only possible: the API version of its client decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.docker.engine_changes import (
    NETWORK_FIELDS,
    OTHER_FIELDS,
    instead_of,
    refused_api,
)
from linklint.facts.schema import Incompatibility
from linklint.files.paths import TEST_DATA, VENDORED
from linklint.kinds.kind import kind_named
from linklint.lexer.languages import PROSE_NAMES
from linklint.text.confidence import CERTAIN, LIKELY, POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, is_within
from linklint.text_search.ranges import code_ranges, comment_ranges

FIELDS = "|".join(NETWORK_FIELDS)
FIELD = lazy_compile(
    rf"NetworkSettings(?:\.|->|[\"']?\]\[[\"':]?|[\"'][^\n\"']{{0,20}}\.get\([\"'])(?P<field>{FIELDS})\b"
    rf"|(?<=\.)(?P<other>{'|'.join(map(re.escape, OTHER_FIELDS))})\b(?=[^\n]{{0,80}}\}}\}})"
)
IN_TEMPLATE = lazy_compile(  # of Go, not {{ container.NetworkSettings.IPAddress }}
    r"\{\{(?:(?!\}\})[^\n]){0,200}(?:(?<![\w\]])\.|\$\w*\.)\Z"
)
IN_JQ = lazy_compile(r"\bjq\b[^\n]{0,200}\Z")
BEGINS_ACTION = lazy_compile(r"\{\{[ \t]*\Z")
ENDS_ACTION = lazy_compile(
    r"(?P<close>[ \t]*\}\})(?:[^\n'\"]{0,200}['\"][ \t]+(?P<name>\w[\w.-]*)(?=[\s)`;|&\"']|\Z))?"
)
FORMAT = lazy_compile(r"(?:[ \t]-f|--?format)(?:[ \t]+|=)|\bjq[ \t]+(?:-\w+[ \t]+){0,3}")
ENDS_WORD = lazy_compile(r"[\s)`;|&]|\Z")
OF_PODMAN = lazy_compile(r"\b(?:podman|nerdctl)\b[^\n;|&]{0,200}\Z")
VERSION = r"v?(?P<version>1\.\d{1,3})(?![\d.])"
API = lazy_compile(
    rf"\bDOCKER_API_VERSION[\"']?\]?(?:[ \t]*[=:][ \t]*|[ \t]+|,[ \t]*)[\"']?{VERSION}"
    rf"|\b(?:DockerClient|APIClient|AutoVersionClient|docker\.(?:Client|from_env|client\.Client))\([^()\n]{{0,200}}?"
    rf"\bversion[ \t]*=[ \t]*[\"']{VERSION.replace('version', 'python')}"
    rf"|\b(?:WithVersion|NewVersionedClient|NewVersionedTLSClient|NewClientWithOpts)\([^()\n]{{0,200}}?"
    rf"\"{VERSION.replace('version', 'go')}\""
    rf"|\bwithApiVersion\([^()\n]{{0,60}}?(?:\"{VERSION.replace('version', 'java')}\"|VERSION_(?P<enum>1_\d+))"
    rf"|\bnew Docker\([^()\n]{{0,300}}?\bversion:[ \t]*[\"']{VERSION.replace('version', 'js')}[\"']"
    rf"|docker\.sock[\"'\s][^\n]{{0,120}}?/"
    rf"{VERSION.replace('version', 'url')}/(?:containers|images|networks|volumes|info)"
)
COMPOSE = lazy_compile(
    r"docker/compose:(?P<image>1\.\d+(?:\.\d+)?)"
    r"|docker/compose/releases/download/v?(?P<download>1\.\d+(?:\.\d+)?)"
    r"|\bdocker[-_]compose[ \t]*(?:==|~=|<=|<)[ \t]*(?P<pip>1(?:\.\d+){1,2}|2(?:\.0)*(?=[ \t\"',;\n]|\Z))"
    r"|\b(?:DOCKER_COMPOSE_VERSION|docker_compose_version|COMPOSE_VERSION)[\"']?(?:[ \t]*(?::?=|:)[ \t]*|[ \t]+)[\"']?"
    r"(?P<named>1\.\d+(?:\.\d+)?)(?![\d.])"
)
SETTING = lazy_compile(
    r"(?P<fluentd_async_connect>\bfluentd-async-connect\b)"
    r"|(?:^[ \t]*(?:[-@$#>][ \t]*)?|[;&|({`\"'][ \t]*|\b(?:sudo|then|do|else|exec|RUN|\w+:)[ \t]+)"
    r"(?P<trust>docker[ \t]+trust[ \t]+(?:sign|inspect|revoke|key|signer)\b)"
    r"|(?P<content_trust>(?<![$\w{])DOCKER_CONTENT_TRUST(?=(?:[\"']?\]?[ \t]*[:=][ \t]*|[ \t]+)[\"']?(?:1|[Tt]rue)\b))"
    r"|(?P<cors_header>--api-(?:cors-header|enable-cors)\b|[\"']api-(?:cors-header|enable-cors)[\"'](?=[ \t]*:))",
    re.MULTILINE,
)
CHANGE_OF = {
    "fluentd_async_connect": "fluentd-async-connect",
    "trust": "content-trust",
    "content_trust": "content-trust",
    "cors_header": "cors-header",
}
INSTEAD = {"fluentd-async-connect": "fluentd-async"}
MAX_FOUND = 100
NEAR = 400


class EngineUse(NamedTuple):
    """A use in a text; `change`, `what`, `instead`, `edit` and `container` are columns of `incompatibility`. `around`
    are the start and the end of what `edit` replaces.
    """

    start: int
    end: int
    confidence: str
    change: str
    what: str
    instead: str | None = None
    around: tuple[int, int] | None = None
    edit: str | None = None
    container: str | None = None


def extract_engine_uses(source: Source, kind: str, context: ExtractionContext) -> None:
    """Extract what newer engines refuse or no longer have."""
    if PROSE_NAMES.search(source.path) or VENDORED.search(source.path):
        return
    comments = comment_ranges(source, kind)
    is_document, code = kind_named(kind).is_example, code_ranges(source, kind)
    in_test = kind_named(kind).is_program and TEST_DATA.search(source.path)  # of an SDK: it starts its engine
    for use in islice((use for use in _uses(source.text) if not is_within(comments, use.start)), MAX_FOUND):
        is_told = is_document and use.change in CHANGE_OF.values() and not is_within(code, use.start)
        is_shown = is_document and use.confidence == CERTAIN
        confidence = POSSIBLE if in_test or is_told else LIKELY if is_shown else use.confidence
        span = source.whole().span(use.start, use.end, confidence)
        edited = source.whole().span(*use.around, confidence) if use.around is not None else None
        row = Incompatibility(span, change=use.change, what=use.what, instead=use.instead)
        context.add(row.changed(edit_span=edited, edit=use.edit, container=use.container))


def _uses(text: str) -> Iterator[EngineUse]:
    """Yield each use in a text."""
    yield from _fields(text)
    for match in SETTING.finditer(text):
        change, word = CHANGE_OF[str(match.lastgroup)], match[str(match.lastgroup)]
        yield EngineUse(*match.span(str(match.lastgroup)), LIKELY, change, word.strip("\"'"), INSTEAD.get(change))
    if "ocker" not in text and "OCKER" not in text:
        return
    for match in API.finditer(text):
        version = next(filter(None, match.groupdict().values())).replace("_", ".")
        refusing = refused_api(version)
        if refusing is not None:
            what = f"API version {version}"
            yield EngineUse(*match.span(), CERTAIN, refusing.code, what, "a newer version or none")
    for match in COMPOSE.finditer(text):
        version = next(filter(None, match.groupdict().values()))
        word = "docker-compose before 2" if "<" in match[0] else f"docker-compose {version}"
        confidence = LIKELY if match["named"] or match["pip"] else CERTAIN
        yield EngineUse(*match.span(), confidence, "api-floor", word, "docker compose, the plugin")


def _fields(text: str) -> Iterator[EngineUse]:
    for match in FIELD.finditer(text):
        field = match["other"] or f"NetworkSettings.{match['field']}"
        line = text.rfind("\n", 0, match.start()) + 1
        before = text[max(line, match.start() - NEAR) : match.start()]
        in_template = IN_TEMPLATE.search(before) is not None
        if OF_PODMAN.search(before) or match["other"] and not in_template:
            continue
        start = match.start() - (text[match.start() - 1 : match.start()] == ".")
        in_jq = not in_template and IN_JQ.search(before) is not None
        confidence = LIKELY if in_template or in_jq else POSSIBLE
        use = EngineUse(start, match.end(), confidence, "inspect-fields", f".{field}", instead_of(field))
        yield _with_edit(use, text, line, in_jq=in_jq)


def _with_edit(use: EngineUse, text: str, line: int, *, in_jq: bool) -> EngineUse:
    """Add the edit that works on all engines: of an action that is the field alone, or of a path of jq."""
    if use.instead is None:
        return use
    begins = BEGINS_ACTION.search(text, max(line, use.start - NEAR), use.start)
    ends = ENDS_ACTION.match(text, use.end)
    if begins is not None and ends is not None:
        around, edit, container = (begins.start(), ends.end("close")), use.instead, ends["name"]
    elif in_jq and text[use.start : use.end] == use.what:
        around, container = (use.start, use.end), None
        edit = use.what.replace("NetworkSettings.", "NetworkSettings.Networks[].")
    else:
        return use
    written = _one_word(edit, text[max(line, around[0] - NEAR) : around[0]], text[around[1] : around[1] + 1])
    return use._replace(around=around, edit=written, container=container) if written is not None else use


def _one_word(edit: str, before: str, after: str) -> str | None:
    """Return an edit that stays one word in a shell: in quotes if it has none. None if no quotes fit."""
    options = list(FORMAT.finditer(before))
    rest = before[options[-1].end() :] if options else "'"
    if any(mark in rest for mark in "'\"["):
        return edit
    fits = not rest and ENDS_WORD.match(after) is not None and before.count("'") % 2 == 0
    return f"'{edit}'" if fits else None
