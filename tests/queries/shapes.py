# ruff: noqa: E501 (a shape is one line)
"""Shapes of links and readers, and of what only looks like them, for generated repositories.

Each shape is a file name and a text; `^` marks the line of the link or reader. `{db}`, `{alias}`, `{PREFIX}`, `{port}`,
`{image}` and `{name}` are replaced.
"""

from __future__ import annotations

import random

NAMES = "store ledger wiki shop photos mail forum tracker billing search queue metrics".split()
ENGINES = {"postgres": 5432, "mysql": 3306, "redis": 6379, "mongo": 27017, "rabbitmq": 5672, "memcached": 11211}

# Links and readers that the text shows: the answer has to be "no", at the marked line.
SHOWN = {
    "string of options": (
        "run.sh",
        'ID=$(docker run -d {image})\nOPTS="--link $ID:{alias}" ^\ndocker run $OPTS {name}/app\n',
    ),
    "array": ("run.sh", '#!/bin/bash\nL=(--link "$1:{alias}") ^\ndocker run -d "${{L[@]}}" {name}/app\n'),
    "accumulated": ("run.sh", 'for n in $(cat names); do\n  C="$C --link $n:$n" ^\ndone\ndocker run $C {name}/app\n'),
    "plus equals": ("run.sh", '#!/bin/bash\nC+=" --link {db}:{alias}" ^\ndocker run $C {name}/app\n'),
    "optional": ("run.sh", 'docker run -d ${{DB:+--link "$DB":{alias}}} {name}/app ^\n'),
    "wrapper": ("run.sh", "run_command docker run -d --link {db}:{alias} {name}/app ^\n"),
    "function": ("run.sh", 'd() {{\n  docker run -d "$@"\n}}\nd --link {db}:{alias} {name}/app ^\n'),
    "alias": ("run.sh", "alias d='docker run -d'\nd --link {db}:{alias} {name}/app ^\n"),
    "eval": ("run.sh", 'eval "docker run -d --link {db}:{alias} $IMAGE" ^\n'),
    "xargs": ("run.sh", "cat names | xargs -I% docker run -d --link %:{alias} {name}/app ^\n"),
    "refused": ("run.sh", "docker run -d --frobnicate --link {db}:{alias} {name}/app ^\n"),
    "one dash": ("run.sh", "docker run -d -link {db}:{alias} {name}/app ^\n"),
    "echoed": ("run.sh", 'opts() {{\n  echo "--link $1:{alias}" ^\n}}\ndocker run $(opts {db}) {name}/app\n'),
    "readme": ("README", "Start it:\n\n    docker run -d --link {db}:{alias} {name}/app ^\n"),
    "text": ("INSTALL.txt", "To start it:\n\ndocker run -d \\\n  --link {db}:{alias} {name}/app ^\n"),
    "rst": (
        "docs/run.rst",
        "Running\n=======\n\nStart it::\n\n    docker run --link {db}:{alias} {name}/app ^\n\nDone.\n",
    ),
    "rst directive": (
        "run.rst",
        ".. code-block:: bash\n   :linenos:\n\n   docker run --link {db}:{alias} {name}/app ^\n",
    ),
    "asciidoc": (
        "run.adoc",
        "== Running\n\n[source,bash]\n----\ndocker run --link {db}:{alias} {name}/app ^\n----\n",
    ),
    "org": ("run.org", "* Running\n#+BEGIN_SRC sh\ndocker run --link {db}:{alias} {name}/app ^\n#+END_SRC\n"),
    "html": ("run.html", "<p>Start it:</p>\n<pre><code>docker run --link {db}:{alias} {name}/app</code></pre> ^\n"),
    "unit in a document": (
        "README.md",
        "```ini\n[Service]\nExecStart=/usr/bin/docker run --link {db}:{alias} {name}/app ^\n```\n",
    ),
    "powershell in a document": (
        "README.md",
        "```powershell\ndocker run `\n  --link {db}:{alias} {name}/app ^\n```\n",
    ),
    "sample": (
        "docker-compose.yml.sample",
        "web:\n  image: {name}/app\n  links:\n    - {db}:{alias} ^\n{db}:\n  image: {image}\n",
    ),
    "first format": (
        "deploy/stack.yml",
        "web:\n  image: {name}/app\n  links:\n    - {db}:{alias} ^\n{db}:\n  image: {image}\n",
    ),
    "on the bridge": (
        "compose.yaml",
        "services:\n  web:\n    image: {name}/app\n    network_mode: bridge\n    links: [{db}:{alias}] ^\n  {db}:\n    image: {image}\n    network_mode: bridge\n",
    ),
    "makefile": ("docker.Makefile", "up:\n\tdocker run -d --link {db}:{alias} {name}/app ^\n"),
    "user data": ("user-data.txt", "#cloud-config\nruncmd:\n  - docker run -d --link {db}:{alias} {name}/app ^\n"),
    "vagrant": (
        "Vagrantfile",
        'config.vm.provision "docker" do |d|\n  d.run "web", image: "nginx", args: "--link {db}:{alias}" ^\nend\n',
    ),
    "vagrant shell": (
        "Vagrantfile",
        'config.vm.provision "shell", inline: <<-SHELL\n  docker run -d --link {db}:{alias} {name}/app ^\nSHELL\n',
    ),
    "upstart": (
        "etc/init/web.conf",
        "start on started docker\nscript\n  docker run --link {db}:{alias} {name}/app ^\nend script\n",
    ),
    "justfile": ("justfile", "up:\n    docker run -d --link {db}:{alias} {name}/app ^\n"),
    "taskfile": (
        "Taskfile.yml",
        "tasks:\n  up:\n    cmds:\n      - docker run -d --link {db}:{alias} {name}/app ^\n",
    ),
    "drone": (
        ".drone.yml",
        "pipeline:\n  test:\n    commands:\n      - docker run -d --link {db}:{alias} {name}/app ^\n",
    ),
    "terraform": (
        "main.tf",
        'resource "docker_container" "web" {{\n  image = "{name}/app"\n  links = ["{db}:{alias}"] ^\n}}\n',
    ),
    "nomad": (
        "web.nomad",
        'task "web" {{\n  driver = "docker"\n  config {{\n    image = "{name}/app"\n    links = ["{db}:{alias}"] ^\n  }}\n}}\n',
    ),
    "nix": (
        "web.nix",
        'virtualisation.oci-containers.containers.web = {{\n  image = "{name}/app";\n  extraOptions = [ "--link={db}:{alias}" ]; ^\n}};\n',
    ),
    "maven": (
        "pom.xml",
        "<plugin><artifactId>docker-maven-plugin</artifactId><image><run>\n<links>\n<link>{db}:{alias}</link> ^\n</links>\n</run></image></plugin>\n",
    ),
    "powershell": ("start.ps1", "docker run -d `\n  --link {db}:{alias} ` ^\n  {name}/app\n"),
    "batch": ("start.bat", "@echo off\r\ndocker run -d ^\r\n  --link {db}:{alias} {name}/app ^\r\n"),
    "go": ("main.go", 'func run() {{\n\texec.Command("docker", "run", "-d", "--link", db+":{alias}", image) ^\n}}\n'),
    "node": ("run.js", "const out = execSync(`docker run -d --link ${{db}}:{alias} {name}/app`) ^\n"),
    "node list": ("run.js", "spawn('docker', ['run', '-d', '--link', '{db}:{alias}', image]) ^\n"),
    "java": ("Run.java", 'new ProcessBuilder("docker", "run", "--link", "{db}:{alias}", image).start(); ^\n'),
    "csharp": ("Run.cs", 'Process.Start("docker", $"run -d --link {{db}}:{alias} {name}/app"); ^\n'),
    "ruby": ("run.rb", 'system "docker run -d --link #{{db}}:{alias} {name}/app" ^\n'),
    "perl": ("run.pl", "my $id = `docker run -d --link {db}:{alias} {name}/app`; ^\n"),
    "php": ("run.php", "<?php exec('docker run -d --link ' . $db . ':{alias} {name}/app'); ^\n"),
    "rust": ("run.rs", 'Command::new("docker").args(&["run", "--link", "{db}:{alias}", image]); ^\n'),
    "dockerode": (
        "run.js",
        "docker.createContainer({{ Image: image, HostConfig: {{\n  Links: ['{db}:{alias}'] ^\n}} }})\n",
    ),
    "go client": (
        "run.go",
        '// docker\ncli.ContainerCreate(ctx, config, &container.HostConfig{{\n\tLinks: []string{{db + ":{alias}"}}, ^\n}}, nil, "web")\n',
    ),
    "docker-java": (
        "Run.java",
        'docker.createContainerCmd(image)\n  .withLinks(new Link("{db}", "{alias}")) ^\n  .exec();\n',
    ),
    "docker-api": (
        "run.rb",
        "Docker::Container.create('Image' => image, 'HostConfig' => {{ 'Links' => ['{db}:{alias}'] }}) ^\n",
    ),
    "testcontainers": (
        "Db.java",
        'import org.testcontainers.GenericContainer;\nnew GenericContainer(image)\n  .withLinkToContainer(db, "{alias}"); ^\n',
    ),
    "shell reader": ("start.sh", 'exec app --db "$%PREFIX%_PORT_{port}_TCP_ADDR" ^\n'),
    "substring": ("start.sh", 'if [ "${{%PREFIX%_PORT:0:6}}" = tcp:// ]; then ^\n  echo linked\nfi\n'),
    "erlang": ("db.erl", 'host() -> os:getenv("%PREFIX%_PORT_{port}_TCP_ADDR"). ^\n'),
    "haskell": ("Db.hs", 'host = getEnv "%PREFIX%_PORT_{port}_TCP_ADDR" ^\n'),
    "clojure": ("db.clj", '(def host (System/getenv "%PREFIX%_PORT_{port}_TCP_ADDR")) ^\n'),
    "moonscript": ("db.moon", 'host = os.getenv "%PREFIX%_PORT_{port}_TCP_ADDR" ^\n'),
    "xsl": ("db.xsl", '<xsl:param name="h" select="environment-variable(\'%PREFIX%_PORT_{port}_TCP_ADDR\')"/> ^\n'),
    "camel": ("route.xml", '<to uri="http://{{{{env:%PREFIX%_PORT_{port}_TCP_ADDR}}}}/"/> ^\n'),
    "spring": ("application.yml", "spring:\n  host: ${{%PREFIX%_PORT_{port}_TCP_ADDR:localhost}} ^\n"),
    "xml": ("standalone.xml", "<host>${{env.%PREFIX%_PORT_{port}_TCP_ADDR:db}}</host> ^\n"),
    "exec form": ("Dockerfile", 'FROM {image}\nCMD ["app", "${{%PREFIX%_PORT_{port}_TCP_ADDR}}"] ^\n'),
    "make echo": ("Makefile", "show:\n\t@echo $$%PREFIX%_PORT_{port}_TCP_ADDR ^\n"),
    "put together in php": ("env.php", "<?php $url = getenv($prefix . '_PORT_' . $port . '_TCP'); ^\n"),
    "put together in ruby": ("env.rb", 'url = ENV["#{{prefix}}_PORT_{port}_TCP"] ^\n'),
    "put together in perl": ("env.pl", "my $h = $ENV{{$prefix . '_PORT_{port}_TCP_ADDR'}}; ^\n"),
    "gsub": ("env.rb", "url = ENV['%PREFIX%_PORT'].gsub('tcp', 'amqp') ^\n"),
}

