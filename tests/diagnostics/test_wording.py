"""Problems of a guide in titles and labels instead of ids."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from diagnostics.checking import draft_problems
from diagnostics.engine.catalogue import CATALOGUE, Problem, make_problem
from diagnostics.engine.edits import replace_node
from diagnostics.engine.graph import Choice, Graph, RecordedPath
from diagnostics.wording import problem_text
from tests.factories import make_graph

LONG = "这是一句长得在一句话里读不完的标题所以要截短它才行对吧"


def with_node(key: str, **values: Any) -> Graph:
    graph = make_graph()
    return replace_node(graph, replace(graph.node(key), **values))


def told(problem: Problem, graph: Graph) -> str:
    with translation.override("en"):
        return problem_text(problem, graph)[0]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            make_problem("G003", "reading", "tap", to="gone"),
            "Node “您是怎么读卡的？” leads to “gone”, which does not exist.",
        ),
        (make_problem("G004", "insert"), "No answers lead to node “改为插卡再做一次”."),
        (
            make_problem("G006", "reading", cycle="reading → insert → reading"),
            "These nodes lead round in a circle: “您是怎么读卡的？” → “改为插卡再做一次” → “您是怎么读卡的？”.",
        ),
        (make_problem("G007", "reading"), "There is more than one node “reading”."),
        (make_problem("G009", "reading"), "The id “reading” is part of the guide's own addresses."),
        (
            make_problem("G013", "ask", kind="outcome"),
            "Node “请收单机构查” has choices, which readers never see: it is of kind Outcome.",
        ),
        (
            make_problem("G015", "ask", field="then"),
            "Node “请收单机构查” hands over to another guide but lacks “afterwards”.",
        ),
        (make_problem("G016", "reading", "tap"), "Node “您是怎么读卡的？” has more than one choice “tap”."),
        (
            make_problem("G018", "reading", "tap", path=1, reached="ask", ends="solved", turn="reading=tap"),
            "Recorded path 1 ends at “请收单机构查” instead of “好了，可以继续收款”; it goes another way at “您是怎么读卡的？” = “挥卡”.",
        ),
        (
            make_problem("G018", "reading", path=1, reached="ask", ends="solved", turn="the start"),
            "Recorded path 1 ends at “请收单机构查” instead of “好了，可以继续收款”; it goes another way at the start.",
        ),
        (make_problem("G022", "reading", field="choices.tap", character="U+0007"), "choice: 挥卡"),
        (make_problem("G022", "reading", field="help", character="U+0007"), "why we ask"),
        (
            make_problem("G024", "reading", "swipe", other="tap"),
            "Choices “挥卡 〔tap〕” and “刷卡 〔swipe〕” of node “您是怎么读卡的？” have the same label.",
        ),
        (
            make_problem("W007", "insert", other="reading"),
            "Nodes “您是怎么读卡的？ 〔reading〕” and “改为插卡再做一次 〔insert〕”",
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Problem) else "",
)
def test_ids_are_told_by_their_titles(problem: Problem, text: str) -> None:
    assert text in told(problem, make_graph())


def test_a_long_title_is_shortened_and_a_missing_one_stays_an_id() -> None:
    problem = make_problem("G004", "insert")
    assert told(problem, with_node("insert", title=LONG)) == f"No answers lead to node “{LONG[:23]}…”."
    assert told(problem, with_node("insert", title="  ")) == "No answers lead to node “insert”."


def test_a_choice_without_a_label_keeps_its_id() -> None:
    graph = with_node("insert", choices=(Choice("ok", " ", "solved"),))
    assert "Choice “ok” of node “改为插卡再做一次”" in told(make_problem("G010", "insert", "ok"), graph)


def test_without_a_graph_the_ids_stay() -> None:
    assert "“insert”" in problem_text(make_problem("G004", "insert"))[0]


@pytest.mark.parametrize("problem_id", sorted(CATALOGUE))
def test_every_problem_can_be_told(problem_id: str) -> None:
    """Whatever data the engine gives; templates with a name that is not there would crash a page."""
    values = {"kind": "outcome", "field": "then", "turn": "reading=tap", "cycle": "reading → insert"}
    fields = CATALOGUE[problem_id].fields - {"node", "choice"}
    problem = make_problem(problem_id, "reading", "tap", **{name: values.get(name, "ask") for name in fields})
    assert all(problem_text(problem, make_graph()))
    assert all(problem_text(problem, Graph("empty", "空", "", {})))


@pytest.mark.django_db
def test_what_the_engine_finds_in_a_broken_draft_can_be_told() -> None:
    graph = make_graph()
    reading, insert = graph.node("reading"), graph.node("insert")
    broken = replace(
        graph,
        nodes={
            **graph.nodes,
            "reading": replace(reading, choices=(*reading.choices, Choice("tap", "", "gone"))),
            "insert": replace(insert, choices=(Choice("still", "还是不行", "reading"),)),
        },
        paths=(RecordedPath((("reading", "swipe"), ("gone", "x")), "solved"),),
    )
    for problem in draft_problems(broken):
        message, _hint = problem_text(problem, broken)
        assert "“reading”" not in message and "“insert”" not in message
