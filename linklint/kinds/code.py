"""Programs, templates and configuration files: `text_search` finds the reads of link variables in them."""

from __future__ import annotations

from linklint.kinds import contents
from linklint.kinds.kind import Kind, NetworkLines
from linklint.lexer.languages import RUBY_NAMES

KIND = Kind(
    rank=170,
    extractor="linklint.text_search.programs",
    name="code",
    example="a.js",
    files="JavaScript, TypeScript, Go, Ruby, PHP, Java, Kotlin, Scala, C#, Elixir, Rust, Perl, PowerShell, Lua, "
    "`Rakefile` and similar names, shebangs; `*.conf`, `*.cfg`, `*.ini`, `*.properties`, `*.toml`, templates",
    takes="reads of link variables",
    suffixes="js mjs cjs jsx ts tsx mts cts vue coffee go rb rake ru php phtml inc java kt kts scala sbt cs fs vb "
    "ex exs eex rs pl pm ps1 psm1 bat cmd lua conf cfg cnf ini properties toml ctmpl vcl",
    names="|".join(sorted(RUBY_NAMES)),
    hints=contents.CODE_HINTS,
    by_content={
        "yaml": contents.reads_in_yaml,
        "json": contents.reads_in_json,
        "script": contents.is_program_script,
    },
    comments=("#", "//", "<!--"),
    is_program=True,
    matters=contents.matters_as_program,
    syntax="program",
    comment_style="program",
    knows_reads=True,
    searched="hosts names any",
    network=NetworkLines(by_program=True),
)
