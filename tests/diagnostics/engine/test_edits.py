from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diagnostics.engine.edits import (
    add_node,
    cut_by_deleting,
    delete_nodes,
    duplicate_node,
    free_choice_id,
    free_node_id,
    insert_between,
    move_branch,
    record,
    redirect,
    rename_node,
    replace_node,
)
from diagnostics.engine.errors import NodeExists, UnknownNode, UnknownWay, WouldCircle
from diagnostics.engine.graph import RESERVED_NODE_IDS, Choice, Graph, Kind, Node, RecordedPath, is_id
from diagnostics.engine.problems import Grade, check
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    dags,
    few,
    make_choice,
    make_graph,
    make_hand_over,
    make_outcome,
    make_question,
    mutants,
    usual,
)

#: read → insert → (solved | other), read → other → (solved | call), read → net → (another guide) → call
GRAPH = make_graph(
    make_question("read", "insert", "other", "net"),
    make_question("insert", "solved", "other", kind=Kind.CHECK),
    make_question("other", "solved", "call"),
    make_hand_over("net", "network", "call"),
    make_outcome("solved"),
    make_outcome("call"),
    paths=(
        RecordedPath((("read", "a"), ("insert", "a")), "solved"),
        RecordedPath((("read", "b"), ("other", "b")), "call"),
        RecordedPath((("read", "c"), ("net.cable", "ok")), "net.fixed"),
    ),
)


def mentioned(graph: Graph) -> set[str]:
    """Every node id that something names."""
    ways = {to for node in graph.nodes.values() for to in (node.then, *(choice.to for choice in node.choices))}
    asked = {node for path in graph.paths for node in (path.ends, *(node for node, _ in path.answers))}
    return {graph.start, *ways, *asked, *(node.partition(".")[0] for node in asked)}


def names_of(graph: Graph) -> list[str]:
    return list(graph.nodes)


class TestAdd:
    def test_a_node_comes_behind_another_or_last(self) -> None:
        new = make_outcome("new")
        assert names_of(add_node(GRAPH, new, after="read"))[:3] == ["read", "new", "insert"]
        assert names_of(add_node(GRAPH, new))[-1] == "new"
        assert names_of(add_node(GRAPH, new, after="gone"))[-1] == "new"

    def test_the_first_node_of_an_empty_guide_is_where_it_starts(self) -> None:
        empty = Graph("g", "g", "", {})
        assert add_node(empty, make_outcome("a")).start == "a"
        assert add_node(add_node(empty, make_outcome("a")), make_outcome("b")).start == "a"

    def test_a_guide_that_lost_its_start_does_not_begin_at_whatever_is_added(self) -> None:
        assert add_node(replace(GRAPH, start=""), make_outcome("new")).start == ""
        assert duplicate_node(replace(GRAPH, start=""), "call")[0].start == ""

    def test_an_id_that_is_taken_is_refused(self) -> None:
        with pytest.raises(NodeExists) as refused:
            add_node(GRAPH, make_outcome("call"))
        assert refused.value.node == "call"

    def test_only_an_existing_node_can_be_replaced(self) -> None:
        changed = replace_node(GRAPH, make_outcome("other"))
        assert changed.nodes["other"].kind is Kind.OUTCOME
        assert names_of(changed) == names_of(GRAPH)
        with pytest.raises(UnknownNode):
            replace_node(GRAPH, make_outcome("gone"))

    def test_a_copy_leads_where_its_original_does_and_nothing_leads_to_it(self) -> None:
        graph, new = duplicate_node(GRAPH, "other")
        assert new == "other-1"
        assert graph.nodes[new] == replace(GRAPH.nodes["other"], id=new)
        assert names_of(graph)[names_of(graph).index("other") + 1] == new
        assert new not in graph.reachable()
        with pytest.raises(UnknownNode):
            duplicate_node(GRAPH, "gone")


