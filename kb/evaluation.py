"""How well the search answers a list of questions whose answers are known."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.models import SearchEntry
from kb.models.search import EntryKind
from kb.queries.search import Found, found_entries

UNKNOWN = "unknown"  # expected of a question that names a code which nobody defines


@dataclass(frozen=True, slots=True)
class Expectation:
    """A question and the entries that answer it, as `code:slug`, `article:slug`, `guide:slug`, or `unknown` alone."""

    question: str
    expect: tuple[str, ...]

    @property
    def is_unknown(self) -> bool:
        return UNKNOWN in self.expect


class MalformedList(Exception):
    """The list cannot be used; the message names the place and what is wanted there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got. `rank` is the place of the first right hit, from 1; None where there is none.

    For an `unknown` question `is_honest` says whether the search named the code as unknown and offered no code in its place.
    """

    expectation: Expectation
    found: tuple[str, ...]
    rank: int | None
    is_honest: bool

    @property
    def is_miss(self) -> bool:
        if self.expectation.is_unknown:
            return not self.is_honest
        return self.rank is None or self.rank > 3


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares are of 0–1; `mrr` is the mean of 1/rank with 0 for a question without a right hit. `unknown` questions count
    only in `honest`.
    """

    answers: tuple[Answer, ...]

    @property
    def known(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.expectation.is_unknown]

    @property
    def unknown(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.expectation.is_unknown]

    def hit_at(self, place: int) -> float:
        return _share([answer.rank is not None and answer.rank <= place for answer in self.known])

    @property
    def mrr(self) -> float:
        ranks = [1 / answer.rank if answer.rank else 0.0 for answer in self.known]
        return sum(ranks) / len(ranks) if ranks else 0.0

    @property
    def honest(self) -> float:
        return _share([answer.is_honest for answer in self.unknown])


def read_expectations(path: Path) -> list[Expectation]:
    """A JSON list of `{"q": …, "expect": […]}`; other keys are not looked at.

    Raises:
        MalformedList: the file cannot be read or an item lacks something.
    """
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MalformedList(f"{path}: {error}") from error
    if not isinstance(items, list):
        raise MalformedList(f"{path}: expected a list of questions")
    found = []
    for number, item in enumerate(items, start=1):
        question = item.get("q") if isinstance(item, dict) else None
        expect = item.get("expect") if isinstance(item, dict) else None
        if (
            not isinstance(question, str)
            or not isinstance(expect, list)
            or not all(isinstance(one, str) for one in expect)
        ):
            raise MalformedList(f'{path}: question {number}: expected {{"q": text, "expect": [kind:slug, …]}}')
        if not expect:
            raise MalformedList(
                f'{path}: question {number}: `expect` is empty; write ["unknown"] where nothing answers it'
            )
        found.append(Expectation(question, tuple(expect)))
    return found


def evaluate(expectations: Sequence[Expectation]) -> Evaluation:
    """Ask every question; the answers are those of the API, codes and their aliases included."""
    return Evaluation(tuple(_answer(one, found_entries(one.question)) for one in expectations))


def names(entry: SearchEntry) -> tuple[str, ...]:
    """An entry by all its names; the hub of a string is a code, and its meanings are its other names."""
    kind = EntryKind.CODE if entry.kind == EntryKind.HUB else entry.kind
    return tuple(f"{kind}:{slug}" for slug in (entry.slug, *entry.aliases))


def _answer(expectation: Expectation, found: Found) -> Answer:
    hits = [names(entry) for entry in found.entries]
    rank = next((place for place, one in enumerate(hits, start=1) if set(one) & set(expectation.expect)), None)
    offers_code = any(one[0].startswith(f"{EntryKind.CODE}:") for one in hits)
    is_honest = bool(found.unknown_codes) and not offers_code
    return Answer(expectation, tuple(one[0] for one in hits[:10]), rank, is_honest)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
