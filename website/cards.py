"""Social cards: a picture of each page with its title, which other sites show beside a link. A hook of mkdocs.

It also names the dialog of the search, which has no name for a screen reader.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
BACK, FRONT, QUIET, LINE = "#1b262c", "#ffffff", "#a9bcc6", "#4fc3f7"


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Add the picture of a page to its head."""
    title = re.sub(r"<[^>]+>", "", str(page.title))
    name = f"cards/{hashlib.sha256(title.encode()).hexdigest()[:16]}.png"
    path = Path(config["site_dir"]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(title, str(config["site_name"])).save(path, optimize=True)
    address = f"{config['site_url']}{name}"
    tags = (
        f'<meta property="og:title" content="{escaped(title)}"><meta property="og:type" content="website">'
        f'<meta property="og:image" content="{address}"><meta property="og:url" content="{page.canonical_url}">'
        f'<meta name="twitter:card" content="summary_large_image">'
    )
    output = output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    return output.replace("</head>", f"{tags}</head>", 1)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def draw(title: str, site: str) -> Image.Image:
    """Return the picture of a title."""
    image = Image.new("RGB", SIZE, BACK)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 18, SIZE[1]), fill=LINE)
    canvas.text((80, 70), site, fill=LINE, font=ImageFont.load_default(54))
    for number, line in enumerate(textwrap.wrap(title.replace("&amp;", "&"), 26)[:4]):
        canvas.text((80, 190 + number * 88), line, fill=FRONT, font=ImageFont.load_default(72))
    canvas.text((80, 550), "Docker container links: find, audit, migrate", fill=QUIET, font=ImageFont.load_default(36))
    return image
