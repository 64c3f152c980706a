"""Text on a terminal: wrapped lines keep their indentation, and rule names are links where the terminal has them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from linklint.output import terminal
from linklint.output.formats import text
from linklint.scanning import scan

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\x1b\]8;[^;]*;([^\x1b]*)\x1b\\(.*?)\x1b\]8;;\x1b\\")


class Screen(io.StringIO):
    """A terminal of a width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> type[Screen]:
    monkeypatch.setattr(terminal, "width_of", lambda stream: stream.width)
    monkeypatch.chdir(ROOT)  # the length of a path decides where a line breaks
    for name in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return Screen


def printed(stream: Screen, name: str = "quickstart") -> str:
    terminal.write(text.lines(scan([f"fixtures/{name}"]), width=stream.width), stream)
    return stream.getvalue()


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", LINK.sub(r"\2", shown))


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["quickstart", "wiki", "shop-scripts"])
def test_wrapped_lines_keep_their_indentation(screen: type[Screen], width: int, name: str) -> None:
    lines = plain(printed(screen(width), name)).splitlines()
    assert all(len(line) <= width for line in lines) and not any(line.endswith("  ") for line in lines)
    heads = [number for number, line in enumerate(lines) if re.match(r"\S+:\d+:\d+  ", line)]
    assert len(heads) > 1
    for number in heads:
        block = lines[number + 1 : lines.index("", number) if "" in lines[number:] else None]
        assert all(line.startswith("   ") for line in block), block
    helps = [number for number, line in enumerate(lines) if line.startswith("      = help: ")]
    for number in helps:
        if lines[number + 1].strip() and not re.match(r"\s+(?:= |\d+ \|)|\S", lines[number + 1]):
            assert lines[number + 1].startswith(" " * len("      = help: ")), "it continues below its text"


def test_no_word_is_lost(screen: type[Screen]) -> None:
    wide, narrow = (plain(printed(screen(width), "wiki")) for width in (400, 60))
    messages = [line for line in wide.splitlines() if re.match(r"\S+:\d+:\d+  |\s+= ", line)]
    flat = " ".join(narrow.split())
    assert messages and all(" ".join(line.split()) in flat for line in messages)


def test_rule_names_are_links_where_the_terminal_has_them(
    screen: type[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM_PROGRAM", "VTE_VERSION", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    assert not LINK.search(printed(screen(100)))
    for name, value in (("TERM_PROGRAM", "WezTerm"), ("VTE_VERSION", "7600"), ("TERM", "xterm-kitty")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            links = {plain(words).strip("[]"): address for address, words in LINK.findall(printed(screen(100)))}
        assert links["legacy-link"].endswith("/rules/legacy-link/") and "secret-in-env" in links
    monkeypatch.setenv("TERM_PROGRAM", "WezTerm")
    monkeypatch.setenv("FORCE_HYPERLINK", "0")
    assert not LINK.search(printed(screen(100)))
    monkeypatch.delenv("FORCE_HYPERLINK")
    terminal.use_color("never")
    assert "\x1b" not in printed(screen(100))
    terminal.use_color("auto")
