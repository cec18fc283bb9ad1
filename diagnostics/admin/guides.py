"""Guides: the draft, what is wrong with it, and the button that publishes it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from diagnostics.actions import publish_guide, withdraw_guide
from diagnostics.admin.drafts import differing, draft, refusal_text
from diagnostics.admin.fields import NODE_LIST, AnswersField, offered
from diagnostics.engine.errors import EngineError
from diagnostics.engine.problems import Grade
from diagnostics.errors import PublishRefused
from diagnostics.models import Guide, GuideCode, RecordedPath
from kb.admin.entries import EntryForm
from kb.admin.history import HistoryAdmin
from kb.admin.rows import CodeTexts, Rows
from kb.admin.widgets import RowForm
from kb.search.normalise import normal_code


class GuideForm(EntryForm):
    class Meta:
        widgets = {"start": offered(NODE_LIST)}


class GuideCodeForm(RowForm):
    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not normal_code(text):
            raise ValidationError(_("A code needs a letter or a digit."))
        return text


class GuideCodeRows(Rows):
    model = GuideCode
    form = GuideCodeForm
    formset = CodeTexts
    verbose_name_plural = _("Codes that lead here")


class RecordedPathForm(RowForm):
    answers = AnswersField(
        label=_("answers"), required=False, help_text=_("One answer a line: the node's id, a colon, the choice's id.")
    )

    class Meta:
        widgets = {"ends": offered(NODE_LIST)}


class RecordedPathRows(Rows):
    model = RecordedPath
    form = RecordedPathForm
    fields = ["answers", "ends", "position"]
    classes = ["collapse"]
    verbose_name_plural = _("Recorded paths (replayed before publishing)")


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("live_revision").defer("live_revision__content")  # type: ignore[no-any-return]

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

    def view_on_site(self, obj: Guide) -> str | None:
        return obj.get_absolute_url() if obj.live_revision_id else None

    @admin.display(description=_("live revision"), ordering="live_revision__number")
    def live_number(self, guide: Guide) -> str:
        return str(guide.live_revision.number) if guide.live_revision else "—"

    @admin.display(description=_("draft"))
    def draft_state(self, guide: Any) -> str:
        if not guide.live_revision_id:
            return gettext("not on the site yet")
        return gettext("has unpublished changes") if guide.draft_differs else gettext("same as the site")

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/publish/", self.admin_site.admin_view(self.publish_view), name="diagnostics_guide_publish"),
            path(
                "<int:pk>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name="diagnostics_guide_withdraw"
            ),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        guide = options.get("obj")
        if guide is not None and guide.pk:
            context |= {
                "draft": draft(guide),
                "can_publish": request.user.has_perm("diagnostics.publish_guide"),
                "can_add_nodes": request.user.has_perm("diagnostics.add_node"),
            }
        return super().render_change_form(request, context, *args, **options)

    @method_decorator(require_POST)
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = get_object_or_404(Guide, pk=pk)
        before = guide.live_revision_id
        try:
            revision = publish_guide(guide, by=request.user, note=request.POST.get("note", "").strip()[:300])
        except PublishRefused as refused:
            count = sum(problem.grade is Grade.ERROR for problem in refused.problems)
            words = ngettext(
                "Not published: %(count)d error has to be mended first.",
                "Not published: %(count)d errors have to be mended first.",
                count,
            )
            messages.error(request, words % {"count": count})
        except EngineError as error:
            messages.error(request, refusal_text(error))
        else:
            if revision.pk == before:
                messages.info(request, gettext("The draft is what readers already walk; nothing had to be published."))
            else:
                self.log_change(request, guide, f"revision {revision.number}")
                messages.success(
                    request,
                    gettext("Revision %(number)d is what readers walk from now on.") % {"number": revision.number},
                )
        return HttpResponseRedirect(_guide_url(guide))

    @method_decorator(require_POST)
    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = get_object_or_404(Guide, pk=pk)
        withdraw_guide(guide, by=request.user)
        self.log_change(request, guide, "withdrawn")
        messages.success(request, gettext("The guide is off the site. Its draft and its revisions stay."))
        return HttpResponseRedirect(_guide_url(guide))


def _guide_url(guide: Guide) -> str:
    return reverse("admin:diagnostics_guide_change", args=[guide.pk])
