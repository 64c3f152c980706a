"""`package.json`: its scripts, each a line for a shell. Any of them may run, so they are alternatives."""

from __future__ import annotations

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind
from linklint.lexer.yaml_nodes import documents
from linklint.shell.interpreter import finish_script, new_shell, run_script
from linklint.text.source import Source

KIND = Kind(
    rank=190,
    name="package",
    example="package.json",
    files="`package.json`",
    takes="the scripts",
    names=r"package\.json",
    within="json",
    calls_scripts=True,
    matters=contents.matters_as_script,
    comment_style="html",
)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the scripts of packages."""
    for source in sources:
        found = documents(source, context, json=True)
        scripts = found[0].get("scripts") if found else None
        if scripts is None:
            continue
        order, fork = StepRecorder(context, source.whole().span(0, 0), KIND, source.path), context.fork()
        for arm, (_, script) in enumerate(scripts.keys.values()):
            if script.string:
                shell = new_shell(context, order, directory_of(source.path))
                with shell.branch(fork, arm, "target"):
                    run_script(shell, script.word.text)
                finish_script(shell)