class TestRename:
    def test_everything_that_names_the_node_follows(self) -> None:
        graph = rename_node(GRAPH, "call", "phone")
        assert [choice.to for choice in graph.nodes["other"].choices] == ["solved", "phone"]
        assert graph.nodes["net"].then == "phone"
        assert graph.paths[1].ends == "phone"
        assert names_of(graph) == ["read", "insert", "other", "net", "solved", "phone"]
        assert rename_node(GRAPH, "read", "begin").start == "begin"

    def test_answers_inside_another_guide_follow_too(self) -> None:
        assert rename_node(GRAPH, "net", "lan").paths[2] == RecordedPath(
            (("read", "c"), ("lan.cable", "ok")), "lan.fixed"
        )

    def test_an_authored_id_with_a_dot_is_another_node(self) -> None:
        graph = make_graph(make_question("a", "a.x", "b.x"), make_outcome("a.x"), make_outcome("b.x"))
        assert names_of(rename_node(graph, "a", "b")) == ["b", "a.x", "b.x"]

    def test_what_cannot_be_renamed(self) -> None:
        with pytest.raises(UnknownNode):
            rename_node(GRAPH, "gone", "new")
        with pytest.raises(NodeExists):
            rename_node(GRAPH, "read", "call")
        assert rename_node(GRAPH, "read", "read") is GRAPH

    @usual
    @given(dags() | mutants(), st.data())
    def test_there_and_back_is_where_it_was(self, graph: Graph, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(names_of(graph)))
        renamed = rename_node(graph, old, "renamed")
        assert old not in {*renamed.nodes, *mentioned(renamed)}
        assert [problem.id for problem in check(renamed)] == [problem.id for problem in check(graph)]
        back = rename_node(renamed, "renamed", old)
        assert back == graph
        assert names_of(back) == names_of(graph)


class TestDelete:
    def test_the_cut_names_branch_ways_and_paths(self) -> None:
        cut = cut_by_deleting(GRAPH, "other")
        assert (cut.stranded, cut.ways, cut.paths) == ((), (("read", "b"), ("insert", "b")), (2,))
        tree = make_graph(
            make_question("a", "b", "end"), make_question("b", "c"), make_question("c", "end"), make_outcome("end")
        )
        assert cut_by_deleting(tree, "b").stranded == ("c",)
        assert cut_by_deleting(tree, "b").ways == (("a", "a"),)
        assert cut_by_deleting(tree, "a").stranded == ("b", "c", "end")

    def test_a_path_into_the_guide_inside_goes_with_its_node(self) -> None:
        assert cut_by_deleting(GRAPH, "net").paths == (3,)
        assert [path.ends for path in delete_nodes(GRAPH, ["net"]).paths] == ["solved", "call"]
        only_end = replace(GRAPH, paths=(RecordedPath((("read", "c"),), "net.told"),))
        assert cut_by_deleting(only_end, "net").paths == (1,)
        assert delete_nodes(only_end, ["net"]).paths == ()

    def test_the_afterwards_of_a_guide_node_is_a_way_without_a_choice(self) -> None:
        assert ("net", "") in cut_by_deleting(GRAPH, "call").ways
        assert delete_nodes(GRAPH, ["call"]).nodes["net"].then == ""

    def test_ways_keep_their_labels_and_may_lead_elsewhere(self) -> None:
        graph = delete_nodes(GRAPH, ["insert"], lead_to="other")
        assert graph.nodes["read"].choices[0] == replace(GRAPH.nodes["read"].choices[0], to="other")
        assert delete_nodes(GRAPH, ["read"], lead_to="other").start == "other"
        assert delete_nodes(GRAPH, ["insert"]).nodes["read"].choices[0].to == ""

    def test_nothing_is_led_to_what_goes_too(self) -> None:
        with pytest.raises(WouldCircle) as refused:
            delete_nodes(GRAPH, ["insert"], lead_to="read")
        assert refused.value.nodes == ("read",)
        assert delete_nodes(GRAPH, ["insert", "other"], lead_to="other").nodes["read"].choices[0].to == ""

    def test_only_existing_nodes_can_be_deleted(self) -> None:
        with pytest.raises(UnknownNode):
            delete_nodes(GRAPH, ["read", "gone"])
        with pytest.raises(UnknownNode):
            cut_by_deleting(GRAPH, "gone")

    @few
    @given(dags() | mutants() | broken_graphs(), st.data())
    def test_no_mention_of_what_was_deleted_is_left(self, graph: Graph, data: st.DataObject) -> None:
        assume(graph.nodes)
        gone = data.draw(st.sets(st.sampled_from(names_of(graph)), min_size=1))
        lead_to = data.draw(st.sampled_from(["", *graph.nodes]))
        try:
            left = delete_nodes(graph, gone, lead_to=lead_to)
        except WouldCircle:
            assert lead_to
            left = delete_nodes(graph, gone)
        assert not (mentioned(left) - {""}) & gone
        assert names_of(left) == [node_id for node_id in graph.nodes if node_id not in gone]

    @usual
    @given(dags() | mutants(), st.data())
    def test_the_cut_is_exactly_what_becomes_unreachable(self, graph: Graph, data: st.DataObject) -> None:
        node_id = data.draw(st.sampled_from(names_of(graph)))
        cut = cut_by_deleting(graph, node_id)
        without = delete_nodes(graph, [node_id])
        assert set(cut.stranded) == graph.reachable() - {node_id} - without.reachable()
        branch = (node_id, *cut.stranded)
        left = delete_nodes(graph, branch)
        # With its branch gone as well, nothing hangs in the air that did not before.
        unreachable = graph.nodes.keys() - graph.reachable()
        assert left.nodes.keys() - left.reachable() == unreachable - {node_id}
        emptied = {
            (node.id, choice.id)
            for node in left.nodes.values()
            if node.kind is not Kind.OUTCOME
            for choice in node.choices
            if not choice.to
        }
        assert emptied == set(cut.ways)
        assert len(left.paths) == len(graph.paths) - len(cut.paths)


