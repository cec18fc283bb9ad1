"""Why an entry answers, and which of its words do: shown beside each result."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kb.search.normalise import plain
from kb.search.tokens import stem, terms
from kb.search.understand import Question

_WORD = re.compile(r"[a-z0-9]+")


class Reason(StrEnum):
    """The best place in which a question's words stand."""

    TITLE = "title"
    SCREEN = "screen-text"
    SYNONYM = "synonym"
    MEANING = "meaning"
    ASKED = "asked-as"
    RELATED = "related"  # belongs to the code that was named


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text; `is_match`: it is what was looked for."""

    text: str
    is_match: bool


def marked(text: str, looked_for: frozenset[str]) -> tuple[Mark, ...]:
    """`text` cut into stretches that match and stretches that do not; put together again they are `text`."""
    # Sign by sign, so that places stay what they are: a sign that unfolds into several is compared as itself.
    compared = "".join(folded if len(folded := plain(sign)) == 1 else sign for sign in text)
    hit = [False] * len(text)
    for place in range(len(compared) - 1):
        if compared[place : place + 2] in looked_for:
            hit[place] = hit[place + 1] = True
    for word in _WORD.finditer(compared):
        if stem(word[0]) in looked_for:
            hit[word.start() : word.end()] = [True] * len(word[0])
    marks: list[Mark] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hit[place] != hit[start]:
            marks.append(Mark(text[start:place], hit[start]))
            start = place
    return tuple(marks)


def reason(question: Question, *, title: str, screen_text: str, summary: str) -> Reason:
    """Where most of the question's words stand; title before screen text before meaning where they hold as much."""
    if not question.concepts:
        return Reason.RELATED
    typed = {term for concept in question.concepts for term in concept.terms}
    others = {term for one in question.concepts for other in one.alternatives[1:] for term in other.terms} - typed
    places = ((Reason.SCREEN, screen_text), (Reason.TITLE, title), (Reason.MEANING, summary))
    held = [(len(typed & set(terms(text))), place) for place, text in places]
    best = max(held, key=lambda one: one[0])
    if best[0]:
        return best[1]
    if any(others & set(terms(text)) for _, text in places):
        return Reason.SYNONYM
    return Reason.ASKED
