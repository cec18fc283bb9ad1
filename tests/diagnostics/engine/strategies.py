"""Hypothesis strategies and plain factories for guides.

`dags` are guides an author would be glad of, `mutants` are those after one slip of the hand, `broken_graphs` are
anything that can be represented, `authored_graphs` anything that a file can hold.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from diagnostics.engine.graph import (
    RESERVED_NODE_IDS,
    Choice,
    Graph,
    Kind,
    Node,
    RecordedPath,
    Result,
)

# Without deadlines, which only measure how busy the machine is. `few` is for what is slow to make and simple to meet.
usual = settings(deadline=None)
few = settings(deadline=None, max_examples=40)

NASTY = [
    "", " ", "\n", "\t", "a\nb", "a\nb\n", "a\nb\n\n", "a\n\nb", " a\nb", "a \nb", "a\n b", "a\n  \nb", "\na", "\r\n",
    "yes", "No", "ON", "y", "~", "null", "Null", "05", "1e3", "0x1F", "0o17", "017", "1_000", "12:30:45", "1.5", ".5",
    "2026-11-23", "2026-11-23 10:00:00", ".inf", "-.INF", ".NaN", "=", "<<", "- a", "-", "---", "...", "--- a", "? a",
    "a: b", "a:", ":a", "a #b", "#a", "a#b", "[a]", "{a: b}", "a, b", "a?b", "&a", "*a", "!a", "%a", "@a", "`a`", "|", ">",
    "'", '"', "it's", 'say "x"', "\\", "\\n", "a\\", "e\u0301", "\u3000全角", "全角\u3000", "“引号”", "：", "：a",
    "\u2028", "a\u2029b", "a \u2028 b", "\x85", "\ufeff", "a\ufeffb", "\xa0", "\u200b", "😀👨\u200d👩\u200d👧", "\U0010ffff", "\ufffe",
    "\x00", "\x07", "\x7f", "\x1b[0m", "\ud800", "\ud83d\ude00", "a\tb", "\ta\nb", "# a\n# b",
    "---\n...", "a\n---\nb", "key: value\nother: [", "|\n|", "0", "+1", "1,5", "1 2", "E324", "出现 E324 时，您是怎么读卡的？",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=20),
    st.text(alphabet=" \n\t\r:#-?,[]{}'\"\\|>&*!%@`~=<0123456789aeonyx一。", max_size=14),
    st.text(alphabet=st.characters(), max_size=8),
)
ids = st.one_of(
    st.sampled_from(["a", "b", "c", "0", "05", "1e3", "yes", "on", "null", "n", "0x1f", "x" * 63, "2026-11-23", "a-"]),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True),
)
node_ids = ids.filter(lambda text: text not in RESERVED_NODE_IDS)


def make_choice(choice_id: str, to: str, **changes: Any) -> Choice:
    return replace(Choice(choice_id, f"选 {choice_id}", to), **changes)


def make_question(node_id: str, *targets: str, **changes: Any) -> Node:
    """A question with choices a, b, … to `targets`; the last lets the reader say that they cannot tell."""
    choices = [make_choice(chr(ord("a") + index), to) for index, to in enumerate(targets)]
    if choices:
        choices[-1] = replace(choices[-1], label="说不清")
    node = Node(node_id, Kind.QUESTION, f"问 {node_id}？", say=f"请问 {node_id}？", choices=tuple(choices))
    return replace(node, **changes)


def make_outcome(node_id: str, **changes: Any) -> Node:
    """An outcome; what sends the reader to somebody else has words to tell them."""
    node = replace(Node(node_id, Kind.OUTCOME, f"结论 {node_id}", result=Result.FIXED), **changes)
    needs_words = node.result in (Result.ESCALATE, Result.STOP) and "tell" not in changes
    return replace(node, tell=f"到了 {node_id}") if needs_words else node


def make_hand_over(node_id: str, guide: str, then: str, **changes: Any) -> Node:
    return replace(Node(node_id, Kind.GUIDE, f"转 {node_id}", guide=guide, then=then), **changes)


def make_graph(*nodes: Node, start: str = "", slug: str = "test", **changes: Any) -> Graph:
    graph = Graph.from_nodes(slug, "测试", start or nodes[0].id, nodes)
    return replace(graph, **changes)


def nodes_by_id(nodes: Iterable[Node]) -> dict[str, Node]:
    return {node.id: node for node in nodes}


def make_ladder(size: int) -> Graph:
    """`size` questions, each leading one or two steps on: Fibonacci-many paths, `size` layers deep."""
    names = [f"n{index}" for index in range(size + 1)]
    questions = [make_question(names[index], names[index + 1], names[min(index + 2, size)]) for index in range(size)]
    return make_graph(*questions, make_outcome(names[-1]))


@st.composite
def dags(draw: st.DrawFn, max_nodes: int = 9) -> Graph:
    """A guide without errors: acyclic, all reachable, every node leads to an outcome. Branches merge."""
    size = draw(st.integers(1, max_nodes))
    names = [f"n{index}" for index in range(size)]
    nodes: list[Node] = []
    for index, name in enumerate(names):
        later = names[index + 1 :]
        if not later or draw(st.integers(0, 3)) == 0:
            nodes.append(make_outcome(name, result=draw(st.sampled_from(list(Result)))))
        else:
            targets = draw(st.lists(st.sampled_from(later), min_size=1, max_size=4))
            kind = draw(st.sampled_from([Kind.QUESTION, Kind.CHECK]))
            nodes.append(make_question(name, *targets, kind=kind))
    whole = make_graph(*nodes)
    reachable = whole.reachable()
    graph = make_graph(*(node for node in nodes if node.id in reachable))
    return replace(graph, paths=tuple(draw(st.lists(recorded_paths(graph), max_size=2))))


@st.composite
def recorded_paths(draw: st.DrawFn, graph: Graph) -> RecordedPath:
    answers = []
    node = graph.nodes[graph.start]
    while node.choices:
        choice = draw(st.sampled_from(node.choices))
        answers.append((node.id, choice.id))
        node = graph.nodes[choice.to]
    return RecordedPath(tuple(answers), node.id)


@st.composite
def mutants(draw: st.DrawFn) -> Graph:
    """A sound guide after one or two slips: a choice led elsewhere, a node lost, a kind or the start changed."""
    graph = replace(draw(dags()), paths=())
    for _ in range(draw(st.integers(1, 2))):
        nodes = dict(graph.nodes)
        name = draw(st.sampled_from(sorted(nodes)))
        node = nodes[name]
        match draw(st.integers(0, 4)):
            case 0 if node.choices:
                index = draw(st.integers(0, len(node.choices) - 1))
                to = draw(st.sampled_from([*sorted(nodes), "nowhere"]))
                changed = list(node.choices)
                changed[index] = replace(changed[index], to=to)
                nodes[name] = replace(node, choices=tuple(changed))
            case 1 if len(nodes) > 1:
                del nodes[name]
            case 2:
                nodes[name] = replace(node, kind=draw(st.sampled_from([Kind.QUESTION, Kind.CHECK, Kind.OUTCOME])))
            case 3:
                graph = replace(graph, start=name)
            case _:
                nodes[name] = replace(node, choices=node.choices[:-1])
        graph = replace(graph, nodes=nodes)
    return graph


pool = st.sampled_from(["a", "b", "c", "d", "e", "", "nowhere", "all", "Bad id", "a.b", "f.x"])


@st.composite
def broken_graphs(draw: st.DrawFn) -> Graph:
    """Anything representable: cycles, dangling targets, bad and doubled ids, empty and hostile texts."""
    choice = st.builds(Choice, id=pool, label=texts, to=pool, hint=texts)
    node = st.builds(
        Node,
        id=pool,
        kind=st.sampled_from(Kind),
        title=texts,
        say=texts,
        minutes=st.none() | st.integers(-5, 99999),
        articles=st.lists(texts, max_size=2).map(tuple),
        choices=st.lists(choice, max_size=3).map(tuple),
        result=st.none() | st.sampled_from(Result),
        tell=texts,
        guide=pool,
        then=pool,
    )
    paths = st.lists(st.builds(RecordedPath, st.lists(st.tuples(pool, pool), max_size=4).map(tuple), pool), max_size=3)
    return Graph.from_nodes(
        draw(pool),
        draw(texts),
        draw(pool),
        draw(st.lists(node, max_size=6)),
        codes=tuple(draw(st.lists(texts, max_size=2))),
        paths=tuple(draw(paths)),
    )


@st.composite
def authored_graphs(draw: st.DrawFn) -> Graph:
    """Whatever a file can hold: valid ids, any text anywhere else, targets that need not exist."""
    names = draw(st.lists(node_ids, max_size=3, unique=True))
    joined = st.lists(node_ids, min_size=1, max_size=3).map(".".join)
    choices = st.lists(
        st.builds(Choice, id=ids, label=texts, to=texts, hint=texts), max_size=3, unique_by=lambda choice: choice.id
    ).map(tuple)
    answers = st.lists(st.tuples(joined, ids), max_size=3, unique_by=lambda answer: answer[0]).map(tuple)
    nodes = [
        draw(
            st.builds(
                Node,
                id=st.just(name),
                kind=st.sampled_from(Kind),
                title=texts,
                help=texts,
                say=texts,
                note=texts,
                picture=texts,
                minutes=st.none() | st.integers(0, 9999),
                articles=st.lists(texts, max_size=2).map(tuple),
                choices=choices,
                result=st.none() | st.sampled_from(Result),
                tell=texts,
                guide=texts,
                then=texts,
            )
        )
        for name in names
    ]
    return Graph.from_nodes(
        draw(ids),
        draw(texts),
        draw(texts),
        nodes,
        codes=tuple(draw(st.lists(texts, max_size=3))),
        paths=tuple(draw(st.lists(st.builds(RecordedPath, answers, texts), max_size=2))),
    )
