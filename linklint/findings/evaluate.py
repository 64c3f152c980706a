"""Evaluate rules: run their queries, and turn the rows into findings.

Each row has the span of its finding. Rows with the same span become one finding. A query that fails or takes too long
becomes a `failed-rule` finding, so that nothing is lost silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from linklint.config.model import SEVERITIES
from linklint.database.store import Store
from linklint.errors import QueryError
from linklint.findings.finding import Edit, Finding
from linklint.findings.rule_file import WORD, Rule, is_built_in
from linklint.text.confidence import CONFIDENCES, POSSIBLE, weakest
from linklint.text.regex import lazy_compile
from linklint.text.source import Source, Span
from linklint.text.suggest import listed

Row = dict[str, Any]
SpanKey = tuple[Source, int, int]
SECONDS = 10.0
MASK = "…"
SECOND_NAMES = {"span": "at", "related_span": "also"}  # of columns of custom rules: AT is a word of other dialects
MAX_FINDINGS = 5000  # of a rule in a file
MAX_ROWS = 200  # of a finding: what a message names and what it refers to
MAX_WORD = 400  # characters of a word of a message
MAX_ALL_ROWS = 300_000  # of a rule
DATA_OF_TESTS = lazy_compile(  # what is refused there may be wrong on purpose, and nothing shows that it is run
    r"(?:^|/)(?:(?:__)?fixtures?(?:__)?|test[-_]?data|golden|tests?/(?:[^/]+/)?(?:data|resources|samples|inputs?))/"
)


def evaluate(store: Store, rules: Iterable[Rule], seconds: float = SECONDS) -> list[Finding]:
    """Return all findings of the given rules, including `possible` ones. `seconds` limits each query.

    A file with too many findings of a rule is reported by the rule `unread`, which therefore runs last.
    """
    found: list[Finding] = []
    for rule in sorted(rules, key=lambda rule: rule.slug == "unread"):
        if not rule.sql:
            continue
        try:
            found.extend(_findings(store, rule, seconds))
        except QueryError as error:
            found.append(failed(rule, str(error)))
    return found


def failed(rule: Rule, reason: str) -> Finding:
    """Return the `failed-rule` finding of a rule."""
    return Finding("failed-rule", "error", "certain", f"the rule {rule.slug} failed: {reason}", rule.slug, None)


def _findings(store: Store, rule: Rule, seconds: float) -> list[Finding]:
    groups = _Groups(store, rule)
    for row in _rows(store, rule, rule.sql, seconds):
        groups.add(row)
    edits, reasons = _edits(store, rule, seconds) if rule.fix_sql and groups.by_place else ({}, {})
    groups.report()
    found = []
    for place, group in groups.by_place.items():
        more = (tuple(edits.get(place, ())), reasons.get(place, ""))
        found.append(_finding(store, rule, group, *more))
    return found


class _Groups:
    """The rows of a rule by the place of their finding. Their number is limited, for each file and in all."""

    def __init__(self, store: Store, rule: Rule) -> None:
        self.store, self.rule = store, rule
        self.by_place: dict[SpanKey, list[Row]] = {}
        self._count = 0
        self._of_file: Counter[Source] = Counter()
        self._cut: dict[Source, int] = {}  # the first span of each file that has too many

    def add(self, row: Row) -> None:
        if not self.by_place:
            _check_columns(self.rule, row)
        _check(self.store, row)
        place = _key_of(self.store, row["at"])
        group = self.by_place.get(place)
        if group is None:
            if self._of_file[place[0]] >= MAX_FINDINGS:
                self._cut.setdefault(place[0], row["at"])
                return
            self._of_file[place[0]] += 1
            group = self.by_place[place] = []
        if len(group) < MAX_ROWS:
            group.append(row)
            self._count += 1
        if self._count > MAX_ALL_ROWS:
            self._drop_largest()

    def _drop_largest(self) -> None:
        """Drop the rows of the file that has most."""
        sizes: Counter[Source] = Counter()
        for (file, _, _), group in self.by_place.items():
            sizes[file] += len(group)
        file, count = sizes.most_common(1)[0]
        for place in [place for place in self.by_place if place[0] == file]:
            self._cut.setdefault(file, self.by_place.pop(place)[0]["at"])
        self._count -= count
        self._of_file[file] = MAX_FINDINGS

    def report(self) -> None:
        """Record which files have too many findings."""
        for span in self._cut.values():
            self.store.note_unread(span, f"too many findings of {self.rule.slug}: the rest is left out")


def _key_of(store: Store, number: int) -> SpanKey:
    """Return the key of a span: spans that differ only in confidence have the same key."""
    return _key(store.spans[number])


def _rows(store: Store, rule: Rule, sql: str, seconds: float) -> Iterator[Row]:
    if is_built_in(rule):
        yield from store.iterate(sql, seconds)
    else:
        columns, rows = store.ask_untrusted(sql)
        second = {name: first for name, first in SECOND_NAMES.items() if first not in columns}
        names = [second.get(column, column) for column in columns]
        for row in rows:
            yield dict(zip(names, row))


def _check_columns(rule: Rule, row: Row) -> None:
    missing = ({"at", "subject"} | rule.words) - set(row)
    if missing:
        raise QueryError(f"the query has no column {', '.join(sorted(missing))}")


def _check(store: Store, row: Row) -> None:
    if row["at"] not in store.spans or row.get("also") is not None and row["also"] not in store.spans:
        raise QueryError("the query returned a number that is not a span")
    if row.get("severity") not in (None, *SEVERITIES) or row.get("confidence") not in (None, *CONFIDENCES):
        raise QueryError("the query returned an unknown severity or confidence")


def _finding(store: Store, rule: Rule, rows: list[Row], edits: tuple[Edit, ...], no_fix: str) -> Finding:
    """Merge rows with the same span into one finding.

    Keep only the highest-ranked rows: first those more confident than `possible`, then the most severe, then the most
    confident.
    """
    judged = [(_confidence(store, rule, row), row.get("severity") or rule.severity, row) for row in rows]
    judged = [one for one in judged if one[0] != POSSIBLE] or judged
    severity = min((one[1] for one in judged), key=SEVERITIES.index)
    best = min((one[0] for one in judged if one[1] == severity), key=CONFIDENCES.index)
    rows = [row for confidence, its_severity, row in judged if (confidence, its_severity) == (best, severity)]
    related = []
    redacted = store.redactor.cell
    for row in rows:
        if row.get("also") is not None and _key_of(store, row["also"]) != _key_of(store, row["at"]):
            pair = (store.spans[row["also"]], fill(rule.related, [row], redacted))
            if pair not in related:
                related.append(pair)
    return Finding(
        rule.slug,
        severity,
        best,
        fill(rule.message, rows, redacted),
        str(rows[0]["subject"]),
        store.spans[rows[0]["at"]],
        tuple(related),
        edits,
        help=fill(rule.help, rows, redacted),
        fix_group="safe" if (rows[0].get("fix") or rule.fix) == "safe" else rule.group if rule.fix else "",
        no_fix="" if edits else no_fix,
    )


def _confidence(store: Store, rule: Rule, row: Row) -> str:
    if rule.refused and DATA_OF_TESTS.search(store.spans[row["at"]].source.path):
        return POSSIBLE
    spans = [store.spans[row["at"]].confidence]
    if row.get("also") is not None:
        spans.append(store.spans[row["also"]].confidence)
    return weakest(row.get("confidence") or "certain", *spans)


def fill(message: str, rows: Sequence[Row], redacted: Callable[[str], str] = str) -> str:
    """Replace the `{words}` of a message. Different values of the rows are joined; `redacted` masks secrets in each."""
    parts = WORD.split(message)
    for index in range(1, len(parts), 2):
        column = parts[index]
        values = list(dict.fromkeys(_short(redacted(str(row[column]))) for row in rows if row[column] is not None))
        parts[index] = f"{', '.join(values[:2])} and {len(values) - 2} more" if len(values) > 3 else listed(values)
    return "".join(parts)


def _short(value: str) -> str:
    return value if len(value) <= MAX_WORD else value[:MAX_WORD] + MASK


def _edits(store: Store, rule: Rule, seconds: float) -> tuple[dict[SpanKey, list[Edit]], dict[SpanKey, str]]:
    """Return (edits, reasons), by the place of the finding. A reason says why a finding has no fix.

    A row has the columns finding, at, text and, optionally, rewrite; or no text and a reason in no_fix. Only spans that
    are verbatim in the file are edited.
    """
    edits: dict[SpanKey, list[Edit]] = {}
    reasons: dict[SpanKey, str] = {}
    seen: set[tuple[SpanKey, str, SpanKey]] = set()
    for row in _rows(store, rule, rule.fix_sql, seconds):
        span = store.spans.get(row["at"])
        if row["text"] is None and row["finding"] in store.spans:
            reasons[_key_of(store, row["finding"])] = str(row.get("no_fix") or "")
        if row["finding"] in store.spans and span is not None and row["text"] is not None and span.source.exact:
            if MASK in row["text"] and MASK not in span.source.text:
                continue  # a masked secret must not be written
            known = edits.setdefault(_key_of(store, row["finding"]), [])
            edit = Edit(span, str(row["text"]), str(row.get("rewrite") or ""))
            key = (_key_of(store, row["finding"]), edit.text, _key(span))
            if key not in seen:
                seen.add(key)
                known.append(edit)
    return edits, reasons


def _key(span: Span) -> SpanKey:
    return span.source, span.start, span.end
