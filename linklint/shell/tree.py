"""The syntax tree of a shell script, which the scanner builds and the interpreter walks. Offsets are those of the
scanned string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Part:
    """A part of a word.

    `kind`: `text` (`value` without quotes and backslashes), `hole` (a placeholder of documentation), `param` (`value`
    is the name, `op` and `args` follow it in braces), `command` (`body` is the script inside), `arith`.
    """

    __slots__ = ("args", "body", "end", "index", "kind", "op", "quoted", "start", "value")

    def __init__(self, kind: str, start: int, end: int, value: str = "", *, quoted: bool = False) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.quoted = quoted
        self.op = ""
        self.index = ""
        self.args: list[Part] = []
        self.body: list[Item] = []

    @property
    def is_plain(self) -> bool:
        """Whether its expansion runs and changes nothing: text, `$X`, `${X#text}`, `${X:-text}`."""
        return self.kind in ("text", "hole") or (
            self.kind == "param" and self.op not in (":=", "=") and all(part.is_plain for part in self.args)
        )


class ShellWord:
    """A word: its parts, and whether any of it is quoted."""

    __slots__ = ("end", "parts", "quoted", "start")

    def __init__(self, start: int, end: int, parts: list[Part], quoted: bool) -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.quoted = quoted

    @property
    def literal(self) -> str | None:
        """Its value, if nothing in it is expanded."""
        if len(self.parts) == 1 and self.parts[0].kind == "text":
            return self.parts[0].value
        if all(part.kind == "text" for part in self.parts):
            return "".join(part.value for part in self.parts)
        return None


class Assignment:
    """`NAME=word`, `NAME+=word`, `NAME[i]=word`, `NAME=(words)`."""

    __slots__ = ("append", "array", "index", "name", "start", "word")

    def __init__(
        self, start: int, name: str, word: ShellWord | None, array: list[ShellWord] | None, append: bool, index: bool
    ) -> None:
        self.start = start
        self.name = name
        self.word = word
        self.array = array
        self.append = append
        self.index = index


class Redirect:
    """`op target`; of a heredoc, the range of its body and whether the delimiter was quoted."""

    __slots__ = ("body_end", "body_start", "op", "parts", "quoted", "start", "target")

    def __init__(self, start: int, op: str, target: ShellWord | None) -> None:
        self.start = start
        self.op = op
        self.target = target
        self.quoted = False
        self.body_start = self.body_end = -1
        self.parts: list[Part] = []


class Node:
    """A command. `kind` names the subclass."""

    __slots__ = ("end", "redirects", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.redirects: list[Redirect] = []


class Simple(Node):
    """Assignments and words."""

    __slots__ = ("_plain", "assignments", "words")

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.assignments: list[Assignment] = []
        self.words: list[ShellWord] = []
        self._plain: bool | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it has words only, and their expansion runs and changes nothing. Ask when the node is complete."""
        if self._plain is None:
            targets = [redirect.target for redirect in self.redirects if redirect.target is not None]
            self._plain = (
                not self.assignments
                and not any(redirect.body_start >= 0 or redirect.parts for redirect in self.redirects)
                and all(part.is_plain for word in (*self.words, *targets) for part in word.parts)
            )
        return self._plain


class Pipeline(Node):
    """Commands joined by `|`."""

    __slots__ = ("commands", "negated")

    def __init__(self, start: int, commands: list[Node], negated: bool) -> None:
        super().__init__(start)
        self.commands = commands
        self.negated = negated


class AndOr(Node):
    """Pipelines joined by `&&` and `||`; the first has the operator ``""``."""

    __slots__ = ("items",)

    def __init__(self, start: int, items: list[tuple[str, Node]]) -> None:
        super().__init__(start)
        self.items = items


class If(Node):
    """Conditions with their bodies, and the `else` with None."""

    __slots__ = ("arms",)

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.arms: list[tuple[list[Item] | None, list[Item]]] = []


class Loop(Node):
    """`for`, `select`, `while`, `until`; `words` is None without `in`."""

    __slots__ = ("body", "condition", "keyword", "variable", "words")

    def __init__(self, start: int, keyword: str) -> None:
        super().__init__(start)
        self.keyword = keyword
        self.variable = ""
        self.words: list[ShellWord] | None = None
        self.condition: list[Item] = []
        self.body: list[Item] = []


