"""Causes and the tree of their categories."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kb.actions import cause_saved
from kb.admin.entries import PUBLICATION, EntryAdmin, EntryForm
from kb.admin.history import HistoryAdmin
from kb.models import Cause, CauseCategory


@admin.register(Cause)
class CauseAdmin(EntryAdmin):
    index_position = 3
    list_display = ["name", "category", "article", "status", "reviewed_on", "updated_at"]
    list_filter = ["status", "category"]
    list_select_related = ["category", "article"]
    search_fields = ["name", "slug", "summary"]
    autocomplete_fields = ["article"]
    fieldsets = [
        (None, {"fields": ["slug", "name", "category", "position"]}),
        (
            _("What the merchant reads"),
            {
                "fields": ["summary", "article"],
                "description": _("The summary says what is seen and what to do first; the article tells the rest."),
            },
        ),
        PUBLICATION,
    ]

    def row_saved(self, request: HttpRequest, row: Cause, before: None) -> None:
        cause_saved(row)


@admin.register(CauseCategory)
class CauseCategoryAdmin(HistoryAdmin):
    index_position = 4
    form = EntryForm
    list_display = ["name", "parent", "position", "slug"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    fields = ["slug", "name", "parent", "description", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []
