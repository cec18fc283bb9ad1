"""Writes to what readers walk, and on the way there. Actions own the transaction, the permission and the search's rows.

Drafts are written in `editing.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from diagnostics.assembly import document_digest, draft_graph, revision_graph
from diagnostics.checking import draft_problems, live_guides, stale_nodes
from diagnostics.editing import locked, require_number
from diagnostics.engine.documents import to_document
from diagnostics.engine.expand import expand
from diagnostics.engine.graph import Graph
from diagnostics.engine.graph import Node as GraphNode
from diagnostics.engine.inspection import has_errors
from diagnostics.errors import AlreadyLive, AuthorMayNotApprove, NotInReview, PublishRefused
from diagnostics.models import Approval, Guide, GuideEntrance, GuideRevision, WalkReport
from kb.models.search import EntryKind
from kb.search.normalise import normal_code
from kb.search_index import Entry, put_entry, remove_entry

User = AbstractBaseUser | AnonymousUser

# A guide for a certain string (E324) carries it in lists; one that screen messages or slugs of meanings lead to is for any code.
_CODE_STRING = re.compile(r"[A-Z0-9]{1,12}")


@transaction.atomic
def submit_guide(guide: Guide, *, by: User, number: int, note: str = "") -> None:
    """Hand a draft in for review. A later save takes it out of review again: it would be another draft.

    Raises:
        PermissionDenied: `by` may not change guides.
        DraftMoved: the draft is not `number` any more.
        PublishRefused: the draft has errors; a reviewer's time is not for those.
    """
    _require(by, "diagnostics.change_guide")
    guide = locked(guide)
    require_number(guide, number)
    problems = draft_problems(draft_graph(guide), stale=stale_nodes(guide))
    if has_errors(problems):
        raise PublishRefused(problems)
    # Past the model's history, which does not know these fields.
    Guide.objects.filter(pk=guide.pk).update(submitted_number=number, submitted_by=by, review_note=note[:300])


@transaction.atomic
def return_guide(guide: Guide, *, by: User, note: str = "") -> None:
    """Give a draft in review back to its author, with a word on what is to be done. What nobody handed in stays as it is.

    Raises:
        PermissionDenied: `by` may neither publish guides nor has handed this one in.
    """
    guide = locked(guide)
    if guide.submitted_by_id is None or guide.submitted_by_id != by.pk:
        _require(by, "diagnostics.publish_guide")
    if guide.submitted_number is not None:
        Guide.objects.filter(pk=guide.pk).update(submitted_number=None, review_note=note[:300])


@transaction.atomic
def publish_guide(guide: Guide, *, by: User | None, note: str = "", number: int | None = None) -> GuideRevision:
    """Make the draft in review the revision that readers walk. `number` is the draft that the reviewer saw.

    `by` is None for an operator's command, which needs no review and is recorded as such. Readers inside an older
    revision stay there. Publishing an unchanged draft returns the live revision.

    Raises:
        PermissionDenied: `by` may not publish guides.
        DraftMoved: the draft is not `number` any more.
        NotInReview: the draft was not handed in, or was changed since.
        AuthorMayNotApprove: `by` made the last change and is no superuser.
        PublishRefused: the draft has errors; all of them are listed.
    """
    _require(by, "diagnostics.publish_guide")
    # The lock serialises two publishers of one guide; without it both would take the same number.
    guide = locked(guide)
    if number is not None:
        require_number(guide, number)
    approval = _approval(guide, by)
    graph = draft_graph(guide)
    resolve = live_guides()
    problems = draft_problems(graph, stale=stale_nodes(guide), resolve=resolve)
    if has_errors(problems):
        raise PublishRefused(problems)
    walked = expand(graph, resolve)
    document = to_document(walked)
    digest = document_digest(document)
    guide.submitted_number, guide.review_note = None, ""
    if guide.live_revision is not None and guide.live_revision.digest == digest:
        guide.save()
        _let_in(guide, walked)
        return guide.live_revision
    return _release(
        GuideRevision(
            guide=guide,
            title=guide.title,
            content=document,
            digest=digest,
            note=note[:300],
            draft_number=guide.draft_number,
            approval=approval,
            published_by=by,  # type: ignore[misc]  # a permission was checked, so this is no anonymous user
        ),
        walked,
    )


@transaction.atomic
def republish_revision(revision: GuideRevision, *, by: User | None, note: str = "") -> GuideRevision:
    """Roll back: what `revision` holds becomes a new revision. The draft stays as it is.

    Raises:
        PermissionDenied: `by` may not publish guides.
        AlreadyLive: readers walk exactly this already.
    """
    _require(by, "diagnostics.publish_guide")
    guide = locked(revision.guide)
    if guide.live_revision is not None and guide.live_revision.digest == revision.digest:
        raise AlreadyLive(guide.live_revision.number)
    return _release(
        GuideRevision(
            guide=guide,
            title=revision.title,
            content=revision.content,
            digest=revision.digest,
            note=(note or f"= {revision.number}")[:300],
            draft_number=revision.draft_number,
            approval=Approval.ROLLBACK,
            published_by=by,  # type: ignore[misc]
        ),
        revision_graph(revision),
    )


@transaction.atomic
def withdraw_guide(guide: Guide, *, by: User | None) -> None:
    """Take a guide off the site. Its revisions stay for whoever has their addresses in a case.

    Raises:
        PermissionDenied: `by` may not publish guides.
    """
    _require(by, "diagnostics.publish_guide")
    guide = locked(guide)
    guide.live_revision = None
    guide.save()
    guide.entrances.all().delete()
    remove_entry(EntryKind.GUIDE, guide.slug)


def record_report(revision: GuideRevision, *, node: str, answers: Mapping[str, str], solved: bool) -> WalkReport:
    """Keep a reader's "solved" or "not solved"; nothing about who it was."""
    return WalkReport.objects.create(revision=revision, node=node, answers=dict(answers), solved=solved)


