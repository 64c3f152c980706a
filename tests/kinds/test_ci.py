"""CI pipelines: jobs are scopes on fresh hosts, steps are in order, and each fact has its location."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linklint.config.model import Config
from linklint.database.store import Store
from linklint.scanning import gather

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
FIXTURE = Path(__file__).parents[2] / "fixtures" / "ci-links"
NAMES = "SELECT container.name FROM container ORDER BY container.id"
GITHUB, GITLAB, TRAVIS = ".github/workflows/a.yml", ".gitlab-ci.yml", ".travis.yml"


def rows(sql: str) -> list[tuple[Any, ...]]:
    facts = gather([str(FIXTURE)], Config())
    return Store(facts.collector, facts.sources).ask(sql)[1]


def test_containers_of_the_fixture() -> None:
    place = (
        "JOIN span ON span.id = coalesce(container.name_span, container.image_span) JOIN file ON file.id = span.file"
    )
    assert rows(
        f"SELECT file.path, line, column, name, service, image, tool FROM container {place} ORDER BY file.path, line"
    ) == [
        (".circleci/config.yml", 9, 35, "circle-db", None, "redis:7", "docker run"),
        (".circleci/config.yml", 13, 34, "circle", None, "app", "docker run"),
        (".github/workflows/test.yml", 13, 16, None, "cache", "redis:7", "ci service"),
        (".github/workflows/test.yml", 21, 36, "shelf-db", None, "postgres:${{ matrix.postgres }}", "docker run"),
        (".github/workflows/test.yml", 24, 32, "shelf", None, "book-store", "docker run"),
        (".github/workflows/test.yml", 35, 35, "shelf", None, "book-store", "docker run"),
        (".github/workflows/test.yml", 36, 35, "client", None, "alpine", "docker run"),
        (".gitlab-ci.yml", 9, 13, None, "pg", "postgres:16", "ci service"),
        (".gitlab-ci.yml", 14, 28, "gl-db", None, "postgres:16", "docker run"),
        (".gitlab-ci.yml", 15, 28, "app", None, "app", "docker run"),
        (".gitlab-ci.yml", 16, 28, "app", None, "app:next", "docker run"),
        (".gitlab-ci.yml", 19, 28, "app", None, "app", "docker run"),
        (".travis.yml", 9, 26, "bookdb", None, "postgres:9.4", "docker run"),
        (".travis.yml", 13, 26, "store", None, "book-store", "docker run"),
        (".travis.yml", 14, 38, None, None, "curlimages/curl", "docker run"),
        (".travis.yml", 15, 26, "store", None, "book-store:next", "docker run"),
    ]


def test_links_ports_and_variables_of_the_fixture() -> None:
    place = "JOIN span ON span.id = {}.span JOIN file ON file.id = span.file ORDER BY file.path, line"
    assert rows(f"SELECT path, line, column, target, alias FROM link {place.format('link')}") == [
        (".circleci/config.yml", 13, 46, "circle-db", "db"), (".github/workflows/test.yml", 25, 20, "shelf-db", "db"),
        (".github/workflows/test.yml", 36, 49, "shlef", "web"), (".gitlab-ci.yml", 15, 39, "gl-db", "db"),
        (".travis.yml", 13, 39, "bookdb", "db"),
        (".travis.yml", 14, 28, "store", "web"), (".travis.yml", 15, 39, "bookdb", "db"),
    ]  # fmt: skip
    assert rows(f"SELECT path, line, column, spec FROM port {place.format('port')}") == [
        (".circleci/config.yml", 13, 60, "9000:9000"), (".github/workflows/test.yml", 15, 13, "6379:6379"),
        (".github/workflows/test.yml", 25, 35, "8080:8080"),
        (".github/workflows/test.yml", 35, 44, "127.0.0.1:8080:8080"), (".gitlab-ci.yml", 15, 46, "-P"),
        (".gitlab-ci.yml", 19, 35, "80:80"),
        (".travis.yml", 9, 36, "5432:5432"),
    ]  # fmt: skip
    assert rows(f"SELECT path, line, column, name, form FROM env {place.format('env')}") == [
        (".github/workflows/test.yml", 17, 27, "REDIS_PASSWORD", "literal"),
        (".gitlab-ci.yml", 12, 28, "POSTGRES_PASSWORD", "variable"),
        (".travis.yml", 9, 49, "POSTGRES_PASSWORD", "literal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (GITHUB, "jobs: {a: {steps: [{run: docker run --name web nginx}]}}", ["web"]),
        (GITHUB, "jobs: {a: {env: {N: web}, steps: [{run: 'docker run --name $N-1 nginx', env: {N: db}}, {run: "
            "'docker run --name $N-2 x'}]}}", ["db-1", "web-2"]),
        (GITHUB, "jobs: {a: {steps: [{run: 'X=1; docker run --name a$X x'}, {run: 'docker run --name b$X x'}]}}",
        ["a1", "b$X"]),
        (GITHUB, "jobs: {a: {steps: [{run: 'docker run --name ${{ matrix.n }} x', shell: bash}, {run: 'docker run "
            "--name ps x', shell: pwsh}]}}", ["${{ matrix.n }}"]),
        (GITHUB, "jobs: {a: {runs-on: windows-latest, steps: [{run: docker run --name a x}, {run: docker run "
            "--name b x, shell: bash}]}}", ["b"]),
        (GITHUB, "jobs: {a: {steps: [{run: '$env:X; docker run --name b x'}, {run: docker run --name c x}]}}", ["c"]),
        (".github/actions/up/action.yml",
        "runs: {using: composite, steps: [{run: docker run --name web nginx, shell: bash}]}", ["web"]),
        (GITLAB, "t: {script: ['N=web', 'docker run --name $N x']}", ["web"]),
        (GITLAB, "default: {before_script: [N=web]}\nt: {script: ['docker run --name $N x'], after_script: "
            "['docker run --name $N-2 x']}", ["web", "$N-2"]),
        (GITLAB, "variables: {N: {value: web}}\nt: {script: 'docker run --name $N x'}\nworkflow: {rules: []}", ["web"]),
        (GITLAB, ".a: &a [docker run --name one x]\nt: {script: [*a, [docker run --name two x]]}", ["one", "two"]),
        (TRAVIS, "after_script: docker run --name c x\nbefore_install: docker run --name a x\nscript: [docker run "
            "--name b x]", ["a", "b", "c"]),
        (TRAVIS, "install: docker run --name a x\njobs: {include: [{script: docker run --name b x}]}", ["a", "a", "b"]),
        (".circleci/config.yml",
        "jobs: {a: {steps: [run: docker run --name a x, {run: {command: docker run --name b x}}, checkout]}}",
        ["a", "b"]),
        (".circleci/config.yml",
        "jobs: {a: {docker: [{image: me}, {image: pg, name: db}], steps: [{when: {steps: [run: docker run --name c "
        "x]}}]}}", [None, "c"]),
        (".circleci/config.yml", "jobs: {a: {steps: [run: docker run --name << parameters.who >>-1 x]}}",
        ["<< parameters.who >>-1"]),
        (GITLAB, "t: {script: ['docker run --name a$[[ inputs.n ]] x']}", ["a$[[ inputs.n ]]"]),
        (GITHUB, "jobs: {a: {steps: [{run: \"docker run --name '${{ matrix.n }}' -p '${{ matrix.p }}:80' x\"}]}}",
        ["${{ matrix.n }}"]),
    (".circleci/config.yml", "jobs: {a: {steps: [deploy: {command: docker run --name a x}]}}", ["a"]),
        (GITHUB, "jobs: {a: {steps: [{run: 'if [ $n -eq 1 ]; then X=`date`; docker run --name a x; fi; find . -not "
            "-name y'}]}}", ["a"]),
        ("circle.yml", "machine: {services: [docker]}\ntest: {override: [docker run --name a x]}", ["a"]),
        ("azure-pipelines.yml",
        "stages: [{stage: s, jobs: [{job: j, steps: [{script: docker run --name a x}, {bash: docker run --name b "
        "x}, {pwsh: docker run --name c x}]}]}]", ["a", "b"]),
        ("bitbucket-pipelines.yml",
        "pipelines: {default: [{step: {script: [docker run --name a x]}}, {parallel: [{step: {script: [docker run "
        "--name b x]}}]}]}", ["a", "b"]),
    ],
)  # fmt: skip
def test_names(ask: Ask, path: str, text: str, names: list[str]) -> None:
    assert ask({path: text + "\n# docker\n"}, NAMES) == [(name,) for name in names]


def test_jobs_are_hosts_of_their_own(report: Callable[..., Any]) -> None:
    job = "\n    steps: [{run: docker run -d --name web --network a x}]"
    assert [f.rule for f in report({GITHUB: f"jobs:\n  a:{job}\n  b:{job}\n"}, audit=True).findings] == []
    twice = (
        "\n    steps: [{run: docker run -d --name web --network a x}, {run: docker run -d --name web --network a x}]"
    )
    assert [f.rule for f in report({GITHUB: f"jobs:\n  a:{twice}\n"}, audit=True).findings] == ["duplicate-name"]


def test_a_conditional_step_is_a_branch(report: Callable[..., Any]) -> None:
    steps = (
        "[{if: a, run: docker run -d --name web --network a x}, {if: b, run: docker run -d --name web --network a x}]"
    )
    assert [
        f.confidence
        for f in report({GITHUB: f"jobs:\n  a:\n    steps: {steps}\n"}, audit=True).findings
        if f.rule == "duplicate-name"
    ] != ["certain"]


@pytest.mark.parametrize("path", [GITHUB, GITLAB, TRAVIS])
def test_broken_yaml_is_said(ask: Ask, path: str) -> None:
    assert ask({path: "jobs: [docker\n"}, "SELECT line, reason FROM unread JOIN span ON span.id = unread.span")[0][
        1
    ].startswith("YAML: ")
