"""Edit the options of `docker run` and `docker create` where they are written: in scripts, recipes, units, lists of
strings, and in the variables and arrays that hold them.

Only the words that have to change are touched: line ends, comments, quotes and continued lines stay as they are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from linklint.kinds.kind import kind_named
from linklint.queries.components import Changes, Component
from linklint.queries.members import Member, Use
from linklint.text.edits import Refused, TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

NEXT_LINE = r"[ \t]*\\\r?\n[ \t]*"
LINK_BEFORE = lazy_compile(rf"(?P<option>[\"']?--?link[\"']?(?:=|[ \t]+|{NEXT_LINE}|,[ \t\r\n]*))(?P<quote>[\"']?)\Z")
NAME_BEFORE = lazy_compile(rf"[\"']?--name[\"']?(?:=|[ \t]+|{NEXT_LINE}|,[ \t\r\n]*)[\"']?\Z")
VERB = lazy_compile(r"(?:\s|[\"'],[ \t\r\n]*[\"'])(?P<verb>run|create)(?=[\s\"'])")
CONTINUED = lazy_compile(r"[ \t]*\\\r?\n(?P<indent>[ \t]*)")
LINE_BEFORE = lazy_compile(r"(?:\\\r?\n|\n|\A)(?P<indent>[ \t]*)\Z")
LISTED_BEHIND = lazy_compile(r"[\"'][ \t\r\n]*,[ \t\r\n]*")
VARIABLE = lazy_compile(r"\$[{(]?(\w+)")
FLOW_BEFORE = lazy_compile(r"\[[^\]\n\"']*(?:--name,[ \t]*[\w.-]+|\b(?:run|create))\Z")
FLOW_BEHIND = lazy_compile(r"[ \t]*[,\]]")
STEP = lazy_compile(
    r"\.(?P<step>withRun|run|inside)(?:[ \t]*\([ \t]*(?P<quote>[\"'])|(?P<empty>[ \t]*\([ \t]*\))|(?=[ \t]*\{))"
)
MAX_SEEN = 4000


def edit_command(component: Component, member: Member, changes: Changes) -> Iterator[TextEdit]:
    """Yield the edits of a definition by a command line. Raises Refused."""
    for use, value in changes.kept:
        yield from _rewrite(member, use, value)
    words = [f"--network-alias {alias}" for alias in changes.aliases]
    words += [f"-e {name}={shlex.quote(value)}" for name, value in changes.variables.items()]
    text, site = member.span.source.text, member.network_span
    if member.number in component.held:
        pass
    elif member.network is not None and site is not None and site.source is member.span.source:
        if text[site.start : site.end].strip("\"'") not in ("bridge", "default"):
            raise Refused("network", member.place, f"the network of {member.words} is not written there: not migrated")
        yield TextEdit(site.source, site.start, site.end, component.network)
    else:
        words.insert(0, f"--network {component.network}")
    places = [place for use in changes.dropped for place in _places(member, use)]
    at = _insertion_place(member)
    if at is None and words and places:
        start, end = places.pop(0)
        first, last = _option_range(member.span.source, start, end)
        quote = text[first] if text[first] in "\"'" else ""
        parts = [part for word in words for part in word.split(" ", 1)]
        new = ", ".join(f"{quote}{part}{quote}" for part in parts) if quote else " ".join(words)
        yield TextEdit(member.span.source, first, last, new)
    elif words and at is None and kind_named(member.kind).network.step:
        yield _step_options(member, words)
    elif words:
        yield _insertion(member, at, words)
    for use in changes.dropped:
        for start, end in _places(member, use):
            if (start, end) in places:
                yield _removal(use.span.source, start, end)


def has_options(member: Member) -> bool:
    """Return whether the command says `run`, so that options can stand behind it: not a wrapper, whose caller does."""
    return VERB.search(member.span.source.text, member.head.end, member.span.end) is not None


def _places(member: Member, use: Use) -> Iterator[tuple[int, int]]:
    """Yield the range of each place where the value of a link is written. Raises Refused."""
    source = use.span.source
    text = source.text
    start, end = use.span.start, use.span.end
    if LINK_BEFORE.search(text, max(0, start - MAX_SEEN), start):
        yield start, end
        return
    if (whole := re.match(r"[\"']?--?link=", text[start:end])) is not None:
        yield start + whole.end(), end
        return
    value = rf"/?{re.escape(use.target)}(?::/?{re.escape(use.alias)})?"
    found = False
    for name in VARIABLE.findall(text[start:end]):
        for first, last in (_make_values if kind_named(member.kind).syntax == "makefile" else _assignments)(text, name):
            for match in re.finditer(
                rf"--?link(?:=|[ \t]+|{NEXT_LINE})[\"']?({value})(?=[\s\"')]|\Z)", text[first:last]
            ):
                found = True
                yield first + match.start(1), first + match.end(1)
    if not found:
        written = " ".join(text[start:end].split())[:60]
        raise Refused(
            "options", member.place, f"the options of {member.words} come from {written}, built elsewhere: not migrated"
        )


def _assignments(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield the range of each value that a shell text assigns to a variable."""
    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}\+?=(?P<open>[(\"']?)", text):
        close = {"(": ")", '"': '"', "'": "'", "": None}[match["open"]]
        at = match.end()
        if close is None:
            end = at + len(re.match(r"\S*", text[at:])[0])  # type: ignore[index]
        else:
            end = text.find(close, at)
            end = len(text) if end < 0 else end
        yield at, end


def _make_values(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield the range of each value that a Makefile gives a variable."""
    assigned = rf"^[ ]*(?:(?:export|override)[ \t]+)*{re.escape(name)}[ \t]*[:?+]?=(?P<value>(?:[^\\\n]|\\\r?\n|\\.)*)"
    for match in re.finditer(assigned, text, re.MULTILINE):
        yield match.span("value")


def _option_range(source: Source, start: int, end: int) -> tuple[int, int]:
    """Return the range of an option whose value is at a range, with its quotes."""
    text = source.text
    before = LINK_BEFORE.search(text, max(0, start - MAX_SEEN), start)
    assert before is not None
    option, quote = before["option"], before["quote"]
    closes = quote in ('"', "'") and text[end : end + 1] == quote
    opening = option[0] if option[0] in "\"'" else ""
    if opening and option.rstrip(", \t\r\n")[-1] != opening:  # "--link=db:db", or a text of several options
        is_whole = option.endswith("=") and text[end : end + 1] == opening
        return before.start("option") + (not is_whole), end + (closes or is_whole)
    return before.start("option"), end + closes


def _removal(source: Source, start: int, end: int) -> TextEdit:
    """Return the edit that takes out an option with its value, and the blanks that it leaves."""
    text = source.text
    first, last = _option_range(source, start, end)
    if text[first] in "\"'" and re.match(r"[ \t\r\n]*[,\]]", text[last:]):
        behind = re.compile(r"[ \t\r\n]*,[ \t\r\n]*").match(text, last)
        if behind is not None:
            return TextEdit(source, first, behind.end(), "")
        ahead = re.compile(r",[ \t\r\n]*\Z").search(text, max(0, first - MAX_SEEN), first)
        return TextEdit(source, ahead.start() if ahead else first, last, "")
    lead = LINE_BEFORE.search(text, max(0, first - MAX_SEEN), first)
    behind = CONTINUED.match(text, last)
    if lead is not None and behind is not None:
        return TextEdit(source, first, behind.end(), "")  # alone on a continued line: the next one takes its place
    if lead is not None and text[last : last + 1] in ("", "\n", "\r"):
        ahead = re.compile(rf"{NEXT_LINE}\Z").search(text, max(0, first - MAX_SEEN), first)
        if ahead is not None:
            return TextEdit(source, ahead.start(), last, "")
        end = text.find("\n", last)  # alone on its line: in an array, or in a folded text
        return TextEdit(source, text.rfind("\n", 0, first) + 1, end + 1 if end >= 0 else last, "")
    blanks = len(text[:first]) - len(text[:first].rstrip(" \t"))
    if blanks and lead is None:
        return TextEdit(source, first - blanks, last, "")
    behind = re.compile(r"[ \t]*").match(text, last)
    return TextEdit(source, first, behind.end() if behind else last, "")


def _rewrite(member: Member, use: Use, value: str) -> Iterator[TextEdit]:
    """Yield the edits of a link that stays but has to be written in another way."""
    for start, end in _places(member, use):
        written = use.span.source.text[start:end]
        if value and written not in (value, value.partition(":")[0]) and written != f"{value}:{value}":
            yield TextEdit(use.span.source, start, end, value)


def _insertion_place(member: Member) -> int | None:
    """Return the offset behind the name, else behind `run`, if one of them is written there."""
    behind = _behind_name(member)
    span, text = member.name_span, member.span.source.text
    if (
        behind is not None
        and span is not None
        and (member.span.start <= span.start < member.span.end or kind_named(member.kind).network.step)
    ):
        return behind
    match = VERB.search(text, member.head.end, member.span.end)
    return match.end("verb") if match is not None else behind


def _step_options(member: Member, words: list[str]) -> TextEdit:
    """Return the insertion of options into a step of Jenkins: `run('…')`, `withRun { … }`. Raises Refused."""
    source = member.span.source
    match = STEP.match(source.text, max(0, member.head.start - 1))
    if match is None:
        raise Refused("options", member.place, f"the options of {member.words} are built at run time: not migrated")
    options = " ".join(words)
    if match["quote"]:
        return TextEdit(source, match.end(), match.end(), f"{options} ")
    if match["empty"]:
        return TextEdit(source, match.start("empty"), match.end("empty"), f"('{options}')")
    return TextEdit(source, match.end("step"), match.end("step"), f"('{options}')")


def _insertion(member: Member, at: int | None, words: list[str]) -> TextEdit:
    """Return the insertion of options. Raises Refused."""
    if at is None:
        reason = f"the options of {member.words} are not written where it is run: not migrated"
        raise Refused("options", member.place, reason)
    source = member.span.source
    text = source.text
    if FLOW_BEFORE.search(text, max(0, at - MAX_SEEN), at) and FLOW_BEHIND.match(text, at):  # [docker, run, …]
        return TextEdit(source, at, at, "".join(f", {part}" for word in words for part in word.split(" ", 1)))
    quote = text[at : at + 1] if text[at : at + 1] in ('"', "'") else text[at - 1 : at]
    if quote in ('"', "'") and (
        LISTED_BEHIND.match(text, at - (text[at - 1 : at] == quote)) or re.match(r"[\"'][ \t\r\n]*\]", text[at:])
    ):
        at += text[at : at + 1] == quote
        parts = [part for word in words for part in word.split(" ", 1)]
        return TextEdit(source, at, at, "".join(f", {quote}{part}{quote}" for part in parts))
    continued = CONTINUED.match(text, at)
    if continued is not None:
        newline = "\r\n" if "\r\n" in continued[0] else "\n"
        return TextEdit(source, at, at, "".join(f" \\{newline}{continued['indent']}{word}" for word in words))
    return TextEdit(source, at, at, "".join(f" {word}" for word in words))


def _behind_name(member: Member) -> int | None:
    """Return the offset behind `--name NAME`, if that is written in the command."""
    span = member.name_span
    if span is None or span.source is not member.span.source:
        return None
    text = span.source.text
    before = NAME_BEFORE.search(text, max(0, span.start - MAX_SEEN), span.start)
    if before is None:
        return None
    quote = text[span.start - 1 : span.start]
    listed = re.match(r"[\"']?--name[\"'],", before[0]) is not None
    closes = quote in ('"', "'") and text[span.end : span.end + 1] == quote
    return span.end + (closes and not listed)
