"""The answer to the upgrade question, as text, as Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from linklint.docker.engines import ANNOUNCED, HATCH
from linklint.findings.result import ScanResult
from linklint.findings.rule_selection import sections_of
from linklint.output.escape import escape
from linklint.output.finding_lines import plural
from linklint.output.terminal import Line
from linklint.queries.passed_over import ScannedFiles, passed_over
from linklint.queries.upgrade import (
    BREAKS,
    ENGINES_ASKED,
    NO,
    UNKNOWN,
    YES,
    Answer,
    Judged,
    Place,
    Upgrade,
    ask,
    explained,
    lines_of,
    steps,
)
from linklint.text.suggest import listed

STYLES = {YES: "bold green", NO: "bold red", UNKNOWN: "bold yellow"}
NOUNS = {  # one, and many
    "reads": ("read of a link variable", "reads of link variables"),
    "uses": ("use of what Engine 29 refuses or no longer has", "uses of what Engine 29 refuses or no longer has"),
    "links": ("link on the default bridge", "links on the default bridge"),
    "hatches": ("daemon setting that keeps link variables", "daemon settings that keep link variables"),
    "mentions": ("mention of links that could not be followed", "mentions of links that could not be followed"),
    "unread": ("file that was not read", "files that were not read"),
}
POSSIBLE = frozenset({"reads", "uses", "links", "hatches"})  # in doubt, they are only possible
MAX_SHOWN = 6
MAX_STEP_LINES = 16


def answer_for(
    result: ScanResult,
    *,
    documents: bool = True,
    strict: bool = False,
    paths_of_config: bool = False,
    links_only: bool = False,
) -> Upgrade:
    """Return the answer of a scan. With `strict`, nobody vouches for a mention; `paths_of_config`: the paths of the
    scan come from the configuration; `links_only`: what else newer engines do not have does not count.
    """
    suppressed = [(f, f.suppression) for f in result.suppressed if f.rule == "unfollowed-link" and not strict]
    vouched = {(f.path, f.line): (by.by, by.reason) for f, by in suppressed if by and by.by_line and by.reason.strip()}
    reviewed = [
        (matches, section.reason)
        for matches, section in sections_of(result.config, result.rules, result.tree.root)
        if "unfollowed-link" in section.ignore and section.reason.strip() and not section.lines and not strict
    ]
    scanned = ScannedFiles(result.tree, result.config, result.store, result.listed, result.excluded_paths, reviewed)
    left_out = list(passed_over(scanned, paths_of_config=paths_of_config))
    judged = Judged(vouched, result.unread, left_out)
    without = ("uses",) if links_only else ()
    return ask(result.store, judged, result.tree.display, documents=documents, without=without)


def count(kind: str, places: Sequence[Place]) -> str:
    """Return `3 links on the default bridge in 2 files`."""
    words = f"{len(places)} {NOUNS[kind][len(places) != 1]}"
    files = len({place.path for place in places})
    return words if kind == "unread" else f"{words} in {plural(files, 'file')}"


def headline(found: Upgrade, to: str = "30") -> str:
    """Return the answer for an engine in one line: what breaks first, how many, and where."""
    first, last = found.answers["29"], found.answers[to]
    if not found.kinds and not found.places:
        return "Yes: no file here mentions containers."
    if last.verdict == YES:
        vouched = len(found.vouched)
        more = f", {plural(vouched, 'place')} vouched for" if vouched else ""
        far = "links" if found.links_only else "links, inspect and clients"
        needed = ["links on the default bridge"] if to == "30" else []
        needed += (
            ["link variables"] if found.links_only else ["link variables", "what Engine 29 refuses or no longer has"]
        )
        needs = listed(needed, "or")
        files = plural(sum(found.kinds.values()), "file")
        return f"Yes{more}, as far as {far} go: nothing in {files} needs {needs}."
    if last.verdict == UNKNOWN:
        where = f", first at {at(last.unsure[0])}"
        by_kind = kinds_of(last.unsure)
        words = " and ".join(count(kind, places) for kind, places in by_kind.items())
        possible = " (only possible)" if set(by_kind) <= POSSIBLE else ""
        return f"Unknown{_documents(last)}: {words}{possible}{where}."
    parts = []
    for answer in (first, last) if last is not first else (first,):
        kinds = kinds_of(answer.breaks)
        if answer is last and answer is not first and first.verdict == NO:
            kinds = {kind: places for kind, places in kinds.items() if kind not in BREAKS["29"]}
        if answer.verdict == NO and kinds:
            words = " and ".join(count(kind, places) for kind, places in kinds.items())
            places = [place for found_places in kinds.values() for place in found_places]
            verb = "breaks" if len(places) == 1 else "break"
            said = ANNOUNCED if answer.engine == "30" else ""
            parts.append(f"{words} {verb} with Engine {answer.engine}{said}, first at {at(places[0])}")
    return f"No{_documents(last)}: {'; '.join(parts)}."


def one_line(found: Upgrade) -> list[Line]:
    """Return the answer as an audit ends with it."""
    verdict = found.answers["30"].verdict
    return [[("Can this tree move to Docker Engine 30?  ", "bold"), (escape(headline(found)), STYLES[verdict])], []]


def render(result: ScanResult, found: Upgrade, left: Mapping[str, int], to: str = "30") -> list[Line]:
    """Return the lines of the answer, the first for the engine `to`; `left` counts the files that mention Docker and
    were not read, by suffix.
    """
    lines: list[Line] = [[(escape(headline(found, to)), STYLES[found.answers[to].verdict])], []]
    above = None
    for engine in ENGINES_ASKED:
        lines += _engine(found.answers[engine], above)
        above = found.answers[engine]
    if found.network_links:
        lines.append(_row("stay", f"{plural(found.network_links, 'link')} on user-defined networks: not deprecated"))
    if found.secrets:
        words = f"{plural(found.secrets, 'secret')} passed on by links, on engines up to 28 and 29+env"
        lines.append(_row("secrets", f"{words}: linklint explain secret-in-env"))
    lines += [
        _row("vouched" if not number else "", f"{at(place)}  {escape(place.words)}  {_reason(place)}")
        for number, place in enumerate(found.vouched)
    ]
    todo = steps(result.store, found, result.tree, to)
    numbered = [
        f"{'   ' if number else f'{step}.'} {escape(line)}"
        for step, one in enumerate(todo.steps, 1)
        for number, line in enumerate(one.lines)
    ]
    lines += [_row("" if number else "do first", words) for number, words in enumerate(numbered[:MAX_STEP_LINES])]
    if len(numbered) > MAX_STEP_LINES:
        lines.append(_row("", f"… and {plural(len(numbered) - MAX_STEP_LINES, 'more line')}: --format json has all"))
    if todo.migrates:
        lines.append(_row("migrate", "linklint migrate shows the change that replaces the links by networks"))
    lines.append(_row("read", _read(found.kinds)))
    if left:
        words = ", ".join(f"{number} {escape(suffix)}" for suffix, number in left.items())
        lines.append(_row("not read", f"{words}: they mention Docker, but neither links nor link variables"))
    return lines


def reasons(answer: Answer) -> list[tuple[str, list[Place]]]:
    """Return what makes an answer, sure reasons first: how many of which kind, and the places."""
    sure = [(count(kind, places), places) for kind, places in kinds_of(answer.breaks).items()]
    return sure + [
        (count(kind, places) + (" (only possible)" if kind in POSSIBLE else ""), places)
        for kind, places in kinds_of(answer.unsure).items()
    ]


def _engine(answer: Answer, above: Answer | None) -> list[Line]:
    """Return the lines for an engine; places that are in the answer `above` are not repeated."""
    shown = reasons(above) if above is not None else []
    heads = {len(kinds_of(answer.breaks)): "also", 0: f"{answer.verdict}{_documents(answer)}"}
    words = [
        f"{words}, as above" if (words, at) in shown else f"{words}: {_where(at)}" for words, at in reasons(answer)
    ]
    lines = [
        _row("" if number else f"Engine {answer.engine}", f"{heads.get(number, ''):<4} {line}")
        for number, line in enumerate(words or ["nothing that was found breaks"])
    ]
    if answer.engine == "29" and any(place.kind == "reads" for place in answer.breaks):
        lines.append(_row("", f"     to wait: {HATCH}=1 in the environment of the daemon (29+env)"))
    return lines


def _row(title: str, words: str) -> Line:
    return [(f"  {title:<11}", "bold"), (words, "")]


def _documents(answer: Answer) -> str:
    return " (documents only)" if answer.documents else ""


def kinds_of(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Return places by kind, in the order of `NOUNS`."""
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.kind, []).append(place)
    return {kind: found[kind] for kind in NOUNS if kind in found}


