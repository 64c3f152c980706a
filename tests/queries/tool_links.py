# ruff: noqa: E501 (a file is one text)
"""Files of the tools that people use: with a link from `back` (alias `api`) to `front`, without one, and with something
else that is called link.

In `text`, `@` marks the place of the link: `value` is the link, and each text in `empty` is what stands there without one.
"""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """A file of a tool. `recipient` is the name that the facts give the container; `alike` has another meaning."""

    path: str
    text: str
    value: str
    empty: tuple[str, ...] = ()
    recipient: str = "front"
    alike: str = ""


CHEF = "docker_container 'front' do\n  repo 'app'\n  @\nend\n"
CSHARP = 'using Docker.DotNet.Models;\nvar p = new CreateContainerParameters { Name = "front", Image = "app",\n  @ };\n'
JAVA = 'class A { void f() { docker.createContainerCmd("app").withName("front")\n  .@.exec(); } }\n'
TESTCONTAINERS = (
    'import org.testcontainers.containers.GenericContainer;\nclass AIT { Object c = new GenericContainer("app")\n'
)
ECS_PYTHON = "import boto3\nc.register(containerDefinitions=[{'name': 'front', 'image': 'app', @}])\n"
GO = 'package a\n\nimport "github.com/ory/dockertest"\n\nvar o = dockertest.RunOptions{Name: "front", Repository: "app",\n\t@}\n'
RUST = 'use bollard::Docker;\nlet o = ContainerOptions::builder("app").name("front")\n    .@.build();\n'

