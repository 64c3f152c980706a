"""Where the comments of a file are, and the code blocks of a document."""

from __future__ import annotations

import re

from linklint.languages.programs.languages import LANGUAGES, TRAILING, WITH_HASHES, language_of
from linklint.languages.statement_ranges import Extents
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

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
    text = source.text
    if kind == "python":
        pattern = PYTHON
    elif kind in ("code", "jenkinsfile"):
        language = language_of(source.path, text) if kind == "code" else LANGUAGES["java"]
        is_config = language is LANGUAGES[""]
        pattern = TRAILING if is_config and not source.path.endswith(WITH_HASHES) else language.comments
    elif kind == "text":
        pattern = ANY_LANGUAGE
    elif kind in ("markdown", "package", "devcontainer", "ecs"):
        return [match.span() for match in re.finditer(r"<!--.*?(?:-->|\Z)", text, re.DOTALL)]
    else:
        return _hashes(source)
    return [match.span() for match in pattern.finditer(text) if match["c"] is not None]


def code_ranges(source: Source, kind: str) -> list[Range]:
    """Return the ranges of the code blocks of a document."""
    if kind != "markdown":
        return []
    from linklint.languages.markdown.markup import code_blocks

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
