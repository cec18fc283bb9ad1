"""The editor of a guide: the drawing of the whole tree beside the form of one step. Everything works without scripts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, site
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnostics.admin.editor_forms import EditedNode, edited_node
from diagnostics.admin.editor_page import EditorPage, delete_page, editor_page
from diagnostics.admin.targets import way_of, ways
from diagnostics.editing import edit_draft, restore_save, save_node
from diagnostics.engine.edits import (
    add_node,
    attach,
    cut_by_deleting,
    delete_nodes,
    duplicate_node,
    free_node_id,
    insert_between,
    move_branch,
)
from diagnostics.engine.errors import EngineError, WouldCircle
from diagnostics.engine.graph import Graph, Kind, Node, NodeId
from diagnostics.errors import DraftMoved, NodeMoved, UnknownArticles, UnusableDraft
from diagnostics.models import DraftSave, Guide
from diagnostics.wording import moved_text, refusal_text
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
        reached = _CHANGES.get(request.POST.get("do", ""), _unknown)(request, guide, node)
    except DraftMoved as moved:
        messages.error(request, moved_text(moved))
        reached = node
    except WouldCircle as circle:
        messages.error(
            request,
            _("Nothing was moved: the branch would lead back into itself (%(nodes)s).")
            % {"nodes": " → ".join(_name(guide, one) for one in circle.nodes)},
        )
        reached = node
    except (EngineError, ValidationError, DraftSave.DoesNotExist) as error:
        text = (
            error.messages[0] if isinstance(error, ValidationError) else _("That step or answer is not there any more.")
        )
        messages.error(request, text)
        reached = node
    except (UnknownArticles, UnusableDraft) as refused:
        messages.error(request, refusal_text(refused))
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
        return delete_nodes(graph, gone, lead_to=lead_to if lead_to not in gone else "")

    try:
        edit_draft(
            guide,
            without,
            by=request.user,
            number=_number(request),
            what=_("deleted: %(title)s") % {"title": page.title},
        )
    except DraftMoved as moved:
        messages.error(request, moved_text(moved))
        return HttpResponseRedirect(request.get_full_path())
    except (EngineError, ValidationError):
        messages.error(request, _("That step or answer is not there any more."))
        return _to_editor(request, guide, node)
    except (UnknownArticles, UnusableDraft) as refused:
        messages.error(request, refusal_text(refused))
        return _to_editor(request, guide, node)
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
    if page.theirs_deleted:
        return _revive(request, guide, page)
    picture = store_picture(form.picture_file, year=timezone.localdate().year) if form.picture_file else ""
    edited = edited_node(form, rows, picture=picture)
    try:
        _store(request, guide, edited, fits=form.cleaned_data["fitting"], number=form.cleaned_data["number"])
    except NodeMoved as moved:
        return _show(request, page.with_conflict(moved, moved_text(moved), picture=picture), status=409)
    except EngineError:
        messages.error(request, _("That step or answer is not there any more."))
        return _show(request, page, status=409)
    except (UnknownArticles, UnusableDraft) as refused:
        messages.error(request, refusal_text(refused))
        return _show(request, page, status=422)
    messages.success(request, _("Saved."))
    follow = edited.added[-1].id if edited.added and "_follow" in request.POST else edited.node.id
    return _to_editor(request, guide, follow)


def _revive(request: HttpRequest, guide: Guide, page: EditorPage) -> HttpResponse:
    """A step that somebody deleted or gave another id while it was edited: asked once, then added anew."""
    if page.form is None or "_revive" not in request.POST:
        return _show(request, page, status=409)
    edited = edited_node(page.form, page.rows)

    def edit(graph: Graph) -> Graph:
        for new in edited.added:
            graph = add_node(graph, new)
        return add_node(graph, edited.node)

    try:
        edit_draft(guide, edit, by=request.user, number=None, what=_("added: %(title)s") % {"title": edited.node.title})
    except EngineError:
        messages.error(request, _("There is a step with this id already: give yours another one, then save again."))
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


def _add(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    kind = _kind(request)
    title = _title(request)
    new = ""

    def edit(graph: Graph) -> Graph:
        nonlocal new
        new = free_node_id(graph)
        return add_node(graph, Node(new, kind, title), after=node)

    edit_draft(guide, edit, by=request.user, number=None, what=_("added: %(title)s") % {"title": title})
    messages.success(request, _("Added. Nothing leads to it yet: let an answer of another step lead here."))
    return new


def _duplicate(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    new = ""

    def edit(graph: Graph) -> Graph:
        nonlocal new
        graph, new = duplicate_node(graph, node)
        copied = graph.node(new)
        title = _("%(title)s (copy)") % {"title": copied.title}
        return replace(graph, nodes={**graph.nodes, new: replace(copied, title=title[:200])})

    edit_draft(
        guide,
        edit,
        by=request.user,
        number=_number(request),
        what=_("duplicated: %(title)s") % {"title": _name(guide, node)},
    )
    messages.success(request, _("This is the copy. Nothing leads to it yet."))
    return new


def _insert(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    kind, title = _kind(request), _title(request)
    choice = request.POST.get("choice", "")
    new = ""
    if kind is Kind.OUTCOME:
        raise ValidationError(_("An outcome leads nowhere: insert a question or a check."))

    def edit(graph: Graph) -> Graph:
        nonlocal new
        new = free_node_id(graph)
        return insert_between(graph, node, choice, Node(new, kind, title), "继续")

    edit_draft(guide, edit, by=request.user, number=_number(request), what=_("inserted: %(title)s") % {"title": title})
    messages.success(request, _("Inserted. The answer leads here, and from here on to where it led."))
    return new


def _move(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    """Hang the branch that begins at `node` on another answer; from a way into it, or from nowhere."""
    to_way, from_way = request.POST.get("to_way", ""), request.POST.get("from_way", "")

    def edit(graph: Graph) -> Graph:
        known = ways(graph.nodes.values())
        target = way_of(to_way, known)
        return move_branch(graph, way_of(from_way, known), target) if from_way else attach(graph, node, target)

    what = _("moved: %(title)s") % {"title": _name(guide, node)}
    edit_draft(guide, edit, by=request.user, number=_number(request), what=what)
    if from_way:
        messages.success(request, _("Moved. What stood there before changed places with it."))
    else:
        messages.success(request, _("That answer leads here now. Where it led before, no other answer may lead."))
    return node


def _begin(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    def edit(graph: Graph) -> Graph:
        return replace(graph, start=graph.node(node).id)

    edit_draft(
        guide,
        edit,
        by=request.user,
        number=_number(request),
        what=_("begins at: %(title)s") % {"title": _name(guide, node)},
    )
    messages.success(request, _("The guide begins at this step now."))
    return node


def _undo(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    number = _number(request)
    restore_save(guide, number - 1, by=request.user, number=number)
    messages.success(request, _("The last save is undone. Undo again to have it back."))
    return node


def _unknown(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    raise ValidationError(_("Nothing was changed: the form asked for something that does not exist."))


_CHANGES: dict[str, Callable[[HttpRequest, Guide, NodeId], NodeId]] = {
    "add": _add,
    "duplicate": _duplicate,
    "insert": _insert,
    "move": _move,
    "begin": _begin,
    "undo": _undo,
}


def _guide(request: HttpRequest, pk: int) -> Guide:
    needed = "diagnostics.view_guide" if request.method in ("GET", "HEAD") else "diagnostics.change_guide"
    if not (request.user.has_perm(needed) or request.user.has_perm("diagnostics.change_guide")):
        raise PermissionDenied(needed)
    return get_object_or_404(Guide.objects.select_related("live_revision").defer("live_revision__content"), pk=pk)


def _name(guide: Guide, node: NodeId) -> str:
    """The title of a step for the list of saves; its id where it has none."""
    title: str = guide.nodes.filter(key=node).values_list("title", flat=True).first() or node[:63]
    return title.replace("\x00", "")


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError(_("Nothing was changed: the form asked for something that does not exist."))
    return int(text)


def _kind(request: HttpRequest) -> Kind:
    try:
        return Kind(request.POST.get("kind", Kind.QUESTION))
    except ValueError:
        raise ValidationError(_("Choose what kind of step it is.")) from None


def _title(request: HttpRequest) -> str:
    return " ".join(request.POST.get("title", "").replace("\x00", "").split())[:200]


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
