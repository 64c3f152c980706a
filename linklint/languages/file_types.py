"""The registry of file types: their files and their properties.

A file type is one row of `FILE_TYPES` and the module that it names, with `extract(sources, context)`. The row is here
and not in the module, because importing all modules to compare names would cost more than a small scan. Everything else
that depends on the type of a file reads this table: detection, the README, the pre-commit hooks, suppression comments,
fuzz targets, hostile inputs, and the flags of `scope` that SQL uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from linklint.languages import contents
from linklint.languages.contents import Contains


class FileType(NamedTuple):
    """A type of file.

    `name` is `file.kind`; `module` is the extractor below `linklint.languages`. A file has the type by its suffix
    (`suffixes`), by its lower-case name (`names`, unless it has a suffix of `unless`) or by its path (`paths`);
    `within` limits names and paths to YAML or JSON. `by_content` decides by the bytes if a name is ambiguous (`yaml`,
    `json`, `script`). `needs` decides by the bytes whether the file matters; a file without any of `hints` never does.
    `example` is a file name of the type; `files` and `takes` are texts of the README.

    `ranges` and `comments` describe statements and comments. `together`: the files of one directory are extracted
    together, because they name each other. `is_example`: its commands are shown, not run. `on_host`:
    its commands run one after the other on one host. `is_project`: its containers start together, in no order.
    `is_pipeline`: its scripts run on a host of their own, in no container of the tree. `is_program`: it is written in a
    programming language. `calls_scripts`: it also matters if it only calls scripts that matter.
    """

    name: str
    module: str
    example: str
    files: str
    takes: str
    suffixes: str = ""
    names: str = ""
    paths: str = ""
    within: str = ""
    unless: str = ""
    needs: Callable[[bytes, Contains], bool] | None = None
    hints: tuple[bytes, ...] = ()
    by_content: dict[str, Callable[[bytes], bool]] = {}
    ranges: str = "lines"
    comments: tuple[str, ...] = ("#",)
    together: bool = False
    is_example: bool = False
    on_host: bool = False
    is_project: bool = False
    is_pipeline: bool = False
    is_program: bool = False
    calls_scripts: bool = False
    mentions_settings: bool = False


RUBY_NAMES = frozenset("rakefile gemfile capfile guardfile vagrantfile brewfile".split())
TEMPLATES = frozenset("j2 jinja jinja2 tmpl tpl erb mustache template".split())
NO_DOCKERFILE = "md sh py yml yaml json html txt dockerignore rb go js ts java lock bak rst adoc xml patch diff"

_ROWS = (
    FileType(
        "shell",
        "shell",
        "run.sh",
        "`*.sh`, `*.bash`, `*.bats`, `*.zsh`, `*.ksh`, `.envrc`, and any file with the shebang of a shell",
        "docker commands in order, and reads of link variables; also in `bash -c`, `eval`, `ssh`, heredocs",
        suffixes="sh bash bats zsh ksh ash dash command bashrc bash_profile bash_aliases profile zshrc envrc",
        needs=contents.matters_as_script,
        by_content={"script": contents.is_shell_script},
        ranges="shell",
        on_host=True,
        calls_scripts=True,
    ),
    FileType(
        "dockerfile",
        "dockerfile",
        "Dockerfile",
        "`Dockerfile*`, `Containerfile*`, `*.dockerfile`",
        "`FROM`, `ENV`, `ARG`, `EXPOSE`, and the scripts of `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`",
        suffixes="dockerfile containerfile",
        names=r"(?:docker|container)file(?:[._-].*)?",
        unless=NO_DOCKERFILE,
    ),
    FileType(
        "cloud-init",
        "cloud_init",
        "user-data",
        "any file that starts with `#cloud-config`",
        "`bootcmd`, `runcmd`, `write_files`, and the units of CoreOS",
        by_content={"yaml": contents.is_cloud_config, "script": contents.is_cloud_config},
        ranges="yaml",
    ),
    FileType(
        "ci",
        "ci",
        ".github/workflows/test.yml",
        "GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket Pipelines",
        "the scripts of each job, in order, on a host of its own; service containers with ports and environment",
        paths=r"(?i:(?:.*/)?(?:\.github/(?:workflows/[^/]+|actions/.+/action)\.ya?ml|action\.ya?ml"
        r"|\.?gitlab-ci[^/]*\.ya?ml|\.gitlab/.+\.ya?ml|\.travis\.ya?ml|\.circleci/[^/]+\.ya?ml|circle\.ya?ml"
        r"|(?:.*/)?\.?azure-pipelines?(?:/.+|[^/]*)\.ya?ml|bitbucket-pipelines\.ya?ml))",
        within="yaml",
        needs=contents.matters_as_pipeline,
        ranges="yaml",
        on_host=True,
        is_pipeline=True,
        calls_scripts=True,
    ),
    FileType(
        "compose",
        "compose",
        "compose.yaml",
        "`*compose*.yaml`, `fig.yml`, any YAML with services; all formats, with overrides, `extends`, `include`, "
        "`.env`, env files",
        "services, links, ports, environment, networks, builds; reads of link variables in commands",
        names=r".*compose.*|fig\.ya?ml",
        within="yaml",
        by_content={"yaml": contents.is_compose},
        ranges="yaml",
        is_project=True,
        together=True,
    ),
    FileType(
        "env",
        "env_file",
        "db.env",
        "`.env*`, `*.env`, `env.list`, the daemon's `default/docker` and `sysconfig/docker`",
        "variables, reads of link variables, settings of the daemon",
        suffixes="env",
        names=r"\.env\..+|env\.list|.*\.env\.(?:list|example|sample|dist|template|local)",
        paths=r".*/(?:default|sysconfig|conf\.d)/docker(?:\.conf)?",
    ),
    FileType(
        "markdown",
        "markdown",
        "README.md",
        "Markdown, reStructuredText, AsciiDoc, Org, HTML, `*.txt`, and a `README` without a suffix",
        "code blocks and code spans: commands, Compose files, Dockerfiles, units",
        suffixes="md markdown mdown mkd mkdn mdx rst rest adoc asciidoc asc org html htm txt text",
        names=r"readme|install|hacking|contributing|usage",
        needs=contents.matters_as_document,
        ranges="markdown",
        comments=("#", "<!--", "//"),
        is_example=True,
        mentions_settings=True,
    ),
    FileType(
        "jenkinsfile",
        "jenkins",
        "Jenkinsfile",
        "`Jenkinsfile*`, `*.jenkinsfile`, `*.groovy`",
        "`sh`, `docker.image(…).run`, `withRun`, `inside`, `agent { docker { … } }`, `docker.build`",
        suffixes="groovy jenkinsfile",
        names=r"jenkinsfile(?:[._-].*)?",
        unless=NO_DOCKERFILE,
        needs=contents.matters_as_script,
        ranges="program",
        comments=("#", "//"),
        is_pipeline=True,
        is_program=True,
        calls_scripts=True,
    ),
    FileType(
        "kubernetes",
        "kubernetes",
        "service.yaml",
        "manifests of Services",
        "names of Services, for which the kubelet sets variables that look like those of links",
        by_content={"yaml": contents.is_kubernetes_service, "json": contents.is_kubernetes_json},
        ranges="yaml",
    ),
    FileType(
        "ecs",
        "ecs",
        "task.json",
        "ECS task definitions, `Dockerrun.aws.json`, CloudFormation templates (JSON and YAML)",
        "container definitions: links, port mappings, environment; references to secrets are fine",
        by_content={"yaml": contents.is_ecs_yaml, "json": contents.is_ecs},
    ),
    FileType(
        "ansible",
        "ansible",
        "roles/web/tasks/main.yml",
        "playbooks, task files and roles",
        "`docker_container`, `docker`, `podman_container`, `docker_network`, Compose modules, and the commands of "
        "`shell`, `command`, `raw`; templates stay unresolved",
        by_content={"yaml": contents.is_playbook},
        ranges="yaml",
        is_pipeline=True,
        together=True,
    ),
    FileType(
        "yaml",
        "yaml",
        "tasks.yaml",
        "any other YAML",
        "strings that are docker commands",
        by_content={"yaml": contents.has_commands},
        ranges="yaml",
    ),
    FileType(
        "makefile",
        "makefile",
        "Makefile",
        "`Makefile*`, `GNUmakefile`, `*.mk`",
        "recipes, with plain variables; targets are alternatives unless one needs the other",
        suffixes="mk mak make makefile",
        names=r"(?:gnu|bsd)?makefile(?:[._-][^/]*)?",
        unless="am in lock md py",
        needs=contents.matters_as_script,
        ranges="makefile",
        on_host=True,
        calls_scripts=True,
    ),
    FileType(
        "unit",
        "systemd",
        "web.service",
        "`*.service` and drop-ins `*.d/*.conf`, of systemd and fleet; also as templates (`*.service.j2`)",
        "`ExecStart` and similar settings, in order; the units of a directory share a host; the daemon's environment",
        suffixes="service",
        needs=contents.matters_as_script,
        by_content={"script": contents.is_unit},
        calls_scripts=True,
        together=True,
    ),
    FileType(
        "quadlet",
        "systemd.quadlet",
        "web.container",
        "`*.container`",
        "the container that Podman creates from it",
        suffixes="container",
        together=True,
    ),
    FileType(
        "python",
        "python",
        "a.py",
        "`*.py`, and any file with the shebang of Python",
        "docker commands in lists and strings passed to a call, the Docker SDK (`containers.run`, "
        "`create_container`, `create_host_config`), reads of link variables",
        suffixes="py pyw",
        needs=contents.matters_as_python,
        hints=(b"docker", b"podman", b"_PORT", b"_ENV_", b"P_ADDR", b"_tcp_addr", b"/etc/hosts", b"--link"),
        by_content={"script": contents.is_python_script},
        ranges="program",
        on_host=True,
        is_program=True,
        mentions_settings=True,
    ),
    FileType(
        "code",
        "programs",
        "a.js",
        "JavaScript, TypeScript, Go, Ruby, PHP, Java, Kotlin, Scala, C#, Elixir, Rust, Perl, PowerShell, Lua, "
        "`Rakefile` and similar names, shebangs; `*.conf`, `*.cfg`, `*.ini`, `*.properties`, `*.toml`, templates",
        "reads of link variables",
        suffixes="js mjs cjs jsx ts tsx mts cts vue coffee go rb rake ru php phtml inc java kt kts scala sbt cs fs vb "
        "ex exs eex rs pl pm ps1 psm1 bat cmd lua conf cfg cnf ini properties toml ctmpl vcl",
        names="|".join(sorted(RUBY_NAMES)),
        needs=contents.matters_as_program,
        hints=contents.CODE_HINTS,
        by_content={
            "yaml": contents.reads_in_yaml,
            "json": contents.reads_in_json,
            "script": contents.is_program_script,
        },
        ranges="program",
        comments=("#", "//", "<!--"),
        is_program=True,
    ),
    FileType(
        "text",
        "plain_text",
        "a.erl",
        "any other text file that mentions links or link variables; Terraform, Nomad, NixOS",
        "links in options and keys, and names of link variables, whatever the language; declarations of containers",
        by_content={"text": contents.nothing},
        comments=("#", "//", "<!--"),
        is_program=True,
    ),
    FileType(
        "package",
        "package_json",
        "package.json",
        "`package.json`",
        "the scripts",
        names=r"package\.json",
        within="json",
        needs=contents.matters_as_script,
        calls_scripts=True,
    ),
    FileType(
        "devcontainer",
        "devcontainer",
        ".devcontainer/devcontainer.json",
        "`devcontainer.json`",
        "`runArgs`, `containerEnv`, `appPort`, and the lifecycle commands",
        names=r"\.?devcontainer\.json",
        within="json",
        by_content={"json": contents.is_devcontainer},
    ),
)
FILE_TYPES = {row.name: row for row in _ROWS}
UNKNOWN = FileType("", "", "", "", "")
BY_SUFFIX = {suffix: row for row in _ROWS for suffix in row.suffixes.split()}
_NAMES: dict[str, re.Pattern[str]] = {}


def file_type(name: str) -> FileType:
    """Return the type with a name; for an unknown name, a type without properties."""
    return FILE_TYPES.get(name, UNKNOWN)


def by_name(path: str, within: str = "") -> FileType | None:
    """Return the type of a file by its name or path, among those within YAML, JSON or neither."""
    name = path.rpartition("/")[2].lower()
    for row in _ROWS:
        if row.within == within:
            if row.paths and _pattern(row.paths).fullmatch(path) or row.names and _pattern(row.names).fullmatch(name):
                return row
    return None


def _pattern(pattern: str) -> re.Pattern[str]:
    if pattern not in _NAMES:
        _NAMES[pattern] = re.compile(pattern, re.DOTALL)
    return _NAMES[pattern]
