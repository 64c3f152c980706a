"""The HTML report in a real browser (Debian's Chromium), checked with axe-core."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest
from program import linklint

sys.path.insert(0, str(Path(__file__).parents[1] / "output"))

pytest.importorskip("playwright", reason="pip install docker-linklint[conformance]")
pytest.importorskip("axe_playwright_python", reason="pip install docker-linklint[conformance]")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from test_html import HOSTILE, Tree, hostile_tree

ROOT = Path(__file__).resolve().parents[2]
SIZES = [(width, scheme) for width in (375, 1024, 1600) for scheme in ("light", "dark")]
FILTER = """async (text) => {
  const box = document.querySelector("input[name=q]");
  const begun = performance.now();
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.offsetHeight;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""
REACHABLE = """() => Array.from(document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']"))
  .filter((one) => one.checkVisibility() && one.getClientRects().length).length"""
pytestmark = [pytest.mark.conformance, pytest.mark.needs("chromium")]


def report(root: Path, out: Path, *command: str) -> str:
    done = linklint(*(command or ("scan", "--audit")), "--format", "html", cwd=root)
    assert done.returncode in (0, 1, 3), done.stderr
    path = out / "report.html"
    path.write_text(done.stdout)
    return path.as_uri()


def opened(browser: Browser, address: str, width: int = 1024, scheme: Any = "light") -> tuple[Page, list[str]]:
    """Return a page, and what it asks for or complains about."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    events: list[str] = []
    page.on("request", lambda request: events.append(request.url))
    page.on("console", lambda message: events.append(message.text))
    page.on("pageerror", lambda error: events.append(str(error)))
    page.on("dialog", lambda dialog: events.append(dialog.message))
    page.goto(address)
    wait(page, "document.getElementById('filters') === null || !document.getElementById('filters').hidden")
    return page, events


def wait(page: Page, condition: str) -> None:
    """Wait until a condition holds. `wait_for_function` evaluates in the page, which the page's policy forbids."""
    ends = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < ends, condition
        time.sleep(0.05)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_for_axe_to_find(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    address = report(ROOT / "fixtures" / "shop-scripts", tmp_path)
    page, events = opened(browser, address, width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert events == [address]


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1024, "light"), (1600, "dark")])
def test_the_report_of_a_fleet(browser: Browser, tmp_path: Path, tree: Tree, width: int, scheme: str) -> None:
    """Also if names of repositories, images and variables are markup."""
    hostile = hostile_tree(tree)
    exports = ((ROOT / "fixtures" / "shop-scripts", "<script>alert(1)</script>"), (hostile, HOSTILE[1]))
    for number, (root, name) in enumerate(exports):
        command = ("query", "--export", f"{tmp_path}/{number}.sqlite", "--repository", name)
        assert linklint(*command, cwd=root).returncode == 0
    assert linklint("fleet", "add", "0.sqlite", "1.sqlite", cwd=tmp_path).returncode == 0
    done = linklint("fleet", "report", "--format", "html", "--since", "2020-01-01", cwd=tmp_path)
    (tmp_path / "fleet.html").write_text(done.stdout)
    address = (tmp_path / "fleet.html").as_uri()
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    events: list[str] = []
    page.on("request", lambda request: events.append(request.url))
    page.on("console", lambda message: events.append(message.text))
    page.on("dialog", lambda dialog: events.append(dialog.message))
    page.goto(address)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert events == [address] and "<script>alert(1)</script>" in page.inner_text("main")
    assert page.evaluate("document.querySelectorAll('script, img, svg, b').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_keyboard_alone_reaches_everything(browser: Browser, tmp_path: Path) -> None:
    page, _ = opened(browser, report(ROOT / "fixtures" / "shop-scripts", tmp_path))
    wanted = page.evaluate(REACHABLE)
    page.evaluate("window.reached = new Set(); document.addEventListener('focusin', (e) => reached.add(e.target))")
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
    assert page.evaluate("reached.size") == wanted > 40
    page.evaluate("document.querySelector('.node').focus()")
    page.keyboard.press("Enter")
    assert "of the container" in (page.text_content("#count") or "")
    page.evaluate("document.querySelector('.canvas').focus()")
    before = page.evaluate("document.querySelector('svg').getAttribute('width')")
    page.keyboard.press("+")
    assert page.evaluate("document.querySelector('svg').getAttribute('width')") != before


def test_the_filter_is_kept_in_the_address(browser: Browser, tmp_path: Path) -> None:
    page, _ = opened(browser, report(ROOT / "fixtures" / "shop-scripts", tmp_path))
    page.select_option("select[name=rule]", "legacy-link")
    page.fill("input[name=path]", "worker")
    shown = page.text_content("#count")
    assert page.locator(".findings > li").count() == 2 and shown == "2 of 16 findings"
    other, _ = opened(browser, page.url)
    assert other.text_content("#count") == shown and other.input_value("input[name=path]") == "worker"
    other.click("button[type=reset]")
    wait(other, "document.getElementById('count').textContent === '16 findings'")
    assert "#" not in other.url
    last = other.evaluate("document.querySelector('.findings > li:last-child').id")
    linked, _ = opened(browser, f"{other.url}#{last}")
    assert linked.evaluate(f"document.getElementById('{last}').getBoundingClientRect().top < innerHeight")


def test_five_thousand_findings(browser: Browser, tmp_path: Path, tree: Tree) -> None:
    lines = {
        f"s{file}.sh": "".join(
            f"docker run -d --name redis{file}x{line} -p {1000 + file * 50 + line}:6379 redis\n" for line in range(50)
        )
        for file in range(100)
    }
    page, _ = opened(browser, report(tree(lines), tmp_path, "scan"))
    assert page.text_content("#count") == "5000 findings"
    texts = ("redis7x", "", "s3", "nothing", "redis")
    rounds = [[page.evaluate(FILTER, text) for text in texts] for _ in range(8)]
    times = [min(times) for times in zip(*rounds, strict=True)]  # the machine is busy with other tests, too
    print(f"5,000 findings: a filter takes {', '.join(f'{time:.0f}' for time in times)} ms")
    assert max(times) < 100
    page.click("#more")
    assert page.locator(".findings > li").count() == 400


def test_all_findings_are_printed(browser: Browser, tmp_path: Path, tree: Tree) -> None:
    script = "".join(f"docker run -d --name redis{n} -p {1000 + n}:6379 redis\n" for n in range(250))
    page, _ = opened(browser, report(tree({"run.sh": script}), tmp_path, "scan"))
    assert page.locator(".findings > li").count() == 200
    page.pdf(path=tmp_path / "report.pdf")
    assert page.locator(".findings > li").count() == 250
    page.emulate_media(media="print")
    assert not page.locator("#filters").is_visible() and page.locator(".findings > li").last.is_visible()


def test_a_hostile_tree_is_text(browser: Browser, tmp_path: Path, tree: Tree) -> None:
    address = report(hostile_tree(tree), tmp_path)
    page, events = opened(browser, address)
    assert events == [address]
    assert page.evaluate("document.querySelectorAll('script, img, iframe, b, i, u, marquee').length") == 1
    assert HOSTILE[0] in (page.text_content("main") or "")
    assert page.evaluate("Array.from(document.links).every((one) => /^https:|^file:/.test(one.href))")


def test_without_a_script_all_is_there(browser: Browser, tmp_path: Path) -> None:
    address = report(ROOT / "fixtures" / "shop-scripts", tmp_path)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    assert page.locator(".findings > li").count() == 16 and not page.locator("#filters").is_visible()
