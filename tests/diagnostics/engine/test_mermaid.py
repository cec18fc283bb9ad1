import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.engine.codec import MAX_BYTES, dumps, loads
from diagnostics.engine.errors import FileProblem, MalformedGuide
from diagnostics.engine.graph import MAX_NODES, Choice, Graph, Kind, Node
from diagnostics.engine.mermaid import MAX_GUIDE_TITLE, MAX_LABEL, MAX_TITLE, ONLY_WAY, loads_mermaid
from diagnostics.engine.mermaid_syntax import MAX_ARROWS, plain_text
from diagnostics.engine.outline import to_mermaid
from diagnostics.engine.problems import check
from tests.diagnostics.engine.strategies import (
    broken_graphs,
    dags,
    few,
    make_graph,
    make_hand_over,
    make_ladder,
    make_outcome,
    make_question,
    texts,
    usual,
)
from tools.sample_graphs import layered_graph

#: What people have: Chinese ids and texts, every habit at once.
EXAMPLE = """\
---
title: "E324 怎么办"
config:
  theme: base
---
%%{init: {"theme": "forest"}}%%
flowchart TD
    %% drawn by the helpdesk
    开始{刷卡还是<br/>插卡?} -->|刷卡| Swipe_Again[再刷一次]
    开始 -- 插卡 --> wipe["擦芯片 #quot;金色那面#quot;"]:::hot
    subgraph 收尾 [最后]
        direction LR
        Swipe_Again & wipe --> 好了吗{{好了吗？}}
    end
    好了吗 -->|"好了"| done([好了]); 好了吗 -. 没好 .-> call
    call[[打电话]] ==> END_NODE(("结束"))
    classDef hot fill:#f96,stroke:#333;
    class wipe,done hot
    style done fill:#fff
    linkStyle 0 stroke:#ff3
    click done "https://example.org/?a;b" "说明" _blank
"""


def read(*lines: str) -> Graph:
    return loads_mermaid("\n".join(["flowchart TD", *lines]), slug="drawn")


def refused(text: str) -> list[FileProblem]:
    with pytest.raises(MalformedGuide) as error:
        loads_mermaid(text, slug="drawn", name="drawing.mmd")
    assert error.value.name == "drawing.mmd"
    assert error.value.problems
    assert all(problem.message and problem.hint for problem in error.value.problems)
    return list(error.value.problems)


def arrows(graph: Graph) -> list[tuple[str, str, str]]:
    return [
        (node.id, way.choice.label if way.choice else "", way.to) for node in graph.nodes.values() for way in node.ways
    ]


def test_what_people_have_is_read() -> None:
    graph = loads_mermaid(EXAMPLE, slug="e324")
    assert (graph.slug, graph.title, graph.start) == ("e324", "E324 怎么办", "step-1")
    assert [(node.id, node.kind, node.title) for node in graph.nodes.values()] == [
        ("step-1", Kind.QUESTION, "刷卡还是 插卡?"),
        ("swipe-again", Kind.CHECK, "再刷一次"),
        ("wipe", Kind.CHECK, '擦芯片 "金色那面"'),
        ("step-4", Kind.QUESTION, "好了吗？"),
        ("done", Kind.OUTCOME, "好了"),
        ("call", Kind.GUIDE, "打电话"),
        ("end-node", Kind.OUTCOME, "结束"),
    ]
    assert graph.nodes["step-1"].choices == (Choice("c1", "刷卡", "swipe-again"), Choice("c2", "插卡", "wipe"))
    assert graph.nodes["wipe"].choices == (Choice("c1", ONLY_WAY, "step-4"),)
    assert graph.nodes["call"].then == "end-node"
    assert {problem.id for problem in check(graph)} == {"G014", "G015", "W002", "W003"}
    assert loads(dumps(graph)) == graph


def test_a_title_that_is_given_comes_first_and_the_slug_last() -> None:
    assert loads_mermaid(EXAMPLE, slug="e324", title="我的").title == "我的"
    assert loads_mermaid("graph LR; a-->b", slug="e324").title == "e324"


