"""Makefiles: recipes, variables, and the order of targets by their prerequisites.

tests/conformance compares the words with GNU make.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.scanning import gather

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
FIXTURE = Path(__file__).parents[2] / "fixtures" / "make-stack"
NAMES = "SELECT name FROM container ORDER BY id"


def rows(sql: str) -> list[tuple[Any, ...]]:
    facts = gather([str(FIXTURE)], Config())
    return Store(facts.collector, facts.sources).ask(sql)[1]


def test_rows_of_the_fixture() -> None:
    place = "JOIN span ON span.id = {}.{} ORDER BY line, column"
    where = place.format("container", "name_span")
    assert rows(f"SELECT DISTINCT line, column, name, image FROM container {where}") == [
        (16, 27, "shop-db", "postgres:9.4"), (19, 27, "shop-cache", "redis:2.8"), (22, 26, "shop", "example/shop:2"),
        (27, 26, "shop", "example/shop:2")
    ]  # fmt: skip
    assert rows(f"SELECT DISTINCT line, column, target, alias FROM link {place.format('link', 'span')}") == [
        (23, 10, "shop-db", "db"),
        (23, 31, "shop-cash", "cache"),
    ]
    assert rows(f"SELECT DISTINCT line, column, spec FROM port {place.format('port', 'span')}") == [
        (16, 38, "5432:5432"),
        (24, 6, "$PORT:8080"),
    ]
    assert rows(f"SELECT DISTINCT line, column, name FROM env {place.format('env', 'span')}") == [
        (16, 38, "POSTGRES_PASSWORD")
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a:\n\tdocker run --name web x\n", ["web"]),
        ("a: b\n\tdocker run --name two x\nb:\n\tdocker run --name one x\n", ["one", "two"]),
        ("b: ## see a; A=1\n\tdocker run --name one x\na:\n\tdocker run --name two x\n", ["one", "two"]),
        ("a: b # not c\nb: ; docker run --name '#one' x # no\n", ["#one"]),
        ("a:\n\t$(MAKE) -s b\n\tdocker run --name two x\nb:\n\tdocker run --name one x\n", ["one", "two"]),
        ("N = web\na:\n\tdocker run --name $(N) x\n\tdocker run --name $(N)-$(M) x\n", ["web", "web-$(M)"]),
        ("N = $(shell hostname)\na:\n\tdocker run --name $(N) x\n", ["$(N)"]),
        ("IMAGE = $(shell cat image)\na:\n\tdocker run --name web $(IMAGE) -c x\n", ["web"]),
        ("N = a\nifdef X\nN = b\nendif\na:\n\tdocker run --name $(N) x\n", ["$(N)"]),
        ("a:\n\techo 'docker run --name no x'\n\t# docker run --name no x\n", []),
        ("$(eval $(ARGS):;@:)\na:\n\t@-docker run --name web x\n", ["web"]),
        ("a:\n\tdocker run --name '$(N)' -p '$(P):80' x\n", ["$(N)"]),
        ("a: X = docker run --name no x\n\tdocker run --name web x\n", []),
        ("a:\n\tdocker run --name $(call f,$(N)) x\n", ["$(call f,$(N))"]),
    ],
)
def test_names(ask: Ask, text: str, names: list[str]) -> None:
    assert ask({"Makefile": text}, NAMES) == [(name,) for name in names]


@pytest.mark.parametrize("name", ["Makefile", "makefile", "GNUmakefile", "rules.mk", "Makefile.docker"])
def test_file_names(ask: Ask, name: str) -> None:
    assert ask({name: "a:\n\tdocker run --name web x\n"}, NAMES) == [("web",)]


def test_targets_are_alternatives(report: Callable[..., Any]) -> None:
    line = "\tdocker run -d --network n --name web x\n"
    assert [f.rule for f in report({"Makefile": f"a:\n{line}b:\n{line}"}, audit=True).findings] == []
    assert [f.rule for f in report({"Makefile": f"a: b\n{line}b:\n{line}"}, audit=True).findings] == ["duplicate-name"]


def test_targets_that_need_each_other(ask: Ask) -> None:
    assert ask(
        {"Makefile": "a: b\n\tdocker run --name a1 x\nb: a\n\tdocker run --name b1 x\n"},
        "SELECT DISTINCT name FROM container ORDER BY name",
    ) == [("a1",), ("b1",)]
