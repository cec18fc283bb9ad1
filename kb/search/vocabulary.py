"""The field's words: which mean the same, which name a code system, which name an acquirer. Edited as rows, read here."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kb.search.tokens import is_han, runs, terms

T = TypeVar("T")
#: A word as the units it is compared by: single Chinese characters and stems of other words.
Units = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Units `start` to `end` of a question that are a known word, and what else is said for it."""

    start: int
    end: int
    others: tuple[tuple[str, ...], ...]  # the terms of each
    tells_little: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Look-ups by units. Made once from rows and shared: nothing in it changes."""

    synonyms: Mapping[Units, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    systems: Mapping[Units, str] = field(default_factory=dict)
    acquirers: Mapping[Units, str] = field(default_factory=dict)
    makers: re.Pattern[str] | None = None  # matches a text that ends with the name of a maker or an acquirer
    sounds: Mapping[str, str] = field(default_factory=dict)  # how a word with synonyms sounds → the word
    weak: frozenset[Units] = frozenset()  # words of every other question
    longest: int = 0  # units of the longest word

    @classmethod
    def build(
        cls,
        *,
        groups: Iterable[Sequence[str]] = (),
        weak: Iterable[str] = (),
        systems: Mapping[str, str] | None = None,
        acquirers: Mapping[str, str] | None = None,
        makers: Iterable[str] = (),
        sound: Callable[[str], str] = lambda _: "",
    ) -> "Vocabulary":
        """From groups of synonyms, and names that lead to the slug of a code system or of an acquirer.

        A word in several groups has the words of all of them.
        """
        groups = [tuple(group) for group in groups]
        synonyms: dict[Units, dict[str, None]] = {}
        for group in groups:
            for word in group:
                others = synonyms.setdefault(units(word), {})
                others.update(dict.fromkeys(other for other in group if other != word))
        synonyms.pop((), None)
        system_names = {units(name): slug for name, slug in (systems or {}).items() if units(name)}
        acquirer_names = {units(name): slug for name, slug in (acquirers or {}).items() if units(name)}
        names = sorted({*(systems or {}), *makers}, key=len, reverse=True)
        ends = re.compile(rf"(?:{'|'.join(map(re.escape, names))})\s?$", re.IGNORECASE) if names else None
        every = [*synonyms, *system_names, *acquirer_names]
        return cls(
            {word: tuple(dict.fromkeys(terms(other) for other in others)) for word, others in synonyms.items()},
            system_names,
            acquirer_names,
            ends,
            # The first word of a group is the usual one: 冲正 before 充正.
            {heard: word for group in reversed(groups) for word in reversed(group) if (heard := sound(word))},
            frozenset(map(units, weak)),
            max(map(len, every), default=0),
        )

    def words_in(self, found: Units) -> tuple[Span, ...]:
        """Words with synonyms in `found`, from the left, each time the longest; they do not overlap."""
        return tuple(
            Span(start, end, others, found[start:end] in self.weak)
            for start, end, others in self._look_up(self.synonyms, found)
        )

    def is_name(self, found: Units) -> bool:
        """Whether units are the whole name of a system, a terminal or an acquirer."""
        return found in self.systems or found in self.acquirers

    def systems_in(self, found: Units) -> dict[str, str]:
        """Slugs of the code systems that `found` names, each with the name."""
        return {slug: "".join(found[start:end]) for start, end, slug in self._look_up(self.systems, found)}

    def system_places(self, found: Units) -> tuple[tuple[int, int, str], ...]:
        """Where `found` names a code system: start and end of the name, and its slug."""
        return tuple(self._look_up(self.systems, found))

    def acquirers_in(self, found: Units) -> tuple[tuple[int, int, str], ...]:
        """Where `found` names an acquirer: start and end of the name, and its slug."""
        return tuple(self._look_up(self.acquirers, found))

    def _look_up(self, words: Mapping[Units, T], found: Units) -> Iterator[tuple[int, int, T]]:
        place = 0
        while place < len(found):
            for length in range(min(self.longest, len(found) - place), 0, -1):
                meaning = words.get(found[place : place + length])
                if meaning:
                    yield place, place + length, meaning
                    place += length
                    break
            else:
                place += 1


def units(text: str) -> Units:
    """The units of a text. Particles and English words that tell nothing are left out."""
    return tuple(unit for run in runs(text) for unit in (run if is_han(run) else [run]))
