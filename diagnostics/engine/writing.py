"""From a graph to the text of its file, so that a diff of two versions shows what an author changed.

Written by hand rather than by PyYAML's emitter, which folds, escapes emoji and cannot mix flow and block style. The
bytes depend on the graph alone: what a writer of YAML may choose is chosen here once.
"""

import json
import re
from collections.abc import Iterable, Iterator

from diagnostics.engine.errors import FileProblem, UnwritableGuide
from diagnostics.engine.graph import (
    MAX_MINUTES,
    MAX_NODES,
    RESERVED_NODE_IDS,
    Choice,
    Graph,
    Node,
    RecordedPath,
    is_id,
    is_joined_id,
)
from diagnostics.engine.reading import FORMAT

#: 2 MB: a guide of 2,000 nodes with long texts is a quarter of that.
MAX_BYTES = 2_000_000

#: Raw in a file these would be refused, folded into a space or lost; inside double quotes they are escaped.
_ESCAPED = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

#: Text that YAML 1.1 or 1.2 reads as something else than text: numbers in any base, times, dates, truth, nothing.
_NUMBERLIKE = re.compile(r"[-+.0-9][-+.,:0-9a-fA-FoOxX_ TtZz]*|[-+]?\.(inf|nan)", re.IGNORECASE)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")


def dumps(graph: Graph) -> str:
    """The file of a graph: `loads(dumps(graph)) == graph`, and the same bytes again from there.

    Broken graphs can be written too, as long as the format has a place for what is broken.

    Raises:
        UnwritableGuide: for what a file cannot hold: bad, reserved or doubled ids, minutes out of range, more than
            2,000 nodes, a file over 2 MB.
    """
    if problems := list(_obstacles(graph)):
        raise UnwritableGuide(problems)
    text = "\n".join(_file(graph)) + "\n"
    if len(text.encode()) > MAX_BYTES:
        raise UnwritableGuide([FileProblem(0, 0, "", f"the file would be larger than {MAX_BYTES:,} bytes")])
    return text


def _obstacles(graph: Graph) -> Iterator[FileProblem]:
    def obstacle(place: str, message: str) -> FileProblem:
        return FileProblem(0, 0, place, message)

    if not is_id(graph.slug):
        yield obstacle("guide", f"“{graph.slug}” cannot be the name of a guide")
    if len(graph.nodes) > MAX_NODES:
        yield obstacle("nodes", f"there are more than {MAX_NODES:,} nodes")
    for node_id in dict.fromkeys(graph.duplicates):
        yield obstacle(f"nodes.{node_id}", "the id is there twice")
    for node in graph.nodes.values():
        place = f"nodes.{node.id}"
        if not is_id(node.id) or node.id in RESERVED_NODE_IDS:
            yield obstacle(place, f"“{node.id}” cannot be the id of a node")
        if node.minutes is not None and not 0 <= node.minutes <= MAX_MINUTES:
            yield obstacle(f"{place}.minutes", f"{node.minutes} is no number of minutes")
        yield from (obstacle(at, message) for at, message in _bad_choices(node, f"{place}.choices"))
    for number, path in enumerate(graph.paths, start=1):
        place = f"paths.{number}.answers"
        if len(dict(path.answers)) < len(path.answers):
            yield obstacle(place, "a node is answered twice")
        for node_id, choice_id in path.answers:
            if not is_joined_id(node_id) or not is_id(choice_id):
                yield obstacle(f"{place}.{node_id}", f"“{node_id}: {choice_id}” cannot be an answer")


def _bad_choices(node: Node, place: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for choice in node.choices:
        if not is_id(choice.id):
            yield f"{place}.{choice.id}", f"“{choice.id}” cannot be the id of a choice"
        elif choice.id in seen:
            yield f"{place}.{choice.id}", "the id is there twice"
        seen.add(choice.id)


def _file(graph: Graph) -> Iterator[str]:
    yield f"format: {FORMAT}"
    yield _line("guide", graph.slug, 0)
    yield _line("title", graph.title, 0)
    if graph.codes:
        yield f"codes: {_flow_list(graph.codes)}"
    yield _line("start", graph.start, 0)
    if not graph.nodes:
        yield "nodes: {}"
    else:
        yield "nodes:"
        for node in graph.nodes.values():
            yield f"  {_plain_or_quoted(node.id, flow=False)}:"
            yield from _node(node)
    if graph.paths:
        yield "paths:"
        yield from (f"  - {_path(path)}" for path in graph.paths)


def _node(node: Node) -> Iterator[str]:
    yield _line("kind", node.kind, 4)
    if node.result is not None:
        yield _line("result", node.result, 4)
    yield _line("title", node.title, 4)
    for key in ("help", "say", "note", "picture"):
        if text := getattr(node, key):
            yield _line(key, text, 4)
    if node.minutes is not None:
        yield f"    minutes: {node.minutes}"
    if len(node.articles) == 1:
        yield _line("article", node.articles[0], 4)
    elif node.articles:
        yield f"    articles: {_flow_list(node.articles)}"
    for key in ("tell", "guide", "then"):
        if text := getattr(node, key):
            yield _line(key, text, 4)
    if node.choices:
        yield "    choices:"
        for choice in node.choices:
            yield f"      {_plain_or_quoted(choice.id, flow=False)}: {_choice(choice)}"


def _choice(choice: Choice) -> str:
    pairs = [("label", choice.label), ("to", choice.to)]
    if choice.hint:
        pairs.append(("hint", choice.hint))
    return _flow_map(pairs)


def _path(path: RecordedPath) -> str:
    return f"{{answers: {_flow_map(path.answers)}, ends: {_plain_or_quoted(path.ends, flow=True)}}}"


def _flow_map(pairs: Iterable[tuple[str, str]]) -> str:
    quoted = ((_plain_or_quoted(key, flow=True), _plain_or_quoted(value, flow=True)) for key, value in pairs)
    return "{" + ", ".join(f"{key}: {value}" for key, value in quoted) + "}"


def _flow_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_plain_or_quoted(text, flow=True) for text in texts) + "]"


def _line(key: str, text: str, indent: int) -> str:
    """`key: text` at `indent` spaces; text of several lines becomes a block that reads as it was typed."""
    margin = " " * indent
    if not _fits_a_block(text):
        return f"{margin}{key}: {_plain_or_quoted(text, flow=False)}"
    lines = [f"{margin}  {line}" if line else "" for line in text.removesuffix("\n").split("\n")]
    return "\n".join([f"{margin}{key}: {'|' if text.endswith(chr(10)) else '|-'}", *lines])


def _fits_a_block(text: str) -> bool:
    """Only where a literal block is unmistakable: no blanks that an editor would strip, nothing to escape."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1 and bool(lines[-1]) and not any(line != line.strip() or _ESCAPED.search(line) for line in lines)
    )


def _plain_or_quoted(text: str, *, flow: bool) -> str:
    if _ESCAPED.search(text):
        return _double_quoted(text)
    return text if _is_plain(text, flow=flow) else "'" + text.replace("'", "''") + "'"


def _is_plain(text: str, *, flow: bool) -> bool:
    return not (
        not text
        or text != text.strip()
        or text[0] in _INDICATORS
        or text.lower() in _WORDS
        or _NUMBERLIKE.fullmatch(text)
        or text.startswith(("...", "---"))
        or ": " in text
        or text.endswith(":")
        or " #" in text
        or (flow and not set(text).isdisjoint(",?[]{}:"))
    )


def _double_quoted(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], quoted) + '"'
