"""Reads for the API: published entries whole, a stretch of a list or one by its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from kb.models import Account, Article, CodeArticle, CodeCause, CodeString, CodeSystem, ErrorCode, SearchEntry
from kb.models.publication import Status
from kb.models.search import EntryKind
from kb.queries.articles import CitedSource, article_citations
from kb.queries.codes import by_confidence, is_slug
from kb.search.normalise import normal_code

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row]):
    """A part of a list, and how long the whole list is."""

    items: tuple[Row, ...]
    count: int


@dataclass(frozen=True, slots=True)
class WholeCode:
    """A published meaning with strings, accounts, causes and articles prefetched; `path` is its page's, unprefixed."""

    code: ErrorCode
    path: str


@dataclass(frozen=True, slots=True)
class WholeArticle:
    article: Article
    sources: tuple[CitedSource, ...]


def published_codes(*, system: str, offset: int, limit: int) -> Stretch[WholeCode]:
    """Meanings by slug, of all systems where `system` is empty. Seven queries, with a system eight.

    Raises:
        CodeSystem.DoesNotExist: there is no system of that slug.
    """
    codes = ErrorCode.objects.published().order_by("slug")
    if system:
        if not is_slug(system):
            raise CodeSystem.DoesNotExist(system)
        codes = codes.filter(system=CodeSystem.objects.get(slug=system))
    return Stretch(_whole(codes[offset : offset + limit]), codes.count())


def system_slugs() -> tuple[str, ...]:
    """Every system that a list of codes can be narrowed to. One query."""
    return tuple(CodeSystem.objects.order_by("slug").values_list("slug", flat=True))


def codes_named(name: str) -> tuple[WholeCode, ...]:
    """Everything that `name` can mean, surest first: the meaning of that slug, or all meanings of that string in any
    spelling. Six queries; one where there is none.

    A slug is looked for first where `name` has a hyphen, as on the page of a code.
    """
    slug, normal = name.lower(), normal_code(name)
    wanted = Q(slug=slug) if is_slug(slug) else Q()
    if normal:
        wanted |= Q(pk__in=CodeString.objects.filter(normal=normal).values("code"))
    if not wanted:
        return ()
    found = _whole(ErrorCode.objects.published().filter(wanted))
    by_slug = tuple(one for one in found if one.code.slug == slug)
    by_string = tuple(one for one in found if any(string.normal == normal for string in one.code.strings.all()))
    chosen = by_slug or by_string if "-" in name else by_string or by_slug
    return tuple(sorted(chosen, key=lambda one: by_confidence(one.code)))


def published_articles(*, offset: int, limit: int) -> Stretch[Article]:
    """Articles by slug, with their aliases prefetched and without their text. Three queries."""
    articles = Article.objects.published().order_by("slug")
    rows = articles.defer("body", "asked_as").prefetch_related("aliases")[offset : offset + limit]
    return Stretch(tuple(rows), articles.count())


def article_named(slug: str) -> WholeArticle:
    """The article of that slug, or the one that has it as an alias. Three queries.

    Raises:
        Article.DoesNotExist: there is neither, or it is a draft.
    """
    named = Q(slug=slug) | Q(pk__in=Article.objects.filter(aliases__slug=slug).values("pk"))
    found = list(Article.objects.published().filter(named).prefetch_related("aliases"))
    article = next((one for one in found if one.slug == slug), found[0] if found else None)
    if article is None:
        raise Article.DoesNotExist(slug)
    return WholeArticle(article, article_citations(article))


def _whole(codes: QuerySet[ErrorCode]) -> tuple[WholeCode, ...]:
    """Six queries, however many codes; one for none."""
    causes = CodeCause.objects.filter(cause__status=Status.PUBLISHED).select_related(
        "cause__category", "cause__article"
    )
    articles = CodeArticle.objects.filter(article__status=Status.PUBLISHED).select_related("article")
    rows = codes.select_related("system").prefetch_related(
        "strings",
        Prefetch("accounts", Account.objects.select_related("source")),
        Prefetch("code_causes", causes.defer("cause__article__body").order_by("-weight", "cause__slug")),
        Prefetch("code_articles", articles.defer("article__body").order_by("position", "article__slug")),
    )
    found = list(rows)
    paths = _paths([code.slug for code in found])
    return tuple(WholeCode(code, paths.get(code.slug) or reverse("code", args=[code.slug])) for code in found)


def _paths(slugs: Sequence[str]) -> dict[str, str]:
    """The final address of each code, as the search keeps it. No query for none."""
    if not slugs:
        return {}
    return dict(SearchEntry.objects.filter(kind=EntryKind.CODE, slug__in=slugs).values_list("slug", "path"))
