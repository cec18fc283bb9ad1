"""What differs between two versions of a guide, in titles and labels: nobody approves what only ids describe."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext

from diagnostics.engine.compare import (
    Comparison,
    EndingChange,
    EndingReason,
    NodeChange,
    TextChange,
    changed_endings,
    compare,
)
from diagnostics.engine.graph import Choice, Graph, Node, NodeId, RecordedPath
from diagnostics.models import Guide, GuideCode, NodeKind, OutcomeResult
from diagnostics.models import Node as NodeRow
from diagnostics.wording import choice_name, node_name
from kb.models import Article

_WORDS = re.compile(r"[A-Za-z0-9]+\s*|\s+|.", re.DOTALL)  # a Chinese sign is a word of its own
_MOST_WORDS = 3000  # of both texts; beyond that comparing word by word takes seconds
_LEAST_ALIKE = 0.25  # below that, marks on single words are harder to read than both texts
_TEXTS = ("help", "say", "note", "tell", "picture", "minutes", "result", "articles", "guide", "then")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """A text before and after; no pieces where there was, or is, none."""

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    label: str
    hint: str
    to: str


@dataclass(frozen=True, slots=True)
class TurnLine:
    """An answer that leads to something else than before."""

    node: str
    label: str
    old_to: str
    new_to: str


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A node that only one version has. `inside` is the node that hands over to the guide it belongs to."""

    id: NodeId
    name: str
    kind: str
    inside: str
    texts: tuple[tuple[str, str], ...]
    choices: tuple[ChoiceLine, ...]


@dataclass(frozen=True, slots=True)
class ChangedNode:
    id: NodeId
    name: str
    kind: str
    inside: str
    texts: tuple[TextLine, ...]
    choices_added: tuple[ChoiceLine, ...]
    choices_removed: tuple[ChoiceLine, ...]
    choices_reworded: tuple[TextLine, ...]
    choices_redirected: tuple[TurnLine, ...]
    reordered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathLine:
    steps: tuple[str, ...]
    ends: str


@dataclass(frozen=True, slots=True)
class EndingLine:
    old: str
    new: str
    count: int
    example: tuple[str, ...]
    turn: TurnLine | None


@dataclass(frozen=True, slots=True)
class Difference:
    guide: tuple[TextLine, ...]
    added: tuple[NodeLine, ...]
    removed: tuple[NodeLine, ...]
    changed: tuple[ChangedNode, ...]
    paths_added: tuple[PathLine, ...]
    paths_removed: tuple[PathLine, ...]
    is_empty: bool
    endings: tuple[EndingLine, ...] = ()
    compared: int = 0
    is_capped: bool = False
    has_no_endings: bool = False
    is_first: bool = False


def differences(old: Graph, new: Graph, authored: Graph | None = None) -> Difference:
    """From `old` to `new`, with the walks that end elsewhere. One query where articles are named, none otherwise.

    Where these are expanded, `authored` still has the nodes that hand over to the guides inside.
    """
    found = compare(old, new)
    writer = _Writer(old, new, authored or new, _article_titles(found))
    endings = changed_endings(old, new)
    return Difference(
        guide=tuple(writer.text(one, None, None) for one in found.guide_changes),
        added=tuple(writer.node(node, new) for node in found.added),
        removed=tuple(writer.node(node, old) for node in found.removed),
        changed=tuple(writer.changed(one) for one in found.changed),
        paths_added=tuple(_path(new, path) for path in found.paths_added),
        paths_removed=tuple(_path(old, path) for path in found.paths_removed),
        is_empty=found.is_empty,
        endings=tuple(writer.ending(one) for one in endings.changes),
        compared=endings.compared,
        is_capped=endings.is_capped,
        has_no_endings=endings.unknown and bool(old.nodes),
        is_first=not old.nodes,
    )


def marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, those that the other lacks marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        return _whole(old), _whole(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = matcher.get_matching_blocks()
    alike = sum(len("".join(before[one.a : one.a + one.size])) for one in blocks)
    if alike < _LEAST_ALIKE * max(len(old), len(new)):
        return _whole(old), _whole(new)
    # A single word that happens to stand in both, between two changes, is noise.
    last = len(blocks) - 2
    kept = [one for place, one in enumerate(blocks) if one.size != 1 or place in (0, last)]
    return _pieces(before, [(one.a, one.size) for one in kept]), _pieces(after, [(one.b, one.size) for one in kept])


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()


def _pieces(words: list[str], same: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces = []
    place = 0
    for start, size in same:
        pieces += [Piece("".join(words[place:start]), True), Piece("".join(words[start : start + size]), False)]
        place = start + size
    return tuple(piece for piece in pieces if piece.text)


class _Writer:
    def __init__(self, old: Graph, new: Graph, authored: Graph, articles: dict[str, str]) -> None:
        self._old, self._new, self._authored, self._articles = old, new, authored, articles

    def node(self, node: Node, graph: Graph) -> NodeLine:
        texts = ((_label(field), self._value(field, graph, node)) for field in _TEXTS)
        return NodeLine(
            id=node.id,
            name=node_name(graph, node.id, short=False),
            kind=_kind(node),
            inside=self._inside(node),
            texts=tuple((label, text) for label, text in texts if text),
            choices=tuple(_choice(one, graph) for one in node.choices),
        )

    def changed(self, change: NodeChange) -> ChangedNode:
        old, new = self._old, self._new
        return ChangedNode(
            id=change.node.id,
            name=node_name(new, change.node.id, short=False),
            kind=_kind(change.node),
            inside=self._inside(change.node),
            texts=tuple(self.text(one, change.old, change.node) for one in change.texts),
            choices_added=tuple(_choice(one, new) for one in change.choices_added),
            choices_removed=tuple(_choice(one, old) for one in change.choices_removed),
            choices_reworded=tuple(
                TextLine("", *marked(_answer(one.old), _answer(one.new))) for one in change.choices_reworded
            ),
            choices_redirected=tuple(
                TurnLine("", one.new.label or one.new.id, target_name(old, one.old.to), target_name(new, one.new.to))
                for one in change.choices_redirected
            ),
            reordered=tuple(one.label or one.id for one in change.node.choices) if change.reordered else (),
        )

    def text(self, change: TextChange, old: Node | None, new: Node | None) -> TextLine:
        if old is None or new is None:
            texts = _guide_value(change.field, change.old, self._old), _guide_value(change.field, change.new, self._new)
            return TextLine(_guide_label(change.field), *marked(*texts))
        before, after = self._value(change.field, self._old, old), self._value(change.field, self._new, new)
        return TextLine(_label(change.field), *marked(before, after))

    def ending(self, change: EndingChange) -> EndingLine:
        old, new = self._old, self._new
        turn = None
        if change.turn is not None:
            node_id, choice_id = change.turn
            turn = TurnLine(
                node=node_name(old, node_id, short=False),
                label=choice_name(old, node_id, choice_id, short=False),
                old_to=_leading_to(old, node_id, choice_id),
                new_to=_leading_to(new, node_id, choice_id),
            )
        return EndingLine(
            old=self._end(old, change.old_end, with_result=change.reason is EndingReason.SAME_NODE_OTHER_RESULT),
            new=self._new_end(change),
            count=change.count,
            example=tuple(answer_lines(old, change.example)),
            turn=turn,
        )

    def _new_end(self, change: EndingChange) -> str:
        name = target_name(self._new, change.new_end)
        match change.reason:
            case EndingReason.ELSEWHERE:
                return name
            case EndingReason.SAME_NODE_OTHER_RESULT:
                return self._end(self._new, change.new_end, with_result=True)
            case EndingReason.ASKS_MORE:
                return gettext("does not end yet: asks “%(title)s”") % {"title": name}
            case EndingReason.NOWHERE:
                return gettext("leads nowhere: %(title)s") % {"title": name}
            case EndingReason.CIRCLE:
                return gettext("goes round in a circle: %(title)s") % {"title": name}

    def _end(self, graph: Graph, node_id: NodeId, *, with_result: bool) -> str:
        name = node_name(graph, node_id, short=False)
        node = graph.nodes.get(node_id)
        result = node.result if node is not None else None
        return f"{name} ({OutcomeResult(result).label if result else '—'})" if with_result else name

    def _inside(self, node: Node) -> str:
        outer, dot, _ = node.id.partition(".")
        return node_name(self._authored, outer) if dot else ""

    def _value(self, field: str, graph: Graph, node: Node) -> str:
        value = getattr(node, field)
        if not value and value != 0:
            return ""
        match field:
            case "kind":
                return _kind(node)
            case "result":
                return str(OutcomeResult(value).label)
            case "articles":
                return "、".join(self._articles.get(slug, slug) for slug in value)
            case "then":
                return target_name(graph, value)
            case _:
                return str(value)


def target_name(graph: Graph, node_id: NodeId) -> str:
    """Where a way leads, in words; a draft's may lead to nothing."""
    if not node_id:
        return gettext("nowhere yet")
    if node_id not in graph.nodes:
        return gettext("“%(id)s”, which does not exist") % {"id": node_id}
    return node_name(graph, node_id, short=False)


def answer_lines(graph: Graph, answers: Iterable[tuple[NodeId, str]]) -> Iterator[str]:
    """A walk as people would tell it: what was asked, and what was answered."""
    for node_id, choice_id in answers:
        yield f"{node_name(graph, node_id, short=False)} → {choice_name(graph, node_id, choice_id, short=False)}"


def _path(graph: Graph, path: RecordedPath) -> PathLine:
    return PathLine(tuple(answer_lines(graph, path.answers)), target_name(graph, path.ends))


def _choice(choice: Choice, graph: Graph) -> ChoiceLine:
    return ChoiceLine(choice.label or choice.id, choice.hint, target_name(graph, choice.to))


def _answer(choice: Choice) -> str:
    return f"{choice.label} ({choice.hint})" if choice.hint else choice.label


def _leading_to(graph: Graph, node_id: NodeId, choice_id: str) -> str:
    node = graph.nodes.get(node_id)
    choice = node.choice(choice_id) if node is not None else None
    return target_name(graph, choice.to) if choice is not None else gettext("is no longer offered")


def _kind(node: Node) -> str:
    return str(NodeKind(node.kind).label)


def _label(field: str) -> str:
    if field == "articles":
        return str(Article._meta.verbose_name_plural)
    name = "inner_guide" if field == "guide" else field
    return str(NodeRow._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no field of ours is generic


def _guide_label(field: str) -> str:
    if field == "codes":
        return str(GuideCode._meta.verbose_name_plural)
    return str(Guide._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _guide_value(field: str, value: str, graph: Graph) -> str:
    return target_name(graph, value) if field == "start" and value else value


def _article_titles(found: Comparison) -> dict[str, str]:
    nodes = [*found.added, *found.removed]
    for change in found.changed:
        nodes += [change.old, change.node]
    slugs = {slug for node in nodes for slug in node.articles}
    return dict(Article.objects.filter(slug__in=slugs).values_list("slug", "title")) if slugs else {}
