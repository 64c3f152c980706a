"""Applies the edits of findings: the new text of each file, the diff, and the writing.

A file is replaced in one step (a temporary file beside it, then a rename), with its mode and its line endings; it is left alone
where it has changed since it was read.  What an edit does to a shell statement is read again by bashlex before it is believed.
"""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linklint.fix.proof import same_but_for
from linklint.judge.finding import Edit, Finding
from linklint.source import Source, decode, encode


@dataclass(frozen=True, slots=True)
class Change:
    """A file's text before and after, and how many findings that mends."""

    source: Source
    after: str
    mended: int


def changes(findings: Iterable[Finding], *, unsafe: bool) -> Iterator[Change]:
    """What the fixes of some findings do to each file; edits that overlap an earlier one wait for the next run."""
    by_source: dict[int, list[tuple[Edit, int]]] = {}
    sources: dict[int, Source] = {}
    for number, finding in enumerate(findings):
        if not finding.safe_fix and not unsafe:
            continue
        for edit in finding.edits:
            sources[id(edit.span.source)] = edit.span.source
            by_source.setdefault(id(edit.span.source), []).append((edit, number))
    for key in sorted(sources, key=lambda key: sources[key].path):
        change = _change(sources[key], by_source[key])
        if change.after != change.source.text:
            yield change


def _change(source: Source, edits: list[tuple[Edit, int]]) -> Change:
    pieces: list[str] = []
    at = 0
    mended: set[int] = set()
    for edit, number in sorted(edits, key=lambda pair: (pair[0].span.start, pair[0].span.end)):
        if edit.span.start < at or not same_but_for(source, edit):
            continue
        pieces += [source.text[at : edit.span.start], edit.text]
        at = edit.span.end
        mended.add(number)
    pieces.append(source.text[at:])
    return Change(source, "".join(pieces), len(mended))


def diff(change: Change, shown: str, hide: dict[int, str]) -> list[str]:
    """The unified diff of a change; `hide` has the lines of the file that must not be shown as they stand."""
    before = change.source.text.splitlines(keepends=True)
    after = change.after.splitlines(keepends=True)
    hidden = {before[number - 1]: line for number, line in hide.items() if number <= len(before)}
    lines = difflib.unified_diff(before, after, f"a/{shown}", f"b/{shown}")
    found: list[str] = []
    for line in lines:
        mark, body = line[:1], line[1:]
        text = mark + hidden.get(body, body) if mark in " -+" and not line.startswith(("--- ", "+++ ")) else line
        found.append(text.rstrip("\r\n"))
        if not text.endswith("\n"):
            found.append("\\ No newline at end of file")
    return found


def write(root: str, change: Change) -> str | None:
    """Put a change on disk; why not, where it was not."""
    path = os.path.realpath(os.path.join(root, change.source.path))
    try:
        with open(path, "rb") as file:
            data = file.read()
        text, _, bom = decode(data)
        if text != change.source.text:
            return "it has changed since it was read"
        mode = stat.S_IMODE(os.stat(path).st_mode)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".linklint-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data[:bom] + encode(change.after))
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return None
