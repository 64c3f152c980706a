"""Small scripts with surprises, and the lines that the engine refuses (recorded on engine 26.1, Compose 2.26)."""

from __future__ import annotations

from typing import NamedTuple


class Script(NamedTuple):
    """A script, the numbers of the lines that are refused, and the Compose file beside it. `live`: it can be played on
    one engine. A line that ends with `|| true` is refused without an exit status.
    """

    text: str
    refused: tuple[int, ...]
    compose: str = ""
    live: bool = True


SCRIPTS = {
    "a renamed source": Script(
        """\
docker run -d --name db small
docker run -d --name web --link db:db small
docker rename db pg
docker restart web
""",
        (),
    ),
    "a new container with the name of a renamed source": Script(
        """\
docker run -d --name blue small
docker run -d --name lb --link blue:app small
docker rename blue old
docker run -d --name blue small
docker restart lb
""",
        (),
    ),
    "a removed link": Script(
        """\
docker run -d --name db small
docker run -d --name web --link db:db small
docker rm --link web/db
docker stop db
docker restart web
""",
        (),
    ),
    "a create that is refused for its link": Script(
        """\
docker run -d --name web --link nosuch:db small || true
docker run -d --name web small
""",
        (1,),
    ),
    "a start that is refused for its port": Script(
        """\
docker run -d --name web -p 127.0.0.1:8080:80 small
docker run -d --name pub -p 127.0.0.1:8080:80 small
docker restart web
""",
        (2,),
    ),
    "a soft kill": Script(
        """\
docker run -d --name db small sleep 1000
docker kill -s TERM db
docker run -d --name web --link db:db small
""",
        (),
    ),
    "a name that Compose frees": Script(
        """\
docker-compose up -d
docker-compose down
docker run -d --name shop-db small
""",
        (),
        """\
services:
  db:
    image: small
    container_name: shop-db
""",
    ),
    "another host": Script(
        """\
docker -H tcp://host2:2375 run -d --name web --link db:db small
docker -H tcp://host2:2375 run -d --name db small
docker -H tcp://host2:2375 run -d --name web --link db:db small
""",
        (1,),
        live=False,
    ),
    "a recipient before its source": Script(
        """\
docker create --name web --link db:db small
docker run -d --name db small
docker start web
""",
        (1, 3),
    ),
    "a link of the second network": Script(
        """\
docker network create front
docker network create back
docker run -d --name db --network back small
docker run -d --name web --network front --network back --link db:pg small
""",
        (),
    ),
    "exec without a source": Script(
        """\
docker run -d --name db small
docker run -d --name web --link db:db small
docker stop db
docker exec web true
""",
        (4,),
    ),
    "a source that leaves the default bridge": Script(
        """\
docker network create app
docker run -d --name db small
docker run -d --name web --link db:db small
docker network connect app db
docker network disconnect bridge db
docker restart web
""",
        (6,),
    ),
    "a source that joins another container": Script(
        """\
docker run -d --name pod --expose 80 small
docker run -d --name side --network container:pod small
docker run -d --name web --link side:s small
docker stop pod
docker restart web
""",
        (5,),
    ),
    "a missing network": Script(
        """\
docker run -d --name db --network nonet small
docker start db
""",
        (1, 2),
    ),
    "a network made twice": Script(
        """\
docker network create app
docker network create app
""",
        (2,),
    ),
    "an option that the engine refuses": Script(
        """\
docker run -d --name db --restart sometimes small
docker run -d --name db small
""",
        (1,),
    ),
    "a source that did not start": Script(
        """\
docker run -d --name db -p 127.0.0.1:80:80 -p 127.0.0.1:80:81 small
docker run -d --name web --link db:db small
""",
        (1, 2),
    ),
    "a used-up range": Script(
        """\
docker run -d --name a1 -p 127.0.0.1:8000-8001:80 small
docker run -d --name a2 -p 127.0.0.1:8000-8001:80 small
docker run -d --name a3 -p 127.0.0.1:8000-8001:80 small
""",
        (3,),
    ),
    "a captured source that is gone": Script(
        """\
CID=$(docker run -d small)
docker rm -f $CID
docker run -d --name web --link $CID:db small
""",
        (3,),
    ),
    "a source that is renamed and removed": Script(
        """\
docker run -d --name db small
docker run -d --name web --link db:db small
docker rename db pg
docker rm -f pg
docker restart web
""",
        (5,),
    ),
    "options beside container:": Script(
        """\
docker run -d --name pod small
docker run -d --name s1 --network container:pod --hostname foo small
docker run -d --name s2 --network container:pod --dns 8.8.8.8 small
docker run -d --name s3 --network container:pod --add-host a:1.2.3.4 small
docker run -d --name s4 --network container:pod --expose 80 small
docker run -d --name s5 --ip 172.17.0.9 small
""",
        (2, 3, 4, 5, 6),
    ),
    "a joined container that is gone": Script(
        """\
docker run -d --name pod small
docker run -d --name side --network container:pod small
docker rm -f pod
docker restart side
docker run -d --name pod small
docker restart side
""",
        (4, 6),
    ),
    "volumes of a missing container": Script(
        """\
docker create --name data small
docker rm data
docker run -d --name web --volumes-from data small
""",
        (3,),
    ),
    "a pruned network": Script(
        """\
docker network create shop
docker run -d --name db --network shop small
docker stop db
docker network prune -f
docker start db
""",
        (5,),
    ),
    "a stop of nothing": Script(
        """\
docker run -d --name db small
docker rm -f db
docker stop db || true
docker run -d --name db small
""",
        (3,),
    ),
    "a path as a name": Script(
        """\
docker run -d --name db small
docker run -d --name web --link db:pg small
docker rm -f web/pg
docker run -d --name db small
""",
        (),
    ),
    "a start of nothing": Script(
        """\
docker create --name cr small
docker container prune -f
docker start cr
""",
        (3,),
    ),
    "names from a pipe": Script(
        """\
docker run -d --name db small
echo db | xargs docker stop
docker run -d --name web --link db:db small
""",
        (3,),
    ),
    "the case of a name": Script(
        """\
docker run -d --name DB small
docker run -d --name web --link db:db small || true
docker run -d --name web --link DB:db small
""",
        (2,),
    ),
}
