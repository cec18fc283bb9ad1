"""Guides: every live one, and one as a graph in the shape of its file (DESIGN.md, section 6) without words for staff."""

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema

from diagnostics.engine.graph import Kind, Node, Result
from diagnostics.queries import picture_url
from diagnostics.records import LiveGuide, WholeGuide, live_guide, live_guides
from kb.api.errors import NotPublished
from kb.api.paging import Paging, next_address
from kb.api.schemas import ErrorAnswer

router = Router(tags=["guides"])


class GuideSummary(Schema):
    slug: str
    title: str
    summary: str
    codes: list[str] = Field(description="Code strings, or slugs of codes, that lead to the guide.")
    revision: int = Field(description="Number of the live revision; a new one is a new guide to a walk.")
    published_at: dt.datetime
    url: str = Field(description="Path of its first question, in Chinese.")


class GuideList(Schema):
    items: list[GuideSummary]
    count: int = Field(description="Length of the whole list.")
    next: str | None = Field(description="Path and query of the next stretch; null after the last.")


class ChoiceRecord(Schema):
    label: str
    to: str = Field(description="Id of the node it leads to.")
    hint: str


class NodeRecord(Schema):
    """A step. A check's choices are what was seen; an outcome has a result and no choices."""

    kind: Kind
    title: str
    help: str = Field(description="Why we ask.")
    picture: str | None = Field(description="Address of a picture.")
    minutes: int | None = Field(description="What doing it takes.")
    articles: list[str] = Field(description="Slugs of published articles.")
    result: Result | None = Field(description="How the walk ends here; null where it goes on.")
    tell: str = Field(description="What to tell the acquirer.")
    choices: dict[str, ChoiceRecord] = Field(description="By id, in the order to show them.")


class GuideRecord(GuideSummary):
    start: str = Field(description="Id of the first node.")
    nodes: dict[str, NodeRecord] = Field(description="By id. Branches merge; there are no cycles.")


@router.get("/", response={200: GuideList, 400: ErrorAnswer, 429: ErrorAnswer}, operation_id="listGuides")
def guides(request: HttpRequest, paging: Query[Paging]) -> GuideList:
    """Every guide that readers can walk, without its steps."""
    found = live_guides(offset=paging.offset, limit=paging.limit)
    return GuideList(
        items=[_summary(one) for one in found.items],
        count=found.count,
        next=next_address(request, paging, found.count),
    )


@router.get("/{slug:slug}/", response={200: GuideRecord, 404: ErrorAnswer, 429: ErrorAnswer}, operation_id="getGuide")
def guide(request: HttpRequest, slug: str) -> GuideRecord:
    """One guide with all its steps, as it is live. Guides inside it are written out; their ids are joined by dots."""
    found = live_guide(slug)
    if found is None:
        raise NotPublished("guide", slug, listed_by="guides")
    return _record(found)


def _summary(guide: LiveGuide) -> GuideSummary:
    return GuideSummary(
        slug=guide.slug,
        title=guide.title,
        summary=guide.summary,
        codes=list(guide.codes),
        revision=guide.revision.number,
        published_at=guide.revision.published_at,
        url=reverse("guide", args=[guide.slug]),
    )


def _record(whole: WholeGuide) -> GuideRecord:
    return GuideRecord(
        **dict(_summary(whole.guide)),
        start=whole.graph.start,
        nodes={node.id: _node(node, whole.published) for node in whole.graph.nodes.values()},
    )


def _node(node: Node, published: frozenset[str]) -> NodeRecord:
    """Named field by field: `say` and `note` are for staff, and a field that comes later must not slip out."""
    return NodeRecord(
        kind=node.kind,
        title=node.title,
        help=node.help,
        picture=picture_url(node) or None,
        minutes=node.minutes,
        articles=[slug for slug in node.articles if slug in published],
        result=node.result,
        tell=node.tell,
        choices={
            choice.id: ChoiceRecord(label=choice.label, to=choice.to, hint=choice.hint) for choice in node.choices
        },
    )
