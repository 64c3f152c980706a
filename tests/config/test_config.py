"""The configuration: every key works, a mistake is reported with its line and a suggestion, and `linklint config` shows
the values in use.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.cli import main
from linklint.config.load import find, read
from linklint.config.model import Config, PerPath
from linklint.errors import ConfigError
from linklint.findings.result import ScanResult
from linklint.scanning import scan

Tree = Callable[[dict[str, str]], Path]
OPEN = "docker run -d --name aa -p 80:6379 img\n"


def rules_of(report: ScanResult) -> list[tuple[str, str]]:
    return [(finding.path, finding.rule) for finding in report.findings]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("engin = '30'\n", ".linklint.toml:1: unknown key engin: did you mean engine?"),
        ("\n# a\nexcludes = []\n", ".linklint.toml:3: unknown key excludes: did you mean exclude?"),
        ("zzz = 1\n", ".linklint.toml:1: unknown key zzz: use one of engine, "),
        (
            "engine = '31'\n",
            ".linklint.toml:1: engine must be one of any, 26, 27, 28, 29, 29+env, 30, or a release such as 29.2, "
            "not 31",
        ),
        ("engine = 30\n", ".linklint.toml:1: engine must be a string"),
        ('paths = ["a\\u0000b"]\n', ".linklint.toml:1: paths has a character that file names cannot have"),
        ('baseline = "a\\u0000"\n', ".linklint.toml:1: baseline has a character"),
        ("select = 'a'\n", ".linklint.toml:1: select must be a list of strings"),
        ("select = [1]\n", ".linklint.toml:1: select must be a list of strings"),
        ("select = ['legacy-links']\n", ".linklint.toml:1: unknown rule legacy-links: did you mean legacy-link?"),
        (
            "[severity]\nlegacy-link = 'fatal'\n",
            ".linklint.toml:2: the severity of legacy-link must be one of error, warning, note",
        ),
        (
            "[severity]\nlegacy-link = 'error'\nall-interface = 'note'\n",
            ".linklint.toml:3: unknown rule all-interface",
        ),
        (
            "severity = {legacy-lnk = 'error'}\n",
            ".linklint.toml:1: unknown rule legacy-lnk: did you mean legacy-link?",
        ),
        ("severity = 'error'\n", ".linklint.toml:1: severity must be a table"),
        (
            "[[per-path]]\npaths = ['a']\nignore = ['legacy-link']\n",
            ".linklint.toml:1: a per-path section needs reason",
        ),
        (
            "[[per-path]]\npaths = ['a']\nreason = ' '\nignore = ['legacy-link']\n",
            ".linklint.toml:1: a per-path section needs reason",
        ),
        (
            "[[per-path]]\npaths = ['a']\nreason = 'x'\n\n[[per-path]]\nreason = 'x'\n",
            ".linklint.toml:5: a per-path section needs paths",
        ),
        (
            "[[per-path]]\npaths = ['a']\nreason = 'x'\n\n[[per-path]]\npath = ['b']\n",
            ".linklint.toml:6: unknown key path: did you mean paths?",
        ),
        (
            "[[per-path]]\npaths = ['a']\nreason = 'x'\nignore = ['x-link']\n",
            ".linklint.toml:4: unknown rule x-link",
        ),
        ("[per-path]\npaths = ['a']\n", ".linklint.toml:1: per-path must be sections [[per-path]]"),
        ("exclude = ['[']\n", ".linklint.toml:1: '[' is not a valid .gitignore pattern"),
        ("exclude = ['x']\nbaseline = 'nowhere.json'\n", "baseline nowhere.json"),
        ("engine = \n", ".linklint.toml: "),
        ("exclude = ['!']\n", ".linklint.toml:1: '!' is not a valid .gitignore pattern"),
        (
            "exclude = ['[[:alph:]]*.sh']\n",
            ".linklint.toml:1: '[[:alph:]]*.sh' is not a valid .gitignore pattern",
        ),
        ("exclude = ['[z-a]']\n", "'[z-a]' is not a valid .gitignore pattern"),
        ("[[per-path]]\npaths = ['a\\']\nreason = 'x'\n", "is not a valid .gitignore pattern"),
        ("engine = " + "1" * 5000, ".linklint.toml: "),
        ("rules = ['nope/*.md']\n", ".linklint.toml:1: 'nope/*.md' matches no file"),
        ("ignore = [\n  'unread',\n  'legacy-lnk',\n]\n", ".linklint.toml:3: unknown rule legacy-lnk"),
        ("\ufeffengin = '30'\n", ".linklint.toml:1: unknown key engin: did you mean engine?"),
        ("engine = 30\n", 'engine must be a string: engine = "30"'),
        ("[severity]\nlegacy-link = 'off'\n", 'to turn the rule off, use ignore = ["legacy-link"]'),
        (
            "[tool.linklint]\nengine = '30'\n",
            ".linklint.toml:1: remove tool.linklint: keys are at the top level of this file",
        ),
        ("paths = ['dve']\n", ".linklint.toml:1: dve does not exist"),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.chdir(tree({".linklint.toml": text, "a.sh": OPEN}))
    for command in ("scan", "config"):
        with pytest.raises(SystemExit) as status:
            main([command])
        assert status.value.code == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[tool]\nlinklint = 1\n", "[[tool.linklint]]\nengine = '30'\n"])
def test_what_is_no_table_is_reported(tree: Tree, text: str) -> None:
    with pytest.raises(ConfigError, match=r"pyproject.toml:\d: tool.linklint must be a table"):
        find(str(tree({"pyproject.toml": text})))


def test_a_rule_of_ones_own_is_listed_and_explained(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = (
        "---\nseverity: note\nmessage: a container\n---\n\n# A \x1b[31mred ##[error] container\n\nWords.\n\n## "
        "Rule\n\n```sql\nSELECT head_span AS at, 'x' AS subject FROM container\n```\n"
    )
    monkeypatch.chdir(
        tree(
            {
                ".linklint.toml": "rules = ['lint/*.md']\n",
                "lint/our-rule.md": rule,
                "a.sh": OPEN,
                "docs/lint.md": f"```sh\n{OPEN}```\n",
            }
        )
    )
    for arguments in (
        ["rules"],
        ["explain", "our-rule"],
        ["scan", "--statistics"],
        ["scan", "--group-by", "rule"],
        ["scan", "--format", "sarif"],
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        out = capsys.readouterr().out
        assert "our-rule" in out or "container" in out
        assert "\x1b" not in out and "##[" not in out
    with pytest.raises(SystemExit):
        main(["scan", "--quiet"])
    assert "docs/lint.md:2:" in capsys.readouterr().out, "a pattern of rules takes no other files of that name"


def test_the_line_is_found_in_a_pyproject(tree: Tree) -> None:
    root = tree({"pyproject.toml": "[tool.other]\nengine = 1\n\n[tool.linklint]\nfail-on = 'error'\nengine = 'x'\n"})
    with pytest.raises(ConfigError, match=r"pyproject.toml:6: engine must be one of"):
        find(str(root))


def test_every_key_is_read(tree: Tree) -> None:
    root = tree(
        {
            "pyproject.toml": '[tool.linklint]\nengine = "30"\nfail-on = "note"\nextend = "b.toml"\n'
            'paths = ["a"]\nexclude = ["b"]\nselect = ["legacy-link"]\nignore = ["unread"]\n'
            'secret-names = ["X"]\nunfold = ["ports"]\nsensitive-ports = ["80"]\ntest-paths = ["t/"]\n'
            'rules = ["r/*.md"]\nbaseline = "b.json"\nseverity = {legacy-link = '
            '"note"}\n[[tool.linklint.per-path]]\npaths = ["c"]\nreason = "r"\nignore = ["legacy-link"]\nseverity '
            '= {unread = "error"}\n',
            "b.toml": "",
        }
    )
    found = find(str(root))
    assert found._replace(directory="", file="", origins={}) == Config(
        "30", "note", "b.toml", ("a",), ("b",), ("legacy-link",), ("unread",), {"legacy-link": "note"},
        ("X",), ("ports",), ("80",), ("t/",), ("r/*.md",),
        "b.json",
        (PerPath(("c",), "r", ("legacy-link",), {"unread": "error"}),),
    )  # fmt: skip
    assert found.directory == str(root)
    assert read(str(root / "pyproject.toml")).engine == "30"


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["vendor/"], ["a.sh", "docs/b.sh", "docs/c.bak.sh"]),
        (["vendor"], ["a.sh", "docs/b.sh", "docs/c.bak.sh"]),
        (["*.bak.sh"], ["a.sh", "docs/b.sh", "vendor/d.sh"]),
        (["/a.sh", "docs/*", "!docs/b.sh"], ["docs/b.sh", "vendor/d.sh"]),
        (["**/b.sh", "b/"], ["a.sh", "docs/c.bak.sh", "vendor/d.sh"]),
        ([], ["a.sh", "docs/b.sh", "docs/c.bak.sh", "vendor/d.sh"]),
    ],
)
def test_exclude_takes_patterns_of_gitignore(
    report: Callable[..., ScanResult], patterns: list[str], left: list[str]
) -> None:
    files = dict.fromkeys(("a.sh", "docs/b.sh", "docs/c.bak.sh", "vendor/d.sh"), OPEN)
    found = report(files, exclude=tuple(patterns), select=("all-interfaces-bind",))
    assert [finding.path for finding in found.findings] == left


def test_patterns_are_seen_from_the_configuration(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({".linklint.toml": "exclude = ['sub/old']\n", "sub/old/a.sh": OPEN, "sub/b.sh": OPEN})
    monkeypatch.chdir(root / "sub")
    assert {finding.path for finding in scan(["."], config=find(".")).findings} == {"b.sh"}


def test_per_path(report: Callable[..., ScanResult]) -> None:
    sections = (
        PerPath(("docs/**", "*.md"), "what not to do", ("all-interfaces-bind",)),
        PerPath(("prod/",), "no exceptions", (), {"all-interfaces-bind": "error"}),
    )
    found = report(
        {"docs/a.sh": OPEN, "prod/b.sh": OPEN, "c.sh": OPEN}, per_path=sections, select=("all-interfaces-bind",)
    )
    assert [(f.path, f.severity) for f in found.findings] == [("c.sh", "warning"), ("prod/b.sh", "error")]
    assert [(f.path, f.suppression) for f in found.suppressed] == [("docs/a.sh", ("config", "what not to do", False))]


def test_severity_counts_for_the_exit_status(tree: Tree) -> None:
    root = tree(
        {
            ".linklint.toml": "[severity]\nall-interfaces-bind = 'note'\n",
            "a.sh": "docker run -d --name aa -p 80:6379 img\n",
        }
    )
    for arguments, code in ((["scan"], 0), (["scan", "--fail-on", "note"], 1)):
        with pytest.raises(SystemExit) as status:
            main([*arguments, "--quiet", str(root)])
        assert status.value.code == code


@pytest.mark.parametrize(
    ("line", "patterns", "secret"),
    [
        ("-e ACME_LICENCE=4711-0815", ("ACME_*",), True),
        ("-e ACME_LICENCE=4711-0815", (), False),
        ("-e ACME_LICENCE=", ("ACME_*",), False),
        ("-e ACME_LICENCE=/run/secrets/x", ("ACME_*",), False),
        ("-e BUILD_TOKEN=4711abcdefgh", ("!BUILD_*",), False),
        ("-e BUILD_TOKEN=4711abcdefgh", ("BUILD_*", "!BUILD_TOKEN"), False),
        ("-e BUILD_TOKEN=ghp_012345678901234567890123456789012345", ("!BUILD_*",), True),
    ],
)
def test_own_names_of_secrets(
    report: Callable[..., ScanResult], line: str, patterns: tuple[str, ...], secret: bool
) -> None:
    found = report({"a.sh": f"docker run --rm {line} img\n"}, secret_names=patterns)
    assert [f.rule for f in found.findings] == (["secret-in-env"] if secret else [])
    if secret and patterns[0][0] != "!":
        assert "secret-names" in found.findings[0].message


def test_a_secret_by_an_own_name_is_hidden(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(
        {".linklint.toml": "secret-names = ['ACME_*']\n", "a.sh": "docker run -e ACME_LICENCE=quitelongvalue99 img\n"}
    )
    for form in ("text", "json", "sarif"):
        with pytest.raises(SystemExit):
            main(["scan", "--format", form, str(root)])
        out = capsys.readouterr().out
        assert "ACME_LICENCE" in out and "quitelongvalue99" not in out


def test_paths_of_the_configuration(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(
        {".linklint.toml": "paths = ['deploy', 'run']\n", "deploy/a.sh": OPEN, "run/b.sh": OPEN, "other/c.sh": OPEN}
    )
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit):
        main(["scan", "--quiet", "--select", "all-interfaces-bind"])
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["deploy/a.sh", "run/b.sh"]


def test_config_shows_values_and_origins(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree({".linklint.toml": "# ours\nengine = '30'\n[severity]\nlegacy-link = 'error'\n", "sub/a.sh": OPEN})
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as status:
        main(["config", "sub"])
    lines = capsys.readouterr().out.splitlines()
    assert status.value.code == 0 and lines[0] == "# .linklint.toml"
    assert [line.split() for line in lines if line.startswith("engine")] == [
        ["engine", "=", '"30"', "#", ".linklint.toml:2"]
    ]
    assert any(
        line.startswith('severity = {legacy-link = "error"}') and line.endswith("# .linklint.toml:3") for line in lines
    )
    assert any(line.startswith("fail-on") and line.endswith("# default") for line in lines)
    with pytest.raises(SystemExit):
        main(["config", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == ".linklint.toml" and found["keys"]["engine"] == {
        "value": "30",
        "origin": ".linklint.toml:2",
    }


def test_the_schema_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["config", "--schema"])
    assert json.loads(capsys.readouterr().out)["properties"]["engine"]["enum"][0] == "any"


def test_a_link_to_a_configuration_in_the_repository_is_read(
    tree: Tree,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = tree({"ci/linklint.toml": "ignore = ['all-interfaces-bind']\n", "deploy/a.sh": OPEN})
    (root / ".git").mkdir()
    (root / "deploy" / ".linklint.toml").symlink_to("../ci/linklint.toml")
    monkeypatch.chdir(root / "deploy")
    with pytest.raises(SystemExit) as status:
        main(["scan"])
    assert status.value.code == 0
    outside = tmp_path_factory.mktemp("outside") / "linklint.toml"
    outside.write_text("ignore = ['all-interfaces-bind']\n")
    (root / "deploy" / ".linklint.toml").unlink()
    (root / "deploy" / ".linklint.toml").symlink_to(outside)
    with pytest.raises(SystemExit) as status:
        main(["scan"])
    assert status.value.code == 2 and "the file is a symbolic link out of the tree" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"exclude = {['a'] * 1001}", ".linklint.toml:1: exclude has 1001 items: at most 1000 are allowed"),
        (f"secret-names = ['{'a' * 1001}']", "… in secret-names has 1001 characters: at most 1000 are allowed"),
        ("secret-names = ['A[']", "'A[' in secret-names is not a pattern of names"),
        (f"[[per-path]]\nreason = 'x'\npaths = {['a'] * 1001}", "paths has 1001 items"),
        ("rules = ['../outside/*.md']", "'../outside/*.md' is not a pattern for files below the configuration"),
    ],
)
def test_the_configuration_has_limits(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.chdir(tree({".linklint.toml": text, "a.sh": OPEN}))
    with pytest.raises(SystemExit) as status:
        main(["scan"])
    assert status.value.code == 2 and words in capsys.readouterr().err


def test_there_is_a_limit_of_custom_rules(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = (
        "---\nseverity: note\nmessage: x\n---\n\n# A\n\n## Rule\n\n```sql\nSELECT span AS at, 1 AS subject FROM "
        "port\n```\n"
    )
    files = {f"r/r{number}.md": rule for number in range(201)}
    monkeypatch.chdir(tree({**files, ".linklint.toml": "rules = ['r/*.md']", "a.sh": OPEN}))
    with pytest.raises(SystemExit) as status:
        main(["scan"])
    assert status.value.code == 2 and "at most 200 custom rules are allowed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ignore = ['all-interfaces-bind']", ".linklint.toml: 1 left out by ignore"),
        ("select = ['secret-in-env']", ".linklint.toml: 1 left out by select"),
        ("[severity]\nall-interfaces-bind = 'note'", ".linklint.toml: 1 made less severe"),
        ("[severity]\nall-interfaces-bind = 'error'", ""),
        (
            "[[per-path]]\npaths = ['*.sh']\nreason = 'x'\nignore = ['secret-in-env']",
            ".linklint.toml: 1 suppressed by per-path",
        ),
        ("secret-names = ['!DB_*']", ".linklint.toml: 1 no secrets by secret-names"),
        ("", ""),
    ],
)
def test_the_summary_counts_what_the_configuration_takes_away(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.chdir(
        tree({".linklint.toml": text, "a.sh": "docker run -d --name aa -p 80:6379 -e DB_PASSWORD=Tr0ub4dor x\n"})
    )
    with pytest.raises(SystemExit):
        main(["scan"])
    last = next(line for line in reversed(capsys.readouterr().out.splitlines()) if "in 1 file" in line)
    assert words in last and (words or ".linklint.toml" not in last), last
    with pytest.raises(SystemExit):
        main(["scan", "--format", "json"])
    assert ("takes_away" in capsys.readouterr().out) is bool(words)


def test_what_the_command_line_leaves_out_is_not_counted(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree({".linklint.toml": "", "a.sh": OPEN}))
    for options in (["--ignore", "all-interfaces-bind"], ["--select", "secret-in-env"]):
        with pytest.raises(SystemExit):
            main(["scan", *options])
        assert "left out" not in capsys.readouterr().out
