from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.engine import endings
from diagnostics.engine.compare import (
    ChoiceChange,
    Comparison,
    EndingChange,
    EndingReason,
    Endings,
    TextChange,
    changed_endings,
    compare,
)
from diagnostics.engine.counting import iter_paths
from diagnostics.engine.errors import CircularWalk, CyclicGraph, StrandedWalk
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.engine.walk import walk
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    dags,
    few,
    make_choice,
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
    mutants,
    usual,
)
from tools.sample_graphs import layered_graph

PATH = RecordedPath((("read", "a"), ("insert", "a")), "solved")
GRAPH = make_graph(
    make_question("read", "insert", "other"),
    make_question("insert", "solved", "other", kind=Kind.CHECK),
    make_question("other", "solved", "call"),
    make_outcome("solved"),
    make_outcome("call", result=Result.ESCALATE),
    paths=(PATH,),
)
READ, INSERT, OTHER, SOLVED, CALL = GRAPH.nodes.values()


def with_nodes(*nodes: Node, graph: Graph = GRAPH) -> Graph:
    return replace(graph, nodes={**graph.nodes, **{node.id: node for node in nodes}})


def without(*node_ids: str, graph: Graph = GRAPH) -> Graph:
    return replace(graph, nodes={node_id: node for node_id, node in graph.nodes.items() if node_id not in node_ids})


def with_choices(node: Node, *choices: Choice) -> Graph:
    return with_nodes(replace(node, choices=choices))


# --- words and ways ---------------------------------------------------------------------------------------------------
def test_equal_graphs_do_not_differ() -> None:
    assert compare(GRAPH, GRAPH) == Comparison()
    assert compare(GRAPH, GRAPH).is_empty


def test_the_guide_itself_may_change() -> None:
    found = compare(GRAPH, replace(GRAPH, title="新", start="insert", codes=("E324", "05")))
    assert found == Comparison(
        guide_changes=(
            TextChange("title", "测试", "新"),
            TextChange("start", "read", "insert"),
            TextChange("codes", "", "E324, 05"),
        )
    )
    assert not found.is_empty


def test_nodes_come_and_go_in_authored_order() -> None:
    new = with_nodes(make_outcome("z"), make_outcome("b"), graph=without("insert", "call"))
    found = compare(GRAPH, new)
    assert [node.id for node in found.added] == ["z", "b"]
    assert [node.id for node in found.removed] == ["insert", "call"]
    assert found.changed == ()


def test_every_field_of_a_node_is_compared() -> None:
    old = Node("x", Kind.CHECK, "t", "h", "s", "n", "p", None, (), (), None, "l", "g", "d")
    new = Node("x", Kind.OUTCOME, "T", "H", "S", "N", "P", 0, ("a", "b"), (), Result.STOP, "L", "G", "D")
    (change,) = compare(make_graph(old), make_graph(new)).changed
    assert change.texts == (
        TextChange("kind", "check", "outcome"),
        TextChange("title", "t", "T"),
        TextChange("help", "h", "H"),
        TextChange("say", "s", "S"),
        TextChange("note", "n", "N"),
        TextChange("picture", "p", "P"),
        TextChange("minutes", "", "0"),
        TextChange("articles", "", "a, b"),
        TextChange("result", "", "stop"),
        TextChange("tell", "l", "L"),
        TextChange("guide", "g", "G"),
        TextChange("then", "d", "D"),
    )
    assert (change.node, change.old) == (new, old)


def test_choices_are_told_apart_by_id() -> None:
    a, b = READ.choices
    new_b = replace(b, hint="看小票", to="call")
    (change,) = compare(GRAPH, with_choices(READ, new_b, make_choice("c", "other"))).changed
    assert change.choices_added == (make_choice("c", "other"),)
    assert change.choices_removed == (a,)
    assert change.choices_reworded == change.choices_redirected == (ChoiceChange(b, new_b),)
    assert (change.texts, change.reordered) == ((), False)


def test_a_choice_may_be_only_reworded_or_only_redirected() -> None:
    a, b = READ.choices
    reworded, redirected = replace(a, label="新"), replace(b, to="call")
    (change,) = compare(GRAPH, with_choices(READ, reworded, redirected)).changed
    assert change.choices_reworded == (ChoiceChange(a, reworded),)
    assert change.choices_redirected == (ChoiceChange(b, redirected),)


def test_the_order_of_choices_counts() -> None:
    a, b = READ.choices
    (change,) = compare(GRAPH, with_choices(READ, b, a)).changed
    assert change.reordered
    assert not (change.choices_added or change.choices_removed or change.choices_reworded or change.choices_redirected)


