"""What an operator and every visitor rely on, whatever the page: health, logs, headers, errors, language."""

import io
import json
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from kb.site.logs import JsonFormatter
from tests.factories import make_article

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What the site's own handler writes: one JSON object a line."""
    handler = next(
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, JsonFormatter)
    )
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def read_log(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class PageReader(HTMLParser):
    """The language, the heading and the search form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language, self.heading, self.search_action = "", "", ""
        self._in_heading = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "html":
            self.language = attributes.get("lang") or ""
        if tag == "form" and attributes.get("role") == "search" and not self.search_action:
            self.search_action = attributes.get("action") or ""
        self._in_heading = tag == "h1"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data


class TestHealth:
    def test_healthz_asks_nothing_of_the_database(self, client: Client) -> None:
        # Without the `db` fixture any query would raise.
        response = client.get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok")

    @pytest.mark.django_db
    def test_readyz_when_all_is_well(self, client: Client) -> None:
        response = client.get("/readyz")
        assert (response.status_code, response.json()) == (200, {"ready": True})

    @pytest.mark.django_db
    def test_readyz_when_the_database_fails(self, client: Client) -> None:
        def fail(*_: Any) -> None:
            raise OperationalError("the server closed the connection")

        with connection.execute_wrapper(fail):
            response = client.get("/readyz")
        assert (response.status_code, response.json()["ready"]) == (503, False)

    @pytest.mark.django_db
    def test_readyz_when_a_migration_waits(self, client: Client) -> None:
        applied = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "kb")
        MigrationRecorder(connection).record_unapplied("kb", applied)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "migrations are waiting" in response.json()["reason"]


class TestRequestId:
    def test_a_proxys_id_is_kept(self, client: Client) -> None:
        assert client.get("/healthz", headers={"X-Request-ID": "proxy-12345"})["X-Request-ID"] == "proxy-12345"

    @pytest.mark.parametrize("given", ["", "short", "a" * 65, 'x"}, {"forged": 1', "中文中文中文中文"])
    def test_anything_else_is_replaced(self, client: Client, given: str) -> None:
        assert re.fullmatch("[0-9a-f]{32}", client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"])

    def test_each_request_has_its_own(self, client: Client) -> None:
        assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


class TestLogs:
    def test_a_request_is_one_json_line_with_its_id_and_without_its_query(
        self, client: Client, log_lines: io.StringIO
    ) -> None:
        client.get("/no-such-page/?q=somebodys-secret", headers={"X-Request-ID": "proxy-12345"})
        line = next(line for line in read_log(log_lines) if line["logger"] == "posfix.requests")
        assert line.items() >= {"method": "GET", "path": "/no-such-page/", "status": 404}.items()
        assert line["request_id"] == "proxy-12345"
        assert line["milliseconds"] >= 0
        assert "somebodys-secret" not in log_lines.getvalue()

    @pytest.mark.parametrize("number", ["6222020200112233445", "6222 0202 0011 2233", "138-0013-8000"])
    def test_long_numbers_reach_no_line(self, client: Client, log_lines: io.StringIO, number: str) -> None:
        client.get(f"/no-such-page/{number}/")
        try:
            raise ValueError(number)
        except ValueError:
            logging.getLogger("posfix.requests").exception("cannot read %s", number)
        assert len(read_log(log_lines)) >= 3
        assert number not in log_lines.getvalue()
        assert "[digits]" in log_lines.getvalue()

    def test_short_numbers_stay(self, client: Client, log_lines: io.StringIO) -> None:
        client.get("/no-such-page/1234567890/")
        assert "1234567890" in log_lines.getvalue()

    def test_probes_and_files_are_quiet(self, client: Client, log_lines: io.StringIO) -> None:
        client.get("/healthz")
        assert log_lines.getvalue() == ""


class TestHeaders:
    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/", "/en/", "/healthz", "/admin/login/", "/no-such-page/"])
    def test_every_response_is_fenced(self, client: Client, path: str) -> None:
        response = client.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        for allowance in ("unsafe-", "nonce-", "sha256-", "data:", "blob:", "http:", "https:", "*"):
            assert allowance not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"

    @pytest.mark.parametrize("path", ["/healthz", "/no-such-page/"])
    def test_what_does_not_say_that_it_may_be_kept_is_not(self, client: Client, path: str) -> None:
        assert client.get(path)["Cache-Control"] == "private, no-store"

    @pytest.mark.django_db
    def test_the_admin_is_never_kept(self, client: Client) -> None:
        assert "no-store" in client.get("/admin/login/")["Cache-Control"]


@pytest.mark.django_db
class TestLanguage:
    @pytest.mark.parametrize(("path", "language"), [("/", "zh-Hans"), ("/en/", "en")])
    def test_only_the_path_chooses_it(self, client: Client, path: str, language: str) -> None:
        other = "en" if language == "zh-Hans" else "zh-hans"
        client.cookies["django_language"] = other
        response = client.get(path, headers={"Accept-Language": other})
        assert PageReader(response.content.decode()).language == response["Content-Language"] == language
        varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
        assert not varies & {"accept-language", "cookie"}
        assert not response.cookies

    def test_the_same_bytes_for_every_visitor(self, client: Client, admin_client: Client) -> None:
        make_article()
        assert client.get("/").content == admin_client.get("/").content


class TestErrors:
    """None of these may need the database: it may be what broke."""

    @staticmethod
    def expect_page(response: Any, status: int, *, language: str = "zh-Hans") -> None:
        page = PageReader(response.content.decode())
        assert response.status_code == status
        assert page.language == language
        assert bool(CHINESE.search(page.heading)) is (language == "zh-Hans")
        assert page.search_action == ("/search/" if language == "zh-Hans" else "/en/search/")

    def test_a_page_that_does_not_exist(self, client: Client) -> None:
        self.expect_page(client.get("/no-such-page/"), 404)
        self.expect_page(client.get("/en/no-such-page/"), 404, language="en")

    @pytest.mark.parametrize("path", ["/", "/codes/", "/search/", "/healthz", "/robots.txt"])
    def test_a_method_that_is_not_allowed_still_gets_a_page(self, client: Client, path: str) -> None:
        response = client.delete(path)
        self.expect_page(response, 405)
        assert response["Allow"]

    def test_an_unknown_host(self, client: Client, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["posfix.example"]
        self.expect_page(client.get("/"), 400)

    def test_a_form_from_elsewhere(self) -> None:
        self.expect_page(Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"}), 403)

    def test_a_programmers_mistake(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: Any) -> None:
            raise RuntimeError("a mistake")

        monkeypatch.setattr("kb.site.views.MigrationExecutor", fail)
        client.raise_request_exception = False
        self.expect_page(client.get("/readyz"), 500)

    def test_a_head_request_gets_no_body(self, client: Client) -> None:
        response = client.head("/no-such-page/")
        assert (response.status_code, response.content) == (404, b"")

    def test_a_search_for_ten_thousand_characters_is_answered(self, client: Client) -> None:
        assert client.get("/no-such-page/", {"q": "卡" * 10_000}).status_code == 404


class TestMedia:
    @pytest.fixture(autouse=True)
    def _pictures(self, tmp_path: Path, settings: Any) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        for name in ("head.png", "page.html", "drawing.svg", "noname"):
            (tmp_path / "media" / "articles").mkdir(parents=True, exist_ok=True)
            (tmp_path / "media" / "articles" / name).write_bytes(b"<script>alert(1)</script>")
        (tmp_path / "secret.png").write_bytes(b"not below the folder")

    def test_a_picture_is_typed_by_its_name_and_can_never_run(self, client: Client) -> None:
        response = client.get("/media/articles/head.png")
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in response["Cache-Control"]
        assert response.getvalue().startswith(b"<script>")

    @pytest.mark.parametrize(
        "path",
        [
            "articles/page.html",
            "articles/drawing.svg",
            "articles/noname",
            "articles/",
            "articles/missing.png",
            "../secret.png",
            "%2e%2e/secret.png",
        ],
    )
    def test_nothing_else_is_served(self, client: Client, path: str) -> None:
        response = client.get(f"/media/{path}")
        assert response.status_code in {400, 404}
        assert "immutable" not in response["Cache-Control"]


def test_no_view_of_ours_stands_without_the_middleware_that_these_tests_rely_on() -> None:
    order = [name.rsplit(".", 1)[-1] for name in site_settings.MIDDLEWARE]
    # The id is made first and everything is logged with it; an empty error is filled inside the fence and the cache rule.
    assert order[0] == "RequestIdMiddleware"
    assert order.index("CSPMiddleware") < order.index("ErrorPageMiddleware") < order.index("CommonMiddleware")
