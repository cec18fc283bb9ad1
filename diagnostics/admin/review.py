"""From a draft to what readers walk: differences, handing in, giving back, publishing, withdrawing.

Every form carries the number of the draft that its page showed: what was decided on another one is refused, and the
words that were typed are kept.
"""

from dataclasses import dataclass
from itertools import chain

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from diagnostics.actions import publish_guide, return_guide, submit_guide, withdraw_guide
from diagnostics.admin.differences import Difference, differences
from diagnostics.admin.drafts import Draft, draft, walked_draft
from diagnostics.admin.guide_pages import REFUSALS, GuidePages, nothing, sent_note, sent_number, to_guide
from diagnostics.assembly import revision_graph
from diagnostics.editing import locked, require_number, saved_graph
from diagnostics.engine.errors import CyclicGraph
from diagnostics.errors import NotInReview
from diagnostics.models import Guide, GuideRevision
from diagnostics.path_rows import path_lines
from diagnostics.usage import guide_usage
from diagnostics.wording import Refusal, refusal_text
from kb.admin.generics import ModelAdmin

_REVISIONS_SHOWN = 10
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else

User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Review:
    """Where a draft stands, and which buttons a user has there."""

    guide: Guide
    differs: bool
    error_count: int
    may_change: bool
    may_publish: bool
    is_author: bool
    is_superuser: bool
    handed_in: bool

    @property
    def is_in_review(self) -> bool:
        return self.guide.is_in_review

    @property
    def was_in_review(self) -> bool:
        """Handed in, but changed since."""
        return self.guide.submitted_number is not None and not self.is_in_review

    @property
    def is_live(self) -> bool:
        return self.guide.live_revision_id is not None

    @property
    def can_submit(self) -> bool:
        return self.may_change and self.differs and not self.is_in_review and not self.error_count

    @property
    def can_return(self) -> bool:
        return self.is_in_review and (self.may_publish or self.handed_in)

    @property
    def can_publish(self) -> bool:
        return self.is_in_review and self.may_publish and (not self.is_author or self.is_superuser)

    @property
    def publishes_own(self) -> bool:
        return self.can_publish and self.is_author

    @property
    def needs_another(self) -> bool:
        """A reviewer who made the last change."""
        return self.is_in_review and self.may_publish and not self.can_publish


def review(guide: Guide, shown: Draft, user: User) -> Review:
    return Review(
        guide=guide,
        differs=shown.differs,
        error_count=shown.error_count,
        may_change=user.has_perm("diagnostics.change_guide"),  # type: ignore[union-attr]  # every user has it
        may_publish=user.has_perm("diagnostics.publish_guide"),  # type: ignore[union-attr]
        is_author=guide.changed_by_id == user.pk,
        is_superuser=bool(getattr(user, "is_superuser", False)),
        handed_in=guide.submitted_by_id == user.pk,
    )


def latest_revisions(guide: Guide) -> list[GuideRevision]:
    """The newest ones, for a guide's page. One query."""
    rows = guide.revisions.select_related("published_by").defer("content").order_by("-number")
    return list(rows[:_REVISIONS_SHOWN])


