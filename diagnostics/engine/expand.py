"""Guides inside guides: a node of kind guide is replaced by the nodes of the guide it hands over to.

What happens at the inner guide's outcomes:

- fixed, escalate and stop end the whole walk: the reader is done, or in other hands.
- article becomes a check ("do what the article says; did it help?") with two choices: `ok` leads to a generated
  outcome of result fixed, `still` comes back to the outer guide, at `then`.

So `then` is reached only through articles that did not help. Ids are joined with `.` (`network.cable`), which is how
answers are keyed in addresses, cases and recorded paths.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from diagnostics.engine.errors import ExpansionTooLarge, GuideCycle, GuideTooDeep, UnknownGuide
from diagnostics.engine.graph import MAX_NODES, Choice, Graph, Kind, Node, NodeId, RecordedPath, Result

#: Guides on one chain, the outermost included. A reader has lost the thread long before.
MAX_LEVELS = 8

Resolve = Callable[[str], Graph | None]


def expand(
    graph: Graph,
    resolve: Resolve,
    *,
    ok_label: str = "好了",
    still_label: str = "没好，继续",
    fixed_title: str = "好了",
) -> Graph:
    """The graph that readers walk: no node of kind guide is left. Recorded paths of inner guides are dropped.

    `resolve` gives the guide of a slug, None if there is none; it is asked once per slug. A graph without guide
    nodes comes back as it is.

    Raises:
        UnknownGuide: if a guide is missing, or a guide node names none.
        GuideCycle: if a guide hands over to itself, directly or through others.
        GuideTooDeep: if more than 8 guides hand over to each other in a chain.
        ExpansionTooLarge: if the result has more than 2,000 nodes.
    """
    return _Expander(resolve, ok_label, still_label, fixed_title).expanded(graph, (graph.slug,), "").graph


@dataclass(frozen=True, slots=True)
class _Expanded:
    graph: Graph
    levels: int


class _Expander:
    def __init__(self, resolve: Resolve, ok_label: str, still_label: str, fixed_title: str) -> None:
        self._resolve = resolve
        self._ok_label = ok_label
        self._still_label = still_label
        self._fixed_title = fixed_title
        # Without it, guides that each hand over twice would be expanded 2, 4, 8, … times.
        self._known: dict[str, _Expanded] = {}

    def expanded(self, graph: Graph, chain: tuple[str, ...], prefix: str) -> _Expanded:
        inner = {node.id: self._inner(node, chain, prefix) for node in graph.nodes.values() if node.kind is Kind.GUIDE}
        if not inner:
            return _Expanded(graph, 1)
        entry = {node_id: f"{node_id}.{part.graph.start}" for node_id, part in inner.items()}
        nodes: dict[NodeId, Node] = {}
        for node in graph.nodes.values():
            if node.id in inner:
                added = self._handed_over(node, inner[node.id].graph, entry.get(node.then, node.then))
            else:
                added = [_led_by(node, entry)]
            nodes |= {new.id: new for new in added}
            if len(nodes) > MAX_NODES:
                raise ExpansionTooLarge(graph.slug, MAX_NODES)
        doubled = (f"{node_id}.{double}" for node_id, part in inner.items() for double in part.graph.duplicates)
        whole = replace(
            graph,
            start=entry.get(graph.start, graph.start),
            nodes=nodes,
            paths=tuple(RecordedPath(path.answers, entry.get(path.ends, path.ends)) for path in graph.paths),
            duplicates=(*graph.duplicates, *doubled),
        )
        return _Expanded(whole, 1 + max(part.levels for part in inner.values()))

    def _inner(self, node: Node, chain: tuple[str, ...], prefix: str) -> _Expanded:
        slug = node.guide
        if slug in chain:
            raise GuideCycle(chain[chain.index(slug) :])
        if len(chain) >= MAX_LEVELS:
            raise GuideTooDeep((*chain, slug), MAX_LEVELS)
        if slug not in self._known:
            graph = self._resolve(slug) if slug else None
            if graph is None:
                raise UnknownGuide(slug, prefix + node.id)
            self._known[slug] = self.expanded(graph, (*chain, slug), f"{prefix}{node.id}.")
        known = self._known[slug]
        if len(chain) + known.levels > MAX_LEVELS:
            raise GuideTooDeep((*chain, slug), MAX_LEVELS)
        return known

    def _handed_over(self, outer: Node, inner: Graph, then: NodeId) -> list[Node]:
        fixed = f"{outer.id}.{_free_name('fixed', inner)}"
        nodes = []
        comes_back = False
        for node in inner.nodes.values():
            renamed = replace(
                node,
                id=f"{outer.id}.{node.id}",
                choices=tuple(replace(choice, to=f"{outer.id}.{choice.to}") for choice in node.choices),
            )
            if node.is_end and node.result is Result.ARTICLE:
                comes_back = True
                ways = (Choice("ok", self._ok_label, fixed), Choice("still", self._still_label, then))
                renamed = replace(renamed, kind=Kind.CHECK, result=None, choices=ways)
            nodes.append(renamed)
        if comes_back:
            nodes.append(Node(fixed, Kind.OUTCOME, self._fixed_title, result=Result.FIXED))
        return nodes


def _led_by(node: Node, entry: dict[NodeId, NodeId]) -> Node:
    """`node` with choices that led to a guide node leading to the inner guide's first node instead."""
    if not any(choice.to in entry for choice in node.choices):
        return node
    return replace(node, choices=tuple(replace(choice, to=entry.get(choice.to, choice.to)) for choice in node.choices))


def _free_name(name: str, graph: Graph) -> str:
    number, free = 1, name
    while free in graph.nodes:
        number += 1
        free = f"{name}-{number}"
    return free
