"""Inputs that fuzzing once broke: each is tried by every target that takes text."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("hypothesis", reason="NOT TRIED: pip install docker-linklint[conformance]")
sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

from targets import TARGETS

FOUND = {
    "a range of a hundred million twice in a word: a second": "docker{1..99999999}<(docker{1..99999999}",
    "braces that never close are read again and again: a second": "docker run " + "${X%%" * 3000,
    "variables of make that hold themselves: no end": "X = $(X)$(X)$(X)$(X)$(X)$(X)\nX += $(X)$(X)\nall: "
    "$(X)\n\tdocker run $(X)\n",
    "a variable of make that holds itself hundreds of times: the limit of the file": "X=1"
    + "$(X)" * 400
    + "\nall: $(X)\n\tdocker run x\n",
    "the C loader counts bytes: a place outside of the file": "\u0800\x1f",
}
TEXTS = [name for name in TARGETS if name not in ("bytes", "flags", "ci")]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("why", FOUND)
def test_it_stays_fixed(name: str, why: str) -> None:
    TARGETS[name].check(FOUND[why])
