"""Image names.

Source: distribution's reference grammar as docker CLI 26.1 applies it: the name in lower case, then tag and digest.
"""

from __future__ import annotations

from linklint.text.regex import lazy_compile

COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
DOMAIN = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
    r"|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)
REFERENCE = lazy_compile(
    rf"(?P<name>(?:{DOMAIN}/)?{COMPONENT}(?:/{COMPONENT})*)(?::[\w][\w.-]{{0,127}})?(?:@(?:sha256:[0-9a-f]{{64}}"
    rf"|sha384:[0-9a-f]{{96}}|sha512:[0-9a-f]{{128}}))?"
)
MAX_NAME = 255


def is_reference(image: str) -> bool:
    """Return whether the CLI accepts it as an image."""
    match = REFERENCE.fullmatch(image)
    if match is None:
        return False
    domain, slash, path = match["name"].partition("/")
    if not slash:
        path = f"library/{domain}"  # Docker Hub
    elif domain != "localhost" and domain == domain.lower() and not any(c in domain for c in ".:"):
        path = match["name"]
    return len(path) <= MAX_NAME


def repository(image: str) -> str:
    """Return the image without tag and digest, which connects `docker build -t app:1 .` to `docker run app`."""
    image = image.split("@", 1)[0].removeprefix("docker.io/").removeprefix("library/")
    head, _, tail = image.rpartition("/")
    tail = tail.split(":", 1)[0]
    return f"{head}/{tail}" if head else tail
