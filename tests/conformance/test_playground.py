"""The playground: linklint in Pyodide answers as here, under Node and in a real browser (Debian's Chromium)."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from play import Session

pytest.importorskip("playwright", reason="pip install docker-linklint[conformance]")
pytest.importorskip("axe_playwright_python", reason="pip install docker-linklint[conformance]")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]

SAMPLES = ("quickstart", "wiki", "shop-scripts", "python-harness")
QUERY = "SELECT path, line, name, image FROM containers ORDER BY path, line"
BOOT, ANSWER = 90_000, 20_000  # milliseconds, on a busy machine
IMPORTED = [(f"{name}.py", "raise SystemExit('imported')") for name in ("yaml", "bashlex", "json", "linklint/x")] + [
    ("run.sh", 'docker run --name db redis\ndocker run --link db:db web "$DB_PORT_6379_TCP_ADDR"\n'),
    ("compose.yaml", "services: {web: {image: web, links: [db]}, db: {image: redis}}\n"),
]
READER = [
    (
        "run.sh",
        "docker run --name db redis\ndocker run --name web --link db:db -v $PWD/x.py:/x.py python python /x.py\n",
    ),
    ("x.py", 'import os\nprint(os.environ["DB_PORT_6379_TCP_ADDR"])\n'),
]
HOSTILE = [["<img src=x onerror=alert(1)>.sh", "docker run -p 80:80 --name '<script>alert(1)</script>' redis\n"]]
pytestmark = [pytest.mark.conformance, pytest.mark.needs("npm", "chromium")]


def files_of(name: str) -> list[tuple[str, str]]:
    fixture = ROOT / "fixtures" / name
    paths = sorted(path for path in fixture.rglob("*") if path.is_file())
    return [(path.relative_to(fixture).as_posix(), path.read_text()) for path in paths]


# Under Node


@pytest.fixture(scope="module")
def answers(site: Path) -> list[dict[str, Any]]:
    """What Pyodide answers to the files of each sample, and then to a query."""
    messages = [message for name in SAMPLES for message in ({"files": files_of(name)}, {"sql": QUERY})]
    messages += [{"files": IMPORTED}, {"files": READER}]
    done = subprocess.run(
        ["node", str(ROOT / "website" / "playground" / "ask.mjs"), str(site / "playground")],
        input=json.dumps(messages),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_answers_are_the_same(answers: list[dict[str, Any]], tmp_path: Path, name: str) -> None:
    session = Session(tmp_path / "playground")
    here = json.loads(session.answer(json.dumps({"files": files_of(name)})))
    there, rows = answers[2 * SAMPLES.index(name) :][:2]
    assert rows == json.loads(session.answer(json.dumps({"sql": QUERY}))) and rows["count"] > 0
    assert here.pop("seconds") > 0 and there.pop("seconds") > 0
    assert there == here and here["findings"] > 0


def test_nothing_of_the_page_is_imported(answers: list[dict[str, Any]], tmp_path: Path) -> None:
    here = json.loads(Session(tmp_path / "playground").answer(json.dumps({"files": IMPORTED})))
    assert here.pop("seconds") > 0 and answers[-2].pop("seconds") > 0
    assert answers[-2] == here and here["findings"] > 0


def test_python_is_not_rewritten_in_a_browser(answers: list[dict[str, Any]], tmp_path: Path) -> None:
    """Its container gets the variable instead, as the page says."""
    here = json.loads(Session(tmp_path / "playground").answer(json.dumps({"files": READER})))
    assert set(here["migration"]["files"]) == {"run.sh", "x.py"}
    assert set(answers[-1]["migration"]["files"]) == {"run.sh"}
    assert " -e DB_PORT_6379_TCP_ADDR=db " in answers[-1]["migration"]["files"]["run.sh"]


# In a browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose requests, mistakes and dialogs are recorded; nothing may come from elsewhere."""
    page = browser.new_context(viewport={"width": 1024, "height": 900}).new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.set_default_timeout(ANSWER)
    yield page
    assert [url for url in asked if not url.startswith((f"{address}/", f"blob:{address}/", "data:"))] == []
    assert wrong == []
    page.context.close()


