"""What is wrong with a guide as it is stored: the engine's problems, and those that only the database can tell."""

from collections.abc import Collection
from functools import lru_cache

from django.db.models import F

from diagnostics.assembly import revision_graph
from diagnostics.engine.documents import from_document
from diagnostics.engine.errors import EngineError
from diagnostics.engine.expand import Resolve, expand
from diagnostics.engine.graph import Graph
from diagnostics.engine.inspection import inspect_guide
from diagnostics.engine.problems import Problem
from diagnostics.models import DraftSave, Guide, GuideRevision
from kb.models import Article


def draft_problems(graph: Graph, *, stale: Collection[str] = (), resolve: Resolve | None = None) -> tuple[Problem, ...]:
    """All problems of a draft's graph. One query where it names articles, two at the most for each guide inside it.

    `stale` are nodes whose words to read aloud are older than their title (`stale_nodes`).
    """
    resolve = resolve or live_guides()
    try:
        walked = expand(graph, resolve)
    except EngineError:  # found again, and told, below
        walked = graph
    return inspect_guide(graph, resolve, unpublished=unpublished_articles(walked), stale=stale)


def stale_titles(guide: Guide) -> dict[str, str]:
    """The draft's nodes whose words to read aloud are older than the title, with the title they were written for."""
    return dict(guide.nodes.exclude(say="").exclude(say_title=F("title")).values_list("key", "say_title"))


def stale_nodes(guide: Guide) -> frozenset[str]:
    """Ids of the draft's nodes whose words to read aloud are older than the title. One query."""
    return frozenset(stale_titles(guide))


def unpublished_articles(graph: Graph) -> frozenset[str]:
    """Slugs of articles that a graph names and readers cannot open, unknown ones included."""
    named = {slug for node in graph.nodes.values() for slug in node.articles}
    if not named:
        return frozenset()
    return frozenset(named - set(Article.objects.published().filter(slug__in=named).values_list("slug", flat=True)))


def live_guides() -> Resolve:
    """Finds published guides by slug, each asked for once: who checks and then publishes must see the same ones."""
    return lru_cache(maxsize=None)(live_graph)


def live_graph(slug: str) -> Graph | None:
    """A published guide as it was written, guides inside it not yet expanded; None where readers cannot walk it.

    Expanded ones would hide circles, and chains that are too long.
    """
    live = GuideRevision.objects.filter(guide__slug=slug, guide__live_revision=F("pk")).defer("content").first()
    if live is None:
        return None
    walked = revision_graph(live)
    if live.draft_number is None or not any("." in node for node in walked.nodes):
        return walked
    save = DraftSave.objects.filter(guide_id=live.guide_id, number=live.draft_number).first()
    return from_document(save.content) if save is not None else walked
