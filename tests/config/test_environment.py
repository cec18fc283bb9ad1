"""A new deployment is told everything that it lacks, at once, and is safe unless it says otherwise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import origins

ROOT = Path(__file__).resolve().parent.parent.parent
ENOUGH = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "posfix.example"}


def python(code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run `code` with these variables only: no `.env`, nothing of this process."""
    environment = {
        "PATH": os.environ["PATH"],
        "POSFIX_ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def setting(name: str, **variables: str) -> str:
    done = python(f"from django.conf import settings; print(settings.{name})", **(ENOUGH | variables))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestRequired:
    def test_every_missing_variable_is_named_at_once(self) -> None:
        done = python("import django; django.setup()")
        assert done.returncode != 0
        assert "SECRET_KEY: " in done.stderr
        assert "ALLOWED_HOSTS: " in done.stderr

    def test_only_what_is_missing_is_named(self) -> None:
        done = python("import django; django.setup()", SECRET_KEY="x")
        assert "ALLOWED_HOSTS: " in done.stderr
        assert "SECRET_KEY: " not in done.stderr

    def test_an_empty_value_is_a_missing_one(self) -> None:
        assert "SECRET_KEY: " in python("import django; django.setup()", SECRET_KEY="", ALLOWED_HOSTS="x").stderr


class TestFile:
    def test_it_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "site.env"
        file.write_text("SECRET_KEY=from-the-file\nALLOWED_HOSTS=a.example,b.example\n")
        done = python(
            "from django.conf import settings; print(settings.SECRET_KEY, settings.ALLOWED_HOSTS)",
            POSFIX_ENV_FILE=str(file),
        )
        assert done.stdout.strip() == "from-the-file ['a.example', 'b.example']"

    def test_the_real_environment_wins(self, tmp_path: Path) -> None:
        file = tmp_path / "site.env"
        file.write_text("SECRET_KEY=from-the-file\n")
        assert setting("SECRET_KEY", POSFIX_ENV_FILE=str(file)) == ENOUGH["SECRET_KEY"]


class TestOrigins:
    def test_none_may_read_the_api_unless_listed(self) -> None:
        assert setting("API_ALLOWED_ORIGINS") == "[]"

    def test_they_are_as_browsers_send_them(self) -> None:
        listed = "https://shop.example, http://127.0.0.1:3000,http://[::1]:80, *"
        found = setting("API_ALLOWED_ORIGINS", API_ALLOWED_ORIGINS=listed)
        assert found == "['https://shop.example', 'http://127.0.0.1:3000', 'http://[::1]:80', '*']"

    @pytest.mark.parametrize(
        "origin", ["shop.example", "https://shop.example/", "https://Shop.example", "https://*.example", "null", "**"]
    )
    def test_what_no_browser_sends_stops_the_start(self, monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
        monkeypatch.setenv("API_ALLOWED_ORIGINS", f"https://good.example,{origin}")
        with pytest.raises(ImproperlyConfigured, match="API_ALLOWED_ORIGINS=" + re.escape(origin)):
            origins("API_ALLOWED_ORIGINS")


class TestDefaults:
    def test_a_site_that_says_nothing_is_a_public_one(self) -> None:
        names = ("DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
        assert setting(", settings.".join(names)) == "False True True True 31536000"

    def test_https_off_takes_everything_with_it_that_would_lock_plain_http_out(self) -> None:
        names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
        assert setting(", settings.".join(names), HTTPS="off") == "False False False 0"

    def test_sqlite_waits_for_other_writers(self) -> None:
        options = setting("DATABASES['default']['OPTIONS']")
        assert "IMMEDIATE" in options
        assert "journal_mode=WAL" in options
