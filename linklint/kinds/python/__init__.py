"""Python: docker commands passed to a call, the Docker SDK, and reads of link variables.

The text is parsed by `ast`, never imported. If the running Python cannot parse it, it is tried as Python 2; if that
fails, too, only reads of link variables are searched for.
"""

from __future__ import annotations

import ast
import re
import warnings

from linklint.context import ExtractionContext
from linklint.docker.link_variables import NAME, link_variable
from linklint.facts.schema import EnvRead
from linklint.flow.steps import StepRecorder
from linklint.kinds import contents
from linklint.kinds.kind import Kind, NetworkLines
from linklint.text.confidence import LIKELY
from linklint.text.regex import lazy_compile
from linklint.text.source import Source

KIND = Kind(
    rank=160,
    name="python",
    example="a.py",
    files="`*.py`, and any file with the shebang of Python",
    takes="docker commands in lists and strings passed to a call, the Docker SDK (`containers.run`, "
    "`create_container`, `create_host_config`), reads of link variables",
    suffixes="py pyw",
    hints=contents.CODE_HINTS + (b"_tcp_addr",),
    by_content={"script": contents.is_python_script, "named": contents.has_shebang_of_python},
    on_host=True,
    is_program=True,
    mentions_settings=True,
    matters=contents.matters_as_python,
    syntax="program",
    comment_style="python",
    weight=5,
    knows_reads=True,
    stdin="stdin.py",
    network=NetworkLines(by_program=True),
)

