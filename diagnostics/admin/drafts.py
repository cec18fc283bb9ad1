"""What an editor has to know of drafts: how they differ from what readers walk, and what is wrong with them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from diagnostics.assembly import (
    draft_graph,
    graph_nodes,  # the list of guides needs all drafts at once; draft_graph would cost five queries a guide
    revision_graph,
)
from diagnostics.checking import draft_problems, stale_nodes
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.documents import to_document
from diagnostics.engine.errors import CyclicGraph, EngineError
from diagnostics.engine.expand import expand
from diagnostics.engine.graph import Graph, NodeId, RecordedPath
from diagnostics.engine.problems import Grade, Problem
from diagnostics.models import Guide, GuideCode, Node, NodeKind
from diagnostics.models import RecordedPath as RecordedPathRow
from diagnostics.wording import node_name, problem_text

_EXACT_BELOW = 10**20


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem in words; `node` is the step to edit, empty where the problem is the guide's as a whole."""

    id: str
    is_error: bool
    message: str
    hint: str
    node: NodeId
    title: str


@dataclass(frozen=True, slots=True)
class NodeLine:
    key: NodeId
    kind: str
    title: str
    choices: tuple[str, ...]
    problem_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How large a guide is for its readers. `circle` are titles on a circle, where paths cannot be counted."""

    nodes: int
    outcomes: int
    paths: int | None = None
    longest: int | None = None
    mean: float | None = None
    circle: tuple[str, ...] = ()

    @property
    def paths_in_words(self) -> str:
        """Exact up to twenty digits; nobody reads more."""
        if self.paths is None or self.paths < _EXACT_BELOW:
            return "—" if self.paths is None else f"{self.paths:,}"
        return f"≈ 10^{math.floor(math.log10(self.paths))}"


@dataclass(frozen=True, slots=True)
class Draft:
    """`walked` is what readers would walk, guides inside it expanded; None where that is not possible."""

    graph: Graph
    walked: Graph | None
    nodes: tuple[NodeLine, ...]
    problems: tuple[ProblemLine, ...]
    figures: Figures
    differs: bool

    @property
    def error_count(self) -> int:
        return sum(problem.is_error for problem in self.problems)


def draft(guide: Guide) -> Draft:
    """The draft of one guide with everything that is wrong with it. Nine queries at the most, whatever the size."""
    graph = draft_graph(guide)
    live = _live_graphs()
    walked = _walked(graph, live)
    found = draft_problems(graph, stale=stale_nodes(guide))
    by_node: dict[NodeId, list[str]] = {}
    for problem in found:
        by_node.setdefault(problem.node, []).append(problem.id)
    nodes = tuple(
        NodeLine(
            key=node.id,
            kind=str(NodeKind(node.kind).label),
            title=node.title,
            choices=tuple(
                f"{way.choice.label if way.choice else ''} → {node_name(graph, way.to, short=False)}"
                for way in node.ways
            ),
            problem_ids=tuple(dict.fromkeys(by_node.get(node.id, ()))),
        )
        for node in graph.nodes.values()
    )
    return Draft(
        graph=graph,
        walked=walked,
        nodes=nodes,
        problems=tuple(_problem_line(problem, graph) for problem in found),
        figures=figures(walked or graph),
        differs=_differs(guide, walked, live),
    )


def walked_draft(guide: Guide) -> tuple[Graph, bool]:
    """What readers would walk of a draft; the authored graph and False where the guides inside cannot be put in."""
    graph = draft_graph(guide)
    walked = _walked(graph, _live_graphs())
    return (graph, False) if walked is None else (walked, True)


def figures(graph: Graph) -> Figures:
    outcomes = sum(node.is_end for node in graph.nodes.values())
    try:
        counted = path_statistics(graph)
    except CyclicGraph as cyclic:
        circle = (*cyclic.nodes, cyclic.nodes[0])
        return Figures(len(graph.nodes), outcomes, circle=tuple(node_name(graph, one) for one in circle))
    return Figures(len(graph.nodes), outcomes, counted.total, counted.longest, counted.mean)


def differing(guides: Sequence[Guide]) -> frozenset[int]:
    """Ids of the guides whose draft is not what readers walk. Seven queries, however many guides."""
    nodes = Node.objects.prefetch_related("choices", "node_articles__article").order_by("position", "pk")
    prefetch_related_objects(
        guides,
        Prefetch("nodes", nodes),
        Prefetch("codes", GuideCode.objects.order_by("position", "pk")),
        Prefetch("paths", RecordedPathRow.objects.order_by("position", "pk")),
    )
    live = _live_graphs()
    return frozenset(guide.pk for guide in guides if _differs(guide, _walked(_prefetched_graph(guide), live), live))


def _prefetched_graph(guide: Guide) -> Graph:
    return Graph.from_nodes(
        guide.slug,
        guide.title,
        guide.start,
        graph_nodes(guide.nodes.all()),
        codes=tuple(code.text for code in guide.codes.all()),
        paths=tuple(
            RecordedPath(tuple((node, choice) for node, choice in path.answers), path.ends)
            for path in guide.paths.all()
        ),
    )


def _live_graphs() -> dict[str, Graph]:
    guides = Guide.objects.filter(live_revision__isnull=False).select_related("live_revision")
    return {guide.slug: revision_graph(guide.live_revision) for guide in guides if guide.live_revision is not None}


def _walked(graph: Graph, live: Mapping[str, Graph]) -> Graph | None:
    try:
        return expand(graph, live.get)
    except EngineError:
        return None


def _differs(guide: Guide, walked: Graph | None, live: Mapping[str, Graph]) -> bool:
    if walked is None or guide.slug not in live:
        return True
    # As JSON: what is stored went through it.
    return json.dumps(to_document(walked)) != json.dumps(to_document(live[guide.slug]))


def _problem_line(problem: Problem, graph: Graph) -> ProblemLine:
    message, hint = problem_text(problem, graph)
    # A guide inside the guide answers for its own nodes: what is wrong there is met at the node that hands over.
    node = problem.node if problem.node in graph.nodes else problem.node.partition(".")[0]
    return ProblemLine(
        id=problem.id,
        is_error=problem.grade is Grade.ERROR,
        message=message,
        hint=hint,
        node=node if node in graph.nodes else "",
        title=node_name(graph, node) if node in graph.nodes else "",
    )
