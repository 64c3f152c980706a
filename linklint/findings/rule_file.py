"""Read a rule from its Markdown file, which is the manual page, the tests and the query in one.

The file has front matter of `key: value` lines, a title, sections for people, `## Bad` and `## Good` with examples,
`## Rule` with one SQL fence and, for rules with a fix, `## Fix`. An invalid file is an error with its line.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import NamedTuple

from linklint.config.model import SEVERITIES
from linklint.files.root import Root, UnreadableFile
from linklint.prebuilt import RULES, files_of, prebuilt, text_of
from linklint.text.records import Record, new
from linklint.text.regex import lazy_compile

MAX_SIZE = 1_000_000
MAX_LINE = 2000
KEYS = frozenset("severity group message related help since fix refused".split())
GROUPS = tuple("names links networks ports secrets readers daemon engine commands linklint".split())
SLUG = lazy_compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
WORD = lazy_compile(r"\{([a-z_]+)\}")
REMARK = lazy_compile(r"<!-- (?P<key>before|not run): (?P<text>.+) -->")
REMARK_LINES = lazy_compile(rf"^{REMARK.pattern}\n", re.MULTILINE)  # for the tests, not for readers
FENCE = lazy_compile(r"(?P<mark>`{3,})(?P<language>[\w-]*)\s*\Z")
FILE_NAME = lazy_compile(r"`(?P<name>[\w.@/-]+)`:\s*\Z")
EXPECTED = lazy_compile(r"(?P<before>[ \t]*(?:#|//|<!--)?[ \t]*)(?P<carets>\^+)[ \t]+(?P<message>.*?)[ \t]*(?:-->)?\Z")
FILE_NAMES = {
    "sh": "example.sh",
    "bash": "example.sh",
    "yaml": "compose.yaml",
    "yml": "compose.yaml",
    "dockerfile": "Dockerfile",
    "env": ".env",
    "md": "README.md",
    "markdown": "README.md",
}


class BadRule(ValueError):
    """A rule file is invalid. The message has its path, line and reason."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")


class Expected(NamedTuple):
    """A finding that an example expects: line and column (from 1), width in characters, message, confidence; `at` is
    the line of the rule file that says so.
    """

    path: str
    line: int
    column: int
    width: int
    message: str
    confidence: str
    at: int = 0


class Example(Record):
    """The files of one example, and the findings that are expected in them (none under Good).

    On a real engine, the commands in `before` come first, and an example with `not_run`, a reason, is left out. They
    are given in a comment before the fence: `<!-- before: docker network create app -->`, `<!-- not run: it needs ssh
    -->`.
    """

    line: int
    before: str = ""
    not_run: str = ""
    files: dict[str, str] = new(factory=dict)
    expected: list[Expected] = new(factory=list)
    rows: dict[str, list[int]] = new(factory=dict)  # the line of the rule file for each line of a file


class Rule(Record):
    """One rule. `help` and the messages have `{words}`: columns of the query."""

    slug: str
    path: str
    text: str
    severity: str = ""
    message: str = ""
    group: str = ""
    since: str = ""
    related: str = ""
    fix: str = ""
    refused: bool = False
    title: str = ""
    about: str = ""
    help: str = ""
    sql: str = ""
    fix_sql: str = ""
    examples: list[tuple[str, Example]] | None = None  # with the section, Bad or Good; read when they are asked for

    @property
    def bad(self) -> list[Example]:
        """The examples with findings."""
        return self._examples("Bad")

    @property
    def good(self) -> list[Example]:
        """The examples without findings."""
        return self._examples("Good")

    def _examples(self, wanted: str) -> list[Example]:
        if self.examples is None:
            self.examples = parse(self.text, self.slug, self.path).examples or []
        return [example for section, example in self.examples if section == wanted]

    @property
    def manual(self) -> str:
        """The page for people: everything but the front matter and the queries."""
        return (
            re.split(r"^## (?:Rule|Fix)$", self.text.split("\n---\n", 1)[-1], maxsplit=1, flags=re.MULTILINE)[0].strip()
            + "\n"
        )

    @property
    def words(self) -> set[str]:
        """The columns that the messages and the help line need."""
        return set(WORD.findall(self.message + self.related + self.help))


@lru_cache(maxsize=1)
def built_in() -> tuple[Rule, ...]:
    """Return the built-in rules, sorted by name. Raises BadRule."""
    made = prebuilt()
    if made is None:
        return parsed()
    return tuple(Rule(path=os.path.join(RULES, f"{values['slug']}.md"), **values) for values in made.rules)


def parsed() -> tuple[Rule, ...]:
    """Return the built-in rules as their files are now, sorted by name. Raises BadRule."""
    return tuple(parse(text_of(path), slug, path, examples=False) for slug, path in files_of(RULES))


@lru_cache(maxsize=1)
def built_in_slugs() -> frozenset[str]:
    """Return the names of the built-in rules."""
    return frozenset(rule.slug for rule in built_in())


def is_built_in(rule: Rule) -> bool:
    """Whether a rule is built in, not a custom rule."""
    return os.path.dirname(os.path.abspath(rule.path)) == RULES


def read(path: str, root: Root) -> Rule:
    """Read a custom rule below a root. Raises BadRule."""
    try:
        text = root.read(os.path.relpath(os.path.abspath(path), root.path).replace(os.sep, "/"), MAX_SIZE).decode()
    except (UnreadableFile, ValueError) as error:
        raise BadRule(path, 1, str(error)) from error
    return parse(text, os.path.splitext(os.path.basename(path))[0], path)


