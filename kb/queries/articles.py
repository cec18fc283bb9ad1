"""Reads for the pages of articles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kb.models import Article, ArticleAlias, Citation, ErrorCode, SearchEntry, Source
from kb.models.publication import Status
from kb.models.search import EntryKind

# Ids of founding facts (`A03`, `B06、B21`): they serve reviewers, and say nothing to a reader.
_FACT_IDS = re.compile(r"[ABD]\d{2}(?:\s*[、,，和]\s*[ABD]\d{2})*")


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source once, with everything that it is cited for."""

    source: Source
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    article: Article
    sources: tuple[CitedSource, ...]
    codes: tuple[SearchEntry, ...]


def article_page(slug: str) -> ArticlePage:
    """A published article, its citations with their sources, and the codes it helps with. Three queries.

    Raises:
        Article.DoesNotExist: there is no such article, or it is a draft; it may be an alias.
    """
    article = Article.objects.published().get(slug=slug)
    codes = code_entries(ErrorCode.objects.filter(Q(articles=article) | Q(causes__article=article)))
    return ArticlePage(article=article, sources=article_citations(article), codes=codes)


def article_citations(article: Article) -> tuple[CitedSource, ...]:
    """What an article rests on, each source once. One query."""
    citations = Citation.objects.filter(article=article).select_related("source").order_by("position", "pk")
    return by_source(citations)


def code_entries(codes: QuerySet[ErrorCode]) -> tuple[SearchEntry, ...]:
    """Search entries of those `codes` that are published: they carry string and final address. One query."""
    entries = SearchEntry.objects.filter(kind=EntryKind.CODE, slug__in=codes.values("slug"))
    return tuple(entries.order_by("code", "slug"))


def alias_target(alias: str) -> str | None:
    """The slug of the published article that `alias` leads to. One query."""
    return (
        ArticleAlias.objects.filter(slug=alias, article__status=Status.PUBLISHED)
        .values_list("article__slug", flat=True)
        .first()
    )


def by_source(citations: Iterable[Citation]) -> tuple[CitedSource, ...]:
    """Each source once, in the order of its first citation."""
    notes: dict[int, list[str]] = {}
    sources: dict[int, Source] = {}
    for citation in citations:
        sources[citation.source_id] = citation.source
        told = notes.setdefault(citation.source_id, [])
        if citation.note and not _FACT_IDS.fullmatch(citation.note):
            told.append(citation.note)
    return tuple(CitedSource(source, tuple(notes[key])) for key, source in sources.items())