# Shapes that only have to keep the answer from being "yes".
HIDDEN = {
    "option of a script": ("start", '#!/bin/sh\ncase $1 in\n  --link) L="$L $1 $2" ;;\nesac\ndocker run $L app\n'),
    "pushed": ("run.js", "args.push('--link')\nargs.push(...names)\nspawn('docker', args)\n"),
    "variable of options": ("run.py", "import docker\nclient.api.create_host_config(links=links)\n"),
    "own format": ("web.yml", "# for docker\nlinks:\n  - link:\n      name: data\n      alias: data\n"),
    "pattern": ("env.php", "<?php // docker\npreg_match('/^(.*)_PORT_([0-9]*)_TCP$/', $key, $m);\n"),
    "hosts": ("start.sh", "IP=$(grep -w {db} /etc/hosts | cut -f1) # docker\n"),
    "hosts in a program": (
        "hosts.py",
        "# in a docker container\nfor line in open('/etc/hosts'):\n    print(line.split())\n",
    ),
    "notebook": ("run.ipynb", '{{"source": ["!docker run --link {db}:{alias} app"]}}\n'),
    "table of data": ("seed.sql", "INSERT INTO jobs VALUES ('docker run --link {db}:{alias} app');\n"),
    "unknown suffix": ("launch.zz", "container docker with --link {db}\n"),
}

