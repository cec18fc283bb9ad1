"""Publishing, deleting and history in the admin of the knowledge base."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from kb.models import Acquirer, Article, CauseCategory, SearchEntry
from tests.admin_forms import change_address, client_of, delete_address, list_address, messages_of, save, shown_fields
from tests.factories import make_article, make_cause, make_error_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


# --- publishing and deleting ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [make_article, make_cause, make_error_code])
def test_reviewers_publish_and_withdraw_from_the_list(reviewer: Client, make: Callable[..., Any]) -> None:
    entry = make(status="draft")
    address = list_address(type(entry))
    answer = reviewer.post(address, {"action": "publish_selected", "_selected_action": [entry.pk]})
    assert "1 entry was published" in messages_of(reviewer, answer)
    entry.refresh_from_db()
    assert entry.is_published
    # A cause is found through its codes and its article, not by itself.
    assert SearchEntry.objects.filter(slug=entry.slug).exists() is (make is not make_cause)
    answer = reviewer.post(address, {"action": "withdraw_selected", "_selected_action": [entry.pk]})
    assert "withdrawn" in messages_of(reviewer, answer)
    assert not SearchEntry.objects.filter(slug=entry.slug).exists()


def test_acquirers_are_published_like_everything_else(reviewer: Client, editor: Client) -> None:
    acquirer = Acquirer.objects.create(slug="one", brand="某家", standing="有牌照。", standing_as_of="2026")
    form = {"action": "publish_selected", "_selected_action": [acquirer.pk]}
    editor.post(list_address(Acquirer), form)
    acquirer.refresh_from_db()
    assert not acquirer.is_published
    reviewer.post(list_address(Acquirer), form)
    acquirer.refresh_from_db()
    assert acquirer.is_published


@pytest.mark.parametrize("make", [make_article, make_cause, make_error_code])
def test_editors_do_not_publish(editor: Client, make: Callable[..., Any]) -> None:
    entry = make(status="draft")
    address = list_address(type(entry))
    assert "publish_selected" not in editor.get(address).content.decode()
    editor.post(address, {"action": "publish_selected", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert not entry.is_published


@pytest.mark.parametrize("make", [make_article, make_cause, make_error_code])
def test_deleting_an_entry_takes_it_out_of_the_search(reviewer: Client, make: Callable[..., Any]) -> None:
    single, listed = make(), make()
    assert reviewer.post(delete_address(single), {"post": "yes"}).status_code == 302
    reviewer.post(
        list_address(type(listed)), {"action": "delete_selected", "_selected_action": [listed.pk], "post": "yes"}
    )
    assert not SearchEntry.objects.filter(slug__in=[single.slug, listed.slug]).exists()
    assert not type(single).objects.filter(pk__in=[single.pk, listed.pk]).exists()


def test_what_others_stand_on_cannot_be_deleted(reviewer: Client) -> None:
    cause = make_cause()
    page = reviewer.post(delete_address(cause.category), {"post": "yes"})
    assert page.status_code == 200
    assert page.context["protected"]
    assert CauseCategory.objects.filter(pk=cause.category.pk).exists()


# --- history ----------------------------------------------------------------------------------------------------------
def test_an_editor_reverts_an_entry_and_the_search_follows(editor: Client) -> None:
    article = make_article(title="第一版")
    save(editor, change_address(article), title="第二版")
    assert article.history.first().history_user == User.objects.get()
    first = article.history.last()
    version = f"/en/admin/kb/article/{article.pk}/history/{first.pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    article.refresh_from_db()
    assert article.title == "第一版"
    assert SearchEntry.objects.get(slug=article.slug).title == "第一版"
    assert article.history.count() == 3


def test_reverting_does_not_publish_for_whoever_may_not(editor: Client) -> None:
    article = make_article(status="published")
    article.status = "draft"
    article.save()
    version = f"/en/admin/kb/article/{article.pk}/history/{article.history.last().pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    article.refresh_from_db()
    assert article.status == "draft"


def test_a_deleted_entry_comes_back_as_a_draft_of_the_editor(editor: Client) -> None:
    article = make_article(title="删掉的")
    number = article.pk
    article.delete()
    version = f"/en/admin/kb/article/{number}/history/{Article.history.filter(id=number).last().pk}/"
    assert editor.post(version, shown_fields(editor.get(version))).status_code == 302
    assert Article.objects.get(pk=number).status == "draft"


def test_a_viewer_reads_history_but_cannot_revert() -> None:
    article = make_article(title="第一版")
    article.title = "第二版"
    article.save()
    agent = client_of("call-centre agent")
    version = f"/en/admin/kb/article/{article.pk}/history/{article.history.last().pk}/"
    assert agent.get(version).status_code == 200
    assert agent.post(version, {"title": "第一版"}).status_code == 403
    article.refresh_from_db()
    assert article.title == "第二版"


@pytest.mark.parametrize(
    "tail", ["abc/history/", "1/history/abc/", "abc/history/1/", "99999999999999999999/history/", "777/history/"]
)
def test_a_history_address_that_names_nothing_is_not_found(editor: Client, tail: str) -> None:
    assert editor.get(f"/en/admin/kb/article/{tail}").status_code == 404
