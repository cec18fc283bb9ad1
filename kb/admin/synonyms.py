"""Words that mean the same to a shopkeeper."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kb.actions import delete_synonyms, synonyms_saved
from kb.admin.answering import AnsweringAdmin
from kb.admin.entries import EntryForm
from kb.missing_entries import link_synonyms
from kb.models import MissingEntry, SynonymGroup
from kb.slugs import suggested_slug


@admin.register(SynonymGroup)
class SynonymGroupAdmin(AnsweringAdmin):
    index_position = 4
    form = EntryForm
    change_form_template = "admin/kb/synonyms_change_form.html"
    list_display = ["__str__", "tells_little", "note", "slug"]
    list_filter = ["tells_little"]
    search_fields = ["words", "slug", "note"]
    search_help_text = _("A word of the group.")
    fields = ["slug", "words", "tells_little", "note"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []

    def prefilled(self, missing: MissingEntry) -> dict[str, Any]:
        return {"slug": suggested_slug(missing.question), "words": f"{missing.question}\n"}

    def answers(self, missing: MissingEntry, row: SynonymGroup, request: HttpRequest) -> None:
        link_synonyms(missing, row, by=request.user)

    def row_saved(self, request: HttpRequest, row: SynonymGroup, before: None) -> None:
        synonyms_saved(row)

    def delete_model(self, request: HttpRequest, obj: SynonymGroup) -> None:
        delete_synonyms(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for group in queryset:
                delete_synonyms(group)
