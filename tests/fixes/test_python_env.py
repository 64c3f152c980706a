"""Fixes of reads: host names instead of link variables, in Python, shell, JavaScript and templates; and what is not
changed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from linklint.cli import main
from linklint.fixes.python_env import Unfixable, depth_of, edits_for, libcst_child, replace_reads

Tree = Callable[[dict[str, str]], Path]

LINK = "docker run -d --name db postgres\ndocker run -d --name web --link db:pg example/web\n"
READ = 'os.environ["PG_PORT_5432_TCP_ADDR"]'

PYTHON: dict[str, tuple[str, str]] = {
    "an item": (f"import os\nimport sys\n\nhost = {READ}\nprint(host, os.sep)\n",
    'import os\nimport sys\n\nhost = "pg"\nprint(host, os.sep)\n'),
    "the last use of os": (f"import os\nimport sys\n\nprint({READ})\n", 'import sys\n\nprint("pg")\n'),
    "a comment and blanks": (f"import os, sys  # both\n\nx = ( {READ} , 1 )  # the host\nprint(x, os.name != '')\n",
    "import os, sys  # both\n\nx = ( \"pg\" , 1 )  # the host\nprint(x, os.name != '')\n"),
    "get": ("import os\nprint(os.environ.get('PG_PORT_5432_TCP_ADDR'))\n", 'print("pg")\n'),
    "get with a default": ("import os\nprint(os.environ.get('PG_PORT_5432_TCP_ADDR', 'localhost'))\n", 'print("pg")\n'),
    "or": (f"import os\nprint({READ} or 'localhost')\n", "print(\"pg\" or 'localhost')\n"),
    "getenv": ("import os\nprint(os.getenv('PG_PORT_5432_TCP_ADDR'))\n", 'print("pg")\n'),
    "from os": ("from os import environ, sep\nprint(environ['PG_PORT_5432_TCP_ADDR'], sep != '')\n",
    "from os import sep\nprint(\"pg\", sep != '')\n"),
    "from os getenv": ("from os import getenv\nprint(getenv('PG_PORT_5432_TCP_ADDR'))\n", 'print("pg")\n'),
    "a URL": ("import os\nprint(os.environ['PG_PORT_5432_TCP'])\n", 'print("tcp://pg:5432")\n'),
    "no line end at the end": (f"import os\nprint({READ}, os.name != '')", "import os\nprint(\"pg\", os.name != '')"),
    "no line end at the end, Windows": (f"import os\r\nprint({READ})", 'print("pg")'),
    "an error's default": (f"import os\ntry:\n    h = {READ}\nexcept KeyError:\n    h = 'localhost'\nprint(h, "
        f"os.name != '')\n", "import os\ntry:\n    h = \"pg\"\nexcept KeyError:\n    h = 'localhost'\nprint(h, "
            "os.name != '')\n"),
    "a default, asked by its name": ("import os\nh = os.environ.get('PG_PORT_5432_TCP_ADDR', 'x')\nif h:\n    "
        "print(h, os.name != '')\n", "import os\nh = \"pg\"\nif h:\n    print(h, os.name != '')\n"),
    "a database by its number": (f"import os\nprint('redis://%s:%s/0' % ({READ}, 1), os.name != '')\n",
    "import os\nprint('redis://%s:%s/0' % (\"pg\", 1), os.name != '')\n"),
    "two": (f"import os\nprint({READ}, {READ})\n", 'print("pg", "pg")\n'),
    "in a call": (f"import os\nprint('http://%s:80' % {READ})\n", "print('http://%s:80' % \"pg\")\n"),
    "in an f-string": ("import os\nprint(f\"http://{os.environ['PG_PORT_5432_TCP_ADDR']}\")\n",
    "print(f\"http://{'pg'}\")\n"),
    "an import with a comment": (f"import os  # for the host\nprint({READ})\n",
    'import os  # for the host\nprint("pg")\n'),
    "a form feed": (f"import os\n\x0c\nx = {READ}\nprint(x, os.name != '')\n",
    "import os\n\x0c\nx = \"pg\"\nprint(x, os.name != '')\n"),
    "an import that a linter is told of": (f"import os  # noqa: F401\nprint({READ})\n",
    'import os  # noqa: F401\nprint("pg")\n'),
    "an import that a string speaks of": (f"import os\nprint({READ}, 'see os.environ')\n",
    "import os\nprint(\"pg\", 'see os.environ')\n"),
    "Windows": (f"import os\r\nx = {READ}\r\nprint(x, os.name != '')\r\n",
    "import os\r\nx = \"pg\"\r\nprint(x, os.name != '')\r\n"),
    "tabs": (f"import os\ndef f():\n\treturn {READ}\nprint(f(), os.name != '')\n",
    "import os\ndef f():\n\treturn \"pg\"\nprint(f(), os.name != '')\n"),
    "an import over lines with comments": ("from os import (\n    sep,\n    environ,  # for the "
        "links\n)\nprint(environ['PG_PORT_5432_TCP_ADDR'], sep != '')\n",
        "from os import (\n    sep,\n    environ,  # for the links\n)\nprint(\"pg\", sep != '')\n"),
    "an argument that is compared": (f"import os\nprint(len({READ} + 'x') == 3, str({READ}) == 'pg', os.name != '')\n",
    f"import os\nprint(len({READ} + 'x') == 3, str(\"pg\") == 'pg', os.name != '')\n"),
    "characters beyond ASCII": (f"import os\ns = 'ü€😀'; h = {READ}\nprint(s, h, os.name != '')\n",
    "import os\ns = 'ü€😀'; h = \"pg\"\nprint(s, h, os.name != '')\n"),
}  # fmt: skip

LEFT_ALONE = {
    "a test of two": f"import os\nh = ''\nif h or {READ}:\n    pass\nwhile h or {READ}:\n    break\nassert h or "
    f"{READ}\n",
    "a walrus": f"import os\nif x := {READ}:\n    pass\n",
    "a filter": f"import os\nx = [a for a in 'ab' if {READ}]\n",
    "bool and any": f"import os\nx = bool({READ})\ny = any([{READ}])\nz = all(({READ}, 1))\n",
    "a match": f"import os\nmatch {READ}:\n    case None:\n        pass\n",
    "an item": f"import os\nx = {READ}[0]\ny = {READ}[:3]\n",
    "a comparison": f"import os\nif {READ} is None:\n    pass\n",
    "a question": f"import os\nif {READ}:\n    pass\nx = 1 if {READ} else 2\ny = not {READ}\nz = {READ} and 1\n",
    "a set": "import os\nos.environ['PG_PORT_5432_TCP_ADDR'] = 'x'\n",
    "deleted": "import os\ndel os.environ['PG_PORT_5432_TCP_ADDR']\n",
    "asked": "import os\nprint('PG_PORT_5432_TCP_ADDR' in os.environ)\n",
    "another prefix": "import os\nprint(os.environ['DB_PORT_5432_TCP_ADDR'])\n",
    "a port": "import os\nprint(os.environ['PG_PORT_5432_TCP_PORT'])\n",
    "a name": "import os\nprint(os.environ['PG_NAME'])\n",
    "a scan": "import os\nprint([v for k, v in os.environ.items() if k.endswith('_TCP_ADDR')])\n",
    "an address is wanted": f"import ipaddress, os\nprint(ipaddress.ip_address({READ}))\n",
    "a method": f"import os\nprint({READ}.split('.'))\n",
    "who knows whose": "print(config['PG_PORT_5432_TCP_ADDR'])\n",
    "taken out": "import os\nos.environ.pop('PG_PORT_5432_TCP_ADDR', None)\nx = "
    "os.environ.pop('PG_PORT_5432_TCP_ADDR', 'a')\n",
    "asked, in Python 2's way": "import os\nx = os.environ.has_key('PG_PORT_5432_TCP_ADDR')\n",
    "a statement of its own": f"import os\n{READ}\n",
    "not one of two": f"import os\nx = not (os.environ.get('A') or {READ})\n",
    "one of several": f"import os\nx = 'a' in ({READ}, 'b')\ny = [{READ}] == ['a']\n",
    "a filter of one": f"import os\nx = [h for h in [{READ}] if h]\n",
    "a file of addresses": f"import os\nwith open('/etc/hosts', 'a') as f:\n    f.write('%s db' % {READ})\n",
    "hosts of a container": f"import os\nclient.containers.run('x', extra_hosts={{'db': {READ}}})\n",
    "a network": f"import os\nx = {READ} + '/32'\ny = netaddr.IPAddress({READ})\nr.nameservers = [{READ}]\n",
    "set by the program": f"import os\nif 'PG_PORT_5432_TCP_ADDR' not in os.environ:\n    {READ} = '127.0.0.1'\nx "
    f"= {READ}\n",
    "set by default": f"import os\nos.environ.setdefault('PG_PORT_5432_TCP_ADDR', 'x')\nx = {READ}\n",
    "or another setting": f"import os\nx = {READ} or os.environ.get('DB_HOST')\ny = os.environ.get('A') or {READ} "
    f"or settings.HOST\n",
    "a default that is a setting": "import os\n"
    "x = os.environ.get('PG_PORT_5432_TCP_ADDR', os.environ.get('DB_HOST'))\n",
    "asked by its name": "import os\nh = os.environ.get('PG_PORT_5432_TCP_ADDR')\nif h:\n    pass\n",
    "compared by its name": f"import os\nself.h = {READ}\nx = 1 if self.h == 'a' else 2\ny = self.h is not None\n",
    "asked by an error": f"import os\ntry:\n    h = {READ}\n    on = True\nexcept KeyError:\n    on = False\n",
    "asked by any error": f"import os\ndef f():\n    try:\n        return {READ}\n    except Exception:\n        "
    f"return None\n",
    "given by a test": f"import os\nos.environ.update({{'PG_PORT_5432_TCP_ADDR': 'x'}})\nx = {READ}\n",
    "given by a patch": f"import os\nwith mock.patch.dict('os.environ', PG_PORT_5432_TCP_ADDR='x'):\n    x = {READ}\n",
    "given by pytest": f"import os\nmonkeypatch.setenv('PG_PORT_5432_TCP_ADDR', 'x')\nx = {READ}\n",
    "a name server": f"import os\nns = {READ}\nwith open('/etc/resolv.conf', 'w') as f:\n    f.write('nameserver "
    f"%s' % ns)\n",
    "asked of a function": "import os\ndef get_host():\n    return os.environ.get('PG_PORT_5432_TCP_ADDR')\nif "
    "get_host():\n    pass\n",
    "asked of an attribute": "import os\nclass A:\n    db_host = os.environ.get('PG_PORT_5432_TCP_ADDR')\n    def "
    "f(self):\n        return 1 if self.db_host else 2\n",
    "a comment": "import os\n# os.environ['PG_PORT_5432_TCP_ADDR']\n",
}


def fixed(tree: Tree, files: dict[str, str]) -> dict[str, str]:
    """The files after `scan --fix=all` of the reads."""
    return mended(tree({"run.sh": LINK, **files}), files)


def mended(root: Path, files: Iterable[str]) -> dict[str, str]:
    """Return the files of a tree after `scan --fix=all` of the reads."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        pytest.raises(SystemExit),
    ):
        main(["scan", "--fix=all", "--audit", "--select", "link-env-address", str(root)])
    return {name: (root / name).read_bytes().decode() for name in files}


