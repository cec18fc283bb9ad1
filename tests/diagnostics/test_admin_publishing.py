"""Publishing guides in the admin; revisions and reports, which nobody changes."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from diagnostics.actions import record_report
from diagnostics.assembly import revision_graph
from diagnostics.models import Guide, GuideRevision, NodeArticle, RecordedPath
from kb.models import SearchEntry
from tests.admin_forms import client_of, delete_address, messages_of, save, shown_fields
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


# --- publishing -------------------------------------------------------------------------------------------------------
def test_a_reviewer_publishes_the_draft(reviewer: Client) -> None:
    guide = make_guide()
    save(reviewer, node_address(guide, "reading"), title="换一个问法？")
    assert "changes that readers do not see yet" in reviewer.get(guide_address(guide)).content.decode()
    answer = reviewer.post(button(guide, "publish"), {"note": "问法更清楚"})
    assert "Revision 2" in messages_of(reviewer, answer)
    guide.refresh_from_db()
    assert guide.live_revision is not None
    assert (guide.live_revision.number, guide.live_revision.note) == (2, "问法更清楚")
    assert str(guide.live_revision.published_by) == "one-reviewer"
    assert revision_graph(guide.live_revision).node("reading").title == "换一个问法？"
    assert LogEntry.objects.filter(change_message__contains="revision 2").exists()


def test_publishing_an_unchanged_draft_makes_no_revision(reviewer: Client) -> None:
    guide = make_guide()
    assert "already walk" in messages_of(reviewer, reviewer.post(button(guide, "publish")))
    assert GuideRevision.objects.count() == 1


def test_a_broken_draft_is_not_published_and_every_error_is_listed(reviewer: Client) -> None:
    guide = make_guide()
    save(reviewer, node_address(guide, "reading"), **{"choices-0-to": "nowhere", "choices-1-label": ""})
    save(reviewer, node_address(guide, "ask"), result="")
    answer = reviewer.post(button(guide, "publish"))
    page = reviewer.get(answer["Location"])
    text = page.content.decode()
    assert "Not published" in text
    errors = {problem.id for problem in page.context["draft"].problems if problem.is_error}
    assert errors >= {"G003", "G010", "G014"}
    for problem in page.context["draft"].problems:
        assert problem.id in text
    assert GuideRevision.objects.count() == 1


def test_a_guide_that_hands_over_to_nothing_is_told_in_words(reviewer: Client) -> None:
    guide = make_guide()
    fields = new_node(reviewer, guide, key="other", kind="guide", title="转", inner_guide="no-such-guide", then="ask")
    reviewer.post("/en/admin/diagnostics/node/add/", fields)
    save(reviewer, node_address(guide, "reading"), **{"choices-1-to": "other"})
    assert "no-such-guide" in reviewer.get(guide_address(guide)).content.decode()
    assert "cannot be used" in messages_of(reviewer, reviewer.post(button(guide, "publish")))
    assert GuideRevision.objects.count() == 1


def test_a_reviewer_takes_a_guide_off_the_site(reviewer: Client) -> None:
    guide = make_guide()
    assert "off the site" in messages_of(reviewer, reviewer.post(button(guide, "withdraw")))
    guide.refresh_from_db()
    assert guide.live_revision is None
    assert not SearchEntry.objects.filter(kind="guide").exists()


@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_the_buttons_take_a_post_by_somebody_who_may_publish(editor: Client, reviewer: Client, name: str) -> None:
    guide = make_guide()
    assert reviewer.get(button(guide, name)).status_code == 405
    assert editor.post(button(guide, name)).status_code == 403
    assert "/login/" in Client().post(button(guide, name))["Location"]
    assert reviewer.post(f"/en/admin/diagnostics/guide/777/{name}/").status_code == 404
    guide.refresh_from_db()
    assert guide.live_revision is not None


def test_the_list_says_which_drafts_differ(reviewer: Client) -> None:
    same, changed, unpublished = make_guide("same"), make_guide("changed"), make_guide("fresh", published=False)
    save(reviewer, node_address(changed, "insert"), minutes=7)
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


def test_a_guide_with_everything_in_it_is_the_same_as_the_site(reviewer: Client) -> None:
    guide = make_guide(codes=("E324", "not-signed-on"))
    node = guide.nodes.get(key="insert")
    NodeArticle.objects.create(node=node, article=make_article())
    RecordedPath.objects.create(guide=guide, answers=[["reading", "swipe"]], ends="ask")
    reviewer.post(button(guide, "publish"))
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
