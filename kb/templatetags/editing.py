"""Tags for the admin."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib import admin

register = template.Library()

_LAST = 100


def _position(model: type) -> int:
    registered = admin.site._registry.get(model)  # noqa: SLF001 - the admin has no other way to ask
    return getattr(registered, "index_position", _LAST)


@register.filter
def waiting(entry: dict[str, Any]) -> int:
    """How many rows of one of the admin's contents wait for somebody: its ModelAdmin says so by `waiting()`, if it does."""
    registered = admin.site._registry.get(entry["model"])  # noqa: SLF001 - the admin has no other way to ask
    count = getattr(registered, "waiting", None)
    return count() if count is not None else 0


@register.filter
def in_working_order(app_list: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The admin's contents by how often they are needed: each ModelAdmin names its `index_position`, smallest first."""
    apps = [
        {**app, "models": sorted(app["models"], key=lambda entry: _position(entry["model"]))} for app in app_list or ()
    ]
    return sorted(apps, key=lambda app: min((_position(entry["model"]) for entry in app["models"]), default=_LAST))
