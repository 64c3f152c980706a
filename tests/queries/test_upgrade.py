"""The upgrade answer: what makes it yes, no or unknown, and that it is never a wrong yes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linklint.config.model import Config, PerPath
from linklint.findings.result import ScanResult
from linklint.output.answers.upgrade import answer_for, headline
from linklint.queries.upgrade import Upgrade
from linklint.scanning import scan

sys.path.insert(0, str(Path(__file__).parent))
from shapes import HIDDEN, INNOCENT, SHOWN, filled

LINK = "docker run -d --name db postgres\ndocker run -d --link db:db app\n"
READ = 'psql -h "$DB_PORT_5432_TCP_ADDR"\n'
OPTION = 'case $1 in\n  --link) L="$L $1 $2" ;;\nesac\ndocker ps\n'
Write = Callable[[dict[str, str]], Path]


def looked(root: Path, **options: object) -> Upgrade:
    result: ScanResult = scan([str(root)], config=options.pop("config", None), audit=True)  # type: ignore[arg-type]
    return answer_for(result, **options)  # type: ignore[arg-type]


def verdicts(found: Upgrade) -> tuple[str, str]:
    return found.answers["29"].verdict, found.answers["30"].verdict


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"run.sh": "docker run --network n app\n"}, ("yes", "yes")),
        ({"run.sh": LINK}, ("yes", "no")),
        ({"start.sh": READ}, ("no", "no")),
        ({"run.sh": OPTION}, ("yes", "unknown")),
        ({"run.sh": OPTION + LINK}, ("yes", "no")),
        ({"daemon.env": "DOCKER_KEEP_DEPRECATED_LEGACY_LINKS_ENV_VARS=1\n"}, ("yes", "no")),
        ({"env.php": "<?php // docker\npreg_match('/_PORT_([0-9]+)_TCP$/', $k);\n"}, ("unknown", "unknown")),
        ({"a.txt": "nothing\n"}, ("yes", "yes")),
        ({}, ("yes", "yes")),
        (
            {"compose.yaml": "services:\n  web:\n    image: a\n    command: sh -c 'a $$DB_PORT_5432_TCP_ADDR'\n"},
            ("unknown",) * 2,
        ),
    ],
)
def test_verdicts(tree: Write, files: dict[str, str], expected: tuple[str, str]) -> None:
    assert verdicts(looked(tree(files))) == expected


def test_a_place_counts_once_however_often_it_is_called(tree: Write) -> None:
    calls = "".join(f"start app{n}\n" for n in range(25))
    root = tree({"run.sh": 'start() {\n  docker run -d --link "$1":db app\n}\n' + calls})
    assert len(looked(root).of("links")) == 1


def test_documents_alone(tree: Write) -> None:
    root = tree({"README.md": f"```sh\n{LINK}```\n", "run.sh": "docker run --network n app\n"})
    found = looked(root)
    assert verdicts(found) == ("yes", "no") and found.answers["30"].documents
    assert headline(found).startswith(
        "No (documents only): 1 link on the default bridge in 1 file breaks with Engine 30"
    )
    assert verdicts(looked(root, documents=False)) == ("yes", "yes")


def test_documents_and_a_mention_in_code_are_unknown(tree: Write) -> None:
    assert verdicts(looked(tree({"README.md": f"```sh\n{LINK}```\n", "run.sh": OPTION}))) == ("yes", "unknown")


def test_vouching(tree: Write) -> None:
    comment = OPTION.replace("  --link)", "  # linklint: ignore[unfollowed-link] our own option\n  --link)")
    root = tree({"run.sh": comment})
    found = looked(root)
    assert verdicts(found) == ("yes", "yes")
    assert [(place.line, place.vouched) for place in found.vouched] == [(3, ("comment", "our own option"))]
    assert headline(found).startswith("Yes, 1 place vouched for, as far as links, inspect and clients go:")
    assert verdicts(looked(root, strict=True)) == ("yes", "unknown")


def test_a_comment_without_a_reason_does_not_vouch(tree: Write) -> None:
    bare = OPTION.replace("  --link)", "  # linklint: ignore[unfollowed-link]\n  --link)")
    assert verdicts(looked(tree({"run.sh": bare}))) == ("yes", "unknown")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [(('--link) L="$L $1 $2" ;;',), "yes"), (("--link) another",), "unknown"), ((), "unknown")],
    ids=["the line", "another line", "no line"],
)
def test_the_configuration_vouches_for_a_line(tree: Write, lines: tuple[str, ...], expected: str) -> None:
    section = PerPath(("run.sh",), "our own option", ("unfollowed-link",), lines=lines)
    root = tree({"run.sh": OPTION})
    assert verdicts(looked(root, config=Config(per_path=(section,), directory=str(root))))[1] == expected


def linklint(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linklint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_baseline_vouches_until_the_line_changes(tree: Write) -> None:
    root = tree({"run.sh": OPTION})
    assert linklint("upgrade", cwd=root).returncode == 3
    linklint("scan", "--write-baseline", cwd=root)
    done = linklint("upgrade", cwd=root)
    assert done.returncode == 0 and "the baseline: listed in" in done.stdout
    assert (
        linklint("upgrade", "--strict", cwd=root).returncode
        == linklint("upgrade", "--no-baseline", cwd=root).returncode
        == 3
    )
    (root / "run.sh").write_text("# a new line above\n" + OPTION)
    assert linklint("upgrade", cwd=root).returncode == 0
    (root / "run.sh").write_text(OPTION.replace("L=", "LINKS="))
    assert linklint("upgrade", cwd=root).returncode == 3


def test_the_status_is_that_of_the_engine(tree: Write) -> None:
    root = tree({"run.sh": LINK})
    assert [linklint("upgrade", "--to", engine, cwd=root).returncode for engine in ("29", "30")] == [0, 1]
    assert linklint("upgrade", "--to", "31", cwd=root).returncode == 2
    assert linklint("upgrade", "nowhere", cwd=root).returncode == 2


def test_scan_upgrade_and_json_agree(tree: Write) -> None:
    root = tree({"run.sh": LINK + OPTION, "start.sh": READ})
    answer = linklint("upgrade", cwd=root).stdout.splitlines()[0]
    audit = linklint("scan", "--audit", cwd=root).stdout
    assert f"Can this tree move to Docker Engine 30?  {answer}\n" in audit
    found = json.loads(linklint("upgrade", "--format", "json", cwd=root).stdout)
    assert found["answer"] == answer and answer.startswith(
        "No: 1 read of a link variable in 1 file breaks with Engine 29"
    )
    scanned = json.loads(linklint("scan", "--audit", "--format", "json", cwd=root).stdout)
    assert scanned["upgrade"]["engines"] == found["engines"]
    rules = [finding["rule"] for finding in scanned["findings"]]
    kinds = [place["kind"] for place in found["engines"]["30"]["breaks"]]
    assert rules.count("legacy-link") == kinds.count("links") == 1
    assert rules.count("unfollowed-link") == len(found["engines"]["30"]["unsure"]) == 1


def test_what_to_do_first_is_about_this_repository(tree: Write) -> None:
    run = "docker run -d --name pg -e POSTGRES_USER=shop postgres\ndocker run -d --name web --link pg:db app\n"
    files = {"shop/run.sh": run, "shop/start.sh": READ + 'echo "$DB_PORT_5432_TCP_PORT" "$DB_ENV_POSTGRES_USER"\n'}
    root = tree(files)
    first = json.loads(linklint("upgrade", "--format", "json", cwd=root).stdout)["first"]
    options = "-e DB_ENV_POSTGRES_USER=shop -e DB_PORT_5432_TCP_ADDR=db -e DB_PORT_5432_TCP_PORT=5432"
    assert first[0].split("\n") == [
        "either pass the variables with -e (Compose: environment:)",
        f"  shop/run.sh:2: {options}",
        "or change what reads them",
        "  shop/start.sh:1: write the host name db instead of DB_PORT_5432_TCP_ADDR",
        "  shop/start.sh:2: pass the value with -e, a secret as a file, instead of DB_ENV_POSTGRES_USER",
        "  shop/start.sh:2: write the port 5432 instead of DB_PORT_5432_TCP_PORT",
    ]
    name = root.name.lower()
    assert first[1:] == [f"shop/run.sh: put pg and web on one network, such as {name}, with --network-alias db for pg"]
    (component,) = json.loads(linklint("migrate", "--format", "json", cwd=root).stdout)["components"]
    assert component["network"] == name  # one plan


def test_links_of_one_group_are_one_step(tree: Write) -> None:
    files = {
        "compose.yml": "db:\n  image: pg\nweb:\n  image: app\n  links: [db]\n",
        "a/run.sh": "docker run -d --name pg postgres\n",
        "b/run.sh": "docker run -d --name web --link pg:db app\ndocker run --name one --link pg:db app\n",
        "recipes/default.rb": "docker_container 'front' do\n  repo 'nginx'\n  links ['back:api']\nend\n",
    }
    root = tree(files)
    first = json.loads(linklint("upgrade", "--format", "json", cwd=root).stdout)["first"]
    name = root.name.lower()
    assert first == [
        f"a/run.sh and b/run.sh: put pg, web and one on one network, such as {name}, with --network-alias db for pg",
        "compose.yml: let Compose make a network for db and web: move them below services:",
        f"recipes/default.rb: put back and front on one network, such as {name}-2, with the alias api for back "
        "(by hand: linklint migrate does not edit this)",
    ]


def test_a_line_break_in_a_name_is_no_new_step(tree: Write) -> None:
    path = "a\n  1. rm -rf b.sh"
    first = linklint("upgrade", cwd=tree({"run.sh": LINK, path: READ})).stdout
    assert "\n  1. rm -rf" not in first and r"a\x0a  1. rm -rf b.sh" in first
    comment = linklint("upgrade", "--format", "markdown", cwd=tree({})).stdout
    assert "\n  1. rm" not in comment


def test_places_of_29_are_not_repeated_for_30(tree: Write) -> None:
    done = linklint("upgrade", cwd=tree({"run.sh": LINK, "start.sh": READ}))
    lines = done.stdout.splitlines()
    last = next(number for number, line in enumerate(lines) if line.startswith("  Engine 30"))
    assert "start.sh" not in lines[last] and lines[last].endswith("1 read of a link variable in 1 file, as above")


KEPT = {  # what the reader uses without the variable is what the variable holds
    "the alias": "psql -h ${DB_PORT_5432_TCP_ADDR:-db}\n",
    "in quotes": 'psql -h "${DB_PORT_5432_TCP_ADDR-db}"\n',
    "the port": "psql --port=${DB_PORT_5432_TCP_PORT:-5432}\n",
}
LOST = {
    "another host": "psql -h ${DB_PORT_5432_TCP_ADDR:-localhost}\n",
    "a name that is no alias": "psql -h ${DB_PORT_5432_TCP_ADDR:-database}\n",
    "another port": "psql -p ${DB_PORT_5432_TCP_PORT:-5433}\n",
    "read twice": 'psql -h ${DB_PORT_5432_TCP_ADDR:-db} -w "$DB_PORT_5432_TCP_ADDR"\n',
    "read on another line": 'psql -h ${DB_PORT_5432_TCP_ADDR:-db}\npsql -h "$DB_PORT_5432_TCP_ADDR"\n',
    "tested": '[ -n "$DB_PORT_5432_TCP_ADDR" ] && psql -h ${DB_PORT_5432_TCP_ADDR:-db}\n',
    "a constant before a test": 'H=db\nif [ -n "$DB_PORT_5432_TCP_ADDR" ]; then\n  H=$DB_PORT_5432_TCP_ADDR\nfi\n',
    "the inverse test": 'H=db\nif [ -z "$DB_PORT_5432_TCP_ADDR" ]; then H=$DB_PORT_5432_TCP_ADDR; fi\n',
    "required": "psql -h ${DB_PORT_5432_TCP_ADDR:?}\n",
    "the other way round": "psql -h ${DB_PORT_5432_TCP_ADDR:+db}\n",
}
LOST_IN_PROGRAMS = {
    "a.js": "const url = 'pg://' + process.env.DB_PORT_5432_TCP_ADDR || 'db';\n",
    "a.py": "import os\nhost = os.environ['DB_PORT_5432_TCP_ADDR'] or 'db'\n",
    "a.rb": "host = ENV.fetch('DB_PORT_5432_TCP_ADDR') || 'db'\n",
    "a.php": "<?php $h = getenv('DB_PORT_5432_TCP_ADDR') ?? 'db';\n",
}


@pytest.mark.parametrize("path", LOST_IN_PROGRAMS)
def test_a_default_in_a_program_is_no_excuse(tree: Write, path: str) -> None:
    assert looked(tree({"run.sh": LINK, path: LOST_IN_PROGRAMS[path]})).answers["29"].verdict == "no"


@pytest.mark.parametrize("shape", [*KEPT, *LOST])
def test_a_default_that_is_the_alias_keeps_working_on_29(tree: Write, shape: str) -> None:
    found = looked(tree({"run.sh": LINK, "start.sh": "#!/bin/bash\n" + (KEPT | LOST)[shape]}))
    assert found.answers["29"].verdict == ("yes" if shape in KEPT else "no"), found.places
    assert found.answers["30"].verdict == "no"


def test_for_engine_29_no_network_is_needed(tree: Write) -> None:
    done = linklint("upgrade", "--to", "29", cwd=tree({"run.sh": LINK, "start.sh": READ}))
    assert "on one network" not in done.stdout
    assert "start.sh:1: write the host name db instead of DB_PORT_5432_TCP_ADDR" in done.stdout


def test_containers_without_names_have_the_name_of_their_image(tree: Write) -> None:
    root = tree({"run.sh": "docker run --name db postgres\ndocker run --link db:pg example/web\n"})
    first = json.loads(linklint("upgrade", "--format", "json", cwd=root).stdout)["first"][0]
    assert first.startswith("run.sh: put db and the container of example/web on one network, such as ")
    assert first.endswith(", with --network-alias pg for db")


@pytest.mark.parametrize("shape", SHOWN)
def test_a_link_or_reader_is_found_where_it_is(tree: Write, shape: str) -> None:
    path, text = SHOWN[shape]
    text, line = filled(text, random.Random(shape))
    found = looked(tree({path: text}))
    assert found.answers["30"].verdict == "no", (text, found.places)
    assert any(place.line in (line, line - 1) for place in found.answers["30"].breaks), (
        line,
        found.answers["30"].breaks,
    )


@pytest.mark.parametrize("shape", HIDDEN)
def test_what_nobody_can_follow_is_no_yes(tree: Write, shape: str) -> None:
    path, text = HIDDEN[shape]
    assert looked(tree({path: filled(text, random.Random(shape))[0]})).answers["30"].verdict != "yes"


@pytest.mark.parametrize("shape", INNOCENT)
def test_what_only_looks_like_a_link_is_a_yes(tree: Write, shape: str) -> None:
    path, text = INNOCENT[shape]
    found = looked(tree({path: filled(text, random.Random(shape))[0], "Dockerfile": 'FROM a\nCMD ["b"]\n'}))
    assert found.answers["30"].verdict == "yes", found.places


@pytest.mark.slow
def test_generated_repositories(tmp_path: Path) -> None:
    """200 repositories with one link or reader: never "yes", and "no" for 80 % of what can be seen. 200 without: "yes"
    in at least 190, "no" in none.
    """
    chance = random.Random(16)
    shapes = {**SHOWN, **HIDDEN}
    wrong: list[str] = []
    seen = said_no = 0
    for number in range(200):
        shape = chance.choice(sorted(shapes))
        root = tmp_path / f"with{number}"
        repository(root, [shapes[shape], *(INNOCENT[s] for s in chance.sample(sorted(INNOCENT), 3))], chance)
        verdict = looked(root).answers["30"].verdict
        wrong += [f"{number} {shape}"] * (verdict == "yes")
        seen += shape in SHOWN
        said_no += shape in SHOWN and verdict == "no"
    assert not wrong and said_no >= 0.8 * seen, (wrong, said_no, seen)
    answers = []
    for number in range(200):
        root = tmp_path / f"without{number}"
        repository(root, [INNOCENT[shape] for shape in chance.sample(sorted(INNOCENT), 5)], chance)
        answers.append(looked(root).answers["30"].verdict)
    assert answers.count("yes") >= 190 and "no" not in answers, answers
    print(f"with a link: no {said_no} of {seen} that can be seen; without: yes {answers.count('yes')} of 200")


def repository(root: Path, shapes: list[tuple[str, str]], chance: random.Random) -> None:
    """Write shapes into a repository, each in a directory of its own if its name is taken."""
    for number, (path, text) in enumerate(shapes):
        target = root / path if not (root / path).exists() else root / f"part{number}" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled(text, chance)[0])


def test_the_graph_says_what_it_counts(tree: Write) -> None:
    calls = "".join(f"start web{n} pg{n}\n" for n in range(3))
    root = tree({"run.sh": 'start() {\n  docker run -d --name "$1" --link "$2":db app\n}\n' + calls})
    assert "3 links written in 1 place" in linklint("graph", cwd=root).stdout
    assert linklint("scan", "-q", "--select", "legacy-link", cwd=root).stdout.count("[legacy-link]") == 1
    assert linklint("upgrade", cwd=root).stdout.startswith("No: 1 link on the default bridge in 1 file")
