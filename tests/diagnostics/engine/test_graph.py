import pickle
from dataclasses import replace

import pytest
from hypothesis import given

from diagnostics.engine.errors import CyclicGraph, UnknownNode
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Way, is_id, is_joined_id
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    dags,
    few,
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
)


@pytest.mark.parametrize("text", ["a", "0", "other-card", "a-", "a--b", "x" * 63])
def test_an_id_is_lower_case_letters_digits_and_hyphens(text: str) -> None:
    assert is_id(text)
    assert is_joined_id(text)


@pytest.mark.parametrize("text", ["", "-a", "A", "a_b", "a.b", "a b", "é", "卡", "a\n", "x" * 64, "０"])
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_ids_of_expanded_graphs_are_joined_by_full_stops() -> None:
    assert is_joined_id("network.cable.2")
    assert not is_joined_id("network.")
    assert not is_joined_id(".cable")
    assert not is_joined_id("network..cable")


def test_rows_with_one_id_twice_keep_the_first_and_name_the_other() -> None:
    first, second = make_outcome("a"), make_outcome("a", title="another")
    graph = Graph.from_nodes("g", "t", "a", [first, second, first])
    assert graph.nodes == {"a": first}
    assert graph.duplicates == ("a", "a")


def test_a_node_filed_under_another_id_is_a_programmers_error() -> None:
    with pytest.raises(ValueError, match="filed under"):
        Graph("g", "t", "a", {"a": make_outcome("b")})


def test_graphs_can_be_cached() -> None:
    graph = make_ladder(3)
    assert pickle.loads(pickle.dumps(graph)) == graph


def test_an_outcome_has_no_way_on_even_with_choices() -> None:
    node = make_question("a", "b", kind=Kind.OUTCOME)
    assert node.ways == ()
    assert node.is_end


def test_a_guide_node_goes_on_to_then_whatever_its_choices() -> None:
    assert make_hand_over("a", "inner", "b", choices=(Choice("x", "x", "c"),)).ways == (Way(None, "b"),)
    assert make_hand_over("a", "inner", "").ways == ()


def test_the_first_of_two_equal_choices_counts() -> None:
    first, second = Choice("x", "1", "b"), Choice("x", "2", "c")
    node = Node("a", Kind.QUESTION, "?", choices=(first, second))
    assert node.choice("x") is first
    assert node.choice("y") is None


def test_neighbours_are_named_once_and_only_if_they_exist() -> None:
    graph = make_graph(make_question("a", "b", "b", "nowhere", "c"), make_question("b", "c"), make_outcome("c"))
    assert graph.successors("a") == ("b", "c")
    assert graph.predecessors() == {"a": (), "b": ("a",), "c": ("a", "b")}
    with pytest.raises(UnknownNode) as refused:
        graph.successors("nowhere")
    assert refused.value.node == "nowhere"


def test_reachable_follows_ways_not_choices_of_outcomes() -> None:
    graph = make_graph(
        make_question("a", "b"), make_question("b", "c", kind=Kind.OUTCOME), make_outcome("c"), start="a"
    )
    assert graph.reachable() == {"a", "b"}
    assert replace(graph, start="").reachable() == frozenset()
    assert replace(graph, start="nowhere").reachable() == frozenset()


def test_reaching_an_end_goes_backwards_from_outcomes() -> None:
    graph = make_graph(
        make_question("a", "b", "c"), make_outcome("b"), make_question("c", "d"), make_question("d", "c")
    )
    assert graph.reaching_an_end() == {"a", "b"}


def test_order_keeps_authored_order_where_it_can() -> None:
    graph = make_graph(make_outcome("z"), make_question("m", "z", "b"), make_outcome("b"), make_outcome("a"), start="m")
    assert graph.topological_order() == ("m", "a", "z", "b")


def test_a_cycle_is_named_instead_of_an_order() -> None:
    graph = make_graph(
        make_question("a", "b"), make_question("b", "c", "x"), make_question("c", "b"), make_outcome("x")
    )
    with pytest.raises(CyclicGraph) as refused:
        graph.topological_order()
    assert refused.value.nodes == ("b", "c")
    assert "b → c → b" in str(refused.value)


def test_every_tangle_names_one_shortest_cycle() -> None:
    graph = make_graph(
        make_question("a", "b", "a"),
        make_question("b", "c", "e"),
        make_question("c", "d"),
        make_question("d", "b", "c"),
        make_question("e", "e", "f"),
        make_outcome("f"),
    )
    assert graph.cycles() == (("a",), ("b", "c", "d"), ("e",))


@few
@given(dags())
def test_an_order_puts_every_node_after_those_that_lead_to_it(graph: Graph) -> None:
    order = graph.topological_order()
    assert sorted(order) == sorted(graph.nodes)
    place = {node_id: index for index, node_id in enumerate(order)}
    for node in graph.nodes.values():
        assert all(place[node.id] < place[choice.to] for choice in node.choices)
    assert graph.cycles() == ()


@few
@given(broken_graphs())
def test_cycles_are_cycles_and_exactly_what_keeps_a_graph_from_an_order(graph: Graph) -> None:
    found = graph.cycles()
    for cycle in found:
        for here, there in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert there in graph.successors(here)
        assert len(set(cycle)) == len(cycle)
    if found:
        with pytest.raises(CyclicGraph):
            graph.topological_order()
    else:
        graph.topological_order()


def test_two_thousand_nodes_deep_needs_no_stack() -> None:
    graph = make_ladder(2000)
    assert len(graph.topological_order()) == 2001
    assert len(graph.reachable()) == len(graph.reaching_an_end()) == 2001
    last = graph.nodes["n1999"]
    back = replace(last, choices=(*last.choices, Choice("back", "回去", "n0")))
    circle = replace(graph, nodes={**graph.nodes, "n1999": back})
    (cycle,) = circle.cycles()
    assert cycle[0] == "n0"
    assert len(cycle) == 1001
