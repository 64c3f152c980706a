"""Any other YAML: strings that are docker commands.

A string counts if one of its lines starts with a docker command, and its key does not mark it as prose. The strings of
one list are the lines of one script. Values of different keys are alternatives, because it is unknown what runs them.
"""

from __future__ import annotations

import re

from linklint.context import ExtractionContext
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind
from linklint.lexer.yaml_nodes import YamlNode, documents
from linklint.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.templates import JINJA, mark_placeholders, to_shell

KIND = Kind(
    rank=120,
    name="yaml",
    example="tasks.yaml",
    files="any other YAML",
    takes="strings that are docker commands",
    by_content={"yaml": contents.has_commands},
    syntax="yaml",
    searched="hosts names",
)

COMMAND = lazy_compile(
    r"^[ \t]*(?:\$[ \t]+)?(?:\./\S+[ \t]+)?(?:docker[ \t]+(?:build|pull)\b[^;&|\n]*(?:&&|;)[ \t]*)?"
    r"(?:(?:sudo|exec|command|time|nohup)[ \t]+(?:-\S+[ \t]+)*)*(?:/\S*/)?(?:docker|podman"
    r"|nerdctl)[ \t]+(?:-\S+[ \t]+|-H[ \t]+\S+[ \t]+|container[ \t]+)*"
    r"(?:run|create)[ \t]",
    re.MULTILINE,
)
PROSE = lazy_compile(
    r"desc(?:ription)?|summary|help|docs?|documentation|comments?|notes?|message|title|text|readme|usage"
    r"|placeholder|body|quickstart|intro|faq|label|question|tooltip|examples?|about|details|explanation",
    re.IGNORECASE,
)
MARKUP = lazy_compile(r"^[ \t]*(?:```|~~~|\.\. (?:code|code-block|note)::)", re.MULTILINE)  # a document, not a script
PROGRAM = ("docker", "podman", "nerdctl")
DOCUMENTS = lazy_compile(
    r"(?:^|/)(?:ISSUE_TEMPLATE|DISCUSSION_TEMPLATE|locales?|i18n|lang|translations)/|(?:^|/)mkdocs\.ya?ml$"
)  # prose in YAML
MAX_DEPTH = 60
MAX_STRINGS = 2000


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of the commands in YAML files."""
    for source in sources:
        if DOCUMENTS.search(source.path):
            continue
        commands = _Commands(source, context)
        for document in documents(source, context):
            commands.walk(document, "", 0)


class _Commands:
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.context = context
        self.order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
        self.fork = context.fork()
        self.arms = 0
        self.seen: set[YamlNode] = set()

    def walk(self, value: YamlNode, key: str, depth: int) -> None:
        if depth > MAX_DEPTH or value in self.seen or PROSE.fullmatch(key):
            return
        self.seen.add(value)
        if value.kind == "scalar":
            self.script([value])
        lines = [item for item in value.items if item.kind == "scalar"]
        if lines:
            self.script(lines)
        for item in value.items:
            if item.kind != "scalar":
                self.walk(item, key, depth + 1)
        for name, (_, item) in value.keys.items():
            self.walk(item, name, depth + 1)

    def script(self, lines: list[YamlNode]) -> None:
        first = lines[0].string.rsplit("/", 1)[-1]
        if first in PROGRAM and len(lines) > 1:
            self.run(lines, words=True)
        elif any(COMMAND.search(line.string) and not MARKUP.search(line.string) for line in lines):
            self.run(lines, words=False)

    def run(self, lines: list[YamlNode], *, words: bool) -> None:
        self.arms += 1
        if self.arms > MAX_STRINGS:
            if self.arms == MAX_STRINGS + 1:
                self.context.unread(
                    lines[0].span, f"more than {MAX_STRINGS} strings with commands: the rest is not read"
                )
            return
        shell = new_shell(self.context, self.order, "")
        with shell.branch(self.fork, self.arms, "target"):
            if words:
                run_words(shell, [mark_placeholders(line.word.text, JINJA, quoted=True) for line in lines])
            else:
                for line in lines:
                    run_script(shell, to_shell(mark_placeholders(line.word.text, JINJA)))
        finish_script(shell)
