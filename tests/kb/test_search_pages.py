"""The search page, suggestions and the first page."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from kb.actions import cause_saved, delete_entry, publish_entry, rebuild_search, synonyms_saved, withdraw_entry
from kb.models import Article, CodeArticle, SearchDocument, SearchEntry, SearchWord, SynonymGroup
from kb.money import GENERAL_RULE
from kb.queries.search import SearchPage, found_entries, near_codes, search_page, suggestions
from kb.search.reasons import Reason
from kb.search_vocabulary import forget_vocabulary, vocabulary
from kb.templatetags.pages import reason_words
from tests.factories import make_article, make_cause, make_error_code, make_guide, make_system, make_user

pytestmark = pytest.mark.django_db


def titles(page: SearchPage) -> list[str]:
    return [hit.entry.title for hit in page.hits]


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
        assert found.hits == ()
        assert found.unknown_codes == ("E325",)

    def test_a_guide_for_another_code_is_not_offered(self, client: Client) -> None:
        make_guide("e324", codes=("E324",))
        make_guide("any-code")
        page = client.get("/search/?q=E999").content.decode()
        assert "/guides/any-code/" in page
        assert "/guides/e324/" not in page

    def test_articles_that_mention_an_unknown_code_are_found(self) -> None:
        make_article(title="检卡超时", body="有的程序显示 E326。")
        assert titles(search_page("E326")) == ["检卡超时"]

    def test_a_code_found_is_not_listed_again_below(self) -> None:
        make_error_code(strings=("E951",), meaning="E951 怎么办")
        found = search_page("pos机显示E951怎么办")
        assert [hit.normal for hit in found.codes] == ["E951"]
        assert found.hits == ()

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

    def test_a_named_system_narrows_a_string_with_several_meanings(self) -> None:
        starpos = make_system("starpos", names="新大陆\nnewland")
        own = make_error_code(strings=("E944",), system=starpos)
        make_error_code(strings=("E944",))
        forget_vocabulary()
        for typed in ("新大陆E944", "newland e944"):
            (hit,) = search_page(typed).codes
            assert (hit.meanings, hit.title, hit.url) == (1, own.title, f"/codes/E944/{own.slug}/")
        assert search_page("E944").codes[0].meanings == 2

    def test_a_named_system_that_does_not_know_the_code_is_said_and_nothing_is_promised(self, client: Client) -> None:
        make_system("ingenico", names="ingenico")
        make_error_code(strings=("30",), money_moved="no", retry="yes")
        forget_vocabulary()
        (hit,) = search_page("ingenico error 30").codes
        assert (hit.unknown_in, hit.safety) == ("ingenico", GENERAL_RULE)
        assert "ingenico" in client.get("/search/?q=ingenico error 30").content.decode()
        assert search_page("error 30").codes[0].unknown_in == ""

    def test_a_narrowed_hit_leads_to_the_other_meanings(self, client: Client) -> None:
        make_error_code(strings=("E945",), system=make_system("starpos", names="新大陆"))
        make_error_code(strings=("E945",))
        forget_vocabulary()
        assert search_page("新大陆E945").codes[0].others == 1
        assert 'href="/codes/E945/"' in client.get("/search/?q=" + quote("新大陆E945")).content.decode()

    def test_a_model_behind_a_maker_is_neither_a_code_nor_called_an_unknown_one(self) -> None:
        make_error_code(strings=("A8",))
        make_article(title="没网")
        found = search_page("联迪A8没网")
        assert (found.codes, found.unknown_codes, titles(found)) == ((), (), ["没网"])

    def test_no_other_code_stands_beside_an_unknown_one(self, client: Client) -> None:
        make_error_code(strings=("E946",), title="打印机缺纸了")
        make_article(title="打印机缺纸了怎么办")
        page = search_page("错误代码E999 打印机缺纸")
        assert {hit.entry.kind for hit in page.hits} == {"article"}
        assert {entry.kind for entry in found_entries("错误代码E999 打印机缺纸").entries} == {"article"}
        assert {entry.kind for entry in suggestions("错误代码E999 打印机缺纸")[1]} == {"article"}

    def test_a_code_alone_brings_its_articles_and_its_guide(self, client: Client) -> None:
        code = make_error_code(strings=("E947",))
        CodeArticle.objects.create(code=code, article=make_article(title="先查这一笔"))
        make_guide("e947", codes=("E947",))
        assert titles(search_page("E947")) == ["先查这一笔"]
        assert "/guides/e947/" in client.get("/search/?q=E947").content.decode()

    def test_a_pasted_list_of_unknown_codes_costs_no_more_than_one(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        vocabulary()
        with django_assert_max_num_queries(14):
            page = search_page(" ".join(f"错误E9{number:02}" for number in range(30)))
        assert len(page.unknown_codes) == 3

    def test_a_misspelt_code_is_told_from_the_unknown_and_its_neighbours_are_offered(self, client: Client) -> None:
        for text in ("E324", "E325", "A900"):
            make_error_code(strings=(text,))
        found = search_page("E3224")
        assert (found.codes, found.unknown_codes) == ((), ("E3224",))
        assert [near.normal for near in found.near_codes] == ["E324"]
        assert "/codes/E324/" in client.get("/search/?q=E3224").content.decode()
        assert search_page("X9").near_codes == ()

    def test_beside_an_unknown_code_only_the_very_words_are_an_answer(self) -> None:
        make_article(title="打印机缺纸")
        make_article(title="打印机")
        assert titles(search_page("E999 打印机缺纸")) == ["打印机缺纸"]
        assert titles(search_page("E999 打印机今天怪怪的")) == []

    def test_an_amount_is_not_called_an_unknown_code(self) -> None:
        assert search_page("刷了 200 没到账").unknown_codes == ()


class TestWords:
    def test_a_sentence_finds_what_holds_its_rare_words(self) -> None:
        make_article(title="磁条消磁了怎么办", summary="换卡")
        make_article(title="网络不好怎么办", summary="换网")
        assert titles(search_page("我的卡好像消磁了"))[:1] == ["磁条消磁了怎么办"]

    def test_guides_are_found_too_and_causes_through_their_codes(self) -> None:
        make_cause(name="磁头磨损")
        code = make_error_code(strings=("E940",), causes=1)
        cause = code.causes.get()
        cause.name = "磁头磨损"
        cause.save()
        cause_saved(cause)
        make_guide(title="刷卡没反应")
        assert [hit.entry.slug for hit in search_page("磁头磨损").hits] == [code.slug]
        assert [hit.entry.kind for hit in search_page("刷卡没反应").hits] == ["guide"]

    def test_a_synonym_is_understood_at_once_without_reindexing(self) -> None:
        make_article(title="签购单留底")
        assert titles(search_page("小票")) == []
        synonyms_saved(SynonymGroup.objects.create(slug="receipt", words="小票\n签购单"))
        assert titles(search_page("小票")) == ["签购单留底"]
        assert search_page("小票").hits[0].reason == "synonym"

    def test_a_word_that_sounds_like_a_known_one_is_suggested_not_forced(self, client: Client) -> None:
        make_article(title="冲正是什么")
        synonyms_saved(SynonymGroup.objects.create(slug="reversal", words="冲正\n自动撤销"))
        found = search_page("冲证")
        assert (found.perhaps, found.hits) == ("冲正", ())
        assert "?q=" + quote("冲正") in client.get("/search/?q=" + quote("冲证")).content.decode()
        assert search_page("冲正").perhaps == ""

    def test_a_mistyped_terminal_is_still_a_terminal(self) -> None:
        make_article(title="冲正是什么")
        assert titles(search_page("pose机冲正")) == ["冲正是什么"]

    def test_matched_words_are_marked_and_the_reason_is_said(self, client: Client) -> None:
        make_error_code(strings=("E941",), title="没做签到", screen_text="请先签到")
        page = client.get("/search/?q=" + quote("签到")).content.decode()
        assert '<mark class="marked">签到</mark>' in page
        assert Reason.SCREEN in {hit.reason for hit in search_page("签到").hits}
        assert reason_words(Reason.SCREEN) in page

    def test_facets_narrow_to_one_system(self, client: Client) -> None:
        make_error_code(strings=("E942",), title="签到甲", system=make_system("screen"))
        make_error_code(strings=("E943",), title="签到乙", system=make_system("starpos"))
        found = search_page("签到")
        assert {(facet.slug, facet.count) for facet in found.facets} == {("screen", 1), ("starpos", 1)}
        assert titles(search_page("签到", system="starpos")) == ["签到乙"]
        assert len(search_page("签到", system="nonsense").hits) == 2
        assert "system=starpos" in client.get("/search/?q=" + quote("签到")).content.decode()

    def test_more_than_a_page_is_paged(self, client: Client) -> None:
        for number in range(25):
            make_article(title=f"签到{number}")
        first, second = search_page("签到"), search_page("签到", page="2")
        assert (first.count, len(first.hits), len(second.hits)) == (25, 20, 5)
        assert not set(titles(first)) & set(titles(second))
        assert len(search_page("签到", page="99").hits) == 5
        assert "page=2" in client.get("/search/?q=" + quote("签到")).content.decode()

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
        assert search_page("秘密草稿").hits == ()

    def test_publishing_and_withdrawing_change_what_is_found(self) -> None:
        editor = make_user(superuser=True)
        article = make_article(title="消磁的卡", status="draft")
        publish_entry(article, by=editor)
        assert titles(search_page("消磁")) == ["消磁的卡"]
        withdraw_entry(article, by=editor)
        assert search_page("消磁").hits == ()

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

    def test_a_deleted_code_leaves_no_trace_in_suggestions_and_neighbours(self) -> None:
        code = make_error_code(strings=("E948", "E949"))
        delete_entry(code)
        assert suggestions("E94") == ((), ())
        assert near_codes("E9488") == ()

    def test_a_draft_cause_finds_nothing(self) -> None:
        code = make_error_code(strings=("E938",), causes=1)
        cause = code.causes.get()
        cause.name, cause.status = "绝密原因", "draft"
        cause.save()
        cause_saved(cause)
        assert search_page("绝密原因").hits == ()

    def test_drafts_are_in_no_suggestion_and_no_facet(self) -> None:
        make_error_code(strings=("E937",), title="秘密草稿", status="draft", system=make_system("starpos"))
        assert suggestions("E93") == ((), ())
        assert suggestions("秘密草稿") == ((), ())
        assert search_page("秘密草稿").facets == ()

    def test_a_published_entry_is_never_hidden_from_staff(self, client: Client) -> None:
        article = make_article(title="人人可见")
        client.force_login(make_user(superuser=True))
        assert f"/articles/{article.slug}/" in client.get("/search/?q=" + quote("人人可见")).content.decode()

    def test_a_rebuild_gives_the_same_rows(self) -> None:
        make_article(title="消磁的卡")
        make_cause()
        make_error_code(strings=("E961",))
        make_error_code(strings=("E961",))
        before = rows()
        SearchDocument.objects.all().delete()
        SearchWord.objects.all().delete()
        make_article(slug="gone")
        Article.objects.filter(slug="gone").delete()
        rebuild_search()
        assert not SearchEntry.objects.filter(slug="gone").exists()
        assert rows() == before


def rows() -> tuple[set[tuple[str, str, str, str]], set[tuple[str, int]]]:
    documents = set(SearchDocument.objects.values_list("entry__slug", "title", "head", "text"))
    return documents, set(SearchWord.objects.filter(titles__gt=0).values_list("term", "titles"))


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
        ("query", "most"),
        # A code (with its articles and guides); words (their counts, three tiers or any of the rarest, the entries, what sounds alike); both; a code that
        # nobody defines (texts that mention it, neighbours, guides for any code).
        [
            ("E980", 6),
            ("刷卡没反应", 7),
            ("终端报E980刷卡没反应", 10),
            ("E999", 9),
            ("E999 E998 E997 E996 打印机刷卡没反应", 14),
            ("", 1),
        ],
    )
    def test_a_search_costs_a_handful_of_queries_however_much_there_is(
        self, client: Client, rows: int, query: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_error_code(strings=("E980", f"E981{number}"))
            make_article(title=f"刷卡没反应{number}")
            make_guide(f"guide-{number}")
        vocabulary()  # read once in a few seconds, not once a search
        with django_assert_max_num_queries(most):
            client.get("/search/", {"q": query})

    @pytest.mark.parametrize("rows", [2, 20])
    def test_the_first_page_costs_one_query(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_error_code(strings=(f"E98{number}",), common=True)
        with django_assert_num_queries(1):
            client.get("/")