def test_a_choice_put_between_reorders_nothing() -> None:
    a, b = READ.choices
    (change,) = compare(GRAPH, with_choices(READ, a, make_choice("c", "other"), b)).changed
    assert not change.reordered


def test_a_draft_may_have_a_choice_twice() -> None:
    a, b = READ.choices
    twice = with_choices(READ, a, a, b)
    assert compare(twice, twice).is_empty
    (change,) = compare(GRAPH, twice).changed
    assert change.choices_added == (a,)
    (change,) = compare(twice, with_choices(READ, a, replace(a, to="call"), b)).changed
    assert change.choices_redirected == (ChoiceChange(a, replace(a, to="call")),)


def test_recorded_paths_are_compared_whatever_their_order() -> None:
    other = RecordedPath((), "read")
    assert compare(GRAPH, replace(GRAPH, paths=(other, PATH))).paths_added == (other,)
    assert compare(replace(GRAPH, paths=(other, PATH)), replace(GRAPH, paths=(PATH, other))).is_empty
    assert compare(GRAPH, replace(GRAPH, paths=(PATH, PATH))).paths_added == (PATH,)
    assert compare(GRAPH, replace(GRAPH, paths=())).paths_removed == (PATH,)


@few
@given(broken_graphs() | mutants(), broken_graphs() | mutants())
def test_nothing_that_a_reader_meets_is_missed(old: Graph, new: Graph) -> None:
    def essence(graph: Graph) -> object:
        return graph.title, graph.start, graph.codes, graph.nodes, Counter(graph.paths)

    there, back = compare(old, new), compare(new, old)
    assert there.is_empty == (essence(old) == essence(new))
    assert {node.id for node in there.added} == {node.id for node in back.removed}
    assert sorted(change.node.id for change in there.changed) == sorted(change.old.id for change in back.changed)
    for change in there.changed:
        assert (
            change.texts
            or change.choices_added
            or change.choices_removed
            or change.choices_reworded
            or change.choices_redirected
            or change.reordered
        )


# --- endings ----------------------------------------------------------------------------------------------------------
def test_without_changes_nothing_is_replayed() -> None:
    assert changed_endings(GRAPH, GRAPH) == Endings()
    reworded = with_nodes(replace(OTHER, title="新"), replace(SOLVED, articles=("a",)))
    assert changed_endings(GRAPH, reworded) == Endings()


def test_a_redirected_choice_ends_elsewhere() -> None:
    a, b = OTHER.choices
    found = changed_endings(GRAPH, with_choices(OTHER, replace(a, to="call"), b))
    example = (("read", "a"), ("insert", "b"), ("other", "a"))
    change = EndingChange("solved", "call", EndingReason.ELSEWHERE, 2, example, ("other", "a"))
    assert found == Endings((change,), compared=2)
    assert change.is_end


def test_the_turn_is_where_the_walks_part_not_where_they_end() -> None:
    a, b = READ.choices
    found = changed_endings(GRAPH, with_choices(READ, replace(a, to="other"), b))
    example = (("read", "a"), ("insert", "a"))
    (change,) = found.changes
    # The other two walks that met the change, read=a insert=b other=…, end where they ended.
    assert (change.old_end, change.new_end, change.reason) == ("solved", "other", EndingReason.ASKS_MORE)
    assert (change.example, change.turn, change.count, change.is_end) == (example, ("read", "a"), 1, False)
    assert found.compared == 3


def test_a_choice_that_is_gone_asks_again() -> None:
    found = changed_endings(GRAPH, with_choices(INSERT, INSERT.choices[1]))
    (change,) = found.changes
    assert (change.old_end, change.new_end, change.reason) == ("solved", "insert", EndingReason.ASKS_MORE)
    assert change.turn == ("insert", "a")


def test_a_question_in_between_asks_more() -> None:
    found = changed_endings(
        GRAPH,
        with_nodes(
            replace(INSERT, choices=(replace(INSERT.choices[0], to="sure"), INSERT.choices[1])),
            make_question("sure", "solved", "call"),
        ),
    )
    assert [(c.old_end, c.new_end, c.reason, c.turn) for c in found.changes] == [
        ("solved", "sure", EndingReason.ASKS_MORE, ("insert", "a"))
    ]


def test_an_outcome_that_becomes_a_question_asks_more() -> None:
    found = changed_endings(GRAPH, with_nodes(make_question("call", "solved", "solved")))
    assert [(c.old_end, c.new_end, c.reason, c.turn, c.count) for c in found.changes] == [
        ("call", "call", EndingReason.ASKS_MORE, None, 2)
    ]


