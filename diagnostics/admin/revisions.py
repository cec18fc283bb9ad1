"""What readers walk and what they report: to be looked at, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from diagnostics.assembly import revision_graph
from diagnostics.engine.outline import OutlineRow, to_outline
from diagnostics.models import GuideRevision, WalkReport
from kb.admin.generics import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GuideRevision)
class GuideRevisionAdmin(ReadOnlyAdmin):
    index_position = 12
    change_form_template = "admin/diagnostics/guide/revision_change_form.html"
    list_display = ["title", "number", "is_live", "note", "published_by", "approval", "published_at"]
    list_display_links = ["title", "number"]
    list_filter = ["guide", "approval", "published_at"]
    list_select_related = ["guide", "published_by"]
    search_fields = ["title", "note", "guide__slug"]
    ordering = ["guide", "-number"]
    fields = ["guide", "number", "title", "note", "published_by", "approval", "published_at", "draft_number", "outline"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("guide").defer("content")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        revision: GuideRevision = options["obj"]
        context |= {
            "is_live": self.is_live(revision),
            "can_republish": request.user.has_perm("diagnostics.publish_guide"),
        }
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description=_("live"), boolean=True)
    def is_live(self, revision: GuideRevision) -> bool:
        return revision.guide.live_revision_id == revision.pk

    @admin.display(description=_("What readers walk"))
    def outline(self, revision: GuideRevision) -> SafeString:
        rows = to_outline(revision_graph(revision))
        return format_html(
            '<ul class="outline">{}</ul>',
            format_html_join(
                "",
                '<li class="outline__row" data-depth="{}">{}</li>',
                ((min(row.depth, 12), _line(row)) for row in rows),
            ),
        )


def _line(row: OutlineRow) -> str:
    answer = f"{row.via.label} → " if row.via else ""
    title = row.node.title if row.node else row.to
    return f"{answer}{title}{' ↑' if row.repeated else ''}"


@admin.register(WalkReport)
class WalkReportAdmin(ReadOnlyAdmin):
    index_position = 13
    list_display = ["created_at", "revision", "node", "solved"]
    list_filter = ["solved", "revision__guide", "created_at"]
    list_select_related = ["revision"]
    fields = ["created_at", "revision", "node", "solved", "given_answers"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("revision").defer("revision__content")

    @admin.display(description=_("answers"))
    def given_answers(self, report: WalkReport) -> SafeString:
        return format_html_join("", "{}: {}<br>", report.answers.items()) or SafeString("—")
