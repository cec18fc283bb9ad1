"""What people asked and nothing answers, and what the search finds for it today."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Max, Min, Q, QuerySet, Sum

from kb.models import Acquirer, MissingEntry, SearchCount, SearchEntry
from kb.models.learning import MissingReason
from kb.models.search import EntryKind
from kb.queries.search import found_entries, search_page

WINDOW = 30  # days
LEAST_UNOPENED = 5  # searches: of fewer, that nobody opened anything says little


@dataclass(frozen=True, slots=True, order=True)
class Unanswered:
    normal: str
    question: str
    searches: int
    opened: int
    first_day: date
    last_day: date
    reason: MissingReason


def asked(today: date, only: Q) -> QuerySet[SearchCount, Any]:
    """Questions of the last `WINDOW` days, their counts added up, the most searched first. `only` narrows the counts."""
    return (
        SearchCount.objects.filter(only, day__gt=today - timedelta(days=WINDOW))
        .values("normal")
        .annotate(
            text=Max("question"),
            total=Sum("searches"),
            openings=Sum("opened"),
            first_day=Min("day"),
            last_day=Max("day"),
            last_in_vain=Max("day", filter=Q(found_nothing__gt=0)),
            last_found=Max("day", filter=Q(searches__gt=F("found_nothing"))),
        )
        .order_by("-total", "normal")
    )


def unanswered(today: date, only: Q, *, limit: int | None = None) -> list[Unanswered]:
    """Those that find nothing any more, or after whose searches nobody opened anything. One query.

    Nothing any more: in vain on a later day than the last on which something was found. An answer may be lost again.
    """
    nothing = Q(last_in_vain__isnull=False) & (Q(last_found=None) | Q(last_in_vain__gt=F("last_found")))
    rows = asked(today, only).filter(nothing | Q(openings=0, total__gte=LEAST_UNOPENED))
    return [
        Unanswered(
            normal=row["normal"],
            question=row["text"],
            searches=row["total"],
            opened=row["openings"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            reason=_reason(row["last_in_vain"], row["last_found"]),
        )
        for row in rows[:limit]
    ]


def _reason(last_in_vain: date | None, last_found: date | None) -> MissingReason:
    is_in_vain = last_in_vain is not None and (last_found is None or last_in_vain > last_found)
    return MissingReason.FOUND_NOTHING if is_in_vain else MissingReason.NOBODY_OPENED


class AnswerToday(NamedTuple):
    """The first entry that a search shows. An acquirer is none: where only that is found, both are empty."""

    kind: str = ""
    slug: str = ""


def answer_today(question: str) -> AnswerToday | None:
    """What answers a question on the results page; None where that says, as a search is counted, that nothing was found."""
    page = search_page(question)
    if page.found_nothing or page.unknown_codes:
        return None
    codes = [AnswerToday(EntryKind.CODE, slug) for hit in page.codes for slug in hit.slugs]
    entries = [AnswerToday(hit.entry.kind, hit.entry.slug) for hit in page.hits]
    return next(iter((*codes, *entries)), AnswerToday())


def is_found_today(question: str) -> bool:
    return answer_today(question) is not None


def found_today(question: str) -> tuple[SearchEntry, ...]:
    """The entries that a search for it finds; none where it names a code that nobody defines, whatever else comes up."""
    found = found_entries(question)
    return () if found.unknown_codes else found.entries


def acquirers_today(question: str) -> tuple[Acquirer, ...]:
    """The acquirers that a search for it names; they are no entries."""
    return search_page(question).acquirers


def open_count() -> int:
    return MissingEntry.objects.open().count()
