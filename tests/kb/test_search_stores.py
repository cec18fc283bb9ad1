"""Either store finds the same; the index follows every write; nothing typed can break a statement."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.actions import article_saved, rebuild_search, withdraw_entry
from kb.models import Article, CodeSpelling, SearchCode, SearchDocument, SearchEntry, SearchWord
from kb.queries.finding import find
from kb.queries.search import found_entries, near_codes
from kb.search.understand import understand
from kb.search_index import index_articles, put_entries
from kb.search_store.current import store
from kb.search_store.interface import Part
from tests.factories import make_article, make_error_code, make_user

pytestmark = pytest.mark.django_db


def ids(part: Part, *phrases: tuple[str, ...]) -> set[str]:
    found = store().phrases(part, phrases, 100)
    return set(SearchEntry.objects.filter(pk__in=found).values_list("slug", flat=True))


class TestParts:
    def test_each_part_holds_the_one_before(self) -> None:
        make_article(slug="one", title="磁条消磁", summary="换一张卡", body="离磁铁远一点")
        for phrase, parts in ((("消磁",), 3), (("换一", "一张", "张卡"), 2), (("磁铁",), 1)):
            assert sum(bool(ids(part, phrase)) for part in Part) == parts

    def test_a_phrase_is_terms_side_by_side_within_one_text(self) -> None:
        make_article(slug="one", title="签到失败", asked_as="打印\n不出")
        assert ids(Part.TITLE, ("签到", "到失", "失败")) == {"one"}
        assert ids(Part.TITLE, ("签到", "失败")) == set()
        assert ids(Part.TITLE, ("打印", "不出")) == set()

    def test_a_single_character_finds_what_begins_with_it(self) -> None:
        make_article(slug="one", title="磁条消磁")
        assert ids(Part.TITLE, ("磁",)) == {"one"}

    def test_english_words_are_found_whatever_their_ending(self) -> None:
        make_article(slug="one", title="别的", asked_as="card tampered")
        assert [SearchEntry.objects.get(pk=pk).slug for pk in find(understand("tampering with a card")).entries] == [
            "one"
        ]

    def test_tiers_are_capped(self) -> None:
        for number in range(5):
            make_article(title=f"消磁{number}")
        assert len(store().phrases(Part.TITLE, [("消磁",)], 3)) == 3


class TestInStep:
    def test_a_change_is_found_and_what_was_there_before_is_not(self) -> None:
        article = make_article(slug="one", title="磁条消磁")
        article.title = "读卡失败"
        article.save()
        article_saved(article)
        assert ids(Part.TITLE, ("消磁",)) == set()
        assert ids(Part.TITLE, ("读卡", "卡失", "失败")) == {"one"}

    def test_a_rolled_back_write_leaves_nothing(self) -> None:
        with transaction.atomic():
            make_article(title="磁条消磁")
            transaction.set_rollback(True)
        assert ids(Part.TEXT, ("消磁",)) == set()
        assert store().frequencies(["消磁"]) == ({}, 0)

    def test_a_deleted_entry_is_gone_from_the_index(self) -> None:
        make_article(slug="one", title="磁条消磁")
        SearchEntry.objects.all().delete()  # past the actions: the triggers alone
        assert store().phrases(Part.TITLE, [("消磁",)], 10) == []

    def test_counts_follow_the_titles(self) -> None:
        make_article(slug="one", title="消磁消磁")
        make_article(slug="two", title="消磁")
        assert store().frequencies(["消磁", "没有"]) == ({"消磁": 2}, 2)
        Article.objects.get(slug="two").delete()
        rebuild_search()
        assert store().frequencies(["消磁"]) == ({"消磁": 1}, 1)

    def test_a_rebuild_puts_right_what_went_wrong(self) -> None:
        make_article(slug="one", title="消磁")
        make_error_code(strings=("E324",))
        SearchWord.objects.update(titles=99)
        SearchCode.objects.all().delete()
        rebuild_search()
        assert store().frequencies(["消磁"])[0] == {"消磁": 1}
        assert [found.normal for found in store().codes(["E324"])] == ["E324"]
        assert near_codes("E325")[0].normal == "E324"

    def test_a_string_of_drafts_only_is_no_code(self) -> None:
        make_error_code(strings=("E324",), status="draft")
        assert store().codes(["E324"]) == []
        assert store().codes_beginning("E3", 5) == []
        assert near_codes("E325") == ()
        assert not CodeSpelling.objects.exists()

    def test_nothing_to_write_writes_nothing(self) -> None:
        put_entries([])
        assert not SearchDocument.objects.exists()


class TestCodes:
    def test_the_beginning_is_a_range_in_the_order_of_the_codes(self) -> None:
        for text in ("E30", "E3", "E324", "E4", "F3", "e301"):
            make_error_code(strings=(text,))
        assert [found.normal for found in store().codes_beginning("E3", 3)] == ["E3", "E30", "E301"]

    @pytest.mark.parametrize("wrong", ["E32", "E3244", "E325", "3E24", "F324"])
    def test_a_code_misspelt_by_one_edit_is_found(self, wrong: str) -> None:
        make_error_code(strings=("E324",))
        make_error_code(strings=("A900",))
        assert [found.normal for found in near_codes(wrong)] == ["E324"]

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is told in SQLite's words")
    def test_a_beginning_walks_the_index(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT c.normal FROM kb_searchcode c WHERE c.normal >= 'E' AND c.normal < 'F' LIMIT 8"
            )
            assert "SEARCH" in cursor.fetchone()[3]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(alphabet="签到失败E3240'\"*()&|!<>:-^{}[]\\ %_\x00🙂ａ", max_size=30))
def test_nothing_typed_is_an_operator(typed: str) -> None:
    find(understand(typed))
    found_entries(typed)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two connections at the same moment. SQLite lets one write after the other by itself."""

    def beside(self, work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
        failures: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told to the test
                failures.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread, failures

    def test_a_rebuild_runs_while_the_site_is_read_and_written(self) -> None:
        for number in range(30):
            make_article(slug=f"one-{number}", title=f"消磁{number}")
        thread, failures = self.beside(rebuild_search)
        written = 0
        while thread.is_alive() or written == 0:
            assert len(store().phrases(Part.TITLE, [("消磁",)], 300)) >= 30
            written += 1
            make_article(slug=f"late-{written}", title="消磁")
        thread.join()
        assert failures == []
        assert len(store().phrases(Part.TITLE, [("消磁",)], 300)) == min(300, 30 + written)

    def test_a_rebuild_does_not_publish_what_is_withdrawn_meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        article = make_article(slug="one", title="消磁")
        reader = make_user(superuser=True)

        def withdrawn_first(articles: list[Article]) -> None:
            withdraw_entry(Article.objects.get(slug="one"), by=reader)
            index_articles(articles)

        monkeypatch.setattr("kb.actions.index_articles", withdrawn_first)
        rebuild_search()
        assert not SearchEntry.objects.filter(slug=article.slug).exists()

    def test_two_who_write_many_titles_in_different_orders_both_come_to_an_end(self) -> None:
        def write(titles: list[str]) -> Callable[[], None]:
            def work() -> None:
                with transaction.atomic():
                    for title in titles:
                        make_article(title=title)

            return work

        words = ["消磁", "签到", "结算", "冲正", "撤销", "退货", "打印", "密码"]
        first = self.beside(write(words * 4))
        second = self.beside(write(words[::-1] * 4))
        for thread, failures in (first, second):
            thread.join()
            assert failures == []
        assert store().frequencies(["消磁"])[0] == {"消磁": 8}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index with its table")
def test_a_rebuild_brings_back_an_index_and_triggers_that_were_lost() -> None:
    make_article(slug="one", title="消磁")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kb_searchindex (kb_searchindex) VALUES ('delete-all')")
        cursor.execute("DROP TRIGGER kb_searchdocument_updated")
    assert ids(Part.TITLE, ("消磁",)) == set()
    rebuild_search()
    assert ids(Part.TITLE, ("消磁",)) == {"one"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'kb_searchdocument'")
        assert cursor.fetchone() == (3,)
