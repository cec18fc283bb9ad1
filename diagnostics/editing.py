"""Writes to drafts. Each is a save of its own, which can be brought back; none overwrites another editor's unseen."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from diagnostics.assembly import draft_graph
from diagnostics.checking import stale_nodes, stale_titles
from diagnostics.drafts import is_new, write_draft
from diagnostics.engine.documents import from_document, to_document
from diagnostics.engine.edits import record
from diagnostics.engine.graph import Graph, NodeId, RecordedPath
from diagnostics.errors import DraftMoved, NodeMoved
from diagnostics.models import DraftSave, Guide
from kb.models import Article

User = AbstractBaseUser | AnonymousUser
Edit = Callable[[Graph], Graph]


def locked(guide: Guide) -> Guide:
    """The guide as it is stored now, locked until the transaction ends: writers of one guide queue here."""
    return Guide.objects.select_for_update().get(pk=guide.pk)


def require_number(guide: Guide, number: int) -> None:
    """Raises:
    DraftMoved: the draft is not the one that the user looked at.
    """
    if guide.draft_number != number:
        last = guide.saves.select_related("saved_by").order_by("-number").first()
        raise DraftMoved(guide.draft_number, last.saved_by if last else None, last.saved_at if last else None)


@transaction.atomic
def edit_draft(
    guide: Guide,
    edit: Edit,
    *,
    by: User | None,
    number: int | None,
    what: str,
    renamed: Mapping[str, str] | None = None,
    fitting: Collection[NodeId] = (),
    summary: str | None = None,
) -> Guide:
    """Replace a draft by what `edit` makes of it. `number` is the draft that the user looked at; None means any.

    A draft that does not change is not saved again. Without a `summary` that of the guide stays.

    Raises:
        PermissionDenied: `by` may not change guides.
        DraftMoved: somebody else saved since.
        EngineError: whatever `edit` refuses.
        UnknownArticles, UnusableDraft: as `write_draft`; nothing is written.
    """
    _require_editor(by)
    guide = locked(guide)
    if number is not None:
        require_number(guide, number)
    before = draft_graph(guide)
    return _save(guide, before, edit(before), by=by, what=what, renamed=renamed, fitting=fitting, summary=summary)


@transaction.atomic
def save_node(
    guide: Guide,
    edit: Edit,
    *,
    node: NodeId,
    by: User | None,
    number: int,
    what: str,
    renamed: Mapping[str, str] | None = None,
    fitting: Collection[NodeId] = (),
) -> Guide:
    """As `edit_draft`, for one node's form: others may have saved other nodes since, but not this one.

    Raises:
        NodeMoved: somebody else saved this node, or deleted it, since draft `number`.
        PermissionDenied, EngineError, UnknownArticles, UnusableDraft: as `edit_draft`.
    """
    _require_editor(by)
    guide = locked(guide)
    before = draft_graph(guide)
    if guide.draft_number != number:
        seen = saved_graph(guide, number)
        if seen is None or seen.nodes.get(node) != before.nodes.get(node):
            last = _last_change(guide, seen, number, node)
            raise NodeMoved(guide.draft_number, last.saved_by if last else None, last.saved_at if last else None)
    return _save(guide, before, edit(before), by=by, what=what, renamed=renamed, fitting=fitting)


@transaction.atomic
def replace_draft(graph: Graph, *, by: User | None = None, summary: str | None = None, what: str = "") -> Guide:
    """Make `graph` the draft of its guide, which is created when new. What readers walk does not change.

    Raises:
        PermissionDenied: `by` may not change guides.
        UnknownArticles, UnusableDraft: as `write_draft`; nothing is written.
    """
    _require_editor(by)
    guide = Guide.objects.select_for_update().filter(slug=graph.slug).first()
    before = draft_graph(guide) if guide is not None else Graph(graph.slug, "", "", {})
    try:
        with transaction.atomic():
            return _save(
                guide or Guide(slug=graph.slug),
                before,
                graph,
                by=by,
                what=what or gettext("read from a file"),
                summary=summary,
            )
    except IntegrityError:
        if guide is not None:
            raise
        # Somebody else made a guide of that slug at the same moment; from here on it is an existing one.
        guide = Guide.objects.select_for_update().get(slug=graph.slug)
        return _save(guide, draft_graph(guide), graph, by=by, what=what or gettext("read from a file"), summary=summary)


@transaction.atomic
def restore_save(guide: Guide, save: int, *, by: User, number: int) -> Guide:
    """Bring a draft back to how the save of that number left it; itself a save that can be undone.

    Articles that were deleted since are left out: their outcomes are told so by the checker (W009).

    Raises:
        PermissionDenied: `by` may not change guides.
        DraftMoved: somebody else saved since draft `number`.
        DraftSave.DoesNotExist: there is no such save.
        UnusableDraft: as `write_draft`.
    """
    _require_editor(by)
    wanted = guide.saves.get(number=save)
    graph = _without_deleted_articles(from_document(wanted.content))
    guide = locked(guide)
    require_number(guide, number)
    return _save(
        guide,
        draft_graph(guide),
        graph,
        by=by,
        what=gettext("save %(number)d brought back") % {"number": save},
        summary=wanted.content.get("summary"),
        said=wanted.content.get("said", {}),
    )


def _without_deleted_articles(graph: Graph) -> Graph:
    named = {slug for node in graph.nodes.values() for slug in node.articles}
    known = set(Article.objects.filter(slug__in=named).values_list("slug", flat=True))
    if named <= known:
        return graph
    nodes = {
        node_id: replace(node, articles=tuple(slug for slug in node.articles if slug in known))
        for node_id, node in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)


def record_path(guide: Guide, path: RecordedPath, *, by: User) -> Guide:
    """Keep "these answers must end here" with a draft. A path with the same answers is replaced.

    Raises:
        PermissionDenied: `by` may not change guides.
        UnusableDraft: the path answers nothing.
    """
    return edit_draft(guide, lambda graph: record(graph, path), by=by, number=None, what=gettext("path recorded"))


@transaction.atomic
def keep_save(guide: Guide, *, by: User | None, what: str, before: Graph | None = None) -> Guide:
    """Count a draft whose rows were written elsewhere (the guide's own form) as saved; `before` is what they held."""
    guide = locked(guide)
    graph = draft_graph(guide)
    last = guide.saves.filter(number=guide.draft_number).first()
    if last is not None and last.content == _content(guide, graph):
        return guide
    if last is None and before is not None:
        if to_document(before) == to_document(graph):
            return guide
        _keep_base(guide, before)
    return _keep(guide, graph, by=by, what=what)


def saved_graph(guide: Guide, number: int) -> Graph | None:
    """What a save left, or None where there is no such save."""
    save = guide.saves.filter(number=number).first()
    return from_document(save.content) if save is not None else None


def _save(
    guide: Guide,
    before: Graph,
    after: Graph,
    *,
    by: User | None,
    what: str,
    renamed: Mapping[str, str] | None = None,
    fitting: Collection[NodeId] = (),
    summary: str | None = None,
    said: Mapping[NodeId, str] | None = None,
) -> Guide:
    after = _as_stored(after, guide.slug)
    # As documents: the order of nodes counts, and two graphs of different order are equal.
    is_same = to_document(before) == to_document(after) and summary in (None, guide.summary)
    if (
        not is_new(guide)
        and is_same
        and said in (None, stale_titles(guide))
        and not (fitting and stale_nodes(guide).intersection(fitting))
    ):
        return guide
    if before.nodes:
        _keep_base(guide, before)
    write_draft(guide, before, after, renamed=renamed, fitting=fitting, summary=summary, said=said)
    return _keep(guide, after, by=by, what=what)


def _as_stored(graph: Graph, slug: str) -> Graph:
    """`graph` as its rows will give it back: a save shall hold the draft that is there, not one that was meant."""
    nodes = {
        node_id: replace(node, articles=tuple(dict.fromkeys(node.articles))) for node_id, node in graph.nodes.items()
    }
    return replace(graph, slug=slug, nodes=nodes)


def _content(guide: Guide, graph: Graph) -> dict[str, Any]:
    return to_document(graph) | {"summary": guide.summary, "said": stale_titles(guide)}


def _keep_base(guide: Guide, graph: Graph) -> None:
    """Rows older than the first save can be brought back too."""
    if not guide.saves.filter(number=guide.draft_number).exists():
        DraftSave.objects.create(guide=guide, number=guide.draft_number, content=_content(guide, graph))


def _keep(guide: Guide, graph: Graph, *, by: User | None, what: str) -> Guide:
    guide.draft_number += 1
    guide.changed_by = by  # type: ignore[assignment]  # a permission was checked, so this is no anonymous user
    guide.updated_at = timezone.now()
    # Past the model's history, which knows none of these fields: a save of a draft is no line of it.
    Guide.objects.filter(pk=guide.pk).update(
        draft_number=guide.draft_number, changed_by=guide.changed_by, updated_at=guide.updated_at
    )
    DraftSave.objects.create(
        guide=guide,
        number=guide.draft_number,
        content=_content(guide, graph),
        what=what[:200],
        saved_by=guide.changed_by,
    )
    return guide


def _last_change(guide: Guide, seen: Graph | None, number: int, node: NodeId) -> DraftSave | None:
    """The save after `number` that left a node as it is now: whom to ask, where others saved other nodes since."""
    known = seen.nodes.get(node) if seen is not None else None
    found: DraftSave | None = None
    saves = guide.saves.filter(number__gt=number).select_related("saved_by").order_by("number")
    for save in saves.iterator(chunk_size=20):  # each holds the whole draft
        now = from_document(save.content).nodes.get(node)
        if now != known:
            found, known = save, now
    return found


def _require_editor(user: User | None) -> None:
    if user is not None and not user.has_perm("diagnostics.change_guide"):  # type: ignore[union-attr]
        raise PermissionDenied("diagnostics.change_guide")
