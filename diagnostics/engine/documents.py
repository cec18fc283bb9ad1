"""Graphs as JSON-safe documents: what stored revisions hold.

Nodes, choices and answers are lists, not objects: PostgreSQL's `jsonb` does not keep the order of keys, and the order
is the author's. Empty fields are left out, so that a new optional field does not change documents already stored.
"""

from collections.abc import Mapping
from typing import Any

from diagnostics.engine.errors import UnsupportedFormat
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result

#: Of documents, counted apart from the format of files. Raise it when an older reader would misread a new document.
DOCUMENT_FORMAT = 1

_NODE_TEXTS = ("help", "say", "note", "picture", "tell", "guide", "then")


def to_document(graph: Graph) -> dict[str, Any]:
    """Any graph, broken and expanded ones included; `from_document` gives an equal one back."""
    return {
        "format": DOCUMENT_FORMAT,
        "guide": graph.slug,
        "title": graph.title,
        "codes": list(graph.codes),
        "start": graph.start,
        "nodes": [_from_node(node) for node in graph.nodes.values()],
        "paths": [{"answers": [list(answer) for answer in path.answers], "ends": path.ends} for path in graph.paths],
    } | ({"duplicates": list(graph.duplicates)} if graph.duplicates else {})


def _from_node(node: Node) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": node.id, "kind": node.kind.value, "title": node.title}
    fields |= {name: text for name in _NODE_TEXTS if (text := getattr(node, name))}
    if node.minutes is not None:
        fields["minutes"] = node.minutes
    if node.result is not None:
        fields["result"] = node.result.value
    if node.articles:
        fields["articles"] = list(node.articles)
    if node.choices:
        fields["choices"] = [_from_choice(choice) for choice in node.choices]
    return fields


def _from_choice(choice: Choice) -> dict[str, str]:
    fields = {"id": choice.id, "label": choice.label, "to": choice.to}
    return fields | ({"hint": choice.hint} if choice.hint else {})


def from_document(document: Mapping[str, Any]) -> Graph:
    """The graph of a document that `to_document` wrote. Anything else crashes: documents are never typed by hand.

    Raises:
        UnsupportedFormat: if the document was written in another format.
    """
    if document.get("format") != DOCUMENT_FORMAT:
        raise UnsupportedFormat(document.get("format"))
    nodes = (_to_node(fields) for fields in document["nodes"])
    return Graph(
        slug=document["guide"],
        title=document["title"],
        start=document["start"],
        nodes={node.id: node for node in nodes},
        codes=tuple(document["codes"]),
        paths=tuple(
            RecordedPath(tuple((node, choice) for node, choice in path["answers"]), path["ends"])
            for path in document["paths"]
        ),
        duplicates=tuple(document.get("duplicates", ())),
    )


def _to_node(fields: Mapping[str, Any]) -> Node:
    return Node(
        id=fields["id"],
        kind=Kind(fields["kind"]),
        title=fields["title"],
        minutes=fields.get("minutes"),
        articles=tuple(fields.get("articles", ())),
        choices=tuple(Choice(**choice) for choice in fields.get("choices", ())),
        result=Result(fields["result"]) if "result" in fields else None,
        **{name: fields.get(name, "") for name in _NODE_TEXTS},
    )
