"""From rows to records of the API. Everything that a record needs has been read before: none of these asks the database."""

from typing import Literal

from django.urls import get_script_prefix, reverse
from django.utils.encoding import iri_to_uri

from kb.api.schemas import (
    AccountRecord,
    ArticleLink,
    ArticleRecord,
    ArticleSummary,
    CauseRecord,
    CitedRecord,
    CodeRecord,
    MoneyRecord,
    RetryRecord,
    SearchHit,
    SourceRecord,
    SystemRecord,
)
from kb.models import Account, Article, CodeCause, SearchEntry, Source
from kb.models.articles import ArticleKind, Who
from kb.models.codes import MoneyMoved, Responsible, Retry
from kb.models.publication import Confidence, Credibility
from kb.models.search import EntryKind
from kb.models.sources import SourceKind
from kb.queries.articles import CitedSource
from kb.queries.records import WholeArticle, WholeCode
from kb.rendering import render_markdown

# To a program a hub is a code too: the one without a system.
_HIT_TYPES: dict[EntryKind, Literal["code", "article", "guide"]] = {
    EntryKind.CODE: "code",
    EntryKind.HUB: "code",
    EntryKind.ARTICLE: "article",
    EntryKind.GUIDE: "guide",
}


def page_url(path: str) -> str:
    """The address of a stored path, which is written without the site's own prefix and in any script."""
    return iri_to_uri(get_script_prefix().rstrip("/") + path)


def code_record(whole: WholeCode) -> CodeRecord:
    code = whole.code
    return CodeRecord(
        slug=code.slug,
        strings=[string.text for string in code.strings.all()],
        system=SystemRecord(slug=code.system.slug, name=code.system.name),
        title=code.title,
        screen_text=code.screen_text,
        meaning=code.meaning,
        responsible=Responsible(code.responsible),
        money=MoneyRecord(moved=MoneyMoved(code.money_moved), note=code.money_note),
        retry=RetryRecord(advice=Retry(code.retry), note=code.retry_note),
        keep_selling=code.keep_selling,
        tell=code.tell,
        confidence=Confidence(code.confidence),
        confidence_note=code.confidence_note,
        accounts=[_account(account) for account in code.accounts.all()],
        causes=[_cause(link) for link in code.code_causes.all()],
        articles=[_article_link(link.article) for link in code.code_articles.all()],
        url=page_url(whole.path),
        reviewed_on=code.reviewed_on,
        updated_at=code.updated_at,
    )


def article_summary(article: Article) -> ArticleSummary:
    return ArticleSummary(
        slug=article.slug,
        aliases=[alias.slug for alias in article.aliases.all()],
        title=article.title,
        kind=ArticleKind(article.kind),
        summary=article.summary,
        who=Who(article.who),
        minutes=article.minutes,
        confidence=Confidence(article.confidence),
        reviewed_on=article.reviewed_on,
        updated_at=article.updated_at,
        url=reverse("article", args=[article.slug]),
    )


def article_record(whole: WholeArticle) -> ArticleRecord:
    article = whole.article
    return ArticleRecord(
        **dict(article_summary(article)),
        body_markdown=article.body,
        body_html=str(render_markdown(article.body)),
        sources=[_cited(one) for one in whole.sources],
    )


def search_hit(entry: SearchEntry) -> SearchHit:
    return SearchHit(
        type=_HIT_TYPES[EntryKind(entry.kind)],
        slug=entry.slug,
        title=entry.title,
        url=page_url(entry.path),
        code=entry.code or None,
        system=entry.system_slug or None,
        aliases=list(entry.aliases),
    )


def _account(account: Account) -> AccountRecord:
    return AccountRecord(
        statement=account.statement, credibility=Credibility(account.credibility), source=_source(account.source)
    )


def _source(source: Source) -> SourceRecord:
    return SourceRecord(
        title=source.title, publisher=source.publisher, url=source.link or None, kind=SourceKind(source.kind)
    )


def _cited(cited: CitedSource) -> CitedRecord:
    return CitedRecord(
        **dict(_source(cited.source)), credibility=Credibility(cited.source.credibility), notes=list(cited.notes)
    )


def _cause(link: CodeCause) -> CauseRecord:
    cause, article = link.cause, link.cause.article
    return CauseRecord(
        slug=cause.slug,
        name=cause.name,
        summary=cause.summary,
        category=cause.category.name,
        weight=link.weight,
        article=article.slug if article is not None and article.is_published else None,
        url=reverse("cause", args=[cause.slug]),
    )


def _article_link(article: Article) -> ArticleLink:
    return ArticleLink(slug=article.slug, title=article.title, url=reverse("article", args=[article.slug]))
