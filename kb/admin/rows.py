"""Rows that belong to an entry and are edited with it."""

from typing import Any

from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kb.admin.generics import InlineFormSet, TabularInline
from kb.admin.widgets import KnownAutocomplete, RowForm
from kb.search.normalise import normal_code


class OrderedRows(InlineFormSet):
    """A new row whose position nobody typed comes last, not before all others."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        if "position" in form.fields and "position" not in form.changed_data:
            taken = [other.instance.position for other in self.forms if other.instance.pk is not None]
            form.instance.position = max(taken, default=-1) + 1
        return super().save_new(form, commit)


class CodeTexts(OrderedRows):
    """Rows whose `text` is a code: `E324` and `e-324` are one.

    The database compares their normal form, which stands in no form; Django alone would let them through to it.
    """

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form.cleaned_data.get(DELETION_FIELD_NAME):
                continue
            normal = normal_code(form.cleaned_data.get("text", ""))
            if normal and normal in seen:
                form.add_error("text", _("This stands here twice."))
            seen.add(normal)


class Rows(TabularInline):
    """An inline whose number of queries does not grow with its rows: name what `__str__` needs in `related`."""

    form = RowForm
    formset = OrderedRows
    extra = 0
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", KnownAutocomplete(db_field, self.admin_site, using=options.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **options)
