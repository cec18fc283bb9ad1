"""The search for programs: one list of hits, and any text is a question."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kb.actions import article_saved
from kb.models import ArticleAlias
from kb.search_store.interface import MOST_CANDIDATES
from tests.api_answers import error_of
from tests.factories import make_article, make_error_code, make_guide, make_system

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/search"


def ask(client: Client, question: str, **more: Any) -> dict[str, Any]:
    response = client.get(SEARCH, {"q": question, **more})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    assert set(answer) == {"items", "count", "next", "unknown_codes", "near_codes"}
    return answer


class TestHits:
    def test_the_hub_of_a_string_comes_before_its_meanings(self, client: Client) -> None:
        make_error_code(slug="e324-general", strings=("E324",), title="读卡失败")
        make_error_code(slug="contactless-other", strings=("E324",), system=make_system("starpos"))
        hub, *meanings = ask(client, "e-324")["items"]
        assert hub == {
            "type": "code",
            "slug": "e324",
            "title": hub["title"],
            "url": "/codes/E324/",
            "code": "E324",
            "system": None,
            "aliases": ["contactless-other", "e324-general"],
        }
        found = {hit["slug"]: (hit["type"], hit["code"], hit["system"], hit["url"]) for hit in meanings}
        assert found["e324-general"] == ("code", "E324", "web", "/codes/E324/e324-general/")
        assert found["contactless-other"] == ("code", "E324", "starpos", "/codes/E324/contactless-other/")

    def test_a_string_with_one_meaning_is_that_meaning(self, client: Client) -> None:
        make_error_code(slug="only", strings=("E901",), title="读卡失败")
        assert ask(client, "E901")["items"][0] == {
            "type": "code",
            "slug": "only",
            "title": "读卡失败",
            "url": "/codes/E901/",
            "code": "E901",
            "system": "web",
            "aliases": [],
        }

    def test_articles_and_guides_are_of_no_system(self, client: Client) -> None:
        article = make_article(slug="demagnetised", title="磁条消磁了怎么办")
        ArticleAlias.objects.create(article=article, slug="magnet")
        article_saved(article)
        make_guide("stripe", title="磁条消磁向导")
        hits = {hit["type"]: hit for hit in ask(client, "磁条消磁")["items"]}
        assert hits["article"] == {
            "type": "article",
            "slug": "demagnetised",
            "title": "磁条消磁了怎么办",
            "url": "/articles/demagnetised/",
            "code": None,
            "system": None,
            "aliases": ["magnet"],
        }
        assert (hits["guide"]["slug"], hits["guide"]["url"], hits["guide"]["system"]) == (
            "stripe",
            "/guides/stripe/",
            None,
        )

    def test_a_message_without_a_code(self, client: Client) -> None:
        make_error_code(slug="not-signed-on", strings=(), title="终端未签到", screen_text="请先签到")
        hit = ask(client, "请先签到")["items"][0]
        assert (hit["slug"], hit["code"], hit["url"]) == ("not-signed-on", None, "/codes/not-signed-on/")

    def test_drafts_are_never_found(self, client: Client) -> None:
        make_error_code(strings=("E901",), title="读卡失败", status="draft")
        make_article(title="读卡失败怎么办", status="draft")
        make_guide(title="读卡失败向导", published=False)
        for question in ("E901", "读卡失败"):
            assert ask(client, question)["items"] == []

    def test_a_code_that_nobody_defines_is_said_to_be_unknown(self, client: Client) -> None:
        make_error_code(strings=("E324",))
        answer = ask(client, "E325")
        assert (answer["items"], answer["unknown_codes"], answer["near_codes"]) == ([], ["E325"], ["E324"])


class TestStretches:
    def test_twenty_at_first_and_the_rest_behind(self, client: Client) -> None:
        for number in range(25):
            make_article(slug=f"article-no-{number}", title=f"磁条消磁{number}")
        first = ask(client, "磁条消磁")
        assert (len(first["items"]), first["count"]) == (20, 25)
        rest = client.get(first["next"]).json()
        assert (len(rest["items"]), rest["next"]) == (5, None)
        seen = {hit["slug"] for hit in (*first["items"], *rest["items"])}
        assert len(seen) == 25
        assert len(ask(client, "磁条消磁", limit=500)["items"]) == 25

    def test_the_count_is_capped(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(4):
            make_article(title=f"磁条消磁{number}")
        monkeypatch.setattr("kb.api.search.MOST_CANDIDATES", 3)
        answer = ask(client, "磁条消磁", limit=2)
        assert (answer["count"], answer["next"] is None) == (3, False)
        assert len(client.get(answer["next"]).json()["items"]) == 1

    def test_the_schema_says_so(self, client: Client) -> None:
        schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
        assert str(MOST_CANDIDATES) in schemas["SearchAnswer"]["properties"]["count"]["description"]

    def test_the_next_address_is_short_whatever_was_pasted(self, client: Client) -> None:
        for number in range(3):
            make_article(title=f"磁条消磁{number}")
        address = ask(client, f"磁条消磁{' ' * 5000}", limit=1)["next"]
        assert len(address) < 4000
        assert client.get(address).json()["items"]


class TestAnyText:
    def test_no_question_is_a_bad_parameter(self, client: Client) -> None:
        error = error_of(client.get(SEARCH), 400)
        assert (error["code"], error["parameter"]) == ("bad_parameter", "q")
        assert "missing" in error["message"]

    @pytest.mark.parametrize("question", ["", " ", "　", "\t\n", "\u200b"])
    def test_an_empty_one_finds_nothing(self, client: Client, question: str) -> None:
        make_article()
        answer = ask(client, question)
        assert answer == {"items": [], "count": 0, "next": None, "unknown_codes": [], "near_codes": []}

    @pytest.mark.parametrize(
        "question",
        [
            "卡" * 10_000,
            "E324 " * 2_000,
            "\x00\x01\x1f\x7f",
            "卡\x00片",
            "'; DROP TABLE kb_article; --",
            'title:"卡" OR NEAR(a b) AND NOT *',
            "卡* & !片 | (读 <-> 失)",
            "%_\\'\"",
            "🙂🙂 👩‍👩‍👧",
            "。，！？……",
            "----",
            "(((((",
            "\u202e\ufeff\u0301",
            "１" * 300,
        ],
    )
    def test_any_text_is_answered(self, client: Client, question: str) -> None:
        make_error_code(strings=("E324",))
        make_article(title="卡片读不出")
        ask(client, question)

    @pytest.mark.parametrize("raw", ["%ED%A0%80", "%ED%B0%80%ED%A0%80", "%FF%FE", "%", "%zz", "a%00b", "+", "%F0%9F"])
    def test_so_is_what_is_no_text(self, client: Client, raw: str) -> None:
        response = client.get(f"{SEARCH}?q={raw}")
        assert response.status_code == 200
        json.loads(response.content.decode("utf-8"))


def test_what_it_costs_does_not_grow(client: Client) -> None:
    """The search itself is bounded by its own tests; here: the records ask nothing more."""
    costs = []
    made = 0
    for rows in (2, 20):
        for number in range(made, rows):
            make_error_code(strings=("E980", f"E981{number}"), title=f"刷卡没反应{number}")
            make_article(title=f"刷卡没反应{number}")
            make_guide(f"guide-{number}", title=f"刷卡没反应{number}")
        made = rows
        ask(client, "刷卡没反应")  # the vocabulary is read once a process
        cost = []
        for question in ("E980", "刷卡没反应", "终端报E980刷卡没反应", "E999刷卡没反应"):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                ask(client, question, limit=500)
            cost.append(len(captured))
        costs.append(cost)
    assert all(many <= few for few, many in zip(*costs, strict=True)), costs
    assert max(costs[1]) <= 12