# No link on the default bridge, and no reader.
INNOCENT = {
    "network": (
        "run.sh",
        "docker network create {name}\ndocker run -d --network {name} --name {db} {image}\n"
        "docker run -d --network {name} {name}/app\n",
    ),
    "link on a network": (
        "run.sh",
        "docker network create n\ndocker run -d --network n --name {db} {image}\n"
        "docker run -d --network n --link {db}:{alias} {name}/app\n",
    ),
    "compose": (
        "compose.yaml",
        "services:\n  web:\n    image: {name}/app\n    links:\n      - {db}:{alias}\n  {db}:\n"
        "    image: {image}\n",
    ),
    "external links": (
        "compose.yaml",
        "services:\n  web:\n    image: {name}/app\n    external_links: [{db}:{alias}]\n"
        "    networks: [shared]\nnetworks:\n  shared:\n    external: true\n",
    ),
    "copy": ("Dockerfile", "FROM {image}\nCOPY --link a b\nADD --link c d\n"),
    "cp": ("build.sh", "cp --link a b\nrsync --link-dest=x a b\nnpm link\nln -s a b\ndocker build .\n"),
    "json api": ("page.json", "{{\"docker\": 1, \"links\": {{\"self\": \"http://{name}.example/a\"}}}}\n"),
    "hal": ("page.json", "{{\"docker\": 1, \"_links\": {{\"self\": {{\"href\": \"/a\"}}}}}}\n"),
    "openapi": (
        "openapi.yaml",
        "openapi: 3.0.0\ninfo: {{title: docker}}\npaths:\n  /a:\n    get:\n      responses:\n"
        "        '200':\n          links:\n            next: {{operationId: b}}\n",
    ),
    "d3": ("graph.js", "// served by docker\nconst links = [{{source: 'a', target: 'b'}}]\nforce.links(links)\n"),
    "menu": ("site.yml", "title: docker\nlinks:\n  - title: Home\n    url: /\n"),
    "kubernetes": ("service.yaml", "kind: Service\nmetadata:\n  name: {db}\n"),
    "kubernetes reader": ("app.py", "# docker\nimport os\nhost = os.environ['KUBERNETES_PORT_443_TCP_ADDR']\n"),
    "prose": (
        "README.md",
        "We do not use `--link` any more: Docker networks are better.\n\n```sh\n"
        "docker run --network {name} {name}/app\n```\n",
    ),
    "change log": ("CHANGELOG.md", "- replaced `docker run --link {db}:{alias}` by a network\n"),
    "comment": (
        "run.sh",
        "# docker run --link {db}:{alias} was the old way\ndocker run --network {name} {name}/app\n",
    ),
    "options": ("run.sh", "docker run -d -e DB_HOST={db} -e DB_PORT={port} --network {name} {name}/app\n"),
    "node env": ("app.js", "// docker\nif (process.env.NODE_ENV === 'production') start(process.env.DB_HOST)\n"),
    "own hosts": (
        "run.sh",
        "echo \"127.0.0.1 {name}.local\" >> /etc/hosts\n"
        "docker run --add-host {db}:10.0.0.1 --network n {name}/app\n",
    ),
    "completion": (
        "completions/docker.bash",
        "local opts=\"--label --link --log-driver --log-opt --mac-address --memory --mount --name --network\"\n"
        "",
    ),
    "usage": ("help.md", "```\nUsage: docker run\n      --link list    Add link to another container\n```\n"),
    "release notes": ("HISTORY", "1.0: no longer uses --link {db}:{alias}\n"),
}  # fmt: skip


def filled(text: str, chance: random.Random) -> tuple[str, int]:
    """Return a text with names of its own, and the line of its mark, from 1."""
    image, port = chance.choice(sorted(ENGINES.items()))
    name, db = chance.choice(NAMES), chance.choice(NAMES) + chance.choice(["-db", "_store", "1", ".data"])
    alias = chance.choice(["db", "data", "backend", image])
    text = text.format(image=image, port=port, name=name, db=db, alias=alias)
    text = text.replace("%PREFIX%", alias.upper())
    lines = text.split("\n")
    marked = [number for number, line in enumerate(lines, 1) if line.rstrip("\r").endswith(" ^")]
    line = marked[-1] if marked else 0
    if line:
        lines[line - 1] = lines[line - 1].replace(" ^", "", 1) if lines[line - 1].count(" ^") == 1 else lines[line - 1]
    return "\n".join(lines), line
