"""Keeps the search's rows in step with the entries. Called by actions, inside the transaction that writes the entry."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from kb.models import Article, Cause, CodeString, ErrorCode, SearchEntry, SearchTerm
from kb.models.search import EntryKind
from kb.search.ranking import HEAD, TEXT, TITLE
from kb.search.tokens import terms


@transaction.atomic
def put_entry(
    *,
    kind: EntryKind,
    slug: str,
    title: str,
    path: str,
    summary: str = "",
    head: str = "",
    text: str = "",
    code: str = "",
    system: str = "",
    common: bool = False,
    position: int = 0,
) -> SearchEntry:
    """Write or replace one entry. `path` carries no language prefix; `head` and `text` are searched but not shown."""
    entry, _ = SearchEntry.objects.update_or_create(
        kind=kind,
        slug=slug,
        defaults={
            "title": title[:120],
            "summary": summary[:300],
            "code": code,
            "system": system,
            "path": path,
            "common": common,
            "position": position,
        },
    )
    weights: dict[str, int] = {}
    for weight, part in ((TEXT, text), (HEAD, f"{summary} {head}"), (TITLE, f"{code} {title}")):
        weights.update(dict.fromkeys(terms(part), weight))
    _put_terms(entry, weights)
    return entry


def remove_entry(kind: EntryKind, slug: str) -> None:
    SearchEntry.objects.filter(kind=kind, slug=slug).delete()


def index_article(article: Article) -> None:
    if not article.is_published:
        remove_entry(EntryKind.ARTICLE, article.slug)
        return
    aliases = " ".join(article.aliases.values_list("slug", flat=True))
    put_entry(
        kind=EntryKind.ARTICLE,
        slug=article.slug,
        title=article.title,
        summary=article.summary,
        head=aliases,
        text=article.body,
        path=f"/articles/{article.slug}/",
    )


def index_cause(cause: Cause) -> None:
    if not cause.is_published:
        remove_entry(EntryKind.CAUSE, cause.slug)
        return
    put_entry(
        kind=EntryKind.CAUSE,
        slug=cause.slug,
        title=cause.name,
        summary=cause.summary,
        head=cause.category.name,
        path=f"/causes/{cause.slug}/",
    )


def index_code(code: ErrorCode, *, strings_before: Iterable[str] = ()) -> None:
    """Index a meaning, its neighbours under the same strings (whose addresses may change) and the strings' hubs.

    `strings_before`: normal forms that the meaning had until now, so that a string taken away is tidied up too.
    """
    normals = set(strings_before) | set(code.strings.values_list("normal", flat=True))
    neighbours = ErrorCode.objects.filter(strings__normal__in=normals).exclude(pk=code.pk).distinct()
    for meaning in (code, *neighbours):
        _index_meaning(meaning)
    for normal in sorted(normals):
        _index_hub(normal)


def index_meanings(codes: Iterable[ErrorCode]) -> None:
    """Index meanings whose strings have not changed: neither neighbours nor hubs need a look."""
    for meaning in codes:
        _index_meaning(meaning)


def _index_meaning(code: ErrorCode) -> None:
    if not code.is_published:
        remove_entry(EntryKind.CODE, code.slug)
        return
    strings = list(code.strings.all())
    shared = bool(strings) and _meanings_under(strings[0].normal) > 1
    if not strings:
        path = f"/codes/{code.slug}/"
    elif shared:
        path = f"/codes/{strings[0].normal}/{code.slug}/"
    else:
        path = f"/codes/{strings[0].normal}/"
    put_entry(
        kind=EntryKind.CODE,
        slug=code.slug,
        title=code.title,
        summary=code.screen_text or code.meaning[:200],
        head=" ".join([code.system.name, code.meaning, *(string.text for string in strings)]),
        text=" ".join([code.money_note, code.retry_note, code.keep_selling, code.tell]),
        code=strings[0].text if strings else "",
        system=code.system.name,
        path=path,
        # A string's hub stands on the first page in place of its meanings.
        common=code.common and not shared,
    )


def _index_hub(normal: str) -> None:
    """The entry of a string with several meanings; its slug is the string in lower case."""
    meanings = list(ErrorCode.objects.published().shown_as(normal).order_by("slug").distinct())
    if len(meanings) < 2:
        remove_entry(EntryKind.HUB, normal.lower())
        return
    text = CodeString.objects.filter(normal=normal).order_by("pk").values_list("text", flat=True)[0]
    put_entry(
        kind=EntryKind.HUB,
        slug=normal.lower(),
        # Never one of the meanings: a hurried reader would take the first for the truth.
        title=f"{len(meanings)} 种说法，先看钱",
        head=" ".join(f"{meaning.title} {meaning.meaning}" for meaning in meanings),
        code=text,
        path=f"/codes/{normal}/",
        common=any(meaning.common for meaning in meanings),
    )


def _meanings_under(normal: str) -> int:
    return ErrorCode.objects.published().shown_as(normal).distinct().count()


def _put_terms(entry: SearchEntry, weights: Mapping[str, int]) -> None:
    SearchTerm.objects.filter(entry=entry).delete()
    SearchTerm.objects.bulk_create(
        SearchTerm(entry=entry, term=term, weight=weight) for term, weight in weights.items()
    )
