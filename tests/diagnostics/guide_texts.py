"""Guides that hand over to each other, and their files, for the tests of commands."""

from pathlib import Path

from diagnostics.engine.codec import dumps
from diagnostics.engine.graph import Choice, Graph, Kind, Node, RecordedPath, Result

FLOWCHART = """\
flowchart TD
    a{屏幕亮吗？} -->|亮| b([好了])
    a -->|不亮| c([请报修])
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_graph(folder: Path, graph: Graph) -> Path:
    return write(folder, f"{graph.slug}.yaml", dumps(graph))


def sound_graph(slug: str, *, inner: str = "", paths: tuple[RecordedPath, ...] = ()) -> Graph:
    """A guide without any problem; with `inner`, its last answer hands over to the guide of that slug."""
    # An inner guide that never comes back does not lead to `other`: an answer of the outer one does.
    further = (Choice("dim", "暗", "other"), Choice("unsure", "说不清", "more"))
    nodes = [
        Node(
            "ask",
            Kind.QUESTION,
            f"{slug}：屏幕亮吗？",
            say="请问屏幕亮吗？",
            choices=(Choice("lit", "亮", "fine"), *(further if inner else (Choice("unsure", "说不清", "other"),))),
        ),
        *([Node("more", Kind.GUIDE, "再看别的", guide=inner, then="other")] if inner else []),
        Node("fine", Kind.OUTCOME, "可以继续收款", result=Result.FIXED),
        Node("other", Kind.OUTCOME, "换个方式以后好了", result=Result.FIXED),
    ]
    return Graph.from_nodes(slug, f"向导 {slug}", "ask", nodes, paths=paths)
