"""Searches are counted off the request's path: in memory first, by a thread of its own in the database."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import RedisError

from kb import learning, search_counts
from kb.learning import Count, store_counts
from kb.models import MissingEntry, SearchCount
from kb.search_counts import MOST_QUESTIONS, SearchCounts, count_opening, count_search, flush
from kb.site import counting
from tests.conftest import ROOT
from tests.factories import make_article, make_error_code, make_guide, make_system

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    search_counts.forget()
    yield
    search_counts.forget()


def stored() -> dict[str, tuple[int, int, int]]:
    """Searches, those that found nothing, and openings of every question, after a flush."""
    flush()
    rows = SearchCount.objects.values_list("normal", "searches", "found_nothing", "opened")
    return {normal: (searches, nothing, opened) for normal, searches, nothing, opened in rows}


def writes(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured if not query["sql"].lstrip(" (\n").upper().startswith("SELECT")]


# --- searches ---------------------------------------------------------------------------------------------------------
def test_a_search_is_counted_and_writes_nothing(client: Client) -> None:
    make_article(title="打印机不走纸")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/search/", {"q": "打印机不走纸"}).status_code == 200
        assert client.get("/search/", {"q": "打印机 不走纸！"}).status_code == 200
        assert client.get("/search/", {"q": "月球背面"}).status_code == 200
    assert writes(captured) == []
    assert not SearchCount.objects.exists()
    assert stored() == {"打印机不走纸": (2, 0, 0), "月球背面": (1, 1, 0)}


def test_a_code_that_nobody_defines_found_nothing_whatever_mentions_it(client: Client) -> None:
    make_article(title="屏幕出现 E998 时", body="## 怎么做\n\n1. E998 请记下来。\n")
    client.get("/search/", {"q": "E998"})
    assert stored() == {"e998": (1, 1, 0)}


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/search/?q=月球&page=2", {}),
        ("/search/?q=月球&system=web", {}),
        ("/search/?q=月球&uncounted=1", {}),
        ("/search/?q=月球", {"Sec-Purpose": "prefetch;prerender"}),
        ("/search/?q=月球", {"Purpose": "prefetch"}),
        ("/search/?q=", {}),
        ("/search/", {}),
        ("/search/suggest/?q=月球", {}),
    ],
)
def test_what_is_no_search_of_a_visitor_is_not_counted(client: Client, address: str, headers: dict[str, str]) -> None:
    assert client.get(address, headers=headers).status_code == 200
    assert stored() == {}


def test_a_look_at_the_headers_is_not_counted(client: Client) -> None:
    client.head("/search/?q=月球")
    assert stored() == {}


def test_a_code_that_exists_is_answered_by_its_money_line(client: Client) -> None:
    """Nothing has to be opened for it: it never stands in the inbox as what nobody opens."""
    make_error_code(strings=("E701",))
    make_error_code(strings=("EO10",))
    client.get("/search/", {"q": "E701 怎么办"})
    client.get("/search/", {"q": "E010"})  # found under another spelling: whether that is meant, nobody knows
    client.get("/search/", {"q": "E701 E998"})
    assert stored() == {"e701怎么办": (1, 0, 1), "e010": (1, 0, 0), "e701e998": (1, 1, 0)}


def test_a_code_of_another_system_than_the_named_one_is_no_answer(client: Client) -> None:
    make_error_code(strings=("E701",))
    make_system("other", names="某某机")
    client.get("/search/", {"q": "E701 某某机"})
    assert [opened for _, _, opened in stored().values()] == [0]


def test_one_address_counts_so_many_searches_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_COUNTED_AN_HOUR", 2)
    for question in ("", "甲", "乙", "丙"):
        assert client.get("/search/", {"q": question}).status_code == 200
    client.get("/search/", {"q": "丁"}, REMOTE_ADDR="192.0.2.7")
    assert set(stored()) == {"甲", "乙", "丁"}


def test_one_address_counts_so_many_openings_an_hour(
    client: Client, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_COUNTED_AN_HOUR", 2)
    client.get("/search/", {"q": "甲"})  # searches are counted apart
    for _ in range(3):
        assert client.get(pages["article"], headers=came_from("/search/?q=甲")).status_code == 200
    assert stored() == {"甲": (1, 1, 2)}


def test_a_search_needs_no_cache(client: Client, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> bool:
        raise RedisError

    monkeypatch.setattr(counting, "is_allowed", fail)
    assert client.get("/search/", {"q": "甲"}).status_code == 200
    assert client.get(pages["article"], headers=came_from("/search/?q=甲")).status_code == 200
    assert stored() == {}


@pytest.mark.parametrize("number", ["6222021234567890", "6222 0212 3456 7890", "６２２２０２１２３４５６７８９０"])
def test_a_card_number_reaches_no_counter(client: Client, number: str) -> None:
    client.get("/search/", {"q": f"{number} 扣款失败"})
    client.get("/articles/none/", headers={"Referer": f"http://testserver/search/?q={number}"})
    assert stored() == {}


def test_the_day_is_the_one_in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 5, 1, 17, 0, tzinfo=UTC))
    count_search("月球", found=False)
    flush()
    assert SearchCount.objects.get().day == date(2026, 5, 2)


# --- what was opened --------------------------------------------------------------------------------------------------
@pytest.fixture
def pages() -> dict[str, str]:
    """Every kind of page that a search leads to."""
    make_error_code(strings=("E701",))
    make_error_code(strings=("E702",), slug="first-702")
    make_error_code(strings=("E702",), slug="second-702", system=make_system("other"))
    make_error_code(strings=(), slug="without-string")
    make_article(slug="an-article")
    make_guide("a-guide")
    return {
        "code": "/codes/E701/",
        "hub": "/codes/E702/",
        "meaning": "/codes/E702/first-702/",
        "meaning without a string": "/codes/without-string/",
        "article": "/articles/an-article/",
        "guide": "/guides/a-guide/",
    }


def came_from(address: str) -> dict[str, str]:
    return {"Referer": f"http://testserver{address}"}


def test_opening_any_entry_from_the_results_is_counted_and_writes_nothing(
    client: Client, pages: dict[str, str]
) -> None:
    with CaptureQueriesContext(connection) as captured:
        for name, address in pages.items():
            assert client.get(address, headers=came_from(f"/search/?q={name}")).status_code == 200, name
    assert writes(captured) == []
    assert stored() == {name.replace(" ", ""): (0, 0, 1) for name in pages}


def test_english_pages_count_too(client: Client, pages: dict[str, str]) -> None:
    client.get("/en" + pages["article"], headers=came_from("/en/search/?q=paper+jam"))
    assert stored() == {"paperjam": (0, 0, 1)}


def test_a_redirect_on_the_way_is_not_counted_twice(client: Client, pages: dict[str, str]) -> None:
    client.get("/codes/e-701/", headers=came_from("/search/?q=E701"), follow=True)
    assert stored() == {"e701": (0, 0, 1)}


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "http://elsewhere.example/search/?q=E701",
        "http://testserver/codes/?q=E701",
        "http://testserver/search/suggest/?q=E701",
        "http://testserver/search/",
        "http://testserver/search/?p=E701",
        "http://testserver/search/?q=E701&uncounted=1",
        "http://testserver/search/?" + "&".join(f"a{number}=1" for number in range(50)) + "&q=E701",
        "/search/?q=E701",
        "http://[::1/search/?q=E701",
        "\x00nonsense",
    ],
)
def test_any_other_way_to_a_page_is_not_counted(client: Client, pages: dict[str, str], referer: str) -> None:
    assert client.get(pages["code"], headers={"Referer": referer}).status_code == 200
    assert stored() == {}


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"X-Moz": "prefetch"}])
def test_a_browsers_guess_is_not_counted(client: Client, pages: dict[str, str], headers: dict[str, str]) -> None:
    client.get(pages["code"], headers={**came_from("/search/?q=E701"), **headers})
    client.head(pages["code"], headers=came_from("/search/?q=E701"))
    assert stored() == {}


def test_behind_a_proxy_the_visitors_host_is_known_by_the_setting(
    client: Client, pages: dict[str, str], settings: Any
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://help.example"]
    client.get(pages["code"], headers={"Referer": "https://help.example/search/?q=E701"})
    client.get(pages["code"], headers={"Referer": "https://other.example/search/?q=E701"})
    assert stored() == {"e701": (0, 0, 1)}


def test_browsers_are_told_to_name_the_search_page(client: Client) -> None:
    """What is opened is known by the Referer alone."""
    assert client.get("/search/", {"q": "E701"})["Referrer-Policy"] == "same-origin"


def test_counting_changes_no_byte_and_sets_no_cookie(client: Client, pages: dict[str, str]) -> None:
    for address in pages.values():
        plain, counted = client.get(address), client.get(address, headers=came_from("/search/?q=E701"))
        assert plain.content == counted.content
        assert not counted.cookies
        assert counted["Cache-Control"].startswith("public")
        assert "Referer" not in counted.get("Vary", "")
        assert "Cookie" not in counted.get("Vary", "")


# --- the buffer -------------------------------------------------------------------------------------------------------
def test_flushes_add_up() -> None:
    for _ in range(2):
        count_search("月球", found=False)
        count_search("月球", found=True)
        count_opening("月球")
        flush()
    assert stored() == {"月球": (4, 2, 2)}


def test_a_flush_is_one_write_for_many_questions_and_none_for_no_question() -> None:
    for number in range(20):
        count_search(f"问题{number}", found=True)
    with CaptureQueriesContext(connection) as captured:
        assert flush() == 20
        assert flush() == 0
    assert len([sql for sql in writes(captured) if "INSERT" in sql]) == 1


def test_rows_are_written_in_one_order_whatever_the_order_of_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    store_counts([Count(DAY, normal, normal, searches=1) for normal in ("c", "a", "b")])
    assert list(SearchCount.objects.order_by("pk").values_list("normal", flat=True)) == ["a", "b", "c"]


def test_on_a_full_day_only_what_is_known_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_A_DAY", 3)
    store_counts([Count(DAY, normal, normal, searches=1) for normal in ("a", "b")])
    store_counts([Count(DAY, normal, normal, searches=number) for number, normal in enumerate(("b", "c", "d"), 1)])
    store_counts([Count(DAY, normal, normal, searches=1) for normal in ("a", "c", "d")])
    store_counts([Count(date(2026, 5, 2), "c", "c", searches=1)])
    rows = SearchCount.objects.order_by("day", "normal").values_list("day", "normal", "searches")
    assert [(day.day, normal, searches) for day, normal, searches in rows] == [
        (1, "a", 2),
        (1, "b", 2),
        (1, "d", 4),  # of two that are new the one that was searched more
        (2, "c", 1),
    ]


def test_the_buffer_is_bounded_and_goes_on_with_what_it_knows() -> None:
    counts = SearchCounts()
    for number in range(MOST_QUESTIONS + 10):
        counts.add(Count(DAY, f"q{number}", "q", searches=1))
    counts.add(Count(DAY, "q0", "q", searches=1))
    taken = {count.normal: count.searches for count in counts.take()}
    assert len(taken) == MOST_QUESTIONS
    assert taken["q0"] == 2


def test_threads_that_count_at_once_lose_nothing() -> None:
    counts = SearchCounts()
    barrier = threading.Barrier(4)

    def count(_: int) -> None:
        barrier.wait(timeout=10)
        for number in range(2000):
            counts.add(Count(DAY, f"q{number % 7}", "q", searches=1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert sum(count.searches for count in counts.take()) == 8000


@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_add_up() -> None:
    """In opposite orders, so that rows written as they were counted would block each other."""
    rounds, names = 10, [f"q{number:02}" for number in range(40)]
    barrier = threading.Barrier(2)

    def write(order: list[str]) -> None:
        try:
            for _ in range(rounds):
                barrier.wait(timeout=30)
                store_counts([Count(DAY, name, name, searches=1, opened=2) for name in order])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, [names, names[::-1]]))
    assert set(SearchCount.objects.values_list("searches", "opened")) == {(2 * rounds, 4 * rounds)}
    assert SearchCount.objects.count() == len(names)


def test_a_flush_that_fails_keeps_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        count_search("月球", found=True)  # somebody searches meanwhile
        raise DatabaseError

    count_search("月球", found=False)
    with monkeypatch.context() as patched:
        patched.setattr(search_counts, "store_counts", fail)
        with pytest.raises(DatabaseError):
            flush()
    assert stored() == {"月球": (2, 1, 0)}


# --- the thread -------------------------------------------------------------------------------------------------------
def wait_for(condition: Any) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.fixture
def counts(settings: Any) -> Iterator[SearchCounts]:
    """A buffer whose thread writes twenty times a second."""
    settings.SEARCH_COUNTS_SECONDS = 0.05
    own = SearchCounts()
    yield own
    own.stop()


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_and_collects(counts: SearchCounts) -> None:
    counts.add(Count(timezone.localdate(), "月球背面", "月球背面", searches=1, found_nothing=1))
    counts.keep_flushing()
    wait_for(lambda: MissingEntry.objects.filter(normal="月球背面").exists())
    assert SearchCount.objects.get().searches == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_left_is_written_at_the_end(counts: SearchCounts, settings: Any) -> None:
    settings.SEARCH_COUNTS_SECONDS = 3600
    counts.keep_flushing()
    counts.add(Count(DAY, "月球", "月球", searches=1))
    counts.stop()
    assert SearchCount.objects.get().searches == 1


def test_there_is_one_thread_and_none_where_counting_is_off(counts: SearchCounts, settings: Any) -> None:
    def threads() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "search-counts"]

    settings.SEARCH_COUNTS_SECONDS = 0
    counts.keep_flushing()
    assert threads() == []
    settings.SEARCH_COUNTS_SECONDS = 3600
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: counts.keep_flushing(), range(8)))
    assert len(threads()) == 1
    assert threads()[0].daemon


def test_a_failure_is_logged_once_and_tried_again(
    counts: SearchCounts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    def fail(rows: list[Count]) -> None:
        tried.append(len(rows))
        raise DatabaseError("away")

    monkeypatch.setattr(search_counts, "store_counts", fail)
    counts.add(Count(DAY, "月球", "月球", searches=1))
    counts.keep_flushing()
    wait_for(lambda: len(tried) > 3)
    assert set(tried) == {1}
    assert [record.levelno for record in caplog.records if record.name == "posfix.search_counts"] == [logging.ERROR]
    monkeypatch.setattr(search_counts, "collect_missing", lambda: None)
    monkeypatch.setattr(search_counts, "store_counts", list)
    wait_for(lambda: len(counts) == 0)


@pytest.mark.django_db(transaction=True)
def test_a_collection_that_fails_is_tried_again(counts: SearchCounts, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def fail_once() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise DatabaseError("away")

    monkeypatch.setattr(search_counts, "collect_missing", fail_once)
    counts.keep_flushing()
    wait_for(lambda: len(tried) > 1)
    time.sleep(0.3)
    assert len(tried) == 2  # and after the one that went well not within the hour


_FORK = """
import os, django
django.setup()
from kb import search_counts
search_counts.count_search("月球", found=False)
if (child := os.fork()) == 0:
    search_counts.count_search("火星", found=False)
counts = sorted(count.normal for count in search_counts._counts.take())
if child:
    os.waitpid(child, 0)
print("parent" if child else "child", *counts, flush=True)
os._exit(0)
"""


def test_a_forked_process_leaves_the_counts_to_its_parent() -> None:
    done = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["child 火星", "parent 月球"]
