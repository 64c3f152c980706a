"""The noise policy: which findings are counted in one line instead of being listed one by one.

`docs/noise.md` has the policy and the reasons. A folded finding stays in the result, with the part of the policy that
folds it, and does not count for the exit status. Suppressions and the baseline come first; fingerprints never change.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from linklint.config.model import FOLDED, SEVERITIES, Config
from linklint.files.paths import VENDORED, is_generated
from linklint.files.patterns import matcher
from linklint.text.regex import lazy_compile

if TYPE_CHECKING:
    from linklint.database.store import Store
    from linklint.files.tree import Tree
    from linklint.findings.finding import Finding
    from linklint.findings.rule_file import Rule
    from linklint.text.source import Source, Span

TEST_PATHS = (
    ".github/ .gitlab/ .gitlab-ci* .travis.yml .circleci/ circle.yml azure-pipelines* bitbucket-pipelines.yml "
    "appveyor.yml .drone.yml .woodpecker* Jenkinsfile* *.jenkinsfile .ci/ ci/ jenkins/ [Tt]est/ [Tt]ests/ testing/ "
    "test-*/ *-test/ *-tests/ *_test/ *_tests/ spec/ e2e/ integration/ testdata/ *.bats test_* test-* "
    "*_test.* *-test.* *.test.* *test*.yml *test*.yaml *.spec.* bench/ benchmark/ benchmarks/ [Ee]xample/ [Ee]xamples/ "
    "*-example/ *-examples/ *example*.yml *example*.yaml *.example sample/ samples/ *-sample/ *-samples/ [Dd]emo/ "
    "demos/ *-demo/ *-demos/ [Dd]oc/ [Dd]ocs/ [Tt]utorial/ [Tt]utorials/ workshop*/ [Ll]abs/ playground/ "
    "training/ course/ exercises/"
).split()
DEVELOPMENT = lazy_compile(r"(?:^|[/._-])(?:dev|devel|development|local|debug|override)(?:[/._-]|$)", re.IGNORECASE)
PRODUCTION = lazy_compile(
    r"(?:^|[/._-])(?:prod|production|staging|live|deploy|deployments?|rancher)(?:[/._-]|$)", re.IGNORECASE
)
BIND, SECRET = "all-interfaces-bind", "secret-in-env"
STANDS_ON = {"published-link-source": BIND, "unnamed-link-target": "legacy-link"}
MIN_SHARED = 0.5  # the share of a file's lines that its generated copy repeats
GUARDED = 10  # lines from a test of a variable to the read that it guards
MAX_BLOCK = 60  # lines around a finding that a copy repeats
SQL = {
    "documents": "SELECT DISTINCT span.file FROM scope JOIN span ON span.id = scope.span WHERE scope.is_example",
    "sensitive": "SELECT span FROM wide_bind WHERE sensitive IS NOT NULL OR bound_elsewhere OR exposes_more",
    "looked_up": "SELECT span FROM address WHERE ip IS NULL",
    "containers": "SELECT wide_bind.span, port.container_first, port.container_last FROM wide_bind "
    "JOIN port ON port.id = wide_bind.port",
    "examples": "SELECT span FROM env WHERE example",
    "deployed": "SELECT span FROM env WHERE example AND (image IS NOT NULL OR EXISTS (SELECT 1 FROM container_option "
    "WHERE container_option.container = env.container AND container_option.name = 'restart' "
    "AND container_option.value IN ('always', 'unless-stopped')))",
    "tested": "SELECT span FROM address_read WHERE tested",
}


def fold(store: Store, findings: Sequence[Finding], config: Config, rules: Iterable[Rule], tree: Tree) -> list[Finding]:
    """Return the findings, each with the part of the policy that folds it. Raises ConfigError."""
    active = [part for part in FOLDED if part not in config.unfold]
    groups = {rule.slug: rule.group for rule in rules}
    policy = _Policy(store, config, tree)
    found = [finding._replace(folded=policy.of(finding, active)) for finding in findings]
    if "implied" in active:
        found = _folded_into(found, "implied", [*_implied(found), *policy.guards(found)])
    if "copies" in active:
        found = _folded_into(found, "copies", _copies(found))
    if "same-page" in active:
        wanted = [finding for finding in found if groups.get(finding.rule) in ("links", "readers")]
        found = _folded_into(found, "same-page", _first_of_file(filter(policy.is_document, wanted)))
    if "mentions" in active:
        found = _folded_into(found, "mentions", _first_of_file(f for f in found if f.rule == "unfollowed-link"))
    return found


def _folded_into(findings: list[Finding], part: str, pairs: Iterable[tuple[Finding, Finding]]) -> list[Finding]:
    """Return the findings, where some are folded into others: the pairs are (finding, the one that stands for it)."""
    hosts = {finding.fingerprint: host.fingerprint for finding, host in pairs}
    return [
        finding._replace(folded=part, folded_into=hosts[finding.fingerprint])
        if finding.fingerprint in hosts and not finding.folded
        else finding
        for finding in findings
    ]


class _Policy:
    """What the facts say about findings, asked once."""

    def __init__(self, store: Store, config: Config, tree: Tree) -> None:
        self._store = store
        self._documents = {store.sources[file] for (file,) in store.ask(SQL["documents"])[1]}
        self._sensitive = {_place(store.spans[span]) for (span,) in store.ask(SQL["sensitive"])[1]}
        self._looked_up = {_place(store.spans[span]) for (span,) in store.ask(SQL["looked_up"])[1]}
        self._deployed = {_place(store.spans[span]) for (span,) in store.ask(SQL["deployed"])[1]}
        self._examples = {_place(store.spans[span]) for (span,) in store.ask(SQL["examples"])[1]}
        if config.sensitive_ports:
            self._choose(store, config.sensitive_ports)
        self._is_test = _test_matcher(config, tree)
        self._root = tree.root

    def _choose(self, store: Store, ports: Sequence[str]) -> None:
        """Apply `sensitive-ports`: ports that are sensitive, too, or with `!` are not."""
        for span, first, last in store.ask(SQL["containers"])[1]:
            for port in ports:
                if first is not None and first <= int(port.removeprefix("!")) <= last:
                    change = self._sensitive.discard if port.startswith("!") else self._sensitive.add
                    change(_place(store.spans[span]))

    def of(self, finding: Finding, active: Sequence[str]) -> str:
        """Return the first active part of the policy that folds a finding by itself; empty if none does."""
        if finding.span is None:
            return ""
        return next((part for part in self._parts(finding, finding.span) if part in active), "")

    def _parts(self, finding: Finding, span: Span) -> Iterator[str]:
        if VENDORED.search(finding.path) or is_generated(span.source.text):
            yield "vendored"
        is_example = finding.rule == SECRET and _place(span) in self._examples
        if finding.rule in (BIND, SECRET):
            if self.is_document(finding) and (finding.rule == BIND or is_example):
                yield "documents"
            if self._is_test(os.path.join(self._root, finding.path)):
                yield "tests"
        deployed = _place(span) in self._deployed or PRODUCTION.search(finding.path)
        if is_example and (not deployed or DEVELOPMENT.search(finding.path)):
            yield "example-secrets"
        if finding.rule == BIND and _place(span) not in self._sensitive:
            yield "ports"
        if finding.rule == "pinned-compose-link":
            yield "compose-links"
        if finding.rule == "hardcoded-container-address" and _place(span) in self._looked_up:
            yield "looked-up"

    def guards(self, findings: Sequence[Finding]) -> Iterator[tuple[Finding, Finding]]:
        """Yield the tests of a variable that a read of it follows, with that read."""
        tested = {_place(self._store.spans[span]) for (span,) in self._store.ask(SQL["tested"])[1]}
        last: dict[tuple[str, str, str], Finding] = {}
        for finding in sorted(findings, key=lambda finding: finding.order, reverse=True):
            if finding.span is not None and finding.rule == "link-env-address":
                key = (finding.path, finding.rule, finding.subject)
                if _place(finding.span) not in tested:
                    last[key] = finding
                elif key in last and last[key].line - finding.line <= GUARDED:
                    yield finding, last[key]

    def is_document(self, finding: Finding) -> bool:
        return finding.span is not None and finding.span.source in self._documents


def _test_matcher(config: Config, tree: Tree) -> Callable[[str], bool]:
    if config.test_paths:
        return matcher(config.test_paths, config.directory or tree.root, config.origin("test-paths"))
    return matcher(TEST_PATHS, tree.home, "")


def _place(span: Span) -> tuple[Source, int, int]:
    return span.source, span.start, span.end


def _implied(findings: Sequence[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Yield the findings that say less than another one of their line, with that one."""
    there = {(f.path, f.line, f.rule): f for f in findings if f.rule in STANDS_ON.values()}
    for finding in findings:
        if finding.rule in STANDS_ON:
            host = there.get((finding.path, finding.line, STANDS_ON[finding.rule]))
            if host is not None:
                yield finding, host