def printed(program: str, **environment: str) -> str:
    """Return the output of a program."""
    kept = dict(os.environ)
    os.environ.update(environment)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(program, "a.py", "exec"), {"__name__": "example"})
    finally:
        os.environ.clear()
        os.environ.update(kept)
    return out.getvalue()


KEPT: dict[str, list[str]] = {  # reads for which a host name would mean something else, each the line of a file
    "a.sh": [
        'psql "postgres://$USER:$PW@$HOST$V"', 'echo "$PREFIX${V}"', "echo ${V:-`f }`} end", "echo ${V:-$(hostname)}",
        'f() { psql -h "$V"; }; V=${1:-localhost}; f', "V=${OVERRIDE:-$V}; psql -h $V", "V+=x; echo $V",
        'read -r -p "host? it;s" V; echo $V',
        "env V=other sh -c 'psql -h $V'", '[ "$V" ] && echo yes', '[ ! "$V" ] && echo no', 'test "$V" && echo yes',
        "[[ $V ]] && echo yes", "[[ ! $V ]]",
        "[[ $A || $V ]]", "[[ $V =~ ^172 ]]", "[[ 172.1 =~ $V ]]", '[ -n "$A" -o "$V" ]', '[ x != "x$V" ]',
        '[ "${V}x" = x ]', '[ "$V:$P" = : ]',
        'expr "$V" : 172', "case $x in\n$V) echo;;\nesac", 'IFS=. read a b c d <<< "$V"', "IFS=.; set -- $V",
        "echo $V | grep -Eo '[0-9.]+'",
        "docker run --add-host x:$V img", "docker run --ip $V img", "docker run --dns $V img",
        "docker run -p $V:80:80 img", "ip addr add $V/16 dev eth0",
        "echo nameserver $V > /etc/resolv.conf", "cat >> /etc/hosts <<EOF\n$V db\nEOF", "{\necho\n$V\n} >> $HOSTS",
        "echo ${X/$V/y}", "echo ${X#$V}",
        "psql -h ${V:-$DB_HOST}", "if [[ -n $A ||\n -n $V ]]; then :; fi", 'if [ "$A" = \\\n "$V" ]; then :; fi',
        'echo "$V db" \\\n  >> /etc/hosts',
        'echo "address=/db/$V" > /etc/dnsmasq.d/x', 'IP=$V\necho "$IP db" >> /etc/hosts',
        "DB_ADDR=$V  # for those who read this in", 'DNS="$V"; echo "nameserver $DNS" > /etc/resolv.conf',
        'H=$V\nif [ -z "$H" ]; then exec app --sqlite; fi',
        'H=${H:-$V}\n[ -n "$H" ] || exit', "H=$V; [[ $H ]] && f", "export H=$V; app ${H%.*}", 'H=$V; app "$H/24"',
        "H=$V; iptables -A INPUT -s $H -j DROP", "nft add rule x y ip saddr $V accept", "ufw allow from $V",
        "firewall-cmd --add-source=$V", "dig -x $V",
    ],
    "a.js": [
        "const h = globalThis.process.env.V", "process.env.V\n  = 'x'", 'process.env["V"] /* c */ = "x"',
        "const r = /process.env.V/", "if (a && process.env.V) f()",
        "if ((process.env.V)) f()", "const b = Boolean(process.env.V)", "typeof(process.env.V) === 'undefined'",
        "(process.env.V) == null", "const x = !(process.env.V)",
        "const x = !! process.env.V", "switch (process.env.V) {}", "assert(process.env.V, 'no')",
        "const x = process.env.V // c\n ? 1 : 2", "const p = process.env.V?.split('.')",
        "const p = process.env.V[0]", "net.isIP(process.env.V)", "const p = process.env.V.trimEnd().split('.')",
        "const x = a ? process.env.V : 1", "while (!process.env.V) {}",
        "const x = process.env.V == 'a'", "const x = a === process.env.V", "process.env.V += 'x'",
        "process.env.V ??= 'x'", "delete process.env.V",
        "console.log('use ${process.env.V}')", 'const t = "${process.env.V}"', "if (\n  process.env.V ||\n  a\n) f()",
        "const n = !(\n  process.env.V\n)",
        "const b = Boolean(\n  process.env.V\n)", "expect(\n  process.env.V\n).toBe(1)",
        "const b = a &&\n  process.env.V", "const n = !(a || process.env.V)", "const n = !!(a || process.env.V)",
        "peers.includes(process.env.V)", "list.indexOf(process.env.V)", "t.replace(process.env.V, 'x')",
        "fs.appendFileSync('/etc/hosts', process.env.V + ' db')", "dns.setServers([process.env.V])",
        "app.set('trust proxy', [process.env.V])",
        "if (!process.env.V) { process.env.V = 'x' }\nconnect(process.env.V)",
        "const h = process.env.V || process.env.DB_HOST || 'x'",
        "var h = process.env.V;\nif (h) { connect(h); } else { useMemory(); }", "h = process.env.V;\nconst on = !!h",
        "let h = process.env.V\nconst a = h ? 1 : 2", "const h = process.env.V;\nh.split('.')",
        "const on = (process.env.V) ? 1 : 2", "if (a || (process.env.V || 'x') == b) f()",
        "const q = s.replace(/`/g, \"'\")\nconst t = `\nhost: process.env.V, or x\n`",
    ],
    "nginx.conf": [
        "if ($remote_addr = ${V}) { return 1; }", "geo $x { ${V} 1; }", "deny all; allow ${V};",
        "proxy_pass http://\\${V}/;", "set $V foo;", "set_by_lua $V 'return 1';",
        "proxy_pass http://$pre$V;", "listen ${V}:80;",
        "geo $t {\n  default 0;\n  ${V} 1;\n}", "map $a $b {\n  default 0;\n  ${V} 1;\n}", "set_real_ip_from\n  ${V};",
        "proxy_pass http://x; # was ${V}",
    ],
    "haproxy.cfg": ["acl t src ${V}", "bind ${V}:80"],
    "pg_hba.conf": ["host all all ${V}/32 md5"],
    "hosts.tmpl": ["127.0.0.1 localhost\n${V} db db.local"],
    "named.conf": ["options { forwarders { ${V}; }; };", "forward-addr: ${V}"],
    "dnsmasq.conf": ["server=${V}"],
    "httpd.conf": ["Require ip ${V}", "Allow from ${V}"],
    "application.conf": ["db.url = ${PG_PORT_5432_TCP}"],
    "settings.yml": ['trusted: ["${V}/32"]', 'description: "set ${V} to the database"', "host: x # ${V}"],
    "application.properties": ["db.esc=\\${V}", "db.esc=$${V}", "a=$x$V"],
}  # fmt: skip
MENDED: dict[str, list[tuple[str, str]]] = {
    "a.sh": [
        ("HOST=${HOST:-$V}; app $HOST", "HOST=${HOST:-pg}; app $HOST"), ("export HOST=$V", "export HOST=pg"),
        ("H=$V\nexport H", "H=pg\nexport H"), ('psql -h "${V}"', 'psql -h "pg"'), ("echo $V:$P", "echo pg:$P"),
        ('[ -n "$A" ] && H=$V; app $H', '[ -n "$A" ] && H=pg; app $H'),
        ("if [ -f x ]; then psql -h $V; fi", "if [ -f x ]; then psql -h pg; fi"), ("echo ${A}$V", "echo ${A}pg"),
        ("echo $1/$V", "echo $1/pg"), ("[[ -f x ]] && echo $V", "[[ -f x ]] && echo pg"),
        ('H=$V; app "$H:80"', 'H=pg; app "$H:80"'), ("H=${H:-localhost}; H=${H:-$V}; app $H",
        "H=${H:-localhost}; H=${H:-pg}; app $H"), ("H=${V:-db}; [ -n $H ] && app", "H=pg; [ -n $H ] && app"),
        ("echo waiting for $V:80; app $V", "echo waiting for pg:80; app pg"),
        ("# wait for V\napp $V", "# wait for PG_PORT_5432_TCP_ADDR\napp pg"),
        ("./wait-for.sh $V && app $V", "./wait-for.sh pg && app pg"),
    ],
    "a.js": [
        ("const h = process.env.V;", "const h = 'pg';"), ("const h = process.env.V\nconst b = 1",
        "const h = 'pg'\nconst b = 1"), ("connect({ host: process.env.V, port: 1 })",
        "connect({ host: 'pg', port: 1 })"),
        ("const h = process.env.V || 'x'", "const h = 'pg' || 'x'"), ("const h = a || process.env.V",
        "const h = a || 'pg'"), ("const u = 'http://' + process.env.V + ':80'", "const u = 'http://' + 'pg' + ':80'"),
        ("return process.env.V", "return 'pg'"), ("net.connect(80, process.env.V)", "net.connect(80, 'pg')"),
        ("f(\n  process.env.V,\n  1)", "f(\n  'pg',\n  1)"),
        ("const u = 'x://' + (process.env.V || 'localhost') + '/x'", "const u = 'x://' + ('pg' || 'localhost') + '/x'"),
        ("var h = process.env.V || 'x';\nif (h) f(h)", "var h = 'pg' || 'x';\nif (h) f(h)"),
        ("var h = process.env.V;\nconnect(h, that.h ? 1 : 2)", "var h = 'pg';\nconnect(h, that.h ? 1 : 2)"),
        ("if (a) { connect(process.env.V) }", "if (a) { connect('pg') }"),
        ("const o = { hosts: [process.env.V] }", "const o = { hosts: ['pg'] }"),
        ("u = s.replace(/\\/*$/, '')\nconst h = process.env.V", "u = s.replace(/\\/*$/, '')\nconst h = 'pg'"),
        ("const u = `http://${process.env.V}:80`", "const u = `http://${'pg'}:80`"),
    ],
    "nginx.conf": [("proxy_pass http://${V}:80;", "proxy_pass http://pg:80;"), ("server ${V}:80;", "server pg:80;"),
    ("upstream x {\n  server ${V}:80;\n}", "upstream x {\n  server pg:80;\n}")],
    "settings.yml": [("host: ${V} # the host", "host: pg # the host")],
    "application.properties": [("db.url=jdbc:postgresql://${V}/x", "db.url=jdbc:postgresql://pg/x")],
}  # fmt: skip


