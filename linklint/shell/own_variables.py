"""Variables that a script sets itself: where it reads these afterwards, no link is read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from linklint.docker.link_variables import NAME
from linklint.shell.tree import AndOr, Group, If, Loop, Node, Part, Script, Simple, children
from linklint.text.regex import lazy_compile

ASSIGNED = lazy_compile(r"(?<![\w${])(?P<name>[A-Za-z_]\w*)(?P<more>\+?)=(?=(?P<value>\S{0,200}))")
DEFAULTED = lazy_compile(r"\$\{(?P<braced>[A-Za-z_]\w*):?=|\bprintf[ \t]+-v[ \t]+(?P<printed>[A-Za-z_]\w*)")
GIVEN = lazy_compile(  # ${X:=db}, X=${X:-db}, X=db
    rf"\$\{{(?P<filled>(?>{NAME})):?=(?P<filling>[^}}\n]{{0,200}})\}}"
    rf"|(?<![\w${{])(?P<kept>(?>{NAME}))=[\"']?\$\{{(?P=kept):?-(?P<keeping>[^}}\n]{{0,200}})\}}"
    rf"|(?<![\w${{])(?P<set>(?>{NAME}))=(?P<value>[^\s;&|)]{{1,200}})"
)
TAKEN = lazy_compile(
    r"\b(?:(?:read|unset|mapfile|readarray|getopts)\b|for(?=[ \t]+\w+[ \t]*(?:in\b|do\b|;"
    r"|\n\s*do\b)))(?P<surely>[^\n;|&]{0,200})(?P<perhaps>[^\n]*)"
)
WORDS = lazy_compile(r"(?<![\w${])[A-Za-z_]\w*")
NEVER = 1 << 60
MAX_GUARDS = 20
DECLARES = frozenset(("export", "declare", "typeset", "local", "readonly"))
TAKES = frozenset(("read", "unset", "mapfile", "readarray", "getopts"))


def own_variables(string: str, script: Script) -> dict[str, int]:
    """Return variables with names like those of links that a script sets itself, each with the offset after which it is
    set.

    Variables set for another program (`X=1 cmd`), in a subshell, or only as a default (`[ -n "$X" ] || X=db`,
    `${X:=db}`) do not count.
    """
    found: dict[str, int] = {}
    waiting: list[tuple[Node, tuple[tuple[int, int], ...]]] = [(item.node, ()) for item in script.items]
    while waiting:
        node, guards = waiting.pop()
        for name, at in _given(node):
            if ("_PORT" in name or "_ENV_" in name) and not any(name in string[start:end] for start, end in guards):
                found[name] = min(found.get(name, NEVER), at)
        if isinstance(node, Group) and node.subshell:
            continue
        if isinstance(node, If):
            for condition, body in node.arms:
                waiting += [(item.node, guards) for item in condition or ()]
                inner = (*guards, (node.start, body[0].node.start))[:MAX_GUARDS] if body else guards
                waiting += [(item.node, inner) for item in body]
        elif isinstance(node, AndOr):
            waiting += [(command, (*guards, (node.start, command.start))[:MAX_GUARDS]) for _, command in node.items]
        else:
            waiting += [(child, guards) for child in children(node)]
    return found


def defaults_in(string: str) -> dict[str, tuple[int, str]]:
    """Return the link variables that a text sets if no link has: after which offset, and to what."""
    found: dict[str, tuple[int, str]] = {}
    for match in GIVEN.finditer(string):
        name = match["filled"] or match["kept"] or match["set"]
        found.setdefault(name, (match.end(), match["filling"] or match["keeping"] or match["value"] or ""))
    return found


def _given(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the variables that a command sets, and where."""
    if isinstance(node, Loop) and node.variable:
        yield node.variable, node.start
    if not isinstance(node, Simple):
        return
    words = [word.literal or "" for word in node.words]
    if not words or words[0] in DECLARES:
        for assignment in node.assignments:
            value = assignment.word.parts if assignment.word is not None else []
            if (
                not assignment.append
                and not assignment.index
                and not any(assignment.name in _names(part) for part in value)
            ):
                yield assignment.name, node.end
    elif words[0] in TAKES:
        for word in words[1:]:
            yield word, node.end
    elif words[:2] == ["printf", "-v"] and len(words) > 2:
        yield words[2], node.end


def _names(part: Part) -> set[str]:
    """Yield the variables that a part of a word expands, including those in its own default."""
    return {part.value} | {name for inner in part.args for name in _names(inner)} if part.kind == "param" else set()


@lru_cache(maxsize=2)
def set_in(string: str) -> dict[str, int]:
    """Return the variables that a text sets anywhere, each with the offset after which the script's own value is set.

    The offset is NEVER if that depends on the old value.
    """
    found: dict[str, int] = {}

    def note(name: str, at: int) -> None:
        found[name] = min(found.get(name, NEVER), at)

    for match in ASSIGNED.finditer(string):
        note(match["name"], NEVER if match["more"] or match["name"] in match["value"] else match.end())
    for match in DEFAULTED.finditer(string):
        note(match["braced"] or match["printed"], match.end())
    for match in TAKEN.finditer(string):
        for word in WORDS.finditer(string, *match.span("surely")):
            note(word[0], word.end())
        for word in WORDS.finditer(string, *match.span("perhaps")):
            note(word[0], NEVER)
    return found
