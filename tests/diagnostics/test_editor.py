"""The editor of a guide: one step's form beside the tree, and the changes of more than one step."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from diagnostics.assembly import draft_graph
from diagnostics.editing import edit_draft, replace_draft
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.models import DraftSave, Guide
from tests.factories import make_article, make_graph, make_guide, make_user
from tests.kb.test_uploads import encoded
from tools.sample_graphs import layered_graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    user = make_user("editor")
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return client


def stored(guide: Guide) -> Graph:
    return draft_graph(Guide.objects.get(pk=guide.pk))


def address(guide: Guide, node: str = "", *, part: str = "") -> str:
    base = reverse(f"admin:diagnostics_guide_editor{part}", args=[guide.pk])
    return f"{base}?node={node}" if node else base


def form_of(client: Client, guide: Guide, node: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the step's form, with changes."""
    page = client.get(address(guide, node)).context["page"]
    values: dict[str, Any] = {}
    for form in (page.form, page.rows.management_form, *page.rows.forms):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != "":
                values[bound.html_name] = value
    return {**values, **changes}


def save(client: Client, guide: Guide, node: str, **changes: Any) -> Any:
    return client.post(address(guide, node), form_of(client, guide, node, **changes))


def change(client: Client, guide: Guide, do: str, **values: Any) -> Any:
    guide.refresh_from_db()
    return client.post(
        reverse("admin:diagnostics_guide_editor_change", args=[guide.pk]),
        {"do": do, "number": guide.draft_number, **values},
    )


def reached(response: Any) -> str:
    assert response.status_code == 302
    found = re.search(r"node=([^&#]+)", response["Location"])
    return found[1] if found else ""


class TestThePage:
    def test_shows_the_tree_with_every_step_as_a_link_and_the_form(self, editor: Client) -> None:
        guide = make_guide()
        html = editor.get(address(guide, "insert")).content.decode()
        for node in stored(guide).nodes:
            assert f'href="?node={node}#step"' in html
        assert 'href="?node=insert#step" aria-current="true"' in html
        assert "改为插卡再做一次" in html
        assert "〔solved〕" in html

    @pytest.mark.parametrize("zoom", ["²", "9" * 5000, "-50", ""])
    def test_a_size_that_is_none_is_the_usual_one(self, editor: Client, zoom: str) -> None:
        assert editor.get(address(make_guide()), {"zoom": zoom}).context["page"].zoom == 100

    def test_a_draft_in_review_is_called_so(self, editor: Client) -> None:
        guide = make_guide()
        assert "errornote" not in editor.get(address(guide)).content.decode()
        Guide.objects.update(submitted_number=F("draft_number"))
        assert "errornote" in editor.get(address(guide)).content.decode()

    def test_an_unknown_step_shows_the_first_one(self, editor: Client) -> None:
        assert editor.get(address(make_guide(), "no-such")).context["page"].node.id == "reading"

    def test_a_guide_without_steps_offers_to_add_one(self, editor: Client) -> None:
        guide = Guide.objects.create(slug="empty", title="空的")
        assert editor.get(address(guide)).status_code == 200
        new = reached(change(editor, guide, "add", kind="question", title="怎么了？"))
        graph = stored(guide)
        assert (graph.start, graph.node(new).title) == (new, "怎么了？")

    def test_the_drawing_is_scaled(self, editor: Client) -> None:
        guide = make_guide()
        width = [
            float(re.search(r'<svg[^>]* width="([0-9.]+)"', editor.get(address(guide) + query).content.decode())[1])  # type: ignore[index]
            for query in ("?zoom=100", "?zoom=50", "?zoom=7")
        ]
        assert width[1] == pytest.approx(width[0] / 2, abs=1)
        assert width[2] == width[0]

    @pytest.mark.parametrize("part", ["", "_delete"])
    def test_costs_the_same_queries_at_20_and_at_200_steps(self, editor: Client, part: str) -> None:
        counts = []
        for size in (20, 200):
            graph = layered_graph(nodes=size, depth=6)
            guide = replace_draft(graph)
            page = address(guide, graph.start, part=part)
            editor.get(page)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert editor.get(page).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 14

    @pytest.mark.parametrize(
        ("group", "sees", "writes"),
        [
            (None, 403, 403),
            ("call-centre agent", 200, 403),
            ("supervisor", 200, 403),
            ("editor", 200, 302),
            ("reviewer", 200, 302),
        ],
    )
    def test_who_may_look_and_who_may_write(self, client: Client, group: str | None, sees: int, writes: int) -> None:
        guide = make_guide()
        user = make_user("member")
        if group:
            user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        assert client.get(address(guide)).status_code == sees
        assert client.get(address(guide, "insert", part="_delete")).status_code == sees
        assert change(client, guide, "add", kind="check", title="新").status_code == writes
        assert client.post(address(guide, part="_check")).status_code == (200 if writes == 302 else 403)

    def test_strangers_are_sent_to_the_sign_in(self, client: Client) -> None:
        guide = make_guide()
        assert "/login/" in client.get(address(guide))["Location"]
        assert "/login/" in change(client, guide, "undo")["Location"]