OTHERS = {
    "start.sh": (
        'psql -h "$PG_PORT_5432_TCP_ADDR" -p "$PG_PORT_5432_TCP_PORT"\n',
        'psql -h "pg" -p "$PG_PORT_5432_TCP_PORT"\n',
    ),
    "braces.sh": ("HOST=${PG_PORT_5432_TCP_ADDR}\napp $HOST\n", "HOST=pg\napp $HOST\n"),
    "default.sh": ("HOST=${PG_PORT_5432_TCP_ADDR:-localhost}\n", "HOST=pg\n"),
    "test.sh": (
        'if [ -n "$PG_PORT_5432_TCP_ADDR" ]; then HOST=$PG_PORT_5432_TCP_ADDR; fi\napp $HOST\n',
        'if [ -n "$PG_PORT_5432_TCP_ADDR" ]; then HOST=pg; fi\napp $HOST\n',
    ),
    "compare.sh": (
        '[[ $PG_PORT_5432_TCP_ADDR == 10.* ]] || [ x = "$PG_PORT_5432_TCP_ADDR" ]\n',
        '[[ $PG_PORT_5432_TCP_ADDR == 10.* ]] || [ x = "$PG_PORT_5432_TCP_ADDR" ]\n',
    ),
    "question.js": (
        "if (process.env.PG_PORT_5432_TCP_ADDR) { a = !process.env.PG_PORT_5432_TCP_ADDR }\n",
        "if (process.env.PG_PORT_5432_TCP_ADDR) { a = !process.env.PG_PORT_5432_TCP_ADDR }\n",
    ),
    "ternary.js": (
        "h = process.env.PG_PORT_5432_TCP_ADDR ? 1 : 2\n",
        "h = process.env.PG_PORT_5432_TCP_ADDR ? 1 : 2\n",
    ),
    "strip.sh": ("HOST=${PG_PORT_5432_TCP#tcp://}\n", "HOST=${PG_PORT_5432_TCP#tcp://}\n"),
    "hosts.sh": (
        'echo "$PG_PORT_5432_TCP_ADDR db" >> /etc/hosts\n',
        'echo "$PG_PORT_5432_TCP_ADDR db" >> /etc/hosts\n',
    ),
    "single.sh": ("echo 'x $PG_PORT_5432_TCP_ADDR'\n", "echo 'x $PG_PORT_5432_TCP_ADDR'\n"),
    "app.js": (
        "const h = process.env.PG_PORT_5432_TCP_ADDR || 'localhost' // host\n",
        "const h = 'pg' || 'localhost' // host\n",
    ),
    "item.js": ("connect(process.env['PG_PORT_5432_TCP_ADDR'])\n", "connect('pg')\n"),
    "template.js": ("const u = `http://${process.env.PG_PORT_5432_TCP_ADDR}:80`\n", "const u = `http://${'pg'}:80`\n"),
    "string.js": ("log('process.env.PG_PORT_5432_TCP_ADDR')\n", "log('process.env.PG_PORT_5432_TCP_ADDR')\n"),
    "set.js": ("process.env.PG_PORT_5432_TCP_ADDR = 'x'\n", "process.env.PG_PORT_5432_TCP_ADDR = 'x'\n"),
    "destructured.js": (
        "const { PG_PORT_5432_TCP_ADDR } = process.env\n",
        "const { PG_PORT_5432_TCP_ADDR } = process.env\n",
    ),
    "nginx.conf": ("proxy_pass http://${PG_PORT_5432_TCP_ADDR}:80;\n", "proxy_pass http://pg:80;\n"),
    "pass.conf": ("env PG_PORT_5432_TCP_ADDR;\n", "env PG_PORT_5432_TCP_ADDR;\n"),
    "main.go": ('h := os.Getenv("PG_PORT_5432_TCP_ADDR")\n', 'h := os.Getenv("PG_PORT_5432_TCP_ADDR")\n'),
}


