"""Every write to the knowledge base. Actions own the transaction, the permission and the search's rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from kb.missing_entries import article_changed, code_changed, entry_deleted, synonyms_changed, synonyms_deleted
from kb.models import Acquirer, Article, Cause, CodeString, CodeSystem, ErrorCode, SearchCode, SearchEntry, SynonymGroup
from kb.models.publication import Publishable, Status
from kb.models.search import EntryKind
from kb.search_index import (
    count_words_anew,
    index_article,
    index_articles,
    index_code,
    index_meanings,
    index_strings,
    remove_entries,
    remove_entry,
)
from kb.search_store.sqlite_index import repair_index
from kb.search_vocabulary import forget_vocabulary
from kb.uploads import Picture

PICTURES = "articles"  # folder below MEDIA_ROOT

User = AbstractBaseUser | AnonymousUser


def may_publish(entry: Publishable | type[Publishable], user: User) -> bool:
    meta = entry._meta
    return user.has_perm(f"{meta.app_label}.publish_{meta.model_name}")  # type: ignore[union-attr]


@transaction.atomic
def publish_entry(entry: Publishable, *, by: User) -> None:
    """Show a draft to the public.

    Raises:
        PermissionDenied: `by` may not publish entries of this kind.
    """
    _set_status(entry, Status.PUBLISHED, by=by)


@transaction.atomic
def withdraw_entry(entry: Publishable, *, by: User) -> None:
    """Take a published entry back to draft; its search rows go with it.

    Raises:
        PermissionDenied: `by` may not publish entries of this kind.
    """
    _set_status(entry, Status.DRAFT, by=by)


@transaction.atomic
def article_saved(article: Article) -> None:
    """Bring the search, and the questions that wait for an answer, in step after an article and its rows were saved."""
    index_article(article)
    article_changed(article)


@transaction.atomic
def cause_saved(cause: Cause) -> None:
    """Bring the search in step after a cause was saved: its name stands in the rows of its codes."""
    index_meanings(cause.codes.all())


@transaction.atomic
def code_saved(code: ErrorCode, *, strings_before: Iterable[str] = ()) -> None:
    """The same after a code and its rows were saved; `strings_before` are normal forms that it had until now."""
    index_code(code, strings_before=strings_before)
    code_changed(code)


@transaction.atomic
def system_saved(system: CodeSystem) -> None:
    """Bring the search in step after a code system was saved: its name stands in the rows of its codes."""
    index_meanings(system.codes.all())
    index_strings(CodeString.objects.filter(code__system=system).values_list("normal", flat=True))
    forget_vocabulary()


@transaction.atomic
def acquirer_saved() -> None:
    """Bring the search in step after an acquirer was saved: it is known by its names."""
    forget_vocabulary()


def synonyms_saved(group: SynonymGroup) -> None:
    """Let this process read the synonyms anew; the others do within seconds. Nothing is reindexed.

    Questions that nothing was found for are searched for again where these words are in them.
    """
    synonyms_changed(group)
    transaction.on_commit(forget_vocabulary)  # another thread may have read the old words meanwhile


@transaction.atomic
def delete_synonyms(group: SynonymGroup) -> None:
    """Delete synonyms; the questions that they answered wait again."""
    synonyms_deleted(group)
    group.delete()
    transaction.on_commit(forget_vocabulary)


def store_picture(picture: Picture, *, year: int) -> str:
    """Keep an uploaded picture; returns the address it is served from."""
    name = default_storage.save(f"{PICTURES}/{year}/{picture.new_name()}", ContentFile(picture.content))
    return default_storage.url(name)


@transaction.atomic
def delete_entry(entry: Publishable) -> None:
    """Delete an entry together with its search rows, and tidy the addresses of its neighbours."""
    if isinstance(entry, ErrorCode):
        entry_deleted(entry)
        strings = list(entry.strings.values_list("normal", flat=True))
        neighbours = list(ErrorCode.objects.filter(strings__normal__in=strings).exclude(pk=entry.pk).distinct())
        remove_entry(EntryKind.CODE, entry.slug)
        entry.delete()
        index_meanings(neighbours)
        index_strings(strings)
        return
    if isinstance(entry, Article):
        entry_deleted(entry)
        remove_entry(EntryKind.ARTICLE, entry.slug)
    if isinstance(entry, Cause):
        codes = list(entry.codes.all())
        entry.delete()
        index_meanings(codes)
        return
    entry.delete()
    if isinstance(entry, Acquirer):
        acquirer_saved()


def rebuild_search() -> int:
    """Write every entry's search rows anew, a few hundred at a time, while the site serves; returns how many entries were
    read. Rows of other apps stay as they are.
    """
    repair_index()
    _remove_orphans()
    read = 0
    for articles in _batches(Article.objects.all()):
        index_articles(articles)
        read += len(articles)
    for codes in _batches(ErrorCode.objects.all()):
        index_meanings(codes)
        index_strings(CodeString.objects.filter(code__in=codes).values_list("normal", flat=True))
        read += len(codes)
    count_words_anew()
    forget_vocabulary()
    return read


_AT_ONCE = 400  # entries that a rebuild reads and writes together


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """All `rows` in their order of creation. By the last key, not by number: rows may come and go meanwhile."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield batch
        last = batch[-1].pk


def _remove_orphans() -> None:
    """Search rows whose entry went away past the actions."""
    for kind, model in ((EntryKind.ARTICLE, Article), (EntryKind.CODE, ErrorCode)):
        known = model._default_manager.filter(status=Status.PUBLISHED).values("slug")
        remove_entries(SearchEntry.objects.filter(kind=kind).exclude(slug__in=known))
    published = CodeString.objects.filter(code__status=Status.PUBLISHED).values("normal")
    index_strings(SearchCode.objects.exclude(normal__in=published).values_list("normal", flat=True))


def _set_status(entry: Publishable, status: Status, *, by: User) -> None:
    if not may_publish(entry, by):
        raise PermissionDenied(f"publish_{entry._meta.model_name}")
    # The row as it is now, not as the caller read it: somebody may have saved since.
    current = type(entry)._default_manager.select_for_update().get(pk=entry.pk)
    current.status = entry.status = status
    current.save()
    entry = current
    if isinstance(entry, Article):
        article_saved(entry)
    elif isinstance(entry, Cause):
        cause_saved(entry)
    elif isinstance(entry, ErrorCode):
        code_saved(entry)
