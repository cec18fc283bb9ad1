"""What holds below /api/ whatever is asked: reading only, one shape of error, caching, limits, other sites' scripts."""

import gzip
import io
import logging
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
from django.test import Client
from pytest_django import Settings

from kb.site.api import MOST_ECHOED, echo
from kb.site.logs import JsonFormatter
from tests.api_answers import CODES, error_of
from tests.factories import make_article, make_error_code, make_guide

pytestmark = pytest.mark.django_db


class TestErrors:
    @pytest.mark.parametrize(
        "address",
        [
            "/api/",
            "/api/v1/",
            "/api/v1/nope",
            "/api/v1/nope/",
            "/api/v2/codes/",
            "/api/v1/codes/E324/more/",
            "/api/v1/docs",
            "/api/v1/codes/%00/",
            "/api/v1/codes/%ED%A0%80/",
            "/api/v1/codes/%F0%9F%99%82/",
            "/api/v1/articles/%00/",
            "/api/v1/articles/Nope_1/",
            "/api/v1/guides/%E5%8D%A1/",
            "/api/v1/guides/nope/",
        ],
    )
    def test_what_is_not_there(self, client: Client, address: str) -> None:
        assert error_of(client.get(address), 404)["code"] == "not_found"

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
    @pytest.mark.parametrize(
        "address", [CODES, "/api/v1/search", "/api/v1/openapi.json", "/api/v1/codes", "/api/v1/nope"]
    )
    def test_nothing_but_reading(self, client: Client, address: str, method: str) -> None:
        response = client.generic(method, address, b"{}", content_type="application/json")
        assert error_of(response, 405)["code"] == "method_not_allowed"
        assert response["Allow"] == "GET, HEAD"

    @pytest.fixture
    def _mistake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(**_: Any) -> None:
            raise RuntimeError("a mistake")

        monkeypatch.setattr("kb.api.codes.published_codes", fail)

    @pytest.mark.usefixtures("_mistake")
    def test_our_mistake(self, client: Client) -> None:
        client.raise_request_exception = False
        response = client.get(CODES)
        assert error_of(response, 500)["code"] == "server_error"
        assert response["X-Request-ID"]
        assert "a mistake" not in response.content.decode()

    @pytest.mark.usefixtures("_mistake")
    def test_a_developer_sees_it_where_all_mistakes_are_seen(self, client: Client, settings: Settings) -> None:
        """django-ninja would answer with the bare trace and tell nobody."""
        settings.DEBUG = True
        with pytest.raises(RuntimeError, match="a mistake"):
            client.get(CODES)

    def test_an_unknown_host(self, client: Client, settings: Settings) -> None:
        settings.ALLOWED_HOSTS = ["posfix.example"]
        assert error_of(client.get(CODES), 400)["code"] == "bad_request"

    def test_too_many_parameters(self, client: Client, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
        assert error_of(client.get(CODES, {f"p{number}": "1" for number in range(9)}), 400)["code"] == "bad_request"

    def test_pages_keep_their_own_errors(self, client: Client) -> None:
        for address in ("/no-such-page/", "/apis/", "/en/api/v1/nope/"):
            assert client.get(address)["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize(
        "limit", ["0", "-1", "abc", "501", "", "1.5", "9" * 5000, "１２x", "\x00", "🙂", "1;DROP TABLE"]
    )
    @pytest.mark.parametrize("address", [CODES, "/api/v1/articles/", "/api/v1/guides/", "/api/v1/search?q=a"])
    def test_a_bad_parameter_is_named_with_its_remedy(self, client: Client, address: str, limit: str) -> None:
        error = error_of(client.get(address, {"limit": limit, **({"q": "a"} if "search" in address else {})}), 400)
        assert (error["code"], error["parameter"]) == ("bad_parameter", "limit")
        assert "from 1 to 500" in error["remedy"]

    @pytest.mark.parametrize("offset", ["-1", "x", "1000001", "9" * 30])
    def test_so_is_a_bad_offset(self, client: Client, offset: str) -> None:
        assert error_of(client.get(CODES, {"offset": offset}), 400)["parameter"] == "offset"

    def test_little_of_what_was_sent_comes_back(self, client: Client) -> None:
        secret = "6222 0202 0011 2233 445"
        for response in (
            client.get(CODES, {"limit": f"{secret}{'卡' * 300}"}),
            client.get(CODES, {"system": f"{secret}{'卡' * 300}"}),
            client.get(f"{CODES}{secret}{'卡' * 300}/"),
        ):
            error = response.json()["error"]
            assert "[digits]" in error["message"]
            assert "6222" not in response.content.decode()
            assert error["message"].count("卡") < MOST_ECHOED

    def test_what_comes_back_is_short(self) -> None:
        assert echo("短") == "短"
        assert len(echo("长" * 1000)) == MOST_ECHOED
        # Masked before it is cut: a cut number would be too short to be known as one.
        assert "6222" not in echo("x" * (MOST_ECHOED - 8) + "6222020200112233445")


class TestAddresses:
    def test_a_slash_left_out_is_no_dead_end(self, client: Client) -> None:
        make_error_code(strings=("E324",))
        response = client.get("/api/v1/codes?limit=1", follow=True)
        assert response.redirect_chain == [("/api/v1/codes/?limit=1", 301)]
        assert response.json()["count"] == 1

    def test_the_search_is_there_with_and_without_one(self, client: Client) -> None:
        assert client.get("/api/v1/search?q=x").content == client.get("/api/v1/search/?q=x").content

    def test_robots_stay_away(self, client: Client) -> None:
        assert "Disallow: /api/\n" in client.get("/robots.txt").content.decode()


ADDRESSES = [
    CODES,
    "/api/v1/codes/E324/",
    "/api/v1/articles/",
    "/api/v1/articles/an-article/",
    "/api/v1/guides/",
    "/api/v1/guides/trial/",
    "/api/v1/search?q=E324",
    "/api/v1/openapi.json",
]


@pytest.mark.parametrize("address", ADDRESSES)
class TestCaching:
    @pytest.fixture(autouse=True)
    def _entries(self) -> None:
        make_error_code(strings=("E324",))
        make_article(slug="an-article")
        make_guide()

    def test_it_may_be_kept_by_anybody(self, client: Client, address: str, settings: Settings) -> None:
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == f"public, max-age={settings.PUBLIC_CACHE_SECONDS}"
        assert response["Vary"] == "Accept-Encoding"
        assert response["Content-Type"].startswith("application/json")
        assert not response.cookies

    def test_it_is_the_same_bytes_for_everybody(self, client: Client, admin_client: Client, address: str) -> None:
        admin_client.cookies["django_language"] = "en"
        mine = client.get(address)
        theirs = admin_client.get(address, headers={"Accept-Language": "en", "Origin": "https://else.example"})
        assert mine.content == theirs.content
        assert mine["ETag"] == theirs["ETag"]
        assert not theirs.cookies

    def test_what_is_known_is_not_sent_again(self, client: Client, address: str) -> None:
        tag = client.get(address)["ETag"]
        known = client.get(address, headers={"If-None-Match": tag})
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag)
        assert client.get(address, headers={"If-None-Match": '"else"'}).status_code == 200

    def test_the_head_of_it(self, client: Client, address: str) -> None:
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length", "Vary"):
            assert head[name] == whole[name]


