import json
import random
import re
import time
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.engine.codec import MAX_BYTES, dumps, from_document, loads, loads_with_lines, to_document
from diagnostics.engine.errors import FileProblem, MalformedGuide, UnsupportedFormat, UnwritableGuide
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result
from diagnostics.engine.problems import check
from tests.diagnostics.engine.strategies import (
    NASTY,
    authored_graphs,
    broken_graphs,
    dags,
    few,
    make_graph,
    make_ladder,
    make_outcome,
    make_question,
    usual,
)

#: The example of the format's definition, comments left out and choices not aligned: as it is written.
EXAMPLE = """\
format: 1
guide: e324
title: E324 怎么办
codes: [E324]
start: reading
nodes:
  reading:
    kind: question
    title: 出现 E324 时，您是怎么读卡的？
    help: 挥卡、插卡、刷卡出错的原因不一样。
    say: 请问您刚才是刷卡、插卡，还是挥卡？
    note: 客户说"贴一下"就是挥卡。
    choices:
      tap: {label: 挥卡（贴一下）, to: insert-instead}
      unsure: {label: 说不清, to: other-card, hint: 看看小票}
  insert-instead:
    kind: check
    title: 改为插卡再做一次
    picture: insert.webp
    minutes: 1
    article: use-another-interface
    choices:
      ok: {label: 好了, to: solved}
      still: {label: 还是 E324, to: network}
  network:
    kind: guide
    title: 先查网络
    guide: no-network
    then: call
  call:
    kind: outcome
    result: escalate
    title: 打电话
    articles: [call-acquirer, query-first]
    tell: |-
      第一句。
      第二句。
  solved:
    kind: outcome
    result: fixed
    title: 好了
paths:
  - {answers: {reading: tap, insert-instead: ok}, ends: solved}
"""
MINIMAL = "format: 1\nguide: g\ntitle: t\nstart: a\nnodes:\n  a: {kind: outcome, result: fixed, title: t}\n"


def refused(text: str) -> list[FileProblem]:
    with pytest.raises(MalformedGuide) as error:
        loads(text)
    assert error.value.problems
    return list(error.value.problems)


def test_the_example_is_read() -> None:
    graph = loads(EXAMPLE)
    assert (graph.slug, graph.title, graph.start, graph.codes) == ("e324", "E324 怎么办", "reading", ("E324",))
    assert list(graph.nodes) == ["reading", "insert-instead", "network", "call", "solved"]
    assert graph.nodes["reading"].choices[1] == Choice("unsure", "说不清", "other-card", "看看小票")
    check_node = graph.nodes["insert-instead"]
    assert (check_node.kind, check_node.minutes, check_node.articles) == (Kind.CHECK, 1, ("use-another-interface",))
    assert (graph.nodes["network"].guide, graph.nodes["network"].then) == ("no-network", "call")
    assert graph.nodes["call"] == Node(
        "call",
        Kind.OUTCOME,
        "打电话",
        result=Result.ESCALATE,
        articles=("call-acquirer", "query-first"),
        tell="第一句。\n第二句。",
    )
    assert graph.paths == (RecordedPath((("reading", "tap"), ("insert-instead", "ok")), "solved"),)


def test_the_example_is_written_as_it_was_read() -> None:
    assert dumps(loads(EXAMPLE)) == EXAMPLE


def test_comments_alignment_quotes_and_line_ends_make_no_difference() -> None:
    other = EXAMPLE.replace("tap: {", "tap:    {").replace("start: reading", 'start: "reading"  # first')
    assert loads(other.replace("\n", "\r\n")) == loads(EXAMPLE)
    assert loads("\ufeff" + EXAMPLE) == loads(EXAMPLE)


def test_block_style_reads_like_flow_style() -> None:
    block = "paths:\n- answers:\n    reading: tap\n    insert-instead: ok\n  ends: solved\n"
    assert loads(EXAMPLE.partition("paths:")[0] + block) == loads(EXAMPLE)


