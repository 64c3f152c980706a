"""Patterns of a configuration: the same answers as git's, and never slow."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import pytest
from machine import in_time

from linklint.errors import ConfigError
from linklint.files.patterns import find_files, matcher
from linklint.files.root import Root

PIECES = ["a", "b", "*", "?", "**", "[ab]", "[!a]", "\\*", "ab", "a*", "*b", "a*b*", "[a-c]b", "[]a]", "[[:alpha:]]"]
NAMES = ["a", "b", "ab", "ba", "abb", "*", "c", "]", "a.b", "1"]


def git_says(directory: Path, patterns: list[str], paths: list[str]) -> set[str]:
    """Return the paths that git ignores."""
    (directory / ".gitignore").write_text("".join(f"{pattern}\n" for pattern in patterns))
    command = ["git", "-c", "core.excludesFile=", "-C", str(directory), "check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(command, input="\0".join(paths) + "\0", capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {path for path in done.stdout.split("\0") if path}


def test_random_patterns_mean_what_they_mean_to_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    chance = random.Random(14)
    matched = 0
    for _ in range(250):
        paths = ["/".join(chance.choices(NAMES, k=chance.randint(1, 4))) for _ in range(30)]
        patterns = []
        for _ in range(chance.randint(1, 3)):
            segments = ["".join(chance.choices(PIECES, k=chance.randint(1, 2))) for _ in range(chance.randint(1, 3))]
            pattern = chance.choice(["", "", "!", "/"]) + "/".join(segments) + chance.choice(["", "", "/"])
            patterns.append(pattern)
        expected = git_says(tmp_path, patterns, paths)
        matches = matcher(patterns, str(tmp_path), "here")
        assert {path for path in paths if matches(str(tmp_path / path))} == expected, patterns
        matched += len(expected)
    assert matched > 1000


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        (["*.sh"], "a/b/c.sh", True),
        (["/*.sh"], "a/c.sh", False),
        (["a/*.sh"], "a/c.sh", True),
        (["a/*.sh"], "a/b/c.sh", False),
        (["a/**"], "a/b/c.sh", True),
        (["a/**"], "a", False),
        (["**/b"], "x/y/b/c", True),
        (["a/**/b"], "a/b", True),
        (["a*a"], "a", False),
        (["a*a"], "aa", True),
        (["old/", "!old/keep.sh"], "old/keep.sh", True),
        (["old/*", "!old/keep.sh"], "old/keep.sh", False),
        (["*", "!*.sh"], "a.sh", False),
        (["dir/"], "dir", False),
        (["dir/"], "dir/a", True),
        (["# a", "", "\\#a"], "#a", True),
        (["a\\ "], "a ", True),
        (["a "], "a", True),
    ],
)
def test_patterns(patterns: list[str], path: str, expected: bool) -> None:
    assert matcher(patterns, "/r", "here")(f"/r/{path}") is expected


@pytest.mark.parametrize("pattern", ["[", "a\\", "[z-a]", "[[:alph:]]", "!", "a/[b"])
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ConfigError, match=r"here: .* is not a valid .gitignore pattern"):
        matcher([pattern], "/r", "here")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*a*a*a*b", "a" * 5000),
        ("*a" * 400 + "b", "a" * 900),
        ("?*" * 300 + "b", "a" * 2000),
        ("*[ab]" * 150 + "c", "ab" * 1000),
        ("**/a/" * 150 + "b", "a/" * 1500 + "c"),
        ("**/*a*/" * 80 + "b", "aaaa/" * 1500 + "c"),
    ],
)
def test_the_time_is_linear(pattern: str, path: str) -> None:
    matches = matcher([pattern], "/r", "here")
    begun = time.process_time()
    assert matches(f"/r/{path}") is False
    assert in_time(time.process_time() - begun, 2)


def test_files_of_a_pattern(tmp_path: Path) -> None:
    for name in ("rules/a.md", "rules/b.txt", "rules/deep/c.md", ".git/d.md", "e.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    (tmp_path / "rules" / "out").symlink_to(tmp_path)
    root = Root(str(tmp_path))
    assert find_files(root, "rules/*.md") == ["rules/a.md"]
    assert find_files(root, "./rules/a.md") == ["rules/a.md"]
    assert find_files(root, "rules/**/*.md") == ["rules/a.md", "rules/deep/c.md"]
    assert find_files(root, "**/*.md") == ["e.md", "rules/a.md", "rules/deep/c.md"]
    assert find_files(root, "**/" * 200 + "*.md") == ["e.md", "rules/a.md", "rules/deep/c.md"]
    assert find_files(root, "nothing/*.md") == []
    for pattern in ("../*.md", "rules/../../*", "/etc/ho*", "", "rules/**"):
        with pytest.raises(ValueError):
            find_files(root, pattern)
