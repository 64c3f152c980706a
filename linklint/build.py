"""Make what `prebuilt.py` reads: `python -m linklint.build [DIRECTORY]`. The package is built with it."""

from __future__ import annotations

import os
import sys

from linklint.database.layout import lay_out
from linklint.findings.rule_file import Rule, parsed
from linklint.kinds.kind import declared, encoded
from linklint.prebuilt import DATA, IMAGE, PACKAGE, digest_of_sources, formats_of_package


def build(directory: str) -> None:
    """Write both files to a directory. Raises BadRule."""
    made = lay_out()
    fields = [name for name in Rule.fields if name not in ("path", "examples")]
    values = {
        "DIGEST": digest_of_sources(),
        "FILLS": [tuple(fill) for fill in made.fills],
        "RULES": [{name: getattr(rule, name) for name in fields} for rule in parsed()],
        "COLUMNS": made.columns,
        "FORMATS": formats_of_package(),
        "KINDS": [encoded(kind) for kind in declared()],
    }
    text = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    for name, content in ((IMAGE, made.image), (f"{DATA}.py", text.encode())):  # the digest last
        with open(os.path.join(directory, name), "wb") as file:
            file.write(content)


if __name__ == "__main__":
    build(sys.argv[1] if len(sys.argv) > 1 else PACKAGE)
