"""Kubernetes manifests: the names of Services, for which the kubelet sets variables of the same form as a link's."""

from __future__ import annotations

from linklint.context import ExtractionContext
from linklint.facts.schema import KubernetesService
from linklint.kinds import contents
from linklint.kinds.kind import Kind, Sign
from linklint.lexer.yaml_nodes import BadYaml, YamlNode, load
from linklint.text.source import Source

KIND = Kind(
    rank=90,
    name="kubernetes",
    example="service.yaml",
    sample="kind: Service\nmetadata:\n  name: db\n",
    files="manifests of Services",
    takes="names of Services, for which the kubelet sets variables that look like those of links",
    by_content={
        "yaml": Sign(pattern=rb"^[ \t-]*kind:[ \t]*['\"]?Service['\"]?[ \t]*\r?$"),
        "json": contents.is_kubernetes_json,
    },
    syntax="yaml",
)


def extract(sources: list[Source], context: ExtractionContext) -> None:
    """Extract the names of Services."""
    for source in sources:
        try:
            documents = load(source.whole())
        except BadYaml:
            continue  # A chart's template: the name of its Service is not certain.
        for document in [inner for outer in documents for inner in (outer, *_items(outer))]:
            kind, metadata = document.get("kind"), document.get("metadata")
            name = metadata.get("name") if metadata is not None else None
            if kind is not None and kind.string == "Service" and name is not None:
                context.add(KubernetesService(name.span, name=name.string))


def _items(document: YamlNode) -> list[YamlNode]:
    """Return the items of a `kind: List`."""
    kind, items = document.get("kind"), document.get("items")
    return items.items if kind is not None and kind.string == "List" and items is not None else []
