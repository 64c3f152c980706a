"""Random shell scripts: quoting, arrays, loops, functions, heredocs, conditions, substitutions, with docker statements.

Each docker statement has a label (`--label S17`), to compare what bash ran with what linklint read. A script only
assigns variables, runs harmless tests and calls docker, which is a stub: it is safe to run, and always ends.
"""

from __future__ import annotations

import random

PLAIN = [
    "db",
    "web-1",
    "a.b",
    "80:80",
    "x_y",
    "/data",
    "nginx:1.25",
    "k=v",
    "-d",
    "3306",
    "A",
    "%s",
    "a,b",
    "x@y",
    "+1",
    "^a",
    "a~b",
    "\\",
    "#no",
    "=",
    "]",
    "}",
    "!",
    "0",
]
HARD = [
    "a b",
    "",
    "it's",
    'say "hi"',
    "$HOME",
    "a\\b",
    "tab\there",
    "*",
    "?",
    "[a-c]x",
    "a;b",
    "a&b",
    "(x)",
    "<y>",
    "#c",
    "`x`",
    "!x",
    "{a,b}",
    "~",
    "a  b",
    " lead",
    "trail ",
    "$(x)",
    "new\nline",
    "é",
    "|",
    "\\$x",
    "$",
    "$$",
]
NAMES = ["ONE", "TWO", "name", "x", "OPTS", "img", "_u", "N2"]
ARRAYS = ["LIST", "args"]
FUNCTIONS = ["start", "run_it", "helper", "my-func"]


