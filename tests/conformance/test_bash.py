"""Compare with bash: a word that linklint considers known is the one that bash passes to docker."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from shell_scripts import Script
from stub_bash import Bash

from linklint.context import ExtractionContext
from linklint.facts.collector import FactCollector
from linklint.flow.steps import CreatedContainer, StepRecorder
from linklint.shell.interpreter import finish_script, new_shell, run_script
from linklint.text.source import Source
from linklint.text.word import KNOWN, Word

pytestmark = [pytest.mark.conformance, pytest.mark.needs("bash")]

SCRIPTS = int(os.environ.get("LINKLINT_SCRIPTS", "600"))
SEED = int(os.environ.get("LINKLINT_SEED", "1"))
MARK = re.compile(r"S[1-9]\d*")
Statements = dict[str, list[Any]]


class Unchanged(FactCollector):
    """A collector that ignores the containers of the sink."""

    def change(self, *_: Any, **__: Any) -> None:
        pass


def as_linklint(script: str) -> tuple[dict[str, list[list[Word]]], ExtractionContext]:
    """Return the words of each docker statement by its label, once for each time that linklint interprets it."""
    found: dict[str, list[list[Word]]] = defaultdict(list)

    def record(_place: Any, call: Any, _host: str, _span: Any) -> CreatedContainer:
        mark = next((word.string for word in call.arguments if MARK.fullmatch(word.string)), None)
        if mark is not None:
            found[mark].append([call.verb_word, *call.arguments])
        return CreatedContainer(1, None)

    source = Source("script.sh", script)
    context = ExtractionContext(Unchanged(), lambda _: None)
    order = StepRecorder(context, source.whole().span(), "shell", "script.sh")
    shell = new_shell(context, order, "", record=record)
    run_script(shell, source.whole())
    finish_script(shell)
    return dict(found), context


def pattern(words: list[Word], *, defaults: bool) -> re.Pattern[str]:
    """Return a pattern for what the words can be; with `defaults`, likely values (`${X:-d}`) must match, too.

    A hole matches anything (several words if it is split); a word that may become several matches any number of words.
    """
    found = ""
    for word in words:
        piece, at = "", 0
        for start, end, kind in sorted(word.holes):
            if kind in KNOWN and defaults:
                continue
            piece += re.escape(word.string[at:start]) + ".*"
            at = max(at, end)
        piece += re.escape(word.string[at:])
        vanishes = not defaults and [hole[:2] for hole in word.holes] == [(0, len(word.string))]
        found += r"(?:\x00[^\x00]*)*" if word.many else rf"(?:\x00{piece})?" if vanishes else rf"\x00{piece}"
    return re.compile(found, re.DOTALL)


def as_bash(script: str, bash: Bash) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = defaultdict(list)
    for call in bash.calls(script, {}):
        mark = next((word for word in call if MARK.fullmatch(word)), None)
        if mark is not None:
            found[mark].append(call)
    return found


class Outcome:
    """The result of comparing one script."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.words = self.known = self.statements = self.missed = self.invented = 0


def compare(
    script: str, theirs: dict[str, list[list[str]]], ours: dict[str, list[list[Word]]], outcome: Outcome
) -> None:
    for mark, calls in theirs.items():
        readings = ours.get(mark, [])
        outcome.statements += 1
        if not readings:
            outcome.missed += 1
            outcome.wrong.append(f"{mark} is not found: bash has {calls[0]}")
            continue
        for call in calls:
            joined = "".join("\0" + word for word in call)
            fitting = [context for context in readings if pattern(context, defaults=True).fullmatch(joined)]
            likely = [context for context in readings if pattern(context, defaults=False).fullmatch(joined)]
            if not likely:
                outcome.wrong.append(f"{mark}: bash has {call}\n       linklint has {readings[:3]}")
                continue
            outcome.words += len(call)
            outcome.known += min(
                len(call),
                max(
                    [sum(not word.open and not word.many for word in context) for context in fitting]
                    or [sum(not word.holes and not word.many for word in context) for context in likely]
                ),
            )


def scripts() -> Iterator[tuple[int, str]]:
    for seed in range(SEED * 100_000, SEED * 100_000 + SCRIPTS):
        yield seed, Script(seed).text()


def test_linklint_never_contradicts_bash() -> None:
    made = list(scripts())
    places = [Bash() for _ in range(2)]

    def judge(part: int) -> list[dict[str, list[list[str]]]]:
        return [as_bash(script, places[part]) for _, script in made[part::2]]

    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(judge, range(2)))
    for place in places:
        place.close()
    outcome, reports = Outcome(), []
    for number, (seed, script) in enumerate(made):
        before = len(outcome.wrong)
        ours, _ = as_linklint(script)
        compare(script, halves[number % 2][number // 2], ours, outcome)
        reports += [f"seed {seed}: {wrong}" for wrong in outcome.wrong[before:]]
    print(f"{outcome.statements} statements, {outcome.words} words, {outcome.known / max(outcome.words, 1):.1%} known")
    assert outcome.statements > 4 * SCRIPTS
    assert not reports, f"{len(reports)} contradictions:\n" + "\n".join(reports[:40])
    assert outcome.known >= 0.9 * outcome.words
