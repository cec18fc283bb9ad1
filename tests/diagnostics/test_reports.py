"""Solved or not solved: who may send it, what is kept, what comes next."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from diagnostics.models import WalkReport
from tests.factories import make_guide

pytestmark = pytest.mark.django_db

ADDRESS = "/guides/trial/report/?v=1&insert=ok&reading=tap"
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def test_solved_is_kept_with_the_path_and_nothing_about_the_reader(client: Client) -> None:
    make_guide()
    response = client.post(ADDRESS, {"result": "solved"}, headers=OURS)
    assert (response.status_code, response["Location"]) == (
        302,
        "/guides/trial/report/solved/?v=1&insert=ok&reading=tap",
    )
    report = WalkReport.objects.get()
    assert (report.solved, report.node, report.answers) == (True, "solved", {"reading": "tap", "insert": "ok"})
    assert {field.name for field in WalkReport._meta.fields} == {
        "id", "revision", "node", "solved", "answers", "created_at",
    }  # fmt: skip


def test_not_solved_says_whom_to_call_and_what_was_tried(client: Client) -> None:
    make_guide()
    response = client.post("/guides/trial/report/?v=1&reading=swipe", {"result": "unsolved"}, headers=OURS, follow=True)
    page = response.content.decode()
    assert "请报机身号。" in page
    assert "刷卡" in page
    assert not WalkReport.objects.get().solved


def test_no_cookie_is_set_or_needed() -> None:
    make_guide()
    client = Client(enforce_csrf_checks=True)
    response = client.post(ADDRESS, {"result": "solved"}, headers=OURS)
    assert response.status_code == 302
    assert not response.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://testserver"}, 302),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[::1"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_send_it(client: Client, headers: dict[str, str], status: int) -> None:
    make_guide()
    assert client.post(ADDRESS, {"result": "solved"}, headers=headers).status_code == status
    assert WalkReport.objects.count() == (status == 302)


def test_an_address_is_throttled(client: Client, settings: Settings) -> None:
    settings.REPORTS_PER_HOUR = 2
    make_guide()
    statuses = [client.post(ADDRESS, {"result": "solved"}, headers=OURS).status_code for _ in range(4)]
    assert statuses == [302, 302, 429, 429]
    assert WalkReport.objects.count() == 2
    other = client.post(ADDRESS, {"result": "solved"}, headers=OURS, REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 302


def test_a_body_that_is_too_large_is_refused_with_a_page(client: Client) -> None:
    make_guide()
    response = client.post(ADDRESS, {"result": "solved", "padding": "x" * 5000}, headers=OURS)
    assert response.status_code == 413
    assert response.content


@pytest.mark.parametrize("body", [{}, {"result": "maybe"}, {"result": ["solved", "other"]}])
def test_a_wrong_answer_goes_back_to_the_result(client: Client, body: dict[str, object]) -> None:
    make_guide()
    response = client.post(ADDRESS, body, headers=OURS)
    assert response["Location"] == "/guides/trial/solved/?v=1&insert=ok&reading=tap"
    assert not WalkReport.objects.exists()


def test_a_get_writes_nothing(client: Client) -> None:
    make_guide()
    response = client.get(ADDRESS)
    assert response.status_code == 405
    assert 'name="q"' in response.content.decode()
    client.get("/guides/trial/report/solved/?v=1&insert=ok&reading=tap")
    assert not WalkReport.objects.exists()


def test_an_unknown_guide_is_not_found(client: Client) -> None:
    assert client.post("/guides/none/report/", {"result": "solved"}, headers=OURS).status_code == 404
