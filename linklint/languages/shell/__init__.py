"""Shell scripts, and shell text inside of other files.

A script that another one of the tree runs or reads in has been walked where that happens: of it only the functions are
left that nobody called.
"""

from __future__ import annotations

from linklint.languages.context import ExtractionContext, StepRecorder, directory_of
from linklint.languages.detect import TEMPLATES
from linklint.text.source import Source
from linklint.text.templates import ARMS, JINJA, mark_placeholders, to_shell


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Take the facts of shell scripts: each is a scope."""
    from linklint.languages.shell.called_scripts import define
    from linklint.languages.shell.interpreter import Interpreter

    for source in sources:
        order = StepRecorder(context, source.whole().span(), "shell", source.path)
        interpreter = Interpreter(context, order, directory_of(source.path))
        text = source.whole()
        interpreter.alone = source.path.rpartition(".")[2] in TEMPLATES and ARMS.search(source.text) is not None
        how = context.called.get(source.path, set())
        if not how:
            interpreter.run(
                to_shell(mark_placeholders(text, JINJA)) if source.path.rpartition(".")[2] in TEMPLATES else text
            )
        elif how == {"source"}:
            define(interpreter, text)
        interpreter.finish()
