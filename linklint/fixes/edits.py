"""Apply the edits of findings: compute the new text of each file, show it as a diff, write it.

Line ends stay as they are. A file that has changed since it was read is not touched. Edits of shell statements are
checked with bashlex.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from linklint.files.root import Root, UnreadableFile
from linklint.files.tree import MAX_SIZE
from linklint.files.writing import write_inside
from linklint.findings.finding import FIX_GROUPS, Edit, Finding
from linklint.fixes.importers import Importers
from linklint.fixes.verify_shell import verified
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, decode, encode

if TYPE_CHECKING:
    from linklint.files.child import Child

BOM = "\ufeff"
SPECIAL = lazy_compile(r"[\x00-\x1f\x7f\"\\\udc80-\udcff]")
ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
CONTEXT = 3  # lines of a diff around a change
Piece = tuple[int, int, str]


class Change(NamedTuple):
    """A file's text before and after, the findings that are fixed, and why others are not.

    `pieces` are the edits as (start, end, new text), in order.
    """

    source: Source
    after: str
    pieces: tuple[Piece, ...]
    fixed: tuple[Finding, ...]
    problem: str = ""


def changes(
    findings: Iterable[Finding], groups: Collection[str] = FIX_GROUPS, *, importers: Importers | None = None
) -> Iterator[Change]:
    """Yield the changes of each file by the fixes of some groups. Edits that overlap an earlier one wait for the next
    run.

    `importers` knows which Python files use the imports of others.
    """
    by_source: dict[Source, list[tuple[Edit, Finding]]] = {}
    for finding in findings:
        if finding.fix_group not in groups:
            continue
        for edit in finding.edits:
            by_source.setdefault(edit.span.source, []).append((edit, finding))
    from linklint.fixes.python_env import libcst_child

    with libcst_child() as child:
        for source, edits in sorted(by_source.items(), key=lambda item: item[0].path):
            change = _change(source, edits, importers, child)
            if change.after != change.source.text or change.problem:
                yield change


def _change(source: Source, edits: list[tuple[Edit, Finding]], importers: Importers | None, child: Child) -> Change:
    """Return all edits of a file: first those that need a rewriter, then plain ones that do not overlap them."""
    pieces, fixed, problem = _rewritten(
        source, [(edit, finding) for edit, finding in edits if edit.rewrite], importers, child
    )
    plain: dict[Piece, list[tuple[Edit, Finding]]] = {}
    taken, last = sorted(pieces), 0
    for edit, finding in sorted(edits, key=lambda pair: (pair[0].span.start, pair[0].span.end)):
        start, end = edit.span.start, edit.span.end
        at = bisect_left(taken, (end, end, ""))
        if (start, end, edit.text) not in plain and (start < last or at and taken[at - 1][1] > start) or edit.rewrite:
            continue
        plain.setdefault((start, end, edit.text), []).append((edit, finding))
        last = end
    for edit in verified(source, [pairs[0][0] for pairs in plain.values()]):
        piece = edit.span.start, edit.span.end, edit.text
        pieces.append(piece)
        fixed += [finding for _, finding in plain[piece]]
    newline = "\r\n" if "\r\n" in source.text else "\n"
    made = tuple((start, end, text.replace("\n", newline)) for start, end, text in sorted(pieces))
    return Change(source, _edited(source.text, made), made, tuple(fixed), problem)


def _edited(text: str, pieces: Iterable[Piece]) -> str:
    """Return a text with some parts replaced; a part that overlaps an earlier one stays."""
    after: list[str] = []
    at = 0
    for start, end, new in pieces:
        if start >= at:
            after += [text[at:start], new]
            at = end
    return "".join([*after, text[at:]])


def _rewritten(
    source: Source, edits: list[tuple[Edit, Finding]], importers: Importers | None, child: Child
) -> tuple[list[Piece], list[Finding], str]:
    """Return the edits of a rewriter, the findings they fix, and the reason if it refuses the file."""
    if not edits:
        return [], [], ""
    from linklint.fixes.python_env import Unfixable, replace_reads

    try:
        reads = [(edit.span.start, edit.span.end, edit.text) for edit, _ in edits]
        pieces = replace_reads(
            source.text,
            reads,
            keep_imports=importers is not None and importers.gives_imports(source),
            asked=importers.names_asked() if importers else (),
            child=child,
        )
    except Unfixable as error:
        return [], [], str(error)
    placed = {piece[:2] for piece in pieces}
    return pieces, [finding for edit, finding in edits if (edit.span.start, edit.span.end) in placed], ""


def _hunks(before: list[str], after: list[str], old: str, new: str) -> Iterator[str]:
    """Yield the unified diff of texts whose lines correspond: difflib takes quadratic time for lines that repeat."""
    changed = [number for number, pair in enumerate(zip(before, after)) if pair[0] != pair[1]]
    if changed:
        yield f"--- {old}\n"
        yield f"+++ {new}\n"
    while changed:
        block = [changed[0]]
        while len(block) < len(changed) and changed[len(block)] - block[-1] <= 2 * CONTEXT:
            block.append(changed[len(block)])
        del changed[: len(block)]
        start, end = max(block[0] - CONTEXT, 0), min(block[-1] + 1 + CONTEXT, len(before))
        lines = f"{start + 1}{f',{end - start}' if end - start != 1 else ''}"
        yield f"@@ -{lines} +{lines} @@\n"
        number = start
        while number < end:
            run = number
            while run < end and before[run] != after[run]:
                run += 1
            yield from (f"-{line}" for line in before[number:run])
            yield from (f"+{line}" for line in after[number:run])
            if run == number:
                yield f" {before[run]}"
                run += 1
            number = run


def diff(change: Change, shown: str, hidden: Iterable[Piece] = (), hide: Callable[[str], str] = str) -> list[str]:
    """Return the lines of the unified diff.

    `hidden` are parts of the file, with what is shown instead; `hide` masks secrets in new text.
    """
    text, bom = change.source.text, BOM if change.source.bom else ""
    masks = [(start, end, new + "\n" * text.count("\n", start, end)) for start, end, new in hidden]
    kept = [m for m in masks if not any(start < m[1] and m[0] < end for start, end, _ in change.pieces)]
    made = [(start, end, hide(new)) for start, end, new in change.pieces]
    before, after = (
        (bom + version).replace("\n", "\n\0").removesuffix("\0").split("\0")
        for version in (_edited(text, masks), _edited(text, sorted([*kept, *made])))
    )
    found: list[str] = []
    names = _quoted(f"a/{shown.lstrip('/')}"), _quoted(f"b/{shown.lstrip('/')}")
    same_lines = len(before) == len(after)
    for line in _hunks(before, after, *names) if same_lines else difflib.unified_diff(before, after, *names):
        found.append(line.rstrip("\r\n") + ("\r" if line.endswith("\r\n") else ""))
        if not line.endswith("\n"):
            found.append("\\ No newline at end of file")
    return found


def _quoted(name: str) -> str:
    """Return the name of a file as git writes it in a diff. Source: `core.quotePath` in git's documentation."""
    if SPECIAL.search(name) is None:
        return name
    return f'"{SPECIAL.sub(lambda match: ESCAPES.get(match[0]) or _octal(match[0]), name)}"'


def _octal(letter: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogateescape"))


def write(root: Root, change: Change) -> tuple[str, str]:
    """Write a change to disk. Return (why it was not written, a note for the user); both may be empty."""
    try:
        data = root.read(change.source.path, MAX_SIZE)
        text, _, bom = decode(data)
        if text != change.source.text:
            return "the file has changed since it was read", ""
        return "", write_inside(root, change.source.path, data[:bom] + encode(change.after), data)
    except (UnreadableFile, OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error), ""
