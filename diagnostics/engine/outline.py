"""A guide as text: an indented outline for pages and print, and Mermaid for documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.engine.graph import Choice, Graph, Kind, Node, NodeId, Way


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One line: the node that `via` leads to, `depth` steps below the first.

    `repeated` rows point at a node shown above (branches merge; a draft may even go in circles) and have nothing
    below them. `node` is None where the choice leads nowhere (a draft); `to` is then all that is known.
    """

    node: Node | None
    depth: int
    via: Choice | None
    repeated: bool
    to: NodeId


def to_outline(graph: Graph) -> tuple[OutlineRow, ...]:
    """Depth first in authored order. Nodes that no answers lead to (a draft) follow as roots of their own.

    There are as many rows as ways and roots: a merging graph does not grow.
    """
    shown: set[NodeId] = set()
    rows: list[OutlineRow] = []
    for root in (graph.start, *graph.nodes):
        if root in graph.nodes and root not in shown:
            rows.extend(_rows_below(graph, root, shown))
    return tuple(rows)


def _rows_below(graph: Graph, root: NodeId, shown: set[NodeId]) -> Iterator[OutlineRow]:
    waiting = [(Way(None, root), 0)]
    while waiting:
        (via, to), depth = waiting.pop()
        node = graph.nodes.get(to)
        yield OutlineRow(node, depth, via, to in shown, to)
        if node is not None and to not in shown:
            shown.add(to)
            waiting.extend((way, depth + 1) for way in reversed(node.ways))


_SHAPES = {Kind.QUESTION: ("{{", "}}"), Kind.CHECK: ("[", "]"), Kind.OUTCOME: ("([", "])"), Kind.GUIDE: ("[[", "]]")}
_PLAIN = re.compile(r"[^\w \-.,:/()+=，。、；：？！（）《》“”‘’…—]")


def to_mermaid(graph: Graph) -> str:
    """A flowchart in Mermaid's language. Nodes are numbered, so that no authored text is ever syntax."""
    names = {node_id: f"n{number}" for number, node_id in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    for node in graph.nodes.values():
        before, after = _SHAPES[node.kind]
        lines.append(f"    {names[node.id]}{before}{_quoted(node.title or node.id)}{after}")
    for node in graph.nodes.values():
        for choice, to in node.ways:
            if to not in names:
                names[to] = f"n{len(names)}"
                lines.append(f"    {names[to]}>{_quoted(f'? {to}')}]")
            label = f"|{_quoted(choice.label or choice.id)}|" if choice else ""
            lines.append(f"    {names[node.id]} -->{label} {names[to]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Mermaid's own escapes for everything that could be markup, Markdown or the end of the quotes."""
    flat = " ".join(text.split())
    return '"' + _PLAIN.sub(lambda found: f"#{ord(found[0])};", flat) + '"'
