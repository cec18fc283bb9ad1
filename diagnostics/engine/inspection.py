"""Everything that can be wrong with a guide, alone and with the guides inside it: what publishing goes by."""

from collections.abc import Collection, Iterator

from diagnostics.engine.catalogue import Grade, Problem, make_problem, stale_words_problem
from diagnostics.engine.errors import EngineError, ExpansionTooLarge, GuideCycle, GuideTooDeep, UnknownGuide
from diagnostics.engine.expand import MAX_LEVELS, Resolve, expand
from diagnostics.engine.graph import MAX_NODES, Graph, Kind, NodeId, is_joined_id
from diagnostics.engine.problems import check


def inspect_guide(
    graph: Graph, resolve: Resolve, *, unpublished: Collection[str] = (), stale: Collection[NodeId] = ()
) -> tuple[Problem, ...]:
    """All problems of an authored graph and, when that has no errors, of the graph that readers would walk.

    `unpublished` are slugs of articles that readers cannot open, `stale` the nodes whose words to read aloud are older
    than their title: only the caller knows either. The order is that of `check`: errors first, then by node.
    """
    # A dot joins ids when guides inside are expanded; an authored one could meet a joined one.
    found = [make_problem("G008", node, bad=node) for node in graph.nodes if "." in node and is_joined_id(node)]
    found += check(graph)
    found += _closed_articles(graph, unpublished)
    found += [stale_words_problem(node) for node in graph.nodes if node in stale]
    if not any(problem.grade is Grade.ERROR for problem in found):
        inside = _problems_inside(graph, resolve, unpublished)
        if any(problem.id == "W006" for problem in inside):  # then it is the same path, longer
            found = [problem for problem in found if problem.id != "W006"]
        found += inside
    place = {node_id: index for index, node_id in enumerate(graph.nodes)}
    found.sort(key=lambda one: (one.grade is Grade.WARNING, place.get(_outer(one.node, graph), -1), one.id))
    return tuple(found)


def has_errors(problems: Collection[Problem]) -> bool:
    """Whether any of `problems` stops publishing."""
    return any(problem.grade is Grade.ERROR for problem in problems)


def _outer(node_id: NodeId, graph: Graph) -> NodeId:
    return node_id if node_id in graph.nodes else node_id.partition(".")[0]


def _closed_articles(graph: Graph, unpublished: Collection[str]) -> Iterator[Problem]:
    for node in graph.nodes.values():
        yield from (make_problem("G023", node.id, article=slug) for slug in node.articles if slug in unpublished)


def _problems_inside(graph: Graph, resolve: Resolve, unpublished: Collection[str]) -> list[Problem]:
    """What is wrong once the guides inside are expanded; warnings there are the inner guides' own, but for the length."""
    try:
        walked = expand(graph, resolve)
    except EngineError as error:
        return [_refusal(graph, error)]
    if walked is graph:
        return []
    found = [problem for problem in check(walked) if problem.grade is Grade.ERROR or problem.id == "W006"]
    return [*found, *_closed_articles(walked, unpublished)]


def _refusal(graph: Graph, error: EngineError) -> Problem:
    match error:
        case UnknownGuide():
            return make_problem("G026", error.node.partition(".")[0], guide=error.slug)
        case GuideCycle():
            first = next(
                (node.id for node in graph.nodes.values() if node.kind is Kind.GUIDE and node.guide in error.slugs), ""
            )
            return make_problem("G027", first, cycle=" → ".join((*error.slugs, error.slugs[0])))
        case ExpansionTooLarge() | GuideTooDeep():
            return make_problem("G028", limit=MAX_NODES, levels=MAX_LEVELS)
        case _:
            raise error