def rebuild_guide_entries() -> int:
    """Write the search rows and entrances of every live guide anew, each in one step; returns their number."""
    written = 0
    for guide in Guide.objects.filter(live_revision__isnull=False):
        with transaction.atomic():
            now = locked(guide)
            if now.live_revision is not None:  # withdrawn meanwhile
                _let_in(now, revision_graph(now.live_revision))
                written += 1
    return written


def _require(user: User | None, permission: str) -> None:
    """None is an operator's command, which may do everything."""
    if user is not None and not user.has_perm(permission):  # type: ignore[union-attr]
        raise PermissionDenied(permission)


def _approval(guide: Guide, by: User | None) -> Approval:
    if by is None:
        return Approval.OPERATOR
    if not guide.is_in_review:
        raise NotInReview(guide.slug)
    if guide.changed_by_id != by.pk:
        return Approval.REVIEWED
    if not getattr(by, "is_superuser", False):
        raise AuthorMayNotApprove(guide.slug)
    return Approval.OWN


def _release(revision: GuideRevision, graph: Graph) -> GuideRevision:
    """Store a new revision of a locked guide, which holds `graph`, and let readers walk it."""
    guide = revision.guide
    latest = guide.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision.number = latest + 1
    revision.save()
    guide.live_revision = revision
    guide.save()
    _let_in(guide, graph)
    return revision


def _let_in(guide: Guide, graph: Graph) -> None:
    """Let readers find a live guide: by its codes and by search. `graph` is its live revision's."""
    guide.entrances.all().delete()
    normals = dict.fromkeys(normal_code(code) for code in graph.codes)
    GuideEntrance.objects.bulk_create(GuideEntrance(guide=guide, normal=normal) for normal in normals if normal)
    put_entry(
        Entry(
            kind=EntryKind.GUIDE,
            slug=guide.slug,
            title=graph.title,  # the revision's: the guide's own is a draft
            summary=guide.summary,
            head=tuple(graph.codes),
            code=next((code for code in graph.codes if _CODE_STRING.fullmatch(code)), ""),
            text=tuple(_words(graph.nodes.values())),
            path=f"/guides/{guide.slug}/",
            common=True,
            position=guide.position,
            # The pages of codes and articles lead to it; before them it would hide what the screen says.
            prior=-25,
        )
    )


def _words(nodes: Iterable[GraphNode]) -> Iterator[str]:
    for node in nodes:
        yield node.title
        yield from (choice.label for choice in node.choices)
