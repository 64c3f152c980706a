"""Inputs of the option tests of docker/cli, as facts: what they give to an option, without what they expect.

What each CLI answers is recorded in `cli_answers.json` (`tests/conformance/record_cli.py`). Source: docker/cli v29.7.2,
`cli/command/container/opts_test.go`, `opts/*_test.go` and `internal/volumespec/volumespec_test.go`.
"""

from __future__ import annotations

from collections.abc import Iterator

MOUNT_SWITCHES = ("", "=", "= true", "=no", "=1", "=true", "=0", "=false", "=t", "=TRUE")
DEVICE_PATHS = """/home /home:/home /home:/something/else relative:/absolute-path hostPath:/containerPath:r
    /hostPath:/containerPath:rw /hostPath:/containerPath:mrw ./ ../ /:../ /:path : /tmp: :test :/test tmp: :test: :: :::
    /tmp::: :/tmp:: path:ro path:rr a:/b:ro a:/b:rr /dev/snd /dev/snd:rw /dev/snd:/something /dev/snd:/something:rw
    vendor.com/class=name""".split()
DOMAINS = """. a a. 1.foo 17.foo foo.bar foo.bar.baz foo.bar. foo1.bar2 foo1.bar2.baz 1foo.2bar. 1foo.2bar.baz
    foo-1.bar-2 foo-1.bar-2.baz foo-1.bar-2. 1-foo.2-bar 1-foo.2-bar.baz 1-foo.2-bar. 17 17. .17 17-. 17-.foo .foo
    foo-.bar -foo.bar foo.bar- foo.bar-.baz foo.-bar foo.-bar.baz""".split()
VOLUMES = """/tmp /hostTmp:/containerTmp /hostTmp:/containerTmp:ro /hostVar:/containerVar:rw
    /hostTmp:/containerTmp:ro,Z /hostVar:/containerVar:z /foo:/foo:ro name:/target name:/target:nocopy
    C:\\source:/target C:\\source\\foo:D:\\target:ro /source:/target:shared,rw ./a:./target ~/a:~/target
    ../x:/y .hidden:/y .:/y ..:/y ./x:/y x:/y x/y:/z /path/in/container a:b:c:d:e c::e :a :: : a: a:: x:
    C:\\ /a:/b:cached /a:/b:foo""".split()

PORTS = """80 +80:80 80:+80 published=80,target=80/udp
    8080:80 127.0.0.1:8080:80 target=10,published=20 published=1500,target=200 published=1500,target:444
    published=1500,444 published=1500,target,444 8080-8090-9000:80 80-81-82 0 0:0 0:80 :80 ::80 0.0.0.0::80
    [::1]:80:80 ::1:80:80 [::]::80 1.2.3:80:80 80/tcp 80/udp 80/sctp 80/TCP 80/foo 80-82:90-92 80-82:90
    80:90-92 80-81:90-92 82-80:82-80 65536 80:65536 -1 a:b 8080:80/tcp/udp 127.0.0.1::80 localhost:80:80
    80:80:80 08:08 1.5:80 80: : 127.0.0.1: 127.0.0.1:80 host_ip=127.0.0.1,target=80 target=80,mode=host""".split()

INPUTS: dict[str, list[str]] = {
    "attach": "stdin stdout stderr STDIN STDOUT STDERR invalid ubuntu".split(),
    "blkio-weight-device": "/dev/sda:10 /dev/sda:1000 /dev/sda:0 /dev/sda:9 /dev/sda:1001 /dev/sda:70000 /dev/sda"
    " :100 sda:100".split(),
    "detach-keys": "ctrl-a ctrl-p,ctrl-q a ctrl- nonsense ctrl-[".split(),
    "cpus": "foo 1e-32 1.5 2".split(),
    "device": [*DEVICE_PATHS, "/with space", "/home:/with space", ""],
    "device-read-bps": "/dev/sda:1000 /dev/sda:1mb /dev/sda:0 /dev/sda :1mb sda:1mb /dev/sda:foo /dev/sdc:bad".split(),
    "device-read-iops": "/dev/sda:100 /dev/sda:1.5 /dev/sda:-5 /dev/sda:1mb sda:100".split(),
    "dns": [
        *"127.0.0.1 0:0:0:0:0:0:0:1 ::1 2001:db8::68 2001:DB8::68 [::1] 127".split(),
        " 127.0.0.1 ",
        " ::1 ",
        "random invalid string",
    ],
    "dns-search": [*DOMAINS, "", " ", "foo.bar.baz." + "this.should.fail.on.long.name" * 10],
    "domainname": ["domainname", "123domainname", "d" * 63, "d" * 70],
    "env": [
        *"a something _=a env1=value1 _env1=value1 env2=value2=value3 env3=abc!qwe =a PATH= asd!qwe 1asd".split(),
        *("123", "some space", "  some space before", "some space after  ", "=", "env_4=value 4"),
    ],
    "env-file": ["nonexistent"],
    "expose": """: 8080:9090 /tcp /udp NaN/tcp NaN-NaN/tcp 8080-NaN/tcp 1234567890-8080/tcp 8080/tcp 8080/udp 8080/ncp
        8080-8080/udp 8080-8082/tcp 0 0/tcp 80/ 80/tcp/udp 8082-8080 1-2-3 65536""".split(),
    "gpus": [
        *"all -1 count=all count=-1 count=invalid-integer 2".split(),
        'driver=nvidia,"capabilities=compute,utility","options=foo=bar,baz=qux"',
        '1,driver=nvidia,"capabilities=compute,utility"',
        "all,all",
    ],
    "hostname": ["hostname", "host-name", "123hostname", "hostname.domainname.tld", "h" * 63, "h" * 64, "h" * 65],
    "ip": "172.20.88.22 nonsense 172.20.88 2001:db8::1 172.20.88.022".split(),
    "ip6": "2001:db8::8822 nonsense 172.20.88.22".split(),
    "kernel-memory": "10m x".split(),
    "label": [
        *("", " ", " = ", "    label=value", "this is a label without value", "this is a label=value"),
        *("label=a value that has whitespace", "label=value      ", "label=    value", "label", "=label", "label="),
        *("key1=value1", "key1=value1=value2", 'key"with"quotes={"hello"}', '"quoted-label"="quoted value"'),
        *("key'with'quotes=hello'with'quotes", "'quoted-label'='quoted value''"),
    ],
    "label-file": ["nonexistent"],
    "link": ["name", "dcdfbe62ecd0:alias", "7a67485460b7642516a4ad82ecefe7f57d0c4916f530561b71a50a3f9c4e33da"]
    + ["angry_torvalds:linus", "", "too:much:of:it", "a:b", "name:alias", ":a", "a:", "link:alias:wrong"],
    "link-local-ip": "169.254.2.2 fe80::169:254:2:2 nonsense".split(),
    "mac-address": ["invalidMacAddress", "92:d0:c6:0a:29:33", " 92:d0:c6:0a:29:33", "92-d0-c6-0a-29-33"],
    "memory": "invalid 1G 1e3 1.5g 1e3m".split(),
    "memory-swap": "invalid 1G -1".split(),
    "mount": [
        *(f"type=bind,source={path},target=/target" for path in (".", "./", "../", "..", "/source", "x", "~/x")),
        *("type=bind,src=/source,dst=/target", "target=/target,source=/foo", "", " ", "type=volume,target=/foo,bogus"),
        *("type=volume,target=/foo,bogus=foo", "type=volume, src=/foo,target=/foo", "type=volume,src=,target=/foo"),
        *(
            "type=volume,src =/foo,target=/foo",
            "type=volume,src= /foo,target=/foo",
            "type=volume,src=/foo ,target=/foo",
        ),
        *("type=tmpfs,target=/foo,tmpfs-size=foo", "type=tmpfs,target=/foo,tmpfs-mode=foo", "type=,target=/foo"),
        *("type=volume,target=/foo,source=/foo,bind-propagation=rprivate", "type=bind,source=/foo", "type=bind"),
        "type=bind,target=/foo,source=/foo,volume-nocopy=true",
        *(f"type=bind,target=/foo,source=/foo,readonly{end}" for end in MOUNT_SWITCHES),
        *(f"type=volume,target=/foo,source=foo,volume-nocopy{end}" for end in MOUNT_SWITCHES),
        *(f"type=bind,target=/foo,source=/foo,bind-create-src{end}" for end in MOUNT_SWITCHES),
        *(f"type=bind,target=/foo,source=/foo,bind-nonrecursive{end}" for end in MOUNT_SWITCHES),
        *(f"type=volume,target=/foo,volume-label={label}" for label in ("foo=v", "foo=", "bar", "=v")),
        *(f"type=volume,target=/foo,volume-opt={option}" for option in ("foo=v", "foo=", "bar", "=v")),
        *("type=volume,target=/foo,volume-driver=my-driver", "type=volume,target=/foo,volume-subpath=x"),
        *("type=image,source=foo,target=/target,image-subpath=/bar", "type=image,source=foo,target=/target"),
        *("type=tmpfs,target=/target,tmpfs-size=1m,tmpfs-mode=0700", "type=tmpfs,target=/target,tmpfs-size=1MB"),
        *(f"type=bind,source=/foo,target=/bar,bind-recursive={how}" for how in ("enabled", "disabled", "writable")),
        "type=bind,source=/foo,target=/bar,bind-recursive=writable,readonly",
        "type=bind,source=/foo,target=/bar,bind-recursive=readonly,readonly",
        "type=bind,source=/foo,target=/bar,bind-recursive=readonly,readonly,bind-propagation=rprivate",
        "type=nosuch,source=/foo,target=/bar",
    ],
    "network": [
        *("docknet1", "name=docknet1,alias=web,driver-opt=field1=value1", "name=docknet1,ip=172.20.88.22"),
        *("name=docknet1,alias=web1,alias=web2,driver-opt=field1=value1,driver-opt=field2=value2", "name=docknet1"),
        *("name=docknet1,ip6=2001:db8::8822", "name=docknet1,mac-address=52:0f:f3:dc:50:10", "name=docknet1,ip=x"),
        *("name=docknet1,link-local-ip=169.254.169.254,link-local-ip=169.254.10.10", "name=docknet1,link-local-ip=x"),
        'name=docknet1,"driver-opt=com.docker.network.endpoint.sysctls=net.ipv6.conf.IFNAME.accept_ra=2,net=1"',
        *("name=docknet1,gw-priority=10", "name=docknet1,gw-priority=-1", "name=docknet1,gw-priority=high"),
        *("name=bridge,gw-priority=1", "invalidField=docknet1", "network=docknet1,invalid=web", "gw-priority=x"),
        *("driver-opt=field1=value1,driver-opt=field2=value2", "name=net1,mac-address=foobar", ""),
    ],
    "pid": "container: host container:x nonsense".split(),
    "publish": PORTS,
    "restart": ["", *"no :1 always always:2:3 on-failure:1 on-failure:invalid unless-stopped".split()]
    + "unless-stopped:invalid anything:123 negative:-123".split(),
    "security-opt": "seccomp=unconfined apparmor=unconfined label=user:USER foo=bar systempaths=unconfined "
    "systempaths=unknown no-new-privileges nosuch label:x".split(),
    "shm-size": "a128m 128m".split(),
    "ulimit": "core=1024:1024 nofile nofile=512:1024 notavalidtype=1024:1024 nofile=2:1".split(),
    "uts": "container: host".split(),
    "volume": VOLUMES,
}
TOGETHER = [
    "--link a:b --link c:d",
    "--network bridge --link a:b",
    "--network none --link a:b",
    "--network host --link a:b",
    "--network container:x --link a:b",
    "--network default --link a:b",
    "--network userdefnet --link a:b",
    "--network userdefnet --link a:b --network bar --link c:d",
    "--network bridge --network-alias x",
    "--network-alias x",
    "--network bridge --link a:b --network-alias x",
    "-i",
    "-a stdin",
    "-a stdin -a stdout",
    "-a stdin -a stdout -a stderr",
    "-a invalid -a stdout",
    "-a stdout -a stderr -z",
    "-z --rm",
    "--publish=80 --expose=80-81/tcp",
    "--ip 172.20.88.22 --ip6 2001:db8::8822 --link foo:bar --link bar:baz --link-local-ip 169.254.2.2"
    " --network name=net1 --network-alias web1 --network-alias web2",
    "--network name=net1,driver-opt=field1=value1 --network net2 --network name=net3,alias=web3,ip=172.20.88.22",
    "--network net1 --network name=net2",
    "--network=name=net1,alias=foobar --mac-address 52:0f:f3:dc:50:10",
    "--network duplicate --network name=duplicate",
    "--network name=net1,alias=web1 --network-alias web1",
    "--network name=net1,ip=172.20.88.22 --ip 172.20.88.22",
    "--network name=net1,ip6=2001:db8::8822 --ip6 2001:db8::8822",
    "--network name=host --network net1",
    "--network name=net1,link-local-ip=169.254.169.254 --link-local-ip 169.254.10.8",
    "--network name=net1,mac-address=02:32:1c:23:00:04 --mac-address 02:32:1c:23:00:04",
    "--rm --restart=always",
    "--no-healthcheck",
    "--no-healthcheck --health-cmd=/check.sh",
    "--health-timeout=2s --health-retries=3 --health-interval=4.5s --health-start-period=5s",
    "--log-driver=none --log-opt=anything",
    "--log-driver=syslog --log-opt=something",
    "--hostname=some.prefix --domainname=domainname",
    "--disable-content-trust",
    "--disable-content-trust=false",
    "--use-api-socket",
    "--pids-limit 5 --annotation a=b",
    "--volume-driver x --mount type=volume,target=/x",
]


def command_lines() -> Iterator[list[str]]:
    """Yield each input as the words after `docker`."""
    for option, values in INPUTS.items():
        for value in values:
            yield ["run", "-d", f"--{option}={value}", "ubuntu", "bash"]
    for words in TOGETHER:
        yield ["run", "-d", *words.split(), "ubuntu", "bash"]
