"""What a search finds. Four queries at the most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from kb.models import CodeString, SearchEntry, SearchTerm
from kb.models.publication import Status
from kb.models.search import EntryKind
from kb.money import MoneySafety, most_cautious
from kb.search.ranking import Posting, rank
from kb.search.understand import CodeMention, Question, understand

RESULTS_PER_PAGE = 20
ENTRIES_BESIDE_CODE = 6  # where a code was found, it is the answer; the rest is by the way
SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class CodeHit:
    """A string that exists: its hub or its one meaning.

    `typed` differs from `normal` when only a look-alike was found (O for 0, I for 1).
    """

    typed: str
    normal: str
    title: str
    url: str
    meanings: int
    systems: tuple[str, ...]
    safety: MoneySafety

    @property
    def path(self) -> str:
        """The address as search entries hold it, without the language prefix."""
        return f"/codes/{self.normal}/"

    @property
    def is_lookalike(self) -> bool:
        return self.typed != self.normal


@dataclass(frozen=True, slots=True)
class SearchPage:
    question: Question
    codes: tuple[CodeHit, ...]
    unknown_codes: tuple[str, ...]
    entries: tuple[SearchEntry, ...]
    guides: tuple[SearchEntry, ...]

    @property
    def found_nothing(self) -> bool:
        return not self.codes and not self.entries


def search_page(raw: str) -> SearchPage:
    """Results for what was typed: named codes first, then entries by their words.

    Guides for any code are offered when a code is unknown or nothing was found; a guide for a certain code is not: E324's
    would be a confident wrong answer to E999.
    """
    question = understand(raw)
    if question.is_empty:
        return SearchPage(question, (), (), (), _guides())
    codes = _code_hits(question.codes)
    known = {hit.typed for hit in codes}
    unknown = tuple(mention.text for mention in question.codes if mention.certain and mention.normal not in known)
    # A question that is a known code and nothing else is answered by it: words would only bring chance hits.
    entries = (
        ()
        if question.is_code_only and codes
        else _entries(question.terms, ENTRIES_BESIDE_CODE if codes else RESULTS_PER_PAGE)
    )
    entries = tuple(entry for entry in entries if entry.code == "" or entry.path not in {hit.path for hit in codes})
    guides = _guides() if unknown or not (codes or entries) else ()
    return SearchPage(question, codes, unknown, entries, guides)


def suggestions(raw: str) -> tuple[tuple[CodeHit, ...], tuple[SearchEntry, ...]]:
    """The first few hits for a text still being typed: codes by prefix, then entries. Three queries."""
    question = understand(raw)
    if question.is_empty:
        return (), ()
    codes = _code_hits(question.codes) or _codes_beginning(question)
    room = SUGGESTIONS - len(codes)
    entries = () if question.is_code_only or room <= 0 else _entries(question.terms, room)
    return codes[:SUGGESTIONS], entries


def common_entries() -> tuple[tuple[SearchEntry, ...], tuple[SearchEntry, ...]]:
    """Most-met codes and guides for the first page. One query."""
    rows = SearchEntry.objects.filter(common=True).order_by("position", "slug")
    codes = [row for row in rows if row.kind in {EntryKind.CODE, EntryKind.HUB}]
    return tuple(codes), tuple(row for row in rows if row.kind == EntryKind.GUIDE)


def _code_hits(mentions: Sequence[CodeMention]) -> tuple[CodeHit, ...]:
    wanted = {spelling for mention in mentions for spelling in (mention.normal, *mention.lookalikes)}
    if not wanted:
        return ()
    by_normal = _strings_by_normal(CodeString.objects.filter(normal__in=wanted))
    hits = []
    for mention in mentions:
        normal = next((one for one in (mention.normal, *mention.lookalikes) if one in by_normal), None)
        if normal is not None:
            hits.append(_code_hit(mention.normal, normal, by_normal[normal]))
    return tuple(hits)


def _codes_beginning(question: Question) -> tuple[CodeHit, ...]:
    """Codes that begin with what was typed. Not a range up to "\\uffff": where that sorts is up to the collation."""
    prefix = "".join(char for char in question.text.upper() if char.isalnum())
    if not prefix or not prefix.isascii() or len(prefix) > 8:
        return ()
    rows = CodeString.objects.filter(normal__startswith=prefix)
    by_normal = _strings_by_normal(rows.order_by("normal")[: SUGGESTIONS * 4])
    return tuple(_code_hit(normal, normal, strings) for normal, strings in by_normal.items())


def _strings_by_normal(rows: Iterable[CodeString]) -> dict[str, list[CodeString]]:
    found: dict[str, list[CodeString]] = {}
    for row in rows.select_related("code__system"):  # type: ignore[attr-defined]
        if row.code.status == Status.PUBLISHED:
            found.setdefault(row.normal, []).append(row)
    return found


def _code_hit(typed: str, normal: str, strings: Sequence[CodeString]) -> CodeHit:
    first = strings[0]
    return CodeHit(
        typed=typed,
        normal=normal,
        title=first.code.title if len(strings) == 1 else "",
        url=reverse("code", args=[normal]),
        meanings=len(strings),
        systems=tuple(dict.fromkeys(string.code.system.name for string in strings)),
        safety=most_cautious(string.code for string in strings),
    )


def _entries(terms: Sequence[str], limit: int) -> tuple[SearchEntry, ...]:
    postings = [
        Posting(entry, term, weight)
        for entry, term, weight in SearchTerm.objects.filter(term__in=terms).values_list("entry_id", "term", "weight")
    ]
    best = rank(postings, terms)[:limit]
    found = SearchEntry.objects.in_bulk(best) if best else {}
    return tuple(found[entry] for entry in best if entry in found)


def _guides() -> tuple[SearchEntry, ...]:
    """Guides that no code leads to: they begin with what is seen, whatever the code."""
    return tuple(SearchEntry.objects.filter(kind=EntryKind.GUIDE, code="").order_by("position", "slug")[:10])
