"""What the project is called and where it is: the only place that says so. Documents are checked against it."""

from __future__ import annotations

__version__ = "0.1.0"
DISTRIBUTION = "docker-linklint"  # `linklint` on PyPI is another project
REPOSITORY = "https://github.com/docker-linklint/linklint"
SITE = "https://docker-linklint.github.io/linklint"


def page_of(slug: str) -> str:
    """Return the address of a built-in rule's page."""
    return f"{SITE}/rules/{slug}/"
