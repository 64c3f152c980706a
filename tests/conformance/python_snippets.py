"""Python snippets that run docker: Python runs each with a stub docker that records its arguments, and linklint reads
it.

`{}` in a snippet marks where the calls go; the test supplies names that linklint cannot know.
"""

COMMANDS = {
    "a list": 'subprocess.run(["docker", "run", "-d", "--name", "web", "-p", "80:80", "nginx"])',
    "a tuple": 'subprocess.call(("docker", "run", "nginx"))',
    "a text": 'os.system("docker run -e A=\'b c\' nginx")',
    "a text with shell": "subprocess.check_call('docker run --name \"web\" nginx', shell=True)",
    "adjacent texts": 'os.system("docker run "\n          "--name web " # a comment\n          "nginx")',
    "escapes": 'subprocess.run(["docker", "run", "-e", "A=\\x41\\u00e9\\n\\t\\"q\\"", "-e", r"B=\\d", "x"])',
    "three quotes": 'os.system("""docker run \\\n  --name web \\\n  nginx""")',
    "plus": 'NAME = "web"\nos.system("docker run --name " + NAME + " nginx")',
    "percent": 'os.system("docker run --name %s -p %d:80 %%s nginx" % ("web", 8080))',
    "percent with names": 'os.system("docker run --name %(n)s nginx" % {"n": "web"})',
    "format": 'subprocess.run("docker run --name {} -p {port}:80 {1}".replace("{1}", "x").split()) if 0 else '
        'os.system("docker run --name {} -p {port}:80 x".format("web", port=80))',
    "an f-string": 'n = "web"\nos.system(f"docker run --name {n} -e A={{b}} nginx")',
    "an f-string with a format": 'n = 7\nos.system(f"docker run --name w{n:>3}x nginx")',
    "join": 'os.system(" ".join(["docker", "run", "--name", "web", "nginx"]))',
    "split": 'subprocess.run("docker run --name web nginx".split())',
    "shlex": 'import shlex\nsubprocess.run(shlex.split("docker run -e \'A=b c\' nginx"))',
    "a variable": 'cmd = ["docker", "run", "-d"]\ncmd += ["--name", "web"]\ncmd.append("nginx")\ncmd.extend(["-c", '
        '"x"])\nsubprocess.Popen(cmd)',
    "starred": 'opts = ["-d", "--rm"]\nsubprocess.run(["docker", "run", *opts, "nginx"])',
    "lists added": 'opts = ["-d"]\nsubprocess.run(["docker", "run"] + opts + ["nginx"])',
    "a constant in a function": 'IMAGE = "nginx:1"\ndef f():\n    subprocess.run(["docker", "run", IMAGE])\nf()',
    "an attribute": 'class A:\n    image = "nginx"\n    def f(self):\n        subprocess.run(["docker", "run", '
        'self.image])\nA().f()',
    "popen": 'os.popen("docker run nginx")',
    "execvp": 'os.execvp("docker", ["docker", "run", "nginx"])',
    "getoutput": 'subprocess.getoutput("docker run nginx")',
    "check_output": 'subprocess.check_output(["sudo", "docker", "run", "nginx"])',
    "with": 'with subprocess.Popen(["docker", "run", "nginx"]) as p:\n    pass',
    "in a condition": 'if subprocess.call(["docker", "run", "nginx"]):\n    pass',
    "as an argument": 'print(subprocess.check_output(["docker", "run", "nginx"]))',
    "a reassigned name": 'n = "a1"\nsubprocess.run(["docker", "run", "--name", n, "x"])\nn = '
        '"b1"\nsubprocess.run(["docker", "run", "--name", n, "y"])',
    "a branch": 'n = "a1"\nif os.environ.get("NO_SUCH"):\n    n = "b1"\nsubprocess.run(["docker", "run", "--name", '
        'n, "x"])',
    "a longer list in a branch": 'cmd = ["docker", "run", "x"]\nif True:\n    cmd += ["y"]\nsubprocess.run(cmd)',
    "a loop": 'for n in ["a1", "b1"]:\n    subprocess.run(["docker", "run", "--name", n, "x"])',
    "a name changed in a loop": 'n = "a"\nfor i in range(2):\n    n = n + "b"\nsubprocess.run(["docker", "run", '
        '"--name", n, "x"])',
    "a global": 'n = "a1"\ndef f():\n    global n\n    n = "b1"\nf()\ndef g():\n    subprocess.run(["docker", '
        '"run", "--name", n, "x"])\ng()',
    "a parameter": 'n = "a1"\ndef f(n):\n    subprocess.run(["docker", "run", "--name", n, "x"])\nf("b1")',
    "a default": 'def f(n="b1"):\n    subprocess.run(["docker", "run", "--name", n, "x"])\nf()',
    "a deleted item": 'cmd = ["docker", "run", "-d", "x"]\ndel cmd[2]\nsubprocess.run(cmd)',
    "an item set": 'cmd = ["docker", "run", "-d", "x"]\ncmd[3] = "y"\nsubprocess.run(cmd)',
    "inserted": 'cmd = ["docker", "run", "x"]\ncmd.insert(2, "-d")\nsubprocess.run(cmd)',
    "two names for one list": 'a = ["docker", "run", "x"]\nb = a\nb.append("y")\nsubprocess.run(a)',
    "swapped": 'a, b = "x1", "y1"\na, b = b, a\nsubprocess.run(["docker", "run", "--name", a, "x"])',
    "try": 'n = "a1"\ntry:\n    n = "b1"\n    raise ValueError\n    n = "c1"\nexcept ValueError:\n    '
        'pass\nsubprocess.run(["docker", "run", "--name", n, "x"])',
    "walrus": 'subprocess.run(["docker", "run", "--name", (n := "a1"), "x"])\nsubprocess.run(["docker", "run", '
        '"--name", n, "y"])',
    "a with target": 'n = "a1"\nwith open(os.devnull) as n:\n    n = "b1"\nsubprocess.run(["docker", "run", '
        '"--name", n, "x"])',
    "upper": 'subprocess.run(["docker", "run", "--name", "a1".upper(), "x"])',
    "strip": 'subprocess.run(["docker", "run", "--name", " a1 ".strip(), "x"])',
    "bytes": 'subprocess.run([b"docker", b"run", b"x"])',
    "carried over lines": 'subprocess.run([\n    "docker",\n    "run",  # the verb\n    "--name", "w"\n    "eb",\n '
        '   "nginx",\n])',
    "comprehension": 'subprocess.run(["docker", "run"] + ["-e%d" % i for i in range(2)] + ["x"])',
    "late import of a name": 'def f():\n    subprocess.run(["docker", "run", "--name", N, "x"])\nN = "a1"\nf()\nN '
        '= "b1"\nf()',
}  # fmt: skip

