"""Whether the walks that authors recorded still go where they went."""

from collections.abc import Iterator

from diagnostics.engine.catalogue import Problem, make_problem
from diagnostics.engine.errors import CircularWalk, StrandedWalk
from diagnostics.engine.graph import Graph, Kind, RecordedPath
from diagnostics.engine.walk import walk


def failing_paths(graph: Graph) -> Iterator[Problem]:
    """A path must use all its answers and end where it says; one with unknown answers is told only about those."""
    for number, path in enumerate(graph.paths, start=1):
        unknown = list(_unknown_answers(graph, path, number))
        yield from unknown or _path_failures(graph, path, number)


def _unknown_answers(graph: Graph, path: RecordedPath, number: int) -> Iterator[Problem]:
    for node_id, choice_id in path.answers:
        node = graph.nodes.get(node_id)
        if node is None:
            outer = graph.nodes.get(node_id.partition(".")[0])
            if outer is None or outer.kind is not Kind.GUIDE:
                yield make_problem("G019", path=number, asked=node_id)
        elif all(way.choice is None or way.choice.id != choice_id for way in node.ways):
            yield make_problem("G020", node_id, choice_id, path=number)


def _path_failures(graph: Graph, path: RecordedPath, number: int) -> Iterator[Problem]:
    if graph.start not in graph.nodes:
        return
    answers = dict(path.answers)
    try:
        position = walk(graph, answers)
    except CircularWalk:
        return  # the cycle itself is an error already
    except StrandedWalk as stranded:
        reached, trail = stranded.to, dict(stranded.trail)
    else:
        reached, trail = position.node.id, position.answers
        if position.node.kind is Kind.GUIDE and reached != path.ends:
            return
    unused = [node_id for node_id in answers if node_id not in trail]
    if reached != path.ends:
        turn = _turning_point(path, trail)
        yield make_problem(
            "G018",
            turn or graph.start,
            answers.get(turn, ""),
            path=number,
            reached=reached,
            ends=path.ends,
            turn=f"{turn}={answers[turn]}" if turn else "the start",
        )
    else:
        yield from (make_problem("G021", node_id, answers[node_id], path=number) for node_id in unused)


def _turning_point(path: RecordedPath, trail: dict[str, str]) -> str:
    """The used answer after which the recorded walk and the replay part; empty where they part at the start."""
    used = list(trail)
    for (recorded, _), (before, _) in zip(path.answers[1:], path.answers, strict=False):
        if recorded not in trail and before in trail:
            return before
    if path.answers and path.answers[0][0] not in trail:
        return ""
    return used[-1] if used else ""
