"""Changes of a guide's tree that touch more than one step's form. Each is an action of the editor's page."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from diagnostics.admin.targets import way_of, ways
from diagnostics.editing import edit_draft, restore_save
from diagnostics.engine.edits import add_node, attach, duplicate_node, free_node_id, insert_between, move_branch
from diagnostics.engine.errors import EngineError, NodeExists, WouldCircle
from diagnostics.engine.graph import Graph, Kind, Node, NodeId
from diagnostics.errors import DraftMoved, UnknownArticles, UnusableDraft
from diagnostics.models import DraftSave, Guide
from diagnostics.wording import refusal_text

Change = Callable[[HttpRequest, Guide, NodeId], NodeId]

#: Whatever an editor's change can be refused for; `refused_text` has the words.
REFUSALS = (EngineError, ValidationError, DraftSave.DoesNotExist, DraftMoved, UnknownArticles, UnusableDraft)


def refused_text(guide: Guide, refusal: Exception) -> str:
    """Why nothing happened, and what to do now."""
    match refusal:
        case WouldCircle():
            names = " → ".join(step_name(guide, one) for one in refusal.nodes)
            return _("Nothing was changed: the way would lead back into itself (%(nodes)s).") % {"nodes": names}
        case NodeExists():
            return _("There is a step with this id already: give yours another one, then save again.")
        case ValidationError():
            return str(refusal.messages[0])
        case DraftMoved() | UnknownArticles() | UnusableDraft():
            return refusal_text(refusal)
        case _:
            return _("That step or answer is not there any more.")


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
        number=sent_number(request),
        what=_("duplicated: %(title)s") % {"title": step_name(guide, node)},
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

    edit_draft(
        guide, edit, by=request.user, number=sent_number(request), what=_("inserted: %(title)s") % {"title": title}
    )
    messages.success(request, _("Inserted. The answer leads here, and from here on to where it led."))
    return new


def _move(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    """Hang the branch that begins at `node` on another answer; from a way into it, or from nowhere."""
    to_way, from_way = request.POST.get("to_way", ""), request.POST.get("from_way", "")

    def edit(graph: Graph) -> Graph:
        known = ways(graph.nodes.values())
        target = way_of(to_way, known)
        return move_branch(graph, way_of(from_way, known), target) if from_way else attach(graph, node, target)

    what = _("moved: %(title)s") % {"title": step_name(guide, node)}
    edit_draft(guide, edit, by=request.user, number=sent_number(request), what=what)
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
        number=sent_number(request),
        what=_("begins at: %(title)s") % {"title": step_name(guide, node)},
    )
    messages.success(request, _("The guide begins at this step now."))
    return node


def _undo(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    number = sent_number(request)
    restore_save(guide, number - 1, by=request.user, number=number)
    messages.success(request, _("The last save is undone. Undo again to have it back."))
    return node


def unknown(request: HttpRequest, guide: Guide, node: NodeId) -> NodeId:
    raise ValidationError(_("Nothing was changed: the form asked for something that does not exist."))


CHANGES: dict[str, Change] = {
    "add": _add,
    "duplicate": _duplicate,
    "insert": _insert,
    "move": _move,
    "begin": _begin,
    "undo": _undo,
}


def step_name(guide: Guide, node: NodeId) -> str:
    """The title of a step for the list of saves; its id where it has none."""
    title: str = guide.nodes.filter(key=node).values_list("title", flat=True).first() or node[:63]
    return title.replace("\x00", "")


def sent_number(request: HttpRequest) -> int:
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
