"""Files written to hurt: each with its name, its text, and the words that linklint has to say of it (empty: it reads all of it)."""

from __future__ import annotations

from typing import NamedTuple

N = 10_000


class Input(NamedTuple):
    """A file, and what is said of it."""

    name: str
    text: str
    said: str = ""


def shell(text: str, said: str = "") -> Input:
    return Input("run.sh", "docker run -p 80:80 a\n" + text + "\n", said)


def compose(text: str, said: str = "") -> Input:
    return Input("compose.yaml", text, said)


def dockerfile(text: str, said: str = "") -> Input:
    return Input("Dockerfile", "FROM a\n" + text + "\n", said)


def markdown(text: str, said: str = "") -> Input:
    return Input("README.md", "docker run\n\n" + text, said)


def bomb(end: str) -> str:
    """Nine aliases of nine aliases of …, twenty times."""
    levels = "".join(f"x-a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 9) + "]\n" for i in range(1, 20))
    return "x-a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + levels + end


DEEP, LONG = "nested deeper than", "is not read"

INPUTS: dict[str, Input] = {
    "ten thousand $(": shell("echo " + "$(" * N, DEEP),
    "ten thousand ((": shell("((" * N, DEEP),
    "ten thousand {": shell("{ " * N, DEEP),
    "ten thousand [": shell("[ " * N),
    "ten thousand [[": shell("[[" * N),
    "ten thousand ${": shell("docker run " + "${a:-" * N, "${ is never closed"),
    'ten thousand "$(': shell("docker run " + '"$(' * N, "never closed"),
    "ten thousand `": shell("docker run " + "`" * N),
    "ten thousand {a,": shell("docker run " + "{a," * N + "}" * N),
    "ten thousand if": shell("if " * N, DEEP),
    "ten thousand case": shell("case x in x) " * N, DEEP),
    "ten thousand functions": shell("f() { " * N, DEEP),
    "a single quote that never closes": shell("echo 'x\n" * 20_001, "the quote ' is never closed"),
    "a double quote that never closes": shell('echo "x\n' * 20_001, 'the quote " is never closed'),
    "three quotes that never close": shell("'\"`" * 100_001, "pieces in a word"),
    "ANSI quotes that never close": shell("$'" * 100_001, "pieces in a word"),
    "a megabyte in one word": shell("docker run -e A=" + "x" * 1_000_000 + " nginx"),
    "a megabyte of words": shell("docker run " + "-e A=1 " * 140_000 + " nginx", "more than 50000 words"),
    "a megabyte of $X": shell("docker run " + "$X" * 400_000, "pieces in a word"),
    "a megabyte of pipes": shell("docker run a" + " | cat" * 150_000, "more than 15000 commands"),
    "a megabyte of &&": shell("docker run a" + " && true" * 120_000, "more than 15000 commands"),
    "a megabyte of comment": shell("#" * 1_000_000),
    "100,000 docker run lines": shell("docker run -d --name web -p 80:80 --link db:db nginx\n" * 100_000, "more than 1000 docker statements"),
    "100,000 continuation lines": shell("docker run \\\n" + " -e A=1 \\\n" * 100_000 + " img", "words"),
    "values that double": shell("X=aaaaaaaaaa\n" + "X=$X$X\n" * 60 + "docker run $X"),
    "calls that double": shell("".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(40)) + "f40() { docker run b; }\nf0"),
    "a function that calls itself": shell("f() { docker run b; f; f; }\nf"),
    "loops in loops": shell("".join(f"for a{i} in 1 2 3 4 5 6 7 8 9; do\n" for i in range(12)) + "docker run b\n" + "done\n" * 12, "docker statements"),
    "twenty thousand ifs": shell("if [ $x ]; then X=1; else X=2; fi\n" * 20_000 + "docker run $X", "more than 15000 commands"),
    "heredocs without end": shell("cat <<E\n" * 20_000, "the heredoc has no line 'E' to end it"),
    "heredocs without end on a line": shell("cat " + "<<E " * 20_000, "the heredoc has no line 'E' to end it"),
    "heredocs in heredocs": shell("".join(f"bash <<E{i}\n" for i in range(5000)), "the heredoc has no line 'E0' to end it"),
    "eval in eval": shell('eval "' * 2000 + "docker run b" + '"' * 2000, "nested too deep"),
    "a range of a hundred million": shell("docker run " + "{1..99999999}" * 50 + " b"),
    "a product of braces": shell("docker run " + "{a,b,c,d}" * 30 + " b"),
    "two hundred thousand arguments": shell('f() { docker run "$@"; }\nf ' + "a " * 200_000, "more than 50000 words"),
    "arithmetic": shell("docker run $((" + "9*" * 50 + "9)) $((" + "(" * 5000 + "1" + ")" * 5000 + "))", DEEP),
    "a pattern of many stars": shell("X=" + "a" * 300 + "\ndocker run ${X//*a*a*a*a*b/} ${X%%*a*a*a*a*b} nginx"),
    "a megabyte of braces": shell(": " + "{1..200} " * 14_000, "worked out"),
    "an array many times": shell("A=(" + "a " * 4000 + ")\n" + ': "${A[@]}"\n' * 300, "worked out"),
    "a long value split many times": shell('X="' + "a " * 24_000 + '"\n' + ": $X\n" * 3000, "worked out"),
    "a long value replaced many times": shell("X=" + "a" * 49_000 + "\n" + ": ${X//a/bb}\n" * 3000 + "docker run -e A=${X%%b} b\n" * 100, "worked out"),
    "many variables and many forks": shell("".join(f"V{i}=1\n" for i in range(3000)) + "if [ $x ]; then V0=1; fi\n" * 3000, "worked out"),
    "three thousand extends of three thousand variables": compose(
        "services:\n  b: {image: x, environment: {" + ",".join(f"A{i}: 1" for i in range(3000)) + "}}\n" + "".join(f"  s{i}: {{extends: b}}\n" for i in range(1000)), "is not read"
    ),
    "templates that never close": compose("services: {a: {image: x}}\n" + "{{" * 30_000 + "{% " * 30_000 + "\n", DEEP),
    "a long value many times": dockerfile("ENV A=" + "a" * 25_000 + "\n" + "ENV B=$A\n" * 1000),
    "an env value of blanks": Input(".env", "A=x" + " " * 40_000 + "y\n"),
    "an alias bomb": compose(bomb("services:\n  web: {image: docker, links: *a19, ports: *a19, environment: *a19}\n")),
    "an alias that holds itself": compose("services: &s\n  web: &w {image: docker, links: *w, environment: *s}\n"),
    "merge keys of merge keys": compose("x0: &x0 {a: 1}\n" + "".join(f"x{i}: &x{i}\n  <<: [*x{i - 1}, *x{i - 1}]\n  k{i}: 1\n" for i in range(1, 300)) + "services:\n  web: {<<: *x299, image: docker}\n"),
    "ten thousand [ in YAML": compose("services:\n  web:\n    image: docker\n    x: " + "[" * N + "\n", DEEP),
    "ten thousand { in YAML": compose("services:\n  web: {image: docker}\n" + "a: {" * N + "\n", DEEP),
    "ten thousand - in YAML": compose("services:\n  web: {image: docker}\nx:\n" + "- " * N + "\n", DEEP),
    "YAML ever further to the right": compose("services:\n  web: {image: docker}\n" + "".join(" " * i + "a:\n" for i in range(1300)), DEEP),
    "a project of twenty thousand services": compose("services:\n" + "".join(f'  s{i}: {{image: docker, links: [s{i + 1}], ports: ["80:80"]}}\n' for i in range(20_000)), "more than is read"),
    "a hundred thousand references": compose('services:\n  web:\n    image: docker\n    container_name: "' + "${a}" * 100_000 + '"\n'),
    "ten thousand nested references": compose('services:\n  web:\n    image: docker\n    container_name: "' + "${a:-" * N + '"\n', DEEP),
    "a million continuation lines": dockerfile("RUN x \\\n" + "y \\\n" * 1_000_000 + "z\nENV A=1", LONG),
    "a million empty continuation lines": dockerfile("RUN x \\\n" + "# c\n\n" * 300_000 + "z\nENV A=1"),
    "Dockerfile heredocs without end": dockerfile("RUN <<E\n" * 50_000, LONG),
    "Dockerfile heredocs without end on a line": dockerfile("RUN " + "<<E " * 50_000, "no line ends the heredoc E"),
    "two hundred thousand variables": dockerfile("ENV " + "A=1 " * 200_000, LONG),
    "Dockerfile values that double": dockerfile("ENV A=aaaaaaaaaa\n" + "ENV A=$A$A\n" * 60),
    "a JSON string of escapes": dockerfile('CMD ["sh","-c","docker run x' + "\\n" * 400_000 + '"]', LONG),
    "fences in quotes in lists": markdown("> - ```sh\n" * 20_000),
    "a hundred thousand fences": markdown("```\n" * 100_001),
    "ten thousand quotes": markdown(">" * N + " ```\n" + ">" * N + " docker run b\n"),
    "ten thousand lists in a line": markdown("- " * N + "```\ndocker run b\n"),
    "lists ever further to the right": markdown("".join("  " * i + "- x\n" for i in range(1500))),
    "fifty thousand code spans": markdown("`docker run " * 50_000 + "\n", "docker statements"),
    "fifty thousand prompts": markdown("```\n" + "$ docker run -p 80:80 b\nout\n" * 50_000 + "```\n", "docker statements"),
    "an env file of quotes": Input(".env", 'A="' * 100_000),
    "an env file of a hundred thousand lines": Input(".env", "".join(f"A{i}=$A{i - 1}$A{i - 1}\n" for i in range(1, 100_000)), LONG),
}  # fmt: skip
