"""Where a file makes the network if its kind has no hook for that: units, lists of CI, documents.

`ExecStartPre=-` makes it in a unit; elsewhere a line like that of the first command comes before it, or the command
itself begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from linklint.kinds.kind import NetworkLines
from linklint.shell.networks import SSH, Route, line_start, prefix_of
from linklint.text.edits import Caller, Refused, TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

ITEM = (
    r"(?P<indent>[ \t]*)(?P<dash>-[ \t]+(?:[\"']?(?:run|script|sh|bash|cmd|command|shell)[\"']?:[ \t]+)?)?"
    r"(?P<quote>[\"']?)(?P<prompt>(?:PROMPT)?)"
)
START = lazy_compile(
    r"(?:\A|[\"'`(;{]|(?P<both>&&)|\b(?:then|do|else)|(?P<key>[\w-]+)[\"']?:)(?:[ \t]|\\\r?\n)*\Z"
)  # where a statement starts in the middle of a line
NOT_FIRST = lazy_compile(
    r"(?:then|do|else|elif|fi|done|esac)\b|[)}&|]|[^\s()]*\)|[\w\"'-]+:(?:\s|\Z)"
)  # what goes on with a statement
OTHER_ROUTE = lazy_compile(r"\b(?:ssh|sudo|su|env|DOCKER_\w+=)")
OPENS = lazy_compile(r"(?:\b(?:then|do|else)|[({)])[ \t]*\Z")  # the end of a line, behind which lines may not be run
CONDITION = lazy_compile(r"(?:-[ \t]+)?(?:if|when|tags|loop|with_\w+)[ \t]*:")
AGENT = lazy_compile(r"\bagent[ \t]*\{[^}]*\Z")
COMMAND_STRING = lazy_compile(r"[ \t]+(?:-\S+[ \t]+)*(?:container[ \t]+)?(?:run|create)[ \t]")
WORDS_OF = lazy_compile(r"\bsplit\b|shlex|Shellwords|shell=False")
IN_SCRIPT = lazy_compile(r"[ \t]*(?:-[ \t]+)?(?:\Z|#|sudo\b|docker\b|sleep\b|echo\b|--?\w)")
FOLDED = lazy_compile(r"[:-][ \t]*>[-+\d]*\Z")
MAX_SEEN = 1000
DOCKER = lazy_compile(r"\bdocker\Z|\$\w*DOCKER")
SETTING = lazy_compile(r"^[ \t]*Exec(?:StartPre|Start)[ \t]*=", re.MULTILINE)
KEY_BEHIND = lazy_compile(r"[^\n]*\n(?P<indent>[ \t]+)[\w\"'-]+:")


def line_edits(source: Source, how: NetworkLines, callers: Sequence[Caller]) -> Iterator[TextEdit]:
    """Yield the insertions that make a network in a file. Raises Refused."""
    last: Caller | None = None
    for caller in _firsts(source.text, how, sorted(callers, key=lambda caller: caller.head.start)):
        before, last = last, caller
        if before is not None and _is_next_line(source.text, before, caller):
            continue
        lines = list(dict.fromkeys(line for one in callers if one.scope == caller.scope for line in one.commands))
        start = line_start(source.text, caller.head.start)
        if AGENT.search(source.text, max(0, caller.head.start - MAX_SEEN), caller.head.start):
            words = f"{caller.words} is the agent of the pipeline: make the network {_network(lines)} before it"
            raise Refused("construct", caller.place, words)
        if how.step and not DOCKER.search(caller.docker):
            yield _step(source, how.step, start, [Route("docker").command(line) for line in lines])
        elif how.by_setting or SETTING.match(source.text, start):
            yield _unit(source, caller, lines)
        elif how.by_program and not _is_for_a_shell(source.text, caller):
            raise Refused(
                "construct",
                caller.place,
                f"{caller.words} is run by a program: make the network {_network(lines)} before it",
            )
        else:
            yield _before(source, how, caller, start, lines)


def _firsts(text: str, how: NetworkLines, callers: Sequence[Caller]) -> list[Caller]:
    """Return the commands that the network has to be made for: the first one of a scope makes it for those behind it,
    if it always runs.
    """
    found: list[Caller] = []
    settled: set[int] = set()
    for caller in callers:
        if caller.scope in settled:
            continue
        found.append(caller)
        start = line_start(text, caller.head.start)
        is_step = bool(how.step) and not DOCKER.search(caller.docker)
        at = caller.head.start - len(prefix_of(text, start, caller))
        statement = START.search(text[start:at])
        has_key = statement is not None and statement["key"] is not None
        is_alone = is_step or has_key or _form(text, how, start, at) is not None
        if how.in_order and is_alone and not _is_conditional(text, how, start):
            settled.add(caller.scope)
    return found


def _form(text: str, how: NetworkLines, start: int, at: int) -> re.Match[str] | None:
    """Return how the line of a command begins, if another line can stand before it."""
    form = _item(how.prompt, r"\Z").match(text, start, at)
    if form is not None or not how.inside:
        return form
    line = _item(how.prompt, "").match(text, start, at)  # a statement that has the command inside
    assert line is not None
    return None if NOT_FIRST.match(text, line.end()) or OTHER_ROUTE.search(text, line.end(), at) else line


@cache
def _item(prompt: str, end: str) -> re.Pattern[str]:
    """Return the pattern for the text before a command on its line. `end` is appended."""
    return re.compile(ITEM.replace("PROMPT", prompt) + end)


def _is_conditional(text: str, how: NetworkLines, start: int) -> bool:
    """Return whether a step or a task around a line has a condition."""
    if how.condition:
        return re.search(how.condition, text) is not None
    lines = text.splitlines()
    number = text.count("\n", 0, start)
    inner = len(lines[number]) - len(lines[number].lstrip()) + 1
    for at in range(number, -1, -1):
        line = lines[at].lstrip()
        indent = len(lines[at]) - len(line)
        if not line or indent >= inner:
            continue
        inner = indent
        if not line.startswith("- "):
            if OPENS.search(line):
                return True
            continue
        behind = (one for one in range(at + 1, len(lines)) if lines[one].strip())
        end = next((one for one in behind if len(lines[one]) - len(lines[one].lstrip()) <= indent), len(lines))
        if any(CONDITION.match(one.lstrip()) for one in lines[at:end]):
            return True
    return False


def _is_next_line(text: str, before: Caller, caller: Caller) -> bool:
    """Return whether two commands are lines of one script: a heredoc, or a text of several lines."""
    starts = [text.rfind("\n", 0, one.head.start) + 1 for one in (before, caller)]
    if any(text[start : one.head.start].strip(" \t-") for start, one in zip(starts, (before, caller), strict=True)):
        return False
    between = text[before.head.end : starts[1]].split("\n")[1:-1]
    return all(IN_SCRIPT.match(line) for line in between)


def _is_for_a_shell(text: str, caller: Caller) -> bool:
    """Return whether a command is one string that a program gives to a shell."""
    line = text.rfind("\n", 0, caller.head.start) + 1
    around = text[line : caller.head.start] + text[caller.head.end : caller.head.end + 300].partition("\n")[0]
    return COMMAND_STRING.match(text, caller.head.end) is not None and not WORDS_OF.search(around)


def _network(lines: Sequence[str]) -> str:
    return lines[0].split()[3] if lines else ""


def _before(source: Source, how: NetworkLines, caller: Caller, start: int, lines: Sequence[str]) -> TextEdit:
    """Return a line before that of a command, in the same form, or the insertion into the command itself. Raises
    Refused.
    """
    text = source.text
    prefix = prefix_of(text, start, caller)
    at = caller.head.start - len(prefix)
    form = _form(text, how, start, at)
    made = [Route(prefix + caller.docker).command(line) for line in lines]
    newline = "\r\n" if text[start - 2 : start] == "\r\n" else "\n"
    behind = KEY_BEHIND.match(text, at)
    if (
        form is None
        or form["quote"]
        and not form["dash"]
        or _is_folded(text, start)
        or ":" in (form["dash"] or "")
        and behind is not None
        and len(behind["indent"]) > len(form["indent"])
    ):
        return _inside(source, how, caller, start, at, made)
    before, quote = form[0].removesuffix(form["quote"] + form["prompt"]), form["quote"]
    before = before.replace("command:", f"{how.shell_key}:") if how.shell_key else before
    return TextEdit(
        source, start, start, "".join(f"{before}{quote}{form['prompt']}{line}{quote}{newline}" for line in made)
    )


def _inside(source: Source, how: NetworkLines, caller: Caller, start: int, at: int, made: Sequence[str]) -> TextEdit:
    """Return the insertion before a command in its own line. Raises Refused if it is in the middle of a statement."""
    statement = START.search(source.text[start:at])
    has_shell = not how.shell_key or statement is not None and statement["key"] in (None, how.shell_key)
    if statement is None or not has_shell or SSH.search(source.text, start, at):
        words = f"{caller.words} is run in the middle of a statement: make the network before it; not migrated"
        raise Refused("construct", caller.place, words)
    form = "{{ {}; }} && " if statement["both"] else "{}; "
    return TextEdit(source, at, at, "".join(form.format(line) for line in made))


def _is_folded(text: str, start: int) -> bool:
    """Return whether a line is in a folded scalar of YAML, whose lines become one."""
    own = re.compile(r"[ \t]*").match(text, start)
    indent = len(own[0]) if own else 0
    while start > 0:
        end, start = start - 1, text.rfind("\n", 0, start - 1) + 1
        line = text[start:end].rstrip()
        if line and len(line) - len(line.lstrip()) < indent:
            return FOLDED.search(line) is not None
    return False


def _step(source: Source, step: str, start: int, lines: Sequence[str]) -> TextEdit:
    """Return the steps of a pipeline that make the network, before the line of a step."""
    text = source.text
    lead = re.compile(r"[ \t]*").match(text, start)
    indent = lead[0] if lead else ""
    return TextEdit(source, start, start, "".join(f"{indent}{step.format(line)}\n" for line in lines))


def _unit(source: Source, caller: Caller, lines: Sequence[str]) -> TextEdit:
    """Return the setting that makes the network, before the first command of the unit. A failure is ignored: the
    network may be there.
    """
    text = source.text
    section = max(text.rfind("[Service]", 0, caller.head.start), 0)
    first = SETTING.search(text, section)
    assert first is not None
    indent = re.compile(r"[ \t]*").match(text, first.start())
    lead = indent[0] if indent else ""
    newline = "\r\n" if "\r\n" in text[section : first.start()] else "\n"
    if len(lines) > 1:
        raise Refused(
            "external",
            caller.place,
            f"{caller.words} links to a container that nothing here creates: connect it to the network by hand",
        )
    words = lines[0].partition(" >")[0].replace("DOCKER", caller.docker)
    return TextEdit(source, first.start(), first.start(), f"{lead}ExecStartPre=-{words}{newline}")