def test_a_question_that_becomes_an_outcome_ends_earlier() -> None:
    found = changed_endings(GRAPH, with_nodes(make_outcome("other")))
    assert [(c.old_end, c.new_end, c.reason, c.turn, c.count) for c in found.changes] == [
        ("solved", "other", EndingReason.ELSEWHERE, ("other", "a"), 2),
        ("call", "other", EndingReason.ELSEWHERE, ("other", "b"), 2),
    ]


@pytest.mark.parametrize("result", [Result.ESCALATE, None])
def test_the_same_outcome_may_mean_something_else(result: Result | None) -> None:
    found = changed_endings(GRAPH, with_nodes(replace(SOLVED, result=result)))
    assert [(c.old_end, c.new_end, c.reason, c.turn, c.count, c.is_end) for c in found.changes] == [
        ("solved", "solved", EndingReason.SAME_NODE_OTHER_RESULT, None, 3, True)
    ]


def test_a_draft_may_lead_nowhere() -> None:
    b = OTHER.choices[1]
    (change,) = changed_endings(GRAPH, with_choices(OTHER, OTHER.choices[0], replace(b, to=""))).changes
    assert (change.new_end, change.reason, change.turn) == ("", EndingReason.NOWHERE, ("other", "b"))
    (change,) = changed_endings(GRAPH, without("call")).changes
    assert (change.new_end, change.reason, change.turn) == ("call", EndingReason.NOWHERE, ("other", "b"))
    found = changed_endings(GRAPH, with_nodes(replace(OTHER, choices=())))
    assert [(c.old_end, c.new_end, c.reason, c.turn) for c in found.changes] == [
        ("solved", "other", EndingReason.NOWHERE, ("other", "a")),
        ("call", "other", EndingReason.NOWHERE, ("other", "b")),
    ]


def test_an_outcome_without_a_result_may_be_lost_too() -> None:
    old = with_nodes(replace(CALL, result=None))
    (change,) = changed_endings(old, without("call", graph=old)).changes
    assert (change.new_end, change.reason) == ("call", EndingReason.NOWHERE)


def test_a_draft_may_go_in_circles() -> None:
    a, b = OTHER.choices
    found = changed_endings(GRAPH, with_choices(OTHER, a, replace(b, to="read")))
    assert [(c.old_end, c.new_end, c.reason, c.turn, c.count) for c in found.changes] == [
        ("call", "read", EndingReason.CIRCLE, ("other", "b"), 2)
    ]
    assert not found.changes[0].is_end


def test_another_start_has_no_turn() -> None:
    found = changed_endings(GRAPH, replace(GRAPH, start="other"))
    assert [(c.old_end, c.new_end, c.reason, c.turn) for c in found.changes] == [
        ("solved", "other", EndingReason.ASKS_MORE, None)
    ]
    assert found.compared == 5


def test_a_guide_that_is_one_outcome_has_one_walk() -> None:
    old = make_graph(make_outcome("a"), make_outcome("b"))
    assert changed_endings(old, replace(old, start="b")) == Endings(
        (EndingChange("a", "b", EndingReason.ELSEWHERE, 1, (), None),), compared=1
    )


def test_most_walks_come_first() -> None:
    old = make_graph(make_question("a", "x", "y", "y"), *map(make_outcome, "xyz"))
    ways = tuple(replace(choice, to="z") for choice in old.nodes["a"].choices)
    found = changed_endings(old, with_nodes(replace(old.nodes["a"], choices=ways), graph=old))
    assert [(change.old_end, change.count) for change in found.changes] == [("y", 2), ("x", 1)]


HANDED = make_graph(
    make_question("a", "g", "x"), make_hand_over("g", "inner", "h"), make_hand_over("h", "inner", "b"),
    make_question("b", "x", "y"), make_outcome("x"), make_outcome("y"),
)  # fmt: skip


def test_guide_nodes_are_passed() -> None:
    assert changed_endings(HANDED, HANDED) == Endings()
    found = changed_endings(HANDED, with_nodes(make_hand_over("h", "inner", "y"), graph=HANDED))
    assert [(c.old_end, c.new_end, c.reason, c.turn) for c in found.changes] == [
        ("x", "y", EndingReason.ELSEWHERE, ("a", "a"))
    ]
    started = replace(HANDED, start="g")
    assert changed_endings(started, replace(HANDED, start="b")) == Endings()


@pytest.mark.parametrize(
    ("then", "new_end", "reason"),
    [
        ("g", "g", EndingReason.CIRCLE),
        ("h", "h", EndingReason.CIRCLE),
        ("", "h", EndingReason.NOWHERE),
        ("gone", "gone", EndingReason.NOWHERE),
        ("a", "a", EndingReason.CIRCLE),
    ],
)
def test_guide_nodes_of_a_draft_may_lead_nowhere(then: str, new_end: str, reason: EndingReason) -> None:
    found = changed_endings(HANDED, with_nodes(make_hand_over("h", "inner", then), graph=HANDED))
    assert {(change.new_end, change.reason, change.turn) for change in found.changes} == {(new_end, reason, ("a", "a"))}


