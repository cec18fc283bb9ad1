"""The first sign-in is printed once, and reaches no log."""

import io
import logging
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from kb.management.commands.create_first_admin import readable_password

pytestmark = pytest.mark.django_db


def run() -> tuple[str, str]:
    output, errors = io.StringIO(), io.StringIO()
    call_command("create_first_admin", stdout=output, stderr=errors)
    return output.getvalue(), errors.getvalue()


def test_it_makes_an_administrator_whose_password_it_prints(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    output, _ = run()
    printed = re.search(r"Password: +(\S+)", output)
    assert printed
    user = User.objects.get(username="admin")
    assert user.is_superuser
    assert user.is_staff
    assert user.check_password(printed[1])
    assert printed[1] not in caplog.text


def test_it_does_nothing_where_there_is_one() -> None:
    User.objects.create_superuser("somebody", password="x")
    assert run() == ("", "")
    assert not User.objects.filter(username="admin").exists()


def test_it_says_so_when_the_name_is_taken_and_changes_nobodys_rights() -> None:
    User.objects.create_user("admin", password="x")
    output, errors = run()
    assert output == ""
    assert "createsuperuser" in errors
    assert not User.objects.get(username="admin").is_superuser


def test_a_password_can_be_copied_by_hand_and_is_never_the_same() -> None:
    passwords = {readable_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert re.fullmatch(r"([b-df-hjkmnp-tv-z2-9]{4}-){3}[b-df-hjkmnp-tv-z2-9]{4}", password)
