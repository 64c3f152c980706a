"""JUnit XML: one suite per file, and a failed test for each finding that counts for the exit status.

A finding that does not count is a skipped test; unreadable files and failed rules are errors.
"""

from __future__ import annotations

from xml.etree import ElementTree

from linklint.findings.finding import Finding
from linklint.findings.result import ScanResult
from linklint.output.escape import escape
from linklint.output.finding_lines import as_text
from linklint.output.summary import TextOptions
from linklint.text.regex import lazy_compile

FOR = "anything that shows test results"  # in the README

NO_XML = lazy_compile("[\ufffe\uffff]")


def render(result: ScanResult, options: TextOptions = TextOptions()) -> str:
    """The report as XML."""
    suites: dict[str, list[tuple[str, str, str, str]]] = {}
    for finding in result.findings:
        suites.setdefault(_place(result, finding), []).append(_case(result, finding))
    for path, line, reason in result.unread:
        if not line:
            suites.setdefault(result.tree.from_home(path), []).append(
                ("unread", "error" if options.strict else "skipped", reason, reason)
            )
    suites = suites or {"linklint": [(f"{result.files} files", "", "", "")]}
    counts = _counts([case for cases in suites.values() for case in cases])
    del counts["skipped"]  # Jenkins' schema does not have it at the top level
    root = ElementTree.Element("testsuites", {"name": "linklint", **counts})
    for name, cases in suites.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **_counts(cases)})
        for title, outcome, message, more in cases:
            case = ElementTree.SubElement(
                suite, "testcase", {"classname": _clean(name), "name": _clean(title), "time": "0"}
            )
            if outcome:
                ElementTree.SubElement(case, outcome, {"message": _clean(message)}).text = "\n".join(
                    map(_clean, more.split("\n"))
                )
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _place(result: ScanResult, finding: Finding) -> str:
    return result.tree.from_home(finding.path) if finding.span is not None else "linklint"


def _case(result: ScanResult, finding: Finding) -> tuple[str, str, str, str]:
    """A test case: (name, failure, skipped or error, message, details)."""
    where = ""
    if finding.span is not None:
        place = finding.span.source.place(finding.span.start, finding.span.end)
        where = f" at {place.line}:{place.column}"
    outcome = "error" if finding.rule == "failed-rule" else "failure" if result.fails(finding) else "skipped"
    return f"{finding.rule}{where}", outcome, f"{finding.severity}: {finding.message}", as_text(result, finding)


def _counts(cases: list[tuple[str, str, str, str]]) -> dict[str, str]:
    outcomes = [outcome for _, outcome, _, _ in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
    }


def _clean(text: str) -> str:
    return NO_XML.sub("\ufffd", escape(text))
