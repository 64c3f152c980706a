"""A tolerant scanner of shell text: it never raises, keeps exact offsets, and takes linear time.

It reads bash (so also POSIX sh, and most of zsh): lists, pipelines, conditions, loops, functions, quotes, expansions,
heredocs. What bash would refuse is recorded as a problem with its offset, and the scan continues after it, because real
scripts are templates, fragments of documentation and half-written. Depth and look-ahead are limited, so that no text is
slow.

Kept whole: words contain commands, and commands contain words, so any split would be a circle of imports.
"""

from __future__ import annotations

import re

from linklint.context import ExtractionContext
from linklint.shell.tree import (  # fmt: skip
    AndOr,
    Assignment,
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Part,
    Pipeline,
    Redirect,
    Script,
    ShellWord,
    Simple,
    Test,
)
from linklint.text.regex import lazy_compile
from linklint.text.source import MappedText
from linklint.text.templates import CONTROL, STATEMENT, UNQUOTED

MAX_DEPTH = 64
MAX_COMMANDS = 15_000
MAX_WORDS = 50_000
MAX_PARTS = 5000
LOOK_AHEAD = 2000

BLANK = lazy_compile(rf"(?:[ \t\f\v]|\\\r?\n|\r(?=\n|\Z)|{STATEMENT})*")
LINE_REST = lazy_compile(r"[^\n]*")
PLAIN = lazy_compile(r"(?:[^\s|&;()<>'\"\\$`{]++|\{(?!\{[^{}\n]{1,200}\}\}))++")
IN_DOUBLE = lazy_compile(r"[^\"\\$`]+")
IN_BRACE = lazy_compile(r"[^}'\"\\$`]+")
IN_HEREDOC = lazy_compile(r"[^\\$`]+")
PARAM = lazy_compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]")
BRACED = lazy_compile(
    r"(?P<bang>!?)(?P<length>#(?=[A-Za-z_@*0-9]))?(?P<name>[A-Za-z_]\w*|[0-9]+|[@*#?$!-])(?P<index>\[[^\]\n]{0,200}\])?"
)
OPERATOR = lazy_compile(r":?[-=?+]|##?|%%?|//?[#%]?|\^\^?|,,?|@|:|\*|(?=\})")
ASSIGN = lazy_compile(r"([A-Za-z_]\w*)(\[[^\]\n=]{0,200}\])?(\+?)=")
REDIRECT = lazy_compile(r"(\d+|\{\w+\})?(&>>|&>|<<<|<<-|<<|<&|<>|<(?![(%])|>>|>&|>\||>(?!\())")
PLACEHOLDER = lazy_compile(
    r"<[A-Za-z][^<>\n|&;`]{0,80}>(?!>)"
    r"|(?:\[(?=[^\n\]]{0,80}\])|\{(?=[^\n}]{0,80}\}))[A-Za-z][\w-]*(?: [\w-]+){1,6}[\]}]"  # [your name]
)
SURE_PLACEHOLDER = lazy_compile(r"<[A-Za-z][\w-]*>(?!>)")  # in a script: cat <in >out has a blank
KEYWORD = lazy_compile(
    r"(if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc|\{|\}|!|\[\[)(?=[\s;&"
    r"|()<>]|\Z)"
)
FUNCTION = lazy_compile(r"[ \t]*\([ \t]*\)")
NAME = lazy_compile(r"[^\s|&;()<>'\"\\$`]+")
EXPRESSION = lazy_compile(r"\$\{\{[^\n]{0,500}?\}\}")
C_STYLE = lazy_compile(r"\(\(\s*([A-Za-z_]\w*)\s*=")
ARRAY_INDEX = lazy_compile(r"\[[^\]\s]{0,100}\]=")
HEREDOC_WORD = lazy_compile(r"[^\s|&;()<>]+")
PARENTHESES = lazy_compile(r"[()\n;']")
OPENERS = lazy_compile(r"[(\s]*")
WORD_ENDS = frozenset(" \t\n\f\v|&;()<>")
CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


def scan(string: str, *, document: bool = False, depth: int = 0) -> Script:
    """Scan a script.

    In a `document`, `<image>` is a placeholder and not a redirection; `depth` is the nesting depth of the string
    itself.
    """
    scanner = _Scanner(string, document, depth)
    items = scanner.read_list(frozenset())
    return Script(items, scanner.problems, scanner.parameters, scanner.comments)


