"""Every write to guides. Actions own the transaction, the permission and the search's rows."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Model

from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.engine.catalogue import make_problem
from diagnostics.engine.documents import to_document
from diagnostics.engine.expand import expand
from diagnostics.engine.graph import Graph, Kind
from diagnostics.engine.graph import Node as GraphNode
from diagnostics.engine.problems import Grade, Problem, check
from diagnostics.errors import PublishRefused, UnknownArticles, UnusableDraft
from diagnostics.models import (
    Choice,
    Guide,
    GuideCode,
    GuideEntrance,
    GuideRevision,
    Node,
    NodeArticle,
    RecordedPath,
    WalkReport,
)
from kb.models import Article
from kb.models.search import EntryKind
from kb.search.normalise import normal_code
from kb.search_index import put_entry, remove_entry

User = AbstractBaseUser | AnonymousUser


def draft_problems(graph: Graph) -> tuple[Problem, ...]:
    """All problems of an authored graph and, when that has no errors, of the graph that readers would walk.

    Raises:
        EngineError: a guide node hands over to a guide that cannot be expanded.
    """
    # A dot joins ids when guides inside are expanded; an authored one could meet a joined one.
    dotted = tuple(make_problem("G008", node, bad=node) for node in graph.nodes if "." in node)
    problems = (*dotted, *check(graph))
    if any(problem.grade is Grade.ERROR for problem in problems):
        return problems
    walked = expand(graph, _live_graph)
    # Warnings of the expanded graph repeat those of the inner guides, which their own editors see.
    added = (problem for problem in check(walked) if problem.grade is Grade.ERROR)
    return (*problems, *added)


@transaction.atomic
def publish_guide(guide: Guide, *, by: User | None, note: str = "") -> GuideRevision:
    """Make the draft the revision that readers walk. `by` is None for an operator's command, and recorded as such.

    Readers inside an older revision stay there. Publishing an unchanged draft returns the live revision.

    Raises:
        PermissionDenied: `by` may not publish guides.
        PublishRefused: the draft has errors; all of them are listed.
        EngineError: a guide node hands over to a guide that cannot be expanded.
    """
    _require_publisher(by)
    # The lock serialises two publishers of one guide; without it both would take the same number.
    guide = Guide.objects.select_for_update().get(pk=guide.pk)
    graph = draft_graph(guide)
    problems = draft_problems(graph)
    if any(problem.grade is Grade.ERROR for problem in problems):
        raise PublishRefused(problems)
    document = to_document(expand(graph, _live_graph))
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if guide.live_revision is not None and guide.live_revision.digest == digest:
        _let_in(guide, graph)
        return guide.live_revision
    latest = guide.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = GuideRevision(
        guide=guide,
        number=latest + 1,
        title=guide.title,
        content=document,
        digest=digest,
        note=note[:300],
        published_by=by,  # type: ignore[misc]  # a permission was checked, so this is no anonymous user
    )
    revision.save()
    guide.live_revision = revision
    guide.save()
    _let_in(guide, graph)
    return revision


@transaction.atomic
def withdraw_guide(guide: Guide, *, by: User | None) -> None:
    """Take a guide off the site. Its revisions stay for whoever has their addresses in a case.

    Raises:
        PermissionDenied: `by` may not publish guides.
    """
    _require_publisher(by)
    guide = Guide.objects.select_for_update().get(pk=guide.pk)
    guide.live_revision = None
    guide.save()
    guide.entrances.all().delete()
    remove_entry(EntryKind.GUIDE, guide.slug)


@transaction.atomic
def replace_draft(graph: Graph, *, summary: str | None = None) -> Guide:
    """Make `graph` the draft of its guide, which is created when new. What readers walk does not change.

    Raises:
        UnknownArticles: nodes name articles that do not exist; nothing is written.
        UnusableDraft: texts are too long, hold what no page can show, or stand twice; nothing is written.
    """
    if unprintable := [f"{one.node or 'guide'}: {one.message}" for one in check(graph) if one.id == "G022"]:
        raise UnusableDraft(unprintable)
    wanted = {slug for node in graph.nodes.values() for slug in node.articles}
    articles = {article.slug: article for article in Article.objects.filter(slug__in=wanted)}
    if missing := sorted(wanted - articles.keys()):
        raise UnknownArticles(missing)
    guide = Guide.objects.filter(slug=graph.slug).first() or Guide(slug=graph.slug)
    guide.title, guide.start = graph.title, graph.start
    if summary is not None:
        guide.summary = summary
    draft = _DraftRows()
    if draft.save(guide, "guide"):
        for rows in (guide.nodes, guide.codes, guide.paths):
            rows.all().delete()
        draft.write(guide, graph, articles)
    if draft.refused:
        raise UnusableDraft(draft.refused)
    return guide


def record_report(revision: GuideRevision, *, node: str, answers: Mapping[str, str], solved: bool) -> WalkReport:
    """Keep a reader's "solved" or "not solved"; nothing about who it was."""
    return WalkReport.objects.create(revision=revision, node=node, answers=dict(answers), solved=solved)