def test_a_broken_guide_is_a_file_all_the_same() -> None:
    graph = loads(EXAMPLE)
    assert {problem.id for problem in check(graph)} >= {"G003"}
    empty = Graph("g", "", "", {})
    assert dumps(empty) == "format: 1\nguide: g\ntitle: ''\nstart: ''\nnodes: {}\n"
    assert loads(dumps(empty)) == empty


@pytest.mark.parametrize("text", ["05", "yes", "on", "No", "1e3", "0x1F", "2026-11-23", "null", "~", "1_000", "12:30"])
def test_scalars_stay_text_and_are_written_in_quotes(text: str) -> None:
    graph = replace(loads(MINIMAL), title=text, codes=(text,))
    assert f"title: '{text}'\ncodes: ['{text}']\n" in dumps(graph)
    assert loads(MINIMAL.replace("title: t\nstart", f"title: {text}\nstart")).title == text


def test_ids_that_look_like_something_else_are_quoted_too() -> None:
    node = make_question("0", "05", choices=(Choice("yes", "是", "05"), Choice("1e3", "不", "no")))
    graph = make_graph(node, make_outcome("05"), slug="on", paths=(RecordedPath((("0", "yes"),), "05"),))
    text = dumps(graph)
    for line in (
        "guide: 'on'",
        "start: '0'",
        "  '05':",
        "      'yes': {label: 是, to: '05'}",
        "{'0': 'yes'}, ends: '05'",
    ):
        assert line in text
    assert loads(text) == graph


@pytest.mark.parametrize("text", [*NASTY, "x" * 3000, "长" * 1100, "a: [" * 400])
def test_hostile_text_survives_everywhere(text: str) -> None:
    node = Node(
        "a", Kind.CHECK, text, text, text, text, text, 3, (text, text), (Choice("x", text, text, text),), None, text,
        text, text,
    )  # fmt: skip
    graph = Graph("g", text, text, {"a": node}, (text, text), (RecordedPath((("a", "x"),), text),))
    written = dumps(graph)
    assert loads(written) == graph
    assert dumps(loads(written)) == written
    written.encode()
    assert not set(written) & set("\ufeff\x85\u2028\u2029\x00\x7f\t\r")  # what a reviewer would not see is escaped


@usual
@given(authored_graphs())
def test_what_is_written_is_read_back_and_written_the_same(graph: Graph) -> None:
    written = dumps(graph)
    read = loads(written)
    assert read == graph
    assert [list(read.nodes), [c.id for n in read.nodes.values() for c in n.choices]] == [
        list(graph.nodes),
        [c.id for n in graph.nodes.values() for c in n.choices],
    ]
    assert dumps(read) == written


@few
@given(dags())
def test_sound_guides_survive_with_their_paths(graph: Graph) -> None:
    assert loads(dumps(graph)) == graph