def parse(text: str, slug: str, path: str, *, examples: bool = True) -> Rule:
    """Parse the text of a rule file, with its examples. Raises BadRule."""
    if not SLUG.fullmatch(slug):
        raise BadRule(path, 1, f"invalid rule name {slug!r}: use lower case and dashes")
    rule = Rule(slug, path, text, examples=[] if examples else None)
    lines = text.split("\n")
    long = next((number for number, line in enumerate(lines, 1) if len(line) > MAX_LINE), None)
    if long is not None:
        raise BadRule(path, long, f"the line has more than {MAX_LINE} characters")
    body = _front_matter(rule, lines)
    _Body(rule, lines, body).read()
    if not rule.title:
        raise BadRule(path, body + 1, "the title is missing: a line '# …'")
    if not rule.sql and slug != "failed-rule":
        raise BadRule(path, len(lines), "there is no ```sql fence under '## Rule'")
    if rule.fix_sql and not rule.fix:
        raise BadRule(path, 1, "a rule with '## Fix' needs 'fix: safe' or 'fix: unsafe'")
    return rule


def _front_matter(rule: Rule, lines: list[str]) -> int:
    """Read the lines between the two `---`. Return the index of the line after them."""
    if not lines or lines[0].strip() != "---":
        raise BadRule(rule.path, 1, "the front matter is missing: the first line must be '---'")
    for index, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            _check_front_matter(rule)
            return index + 1
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in KEYS:
            raise BadRule(rule.path, index + 1, f"unknown key in {line.strip()!r}: use {', '.join(sorted(KEYS))}")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        setattr(rule, key.strip(), value == "true" if key.strip() == "refused" else value)
    raise BadRule(rule.path, len(lines), "the front matter has no end: a line '---'")


def _check_front_matter(rule: Rule) -> None:
    if rule.severity not in SEVERITIES:
        raise BadRule(rule.path, 1, f"severity must be one of {', '.join(SEVERITIES)}, not {rule.severity!r}")
    if not rule.message:
        raise BadRule(rule.path, 1, "the message is missing")
    if rule.group not in ("", *GROUPS):
        raise BadRule(rule.path, 1, f"group must be one of {', '.join(GROUPS)}, not {rule.group!r}")
    if rule.fix not in ("", "safe", "unsafe"):
        raise BadRule(rule.path, 1, f"fix must be safe or unsafe, not {rule.fix!r}")
    for text in (rule.message, rule.related, rule.help):
        if "{" in WORD.sub("", text) or "}" in WORD.sub("", text):
            raise BadRule(rule.path, 1, f"braces are only allowed around column names, as in {{name}}: {text!r}")


class _Body:
    """Reads the sections after the front matter."""

    def __init__(self, rule: Rule, lines: list[str], start: int) -> None:
        self.rule = rule
        self.lines = lines
        self.index = start
        self.section = ""
        self.name = ""
        self.joins = False
        self.remarks: dict[str, str] = {}

    def read(self) -> None:
        while self.index < len(self.lines):
            line = self.lines[self.index]
            fence, named = (FENCE.match(line), FILE_NAME.match(line)) if line[:1] == "`" else (None, None)
            self.index += 1
            if fence:
                self.fence(fence["mark"], fence["language"])
            elif named:
                self.name = named["name"]
            elif line.startswith("# ") and not self.rule.title:
                self.rule.title = line[2:].strip()
            elif line.startswith("## "):
                self.section, self.name, self.joins = line[3:].strip(), "", False
            elif remark := REMARK.fullmatch(line.strip()):
                self.remarks[remark["key"]] = remark["text"]
            elif line.strip():
                self.prose(line)

    def prose(self, line: str) -> None:
        self.name, self.joins = "", False
        if not self.section and self.rule.title:
            self.rule.about = f"{self.rule.about} {line.strip()}".strip()

    def fence(self, mark: str, language: str) -> None:
        start = self.index
        while self.index < len(self.lines) and self.lines[self.index].rstrip() != mark:
            self.index += 1
        if self.index >= len(self.lines):
            raise BadRule(self.rule.path, start, "the fence is not closed")
        content = self.lines[start : self.index]
        self.index += 1
        if self.section in ("Rule", "Fix") and language == "sql":
            self.query("\n".join(content), start)
        elif self.section in ("Bad", "Good") and self.rule.examples is not None:
            self.example(content, language, start, self.rule.examples)

    def query(self, sql: str, line: int) -> None:
        attribute = "sql" if self.section == "Rule" else "fix_sql"
        if getattr(self.rule, attribute):
            raise BadRule(self.rule.path, line, f"there are two queries under '## {self.section}'")
        setattr(self.rule, attribute, sql)

    def example(self, content: list[str], language: str, line: int, known: list[tuple[str, Example]]) -> None:
        name = self.name or FILE_NAMES.get(language, "")
        if not name:
            raise BadRule(
                self.rule.path,
                line,
                f"unknown language {language or '(none)'}: write the file name before the fence, as in `Makefile`:",
            )
        if not (self.joins and self.name and known and known[-1][0] == self.section):
            known.append((self.section, Example(line)))
        self.joins, self.name = bool(self.name), ""
        example = known[-1][1]
        example.before = self.remarks.pop("before", example.before)
        example.not_run = self.remarks.pop("not run", example.not_run)
        kept: list[str] = []
        rows = example.rows.setdefault(name, [])
        for number, text in enumerate(content, line + 1):
            match = EXPECTED.match(text) if "^" in text else None
            if match:
                message, possible = re.subn(r"\s*\(possible\)\Z", "", match["message"])
                message, likely = re.subn(r"\s*\(likely\)\Z", "", message)
                confidence = "possible" if possible else "likely" if likely else ""
                example.expected.append(
                    Expected(
                        name, len(kept), match.start("carets") + 1, len(match["carets"]), message, confidence, number
                    )
                )
            else:
                kept.append(text)
                rows.append(number)
        example.files[name] = "\n".join(kept) + "\n"
