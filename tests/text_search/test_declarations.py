"""Containers that Terraform, Nomad and NixOS declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
TERRAFORM = 'resource "docker_container" "a" {{\n  name = "web"\n  image = "img"\n{}\n}}\n'
NIXOS = '{{\n  virtualisation.oci-containers.backend = "docker";\n  virtualisation.oci-containers.{}\n}}\n'
NOMAD = (
    'job "j" {{\n  task "a" {{\n    driver = "{}"\n    config {{ image = "img" }}\n    env {{ A_B = "c" }}\n  }}\n}}\n'
)
CONTAINERS = "SELECT name, image, legacy FROM container ORDER BY id"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.tf", TERRAFORM.format(""), [("web", "img", 1)]),
        ("a.tf", TERRAFORM.format('  network_mode = "n"'), [("web", "img", 0)]),
        ("a.tf", TERRAFORM.format("  networks_advanced { name = docker_network.n.name }"), [("web", "img", 0)]),
        ("a.tf", TERRAFORM.format("  # }\n  /* } */\n  env = [\"A=}\"]"), [("web", "img", 1)]),
        ("a.tf", TERRAFORM.format('  command = <<EOF\n}\nEOF'), [("web", "img", 1)]),
        ("a.tf", 'resource "docker_image" "i" {\n  name = "pg:9"\n}\n'
         'resource "docker_container" "a" {\n  image = docker_image.i.image_id\n}\n', [(None, "pg:9", 1)]),
        ("a.tf", 'data "docker_container" "a" {\n  name = "web"\n}\n', []),
        ("a.tf", 'variable "docker_container" {\n  default = "web"\n}\n', []),
        ("a.tf", 'resource "aws_instance" "docker_container" {\n  image = "img"\n}\n', []),
        ("a.nix", NIXOS.format('containers.web = { image = "img"; };'), [("web", "img", 1)]),
        ("a.nix", NIXOS.format('containers = { web = { image = "img"; }; };'), [("web", "img", 1)]),
        ("a.nix", NIXOS.format('containers.web = { image = "img"; extraOptions = [ "--net=n" ]; };'),
         [("web", "img", 0)]),
        ("a.nix", '{ virtualisation.oci-containers = { backend = "podman"; '
         'containers = { web = { image = "img"; }; }; }; }\n',
         [("web", "img", 0)]),
        ("a.nix", "{ options.oci-containers.containers = { type = 1; }; }\n", []),
        ("a.nomad", NOMAD.format("docker"), [(None, "img", 1)]),
        ("a.nomad", NOMAD.format("exec"), []),
    ],
)  # fmt: skip
def test_containers(ask: Ask, path: str, text: str, expected: list[Any]) -> None:
    assert ask({path: text}, CONTAINERS) == expected


@pytest.mark.parametrize(
    ("body", "question", "expected"),
    [
        ('  links = ["db:pg", "x"]', "SELECT target, alias FROM link ORDER BY id", [("db", "pg"), ("x", "x")]),
        ('  links = [docker_container.db.name]', "SELECT target_how FROM link", [("variable",)]),
        ("  ports {\n    internal = 80\n    external = 8080\n  }\n  ports {\n    internal = 81\n  }",
         "SELECT spec, host_ip FROM port ORDER BY id", [("8080:80", None), ("81", None)]),
        ('  ports {\n    ip = "127.0.0.1"\n    external = 1\n    internal = 2\n  }',
         "SELECT host_ip FROM port", [("127.0.0.1",)]),
        ("  ports {\n    internal = var.port\n    external = 1\n  }", "SELECT spec FROM port", [("1:var.port",)]),
        ('  env = ["A=b", "C=${var.c}"]', "SELECT name, value FROM env ORDER BY id", [("A", "b"), ("C", "${var.c}")]),
        ("  links = var.links", "SELECT target FROM link", []),
        ('  env = concat(["A=b"], var.more)', "SELECT name FROM env", []),
        ('  labels { label = "links" }', "SELECT target FROM link", []),
    ],
)  # fmt: skip
def test_options_of_terraform(ask: Ask, body: str, question: str, expected: list[Any]) -> None:
    assert ask({"a.tf": TERRAFORM.format(body)}, question) == expected


def test_variables_of_nixos(ask: Ask) -> None:
    text = NIXOS.format('containers.web = { image = "i"; environment = { A_B = "b"; C = x; }; ports = [ "80:80" ]; };')
    assert ask({"a.nix": text}, "SELECT name, value FROM env ORDER BY id") == [("A_B", "b"), ("C", "x")]
    assert ask({"a.nix": text}, "SELECT spec FROM port") == [("80:80",)]


def test_an_endless_declaration_is_reported(ask: Ask) -> None:
    text = TERRAFORM.format("") + 'resource "docker_container" "b" {' + " x {" * 30_000
    assert ask({"a.tf": text}, "SELECT name FROM container ORDER BY id") == [("web",), (None,)]
    assert "more than 20000 words" in ask({"a.tf": text}, "SELECT reason FROM unread")[0][0]
