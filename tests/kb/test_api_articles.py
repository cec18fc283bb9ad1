"""Articles for programs."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.actions import article_saved
from kb.models import ArticleAlias, Citation
from tests.api_answers import error_of
from tests.factories import make_article, make_source

pytestmark = pytest.mark.django_db

ARTICLES = "/api/v1/articles/"


def test_published_ones_by_slug_without_their_text(client: Client) -> None:
    for slug in ("b-article", "a-article"):
        make_article(slug=slug)
    make_article(slug="c-draft", status="draft")
    answer = client.get(ARTICLES).json()
    assert [item["slug"] for item in answer["items"]] == ["a-article", "b-article"]
    assert (answer["count"], answer["next"]) == (2, None)
    assert "看一看" not in client.get(ARTICLES).content.decode()
    assert client.get(f"{ARTICLES}?limit=1").json()["next"] == f"{ARTICLES}?limit=1&offset=1"


def test_one_with_its_text_as_written_and_as_shown(client: Client) -> None:
    make_article(slug="an-article", body="**先查**<script>alert(1)</script>\n\n[坏](javascript:alert(1))\n")
    answer = client.get(f"{ARTICLES}an-article/").json()
    assert answer["body_markdown"].startswith("**先查**<script>")
    assert "<strong>先查</strong>" in answer["body_html"]
    assert "<script" not in answer["body_html"]
    assert "href" not in answer["body_html"]
    assert answer["url"] == "/articles/an-article/"


def test_an_alias_answers_with_the_article_itself(client: Client) -> None:
    article = make_article(slug="the-article")
    for slug in ("alias-b", "alias-a"):
        ArticleAlias.objects.create(article=article, slug=slug)
    article_saved(article)
    answers = [client.get(f"{ARTICLES}{name}/") for name in ("the-article", "alias-a", "alias-b")]
    assert answers[0].content == answers[1].content == answers[2].content
    assert answers[0].json()["slug"] == "the-article"
    assert answers[0].json()["aliases"] == ["alias-a", "alias-b"]
    assert client.get(ARTICLES).json()["items"][0]["aliases"] == ["alias-a", "alias-b"]


def test_a_slug_wins_over_another_article_s_alias(client: Client) -> None:
    ArticleAlias.objects.create(article=make_article(slug="older"), slug="contested")
    make_article(slug="contested")
    assert client.get(f"{ARTICLES}contested/").json()["slug"] == "contested"


def test_drafts_are_not_there_by_any_name(client: Client) -> None:
    ArticleAlias.objects.create(article=make_article(slug="a-draft", status="draft"), slug="its-alias")
    for name in ("a-draft", "its-alias", "nothing"):
        assert ARTICLES in error_of(client.get(f"{ARTICLES}{name}/"), 404)["remedy"]


def test_a_source_stands_once_with_everything_it_is_cited_for(client: Client) -> None:
    article = make_article(slug="an-article")
    twice, once = make_source(title="手册"), make_source(title="网页", kind="sales-page", url="https://sales.example/")
    for position, (source, note) in enumerate([(twice, "甲"), (once, ""), (twice, "乙"), (twice, "B06")]):
        Citation.objects.create(article=article, source=source, note=note, position=position)
    sources = client.get(f"{ARTICLES}an-article/").json()["sources"]
    assert [(one["title"], one["url"], one["notes"]) for one in sources] == [
        ("手册", None, ["甲", "乙"]),
        ("网页", None, []),
    ]


@pytest.mark.parametrize("rows", [2, 20])
def test_what_they_cost(client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(rows):
        article = make_article(slug=f"article-no-{number}", sources=rows)
        for alias in range(rows):
            ArticleAlias.objects.create(article=article, slug=f"alias-{number}-{alias}")
    with django_assert_num_queries(3):
        assert client.get(ARTICLES).json()["count"] == rows
    for name in ("article-no-1", "alias-1-1"):
        with django_assert_num_queries(3):
            assert len(client.get(f"{ARTICLES}{name}/").json()["sources"]) == rows
