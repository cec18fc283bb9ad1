"""The editors' side of guides: the form of a draft, what is wrong with it, and two editors at once."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from diagnostics.actions import publish_guide, record_report
from diagnostics.admin.drafts import Figures, figures
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.editing import edit_draft
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import RecordedPath
from diagnostics.models import Choice, Guide, GuideCode, GuideRevision, Node, NodeArticle
from diagnostics.models import RecordedPath as RecordedPathRow
from tests.admin_forms import client_of, errors_of, new_row, queries, save, shown_fields
from tests.factories import make_article, make_guide, make_user
from tools.sample_graphs import layered_graph

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


def guide_address(guide: Guide) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/change/"


def node_address(guide: Guide, key: str) -> str:
    return f"/en/admin/diagnostics/node/{guide.nodes.get(key=key).pk}/change/"


def editor_address(guide: Guide, key: str) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/editor/?node={key}"


def change_node(guide: Guide, key: str, *, by: Any = None, **values: Any) -> None:
    edit_draft(
        guide, lambda graph: replace_node(graph, replace(graph.node(key), **values)), by=by, number=None, what="改"
    )


def change_choices(guide: Guide, key: str, **changes: dict[str, str]) -> None:
    """`changes` by the choice's id."""
    choices = draft_graph(guide).node(key).choices
    change_node(guide, key, choices=tuple(replace(one, **changes.get(one.id, {})) for one in choices))


# --- drafts -----------------------------------------------------------------------------------------------------------
def test_saving_the_draft_changes_nothing_for_readers(editor: Client) -> None:
    guide = make_guide()
    walked = revision_graph(GuideRevision.objects.get())
    assert save(editor, guide_address(guide), title="新标题", start="insert").status_code == 302
    guide.refresh_from_db()
    assert guide.live_revision == GuideRevision.objects.get()
    assert revision_graph(guide.live_revision) == walked
    assert draft_graph(guide).title == "新标题"
    assert draft_graph(guide).start == "insert"


def test_the_page_of_a_guide_shows_nodes_and_problems_in_words(editor: Client) -> None:
    guide = make_guide()
    change_choices(guide, "reading", tap={"to": "nowhere"}, swipe={"label": ""})
    page = editor.get(guide_address(guide)).content.decode()
    assert "Node “您是怎么读卡的？” leads to “nowhere”, which does not exist." in page
    assert "Write what the reader would say." in page  # the hint of the second error
    assert "说不清 → 请收单机构查" in page
    nodes = page[page.index('id="nodes"') :]
    links = [nodes.index(editor_address(guide, key)) for key in ("reading", "insert", "solved", "ask")]
    assert links == sorted(links)
    assert f"/en/guides/{guide.slug}/all/" in page


def test_the_page_of_a_guide_shows_its_figures(editor: Client) -> None:
    guide = make_guide()
    page = editor.get(guide_address(guide))
    figures = page.context["draft"].figures
    # tap-ok, tap-still, swipe, unsure
    assert (figures.nodes, figures.outcomes, figures.paths, figures.longest, figures.mean) == (4, 2, 4, 2, 1.5)
    change_choices(guide, "insert", still={"to": "reading"})
    text = editor.get(guide_address(guide)).content.decode()
    assert "round in a circle (您是怎么读卡的？ → 改为插卡再做一次 → 您是怎么读卡的？)" in text


def test_a_huge_number_of_paths_is_shown_as_a_power_of_ten() -> None:
    assert figures(layered_graph(300, 100)).paths_in_words.startswith("≈ 10^")
    assert Figures(4, 2, paths=1234567).paths_in_words == "1,234,567"


def test_codes_of_a_guide_are_compared_in_their_normal_form(editor: Client) -> None:
    guide = make_guide(codes=("E324",))
    fields = shown_fields(editor.get(guide_address(guide)))
    assert "twice" in errors_of(editor.post(guide_address(guide), new_row(fields, "codes", text="e-324", position=1)))
    assert "letter" in errors_of(editor.post(guide_address(guide), new_row(fields, "codes", text="——", position=1)))
    assert editor.post(guide_address(guide), new_row(fields, "codes", text="E325", position=0)).status_code == 302
    assert draft_graph(guide).codes == ("E324", "E325")


def test_recorded_answers_are_lines_of_text(editor: Client) -> None:
    guide = make_guide()
    fields = shown_fields(editor.get(guide_address(guide)))
    lines = "reading: tap\n\ninsert：ok\n"
    assert (
        editor.post(
            guide_address(guide), new_row(fields, "paths", answers=lines, ends="solved", position=0)
        ).status_code
        == 302
    )
    assert RecordedPathRow.objects.get().answers == [["reading", "tap"], ["insert", "ok"]]
    page = editor.get(guide_address(guide))
    assert shown_fields(page)["paths-0-answers"] == "reading: tap\ninsert: ok"
    for broken in ("reading", "reading:", ": tap"):
        fields = {**shown_fields(page), "paths-0-answers": broken}
        assert "Line 1" in errors_of(editor.post(guide_address(guide), fields))


