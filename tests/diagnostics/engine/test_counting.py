from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given

from diagnostics.engine.counting import iter_paths, path_statistics
from diagnostics.engine.errors import CyclicGraph
from diagnostics.engine.graph import Graph
from diagnostics.engine.walk import walk
from tests.diagnostics.engine.strategies import (
    dags,
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
    mutants,
    usual,
)


def listed(graph: Graph) -> list[tuple[str, int]]:
    """The naive oracle: outcome and taps of every path, by recursion."""

    def below(node_id: str, taps: int) -> list[tuple[str, int]]:
        node = graph.nodes.get(node_id)
        if node is None:
            return []
        if node.is_end:
            return [(node_id, taps)]
        return [path for choice in node.choices for path in below(choice.to, taps + 1)]

    return below(graph.start, 0)


def test_two_choices_to_one_node_make_two_paths() -> None:
    statistics = path_statistics(make_graph(make_question("a", "b", "b", "c"), make_outcome("b"), make_outcome("c")))
    assert statistics.total == 3
    assert statistics.by_outcome == {"b": 2, "c": 1}


@usual
@given(dags() | mutants())
def test_counts_agree_with_listing_every_path(graph: Graph) -> None:
    try:
        statistics = path_statistics(graph)
    except CyclicGraph:
        assert graph.cycles()
        return
    if graph.cycles():
        return  # in a part that no reader sees, or that leads nowhere: the naive listing would not end
    paths = listed(graph)
    assert statistics.total == len(paths)
    assert statistics.longest == max((taps for _, taps in paths), default=None)
    assert statistics.mean == (pytest.approx(sum(taps for _, taps in paths) / len(paths)) if paths else None)
    ends = [end for end, _ in paths]
    assert statistics.by_outcome == {n.id: ends.count(n.id) for n in graph.nodes.values() if n.is_end}
    if paths:
        assert (statistics.longest_end, statistics.longest) in paths


@pytest.mark.parametrize("targets", [("b", "c"), ("c", "b")])
def test_the_longest_way_counts_whatever_its_place(targets: tuple[str, str]) -> None:
    nodes = [make_question("b", "d"), make_question("c", "z"), make_question("d", "z"), make_outcome("z")]
    assert path_statistics(make_graph(make_question("a", *targets), *nodes)).longest == 3


def test_numbers_beyond_any_machine_word_are_exact() -> None:
    def fibonacci(number: int) -> int:
        here, there = 1, 1
        for _ in range(number):
            here, there = there, here + there
        return here

    statistics = path_statistics(make_ladder(2000))
    # The last question's two choices both lead to the outcome.
    assert statistics.total == fibonacci(2000) + fibonacci(1999)
    assert statistics.longest == 2000
    assert statistics.mean is not None and 1000 < statistics.mean < 2000


def test_a_guide_node_costs_no_tap() -> None:
    graph = make_graph(make_question("a", "g", "z"), make_hand_over("g", "inner", "z"), make_outcome("z"))
    statistics = path_statistics(graph)
    assert (statistics.total, statistics.longest) == (2, 1)
    assert [[step.choice.id for step in path] for path in iter_paths(graph)] == [["a"], ["b"]]


def test_a_guide_that_starts_at_its_outcome_has_one_path_without_taps() -> None:
    statistics = path_statistics(make_graph(make_outcome("a")))
    assert (statistics.total, statistics.longest, statistics.mean, statistics.longest_end) == (1, 0, 0.0, "a")
    assert list(iter_paths(make_graph(make_outcome("a")))) == [()]
    assert list(iter_paths(make_graph(make_outcome("a")), limit=0)) == []


@pytest.mark.parametrize("start", ["", "nowhere", "lost"])
def test_where_no_outcome_can_be_reached_there_is_nothing_to_measure(start: str) -> None:
    graph = replace(make_graph(make_outcome("a"), make_question("lost", "gone")), start=start)
    statistics = path_statistics(graph)
    assert (statistics.total, statistics.longest, statistics.mean, statistics.longest_end) == (0, None, None, "")
    assert statistics.by_outcome == {"a": 0}
    assert list(iter_paths(graph)) == []


def test_circles_have_no_number() -> None:
    graph = make_graph(make_question("a", "b", "z"), make_question("b", "a"), make_outcome("z"))
    with pytest.raises(CyclicGraph):
        path_statistics(graph)
    with pytest.raises(CyclicGraph):
        iter_paths(graph)  # before the first path is asked for


def test_circles_that_no_reader_meets_do_not_matter() -> None:
    graph = make_graph(
        make_question("a", "z"), make_outcome("z"), make_question("x", "y", "z"), make_question("y", "x")
    )
    assert path_statistics(graph).total == 1


@usual
@given(dags())
def test_paths_are_listed_once_each_and_can_be_walked(graph: Graph) -> None:
    paths = list(iter_paths(graph))
    keys = [tuple((step.node.id, step.choice.id) for step in path) for path in paths]
    assert len(set(keys)) == len(keys) == path_statistics(graph).total
    for path, key in zip(paths, keys, strict=True):
        position = walk(graph, dict(key))
        assert position.is_end
        assert position.trail == path


def test_paths_come_in_authored_order() -> None:
    graph = make_graph(make_question("a", "b", "z"), make_question("b", "z", "y"), make_outcome("y"), make_outcome("z"))
    assert [[step.choice.id for step in path] for path in iter_paths(graph)] == [["a", "a"], ["a", "b"], ["b"]]


def test_listing_stops_at_the_limit_and_streams() -> None:
    graph = make_ladder(300)
    assert sum(1 for _ in iter_paths(graph)) == 5000
    assert sum(1 for _ in iter_paths(graph, limit=7)) == 7
    assert len(next(islice(iter_paths(make_ladder(2000), limit=10**9), 3, 4))) > 1990


def test_dead_ends_of_a_draft_cost_no_time() -> None:
    # Fibonacci-many ways lead into a dead end; only one leads to the outcome.
    ladder = make_ladder(200)
    dead = make_question("n200", "gone")
    start = make_question("start", "n0", "z")
    nodes = {"start": start, **ladder.nodes, "n200": dead, "z": make_outcome("z")}
    assert len(list(iter_paths(replace(ladder, start="start", nodes=nodes)))) == 1
