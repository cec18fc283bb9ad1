"""A merchant's walk: addresses, changed answers, hand-edited addresses, old revisions, and what a step costs."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from diagnostics.actions import publish_guide, withdraw_guide
from diagnostics.editing import replace_draft
from diagnostics.engine.graph import Graph, Kind, Node, Result
from kb.models import Article
from tests.factories import make_article, make_graph, make_guide

pytestmark = pytest.mark.django_db


def test_the_guide_s_address_is_its_first_question(client: Client) -> None:
    make_guide()
    page = client.get("/guides/trial/").content.decode()
    assert "您是怎么读卡的？" in page
    assert "不同的读卡方式" in page
    assert 'href="/guides/trial/insert/?v=1&amp;reading=tap"' in page


def test_words_for_staff_are_never_public(client: Client) -> None:
    make_guide()
    for address in ("/guides/trial/", "/guides/trial/insert/?v=1&reading=tap", "/guides/trial/all/"):
        page = client.get(address).content.decode()
        assert "员工提示" not in page
        assert "请问您" not in page


def test_every_step_shows_the_trail_and_where_to_change_it(client: Client) -> None:
    make_guide()
    page = client.get("/guides/trial/ask/?v=1&insert=still&reading=tap").content.decode()
    assert "挥卡" in page
    assert "还是不行" in page
    assert 'href="/guides/trial/insert/?v=1&amp;reading=tap"' in page
    assert 'href="/guides/trial/"' in page


def test_a_changed_answer_drops_what_no_longer_applies(client: Client) -> None:
    make_guide()
    response = client.get("/guides/trial/ask/?v=1&insert=still&reading=swipe")
    assert (response.status_code, response["Location"]) == (302, "/guides/trial/ask/?v=1&reading=swipe")


@pytest.mark.parametrize(
    ("address", "lands_on"),
    [
        ("/guides/trial/nowhere/", "/guides/trial/"),
        ("/guides/trial/nowhere/?v=1&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=1&reading=nonsense", "/guides/trial/"),
        ("/guides/trial/insert/?v=1&nonsense=x&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/ask/?reading=tap&v=1&insert=still", "/guides/trial/ask/?v=1&insert=still&reading=tap"),
        ("/guides/trial/insert/?reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=99&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=-1&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=1%00&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=１&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/solved/?v=1", "/guides/trial/"),
        ("/guides/trial/reading/?v=1", "/guides/trial/"),
        ("/guides/trial/?v=1&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/?utm_source=x", "/guides/trial/"),
        ("/guides/trial/%F0%9F%99%82/?v=1&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
        ("/guides/trial/insert/?v=1&reading=swipe&reading=tap", "/guides/trial/insert/?v=1&reading=tap"),
    ],
)
def test_hand_edited_addresses_land_somewhere_sensible(client: Client, address: str, lands_on: str) -> None:
    make_guide()
    response = client.get(address, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1] == (lands_on, 302)


def test_an_address_that_is_right_is_not_redirected(client: Client) -> None:
    make_guide()
    for address in (
        "/guides/trial/",
        "/guides/trial/insert/?v=1&reading=tap",
        "/en/guides/trial/insert/?v=1&reading=tap",
    ):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/guides/none/", "/guides/none/x/", "/guides/none/all/", "/guides/none/report/solved/"]
)
def test_an_unknown_guide_is_a_page_with_a_search_box(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert 'name="q"' in response.content.decode()


class TestRevisions:
    def improve(self) -> None:
        """Publish a second revision without the check in between."""
        graph = make_graph()
        nodes = {key: node for key, node in graph.nodes.items() if key not in {"insert", "solved"}}
        first = nodes["reading"]
        nodes["reading"] = Node(
            first.id, first.kind, "新的问法：怎么读卡的？", say="请问？",
            choices=tuple(type(one)(one.id, one.label, "ask") for one in first.choices),
        )  # fmt: skip
        publish_guide(replace_draft(Graph("trial", graph.title, "reading", nodes)), by=None)

    def test_a_reader_inside_an_old_revision_stays_there_and_is_told(self, client: Client) -> None:
        make_guide()
        self.improve()
        response = client.get("/guides/trial/insert/?v=1&reading=tap")
        assert response.status_code == 200
        page = response.content.decode()
        assert "改为插卡再做一次" in page
        assert 'href="/guides/trial/"' in page
        assert "新的问法" in client.get("/guides/trial/").content.decode()

    def test_the_first_question_of_an_old_revision_keeps_its_version(self, client: Client) -> None:
        make_guide()
        self.improve()
        response = client.get("/guides/trial/reading/?v=1")
        assert response.status_code == 200
        assert "您是怎么读卡的？" in response.content.decode()
        assert "v=1&amp;reading=tap" in response.content.decode()

    def test_old_answers_on_the_new_revision_land_where_they_still_lead(self, client: Client) -> None:
        make_guide()
        self.improve()
        response = client.get("/guides/trial/insert/?v=2&insert=ok&reading=tap", follow=True)
        assert response.redirect_chain[-1][0] == "/guides/trial/ask/?v=2&reading=tap"

    def test_a_withdrawn_guide_is_gone_from_the_site(self, client: Client) -> None:
        guide = make_guide(codes=("E900",))
        withdraw_guide(guide, by=None)
        assert client.get("/guides/trial/").status_code == 404
        assert client.get("/guides/trial/insert/?v=1&reading=tap").status_code == 404
        assert "trial" not in client.get("/guides/").content.decode()


class TestOutcomes:
    def with_articles(self, count: int) -> None:
        slugs = tuple(make_article(slug=f"fix-{number}", title=f"办法{number}").slug for number in range(count))
        graph = make_graph()
        nodes = dict(graph.nodes)
        nodes["ask"] = Node("ask", Kind.OUTCOME, "看这几篇", say="请看。", result=Result.ARTICLE, articles=slugs)
        publish_guide(replace_draft(Graph("trial", graph.title, "reading", nodes)), by=None)

    def test_the_first_article_stands_in_full_and_the_others_are_linked(self, client: Client) -> None:
        self.with_articles(3)
        page = client.get("/guides/trial/ask/?v=1&reading=swipe").content.decode()
        assert "看一看。" in page
        assert re.search(r"办法0.*办法1.*办法2", page, re.DOTALL)
        assert 'href="/articles/fix-2/"' in page

    def test_a_withdrawn_article_leaves_the_outcome_standing(self, client: Client) -> None:
        self.with_articles(2)
        Article.objects.filter(slug="fix-0").update(status="draft")
        page = client.get("/guides/trial/ask/?v=1&reading=swipe").content.decode()
        assert "办法0" not in page
        assert "办法1" in page

    def test_an_end_asks_whether_it_helped(self, client: Client) -> None:
        make_guide()
        page = client.get("/guides/trial/solved/?v=1&insert=ok&reading=tap").content.decode()
        assert 'action="/guides/trial/report/?v=1&amp;insert=ok&amp;reading=tap"' in page

    @pytest.mark.parametrize("rows", [2, 20])
    def test_an_outcome_costs_two_queries(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        self.with_articles(rows)
        client.get("/guides/trial/ask/?v=1&reading=swipe")
        with django_assert_num_queries(2):
            client.get("/guides/trial/ask/?v=1&reading=swipe")


@pytest.mark.parametrize("written", ["articles/2026/slot.png", "/media/articles/2026/slot.png"])
def test_a_node_s_picture_is_shown_from_the_media_folder(client: Client, written: str) -> None:
    graph = make_graph()
    nodes = dict(graph.nodes)
    nodes["reading"] = replace(nodes["reading"], picture=written)
    publish_guide(replace_draft(Graph("trial", graph.title, "reading", nodes)), by=None)
    assert 'src="/media/articles/2026/slot.png"' in client.get("/guides/trial/").content.decode()


class TestCost:
    def test_a_question_costs_one_query_and_neither_session_nor_cookie(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_guide()
        client.get("/guides/trial/")
        for address in ("/guides/trial/", "/guides/trial/insert/?v=1&reading=tap"):
            with django_assert_num_queries(1):
                response = client.get(address)
            assert not response.cookies
            assert "Cookie" not in response.headers.get("Vary", "")

    def test_a_process_that_does_not_know_the_revision_reads_it_once(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_guide(title="谁也没见过的标题")
        with django_assert_num_queries(2):
            client.get("/guides/trial/")

    @pytest.mark.parametrize("rows", [2, 20])
    def test_the_list_costs_one_query(
        self, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(rows):
            make_guide(f"guide-{number}")
        with django_assert_num_queries(1):
            client.get("/guides/")

    def test_the_whole_tree_costs_one_query_without_articles(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_guide()
        client.get("/guides/trial/all/")
        with django_assert_num_queries(1):
            client.get("/guides/trial/all/")


def test_the_whole_tree_has_every_node_as_outline_and_drawing(client: Client) -> None:
    guide = make_guide()
    page = client.get("/guides/trial/all/").content.decode()
    assert "<svg" in page
    for node in guide.nodes.all():
        assert node.title in page
        assert f'id="{node.key}"' in page
    assert "style=" not in page


def test_readers_meet_the_title_that_was_published_not_the_drafts(client: Client) -> None:
    guide = make_guide()
    published = guide.title
    replace_draft(make_graph(title="草稿里的新标题"), summary="草稿里的新摘要")
    for address in ("/guides/", "/guides/trial/", "/guides/trial/all/", "/guides/trial/insert/?v=1&reading=tap"):
        page = client.get(address).content.decode()
        assert published in page, address
        assert "草稿里的新" not in page, address