# --- two editors ------------------------------------------------------------------------------------------------------
def test_each_save_of_the_form_is_one_of_the_earlier_saves(editor: Client) -> None:
    guide = make_guide()
    saves = guide.saves.count()
    fields = shown_fields(editor.get(guide_address(guide)))
    fields = new_row({**fields, "title": "新标题"}, "codes", text="E325", position=0)
    assert editor.post(guide_address(guide), fields).status_code == 302
    guide.refresh_from_db()
    assert guide.saves.count() == saves + 1
    kept = guide.saves.get(number=guide.draft_number)
    assert (str(kept.saved_by), str(guide.changed_by)) == ("one-editor", "one-editor")
    assert "Title" in kept.what and "codes" in kept.what
    assert kept.content["title"] == "新标题" and kept.content["codes"] == ["E325"]


def test_a_save_that_changes_nothing_is_not_counted(editor: Client) -> None:
    guide = make_guide()
    number = guide.draft_number
    assert save(editor, guide_address(guide)).status_code == 302
    guide.refresh_from_db()
    assert guide.draft_number == number


def test_a_new_guide_begins_with_its_first_save(editor: Client) -> None:
    fields = shown_fields(editor.get("/en/admin/diagnostics/guide/add/"))
    answer = editor.post("/en/admin/diagnostics/guide/add/", {**fields, "slug": "fresh", "title": "新向导"})
    assert answer.status_code == 302
    guide = Guide.objects.get(slug="fresh")
    assert (guide.draft_number, str(guide.changed_by)) == (1, "one-editor")


def test_a_form_that_somebody_else_overtook_is_refused_and_kept(editor: Client) -> None:
    guide = make_guide()
    fields = {**shown_fields(editor.get(guide_address(guide))), "title": "我打的字"}
    change_node(guide, "insert", title="同事改的", by=make_user("colleague", superuser=True))
    page = editor.post(guide_address(guide), fields)
    assert "colleague saved this guide (" in errors_of(page)
    assert shown_fields(page)["title"] == "我打的字"
    guide.refresh_from_db()
    assert guide.title == "向导trial"
    # What the refused form now holds is sent on purpose.
    assert editor.post(guide_address(guide), shown_fields(page)).status_code == 302
    guide.refresh_from_db()
    assert guide.title == "我打的字"
    assert draft_graph(guide).node("insert").title == "同事改的"


def test_the_summary_is_not_written_over_unseen_either(editor: Client) -> None:
    guide = make_guide()
    old = shown_fields(editor.get(guide_address(guide)))
    save(editor, guide_address(guide), summary="先到的")
    assert "one-editor saved this guide" in errors_of(editor.post(guide_address(guide), {**old, "summary": "后到的"}))
    guide.refresh_from_db()
    assert guide.summary == "先到的"


def test_a_form_without_its_number_is_refused(editor: Client) -> None:
    guide = make_guide()
    fields = shown_fields(editor.get(guide_address(guide)))
    del fields["number"]
    assert "saved this guide" in errors_of(editor.post(guide_address(guide), {**fields, "title": "改"}))


def test_an_overtaken_form_finds_rows_again_that_were_written_anew(editor: Client) -> None:
    """Saves elsewhere write codes and paths under new numbers, or drop them."""
    path = RecordedPath((("reading", "swipe"),), "ask")
    other = RecordedPath((("reading", "unsure"),), "ask")
    guide = make_guide(codes=("E324", "E325", "E326"), paths=(path, other))
    fields = shown_fields(editor.get(guide_address(guide)))
    now = replace(draft_graph(guide), codes=("E327", "E324", "E325"), paths=(other,))
    edit_draft(guide, lambda _: now, by=None, number=None, what="import")
    page = editor.post(guide_address(guide), {**fields, "codes-1-DELETE": "on", "codes-0-text": "E-324"})
    assert "an operator" in errors_of(page)
    sent = shown_fields(page)
    assert [sent[f"codes-{place}-text"] for place in range(3)] == ["E-324", "E325", "E326"]
    assert editor.post(guide_address(guide), {**sent, "codes-1-DELETE": "on"}).status_code == 302
    assert set(draft_graph(guide).codes) == {"E-324", "E326", "E327"}
    assert set(draft_graph(guide).paths) == {path, other}


def test_publishing_meanwhile_is_not_undone_by_a_save(editor: Client) -> None:
    guide = make_guide(published=False)
    fields = shown_fields(editor.get(guide_address(guide)))
    live = publish_guide(guide, by=None)
    assert editor.post(guide_address(guide), {**fields, "title": "新"}).status_code == 302
    guide.refresh_from_db()
    assert guide.live_revision == live


# --- history ----------------------------------------------------------------------------------------------------------
def test_reverting_a_guide_leaves_what_readers_walk(editor: Client) -> None:
    guide = make_guide()
    live = guide.live_revision
    version = f"/en/admin/diagnostics/guide/{guide.pk}/history/{guide.history.last().pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    guide.refresh_from_db()
    assert guide.live_revision == live


