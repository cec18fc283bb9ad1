"""What the pages beside a guide's form share: who may see them, how they are shown, what their forms send."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse

from diagnostics.engine.graph import Graph
from diagnostics.errors import (
    AlreadyLive,
    AuthorMayNotApprove,
    DraftMoved,
    NotInReview,
    PublishRefused,
    UnknownArticles,
    UnusableDraft,
)
from diagnostics.models import Guide
from kb.admin.generics import ModelAdmin

#: What an action may refuse with; `diagnostics.wording.refusal_text` has the words.
REFUSALS = (
    DraftMoved, NotInReview, AuthorMayNotApprove, AlreadyLive, PublishRefused, UnknownArticles, UnusableDraft,
)  # fmt: skip

_TEMPLATES = "admin/diagnostics/guide"


class GuidePages:
    """Permissions are those of the guide's own admin."""

    def __init__(self, admin: ModelAdmin) -> None:
        self.admin = admin

    def at(self, route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
        return path(route, self.admin.admin_site.admin_view(view), name=f"diagnostics_guide_{name}")

    def guide(self, request: HttpRequest, pk: int, *, needs: str = "") -> Guide:
        """Raises:
        PermissionDenied: the user may not see guides, or lacks the permission `needs`.
        """
        if not self.admin.has_view_permission(request) or (needs and not request.user.has_perm(needs)):
            raise PermissionDenied(needs)
        rows = Guide.objects.select_related("live_revision__published_by", "changed_by", "submitted_by")
        return get_object_or_404(rows.defer("live_revision__content"), pk=pk)

    def page(
        self, request: HttpRequest, name: str, guide: Guide, title: str, values: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        shared = {"opts": Guide._meta, "guide": guide, "title": title, "subtitle": guide.title}
        context = {**self.admin.admin_site.each_context(request), **shared, **values}
        return render(request, f"{_TEMPLATES}/{name}.html", context, status=status)


def sent_number(request: HttpRequest) -> int:
    """The draft that the page showed. Anything else than a number is a draft that nobody saw: refused as moved."""
    text = request.POST.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def sent_note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:300]


def to_guide(guide: Guide) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:diagnostics_guide_change", args=[guide.pk]))


def nothing(graph: Graph) -> Graph:
    """The guide before it had anything: what a first version is compared with."""
    return Graph(graph.slug, graph.title, "", {})
