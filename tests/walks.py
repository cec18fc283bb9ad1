"""Ways through a guide for tests: for every choice, the answers of one shortest walk that ends with it; random walks."""

from collections import deque
from collections.abc import Iterator
from random import Random

from diagnostics.engine.graph import ChoiceId, Graph, Kind, Node, NodeId
from diagnostics.engine.walk import Position, walk


def ways_through(graph: Graph) -> Iterator[dict[NodeId, ChoiceId]]:
    """One mapping of answers per choice of the graph, in breadth-first order."""
    known: dict[NodeId, dict[NodeId, ChoiceId]] = {graph.start: {}}
    waiting = deque([graph.start])
    while waiting:
        node = graph.node(waiting.popleft())
        for choice in node.choices:
            answers = {**known[node.id], node.id: choice.id}
            yield answers
            if choice.to not in known:
                known[choice.to] = answers
                waiting.append(choice.to)


def random_walk(graph: Graph, random: Random) -> Position:
    """Where a reader ends who answers anything; the same for the same seed.

    In a draft that may be a node that asks nothing, or hands over.

    Raises:
        UnknownNode, StrandedWalk, CircularWalk: for drafts, as `walk` does.
    """
    answers: dict[NodeId, ChoiceId] = {}
    node: Node | None = graph.node(graph.start)
    while node is not None and node.kind in (Kind.QUESTION, Kind.CHECK) and node.choices and node.id not in answers:
        choice = random.choice(node.choices)
        answers[node.id] = choice.id
        node = graph.nodes.get(choice.to)
    return walk(graph, answers)
