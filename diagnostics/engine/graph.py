"""A guide as data: nodes, choices and the questions that only the whole graph answers.

A graph may be broken (an author's draft): targets without a node, no start, empty labels. Nothing here refuses it;
`problems.check` says what is wrong. Nothing here recurses either: a guide may be 2,000 nodes deep.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self, TypeAlias

from diagnostics.engine.errors import CyclicGraph, UnknownNode

NodeId: TypeAlias = str
ChoiceId: TypeAlias = str

MAX_NODES = 2000
MAX_MINUTES = 9999

#: Parts of a guide's address: `/guides/<guide>/all/`, `?v=`, `POST report/` and `POST handover/`.
RESERVED_NODE_IDS = frozenset({"v", "all", "report", "handover"})

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def is_id(text: str) -> bool:
    """Whether `text` can name a guide, a choice or a node of an authored guide; it may still be reserved."""
    return ID_PATTERN.fullmatch(text) is not None


def is_joined_id(text: str) -> bool:
    """Whether `text` can name a node once guides inside the guide are expanded: ids joined by `.`."""
    return all(is_id(part) for part in text.split("."))


class Kind(StrEnum):
    """What a node asks of the reader; a check's choices are what was seen."""

    QUESTION = "question"
    CHECK = "check"
    OUTCOME = "outcome"
    GUIDE = "guide"


class Result(StrEnum):
    """How an outcome ends the walk."""

    FIXED = "fixed"
    ARTICLE = "article"
    ESCALATE = "escalate"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Choice:
    """A labelled way on. `to` names a node that need not exist in a draft."""

    id: ChoiceId
    label: str
    to: NodeId
    hint: str = ""


class Way(NamedTuple):
    """One way on for a reader; `choice` is None where nothing is asked (a guide node goes on by itself)."""

    choice: Choice | None
    to: NodeId


