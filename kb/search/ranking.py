"""Order what was found: rare terms count more than common ones, a title more than a text."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TITLE, HEAD, TEXT = 8, 4, 1  # weight of the best place in which an entry holds a term

# A term in no entry still belongs to the question, but half of a sentence's bigrams are chance neighbours: it counts for
# this share of the rarest.
_UNFOUND = 0.35


@dataclass(frozen=True, slots=True)
class Posting:
    entry: int
    term: str
    weight: int


def rank(postings: Iterable[Posting], terms: Sequence[str], *, least: float = 0.3) -> list[int]:
    """Entry ids, best first: the sum of weight × inverse document frequency over the terms they hold.

    Frequencies are counted among the entries found, which needs no count of the whole index. An entry that holds less
    than `least` (0–1) of the question's worth (its terms' inverse frequencies added up) is left out: one common bigram
    in common is no answer. Ties sort by id.
    """
    held: dict[int, dict[str, int]] = defaultdict(dict)
    frequency: dict[str, int] = defaultdict(int)
    for posting in postings:
        held[posting.entry][posting.term] = posting.weight
        frequency[posting.term] += 1
    worth = {term: math.log(1 + (len(held) + 1) / (frequency[term] + 0.5)) for term in terms}
    total = sum(value if frequency[term] else value * _UNFOUND for term, value in worth.items())
    scores: list[tuple[float, int]] = []
    for entry, weights in held.items():
        if sum(worth[term] for term in weights) < least * total:
            continue
        scores.append((-sum(worth[term] * weight for term, weight in weights.items()), entry))
    return [entry for _, entry in sorted(scores)]
