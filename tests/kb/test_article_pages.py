"""Pages of articles and causes."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.models import Citation, CodeCause, Source
from tests.factories import make_article, make_category, make_cause, make_error_code, make_source

pytestmark = pytest.mark.django_db


def test_an_article_shows_its_text_facts_and_sources(client: Client) -> None:
    article = make_article(body="**注意：**先查。", minutes=7)
    source = make_source(title="某厂说明书", url="https://example.org/manual")
    Citation.objects.create(article=article, source=source, note="第三页")
    page = client.get(f"/articles/{article.slug}/").content.decode()
    assert "<strong>注意：</strong>先查。" in page
    assert 'href="https://example.org/manual"' in page
    assert "第三页" in page
    assert "7" in page


def test_a_source_is_listed_once_and_fact_ids_stay_with_the_reviewers(client: Client) -> None:
    article = make_article()
    source = make_source(title="流传的文章")
    for note in ("A03", "B06、B21", "第二段"):
        Citation.objects.create(article=article, source=source, note=note)
    page = client.get(f"/articles/{article.slug}/").content.decode()
    assert page.count("流传的文章") == 1
    assert "第二段" in page
    assert "A03" not in page
    assert "B06" not in page


@pytest.mark.parametrize(
    ("kind", "credibility", "url", "linked"),
    [
        ("vendor-manual", "high", "https://example.org/a", True),
        ("sales-page", "medium", "https://example.org/a", False),
        ("web-page", "low", "https://example.org/a", False),
        ("vendor-manual", "high", "http://example.org/a", False),
        ("vendor-manual", "high", "", False),
    ],
)
def test_only_pages_that_we_would_send_somebody_to_are_linked(
    kind: str, credibility: str, url: str, linked: bool
) -> None:
    assert bool(Source(kind=kind, credibility=credibility, url=url).link) is linked


def test_an_alias_redirects_to_its_article(client: Client) -> None:
    article = make_article()
    article.aliases.create(slug="other-name")
    response = client.get("/articles/other-name/")
    assert (response.status_code, response["Location"]) == (302, f"/articles/{article.slug}/")


def test_a_draft_is_not_shown_and_neither_are_its_aliases(client: Client) -> None:
    article = make_article(status="draft")
    article.aliases.create(slug="other-name")
    assert client.get(f"/articles/{article.slug}/").status_code == 404
    assert client.get("/articles/other-name/").status_code == 404


@pytest.mark.parametrize("rows", [2, 20])
def test_an_article_costs_three_queries(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(sources=rows)
    for _ in range(rows):
        CodeCause.objects.create(code=make_error_code(), cause=make_cause(article=article))
    with django_assert_num_queries(3):
        assert client.get(f"/articles/{article.slug}/").status_code == 200


def test_causes_stand_below_their_categories(client: Client) -> None:
    outer = make_category(name="外层")
    inner = make_category(name="内层", parent=outer)
    make_cause(name="最里面的原因", category=inner)
    make_category(name="空的类别")
    page = client.get("/causes/").content.decode()
    assert page.index("外层") < page.index("内层") < page.index("最里面的原因")
    assert "空的类别" not in page


@pytest.mark.parametrize("rows", [2, 20])
def test_the_tree_of_causes_costs_two_queries(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make_cause(category=make_category(parent=make_category()))
    with django_assert_num_queries(2):
        client.get("/causes/")


@pytest.mark.parametrize("rows", [2, 20])
def test_a_cause_costs_two_queries(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cause = make_cause(article=make_article())
    for _ in range(rows):
        CodeCause.objects.create(code=make_error_code(), cause=cause)
    with django_assert_num_queries(2):
        assert client.get(f"/causes/{cause.slug}/").status_code == 200


def test_a_cause_leads_to_its_article_and_codes(client: Client) -> None:
    article, hidden = make_article(), make_article(status="draft")
    cause = make_cause(article=article)
    code = make_error_code()
    CodeCause.objects.create(code=code, cause=cause)
    page = client.get(f"/causes/{cause.slug}/").content.decode()
    assert f"/articles/{article.slug}/" in page
    assert code.title in page
    assert f"/articles/{hidden.slug}/" not in client.get(f"/causes/{make_cause(article=hidden).slug}/").content.decode()


def test_a_draft_cause_is_not_shown(client: Client) -> None:
    assert client.get(f"/causes/{make_cause(status='draft').slug}/").status_code == 404
