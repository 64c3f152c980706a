"""The formats of a report: their contents, and that nothing of a hostile tree gets out raw in any of them."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from linklint.cli import main
from linklint.config.model import Config
from linklint.findings.result import ScanResult
from linklint.output import formats
from linklint.output.escape import UNSAFE
from linklint.output.formats import FORMATS, render
from linklint.output.summary import TextOptions
from linklint.scanning import scan

Tree = Callable[[dict[str, str]], Path]
Reports = Callable[..., ScanResult]

EVIL = [
    "\x1b]0;title\x07\x1b[31mred", "::error file=a.sh,line=1::owned", "::stop-commands::x", "##[error]owned",
    "##vso[task.complete]", "%0A::error::owned",
    "<script>alert(1)</script>", "]]><x/>&amp;&#x3c;", "[click](http://evil.example)",
    "![x](http://evil.example/x.png)", "`code`|cell|**bold**",
    "http://evil.example www.evil.example", "@octocat #1 :smile: $x$", "a\u202eb\u200bc",
    "\"'><img src=x onerror=alert(1)>",
]  # fmt: skip
NAMES = [
    "\x1b[31mred.sh",
    "::error file=x,line=1::owned.sh",
    "<img src=x>.sh",
    "[a](b).sh",
    "a|b`c`.sh",
    "%0A,x: y.sh",
    "\u202ecod.sh",
    "\udcff.sh",
    "&lt;.sh",
]


@pytest.fixture
def hostile(tree: Tree) -> Path:
    """Return names of files and containers with a meaning for a terminal, a CI service or a browser."""
    lines = []
    for number, evil in enumerate(EVIL):
        word = "'" + evil.replace("'", "'\\''") + "'"
        lines += [
            f"docker run -d --name {word} --link {word}:{word} -p 80{number}:80 -e API_KEY={word}0123456789abcdef "
            f"img{number}",
            f"docker run -d --name n{number} --link {word}:l{number} img",
        ]
    files = {
        name: f"docker run -d -p 80:6379 --name a{number} --link nobody:x img\n" for number, name in enumerate(NAMES)
    }
    return tree(
        {
            **files,
            "evil.sh": "\n".join(lines) + "\n",
            "sub/broken.yaml": "services:\n  a: {image: [<b>\n",
            "big.sh": "docker run 'x\n",
        }
    )


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("audit", [False, True])
def test_nothing_raw(hostile: Path, name: str, audit: bool) -> None:
    report = scan([str(hostile)], audit=audit)
    assert len(report.findings) > 30
    text = render(report, name, TextOptions(show_ignored=True))
    text.encode()
    for line in text.split("\n"):
        ours = line.removeprefix("##vso[task.logissue ") if name == "azure" else line
        assert not UNSAFE.search(ours), line
        assert "##[" not in ours and "##vso[" not in ours, line


def test_github_commands_are_ours_alone(hostile: Path) -> None:
    report = scan([str(hostile)])
    lines = render(report, "github").splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    whole = [entry for entry in report.unread if not entry[1]]
    assert len(commands) == len(report.shown) + len(whole) == len(lines) - 3
    for line in commands:
        command = re.fullmatch(r"::(error|warning|notice) (?P<properties>[^:]*)::(?P<data>.*)", line)
        assert command, line
        for pair in command["properties"].split(","):
            assert re.fullmatch(r"(file|line|endLine|col|endColumn|title)=[^,:]*", pair), pair
        assert not re.search(r"%(?!25|0A|3A|2C)", line)


def test_text_begins_no_line_with_a_command(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hostile)
    for line in render(scan(["."], audit=True), "text").splitlines():
        assert not line.lstrip().startswith("::"), line


class Tags(HTMLParser):
    """The tags and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes += attrs


def test_markdown_shows_text_as_text(hostile: Path) -> None:
    report = scan([str(hostile)], audit=True)
    markdown = render(report, "markdown")
    page = Tags()
    page.feed(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))
    assert page.found <= {
        "h2",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "ul",
        "li",
        "br",
    }
    assert page.attributes == []
    assert not re.search(r"https?://|www\.", markdown)
    rows = [line for line in markdown.splitlines() if line.startswith("| ") and not line.startswith("| |")]
    assert len(rows) == len(report.findings) and all(row.count("|") == 5 for row in rows)


def test_markdown_shows_the_worst_first(report: Reports) -> None:
    many = "".join(f"docker run -p {8000 + n}:6379 img\n" for n in range(210))
    text = render(report({"a.sh": many, "z.sh": "docker run -d -name web img\n"}), "markdown")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "z.sh" in line or "a.sh" in line]
    assert "single-dash-option" in rows[0] and len(rows) == 200 and "… and 11 more" in text


