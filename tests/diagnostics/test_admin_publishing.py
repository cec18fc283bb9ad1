"""Publishing guides in the admin; revisions and reports, which nobody changes."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from diagnostics.actions import publish_guide, record_report
from diagnostics.assembly import revision_graph
from diagnostics.editing import edit_draft
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import Kind, Node
from diagnostics.models import Guide, GuideRevision, NodeArticle, RecordedPath
from kb.models import SearchEntry
from tests.admin_forms import client_of, delete_address, messages_of
from tests.factories import make_article, make_error_code, make_graph, make_guide, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


def guide_address(guide: Guide) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/change/"


def button(guide: Guide, name: str) -> str:
    return f"/en/admin/diagnostics/guide/{guide.pk}/{name}/"


def reword(guide: Guide, key: str = "reading", *, by: Any = None, **values: Any) -> None:
    """A change by somebody in the editor; by an operator's command where nobody is named."""
    values = values or {"title": "换一个问法？"}
    edit_draft(
        guide, lambda graph: replace_node(graph, replace(graph.node(key), **values)), by=by, number=None, what="改"
    )


def press(client: Client, guide: Guide, name: str, **values: Any) -> Any:
    """Press a button of the page as it is now."""
    page = client.get(guide_address(guide))
    return client.post(button(guide, name), {"number": page.context["guide"].draft_number, **values})


def in_review(guide: Guide, editor: Client) -> None:
    assert press(editor, guide, "submit").status_code == 302


# --- publishing -------------------------------------------------------------------------------------------------------
def test_an_editor_hands_in_and_a_reviewer_publishes(editor: Client, reviewer: Client) -> None:
    guide = make_guide()
    reword(guide, by=User.objects.get(username="one-editor"))
    page = editor.get(guide_address(guide)).content.decode()
    assert "Draft: readers do not see its changes." in page
    assert button(guide, "submit") in page
    assert button(guide, "publish") not in page
    assert "Handed in" in messages_of(editor, press(editor, guide, "submit", note="问法更清楚"))
    page = reviewer.get(guide_address(guide)).content.decode()
    assert "In review: handed in by one-editor." in page
    assert "<q>问法更清楚</q>" in page
    assert button(guide, "submit") not in page
    assert "Revision 2" in messages_of(reviewer, press(reviewer, guide, "publish", note="可以"))
    guide.refresh_from_db()
    live = guide.live_revision
    assert live is not None
    assert (live.number, live.note, str(live.published_by), live.approval) == (2, "可以", "one-reviewer", "reviewed")
    assert live.draft_number == guide.draft_number
    assert revision_graph(live).node("reading").title == "换一个问法？"
    assert LogEntry.objects.filter(change_message__contains="revision 2").exists()
    page = reviewer.get(guide_address(guide)).content.decode()
    assert "Same as the site" in page
    assert "by somebody else than its author" in page


def test_who_made_the_last_change_does_not_publish_it(reviewer: Client) -> None:
    guide = make_guide()
    reword(guide, by=User.objects.get(username="one-reviewer"))
    in_review(guide, reviewer)
    page = reviewer.get(guide_address(guide)).content.decode()
    assert "You made the last change yourself" in page
    assert button(guide, "publish") not in page
    answer = press(reviewer, guide, "publish", note="我自己看过了")
    assert answer.status_code == 409
    assert "Ask another reviewer" in answer.content.decode()
    assert GuideRevision.objects.count() == 1


def test_a_superusers_own_change_is_recorded_as_such() -> None:
    boss = client_of("superuser")
    guide = make_guide()
    reword(guide, by=User.objects.get(username="one-superuser"))
    in_review(guide, boss)
    assert "Publish my own change (recorded)" in boss.get(guide_address(guide)).content.decode()
    press(boss, guide, "publish")
    assert GuideRevision.objects.get(number=2).approval == "own"
    assert "by its author, as a superuser" in boss.get(guide_address(guide)).content.decode()


