"""Commands that the CLI refuses: the reason says what to write instead.

tests/conformance compares all of it with the real CLI.
"""

from __future__ import annotations

import pytest

from linklint.docker.cli.command import invocation, read_run
from linklint.text.word import literal

REFUSED = {
    "--nam x nginx": "unknown option --nam: did you mean --name?",
    "--nosuch nginx": "unknown option --nosuch",
    "-name x nginx": "-name was removed in Docker 1.10: write --name",
    "-restart always nginx": "unknown shorthand -r in -restart: did you mean --restart?",
    "--name": "--name needs a value",
    "-d": "run needs an image: docker run [OPTIONS] IMAGE",
    "--rm=yes nginx": "--rm is a switch: it takes =true or =false, not yes",
    "NGINX": "invalid image name NGINX: it must be lower case, nginx",
    "nginx: sh": "invalid image name nginx:: write [REGISTRY/]NAME[:TAG], with the name in lower case",
    "-p 80: nginx": "--publish takes a port like 127.0.0.1:8080:80, not 80: (the container port is missing)",
    "-p localhost:80:80 nginx": "--publish takes a port like 127.0.0.1:8080:80, not localhost:80:80 (invalid "
        "IP address localhost)",
    "--expose 80:80 nginx": "--expose takes a port like 80/tcp, not 80:80 (--expose takes a "
        "container port without a colon)",
    "-e =x nginx": "--env takes NAME=VALUE: the name is missing",
    "--link a:b:c nginx": "--link takes SOURCE:ALIAS, with at most one colon",
    "--memory lots nginx": "--memory takes a size like 512m, not lots",
    "--health-interval 30 nginx": "--health-interval takes a duration like 30s, not 30",
    "--restart on-failure:x nginx": "--restart takes a number of attempts, on-failure:3, not x",
    "--restart always --rm nginx": "--restart and --rm exclude each other: keep one",
    "--network-alias db nginx": "an alias needs a user-defined network, and default is not one: use "
        "--network NAME",
    "--network host --link db nginx": "--link needs a user-defined network: docker refuses it with --network host",
    "--network a --network a nginx": "--network a is given twice",
    "--network a --network host nginx": "a, host: user-defined networks cannot be combined with "
    "bridge, host or none",
    "--network name=a,alais=x nginx": "--network takes name=, alias=, ip=, ip6=, mac-address=, link-local-ip=, "
        "gw-priority= and driver-opt=, not alais=x",
    "--mount type=bind,source=/a nginx": "--mount needs target=PATH",
    "--ulimit nofile=2048:1024 nginx": "--ulimit takes a soft limit that is not above the hard limit: nofile=2048:1024",
    "-v /a::ro nginx": "--volume takes [SOURCE:]PATH[:OPTIONS]; a part is missing in /a::ro",
    "-d -a stdin nginx": "--attach and --detach exclude each other: keep one",
    "--dns-search my_domain nginx": "--dns-search takes a domain like example.com, not my_domain",
    "--platform lunix nginx": "--platform takes OS/ARCHITECTURE like linux/amd64, not lunix",
    "--help=maybe nginx": "--help is a switch: it takes =true or =false, not maybe",
}  # fmt: skip
TAKEN = """
    -p []:80:80|-p target=80,protocol=|-p published=80,target=80|-v C:\\x:/b|-v a:b
    --mount type=bind,source=/a,target=/b,readonly|--mount type=TMPFS,target=/t,tmpfs-mode=1777
    --network name=a,alias=x
    --network a --network b|--network default --link db|--network a --network-alias x --link db
    --restart no:1 --rm|--userns bad --userns host
    --restart on-failure: |--cpus 1_0|--ulimit nofile=1024:-1|--device /dev/sda:rwm|--device vendor.com/gpu=all
    --add-host db=[::1]|--gpus all
    --sysctl net.ipv4.ip_forward=1|--security-opt no-new-privileges|--pid container:x|--platform linux/arm/v7
    --annotation =b|--mac-address 92d0.c60a.2933
""".replace("\n", "|")


def problems(line: str) -> list[str]:
    call = invocation([literal(word) for word in ["docker", "run", *line.split(" ")]], "docker")
    assert call is not None
    return [problem.reason for problem in read_run(call).problems if problem.misread_as is None]


@pytest.mark.parametrize("line", REFUSED)
def test_a_refusal_says_what_to_write_instead(line: str) -> None:
    assert problems(line) == [REFUSED[line]]


@pytest.mark.parametrize("options", [options.strip() for options in TAKEN.split("|") if options.strip()])
def test_what_looks_odd_and_is_taken(options: str) -> None:
    assert problems(f"{options} nginx") == []


@pytest.mark.parametrize("before", ["--name x", "--rm", "-p 80:80"])
def test_options_of_run_before_run(before: str) -> None:
    call = invocation([literal(word) for word in ["docker", *before.split(), "run", "nginx"]], "docker")
    assert call is not None
    (problem,) = read_run(call).problems
    assert problem.reason == f"{before.split()[0]} must come after run"
