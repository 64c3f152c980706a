"""The documentation site: its links hold, the program's addresses lead to pages, and nothing comes from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linklint.about import SITE, page_of
from linklint.findings.rule_file import built_in

pytest.importorskip("playwright", reason="pip install docker-linklint[conformance]")
pytest.importorskip("axe_playwright_python", reason="pip install docker-linklint[conformance]")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

SIZES = [(width, scheme) for width in (375, 1024, 1600) for scheme in ("light", "dark")]
pytestmark = [pytest.mark.conformance, pytest.mark.needs("npm")]


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


@pytest.mark.needs("chromium")
def test_in_a_browser(address: str, browser: Browser) -> None:
    """Nothing is fetched from other hosts, and the search finds the page that people look for."""
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


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_for_axe_to_find(address: str, browser: Browser, width: int, scheme: Any) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    for path in ("/", "/start/", "/upgrade/", "/rules/legacy-link/", "/facts/", "/comparison/"):
        page.goto(address + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