def test_junit_counts_and_shows(hostile: Path) -> None:
    report = scan([str(hostile)])
    root = ElementTree.fromstring(render(report, "junit"))
    cases = list(root.iter("testcase"))
    failures = list(root.iter("failure"))
    assert len(failures) == sum(map(report.fails, report.findings)) == int(root.attrib["failures"])
    assert (
        len(cases) == int(root.attrib["tests"]) == sum(int(suite.attrib["tests"]) for suite in root.iter("testsuite"))
    )
    assert all(case.attrib["name"] and case.attrib["classname"] for case in cases)


def test_junit_without_findings_has_a_passed_test(report: Reports) -> None:
    root = ElementTree.fromstring(render(report({"a.sh": "docker run --rm x\n"}), "junit"))
    (case,) = root.iter("testcase")
    assert len(case) == 0 and root.attrib["failures"] == "0"


def test_junit_skips_what_does_not_count(report: Reports) -> None:
    found = report({"a.sh": "docker run -d -p 80:6379 x\n"}, severity={"all-interfaces-bind": "note"})
    assert {f.severity for f in found.findings} == {"note"}
    root = ElementTree.fromstring(render(found, "junit"))
    assert len(list(root.iter("skipped"))) == len(found.findings) > 0 and not list(root.iter("failure"))


MIXED = {
    "deploy/run.sh": "# ünï 😀\ndocker run -d --name db -p 5432:5432 -e POSTGRES_PASSWORD=S3cretS3cret postgres\n"
    "docker run -d --name 'wéb' --link db:db -p 80:6379 img  # linklint: ignore[all-interfaces-bind] the shop\n",
    "deploy/read.py": "import os\nhost = os.environ['DB_PORT_5432_TCP_ADDR']\n",
}


def sarif(report: ScanResult) -> dict[str, Any]:
    (run,) = json.loads(render(report, "sarif"))["runs"]
    return dict(run)


def cut(root: Path, place: dict[str, Any]) -> str:
    """Return what a region covers, as a SARIF reader does: columns of code points."""
    text = (root / unquote(place["artifactLocation"]["uri"], errors="surrogateescape")).read_text()
    lines, region = text.splitlines(keepends=True), place["region"]
    assert region["startLine"] == region["endLine"]
    return lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]


def test_sarif_regions_are_the_places(tree: Tree) -> None:
    root = tree(MIXED)
    report = scan([str(root)])
    run = sarif(report)
    assert {cut(root, result["locations"][0]["physicalLocation"]) for result in run["results"]} >= {
        "5432:5432",
        "80:6379",
        "db:db",
    }
    for result, finding in zip(
        run["results"], sorted([*report.findings, *report.suppressed], key=lambda f: f.order), strict=True
    ):
        assert finding.span is not None
        assert (
            cut(root, result["locations"][0]["physicalLocation"])
            == finding.span.source.text[finding.span.start : finding.span.end]
        )
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        for related in result.get("relatedLocations", ()):
            assert cut(root, related["physicalLocation"]) and related["message"]["text"]


def test_sarif_hides_secrets(tree: Tree) -> None:
    text = render(scan([str(tree(MIXED))]), "sarif")
    assert "S3cretS3cret" not in text and "POSTGRES_PASSWORD" in text


def test_sarif_knows_what_is_ignored_and_why(tree: Tree) -> None:
    run = sarif(scan([str(tree(MIXED))]))
    (suppressed,) = [result for result in run["results"] if "suppressions" in result]
    assert suppressed["ruleId"] == "all-interfaces-bind"
    assert suppressed["suppressions"] == [{"kind": "inSource", "justification": "the shop"}]


