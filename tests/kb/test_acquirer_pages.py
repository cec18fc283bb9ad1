"""Whom to call: the label first, numbers only as far as they can be believed, standing with its date."""

from pathlib import Path

import brotli
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from kb.catalogue.actions import load_catalogue
from kb.catalogue.reading import read_catalogue
from kb.models import Acquirer, Citation
from kb.queries.acquirers import WORDS_TO_SAY
from kb.queries.search import search_page
from kb.search_vocabulary import forget_vocabulary, vocabulary
from tests.admin_forms import change_address, client_of, queries, save
from tests.factories import make_acquirer, make_source
from tests.kb.content_files import FILES, write_content

pytestmark = pytest.mark.django_db

HTML = 6 * 1024  # bytes of a page, compressed


def main_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


class TestList:
    def test_acquirers_stand_by_their_sound_and_others_apart(self, client: Client) -> None:
        for brand, role in (
            ("银盛", "acquirer"),
            ("拉卡拉", "acquirer"),
            ("中国银联", "clearing"),
            ("人民银行", "regulator"),
        ):
            make_acquirer(brand=brand, role=role)
        page = main_of(client, "/en/acquirers/")
        apart = page.index("Not acquirers")
        assert page.index("拉卡拉") < page.index("银盛") < apart
        assert apart < page.index("人民银行") < page.index("中国银联")

    def test_the_label_comes_before_every_name_and_standing_has_its_date(self, client: Client) -> None:
        acquirer = make_acquirer(standing="2011年取得牌照", standing_as_of="2021-05")
        page = main_of(client, "/en/acquirers/")
        assert page.index("Look at the label on the terminal") < page.index(acquirer.brand)
        assert page.index("2011年取得牌照") < page.index("as of 2021-05")
        assert acquirer.get_absolute_url() in page

    def test_no_number_stands_in_the_list(self, client: Client) -> None:
        make_acquirer(hotline="95016", hotline_confidence="unverified")
        assert "95016" not in main_of(client, "/acquirers/")

    def test_without_entries_it_is_an_ordinary_page(self, client: Client) -> None:
        assert "Nobody is listed yet" in main_of(client, "/en/acquirers/")

    def test_every_page_leads_to_it(self, client: Client) -> None:
        assert 'href="/acquirers/"' in client.get("/").content.decode().partition("<footer")[2]


class TestPage:
    def test_it_says_what_to_have_at_hand_what_to_say_and_of_scams(self, client: Client) -> None:
        acquirer = make_acquirer(legal_name="某某有限公司", note="先核对小票。")
        page = main_of(client, f"/en/acquirers/{acquirer.slug}/")
        for words in (
            "某某有限公司",
            "先核对小票。",
            "terminal number",
            "reference number",
            "我的商户号××",
            "the label on the",
        ):
            assert words in page
        assert "/en/articles/scam-upgrade/" in page
        assert "/en/articles/query-first/" in page

    def test_standing_has_its_date_and_names_the_register_that_holds(self, client: Client) -> None:
        acquirer = make_acquirer(standing="2011年取得牌照", standing_as_of="2021-05")
        page = main_of(client, f"/en/acquirers/{acquirer.slug}/")
        assert page.index("2011年取得牌照") < page.index("As of 2021-05") < page.index("the public register")

    def test_a_reliable_number_can_be_dialled(self, client: Client) -> None:
        acquirer = make_acquirer(hotline="400-820-8820", hotline_confidence="reliable")
        assert 'href="tel:4008208820"' in main_of(client, f"/acquirers/{acquirer.slug}/")

    def test_an_unverified_number_is_called_so_says_where_it_is_from_and_cannot_be_dialled(
        self, client: Client
    ) -> None:
        acquirer = make_acquirer(hotline="95016", hotline_confidence="unverified", sources=0)
        for title, note in (("牌照报道", "首批牌照"), ("代理汇总表", "客服号码，单一来源")):
            Citation.objects.create(acquirer=acquirer, source=make_source(title=title, credibility="low"), note=note)
        page = main_of(client, f"/en/acquirers/{acquirer.slug}/")
        assert page.index("the label on the") < page.index("Unverified:") < page.index("95016")
        box = page.partition('class="hotline ')[2].partition("</section>")[0]
        assert "代理汇总表" in box
        assert "牌照报道" not in box
        assert "tel:" not in page

    @pytest.mark.parametrize("hotline", ["", "95016"])
    def test_a_number_that_is_not_to_be_shown_is_not(self, client: Client, hotline: str) -> None:
        acquirer = make_acquirer(hotline=hotline, hotline_confidence="not-listed")
        page = client.get(f"/en/acquirers/{acquirer.slug}/").content.decode()
        assert "95016" not in page
        assert "tel:" not in page
        assert "no number that we could show" in page

    @pytest.mark.parametrize(("role", "words"), [("clearing", "A clearing house"), ("regulator", "A regulator")])
    def test_what_is_no_acquirer_says_so_first(self, client: Client, role: str, words: str) -> None:
        acquirer = make_acquirer(role=role, hotline="95516", hotline_confidence="reliable")
        page = main_of(client, f"/en/acquirers/{acquirer.slug}/")
        assert page.index(words) < page.index("95516")
        assert "What it can and cannot do" in page
        assert "the public register" not in page

    def test_sources_are_shown_as_on_articles(self, client: Client) -> None:
        acquirer = make_acquirer(sources=0)
        source = make_source(title="银行公告", url="https://example.org/a")
        Citation.objects.create(acquirer=acquirer, source=source, note="写明官网")
        page = main_of(client, f"/acquirers/{acquirer.slug}/").partition('class="sources"')[2]
        assert 'href="https://example.org/a"' in page
        assert "写明官网" in page

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_a_draft_and_an_unknown_one_are_not_found(self, client: Client, prefix: str) -> None:
        assert client.get(f"{prefix}/acquirers/{make_acquirer(status='draft').slug}/").status_code == 404
        assert client.get(f"{prefix}/acquirers/nobody/").status_code == 404

    def test_chinese_words_are_marked_on_the_english_page(self, client: Client) -> None:
        acquirer = make_acquirer()
        assert f'<h1 lang="zh-Hans">{acquirer.brand}</h1>' in main_of(client, f"/en/acquirers/{acquirer.slug}/")
        assert 'lang="zh-Hans"' not in main_of(client, f"/acquirers/{acquirer.slug}/")


