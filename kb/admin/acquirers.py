"""Whom a merchant can call."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kb.actions import acquirer_saved
from kb.admin.entries import PUBLICATION, EntryAdmin
from kb.admin.sources import CitationRows
from kb.models import Acquirer


@admin.register(Acquirer)
class AcquirerAdmin(EntryAdmin):
    index_position = 5
    list_display = ["brand", "role", "hotline", "hotline_confidence", "status", "reviewed_on", "updated_at"]
    list_filter = ["status", "role", "hotline_confidence"]
    search_fields = ["brand", "names", "legal_name", "slug"]
    inlines = [CitationRows]
    fieldsets = [
        (None, {"fields": ["slug", "brand", "names", "legal_name", "role", "has_left"]}),
        (
            _("Whom to call"),
            {
                "fields": ["hotline", "hotline_confidence"],
                "description": _(
                    "A number is reliable only if it stands on an official page that is cited below. Fraudsters put "
                    "false hotlines on the web."
                ),
            },
        ),
        (_("Standing"), {"fields": ["standing", "standing_as_of", "note"]}),
        PUBLICATION,
    ]

    def row_saved(self, request: HttpRequest, row: Acquirer, before: Any) -> None:
        acquirer_saved()
