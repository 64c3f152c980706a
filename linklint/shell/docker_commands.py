"""Find the docker command among the words of a command, and record it."""

from __future__ import annotations

from linklint.docker.cli.command import VERBS, Invocation, invocation
from linklint.docker.cli.compose import compose_command
from linklint.shell.command import TOOL_NAME, elsewhere, find_tool, skip_wrappers
from linklint.shell.state import ShellState
from linklint.shell.statements import MAX_WORDS, record_compose
from linklint.shell.tree import Simple
from linklint.text.confidence import CERTAIN
from linklint.text.source import Span
from linklint.text.templates import FILLED_IN, FOR_READERS, with_holes
from linklint.text.word import Word

MAX_BEFORE = 40  # words before the tool: wrappers with their options
VERBATIM = "--%"  # of PowerShell: it reads no variables behind it
GROUP_VERBS = frozenset({"prune", "connect", "disconnect", "create"})


def docker_command(shell: ShellState, node: Simple | None, words: list[Word]) -> None:
    """Find the docker command among the words, and record its facts."""
    if not any(TOOL_NAME.search(word.string) for word in words[:MAX_BEFORE]):
        return  # most commands
    compose = compose_command(words[skip_wrappers(words) :])
    if compose is not None:
        record_compose(shell, compose, shell.host, whole_span(words, 0))
        return
    found = find_tool(words, shell.document)
    if found is None:
        return
    index, tool = found
    host = elsewhere(words[:index]) or shell.host
    words = [with_holes(word, FOR_READERS if shell.document else FILLED_IN) for word in words]
    call = invocation([word for word in words[index:] if word.string != VERBATIM], tool)
    if call is None or call.verb not in VERBS and not (call.group and call.verb in GROUP_VERBS):
        return
    if len(words) > MAX_WORDS:
        reason = f"more than {MAX_WORDS} words: the rest of the command is not read"
        shell.context.unread(words[MAX_WORDS].span, reason)
        call.arguments = call.arguments[:MAX_WORDS]
    shell.budget.admit()
    if call.group != "compose":
        span = _span(shell, node, words[index]) if node is not None else whole_span(words, index)
        before, shell.is_fragment = shell.is_fragment, shell.is_fragment or len(words) > MAX_WORDS
        _record(shell, call, host, span._replace(confidence=CERTAIN))
        shell.is_fragment = before


def _record(shell: ShellState, call: Invocation, host: str, span: Span) -> None:
    if shell.has_template_arms:  # any statement may be skipped
        with shell.branch(shell.context.fork(), 0, "example"):
            shell.created = shell.record(shell, call, host, span)
    else:
        shell.created = shell.record(shell, call, host, span)


def _span(shell: ShellState, node: Simple, head: Word) -> Span:
    """Return the span from the word docker to the end of the command."""
    text, origin, start = shell.text, head.span.start, node.start
    for word in node.words:
        if text.origin(word.start) <= origin < max(text.origin(word.end - 1) + 1, text.origin(word.start) + 1):
            start = word.start
            break
    return text.span(start, max((word.end for word in node.words), default=node.end))


def whole_span(words: list[Word], index: int) -> Span:
    """Return the span from the first to the last of some words."""
    first = words[index].span
    return first._replace(end=max(first.end, words[-1].span.end))
