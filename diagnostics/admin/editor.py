"""The editor of a guide: the drawing of the whole tree beside the form of one step. Everything works without scripts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnostics.admin.editor_changes import CHANGES, REFUSALS, refused_text, sent_number, unknown
from diagnostics.admin.editor_forms import EditedNode, edited_node
from diagnostics.admin.editor_page import EditorPage, delete_page, editor_page
from diagnostics.editing import edit_draft, save_node
from diagnostics.engine.edits import add_node, cut_by_deleting, delete_nodes
from diagnostics.engine.graph import Graph, NodeId
from diagnostics.errors import NodeMoved
from diagnostics.models import Guide
from diagnostics.wording import moved_text
from kb.actions import store_picture

View = Callable[..., HttpResponse]


def editor_urls(site: AdminSite) -> list[URLPattern]:
    """Addresses of the editor, to be put before the admin's own."""

    def staff(view: View) -> View:
        return site.admin_view(view)

    return [
        path("<int:pk>/editor/", staff(editor), name="diagnostics_guide_editor"),
        path("<int:pk>/editor/check/", staff(require_POST(check_form)), name="diagnostics_guide_editor_check"),
        path("<int:pk>/editor/change/", staff(require_POST(change)), name="diagnostics_guide_editor_change"),
        path("<int:pk>/editor/delete/", staff(delete), name="diagnostics_guide_editor_delete"),
    ]


def editor(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree and the chosen step; a POST saves the step."""
    guide = _guide(request, pk)
    if request.method == "POST":
        return _save(request, guide)
    return _show(request, editor_page(guide, node=request.GET.get("node", ""), zoom=request.GET.get("zoom", "")))


def check_form(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with the step as it stands in the form, unsaved: asked for while an editor types."""
    guide = _guide(request, pk)
    page = editor_page(guide, node=request.GET.get("node", ""), zoom="", data=request.POST)
    if page.form is not None:
        if page.form.is_valid() and page.rows.is_valid():
            page = page.with_problems_of(edited_node(page.form, page.rows), fits=page.form.cleaned_data["fitting"])
        else:
            page = replace(page, is_unreadable=True)
    return render(request, "admin/diagnostics/guide/_editor_problems.html", {"page": page})


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that changes more than one step's form: add, duplicate, insert, move, begin here, undo."""
    guide = _guide(request, pk)
    node = request.POST.get("node", "")
    try:
        reached = CHANGES.get(request.POST.get("do", ""), unknown)(request, guide, node)
    except REFUSALS as refusal:
        messages.error(request, refused_text(guide, refusal))
        reached = node
    return _to_editor(request, guide, reached)


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, with everything that would be cut off; a POST deletes."""
    guide = _guide(request, pk)
    source = request.POST if request.method == "POST" else request.GET
    node = source.get("node", "")
    page = delete_page(guide, node)
    if page is None:
        messages.error(request, _("That step or answer is not there any more."))
        return _to_editor(request, guide, "")
    if request.method != "POST":
        return render(request, "admin/diagnostics/guide/editor_delete.html", _context(request, page))
    lead_to = source.get("lead_to", "")

    def without(graph: Graph) -> Graph:
        gone = [node, *cut_by_deleting(graph, node).stranded] if source.get("branch") else [node]
        return delete_nodes(graph, gone, lead_to=lead_to)

    try:
        edit_draft(
            guide,
            without,
            by=request.user,
            number=sent_number(request),
            what=_("deleted: %(title)s") % {"title": page.title},
        )
    except REFUSALS as refusal:
        messages.error(request, refused_text(guide, refusal))
        return HttpResponseRedirect(f"{request.path}?{urlencode({'node': node})}")
    messages.success(request, _("Deleted. “Undo” brings it back."))
    return _to_editor(request, guide, page.parent)


def _save(request: HttpRequest, guide: Guide) -> HttpResponse:
    page = editor_page(
        guide,
        node=request.GET.get("node", ""),
        zoom=request.GET.get("zoom", ""),
        data=request.POST,
        files=request.FILES,
    )
    form, rows = page.form, page.rows
    if form is None:
        messages.error(request, _("That step or answer is not there any more."))
        return _to_editor(request, guide, "")
    if not (form.is_valid() and rows.is_valid()):
        return _show(request, page, status=422)
    if page.theirs_deleted and "_revive" not in request.POST:
        return _show(request, page, status=409)
    picture = store_picture(form.picture_file, year=timezone.localdate().year) if form.picture_file else ""
    edited = edited_node(form, rows, picture=picture)
    if page.theirs_deleted:
        return _revive(request, guide, page.with_picture(picture), edited)
    try:
        _store(request, guide, edited, fits=form.cleaned_data["fitting"], number=form.cleaned_data["number"])
    except NodeMoved as moved:
        return _show(request, page.with_picture(picture).with_conflict(moved, moved_text(moved)), status=409)
    except REFUSALS as refusal:
        messages.error(request, refused_text(guide, refusal))
        return _show(request, page.with_picture(picture), status=409)
    messages.success(request, _("Saved."))
    follow = edited.added[-1].id if edited.added and "_follow" in request.POST else edited.node.id
    return _to_editor(request, guide, follow)


def _revive(request: HttpRequest, guide: Guide, page: EditorPage, edited: EditedNode) -> HttpResponse:
    """Add a step anew that somebody deleted, or gave another id, while it was edited."""

    def edit(graph: Graph) -> Graph:
        for new in edited.added:
            graph = add_node(graph, new)
        return add_node(graph, edited.node)

    try:
        edit_draft(guide, edit, by=request.user, number=None, what=_("added: %(title)s") % {"title": edited.node.title})
    except REFUSALS as refusal:
        messages.error(request, refused_text(guide, refusal))
        return _show(request, page, status=409)
    messages.success(request, _("Added. Nothing leads to it yet: let an answer of another step lead here."))
    return _to_editor(request, guide, edited.node.id)


def _store(request: HttpRequest, guide: Guide, edited: EditedNode, *, fits: bool, number: int) -> None:
    renamed = {edited.old_id: edited.node.id} if edited.old_id != edited.node.id else {}
    save_node(
        guide,
        edited.apply,
        node=edited.old_id,
        by=request.user,
        number=number,
        what=_("changed: %(title)s") % {"title": edited.node.title or edited.node.id},
        renamed=renamed,
        fitting=[edited.node.id] if fits else [],
    )


def _guide(request: HttpRequest, pk: int) -> Guide:
    needed = "diagnostics.view_guide" if request.method in ("GET", "HEAD") else "diagnostics.change_guide"
    if not (request.user.has_perm(needed) or request.user.has_perm("diagnostics.change_guide")):
        raise PermissionDenied(needed)
    return get_object_or_404(Guide.objects.select_related("live_revision").defer("live_revision__content"), pk=pk)


def _context(request: HttpRequest, page: Any) -> dict[str, Any]:
    return {
        **site.each_context(request),
        "title": page.guide.title,
        "page": page,
        "opts": Guide._meta,
        "may_change": request.user.has_perm("diagnostics.change_guide"),
    }


def _show(request: HttpRequest, page: EditorPage, *, status: int = 200) -> HttpResponse:
    return render(request, "admin/diagnostics/guide/editor.html", _context(request, page), status=status)


def _to_editor(request: HttpRequest, guide: Guide, node: NodeId) -> HttpResponse:
    query = {key: value for key, value in (("node", node), ("zoom", request.GET.get("zoom", ""))) if value}
    address = reverse("admin:diagnostics_guide_editor", args=[guide.pk])
    return HttpResponseRedirect(f"{address}?{urlencode(query)}#step" if query else address)
