"""Keeps the search's rows in step with the entries. Called by actions, inside the transaction that writes the entry.

The full-text index of the database follows by triggers on `SearchDocument` (migration 0005).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection, models, transaction

from kb.models import Article, Cause, CodeSpelling, CodeString, ErrorCode, SearchCode, SearchDocument, SearchEntry
from kb.models.articles import ArticleKind
from kb.models.publication import Status
from kb.models.search import EntryKind
from kb.search.spelling import remainders
from kb.search.tokens import SEPARATOR, document, spoken_words

_SHOWN = (
    "title",
    "summary",
    "screen_text",
    "code",
    "system",
    "system_slug",
    "aliases",
    "path",
    "common",
    "position",
    "prior",
)
_ABOUT = ("title", "head", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published entry on its way into the search. `path` carries no language prefix.

    `names` are further titles (screen texts, ways of asking); `head` says what it is about; `text` is the rest. Head and text
    are searched but not shown.
    """

    kind: EntryKind
    slug: str
    title: str
    path: str
    summary: str = ""
    screen_text: str = ""
    names: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    code: str = ""
    system: str = ""
    system_slug: str = ""
    aliases: tuple[str, ...] = ()
    common: bool = False
    position: int = 0
    prior: int = 0
    is_searched: bool = True  # a hub is reached through its string, never by words

    def row(self) -> SearchEntry:
        return SearchEntry(
            kind=self.kind,
            slug=self.slug,
            title=self.title[:120],
            summary=self.summary[:300],
            screen_text=self.screen_text[:200],
            code=self.code,
            system=self.system,
            system_slug=self.system_slug,
            aliases=list(self.aliases),
            path=self.path,
            common=self.common,
            position=self.position,
            prior=self.prior,
        )

    def document(self, entry: int) -> SearchDocument:
        title = document((self.title, *self.names))
        head = document((self.summary, *self.head))
        return SearchDocument(entry_id=entry, title=title, head=head, text=document(self.text))


@transaction.atomic
def put_entries(entries: Sequence[Entry]) -> None:
    """Write or replace entries, in a handful of statements however many they are."""
    if not entries:
        return
    _one_writer()
    rows = SearchEntry.objects.bulk_create(
        [entry.row() for entry in entries],
        update_conflicts=True,
        unique_fields=["kind", "slug"],
        update_fields=_SHOWN,
        batch_size=_BATCH,
    )
    documents = [entry.document(row.pk) for entry, row in zip(entries, rows, strict=True) if entry.is_searched]
    before = SearchDocument.objects.filter(pk__in=[one.pk for one in documents]).values_list("title", flat=True)
    changes = _title_terms(before, -1)
    changes.update(_title_terms((one.title for one in documents), 1))
    SearchDocument.objects.bulk_create(
        documents, update_conflicts=True, unique_fields=["entry"], update_fields=_ABOUT, batch_size=_BATCH
    )
    _count_words(changes)


def put_entry(entry: Entry) -> None:
    put_entries([entry])


def remove_entry(kind: EntryKind, slug: str) -> None:
    remove_entries(SearchEntry.objects.filter(kind=kind, slug=slug))


@transaction.atomic
def remove_entries(entries: models.QuerySet[SearchEntry]) -> None:
    _one_writer()
    gone = SearchDocument.objects.filter(entry__in=entries)
    _count_words(_title_terms(gone.values_list("title", flat=True), -1))
    entries.delete()


def index_article(article: Article) -> None:
    index_articles([article])


@transaction.atomic
def index_articles(articles: Iterable[Article]) -> None:
    _one_writer()
    entries = []
    for article in (
        Article.objects.filter(pk__in=[one.pk for one in articles]).prefetch_related("aliases").order_by("pk")
    ):
        if article.is_published:
            entries.append(article_entry(article, tuple(alias.slug for alias in article.aliases.all())))
        else:
            remove_entry(EntryKind.ARTICLE, article.slug)
    put_entries(entries)


