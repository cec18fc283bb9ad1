"""Articles: the list without texts, and one with its text."""

from django.http import HttpRequest
from ninja import Query, Router

from kb.api.errors import NotPublished
from kb.api.paging import Paging, next_address
from kb.api.records import article_record, article_summary
from kb.api.schemas import ArticleList, ArticleRecord, ErrorAnswer
from kb.models import Article
from kb.queries.records import article_named, published_articles

router = Router(tags=["articles"])


@router.get("/", response={200: ArticleList, 400: ErrorAnswer, 429: ErrorAnswer}, operation_id="listArticles")
def articles(request: HttpRequest, paging: Query[Paging]) -> ArticleList:
    """Every published article, by slug, without its text and sources."""
    found = published_articles(offset=paging.offset, limit=paging.limit)
    return ArticleList(
        items=[article_summary(one) for one in found.items],
        count=found.count,
        next=next_address(request, paging, found.count),
    )


@router.get(
    "/{slug:slug}/", response={200: ArticleRecord, 404: ErrorAnswer, 429: ErrorAnswer}, operation_id="getArticle"
)
def article(request: HttpRequest, slug: str) -> ArticleRecord:
    """One article. An alias answers with the article itself: compare `slug`."""
    try:
        found = article_named(slug)
    except Article.DoesNotExist:
        raise NotPublished("article", slug, listed_by="articles") from None
    return article_record(found)