def test_answers_are_compressed(client: Client) -> None:
    make_error_code()
    plain = client.get(CODES).content
    packed = client.get(CODES, headers={"Accept-Encoding": "br"})
    assert (packed["Content-Encoding"], brotli.decompress(packed.content)) == ("br", plain)
    packed = client.get(CODES, headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain)
    assert "含义".encode() in plain


class TestLimit:
    @pytest.fixture(autouse=True)
    def _two_a_minute(self, settings: Settings) -> None:
        settings.API_REQUESTS_PER_MINUTE = 2

    def test_too_many_are_told_when_to_come_back(self, client: Client) -> None:
        assert [client.get(address).status_code for address in (CODES, "/api/v1/nope")] == [200, 404]
        refused = client.get(CODES)
        assert error_of(refused, 429)["code"] == "too_many_requests"
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "Content-Security-Policy" in refused

    @pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
    def test_every_method_counts(self, client: Client, method: str) -> None:
        for _ in range(2):
            client.generic(method, CODES)
        assert client.get(CODES).status_code == 429

    def test_others_and_pages_are_not_touched(self, client: Client) -> None:
        for _ in range(3):
            client.get(CODES)
        assert client.get("/codes/").status_code == 200
        assert client.get(CODES, REMOTE_ADDR="192.0.2.9").status_code == 200


