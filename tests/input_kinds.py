"""Every kind of input, with lines that refer to other files: what the fuzzer of trees is made of.

In a line, {f} is another file of the tree, {n} and {m} are names, {p} is a port, and {s} a secret that no output may
show. A test fails when a type of file, or a file that the configuration names, is not in the list.
"""

from __future__ import annotations

from typing import NamedTuple

from linklint.kinds.kind import kinds

COMMANDS = (
    "docker run -d --name {n} -p {p}:{p} --link {m}:{m} -e DB_PASSWORD={s} img",
    "docker run --env-file {f} --name {n} --expose 1-400 img",
    "docker run -e A=$DB_PORT_5432_TCP_ADDR -e DB_PASSWORD {s}",
    "docker login -u u -p {s} h",
    "docker rm -f {n}; docker stop {m}; docker rename {n} {m}",
)


class Kind(NamedTuple):
    """The path of a file (`#` is a number), what it begins with, and lines to choose from."""

    path: str
    begin: str
    lines: tuple[str, ...]


def _named(lines: tuple[str, ...], indent: str) -> tuple[str, ...]:
    return tuple(indent + line for line in lines)


KINDS: dict[str, Kind] = {
    "shell": Kind("s#.sh", "#!/bin/bash\n# docker\n", (
        *COMMANDS, ". ./{f}", "bash ./{f}", "./{f} {n}", "source {f}", "if [ $x ]; then", "fi", "else",
        "for i in 1 2 3; do",
        "done", "{n}() {{", "}}", "{n}", "X=$X$X", "DB_PASSWORD={s}", "cat <<E", "E", "X=(a b) ; : ${{X[@]}}",
        "while read x; do",
        "docker run ${{PW:-{s}}} x", "eval \"docker run x\"", "# linklint: ignore[{n}] why", "ssh h 'docker run x'",
        "'", '"',
    )),
    "dockerfile": Kind("d#/Dockerfile", "# docker\n", (
        "FROM {n} AS {m}", "FROM {m}", "ENV DB_PASSWORD={s} A=$A$A", "ENV A $A{s}", "ARG X={s}", "EXPOSE {p} 1-900",
        "RUN docker run x",
        "COPY --from={m} . .", "RUN <<E", "E", "ENV \\", "LABEL a={s}", "ONBUILD ENV A_TOKEN={s}",
        "CMD [\"sh\", \"-c\", \"docker run $A\"]",
    )),
    "cloud-init": Kind("u#/user-data", "#cloud-config\nruncmd:\n", (*_named(COMMANDS, "  - "), "write_files:",
    "  - path: /{f}", "    content: |")),
    "ci": Kind(".github/workflows/c#.yml", "on: push\njobs:\n  a:\n    services:\n", (
        "      {n}:", "        image: img", "        ports: ['{p}:{p}']", "        env: {{DB_PASSWORD: {s}}}",
        "    steps:",
        "      - run: ./{f}", *_named(COMMANDS, "      - run: "),
    )),
    "compose": Kind("compose.#.yaml", "services:\n", (
        "  {n}:", "    image: img", "    extends: {{file: {f}, service: {m}}}", "    extends: {m}",
        "    env_file: [{f}, {f}]", "    links: [{m}]",
        "    environment: {{DB_PASSWORD: {s}, A: '${{A}}${{A}}'}}", "    environment: &a", "      <<: *a",
        "      B_TOKEN: ${{B:-{s}}}",
        "include: [{f}]", "    build: {{context: ., dockerfile: {f}}}", "    ports: ['{p}:{p}', '1-900:1-900']",
        "    command: --password {s}",
    )),
    "env": Kind("e#.env", "", ("DB_PASSWORD={s}", "A=$A$A", "B_PASSWORD=${{A}}${{A}}{s}", "export C_TOKEN='{s}'",
    "URL=amqp://u:{s}@h", "X", "='")),
    "markdown": Kind("m#.md", "docker\n", ("```sh", "```", *COMMANDS, "`docker run -e A_TOKEN={s} x`", "> - ```",
    "    docker run x", "<!-- linklint: ignore[{n}] -->")),
    "jenkinsfile": Kind("j#/Jenkinsfile", "node {{\n", ("sh './{f}'", "sh 'docker run -e A_SECRET={s} x'",
    "x = \"${{x}}${{x}}\"", "docker.image('{n}').withRun('-e P_TOKEN={s}') {{", "}}", "sh x")),
    "kubernetes": Kind("k#.yaml", "kind: Service\nmetadata: {{name: {n}}}\n",
    ("---", "kind: Service", "metadata: {{name: {n}}}", "# docker")),
    "ecs": Kind("t#.json", '{{"containerDefinitions": [{{"name": "{n}"',
    (', "links": ["{m}"]', ', "environment": [{{"name": "A_PASSWORD", "value": "{s}"}}]', "}}, {{\"name\": \"{n}\"",
    "}}]}}")),
    "ansible": Kind("roles/r#/tasks/main.yml", "- hosts: a\n  tasks:\n", (
        "    - include_tasks: {f}",
        "    - docker_container: {{name: {n}, image: x, links: ['{m}'], env: {{A_PASSWORD: {s}}}}}",
        "    - shell: docker run -e A_TOKEN={s} x", "  vars: {{x: '{{{{ x }}}}{{{{ x }}}}'}}",
        "      with_items: [1, 2, 3]",
    )),
    "yaml": Kind("y#.yaml", "a:\n", (*_named(COMMANDS, "  - "), "b: &b [*b]",
    "  - {{docker: docker run -e A_TOKEN={s} x}}")),
    "makefile": Kind("k#/Makefile", "", (
        "{n}: {m} {n}", "{n} {m}: {n} {m}", "\tdocker run --name {n} -e A_TOKEN={s} x", "X := $(X)$(X)",
        "X += $(X) {s}", "\t$(MAKE) {m}", "\t./{f}", "include {f}",
        "define D", "endef", "\t$(X)", "ifeq (a,b)", "endif", "Y = $(shell docker run $(Y))",
    )),
    "unit": Kind("n#.service", "[Service]\n", ("ExecStart=/usr/bin/docker run -e A_PASSWORD={s} --name {n} x",
    "ExecStartPre=-/{f}", "Environment=DB_PASSWORD={s}", "EnvironmentFile={f}", "After={n}.service", "[Unit]",
    "Requires={m}.service")),
    "quadlet": Kind("q#.container", "[Container]\nImage=x\n", ("PublishPort={p}:{p}", "Environment=DB_PASSWORD={s}",
    "ContainerName={n}", "EnvironmentFile={f}", "PodmanArgs=--link {m}")),
    "python": Kind("p#.py", "import os, subprocess, docker\nx = 'docker run '\ny = ['docker', 'run']\n", (
        "x = x + x", 'x = f"{{x}}{{x}}"', "y = [*y, *y]", "x = '%s%s' % (x, x)", "x = ''.join([x, x])",
        "subprocess.run(x, shell=True)", "subprocess.run(y)",
        "docker.from_env().containers.run('{n}', environment={{'A_PASSWORD': '{s}'}}, ports={{'80': {p}}})",
        "os.environ.get('DB_ENV_PASSWORD', '{s}')", "os.system('./{f}')",
        "def f():", "    return x", "from {n} import *",
    )),
    "code": Kind("c#.js", "", ("process.env.DB_PORT_5432_TCP_ADDR", "x(process.env.DB_ENV_PASSWORD || '{s}')",
    "const {{DB_PORT}} = process.env", "// linklint: ignore[{n}] why", "`", "/*", "*/")),
    "text": Kind("t#.tf", "docker\n", (
        *COMMANDS, 'resource "docker_container" "{n}" {{', '  name = "{m}"', '  links = ["{m}:{n}", x.y]', "  ports {{",
        '  env = ["A_TOKEN={s}", <<E', "E", "}}", "]", "oci-containers.containers.{n} = {{", '  image = "x";',
        '  extraOptions = [ "--link={m}" ];', "''", "# DB_PORT_80_TCP_ADDR", "X_ENV_TOKEN={s}",
    )),
    "package": Kind("g#/package.json", '{{"docker": 1, "scripts": {{"a": "docker run -e A_TOKEN={s} x"',
    (', "{n}": "./{f}"', ', "{n}": "docker run -p {p}:{p} x"', "}}}}")),
    "devcontainer": Kind("v#/.devcontainer/devcontainer.json", '{{"image": "x", "containerEnv": {{"A_TOKEN": "{s}"}}',
    (', "runArgs": ["-e", "P_TOKEN={s}", "--link", "{m}"]', ', "postCreateCommand": "./{f}"', "}}")),
}  # fmt: skip

