"""A page of HTML that works offline and asks nobody for anything.

Its Content Security Policy allows the style and the script inside it, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from html import escape as escape_html
from typing import NamedTuple

from linklint.about import REPOSITORY, __version__
from linklint.output.escape import escape
from linklint.output.terminal import LINK, Line
from linklint.prebuilt import file_of_package


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


def document(title: str, parts: Sequence[Html], script: str = "") -> str:
    """Return a page with the style of reports, and the name of a script or none."""
    style, code = _asset("report.css"), _asset(script) if script else ""
    scripts = f"script-src '{_hash(code)}'; " if code else ""
    policy = f"default-src 'none'; style-src '{_hash(style)}'; {scripts}base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"linklint {__version__}"),
        element("title", title),
        Html(f"<style>{style}</style>"),
    )
    foot = element("footer", "Made by ", link("linklint", REPOSITORY), f" {__version__}.")
    end = [Html(f"<script>{code}</script>")] if code else []
    whole = element("body", *parts, foot, *end)
    return f'<!doctype html>\n<html lang="en">{head.markup}\n{whole.markup}\n</html>\n'


def link(words: str, address: str) -> Html:
    """Return a link to another site, which opens beside the page."""
    return element("a", words, href=address, target="_blank", rel="noopener noreferrer")


def _asset(name: str) -> str:
    return file_of_package(os.path.join("output", "page", name)).decode()


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