MAX_SIZE = 300_000
MAX_NESTED = 100
BRACKETS = lazy_compile(
    r"'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*+'?|\"(?:[^\"\\\n]|\\.)*+\"?|#[^\n]*|[\[\](){}]", re.DOTALL
)
READ = lazy_compile(rf"(?:environ|env)\w*\W{{1,20}}?(?:get\W{{1,5}})?['\"](?P<name>{NAME})['\"](?!\s*\]?\s*=[^=])")


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the facts of Python sources: each is a scope."""
    for source in sources:
        order = StepRecorder(context, source.whole().span(0, 0), KIND, source.path)
        try:
            tree = parse(source.text)
        except SyntaxError as error:
            line = min(max(error.lineno or 1, 1), len(source.lines))
            at = source.lines[line - 1]
            if re.search(r"docker|podman", source.text):
                context.unread(
                    source.whole().span(at, at), f"Python: {error.msg}; only reads of link variables are searched for"
                )
            _reads(source, order, context)
            continue
        from linklint.kinds.python.module import PythonModule

        try:
            PythonModule(source, tree, order, context).take()
        except RecursionError:
            context.unread(source.whole().span(0, 0), "Python: nested too deeply; the rest of the file is not read")


def parse(string: str) -> ast.Module:
    """Return the tree of a text of Python 3, or of 2. Raises SyntaxError."""
    if len(string) > MAX_SIZE:
        raise SyntaxError(f"larger than {MAX_SIZE // 1000} kB")
    safe = re.sub("[\ud800-\udfff\0]", "?", string)
    deep = _too_deep(safe)
    if deep:
        raise SyntaxError(f"nested deeper than {MAX_NESTED}", ("", deep, 1, ""))
    try:
        return _parsed(safe)
    except SyntaxError as error:
        try:
            return _parsed(as_new(safe))
        except SyntaxError:
            raise error from None


def _parsed(string: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(string)
    except (ValueError, MemoryError, RecursionError) as error:
        raise SyntaxError(f"cannot parse the file ({type(error).__name__})") from error


def _too_deep(string: str) -> int:
    """Return the line on which brackets nest too deeply for a recursive parser, or 0."""
    level = 0
    for match in BRACKETS.finditer(string):
        if match[0] in "([{":
            level += 1
            if level > MAX_NESTED:
                return string.count("\n", 0, match.start()) + 1
        elif match[0] in ")]}":
            level = max(level - 1, 0)
    return 0


def _reads(source: Source, order: StepRecorder, context: ExtractionContext) -> None:
    """Record the reads of link variables in a text that cannot be parsed."""
    for match in READ.finditer(source.text):
        found = link_variable(match["name"])
        line = source.line_text(source.line_of(match.start()))
        if found is not None and not line.lstrip().startswith("#"):
            span = source.whole().span(match.start(), match.end(), LIKELY)
            context.add(
                EnvRead(
                    span,
                    scope=order.scope(),
                    name=match["name"],
                    prefix=found.prefix,
                    part=found.part,
                    port=found.port,
                    protocol=found.protocol,
                    language="python",
                )
            )


PRINT = lazy_compile(
    r"^(?P<before>[ \t]*+(?:[^\n#]*[:;][ \t]*)?)(?P<word>print|exec)(?:(?P<to>[ \t]*>>)|(?=[ \t'\"\n;]|$)(?![ "
    r"\t]*(?:\(|=)))",
    re.MULTILINE,
)
EXCEPT = lazy_compile(
    r"^(?P<before>[ \t]*except[ \t]+(?:\([^)\n]*\)|[\w.]+)[ \t]*),(?=[ \t]*(?:[\w.]+|\([\w, \t]*\))[ \t]*:)",
    re.MULTILINE,
)
ASYNC = lazy_compile(r"\basync(?=[ \t]*=[^=])")
LITERAL = lazy_compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*+'?|\"(?:[^\"\\\n]|\\.)*+\"?|#[^\n]*", re.DOTALL)
RAISE = lazy_compile(r"^(?P<before>[ \t]*+(?:[^\n#'\"]*:[ \t]*)?raise[ \t]+[\w.]+[ \t]*),", re.MULTILINE)
OCTAL = lazy_compile(r"(?<![\w.'\"])0(?=[0-7]+\b(?!['\"]))")
LONG = lazy_compile(r"\b(0[xX][0-9a-fA-F]+|\d+)[lL]\b")
LAMBDA = lazy_compile(r"\blambda[ \t]*\((?P<names>[\w, \t]*)\)[ \t]*(?=:)")
PARAMETER = lazy_compile(r"(?P<before>[(,][ \t]*)\((?P<names>[\w, \t]+)\)(?=[ \t]*[,)=])")
DEF = lazy_compile(r"^[ \t]*def[ \t]+\w+[ \t]*\([^\n]*", re.MULTILINE)
UR = lazy_compile(r"\b[uU](?=[rR]['\"])")
BACKTICKS = lazy_compile(r"`([^`\n]*)`")


def as_new(string: str) -> str:
    """Return the text with Python 2 syntax replaced. Its length and its literals do not change."""
    literals = [match.span() for match in LITERAL.finditer(string)]
    masked, at = [], 0
    for start, end in literals:
        masked += [
            string[at:start],
            string[start],
            re.sub(r"[^\n]", "x", string[start + 1 : end - 1]),
            string[end - 1 : end] if end - start > 1 else "",
        ]
        at = end
    changed = _changed("".join([*masked, string[at:]]))
    pieces, at = [], 0
    for start, end in literals:
        pieces += [changed[at:start], string[start:end]]
        at = end
    return "".join([*pieces, changed[at:]])


def _changed(string: str) -> str:
    string = PRINT.sub(
        lambda m: m["before"] + ("None," if m["word"] == "print" else "0,  ") + " " * len(m["to"] or ""), string
    )
    string = EXCEPT.sub(lambda m: m["before"] + "|", string)
    string = RAISE.sub(lambda m: m["before"] + "|", string)
    string = LAMBDA.sub(lambda m: m[0].replace("(", " ").replace(")", " "), string)
    string = DEF.sub(lambda m: PARAMETER.sub(lambda p: f"{p['before']} {p['names']} ", m[0]), string)
    string = ASYNC.sub("asynx", string)
    string = OCTAL.sub(" ", string)
    string = LONG.sub(r"\1 ", string)
    string = UR.sub(" ", string)
    string = BACKTICKS.sub(r"(\1)", string)
    return string.replace("<>", "!=")
