"""Page-shaped reads of guides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from diagnostics.addresses import parse_answers, parse_version, position_query, position_url
from diagnostics.assembly import revision_drawing, revision_graph
from diagnostics.engine.graph import ChoiceId, Graph, Node, NodeId, Result
from diagnostics.engine.outline import OutlineRow, to_outline
from diagnostics.engine.walk import Position, answers_before, walk
from diagnostics.models import Guide, GuideEntrance, GuideRevision
from kb.models import Article
from kb.models.articles import ArticleKind
from kb.next_steps import NextStep, StepChoice


@dataclass(frozen=True, slots=True)
class TrailStep:
    """An answer given, and where to change it."""

    title: str
    answer: str
    change_url: str


@dataclass(frozen=True, slots=True)
class WalkPage:
    """A position in a guide, ready to be shown."""

    guide: Guide
    revision: GuideRevision
    is_stale: bool
    position: Position
    url: str
    choices: tuple[StepChoice, ...]
    trail: tuple[TrailStep, ...]
    articles: tuple[Article, ...]

    @property
    def node(self) -> Node:
        return self.position.node

    @property
    def result(self) -> Result | None:
        return self.node.result

    @property
    def needs_money_notice(self) -> bool:
        """Whether an end that is not "fixed" says nothing of the money yet: a money-safety article says it best."""
        return not any(article.kind == ArticleKind.MONEY_SAFETY for article in self.articles[:1])

    @property
    def picture_url(self) -> str:
        """Address of the node's picture: a path below the media folder, or an address of ours as the upload gives it."""
        picture = self.node.picture
        return picture if not picture or picture.startswith("/") else f"{settings.MEDIA_URL}{picture}"

    @property
    def report_url(self) -> str:
        """Where "solved" and "not solved" are sent, with the position in the query."""
        query = position_query(self.revision.number, self.position.answers)
        return f"{reverse('guide-report', args=[self.guide.slug])}?{query}"

    @property
    def back_url(self) -> str:
        return self.trail[-1].change_url if self.trail else ""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the whole tree. `number` counts the steps as they are first shown; a repeated one refers back to it."""

    number: int
    row: OutlineRow


@dataclass(frozen=True, slots=True)
class WholeTree:
    guide: Guide
    revision: GuideRevision
    rows: tuple[TreeRow, ...]
    svg: str
    articles: Mapping[str, Article]
    node_count: int
    outcome_count: int


def guide_list() -> tuple[Guide, ...]:
    """Live guides. One query."""
    return tuple(
        Guide.objects.filter(live_revision__isnull=False)
        .select_related("live_revision")
        .defer("live_revision__content")
    )


def current_revision(slug: str, version: int | None) -> tuple[GuideRevision, bool] | None:
    """The revision to walk and whether a newer one is live; None for a guide that is not on the site. One query.

    A version that does not exist gives the live one: a wrong address shall land somewhere sensible.
    """
    wanted = Q(guide__live_revision=F("pk"))
    if version is not None:
        wanted |= Q(number=version, guide__live_revision__isnull=False)
    rows = list(GuideRevision.objects.filter(wanted, guide__slug=slug).select_related("guide").defer("content"))
    live = next((row for row in rows if row.pk == row.guide.live_revision_id), None)
    if live is None:
        return None
    asked = next((row for row in rows if row.number == version), live)
    return asked, asked.pk != live.pk


def position_page(slug: str, query: Mapping[str, str]) -> WalkPage | None:
    """The position that an address's query leads to, or None for a guide that is not on the site. Two queries."""
    found = current_revision(slug, parse_version(query.get("v", "")))
    if found is None:
        return None
    revision, is_stale = found
    return walk_page(revision, is_stale=is_stale, answers=parse_answers(query))


def walk_page(revision: GuideRevision, *, is_stale: bool, answers: Mapping[NodeId, ChoiceId]) -> WalkPage:
    """Replay `answers` on a revision. One query for the articles of an outcome or a check, none for a question;
    one more when no memory of this process holds the revision yet."""
    graph = revision_graph(revision)
    position = walk(graph, answers)
    slug, version, used = revision.guide.slug, revision.number, position.answers
    return WalkPage(
        guide=revision.guide,
        revision=revision,
        is_stale=is_stale,
        position=position,
        url=canonical_url(revision, graph, position, is_stale=is_stale),
        choices=_choices(slug, version, position.node, used),
        trail=tuple(
            TrailStep(
                title=step.node.title,
                answer=step.choice.label,
                change_url=position_url(slug, step.node.id, version, answers_before(position, step.node.id))
                if step.node.id != graph.start or is_stale
                else reverse("guide", args=[slug]),
            )
            for step in position.trail
        ),
        articles=_articles(position.node.articles),
    )


def canonical_url(revision: GuideRevision, graph: Graph, position: Position, *, is_stale: bool) -> str:
    """The address of a position; the first question of the live revision is the guide's own address."""
    if position.node.id == graph.start and not is_stale:
        return reverse("guide", args=[revision.guide.slug])
    return position_url(revision.guide.slug, position.node.id, revision.number, position.answers)


def whole_tree(slug: str) -> WholeTree | None:
    """Everything of a live guide on one page. Two queries when the process knows the revision."""
    found = current_revision(slug, None)
    if found is None:
        return None
    revision, _ = found
    graph = revision_graph(revision)
    slugs = {slug for node in graph.nodes.values() for slug in node.articles}
    return WholeTree(
        guide=revision.guide,
        revision=revision,
        rows=_numbered(to_outline(graph)),
        svg=revision_drawing(revision),
        articles={article.slug: article for article in _articles(tuple(slugs))},
        node_count=len(graph.nodes),
        outcome_count=sum(node.is_end for node in graph.nodes.values()),
    )


def _numbered(rows: Sequence[OutlineRow]) -> tuple[TreeRow, ...]:
    numbers: dict[NodeId, int] = {}
    for row in rows:
        if not row.repeated:
            numbers[row.to] = len(numbers) + 1
    return tuple(TreeRow(numbers[row.to], row) for row in rows)


def guides_for_codes(keys: Sequence[str]) -> tuple[NextStep, ...]:
    """Live guides that one of `keys` (normal forms) leads to, with their first question. One query."""
    entrances = (
        GuideEntrance.objects.filter(normal__in=keys, guide__live_revision__isnull=False)
        .select_related("guide__live_revision")
        .defer("guide__live_revision__content")
        .order_by("guide__position", "guide__slug")
    )
    revisions = {entrance.guide_id: entrance.guide.live_revision for entrance in entrances}
    return tuple(_next_step(revision) for revision in revisions.values() if revision is not None)


def _next_step(revision: GuideRevision) -> NextStep:
    graph = revision_graph(revision)
    first = graph.node(graph.start)
    slug = graph.slug
    return NextStep(
        title=graph.title,
        url=reverse("guide", args=[slug]),
        question=first.title,
        help=first.help,
        choices=_choices(slug, revision.number, first, {}),
    )


def _choices(slug: str, version: int, node: Node, answers: Mapping[NodeId, ChoiceId]) -> tuple[StepChoice, ...]:
    return tuple(
        StepChoice(
            label=choice.label,
            hint=choice.hint,
            url=position_url(slug, choice.to, version, {**answers, node.id: choice.id}),
        )
        for choice in node.choices
    )


def _articles(slugs: Sequence[str]) -> tuple[Article, ...]:
    """Published articles in the given order. No query for none."""
    if not slugs:
        return ()
    found = {article.slug: article for article in Article.objects.published().filter(slug__in=slugs)}
    return tuple(found[slug] for slug in slugs if slug in found)
