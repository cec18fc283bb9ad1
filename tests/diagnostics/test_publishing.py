"""Draft → revision: what is refused, what is immutable, what readers find."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from diagnostics.actions import draft_problems, publish_guide, replace_draft, withdraw_guide
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.engine.errors import UnknownGuide
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.engine.problems import Grade
from diagnostics.errors import PublishRefused, UnknownArticles
from diagnostics.models import Guide, GuideEntrance, GuideRevision, RevisionIsImmutable
from kb.models import SearchEntry
from tests.factories import make_article, make_graph, make_guide, make_user

pytestmark = pytest.mark.django_db


def test_a_draft_comes_back_as_it_was_given() -> None:
    make_article(slug="b-second")
    make_article(slug="a-first")
    graph = make_graph(codes=("E324", "not-signed-on"))
    nodes = dict(graph.nodes)
    nodes["ask"] = Node("ask", Kind.OUTCOME, "看", say="看", result=Result.ARTICLE, articles=("b-second", "a-first"))
    paths = (RecordedPath((("reading", "tap"), ("insert", "ok")), "solved"),)
    graph = Graph("trial", "标题", "reading", nodes, codes=graph.codes, paths=paths)
    assert draft_graph(replace_draft(graph)) == graph


def test_a_revision_walks_like_its_draft() -> None:
    guide = make_guide()
    assert guide.live_revision is not None
    assert revision_graph(guide.live_revision) == draft_graph(guide)


def test_all_errors_are_listed_and_nothing_is_published() -> None:
    graph = make_graph()
    nodes = dict(graph.nodes)
    nodes["reading"] = Node(
        "reading", Kind.QUESTION, "问", choices=(Choice("a", "甲", "no-such-node"), Choice("b", "", "ask"))
    )
    guide = replace_draft(Graph("trial", "标题", "reading", nodes))
    with pytest.raises(PublishRefused) as refused:
        publish_guide(guide, by=None)
    assert {"G003", "G004", "G010"} <= {problem.id for problem in refused.value.problems}
    assert not GuideRevision.objects.exists()
    assert not SearchEntry.objects.exists()


def test_a_path_that_ends_elsewhere_stops_publishing() -> None:
    graph = make_graph(paths=(RecordedPath((("reading", "swipe"),), "solved"),))
    with pytest.raises(PublishRefused) as refused:
        publish_guide(replace_draft(graph), by=None)
    assert [problem.id for problem in refused.value.problems if problem.grade is Grade.ERROR] == ["G018"]


def test_saving_a_draft_changes_nothing_for_readers() -> None:
    guide = make_guide()
    live = guide.live_revision
    replace_draft(make_graph(title="新标题"))
    guide.refresh_from_db()
    assert guide.live_revision == live
    assert SearchEntry.objects.get(kind="guide").title == "向导trial"


def test_publishing_counts_up_and_an_unchanged_draft_makes_no_revision() -> None:
    guide = make_guide()
    assert publish_guide(guide, by=None).number == 1
    assert publish_guide(replace_draft(make_graph(title="新标题")), by=None).number == 2
    assert GuideRevision.objects.count() == 2


def test_codes_lead_readers_in_only_once_published() -> None:
    guide = make_guide(published=False, codes=("e-324",))
    assert not GuideEntrance.objects.exists()
    publish_guide(guide, by=None)
    assert GuideEntrance.objects.get().normal == "E324"
    withdraw_guide(guide, by=None)
    assert not GuideEntrance.objects.exists()
    assert not SearchEntry.objects.exists()


def test_publishing_takes_the_permission() -> None:
    guide, user = make_guide(published=False), make_user()
    with pytest.raises(PermissionDenied):
        publish_guide(guide, by=user)
    with pytest.raises(PermissionDenied):
        withdraw_guide(guide, by=user)
    user.user_permissions.add(Permission.objects.get(codename="publish_guide"))
    user = type(user).objects.get(pk=user.pk)
    revision = publish_guide(guide, by=user)
    assert revision.published_by == user


def test_an_operator_s_publication_is_recorded_as_such() -> None:
    live = make_guide().live_revision
    assert live is not None
    assert live.published_by is None


def test_a_guide_with_unknown_articles_writes_nothing() -> None:
    graph = make_graph()
    nodes = dict(graph.nodes)
    nodes["ask"] = Node("ask", Kind.OUTCOME, "看", result=Result.ARTICLE, articles=("none-1", "none-2"))
    with pytest.raises(UnknownArticles) as refused:
        replace_draft(Graph("trial", "标题", "reading", nodes))
    assert refused.value.slugs == ("none-1", "none-2")
    assert not Guide.objects.exists()


class TestImmutable:
    def test_the_model_refuses_changes(self) -> None:
        revision = make_guide().live_revision
        assert revision is not None
        with pytest.raises(RevisionIsImmutable):
            revision.save()
        with pytest.raises(RevisionIsImmutable):
            revision.delete()

    def test_the_database_refuses_updates_from_anybody(self) -> None:
        make_guide()
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            GuideRevision.objects.update(title="anders")
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE diagnostics_guiderevision SET content = '{}'")
        assert GuideRevision.objects.get().title == "向导trial"


class TestGuidesInsideGuides:
    def outer(self, inner: str = "network") -> Graph:
        graph = make_graph("outer")
        nodes = dict(graph.nodes)
        nodes["insert"] = Node("insert", Kind.GUIDE, "先看网络", guide=inner, then="ask")
        del nodes["solved"]
        return Graph("outer", "外层", "reading", nodes)

    def test_a_guide_node_is_expanded_when_the_revision_is_made(self) -> None:
        make_guide("network")
        guide = replace_draft(self.outer())
        publish_guide(guide, by=None)
        guide.refresh_from_db()
        assert guide.live_revision is not None
        graph = revision_graph(guide.live_revision)
        assert "insert.reading" in graph.nodes
        assert all(node.kind is not Kind.GUIDE for node in graph.nodes.values())

    def test_a_guide_that_is_not_published_cannot_be_handed_over_to(self) -> None:
        with pytest.raises(UnknownGuide):
            draft_problems(self.outer("none"))

    def test_an_authored_id_with_a_dot_cannot_be_published(self) -> None:
        graph = make_graph()
        nodes = {**graph.nodes, "ask.more": Node("ask.more", Kind.OUTCOME, "又一个", result=Result.FIXED)}
        nodes["reading"] = Node(
            "reading",
            Kind.QUESTION,
            "问",
            say="问",
            choices=(*graph.node("reading").choices, Choice("more", "更多", "ask.more")),
        )
        assert "G008" in {problem.id for problem in draft_problems(Graph("trial", "标题", "reading", nodes))}
