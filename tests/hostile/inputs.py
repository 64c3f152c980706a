"""Hostile files: each with its name, its text, and the words of its `unread` message.

Empty words mean that all of it is read, None that anything may be reported. Each type of file gets one from the
registry.
"""

from __future__ import annotations

from typing import NamedTuple

from linklint.kinds.kind import kinds

N = 10_000


class Input(NamedTuple):
    """A file, and the words that are reported about it."""

    name: str
    text: str
    said: str | None = ""


def shell(text: str, said: str | None = "") -> Input:
    return Input("run.sh", "docker run -p 80:80 a\n" + text + "\n", said)


def compose(text: str, said: str = "") -> Input:
    return Input("compose.yaml", text, said)


def dockerfile(text: str, said: str = "") -> Input:
    return Input("Dockerfile", "FROM a\n" + text + "\n", said)


def markdown(text: str, said: str = "") -> Input:
    return Input("README.md", "docker run\n\n" + text, said)


def playbook(text: str, said: str = "") -> Input:
    return Input("site.yml", "- hosts: docker\n  tasks:\n" + text, said)


def cloud(text: str, said: str = "") -> Input:
    return Input("user-data.yaml", "#cloud-config\n# docker\n" + text, said)


def unit(text: str, said: str = "") -> Input:
    return Input("web.service", "[Service]\n# docker\n" + text, said)


def quadlet(text: str, said: str = "") -> Input:
    return Input("web.container", "[Container]\nImage=x\n" + text, said)


def python(text: str, said: str = "") -> Input:
    return Input("a.py", "import docker, subprocess\n" + text, said)


def task(text: str, said: str = "") -> Input:
    return Input("task.json", '{"containerDefinitions": ' + text, said)


def package(text: str, said: str = "") -> Input:
    return Input("package.json", '{"docker": 1, "scripts": ' + text, said)


def devcontainer(text: str, said: str = "") -> Input:
    return Input("devcontainer.json", '{"image": "x", ' + text, said)


def jenkins(text: str, said: str = "") -> Input:
    return Input("Jenkinsfile", "// docker\n" + text, said)


def makefile(text: str, said: str = "") -> Input:
    return Input("Makefile", "all:\n\tdocker run a\n" + text, said)


def workflow(text: str, said: str = "") -> Input:
    return Input(".github/workflows/a.yml", "# docker\n" + text, said)


def bomb(end: str) -> str:
    """Return nine aliases of nine aliases of …, twenty times."""
    levels = "".join(f"x-a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 9) + "]\n" for i in range(1, 20))
    return "x-a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + levels + end


DEEP, LONG = "nested deeper than", "not read"

