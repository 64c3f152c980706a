"""Where a file that is not a shell script makes the network: recipes of make, units, lists of CI, documents.

A target of its own makes it in a Makefile, `ExecStartPre=-` in a unit; elsewhere a line like that of the first command
comes before it, or the command itself begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linklint.migration.edits import Caller, Refused, TextEdit
from linklint.migration.shell_networks import Route
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

ITEM = lazy_compile(
    r"(?P<indent>[ \t]*)(?P<dash>-[ \t]+(?:[\"']?(?:run|script|sh|bash|cmd|command|shell)[\"']?:[ \t]+)?)?"
    r"(?P<quote>[\"']?)(?P<prompt>(?:[$>%][ \t]+)?)\Z"
)
PREFIX = lazy_compile(
    r"(?<![\w$])(?:(?:sudo(?:[ \t]+-\S+)*|env|DOCKER_\w+=[^\s;&|]+|\$[({]?SUDO[)}]?)[ \t]+)*\Z"
)  # words before docker that every docker command needs
START = lazy_compile(
    r"(?:\A|[\"'`(;{]|(?P<both>&&)|\b(?:then|do|else)|(?P<key>[\w-]+)[\"']?:)(?:[ \t]|\\\r?\n)*\Z"
)  # where a statement starts in the middle of a line
LINE = lazy_compile(ITEM.pattern.removesuffix(r"\Z"))
NOT_FIRST = lazy_compile(
    r"(?:then|do|else|elif|fi|done|esac)\b|[)}&|]|[^\s()]*\)|[\w\"'-]+:(?:\s|\Z)"
)  # what goes on with a statement
OTHER_ROUTE = lazy_compile(r"\b(?:ssh|sudo|su|env|DOCKER_\w+=)")
OPENS = lazy_compile(r"(?:\b(?:then|do|else)|[({)])[ \t]*\Z")  # the end of a line, behind which lines may not be run
SSH = lazy_compile(r"\bssh\b")
CONDITION = lazy_compile(r"(?:-[ \t]+)?(?:if|when|tags|loop|with_\w+)[ \t]*:")
STAGE_CONDITION = lazy_compile(r"\bwhen[ \t]*\{")
AGENT = lazy_compile(r"\bagent[ \t]*\{[^}]*\Z")
RULE = lazy_compile(r"^(?P<targets>[^\s#:=][^#:=\n]*?)(?P<colon>::?)(?!=)(?P<needs>[^=;#\n|]*)", re.MULTILINE)
COMMAND_STRING = lazy_compile(r"[ \t]+(?:-\S+[ \t]+)*(?:container[ \t]+)?(?:run|create)[ \t]")
WORDS_OF = lazy_compile(r"\bsplit\b|shlex|Shellwords|shell=False")
IN_SCRIPT = lazy_compile(r"[ \t]*(?:-[ \t]+)?(?:\Z|#|sudo\b|docker\b|sleep\b|echo\b|--?\w)")
FOLDED = lazy_compile(r"[:-][ \t]*>[-+\d]*\Z")
IN_ORDER = ("ci", "jenkinsfile", "ansible", "markdown")  # the first command of a scope comes first
MAX_SEEN = 1000
DOCKER = lazy_compile(r"\bdocker\Z|\$\w*DOCKER")
IN_RECIPE = lazy_compile(r"[\t#]|[ ]*(?:if(?:n?def|n?eq)|else|endif)\b")
SETTING = lazy_compile(r"^[ \t]*Exec(?:StartPre|Start)[ \t]*=", re.MULTILINE)
KEY_BEHIND = lazy_compile(r"[^\n]*\n(?P<indent>[ \t]+)[\w\"'-]+:")


def line_edits(source: Source, kind: str, callers: Sequence[Caller], target: str) -> Iterator[TextEdit]:
    """Yield the insertions that make a network in a file; `target` is the name for it in a Makefile. Raises Refused."""
    if kind == "makefile":
        yield from _makefile(source, callers, target)
        return
    last: Caller | None = None
    for caller in _firsts(source.text, kind, sorted(callers, key=lambda caller: caller.head.start)):
        before, last = last, caller
        if before is not None and _is_next_line(source.text, before, caller):
            continue
        lines = list(dict.fromkeys(line for one in callers if one.scope == caller.scope for line in one.commands))
        start = _line_start(source.text, caller.head.start)
        if AGENT.search(source.text, max(0, caller.head.start - MAX_SEEN), caller.head.start):
            words = f"{caller.words} is the agent of the pipeline: make the network {_network(lines)} before it"
            raise Refused("construct", caller.place, words)
        if kind == "jenkinsfile" and not DOCKER.search(caller.docker):
            yield _step(source, start, [Route("docker").command(line) for line in lines])
        elif SETTING.match(source.text, start) or kind == "unit":
            yield _unit(source, caller, lines)
        elif kind in ("dockerfile", "code", "python", "text") and not _is_for_a_shell(source.text, caller):
            raise Refused(
                "construct",
                caller.place,
                f"{caller.words} is run by a program: make the network {_network(lines)} before it",
            )
        else:
            yield _before(source, kind, caller, start, lines)


def _firsts(text: str, kind: str, callers: Sequence[Caller]) -> list[Caller]:
    """Return the commands that the network has to be made for: the first one of a scope makes it for those behind it,
    if it always runs.
    """
    found: list[Caller] = []
    settled: set[int] = set()
    for caller in callers:
        if caller.scope in settled:
            continue
        found.append(caller)
        start = _line_start(text, caller.head.start)
        is_step = kind == "jenkinsfile" and not DOCKER.search(caller.docker)
        at = caller.head.start - len(_prefix(text, start, caller))
        statement = START.search(text[start:at])
        has_key = statement is not None and statement["key"] is not None
        is_alone = is_step or has_key or _form(text, kind, start, at) is not None
        if kind in IN_ORDER and is_alone and not _is_conditional(text, kind, start):
            settled.add(caller.scope)
    return found


def _form(text: str, kind: str, start: int, at: int) -> re.Match[str] | None:
    """Return how the line of a command begins, if another line can stand before it."""
    form = ITEM.match(text, start, at)
    if form is not None or kind != "ci":
        return form
    line = LINE.match(text, start, at)  # a statement that has the command inside
    assert line is not None
    return None if NOT_FIRST.match(text, line.end()) or OTHER_ROUTE.search(text, line.end(), at) else line


def _is_conditional(text: str, kind: str, start: int) -> bool:
    """Return whether a step or a task around a line has a condition."""
    if kind == "jenkinsfile":
        return STAGE_CONDITION.search(text) is not None
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


def _line_start(text: str, at: int) -> int:
    """Return the offset of the line on which a command starts, above its continued lines."""
    start = text.rfind("\n", 0, at) + 1
    while start > 1 and text[max(0, start - 3) : start].replace("\r", "").endswith("\\\n"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _prefix(text: str, start: int, caller: Caller) -> str:
    found = PREFIX.search(text, start, caller.head.start)
    return found[0] if found is not None else ""


def _before(source: Source, kind: str, caller: Caller, start: int, lines: Sequence[str]) -> TextEdit:
    """Return a line before that of a command, in the same form, or the insertion into the command itself. Raises
    Refused.
    """
    text = source.text
    prefix = _prefix(text, start, caller)
    at = caller.head.start - len(prefix)
    form = _form(text, kind, start, at)
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
        return _inside(source, kind, caller, start, at, made)
    before, quote = form[0].removesuffix(form["quote"] + form["prompt"]), form["quote"]
    before = before.replace("command:", "shell:") if kind == "ansible" else before  # its `command` has no shell
    return TextEdit(
        source, start, start, "".join(f"{before}{quote}{form['prompt']}{line}{quote}{newline}" for line in made)
    )


def _inside(source: Source, kind: str, caller: Caller, start: int, at: int, made: Sequence[str]) -> TextEdit:
    """Return the insertion before a command in its own line. Raises Refused if it is in the middle of a statement."""
    statement = START.search(source.text[start:at])
    has_shell = kind != "ansible" or statement is not None and statement["key"] in (None, "shell")
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


def _step(source: Source, start: int, lines: Sequence[str]) -> TextEdit:
    """Return the step of a Jenkinsfile that makes the network, before the line of a step."""
    text = source.text
    lead = re.compile(r"[ \t]*").match(text, start)
    indent = lead[0] if lead else ""
    return TextEdit(source, start, start, "".join(f"{indent}sh '{line}'\n" for line in lines))


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


def _makefile(source: Source, callers: Sequence[Caller], target: str) -> Iterator[TextEdit]:
    """Yield a target that makes the network, and make it a prerequisite of each target that runs a member."""
    text = source.text
    rules = list(RULE.finditer(text))
    targets = {word for rule in rules for word in rule["targets"].split()}
    name = next(name for name in (target, *(f"docker-{target}-{n}" for n in range(100))) if name not in targets)
    lines: list[str] = []
    for rule in dict.fromkeys(_rule_of(text, rules, caller) for caller in callers):
        needs = rule["needs"].rstrip()
        at = rule.start("needs") + len(needs)
        yield TextEdit(source, at, at, f" {name}")
    for caller in callers:
        start = _line_start(text, caller.head.start)
        route = Route(_prefix(text, start, caller) + caller.docker)
        if "$$" in route.docker or SSH.search(text, start, caller.head.start):
            words = f"the daemon of {caller.words} is decided in its recipe: make the network there; not migrated"
            raise Refused("route", caller.place, words)
        lines += [route.command(line).replace("$n", "$$n").replace("$_", "$$_") for line in caller.commands]
    newline = "\r\n" if "\r\n" in text else "\n"
    body = "".join(f"\t@{line}{newline}" for line in dict.fromkeys(lines))
    gap = newline if text.endswith("\n") else newline * 2
    yield TextEdit(source, len(text), len(text), f"{gap}.PHONY: {name}{newline}{name}:{newline}{body}")


def _rule_of(text: str, rules: Sequence[re.Match[str]], caller: Caller) -> re.Match[str]:
    before = [rule for rule in rules if rule.start() < caller.head.start]
    if not before:
        raise Refused("construct", caller.place, f"no target runs {caller.words}: not migrated")
    rule = before[-1]
    between = text[rule.end() : caller.head.start]
    if any(line.strip() and not IN_RECIPE.match(line) for line in between.split("\n")[1:-1]):
        raise Refused("construct", caller.place, f"{caller.words} is run in a definition of make: not migrated")
    return rule
