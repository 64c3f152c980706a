"""HTML elements. All text goes through `text`: nothing of a scanned tree is ever markup."""

from __future__ import annotations

from html import escape as escape_html
from typing import NamedTuple

from linklint.output.escape import escape
from linklint.output.terminal import LINK, Line


class Html(NamedTuple):
    """Markup that this program wrote."""

    markup: str


NEWLINE = Html("\n")
Part = Html | str
Value = str | float | bool | None
EMPTY = frozenset({"input", "meta"})  # elements that need no end
CLASSES = {
    "dim": "dim",
    "bold": "strong",
    "green": "good",
    "bold green": "good strong",
    "bold red": "error strong",
    "bold yellow": "warning strong",
    "bold cyan": "note strong",
    "cyan": "note",
}


def text(words: str) -> str:
    """Return text as HTML, with control characters and controls of the direction of writing shown as `\\u202e`."""
    return escape_html(escape(words), quote=True)


def element(tag: str, /, *parts: Part, **attributes: Value) -> Html:
    """Return an element. `class_` is the attribute `class`, `data_x` is `data-x`; None and False leave one out."""
    given = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    written = "".join(
        f" {key}" if value is True else f' {key}="{text(str(value))}"'
        for key, value in given
        if value is not None and value is not False
    )
    end = "" if tag in EMPTY else f"{joined(*parts).markup}</{tag}>"
    return Html(f"<{tag}{written}>{end}")


def joined(*parts: Part) -> Html:
    """Return parts one after another."""
    return Html("".join(part.markup if isinstance(part, Html) else text(part) for part in parts))


def line_of(line: Line) -> Html:
    """Return a line of a text report, whose text is escaped already."""
    return joined(*(_styled(words, style) for words, style in line))


def _styled(words: str, style: str) -> Html:
    shown = Html(escape_html(words, quote=True))
    name = CLASSES.get(style.partition(LINK)[0].strip())
    return element("span", shown, class_=name) if name else shown
