"""The one door for text that came from a stranger: nothing that a terminal, or a reader's eye, could be tricked with
gets out raw.
"""

from __future__ import annotations

import re
from typing import Any

UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-"
    "\udfff\U000e0000-\U000e007f]"
    r"|#(?=#(?:vso)?\[)"  # what the logs of CI services take for a command, wherever it stands
)


def escape(text: str) -> str:
    """The text with control characters, bidirectional controls and broken bytes written out: `\\x1b`, `\\u202e`."""
    return UNSAFE.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def dump(value: Any) -> str:
    """JSON: control characters and all beyond ASCII are written out in it, and what a log would take for a command."""
    import json

    return json.dumps(value, indent=2).replace("##", "\\u0023#") + "\n"


def pad(text: str) -> str:
    """Blanks as wide as the text, so that a caret below stands under the right place."""
    import unicodedata

    return "".join(
        "" if unicodedata.combining(c) else "  " if unicodedata.east_asian_width(c) in "WF" else " " for c in text
    )
