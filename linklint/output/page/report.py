"""The report as one page of HTML: the upgrade answer, the graph of links, and the findings.

Without its script, all of it can be read and printed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from linklint.about import page_of
from linklint.config.model import SEVERITIES
from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.findings.rule_file import built_in_slugs
from linklint.output.answers.upgrade import answer_for, at, count, headline, kinds_of
from linklint.output.escape import escape
from linklint.output.finding_lines import body, plural
from linklint.output.page.document import NEWLINE, Html, document, element, joined, line_of, link
from linklint.output.page.picture import picture
from linklint.output.summary import folded_lines, summary
from linklint.queries.graph import graph
from linklint.queries.upgrade import Answer, Place, Step, Upgrade, steps

MAX_FINDINGS = 10_000
MAX_PLACES = 20
MAX_STEPS = 20
WIDTH = 160  # characters of a source line


def page(result: ScanResult) -> str:
    """Return the report as a page."""
    name = os.path.basename(result.tree.root) or "/"
    found = answer_for(result)
    main = element(
        "main",
        _section("upgrade", "Can this tree move to Docker Engine 29 and 30?", *_upgrade(result, found)),
        _section("graph", "Containers and links", picture(graph(result.store, result.engine))),
        _section("findings", "Findings", *_findings(result)),
        id="main",
    )
    title = element("header", element("h1", f"Docker links of {name}"), element("p", line_of(summary(result))))
    skip = element("a", "Skip to the findings", href="#findings", class_="skip")
    return document(f"{name}: Docker links", [skip, title, main], "report.js")


def _section(name: str, title: str, *parts: Html) -> Html:
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *parts, id=name, aria_labelledby=f"{name}-title")


# The upgrade answer


def _upgrade(result: ScanResult, found: Upgrade) -> Iterator[Html]:
    verdict = found.answers["30"].verdict
    yield element("p", line_of([(headline(found), "")]), class_=f"answer {verdict}")
    yield element("div", *(_engine(answer) for answer in found.answers.values()), class_="cards")
    first = steps(result.store, found, result.tree).steps
    if first:
        more = [element("li", f"… and {len(first) - MAX_STEPS} more")] if len(first) > MAX_STEPS else []
        yield element("h3", "Do first")
        yield element("ol", *(_step(step) for step in first[:MAX_STEPS]), *more)


def _step(step: Step) -> Html:
    """Return a step as an item of a list; the places of each alternative are a list in it."""
    parts: list[Html | str] = []
    for words, items in step.alternatives:
        parts.append(words)
        if items:
            parts.append(element("ul", *(element("li", item) for item in items)))
    return element("li", *parts)


def _engine(answer: Answer) -> Html:
    rows = [_kind(kind, places, "") for kind, places in kinds_of(answer.breaks).items()]
    rows += [_kind(kind, places, ", not certain") for kind, places in kinds_of(answer.unsure).items()]
    documents = " (documents only)" if answer.documents else ""
    verdict = element("span", f"{answer.verdict}{documents}", class_=f"verdict {answer.verdict}")
    return element(
        "article",
        element("h3", f"Engine {answer.engine}: ", verdict),
        *(rows or [element("p", "Nothing that was found breaks.")]),
        class_="card",
    )


def _kind(kind: str, places: Sequence[Place], how: str) -> Html:
    words = element("summary", f"{count(kind, places)}{how}")
    shown = [
        element("li", element("code", line_of([(at(place), "")])), f" {place.words}") for place in places[:MAX_PLACES]
    ]
    more = [element("li", f"… and {len(places) - MAX_PLACES} more")] if len(places) > MAX_PLACES else []
    return element("details", words, element("ul", *shown, *more))


# The findings


def _findings(result: ScanResult) -> Iterator[Html]:
    found = result.shown[:MAX_FINDINGS]
    groups = {rule.slug: rule.group for rule in result.rules}
    if found:
        yield _filters(found, groups)
    yield element("p", f"{plural(len(found), 'finding')}", role="status", id="count")
    shown: set[tuple[str, str]] = set()
    names = _containers(result)
    yield element("ol", *(_finding(result, one, names, groups, shown) for one in found), class_="findings")
    yield element("button", "Show more", type="button", id="more", hidden=True)
    if len(result.shown) > MAX_FINDINGS:
        yield element("p", f"… and {len(result.shown) - MAX_FINDINGS} more: --format json has all.")
    yield from (element("p", line_of(line), class_="dim") for line in folded_lines(result))
    if result.unread:
        parts = [element("li", element("code", result.tree.display(p.path)), f": {p.reason}") for p in result.unread]
        title = element("summary", f"{plural(len(result.unread), 'part')} could not be read")
        yield element("details", title, element("ul", *parts[:MAX_FINDINGS]))


def _filters(found: Sequence[Finding], groups: Mapping[str, str]) -> Html:
    """Return the form that filters the findings. The script shows it: without one, it does nothing."""
    rules = Counter(finding.rule for finding in found)
    kinds = Counter(group for finding in found if (group := groups.get(finding.rule)))
    severities = Counter(finding.severity for finding in found)
    boxes = (
        element("label", element("input", type="checkbox", name="severity", value=name, checked=True),
                f" {name} ({severities[name]})")
        for name in SEVERITIES if severities[name]
    )  # fmt: skip
    return element(
        "form",
        element("label", "Search ", element("input", type="search", name="q")),
        element("label", "Path ", element("input", type="search", name="path")),
        element("label", "Rule ", _choice("rule", "all rules", rules)),
        element("label", "Kind ", _choice("kind", "all kinds", kinds)),
        element("fieldset", element("legend", "Severity"), *boxes),
        element("button", "Show all", type="reset"),
        id="filters",
        role="search",
        aria_label="Filter the findings",
        hidden=True,
    )


def _choice(name: str, words: str, counts: Counter[str]) -> Html:
    options = (element("option", f"{one} ({number})", value=one) for one, number in sorted(counts.items()))
    return element("select", element("option", words, value=""), *options, name=name)


def _containers(result: ScanResult) -> dict[str, list[tuple[int, int, str]]]:
    """Return the spans of containers with their names, by path in the tree."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    rows = result.store.ask("SELECT container.span, called.words FROM container JOIN called ON "
                            "called.container = container.id WHERE container.span IS NOT NULL")[1]  # fmt: skip
    for number, words in rows:
        span = result.store.spans[number]
        found.setdefault(span.source.path, []).append((span.start, span.end, str(words)))
    return found