#: Plain scalars that YAML 1.2's core schema does not read as text (YAML 1.1 is PyYAML's own safe loader).
CORE_SCHEMA = re.compile(
    r"|null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)


@few
@given(authored_graphs())
def test_other_readers_of_yaml_see_text_too(graph: Graph) -> None:
    written = dumps(graph)

    def scalars(value: Any, key: str = "") -> list[Any]:
        if isinstance(value, dict):
            return [*value, *(found for name, item in value.items() for found in scalars(item, name))]
        if isinstance(value, list):
            return [found for item in value for found in scalars(item)]
        return [] if key in ("format", "minutes") and isinstance(value, int) else [value]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # another reader, and a quicker one, where there is one
    if re.search(r"\\ud[89a-f]", written):
        return  # halves of surrogate pairs are an offence to libyaml; check refuses them
    assert all(isinstance(value, str) for value in scalars(yaml.load(written, Loader=loader)))
    plain = [
        event.value
        for event in yaml.parse(written, Loader=loader)
        if isinstance(event, yaml.ScalarEvent) and not event.style
    ]
    numbers = [value for value in plain if CORE_SCHEMA.fullmatch(value)]
    assert len(numbers) == 1 + sum(node.minutes is not None for node in graph.nodes.values())


def test_lines_are_not_wrapped_and_unicode_is_kept() -> None:
    long = "请把机器翻过来，看背面的标签。😀 " * 60 + "完"
    assert f"title: {long}\n" in dumps(replace(loads(MINIMAL), title=long))


def test_several_lines_are_written_as_they_were_typed() -> None:
    text = "第一行: 看灯\n\n# 第三行\n- 第四行"
    written = dumps(replace(loads(MINIMAL), nodes={"a": make_outcome("a", help=text, say=text + "\n")}))
    assert "    help: |-\n      第一行: 看灯\n\n      # 第三行\n      - 第四行\n" in written
    assert "    say: |\n      第一行: 看灯\n" in written


def test_control_characters_are_read_for_check_to_refuse() -> None:
    graph = loads(MINIMAL.replace("title: t}", r'title: "a\0b"}'))
    assert graph.nodes["a"].title == "a\0b"
    assert [problem.id for problem in check(graph)] == ["G022"]


def test_every_node_has_its_line() -> None:
    _, lines = loads_with_lines(EXAMPLE)
    rows = EXAMPLE.splitlines()
    assert {node_id: rows[line - 1].strip() for node_id, line in lines.items()} == {
        node_id: f"{node_id}:" for node_id in loads(EXAMPLE).nodes
    }


HEAD = "format: 1\nguide: g\ntitle: t\nstart: a\n"
NODES = HEAD + "nodes:\n"
QUESTION = NODES + "  a:\n    kind: question\n    title: t\n"

#: Name: text, then for each problem its line, column, place and a part of its message.
MALFORMED: dict[str, tuple[str, list[tuple[int, int, str, str]]]] = {
    "empty": ("", [(1, 1, "", "is empty")]),
    "only a comment": ("# x\n", [(1, 1, "", "is empty")]),
    "text": ("hello", [(1, 1, "", "a mapping is expected, not text")]),
    "list": ("- a\n", [(1, 1, "", "a mapping is expected, not a list")]),
    "two documents": (MINIMAL + "---\na: b\n", [(7, 1, "", "second document")]),
    "syntax": (HEAD + "nodes: [\n", [(6, 1, "", "this is not YAML")]),
    "tab for indentation": (HEAD + "nodes:\n\ta: b\n", [(6, 1, "", "this is not YAML")]),
    "open quote": (HEAD + "nodes: 'x\n", [(6, 1, "", "this is not YAML")]),
    "escape beyond Unicode": ('a: "\\U00110000"', [(1, 7, "", "this is not YAML")]),
    "endless version": ("%YAML 1." + "9" * 5000 + "\n--- a", [(1, 9, "", "this is not YAML")]),
    "control character": (HEAD + "no\x01des: {}\n", [(5, 3, "", "the character U+0001 cannot stand")]),
    "format": (MINIMAL.replace("format: 1", "format: 2"), [(1, 9, "format", "format “2” is not known")]),
    "no format": (MINIMAL.replace("format: 1\n", ""), [(1, 1, "", "“format” is missing")]),
    "nothing but a format": (
        "format: 1\n",
        [(1, 1, "", f"“{key}” is missing") for key in ("guide", "title", "start", "nodes")],
    ),
    "slug": (MINIMAL.replace("guide: g", "guide: E 324"), [(2, 8, "guide", "“E 324” cannot be the name")]),
    "unknown key": (MINIMAL + "titel: x\n", [(7, 1, "titel", "unknown key “titel”")]),
    "unknown key of a node": (QUESTION + "    minute: 1\n", [(9, 5, "nodes.a.minute", "unknown key")]),
    "unknown key of a choice": (
        QUESTION + "    choices:\n      x: {label: x, to: b, lable: y}\n",
        [(10, 28, "nodes.a.choices.x.lable", "unknown key")],
    ),
    "unknown key of a path": (MINIMAL + "paths:\n- {answers: {}, ends: a, end: b}\n", [(8, 26, "paths.1.end", "unknown key")]),
    "doubled key": (MINIMAL + "title: u\n", [(7, 1, "title", "“title” is there twice")]),
    "doubled node": (MINIMAL + "  a: {kind: outcome, title: u}\n", [(7, 3, "nodes.a", "“a” is there twice")]),
    "doubled field": (QUESTION + "    title: u\n", [(9, 5, "nodes.a.title", "is there twice")]),
    "doubled choice": (
        QUESTION + "    choices:\n      x: {label: x, to: b}\n      x: {label: y, to: b}\n",
        [(11, 7, "nodes.a.choices.x", "is there twice")],
    ),
    "doubled answer": (MINIMAL + "paths:\n- {answers: {a: x, a: y}, ends: a}\n", [(8, 20, "paths.1.answers.a", "twice")]),
    "nodes as a list": (HEAD + "nodes: []\n", [(5, 8, "nodes", "a mapping is expected, not a list")]),
    "nodes left empty": (HEAD + "nodes:\n", [(5, 7, "nodes", "a mapping is expected, not text")]),
    "node as text": (NODES + "  a: x\n", [(6, 6, "nodes.a", "a mapping is expected")]),
    "title as a list": (MINIMAL.replace("title: t\n", "title: [t]\n"), [(3, 8, "title", "text is expected, not a list")]),
    "codes as text": (MINIMAL + "codes: E324\n", [(7, 8, "codes", "a list is expected, not text")]),
    "code as a mapping": (MINIMAL + "codes: [a, {b: c}]\n", [(7, 12, "codes.2", "text is expected, not a mapping")]),
    "paths as a mapping": (MINIMAL + "paths: {}\n", [(7, 8, "paths", "a list is expected")]),
    "path without an end": (MINIMAL + "paths: [{answers: {}}]\n", [(7, 9, "paths.1", "“ends” is missing")]),
    "path without answers": (MINIMAL + "paths: [{ends: a}]\n", [(7, 9, "paths.1", "“answers” is missing")]),
    "answer as a list": (MINIMAL + "paths: [{answers: {a: [x]}, ends: a}]\n", [(7, 23, "paths.1.answers.a", "text is")]),
    "bad answers": (
        MINIMAL + "paths: [{answers: {A: x, b: Y, c.: z, d.e: f}, ends: a}]\n",
        [
            (7, 20, "paths.1.answers.A", "“A” cannot be the id of a node"),
            (7, 29, "paths.1.answers.b", "“Y” cannot be the id of a choice"),
            (7, 32, "paths.1.answers.c.", "“c.” cannot be the id of a node"),
        ],
    ),
    "node without kind and title": (
        NODES + "  a: {}\n",
        [(6, 6, "nodes.a", "“kind” is missing"), (6, 6, "nodes.a", "“title” is missing")],
    ),
    "choice without label and target": (
        QUESTION + "    choices:\n      x: {}\n",
        [(10, 10, "nodes.a.choices.x", "“label” is missing"), (10, 10, "nodes.a.choices.x", "“to” is missing")],
    ),
    "bad id": (NODES + "  Bad_Id: {kind: outcome, title: t}\n", [(6, 3, "nodes.Bad_Id", "cannot be the id of a node")]),
    "joined id": (NODES + "  a.b: {kind: outcome, title: t}\n", [(6, 3, "nodes.a.b", "cannot be the id of a node")]),
    "reserved id": (NODES + "  all: {kind: outcome, title: t}\n", [(6, 3, "nodes.all", "guide's own addresses")]),
    "bad choice id": (
        QUESTION + "    choices:\n      '': {label: x, to: b}\n",
        [(10, 7, "nodes.a.choices.", "cannot be the id of a choice")],
    ),
    "unknown kind": (NODES + "  a: {kind: questoin, title: t}\n", [(6, 13, "nodes.a.kind", "unknown kind “questoin”")]),
    "kind as a list": (NODES + "  a: {kind: [], title: t}\n", [(6, 13, "nodes.a.kind", "text is expected")]),
    "unknown result": (
        NODES + "  a: {kind: outcome, title: t, result: solved}\n",
        [(6, 40, "nodes.a.result", "unknown result “solved”")],
    ),
    "article twice": (
        QUESTION + "    article: x\n    articles: [y]\n",
        [(10, 15, "nodes.a.articles", "both “article” and “articles”")],
    ),
    "minutes as a list": (QUESTION + "    minutes: [1]\n", [(9, 14, "nodes.a.minutes", "text is expected")]),
    "anchor": (MINIMAL.replace("title: t\n", "title: &x t\n"), [(3, 8, "title", "anchor “&x” is not used")]),
    "alias": (
        MINIMAL.replace("title: t\nstart: a", "title: &x t\nstart: *x"),
        [(3, 8, "title", "anchor"), (4, 8, "start", "alias “*x” is not used")],
    ),
    "tag": (MINIMAL.replace("title: t\n", "title: !!python/name:os.system t\n"), [(3, 8, "title", "tag “tag:yaml.org")]),
    "plain tag": (MINIMAL.replace("start: a", "start: ! a"), [(4, 8, "start", "tag “!” is not used")]),
    "tag of a list": (MINIMAL + "codes: !!set [a]\n", [(7, 8, "codes", "tag")]),
    "merge": (
        MINIMAL + "<<: {codes: [x]}\n",
        [(7, 1, "<<", "merge keys are not used")],
    ),
    "merge among nodes": (NODES + "  <<: {kind: outcome, title: t}\n", [(6, 3, "nodes.<<", "merge keys are not used")]),
    "list as a key": (MINIMAL + "? [a]\n: b\n", [(7, 3, "?", "a key must be plain text")]),
    "too deep": (MINIMAL + "codes: " + "[" * 12 + "\n", [(7, 19, "codes" + ".1" * 11, "more than 12 levels")]),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_with_line_and_reason(name: str) -> None:
    text, expected = MALFORMED[name]
    found = refused(text)
    assert [(problem.line, problem.column, problem.place) for problem in found] == [row[:3] for row in expected]
    for problem, row in zip(found, expected, strict=True):
        assert row[3] in problem.message
        assert problem.hint


@pytest.mark.parametrize("minutes", ["-1", "NaN", ".nan", "1.5", "", "ten", "1e3", "10000", "１", "0x1", "+1", "1_0"])
def test_minutes_are_a_whole_number(minutes: str) -> None:
    (problem,) = refused(QUESTION + f"    minutes: {minutes}\n")
    assert (problem.line, problem.place) == (9, "nodes.a.minutes")


@pytest.mark.parametrize(("minutes", "value"), [("0", 0), ("05", 5), ("'10'", 10), ("9999", 9999)])
def test_minutes_from_0_to_9999_are_read(minutes: str, value: int) -> None:
    graph = loads(QUESTION + f"    minutes: {minutes}\n")
    assert graph.nodes["a"].minutes == value
    assert f"    minutes: {value}\n" in dumps(graph)


def test_the_nearest_known_word_is_suggested() -> None:
    assert refused(MALFORMED["unknown key"][0])[0].hint == "Did you mean “title”?"
    assert refused(MALFORMED["unknown kind"][0])[0].hint == "Did you mean “question”?"
    assert "fixed, article, escalate, stop" in refused(MALFORMED["unknown result"][0])[0].hint


def test_all_problems_are_collected_in_file_order_under_the_files_name() -> None:
    text = HEAD.replace("1", "9") + "nodes:\n  A: {kind: x, title: [], minutes: -1}\ncode: []\n"
    with pytest.raises(MalformedGuide) as error:
        loads(text, name="e324.yaml")
    lines = str(error.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        "e324.yaml:1:9:", "e324.yaml:6:3:", "e324.yaml:6:13:", "e324.yaml:6:23:", "e324.yaml:6:36:", "e324.yaml:7:1:",
    ]  # fmt: skip


def test_more_than_two_thousand_nodes_are_refused_once() -> None:
    text = NODES + "".join(f"  n{number}: {{kind: outcome, title: t}}\n" for number in range(2002))
    (problem,) = refused(text)
    assert (problem.line, problem.place) == (2006, "nodes")
    with pytest.raises(UnwritableGuide):
        dumps(make_graph(*(make_outcome(f"n{number}") for number in range(2001))))


def test_a_file_over_two_megabytes_is_refused_unread() -> None:
    (problem,) = refused("长" * (MAX_BYTES // 3 + 1))
    assert "larger than 2,000,000 bytes" in problem.message
    with pytest.raises(UnwritableGuide):
        dumps(make_graph(make_outcome("a", help="x" * MAX_BYTES)))


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\n" + "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 40)),
        "[" * 500_000,
        "{" * 500_000,
        "- " * 500_000,
        "? " * 500_000,
        "[" + "!x &y z," * 5_000,
    ],
    ids=["aliases", "lists", "mappings", "dashes", "keys", "everything"],
)
def test_bombs_cost_no_more_than_their_length(bomb: str) -> None:
    begun = time.process_time()
    assert len(refused(bomb)) <= 500
    assert time.process_time() - begun < 5


