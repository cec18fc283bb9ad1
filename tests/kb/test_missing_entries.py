"""The inbox: which questions come in, what closes them, what opens them again."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb import learning, missing_entries
from kb.actions import (
    article_saved,
    code_saved,
    delete_entry,
    delete_synonyms,
    publish_entry,
    synonyms_saved,
    withdraw_entry,
)
from kb.learning import Count, collect_missing, store_counts
from kb.missing_entries import add_to_synonyms, link_draft, reopen, set_aside
from kb.models import CodeString, MissingEntry, SearchCount
from kb.search_vocabulary import forget_vocabulary
from tests.factories import (
    make_acquirer,
    make_article,
    make_error_code,
    make_guide,
    make_missing,
    make_synonyms,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 31)


@pytest.fixture(autouse=True)
def _words_of_this_test_alone() -> Iterator[None]:
    forget_vocabulary()
    yield
    forget_vocabulary()


@pytest.fixture
def boss() -> User:
    return make_user("boss", superuser=True)


def asked(question: str, *, searches: int = 1, nothing: int = 0, opened: int = 0, day: date = TODAY) -> None:
    store_counts([Count(day, question, question, searches, nothing, opened)])


def inbox() -> dict[str, tuple[str, int, int]]:
    rows = MissingEntry.objects.open().values_list("normal", "reason", "searches", "opened")
    return {normal: (reason, searches, opened) for normal, reason, searches, opened in rows}


def state(missing: MissingEntry) -> tuple[str, str, str]:
    missing.refresh_from_db()
    return missing.state, missing.answer_kind, missing.answer_slug


# --- what comes in ----------------------------------------------------------------------------------------------------
def test_what_found_nothing_and_what_nobody_opened_comes_in() -> None:
    asked("月球背面", searches=1, nothing=1)
    asked("月球背面", searches=2, nothing=2, day=TODAY - timedelta(days=29))
    asked("扣款", searches=5)
    collect_missing(TODAY)
    assert inbox() == {"月球背面": ("found-nothing", 3, 0), "扣款": ("nobody-opened", 5, 0)}
    missing = MissingEntry.objects.get(normal="月球背面")
    assert (missing.first_seen, missing.last_seen) == (TODAY - timedelta(days=29), TODAY)


@pytest.mark.parametrize(
    "counts",
    [
        {"searches": 3, "nothing": 2},  # the same day it found something
        {"searches": 4},  # too few to say that nobody opens anything
        {"searches": 9, "opened": 1},
        {"searches": 0, "opened": 0},
        {"searches": 8, "nothing": 8, "day": TODAY - timedelta(days=30)},
    ],
)
def test_what_is_answered_seldom_or_old_does_not(counts: dict[str, Any]) -> None:
    asked("月球", **counts)
    collect_missing(TODAY)
    assert inbox() == {}


def test_counts_are_refreshed_and_a_question_leaves_when_it_is_answered() -> None:
    asked("月球", nothing=1)
    collect_missing(TODAY)
    asked("月球", nothing=1)
    collect_missing(TODAY)
    assert inbox() == {"月球": ("found-nothing", 2, 0)}
    asked("月球", opened=1)
    collect_missing(TODAY)
    assert inbox() == {}
    assert not MissingEntry.objects.exists()


def test_the_inbox_is_bounded_to_the_most_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_OPEN", 2)
    for number in (1, 2, 3):
        asked(f"问题{number}", searches=number, nothing=number)
    collect_missing(TODAY)
    assert set(inbox()) == {"问题2", "问题3"}


def test_what_more_searched_questions_push_out_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_OPEN", 1)
    asked("少问", nothing=1)
    worded = make_missing("有人管", synonyms=make_synonyms("甲", "乙"))
    asked("有人管", nothing=1)
    collect_missing(TODAY)
    asked("常问", searches=9, nothing=9)
    asked("少问", nothing=1)
    collect_missing(TODAY)
    assert inbox() == {
        "常问": ("found-nothing", 9, 0),
        "少问": ("found-nothing", 2, 0),
        "有人管": ("found-nothing", 1, 0),
    }
    assert state(worded)[0] == "open"


def test_what_was_found_and_is_no_more_comes_in() -> None:
    asked("月球", searches=8, day=TODAY - timedelta(days=2))
    asked("月球", opened=3, day=TODAY - timedelta(days=2))
    asked("月球", searches=2, nothing=1, day=TODAY - timedelta(days=1))
    collect_missing(TODAY)
    assert inbox() == {}
    asked("月球", nothing=1)
    collect_missing(TODAY)
    assert inbox() == {"月球": ("found-nothing", 12, 3)}


def test_settled_questions_take_no_place_from_others(monkeypatch: pytest.MonkeyPatch, boss: User) -> None:
    monkeypatch.setattr(learning, "MOST_OPEN", 1)
    asked("常问", searches=9, nothing=9)
    collect_missing(TODAY)
    set_aside(MissingEntry.objects.all(), by=boss)
    asked("少问", nothing=1)
    collect_missing(TODAY)
    assert set(inbox()) == {"少问"}


def test_what_the_search_answers_by_now_is_closed_with_its_answer() -> None:
    """Whatever brought it: here a guide, of which the knowledge base knows nothing."""
    asked("纸卡住了", nothing=1)
    guide = make_guide("paper", title="纸卡住了怎么办")
    done = collect_missing(TODAY)
    assert (done.open, done.answered) == (0, 1)
    assert state(MissingEntry.objects.get()) == ("answered", "guide", guide.slug)
    asked("纸卡住了", nothing=1)
    collect_missing(TODAY)
    assert inbox() == {}


def test_what_was_answered_and_is_searched_in_vain_again_comes_back() -> None:
    day = TODAY - timedelta(days=5)
    answer = {"state": "answered", "answer_kind": "article", "settled_on": day}
    article = make_article(title="火星")
    rows = {
        name: make_missing(name, answer_slug=article.slug, **answer, **changes)
        for name, changes in (("月球", {}), ("木星", {}), ("土星", {}), ("纸卡住了", {}), ("金星", {"is_kept": True}))
    }
    other = make_missing("水星", answer_slug=article.slug, **{**answer, "reason": "nobody-opened"})
    make_article(title="纸卡住了怎么办")
    for name in ("月球", "纸卡住了", "金星", "水星"):
        asked(name, searches=1, nothing=1)
    asked("月球", searches=4, opened=2, day=day)
    asked("木星", searches=1, nothing=1, day=day)  # before the answer, as far as anybody knows
    asked("土星", searches=1)
    collect_missing(TODAY)
    assert inbox() == {"月球": ("found-nothing", 5, 2), "金星": ("found-nothing", 1, 0)}
    assert state(rows["月球"]) == ("open", "", "")
    assert state(rows["金星"]) == ("open", "article", article.slug)
    for row in (rows["木星"], rows["土星"], rows["纸卡住了"], other):
        assert state(row) == ("answered", "article", article.slug)


def test_every_question_is_searched_for_again_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_LOOKED_UP", 1)
    for number in range(4):
        asked(f"月球{number}", searches=9, nothing=9)
    asked("纸卡住了", nothing=1)
    make_guide("paper", title="纸卡住了怎么办")
    # By lot: that it is passed over a hundred times happens once in five thousand million runs.
    assert any(collect_missing(TODAY).answered for _ in range(100))
    assert "纸卡住了" not in inbox()


def test_an_acquirer_is_an_answer_and_stays_one() -> None:
    make_acquirer(brand="某某支付")
    forget_vocabulary()
    asked("某某支付", nothing=1)
    for closed in (1, 0):
        assert collect_missing(TODAY).answered == closed
        assert state(MissingEntry.objects.get()) == ("answered", "", "")


def test_a_code_closes_with_its_meaning() -> None:
    make_error_code(strings=("E777",), slug="e777-general")
    asked("e777", nothing=1)
    collect_missing(TODAY)
    assert state(MissingEntry.objects.get()) == ("answered", "code", "e777-general")


def test_nothing_is_searched_for_while_others_wait_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the transaction nothing is added up: SQLite would keep every editor waiting."""
    asked("月球", nothing=1)
    with CaptureQueriesContext(connection) as captured:
        collect_missing(TODAY)
    statements = [query["sql"] for query in captured]
    begins = next(number for number, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    ends = next(number for number, sql in enumerate(statements) if sql.startswith("RELEASE"))
    assert not [sql for sql in statements[begins:ends] if "kb_searchcount" in sql]
    assert [sql for sql in statements[:begins] if "kb_searchcount" in sql]


def test_an_answer_that_went_past_the_actions_is_missed() -> None:
    missing = make_missing("月球", state="answered", answer_kind="guide", answer_slug="gone")
    asked("月球", nothing=1, day=timezone.localdate())
    collect_missing()
    assert state(missing)[0] == "open"


def test_old_counts_and_settled_questions_are_thrown_away() -> None:
    asked("旧", day=TODAY - timedelta(days=401))
    asked("新", day=TODAY - timedelta(days=400))
    asked("一次", nothing=1, day=TODAY - timedelta(days=30))
    asked("两次", searches=2, nothing=2, day=TODAY - timedelta(days=30))
    asked("刚才", nothing=1, day=TODAY - timedelta(days=29))
    make_missing("久", state="set-aside", last_seen=TODAY - timedelta(days=401))
    assert collect_missing(TODAY).purged == 2
    assert {count.normal for count in SearchCount.objects.all()} == {"新", "两次", "刚才"}
    MissingEntry.objects.open().delete()
    assert not MissingEntry.objects.exists()


def test_the_command_says_what_it_did() -> None:
    asked("月球", nothing=1, day=timezone.localdate())
    output = StringIO()
    call_command("collect_missing", stdout=output)
    assert output.getvalue() == "1 missing entries open, 0 answered by now, 0 old counts thrown away\n"


def test_a_collection_costs_the_same_for_two_and_for_twenty_questions() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            collect_missing(TODAY)
        return len(captured)

    for number in range(2):
        asked(f"扣款{number}", searches=9)
    few = cost()
    for number in range(20):
        asked(f"扣款{number}", searches=9)
    assert cost() == few
    assert len(inbox()) == 20


# --- what editors do --------------------------------------------------------------------------------------------------
def test_what_was_set_aside_comes_back_when_it_doubles(boss: User) -> None:
    asked("月球", searches=3, nothing=3)
    collect_missing(TODAY)
    missing = MissingEntry.objects.get()
    assert set_aside([missing], by=boss) == 1
    asked("月球", searches=2, nothing=2)
    collect_missing(TODAY)
    assert inbox() == {}
    asked("月球", nothing=1)
    collect_missing(TODAY)
    assert inbox() == {"月球": ("found-nothing", 6, 0)}


def test_what_is_opened_again_is_closed_only_by_an_answer_that_was_started_from_it(boss: User) -> None:
    missing = make_missing("纸卡住了", state="answered", answer_kind="article", answer_slug="wrong")
    assert reopen([missing], by=boss) == 1
    make_article(title="纸卡住了")
    asked("纸卡住了", searches=4, opened=2, day=timezone.localdate())
    collect_missing()
    assert state(missing) == ("open", "", "")
    assert (missing.searches, missing.opened) == (4, 2)
    draft = make_article(status="draft")
    link_draft(missing, draft, by=boss)
    publish_entry(draft, by=boss)
    assert state(missing) == ("answered", "article", draft.slug)


@pytest.mark.parametrize("name", ["set_aside", "reopen", "link_draft", "add_to_synonyms"])
def test_whoever_may_not_act_changes_nothing(name: str) -> None:
    missing, group, by = make_missing("月球"), make_synonyms("甲", "乙"), make_user()
    calls: dict[str, Callable[[], object]] = {
        "set_aside": lambda: set_aside([missing], by=by),
        "reopen": lambda: reopen([missing], by=by),
        "link_draft": lambda: link_draft(missing, make_article(status="draft"), by=by),
        "add_to_synonyms": lambda: add_to_synonyms(missing, group, "丙", by=by),
    }
    with pytest.raises(PermissionDenied):
        calls[name]()
    assert state(missing) == ("open", "", "")
    group.refresh_from_db()
    assert group.words == "甲\n乙"


# --- what closes a question, and what opens it again ------------------------------------------------------------------
def test_publishing_the_draft_that_was_started_from_it_closes_a_question(boss: User) -> None:
    missing = make_missing("月球背面没信号", reason="nobody-opened", searches=7)
    draft = make_article(title="别的题目", status="draft")
    link_draft(missing, draft, by=boss)
    asked("月球背面没信号", opened=1, day=timezone.localdate())
    collect_missing()
    assert state(missing) == ("open", "article", draft.slug)  # somebody is at it: it does not leave by itself
    publish_entry(draft, by=boss)
    assert state(missing) == ("answered", "article", draft.slug)
    assert missing.settled_on == timezone.localdate()
    withdraw_entry(draft, by=boss)
    assert state(missing) == ("open", "article", draft.slug)
    publish_entry(draft, by=boss)
    assert state(missing)[0] == "answered"
    delete_entry(draft)
    assert state(missing) == ("open", "", "")


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        ("打印机不走纸", {"title": "打印机不走纸怎么办"}),
        ("打印機 不走紙！", {"title": "打印机不走纸"}),
        ("不走纸", {"asked_as": "机器没反应\n打印机不走纸"}),
        ("Paper jam", {"asked_as": "paper-jam"}),
    ],
)
def test_an_article_that_says_the_same_closes_a_question(question: str, changes: dict[str, Any]) -> None:
    missing = make_missing(question)
    article = make_article(status="draft", **changes)
    assert state(missing)[0] == "open"
    article.status = "published"
    article.save()
    article_saved(article)
    assert state(missing) == ("answered", "article", article.slug)


