"""The documentation site: its links hold, the program's addresses lead to pages, and nothing comes from elsewhere."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from linklint.about import SITE, page_of
from linklint.findings.rule_file import built_in

pytest.importorskip("mkdocs", reason="pip install docker-linklint[site]")
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.conformance


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with --strict: a warning is an error."""
    out = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, str(ROOT / "website" / "build.py"), str(out)], check=True, cwd=ROOT, timeout=120)
    return out


def test_the_addresses_of_rules_are_pages(site: Path) -> None:
    for rule in built_in():
        page = site / page_of(rule.slug).removeprefix(f"{SITE}/") / "index.html"
        text = page.read_text()
        assert rule.slug in text and ("The query of the rule" in text) == ("\n## Rule\n" in rule.text)
        assert text.count('property="og:image"') == 1


def test_each_page_has_a_card(site: Path) -> None:
    cards = {path.name for path in (site / "cards").iterdir()}
    assert len(cards) > 50
    for path in (site / "cards").iterdir():
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.needs("chromium")
def test_in_a_browser(address: str) -> None:
    """Nothing is fetched from other hosts, and the search finds the page that people look for."""
    pytest.importorskip("playwright", reason="pip install docker-linklint[conformance]")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=quiet)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/", "/upgrade/", "/rules/legacy-link/", "/facts/", "/editors/"):
            page.goto(address + path)
        page.fill("input[name=query]", "docker link env variables engine 29")
        first = page.wait_for_selector(".md-search-result__item a")
        assert first is not None
        shown = page.locator(".md-search-result__item a").evaluate_all("all => all.map(one => one.pathname)")
        assert "/upgrade/" in shown[:3], shown
        assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
        browser.close()
