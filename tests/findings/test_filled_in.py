"""What a program, a caller or a reader fills in is no part of a refusal; the same words without it are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linklint.findings.result import ScanResult

Report = Callable[..., ScanResult]

FILLED_IN = {  # (file, text, number of containers)
    "EJS": ("run.sh", "docker run --name <%= name %> -p <%= port %>:80 -m <%- mem %> <%= image %>\n", 1),
    "EJS by its suffix": ("run.sh.ejs", "docker run --name <%= name %> --restart <%= r %> <%= image %>\n", 1),
    "statements of EJS": ("run.sh", "docker run <% if (x) { %>--link <%= x %>:db <% } %>--name web img\n", 1),
    "a loop of ERB": ("run.sh", "docker run <% ports.each do |p| %>-p <%= p %> <% end %> img\n", 1),
    "Jinja in quotes": ("run.sh", 'docker run -m "{{ mem }}" --restart="{{ r }}" --name "{{name}}-web" img\n', 1),
    "Jinja without quotes": ("run.sh", "docker run -m {{ mem }} -p {{ port }}:80 {{ image }}\n", 1),
    "cookiecutter": ("run.sh", "docker run --name {{cookiecutter.name}} {{cookiecutter.image}}\n", 1),
    "Go": ("run.sh", "docker run {{range .Ports}}-p {{.}} {{end}}{{with .Link}}--link {{.}}{{end}} {{.Image}}\n", 1),
    "Go in a template": ("run.gotmpl", "#!/bin/sh\ndocker run --name {{.Name}} -m {{.Memory}} {{.Image}}\n", 1),
    "Handlebars in Jenkins": ("Jenkinsfile", 'sh "docker run -m {{mem}} --name {{name}} {{image}}"\n', 1),
    "marks for sed": ("run.sh", "docker run -m @MEM@ --restart %RESTART% -p __PORT__:80 @IMAGE@\n", 1),
    "autoconf": ("run.sh.in", "docker run -m @MEM@ --name @NAME@ @IMAGE@\n", 1),
    "printf": ("run.sh", 'printf "docker run --name %s -p %d:80 -m %sm %s" a 80 1 img | sh\n', 0),
    "xargs": ("run.sh", "ls | xargs -I{} docker run --name {} -p {}:80 -m {} img\n", 1),
    "xargs with a sign": ("run.sh", "ls | xargs -I % docker run --name % -p %:80 img\n", 1),
    "parallel": ("run.sh", "seq 3 | parallel docker run --name c{} -p 80{}:80 -m {2} img\n", 1),
    "Ruby": ("a.rb", 'system(format("docker run --name %<name>s -p %{port} -m %s img", x))\n', 1),
    "Python with %": ("a.py", 'import os\nos.system("docker run --name %(n)s -m %(m)dm %(i)s" % x)\n', 1),
    "Python with format": (
        "a.py",
        'import os\nos.system("docker run --name {} -m {1:>3}m {i}".format(n, m, i=i))\n',
        1,
    ),
    "JavaScript": ("a.js", 'exec("docker run --name " + name + " -m " + mem + " -p " + port + ":80 img");\n', 1),
    "PowerShell, verbatim": ("a.ps1", "docker --% run --name web -m %MEM% -p %PORT%:80 img\n", 1),
    "PowerShell, verbatim behind run": ("a.ps1", "docker run --% -m %MEM% --name %NAME% img\n", 1),
    "batch": ("a.bat", "docker run -v %~dp0:/src -w %~f1 --name %~n1 -p %1:80 -m %2 img\n", 1),
    "a slice in batch": ("a.bat", "docker run -p %PORT:~0,4%:80 -m !mem! img\n", 1),
    "the variable of a loop of batch": ("a.bat", "  docker run --name %%i -p %%~ni:80 -m %%j img\n", 1),
    "a placeholder in a script": ("run.sh", "docker run --dns <dns_ip> -p 5000:5000 <username>/registry:2\n", 1),
    "placeholders with blanks": ("README.md", "```sh\ndocker run --name [default name] -m {memory size} img\n```\n", 1),
    "make, given by the caller": ("Makefile", 'ifndef REPO\n\tREPO :=\nendif\nup:\n\tdocker run "$(REPO)"\n', 1),
    "make, an empty option": ("Makefile", "OPTS ?=\nup:\n\tdocker run -m $(MEM) $(OPTS) img\n", 1),
    "arguments of a function": ("run.sh", 'run() { docker run "${OPTS[@]}" --name "$1" -m "$2" "${@:3}"; }\n', 1),
    "Ansible without a shell": (
        "site.yml",
        "- hosts: a\n  tasks:\n    - command:\n        cmd: |\n"
        "          docker run --name web\n          -m 1g\n          img\n",
        1,
    ),
    "Ansible, folded with backslashes": (
        "site.yml",
        "- hosts: a\n  tasks:\n    - command: >\n        docker run -d --name web \\\n        -m 1g \\\n        img\n",
        1,
    ),
    "Compose with Jinja in quotes": (
        "app.yaml",
        "services:\n  a:\n    image: '{{ IMAGE }}'\n    container_name: '{{ NAME }}'\n    ports: ['{{ PORT }}:80']\n"
        "    mem_limit: '{{ mem }}'\n    restart: '<%= policy %>'\n",
        1,
    ),
    "Compose with marks": (
        "docker-compose.yml.in",
        "services:\n  a:\n    image: x\n    container_name: '@NAME@-web'\n    ports: ['__PORT__:80']\n",
        1,
    ),
    "arguments in lines, of Jenkins": (
        "Jenkinsfile",
        "pipeline {\n  agent {\n    docker {\n      image 'python:3'\n      args '''\n        -u root\n        -w /w\n"
        "      '''\n    }\n  }\n}\n",
        1,
    ),
    "a document in YAML": (
        "data.yaml",
        "long: |\n  You write `docker run -d`.\n\n  ```console\n  $ docker run -it\n  docker run -d\n  ```\n",
        0,
    ),
    "two ways to start one image": (
        "README.md",
        "```console\n$ docker run --publish 80:80 --name web nginx\n\n$ docker run -p 80:80 --name web nginx\n```\n",
        2,
    ),
    "a network with the name of a parameter": (
        "a.py",
        "import docker\nclass A(T):\n    name: str = Parameter()\n    def run(self):\n        c = docker.from_env()\n"
        "        c.networks.create(self.name)\n        self.again()\n        c.networks.create(self.name)\n",
        0,
    ),
    "angle brackets in Compose": (
        "compose.yaml",
        "services:\n  a:\n    image: <<image>>\n    container_name: <<the name>>\n    ports: ['<<80>>:80']\n"
        "    extra_hosts: ['db:10.0.X.X']\n  b:\n    image: b\n    container_name: <your name>\n",
        2,
    ),
    "angle brackets in a unit": (
        "web.service",
        "[Service]\nExecStart=/usr/bin/docker run -v <path/to/wiki>:/wiki --name <name> img\n",
        1,
    ),
    "one letter for the reader": ("README.md", "```sh\ndocker run --name web<n> -m <m> img\n```\n", 1),
    "capitals for the reader": ("run.tex", "\\begin{verbatim}\nsudo docker run -p :80:80 USER/REPO:TAG\n", 1),
    "a heredoc that goes on": (
        "run.sh",
        "cat <<E > up.sh\n#!/bin/sh\ndocker run --name web \\\\\n-v a:/a \\\\\nE\n"
        "for p in 1 2; do cat <<E >> up.sh\n-p $p:$p \\\\\nE\ndone\ncat <<E >> up.sh\nimg\nE\n",
        0,
    ),
    "a unit with quotes": (
        "web.service",
        '[Service]\nExecStart=/usr/bin/docker run --name "$WEB" -m \'$MEM\' -p "$PORT" "$image"\n',
        1,
    ),
    "a script that goes on": (
        "run.sh",
        "set -e\ndocker run -d --name db pg\ndocker rm -f db\nset +e\ndocker stop db\ndocker exec db a\nset -e\n",
        1,
    ),
    "several terminals": (
        "README.md",
        "```sh\ndocker run -it --rm --name zk zk\ndocker run -it --rm --name cli --link zk kafka\n"
        "docker run -it --rm --name cli --link zk kafka\ndocker exec zk ls\n```\n",
        3,
    ),
    "Rancher": (
        "docker-compose.yml",
        "a:\n  image: a\n  labels: {io.rancher.container.pull_image: always}\n  links: ['b:']\nb:\n  image: b\n",
        2,
    ),
    "Swarm as it was": (
        "docker-compose.yml",
        "services:\n  a:\n    image: a\n    ports: ['80:80']\n    environment: ['constraint:node==a']\n"
        "  b:\n    image: b\n    ports: ['80:80']\n    environment: {'affinity:image': b}\n",
        2,
    ),
    "an address for the reader": (
        "run.sh",
        "docker create --add-host=desk:x.x.x.x --dns xxx.xxx.xxx.xxx -p 192.168.0.x:80:80 img\n",
        1,
    ),
    "what the caller may leave out": (
        "run.sh",
        'IMAGE="${1:-}"\n[ -n "$IMAGE" ] || exit 1\ndocker run --name "${2:-}" -m "${MEM:-}" "$IMAGE" -e x\n'
        'docker run --name "${2:-}/" -m "${MEM:-}m" -p ${PORT-}:80 "${HUB-}/$IMAGE"\n',
        2,
    ),
    "a test of a validator": (
        "tests/test_commands.py",
        "def test_flag():\n    assert not validate_docker_run_command('docker run --PRIVILEGED img')[0]\n",
        0,
    ),
    "a test of a parser, a list": (
        "tests/test_commands.py",
        "def test_name():\n    assert parse_command(['docker', 'run', '--name', 'my app', 'img']).name == 'my app'\n",
        1,
    ),
    "a test of a parser in Go": ("run/parse_test.go", "got := parseRun(\"docker run -m huge --name 'a b' img\")\n", 1),
    "a table of a test in Go": ("run/parse_test.go", '{"size", "docker run -m huge img", false},\n', 1),
    "a test in JavaScript": ("src/run.test.ts", "const words = split(`docker run --name 'my app' img`);\n", 1),
    "a test in Java": (
        "src/test/java/RunTest.java",
        'List<String> args = parse(List.of("docker", "run", "-m", "huge", "img"));\n',
        1,
    ),
}
AS_WRITTEN = {  # (file, text, rule)
    "a size": ("run.sh", "docker run -m huge img\n", "refused-command"),
    "a port": ("run.sh", "docker run -p http:80 img\n", "invalid-port"),
    "a value beside a placeholder": ("run.sh", 'docker run --name "{{ name }}" -m huge img\n', "refused-command"),
    "a name behind a statement": ("run.sh", "docker run <% if (x) { %>-d<% } %> --name /a/b img\n", "invalid-name"),
    "no image": ("run.sh", "docker run -d --name web\n", "refused-command"),
    "a redirection": ("run.sh", "docker run -d --name web <in >out\n", "refused-command"),
    "Ansible with a shell": (
        "site.yml",
        "- hosts: a\n  tasks:\n    - shell: |\n        docker run -d --name web\n        img\n",
        "refused-command",
    ),
    "make with a value": ("Makefile", "MEM = huge\nup:\n\tdocker run -m $(MEM) img\n", "refused-command"),
    "a script in YAML": ("data.yaml", "long: |\n  set -e\n  docker run -d\n", "refused-command"),
    "another image in a document": (
        "README.md", "```sh\ndocker run -d --name db mysql\ndocker run -d --name db redis\n```\n", "duplicate-name"
    ),
    "the same image in a script": (
        "run.sh", "docker run -d --name db mysql\ndocker run -d --name db mysql\n", "duplicate-name"
    ),
    "a network with a known name": (
        "a.py",
        "import docker\nc = docker.from_env()\nc.networks.create('app')\nc.networks.create('app')\n",
        "duplicate-network",
    ),
    "an element of HTML": ("run.sh", "docker run --name '<script>alert(1)</script>' img\n", "invalid-name"),
    "a tag of HTML": ("compose.yaml", "services:\n  a:\n    image: x\n    container_name: <b>a</b>\n", "invalid-name"),
    "a heredoc that ends": ("run.sh", "cat <<E > up.sh\n#!/bin/sh\ndocker run -d\nE\n", "refused-command"),
    "a line of a text": ("run.tex", "\\begin{verbatim}\nsudo docker run --name a/b img\n", "invalid-name"),
    "a unit with a part of a word": (
        "web.service", "[Service]\nExecStart=/usr/bin/docker run --name \"$WEB-1\" img\n", "invalid-name"
    ),
    "a script that stops": (
        "run.sh",
        "set +e\nset -eu\ndocker run -d --name db pg\ndocker rm -f db\ndocker stop db\n",
        "missing-container",
    ),
    "a terminal of a script": (
        "run.sh",
        "docker run -it --rm --name zk zk\ndocker run -it --rm --name cli --link zk kafka\n",
        "link-before-source",
    ),
    "a colon without Rancher": (
        "docker-compose.yml", "a:\n  image: a\n  links: ['b:']\nb:\n  image: b\n", "empty-link-alias"
    ),
    "an address that is none": ("run.sh", "docker run --add-host desk:x.y.x.y img\n", "refused-command"),
    "an image that is empty": ("run.sh", 'IMAGE=""\ndocker run "$IMAGE" -e x\n', "refused-command"),
    "a test that runs it": (
        "tests/test_web.py",
        "import subprocess\ndef test_up():\n    subprocess.check_call(['docker', 'run', '-m', 'huge', 'img'])\n",
        "refused-command",
    ),
    "a test with a helper that runs it": (
        "tests/test_web.py", "def test_up():\n    _run_cmd('docker run -m huge img')\n", "refused-command"
    ),
    "a test in Go that runs it": (
        "e2e/web_test.go",
        'out, err := exec.Command(\n\t"docker", "run", "-m", "huge", "img").Output()\n',
        "refused-command",
    ),
    "a test in Go that runs it in a shell": (
        "e2e/web_test.go", 'exec.Command("sh", "-c", "docker run -m huge img").Run()\n', "refused-command"
    ),
    "a test in JavaScript that runs it": (
        "test/web.js", "before(() => { execSync('docker run -m huge img'); });\n", "refused-command"
    ),
    "a test in Ruby that runs it": ("spec/web_spec.rb", "out = `docker run -m huge img`\n", "refused-command"),
    "a test in Ruby that calls system": ("spec/web_spec.rb", "system 'docker run -m huge img'\n", "refused-command"),
    "PowerShell": ("a.ps1", "docker run --% -m huge img\n", "refused-command"),
    "batch": ("a.bat", "docker run -v %~dp0:/src -m huge img\n", "refused-command"),
    "Compose, beside a template": (
        "compose.yaml",
        "services:\n  a:\n    image: x\n    container_name: '{{ NAME }}'\n    ports: ['http:80']\n",
        "invalid-port",
    ),
    "Compose, a name": ("compose.yaml", "services:\n  a:\n    image: x\n    container_name: a/b\n", "invalid-name"),
    "arguments in lines, of Jenkins": (
        "Jenkinsfile",
        "node {\n  docker.image('x').inside('''\n    -m huge\n    -u root''') {\n    sh 'ls'\n  }\n}\n",
        "refused-command",
    ),
    "an address with its interface": ("run.sh", "docker run --dns fe80::1%eth0 img\n", "refused-command"),
}  # fmt: skip
START = "services:\n"
BASE = "services:\n  a:\n    image: x\n    ports: ['81:80']\n  b:\n    image: y\n    ports: ['81:80']\n"
EXTENDS = "services:\n  web:\n    extends: {file: common.yml, service: a}\n"


def errors(result: ScanResult) -> list[str]:
    return [f.rule for f in result.findings if f.severity == "error" and f.confidence != "possible"]


@pytest.mark.parametrize("name", FILLED_IN)
def test_what_is_filled_in_is_not_refused(report: Report, ask: Callable[..., list[tuple[int]]], name: str) -> None:
    path, text, containers = FILLED_IN[name]
    assert errors(report({path: text})) == []
    assert ask({path: text}, "SELECT count(*) FROM container") == [(containers,)]


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_what_is_written_is_refused(report: Report, name: str) -> None:
    path, text, rule = AS_WRITTEN[name]
    assert errors(report({path: text})) == [rule]


def test_a_compose_file_that_others_extend_is_seldom_run_itself(report: Report) -> None:
    assert errors(report({"common.yml": BASE})) == ["duplicate-host-port"]
    assert errors(report({"common.yml": BASE, "one.yml": EXTENDS})) == []
    both = EXTENDS + "  own:\n    image: z\n    ports: ['81:1']\n"
    assert errors(report({"common.yml": BASE, "one.yml": both})) == ["duplicate-host-port"]


@pytest.mark.parametrize(
    ("what", "rule"), [("ports: ['81:80']", "duplicate-host-port"), ("container_name: web", "duplicate-name")]
)
def test_a_file_that_is_perhaps_an_override_may_run_without_the_base(report: Report, what: str, rule: str) -> None:
    service = "  {0}:\n    image: {0}\n    " + what + "\n"
    a, b, c = service.format("a"), service.format("b") + "    depends_on: [a]\n", service.format("c")
    assert errors(report({"1/compose.yml": START + a, "1/compose-app.yml": START + b})) == []
    assert errors(report({"1/compose.yml": START + a + c})) == [rule]
    assert errors(report({"1/compose.yml": START + a, "1/compose.override.yml": START + b})) == [rule]


@pytest.mark.parametrize(
    ("path", "is_data"),
    [
        ("tests/data/a.sh", True),
        ("app/src/test/resources/x/compose.yml", True),
        ("pkg/testdata/a.sh", True),
        ("__fixtures__/a.sh", True),
        ("test/unit/fixtures/a.sh", True),
        ("tests/integration/data/a.sh", True),
        ("tests/a.sh", False),
        ("tests/integration/compose.yml", False),
        ("data/a.sh", False),
        ("src/main/resources/a.sh", False),
        ("contest/data/a.sh", False),
        ("test/fixtures.sh", False),
    ],
)
def test_data_of_tests_may_be_wrong_on_purpose(report: Report, path: str, is_data: bool) -> None:
    command = "docker run --name a/b -m huge -p http:80 img\n"
    text = command if path.endswith(".sh") else BASE.replace("'81:80'", "'http:80'")
    result = report({path: text})
    assert bool(errors(result)) is not is_data
    assert bool(result.possible) is is_data


def test_data_of_tests_is_as_strict_about_links(report: Report) -> None:
    text = "docker run -d --name db img\ndocker run --link db web\n"
    assert [finding.rule for finding in report({"testdata/a.sh": text}).findings] == ["legacy-link"]


def test_files_of_one_compose_project_share_their_containers(report: Report) -> None:
    service = "services:\n  db:\n    image: {}\n"
    up = "docker compose -f {0}a.yml up -d\ndocker compose -f {1}b.yml up -d\ndocker compose -f {1}b.yml exec db ls\n"
    files = {"x/a.yml": service.format("a"), "x/b.yml": service.format("b"), "y/b.yml": service.format("b")}
    assert errors(report({**files, "up.sh": up.format("x/", "x/")})) == []
    named = {path: text + "    container_name: db\n" for path, text in files.items()}
    assert errors(report({**named, "up.sh": up.format("x/", "x/")})) == []
    assert errors(report({**named, "up.sh": up.format("x/", "y/")})) == ["duplicate-name"]


def test_a_compose_file_that_needs_another_is_a_part(report: Report) -> None:
    web = "services:\n  web:\n    image: web\n    links: [db]\n"
    db = "services:\n  db:\n    image: db\n"
    assert errors(report({"1/web.yml": web, "1/db.yml": db})) == []
    assert errors(report({"2/web.yml": web, "3/db.yml": db})) == ["unknown-link-target"]
    assert errors(report({"4/web.yml": web, "4/db.yml": db.replace("db:", "sql:")})) == ["unknown-link-target"] * 2


ONE = "docker run -d --name redis redis\n"
OTHER = ONE.replace("redis\n", "valkey\n")
README = "```sh\n# {}\n" + ONE + "{}# {}\n" + OTHER + "```\n"


@pytest.mark.parametrize(
    ("block", "duplicates"),
    [
        (README.format("Just try it", "\n", "Keep the data"), 0),
        (README.format("Just try it", "docker ps\n\n", "Keep the data"), 0),
        (README.format("Just try it", "", "Keep the data"), 1),  # no paragraph of its own
        (README.format("Just try it", "\n", "docker stop redis"), 1),  # a command in a comment heads nothing
        ("```sh\n" + ONE + "\n" + OTHER + "```\n", 1),
        ("```sh\n# a\n" + ONE + "\n# b\n" + OTHER + ONE + "```\n", 1),
        ("```sh\n# a\n" + ONE + "\n# b\n" + OTHER + "\n# c\n" + ONE + "```\n", 0),
    ],
)
def test_paragraphs_under_comments_that_create_one_container_are_alternatives(
    report: Report, block: str, duplicates: int
) -> None:
    assert errors(report({"README.md": block})) == ["duplicate-name"] * duplicates


def test_what_a_later_paragraph_does_not_create_again_stays_known(report: Report) -> None:
    two = "```sh\n# a database\n" + ONE + "\n# and the site\ndocker run -d --name web --link redis img\n```\n"
    assert errors(report({"README.md": two})) == []


def test_systemd_does_not_run_a_command_with_an_open_quote(report: Report) -> None:
    start = "[Service]\nExecStart=/usr/bin/docker run {} --name web --link nowhere img\n"
    found = report({"a.service": start.format('-e A="b')}).findings
    assert [finding.rule for finding in found] == ["unread", "unfollowed-link"]
    found = report({"a.service": start.format('-e "A=b"')}).findings
    assert [finding.rule for finding in found if finding.confidence != "possible"] == ["legacy-link"]


@pytest.mark.parametrize(
    ("script", "reads"),
    [
        ("env | grep ^DB.*_PORT_80_TCP_ADDR | sed 's/^DB.*_PORT_80_TCP_ADDR=//'", 1),
        ("env | grep ^DB.*_PORT_80_TCP_ADDR | head -1 | sed 's|^DB.*_PORT_80_TCP_ADDR=||'", 1),
        ("env | sed -n 's/^DB.*_PORT_80_TCP_ADDR=//p'", 1),
        ("echo no _PORT_80_TCP; env | sed -n 's/^DB.*_PORT_80_TCP_ADDR=//p'", 1),
        ("env | grep ^DB.*_PORT_80_TCP_ADDR\nenv | grep ^DB.*_PORT_80_TCP_ADDR", 2),
    ],
)
def test_a_search_whose_result_is_cut_is_one_read(report: Report, script: str, reads: int) -> None:
    assert errors(report({"a.sh": f"#!/bin/bash\n{script}\n"})) == ["link-env-address"] * reads
