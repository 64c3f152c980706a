"""The language server with clients that others wrote: pytest-lsp, and Neovim and Emacs with the set-up of the docs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Tree = Callable[[dict[str, str]], Path]
RUN = """\
#!/bin/sh
docker run -d --name db postgres:9.6
docker run -d --name web --link db:pg -p 6379:6379 example/web
"""
READ = "#!/bin/sh\ncurl http://$PG_PORT_5432_TCP_ADDR/\n"
pytestmark = pytest.mark.conformance


def set_up(language: str) -> str:
    """Return the set-up of the docs for an editor: the last block in a language."""
    page = (ROOT / "docs" / "editors.md").read_text()
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return blocks[-1]


@pytest.fixture
def here(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, with `linklint` of this checkout in the path."""
    root = tree({"run.sh": RUN, "read.sh": READ, ".linklint.toml": ""})
    command = root.parent / "bin" / "linklint"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m linklint "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", str(root.parent))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root.parent / "config"))
    return root


def test_pytest_lsp(here: Path) -> None:
    """The client checks each message of the server against the protocol."""
    pytest.importorskip("pytest_lsp", reason="pip install docker-linklint[conformance]")
    from lsprotocol import types
    from pytest_lsp import client_capabilities, make_test_lsp_client

    async def session() -> None:
        client = make_test_lsp_client()
        await client.start_io(sys.executable, "-m", "linklint", "server")
        folder = types.WorkspaceFolder(here.as_uri(), "tree")
        capabilities = client_capabilities("visual-studio-code")
        await client.initialize_session(types.InitializeParams(capabilities, workspace_folders=[folder]))
        address = (here / "run.sh").as_uri()
        document = types.TextDocumentItem(address, "shellscript", 1, RUN)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        while address not in client.diagnostics:
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        assert sorted(str(one.code) for one in client.diagnostics[address]) == ["all-interfaces-bind", "legacy-link"]
        place = types.TextDocumentIdentifier(address), types.Position(2, 34)
        hover = await client.text_document_hover_async(types.HoverParams(*place))
        assert hover is not None and isinstance(hover.contents, types.MarkupContent)
        assert "leads to `db`" in hover.contents.value
        found = await client.text_document_definition_async(types.DefinitionParams(*place))
        assert isinstance(found, list) and found[0].range.start == types.Position(1, 21)
        where = types.Range(types.Position(2, 42), types.Position(2, 42))
        asked = types.CodeActionParams(place[0], where, types.CodeActionContext([]))
        actions = await client.text_document_code_action_async(asked) or []
        assert any("127.0.0.1:6379:6379" in one.title for one in actions)
        change = types.TextDocumentContentChangeWholeDocument(RUN.replace("--link db:pg ", ""))
        version = types.VersionedTextDocumentIdentifier(2, address)
        client.text_document_did_change(types.DidChangeTextDocumentParams(version, [change]))
        while len(client.diagnostics[address]) != 1:
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        await client.shutdown_session()
        await client.stop()

    asyncio.run(session())


NEOVIM = """
local function wait(what, is_true)
  assert(vim.wait(30000, is_true, 20), what)
end
local function messages(buffer)
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(buffer))
end
vim.cmd("edit run.sh")
local run = vim.api.nvim_get_current_buf()
wait("findings", function() return #messages(run) == 2 end)
local shown = { first = messages(run) }
vim.api.nvim_win_set_cursor(0, { 3, 34 })
vim.lsp.buf.definition()
wait("definition", function() return vim.api.nvim_win_get_cursor(0)[1] == 2 end)
vim.api.nvim_win_set_cursor(0, { 3, 42 })
vim.lsp.buf.code_action({
  filter = function(action) return action.title:find("Replace with 127.0.0.1") ~= nil end, apply = true,
})
wait("the fix", function() return table.concat(vim.api.nvim_buf_get_lines(run, 2, 3, false)):find("127.0.0.1:6379") end)
wait("findings after the fix", function() return #messages(run) == 1 end)
shown.fixed = messages(run)
vim.api.nvim_buf_set_lines(run, 2, 3, false, { "docker run -d --name web example/web" })
wait("findings after the edit", function() return #messages(run) == 0 end)
vim.cmd("edit!")
wait("findings of the file on disk", function() return #messages(run) == 2 end)
vim.cmd("edit! read.sh")
local read = vim.api.nvim_get_current_buf()
wait("the read", function() return #messages(read) == 1 end)
vim.api.nvim_win_set_cursor(0, { 2, 20 })
vim.lsp.buf.definition()
wait("definition of the read", function() return vim.api.nvim_buf_get_name(0):find("run.sh") end)
shown.line = vim.api.nvim_win_get_cursor(0)[1]
vim.fn.writefile({ vim.json.encode(shown) }, "shown.json")
vim.cmd("qall!")
"""


