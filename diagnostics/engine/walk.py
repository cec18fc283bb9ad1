"""Replaying answers: where a reader stands is a function of the graph and the answers, and of nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from diagnostics.engine.errors import CircularWalk, StrandedWalk, UnknownNode
from diagnostics.engine.graph import Choice, ChoiceId, Graph, Node, NodeId


class Reason(StrEnum):
    """Why an answer was not used. The first that holds, in this order."""

    UNKNOWN_NODE = "unknown-node"
    UNKNOWN_CHOICE = "unknown-choice"
    OFF_PATH = "off-path"


@dataclass(frozen=True, slots=True)
class Step:
    """One answer on the path."""

    node: Node
    choice: Choice


@dataclass(frozen=True, slots=True)
class Ignored:
    """An answer that was given but not used."""

    node: NodeId
    choice: ChoiceId
    reason: Reason


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader stands: at `node`, having come by `trail`; `ignored` is in the order of the given answers."""

    node: Node
    trail: tuple[Step, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def is_end(self) -> bool:
        return self.node.is_end

    @property
    def answers(self) -> dict[NodeId, ChoiceId]:
        """The answers that were used, in walking order."""
        return {step.node.id: step.choice.id for step in self.trail}


def walk(graph: Graph, answers: Mapping[NodeId, ChoiceId]) -> Position:
    """Replay `answers` from the start node and say where the reader stands.

    Answers to nodes off the path are reported as ignored, not refused: callers change their mind and back. A choice
    that the node on the path does not have stops there, so that the reader is asked again. A guide node stops the
    walk too: readers walk expanded graphs (`expand.expand`), where there is none.

    Raises:
        UnknownNode: if the graph has no start node.
        StrandedWalk: if the answers lead to a node that does not exist (a draft).
        CircularWalk: if the answers lead back to a node already answered (a draft).
    """
    node = graph.node(graph.start)
    trail: list[Step] = []
    seen = {node.id}
    while (choice := _chosen(node, answers)) is not None:
        trail.append(Step(node, choice))
        following = graph.nodes.get(choice.to)
        if following is None:
            raise StrandedWalk(node.id, choice.id, choice.to, tuple((s.node.id, s.choice.id) for s in trail))
        if following.id in seen:
            ids = [step.node.id for step in trail]
            raise CircularWalk(tuple(ids[ids.index(following.id) :]))
        seen.add(following.id)
        node = following
    used = {step.node.id for step in trail}
    ignored = (
        Ignored(node_id, choice_id, _reason(graph, node_id, choice_id))
        for node_id, choice_id in answers.items()
        if node_id not in used
    )
    return Position(node, tuple(trail), tuple(ignored))


def _chosen(node: Node, answers: Mapping[NodeId, ChoiceId]) -> Choice | None:
    answer = answers.get(node.id)
    if answer is None:
        return None
    return next((way.choice for way in node.ways if way.choice and way.choice.id == answer), None)


def _reason(graph: Graph, node_id: NodeId, choice_id: ChoiceId) -> Reason:
    node = graph.nodes.get(node_id)
    if node is None:
        return Reason.UNKNOWN_NODE
    if node.choice(choice_id) is None:
        return Reason.UNKNOWN_CHOICE
    return Reason.OFF_PATH


def answers_before(position: Position, node_id: NodeId) -> dict[NodeId, ChoiceId]:
    """The answers that lead to `node_id`, without its own: where "change this answer" goes.

    Raises:
        UnknownNode: if the node is neither on the trail nor the one reached.
    """
    before: dict[NodeId, ChoiceId] = {}
    for step in position.trail:
        if step.node.id == node_id:
            return before
        before[step.node.id] = step.choice.id
    if position.node.id == node_id:
        return before
    raise UnknownNode(node_id)


def canonical_answers(
    answers: Mapping[NodeId, ChoiceId] | Iterable[tuple[NodeId, ChoiceId]],
) -> tuple[tuple[NodeId, ChoiceId], ...]:
    """Answers as an address writes them: sorted by node id, so that one position has one address."""
    pairs = answers.items() if isinstance(answers, Mapping) else answers
    return tuple(sorted(pairs))
