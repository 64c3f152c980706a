"""Each directory of fixtures/ is a small repository as found in practice. In tests/expected/, findings.txt has its
findings, one per line; facts.txt has its containers, links, ports, variables and reads, each with the text at its
location.

LINKLINT_UPDATE=1 writes these files.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.scanning import gather, scan

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
EXPECTED = Path(__file__).resolve().parent / "expected"
CASES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())


def told(case: str) -> str:
    lines = []
    for finding in scan([str(FIXTURES / case)], audit=True).findings:
        assert finding.span is not None, finding.message
        place = finding.span.source.place(finding.span.start, finding.span.end)
        lines.append(
            f"{finding.path}:{place.line}:{place.column} {finding.severity} {finding.confidence} [{finding.rule}] "
            f"{finding.message}\n"
        )
        for span, words in finding.related:
            lines.append(f"  {span.source.path}:{span.source.line_of(span.start)} {words}\n")
    return "".join(lines)


QUESTIONS = {
    "container": "SELECT container.head_span, tool, coalesce(name, '-'), coalesce(service, '-'), coalesce(image, "
        "'-'), coalesce(network, '-') FROM container",
    "link": "SELECT link.span, called.words, kind, target, target_how, alias FROM link JOIN called ON "
        "called.container = link.container",
    "port": "SELECT port.span, called.words, spec, form, coalesce(host_ip, '-'), host_first, container_first, "
        "protocol FROM port JOIN called ON called.container = port.container",
    "env": "SELECT env.span, coalesce(called.words, '-'), env.name, env.form, coalesce(env.secret, '-') FROM env "
        "LEFT JOIN called ON called.container = env.container",
    "env_read": "SELECT env_read.span, name, part, language FROM env_read",
    "setting": "SELECT setting.span, name, value FROM setting",
}  # fmt: skip


def read(case: str) -> str:
    facts = gather([str(FIXTURES / case)], Config())
    store = Store(facts.collector, facts.sources)
    lines = []
    for table, sql in QUESTIONS.items():
        for number, *words in store.ask(sql)[1]:
            span = store.spans[number]
            place = span.source.place(span.start, span.end)
            text = " ".join(span.source.text[span.start : span.end].split())
            said = " ".join("-" if word is None else str(word) for word in words)
            lines.append(
                (
                    span.source.path,
                    place,
                    f"{span.source.path}:{place.line}:{place.column} {table} {said} ({span.confidence}) « {text} »\n",
                )
            )
    return "".join(line for *_, line in sorted(lines))


def update(expected: Path, found: str) -> None:
    expected.parent.mkdir(exist_ok=True)  # of a new fixture
    expected.write_text(found)


@pytest.mark.parametrize("case", [case for case in CASES if not case.endswith("-quiet")])
def test_facts(case: str) -> None:
    expected = EXPECTED / case / "facts.txt"
    found = read(case)
    if os.environ.get("LINKLINT_UPDATE"):
        update(expected, found)
    assert found == expected.read_text()


@pytest.mark.parametrize("case", CASES)
def test_fixture(case: str) -> None:
    expected = EXPECTED / case / "findings.txt"
    found = told(case)
    if os.environ.get("LINKLINT_UPDATE"):
        update(expected, found)
    assert found == expected.read_text()


def test_the_quiet_twins_are_quiet() -> None:
    quiet = [case for case in CASES if case.endswith("-quiet")]
    assert quiet
    for case in quiet:
        assert case.removesuffix("-quiet") in CASES
        assert told(case) == ""