@pytest.mark.needs("nvim")
def test_neovim(here: Path) -> None:
    (here / "init.lua").write_text(f"vim.o.hidden = true\n{set_up('lua')}")
    (here / "session.lua").write_text(NEOVIM)
    command = ["nvim", "--headless", "-u", "init.lua", "-c", "luafile session.lua", "-c", "cquit 9"]
    done = subprocess.run(command, cwd=here, capture_output=True, timeout=150, check=False)
    assert (here / "shown.json").exists(), done.stderr.decode()
    shown = json.loads((here / "shown.json").read_text())
    assert sorted(shown["first"]) == ["all-interfaces-bind", "legacy-link"]
    assert shown["fixed"] == ["legacy-link"] and shown["line"] == 3


EMACS = """
(load-file "init.el")
(setq eglot-sync-connect 20)
(find-file "run.sh")
(eglot-ensure)
(run-hooks 'post-command-hook)
(let ((end (+ (float-time) 60)))
  (while (and (< (float-time) end) (< (length (flymake-diagnostics)) 2))
    (accept-process-output nil 0.1)
    (when (bound-and-true-p flymake-mode) (flymake-start))))
(princ (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\\n"))
"""


@pytest.mark.needs("emacs")
def test_emacs(here: Path) -> None:
    (here / "init.el").write_text(set_up("elisp"))
    (here / "session.el").write_text(EMACS)
    subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    begun = time.monotonic()
    done = subprocess.run(
        ["emacs", "--batch", "-l", "session.el"], cwd=here, capture_output=True, timeout=120, check=False, text=True
    )
    assert "web links to db on the default bridge" in done.stdout, (done.stderr, time.monotonic() - begun)


@pytest.mark.needs("hx")
def test_helix_finds_the_server(here: Path) -> None:
    config = here.parent / "config" / "helix"
    config.mkdir(parents=True)
    (config / "languages.toml").write_text(set_up("toml"))
    for language in ("bash", "dockerfile", "yaml", "docker-compose"):
        done = subprocess.run(["hx", "--health", language], capture_output=True, text=True, check=False, timeout=30)
        assert re.search(r"✓ linklint", re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)), done.stdout


@pytest.mark.needs("npm")
def test_the_extension_for_vs_code_is_built_and_packaged(tmp_path: Path) -> None:
    """With the commands of the docs. VS Code itself is not run."""
    source = ROOT / "editors" / "vscode"
    for name in ("package.json", "package-lock.json", ".npmrc", ".vscodeignore", "extension.js", "README.md"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    for command in set_up("sh").splitlines():
        if command.startswith("npm "):
            done = subprocess.run(
                command.split(), cwd=tmp_path, capture_output=True, timeout=300, check=False, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(tmp_path / "linklint.vsix") as package:
        names = set(package.namelist())
        manifest = json.loads(package.read("extension/package.json"))
    assert {"extension/out/extension.js", "extension/readme.md"} <= names
    assert not any("node_modules" in name or name.endswith("extension/extension.js") for name in names)
    assert manifest["contributes"]["configuration"]["properties"]["linklint.command"]["scope"] == "machine"
