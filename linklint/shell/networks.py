"""Where a shell script makes the network: before the first command that needs it, whichever way the script is started.

The network is made in the words that the script calls docker with (`sudo docker`, `$DOCKER`, `docker -H X`, inside of
the string for ssh). `create || inspect` is safe when scripts run at the same time, and with `set -e`; it writes nothing
to standard output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from linklint.shell.builtins import DECLARES
from linklint.shell.scanner import scan
from linklint.shell.tree import (
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Part,
    Script,
    ShellWord,
    Simple,
    children,
    descendants,
)
from linklint.text.edits import Caller, Refused, TextEdit
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

CALLERS = frozenset("sudo doas ssh env time nice ionice nohup setsid".split())
VARIABLE = lazy_compile(r"\$\{?(\w+|[@*])")
SUDO = lazy_compile(r"sudo[ \t]+(?:-\S+[ \t]+)*\Z")
DAEMON = frozenset({"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"})  # which daemon docker speaks to
MAX_CALLS = 40
PREFIX = lazy_compile(
    r"(?<![\w$])(?:(?:sudo(?:[ \t]+-\S+)*|env|DOCKER_\w+=[^\s;&|]+|\$[({]?SUDO[)}]?)[ \t]+)*\Z"
)  # words before docker that every docker command needs
SSH = lazy_compile(r"\bssh\b")


class Point(NamedTuple):
    """A statement before which something is inserted: the list that it is in, its place there, and its offset."""

    path: tuple[int, ...]
    at: int


class Route(NamedTuple):
    """How a script calls docker: the words up to the subcommand, and what stands before a string that holds them."""

    docker: str
    outer: str = ""

    def command(self, words: str) -> str:
        """Return a command, in which DOCKER stands for the words that call docker."""
        inner = words.replace("DOCKER", self.docker)
        return f"{self.outer} '{inner}'" if self.outer else inner


def creation(network: str, options: str = "") -> str:
    """Return the command that makes a network, if it is not there."""
    return f"DOCKER network create {options}{network} >/dev/null 2>&1 || DOCKER network inspect {network} >/dev/null"


def connection(network: str, stranger: str, aliases: Sequence[str]) -> str:
    """Return the command that connects a container that nothing in the tree creates, if it is not connected. It has no
    quotes, so it fits into any string.
    """
    options = "".join(f"--alias {alias} " for alias in aliases)
    return (
        f"DOCKER network connect {options}{network} {stranger} >/dev/null 2>&1 || DOCKER inspect {stranger} >/dev/null"
    )


def shell_edits(source: Source, callers: Sequence[Caller]) -> Iterator[TextEdit]:
    """Yield the insertions of commands before the first caller of each way through a script. Raises Refused."""
    script = scan(source.text)
    lines: dict[Point, list[str]] = {}
    for caller in callers:
        where = _Finder(script, caller.head.start)
        route = where.route(source.text, caller)
        where.variables = DAEMON | frozenset(VARIABLE.findall(f"{route.outer} {route.docker}"))
        for point in where.points():
            where.check(point, caller)
            lines.setdefault(point, []).extend(route.command(words) for words in caller.commands)
    points = _without_dominated(sorted(lines), script)
    for point, covered in points.items():
        yield insertion(source, point.at, list(dict.fromkeys(line for one in covered for line in lines[one])))


def insertion(source: Source, at: int, commands: Sequence[str]) -> TextEdit:
    """Return the insertion of commands before a statement: as lines of their own if it starts its line."""
    text = source.text
    start = text.rfind("\n", 0, at) + 1
    indent = text[start:at]
    if indent.strip(" \t"):
        return TextEdit(source, at, at, "".join(f"{command}; " for command in commands))
    end = text.find("\n", at)
    newline = "\r\n" if text[max(end - 1, 0) : end] == "\r" else "\n"
    return TextEdit(source, start, start, "".join(f"{indent}{command}{newline}" for command in commands))


def _without_dominated(points: list[Point], script: Script) -> dict[Point, list[Point]]:
    """Return the points that are left, each with those that it stands for: a statement is reached through an earlier
    one of the lists around it. Arms of one `if` share a point before it.
    """
    hoisted: dict[Point, list[Point]] = {}
    arms: dict[tuple[int, ...], list[Point]] = {}
    for point in points:
        arms.setdefault(point.path[:-2], []).append(point)
    for point in points:
        around = point.path[:-2]
        several = len({other.path[-2] for other in arms[around]}) > 1 if around else False
        node = _node_at(script, around) if several else None
        target = Point(around, node.start) if isinstance(node, If) else point
        hoisted.setdefault(target, []).append(point)
    left: dict[Point, list[Point]] = {}
    for point in sorted(hoisted, key=lambda point: point.at):
        earlier = next((one for one in left if _dominates(one, point)), None)
        if earlier is None:
            left[point] = list(hoisted[point])
        elif hoisted[point] != left[earlier]:
            left[earlier] += hoisted[point]
    return left


def _dominates(one: Point, other: Point) -> bool:
    """Return whether a statement always comes before another one. A path alternates arms and places in their lists."""
    *around, place = one.path
    return (
        other.path[: len(around)] == tuple(around)
        and len(other.path) > len(around)
        and other.path[len(around)] >= place
    )


def _nested(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _nested(child)


def _first_text(word: ShellWord) -> str:
    return word.parts[0].value if word.parts and word.parts[0].kind == "text" else ""


def _set_in(node: Node) -> set[str]:
    """Return the variables that are set in a statement. `eval` may set that of the daemon: docker-machine env."""
    found: set[str] = set()
    for one in _nested(node):
        if isinstance(one, Simple):
            if not one.words or one.words[0].literal in DECLARES:
                found |= {assignment.name for assignment in one.assignments}
            found |= {text.partition("=")[0] for word in one.words[1:] if (text := _first_text(word))}
            found |= {"DOCKER_HOST"} if one.words and one.words[0].literal == "eval" else set()
        elif isinstance(one, Loop):
            found.add(one.variable)
    return found


def _dispatches(script: Script) -> bool:
    """Return whether a script runs what it is given: `"$@"`, `"do_$1"`."""
    for node in descendants(script.items):
        parts = node.words[0].parts if isinstance(node, Simple) and node.words else []
        if any(part.kind == "param" and (part.value in "@*" or part.value.isdigit()) for part in parts):
            return True
    return False


def _node_at(script: Script, path: tuple[int, ...]) -> Node | None:
    items = script.items
    node: Node | None = None
    for depth in range(0, len(path), 2):
        if depth:
            bodies = _bodies(node) if node is not None else []
            arm = path[depth - 1]
            items = bodies[arm] if arm < len(bodies) else []
        if path[depth] >= len(items):
            return None
        node = items[path[depth]].node
    return node


def _bodies(node: Node) -> list[list[Item]]:
    """Return the lists of a compound command that run at most once each time the command runs."""
    if isinstance(node, If):
        return [body for _, body in node.arms]
    if isinstance(node, Case):
        return [body for _, body in node.arms]
    if isinstance(node, Function) and isinstance(node.body, Group):
        return [node.body.body]
    return []


class _Finder:
    """Finds the statement before which the network is made for one command."""

    def __init__(self, script: Script, at: int, variables: Set[str] = frozenset()) -> None:
        self.script = script
        self.at = at
        self.variables = variables  # in the words that call docker
        self.simple, self.inside = _simple_at(script.items, at)

    def points(self) -> list[Point]:
        """Return the statements through which the command is reached."""
        return self._points(self.at, 0)

    def _points(self, at: int, depth: int) -> list[Point]:
        path: list[int] = []
        items = self.script.items
        node: Node | None = None
        while True:
            place = next(
                (
                    number
                    for number, item in enumerate(items)
                    if item.node.start <= at < max(item.node.end, item.node.start + 1)
                ),
                None,
            )
            if place is None:
                return [Point((*path, len(items)), at)]  # in a heredoc
            path.append(place)
            node = items[place].node
            if isinstance(node, Function) and depth < MAX_CALLS and not self._depends_on(node):
                found = [point for call in self._calls(node.name) for point in self._points(call, depth + 1)]
                if found and not any(isinstance(self.script.items[point.path[0]].node, Function) for point in found):
                    return found
            bodies = _bodies(node)
            if isinstance(node, Loop) and self._depends_on(node):
                bodies = [node.body]
            arm = next(
                (
                    number
                    for number, body in enumerate(bodies)
                    if body and body[0].node.start <= at <= body[-1].node.end
                ),
                None,
            )
            if arm is None:
                return [Point(tuple(path), node.start)]
            path.append(arm)
            items = bodies[arm]

    def _depends_on(self, node: Function | Loop) -> bool:
        """Return whether the command has to stay inside of a function or a loop: its words have a variable that is set
        there, or the script calls functions by names that it is given.
        """
        if isinstance(node, Function) and _dispatches(self.script):
            return True
        if any(name.isdigit() or name in "@*" for name in self.variables):
            return isinstance(node, Function)
        return not _set_in(node).isdisjoint(self.variables)

    def check(self, point: Point, caller: Caller) -> None:
        """Raise Refused if what calls docker is decided inside of the statement before which the network is made."""
        node = _node_at(self.script, point.path)
        if node is None or isinstance(node, (Simple, Function)) or _set_in(node).isdisjoint(self.variables):
            return
        words = f"the daemon or the words that run {caller.words} are set in the same statement: not migrated"
        raise Refused("route", caller.place, words)

    def _calls(self, name: str) -> list[int]:
        """Return the offsets of the calls of a function outside of itself."""
        found: list[int] = []
        waiting = [item.node for item in self.script.items]
        while waiting and len(found) < MAX_CALLS:
            node = waiting.pop()
            if isinstance(node, Function) and node.name == name:
                continue
            if isinstance(node, Simple):
                words = [*node.words, *(one.word for one in node.assignments if one.word is not None)]
                inner = [one for word in words for part in word.parts for one in _inside(part)]
                found += [one.start for one in (node, *inner) if isinstance(one, Simple) and _calls(one, name)]
            waiting += children(node)
        return sorted(found)

    def route(self, text: str, caller: Caller) -> Route:
        """Return how the script calls docker. Raises Refused."""
        simple, start = self.simple, caller.head.start
        if simple is None:
            return Route(caller.docker)
        if self.inside is not None:
            sudo = SUDO.search(text, self.inside.start, start)
            inner = (sudo[0] if sudo else "") + caller.docker
            if "'" in inner:
                words = f"{caller.words} is run by a command inside of another one: not migrated"
                raise Refused("route", caller.place, words)
            return Route(inner, text[simple.start : self.inside.start].rstrip())
        before = [word for word in simple.words if word.start < start]
        settings = "".join(
            f"{text[one.start : one.word.end]} "
            for one in simple.assignments
            if one.name.startswith("DOCKER_") and one.word is not None
        )
        is_variable = bool(before) and text[before[0].start] in '$"'  # $SUDO
        if not before or before[0].literal not in CALLERS and not is_variable:
            return Route(settings + caller.docker)
        words = text[before[0].start : start]
        return (
            Route(caller.docker, words.rstrip())
            if before[0].literal == "ssh"
            else Route(settings + words + caller.docker)
        )


def _calls(node: Simple, name: str) -> bool:
    return bool(node.words) and node.words[0].literal == name


def _inside(part: Part) -> Iterator[Node]:
    """Yield the commands in a substitution."""
    if part.body:
        yield from descendants(part.body)
    for inner in part.args:
        yield from _inside(inner)


def _simple_at(items: Sequence[Item], at: int) -> tuple[Simple | None, ShellWord | None]:
    """Return the innermost simple command around an offset, and its word if the offset is inside of a quoted one."""
    for node in descendants(items):
        if not isinstance(node, Simple) or not node.start <= at <= node.end:
            continue
        words = [*node.words, *(a.word for a in node.assignments if a.word)]
        words += [word for a in node.assignments for word in a.array or []]
        for word in words:
            if word.start <= at < word.end:
                for part in word.parts:
                    if part.start <= at < part.end and part.body:
                        found = _simple_at(part.body, at)
                        if found[0] is not None:
                            return found
                return node, word if word.start < at and word.quoted else None
        return node, None
    return None, None


def line_start(text: str, at: int) -> int:
    """Return the offset of the line on which a command starts, above its continued lines."""
    start = text.rfind("\n", 0, at) + 1
    while start > 1 and text[max(0, start - 3) : start].replace("\r", "").endswith("\\\n"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def prefix_of(text: str, start: int, caller: Caller) -> str:
    found = PREFIX.search(text, start, caller.head.start)
    return found[0] if found is not None else ""
