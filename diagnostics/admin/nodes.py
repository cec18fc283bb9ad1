"""Nodes of a draft with their choices. A choice may lead to a node that does not exist yet; publishing refuses it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from diagnostics.admin.fields import GUIDE_LIST, ID_HELP, NODE_LIST, check_id, check_node_id, offered
from diagnostics.models import Choice, Guide, Node, NodeArticle, NodeKind
from kb.admin.generics import ModelForm
from kb.admin.history import HistoryAdmin
from kb.admin.rows import Rows
from kb.admin.widgets import RowForm

_SAY = _("What an agent reads aloud, and what only staff may know.")
_END = _("How the walk ends, and what the merchant tells the acquirer.")
_HAND_OVER = _("The other guide is walked first; where it does not help, the walk goes on at “afterwards”.")


class NodeForm(ModelForm):
    class Meta:
        widgets = {"then": offered(NODE_LIST), "inner_guide": offered(GUIDE_LIST)}
        help_texts = {"key": ID_HELP}

    def clean_key(self) -> str:
        return check_node_id(self.cleaned_data["key"])

    def clean(self) -> None:
        """The guide is no field once the node exists, so Django does not compare the id with the other nodes'."""
        super().clean()
        guide = self.cleaned_data.get("guide") or (self.instance.guide if self.instance.guide_id else None)
        key = self.cleaned_data.get("key")
        if guide and key and guide.nodes.filter(key=key).exclude(pk=self.instance.pk).exists():
            self.add_error("key", ValidationError(_("This guide already has a node “%(key)s”."), params={"key": key}))


class ChoiceForm(RowForm):
    class Meta:
        widgets = {"to": offered(NODE_LIST)}

    def clean_key(self) -> str:
        return check_id(self.cleaned_data["key"])


class ChoiceRows(Rows):
    model = Choice
    form = ChoiceForm
    fields = ["label", "to", "hint", "key", "position"]
    verbose_name_plural = _("Choices: what the reader can answer or see")


class NodeArticleRows(Rows):
    model = NodeArticle
    related = ("article",)
    autocomplete_fields = ["article"]
    verbose_name_plural = _("Articles that help here")


@admin.register(Node)
class NodeAdmin(HistoryAdmin):
    index_position = 11
    form = NodeForm
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["guide"] if obj is not None else []

    def get_fieldsets(self, request: HttpRequest, obj: Node | None = None) -> Any:
        """What another kind of node needs is folded away."""
        kind = obj.kind if obj is not None else NodeKind.QUESTION
        return [
            (None, {"fields": ["guide", "kind", "title", "help", "minutes", "picture", "key", "position"]}),
            (_("For the call centre"), {"fields": ["say", "note"], "description": _SAY}),
            (
                _("Only for an outcome"),
                {"fields": ["result", "tell"], "description": _END, "classes": _folded(kind != NodeKind.OUTCOME)},
            ),
            (
                _("Only for handing over to another guide"),
                {
                    "fields": ["inner_guide", "then"],
                    "description": _HAND_OVER,
                    "classes": _folded(kind != NodeKind.GUIDE),
                },
            ),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A node added from its guide's page comes last."""
        initial = super().get_changeform_initial_data(request)
        guide = _guide_in(request)
        if guide is not None:
            last = guide.nodes.aggregate(last=Max("position"))["last"]
            initial |= {"guide": guide.pk, "position": 0 if last is None else last + 1}
        return initial  # type: ignore[no-any-return]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        node = options.get("obj")
        guide = node.guide if node is not None else _guide_in(request)
        context |= {
            "guide": guide,
            "node_options": guide.nodes.order_by("position", "pk").values_list("key", "title") if guide else [],
            "guide_options": Guide.objects.values_list("slug", "title"),
        }
        return super().render_change_form(request, context, *args, **options)

    def response_post_save_add(self, request: HttpRequest, obj: Node) -> HttpResponse:
        return _back_to(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Node) -> HttpResponse:
        return _back_to(obj)


def _folded(is_folded: bool) -> list[str]:
    return ["collapse"] if is_folded else []


def _guide_in(request: HttpRequest) -> Guide | None:
    """The guide that a new node was asked for."""
    asked = request.GET.get("guide", "")
    return Guide.objects.filter(pk=asked).first() if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


def _back_to(node: Node) -> HttpResponse:
    """A node is edited as part of its guide: its page shows what is still wrong."""
    return HttpResponseRedirect(reverse("admin:diagnostics_guide_change", args=[node.guide_id]) + "#nodes")
