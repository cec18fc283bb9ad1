from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diagnostics.engine.codec import from_document, to_document
from diagnostics.engine.counting import path_statistics
from diagnostics.engine.errors import ExpansionTooLarge, GuideCycle, GuideTooDeep, UnknownGuide
from diagnostics.engine.expand import MAX_LEVELS, expand
from diagnostics.engine.graph import Choice, Graph, Kind, RecordedPath, Result
from diagnostics.engine.problems import Grade, check
from diagnostics.engine.walk import walk
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

INNER = make_graph(
    make_question("cable", "solved", "wipe", "call"),
    make_outcome("solved"),
    make_outcome("wipe", result=Result.ARTICLE, articles=("wipe-card",), minutes=2, say="请擦一擦", tell="擦过了"),
    make_outcome("call", result=Result.ESCALATE, tell="断网"),
    slug="network",
    paths=(RecordedPath((("cable", "a"),), "solved"),),
)
OUTER = make_graph(
    make_question("read", "net", "end"),
    make_hand_over("net", "network", "other"),
    make_question("other", "end"),
    make_outcome("end"),
    slug="outer",
    paths=(RecordedPath((("read", "a"), ("net.cable", "b"), ("net.wipe", "still"), ("other", "a")), "end"),),
)


def resolver(*graphs: Graph) -> Callable[[str], Graph | None]:
    return {graph.slug: graph for graph in graphs}.get


def errors(graph: Graph) -> list[str]:
    return [problem.message for problem in check(graph) if problem.grade is Grade.ERROR]


def test_inner_nodes_stand_where_the_guide_node_stood() -> None:
    graph = expand(OUTER, resolver(INNER))
    assert list(graph.nodes) == ["read", "net.cable", "net.solved", "net.wipe", "net.call", "net.fixed", "other", "end"]
    assert graph.nodes["read"].choices[0].to == "net.cable"
    assert [choice.to for choice in graph.nodes["net.cable"].choices] == ["net.solved", "net.wipe", "net.call"]
    assert (graph.slug, graph.title, graph.start) == (OUTER.slug, OUTER.title, "read")
    assert errors(graph) == []


def test_fixed_escalate_and_stop_end_the_walk() -> None:
    graph = expand(OUTER, resolver(INNER))
    assert walk(graph, {"read": "a", "net.cable": "a"}).node == replace(INNER.nodes["solved"], id="net.solved")
    assert walk(graph, {"read": "a", "net.cable": "c"}).node == replace(INNER.nodes["call"], id="net.call")


def test_an_article_asks_whether_it_helped_and_comes_back() -> None:
    graph = expand(OUTER, resolver(INNER))
    asked = graph.nodes["net.wipe"]
    assert asked == replace(
        INNER.nodes["wipe"],
        id="net.wipe",
        kind=Kind.CHECK,
        result=None,
        choices=(Choice("ok", "好了", "net.fixed"), Choice("still", "没好，继续", "other")),
    )
    fixed = walk(graph, {"read": "a", "net.cable": "b", "net.wipe": "ok"}).node
    assert (fixed.id, fixed.result, fixed.title) == ("net.fixed", Result.FIXED, "好了")
    assert walk(graph, {"read": "a", "net.cable": "b", "net.wipe": "still"}).node.id == "other"


def test_recorded_paths_of_the_outer_guide_can_be_replayed() -> None:
    assert errors(OUTER) == []
    graph = expand(OUTER, resolver(INNER))
    assert graph.paths == OUTER.paths
    elsewhere = replace(OUTER, paths=(RecordedPath(OUTER.paths[0].answers, "read"),))
    assert errors(elsewhere) == []
    assert len(errors(expand(elsewhere, resolver(INNER)))) == 1


def test_a_path_that_ends_at_the_guide_node_ends_at_its_first_question() -> None:
    graph = replace(OUTER, paths=(RecordedPath((("read", "a"),), "net"),))
    assert errors(graph) == []
    assert expand(graph, resolver(INNER)).paths[0].ends == "net.cable"
    assert errors(expand(graph, resolver(INNER))) == []


