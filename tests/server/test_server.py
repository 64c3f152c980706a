"""The language server, spoken to by an editor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="pip install docker-linklint[lsp]")
sys.path.insert(0, str(Path(__file__).parent))

from editor import Editor, edited
from program import linklint

Tree = Callable[[dict[str, str]], Path]
RUN = """\
#!/bin/sh
docker run -d --name db -e POSTGRES_PASSWORD=correct-horse-battery -p 127.0.0.1:5432:5432 postgres:9.6
docker run -d --name web --link db:pg -p 6379:6379 example/web
"""
READER = "FROM node\nENV A=1\nCMD curl http://$PG_PORT_5432_TCP_ADDR/\n"


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return sorted(str(one["code"]) for one in diagnostics)


def test_findings_when_a_file_is_opened_changed_and_closed(tree: Tree) -> None:
    path = tree({"run.sh": RUN}) / "run.sh"
    with Editor(path.parent) as editor:
        address = editor.open(path)
        first = editor.found(address)
        assert codes(first) == ["all-interfaces-bind", "legacy-link", "secret-in-env"]
        link = next(one for one in first if one["code"] == "legacy-link")
        assert link["range"] == {"start": {"line": 2, "character": 32}, "end": {"line": 2, "character": 37}}
        assert link["severity"] == 2 and link["source"] == "linklint"
        assert link["codeDescription"]["href"].endswith("/rules/legacy-link/")
        editor.type(address, RUN.replace("--link db:pg ", "").replace("-p 6379:6379 ", ""))
        assert codes(editor.found(address)) == ["secret-in-env"]
        editor.tell("textDocument/didClose", {"textDocument": {"uri": address}})
        assert codes(editor.found(address)) == codes(first)


def test_the_findings_are_those_of_a_scan(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "web/Dockerfile": READER})
    with Editor(root) as editor:
        editor.found((root / "run.sh").as_uri())
        editor.at("hover", (root / "run.sh").as_uri(), 0, 0)
        shown = linklint("scan", "--format", "concise", cwd=root).stdout.splitlines()
        listed = [line for line in shown if line.startswith(("run.sh:", "web/"))]
        assert sum(map(len, editor.diagnostics.values())) == len(listed) > 2


def test_related_places_in_other_files(tree: Tree) -> None:
    root = tree(
        {"a.sh": "docker run -d --name db x\n", "sub/b.sh": "docker run -d --name db x\n", "c.sh": "./a.sh; sub/b.sh"}
    )
    with Editor(root) as editor:
        found = [one for many in [editor.found((root / "sub/b.sh").as_uri())] for one in many]
        related = found[0]["relatedInformation"][0]
        assert related["location"]["uri"] == (root / "a.sh").as_uri()


def test_hover(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "read.sh": "curl http://$PG_PORT_5432_TCP_ADDR/\n"})
    with Editor(root) as editor:
        address = (root / "run.sh").as_uri()
        editor.found(address)
        link = editor.at("hover", address, 2, 34)["contents"]
        assert link["kind"] == "markdown"
        assert "Link `db:pg` of `web`: leads to `db`, image `postgres:9.6`" in link["value"]
        assert "`PG_PORT_5432_TCP` = `tcp://<address of db>:5432`" in link["value"]
        assert "correct-horse-battery" not in link["value"] and "`PG_ENV_POSTGRES_PASSWORD` = `cor…`" in link["value"]
        assert "# `legacy-link`" in link["value"] and "## How to fix" in link["value"]
        read = editor.at("hover", (root / "read.sh").as_uri(), 0, 20)["contents"]["value"]
        assert "`PG_PORT_5432_TCP_ADDR` is set to `<address of db>` by the link `db:pg` of `web`" in read
        assert editor.at("hover", address, 0, 3) is None


def test_definition(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "read.sh": "curl http://$PG_PORT_5432_TCP_ADDR/\n"})
    with Editor(root) as editor:
        address = (root / "run.sh").as_uri()
        editor.found(address)
        source = editor.at("definition", address, 2, 34)
        assert source == [
            {"uri": address, "range": {"start": {"line": 1, "character": 21}, "end": {"line": 1, "character": 23}}}
        ]
        link = editor.at("definition", (root / "read.sh").as_uri(), 0, 20)
        assert link == [
            {"uri": address, "range": {"start": {"line": 2, "character": 32}, "end": {"line": 2, "character": 37}}}
        ]


def test_code_actions_fix_what_they_say(tree: Tree) -> None:
    root = tree({"run.sh": RUN})
    path = root / "run.sh"
    with Editor(root) as editor:
        address = editor.open(path)
        editor.found(address)
        port = editor.actions(address, 2, 42)
        fix = next(action for action in port if action["title"].startswith("Replace with 127.0.0.1:6379:6379"))
        after = edited(RUN, fix["edit"]["changes"][address])
        assert after == RUN.replace("-p 6379:6379", "-p 127.0.0.1:6379:6379")
        editor.type(address, after)
        assert codes(editor.found(address)) == ["legacy-link", "secret-in-env"]
        ignore = next(a for a in editor.actions(address, 2, 34) if a["title"].startswith("Suppress legacy-link"))
        editor.type(address, edited(after, ignore["edit"]["changes"][address]), 3)
        assert codes(editor.found(address)) == ["secret-in-env"]


def test_all_safe_fixes_of_a_file(tree: Tree) -> None:
    script = "docker run -d --name db x\ndocker run -d --name a --link db:db x\ndocker run -it --link db --name b x\n"
    root = tree({"run.sh": script, "read.sh": "curl http://$DB_PORT_80_TCP_ADDR/ $DB_PORT_81_TCP_ADDR\n"})
    with Editor(root) as editor:
        address = editor.open(root / "read.sh")
        editor.found(address)
        wanted = linklint("scan", "--diff=safe", cwd=root).stdout
        actions = editor.actions(address, 0, 0, only=["source.fixAll"])
        assert [action["kind"] for action in actions] == (["source.fixAll.linklint"] if "+curl" in wanted else [])


def test_migrate_sends_the_edits_that_the_command_writes(tree: Tree) -> None:
    root = tree({"run.sh": RUN.replace("-p 127.0.0.1:5432:5432 ", "")})
    path = root / "run.sh"
    with Editor(root) as editor:
        address = editor.open(path)
        editor.found(address)
        action = next(a for a in editor.actions(address, 2, 34) if a["kind"] == "refactor.rewrite")
        editor.ask("workspace/executeCommand", action["command"])
        sent = next(m for m in editor.received if m.get("method") == "workspace/applyEdit")
        after = edited(path.read_text(), sent["params"]["edit"]["changes"][address])
        assert linklint("migrate", "--write", "--force", cwd=root).returncode == 0
        assert path.read_text() == after and "--network" in after


def test_a_mistake_in_the_configuration(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".linklint.toml": 'engine = "29"\nselct = []\n'})
    with Editor(root) as editor:
        config = root / ".linklint.toml"
        (mistake,) = editor.found(config.as_uri())
        assert (
            mistake["range"]["start"]["line"] == 1 and "unknown key selct: did you mean select?" in mistake["message"]
        )
        editor.save(config, 'select = ["ports"]\n')
        editor.until(lambda m: len(editor.diagnostics) == 2)
        assert editor.diagnostics[config.as_uri()] == []
        assert codes(editor.diagnostics[(root / "run.sh").as_uri()]) == ["all-interfaces-bind"]
        editor.save(config, "select = [\n")
        assert editor.found(config.as_uri())[0]["code"] == "configuration"


def test_a_file_without_a_folder(tree: Tree) -> None:
    root = tree({"run.sh": RUN, "other.sh": RUN})
    with Editor(None) as editor:
        address = editor.open(root / "run.sh")
        assert "legacy-link" in codes(editor.found(address))
        assert (root / "other.sh").as_uri() not in editor.diagnostics


def test_a_file_that_only_the_editor_has(tree: Tree) -> None:
    root = tree({"run.sh": "true\n"})
    with Editor(root) as editor:
        address = editor.open(root / "new.sh", RUN)
        assert "legacy-link" in codes(editor.found(address))
        editor.tell("textDocument/didClose", {"textDocument": {"uri": address}})
        assert editor.found(address) == []


def test_positions_are_in_utf_16_units(tree: Tree) -> None:
    root = tree({"run.sh": 'docker run -d --name db x\necho "😀é"; docker run --link db:pg x\r\ntrue\n'})
    with Editor(root) as editor:
        address = (root / "run.sh").as_uri()
        link = next(one for one in editor.found(address) if one["code"] == "legacy-link")
        line = root.joinpath("run.sh").read_bytes().decode().split("\n")[1]
        at = len(line[: line.index("db:pg")].encode("utf-16-le")) // 2
        assert link["range"]["start"] == {"line": 1, "character": at}
        assert editor.at("definition", address, 1, at + 3)


def test_a_folder_is_removed(tree: Tree) -> None:
    root = tree({"run.sh": RUN})
    with Editor(root) as editor:
        address = (root / "run.sh").as_uri()
        assert editor.found(address)
        event = {"added": [], "removed": [{"uri": root.as_uri(), "name": "tree"}]}
        editor.tell("workspace/didChangeWorkspaceFolders", {"event": event})
        assert editor.found(address) == []


def test_a_folder_inside_another_one(tree: Tree) -> None:
    """Each file is judged by the smallest folder that has it."""
    root = tree({"run.sh": RUN, "sub/run.sh": RUN.replace("db", "dc"), "sub/.linklint.toml": 'select = ["ports"]\n'})
    with Editor(root) as editor:
        inner = (root / "sub" / "run.sh").as_uri()
        assert "legacy-link" in codes(editor.found(inner))
        event = {"added": [{"uri": (root / "sub").as_uri(), "name": "sub"}], "removed": []}
        editor.tell("workspace/didChangeWorkspaceFolders", {"event": event})
        assert codes(editor.found(inner)) == ["all-interfaces-bind"]
        editor.save(root / "run.sh", RUN + "docker run --name again --link db:x y\n")
        editor.found((root / "run.sh").as_uri())
        assert codes(editor.diagnostics[inner]) == ["all-interfaces-bind"]


def test_other_addresses_are_left_alone(tree: Tree) -> None:
    root = tree({"run.sh": RUN})
    with Editor(root) as editor:
        for address in ("untitled:Untitled-1", "http://example.org/run.sh", "file://host/run.sh", "file:///a%00b", "x"):
            document = {"uri": address, "languageId": "sh", "version": 1, "text": RUN}
            editor.tell("textDocument/didOpen", {"textDocument": document})
            assert editor.at("hover", address, 0, 0) is None
            assert editor.actions(address, 0, 0) == []
        assert set(editor.diagnostics) <= {(root / "run.sh").as_uri()}


def test_a_request_is_cancelled_while_the_folder_is_judged(tree: Tree) -> None:
    root = tree({f"s{number}.sh": RUN for number in range(150)})
    with Editor(root) as editor:
        number = editor.begin("textDocument/hover", {
            "textDocument": {"uri": (root / "s1.sh").as_uri()}, "position": {"line": 2, "character": 34}
        })  # fmt: skip
        editor.tell("$/cancelRequest", {"id": number})
        assert editor.answer(number)["code"] == -32800


def test_progress_of_the_first_scan(tree: Tree) -> None:
    root = tree({"run.sh": RUN})
    with Editor(root, window={"workDoneProgress": True}) as editor:
        editor.found((root / "run.sh").as_uri())
        kinds = [m["params"]["value"]["kind"] for m in editor.received if m.get("method") == "$/progress"]
        assert kinds[0] == "begin" and kinds[-1] == "end"


def test_it_ends_when_the_editor_says_so(tree: Tree) -> None:
    root = tree({f"s{number}.sh": RUN for number in range(300)})
    with Editor(root) as editor:
        assert editor.ask("shutdown", None) is None
        editor.tell("exit", None)
        assert editor.process.wait(timeout=20) == 0


def test_changes_that_come_together_are_judged_once(tree: Tree) -> None:
    root = tree({f"s{number}.sh": RUN.replace("db", f"db{number}") for number in range(100)})
    with Editor(root) as editor:
        address = editor.open(root / "s1.sh")
        editor.found(address)
        editor.received.clear()
        for number in range(50):
            editor.type(address, RUN.replace("--link db:pg ", "") + f"# {number}\n", number + 2)
        editor.type(address, "true\n", 99)
        editor.until(lambda m: editor.diagnostics[address] == [])
        sent = [m for m in editor.received if m.get("params", {}).get("uri") == address]
        assert 1 <= len(sent) < 20


def test_without_the_extra_it_says_what_to_install(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("linklint.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    done = linklint("server", cwd=tree({}))
    assert done.returncode == 2 and "pip install 'docker-linklint[lsp] @ git+https://" in done.stderr