@pytest.mark.parametrize(
    "header",
    ["flowchart TD", "flowchart TB", "graph LR", "graph RL", "graph BT", "graph", "flowchart", "flowchart-elk TD", "graph >"],
)  # fmt: skip
def test_every_direction_is_read(header: str) -> None:
    assert list(loads_mermaid(f"\n {header}\nA --> B", slug="x").nodes) == ["a", "b"]
    assert list(loads_mermaid(f"{header};A-->B;", slug="x").nodes) == ["a", "b"]


def test_line_ends_fences_and_byte_order_marks_make_no_difference() -> None:
    plain = loads_mermaid(EXAMPLE, slug="x")
    assert loads_mermaid("\ufeff" + EXAMPLE.replace("\n", "\r\n"), slug="x") == plain
    fenced = "```mermaid\ngraph TD\nA --> B\n```\n"
    assert loads_mermaid(fenced, slug="x") == loads_mermaid("graph TD\nA --> B", slug="x")


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ("A[字]", Kind.CHECK),
        ("A(字)", Kind.CHECK),
        ("A([字])", Kind.CHECK),
        ("A[[字]]", Kind.GUIDE),
        ("A[(字)]", Kind.CHECK),
        ("A((字))", Kind.CHECK),
        ("A(((字)))", Kind.CHECK),
        ("A>字]", Kind.CHECK),
        ("A{字}", Kind.QUESTION),
        ("A{{字}}", Kind.QUESTION),
        ("A[/字/]", Kind.CHECK),
        ("A[\\字\\]", Kind.CHECK),
        ("A[/字\\]", Kind.CHECK),
        ("A[\\字/]", Kind.CHECK),
        ('A["字"]', Kind.CHECK),
        ('A( " 字 " )', Kind.CHECK),
        ('A{{"字"}}', Kind.QUESTION),
        ('A["`字`"]', Kind.CHECK),
        ("A[字]:::hot", Kind.CHECK),
    ],
)
def test_every_shape_is_read(shape: str, kind: Kind) -> None:
    graph = read(f"{shape} --> B")
    assert (graph.nodes["a"].title, graph.nodes["a"].kind) == ("字", kind)
    last = read(f"B --> {shape}").nodes["a"]
    assert (last.title, last.kind, last.result) == ("字", Kind.OUTCOME, None)


def test_a_subroutine_that_asks_is_a_check() -> None:
    assert read("A[[x]] -->|好了| B").nodes["a"].kind is Kind.CHECK
    assert read("A[[x]] --> B & C").nodes["a"].kind is Kind.CHECK


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"说 #quot;好#quot; #35;1 #9829; #amp; &lt;b&gt;"', '说 "好" #1 ♥ & <b>'),
        ('"一<br>二<BR />三\n   四"', "一 二 三 四"),
        ("\"<b>要紧</b> <span style='color:red'>a < b > c</span>\"", "要紧 a < b > c"),
        ('"a] --> B[x; %% y"', "a] --> B[x; %% y"),
        ("读卡(挥卡)", "读卡(挥卡)"),
        ("/etc/hosts", "/etc/hosts"),
        ("#7; #55296; #999999999; #nosuch; #;", "\ufffd \ufffd \ufffd #nosuch; #;"),
        ('""', ""),
        (" ", ""),
    ],
)
def test_texts_read_as_they_are_seen(written: str, text: str) -> None:
    assert read(f"A[{written}] --> B").nodes["a"].title == text


@pytest.mark.parametrize(
    "line",
    ["-->", "---", "-.->", "-.-", "==>", "===", "--x", "--o", "----->", "-...->", "=====>", "--> \n", "\n -->"],
)
def test_every_arrow_is_read(line: str) -> None:
    assert arrows(read(f"A {line} B")) == [("a", ONLY_WAY, "b")]
    assert arrows(read(f"甲[x]{line} B")) == [("step-1", ONLY_WAY, "b")]
    assert arrows(read(f"A {line}|是| B")) == [("a", "是", "b")]


