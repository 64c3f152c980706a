"""A page of HTML that works offline and asks nobody for anything.

Its Content Security Policy allows the style and the script inside it, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from linklint.about import REPOSITORY, __version__
from linklint.output.page.markup import Html, element
from linklint.prebuilt import file_of_package


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