@pytest.mark.parametrize("question", ["E777", "e-777", "终端报E777怎么办"])
def test_a_code_closes_the_questions_that_name_it(question: str) -> None:
    missing = make_missing(question)
    code = make_error_code(strings=("E777",))
    assert state(missing) == ("answered", "code", code.slug)


def test_a_string_that_is_added_later_closes_too() -> None:
    missing, code = make_missing("E777"), make_error_code(strings=("E776",))
    CodeString.objects.create(code=code, text="E777", position=1)
    code_saved(type(code).objects.get(pk=code.pk))
    assert state(missing)[0] == "answered"


@pytest.mark.parametrize(
    ("question", "reason", "changes"),
    [
        ("E77", "found-nothing", {"title": "E777 是什么"}),
        ("pin", "found-nothing", {"title": "shopping"}),
        ("火星", "found-nothing", {"title": "月球"}),
        # Something was found before, and nobody wanted it: one more title with the word in it is no answer.
        ("刷卡", "nobody-opened", {"title": "刷卡没反应"}),
    ],
)
def test_an_entry_about_something_else_closes_nothing(question: str, reason: str, changes: dict[str, Any]) -> None:
    missing = make_missing(question, reason=reason)
    make_article(**changes)
    make_error_code(strings=("E777",))
    assert state(missing) == ("open", "", "")


