"""What an editor has to know of drafts: how they differ from what readers walk, and what is wrong with them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from diagnostics.actions import draft_problems
from diagnostics.assembly import (
    draft_graph,
    graph_nodes,  # the list of guides needs all drafts at once; draft_graph would cost five queries a guide
    revision_graph,
)
from diagnostics.engine.documents import to_document
from diagnostics.engine.errors import EngineError
from diagnostics.engine.expand import expand
from diagnostics.engine.graph import Graph, RecordedPath
from diagnostics.engine.problems import Grade, Problem
from diagnostics.models import Guide, GuideCode, Node
from diagnostics.models import RecordedPath as RecordedPathRow
from diagnostics.wording import problem_text


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem in words; `node_pk` is the row to edit, None where the problem is the guide's as a whole."""

    id: str
    is_error: bool
    message: str
    hint: str
    node_title: str
    node_pk: int | None


@dataclass(frozen=True, slots=True)
class NodeLine:
    pk: int
    key: str
    kind: str
    title: str
    choices: tuple[str, ...]
    problem_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    nodes: tuple[NodeLine, ...]
    problems: tuple[ProblemLine, ...]
    differs: bool

    @property
    def error_count(self) -> int:
        return sum(problem.is_error for problem in self.problems)


def draft(guide: Guide) -> Draft:
    """The draft of one guide with everything that is wrong with it. Nine queries at the most, whatever the size."""
    graph = draft_graph(guide)
    rows = {row.key: row for row in guide.nodes.order_by("-position", "-pk")}
    found, refusal = _problems(graph)
    by_node: dict[str, list[str]] = {}
    for problem in found:
        by_node.setdefault(problem.node, []).append(problem.id)
    lines = [_problem_line(problem, graph, rows) for problem in found]
    if refusal:
        lines.insert(0, ProblemLine("", True, refusal, "", "", None))
    nodes = tuple(
        NodeLine(
            pk=rows[node.id].pk,
            key=node.id,
            kind=rows[node.id].get_kind_display(),
            title=node.title,
            choices=tuple(f"{way.choice.label if way.choice else ''} → {way.to}" for way in node.ways),
            problem_ids=tuple(dict.fromkeys(by_node.get(node.id, ()))),
        )
        for node in graph.nodes.values()
    )
    return Draft(nodes=nodes, problems=tuple(lines), differs=_differs(guide, graph, _live_graphs()))


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
    return frozenset(guide.pk for guide in guides if _differs(guide, _prefetched_graph(guide), live))


def refusal_text(error: EngineError) -> str:
    return _("A node hands over to a guide that cannot be used: %(reason)s.") % {"reason": error}


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


def _differs(guide: Guide, graph: Graph, live: dict[str, Graph]) -> bool:
    if guide.slug not in live:
        return True
    try:
        walked = expand(graph, live.get)
    except EngineError:
        return True
    # As JSON: what is stored went through it.
    return json.dumps(to_document(walked)) != json.dumps(to_document(live[guide.slug]))


def _problems(graph: Graph) -> tuple[tuple[Problem, ...], str]:
    try:
        return draft_problems(graph), ""
    except EngineError as error:
        return (), refusal_text(error)


def _problem_line(problem: Problem, graph: Graph, rows: dict[str, Node]) -> ProblemLine:
    message, hint = problem_text(problem)
    # A guide inside the guide answers for its own nodes: what is wrong there is met at the node that hands over.
    key = problem.node if problem.node in graph.nodes else problem.node.partition(".")[0]
    row = rows.get(key)
    return ProblemLine(
        id=problem.id,
        is_error=problem.grade is Grade.ERROR,
        message=message,
        hint=hint,
        node_title=row.title if row else "",
        node_pk=row.pk if row else None,
    )
