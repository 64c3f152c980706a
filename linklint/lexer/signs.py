"""What shows the language of a text, and a command that runs a container."""

from __future__ import annotations

import re

from linklint.text.regex import lazy_compile

SHEBANG = lazy_compile(rb"#![^\n]*\b(?:ba|da|z|k|a)?sh\b|#![^\n]*\bbats\b")
PYTHON_SHEBANG = lazy_compile(rb"#![^\n]*\bpython[0-9.]*\b")
PROGRAM_SHEBANG = lazy_compile(
    rb"#![^\n]*\b(?:node(?:js)?|deno|bun|coffee|ruby|php|perl|lua|elixir|pwsh)[0-9.]*(?![\w.])"
)
RUN_COMMAND = r"(?:sudo[ \t]+)?(?:docker|podman)[ \t]+(?:container[ \t]+)?(?:run|create)[ \t]"
RUN_LINE = rf"^[ \t]*(?:[-$>]+[ \t]+|[\w.-]+:[ \t]+)?[\"']?(?P<command>{RUN_COMMAND})"  # in a text of any kind
PROSE_NAMES = lazy_compile(
    r"(?:^|/)(?:change(?:s|log)|history|news|release[_-]?notes?|licen[cs]e|copying|authors|contributors|notice|todo"
    r"|security|search_?index)(?:[._-][^/]*)?\Z",
    re.IGNORECASE,
)
