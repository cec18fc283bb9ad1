"""Guides: the form of what is not in the tree, what is wrong with the draft, and where it stands on its way out."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnostics.admin.drafts import differing, draft
from diagnostics.admin.editor import editor_urls
from diagnostics.admin.fields import NODE_LIST, offered
from diagnostics.admin.preview import preview_urls
from diagnostics.admin.review import ReviewPages, latest_revisions, review
from diagnostics.admin.rows import GuideCodeRows, RecordedPathRows, refreshed
from diagnostics.admin.versions import VersionPages
from diagnostics.assembly import draft_graph
from diagnostics.editing import keep_save, require_number
from diagnostics.engine.graph import Graph
from diagnostics.errors import DraftMoved
from diagnostics.models import Guide, Node
from diagnostics.usage import guide_usage
from diagnostics.wording import moved_text
from kb.admin.entries import EntryForm
from kb.admin.history import HistoryAdmin


class GuideForm(EntryForm):
    number = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    class Meta:
        widgets = {"start": offered(NODE_LIST)}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["number"] = self.instance.draft_number

    def clean(self) -> None:
        """Refuse what was typed over an older draft; sending it once more is then deliberate."""
        super().clean()
        if self.instance.pk is None:
            return
        number = self.cleaned_data.get("number")
        try:
            require_number(self.instance, -1 if number is None else number)
        except DraftMoved as moved:
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("number")] = str(moved.number)
            again = gettext("Below is what you typed; saving again puts it over what they saved.")
            self.add_error(None, ValidationError(f"{moved_text(moved)} {again}"))


class InReview(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("in review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(submitted_number=F("draft_number")) if self.value() == "waiting" else queryset


@admin.register(Guide)
class GuideAdmin(HistoryAdmin):
    index_position = 10
    form = GuideForm
    change_form_template = "admin/diagnostics/guide/change_form.html"
    list_display = ["title", "slug", "live_number", "draft_state", "position", "updated_at"]
    list_select_related = ["live_revision"]
    search_fields = ["title", "slug", "codes__text"]
    inlines = [GuideCodeRows, RecordedPathRows]
    fields = ["slug", "title", "summary", "start", "position"]
    delete_confirmation_template = "admin/diagnostics/guide/delete_confirmation.html"
    list_filter = [InReview]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        guides: QuerySet[Any] = super().get_queryset(request)
        related = guides.select_related("live_revision__published_by", "changed_by", "submitted_by")
        return related.defer("live_revision__content")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Compare the drafts of all guides on the page at once."""
        changelist = super().get_changelist_instance(request)
        guides = list(changelist.result_list)
        changed = differing(guides)
        for guide in guides:
            guide.draft_differs = guide.pk in changed
        changelist.result_list = guides
        return changelist

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj is not None else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The number of the draft is part of a form that saves over one."""
        fields = super().get_fields(request, obj)
        return [*fields, "number"] if obj is not None and self.has_change_permission(request, obj) else fields

    def view_on_site(self, obj: Guide) -> str | None:
        return obj.get_absolute_url() if obj.live_revision_id else None

    @admin.display(description=_("live revision"), ordering="live_revision__number")
    def live_number(self, guide: Guide) -> str:
        return str(guide.live_revision.number) if guide.live_revision else "—"

    @admin.display(description=_("draft"))
    def draft_state(self, guide: Any) -> str:
        if guide.is_in_review:
            return gettext("in review")
        if not guide.live_revision_id:
            return gettext("not on the site yet")
        return gettext("has unpublished changes") if guide.draft_differs else gettext("same as the site")

    def get_urls(self) -> list[Any]:
        site = self.admin_site
        own = [*preview_urls(site), *editor_urls(site), *ReviewPages(self).urls(), *VersionPages(self).urls()]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        guide = options.get("obj")
        if guide is not None and guide.pk:
            shown = draft(guide)
            context |= {
                "guide": guide,
                "draft": shown,
                "review": review(guide, shown, request.user),
                "revisions": latest_revisions(guide),
            }
        return super().render_change_form(request, context, *args, **options)

    # --- saving: never over somebody else's save, and each save once among the earlier saves -----------------------
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if request.method == "POST":
            _lock(object_id)
        return super().get_object(request, object_id, from_field)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is not None and "data" in kwargs:
            rows = inline.get_queryset(request).filter(guide=obj)
            kwargs["data"] = refreshed(kwargs["data"], prefix, rows, inline.says, inline.said)
        return kwargs

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                _lock(object_id)
            return super().history_form_view(request, object_id, version_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Guide, form: Any, change: bool) -> None:
        """Everything that writes a guide's row comes by here first: forms and reverts."""
        stored = Guide.objects.filter(pk=obj.pk).first() if change else None
        what = ", ".join(str(form.fields[name].label or name) for name in form.changed_data if name != "number")
        before = draft_graph(stored) if stored is not None else None
        request.guide_save = _Save(before, [what], bool(form.changed_data))  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        changed = [str(rows.model._meta.verbose_name_plural) for rows in formsets if rows.has_changed()]
        request.guide_save.what.extend(changed)  # type: ignore[attr-defined]
        super().save_related(request, form, formsets, change)

    def row_saved(self, request: HttpRequest, row: Guide, before: Any) -> None:
        save: _Save = request.guide_save  # type: ignore[attr-defined]
        if save.before is not None and save.is_changed and save.before == draft_graph(row):
            # The summary stands in no graph, but whoever has the old page open must not write over it either.
            save = _Save(None, save.what, True)
        keep_save(row, by=request.user, what=", ".join(filter(None, save.what)), before=save.before)

    # --- deleting: only what was never published ------------------------------------------------------------------
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nodes are deleted with their guide; by themselves they are deleted in the editor only."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(lacking) - {Node._meta.verbose_name}, protected

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        usage = SimpleLazyObject(lambda: guide_usage(Guide.objects.get(pk=unquote(object_id))))
        return super().delete_view(request, object_id, {"usage": usage, **(extra_context or {})})  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Save:
    """What a form is about to save: the draft as it was (None for a new guide), and words for the list of saves."""

    before: Graph | None
    what: list[str]
    is_changed: bool


def _lock(object_id: str) -> None:
    """Wait for whoever saves or publishes this guide; what is read afterwards is what they left."""
    pk = unquote(object_id)
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        Guide.objects.select_for_update().filter(pk=pk).first()
