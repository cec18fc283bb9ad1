"""How often what was searched: kept in memory, and written to the database by a thread of its own (docs/adr/0011).

A request only ever adds to a dictionary. What a process has not written when it is killed is lost, and that is fine.
"""

import atexit
import logging
import os
import threading

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from kb.learning import Count, CountKey, collect_missing, store_counts
from kb.search.counted import counted

MOST_QUESTIONS = 2000  # different ones between two flushes; beyond that new ones are dropped
_COLLECT_EVERY = 3600  # seconds
_COLLECTED = "search-counts:collected"

logger = logging.getLogger("posfix.search_counts")


class SearchCounts:
    """The counts that this process has not written yet. Every method may be called from any thread."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew. A forked process has to: what its parent counted is the parent's to write, and so is its thread."""
        self._lock = threading.Lock()
        self._waiting: dict[CountKey, Count] = {}
        self._thread: _Flushing | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, count: Count) -> None:
        """Count; a question that is new where `MOST_QUESTIONS` wait already is dropped."""
        with self._lock:
            known = self._waiting.get(count.key)
            if known is not None:
                self._waiting[count.key] = known.plus(count)
            elif len(self._waiting) < MOST_QUESTIONS:
                self._waiting[count.key] = count

    def take(self) -> list[Count]:
        """Everything counted so far; it is then the caller's to write."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        return list(waiting.values())

    def flush(self) -> int:
        """Write what waits; returns the number of questions. Where that fails, all of it waits again."""
        taken = self.take()
        try:
            store_counts(taken)
        except BaseException:
            for count in taken:
                self.add(count)
            raise
        return len(taken)

    def keep_flushing(self) -> None:
        """See to it that a thread writes what waits. Not before the first count: gunicorn forks once all is loaded."""
        seconds = settings.SEARCH_COUNTS_SECONDS
        if seconds <= 0 or (self._thread is not None and self._thread.is_alive()):
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                if self._thread is None:
                    atexit.register(self.stop)
                self._thread = _Flushing(self, seconds)
                self._thread.start()

    def stop(self) -> None:
        """End the thread and write what is left."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.over.set()
            thread.join(timeout=5)
            thread.flush()


class _Flushing(threading.Thread):
    def __init__(self, counts: SearchCounts, seconds: float) -> None:
        super().__init__(name="search-counts", daemon=True)
        self.counts, self.seconds = counts, seconds
        self.over = threading.Event()
        self.is_failing = False

    def run(self) -> None:
        while not self.over.wait(self.seconds):
            self.flush(collect=True)

    def flush(self, *, collect: bool = False) -> None:
        """Write what waits and, once an hour, bring the inbox up to date. Whatever goes wrong is logged once and tried again."""
        try:
            self.counts.flush()
            # With a shared cache one process does it for all; without one each does, to the same result.
            if collect and cache.add(_COLLECTED, 1, timeout=_COLLECT_EVERY):
                self.collect()
        except Exception:
            if not self.is_failing:
                logger.exception("search counts could not be written; they wait for the next time")
            self.is_failing = True
        else:
            self.is_failing = False
        finally:
            connections.close_all()

    def collect(self) -> None:
        is_done = False
        try:
            collect_missing()
            is_done = True
        finally:
            if not is_done:
                cache.delete(_COLLECTED)  # or nobody would try again within the hour


_counts = SearchCounts()
os.register_at_fork(after_in_child=_counts.forget)


def count_search(raw: str, *, found: bool, is_answered: bool = False) -> None:
    """Count that somebody searched for `raw`. Touches no database and waits for nothing.

    `is_answered`: the results themselves held the answer, which is as good as one that was opened.
    """
    _count(raw, searches=1, found_nothing=0 if found else 1, opened=1 if is_answered else 0)


def count_opening(raw: str) -> None:
    """Count that somebody opened one of the results for `raw`."""
    _count(raw, opened=1)


def flush() -> int:
    """Write what this process has counted; returns the number of questions."""
    return _counts.flush()


def forget() -> None:
    """Drop what this process has counted and not written."""
    _counts.take()


def _count(raw: str, *, searches: int = 0, found_nothing: int = 0, opened: int = 0) -> None:
    question = counted(raw)
    if question is not None:
        day = timezone.localdate()
        _counts.add(Count(day, question.normal, question.text, searches, found_nothing, opened))
        _counts.keep_flushing()
