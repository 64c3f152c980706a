"""The noise policy: what is folded, what stays, and that nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.model import FOLDED
from linklint.docker.example_values import is_example, words_of
from linklint.findings.result import ScanResult
from linklint.output.formats import render
from linklint.output.summary import NOUNS, TextOptions

Report = Callable[..., ScanResult]
PORT = "docker run -d --name aa -p 80:80 img\n"
DATABASE = "docker run -d --name db -p 5432:5432 postgres\n"
SECRET = "docker run -d --name db -e DB_PASSWORD=Tr0ub4dorTr0ub4dor img\n"
EXAMPLE = "docker run -d --name db -e DB_PASSWORD=rootpass1 img\n"
OTHERS = ("unknown-link-target", "duplicate-host-port")  # rules that the examples are not about
LINK = "docker run -d --name web --link db:db img\n"

FOLDS = {
    "a web server": ({"run.sh": PORT}, ["ports"]),
    "a database": ({"run.sh": DATABASE}, [""]),
    "a database by its image": ({"run.sh": "docker run -d -p 9999:7777 example/mysql-57\n"}, [""]),
    "administration on a port of the web": ({"run.sh": "docker run -d -p 80:80 phpmyadmin/phpmyadmin\n"}, [""]),
    "a web server beside a database": ({"run.sh": "docker run -d -p 80:80 example/app-mysql\n"}, ["ports"]),
    "a wide range": ({"run.sh": "docker run -d -p 3000-9999:3000-9999 img\n"}, ["ports"]),
    "every exposed port": ({"run.sh": "docker run -d -P img\n"}, ["ports"]),
    "loopback elsewhere": (
        {"a.sh": PORT, "b.sh": PORT.replace("-p ", "-p 127.0.0.1:").replace("aa", "bb")}, [""]
    ),
    "a secret": ({"run.sh": SECRET}, [""]),
    "an example": ({"run.sh": EXAMPLE}, ["example-secrets"]),
    "the name of the user": (
        {"compose.yaml": "services:\n  db:\n    image: x\n    environment: {DB_USER: zulip, DB_PASSWORD: zulip}\n"},
        ["example-secrets"],
    ),
    "an example in an image": ({"Dockerfile": "FROM x\nENV DB_PASSWORD=rootpass1\n"}, [""]),
    "an example that is deployed": (
        {"run.sh": "docker run -d --restart always -e DB_PASSWORD=rootpass1 img\n"}, [""]
    ),
    "a port of tracing": ({"run.sh": "docker run -d -p 14269:14269 example/tracing\n"}, [""]),
    "a registry of services": ({"run.sh": "docker run -d -p 8761:8761 jhipster/jhipster-registry\n"}, [""]),
    "an example in production": (
        {"deployment/compose.yml": "services:\n  db:\n    image: x\n    environment: {DB_PASSWORD: rootpass1}\n"}, [""]
    ),
    "an example in an override of production": (
        {"deploy/compose.override.yml": "services:\n  a:\n    image: x\n    environment: {DB_PASSWORD: rootpass1}\n"},
        ["example-secrets"],
    ),
    "an example for development": (
        {"run.dev.sh": "docker run -d --restart always -e DB_PASSWORD=rootpass1 img\n"}, ["example-secrets"]
    ),
    "the port of a source of a link": (
        {"run.sh": "docker run -d --name api -p 9000:9000 img\n" + LINK.replace("db:db", "api:api")},
        ["", "implied", ""],
    ),
    "a default": ({"compose.yaml": "services:\n  db:\n    image: x\n    environment:\n      DB_PASSWORD: ${P:-oak}\n"},
        ["example-secrets"]),
    "an example that a link passes on": ({"run.sh": EXAMPLE + LINK}, ["example-secrets", ""]),
    "a port in a document": ({"README.md": f"```sh\n{DATABASE}```\n"}, ["documents"]),
    "a secret in a document": ({"README.md": f"```sh\n{SECRET}```\n"}, [""]),
    "an example in a document": ({"README.md": f"```sh\n{SECRET.replace('Tr0ub4dorTr0ub4dor', 'oakley')}```\n"},
        ["documents"]),
    "links in a document": ({"README.md": f"```sh\n{LINK}```\n\n```sh\n{LINK}```\n"}, ["", "same-page"]),
    "links in a script": ({"run.sh": LINK + LINK.replace("web", "api")}, ["", ""]),
    "a port in a test": ({"test/run.sh": DATABASE}, ["tests"]),
    "a secret in CI": ({".travis.yml": f"script:\n  - {SECRET}"}, ["tests"]),
    "a link in a test": ({"test/run.sh": LINK}, [""]),
    "a name in a test": ({"test/run.sh": "docker run --name a img\n"}, [""]),
    "a copy": ({"content.md": f"```sh\n{LINK}```\n", "README.md": f"# Title\n\n```sh\n{LINK}```\n\nmore\n"},
        ["copies", ""]),
    "two scripts with one line": (
        {"a.sh": f"{LINK}docker run -d --name x1 a\ndocker run -d --name x2 a\ndocker run -d --name x3 a\n",
         "b.sh": f"{LINK}docker run -d --name y1 a\ndocker run -d --name y2 a\ndocker run -d --name y3 a\n"}, ["", ""]
    ),
    "a copy elsewhere": ({"a/content.md": f"```sh\n{LINK}```\n", "b/README.md": f"```sh\n{LINK}```\n"}, ["", ""]),
    "vendored": ({"vendor/run.sh": LINK + PORT}, ["vendored", "vendored"]),
    "a link inside a project": (
        {"compose.yaml": "services:\n  db: {image: x}\n  web:\n    image: x\n    links: [db]\n"}, ["compose-links"]
    ),
    "the port of a source": ({"run.sh": DATABASE + LINK}, ["", "implied", ""]),
    "a captured ID": ({"run.sh": "ID=$(docker run -d img)\ndocker run -d --name web --link $ID:db img\n"},
        ["", "implied"]),
    "a port behind a proxy": (
        {"compose.yaml": "services:\n  web: {image: nginx, ports: ['80:80']}\n  app: {image: x, ports: [3000]}\n"},
        ["ports", ""],
    ),
    "a port beside nginx-proxy": ({"a.sh": "docker run -d -p 9000:9000 -e VIRTUAL_HOST=example.org img\n"}, [""]),
    "the socket of the daemon": (
        {"a.sh": "docker run -d -p 8000:8000 -v /var/run/docker.sock:/var/run/docker.sock img\n"}, [""]
    ),
    "an address that is looked up": (
        {"a.sh": "docker run -e IP=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' db) img\n"}, ["looked-up"]
    ),
    "an address that is written down": ({"a.sh": "docker run -e IP=172.17.0.3 img\n"}, [""]),
    "mentions": ({"a.go": 'x := "docker"\na := "--link=" + x\nb := "--link=" + y\n'}, ["", "mentions"]),
    "a test of a variable": (
        {"a.sh": "# docker\nif [ -n \"$DB_PORT_5432_TCP_ADDR\" ]; then\n  H=$DB_PORT_5432_TCP_ADDR\nfi\n"},
        ["implied", ""],
    ),
    "a test alone": ({"a.sh": "# docker\nif [ -n \"$DB_PORT_5432_TCP_ADDR\" ]; then\n  exit 1\nfi\n"}, [""]),
}  # fmt: skip


@pytest.mark.parametrize(("files", "parts"), FOLDS.values(), ids=FOLDS)
def test_folded(report: Report, files: dict[str, str], parts: list[str]) -> None:
    found = [finding for finding in report(files).findings if finding.rule not in OTHERS]
    assert [finding.folded for finding in found] == parts


@pytest.mark.parametrize(("files", "parts"), FOLDS.values(), ids=FOLDS)
def test_nothing_is_lost(report: Report, files: dict[str, str], parts: list[str]) -> None:
    """Each part can be turned off; every format that holds everything has as many findings as without the policy."""
    plain, unfolded = report(files), report(files, unfold=tuple(FOLDED))
    assert not unfolded.folded and len(plain.findings) == len(unfolded.findings)
    assert {f.fingerprint for f in plain.findings} == {f.fingerprint for f in unfolded.findings}
    listed = json.loads(render(plain, "json"))["findings"]
    assert [finding["folded_by"] or "" for finding in listed] == [finding.folded for finding in plain.findings]
    assert len(json.loads(render(plain, "sarif"))["runs"][0]["results"]) == len(plain.findings)
    assert len(json.loads(render(plain, "gitlab"))) == len(plain.findings)
    assert render(plain, "junit").count("<testcase") == max(len(plain.findings), 1)
    for form in ("text", "markdown", "github"):
        text = render(plain, form)
        counted = [int(number) for line in text.splitlines() if line.startswith("+") for number in re.findall(
            r"(?:\+ |, | and )(\d+) ", line.split(" in ")[0] if "--docs" in line else line)]  # fmt: skip
        assert sum(counted) == len(plain.folded), text


def test_options_list_what_is_folded(report: Report, tmp_path: Path) -> None:
    files = {"README.md": f"```sh\n{DATABASE}```\n", "run.sh": PORT}
    plain, audit = report(files), report(files, audit=True)
    assert not plain.shown and [f.path for f in audit.shown if f.folded] == ["run.sh"]
    assert not any(map(plain.fails, plain.findings)) and not any(map(audit.fails, audit.findings))


def test_the_configuration_changes_it(report: Report) -> None:
    assert [f.folded for f in report({"run.sh": PORT}, sensitive_ports=("80",)).findings] == [""]
    assert [f.folded for f in report({"run.sh": DATABASE}, sensitive_ports=("!5432",)).findings] == ["ports"]
    files = {"qa/run.sh": DATABASE, "test/run.sh": DATABASE.replace("db", "d2").replace("5432:", "5433:")}
    found = report(files, test_paths=("qa/",)).findings
    assert {f.path: f.folded for f in found} == {"qa/run.sh": "tests", "test/run.sh": "", "run.sh": ""}


def test_what_stands_for_others_says_so(report: Report) -> None:
    pages = {
        "content.md": f"```sh\n{LINK}```\n\n```sh\n{LINK}```\n",
        "README.md": f"# A title\n\n```sh\n{LINK}```\n\n{'Many more words. ' * 20}\n",
    }
    text = render(report(pages), "text", TextOptions())
    assert re.search(r"= also: line 6, \S*README.md", text)


def test_many_copies_take_linear_time(report: Report) -> None:
    page = f"```sh\n{LINK}```\n\n" * 400
    found = report({"content.md": page, "README.md": "title\n\n" + page})
    assert [f.rule for f in found.shown].count("legacy-link") == 1


@pytest.mark.parametrize(
    ("value", "example"),
    [
        ("mysecretpassword", True), ("p@ssw0rd", True), ("Passw0rd!", True), ("root123", True), ("123456", True),
        ("1111", True), ("geonetwork", True), ("postgres://app:secret@db/x", True), ("my-secret-pw", True),
        ("yourStrong(!)Password", True), ("a8f5f167f44f4964e6c998dee827110c", False), ("Tr0ub4dor", False),
        ("83746251", False), ("vaiJa3ieghai2ief0jao", False), ("postgres://app:Xy7dkE9q@db/x", False),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", False), ("", False), ("пароль", False), ("secret" * 40, False),
    ],
)  # fmt: skip
def test_example_values(value: str, example: bool) -> None:
    assert is_example(value, words_of(["example/geonetwork:3"])) is example


def test_the_page_has_every_part() -> None:
    page = (Path(__file__).parents[2] / "docs" / "noise.md").read_text()
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == set(FOLDED)
    assert set(NOUNS) == set(FOLDED) - {"documents", "same-page"}
