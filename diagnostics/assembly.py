"""Rows and stored documents to engine graphs: the only bridge between Django and the engine."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from diagnostics.engine.documents import from_document, to_document
from diagnostics.engine.drawing import to_svg
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.models import Guide, GuideRevision
from diagnostics.models import Node as NodeRow

_CACHED_GRAPHS = 64


def draft_graph(guide: Guide) -> Graph:
    """The graph of a guide's draft rows, complete or not. Five queries, whatever the size."""
    rows = guide.nodes.prefetch_related("choices", "node_articles__article").order_by("position", "pk")
    return Graph.from_nodes(
        guide.slug,
        guide.title,
        guide.start,
        graph_nodes(rows),
        codes=tuple(guide.codes.order_by("position", "pk").values_list("text", flat=True)),
        paths=tuple(
            RecordedPath(tuple((node, choice) for node, choice in path.answers), path.ends)
            for path in guide.paths.order_by("position", "pk")
        ),
    )


def graph_nodes(rows: Iterable[NodeRow]) -> Iterable[Node]:
    """Engine nodes of draft rows whose choices and articles are prefetched."""
    for row in rows:
        yield Node(
            id=row.key,
            kind=Kind(row.kind),
            title=row.title,
            help=row.help,
            say=row.say,
            note=row.note,
            picture=row.picture,
            minutes=row.minutes,
            articles=tuple(link.article.slug for link in row.node_articles.all()),
            choices=tuple(Choice(choice.key, choice.label, choice.to, choice.hint) for choice in row.choices.all()),
            result=Result(row.result) if row.result else None,
            tell=row.tell,
            guide=row.inner_guide,
            then=row.then,
        )


def document_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document, in hexadecimal: the key of what is kept in a process's memory."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class _GraphCache:
    """Parsed graphs of revisions, most recently used last. Revisions are immutable, so nothing ever goes stale.

    The key is the content's digest, not the row's id: a rolled-back id can be given out again.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._graphs: OrderedDict[str, Graph] = OrderedDict()
        self._lock = Lock()

    def get(self, revision: GuideRevision) -> Graph:
        with self._lock:
            if (graph := self._graphs.get(revision.digest)) is not None:
                self._graphs.move_to_end(revision.digest)
                return graph
        graph = from_document(revision.content)
        with self._lock:
            self._graphs[revision.digest] = graph
            while len(self._graphs) > self._size:
                self._graphs.popitem(last=False)
        return graph


_cache = _GraphCache(_CACHED_GRAPHS)
_drawings: dict[str, str] = {}
_CACHED_DRAWINGS = 16


def revision_graph(revision: GuideRevision) -> Graph:
    """The graph of a revision; the content of a deferred row is read only when no process memory has it."""
    return _cache.get(revision)


def revision_drawing(revision: GuideRevision) -> str:
    """The drawing of a revision, its nodes linked to the outline on the same page. Laid out once a process: a tree of
    500 nodes takes about a second."""
    drawing = _drawings.get(revision.digest)
    if drawing is None:
        drawing = to_svg(revision_graph(revision), href=lambda node: f"#{node.id}")
        if len(_drawings) >= _CACHED_DRAWINGS:
            _drawings.clear()
        _drawings[revision.digest] = drawing
    return drawing


def draft_drawing(graph: Graph) -> str:
    """The drawing of a draft, its nodes linked to `?node=<id>#step`. Kept by content, like a revision's."""
    digest = f"draft {document_digest(to_document(graph))}"
    drawing = _drawings.get(digest)
    if drawing is None:
        drawing = to_svg(graph, href=lambda node: f"?node={node.id}#step")
        if len(_drawings) >= _CACHED_DRAWINGS:
            _drawings.clear()
        _drawings[digest] = drawing
    return drawing
