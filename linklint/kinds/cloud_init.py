"""cloud-init: the commands that a new machine runs, and the files that are written to it.

Source: cloud-init 24 (modules `bootcmd`, `runcmd`, `write_files`), and `coreos: units:` of coreos-cloudinit. The
machine is a host of its own. An item of a command list is a line of a script, or a list of words. A written file is
read as the type that its path says.
"""

from __future__ import annotations

from linklint.context import ExtractionContext
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import EmbeddedText, Kind, Surroundings, extract_blocks_of, kind_by_name
from linklint.lexer.languages import SHEBANG
from linklint.lexer.yaml_nodes import YamlNode, documents
from linklint.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.text.source import MappedText, Source
from linklint.text.templates import JINJA, mark_placeholders, to_shell

KIND = Kind(
    rank=30,
    name="cloud-init",
    example="user-data",
    files="any file that starts with `#cloud-config`",
    takes="`bootcmd`, `runcmd`, `write_files`, and the units of CoreOS",
    by_content={
        "yaml": contents.is_cloud_config,
        "script": contents.is_cloud_config,
        "named": contents.starts_cloud_config,
    },
    syntax="yaml",
)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of cloud configurations: each is a machine."""
    for source in sources:
        for document in documents(source, context):
            if document.kind == "map":
                _Machine(source, context).take(document)


STARTED = ("unit",)  # together, when all are known
READ = ("unit", "compose", "shell")


class _Machine:
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.source = source
        self.context = context
        self.host = f"machine of {source.path}"
        self.order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
        self.place = Surroundings(source, context, self.order, self.host)

    def take(self, document: YamlNode) -> None:
        written: list[EmbeddedText] = []
        started: list[EmbeddedText] = []
        self.commands(document.get("bootcmd"))
        files = document.get("write_files") or document.get("write-files")
        for item in files.items if files is not None else []:
            path, content = item.get("path"), item.get("content")
            if path is not None and content is not None and content.kind == "scalar" and item.get("encoding") is None:
                self.file(path.string, content.word.text, written)
        coreos = document.get("coreos")
        listed = coreos.get("units") if coreos is not None else None
        for item in listed.items if listed is not None else []:
            self.unit(item, started)
        self.units(started)
        self.commands(document.get("runcmd"))
        self.units(written)  # a command starts it, or the next boot

    def units(self, units: list[EmbeddedText]) -> None:
        if units:
            extract_blocks_of("unit", units, self.place)

    def commands(self, listed: YamlNode | None) -> None:
        """Read the items as one script, which `sh` runs line by line."""
        if listed is None:
            return
        shell = new_shell(self.context, self.order, "", host=self.host)
        for item in listed.items:
            if item.items:
                run_words(shell, [mark_placeholders(word.word.text, JINJA, quoted=True) for word in item.items])
            elif item.string:
                run_script(shell, to_shell(mark_placeholders(item.word.text, JINJA)))
        finish_script(shell)

    def unit(self, item: YamlNode, units: list[EmbeddedText]) -> None:
        name, content = item.get("name"), item.get("content")
        if name is None:
            return
        if content is not None and content.kind == "scalar":
            units.append(EmbeddedText(name.string, content.word.text))
        drop_ins = item.get("drop-ins") or item.get("drop_ins")
        for drop_in in drop_ins.items if drop_ins is not None else []:
            inner = drop_in.get("content")
            if inner is not None and inner.kind == "scalar":
                units.append(EmbeddedText(f"{name.string}.d/x.conf", inner.word.text))

    def file(self, path: str, text: MappedText, units: list[EmbeddedText]) -> None:
        kind = kind_by_name(path)
        if kind not in READ and SHEBANG.match(text.string.encode("utf-8", "replace")):
            kind = "shell"
        if kind in STARTED:
            units.append(EmbeddedText(path, text))
        elif kind in READ:
            extract_blocks_of(kind, [EmbeddedText(path, text)], self.place)
