"""What the editor's page shows: the drawing, the chosen step with what is wrong with it, and the names to pick from."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from diagnostics.admin.editor_forms import EditedNode, NodeForm, choice_rows, edited_node
from diagnostics.admin.targets import Named, steps, ways
from diagnostics.assembly import draft_drawing, draft_graph
from diagnostics.checking import draft_problems, stale_nodes
from diagnostics.editing import saved_graph
from diagnostics.engine.compare import NodeChange, compare
from diagnostics.engine.edits import Cut, cut_by_deleting
from diagnostics.engine.errors import EngineError
from diagnostics.engine.graph import ChoiceId, Graph, Node, NodeId
from diagnostics.engine.problems import Grade, Problem
from diagnostics.errors import NodeMoved
from diagnostics.models import Guide, NodeKind
from diagnostics.wording import problem_text
from kb.models import Article

ZOOMS = (50, 75, 100, 150)
_SIZE = re.compile(r' width="([0-9.]+)" height="([0-9.]+)">')


@dataclass(frozen=True, slots=True)
class Advice:
    """A problem in words; `node` is the step of this guide at which it can be mended."""

    id: str
    is_error: bool
    message: str
    hint: str
    node: NodeId
    title: str


@dataclass(frozen=True, slots=True)
class WayIn:
    """An answer that leads to the chosen step. `value` is what the move form sends."""

    value: str
    node: NodeId
    title: str
    answer: str


@dataclass(frozen=True, slots=True)
class EditorPage:
    guide: Guide
    graph: Graph
    node: Node | None
    zoom: int
    found: tuple[Problem, ...]
    problems: tuple[Advice, ...]
    form: NodeForm | None
    rows: Any
    ways_in: tuple[WayIn, ...]
    articles: Named
    guides: Named
    stale: frozenset[NodeId]
    conflict: str = ""
    theirs: NodeChange | None = None
    theirs_deleted: bool = False
    asked: NodeId = ""
    is_unreadable: bool = False

    @property
    def svg(self) -> SafeString:
        """The drawing; made where a template shows it, not for each check of a form."""
        return SafeString(_drawing(self.graph, self.node, self.zoom, self.found))

    @property
    def zooms(self) -> tuple[int, ...]:
        return ZOOMS

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in NodeKind.choices]

    @property
    def asking_kinds(self) -> list[tuple[str, str]]:
        """What can stand inside a way: what leads on."""
        return [(value, label) for value, label in self.kinds if value != NodeKind.OUTCOME]

    @property
    def here(self) -> tuple[Advice, ...]:
        """What is wrong with the chosen step."""
        return tuple(one for one in self.problems if self.node is not None and one.node == self.node.id)

    @property
    def elsewhere(self) -> tuple[Advice, ...]:
        return tuple(one for one in self.problems if one not in self.here)

    @property
    def error_count(self) -> int:
        return sum(one.is_error for one in self.problems)

    @property
    def has_stale_words(self) -> bool:
        return self.node is not None and self.node.id in self.stale

    @property
    def is_start(self) -> bool:
        return self.node is not None and self.node.id == self.graph.start

    @property
    def can_undo(self) -> bool:
        return self.guide.draft_number > 1

    @property
    def is_elsewhere(self) -> bool:
        """Whether the address named a step that is not there, so that another one is shown."""
        return bool(self.asked) and (self.node is None or self.node.id != self.asked)

    @property
    def step_options(self) -> list[str]:
        return steps(self.graph, but=self.node.id if self.node else "").options()

    @property
    def way_options(self) -> list[str]:
        return ways(self.graph.nodes.values()).options()

    @property
    def choices(self) -> list[tuple[ChoiceId, str]]:
        """Ways out of the chosen step that another step can be put into."""
        if self.node is None:
            return []
        return [
            (way.choice.id if way.choice else "", way.choice.label if way.choice else "→") for way in self.node.ways
        ]

    def with_problems_of(self, edited: EditedNode, *, fits: bool) -> "EditorPage":
        """The page's problems if the form were saved."""
        try:
            graph = edited.apply(self.graph)
        except EngineError:
            return self
        stale = set(self.stale) - {edited.old_id}
        before = self.graph.nodes.get(edited.old_id)
        if before is not None and edited.node.say and before.say == edited.node.say and not fits:
            changed = edited.node.title != before.title or edited.old_id in self.stale
            stale |= {edited.node.id} if changed else set()
        return replace(self, node=edited.node, problems=_advice(graph, draft_problems(graph, stale=stale)))

    def with_picture(self, picture: str) -> "EditorPage":
        """The form with the address of a picture that is stored already: shown again, it shall not be lost."""
        return self._with_data("picture", picture) if picture else self

    def with_conflict(self, moved: NodeMoved, text: str) -> "EditorPage":
        """The form as it was typed, beside what somebody else saved; saving it again is then deliberate."""
        self._with_data("number", str(moved.number))
        return replace(self, conflict=text, theirs=self._theirs())

    def _with_data(self, name: str, value: str) -> "EditorPage":
        if self.form is not None:
            data = MultiValueDict({key: [one] for key, one in self.form.data.items()})
            data[name] = value
            self.form.data = data
        return self

    def _theirs(self) -> NodeChange | None:
        """How what is stored now differs from what was typed."""
        if self.theirs_deleted or self.form is None or self.node is None or not hasattr(self.form, "cleaned_data"):
            return None
        typed = edited_node(self.form, self.rows).node
        mine = replace(self.graph, nodes={self.node.id: replace(typed, id=self.node.id)})
        now = replace(self.graph, nodes={self.node.id: self.node})
        return next(iter(compare(mine, now).changed), None)


