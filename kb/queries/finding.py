"""The search itself: candidates from the store, tier by tier, ranked by the pure part. Codes are looked up in `search.py`.

Each tier is capped and the next one asked only while a page is not full, so that the cost does not grow with the number of
matches (docs/adr/0010).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kb.search.ranking import Worth, rank, rank_called, rarest_first
from kb.search.understand import Concept, Question
from kb.search_store.current import store
from kb.search_store.interface import MOST_CANDIDATES, Part, Phrase

PAGE = 20  # entries: a tier that fills it is the last
RANKED = 40  # of entries that hold a phrase, or all of a sentence's rarest words: those looked at; the rest follow as they come
CLOSEST = 24  # of entries called by the very phrase, where these fill a page: a page and a few
_ENOUGH = 10  # entries that hold all of a sentence's rarest words
_CALLED_BY_IT = 3  # entries with the very phrase in title or head: then its single words are not looked for
_RAREST = (8, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Findings:
    """`known`: those of the question's terms that some title holds."""

    entries: tuple[int, ...] = ()
    known: frozenset[str] = frozenset()


def find(question: Question, *, least: float = 0.2) -> Findings:
    """Entries that answer a question by its words, best first, at most `MOST_CANDIDATES`. Two to eight statements.

    An entry has to hold `least` (0–1) of what the question is worth.
    """
    if not question.concepts:
        return Findings()
    called, mentioned = _by_phrase(question.keyword, question.literal) if question.keyword else ([], [])
    if len(called) >= PAGE:
        closest = rank_called(store().candidates(called[:CLOSEST]), question)
        known = frozenset(term for phrase in question.keyword for term in phrase)
        return Findings((*closest, *called[CLOSEST:]), known)
    every = [term for one in question.concepts for other in one.alternatives for term in other.terms]
    worth = Worth(*store().frequencies(list(dict.fromkeys(every))))
    looked_at = [*called, *mentioned[:RANKED]]
    if len(called) < _CALLED_BY_IT:
        looked_at += _by_rarest_words(rarest_first(question, worth), RANKED if called else MOST_CANDIDATES)
    only_mentioned = set(mentioned)
    candidates = [
        replace(one, in_text_only=True) if one.entry in only_mentioned else one
        for one in store().candidates(list(dict.fromkeys(looked_at)))
    ]
    ranked = [one.entry for one in rank(candidates, question, worth, least=least)]
    entries = tuple(dict.fromkeys((*ranked, *called, *mentioned)))[:MOST_CANDIDATES]
    return Findings(entries, frozenset(worth.known))


def _by_phrase(phrases: Sequence[Phrase], literal: Phrase) -> tuple[list[int], list[int]]:
    """Entries with one of `phrases` in title or head, those called by the `literal` question first; and those that only
    mention it in their text.
    """
    called: dict[int, None] = {}
    # What was typed before what means the same: where the very words fill a page, no synonym pushes in.
    typed = list(dict.fromkeys(phrase for phrase in (literal, phrases[0]) if phrase))
    tiers = [*((Part.TITLE, [phrase]) for phrase in typed), (Part.HEAD, phrases)]
    if len(phrases) > 1:
        tiers.insert(-1, (Part.TITLE, phrases))
    for part, wanted in tiers:
        called.update(dict.fromkeys(store().phrases(part, wanted, MOST_CANDIDATES)))
        if len(called) >= PAGE:
            return list(called), []
    mentioned = store().phrases(Part.TEXT, phrases, MOST_CANDIDATES)
    return list(called), [entry for entry in mentioned if entry not in called]


def _by_rarest_words(rarest: Sequence[tuple[int, Concept]], most: int) -> Iterable[int]:
    """Entries with the words that tell most: those called by any of them where these are rare enough to look at all, at most
    `most`, else those with all of the rarest.
    """
    few = _few(rarest, most)
    if len(few) == len(rarest):
        return store().called_any(few, most) if few else ()
    strictest_first = [[concept for _, concept in rarest[:number]] for number in _RAREST if number <= len(rarest)]
    found = dict.fromkeys(store().holding_all(strictest_first, RANKED)) if strictest_first else {}
    if len(found) >= _ENOUGH:
        return found
    if found:  # some hold all of the rarest: the others only fill the page
        few, most = _few(rarest, RANKED), RANKED
    found.update(dict.fromkeys(store().called_any(few or [rarest[0][1]], most)))
    return found


def _few(rarest: Sequence[tuple[int, Concept]], most: int) -> list[Concept]:
    """The rarest concepts, as long as their titles together are at most `most`: so that none is left out by chance."""
    taken: list[Concept] = []
    titles = 0
    for count, concept in rarest:
        titles += count
        if titles > most:
            break
        taken.append(concept)
    return taken