class TestSavingAStep:
    def test_an_unchanged_form_changes_nothing(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        for node in before.nodes:
            assert save(editor, guide, node).status_code == 302
        assert stored(guide) == before
        assert DraftSave.objects.count() == 1

    def test_every_field_is_kept(self, editor: Client) -> None:
        guide = make_guide()
        article = make_article(slug="look-here", title="看这里")
        response = save(
            editor, guide, "ask", title=" 请  收单机构查 ", help="为什么\r\n这样", say="请打电话吧。", note="别急",
            minutes="5", result="stop", tell="报机身号", **{"article-0": "看这里"},
        )  # fmt: skip
        assert reached(response) == "ask"
        node = stored(guide).node("ask")
        assert node == Node(
            "ask", Kind.OUTCOME, "请 收单机构查", help="为什么\n这样", say="请打电话吧。", note="别急", minutes=5,
            result=Result.STOP, tell="报机身号", articles=(article.slug,),
        )  # fmt: skip

    def test_a_target_is_picked_by_its_title(self, editor: Client) -> None:
        guide = make_guide()
        save(editor, guide, "reading", **{"choice-1-to": "改为插卡再做一次"})
        assert stored(guide).node("reading").choices[1].to == "insert"

    def test_a_new_step_is_made_on_the_spot(self, editor: Client) -> None:
        guide = make_guide()
        rows = {"choice-3-label": "手机付", "choice-3-to": "请顾客看手机", "choice-3-new": "check"}
        response = save(editor, guide, "reading", _follow="1", **rows)
        graph = stored(guide)
        choice = graph.node("reading").choices[-1]
        assert (choice.label, graph.node(choice.to).title, graph.node(choice.to).kind) == (
            "手机付", "请顾客看手机", Kind.CHECK,
        )  # fmt: skip
        assert reached(response) == choice.to

    def test_an_incomplete_step_is_saved_as_it_is(self, editor: Client) -> None:
        guide = make_guide()
        rows = {"choice-3-label": "别的", "choice-3-to": "not-there-yet"}
        assert save(editor, guide, "reading", title="", **rows).status_code == 302
        node = stored(guide).node("reading")
        assert (node.title, node.choices[-1].to) == ("", "not-there-yet")

    def test_an_answer_is_removed_and_the_others_change_places(self, editor: Client) -> None:
        guide = make_guide()
        save(editor, guide, "reading", **{"choice-0-DELETE": "on", "choice-1-ORDER": "9", "choice-2-ORDER": "1"})
        assert [one.id for one in stored(guide).node("reading").choices] == ["unsure", "swipe"]

    def test_a_title_that_nothing_is_called_is_refused_beside_the_field_and_kept(self, editor: Client) -> None:
        guide = make_guide()
        response = save(editor, guide, "reading", help="改过", **{"choice-1-to": "没有这个步骤"})
        assert response.status_code == 422
        html = response.content.decode()
        assert "没有这个步骤" in html
        assert "改过" in html
        assert stored(guide).node("reading").help != "改过"

    def test_a_title_that_ends_like_a_picked_one_is_not_cut(self, editor: Client) -> None:
        guide = make_guide()
        assert save(editor, guide, "reading", **{"choice-1-to": "看看〔说明〕"}).status_code == 422

    def test_the_last_answer_is_put_first_by_its_place(self, editor: Client) -> None:
        guide = make_guide()
        save(editor, guide, "reading", **{"choice-2-ORDER": "1"})
        assert [one.id for one in stored(guide).node("reading").choices] == ["unsure", "tap", "swipe"]

    def test_an_id_is_changed_everywhere(self, editor: Client) -> None:
        guide = make_guide()
        pk = guide.nodes.get(key="ask").pk
        assert reached(save(editor, guide, "ask", key="call")) == "call"
        graph = stored(guide)
        assert {one.to for one in graph.node("reading").choices} == {"insert", "call"}
        assert guide.nodes.get(key="call").pk == pk

    @pytest.mark.parametrize("key", ["insert", "all", "大写", ""])
    def test_an_id_that_cannot_be_is_refused(self, editor: Client, key: str) -> None:
        guide = make_guide()
        response = save(editor, guide, "ask", key=key)
        assert response.status_code == 422
        assert response.context["page"].form.errors["key"]

    def test_words_older_than_the_title_can_be_found_to_fit(self, editor: Client) -> None:
        guide = make_guide()
        save(editor, guide, "reading", title="这张卡怎么读的？")
        page = editor.get(address(guide, "reading")).context["page"]
        assert "W004" in {one.id for one in page.here}
        save(editor, guide, "reading", fitting="on")
        page = editor.get(address(guide, "reading")).context["page"]
        assert "W004" not in {one.id for one in page.here}

    def test_an_upload_is_encoded_anew_and_a_wrong_one_is_refused(
        self, editor: Client, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        guide = make_guide()
        form = form_of(editor, guide, "reading")
        wrong = SimpleUploadedFile("evil.png", b"<script>")
        assert editor.post(address(guide, "reading"), {**form, "upload": wrong}).status_code == 422
        right = SimpleUploadedFile("photo.png", encoded(Image.new("RGB", (8, 8)), "PNG"))
        assert editor.post(address(guide, "reading"), {**form, "upload": right}).status_code == 302
        assert stored(guide).node("reading").picture.startswith("/")


class TestTwoEditors:
    def test_another_step_saved_meanwhile_is_no_conflict(self, editor: Client) -> None:
        guide = make_guide()
        mine = form_of(editor, guide, "ask", title="我的标题")
        save(editor, guide, "insert", title="别人的标题")
        assert editor.post(address(guide, "ask"), mine).status_code == 302
        graph = stored(guide)
        assert (graph.node("ask").title, graph.node("insert").title) == ("我的标题", "别人的标题")

    def test_the_same_step_saved_meanwhile_shows_both_versions(self, editor: Client) -> None:
        guide = make_guide()
        mine = form_of(editor, guide, "ask", title="我的标题")
        other = make_user("boss", superuser=True)

        def theirs(graph: Graph) -> Graph:
            return replace_node(
                graph, Node("ask", Kind.OUTCOME, "他的标题", result=Result.ESCALATE, tell="请报机身号。")
            )

        guide.refresh_from_db()
        edit_draft(guide, theirs, by=other, number=guide.draft_number, what="x")
        response = editor.post(address(guide, "ask"), mine)
        assert response.status_code == 409
        html = response.content.decode()
        assert "我的标题" in html
        assert "他的标题" in html
        assert "boss" in html
        assert stored(guide).node("ask").title == "他的标题"
        again = re.search(r'name="number" value="(\d+)"[^>]*id="id_number"|id="id_number"[^>]*value="(\d+)"', html)
        assert again is not None
        assert editor.post(address(guide, "ask"), {**mine, "number": again[1] or again[2]}).status_code == 302
        assert stored(guide).node("ask").title == "我的标题"

    def test_a_step_deleted_meanwhile_keeps_what_was_typed_and_can_be_added_anew(self, editor: Client) -> None:
        guide = make_guide()
        mine = form_of(editor, guide, "insert", title="我写了很久")
        guide.refresh_from_db()
        editor.post(address(guide, part="_delete"), {"node": "insert", "number": guide.draft_number})
        response = editor.post(address(guide, "insert"), mine)
        assert response.status_code == 409
        assert "我写了很久" in response.content.decode()
        assert "insert" not in stored(guide).nodes
        assert reached(editor.post(address(guide, "insert"), {**mine, "_revive": ""})) == "insert"
        assert stored(guide).node("insert").title == "我写了很久"

    def test_a_step_added_anew_keeps_its_picture_and_is_refused_in_words(
        self, editor: Client, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        guide = make_guide()
        mine = form_of(editor, guide, "insert", _revive="")
        guide.refresh_from_db()
        editor.post(address(guide, part="_delete"), {"node": "insert", "number": guide.draft_number})
        unusable = editor.post(address(guide, "insert"), {**mine, "help": "坏\x07字"})
        assert unusable.status_code == 409
        upload = SimpleUploadedFile("photo.png", encoded(Image.new("RGB", (8, 8)), "PNG"))
        assert editor.post(address(guide, "insert"), {**mine, "upload": upload}).status_code == 302
        assert stored(guide).node("insert").picture.startswith("/")

    def test_a_picture_uploaded_into_a_conflict_is_not_lost(self, editor: Client, settings: Any, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = tmp_path
        guide = make_guide()
        mine = form_of(editor, guide, "ask", title="我的标题")
        save(editor, guide, "ask", title="别人的标题")
        upload = SimpleUploadedFile("photo.png", encoded(Image.new("RGB", (8, 8)), "PNG"))
        response = editor.post(address(guide, "ask"), {**mine, "upload": upload})
        assert response.status_code == 409
        assert response.context["page"].form["picture"].value().startswith("/")

    def test_a_change_of_the_tree_asks_to_look_again(self, editor: Client) -> None:
        guide = make_guide()
        guide.refresh_from_db()
        old = guide.draft_number
        change(editor, guide, "add", kind="check", title="新的")
        before = stored(guide)
        change(editor, guide, "duplicate", node="ask", number=old)
        assert stored(guide) == before


class TestTheTree:
    def test_a_step_is_duplicated_without_anything_leading_to_it(self, editor: Client) -> None:
        guide = make_guide()
        new = reached(change(editor, guide, "duplicate", node="insert"))
        graph = stored(guide)
        assert graph.node(new).choices == graph.node("insert").choices
        assert new not in graph.reachable()

    def test_a_step_is_inserted_into_an_answer(self, editor: Client) -> None:
        guide = make_guide()
        new = reached(change(editor, guide, "insert", node="reading", choice="swipe", kind="check", title="擦一擦"))
        graph = stored(guide)
        assert graph.node("reading").choices[1].to == new
        assert [one.to for one in graph.node(new).choices] == ["ask"]

    def test_recorded_paths_go_through_an_inserted_step(self, editor: Client) -> None:
        path = RecordedPath((("reading", "tap"), ("insert", "ok")), "solved")
        guide = make_guide(paths=(path,))
        new = reached(change(editor, guide, "insert", node="reading", choice="tap", kind="check", title="擦一擦"))
        assert stored(guide).paths[0].answers == (("reading", "tap"), (new, "c1"), ("insert", "ok"))

    def test_a_branch_changes_places_with_what_stood_there(self, editor: Client) -> None:
        guide = make_guide()
        change(editor, guide, "move", node="insert", from_way="x 〔reading/tap〕", to_way="y 〔reading/swipe〕")
        choices = stored(guide).node("reading").choices
        assert [one.to for one in choices] == ["ask", "insert", "ask"]

    def test_a_branch_is_not_moved_below_itself(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        response = change(editor, guide, "move", node="insert", from_way="〔reading/tap〕", to_way="〔insert/still〕")
        assert response.status_code == 302
        assert stored(guide) == before

    def test_a_loose_step_is_hung_on_an_answer(self, editor: Client) -> None:
        guide = make_guide()
        new = reached(change(editor, guide, "add", kind="outcome", title="别的办法"))
        change(editor, guide, "move", node=new, to_way="〔insert/still〕")
        assert stored(guide).node("insert").choices[1].to == new

    def test_a_loose_step_is_not_hung_below_itself(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        change(editor, guide, "move", node="reading", to_way="〔insert/still〕")
        assert stored(guide) == before

    def test_an_outcome_is_not_inserted_since_it_would_cut_off_the_rest(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        change(editor, guide, "insert", node="reading", choice="tap", kind="outcome", title="完")
        assert stored(guide) == before

    def test_answers_do_not_lead_back_when_a_step_is_deleted(self, editor: Client) -> None:
        guide = make_guide()
        guide.refresh_from_db()
        before = stored(guide)
        values = {"node": "insert", "number": guide.draft_number, "lead_to": "reading"}
        page = editor.post(address(guide, part="_delete"), values, follow=True).content.decode()
        assert "您是怎么读卡的？" in page
        assert "绕回" in page
        assert stored(guide) == before

    def test_deleting_the_first_step_says_so_and_takes_another(self, editor: Client) -> None:
        guide = make_guide()
        page = editor.get(address(guide, "reading", part="_delete")).context["page"]
        assert page.cut.is_start
        guide.refresh_from_db()
        replace_draft(make_graph(start="reading"))
        guide.refresh_from_db()
        values = {"node": "reading", "number": guide.draft_number, "lead_to": "insert"}
        editor.post(address(guide, part="_delete"), values)
        assert stored(guide).start in ("insert", "")

    def test_deleting_lists_what_is_cut_off_first(self, editor: Client) -> None:
        guide = make_guide()
        html = editor.get(address(guide, "insert", part="_delete")).content.decode()
        assert "好了，可以继续收款" in html  # only the check leads there
        assert "挥卡" in html
        assert "insert" in stored(guide).nodes

    def test_deleting_a_branch_lets_its_answers_lead_elsewhere(self, editor: Client) -> None:
        guide = make_guide()
        guide.refresh_from_db()
        values = {"node": "insert", "number": guide.draft_number, "branch": "1", "lead_to": "ask"}
        assert reached(editor.post(address(guide, part="_delete"), values)) == "reading"
        graph = stored(guide)
        assert list(graph.nodes) == ["reading", "ask"]
        assert {one.to for one in graph.node("reading").choices} == {"ask"}

    def test_a_forged_place_to_lead_to_is_refused(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        guide.refresh_from_db()
        for lead_to in ("x" * 200, "\x00"):
            values = {"node": "insert", "number": guide.draft_number, "lead_to": lead_to}
            assert editor.post(address(guide, part="_delete"), values).status_code == 302
        assert editor.post(address(guide, part="_delete"), {"node": "insert", "number": "x"}).status_code == 302
        assert stored(guide) == before

    def test_undo_brings_back_and_can_be_undone(self, editor: Client) -> None:
        guide = make_guide()
        before = stored(guide)
        save(editor, guide, "ask", title="改过")
        after = stored(guide)
        change(editor, guide, "undo", node="ask")
        assert stored(guide) == before
        change(editor, guide, "undo", node="ask")
        assert stored(guide) == after

    def test_the_guide_begins_at_another_step(self, editor: Client) -> None:
        guide = make_guide()
        change(editor, guide, "begin", node="insert")
        assert stored(guide).start == "insert"

    @pytest.mark.parametrize(
        ("do", "values"),
        [
            ("no-such", {}),
            ("add", {"kind": "joke"}),
            ("duplicate", {"node": "nowhere"}),
            ("insert", {"node": "reading", "choice": "nothing"}),
            ("move", {"node": "insert", "to_way": "somewhere"}),
            ("begin", {"node": "nowhere"}),
            ("undo", {"number": "-1"}),
            ("undo", {"number": "9" * 30}),
        ],
    )
    def test_nonsense_changes_nothing_and_says_so(self, editor: Client, do: str, values: dict[str, str]) -> None:
        guide = make_guide()
        before = stored(guide)
        response = change(editor, guide, do, **values)
        assert response.status_code == 302
        assert stored(guide) == before
        assert "error" in editor.get(response["Location"]).content.decode()


class TestLiveProblems:
    def test_tell_what_the_unsaved_form_would_be_like(self, editor: Client) -> None:
        guide = make_guide()
        form = form_of(editor, guide, "ask", tell="", title="")
        html = editor.post(address(guide, "ask", part="_check"), form).content.decode()
        assert {"G011", "G025"} <= set(re.findall(r"[GW]\d{3}", html))
        assert stored(guide).node("ask").tell

    def test_name_steps_by_their_titles(self, editor: Client) -> None:
        guide = make_guide(published=False)
        form = form_of(editor, guide, "insert", **{"choice-1-to": "reading"})
        html = editor.post(address(guide, "insert", part="_check"), form).content.decode()
        assert "G006" in html
        assert "您是怎么读卡的" in html

    def test_a_form_that_cannot_be_read_shows_the_stored_problems(self, editor: Client) -> None:
        graph = make_graph(start="nowhere")
        guide = replace_draft(graph)
        response = editor.post(address(guide, "ask", part="_check"), {"kind": "joke"})
        assert response.status_code == 200
        assert "G002" in response.content.decode()


def test_choices_of_two_titles_alike_are_told_apart(editor: Client) -> None:
    graph = make_graph()
    twin = Node("twin", Kind.OUTCOME, "请收单机构查", result=Result.FIXED)
    node = graph.node("reading")
    reading = Node("reading", node.kind, node.title, choices=(*node.choices, Choice("d", "丁", "twin")), say=node.say)
    guide = replace_draft(
        Graph.from_nodes("trial", "标题", "reading", [reading, *list(graph.nodes.values())[1:], twin])
    )
    assert save(editor, guide, "reading", **{"choice-0-to": "请收单机构查"}).status_code == 422
    assert save(editor, guide, "reading", **{"choice-0-to": "请收单机构查 〔twin〕"}).status_code == 302
    assert stored(guide).node("reading").choices[0].to == "twin"
