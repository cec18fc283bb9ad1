"""Reads for the API: guides as they are live, never their drafts."""

from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from diagnostics.assembly import revision_graph
from diagnostics.engine.graph import Graph
from diagnostics.models import GuideRevision
from kb.models import Article
from kb.models.search import EntryKind, SearchEntry
from kb.queries.records import Stretch


@dataclass(frozen=True, slots=True)
class LiveGuide:
    """A guide's live revision without its nodes. Title, codes and summary are those that were published."""

    slug: str
    title: str
    summary: str
    codes: tuple[str, ...]
    revision: GuideRevision


@dataclass(frozen=True, slots=True)
class WholeGuide:
    """A live guide with its graph, and which of the articles that it names are published."""

    guide: LiveGuide
    graph: Graph
    published: frozenset[str]


def live_guides(*, offset: int, limit: int) -> Stretch[LiveGuide]:
    """Live guides in the order of the site's list. Two queries."""
    revisions = _live_revisions()
    rows = revisions.order_by("guide__position", "guide__slug")[offset : offset + limit]
    return Stretch(tuple(_live_guide(row) for row in rows), revisions.count())


def live_guide(slug: str) -> WholeGuide | None:
    """A live guide whole; None for one that is not on the site. Two queries when the process knows the revision."""
    row = _live_revisions().filter(guide__slug=slug).first()
    if row is None:
        return None
    graph = revision_graph(row)
    named = {article for node in graph.nodes.values() for article in node.articles}
    published = Article.objects.published().filter(slug__in=named).values_list("slug", flat=True)
    return WholeGuide(_live_guide(row), graph, frozenset(published) if named else frozenset())


def _live_revisions() -> QuerySet[GuideRevision]:
    """Without their content, of which the codes are read apart: a large guide is half a megabyte."""
    # The guide's own summary is its draft's; what was published with the revision stands in the search's entry.
    entries = SearchEntry.objects.filter(kind=EntryKind.GUIDE, slug=OuterRef("guide__slug"))
    live = GuideRevision.objects.filter(guide__live_revision=F("pk")).select_related("guide").defer("content")
    return live.annotate(live_codes=F("content__codes"), live_summary=Subquery(entries.values("summary")[:1]))


def _live_guide(row: GuideRevision) -> LiveGuide:
    read = vars(row)  # annotations, which the model does not declare
    return LiveGuide(
        slug=row.guide.slug,
        title=row.title,
        summary=read["live_summary"] or "",
        codes=tuple(read["live_codes"] or ()),
        revision=row,
    )
