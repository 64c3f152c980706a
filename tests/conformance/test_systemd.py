"""Compare with systemd: the words of command lines in units, as the service manager prints them.

`systemd --test` loads the units of a directory, starts nothing, and prints what it would run. It replaces specifiers
but not variables, which it replaces when a command runs (systemd.service(5), "Command lines"), so tests use a name that
both leave alone.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linklint.context import ExtractionContext
from linklint.facts.collector import FactCollector
from linklint.kinds.systemd import START, STOP, Unit, commands
from linklint.lexer.unit_file import entries, specifiers_of, split
from linklint.text.source import Source

SYSTEMD = next(
    (path for path in ("/lib/systemd/systemd", "/usr/lib/systemd/systemd") if os.access(path, os.X_OK)), "systemd"
)
pytestmark = [pytest.mark.conformance, pytest.mark.needs(SYSTEMD, "setpriv")]

LINES = [
    "/usr/bin/docker run -d --name web -p 80:80 nginx",
    "-/usr/bin/docker rm -f %p",
    "@/usr/bin/docker docker run --name %n x",
    "/usr/bin/docker run --name '%N' \"a b\" c\\td e\"f g\"h 'it''s' x",
    '/usr/bin/docker run -e "A=b c" -e \'D="e"\' -e F=\\"g\\" -e H=\\x41\\101\\u00e9 i\\sj x',
    "/usr/bin/docker run --name one x ; /usr/bin/docker run --name two y \\; z",
    "/usr/bin/docker run \\\n  --name web \\\n  # a comment\n  ; another\n  -p 80:80 \\\n  nginx",
    "/usr/bin/docker run -e PERCENT=5%% -e %i=%p x",
    "+-/usr/bin/docker run x",
    ":/usr/bin/docker run x",
    "/bin/sh -c 'docker run --name \"a b\" -e \\'C=d\\' x || true'",
    "/usr/bin/docker run   x\t\ty   ",
    '/usr/bin/docker run "unfinished\\qescape" \\. x',
    "/usr/bin/docker run é 日本 '' \"\" x",
]
PIECES = ["run", "-d", "--name", "web-%p", "%%", "'a b'", '"c d"', "e'f g'", 'h"i"j', "\\x41", "\\t", "\\s", "k\\\\l",
    "\\'", '\\"', "-p", "80:80", "é", "A=b", ";", "\\;", "%n", "''", "#x", "~", "*", "\\101"]  # fmt: skip


@pytest.fixture
def directory() -> Iterator[Path]:
    """Return a directory that everybody may read: systemd tests no units for root."""
    with tempfile.TemporaryDirectory(prefix="linklint-units-") as name:
        yield Path(name)


def as_systemd(lines: list[str], directory: Path) -> list[list[list[str]]]:
    """Return the commands of one unit per line."""
    for number, line in enumerate(lines):
        (directory / f"u{number}.service").write_text(f"[Service]\nType=oneshot\nExecStart={line}\n")
    (directory / "all.target").write_text(
        "[Unit]\n" + "".join(f"Wants=u{number}.service\n" for number in range(len(lines)))
    )
    directory.chmod(0o755)
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    if as_nobody:
        Path("/run/systemd").mkdir(exist_ok=True)  # without a running systemd, it must be created
    done = subprocess.run(
        [*as_nobody, SYSTEMD, "--test", "--system", "--unit=all.target", "--no-pager"], capture_output=True, timeout=60,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{directory}:", "HOME": str(directory), "XDG_RUNTIME_DIR": str(directory),
        "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    found: dict[int, list[list[str]]] = {number: [] for number in range(len(lines))}
    unit = -1
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if head := re.match(r"\t?(?:->|→) Unit (\S+):", line):
            inner = re.fullmatch(r"u(\d+)\.service", head[1])
            unit = int(inner[1]) if inner else -1
        elif unit >= 0 and (command := re.match(r"\s*Command Line: (.*)", line)):
            found[unit].append(quoted(command[1]))
    return [found[number] for number in range(len(lines))]


ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "s": " "}


def unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 3:
        return chr(int(code[1:], 16) if code[0] == "x" else int(code, 8))
    return ESCAPES.get(code, code)


def quoted(line: str) -> list[str]:
    """Return the words that systemd quotes for people: double quotes, with the escapes of C and the shell."""
    words = [
        match[1] if match[1] is not None else match[2] for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    ]
    return [re.sub(r"\\(x[0-9a-f]{2}|[0-7]{3}|.)", unescaped, word) for word in words]


def as_linklint(line: str, number: int) -> list[list[str]]:
    unit = Unit(f"u{number}", "")
    for entry in entries(
        Source("u.service", f"[Service]\nType=oneshot\nExecStart={line}\n").whole(),
        ExtractionContext(FactCollector(), lambda _: None),
    ):
        unit.add(entry)
    found = []
    for key in (*START, *STOP):
        for value in unit.commands.get(key, []):
            for words in commands(split(value, specifiers_of(unit.name, "service"), lambda _: None, strict=True)):
                assert not any(word.open for word in words)
                found.append([word.string for word in words])
    return found


def compare(lines: list[str], directory: Path) -> int:
    compared = 0
    for number, (line, real) in enumerate(zip(lines, as_systemd(lines, directory), strict=True)):
        if not real:
            continue  # systemd skips the line: an empty command, an open quote
        mine = as_linklint(line, number)
        if "@" in line.split()[0]:
            real = [[mine[0][0], *real[0][1:]], *real[1:]]  # it prints argv[0] there
        assert mine == real, line
        compared += 1
    return compared


def test_the_words_of_command_lines(directory: Path) -> None:
    assert compare(LINES, directory) == len(LINES)


def test_a_command_whose_quote_is_open_is_not_run(directory: Path) -> None:
    lines = ['/usr/bin/docker run "x', "/usr/bin/docker run x'", '/usr/bin/docker run x ; /bin/sh -c "docker run y']
    assert as_systemd(lines, directory) == [[], [], []]
    assert [as_linklint(line, 0) for line in lines] == [[], [], []]


def test_generated_command_lines(directory: Path) -> None:
    chance = random.Random(int(os.environ.get("LINKLINT_SEED", "1")))
    lines = [
        "/usr/bin/docker " + " ".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 9))) for _ in range(300)
    ]
    assert compare(lines, directory) > 250


def test_shlex_is_another_thing() -> None:
    """systemd splits words differently from a shell, so they need two readers."""
    line = "a\\x41 b"
    assert shlex.split(line) != [word.string for word in split(Source("u", line).whole(), {}, lambda _: None)]
