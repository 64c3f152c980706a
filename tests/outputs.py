"""Every kind of output, as a command of a user. A test fails when a command or a format is not in the list."""

from __future__ import annotations

from collections.abc import Iterator

from linklint.cli.arguments import SHELLS
from linklint.cli.parser import parser
from linklint.output.formats import FORMATS

# Arguments of linklint in a tree; `{out}` is a directory outside of it, what is written there is output, too.
OUTPUTS: dict[str, list[str]] = {
    "scan": ["scan"],
    "audit": ["scan", "--audit"],
    "by file": ["scan", "--audit", "--group-by", "file"],
    "statistics": ["scan", "--audit", "--statistics"],
    "suppressed": ["scan", "--audit", "--show-ignored"],
    **{f"scan {name}": ["scan", "--audit", "--format", name] for name in FORMATS},
    **{f"file {name}": ["scan", "--audit", "--output", f"{name}:{{out}}/report"] for name in FORMATS},
    "diff": ["scan", "--diff=all", "--audit"],
    "baseline": ["scan", "--audit", "--write-baseline", "--baseline", "{out}/baseline.json"],
    "stdin": ["scan", "--audit", "--stdin-filename", "run.sh", "-"],
    "engine 29": ["scan", "--audit", "--engine", "29"],
    "env json": ["env", "web", "--format", "json"],
    "env text": ["env", "web"],
    "graph tree": ["graph"],
    "graph mermaid": ["graph", "--format", "mermaid"],
    "graph dot": ["graph", "--format", "dot"],
    **{
        f"query {table} {form}": ["query", f"select * from {table}", "--format", form]
        for table in ("env", "container", "container_option", "link", "link_variable", "env_read", "refusal", "unread",
            "setting", "step", "scope", "extra_host", "port", "image", "env_file", "call", "address", "mention")
        for form in ("json",)
    },
    "query table": ["query", "select * from envs", "--format", "table"],
    "query csv": ["query", "select * from envs", "--format", "csv"],
    "export": ["query", "--export", "{out}/facts.sqlite"],
    **{f"upgrade {form}": ["upgrade", "--format", form] for form in ("text", "json", "markdown", "html")},
    **{f"migrate {form}": ["migrate", "--format", form] for form in ("text", "json", "markdown")},
    "migrate diff": ["migrate", "--diff"],
    "mentions": ["upgrade", "--mentions"],
    "config": ["config"],
    "config json": ["config", "--format", "json"],
    "rules": ["rules"],
    "rules json": ["rules", "--format", "json"],
    "explain": ["explain", "facts"],
    "explain all": ["explain", "--all", "--examples", "--query"],
    "explain json": ["explain", "--all", "--examples", "--query", "--format", "json"],
    "explain markdown": ["explain", "legacy-link", "--format", "markdown"],
    "docs": ["scan", "--docs", "--group-by", "rule"],
    "no ignores": ["scan", "--audit", "--no-ignores", "--no-baseline"],
    "output file": ["scan", "--audit", "-o", "{out}/report.txt"],
    "files": ["scan", "--show-files"],
    "fixes": ["scan", "--diff=ports", "--show-fixes", "--audit"],
    "content of stdin": ["scan", "--audit", "-"],
    "graph around": ["graph", "--around", "web", "--depth", "1", "--linked"],
    "export in parquet": ["query", "--export", "{out}/facts/", "--repository", "shop"],
    "query tables": ["query", "--tables"],
    "a wrong query": ["query", "select path from env"],
    "init": ["init", "{out}"],
    "new rule": ["new-rule", "acme-rule", "{out}"],
    "test rules": ["test-rules", "run.sh"],
    "cache dir": ["cache", "dir"],
    **{f"completion {shell}": ["completion", shell] for shell in SHELLS},
    "an error": ["scan", "--select", "no-such-rule"],
}  # fmt: skip


def formats_of_commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the program with each of its formats, or an empty one."""
    for name, command in parser()[1].items():
        forms = [a.choices for a in command._actions if a.dest == "format" and a.choices]
        for form in forms[0] if forms else [""]:
            yield name, str(form)
