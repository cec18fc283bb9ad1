"""Pages of codes: hub, meaning, canonical addresses, and what they cost."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.models import Account, CodeString, Disagreement, DisagreementPosition, ErrorCode
from tests.factories import make_article, make_cause, make_error_code, make_guide, make_system

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def disagree(topic: str, *accounts: Account, position: int = 0, advice: str = "") -> None:
    """A point on which `accounts` differ; each says which one it is."""
    code = accounts[0].code
    string = code.strings.first()
    point = Disagreement.objects.create(
        slug=f"point-{Disagreement.objects.count()}",
        normal=string.normal if string else code.slug,
        topic=topic,
        position=position,
        advice=advice,
    )
    for number, account in enumerate(accounts, start=1):
        DisagreementPosition.objects.create(disagreement=point, account=account, says=f"第{number}种")


class TestAddresses:
    def test_a_string_with_one_meaning_is_that_page(self, client: Client) -> None:
        code = make_error_code(strings=("E901",))
        assert code.title in text_of(client, "/codes/E901/")

    @pytest.mark.parametrize("typed", ["e901", "ｅ９０１", "E-901", "e%20901"])
    def test_any_spelling_redirects_to_the_canonical_one(self, client: Client, typed: str) -> None:
        make_error_code(strings=("E901",))
        response = client.get(f"/codes/{typed}/")
        assert (response.status_code, response["Location"]) == (302, "/codes/E901/")

    def test_several_meanings_ask_which_screen(self, client: Client) -> None:
        first, second = make_error_code(strings=("E902",)), make_error_code(strings=("E902",))
        page = text_of(client, "/codes/E902/")
        assert first.title in page
        assert second.title in page
        assert f"/codes/E902/{second.slug}/" in page

    def test_the_only_meaning_has_no_address_of_its_own_below_the_string(self, client: Client) -> None:
        code = make_error_code(strings=("E903",))
        response = client.get(f"/codes/E903/{code.slug}/")
        assert (response.status_code, response["Location"]) == (302, "/codes/E903/")

    def test_a_slug_leads_to_the_meaning_under_its_string(self, client: Client) -> None:
        one, _ = make_error_code(strings=("E904",)), make_error_code(strings=("E904",))
        response = client.get(f"/codes/{one.slug}/", follow=True)
        assert response.redirect_chain[-1] == (f"/codes/E904/{one.slug}/", 302)
        assert one.title in response.content.decode()

    def test_a_meaning_without_a_string_is_found_by_slug_in_any_case(self, client: Client) -> None:
        code = make_error_code(strings=(), slug="not-signed-on")
        assert code.title in text_of(client, "/codes/not-signed-on/")
        assert client.get("/codes/Not-Signed-On/")["Location"] == "/codes/not-signed-on/"

    def test_a_meaning_asked_for_under_a_wrong_string_is_found(self, client: Client) -> None:
        code = make_error_code(strings=("E905",))
        make_error_code(strings=("E906",))
        response = client.get(f"/codes/E906/{code.slug}/", follow=True)
        assert response.redirect_chain[-1][0] == "/codes/E905/"

    def test_a_string_that_is_no_ascii_leads_to_its_meanings(self, client: Client) -> None:
        first, _ = make_error_code(strings=("请重试",)), make_error_code(strings=("请重试",))
        assert client.get(f"/codes/请重试/{first.slug}/").status_code == 200
        assert client.get(f"/codes/请重试/{first.slug.upper()}/").status_code == 302

    def test_an_unknown_meaning_falls_back_to_the_string(self, client: Client) -> None:
        make_error_code(strings=("E907",))
        assert client.get("/codes/E907/no-such-thing/")["Location"] == "/codes/E907/"

    @pytest.mark.parametrize(
        "address",
        ["/codes/E999/", "/codes/%F0%9F%99%82/", "/codes/E999/none/", "/codes/---/", "/codes/%00/", "/codes/a%00b/"],
    )
    def test_an_unknown_code_is_a_page_with_a_search_box(self, client: Client, address: str) -> None:
        response = client.get(address)
        assert response.status_code == 404
        assert 'name="q"' in response.content.decode()

    def test_a_draft_is_not_shown(self, client: Client) -> None:
        code = make_error_code(strings=("E908",), status="draft")
        assert client.get("/codes/E908/").status_code == 404
        assert client.get(f"/codes/{code.slug}/").status_code == 404
        assert code.title not in text_of(client, "/codes/")


class TestOrder:
    def test_money_comes_first_then_selling_then_meaning_then_fix_then_call(self, client: Client) -> None:
        code = make_error_code(
            strings=("E910",),
            money_note="钱的话",
            keep_selling="先这样卖",
            meaning="意思在此",
            tell="打电话说",
            causes=1,
        )
        page = text_of(client, "/codes/E910/").partition("<main")[2]
        cause = code.causes.get().name
        places = [page.index(words) for words in ("钱的话", "先这样卖", "意思在此", cause, "打电话说")]
        assert places == sorted(places)

    def test_causes_stand_likeliest_first_and_drafts_are_left_out(self, client: Client) -> None:
        code = make_error_code(strings=("E911",))
        for weight, name, status in (
            (10, "少见的", "published"),
            (90, "常见的", "published"),
            (95, "没写完的", "draft"),
        ):
            code.code_causes.create(cause=make_cause(name=name, status=status), weight=weight)
        page = text_of(client, "/codes/E911/")
        assert page.index("常见的") < page.index("少见的")
        assert "没写完的" not in page

    def test_the_hub_shows_contradictions_cell_by_cell(self, client: Client) -> None:
        first, second = (
            make_error_code(strings=("E912",), slug="e912-a"),
            make_error_code(strings=("E912",), slug="e912-b"),
        )
        point = Disagreement.objects.create(slug="p", normal="E912", topic="谁来换磁头", advice="交给技术员")
        DisagreementPosition.objects.create(disagreement=point, account=first.accounts.get(), says="交厂家")
        page = text_of(client, "/codes/E912/")
        assert page.index("谁来换磁头") < page.index("交厂家") < page.index("交给技术员")
        assert second.title in page

    def test_the_hub_leaves_out_what_one_meaning_says_against_itself(self, client: Client) -> None:
        own = make_error_code(strings=("E914",), slug="e914-a", accounts=2)
        other = make_error_code(strings=("E914",), slug="e914-b")
        disagree("新旧两表", *own.accounts.all())
        disagree("谁来换", own.accounts.get(key="a1"), other.accounts.get())
        page = text_of(client, "/codes/E914/")
        assert "新旧两表" not in page
        # The meaning speaks by whichever of its accounts has something to say.
        assert page.index("谁来换") < page.index("第1种") < page.index("第2种")

    def test_the_hub_has_the_first_question_of_its_guide(self, client: Client) -> None:
        make_error_code(strings=("E913",))
        make_error_code(strings=("E913",))
        make_guide(codes=("e-913",))
        page = text_of(client, "/codes/E913/")
        assert "您是怎么读卡的？" in page
        assert "/guides/trial/insert/?v=1&amp;reading=tap" in page


class TestAccounts:
    def test_accounts_of_one_meaning_stand_side_by_side_with_their_sources(self, client: Client) -> None:
        code = make_error_code(strings=("E915",), accounts=2)
        page = text_of(client, "/codes/E915/").partition('class="account-list"')[2]
        for account in code.accounts.all():
            assert account.source.title in page

    def test_their_contradictions_stand_below_them_by_source_in_order(self, client: Client) -> None:
        code = make_error_code(strings=("E916",), accounts=3)
        first, second, silent = code.accounts.all()
        disagree("后一点", second, first, position=2, advice="听新的")
        disagree("前一点", first, second, position=1)
        page = (
            text_of(client, "/codes/E916/").partition('class="account-list"')[2].partition('class="disagreements"')[2]
        )
        assert page.index("前一点") < page.index("后一点") < page.index("听新的")
        sides = page.partition("后一点")[2]
        assert sides.index(first.source.title) < sides.index("第2种") < sides.index(second.source.title)
        assert silent.source.title not in page

    def test_a_meaning_without_a_string_has_them_too(self, client: Client) -> None:
        code = make_error_code(strings=(), slug="not-signed-on", accounts=2)
        disagree("先签到吗", *code.accounts.all())
        assert "先签到吗" in text_of(client, "/codes/not-signed-on/")

    def test_what_meanings_say_against_each_other_stands_on_their_common_page_only(self, client: Client) -> None:
        one, other = make_error_code(strings=("E917",)), make_error_code(strings=("E917",))
        disagree("谁来换", one.accounts.get(), other.accounts.get())
        assert "谁来换" in text_of(client, "/codes/E917/")
        assert "谁来换" not in text_of(client, f"/codes/E917/{one.slug}/")

    def test_an_account_with_several_points_stands_once(self, client: Client) -> None:
        code = make_error_code(strings=("E918",), accounts=2)
        for number in range(3):
            disagree(f"第{number}点", *code.accounts.all())
        page = text_of(client, "/codes/E918/")
        assert page.count('<figure class="account ') == 2
        assert page.count('class="disagreements__point"') == 3


class TestCost:
    @pytest.mark.parametrize("rows", [2, 20])
    def test_a_hub_costs_four_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        codes = [make_error_code(strings=("E920", f"E921{number}"), accounts=2, causes=2) for number in range(rows)]
        for number in range(rows):
            point = Disagreement.objects.create(slug=f"p{number}", normal="E920", topic="分歧")
            DisagreementPosition.objects.create(disagreement=point, account=codes[0].accounts.get(key="a0"), says="甲")
        make_guide(codes=("E920",))
        client.get("/codes/E920/")  # the process reads the guide's revision once
        with django_assert_num_queries(4):
            client.get("/codes/E920/")

    @pytest.mark.parametrize("rows", [2, 20])
    def test_a_meaning_costs_four_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        code = make_error_code(strings=tuple(f"E93{number}" for number in range(rows)), accounts=rows, causes=rows)
        for number in range(rows):
            code.code_articles.create(article=make_article())
            disagree(f"分歧{number}", *code.accounts.all())
        with django_assert_num_queries(4):
            client.get("/codes/E930/")

    @pytest.mark.parametrize("rows", [2, 20])
    def test_a_meaning_without_a_string_costs_four_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_error_code(strings=(), slug="not-signed-on", accounts=rows, causes=rows)
        with django_assert_num_queries(4):
            client.get("/codes/not-signed-on/")

    @pytest.mark.parametrize("rows", [2, 20])
    def test_the_list_costs_four_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_error_code(strings=(f"E94{number}",), system=make_system(f"s{number}"))
        with django_assert_num_queries(4):
            client.get("/codes/")


class TestList:
    def test_a_system_narrows_the_list(self, client: Client) -> None:
        mine, other = make_error_code(system=make_system("starpos")), make_error_code(system=make_system("web"))
        page = text_of(client, "/codes/?system=starpos")
        assert mine.title in page
        assert other.title not in page

    @pytest.mark.parametrize("query", ["system=none", "page=99", "page=x", "page=-1", "system=%00"])
    def test_a_wrong_parameter_is_an_ordinary_page(self, client: Client, query: str) -> None:
        make_error_code()
        assert client.get(f"/codes/?{query}").status_code == 200


class TestConstraints:
    def test_unknown_money_is_never_simply_retried(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_error_code(money_moved="unknown", retry="yes")

    def test_money_that_moved_is_never_simply_taken_again(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_error_code(money_moved="yes", retry="yes")

    def test_a_string_is_stored_in_its_normal_form(self) -> None:
        code = make_error_code(strings=("ｅ－９５０",))
        assert code.strings.get().normal == "E950"

    def test_a_string_without_letter_or_digit_is_refused(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            CodeString.objects.create(code=make_error_code(), text="——")

    @pytest.mark.parametrize("field", ["money_moved", "retry", "status", "confidence", "responsible"])
    def test_the_database_refuses_unknown_values(self, field: str) -> None:
        code = make_error_code()
        with pytest.raises(IntegrityError), transaction.atomic():
            ErrorCode.objects.filter(pk=code.pk).update(**{field: "nonsense"})
