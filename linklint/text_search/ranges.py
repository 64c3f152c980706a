"""Where the comments of a file are, and the code blocks of a document."""

from __future__ import annotations

import re

from linklint.kinds.kind import kind_named
from linklint.lexer.languages import LANGUAGES, TRAILING, WITH_HASHES, language_of
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text_search.suppression_comments import Extents

Range = tuple[int, int]
PYTHON = lazy_compile(
    r"(?P<c>#[^\n]*|(?:^|(?<=\n))[ \t]*[rbuRBU]?(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)))"
    r"|\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
    r"|\"(?:[^\"\\\n]|\\.){0,4000}+\"|'(?:[^'\\\n]|\\.){0,4000}+'",
    re.DOTALL,
)
ANY_LANGUAGE = lazy_compile(
    r"(?P<c>/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z)|\(\*.*?(?:\*\)|\Z)|\{-.*?(?:-\}|\Z)|<#.*?(?:#>|\Z)"
    r"|^[ \t]*(?:#(?!\{)|//|--[ \t]|;|%+[ \t]|dnl\b|(?i:rem)\b|::|![ \t]|\.\.[ \t]|\.?\\\")[^\n]*"
    r"|(?<=[ \t;{}(),])(?:#|//|--|;;|%)[ \t][^\n\"']{0,300}$)",
    re.DOTALL | re.MULTILINE,
)


def comment_ranges(source: Source, kind: str) -> list[Range]:
    """Return the ranges of the comments of a file."""
    text, style = source.text, kind_named(kind).comment_style
    if style == "python":
        pattern = PYTHON
    elif style in ("program", "java"):
        language = language_of(source.path, text) if style == "program" else LANGUAGES["java"]
        is_config = language is LANGUAGES[""]
        pattern = TRAILING if is_config and not source.path.endswith(WITH_HASHES) else language.comments
    elif style == "any":
        pattern = ANY_LANGUAGE
    elif style == "html":
        return [match.span() for match in re.finditer(r"<!--.*?(?:-->|\Z)", text, re.DOTALL)]
    else:
        return _hashes(source)
    return [match.span() for match in pattern.finditer(text) if match["c"] is not None]


def code_ranges(source: Source, kind: str) -> list[Range]:
    """Return the ranges of the code blocks of a document."""
    if not kind_named(kind).is_example:
        return []
    from linklint.lexer.markup import code_blocks

    spans = (block.text.span() for block in code_blocks(source) if block.language != "code")  # which is in a sentence
    return sorted((span.start, span.end) for span in spans)


def _hashes(source: Source) -> list[Range]:
    """Return the comments of a file whose comments start with `#`."""
    extents, found, at = Extents(source), list[Range](), source.text.find("#")
    while at >= 0:
        line_end = source.text.find("\n", at)
        line_end = line_end if line_end >= 0 else len(source.text)
        if extents.is_comment(at):
            found.append((at, line_end))
            at = source.text.find("#", line_end)
        else:
            at = source.text.find("#", at + 1)
    return found
