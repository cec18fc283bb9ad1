"""What codes, causes, articles and acquirers have in common: drafts, publishing, and the search kept in step."""

import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kb.actions import delete_entry, may_publish, publish_entry, withdraw_entry
from kb.admin.generics import ModelForm
from kb.admin.history import HistoryAdmin
from kb.models.publication import Publishable, Status

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PUBLICATION = (_("Publication"), {"fields": ["status", "reviewed_on"]})


class EntryForm(ModelForm):
    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not SLUG.fullmatch(slug):
            raise ValidationError(_("Small letters, digits and single hyphens only, for example card-dirty."))
        return slug


class EntryAdmin(HistoryAdmin):
    """An entry that the public sees once it is published.

    An address is a contract: the slug cannot be changed after creation. Whoever may not publish sees the status but
    cannot change it, neither in the form nor by reverting to a version of another status.
    """

    form = EntryForm
    change_form_template = "admin/kb/entry_change_form.html"
    actions = ["publish_selected", "withdraw_selected"]
    list_filter: Any = ["status"]
    date_hierarchy = None
    readonly_fields: Any = ["updated_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fields.append("slug")
        if not self.has_publish_permission(request):
            fields.append("status")
        return fields

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(self.model, request.user)

    def view_on_site(self, obj: Publishable) -> str | None:
        if not obj.is_published or not hasattr(obj, "get_absolute_url"):
            return None
        return str(obj.get_absolute_url())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not self.has_publish_permission(request):
            stored = self.model._default_manager.filter(pk=obj.pk).values_list("status", flat=True).first()
            obj.status = stored or Status.DRAFT
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Publishable) -> None:
        delete_entry(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for entry in queryset:
                delete_entry(entry)

    @admin.action(permissions=["publish"], description=_("Publish selected %(verbose_name_plural)s"))
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            entries = list(queryset.exclude(status=Status.PUBLISHED))
            for entry in entries:
                publish_entry(entry, by=request.user)
        self.message_user(
            request,
            ngettext("%(count)d entry was published.", "%(count)d entries were published.", len(entries))
            % {"count": len(entries)},
            messages.SUCCESS,
        )

    @admin.action(permissions=["publish"], description=_("Withdraw selected %(verbose_name_plural)s"))
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            entries = list(queryset.filter(status=Status.PUBLISHED))
            for entry in entries:
                withdraw_entry(entry, by=request.user)
        self.message_user(
            request,
            ngettext("%(count)d entry was withdrawn.", "%(count)d entries were withdrawn.", len(entries))
            % {"count": len(entries)},
            messages.SUCCESS,
        )
