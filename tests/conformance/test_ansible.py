"""Compare the values of tasks with Ansible's own loader."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from linklint.kinds.ansible.container import plain
from linklint.lexer.yaml_nodes import YamlNode, load
from linklint.text.source import Source

loading = pytest.importorskip(
    "ansible.parsing.dataloader", reason="NOT COMPARED with Ansible: pip install docker-linklint[conformance]"
)
pytestmark = pytest.mark.conformance

ROOT = Path(__file__).parents[2]
SCALARS = (
    "22:22 80:80 53:53 8080:22 190:20:30 1:60 010 0o17 08 0x1f 0b11 1_000 1e3 1.50 .5 -3 +4 1. yes no on off True "
    "FALSE y n ~ null 2020-01-01 web 'a:␣b' \"x\\ty\\u00e9\" '22:22' \"010\""
    " 127.0.0.1:80:80 ::1 a:b 1.2.3 !unsafe␣x 'it''s' \"{{␣a␣}}\" 80/tcp 0 -0 00 9_9:9 1:2.5 .inf 0x 12e03"
).replace("␣", "\0").split()  # fmt: skip


def as_strings(value: Any) -> Any:
    """Return Ansible's value with its scalars as strings, as a module with text arguments gets them."""
    if isinstance(value, dict):
        return {str(key): as_strings(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_strings(item) for item in value]
    return None if value is None else str(value)


def mine(value: YamlNode) -> Any:
    if value.kind == "map":
        return {key: mine(item) for key, (_, item) in value.keys.items()}
    if value.kind == "list":
        return [mine(item) for item in value.items]
    return None if value.kind == "null" else plain(value).string


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "fixtures").glob("ansible*/**/*.yml")),
    ids=lambda path: str(path.relative_to(ROOT / "fixtures")),
)
def test_fixtures(path: Path) -> None:
    text = path.read_text()
    (document,) = load(Source("a.yml", text).whole())
    assert mine(document) == as_strings(loading.DataLoader().load(text))


def test_every_scalar() -> None:
    for scalar in SCALARS:
        text = f"- {scalar}".replace("\0", " ")
        assert mine(load(Source("a.yml", text).whole())[0]) == as_strings(loading.DataLoader().load(text)), text


def test_generated_tasks() -> None:
    chance = random.Random(int(os.environ.get("LINKLINT_SEED", "1")))
    for _ in range(300):
        values = [chance.choice(SCALARS).replace("\0", " ") for _ in range(6)]
        text = (
            f"- docker_container:\n    name: {values[0]}\n    image: {values[1]}\n    ports:\n      - "
            f"{values[2]}\n      - {values[3]}\n"
            f"    env:\n      A: {values[4]}\n      B: x\n    command: >-\n      docker run\n      -p "
            f"{chance.randrange(99)}:80\n\n      x\n    comment: |\n      a\n       b\n    last: {values[5]}\n"
        )
        assert mine(load(Source("a.yml", text).whole())[0]) == as_strings(loading.DataLoader().load(text)), text