class Script:
    """One random script."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.marks = 0
        self.functions: list[str] = []
        self.budget = self.chance.randint(6, 22)
        self.counters = 0
        self.in_function = 0
        self.heredocs = 0

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    # Words

    def value(self) -> str:
        return self.chance.choice(PLAIN if self.often(0.6) else HARD)

    def quoted(self, value: str) -> str:
        """Return one of the ways in which bash is given exactly this value."""
        ways = ["single", "double", "backslash", "ansi", "mixed"]
        way = self.chance.choice(ways)
        if way == "single" or "\n" in value and way == "backslash":
            return "'" + value.replace("'", "'\\''") + "'"
        if way == "double":
            return '"' + "".join("\\" + c if c in '"\\$`' else c for c in value) + '"'
        if way == "backslash":
            return "".join(c if c.isalnum() or c in "-_./:=,@%+é" else "\\" + c for c in value) or "''"
        if way == "ansi":
            return (
                "$'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t") + "'"
            )
        half = len(value) // 2
        return self.quoted(value[:half]) + '"' + "".join("\\" + c if c in '"\\$`' else c for c in value[half:]) + '"'

    def reference(self) -> str:
        """Return a variable, plain or with an operator, for double quotes."""
        name = self.chance.choice(NAMES)
        if self.often(0.55):
            return self.pick("$" + name, "${" + name + "}")
        word = self.pick("d", "d e", "$TWO", "", "web", "'q'", "/", ".")
        pattern = self.pick("*", "?", "a*", "*b", "*/", "*:", "x", "[a-z]", "b", "w*b", ".*")
        return self.chance.choice(
            [
                f"${{{name}:-{word}}}", f"${{{name}-{word}}}", f"${{{name}:+{word}}}", f"${{{name}+set}}",
                f"${{#{name}}}",
                f"${{{name}%{pattern}}}", f"${{{name}%%{pattern}}}", f"${{{name}#{pattern}}}",
                f"${{{name}##{pattern}}}",
                f"${{{name}/a/X}}", f"${{{name}//b/}}", f"${{{name}^^}}", f"${{{name},,}}", f"${{{name}^}}",
                f"${{{name}:1}}", f"${{{name}:0:2}}", f"${{{name}:=w}}", f"${{{name}/#a/Y}}", f"${{{name}/%b/Z}}",
                f"${{UNSET_{name}:-{word}}}", f"${{{name}: -2}}",
            ]
        )  # fmt: skip

    def unknowable(self) -> str:
        """Return something that static analysis cannot know."""
        return self.pick(
            "$RANDOM",
            "$$",
            "$(date +%s)",
            "`hostname`",
            "$(echo x y)",
            "$?",
            "$((1 + 2))",
            "$SECONDS",
            "$FROM_OUTSIDE",
            "${BASH_VERSION}",
            "<(true)",
        )

    def word(self) -> str:
        roll = self.chance.random()
        if roll < 0.40:
            return self.quoted(self.value())
        if roll < 0.55:
            value = self.chance.choice(PLAIN)
            return self.quoted(value) if value[0] in "\\#]}!^~" or value == "A" and self.often(0.5) else value
        if roll < 0.75:
            return (
                '"' + self.pick("", "pre-", "a b ") + self.reference() + self.pick("", "-post", " c", ":80", ".x") + '"'
            )
        if roll < 0.83:
            return self.pick("", "v") + self.reference() + self.pick("", "-post", "/x")
        if roll < 0.88:
            array = self.chance.choice(ARRAYS)
            return self.pick(
                f'"${{{array}[@]}}"',
                f'"${{{array}[*]}}"',
                f"${{{array}[0]}}",
                f'"${{{array}[1]}}"',
                f"${{#{array}[@]}}",
                f'"${{{array}[-1]}}"',
                f"${{{array}[@]}}",
                f'"${{{array}[@]:1}}"',
                f"${array}",
            )
        if roll < 0.92:
            return (
                self.pick('"$@"', '"$1"', "$1", '"$*"', "$#", '"${2:-two}"', "$2", "${@:2}", '"$0"')
                if self.in_function
                else self.pick(
                    "{a,b}", "x{1..3}y", "~", "~/d", "a{,b}c", "{1,2}{a,b}", "{a..c}", "{solo}", "{a,b", '"{a,b}"'
                )
            )
        if roll < 0.96:
            return self.unknowable()
        return self.quoted(self.value()) + self.reference()

    # Statements

    def docker(self) -> str:
        self.marks += 1
        words = [self.word() for _ in range(self.chance.randint(1, 5))]
        head = self.pick(
            "docker run",
            "docker run",
            "docker  create",
            "sudo docker run",
            "command docker run",
            "X=1 docker run",
            "'docker' run",
            "docker \\\n  run",
            "env Y=2 docker run",
            "timeout 5 docker run",
            "d''ocker \"run\"",
        )
        gap = self.pick(" ", " ", "  ", " \\\n    ")
        statement = f"{head} --label S{self.marks}{gap}{gap.join(words)}"
        return statement + self.pick(
            "", "", "", " # comment", " >/dev/null", " 2>&1", " </dev/null >/dev/null 2>&1", "", " || true", " >> out"
        )

    def captured(self) -> str:
        self.marks += 1
        words = " ".join(self.word() for _ in range(self.chance.randint(1, 3)))
        body = f"docker run --label S{self.marks} {words}"
        name = self.chance.choice(NAMES)
        if "`" in body or "\\" in body:
            return f"{name}=$({body})"
        return self.pick(
            f"{name}=$({body})",
            f"{name}=`{body}`",
            f'echo "$({body})"',
            f"export {name}=$({body})",
            f': "${{x:-$({body})}}"',
            f"local_{name}=$({body}) && true",
        )

    def assignment(self) -> str:
        name = self.chance.choice(NAMES)
        roll = self.chance.random()
        if roll < 0.2:
            array = self.chance.choice(ARRAYS)
            items = " ".join(self.word() for _ in range(self.chance.randint(0, 4)))
            return self.pick(
                f"{array}=({items})",
                f"{array}+=({items})",
                f"{array}[1]={self.word_one()}",
                f"declare -a {array}=({items})",
                f"{array}=(\n  {items}\n)",
            )
        if roll < 0.3:
            return self.pick(
                f"unset {name}",
                f"read {name} <<< 'from read'",
                f"printf -v {name} '%s' made",
                f"unset {self.chance.choice(ARRAYS)}",
                f"{name}+=more",
                f"IFS=, read a {name} <<< 'l,r'",
                f"let {self.pick('N2', 'x')}=5",
                f"{name}=",
                "((N2 = 3))",
                f"eval {name}=evaluated",
            )
        if roll < 0.4 and self.in_function:
            return self.pick(
                f"local {name}={self.word_one()}",
                "shift",
                "shift 2",
                "set -- p q 'r s'",
                f"local {name}",
                'set -- "$@" more',
            )
        if self.often(0.1):
            return f"readonly R_{name}={self.word_one()}"
        return (
            self.pick("", "", "export ", "declare ", "declare -x ")
            + f"{name}={self.word_one()}"
            + self.pick("", "", f" TWO={self.word_one()}")
        )

    def word_one(self) -> str:
        """Return a word that may follow `=`."""
        while True:
            word = self.word()
            if not word.startswith(("<(", "~", "{")) and "{" not in word[:2]:
                return word

    def question(self) -> str:
        name = self.chance.choice(NAMES)
        return self.pick(
            "true",
            "false",
            f'[ -n "${name}" ]',
            f'[ "${name}" = db ]',
            f"[[ ${name} == a* ]]",
            "! false",
            "(( 1 > 0 ))",
            f'test -z "${name}"',
            "[[ -n $x && 1 -eq 1 ]]",
            "[ 1 -gt 2 ] || true",
            "{ true; }",
            "(exit 1)",
            f"[[ ${name} =~ ^[a-z]+$ ]]",
            "true && ! true",
        )

    def block(self, indent: str) -> str:
        count = self.chance.randint(1, 3)
        return (
            "".join(
                f"{indent}{line}\n"
                for _ in range(count)
                for line in self.statement(indent).split("\n" + indent)
                if line
            )
            or f"{indent}:\n"
        )

    def statement(self, indent: str = "") -> str:
        self.budget -= 1
        roll = self.chance.random()
        if self.budget < 0 or len(indent) > 6 or roll < 0.35:
            return self.docker()
        if roll < 0.55:
            return self.assignment()
        if roll < 0.60:
            return self.captured()
        return getattr(
            self,
            self.pick(
                "if_",
                "if_",
                "case",
                "for_",
                "for_",
                "while_",
                "function",
                "call",
                "group",
                "list_",
                "string",
                "heredoc",
                "noise",
                "subshell_list",
            ),
        )(indent)

    def if_(self, indent: str) -> str:
        inner = indent + "  "
        text = f"if {self.question()}; then\n{self.block(inner)}"
        if self.often(0.3):
            text += f"{indent}elif {self.question()}\n{indent}then\n{self.block(inner)}"
        if self.often(0.5):
            text += f"{indent}else\n{self.block(inner)}"
        return text + f"{indent}fi" + self.pick("", "", " || true", " >/dev/null")

    def case(self, indent: str) -> str:
        inner = indent + "  "
        subject = self.pick('"$x"', "$ONE", "web-1", '"$1"', "db")
        return (
            f"case {subject} in\n{inner}{self.pick('db|web', 'a*', '[a-z]?', 'db', '(db')}) # "
            f"arm\n{self.block(inner)}{inner};;\n{inner}*)\n{self.block(inner)}{inner};;\n{indent}esac"
        )

    def for_(self, indent: str) -> str:
        self.counters += 1
        variable = self.chance.choice(["i", "n", "x", "name"])
        items = self.pick(
            "a b c",
            "1 2",
            '"x y" z',
            "web db",
            "one",
            "{1..3}",
            '"${LIST[@]}"',
            "$OPTS",
            "a 'b c' \"$ONE\"",
            "*.none",
            "$(echo p q)",
            "",
        )
        head = self.pick(
            f"for {variable} in {items}; do",
            f"for {variable} in {items}\n{indent}do",
            f"for ((k{self.counters} = 0; k{self.counters} < 2; k{self.counters}++)); do",
        )
        return (
            f"{head}\n{self.block(indent + '  ')}"
            f"{self.pick('', '', indent + '  continue' + chr(10), indent + '  [ $i = a ] && break' + chr(10))}"
            f"{indent}done"
        )

    def while_(self, indent: str) -> str:
        self.counters += 1
        counter = f"c{self.counters}"
        inner = indent + "  "
        return self.pick(
            f"{counter}=0; while [ ${counter} -lt 2 ]; do\n{inner}{counter}=$(({counter} + "
            f"1))\n{self.block(inner)}{indent}done",
            f"{counter}=0\n{indent}until (( {counter}++ > 1 )); do\n{self.block(inner)}{indent}done",
            f"while read -r name; do\n{self.block(inner)}{indent}done <<< 'line'",
            f"printf '%s\\n' p q | while read -r x\n{indent}do\n{self.block(inner)}{indent}done",
        )

    def function(self, indent: str) -> str:
        name = self.chance.choice(FUNCTIONS)
        if name in self.functions or self.in_function:
            return self.docker()
        self.in_function += 1
        body = self.block(indent + "  ")
        self.in_function -= 1
        self.functions.append(name)
        ending = self.pick(
            "", "", f"{indent}  return 0\n", f'{indent}  [ -n "$1" ] || return\n{indent}  {self.docker()}\n'
        )
        head = self.pick(f"{name}() {{", f"function {name} {{", f"function {name}() {{", f"{name} ()\n{indent}{{")
        return f"{head}\n{body}{ending}{indent}}}" if self.often(0.8) else f"{name}() (\n{body}{indent})"

    def call(self, indent: str) -> str:
        if not self.functions or self.in_function:
            return self.docker()
        return " ".join(
            [self.chance.choice(self.functions), *(self.word() for _ in range(self.chance.randint(0, 3)))]
        ) + self.pick("", "", " >/dev/null", " || true", " &\nwait")

    def group(self, indent: str) -> str:
        return self.pick(
            f"{{ {self.docker_line()}; }}",
            f"{{\n{self.block(indent + '  ')}{indent}}}",
            f"(\n{self.block(indent + '  ')}{indent})",
            f"( cd /tmp && {self.docker_line()} )",
        )

    def docker_line(self) -> str:
        text = self.docker()
        return text.replace(" # comment", "")

    def list_(self, indent: str) -> str:
        return self.pick(
            f"{self.docker_line()} && {self.docker_line()}", f"{self.question()} && {self.docker_line()}",
            f"{self.question()} || {self.docker_line()}",
            f"{self.docker_line()} | cat", f"{self.docker_line()} &\n{indent}wait",
            f"{self.question()} && {{ {self.docker_line()}; }} || {self.docker_line()}",
            f"{self.docker_line()}; {self.docker_line()}",
            f"! {self.docker_line()}", f"time {self.docker_line()}",
        )  # fmt: skip

    def subshell_list(self, indent: str) -> str:
        return f"({self.assignment()}; {self.docker_line()})"

    def string(self, indent: str) -> str:
        line = self.docker_line()
        single = "'" + line.replace("'", "'\\''") + "'"
        return self.pick(
            f"bash -c {single}",
            f"sh -c {single}"
            if "$'" not in line
            and "[" not in line
            and "^" not in line
            and "," not in line
            and ":" not in line
            and "/" not in line
            and "<(" not in line
            and "{" not in line
            and "!" not in line
            and "$RANDOM" not in line
            else f"bash -c {single}",
            f"eval {single}",
            f"bash -ec {single} zero one",
            "eval docker run --label S0 evald",
        )

    def heredoc(self, indent: str) -> str:
        self.heredocs += 1
        tag = f"E{self.heredocs}"
        line = self.docker_line()
        quote = self.pick("'", '"', "")
        if not quote and any(c in line for c in "\\$`"):
            quote = "'"
        return self.pick(
            f"bash <<{quote}{tag}{quote}\n{line}\n{tag}\n",
            f"cat <<{quote}{tag}{quote} >/dev/null\ndocker run --label S0 no command\n{tag}\n",
            f"cat > out.txt <<-{tag}\n\tdocker run --label S0 $ONE\n\t{tag}\n",
            f"{line} <<{tag}\ninput $ONE\n{tag}\n",
            f"docker exec -i c sh <<'{tag}'\ndocker run --label S0 inner\n{tag}\n",
        )  # fmt: skip

    def noise(self, indent: str) -> str:
        return self.pick(
            "# docker run --label S0 in a comment",
            "echo docker run --label S0",
            "set -u; set +u",
            ": 'docker run --label S0'",
            "printf '%s\\n' \"docker run --label S0\"",
            "true; :",
            "cd .",
            "shopt -s nullglob; shopt -u nullglob",
            "[ -e docker ] && echo docker",
            "export PATH",
        )

    def text(self) -> str:
        """Return the whole script."""
        found = [self.pick("#!/bin/bash\n", "#!/usr/bin/env bash\nset -e\nset +e\n", "")]
        found += [
            f"{name}={self.quoted(self.value()) if self.often(0.6) else self.word_one()}\n"
            for name in self.chance.sample(NAMES, self.chance.randint(6, len(NAMES)))
        ]
        found += [f"{array}=({self.word()} {self.word()})\n" for array in ARRAYS if self.often(0.6)]
        while self.budget > 0:
            found.append(self.statement() + "\n")
        for name in self.functions:
            if self.often(0.7):
                found.append(f"{name} {self.word()} {self.word()}\n")
        return "".join(found)
