"""The answer to the upgrade question: never a wrong yes, nothing invented."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.model import Config
from linklint.output.answers.upgrade import answer_for
from linklint.scanning import scan
from linklint.server.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent))
from answer_trees import TREES
from fresh_shapes import trees
from machine import in_time
from program import linklint

Write = Callable[[dict[str, str]], Path]
LINK = "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n"
NO_LINK = "docker run -d --name pg postgres\ndocker run -d --name web app\n"
READER = "import os\n\nurl = os.environ['DB_PORT']\n"


def asked(root: Path, *arguments: str) -> tuple[int, str]:
    done = linklint(*arguments, cwd=root)
    return done.returncode, done.stdout


def verdicts(root: Path, **options: bool) -> tuple[str, str]:
    found = answer_for(scan([str(root)], audit=True), **options)
    return found.answers["29"].verdict, found.answers["30"].verdict


@pytest.mark.parametrize("name", TREES)
def test_answer(tree: Write, name: str) -> None:
    expected, files = TREES[name]
    first, last = verdicts(tree(files))
    match expected:
        case "not yes":
            assert first != "yes"
        case "not yes, 30":
            assert last != "yes"
        case "yes":
            assert (first, last) == ("yes", "yes")
        case "yes 29":
            assert first == "yes"
        case _:
            assert first == expected


def test_without_the_link_a_short_name_is_a_setting(tree: Write) -> None:
    assert verdicts(tree({"run.sh": NO_LINK, "app.py": READER})) == ("yes", "yes")
    assert verdicts(tree({"run.sh": LINK, "app.py": READER}))[0] == "unknown"


def test_a_link_that_an_editor_adds_changes_what_another_file_says(tree: Write) -> None:
    root = tree({"run.sh": NO_LINK, "app.py": READER, "other.py": "import os\n"})
    space = Workspace([str(root)], Config())
    space.scan()
    for text, expected in ((LINK, "unknown"), (NO_LINK, "yes"), (LINK, "unknown")):
        space.given["run.sh"] = text.encode()
        assert answer_for(space.scan(["run.sh"])).answers["29"].verdict == expected
    space.given["other.py"] = b"import os\n\nhost = os.environ['DB_PORT_5432_TCP_ADDR']\n"
    assert answer_for(space.scan(["other.py"])).answers["29"].verdict == "no"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("docker run -d --link pg:db -e DB_PORT=5432 app\n", "yes"),  # the only recipient sets it
        ("docker run -d --link pg:db -e DB_PORT=5432 app\ndocker run -d --link pg:db other\n", "unknown"),
        ("docker network create n\ndocker run -d --network n --link pg:db app\n", "yes"),
        ("docker run -d --network $NET --link pg:db app\n", "unknown"),
        ("docker run -d --link pg:cache app\n", "yes"),
    ],
)
def test_who_sets_a_short_name(tree: Write, given: str, expected: str) -> None:
    root = tree({"run.sh": "docker run -d --name pg postgres\n" + given, "app.py": READER})
    assert verdicts(root)[0] == expected


SCRIPT = "#!/bin/sh\ndocker run --link db:db app\n"


@pytest.mark.parametrize(
    "files",
    [
        {".linklint.toml": 'exclude = ["old"]\n', "old/run.sh": SCRIPT},
        {"pyproject.toml": '[tool.linklint]\nexclude = ["old/*.sh"]\n', "old/run.sh": SCRIPT},
        {"installer.bin": SCRIPT},
        {"docs/setup.pdf": SCRIPT},
        {".cache/run.sh": SCRIPT},
        {"sub/.terraform/run.sh": SCRIPT, "sub/main.tf": "\n"},
        {".gitmodules": '[submodule "deploy"]\n\tpath = deploy\n', "up.sh": "docker ps\nsh deploy/up.sh\n"},
    ],
)
def test_what_a_tree_leaves_out_is_no_yes(tree: Write, files: dict[str, str]) -> None:
    status, output = asked(tree(files), "upgrade")
    assert status == 3, output
    assert "was not read" in output or "is not there" in output


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"old/run.sh": SCRIPT}, ["--config", "exclude=old"]),  # the caller knows
        ({".linklint.toml": 'exclude = ["old"]\n', "old/run.sh": "docker run app\n"}, []),
        ({"picture.png": "\x89PNG\0--link a:b"}, []),
        ({"node_modules/x/run.sh": SCRIPT}, []),  # vendored
        ({".gitmodules": '[submodule "deploy"]\n\tpath = deploy\n', "up.sh": "docker ps\n"}, []),
        ({".gitmodules": '[submodule "lib"]\n\tpath = lib\n', "up.sh": "docker run -v /usr/lib/x:/x app\n"}, []),
        (
            {
                ".linklint.toml": 'exclude = ["old"]\n[[per-path]]\npaths = ["old"]\nignore = ["unfollowed-link"]\n'
                'reason = "a demo"\n',
                "old/run.sh": SCRIPT,
            },
            [],
        ),
        (
            {
                ".linklint.toml": 'exclude = ["old"]\n[[per-path]]\npaths = ["old"]\nignore = ["unfollowed", "ports"]\n'
                'reason = "a demo"\n',
                "old/run.sh": SCRIPT,
            },
            [],
        ),
    ],
)
def test_what_may_be_left_out(tree: Write, files: dict[str, str], options: list[str]) -> None:
    status, output = asked(tree(files), "upgrade", *options)
    assert status == 0, output


def test_strict_ignores_what_is_marked_as_reviewed(tree: Write) -> None:
    config = 'exclude = ["old"]\n[[per-path]]\npaths = ["old"]\nignore = ["unfollowed-link"]\nreason = "a demo"\n'
    root = tree({".linklint.toml": config, "old/run.sh": SCRIPT})
    assert asked(root, "upgrade", "--strict")[0] == 3


def test_paths_of_the_configuration_hide_nothing(tree: Write) -> None:
    root = tree({".linklint.toml": 'paths = ["app"]\n', "app/a.sh": "docker ps\n", "run.sh": SCRIPT})
    status, output = asked(root, "upgrade")
    assert status == 3 and "run.sh:2" in output
    assert asked(root, "upgrade", "app")[0] == 0


def test_json_has_the_evidence_for_what_does_not_count(tree: Write) -> None:
    text = "# --link pg:db\ndocker run app\nnpm install --link x\n"
    found = json.loads(linklint("upgrade", "--format", "json", cwd=tree({"run.sh": text})).stdout)
    assert found["explained"] == [
        {"class": "comment", "rule": "a comment", "mentions": 1, "first": "run.sh:1"},
        {"class": "other", "rule": "an option of another command", "mentions": 1, "first": "run.sh:3"},
    ]


def test_markdown_is_a_comment_for_a_pull_request(tree: Write) -> None:
    files = {"run.sh": LINK, "a|b.sh": 'psql -h "$DB_PORT_5432_TCP_ADDR"\n'}
    lines = linklint("upgrade", "--format", "markdown", cwd=tree(files)).stdout.splitlines()
    assert lines[0] == "## Docker Engine 29 and 30" and lines[2].startswith("**No&#58;") or lines[2].startswith("**No:")
    at = lines.index("| engine | answer | because of |")
    assert [line.split(" | ")[1] for line in lines[at + 2 : at + 4]] == ["❌ no", "❌ no"]
    assert "### Do first" in lines and "</details>" in lines
    assert any(line.startswith("1. either pass") for line in lines) and "   or change what reads them" in lines
    assert any(line.startswith("   - run.sh:2: -e DB") for line in lines)
    assert any(line.startswith("2. run.sh: put") for line in lines)
    assert not any("a|b.sh" in line for line in lines)  # no markup from the tree


WANTED = {  # of the answers for 29 and 30, by what a reader expects
    "no29": lambda first, last: first != "yes",
    "notyes29": lambda first, last: first != "yes",
    "notyes30": lambda first, last: last != "yes",
    "yes29": lambda first, last: first != "no",
    "yes": lambda first, last: "no" not in (first, last),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("LINKLINT_ANSWERS", "1"))))
def test_shapes_of_a_reader_who_has_not_seen_the_code(tmp_path: Path, seed: int) -> None:
    """Never a wrong yes, and no harmless tree is refused; few answers are unknown where a reader can tell."""
    wrong, unsure, count = [], [], 0
    for number, (name, expected, files) in enumerate(trees(seed)):
        for path, text in files.items():
            file = tmp_path / str(number) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        first, last = verdicts(tmp_path / str(number))
        count += 1
        if not WANTED[expected](first, last):
            wrong.append((name, first, last))
        if {"no29": first, "yes29": first, "yes": first}.get(expected) == "unknown" or expected == "yes" != last:
            unsure.append(name)
    assert not wrong
    assert len(unsure) <= 0.03 * count, unsure


def test_a_short_name_in_an_excluded_file_counts(tree: Write) -> None:
    files = {
        "run.sh": LINK,
        "app/a.py": "import os\nfrom urllib.parse import urlparse\n\nhost = urlparse(os.environ['DB_PORT']).hostname\n",
        ".linklint.toml": 'exclude = ["app"]\n',
    }
    root = tree(files)
    answer = linklint("upgrade", "--to", "29", cwd=root).stdout
    assert answer.startswith("Unknown: 1 file that was not read, first at app/a.py:4")
    (root / "run.sh").write_text(LINK.replace(":db", ":other"))
    assert linklint("upgrade", "--to", "29", cwd=root).stdout.startswith("Yes")


PRINTS = {"gen.py": 'print("docker run --link a:b c")\n'}
SUBMODULE = {".gitmodules": '[submodule "a"]\npath = a\n'}
HOSTILE = {
    "a program that is named often": {**PRINTS, "Makefile": "a:\n\t" + "gen.py " * 30_000},
    "outputs without end": {**PRINTS, "Makefile": "a:\n\t" + "$(" * 60_000 + " gen.py"},
    "a submodule that a long line may build": {**SUBMODULE, "up.sh": "docker build " * 30_000},
    "contexts on a line": {**SUBMODULE, "up.sh": "docker run a;" + "context: " * 30_000},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_passed_over_costs_little(tree: Write, name: str) -> None:
    root = tree(HOSTILE[name])
    begun = time.process_time()
    verdicts(root)
    assert in_time(time.process_time() - begun, 2)
