"""Edit calls of the Docker SDK for Python, and make the network before them.

Source: docker-py 7. `containers.run` and `create` take `network` and, for aliases, `networking_config`; links beside a
network are dropped. The low-level `create_container` takes the network in its host configuration, aliases and links in
the configuration of the endpoint.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from linklint.queries.components import Changes, Component
from linklint.queries.members import Member
from linklint.text.edits import Refused, TextEdit
from linklint.text.source import Source, encode

SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def python_edits(component: Component, source: Source, defined: Sequence[Member]) -> Iterator[TextEdit]:
    """Yield the edits of one Python file. Raises Refused."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise Refused("not-editable", defined[0].place, f"{source.path} is no Python 3: not migrated") from error
    file = _File(source, tree)
    done: set[tuple[ast.AST, str]] = set()
    for member in defined:
        call = file.call(member)
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if receiver is None:
            raise Refused("runtime", member.place, f"the call for {member.words} is built at run time: not migrated")
        is_low = call.func.attr == "create_container"  # type: ignore[attr-defined]
        client = file.text(receiver if is_low or not isinstance(receiver, ast.Attribute) else receiver.value)
        edited = _Call(file, call, client, component.network)
        (edited.low if is_low else edited.high)(member, component.change(member))
        yield from edited.edits
        statement = file.statement(call, client)
        block = file.parents[statement], file.field(statement)
        if block not in done:
            done.add(block)
            if not file.starts_line(statement):
                words = f"{member.words} is made on a line with other statements: not migrated"
                raise Refused("construct", member.place, words)
            yield file.creation(statement, client, component.network, is_low)


class _File:
    """A Python file, with the parents of its nodes and their offsets."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self.source = source
        self.parents: dict[ast.AST, ast.AST] = {}
        self.calls: dict[tuple[int, int], ast.Call] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, ast.Call):
                self.calls[self.range(node)] = node

    def at(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in bytes."""
        start = self.source.lines[line - 1]
        return start + len(encode(self.source.line_text(line))[:column].decode("utf-8", "surrogateescape"))

    def range(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno or 1, node.end_col_offset or 0)

    def text(self, node: ast.expr) -> str:
        start, end = self.range(node)
        return self.source.text[start:end]

    def call(self, member: Member) -> ast.Call:
        found = self.calls.get((member.span.start, member.span.end))
        if found is None:
            raise Refused("runtime", member.place, f"the call for {member.words} is built at run time: not migrated")
        return found

    def statement(self, node: ast.AST, client: str) -> ast.stmt:
        """Return the outermost statement around a call in its function that does not set the client."""
        found: ast.AST = node
        statement: ast.stmt | None = None
        while statement is None or not isinstance(found, SCOPES):
            if isinstance(found, ast.stmt) and (statement is None or not self.sets(found, client)):
                statement = found
            found = self.parents[found]
        assert statement is not None
        return statement

    def sets(self, statement: ast.stmt, client: str) -> bool:
        """Return whether a statement sets the client, or the variable that has it."""
        names = {client, client.partition(".")[0]}
        stores = (node for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Store))
        return any(isinstance(node, (ast.Name, ast.Attribute)) and self.text(node) in names for node in stores)

    def field(self, statement: ast.stmt) -> str:
        """Return the name of the block that a statement is in."""
        fields = ast.iter_fields(self.parents[statement])
        return next(name for name, value in fields if isinstance(value, list) and statement in value)

    def starts_line(self, statement: ast.stmt) -> bool:
        """Return whether nothing stands before a statement on its line."""
        line = self.source.line_text(statement.lineno)
        return not encode(line)[: statement.col_offset].strip()

    def creation(self, statement: ast.stmt, client: str, network: str, is_low: bool) -> TextEdit:
        """Return the insertion that makes the network before a statement."""
        start = self.source.lines[statement.lineno - 1]
        line = self.source.line_text(statement.lineno)
        indent = line[: len(line) - len(line.lstrip())]
        newline = "\r\n" if "\r\n" in self.source.text else "\n"
        lines = (
            [f'{client}.networks(names=["^{network}$"]) or {client}.create_network("{network}")']
            if is_low
            else [
                f'if not {client}.networks.list(names=["^{network}$"]):',
                f'    {client}.networks.create("{network}")',
            ]
        )
        return TextEdit(self.source, start, start, "".join(f"{indent}{one}{newline}" for one in lines))


