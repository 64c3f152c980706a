"""The repository matches the code: README, hooks, documents, and the only places that may write, run or import."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml

import linklint
from linklint.about import DISTRIBUTION, REPOSITORY, __version__
from linklint.cli.parser import parser
from linklint.config.model import KEYS, PER_PATH
from linklint.extraction.classify import kind_by_content
from linklint.facts.schema import PLURALS, TABLES, Row, Scope
from linklint.findings.rule_file import built_in
from linklint.kinds.kind import kind_by_name, kinds
from linklint.output.formats import FORMATS, render
from linklint.prebuilt import RULES
from linklint.scanning import scan
from linklint.text.source import Source

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def assert_between(name: str, table: str) -> None:
    """Check the table between marks in the README; LINKLINT_UPDATE=1 writes it."""
    readme = (ROOT / "README.md").read_text()
    begin, end = f"<!-- {name}: written by tests/test_repo.py -->\n", f"\n<!-- /{name} -->"
    head, mark, rest = readme.partition(begin)
    assert mark, f"the README has marks for {name}"
    text = head + begin + table + end + rest.partition(end.strip())[2]
    if os.environ.get("LINKLINT_UPDATE"):
        (ROOT / "README.md").write_text(text)
    assert (ROOT / "README.md").read_text() == text


def test_the_rule_table_of_the_readme() -> None:
    rows = ["| rule | severity | what it finds |", "|---|---|---|"]
    rows += [f"| `{rule.slug}` | {rule.severity} | {rule.title} |" for rule in built_in()]
    assert_between("rules", "\n".join(rows))


def test_the_table_of_formats_in_the_readme() -> None:
    rows = ["| format | for |", "|---|---|"]
    rows += [f"| `{name}` | {import_module(f'linklint.output.formats.{name}').FOR} |" for name in FORMATS]
    assert_between("formats", "\n".join(rows))


def test_the_table_of_files_in_the_readme() -> None:
    rows = ["| kind | which files | what is taken of them |", "|---|---|---|"]
    rows += [f"| {name} | {kind.files} | {kind.takes} |" for name, kind in kinds().items()]
    assert_between("kinds", "\n".join(rows))


def test_every_option_of_the_readme_exists() -> None:
    known = set(
        re.findall(
            r"--[a-z-]+",
            " ".join(command.format_help() for command in parser()[1].values()),
        )
    )
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"```yaml.*?```", "", README, flags=re.DOTALL)))
    assert used - known <= {"--name", "--link", "--ip", "--rm", "--network", "--network-alias", "--db"}


def test_every_key_of_the_configuration_is_in_the_readme() -> None:
    toml = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert toml
    table = tomllib.loads(toml[1])
    assert set(table) == set(KEYS)
    assert {key for section in table["per-path"] for key in section} == set(PER_PATH)


def test_every_file_has_the_name_and_the_address_of_the_project() -> None:
    """`linklint/about.py` says them; other addresses of the project do not occur."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == DISTRIBUTION and project["urls"]["Repository"] == REPOSITORY
    paths = ["README.md", "Dockerfile", "action.yml", ".pre-commit-hooks.yaml", "SECURITY.md", "CONTRIBUTING.md"]
    paths += [str(path.relative_to(ROOT)) for folder in ("docs", ".github") for path in (ROOT / folder).rglob("*.*")]
    for path in (path for path in paths if not path.endswith(".svg")):
        text = (ROOT / path).read_text()
        for address in re.findall(r"https://github\.com/[\w.-]+/linklint\b", text):
            assert address == REPOSITORY, path
        for slug in re.findall(r"(?<=uses: )[\w.-]+/linklint(?=@)", text):
            assert REPOSITORY.endswith(slug), path
        for version in re.findall(r"linklint/linklint(?:@|/)v([\d.]+\d)", text):
            assert version == __version__, path
    assert DISTRIBUTION in (ROOT / "Dockerfile").read_text()
    assert f"/{DISTRIBUTION}/" in (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert f"`{DISTRIBUTION}`" in README and "installs another project" in README


def test_the_actions_of_workflows_are_pinned() -> None:
    for path in (*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / "action.yml"):
        for action in re.findall(r"uses: (\S+)", path.read_text()):
            assert action.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{path.name}: {action}"


def test_the_problem_matcher_reads_the_concise_format() -> None:
    (matcher,) = json.loads((ROOT / "docs" / "integrations" / "problem-matcher.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    lines = render(scan([str(ROOT / "fixtures" / "quickstart")]), "concise").splitlines()
    assert lines and all(re.fullmatch(pattern["regexp"], line) for line in lines)
    found = re.fullmatch(pattern["regexp"], lines[0])
    assert found and found[pattern["severity"]] == "error" and found[pattern["code"]] == "link-env-address"


def test_the_version_has_an_entry_in_the_changelog() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_extension_for_vs_code_has_the_version() -> None:
    for name in ("package.json", "package-lock.json"):
        assert json.loads((ROOT / "editors" / "vscode" / name).read_text())["version"] == __version__


def test_every_type_of_file_has_a_hostile_input() -> None:
    sys.path.insert(0, str(ROOT / "tests" / "hostile"))
    from inputs import INPUTS

    names = {kind_by_name(hostile.name) for hostile in INPUTS.values()}
    names |= {
        kind_by_content(str(kind_by_name(i.name)), i.text[:500_000].encode())
        for i in INPUTS.values()
        if kind_by_name(i.name)
    }
    assert set(kinds()) <= names, set(kinds()) - names


@pytest.mark.parametrize("name", kinds())
def test_the_example_of_a_type_is_read_as_that_type(name: str) -> None:
    declared = kinds()[name]
    kind = kind_by_name(declared.example)
    assert kind == name or str(kind).endswith("?") and str(kind)[:-1] in declared.by_content
    if declared.sample:
        assert kind_by_content(str(kind), declared.sample.encode()) == name


def test_a_workflow_that_is_called_compose_is_a_pipeline() -> None:
    assert kind_by_name(".github/workflows/compose.yml") == "ci"


def test_the_hook_takes_every_text_file() -> None:
    """Any text file can mention a link, so the hook has no list of names."""
    hook, mending = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "linklint scan --context ." and mending["entry"] == "linklint scan --fix --context ."
    assert hook["args"] == ["--"] and hook["types"] == ["text"] and "files" not in hook
    assert hook["require_serial"] is True
    words = ("id", "name", "description", "entry")
    assert {k: v for k, v in hook.items() if k not in words} == {k: v for k, v in mending.items() if k not in words}


def test_rules_have_no_index_and_no_numbers() -> None:
    assert {path.suffix for path in Path(RULES).iterdir()} == {".md"}
    assert not any(re.search(r"\d", path.stem) for path in Path(RULES).iterdir())


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.__name__)
def test_every_column_has_a_line_of_words(table: type[Row]) -> None:
    assert table.__doc__
    for name, column in table.columns.items():
        assert name == "span" or column.words, name


def test_rows() -> None:
    """A row has the columns of its table, their defaults, and no others."""
    span = Source("a", "text").whole().span()
    row = Scope(span, kind="shell")
    assert (row.span, row.kind, row.complete) == (span, "shell", 0)
    assert row.changed(kind="compose").kind == "compose" and row.kind == "shell"
    assert list(Scope.columns)[:2] == ["span", "kind"]
    with pytest.raises(TypeError, match="Scope has no column knd"):
        Scope(span, knd="shell")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        row.other = 1  # type: ignore[attr-defined]


def test_plural_views() -> None:
    assert all(PLURALS.get(name, name + "s") != name for name in TABLES)


def test_no_submodule_has_the_name_of_a_public_function(tmp_path: Path) -> None:
    """`linklint.scan` stays the function, whatever is imported."""
    (tmp_path / "a.sh").write_text("docker run --name web --link db x\n")
    code = (
        "import linklint\n"
        "first = linklint.scan(['.']); second = linklint.scan(['.'])\n"
        "import linklint.scanning\n"
        "third = linklint.scan(['.'])\n"
        "print(len(first.findings), len(second.findings), len(third.findings))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    counts = done.stdout.split()
    assert len(set(counts)) == 1 and int(counts[0]) > 0
    modules = {path.stem for path in (ROOT / "linklint").iterdir()}
    assert not modules & {name for name in linklint.__all__ if not name.startswith("_")}


def test_no_path_of_a_machine() -> None:
    for path in ROOT.rglob("*"):
        skipped = {".git", ".venv", "node_modules"} & set(path.parts)
        if path.suffix in (".py", ".md", ".toml", ".yaml", ".sh", ".sql") and not skipped:
            assert not re.search(
                r"/work/|/root/|\.\./shared", path.read_text(errors="replace").replace('r"/work/|/root/|', "")
            ), path


def test_every_pattern_compiles() -> None:
    """A pattern that is compiled when it is first used may have an error that no test meets."""
    for path in (ROOT / "linklint").rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.name != "__main__.py":
            import_module(name.removesuffix(".__init__"))
    patterns = [found for found in gc.get_objects() if type(found).__name__ == "_Lazy"]
    assert len(patterns) > 500
    for pattern in patterns:
        assert isinstance(pattern.flags, int), pattern.pattern  # compiles it
