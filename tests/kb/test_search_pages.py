"""The search page, suggestions and the first page."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kb.actions import delete_entry, publish_entry, rebuild_search, withdraw_entry
from kb.models import Article, SearchEntry, SearchTerm
from kb.queries.search import search_page, suggestions
from tests.factories import make_article, make_cause, make_error_code, make_guide, make_user

pytestmark = pytest.mark.django_db


class TestCodes:
    @pytest.mark.parametrize("typed", ["E324", "ｅ－３２４", "错误代码E324", "pos机显示e324怎么办", "e 3 2 4"])
    def test_every_spelling_lands_on_the_code_with_its_money_line(self, client: Client, typed: str) -> None:
        make_error_code(strings=("E324",), money_moved="unknown", retry="after_check")
        page = client.get(f"/search/?q={quote(typed)}").content.decode()
        assert page.index("/codes/E324/") > 0
        assert "money-safety" in page

    def test_lookalikes_are_folded_only_when_the_exact_string_finds_nothing(self) -> None:
        make_error_code(strings=("10",))
        assert [hit.normal for hit in search_page("代码1O").codes] == ["10"]
        make_error_code(strings=("1O",))
        assert [hit.normal for hit in search_page("代码1O").codes] == ["1O"]
        assert not search_page("代码1O").codes[0].is_lookalike

    def test_several_meanings_show_the_most_cautious_advice(self) -> None:
        make_error_code(strings=("E950",), money_moved="no", retry="yes")
        make_error_code(strings=("E950",), money_moved="yes", retry="no")
        (hit,) = search_page("E950").codes
        assert (hit.meanings, hit.safety.money_moved, hit.safety.retry) == (2, "unknown", "no")

    def test_an_unknown_code_gets_a_helpful_page(self, client: Client) -> None:
        make_guide()
        page = client.get("/search/?q=E999").content.decode()
        assert "E999" in page
        assert "/articles/query-first/" in page
        assert "/guides/trial/" in page

    def test_an_unknown_code_is_not_answered_by_another(self) -> None:
        make_error_code(strings=("E324",))
        found = search_page("E325")
        assert found.codes == ()
        assert found.entries == ()
        assert found.unknown_codes == ("E325",)

    def test_a_guide_for_another_code_is_not_offered(self, client: Client) -> None:
        make_guide("e324", codes=("E324",))
        make_guide("any-code")
        page = client.get("/search/?q=E999").content.decode()
        assert "/guides/any-code/" in page
        assert "/guides/e324/" not in page

    def test_articles_that_mention_an_unknown_code_are_found(self) -> None:
        make_article(title="检卡超时", body="有的程序显示 E326。")
        assert [entry.title for entry in search_page("E326").entries] == ["检卡超时"]

    def test_a_code_found_is_not_listed_again_below(self) -> None:
        make_error_code(strings=("E951",), meaning="E951 怎么办")
        found = search_page("pos机显示E951怎么办")
        assert [hit.normal for hit in found.codes] == ["E951"]
        assert found.entries == ()

    @pytest.mark.parametrize("typed", ["pos e324", "error e324", "E324 error", "s90 e324", "code e-324"])
    def test_a_word_beside_the_code_is_no_part_of_it(self, typed: str) -> None:
        make_error_code(strings=("E324",))
        assert "E324" in [hit.normal for hit in search_page(typed).codes]

    def test_a_meaning_called_like_its_string_keeps_its_entry(self) -> None:
        make_error_code(strings=("E953",), slug="e953")
        assert SearchEntry.objects.get(kind="code", slug="e953").path == "/codes/E953/"
        make_error_code(strings=("E953",))
        assert SearchEntry.objects.get(kind="hub", slug="e953").path == "/codes/E953/"
        assert SearchEntry.objects.get(kind="code", slug="e953").path == "/codes/E953/e953/"

    def test_the_hub_is_never_called_by_one_of_its_meanings(self) -> None:
        first, _ = make_error_code(strings=("E952",)), make_error_code(strings=("E952",))
        assert first.title not in SearchEntry.objects.get(slug="e952").title

    def test_an_amount_is_not_called_an_unknown_code(self) -> None:
        assert search_page("刷了 200 没到账").unknown_codes == ()


class TestWords:
    def test_a_sentence_finds_what_holds_its_rare_words(self) -> None:
        make_article(title="磁条消磁了怎么办", summary="换卡")
        make_article(title="网络不好怎么办", summary="换网")
        found = search_page("我的卡好像消磁了").entries
        assert [entry.title for entry in found][:1] == ["磁条消磁了怎么办"]

    def test_causes_and_guides_are_found_too(self) -> None:
        make_cause(name="磁头磨损")
        make_guide(title="刷卡没反应")
        assert {entry.kind for entry in search_page("磁头磨损 刷卡没反应").entries} == {"cause", "guide"}

    def test_nothing_found_still_offers_guides_and_the_rule(self, client: Client) -> None:
        make_guide()
        page = client.get("/search/?q=" + quote("完全不相干的东西")).content.decode()
        assert "/articles/query-first/" in page
        assert "/guides/trial/" in page

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "\x00",
            "\ud800".encode("utf-8", "surrogatepass").decode("latin1"),
            "'\"; DROP TABLE kb_article; --",
            "* OR NEAR(",
            "🙂🙂",
            "。。。",
            "怎" * 10_000,
            "%' ESCAPE '",
        ],
    )
    def test_bad_input_is_an_ordinary_page(self, client: Client, typed: str) -> None:
        assert client.get("/search/", {"q": typed}).status_code == 200
        assert client.get("/search/suggest/", {"q": typed}).status_code == 200

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=60))
    def test_any_text_is_answered(self, typed: str) -> None:
        search_page(typed)
        suggestions(typed)

    def test_the_typed_text_is_shown_as_text(self, client: Client) -> None:
        page = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
        assert "<script>alert" not in page


class TestDrafts:
    def test_a_draft_is_never_found_not_even_by_staff(self, client: Client) -> None:
        article = make_article(title="秘密草稿", status="draft")
        client.force_login(make_user(superuser=True))
        assert f"/articles/{article.slug}/" not in client.get("/search/?q=" + quote("秘密草稿")).content.decode()
        assert search_page("秘密草稿").entries == ()

    def test_publishing_and_withdrawing_change_what_is_found(self) -> None:
        editor = make_user(superuser=True)
        article = make_article(title="消磁的卡", status="draft")
        publish_entry(article, by=editor)
        assert [entry.title for entry in search_page("消磁").entries] == ["消磁的卡"]
        withdraw_entry(article, by=editor)
        assert search_page("消磁").entries == ()

    def test_withdrawing_keeps_what_somebody_saved_in_the_meantime(self) -> None:
        held = make_article(summary="旧的")
        current = Article.objects.get(pk=held.pk)
        current.summary = "新的"
        current.save()
        withdraw_entry(held, by=make_user(superuser=True))
        kept = Article.objects.get(pk=held.pk)
        assert (kept.summary, kept.status, held.status) == ("新的", "draft", "draft")

    def test_a_deleted_entry_is_gone_and_its_neighbour_moves_up(self) -> None:
        one, two = make_error_code(strings=("E960",)), make_error_code(strings=("E960",))
        assert SearchEntry.objects.get(slug="e960").path == "/codes/E960/"
        assert SearchEntry.objects.get(slug=two.slug).path == f"/codes/E960/{two.slug}/"
        delete_entry(one)
        assert not SearchEntry.objects.filter(slug__in=["e960", one.slug]).exists()
        assert SearchEntry.objects.get(slug=two.slug).path == "/codes/E960/"

    def test_a_rebuild_gives_the_same_rows(self) -> None:
        make_article(title="消磁的卡")
        make_cause()
        make_error_code(strings=("E961",))
        make_error_code(strings=("E961",))
        before = set(SearchTerm.objects.values_list("entry__slug", "term", "weight"))
        SearchTerm.objects.all().delete()
        make_article(slug="gone")
        Article.objects.filter(slug="gone").delete()
        rebuild_search()
        assert not SearchEntry.objects.filter(slug="gone").exists()
        assert set(SearchTerm.objects.values_list("entry__slug", "term", "weight")) == before


class TestSuggestions:
    def test_the_beginning_of_a_code_is_enough(self, client: Client) -> None:
        make_error_code(strings=("E324",))
        make_error_code(strings=("E301",))
        make_error_code(strings=("A0",))
        codes, _ = suggestions("e3")
        assert [hit.normal for hit in codes] == ["E301", "E324"]
        assert 'role="option"' in client.get("/search/suggest/?q=e3").content.decode()

    def test_words_give_entries(self) -> None:
        make_article(title="磁条消磁")
        _, entries = suggestions("消磁")
        assert [entry.title for entry in entries] == ["磁条消磁"]


class TestHome:
    def test_the_first_page_has_a_box_the_common_codes_and_the_guides(self, client: Client) -> None:
        make_error_code(strings=("E970",), common=True)
        make_error_code(strings=("E971",))
        make_guide()
        page = client.get("/").content.decode()
        assert 'name="q"' in page
        assert "/codes/E970/" in page
        assert "/codes/E971/" not in page
        assert "/guides/trial/" in page


class TestCost:
    @pytest.mark.parametrize("rows", [2, 20])
    @pytest.mark.parametrize(
        ("query", "queries"),
        [("E980", 1), ("刷卡没反应", 2), ("终端报E980刷卡没反应", 3), ("E999", 3), ("E999刷卡没反应", 4), ("", 1)],
    )
    def test_a_search_costs_four_queries_at_the_most(
        self, client: Client, rows: int, query: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_error_code(strings=("E980", f"E981{number}"))
            make_article(title=f"刷卡没反应{number}")
            make_guide(f"guide-{number}")
        with django_assert_num_queries(queries):
            client.get("/search/", {"q": query})

    @pytest.mark.parametrize("rows", [2, 20])
    def test_the_first_page_costs_one_query(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_error_code(strings=(f"E98{number}",), common=True)
        with django_assert_num_queries(1):
            client.get("/")
