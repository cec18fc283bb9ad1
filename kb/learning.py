"""From counted searches to the inbox of what is missing. Runs beside the requests: in a thread, or as a command."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kb.missing_entries import answers_lost, mark_answered
from kb.models import MissingEntry, SearchCount, SearchEntry
from kb.models.learning import MissingReason, MissingState
from kb.queries.missing_entries import WINDOW, Unanswered, answer_today, asked, is_found_today, unanswered

KEPT = 400  # days: a count is compared with last year's, and goes then
MOST_A_DAY = 5000  # different questions; of those beyond nothing is stored, so that nobody fills the database
MOST_OPEN = 500  # questions that come into the inbox, the most searched ones; each stays for as long as it is missing
_LOOKED_UP = 100  # questions that are searched for again each time
_AT_ONCE = 500  # rows named in one statement

# Adds up, so that processes never overwrite each other. Both databases speak it.
_ADD = """
INSERT INTO kb_searchcount (day, normal, question, searches, found_nothing, opened) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (day, normal) DO UPDATE SET
    searches = kb_searchcount.searches + excluded.searches,
    found_nothing = kb_searchcount.found_nothing + excluded.found_nothing,
    opened = kb_searchcount.opened + excluded.opened
"""

_Row = TypeVar("_Row")

CountKey = tuple[date, str]


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """What one process counted of a question on one day. The fields stand as in `_ADD`."""

    day: date
    normal: str
    question: str
    searches: int = 0
    found_nothing: int = 0
    opened: int = 0

    @property
    def key(self) -> CountKey:
        return self.day, self.normal

    def plus(self, other: "Count") -> "Count":
        return replace(
            self,
            searches=self.searches + other.searches,
            found_nothing=self.found_nothing + other.found_nothing,
            opened=self.opened + other.opened,
        )


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection did: counts thrown away, questions open now, and those that the search answers by now."""

    purged: int
    open: int
    answered: int


def store_counts(counts: Iterable[Count]) -> None:
    """Add counts to those stored; beyond `MOST_A_DAY` questions of a day only to those that are stored already.

    Processes that write at once may pass that by what each of them holds.
    """
    # In one order everywhere: two processes then wait for each other, never in a circle.
    rows = [astuple(count) for count in sorted(_with_room(list(counts)))]
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)


def _with_room(counts: Sequence[Count]) -> Iterator[Count]:
    """Those that may be stored: of questions that are new on a full day the most searched ones, as far as there is room."""
    for day, new in Counter(count.day for count in counts).items():
        of_day = [count for count in counts if count.day == day]
        room = MOST_A_DAY - SearchCount.objects.filter(day=day).count()
        if new <= room:
            yield from of_day
            continue
        known = _stored(day, [count.normal for count in of_day])
        yield from (count for count in of_day if count.normal in known)
        strange = (count for count in of_day if count.normal not in known)
        yield from sorted(strange, key=lambda count: (-count.searches, count.normal))[: max(0, room)]


def _stored(day: date, normals: Sequence[str]) -> set[str]:
    stored = SearchCount.objects.filter(day=day)
    parts = (stored.filter(normal__in=part).values_list("normal", flat=True) for part in _in_parts(normals))
    return {normal for part in parts for normal in part}


def collect_missing(today: date | None = None) -> Collected:
    """Bring the inbox up to date with the counts of the last 30 days; throw away old counts.

    A question comes in when nothing is found for it any more, or when it was searched five times and nobody opened anything.
    It leaves by itself when that is no longer so and nobody has begun an answer. What was set aside comes back when it is
    searched twice as often as then; what was answered, when it is searched in vain again.
    """
    today = today or timezone.localdate()
    purged = _purge(today)
    _bring_back(today)
    _reopen_lost(today)
    # All reading comes before the transaction: SQLite keeps every other writer waiting for as long as that lasts.
    settled = MissingEntry.objects.exclude(state=MissingState.OPEN)
    waiting = MissingEntry.objects.open()
    most_searched = unanswered(today, ~Q(normal__in=settled.values("normal")), limit=MOST_OPEN)
    # What more searched ones push out is missing still.
    missing = {*most_searched, *unanswered(today, Q(normal__in=waiting.values("normal")))}
    normals = {one.normal for one in missing}
    gone = [one for one in waiting if one.normal not in normals]
    _count_again([one for one in gone if one.is_touched], today)
    with transaction.atomic():
        _put(missing)
        _tidy(gone, today)
    answered = _close_found()
    return Collected(purged, MissingEntry.objects.open().count(), answered)


