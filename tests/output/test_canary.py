"""A secret, wherever it is written, appears in no output: the canary of each case is a text of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from editor import Editor
from outputs import OUTPUTS, formats_of_commands
from play import Session
from program import linklint

RUN = "docker run -d --name {n} -p 80:80 "

# A file name, and its text; § is the canary, ¤ one of letters only.
CASES: dict[str, tuple[str, str]] = {
    "-e": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD=§ x"),
    "-e in quotes": ("run.sh", "docker run -p 80:80 -e 'DB_PASSWORD=§' x"),
    "-e in parts": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD=\"§\" --env=API_TOKEN='§' x"),
    "-e glued": ("run.sh", "docker run -p 80:80 -eDB_PASSWORD=§ x"),
    "-e with one dash more": ("run.sh", "docker run -p 80:80 -env=DB_PASSWORD=§ x"),
    "-e and a blank": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD §"),
    "-e and a colon": ("run.sh", 'docker run -p 80:80 -e "DB_PASSWORD: §" x'),
    "-p with a variable": ("run.sh", 'docker run -p "80:80 X_PASSWORD=§" x'),
    "a name with a variable": ("run.sh", 'docker run -p 80:80 --name "x DB_PASSWORD=§" x'),
    "a name that is the secret": ("run.sh", "docker run -p 80:80 --name § -e DB_PASSWORD=§ x\ndocker rm §"),
    "the end of a heredoc": ("run.sh", "export DB_PASSWORD=§\ndocker run -p 80:80 -e DB_PASSWORD=§ x\ncat <<§\n"),
    "a variable of the shell": ("run.sh", "DB_PASSWORD=§\ndocker run -p 80:80 -e DB_PASSWORD=$DB_PASSWORD x"),
    "exported": ("run.sh", "export MYSQL_ROOT_PASSWORD='§'\ndocker run -p 80:80 x"),
    "before a command": ("run.sh", "PGPASSWORD=§ psql -h db; SSHPASS=§ sshpass -e ssh x; docker run -p 80:80 x"),
    "a token as the user": ("run.sh",
    "docker run -p 80:80 -e REPO=https://§x0123456789abcdefgh:x-oauth-basic@github.com x"),
    "a token as the only user": ("run.sh", "docker run -p 80:80 -e REPO=https://§x0123456789abcdefgh@github.com/a x"),
    "the user of a secret URL": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD=http://§:x@h x"),
    "a URL": ("run.sh", "docker run -p 80:80 -e URL=postgres://app:§@db:5432/app x"),
    "two URLs": ("run.sh", "docker run -p 80:80 -e URL=amqp://u:§@h1,amqp://u:§2@h2 x"),
    "two URLs with ;": ("run.sh", "docker run -p 80:80 -e 'URL=sentinel://:§@h;sentinel://:§3@h' x"),
    "text before a URL": ("run.sh", "docker run -p 80:80 -e API_SECRET=§,http://u:§4@h x"),
    "a parameter of a URL": ("run.sh", "docker run -p 80:80 -e 'URL=https://h/a?user=u&password=§&x=1' x"),
    "a password with @": ("run.sh", "docker run -p 80:80 -e URL=redis://:p@§@h:6379 x"),
    "a connection string": ("run.sh", "docker run -p 80:80 -e 'CONN=Server=db;User=sa;Password=§;Timeout=3' x"),
    "a connection string with Pwd": ("run.sh", "docker run -p 80:80 -e 'CONN=Server=db;Uid=sa;Pwd=§;' x"),
    "JSON": ("run.sh", """docker run -p 80:80 -e 'CFG={"user": "u", "db_password": "§", "a": 1}' x"""),
    "JSON with escapes": ("run.sh", 'docker run -p 80:80 -e "CFG={\\"db_password\\": \\"§\\"}" x'),
    "JSON without blanks": ("run.sh", """docker run -p 80:80 -e 'CFG={"password":"§"}' x"""),
    "a harmless name": ("run.sh",
    "docker run -p 80:80 -e DB_PASSWORD=§ -e GREETING=hello§world --add-host §:1.2.3.4 x"),
    "a copy in a word": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD=§ x; mongo -p§; curl http://h/§x"),
    "letters": ("run.sh", "docker run -p 80:80 -e DB_PASSWORD=correcthorsebattery¤ x; echo correcthorsebattery¤"),
    "a default": ("run.sh", "docker run -p 80:80 -e X=${DB_ENV_MYSQL_PASSWORD:-§} x"),
    "a message of a default": ("run.sh", "docker run -p 80:80 -e X=${DB_ENV_MYSQL_PASSWORD:?§} -e Y=${PW:-§} x"),
    "assigned by default": ("run.sh", ": ${DB_PASSWORD:=§}\ndocker run -p 80:80 -e X=${PASSWORD=§} x"),
    "docker login": ("run.sh", "docker login -u u -p § h; docker run -p 80:80 x"),
    "docker login glued": ("run.sh", "docker login -u u -p§ h; docker run -p 80:80 x"),
    "docker login --password": ("run.sh", "docker login --username u --password § h; docker run -p 80:80 x"),
    "docker login --password=": ("run.sh", "docker login --password='§' h; docker run -p 80:80 x"),
    "docker login on lines": ("run.sh", "docker login \\\n  -u u \\\n  -p § \\\n  h\ndocker run -p 80:80 x"),
    "docker login and a pipe": ("run.sh", "echo § | docker login --password-stdin h; docker run -p 80:80 x"),
    "docker login and a quoted pipe": ("run.sh",
    'echo "§" | docker login -u u --password-stdin h; docker run -p 80:80 x'),
    "docker login and a string": ("run.sh", "docker login --password-stdin <<< §; docker run -p 80:80 x"),
    "docker login and a heredoc": ("run.sh", "docker login --password-stdin <<E\n§\nE\ndocker run -p 80:80 x"),
    "docker login, far": ("run.sh", "docker login -u u " + "--x y " * 60 + "-p § h; docker run -p 80:80 x"),
    "two words": ("run.sh", "docker login -u u -p 'two § words' h; docker run -p 80:80 x"),
    "options of clients": ("run.sh",
    "wget --http-password=§ h; app --password §; app --api-key §; docker run -p 80:80 x"),
    "redis-cli": ("run.sh", "redis-cli -h h -a § ping; docker run -p 80:80 redis redis-server --requirepass §"),
    "mysql": ("run.sh", "mysql -uroot -p§ db; mysqldump --password=§ db; docker run -p 80:80 x"),
    "mongo": ("run.sh", "mongosh -u u -p § db; docker run -p 80:80 x"),
    "curl": ("run.sh", "curl -u user:§ https://h; curl --user 'u:§' h; docker run -p 80:80 x"),
    "a header": ("run.sh", "curl -H 'Authorization: Bearer §' h; docker run -p 80:80 x"),
    "another header": ("run.sh", 'curl -H "Authorization: token §" -H "X-Api-Key: §" h; docker run -p 80:80 x'),
    "Bearer": ("run.sh", "curl -H 'Bearer §' h; docker run -p 80:80 x"),
    "sshpass": ("run.sh", "sshpass -p § ssh h; sshpass -p§ ssh h; docker run -p 80:80 x"),
    "SQL": ("run.sh", "echo \"CREATE USER u IDENTIFIED BY '§'\" | mysql; docker run -p 80:80 x"),
    "a long line": ("run.sh", "docker run -p 80:80 -l " + "x" * 25000 + " -e DB_PASSWORD=§ x"),
    "a long line before": ("run.sh", "docker login -p §; docker run " + "-l x " * 6000 + " -p 80:80 x"),
    "a program that is minified": ("app.js",
    "var a=1;" * 4000 + 'x(process.env.DB_PORT_5432_TCP_ADDR,process.env.DB_ENV_PASSWORD||"§");' + "b()" * 9000),
    "Python": ("app.py", 'import os\nx = os.environ.get("DB_ENV_MYSQL_PASSWORD", "§")\n'),
    "Python, another name": ("app.py", 'import os\nx = os.getenv("DB_PORT"), os.environ.get("X_PASSWORD", "§")\n'),
    "Python, or": ("app.py", 'import os\nx = os.environ["DB_PORT"], os.getenv("X_PASSWORD") or "§"\n'),
    "Python, the SDK": ("app.py",
    'import docker\ndocker.from_env().containers.run("x", environment={"DB_PASSWORD": "§"}, ports={"80/tcp": 80})\n'),
    "JavaScript": ("app.js", 'x = process.env.DB_PORT_5432_TCP_ADDR; y = process.env.DB_ENV_PASSWORD || "§"\n'),
    "Ruby": ("app.rb", 'x = ENV["DB_PORT_5432_TCP_ADDR"]; y = ENV.fetch("DB_ENV_PASSWORD", "§"); z = '
        'ENV["A_TOKEN"] || "§"\n'),
    "PHP": ("app.php", "<?php $x = getenv('DB_PORT_5432_TCP_ADDR'); $y = getenv('DB_ENV_PASSWORD') ?: '§';\n"),
    "Java": ("App.java", 'class A { String x = System.getenv("DB_PORT_5432_TCP_ADDR"), y = '
        'System.getenv().getOrDefault("DB_PASSWORD", "§"); }\n'),
    "Dockerfile": ("Dockerfile", "FROM x\nENV DB_PASSWORD=§\nENV API_TOKEN §\nEXPOSE 80\n"),
    "Dockerfile, ARG": ("Dockerfile",
    "FROM x\nARG DB_PASSWORD=§\nENV A=$DB_PASSWORD B_PASSWORD=$DB_PASSWORD\nLABEL a=§\n"),
    "Dockerfile, RUN": ("Dockerfile", "FROM x\nENV A_PASSWORD=x\nRUN mysql -p§ && docker run -p 80:80 x\n"),
    "Compose": ("compose.yaml",
    "services:\n  web:\n    image: x\n    ports: ['80:80']\n    environment:\n      DB_PASSWORD: §\n      "
    "TOKEN_URL: http://u:§@h\n"),
    "Compose, list": ("compose.yaml",
    "services:\n  web:\n    image: x\n    ports: ['80:80']\n    environment: ['DB_PASSWORD=§', \"A_SECRET=§\"]\n"),
    "Compose, default": ("compose.yaml",
    "services:\n  web:\n    image: x\n    ports: ['80:80']\n    environment:\n      DB_PASSWORD: "
    "${DB_PASSWORD:-§}\n      A: ${A_TOKEN:?§}\n"),
    "Compose, command": ("compose.yaml",
    "services:\n  web:\n    image: x\n    ports: ['80:80']\n    command: [\"--password\", \"§\"]\n    environment: "
    "{DB_PASSWORD: a}\n"),
    "Compose, command on lines": ("compose.yaml",
    "services:\n  web:\n    image: x\n    ports: ['80:80']\n    environment: {DB_PASSWORD: a}\n    command:\n      "
    "- --password\n      - §\n      - --requirepass=§\n"),
    "Compose, links": ("compose.yaml",
    "web:\n  image: x\n  links: [db]\n  environment: [DB_PASSWORD=§]\ndb:\n  image: y\n  environment: "
    "[ROOT_PASSWORD=§]\n"),
    "env file": ("db.env", "DB_PASSWORD=§\nexport A_TOKEN='§'\nURL=amqp://u:§@h\n"),
    "env file of a container": ("run.sh", "docker run -p 80:80 --env-file app.env --link db x"),
    "Markdown": ("README.md", "```sh\ndocker run -p 80:80 -e DB_PASSWORD=§ x\n```\n`docker run -e A_TOKEN=§ y`\n"),
    "Makefile": ("Makefile", "DB_PASSWORD = §\nrun:\n\tdocker run -p 80:80 -e DB_PASSWORD=$(DB_PASSWORD) x\n"),
    "Ansible": ("play.yml", "- hosts: a\n  tasks:\n    - docker_container:\n        name: web\n        image: x\n  "
        "      published_ports: ['80:80']\n        env:\n          DB_PASSWORD: §\n"),
    "ECS": ("task.json", '{"family": "a", "containerDefinitions": [{"name": "w", "image": "x", "links": ["db"], '
        '"environment": [{"name": "DB_PASSWORD", "value": "§"}]}]}'),
    "Kubernetes beside a command": ("run.yml", "x: docker run -p 80:80 x\nenv:\n  - name: DB_PASSWORD\n    value: §\n"),
    "unit": ("web.service", "[Service]\nEnvironment=DB_PASSWORD=§\nExecStart=/usr/bin/docker run -p 80:80 -e "
        "DB_PASSWORD=§ x\n"),
    "Quadlet": ("web.container", "[Container]\nImage=x\nPublishPort=80:80\nEnvironment=DB_PASSWORD=§\n"),
    "GitHub Actions": (".github/workflows/a.yml",
    "on: push\njobs:\n  a:\n    runs-on: u\n    services:\n      db:\n        image: x\n        ports: ['80:80']\n "
    "       env:\n          DB_PASSWORD: §\n    steps:\n      - run: docker run -p 81:80 -e A_TOKEN=§ x\n"),
    "Jenkinsfile": ("Jenkinsfile", "node { sh 'docker run -p 80:80 -e DB_PASSWORD=§ x' }\n"),
    "cloud-init": ("user-data", "#cloud-config\nruncmd:\n  - docker run -p 80:80 -e DB_PASSWORD=§ x\n"),
    "package.json": ("package.json", '{"scripts": {"a": "docker run -p 80:80 -e DB_PASSWORD=§ x"}}'),
    "devcontainer": ("devcontainer.json",
    '{"image": "x", "runArgs": ["-p", "80:80", "-e", "DB_PASSWORD=§"], "containerEnv": {"A_TOKEN": "§"}}'),
    "settings": ("etc/default/docker", "DOCKER_OPTS='--icc=false'\nCONSUL=consul://u:§@h\nDB_PASSWORD=§\n"),
    "a broken file": ("compose.yaml", "services:\n  web:\n    environment:\n      DB_PASSWORD: '§\n"),
    "a private key": ("run.sh",
    "K='-----BEGIN RSA PRIVATE KEY-----\n§\n-----END RSA PRIVATE KEY-----'\ndocker run -p 80:80 -e KEY=\"$K\" x"),
    "a suppression comment": ("run.sh", "# linklint: ignore[nothing] DB_PASSWORD=§\ndocker run -p 80:80 x"),
    "more URLs": ("run.sh", "git clone https://§@github.com/a; curl https://§:@h; docker run -p 80:80 -e "
        "A=https://§@h x"),
    "printf": ("run.sh", "printf '%s' '§' | docker login --password-stdin; docker login --password-stdin < <(echo "
        "§); docker run -p 80:80 x"),
    "secrets of a swarm": ("run.sh", "echo § | docker secret create db -; docker run -p 80:80 x"),
    "an ANSI string": ("run.sh", "export DB_PASSWORD=$'§'; A_TOKEN=$\"§\"; docker run -p 80:80 x"),
    "pwd": ("run.sh", "mongosh --eval 'db.createUser({user: \"u\", pwd: \"§\"})'; docker run -p 80:80 x"),
    "Oracle": ("run.sh", "docker run -p 80:80 -e URL=jdbc:oracle:thin:app/§@h:1521 x"),
    "literals of kubectl": ("run.sh",
    "kubectl create secret generic a --from-literal=password=§; docker run -p 80:80 x"),
    "httpie": ("run.sh", "http --auth u:§ h; oc login --token=§; docker run -p 80:80 x"),
    "two blanks in quotes": ("run.sh",
    "docker run -p 80:80 -e 'DB_PASSWORD=one § two' x; echo 'A_SECRET: \"one § two\"'"),
    "Python, keywords": ("app.py",
    'import docker\ndocker.from_env().containers.run("x", environment=dict(DB_PASSWORD="§"), ports={80: 80})\n'),
    "Python, a list": ("app.py",
    'import subprocess\nsubprocess.run(["docker", "run", "-p", "80:80", "-e", "DB_PASSWORD=§", "x"])\n'),
    "Compose, a header": ("compose.yaml",
    'services:\n  web:\n    image: x\n    ports: ["80:80"]\n    environment: {H: "Authorization: Basic §"}\n'),
    "the default of another name": ("compose.yaml",
    "services:\n  a:\n    image: x\n    ports: ['80:80']\n   b\n      A_TOKEN: ${B:-§}\n"),
    "ssh": ("run.sh", "DOCKER_HOST=ssh://u:§@h docker run -p 80:80 x"),
}  # fmt: skip


def canary(number: int) -> str:
    return f"cAn4ry{number:03}Zq"


def letters(number: int) -> str:
    return "canary" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03}")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("canary")
    for number, (name, text) in enumerate(CASES.values()):
        path = root / f"c{number:03}" / name
        path.parent.mkdir(parents=True)
        path.write_text(text.replace("§", canary(number)).replace("¤", letters(number)))
    (root / f"c{number:03}" / "app.env").write_text("")
    written = list(CASES).index("env file of a container")
    (root / f"c{written:03}" / "app.env").write_text(f"DB_PASSWORD={canary(written)}\n")
    (root / "run.sh").write_text(
        f"docker run -d --name db -e ROOT_PASSWORD={canary(900)} y\ndocker run --name web --link db -p 80:80 x\n"
    )
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def shown(text: str) -> list[str]:
    """Return the cases whose canary is in a text."""
    names = [*CASES, *[""] * (900 - len(CASES)), "the tree"]
    return [names[number] for number in range(901) if canary(number) in text or letters(number) in text]


def readable(path: Path) -> bytes:
    """Return the bytes of a file; what Parquet compresses as JSON."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    import pyarrow.parquet

    return json.dumps(pyarrow.parquet.read_table(path).to_pylist(), ensure_ascii=False).encode()


