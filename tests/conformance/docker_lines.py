"""Command lines of `docker run` and `docker create`: every option in every form with many values, then mixtures.

The generator does not know which are valid: the real CLI decides. Each line is a list of words after `docker`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

SWITCHES = """detach disable-content-trust help init interactive no-healthcheck oom-kill-disable privileged publish-all
    quiet read-only rm sig-proxy tty""".split()
SHORT = {
    "attach": "a", "cpu-shares": "c", "detach": "d", "env": "e", "hostname": "h", "interactive": "i", "label": "l",
    "memory": "m",
    "publish": "p", "publish-all": "P", "quiet": "q", "tty": "t", "user": "u", "volume": "v", "workdir": "w",
}  # fmt: skip

WHOLE = [
    "0",
    "7",
    "-1",
    "+5",
    "007",
    "0x10",
    "0b11",
    "0o7",
    "1_000",
    "1.5",
    "ten",
    "",
    " 3",
    "99999999999999999999",
    "08",
]
UNSIGNED = ["0", "10", "500", "1000", "65535", "65536", "-1", "+5", "0x10", "010", "ten", "", "1.0"]
DURATION = ["30s", "1m30s", "1.5h", "0", "-5s", "100ms", "1d", "30", "s", "", "1h 5m", "2us", ".5s", "5.s", "1ms", "0s"]
SIZE = [
    "512m",
    "64M",
    "1g",
    "1.5g",
    "1GiB",
    "100",
    "100b",
    "0",
    "-1",
    "10 mb",
    "10mib",
    "1e3",
    "x",
    "",
    "m",
    "1kk",
    "0.5k",
    "4m",
]
ADDRESS = ["8.8.8.8", "::1", "8.8.8", "fe80::1%eth0", "dns.example", "", " 1.1.1.1", "01.1.1.1", "2001:db8::5"]
DEVICE_RATE = [
    "/dev/sda:1mb",
    "/dev/sda:10",
    "/dev/sda",
    "sda:1mb",
    "/dev/sda:-1",
    "/dev/sda:x",
    "",
    "/dev/sda:1mb:2",
    "/dev/sda:1.5",
]
TEXT = ["x", "", "a b", "-x", "--rm", "ümlaut"]

VALUES: dict[str, list[str]] = {
    "add-host": ["db:10.0.0.1", "db=10.0.0.1", "db:host-gateway", "db:::1", "db:[::1]", "db=[2001:db8::1]", "db", "db:",
    ":10.0.0.1",
                 "", "db:300.1.1.1", "db:name", "db=host-gateway", "a=b=c", "db:10.0.0.1:5"],
    "annotation": ["a=b", "a", "", "=b", "a=b=c"],
    "attach": ["stdin", "STDOUT", "stderr", "Stdin", "tty", "", "0"],
    "blkio-weight": UNSIGNED,
    "blkio-weight-device": ["/dev/sda:200", "/dev/sda:5", "/dev/sda:1001", "/dev/sda", "sda:200", "/dev/sda:0", "",
    "/dev/sda:x", "/dev/sda:10"],
    "cap-add": ["NET_ADMIN", "ALL", "", "nonsense"],
    "cap-drop": ["NET_ADMIN", "ALL", ""],
    "cgroup-parent": TEXT,
    "cgroupns": ["host", "private", "", "public", "container:x"],
    "cidfile": ["id", ""],
    "cpu-count": WHOLE,
    "cpu-percent": WHOLE,
    "cpu-period": WHOLE,
    "cpu-quota": WHOLE,
    "cpu-rt-period": WHOLE,
    "cpu-rt-runtime": WHOLE,
    "cpu-shares": WHOLE,
    "cpus": ["1.5", "2", ".5", "1/2", "0", "-1", "x", "", "1e2", "1,5", "0.0000000001", "1_0", "0x1", "+1", "1.",
    "1/0"],
    "cpuset-cpus": ["0-3", "0,1", "x", ""],
    "cpuset-mems": ["0", ""],
    "detach-keys": ["ctrl-p,ctrl-q", "a,b", "", "ctrl-", "nonsense"],
    "device": ["/dev/sda", "/dev/sda:/dev/xvda", "/dev/sda:/dev/xvda:rwm", "/dev/sda:rwm", "/dev/sda:/dev/xvda:x",
    "sda", "", ":", "a:b:c:d",
               "/dev/sda::rw", "vendor.com/class=dev", "/dev/sda:rrr", "/dev/sda:/dev/x:rr", "vendor.com/gpu=all"],
    "device-cgroup-rule": ["c 1:3 mr", "a *:* rwm", "b 8:* r", "c 1:3", "x 1:3 r", "", "c *:3 rw"],
    "device-read-bps": DEVICE_RATE,
    "device-read-iops": DEVICE_RATE,
    "device-write-bps": DEVICE_RATE,
    "device-write-iops": DEVICE_RATE,
    "dns": ADDRESS,
    "dns-opt": TEXT,
    "dns-option": TEXT,
    "dns-search": ["example.com", ".", "", "a b", "-x", "a_b.example", "x" * 300, "10.0.0.1", "a..b", "localhost", " .",
    "ex-ample.org."],
    "domainname": TEXT,
    "entrypoint": ["/bin/sh", "", "a b"],
    "env": ["A=1", "A=", "A", "UNSET", "HOST_VALUE", "=x", "", "A=b=c", "a b=c", "A= spaced ", "1A=x",
    "PASSWORD=hunter22", "A.B=1", "-x=y", " A=1", "A\nB=1"],
    "env-file": ["app.env", "missing.env", "", "bad.env", "./app.env"],
    "expose": ["80", "80/tcp", "80/udp", "80-90", "80-90/udp", "80:90", "x", "", "90-80", "70000", "0", "80/", "80/xyz",
    "/tcp", "80-", "-80", "080",
               "80-90-100", "80/TCP", "127.0.0.1:80", "65535", "65536", "80/tcp/udp", "8 0"],
    "gpus": ["all", "2", "device=0", "\"device=0,1\"", "", "x", "count=all", "capabilities=gpu",
    "driver=nvidia,count=1", "count=x", "device=0,count=1",
             "driver=a,driver=b", "options=\"a=b\"", "count=-1", "-1", "all,count=1", "0"],
    "group-add": TEXT,
    "health-cmd": ["true", "", "curl -f http://x || exit 1"],
    "health-interval": DURATION,
    "health-retries": WHOLE,
    "health-start-interval": DURATION,
    "health-start-period": DURATION,
    "health-timeout": DURATION,
    "hostname": ["web", "", "a.b.c", "-x", "a b"],
    "io-maxbandwidth": SIZE,
    "io-maxiops": UNSIGNED,
    "ip": ADDRESS,
    "ip6": ADDRESS,
    "ipc": ["host", "private", "container:x", "container:", "shareable", "none", "", "nonsense"],
    "isolation": ["default", "process", "hyperv", "", "x"],
    "kernel-memory": SIZE,
    "label": ["a=b", "a", "", "=b", "a=b=c", "a b=c", "link"],
    "label-file": ["labels", "missing", ""],
    "link": ["db", "db:alias", "/db:alias", "db:", ":alias", "", "a:b:c", "db:.", "db:my/alias", "/db", "db:a b",
    "db:/x", ":", "db-1:DB_1", "//db:x", "::"],
    "link-local-ip": ["169.254.1.1", "fe80::1", "x", ""],
    "log-driver": ["json-file", "none", "", "x"],
    "log-opt": ["max-size=10m", "max-size", "", "=x", "a=b=c"],
    "mac-address": ["92:d0:c6:0a:29:33", "92-d0-c6-0a-29-33", "92d0.c60a.2933", "x", "", "92:d0:c6:0a:29",
    "02:00:00:00:00:01"],
    "memory": SIZE,
    "memory-reservation": SIZE,
    "memory-swap": SIZE,
    "memory-swappiness": [*WHOLE, "100", "101", "-2", "50"],
    "mount": ["type=bind,source=/a,target=/b", "type=volume,src=v,dst=/b,readonly",
    "type=tmpfs,target=/t,tmpfs-size=1m", "target=/b", "type=bind,source=/a",
              "type=x,target=/b", "", "type=bind,target=/b", "type=tmpfs,source=/a,target=/b",
              "type=volume,target=/b,readonly=maybe", "src=v,target=/b,ro=1",
              "type=bind,source=/a,target=/b,nonsense", "type=bind,source=/a,target=/b,nonsense=1",
              "type=bind,source=/a,target=/b,bind-propagation=rslave",
              "type=bind,source=/a,target=/b,volume-nocopy=1", "type=volume,target=/b,bind-propagation=private",
              "type=tmpfs,target=/t,tmpfs-mode=1777",
              "type=tmpfs,target=/t,tmpfs-mode=9", "type=tmpfs,target=/t,tmpfs-size=x",
              "\"type=bind\",source=/a,target=/b", "type=bind,\"source=/a", "TYPE=bind,SOURCE=/a,TARGET=/b",
              "type=cluster,source=x,target=/b", "type=npipe,source=x,target=/b",
              "type=volume,source=v,target=/b,volume-opt=a=b", "type=volume,target=/b,volume-driver=x",
              "type=bind,source=/a,target=/b,bind-nonrecursive", "type=bind,source=./rel,target=/b",
              "type=bind,source=/a,target=/b,consistency=cached",
              "type=bind,source=/a,target=/b,bind-recursive=disabled", "type=bind,source=/a,target=/b,bind-recursive=x",
              "type=volume,target=/b,bind-nonrecursive",
              "type=image,source=x,target=/b", "source=/a",
              "type=bind,source=/a,target=/b,readonly,bind-recursive=readonly", "=x,target=/b",
              "type=volume,target=/b,volume-nocopy=x"],
    "name": ["web", "/web", "", "a b", "-x", "Web.1", "x", "_x", "wéb", "web/1"],
    "net": ["host", "mynet", "bridge"],
    "net-alias": ["a", ""],
    "network": ["bridge", "host", "none", "default", "container:x", "mynet", "name=mynet", "name=mynet,alias=a",
    "name=mynet,alias=a,alias=b,ip=10.0.0.5",
                "alias=a", "name=", "", "name=mynet,nonsense=1", "name=mynet,nonsense", "container:", "mynet,alias=x",
                "name=mynet,driver-opt=a=b", "name=mynet,ip=x",
                "name=bridge", "NAME=mynet", "name=host,alias=a", "name=mynet,mac-address=92:d0:c6:0a:29:33",
                "name=mynet,mac-address=x", "name=mynet,ip6=::5",
                "name=mynet,link-local-ip=169.254.1.1", "name=mynet,driver-opt=a", "name=mynet,name=other", "my net",
                "=x", "name=mynet,", "name=mynet,alias=", "name=MyNet",
                "My Net", "name= mynet", "name=mynet, alias=a"],
    "network-alias": ["a", "", "a b"],
    "oom-score-adj": [*WHOLE, "1000", "1001", "-1001"],
    "pid": ["host", "container:x", "container:", "", "private", "x"],
    "pids-limit": WHOLE,
    "platform": ["linux/amd64", "linux", "amd64", "", "x/y/z/w", "linux/arm/v7", "not a platform", "windows",
    "LINUX/AMD64", "nonsense", "linux/", "linux/x_y"],
    "publish": ["80", "80:80", "8080:80/tcp", "8080:80/udp", "127.0.0.1:80:80", "127.0.0.1::80", "0.0.0.0:80:80",
    "[::1]:80:80", "[::]:80:80", "::1:80:80", ":80",
                "80:", "", ":", "8000-8010:8000-8010", "8000-8010:80", "8000-8010:8000-8005", "8010-8000:80",
                "80:80:80", "localhost:80:80", "80:x", "x:80", "80/xyz",
                "80/", "80:80/TCP", "70000:80", "80:70000", "0:80", "80:0", "127.0.0.1:80", "a:b:c:d", "target=80",
                "published=8080,target=80", "published=8080,target=80,protocol=udp", "published=80,target=80/udp",
                "target=80,protocol=", "[]:80:80",
                "published=8080,target=80,host_ip=127.0.0.1", "published=8080", "target=80,mode=host", "target=x",
                "target=80,nonsense", "8080:80/sctp", "080:0080", "80-81",
                "3000-3001:3000-3001/udp", "127.0.0.1:8000-8001:80-81", "80 :80", "+80:80", "-80:80", "80:-80",
                "0x50:80", "65535:65535", "65536:1", "8080-8081:80-81/tcp",
                "127.0.0.1:8080-8090:80", "::80", ":::80", "[::1]::80", "[127.0.0.1]:80:80", "127.1:80:80", "80/tcp:80",
                "1:2/tcp/udp", "published=127.0.0.1:80,target=80", "target=80,target=81",
                "=80", "target=", "80-80:80", "8000-8001:80", "80:80-81", "80-90-100:80-90", "80-:80",
                "8000-8001-8002:80", "80:80-81-82"],
    "pull": ["always", "missing", "never", "", "sometimes", "ALWAYS"],
    "restart": ["no", "always", "unless-stopped", "on-failure", "on-failure:3", "on-failure:x", "never", "", "always:3",
    "on-failure:-1", "on-failure:", ":3", "no:1", "Always", "on-failure:1:2", "unless-stopped:0"],
    "runtime": ["runc", ""],
    "security-opt": ["seccomp=unconfined", "no-new-privileges", "no-new-privileges=true", "label=disable", "apparmor=x",
    "x", "", "seccomp=missing.json",
                     "label:disable", "systempaths=unconfined", "seccomp=builtin", "a=b=c", "seccomp:unconfined",
                     "no-new-privileges:x", "apparmor:x", "x:y", "label", "no-new-privileges=", "=x"],
    "shm-size": SIZE,
    "stop-signal": ["SIGTERM", "9", "", "nonsense"],
    "stop-timeout": WHOLE,
    "storage-opt": ["size=10G", "size", "", "a=b=c", "=x"],
    "sysctl": ["net.core.somaxconn=1024", "kernel.msgmax=1", "x=1", "x", "", "net.ipv4.ip_forward", "kernel.sem=1",
    "fs.mqueue.x=1", "net.ipv4.ip_forward=", "kernel.nonsense=1", "NET.core=1"],
    "tmpfs": ["/run", "/run:rw,size=1m", "", "run", ":rw", "/run:size=1m:x"],
    "ulimit": ["nofile=1024", "nofile=1024:2048", "nofile=2048:1024", "x=1", "nofile", "", "nofile=x", "nofile=-1",
    "nofile=1:2:3", "nofile=1024:", "nofile=-1:5", "core=0", "nproc=5:-1", "NOFILE=1", "nofile=1024: 5", "nofile="],
    "user": ["1000", "root", "", "1000:1000"],
    "userns": ["host", "", "x", "private"],
    "uts": ["host", "", "x", "private"],
    "volume": ["/data", "/a:/b", "/a:/b:ro", "v:/b", "/a:/b:z,ro", "", ":", "/a:/b:c:d", "./rel:/b", "a", ":/b", "/a:",
    "/a:/b:nonsense", "/a:/b:ro,rw", "C:\\x:/b", "v:/b:nocopy", "::", "/a::ro", "/a:/b:", "/a:relative", "~/x:/b",
               "/a:/b:cached", "/a:/b:rprivate", "/a:/a", "/:/host", "a:b:c"],
    "volume-driver": TEXT,
    "volumes-from": ["x", "x:ro", "", "x:bad", ":ro"],
    "workdir": ["/app", "", "relative", "C:\\x"],
}  # fmt: skip

IMAGES = [
    "nginx", "nginx:1.25", "library/nginx", "reg.example:5000/a/b:tag", "nginx@sha256:" + "a" * 64, "NGINX", "ngi nx",
    "a//b", "-x", "nginx:", ":tag",
    "localhost/x", "a_b/c__d", "a___b", "a-b--c", "a..b", "UPPER.example/x", "nginx:ta g", "nginx:" + "t" * 129,
    "nginx:" + "t" * 128, "/nginx", "nginx/",
    "nginx@sha256:abc", "a" * 64, "b" * 63, "docker.io/library/nginx:latest@sha256:" + "b" * 64, "é", "nginx:-x",
    "nginx:.x", "a.b/c", "x@y", "[::1]:5000/x", "0", "a" * 256, "",
    "UPPER/x", "host:80/x", "host:80", "a:b:c", "sha256:" + "a" * 64, "nginx:_x", "http://x/y", "a.b", "a_b", "_a",
    "a_", "a.-b", "localhost:5000", "A.b/c", "aB.c/d", "a@sha256:" + "a" * 64 + "@b", "a" * 247, "a" * 248,
    "a.b/" + "b" * 255, "a.b/" + "b" * 256, "a/" + "b" * 254, "x@sha256:" + "A" * 64, "x@sha512:" + "a" * 128,
    "x@md5:" + "a" * 32, "nginx:UP",
]  # fmt: skip
COMMANDS = [
    ["sh"],
    ["sh", "-c", "echo $HOME"],
    ["-x"],
    ["--name", "late"],
    ["a b", ""],
    ["--", "-d"],
    ["-p", "80:80"],
    ["nginx", "-g", "daemon off;"],
    ["echo", "'quoted'", '"x"', "a\\b"],
]
UNKNOWN = [
    ["--nosuch"], ["--nosuch=1"], ["--nosuch", "1"], ["-z"], ["-dz"], ["--Name", "x"], ["--nam", "x"], ["-name", "x"],
    ["-link", "a:b"], ["-link=a:b"], ["-rm"], ["-expose", "80"],
    ["-volumes-from", "x"], ["-dns", "8.8.8.8"], ["-net", "host"], ["-hostname", "x"], ["-privileged"],
    ["-entrypoint", "x"], ["-cidfile", "x"], ["-v=/a:/b"], ["-volume", "/a"],
    ["-publish", "80:80"], ["-env", "A=1"], ["-detach"], ["-user", "x"], ["-memory", "1g"], ["-workdir", "/x"],
    ["-c=1"], ["---name", "x"], ["--=x"], ["--name"], ["-e"], ["-p"], ["-"], ["--"],
    ["-dp"], ["-h"], ["--help"], ["-n", "x"], ["-r"], ["-x"], ["-f"], ["--use-api-socket"],
    ["--health-start-interval", "5s"], ["-d-"], ["-d--rm"], ["-it--rm"], ["-=x"], ["-d="], ["-e="], ["-p="],
    ["-P80:80"], ["-tp80:80"],
    ["-icc"], ["-lxc-conf", "x=y"], ["--lxc-conf", "x=y"], ["-sig-proxy=false"], ["--sig-proxy=0"], ["-m512m"],
    ["-u", "0", "-w/x"],
]  # fmt: skip


def forms(option: str, value: str) -> list[list[str]]:
    """Return the forms in which one option with one value can be written."""
    found = [[f"--{option}", value], [f"--{option}={value}"]]
    if option in SHORT:
        letter = SHORT[option]
        found += [
            ["-" + letter, value],
            [f"-{letter}{value}"],
            [f"-{letter}={value}"],
            [f"-it{letter}", value],
            [f"-P{letter}{value}"],
        ]
    return found


def switch_forms(option: str) -> list[list[str]]:
    """Return the forms in which a switch can be written."""
    found = [
        [f"--{option}"],
        *(
            [f"--{option}={value}"]
            for value in ("true", "false", "1", "0", "t", "F", "TRUE", "yes", "", "True", "tRUE")
        ),
    ]
    found.append([f"--{option}", "false"])
    if option in SHORT:
        letter = SHORT[option]
        found += [
            ["-" + letter],
            [f"-{letter}=false"],
            [f"-{letter}=true"],
            [f"-{letter}=maybe"],
            [f"-{letter}i=false"],
            [f"-i{letter}=0"],
            [f"-{letter}{letter}"],
            [f"-{letter}=", "x"],
        ]
    return found


def one_by_one() -> Iterator[list[str]]:
    """Yield every option in every form with every value, one per line."""
    for option, values in VALUES.items():
        for number, value in enumerate(values):
            for place, words in enumerate(forms(option, value)):
                if number < 6 or place in (number % 2, 2 + number % 5):
                    yield ["run", "-d", *words, "nginx"] if (number + place) % 3 else ["create", *words, "nginx", "sh"]
    for switch in SWITCHES:
        for place, words in enumerate(switch_forms(switch)):
            yield ["create" if place % 3 == 2 else "run", *words, "nginx", "sh"]
    for image in IMAGES:
        yield ["run", "-d", image]
        yield ["create", "--name", "x", "--", image, "sh"]
    for words in UNKNOWN:
        yield ["run", "-d", *words, "nginx", "sh"]
        yield ["create", *words, "nginx"]
        yield ["run", *words]
    for command in COMMANDS:
        yield ["run", "--rm", "nginx", *command]
        yield ["container", "run", "-d", "--", "nginx", *command]
    for before in (
        ["--name", "x"],
        ["--rm"],
        ["-it"],
        ["-d", "-D"],
        ["--nosuch"],
        ["-p", "80:80"],
        ["-e=A"],
        ["--debug=x"],
    ):
        yield [*before, "run", "-d", "nginx"]
    for before in (
        ["--debug"],
        ["-D"],
        ["--log-level", "error"],
        ["-l", "info"],
        ["--log-level=warn", "container"],
        ["--tls=false"],
        ["-l=info", "-D"],
    ):
        yield [*before, "run", "-d", "--name", "x", "nginx"]
        yield [*before, "create", "nginx", "--name", "x"]
    yield from (
        [verb, *rest]
        for verb in ("run", "create")
        for rest in ([], ["-d"], ["--name", "x"], ["--"], ["-e", "A=1", "--"], ["--name=x", "--rm"])
    )


LIKELY = (
    "name link publish env network detach rm publish-all expose env-file volume restart net network-alias tty "
    "interactive hostname entrypoint"
).split()
TOGETHER = """attach detach restart rm network network link link-local-ip ip ip6 network-alias net-alias mac-address
    no-healthcheck health-cmd health-interval health-retries health-timeout log-driver log-opt pid ipc uts hostname
    userns privileged init device mount volume tmpfs memory memory-swap kernel-memory oom-kill-disable isolation cpus
    cpu-period cpu-quota sig-proxy detach-keys cidfile volumes-from pull platform
    read-only dns add-host sysctl""".split()


def mixture(random: random.Random) -> list[str]:
    """Return a line as people write it, with an occasional mistake."""
    words = ["run" if random.random() < 0.75 else "create"]
    if random.random() < 0.1:
        words.insert(0, "container")
    for _ in range(random.randint(0, 7)):
        pool = random.choice((LIKELY, LIKELY, LIKELY, TOGETHER, list(VALUES), SWITCHES))
        option = random.choice(pool)
        if random.random() < 0.01:
            words += random.choice(UNKNOWN)
        elif option in SWITCHES:
            choices = switch_forms(option)
            words += random.choice(choices if random.random() < 0.15 else choices[:2])
        else:
            values = VALUES[option]
            value = random.choice(values if random.random() < 0.25 else values[:3])
            words += random.choice(forms(option, value))
    if random.random() < 0.05:
        words.append("--")
    if random.random() < 0.98:
        words.append(random.choice(IMAGES if random.random() < 0.1 else IMAGES[:4]))
        if random.random() < 0.4:
            words += random.choice(COMMANDS)
    return words


def damaged(words: list[str], chance: random.Random) -> list[str]:
    """Return a line with a typo in one word."""
    first = 2 if words[0] == "container" else 1  # after the command: a misspelled one is not `run`
    if len(words) <= first:
        return words
    index = chance.randrange(first, len(words))
    word = words[index]
    at = chance.randrange(len(word) + 1)
    slip = chance.choice(("drop", "double", "insert", "swap", "join", "split"))
    if slip == "join" and index + 1 < len(words):
        return [*words[:index], word + words[index + 1], *words[index + 2 :]]
    if slip == "split":
        return [*words[:index], word[:at], word[at:], *words[index + 1 :]]
    changed = {
        "drop": word[:at] + word[at + 1 :], "double": word[:at] + word[at : at + 1] + word[at:],
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }.get(slip, word[:at] + chance.choice("-=:/.,0 aZ_[]@+%~'\"$#") + word[at:])  # fmt: skip
    return [*words[:index], changed, *words[index + 1 :]]


def lines(count: int, seed: int = 20) -> list[list[str]]:
    """Return at least `count` different lines, always the same."""
    chance = random.Random(seed)
    found = {tuple(words): None for words in one_by_one()}
    while len(found) < count:
        words = mixture(chance)
        found[tuple(damaged(words, chance) if chance.random() < 0.3 else words)] = None
    return [list(words) for words in found]
