"""Questions about the nodes of a script."""

from __future__ import annotations

from linklint.docker.cli.command import tool_of
from linklint.shell.command import TOOL_NAME
from linklint.shell.tree import Function, Item, Loop, Node, Pipeline, Simple, Test, children, descendants

CONDITIONS = frozenset("[ test grep egrep fgrep pgrep which command type hash true false ! diff cmp id getent".split())


def is_question(node: Node) -> bool:
    """Return whether a command is a test, so that `&&` after it is a condition and not a sequence."""
    if isinstance(node, Test):
        return True
    if isinstance(node, Pipeline):
        return node.negated or is_question(node.commands[-1])
    if isinstance(node, Simple) and node.words:
        words = [word.literal for word in node.words]
        return words[0] in CONDITIONS or words[0] == "docker" and words[1:2] in (["inspect"], ["ps"], ["images"])
    return False


def is_xargs(node: Simple) -> bool:
    return bool(node.words) and node.words[0].literal == "xargs"


def is_listing(node: Simple) -> bool:
    words = [word.literal for word in node.words]
    lists = "ps" in words[1:3] or "ls" in words[1:4]
    return len(words) > 1 and words[0] is not None and lists and TOOL_NAME.search(words[0]) is not None


def leaves(items: list[Item]) -> bool:
    """Return whether a loop's body leaves the loop: then it is a search or a retry, not a repetition."""
    waiting = [item.node for item in items]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Simple) and node.words and node.words[0].literal in ("break", "exit", "return", "exec"):
            return True
        if not isinstance(node, (Loop, Function)):
            waiting.extend(children(node))
    return False


def skips(items: list[Item]) -> bool:
    return any(
        isinstance(node, Simple) and node.words and node.words[0].literal == "continue" for node in descendants(items)
    )


def runs_docker(item: Item) -> bool:
    node = item.node.commands[-1] if isinstance(item.node, Pipeline) else item.node
    return isinstance(node, Simple) and bool(node.words) and tool_of(node.words[0].literal or "") is not None
