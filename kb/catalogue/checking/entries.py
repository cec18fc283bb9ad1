"""Entries as the checker reads them: their texts with places, whether they come from files, rows or guides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kb.catalogue.checking.problems import Place
from kb.catalogue.reading import Catalogue, Record
from kb.editorial import split_dont_blocks


@dataclass(frozen=True, slots=True)
class Prose:
    """A text that somebody reads.

    `is_told` says that it is what somebody else says: an account, a reader's answer. `is_shown` says that it is what a
    screen shows or people type: no advice, whatever it says. `names_pages` says that it names pages elsewhere, as a
    source does. `beside` always stands beside it and may reject it.
    """

    place: Place
    text: str
    is_told: bool = False
    is_shown: bool = False
    names_pages: bool = False
    beside: str = ""

    def place_of(self, start: int) -> Place:
        """The place of the character number `start`."""
        line = self.place.line and self.place.line + self.text.count("\n", 0, start)
        return replace(self.place, line=line)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is checked together: one text may speak against what another quotes.

    `warnings` are its texts on what one must not do. `may_name_hotlines`: it may give unverified numbers of acquirers.
    """

    texts: tuple[Prose, ...]
    warnings: str = ""
    money_is_safe: bool = False
    may_name_hotlines: bool = False


@dataclass(frozen=True, slots=True)
class GuideContent:
    """What the checker needs of a guide. Whoever knows guides makes it: `kb` does not."""

    slug: str
    place: Place
    codes: tuple[str, ...]
    articles: tuple[tuple[Place, str], ...]
    texts: tuple[Prose, ...]


_CODE_TEXTS = ("title", "meaning", "money_note", "retry_note", "keep_selling", "tell", "confidence_note")


def entries_of(catalogue: Catalogue, guides: Iterable[GuideContent]) -> Iterator[Entry]:
    yield from map(_source, catalogue.sources)
    yield from (Entry(tuple(_prose("system", one, "name", "description"))) for one in catalogue.systems)
    for category, _ in catalogue.categories:
        yield Entry(tuple(_prose("category", category, "name", "description")))
    yield from (Entry(tuple(_prose("cause", one, "name", "summary"))) for one in catalogue.causes)
    yield from map(_code, catalogue.codes)
    yield from map(_disagreement, catalogue.disagreements)
    yield from map(_article, catalogue.articles)
    yield from map(_acquirer, catalogue.acquirers)
    yield from (Entry(guide.texts) for guide in guides)


def place_of(kind: str, record: Record, key: str = "", label: str = "", *, owner: Record | None = None) -> Place:
    """The place of one of a record's values, in the words of whoever wrote it; `owner` is the record it is nested in."""
    named = owner or record
    name = named.values.get("slug") or named.values.get("key") or named.values.get("topic") or ""
    return Place(entry=f"{kind} {name}", file=record.file, line=record.line(key), field=label or key)


def phrases_of(kind: str, record: Record) -> list[tuple[Place, str]]:
    return [(place_of(kind, record, "asked_as"), phrase) for phrase in record["asked_as"]]


def _code(record: Record) -> Entry:
    accounts = (
        Prose(
            place_of("code", one, "statement", f"account {one['key']}", owner=record),
            str(one["statement"]),
            is_told=True,
        )
        for one in record["accounts"]
    )
    shown = Prose(place_of("code", record, "screen_text"), str(record["screen_text"]), is_shown=True)
    texts = (*_prose("code", record, *_CODE_TEXTS), *accounts, shown, *_asked("code", record))
    return Entry(texts, money_is_safe=record["money_moved"] == "no")


def _article(record: Record) -> Entry:
    text = split_dont_blocks(record["body"])
    texts = (
        *_prose("article", record, "title", "summary"),
        Prose(place_of("article", record, "body", "text"), text.outside),
        # What must not be done is told there, but numbers and links are as wrong as elsewhere.
        Prose(place_of("article", record, "body", "text"), text.inside, is_shown=True),
        *_notes("article", record),
        *_asked("article", record),
    )
    return Entry(texts, warnings=text.inside)


def _acquirer(record: Record) -> Entry:
    names = (Prose(place_of("acquirer", record, "names"), name, is_shown=True) for name in record["names"])
    texts = (
        *_prose("acquirer", record, "brand", "legal_name", "standing", "note"),
        *names,
        *_notes("acquirer", record),
    )
    return Entry(texts, may_name_hotlines=True)


def _source(record: Record) -> Entry:
    """Titles of pages are quoted as they are: only numbers matter there."""
    shown = (
        replace(one, is_shown=True, names_pages=True) for one in _prose("source", record, "title", "publisher", "note")
    )
    return Entry(tuple(shown), may_name_hotlines=True)


def _disagreement(record: Record) -> Entry:
    advice = str(record["advice"])
    sides = (
        Prose(place_of("disagreement", one, "says", owner=record), str(one["says"]), is_told=True, beside=advice)
        for one in record["positions"]
    )
    return Entry((*_prose("disagreement", record, "topic", "advice"), *sides), warnings=advice)


def _prose(kind: str, record: Record, *keys: str) -> Iterator[Prose]:
    for key in keys:
        if record[key]:
            yield Prose(place_of(kind, record, key), str(record[key]))  # YAML may read a number there


def _notes(kind: str, record: Record) -> Iterator[Prose]:
    for one in record["sources"]:
        if one["note"]:
            yield Prose(
                place_of(kind, one, "note", f"source {one['source']}", owner=record),
                str(one["note"]),
                is_told=True,
                names_pages=True,
            )


def _asked(kind: str, record: Record) -> Iterator[Prose]:
    for place, phrase in phrases_of(kind, record):
        yield Prose(place, phrase, is_shown=True)
