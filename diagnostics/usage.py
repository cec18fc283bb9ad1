"""Where a guide is used: what breaks, or loses a way on, when it leaves the site."""

import re
from dataclasses import dataclass

from django.db.models import F, TextField
from django.db.models.functions import Cast

from diagnostics.assembly import revision_graph
from diagnostics.engine.documents import from_document
from diagnostics.engine.graph import Graph, Kind
from diagnostics.models import DraftSave, Guide, GuideRevision, Node, NodeKind
from kb.models import Article, CodeString, ErrorCode
from kb.models.publication import Status
from kb.search.normalise import normal_code


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A code that leads to the guide, with the published meanings whose pages show it; none for an unknown code."""

    text: str
    normal: str
    meanings: tuple[ErrorCode, ...]


@dataclass(frozen=True, slots=True)
class GuideUse:
    """Another guide that hands over to this one: in what readers walk, in its draft, or in both."""

    guide: Guide
    is_live: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class GuideUsage:
    codes: tuple[CodeUse, ...] = ()
    articles: tuple[Article, ...] = ()
    guides: tuple[GuideUse, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.codes or self.articles or self.guides)


def guide_usage(guide: Guide) -> GuideUsage:
    """Eight queries at the most, whatever the size of anything."""
    return GuideUsage(_codes(guide), _articles(guide.slug), _guides(guide))


def _codes(guide: Guide) -> tuple[CodeUse, ...]:
    normals = list(guide.entrances.order_by("pk").values_list("normal", flat=True))
    if not normals:
        return ()
    live = GuideRevision.objects.filter(guide=guide, guide__live_revision=F("pk")).defer("content").first()
    texts = {normal_code(text): text for text in revision_graph(live).codes} if live is not None else {}
    meanings: dict[str, dict[int, ErrorCode]] = {normal: {} for normal in normals}
    strings = CodeString.objects.filter(normal__in=normals, code__status=Status.PUBLISHED)
    for string in strings.select_related("code").order_by("code__slug"):
        meanings[string.normal][string.code_id] = string.code
    # An entrance may also be the slug of a meaning; its normal form has lost the hyphens.
    slugs = [text.strip().lower() for text in texts.values()]
    for code in ErrorCode.objects.published().filter(slug__in=slugs):
        meanings.get(normal_code(code.slug), {})[code.pk] = code
    return tuple(CodeUse(texts.get(one, one), one, tuple(meanings[one].values())) for one in normals)


def _articles(slug: str) -> tuple[Article, ...]:
    """Articles with a link to the guide's pages, drafts included: they would lead to "not found"."""
    link = re.compile(rf"/guides/{re.escape(slug)}(?![\w-])")
    named = Article.objects.filter(body__contains=f"/guides/{slug}").only("slug", "title", "status", "body")
    return tuple(article for article in named.order_by("title") if link.search(article.body))


def _guides(guide: Guide) -> tuple[GuideUse, ...]:
    """A live revision holds the nodes of the guides inside it; which guides those were, the save it came from says.

    Revisions that are older than saves do not say it: such a guide is named for its draft alone.
    """
    in_drafts = set(
        Node.objects.filter(kind=NodeKind.GUIDE, inner_guide=guide.slug)
        .exclude(guide=guide)
        .values_list("guide_id", flat=True)
    )
    # The text of the JSON narrows it down to few rows on both databases; each is then read properly.
    saves = (
        DraftSave.objects.filter(number=F("guide__live_revision__draft_number"))
        .exclude(guide=guide)
        .annotate(text=Cast("content", TextField()))
        .filter(text__contains=f'"guide": "{guide.slug}"')
    )
    live = {save.guide_id for save in saves if _hands_over(from_document(save.content), guide.slug)}
    others = Guide.objects.filter(pk__in=in_drafts | live).order_by("position", "slug")
    return tuple(GuideUse(other, other.pk in live, other.pk in in_drafts) for other in others)


def _hands_over(graph: Graph, slug: str) -> bool:
    return any(node.guide == slug for node in graph.nodes.values() if node.kind is Kind.GUIDE)