def test_a_save_costs_the_same_however_many_questions_wait() -> None:
    article = make_article()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            article_saved(article)
        return len(captured)

    def fill(count: int) -> None:
        MissingEntry.objects.all().delete()
        for number in range(count):
            make_missing(f"月球{number}")
        make_missing(article.title)

    fill(2)
    few = cost()
    fill(20)
    assert cost() == few
    assert MissingEntry.objects.open().count() == 20
    with CaptureQueriesContext(connection) as captured:
        missing_entries.article_changed(article)
    assert len(captured) == 2


def test_an_article_that_is_retitled_gives_its_questions_back() -> None:
    missing = make_missing("打印机不走纸")
    opened = make_missing("不走纸", reason="nobody-opened")
    article = make_article(title="打印机不走纸", asked_as="不走纸")
    assert state(missing) == state(opened) == ("answered", "article", article.slug)
    article.title, article.asked_as, article.summary = "月球背面", "", "别的事。"
    article.save()
    article_saved(article)
    assert state(missing) == ("open", "", "")
    assert state(opened)[0] == "answered"  # it was found before too: that nothing is found is not what is missing
    article_saved(article)
    assert state(missing) == ("open", "", "")  # the name alone closes nothing


def test_an_article_that_another_one_stands_in_for_keeps_its_questions() -> None:
    missing = make_missing("打印机不走纸")
    article = make_article(title="打印机不走纸")
    make_article(title="打印机不走纸怎么办")
    article.title = "月球背面"
    article.save()
    article_saved(article)
    assert state(missing)[0] == "answered"


