"""Where statements come from."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kb.admin.entries import EntryForm
from kb.admin.history import HistoryAdmin
from kb.admin.rows import Rows
from kb.models import Citation, Source


class CitationRows(Rows):
    """One source may be cited twice for different statements."""

    model = Citation
    related = ("source",)
    autocomplete_fields = ["source"]
    fields = ["source", "note", "position"]


@admin.register(Source)
class SourceAdmin(HistoryAdmin):
    index_position = 8
    form = EntryForm
    list_display = ["title", "publisher", "kind", "credibility", "slug"]
    list_filter = ["kind", "credibility"]
    search_fields = ["title", "publisher", "slug", "url"]
    fields = ["slug", "title", "publisher", "url", "kind", "credibility", "note"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "url":
            options["assume_scheme"] = "https"  # what somebody means who types a host name
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []
