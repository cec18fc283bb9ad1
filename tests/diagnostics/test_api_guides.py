"""Guides for programs: what is live, never a draft, never a word for staff."""

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from diagnostics.actions import publish_guide, withdraw_guide
from diagnostics.assembly import draft_graph
from diagnostics.editing import replace_draft
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result
from diagnostics.models import Guide
from kb.models import Article
from tests.api_answers import error_of
from tests.factories import make_article, make_graph, make_guide

pytestmark = pytest.mark.django_db

GUIDES = "/api/v1/guides/"


def nodes(*, articles: tuple[str, ...], picture: str = "") -> tuple[Node, ...]:
    first, *between, last = make_graph().nodes.values()
    return (replace(first, picture=picture), *between, replace(last, articles=articles))


def live(slug: str, nodes: tuple[Node, ...], *, start: str = "reading", codes: tuple[str, ...] = ()) -> Guide:
    guide = replace_draft(Graph.from_nodes(slug, f"向导{slug}", start, nodes, codes=codes))
    publish_guide(guide, by=None)
    return guide


class TestList:
    def test_live_ones_in_the_order_of_the_site(self, client: Client) -> None:
        for slug in ("b-guide", "a-guide"):
            make_guide(slug, codes=("E324", "unionpay-51"))
        make_guide("c-draft", published=False)
        answer = client.get(GUIDES).json()
        assert [item["slug"] for item in answer["items"]] == ["a-guide", "b-guide"]
        assert (answer["count"], answer["next"]) == (2, None)
        first = answer["items"][0]
        assert (first["title"], first["codes"]) == ("向导a-guide", ["E324", "unionpay-51"])
        assert (first["revision"], first["url"]) == (1, "/guides/a-guide/")
        assert client.get(f"{GUIDES}?limit=1").json()["next"] == f"{GUIDES}?limit=1&offset=1"

    def test_a_draft_is_not_seen_through(self, client: Client) -> None:
        guide = make_guide(codes=("E324",))
        before = client.get(GUIDES).content, client.get(f"{GUIDES}trial/").content
        replace_draft(replace(make_graph(codes=("E999",)), title="还没写好"))
        type(guide).objects.update(summary="草稿的简介")
        assert (client.get(GUIDES).content, client.get(f"{GUIDES}trial/").content) == before

    def test_a_new_revision_is(self, client: Client) -> None:
        make_guide()
        publish_guide(replace_draft(replace(make_graph(codes=("E999",)), title="新的")), by=None)
        for record in (client.get(GUIDES).json()["items"][0], client.get(f"{GUIDES}trial/").json()):
            assert (record["title"], record["codes"], record["revision"]) == ("新的", ["E999"], 2)


class TestOne:
    def test_it_is_the_file_without_what_is_for_staff(self, client: Client) -> None:
        guide = make_guide(codes=("E324",))
        authored = draft_graph(guide)
        answer = client.get(f"{GUIDES}trial/").json()
        assert (answer["slug"], answer["title"], answer["start"]) == (authored.slug, authored.title, authored.start)
        assert answer["codes"] == list(authored.codes)
        assert list(answer["nodes"]) == list(authored.nodes)
        for node_id, node in authored.nodes.items():
            record = answer["nodes"][node_id]
            assert (record["kind"], record["title"], record["help"]) == (node.kind, node.title, node.help)
            assert (record["minutes"], record["result"], record["tell"]) == (node.minutes, node.result, node.tell)
            assert list(record["choices"]) == [choice.id for choice in node.choices]
            for choice in node.choices:
                expected = {"label": choice.label, "to": choice.to, "hint": choice.hint}
                assert record["choices"][choice.id] == expected

    def test_words_for_staff_are_never_public(self, client: Client) -> None:
        make_guide()
        text = client.get(f"{GUIDES}trial/").content.decode()
        assert "您是怎么读卡的" in text
        for words in ("员工提示", "请问您", "请改为插卡", '"say"', '"note"', '"paths"'):
            assert words not in text

    def test_only_published_articles_are_named(self, client: Client) -> None:
        for slug in ("shown", "taken-down"):
            make_article(slug=slug)
        live("trial", nodes(articles=("taken-down", "shown")))
        Article.objects.filter(slug="taken-down").update(status="draft")
        answer = client.get(f"{GUIDES}trial/").json()
        assert answer["nodes"]["ask"]["articles"] == ["shown"]

    @pytest.mark.parametrize(
        ("picture", "address"),
        [("", None), ("articles/a.png", "/media/articles/a.png"), ("/media/articles/b.png", "/media/articles/b.png")],
    )
    def test_a_picture_has_its_address(self, client: Client, picture: str, address: str | None) -> None:
        make_article(slug="shown")
        live("trial", nodes(articles=("shown",), picture=picture))
        assert client.get(f"{GUIDES}trial/").json()["nodes"]["reading"]["picture"] == address

    def test_a_guide_inside_is_written_out(self, client: Client) -> None:
        make_guide("inner")
        outer = (
            Node(
                "first", Kind.QUESTION, "哪一种？", choices=(Choice("a", "甲", "inside"), Choice("b", "不知道", "ask"))
            ),
            Node("inside", Kind.GUIDE, "看看里面", guide="inner", then="ask"),
            Node("ask", Kind.OUTCOME, "请收单机构查", result=Result.ESCALATE, tell="请报机身号。"),
        )
        live("outer", outer, start="first")
        nodes_ = client.get(f"{GUIDES}outer/").json()["nodes"]
        assert nodes_["first"]["choices"]["a"]["to"] == "inside.reading"
        assert {node["kind"] for node in nodes_.values()} == {"question", "check", "outcome"}
        for node in nodes_.values():
            assert all(choice["to"] in nodes_ for choice in node["choices"].values())

    def test_what_is_not_live_is_not_there(self, client: Client) -> None:
        make_guide("draft", published=False)
        gone = make_guide("gone")
        assert client.get(f"{GUIDES}gone/").status_code == 200
        withdraw_guide(gone, by=None)
        for slug in ("draft", "gone", "nothing"):
            assert GUIDES in error_of(client.get(f"{GUIDES}{slug}/"), 404)["remedy"]


@pytest.mark.parametrize("rows", [2, 20])
def test_what_they_cost(client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    slugs = tuple(f"article-no-{number}" for number in range(rows))
    for slug in slugs:
        make_article(slug=slug)
    for number in range(rows):
        live(f"guide-{number}", nodes(articles=slugs), codes=slugs)
    with django_assert_num_queries(2):
        assert client.get(GUIDES).json()["count"] == rows
    client.get(f"{GUIDES}guide-1/")  # the process parses a revision once
    with django_assert_num_queries(2):
        assert len(client.get(f"{GUIDES}guide-1/").json()["nodes"]["ask"]["articles"]) == rows
