"""Markdown: which blocks are code, which lines are commands, and their locations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linklint.lexer.markup import blocks
from linklint.text.source import Source

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
IMAGES = "SELECT image FROM container ORDER BY id"


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("```sh\ndocker run a1\n```\n", ["a1"]),
        ("~~~\ndocker run a1\n~~~\n", ["a1"]),
        ("````\n```\ndocker run a1\n```\n````\n", ["a1"]),
        ("    docker run a1\n", ["a1"]),
        ("text\n    docker run a1\n", []),
        ("1. x\n\n   ```bash\n   docker run \\\n     a1\n   ```\n", ["a1"]),
        ("> ```\n> docker run a1\n> ```\n", ["a1"]),
        ("- x\n\n        docker run a1\n", ["a1"]),
        ("```console\n$ docker run a1\n3f4e docker run no\n$ docker \\\n>   run a2\n```\n", ["a1", "a2"]),
        ("```console\n# docker run a1\n```\n", ["a1"]),
        ("```sh\n# docker run no\ndocker run a1\n```\n", ["a1"]),
        ("```\n# docker run a1\n```\n", ["a1"]),
        (
            "```\n[root@h ~]# docker run a1\nme@h:~/x$ sudo docker run a2\n~ % docker run a3\nunix> docker run "
            "a4\nC:\\x> docker run a5\n```\n",
            ["a1", "a2", "a3", "a4", "a5"],
        ),
        ("```powershell\nPS C:\\> docker run `\n  a1\n```\n", ["a1"]),
        ("Run `docker run -d a1` and then `docker run`.\n", ["a1"]),
        ("```sh\ndocker run [OPTIONS] IMAGE [COMMAND]\ndocker run IMAGE\n```\n", []),
        ("```sh\ndocker run [OPTIONS] a1\n```\n", ["a1"]),
        ("```sh\ndocker run <image>\n```\n", ["<image>"]),
        ("```dockerfile\nFROM a\nCMD docker run a1\n```\n", ["a1"]),
        ("```yaml\nservices:\n  web:\n    image: a1\n    ports: [80]\n```\n", ["a1"]),
        ("```yaml\njobs:\n  web:\n    image: a1\n    ports: [80]\n```\n", []),
        ("```python\nx = 'docker run a1'\n```\n", []),
        ("```sh\ndocker run -p 80:80 \\\n```\n", [None]),
        ("docker run a1 is a command.\n", []),
    ],
)
def test_blocks(ask: Ask, text: str, images: list[str | None]) -> None:
    assert [image for (image,) in ask({"README.md": text}, IMAGES)] == images


def test_places(ask: Ask) -> None:
    text = "1. x\n\n   > ```console\n   > $ docker run -p 80:80 \\\n   >     -p 81:81 a1\n   > ```\n"
    sql = "SELECT spec, line, column FROM port JOIN span ON span.id = port.span ORDER BY spec"
    assert ask({"README.md": text}, sql) == [("80:80", 4, 22), ("81:81", 5, 13)]


def test_a_document_is_one_scope_and_its_blocks_are_examples(ask: Ask) -> None:
    text = "```sh\ndocker run --name db a1\n```\n\n```sh\ndocker run --link db:db a2\n```\n"
    assert ask({"README.md": text}, "SELECT count(*) FROM scope") == [(1,)]
    assert ask({"README.md": text}, "SELECT count(*) FROM resolved_link") == [(1,)]
    assert ask({"README.md": text}, "SELECT kind, count(DISTINCT arm) FROM in_branch") == [("example", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n\n  ```sh\n  x\n  ```\n", [("sh", "x\n")]),
        ("10) a\n10) ```sh\n    x\n    ```\n", [("sh", "x\n")]),
        ("> ```sh\n> x\nout\n", [("sh", "x\n")]),
        ("> - ```\n>   x\n>   ```\n", [("", "x\n")]),
        ("```\nx\n    ```\n```\n", [("", "x\n    ```\n")]),
        ("a\n    lazy\n\n    code\n", [("", "code\n")]),
        ("1. a\n\n    x\n", [("", "x\n")]),
        ("1. a\n\n       x\n", [("", "x\n")]),
        ("- \n\n  ```sh\n  x\n  ```\n", [("sh", "x\n")]),
        ("<details>\n```sh\nx\n```\n", [("sh", "x\n")]),
        ("-\t```\n\tx\n\t```\n", [("", "x\n")]),
        ("``` a`b\nx\n", []),
    ],
)
def test_blocks_of_lists_and_quotes(text: str, expected: list[tuple[str, str]]) -> None:
    assert [
        (block.language, block.text.string) for block in blocks(Source("a.md", text)) if block.language != "code"
    ] == expected