class TestWays:
    def test_a_choice_or_an_afterwards_leads_elsewhere(self) -> None:
        assert redirect(GRAPH, "read", "b", "call").nodes["read"].choices[1] == make_choice("b", "call")
        assert redirect(GRAPH, "net", "", "solved").nodes["net"].then == "solved"

    @pytest.mark.parametrize("way", [("read", "z"), ("read", ""), ("solved", "a"), ("net", "a")])
    def test_a_way_that_does_not_exist(self, way: tuple[str, str]) -> None:
        with pytest.raises(UnknownWay) as refused:
            redirect(GRAPH, *way, "call")
        assert (refused.value.node, refused.value.choice) == way
        with pytest.raises(UnknownWay):
            insert_between(GRAPH, *way, make_outcome("new"), "x")
        for one, other in ((way, ("read", "a")), (("read", "a"), way)):
            with pytest.raises(UnknownWay):
                move_branch(GRAPH, one, other)

    def test_a_node_is_put_into_a_way(self) -> None:
        new = Node("ask", Kind.QUESTION, "又问", choices=(Choice("c1", "别处", "call"),))
        graph = insert_between(GRAPH, "read", "a", new, "继续")
        assert graph.nodes["read"].choices[0].to == "ask"
        assert graph.nodes["ask"].choices == (*new.choices, Choice("c2", "继续", "insert"))
        assert names_of(graph)[:2] == ["read", "ask"]
        assert insert_between(GRAPH, "net", "", make_question("ask"), "继续").nodes["ask"].choices[0].to == "call"

    def test_a_guide_node_leads_on_by_its_afterwards_and_an_outcome_not_at_all(self) -> None:
        hand_over = insert_between(GRAPH, "read", "a", make_hand_over("lan", "network", ""), "继续")
        assert hand_over.nodes["lan"].then == "insert"
        assert insert_between(GRAPH, "read", "a", make_outcome("end"), "继续").nodes["end"].choices == ()

    def test_a_way_that_leads_nowhere_yet_is_a_way(self) -> None:
        open_end = replace_node(GRAPH, make_hand_over("net", "network", ""))
        graph = insert_between(open_end, "net", "", make_question("ask"), "继续")
        assert (graph.nodes["net"].then, graph.nodes["ask"].choices[0].to) == ("ask", "")
        moved = move_branch(open_end, ("other", "b"), ("net", ""))
        assert (moved.nodes["net"].then, moved.nodes["other"].choices[1].to) == ("call", "")

    def test_branches_change_places(self) -> None:
        graph = move_branch(GRAPH, ("read", "a"), ("net", ""))
        assert (graph.nodes["read"].choices[0].to, graph.nodes["net"].then) == ("call", "insert")
        assert graph.reachable() == GRAPH.reachable()

    def test_a_branch_is_not_moved_below_itself(self) -> None:
        with pytest.raises(WouldCircle) as refused:
            move_branch(GRAPH, ("read", "a"), ("insert", "a"))
        assert refused.value.nodes == ("insert",)
        with pytest.raises(WouldCircle) as refused:
            move_branch(GRAPH, ("insert", "a"), ("read", "a"))
        assert refused.value.nodes == ("insert",)

    def test_a_draft_s_own_circle_neither_hides_a_new_one_nor_is_taken_for_it(self) -> None:
        # b and c go round already; the way from b to d would close a second circle in the same tangle.
        graph = make_graph(
            make_question("a", "b", "e"),
            make_question("b", "c", "d"),
            make_question("c", "b"),
            make_question("d", "e"),
            make_outcome("e"),
        )
        with pytest.raises(WouldCircle) as refused:
            move_branch(graph, ("a", "a"), ("d", "a"))
        assert refused.value.nodes == ("b", "d")
        assert move_branch(graph, ("a", "b"), ("d", "a")) == graph
        assert move_branch(graph, ("b", "b"), ("a", "b")).nodes["a"].choices[1].to == "d"

    @usual
    @given(dags(), st.data())
    def test_a_move_cuts_nothing_off_closes_no_circle_and_can_be_taken_back(
        self, graph: Graph, data: st.DataObject
    ) -> None:
        every = [(node.id, way.choice.id) for node in graph.nodes.values() for way in node.ways if way.choice]
        assume(every)
        way, to_way = data.draw(st.sampled_from(every)), data.draw(st.sampled_from(every))
        try:
            moved = move_branch(graph, way, to_way)
        except WouldCircle:
            # Rightly so: one of the two is below the other.
            below = {node_id: replace(graph, start=node_id).reachable() for node_id in graph.nodes}
            ends = {one: graph.node(one[0]).choice(one[1]) for one in (way, to_way)}
            assert any(a[0] in below[end.to] for a in ends for b, end in ends.items() if end and a != b)
            return
        assert moved.cycles() == ()
        assert moved.reachable() == graph.reachable()
        assert move_branch(moved, way, to_way) == graph

    @usual
    @given(dags(), st.data())
    def test_an_inserted_question_leaves_a_sound_guide_sound(self, graph: Graph, data: st.DataObject) -> None:
        graph = replace(graph, paths=())
        every = [(node.id, way.choice.id) for node in graph.nodes.values() for way in node.ways if way.choice]
        assume(every)
        new = Node(free_node_id(graph), Kind.CHECK, "先做这个", say="请先做这个。")
        inserted = insert_between(graph, *data.draw(st.sampled_from(every)), new, "继续")
        assert [problem for problem in check(inserted) if problem.grade is Grade.ERROR] == []
        assert inserted.reachable() == graph.reachable() | {new.id}