def lines_of(path: str, line: str) -> str:
    """Return a file that contains the line with the variable's name."""
    return re.sub(r"\bV\b", "PG_PORT_5432_TCP_ADDR", line) + "\n" + ("# docker\n" if path == "a.sh" else "")


CASES: dict[
    str, tuple[str, str]
] = {  # path → before and after: all are fixed in one tree, each in a directory of its own
    **{f"python/{number}/app.py": pair for number, pair in enumerate(PYTHON.values())},
    **{f"left/{number}/app.py": (text, text) for number, text in enumerate(LEFT_ALONE.values())},
    **{
        f"kept/{number}/{path}": (lines_of(path, line),) * 2
        for path, lines in KEPT.items()
        for number, line in enumerate(lines)
    },
    **{
        f"mended/{number}/{path}": (lines_of(path, before), lines_of(path, after))
        for path, pairs in MENDED.items()
        for number, (before, after) in enumerate(pairs)
    },
    **{f"others/{path}": pair for path, pair in OTHERS.items()},
}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """Return the files of all cases, fixed once, and those that a second run changes."""
    root = tmp_path_factory.mktemp("mended")
    for path, text in {"run.sh": LINK, **{path: before for path, (before, _) in CASES.items()}}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    first = mended(root, CASES)
    for path, (before, _) in CASES.items():
        if first[path] == before:
            (root / path).unlink()
    return first, first | mended(root, [path for path, (before, _) in CASES.items() if first[path] != before])