def test_a_draft_that_nobody_handed_in_is_not_published(reviewer: Client, editor: Client) -> None:
    guide = make_guide()
    reword(guide)
    assert "Only a draft that was handed in" in reviewer.get(guide_address(guide)).content.decode()
    assert "not in review" in press(reviewer, guide, "publish").content.decode()
    in_review(guide, editor)
    reword(guide, title="又改了")
    page = reviewer.get(guide_address(guide)).content.decode()
    assert "handed in, but changed since" in page
    assert "not in review" in press(reviewer, guide, "publish").content.decode()
    assert GuideRevision.objects.count() == 1


def test_a_reviewer_gives_a_draft_back_with_words(reviewer: Client, editor: Client) -> None:
    guide = make_guide()
    reword(guide)
    in_review(guide, editor)
    press(reviewer, guide, "return", note="第二步太长")
    page = editor.get(guide_address(guide)).content.decode()
    assert "Given back with the words: <q>第二步太长</q>" in page
    assert button(guide, "submit") in page
    assert "not in review" in press(reviewer, guide, "return").content.decode()


def test_whoever_handed_in_takes_it_back_and_nobody_else_does(editor: Client) -> None:
    guide = make_guide()
    reword(guide)
    in_review(guide, editor)
    another = Client()
    colleague = make_user("colleague")
    colleague.groups.add(Group.objects.get(name="editor"))
    another.force_login(colleague, backend="django.contrib.auth.backends.ModelBackend")
    assert button(guide, "return") not in another.get(guide_address(guide)).content.decode()
    assert press(another, guide, "return").status_code == 403
    assert press(editor, guide, "return").status_code == 302
    guide.refresh_from_db()
    assert not guide.is_in_review