SDK = {
    "run": 'client.containers.run("nginx", name="web", detach=True)',
    "links as a dictionary": 'client.containers.create("app", links={"db": "database", "cache": None})',
    "links as pairs": 'client.containers.create("app", links=[("db", "database"), ("cache", "c")])',
    "ports": 'client.containers.create("app", ports={"80/tcp": 8080, 81: 8081, "53/udp": ("127.0.0.1", 5353), 90: '
        'None, "91": [9191, 9292], 92: ("::1", 92)})',
    "environment": 'client.containers.create("app", environment={"A": "1", "B": "two words"})',
    "environment as a list": 'client.containers.create("app", environment=["A=1", "B=two words"])',
    "network": 'client.containers.create("app", name="n1", network="net", links={"db": "d"})',
    "network mode": 'client.containers.create("app", network_mode="host")',
    "publish all": 'client.containers.create("app", publish_all_ports=True)',
    "keywords from a dictionary": 'options = {"name": "web", "links": {"db": "d"}, "ports": {"80/tcp": '
        '80}}\nclient.containers.create("app", **options)',
    "dict()": 'client.containers.create("app", environment=dict(A="1"), links=dict(db="d"))',
    "variables": 'links = {"db": "d"}\nports = {80: 8080}\nclient.containers.create("app", links=links, ports=ports)',
    "low level": 'api.create_container("app", name="web", environment={"A": "1"}, '
        'host_config=api.create_host_config(links=[("db", "d")], port_bindings={80: 8080, 81: ("127.0.0.1", 81)}))',
    "low level, in steps": 'config = api.create_host_config(links={"db": "d"}, port_bindings={80: '
        '8080})\napi.create_container(image="app", host_config=config)',
    "endpoint": 'api.create_container("app", host_config=api.create_host_config(network_mode="net"), '
        'networking_config=api.create_networking_config({"net": api.create_endpoint_config(links=[("db", "d")], '
        'aliases=["w"])}))',
    "auto remove": 'client.containers.create("app", auto_remove=True)',
    "remove": 'client.containers.run("app", remove=True, detach=True)',
    "a name": 'db = client.containers.create("pg", name="db")\nclient.containers.create("app", links={"db": "d"})',
    "positional": 'client.containers.create("app", "sleep 1")',
    "an int in the environment": 'client.containers.create("app", environment={"A": 1})',
}  # fmt: skip
