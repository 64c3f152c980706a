"""cloud-init: the commands that a new machine runs, and the files that are written to it.

Source: cloud-init 24 (modules `bootcmd`, `runcmd`, `write_files`), and `coreos: units:` of coreos-cloudinit. The
machine is a host of its own. An item of a command list is a line of a script, or a list of words. A written file is
read as the type that its path says.
"""

from __future__ import annotations

import posixpath

from linklint.languages.contents import SHEBANG
from linklint.languages.context import ExtractionContext
from linklint.languages.control_flow import StepRecorder
from linklint.languages.detect import kind_of
from linklint.languages.shell.interpreter import finish_script, new_shell, run_script, run_words
from linklint.languages.systemd import Unit, read_unit, take
from linklint.languages.yaml_nodes import YamlNode, documents
from linklint.text.source import MappedText, Source
from linklint.text.templates import JINJA, mark_placeholders, to_shell


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of cloud configurations: each is a machine."""
    for source in sources:
        for document in documents(source, context):
            if document.kind == "map":
                _Machine(source, context).take(document)


class _Machine:
    def __init__(self, source: Source, context: ExtractionContext) -> None:
        self.source = source
        self.context = context
        self.host = f"machine of {source.path}"
        self.order = StepRecorder(context, source.whole().span(0, 0), "cloud-init", source.path)

    def take(self, document: YamlNode) -> None:
        written: dict[str, Unit] = {}
        started: dict[str, Unit] = {}
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

    def units(self, units: dict[str, Unit]) -> None:
        if units:
            take(units, self.context, self.order, self.host)

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

    def unit(self, item: YamlNode, units: dict[str, Unit]) -> None:
        name, content = item.get("name"), item.get("content")
        if name is None:
            return
        if content is not None and content.kind == "scalar":
            read_unit(units, name.string, content.word.text, self.context)
        drop_ins = item.get("drop-ins") or item.get("drop_ins")
        for drop_in in drop_ins.items if drop_ins is not None else []:
            inner = drop_in.get("content")
            if inner is not None and inner.kind == "scalar":
                read_unit(units, f"{name.string}.d/x.conf", inner.word.text, self.context)

    def file(self, path: str, text: MappedText, units: dict[str, Unit]) -> None:
        kind = kind_of(path)
        if kind == "unit":
            read_unit(units, path, text, self.context)
        elif kind == "compose":
            from linklint.languages.compose import extract_block

            extract_block(text, self.source, self.context)
        elif kind == "shell" or SHEBANG.match(text.string.encode("utf-8", "replace")):
            order = StepRecorder(self.context, text.span(0, 0), "shell", posixpath.basename(path))
            shell = new_shell(self.context, order, "", host=self.host)
            run_script(shell, text)
            finish_script(shell)
