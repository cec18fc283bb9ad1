"""Guides of any size for `make bench`, the same ones on every machine."""

from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result

#: Choices of every node but for “cannot tell”, which leads straight to an outcome.
BRANCHES = 3

_LABELS = ("正常", "有提示", "没有反应")
_ASKED = ("终端屏幕上现在显示什么", "卡槽旁边的灯是什么颜色", "小票打印到哪一步", "顾客的手机上看到什么")


def layered_graph(
    nodes: int = 400,
    depth: int = 12,
    *,
    slug: str = "large",
    result: Result = Result.FIXED,
    articles: tuple[str, ...] = (),
) -> Graph:
    """A guide of exactly `nodes` nodes whose longest path has `depth` taps, without any problem that `check` knows.

    Layers of questions and checks lead to the next layer, where branches merge, so there are exponentially many
    paths; the last layer is a tenth of the nodes or less, outcomes of that `result` (`articles` are for those that need some).

    Raises:
        ValueError: if so many nodes do not fit that depth: at least two more than layers, at most three per choice.
    """
    widths = _widths(nodes, depth)
    names = [[f"step-{layer}-{place}" for place in range(width)] for layer, width in enumerate(widths[:-1])]
    names.append([f"end-{place}" for place in range(widths[-1])])
    rows: list[Node] = []
    for layer, width in enumerate(widths[:-1]):
        for place in range(width):
            ways = [names[layer + 1][(place * BRANCHES + way) % widths[layer + 1]] for way in range(BRANCHES)]
            ways.append(names[-1][(layer + place) % widths[-1]])
            rows.append(_asking(names[layer][place], len(rows), ways))
    for place, name in enumerate(names[-1], start=1):
        tell = "" if result is Result.FIXED else f"终端已按结论 {place} 的步骤检查。"
        rows.append(
            Node(
                name,
                Kind.OUTCOME,
                f"结论 {place}：照此处理",
                result=result,
                articles=articles,
                tell=tell,
                help="完成。",
            )
        )
    return Graph.from_nodes(slug, f"{nodes} 步的大流程", names[0][0], rows)


def _asking(name: str, number: int, ways: list[str]) -> Node:
    title = f"第 {number + 1} 问：{_ASKED[number % len(_ASKED)]}？"
    labels = zip(("a", "b", "c", "unsure"), (*_LABELS, "说不清"), ways, strict=True)
    return Node(
        name,
        Kind.CHECK if number % 3 == 2 else Kind.QUESTION,
        title,
        help="请看清楚再答。",
        say=f"请问，{_ASKED[number % len(_ASKED)]}？",
        minutes=1 if number % 3 == 2 else None,
        choices=tuple(Choice(choice_id, label, to) for choice_id, label, to in labels),
    )


def _widths(nodes: int, depth: int) -> list[int]:
    """Nodes per layer: as even as can be where each is at most `BRANCHES` times as wide as the one before."""
    ends = max(2, min(nodes // 10, nodes // max(depth, 1)))
    widths = [1] * depth
    left = nodes - ends - depth
    while left > 0:
        wider = [i for i in range(1, depth) if widths[i] < BRANCHES * widths[i - 1]]
        if not wider:
            break
        widths[min(wider, key=lambda i: (widths[i], i))] += 1
        left -= 1
    if depth < 1 or left or ends > BRANCHES * widths[-1]:
        raise ValueError(f"{nodes} nodes do not make a guide {depth} taps deep")
    return [*widths, ends]
