"""Custom rules: the tutorial, `new-rule`, `test-rules`, rules of a package, the second names of columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import linklint, linklint_process

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "custom-rules.md").read_text()
(RULE,) = re.findall(r"^````md\n(.*?)^````$", TUTORIAL, re.DOTALL | re.MULTILINE)
PRIVILEGED = "docker run -d --name web --privileged nginx\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "lint").mkdir()
    (tmp_path / "lint" / "no-privileged.md").write_text(RULE)
    (tmp_path / "run.sh").write_text(PRIVILEGED)
    return tmp_path


def test_the_tutorial_is_true(project: Path) -> None:
    done = linklint("test-rules", "lint/no-privileged.md", cwd=project)
    assert (done.returncode, done.stdout) == (0, "") and done.stderr.strip() in TUTORIAL
    (project / "lint" / "no-privileged.md").write_text(
        RULE.replace('message: "{words} runs with --privileged"', 'message: "{words} runs privileged"')
    )
    done = linklint("test-rules", "lint/no-privileged.md", cwd=project)
    assert done.returncode == 1 and "\n".join(done.stdout.splitlines()[:2]) in TUTORIAL
    assert "1 rule, 3 examples: 4 differences" in done.stderr
    for query in re.findall(r'\$ linklint query "([^"]+)"', TUTORIAL):
        assert linklint("query", query, cwd=project).returncode == 0
    assert '{"error", "warning"' not in TUTORIAL


def test_a_new_rule_works_as_it_is(tmp_path: Path) -> None:
    done = linklint("new-rule", "no-privileged", cwd=tmp_path)
    assert done.stderr in TUTORIAL
    assert linklint("test-rules", "lint/no-privileged.md", cwd=tmp_path).returncode == 0
    assert linklint("new-rule", "no-privileged", cwd=tmp_path).returncode == 2, "it is not overwritten"
    for name in ("legacy-link", "No_Name", "../up", ""):
        assert linklint("new-rule", name, cwd=tmp_path).returncode == 2
    assert not (tmp_path.parent / "up.md").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  `--cap-add", "", ""),
        ("severity: warning", "severity: fatal", "severity must be one of"),
        ("#                        ^^^^^^^^^^^^ web runs with --privileged\n", "", "the example expects nothing"),
        ("^^^^^^^^^^^^ web", "^^^^^^^^^^^ web", "not found: web runs with --privileged  [example.sh:1:26-36]"),
        ("--cap-add NET_ADMIN nginx", "--privileged nginx", "found: web runs with --privileged"),
        ("called.words AS subject", "called.words AS topic", "the query has no column subject"),
        ("FROM container_option", "FROM container_opt", "no such table"),
        ("container_option.span AS at", "-5 AS at", "a number that is not a span"),
        ("```sql", "```", "there is no ```sql fence"),
        ("## Good", "## Fine", "a rule needs examples under ## Bad and ## Good"),
    ],
)  # fmt: skip
def test_what_differs_is_said_with_its_line(project: Path, old: str, new: str, words: str) -> None:
    path = project / "lint" / "no-privileged.md"
    path.write_text(RULE.replace(old, new) if words else RULE)
    done = linklint("test-rules", "lint/no-privileged.md", cwd=project)
    assert done.returncode == (1 if words else 0)
    assert not words or re.search(rf"^lint/no-privileged\.md:\d+: .*{re.escape(words)}", done.stdout, re.MULTILINE)


def test_an_example_stays_in_its_directory(project: Path) -> None:
    path = project / "lint" / "no-privileged.md"
    path.write_text(RULE.replace("## Good\n", "## Good\n\n`../../escaped.sh`:\n\n```sh\necho\n```\n"))
    done = linklint("test-rules", "lint/no-privileged.md", cwd=project)
    assert done.returncode == 1 and "outside of the example" in done.stdout
    assert not list(project.parent.rglob("escaped.sh"))


def test_the_second_names_of_columns(project: Path) -> None:
    path = project / "lint" / "no-privileged.md"
    path.write_text(RULE.replace("container_option.span AS at", "container_option.span"))
    assert linklint("test-rules", "lint/no-privileged.md", cwd=project).returncode == 0
    path.write_text(RULE.replace("container_option.span AS at", "container_option.span AS at, container_option.span"))
    assert linklint("test-rules", "lint/no-privileged.md", cwd=project).returncode == 0
    path.write_text(
        RULE.replace("container_option.span AS at", "container_option.span, container_option.span AS related_span")
    )
    assert linklint("test-rules", "lint/no-privileged.md", cwd=project).returncode == 0


def test_the_rules_of_a_package_are_data(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "acme_rules" / "more").mkdir(parents=True)
    (site / "acme_rules" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (site / "acme_rules" / "acme-privileged.md").write_text(RULE)
    (site / "acme_rules" / "more" / "acme-other.md").write_text(RULE)
    path = f"{ROOT}:{site}"
    (project / ".linklint.toml").write_text('rules = ["acme_rules:*.md"]\n')
    done = linklint_process("scan", "run.sh", cwd=project, PYTHONPATH=path)
    assert "[acme-privileged]" in done.stdout and "[acme-other]" not in done.stdout and "imported" not in done.stderr
    (project / ".linklint.toml").write_text('rules = ["acme_rules.more:*.md"]\n')
    assert "[acme-other]" in linklint_process("scan", "run.sh", cwd=project, PYTHONPATH=path).stdout
    for pattern, words in (
        ("acme_rulez:*.md", "there is no installed package acme_rulez"),
        ("acme_rules:../*.md", "is not a pattern for files in the package acme_rules"),
        ("acme_rules:*.txt", "matches no file in the package acme_rules"),
        (":*.md", "there is no installed package"),
    ):
        (project / ".linklint.toml").write_text(f'rules = ["{pattern}"]\n')
        done = linklint_process("scan", "run.sh", cwd=project, PYTHONPATH=path)
        assert done.returncode == 2 and f".linklint.toml:1: '{pattern}'" in done.stderr and words in done.stderr


def test_a_built_in_rule_is_tested_where_its_page_is() -> None:
    """The first command of CONTRIBUTING.md."""
    done = linklint("test-rules", "rules/link-to-self.md", cwd=ROOT)
    assert done.returncode == 0, done.stdout
