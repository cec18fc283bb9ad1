"""What the preview of a draft shows: the step as readers would see it, or why there is none, and the bar above it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from diagnostics.addresses import Answers
from diagnostics.admin.preview_addresses import Asked, Audience, PreviewAddresses
from diagnostics.assembly import draft_graph
from diagnostics.checking import live_guides
from diagnostics.engine.catalogue import Problem, make_problem
from diagnostics.engine.errors import CircularWalk, EngineError, GuideCycle, StrandedWalk, UnknownGuide
from diagnostics.engine.expand import MAX_LEVELS, expand
from diagnostics.engine.graph import MAX_NODES, Graph, Kind, Node, NodeId, RecordedPath
from diagnostics.engine.walk import Position, walk
from diagnostics.models import Guide
from diagnostics.queries import WalkStep, walk_step
from diagnostics.wording import choice_name, node_name, problem_text
from kb.models import Article


class Recording(StrEnum):
    """Whether the answers of a walk can be kept with the guide as "these must end here"."""

    POSSIBLE = "possible"
    RECORDED = "recorded"
    ENDS_ELSEWHERE = "ends-elsewhere"  # recorded, but with another end: recording replaces it
    BEGAN_ELSEWHERE = "began-elsewhere"
    NO_ANSWERS = "no-answers"
    NOTHING_REACHED = "nothing-reached"


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is no step to show. `back` leads to the last good one; `starts` are where a walk could begin."""

    title: str
    text: str
    back: Link | None = None
    starts: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands above a preview, for staff. Empty addresses are not offered."""

    node: NodeId
    views: tuple[Link, ...]
    here_url: str
    start_url: str
    editor_url: str
    notes: tuple[str, ...]
    go_on: Link | None
    record_url: str
    record_note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`step` is the position reached, or where there is an obstacle the last one before it."""

    guide: Guide
    audience: Audience
    url: str
    step: WalkStep | None
    obstacle: Obstacle | None
    recording: Recording
    bar: Bar

    @property
    def path(self) -> RecordedPath | None:
        """The answers in walking order and where they end; None where they end nowhere."""
        if self.step is None or self.obstacle is not None:
            return None
        return RecordedPath(tuple(self.step.position.answers.items()), self.step.node.id)

    @property
    def reached(self) -> NodeId:
        return self.step.node.id if self.step is not None and self.obstacle is None else ""


def preview_page(guide: Guide, asked: Asked, *, node: NodeId = "", may_change: bool = False) -> Preview:
    """Replay the answers on the draft as readers would walk it, complete or not.

    `node` is the one in the address: where nothing was answered, the walk begins there. Seven queries at the most,
    whatever the size, and one for each guide inside the guide.
    """
    draft = draft_graph(guide)
    origin = asked.origin or ("" if asked.answers else node)
    if origin == draft.start:
        origin = ""
    graph, refusal = _expanded(replace(draft, start=origin or draft.start))
    addresses = PreviewAddresses(guide.pk, asked.audience, origin, graph.start)
    position, obstacle = _replayed(graph, asked.answers, addresses)
    reached = position if obstacle is None else None
    step = walk_step(guide, position, addresses) if position is not None else None
    recording = _recording(graph, reached, origin)
    bar = Bar(
        node=step.node.id if step else "",
        views=_views(addresses, reached, asked.answers),
        here_url=_here(addresses, step) if step else "",
        start_url=replace(addresses, origin="", first="").start if origin else "",
        editor_url=addresses.editor(step.node.id if step else ""),
        notes=tuple(_notes(graph, step if reached else None, refusal, was_reported=asked.was_reported)),
        go_on=_go_on(graph, addresses, step),
        record_url=addresses.record(step.position.answers) if step and may_change and recording in _RECORDABLE else "",
        record_note=_record_note(graph, step, recording) if step and reached and may_change else "",
    )
    url = _place(addresses, reached, asked.answers)
    return Preview(guide, asked.audience, url, step, obstacle, recording, bar)


def record_words(recording: Recording) -> str:
    """Why a walk cannot be recorded, or need not be; empty where it can."""
    match recording:
        case Recording.RECORDED:
            return _("These answers are recorded: they must end here.")
        case Recording.BEGAN_ELSEWHERE:
            return _("Only a walk from the guide's first step can be recorded.")
        case Recording.NO_ANSWERS:
            return _("There is nothing to record before the first answer.")
        case Recording.NOTHING_REACHED:
            return _("Answers that end nowhere cannot be recorded.")
        case _:
            return ""


_RECORDABLE = (Recording.POSSIBLE, Recording.ENDS_ELSEWHERE)


def _expanded(draft: Graph) -> tuple[Graph, Problem | None]:
    """The graph that readers would walk; the draft itself, and why, where a guide inside it cannot be used."""
    try:
        return expand(draft, live_guides()), None
    except UnknownGuide as error:
        node = error.node.partition(".")[0]
        if not error.slug:
            return draft, make_problem("G015", node, field="guide")
        return draft, make_problem("G026", node, guide=error.slug)
    except GuideCycle as error:
        return draft, make_problem("G027", cycle=" → ".join((*error.slugs, error.slugs[0])))
    except EngineError:
        return draft, make_problem("G028", limit=MAX_NODES, levels=MAX_LEVELS)


