"""`manage.py create_first_admin`: somebody must be able to sign in to a new site."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

USERNAME = "admin"
# Without what looks alike on a screen or is misheard when read aloud: 0/o, 1/l/i, and the vowels that make words.
_ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


def readable_password() -> str:
    """Four groups of four from 28 signs: 76 bits, and short enough to copy from a screen by hand."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


class Command(BaseCommand):
    help = "Create the first administrator and print the password, once; does nothing when there is one already."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        if users.filter(username=USERNAME).exists():
            # No error: a site without an administrator still serves its readers.
            self.stderr.write(
                f"There is no administrator, and the user {USERNAME!r} has no right to be one. "
                "Make another with `manage.py createsuperuser`."
            )
            return
        password = readable_password()
        users.create_superuser(username=USERNAME, password=password)
        # Standard output only: a log would keep it.
        self.stdout.write(
            f"  User:      {USERNAME}\n  Password:  {password}\n  (shown this once; change it in the admin)"
        )
