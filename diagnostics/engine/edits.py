"""Changes to a draft, each a new graph. A draft may stay incomplete: `check` says what is missing afterwards.

Where a way's target is gone, the way stays and leads nowhere (`to` is empty): its label is the author's work.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from diagnostics.engine.errors import NodeExists, UnknownWay, WouldCircle
from diagnostics.engine.graph import RESERVED_NODE_IDS, Choice, ChoiceId, Graph, Kind, Node, NodeId, RecordedPath


@dataclass(frozen=True, slots=True)
class Cut:
    """What deleting a node does: nodes that no answers would lead to any more (its branch, in authored order), ways
    that would lead nowhere, the numbers (from 1) of recorded paths that go through any of it, and whether the guide
    begins there."""

    stranded: tuple[NodeId, ...]
    ways: tuple[tuple[NodeId, ChoiceId], ...]
    paths: tuple[int, ...]
    is_start: bool


def add_node(graph: Graph, node: Node, *, after: NodeId = "") -> Graph:
    """`graph` with one node more, behind `after` or last; the first node of an empty guide becomes its start.

    Raises:
        NodeExists: if the id is taken.
    """
    if node.id in graph.nodes:
        raise NodeExists(node.id)
    order = list(graph.nodes.values())
    place = next((index for index, other in enumerate(order, start=1) if other.id == after), len(order))
    # A guide that has nodes but no start has lost it: a node that nothing leads to would only hide that.
    start = graph.start or ("" if graph.nodes else node.id)
    return replace(graph, nodes=_by_id([*order[:place], node, *order[place:]]), start=start)


def replace_node(graph: Graph, node: Node) -> Graph:
    """Raises UnknownNode if the graph has no node of that id."""
    graph.node(node.id)
    return replace(graph, nodes={**graph.nodes, node.id: node})


def rename_node(graph: Graph, old: NodeId, new: NodeId) -> Graph:
    """The node `old` under the id `new`, and everything that names it following: ways, start, recorded paths.

    Raises:
        UnknownNode: if there is no `old`.
        NodeExists: if `new` is taken.
    """
    graph.node(old)
    if new == old:
        return graph
    if new in graph.nodes:
        raise NodeExists(new)

    def named(node_id: NodeId) -> NodeId:
        return new if node_id == old else node_id

    def asked(node_id: NodeId) -> NodeId:
        """Paths go on into the guide that a node hands over to: `old.inner`. An authored id with a dot is no such."""
        is_inside = node_id.startswith(f"{old}.") and node_id not in graph.nodes
        return f"{new}{node_id[len(old) :]}" if is_inside else named(node_id)

    nodes = (replace(node, id=named(node.id)) for node in graph.nodes.values())
    return replace(
        graph,
        start=named(graph.start),
        nodes=_by_id(_led(node, named) for node in nodes),
        paths=tuple(
            RecordedPath(tuple((asked(node), choice) for node, choice in path.answers), asked(path.ends))
            for path in graph.paths
        ),
    )


def duplicate_node(graph: Graph, node_id: NodeId) -> tuple[Graph, NodeId]:
    """A copy right behind the node, leading where it leads; nothing leads to the copy yet. Gives the copy's id too.

    Raises:
        UnknownNode: if there is no such node.
    """
    node = graph.node(node_id)
    new = free_node_id(graph, node_id)
    return add_node(graph, replace(node, id=new), after=node_id), new


def redirect(graph: Graph, node_id: NodeId, choice_id: ChoiceId, to: NodeId) -> Graph:
    """Let a choice, or with an empty choice the "afterwards" of a guide node, lead elsewhere.

    Raises:
        UnknownNode: if there is no such node.
        UnknownWay: if the node has no such choice.
    """
    node = graph.node(node_id)
    if not choice_id and node.kind is Kind.GUIDE:
        return replace_node(graph, replace(node, then=to))
    if node.choice(choice_id) is None:
        raise UnknownWay(node_id, choice_id)
    choices = tuple(replace(one, to=to) if one.id == choice_id else one for one in node.choices)
    return replace_node(graph, replace(node, choices=choices))


def insert_between(graph: Graph, node_id: NodeId, choice_id: ChoiceId, node: Node, label: str) -> Graph:
    """Put a new node into a way: the choice leads to it, and its one way (a choice `label`) to where the choice led.

    Recorded paths through the way answer the new node too, so that they still end where they did.

    Raises:
        UnknownNode, UnknownWay: if there is no such way.
        NodeExists: if the new node's id is taken.
    """
    to = _target(graph, (node_id, choice_id))
    if node.kind is Kind.GUIDE:
        node = replace(node, then=to)
    elif node.kind is not Kind.OUTCOME:
        onward = Choice(free_choice_id(node), label, to)
        node = replace(node, choices=(*node.choices, onward))
        graph = replace(graph, paths=_through(graph.paths, (node_id, choice_id), (node.id, onward.id)))
    return redirect(add_node(graph, node, after=node_id), node_id, choice_id, node.id)


def _through(
    paths: Iterable[RecordedPath], way: tuple[NodeId, ChoiceId], added: tuple[NodeId, ChoiceId]
) -> tuple[RecordedPath, ...]:
    """`paths` with one answer more behind the answer `way`."""
    return tuple(
        replace(
            path,
            answers=tuple(one for answer in path.answers for one in ((answer, added) if answer == way else (answer,))),
        )
        for path in paths
    )


def move_branch(graph: Graph, way: tuple[NodeId, ChoiceId], to_way: tuple[NodeId, ChoiceId]) -> Graph:
    """Take what `way` leads to and hang it on `to_way`; both change places, so that nothing is cut off by the move.

    Raises:
        UnknownNode, UnknownWay: if there is no such way.
        WouldCircle: if `to_way` lies below what is moved, or the other way round.
    """
    first, second = _target(graph, way), _target(graph, to_way)
    if first == second:
        return graph
    moved = redirect(redirect(graph, *way, second), *to_way, first)
    for node_id, to in ((to_way[0], first), (way[0], second)):
        # Asked of the two new ways alone: a draft may have circles elsewhere, and they are not this move's.
        if circle := _way_between(moved, to, node_id):
            raise WouldCircle(circle)
    return moved


def attach(graph: Graph, node_id: NodeId, way: tuple[NodeId, ChoiceId]) -> Graph:
    """Let a way lead to a node, whatever it led to before.

    Raises:
        UnknownNode, UnknownWay: if there is no such node or way.
        WouldCircle: if the node leads to the way.
    """
    graph.node(node_id)
    _target(graph, way)
    if circle := _way_between(graph, node_id, way[0]):
        raise WouldCircle(circle)
    return redirect(graph, *way, node_id)


def cut_by_deleting(graph: Graph, node_id: NodeId) -> Cut:
    """Raises UnknownNode if there is no such node."""
    graph.node(node_id)
    without = delete_nodes(graph, (node_id,))
    lost = graph.reachable() - without.reachable()
    stranded = tuple(other for other in without.nodes if other in lost)
    gone = frozenset({node_id, *stranded})
    ways = tuple(
        (node.id, way.choice.id if way.choice else "")
        for node in graph.nodes.values()
        if node.id not in gone
        for way in node.ways
        if way.to in gone
    )
    paths = tuple(number for number, path in enumerate(graph.paths, start=1) if _goes_through(path, gone))
    return Cut(stranded, ways, paths, node_id == graph.start)


def delete_nodes(graph: Graph, node_ids: Collection[NodeId], *, lead_to: NodeId = "") -> Graph:
    """`graph` without these nodes. Ways that led to them lead to `lead_to` (unless it is one of them), or nowhere; paths
    through them are dropped.

    Raises:
        UnknownNode: if one of them does not exist.
        WouldCircle: if `lead_to` leads to a node that would lead there.
    """
    gone = frozenset(node_ids)
    for node_id in gone:
        graph.node(node_id)

    instead = lead_to if lead_to not in gone else ""

    def following(to: NodeId) -> NodeId:
        return instead if to in gone else to

    kept = [node for node in graph.nodes.values() if node.id not in gone]
    without = replace(
        graph,
        start=following(graph.start),
        nodes=_by_id(_led(node, following) for node in kept),
        paths=tuple(path for path in graph.paths if not _goes_through(path, gone)),
    )
    for node in kept:
        if instead and any(way.to in gone for way in node.ways) and (circle := _way_between(without, instead, node.id)):
            raise WouldCircle(circle)
    return without


def record(graph: Graph, path: RecordedPath) -> Graph:
    """`graph` with one recorded path more; one with the same answers is replaced: its end was meant to change.

    The number of the path, by which problems name it, stays.
    """
    answers = dict(path.answers)
    place = next((index for index, one in enumerate(graph.paths) if dict(one.answers) == answers), len(graph.paths))
    after = (one for one in graph.paths[place:] if dict(one.answers) != answers)
    return replace(graph, paths=(*graph.paths[:place], path, *after))


def free_node_id(graph: Graph, stem: str = "step") -> NodeId:
    """An id that nothing has or names and no address needs: `stem` with a number, short enough to be an id."""
    taken = RESERVED_NODE_IDS | _mentioned(graph)
    stem = stem.rstrip("0123456789").rstrip("-")[:55] or "step"
    number = 1
    while (new := f"{stem}-{number}") in taken:
        number += 1
    return new


def free_choice_id(node: Node, taken: Iterable[ChoiceId] = ()) -> ChoiceId:
    """`c1`, `c2`, …: the first that no choice of the node has and that is not `taken` either."""
    used = {choice.id for choice in node.choices} | set(taken)
    number = 1
    while f"c{number}" in used:
        number += 1
    return f"c{number}"


def _by_id(nodes: Iterable[Node]) -> dict[NodeId, Node]:
    return {node.id: node for node in nodes}


def _led(node: Node, to: Callable[[NodeId], NodeId]) -> Node:
    """`node` with every way leading where `to` says."""
    choices = tuple(replace(choice, to=to(choice.to)) for choice in node.choices)
    return replace(node, choices=choices, then=to(node.then))


def _target(graph: Graph, way: tuple[NodeId, ChoiceId]) -> NodeId:
    node_id, choice_id = way
    node = graph.node(node_id)
    if node.kind is Kind.GUIDE and not choice_id:
        return node.then
    for one in node.ways:
        if one.choice is not None and one.choice.id == choice_id:
            return one.to
    raise UnknownWay(node_id, choice_id)


def _way_between(graph: Graph, first: NodeId, last: NodeId) -> tuple[NodeId, ...]:
    """Nodes of a shortest way from `first` to `last`, both included; empty where there is none."""
    came_from: dict[NodeId, NodeId] = {first: ""} if first in graph.nodes else {}
    waiting = deque(came_from)
    while waiting and last not in came_from:
        node_id = waiting.popleft()
        for to in graph.successors(node_id):
            if to not in came_from:
                came_from[to] = node_id
                waiting.append(to)
    if last not in came_from:
        return ()
    way = [last]
    while way[-1] != first:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def _goes_through(path: RecordedPath, nodes: Collection[NodeId]) -> bool:
    """Whether a path answers or ends at one of `nodes`, or inside the guide that one of them hands over to."""
    named = (path.ends, *(node for node, _ in path.answers))
    return any(node in nodes or node.partition(".")[0] in nodes for node in named)


def _mentioned(graph: Graph) -> frozenset[NodeId]:
    """Every id that is a node's, or would become one's by a way, the start or a path."""
    ways = (to for node in graph.nodes.values() for to in (node.id, node.then, *(one.to for one in node.choices)))
    asked = (node for path in graph.paths for node in (path.ends, *(node for node, _ in path.answers)))
    return frozenset({graph.start, *ways, *(node.partition(".")[0] for node in asked)})