@dataclass(frozen=True, slots=True)
class DeletePage:
    guide: Guide
    graph: Graph
    node: Node
    cut: Cut
    parent: NodeId
    stranded: tuple[Node, ...]
    ways: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return self.node.title or self.node.id

    @property
    def keepers(self) -> list[tuple[NodeId, str]]:
        """Where the answers that led to the step may lead instead."""
        return [
            (one.id, one.title or one.id)
            for one in self.graph.nodes.values()
            if one.id != self.node.id and one.id not in self.cut.stranded
        ]


def editor_page(guide: Guide, *, node: NodeId, zoom: str, data: Any = None, files: Any = None) -> EditorPage:
    """The editor at a step; the first one where `node` names none. Eleven queries at the most, whatever the size."""
    graph = draft_graph(guide)
    stale = stale_nodes(guide)
    found = draft_problems(graph, stale=stale)
    chosen = graph.nodes.get(node)
    theirs_deleted = False
    if chosen is None and data is not None and node:
        # Deleted or renamed since the form was opened: what was typed is kept on the step as it was then.
        opened = saved_graph(guide, int(number)) if (number := data.get("number", "")).isdecimal() else None
        chosen = opened.nodes.get(node) if opened is not None else None
        theirs_deleted = chosen is not None
    elif chosen is None:
        chosen = _first(graph)
    articles = Named(dict(Article.objects.order_by("title").values_list("slug", "title")))
    guides = Named(dict(Guide.objects.exclude(pk=guide.pk).values_list("slug", "title")))
    size = {str(one): one for one in ZOOMS}.get(zoom, 100)
    form = rows = None
    if chosen is not None:
        bound = {"data": data, "files": files} if data is not None else {}
        form = NodeForm(**bound, graph=graph, node=chosen, articles=articles, guides=guides)
        form.initial["number"] = guide.draft_number
        rows = choice_rows(graph, chosen, data, spare=max(2, 4 - len(chosen.choices)))
    return EditorPage(
        guide=guide,
        graph=graph,
        node=chosen,
        zoom=size,
        found=found,
        problems=_advice(graph, found),
        form=form,
        rows=rows,
        ways_in=_ways_in(graph, chosen),
        articles=articles,
        guides=guides,
        stale=stale,
        asked=node,
        theirs_deleted=theirs_deleted,
    )


def delete_page(guide: Guide, node_id: NodeId) -> DeletePage | None:
    graph = draft_graph(guide)
    node = graph.nodes.get(node_id)
    if node is None:
        return None
    cut = cut_by_deleting(graph, node_id)
    names = ways(graph.nodes.values()).titles
    return DeletePage(
        guide=guide,
        graph=graph,
        node=node,
        cut=cut,
        parent=cut.ways[0][0] if cut.ways else "",
        stranded=tuple(graph.nodes[one] for one in cut.stranded),
        ways=tuple((one, names.get(f"{one}/{choice}", one)) for one, choice in cut.ways),
    )


def _first(graph: Graph) -> Node | None:
    return graph.nodes.get(graph.start) or next(iter(graph.nodes.values()), None)


def _advice(graph: Graph, problems: tuple[Problem, ...]) -> tuple[Advice, ...]:
    lines = []
    for problem in problems:
        message, hint = problem_text(problem, graph)
        # A guide inside the guide answers for its own nodes: what is wrong there is met at the node that hands over.
        node = problem.node if problem.node in graph.nodes else problem.node.partition(".")[0]
        title = graph.nodes[node].title or node if node in graph.nodes else ""
        lines.append(Advice(problem.id, problem.grade is Grade.ERROR, message, hint, node, title))
    return tuple(lines)


def _ways_in(graph: Graph, chosen: Node | None) -> tuple[WayIn, ...]:
    if chosen is None:
        return ()
    known = ways(graph.nodes.values())
    found = []
    for node in graph.nodes.values():
        for choice, to in node.ways:
            if to == chosen.id:
                key = f"{node.id}/{choice.id if choice else ''}"
                found.append(WayIn(known.label(key), node.id, node.title or node.id, choice.label if choice else "→"))
    return tuple(found)


def _drawing(graph: Graph, chosen: Node | None, zoom: int, problems: tuple[Problem, ...]) -> str:
    """The cached drawing with what changes from page to page put in: the chosen step, steps with errors, the scale."""
    svg = draft_drawing(graph)
    marks = {
        problem.node: " guide-map__link--error"
        for problem in problems
        if problem.grade is Grade.ERROR and problem.node in graph.nodes
    }
    for node_id, mark in marks.items():
        svg = svg.replace(
            f'<a class="guide-map__link" href="?node={node_id}#step">',
            f'<a class="guide-map__link{mark}" href="?node={node_id}#step">',
        )
    if chosen is not None:
        address = f'href="?node={chosen.id}#step"'
        svg = svg.replace(address, f'{address} aria-current="true"')
    if zoom != 100:
        svg = svg.replace('href="?node=', f'href="?zoom={zoom}&amp;node=')
        svg = _SIZE.sub(
            lambda size: f' width="{float(size[1]) * zoom / 100:.0f}" height="{float(size[2]) * zoom / 100:.0f}">',
            svg,
            1,
        )
    return svg
