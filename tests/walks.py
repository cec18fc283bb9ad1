"""Ways through a guide for tests: for every choice, the answers of one shortest walk that ends with it."""

from collections import deque
from collections.abc import Iterator

from diagnostics.engine.graph import ChoiceId, Graph, NodeId


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