class Case(Node):
    """`case word in pattern) body ;; esac`."""

    __slots__ = ("arms", "word")

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.word: ShellWord | None = None
        self.arms: list[tuple[list[ShellWord], list[Item]]] = []


class Function(Node):
    """`name() body`."""

    __slots__ = ("body", "name")

    def __init__(self, start: int, name: str, body: Node) -> None:
        super().__init__(start)
        self.name = name
        self.body = body


class Group(Node):
    """`{ …; }`, or with `subshell` `( … )`."""

    __slots__ = ("body", "subshell")

    def __init__(self, start: int, body: list[Item], subshell: bool) -> None:
        super().__init__(start)
        self.body = body
        self.subshell = subshell


class Test(Node):
    """`[[ … ]]` or `(( … ))`."""

    __slots__ = ("words",)

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.words: list[ShellWord] = []


class Item:
    """A command of a list, and whether `&` runs it in the background."""

    __slots__ = ("background", "node")

    def __init__(self, node: Node, background: bool) -> None:
        self.node = node
        self.background = background


class Script:
    """The result of the scanner: the commands, problems as (offset, words), every `$NAME` by its offset, the
    comments.
    """

    __slots__ = ("comments", "items", "parameters", "problems")

    def __init__(
        self,
        items: list[Item],
        problems: list[tuple[int, str]],
        parameters: dict[int, Part],
        comments: list[tuple[int, int]],
    ) -> None:
        self.items = items
        self.problems = problems
        self.parameters = parameters
        self.comments = comments


def children(node: Node) -> list[Node]:
    """Return the commands directly inside a command."""
    if isinstance(node, Pipeline):
        return node.commands
    if isinstance(node, AndOr):
        return [command for _, command in node.items]
    if isinstance(node, If):
        return [item.node for condition, body in node.arms for item in (*(condition or []), *body)]
    if isinstance(node, Loop):
        return [item.node for item in (*node.condition, *node.body)]
    if isinstance(node, Case):
        return [item.node for _, body in node.arms for item in body]
    if isinstance(node, Group):
        return [item.node for item in node.body]
    return [node.body] if isinstance(node, Function) else []


def descendants(items: Iterable[Item]) -> Iterator[Node]:
    """Yield all commands of a list, including nested ones but not those in substitutions."""
    waiting = [item.node for item in items]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


KEPT_NOWHERE = ("/dev/null", "/dev/stderr", "/dev/tty")


def used_outputs(script: Script) -> list[tuple[int, int]]:
    """Return the ranges of a script in which what is printed gets into a file or to another command: by a redirection
    or a pipe of a command around it, by `exec > file`, or by a call of its function.
    """
    found: list[tuple[int, int]] = []
    functions: dict[str | None, list[tuple[int, int]]] = {}
    called: set[str | None] = set()
    for node in descendants(script.items):
        if isinstance(node, Function):
            functions.setdefault(node.name, []).append((node.start, node.end))
        if isinstance(node, Pipeline):
            found += [(command.start, command.end) for command in node.commands[:-1]]
            called.update(map(first_word, node.commands[:-1]))
        elif not isinstance(node, Simple):
            found += [(node.start, node.end)] if _writes(node) else []
        else:
            words = [*node.words, *(one.word for one in node.assignments if one.word is not None)]
            called.update(first_word(item.node) for word in words for part in word.parts for item in part.body)
            if _writes(node):
                called.add(first_word(node))
                if [word.literal for word in node.words] == ["exec"]:
                    return [(0, script.items[-1].node.end)]
    return found + [one for name in called for one in functions.get(name, ())]


def first_word(node: Node) -> str | None:
    """Return the first word of a simple command, as written; None of other commands."""
    return node.words[0].literal if isinstance(node, Simple) and node.words else None


def _writes(node: Node) -> bool:
    """Return whether the standard output of a command is redirected into a file."""
    return any(
        one.op.lstrip("1") in (">", ">>", ">|", "&>", "&>>")
        and one.target is not None
        and one.target.literal not in KEPT_NOWHERE
        for one in node.redirects
    )