@pytest.mark.parametrize("name", ["submit", "publish", "return"])
def test_what_was_decided_on_another_draft_is_refused_with_the_words_kept(
    editor: Client, reviewer: Client, name: str
) -> None:
    guide = make_guide()
    reword(guide)
    if name != "submit":
        in_review(guide, editor)
    number = Guide.objects.get().draft_number
    reword(guide, title="同事又改了", by=make_user("colleague", superuser=True))
    if name != "submit":
        in_review(guide, editor)
    answer = reviewer.post(button(guide, name), {"number": number, "note": "我打的字"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "colleague saved this guide (" in text
    assert 'value="我打的字"' in text
    assert "同事又改了" in text
    assert GuideRevision.objects.count() == 1
    for wrong in ("", "x", "9" * 30, "-1"):
        assert reviewer.post(button(guide, name), {"number": wrong}).status_code == 409


def test_publishing_an_unchanged_draft_makes_no_revision(editor: Client, reviewer: Client) -> None:
    guide = make_guide()
    in_review(guide, editor)
    assert "already walk" in messages_of(reviewer, press(reviewer, guide, "publish"))
    assert GuideRevision.objects.count() == 1


def test_a_broken_draft_is_not_handed_in_and_every_error_is_listed(editor: Client) -> None:
    guide = make_guide()
    first, second, third = make_graph().node("reading").choices
    reword(guide, choices=(replace(first, to="nowhere"), replace(second, label=""), third))
    reword(guide, "ask", result=None)
    assert "Mend the errors" in editor.get(guide_address(guide)).content.decode()
    page = press(editor, guide, "submit")
    text = page.content.decode()
    assert "Refused: " in text
    errors = {problem.id for problem in page.context["draft"].problems if problem.is_error}
    assert errors >= {"G003", "G010", "G014"}
    for problem in page.context["draft"].problems:
        assert problem.id in text
    guide.refresh_from_db()
    assert not guide.is_in_review


def test_a_guide_that_hands_over_to_nothing_is_told_in_words(editor: Client) -> None:
    guide = make_guide()
    other = Node("other", Kind.GUIDE, "转", guide="no-such-guide", then="ask")
    graph = make_graph()
    tap, swipe, unsure = graph.node("reading").choices
    reading = replace(graph.node("reading"), choices=(tap, replace(swipe, to="other"), unsure))
    now = replace(graph, nodes={**graph.nodes, "reading": reading, "other": other})
    edit_draft(guide, lambda _: now, by=None, number=None, what="")
    page = editor.get(guide_address(guide)).content.decode()
    assert "Node “转” hands over to the guide “no-such-guide”" in page
    assert "Counted without the guides inside" in page
    assert press(editor, guide, "submit").status_code == 409


# --- leaving the site -------------------------------------------------------------------------------------------------
def test_a_reviewer_takes_a_guide_off_the_site(reviewer: Client) -> None:
    guide = make_guide(codes=("E324",))
    make_error_code(strings=("E324",), title="读卡失败")
    make_article(title="看向导", body="请打开[向导](/guides/trial/)。")
    asked = reviewer.get(button(guide, "withdraw")).content.decode()
    assert "读卡失败" in asked and "看向导" in asked
    assert Guide.objects.get().live_revision is not None
    assert "off the site" in messages_of(reviewer, reviewer.post(button(guide, "withdraw")))
    guide.refresh_from_db()
    assert guide.live_revision is None
    assert not SearchEntry.objects.filter(kind="guide").exists()
    assert "not on the site" in messages_of(reviewer, reviewer.get(button(guide, "withdraw")))


def test_deleting_a_guide_shows_what_leads_to_it(reviewer: Client) -> None:
    guide = make_guide(published=False)
    make_article(title="看向导", body="请打开[向导](/guides/trial/)。")
    assert "看向导" in reviewer.get(delete_address(guide)).content.decode()
    assert reviewer.post(delete_address(guide), {"post": "yes"}).status_code == 302
    assert not Guide.objects.exists()


def test_the_list_says_which_drafts_differ(reviewer: Client) -> None:
    same, changed, unpublished = make_guide("same"), make_guide("changed"), make_guide("fresh", published=False)
    reword(changed, "insert", minutes=7)
    page = reviewer.get("/en/admin/diagnostics/guide/")
    states = {guide.slug: page.context["cl"].model_admin.draft_state(guide) for guide in page.context["cl"].result_list}
    assert states[same.slug] != states[changed.slug]
    assert str(unpublished.slug) in states
    text = page.content.decode()
    assert (
        text.count("same as the site")
        == text.count("has unpublished changes")
        == text.count("not on the site yet")
        == 1
    )


def test_the_list_says_what_waits_for_a_reviewer(reviewer: Client, editor: Client) -> None:
    make_guide("idle")
    waiting = make_guide("waiting")
    reword(waiting)
    in_review(waiting, editor)
    page = reviewer.get("/en/admin/diagnostics/guide/?review=waiting")
    assert [guide.slug for guide in page.context["cl"].result_list] == ["waiting"]


def test_a_guide_with_everything_in_it_is_the_same_as_the_site(reviewer: Client) -> None:
    guide = make_guide(codes=("E324", "not-signed-on"))
    node = guide.nodes.get(key="insert")
    NodeArticle.objects.create(node=node, article=make_article())
    RecordedPath.objects.create(guide=guide, answers=[["reading", "swipe"]], ends="ask")
    publish_guide(guide, by=None)
    assert "same as the site" in reviewer.get("/en/admin/diagnostics/guide/").content.decode()


# --- revisions and reports --------------------------------------------------------------------------------------------
def test_nobody_changes_a_revision_or_a_report() -> None:
    boss = client_of("superuser")
    revision = make_guide().live_revision
    assert revision is not None
    report = record_report(revision, node="solved", answers={"reading": "tap"}, solved=True)
    for row, name in ((revision, "guiderevision"), (report, "walkreport")):
        address = f"/en/admin/diagnostics/{name}/"
        assert boss.get(f"{address}{row.pk}/change/").status_code == 200
        assert boss.post(f"{address}{row.pk}/change/", {"title": "x"}).status_code == 403
        assert boss.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert boss.get(f"{address}add/").status_code == 403
        boss.post(address, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert type(row)._default_manager.filter(pk=row.pk).exists()
    assert "您是怎么读卡的？" in boss.get(f"/en/admin/diagnostics/guiderevision/{revision.pk}/change/").content.decode()


def test_a_guide_that_was_published_is_never_deleted(reviewer: Client) -> None:
    published, draft = make_guide(), make_guide("fresh", published=False)
    answer = reviewer.post(delete_address(published), {"post": "yes"})
    assert answer.context["protected"]
    assert reviewer.post(delete_address(draft), {"post": "yes"}).status_code == 302
    assert list(Guide.objects.all()) == [published]
