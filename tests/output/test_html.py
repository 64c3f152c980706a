"""The report in HTML: text of a tree is never markup, and the page asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from program import linklint

from linklint.about import REPOSITORY, SITE
from linklint.output.page.drawing import draw

Tree = Callable[[dict[str, str]], Path]
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "</style><b>",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "\x1b]8;;http://evil\x07",
)
VOID = {"input", "meta"}


class Page(HTMLParser):
    """The elements of a page. Fails if they are not nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(root: Path, *command: str) -> str:
    done = linklint(*(command or ("scan", "--audit")), "--format", "html", cwd=root)
    assert done.returncode in (0, 1, 3), done.stderr
    return done.stdout


def hostile_tree(tree: Tree) -> Path:
    files = {}
    for number, words in enumerate(HOSTILE):
        quoted = words.replace("'", "")
        files[f"{number}.sh"] = (
            f"docker run -d --name 'db{quoted}' -p 6379:6379 '{quoted}'\n"
            f"docker run --name 'web{quoted}' --link 'db{quoted}:{quoted}' -e 'DB_PASSWORD={quoted}x1y2' '{quoted}'\n"
        )
    files["<img src=x onerror=alert(1)>.sh"] = files["0.sh"]
    files["compose.yaml"] = (
        'services:\n  "<script>alert(2)</script>":\n    image: "<b>"\n    ports: ["6379:6379"]\n'
        '    links: ["<i>:<u>"]\n  "<i>":\n    image: x\n    network_mode: "<marquee>"\n'
    )
    return tree(files)


@pytest.mark.parametrize("command", [("scan", "--audit"), ("upgrade",)])
def test_text_of_a_tree_is_never_markup(tree: Tree, command: tuple[str, ...]) -> None:
    text = page(hostile_tree(tree), *command)
    found = Page(text)
    names = {tag for tag, _ in found.tags}
    assert names & {"img", "b", "i", "u", "marquee", "iframe", "object", "link", "base"} == set()
    assert [tag for tag, _ in found.tags].count("script") == 1
    for tag, attributes in found.tags:
        assert not any(name.startswith("on") or name in ("style", "src", "srcset") for name in attributes), tag
        address = attributes.get("href")
        assert address is None or address.startswith((REPOSITORY, SITE, "#")), address
    assert "\u202e" not in text and "\x1b" not in text
    assert "<script>alert(1)</script>" in "".join(found.words)


def test_the_policy_allows_the_style_and_the_script_and_nothing_else(tree: Tree) -> None:
    text = page(tree({"run.sh": "docker run --link db:db x\n"}))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None and text.index("Content-Security-Policy") < text.index("<title>")
    for tag in ("style", "script"):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inner is not None
        digest = base64.b64encode(hashlib.sha256(inner[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';") and "unsafe" not in policy[1]
    assert re.findall(r"https?://[^\s\"'<)]+", text.split("</style>")[0]) == []


def test_what_is_on_the_page(tree: Tree) -> None:
    root = tree(
        {
            "run.sh": "docker run -d --name db -e DB_PASSWORD=correct-horse-7 postgres\n"
            "docker run --name web --link db:pg -p 6379:6379 x\n",
            "app.py": 'import os\nos.environ["PG_PORT_5432_TCP_ADDR"]\n',
        }
    )
    text = page(root, "scan")
    words = "".join(Page(text).words)
    assert "No: 1 read of a link variable" in words and "Engine 30: no" in words and "Do first" in words
    assert "as pg, passes on 1 secret" in words and "publishes 6379:6379" in words
    assert "correct-horse-7" not in text and "cor…" in text
    assert text.count('<li id="f-') == 4
    assert 'data-containers="[&quot;web&quot;]"' in text


def test_a_tree_without_containers(tree: Tree) -> None:
    words = "".join(Page(page(tree({"a.txt": "x\n"}))).words)
    assert "Yes: no file here mentions containers." in words and "0 findings" in words


def test_drawing() -> None:
    """Sources are right of their recipients, boxes do not overlap, and circles end."""
    edges = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "a"), ("d", "d"), ("e", "f")]
    found = draw(dict.fromkeys("abcdefg", (80.0, 40.0)), edges, 100)
    at = found.boxes
    assert at["a"].x < at["b"].x < at["c"].x and at["e"].x < at["f"].x
    boxes = list(at.values())
    for number, one in enumerate(boxes):
        assert one.x + one.width <= found.width and one.y + one.height <= found.height
        for other in boxes[:number]:
            apart = one.x >= other.x + other.width or other.x >= one.x + one.width
            assert apart or one.y >= other.y + other.height or other.y >= one.y + one.height
    assert draw({}, [], 100).boxes == {}
    deep = [(str(n), str(n + 1)) for n in range(3000)]
    assert len(draw(dict.fromkeys((str(n) for n in range(3001)), (1.0, 1.0)), deep, 1).boxes) == 3001
