"""Compare with GNU make: what reaches docker when make runs a target is what linklint reads of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stub_bash import Bash

from linklint.context import ExtractionContext
from linklint.facts.collector import FactCollector
from linklint.flow.steps import CreatedContainer
from linklint.kinds import makefile
from linklint.text.source import Source
from linklint.text.word import Word

pytestmark = [pytest.mark.conformance, pytest.mark.needs("make", "bash")]

# Each has one entry, `all`. What depends on running make is open in linklint; the other words must be equal.
MAKEFILES = {
    "plain": "all:\n\tdocker run --name web nginx\n",
    "prefixes": "all:\n\t@docker run --name a x\n\t-docker run --name b x\n\t+@ -docker run --name c x\n",
    "variables": "IMG = nginx\nTAG := 1.25\nNAME ?= web\nall:\n\tdocker run --name $(NAME) ${IMG}:$(TAG)\n",
    "appended": "OPTS = -d\nOPTS += --rm\nOPTS += -p 80:80\nall:\n\tdocker run $(OPTS) x\n",
    "recursive": "A = $(B)-1\nB = web\nall:\n\tdocker run --name $(A) x\n",
    "one letter": "N = web\nall:\n\tdocker run --name $N x\n",
    "dollars": "all:\n\tX=web; docker run --name $$X x\n\tdocker run -e A='$$HOME' x\n",
    "continued": "all:\n\tdocker run \\\n\t  --name web \\\n\t  nginx\n",
    "continued variable": "OPTS = -d \\\n  --rm \\\n  --name web\nall:\n\tdocker run $(OPTS) x\n",
    "own shells": "all:\n\tX=1\n\tdocker run --name a$$X x\n\tX=2; docker run --name b$$X x\n",
    "one shell": ".ONESHELL:\nall:\n\tX=1\n\tdocker run --name a$$X x\n",
    "needs": "all: db web\ndb:\n\tdocker run --name db x\nweb: db\n\tdocker run --name web --link db:db x\n",
    "needs on several lines": "all: a\nall: b\na:\n\tdocker run --name a x\nb:\n\tdocker run --name b "
        "x\nall:\n\tdocker run --name c x\n",
    "calls": "all:\n\tdocker run --name a x\n\t$(MAKE) more\nmore:\n\tdocker run --name b x\n",
    "targets in a variable": "TARGETS = a b\nall: $(TARGETS)\na:\n\tdocker run --name a x\nb:\n\tdocker run --name "
        "b x\n",
    "the target's name": "all: web db\nweb db:\n\tdocker run --name $@ x\n",
    "a recipe behind a semicolon": "all: ; docker run --name web x\n",
    "define": "define up\ndocker run --name a x\ndocker run --name b x\nendef\nall:\n\t$(up)\n",
    "tool": "DOCKER ?= docker\nRUN = $(DOCKER) run -d\nall:\n\t$(RUN) --name web x\n",
    "shell function": "all:\n\tdocker run --name web-$(shell printf one) x\n",
    "functions": "all:\n\tdocker run --name $(subst a,b,$(addprefix x,aa)) y\n",
    "twice": "N = a\nN = b\nall:\n\tdocker run --name $(N) x\n",
    "conditions": "ifeq ($(X),)\nN = a\nelse\nN = b\nendif\nall:\n\tdocker run --name $(N) x\n",
    "comments": "# docker run --name no x\nN = web# a comment\nall: # another\n\t# docker run --name no "
        "x\n\tdocker run --name $(N) x # end\n",
    "quotes": "E = -e 'A=b c'\nall:\n\tdocker run $(E) -e \"B=$$(echo d e)\" x\n",
    "loop": "all:\n\tfor n in a b; do docker run --name $$n x; done\n",
    "condition of the shell": "all:\n\tif true; then \\\n\t\tdocker run --name a x; \\\n\tfi\n",
    "exported": "export N = web\nall:\n\tdocker run --name $$N x\n\tdocker run --name $(N)-2 x\n",
    "unset": "all:\n\tdocker run --name a$(NOTHING) x\n",
    "windows line ends": "N = web\r\nall:\r\n\tdocker run --name web x\r\n",
    "double colon": "all::\n\tdocker run --name a x\nall::\n\tdocker run --name b x\n",
    "order only": "all: | a\n\tdocker run --name b x\na:\n\tdocker run --name a x\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Bash]:
    found = Bash()
    make = shutil.which("make")
    if make:
        (found.programs / "make").symlink_to(make)
    yield found
    found.close()


def as_make(text: str, place: Bash, directory: Path) -> list[list[str]]:
    (directory / "Makefile").write_text(text, newline="")
    log = directory / "log"
    log.write_bytes(b"")
    subprocess.run(
        ["make", "all"], cwd=directory, capture_output=True, timeout=30, check=False,
        env={"PATH": str(place.programs), "HOME": "/root", "STUB_LOG": str(log)},
    )  # fmt: skip
    return [[os.fsdecode(word) for word in record.split(b"\0")[:-1]] for record in log.read_bytes().split(b"\1\0")[:-1]]


class Unchanged(FactCollector):
    """A collector that ignores the containers of the sink."""

    def change(self, *_: Any, **__: Any) -> None:
        pass


def as_linklint(text: str) -> list[list[Word]]:
    found: list[list[Word]] = []

    def record(_place: Any, call: Any, _host: str, _span: Any) -> CreatedContainer:
        found.append([call.verb_word, *call.arguments])
        return CreatedContainer(1, None)

    makefile.extract([Source("Makefile", text)], ExtractionContext(Unchanged(), lambda _: None, record=record))
    return found


@pytest.mark.parametrize("name", MAKEFILES)
def test_make_and_linklint_agree(name: str, place: Bash, tmp_path: Path) -> None:
    real, mine = as_make(MAKEFILES[name], place, tmp_path), as_linklint(MAKEFILES[name])
    assert real, "make runs docker"
    assert len(mine) == len(real)
    for words, argv in zip(mine, real, strict=True):
        if any(word.many for word in words):
            continue
        assert len(words) == len(argv), (words, argv)
        for word, value in zip(words, argv, strict=True):
            assert word.open or word.string == value, (words, argv)
    assert sum(word.open for words in mine for word in words) <= 1