def _purge(today: date) -> int:
    """Throw away counts older than `KEPT` days, and what was settled as long ago; returns the number of counts.

    Whatever is searched once and not found, mistypings most of all, goes when the inbox no longer looks at it.
    """
    old = today - timedelta(days=KEPT)
    once_in_vain = Q(day__lte=today - timedelta(days=WINDOW), searches=1, found_nothing=1, opened=0)
    purged, _ = SearchCount.objects.filter(Q(day__lt=old) | once_in_vain).delete()
    MissingEntry.objects.exclude(state=MissingState.OPEN).filter(last_seen__lt=old).delete()
    return purged


def _bring_back(today: date) -> None:
    """Open again what was set aside and is searched twice as often by now, and what lost its answer past the actions."""
    aside = MissingEntry.objects.filter(state=MissingState.SET_ASIDE)
    then = dict(aside.values_list("normal", "settled_searches"))
    now = unanswered(today, Q(normal__in=aside.values("normal")))
    doubled = [one.normal for one in now if one.searches >= 2 * then.get(one.normal, 0)]
    for part in _in_parts(doubled):
        aside.filter(normal__in=part).update(state=MissingState.OPEN, settled_on=None)
    stands = SearchEntry.objects.filter(kind=OuterRef("answer_kind"), slug=OuterRef("answer_slug"))
    answered = MissingEntry.objects.filter(state=MissingState.ANSWERED, synonyms=None).exclude(answer_slug="")
    answered.filter(~Exists(stands)).update(state=MissingState.OPEN, settled_on=None)


def _reopen_lost(today: date) -> None:
    """Open again what was searched in vain on a day after it was answered, and finds nothing today either."""
    answered = MissingEntry.objects.filter(state=MissingState.ANSWERED, reason=MissingReason.FOUND_NOTHING)
    rows = asked(today, Q(found_nothing__gt=0, normal__in=answered.values("normal")))
    in_vain: dict[str, date] = {row["normal"]: row["last_day"] for row in rows}
    again = [one for one in answered.order_by("?") if _is_later(in_vain.get(one.normal), one.settled_on)]
    answers_lost([one for one in again[:_LOOKED_UP] if not is_found_today(one.question)])


def _is_later(day: date | None, than: date | None) -> bool:
    return day is not None and (than is None or day > than)


def _put(missing: Iterable[Unanswered]) -> None:
    MissingEntry.objects.bulk_create(
        [
            MissingEntry(
                normal=one.normal,
                question=one.question,
                reason=one.reason,
                searches=one.searches,
                opened=one.opened,
                first_seen=one.first_day,
                last_seen=one.last_day,
            )
            for one in sorted(missing)  # in one order everywhere, as in `store_counts`
        ],
        update_conflicts=True,
        unique_fields=["normal"],
        update_fields=["reason", "searches", "opened", "last_seen"],
    )


def _count_again(missing: Sequence[MissingEntry], today: date) -> None:
    """Bring the counts of these up to date, in memory."""
    for part in _in_parts(missing):
        counts = {row["normal"]: row for row in asked(today, Q(normal__in=[one.normal for one in part]))}
        for one in part:
            row = counts.get(one.normal)
            one.searches, one.opened = (row["total"], row["openings"]) if row else (0, 0)
            one.last_seen = row["last_day"] if row else one.last_seen


def _tidy(gone: Sequence[MissingEntry], today: date) -> None:
    """Open questions that are no longer missing: they go, unless somebody has taken them up. Then their counts follow."""
    MissingEntry.objects.bulk_update(
        [one for one in gone if one.is_touched], ["searches", "opened", "last_seen"], batch_size=_AT_ONCE
    )
    for part in _in_parts(gone):
        # As they are now: somebody may have taken one up since they were read.
        now = MissingEntry.objects.open().filter(pk__in=[one.pk for one in part])
        now.untouched().delete()
        now.filter(answer_slug="").exclude(synonyms=None).update(state=MissingState.ANSWERED, settled_on=today)


def _close_found() -> int:
    """Close what the search answers by now: content may come past the actions, and a guide comes from elsewhere."""
    nothing = MissingEntry.objects.open().untouched().filter(reason=MissingReason.FOUND_NOTHING)
    # Drawn by lot, so that each has its turn, whether this runs every hour in one process or once a day in another.
    drawn = nothing.order_by("?")[:_LOOKED_UP]
    answered = [(one, answer) for one in drawn if (answer := answer_today(one.question))]
    for missing, answer in answered:
        mark_answered(missing, kind=answer.kind, slug=answer.slug)
    return len(answered)


def _in_parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """Databases take so many parameters in a statement, and no more."""
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
