"""Joins of facts in several files: each kind beside a silent twin, with the same names where they are unrelated.

A secret reaches its recipient only if every join on its way holds, so the leaks show all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]

DB = "docker run -d --name db -e DB_PASSWORD=geheim42x postgres\n"
WEB = "docker run -d --name web --link db:db nginx\n"
RUN_APP = "docker run -d --name db app\n" + WEB
RUN_QUALIFIED = "docker run -d --name db example/app\n" + WEB
BUILD = "docker build -t app ."
SECRET = "FROM debian\nENV TOKEN_SECRET=geheim42x\n"
UNIT_DB = "[Service]\nExecStart=/usr/bin/docker run --name db -e DB_PASSWORD=geheim42x postgres\n"
UNIT_WEB = (
    "[Unit]\nRequires=db.service\nAfter=db.service\n[Service]\nExecStart=/usr/bin/docker run --name web "
    "--link db:db nginx\n"
)
JOB = "jobs:\n  {0}:\n    steps:\n      - run: ./db.sh\n  {1}:\n    steps:\n      - run: ./web.sh\n"

JOINED: dict[str, tuple[dict[str, str], str]] = {
    "one script": ({"run.sh": DB + WEB}, "certain"),
    "a script that runs both": ({"all.sh": "./db.sh\n./web.sh\n", "db.sh": DB, "web.sh": WEB}, "certain"),
    "a script that is read in": ({"all.sh": ". lib/db.sh\n" + WEB, "lib/db.sh": DB}, "certain"),
    "a function that is read in": ({"all.sh": ". ./lib.sh\nup\n" + WEB, "lib.sh": f"up() {{\n{DB}}}\n"}, "certain"),
    "a Makefile": ({"Makefile": "up: db\n\t./web.sh\ndb:\n\t./db.sh\n", "db.sh": DB, "web.sh": WEB}, "certain"),
    "one job": ({".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: ./db.sh\n      - run: ./web.sh\n",
    "db.sh": DB, "web.sh": WEB}, "certain"),
    "a build of the script": ({"run.sh": "docker build -t app app\n" + RUN_APP, "app/Dockerfile": SECRET}, "certain"),
    "a build of a script that it runs": ({"run.sh": "app/build.sh\n" + RUN_APP, "app/build.sh": f"cd app\n{BUILD}\n",
    "app/Dockerfile": SECRET}, "certain"),
    "a build of the Makefile": ({"Makefile": f"image:\n\t{BUILD}\n", "Dockerfile": SECRET, "run.sh": RUN_APP},
    "likely"),
    "a build of a directory above": ({"Makefile": "image:\n\tdocker build -t app images/app\n",
    "images/app/Dockerfile": SECRET, "ops/run.sh": RUN_APP}, "likely"),
    "a tag": ({"run.sh": "docker build -q -t app:latest -t app:1 .\n" + RUN_APP, "Dockerfile": SECRET}, "certain"),
    "a name with its owner": ({"a/build.sh": "docker build -t example/app .\n", "a/Dockerfile": SECRET,
    "b/run.sh": RUN_QUALIFIED}, "likely"),
    "a stage": ({"run.sh": "docker build --target one -t app .\n" + RUN_APP,
    "Dockerfile": SECRET.replace("debian", "debian AS one") + "FROM debian\n"}, "certain"),
    "FROM another image of the tree": (
        {"run.sh": "docker build -t base base\ndocker build -t app app\n" + RUN_APP, "base/Dockerfile": SECRET,
        "app/Dockerfile": "FROM base\n"}, "likely",
    ),
    "an env file beside the script": ({"ops/run.sh": "docker run -d --name db --env-file db.env postgres\n" + WEB,
    "ops/db.env": "DB_PASSWORD=geheim42x\n"}, "certain"),
    "an env file where the script finds it": (
        {"ops/run.sh": 'docker run -d --name db --env-file "$(dirname "$0")/../db.env" postgres\n' + WEB,
        "db.env": "DB_PASSWORD=geheim42x\n"}, "certain",
    ),
    "settings that are read in": ({"run.sh": ". ./names.env\ndocker run -d --name $DB -e DB_PASSWORD=geheim42x "
        "postgres\n" + WEB, "names.env": "DB=db\n"}, "certain"),
    "a Compose project that builds": (
        {"compose.yaml": "services:\n  web: {image: nginx, network_mode: bridge, links: [db]}\n  db: {build: ./db, "
            "network_mode: bridge}\n", "db/Dockerfile": SECRET}, "certain",
    ),
    "an image that Compose builds": (
        {"docker-compose.yml": "db:\n  build: ./db\n  image: app\n", "db/Dockerfile": SECRET, "run.sh": RUN_APP},
        "likely",
    ),
    "a container of another Compose project": (
        {"a/docker-compose.yml": "db:\n  image: postgres\n  environment: {DB_PASSWORD: geheim42x}\n",
        "b/docker-compose.yml": "web:\n  image: nginx\n  external_links: [a_db_1:db]\n"},
        "possible",
    ),
    "units of one directory": ({"units/db.service": UNIT_DB, "units/web.service": UNIT_WEB}, "certain"),
    "two scripts of one directory": ({"db.sh": DB, "web.sh": WEB}, "possible"),
    "the same image name, elsewhere": ({"a/build.sh": BUILD, "a/Dockerfile": SECRET, "b/run.sh": RUN_APP}, "possible"),
    "FROM the same name, elsewhere": (
        {"a/build.sh": "docker build -t base .\n", "a/Dockerfile": SECRET,
        "b/run.sh": "docker build -t app .\n" + RUN_APP, "b/Dockerfile": "FROM base\n"}, "possible",
    ),
}  # fmt: skip

APART: dict[str, dict[str, str]] = {
    "two scripts of two directories": {"a/db.sh": DB, "b/web.sh": WEB},
    "two jobs": {".github/workflows/ci.yml": JOB.format("a", "b"), "db.sh": DB, "web.sh": WEB},
    "another host": {"run.sh": "export DOCKER_HOST=tcp://one:2375\n" + DB + "export DOCKER_HOST=tcp://two:2375\n"
    + WEB},
    "a script of the same name in another directory": {"a/all.sh": "./db.sh\n" + WEB, "a/db.sh": "true docker\n",
    "b/db.sh": DB},
    "another tag": {"run.sh": "docker build -t app:2 .\n" + RUN_APP, "Dockerfile": SECRET},
    "another stage": {"run.sh": "docker build --target two -t app .\n" + RUN_APP,
    "Dockerfile": SECRET.replace("debian", "debian AS one") + "FROM debian AS two\n"},
    "a stage that is left behind": {"run.sh": "docker build -t app .\n" + RUN_APP,
    "Dockerfile": SECRET.replace("debian", "debian AS one") + "FROM debian\nCOPY --from=one /a /a\n"},
    "an env file of the same name in another directory": {"a/run.sh": "docker run -d --name db --env-file db.env "
        "postgres\n" + WEB, "b/db.env": "DB_PASSWORD=geheim42x\n"},
    "Compose projects of two directories": {
        "a/docker-compose.yml": "db:\n  image: postgres\n  environment: {DB_PASSWORD: geheim42x}\n",
        "b/docker-compose.yml": "web:\n  image: nginx\n  links: [db]\ndb:\n  image: postgres\n",
    },
    "a Compose project that builds another directory": {
        "compose.yaml": "services:\n  web: {image: nginx, network_mode: bridge, links: [db]}\n  db: {build: ./db, "
            "network_mode: bridge}\n", "other/Dockerfile": SECRET, "db/Dockerfile": "FROM debian\n",
    },
    "units of two directories": {"a/db.service": UNIT_DB, "b/web.service": UNIT_WEB},
    "what the recipient sets itself": {"run.sh": DB + WEB.replace("nginx", "-e DB_ENV_DB_PASSWORD=none nginx")},
    "what the source's own -e takes the place of": {"run.sh": "docker build -t app .\ndocker run -d --name db -e "
        "TOKEN_SECRET= app\n" + WEB, "Dockerfile": SECRET},
    "a user-defined network": {"run.sh": "docker network create n\n" + DB.replace("-d",
    "-d --net n") + WEB.replace("-d", "-d --net n")},
}  # fmt: skip

LEAKS = "SELECT DISTINCT confidence FROM leak"


@pytest.mark.parametrize("name", JOINED)
def test_joined(ask: Ask, name: str) -> None:
    files, confidence = JOINED[name]
    assert ask(files, LEAKS) == [(confidence,)]


@pytest.mark.parametrize("name", APART)
def test_apart(ask: Ask, name: str) -> None:
    assert ask(APART[name], LEAKS) == []
