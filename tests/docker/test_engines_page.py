"""docs/engines.md has the table of changes; LINKLINT_UPDATE=1 writes it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from linklint.docker.engine_changes import CHANGES, TABLE
from linklint.docker.engines import ENGINES, RELEASES
from linklint.findings.rule_file import built_in

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
MARKS = re.compile(r"(?<=<!-- changes -->\n).*?(?=<!-- end of changes -->)", re.DOTALL)
RULES = {rule.slug for rule in built_in()}


def reported(seen: str) -> str:
    """Return what reports a change, with links to the pages of rules."""
    known = {"": "nothing", "env": "`linklint env`"}
    return ", ".join(
        f"[`{word}`](../rules/{word}.md)" if word in RULES else known.get(word, word) for word in seen.split(", ")
    )


def tables() -> str:
    """Return a table for each section of the table of changes."""
    parts = []
    for section in re.split(r"^## ", TABLE, flags=re.MULTILINE)[1:]:
        title, _, rest = section.partition("\n")
        codes = re.findall(r"^(\S+) \|", rest, re.MULTILINE)
        rows = [
            f"| {one.what} | {one.engines} | {one.component} | {reported(one.seen)} | {one.source} |"
            for one in map(CHANGES.__getitem__, codes)
        ]
        head = "| what holds | engines | whose version | reported by | source |\n|---|---|---|---|---|\n"
        parts.append(f"\n## {title}\n\n{head}" + "\n".join(rows) + "\n")
    return "".join(parts) + "\n"


def test_the_page_has_the_table_of_changes() -> None:
    text = PAGE.read_text()
    if os.environ.get("LINKLINT_UPDATE"):
        PAGE.write_text(MARKS.sub(lambda _: tables(), text))
    assert tables() in PAGE.read_text()


def test_each_change_has_a_source_and_holds_for_some_engine() -> None:
    for change in CHANGES.values():
        assert change.source and change.what and change.component in ("engine", "command line")
        assert change.since or change.until
        held = {change.holds(name) for name in (*ENGINES, *RELEASES)}
        assert {"all", "none"} <= held
        for slug in filter(None, change.seen.split(", ")):
            assert slug in RULES or slug in ("env", "the model of the engine"), slug


def test_a_release_is_before_or_after_a_change() -> None:
    change = CHANGES["first-api-floor"]
    assert [change.holds(name) for name in ("28", "29.0", "29.2", "29.3", "29", "30", "any")] == [
        "none", "all", "all", "none", "none", "none", "some",
    ]  # fmt: skip
    assert change.engines == "Engine 29 to 29.2" and not change.breaks
    assert CHANGES["bridge-link"].engines == "up to Engine 27"
    assert CHANGES["ranges-skip"].holds("any") == "all" and CHANGES["bare-ipv6"].holds("any") == "none"
