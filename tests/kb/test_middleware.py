"""What passes before a view: probes by address, cookies that no database takes."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from kb.site.middleware import CleanCookiesMiddleware


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_answer_whatever_the_host_name(client: Client, settings: Settings, address: str) -> None:
    settings.ALLOWED_HOSTS = ["posfix.example"]
    by_address = {"host": "10.0.0.7:8000"}
    assert client.get(address, headers=by_address).status_code == 200
    assert client.get("/", headers=by_address).status_code == 400


def test_cookies_with_control_characters_are_dropped(rf: RequestFactory) -> None:
    seen: dict[str, str] = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen.update(request.COOKIES)
        return HttpResponse()

    request = rf.get("/")
    request.COOKIES = {"sessionid": "\x00aaaaaaaaaaaa", "csrftoken": "abc"}
    CleanCookiesMiddleware(view)(request)
    assert seen == {"csrftoken": "abc"}
