"""Page-shaped reads of guides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Q

from diagnostics.addresses import Addresses, Answers, SiteAddresses, parse_answers, parse_version
from diagnostics.assembly import revision_drawing, revision_graph
from diagnostics.engine.graph import Node, NodeId, Result
from diagnostics.engine.outline import OutlineRow, to_outline
from diagnostics.engine.walk import Position, answers_before, walk
from diagnostics.models import Guide, GuideEntrance, GuideRevision
from kb.models import Article
from kb.models.articles import ArticleKind
from kb.models.search import EntryKind, SearchEntry
from kb.next_steps import NextStep, StepChoice


@dataclass(frozen=True, slots=True)
class TrailStep:
    """An answer given, and where to change it."""

    title: str
    answer: str
    change_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStep:
    """A position in a guide, ready to be shown: on the site, in the preview of a draft, at the desk."""

    guide: Guide
    position: Position
    addresses: Addresses
    choices: tuple[StepChoice, ...]
    trail: tuple[TrailStep, ...]
    articles: tuple[Article, ...]
    is_stale: bool = False

    @property
    def title(self) -> str:
        """The guide's, as it stands where this step stands: a draft's own title is nothing for readers."""
        return self.guide.title

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
        return picture_url(self.node)

    @property
    def url(self) -> str:
        """The one address of this position."""
        return self.addresses.position(self.node.id, self.position.answers)

    @property
    def report_url(self) -> str:
        """Where "solved" and "not solved" are sent, with the position in the query."""
        return self.addresses.report(self.position.answers)

    @property
    def back_url(self) -> str:
        return self.trail[-1].change_url if self.trail else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkPage(WalkStep):
    """A position in a revision."""

    revision: GuideRevision

    @property
    def title(self) -> str:
        return self.revision.title


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


def picture_url(node: Node) -> str:
    """Address of a node's picture: a path below the media folder, or an address of ours as the upload gives it."""
    picture = node.picture
    return picture if not picture or picture.startswith("/") else f"{settings.MEDIA_URL}{picture}"


def guide_list() -> tuple[SearchEntry, ...]:
    """Live guides, with title and summary as they were published: the draft's are for editors. One query."""
    return tuple(SearchEntry.objects.filter(kind=EntryKind.GUIDE).order_by("position", "slug"))


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


def walk_page(revision: GuideRevision, *, is_stale: bool, answers: Answers) -> WalkPage:
    """Replay `answers` on a revision. One query for the articles of an outcome or a check, none for a question;
    one more when no memory of this process holds the revision yet."""
    graph = revision_graph(revision)
    position = walk(graph, answers)
    addresses = SiteAddresses(revision.guide.slug, revision.number, graph.start, is_stale)
    return WalkPage(
        guide=revision.guide,
        revision=revision,
        is_stale=is_stale,
        position=position,
        addresses=addresses,
        choices=_choices(position.node, position.answers, addresses),
        trail=_trail(position, addresses),
        articles=_articles(position.node.articles),
    )


def walk_step(guide: Guide, position: Position, addresses: Addresses) -> WalkStep:
    """A position that no revision holds, as readers would see it. One query where the node names articles."""
    return WalkStep(
        guide=guide,
        position=position,
        addresses=addresses,
        choices=_choices(position.node, position.answers, addresses),
        trail=_trail(position, addresses),
        articles=_articles(position.node.articles),
    )


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
    addresses = SiteAddresses(graph.slug, revision.number, graph.start, is_stale=False)
    return NextStep(
        title=graph.title,
        url=addresses.start,
        question=first.title,
        help=first.help,
        choices=_choices(first, {}, addresses),
    )


def _choices(node: Node, answers: Answers, addresses: Addresses) -> tuple[StepChoice, ...]:
    return tuple(
        StepChoice(
            label=choice.label,
            hint=choice.hint,
            url=addresses.position(choice.to, {**answers, node.id: choice.id}),
        )
        for choice in node.choices
    )


def _trail(position: Position, addresses: Addresses) -> tuple[TrailStep, ...]:
    return tuple(
        TrailStep(
            title=step.node.title,
            answer=step.choice.label,
            change_url=addresses.position(step.node.id, answers_before(position, step.node.id)),
        )
        for step in position.trail
    )


def _articles(slugs: Sequence[str]) -> tuple[Article, ...]:
    """Published articles in the given order. No query for none."""
    if not slugs:
        return ()
    found = {article.slug: article for article in Article.objects.published().filter(slug__in=slugs)}
    return tuple(found[slug] for slug in slugs if slug in found)
