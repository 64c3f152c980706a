"""Settings of the Docker daemon that affect links, in any text.

Source: engine 29.0 sets link variables again if `DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS` is exactly `1` in the
environment of the daemon. Nothing else has this name, so units, drop-ins, environment files, scripts that write one and
images of the daemon are read alike.
"""

from __future__ import annotations

from linklint.context import ExtractionContext
from linklint.facts.schema import Setting
from linklint.flow.steps import PlainScope, add_scope
from linklint.kinds.kind import kind_named
from linklint.text.confidence import POSSIBLE
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

KEEP = "DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS"
SET = lazy_compile(
    rf"(?<![\w${{])(?P<name>{KEEP})(?:\"|'|\\\"|\"\]|'\])?[ \t]*(?:[=:]|,(?=[ \t]*['\"]))[ \t]*(?:\"|'"
    rf"|\\\")?(?P<value>[\w.-]*)"
)
SPEAKS = lazy_compile(  # tests it, removes it, mentions it
    r"[ \t]*(?:if[ \t]+|![ \t]+)*(?:grep|egrep|test|\[)\b|[^\n]*\bsed\b[^\n]*/d\b|[ \t]*(?:echo"
    r"|printf)\b(?![^\n]*(?:>(?!&)|\btee\b))"
)
CONTAINERS = lazy_compile(r"[^\n]*(?:-e|--env)[ \t=]*['\"]?\Z")
MAX_LINE = 500
COMMENT = lazy_compile(r"[ \t]*(?:#|//|;|--|\*)|[^\n]*[ \t](?:#|//)[ \t]")


def extract_settings(source: Source, kind: str, context: ExtractionContext) -> None:
    """Extract the settings in a file. In a document they are an example."""
    scope, known = 0, kind_named(kind)
    for match in SET.finditer(source.text):
        start = source.lines[source.line_of(match.start()) - 1]
        if match.start() - start > MAX_LINE:
            continue
        before = source.text[start : match.start()]
        line = source.text[start : min(match.end() + MAX_LINE, len(source.text))].partition("\n")[0]
        around = source.text[max(match.start() - 200, 0) : match.end() + 200]
        if COMMENT.match(before) and not known.is_example or SPEAKS.match(line) or "state: absent" in around:
            continue
        whole = source.whole()
        scope = scope or add_scope(context, whole.span(0, 0), PlainScope("daemon"), source.path)
        span = whole.span(match.start(), match.end())
        context.add(
            Setting(
                span._replace(confidence=POSSIBLE)
                if known.mentions_settings or CONTAINERS.match(before) and "dind" not in around
                else span,
                scope=scope,
                name=match["name"],
                value=match["value"],
            )
        )
