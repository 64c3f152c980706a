"""Match paths with .gitignore patterns, in time that grows linearly with pattern and path.

The usual translation to regular expressions takes exponential time for `*a*a*a*b`. Here a path is matched segment by
segment, and an expression of a segment cannot backtrack: after the shortest match of a `*`, an atomic group keeps it.
That finds every match, because the rest of the segment is matched further right, where no less is possible.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence

from linklint.errors import ConfigError
from linklint.files.root import Root, UnreadableFile
from linklint.text.regex import lazy_compile

MAX_DIRECTORIES = 20_000  # the number of directories that are searched for the files of a pattern
NOT_A_PATTERN = "is not a valid .gitignore pattern"
CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": "\\s", "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}  # fmt: skip
SET = lazy_compile(r"\[(?P<not>[!^])?(?P<items>\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
ITEM = lazy_compile(r"\[:(?P<name>\w+):\]|\\(?P<escaped>.)|(?P<plain>.)", re.DOTALL)
STARS = lazy_compile(r"\A\*{2,}\Z")
Segment = re.Pattern[str] | None  # None: `**`, any number of directories


def matcher(patterns: Sequence[str], directory: str, origin: str) -> Callable[[str], bool]:
    """Return `matches(path)` for absolute paths: whether .gitignore patterns, relative to a directory, match a file.

    Raises ConfigError with their origin.
    """
    if not patterns:
        return lambda path: False
    parsed: list[_Pattern] = []
    for pattern in patterns:
        try:
            parsed += _parse(pattern)
        except ValueError as error:
            raise ConfigError(f"{origin}: {pattern!r} {NOT_A_PATTERN}") from error
    return _Matcher(parsed, os.path.realpath(directory or ".")).matches


class _Matcher:
    """The patterns of a list. The last one that matches counts."""

    def __init__(self, patterns: list[_Pattern], root: str) -> None:
        self._patterns = patterns[::-1]
        self._root = root
        self._directories: dict[str, bool] = {"": False}

    def matches(self, path: str) -> bool:
        """Return whether a file is excluded."""
        relative = os.path.relpath(path, self._root).replace(os.sep, "/")
        if relative.startswith("../"):
            return False
        return self._is_below_excluded(relative.rpartition("/")[0]) or self._is_matched(relative.split("/"), False)

    def _is_matched(self, segments: list[str], is_directory: bool) -> bool:
        for pattern in self._patterns:
            if pattern.matches(segments, is_directory):
                return not pattern.negated
        return False

    def _is_below_excluded(self, path: str) -> bool:
        """Return whether a directory, or one above it, is excluded: a file there cannot be included again."""
        if path not in self._directories:
            segments = path.split("/")
            for count in range(1, len(segments) + 1):
                above, here = "/".join(segments[: count - 1]), "/".join(segments[:count])
                if here not in self._directories:
                    self._directories[here] = self._directories[above] or self._is_matched(segments[:count], True)
        return self._directories[path]


class _Pattern:
    """One pattern: its segments, and what it is limited to."""

    def __init__(self, segments: list[Segment], *, negated: bool, only_directories: bool) -> None:
        self.negated, self.only_directories = negated, only_directories
        self.segments = segments
        self.name = segments[1] if len(segments) == 2 and segments[0] is None else None  # matches at any depth

    def matches(self, segments: Sequence[str], is_directory: bool) -> bool:
        if self.only_directories and not is_directory:
            return False
        if self.name is not None:
            return self.name.match(segments[-1]) is not None
        return _match_segments(self.segments, segments)


def _parse(pattern: str) -> list[_Pattern]:
    """Return the pattern of a line; nothing for a comment or an empty line. Raises ValueError."""
    while pattern.endswith(" ") and not pattern.endswith("\\ "):
        pattern = pattern[:-1]
    if not pattern or pattern.startswith("#"):
        return []
    negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    only_directories = pattern.endswith("/")
    names = [STARS.sub("**", name) for name in pattern.rstrip("/").lstrip("/").split("/")]
    if names == [""]:
        raise ValueError
    anchored = "/" in pattern.rstrip("/")
    segments: list[Segment] = [] if anchored or names == ["**"] else [None]
    for number, name in enumerate(names):
        if name == "**":
            if not segments or segments[-1] is not None:
                segments.append(None)
            if number == len(names) - 1:
                segments.append(compile_name("*"))  # `a/**` is everything below a
        else:
            segments.append(compile_name(name))
    return [_Pattern(segments, negated=negated, only_directories=only_directories)]


def compile_name(name: str) -> re.Pattern[str]:
    """Return the expression of a pattern without `/`. Raises ValueError."""
    parts: list[str] = [""]  # between stars
    at = width = 0  # width: of the last part
    while at < len(name):
        character = name[at]
        found = SET.match(name, at) if character == "[" else None
        if character == "*":
            parts.append("")
            at, width = at + 1, 0
            continue
        if found:
            parts[-1] += _set(found["items"], bool(found["not"]))
            at = found.end()
        elif character == "[":
            raise ValueError
        elif character == "\\":
            if at + 1 == len(name):
                raise ValueError
            parts[-1] += re.escape(name[at + 1])
            at += 2
        else:
            parts[-1] += "." if character == "?" else re.escape(character)
            at += 1
        width += 1
    first, *rest = parts
    if not rest:
        return _expression(rf"{first}\Z")
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    last = rf"(?=.{{{width}}}).*(?<={rest[-1]})" if rest[-1] else ".*"
    return _expression(rf"{first}{middle}{last}\Z")


def _expression(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error as error:  # a range that ends before it begins
        raise ValueError from error


def _set(items: str, negated: bool) -> str:
    """Return the expression of `[…]`. Raises ValueError."""
    written = ""
    for item in ITEM.finditer(items):
        if item["name"]:
            if item["name"] not in CLASSES:
                raise ValueError
            written += CLASSES[item["name"]]
        elif item["plain"] == "-":
            written += "-" if 0 < item.start() < len(items) - 1 else r"\-"
        else:
            written += re.escape(item["escaped"] or item["plain"])
    return f"[{'^' if negated else ''}{written}]"


def _match_segments(pattern: Sequence[Segment], names: Sequence[str]) -> bool:
    """Match the segments of a path. After `**`, the shortest match is enough, as with `*` in a name."""
    at = index = 0
    star, retry = -1, 0
    while index < len(names):
        segment = pattern[at] if at < len(pattern) else None
        if at < len(pattern) and segment is None:
            star, retry = at, index
            at += 1
        elif segment is not None and segment.match(names[index]):
            at, index = at + 1, index + 1
        elif star >= 0:
            retry += 1
            at, index = star + 1, retry
        else:
            return False
    return at == len(pattern)


def find_files(root: Root, pattern: str) -> list[str]:
    """Return the files of a directory that a pattern like `rules/**/*.md` matches, as sorted paths.

    Raises ValueError for a pattern that is not one of paths inside, UnreadableFile if there is too much to search.
    """
    names = pattern.split("/")
    if pattern.startswith("/") or os.path.isabs(pattern) or ".." in names:
        raise ValueError
    names = [name for name in names if name not in ("", ".")]
    if not names or names[-1] == "**":
        raise ValueError
    segments: list[Segment] = [None if name == "**" else compile_name(name) for name in names]
    plain = 0
    while plain < len(names) - 1 and not re.search(r"[*?\[\\]", names[plain]):
        plain += 1
    depth = None if None in segments else len(names)
    found: list[str] = []
    waiting = ["/".join(names[:plain])]
    for count, directory in enumerate(_popped(waiting)):
        if count > MAX_DIRECTORIES:
            raise UnreadableFile(f"there are more than {MAX_DIRECTORIES} directories to search")
        try:
            entries = root.entries(directory)
        except OSError:
            continue
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git" and (depth is None or path.count("/") + 1 < depth):
                    waiting.append(path)
            elif _match_segments(segments, path.split("/")):
                found.append(path)
    return sorted(found)


def _popped(waiting: list[str]) -> Iterator[str]:
    while waiting:
        yield waiting.pop()
