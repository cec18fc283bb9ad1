"""What a search asks of a database. Two stores answer it alike; tests compare them (docs/adr/0010)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from kb.search.ranking import Candidate
from kb.search.understand import Concept

#: Entries that a tier brings at the most; beyond them a count says "300+".
MOST_CANDIDATES = 300

Phrase = tuple[str, ...]


class Part(StrEnum):
    """Through what a search looks, each part holding the one before: title, head (title, meaning, cause), whole text."""

    TITLE = "title"
    HEAD = "head"
    TEXT = "text"


class FoundCode(NamedTuple):
    """A published code string. `title` is empty and `systems` has several names where it has several meanings."""

    normal: str
    text: str
    meanings: int
    title: str
    systems: str


class Store(Protocol):
    """Every method is one statement. Entries come as ids, in the order in which the database meets them."""

    def codes(self, normals: Sequence[str]) -> list[FoundCode]:
        """Code strings with exactly these normal forms."""

    def codes_beginning(self, prefix: str, limit: int) -> list[FoundCode]:
        """The first `limit` code strings that begin with `prefix`, by a range of the index."""

    def codes_sharing(self, normal: str, remainders: Sequence[str]) -> list[FoundCode]:
        """Code strings that share a remainder with `normal` or are one: misspelt by one edit, or a false alarm."""

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many titles each of `terms` stands, and how many titles there are."""

    def phrases(self, part: Part, phrases: Sequence[Phrase], limit: int) -> list[int]:
        """Entries with one of `phrases` in `part`, its terms side by side; one single character finds what begins with it."""

    def holding_all(self, strictest_first: Sequence[Sequence[Concept]], limit: int) -> list[int]:
        """Entries whose head has every concept of a list, each by one of its alternatives: those of the first list, then of the
        next, `limit` in all. An entry may come several times.
        """

    def called_any(self, concepts: Sequence[Concept], limit: int) -> list[int]:
        """Entries whose title has at least one of the concepts."""

    def candidates(self, entries: Sequence[int]) -> list[Candidate]:
        """What ranking looks at, of entries by their ids."""