FAST = ("audit", "diff", "query env json")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FAST else [pytest.mark.slow]) for name in OUTPUTS]
)
def test_no_canary_in_any_output(tree: Path, tmp_path: Path, name: str) -> None:
    arguments = [word.format(out=tmp_path) if "{out}" in word else word for word in OUTPUTS[name]]
    stdin = (tree / "run.sh").read_bytes() if "stdin" in name else None
    done = linklint(*arguments, cwd=tree, stdin=stdin)
    assert (
        done.returncode in (0, 1)
        or name in ("an error", "a wrong query")
        or name.startswith("migrate")
        and done.returncode == 3
    )
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = b"".join(readable(path) for path in files)
    assert shown(done.stdout + done.stderr + written.decode("utf-8", "replace")) == []


def test_the_canaries_are_there(tree: Path) -> None:
    """With --show-secrets they appear: the cases are read at all."""
    done = linklint("scan", "--audit", "--show-secrets", cwd=tree)
    seen = shown(done.stdout)
    assert len(seen) > 0.6 * len(CASES), sorted(set(CASES) - set(seen))


def test_the_configuration_cannot_show_a_secret(tree: Path, tmp_path: Path) -> None:
    config = tree / ".linklint.toml"
    config.write_text('secret-names = ["!*", "GREETING"]\n')
    try:
        for arguments in (
            ["scan", "--audit"],
            ["query", "select * from envs"],
            ["scan", "--audit", "--format", "json"],
        ):
            done = linklint(*arguments, cwd=tree)
            assert done.returncode in (0, 1) and shown(done.stdout + done.stderr) == []
        assert "secret-in-env" not in linklint("scan", "--audit", "--quiet", "c000", cwd=tree).stdout
    finally:
        config.unlink()


