"""The commands for custom rules: `test-rules` and `new-rule`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from linklint.config.model import Config
from linklint.errors import ConfigError, UsageError
from linklint.files.root import Root
from linklint.files.writing import write_report
from linklint.findings.rule_file import SLUG, BadRule, built_in_slugs, is_built_in, read
from linklint.output.escape import escape
from linklint.output.finding_lines import plural

if TYPE_CHECKING:
    import argparse

    from linklint.findings.rule_file import Example, Rule

Found = tuple[str, int, int, int, str, str]  # path, line, column, width (-1: over lines), message, confidence

SKELETON = """\
---
severity: warning
message: "{words} runs with --privileged"
help: "give {words} the capabilities that it needs: --cap-add"
since: 1
---

# TITLE: what is wrong, in one line

ABOUT: what the rule finds, in one or two sentences.

## Why it matters

Say what happens, and when.

## How to fix

Say what to write instead.

## Bad

```sh
docker run -d --name web --privileged nginx
#                        ^^^^^^^^^^^^ web runs with --privileged
```

## Good

```sh
docker run -d --name web --cap-add NET_ADMIN nginx
```

## Rule

```sql
SELECT container_option.span AS at, called.words, called.words AS subject
FROM container_option JOIN called ON called.container = container_option.container
WHERE container_option.name = 'privileged' AND container_option.value = 'true'
```
"""


def new_rule(options: argparse.Namespace) -> int:
    """`linklint new-rule`"""
    slug = options.rule
    if not SLUG.fullmatch(slug) or slug in built_in_slugs():
        raise UsageError(f"{slug} cannot be the name of a rule: use lower case and dashes, and no built-in name")
    path = os.path.join(options.directory, f"{slug}.md")
    if os.path.lexists(path):
        raise UsageError(f"{path} exists already")
    os.makedirs(options.directory, exist_ok=True)
    write_report(path, SKELETON.encode(), [])
    sys.stderr.write(
        f"Wrote {escape(path)}, which works as it is: change it, and run linklint test-rules {escape(path)}.\n"
        f'To use it, put rules = ["{escape(options.directory)}/*.md"] into the configuration.\n'
    )
    return 0


def test_rules(options: argparse.Namespace) -> int:
    """`linklint test-rules`"""
    differences: list[str] = []
    examples = 0
    for path in options.rules:
        try:
            rule = read(path, Root(os.path.dirname(path) or "."))
        except BadRule as error:
            differences.append(str(error))
            continue
        examples += len(rule.bad) + len(rule.good)
        differences += _of_rule(rule)
    for line in differences:
        sys.stdout.write(f"{escape(line)}\n")
    count = plural(len(differences), "difference")
    sys.stderr.write(f"{plural(len(options.rules), 'rule')}, {plural(examples, 'example')}: {count}\n")
    return int(bool(differences))


def _of_rule(rule: Rule) -> Iterator[str]:
    """Yield what differs between the examples of a rule and what it finds in them, with lines of the rule file."""
    if not rule.bad or not rule.good:
        yield f"{rule.path}:1: a rule needs examples under ## Bad and ## Good"
    for example in (*rule.bad, *rule.good):
        if example in rule.bad and not example.expected:
            yield f"{rule.path}:{example.line}: the example expects nothing: write ^^^ message below a line"
        try:
            found = found_in(rule, example)
        except (UsageError, ConfigError) as error:
            yield f"{rule.path}:{example.line}: {error}"
            continue
        for expected in example.expected:
            wanted = (
                expected.path,
                expected.line,
                expected.column,
                expected.width,
                expected.message,
                expected.confidence or "certain",
            )
            if wanted in found:
                found.remove(wanted)
            else:
                yield f"{rule.path}:{expected.at}: not found: {_words(wanted)}"
        for one in found:
            rows = example.rows.get(one[0], [])
            row = rows[one[1] - 1] if 0 < one[1] <= len(rows) else example.line
            yield f"{rule.path}:{row}: found: {_words(one)}"


def _words(found: Found) -> str:
    path, line, column, width, message, confidence = found
    end = f"-{column + width - 1}" if width > 1 else ""
    sure = "" if confidence == "certain" else f" ({confidence})"
    return f"{message}{sure}  [{path}:{line}:{column}{end}]"


def found_in(rule: Rule, example: Example) -> list[Found]:
    """Return what a rule finds in an example, whose files are written to a temporary directory. Raises UsageError,
    ConfigError.
    """
    from linklint.scanning import scan

    with tempfile.TemporaryDirectory(prefix="linklint-") as directory:
        for name, text in example.files.items():
            path = os.path.normpath(os.path.join(directory, name))
            if not path.startswith(directory + os.sep):
                raise UsageError(f"the example file {name} is outside of the example")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Path(path).write_text(text, "utf-8")
        own = () if is_built_in(rule) else (os.path.basename(rule.path),)
        folder = os.path.dirname(os.path.abspath(rule.path)) if own else ""
        select = () if rule.slug == "unused-ignore" else (rule.slug,)  # it needs the others
        config = Config(select=select, rules=own, directory=folder, rules_from=dict.fromkeys(own, folder))
        result = scan([directory], config=config, audit=True)
    found: list[Found] = []
    for finding in result.findings:
        if finding.rule == "failed-rule":
            raise ConfigError(finding.message)
        if finding.rule == rule.slug and finding.span is not None:
            place = finding.span.source.place(finding.span.start, finding.span.end)
            width = place.end_column - place.column if place.end_line == place.line else -1
            found.append((finding.path, place.line, place.column, width, finding.message, finding.confidence))
    return found
