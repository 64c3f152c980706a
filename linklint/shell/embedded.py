"""Scripts embedded in strings: `bash -c '…'`, `eval`, `ssh host '…'`, heredocs into a shell."""

from __future__ import annotations

import re

from linklint.flow.steps import PlainScope, StepRecorder
from linklint.shell.command import TOOL_NAME, skip_wrappers, skip_wrapping
from linklint.shell.docker_commands import docker_command
from linklint.shell.scanner import MAX_DEPTH
from linklint.shell.script_paths import SHELLS
from linklint.shell.state import ShellState
from linklint.shell.tree import Redirect, Simple
from linklint.shell.variables import ShellValue
from linklint.text.confidence import LIKELY, weakest
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText, concat
from linklint.text.templates import to_shell
from linklint.text.word import KNOWN, Word

SSH_VALUES = frozenset("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w".split())
SHEBANG = lazy_compile(r"#!\s*/\S*(ba|da|z|k|a)?sh\b|#!\s*/usr/bin/env (ba|z)?sh")
DOCKER_MACHINE = lazy_compile(r"docker-machine\s+env\s+(?:--?\S+\s+)*([^\s)`\"']+)")


def run_embedded(shell: ShellState, words: list[Word]) -> bool:
    """Interpret `bash -c '…'`, `eval "…"`, `ssh host '…'`, `su -c '…'`; return whether the words are one of these."""
    if words[0].string == "eval":
        _evaluate(shell, words[1:])
        return True
    index = skip_wrappers(words)
    if index >= len(words):
        return False
    name = words[index].string.rsplit("/", 1)[-1]
    rest = words[index + 1 :]
    if name in SHELLS or name == "su":
        return _shell_command(shell, rest, any_place=name == "su")
    if name == "ssh" or name == "docker-machine" and rest and rest[0].string == "ssh":
        _remote(shell, rest if name == "ssh" else rest[1:])
        return True
    if name == "vagrant" and len(rest) > 1 and rest[0].string == "ssh":
        machine = next((word.string for word in rest[1:] if re.fullmatch(r"[A-Za-z][\w.-]*", word.string)), "")
        return _shell_command(shell, rest, f"vagrant {machine}".strip())
    return False


def _evaluate(shell: ShellState, words: list[Word]) -> None:
    string = " ".join(word.string for word in words)
    if "docker-env" in string:  # minikube docker-env
        shell.host = string.strip("$()` ")[:80]
        return
    machine = DOCKER_MACHINE.search(string)
    if machine:
        number = int(machine[1][1:]) if re.fullmatch(r"\$[1-9]", machine[1]) else 0
        known = bool(number and shell.positional and len(shell.positional) >= number)
        given = shell.positional[number - 1].string if known and shell.positional else machine[1]
        shell.host = f"docker-machine {given}"
    elif words and (TOOL_NAME.search(string) or not any(word.captured or word.open for word in words)):
        blank = MappedText(words[0].text.source, " ", ())
        texts = [text for word in words for text in (blank, to_shell(word))][1:]
        shell.nested(texts[0] if len(texts) == 1 else concat(blank.source, texts))


def _shell_command(shell: ShellState, words: list[Word], host: str = "", *, any_place: bool = False) -> bool:
    for number, word in enumerate(words):
        if re.fullmatch(r"-[a-z]*c|--command", word.string) and number + 1 < len(words):
            run_in_other_shell(shell, words[number + 1], host)
            return True
        if not word.string.startswith(("-", "+")) and host == "" and number and not any_place:
            break
    return False


def run_in_other_shell(shell: ShellState, script: Word, host: str = "") -> None:
    """Interpret a script for another shell: it gets the exported variables, over ssh none."""
    with shell.subshell():
        shell.variables = {k: v for k, v in shell.variables.items() if k in shell.exported and not host}
        positional, shell.positional = shell.positional, None
        if host:
            shell.host = host
        holes = tuple(hole for hole in script.holes if script.string[hole[0] : hole[0] + 1] not in ("$", "`"))
        context = shell.context
        if any(hole[:2] == (0, len(script.string)) for hole in holes):  # all of it may come from elsewhere
            shell.context = context.with_max_confidence(weakest(context.max_confidence, LIKELY))
            shell.nested(to_shell(Word(script.text, holes), None))
        else:
            shell.nested(to_shell(Word(script.text, holes), lambda written, kind: _filled_in(shell, written, kind)))
        shell.context = context
        shell.positional = positional


def _filled_in(shell: ShellState, written: str, kind: str) -> str | None:
    """Return a variable with the value that is probably filled in here."""
    if kind not in KNOWN:
        return None
    name = f"filled_{len(shell.variables)}"
    shell.variables[name] = ShellValue(written, sure=False)
    return f"${{{name}}}"


def _remote(shell: ShellState, words: list[Word]) -> None:
    """Interpret `ssh [options] host command…`."""
    index = 0
    while index < len(words) and words[index].string.startswith("-"):
        index += 2 if words[index].string in SSH_VALUES else 1
    if index >= len(words):
        return
    host, command = "ssh " + words[index].string, words[index + 1 :]
    if len(command) == 1:
        run_in_other_shell(shell, command[0], host)
    elif command:
        saved, shell.host = shell.host, host
        if not run_embedded(shell, command):
            docker_command(shell, None, command)
        shell.host = saved


def run_heredoc(shell: ShellState, node: Simple, redirect: Redirect) -> None:
    """Interpret a heredoc into a shell, into ssh, or into a file that is a script."""
    words = [word.literal or "" for word in node.words]
    index = skip_wrapping(words)
    name = words[index].rsplit("/", 1)[-1] if index < len(words) else ""
    body = shell.text.slice(redirect.body_start, redirect.body_end)
    if not redirect.quoted and redirect.parts and name in SHELLS | {"ssh", "cat", "tee"}:
        body = shell.expander().one(redirect.parts).text  # the outer shell expands its variables
    if name in SHELLS and not any(re.fullmatch(r"-[a-z]*c", word) for word in words):
        run_in_other_shell(shell, Word(body))
    elif name == "ssh" or name == "docker-machine" and "ssh" in words or _names_ssh(node):
        written = [shell.text.string[word.start : word.end] for word in node.words[1:]]
        hosts = [word for word in written if not word.startswith("-")]
        run_in_other_shell(shell, Word(body), "ssh " + (hosts[-1] if hosts else ""))
    elif name in ("cat", "tee") and _writes_script(node, body.string) and shell.depth < MAX_DEPTH // 8:
        _run_written(shell, body)


def _run_written(shell: ShellState, body: MappedText) -> None:
    """Interpret a script that this one writes to a file, in a scope of its own."""
    steps = StepRecorder(shell.context, body.span(), PlainScope("heredoc"), shell.recorder.name)
    inner = ShellState((shell.walker, shell.record), shell.context, steps, shell.directory)
    inner.host, inner.depth = shell.host, shell.depth + 1
    inner.is_fragment = body.string.rstrip().endswith("\\")  # another heredoc goes on
    inner.walker.run(inner, body)
    inner.walker.finish(inner)


def _names_ssh(node: Simple) -> bool:
    return any("SSH" in part.value for word in node.words[:1] for part in word.parts)


def _writes_script(node: Simple, body: str) -> bool:
    if SHEBANG.match(body):
        return True
    targets = [r.target.literal for r in node.redirects if r.target and r.body_start < 0]
    targets += [word.literal for word in node.words[1:]]
    return any(target and target.endswith(".sh") for target in targets)