def _first_of_file(findings: Iterable[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Yield the findings of each rule in a file with the most severe one of them, which stands for the others."""
    pages: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.folded:
            pages[finding.path, finding.rule].append(finding)
    for page in pages.values():
        first = min(page, key=lambda finding: (SEVERITIES.index(finding.severity), finding.order))
        yield from ((finding, first) for finding in page if finding is not first)


def _copies(findings: Iterable[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Yield the findings in a file that repeats another file of its directory, with the same lines around them."""
    said: dict[tuple[str, str, str], list[tuple[Finding, Span]]] = defaultdict(list)
    for finding in findings:
        if finding.span is not None and not finding.folded:
            said[posixpath.dirname(finding.path), finding.rule, finding.message].append((finding, finding.span))
    shared: dict[tuple[Source, Source], bool] = {}
    lines = cache(_lines)
    for group in chain.from_iterable(map(_with_the_same_block, said.values())):
        first, original = min(group, key=lambda pair: (len(pair[1].source.text), pair[0].order))
        for finding, span in group:
            pair = (original.source, span.source)
            if pair[0] != pair[1]:
                if pair not in shared:
                    shared[pair] = _repeats(lines(original.source.text), lines(span.source.text))
                if shared[pair]:
                    yield finding, first


def _with_the_same_block(group: Sequence[tuple[Finding, Span]]) -> Iterable[list[tuple[Finding, Span]]]:
    """Return the parts of a group that have the same lines around them, in more than one file."""
    alike: dict[tuple[str, ...], list[tuple[Finding, Span]]] = defaultdict(list)
    blocks: dict[tuple[str, int], tuple[str, ...]] = {}  # by line: a long one may have thousands of findings
    if len({finding.path for finding, _ in group}) > 1:
        for finding, span in group:
            place = (finding.path, finding.line)
            if place not in blocks:
                blocks[place] = _block(span)
            alike[blocks[place]].append((finding, span))
    return [part for part in alike.values() if len({finding.path for finding, _ in part}) > 1]


def _lines(text: str) -> Set[str]:
    return {line.strip() for line in text.split("\n") if len(line.strip()) > 3}


def _repeats(original: Set[str], copy: Set[str]) -> bool:
    """Return whether a file repeats most of another one."""
    return bool(original) and len(original & copy) >= MIN_SHARED * len(original)


def _block(span: Span) -> tuple[str, ...]:
    """Return the lines around a place up to the next empty ones or fences."""
    source, middle = span.source, span.source.line_of(span.start)

    def ends(line: int) -> bool:
        return abs(line - middle) > MAX_BLOCK or source.line_text(line).strip().startswith(("```", "~~~"))

    first = last = middle
    while first > 1 and source.line_text(first - 1).strip() and not ends(first - 1):
        first -= 1
    while last < len(source.lines) and source.line_text(last + 1).strip() and not ends(last + 1):
        last += 1
    return tuple(source.line_text(number).strip() for number in range(first, last + 1))
