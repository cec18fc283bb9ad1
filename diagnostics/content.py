"""What a guide says, for the checker of content: `kb` reads texts, but knows no guides."""

from collections.abc import Callable, Iterator

from diagnostics.engine.graph import Graph, Node
from kb.catalogue.checking.entries import GuideContent, Prose
from kb.catalogue.checking.problems import Place


def guide_content(graph: Graph, place_of: Callable[[str], Place]) -> GuideContent:
    """A guide's texts, codes and articles; `place_of` says where a node stands ("" for the guide as a whole)."""
    whole = place_of("")
    nodes = graph.nodes.values()
    return GuideContent(
        slug=graph.slug,
        place=whole,
        codes=graph.codes,
        articles=tuple((place_of(node.id), slug) for node in nodes for slug in node.articles),
        texts=(Prose(whole, graph.title), *(prose for node in nodes for prose in _texts(node, place_of(node.id)))),
    )


def _texts(node: Node, place: Place) -> Iterator[Prose]:
    for text in (node.title, node.help, node.say, node.note, node.tell):
        if text:
            yield Prose(place, text)
    for choice in node.choices:
        # An answer is what the reader says; its hint is ours again.
        yield Prose(place, choice.label, is_told=True)
        if choice.hint:
            yield Prose(place, choice.hint)
