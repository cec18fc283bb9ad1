"""What a new version of a guide changes, for a reviewer: its words and ways, and (in `endings`) where walks end."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diagnostics.engine.endings import EndingChange, EndingReason, Endings, changed_endings
from diagnostics.engine.graph import Choice, ChoiceId, Graph, Node, RecordedPath

__all__ = [
    "ChoiceChange", "Comparison", "EndingChange", "EndingReason", "Endings", "NodeChange", "TextChange",
    "changed_endings", "compare",
]  # fmt: skip

NODE_FIELDS = (
    "kind", "title", "help", "say", "note", "picture", "minutes", "articles", "result", "tell", "guide", "then",
)  # fmt: skip
GUIDE_FIELDS = ("title", "start", "codes")


@dataclass(frozen=True, slots=True)
class TextChange:
    """A field that reads differently. Nothing (no minutes, no result) reads as the empty text; lists are joined."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChoiceChange:
    old: Choice
    new: Choice


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that both versions have. A choice that is both reworded (label or hint) and redirected is in both.

    `reordered` says that the choices which both versions have stand in another order.
    """

    node: Node
    old: Node
    texts: tuple[TextChange, ...] = ()
    choices_added: tuple[Choice, ...] = ()
    choices_removed: tuple[Choice, ...] = ()
    choices_reworded: tuple[ChoiceChange, ...] = ()
    choices_redirected: tuple[ChoiceChange, ...] = ()
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Added and changed nodes are in the new version's order, removed ones in the old one's."""

    guide_changes: tuple[TextChange, ...] = ()
    added: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()
    changed: tuple[NodeChange, ...] = ()
    paths_added: tuple[RecordedPath, ...] = ()
    paths_removed: tuple[RecordedPath, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Comparison()


def compare(old: Graph, new: Graph) -> Comparison:
    """The differences from `old` to `new`. A renamed node is one removed and one added: ids are what readers keep.

    The order of nodes, of recorded paths and the slug do not count: no reader sees them.
    """
    kept = [(old.nodes[node.id], node) for node in new.nodes.values() if node.id in old.nodes]
    return Comparison(
        guide_changes=tuple(_text_changes(old, new, GUIDE_FIELDS)),
        added=tuple(node for node in new.nodes.values() if node.id not in old.nodes),
        removed=tuple(node for node in old.nodes.values() if node.id not in new.nodes),
        changed=tuple(_node_change(before, after) for before, after in kept if before != after),
        paths_added=_more(new.paths, old.paths),
        paths_removed=_more(old.paths, new.paths),
    )


def _text_changes(old: Graph | Node, new: Graph | Node, fields: Iterable[str]) -> Iterator[TextChange]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield TextChange(field, _text(before), _text(after))


def _text(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _more(paths: tuple[RecordedPath, ...], others: tuple[RecordedPath, ...]) -> tuple[RecordedPath, ...]:
    return tuple((Counter(paths) - Counter(others)).elements())


def _node_change(old: Node, new: Node) -> NodeChange:
    before, after = _by_place(old.choices), _by_place(new.choices)
    kept = [ChoiceChange(before[key], choice) for key, choice in after.items() if key in before]
    return NodeChange(
        node=new,
        old=old,
        texts=tuple(_text_changes(old, new, NODE_FIELDS)),
        choices_added=tuple(choice for key, choice in after.items() if key not in before),
        choices_removed=tuple(choice for key, choice in before.items() if key not in after),
        choices_reworded=tuple(c for c in kept if (c.old.label, c.old.hint) != (c.new.label, c.new.hint)),
        choices_redirected=tuple(change for change in kept if change.old.to != change.new.to),
        reordered=[key for key in before if key in after] != [key for key in after if key in before],
    )


def _by_place(choices: tuple[Choice, ...]) -> dict[tuple[ChoiceId, int], Choice]:
    """Choices by id; a draft may have an id twice, so the how-manieth of its id counts too."""
    seen: Counter[ChoiceId] = Counter()
    found = {}
    for choice in choices:
        found[choice.id, seen[choice.id]] = choice
        seen[choice.id] += 1
    return found
