"""Find the script of the tree that a command runs or sources: `./db.sh`, `bash scripts/db.sh`, `. "$DIR/lib.sh"`.

A path is relative to the shell's directory, else to that of the script that has it, else to the root of the tree.
Before a `/`, only the usual ways in which a script finds its own directory are understood (`$(dirname "$0")`,
`${BASH_SOURCE%/*}`, `git rev-parse --show-toplevel`), and variables that hold such a directory.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from linklint.context import ExtractionContext
from linklint.lexer.languages import SHEBANG
from linklint.shell.command import skip_wrappers
from linklint.shell.variables import ShellValue
from linklint.text.names import by_bytes, names_in
from linklint.text.regex import lazy_compile
from linklint.text.source import Source
from linklint.text.word import Word

SUFFIXES = frozenset(
    "sh bash bats zsh ksh ash dash command bashrc bash_profile bash_aliases profile zshrc envrc".split()
)
SHELLS = frozenset("bash sh dash zsh ksh ash rbash".split())
OWN = lazy_compile(r"dirname\b[^)]*?(?:\$\{?0\b|BASH_SOURCE|%N|%x)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}")
BEHIND_OWN = lazy_compile(r"""(?:\$\{?0\}?|BASH_SOURCE[^\s)"'}]*\}?|%/\*\})["']?\)*["']?(?P<rest>(?:/[\w.-]+)*)""")
MAX_NAMESAKES = 8


class Called(NamedTuple):
    """A script of the tree that a command runs or sources (`how`), with its arguments."""

    source: Source
    word: Word
    arguments: list[Word]
    how: str


class Here(NamedTuple):
    """Where a command is: the shell's directory, and that of the file with the command, as paths in the tree."""

    current: str
    own: str


def find(
    words: Sequence[Word], here: Here, variables: Mapping[str, ShellValue], context: ExtractionContext
) -> Called | None:
    """Return the script that the words run or source; None if they do not, or if the tree does not have it."""
    if words[0].string in (".", "source"):
        if len(words) < 2:
            return None
        source = open_file(words[1], here, variables, context)
        return Called(source, words[1], list(words[2:]), "source") if source is not None else None
    index = skip_wrappers(list(words))
    if index < len(words) and words[index].string.rsplit("/", 1)[-1] in SHELLS:
        index += 1
        while index < len(words) and words[index].string.startswith(("-", "+")):
            if (
                "c" in words[index].string
                and not words[index].string.startswith("--")
                or words[index].string in ("-s", "--")
            ):
                return None
            index += 1
        named = True
    else:
        named = False
    if index >= len(words) or not named and "/" not in words[index].string:
        return None
    source = open_file(words[index], here, variables, context)
    if source is None or not named and not _is_script(source):
        return None
    return Called(source, words[index], list(words[index + 1 :]), "run")


def _is_script(source: Source) -> bool:
    if source.text.startswith("#!"):
        return SHEBANG.match(source.text[:200].encode("utf-8", "replace")) is not None
    return source.path.rpartition(".")[2] in SUFFIXES


def open_file(word: Word, here: Here, variables: Mapping[str, ShellValue], context: ExtractionContext) -> Source | None:
    """Return the file of the tree that a word names."""
    for path in candidates(word, here, variables):
        source = context.open("", path)
        if source is not None:
            return source
    return None


def candidates(word: Word, here: Here, variables: Mapping[str, ShellValue]) -> Iterator[str]:
    """Return the paths that a word may name, the likeliest first."""
    string = word.string
    if not word.open:
        if not string.startswith(("/", "~")) and string not in ("", "-"):
            yield from dict.fromkeys((posixpath.join(here.current, string), posixpath.join(here.own, string), string))
        return
    place = place_of(word, here, variables)
    if place is not None:
        yield place
        return
    end = word.holes[0][1]
    if (
        word.holes[0][0] == 0 and len(word.holes) == 1 and string[end : end + 1] == "/"
    ):  # $ROOT/db.sh with an unknown $ROOT
        rest = string[end + 1 :]
        yield from dict.fromkeys((posixpath.join(here.current, rest), posixpath.join(here.own, rest), rest))


def place_of(word: Word, here: Here, variables: Mapping[str, ShellValue]) -> str | None:
    """Return the path in the tree of a word that starts with a hole, if that hole is a known directory."""
    if not word.holes or word.holes[0][0] != 0 or len(word.holes) > 1:
        return None
    end = word.holes[0][1]
    base, rest = _directory(word.string[:end], here, variables), word.string[end:]
    if base is None or rest[:1] not in ("", "/"):
        return None
    return posixpath.normpath(posixpath.join(base, rest.lstrip("/")))


def _directory(written: str, here: Here, variables: Mapping[str, ShellValue]) -> str | None:
    variable = re.fullmatch(r"\$\{?([A-Za-z_]\w*)\}?", written)
    if variable:
        value = variables.get(variable[1])
        return here.current if variable[1] == "PWD" else value.place if value is not None else None
    if OWN.search(written):
        behind = BEHIND_OWN.search(written)
        up = "../" * max(written.count("dirname") - 1, 0)
        return posixpath.normpath(posixpath.join(here.own, up, (behind["rest"] if behind else "").lstrip("/")))
    if "git rev-parse" in written:
        return ""
    inner = re.search(r"\$\{?([A-Za-z_]\w*)\}?[\"']?(?P<rest>(?:/[\w.-]+)*)[\"']?\s*(?:&&|;)\s*pwd", written)
    if inner and (value := variables.get(inner[1])) is not None and value.place is not None:
        return posixpath.normpath(posixpath.join(value.place, inner["rest"].lstrip("/")))
    return here.current if re.match(r"(?:\$\(|`)\s*pwd\b", written) else None


def callers_first(sources: Iterable[Source]) -> tuple[list[str], set[str]]:
    """Return the paths of scripts in an order in which one that names another comes before it, and which are named."""
    files = list(sources)
    if len(files) < 2:
        return [source.path for source in files], set()
    namesakes: dict[str, list[Source]] = {}
    for source in files:
        namesakes.setdefault(posixpath.basename(source.path), []).append(source)
    wanted, by_path = by_bytes(namesakes), {source.path: source for source in files}
    named: dict[str, list[Source]] = {}
    for source in files:
        directory, found = posixpath.dirname(source.path), list[Source]()
        for name in sorted(names_in(source.text, wanted)):
            beside = by_path.get(posixpath.join(directory, name))
            same = namesakes[name] if len(namesakes[name]) <= MAX_NAMESAKES else [beside] if beside else []
            found += [other for other in same if other is not source]
        named[source.path] = found
    order: list[Source] = []
    seen: set[str] = set()
    for start in files:
        waiting = [(start, iter(named[start.path]))] if start.path not in seen else []
        seen.add(start.path)
        while waiting:
            source, rest = waiting[-1]
            following = next((s for s in rest if s.path not in seen), None)
            if following is None:
                order.append(source)
                waiting.pop()
            else:
                seen.add(following.path)
                waiting.append((following, iter(named[following.path])))
    return [source.path for source in reversed(order)], {source.path for found in named.values() for source in found}
