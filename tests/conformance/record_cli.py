"""Record what several versions of the docker CLI answer to the inputs of `tests/docker/option_inputs.py`.

`python tests/conformance/record_cli.py 26.1.5=/usr/bin/docker 29.7.2=PATH…` writes `tests/docker/cli_answers.json`: for
each line the versions that refuse it, and what the newest one sends to the engine.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "docker"), str(TESTS / "conformance")]

from fake_engine import Outcome  # noqa: E402
from option_inputs import command_lines  # noqa: E402
from test_docker_cli import as_the_cli, judge  # noqa: E402

ANSWERS = TESTS / "docker" / "cli_answers.json"
FIELDS = ("links", "published", "exposed")
MACHINE = ("no such file or directory", "notary server")  # answers that depend on the machine


def sent(line: list[str], outcome: Outcome) -> dict[str, Any]:
    """Return the links, published and exposed ports that the CLI sends, without empty ones."""
    fields = as_the_cli(line, outcome).fields or {}
    return {name: sorted(map(list, fields[name])) if name == "published" else sorted(fields[name])
            for name in FIELDS if fields.get(name)}  # fmt: skip


def main(given: list[str]) -> None:
    lines, answers = list(command_lines()), {}
    for version, _, path in (word.partition("=") for word in given):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "bin").mkdir()
            (Path(folder) / "bin" / "docker").symlink_to(path)
            os.environ["PATH"] = f"{folder}/bin{os.pathsep}{os.environ['PATH']}"
            answers[version] = judge(lines, Path(folder))
    newest, rows = answers[list(answers)[-1]], []
    for number, line in enumerate(lines):
        outcomes = {version: found[number] for version, found in answers.items()}
        if any(words in outcome.error for outcome in outcomes.values() for words in MACHINE):
            continue
        refused = " ".join(version for version, outcome in outcomes.items() if outcome.body is None)
        rows.append({"line": shlex.join(line), "refused": refused, **sent(line, newest[number])})
    text = ",\n".join(json.dumps(row) for row in rows)
    ANSWERS.write_text(f'{{"versions": {json.dumps(list(answers))}, "answers": [\n{text}\n]}}\n')


if __name__ == "__main__":
    main(sys.argv[1:])
