"""Part `search` of `make bench`: a made-up catalogue of 1,000, 10,000 and 100,000 codes on both databases.

Prints, for each kind of search, the median and the 95th percentile in milliseconds, the ratio of the medians to one bare read by
primary key in the same run, and how the 95th percentile grew from 10,000 to 100,000 codes. What misses its goal is marked; only
what cannot be the machine's load fails the bench: quality, and growth.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tools.test_databases import NoServer, find_postgres

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000)
SEED = 1
KINDS = ("code", "suggestion", "misspelling", "keyword", "question")
# The same through the site's own reads, with all that a page shows besides: no goals, so that nobody takes one for the other.
PAGES = ("code page", "suggestion list", "misspelling page", "keyword page", "question page")
# 95th percentiles in milliseconds, by database, size and kind.
GOALS: Mapping[tuple[str, int], Mapping[str, float]] = {
    ("SQLite", 10_000): {"code": 0.5, "suggestion": 0.5, "misspelling": 0.5, "keyword": 0.5, "question": 3},
    ("PostgreSQL", 10_000): {"code": 1, "suggestion": 1, "misspelling": 1, "keyword": 2, "question": 4},
    ("SQLite", 100_000): {"code": 0.5, "suggestion": 0.5, "misspelling": 0.5, "keyword": 1, "question": 25},
    ("PostgreSQL", 100_000): {"code": 1, "suggestion": 1, "misspelling": 1, "keyword": 4, "question": 30},
}
QUALITY = {"keyword": 1.0, "question": 0.97, "misspelling": 0.99}  # shares of 0–1
GROWTH = 1.5  # of codes, from 10,000 to 100,000
_GROWTH_OF_NOTHING = 0.2  # milliseconds: a growth below that is the clock's


@dataclass(frozen=True, slots=True)
class Measured:
    """`times` are sorted milliseconds of each kind; `quality` shares of 0–1."""

    database: str
    size: int
    times: Mapping[str, list[float]]
    quality: Mapping[str, float]

    def percentile(self, kind: str, share: float) -> float:
        values = self.times[kind]
        return values[min(len(values) - 1, int(len(values) * share))]


def run(repetitions: int, most: float) -> bool:
    found: list[Measured] = []
    for database, size, url in _databases():
        measured = _measure(database, size, url, repetitions)
        found.append(measured)
        for line in lines(measured):
            _say(line)
    closing, passed = verdict(found, most)
    for line in closing:
        _say(line)
    return passed


def lines(one: Measured) -> list[str]:
    """One line a kind: median, 95th percentile with its goal, ratio to the bare read, and the quality where there is one."""
    bare = one.percentile("bare", 0.5)
    said = [f"{one.database}, {one.size:,} codes: bare read by primary key: median {bare:.3f} ms"]
    goals = GOALS.get((one.database, one.size), {})
    for kind in KINDS:
        middle, high = one.percentile(kind, 0.5), one.percentile(kind, 0.95)
        goal = f" (goal {goals[kind]:g} {'ok' if high <= goals[kind] else 'MISSED'})" if kind in goals else ""
        quality = f", quality {one.quality[kind]:.3f}" if kind in one.quality else ""
        said.append(
            f"  {kind:<12} median {middle:.3f} ms, p95 {high:.3f} ms{goal}, {middle / bare:.1f} × bare{quality}"
        )
    shown = one.quality.get("misspelling as shown", 1.0)
    said.append(f"  of misspelt codes, the one that was meant is among those shown in {shown:.3f}")
    pages = [
        f"{kind} {one.percentile(kind, 0.5):.2f}/{one.percentile(kind, 0.95):.2f}"
        for kind in PAGES
        if kind in one.times
    ]
    if pages:
        said.append(f"  as the site asks, median/p95 in ms: {', '.join(pages)}")
    return said


def verdict(found: list[Measured], most: float) -> tuple[list[str], bool]:
    """Growth of every kind on each database, and whether quality and the growth of codes are good enough (at most `most`)."""
    said, passed = [], True
    by = {(one.database, one.size): one for one in found}
    for database in dict.fromkeys(one.database for one in found):
        small, large = by.get((database, SIZES[1])), by.get((database, SIZES[2]))
        if small is None or large is None:
            continue
        for kind in KINDS:
            before, after = small.percentile(kind, 0.95), large.percentile(kind, 0.95)
            is_code = kind in {"code", "suggestion", "misspelling"}
            is_good = not is_code or after <= before * max(most, GROWTH) or after - before <= _GROWTH_OF_NOTHING
            passed = passed and is_good
            mark = "" if not is_code else " ok" if is_good else " FAILED"
            said.append(
                f"{database}: {kind} grew {after / before:.2f} times from {SIZES[1]:,} to {SIZES[2]:,} codes{mark}"
            )
    for one in found:
        for kind, least in QUALITY.items():
            if one.quality[kind] < least:
                passed = False
                said.append(
                    f"{one.database}, {one.size:,}: quality of {kind} {one.quality[kind]:.3f}, at least {least} FAILED"
                )
    return said, passed


def _databases() -> Iterator[tuple[str, int, str]]:
    """An empty database of each kind for each size; each is gone when the next is asked for."""
    server = find_postgres()
    for size in SIZES:
        with TemporaryDirectory(prefix="posfix-bench-") as folder:
            yield "SQLite", size, f"sqlite:///{folder}/bench.sqlite3"
        if isinstance(server, NoServer):
            _say(f"PostgreSQL, {size:,} codes: left out, {server.reason}")
            continue
        with _postgres_database(server.url, f"bench_posfix_{os.getpid()}") as url:
            yield "PostgreSQL", size, url


@contextmanager
def _postgres_database(server: str, name: str) -> Iterator[str]:
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        connection.close()


def _measure(database: str, size: int, url: str, repetitions: int) -> Measured:
    """Raises:
    subprocess.CalledProcessError: it did not come to an end; what it said stands above.
    """
    command = [sys.executable, "-m", "tools.bench_search_measure", str(size), str(SEED), str(repetitions)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Measured(database, size, answer["times"], answer["quality"])


def _say(line: str) -> None:
    sys.stdout.write(f"search: {line}\n")
    sys.stdout.flush()
