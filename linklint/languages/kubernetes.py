"""Kubernetes manifests: the names of Services, because the kubelet makes variables of the same form as a link's from
them.
"""

from __future__ import annotations

from linklint.facts.schema import KubernetesService
from linklint.languages.context import Reading
from linklint.languages.yaml_nodes import BadYaml, Value, load
from linklint.text.source import Source


def extract(sources: list[Source], reading: Reading) -> None:
    """Take the names of Services."""
    for source in sources:
        try:
            documents = load(source.whole())
        except BadYaml:
            continue  # A chart's template: it names no Service for certain.
        for document in [inner for outer in documents for inner in (outer, *_items(outer))]:
            kind, metadata = document.get("kind"), document.get("metadata")
            name = metadata.get("name") if metadata is not None else None
            if kind is not None and kind.string == "Service" and name is not None:
                reading.add(KubernetesService(name.span, name.string))


def _items(document: Value) -> list[Value]:
    """What a `kind: List` lists."""
    kind, items = document.get("kind"), document.get("items")
    return items.items if kind is not None and kind.string == "List" and items is not None else []
