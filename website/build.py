"""Build the documentation site: python website/build.py OUT

The pages come from the README, `docs/`, the rules and the reference of the facts, so that nothing is written twice. The
README is cut at its headings; links between the files become links between the pages. The playground needs npm.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from linklint.about import REPOSITORY
from linklint.findings.rule_file import Rule, built_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
README = "README.md"
# Each page: its path, its title in the navigation, and the headings of the README or the files that it is made of.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "index.md": ("Overview", ("#",)),
    "start.md": (
        "Start",
        ("Installation", "Try it from a checkout", "Scanning a repository", "Automatic fixes",
         "Adopting linklint on an existing repository (baseline)", "Suppressing a finding", "Troubleshooting"),
    ),
    "upgrade/index.md": ("Docker Engine 29 and 30", ("docs/engine-29-and-30.md",)),
    "upgrade/answer.md": (
        "Can I upgrade?",
        ("Can I upgrade to Docker Engine 29 or 30?", "What a container gets from its links", "Who links to whom",
         "docs/upgrade.md"),
    ),
    "upgrade/migrate.md": ("From links to networks", ("From links to networks", "docs/migrate.md")),
    "upgrade/engine.md": ("What the engine does", ("docs/engine.md",)),
    "rules/index.md": ("All rules", ("Rules",)),
    "configuration.md": ("Configuration", ("Configuration", "Supported files")),
    "noise.md": ("What is listed", ("docs/noise.md",)),
    "custom-rules.md": ("Rules of your own", ("docs/custom-rules.md",)),
    "facts.md": ("The facts", ("Querying with SQL", "linklint/facts/README.md")),
    "formats.md": ("Formats", ("Output formats", "Exit status")),
    "integrations.md": ("pre-commit and CI", ("pre-commit hook", "GitHub Actions", "GitLab CI", "Other CI systems")),
    "editors.md": ("Editors", ("docs/editors.md",)),
    "fleet.md": ("Many repositories", ("docs/fleet.md",)),
    "api.md": ("Python", ("Python API",)),
    "comparison.md": ("Beside other tools", ("docs/comparison.md",)),
    "performance.md": ("Performance", ("docs/performance.md",)),
    "security.md": ("Security", ("SECURITY.md",)),
    "playground.md": ("Playground", ("website/playground/playground.md",)),
    "versions.md": ("Versions", ("Versions and stability", "Licence", "CHANGELOG.md")),
}  # fmt: skip
GROUPS = {
    "Upgrade": ("upgrade/index.md", "upgrade/answer.md", "upgrade/migrate.md", "upgrade/engine.md"),
    "Rules": ("rules/index.md",),
    "Use": ("configuration.md", "noise.md", "formats.md", "integrations.md", "editors.md", "fleet.md"),
    "Extend": ("custom-rules.md", "facts.md", "api.md"),
    "About": ("comparison.md", "performance.md", "security.md", "versions.md"),
}
# Sections of the README with a file of their own.
ELSEWHERE = {"Security": "SECURITY.md", "Editors": "docs/editors.md", "Many repositories": "docs/fleet.md"}
LINK = re.compile(r"(?<!\!)\[(?P<words>[^\]\n]*)\]\((?P<to>[^)\s]+)\)|!\[(?P<alt>[^\]\n]*)\]\((?P<image>[^)\s]+)\)")
RULE = re.compile(r"(?<!\[)`(?P<rule>[a-z]+(?:-[a-z]+)+|unread)`(?!\])")  # as code, and not in a link
FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
GROUP_WORDS = {"links": "Links", "readers": "Readers of link variables", "ports": "Ports", "secrets": "Secrets"}


def sections() -> dict[str, str]:
    """Return the parts of the README by heading; the part before the first one is `#`."""
    text = (ROOT / README).read_text()
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    found = {"#": parts[0]} | {title.strip(): body.strip() + "\n" for title, body in zip(parts[1::2], parts[2::2])}
    return {title: body for title, body in found.items() if title != "Contents"}


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as GitHub and mkdocs make it."""
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower())


