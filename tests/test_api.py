"""The Python API: what the README promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import linklint
from linklint import Config, Finding, ScanResult, scan

Tree = Callable[[dict[str, str]], Path]
ROOT = Path(__file__).resolve().parent.parent
RUN = "docker run -d --name db x\ndocker run -d --name web --link db:db -p 6379:6379 img\n"


def test_it_finds_the_configuration_and_the_baseline(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".linklint.toml": 'ignore = ["legacy-link"]\n'})
    assert [finding.rule for finding in scan([str(root)]).findings] == ["all-interfaces-bind"]
    assert len(scan([str(root)], config=Config()).findings) == 2
    assert scan([str(root / "run.sh")]).config.ignore == ("legacy-link",)
    (root / ".git").mkdir()
    from linklint.cli import main

    with pytest.raises(SystemExit):
        main(["scan", "--write-baseline", str(root)])
    result = scan([str(root)])
    assert result.findings == () and result.suppressed[0].suppressed_by("baseline")
    assert len(scan([str(root)], baseline=False).findings) == 1
    assert scan([str(root)], baseline=str(root / ".linklint-baseline.json")).findings == ()


def test_without_paths_it_reads_those_of_the_configuration(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree({"deploy/run.sh": RUN, "other.sh": RUN, ".linklint.toml": 'paths = ["deploy"]\n'}))
    assert scan().files == 1 and scan(["."]).files == 2


def test_a_baseline_that_is_named_must_exist(tree: Tree) -> None:
    root = tree({"run.sh": RUN, ".linklint.toml": 'baseline = "../outside.json"\n'})
    with pytest.raises(ValueError, match="outside the directory of the configuration"):
        scan([str(root)])
    (root / ".linklint.toml").write_text('baseline = "none.json"\n')
    with pytest.raises(ValueError, match=r"none\.json"):
        scan([str(root)])


def test_what_the_readme_names_exists(tree: Tree) -> None:
    readme = (ROOT / "README.md").read_text()
    section = readme.partition("## Python API")[2].partition("\n## ")[0]
    result = scan([str(tree({"run.sh": RUN}))])
    assert isinstance(result, ScanResult) and isinstance(result.findings[0], Finding)
    names = {"ScanResult": result, "Finding": result.findings[0]}
    checked = 0
    for row in re.findall(r"^\| (`.*`) \|", section, re.MULTILINE):
        owner = ""
        for name in re.findall(r"`([^`]+)`", row):
            owner = name.partition(".")[0] or owner
            assert hasattr(names[owner], name.partition(".")[2].partition("(")[0]), name
            checked += 1
    assert checked > 15
    assert set(linklint.__all__) == {"Config", "Finding", "ScanResult", "__version__", "scan"}
    assert set(scan.__annotations__) > {"paths", "config", "baseline", "return"}


@pytest.mark.parametrize("arguments", [{"paths": ["nowhere"]}, {"config": Config(select=("no-such-rule",))}])
def test_mistakes_are_value_errors(tree: Tree, arguments: dict[str, object]) -> None:
    given = {"paths": [str(tree({"run.sh": RUN}))], **arguments}
    with pytest.raises(ValueError):
        scan(**given)  # type: ignore[arg-type]


def test_a_notebook_gets_a_table_that_is_escaped(tree: Tree) -> None:
    evil = "<script>alert(1)</script>"
    name = "<img src=x>.sh"
    root = tree(
        {
            name: f"docker run -d --name '{evil}' -p 6379:6379 img\n",
            "run.sh": RUN,
            "web.sh": "docker run -p 80:80 nginx\n",
        }
    )
    html = scan([str(root)])._repr_html_()
    assert html.startswith("<table>") and "legacy-link" in html and "and 1 more, folded or not listed" in html
    assert "<script" not in html and "<img" not in html and "&lt;" in html
    assert scan([str(root)], config=Config(ignore=("ALL",)))._repr_html_().count("<tr>") == 1


def test_docs_and_audit(tree: Tree) -> None:
    root = tree({"README.md": "```sh\ndocker run -p 6379:6379 redis\n```\n", "a.sh": "docker run -p 80:80 nginx\n"})
    assert [len(scan([str(root)], docs=docs, audit=audit).shown) for docs, audit in
        ((False, False), (True, False), (False, True), (True, True))] == [0, 1, 1, 2]  # fmt: skip