def test_generated_words_can_be_chosen() -> None:
    graph = expand(OUTER, resolver(INNER), ok_label="Works", still_label="Still", fixed_title="Done")
    assert [choice.label for choice in graph.nodes["net.wipe"].choices] == ["Works", "Still"]
    assert graph.nodes["net.fixed"].title == "Done"


def test_the_generated_outcome_never_takes_an_inner_nodes_place() -> None:
    inner = make_graph(
        make_question("a", "fixed", "fixed-2"),
        make_outcome("fixed", result=Result.ARTICLE),
        make_outcome("fixed-2", title="keep"),
        slug="network",
    )
    graph = expand(OUTER, resolver(inner))
    assert graph.nodes["net.fixed-2"].title == "keep"
    assert graph.nodes["net.fixed"].choices[0].to == "net.fixed-3"
    assert graph.nodes["net.fixed-3"].result is Result.FIXED


def test_without_articles_nothing_is_generated_and_then_is_not_reached() -> None:
    inner = make_graph(make_outcome("a"), slug="network")
    graph = expand(OUTER, resolver(inner))
    assert list(graph.nodes) == ["read", "net.a", "other", "end"]
    assert "other" not in graph.reachable()


def test_a_guide_may_start_by_handing_over_and_hand_over_again_afterwards() -> None:
    outer = make_graph(
        make_hand_over("one", "network", "two"), make_hand_over("two", "network", "end"), make_outcome("end"), slug="o"
    )
    graph = expand(outer, resolver(INNER))
    assert graph.start == "one.cable"
    assert graph.nodes["one.wipe"].choices[1].to == "two.cable"
    assert graph.nodes["two.wipe"].choices[1].to == "end"
    assert errors(graph) == []


def test_guides_inside_guides_inside_guides() -> None:
    middle = make_graph(
        make_hand_over("in", "network", "told"), make_outcome("told", result=Result.ARTICLE), slug="mid"
    )
    outer = make_graph(make_hand_over("mid", "mid", "end"), make_outcome("end"), slug="outer")
    graph = expand(outer, resolver(middle, INNER))
    answers = {"mid.in.cable": "b", "mid.in.wipe": "still"}
    assert walk(graph, answers).node.id == "mid.told"
    assert walk(graph, {**answers, "mid.told": "still"}).node.id == "end"
    assert walk(graph, {**answers, "mid.told": "ok"}).node.id == "mid.fixed"
    assert errors(graph) == []
    assert from_document(to_document(graph)) == graph


def test_a_graph_without_guide_nodes_comes_back_as_it_is() -> None:
    assert expand(INNER, resolver()) is INNER


def test_a_guide_is_asked_for_once() -> None:
    asked: list[str] = []

    def resolve(slug: str) -> Graph:
        asked.append(slug)
        return INNER

    nodes = [make_hand_over(f"n{index}", "network", f"n{index + 1}") for index in range(5)]
    expand(make_graph(*nodes, make_outcome("n5")), resolve)
    assert asked == ["network"]


@pytest.mark.parametrize("slug", ["gone", ""])
def test_a_missing_guide_is_named_with_the_node(slug: str) -> None:
    middle = make_graph(make_hand_over("in", slug, "end"), make_outcome("end"), slug="mid")
    outer = make_graph(make_hand_over("out", "mid", "end"), make_outcome("end"), slug="outer")
    with pytest.raises(UnknownGuide) as refused:
        expand(outer, resolver(middle))
    assert (refused.value.slug, refused.value.node) == (slug, "out.in")


@pytest.mark.parametrize("size", [1, 2, 5])
def test_guides_that_hand_over_in_a_circle_are_refused(size: int) -> None:
    ring = [
        make_graph(make_hand_over("n", f"g{(index + 1) % size}", "end"), make_outcome("end"), slug=f"g{index}")
        for index in range(size)
    ]
    outer = make_graph(make_hand_over("n", "g0", "end"), make_outcome("end"), slug="outer")
    with pytest.raises(GuideCycle) as refused:
        expand(outer, resolver(*ring))
    assert refused.value.slugs == tuple(f"g{index}" for index in range(size))


def test_a_draft_cannot_hand_over_to_its_own_published_form() -> None:
    with pytest.raises(GuideCycle):
        expand(make_graph(make_hand_over("n", "g", "end"), make_outcome("end"), slug="g"), resolver(INNER))