@pytest.mark.parametrize("path", CASES)
def test_the_mend(twice: tuple[dict[str, str], dict[str, str]], path: str) -> None:
    assert twice[0][path] == CASES[path][1]
    assert twice[1][path] == CASES[path][1], "applied twice it changes nothing"


@pytest.mark.parametrize("name", PYTHON)
def test_a_fixed_program_prints_the_same(name: str) -> None:
    before, after = PYTHON[name]
    assert printed(before, PG_PORT_5432_TCP_ADDR="pg", PG_PORT_5432_TCP="tcp://pg:5432") == printed(
        after, PG_PORT_5432_TCP_ADDR="pg", PG_PORT_5432_TCP="tcp://pg:5432"
    )


def test_two_aliases_of_one_prefix_have_no_certain_mend(tree: Tree) -> None:
    more = {
        "more.sh": "docker run -d --name x --link db:p-g y\ndocker run -d --name z --link db:p_g y\n",
        "a.py": "import os\nprint(os.environ['P_G_PORT_5432_TCP_ADDR'])\n",
    }
    assert fixed(tree, more) == more


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import os\nprint 'x'\n", "libcst cannot parse it"),
        ("x = " + "(" * 200 + "1" + ")" * 200, "nested deeper"),
        ("x = (", "libcst cannot"),
    ],
)
def test_what_libcst_cannot_take(text: str, why: str) -> None:
    with pytest.raises(Unfixable, match=why):
        replace_reads(text, [(0, 1, '"pg"')])


