"""What stands in the database, as the records that content files would hold: published entries only."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from kb.catalogue.reading import Catalogue, Record
from kb.models import Acquirer, Article, Cause, CauseCategory, CodeArticle, CodeSystem, Disagreement, ErrorCode, Source
from kb.models.publication import Status


def stored_catalogue() -> Catalogue:
    """Published entries and everything they hang on. Some twenty queries, however many rows there are.

    What a page leaves out because it is a draft (an article of a code, say) is left out here too.
    """
    return Catalogue(
        sources=[
            _record(row, "title", "publisher", "url", "kind", "credibility", "note", key=row.slug)
            for row in _all(Source)
        ],
        systems=[_record(row, "slug", "name", "description") for row in _all(CodeSystem)],
        categories=[
            (_record(row, "slug", "name", "description"), row.parent.slug if row.parent else None)
            for row in CauseCategory.objects.select_related("parent").order_by("slug")
        ],
        causes=[
            _cause(row) for row in Cause.objects.published().select_related("category", "article").order_by("slug")
        ],
        codes=_codes(),
        disagreements=_disagreements(),
        articles=[
            _article(row) for row in Article.objects.published().prefetch_related("aliases", "citations__source")
        ],
        acquirers=[_acquirer(row) for row in Acquirer.objects.published().prefetch_related("citations__source")],
    )


def _all(model: Any) -> Iterable[Any]:
    rows: Iterable[Any] = model.objects.order_by("slug")
    return rows


def _record(row: Any, *fields: str, **more: Any) -> Record:
    return Record("", "", {**{name: getattr(row, name) for name in fields}, **more})


def _cause(row: Cause) -> Record:
    article = row.article.slug if row.article and row.article.is_published else None
    return _record(row, "slug", "name", "summary", category=row.category.slug, article=article)


def _codes() -> list[Record]:
    articles = CodeArticle.objects.filter(article__status=Status.PUBLISHED).select_related("article")
    rows = ErrorCode.objects.published().select_related("system")
    rows = rows.prefetch_related(
        "strings",
        "accounts__source",
        "code_causes__cause",
        "code_causes__account",
        Prefetch("code_articles", articles.order_by("position", "pk")),
    )
    return [_code(row) for row in rows.order_by("slug")]


def _code(row: ErrorCode) -> Record:
    accounts = [_record(one, "key", "credibility", "statement", source=one.source.slug) for one in row.accounts.all()]
    causes = [
        _record(one, "weight", cause=one.cause.slug, account=one.account.key if one.account else None)
        for one in row.code_causes.all()
        if one.cause.is_published
    ]
    return _record(
        row, "slug", "title", "screen_text", "meaning", "money_moved", "money_note", "retry", "retry_note", "keep_selling",
        "tell", "confidence_note", "reviewed_on",
        system=row.system.slug,
        strings=[one.text for one in row.strings.all()],
        accounts=accounts,
        causes=causes,
        articles=[one.article.slug for one in row.code_articles.all()],
        asked_as=row.asked_as.splitlines(),
    )  # fmt: skip


def _disagreements() -> list[Record]:
    """Contradictions of accounts of published codes: no page shows the others."""
    points = []
    for row in Disagreement.objects.prefetch_related("positions__account__code"):
        sides = [
            _record(one, "says", account=f"{one.account.code.slug}/{one.account.key}")
            for one in row.positions.all()
            if one.account.code.is_published
        ]
        if sides:
            points.append(_record(row, "slug", "topic", "advice", positions=sides))
    return points


def _article(row: Article) -> Record:
    return _record(
        row, "slug", "title", "kind", "summary", "body", "reviewed_on",
        aliases=[one.slug for one in row.aliases.all()],
        asked_as=row.asked_as.splitlines(),
        sources=_citations(row),
    )  # fmt: skip


def _acquirer(row: Acquirer) -> Record:
    return _record(
        row, "slug", "brand", "role", "legal_name", "standing", "standing_as_of", "hotline", "hotline_confidence", "note", "reviewed_on",
        names=row.names.splitlines(),
        sources=_citations(row),
    )  # fmt: skip


def _citations(row: Article | Acquirer) -> list[Record]:
    return [_record(one, "note", source=one.source.slug) for one in row.citations.all()]