def chain(length: int) -> list[Graph]:
    last = make_graph(make_outcome("a", result=Result.ARTICLE), slug=f"g{length - 1}")
    others = [
        make_graph(make_hand_over("n", f"g{index + 1}", "end"), make_outcome("end"), slug=f"g{index}")
        for index in range(length - 1)
    ]
    return [*others, last]


def test_eight_levels_are_enough() -> None:
    assert MAX_LEVELS == 8
    allowed = chain(8)
    assert ".".join(["n"] * 7 + ["a"]) in expand(allowed[0], resolver(*allowed)).nodes
    deeper = chain(9)
    with pytest.raises(GuideTooDeep) as refused:
        expand(deeper[0], resolver(*deeper))
    assert refused.value.slugs == tuple(f"g{index}" for index in range(9))


def test_a_guide_met_before_is_not_let_in_deeper_than_allowed() -> None:
    graphs = chain(8)
    # g1 … g7 are known (seven levels) when g0 comes to them again below another guide.
    detour = make_graph(make_hand_over("d", "g1", "end"), make_outcome("end"), slug="detour")
    first = make_graph(
        make_hand_over("a", "g1", "b"), make_hand_over("b", "detour", "end"), make_outcome("end"), slug="first"
    )
    with pytest.raises(GuideTooDeep):
        expand(first, resolver(*graphs, detour))


def test_growth_is_stopped_before_it_costs_memory() -> None:
    graphs = [make_graph(make_outcome("a"), slug="g0")]
    for level in range(1, 8):
        nodes = [make_hand_over(f"n{index}", f"g{level - 1}", "end") for index in range(50)]
        graphs.append(make_graph(*nodes, make_outcome("end"), slug=f"g{level}"))
    with pytest.raises(ExpansionTooLarge) as refused:
        expand(graphs[-1], resolver(*graphs))
    assert (refused.value.slug, refused.value.limit) == ("g2", 2000)
    with pytest.raises(ExpansionTooLarge):
        expand(OUTER, resolver(replace(make_ladder(1999), slug="network")))


def test_doubled_ids_of_inner_guides_are_not_forgotten() -> None:
    inner = replace(INNER, duplicates=("cable",))
    assert expand(replace(OUTER, duplicates=("read",)), resolver(inner)).duplicates == ("read", "net.cable")


@few
@given(broken_graphs(), broken_graphs())
def test_broken_guides_expand_or_are_refused_with_a_reason(outer: Graph, inner: Graph) -> None:
    try:
        graph = expand(replace(outer, slug="outer"), resolver(replace(inner, slug="a"), replace(INNER, slug="b")))
    except (UnknownGuide, GuideCycle):
        return
    assert all(node.kind is not Kind.GUIDE for node in graph.nodes.values())
    check(graph)


@few
@given(dags(), dags(), st.data())
def test_sound_guides_make_a_sound_whole(outer: Graph, inner: Graph, data: st.DataObject) -> None:
    ends = [node for node in outer.nodes.values() if node.is_end and node.id != outer.start]
    assume(ends)
    end = data.draw(st.sampled_from(ends))
    hand_over = make_hand_over(end.id, "inner", "last")
    whole = replace(outer, slug="o", paths=(), nodes={**outer.nodes, end.id: hand_over, "last": make_outcome("last")})
    graph = expand(whole, resolver(replace(inner, slug="inner")))
    comes_back = any(node.result is Result.ARTICLE for node in inner.nodes.values())
    assert ("last" in graph.reachable()) == comes_back
    assert (
        errors(graph if comes_back else replace(graph, nodes={k: n for k, n in graph.nodes.items() if k != "last"}))
        == []
    )
    # Every inner path is walked once for every way to the hand-over; an article that did not help goes on once more.
    before, inside = path_statistics(outer).by_outcome, path_statistics(inner)
    articles = sum(
        count for node_id, count in inside.by_outcome.items() if inner.nodes[node_id].result is Result.ARTICLE
    )
    others = path_statistics(outer).total - before[end.id]
    assert path_statistics(graph).total == others + before[end.id] * (inside.total + articles)