def test_sarif_fixes_are_what_fix_writes(tree: Tree) -> None:
    root = tree(MIXED)
    run = sarif(scan([str(root)]))
    replacements = [
        (change["artifactLocation"]["uri"], replacement)
        for result in run["results"] if "suppressions" not in result
        for fix in result.get("fixes", ())
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ]  # fmt: skip
    ((path, replacement),) = replacements
    lines = (root / path).read_text().splitlines(keepends=True)
    region = replacement["deletedRegion"]
    line = lines[region["startLine"] - 1]
    lines[region["startLine"] - 1] = (
        line[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    )
    with pytest.raises(SystemExit):
        main(["scan", "--fix=all", "--audit", "--quiet", str(root)])
    assert (root / path).read_text() == "".join(lines)


def test_a_link_in_a_message_is_none() -> None:
    from linklint.output.formats.sarif import _text

    assert _text("[click](http://evil.example) [::] a[1]") == "\\[click](http://evil.example) [::] a[1]"


def test_several_at_once(tree: Tree, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = tree(MIXED)
    out = tmp_path / "out"
    out.mkdir()
    outputs = [word for name in FORMATS for word in ("--output", f"{name}:{out / name}")]
    with pytest.raises(SystemExit) as status:
        main(["scan", str(root / "deploy"), "--quiet", *outputs])
    assert status.value.code == 1
    assert "[legacy-link]" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == set(FORMATS)
    assert json.loads((out / "sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads((out / "gitlab").read_text())) == len(json.loads((out / "json").read_text())["findings"])


@pytest.mark.parametrize("text", ["sarif", "sarif:", "nothing:x", "xml:a", ":a"])
def test_an_output_that_is_none(tree: Tree, capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as status:
        main(["scan", str(tree(MIXED)), "--output", text])
    assert status.value.code == 2 and "FORMAT:FILE" in capsys.readouterr().err


def test_an_output_that_cannot_be_written(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as status:
        main(["scan", str(tree(MIXED)), "--output", "json:/nowhere/at/all"])
    assert status.value.code == 2 and "cannot write" in capsys.readouterr().err


def test_in_github_actions_annotations_are_chosen(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(tree(MIXED))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(SystemExit):
        main(["scan", root])
    assert capsys.readouterr().out.startswith("::error file=deploy/")
    with pytest.raises(SystemExit):
        main(["scan", "--format", "text", root])
    assert "::error" not in capsys.readouterr().out


def identities(report: ScanResult) -> list[str]:
    return [finding.fingerprint for finding in report.findings]


def test_fingerprints_are_the_same_wherever_the_scan_began(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(MIXED)
    (root / ".git").mkdir()
    whole = identities(scan([str(root)]))
    monkeypatch.chdir(root / "deploy")
    assert identities(scan(["."])) == whole == identities(scan([str(root)], audit=True))
    (root / "deploy/run.sh").write_text("\n\n# moved\n" + MIXED["deploy/run.sh"])
    assert identities(scan(["."])) == whole


def test_an_ignored_twin_leaves_the_others_theirs(report: Reports) -> None:
    line = "docker run -p 80:6379 x\n"
    before = [
        f.fingerprint for f in report({"a.sh": line + "sleep 1\n" + line}).findings if f.rule == "all-interfaces-bind"
    ]
    after = report({"a.sh": line.rstrip() + "  # linklint: ignore[all-interfaces-bind] a\nsleep 1\n" + line})
    assert len(before) == 2 and before[1:] == [f.fingerprint for f in after.findings if f.rule == "all-interfaces-bind"]


def test_groups_and_statistics(report: Reports) -> None:
    found = report(MIXED)
    by_rule = render(found, "text", TextOptions(group_by="rule", quiet=True)).splitlines()
    assert "legacy-link  A link on the default bridge  (1)" in by_rule
    by_file = render(found, "text", TextOptions(group_by="file", quiet=True))
    assert re.search(r"deploy/run.sh  \(\d\)$", by_file, re.MULTILINE)
    counts = render(found, "text", TextOptions(statistics=True)).splitlines()
    assert re.match(
        r" +1  in 1 file +warning +all-interfaces-bind +A port .*\(1 with --fix=ports\)",
        next(line for line in counts if "all-interfaces" in line),
    )
    assert sum(int(line.split()[0]) for line in counts if re.match(r" +\d+  in", line)) == len(found.shown)


def test_what_is_ignored_is_shown_when_asked(report: Reports) -> None:
    found = report(MIXED)
    text = render(found, "text", TextOptions(show_ignored=True))
    assert "[all-interfaces-bind]  suppressed by a comment: the shop" in text
    assert "suppressed by" not in render(found, "text")
    assert json.loads(render(found, "json"))["ignored"][0]["reason"] == "the shop"


def test_sarif_of_a_rule_of_ones_own_that_fails(tree: Tree) -> None:
    rule = (
        "---\nseverity: warning\nmessage: 'x {name}'\n---\n\n# Own\n\nAbout.\n\n## Good\n\nDo.\n\n## Rule\n\n"
        "```sql\nSELECT name_span AS at, name, name AS subject FROM nothing\n```\n"
    )
    root = tree({"a.sh": "docker run -d --name aa img\n", "own.md": rule})
    report = scan([str(root)], config=Config(rules=("own.md",), directory=str(root)))
    run = sarif(report)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [note["associatedRule"]["id"] for note in run["invocations"][0]["toolConfigurationNotifications"]] == ["own"]
    pages = {rule["id"]: rule.get("helpUri", "") for rule in run["tool"]["driver"]["rules"]}
    assert pages["own"] == "" and pages["legacy-link"].endswith("/rules/legacy-link/")


def test_every_module_is_a_format() -> None:
    modules = {name for _, name, _ in pkgutil.iter_modules(formats.__path__)}
    assert sorted(modules) == sorted(FORMATS)