@pytest.mark.slow
def test_no_canary_in_what_the_editor_gets(tree: Path) -> None:
    """But in edits, which are for the file that has the secret."""
    pytest.importorskip("pygls", reason="pip install docker-linklint[lsp]")
    with Editor(tree) as editor:
        for path in sorted(tree.rglob("*")):
            if not path.is_file() or ".git" in path.parts:
                continue
            address = path.as_uri()
            for number, line in enumerate(path.read_text().splitlines()[:20]):
                for character in range(0, min(len(line), 200), 7):
                    editor.at("hover", address, number, character)
                    editor.at("definition", address, number, character)
                for action in editor.actions(address, number, 20):
                    action.pop("edit", None)
        editor.ask("workspace/executeCommand", {"command": "linklint.migrate", "arguments": [address, 0, 500]})
        assert len(editor.diagnostics) > 50
        assert shown(json.dumps(editor.received)) == []


@pytest.mark.slow
def test_no_canary_in_the_playground(tree: Path, tmp_path: Path) -> None:
    """But in the texts that replace those of the page, which has the secrets."""
    session = Session(tmp_path / "playground")
    for directory in sorted(tree.glob("c*")):
        files = [
            (str(path.relative_to(directory)), path.read_text()) for path in directory.rglob("*") if path.is_file()
        ]
        answer = json.loads(session.answer(json.dumps({"files": files})))
        answer["migration"].pop("files")
        rows = [session.answer(json.dumps({"sql": f"SELECT * FROM {table}"})) for table, _ in answer["tables"]]
        assert shown(json.dumps(answer) + "".join(rows)) == [], directory