def test_what_cannot_be_compared_is_unknown() -> None:
    unknown = Endings(unknown=True)
    circle = make_graph(make_question("a", "b", "z"), make_question("b", "a", "z"), make_outcome("z"))
    sound = with_nodes(make_question("b", "z", "z"), graph=circle)
    assert changed_endings(circle, sound) == unknown
    assert changed_endings(GRAPH, replace(GRAPH, start="")) == unknown
    assert changed_endings(GRAPH, replace(GRAPH, start="gone")) == unknown
    assert changed_endings(replace(GRAPH, start=""), GRAPH) == unknown
    assert changed_endings(make_graph(make_question("a", "gone")), GRAPH) == unknown
    assert changed_endings(Graph("g", "", "", {}), GRAPH) == unknown
    assert changed_endings(sound, circle).changes[0].reason is EndingReason.CIRCLE


def test_only_so_many_walks_are_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = changed_endings(GRAPH, with_nodes(replace(SOLVED, result=Result.STOP)), limit=3)
    assert (found.changes[0].count, found.compared, found.is_capped) == (3, 3, False)
    found = changed_endings(GRAPH, with_nodes(replace(SOLVED, result=Result.STOP)), limit=2)
    assert (found.changes[0].count, found.compared, found.is_capped) == (2, 2, True)
    assert changed_endings(GRAPH, with_nodes(replace(SOLVED, result=Result.STOP)), limit=0) == Endings(is_capped=True)
    monkeypatch.setattr(endings, "MAX_ANSWERS", 1)
    found = changed_endings(GRAPH, with_nodes(replace(SOLVED, result=Result.STOP)))
    assert (found.compared, found.is_capped) == (1, True)


def test_a_small_change_in_a_large_guide_is_found() -> None:
    old = layered_graph()
    last = old.nodes["step-11-20"]
    new = with_nodes(
        replace(last, choices=(replace(last.choices[0], to=last.choices[1].to), *last.choices[1:])), graph=old
    )
    found = changed_endings(old, new)
    assert {change.turn for change in found.changes} == {("step-11-20", "a")}
    assert not found.is_capped
    assert sum(change.count for change in found.changes) == found.compared


def test_very_deep_guides_are_compared_within_bounds() -> None:
    old = make_ladder(1500)
    found = changed_endings(old, with_nodes(make_outcome("n1500", result=Result.STOP), graph=old))
    assert found.is_capped
    assert found.compared * 1500 < 3 * endings.MAX_ANSWERS


@usual
@given(dags() | mutants(), dags() | mutants(), st.booleans())
def test_replaying_every_walk_finds_the_same(old: Graph, new: Graph, same_nodes: bool) -> None:
    if same_nodes:
        new = replace(new, nodes={**old.nodes, **new.nodes}, start=old.start)
    try:
        paths = list(iter_paths(old))
    except CyclicGraph:
        paths = []
    found = changed_endings(old, new)
    if found.unknown or found.is_capped:
        return
    expected: Counter[tuple[str, str, bool]] = Counter()
    for path in paths:
        end = path[-1].choice.to if path else old.start
        try:
            position = walk(new, {step.node.id: step.choice.id for step in path})
        except StrandedWalk as stranded:
            expected[end, stranded.to, False] += 1
        except CircularWalk as circle:
            expected[end, circle.nodes[0], False] += 1
        else:
            if not position.is_end or position.node.id != end or position.node.result is not old.nodes[end].result:
                expected[end, position.node.id, position.is_end] += 1
    if paths:
        counted: Counter[tuple[str, str, bool]] = Counter()
        for change in found.changes:  # one ending may be met for two reasons: asked more there, or come round to it
            counted[change.old_end, change.new_end, change.is_end] += change.count
        assert counted == expected


@few
@given(broken_graphs(), broken_graphs())
def test_any_two_drafts_can_be_compared(old: Graph, new: Graph) -> None:
    found = changed_endings(old, new)
    assert found.unknown <= (found.changes == ())
    assert sum(change.count for change in found.changes) <= found.compared
    for change in found.changes:
        assert change.old_end in old.nodes
        assert (change.new_end in new.nodes and new.nodes[change.new_end].is_end) or not change.is_end
        assert change.turn is None or change.turn in change.example
    assert changed_endings(old, old).changes == ()