def test_a_save_searches_for_a_bounded_number_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    monkeypatch.setattr(missing_entries, "is_found_today", searched.append)
    article = make_article(title="别的")
    for number in range(40):
        make_missing(f"月球{number}", state="answered", answer_kind="article", answer_slug=article.slug)
    article_saved(article)
    assert len(searched) == 20


# --- synonyms ---------------------------------------------------------------------------------------------------------
def test_a_synonym_closes_what_the_search_finds_with_it(boss: User) -> None:
    make_article(title="签购单打印不出来")
    missing, other = make_missing("小票"), make_missing("火星凭证")
    group = make_synonyms("签购单", "凭条")
    add_to_synonyms(missing, group, "小票", by=boss)
    assert state(missing)[0] == "answered"
    assert missing.synonyms == group
    assert state(other)[0] == "open"
    group.refresh_from_db()
    assert group.words == "签购单\n凭条\n小票"
    group.words = "签购单\n凭条"
    group.save()
    synonyms_saved(group)
    assert state(missing)[0] == "open"


def test_words_that_another_thread_read_meanwhile_are_forgotten_too(
    boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    missing, group = make_missing("小票"), make_synonyms("签购单", "凭条")
    with django_capture_on_commit_callbacks() as after:
        add_to_synonyms(missing, group, "小票", by=boss)
    assert forget_vocabulary in after


def test_deleting_synonyms_opens_what_they_answered(boss: User) -> None:
    make_article(title="签购单打印不出来")
    missing = make_missing("小票")
    group = make_synonyms("签购单", "小票")
    assert state(missing)[0] == "answered"
    delete_synonyms(group)
    assert state(missing)[0] == "open"
    assert missing.synonyms is None


def test_a_question_that_nobody_opened_is_answered_by_synonyms_once_somebody_does(boss: User) -> None:
    asked("小票", searches=6)
    collect_missing(TODAY)
    missing = MissingEntry.objects.get()
    add_to_synonyms(missing, make_synonyms("签购单", "凭条"), "小票", by=boss)
    collect_missing(TODAY)
    assert state(missing)[0] == "open"
    asked("小票", opened=1)
    collect_missing(TODAY)
    assert state(missing)[0] == "answered"


def test_a_change_of_synonyms_searches_for_a_bounded_number_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    def find(question: str) -> bool:
        searched.append(question)
        return False

    monkeypatch.setattr(missing_entries, "is_found_today", find)
    for number in range(40):
        make_missing(f"小票{number}", searches=number)
    make_synonyms("签购单", "小票")
    assert searched == [f"小票{number}" for number in range(39, 19, -1)]
