"""Nodes of drafts, to be found and looked at with their history. They are changed in the editor of their guide."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from diagnostics.models import Choice, Node, NodeArticle
from kb.admin.history import HistoryAdmin
from kb.admin.rows import Rows


class ChoiceRows(Rows):
    model = Choice
    fields = ["label", "to", "hint", "key"]
    verbose_name_plural = _("Choices: what the reader can answer or see")


class NodeArticleRows(Rows):
    model = NodeArticle
    related = ("article",)
    fields = ["article"]
    verbose_name_plural = _("Articles that help here")


@admin.register(Node)
class NodeAdmin(HistoryAdmin):
    index_position = 11
    change_form_template = "admin/diagnostics/node/change_form.html"
    list_display = ["title", "key", "kind", "guide", "position"]
    list_display_links = ["title", "key"]
    list_filter = ["guide", "kind", "result"]
    list_select_related = ["guide"]
    search_fields = ["title", "key", "say", "help"]
    ordering = ["guide", "position", "pk"]
    inlines = [ChoiceRows, NodeArticleRows]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("guide")  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        node = options.get("obj")
        if node is not None:
            editor = reverse("admin:diagnostics_guide_editor", args=[node.guide_id])
            context |= {"editor_url": f"{editor}?{urlencode({'node': node.key})}", "guide": node.guide}
        return super().render_change_form(request, context, *args, **options)
