"""Shell scripts, and shell text inside other files.

A script that another one of the tree runs or sources is interpreted where it is called; on its own, only its uncalled
functions are extracted.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence, Set

from linklint.context import ExtractionContext, directory_of
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import TEMPLATES, EmbeddedText, Kind, Surroundings
from linklint.shell.interpreter import define, finish_script, new_shell, run_script
from linklint.shell.script_paths import SUFFIXES
from linklint.text.edits import Caller, TextEdit
from linklint.text.source import Source
from linklint.text.templates import ARMS, JINJA, mark_placeholders, to_shell

KIND = Kind(
    rank=10,
    name="shell",
    example="run.sh",
    files="`*.sh`, `*.bash`, `*.bats`, `*.zsh`, `*.ksh`, `.envrc`, and any file with the shebang of a shell",
    takes="docker commands in order, and reads of link variables; also in `bash -c`, `eval`, `ssh`, heredocs",
    suffixes=" ".join(sorted(SUFFIXES)),
    by_content={"script": contents.is_shell_script, "named": contents.has_shebang_of_shell},
    on_host=True,
    calls_scripts=True,
    matters=contents.matters_as_script,
    weight=12,
    syntax="shell",
    is_script=True,
    searched="hosts any",
    expands=True,
)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of shell scripts: each is a scope."""
    for source in sources:
        text = source.whole()
        shell = new_shell(context, StepRecorder(context, text.span(), KIND, source.path), directory_of(source.path))
        is_template = source.path.rpartition(".")[2] in TEMPLATES
        arms = ARMS.finditer(source.text)  # {{ else }} may be a part of a format: docker inspect -f
        shell.has_template_arms = any(is_template or not arm[0].startswith("{{") for arm in arms)
        run_script(shell, to_shell(mark_placeholders(text, JINJA)) if is_template else text)
        finish_script(shell)


def extract_blocks(blocks: Sequence[EmbeddedText], place: Surroundings) -> None:
    """Extract the facts of scripts that another file writes: each is a scope on the host of the place."""
    for block in blocks:
        order = StepRecorder(place.context, block.text.span(0, 0), KIND, posixpath.basename(block.path))
        shell = new_shell(place.context, order, "", host=place.host)
        run_script(shell, block.text)
        finish_script(shell)


def extract_uncalled_functions(source: Source, context: ExtractionContext, called: Set[tuple[str, int]]) -> None:
    """Extract the facts of uncalled functions of a sourced script; `called` are the called ones."""
    text = source.whole()
    shell = new_shell(context, StepRecorder(context, text.span(), KIND, source.path), directory_of(source.path))
    define(shell, text, called)
    finish_script(shell)


def make_network(source: Source, callers: Sequence[Caller], _: str) -> Iterator[TextEdit]:
    """Yield the edits that make a network before the first command that needs it. Raises Refused."""
    from linklint.shell.networks import shell_edits  # only `migrate` needs it

    yield from shell_edits(source, callers)
