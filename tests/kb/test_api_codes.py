"""Codes for programs: published ones only, every spelling, and what they cost."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.models import Account, CodeArticle, CodeCause
from tests.api_answers import CODES, error_of
from tests.factories import make_article, make_cause, make_error_code, make_source, make_system

pytestmark = pytest.mark.django_db


def slugs(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200, address
    answer = response.json()
    assert set(answer) == {"items", "count", "next"}
    return [item["slug"] for item in answer["items"]]


class TestList:
    def test_published_meanings_by_slug(self, client: Client) -> None:
        make_error_code(slug="b-code")
        make_error_code(slug="a-code", strings=())
        make_error_code(slug="c-draft", status="draft")
        assert slugs(client, CODES) == ["a-code", "b-code"]
        assert client.get(CODES).json()["count"] == 2

    def test_one_system_s(self, client: Client) -> None:
        make_error_code(slug="theirs", system=make_system("unionpay"))
        make_error_code(slug="ours", system=make_system("starpos"))
        make_system("empty")
        assert slugs(client, f"{CODES}?system=starpos") == ["ours"]
        assert slugs(client, f"{CODES}?system=") == ["ours", "theirs"]
        assert slugs(client, f"{CODES}?system=empty") == []

    @pytest.mark.parametrize("system", ["nope", "STARPOS", "%00", "star%20pos", "%F0%9F%99%82", "a" * 500])
    def test_an_unknown_system_is_refused_with_the_known_ones(self, client: Client, system: str) -> None:
        make_system("starpos")
        error = error_of(client.get(f"{CODES}?system={system}"), 400)
        assert error["parameter"] == "system"
        assert "starpos" in error["remedy"]

    def test_stretches_follow_each_other_to_the_end(self, client: Client) -> None:
        for number in range(5):
            make_error_code(slug=f"code-{number}", system=make_system("starpos"))
        make_error_code(slug="other")
        address, seen = f"{CODES}?limit=2&system=starpos", []
        while address:
            answer = client.get(address).json()
            assert answer["count"] == 5
            assert len(answer["items"]) <= 2
            seen += [item["slug"] for item in answer["items"]]
            address = answer["next"]
        assert seen == [f"code-{number}" for number in range(5)]

    def test_the_next_stretch_has_one_address(self, client: Client) -> None:
        for _ in range(3):
            make_error_code()
        for asked in ("?limit=1", "?offset=0&limit=1", "?limit=1&system=&x=y"):
            assert client.get(f"{CODES}{asked}").json()["next"] == f"{CODES}?limit=1&offset=1"
        assert client.get(f"{CODES}?limit=1&offset=2").json()["next"] is None
        assert client.get(f"{CODES}?offset=900").json() == {"items": [], "count": 3, "next": None}

    @pytest.mark.parametrize(("system", "queries"), [("", 7), ("web", 8)])
    @pytest.mark.parametrize("rows", [2, 20])
    def test_what_it_costs(
        self, client: Client, rows: int, system: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            code = make_error_code(strings=(f"E{number}", "E900"), accounts=2, causes=2)
            CodeArticle.objects.create(code=code, article=make_article())
        with django_assert_num_queries(queries):
            assert len(slugs(client, f"{CODES}?system={system}")) == rows


class TestOne:
    @pytest.mark.parametrize("typed", ["E324", "e324", "ｅ３２４", "E-324", "e%20324", " E324 ", "e.324"])
    def test_every_meaning_of_a_string_in_any_spelling(self, client: Client, typed: str) -> None:
        make_error_code(slug="b-unsure", strings=("E324",))
        make_error_code(slug="a-unsure", strings=("E324", "E325"))
        make_error_code(slug="sure", strings=("E324",), confidence="confirmed")
        make_error_code(slug="draft", strings=("E324",), status="draft")
        make_error_code(slug="other", strings=("E326",))
        answer = client.get(f"{CODES}{typed}/").json()
        assert [item["slug"] for item in answer["items"]] == ["sure", "a-unsure", "b-unsure"]
        assert (answer["count"], answer["next"]) == (3, None)

    def test_one_meaning_is_a_list_too(self, client: Client) -> None:
        make_error_code(slug="only", strings=("E901",))
        assert slugs(client, f"{CODES}E901/") == ["only"]

    @pytest.mark.parametrize("typed", ["unionpay-51", "UnionPay-51"])
    def test_the_meaning_of_a_slug(self, client: Client, typed: str) -> None:
        make_error_code(slug="unionpay-51", strings=("51",))
        make_error_code(slug="other-51", strings=("51",))
        assert slugs(client, f"{CODES}{typed}/") == ["unionpay-51"]

    def test_a_slug_without_a_string(self, client: Client) -> None:
        make_error_code(slug="not-signed-on", strings=())
        make_error_code(slug="jammed", strings=())
        assert slugs(client, f"{CODES}not-signed-on/") == ["not-signed-on"]
        assert slugs(client, f"{CODES}JAMMED/") == ["jammed"]

    def test_a_string_that_is_also_a_slug(self, client: Client) -> None:
        """As on the pages: with a hyphen it is the slug, without one the string."""
        make_error_code(slug="e-77", strings=("E1",))
        make_error_code(slug="by-string", strings=("E77",))
        make_error_code(slug="e78", strings=("E2",))
        make_error_code(slug="by-string-78", strings=("E78",))
        assert slugs(client, f"{CODES}e-77/") == ["e-77"]
        assert slugs(client, f"{CODES}e78/") == ["by-string-78"]

    def test_look_alikes_are_different_codes(self, client: Client) -> None:
        make_error_code(strings=("10",))
        error_of(client.get(f"{CODES}1O/"), 404)

    @pytest.mark.parametrize(
        "name", ["E999", "draft-code", "%20", "---", "%F0%9F%99%82", "%00", "%27--", "%E5%8D%A1", "E900%00x"]
    )
    def test_what_is_not_published_is_not_there(self, client: Client, name: str) -> None:
        make_error_code(slug="draft-code", strings=("E998",), status="draft")
        error = error_of(client.get(f"{CODES}{name}/"), 404)
        assert CODES in error["remedy"]

    def test_a_string_in_chinese(self, client: Client) -> None:
        make_error_code(slug="full", strings=("纸尽",))
        answer = client.get(f"{CODES}纸尽/").json()
        assert [item["url"] for item in answer["items"]] == ["/codes/%E7%BA%B8%E5%B0%BD/"]

    @pytest.mark.parametrize("rows", [2, 20])
    def test_what_it_costs(self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        for _ in range(rows):
            code = make_error_code(strings=("E324", "E325"), accounts=2, causes=2)
            CodeArticle.objects.create(code=code, article=make_article())
        with django_assert_num_queries(6):
            assert len(slugs(client, f"{CODES}E324/")) == rows
        with django_assert_num_queries(1):
            client.get(f"{CODES}E999/")


class TestRecord:
    def test_its_address_is_that_of_its_page(self, client: Client) -> None:
        make_error_code(slug="only", strings=("E901", "E902"))
        make_error_code(slug="first", strings=("E903",))
        make_error_code(slug="second", strings=("E903",))
        make_error_code(slug="no-string", strings=())
        urls = {item["slug"]: item["url"] for item in client.get(CODES).json()["items"]}
        assert urls == {
            "only": "/codes/E901/",
            "first": "/codes/E903/first/",
            "second": "/codes/E903/second/",
            "no-string": "/codes/no-string/",
        }
        for url in urls.values():
            assert client.get(url).status_code == 200
        # Asked for by its other string, it has the same one.
        assert client.get(f"{CODES}E902/").json()["items"][0]["url"] == "/codes/E901/"

    def test_accounts_are_all_there_and_linked_only_where_the_pages_link_them(self, client: Client) -> None:
        code = make_error_code(strings=("E901",), accounts=0)
        for position, (kind, credibility, url) in enumerate(
            [
                ("vendor-manual", "high", "https://maker.example/"),
                ("sales-page", "high", "https://sales.example/"),
                ("web-page", "low", "https://doubtful.example/"),
                ("web-page", "high", "http://plain.example/"),
                ("judgement", "medium", ""),
            ]
        ):
            source = make_source(kind=kind, credibility=credibility, url=url)
            Account.objects.create(
                code=code,
                key=f"k{position}",
                source=source,
                statement=str(position),
                credibility="low",
                position=position,
            )
        item = client.get(f"{CODES}E901/").json()["items"][0]
        assert [one["statement"] for one in item["accounts"]] == list("01234")
        assert [one["source"]["url"] for one in item["accounts"]] == ["https://maker.example/", None, None, None, None]

    def test_drafts_around_it_are_left_out(self, client: Client) -> None:
        code = make_error_code(strings=("E901",))
        draft = make_article(slug="draft-article", status="draft")
        likely = make_cause(slug="likely", article=make_article(slug="shown"))
        half = make_cause(slug="half", article=draft)
        hidden = make_cause(slug="draft-cause", status="draft")
        for cause, weight in ((half, 10), (hidden, 90), (likely, 80)):
            CodeCause.objects.create(code=code, cause=cause, weight=weight)
        for article in (draft, make_article(slug="beside")):
            CodeArticle.objects.create(code=code, article=article)
        item = client.get(f"{CODES}E901/").json()["items"][0]
        assert [(one["slug"], one["article"]) for one in item["causes"]] == [("likely", "shown"), ("half", None)]
        assert [one["slug"] for one in item["articles"]] == ["beside"]
        assert "draft" not in client.get(f"{CODES}E901/").content.decode()
