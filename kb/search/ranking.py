"""Order what was found: rare terms count more than common ones, a title more than a text, a whole phrase most.

The stores bring a few hundred candidates at the most; everything here looks at those alone. Scores are built like BM25F
(Robertson, Zaragoza 2009) without its length terms: parts have weights, terms their inverse document frequency.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.search.tokens import SEPARATOR
from kb.search.understand import Concept, Question

TITLE, HEAD, TEXT = 1.0, 0.45, 0.15  # what a term counts by the best part that holds it
# A term in no title still belongs to the question, but half of a sentence's bigrams are chance neighbours: it counts for
# this share of the rarest.
_UNFOUND = 0.2
_WHOLE_PHRASE = 0.6  # added, as a share of the question's worth, where a phrase of the title is the question
_LITERAL = 0.5  # added where a title holds the whole question, with the words that tell nothing
_NAMED_SYSTEM = 0.25  # added where the question names the entry's system
_LOOKED_AT_CLOSELY = 20  # candidates whose phrases are compared with the question
_GAP = f" {SEPARATOR} "


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, with its terms as documents (see `kb.search.tokens.document`)."""

    entry: int
    name: str  # breaks ties, so that both databases order alike
    title: str
    head: str
    system: str = ""
    prior: float = 0.0  # added to the score
    in_text_only: bool = False  # found by a phrase in the running text


@dataclass(frozen=True, slots=True)
class Ranked:
    """`share` (0–1): how much of the question's worth the entry holds. `score` only compares."""

    entry: int
    score: float
    share: float


class Worth:
    """How much each term tells: its inverse frequency among the titles of `total` entries."""

    def __init__(self, frequency: Mapping[str, int], total: int) -> None:
        self.frequency = frequency
        total = max(total, 1)
        self.rarest = _inverse(1, total)
        self.strange = self.rarest * _UNFOUND
        self.known = {term: _inverse(titles, total) for term, titles in frequency.items()}

    def __getitem__(self, term: str) -> float:
        return self.known.get(term, self.strange)

    def of(self, concept: Concept) -> float:
        return concept.share * sum(self[term] for term in concept.terms)

    def as_part(self, term: str) -> float:
        """What a term is worth as a part of its word: one that no title holds is missing all the same."""
        return self.known.get(term, self.rarest)


def _inverse(titles: int, total: int) -> float:
    return math.log(1 + (total - titles + 0.5) / (titles + 0.5)) if titles < total else 0.1


class _Wanted:
    """A concept made ready for many candidates: its worth, and for each alternative its weight, terms and their worth."""

    __slots__ = ("alternatives", "value")

    def __init__(self, concept: Concept, worth: Worth) -> None:
        self.value = worth.of(concept)
        self.alternatives = [
            (one.weight, terms, sum(value for _, value in terms))
            for one in concept.alternatives
            if (terms := [(f" {term} ", worth.as_part(term)) for term in one.terms])
        ]

    def held_by(self, title: str, head: str) -> tuple[float, float]:
        """The best of the alternatives: which share of it is held anywhere, and what that counts by its place."""
        share = best = 0.0
        for weight, terms, whole in self.alternatives:
            found = weighted = 0.0
            for term, value in terms:
                if term in title:
                    found += value
                    weighted += value * TITLE
                elif term in head:
                    found += value
                    weighted += value * HEAD
            if found:
                # Half of a word is less than half of its sense.
                part = weight * (1.0 if found == whole else (found / whole) ** 1.5)
                counted = weighted / found * part
                if counted > best:
                    share, best = part, counted
        return share, best


def rank(
    candidates: Iterable[Candidate], question: Question, worth: Worth, *, least: float = 0.2, most: int = 300
) -> list[Ranked]:
    """Candidates that hold at least `least` (0–1) of the question's worth, best first; ties by name. At most `most`."""
    wanted = [_Wanted(concept, worth) for concept in question.concepts]
    total = sum(one.value for one in wanted) or 1.0
    literal = f" {' '.join(question.literal)} " if question.literal else ""
    first: list[tuple[float, str, float, Candidate]] = []
    for candidate in candidates:
        title, head = f" {candidate.title} ", f" {candidate.head} "
        held = weighted = 0.0
        for one in wanted:
            share, counted = one.held_by(title, head)
            held += one.value * share
            weighted += one.value * counted
        share, score = held / total, weighted / total
        if candidate.in_text_only:
            share, score = max(share, least), max(score, TEXT)
        if share >= least:
            score += candidate.prior
            if literal and literal in title:
                score += _LITERAL
            if candidate.system and candidate.system in question.systems:
                score += _NAMED_SYSTEM
            first.append((-score, candidate.name, share, candidate))
    first.sort(key=lambda one: one[:2])
    asked = _asked(question)
    ranked = []
    for place, (score, name, share, candidate) in enumerate(first):
        bonus = _phrase_bonus(candidate.title, asked, total, worth) if place < _LOOKED_AT_CLOSELY else 0.0
        ranked.append((round(score - bonus, 9), name, Ranked(candidate.entry, bonus - score, share)))
    return [one for _, _, one in sorted(ranked, key=lambda one: one[:2])[:most]]


def rank_called(candidates: Iterable[Candidate], question: Question) -> list[int]:
    """Entries whose titles all hold the question's very words: closest phrase first, then head start; ties by name.

    How rare the words are makes no difference between them, so every term counts alike.
    """
    asked, alike = _asked(question), Worth({}, 1)
    total = sum(alike.of(concept) for concept in question.concepts) or 1.0
    literal = f" {' '.join(question.literal)} " if question.literal else ""
    ranked = []
    for candidate in candidates:
        score = candidate.prior + _phrase_bonus(candidate.title, asked, total, alike)
        if literal and literal in f" {candidate.title} ":
            score += _LITERAL
        if candidate.system and candidate.system in question.systems:
            score += _NAMED_SYSTEM
        ranked.append((-round(score, 9), candidate.name, candidate.entry))
    return [entry for _, _, entry in sorted(ranked)]


def _asked(question: Question) -> dict[str, float]:
    """Every term that the question looks for, with the best weight it is looked for with."""
    asked: dict[str, float] = {}
    for concept in question.concepts:
        for alternative in concept.alternatives:
            weight = alternative.weight * concept.share
            for term in alternative.terms:
                if weight > asked.get(term, 0.0):
                    asked[term] = weight
    return asked


def _phrase_bonus(title: str, asked: Mapping[str, float], wanted: float, worth: Worth) -> float:
    """How well the closest phrase of a title (the title itself, a screen text, a way of asking) is the question.

    The harmonic mean of how much of the question the phrase holds and how much of the phrase the question does.
    """
    best = 0.0
    known, strange, looked_for = worth.known.get, worth.strange, asked.get
    for phrase in title.split(_GAP):
        terms = phrase.split(" ")
        if asked.keys().isdisjoint(terms):
            continue
        held = whole = 0.0
        for term in dict.fromkeys(terms):
            value = known(term, strange)
            whole += value
            held += value * looked_for(term, 0.0)
        precision, recall = held / whole, min(1.0, held / wanted)
        best = max(best, 2 * precision * recall / (precision + recall))
    return _WHOLE_PHRASE * best


def rarest_first(question: Question, worth: Worth) -> Sequence[tuple[int, Concept]]:
    """Concepts that some title holds, with the number of those titles, the rarest first."""
    found = []
    for concept in question.concepts:
        titles = sum(
            min(worth.frequency.get(term, 0) for term in one.terms) for one in concept.alternatives if one.terms
        )
        if titles:
            found.append((titles, concept))
    return sorted(found, key=lambda one: (one[0], one[1].terms))
