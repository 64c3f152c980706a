"""`linklint scan --add-ignore`: comments that suppress exactly the listed findings, in every language that has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import linklint

LINK = "docker run -d --name db x\ndocker run -d --name web --link db:db img\n"
FILES = {
    "shell": ("run.sh", "#!/bin/sh\nset -e\n" + LINK),
    "a statement of several lines": ("run.sh", "docker run -d --name db x\nif true; then\n  docker run -d \\\n"
    "    --name web \\\n    --link db:db img\nfi\n"),
    "Windows line ends": ("run.sh", LINK.replace("\n", "\r\n")),
    "Compose": ("docker-compose.yml", "db:\n  image: x\nweb:\n  image: y\n  links:\n    - db\n"),
    "Compose, ports": ("compose.yaml", 'services:\n  db:\n    image: postgres\n    ports:\n      - "5432:5432"\n'),
    "a Dockerfile": ("Dockerfile", "FROM x\nRUN a && \\\n    b\nCMD psql -h $DB_PORT_5432_TCP_ADDR\n"),
    "Markdown": ("README.md", "# Notes\n\nText.\n\n```sh\n" + LINK + "```\n"),
    "a Makefile": ("Makefile", "all:\n\tdocker run -d --name db x\n\tdocker run -d --name web --link db:db img\n"),
    "Python": ("app.py", "import os\nhost = os.environ['DB_PORT_5432_TCP_ADDR']\n"),
    "JavaScript": ("app.js", "const host = process.env.DB_PORT_5432_TCP_ADDR;\n"),
    "a unit": ("web.service", "[Service]\nExecStart=/usr/bin/docker run --name web --link db:db img\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_next_scan_is_silent(tmp_path: Path, name: str) -> None:
    path, text = FILES[name]
    (tmp_path / path).write_bytes(text.encode())
    before = linklint("scan", "--format", "concise", cwd=tmp_path).stdout.splitlines()
    assert before
    done = linklint("scan", "--add-ignore=known since 2026", cwd=tmp_path)
    assert done.returncode == 0 and "Added comments for" in done.stderr, done.stderr
    written = (tmp_path / path).read_bytes().decode()
    assert "linklint: ignore[" in written and "known since 2026" in written
    kept = [line for line in written.splitlines(keepends=True) if "linklint: ignore" not in line]
    assert "".join(kept) == text, "nothing else is changed"
    assert written.count("\r\n") in (0, written.count("\n"))
    after = linklint("scan", cwd=tmp_path)
    assert after.returncode == 0 and after.stdout.startswith("No findings"), after.stdout
    assert "unused" not in linklint("scan", "--audit", cwd=tmp_path).stdout


def test_what_stands_behind_a_listed_finding_gets_a_comment_too(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text('DB=$(docker run -d x)\ndocker run -d --name web --link "$DB:db" img\n')
    assert linklint("scan", "--add-ignore", cwd=tmp_path).returncode == 0
    assert "ignore[legacy-link, unnamed-link-target] known" in (tmp_path / "run.sh").read_text()


def test_a_file_that_cannot_have_comments_is_left_alone(tmp_path: Path) -> None:
    text = '{"containerDefinitions": [{"name": "web", "image": "x", "links": ["db"]}]}\n'
    (tmp_path / "task.json").write_text(text)
    assert linklint("scan", cwd=tmp_path).returncode == 1
    done = linklint("scan", "--add-ignore", cwd=tmp_path)
    assert done.returncode == 1 and "did not change task.json: comments are not possible there" in done.stderr
    assert (tmp_path / "task.json").read_text() == text


def test_a_document_without_comments_of_html_is_left_alone(tmp_path: Path) -> None:
    text = "Notes\n=====\n\n.. code-block:: sh\n\n    docker run -d --name web --link db:db img\n"
    (tmp_path / "notes.rst").write_text(text)
    done = linklint("scan", "--add-ignore", cwd=tmp_path)
    assert done.returncode == 1 and (tmp_path / "notes.rst").read_text() == text


@pytest.mark.parametrize("reason", ["two\nlines", "linklint: ignore-file[legacy-link] x", "--> *", "x */ y"])
def test_a_reason_that_would_be_more_than_a_reason_is_refused(tmp_path: Path, reason: str) -> None:
    (tmp_path / "run.sh").write_text(LINK)
    assert linklint("scan", f"--add-ignore={reason}", cwd=tmp_path).returncode == 2
    assert (tmp_path / "run.sh").read_text() == LINK


def test_only_the_named_files_are_changed(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(LINK)
    (tmp_path / "b.sh").write_text(LINK.replace("db", "pg").replace("web", "api"))
    linklint("scan", "--add-ignore", "--context", ".", "a.sh", cwd=tmp_path)
    assert "ignore" in (tmp_path / "a.sh").read_text() and "ignore" not in (tmp_path / "b.sh").read_text()
