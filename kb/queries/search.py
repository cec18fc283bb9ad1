"""What a search shows: codes with their money line, then one ranked list, facets, what was perhaps meant."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse

from kb.models import Acquirer, CodeArticle, CodeString, ErrorCode, SearchEntry
from kb.models.publication import Status
from kb.models.search import EntryKind
from kb.money import GENERAL_RULE, MoneySafety, money_safety, most_cautious
from kb.next_steps import NextStep, next_steps
from kb.queries.finding import Findings, find
from kb.search.mentions import CodeMention
from kb.search.normalise import normal_code
from kb.search.reasons import Mark, Reason, marked, reason
from kb.search.spelling import SHORTEST, closeness, is_one_edit, remainders
from kb.search.tokens import is_han, terms
from kb.search.understand import Alternative, Concept, Question, understand
from kb.search_store.current import store
from kb.search_store.interface import MOST_CANDIDATES, FoundCode, Part
from kb.search_vocabulary import vocabulary
from kb.sounds import sound

RESULTS_PER_PAGE = 20
ENTRIES_BESIDE_CODE = 6  # where a code was found, it is the answer; the rest is by the way
SUGGESTIONS = 8
MOST_NEAR_CODES = 8
_LONGEST_MISTYPED = 5  # characters of a word that sounds like another
# Terms. Beside a code that nobody defines, 打印机缺纸 is an answer and 失败 is none: it would be a confident answer to another
# question.
_SHORTEST_PHRASE_BESIDE_UNKNOWN = 3
_TELLING = 0.7  # share of a concept that is no word of every other question


@dataclass(frozen=True, slots=True)
class CodeHit:
    """A string that exists: its hub or its one meaning.

    `typed` differs from `normal` when only another spelling was found (O for 0, I for 1). `slugs` are its meanings', those of a
    named system first; `others` counts the meanings elsewhere; `unknown_in` is the named system that does not know the code.
    """

    typed: str
    normal: str
    title: str
    url: str
    meanings: int
    systems: tuple[str, ...]
    safety: MoneySafety
    slugs: tuple[str, ...] = ()
    others: int = 0
    unknown_in: str = ""
    next_steps: tuple[NextStep, ...] = ()

    @property
    def is_lookalike(self) -> bool:
        return self.typed != self.normal


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry in the ranked list, its matched words marked, and why it is there."""

    entry: SearchEntry
    title: tuple[Mark, ...]
    summary: tuple[Mark, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Facet:
    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    question: Question
    codes: tuple[CodeHit, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    near_codes: tuple[FoundCode, ...] = ()  # misspelt by one edit
    perhaps: str = ""  # the question with a mistyped word put right
    hits: tuple[Hit, ...] = ()
    guides: tuple[SearchEntry, ...] = ()
    acquirers: tuple[Acquirer, ...] = ()
    facets: tuple[Facet, ...] = ()
    system: str = ""
    listing: "Page[SearchEntry] | None" = None

    @property
    def found_nothing(self) -> bool:
        return not (self.codes or self.hits or self.acquirers)

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_CANDIDATES

    @property
    def count(self) -> int:
        return self.listing.paginator.count if self.listing else 0

    @property
    def base(self) -> str:
        """The rest of the query of this page's other pages."""
        chosen = {"system": self.system} if self.system else {}
        return f"{urlencode({'q': self.question.text, **chosen})}&"


@dataclass(frozen=True, slots=True)
class _Codes:
    """What the codes of a question lead to."""

    hits: tuple[CodeHit, ...]
    unknown: tuple[CodeMention, ...]
    meanings: tuple[str, ...] = field(default=())  # slugs, in the order to show them


def search_page(raw: str, *, system: str = "", page: str = "1") -> SearchPage:
    """Results for what was typed: named codes first, then entries by their words; with `system`, its codes only.

    Guides for any code are offered when a code is unknown or nothing was found; a guide for a certain code is not: E324's
    would be a confident wrong answer to E999.
    """
    question = understand(raw, vocabulary())
    if question.is_empty:
        return SearchPage(question, guides=_guides())
    codes = _codes(question)
    ranked, known = _ranked(question, codes)
    entries = SearchEntry.objects.in_bulk(ranked)
    found = [entries[pk] for pk in ranked if pk in entries]
    facets = _facets(found)
    if system in {facet.slug for facet in facets}:
        found = [entry for entry in found if entry.system_slug == system]
    else:
        system = ""
    listing = Paginator(found, RESULTS_PER_PAGE).get_page(page)
    unknown = tuple(dict.fromkeys(mention.text for mention in codes.unknown))
    return SearchPage(
        question,
        codes=_with_next_steps(codes.hits) if listing.number == 1 and not system else (),
        unknown_codes=unknown,
        near_codes=tuple(dict.fromkeys(near for one in codes.unknown for near in near_codes(one.normal)))[
            :MOST_NEAR_CODES
        ],
        perhaps=_perhaps_meant(question, known) if not codes.unknown else "",
        hits=tuple(_hit(entry, question) for entry in listing),
        guides=_guides() if unknown or not (codes.hits or found) else (),
        acquirers=_acquirers(question.acquirers),
        facets=facets if len(facets) > 1 or system else (),
        system=system,
        listing=listing,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a search finds, in one list: for programs, which show neither marks nor notes."""

    question: Question
    entries: tuple[SearchEntry, ...]
    unknown_codes: tuple[str, ...]
    near_codes: tuple[str, ...]


def found_entries(raw: str) -> Found:
    """All hits in one ranked list: a named code first (its hub, then its meanings), then entries by their words.

    A code that nobody defines brings articles and guides at the most: any other code would pass for it.
    """
    question = understand(raw, vocabulary())
    codes = _codes(question)
    ranked, _ = _ranked(question, codes)
    hubs = [hit.normal.lower() for hit in codes.hits if hit.meanings > 1]
    first = {(row.kind, row.slug): row for row in _rows(hubs, codes.meanings)}
    ordered: dict[int, SearchEntry] = {}
    for hit in codes.hits:
        keys = [(EntryKind.HUB, hit.normal.lower())] if hit.meanings > 1 else []
        for key in [*keys, *((EntryKind.CODE, slug) for slug in hit.slugs)]:
            if row := first.get(key):
                ordered[row.pk] = row
    entries = SearchEntry.objects.in_bulk(ranked)
    for pk in ranked:
        if pk in entries:
            ordered.setdefault(pk, entries[pk])
    near = tuple(near.normal for mention in codes.unknown for near in near_codes(mention.normal))
    return Found(question, tuple(ordered.values()), tuple(mention.text for mention in codes.unknown), near)


def suggestions(raw: str) -> tuple[tuple[FoundCode, ...], tuple[SearchEntry, ...]]:
    """The first few hits for a text still being typed: codes by prefix, then entries. At most eight statements."""
    question = understand(raw, vocabulary())
    if question.is_empty:
        return (), ()
    exact = {found.normal: found for found in store().codes([mention.normal for mention in question.codes])}
    codes = list(dict.fromkeys((*exact.values(), *_codes_beginning(question))))[:SUGGESTIONS]
    room = SUGGESTIONS - len(codes)
    if question.is_code_only or room <= 0:
        return tuple(codes), ()
    ranked = find(question).entries[:room]
    entries = SearchEntry.objects.in_bulk(ranked)
    # A code that nobody defines is not answered by another one, not even in passing.
    is_unknown = any(mention.certain and mention.normal not in exact for mention in question.codes)
    shown = (entries[pk] for pk in ranked if pk in entries)
    return tuple(codes), tuple(entry for entry in shown if not (is_unknown and entry.kind == EntryKind.CODE))


def _with_next_steps(hits: Sequence[CodeHit]) -> tuple[CodeHit, ...]:
    """Hits with the guides that fit: of the first only, which is what the question is about. One query."""
    if not hits:
        return ()
    first = hits[0]
    keys = [first.normal, *(normal_code(slug) for slug in first.slugs)]
    return (replace(first, next_steps=next_steps(keys)), *hits[1:])


def near_codes(normal: str, *, most: int = MOST_NEAR_CODES) -> tuple[FoundCode, ...]:
    """At most `most` codes one edit away from one that does not exist, the likeliest first. One statement; none for a short one."""
    if len(normal) < SHORTEST or not normal.isascii():
        return ()
    found = store().codes_sharing(normal, remainders(normal))
    near = [one for one in dict.fromkeys(found) if is_one_edit(normal, one.normal)]
    return tuple(sorted(near, key=lambda one: closeness(normal, one.normal))[:most])


def _perhaps_meant(question: Question, known: Collection[str]) -> str:
    """The question with a mistyped word put right: one that no title holds and that sounds like a word of the vocabulary.

    "" where there is none. Suggested, never forced: what was typed is what was looked for.
    """
    words = vocabulary()
    for phrase in question.phrases:
        if not all(map(is_han, phrase)):
            continue
        run = phrase[0] + "".join(term[-1] for term in phrase[1:])
        # A mistyped word stands between words, not across them: 退回卡里 holds no mistyped 挥卡.
        edges = {0, len(run)} | {edge for span in words.words_in(tuple(run)) for edge in (span.start, span.end)}
        for start, end in sorted(itertools.combinations(sorted(edges), 2), key=lambda one: one[0] - one[1]):
            typed = run[start:end]
            meant = words.sounds.get(sound(typed), "") if 1 < len(typed) <= _LONGEST_MISTYPED else ""
            is_strange = any(typed[place : place + 2] not in known for place in range(len(typed) - 1))
            if meant and meant != typed and is_strange and typed in question.text:
                return question.text.replace(typed, meant)
    return ""


def common_entries() -> tuple[tuple[SearchEntry, ...], tuple[SearchEntry, ...]]:
    """Most-met codes and guides for the first page. One query."""
    rows = SearchEntry.objects.filter(common=True).order_by("position", "slug")
    codes = [row for row in rows if row.kind in {EntryKind.CODE, EntryKind.HUB}]
    return tuple(codes), tuple(row for row in rows if row.kind == EntryKind.GUIDE)


def _codes(question: Question) -> _Codes:
    wanted = {spelling for mention in question.codes for spelling in (mention.normal, *mention.lookalikes)}
    if not wanted:
        return _Codes((), ())
    by_normal = _strings_by_normal(CodeString.objects.filter(normal__in=wanted))
    hits: dict[str, CodeHit] = {}
    unknown = []
    for mention in question.codes:
        normal = next((one for one in (mention.normal, *mention.lookalikes) if one in by_normal), None)
        systems = {string.code.system.slug for string in by_normal.get(normal or "", ())}
        if normal is not None and not (mention.behind_name and not systems & set(question.systems)):
            hits.setdefault(normal, _code_hit(mention, normal, by_normal[normal], question))
        elif normal is None and (mention.certain or not question.concepts) and not mention.behind_name:
            unknown.append(mention)
    return _Codes(tuple(hits.values()), tuple(unknown), tuple(slug for hit in hits.values() for slug in hit.slugs))


def _ranked(question: Question, codes: _Codes) -> tuple[list[int], Collection[str]]:
    """Ids of entries by the question's words, and which of those words are known.

    Beside a code that nobody defines stand articles and guides at the most: another code would pass for it.
    """
    if not codes.unknown:
        if not codes.hits:
            found = find(question)
            return list(found.entries), found.known
        # The code is the answer: words of every other question beside it (显示, 错误) look for nothing.
        tells = any(concept.share >= _TELLING for concept in question.concepts)
        found = find(question) if tells else Findings()
        return list(
            dict.fromkeys((*_meanings_of(codes.hits), *found.entries, *_articles_of(codes.meanings)))
        ), found.known
    # Texts that speak of the unknown code itself are worth reading, and those that are called by the very words beside it.
    literal = find(_as_words(codes.unknown[0].text)).entries
    phrases = [one for one in question.phrases if _tells_enough(one, question)]
    beside = store().phrases(Part.TITLE, phrases, ENTRIES_BESIDE_CODE) if phrases else []
    both = list(dict.fromkeys((*literal, *beside)))
    kept = set(SearchEntry.objects.filter(pk__in=both).exclude(kind=EntryKind.CODE).values_list("pk", flat=True))
    return [pk for pk in both if pk in kept], frozenset()


def _tells_enough(phrase: Sequence[str], question: Question) -> bool:
    """Whether a phrase is more than a word or two of every other question."""
    telling = {term for concept in question.concepts if concept.share >= _TELLING for term in concept.terms}
    return len(phrase) >= _SHORTEST_PHRASE_BESIDE_UNKNOWN and bool(telling & set(phrase))


def _meanings_of(hits: Sequence[CodeHit]) -> list[int]:
    """The meanings of strings that have several; a single one stands in its own card. One query, none for those."""
    slugs = [slug for hit in hits if hit.meanings > 1 for slug in hit.slugs]
    if not slugs:
        return []
    found = dict(SearchEntry.objects.filter(kind=EntryKind.CODE, slug__in=slugs).values_list("slug", "pk"))
    return [found[slug] for slug in slugs if slug in found]


def _articles_of(meanings: Sequence[str]) -> list[int]:
    """Articles that help with the meanings of a named code, in their order. Two queries."""
    linked = CodeArticle.objects.filter(code__slug__in=meanings).order_by("position", "article__slug")
    slugs = list(dict.fromkeys(linked.values_list("article__slug", flat=True)))[:ENTRIES_BESIDE_CODE]
    found = dict(SearchEntry.objects.filter(kind=EntryKind.ARTICLE, slug__in=slugs).values_list("slug", "pk"))
    return [found[slug] for slug in slugs if slug in found]


def _as_words(text: str) -> Question:
    """A code as words, to find texts that mention it."""
    found = terms(text)
    return Question(text, concepts=(Concept((Alternative(found),)),), phrases=(found,))


def _rows(hubs: Sequence[str], meanings: Sequence[str]) -> Iterable[SearchEntry]:
    if not meanings:
        return ()
    found = SearchEntry.objects.filter(kind=EntryKind.CODE, slug__in=meanings)
    if hubs:
        found = found | SearchEntry.objects.filter(kind=EntryKind.HUB, slug__in=hubs)
    return found


def _codes_beginning(question: Question) -> list[FoundCode]:
    prefix = normal_code(question.text)
    if (
        not prefix
        or not prefix.isascii()
        or len(prefix) > 8
        or len(prefix) != len(re.sub(r"[ \-_./]", "", question.text))
    ):
        return []
    return store().codes_beginning(prefix, SUGGESTIONS)


def _strings_by_normal(rows: Iterable[CodeString]) -> dict[str, list[CodeString]]:
    found: dict[str, list[CodeString]] = {}
    for row in rows.select_related("code__system").order_by("code__slug"):  # type: ignore[attr-defined]
        if row.code.status == Status.PUBLISHED:
            found.setdefault(row.normal, []).append(row)
    return found


def _code_hit(mention: CodeMention, normal: str, strings: Sequence[CodeString], question: Question) -> CodeHit:
    """The string's hub, or its one meaning: its only one, or the only one in a system that the question names.

    Where the named system does not know the code, nobody can say what it means there: only the general rule is safe.
    """
    codes: list[ErrorCode] = [string.code for string in strings]
    named = [code for code in codes if code.system.slug in question.systems]
    chosen = named if len(named) == 1 else codes
    single = chosen[0] if len(chosen) == 1 else None
    is_narrowed = single is not None and len(codes) > 1
    url = (
        reverse("code-meaning", args=[normal, single.slug])
        if single and is_narrowed
        else reverse("code", args=[normal])
    )
    is_unknown_there = bool(question.systems) and not named
    known_there = money_safety(single) if single else most_cautious(codes)
    return CodeHit(
        typed=mention.normal,
        normal=normal,
        title=single.title if single else "",
        url=url,
        meanings=1 if single else len(codes),
        systems=tuple(dict.fromkeys(code.system.name for code in chosen)),
        safety=GENERAL_RULE if is_unknown_there else known_there,
        slugs=tuple(dict.fromkeys(code.slug for code in (*chosen, *codes))),
        others=len(codes) - len(chosen),
        unknown_in=question.system_names[0] if is_unknown_there else "",
    )


def _hit(entry: SearchEntry, question: Question) -> Hit:
    looked_for = frozenset(term for one in question.concepts for other in one.alternatives for term in other.terms)
    return Hit(
        entry,
        title=marked(entry.title, looked_for),
        summary=marked(entry.screen_text or entry.summary, looked_for),
        reason=reason(question, title=entry.title, screen_text=entry.screen_text, summary=entry.summary),
    )


def _facets(entries: Sequence[SearchEntry]) -> tuple[Facet, ...]:
    counts = Counter((entry.system_slug, entry.system) for entry in entries if entry.system_slug)
    return tuple(
        Facet(slug, name, count) for (slug, name), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def _acquirers(slugs: Sequence[str]) -> tuple[Acquirer, ...]:
    return tuple(Acquirer.objects.published().filter(slug__in=slugs).order_by("slug")) if slugs else ()


def _guides() -> tuple[SearchEntry, ...]:
    """Guides that no code leads to: they begin with what is seen, whatever the code."""
    return tuple(SearchEntry.objects.filter(kind=EntryKind.GUIDE, code="").order_by("position", "slug")[:10])
