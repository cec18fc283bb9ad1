"""Guides as large as they come: what works for ten nodes works for four hundred."""

import random
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diagnostics.engine.codec import dumps, from_document, loads, to_document
from diagnostics.engine.counting import iter_paths, path_statistics
from diagnostics.engine.drawing import to_outline, to_svg
from diagnostics.engine.errors import CircularWalk, StrandedWalk
from diagnostics.engine.graph import MAX_NODES, Graph, Kind, Result
from diagnostics.engine.problems import Grade, check
from diagnostics.engine.walk import walk
from tests.diagnostics.engine.strategies import (
    dags,
    make_graph,
    make_hand_over,
    make_outcome,
    make_question,
    mutants,
    usual,
)
from tests.walks import random_walk, ways_through
from tools.sample_graphs import layered_graph

LARGE = layered_graph()
SIZES = [(400, 12), (20, 12), (20, 4), (14, 12), (400, 6), (MAX_NODES, 12)]


@pytest.mark.parametrize(("nodes", "depth"), SIZES)
def test_a_layered_graph_is_as_large_as_asked_and_has_no_problem(nodes: int, depth: int) -> None:
    graph = layered_graph(nodes, depth)
    assert (len(graph.nodes), path_statistics(graph).longest) == (nodes, depth)
    assert check(graph) == ()
    assert layered_graph(nodes, depth) == graph
    assert len({node.title for node in graph.nodes.values()}) == nodes


@pytest.mark.parametrize("result", Result)
def test_outcomes_may_have_any_result(result: Result) -> None:
    graph = layered_graph(40, 5, slug="small", result=result, articles=("call-acquirer",))
    assert check(graph) == ()
    assert {node.result for node in graph.nodes.values() if node.is_end} == {result}


@pytest.mark.parametrize(("nodes", "depth"), [(13, 12), (400, 2), (10, 0), (0, 0), (0, 3)])
def test_sizes_that_cannot_be_are_refused(nodes: int, depth: int) -> None:
    with pytest.raises(ValueError, match=f"{nodes} nodes do not make"):
        layered_graph(nodes, depth)


def test_branches_merge_and_paths_are_counted_all_the_same() -> None:
    statistics = path_statistics(LARGE)
    assert statistics.total > 500_000
    assert all(statistics.by_outcome.values())
    assert sum(len(sources) > 1 for sources in LARGE.predecessors().values()) > 300
    assert sum(1 for _ in iter_paths(LARGE)) == 5000


def test_a_large_guide_is_drawn_with_every_node() -> None:
    drawing = ElementTree.fromstring(to_svg(LARGE, href=lambda node: f"/{node.id}/"))
    links = {element.get("href") for element in drawing.iter("{http://www.w3.org/2000/svg}a")}
    assert links >= {f"/{node_id}/" for node_id in LARGE.nodes}
    assert len(to_outline(LARGE)) == 1 + sum(len(node.ways) for node in LARGE.nodes.values())


def test_a_large_guide_survives_its_file_and_its_document() -> None:
    assert loads(dumps(LARGE)) == LARGE
    assert list(loads(dumps(LARGE)).nodes) == list(LARGE.nodes)
    assert from_document(to_document(LARGE)) == LARGE


def test_every_choice_of_a_large_guide_is_walked() -> None:
    ways = list(ways_through(LARGE))
    assert len(ways) == sum(len(node.choices) for node in LARGE.nodes.values())
    for answers in ways:
        assert walk(LARGE, answers).answers == answers


def test_random_walks_are_the_same_for_the_same_seed_and_end_everywhere() -> None:
    ends = [random_walk(LARGE, random.Random(seed)) for seed in range(400)]
    assert ends == [random_walk(LARGE, random.Random(seed)) for seed in range(400)]
    assert all(position.is_end and position.node.result is Result.FIXED for position in ends)
    assert len({position.node.id for position in ends}) > 30


def test_a_random_walk_stops_where_a_draft_asks_nothing() -> None:
    draft = make_graph(make_question("a", "b"), make_question("b"))
    assert random_walk(draft, random.Random(1)).node.id == "b"
    handed = make_graph(make_question("a", "g"), make_hand_over("g", "inner", "z"), make_outcome("z"))
    assert random_walk(handed, random.Random(1)).node.kind is Kind.GUIDE
    with pytest.raises(StrandedWalk):
        random_walk(make_graph(make_question("a", "gone")), random.Random(1))
    with pytest.raises(CircularWalk):
        random_walk(make_graph(make_question("a", "b"), make_question("b", "a")), random.Random(1))


@usual
@given(dags(max_nodes=30) | mutants(), st.randoms(use_true_random=False))
def test_where_the_checker_finds_no_error_any_answers_end_at_an_outcome(graph: Graph, answering: random.Random) -> None:
    assume(not any(problem.grade is Grade.ERROR for problem in check(graph)))
    position = random_walk(graph, answering)
    assert position.is_end
    assert position.ignored == ()
    assert walk(graph, position.answers) == position
