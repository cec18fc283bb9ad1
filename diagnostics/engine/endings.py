"""Which walks end elsewhere in a new version of a guide: the old version's walks are replayed on the new one."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from diagnostics.engine.counting import iter_paths
from diagnostics.engine.errors import CircularWalk, CyclicGraph, StrandedWalk
from diagnostics.engine.graph import ChoiceId, Graph, Kind, Node, NodeId
from diagnostics.engine.walk import walk

Turn: TypeAlias = tuple[NodeId, ChoiceId]

#: Answers replayed at most: only a draft with very long walks comes here before it comes to its 5,000 paths.
MAX_ANSWERS = 200_000


class EndingReason(StrEnum):
    """How a walk ends in the new version instead."""

    ELSEWHERE = "elsewhere"
    ASKS_MORE = "asks-more"
    SAME_NODE_OTHER_RESULT = "same-node-other-result"
    NOWHERE = "nowhere"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class EndingChange:
    """`count` walks that ended at `old_end`, and with the same answers now come to `new_end`.

    `new_end` is an outcome only where `is_end`: otherwise the node where the reader is asked something more, the one
    from which nothing leads on, the one that does not exist (its id may be empty) or the first one met twice.
    `example` are the answers of the first such walk; `turn` is its first answer that no longer leads where it led,
    None where the whole way is the same or the start itself is another.
    """

    old_end: NodeId
    new_end: NodeId
    reason: EndingReason
    count: int
    example: tuple[Turn, ...]
    turn: Turn | None

    @property
    def is_end(self) -> bool:
        return self.reason in (EndingReason.ELSEWHERE, EndingReason.SAME_NODE_OTHER_RESULT)


@dataclass(frozen=True, slots=True)
class Endings:
    """`changes` begin with those that most walks make.

    `compared` are the walks that were replayed. Walks that meet nothing changed end as they did and are not replayed.
    `is_capped`: more walks meet a change than were replayed. `unknown`: nothing could be compared, because a start is
    missing or the old version's walks never end or go in circles.
    """

    changes: tuple[EndingChange, ...] = ()
    compared: int = 0
    is_capped: bool = False
    unknown: bool = False


def changed_endings(old: Graph, new: Graph, limit: int = 5000) -> Endings:
    """Which walks of `old` end elsewhere in `new`; at most `limit` are replayed, in authored order.

    Guide nodes are passed as if nothing happened inside: give expanded graphs to compare what does.
    """
    old, new = _passing_guides(old), _passing_guides(new)
    if old.start not in old.reaching_an_end() or new.start not in new.nodes:
        return Endings(unknown=True)
    try:
        paths = iter_paths(_meeting_changes(old, new), limit + 1)
    except CyclicGraph:
        return Endings(unknown=True)
    found: dict[tuple[NodeId, NodeId, EndingReason], EndingChange] = {}
    compared = answered = 0
    is_capped = False
    for path in paths:
        if compared == limit or answered > MAX_ANSWERS:
            is_capped = True
            break
        compared += 1
        answered += len(path)
        end = path[-1].choice.to[1:] if path else old.start
        change = _changed_ending(old, new, tuple((step.node.id[1:], step.choice.id) for step in path), end)
        if change is not None:
            key = (change.old_end, change.new_end, change.reason)
            first = found.get(key)
            found[key] = replace(first, count=first.count + 1) if first else change
    # The sort is stable: as many walks, then in the order of the old version.
    changes = tuple(sorted(found.values(), key=lambda change: -change.count))
    return Endings(changes, compared, is_capped)


def _meeting_changes(old: Graph, new: Graph) -> Graph:
    """`old` twice, before a change is met ("0…" ids) and after ("1…"): its paths are those of `old` that meet one.

    Without this a small change in a large guide would lie far beyond the first 5,000 paths.
    """
    ends = {node.id for node in old.nodes.values() if node.is_end and not _ends_alike(node, new.nodes.get(node.id))}
    turns = {
        (node.id, choice.id)
        for node in old.nodes.values()
        for choice in node.choices
        if _leading_to(node, choice.id) != _leading_to(new.nodes.get(node.id), choice.id)
    }

    def met(before: bool, node_id: NodeId) -> NodeId:
        return f"{int(before or node_id in ends)}{node_id}"

    copies = [
        replace(
            node,
            id=f"{int(after)}{node.id}",
            choices=tuple(replace(c, to=met(after or (node.id, c.id) in turns, c.to)) for c in node.choices),
            then="",
        )
        for node in old.nodes.values()
        for after in (False, True)
        if after or not node.is_end
    ]
    return Graph.from_nodes(old.slug, old.title, met(old.start != new.start, old.start), copies)


def _ends_alike(end: Node, node: Node | None) -> bool:
    return node is not None and node.is_end and node.result is end.result


def _passing_guides(graph: Graph) -> Graph:
    """`graph` with ways that lead past guide nodes to where these go on; a reader is asked nothing there."""
    if all(node.kind is not Kind.GUIDE for node in graph.nodes.values()):
        return graph
    beyond = {node.id: _beyond(graph, node) for node in graph.nodes.values() if node.kind is Kind.GUIDE}
    nodes = {
        node.id: replace(node, choices=tuple(replace(c, to=beyond.get(c.to, c.to)) for c in node.choices))
        for node in graph.nodes.values()
    }
    return replace(graph, start=beyond.get(graph.start, graph.start), nodes=nodes)


def _beyond(graph: Graph, node: Node) -> NodeId:
    """Where a guide node goes on in the end; in a draft that may be nowhere, or a guide node of a circle."""
    passed = {node.id}
    while node.kind is Kind.GUIDE and node.then:
        if node.then not in graph.nodes or node.then in passed:
            return node.then
        passed.add(node.then)
        node = graph.nodes[node.then]
    return node.id


def _changed_ending(old: Graph, new: Graph, answers: tuple[Turn, ...], end: NodeId) -> EndingChange | None:
    reason: EndingReason | None
    try:
        position = walk(new, dict(answers))
    except StrandedWalk as stranded:
        new_end, reason = stranded.to, EndingReason.NOWHERE
    except CircularWalk as circle:
        new_end, reason = circle.nodes[0], EndingReason.CIRCLE
    else:
        new_end, reason = position.node.id, _reason(old.nodes[end], position.node)
    if reason is None:
        return None
    return EndingChange(end, new_end, reason, 1, answers, _turn(old, new, answers))


def _reason(old_end: Node, node: Node) -> EndingReason | None:
    """Why standing at `node` of the new version is another ending; None where it is the same."""
    if node.is_end:
        if node.id != old_end.id:
            return EndingReason.ELSEWHERE
        return None if _ends_alike(old_end, node) else EndingReason.SAME_NODE_OTHER_RESULT
    if node.kind is Kind.GUIDE and node.then:
        return EndingReason.CIRCLE  # guide nodes that hand over to each other; all others have been passed
    return EndingReason.ASKS_MORE if node.ways else EndingReason.NOWHERE


def _turn(old: Graph, new: Graph, answers: tuple[Turn, ...]) -> Turn | None:
    """Up to the turn both walks are at the same nodes, so that the new one need not be known."""
    if old.start != new.start:
        return None
    for node_id, choice_id in answers:
        to = _leading_to(new.nodes[node_id], choice_id)
        if to != _leading_to(old.nodes[node_id], choice_id) or to not in new.nodes:
            return node_id, choice_id
    return None


def _leading_to(node: Node | None, choice_id: ChoiceId) -> NodeId | None:
    ways = node.ways if node else ()
    return next((way.to for way in ways if way.choice and way.choice.id == choice_id), None)