class Site:
    """Writes the pages, with links between them."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.sections = sections()
        self.places: dict[str, str] = {}  # page or page#anchor, by file or README.md#anchor
        for path, (_, sources) in PAGES.items():
            for number, source in enumerate(sources):
                key = source if source.endswith(".md") else f"{README}#{anchor(source)}"
                first = number == 0
                self.places[key] = path if first or source.endswith(".md") else f"{path}#{anchor(source)}"
        for heading, source in ELSEWHERE.items():
            self.places[f"{README}#{anchor(heading)}"] = self.places[source]
        for rule in built_in():
            self.places[f"rules/{rule.slug}.md"] = f"rules/{rule.slug}.md"
        left = set(self.sections) - {source for _, sources in PAGES.values() for source in sources} - {"#"}
        assert left <= set(ELSEWHERE), f"sections of the README that are on no page: {left}"

    def write(self) -> None:
        """Write all pages and images."""
        for path, (title, sources) in PAGES.items():
            self.put(path, "\n".join(self.parts(path, title, sources)))
        for rule in built_in():
            self.put(
                f"rules/{rule.slug}.md", self.linked(f"rules/{rule.slug}.md", f"rules/{rule.slug}.md", page_of(rule))
            )
        shutil.copytree(HERE / "theme", self.out / "theme")
        (self.out / "scan.svg").write_bytes((ROOT / "docs" / "scan.svg").read_bytes())

    def put(self, path: str, text: str) -> None:
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def parts(self, path: str, title: str, sources: tuple[str, ...]) -> Iterator[str]:
        """Yield the parts of a page. Only the first one has a heading of the first level."""
        for number, source in enumerate(sources):
            file = source if source.endswith(".md") else README
            text = (ROOT / source).read_text() if source.endswith(".md") else self.sections[source]
            if source.endswith(".md"):
                text = text if number == 0 else lowered(text)
            elif source != "#":
                text = f"# {source}\n\n{text}" if len(sources) == 1 else f"## {source}\n\n{text}"
                text = f"# {title}\n\n{text}" if number == 0 and len(sources) > 1 else text
            yield self.linked(path, file, re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL))

    def linked(self, path: str, file: str, text: str) -> str:
        """Return the text of a file with links for the page at a path. What is in a fence stays."""
        pieces = re.split(r"(^(?:```|~~~).*?^(?:```|~~~)[ ]*$)", text, flags=re.MULTILINE | re.DOTALL)
        return "".join(piece if FENCE.match(piece) else self.prose(path, file, piece) for piece in pieces)

    def prose(self, path: str, file: str, text: str) -> str:
        """Return text outside of fences with links, also for each name of a rule."""

        def named(match: re.Match[str]) -> str:
            page = f"rules/{match['rule']}.md"
            is_link = page in self.places and page != path and path.startswith(("rules/", "upgrade/"))
            return f"[`{match['rule']}`]({relative(path, page)})" if is_link else match[0]

        linked = LINK.sub(lambda match: self.link(path, file, match), text)
        return "\n".join(line if line.startswith("#") else RULE.sub(named, line) for line in linked.split("\n"))

    def link(self, path: str, file: str, match: re.Match[str]) -> str:
        """Return a link of a file as the page has it."""
        if match["image"]:
            return f"![{match['alt']}]({relative(path, posixpath.basename(match['image']))})"
        to = match["to"]
        if re.match(r"[a-z]+:", to):
            return match[0]
        target, _, name = to.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) if target else file
        place = self.places.get(f"{target}#{name}") or self.places.get(target)
        words = PAGES[place][0] if place in PAGES and match["words"] in (target, to) else match["words"]
        if place is None and target == README:
            place = "index.md"
        if place is None:
            return f"[{words}]({REPOSITORY}/blob/main/{target})"
        if "#" not in place and name and f"{target}#{name}" not in self.places:
            place += f"#{name}"
        return f"[{words}]({relative(path, place)})"


def relative(path: str, place: str) -> str:
    target, hash_, name = place.partition("#")
    found = posixpath.relpath(target, posixpath.dirname(path) or ".")
    return f"#{name}" if target == path and name else found + hash_ + name


def lowered(text: str) -> str:
    """Return Markdown with each heading one level lower."""
    pieces = re.split(r"(^(?:```|~~~).*?^(?:```|~~~)[ ]*$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        piece if FENCE.match(piece) else re.sub(r"^(#+ )", r"#\1", piece, flags=re.MULTILINE) for piece in pieces
    )


def page_of(rule: Rule) -> str:
    """Return the page of a rule: what a user needs first, then the examples; the query is folded."""
    _, _, text = rule.text.split("---\n", 2)
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    fix = {"safe": "a safe automatic fix", "unsafe": f"an automatic fix with `--fix={rule.group}`"}.get(
        rule.fix, "no automatic fix"
    )
    facts = f"**{rule.severity}**, group `{rule.group}`, {fix}" if rule.group else f"**{rule.severity}**, {fix}"
    head = re.sub(r"^# (.*)$", rf"# `{rule.slug}`: \1", parts[0].strip(), count=1, flags=re.MULTILINE)
    title, _, intro = head.partition("\n")
    found = [title, f"{facts}, since {rule.since}", intro.strip()]
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        if heading in ("Rule", "Fix"):
            found += [f'??? note "The query of the {heading.lower()}"', indented(body.strip())]
        else:
            found += [f"## {heading}", body.strip()]
    found.append(f"`linklint explain {rule.slug}` prints this page.")
    return "\n\n".join(found) + "\n"


def indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def navigation() -> list[object]:
    """Return the navigation, with the rules by group."""
    rules: dict[str, list[object]] = {}
    for rule in built_in():
        rules.setdefault(GROUP_WORDS.get(rule.group, (rule.group or "others").capitalize()), []).append(
            {rule.slug: f"rules/{rule.slug}.md"}
        )
    found: list[object] = [{PAGES[path][0]: path} for path in ("index.md", "start.md", "playground.md")]
    for name, paths in GROUPS.items():
        pages: list[object] = [{PAGES[path][0]: path} for path in paths]
        found.append(
            {name: pages + [{group: pages_of} for group, pages_of in rules.items()] if name == "Rules" else pages}
        )
    return found


def build(out: Path) -> None:
    """Write the pages and build the site."""
    with tempfile.TemporaryDirectory() as directory:
        pages = Path(directory) / "pages"
        Site(pages).write()
        config = Path(directory) / "mkdocs.yml"
        text = (HERE / "mkdocs.yml").read_text().replace("hooks: [cards.py]", f"hooks: [{HERE / 'cards.py'}]")
        config.write_text(text + yaml.safe_dump({"nav": navigation()}, sort_keys=False))
        env = {**os.environ, "SITE_PAGES": str(pages), "SITE_OUT": str(out.resolve()), "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(config)]
        subprocess.run(command, env=env, check=True)
    subprocess.run([sys.executable, str(HERE / "playground" / "vendor.py"), str(out / "playground")], check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
