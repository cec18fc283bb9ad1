from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from diagnostics.engine.catalogue import make_problem
from diagnostics.engine.graph import MAX_NODES, Choice, Graph, Kind, RecordedPath, Result
from diagnostics.engine.problems import CATALOGUE, Grade, Problem, check, stale_words_problem
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    few,
    make_choice,
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
)

GOOD = make_graph(
    make_question("read", "insert", "other"),
    make_question("insert", "solved", "other", kind=Kind.CHECK),
    make_question("other", "solved", "call"),
    make_outcome("solved"),
    make_outcome("call", result=Result.ESCALATE, tell="机器读不出卡", articles=("escalate",)),
    paths=(RecordedPath((("read", "a"), ("insert", "a")), "solved"),),
)


def change(node_id: str, **changes: Any) -> Graph:
    """The good guide with one node changed."""
    return replace(GOOD, nodes={**GOOD.nodes, node_id: replace(GOOD.nodes[node_id], **changes)})


def add(*nodes: Any, to: str = "call") -> Graph:
    """The good guide with more nodes, the first of which can be reached."""
    way = make_choice("more", nodes[0].id)
    graph = change("read", choices=(*GOOD.nodes["read"].choices, way))
    return replace(graph, nodes={**graph.nodes, **{node.id: node for node in nodes}})


def path(*answers: str, ends: str) -> Graph:
    pairs = tuple((node, choice) for node, _, choice in (answer.partition("=") for answer in answers))
    return replace(GOOD, paths=(RecordedPath(pairs, ends),))


def labels(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"c{index}", text, "solved") for index, text in enumerate(texts))


def too_many(count: int = MAX_NODES + 1) -> Graph:
    ends = [make_outcome(f"n{index}") for index in range(count - 1)]
    return make_graph(make_question("a", *(end.id for end in ends)), *ends)


PAGE = Path(__file__).parents[3] / "docs" / "guide-problems.md"
READ, OTHER, SOLVED = GOOD.nodes["read"], GOOD.nodes["other"], GOOD.nodes["solved"]
ELSEWHERE: dict[str, str | int] = {"path": 1, "reached": "solved", "ends": "call", "turn": "insert=a"}

#: For every id: a guide that has the problem, the node and choice it is at, and what else the message names.
TRIGGERS: dict[str, tuple[Callable[[], Graph], str, str, dict[str, str | int]]] = {
    "G001": (lambda: replace(GOOD, start=""), "", "", {}),
    "G002": (lambda: replace(GOOD, start="gone"), "", "", {"start": "gone"}),
    "G003": (lambda: change("other", choices=(*OTHER.choices, make_choice("x", "gone"))), "other", "x", {"to": "gone"}),
    "G004": (lambda: replace(GOOD, nodes={**GOOD.nodes, "x": make_outcome("x")}), "x", "", {}),
    "G005": (lambda: add(make_question("x", "gone")), "x", "", {}),
    "G006": (
        lambda: change("other", choices=(*OTHER.choices, make_choice("x", "insert"))),
        "insert",
        "",
        {"cycle": "insert → other → insert"},
    ),
    "G007": (lambda: replace(GOOD, duplicates=("call", "call")), "call", "", {}),
    "G008": (lambda: add(make_outcome("Bad id")), "Bad id", "", {"bad": "Bad id"}),
    "G009": (lambda: add(make_outcome("all")), "all", "", {}),
    "G010": (lambda: change("other", choices=(*OTHER.choices, Choice("x", " \u3000\u200b", "call"))), "other", "x", {}),
    "G011": (lambda: change("solved", title=" \n"), "solved", "", {}),
    "G012": (lambda: add(make_question("x")), "x", "", {}),
    "G013": (lambda: change("solved", choices=labels("x")), "solved", "", {"kind": "outcome"}),
    "G014": (lambda: change("solved", result=None), "solved", "", {}),
    "G015": (lambda: add(make_hand_over("x", "", "call")), "x", "", {"field": "guide"}),
    "G016": (lambda: change("other", choices=(*OTHER.choices, Choice("a", "又一个", "call"))), "other", "a", {}),
    "G017": (too_many, "", "", {"count": 2001, "limit": 2000}),
    "G018": (lambda: path("read=a", "insert=a", ends="call"), "insert", "a", ELSEWHERE),
    "G019": (lambda: path("read=a", "gone=a", "insert=a", ends="solved"), "", "", {"path": 1, "asked": "gone"}),
    "G020": (lambda: path("read=z", ends="read"), "read", "z", {"path": 1}),
    "G021": (lambda: path("read=b", "insert=b", "other=a", ends="solved"), "insert", "b", {"path": 1}),
    "G022": (lambda: change("solved", help="a\x00b"), "solved", "", {"field": "help", "character": "U+0000"}),
    "W001": (lambda: change("other", choices=labels("好", "说不清")), "other", "", {"to": "solved"}),
    "W002": (lambda: change("other", choices=OTHER.choices[:1]), "other", "", {}),
    "W003": (lambda: change("insert", say=" "), "insert", "", {}),
    "W005": (lambda: change("other", choices=labels(*"一二三四五六七八")), "other", "", {"count": 8, "limit": 7}),
    "W006": (lambda: make_ladder(13), "n13", "", {"taps": 13, "limit": 12}),
    "W007": (lambda: change("other", title="问 ＲＥＡＤ？"), "other", "", {"other": "read"}),
    "G024": (lambda: change("other", choices=labels("OK", "ｏｋ", "说不清")), "other", "c1", {"other": "c0"}),
    "W009": (lambda: change("call", articles=()), "call", "", {}),
    "G025": (lambda: change("call", tell=""), "call", "", {}),
}
#: What a graph alone does not show: `inspect_guide` finds it, and has its own tests.
NOT_FOUND_BY_CHECK = {
    "G023": make_problem("G023", "call", article="escalate"),
    "G026": make_problem("G026", "read", guide="network"),
    "G027": make_problem("G027", "read", cycle="a → b → a"),
    "G028": make_problem("G028", limit=2000, levels=8),
    "W004": stale_words_problem("read"),
}
#: Ids of problems that became another's; nobody may give them to a third.
RETIRED = {"W008", "W010"}


