"""`package.json`: its scripts, each a line for a shell. Any of them may run, so they are alternatives."""

from __future__ import annotations

from linklint.languages.context import ExtractionContext, directory_of
from linklint.languages.control_flow import StepRecorder
from linklint.languages.shell.interpreter import finish_script, new_shell, run_script
from linklint.languages.yaml_nodes import documents
from linklint.text.source import Source


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the scripts of packages."""
    for source in sources:
        found = documents(source, context, json=True)
        scripts = found[0].get("scripts") if found else None
        if scripts is None:
            continue
        order, fork = StepRecorder(context, source.whole().span(0, 0), "package", source.path), context.fork()
        for arm, (_, script) in enumerate(scripts.keys.values()):
            if script.string:
                shell = new_shell(context, order, directory_of(source.path))
                with shell.branch(fork, arm, "target"):
                    run_script(shell, script.word.text)
                finish_script(shell)
