"""Shapes of linked containers, each with the way to start it; each is migrated and proven on a real engine.

`lost` are names that a link gave and a network does not, which the plan tells or which were ambiguous before.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """The files, the command that starts them (it is run twice if `times` is 2), and lost names."""

    files: dict[str, str]
    start: str = "bash run.sh"
    lost: frozenset[str] = frozenset()
    times: int = 1


def _script(text: str, **more: str) -> Case:
    return Case({"run.sh": text, **{name.replace("_sh", ".sh"): other for name, other in more.items()}})


DB = "docker run -d --name db srv\n"
CASES = {
    "the alias is the name": _script(f"{DB}docker run -d --name web --link db:db srv\n"),
    "another alias": _script(f"{DB}docker run -d --name web --link db:pg srv\n"),
    "no alias": _script(f"{DB}docker run -d --name web --link db srv\n"),
    "two recipients": _script(
        f"{DB}docker run -d --name w1 --link db:pg srv\ndocker run -d --name w2 --link db:pg srv\n"
    ),
    "two aliases": _script(
        f"{DB}docker run -d --name w1 --link db:pg srv\ndocker run -d --name w2 --link db:x --link db:y srv\n"
    ),
    "one alias for two": _script(
        "docker run -d --name db1 srv\ndocker run -d --name db2 srv\ndocker run -d --name w1 --link db1:db srv\n"
        "docker run -d --name w2 --link db2:db srv\ndocker run -d --name w3 --link db1:db1 --link db2:db2 srv\n"
    ),
    "one alias in two groups": _script(
        "docker run -d --name db1 srv\ndocker run -d --name w1 --link db1:db srv\n"
        "docker run -d --name db2 srv\ndocker run -d --name w2 --link db2:db srv\n"
    ),
    "a chain": _script(
        f"{DB}docker run -d --name api --link db:pg srv\ndocker run -d --name web --link api:backend srv\n"
        "docker run -d --name lb --link web srv\n"
    ),
    "published": _script(
        "docker run -d -p 127.0.0.1:8081:80 --name db srv\ndocker run -d -P --expose 80 --name web --link db:pg srv\n"
    ),
    "the bridge by name": _script(
        "docker run -d --net=bridge --name db srv\ndocker run -d --net default --name web --link db:pg srv\n"
    ),
    "create and start": _script(
        "docker create --name db srv\ndocker create --name web --link db:pg srv\ndocker start db web\n"
    ),
    "a captured ID": _script("DB=$(docker run -d srv)\ndocker run -d --name web --link $DB:db srv\n"),
    "a captured ID in sh": _script(
        "sh up.sh\n", up_sh='#!/bin/sh\nDB=$(docker run -d srv)\ndocker run -d --name web --link "$DB:db" srv\n'
    ),
    "captured IDs, one alias": _script(
        "A=$(docker run -d srv)\nB=$(docker run -d srv)\ndocker run -d --name w1 --link $A:db srv\n"
        "docker run -d --name w2 --link ${B}:db srv\ndocker run -d --name w3 --link $A:x --link $B:y srv\n"
    ),
    "the last container": _script("docker run -d srv\ndocker run -d --name web --link $(docker ps -lq):db srv\n"),
    "two scripts": _script("bash db.sh\nbash web.sh\n", db_sh=DB, web_sh="docker run -d --name web --link db:pg srv\n"),
    "three scripts": _script(
        "bash db.sh\nbash api.sh\nbash web.sh\n",
        db_sh=DB,
        api_sh="docker run -d --name api --link db:pg srv\n",
        web_sh="docker run -d --name web --link api:backend srv\n",
    ),
    "run again": _script(
        f"docker rm -f web db 2>/dev/null || true\n{DB}docker run -d --name web --link db srv\n"
    )._replace(times=2),
    "cleaned up at the end": _script(
        f"set -e\n{DB}docker run -d --name web --link db srv\necho OUT $(docker exec web wget -qO- http://db/who | "
        f"wc -c)\n"
        "docker stop -t 0 web db\ndocker rm web db\n"
    )._replace(times=2),
    "restart policies": _script(
        "docker run -d --restart always --name db srv\ndocker run -d --restart unless-stopped --name web --link "
        "db:x srv\n"
    ),
    "a client": _script(f"{DB}echo OUT $(docker run --rm --link db:pg srv wget -T 4 -qO- http://pg/who | wc -c)\n"),
    "a source in the network of another": _script(
        "docker run -d --name pod srv\ndocker run -d --name db --net container:pod -e PORT=81 srv\n"
        "docker run -d --name web --link db:pg srv\necho OUT $(docker exec web wget -T 4 -qO- http://pg:81/who | "
        "wc -c)\n"
    ),
    "a side car of a recipient": _script(
        f"{DB}docker run -d --name web --link db:pg srv\ndocker run -d --name side --net container:web -e PORT=81 srv\n"
        "echo OUT $(docker exec side wget -T 4 -qO- http://pg/who | wc -c)\n"
    ),
    "docker in a variable": _script(
        'D="command docker"\n$D run -d --name db srv\n$D run -d --name web --link db:pg srv\n'
    ),
    "another shell": _script(
        "bash -c 'docker run -d --name db srv'\nbash -c 'docker run -d --name web --link db:pg srv'\n"
    ),
    "a loop": _script(
        "for i in 1 2; do\n  docker run -d --name n$i srv\n  docker run -d --name w$i --link n$i:node srv\ndone\n"
    ),
    "functions": _script(
        'db() { docker run -d --name db srv; }\nweb() { docker run -d --name "$1" --link db:pg srv; }\ndb\nweb w1\n'
        "web w2\n"
    ),
    "a function with options": _script(
        'run() { docker run -d "$@"; }\nrun --name db srv\nrun --name web --link db:pg srv\n'
    ),
    "an array": _script(f'{DB}args=(-d --name web --link db:pg)\nargs+=(-e A=1)\ndocker run "${{args[@]}}" srv\n'),
    "a variable": _script(
        f"O='--link db:pg -e A=1'\n{DB}docker run -d --name w1 $O srv\ndocker run -d --name w2 $O srv\n"
    ),
    "a growing variable": _script(
        f'L="--link db:pg"\nL="$L --link cache:redis"\n{DB}docker run -d --name cache srv\ndocker run -d --name w1 '
        f"$L srv\n"
    ),
    "continued lines": _script(
        f"{DB}docker run -d \\\n    --name web \\\n    --link db:pg \\\n    -e A=1 \\\n    srv\n"
    ),
    "swapped names": _script(
        "docker run -d --name blue srv\ndocker run -d --name green srv\n"
        "docker run -d --name lb --link blue:green --link green:blue srv\n"
    )._replace(lost=frozenset({"blue", "green"})),
    "the name of another": _script(
        f"{DB}docker run -d --name replica srv\ndocker run -d --name w1 --link replica:db srv\n"
        "docker run -d --name w2 --link db --link replica srv\n"
    ),
    "the own name": _script("docker run -d --name api srv\ndocker run -d --name web --link api:web srv\n"),
    "upper case": _script(
        f"{DB}docker run -d --name web --link db:PG srv\necho OUT $(docker exec web wget -T 4 -qO- http://pg/who | "
        f"wc -c)\n"
    ),
    "an alias with a slash": _script(f"{DB}docker run -d --name web --link /db:web/pg srv\n"),
    "an alias with a dot": _script(
        "docker run -d --name api srv\ndocker run -d --name web --link api:api.example.org srv\n"
    ),
    "a read address": _script(
        "docker run -d --name db --expose 80 srv\necho OUT $(docker run --rm --link db:pg srv sh -c "
        "'wget -T 4 -qO- http://$PG_PORT_80_TCP_ADDR:$PG_PORT_80_TCP_PORT/who' | wc -c)\n"
    ),
    "a read variable of the source": _script(
        "docker run -d --name db -e DB_USER=shop srv\n"
        "echo OUT $(docker run --rm --link db:pg srv sh -c 'echo $PG_ENV_DB_USER')\n"
    ),
    "made elsewhere": Case(
        {"run.sh": "docker rm -f web 2>/dev/null || true\ndocker run -d --name web --link legacy:db srv\n"},
        "docker inspect legacy >/dev/null 2>&1 || docker run -d --name legacy srv; bash run.sh",
        times=2,
    ),
    "a network beside": _script(
        f"docker network create back\n{DB}docker network connect back db\ndocker run -d --name web --link db:pg srv\n"
        "docker run -d --name other --net back srv\necho OUT $(docker exec other wget -T 4 -qO- http://db/who | "
        "wc -c)\n"
    ),
    "a recipient connected later": _script(
        f"docker network create front\n{DB}docker run -d --name web --link db:pg srv\ndocker network connect "
        f"front web\n"
    ),
    "a stored address": _script(
        f"{DB}docker run -d --name web --link db:pg srv\nADDRESS=$(docker inspect -f "
        f"'{{{{.NetworkSettings.IPAddress}}}}' db)\n"
        "docker run -d --name cron -e DB_HOST=$ADDRESS srv\n"
        "echo OUT $(docker exec cron sh -c 'wget -T 4 -qO- http://$DB_HOST/who' | wc -c)\n"
    ),
    "volumes of another": _script(
        "docker create --name data -v /data srv\ndocker run -d --name db --volumes-from data srv\n"
        "docker run -d --name web --link db:x --volumes-from db srv\n"
    ),
    "renamed afterwards": _script(f"{DB}docker run -d --name web --link db:pg srv\ndocker rename db old\n")._replace(
        lost=frozenset({"old"})
    ),
    "renamed, and linked by its name": _script(
        f"{DB}docker run -d --name web --link db srv\ndocker rename db old\n"
    )._replace(lost=frozenset({"old"})),
    "one alias twice": _script(
        "docker run -d --name db1 srv\ndocker run -d --name db2 srv\ndocker run -d --name web --link db1:db --link "
        "db2:db srv\n"
    ),
    "a host name": _script("docker run -d -h database --name db srv\ndocker run -d --name web --link db:pg srv\n"),
    "make": Case(
        {"Makefile": "up: ; docker run -d --name db srv && docker run -d --name web --link db:pg srv\n"}, "make -s up"
    ),
    "make with targets": Case(
        {
            "Makefile": "DOCKER ?= docker\n\nup: db web\n\ndb:\n\t@$(DOCKER) run -d --name db srv\n\n"
            "web: db\n\t$(DOCKER) run -d --name web --link db:pg \\\n\t\tsrv\n"
        },
        "make -s up",
    ),
    "units": Case(
        {
            "db.service": "[Service]\nExecStartPre=-docker rm -f db\nExecStart=docker run --rm --name db srv\n",
            "web.service": "[Service]\nExecStart=docker run --rm --name web --link db:pg srv\n",
        },
        "start() { sed -n 's/^ExecStartPre=-//p' $1 | while read -r l; "
        'do eval "$l" </dev/null >/dev/null 2>&1; done; '
        "eval \"$(sed -n 's/^ExecStart=//p' $1)\" >/dev/null 2>&1 </dev/null & sleep 2; "
        "}; start db.service; start web.service",
    ),
    "Compose on the bridge": Case(
        {
            "compose.yaml": "name: shop\nservices:\n  web: {image: srv, network_mode: bridge, links: ['db:pg'], "
            "ports: ['127.0.0.1:8080:80']}\n  db: {image: srv, network_mode: bridge}\n"
        },
        "docker compose up -d",
        frozenset({"db-1", "shop-db-1"}),
    ),
    "Compose, one alias for two": Case(
        {
            "compose.yaml": "name: shop\nservices:\n  db1:\n    image: srv\n    network_mode: bridge\n"
            "  db2:\n    image: srv\n    network_mode: bridge\n  a:\n    image: srv\n    network_mode: bridge\n"
            "    links:\n      - db1:db  # the first\n  b:\n    image: srv\n    network_mode: bridge\n    links: "
            "[db2:db]\n"
        },
        "docker compose up -d",
        frozenset({f"{prefix}db{n}-1" for n in (1, 2) for prefix in ("", "shop-")}),
    ),
    "Compose, a link to a script's container": Case(
        {
            "run.sh": "docker run -d --name legacy srv\ndocker compose up -d\n",
            "compose.yaml": "name: shop\nservices:\n  web: "
            "{image: srv, network_mode: bridge, external_links: ['legacy:mysql']}\n",
        }
    ),
    "a script's link to Compose": Case(
        {
            "run.sh": "docker compose up -d\ndocker run -d --name web --link shop-db-1:pg srv\n",
            "compose.yaml": "name: shop\nservices:\n  db: {image: srv, network_mode: bridge}\n",
        }
    ),
    "two Compose projects": Case(
        {
            "run.sh": "docker compose -f a.yml up -d\ndocker compose -f b.yml up -d\n",
            "a.yml": "name: a\nservices:\n  db: {image: srv, network_mode: bridge}\n",
            "b.yml": "name: b\nservices:\n  web: {image: srv, network_mode: bridge, external_links: ['a-db-1:pg']}\n",
        }
    ),
    "on a network already": _script(
        "docker network create app\ndocker run -d --name db --net app srv\ndocker run -d --name web --net app "
        "--link db:pg srv\n"
        "echo OUT $(docker exec web wget -T 4 -qO- http://pg/who | wc -c)\n"
    ),
    "at the same time": _script(
        "docker rm -f db cache web >/dev/null 2>&1 || true\ndocker run -d --name db srv &\ndocker run -d --name "
        "cache srv &\n"
        "wait\ndocker run -d --name web --link db:pg --link cache:redis srv\n"
    )._replace(times=2),
    "made anew": _script(
        f"{DB}docker run -d --name web --link db:pg srv\ndocker rm -f db\n{DB}docker rm -f web\n"
        "docker run -d --name web --link db:pg srv\n"
    ),
    "a host beside the link": _script(f"{DB}docker run -d --name web --add-host pg:127.0.0.1 --link db:pg srv\n"),
    "branches": _script(
        f"if true; then\n  {DB}fi\nif false; then\n  echo no\nelse\n  docker run -d --name web --link db:pg srv\nfi\n"
    ),
    "a case": _script(
        f"start() {{ {DB.strip()}; docker run -d --name web --link db:pg srv; }}\n"
        "case start in\n  start) start;;\n  stop) docker rm -f web db;;\nesac\n"
    ),
    "groups and pipes": _script(
        "(docker run -d --name db srv) && { docker run -d --name web --link db:pg srv; }\n"
        "printf '1\\n2\\n' | while read n; do docker run -d --name w$n --link db:pg srv </dev/null; done\n"
    ),
    "a name with a variable, twice": Case(
        {"run.sh": "docker run -d --name $1-db srv\ndocker run -d --name $1-web --link $1-db:db srv\n"},
        "bash run.sh one; bash run.sh two",
    ),
    "a prefix, twice": Case(
        {"run.sh": "P=${1:-dev}\ndocker run -d --name $P-db srv\ndocker run -d --name $P-web --link $P-db:db srv\n"},
        "bash run.sh one; bash run.sh two",
    ),
    "a loop of any length": _script(
        "for i in $(seq 1 ${N:-3}); do\n  docker run -d --name db$i srv\n"
        "  docker run -d --name web$i --link db$i:db srv\ndone\n"
    ),
    "a parameter": Case(
        {
            "run.sh": 'deploy() {\n  docker run -d --name "$1-db" srv\n'
            '  docker run -d --name "$1" --link "$1-db:pg" srv\n}\n'
            'for c in "$@"; do deploy "$c"; done\n'
        },
        "bash run.sh aa bb",
    ),
    "captured in a function": _script(
        "f() {\n  id=$(docker run -d srv)\n  docker run -d --name $1 --link $id:db srv\n}\nf w1\nf w2\n"
    ),
    "functions by their names": Case(
        {
            "run.sh": "start() {\n  docker run -d --name db srv\n  docker run -d --name web --link db:pg srv\n}\n"
            'case "$1" in\n  all) start ;;\n  *) "$@" ;;\nesac\n'
        },
        "bash run.sh start",
    ),
    "a library of functions": _script(
        ". ./lib.sh\nstart_db\nstart_web\n",
        lib_sh="start_db() { docker run -d --name db srv; }\nstart_web() "
        "{ docker run -d --name web --link db:pg srv; }\n"
        "start_all() {\n  start_db\n  start_web\n}\n",
    ),
    "a host in a local variable": _script(
        "set -eu\nup() "
        "{\n  local h=$1\n  docker -H $h run -d --name db srv\n  docker -H $h run -d --name web --link db:pg srv\n"
        "}\nup $DOCKER_HOST\n"
    ),
    "hosts in a loop": _script(
        "for h in $DOCKER_HOST; do\n  docker -H $h run -d --name db srv\n  docker -H $h run -d --name web --link "
        "db:pg srv\n"
        "done\n"
    ),
    "a command in a variable": _script(f'set -e\n{DB}CMD="docker run -d --name web --link db:pg srv"\n$CMD\n'),
    "a wrapper": _script('d() { docker "$@"; }\nd run -d --name db srv\nd run -d --name web --link db:pg srv\n'),
    "made elsewhere, in another shell": Case(
        {
            "run.sh": "set -e\ndocker rm -f web 2>/dev/null || true\nbash -c 'docker run -d --name web --link "
            "legacy:pg srv'\n"
        },
        "docker inspect legacy >/dev/null 2>&1 || docker run -d --name legacy srv; bash run.sh",
        times=2,
    ),
    "made elsewhere, for Compose": Case(
        {
            "run.sh": "docker compose up -d\n",
            "compose.yaml": "name: shop\nservices:\n  web: "
            "{image: srv, network_mode: bridge, external_links: ['legacy:pg']}\n",
        },
        "docker run -d --name legacy srv; bash run.sh",
    ),
    "an included Makefile": Case(
        {
            "Makefile": "include docker.mk\nnetwork:\n\t@echo mine\n",
            "docker.mk": "up:\n\tdocker run -d --name db srv\n\tdocker run -d --name web --link db:pg srv\n",
        },
        "make -s up",
    ),
}
