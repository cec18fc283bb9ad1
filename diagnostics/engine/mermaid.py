"""Guides from Mermaid flowcharts: what people have already drawn, and what `outline.to_mermaid` wrote.

A drawing has no more than titles, labels and arrows; `check` tells the author what is still missing (results of
outcomes, words to read aloud).
"""

import re
from dataclasses import replace

from diagnostics.engine.errors import MalformedGuide
from diagnostics.engine.graph import RESERVED_NODE_IDS, Choice, Graph, Kind, Node, NodeId, is_id, is_joined_id
from diagnostics.engine.mermaid_syntax import Arrow, Box, Flowchart, parse_flowchart
from diagnostics.engine.reading import Findings

#: Characters, as the columns of drafts hold them.
MAX_GUIDE_TITLE = 120
MAX_TITLE = 200
MAX_LABEL = 120
_MAX_ID = 63

#: What a way says that is the only one and has no label.
ONLY_WAY = "继续"

_SENTENCE = re.compile(r"[。！？；!?;]|[.,，、](?=\s|$)|\s")


def loads_mermaid(text: str, *, slug: str, title: str = "", name: str = "<mermaid>") -> Graph:
    """Read a flowchart. `slug` is taken as it is; the title is `title`, or else the drawing's, or else the slug.

    Boxes without a way on are outcomes; diamonds and hexagons with one are questions, `[[…]]` with a single way and no
    label hand over to a guide that has yet to be named, everything else is a check. The guide starts at the first box
    that no arrow leads to. Ids are Mermaid's where they can be, choices are c1, c2, …

    Raises:
        MalformedGuide: with everything that is wrong; `name` is the file's name for its messages.
    """
    found = Findings()
    chart = parse_flowchart(text, found)
    if not found.problems:
        graph = _graph(chart, slug, title, found)
        if not found.problems:
            return graph
    raise MalformedGuide(found.in_file_order(), name)


def _graph(chart: Flowchart, slug: str, title: str, found: Findings) -> Graph:
    ways: dict[str, list[Arrow]] = {box: [] for box in chart.boxes}
    for arrow in chart.arrows:
        ways[arrow.source].append(arrow)
        if len(arrow.label) > MAX_LABEL:
            message = f"the label of an arrow has {len(arrow.label)} characters, more than {MAX_LABEL}"
            found.add(arrow.line, arrow.column, arrow.source, message, "Say it in the text of the step it leads to.")
    if not title and len(chart.title) > MAX_GUIDE_TITLE:
        message = f"the title has {len(chart.title)} characters, more than {MAX_GUIDE_TITLE}"
        found.add(chart.title_line, 1, "title", message, "Shorten it.")
    targets = {box.id: to for box in chart.boxes.values() if (to := _missing_target(box, ways[box.id])) is not None}
    boxes = [box for box in chart.boxes.values() if box.id not in targets]
    if not boxes:
        found.add(1, 1, "", "the flowchart has no steps", "Write steps and arrows: a{Question?} -->|Yes| b[Do this].")
        return Graph(slug, title, "", {})
    targets |= _node_ids([box.id for box in boxes], taken={*RESERVED_NODE_IDS, *targets.values()})
    led_to = {arrow.target for arrow in chart.arrows}
    start = next((box for box in boxes if box.id not in led_to), boxes[0])
    nodes = [_node(box, ways[box.id], targets) for box in boxes]
    return Graph.from_nodes(slug, title or chart.title or slug, targets[start.id], nodes)


def _missing_target(box: Box, ways: list[Arrow]) -> NodeId | None:
    """The node id in a box that `to_mermaid` drew for a way to nowhere; None for every other box."""
    if box.shape != ">" or ways or not re.fullmatch(r"n\d+", box.id) or not (box.text or "").startswith("?"):
        return None
    to = (box.text or "")[1:].strip()
    return to if not to or is_joined_id(to) else None


def _node_ids(names: list[str], taken: set[str]) -> dict[str, NodeId]:
    """A valid id for every Mermaid id, like it where that is possible; `taken` grows by them."""
    ids = {}
    for number, name in enumerate(names, start=1):
        wish = name.lower().replace("_", "-").lstrip("-")
        wish = wish if is_id(wish) else f"step-{number}"
        node_id, count = wish, 1
        while node_id in taken:
            count += 1
            node_id = f"{wish[: _MAX_ID - len(str(count)) - 1]}-{count}"
        taken.add(node_id)
        ids[name] = node_id
    return ids


def _node(box: Box, ways: list[Arrow], targets: dict[str, NodeId]) -> Node:
    title, rest = _split_title(box.id if box.text is None else box.text)
    node = Node(targets[box.id], _kind(box.shape, ways), title, help=rest)
    if node.kind is Kind.GUIDE:
        return replace(node, then=targets[ways[0].target])
    unlabelled = ONLY_WAY if len(ways) == 1 else ""
    choices = (Choice(f"c{n}", way.label or unlabelled, targets[way.target]) for n, way in enumerate(ways, start=1))
    return replace(node, choices=tuple(choices))


def _kind(shape: str, ways: list[Arrow]) -> Kind:
    if not ways:
        return Kind.OUTCOME
    if shape in ("{", "{{"):
        return Kind.QUESTION
    return Kind.GUIDE if shape == "[[" and len(ways) == 1 and not ways[0].label else Kind.CHECK


def _split_title(text: str) -> tuple[str, str]:
    """At most 200 characters, and the rest; cut behind a sentence or word where one ends in the second half."""
    if len(text) <= MAX_TITLE:
        return text, ""
    ends = [found.end() for found in _SENTENCE.finditer(text, MAX_TITLE // 2, MAX_TITLE)]
    place = ends[-1] if ends else MAX_TITLE
    return text[:place].rstrip(), text[place:].lstrip()