def scan_file(context: ExtractionContext, text: MappedText, depth: int) -> Script:
    """Scan a whole file, once for all callers."""
    known = context.scanned.get(text.source.path)
    script = known if isinstance(known, Script) else scan(text.string, depth=depth)
    context.scanned[text.source.path] = script
    return script


class _Scanner:
    def __init__(self, string: str, document: bool, depth: int) -> None:
        self.s = string
        self.n = len(string)
        self.i = 0
        self.document = document
        self.depth = depth
        self.problems: list[tuple[int, str]] = []
        self.parameters: dict[int, Part] = {}
        self.comments: list[tuple[int, int]] = []
        self.pending: list[Redirect] = []
        self.awaited: list[frozenset[str]] = []
        self.no_single_after = self.n + 1
        self.budget = 2 * self.n + 20_000
        self.commands = self.words = 0
        self.keyed = False

    # Lists and operators

    def problem(self, at: int, words: str) -> None:
        if len(self.problems) < 100:
            self.problems.append((at, words))

    def blanks(self) -> None:
        self.i = BLANK.match(self.s, self.i).end()  # type: ignore[union-attr]
        if self.i < self.n and self.s[self.i] == "#":
            start = self.i
            self.i = LINE_REST.match(self.s, self.i).end()  # type: ignore[union-attr]
            self.comments.append((start, self.i))

    def newlines(self) -> None:
        """Skip blanks, comments and line ends, and read pending heredocs."""
        while True:
            self.blanks()
            if self.i < self.n and self.s[self.i] == "\n":
                self.i += 1
                if self.pending:
                    self.read_heredocs()
            else:
                return

    def keyword(self) -> str:
        match = KEYWORD.match(self.s, self.i, self.n)
        return match[1] if match else ""

    def read_list(self, stops: frozenset[str]) -> list[Item]:
        """Read commands up to the end, or to a keyword or character of `stops`, which is not read."""
        items: list[Item] = []
        self.awaited.append(stops)
        while True:
            self.newlines()
            if self.i >= self.n or self.at_stop(stops):
                break
            before = self.i
            if self.i >= self.n or self.s[self.i] in ";&)":  # `at_stop` skips an unexpected closing word
                self.i += 1
                continue
            node = self.read_and_or()
            self.blanks()
            background = self.s.startswith("&", self.i) and not self.s.startswith("&&", self.i)
            if background:
                self.i += 1
            if node is not None:
                items.append(Item(node, background))
            if self.i == before:
                self.problem(self.i, f"unexpected {self.s[self.i]!r}")
                self.i += 1
        self.awaited.pop()
        return items

    def at_stop(self, stops: frozenset[str]) -> bool:
        """Return whether the list ends here. An unexpected closing word is skipped."""
        s, i = self.s, self.i
        if s[i] == ")":
            if any(")" in awaited for awaited in self.awaited):
                return True
            self.problem(i, "unexpected ')'")
            return False
        if s.startswith((";;", ";&"), i):
            return any(";;" in awaited for awaited in self.awaited)
        word = self.keyword()
        if word in CLOSERS:
            if any(word in awaited for awaited in self.awaited):
                return True
            self.problem(i, f"unexpected {word!r}")
            self.i += len(word)
        return False

    def read_and_or(self) -> Node | None:
        start = self.i
        first = self.read_pipeline()
        if first is None:
            return None
        items: list[tuple[str, Node]] = [("", first)]
        while True:
            self.blanks()
            op = self.s[self.i : self.i + 2]
            if op not in ("&&", "||"):
                break
            self.i += 2
            self.newlines()
            if self.i >= self.n:
                break
            node = self.read_pipeline()
            if node is None:
                break
            items.append((op, node))
        if len(items) == 1:
            return first
        found = AndOr(start, items)
        found.end = self.i
        return found

    def read_pipeline(self) -> Node | None:
        start, negated = self.i, False
        while self.keyword() in ("!", "time"):
            word = self.keyword()
            negated = negated or word == "!"
            self.i += len(word)
            self.blanks()
            if word == "time" and self.s.startswith("-p", self.i):
                self.i += 2
                self.blanks()
        commands: list[Node] = []
        while True:
            node = self.read_command()
            if node is None:
                break
            commands.append(node)
            self.blanks()
            if not self.s.startswith("|", self.i) or self.s.startswith("||", self.i):
                break
            self.i += 2 if self.s.startswith("|&", self.i) else 1
            self.newlines()
            if self.i >= self.n:
                break
        if not commands:
            return None
        if len(commands) == 1 and not negated:
            return commands[0]
        found = Pipeline(start, commands, negated)
        found.end = self.i
        return found

    # Compound commands

    def read_command(self) -> Node | None:
        if self.i >= self.n:
            return None
        word = self.keyword()
        if self.s[self.i] != "(" and not word:
            return self.read_simple()
        if self.depth >= MAX_DEPTH:
            self.pass_over()
            return None
        self.depth += 1
        node = self.read_compound(word)
        self.depth -= 1
        if node is not None:
            self.read_redirects(node)
            node.end = self.i
        return node

    def pass_over(self) -> None:
        """Skip something that opens a level below the depth limit."""
        self.problem(self.i, f"nested deeper than {MAX_DEPTH}")
        after = OPENERS.match(self.s, self.i).end()  # type: ignore[union-attr]
        self.i = max(after, self.i + max(len(self.keyword()), 1))

    def read_compound(self, word: str) -> Node | None:
        start = self.i
        if not word:
            return self.read_parenthesis(start)
        if word in CLOSERS:
            return None
        self.i += len(word)
        if word == "if":
            return self.read_if(start)
        if word in ("while", "until"):
            return self.read_while(start, word)
        if word in ("for", "select"):
            return self.read_for(start, word)
        if word == "case":
            return self.read_case(start)
        if word == "{":
            body = self.read_list(frozenset({"}"}))
            self.expect("}", start, "{")
            return Group(start, body, False)
        if word == "[[":
            return self.read_test(start)
        if word == "function":
            return self.read_function(start)
        self.blanks()  # coproc
        return self.read_command()

    def expect(self, word: str, start: int, opener: str) -> None:
        """Skip the keyword that closes what started at `start`."""
        self.newlines()
        if self.keyword() == word:
            self.i += len(word)
        else:
            self.problem(start, f"{opener} is not closed by {word}")

    def read_parenthesis(self, start: int) -> Node:
        if self.s.startswith("((", self.i):
            end = self.arithmetic(self.i)
            if end > 0:
                test = Test(start)
                test.words.append(ShellWord(start, end, self.parts_inside(start + 2, end - 2), False))
                self.i = end
                return test
        self.i += 1
        body = self.read_list(frozenset({")"}))
        if self.s.startswith(")", self.i):
            self.i += 1
        else:
            self.problem(start, "( is not closed")
        return Group(start, body, True)

    def balanced(self, start: int, stops: str) -> int:
        """Return the end of `((…))` or `(…)`, at most LOOK_AHEAD characters away; 0 if a character of `stops` comes
        first.
        """
        level, last = 0, min(self.n, start + LOOK_AHEAD, start + self.budget)
        for match in PARENTHESES.finditer(self.s, start, last):
            c = match[0]
            if c == "(":
                level += 1
            elif c == ")":
                level -= 1
                if level == 0:
                    return match.end()
            elif c in stops:
                last = match.start()
                break
        self.budget -= last - start
        return 0

    def arithmetic(self, start: int) -> int:
        """Return the end of the `((…))` that starts here; 0 if it is something else."""
        end = self.balanced(start, "\n;'")
        return end if self.s.startswith("))", end - 2) else 0

    def parts_inside(self, start: int, end: int) -> list[Part]:
        """Return the expansions between two offsets, as in double quotes: arithmetic, heredocs."""
        if self.depth >= MAX_DEPTH:
            return []
        i, n, self.i, self.n = self.i, self.n, start, end
        pending, self.pending = self.pending, []
        self.depth += 1
        parts = self.read_parts(None, IN_HEREDOC, quoted=True)
        self.depth -= 1
        self.i, self.n, self.pending = i, n, pending
        return parts

    def read_if(self, start: int) -> Node:
        node = If(start)
        stops = frozenset({"elif", "else", "fi"})
        condition: list[Item] | None = self.read_list(frozenset({"then"}))
        self.expect("then", start, "if")
        while True:
            node.arms.append((condition, self.read_list(stops)))
            word = self.keyword()
            if word == "elif":
                self.i += 4
                condition = self.read_list(frozenset({"then"}))
                self.expect("then", start, "elif")
            elif word == "else":
                self.i += 4
                condition = None
            else:
                break
        self.expect("fi", start, "if")
        return node

    def read_while(self, start: int, word: str) -> Node:
        node = Loop(start, word)
        node.condition = self.read_list(frozenset({"do"}))
        self.read_do(node, start, word)
        return node

    def read_do(self, node: Loop, start: int, word: str) -> None:
        self.newlines()
        closer = "done"
        if self.keyword() == "{":
            self.i += 1
            closer = "}"
        else:
            self.expect("do", start, word)
        node.body = self.read_list(frozenset({closer}))
        self.expect(closer, start, word)

    def read_for(self, start: int, word: str) -> Node:
        node = Loop(start, word)
        self.blanks()
        if self.s.startswith("((", self.i):
            header = C_STYLE.match(self.s, self.i)
            node.variable = header[1] if header else ""
            self.i = self.balanced(self.i, "\n") or self.i + 2
        else:
            name = NAME.match(self.s, self.i)
            if name:
                node.variable = name[0]
                self.i = name.end()
            self.newlines()
            if re.compile(r"in(?=[\s;]|\Z)").match(self.s, self.i):
                self.i += 2
                node.words = []
                while (shell_word := self.next_word()) is not None:
                    node.words.append(shell_word)
        self.blanks()
        if self.s.startswith(";", self.i):
            self.i += 1
        self.read_do(node, start, word)
        return node

    def next_word(self) -> ShellWord | None:
        self.blanks()
        if self.i >= self.n or self.s[self.i] in "\n;&|)(<>":
            return None
        return self.read_word()

    def read_case(self, start: int) -> Node:
        node = Case(start)
        node.word = self.next_word()
        self.newlines()
        if self.s.startswith("in", self.i):
            self.i += 2
        self.awaited.append(frozenset({"esac"}))
        while True:
            self.newlines()
            if self.i >= self.n or self.keyword() in CLOSERS:
                break
            before = self.i
            patterns = self.read_patterns()
            body = self.read_list(frozenset({";;", "esac"}))
            node.arms.append((patterns, body))
            for separator in (";;&", ";;", ";&"):
                if self.s.startswith(separator, self.i):
                    self.i += len(separator)
                    break
            if self.i == before:
                self.i += 1
        self.awaited.pop()
        self.expect("esac", start, "case")
        return node

    def read_patterns(self) -> list[ShellWord]:
        patterns: list[ShellWord] = []
        if self.s.startswith("(", self.i):
            self.i += 1
        while True:
            word = self.next_word()
            if word is not None:
                patterns.append(word)
            self.blanks()
            if self.s.startswith("|", self.i):
                self.i += 1
            elif word is None:
                break
        if self.s.startswith(")", self.i):
            self.i += 1
        return patterns

    def read_test(self, start: int) -> Node:
        """Read `[[ … ]]`: in its words, `<`, `(`, `&&` and newlines are part of the test."""
        node = Test(start)
        while self.i < self.n:
            self.newlines()
            if self.s.startswith("]]", self.i):
                self.i += 2
                return node
            if self.i < self.n and self.s[self.i] in "<>()&|;":
                if self.s[self.i] == ";":
                    break
                self.i += 1
                continue
            if self.i < self.n:
                node.words.append(self.read_word())
        self.problem(start, "[[ is not closed")
        return node

    def read_function(self, start: int) -> Node | None:
        self.blanks()
        name = NAME.match(self.s, self.i)
        if not name:
            return None
        self.i = name.end()
        after = FUNCTION.match(self.s, self.i)
        if after:
            self.i = after.end()
        return self.function_body(start, name[0])

    def function_body(self, start: int, name: str) -> Node | None:
        self.newlines()
        if self.depth >= MAX_DEPTH:
            self.pass_over()
            return None
        self.depth += 1
        body = self.read_command()
        self.depth -= 1
        if body is None:
            return None
        node = Function(start, name, body)
        node.end = self.i
        return node

    # Simple commands

    def read_simple(self) -> Node | None:
        node = Simple(self.i)
        self.commands += 1
        if self.commands > MAX_COMMANDS:
            self.problem(self.i, f"more than {MAX_COMMANDS} commands: the rest is not read")
            self.i = self.n
            return None
        s = self.s
        while not self.at_end_of_simple():
            c = s[self.i]
            if c == "(":
                after = FUNCTION.match(s, self.i)
                if after and len(node.words) == 1 and not node.assignments and node.words[0].literal:
                    self.i = after.end()
                    return self.function_body(node.start, node.words[0].literal)
                self.problem(self.i, "unexpected '('")
                self.i += 1
                continue
            if c == "{" and len(node.words) > 1 and node.words[0].literal == "@test" and self.keyword() == "{":
                return self.bats_test(node)
            if (c in "<>&" or c.isdigit() or c == "{") and self.read_redirect(node):
                continue
            if self.is_stray_redirect(c):
                self.i += 1
                continue
            self.read_argument(node)
            self.words += 1
            if self.words > MAX_WORDS:
                self.problem(self.i, f"more than {MAX_WORDS} words: the rest is not read")
                self.i = self.n
        if not node.words and not node.assignments and not node.redirects:
            return None
        node.end = max(self.i_before_blanks(), node.start)
        return node

    def at_end_of_simple(self) -> bool:
        self.blanks()
        if self.i >= self.n:
            return True
        c = self.s[self.i]
        return c in "\n;)" or c == "|" or c == "&" and not self.s.startswith("&>", self.i)

    def is_stray_redirect(self, c: str) -> bool:
        """Return whether a `<` or `>` starts neither a process substitution nor a placeholder of a document."""
        begins = c == "<" and not self.s.startswith("<(", self.i) or c == ">" and not self.s.startswith(">(", self.i)
        return begins and not self.s.startswith("<%", self.i) and self.placeholder() is None

    def placeholder(self) -> re.Match[str] | None:
        return (PLACEHOLDER if self.document else SURE_PLACEHOLDER).match(self.s, self.i)

    def i_before_blanks(self) -> int:
        """Return the end of what was read, without trailing blanks."""
        i = self.i
        while i > 0 and self.s[i - 1] in " \t":
            i -= 1
        return i

    def bats_test(self, node: Simple) -> Node | None:
        """Read `@test "name" { … }` of bats: a function that bats calls."""
        self.i += 1
        body = Group(node.start, self.read_list(frozenset({"}"})), False)
        self.expect("}", node.start, "@test")
        return Function(node.start, self.s[node.words[-1].start : node.words[-1].end], body)

    def read_argument(self, node: Simple) -> None:
        match = ASSIGN.match(self.s, self.i)
        declares = bool(node.words) and node.words[0].literal in ("local", "export", "declare", "readonly", "typeset")
        if match and (not node.words or declares):
            node.assignments.append(self.read_assignment(match))
        else:
            node.words.append(self.read_word())

    def read_assignment(self, match: re.Match[str]) -> Assignment:
        start = self.i
        self.i = match.end()
        append, index = bool(match[3]), match[2] is not None
        if self.s.startswith("(", self.i):
            return Assignment(start, match[1], None, self.read_array(), append, index or self.keyed)
        word = None
        if self.i < self.n and self.s[self.i] not in WORD_ENDS:
            word = self.read_word()
        return Assignment(start, match[1], word, None, append, index)

    def read_array(self) -> list[ShellWord]:
        start, words = self.i, []
        self.i += 1
        self.keyed = False
        while True:
            self.newlines()
            if self.i >= self.n:
                self.problem(start, "( is not closed")
                break
            if self.s[self.i] == ")":
                self.i += 1
                break
            if self.s[self.i] in WORD_ENDS and not self.s.startswith(("<(", ">("), self.i):
                self.i += 1
                continue
            key = ARRAY_INDEX.match(self.s, self.i)
            if key:
                self.i = key.end()
                self.keyed = True
                if self.i < self.n and self.s[self.i] in WORD_ENDS:
                    continue
            if self.i < self.n:
                words.append(self.read_word())
        return words

    def read_redirects(self, node: Node) -> None:
        while True:
            self.blanks()
            if self.i >= self.n or not self.read_redirect(node):
                return

    def read_redirect(self, node: Node) -> bool:
        match = REDIRECT.match(self.s, self.i)
        if not match or self.placeholder() is not None:
            return False
        redirect = Redirect(self.i, match[2], None)
        self.i = match.end()
        self.i = BLANK.match(self.s, self.i).end()  # type: ignore[union-attr]
        if redirect.op in ("<<", "<<-"):
            start = self.i
            word = HEREDOC_WORD.match(self.s, self.i)
            if word and word[0][0] in "'\"":
                close = self.s.find(word[0][0], start + 1)
                newline = self.s.find("\n", start)
                if close >= 0 and (newline < 0 or close < newline):
                    self.i = close + 1
                    redirect.quoted = True
                    redirect.target = ShellWord(
                        start, self.i, [Part("text", start + 1, close, self.s[start + 1 : close])], True
                    )
                    node.redirects.append(redirect)
                    self.pending.append(redirect)
                    return True
            if word:
                self.i = word.end()
                bare = word[0].replace("\\", "").replace("'", "").replace('"', "")
                redirect.quoted = bare != word[0]
                redirect.target = ShellWord(start, self.i, [Part("text", start, self.i, bare)], redirect.quoted)
                self.pending.append(redirect)
        elif self.i < self.n and (self.s[self.i] not in WORD_ENDS or self.s.startswith(("<(", ">("), self.i)):
            redirect.target = self.read_word()
        node.redirects.append(redirect)
        return True

    def read_heredocs(self) -> None:
        """Read the heredoc bodies that start at the current line."""
        waiting, self.pending = self.pending, []
        for redirect in waiting:
            delimiter = redirect.target.literal if redirect.target else ""
            tabs = r"\t*" if redirect.op == "<<-" else ""
            end = re.compile(rf"^{tabs}{re.escape(delimiter or '')}\r?$", re.MULTILINE).search(self.s, self.i)
            redirect.body_start = self.i
            redirect.body_end = end.start() if end else self.n
            if end is None:
                self.problem(redirect.start, f"the heredoc has no end line {delimiter!r}")
            if not redirect.quoted:
                redirect.parts = self.parts_inside(self.i, redirect.body_end)
            after = end.end() if end else self.n
            self.i = after + 1 if after < self.n else self.n

    # Words

    def read_word(self) -> ShellWord:
        """Read a word of at least one character."""
        start, parts, quoted = self.i, [], False
        while self.i < self.n:
            c = self.s[self.i]
            if c in "{<" and (template := UNQUOTED.match(self.s, self.i)) is not None:
                value = "" if CONTROL.match(template[0]) else template[0]
                parts.append(Part("hole" if value else "text", self.i, template.end(), value))
                self.i = template.end()
                continue
            if c in "<[{" and (placeholder := self.placeholder()) is not None:
                parts.append(Part("hole", self.i, placeholder.end(), placeholder[0]))
                self.i = placeholder.end()
                continue
            if c in WORD_ENDS or c == "\r" and self.s.startswith("\n", self.i + 1):
                if c in "<>" and self.s.startswith("(", self.i + 1):
                    parts.append(self.read_command_part(2))
                    continue
                if c == "(" and parts and self.s[self.i - 1] in "?*+@!":
                    end = self.balanced(self.i, "\n")
                    if end:
                        parts.append(Part("text", self.i, end, self.s[self.i : end]))
                        self.i = end
                        continue
                break
            quoted = quoted or c in "'\"\\"
            self.read_piece(c, parts, None, quoted=False)
            if len(parts) > MAX_PARTS:
                self.problem(self.i, f"more than {MAX_PARTS} parts in a word: the rest of the line is not read")
                self.i = self.line_end(self.i)
        if self.i == start:
            self.i += 1
            parts.append(Part("text", start, self.i, self.s[start : self.i]))
        return ShellWord(start, self.i, parts, quoted)

    def read_piece(self, c: str, parts: list[Part], chunk: re.Pattern[str] | None, *, quoted: bool) -> None:
        """Read the next part of a word, outside of quotes."""
        if c == "'":
            self.read_single(parts)
        elif c == '"':
            self.read_double(parts)
        elif c == "\\":
            self.read_escape(parts, None)
        elif c == "$":
            self.read_dollar(parts, quoted)
        elif c == "`":
            parts.append(self.read_backtick(quoted))
        else:
            match = (chunk or PLAIN).match(self.s, self.i)
            end = match.end() if match else self.i + 1
            parts.append(Part("text", self.i, end, self.s[self.i : end], quoted=quoted))
            self.i = end

    def line_end(self, start: int) -> int:
        end = self.s.find("\n", start)
        return self.n if end < 0 else end

    def read_single(self, parts: list[Part]) -> None:
        start = self.i
        end = self.s.find("'", start + 1) if start < self.no_single_after else -1
        if end < 0:
            self.no_single_after = min(self.no_single_after, start)
            self.problem(start, "the quote ' is not closed")
            end = self.line_end(start)
        parts.append(Part("text", start + 1, end, self.s[start + 1 : end], quoted=True))
        self.i = min(end + 1, self.n) if self.s.startswith("'", end) else end

    def read_double(self, parts: list[Part]) -> None:
        start, problems = self.i, len(self.problems)
        self.i += 1
        if self.depth >= MAX_DEPTH:
            parts.append(Part("text", start, self.i, '"', quoted=True))
            return
        self.depth += 1
        inside = self.read_parts('"', IN_DOUBLE, quoted=True)
        self.depth -= 1
        if self.i < self.n:
            self.i += 1
        else:
            self.budget -= self.n - start
            del self.problems[problems:]
            self.problem(start, 'the quote " is not closed')
            if self.budget > 0:
                end = self.line_end(start)
                inside = [Part("text", start + 1, end, self.s[start + 1 : end], quoted=True)]
                self.i = end
        parts.extend(inside or [Part("text", start + 1, start + 1, "", quoted=True)])

    def read_parts(self, close: str | None, chunk: re.Pattern[str], *, quoted: bool) -> list[Part]:
        """Read parts up to the end, or to `close`, which is not read."""
        parts: list[Part] = []
        while self.i < self.n:
            c = self.s[self.i]
            if c == close:
                break
            if c == "\\" and quoted:
                self.read_escape(parts, '$`"\\')
            elif c in "'\"" and not quoted:
                self.read_piece(c, parts, chunk, quoted=quoted)
            elif c in "$`":
                self.read_piece(c, parts, chunk, quoted=quoted)
            elif c == "\\":
                self.read_escape(parts, None)
            else:
                match = chunk.match(self.s, self.i, self.n)
                end = match.end() if match else self.i + 1
                parts.append(Part("text", self.i, end, self.s[self.i : end], quoted=quoted))
                self.i = end
        return parts

    def read_escape(self, parts: list[Part], special: str | None) -> None:
        """Read a backslash; inside double quotes it escapes only `special`."""
        start = self.i
        following = self.s[start + 1 : start + 2]
        if following == "\n" or following == "\r" and self.s.startswith("\n", start + 2):
            self.i = start + (2 if following == "\n" else 3)
            return
        if not following:
            self.i += 1
            parts.append(Part("text", start, self.i, "\\", quoted=True))
            return
        self.i += 2
        if special is None or following in special:
            parts.append(Part("text", start, self.i, following, quoted=True))
        else:
            parts.append(Part("text", start, self.i, "\\" + following, quoted=True))

    def read_dollar(self, parts: list[Part], quoted: bool) -> None:
        start = self.i
        following = self.s[start + 1 : start + 2]
        if following == "(":
            parts.append(self.read_command_part(2, quoted=quoted))
        elif following == "{" and (expression := EXPRESSION.match(self.s, start)):  # of a CI pipeline: ${{ secrets.X }}
            self.i = expression.end()
            parts.append(Part("arith", start, self.i, quoted=quoted))
        elif following == "{":
            parts.append(self.read_braced(quoted))
        elif following == "'" and not quoted:
            self.i += 1
            self.read_ansi(parts, start)
        elif following == '"' and not quoted:
            self.i += 1
            self.read_double(parts)
        elif match := PARAM.match(self.s, start + 1):
            self.i = match.end()
            part = Part("param", start, self.i, match[0], quoted=quoted)
            self.parameters[start] = part
            parts.append(part)
        else:
            self.i += 1
            parts.append(Part("text", start, self.i, "$", quoted=quoted))

    ANSI = lazy_compile(r"(?:[^'\\]|\\.)*", re.DOTALL)
    ANSI_ESCAPE = lazy_compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|c.|.)", re.DOTALL)
    ANSI_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}

    def read_ansi(self, parts: list[Part], start: int) -> None:
        """Read `$'…'`, with its escapes."""
        match = self.ANSI.match(self.s, self.i + 1)
        end = match.end() if match else self.i + 1
        if not self.s.startswith("'", end):
            self.problem(start, "the quote $' is not closed")
            end = self.line_end(start)
        raw = self.s[self.i + 1 : end]
        value = self.ANSI_ESCAPE.sub(self._ansi, raw) if "\\" in raw else raw
        inner = self.i + 1
        parts.append(
            Part(
                "text",
                inner if value == raw else start,
                end if value == raw else min(end + 1, self.n),
                value,
                quoted=True,
            )
        )
        self.i = end + 1 if self.s.startswith("'", end) else end

    def _ansi(self, match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "xuU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number < 0x110000 else ""
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        if code[0] == "c" and len(code) > 1:
            return chr(ord(code[1]) & 0x1F)
        return self.ANSI_PLAIN.get(code, code if code in "\\'\"?" else "\\" + code)

    def read_command_part(self, skip: int, *, quoted: bool = False) -> Part:
        """Read `$(…)`, `<(…)`, `>(…)` or `$((…))`."""
        start = self.i
        if self.s.startswith("$((", start):
            end = self.arithmetic(start + 1)
            if end:
                part = Part("arith", start, end, self.s[start + 3 : end - 2], quoted=quoted)
                part.args = self.parts_inside(start + 3, end - 2)
                self.i = end
                return part
        self.i += skip
        part = Part("command", start, self.i, self.s[start : start + 1], quoted=quoted)
        if self.depth >= MAX_DEPTH:
            self.problem(start, f"nested deeper than {MAX_DEPTH}")
            return Part("text", start, self.i, self.s[start : self.i], quoted=quoted)
        self.depth += 1
        pending, self.pending = self.pending, []
        part.body = self.read_list(frozenset({")"}))
        self.pending = pending
        self.depth -= 1
        if self.s.startswith(")", self.i):
            self.i += 1
        else:
            self.problem(start, "$( is not closed")
        part.end = self.i
        return part

    BACKTICK = lazy_compile(r"(?:[^`\\]|\\.)*", re.DOTALL)

    def read_backtick(self, quoted: bool) -> Part:
        start = self.i
        end = self.BACKTICK.match(self.s, start + 1).end()  # type: ignore[union-attr]
        if not self.s.startswith("`", end):
            self.problem(start, "the quote ` is not closed")
            self.i = start + 1
            return Part("text", start, self.i, "`", quoted=quoted)
        part = Part("command", start, end + 1, "`", quoted=quoted)
        if self.depth < MAX_DEPTH and self.budget > 0:
            part.body = self.read_backticked(start + 1, end)
        self.i = end + 1
        return part

    def read_backticked(self, start: int, end: int) -> list[Item]:
        s, n, awaited, pending = self.s, self.n, self.awaited, self.pending
        if s.find("\\", start, end) >= 0:
            # A backslash before `, $ or \ is removed; blanking it keeps all offsets.
            self.budget -= end
            self.s = s[:start] + re.sub(r"\\([`$\\])", r" \1", s[start:end])
        self.i, self.n, self.awaited, self.pending = start, end, [], []
        self.depth += 1
        body = self.read_list(frozenset())
        self.depth -= 1
        self.s, self.n, self.awaited, self.pending = s, n, awaited, pending
        return body

    def read_braced(self, quoted: bool) -> Part:
        start = self.i
        match = BRACED.match(self.s, start + 2)
        if not match or self.depth >= MAX_DEPTH:
            close = self.s.find("}", start, start + 200)
            newline = self.line_end(start)
            self.i = close + 1 if 0 <= close < newline else start + 2
            return Part("arith", start, self.i, self.s[start : self.i], quoted=quoted)
        part = Part("param", start, start, match["name"], quoted=quoted)
        self.parameters[start] = part
        part.index = (match["index"] or "")[1:-1]
        self.i = match.end()
        operator = OPERATOR.match(self.s, self.i)
        part.op = operator[0] if operator else ""
        if match["bang"] or match["length"]:
            part.op = "!" if match["bang"] else "length"
        if operator:
            self.i = operator.end()
        self.depth += 1
        part.args = self.read_parts("}", IN_DOUBLE_BRACE if quoted else IN_BRACE, quoted=quoted)
        self.depth -= 1
        if self.i < self.n:
            self.i += 1
        else:
            self.problem(start, "${ is not closed")
            if self.budget > 0:
                self.budget -= self.n - start
                self.i = start + 2
                part.args = []
        part.end = self.i
        return part


IN_DOUBLE_BRACE = lazy_compile(r"[^}\\$`]+")