INPUTS: dict[str, Input] = {
    "ten thousand manifests": Input("service.yaml", "kind: Service\nmetadata: {name: a}\n---\n" * N),
    "ten thousand $(": shell("echo " + "$(" * N, DEEP),
    "ten thousand ((": shell("((" * N, DEEP),
    "ten thousand {": shell("{ " * N, DEEP),
    "ten thousand [": shell("[ " * N),
    "ten thousand [[": shell("[[" * N),
    "ten thousand ${": shell("docker run " + "${a:-" * N, "${ is not closed"),
    'ten thousand "$(': shell("docker run " + '"$(' * N, "not closed"),
    "ten thousand `": shell("docker run " + "`" * N),
    "ten thousand {a,": shell("docker run " + "{a," * N + "}" * N),
    "ten thousand if": shell("if " * N, DEEP),
    "ten thousand case": shell("case x in x) " * N, DEEP),
    "ten thousand functions": shell("f() { " * N, DEEP),
    "a single quote that never closes": shell("echo 'x\n" * 20_001, "the quote ' is not closed"),
    "a double quote that never closes": shell('echo "x\n' * 20_001, 'the quote " is not closed'),
    "three quotes that never close": shell("'\"`" * 100_001, "parts in a word"),
    "ANSI quotes that never close": shell("$'" * 100_001, "parts in a word"),
    "a megabyte in one word": shell("docker run -e A=" + "x" * 1_000_000 + " nginx"),
    "a megabyte of words": shell("docker run " + "-e A=1 " * 140_000 + " nginx", "more than 50000 words"),
    "a megabyte of $X": shell("docker run " + "$X" * 400_000, "parts in a word"),
    "a megabyte of pipes": shell("docker run a" + " | cat" * 150_000, "more than 15000 commands"),
    "a megabyte of &&": shell("docker run a" + " && true" * 120_000, "more than 15000 commands"),
    "a megabyte of comment": shell("#" * 1_000_000),
    "100,000 docker run lines": shell("docker run -d --name web -p 80:80 --link db:db nginx\n" * 100_000,
    "more than 1000 docker statements"),
    "100,000 continuation lines": shell("docker run \\\n" + " -e A=1 \\\n" * 100_000 + " img", "words"),
    "values that double": shell("X=aaaaaaaaaa\n" + "X=$X$X\n" * 60 + "docker run $X"),
    "calls that double": shell("".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(40))
    + "f40() { docker run b; }\nf0"),
    "a function that calls itself": shell("f() { docker run b; f; f; }\nf"),
    "six hundred loops in loops": shell("for i in 1 2 3; do\n" * 600, None),
    "loops in loops": shell("".join(f"for a{i} in 1 2 3 4 5 6 7 8 9; do\n" for i in range(12)) + "docker run b\n"
    + "done\n" * 12, "docker statements"),
    "twenty thousand ifs": shell("if [ $x ]; then X=1; else X=2; fi\n" * 20_000 + "docker run $X",
    "more than 15000 commands"),
    "heredocs without end": shell("cat <<E\n" * 20_000, "the heredoc has no end line 'E'"),
    "heredocs without end on a line": shell("cat " + "<<E " * 20_000, "the heredoc has no end line 'E'"),
    "heredocs in heredocs": shell("".join(f"bash <<E{i}\n" for i in range(5000)),
    "the heredoc has no end line 'E0'"),
    "eval in eval": shell('eval "' * 2000 + "docker run b" + '"' * 2000, "nested too deep"),
    "a range of a hundred million": shell("docker run " + "{1..99999999}" * 50 + " b"),
    "a product of braces": shell("docker run " + "{a,b,c,d}" * 30 + " b"),
    "two hundred thousand arguments": shell('f() { docker run "$@"; }\nf ' + "a " * 200_000, "more than 50000 words"),
    "arithmetic": shell("docker run $((" + "9*" * 50 + "9)) $((" + "(" * 5000 + "1" + ")" * 5000 + "))", DEEP),
    "a pattern of many stars": shell("X=" + "a" * 300 + "\ndocker run ${X//*a*a*a*a*b/} ${X%%*a*a*a*a*b} nginx"),
    "a megabyte of braces": shell("app " + "{1..200} " * 14_000, "the work limit"),
    "an array many times": shell("A=(" + "a " * 4000 + ")\n" + 'app "${A[@]}"\n' * 300, "the work limit"),
    "a long value split many times": shell('X="' + "a " * 24_000 + '"\n' + "app $X\n" * 3000, "the work limit"),
    "a long value replaced many times": shell("X=" + "a" * 49_000 + "\n" + "app ${X//a/bb}\n" * 3000
    + "docker run -e A=${X%%b} b\n" * 100, "the work limit"),
    "many variables and many forks": shell("".join(f"V{i}=1\n" for i in range(3000))
    + "if [ $x ]; then V0=1; fi\n" * 3000, "the work limit"),
    "three thousand extends of three thousand variables": compose(
        "services:\n  b: {image: x, environment: {" + ",".join(f"A{i}: 1" for i in range(3000)) + "}}\n"
        + "".join(f"  s{i}: {{extends: b}}\n" for i in range(1000)), "is not read"
    ),
    "templates that never close": compose("services: {a: {image: x}}\n" + "{{" * 30_000 + "{% " * 30_000 + "\n", DEEP),
    "a long value many times": dockerfile("ENV A=" + "a" * 25_000 + "\n" + "ENV B=$A\n" * 1000),
    "an env value of blanks": Input(".env", "A=x" + " " * 40_000 + "y\n"),
    "an alias bomb": compose(bomb("services:\n  web: {image: docker, links: *a19, ports: *a19, environment: *a19}\n")),
    "an alias that holds itself": compose("services: &s\n  web: &w {image: docker, links: *w, environment: *s}\n"),
    "merge keys of merge keys": compose("x0: &x0 {a: 1}\n"
    + "".join(f"x{i}: &x{i}\n  <<: [*x{i - 1}, *x{i - 1}]\n  k{i}: 1\n" for i in range(1,
    300)) + "services:\n  web: {<<: *x299, image: docker}\n"),
    "ten thousand [ in YAML": compose("services:\n  web:\n    image: docker\n    x: " + "[" * N + "\n", DEEP),
    "ten thousand { in YAML": compose("services:\n  web: {image: docker}\n" + "a: {" * N + "\n", DEEP),
    "ten thousand - in YAML": compose("services:\n  web: {image: docker}\nx:\n" + "- " * N + "\n", DEEP),
    "YAML ever further to the right": compose("services:\n  web: {image: docker}\n"
    + "".join(" " * i + "a:\n" for i in range(1300)), DEEP),
    "a project of twenty thousand services": compose("services:\n"
    + "".join(f'  s{i}: {{image: docker, links: [s{i + 1}], ports: ["80:80"]}}\n' for i in range(20_000)),
    "larger than"),
    "a hundred thousand references": compose('services:\n  web:\n    image: docker\n    container_name: "'
    + "${a}" * 100_000 + '"\n'),
    "ten thousand nested references": compose('services:\n  web:\n    image: docker\n    container_name: "'
    + "${a:-" * N + '"\n', DEEP),
    "a million continuation lines": dockerfile("RUN x \\\n" + "y \\\n" * 1_000_000 + "z\nENV A=1", LONG),
    "a million empty continuation lines": dockerfile("RUN x \\\n" + "# c\n\n" * 300_000 + "z\nENV A=1"),
    "Dockerfile heredocs without end": dockerfile("RUN <<E\n" * 50_000, LONG),
    "Dockerfile heredocs without end on a line": dockerfile("RUN " + "<<E " * 50_000, "the heredoc has no end line E"),
    "two hundred thousand variables": dockerfile("ENV " + "A=1 " * 200_000, LONG),
    "Dockerfile values that double": dockerfile("ENV A=aaaaaaaaaa\n" + "ENV A=$A$A\n" * 60),
    "a JSON string of escapes": dockerfile('CMD ["sh","-c","docker run x' + "\\n" * 400_000 + '"]', LONG),
    "fences in quotes in lists": markdown("> - ```sh\n" * 20_000),
    "a hundred thousand fences": markdown("```\n" * 100_001),
    "ten thousand quotes": markdown(">" * N + " ```\n" + ">" * N + " docker run b\n"),
    "ten thousand lists in a line": markdown("- " * N + "```\ndocker run b\n"),
    "lists ever further to the right": markdown("".join("  " * i + "- x\n" for i in range(1500))),
    "fifty thousand code spans": markdown("`docker run " * 50_000 + "\n", "docker statements"),
    "fifty thousand prompts": markdown("```\n" + "$ docker run -p 80:80 b\nout\n" * 50_000 + "```\n",
    "docker statements"),
    "an env file of quotes": Input(".env", 'A="' * 100_000),
    "an env file of a hundred thousand lines": Input(".env", "".join(f"A{i}=$A{i - 1}$A{i - 1}\n" for i in range(1,
    100_000)), LONG),
    "ten thousand { in a playbook": playbook("  - docker_container: " + "{a: " * N, DEEP),
    "an alias bomb in a playbook": Input("site.yml",
    "- docker: 1\n- hosts: a\n  vars:\n" + "".join("    " + line + "\n" for line in bomb("").splitlines())
    + "  tasks: *a19\n"),
    "ten thousand tasks": playbook("    - docker_container: {name: web, image: x, links: [a:b]}\n" * 5000
    + "    - shell: docker run x\n" * 5000, "tasks"),
    "tasks that include themselves": playbook("    - include_tasks: site.yml\n" * 200),
    "a block in a block": playbook("    - block: " + "[{block: " * 200 + "x" + "}]" * 200 + "\n"),
    "templates in a playbook that never close": playbook("    - shell: 'docker run " + "{{ " * 30_000 + "'\n", DEEP),
    "a megabyte of key=value": playbook("    - docker: " + "a=b " * 200_000 + "name=x image=y\n"),
    "a hundred thousand ports": playbook("    - docker_container: {name: a1, image: x, ports: [" + "'80:80'," * 60_000
    + "]}\n", LONG),
    "fifty thousand commands for a machine": cloud("runcmd:\n" + "  - docker run -p 80:80 b\n" * 30_000,
    "docker statements"),
    "five thousand units of a machine": cloud("coreos:\n  units:\n"
    + "".join(f'    - {{name: a{i}.service, content: '
        f'"[Service]\\nAfter=a{i + 1}.service\\nRequires=a{i + 1}.service\\nExecStart=docker run b"}}\n'
        for i in range(5000)), LONG),
    "a million continued lines in a unit": unit("ExecStart=docker run \\\n" + " -e A=1 \\\n" * 400_000 + " b\n", LONG),
    "a megabyte in one word of a unit": unit("ExecStart=docker run -e A=" + "\\x41" * 200_000 + " b\n", LONG),
    "quotes that never close in a unit": unit("ExecStart=docker run " + "'\"" * 200_000 + "\n", LONG),
    "fifty thousand commands of a unit": unit("ExecStartPre=docker run b\n" * 15_000, LONG),
    "templates in a unit that never close": unit("ExecStart=docker run " + "{{ " * 100_000 + "\n", LONG),
    "fifteen thousand ports of a Quadlet file": quadlet("PublishPort=80:80\n" * 15_000, LONG),
    "ten thousand brackets in Python": python("x = " + "[" * N + "]" * N + "\n", DEEP),
    "ten thousand minus signs in Python": python("x = " + "-" * N + "1\n", "Python"),
    "three thousand plus in Python": python("x = " + "a + " * 3000 + "'docker run x'\nsubprocess.run(x)\n", "Python"),
    "twenty thousand attributes in Python": python("x = a" + ".b" * 20_000 + "\n", "Python"),
    "ten thousand links on one line": Input("a.js", "// docker\nvar x = ["
    + '{"image": "a", "hostConfig": {"Links": ["db:db"]}},' * N + "];\n", LONG),
    "links below a line that may be a title": Input("a.rb", "# docker\n" + "x('a', " * 50_000 + "do\n"
    + "  image 'a'\n  links ['db:db']\n" * 300, None),
    "a link of one name without an end": Input("a.tmpl", "image\nlinks: " + "w-" * 200_000 + "\n", None),
    "two thousand elifs in Python": python("if a:\n  pass\n" + "elif a:\n  pass\n" * 2000
    + "subprocess.run(['docker', 'run', 'x'])\n", "too deep"),
    "a list that doubles in Python": python("x = ['docker', 'run']\n" + "x = x + x\n" * 40 + "subprocess.run(x)\n"),
    "a text that doubles in Python": python("x = 'docker run '\n" + "x = x + x\n" * 60 + "subprocess.run(x)\n", LONG),
    "five thousand calls in Python": python("subprocess.run(['docker', 'run', '-p', '80:80', 'x'])\n" * 5000, LONG),
    "a megabyte of Python": python("x = 1\n" * 200_000, "Python: larger than"),
    "f-strings in f-strings": python("x = f'" + "{" * 5001 + "'\n", "Python"),
    "a text of escapes in Python": python("subprocess.run('docker run " + "\\x41" * 60_000 + "')\n"),
    "fifteen thousand functions in Python": python("def f(): pass\n" * 15_000
    + "subprocess.run(['docker', 'run', 'x'])\n", LONG),
    "Python 2 that never ends": python("print 'x'\n" * 40_000 + "except (a, b), e:\n", "Python"),
    "ten thousand [ in JSON": task("[" * N, DEEP),
    "six thousand containers": task("[" + ",".join(f'{{"name": "a{i}", "image": "x", "links": ["a{i + 1}"]}}'
    for i in range(6000)) + "]}", LONG),
    "a comment that never ends in JSON": task("[] /*" + "x" * 500_000, "JSON"),
    "a string of quotes in JSON": task('"' + '\\"' * 400_000 + '"}'),
    "twenty thousand scripts": package("{" + ",".join(f'"s{i}": "docker run x"' for i in range(20_000)) + "}}", LONG),
    "ten thousand arguments of a devcontainer": devcontainer('"runArgs": ['
    + ",".join('"-p", "80:80"' for _ in range(30_000)) + "]}", LONG),
    "ten thousand blocks of Groovy": jenkins("stage('a') { " * N + "sh 'docker run x'\n"),
    "ten thousand parentheses of Groovy": jenkins("sh(" * N + "'docker run x'"),
    "quotes that never close in Groovy": jenkins("sh " + "'" * 3 + "docker run x\n" + '"${' * 50_000, LONG),
    "holes that never close in Groovy": jenkins('sh "docker run x ' + "${" * 50_000, LONG),
    "fifteen thousand steps of Groovy": jenkins("sh 'docker run -p 80:80 x'\n" * 15_000, LONG),
    "images in images of Groovy": jenkins("docker.image('a').inside { " * 3000, LONG),
    "assignments of Groovy": jenkins("".join(f"a{i} = a{i - 1} + a{i - 1}\n" for i in range(1,
    5000)) + "sh 'docker run x'"),
    "a text that doubles in Groovy": jenkins("a0 = 'docker run x '\n" + "".join(f"a{i} = '' + a{i - 1} + a{i - 1}\n"
    for i in range(1, 60)) + "sh a59", LONG),
    "make functions in make functions": makefile("b:\n\t" + "$(shell docker " * 5000 + ")" * 5000 + "\n"),
    "twenty thousand make shells": makefile("X := $(shell docker run b)\n" * 20_000, LONG),
    "eight thousand jobs": workflow("jobs:\n" + "".join(f"  j{i}: {{steps: [{{run: docker run x}}]}}\n"
    for i in range(8000)), LONG),
    "a call of six thousand reads": Input("app.js", "f(" + "process.env.DB_PORT_1_TCP_ADDR, " * 6_000 + ")\n",
    "more than 5000 variable names"),
    "six thousand reads in a string": Input("app.js", "x = `" + "${process.env.DB_PORT_1_TCP_ADDR} " * 6_000 + "`\n",
    "more than 5000 variable names"),
    "a word without an end in a program": Input("app.js",
    'const K = "DB_PORT_1_TCP_ADDR";\nconst blob = "' + "ab12" * 50_000 + '";\nf(process.env[K]);\n'),
    "five thousand ignores of as many reads": Input("app.py",
    "import os\n" + 'os.environ["X_PORT_1_TCP_ADDR"]  # linklint: ignore[link-env-address] x\n' * 5_000),
    "a line of twenty thousand reads": Input("app.js", "process.env.DB_PORT " * 20_000 + "\n",
    "more than 5000 variable names"),
    "five thousand expansions in expansions": Input("run.sh",
    "docker run -p 80:80 a\n" + "${A_PORT_1_TCP_ADDR:-" * 5_000 + "\n", "not closed"),
    "five thousand variables on a line": Input("run.sh",
    "docker run -p 80:80 a\n" + "".join(f"echo $DB{i}_PORT_1_TCP_ADDR; " for i in range(5_000)) + "\n"),
    "ten thousand ignores": Input("run.sh",
    "docker run -p 80:80 a\n" + ")))]] # linklint: ignore[legacy-link] x\n" * 10_000, "unexpected"),
    "ten thousand blocks that begin": Input("run.sh",
    "docker run -p 80:80 a\n" + "# linklint: ignore-begin[legacy-link] x\n" * 10_000, "ignore-end is missing"),
    "comments that never close": Input("app.lua", "--[[" * 200_000 + "os.getenv('DB_PORT_5432_TCP_ADDR')\n"),
    "a word of a hundred thousand letters in Python": Input("app.py",
    "import os\nx = os.environ['DB_PORT_1_TCP_ADDR']\n" + "_TCP" * 25_000 + "\n"),
    "a name that is put together of eight thousand": Input("app.py",
    "import os\nx = os.environ['" + "_PORT_a_" * 8_000 + "' + y]\nz = os.environ['DB_PORT_1_TCP_ADDR']\n"),
    "a word of twenty thousand names": Input("run.sh", "docker run -p 80:80 a\n" + "_ENV_" * 20_000 + "\n"),
    "fourteen thousand exports": Input("run.sh",
    "docker run -p 80:80 a\necho $DB_PORT_1_TCP_ADDR\n" + "export " * 14_000 + "\n"),
    "ten thousand ignores of a file": Input("Dockerfile",
    "FROM a\n" + "# linklint: ignore-file[secret-in-env] x\n" * 10_000),
    "ten thousand ignores of a Makefile": Input("Makefile",
    "a:\n\tdocker run x\n" + "# linklint: ignore-file[secret-in-env] x\n" * 10_000),
    "fifteen thousand strings of YAML": Input("tasks.yaml",
    "docker: docker run x\na:\n" + "  - [docker run -p 80:80 b]\n" * 15_000, LONG),
}  # fmt: skip
H = "docker run -p 80:80 a\n"
INPUTS |= {  # patterns on long lines: nothing is searched twice
    name: Input(path, text, None) for name, (path, text) in {
        "a secret of stars": ("run.sh", H + 'docker run -e DB_PASSWORD="' + "*" * 3900 + ' x" y\n'),
        "hashes beside a comment": ("run.sh", H + "# linklint: ignore[legacy-link] x\n" + "#" * 40_000 + "\n"),
        "slashes beside a comment": ("a.js", "process.env.DB_PORT\n// linklint: ignore[x] x\n" + "/" * 40_000 + "\n"),
        "blanks in a reason": ("run.sh", H + "# linklint: ignore[unread] a" + " " * 40_000 + "b\n"),
        "comments that never close on a line": ("run.sh", H + "# linklint: ignore[a " * 4000 + "\n"),
        "a connection string of Oracle": ("run.sh", H + "# @ " + "thin:a/" * 40_000 + "\n"),
        "options of echo": ("run.sh", H + "# login echo" + " -echo" * 12_000 + "\n"),
        "blanks after password": ("run.sh", H + "# password" + " " * 80_000 + "x\n"),
        "an option of htpasswd": ("run.sh", H + "# htpasswd -" + "b" * 80_000 + "\n"),
        "addresses on a line": ("run.sh", H + "docker run -e A=x " + "172.17.0.2 " * 16_000 + "y\n"),
        "addresses behind comments": ("run.sh",
        H + "docker run x '" + "x #  " * 8000 + "' " + "172.17.0.2 " * 400 + "\n"),
        "_ENV_ many times": ("a.py", "x = 'A" + "_ENV_" * 40_000 + "\n"),
        "classes of a regular expression": ("a.js", "process.env.DB_PORT_1_TCP_ADDR\n" + "=/[a" * 20_000),
        "blanks in Python 2": ("a.py", "print 'docker DB_PORT_1_TCP_ADDR'\n" + " " * 40_000 + "\n"),
        "sections of a unit": ("a.service", "[Service]\n" * 40_000 + "docker\n"),
        "anchors on a line": ("compose.yaml",
        "services:\n  a:\n    image: x\n  b:" + ": &a" * 8000 + " x # linklint: ignore[unread] x\n"),
        "quotes after login": ("run.sh", H + "# login " + "'\"|" * 20_000 + "\n"),
        "URLs without an end": ("run.sh", H + "# @ " + "a://b:c/" * 20_000 + "@\n# @ a://b:" + "/c" * 40_000 + "@\n"),
        "defaults without an end": ("run.sh", H + "# ${PASSWORD:-" * 10_000 + "\n"),
        "names of secrets on a line": ("run.sh",
        H + "# " + "password=" * 40_000 + "\n# " + "cookie: authorization: " * 10_000 + "\n"),
        "words before a token": ("run.sh",
        H + "# " + "a" * 80_000 + "token:\n# " + "a" * 60_000 + ":" + "b" * 60_000 + "tcp(\n"),
        "a name of a megabyte": ("run.sh", H + "docker run -e " + "A" * 1_000_000 + "_PASSWORD=hunter22x y\n"),
        "names of a megabyte": ("run.sh",
        H + ("docker run --name " + "a" * 500_000 + " --link " + "b" * 1000 + ":c y\n") * 2),
    }.items()
}  # fmt: skip
INPUTS |= {  # what the rules for mentions look at
    f"mentions: {name}": Input("a.zz", f"docker --link a:b\n{text}\n", None)
    for name, text in {
        "a word of dashes": "a-" * 300_000 + "-port-1-tcp",
        "a word of a megabyte": "A" * 1_000_000 + "_PORT_1",
        "names with a part": "X_ENV_" * 150_000,
        "commands without end": ("cp " * 2000 + ";--link\n") * 200,
        "variables that nothing sets": "".join(f"for unset X{n}_PORT_1_TCP_ADDR\n" for n in range(20_000)),
        "comments on a line": "# " * 300_000 + "'--link",
        "keys without values": "links: [" * 100_000,
        "lists in lists": "image: a\nlinks:\n" + "  - - - - a\n" * 50_000,
        "look-ups": "grep a /etc/hosts\n" * 40_000,
        "prefixes of libraries": "env prefix " * 60_000,
        "names that are set": "env['%s_PORT'" * 20_000,
    }.items()
}
INPUTS |= {
    "links that a long script prints": Input(
        "run.sh", H + "echo 'docker run --link a:b c'\n" * 290 + "a b\n" * 22_000, None
    ),
    "calls of a function that sets much": Input(
        "run.sh", H + "f() {\n" + "X_PORT_1_TCP=a\n" * 2_000 + "}\n" + "f; x $X_PORT_1_TCP\n" * 3_000, None
    ),
    "one variable in many branches": Input(
        "run.sh", H + "if a; then X_PORT_1_TCP=b; fi\nx $X_PORT_1_TCP\n" * 2_000, None
    ),
}
for kind in kinds().values():  # anything may be reported about these
    lines = "docker run -p 80:80 --link a:b c\n" * 3_000
    INPUTS[f"{kind.name}: three thousand commands"] = Input(kind.example, kind.sample + lines, None)
    if kind.sample:
        INPUTS[f"{kind.name}: three thousand times the sample"] = Input(kind.example, kind.sample * 3_000, None)
