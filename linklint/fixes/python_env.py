"""Replace reads of link variables in Python by host names, with libcst, in a separate process.

libcst keeps every byte that it does not change, but crashes on deep nesting, which no `except` catches. So it runs in a
child process, one for all files. Run as a program, this module reads lines of JSON, `{"text": …, "reads": [[start, end,
replacement], …], "keep_imports": false, "asked": […]}` with offsets in characters, and answers each with a line,
`{"edits": [[start, end, text], …]}` or `{"error": …}`. An `import os` or `from os import …` that is no longer needed is
removed with the last read.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from linklint.files.child import Child, ChildFailed
from linklint.fixes.python_questions import ADDRESS, READ, Place, asks, is_asked_later, is_caught, statement_of
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    import libcst as cst
    from libcst.metadata import MetadataWrapper

MAX_DEPTH = 100
SECONDS = 60
Read = tuple[int, int, str]
LINE_END = lazy_compile(r"\r\n|\n|\r")
NESTING = lazy_compile(r"[()\[\]{}]|'''|\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|#[^\n]*")


class Unfixable(Exception):
    """The file cannot be fixed. The message has the reason."""


def libcst_child() -> Child:
    """Return the process that runs libcst."""
    return Child("linklint.fixes.python_env")


def replace_reads(
    text: str,
    reads: Sequence[Read],
    *,
    keep_imports: bool = False,
    asked: Iterable[str] = (),
    child: Child | None = None,
) -> list[Read]:
    """Return the edits that replace reads, and remove imports that nothing needs any more. Raises Unfixable.

    `asked` are names that other files test: their values must stay as they are.
    """
    if not text.isascii() and text.encode("utf-8", "replace").decode("utf-8") != text:
        raise Unfixable("the file is not UTF-8")
    if depth_of(text) > MAX_DEPTH:
        raise Unfixable(f"nested deeper than {MAX_DEPTH} levels")
    question = {"text": text, "reads": list(reads), "keep_imports": keep_imports, "asked": sorted(asked)}
    own = child or libcst_child()
    try:
        answer = own.ask(question, SECONDS)
    except ChildFailed as error:
        raise Unfixable(f"libcst took longer than {SECONDS} seconds" if error.late else f"libcst: {error}") from error
    finally:
        if child is None:
            own.end()
    if "error" in answer:
        raise Unfixable(str(answer["error"]))
    edits = answer["edits"]
    assert isinstance(edits, list)
    return [(start, end, replacement) for start, end, replacement in edits]


def depth_of(text: str) -> int:
    """Return the approximate nesting depth of brackets, without strings and comments."""
    depth = deepest = 0
    for match in NESTING.finditer(text):
        depth += (match[0] in "([{" and len(match[0]) == 1) - (match[0] in ")]}" and len(match[0]) == 1)
        deepest = max(deepest, depth)
    return deepest


def main() -> None:
    """Run the child: lines of JSON in, lines of JSON out."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            reads = [tuple(read) for read in asked["reads"]]
            answer: dict[str, object] = {
                "edits": edits_for(asked["text"], reads, asked["keep_imports"], asked["asked"])
            }
        except Unfixable as error:
            answer = {"error": str(error)}
        except Exception as error:
            answer = {"error": f"libcst failed ({type(error).__name__})"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def edits_for(text: str, reads: Sequence[Read], keep_imports: bool = False, asked: Iterable[str] = ()) -> list[Read]:
    """Do the work of `replace_reads` in this process. Raises Unfixable."""
    import libcst as cst
    from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

    try:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    except cst.ParserSyntaxError as error:
        raise Unfixable(f"libcst cannot parse it: {error.message} (line {error.raw_line})") from error
    positions, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    starts = [
        0,
        *(match.end() for match in LINE_END.finditer(text)),
        len(text),
    ]  # as libcst counts lines: a form feed does not end one
    places = {
        node: (starts[place.start.line - 1] + place.start.column, starts[place.end.line - 1] + place.end.column)
        for node, place in positions.items()
    }
    wanted = {(start, end): replacement for start, end, replacement in reads}
    names = frozenset(asked)
    if "/etc/hosts" in text or "resolv.conf" in text:
        return []  # an address is required there
    edits = [
        (*places[node], _quoted(wanted[places[node]], node, parents))
        for node in places
        if isinstance(node, (cst.Subscript, cst.Call))
        and places[node] in wanted
        and READ.match(text[slice(*places[node])])
        and not asks(node, parents)
        and not ADDRESS.search(statement_of(node, parents, places, text))
        and not is_caught(node, parents)
        and not is_asked_later(node, parents, text, names)
    ]
    return (
        edits
        if keep_imports
        else edits + _needless_imports(wrapper, text, places, parents, [edit[:2] for edit in edits])
    )


def _needless_imports(
    wrapper: MetadataWrapper,
    text: str,
    places: Mapping[cst.CSTNode, Place],
    parents: Mapping[cst.CSTNode, object],
    replaced: Sequence[Place],
) -> list[Read]:
    """Return the edits that remove names used only by the replaced reads; the whole line if it imports nothing else."""
    from libcst.metadata import ImportAssignment, ScopeProvider

    scopes = {scope for scope in wrapper.resolve(ScopeProvider).values() if scope is not None}
    assignments = {a for scope in scopes for a in scope.assignments if isinstance(a, ImportAssignment)}
    found: list[Read] = []
    for assignment in assignments:
        uses = [places[access.node] for access in assignment.references if access.node in places]
        if not uses or not all(any(start <= use[0] and use[1] <= end for start, end in replaced) for use in uses):
            continue
        statement = assignment.node
        start, end = places[statement]
        line_end = text.find("\n", end)
        line = text[start : line_end if line_end >= 0 else len(text)]
        if "#" in line or _is_mentioned(assignment.name, places, text):
            continue  # a comment may mention the name
        edit = _without_name(statement, assignment.name, text, places, parents)
        if edit is not None:
            found.append(edit)
    return found


def _without_name(
    statement: cst.CSTNode,
    name: str,
    text: str,
    places: Mapping[cst.CSTNode, Place],
    parents: Mapping[cst.CSTNode, object],
) -> Read | None:
    """Return the edit that removes a name from an import statement; the whole line if it imports nothing else."""
    import libcst as cst

    names = getattr(statement, "names", ())
    line = parents.get(statement)
    if isinstance(names, cst.ImportStar) or not isinstance(line, cst.SimpleStatementLine):
        return None
    alias = next((a for a in names if (a.evaluated_alias or a.evaluated_name) == name), None)
    block = parents.get(line)
    if alias is None or len(names) == 1 and (len(line.body) > 1 or len(getattr(block, "body", ())) < 2):
        return None
    if len(names) == 1:
        start = text.rfind("\n", 0, places[statement][0]) + 1
        return start, text.find("\n", places[statement][1]) + 1 or len(text), ""

    def end_of(item: cst.ImportAlias) -> int:
        return places[item.name if item.asname is None else item.asname][1]

    index = list(names).index(alias)
    if index + 1 < len(names):
        return places[alias][0], places[names[index + 1]][0], ""
    return end_of(names[index - 1]), end_of(alias), ""


def _is_mentioned(name: str, places: Mapping[cst.CSTNode, Place], text: str) -> bool:
    """Return whether a string or a comment mentions a name: a doctest, a patch, a `noqa`."""
    import libcst as cst

    pattern = re.compile(rf"\b{re.escape(name)}\b")
    return any(
        pattern.search(text, *place)
        for node, place in places.items()
        if isinstance(node, (cst.SimpleString, cst.FormattedStringText, cst.Comment))
    )


def _quoted(string: str, node: cst.CSTNode, parents: Mapping[cst.CSTNode, object]) -> str:
    """Return the string in quotes that the enclosing f-string does not use: before Python 3.12 it must not."""
    import libcst as cst

    around: object = parents[node]
    while isinstance(around, cst.CSTNode) and not isinstance(around, cst.FormattedString):
        around = parents.get(around)
    return string.replace('"', "'") if isinstance(around, cst.FormattedString) and '"' in around.start else string


if __name__ == "__main__":
    main()
