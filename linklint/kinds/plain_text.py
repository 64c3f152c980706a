"""Any other text file: its lines that start with a docker command, and declarations of containers.

What its mentions of links show is read after all extractors, in `mentions`. Nothing says what the text is for, so the
command of a line is at most likely. Each command is a path of its own.
"""

from __future__ import annotations

import re

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import PlainScope, StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind, NetworkLines
from linklint.lexer.languages import PROSE_NAMES, RUN_LINE
from linklint.text.confidence import LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.templates import JINJA, mark_placeholders, to_shell

KIND = Kind(
    rank=180,
    name="text",
    example="a.erl",
    files="any other text file that mentions links or link variables; Terraform, Nomad, NixOS",
    takes="links in options and keys, and names of link variables, whatever the language; declarations of containers",
    by_content={"text": contents.nothing},
    comments=("#", "//", "<!--"),
    is_program=True,
    comment_style="any",
    searched="names any",
    network=NetworkLines(by_program=True),
)

COMMAND = lazy_compile(rf"{RUN_LINE}(?:[^\n]*\\[ \t]*\r?\n){{0,60}}[^\n]*", re.MULTILINE)
MAX_COMMANDS = 500


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the docker commands and declarations in text files."""
    from linklint.shell.interpreter import finish_script, new_shell, run_script

    for source in sources:
        if PROSE_NAMES.search(source.path):
            continue
        if contents.DECLARES.search(source.text):
            _declared(source, context)
        order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
        shell = new_shell(context.with_max_confidence(LIKELY), order, directory_of(source.path), document=True)
        fork = context.fork()
        for arm, match in enumerate(COMMAND.finditer(source.text)):
            if arm == MAX_COMMANDS:
                context.unread(source.whole().span(*match.span()), f"more than {MAX_COMMANDS} commands")
                break
            with shell.branch(fork, arm, "example"):
                inner = shell.another(is_fragment=True)
                run_script(
                    inner, to_shell(mark_placeholders(source.whole().slice(match.start("command"), match.end()), JINJA))
                )
                finish_script(inner)


def _declared(source: Source, context: ExtractionContext) -> None:
    """Extract the containers that a file declares: they are on one host, in no order."""
    from linklint.lexer.declarations import TooLong, commands
    from linklint.shell.interpreter import finish_script, new_shell, run_words

    order = StepRecorder(context, source.whole().span(0, 0), PlainScope("declarations"), source.path)
    try:
        for command in commands(source):
            shell = new_shell(context, order, directory_of(source.path))
            shell.background = True
            with shell.branch(context.fork(), 0, "declaration"):
                run_words(shell, command)
            finish_script(shell)
    except TooLong as error:
        context.unread(source.whole().span(0, 0), f"{error}: the rest is not read")