def status(page: Page, words: str, timeout: float = ANSWER) -> None:
    expect(page.locator("#play-status")).to_contain_text(words, timeout=timeout)


def sample(page: Page, number: int) -> None:
    page.select_option("#play-sample", index=number)
    page.click("#play-show")


def test_boot_samples_an_edit_and_an_error(page: Page, address: str) -> None:
    begun = time.monotonic()
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    boot = time.monotonic() - begun
    report = page.frame_locator("#play-frame")
    expect(report.locator(".answer")).to_contain_text("No: 1 read of a link variable")
    expect(report.locator(".findings > li")).to_have_count(3)
    expect(report.locator("svg .node")).to_have_count(2)
    begun = time.monotonic()
    for number, count in ((2, 9), (3, 15), (1, 3)):
        sample(page, number)
        status(page, f"{count} findings,")
        expect(report.locator(".findings > li")).to_have_count(count)
    samples = time.monotonic() - begun

    page.locator("fieldset", has=page.locator("textarea")).last.locator("textarea").fill("docker run -p 80:80 redis\n")
    begun = time.monotonic()
    status(page, "1 finding,")
    print(f"playground: boot and first answer {boot:.1f} s, three samples {samples:.1f} s, "
          f"an edit {time.monotonic() - begun:.1f} s")  # fmt: skip

    page.locator("fieldset input").last.fill("../run.sh")
    expect(page.locator("#play-error")).to_have_text(
        "'../run.sh' is not the name of a file: write something like bin/run.sh"
    )
    page.locator("fieldset input").last.fill("run.sh")
    expect(page.locator("#play-error")).to_be_hidden()


def test_the_migrated_text_and_the_facts(page: Page, address: str) -> None:
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    page.get_by_role("tab", name="Report").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#play-diff")).to_contain_text("+docker run -d --name web --network playground")
    page.click("#play-apply")
    expect(page.locator("#play-summary")).to_contain_text("Nothing to do")
    assert "--link" not in page.locator("fieldset textarea").last.input_value()
    page.keyboard.press("Tab")
    page.get_by_role("tab", name="Facts").click()
    page.fill("#play-sql", "SELECT name FROM containers ORDER BY name")
    page.click("#play-run")
    expect(page.locator("#play-rows tbody td")).to_have_text(["db", "web"])
    page.fill("#play-sql", "DROP TABLE container")
    page.click("#play-run")
    expect(page.locator("#play-mistake")).to_have_text("only SELECT statements are allowed")


def test_a_link_holds_the_files(page: Page, address: str) -> None:
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    page.locator("fieldset input").last.fill(HOSTILE[0][0])
    page.locator("fieldset textarea").last.fill(HOSTILE[0][1])
    status(page, "2 findings,")
    page.click("#play-link")
    status(page, "The link is in the address bar")
    assert page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "nothing would be lost"
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#play-status")).to_contain_text("2 findings,", timeout=BOOT)
    assert other.locator("fieldset input").last.input_value() == HOSTILE[0][0]
    report = other.frame_locator("#play-frame")
    expect(report.locator(".findings code").first).to_contain_text(HOSTILE[0][0])
    assert report.locator("script, img").count() == 1 and other.locator(".play img, .play script").count() == 0
    other.evaluate("location.hash = '#s=AAAA'")
    expect(other.locator("#play-error")).to_contain_text("The link cannot be read")
    bomb = other.evaluate(
        """async () => {
          const zeros = new Blob([new Uint8Array(50_000_000)]).stream();
          const packed = zeros.pipeThrough(new CompressionStream("deflate-raw"));
          const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
          let text = "";
          for (const byte of bytes) text += String.fromCharCode(byte);
          return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
        }"""
    )
    other.evaluate("(bomb) => { location.hash = `#s=${bomb}`; }", bomb)
    expect(other.locator("#play-error")).to_contain_text("the link holds more than")


