# ruff: noqa: E501 (a tree is one line)
"""Small trees and what the upgrade question has to answer, by class.

`no`: no for Engine 29. `unknown`: unknown for Engine 29. `not yes`: anything else than yes for Engine 29. `not yes, 30`:
the same for Engine 30. `yes`: yes for both; `yes 29`: for Engine 29.
"""

from __future__ import annotations

TREES: dict[str, tuple[str, dict[str, str]]] = {
    "1a dockerize": (
        "no",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "entry.sh": "#!/bin/sh\ndockerize -wait $DB_PORT -timeout 60s\nexec app\n",
        },
    ),
    "1b test -z": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "start.sh": '#!/bin/sh\nif [ -z "$DB_PORT" ]; then echo no db; exit 1; fi\n',
        },
    ),
    "1c sed": (
        "no",
        {
            "run.sh": "docker run -d --name ldap osixia/openldap\ndocker run -d --link ldap:ldap app\n",
            "s.sh": "#!/bin/sh\nLDAP_URL=$(echo $LDAP_PORT | sed 's/tcp:/ldap:/')\n",
        },
    ),
    "1d entrypoint dockerfile": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "Dockerfile": 'FROM x\nENTRYPOINT ["sh", "-c", "wait-for $DB_PORT && exec app"]\n',
        },
    ),
    "1e python": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "app.py": 'import os\nurl = os.environ["DB_PORT"]\nprint(url)\n',
        },
    ),
    "1f name": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "start.sh": '#!/bin/sh\necho "linked as $DB_NAME"\n',
        },
    ),
    "1g sh -c in run": (
        "no",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run --link pg:db app sh -c 'dockerize -wait $DB_PORT app'\n"
        },
    ),
    "1h js": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.js": "const u = process.env.DB_PORT;\nconnect(u);\n",
        },
    ),
    "1i go": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.go": 'package main\nfunc main() { u := os.Getenv("DB_PORT"); dial(u) }\n',
        },
    ),
    "1j ruby": (
        "not yes",
        {
            "compose.yml": "web:\n  image: app\n  links:\n    - pg:db\npg:\n  image: postgres\n",
            "a.rb": 'u = ENV["DB_PORT"]\n',
        },
    ),
    "1k php": (
        "unknown",
        {
            "compose.yml": "web:\n  image: app\n  links:\n    - pg:db\npg:\n  image: postgres\n",
            "config.php": "<?php return ['port' => env('DB_PORT', '3306')];\n",
        },
    ),
    "1l erlang": (
        "not yes",
        {
            "compose.yml": "web:\n  image: app\n  links:\n    - pg:db\npg:\n  image: postgres\n",
            "a.erl": 'main() -> os:getenv("DB_PORT").\n',
        },
    ),
    "1m haskell": (
        "not yes",
        {
            "compose.yml": "web:\n  image: app\n  links:\n    - pg:db\npg:\n  image: postgres\n",
            "Main.hs": 'main = getEnv "DB_PORT" >>= connect\n',
        },
    ),
    "1n nginx conf": (
        "not yes",
        {
            "compose.yml": "web:\n  image: app\n  links:\n    - pg:db\npg:\n  image: postgres\n",
            "app.conf": "upstream = ${DB_PORT}\n",
        },
    ),
    "1o env of db": (
        "no",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.pl": "my $p = $ENV{DB_ENV_POSTGRES_PASSWORD};\n",
        },
    ),
    "1p erl full": (
        "no",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.erl": 'main() -> os:getenv("DB_PORT_5432_TCP_ADDR").\n',
        },
    ),
    "2a in environ": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.py": "import os\nif 'DB_PORT' in os.environ:\n    use()\n",
        },
    ),
    "2b fstring": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.py": 'import os\ndef port(n):\n    return os.environ[f"{n}_PORT"]\n',
        },
    ),
    "2c percent": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.py": 'import os\ndef port(n):\n    return os.environ["%s_PORT" % n]\n',
        },
    ),
    "2d js concat": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.js": "function p(n) { return process.env[n + '_PORT']; }\n",
        },
    ),
    "2e indirect": ("not yes", {"a.sh": '#!/bin/sh\neval echo "\\${X}_PORT_5432_TCP_ADDR"\n'}),
    "2e2 indirect2": ("not yes", {"a.rb": 'host = ENV["#{name}_PORT_5432_TCP_ADDR"]\n'}),
    "2f endswith": (
        "not yes",
        {
            "a.py": "import os\nfor k, v in os.environ.items():\n    if k.endswith('_PORT') and v.startswith('tcp://'):\n        print(k)\n"
        },
    ),
    "2g HasSuffix": (
        "not yes",
        {
            "a.go": 'package main\nfunc f() {\n for _, e := range os.Environ() {\n  if strings.HasSuffix(k, "_PORT") && strings.HasPrefix(v, "tcp://") { add(v) }\n }\n}\n'
        },
    ),
    "2h ruby regex": (
        "not yes",
        {"a.rb": "ENV.each do |k, v|\n  if k =~ /(.*)_PORT$/ && v =~ /tcp/\n    puts v\n  end\nend\n"},
    ),
    "2i env grep": ("not yes", {"a.sh": '#!/bin/sh\nenv | grep _TCP | while read l; do echo "$l"; done\n'}),
    "2j env grep PORT=": ("not yes", {"a.sh": "#!/bin/sh\nenv | grep '_PORT=tcp' | cut -d= -f2\n"}),
    "2k perl": (
        "not yes",
        {"a.pl": "foreach my $k (keys %ENV) { if ($k =~ /^(.*)_PORT_(\\d+)_TCP$/) { print $1; } }\n"},
    ),
    "2l node loop": (
        "not yes",
        {
            "a.js": "Object.keys(process.env).filter(k => /_PORT$/.test(k) && process.env[k].startsWith('tcp://')).forEach(add)\n"
        },
    ),
    "2m py concat": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.py": 'import os\ndef port(n):\n    return os.getenv(n.upper() + "_PORT")\n',
        },
    ),
    "2n py format": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.py": 'import os\ndef port(n):\n    return os.getenv("{}_PORT".format(n))\n',
        },
    ),
    "2o go sprintf": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.go": 'package main\nfunc p(n string) string { return os.Getenv(fmt.Sprintf("%s_PORT", n)) }\n',
        },
    ),
    "2p bash indirect": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "a.sh": '#!/bin/bash\nv="${1}_PORT"\necho "${!v}"\n',
        },
    ),
    "2q bash indirect2": ("not yes", {"a.sh": '#!/bin/bash\nv="${1}_PORT_5432_TCP_ADDR"\necho "${!v}"\n'}),
    "3a gsub to_s": ("no", {"a.rb": "url = ENV['DRAY_PORT'].to_s.gsub('tcp', 'http')\n"}),
    "3b strings.Replace": (
        "no",
        {
            "a.go": 'package main\nfunc main() { u := strings.Replace(os.Getenv("DB_PORT"), "tcp", "http", 1); dial(u) }\n'
        },
    ),
    "3c one line between": ("no", {"a.rb": "port = ENV['DRAY_PORT']\nurl = port.gsub('tcp', 'http')\n"}),
    "3d py replace line": (
        "no",
        {"a.py": "import os\nraw = os.environ['DOCKER_DB_PORT']\nurl = raw.replace('tcp://', 'http://')\n"},
    ),
    "3e js url parse line": ("no", {"a.js": "var u = process.env.ES_PORT;\nvar p = url.parse(u);\n"}),
    "3f php": ("no", {"a.php": "<?php $u = str_replace('tcp', 'http', getenv('ES_PORT'));\n"}),
    "4a heredoc": (
        "not yes",
        {"a.sh": "#!/bin/sh\ncat > server.xml <<'E'\n<ds server=\"${env.DB_PORT_3306_TCP_ADDR:localhost}\"/>\nE\n"},
    ),
    "4b value": ("not yes", {"A.java": 'class A { @Value("${db.port.5432.tcp.addr}") String host; }\n'}),
    "4c envsubst": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
            "start.sh": "#!/bin/sh\nenvsubst '$DB_PORT' < t.conf > /etc/app.conf\n",
            "t.conf": "server $DB_PORT;\n",
        },
    ),
    "4d properties": (
        "not yes",
        {"application.properties": "spring.datasource.url=jdbc:postgresql://${db.port.5432.tcp.addr}:5432/x\n"},
    ),
    "4e yml": ("not yes", {"application.yml": "url: jdbc:mysql://${DB_PORT_3306_TCP_ADDR}:3306/x\n"}),
    "5a clojure test": (
        "not yes",
        {"test/app/db_test.clj": '(ns app.db-test)\n(def host (System/getenv "DB_PORT_5432_TCP_ADDR"))\n'},
    ),
    "5b bats": (
        "not yes",
        {
            "test/app.bats": '@test "link" {\n  run docker exec web env\n  [[ "$output" == *DB_PORT_5432_TCP_ADDR* ]]\n}\n'
        },
    ),
    "5c pytest": (
        "not yes",
        {"tests/test_db.py": 'import os\ndef test_db():\n    assert connect(os.environ["DB_PORT_5432_TCP_ADDR"])\n'},
    ),
    "5d serverspec": (
        "not yes",
        {"spec/web_spec.rb": "describe command('env') do\n  its(:stdout) { should match /DB_PORT_5432_TCP/ }\nend\n"},
    ),
    "5e inspect Links": (
        "not yes, 30",
        {"test/t.sh": "#!/bin/sh\ndocker inspect -f '{{.HostConfig.Links}}' web | grep db\n"},
    ),
    "5f rm --link": ("not yes, 30", {"t.sh": "#!/bin/sh\ndocker rm --link /web/db\n"}),
    "5g js test": (
        "not yes",
        {"test/db.test.js": "const host = process.env.DB_PORT_5432_TCP_ADDR;\ntest('x', () => connect(host));\n"},
    ),
    "5h inspec": (
        "not yes",
        {
            "test/integration/default_spec.rb": "describe os_env('DB_PORT_5432_TCP_ADDR') do\n  its('content') { should_not be_nil }\nend\n"
        },
    ),
    "5i hosts": (
        "not yes, 30",
        {
            "test/t.bats": '@test "hosts" {\n  docker exec web cat /etc/hosts | grep db\n}\n',
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --name web --link pg:db app\n",
        },
    ),
    "6a k8s env": (
        "not yes",
        {
            "svc.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n",
            "a.js": "connect(process.env.DB_ENV_POSTGRES_PASSWORD)\n",
        },
    ),
    "6b no suffix": ("not yes", {"start": "export HOST=$DB_PORT_5432_TCP_ADDR\nexport PW=$DB_ENV_POSTGRES_PASSWORD\n"}),
    "7a cfn": (
        "not yes, 30",
        {
            "t.yaml": "Resources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: web\n          Image: app\n          Links:\n            - db:db\n        - Name: db\n          Image: postgres\n"
        },
    ),
    "7b cdk": ("not yes, 30", {"s.ts": 'const web = t.addContainer("web", {image});\nweb.addLink(db, "db");\n'}),
    "7c crane": (
        "not yes, 30",
        {"crane.yml": 'containers:\n  web:\n    image: app\n    run:\n      link: ["db:db"]\n'},
    ),
    "7d crane2": ("not yes, 30", {"crane.yaml": 'services:\n  web:\n    image: app\n    link: ["db:db"]\n'}),
    "7e maestro": (
        "not yes, 30",
        {
            "m.yaml": "name: x\nservices:\n  web:\n    image: app\n    instances:\n      w1:\n        ship: h\n        links:\n          db: pg\n"
        },
    ),
    "7f toml": ("not yes, 30", {"c.toml": '[web]\nimage = "app"\nlinks = ["db:db"]\n'}),
    "7g mapping": ("not yes, 30", {"c.yml": "web:\n  image: app\n  links: {db: x}\n"}),
    "7h testcontainers": ("not yes, 30", {"t.py": 'c = DockerContainer("app").with_kwargs(links={"db": "db"})\n'}),
    "7i chef": (
        "not yes, 30",
        {"recipes/default.rb": "docker_container 'web' do\n  repo 'app'\n  link %w(db:db)\nend\n"},
    ),
    "7j chef links": ("not yes, 30", {"recipes/d.rb": "docker_container 'web' do\n  links ['db:db']\nend\n"}),
    "7k puppet": ("not yes, 30", {"a.pp": "docker::run { 'web':\n  image => 'app',\n  links => ['db:db'],\n}\n"}),
    "7l salt": ("not yes, 30", {"a.sls": "web:\n  docker_container.running:\n    - image: app\n    - links: db:db\n"}),
    "7m vagrant": (
        "not yes, 30",
        {
            "Vagrantfile": "Vagrant.configure('2') do |c|\n  c.vm.provider 'docker' do |d|\n    d.image = 'app'\n    d.link('db:db')\n  end\nend\n"
        },
    ),
    "7n jsonnet": ("not yes, 30", {"a.jsonnet": "{web: {image: 'app', links: ['db:db']}}\n"}),
    "7o hcl": (
        "not yes, 30",
        {"a.hcl": 'task "web" {\n driver = "docker"\n config {\n image = "app"\n links = ["db:db"]\n }\n}\n'},
    ),
    "7p docker-java": (
        "not yes, 30",
        {
            "A.java": 'import com.github.dockerjava.api.model.Link;\nclass A { void f() { c.createContainerCmd("app").withLinks(Link.parse("db:db")).exec(); } }\n'
        },
    ),
    "7q gradle": (
        "not yes, 30",
        {
            "build.gradle": "task c(type: com.bmuschko.gradle.docker.tasks.container.DockerCreateContainer) {\n  imageId = 'app'\n  links = ['db:db']\n}\n"
        },
    ),
    "7r dockerode": (
        "not yes, 30",
        {"a.js": "docker.createContainer({Image: 'app', HostConfig: {Links: ['db:db']}})\n"},
    ),
    "7s bollard": (
        "not yes, 30",
        {"a.rs": 'let h = HostConfig { links: Some(vec!["db:db".to_string()]), ..Default::default() };\n'},
    ),
    "7t kamal": (
        "not yes, 30",
        {
            "config/deploy.yml": "service: web\nimage: app\naccessories:\n  db:\n    image: pg\n    options:\n      link: db:db\n"
        },
    ),
    "7u drone": (
        "not yes, 30",
        {".drone.yml": "compose:\n  db:\n    image: pg\n  web:\n    image: app\n    links: [db]\n"},
    ),
    "7v kitchen": ("not yes, 30", {".kitchen.yml": "driver:\n  name: docker\n  links:\n    - db:db\n"}),
    "7w kitchen run_options": (
        "not yes, 30",
        {".kitchen.yml": "driver:\n  name: docker\n  run_options: --link db:db\n"},
    ),
    "7x pulumi": ("not yes, 30", {"i.ts": "new docker.Container('web', {image: 'app', links: ['db:db']})\n"}),
    "7y node testcontainers": (
        "not yes, 30",
        {"a.ts": "await new GenericContainer('app').withLinks('db:db').start()\n"},
    ),
    "7z cfn json": (
        "not yes, 30",
        {
            "t.json": '{"Resources":{"T":{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Name":"web","Image":"app","Links":["db:db"]}]}}}}\n'
        },
    ),
    "8a admonition": (
        "not yes, 30",
        {"README.md": "# x\n\n!!! note\n    Run it:\n    ```\n    docker run --link db:db app\n    ```\n"},
    ),
    "8b fence after paragraph": (
        "not yes, 30",
        {"README.md": "Run it like this:\n    docker run --link db:db app\n\n"},
    ),
    "8c 4-space fence": (
        "not yes, 30",
        {"README.md": "Some paragraph\n    ```sh\n    docker run --link db:db app\n    ```\n"},
    ),
    "8d html comment": ("yes", {"README.md": "# x\n\n<!--\n```sh\ndocker run --link db:db app\n```\n-->\n"}),
    "H own DB_PORT": (
        "yes",
        {
            "a.js": "const port = process.env.DB_PORT || 5432;\n",
            "b.py": 'import os\nname = os.environ.get("DB_NAME", "x")\nport = os.getenv("DB_PORT")\n',
        },
    ),
    "H own sh": ("yes", {"a.sh": '#!/bin/sh\npsql -p "$DB_PORT" -d "$DB_NAME"\n'}),
    "H k8s": (
        "yes",
        {
            "svc.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n",
            "a.go": 'package main\nfunc main() { h := os.Getenv("DB_SERVICE_HOST"); p := os.Getenv("DB_PORT_5432_TCP_ADDR") }\n',
        },
    ),
    "H kubernetes": ("yes", {"a.go": 'package main\nfunc main() { h := os.Getenv("KUBERNETES_PORT_443_TCP_ADDR") }\n'}),
    "H hal": ("yes", {"a.json": '{"_links": {"self": {"href": "/a"}}, "links": [{"rel": "self", "href": "/x"}]}\n'}),
    "H schema": (
        "yes",
        {"s.json": '{"type": "object", "properties": {"links": {"type": "array", "items": {"type": "string"}}}}\n'},
    ),
    "H openapi": (
        "yes",
        {
            "o.yaml": 'openapi: 3.0.0\npaths:\n  /a:\n    get:\n      responses:\n        "200":\n          links:\n            next:\n              operationId: b\n'
        },
    ),
    "H ip link": (
        "yes",
        {"n.sh": "#!/bin/sh\nip link add veth0 type veth peer name veth1\nip link set eth0 up\ndocker ps\n"},
    ),
    "H npm": ("yes", {"b.sh": "#!/bin/sh\nnpm link\nln --symbolic a b\nnpm install --link\ndocker build .\n"}),
    "H userdef": (
        "yes",
        {"r.sh": "docker network create n\ndocker run -d --network n --name db pg\ndocker run --network n app\n"},
    ),
    "H compose3": (
        "yes",
        {
            "c.yml": 'version: "3"\nservices:\n  db:\n    image: pg\n  web:\n    image: app\n    depends_on: [db]\n    environment:\n      DB_PORT: 5432\n      DB_NAME: x\n'
        },
    ),
    "H hugo": ("yes", {"config.yaml": "params:\n  links:\n    - name: home\n      url: /\n"}),
    "H compose links v2": (
        "yes",
        {
            "docker-compose.yml": 'version: "2"\nservices:\n  db:\n    image: pg\n  web:\n    image: app\n    links: [db]\n'
        },
    ),
    "H chef link": ("yes", {"recipes/a.rb": "link '/usr/bin/a' do\n  to '/opt/a'\nend\n"}),
    "H puppet links": ("yes", {"a.pp": "file { '/x':\n  ensure => directory,\n  links => follow,\n}\n"}),
    "H salt symlink": ("yes", {"a.sls": "/etc/x:\n  file.symlink:\n    - target: /opt/x\n"}),
    "H template ports": (
        "yes",
        {
            "docker-compose.yml.j2": 'rabbit:\n  image: rabbitmq\n  ports:\n    - "{{ RABBIT_HOST }}:{{ RABBIT_PORT }}:5672"\n'
        },
    ),
    "H set here": (
        "yes",
        {
            "run.sh": "docker run -d -e DB_PORT=5432 -e DB_NAME=x app\n",
            "a.py": 'import os\np = os.environ["DB_PORT"]\n',
        },
    ),
    "H cli table": (
        "yes",
        {
            "cmd.go": 'package cli\n// docker\nfunc f() { flags.Var(&o.links, "link", "Add link to another container") }\n'
        },
    ),
    "H inspect null": ("yes", {"x.json": '[{"Id":"a","HostConfig":{"Links":null,"PortBindings":{}}}]\n'}),
    "H markdown links": ("yes", {"a.md": "---\ntitle: x\nlinks:\n  - https://example.com\n---\ntext\n"}),
    "H eth0": ("yes", {"README.md": "# net\n\nThe `lo` and `eth0` links. Docker is fine.\n"}),
    "H package json": ("yes", {"package.json": '{"scripts": {"start": "node --link-x a.js"}}\n'}),
    "H gcc": ("yes", {"Makefile": "all:\n\tgcc --link a.o\n\tdocker build .\n"}),
    "7 bare task definition": (
        "not yes, 30",
        {
            "task.json": '[{"name": "web", "image": "app:1", "essential": true, "links": ["db"]}, {"name": "db", "image": "pg", "essential": true}]\n'
        },
    ),
    "7 template of a task definition": (
        "not yes, 30",
        {
            "t/web.json.tpl": '[{"name": "web", "image": "${IMAGE}", "portMappings": [{"containerPort": 80}], "links": [\n  "${BACKEND}"\n]}]\n'
        },
    ),
    "H types": (
        "yes",
        {
            "config.py": "import docker\nfrom typing import Optional\n\n\nclass C:\n    image: str\n    links: Optional[list[str]] = None\n    ports: list[str]\n",
            "c.ts": "// docker\ninterface C { image: string;\n  links?: string[];\n  ports: string[] }\n",
        },
    ),
    "H ansible argspec (more)": (
        "yes",
        {
            "library/x.py": "from ansible.module_utils.docker import AnsibleDockerClient\nargument_spec = dict(\n    image=dict(type='str'),\n    links=dict(type='list'),\n)\n"
        },
    ),
    "H go struct (more)": (
        "yes",
        {
            "types.go": 'package docker\n\ntype Config struct {\n\tImage string `json:"image"`\n\tLinks []string `json:"Links"`\n}\n'
        },
    ),
    "H smithy (more)": (
        "yes",
        {"m.smithy": "structure ContainerDefinition {\n    image: String\n    links: StringList\n}\n"},
    ),
    "H smithy json (more)": (
        "yes",
        {
            "m.json": '{"shapes": {"com.ecs#ContainerDefinition": {"type": "structure", "members": {"image": {"target": "s#String"}, "links": {"target": "com.ecs#StringList", "traits": {"smithy.api#documentation": "docker links"}}}}}}\n'
        },
    ),
    "H json schema compose (more)": (
        "yes",
        {
            "s.json": '{"definitions": {"service": {"properties": {"image": {"type": "string"}, "links": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}, "container_name": {"type": "string"}}}}, "description": "docker"}\n'
        },
    ),
    "H go comment (more)": (
        "yes",
        {
            "a.go": "package docker\n\n// Links: eth0 and lo of the network namespace, see docker network\nfunc links() {}\n"
        },
    ),
    "H option table (more)": (
        "yes",
        {"a.md": "# docker run\n\n| option | |\n|---|---|\n| --link list | Add link to another container |\n"},
    ),
    "H help text (more)": (
        "yes",
        {"a.sh": '#!/bin/sh\nusage() {\n  echo "  --link NAME   link to another container"\n}\ndocker ps\n'},
    ),
    "H template ports env (more)": (
        "yes",
        {
            "docker-compose.yml.tmpl": 'rabbit:\n  image: rabbitmq\n  ports:\n    - "${RABBIT_HOST}:${RABBIT_PORT}:5672"\n'
        },
    ),
    "H compose ports env (more)": (
        "yes",
        {
            "docker-compose.yml": 'version: "3"\nservices:\n  rabbit:\n    image: rabbitmq\n    ports:\n      - "${RABBIT_HOST}:${RABBIT_PORT}:5672"\n'
        },
    ),
    "H k8s config (more)": (
        "yes",
        {
            "d.yaml": 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: app\n          env:\n            - name: DB_PORT\n              value: "5432"\n',
            "a.py": 'import os\nx=os.environ["DB_PORT"]\n',
        },
    ),
    "H makefile links (more)": ("yes", {"Makefile": "links: a\n\tln -s a b\nrun:\n\tdocker run app\n"}),
    "H terraform aws (more)": (
        "yes",
        {
            "m.tf": 'resource "aws_lambda_function" "x" {\n  environment {\n    variables = {\n      DB_PORT = "5432"\n      DB_NAME = "x"\n    }\n  }\n}\n'
        },
    ),
    "H vue links (more)": (
        "yes",
        {
            "a.vue": '<script>\nexport default { data() { return { links: [{image: "a.png", href: "/x"}], image: "logo" } } }\n</script>\n'
        },
    ),
    "H site yaml (more)": ("yes", {"_data/nav.yml": "image: hero\nlinks:\n  - home\n  - about\n"}),
    "H rss (more)": ("yes", {"rss.rb": "# docker\nmemory = { links: entry.links, image: entry.image }\n"}),
    "H package links (more)": ("yes", {"package.json": '{"name":"x","links":["a:b"],"image":"x"}\n'}),
    "H openapi components (more)": (
        "yes",
        {
            "o.yaml": "openapi: 3.0.0\ncomponents:\n  schemas:\n    Page:\n      properties:\n        image: {type: string}\n        links: {type: array}\n"
        },
    ),
    "H listen tcp (more)": (
        "yes",
        {
            "run.sh": "docker run -d --name pg postgres\n",
            "m.go": 'package main\nfunc main() { l, _ := net.Listen("tcp", ":"+os.Getenv("APP_PORT")); serve(l) }\n',
        },
    ),
    "H url built (more)": (
        "yes",
        {
            "m.js": 'const url = "tcp://" + process.env.DB_HOST + ":" + process.env.DB_PORT;\nconst p = url.split("//");\n'
        },
    ),
    "H url built py (more)": (
        "yes",
        {
            "m.py": 'import os\nfrom urllib.parse import urlparse\nport = os.environ["DB_PORT"]\nurl = urlparse("tcp://" + os.environ["DB_HOST"] + ":" + port)\n'
        },
    ),
    "H env prefix loop (more)": (
        "yes",
        {"m.py": 'import os\nfor k, v in os.environ.items():\n    if k.endswith("_PORT"):\n        int(v)\n'},
    ),
    "H js template port (more)": ("yes", {"m.js": "const p = process.env[`${svc}_PORT`] || 80;\n"}),
    "H docs k8s (more)": (
        "yes",
        {"README.md": "# x\n\nSet `DB_PORT` and `DB_NAME`. Docker is needed. See the links below.\n"},
    ),
    "H salt docker networks (more)": (
        "yes",
        {"a.sls": "web:\n  docker_container.running:\n    - image: app\n    - networks:\n      - n\n"},
    ),
    "H rm link tool (more)": ("yes", {"a.sh": "#!/bin/sh\ndocker rm -f web\nip link del docker0\n"}),
    "H cni (more)": (
        "yes",
        {
            "a.go": 'package cni\nimport "github.com/vishvananda/netlink"\nfunc f() { links, _ := netlink.LinkList(); for _, link := range links { _ = link } }\n// docker\n'
        },
    ),
    "4 helper (more)": (
        "not yes, 30",
        {
            "run.sh": '#!/bin/sh\nstart() {\n  docker run -d $LINKS "$1"\n}\nwhile getopts l: o; do LINKS="$LINKS --link $OPTARG"; done\nstart app\n'
        },
    ),
    "set in a branch": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nif [ "$STAGE" = local ]; then\n  DB_PORT_5432_TCP_ADDR=::1\n  export DB_PORT_5432_TCP_ADDR\nfi\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in a case": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncase "$1" in\n  test) export DB_PORT_5432_TCP_ADDR=localhost ;;\nesac\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set behind a test": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\n[ "$CI" ] && export DB_PORT_5432_TCP_ADDR=localhost\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in a function that is called in a branch": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nlocally() {\n  export DB_PORT_5432_TCP_ADDR=localhost\n}\nif [ "$CI" ]; then locally; fi\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in all branches": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nif [ "$CI" ]; then\n  DB_PORT_5432_TCP_ADDR=localhost\nelse\n  DB_PORT_5432_TCP_ADDR=db\nfi\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in the same branch": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nif [ "$CI" ]; then\n  DB_PORT_5432_TCP_ADDR=localhost\n  serve "$DB_PORT_5432_TCP_ADDR"\nfi\n',
        },
    ),
    "set in a function that is called": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nsettings() {\n  DB_PORT_5432_TCP_ADDR=db\n}\nsettings\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set before a function reads it": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nserving() {\n  serve "$DB_PORT_5432_TCP_ADDR"\n}\nDB_PORT_5432_TCP_ADDR=db\nserving\n',
        },
    ),
    "short name set in a branch": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nif [ "$CI" ]; then\n  DB_NAME=test\nfi\nserve "$DB_NAME"\n',
        },
    ),
    "short name set for good": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nDB_NAME=shop\nserve "$DB_NAME"\n',
        },
    ),
    "prefix in python": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'import os\n\nconf = {}\nfor key, value in os.environ.items():\n    if key.startswith("DB_"):\n        conf[key] = value\n',
        },
    ),
    "prefix in go": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.go": 'package conf\n\nfunc all() {\n\tfor _, pair := range os.Environ() {\n\t\tif strings.HasPrefix(pair, "DB_PORT_") {\n\t\t\tuse(pair)\n\t\t}\n\t}\n}\n',
        },
    ),
    "prefix in ruby": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.rb": "found = ENV.select { |key, _| key.start_with?('DB_') }\n",
        },
    ),
    "prefix in bash": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.sh": '#!/bin/bash\nfor name in ${!DB_@}; do printf "%s\\n" "${!name}"; done\n',
        },
    ),
    "prefix of another alias": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'import os\n\nconf = {k: v for k, v in os.environ.items() if k.startswith("CACHE_")}\n',
        },
    ),
    "prefix without environment": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'TABLES = [name for name in tables if name.startswith("DB_")]\n',
        },
    ),
    "prefix of a library": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.go": 'package conf\n\nfunc load(c *Conf) error { return envconfig.Process("db", c) }\n',
        },
    ),
    "prefix of a library, another": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.go": 'package conf\n\nfunc load(c *Conf) error { return envconfig.Process("shop", c) }\n',
        },
    ),
    "prefix of a library in Rust": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "src/main.rs": 'fn load() -> Db {\n    Figment::new().merge(Env::prefixed("DB_")).extract().unwrap()\n}\n',
        },
    ),
    "prefix of a library as an option": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.go": 'package conf\n\nvar opts = env.Options{\n\tRequired: true,\n\tPrefix: "DB_",\n}\n',
        },
    ),
    "prefix of a library in Python": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'from dynaconf import Dynaconf\n\nsettings = Dynaconf(settings_files=[], envvar_prefix="DB")\n',
        },
    ),
    "prefix of a library in Ruby": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.rb": "class DbConfig < Anyway::Config\n  env_prefix :DB\n  attr_config :port\nend\n",
        },
    ),
    "prefix of a library in Java": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "Db.java": '@ConfigMapping(prefix = "db")\ninterface Db {\n    String port();\n}\n',
        },
    ),
    "prefix of tables": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.rs": 'fn tables() -> Schema {\n    Schema::new().with_prefix("DB_")\n}\n',
        },
    ),
    "prefix of a library, other name": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'from environs import Env\n\nenv = Env()\nwith env.prefixed("CACHE_"):\n    port = env.int("PORT")\n',
        },
    ),
    "pattern of names in Node": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.js": "nconf.env({ separator: '_', match: /^DB_/ })\n",
        },
    ),
    "part of a name in a loop": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "show.py": 'import os\n\nfor key in os.environ:\n    if "DB_PORT" in key:\n        print(key)\n',
        },
    ),
    "part of a name elsewhere": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "show.py": 'import sys\n\nfor line in sys.stdin:\n    if "DB_PORT" in line:\n        print(line)\n',
        },
    ),
    "test of a value on a line that prints": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "show.pl": 'for my $name (sort keys %ENV) {\n    print "$name\\n" if $ENV{$name} =~ m{^tcp://};\n}\n',
        },
    ),
    "print of an address": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "show.pl": 'print "tcp://$host\\n" if $ENV{DEBUG};\n',
        },
    ),
    "printed for a shell in make": (
        "not yes, 30",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "Makefile": "up:\n\tpython3 gen.py | sh\n",
        },
    ),
    "printed to a file that runs": (
        "not yes, 30",
        {
            "gen.sh": "#!/bin/sh\necho docker run -d --link pg:db app\n",
            "Makefile": "up.sh: gen.sh\n\t./gen.sh >$@\n",
        },
    ),
    "printed for a script of npm": (
        "not yes, 30",
        {
            "gen.js": "console.log('docker run -d --link pg:db app');\n",
            "package.json": '{"scripts": {"up": "node gen.js | sh"}}\n',
        },
    ),
    "printed for eval": (
        "not yes, 30",
        {
            "tools/gen.rb": 'puts "docker run -d --link pg:db app"\n',
            "up.sh": '#!/bin/sh\neval "$(ruby "$here"/tools/gen.rb)"\n',
        },
    ),
    "printed for a program": (
        "not yes, 30",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "up.py": 'import subprocess\n\nsubprocess.run(subprocess.check_output(["python", "gen.py"]), shell=True)\n',
        },
    ),
    "printed into a log": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "Makefile": "show:\n\tpython3 gen.py >> gen.log 2>&1\n\tpython3 gen.py >/dev/null\n",
        },
    ),
    "printed for the reader": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "Makefile": "show:\n\tpython3 gen.py || exit 1\n\techo `basename gen.py`\n",
        },
    ),
    "printed by another of the name": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "Makefile": "up:\n\tpython3 regen.py | sh\n",
        },
    ),
    "links appended to a service": (
        "not yes, 30",
        {
            "gen.py": 'import yaml\n\nproject = yaml.safe_load(open("docker-compose.yml"))\nproject["web"]["links"].append("pg:db")\nyaml.safe_dump(project, open("out.yml", "w"))\n',
        },
    ),
    "links appended to a default": (
        "not yes, 30",
        {
            "gen.py": 'import yaml\n\nproject = {"web": {"image": "nginx"}, "pg": {"image": "postgres"}}\nproject["web"].setdefault("links", []).append("pg:db")\nyaml.safe_dump(project, open("docker-compose.yml", "w"))\n',
        },
    ),
    "links appended in Ruby": (
        "not yes, 30",
        {
            "gen.rb": 'project = YAML.load_file("docker-compose.yml")\nproject["web"]["links"] << "pg:db"\n',
        },
    ),
    "links of a page appended": (
        "yes",
        {
            "page.py": 'page = {"links": []}\npage["links"].append("a:b")\npage["links"].append({"href": url})\n',
            "run.sh": "docker run -d app\n",
        },
    ),
    "submodule that is built": (
        "not yes, 30",
        {
            ".gitmodules": '[submodule "app"]\n\tpath = app\n\turl = https://example.com/app.git\n',
            "up.sh": "#!/bin/sh\ndocker build -t app ./app\ndocker run -d app\n",
        },
    ),
    "submodule of a service": (
        "not yes, 30",
        {
            ".gitmodules": '[submodule "api"]\n\tpath = svc/api\n\turl = https://example.com/api.git\n',
            "compose.yml": "services:\n  api:\n    build: svc/api\n",
        },
    ),
    "submodule that nothing builds": (
        "yes",
        {
            ".gitmodules": '[submodule "docs"]\n\tpath = docs\n\turl = https://example.com/docs.git\n',
            "compose.yml": "services:\n  docs:\n    build: .\n    image: docs\n    volumes: [data:/docs]\n",
        },
    ),
    "hook that forbids links": (
        "yes",
        {
            "hook.sh": "#!/bin/sh\ngit diff --cached | grep -q -e 'docker run.*--link' && { echo \"--link is deprecated\"; exit 1; }\n",
        },
    ),
    "check that forbids links": (
        "yes",
        {
            "check.sh": "#!/bin/sh\nif grep -rqE -- '--link( |=)' scripts/; then\n  echo \"found --link, please use networks\"\n  exit 1\nfi\n",
            "run.sh": "docker run -d app\n",
        },
    ),
    "error that forbids links": (
        "yes",
        {
            "check.py": 'def check(text):\n    for line in text.splitlines():\n        if LINK.search(line):\n            raise ValueError("docker run --link is forbidden, use a network")\n',
        },
    ),
    "printed behind a command, and run": (
        "not yes, 30",
        {
            "up.sh": "#!/bin/sh\ncd app && echo docker run -d --link pg:db app | sh\n",
        },
    ),
    "links that grep takes from a file that runs": (
        "not yes, 30",
        {
            "up.sh": "#!/bin/sh\ngrep -- '--link' commands.txt | sh\n",
            "commands.txt": "docker run -d --link pg:db app\n",
        },
    ),
    "container named as a search": (
        "not yes, 30",
        {
            "up.txt": "docker run -d --name rg --link pg:db app\n",
        },
    ),
    "command over lines outside of a fence": (
        "not yes, 30",
        {
            "dev.md": "## run when doing local Dev\ndocker run \\\n    --name app \\\n    --link mongodb \\\n    -p 4000:4000 \\\n    app npm run dev\n",
        },
    ),
    "sentence over lines about the option": (
        "yes",
        {
            "dev.md": "## run\ndocker run has an option\n    --link that we \\\n    --link do not use\n",
        },
    ),
    "made name that is set": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "env.py": "for name, (host, port) in services.items():\n    env['%s_PORT' % name] = port\n    env['%s_HOST' % name] = host\n",
        },
    ),
    "made name that is compared": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "env.py": "import os\n\nfor name in names:\n    if os.environ['%s_PORT' % name] == '5432':\n        connect(name)\n",
        },
    ),
    "item of links of a page in a test": (
        "yes",
        {
            "a_spec.rb": "# docker\nexpect(json['workflows'][0]['links']['tutorial']).to eq(link)\n",
            "b_test.py": "# docker\nassert page['links']['a:b'] == '/a/{b}'\n",
        },
    ),
    "item of links that is set": (
        "not yes, 30",
        {
            "up.py": "import docker\n\noptions = {'image': 'app', 'links': {}}\noptions['links']['pg'] = 'db'\ndocker.from_env().containers.run(**options)\n",
        },
    ),
    "lines removed from hosts": (
        "yes",
        {
            "down.sh": '#!/bin/sh\n# docker\nfor host in $HOSTS; do\n  sudo sed --in-place "/127\\.0\\.0\\.1 ${host} # test/d" /etc/hosts\ndone\ndocker run -d app\n',
        },
    ),
    "look-up in an edit": (
        "not yes, 30",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link $1 app\n",
            "start.sh": '#!/bin/sh\nsed -i "s/HOST/$(grep "$NAME" /etc/hosts | cut -f1)/" app.conf\n',
        },
    ),
    "printed, and named in a table": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "README.md": "| file | what |\n|---|---|\n| gen.py | prints the command |\n",
        },
    ),
    "printed, and named in back quotes": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "README.md": "Run `python gen.py`, and copy the line.\n",
        },
    ),
    "printed, and named in a page": (
        "yes",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "index.html": '<a href="gen.py">the program</a>\n',
        },
    ),
    "printed, and imported": (
        "yes",
        {
            "gen.js": "console.log('docker run -d --link pg:db app');\n",
            "main.js": 'import("./gen.js").then((m) => { m(); });\n',
        },
    ),
    "printed, and piped in a document": (
        "not yes, 30",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "README.md": "Run `python gen.py | sudo sh`.\n",
        },
    ),
    "printed without a blank": (
        "not yes, 30",
        {
            "gen.py": 'print("docker run -d --link pg:db app")\n',
            "Makefile": "up:\n\tpython gen.py>up.sh\n\tsh up.sh\n",
        },
    ),
    "values with tcp": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'import os\n\npeers = []\nfor value in os.environ.values():\n    if value.startswith("tcp://"):\n        peers.append(value)\n',
        },
    ),
    "tcp of a setting": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.py": 'import os\n\nhost = os.environ["BROKER"]\nif host.startswith("tcp://"):\n    host = host[6:]\n',
        },
    ),
    "joined name": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "conf.js": "const name = [alias, 'PORT', port, 'TCP', 'ADDR'].join('_');\nconst host = process.env[name];\n",
        },
    ),
    "name over two variables": (
        "not yes",
        {
            "conf.go": 'package conf\n\nconst last = "PORT_6379_TCP_ADDR"\n\nfunc host(alias string) string { return os.Getenv(alias + "_" + last) }\n'
        },
    ),
    "setting called TCP_ADDR": (
        "yes",
        {"conf.go": 'package conf\n\nfunc host() string { return os.Getenv("TCP_ADDR") }\n'},
    ),
    "literals that C joins": ("not yes", {"conf.c": 'const char *h = getenv("DB_PORT" "_5432_TCP_ADDR");\n'}),
    "pattern of names": (
        "not yes",
        {"conf.rb": "backends = ENV.select { |key, _| key =~ /^APP\\d+_PORT$/ }.map { |_, value| URI(value).host }\n"},
    ),
    "compgen": (
        "not yes",
        {"lb.sh": '#!/bin/bash\nfor v in $(compgen -e | grep "_PORT$"); do echo "server ${!v#tcp://}"; done\n'},
    ),
    "rust url": ("no", {"a.rs": 'let url = Url::parse(&env::var("CACHE_PORT").unwrap()).unwrap();\n'}),
    "lua match": ("no", {"a.lua": 'local host, port = os.getenv("CACHE_PORT"):match("tcp://(.-):(%d+)")\n'}),
    "powershell uri": ("no", {"a.ps1": "$cache = [Uri]$env:CACHE_PORT\n"}),
    "helper that parses": ("no", {"a.js": "const { host } = parseAddr(process.env.CACHE_PORT);\n"}),
    "rust number": ("yes", {"a.rs": 'let port: u16 = env::var("CACHE_PORT").unwrap().parse().unwrap();\n'}),
    "lua number": ("yes", {"a.lua": 'local port = tonumber(os.getenv("CACHE_PORT"))\n'}),
    "powershell number": ("yes", {"a.ps1": "$port = [int]$env:CACHE_PORT\n"}),
    "helper for a number": ("yes", {"a.js": "const port = parsePort(process.env.CACHE_PORT);\n"}),
    "printed into a file": (
        "not yes, 30",
        {"a.sh": "#!/bin/sh\n{\n  echo 'docker run --link pg:db app'\n} > /etc/rc.local\n"},
    ),
    "printed by a loop": (
        "not yes, 30",
        {"a.sh": '#!/bin/sh\nfor i in 1 2; do\n  echo "docker run --name w$i --link pg:db app"\ndone | sh\n'},
    ),
    "printed by a function": (
        "not yes, 30",
        {"a.sh": "#!/bin/sh\nplan() {\n  echo 'docker run --link pg:db app'\n}\nplan | ssh node sh\n"},
    ),
    "printed behind exec": (
        "not yes, 30",
        {"a.sh": "#!/bin/sh\nexec > start.sh\necho 'docker run --link pg:db app'\n"},
    ),
    "printed help": (
        "yes",
        {"a.sh": "#!/bin/sh\nusage() {\n  echo 'try: docker run --link pg:db app'\n}\nusage >&2\n{ date; } > log\n"},
    ),
    "empty, filled by a template": (
        "not yes, 30",
        {
            "docker-compose.yml.erb": "web:\n  image: app\n  links:\n<% names.each do |name| %>\n    - <%= name %>\n<% end %>\n"
        },
    ),
    "empty, filled by a program": (
        "not yes, 30",
        {
            "a.py": 'import docker\n\nhost_config = {"Links": []}\nhost_config["Links"].append(pair)\napi.create_container("app", host_config=host_config)\n'
        },
    ),
    "empty": (
        "yes",
        {
            "a.py": 'import docker\n\nhost_config = {"Links": []}\nhost_config["Binds"].append(pair)\napi.create_container("app", host_config=host_config)\n'
        },
    ),
    "arguments in kubernetes": (
        "yes",
        {
            "d.yaml": 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: c\n      image: crawler\n      args: ["--link", "home:page"]\n'
        },
    ),
    "arguments with docker inside": (
        "not yes, 30",
        {
            "d.yaml": 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: c\n      image: docker:27\n      args: ["run", "--link", "pg:db", "app"]\n'
        },
    ),
    "entry point": ("yes", {"Dockerfile": 'FROM python\nENTRYPOINT ["crawl", "--link", "home:page"]\n'}),
    "entry point that runs docker": (
        "not yes, 30",
        {"Dockerfile": 'FROM docker\nENTRYPOINT ["docker", "run", "--link", "pg:db", "app"]\n'},
    ),
    "declared option": (
        "yes",
        {
            "Dockerfile": "FROM python\nCOPY crawl.py /\n",
            "crawl.py": 'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--link", help="a page")\n',
        },
    ),
    "declared option of a wrapper": (
        "not yes, 30",
        {
            "wrap.py": 'import argparse, docker\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--link", help="SOURCE:ALIAS")\n'
        },
    ),
    "option that is passed on": (
        "not yes, 30",
        {
            "wrap.sh": '#!/bin/sh\nfor word; do\n  case $word in\n    --link) all="$all $word" ;;\n    *) all="$all $word" ;;\n  esac\ndone\nexec ./engine.sh $all\n',
            "engine.sh": '#!/bin/sh\nexec docker "$@"\n',
        },
    ),
    "option for an address": (
        "yes",
        {"c.yaml": "services:\n  c:\n    image: docker\n    command: --link https://example.com\n"},
    ),
    "look-up in an image": (
        "not yes, 30",
        {
            "Dockerfile": "FROM debian\nCOPY start /\n",
            "start": "#!/bin/sh\nip=$(grep -w store /etc/hosts | cut -f1)\nexec app $ip\n",
        },
    ),
    "submodule that is entered": (
        "not yes",
        {".gitmodules": '[submodule "infra"]\n\tpath = infra\n', "Makefile": "up:\n\tcd infra && make up\n"},
    ),
    "submodule that is sourced": (
        "not yes",
        {".gitmodules": '[submodule "infra"]\n\tpath = infra\n', "up.sh": "#!/bin/sh\n. infra/all.sh\n"},
    ),
    "submodule that is included": (
        "yes",
        {
            ".gitmodules": '[submodule "json"]\n\tpath = json\n',
            "CMakeLists.txt": "target_include_directories(app PRIVATE json/include)\n",
        },
    ),
    "api by another client": (
        "not yes, 30",
        {"a.sh": '#!/bin/sh\nhttp POST :2375/containers/create Image=app HostConfig:=\'{"Links":["pg:db"]}\'\n'},
    ),
    "external links on a network": (
        "yes",
        {
            "compose.yaml": "services:\n  web:\n    image: app\n    external_links:\n      - shop_db_1:db\n    networks: [n]\nnetworks:\n  n:\n    external: true\n"
        },
    ),
    "set in a loop": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nfor one in "$@"; do DB_PORT_5432_TCP_ADDR=$one; done\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in a loop that reads it": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nfor one in a b; do\n  DB_PORT_5432_TCP_ADDR=$one\n  serve "$DB_PORT_5432_TCP_ADDR"\ndone\n',
        },
    ),
    "set behind a pipe": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncat names | while read one; do DB_PORT_5432_TCP_ADDR=$one; done\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in the background": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\n{ DB_PORT_5432_TCP_ADDR=::1; } &\nwait\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set locally": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncheck() {\n  local DB_PORT_5432_TCP_ADDR=::1\n}\ncheck\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set behind a return": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\nsettings() {\n  [ -f names ] || return\n  DB_PORT_5432_TCP_ADDR=$(cat names)\n}\nsettings\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in all arms": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncase $1 in\n  local) DB_PORT_5432_TCP_ADDR=::1 ;;\n  *) DB_PORT_5432_TCP_ADDR=db ;;\nesac\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in all arms that go on": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncase $1 in\n  local) DB_PORT_5432_TCP_ADDR=::1 ;;\n  *) echo what >&2; exit 1 ;;\nesac\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "set in some arms, the other may exit": (
        "unknown",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "start.sh": '#!/bin/sh\ncase $1 in\n  local) DB_PORT_5432_TCP_ADDR=::1 ;;\n  *) [ -f names ] || exit 1 ;;\nesac\nserve "$DB_PORT_5432_TCP_ADDR"\n',
        },
    ),
    "values with tcp in javascript": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "a.js": "for (const [key, value] of Object.entries(process.env)) {\n  if (value.indexOf('tcp://') === 0) peers.push(value);\n}\n",
        },
    ),
    "values with tcp in go": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "a.go": 'package a\n\nfunc peers() {\n\tfor _, pair := range os.Environ() {\n\t\tif strings.Contains(pair, "=tcp://") {\n\t\t\tuse(pair)\n\t\t}\n\t}\n}\n',
        },
    ),
    "values with tcp in php": (
        "not yes",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "a.php": "<?php\nforeach ($_SERVER as $key => $value) {\n  if (strpos($value, 'tcp://') === 0) { use_it($value); }\n}\n",
        },
    ),
    "tcp given to a child": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "a.py": 'import os\n\nchild = dict(os.environ, BROKER="tcp://broker:1883")\n',
        },
    ),
    "tcp of an address that is built": (
        "yes 29",
        {
            "run.sh": "docker run -d --name pg postgres\ndocker run -d --link pg:db app\n",
            "A.java": 'class A {\n  String url = "tcp://" + System.getenv().getOrDefault("BROKER", "broker") + ":1883";\n}\n',
        },
    ),
}
