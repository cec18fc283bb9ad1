"""Saves of drafts: numbered, never over another editor's unseen, always to be brought back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diagnostics.assembly import draft_graph
from diagnostics.checking import draft_problems, stale_nodes
from diagnostics.drafts import write_draft
from diagnostics.editing import (
    edit_draft,
    keep_save,
    record_path,
    replace_draft,
    restore_save,
    save_node,
    saved_graph,
)
from diagnostics.engine.documents import to_document
from diagnostics.engine.edits import (
    add_node,
    delete_nodes,
    rename_node,
    replace_node,
)
from diagnostics.engine.errors import NodeExists, UnknownNode
from diagnostics.engine.graph import Choice, Graph, RecordedPath
from diagnostics.errors import DraftMoved, NodeMoved, UnknownArticles, UnusableDraft
from diagnostics.models import DraftSave, Guide, Node
from tests.factories import make_article, make_graph, make_guide, make_user
from tools.sample_graphs import layered_graph

pytestmark = pytest.mark.django_db


def make_editor(name: str = "ed") -> User:
    user = make_user(name)
    user.user_permissions.add(Permission.objects.get(codename="change_guide"))
    return User.objects.get(pk=user.pk)


def changed(node_id: str, **changes: Any) -> Callable[[Graph], Graph]:
    """An edit of one node."""
    return lambda graph: replace_node(graph, replace(graph.node(node_id), **changes))


def titled(title: str, node_id: str = "insert") -> Callable[[Graph], Graph]:
    return changed(node_id, title=title)


def numbers(guide: Guide) -> list[int]:
    return list(guide.saves.order_by("number").values_list("number", flat=True))


def forget_saves(guide: Guide) -> Guide:
    """The guide as it was before there were saves of drafts."""
    guide.saves.all().delete()
    Guide.objects.filter(pk=guide.pk).update(draft_number=0, changed_by=None)
    return Guide.objects.get(pk=guide.pk)


class TestEditDraft:
    def test_every_save_has_the_next_number_its_author_and_its_words(self) -> None:
        guide, editor = make_guide(published=False), make_editor()
        assert numbers(guide) == [1]
        guide = edit_draft(guide, titled("甲"), by=editor, number=1, what="title")
        guide = edit_draft(guide, titled("乙"), by=None, number=2, what="again")
        assert (guide.draft_number, numbers(guide)) == (3, [1, 2, 3])
        second, third = guide.saves.get(number=2), guide.saves.get(number=3)
        assert (second.what, second.saved_by) == ("title", editor)
        assert (third.what, third.saved_by, guide.changed_by) == ("again", None, None)
        stored = Guide.objects.get(pk=guide.pk)
        assert (stored.draft_number, stored.changed_by) == (3, None)

    def test_a_save_holds_exactly_what_the_rows_hold(self) -> None:
        make_article(slug="wipe")
        guide = make_guide(published=False)
        guide = edit_draft(guide, changed("ask", articles=("wipe", "wipe")), by=None, number=None, what="")
        assert saved_graph(guide, 2) == draft_graph(guide)
        assert draft_graph(guide).node("ask").articles == ("wipe",)

    def test_a_draft_that_does_not_change_makes_no_save_and_no_history(self) -> None:
        guide = make_guide(published=False)
        before = guide.history.count()
        same = edit_draft(guide, lambda graph: graph, by=make_editor(), number=1, what="nothing")
        assert (same.draft_number, same.changed_by, numbers(guide)) == (1, None, [1])
        assert replace_draft(make_graph()).draft_number == 1
        assert guide.history.count() == before

    def test_the_order_of_nodes_is_a_change(self) -> None:
        guide = make_guide(published=False)

        def last_first(graph: Graph) -> Graph:
            return replace(graph, nodes=dict(reversed(list(graph.nodes.items()))))

        guide = edit_draft(guide, last_first, by=None, number=1, what="order")
        assert guide.draft_number == 2
        assert list(draft_graph(guide).nodes) == ["ask", "solved", "insert", "reading"]

    def test_a_draft_that_somebody_else_saved_is_not_overwritten(self) -> None:
        guide, other = make_guide(published=False), make_editor("other")
        edit_draft(guide, titled("甲"), by=other, number=1, what="")
        with pytest.raises(DraftMoved) as refused:
            edit_draft(guide, titled("乙"), by=make_editor(), number=1, what="")
        save = guide.saves.get(number=2)
        assert (refused.value.number, refused.value.by, refused.value.at) == (2, other, save.saved_at)
        assert draft_graph(guide).node("insert").title == "甲"

    def test_editing_takes_the_permission(self) -> None:
        guide, stranger = make_guide(published=False), make_user("stranger")
        writes: tuple[Callable[[], Guide], ...] = (
            lambda: edit_draft(guide, titled("甲"), by=stranger, number=1, what=""),
            lambda: save_node(guide, titled("甲"), node="insert", by=stranger, number=1, what=""),
            lambda: restore_save(guide, 1, by=stranger, number=1),
            lambda: record_path(guide, RecordedPath((("reading", "swipe"),), "ask"), by=stranger),
            lambda: replace_draft(make_graph(title="新"), by=stranger),
        )
        for write in writes:
            with pytest.raises(PermissionDenied):
                write()
        assert numbers(guide) == [1]

    def test_what_the_edit_refuses_is_handed_on(self) -> None:
        guide = make_guide(published=False)
        with pytest.raises(UnknownNode):
            edit_draft(guide, titled("甲", "gone"), by=None, number=1, what="")
        with pytest.raises(NodeExists):
            edit_draft(guide, lambda graph: rename_node(graph, "ask", "solved"), by=None, number=1, what="")
        assert numbers(guide) == [1]

    def test_a_save_of_a_draft_is_no_line_of_the_guide_s_history(self) -> None:
        guide = make_guide(published=False)
        assert guide.history.count() == 1
        guide = edit_draft(guide, titled("甲"), by=None, number=1, what="")
        assert guide.history.count() == 1
        edit_draft(guide, lambda graph: replace(graph, title="新标题"), by=None, number=2, what="")
        assert guide.history.count() == 2


class TestSaveNode:
    def test_another_node_that_was_saved_meanwhile_is_kept(self) -> None:
        guide = make_guide(published=False)
        edit_draft(guide, titled("他的", "solved"), by=None, number=1, what="")
        guide = save_node(guide, titled("我的"), node="insert", by=make_editor(), number=1, what="")
        graph = draft_graph(guide)
        assert (guide.draft_number, graph.node("solved").title, graph.node("insert").title) == (3, "他的", "我的")

    def test_the_same_node_is_not_overwritten_and_its_author_is_named(self) -> None:
        guide, other, third = make_guide(published=False), make_editor("other"), make_editor("third")
        edit_draft(guide, titled("他的"), by=other, number=1, what="")
        edit_draft(guide, titled("别的", "solved"), by=third, number=2, what="")
        with pytest.raises(NodeMoved) as refused:
            save_node(guide, titled("我的"), node="insert", by=make_editor(), number=1, what="")
        at = guide.saves.get(number=2).saved_at
        assert (refused.value.number, refused.value.by, refused.value.at) == (3, other, at)
        assert draft_graph(guide).node("insert").title == "他的"

    def test_a_node_that_was_changed_and_changed_back_did_not_move(self) -> None:
        guide = make_guide(published=False)
        title = draft_graph(guide).node("insert").title
        edit_draft(guide, titled("他的"), by=None, number=1, what="")
        edit_draft(guide, titled(title), by=None, number=2, what="")
        assert save_node(guide, titled("我的"), node="insert", by=None, number=1, what="").draft_number == 4

    def test_a_node_that_was_deleted_meanwhile_is_told_so(self) -> None:
        guide, other = make_guide(published=False), make_editor("other")
        edit_draft(guide, lambda graph: delete_nodes(graph, ["insert"]), by=other, number=1, what="")
        with pytest.raises(NodeMoved) as refused:
            save_node(guide, titled("我的"), node="insert", by=None, number=1, what="")
        assert refused.value.by == other

    @pytest.mark.parametrize("number", [7, 10**30])
    def test_a_number_that_nobody_saved_is_no_draft_that_anybody_saw(self, number: int) -> None:
        guide = make_guide(published=False)
        with pytest.raises(NodeMoved):
            save_node(guide, titled("我的"), node="insert", by=None, number=number, what="")


class TestRestore:
    def test_a_save_comes_back_whole_and_bringing_back_can_be_undone(self) -> None:
        make_article(slug="wipe")
        path = RecordedPath((("reading", "swipe"),), "ask")
        guide = replace_draft(make_graph(codes=("E324",), paths=(path,)), summary="从前")
        first = draft_graph(guide)
        other = replace_node(make_graph(title="另一个", start="insert"), make_graph().node("solved"))
        other = delete_nodes(other, ["reading"])
        other = replace_node(other, replace(other.node("ask"), articles=("wipe",)))
        guide = replace_draft(other, summary="现在")
        second = draft_graph(guide)
        assert first != second
        editor = make_editor()
        guide = restore_save(guide, 1, by=editor, number=2)
        assert to_document(draft_graph(guide)) == to_document(first)
        assert (guide.draft_number, guide.summary, guide.changed_by) == (3, "从前", editor)
        guide = restore_save(guide, 2, by=editor, number=3)
        assert to_document(draft_graph(guide)) == to_document(second)
        assert (guide.draft_number, Guide.objects.get(pk=guide.pk).summary) == (4, "现在")

    def test_only_what_there_is_and_what_was_seen(self) -> None:
        guide = make_guide(published=False)
        with pytest.raises(DraftSave.DoesNotExist):
            restore_save(guide, 9, by=make_editor(), number=1)
        edit_draft(guide, titled("甲"), by=None, number=1, what="")
        with pytest.raises(DraftMoved):
            restore_save(guide, 1, by=make_editor("other"), number=1)

    def test_rows_older_than_the_first_save_can_be_brought_back_too(self) -> None:
        guide = forget_saves(make_guide(published=False))
        before = draft_graph(guide)
        guide = edit_draft(guide, titled("甲"), by=None, number=0, what="")
        assert numbers(guide) == [0, 1]
        guide = restore_save(guide, 0, by=make_editor(), number=1)
        assert draft_graph(guide) == before

    def test_a_save_is_brought_back_without_an_article_that_is_gone_by_now(self) -> None:
        article = make_article(slug="wipe")
        guide = make_guide(published=False)
        edit_draft(guide, changed("ask", articles=("wipe",)), by=None, number=1, what="")
        guide = edit_draft(guide, changed("ask", articles=()), by=None, number=2, what="")
        article.delete()
        guide = edit_draft(guide, changed("ask", title="别的"), by=None, number=3, what="")
        guide = restore_save(guide, 2, by=make_editor(), number=4)
        assert draft_graph(guide).node("ask").title == make_graph().node("ask").title
        assert draft_graph(guide).node("ask").articles == ()


class TestRecordedPaths:
    def test_a_path_is_kept_and_replaces_the_one_of_the_same_answers(self) -> None:
        guide, editor = make_guide(published=False), make_editor()
        first = RecordedPath((("reading", "tap"), ("insert", "ok")), "ask")
        record_path(guide, first, by=editor)
        record_path(guide, RecordedPath((("reading", "swipe"),), "ask"), by=editor)
        mended = replace(first, ends="solved")
        guide = record_path(guide, mended, by=editor)
        assert draft_graph(guide).paths == (mended, RecordedPath((("reading", "swipe"),), "ask"))
        assert guide.draft_number == 4
        assert record_path(guide, mended, by=editor).draft_number == 4


class TestRows:
    def test_untouched_rows_keep_their_keys_and_their_history(self) -> None:
        guide = make_guide(published=False, codes=("E324",))
        before = {row.key: row for row in guide.nodes.all()}
        choices = list(before["reading"].choices.values_list("pk", flat=True))
        code = guide.codes.get().pk
        edit_draft(guide, titled("甲"), by=None, number=1, what="")
        after = {row.key: row for row in guide.nodes.all()}
        assert {key: row.pk for key, row in after.items()} == {key: row.pk for key, row in before.items()}
        assert {key: row.history.count() for key, row in after.items()} == {
            "reading": 1, "insert": 2, "solved": 1, "ask": 1,
        }  # fmt: skip
        assert list(after["reading"].choices.values_list("pk", flat=True)) == choices
        assert guide.codes.get().pk == code

    def test_a_renamed_node_is_the_same_row(self) -> None:
        guide = make_guide(published=False)
        pk = guide.nodes.get(key="ask").pk
        guide = edit_draft(
            guide, lambda graph: rename_node(graph, "ask", "call"), by=None, number=1, what="", renamed={"ask": "call"}
        )
        row = guide.nodes.get(key="call")
        assert (row.pk, row.history.count(), guide.nodes.count()) == (pk, 2, 4)
        assert to_document(draft_graph(guide)) == to_document(rename_node(make_graph(), "ask", "call"))

    def test_two_nodes_may_change_names_and_a_new_one_may_take_a_name_that_is_left(self) -> None:
        guide = make_guide(published=False)
        pks = {row.key: row.pk for row in guide.nodes.all()}

        def swapped(graph: Graph) -> Graph:
            for old, new in (("ask", "x"), ("solved", "ask"), ("x", "solved")):
                graph = rename_node(graph, old, new)
            return graph

        guide = edit_draft(guide, swapped, by=None, number=1, what="", renamed={"ask": "solved", "solved": "ask"})
        assert guide.nodes.get(key="ask").pk == pks["solved"]
        assert to_document(draft_graph(guide)) == to_document(swapped(make_graph()))

        def taken(graph: Graph) -> Graph:
            left = rename_node(graph, "insert", "later")
            return add_node(left, replace(graph.node("ask"), id="insert"), after="reading")

        guide = edit_draft(guide, taken, by=None, number=2, what="", renamed={"insert": "later"})
        assert guide.nodes.get(key="later").pk == pks["insert"]
        assert to_document(draft_graph(guide)) == to_document(taken(swapped(make_graph())))

    def test_added_and_deleted_nodes_move_the_others_only(self) -> None:
        guide = make_guide(published=False)
        pks = {row.key: row.pk for row in guide.nodes.all()}

        def edit(graph: Graph) -> Graph:
            left = delete_nodes(graph, ["insert"], lead_to="solved")
            return add_node(left, replace(graph.node("ask"), id="first"), after="reading")

        guide = edit_draft(guide, edit, by=None, number=1, what="")
        assert list(draft_graph(guide).nodes) == ["reading", "first", "solved", "ask"]
        assert {row.key: row.pk for row in guide.nodes.exclude(key="first")} == {
            key: pk for key, pk in pks.items() if key != "insert"
        }


class TestStaleWords:
    def row(self, guide: Guide) -> Node:
        return guide.nodes.get(key="insert")

    def test_a_new_title_leaves_the_words_behind(self) -> None:
        guide = make_guide(published=False)
        assert not self.row(guide).has_stale_words
        guide = edit_draft(guide, titled("甲"), by=None, number=1, what="")
        assert self.row(guide).has_stale_words
        assert stale_nodes(guide) == {"insert"}
        problems = draft_problems(draft_graph(guide), stale=stale_nodes(guide))
        assert ("W004", "insert") in [(problem.id, problem.node) for problem in problems]

    @pytest.mark.parametrize("edit", [changed("insert", say="新话"), changed("insert", say="")])
    def test_other_words_or_none_mend_it(self, edit: Callable[[Graph], Graph]) -> None:
        guide = edit_draft(make_guide(published=False), titled("甲"), by=None, number=1, what="")
        guide = edit_draft(guide, edit, by=None, number=2, what="")
        assert stale_nodes(guide) == frozenset()
        assert not self.row(guide).has_stale_words

    def test_taking_the_title_back_mends_it(self) -> None:
        guide = make_guide(published=False)
        title = self.row(guide).title
        guide = edit_draft(guide, titled("甲"), by=None, number=1, what="")
        edit_draft(guide, titled(title), by=None, number=2, what="")
        assert not self.row(guide).has_stale_words

    def test_finding_that_they_fit_mends_it_once(self) -> None:
        guide = edit_draft(make_guide(published=False), titled("甲"), by=None, number=1, what="")
        same: dict[str, Any] = {"edit": lambda graph: graph, "node": "insert", "by": None, "what": ""}
        guide = save_node(guide, **same, number=2, fitting=["insert"])
        assert (guide.draft_number, self.row(guide).has_stale_words) == (3, False)
        assert save_node(guide, **same, number=3, fitting=["insert"]).draft_number == 3

    def test_title_and_words_that_come_together_fit_and_so_do_those_found_to_fit_at_once(self) -> None:
        guide = make_guide(published=False)
        guide = edit_draft(guide, changed("insert", title="甲", say="甲话"), by=None, number=1, what="")
        assert not self.row(guide).has_stale_words
        edit_draft(guide, titled("乙"), by=None, number=2, what="", fitting=["insert"])
        assert not self.row(guide).has_stale_words

    def test_another_change_of_the_node_mends_nothing(self) -> None:
        guide = edit_draft(make_guide(published=False), titled("甲"), by=None, number=1, what="")
        edit_draft(guide, changed("insert", note="别急"), by=None, number=2, what="")
        assert self.row(guide).has_stale_words


class TestRefused:
    @pytest.mark.parametrize(
        ("edit", "place"),
        [
            (titled("长" * 201), "nodes.insert: title"),
            (lambda graph: replace(graph, title=""), "guide: title"),
            (lambda graph: replace(graph, codes=("E-324", "ｅ324")), "codes.ｅ324"),
            (titled("a\x00b"), "insert: "),
            (lambda graph: replace(graph, start="a\x00b"), "guide: "),
            (changed("ask", tell="\ud800"), "ask: "),
            (changed("insert", choices=(Choice("x", "甲", "a\x00"),)), "insert: "),
            (changed("insert", choices=(Choice("x", "甲", ""), Choice("x", "乙", ""))), "nodes.insert.choices.x"),
            (changed("insert", choices=(Choice("x", "长" * 121, ""),)), "nodes.insert.choices.x: label"),
            (lambda graph: replace(graph, duplicates=("ask",)), "nodes.ask"),
            (lambda graph: replace(graph, paths=(RecordedPath((), "ask"),)), "paths.1: answers"),
        ],
    )
    def test_a_refused_save_says_where_and_writes_nothing(self, edit: Callable[[Graph], Graph], place: str) -> None:
        guide = make_guide(published=False)
        before, rows = draft_graph(guide), Node.history.count()

        def with_more(graph: Graph) -> Graph:
            return edit(replace_node(graph, replace(graph.node("solved"), title="也改")))

        with pytest.raises(UnusableDraft) as refused:
            edit_draft(guide, with_more, by=None, number=1, what="")
        assert any(reason.startswith(place) for reason in refused.value.reasons)
        assert draft_graph(guide) == before
        assert (numbers(guide), Node.history.count()) == ([1], rows)
        guide.refresh_from_db()
        assert guide.draft_number == 1

    def test_unknown_articles_are_all_named(self) -> None:
        guide = make_guide(published=False)
        with pytest.raises(UnknownArticles) as refused:
            edit_draft(guide, changed("ask", articles=("b", "a")), by=None, number=1, what="")
        assert refused.value.slugs == ("a", "b")

    @pytest.mark.parametrize("graph", [make_graph(title=""), make_graph("no slug"), make_graph("x" * 81)])
    def test_a_new_guide_that_is_refused_is_not_there(self, graph: Graph) -> None:
        with pytest.raises(UnusableDraft):
            replace_draft(graph)
        assert not Guide.objects.exists()


class TestReplaceAndKeep:
    def test_a_new_guide_s_first_save_is_number_one(self) -> None:
        guide = replace_draft(make_graph(), summary="简介", what="import")
        assert (guide.draft_number, guide.summary, numbers(guide)) == (1, "简介", [1])
        assert guide.history.count() == 1

    def test_a_summary_alone_is_a_change(self) -> None:
        replace_draft(make_graph(), summary="从前")
        guide = replace_draft(make_graph(), summary="现在")
        assert (guide.draft_number, Guide.objects.get(pk=guide.pk).summary) == (2, "现在")
        assert replace_draft(make_graph()).summary == "现在"

    def test_rows_written_elsewhere_become_a_save_with_what_was_there_before(self) -> None:
        guide, editor = forget_saves(make_guide(published=False)), make_editor()
        before = draft_graph(guide)
        assert keep_save(guide, by=editor, what="form", before=before).draft_number == 0
        Guide.objects.filter(pk=guide.pk).update(title="别的")
        guide = keep_save(guide, by=editor, what="form", before=before)
        assert (guide.draft_number, numbers(guide), guide.changed_by) == (1, [0, 1], editor)
        base, kept = saved_graph(guide, 0), saved_graph(guide, 1)
        assert base == before
        assert kept is not None and kept.title == "别的"

    def test_a_form_that_changed_nothing_makes_no_save_but_a_summary_is_something(self) -> None:
        guide = make_guide(published=False)
        assert keep_save(guide, by=None, what="form").draft_number == 1
        Guide.objects.filter(pk=guide.pk).update(summary="简介")
        assert keep_save(guide, by=None, what="form", before=draft_graph(guide)).draft_number == 2
        assert guide.saves.get(number=2).content["summary"] == "简介"

    def test_a_save_that_was_never_made_holds_nothing(self) -> None:
        assert saved_graph(make_guide(published=False), 5) is None


def test_saving_a_node_costs_the_same_in_a_large_guide() -> None:
    counts = []
    for size, depth in ((20, 4), (200, 8)):
        guide = replace_draft(layered_graph(size, depth, slug=f"g{size}"))
        node = draft_graph(guide).start
        with CaptureQueriesContext(connection) as queries:
            save_node(guide, titled("新标题", node), node=node, by=None, number=1, what="", fitting=[node])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_adding_a_node_in_front_costs_the_same_in_a_large_guide() -> None:
    counts = []
    for size, depth in ((20, 4), (200, 8)):
        guide = replace_draft(layered_graph(size, depth, slug=f"g{size}"))

        def edit(graph: Graph) -> Graph:
            return add_node(graph, replace(graph.node("end-0"), id="new"), after=graph.start)

        with CaptureQueriesContext(connection) as queries:
            edit_draft(guide, edit, by=None, number=1, what="")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_write_draft_works_for_a_guide_that_is_not_stored_yet() -> None:
    guide = Guide(slug="trial")
    write_draft(guide, Graph("trial", "", "", {}), make_graph(), summary="简介")
    assert draft_graph(Guide.objects.get(slug="trial", summary="简介")) == make_graph()


def test_stale_words_come_back_stale_and_undo_takes_back_that_they_fit() -> None:
    guide = make_guide()
    boss = make_user("boss", superuser=True)

    def retitled(graph: Graph) -> Graph:
        return replace_node(graph, replace(graph.node("reading"), title="别的标题"))

    guide.refresh_from_db()
    guide = edit_draft(guide, retitled, by=boss, number=guide.draft_number, what="x")
    stale = guide.draft_number
    guide = edit_draft(guide, lambda graph: graph, by=boss, number=stale, what="x", fitting=["reading"])
    assert stale_nodes(guide) == frozenset()
    guide = restore_save(guide, stale, by=boss, number=guide.draft_number)
    assert stale_nodes(guide) == {"reading"}
    assert guide.draft_number == stale + 2


def test_an_old_unprintable_text_does_not_keep_from_mending_another_step() -> None:
    guide = make_guide()
    boss = make_user("boss", superuser=True)
    for key in ("ask", "insert"):
        guide.nodes.filter(key=key).update(help="坏\x0b字")
    guide = edit_draft(
        guide,
        lambda graph: replace_node(graph, replace(graph.node("ask"), help="好")),
        by=boss,
        number=None,
        what="x",
    )
    assert draft_graph(guide).node("ask").help == "好"
