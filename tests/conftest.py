"""What every test stands on: settings that do not depend on the machine, a database of its own, a browser.

The environment is set before Django reads it; this is why pyproject.toml names no settings module.
"""

import getpass
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

import django
import psycopg2
import pytest

from tools.browser import NoBrowser, launch_options

ROOT = Path(__file__).resolve().parent.parent

# With xdist this module runs once in the first process, which makes the folder and removes it, and once in each worker.
IS_FIRST_PROCESS = "POSFIX_TEST_FOLDER" not in os.environ
if IS_FIRST_PROCESS:
    os.environ["POSFIX_TEST_FOLDER"] = tempfile.mkdtemp(prefix="posfix-tests-")
    os.environ["POSFIX_TEST_RUN"] = str(os.getpid())
FOLDER = Path(os.environ["POSFIX_TEST_FOLDER"])

os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "POSFIX_ENV_FILE": os.devnull,
        "SECRET_KEY": "for the tests only, and as long as the deployment check wants a key to be",
        "ALLOWED_HOSTS": "*",
        "HTTPS": "off",
        "DEBUG": "off",
        "BEHIND_PROXY": "off",
        "REDIS_URL": "",
        "LOG_LEVEL": "INFO",
        "SEARCH_COUNTS_SECONDS": "0",  # no thread that writes while a test looks
        "STATIC_ROOT": str(FOLDER / "static"),
        "MEDIA_ROOT": str(FOLDER / "media"),
    }
)
for folder in ("static", "media"):
    (FOLDER / folder).mkdir(exist_ok=True)  # WhiteNoise warns of a missing one, and warnings are errors

django.setup()

from django.conf import settings  # noqa: E402  (the settings are read here; the environment above comes first)
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402

from kb.search_vocabulary import forget_vocabulary  # noqa: E402


def _prepare_settings() -> None:
    # The manifest of hashed names is made by collectstatic, which no test should wait for.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A name for this run alone: several checkouts, or two runs in one, may test at the same time.
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = (
        str(FOLDER / "test.sqlite3")
        if connection.vendor == "sqlite"
        else f"test_posfix_{checkout}_{os.environ['POSFIX_TEST_RUN']}"
    )


_prepare_settings()


# --- what is said of the database -------------------------------------------------------------------------------------
def database_line() -> str:
    """Which database this run uses, in the words of its server."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite_version} (a temporary file)"
    place = settings.DATABASES["default"]
    options = {"host": place["HOST"], "port": place["PORT"] or 5432, "user": place["USER"] or getpass.getuser()}
    server = psycopg2.connect(dbname="postgres", password=place["PASSWORD"] or None, **options)
    try:
        version = server.get_parameter_status("server_version").split()[0]
    finally:
        server.close()
    return f"PostgreSQL {version} at {options['host']}:{options['port']}"


def pytest_report_header() -> str:
    return f"database: {database_line()}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once more, just above the closing line, on which databases the tests ran and on which they did not."""
    terminalreporter.section("databases")
    for note in filter(None, os.environ.get("POSFIX_TEST_NOTES", "").splitlines()):
        terminalreporter.line(note)
    terminalreporter.line(f"this run: {database_line()}")


def pytest_unconfigure() -> None:
    if IS_FIRST_PROCESS:
        shutil.rmtree(FOLDER, ignore_errors=True)


# --- order and isolation ----------------------------------------------------------------------------------------------
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures: tuple[str, ...] = getattr(item, "fixturenames", ())
        if "playwright" in fixtures:
            item.add_marker(pytest.mark.browser)
        mark = item.get_closest_marker("django_db")
        if {"live_server", "transactional_db"} & set(fixtures) or (mark and mark.kwargs.get("transaction")):
            # Such a test empties every table at its end. What migrations had put there (groups) must be there for the
            # next one, so Django is told to bring it back.
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Counters of a throttle and words of a vocabulary must not reach the next test."""
    forget_vocabulary()
    yield
    cache.clear()


# --- browser ----------------------------------------------------------------------------------------------------------
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser"):
        # Playwright leaves an event loop in this thread until the session ends, and Django then refuses its ORM. Only
        # processes that run a browser test are told otherwise.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine, which a package manager keeps up to date, instead of a downloaded one."""
    try:
        return browser_type_launch_args | launch_options()
    except NoBrowser as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
