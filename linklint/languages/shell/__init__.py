"""Shell scripts, and shell text inside other files.

A script that another one of the tree runs or sources is interpreted where it is called; on its own, only its uncalled
functions are extracted.
"""

from __future__ import annotations

from collections.abc import Set

from linklint.languages.context import ExtractionContext, directory_of
from linklint.languages.control_flow import StepRecorder
from linklint.languages.file_types import TEMPLATES
from linklint.text.source import Source
from linklint.text.templates import ARMS, JINJA, mark_placeholders, to_shell


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of shell scripts: each is a scope."""
    from linklint.languages.shell.interpreter import finish_script, new_shell, run_script

    for source in sources:
        text = source.whole()
        shell = new_shell(context, StepRecorder(context, text.span(), "shell", source.path), directory_of(source.path))
        is_template = source.path.rpartition(".")[2] in TEMPLATES
        shell.has_template_arms = is_template and ARMS.search(source.text) is not None
        run_script(shell, to_shell(mark_placeholders(text, JINJA)) if is_template else text)
        finish_script(shell)


def extract_uncalled_functions(source: Source, context: ExtractionContext, called: Set[tuple[str, int]]) -> None:
    """Extract the facts of uncalled functions of a sourced script; `called` are the called ones."""
    from linklint.languages.shell.interpreter import define, finish_script, new_shell

    text = source.whole()
    shell = new_shell(context, StepRecorder(context, text.span(), "shell", source.path), directory_of(source.path))
    define(shell, text, called)
    finish_script(shell)
