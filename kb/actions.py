"""Every write to the knowledge base. Actions own the transaction, the permission and the search's rows."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from kb.models import Article, Cause, CauseCategory, CodeSystem, ErrorCode, SearchEntry
from kb.models.publication import Publishable, Status
from kb.models.search import EntryKind
from kb.search_index import index_article, index_cause, index_code, index_meanings, remove_entry
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


def article_saved(article: Article) -> None:
    """Bring the search in step after an article and its rows were saved."""
    index_article(article)


def cause_saved(cause: Cause) -> None:
    """Bring the search in step after a cause was saved."""
    index_cause(cause)


def code_saved(code: ErrorCode, *, strings_before: Iterable[str] = ()) -> None:
    """Bring the search in step after a code and its rows were saved; `strings_before` are normal forms it had until now."""
    index_code(code, strings_before=strings_before)


@transaction.atomic
def category_saved(category: CauseCategory) -> None:
    """Bring the search in step after a category was saved: its name stands in the rows of its causes."""
    for cause in category.causes.select_related("category"):
        index_cause(cause)


@transaction.atomic
def system_saved(system: CodeSystem) -> None:
    """Bring the search in step after a code system was saved: its name stands in the rows of its codes."""
    index_meanings(system.codes.select_related("system").prefetch_related("strings"))


def store_picture(picture: Picture, *, year: int) -> str:
    """Keep an uploaded picture; returns the address it is served from."""
    name = default_storage.save(f"{PICTURES}/{year}/{picture.new_name()}", ContentFile(picture.content))
    return default_storage.url(name)


@transaction.atomic
def delete_entry(entry: Publishable) -> None:
    """Delete an entry together with its search rows, and tidy the addresses of its neighbours."""
    if isinstance(entry, ErrorCode):
        strings = list(entry.strings.values_list("normal", flat=True))
        neighbours = list(ErrorCode.objects.filter(strings__normal__in=strings).exclude(pk=entry.pk).distinct())
        remove_entry(EntryKind.CODE, entry.slug)
        entry.delete()
        for neighbour in neighbours:
            index_code(neighbour, strings_before=strings)
        return
    if isinstance(entry, Article):
        remove_entry(EntryKind.ARTICLE, entry.slug)
    elif isinstance(entry, Cause):
        remove_entry(EntryKind.CAUSE, entry.slug)
    entry.delete()


def rebuild_search() -> int:
    """Write every entry's search rows anew; returns how many entries were read. Rows of other apps stay as they are."""
    _remove_orphans()
    read = 0
    for article in Article.objects.all():
        index_article(article)
        read += 1
    for cause in Cause.objects.select_related("category"):
        index_cause(cause)
        read += 1
    for code in ErrorCode.objects.select_related("system"):
        index_code(code)
        read += 1
    return read


def _remove_orphans() -> None:
    """Search rows whose entry went away past the actions."""
    for kind, model in ((EntryKind.ARTICLE, Article), (EntryKind.CAUSE, Cause), (EntryKind.CODE, ErrorCode)):
        known = model._default_manager.filter(status=Status.PUBLISHED).values("slug")
        SearchEntry.objects.filter(kind=kind).exclude(slug__in=known).delete()
    SearchEntry.objects.filter(kind=EntryKind.HUB).delete()  # written anew with their codes


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