@dataclass(frozen=True, slots=True)
class Node:
    """One page of a guide. Which fields count depends on `kind`; the others are kept but mean nothing.

    `say` is read aloud by call-centre staff, `note` is theirs alone and never public, `tell` is what the reader tells
    the acquirer. `minutes` is what doing it costs. `guide` and `then` belong to kind guide: the slug handed over to,
    and the node where the walk goes on afterwards.
    """

    id: NodeId
    kind: Kind
    title: str
    help: str = ""
    say: str = ""
    note: str = ""
    picture: str = ""
    minutes: int | None = None
    articles: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    result: Result | None = None
    tell: str = ""
    guide: str = ""
    then: NodeId = ""

    @property
    def is_end(self) -> bool:
        return self.kind is Kind.OUTCOME

    @property
    def ways(self) -> tuple[Way, ...]:
        """Ways a reader can go on from here, dangling ones included; an outcome has none whatever was authored."""
        match self.kind:
            case Kind.OUTCOME:
                return ()
            case Kind.GUIDE:
                return (Way(None, self.then),) if self.then else ()
            case _:
                return tuple(Way(choice, choice.to) for choice in self.choices)

    def choice(self, choice_id: ChoiceId) -> Choice | None:
        """The choice of that id (the first, where a draft has it twice), or None."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class RecordedPath:
    """A promise that is replayed before publishing: these answers, in file order, end at that node."""

    answers: tuple[tuple[NodeId, ChoiceId], ...]
    ends: NodeId


@dataclass(frozen=True, slots=True)
class Graph:
    """A guide. `nodes` is in authored order; treat it as read-only (a plain dict, so that graphs pickle).

    `start` is empty where a draft names none. `duplicates` are node ids that the authored form held more than once,
    which a mapping cannot show; only the first of each is in `nodes`.

    Raises:
        ValueError: if a key of `nodes` is not the id of its node (a programmer's error).
    """

    slug: str
    title: str
    start: NodeId
    nodes: Mapping[NodeId, Node]
    codes: tuple[str, ...] = ()
    paths: tuple[RecordedPath, ...] = ()
    duplicates: tuple[NodeId, ...] = ()

    def __post_init__(self) -> None:
        for key, node in self.nodes.items():
            if key != node.id:
                raise ValueError(f"node {node.id!r} is filed under {key!r}")

    @classmethod
    def from_nodes(
        cls,
        slug: str,
        title: str,
        start: NodeId,
        nodes: Iterable[Node],
        *,
        codes: tuple[str, ...] = (),
        paths: tuple[RecordedPath, ...] = (),
    ) -> Self:
        """Build from authored rows, where an id may come twice: the first stays, the others go to `duplicates`."""
        kept: dict[NodeId, Node] = {}
        duplicates: list[NodeId] = []
        for node in nodes:
            if node.id in kept:
                duplicates.append(node.id)
            else:
                kept[node.id] = node
        return cls(slug, title, start, kept, codes, paths, tuple(duplicates))

    def node(self, node_id: NodeId) -> Node:
        """Raises:
        UnknownNode: if the graph has no such node.
        """
        try:
            return self.nodes[node_id]
        except KeyError:
            raise UnknownNode(node_id) from None

    def successors(self, node_id: NodeId) -> tuple[NodeId, ...]:
        """Existing nodes that a reader can come to next, each once, in authored order."""
        return tuple(dict.fromkeys(way.to for way in self.node(node_id).ways if way.to in self.nodes))

    def predecessors(self) -> dict[NodeId, tuple[NodeId, ...]]:
        """For every node, the nodes that lead to it, each once, in authored order."""
        found: dict[NodeId, list[NodeId]] = {node_id: [] for node_id in self.nodes}
        for node_id in self.nodes:
            for to in self.successors(node_id):
                found[to].append(node_id)
        return {node_id: tuple(sources) for node_id, sources in found.items()}

    def reachable(self) -> frozenset[NodeId]:
        """Nodes that some reader can come to; empty where there is no start."""
        return self._closure((self.start,), {node_id: self.successors(node_id) for node_id in self.nodes})

    def reaching_an_end(self) -> frozenset[NodeId]:
        """Nodes from which some answers lead to an outcome, the outcomes included."""
        return self._closure((node.id for node in self.nodes.values() if node.is_end), self.predecessors())

    def _closure(self, seeds: Iterable[NodeId], neighbours: Mapping[NodeId, tuple[NodeId, ...]]) -> frozenset[NodeId]:
        waiting = [node_id for node_id in seeds if node_id in self.nodes]
        seen = set(waiting)
        while waiting:
            for other in neighbours[waiting.pop()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return frozenset(seen)

    def topological_order(self) -> tuple[NodeId, ...]:
        """All nodes, each after every node that leads to it; unrelated ones keep their authored order.

        Raises:
            CyclicGraph: with one cycle.
        """
        missing = {node_id: len(sources) for node_id, sources in self.predecessors().items()}
        ready = deque(node_id for node_id, count in missing.items() if count == 0)
        order: list[NodeId] = []
        while ready:
            node_id = ready.popleft()
            order.append(node_id)
            for to in self.successors(node_id):
                missing[to] -= 1
                if missing[to] == 0:
                    ready.append(to)
        if len(order) < len(self.nodes):
            raise CyclicGraph(self.cycles()[0])
        return tuple(order)

    def cycles(self) -> tuple[tuple[NodeId, ...], ...]:
        """One shortest cycle through the first node of every tangle (strongly connected part), in authored order.

        Listing every cycle would be exponential; an author who cuts the one named sees the next, if any.
        """
        place = {node_id: index for index, node_id in enumerate(self.nodes)}
        found = []
        for part in self._strong_parts():
            first = min(part, key=place.__getitem__)
            if len(part) > 1 or first in self.successors(first):
                found.append(self._shortest_cycle(first, part))
        return tuple(sorted(found, key=lambda cycle: place[cycle[0]]))

    def _shortest_cycle(self, first: NodeId, part: frozenset[NodeId]) -> tuple[NodeId, ...]:
        came_from: dict[NodeId, NodeId] = {}
        waiting = deque([first])
        while first not in came_from:
            node_id = waiting.popleft()
            for to in self.successors(node_id):
                if to in part and to not in came_from:
                    came_from[to] = node_id
                    waiting.append(to)
        cycle = [came_from[first]]
        while cycle[-1] != first:
            cycle.append(came_from[cycle[-1]])
        return tuple(reversed(cycle))

    def _strong_parts(self) -> list[frozenset[NodeId]]:
        """Tarjan's strongly connected components, with an explicit stack."""
        number: dict[NodeId, int] = {}
        lowest: dict[NodeId, int] = {}
        open_nodes: dict[NodeId, None] = {}
        parts: list[frozenset[NodeId]] = []
        for root in self.nodes:
            work = [(root, iter(self.successors(root)))] if root not in number else []
            while work:
                node_id, rest = work[-1]
                if node_id not in number:
                    number[node_id] = lowest[node_id] = len(number)
                    open_nodes[node_id] = None
                for to in rest:
                    if to not in number:
                        work.append((to, iter(self.successors(to))))
                        break
                    if to in open_nodes:
                        lowest[node_id] = min(lowest[node_id], number[to])
                else:
                    work.pop()
                    if work:
                        parent = work[-1][0]
                        lowest[parent] = min(lowest[parent], lowest[node_id])
                    if lowest[node_id] == number[node_id]:
                        part = set()
                        while node_id not in part:
                            part.add(open_nodes.popitem()[0])
                        parts.append(frozenset(part))
        return parts