def ids(graph: Graph) -> list[str]:
    return [problem.id for problem in check(graph)]


def test_a_good_guide_has_no_problems() -> None:
    assert check(GOOD) == ()


def test_every_problem_has_a_guide_that_triggers_it() -> None:
    assert TRIGGERS.keys() | NOT_FOUND_BY_CHECK.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("problem_id", TRIGGERS)
def test_problem_is_found_where_it_is(problem_id: str) -> None:
    make, node, choice, data = TRIGGERS[problem_id]
    found = [problem for problem in check(make()) if problem.id == problem_id]
    assert [(problem.node, problem.choice) for problem in found] == [(node, choice)]
    assert found[0].data == {"node": node, "choice": choice, **data}
    assert found[0].grade is CATALOGUE[problem_id].grade


@pytest.mark.parametrize("problem_id", CATALOGUE)
def test_templates_use_only_the_data_there_is(problem_id: str) -> None:
    kind = CATALOGUE[problem_id]
    make, *_ = TRIGGERS.get(problem_id, (lambda: GOOD,))
    problem = NOT_FOUND_BY_CHECK.get(problem_id) or next(p for p in check(make()) if p.id == problem_id)
    assert kind.fields <= problem.data.keys()
    assert problem.message and problem.hint
    assert "{" not in problem.message + problem.hint


@pytest.mark.parametrize(("problem_id", "grade"), [("G", Grade.ERROR), ("W", Grade.WARNING)])
def test_ids_tell_the_grade_and_leave_no_gaps(problem_id: str, grade: Grade) -> None:
    found = [kind.id for kind in CATALOGUE.values() if kind.grade is grade]
    numbers = [f"{problem_id}{number:03}" for number in range(1, int(found[-1][1:]) + 1)]
    assert found == [number for number in numbers if number not in RETIRED]
    assert len({kind.name for kind in CATALOGUE.values()}) == len(CATALOGUE)


def test_every_problem_has_its_line_in_the_documentation() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    rows = [line for line in lines if line[:3] in ("| G", "| W")]
    assert rows == [f"| {k.id} | {k.name} | {k.message} | {k.hint} |" for k in CATALOGUE.values()]


def test_the_documentation_says_what_became_of_retired_ids() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"**{problem_id}**" in text for problem_id in RETIRED)


def test_braces_in_authored_text_are_text() -> None:
    problem = next(problem for problem in check(replace(GOOD, start="{node.__class__}")))
    assert "“{node.__class__}”" in problem.message


