import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diagnostics.engine.drawing import to_mermaid, to_outline, to_svg
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result
from diagnostics.engine.layout import Box, arrange, layers_of
from diagnostics.engine.lettering import columns, wrap
from tests.diagnostics.engine.strategies import (
    authored_graphs,
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

SVG = "{http://www.w3.org/2000/svg}"
GUIDE = make_graph(
    make_question("read", "insert", "net", "lost"),
    make_question("insert", "solved", "read", kind=Kind.CHECK),
    make_hand_over("net", "network", "solved"),
    make_outcome("solved"),
    make_outcome("island", result=Result.ESCALATE),
    title="E324 <怎么办> & “谁”",
)
#: Everything that the picture may consist of; `style`, `on…` and ids are not among them.
ATTRIBUTES = {
    "class", "role", "aria-label", "viewBox", "width", "height", "fill", "stroke", "stroke-width", "stroke-dasharray",
    "pointer-events", "points", "x", "y", "rx", "d", "href", "font-size", "text-anchor",
}  # fmt: skip
ELEMENTS = {"svg", "title", "desc", "g", "a", "path", "rect", "polygon", "text", "tspan"}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def drawn(root: ElementTree.Element, look: str) -> list[ElementTree.Element]:
    return [
        element for element in root.iter(f"{SVG}g") if f"guide-map__node--{look}" in element.get("class", "").split()
    ]


def words(element: ElementTree.Element) -> str:
    return "".join(span.text or "" for span in element.iter(f"{SVG}tspan"))


def test_every_node_is_drawn_with_its_title() -> None:
    root = parsed(to_svg(GUIDE))
    titles = [
        element.findtext(f"{SVG}title") for element in root.iter(f"{SVG}g") if element.find(f"{SVG}title") is not None
    ]
    for node in GUIDE.nodes.values():
        assert titles.count(node.title) == 1
    assert {"选 a", "选 b", "说不清"} <= {words(element) for element in root.iter(f"{SVG}text")}


def test_the_picture_has_a_name_and_a_description() -> None:
    root = parsed(to_svg(GUIDE, title="全图 <1>", description="五个节点"))
    assert root.findtext(f"{SVG}title") == root.get("aria-label") == "全图 <1>"
    assert root.findtext(f"{SVG}desc") == "五个节点"
    assert parsed(to_svg(GUIDE)).get("aria-label") == GUIDE.title
    assert parsed(to_svg(GUIDE)).findtext(f"{SVG}desc") == "5 nodes, 6 ways"


def test_it_is_an_image_but_with_links_a_group_whose_links_can_be_found() -> None:
    assert parsed(to_svg(GUIDE)).get("role") == "img"
    root = parsed(to_svg(GUIDE, href=lambda node: f"/guides/e324/{node.id}/?v=1&x=“2”"))
    assert root.get("role") == "group"
    links = [element.get("href") for element in root.iter(f"{SVG}a")]
    for node_id in GUIDE.nodes:
        assert f"/guides/e324/{node_id}/?v=1&x=“2”" in links


def test_kinds_differ_in_shape() -> None:
    root = parsed(to_svg(GUIDE))

    def shape(look: str) -> tuple[str, str | None, bool]:
        (element, *_) = drawn(root, look)
        outline = next(child for child in element if "guide-map__shape" in child.get("class", ""))
        return outline.tag, outline.get("rx"), element.find(f"{SVG}path") is not None

    shapes = [shape(look) for look in ("question", "check", "outcome", "guide")]
    assert len(set(shapes)) == 4


def test_results_differ_in_their_mark() -> None:
    ends = [make_outcome(result.value, result=result, title="同") for result in Result]
    root = parsed(to_svg(make_graph(make_question("a", *Result), *ends)))
    assert len({words(drawn(root, result)[0]) for result in Result}) == len(Result)


def test_highlighted_nodes_have_a_heavier_line() -> None:
    def stroke(svg: str) -> str | None:
        (element,) = drawn(parsed(svg), "check")
        return next(child.get("stroke-width") for child in element if child.get("stroke-width"))

    assert stroke(to_svg(GUIDE, highlight={"insert"})) != stroke(to_svg(GUIDE, highlight={"read"}))
    (element,) = drawn(parsed(to_svg(GUIDE, highlight=["insert"])), "highlight")
    assert words(element) == GUIDE.nodes["insert"].title


def test_faults_of_a_draft_are_marked() -> None:
    root = parsed(to_svg(GUIDE))
    assert [words(element) for element in drawn(root, "missing")] == ["? lost"]
    assert [words(element) for element in drawn(root, "back")] == ["↺ 问 read？"]
    assert [words(element) for element in drawn(root, "unreachable")] == ["☎ 结论 island"]
    assert drawn(root, "missing")[0].find(f"{SVG}rect[@stroke-dasharray]") is not None
    (start,) = drawn(root, "start")
    assert words(start).startswith("▶ ")


def test_ways_over_many_layers_become_references() -> None:
    chain = [make_question(f"n{index}", f"n{index + 1}", "end") for index in range(9)]
    root = parsed(to_svg(make_graph(*chain, make_outcome("n9"), make_outcome("end"))))
    references = [words(element) for element in drawn(root, "reference")]
    assert references
    assert set(references) == {"↪ 结论 end"}


def test_choices_that_lead_to_the_same_node_share_a_line() -> None:
    graph = make_graph(make_question("a", "b", "b"), make_outcome("b"))
    root = parsed(to_svg(graph))
    assert len(list(root.iter(f"{SVG}path"))) == 2  # to the label and on
    assert "选 a / 说不清" in {words(element) for element in root.iter(f"{SVG}text")}


def test_nothing_in_it_needs_an_exception_from_the_content_policy() -> None:
    hostile = '<script>alert(1)</script>" onload="x\x00\ud800'
    nodes = [make_question("a", "b", "gone", title=hostile, choices=(Choice("x", hostile, "b"),)), make_outcome("b")]
    root = parsed(to_svg(make_graph(*nodes, title=hostile), href=lambda node: hostile + node.id, description=hostile))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert element.attrib.keys() <= ATTRIBUTES


@few
@given(broken_graphs() | authored_graphs() | dags(), st.booleans())
def test_any_graph_can_be_drawn(graph: Graph, linked: bool) -> None:
    svg = to_svg(graph, href=(lambda node: f"#{node.id}") if linked else None, highlight=tuple(graph.nodes)[:1])
    root = parsed(svg)
    assert svg == to_svg(
        graph, href=(lambda node: f"#{node.id}") if linked else None, highlight=set(list(graph.nodes)[:1])
    )
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert element.attrib.keys() <= ATTRIBUTES
    kinds = ("question", "check", "outcome", "guide")
    assert sum(len(drawn(root, kind)) for kind in kinds) == len(graph.nodes)
    to_mermaid(graph)


def boxes(root: ElementTree.Element) -> Iterator[tuple[float, float, float, float]]:
    for element in root.iter():
        if "guide-map__shape" not in element.get("class", ""):
            continue
        if element.tag == f"{SVG}rect":
            x, y, width, height = (float(element.get(name, "")) for name in ("x", "y", "width", "height"))
            yield x, y, x + width, y + height
        else:
            corners = [tuple(map(float, pair.split(","))) for pair in element.get("points", "").split()]
            xs, ys = zip(*corners, strict=True)
            yield min(xs), min(ys), max(xs), max(ys)


@few
@given(dags(max_nodes=14) | broken_graphs())
def test_boxes_never_overlap_and_stay_inside(graph: Graph) -> None:
    root = parsed(to_svg(graph))
    left, top, width, height = (float(part) for part in root.get("viewBox", "").split())
    found = list(boxes(root))
    for x0, y0, x1, y1 in found:
        assert left <= x0 < x1 <= left + width
        assert top <= y0 < y1 <= top + height
    for one, other in itertools.combinations(found, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, f"{one} {other}"


@pytest.mark.parametrize("shape", ["deep", "wide", "tangled"])
def test_two_thousand_nodes_are_drawn_in_seconds(shape: str) -> None:
    if shape == "deep":
        graph = make_ladder(1999)
    elif shape == "wide":
        middle = [make_question(f"m{index}", f"e{index * 7919 % 20}") for index in range(1900)]
        ends = [make_outcome(f"e{index}") for index in range(20)]
        first = Node("a", Kind.QUESTION, "?", choices=tuple(Choice(n.id, n.id, n.id) for n in middle))
        graph = make_graph(first, *middle, *ends)
    else:
        names = [f"n{index}" for index in range(2000)]
        graph = make_graph(*(make_question(n, *(names[i * k % 2000] for k in (3, 7, 11))) for i, n in enumerate(names)))
    begun = time.process_time()
    svg = to_svg(graph)
    assert time.process_time() - begun < 10
    assert svg.count("guide-map__shape") >= 1920


@usual
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
@example((5, [(0, 1), (0, 2), (1, 3), (3, 4), (2, 4)]))
@example((5, [(0, 2), (0, 1), (1, 3), (3, 4), (2, 4)]))
def test_layers_and_places_lead_downwards(case: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = case
    links = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    layer = layers_of(count, links)
    assert all(layer[a] < layer[b] for a, b in links)
    layout = arrange([Box(20, 10)] * count, links)
    assert all(layout.centres[a].y < layout.centres[b].y for a, b in links)
    for (a, b), route in zip(links, layout.routes, strict=True):
        assert (route[0].x, route[-1].x) == (layout.centres[a].x, layout.centres[b].x)
        assert [point.y for point in route] == sorted(point.y for point in route)
        assert len(route) == 2 * (layer[b] - layer[a])


def test_crossings_that_can_be_avoided_are() -> None:
    # In the order given, the lines 1–5 and 2–4 cross whatever the order below; with 2 before 1 none do.
    links = [(0, 3), (0, 4), (1, 5), (2, 4)]
    layout = arrange([Box(20, 10)] * 6, links)
    for (a, b), (c, d) in itertools.combinations(links, 2):
        x = [layout.centres[box].x for box in (a, c, b, d)]
        assert (x[0] - x[1]) * (x[2] - x[3]) >= 0


def test_nothing_to_draw_is_drawn() -> None:
    root = parsed(to_svg(Graph("g", "", "", {})))
    assert root.get("aria-label") == "g"
    assert to_outline(Graph("g", "", "", {})) == ()
    assert to_mermaid(Graph("g", "", "", {})) == "flowchart TD\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ("",)),
        ("好了", ("好了",)),
        ("出现 E324 时，您是怎么读卡的？", ("出现 E324 时，您是怎", "么读卡的？")),
        ("一二三四五六七八九十。", ("一二三四五六七八九十。",)),
        ("一二三四五六七八九（十）", ("一二三四五六七八九", "（十）")),
        ("写着 PLEASE INSERT CARD 吗", ("写着 PLEASE INSERT", "CARD 吗")),
        ("一二三四五六七八👨\u200d👩\u200d👧", ("一二三四五六七八", "👨\u200d👩\u200d👧")),
        ("a" * 25, ("a" * 20, "a" * 5)),
        ("一\n二\t三  四", ("一 二 三 四",)),
        ("卡" * 45, ("卡" * 10, "卡" * 10, "卡" * 10, "卡" * 9 + "…")),
    ],
)
def test_text_wraps_at_ten_chinese_characters(text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, 20, 4) == lines


@pytest.mark.parametrize(
    ("text", "width"), [("E324", 4), ("卡", 2), ("，", 2), ("“”", 4), ("e\u0301", 1), ("\u200b", 0), ("😀", 2)]
)
def test_width_counts_chinese_double(text: str, width: int) -> None:
    assert columns(text) == width


@usual
@given(texts | st.text(alphabet="ab 一二，。（）“”\u200d😀e\u0301", max_size=80), st.integers(4, 24), st.integers(1, 5))
def test_wrapping_loses_nothing_and_keeps_its_width(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, most)
    assert 1 <= len(lines) <= most
    assert all(columns(line) <= width + 2 for line in lines)
    whole = wrap(text, width, 10**6)
    assert re.sub(r"\s", "", "".join(whole)) == re.sub(r"\s", "", text)
    assert lines == whole or (len(whole) > most and lines[-1].endswith("…"))


def test_the_outline_shows_every_node_once_and_refers_to_it_afterwards() -> None:
    rows = [
        (row.to, row.depth, row.via.label if row.via else None, row.repeated, row.node is None)
        for row in to_outline(GUIDE)
    ]
    assert rows == [
        ("read", 0, None, False, False),
        ("insert", 1, "选 a", False, False),
        ("solved", 2, "选 a", False, False),
        ("read", 2, "说不清", True, False),
        ("net", 1, "选 b", False, False),
        ("solved", 2, None, True, False),
        ("lost", 1, "说不清", False, True),
        ("island", 0, None, False, False),
    ]


@few
@given(broken_graphs() | dags())
def test_the_outline_grows_with_ways_not_with_paths(graph: Graph) -> None:
    rows = to_outline(graph)
    shown = [row.to for row in rows if row.node is not None and not row.repeated]
    assert sorted(shown) == sorted(graph.nodes)
    assert len(rows) <= sum(len(node.ways) for node in graph.nodes.values()) + len(graph.nodes)
    assert all(row.node is graph.nodes.get(row.to) for row in rows)


def test_the_outline_of_a_deep_guide_needs_no_stack() -> None:
    rows = to_outline(make_ladder(2000))
    assert max(row.depth for row in rows) == 2000


def test_mermaid_knows_every_shape_and_way() -> None:
    assert to_mermaid(replace(GUIDE, start="read")).splitlines() == [
        "flowchart TD",
        '    n0{{"问 read？"}}',
        '    n1["问 insert？"]',
        '    n2[["转 net"]]',
        '    n3(["结论 solved"])',
        '    n4(["结论 island"])',
        '    n0 -->|"选 a"| n1',
        '    n0 -->|"选 b"| n2',
        '    n5>"#63; lost"]',
        '    n0 -->|"说不清"| n5',
        '    n1 -->|"选 a"| n3',
        '    n1 -->|"说不清"| n0',
        "    n2 --> n3",
    ]


@usual
@given(texts)
def test_no_text_breaks_out_of_a_mermaid_label(text: str) -> None:
    body = to_mermaid(make_graph(make_outcome("a", title=text))).splitlines()
    assert len(body) == 2
    inner = body[1].removeprefix('    n0(["').removesuffix('"])')
    assert not set(inner) & set('"<>`&[]{}|\n')
    assert re.fullmatch(r"([^#]|#\d+;)*", inner)
