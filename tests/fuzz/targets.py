"""Fuzz targets and what must hold for them: no exception, no span outside of the file, less than a second.

A target is a strategy for inputs, and a check that raises.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st
from machine import in_time

from linklint.context import ExtractionContext
from linklint.database.store import Store
from linklint.docker.cli.command import invocation, read_run
from linklint.docker.environment import read_env_file
from linklint.errors import QueryError
from linklint.facts.collector import FactCollector
from linklint.facts.schema import TABLES, Unread
from linklint.findings.rule_file import BadRule, parse
from linklint.kinds.kind import extract, kinds
from linklint.shell.scanner import scan
from linklint.shell.tree import Part, Redirect, Script, ShellWord, Simple, descendants
from linklint.text.source import Source, Span, decode
from linklint.text.word import VARIABLE, Word, literal
from linklint.text_search.suppression_comments import extract_ignores

ROOT = Path(__file__).parents[2]
SECOND = 1.0


class Target(NamedTuple):
    """A strategy for inputs, and the check of one."""

    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]


# Inputs: random words of the language, and damaged parts of real files


def corpus(*patterns: str) -> list[str]:
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]
    assert found, patterns
    return [path.read_text() for path in found]


def texts(tokens: str, files: list[str], *, separator: str = "") -> st.SearchStrategy[str]:
    words = [token.replace("␣", " ").replace("⏎", "\n").replace("⇥", "\t") for token in tokens.split(" ") if token] + [
        " ",
        "\n",
    ]
    token = st.one_of(st.sampled_from(words), st.sampled_from(words), st.text(max_size=4))
    made = st.lists(token, max_size=40).map(separator.join)
    piece = st.builds(
        lambda text, a, b: text[min(a, b) : max(a, b)],
        st.sampled_from(files),
        st.integers(0, 4000),
        st.integers(0, 4000),
    )
    damaged = st.lists(st.one_of(piece, token, made), max_size=4).map("".join)
    repeated = st.builds(lambda text, count: text * count, st.sampled_from(words), st.integers(1, 2000))
    return st.one_of(made, made, damaged, st.builds(lambda a, b, c: a + b + c, made, repeated, made))


SHELL = texts(
    "docker run -d --name web --link db:db -p 80:80 -e A=1 $X ${X} ${X:-d} ${X%% ${X//a/ ${#X} ${!X} ${X[@]} ${X[ "
    '"$@" $( $(( )) ) ( (( { } [ [[ ]] ] ` \' " $\' $" \\ \\⏎'
    " ; ;; ;& & && | || |& < > << <<- <<< <<EOF EOF <( >( >& ! # if then elif else fi for in do done while until "
    "case esac select function f() time"
    " coproc export local declare readonly unset shift set -- eval exec trap read let A=( A+=x A[0]=y {a,b} {1..3} "
    "{1..99999999} {a..z} * ? ~ /etc % @ = , bash -c ssh host sudo xargs cat tee ⏎ ␣ ⇥ \r\n \0 é",
    corpus("fixtures/**/*.sh", "rules/*.md"),
)
DOCKERFILE = texts(
    "FROM RUN CMD ENV ARG EXPOSE COPY ADD ONBUILD HEALTHCHECK SHELL ENTRYPOINT from a:1 AS b ⏎ ⏎ \\⏎ `⏎ #␣escape=` "
    '# A=1 B="x␣y" 80 80/udp 80-90 <<EOF EOF <<-E E ["sh","-c","docker␣run␣x"]'
    ' $A ${A:-b} ${A docker run --name x -p 80:80 img && \' " \\ [ ] { } --mount=x \r\n \\u00 "\\u12',
    corpus("fixtures/**/Dockerfile*"),
)
YAML = texts(
    "services: ⏎␣␣ ⏎␣␣␣␣ ⏎␣␣␣␣␣␣-␣ web: db: image: nginx links: [db] ports: -␣'80:80' environment: A:␣1 -␣A=1 "
    "container_name: extends: include: -␣compose.yaml {file:␣compose.yaml,␣service:␣web} networks: env_file: .env"
    " &a *a <<:␣*a !reset !override !!python/object:x !!binary | > |- ' \" [ ] { } : , - # --- ... ${X} ${X:-d} "
    "${X:?e} $$ ${ ${{ {{␣x␣}} {%␣if␣%} ⏎ ⏎ ␣ ⇥ \r\n \0 \u2028 ? ~ null 010 1e3 0x name: version:␣'2' profiles: "
    "build: scale: deploy:",
    corpus("fixtures/**/*compose*.y*ml", "fixtures/**/*.yaml"),
)
MAKEFILE = texts(
    "all: up: down ⏎⇥ ⏎⇥@ ⏎⇥- docker run --name web -p 80:80 $(IMG) $(X) ${X} $@ $< $$ $$X $(shell␣docker␣ps) "
    "$(call␣f,$(X)) $(MAKE)␣up X=1 X␣:= X␣?=␣docker X␣+=␣-d define␣up endef ifeq else endif"
    " .ONESHELL: \\⏎ ⏎ ⏎ # include export %: $( ${ ( ) ; | = : :: \r\n ' \" && ␣ ⇥",
    ["X = docker\nall: up\n\t$(X) run --name web nginx\n"],
)
CI = texts(
    "jobs: ⏎␣␣build: ⏎␣␣␣␣steps: ⏎␣␣␣␣␣␣-␣run:␣ |⏎␣␣␣␣␣␣␣␣ docker␣run␣-p␣80:80␣x ${{␣x␣}} ⏎␣␣␣␣services: "
    "⏎␣␣␣␣␣␣db:␣{image:␣pg,␣ports:␣['1:1']} script: before_script: -␣docker␣run␣x variables: &a *a"
    " stages: pipelines: default: step: ⏎ ⏎␣␣ stage: env: if:␣x docker: -␣image:␣x run: {command:␣x} [ ] when: "
    "definitions: bash: !reference␣[a,␣b] <<:␣*a",
    ["jobs:\n  a:\n    steps:\n      - run: docker run -p 80:80 x\n"],
)
ANSIBLE = texts(
    "---⏎ -␣hosts:␣web⏎ ␣␣tasks:⏎ ␣␣roles:⏎ ␣␣-␣ docker_container:⏎ community.docker.docker_container: docker: "
    "shell: command: docker␣run␣-p␣80:80␣x name:␣web image:␣nginx links:␣[db:db] ports:␣[80:80,22:22]"
    " env:␣{A:␣1} networks:␣[{name:␣a,links:␣[b:c]}] network_mode: state:␣absent loop: when: block: rescue: "
    'include_tasks:␣a.yml import_role: register:␣r {{␣r.stdout␣}} "{{␣x␣}}" !vault action: local_action: argv: ⏎␣␣ '
    "⏎␣␣␣␣ ⏎ = ' \" a=b",
    corpus("fixtures/ansible*/**/*.yml"),
)
CLOUD = texts(
    "#cloud-config⏎ runcmd:⏎ bootcmd: write_files:⏎ ␣␣-␣ docker␣run␣-d␣-p␣80:80␣x [docker,␣run,␣x] "
    "path:␣/etc/systemd/system/a.service content:␣|⏎ ␣␣␣␣␣␣ [Service]⏎ ExecStart=docker␣run␣x coreos:⏎ units:⏎ "
    "name:␣a.service drop-ins: {{␣x␣}} {%␣if␣%} ⏎ ⏎␣␣␣␣",
    corpus("fixtures/cloud-config*/*.y*ml"),
)
JSON = texts(
    '{ } [ ] , : " \\ \\" \\u0041 \\ud83d // /* */ ⏎ ⇥ "containerDefinitions": "name":␣"db" "image":␣"x" '
    '"links":␣["db:a"] "portMappings":␣[{"containerPort":80,"hostPort":0}] "environment":␣[{"name":"A","value":"b"}]'
    ' "networkMode":␣"awsvpc" "AWSEBDockerrunVersion":␣1 "Image":␣{"Name":"x"} "Ports": {"Ref":␣"x"} '
    '"scripts":␣{"a":␣"docker␣run␣-p␣80:80␣x"} "runArgs":␣["-p","80:80"] "appPort":␣[80,"1:1"] '
    '"containerEnv":␣{"A":"${localEnv:A}"} "dockerFile": "postCreateCommand": null true 1e9',
    corpus("fixtures/**/*.json"),
)
UNIT = texts(
    "[Unit]⏎ [Service]⏎ [Container]⏎ ExecStart= ExecStartPre=- ExecStop= ExecStart=@ Environment= EnvironmentFile= "
    "After= Requires=a.service Type=oneshot ⏎ \\⏎ # ; docker run --name -p 80:80 --link db:db x %i %p %% $X ${X} "
    "$$ ' \" \\x41 \\ {{␣x␣}} {%␣if␣%}"
    " Image= PublishPort= ContainerName= PodmanArgs= Exec= Network= ␣ ⇥ \r\n \0",
    corpus("fixtures/**/*.service", "fixtures/**/*.container"),
)
PYTHON = texts(
    "import␣docker⏎ import␣os,␣subprocess⏎ subprocess.run( os.system( os.environ[ ] ) ( [ { } , = == + % . : ⏎ "
    "⏎␣␣␣␣ def␣f():⏎ if␣x:⏎ else:⏎ for␣a␣in␣b:⏎ try:⏎ except␣E,␣e:⏎ return print␣x with␣a␣as␣b: class␣A: "
    'lambda␣x:x \'docker\' "run" "docker␣run␣-p␣80:80␣x"'
    " 'DB_PORT_5432_TCP_ADDR' f'{x}' f\"docker␣run␣{a}␣x\" r'\\' '\\N{DASH}' %s .format( .join( .split() .append( "
    ".extend( += client.containers.run('x',links={'a':'b'},ports={80:80}) create_host_config( links= ports= "
    "environment= name= **x *y '''",
    corpus("fixtures/**/*.py", "tests/extract/*.py", "linklint/extract/*.py"),
)
GROOVY = texts(
    "pipeline␣{ agent␣{ docker␣{ image␣'x' args␣'-p␣80:80' } ) ( { sh␣'docker␣run␣x' sh( script: "
    "\"docker␣run␣${x}\" ''' \"\"\" ' \" ${ $x $ docker.image('a') .withRun('-p␣1:1') .inside .run( docker.build( "
    "def␣c␣= = + , . c␣-> if␣(x) else for parallel environment stage('a') node('b') // /* */ ⏎ \\ ␣",
    corpus("fixtures/**/Jenkinsfile*"),
)
CI_NAMES = (
    ".github/workflows/a.yml",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
)
ENV = texts(
    "A=1 B=\"x$A\" C='y' export D= =x #c ⏎ ⏎ \\ \\n ' \" $ ${A ${A} ${A:-b} \r\n PASSWORD=hunter22 ␣ ⇥ \0",
    ["A=1\nB='two'\n# c\nC=\"${A}\"\n"],
)
MARKDOWN = texts(
    "``` ~~~ ````sh ```yaml ```dockerfile ```console ⏎ ⏎ ⏎␣␣␣␣ ⏎␣␣ >␣ -␣ 1.␣ # $␣ docker run -p 80:80 --link db:db "
    "nginx `docker␣run␣x` <image> [OPTIONS] ... \\⏎ ⇥ \r\n services: FROM␣a <div> --- ===",
    corpus("README.md", "rules/*.md", "fixtures/**/*.md"),
)
ARGUMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            "-d --name web --link db:db -p 80:80 -P --publish= --publish=:: -e A=1 -eA -it --net host --network "
            "name=a,alias=b --mount type=bind,source=/a --rm"
            " --restart always -v /a:/b --ulimit nofile=1 --gpus all --add-host a:1 -- - --help --nosuch -link a:b "
            "-h nginx img sh -c x".split()
        ),
        st.text(max_size=8),
        st.builds(
            "--{}={}".format,
            st.sampled_from(
                "publish link env network mount volume device ulimit gpus cpus memory platform restart "
                "expose".split()
            ),
            st.text("0123456789:-/,=.[]ax\"'_ %", max_size=14),
        ),
    ),
    max_size=12,
)  # fmt: skip
RULE = texts(
    "--- severity:␣error message:␣{x}␣is fix:␣safe since:␣0.1 ⏎ ⏎ #␣Title ##␣Bad ##␣Good ##␣Rule ##␣Fix ```sql "
    "```sh ``` select␣1 ␣␣␣␣^^^␣message `a.sh`: {at} { } : # \0",
    corpus("rules/*.md"),
)
SQL = texts(
    "select SELECT * from FROM container link span finding env where group by order limit ( ) , . ; -- /* */ ' \" "
    "` [ ] union all with recursive x as values join on = < || + - 1 1e9 null case when then end"
    " count(*) group_concat(name) length(name) printf('%999999d',1) randomblob(9) load_extension('x') "
    "pragma_table_info('x') sqlite_master attach create drop insert explain replace(name,'a','b')"
    " name path ⏎ \0 é",
    ["SELECT name FROM container WHERE name IS NOT NULL", "WITH a AS (SELECT 1) SELECT * FROM a"],
    separator=" ",
)  # fmt: skip


# Checks


def within(source: Source, span: Span) -> None:
    """Check that the span is inside its source, and that its line, column and bytes can be computed."""
    assert 0 <= span.start <= span.end <= len(span.source.text), span
    place = span.source.place(span.start, span.end)
    assert place.line >= 1 and place.column >= 1
    assert 0 <= span.source.byte(span.start) <= span.source.byte(span.end)


def timed(check: Callable[[Any], None]) -> Callable[[Any], None]:
    def run(value: Any) -> None:
        begun = time.process_time()
        check(value)
        assert in_time(time.process_time() - begun, SECOND), "it took more than a second"

    return run


def facts_of(kind: str, name: str) -> Callable[[str], None]:
    """Return a check of the extractor of a type. Every file that the input names is the input itself."""

    def check(text: str) -> None:
        source = Source(name, text)
        context = ExtractionContext(
            FactCollector(), lambda path: Source(path, text) if path.count("/") < 2 else None, "tree"
        )
        with context.limited(source):  # as for each root of a scan
            extract(kind, [source], context)
        extract_ignores(source, kind, context)
        for table in TABLES.values():
            places = [column for column, is_span in table.spans.items() if is_span]
            for row in context.collector.rows(table):
                for column in places:
                    span = getattr(row, column)
                    if span is not None:
                        within(source, span)
        for row in context.collector.rows(Unread):
            assert "internal error" not in row.reason, row.reason

    return check


def check_scanner(text: str) -> None:
    for document in (False, True):
        script = scan(text, document=document)
        for node in descendants(script.items):
            assert 0 <= node.start <= len(text) and node.end <= len(text), node
        _check_offsets(script, text)


def _check_offsets(script: Script, text: str) -> None:
    for at, _ in script.problems:
        assert 0 <= at <= len(text)
    for start, end in script.comments:
        assert 0 <= start <= end <= len(text)
    waiting: list[Any] = list(descendants(script.items))
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, (Part, ShellWord)):
            assert 0 <= thing.start <= thing.end <= len(text), thing
            waiting += thing.args + list(descendants(thing.body)) if isinstance(thing, Part) else thing.parts
            continue
        if isinstance(thing, Redirect):
            waiting += [*thing.parts, *([thing.target] if thing.target else [])]
            continue
        waiting += thing.redirects
        if isinstance(thing, Simple):
            waiting += thing.words


def check_flags(arguments: list[str]) -> None:
    for tool in ("docker", "podman", "nerdctl"):
        words = [literal(tool), literal("run"), *map(literal, arguments)]
        call = invocation(words, tool)
        if call is not None:
            run = read_run(call)
            assert run.refused == any(problem.misread_as is None for problem in run.problems)
            for problem in run.problems:
                assert problem.reason
    holes = [Word(literal(argument).text, ((0, len(argument), VARIABLE),), many=not argument) for argument in arguments]
    call = invocation([literal("docker"), literal("run"), *holes], "docker")
    if call is not None:
        read_run(call)


def check_env_file(text: str) -> None:
    source = Source("a.env", text)
    for line in read_env_file(source.whole()):
        within(source, line.name.span())
        if line.value is not None:
            within(source, line.value.span())
    facts_of("env", "a.env")(text)


def check_bytes(data: bytes) -> None:
    try:
        text, exact, bom = decode(data)
    except ValueError as error:
        assert str(error)
        return
    source = Source("a", text, exact=exact, bom=bom)
    for at in (0, len(text) // 2, len(text)):
        assert not exact or 0 <= source.byte(at) <= len(data)


def check_rule(text: str) -> None:
    try:
        rule = parse(text, "a-rule", "a-rule.md")
    except BadRule as error:
        assert str(error).startswith("a-rule.md:")
        line = int(str(error).split(":")[1])
        assert 1 <= line <= max(text.count("\n") + 1, len(text.splitlines()) + 1), error
    else:
        assert rule.message and rule.sql


_store: list[Store] = []


def check_guard(sql: str) -> None:
    if not _store:
        _store.append(Store(FactCollector(), []))
    try:
        _store[0].ask(sql, seconds=0.5)
    except QueryError as error:
        assert str(error)
    assert isinstance(_store[0].ask("SELECT count(*) FROM container")[1][0][0], int)
    assert not issubclass(QueryError, sqlite3.Error)


CODE = st.tuples(
    st.sampled_from(
        "a.js a.go a.rb a.php a.java a.cs a.exs a.rs a.pl a.ps1 a.lua a.conf a.properties a.tmpl a.yml.erb".split()
    ),
    st.lists(
        st.sampled_from(
            ["process.env.", "ENV['", 'os.Getenv("', "${", "$", "%(ENV_", "{{ .Env.", "DB_PORT_5432_TCP_ADDR",
            "X_ENV_Y", "DB_PORT", "A_NAME", "'] ", '")', "}", " = ", "//", "#", "/*", "*/",
             "<!--", "--[[", '"', "'", "`", "\\", "\n", " ", "|| 'db'", "const {", "} = process.env", "http://", "é",
             "\0"]
        ), max_size=40,
    ).map("".join),
)  # fmt: skip
TARGETS: dict[str, Target] = {
    "scanner": Target(SHELL, timed(check_scanner)),
    "shell": Target(SHELL, timed(facts_of("shell", "a.sh"))),
    "flags": Target(ARGUMENTS, timed(check_flags)),
    "dockerfile": Target(DOCKERFILE, timed(facts_of("dockerfile", "Dockerfile"))),
    "compose": Target(YAML, timed(facts_of("compose", "compose.yaml"))),
    "ci": Target(
        st.tuples(st.sampled_from(CI_NAMES), st.one_of(CI, YAML)), timed(lambda pair: facts_of("ci", pair[0])(pair[1]))
    ),
    "makefile": Target(MAKEFILE, timed(facts_of("makefile", "Makefile"))),
    "ansible": Target(st.one_of(ANSIBLE, YAML), timed(facts_of("ansible", "roles/a/tasks/main.yml"))),
    "cloud-init": Target(st.one_of(CLOUD, YAML), timed(facts_of("cloud-init", "user-data"))),
    "yaml": Target(st.one_of(CLOUD, ANSIBLE), timed(facts_of("yaml", "tasks.yaml"))),
    "ecs": Target(st.one_of(JSON, YAML), timed(facts_of("ecs", "task.json"))),
    "code": Target(CODE, timed(lambda pair: facts_of("code", pair[0])(pair[1]))),
    "package": Target(JSON, timed(facts_of("package", "package.json"))),
    "devcontainer": Target(JSON, timed(facts_of("devcontainer", "devcontainer.json"))),
    "unit": Target(UNIT, timed(facts_of("unit", "units/web.service"))),
    "quadlet": Target(UNIT, timed(facts_of("quadlet", "web.container"))),
    "python": Target(PYTHON, timed(facts_of("python", "a.py"))),
    "jenkinsfile": Target(GROOVY, timed(facts_of("jenkinsfile", "Jenkinsfile"))),
    "kubernetes": Target(YAML, timed(facts_of("kubernetes", "service.yaml"))),
    "env": Target(ENV, timed(check_env_file)),
    "markdown": Target(MARKDOWN, timed(facts_of("markdown", "README.md"))),
    "bytes": Target(
        st.one_of(st.binary(max_size=60), st.text().map(lambda text: text.encode("utf-16"))), timed(check_bytes)
    ),
    "rule": Target(RULE, timed(check_rule)),
    "guard": Target(SQL, timed(check_guard)),
}
for kind in kinds().values():
    parts = st.lists(st.sampled_from(kind.sample.split("\n")), max_size=20).map("\n".join)
    TARGETS.setdefault(kind.name, Target(st.one_of(SHELL, YAML, JSON, parts), timed(facts_of(kind.name, kind.example))))