def _finding(
    result: ScanResult,
    finding: Finding,
    containers: dict[str, list[tuple[int, int, str]]],
    groups: dict[str, str],
    shown: set[tuple[str, str]],
) -> Html:
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    rule = link(finding.rule, page_of(finding.rule)) if finding.rule in built_in_slugs() else finding.rule
    severity = element("span", f"{finding.severity}{sure}", class_=f"severity {finding.severity}")
    place = "linklint"
    names: Iterable[str] = ()
    if finding.span is not None:
        region = finding.span.source.place(finding.span.start, finding.span.end)
        place = f"{result.tree.display(finding.path)}:{region.line}:{region.column}"
        start = finding.span.start
        names = dict.fromkeys(name for a, b, name in containers.get(finding.path, ()) if a <= start < b)
    lines = body(result, finding, result.store.redactor, WIDTH, shown)
    source = element("pre", *(joined(line_of(line), NEWLINE) for line in lines), tabindex=0) if lines else ""
    return element(
        "li",
        element("h3", severity, " ", finding.message),
        element("p", element("code", place), " ", rule, class_="place"),
        source,
        id=f"f-{finding.fingerprint}",
        data_severity=finding.severity,
        data_rule=finding.rule,
        data_kind=groups.get(finding.rule, ""),
        data_path=result.tree.display(finding.path),
        data_containers=json.dumps([escape(name) for name in names]),
    )