class ReviewPages(GuidePages):
    def urls(self) -> list[URLPattern]:
        return [
            self.at("<int:pk>/changes/", require_GET(self.changes), "changes"),
            self.at("<int:pk>/submit/", require_POST(self.submit), "submit"),
            self.at("<int:pk>/return/", require_POST(self.give_back), "return"),
            self.at("<int:pk>/publish/", require_POST(self.publish), "publish"),
            self.at("<int:pk>/withdraw/", self.withdraw, "withdraw"),
            self.at("<int:pk>/paths.csv", require_GET(self.paths), "paths"),
        ]

    # --- the draft and what readers walk --------------------------------------------------------------------------
    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show_changes(request, self.guide(request, pk))

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = self.guide(request, pk)
        try:
            submit_guide(guide, by=request.user, number=sent_number(request), note=sent_note(request))
        except REFUSALS as refusal:
            return self._refused(request, guide, refusal)
        self.admin.log_change(request, guide, "handed in")
        messages.success(request, gettext("Handed in. A reviewer can publish it now, or give it back."))
        return to_guide(guide)

    def give_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = self.guide(request, pk)
        try:
            with transaction.atomic():
                now = locked(guide)
                require_number(now, sent_number(request))
                if not now.is_in_review:
                    raise NotInReview(guide.slug)
                return_guide(guide, by=request.user, note=sent_note(request))
        except REFUSALS as refusal:
            return self._refused(request, guide, refusal)
        self.admin.log_change(request, guide, "given back")
        messages.success(request, gettext("Given back, with your words."))
        return to_guide(guide)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = self.guide(request, pk)
        before = guide.live_revision_id
        try:
            revision = publish_guide(guide, by=request.user, note=sent_note(request), number=sent_number(request))
        except REFUSALS as refusal:
            return self._refused(request, guide, refusal)
        if revision.pk == before:
            messages.info(request, gettext("The draft is what readers already walk; nothing had to be published."))
        else:
            say_published(self.admin, request, revision)
        return to_guide(guide)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = self.guide(request, pk, needs="diagnostics.publish_guide")
        if request.method == "POST":
            withdraw_guide(guide, by=request.user)
            self.admin.log_change(request, guide, "withdrawn")
            messages.success(request, gettext("The guide is off the site. Its draft and its revisions stay."))
            return to_guide(guide)
        if guide.live_revision_id is None:
            messages.info(request, gettext("This guide is not on the site."))
            return to_guide(guide)
        return self.page(
            request, "withdraw", guide, gettext("Take the guide off the site"), {"usage": guide_usage(guide)}
        )

    # --- figures --------------------------------------------------------------------------------------------------
    def paths(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Every way through the draft as readers would walk it, for a spreadsheet."""
        guide = self.guide(request, pk)
        graph, _ = walked_draft(guide)
        try:
            lines = path_lines(graph)
        except CyclicGraph:
            messages.error(request, gettext("Paths cannot be listed: the draft leads round in a circle."))
            return to_guide(guide)
        response = StreamingHttpResponse(chain([_BYTE_ORDER_MARK], lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{guide.slug}-paths.csv"'
        return response

    # --- parts ----------------------------------------------------------------------------------------------------
    def _show_changes(self, request: HttpRequest, guide: Guide, *, note: str = "", status: int = 200) -> HttpResponse:
        since = _since(request, guide)
        shown = draft(guide)
        values = {
            "draft": shown,
            "review": review(guide, shown, request.user),
            "since": since,
            "difference": _difference(guide, shown, since),
            "is_unexpanded": shown.walked is None,
            "revisions": guide.revisions.defer("content").order_by("-number")[:_REVISIONS_SHOWN],
            "note": note,
            "is_refused": status != 200,
        }
        return self.page(request, "changes", guide, gettext("What changed"), values, status=status)

    def _refused(self, request: HttpRequest, guide: Guide, refusal: Refusal) -> HttpResponse:
        """The review page as it is now, with what was typed."""
        messages.error(request, refusal_text(refusal))
        return self._show_changes(request, self.guide(request, guide.pk), note=sent_note(request), status=409)


def say_published(admin: ModelAdmin, request: HttpRequest, revision: GuideRevision) -> None:
    admin.log_change(request, revision.guide, f"revision {revision.number}")
    words = gettext("Revision %(number)d is what readers walk from now on.") % {"number": revision.number}
    messages.success(request, words)


def _since(request: HttpRequest, guide: Guide) -> GuideRevision | None:
    """The revision to compare with: the one asked for, or what readers walk; None where they walk nothing."""
    asked = request.GET.get("from", "")
    if not asked:
        return guide.live_revision
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else -1
    return get_object_or_404(guide.revisions.defer("content"), number=number)


def _difference(guide: Guide, shown: Draft, since: GuideRevision | None) -> Difference:
    if since is None:
        return differences(nothing(shown.graph), shown.walked or shown.graph, shown.graph)
    if shown.walked is not None:
        return differences(revision_graph(since), shown.walked, shown.graph)
    # Compared with the expanded revision, all guides inside would seem removed; its own save has them as hand-overs.
    authored = saved_graph(guide, since.draft_number) if since.draft_number is not None else None
    return differences(authored or revision_graph(since), shown.graph)