def allowed_to(response: Any) -> Any:
    return response.get("Access-Control-Allow-Origin")


class TestOtherSites:
    SHOP = "https://shop.example"

    def ask(self, client: Client, *, method: str = "GET", address: str = CODES, origin: str = SHOP) -> Any:
        return client.generic(method, address, headers={"Origin": origin} if origin else {})

    def test_none_may_read_by_script_unless_listed(self, client: Client) -> None:
        response = self.ask(client)
        assert not [name for name in response.headers if name.startswith("Access-Control")]
        assert response["Vary"] == "Accept-Encoding"
        assert self.ask(client, method="OPTIONS").status_code == 405

    def test_a_listed_one_may(self, client: Client, settings: Settings) -> None:
        settings.API_ALLOWED_ORIGINS = ["https://other.example", self.SHOP]
        response = self.ask(client)
        assert allowed_to(response) == self.SHOP
        assert "Retry-After" in response["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in response

    @pytest.mark.parametrize(
        "origin", ["", "null", "https://shop.example.evil", "http://shop.example", "https://shop.example/", "*"]
    )
    def test_another_may_not(self, client: Client, settings: Settings, origin: str) -> None:
        settings.API_ALLOWED_ORIGINS = [self.SHOP]
        response = self.ask(client, origin=origin)
        assert response.status_code == 200
        assert allowed_to(response) is None
        # A cache must not give this answer to the listed one.
        assert response["Vary"] == "Accept-Encoding, Origin"

    def test_all_may_where_all_are_listed(self, client: Client, settings: Settings) -> None:
        settings.API_ALLOWED_ORIGINS = ["*"]
        for origin in (self.SHOP, ""):
            response = self.ask(client, origin=origin)
            assert allowed_to(response) == "*"
            assert response["Vary"] == "Accept-Encoding"

    def test_errors_and_known_answers_can_be_read_too(self, client: Client, settings: Settings) -> None:
        settings.API_ALLOWED_ORIGINS = [self.SHOP]
        tag = client.get(CODES)["ETag"]
        known = client.get(CODES, headers={"Origin": self.SHOP, "If-None-Match": tag})
        assert (known.status_code, allowed_to(known)) == (304, self.SHOP)
        for method, address, status in (
            ("GET", "/api/v1/nope", 404),
            ("POST", CODES, 405),
            ("GET", "/api/v1/codes", 301),
        ):
            response = self.ask(client, method=method, address=address)
            assert (response.status_code, allowed_to(response)) == (status, self.SHOP)
        settings.API_REQUESTS_PER_MINUTE = 1
        response = self.ask(client)
        assert (response.status_code, allowed_to(response)) == (429, self.SHOP)

    def test_a_browser_s_question_before(self, client: Client, settings: Settings) -> None:
        settings.API_ALLOWED_ORIGINS = [self.SHOP]
        response = self.ask(client, method="OPTIONS")
        assert (response.status_code, response.content, allowed_to(response)) == (204, b"", self.SHOP)
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert response["Access-Control-Allow-Headers"] == "If-None-Match"
        assert allowed_to(self.ask(client, method="OPTIONS", origin="https://evil.example")) is None

    def test_pages_are_never_open_to_them(self, client: Client, settings: Settings) -> None:
        settings.API_ALLOWED_ORIGINS = ["*"]
        assert allowed_to(self.ask(client, address="/")) is None


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    handler = next(
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, JsonFormatter)
    )
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def test_no_question_reaches_the_log(client: Client, log: io.StringIO) -> None:
    client.get("/api/v1/search", {"q": "somebodys secret"})
    client.get("/api/v1/search", {"q": "somebodys secret", "limit": "somebodys-secret"})
    client.get(CODES, {"system": "somebodys-secret"})
    client.get("/api/v1/nope", {"q": "somebodys secret"})
    client.get(f"{CODES}6222020200112233445/")
    assert log.getvalue().count('"posfix.requests"') == 5
    assert "secret" not in log.getvalue()
    assert "6222" not in log.getvalue()
