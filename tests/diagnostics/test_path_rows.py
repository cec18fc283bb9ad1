"""Paths as a table: what stands in a row, where the table ends, what a spreadsheet would take for a formula."""

import csv
from dataclasses import replace

import pytest
from hypothesis import given

from diagnostics.engine.counting import path_statistics
from diagnostics.engine.errors import CyclicGraph
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result
from diagnostics.path_rows import PATH_COLUMNS, number_in_words, path_lines, path_rows
from tests.diagnostics.engine.strategies import dags
from tests.diagnostics.guide_texts import sound_graph
from tests.factories import make_graph


def test_a_row_says_how_a_path_goes_and_how_it_ends() -> None:
    rows = list(path_rows(make_graph()))
    assert dict(zip(PATH_COLUMNS, rows[1], strict=True)) == {
        "number": "2",
        "taps": "2",
        "ends": "ask",
        "result": "escalate",
        "ending": "请收单机构查",
        "steps": "您是怎么读卡的？ → 挥卡 | 改为插卡再做一次 → 还是不行",
        "answers": "reading=tap&insert=still",
    }
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("limit", "last"),
    [(2, "only the first 2 of 4"), (3, "only the first 3 of 4"), (4, "4"), (5000, "4")],
)
def test_a_table_that_is_cut_says_so(limit: int, last: str) -> None:
    rows = list(path_rows(make_graph(), limit))
    assert rows[-1][0] == last
    assert {len(row) for row in rows} == {len(PATH_COLUMNS)}


def test_exponentially_many_paths_cost_what_is_listed() -> None:
    rows = list(path_rows(ladder(1500), 3))
    assert len(rows) == 4
    assert rows[-1][0] == "only the first 3 of about 10^1431"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (1234, "1,234"), (10**15 - 1, "999,999,999,999,999"), (10**5000, "about 10^5000")],
    ids=["none", "some", "many", "more than Python would write out"],
)
def test_a_number_of_any_size_can_be_said(number: int, words: str) -> None:
    assert number_in_words(number) == words


@pytest.mark.parametrize("title", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\n=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    node = Node("end", Kind.OUTCOME, title, result=Result.FIXED)
    row = next(path_rows(Graph("one", "一", "end", {"end": node})))
    assert row[PATH_COLUMNS.index("ending")] == f"'{title}"
    asked = Node("ask", Kind.QUESTION, title, choices=(Choice("a", "甲", "end"),))
    row = next(path_rows(Graph("one", "一", "ask", {"ask": asked, "end": node})))
    assert row[PATH_COLUMNS.index("steps")] == f"'{title} → 甲"


def test_a_guide_that_is_over_at_once_has_one_path() -> None:
    node = Node("end", Kind.OUTCOME, "好了")
    assert list(path_rows(Graph("one", "一", "end", {"end": node}))) == [["1", "0", "end", "", "好了", "", ""]]


def test_a_hand_over_is_passed_through() -> None:
    ends = [row[2] for row in path_rows(sound_graph("outer", inner="inner"))]
    assert ends == ["fine", "other", "other"]


def test_a_circle_is_refused_before_the_first_row() -> None:
    graph = make_graph()
    again = replace(graph.nodes["insert"], choices=(Choice("still", "还是不行", "reading"), Choice("ok", "好", "ask")))
    with pytest.raises(CyclicGraph):
        path_rows(replace(graph, nodes={**graph.nodes, "insert": again}))
    with pytest.raises(CyclicGraph):
        path_lines(replace(graph, nodes={**graph.nodes, "insert": again}))


def test_lines_are_a_table_with_its_header_whatever_stands_in_them() -> None:
    graph = make_graph()
    quoted = replace(graph.nodes["solved"], title='好了，"真的"\n可以收款')
    lines = list(path_lines(replace(graph, nodes={**graph.nodes, "solved": quoted})))
    table = list(csv.reader("".join(lines).splitlines(keepends=True)))
    assert table[0] == list(PATH_COLUMNS)
    assert table[1][4] == '好了，"真的"\n可以收款'
    assert all(line.endswith("\r\n") for line in lines)


@given(dags())
def test_there_are_as_many_rows_as_paths(graph: Graph) -> None:
    total = path_statistics(graph).total
    rows = list(path_rows(graph, 50))
    assert len(rows) == min(total, 50) + (total > 50)


def ladder(rungs: int) -> Graph:
    """A chain of questions with nine answers each, all leading to the next."""
    nodes = [
        Node(
            f"n{number}",
            Kind.QUESTION,
            f"第 {number} 问",
            choices=tuple(Choice(f"c{way}", f"答 {way}", f"n{number + 1}") for way in range(9)),
        )
        for number in range(rungs)
    ]
    return Graph.from_nodes("long", "长", "n0", [*nodes, Node(f"n{rungs}", Kind.OUTCOME, "完", result=Result.FIXED)])