class TestRecord:
    def test_a_new_path_comes_last(self) -> None:
        path = RecordedPath((("read", "b"), ("other", "a")), "solved")
        assert record(GRAPH, path).paths == (*GRAPH.paths, path)

    def test_the_same_answers_in_any_order_are_the_same_path_and_keep_its_number(self) -> None:
        path = RecordedPath((("insert", "a"), ("read", "a")), "call")
        assert record(GRAPH, path).paths == (path, *GRAPH.paths[1:])
        twice = replace(GRAPH, paths=(*GRAPH.paths, GRAPH.paths[0]))
        assert record(twice, path).paths == (path, *GRAPH.paths[1:])


class TestFreeIds:
    def test_a_number_is_counted_on_not_hung_on(self) -> None:
        graph = make_graph(make_outcome("step-1"), make_outcome("step-3"))
        assert free_node_id(graph) == free_node_id(graph, "step-1") == "step-2"
        assert free_node_id(graph, "x" * 63) == "x" * 55 + "-1"
        assert free_node_id(graph, "05") == "step-2"

    def test_an_id_that_a_way_is_waiting_for_is_not_free(self) -> None:
        graph = make_graph(make_question("step", "step-1", "end"), make_outcome("end"))
        assert free_node_id(graph) == "step-2"
        copied, new = duplicate_node(graph, "step")
        assert new not in copied.reachable()

    @few
    @given(dags() | mutants(), st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True))
    def test_a_free_id_is_an_id_and_free(self, graph: Graph, stem: str) -> None:
        new = free_node_id(graph, stem)
        assert is_id(new)
        assert new not in {*graph.nodes, *mentioned(graph), *RESERVED_NODE_IDS}

    def test_choices_are_counted(self) -> None:
        node = Node("a", Kind.QUESTION, "问", choices=(Choice("c1", "", ""), Choice("c3", "", "")))
        assert free_choice_id(node) == "c2"
        assert free_choice_id(node, taken=["c2"]) == "c4"
