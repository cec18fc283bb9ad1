"""Earlier versions of a guide: revisions that are published anew, saves of the draft that are brought back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from diagnostics.actions import republish_revision
from diagnostics.admin.differences import differences
from diagnostics.admin.guide_pages import REFUSALS, GuidePages, nothing, sent_note, sent_number, to_guide
from diagnostics.admin.review import say_published
from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.editing import restore_save
from diagnostics.engine.documents import from_document
from diagnostics.errors import AlreadyLive
from diagnostics.wording import refusal_text

_SAVES_PER_PAGE = 50


class VersionPages(GuidePages):
    def urls(self) -> list[URLPattern]:
        return [
            self.at("<int:pk>/revisions/<int:number>/publish/", self.republish, "republish"),
            self.at("<int:pk>/saves/", require_GET(self.saves), "saves"),
            self.at("<int:pk>/saves/<int:number>/", require_GET(self.save), "save"),
            self.at("<int:pk>/saves/<int:number>/restore/", require_POST(self.restore), "restore"),
        ]

    def republish(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Roll back: ask with the differences from what readers walk now; a POST does it."""
        guide = self.guide(request, pk, needs="diagnostics.publish_guide")
        revision = get_object_or_404(guide.revisions.select_related("published_by").defer("content"), number=number)
        live = guide.live_revision
        status = 200
        if request.method == "POST":
            if request.POST.get("live") == str(live.number if live else ""):
                try:
                    published = republish_revision(revision, by=request.user, note=sent_note(request))
                except AlreadyLive as refusal:
                    messages.info(request, refusal_text(refusal))
                else:
                    say_published(self.admin, request, published)
                return to_guide(guide)
            messages.error(
                request, gettext("Somebody published another revision meanwhile. Nothing was done: look again.")
            )
            status = 409
        elif live is not None and live.digest == revision.digest:
            messages.info(request, refusal_text(AlreadyLive(live.number)))
            return to_guide(guide)
        graph = revision_graph(revision)
        values = {
            "revision": revision,
            "live": live,
            "difference": differences(revision_graph(live) if live else nothing(graph), graph),
            "note": sent_note(request),
        }
        title = gettext("Publish revision %(number)d anew") % {"number": number}
        return self.page(request, "republish", guide, title, values, status=status)

    def saves(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = self.guide(request, pk)
        rows = guide.saves.select_related("saved_by").defer("content").order_by("-number")
        page = Paginator(rows, _SAVES_PER_PAGE).get_page(request.GET.get("page"))
        published = dict(
            guide.revisions.filter(draft_number__in=[save.number for save in page])
            .order_by("-number")
            .values_list("draft_number", "number")
        )
        lines = [(save, published.get(save.number)) for save in page]
        values = {"page": page, "saves": lines, "may_change": self.admin.has_change_permission(request, guide)}
        return self.page(request, "saves", guide, gettext("Earlier saves"), values)

    def save(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """What a save changed or, with `?to=now`, what bringing it back would change."""
        guide = self.guide(request, pk)
        save = get_object_or_404(guide.saves.select_related("saved_by"), number=number)
        graph = from_document(save.content)
        backwards = request.GET.get("to") == "now"
        if backwards:
            before = draft_graph(guide)
        else:
            earlier = guide.saves.filter(number__lt=number).order_by("-number").first()
            before = from_document(earlier.content) if earlier is not None else nothing(graph)
        values = {
            "save": save,
            "backwards": backwards,
            "difference": differences(before, graph),
            "may_change": self.admin.has_change_permission(request, guide),
        }
        return self.page(request, "save", guide, gettext("Save %(number)d") % {"number": number}, values)

    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        guide = self.guide(request, pk)
        get_object_or_404(guide.saves.defer("content"), number=number)
        try:
            restore_save(guide, number, by=request.user, number=sent_number(request))
        except REFUSALS as refusal:
            messages.error(request, refusal_text(refusal))
            return HttpResponseRedirect(reverse("admin:diagnostics_guide_saves", args=[guide.pk]))
        self.admin.log_change(request, guide, f"save {number} brought back")
        messages.success(
            request,
            gettext("The draft is as save %(number)d left it. What it was before stands among the earlier saves.")
            % {"number": number},
        )
        return to_guide(guide)