@pytest.mark.parametrize(
    "line",
    [
        "-->|是的| ", '-->|"是的"|', "-->| 是的 |", "-- 是的 -->", "--是的-->", '-- "是的" -->', "-- 是的 ---", "-. 是的 .->",
        "-.是的.->", '-. "是的" .-', "== 是的 ==>", '== "是的" ===', "-- 是的 --x",
    ],
)  # fmt: skip
def test_every_label_is_read(line: str) -> None:
    assert arrows(read(f"A {line} B")) == [("a", "是的", "b")]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("-->|a -- b; c|", "a -- b; c"),
        ('-- "a --> b; c" -->', "a --> b; c"),
        ("-- a-b #quot;c#quot; -->", 'a-b "c"'),
        ("-. 1.5 元 .->", "1.5 元"),
        ("== a=b ==>", "a=b"),
    ],
)
def test_labels_may_hold_what_arrows_are_made_of(line: str, label: str) -> None:
    assert arrows(read(f"A {line} B")) == [("a", label, "b")]


def test_chains_and_fans() -> None:
    graph = read("A --> B -->|x| C", "C & D --> E & F")
    assert arrows(graph) == [
        ("a", ONLY_WAY, "b"),
        ("b", "x", "c"),
        ("c", "", "e"),
        ("c", "", "f"),
        ("d", "", "e"),
        ("d", "", "f"),
    ]
    assert [choice.id for choice in graph.nodes["c"].choices] == ["c1", "c2"]


def test_an_invisible_line_leads_nowhere() -> None:
    graph = read("A ~~~ B", "A --> C")
    assert (list(graph.nodes), arrows(graph)) == (["a", "b", "c"], [("a", ONLY_WAY, "c")])


def test_what_is_only_looks_is_passed_over() -> None:
    looks = [line.strip() for line in EXAMPLE.splitlines()[-5:]]
    titles = ["accTitle: 图", "accDescr: 说明", "accDescr {\n 多行\n}", "%% 注", "A --> B %% 尾注", ";;"]
    assert arrows(read(*looks, *titles)) == [("a", ONLY_WAY, "b")]


def test_words_that_only_begin_like_statements_are_ids() -> None:
    assert list(read("style1 --> class-x", "endless --> End", "graph1 --> subgraphs").nodes) == [
        "style1",
        "class-x",
        "endless",
        "end",
        "graph1",
        "subgraphs",
    ]


def test_groups_may_be_nested_and_named_in_any_way() -> None:
    graph = read(
        "subgraph one", "subgraph 二 [第二 组]", "A --> B", "end", 'subgraph "三; 四"', "C", "end", "end", "B --> C"
    )
    assert list(graph.nodes) == ["a", "b", "c"]


def test_the_last_text_of_a_step_counts_and_a_bare_mention_changes_nothing() -> None:
    graph = read("A[一] --> B", "A{二} --> C", "A --> D", "B")
    assert (graph.nodes["a"].title, graph.nodes["a"].kind, graph.nodes["b"].title) == ("二", Kind.QUESTION, "B")


def test_the_start_is_the_first_step_that_nothing_leads_to() -> None:
    assert read("B --> C", "A --> B", "X").start == "a"
    assert read("B --> A", "A --> B").start == "b"


def test_ids_are_valid_different_and_as_near_as_can_be() -> None:
    graph = read("A_1", "a-1", "a_1", "all", "v", "开始", "step-6", "1.2", "_x", "X" * 70, "Report")
    assert list(graph.nodes) == [
        "a-1", "a-1-2", "a-1-3", "all-2", "v-2", "step-6", "step-6-2", "step-8", "x", "step-10", "report-2",
    ]  # fmt: skip
    assert list(read("x" * 63, "X" * 63).nodes) == ["x" * 63, "x" * 61 + "-2"]