def test_nothing_is_lost(page: Page, address: str) -> None:
    """What the user has written stays, whatever is clicked: it is replaced only if the user agrees."""
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    page.click("#play-add")
    page.keyboard.type("docker run -p 81:81 redis # mine")
    status(page, "4 findings,")
    assert [one.input_value() for one in page.locator("fieldset input").all()][-2:] == ["run.sh", "run-2.sh"]
    mine = page.locator("fieldset textarea").last
    history = page.evaluate("history.length")
    for change in ("location.hash = '#what-is-different-in-a-browser'", "location.hash = '#s=AAAA'",
                   "location.hash = '#s=abc)'"):  # fmt: skip
        page.evaluate(change)
        expect(mine).to_have_value("docker run -p 81:81 redis # mine")
    expect(page.locator("#play-error")).to_contain_text("The link cannot be read")
    page.get_by_role("tab", name="Report").focus()
    page.keyboard.press("n")  # a shortcut of the theme
    page.evaluate("window.confirm = (words) => { window.asked = words; return false; }")
    sample(page, 2)
    assert page.evaluate("window.asked") == "Replace the texts that you have changed?"
    expect(mine).to_have_value("docker run -p 81:81 redis # mine")
    mine.fill("docker run -p 82:82 redis")
    mine.fill("docker run -p 83:83 redis")
    status(page, "4 findings,")
    assert page.evaluate("history.length") == history + 3, "only what this test has changed"
    page.evaluate("window.confirm = () => true")
    for number in (2, 3, 1, 2):  # the last one counts, however quick they come
        sample(page, number)
    status(page, "9 findings,")


def test_the_migration_is_that_of_the_texts(page: Page, address: str) -> None:
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    page.get_by_role("tab", name="Migration").click()
    page.locator("fieldset input").first.fill("constructor")
    expect(page.locator("#play-apply")).to_be_enabled()
    script = page.locator("fieldset textarea").last
    script.press("Control+End")
    script.press_sequentially("\necho mine")
    assert page.locator("#play-apply").is_disabled(), "the answer is about other texts"
    expect(page.locator("#play-apply")).to_be_enabled()
    page.click("#play-apply")
    expect(page.locator("#play-summary")).to_contain_text("Nothing to do")
    assert script.input_value().endswith("echo mine") and "--network" in script.input_value()
    assert page.locator("fieldset textarea").first.input_value().startswith("FROM debian")
    page.get_by_role("tab", name="Report").click()
    report = page.frame_locator("#play-frame")
    report.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(report.locator("#findings")).to_be_focused()


def test_after_a_fault_python_starts_again(page: Page, address: str) -> None:
    """Thousands of operators end Python in a browser, and a text must not end the playground."""
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    deep = "import os\nx = " + "not " * 20_000 + "1\nos.system('docker run --link a:b c')\n"
    page.locator("fieldset input").first.fill("x.py")
    page.locator("fieldset textarea").first.fill(deep)
    expect(page.locator("#play-error")).to_contain_text("This is a fault of linklint")
    page.locator("fieldset textarea").first.fill("import os\n")
    status(page, "2 findings,", BOOT)
    expect(page.locator("#play-error")).to_be_hidden()


@pytest.mark.parametrize("missing", ["python.zip", "session.mjs", "samples.json"])
def test_a_file_of_the_playground_is_missing(browser: Browser, address: str, missing: str) -> None:
    page = browser.new_page()
    page.route(f"**/{missing}", lambda route: route.fulfill(status=404))
    page.goto(f"{address}/playground/")
    if missing == "samples.json":
        status(page, "0 findings,", BOOT)
    else:
        expect(page.locator("#play-error")).to_contain_text("Python could not start", timeout=ANSWER)
        page.locator("fieldset textarea").last.fill("docker run x\n")
        expect(page.locator("#play-status")).to_have_text("")
        expect(page.locator("#play-error")).to_contain_text("Python could not start")
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1024, "light"), (1600, "dark"), (1600, "light")])
def test_nothing_for_axe_to_find(browser: Browser, address: str, width: int, scheme: Any) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(f"{address}/playground/")
    status(page, "3 findings", BOOT)
    for tab in ("Report", "Migration", "Facts"):
        page.get_by_role("tab", name=tab).click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_size_of_the_site(site: Path) -> None:
    """What a reader of the playground loads, and the whole site."""
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    loaded = sum(path.stat().st_size for path in (site / "playground").rglob("*") if path.is_file())
    print(f"site: {size / 1e6:.1f} MB, of which the playground has {loaded / 1e6:.1f} MB")
    assert size < 40e6 and loaded < 20e6