def rebuild_guide_entries() -> int:
    """Write the search rows and entrances of every live guide anew; returns their number."""
    guides = Guide.objects.filter(live_revision__isnull=False).select_related("live_revision")
    for guide in guides:
        if guide.live_revision is not None:
            _let_in(guide, revision_graph(guide.live_revision))
    return len(guides)


def _require_publisher(user: User | None) -> None:
    if user is not None and not user.has_perm("diagnostics.publish_guide"):  # type: ignore[union-attr]
        raise PermissionDenied("publish_guide")


def _live_graph(slug: str) -> Graph | None:
    live = GuideRevision.objects.filter(guide__slug=slug, guide__live_revision=F("pk")).first()
    return revision_graph(live) if live is not None else None


def _let_in(guide: Guide, graph: Graph) -> None:
    """Let readers find a live guide: by its codes and by search."""
    guide.entrances.all().delete()
    normals = dict.fromkeys(normal_code(code) for code in graph.codes)
    GuideEntrance.objects.bulk_create(GuideEntrance(guide=guide, normal=normal) for normal in normals if normal)
    put_entry(
        kind=EntryKind.GUIDE,
        slug=guide.slug,
        title=guide.title,
        summary=guide.summary,
        head=" ".join(graph.codes),
        code=graph.codes[0] if graph.codes else "",
        text=_words(graph.nodes.values()),
        path=f"/guides/{guide.slug}/",
        common=True,
        position=guide.position,
    )


def _words(nodes: Iterable[GraphNode]) -> str:
    return " ".join(
        " ".join([node.title, *(choice.label for choice in node.choices)])
        for node in nodes
        if node.kind is not Kind.GUIDE
    )


class _DraftRows:
    """Writes rows as their models allow, and collects what they refuse: both databases then say the same."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def save(self, row: Model, place: str) -> bool:
        try:
            row.full_clean()
        except ValidationError as error:
            self.refused += [f"{place}: {name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
            return False
        row.save()
        return True

    def write(self, guide: Guide, graph: Graph, articles: Mapping[str, Article]) -> None:
        for position, text in enumerate(graph.codes):
            code = GuideCode(guide=guide, text=text, position=position, normal=normal_code(text))
            self.save(code, f"codes.{text}")
        for position, node in enumerate(graph.nodes.values()):
            self._write_node(guide, node, position, articles)
        for position, path in enumerate(graph.paths):
            answers = [list(answer) for answer in path.answers]
            self.save(
                RecordedPath(guide=guide, answers=answers, ends=path.ends, position=position), f"paths.{position + 1}"
            )

    def _write_node(self, guide: Guide, node: GraphNode, position: int, articles: Mapping[str, Article]) -> None:
        row = Node(
            guide=guide,
            key=node.id,
            kind=node.kind.value,
            title=node.title,
            help=node.help,
            say=node.say,
            note=node.note,
            picture=node.picture,
            minutes=node.minutes,
            result=node.result.value if node.result else "",
            tell=node.tell,
            inner_guide=node.guide,
            then=node.then,
            position=position,
        )
        place = f"nodes.{node.id}"
        if not self.save(row, place):
            return
        for number, choice in enumerate(node.choices):
            way = Choice(node=row, key=choice.id, label=choice.label, hint=choice.hint, to=choice.to, position=number)
            self.save(way, f"{place}.choices.{choice.id}")
        for number, slug in enumerate(node.articles):
            self.save(NodeArticle(node=row, article=articles[slug], position=number), f"{place}.articles.{slug}")
