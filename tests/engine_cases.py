"""What engines of several versions answered, line by line, and what linklint says about each line.

`engine_answers.json` has a string for each version and script: `R` for a line that is refused, `.` for one that is
accepted. `tests/conformance/record_engine.py` records it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linklint.config.model import Config
from linklint.findings.finding import Finding
from linklint.findings.rule_file import built_in
from linklint.scanning import scan

RECORDED = Path(__file__).parent / "engine" / "engine_answers.json"
TELLING = {rule.slug for rule in built_in() if rule.refused} | {
    "unknown-link-target", "name-still-held", "link-across-networks", "ignored-publish", "link-to-self",
    "unnamed-link-target", "unknown-container",
}  # fmt: skip
SEQUENCES = (*range(60), 1447, 1622, 1667, 1856)  # the last ones had certain findings that were false

# Where versions differ, and the neighbours where they do not. Each script starts on an empty engine.
CASES = {
    "a port that was taken at the first start": """
        docker run -d --name x1 -p 127.0.0.1:20009:80 small
        docker run -d --name x2 -p 127.0.0.1:20009:80 small
        docker rm -f x1
        docker start x2
        docker run -d --name x3 -p 127.0.0.1:20009:80 small""",
    "a port that was taken, and start again": """
        docker run -d --name q1 -p 20060:80 small
        docker create --name q2 -p 20060:80 small
        docker start q2
        docker stop -t 0 q1
        docker start q2
        docker restart -t 0 q2
        docker start q1""",
    "one port twice, and start again": """
        docker run -d --name y1 -p 127.0.0.1:20010:80 -p 127.0.0.1:20010:81 small
        docker start y1""",
    "a second port that is free": """
        docker run -d --name s1 -p 20061:80 small
        docker run -d --name s2 -p 20061:80 -p 20062:80 small
        docker start s2
        docker run -d --name s3 -p 20062:80 small""",
    "a range beside one address": """
        docker run -d --name r1 -p 127.0.0.1:20020:80 small
        docker run -d --name r2 -p 20020-20021:80 small
        docker run -d --name r3 -p 20020-20021:80 small""",
    "a range of one address beside all": """
        docker run -d --name r3 -p 20030:80 small
        docker run -d --name r4 -p 127.0.0.1:20030-20031:80 small""",
    "ranges of two addresses, and all": """
        docker run -d --name r5 -p 127.0.0.2:20040-20041:80 small
        docker run -d --name r6 -p 127.0.0.1:20040-20041:80 small
        docker run -d --name r7 -p 20040-20041:80 small""",
    "IPv6 and IPv4": """
        docker run -d --name r9 -p [::1]:20050:80 small
        docker run -d --name ra -p 20050-20051:80 small""",
    "one port of IPv6 and of IPv4": """
        docker run -d --name r9 -p [::1]:20050:80 small
        docker run -d --name rb -p 0.0.0.0:20050:80 small""",
    "links beside networks": """
        docker run -d --name src small
        docker network create front
        docker run -d --name w1 --network bridge --link src:pg small
        docker run -d --name w2 --network none --link src:pg small
        docker run -d --name w3 --network host --link src:pg small
        docker run -d --name w4 --network container:src --link src:pg small
        docker run -d --name w5 --network front --link src:pg small
        docker run -d --name w6 --network default --link src:pg small
        docker run -d --name w7 --network bridge --link nosuch:pg small
        docker exec w6 true""",
    "connect to the default bridge, without the source": """
        docker network create shop
        docker run -d --name src small
        docker run -d --name web --link src:pg small
        docker network connect shop web
        docker network disconnect bridge web
        docker network connect shop src
        docker network disconnect bridge src
        docker network connect bridge web
        docker network connect bridge src
        docker network disconnect bridge src""",
    "connect to the default bridge, with the source": """
        docker network create shop
        docker run -d --name src small
        docker run -d --name web --link src:pg small
        docker network connect shop web
        docker network disconnect bridge web
        docker network connect bridge web""",
    "connect to the default bridge, with a link on another network": """
        docker network create shop
        docker run -d --name src --network shop small
        docker run -d --name web --network shop --link src:pg small
        docker network connect bridge web""",
    "volumes": """
        docker run -d --name v1 -v ../x:/y small
        docker run -d --name v2 -v .hid:/y small
        docker run -d --name v3 -v ./x:/y small
        docker run -d --name v4 -v x/y:/y small
        docker run -d --name v5 -v x:/y small
        docker run -d --name v6 --mount type=bind,source=/tmp small
        docker run -d --name v7 --mount type=bind,source=/tmp,target=/b,bind-nonrecursive small
        docker run -d --name v8 --mount type=bind,source=/tmp,target=/b,readonly=TRUE small
        docker run -d --name v9 --mount type=bind,source=/tmp,target=/b,readonly=true small""",
    "ports": """
        docker run -d --name p0 -p 20071:0 small
        docker run -d --name p1 --expose 0 small
        docker run -d --name p2 -p 20072:80/tcp/udp small
        docker run -d --name p3 -p 20073-20074-20075:80 small
        docker run -d --name p4 -p 20076-20077:80 small
        docker run -d --name p5 --expose 1-2-3 small
        docker run -d --name p6 -p ::1:20078:80 small
        docker run -d --name p7 -p [::1]:20078:80 small
        docker run -d --name p8 -p 20079:80/tcp small""",
    "addresses and names": """
        docker network create --subnet 10.99.0.0/24 shop
        docker run -d --name i1 --ip 10.99.0 --network shop small
        docker run -d --name i2 --network name=shop,ip=nonsense small
        docker run -d --name i3 --ip 10.99.0.9 --network shop small
        docker run -d --name i4 --network name=shop,gw-priority=1 small
        docker run -d --name a small
        docker run -d --name i5 --hostname hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh small
        docker run -d --name i6 --hostname hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh small""",
    "logs and keys": """
        docker create --name l1 --log-driver fluentd --log-opt fluentd-async=true small
        docker run -d --name l3 --detach-keys nonsense small
        docker run -d --name l4 --detach-keys ctrl-a small
        docker run -d --name l5 --kernel-memory 10m small""",
    "names that are missing": """
        docker rm -f missing
        docker rm missing
        docker stop -t 0 missing
        docker start missing""",
}


def lines_of(script: str) -> list[str]:
    """Return the lines of a case."""
    return [line.strip() for line in script.strip().splitlines()]


def recorded() -> dict[str, Any]:
    """Return the recorded answers: version, then `cases` and `sequences`, then the answer of each script."""
    found: dict[str, Any] = json.loads(RECORDED.read_text())
    return found


def release(version: str) -> str:
    """Return the release of a version, as `--engine` takes it: 26.1 of 26.1.5+dfsg1."""
    return ".".join(version.split(".")[:2])


def told(lines: Sequence[str], compose: str, version: str, directory: Path) -> dict[int, list[Finding]]:
    """Return the findings that speak of a refusal, by the number of the line (from 0), for an engine of a version."""
    directory.mkdir()
    if compose:
        (directory / "compose.yaml").write_text(compose)
    (directory / "run.sh").write_text("\n".join(lines) + "\n")
    asked = Config()._replace(engine=release(version))
    found: dict[int, list[Finding]] = {}
    for finding in scan([str(directory)], config=asked, audit=True).findings:
        if finding.rule in TELLING and finding.path.endswith("run.sh") and finding.span is not None:
            found.setdefault(finding.span.source.line_of(finding.span.start) - 1, []).append(finding)
    return found


def is_of_a_refusal(finding: Finding) -> bool:
    """Return whether a finding says that the step is refused: a name that does not resolve is no refusal."""
    return not re.search(
        r"does not resolve|has no effect|alias means itself|unnamed-link-target", f"{finding.rule} {finding.message}"
    )
