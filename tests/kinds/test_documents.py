"""The code blocks of reStructuredText, AsciiDoc, Org, HTML and plain text, and commands in any other text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]
IMAGES = "SELECT image FROM container ORDER BY id"


@pytest.mark.parametrize(
    ("path", "text", "images"),
    [
        ("a.rst", "Run::\n\n    docker run a1\n    docker run a2\n\ndocker run no\n", ["a1", "a2"]),
        ("a.rst", ".. code-block:: sh\n   :linenos:\n\n   docker run \\\n     a1\n", ["a1"]),
        ("a.rst", "Use ``docker run -d a1`` or ``docker run``.\n", ["a1"]),
        ("a.rst", "Text.\n\n    docker run a1\n", ["a1"]),
        ("a.rst", ".. note:: docker run no\n", []),
        ("a.adoc", "[source,sh]\n----\ndocker run a1\n----\ndocker run no\n", ["a1"]),
        ("a.adoc", "Text:\n\n  docker run a1\n", ["a1"]),
        ("a.adoc", "....\n$ docker run a1\nfoo\n....\n", ["a1"]),
        ("a.adoc", "```bash\ndocker run a1\n```\n", ["a1"]),
        ("a.org", "#+begin_src sh\ndocker run a1\n#+end_src\n: docker run a2\ndocker run no\n", ["a1", "a2"]),
        ("a.html", "<pre class='x'>docker run -e A=&quot;b&quot; <b>a1</b></pre><p>docker run no</p>", ["a1"]),
        ("a.md", "<pre>\ndocker run a1\n</pre>\n", ["a1"]),
        ("a.txt", "Do this:\ndocker run -d \\\n  a1\nand docker run no\n", ["a1"]),
        ("README", "Do this:\n\n    docker run a1\n", ["a1"]),
        ("README", "Do this::\n\n  docker run a1\n", ["a1"]),
        ("README.md", "```ini\n[Service]\nExecStart=/usr/bin/docker run a1\n```\n", ["a1"]),
        ("README.md", "```ini\n[Container]\nImage=docker.io/a1\n```\n", ["docker.io/a1"]),
        ("README.md", "```yaml\nsteps:\n  - docker run a1\n```\n", ["a1"]),
        ("a.howto", "docker run a1\ntext docker run no\n- docker run a2\n", ["a1", "a2"]),
        ("a.howto", "run: sudo  docker container run a1\n", ["a1"]),
        ("run.sh.dist", "docker run a1\n", ["a1"]),
        ("docker-compose.yml-dist", "services:\n  a:\n    image: a1\n", ["a1"]),
        ("compose.yaml.example", "services:\n  a:\n    image: a1\n", ["a1"]),
        ("x.makefile", "up:\n\tdocker run a1\n", ["a1"]),
        ("user-data.txt", "#cloud-config\nruncmd:\n  - docker run a1\n", ["a1"]),
        ("photo.tar", "docker run no\n", []),
    ],
)
def test_images(ask: Ask, path: str, text: str, images: list[str]) -> None:
    assert [image for (image,) in ask({path: text}, IMAGES)] == images


@pytest.mark.parametrize(
    ("path", "text", "images"),
    [
        ("a.go", 'exec.Command("docker", "run", "-p", fmt.Sprintf("%d:80", p), "a1")', ["a1"]),
        ("a.go", 'exec.Command("sh", "-c", "docker run a1")', ["a1"]),
        ("a.go", 'fmt.Println("docker run no")', []),
        ("a.js", "execSync('docker run ' + options + ' a1')", ["a1"]),
        ("a.js", "spawn('docker', ['run', '-d', 'a1'])", ["a1"]),
        ("a.js", "// execSync('docker run no')", []),
        ("a.js", "throw new Error('docker run no')", []),
        ("A.java", 'new ProcessBuilder(Arrays.asList("docker", "run", "a1"))', ["a1"]),
        ("a.cs", 'new ProcessStartInfo { FileName = "docker", Arguments = "run -d a1" }', ["a1"]),
        ("a.rb", "`docker run a1`\nsystem 'docker', 'run', 'a2'\nsh %w[docker run a3]", ["a1", "a2", "a3"]),
        ("a.rb", "x = <<~EOS\n  docker run a1\nEOS\nputs 'docker run no'", ["a1"]),
        ("a.pl", 'system("docker", "run", "a1");', ["a1"]),
        ("a.php", "<?php exec('docker run ' . $opts . ' a1');", ["a1"]),
        ("a.rs", 'Command::new("docker").arg("run").arg("a1")', ["a1"]),
        ("a.kt", 'ProcessBuilder(listOf("docker", "run", "a1"))', ["a1"]),
        ("a.ps1", "# docker run no\ndocker run -d `\n  a1\n$x = docker run a2\n", ["a1", "a2"]),
        (
            "a.cmd",
            'if "%1"=="x" docker run a1\r\nif not exist f.txt @docker run a2\r\nif /i %1 == go call docker run a3\r\n'
            'for %%i in (1 2) do docker run -e I=%%i a4\r\nfor /f "tokens=1" %%a in (l) do docker run a5\r\n'
            "if errorlevel 1 (\r\n  docker run a6\r\n) else docker run a7\r\n"
            'start "t" /b docker run a8\r\ncmd /c docker run a9\r\nif %X% NEQ 0 docker run a10\r\n'
            "if docker run no\r\nrem if 1==1 docker run no\r\necho if 1==1 docker run no\r\n"
            "if not exist docker mkdir docker run no\r\nfor %%i in (docker run no) do echo no\r\n",
            sorted(f"a{number}" for number in range(1, 11)),
        ),
        ("a.bat", "rem docker run no\r\ndocker run -d ^\r\n  a1\r\n", ["a1"]),
        ("Vagrantfile", 'p "docker" do |d|\n  d.run "a1", args: "-d"\nend # provision', ["a1"]),
    ],
)
def test_commands_in_programs(ask: Ask, path: str, text: str, images: list[str]) -> None:
    found = ask(
        {path: text + "\n"}, "SELECT image, span.confidence FROM container JOIN span ON span.id = container.span"
    )
    assert sorted(image for image, _ in found) == images
    assert all(confidence == "likely" for _, confidence in found)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ('I=$(docker run -d a)\nL="--link $I:b"\ndocker run $L c', [("$I", "b")]),
        ('L=(--link "$1:b")\ndocker run "${L[@]}" c', [("$1", "b")]),
        ('L=(--link a:b)\nL+=(--link "$1:c")\ndocker run "${L[@]}" d', [("a", "b"), ("$1", "c")]),
        ('L="$L --link a:b"\ndocker run $L c', [("a", "b")]),
        ('L+=" --link $a:b"\ndocker run $L c', [("$a", "b")]),
        ('L="--link $a:b"\ndocker run "$L" c', [("$a", "b")]),  # a mistake, but the text shows the link
        ('for a in $(x); do L="$L --link $a:b"; done\ndocker run $L c', [("$a", "b")]),
        ('docker run ${A:+--link "$A":b} c', [("$A", "b")]),
        ("alias d='docker run'\nd --link a:b c", [("a", "b")]),
        ("echo x | xargs -I{} docker run --link {}:b c", [("{}", "b")]),
        ("docker run --frob --link a:b c", [("a", "b")]),
        ("docker run -link a:b c", [("a", "b")]),
        ("x && exit 1\nA=$(y)\ndocker run --link a:b c", [("a", "b")]),
    ],
)
def test_options_with_holes(ask: Ask, text: str, links: list[tuple[str, str]]) -> None:
    assert ask({"a.sh": text + "\n"}, "SELECT target, alias FROM link ORDER BY id") == links


def test_options_with_holes_are_at_most_likely(ask: Ask) -> None:
    files = {"a.sh": 'C="$C --link a:b"\ndocker run $C c\n'}
    assert ask(files, "SELECT span.confidence FROM link JOIN span ON span.id = link.span") == [("likely",)]