def test_all_problems_are_collected_errors_first_then_in_node_order() -> None:
    graph = make_graph(
        make_question("one", "two", "gone", say="", title=""),
        make_question("two", "end", choices=()),
        make_outcome("end", result=None, title="?"),
        start="one",
    )
    assert [(problem.grade, problem.node, problem.id) for problem in check(graph)] == [
        (Grade.ERROR, "one", "G003"),
        (Grade.ERROR, "one", "G005"),
        (Grade.ERROR, "one", "G011"),
        (Grade.ERROR, "two", "G012"),
        (Grade.ERROR, "end", "G004"),
        (Grade.ERROR, "end", "G014"),
        (Grade.WARNING, "one", "W003"),
    ]


def test_without_a_start_not_every_node_is_called_unreachable() -> None:
    assert ids(replace(GOOD, start="", paths=())) == ["G001"]


def test_every_tangle_of_a_draft_names_its_cycle() -> None:
    graph = make_graph(make_question("a", "a", "b"), make_question("b", "b", "c"), make_outcome("c"))
    assert [problem.data["cycle"] for problem in check(graph) if problem.id == "G006"] == ["a → a", "b → b"]


def test_a_bad_id_of_a_choice_is_found_but_reserved_words_are_free_for_choices() -> None:
    assert ids(change("other", choices=(*OTHER.choices, make_choice("No!", "call")))) == ["G008"]
    assert ids(change("other", choices=(*OTHER.choices, make_choice("all", "call")))) == []


def test_joined_ids_of_expanded_graphs_are_good() -> None:
    assert ids(add(make_outcome("net.cable"))) == []
    assert ids(add(make_outcome("net."))) == ["G008"]


def test_a_hand_over_needs_both_its_fields() -> None:
    assert [p.data["field"] for p in check(add(make_hand_over("x", "", ""))) if p.id == "G015"] == ["guide", "then"]
    assert "G015" not in ids(add(make_hand_over("x", "inner", "call")))


def test_a_dangling_hand_over_has_no_choice_to_blame() -> None:
    (problem,) = (p for p in check(add(make_hand_over("x", "inner", "gone"))) if p.id == "G003")
    assert (problem.node, problem.choice, problem.data["to"]) == ("x", "", "gone")


@pytest.mark.parametrize(
    ("answers", "ends", "node", "choice", "reached", "turn"),
    [
        (["read=a", "insert=a"], "call", "insert", "a", "solved", "insert=a"),
        (["read=b", "insert=a"], "solved", "read", "b", "other", "read=b"),
        (["insert=b", "other=b"], "call", "read", "", "read", "the start"),
        ([], "call", "read", "", "read", "the start"),
        (["read=a"], "insert-me", "read", "a", "insert", "read=a"),
    ],
)
def test_a_failing_path_says_where_it_ends_and_where_it_parts(
    answers: list[str], ends: str, node: str, choice: str, reached: str, turn: str
) -> None:
    (problem,) = check(path(*answers, ends=ends))
    assert problem.id == "G018"
    assert (problem.node, problem.choice) == (node, choice)
    assert (problem.data["reached"], problem.data["turn"]) == (reached, turn)


def test_paths_are_numbered_as_people_count() -> None:
    graph = replace(GOOD, paths=(*GOOD.paths, RecordedPath((("read", "b"),), "call")))
    (problem,) = check(graph)
    assert problem.message.startswith("Recorded path 2 ends at “other” instead of “call”")


def test_a_path_into_nowhere_fails_too() -> None:
    graph = replace(
        change("other", choices=(*OTHER.choices, make_choice("x", "gone"))),
        paths=(RecordedPath((("read", "b"), ("other", "x")), "call"),),
    )
    assert [(p.id, p.data.get("reached")) for p in check(graph)] == [("G003", None), ("G018", "gone")]


def test_a_path_through_another_guide_waits_for_the_expanded_graph() -> None:
    graph = add(make_hand_over("net", "network", "call"))
    known = (("read", "more"), ("net.cable", "ok"))
    assert check(replace(graph, paths=(RecordedPath(known, "call"),))) == ()
    assert check(replace(graph, paths=(RecordedPath(known[:1], "net"),))) == ()
    assert ids(replace(graph, paths=(RecordedPath((*known, ("gone.cable", "ok")), "call"),))) == ["G019"]
    assert ids(replace(graph, paths=(RecordedPath((("read", "b"), *known[1:]), "call"),))) == ["G018"]


def test_only_guide_nodes_have_nodes_inside() -> None:
    assert ids(path("read=a", "insert=a", "other.x=a", ends="solved")) == ["G019"]


