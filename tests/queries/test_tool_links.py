"""Links in the files of the tools that people use are facts with source, alias and recipient."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.files import prefilter
from linklint.output.answers.upgrade import answer_for
from linklint.scanning import scan

sys.path.insert(0, str(Path(__file__).parent))
from tool_links import TOOLS

Write = Callable[[dict[str, str]], Path]
LINKS = (
    "SELECT DISTINCT called.words, link.target, link.alias FROM link JOIN container ON container.id = link.container"
    " JOIN called ON called.container = container.id"
)


def answered(root: Path) -> tuple[str, list[tuple[str, ...]]]:
    """Return the answer for Engine 30, and the links."""
    result = scan([str(root)], config=Config(), audit=True)
    return answer_for(result).answers["30"].verdict, [tuple(map(str, row)) for row in result.store.ask(LINKS)[1]]


@pytest.mark.parametrize("name", TOOLS)
def test_a_link_is_a_fact(tree: Write, name: str) -> None:
    tool = TOOLS[name]
    root = tree({tool.path: tool.text.replace("@", tool.value)})
    assert answered(root) == ("no", [(tool.recipient, "back", "api")])


@pytest.mark.parametrize(("name", "empty"), [(name, empty) for name, tool in TOOLS.items() for empty in tool.empty])
def test_no_link_is_none(tree: Write, name: str, empty: str) -> None:
    tool = TOOLS[name]
    assert answered(tree({tool.path: tool.text.replace("@", empty)})) == ("yes", [])


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.alike])
def test_what_looks_alike_is_none(tree: Write, name: str) -> None:
    tool = TOOLS[name]
    assert answered(tree({tool.path: tool.alike})) == ("yes", [])


def test_large_trees_find_the_same(tree: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """In large trees, programs without one of the hints of their kind are passed over before anything else is asked."""
    files = {f"{number}/{tool.path}": tool.text.replace("@", tool.value) for number, tool in enumerate(TOOLS.values())}
    root = tree(files)
    small = answered(root)
    monkeypatch.setattr(prefilter, "BATCHES_FROM", 1)
    assert answered(root) == small
