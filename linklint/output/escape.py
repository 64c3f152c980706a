"""Escape untrusted text before it is printed: nothing that could trick a terminal or a reader gets out raw."""

from __future__ import annotations

import re
from typing import Any

from linklint.text.regex import lazy_compile

UNSAFE = lazy_compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-"
    "\udfff\U000e0000-\U000e007f]"
    r"|#(?=#(?:vso)?\[)"  # CI services read these as commands anywhere in a log
)

OTHERS = lazy_compile("[^\x00-\x7f]")


def escape(text: str) -> str:
    r"""Return the text with control characters, bidirectional controls and invalid bytes escaped: `\x1b`, `\u202e`."""
    if text.isascii() and text.isprintable() and "#" not in text:
        return text
    return UNSAFE.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def dump(value: Any) -> str:
    """Return JSON with control characters, non-ASCII characters and commands of CI logs escaped."""
    import json

    return json.dumps(value, indent=2).replace("##", "\\u0023#") + "\n"


def pad(text: str) -> str:
    """Return blanks as wide as the text, so that a caret below it is in the right column."""
    others = OTHERS.findall(text)
    if not others:
        return " " * len(text)
    from unicodedata import combining, east_asian_width

    wide = sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in others)
    return " " * (len(text) - len(others) + wide)
