"""What once went wrong in the language server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="pip install docker-linklint[lsp]")
sys.path.insert(0, str(Path(__file__).parent))

from editor import Editor, edited
from test_server import RUN, Tree, codes

from linklint.config.model import Config
from linklint.server.workspace import Workspace

RULE = """\
---
severity: error
message: "{what}"
---

# ![p](http://evil/t.png) [click](command:evil) <img src="http://evil">

[x](file:///etc/passwd) ``` fence

## Rule

```sql
SELECT container.span AS at, 'a container' AS what, name AS subject FROM container
```
"""


def change_folders(editor: Editor, added: list[Path], removed: list[Path]) -> None:
    event = {
        "added": [{"uri": path.as_uri(), "name": "a"} for path in added],
        "removed": [{"uri": path.as_uri(), "name": "r"} for path in removed],
    }
    editor.tell("workspace/didChangeWorkspaceFolders", {"event": event})


def test_with_a_mistake_in_the_configuration_the_text_of_the_editor_still_counts(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".linklint.toml": 'engine = "any"\n'})
    with Editor(root) as editor:
        address = editor.open(root / "run.sh")
        editor.found(address)
        editor.save(root / ".linklint.toml", "selct = []\n")
        editor.found((root / ".linklint.toml").as_uri())
        text = "\n\n" + RUN
        editor.type(address, text)
        assert {one["range"]["start"]["line"] for one in editor.found(address)} == {3, 4}
        fix = next(a for a in editor.actions(address, 4, 42) if a["title"].startswith("Replace"))
        assert "-p 127.0.0.1:6379:6379" in edited(text, fix["edit"]["changes"][address])


def test_without_any_right_configuration_there_is_only_the_mistake(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".linklint.toml": "selct = []\n"})
    with Editor(root) as editor:
        editor.found((root / ".linklint.toml").as_uri())
        address = editor.open(root / "run.sh")
        assert editor.actions(address, 2, 34) == [] and editor.at("hover", address, 2, 34) is None
        assert address not in editor.diagnostics


def test_each_folder_has_the_text_of_an_open_file(tree: Tree) -> None:
    files = {
        "run.sh": "sub/x.sh\ndocker run --link db:pg x\n",
        "sub/x.sh": "#!/bin/sh\ndocker run --name db -p 6379:6379 y\n",
    }
    root = tree(files)
    with Editor(root) as editor:
        inner = root / "sub" / "x.sh"
        address = editor.open(inner)
        editor.found(address)
        change_folders(editor, [root / "sub"], [])
        text = "\n\n\n" + inner.read_text()
        editor.type(address, text)
        editor.found(address)
        (there,) = editor.at("definition", (root / "run.sh").as_uri(), 1, 20)
        assert there["range"]["start"]["line"] == 4
        change_folders(editor, [], [root / "sub"])
        assert [one["range"]["start"]["line"] for one in editor.found(address) or editor.found(address)] == [4]
        fix = next(a for a in editor.actions(address, 4, 27) if a["title"].startswith("Replace"))
        assert "-p 127.0.0.1:6379:6379" in edited(text, fix["edit"]["changes"][address])


def test_one_folder_by_two_addresses(tree: Tree) -> None:
    root = tree({"run.sh": RUN})
    link = root.parent / "link"
    link.symlink_to(root)
    with Editor(root) as editor:
        change_folders(editor, [link], [])
        address = editor.open(root / "run.sh")
        assert editor.found(address)
        editor.type(address, "true\n")
        assert editor.found(address) == []


def test_a_file_that_was_judged_alone_belongs_to_its_folder(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "read.sh": "curl $PG_PORT_5432_TCP_ADDR\n"})
    with Editor(None) as editor:
        address = editor.open(root / "read.sh")
        editor.found(address)
        change_folders(editor, [root], [])
        editor.found((root / "run.sh").as_uri())
        assert editor.at("definition", address, 0, 10)[0]["uri"] == (root / "run.sh").as_uri()
        editor.tell("textDocument/didClose", {"textDocument": {"uri": address}})
        editor.at("hover", (root / "run.sh").as_uri(), 0, 0)
        assert editor.diagnostics[address]


def test_the_memory_of_a_workspace_does_not_grow_with_edits(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(RUN)
    space = Workspace([str(tmp_path)], Config())
    space.scan()
    sizes = []
    for number in range(20):
        space.given["run.sh"] = f"{RUN}# {number}\n".encode()
        store: Any = space.scan(["run.sh"]).store
        sizes.append((len(space.memory._used), len(store.spans)))
    assert sizes[5] == sizes[-1]


def test_a_rule_of_the_project_is_code_in_the_hover(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "lint/evil.md": RULE, ".linklint.toml": 'rules = ["lint/*.md"]\nselect = ["evil"]\n'})
    with Editor(root) as editor:
        address = (root / "run.sh").as_uri()
        editor.found(address)
        text = editor.at("hover", address, 1, 2)["contents"]["value"]
        before, fence, inside = text.partition("```text\n")
        assert fence and "evil" not in before and inside.count("```") == 1 and inside.endswith("\n```")


def test_a_rule_that_fails_is_shown(tree: Tree) -> None:
    rule = RULE.replace("container.span AS at", "nnn AS at")
    root = tree({"run.sh": RUN, "lint/evil.md": rule, ".linklint.toml": 'rules = ["lint/*.md"]\n'})
    with Editor(root) as editor:
        (one,) = editor.found((root / ".linklint.toml").as_uri())
        assert one["code"] == "failed-rule" and "no such column: nnn" in one["message"]


def test_the_configuration_above_the_folder(tree: Tree) -> None:
    root = tree({"sub/run.sh": RUN, ".linklint.toml": "selct = []\n"})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    with Editor(root / "sub") as editor:
        address = (root / "sub" / "run.sh").as_uri()
        assert editor.found((root / ".linklint.toml").as_uri())
        editor.save(root / ".linklint.toml", 'select = ["ports"]\n')
        assert codes(editor.found(address)) == ["all-interfaces-bind"]
        assert editor.diagnostics[(root / ".linklint.toml").as_uri()] == []


def test_a_new_file_where_a_scan_does_not_look(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".gitignore": "build/\n"})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "build").mkdir()
    with Editor(root) as editor:
        editor.found((root / "run.sh").as_uri())
        for name in ("build/new.sh", ".git/hooks/pre-commit", "../out.sh"):
            editor.open(root / name, RUN.replace("db", "dx"))
        editor.at("hover", (root / "run.sh").as_uri(), 0, 0)
        shown = {address for address, found in editor.diagnostics.items() if found}
        assert (root / "build" / "new.sh").as_uri() not in shown and not any(".git/" in one for one in shown)


def test_a_file_that_is_open_by_two_addresses(tree: Tree) -> None:
    root = tree({"d/x.sh": "true\n"})
    (root / "e").symlink_to(root / "d")
    with Editor(root) as editor:
        first = editor.open(root / "d" / "x.sh", RUN)
        editor.found(first)
        second = editor.open(root / "e" / "x.sh", RUN)
        editor.tell("textDocument/didClose", {"textDocument": {"uri": second}})
        assert editor.at("hover", first, 2, 34) is not None


def test_an_editor_that_promises_progress_and_does_not_answer(tree: Tree) -> None:
    class Silent(Editor):
        def send(self, message: dict[str, Any]) -> None:
            if "result" not in message:
                super().send(message)

    root = tree({"run.sh": RUN})
    with Silent(root, window={"workDoneProgress": True}) as editor:
        assert editor.found((root / "run.sh").as_uri())
