"""What the site reads from its environment, and the one error that names everything missing."""

import os
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
# A variable of the real environment wins over `.env`: containers set the former, `make run` writes the latter.
# POSFIX_ENV_FILE names another file, so that tests and `make check` see the same settings on every machine.
env.read_env(os.environ.get("POSFIX_ENV_FILE") or BASE_DIR / ".env")

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")

REQUIRED = {
    "SECRET_KEY": "a long random text; make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "ALLOWED_HOSTS": "the host names the site answers to, separated by commas",
}


def require_settings() -> None:
    """Stop with every missing variable at once, so that a new deployment needs one round, not one per variable."""
    missing = [f"{name}: {remedy}" for name, remedy in REQUIRED.items() if not env.str(name, default="")]
    if missing:
        raise ImproperlyConfigured(
            "Missing from the environment (or .env; see .env.example):\n  " + "\n  ".join(missing)
        )


def flag(name: str, *, default: bool) -> bool:
    """A switch of the environment. A word it does not know stops the start: a mistyped HTTPS=enabled must not mean off.

    Raises:
        ImproperlyConfigured: naming the variable and the words it takes.
    """
    words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    text = env.str(name, default="").strip().lower()
    if text and text not in words:
        raise ImproperlyConfigured(f"{name}={text}: write on or off")
    return words[text] if text else default


def number(name: str, *, default: int) -> int:
    """A whole number of the environment; empty is `default`.

    Raises:
        ImproperlyConfigured: naming the variable.
    """
    text = env.str(name, default="").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name}={text}: write a whole number")
    return int(text)


def words(name: str) -> list[str]:
    """Words separated by commas, without the blanks around them."""
    return [word.strip() for word in env.str(name, default="").split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Origins as browsers send them (`https://shop.example`), separated by commas; `*` alone is any.

    Raises:
        ImproperlyConfigured: naming the one that no browser would ever send.
    """
    found = words(name)
    for origin in found:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(f"{name}={origin}: write https://host or https://host:port, in small letters")
    return found
