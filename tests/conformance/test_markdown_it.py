"""Compare with markdown-it: the same fences with the same language, lines and text, and no indented code missed."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from linklint.lexer.markup import blocks
from linklint.text.source import Source

markdown_it = pytest.importorskip(
    "markdown_it", reason="NOT COMPARED with markdown-it: pip install docker-linklint[conformance]"
)
pytestmark = pytest.mark.conformance

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "rules").glob("*.md"),
        *(path for path in (ROOT / "fixtures").rglob("*.md") if path.is_file()),
    ]
)
COUNT = 20_000

# The documents contain no HTML: in CommonMark a fence directly below `<details>` is text of that block, but linklint
# reads it. They contain no link definitions: `[a]: b` is not a paragraph, and an indented line below it is code.
PARSER = markdown_it.MarkdownIt("commonmark")

# A mark that a lazy line indents by four is text (also for cmark); markdown-it reads it as code.
LAZY_MARK = re.compile(r"(`{3,}|~{3,}).*")

CODE = ["docker run a", "  indented", "", "x", "$ y", "> quoted", "- item", "``", "~~", "# h", "\tz", "1. one"]
PROSE = [
    "words",
    "`code`",
    "a ``` b",
    "# title",
    "- x",
    "* y",
    "1. z",
    "---",
    "> q",
    "",
    "",
    "text  ",
    "***",
    "    lazy",
]
PREFIXES = ["", "", "", "", "> ", ">", "- ", "* ", "1. ", "10) ", "  ", "   ", "> > ", "- - ", "> - ", "- > "]


def inside(prefix: str) -> str:
    """Return the beginning of a line in the same list item or quote."""
    return "".join(" " if c not in ">" else c for c in prefix)


def generated(chance: random.Random) -> str:
    """Return a random document."""
    lines: list[str] = []
    for _ in range(chance.randint(1, 5)):
        prefix = chance.choice(PREFIXES)
        roll = chance.random()
        if roll < 0.6:
            mark = chance.choice(["```", "```", "~~~", "````", "~~~~~", "``"])
            info = chance.choice(
                ["", "sh", " bash", "console ignore", "yaml title=x", "{.sh}", "SH", "a`b", "sh,linenos"]
            )
            body = [chance.choice(CODE) for _ in range(chance.randint(0, 4))]
            close = chance.choice(
                [
                    mark,
                    mark,
                    mark,
                    mark + mark[0],
                    mark[:-1],
                    mark + " ",
                    "  " + mark,
                    "    " + mark,
                    mark + " x",
                    "~~~" if mark[0] == "`" else "```",
                ]
            )
            lines.append(prefix + mark + info)
            lines += [inside(prefix) + line if chance.random() < 0.9 else line for line in body]
            lines.append((inside(prefix) if chance.random() < 0.9 else "") + close)
        elif roll < 0.75:
            lines += ["", *("    " + chance.choice(CODE) for _ in range(chance.randint(1, 3))), ""]
        else:
            lines += [prefix + chance.choice(PROSE) for _ in range(chance.randint(1, 3))]
        lines += chance.choice([[], [""], ["", ""]])
    return "\n".join(lines) + chance.choice(["\n", "", "\n\n"])


def theirs(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return (language and text of each fence, text of each indented block)."""
    fences, indented = [], []
    for token in PARSER.parse(text):
        if token.type == "fence":
            info = token.info.strip().strip("{}").lstrip(".").split()
            fences.append((info[0].lower().split(",")[0] if info else "", token.content))
        elif token.type == "code_block":
            indented.append(token.content)
    return fences, indented


def ours(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    found = [block for block in blocks(Source("a.md", text)) if block.language != "code"]
    return [(block.language, block.text.string) for block in found if block.fenced], [
        block.text.string for block in found if not block.fenced
    ]


def flat(string: str) -> list[str]:
    """Return the lines with content: tabs and the last line end may be written in several ways."""
    return [line.expandtabs(4).strip() for line in string.split("\n") if line.strip()]


def compare(text: str) -> str | None:
    real, mine = theirs(text), ours(text)
    fences = [[(language, flat(body)) for language, body in found] for found in (mine[0], real[0])]
    if fences[0] != fences[1]:
        return f"fences: linklint {fences[0]}, markdown-it {fences[1]}\n{text}"
    lines = [line for block in mine[1] for line in flat(block)]
    missed = [line for block in real[1] for line in flat(block) if line not in lines and not LAZY_MARK.fullmatch(line)]
    return f"indented code missed: {missed}\n{text}" if missed else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_documents(path: Path) -> None:
    assert compare(path.read_text()) is None


def test_generated_documents() -> None:
    chance = random.Random(5)
    found = [difference for _ in range(COUNT) if (difference := compare(generated(chance)))]
    assert not found, f"{len(found)} of {COUNT} differ:\n" + "\n----\n".join(found[:12])