def _replayed(graph: Graph, answers: Answers, addresses: PreviewAddresses) -> tuple[Position | None, Obstacle | None]:
    """Where the answers lead. With an obstacle, the position is the last good one."""
    if graph.start not in graph.nodes:
        return None, _no_start(graph, addresses)
    try:
        return walk(graph, answers), None
    except StrandedWalk as error:
        blocked = error.node
        title = _("This answer leads nowhere yet")
        words = (
            _("The answer “%(answer)s” to “%(question)s” leads to the step “%(to)s”, which does not exist.")
            if error.to
            else _("The answer “%(answer)s” to “%(question)s” does not lead to any step.")
        )
        text = words % {
            "answer": choice_name(graph, error.node, error.choice),
            "question": node_name(graph, error.node),
            "to": error.to,
        }
    except CircularWalk as error:
        blocked = error.nodes[-1]
        title = _("These answers lead round in a circle")
        circle = " → ".join(f"“{node_name(graph, node)}”" for node in (*error.nodes, error.nodes[0]))
        text = _("A reader who answers so never comes to an end: %(circle)s.") % {"circle": circle}
    # Without the answer that went wrong the walk stops where it was given.
    good = walk(graph, {node: choice for node, choice in answers.items() if node != blocked})
    back = Link(
        _("Back to “%(title)s”") % {"title": node_name(graph, blocked)}, addresses.position(blocked, good.answers)
    )
    return good, Obstacle(title, text, back)


def _no_start(graph: Graph, addresses: PreviewAddresses) -> Obstacle:
    anywhere = replace(addresses, origin="", first="")
    starts = tuple(Link(node_name(graph, node), anywhere.position(node, {})) for node in graph.nodes)
    if addresses.origin:
        return Obstacle(
            _("This step does not exist"),
            _("The draft has no step “%(node)s” any more; somebody may have renamed or deleted it.")
            % {"node": addresses.origin[:80]},
            Link(_("From the guide's first step"), anywhere.start),
        )
    if not graph.nodes:
        return Obstacle(_("There is nothing to preview yet"), _("This guide has no steps. Add the first one."))
    missing = make_problem("G002", start=graph.start) if graph.start else make_problem("G001")
    return Obstacle(
        _("This guide has no beginning yet"),
        " ".join(problem_text(missing, graph)) + " " + _("Until then a preview can begin at any step:"),
        starts=starts,
    )


def _recording(graph: Graph, position: Position | None, origin: NodeId) -> Recording:
    if position is None:
        return Recording.NOTHING_REACHED
    if origin:
        return Recording.BEGAN_ELSEWHERE
    if not position.trail:
        return Recording.NO_ANSWERS
    ends = [path.ends for path in graph.paths if dict(path.answers) == position.answers]
    if not ends:
        return Recording.POSSIBLE
    return Recording.RECORDED if ends == [position.node.id] else Recording.ENDS_ELSEWHERE


def _record_note(graph: Graph, step: WalkStep, recording: Recording) -> str:
    if recording is not Recording.ENDS_ELSEWHERE:
        return record_words(recording)
    ends = next(path.ends for path in graph.paths if dict(path.answers) == step.position.answers)
    return _("Recorded with another end: “%(node)s”. Recording again replaces it.") % {"node": node_name(graph, ends)}


def _views(addresses: PreviewAddresses, reached: Position | None, answers: Answers) -> tuple[Link, ...]:
    """The same place as the other reader sees it."""
    return tuple(
        Link(title, _place(replace(addresses, audience=audience), reached, answers), addresses.audience is audience)
        for audience, title in ((Audience.MERCHANT, _("As merchants see it")), (Audience.AGENT, _("As agents see it")))
    )


def _place(addresses: PreviewAddresses, reached: Position | None, answers: Answers) -> str:
    """The address of what is shown; answers that lead nowhere stay in it as they are."""
    if reached is None:
        return addresses.position("", answers)
    return addresses.position(reached.node.id, reached.answers)


def _here(addresses: PreviewAddresses, step: WalkStep) -> str:
    """A new walk from this node; empty where the walk began here anyway."""
    if step.node.id == addresses.first:
        return ""
    return replace(addresses, origin=step.node.id, first=step.node.id).start


def _go_on(graph: Graph, addresses: PreviewAddresses, step: WalkStep | None) -> Link | None:
    """Past a guide that cannot be used, where the draft says what comes afterwards."""
    if step is None or step.node.kind is not Kind.GUIDE or step.node.then not in graph.nodes:
        return None
    after = replace(addresses, origin=step.node.then, first=step.node.then).start
    return Link(node_name(graph, step.node.then), after)


def _notes(graph: Graph, step: WalkStep | None, refusal: Problem | None, *, was_reported: bool) -> Iterator[str]:
    """What readers will not see as the author may expect, in words."""
    if was_reported:
        yield _("In a preview nothing is counted. On the site the reader would be thanked, or told what to do next.")
    if refusal is not None:
        yield problem_text(refusal, graph)[0]
    if step is None:
        return
    for problem in _problems_shown(step.node):
        yield problem_text(problem, graph)[0]
    shown = {article.slug for article in step.articles}
    if missing := [slug for slug in step.node.articles if slug not in shown]:
        titles = dict(Article.objects.filter(slug__in=missing).values_list("slug", "title"))
        for slug in missing:
            yield _("The article “%(title)s” is not published: readers will not see it.") % {
                "title": titles.get(slug, slug)
            }


def _problems_shown(node: Node) -> Iterator[Problem]:
    """Problems of one node that make its page look odd; the editor lists all there are."""
    if not node.title.strip():
        yield make_problem("G011", node.id)
    if node.kind in (Kind.QUESTION, Kind.CHECK) and not node.choices:
        yield make_problem("G012", node.id)
    if node.is_end and node.result is None:
        yield make_problem("G014", node.id)