for _kind in kinds().values():
    _sample = _kind.sample.replace("{", "{{").replace("}", "}}")
    KINDS.setdefault(_kind.name, Kind(_kind.example, _sample, (*_sample.split("\n"), *COMMANDS)))

# What is not a type of file, but read: the configuration and what it names.
SETTINGS: dict[str, Kind] = {
    "configuration": Kind(".linklint.toml", "", ('exclude = ["*a*a*b"]', 'ignore = ["{n}"]',
    'secret-names = ["!*", "{n}*"]', 'paths = ["{f}"]',
    'extend = "{f}"', 'rules = ["{n}:*.md"]', 'test-paths = ["{f}"]', 'sensitive-ports = ["{n}"]', "[severity]",
    "legacy-link = \"note\"", "engine = \"29\"")),
    "pyproject": Kind("pyproject.toml", "[tool.linklint]\n", ('exclude = ["{f}"]', "select = ['unread']", "x = '{s}'")),
    "rules": Kind("rules/r#.md",
    "---\nseverity: note\nmessage: \"x {{name}}\"\n---\n\n# A rule\n\n## Rule\n\n```sql\nSELECT span AS at, name, "
    "name AS subject FROM container\n```\n", ("## Bad", "```sh", "docker run x")),
    "baseline": Kind(".linklint-baseline.json", '{{"version": 1, "baseline": [\n',
    ('{{"identity": "a", "rule": "{n}", "severity": "note", "path": "{f}", "message": "{s}"}}', ",", "]}}")),
    "ignore file": Kind(".gitignore", "", ("{f}", "*.sh", "!{f}", "**/")),
}  # fmt: skip
NAMED_BY_CONFIGURATION = {"rules": "rules", "baseline": "baseline", "paths": "shell", "extend": "configuration"}
