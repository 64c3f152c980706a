"""Checks of the shape of the code, which no test of behaviour can see: `python tests/code_shape.py`.

The lint step of `.ci/run` calls it. Each check yields lines `FILE:LINE: what is wrong`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from linklint.kinds.kind import kinds

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "linklint"
MAX_FUNCTION = 50  # lines
# Who may write to a stream: commands and the terminal; child processes, to their pipe; the standalone Spark program.
WRITERS = ("cli/", "output/terminal.py", "fixes/python_env.py", "fleet/spark.py")
# Who may open files: those that a user names or that are not of the tree.
OPENERS = (
    "files/",
    "prebuilt.py",
    "build.py",
    "cli/",
    "config/",
    "extraction/cache.py",
    "findings/",
    "fleet/",
    "server/",
)
RUNNERS = ("files/git.py", "files/child.py")
UNSAFE = re.compile(
    r"(?<![\w.])(?:eval|exec|__import__)\(|pickle|marshal|yaml\.load\(|os\.system|shell=True"
    r"|import (?:socket|urllib|http)|from (?:socket|urllib(?!\.parse)|http)"
)
MEANINGS = {"text"}  # names of kinds of file that are also kinds of something else, such as of a part of a word
# Public classes of one name, from before this check: the list only gets shorter.
NAMESAKES = set(
    """Answer Container Engine Network Node Place Places Port Project Reads Refused Repository Root Run Step
    Target Variable""".split()
)


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Yield (path below the package, text, tree) of each module."""
    for path in sorted(CODE.rglob("*.py")):
        if path.name != "prebuilt_data.py":
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(CODE).as_posix(), text, ast.parse(text)


def no_kind_is_compared_outside_of_kinds(name: str, _: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What depends on the kind of a file asks its `Kind`."""
    names = kinds().keys() - MEANINGS
    for node in ast.walk(tree) if not name.startswith("kinds/") else ():
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            speaks = any(re.search(r"\bkind\b\)?$", ast.unparse(side)) for side in sides)
            words = {
                part.value
                for side in sides
                for part in ast.walk(side)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
            if speaks and words & names:
                yield node.lineno, f"the kind {', '.join(sorted(words & names))} is compared: ask its Kind"


def few_may_print(name: str, text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Only the terminal and the commands write to a stream; text for people is escaped where it is made."""
    if name.startswith(WRITERS) or name.endswith("_child.py"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, "print"
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.stdout":
            yield node.lineno, "sys.stdout"


def few_may_open_files(name: str, text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Files of the tree are opened through `files/root.py`, and written through `files/writing.py`."""
    if name.startswith(OPENERS):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "os.open", "io.open"):
            if "os.devnull" not in ast.unparse(node):
                yield node.lineno, "opens a file: use files/root.py"


def nothing_of_a_tree_is_run(name: str, text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """No eval, no exec; two modules start processes: git, and Python with code of linklint."""
    for match in UNSAFE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, f"{match[0]} is not allowed"
    if match := re.search(r"import subprocess|from subprocess", text):
        if name not in RUNNERS:
            yield text.count("\n", 0, match.start()) + 1, "starts a process: use files/child.py"


def functions_are_short(name: str, _: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION:
                yield node.lineno, f"{node.name} has more than {MAX_FUNCTION} lines"


def no_object_is_a_key_by_its_id(name: str, _: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id":
            yield node.lineno, "id(…): use the object as the key"


def no_name_is_defined_twice(name: str, _: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A second constant of a name in a module changes what the first one's users read."""
    seen: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for defined in (target.id for target in targets if isinstance(target, ast.Name)):
            if defined in seen:
                yield node.lineno, f"{defined} is defined twice"
            seen.add(defined)


def no_quantifier_is_a_field(name: str, _: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In an f-string `{0,100}` is a field with the value (0, 100): a pattern needs `{{0,100}}`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, (ast.Constant, ast.Tuple)):
            numbers = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
            if all(isinstance(number.value, int) for number in numbers):
                yield node.lineno, "write {{ and }}"


def lines_of_sql_are_short(name: str, text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > 120:
            yield number, "a line of SQL has more than 120 columns"


def namesakes(found: dict[str, list[str]]) -> Iterator[str]:
    """No two public classes have one name."""
    for name, places in sorted(found.items()):
        if len(places) > 1 and name not in NAMESAKES:
            yield f"{places[1]}: the class {name} is also in {places[0]}"
    for name in sorted(NAMESAKES):
        if len(found.get(name, ())) < 2:
            yield f"tests/code_shape.py:1: {name} is the name of one class only: take it from NAMESAKES"


CHECKS = (
    no_kind_is_compared_outside_of_kinds,
    few_may_print,
    few_may_open_files,
    nothing_of_a_tree_is_run,
    functions_are_short,
    no_object_is_a_key_by_its_id,
    no_name_is_defined_twice,
    no_quantifier_is_a_field,
)


def problems() -> Iterator[str]:
    """Yield all problems."""
    classes: dict[str, list[str]] = defaultdict(list)
    for name, text, tree in modules():
        for check in CHECKS:
            yield from (f"linklint/{name}:{line}: {what}" for line, what in check(name, text, tree))
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(f"linklint/{name}:{node.lineno}")
    yield from namesakes(classes)
    for path in [*CODE.rglob("*.sql"), *(ROOT / "rules").glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for sql in re.findall(r"```sql\n(.*?)```", text, re.DOTALL) if path.suffix == ".md" else [text]:
            for line, what in lines_of_sql_are_short(path.name, sql):
                yield f"{path.relative_to(ROOT).as_posix()}: line {line} of the SQL: {what}"


if __name__ == "__main__":
    listed = list(problems())
    sys.stdout.write("".join(f"{problem}\n" for problem in listed))
    sys.exit(bool(listed))