class TestCost:
    @pytest.mark.parametrize("rows", [2, 20])
    def test_the_list_costs_one_query_and_is_light(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(rows):
            make_acquirer(
                standing="公开资料写它的牌照续展到某年某月；这个日期已经过去，之后的结果没有查到，以人民银行公示为准。"
            )
        with django_assert_num_queries(1):
            response = client.get("/acquirers/")
        assert len(brotli.compress(response.content, quality=5)) <= HTML

    @pytest.mark.parametrize("rows", [2, 20])
    def test_a_page_costs_two_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        acquirer = make_acquirer(sources=rows, hotline="95016", hotline_confidence="unverified")
        with django_assert_num_queries(2):
            client.get(f"/acquirers/{acquirer.slug}/")


def test_search_engines_are_told_of_published_ones(client: Client) -> None:
    shown, draft = make_acquirer(), make_acquirer(status="draft")
    page = client.get("/sitemap.xml").content.decode()
    assert "/acquirers/</loc>" in page
    assert f"/acquirers/{shown.slug}/</loc>" in page
    assert f"/en/acquirers/{shown.slug}/</loc>" in page
    assert draft.slug not in page


class TestAdmin:
    def test_an_editor_writes_the_names_that_people_type_and_the_search_knows_them_at_once(self) -> None:
        acquirer = make_acquirer()
        assert vocabulary().acquirers is not None  # read once, and kept
        editor = client_of("editor")
        assert save(editor, change_address(acquirer), names="瑞刷\n瑞和宝", role="clearing").status_code == 302
        acquirer.refresh_from_db()
        assert (acquirer.names.split(), acquirer.role) == (["瑞刷", "瑞和宝"], "clearing")
        assert acquirer.slug in vocabulary().acquirers.values()
        assert len([slug for slug in vocabulary().acquirers.values() if slug == acquirer.slug]) == 3

    def test_an_editor_sees_the_page_of_what_is_published(self) -> None:
        editor = client_of("editor")
        with translation.override("en"):
            shown, draft = make_acquirer(), make_acquirer(status="draft")
            assert shown.get_absolute_url() == f"/en/acquirers/{shown.slug}/"
        assert f"/acquirers/{shown.slug}/" in editor.get(change_address(shown)).content.decode()
        assert f"/acquirers/{draft.slug}/" not in editor.get(change_address(draft)).content.decode()

    def test_the_list_costs_the_same_at_two_and_at_twenty_rows(self) -> None:
        reviewer = client_of("reviewer")
        for _ in range(2):
            make_acquirer()
        few = queries(reviewer, "/en/admin/kb/acquirer/")
        for _ in range(18):
            make_acquirer()
        assert queries(reviewer, "/en/admin/kb/acquirer/") == few

    @pytest.mark.parametrize(
        ("group", "seen", "changed"),
        [
            ("", 302, 302), ("plain", 302, 302), ("call-centre agent", 200, 403), ("editor", 200, 200), ("reviewer", 200, 200),
            ("superuser", 200, 200),
        ],
    )  # fmt: skip
    def test_who_may_see_and_who_may_change_it(self, group: str, seen: int, changed: int) -> None:
        client, address = client_of(group), change_address(make_acquirer())
        assert client.get(address).status_code == seen
        assert client.post(address, {}).status_code == changed  # 200: the form again, with what is missing


def test_the_files_say_who_is_no_acquirer(tmp_path: Path) -> None:
    acquirers = FILES["acquirers.yaml"] + FILES["acquirers.yaml"].replace(
        "slug: someone", "slug: house\n  role: clearing"
    )
    (tmp_path / "acquirers.yaml").write_text(acquirers, encoding="utf-8")
    write_content(tmp_path)
    load_catalogue(read_catalogue(tmp_path))
    assert dict(Acquirer.objects.values_list("slug", "role")) == {"someone": "acquirer", "house": "clearing"}


def test_the_database_refuses_an_unknown_role() -> None:
    acquirer = make_acquirer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Acquirer.objects.filter(pk=acquirer.pk).update(role="friend")


@pytest.mark.django_db
def test_one_that_has_left_sends_nobody_to_call_it(client: Client) -> None:
    make_acquirer(slug="gone", brand="某家支付", has_left=True, hotline="12345678", hotline_confidence="unverified")
    page = client.get("/acquirers/gone/").content.decode()
    assert "退出" in page
    assert "12345678" not in page
    assert WORDS_TO_SAY["acquirer"] not in page
    assert "退出" in client.get("/acquirers/").content.decode()


@pytest.mark.django_db
def test_a_search_for_its_name_finds_it_and_is_not_in_vain(client: Client) -> None:
    make_acquirer(slug="lakala", brand="拉卡拉")
    forget_vocabulary()
    found = search_page("拉卡拉")
    assert [acquirer.slug for acquirer in found.acquirers] == ["lakala"]
    assert not found.found_nothing
    assert "/acquirers/lakala/" in client.get("/search/?q=拉卡拉").content.decode()
