"""Dockerfiles: instructions, their values, and the facts of images."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from machine import in_time

from linklint.kinds.dockerfile.instructions import instructions
from linklint.text.source import Source

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
ENV = "SELECT name, value, form FROM env ORDER BY id"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nRUN b \\\n  c\n", [("FROM", "a"), ("RUN", "b   c")]),
        ("FROM a\nRUN b \\\n# note\n\n  c\nCMD d", [("FROM", "a"), ("RUN", "b   c"), ("CMD", "d")]),
        ("# escape=`\nFROM a\nRUN b `\n  c\\\n", [("FROM", "a"), ("RUN", "b   c\\")]),
        ("from a\r\nrun b \\\r\n c\r\n", [("FROM", "a"), ("RUN", "b  c")]),
        ("FROM a\nRUN <<EOF\nx\ny\nEOF\nCMD z", [("FROM", "a"), ("RUN", "<<EOF"), ("CMD", "z")]),
        (
            "FROM a\nRUN cat <<A > x && cat <<-'B'\n1\nA\n2\n\tB\nCMD z",
            [("FROM", "a"), ("RUN", "cat <<A > x && cat <<-'B'"), ("CMD", "z")],
        ),
        ('FROM a\nRUN echo "<<EOF"\nCMD z', [("FROM", "a"), ("RUN", 'echo "<<EOF"'), ("CMD", "z")]),
        ("FROM a\nRUN cat <<<x\nCMD z", [("FROM", "a"), ("RUN", "cat <<<x"), ("CMD", "z")]),
        ("\n  FROM a\n\tCMD b\n", [("FROM", "a"), ("CMD", "b")]),
        ("FROM a\nRUN b \\", [("FROM", "a"), ("RUN", "b")]),
        ("FROM a\nRUN b\\\\\nCMD c", [("FROM", "a"), ("RUN", "b\\\\"), ("CMD", "c")]),
        ("FROM a\nRUN <<E\n\tE\nE\nCMD c", [("FROM", "a"), ("RUN", "<<E"), ("CMD", "c")]),
        ("FROM a\nONBUILD RUN <<E\nx\nE\nCMD c", [("FROM", "a"), ("ONBUILD", "RUN <<E"), ("CMD", "c")]),
        ("FROM a\nCOPY x<<E 'a\nCMD c", [("FROM", "a"), ("COPY", "x<<E 'a"), ("CMD", "c")]),
    ],
)
def test_instructions(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(i.keyword, i.value.string) for i in instructions(Source("Dockerfile", text).whole())] == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "ENV A=1 B='x y' C=\"z w\" D=a\\ b",
            [("A", "1", "literal"), ("B", "x y", "literal"), ("C", "z w", "literal"), ("D", "a b", "literal")],
        ),
        ("ENV A 1 2 3", [("A", "1 2 3", "literal")]),
        ("ENV URL=http://x?a=1&b=(2) B=1", [("URL", "http://x?a=1&b=(2)", "literal"), ("B", "1", "literal")]),
        ("ENV A=1 \\\n  B=2", [("A", "1", "literal"), ("B", "2", "literal")]),
        (
            "ARG P=q\nENV A=$P B=${P}x C=${Q:-r} D=$Q",
            [("A", "q", "default"), ("B", "qx", "default"), ("C", "r", "default"), ("D", "$Q", "variable")],
        ),
        ("ENV A=1\nENV B=$A", [("A", "1", "literal"), ("B", "1", "default")]),
        ("ONBUILD ENV A=1", [("A", "1", "literal")]),
    ],
)
def test_env(ask: Ask, text: str, rows: list[tuple[str, str, str]]) -> None:
    assert ask({"Dockerfile": "FROM a\n" + text + "\n"}, ENV) == rows


def test_stages_and_exposed_ports(ask: Ask) -> None:
    text = "ARG V=1\nFROM --platform=x a:$V AS base\nEXPOSE 80 443/udp\nFROM base\nEXPOSE 8000-8002\n"
    assert ask({"Dockerfile": text}, "SELECT stage, base, last FROM image ORDER BY id") == [
        ("base", "a:$V", 0),
        (None, "base", 1),
    ]
    assert ask({"Dockerfile": text}, "SELECT container_first, container_last, protocol FROM port ORDER BY id") == [
        (80, 80, "tcp"),
        (443, 443, "udp"),
        (8000, 8002, "tcp"),
    ]
    assert ask({"Dockerfile": text}, "SELECT count(*) FROM image_stage") == [(3,)]


@pytest.mark.parametrize(
    "name", ["Dockerfile", "Dockerfile.dev", "web.Dockerfile", "Containerfile", "dockerfile", "app/Dockerfile-9.6"]
)
def test_names(ask: Ask, name: str) -> None:
    assert ask({name: "FROM a\nENV A=1\n"}, "SELECT count(*) FROM env") == [(1,)]


@pytest.mark.parametrize(
    "program",
    [
        "CMD docker run --name web img",
        'CMD ["sh", "-c", "docker run --name \\"web\\" img"]',
        "ENTRYPOINT exec docker run --name web img",
        "HEALTHCHECK --interval=5s CMD docker run --name web img",
        "RUN --mount=type=cache,target=/x docker run --name web img",
        "RUN <<EOF\ndocker run --name web img\nEOF",
        "ONBUILD RUN docker run --name web img",
    ],
)
def test_shell_inside(ask: Ask, program: str) -> None:
    assert ask({"Dockerfile": f"FROM a\n{program}\n"}, "SELECT name FROM container") == [("web",)]


def test_powershell_is_no_shell(ask: Ask) -> None:
    text = 'FROM a\nSHELL ["powershell"]\nRUN if ($x) { docker run --name web img }\n'
    assert ask({"Dockerfile": text}, "SELECT (SELECT count(*) FROM container) + (SELECT count(*) FROM unread)") == [
        (0,)
    ]


def test_values_with_another_escape(ask: Ask) -> None:
    text = "# escape=`\nFROM a\nENV A=b` c D=C:\\x --flag\nENV --flag=1\nENV E'x y z'\n"
    assert ask({"Dockerfile": text}, "SELECT name, value FROM env") == [("A", "b c"), ("D", "C:\\x"), ("E'x", "y z")]


def test_a_heredoc_without_an_end(ask: Ask) -> None:
    text = "FROM a\nRUN <<END\ndocker run --name web img\nENV A=1\n"
    assert ask({"Dockerfile": text}, "SELECT reason, line, column FROM unread JOIN span ON span.id = unread.span") == [
        ("the heredoc has no end line END", 2, 5)
    ]
    assert ask({"Dockerfile": text}, ENV) == [("A", "1", "literal")]


def test_a_million_continuations(ask: Ask) -> None:
    text = "FROM a\nRUN x \\\n" + "y \\\n" * 200_000 + "z\nENV A=1\n"
    begun = time.process_time()
    assert ask({"Dockerfile": text}, "SELECT name FROM env") == [("A",)]
    assert in_time(time.process_time() - begun, 3)
