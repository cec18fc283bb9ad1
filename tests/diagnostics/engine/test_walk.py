from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diagnostics.engine.errors import CircularWalk, StrandedWalk, UnknownNode
from diagnostics.engine.graph import Choice, Graph, Kind
from diagnostics.engine.problems import Grade, check
from diagnostics.engine.walk import Ignored, Position, Reason, answers_before, canonical_answers, walk
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    dags,
    few,
    make_graph,
    make_hand_over,
    make_outcome,
    make_question,
    mutants,
    usual,
)

GRAPH = make_graph(
    make_question("read", "insert", "other"),
    make_question("insert", "solved", "other", kind=Kind.CHECK),
    make_question("other", "solved", "call"),
    make_outcome("solved"),
    make_outcome("call"),
)


def test_without_answers_the_reader_is_at_the_start() -> None:
    position = walk(GRAPH, {})
    assert position == Position(GRAPH.nodes["read"])
    assert not position.is_end


def test_answers_are_replayed_whatever_their_order() -> None:
    position = walk(GRAPH, {"other": "b", "insert": "b", "read": "a"})
    assert position.node.id == "call"
    assert position.is_end
    assert list(position.answers.items()) == [("read", "a"), ("insert", "b"), ("other", "b")]
    assert [step.choice.to for step in position.trail] == ["insert", "other", "call"]
    assert position.ignored == ()


def test_an_unknown_choice_on_the_path_asks_again() -> None:
    position = walk(GRAPH, {"read": "z"})
    assert position.node.id == "read"
    assert position.ignored == (Ignored("read", "z", Reason.UNKNOWN_CHOICE),)


def test_unused_answers_come_with_their_reason_in_the_order_given() -> None:
    position = walk(GRAPH, {"gone": "a", "insert": "a", "other": "z", "read": "b"})
    assert position.node.id == "other"
    assert position.answers == {"read": "b"}
    assert position.ignored == (
        Ignored("gone", "a", Reason.UNKNOWN_NODE),
        Ignored("insert", "a", Reason.OFF_PATH),
        Ignored("other", "z", Reason.UNKNOWN_CHOICE),
    )


def test_an_outcome_ends_the_walk_even_with_an_answer() -> None:
    ending = replace(GRAPH.nodes["solved"], choices=(Choice("a", "x", "call"),))
    graph = replace(GRAPH, nodes={**GRAPH.nodes, "solved": ending})
    position = walk(graph, {"read": "a", "insert": "a", "solved": "a"})
    assert position.node.id == "solved"
    assert position.ignored == (Ignored("solved", "a", Reason.OFF_PATH),)


def test_a_guide_node_stops_the_walk() -> None:
    graph = make_graph(make_question("a", "g"), make_hand_over("g", "inner", "z"), make_outcome("z"))
    position = walk(graph, {"a": "a", "g": "a"})
    assert position.node.id == "g"
    assert not position.is_end


@pytest.mark.parametrize("start", ["", "nowhere"])
def test_without_a_start_there_is_no_walk(start: str) -> None:
    with pytest.raises(UnknownNode) as refused:
        walk(replace(GRAPH, start=start), {})
    assert refused.value.node == start


def test_a_way_to_nowhere_says_which() -> None:
    graph = make_graph(make_question("a", "b"), make_question("b", "nowhere"))
    with pytest.raises(StrandedWalk) as refused:
        walk(graph, {"a": "a", "b": "a"})
    error = refused.value
    assert (error.node, error.choice, error.to, error.trail) == ("b", "a", "nowhere", (("a", "a"), ("b", "a")))
    assert walk(graph, {"a": "a"}).node.id == "b"


def test_answers_that_go_in_circles_are_refused_with_the_circle() -> None:
    graph = make_graph(
        make_question("a", "b"), make_question("b", "c"), make_question("c", "b", "d"), make_outcome("d")
    )
    with pytest.raises(CircularWalk) as refused:
        walk(graph, {"a": "a", "b": "a", "c": "a"})
    assert refused.value.nodes == ("b", "c")
    assert walk(graph, {"a": "a", "b": "a", "c": "b"}).is_end


def test_changing_an_answer_keeps_those_before_it() -> None:
    position = walk(GRAPH, {"read": "a", "insert": "b", "other": "a"})
    assert answers_before(position, "read") == {}
    assert answers_before(position, "other") == {"read": "a", "insert": "b"}
    assert answers_before(position, "solved") == {"read": "a", "insert": "b", "other": "a"}
    with pytest.raises(UnknownNode):
        answers_before(position, "call")


def test_one_position_has_one_address() -> None:
    assert canonical_answers({"b": "1", "a-b": "2", "a": "3"}) == (("a", "3"), ("a-b", "2"), ("b", "1"))
    assert canonical_answers([("b", "1"), ("a", "3")]) == (("a", "3"), ("b", "1"))


@few
@given(broken_graphs(), st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["a", "b", "c", "", "all"])))
def test_any_answers_on_any_graph_name_a_node_or_a_documented_refusal(graph: Graph, answers: dict[str, str]) -> None:
    try:
        position = walk(graph, answers)
    except UnknownNode:
        assert graph.start not in graph.nodes
    except (StrandedWalk, CircularWalk):
        assert any(problem.id in {"G003", "G006"} for problem in check(graph))
    else:
        assert graph.nodes[position.node.id] is position.node
        assert position.answers.items() <= answers.items()
        assert len(position.answers) + len(position.ignored) == len(answers)
        assert walk(graph, position.answers).node is position.node


@usual
@given(dags() | mutants(), st.data())
def test_a_graph_without_errors_never_strands_a_reader(graph: Graph, data: st.DataObject) -> None:
    assume(not any(problem.grade is Grade.ERROR for problem in check(graph)))
    answers: dict[str, str] = {}
    position = walk(graph, answers)
    while not position.is_end:
        assert position.node.choices, f"stranded at {position.node.id}"
        answers[position.node.id] = data.draw(st.sampled_from(position.node.choices)).id
        assert len(answers) <= len(graph.nodes)
        position = walk(graph, answers)
    assert position.node.result is not None


@usual
@given(dags() | mutants())
def test_without_errors_every_node_can_be_reached_and_can_reach_an_outcome(graph: Graph) -> None:
    assume(not any(problem.grade is Grade.ERROR for problem in check(graph)))
    # Walks, not the helpers of Graph: what they get wrong shall not hide here.
    answers_to: dict[str, dict[str, str]] = {graph.start: {}}
    waiting = [graph.start]
    ends: set[str] = set()
    while waiting:
        position = walk(graph, answers_to[waiting.pop()])
        if position.is_end:
            ends.update((position.node.id, *position.answers))
        for choice in () if position.is_end else position.node.choices:
            if choice.to not in answers_to:
                answers_to[choice.to] = {**position.answers, position.node.id: choice.id}
                waiting.append(choice.to)
    assert answers_to.keys() == graph.nodes.keys()
    while more := {n.id for n in graph.nodes.values() if any(c.to in ends for c in n.choices)} - ends:
        ends |= more
    assert ends == graph.nodes.keys()


@few
@given(dags())
def test_guides_that_authors_are_glad_of_have_no_errors(graph: Graph) -> None:
    assert [problem.message for problem in check(graph) if problem.grade is Grade.ERROR] == []