def at(place: Place) -> str:
    """Return `path:line`, escaped."""
    return escape(f"{place.path}:{place.line}" if place.line else place.path)


def _where(places: Sequence[Place]) -> str:
    """Return the places, the lines of one file together."""
    return escape(lines_of(((place.path, place.line) for place in places), MAX_SHOWN))


def _reason(place: Place) -> str:
    if place.vouched is None:
        return ""
    by, reason = place.vouched
    words = {"comment": "a comment", "config": "the configuration", "baseline": "the baseline"}
    return f"({words.get(by, by)}: {escape(reason)})"


def _read(kinds: Mapping[str, int]) -> str:
    words = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    return f"{plural(sum(kinds.values()), 'file')}: {words}" if kinds else "none"


def as_dict(result: ScanResult, found: Upgrade, left: Mapping[str, int] = MappingProxyType({})) -> dict[str, Any]:
    """Return the answer as plain values."""
    return {
        "answer": headline(found),
        "engines": {
            engine: {
                "answer": answer.verdict,
                "documents_only": answer.documents,
                "breaks": [_place(place) for place in answer.breaks],
                "unsure": [_place(place) for place in answer.unsure],
            }
            for engine, answer in found.answers.items()
        },
        "vouched": [{**_place(p), "by": p.vouched[0], "reason": p.vouched[1]} for p in found.vouched if p.vouched],
        "explained": [
            {"class": reading, "rule": why, "mentions": number, "first": place}
            for reading, why, number, place in explained(result.store, result.tree.display)
        ],
        "links_that_stay": found.network_links,
        "secrets_passed_on": found.secrets,
        "first": ["\n".join(step.lines) for step in steps(result.store, found, result.tree).steps],
        "read": dict(found.kinds),
        "not_read": dict(left),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "path": place.path,
        "line": place.line or None,
        "words": place.words,
        "document": place.document,
    }


def mentions_lines(rows: Iterable[tuple[str, int, int, str, str, str]]) -> Iterable[Line]:
    """Yield a line for each mention: its place, its class, its text, and the rule."""
    for path, line, column, word, reading, why in rows:
        style = {"not followed": "bold yellow", "fact": "bold"}.get(reading, "dim")
        yield [
            (escape(f"{path}:{line}:{column}"), ""),
            (f"  {reading}", style),
            (f"  {escape(word)}", ""),
            (f"  ({why})" if why else "", "dim"),
        ]