def test_a_revert_is_a_save_too_and_refused_when_overtaken(editor: Client) -> None:
    guide = make_guide()
    version = f"/en/admin/diagnostics/guide/{guide.pk}/history/{guide.history.last().pk}/"
    save(editor, guide_address(guide), title="第二版")
    fields = shown_fields(editor.get(version))
    number = Guide.objects.get().draft_number
    assert editor.post(version, fields).status_code == 302
    guide.refresh_from_db()
    assert (guide.title, guide.draft_number) == ("向导trial", number + 1)
    assert guide.saves.filter(number=number + 1).count() == 1
    save(editor, guide_address(guide), title="第三版")
    answer = editor.post(version, fields)
    assert "one-editor saved this guide" in answer.content.decode()
    guide.refresh_from_db()
    assert guide.title == "第三版"


# --- nodes are looked at here and changed in the editor ---------------------------------------------------------------
def test_a_node_is_found_and_leads_to_the_editor(editor: Client) -> None:
    guide = make_guide()
    found = editor.get("/en/admin/diagnostics/node/?q=读卡").content.decode()
    assert node_address(guide, "reading") in found
    page = editor.get(node_address(guide, "reading")).content.decode()
    assert editor_address(guide, "reading") in page
    assert 'name="title"' not in page and "_save" not in page
    assert "挥卡" in page


def test_nobody_changes_a_node_here() -> None:
    boss = client_of("superuser")
    guide = make_guide()
    node = guide.nodes.get(key="reading")
    assert boss.post(node_address(guide, "reading"), {"title": "改"}).status_code == 403
    assert boss.get("/en/admin/diagnostics/node/add/").status_code == 403
    assert boss.post(f"/en/admin/diagnostics/node/{node.pk}/delete/", {"post": "yes"}).status_code == 403
    listed = "/en/admin/diagnostics/node/"
    boss.post(listed, {"action": "delete_selected", "_selected_action": [node.pk], "post": "yes"})
    assert guide.nodes.get(key="reading").title == node.title


@pytest.mark.parametrize("role", ["editor", "call-centre agent"])
def test_the_history_of_a_node_is_read_and_never_reverted(role: str) -> None:
    client = client_of(role)
    guide = make_guide()
    change_node(guide, "reading", title="第二版")
    node = guide.nodes.get(key="reading")
    listed = f"/en/admin/diagnostics/node/{node.pk}/history/"
    assert "您是怎么读卡的？" in client.get(listed).content.decode()
    version = f"{listed}{node.history.last().pk}/"
    page = client.get(version)
    assert page.status_code == 200 and "您是怎么读卡的？" in page.content.decode()
    assert client.post(version, {"title": "改"}).status_code == 403


# --- the cost of a page -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["guide", "node", "guiderevision", "walkreport"])
def test_a_list_costs_the_same_at_two_and_at_twenty_rows(reviewer: Client, name: str) -> None:
    def grow(start: int, stop: int) -> None:
        for number in range(start, stop):
            revision = make_guide(f"guide-{number}", codes=(f"E{number}",)).live_revision
            assert revision is not None
            record_report(revision, node="solved", answers={}, solved=True)

    address = f"/en/admin/diagnostics/{name}/"
    grow(0, 2)
    few = queries(reviewer, address)
    grow(2, 20)
    assert queries(reviewer, address) == few


def test_the_page_of_a_guide_costs_the_same_however_many_nodes_it_has(reviewer: Client) -> None:
    guide = make_guide()
    NodeArticle.objects.create(node=guide.nodes.get(key="insert"), article=make_article())
    few = queries(reviewer, guide_address(guide))
    for number in range(20):
        node = Node.objects.create(guide=guide, key=f"more-{number}", title="还有", position=10 + number)
        Choice.objects.create(node=node, key="a", label="甲", to="ask")
        NodeArticle.objects.create(node=node, article=make_article())
        GuideCode.objects.create(guide=guide, text=f"E{number}")
        RecordedPathRow.objects.create(guide=guide, answers=[["reading", "tap"]], ends="solved")
    assert queries(reviewer, guide_address(guide)) == few


def test_the_page_of_a_node_costs_the_same_however_many_choices_it_has(reviewer: Client) -> None:
    guide = make_guide()
    node = guide.nodes.get(key="reading")
    NodeArticle.objects.create(node=node, article=make_article())
    few = queries(reviewer, node_address(guide, "reading"))
    for number in range(20):
        Choice.objects.create(node=node, key=f"c{number}", label="甲", to="ask")
        NodeArticle.objects.create(node=node, article=make_article())
    assert queries(reviewer, node_address(guide, "reading")) == few


def test_no_page_of_guides_has_inline_styles_or_scripts(reviewer: Client) -> None:
    guide = make_guide()
    assert guide.live_revision is not None
    change_choices(guide, "reading", tap={"to": "nowhere"})
    for address in (guide_address(guide), node_address(guide, "reading"), "/en/admin/diagnostics/guide/add/",
                    f"/en/admin/diagnostics/guiderevision/{guide.live_revision.pk}/change/"):  # fmt: skip
        text = reviewer.get(address).content.decode()
        assert " style=" not in text, address
        assert "<script>" not in text, address
        assert " onclick=" not in text, address