def article_entry(article: Article, aliases: tuple[str, ...] = ()) -> Entry:
    return Entry(
        kind=EntryKind.ARTICLE,
        slug=article.slug,
        title=article.title,
        path=f"/articles/{article.slug}/",
        summary=article.summary,
        names=spoken_words(article.asked_as),
        head=(*aliases, article.get_kind_display()),
        text=(article.body,),
        aliases=aliases,
        prior=_MONEY_ARTICLE if article.kind == ArticleKind.MONEY_SAFETY else 0,
    )


@transaction.atomic
def index_code(code: ErrorCode, *, strings_before: Iterable[str] = ()) -> None:
    """Index a meaning, its neighbours under the same strings (whose addresses may change) and the strings themselves.

    `strings_before`: normal forms that the meaning had until now, so that a string taken away is tidied up too.
    """
    _one_writer()
    normals = set(strings_before) | set(code.strings.values_list("normal", flat=True))
    neighbours = ErrorCode.objects.filter(strings__normal__in=normals).exclude(pk=code.pk).distinct()
    index_meanings([code, *neighbours])
    index_strings(normals)


@transaction.atomic
def index_meanings(codes: Iterable[ErrorCode]) -> None:
    """Index meanings whose strings have not changed: neither neighbours nor hubs need a look."""
    _one_writer()
    # Read anew, behind the lock: the caller's objects may be older than what somebody else has saved by now.
    codes = (
        ErrorCode.objects.filter(pk__in=[code.pk for code in codes])
        .select_related("system")
        .prefetch_related("strings", models.Prefetch("causes", Cause.objects.published()), "accounts")
        .order_by("pk")
    )
    first = {code.pk: strings[0].normal for code in codes if (strings := list(code.strings.all()))}
    shared = _shared(first.values())
    entries = []
    for code in codes:
        if code.is_published:
            entries.append(code_entry(code, is_shared=first.get(code.pk) in shared))
        else:
            remove_entry(EntryKind.CODE, code.slug)
    put_entries(entries)


def code_entry(code: ErrorCode, *, is_shared: bool) -> Entry:
    """A published meaning; `is_shared`: its first string has other published meanings too."""
    strings = list(code.strings.all())
    if not strings:
        path = f"/codes/{code.slug}/"
    elif is_shared:
        path = f"/codes/{strings[0].normal}/{code.slug}/"
    else:
        path = f"/codes/{strings[0].normal}/"
    screens = tuple(part.strip() for part in code.screen_text.split(" / "))
    return Entry(
        kind=EntryKind.CODE,
        slug=code.slug,
        title=code.title,
        path=path,
        summary=code.meaning,
        screen_text=code.screen_text,
        names=(*screens, *spoken_words(code.asked_as), *(string.text for string in strings)),
        head=(code.system.name, code.system.names, *(cause.name for cause in code.causes.all())),
        text=(
            code.money_note, code.retry_note, code.keep_selling, code.tell, code.confidence_note,
            *(account.statement for account in code.accounts.all()),
        ),
        code=strings[0].text if strings else "",
        system=code.system.name,
        system_slug=code.system.slug,
        # A string's hub stands on the first page in place of its meanings.
        common=code.common and not is_shared,
        prior=(_GENERAL if code.system.is_general else _SPECIAL) + (_COMMON if code.often_met else 0),
    )  # fmt: skip


@transaction.atomic
def index_strings(normals: Iterable[str]) -> None:
    """The rows of code strings, and the hub of each that has several published meanings; its slug is the string in lower case."""
    _one_writer()
    wanted = sorted(set(normals))
    found: dict[str, list[CodeString]] = {normal: [] for normal in wanted}
    strings = CodeString.objects.filter(normal__in=wanted).select_related("code__system")
    for string in sorted(strings, key=lambda one: one.code.slug):
        if (
            string.code.is_published
        ):  # not in the query: SQLite would begin at all published codes instead of these strings
            found[string.normal].append(string)
    gone = [normal for normal, strings in found.items() if not strings]
    SearchCode.objects.filter(normal__in=gone).delete()
    put_codes([(normal, strings) for normal, strings in found.items() if strings])
    hubs = {normal: strings for normal, strings in found.items() if len(strings) > 1}
    single = [normal.lower() for normal in wanted if normal not in hubs]
    remove_entries(SearchEntry.objects.filter(kind=EntryKind.HUB, slug__in=single))
    put_entries([_hub(normal, strings) for normal, strings in hubs.items()])


