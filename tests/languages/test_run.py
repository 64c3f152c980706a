"""Facts do not depend on the order of files, and no call is lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.facts.schema import TABLES, columns_of
from linklint.files.selection import Restrictions, select
from linklint.languages.run import Extraction, extract_selection
from linklint.text.source import Span

FIXTURES = Path(__file__).parents[2] / "fixtures"
Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
NUMBERS = {"scope", "container", "step", "image", "env_file", "call", "parent", "target_container", "node"}


def rows(facts: Extraction) -> Counter[tuple[Any, ...]]:
    """All facts without their numbers."""

    def shown(value: object) -> object:
        return (value.source.path, *value[1:]) if isinstance(value, Span) else value

    found: Counter[tuple[Any, ...]] = Counter()
    for name, table in TABLES.items():
        columns = [column for column in columns_of(table) if column not in NUMBERS]
        found.update(
            (name, *(shown(getattr(row, column)) for column in columns)) for row in facts.collector.rows(table)
        )
    return found


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_facts_do_not_depend_on_the_order_of_files(fixture: str) -> None:
    expected = rows(extract_selection(select([str(FIXTURES / fixture)], Restrictions()), ()))
    for seed in range(10):
        files = select([str(FIXTURES / fixture)], Restrictions())
        random.Random(seed).shuffle(files.listed)
        assert rows(extract_selection(files, ())) == expected


STEPS = "SELECT step.name, scope.name FROM step JOIN scope ON scope.id = step.scope WHERE verb = 'run' ORDER BY 1, 2"


def test_a_script_is_taken_back_where_another_turns_out_to_call_it(ask: Ask) -> None:
    """The name of a.sh is not in z.sh, so a.sh is extracted first."""
    files = {"a.sh": "docker run -d --name one x\n", "z.sh": "N=a\n./$N.sh\ndocker run -d --name two x\n"}
    assert ask(files, STEPS) == [("one", "z.sh"), ("two", "z.sh")]


def test_scripts_that_call_each_other_stand_once(ask: Ask) -> None:
    files = {
        "a.sh": "docker run -d --name one x\n./b.sh\n",
        "b.sh": "docker run -d --name two x\n./a.sh\n",
    }
    assert ask(files, STEPS) == [("one", "a.sh"), ("two", "a.sh")]


def test_a_script_behind_more_files_than_are_followed_is_not_lost(ask: Ask) -> None:
    files = {f"s{number}.sh": f"N=s{number + 1}\ndocker run -d --name c{number} x\n./$N.sh\n" for number in range(14)}
    found = ask(files, STEPS)
    assert {name for name, _ in found} == {f"c{number}" for number in range(14)}


def test_a_function_of_a_sourced_file_stands_where_it_is_called(ask: Ask) -> None:
    files = {
        "lib.sh": "used() { docker run -d --name used x; }\nunused() { docker run -d --name unused x; }\n",
        "z.sh": ". ./lib.sh\nused\n",
    }
    assert ask(files, STEPS) == [("unused", "lib.sh"), ("used", "z.sh")]