def test_long_titles_go_on_in_the_help() -> None:
    words = "先看灯。" * 60
    node = read(f"A[{words}]").nodes["a"]
    assert (len(node.title), node.title + node.help) == (MAX_TITLE, words)
    node = read(f"A[{'看灯，' * 60}然后 {'x' * 90}]").nodes["a"]
    assert node.title + " " + node.help == "看灯，" * 60 + "然后 " + "x" * 90
    assert read(f"A[{'x' * 201}]").nodes["a"].help == "x"
    assert read(f"A[{'x' * 200}]").nodes["a"].help == ""


# --- refusals ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "line", "column", "place", "part"),
    [
        ("", 1, 1, "", "there is no flowchart"),
        ("%% nothing\n", 2, 1, "", "there is no flowchart"),
        ("sequenceDiagram\nA->>B: x", 1, 1, "", "“sequenceDiagram” is no flowchart"),
        ("stateDiagram-v2", 1, 1, "", "“stateDiagram-v2” is no flowchart"),
        ("graph XY\nA", 1, 1, "", "“graph XY” is no flowchart"),
        ("A --> B", 1, 1, "", "“A --> B” is no flowchart"),
        ("---\ntitle: x\n", 1, 1, "", "“---” is no flowchart"),
        ("graph TD", 1, 1, "", "the flowchart has no steps"),
        ("graph TD\nA <--> B", 2, 3, "", "“<-->” points both ways"),
        ("graph TD\nA x--x B", 2, 3, "", "“x--” points both ways"),
        ("graph TD\nA o==o B", 2, 3, "", "“o==” points both ways"),
        ("graph TD\nA[x] <-. y .-> B", 2, 6, "", "“<-.” points both ways"),
        ("graph TD\nA[x", 2, 2, "A", "the text of “A” cannot be read"),
        ('graph TD\nA["x', 2, 2, "A", "the text of “A” cannot be read"),
        ('graph TD\nA[say "x"]', 2, 2, "A", "the text of “A” cannot be read"),
        ("graph TD\nA(f(x))", 2, 2, "A", "the text of “A” cannot be read"),
        ("graph TD\nA{x]", 2, 2, "A", "the text of “A” cannot be read"),
        ("graph TD\nA@{ shape: rect }", 2, 2, "A", "“@” is not read here"),
        ("graph TD\nA e1@--> B", 2, 3, "", "“e1@-->” cannot be read here"),
        ("graph TD\nA -->", 2, 6, "", "a step is missing here"),
        ("graph TD\nA --> ;B", 2, 7, "", "a step is missing here"),
        ("graph TD\nA & --> B", 2, 5, "", "“-->” cannot be read here"),
        ("graph TD\nA -- B", 2, 3, "", "“--” cannot be read here"),
        ("graph TD\nA -- x\nB", 2, 3, "", "“--” cannot be read here"),
        ("graph TD\nA -->|x B", 2, 6, "", "“|x” cannot be read here"),
        ("graph TD\nA [x]", 2, 3, "", "“[x]” cannot be read here"),
        ("graph TD\nA B", 2, 3, "", "“B” cannot be read here"),
        ("graph TD\n（甲）", 2, 1, "", "“（甲）” cannot be read here"),
        ("graph TD\n%%{init: {}", 2, 1, "", "“%%{init:” cannot be read here"),
        ("graph TD\nA --> end", 2, 7, "", "“end” ends a group"),
        ("graph TD\nA\nend", 3, 1, "", "“end” without “subgraph”"),
        ("graph TD\nA\nsubgraph x\nsubgraph y\nend", 3, 1, "", "“subgraph” has no “end”"),
        ("graph TD\nA --> g\nsubgraph g\nB\nend", 2, 7, "g", "“g” is a group and cannot be a step"),
        ("graph TD\nA\ngraph LR\nB", 3, 1, "", "there is a second flowchart"),
        ("graph TD\nA[\x07]", 2, 3, "", "the character U+0007 cannot stand in a file"),
        ("graph TD\nA[\ud800]", 2, 3, "", "the character U+D800 cannot stand in a file"),
        (f"graph TD\nA\nB -->|{'x' * (MAX_LABEL + 1)}| C", 3, 3, "B", "the label of an arrow has 121 characters"),
        (f"---\na: b\ntitle: {'x' * (MAX_GUIDE_TITLE + 1)}\n---\ngraph TD\nA", 3, 1, "title", "has 121 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_where_it_stands(
    text: str, line: int, column: int, place: str, part: str
) -> None:
    (problem,) = refused(text)
    assert part in problem.message
    assert (problem.line, problem.column, problem.place) == (line, column, place)


@pytest.mark.parametrize("character", ["x", "卡"])
def test_files_have_a_largest_size(character: str) -> None:
    comment = "graph TD\nA\n%%"
    room = (MAX_BYTES - len(comment)) // len(character.encode())
    assert list(loads_mermaid(comment + character * room, slug="x").nodes) == ["a"]
    (problem,) = refused(comment + character * (room + 1))
    assert (problem.line, problem.message) == (1, "the file is larger than 2,000,000 bytes")


def test_text_over_several_lines_wants_quotes() -> None:
    assert read('A["x\n  y"]').nodes["a"].title == "x y"
    assert [problem.line for problem in refused("graph TD\nA[x\n  y]")] == [2, 3]


def test_all_problems_are_collected_in_file_order() -> None:
    found = refused("graph TD\nA <--> B; C[x --> D\nD --> E\nend\nE --> F[“y”\n")
    assert [(problem.line, problem.column) for problem in found] == [(2, 3), (2, 12), (4, 1), (5, 8)]


def test_limits_are_inclusive() -> None:
    lines = [f"n{number}" for number in range(MAX_NODES)]
    assert len(read(*lines).nodes) == MAX_NODES
    (problem,) = refused("graph TD\n" + "\n".join([*lines, "subgraph g", "more", "still more"]))
    assert (problem.line, problem.message) == (MAX_NODES + 3, "there are more than 2,000 nodes")


def test_arrows_have_a_limit_of_their_own() -> None:
    fan = " & ".join(f"n{number}" for number in range(150))
    (problem,) = refused(f"graph TD\n{fan} --> {fan}\nx --> y")
    assert (problem.line, problem.message) == (2, f"there are more than {MAX_ARROWS:,} arrows")


@pytest.mark.parametrize(
    "piece",
    [
        "A[", 'A["', "A(((", "A{{", "%%{", "-- ", "A -- ", "A -->|", "A -. ..", "A -...", "A == =", "A & ", "#", "&#", "<b ", "<br ",
        "A --" + " " * 50, "A --> ", "x--", "~~", "subgraph ", "end ", "class \"", "accDescr{", "graph ", "---\n", "```", " ", "A--",
    ],
)  # fmt: skip
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    for before in ("", "graph TD\n", "graph TD\nA[", 'graph TD\nA["', "graph TD\nA -- ", "graph TD\nA -->|"):
        text = before + piece * (200_000 // len(piece))
        for whole in (text, text + '"]|-->B'):
            begun = time.process_time()
            with suppress(MalformedGuide):
                loads_mermaid(whole, slug="x")
            # Far above what it takes (0.1 s), far below what anything quadratic would.
            assert time.process_time() - begun < 5


# --- there and back ---------------------------------------------------------------------------------------------------
def seen(text: str) -> str:
    """A text as `to_mermaid` draws it: on one line."""
    return " ".join(text.split())


def structure(graph: Graph) -> Iterator[tuple[Kind, str, list[tuple[str, int]]]]:
    """Kinds, titles, labels and the numbers of the nodes they lead to: all that a drawing holds."""
    number = {node_id: index for index, node_id in enumerate(graph.nodes)}
    for node in graph.nodes.values():
        ways = [(seen(way.choice.label) if way.choice else "", number.get(way.to, -1)) for way in node.ways]
        yield node.kind, seen(node.title), ways


@usual
@given(dags(), st.data())
def test_what_to_mermaid_drew_is_read_back(graph: Graph, data: st.DataObject) -> None:
    printable = texts.map(seen).filter(lambda text: text and text.isprintable())
    nodes: dict[str, Node] = {}
    for node in graph.nodes.values():
        choices = tuple(replace(choice, label=data.draw(printable)) for choice in node.choices)
        nodes[node.id] = replace(node, title=data.draw(printable), choices=choices)
    graph = replace(graph, nodes=nodes)
    back = loads_mermaid(to_mermaid(graph), slug=graph.slug, title=graph.title)
    assert list(structure(back)) == list(structure(graph))
    assert (back.slug, back.title) == (graph.slug, graph.title)
    assert list(back.nodes).index(back.start) == list(graph.nodes).index(graph.start)
    assert to_mermaid(back) == to_mermaid(graph)


def test_hand_overs_and_ways_to_nowhere_come_back() -> None:
    graph = make_graph(
        make_question("read", "net", "lost", "n0", ""),
        make_hand_over("net", "network", "solved"),
        make_outcome("solved"),
    )
    back = loads_mermaid(to_mermaid(graph), slug="x")
    assert list(back.nodes) == ["n0-2", "n1", "n2"]
    assert [choice.to for choice in back.nodes["n0-2"].choices] == ["n1", "lost", "n0", ""]
    assert (back.nodes["n1"].kind, back.nodes["n1"].then) == (Kind.GUIDE, "n2")
    assert to_mermaid(back) == to_mermaid(graph)


def test_a_tag_of_ones_own_is_a_step_like_any_other() -> None:
    assert list(read("A --> n1>? 为什么]", "A --> b>?]", "A --> n2>x]").nodes) == ["a", "n1", "b", "n2"]


def test_large_drawings_come_back() -> None:
    for graph in (layered_graph(), make_ladder(MAX_NODES - 1)):
        assert list(structure(loads_mermaid(to_mermaid(graph), slug="x"))) == list(structure(graph))


@few
@given(broken_graphs())
def test_any_draft_with_a_node_comes_back_with_its_ways(graph: Graph) -> None:
    if not graph.nodes:
        assert "no steps" in refused(to_mermaid(graph))[0].message
        return
    back = loads_mermaid(to_mermaid(graph), slug="x")
    assert len(back.nodes) >= len(graph.nodes)
    assert len(arrows(back)) == sum(len(node.ways) for node in graph.nodes.values())


PIECES = [
    "A", "B", "甲", "n1", "end", "subgraph g", "subgraph", "graph TD", "flowchart LR", "-->", "---", "-.->", "==>", "--", "-.", "==",
    "~~~", "<-->", "x--x", "|", "|是|", "&", ";", "\n", " ", "[", "]", "[x]", "(x)", "{x}", "{{", "}}", "[[x]]", '"', '"x"', "[/", "\\]",
    ">", ">? x]", "%%", "%%{", "}%%", "---\n", "title: x\n", "class A b", "style", "click A \"x\"", ":::c", "@{", "#quot;", "#35;", "#",
    "<br/>", "<b>", "accDescr {", "}", "```", "\t", "\r\n", "\u3000", "\x85", "\u2028", "😀", "\x00", "all", "-", "=", ".",
]  # fmt: skip


@usual
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | texts, st.booleans())
def test_any_text_is_read_or_refused(text: str, begun: bool) -> None:
    try:
        graph = loads_mermaid("graph TD\n" + text if begun else text, slug="x")
    except MalformedGuide as error:
        lines = [(problem.line, problem.column) for problem in error.problems]
        assert lines and lines == sorted(lines)
        assert all(line >= 1 and column >= 1 for line, column in lines)
    else:
        assert graph.start in graph.nodes
        assert not {problem.id for problem in check(graph)} & {"G001", "G002", "G007", "G008", "G009", "G016", "G022"}
        assert loads(dumps(graph)) == graph


@usual
@given(texts)
def test_plain_text_is_one_line(text: str) -> None:
    assert plain_text(text) == seen(plain_text(text))