def test_python_2_is_reported_and_left_as_it_is(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"import os\nprint 'x'\nh = {READ}\n"
    root = tree({"run.sh": LINK, "app.py": text})
    for option in ("--diff=readers", "--fix=readers"):
        with pytest.raises(SystemExit):
            main(["scan", option, "--select", "link-env-address", str(root)])
        assert "did not change" in capsys.readouterr().err
    assert (root / "app.py").read_text() == text


PIECES = [
    "import sys\n", "from os import environ\n", "x = 1\n", "def f(a, *b, c=2, **d):\n    return (a,\n        b)  # c\n",
    "class A:\n\n    y: int = 3\n",
    "s = '''a\n  b'''\n", "if x:\n  pass\nelse :\n    pass\n", "t = (1,2 , 3,)\n", "l = [ i for i in range(3) if i ]\n",
    "# a comment\n\n\n", "d = {'a' : 1,\n     'b':2}\n", "lambda : 0\n",
    "try:\n    pass\nexcept (A, B) as e:\n    raise\nfinally:\n\tpass\n", "@f\nasync def g(): await h()\n",
    "x = y = 'ü' \\\n    'z'\n", "print(f'{x!r:>{y}}')\n", "with a as b, c: pass\n", ";".join(["a=1", "b=2"]) + "\n",
]  # fmt: skip


def generated(seed: int) -> tuple[str, str]:
    """Return a random program and its expected result: only reads of the address change."""
    chance = random.Random(seed)
    pieces = [chance.choice(PIECES) for _ in range(chance.randint(1, 8))]
    reads = [f"v{number} = {READ}\n" for number in range(chance.randint(0, 3))]
    both = pieces + reads
    chance.shuffle(both)
    keep = "import os\nk = os.sep\n"
    text = keep + "".join(both)
    return text, text.replace(READ, '"pg"')


def check_generated(seed: int) -> None:
    before, after = generated(seed)
    places = []
    at = before.find(READ)
    while at >= 0:
        places.append((at, at + len(READ), '"pg"'))
        at = before.find(READ, at + 1)
    found = before
    for start, end, text in sorted(edits_for(before, places), reverse=True):
        found = found[:start] + text + found[end:]
    assert found == after
    ast.parse(found)
    assert edits_for(found, []) == []


@pytest.mark.parametrize("batch", range(4))
def test_generated_programs(batch: int) -> None:
    for seed in range(batch * 25, batch * 25 + 25):
        check_generated(seed)


@pytest.mark.slow
def test_many_programs() -> None:
    for seed in range(int(os.environ.get("LINKLINT_PROGRAMS", "3000"))):
        check_generated(seed)


def test_an_import_that_another_file_takes_stays(tree: Tree) -> None:
    base = f"import os\nHOST = {READ}\n"
    for taker in ("from .base import *\n", "from proj.base import HOST, os\n", "from base import (HOST,\n    os)\n"):
        assert (
            fixed(tree, {"proj/base.py": base, "proj/local.py": taker})["proj/base.py"] == 'import os\nHOST = "pg"\n'
        ), taker
    assert (
        fixed(tree, {"proj/base.py": base, "proj/local.py": "from os import *\nfrom proj.base import HOST\n"})[
            "proj/base.py"
        ]
        == 'HOST = "pg"\n'
    )


@pytest.mark.parametrize(
    "asker",
    ["from .base import DB_HOST\nif DB_HOST:\n    pass\n", "import base\nif base.DB_HOST is None:\n    pass\n",
    "from base import *\nx = 1 if DB_HOST else 2\n"],
)  # fmt: skip
def test_what_another_file_asks_for_stays(tree: Tree, asker: str) -> None:
    base = "import os\nDB_HOST = os.environ.get('PG_PORT_5432_TCP_ADDR')\n"
    assert fixed(tree, {"base.py": base, "local.py": asker})["base.py"] == base
    default = "import os\nDB_HOST = os.environ.get('PG_PORT_5432_TCP_ADDR', 'localhost')\n"
    assert '"pg"' in fixed(tree, {"base.py": default, "local.py": asker})["base.py"]


@pytest.mark.parametrize(
    "entrypoint",
    [
        "export PG_PORT_5432_TCP_ADDR=${DB_HOST:-$PG_PORT_5432_TCP_ADDR}\n",
        ": ${PG_PORT_5432_TCP_ADDR:=$DB_HOST}; export PG_PORT_5432_TCP_ADDR\n",
    ],
)
def test_what_a_script_exports_stays(tree: Tree, entrypoint: str) -> None:
    text = f"import os\nx = {READ}\n"
    files = {
        "entrypoint.sh": f'#!/bin/sh\n{entrypoint}exec "$@"\n',
        "app.py": text,
        "app.conf": "host = ${PG_PORT_5432_TCP_ADDR}\n",
    }
    after = fixed(tree, files)
    assert after["app.py"] == text and after["app.conf"] == files["app.conf"]


def test_the_address_of_a_name_server_stays(tree: Tree) -> None:
    text = 'import os\nx = os.environ["PG_PORT_53_UDP_ADDR"]\n'
    assert fixed(tree, {"app.py": text})["app.py"] == text


def test_a_child_that_has_died_is_begun_again() -> None:
    text = f"import os\nx = {READ}\n"
    at = text.index(READ)
    reads = [(at, at + len(READ), '"pg"')]
    with libcst_child() as child:
        first = replace_reads(text, reads, child=child)
        assert child._process is not None
        child._process.kill()
        child._process.wait()
        with pytest.raises(Unfixable, match="libcst: it exited early"):
            replace_reads(text, reads, child=child)
        assert replace_reads(text, reads, child=child) == first == replace_reads(text, reads)


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linklint.fixes.python_env.SECONDS", 0.2)
    monkeypatch.setattr("linklint.files.child.CODE", "import time; time.sleep(60)")
    with pytest.raises(Unfixable, match="longer than"):
        replace_reads("x = 1\n", [])


def test_depth() -> None:
    assert depth_of("f([{'a': '(((('}]) # ((((") == 3


def test_nothing_of_the_current_directory_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libcst.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "json.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    text = f"import os\nx = {READ}\n"
    at = text.index(READ)
    assert sorted(replace_reads(text, [(at, at + len(READ), '"pg"')])) == [
        (0, len("import os\n"), ""),
        (at, at + len(READ), '"pg"'),
    ]


PUBLISHES = "import subprocess\nsubprocess.run(['docker', 'run', '-p', '80:80', 'nginx'])\n"


def test_other_fixes_of_the_file_are_made_at_once(tree: Tree) -> None:
    root = tree({"run.sh": LINK, "a.py": f"import os\n{PUBLISHES}x = {READ}\n"})
    with pytest.raises(SystemExit):
        main(["scan", "--fix=all", "--audit", str(root)])
    assert (root / "a.py").read_text() == PUBLISHES.replace("'80:80'", "'127.0.0.1:80:80'") + 'x = "pg"\n'


def test_other_fixes_are_made_where_libcst_refuses_the_file(
    tree: Tree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **more: object) -> None:
        raise Unfixable("it is of tomorrow's syntax")

    monkeypatch.setattr("linklint.fixes.python_env.replace_reads", refuse)
    text = f"import os\n{PUBLISHES}x = {READ}\n"
    root = tree({"run.sh": LINK, "a.py": text})
    with pytest.raises(SystemExit):
        main(["scan", "--fix=all", "--audit", str(root)])
    assert (root / "a.py").read_text() == text.replace("'80:80'", "'127.0.0.1:80:80'")
    told = capsys.readouterr()
    assert "a.py: did not change its reads of link variables: it is of tomorrow's syntax" in told.err
    assert "Fixed 1 finding in 1 file" in told.err and "[link-env-address]" in told.out
