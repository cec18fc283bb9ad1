from collections.abc import Callable
from dataclasses import replace

import pytest

from diagnostics.engine.expand import MAX_LEVELS
from diagnostics.engine.graph import MAX_NODES, Graph, Kind, RecordedPath, Result
from diagnostics.engine.inspection import has_errors, inspect_guide
from diagnostics.engine.problems import Problem, check
from tests.diagnostics.engine.strategies import (
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
)

INNER = make_graph(
    make_question("cable", "wipe", "call"),
    make_outcome("wipe", result=Result.ARTICLE, articles=("wipe-card",), say="请擦一擦"),
    make_outcome("call", result=Result.ESCALATE, articles=("escalate",)),
    slug="network",
)
OUTER = make_graph(
    make_question("read", "net", "end"),
    make_hand_over("net", "network", "end"),
    make_outcome("end", result=Result.ARTICLE, articles=("insert-card",)),
    slug="outer",
    paths=(RecordedPath((("read", "a"), ("net.cable", "a"), ("net.wipe", "still")), "end"),),
)


def resolver(*graphs: Graph) -> Callable[[str], Graph | None]:
    return {graph.slug: graph for graph in graphs}.get


def handing_over(slug: str, to: str) -> Graph:
    """A guide that does nothing but hand over."""
    return make_graph(make_hand_over("n", to, "end"), make_outcome("end"), slug=slug)


def found(graph: Graph, *others: Graph) -> list[tuple[str, str]]:
    return [(problem.id, problem.node) for problem in inspect_guide(graph, resolver(*others))]


def the_only(problem_id: str, problems: tuple[Problem, ...]) -> Problem:
    (problem,) = (problem for problem in problems if problem.id == problem_id)
    return problem


def test_a_sound_guide_around_a_sound_guide_has_no_problems() -> None:
    assert inspect_guide(OUTER, resolver(INNER)) == ()
    assert not has_errors(())


def test_an_article_that_readers_cannot_open_is_an_error_at_every_node_that_names_it() -> None:
    problems = inspect_guide(OUTER, resolver(INNER), unpublished={"insert-card", "elsewhere"})
    problem = the_only("G023", problems)
    assert (problem.node, problem.data["article"]) == ("end", "insert-card")
    assert has_errors(problems)


def test_words_older_than_their_title_are_a_warning_at_nodes_that_exist() -> None:
    problems = inspect_guide(OUTER, resolver(INNER), stale={"read", "gone"})
    assert [(problem.id, problem.node) for problem in problems] == [("W004", "read")]
    assert not has_errors(problems)


@pytest.mark.parametrize("others", [(), (handing_over("network", "gone"),)])
def test_a_guide_that_readers_cannot_walk_is_named_with_our_own_node(others: tuple[Graph, ...]) -> None:
    problem = the_only("G026", inspect_guide(OUTER, resolver(*others)))
    assert (problem.node, problem.data["guide"]) == ("net", "gone" if others else "network")


def test_guides_in_a_circle_stand_at_the_node_that_enters_it() -> None:
    problem = the_only("G027", inspect_guide(OUTER, resolver(handing_over("network", "outer"))))
    assert (problem.node, problem.data["cycle"]) == ("net", "outer → network → outer")
    itself = handing_over("alone", "alone")
    assert the_only("G027", inspect_guide(itself, resolver(itself))).data["cycle"] == "alone → alone"


def test_a_circle_farther_inside_is_the_whole_guide_s() -> None:
    others = (handing_over("network", "a"), handing_over("a", "b"), handing_over("b", "a"))
    problem = the_only("G027", inspect_guide(OUTER, resolver(*others)))
    assert (problem.node, problem.data["cycle"]) == ("", "a → b → a")


def test_too_many_nodes_inside() -> None:
    large = replace(make_ladder(MAX_NODES - 1), slug="network")
    problem = the_only("G028", inspect_guide(OUTER, resolver(large)))
    assert problem.node == ""
    assert str(MAX_NODES) in problem.message and str(MAX_LEVELS) in problem.message


def test_too_many_levels_inside() -> None:
    chain = [handing_over(f"g{level}", f"g{level + 1}") for level in range(MAX_LEVELS)]
    assert ("G028", "") in found(chain[0], *chain[1:], make_graph(make_outcome("x"), slug=f"g{MAX_LEVELS}"))


def test_other_guides_wait_until_this_one_has_no_errors() -> None:
    broken = replace(OUTER, nodes={**OUTER.nodes, "end": replace(OUTER.nodes["end"], title="")})
    assert found(broken) == [("G011", "end")]
    assert [one.id for one in inspect_guide(OUTER, resolver(), unpublished={"insert-card"})] == ["G023"]


def test_what_only_the_whole_shows_is_found() -> None:
    wrong = replace(OUTER, paths=(RecordedPath((("read", "a"), ("net.cable", "b")), "end"),))
    assert not check(wrong)
    assert found(wrong, INNER) == [("G018", "net.cable")]


def test_warnings_inside_are_left_to_the_inner_guide() -> None:
    silent = replace(INNER, nodes={**INNER.nodes, "cable": replace(INNER.nodes["cable"], say="")})
    assert [problem.id for problem in check(silent)] == ["W003"]
    assert found(OUTER, silent) == []


def test_the_longest_path_is_counted_through_the_guides_inside_and_once() -> None:
    before = make_ladder(10)
    ladder = replace(
        before,
        slug="outer",
        nodes={**before.nodes, "n10": make_hand_over("n10", "network", "end"), "end": make_outcome("end")},
    )
    assert "W006" not in [problem.id for problem in check(ladder)]
    assert the_only("W006", inspect_guide(ladder, resolver(long_inner(5)))).data["taps"] == 16
    longer = make_ladder(13)
    longer = replace(
        longer,
        slug="outer",
        nodes={**longer.nodes, "n13": make_hand_over("n13", "network", "end"), "end": make_outcome("end")},
    )
    assert "W006" in [problem.id for problem in check(longer)]
    assert the_only("W006", inspect_guide(longer, resolver(long_inner(5)))).data["taps"] == 19


def long_inner(size: int) -> Graph:
    """A ladder whose end is an article, so that the walk comes back: one tap more."""
    ladder = make_ladder(size)
    end = make_outcome(f"n{size}", result=Result.ARTICLE, articles=("a",), say="做")
    return replace(ladder, slug="network", nodes={**ladder.nodes, end.id: end})


def test_an_authored_id_with_a_dot_is_reported_once() -> None:
    dotted = make_graph(make_question("a", "b.c", "End."), make_outcome("b.c"), make_outcome("End."))
    assert found(dotted) == [("G008", "b.c"), ("G008", "End.")]


def test_errors_come_first_then_the_order_of_nodes() -> None:
    graph = make_graph(
        make_question("one", "two", "end", say=""),
        make_question("two", "end", kind=Kind.CHECK),
        make_outcome("end", result=Result.ARTICLE, articles=("x", "y")),
    )
    problems = inspect_guide(graph, resolver(), unpublished={"x", "y"}, stale={"two"})
    assert [(problem.id, problem.node) for problem in problems] == [
        ("G023", "end"), ("G023", "end"), ("W003", "one"), ("W004", "two"),
    ]  # fmt: skip