class _Call:
    """The edits of one call."""

    def __init__(self, file: _File, call: ast.Call, client: str, network: str) -> None:
        self.file = file
        self.call = call
        self.client = client
        self.network = network
        self.edits: list[TextEdit] = []

    def high(self, member: Member, changes: Changes) -> None:
        """Edit `containers.run` or `create`."""
        self._only_known(member, self.call, changes)
        added = {"network": f'"{self.network}"'}
        endpoint = _endpoint(changes)
        if endpoint:
            added["networking_config"] = f'{{"{self.network}": {self.client}.api.create_endpoint_config({endpoint})}}'
        self._replace(self.call, ("links", "network_mode", "network"), added)
        self._environment(changes)

    def low(self, member: Member, changes: Changes) -> None:
        """Edit `create_container` and the `create_host_config` in it."""
        api, network = self.client, f'"{self.network}"'
        given = next((keyword.value for keyword in self.call.keywords if keyword.arg == "host_config"), None)
        added = {}
        if given is None:
            added["host_config"] = f"{api}.create_host_config(network_mode={network})"
        elif isinstance(given, ast.Call):
            self._only_known(member, given, changes)
            self._replace(given, ("links", "network_mode"), {"network_mode": network})
        else:
            raise Refused("runtime", member.place, f"the options of {member.words} are built at run time: not migrated")
        endpoint = f"{api}.create_endpoint_config({_endpoint(changes)})"
        added["networking_config"] = f"{api}.create_networking_config({{{network}: {endpoint}}})"
        if any(keyword.arg == "networking_config" for keyword in self.call.keywords):
            raise Refused("network", member.place, f"{member.words} has a networking_config already: not migrated")
        self._replace(self.call, (), added)
        self._environment(changes)

    def _only_known(self, member: Member, call: ast.Call, changes: Changes) -> None:
        start, end = self.file.range(call)
        used = [*changes.dropped, *(use for use, _ in changes.kept)]
        if any(keyword.arg is None for keyword in call.keywords) or not all(
            start <= use.span.start < end for use in used
        ):
            raise Refused("runtime", member.place, f"the options of {member.words} are built at run time: not migrated")

    def _replace(self, call: ast.Call, old: Sequence[str], added: Mapping[str, str]) -> None:
        """Take keywords out and add others: the new ones take the place of the first old one."""
        text = ", ".join(f"{name}={value}" for name, value in added.items())
        gone = [keyword for keyword in call.keywords if keyword.arg in old]
        for number, keyword in enumerate(gone):
            start = self.file.at(keyword.lineno, keyword.col_offset)
            end = self.file.range(keyword.value)[1]
            if not number:
                self.edits.append(TextEdit(self.file.source, start, end, text))
                continue
            source = self.file.source.text
            before = source.rfind(",", 0, start)
            self.edits.append(TextEdit(self.file.source, before, end, ""))
        if not gone and text:
            last = max(
                (self.file.range(node)[1] for node in (*call.args, *(k.value for k in call.keywords))), default=0
            )
            if last:
                self.edits.append(TextEdit(self.file.source, last, last, f", {text}"))
            else:
                end = self.file.range(call)[1] - 1
                self.edits.append(TextEdit(self.file.source, end, end, text))

    def _environment(self, changes: Changes) -> None:
        if not changes.variables:
            return
        given = next((keyword.value for keyword in self.call.keywords if keyword.arg == "environment"), None)
        pairs = [f"{name!r}: {value!r}" for name, value in changes.variables.items()]
        if isinstance(given, ast.Dict) and given.values:
            end = self.file.range(given.values[-1])[1]
            self.edits.append(TextEdit(self.file.source, end, end, "".join(f", {pair}" for pair in pairs)))
        elif given is None:
            self._replace(self.call, (), {"environment": f"{{{', '.join(pairs)}}}"})


def _endpoint(changes: Changes) -> str:
    """Return the arguments of the endpoint: aliases of the container, and links that it keeps."""
    links = [(value or f"{use.target}:{use.name}").partition(":") for use, value in changes.kept]
    parts = [f"aliases=[{', '.join(_literal(alias) for alias in changes.aliases)}]"] if changes.aliases else []
    pairs = ", ".join(f"({_literal(name)}, {_literal(alias or name)})" for name, _, alias in links)
    return ", ".join([*parts, *([f"links=[{pairs}]"] if pairs else [])])


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