def test_a_path_in_circles_leaves_the_word_to_the_cycle() -> None:
    graph = make_graph(make_question("a", "b", "end"), make_question("b", "a"), make_outcome("end"))
    circle = replace(graph, paths=(RecordedPath((("a", "a"), ("b", "a")), "end"),))
    assert [problem.id for problem in check(circle) if problem.grade is Grade.ERROR] == ["G006"]


@pytest.mark.parametrize("field", ["title", "help", "say", "note", "picture", "tell"])
@pytest.mark.parametrize("character", ["\x07", "\x1b", "\ud800", "\uffff"])
def test_no_text_may_hold_what_no_page_can_show(field: str, character: str) -> None:
    (problem,) = (p for p in check(change("call", **{field: f"x{character}y"})) if p.id == "G022")
    assert problem.data["field"] == field


def test_what_pages_can_show_is_left_alone() -> None:
    assert ids(change("call", help="a\tb\r\nc\u2028\ufeff😀\x85")) == []
    assert ids(replace(GOOD, title="\x01", codes=("\x02",))) == ["G022", "G022"]
    assert ids(change("call", articles=("\x01",))) == ["G022"]
    assert "G022" in ids(replace(GOOD, start="\x01"))
    assert "G022" in ids(replace(GOOD, paths=(RecordedPath((("read", "\x01"),), "call"),)))
    assert "G022" in ids(change("other", choices=(*OTHER.choices, make_choice("x", "\x01"))))
    assert ids(change("other", choices=(*OTHER.choices, make_choice("x", "call", hint="\x01")))) == ["G022"]


@pytest.mark.parametrize("label", ["说不清", "我不知道", "不确定", "看不出来", "不清楚，跳过", "没注意"])
def test_any_words_for_cannot_tell_will_do(label: str) -> None:
    assert ids(change("other", choices=(OTHER.choices[0], Choice("x", label, "call")))) == []


@pytest.mark.parametrize("choice_id", ["unsure", "unknown", "cant-tell", "dont-know"])
def test_so_does_the_id_of_the_choice(choice_id: str) -> None:
    assert ids(change("other", choices=(OTHER.choices[0], Choice(choice_id, "其他", "call")))) == []


def test_a_check_needs_cannot_tell_only_to_tell_three_things_apart() -> None:
    two = (Choice("ok", "好了", "solved"), Choice("still", "没好", "call"))
    assert ids(change("other", kind=Kind.CHECK, choices=two)) == []
    assert ids(change("other", kind=Kind.QUESTION, choices=two)) == ["W002"]
    assert ids(change("other", kind=Kind.CHECK, choices=(*two, Choice("red", "红灯", "call")))) == ["W002"]


def test_one_way_out_is_for_questions_only() -> None:
    assert ids(change("other", choices=labels("说不清"))) == ["G004", "W001"]
    assert ids(change("other", kind=Kind.CHECK, choices=labels("做完了"))) == ["G004"]


def test_limits_are_inclusive() -> None:
    seven = labels("一", "二", "三", "四", "五", "六")
    assert "W005" not in ids(change("other", choices=(*seven, Choice("unsure", "说不清", "call"))))
    assert "W006" not in ids(make_ladder(12))
    assert "G017" not in ids(too_many(MAX_NODES))


def test_only_fixed_needs_neither_an_article_nor_somebody_to_tell() -> None:
    assert ids(change("solved", result=Result.ARTICLE)) == ["W009"]
    assert ids(change("solved", result=Result.FIXED, articles=())) == []
    assert ids(change("solved", articles=("clean-card",), result=Result.ARTICLE)) == []
    assert ids(change("call", result=Result.STOP, tell="")) == ["G025"]


def test_words_older_than_the_title_are_for_the_caller_to_find() -> None:
    problem = stale_words_problem("read")
    assert (problem.id, problem.grade, problem.node) == ("W004", Grade.WARNING, "read")


def test_problems_can_be_kept_in_sets() -> None:
    assert len({*check(change("call", tell="")), *check(change("call", tell=""))}) == 1


@few
@given(broken_graphs())
def test_check_takes_any_graph(graph: Graph) -> None:
    found = check(graph)
    assert check(graph) == found
    grades = [problem.grade for problem in found]
    assert grades == sorted(grades, key=[Grade.ERROR, Grade.WARNING].index)
    for problem in found:
        assert isinstance(problem, Problem)
        assert problem.message and problem.hint
        assert problem.node in graph.nodes or not problem.node or problem.id == "G007"