def test_any_slip_of_the_hand_is_read_or_refused() -> None:
    dice = random.Random(324)
    pieces = [*"{}[]:,#&*!|>'\"%@-?\n \t", "\\", ": ", "- ", "---\n", "<<", "a", "1", "\x85", "\ufeff", "\U0010ffff"]
    found: list[FileProblem] = []
    for _ in range(300):
        text = EXAMPLE
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(pieces) * dice.randint(0, 2) + text[at + dice.randint(0, 6) :]
        try:
            graph = loads(text)
        except MalformedGuide as error:
            found.extend(error.problems)
        else:
            assert loads(dumps(graph)) == graph
    assert len(found) > 100
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found)


@usual
@given(st.text(alphabet="ab:-?[]{},&*!|>'\"%#\n \t<=~1\\\ufeff\x85", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(MalformedGuide):
        loads(text)


def test_two_thousand_nodes_are_read_and_written_in_seconds() -> None:
    graph = make_ladder(1999)
    begun = time.process_time()
    assert loads(dumps(graph)) == graph
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("graph", "place"),
    [
        (make_graph(make_outcome("a"), slug="Bad"), "guide"),
        (make_graph(make_outcome("a.b")), "nodes.a.b"),
        (make_graph(make_outcome("all")), "nodes.all"),
        (make_graph(make_outcome("a"), make_outcome("a")), "nodes.a"),
        (make_graph(make_outcome("a", minutes=-1)), "nodes.a.minutes"),
        (make_graph(make_outcome("a", minutes=10_000)), "nodes.a.minutes"),
        (make_graph(make_question("a", "b", choices=(Choice("X", "x", "b"),))), "nodes.a.choices.X"),
        (make_graph(make_question("a", "b", choices=(Choice("x", "x", "b"), Choice("x", "y", "b")))), "nodes.a.choices.x"),
        (make_graph(make_outcome("a"), paths=(RecordedPath((("a", "x"), ("a", "y")), "a"),)), "paths.1.answers"),
        (make_graph(make_outcome("a"), paths=(RecordedPath((("a", "X"),), "a"),)), "paths.1.answers.a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_file_cannot_hold_is_refused(graph: Graph, place: str) -> None:
    with pytest.raises(UnwritableGuide) as error:
        dumps(graph)
    assert [problem.place for problem in error.value.problems] == [place]
    assert place in str(error.value)


@few
@given(broken_graphs())
def test_any_other_graph_can_be_written(graph: Graph) -> None:
    try:
        written = dumps(graph)
    except UnwritableGuide:
        return
    assert loads(written) == graph


@few
@given(broken_graphs() | authored_graphs())
def test_documents_hold_any_graph_and_survive_a_store_that_sorts_keys(graph: Graph) -> None:
    stored = json.loads(json.dumps(to_document(graph), sort_keys=True, ensure_ascii=False))
    read = from_document(stored)
    assert read == graph
    assert list(read.nodes) == list(graph.nodes)
    assert to_document(read) == to_document(graph)


def test_documents_leave_empty_fields_out() -> None:
    assert to_document(make_graph(make_outcome("a"))) == {
        "format": 1,
        "guide": "test",
        "title": "测试",
        "codes": [],
        "start": "a",
        "nodes": [{"id": "a", "kind": "outcome", "title": "结论 a", "result": "fixed"}],
        "paths": [],
    }


@pytest.mark.parametrize("number", [0, 2, "1", None])
def test_a_document_of_another_format_is_refused(number: object) -> None:
    document = to_document(make_graph(make_outcome("a"))) | {"format": number}
    with pytest.raises(UnsupportedFormat) as error:
        from_document(document)
    assert error.value.found == number