def put_codes(found: Sequence[tuple[str, Sequence[CodeString]]]) -> None:
    """Write or replace rows of code strings with the published meanings of each."""
    rows = SearchCode.objects.bulk_create(
        [
            SearchCode(
                normal=normal,
                text=strings[0].text,
                meanings=len(strings),
                title=strings[0].code.title if len(strings) == 1 else "",
                systems=" · ".join(dict.fromkeys(string.code.system.name for string in strings))[:300],
            )
            for normal, strings in found
        ],
        update_conflicts=True,
        unique_fields=["normal"],
        update_fields=["text", "meanings", "title", "systems"],
        batch_size=_BATCH,
    )
    spellings = [CodeSpelling(code=row, remainder=one) for row in rows for one in remainders(row.normal) if one]
    CodeSpelling.objects.bulk_create(spellings, ignore_conflicts=True, batch_size=_BATCH)


def count_words_anew() -> None:
    """Count the terms of all titles again: increments may be off by a few after concurrent writes."""
    with transaction.atomic():
        _one_writer()
        titles = SearchDocument.objects.values_list("title", flat=True).iterator(chunk_size=2000)
        counted = _title_terms(titles, 1)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kb_searchword")
        _count_words(counted)


# Which of two answers that fit equally stands first, in hundredths of the question's worth. A code's page begins with the
# money and leads on to the article; what many meet is likelier meant than what few do, and what any terminal shows than what
# one program does.
_GENERAL, _SPECIAL, _COMMON, _MONEY_ARTICLE = 10, 2, 6, 12

_BATCH = 400  # rows a statement: SQLite's limit of variables is 32,766


def _one_writer() -> None:
    """Wait until no other transaction writes the index: readers never wait, and nobody holds what another waits for.

    What is read behind it is what is true when it is written. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])


_WRITERS = 0x706F73666978  # any number that nobody else locks


def _hub(normal: str, strings: Sequence[CodeString]) -> Entry:
    return Entry(
        kind=EntryKind.HUB,
        slug=normal.lower(),
        # Never one of the meanings: a hurried reader would take the first for the truth.
        title=f"{len(strings)} 种说法，先看钱",
        code=strings[0].text,
        path=f"/codes/{normal}/",
        aliases=tuple(string.code.slug for string in strings),
        common=any(string.code.common for string in strings),
        is_searched=False,
    )


def _shared(normals: Iterable[str]) -> set[str]:
    """Those of `normals` that have several published meanings. One query."""
    rows = CodeString.objects.filter(normal__in=set(normals)).values_list("normal", "code", "code__status").order_by()
    counted = Counter(normal for normal, _, status in set(rows) if status == Status.PUBLISHED)
    return {normal for normal, meanings in counted.items() if meanings > 1}


def _title_terms(titles: Iterable[str], by: int) -> Counter[str]:
    """How the counts change with `titles`; the empty term counts the titles themselves."""
    changes: Counter[str] = Counter()
    for title in titles:
        changes[""] += by
        for term in set(title.split()):
            changes[term] += by
    del changes[SEPARATOR]
    return changes


def _count_words(changes: Counter[str]) -> None:
    rows = [(term, by) for term, by in changes.items() if by]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            cursor.execute(
                f"INSERT INTO kb_searchword (term, titles) VALUES {', '.join(['(%s, %s)'] * len(batch))} "  # noqa: S608
                "ON CONFLICT (term) DO UPDATE SET titles = kb_searchword.titles + excluded.titles",
                list(chain.from_iterable(batch)),
            )
