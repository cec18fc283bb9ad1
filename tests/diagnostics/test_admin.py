"""The editors' side of guides: drafts, what is wrong with them, and the button that publishes."""

from typing import Any

import pytest
from django.test import Client

from diagnostics.actions import record_report
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.models import Choice, Guide, GuideCode, GuideRevision, Node, NodeArticle, RecordedPath
from tests.admin_forms import client_of, errors_of, new_row, queries, save, shown_fields
from tests.factories import make_article, make_guide

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


def button(guide: Guide, name: str) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/{name}/"


def new_node(client: Client, guide: Guide, **values: Any) -> dict[str, Any]:
    return {**shown_fields(client.get(f"/en/admin/diagnostics/node/add/?guide={guide.pk}")), **values}


# --- drafts -----------------------------------------------------------------------------------------------------------
def test_saving_the_draft_changes_nothing_for_readers(editor: Client) -> None:
    guide = make_guide()
    walked = revision_graph(GuideRevision.objects.get())
    answer = save(editor, node_address(guide, "reading"), title="换一个问法？", **{"choices-0-to": "nowhere"})
    assert answer["Location"] == f"{guide_address(guide)}#nodes"
    save(editor, guide_address(guide), title="新标题", start="insert")
    guide.refresh_from_db()
    assert guide.live_revision == GuideRevision.objects.get()
    assert revision_graph(guide.live_revision) == walked
    assert draft_graph(guide).node("reading").title == "换一个问法？"
    assert draft_graph(guide).start == "insert"


def test_the_page_of_a_guide_shows_nodes_and_problems_in_words(editor: Client) -> None:
    guide = make_guide()
    save(editor, node_address(guide, "reading"), **{"choices-0-to": "nowhere", "choices-1-label": ""})
    page = editor.get(guide_address(guide)).content.decode()
    assert "“nowhere”, which does not exist" in page
    assert "Write what the reader would say." in page  # the hint of the second error
    assert page.index("您是怎么读卡的？") < page.index("改为插卡再做一次") < page.index("请收单机构查")
    assert node_address(guide, "insert") in page
    assert f"/en/admin/diagnostics/node/add/?guide={guide.pk}" in page
    assert f"/en/guides/{guide.slug}/all/" in page
    assert "Publish the draft" not in page


def test_a_node_added_from_its_guide_comes_last(editor: Client) -> None:
    guide = make_guide()
    fields = new_node(editor, guide, key="later", kind="outcome", title="以后", result="fixed")
    assert editor.post("/en/admin/diagnostics/node/add/", fields)["Location"] == f"{guide_address(guide)}#nodes"
    assert list(draft_graph(guide).nodes)[-1] == "later"


def test_a_choice_may_lead_to_a_node_that_comes_later(editor: Client) -> None:
    guide = make_guide()
    address = node_address(guide, "reading")
    page = editor.get(address)
    assert '<option value="insert">' in page.content.decode()
    assert 'list="guide-nodes"' in page.content.decode()
    fields = new_row(shown_fields(page), "choices", key="scan", label="扫码", to="not-yet", hint="", position=0)
    assert editor.post(address, fields).status_code == 302
    assert [choice.id for choice in draft_graph(guide).node("reading").choices] == ["tap", "swipe", "unsure", "scan"]


@pytest.mark.parametrize("key", ["Big", "a b", "report", "v", "中文", "-x"])
def test_ids_that_no_address_can_hold_are_refused(editor: Client, key: str) -> None:
    fields = new_node(editor, make_guide(), key=key, title="题")
    assert errors_of(editor.post("/en/admin/diagnostics/node/add/", fields), "key")


def test_one_id_names_one_node_and_one_choice(editor: Client) -> None:
    guide = make_guide()
    assert "already has a node" in errors_of(save(editor, node_address(guide, "insert"), key="reading"), "key")
    fields = new_node(editor, guide, key="insert")
    assert "already has a node" in errors_of(editor.post("/en/admin/diagnostics/node/add/", fields), "key")
    address = node_address(guide, "reading")
    fields = new_row(
        shown_fields(editor.get(address)), "choices", key="tap", label="又一个", to="ask", hint="", position=9
    )
    assert "duplicate" in errors_of(editor.post(address, fields))


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
    assert RecordedPath.objects.get().answers == [["reading", "tap"], ["insert", "ok"]]
    page = editor.get(guide_address(guide))
    assert shown_fields(page)["paths-0-answers"] == "reading: tap\ninsert: ok"
    for broken in ("reading", "reading:", ": tap"):
        fields = {**shown_fields(page), "paths-0-answers": broken}
        assert "Line 1" in errors_of(editor.post(guide_address(guide), fields))


def test_a_node_is_reverted_from_its_history(editor: Client) -> None:
    guide = make_guide()
    node = guide.nodes.get(key="reading")
    save(editor, node_address(guide, "reading"), title="第二版")
    version = f"/en/admin/diagnostics/node/{node.pk}/history/{node.history.last().pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    node.refresh_from_db()
    assert node.title == "您是怎么读卡的？"


def test_reverting_a_guide_leaves_what_readers_walk(editor: Client) -> None:
    guide = make_guide()
    live = guide.live_revision
    version = f"/en/admin/diagnostics/guide/{guide.pk}/history/{guide.history.last().pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    guide.refresh_from_db()
    assert guide.live_revision == live


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
        RecordedPath.objects.create(guide=guide, answers=[["reading", "tap"]], ends="solved")
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
    save(reviewer, node_address(guide, "reading"), **{"choices-0-to": "nowhere"})
    for address in (guide_address(guide), node_address(guide, "reading"), "/en/admin/diagnostics/guide/add/",
                    f"/en/admin/diagnostics/guiderevision/{guide.live_revision.pk}/change/"):  # fmt: skip
        text = reviewer.get(address).content.decode()
        assert " style=" not in text, address
        assert "<script>" not in text, address
        assert " onclick=" not in text, address
