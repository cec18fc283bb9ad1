"""How many ways lead through a guide: counted exactly, never by listing (a merging graph has exponentially many)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diagnostics.engine.errors import CyclicGraph
from diagnostics.engine.graph import Graph, NodeId, Way
from diagnostics.engine.walk import Step


@dataclass(frozen=True, slots=True)
class PathStatistics:
    """Paths from the start to an outcome. Two choices that lead to the same node make two paths.

    `longest` and `mean` are in taps (answers given) and None where no outcome can be reached; the mean takes every
    path as equally likely. `longest_end` is the outcome of a longest path. `by_outcome` has every outcome of the
    graph in authored order, 0 for those that cannot be reached.
    """

    total: int
    longest: int | None
    mean: float | None
    longest_end: NodeId
    by_outcome: Mapping[NodeId, int]


def _ways_that_end(graph: Graph) -> dict[NodeId, tuple[Way, ...]]:
    """For every node a reader can come to, the ways from which an outcome can still be reached.

    Raises:
        CyclicGraph: if a reader can walk in circles.
    """
    useful = graph.reachable() & graph.reaching_an_end()
    for cycle in graph.cycles():
        if not useful.isdisjoint(cycle):
            raise CyclicGraph(cycle)
    return {
        node_id: tuple(way for way in node.ways if way.to in useful)
        for node_id, node in graph.nodes.items()
        if node_id in useful
    }


def _ordered(ways: Mapping[NodeId, tuple[Way, ...]]) -> list[NodeId]:
    missing = dict.fromkeys(ways, 0)
    for way in (way for node_ways in ways.values() for way in node_ways):
        missing[way.to] += 1
    ready = [node_id for node_id, count in missing.items() if count == 0]
    order = []
    while ready:
        node_id = ready.pop()
        order.append(node_id)
        for way in ways[node_id]:
            missing[way.to] -= 1
            if missing[way.to] == 0:
                ready.append(way.to)
    return order


def path_statistics(graph: Graph) -> PathStatistics:
    """Count by dynamic programming: time grows with choices, not with paths. Dead ends of a draft count nothing.

    Raises:
        CyclicGraph: if a reader can walk in circles, where there is no number.
    """
    ways = _ways_that_end(graph)
    count = dict.fromkeys(ways, 0)
    taps = dict.fromkeys(ways, 0)
    longest = dict.fromkeys(ways, 0)
    if graph.start in ways:
        count[graph.start] = 1
    for node_id in _ordered(ways):
        for choice, to in ways[node_id]:
            cost = 0 if choice is None else 1
            count[to] += count[node_id]
            taps[to] += taps[node_id] + cost * count[node_id]
            longest[to] = max(longest[to], longest[node_id] + cost)
    ends = [node.id for node in graph.nodes.values() if node.is_end]
    reached = [node_id for node_id in ends if count.get(node_id)]
    total = sum(count[node_id] for node_id in reached)
    longest_end = max(reached, key=longest.__getitem__, default="")
    return PathStatistics(
        total=total,
        longest=longest[longest_end] if reached else None,
        mean=sum(taps[node_id] for node_id in reached) / total if reached else None,
        longest_end=longest_end,
        by_outcome={node_id: count.get(node_id, 0) for node_id in ends},
    )


def iter_paths(graph: Graph, limit: int = 5000) -> Iterator[tuple[Step, ...]]:
    """Stream paths from the start to an outcome, depth first in authored order, at most `limit` of them.

    Each is the answers given; it is empty where the guide starts at an outcome. Only one path is held at a time.

    Raises:
        CyclicGraph: before the first path, if a reader can walk in circles.
    """
    ways = _ways_that_end(graph)
    return _stream(graph, ways, limit)


def _stream(graph: Graph, ways: Mapping[NodeId, tuple[Way, ...]], limit: int) -> Iterator[tuple[Step, ...]]:
    if graph.start not in ways:
        return
    given = 0
    trail: list[Step | None] = []
    stack = [(graph.start, iter(ways[graph.start]))]
    if graph.nodes[graph.start].is_end and limit > 0:
        yield ()
    while stack and given < limit:
        node_id, rest = stack[-1]
        way = next(rest, None)
        if way is None:
            stack.pop()
            if trail:
                trail.pop()
            continue
        trail.append(Step(graph.nodes[node_id], way.choice) if way.choice else None)
        stack.append((way.to, iter(ways[way.to])))
        if graph.nodes[way.to].is_end:
            given += 1
            yield tuple(step for step in trail if step is not None)
