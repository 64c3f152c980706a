"""Line ranges of statements in programs: brackets, strings over lines, operators at line ends."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from linklint.kinds.kind import kind_named
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text_search.statement_ranges import MAX_LINES, Extents, Lines, is_within

if TYPE_CHECKING:
    pass

TRIPLE = r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
GOES_ON = lazy_compile(r"(?:[=*/,|&.]|(?<!\+)\+|(?<!-)-|(?<!\w)\?|=>|\breturn)\s*\Z")  # not n++, not empty?
WENT_ON = lazy_compile(r"\s*(?:\?|:(?!:)|\.|\+|&&|\|\||\|>)")


class ProgramExtents(Extents):
    """Statement ranges of a program in any language: brackets, strings over lines, operators at line ends."""

    def __init__(self, source: Source, kind: str) -> None:
        super().__init__(source)
        self.is_python = kind_named(kind).comment_style == "python"
        self.comments: list[Lines] = []  # as offsets
        self.down: dict[int, int] = {}  # strings over lines: from their first line to the last
        self.up: dict[int, int] = {}

    @cached_property
    def bare(self) -> list[str]:
        """Return the lines without strings and comments."""
        from linklint.lexer import languages as code

        language = code.language_of(self.source.path, self.source.text)
        pattern = language.comments.pattern if not self.is_python else code.HASH.pattern
        if self.is_python or language is code.LANGUAGES[""]:
            pattern = rf"{TRIPLE}|{pattern if self.is_python else code.SLASHES.pattern}"

        def blank(match: re.Match[str]) -> str:
            text = match[0]
            if match["c"] is not None:
                self.comments.append(match.span())
                return re.sub(r"[^\n]", " ", text)
            if "\n" in text:
                first, last = self.source.line_of(match.start()), self.source.line_of(match.end() - 1)
                self.down[first], self.up[last] = (
                    max(last, self.down.get(first, 0)),
                    min(first, self.up.get(last, first)),
                )
            kept = (
                text.index("/") if text[0] not in "\"'`r@" and "/" in text else 0
            )  # what comes before a regular expression
            return text[:kept] + re.sub(r"[^\n]", "x", text[kept:])

        return re.sub(pattern, blank, self.source.text, flags=re.DOTALL | re.MULTILINE).split("\n")

    @cached_property
    def depths(self) -> list[int]:
        """Return how many more brackets each line opens than it closes."""
        return [sum(map(line.count, "([{")) - sum(map(line.count, ")]}")) for line in self.bare]

    def is_inside(self, at: int) -> bool:
        """Return whether an offset is inside a comment."""
        return bool(self.bare) and is_within(self.comments, at)

    def is_comment(self, at: int) -> bool:
        return self.is_inside(at) or super().is_comment(at)

    def is_own(self, at: int) -> bool:
        return self.is_inside(at) and super().is_own(at)

    def behind(self, line: int, code: str) -> Lines:
        first, least = line, max(1, line - MAX_LINES)
        depth = self.depths[line - 1]
        while first > least:
            if first in self.up and self.up[first] < first:
                depth += sum(self.depths[self.up[first] - 1 : first - 1])
                first = self.up[first]
            elif depth < 0 or self._continues(first - 1):
                first -= 1
                depth += self.depths[first - 1]
            else:
                break
        return first, line

    def reach(self, first: int) -> int:
        last, most = first, min(self.count, first + MAX_LINES)
        depth = self.depths[first - 1]
        while last < most:
            if self.down.get(last, last) > last:
                depth += sum(self.depths[last : self.down[last]])
                last = self.down[last]
            elif depth > 0 or self._continues(last):
                last += 1
                depth += self.depths[last - 1]
            else:
                break
        return last if depth <= 0 else first

    def _continues(self, line: int) -> bool:
        """Return whether a line continues on the next."""
        text, following = self.bare[line - 1].rstrip(), self.bare[line] if line < len(self.bare) else ""
        return (
            text.endswith("\\")
            or not self.is_python
            and bool(text)
            and (bool(GOES_ON.search(text)) or bool(WENT_ON.match(following)))
        )