@pytest.mark.slow
def test_no_canary_in_what_the_fleet_says(tree: Path, tmp_path: Path) -> None:
    for arguments in (["query", "--export", f"{tmp_path}/a.sqlite"], ["query", "--export", f"{tmp_path}/b/"]):
        assert linklint(*arguments, cwd=tree).returncode == 0
    assert linklint("fleet", "add", "a.sqlite", "b", cwd=tmp_path).returncode == 0
    rule = str(Path(__file__).parents[2] / "rules" / "secret-in-env.md")
    for arguments in (["report"], ["report", "--format", "html"], ["query", "SELECT * FROM all_env"], ["rule", rule]):
        done = linklint("fleet", *arguments, cwd=tmp_path)
        assert done.returncode in (0, 1) and len(done.stdout) > 500
        assert shown(done.stdout + done.stderr) == []


def test_every_command_and_format_is_in_the_list() -> None:
    listed = {("server", ""), ("fleet", "")}  # the tests above
    for arguments in OUTPUTS.values():
        form = arguments[arguments.index("--format") + 1] if "--format" in arguments else ""
        listed.add((arguments[0], form))
    commands = {command for command, _ in listed}
    missing = {
        (command, form)
        for command, form in formats_of_commands()
        if command not in commands or form and (command, form) not in listed and (command, "") not in listed
    }
    assert not missing