TOOLS = {
    "chef": Tool("recipes/a.rb", CHEF, "links ['back:api']", ("links []", "links nil"), "front",
        "docker_image 'a'\nlink '/srv/a' do\n  to '/srv/b'\nend\n"),
    "chef, a string": Tool("recipes/a.rb", CHEF, "link 'back:api'", (), "front",
        "docker_image 'a'\nlink \"/a/#{b}\" do\n  to '/c'\nend\n"),
    "chef, words": Tool("recipes/a.rb", CHEF, "links %w(back:api)"),
    "puppet": Tool("manifests/a.pp", "docker::run { 'front':\n  image => 'app',\n  @\n}\n", "links => ['back:api'],",
        ("links => [],", "links => undef,"), "front",
        "docker::image { 'a': }\nfile { '/a':\n  links => follow,\n}\n"),
    "puppet, hiera": Tool("data/a.yaml", "docker::run_instance:\n  front:\n    image: app\n    @\n", "links: ['back:api']",
        ("links: []",), "front", "docker::run_instance: {}\nfiles:\n  /a:\n    image: a\n    links: follow\n"),
    "salt": Tool("a.sls", "front:\n  docker_container.running:\n    - image: app\n    - links:@\n", "\n      - back:api", (" []",),
        "front", "docker: {}\n/a:\n  file.symlink:\n    - target: /b\n"),
    "vagrant, provider": Tool("Vagrantfile", 'config.vm.provider "docker" do |d|\n  d.image = "app"\n  d.name = "front"\n  @\nend\n',
        'd.link "back:api"', ("",), "front", 'config.vm.provider "docker" do |d|\n  d.image = "a"\n  d.volumes = ["/srv/links:/links"]\nend\n'),
    "vagrant, provisioner": Tool("Vagrantfile", 'config.vm.provision "docker" do |d|\n  d.run "front", image: "app", args: "@"\nend\n',
        "--link back:api", ("--rm",)),
    "gradle, set": Tool("build.gradle", "task web(type: DockerCreateContainer) {\n  containerName = 'front'\n  hostConfig.links.@\n}\n",
        "set(['back:api'])", ("set([])",), "front", "// docker\njavadoc { options.links 'https://docs.example.org/' }\n"),
    "gradle, kotlin": Tool("build.gradle.kts", 'create<DockerCreateContainer>("web") {\n  containerName.set("front")\n  hostConfig.links.@\n}\n',
        'set(listOf("back:api"))', ("set(listOf())",)),
    "maven": Tool("pom.xml", "<plugin><artifactId>docker-maven-plugin</artifactId>\n<image>\n  <name>app</name>\n  <alias>front</alias>\n"
        "  <run>\n    <links>@</links>\n  </run>\n</image></plugin>\n", "<link>back:api</link>", ("",)),
    "maven, properties": Tool("pom.xml", "<properties>\n  <docker.name>app</docker.name>\n  @\n</properties>\n",
        "<docker.links.1>back:api</docker.links.1>", ("",), "a container"),
    "kitchen": Tool(".kitchen.yml", "driver:\n  name: docker\n  @\nplatforms:\n  - name: ubuntu\n", "links: back:api", ("links:", "links: []"), "docker"),
    "docker-java": Tool("src/main/java/A.java", JAVA, 'withLinks(Link.parse("back:api"))',
        ("withLinks(new Link[0])", "withLinks(List.of())", "withLinks(new ArrayList<>())")),
    "docker-java, object": Tool("src/main/java/A.java", JAVA, 'withLinks(new Link("back", "api"))', ("withLinks(Collections.emptyList())",),
        "front", 'import com.github.dockerjava.A;\nclass A { Object f() { return e.add(new Link("self", "/orders")); } }\n'),
    "testcontainers, java": Tool("src/test/java/AIT.java", TESTCONTAINERS +
        '  .withCreateContainerCmdModifier(c -> c.withName("front").getHostConfig().@); }\n', 'withLinks(new Link("back", "api"))',
        ("withLinks(new Link[] {})",)),
    "testcontainers, kotlin": Tool("src/test/kotlin/AIT.kt", "val c = GenericContainer(\"app\")\n"
        "  .withCreateContainerCmdModifier { it.withName(\"front\").hostConfig!!.@ }\n", 'withLinks(Link("back", "api"))'),
    "testcontainers, go": Tool("a_test.go", 'package a\n\nvar r = testcontainers.ContainerRequest{\n\tName:  "front",\n\tImage: "app",\n'
        "\tHostConfigModifier: func(hc *container.HostConfig) {\n\t\t@\n\t},\n}\n", 'hc.Links = []string{"back:api"}',
        ("hc.Links = nil", "hc.Links = []string{}", "hc.Links = make([]string, 0)")),
    "testcontainers, python": Tool("tests/test_a.py", 'from testcontainers.core.container import DockerContainer\n'
        'c = DockerContainer("app").with_name("front").with_kwargs(@)\n', 'links={"back": "api"}', ("links={}", "links=None")),
    "testcontainers, .net": Tool("tests/ATest.cs", 'var c = new ContainerBuilder().WithImage("app").WithName("front")\n'
        "  .WithCreateParameterModifier(p => p.HostConfig.@);\n", 'Links = new List<string> { "back:api" }',
        ("Links = new List<string>()", "Links = null"), "front",
        'using DotNet.Testcontainers;\nvar c = new ContainerBuilder();\nr.Links.Add(new Link("all", "/orders"));\n'),
    "testcontainers, rust": Tool("tests/a.rs", 'use testcontainers::GenericImage;\nlet c = GenericImage::new("app").with_container_name("front")\n'
        "    .with_host_config_modifier(|hc| hc.@);\n", 'links = Some(vec!["back:api".to_string()])', ("links = Some(vec![])", "links = None")),
    "dockertest": Tool("a_test.go", GO, 'Links: []string{"back:api"}', ("Links: []string{}", "Links: nil"), "front",
        'package a\n\n// docker\nvar r = page{Links: []string{"self:/orders"}}\n\nfunc f() { os.Link("a", "b"); g(r.Links[0]) }\n'),
    "docker.net": Tool("A.cs", CSHARP, 'HostConfig = new HostConfig { Links = new[] { "back:api" } }',
        ("HostConfig = new HostConfig { Links = new string[0] }", "HostConfig = new HostConfig { Links = Array.Empty<string>() }")),
    "cake": Tool("build.cake", 'DockerRun(new DockerContainerRunSettings {\n  Name = "front",\n  @\n}, "app", "");\n',
        'Link = new [] { "back:api" }', ("Link = new string[0]",)),
    "dockerode": Tool("a.js", "docker.createContainer({\n  name: 'front', Image: 'app',\n  HostConfig: { @ }\n});\n", "Links: ['back:api']",
        ("Links: []", "Links: undefined"), "front", "const d = require('dockerode');\nrender({ links: [{ href: '/a' }] });\n"),
    "bollard": Tool("src/a.rs", RUST, 'links(vec!["back:api"])', ("links(vec![])",), "front",
        'use bollard::Docker;\n#[link(name = "m")]\nextern {}\nlet p = Page { links: vec!["self:/orders".to_string()] };\n'),
    "docker-api": Tool("a.rb", "Docker::Container.create('name' => 'front', 'Image' => 'app',\n  'HostConfig' => { @ })\n",
        "'Links' => ['back:api']", ("'Links' => []",), "front",
        "require 'docker'\nDocker::Container.create('Image' => 'a')\nrender 'links' => { 'self' => '/orders' }\n"),
    "pulumi": Tool("index.ts", 'const c = new docker.Container("front", {\n  image: "app",\n  @,\n});\n', 'links: ["back:api"]', ("links: []",)),
    "pulumi, yaml": Tool("Pulumi.yaml", "resources:\n  front:\n    type: docker:Container\n    properties:\n      image: app\n      @\n",
        "links: ['back:api']", ("links: []",)),
    "cdk": Tool("lib/a.ts", "const t = new ecs.Ec2TaskDefinition(s, 'T', { networkMode: ecs.NetworkMode.BRIDGE });\n"
        "const web = t.addContainer('front', { image: i });\n@\n", "web.addLink(back, 'api');", ("",), "a container",
        "const t = new ecs.Ec2TaskDefinition(s, 'T', {});\ngraph.addLink('a', 'b');\nspan.addLink({ context: c });\n"),
    "cdk, python": Tool("a.py", 't = ecs.Ec2TaskDefinition(s, "T")\nweb = t.add_container("front", image=i)\n@\n', 'web.add_link(back, "api")',
        ("",), "a container"),
    "cdk, go": Tool("a.go", 'package a\n\nfunc f() {\n\tt := awsecs.NewEc2TaskDefinition(s, id, nil)\n\tweb := t.AddContainer(id, o)\n\t@\n}\n',
        'web.AddLink(back, jsii.String("api"))', ("",), "a container"),
    "ecs, boto": Tool("a.py", ECS_PYTHON, "'links': ['back:api']", ("'links': []",)),
    "ecs, go": Tool("a.go", 'package a\n\nvar d = &ecs.ContainerDefinition{\n\tName:  aws.String("front"),\n\tImage: aws.String("app"),\n\t@,\n}\n',
        'Links: []*string{aws.String("back:api")}', ("Links: []*string{}",), "a container"),
    "ecs, java": Tool("A.java", 'class A { Object d = new ContainerDefinition().withName("front").withImage("app").@; }\n',
        'withLinks("back:api")', ("withLinks()",)),
    "crane": Tool("crane.yaml", "containers:\n  front:\n    image: app\n    run:\n      @\n", 'link: ["back:api"]', ("link: []",)),
    "kamal": Tool("config/deploy.yml", "service: s\nimage: app\nservers:\n  front:\n    hosts: [a]\n    options:\n      @\n", "link: back:api", ("",)),
    "jsonnet": Tool("a.jsonnet", "{ services: {}, 'front': { image: 'app',\n  @,\n} }\n", "links+: ['back:api']", ("links+: []",), "a container"),
    "marathon": Tool("a.json", '{"id": "front", "container": {"docker": {"image": "app", "parameters": [@]}}}\n',
        '{"key": "link", "value": "back:api"}', ("",), "a container"),
    "ansible, other": Tool("a.yml", "- hosts: all\n  tasks:\n    - docker_container:\n        name: front\n        image: app\n        @\n",
        "links: ['back:api']", ("links: []", 'links: "{{ omit }}"'), "front",
        "- hosts: all\n  tasks:\n    - docker_container: {name: a, image: b}\n    - synchronize:\n        src: /a\n        links: true\n"),
    "drone": Tool(".drone.yml", "pipeline:\n  a:\n    image: docker\n    commands:\n      - docker run --name front @ app\n", "--link back:api", ("",)),
    "wercker": Tool("wercker.yml", "build:\n  steps:\n    - script:\n        code: docker run --name front @ app\n", "--link back:api", ("",)),
}  # fmt: skip
