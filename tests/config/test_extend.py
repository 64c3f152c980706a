"""`extend`: what a configuration takes from another one of the repository, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.load import find
from linklint.errors import ConfigError
from linklint.findings.rule_file import built_in
from linklint.scanning import scan

Tree = Callable[[dict[str, str]], Path]
RUN = "docker run -d --name db x\ndocker run -d --name web --link db:db -p 6379:6379 img\n"
RULE = (
    '---\nseverity: note\nmessage: "a container"\nsince: 1\n---\n# A container\n\n## Rule\n\n```sql\n'
    "SELECT head_span AS at, 'x' AS subject FROM container\n```\n"
)


def rules(directory: Path) -> set[str]:
    return {finding.rule for finding in scan([str(directory)], config=find(str(directory))).findings}


def repository(tree: Tree, base: str, own: str, **more: str) -> Path:
    root = tree({"base.toml": base, "app/.linklint.toml": own, "app/run.sh": RUN, **more})
    (root / ".git").mkdir(exist_ok=True)
    return root / "app"


EXTEND = 'extend = "../base.toml"\n'


def test_it_fills_what_is_not_set(tree: Tree) -> None:
    app = repository(tree, 'ignore = ["legacy-link"]\nengine = "30"\nfail-on = "note"\n', EXTEND + 'engine = "29"\n')
    config = find(str(app))
    assert (config.ignore, config.engine, config.fail_on) == (("legacy-link",), "29", "note")
    assert config.origin("ignore").endswith("base.toml:1") and config.origin("engine").endswith(".linklint.toml:2")
    assert ".." not in config.origin("ignore").replace("../base", "")
    assert rules(app) == {"all-interfaces-bind"}


def test_paths_stay_where_they_were_written(tree: Tree) -> None:
    """Patterns of the base are relative to its directory, and so are its rules."""
    base = (
        'exclude = ["/app/gone/", "*.bak.sh", "/other/"]\nrules = ["lint/*.md"]\n'
        "[[per-path]]\npaths = ['/app/old/']\nignore = ['ALL']\nreason = 'old'\n"
    )
    app = repository(
        tree,
        base,
        EXTEND,
        **{
            "app/gone/run.sh": RUN,
            "app/old/run.sh": RUN,
            "app/x.bak.sh": RUN,
            "app/other/run.sh": RUN,
            "lint/our-rule.md": RULE,
        },
    )
    found = scan([str(app)], config=find(str(app))).findings
    assert {finding.path for finding in found} == {"run.sh", "other/run.sh"}
    assert "our-rule" in {finding.rule for finding in found}


def test_what_belongs_to_one_directory_is_not_taken(tree: Tree) -> None:
    app = repository(tree, 'paths = ["app"]\nbaseline = "b.json"\n', EXTEND, **{"b.json": "broken"})
    config = find(str(app))
    assert (config.paths, config.baseline) == ((), "")


def test_a_chain_and_a_circle(tree: Tree) -> None:
    app = repository(tree, 'extend = "more.toml"\nengine = "30"\n', EXTEND, **{"more.toml": "fail-on = 'error'\n"})
    assert (find(str(app)).engine, find(str(app)).fail_on) == ("30", "error")
    app = repository(tree, 'extend = "base.toml"\n', EXTEND)
    with pytest.raises(ConfigError, match="more than 5 files extend each other"):
        find(str(app))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ('extend = "../none.toml"\n', "none.toml does not exist"),
        ('extend = "../../base.toml"\n', "is outside the repository"),
        ('extend = "/etc/hosts"\n', "is outside the repository"),
        ('extend = "../link.toml"\n', "is outside the repository"),
        ('extend = ".."\n', "does not exist"),
        ("extend = 5\n", "extend must be a string"),
        (EXTEND + "engin = 1\n", "unknown key engin"),
    ],
)
def test_mistakes(tree: Tree, own: str, words: str) -> None:
    app = repository(tree, "", own)
    (app.parent / "link.toml").symlink_to("/etc/hosts")
    with pytest.raises(ConfigError, match=words):
        find(str(app))


def test_a_mistake_in_the_base_has_its_own_line(tree: Tree) -> None:
    app = repository(tree, "\nengine = 'x'\n", EXTEND)
    with pytest.raises(ConfigError, match=r"base\.toml:2: engine must be one of"):
        find(str(app))


def test_pyproject_can_be_extended(tree: Tree) -> None:
    app = repository(tree, "", 'extend = "../pyproject.toml"\n',
        **{"pyproject.toml": "[tool.linklint]\nignore = ['ALL']\n"})  # fmt: skip
    assert len(built_in()) > 30 and rules(app) == set()
