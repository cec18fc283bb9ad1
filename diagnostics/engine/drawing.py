"""A guide as a picture: SVG that stands under the strictest content policy (no style, no script, no other host).

Everything looks right without a style sheet (presentation attributes, `currentColor`); class names let one do better.
Shapes, marks and dashes say what colour says elsewhere. No element has an id, so several drawings fit on one page.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from html import escape

from diagnostics.engine.graph import Graph, Node, NodeId, Result
from diagnostics.engine.layout import Box, Layout, Point, arrange, layers_of
from diagnostics.engine.lettering import columns, wrap
from diagnostics.engine.outline import OutlineRow, to_mermaid, to_outline

__all__ = ["OutlineRow", "to_mermaid", "to_outline", "to_svg"]

#: Pixels, but for columns: ten Chinese characters to a line of a node, eight to one of a choice.
_NODE_FONT, _NODE_LINE, _NODE_COLUMNS, _NODE_LINES = 14, 19, 20, 6
_LABEL_FONT, _LABEL_LINE, _LABEL_COLUMNS, _LABEL_LINES = 12, 16, 16, 4
_NODE_WIDTH = 184.0
_MARGIN = 16.0

#: Ways over more layers of nodes than this become references; fewer where a large guide would have too many lanes.
_LONGEST_SPAN = 4
_MOST_LANES = 6000

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = {Result.FIXED: "✓ ", Result.ARTICLE: "¶ ", Result.ESCALATE: "☎ ", Result.STOP: "✕ "}

Href = Callable[[Node], str]


def to_svg(
    graph: Graph,
    *,
    href: Href | None = None,
    highlight: Collection[NodeId] = (),
    title: str = "",
    description: str = "",
) -> str:
    """One `<svg>` element, to be put into HTML as it is or written to a file.

    Every node is a link where `href` is given; the drawing is then a group of links, without it one image (an
    element of role img hides what is inside from assistive technology). `highlight` are nodes drawn with a heavy
    line. `title` is the guide's if empty; `description` is for those who cannot see the drawing.

    A draft's faults are drawn, not refused: a way to nowhere ends at a dashed box with “?”, a way back in a cycle is
    a reference with “↺”, nodes that no answers lead to are dashed. Ways over many layers are references with “↪”.
    """
    scene = _Scene(graph)
    layout = arrange([item.box for item in scene.items], scene.links)
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    name = _escaped(title or graph.title or graph.slug)
    about = _escaped(description or f"{len(graph.nodes)} nodes, {sum(len(n.ways) for n in graph.nodes.values())} ways")
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="guide-map" role="{"group" if href else "img"}"'
            f' aria-label="{name}" viewBox="{_n(-_MARGIN)} {_n(-_MARGIN)} {_n(width)} {_n(height)}"'
            f' width="{_n(width)}" height="{_n(height)}">'
        ),
        f"<title>{name}</title><desc>{about}</desc>",
        *_lines(scene, layout),
    ]
    for item, centre in zip(scene.items, layout.centres, strict=True):
        parts.extend(item.draw(centre, href, frozenset(highlight)))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _escaped(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))


@dataclass(frozen=True, slots=True)
class _Item:
    """Something with a place: a node, the label of a way, or a reference to a node (`to`) drawn elsewhere."""

    lines: tuple[str, ...]
    full: str
    box: Box
    look: str
    to: Node | None = None

    def draw(self, centre: Point, href: Href | None, highlight: Collection[NodeId]) -> Iterator[str]:
        if not self.lines:
            return
        is_label = self.look == "label"
        look = self.look
        if self.to is not None and self.to.id in highlight:
            look += " guide-map__node--highlight"
        link = href if self.to is not None else None
        if link is not None and self.to is not None:
            yield f'<a class="guide-map__link" href="{_escaped(link(self.to))}">'
        yield f'<g class="{"guide-map__label" if is_label else f"guide-map__node guide-map__node--{look}"}">'
        yield f"<title>{_escaped(self.full)}</title>"
        if not is_label:
            yield from _shape(self, centre, "highlight" in look)
        yield _text(self.lines, centre, small=is_label or self.look.startswith("reference"))
        yield "</g></a>" if link is not None else "</g>"


def _text(lines: tuple[str, ...], centre: Point, *, small: bool) -> str:
    font, step = (_LABEL_FONT, _LABEL_LINE) if small else (_NODE_FONT, _NODE_LINE)
    first = centre.y - (len(lines) - 1) * step / 2 + font * 0.35
    spans = "".join(
        f'<tspan x="{_n(centre.x)}" y="{_n(first + index * step)}">{_escaped(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f'<text class="guide-map__text" font-size="{font}" text-anchor="middle" fill="currentColor">{spans}</text>'


def _shape(item: _Item, centre: Point, is_heavy: bool) -> Iterator[str]:
    """Hexagon: question. Box: check. Round ends: outcome. Double sides: guide. Dashes: something is missing."""
    (width, height), (x, y) = item.box, (centre.x - item.box.width / 2, centre.y - item.box.height / 2)
    dash = ' stroke-dasharray="5 4"' if "missing" in item.look or "unreachable" in item.look else ""
    paint = (
        f'class="guide-map__shape" fill="none" pointer-events="all" stroke="currentColor"'
        f' stroke-width="{4 if is_heavy else 1.5}"{dash}'
    )
    if item.look.startswith("question"):
        tip = 12
        corners = (
            (x, y + height / 2), (x + tip, y), (x + width - tip, y), (x + width, y + height / 2),
            (x + width - tip, y + height), (x + tip, y + height),
        )  # fmt: skip
        yield f'<polygon {paint} points="{" ".join(f"{_n(a)},{_n(b)}" for a, b in corners)}"/>'
        return
    if item.look.startswith("reference"):
        paint = 'class="guide-map__shape" fill="none" pointer-events="all" stroke="none"'
    radius = _n(min(height / 2, 22)) if item.look.startswith("outcome") else "2"
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    yield f'<rect {paint} {place} rx="{radius}"/>'
    if item.look.startswith("guide"):
        sides = " ".join(f"M{_n(side)} {_n(y)}v{_n(height)}" for side in (x + 6, x + width - 6))
        yield f'<path class="guide-map__side" fill="none" stroke="currentColor" stroke-width="1.5" d="{sides}"/>'


def _lines(scene: "_Scene", layout: Layout) -> Iterator[str]:
    yield '<g class="guide-map__lines" fill="none" stroke="currentColor" stroke-width="1.2">'
    for (source, target), route in zip(scene.links, layout.routes, strict=True):
        start, end = scene.items[source], scene.items[target]
        first = layout.centres[source].y + start.box.height / 2
        last = layout.centres[target].y - end.box.height / 2
        steps = [f"M{_n(route[0].x)} {_n(first)}V{_n(route[0].y)}"]
        for here, there in zip(route[::2], route[1::2], strict=True):
            middle = (here.y + there.y) / 2
            steps.append(
                f"V{_n(here.y)}C{_n(here.x)} {_n(middle)} {_n(there.x)} {_n(middle)} {_n(there.x)} {_n(there.y)}"
            )
        steps.append(f"V{_n(last)}")
        if end.look != "label" and not end.look.startswith("reference"):
            x = route[-1].x
            steps.append(f"M{_n(x - 4)} {_n(last - 7)}L{_n(x)} {_n(last)}L{_n(x + 4)} {_n(last - 7)}")
        yield f'<path class="guide-map__line" d="{"".join(steps)}"/>'
    yield "</g>"


class _Scene:
    """What is drawn: every node, a label between every two, and references instead of ways that would not fit."""

    def __init__(self, graph: Graph) -> None:
        self.items: list[_Item] = []
        self.links: list[tuple[int, int]] = []
        self._graph = graph
        self._reachable = graph.reachable()
        number = {node_id: index for index, node_id in enumerate(graph.nodes)}
        self.items.extend(self._node(node) for node in graph.nodes.values())
        forward = [(source, to) for source, to in _merged(graph) if to in number]
        back = _back_ways(graph)
        straight = [(number[a], number[b]) for a, b in forward if (a, b) not in back]
        layer = layers_of(len(number), straight)
        longest = _longest_span([layer[b] - layer[a] for a, b in straight])
        for (source, to), labels in _merged(graph).items():
            label = self._add(_label(" / ".join(labels)))
            self.links.append((number[source], label))
            if to not in number:
                target = self._add(_missing(to))
            elif (source, to) in back:
                target = self._add(_reference("↺", graph.nodes[to]))
            elif layer[number[to]] - layer[number[source]] > longest:
                target = self._add(_reference("↪", graph.nodes[to]))
            else:
                target = number[to]
            self.links.append((label, target))

    def _add(self, item: _Item) -> int:
        self.items.append(item)
        return len(self.items) - 1

    def _node(self, node: Node) -> _Item:
        look = node.kind.value
        mark = ""
        if node.is_end and node.result is not None:
            look += f" guide-map__node--{node.result}"
            mark = _MARKS[node.result]
        if node.id == self._graph.start:
            look += " guide-map__node--start"
            mark = "▶ "
        elif node.id not in self._reachable:
            look += " guide-map__node--unreachable"
        title = node.title if node.title.strip() else node.id
        lines = wrap(mark + _ILLEGAL.sub("", title), _NODE_COLUMNS, _NODE_LINES)
        return _Item(lines, title, Box(_NODE_WIDTH, len(lines) * _NODE_LINE + 18), look, node)


def _label(text: str) -> _Item:
    lines = wrap(_ILLEGAL.sub("", text), _LABEL_COLUMNS, _LABEL_LINES) if text else ()
    width = max((columns(line) for line in lines), default=0) * _LABEL_FONT / 2 + 6
    return _Item(lines, text, Box(width, len(lines) * _LABEL_LINE + 4 if lines else 0), "label")


def _missing(to: NodeId) -> _Item:
    lines = wrap(f"? {_ILLEGAL.sub('', to)}", _NODE_COLUMNS, _NODE_LINES)
    return _Item(lines, f"? {to}", Box(_NODE_WIDTH, len(lines) * _NODE_LINE + 18), "missing")


def _reference(mark: str, node: Node) -> _Item:
    title = f"{mark} {node.title if node.title.strip() else node.id}"
    lines = wrap(_ILLEGAL.sub("", title), _NODE_COLUMNS, 2)
    width = max(columns(line) for line in lines) * _LABEL_FONT / 2 + 8
    look = "reference guide-map__node--back" if mark == "↺" else "reference"
    return _Item(lines, title, Box(width, len(lines) * _LABEL_LINE + 6), look, node)


def _merged(graph: Graph) -> dict[tuple[NodeId, NodeId], list[str]]:
    """Labels of all ways from one node to another: drawn as one line, in authored order."""
    found: dict[tuple[NodeId, NodeId], list[str]] = {}
    for node in graph.nodes.values():
        for choice, to in node.ways:
            labels = found.setdefault((node.id, to), [])
            if choice is not None:
                labels.append(choice.label or choice.id)
    return found


def _back_ways(graph: Graph) -> set[tuple[NodeId, NodeId]]:
    """Ways that close a cycle, seen from the start: without them the graph has an order."""
    found: set[tuple[NodeId, NodeId]] = set()
    finished: set[NodeId] = set()
    for root in (graph.start, *graph.nodes):
        if root not in graph.nodes or root in finished:
            continue
        current = {root}
        work = [(root, iter(graph.successors(root)))]
        while work:
            node_id, rest = work[-1]
            to = next(rest, None)
            if to is None:
                work.pop()
                current.discard(node_id)
                finished.add(node_id)
            elif to in current:
                found.add((node_id, to))
            elif to not in finished:
                current.add(to)
                work.append((to, iter(graph.successors(to))))
    return found


def _longest_span(spans: list[int]) -> int:
    """How many layers a drawn way may span at most. A node's layer and its labels' make two lanes per layer."""
    for longest in range(_LONGEST_SPAN, 1, -1):
        if sum(2 * (span - 1) for span in spans if span <= longest) <= _MOST_LANES:
            return longest
    return 1
