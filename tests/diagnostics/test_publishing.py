"""Draft → review → revision: what is refused, who lets it out, what is immutable, what readers find."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from diagnostics.actions import (
    publish_guide,
    rebuild_guide_entries,
    republish_revision,
    return_guide,
    submit_guide,
    withdraw_guide,
)
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.checking import draft_problems
from diagnostics.editing import edit_draft, replace_draft
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.engine.problems import Grade
from diagnostics.errors import (
    AlreadyLive,
    AuthorMayNotApprove,
    DraftMoved,
    NotInReview,
    PublishRefused,
    UnknownArticles,
)
from diagnostics.models import Approval, Guide, GuideEntrance, GuideRevision, RevisionIsImmutable
from kb.models import Article, SearchEntry
from tests.factories import make_article, make_graph, make_guide, make_user

pytestmark = pytest.mark.django_db


def may(name: str, *permissions: str) -> User:
    user = make_user(name)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def author(name: str = "author") -> User:
    return may(name, "change_guide")


def reviewer(name: str = "reviewer") -> User:
    return may(name, "change_guide", "publish_guide")


def retitled(guide: Guide, title: str, *, by: User | None = None) -> Guide:
    return edit_draft(guide, lambda graph: replace(graph, title=title), by=by, number=None, what="")


def handed_in(*, by: User) -> Guide:
    """A guide that `by` wrote and handed in."""
    guide = retitled(make_guide(published=False, codes=("E324",)), "草稿", by=by)
    submit_guide(guide, by=by, number=guide.draft_number, note="请看")
    return Guide.objects.get(pk=guide.pk)


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
    submit_guide(guide, by=author(), number=guide.draft_number)
    publisher = reviewer()
    revision = publish_guide(guide, by=publisher)
    assert revision.published_by == publisher


def test_an_operator_s_publication_is_recorded_as_such() -> None:
    live = make_guide().live_revision
    assert live is not None
    assert (live.published_by, live.approval, live.draft_number) == (None, Approval.OPERATOR, 1)


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
        assert [(p.id, p.node) for p in draft_problems(self.outer("none")) if p.grade is Grade.ERROR] == [
            ("G026", "insert")
        ]
        make_guide("network", published=False)
        guide = replace_draft(self.outer())
        with pytest.raises(PublishRefused):
            publish_guide(guide, by=None)

    def test_a_draft_that_hands_over_to_its_own_published_form_is_a_circle(self) -> None:
        make_guide("outer")
        assert "G027" in {problem.id for problem in draft_problems(self.outer("outer"))}

    def test_search_says_the_same_after_it_is_rebuilt(self) -> None:
        make_guide("network")
        publish_guide(replace_draft(self.outer()), by=None)
        terms = "document__title", "document__head", "document__text"
        before = set(SearchEntry.objects.values_list("slug", "title", *terms))
        assert rebuild_guide_entries() == 2
        assert set(SearchEntry.objects.values_list("slug", "title", *terms)) == before

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


class TestArticles:
    def draft(self) -> Guide:
        graph = make_graph()
        nodes = {**graph.nodes, "ask": replace(graph.node("ask"), articles=("wipe",))}
        return replace_draft(replace(graph, nodes=nodes))

    def test_an_article_that_is_not_published_refuses_publishing(self) -> None:
        article = make_article(slug="wipe", status="draft")
        guide = self.draft()
        with pytest.raises(PublishRefused) as refused:
            publish_guide(guide, by=None)
        assert [(p.id, p.node) for p in refused.value.problems if p.grade is Grade.ERROR] == [("G023", "ask")]
        Article.objects.filter(pk=article.pk).update(status="published")
        assert publish_guide(guide, by=None).number == 1

    def test_and_handing_in(self) -> None:
        make_article(slug="wipe", status="draft")
        guide = self.draft()
        with pytest.raises(PublishRefused):
            submit_guide(guide, by=author(), number=1)
        guide.refresh_from_db()
        assert not guide.is_in_review


class TestReview:
    def test_a_draft_is_handed_in_under_its_number(self) -> None:
        user = author()
        guide = handed_in(by=user)
        assert guide.is_in_review
        assert (guide.submitted_number, guide.submitted_by, guide.review_note) == (2, user, "请看")
        assert (guide.draft_number, guide.history.count()) == (2, 2)

    def test_handing_in_takes_the_permission_and_the_draft_that_was_seen(self) -> None:
        guide = make_guide(published=False)
        with pytest.raises(PermissionDenied):
            submit_guide(guide, by=make_user(), number=1)
        with pytest.raises(DraftMoved):
            submit_guide(guide, by=author(), number=0)

    def test_somebody_else_publishes_it(self) -> None:
        guide, publisher = handed_in(by=author()), reviewer()
        revision = publish_guide(guide, by=publisher, number=2, note="好")
        assert (revision.approval, revision.published_by, revision.draft_number) == (Approval.REVIEWED, publisher, 2)
        guide.refresh_from_db()
        assert (guide.live_revision, guide.is_in_review, guide.review_note) == (revision, False, "")

    def test_nobody_publishes_what_is_not_in_review_not_even_a_superuser(self) -> None:
        guide = retitled(make_guide(published=False), "草稿", by=author())
        for user in (reviewer(), make_user("root", superuser=True)):
            with pytest.raises(NotInReview):
                publish_guide(guide, by=user, number=2)
        assert not GuideRevision.objects.exists()

    def test_an_edit_takes_a_draft_out_of_review(self) -> None:
        user = author()
        guide = retitled(handed_in(by=user), "又改", by=user)
        assert not guide.is_in_review
        with pytest.raises(NotInReview):
            publish_guide(guide, by=reviewer())
        submit_guide(guide, by=user, number=3)
        assert publish_guide(guide, by=reviewer("second")).title == "又改"

    def test_saving_the_same_again_leaves_it_in_review(self) -> None:
        user = author()
        assert retitled(handed_in(by=user), "草稿", by=user).is_in_review

    def test_a_reviewer_who_saw_another_draft_is_told(self) -> None:
        user = author()
        guide = retitled(handed_in(by=user), "又改", by=user)
        submit_guide(guide, by=user, number=3)
        with pytest.raises(DraftMoved) as moved:
            publish_guide(guide, by=reviewer(), number=2)
        assert (moved.value.number, moved.value.by) == (3, user)

    def test_who_made_the_last_change_does_not_approve_it(self) -> None:
        user = reviewer()
        guide = handed_in(by=user)
        with pytest.raises(AuthorMayNotApprove):
            publish_guide(guide, by=user, number=2)
        assert not GuideRevision.objects.exists()
        assert publish_guide(guide, by=reviewer("second"), number=2).approval == Approval.REVIEWED

    def test_a_superuser_does_and_that_is_recorded(self) -> None:
        root = make_user("root", superuser=True)
        assert publish_guide(handed_in(by=root), by=root, number=2).approval == Approval.OWN

    def test_a_superuser_who_did_not_write_it_reviews_like_anybody(self) -> None:
        root = make_user("root", superuser=True)
        assert publish_guide(handed_in(by=author()), by=root, number=2).approval == Approval.REVIEWED

    def test_publishing_what_readers_walk_already_ends_the_review(self) -> None:
        user = author()
        guide = make_guide()
        submit_guide(guide, by=user, number=1)
        assert publish_guide(guide, by=reviewer(), number=1).number == 1
        guide.refresh_from_db()
        assert (guide.is_in_review, GuideRevision.objects.count()) == (False, 1)

    def test_a_reviewer_gives_it_back_with_a_word(self) -> None:
        guide, user = handed_in(by=author()), reviewer()
        return_guide(guide, by=user, note="第二步不对")
        guide.refresh_from_db()
        assert (guide.is_in_review, guide.review_note, guide.draft_number) == (False, "第二步不对", 2)
        with pytest.raises(NotInReview):
            publish_guide(guide, by=user)

    def test_its_author_takes_it_back_and_nobody_else_does(self) -> None:
        user = author()
        guide = handed_in(by=user)
        with pytest.raises(PermissionDenied):
            return_guide(guide, by=author("colleague"))
        return_guide(guide, by=user)
        guide.refresh_from_db()
        assert not guide.is_in_review

    def test_what_was_published_meanwhile_is_not_given_back(self) -> None:
        guide, user = handed_in(by=author()), reviewer()
        publish_guide(guide, by=user)
        return_guide(guide, by=user, note="太晚")
        guide.refresh_from_db()
        assert guide.review_note == ""


class TestRollback:
    def make_two(self) -> tuple[Guide, GuideRevision, GuideRevision]:
        """A guide of two revisions, with other codes and words each."""
        first = publish_guide(make_guide(published=False, codes=("E324",), title="从前"), by=None)
        second = publish_guide(replace_draft(make_graph(codes=("E325",), title="现在")), by=None)
        return Guide.objects.get(), first, second

    def test_an_earlier_revision_is_published_anew(self) -> None:
        guide, first, _ = self.make_two()
        draft, user = draft_graph(guide), reviewer()
        third = republish_revision(first, by=user, note="新版有错")
        guide.refresh_from_db()
        assert (third.number, third.approval, third.published_by, third.note) == (
            3, Approval.ROLLBACK, user, "新版有错",
        )  # fmt: skip
        assert (third.content, third.digest, third.title) == (first.content, first.digest, "从前")
        assert (guide.live_revision, draft_graph(guide), guide.draft_number) == (third, draft, 2)

    def test_readers_find_it_as_they_did_then(self) -> None:
        _, first, _ = self.make_two()
        republish_revision(first, by=None)
        assert [entrance.normal for entrance in GuideEntrance.objects.all()] == ["E324"]
        entry = SearchEntry.objects.get(kind="guide")
        assert (entry.title, entry.code) == ("从前", "E324")
        rebuild_guide_entries()
        assert SearchEntry.objects.get(kind="guide").title == "从前"

    def test_what_is_live_already_is_not_published_twice(self) -> None:
        _, first, second = self.make_two()
        with pytest.raises(AlreadyLive) as refused:
            republish_revision(second, by=None)
        assert refused.value.number == 2
        republish_revision(first, by=None)
        with pytest.raises(AlreadyLive) as refused:
            republish_revision(first, by=None)
        assert refused.value.number == 3

    def test_a_withdrawn_guide_comes_back(self) -> None:
        guide, _, second = self.make_two()
        withdraw_guide(guide, by=None)
        assert republish_revision(second, by=None).number == 3
        assert GuideEntrance.objects.get().normal == "E325"

    def test_it_takes_the_permission(self) -> None:
        _, first, _ = self.make_two()
        with pytest.raises(PermissionDenied):
            republish_revision(first, by=author())

    def test_a_draft_in_review_stays_there(self) -> None:
        guide, first, _ = self.make_two()
        guide = retitled(guide, "新草稿", by=author())
        submit_guide(guide, by=author("second"), number=3)
        republish_revision(first, by=reviewer())
        guide.refresh_from_db()
        assert guide.is_in_review


def test_a_circle_through_published_guides_is_refused() -> None:
    def handing_over(slug: str, other: str) -> Graph:
        graph = make_graph(slug)
        inner = Node("inner", Kind.GUIDE, "另一份", guide=other, then="ask")
        first = replace(
            graph.node("reading"), choices=(Choice("tap", "挥卡", "inner"), Choice("unsure", "说不清", "insert"))
        )
        return replace(graph, nodes={**graph.nodes, "reading": first, "inner": inner})

    make_guide("bbb")
    publish_guide(replace_draft(handing_over("aaa", "bbb")), by=None)
    with pytest.raises(PublishRefused) as refused:
        publish_guide(replace_draft(handing_over("bbb", "aaa")), by=None)
    assert "G027" in {problem.id for problem in refused.value.problems}


def test_an_article_closed_inside_another_guide_stops_publishing() -> None:
    article = make_article(slug="inner-help")
    graph = make_graph("inner")
    end = Node("ask", Kind.OUTCOME, "看", say="看", result=Result.ARTICLE, articles=("inner-help",))
    publish_guide(replace_draft(replace(graph, nodes={**graph.nodes, "ask": end})), by=None)
    outer = make_graph("outer")
    over = Node("more", Kind.GUIDE, "另一份", guide="inner", then="ask")
    insert = replace(outer.node("insert"), choices=(Choice("ok", "好了", "solved"), Choice("still", "不行", "more")))
    guide = replace_draft(replace(outer, nodes={**outer.nodes, "insert": insert, "more": over}))
    assert not any(problem.grade is Grade.ERROR for problem in draft_problems(draft_graph(guide)))
    article.status = "draft"
    article.save()
    assert [one.node for one in draft_problems(draft_graph(guide)) if one.id == "G023"] == ["more.ask"]
