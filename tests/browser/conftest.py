"""The site as `make run` serves it: its own process, gunicorn, compressed files, the database of this test run."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page

from tools.serving import running_site


@dataclass(frozen=True)
class Site:
    """A served site and the sign-in that its first start printed."""

    address: str
    user: str
    password: str


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with _database(folder) as url, running_site(folder, database_url=url) as address:
        log = (folder / "site.log").read_text(encoding="utf-8")
        found = re.search(r"user\w*:\s*(\S+).*?password:\s*(\S+)", log, flags=re.IGNORECASE | re.DOTALL)
        assert found, log
        yield Site(address, found[1], found[2])


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """An empty database of the same kind as the other tests use; it is gone afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/posfix.sqlite3"
        return
    place = settings.DATABASES["default"]
    name = f"{place['TEST']['NAME']}_site_{os.getpid()}"
    options = {"host": place["HOST"] or None, "port": place["PORT"] or None, "user": place["USER"] or None}
    server = psycopg2.connect(dbname="postgres", password=place["PASSWORD"] or None, **options)
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        sign_in = f"{place['USER']}:{place['PASSWORD']}@" if place["USER"] else ""
        yield f"postgres://{sign_in}{place['HOST']}:{place['PORT'] or 5432}/{name}"
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page 360 px wide whose every complaint (script error, refused by the content policy) fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", has_touch=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def phone_without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", java_script_enabled=False)
    yield context.new_page()
    context.close()
