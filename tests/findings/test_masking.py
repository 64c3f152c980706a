"""Masking is for people: with and without --show-secrets, the findings are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from linklint.scanning import scan

FIXTURES = Path(__file__).parents[2] / "fixtures"
HARD = {
    "names like secrets": "docker run -d --name alphabeta-1 -e DB_PASSWORD=alphabeta-1 -p 80:80 x\n"
    "docker run -d --name alphabeta-2 -e DB_PASSWORD=alphabeta-2 -p 81:80 x\ndocker run -d --link alphabeta-1:db y\n",
    "a comment with names": "# password: web-app-1\n# token: db-app-01\ndocker run -d --name web-app-1 --link "
    "db-app-01:db x\n",
    "a name that is a client": "docker run -d --name mongo -p 27017:27017 mongo\ndocker run -d -p 27017:27017 "
    "--name other x\n",
}


@pytest.mark.parametrize("name", [*HARD, *sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())])
def test_the_findings_do_not_depend_on_masking(name: str, tmp_path: Path) -> None:
    tree = FIXTURES / name
    if name in HARD:
        tree = tmp_path
        (tree / "run.sh").write_text(HARD[name])
    hidden, shown = (
        [
            (f.rule, f.path, f.line, f.severity, f.confidence, f.fingerprint, [edit.text for edit in f.edits])
            for f in scan([str(tree)], audit=True, show_secrets=show).findings
        ]
        for show in (False, True)
    )
    assert hidden == shown


def test_ports_and_names_of_clients_are_not_masked(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(HARD["a name that is a client"])
    messages = [f.message for f in scan([str(tmp_path)], audit=True).findings]
    assert any("27017:27017" in message for message in messages) and not any("…" in message for message in messages)
