"""Compare with BuildKit's own parser: the same instructions on the same lines, with the same words, variables and
heredocs.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from linklint.context import ExtractionContext
from linklint.facts.collector import FactCollector
from linklint.facts.schema import Env
from linklint.kinds.dockerfile import extract_text
from linklint.kinds.dockerfile.instructions import instructions
from linklint.text.source import Source

dockerfile = pytest.importorskip(
    "dockerfile", reason="NOT COMPARED with BuildKit: pip install docker-linklint[conformance]"
)
pytestmark = pytest.mark.conformance

FIXTURES = sorted(
    path
    for path in (Path(__file__).parents[2] / "fixtures").rglob("*")
    if "dockerfile" in path.name.lower() and path.is_file()
)
COUNT = 12_000

KEYWORDS = (
    "FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL "
    "HEALTHCHECK SHELL MAINTAINER run Env from FOO"
).split()
WORDS = [
    "a",
    "A=1",
    "B='x y'",
    'C="q r"',
    "80",
    "80/udp",
    "x\\ y",
    "$V",
    "${V:-d}",
    "--flag=1",
    "-x",
    "#h",
    "a#b",
    "\\n",
    '"',
    "'",
    "[",
    "]",
    '["a", "b"]',
    "é",
    "=",
    "D=",
    "E=a\\",
    "&&",
    "\t",
    "{}",
    "<<<",
    "`",
]
HEREDOCS = ["<<EOF", "<<-EOF", "<<'EOF'", '<<"EOF"', "<<E1 <<E2", "3<<EOF", "cat <<EOF > x", "<<EOF cat", '<<-"E"']


def generated(chance: random.Random) -> str:
    """Return a random Dockerfile; most are odd."""
    escape = chance.choice(["\\"] * 6 + ["`"])
    ending = chance.choice(["\n"] * 5 + ["\r\n"])
    lines = (
        [f"# escape={escape}"]
        if escape == "`"
        else chance.choice([[], [], ["# a comment"], ["# syntax=docker/dockerfile:1"], ["", " "], ["#escape = \\"]])
    )
    for number in range(chance.randint(1, 6)):
        keyword = "FROM" if number == 0 and chance.random() < 0.9 else chance.choice(KEYWORDS)
        words = [chance.choice(WORDS) for _ in range(chance.randint(1, 4))]
        if keyword.upper() == "ENV" and chance.random() < 0.9:
            words = chance.choice(
                [
                    ["A", "b c"],
                    ["A=1", "B=2"],
                    ["A='x y'", 'B="z w"', "C=$V"],
                    ["A", "=", "b"],
                    ["A=b\\ c", "D=e"],
                    ["A", "b", "C=d"],
                    ["A=", "B=1"],
                    ["A='it''s'"],
                    ["A", "'q r'"],
                ]
            )
        line = " " * chance.choice([0, 0, 0, 2]) + keyword
        heredoc = keyword in ("RUN", "COPY", "ADD") and chance.random() < 0.2
        if heredoc:
            words = [*chance.choice(HEREDOCS).split(" "), *words[:1]]
        for word in words:
            gap = chance.choice(
                [" ", " ", " ", "  ", f" {escape}{ending}", f" {escape}  {ending}   ", f"{escape}{ending} "]
            )
            if gap.strip() and chance.random() < 0.3:
                gap += chance.choice(["# inside" + ending, "   # inside" + ending, ending, "  " + ending, "#" + ending])
            line += gap + word
        if chance.random() < 0.05:
            line += " " + escape
        lines.append(line + chance.choice(["", "", " ", "\t"]))
        if heredoc:
            for name in [part.strip("<-'\"3") for part in words if "<<" in part and "<<<" not in part]:
                lines += chance.choice([["body"], [], ["RUN not", "# not"], ["\tx \\", "y"], ["$V"]]) + [name]
        lines += chance.choice([[], [], [], [""], ["# between"], ["  # between \\"]])
    return ending.join(lines) + chance.choice([ending, "", ending + ending])


def theirs(text: str) -> list[dict[str, Any]] | None:
    try:
        commands = dockerfile.parse_string(text)
    except (dockerfile.GoParseError, UnicodeError):
        return None
    return [
        {
            "keyword": command.cmd.upper(),
            "lines": (command.start_line, command.end_line),
            "words": (command.original.split("\n")[0] if command.heredocs else command.original).split()[1:],
            "heredocs": [heredoc.content for heredoc in command.heredocs],
            "env": [name for name in command.value[0::2] if name] if command.cmd.upper() == "ENV" else [],
        }
        for command in commands
    ]


def ours(text: str) -> list[dict[str, Any]]:
    source = Source("Dockerfile", text.removeprefix("\ufeff"))
    found = []
    names: dict[int, list[str]] = {}
    context = ExtractionContext(FactCollector(), lambda _: None)
    extract_text(source.whole(), source, context)
    for row in context.collector.rows(Env):
        assert isinstance(row, Env)
        names.setdefault(source.line_of(row.span.start), []).append(row.name)
    for instruction in instructions(source.whole()):
        span = instruction.whole.span()
        first, last = source.line_of(span.start), source.line_of(span.end)
        found.append(
            {
                "keyword": instruction.keyword,
                "lines": (first, last),
                "words": instruction.value.string.split(),
                "heredocs": [body.string for body in instruction.heredocs],
                "env": [name for line in range(first, last + 1) for name in names.get(line, [])]
                if instruction.keyword == "ENV"
                else [],
            }
        )
    return found


def compare(text: str) -> str | None:
    """Return what differs; None if nothing does, or if BuildKit refuses the file."""
    real = theirs(text)
    if real is None:
        return None
    mine = ours(text)
    before_from = True
    for number, (one, other) in enumerate(zip(mine, real, strict=False)):
        before_from = before_from and other["keyword"] != "FROM"
        for key, value in other.items():
            if key == "env" and before_from:
                continue  # outside of a stage it sets nothing
            if key == "heredocs" and other["keyword"] == "ONBUILD":
                continue  # BuildKit reads them, but the binding does not return them
            if key == "heredocs":
                value = [content.replace("\r\n", "\n") for content in value]
                one[key] = [content.replace("\r\n", "\n") for content in one[key]]
            if one[key] != value:
                return f"instruction {number}, {key}: linklint {one[key]!r}, BuildKit {value!r}\n{text!r}"
    return None if len(mine) == len(real) else f"linklint has {len(mine)} instructions, BuildKit {len(real)}\n{text!r}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_fixtures(path: Path) -> None:
    assert theirs(path.read_text()) is not None
    assert compare(path.read_text()) is None


def test_generated() -> None:
    chance = random.Random(3)
    texts = [generated(chance) for _ in range(COUNT)]
    taken = sum(theirs(text) is not None for text in texts)
    found = [difference for text in texts if (difference := compare(text))]
    assert taken > COUNT / 2
    assert not found, f"{len(found)} of {taken} differ:\n" + "\n".join(found[:15])
