"""Env files on their own: what they set for any container that uses them, and the reads of link variables in their
values.
"""

from __future__ import annotations

from linklint.context import ExtractionContext
from linklint.definition.containers import add_env_lines
from linklint.docker.environment import read_env_file
from linklint.docker.link_variables import mentions
from linklint.flow.steps import StepRecorder
from linklint.kinds.kind import Kind
from linklint.text.confidence import LIKELY
from linklint.text.source import Source

KIND = Kind(
    rank=60,
    name="env",
    example="db.env",
    files="`.env*`, `*.env`, `env.list`, the daemon's `default/docker` and `sysconfig/docker`",
    takes="variables, reads of link variables, settings of the daemon",
    suffixes="env",
    names=r"\.env\..+|env\.list|.*\.env\.(?:list|example|sample|dist|template|local)",
    paths=r".*/(?:default|sysconfig|conf\.d)/docker(?:\.conf)?",
    expands=True,
)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the variables of env files."""
    for source in sources:
        scope = StepRecorder(context, source.whole().span(), KIND, source.path).scope()
        add_env_lines(context, source)
        for line in read_env_file(source.whole()):
            if line.error and "is not read" in line.error:
                context.unread(line.name.span(), line.error)
            if line.value is not None and not line.error and mentions(line.value.string):
                from linklint.shell.reads import ReadContext, find_reads

                find_reads(ReadContext(context, scope, "env", LIKELY), line.value, None)
